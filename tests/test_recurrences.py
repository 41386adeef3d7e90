"""Recurrences that people write: beginnings that are formulas, ends, several states, lags.

Each is compiled and judged by the reference evaluator: outputs, loss and gradients, by the executor
and by the module.  What has no loop is refused in the author's words.
"""

import time

import pytest
from compiled import of_spec
from three_ways import judge

from symbprop.arrays.recurrences import turn
from symbprop.check.judge import judge_module
from symbprop.errors import SpecError
from symbprop.language.graph import recurrence
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph
from symbprop.targets.latex import derivation

GIVEN = """
[parameters]
a = []
b = []
c = []
p = [3]
A = [3, 3]
[inputs]
r = ["T"]
e = ["T", 3]
"""
RECURRENCES = {
    "a beginning and each step share a term": """
v[0] = exp(a)
v[t+1] = exp(a) + v[t]*r[t]
loss = sum(t, log(v[t]) + r[t]**2/v[t])""",
    "garch": """
s[0] = exp(a)/(1 - sigmoid(b)*sigmoid(c))
s[t+1] = exp(a) + sigmoid(b)*s[t] + sigmoid(c)*r[t]**2
loss = mean(t, log(s[t]) + r[t]**2/s[t]) + log(s[T])""",
    "garch with lags": """
s[0] = exp(a)
s[1] = exp(a)*2
s[t+2] = exp(a) + sigmoid(b)*s[t+1] + sigmoid(c)*s[t] + r[t]**2
loss = sum(t, log(s[t+1]) + r[t]**2/s[t])""",
    "gjr": """
v[0] = exp(a)
v[t+1] = exp(a) + (sigmoid(b) + c**2*(r[t] < 0.7))*r[t]**2 + 0.5*v[t]
loss = sum(t, log(v[t]) + r[t]**2/v[t])""",
    "egarch, through another tensor": """
g[0] = a
g[t+1] = a + b*g[t] + c*(abs(z[t]) - sqrt(2/pi)) + z[t]
z[t] = r[t]*exp(-g[t]/2)
loss = sum(t, g[t] + r[t]**2*exp(-g[t]))""",
    "two states": """
m[0] = a
v[0] = exp(b)
k[t] = v[t]/(v[t] + exp(c))
m[t+1] = m[t] + k[t]*(r[t] - m[t])
v[t+1] = (1 - k[t])*v[t] + exp(b)
loss = sum(t, (r[t] - m[t])**2/v[t] + log(v[t]))""",
    "the second state reads the next of the first": """
h[0] = a
q[0] = exp(a)
h[t+1] = tanh(h[t]*q[t] + r[t])
q[t+1] = sigmoid(q[t] + h[t+1]*b)
loss = sum(t, h[t]*q[t]) + q[T]**2""",
    "a second place that reads the first": """
u[0] = a*b
u[1] = b**2*u[0]
u[t+2] = tanh(a*u[t+1]) + b*u[t]*r[t]
loss = u[T+1]**2 + sum(t, u[t])""",
    "three places, each from those before": """
h[0] = a
h[1] = sin(h[0]) + b
h[2] = h[0]*h[1]
h[t+3] = h[t+2]*r[t] + h[t+1]*c + h[t]
loss = sum(t, h[t]**2)""",
    "vectors, each from those before": """
h[0,j] = p[j]
h[1,j] = sum(k, A[j,k]*h[0,k])
h[t+2,j] = tanh(sum(k, A[j,k]*h[t+1,k]) + h[t,j]*r[t]) + h[0,j]*h[1,j]
loss = sum(t, j, h[t,j]**2) + sum(j, h[T+1,j]*h[1,j])""",
    "each step reads the first place": """
h[0] = a
h[t+1] = h[t]*r[t] + h[0]*b
loss = sum(t, h[t]**2)""",
    "a scalar between": """
s = exp(h[0]*b)
h[0] = a
h[t+1] = h[t]*s*r[t]
loss = sum(t, h[t]**2)""",
    "backwards": """
h[T] = a
h[t] = sin(h[t+1])*r[t] + h[T]*b
loss = sum(t, h[t]**2)""",
    "forwards through what ran backwards": """
f[T] = a
f[t] = exp(b)*f[t+1] + r[t]
g[0] = f[0]
g[t+1] = g[t]*sigmoid(f[t]) + a
loss = sum(t, g[t]**2)""",
    "begins where another ended": """
h[0] = a
h[t+1] = h[t]*r[t] + h[0]*h[0]
g[0] = h[T]
g[t+1] = g[t]*h[t] + g[0]
loss = g[T] + sum(t, g[t]*h[t+1])""",
    "states of a chain": """
s[0,j] = p[j]
s[t+1,j] = logsumexp(i, s[t,i] + A[i,j]) + e[t,j]
loss = -logsumexp(j, s[T,j]) + a**2""",
}


