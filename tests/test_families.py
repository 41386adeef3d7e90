"""What people type in length or in depth: its compile time grows no faster than it should.

Each family is measured at n, 2n and 4n, in processor time; the largest is what a person may type.
"""

import time

import pytest

from symbprop.check.judge import BRIEF, judge_module
from symbprop.errors import LimitError, SpecError
from symbprop.language.functions import FUNCTIONS
from symbprop.language.terms import depth
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_network

MOST_SECONDS = 10.0  # on a machine that is busy with other things; 5 on one that is not


def nested(head, n, tail=")"):
    return head * n + "a" + tail * n


def tree(n):
    return "a*w[0]" if n == 0 else f"max({tree(n - 1)}, {tree(n - 1)} + {n})"


FAMILIES = {
    "a flat sum": (lambda n: " + ".join(f"{k}*a" for k in range(1, n)), 200),
    "functions in a row": (lambda n: " + ".join(f"tanh({k}*a*w[0])" for k in range(1, n)), 50),
    "functions of elements in a row": (
        lambda n: "sum(i, " + " + ".join(f"tanh({k}*a*w[i])" for k in range(1, n)) + ")", 50),
    "a quotient of many": (
        lambda n: "sum(i, a" + "".join(f"/(a*w[i] + {k})" for k in range(1, n)) + ")", 15),
    "monomials": (
        lambda n: " + ".join(f"{k}*a**{k % 7}*w[{k % 3}]**{k % 5}" for k in range(1, n)), 200),
    "a product of sums": (lambda n: "*".join(f"(a + {k}*w[0])" for k in range(1, n)), 12),
    "a form that reads its argument twice": (lambda n: nested("softplus(", n), 8),
    "quotients in quotients": (lambda n: nested("1/(1 + a*", n), 16),
    "functions in functions": (lambda n: nested("sin(a + ", n), 16),
    "a tree of choices": (lambda n: tree(n // 4), 8),
    "a product of choices": (
        lambda n: "*".join(f"max(a*w[0] + w[1]*w[2], {k})" for k in range(1, n)), 25),
    "a form of a number": (lambda n: "power(w[0], " + "softplus(" * n + "2" + ")" * n + ")", 20),
}



def seconds(text):
    begun = time.process_time()
    compile_network(parse_spec(
        f'equations = """\nloss = {text}\n"""\n[parameters]\na = []\nw = [3]\n'
    ))
    return time.process_time() - begun


@pytest.mark.parametrize("name", FAMILIES)
def test_time_grows_as_a_family_does(name):
    text, n = FAMILIES[name]
    times = [seconds(text(k)) for k in (n, 2 * n, 4 * n)]
    assert times[2] < MOST_SECONDS, times
    # Quadratic would be 16 times; what is short counts for nothing.
    assert times[2] < 24 * max(times[0], 0.1), times


WRITTEN = {"maximum": "max", "minimum": "min"}
INSIDE = ("group", "bracket")  # nobody writes them


def of_function(name, n):
    """A function of itself, of a variable and of a number, in all kinds of places.

    No value leaves the domain of the next function.
    """
    head = WRITTEN.get(name, name)
    rest = "".join(f", 0.{k}" for k in range(3, 2 + FUNCTIONS[name].arity))
    head = f"{head}(0.5 + 0.1*"
    of_a, of_two = (head * n + bottom + f"{rest})" * n for bottom in ("a*x[n]", "2"))
    return parse_spec(f"""equations = '''
u[n] = power(3 + a*x[n], {of_two})
c[n] = where({of_two} > 0.1, u[n], a)
loss = sum(n, c[n]*({of_a})) + {of_two}
'''
[parameters]
a = []
[inputs]
x = ["N"]
""")


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.slow] * (n % 3 > 0))
    for n, name in enumerate(sorted(FUNCTIONS.keys() - set(INSIDE)))
])
def test_every_function_of_itself(name):
    """Where a form reads its argument twice, or SymPy asks for its value, time doubles by level."""
    times = []
    for n, accuracy in ((4, "full"), (12, "fast")):
        begun = time.process_time()
        made = compile_network(of_function(name, n), accuracy)
        times.append(time.process_time() - begun)
        assert times[-1] < 24 * max(times[0], 0.1), times
    # Whether all digits are left of 12 functions is not asked here.
    judge_module(made.graph, made.module, points=1, limits=BRIEF)
    assert time.process_time() - begun < MOST_SECONDS