@pytest.mark.parametrize("name", RECURRENCES)
@pytest.mark.parametrize("steps", [3, 1, 4])
def test_a_recurrence_is_differentiated_step_by_step(name, steps):
    made = of_spec(f"equations = '''{RECURRENCES[name]}\n'''\n{GIVEN}")
    assert not judge(made, {"T": steps}, seed=steps).failures


def test_places_of_their_own_and_no_loop():
    text = "h[0] = a\nh[1] = h[0]*b\nh[2] = h[1] + h[0]**2\nloss = h[2]**2 + h[1]"
    graph = parse_spec(f"equations = '''{text}'''\n[parameters]\na = []\nb = []", "n").graph
    made = compile_graph(graph, "net")
    assert not judge(made).failures and "for " not in made.module.split("def loss")[1][:900]


def test_what_comes_before_and_after_the_turns():
    text = RECURRENCES["three places, each from those before"]
    graph = parse_spec(f"equations = '''{text}\n'''\n{GIVEN}", "n").graph
    found = turn(graph.defining("h"))
    assert [str(d.target) for d in found.before] == ["h[1]", "h[2]"] and not found.after
    derivative = compile_graph(graph, "net").derivative
    back = turn(derivative.defining("d_h"))
    places = [str(d.target) for d in back.after]
    assert places.index("d_h[1]") < len(places) - 1 - places[::-1].index("d_h[0]")
    assert back.reverse and not back.before


@pytest.mark.parametrize(("text", "said"), [
    # Each step writes what another step reads at a fixed place.
    ("h[0] = a\nh[t+2] += b*h[1]\nh[t+1] += c*h[t]\nloss = h[3]**2 + r[0]",
     r"\+= c\*h\[t\].*reads h\[1\] at another step|in h\[0\] = a: .* reads h\[1\] at another"),
    ("h[0] = a\nh[2*t+1] = b*h[2*t]\nh[2*t+2] = c*h[2*t+1]*r[t]\nloss = h[6]", "advances by 2"),
])
def test_what_has_no_loop_is_refused_in_the_words_of_the_author(text, said):
    graph = parse_spec(f"equations = '''\n{text}\n'''\n{GIVEN}[indices]\nt = 3\n".replace(
        'r = ["T"]', "r = [3]"), "n").graph
    with pytest.raises(SpecError, match=said) as caught:
        compile_graph(graph, "net")
    fault = caught.value.faults[0]
    assert fault.code == "SP310" and fault.place.line > 1


def test_a_tensor_that_stands_still_is_no_part_of_a_cycle_that_does_not_advance():
    def graph(stands):
        text = f"q[j] = {stands}\nh[0,j] = p[j]\nh[t+1,j] = h[t,j]*q[j]*r[t]\n"
        return parse_spec(f"equations = '''{text}loss = sum(j, q[j]*h[T,j])'''{GIVEN}", "n").graph

    with pytest.raises(SpecError, match="SP230"):
        graph("sum(t, h[t,j])")
    sound = graph("h[0,j]*a")
    assert recurrence(["q", "h"], [*sound.defining("q"), *sound.defining("h")]) is not None
    assert not judge(compile_graph(sound, "net")).failures


def product(n, factor):
    return "*".join(factor.format(k=k) for k in range(2, n + 2))


def deep(head, n, core):
    return head * n + core + ")" * n


# Formulas whose parts get names, in recurrences; at one place, at several, through other tensors.
PARTS = {
    "factors at one place": lambda n: f"""
h[0] = a
h[1] = {product(n, 'max(b - c*h[0], 0.0{k})')}
loss = h[1]*b + h[0]""",
    "factors at one place of rows": lambda n: f"""
z[t,0] = r[t] - a
z[t,1] = {product(n, 'max(e[t,1] - b - c*z[t,0], {k})')}
z[t,2] = {product(n, 'sin(z[t,1] + z[t,0]/{k})')}
loss = sum(t, z[t,2]*b + z[t,1]*z[t,0])""",
    "deep at places and in steps": lambda n: f"""
h[0] = a
h[1] = {deep('tanh(b + ', n, 'h[0]*c')}
h[t+2] = h[t+1]*{deep('sin(c*', n, 'h[0]*r[t]')} + {deep('tanh(b + ', n, 'h[t]')}
loss = sum(t, h[t+2]**2)""",
    "backwards": lambda n: f"""
h[T] = a
h[t] = {deep('sin(b + ', n, 'h[t+1]*r[t]')} + {deep('tanh(c*', n, 'h[T]')}
loss = sum(t, h[t]**2)""",
    "several tensors and choices": lambda n: f"""
q[0] = a
h[0] = b
s = {deep('tanh(c + ', n, 'h[0]*q[0]')}
h[t+1] = where(h[t] > q[t], {deep('sin(c*', n, 'h[t]')}, {deep('tanh(s + ', n, 'q[t]*r[t]')})
q[t+1] = {deep('softplus(b*', n, 'h[t+1] + q[0]')}
loss = sum(t, h[t]*q[t])""",
    "a long sum, and sums of steps": lambda n: f"""
h[0,j] = p[j]
h[t+1,j] = r[t] + {"+".join(f"tanh(sum(k, A[j,k]*h[t,k])*{k} + h[0,j])" for k in range(1, n))}
loss = sum(t, j, h[t,j]**2)""",
    "a largest of parts": lambda n: f"""
h[0,j] = p[j]
h[t+1,j] = r[t]*logsumexp(i, {deep('tanh(b + ', n, 'h[t,i]*A[i,j]')}) + max(i, sin(h[t,i]*A[i,j]))
loss = sum(j, h[T,j]*c)""",
}


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("n", [4, 20])
def test_a_part_with_a_name_keeps_the_recurrence(name, n):
    made = of_spec(f"equations = '''{PARTS[name](n)}\n'''\n{GIVEN}")
    assert not judge(made, {"T": 3}, seed=n).failures


def test_parts_at_one_place_are_found_to_stand_still_at_once():
    """Each of many parts may stand or run along the rows; that is not tried one by one."""
    text = PARTS["factors at one place of rows"](90)
    begun = time.process_time()
    of_spec(f"equations = '''{text}\n'''\n{GIVEN}")
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("n", [1, 3, 20, 70])
def test_other_strides_are_answered_and_derived_whatever_has_names(n):
    """No name of a part counts in strides: the page keeps the formulas, and no module is begun."""
    text = (f"h[0] = a\nh[1] = b\nh[2*t+2] = {deep('tanh(b + ', n, 'h[2*t]*r[t]')}"
            f" + tanh(h[2*t]*c)\nh[2*t+3] = h[2*t+2]*logsumexp(j, p[j]*h[2*t+1])\n"
            "loss = sum(t, h[2*t]*r[t])")
    graph = parse_spec(f"equations = '''\n{text}\n'''\n{GIVEN}", "n").graph
    begun = time.process_time()
    with pytest.raises(SpecError, match="advances by 2") as caught:
        compile_graph(graph, "net")
    assert {fault.code for fault in caught.value.faults} == {"SP310"}
    assert time.process_time() - begun < 2
    if n <= 20:
        assert derivation(graph, None, forward=True).latex


def test_a_recurrence_runs_along_the_dimension_that_makes_a_loop():
    """Another advances, too, but in both senses: the first that advances is not always a loop."""
    network = parse_spec("""equations = '''
u[i, 0 - j] = relu(sum(r, a[r]*u[r, 1 - j]) + 0.5*sum(k, (k == i)*u2[k, j]) + u2[i, j] + a[j + i])
loss = u[0, 1] + logsumexp(i, u2[i, i]) + a[0]**2
u2[i, j] += a[j]*sum(k, a[0 - k]*u[k, 1 - j]) + tanh(a[0 - j])
u2[i, j] += -1
u[r4, 0 - r3] += pi
u[i, 1] += log(cosh(0.3*a[i]))
'''
[parameters]
a = [1]
[indices]
r = 1
r3 = 1
r4 = 1
""")
    made = compile_graph(network.graph, "ways")
    assert judge_module(made.graph, made.module, points=2).disagreements == ()