def test_a_module_of_a_deep_formula_is_judged_in_time():
    """A slope that is written out has the parts of its formula many times over."""
    def took(n):
        made = compile_network(parse_spec(
            "equations = '''\ns[y[n],j] += " + "gelu_tanh(1 + " * n + "f[n,j]" + ")" * n
            + "\nf[n,j] = tanh(sum(k, W[j,k]*x[n,k]))\nloss = sum(c, j, s[c,j]**2)\n'''\n"
            "[parameters]\nW = [2, 3]\n[inputs]\nx = ['N', 3]\n"
            "y = { shape = ['N'], integer = true, below = 4 }\n"))
        begun = time.process_time()
        verdict = judge_module(made.graph, made.module, derivative=made.derivative, points=1)
        assert verdict.points and not verdict.disagreements
        return time.process_time() - begun

    times = [took(n) for n in (10, 20, 40)]
    assert times[2] < 8 * max(times[0], 0.1), times


HOPELESS = {
    "a number that no float holds": "equations = 'loss = a*1e-999999999'\n[parameters]\na = []\n",
    "a key of very many parts": ".".join(["a"] * 20_000) + " = 1\n",
    "an index of very many terms":
        "equations = 'loss = sum(i, j, k, l, m, w[(i+j+k+l+m)**64])'\n[parameters]\nw = [9]\n",
    "an index that multiplies out to very many": "equations = 'loss = sum(i, w[i*" + "*".join(
        f"(N+{k})" for k in range(1, 60)) + "])'\n[parameters]\nw = ['N']\n",
    "a row of very many operands":
        "equations = 'loss = " + " + ".join(["a"] * 5000) + "'\n[parameters]\na = []\n",
    "a long number": "equations = 'loss = a*0." + "1" * 5000 + "'\n[parameters]\na = []\n",
    "half an index": "equations = 'loss = sum(i, w[i + 1/2])'\n[parameters]\nw = [3]\n",
}


@pytest.mark.parametrize("name", HOPELESS)
def test_what_cannot_be_is_answered_at_once(name):
    begun = time.process_time()
    with pytest.raises((SpecError, LimitError)):
        compile_network(parse_spec(HOPELESS[name]))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("formula", [
    "exp(exp(exp(exp(exp(a)))))", "exp(-exp(exp(exp(exp(exp(a))))))", "power(a, 1e300)",
    "power(1e300*a, exp(exp(exp(9*a))))", "sinh(cosh(exp(exp(exp(a)))))",
    "tanh(exp(exp(exp(9*a))))",
])
def test_a_value_beyond_all_numbers_is_not_computed(formula):
    """Numbers of any length would take all memory for what no double holds."""
    begun = time.process_time()
    made = compile_network(parse_spec(f"equations = 'loss = {formula}'\n[parameters]\na = []\n"))
    assert judge_module(made.graph, made.module, points=1, limits=BRIEF).disagreements == ()
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("extents", ['"N", "N-100"', '"N", "N-3000"', '"N", "2*N-70"'])
def test_a_large_least_extent_costs_no_more_than_a_small_one(extents):
    """What is judged, and stored in a module, is bounded at extents that there are."""
    begun = time.process_time()
    made = compile_network(parse_spec(
        f'[inputs]\nx = [{extents}, 4, 3]\n[[layers]]\nkind = "batch_norm"\n[[layers]]\n'
        'kind = "tanh"\n[loss]\nkind = "sum_of_squares"\n'))
    assert judge_module(made.graph, made.module, points=1, limits=BRIEF).disagreements == ()
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("kind", ["gelu_tanh", "relu"])
def test_a_chain_that_nothing_needs_is_no_formula_as_deep(kind):
    """Layers that the loss does not read were written into one another to the last."""
    made = compile_network(parse_spec(
        "equations = 'loss = sum(n, (w*x[n] - 1)**2)'\n[parameters]\nw = []\n[inputs]\nx = ['N']\n"
        f'[[layers]]\nkind = "{kind}"\nrepeat = 600\n'))
    assert max(depth(d.expr) for d in made.simplified.definitions) < 300
