"""What only the arguments can tell: a table read in part, a fixed place of a free extent.

Each is compiled, judged by the reference evaluator where the arguments allow it, and told in plain
words where they do not, by every function that would have read it.
"""

from dataclasses import replace

import numpy as np
import pytest
from three_ways import called, judge, module_of

from symbprop.arrays.passes import arrange
from symbprop.errors import SpecError
from symbprop.language.bounds import Bound, bound
from symbprop.language.evaluate import evaluate
from symbprop.language.graph import verify
from symbprop.language.indices import rename
from symbprop.language.terms import Read, extent
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph
from symbprop.targets.extents import bounds

T, N = extent("T"), extent("N")
GIVEN = """
[parameters]
P = [9, 2]
a = []
w = [5]
[inputs]
x = ["N", "T", 2]
s = ["T"]
"""


def made(equations, given=GIVEN):
    return compile_graph(parse_spec(f"equations = '''\n{equations}\n'''\n{given}", "n").graph, "n")


def call(compilation, kind, **sizes):
    """A function of the module at arguments of ones."""
    space, graph = module_of(compilation), compilation.graph

    def ones(name):
        tensor = graph.tensors[name]
        shape = [int(e.xreplace({extent(k): v for k, v in sizes.items()})) for e in tensor.shape]
        return np.zeros(shape, int) if tensor.integer else np.ones(shape)

    given = (*space["PARAMETERS"], *space["INPUTS"], *space["TARGETS"])
    return called(space, kind, {name: ones(name) for name in given})


def data_of_ones(graph, **sizes):
    """The same arguments, as the evaluator takes them."""
    return {
        t.name: np.ones([
            int(e.xreplace({extent(k): v for k, v in sizes.items()})) for e in t.shape
        ]).tolist() for t in graph.tensors.values() if t.role != "defined"
    }


# The largest T, and the smallest N and T, that the equations allow.
READ_IN_PART = {
    "loss = sum(n, t, k, (x[n,t,k] + P[t,k])**2)": ("T", 9),
    "loss = sum(n, t, k, P[t,k]*sin(x[n,t,k]*P[t,k]))": ("T", 9),
    "y[n,t,k] = P[t,k] + x[n,t,k]\nloss = sum(n, t, k, exp(-y[n,t,k])*s[t])": ("T", 9),
    # The table's extent has spread before the free one is met.
    "z[t,k] = tanh(y[t,k])*P[t,k]\ny[t,k] = x[0,t,k]**2\nloss = sum(t, k, z[t,k]**3)": ("T", 9),
    "loss = sum(n, t, k, x[n,t,k]*P[t+1,k]**2)": ("T", 8),
    "loss = sum(n, t, k, x[n,t,k]*P[2*t,k]**2)": ("T", 5),
    "loss = sum(n, t, k, x[n,t,k]*P[8-t,k]**2)": ("T", 9),
    "h[0] = a\nh[t+1] = tanh(h[t]*P[t,0] + P[t,1]*s[t])\nloss = h[T]**2": ("T", 9),
    "q[i] = sin(a*i)*w[i]\nloss = sum(t, s[t]*q[t]**2)": ("T", 5),
    "loss = sum(t, u, s[t]*s[u]*P[t,0]*P[u,1])": ("T", 9),
}


@pytest.mark.parametrize("equations", READ_IN_PART)
@pytest.mark.parametrize("most", [1, 3, None])
def test_a_table_longer_than_the_index_is_read_in_part(equations, most):
    name, largest = READ_IN_PART[equations]
    compilation = made(equations)
    assert not judge(compilation, {name: most or largest}).failures
    for kind in ("loss", "value_and_grad"):
        said = rf"the extent T is {largest + 1}, but must be at most {largest}: \w+\[.*\] is read"
        with pytest.raises(ValueError, match=said):
            call(compilation, kind, N=2, T=largest + 1)


FIXED_PLACES = {
    "loss = a*s[0]**2": 1, "loss = a**2*s[2]*s[0]": 3, "h[t] = tanh(a*s[t])\nloss = h[T-1]**2": 1,
    "loss = a*(s[T-1] - s[T-3])**2": 3, "loss = sum(k, w[k]*s[k+1]**2)": 6,
    "loss = sum(n, t, k, x[n,t,k]*a)*s[1]": 2, "y[t] = a*s[t]\ny[3] += a\nloss = y[3]**2": 4,
    "loss = max(t, a*s[t])": 1, "loss = min(t, a*s[t+2])": 3, "loss = logsumexp(t, a*s[t])": 1,
    "p[t] = softmax(t, a*s[t])\nloss = sum(t, p[t]**2)": 1,
    "loss = sum(k, P[0,k]*max(t, a*s[t]))": 1,
}


@pytest.mark.parametrize("equations", FIXED_PLACES)
def test_something_is_asked_of_nothing(equations):
    least = FIXED_PLACES[equations]
    compilation = made(equations)
    assert not judge(compilation, {"T": least}).failures
    for kind in ("loss", "value_and_grad"):
        said = rf"the extent T is {least - 1}, but must be at least {least}: .* (read|no value)"
        with pytest.raises(ValueError, match=said):
            call(compilation, kind, N=2, T=least - 1)


TWO = """
[parameters]
a = []
[inputs]
z = ["N", "{}"]
u = ["K"]
v = ["M"]
"""
VALUELESS = {
    "max(k, a*z[n,k])": "a max", "min(k, a*z[n,k])": "a min", "max(k, abs(z[n,k]))*a": "a max",
    "logsumexp(k, a*z[n,k])": "a softmax or logsumexp",
    "logsumexp(k, abs(z[n,k]))*a": "a softmax or logsumexp",
}


@pytest.mark.parametrize("body", VALUELESS)
@pytest.mark.parametrize("size", ["K", "K*M", "K+M", "2*K", "K-2", "2*K-4"])
def test_nothing_has_no_maximum_in_any_extent(body, size):
    """What the evaluator refuses the module refuses by name, whatever makes the extent zero."""
    compilation = made(f"y[n] = {body}\nloss = sum(n, y[n]**2) + sum(k, u[k]) + sum(m, v[m])",
                       TWO.format(size))
    nothing = {"K": 2 if "-" in size else 0, "M": 0}
    some = {"K": nothing["K"] + 1, "M": 2}
    assert not judge(compilation, some).failures
    with pytest.raises(SpecError, match=r"SP232.* over nothing has no value"):
        evaluate(compilation.graph, data_of_ones(compilation.graph, N=2, **nothing),
                 {"N": 2, **nothing}, 1.0).tensor("loss")
    for kind in ("forward", "loss", "value_and_grad"):
        with pytest.raises(ValueError, match=r"^the extent [KM+*2 -]+ is -?\d"):
            call(compilation, kind, N=2, **nothing)
    # No rows are no matter, as long as there is something along the axis.
    value, grads = call(compilation, "value_and_grad", N=0, **some)
    assert np.isfinite(value) and grads["a"] == 0
    said = f"{VALUELESS[body]} over nothing has no value: "
    assert said in compilation.module.split('"""')[1].replace("\n        ", " ")


def test_conventions_speak_of_nothing_only_where_something_is_asked():
    for body, said in {"sum(k, a*z[n,k])": 0, "prod(k, a*z[n,k])": 0, "mean(k, a*z[n,k])": 1,
                       "norm(k, a*z[n,k])": 0, "max(a*z[n,0], 0)": 0}.items():
        compilation = made(f"y[n] = {body}\nloss = sum(n, y[n]**2) + sum(k, u[k]) + sum(m, v[m])",
                           TWO.format("K"))
        docstring = compilation.module.split('"""')[1]
        assert docstring.count("over nothing") == said, body
    fixed = made("loss = max(i, a*w[i]) + logsumexp(i, w[i]) + 0*s[0]")
    assert "over nothing" not in fixed.module.split('"""')[1]


def test_a_workspace_says_which_extent_is_too_small():
    space = module_of(made("c[n,t] = a*x[n,t+2,0]\nloss = sum(n, max(t, c[n,t]))"))
    with pytest.raises(ValueError, match=r"the extent T - 2 is -1: the arguments are too small"):
        space["Workspace"](3, 1)


@pytest.mark.parametrize(("equations", "said"), [
    # Two free extents, and what no extent would help.
    ("loss = a*sum(t, s[t]*x[t,0,0])", "runs over"), ("loss = a*s[T]", "as high as T"),
    ("loss = sum(i, w[i]*P[i,0])", "runs over 9, but over 5"), ("loss = w[5]", "as high as 5"),
])
def test_what_is_no_matter_of_the_call_is_refused(equations, said):
    with pytest.raises(SpecError, match=said):
        made(equations)


def test_only_what_a_function_reads_is_asked():
    compilation = made("y[n] = a*x[n,0,0]\nloss = sum(n, y[n])*max(t, s[t])")
    assert call(compilation, "forward", N=3, T=1) is not None
    with pytest.raises(ValueError, match="the extent T is 0"):
        call(compilation, "loss", N=3, T=0)


def test_a_formula_of_one_extent_has_a_bound():
    assert bound(8 - T, "") == Bound(T, 8, True, "")
    assert bound(9 - 2*T, "") == Bound(T, 4, True, "")
    assert bound(2*N - 5, "") == Bound(N, 3, False, "")
    for none in (T - N, T**2 - 1, -T, extent(3) - 4):
        assert bound(none, "") is None


def test_a_pass_may_assume_no_more_than_the_author():
    """A read that a pass has moved is a fault, though a call could be asked for that, too."""
    graph = parse_spec(f"equations = 'loss = sum(t, s[t]*P[t,0])'\n{GIVEN}", "n").graph
    (loss,) = graph.definitions
    (index,) = loss.expr.indices
    read = next(iter(r for r in loss.expr.atoms(Read) if r.name == "P"))
    moved = loss.expr.xreplace({read: rename(read, {index: index + 1})})
    broken = replace(graph, definitions=(replace(loss, expr=moved),))
    assert [f.code for f in verify(broken)] == ["SP212"]
    assert not verify(graph) and bounds(graph, ["loss"])[0].number == 9
    for passed in arrange(graph, ("loss",)):
        assert passed.graph.assumed == graph.assumed


@pytest.mark.parametrize("lead", ['', '"N", '])
def test_learned_positions_over_a_free_number_of_steps(lead):
    text = f"""
[inputs]
x = [{lead}"T", 3]
[[layers]]
kind = "positional"
how = "learned"
length = 4
[[layers]]
kind = "tanh"
[loss]
kind = "sum_of_squares"
"""
    compilation = compile_graph(parse_spec(text, "n").graph, "n")
    for steps in (1, 2, 4):
        assert not judge(compilation, {"T": steps}).failures
    for kind in ("forward", "loss", "value_and_grad"):
        with pytest.raises(ValueError, match="T is 5, but must be at most 4: P1"):
            call(compilation, kind, N=2, T=5)
    with pytest.raises(SpecError, match="needs a fixed extent T"):
        parse_spec(text.replace("length = 4", ""), "n")


FORMULAS = {
    "halves of a parameter": (
        "loss = sum(n, s[n]*s[n+N]) + sum(m, s[m]**3*x[m])", {"s": '"2*N"'}, {"x": '"2*N"',
                                                                               "v": '"N"'}),
    "a table of distances": (
        "p[t,u] = softmax(u, R[t-u+T-1]*x[t]*x[u])\nloss = sum(t, u, p[t,u]**2)",
        {"R": '"2*T - 1"'}, {"x": '"T"'}),
    "a value after the last step": (
        "d[t] = r[t] + 0.9*w[t+1] - w[t]\nA[T] = 0\nA[t] = d[t]*x[t] + 0.8*A[t+1]\n"
        "loss = sum(t, A[t]**2)", {"w": '"T+1"'}, {"r": '"T"', "x": '"T"'}),
    "edges of both ends": (
        "loss = sum(n, j, z[n]*m[j]**2*x[j+N])", {"m": '"M - N"'}, {"x": '"M"', "z": '"N"'}),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_an_extent_may_be_a_formula_of_others(name):
    equations, parameters, inputs = FORMULAS[name]
    tables = ("\n".join(f"{k} = [{v}]" for k, v in given.items())
              for given in (parameters, inputs))
    text = "[parameters]\n{}\n[inputs]\n{}\n".format(*tables)
    compilation = made(equations, text)
    for sizes in ({"M": 7}, {"N": 1, "M": 3, "T": 1}):
        assert not judge(compilation, sizes).failures
    space = module_of(compilation)
    assert space["check"]() < 1e-6
    # Packed parameters find their dimensions again; without the extents they are asked for.
    extents = {name: {"M": 7}.get(name, 3) for name in space["Workspace"].__init__.__code__
               .co_varnames[1:] if len(name) == 1}
    params = space["init"](1, **{k: v for k, v in extents.items()
                                 if k in space["init"].__code__.co_varnames})
    back = space["unpack"](space["pack"](params), **extents)
    for key, value in params.items():
        np.testing.assert_array_equal(back[key], value)
    with pytest.raises(ValueError, match=r"unpack needs the extents .* by keyword"):
        space["unpack"](space["pack"](params))


@pytest.mark.parametrize("size", ["2*", "N//M", "N**2", "1/2*N", "N*10000000000000000", "3 - 5",
                                  "lambda + 1", "f(N) + 1", "-N"])
def test_what_is_no_extent_is_refused(size):
    with pytest.raises(SpecError, match=r"SP134|SP109"):
        made("loss = sum(i, w[i])", f'[parameters]\nw = ["{size}"]\n[inputs]\nx = ["N"]\n')


INFERRED = {
    "from a left side that runs over an index": """
u[0,i] = f[i]
u[n+1,0] = 0
u[n+1,I-1] = 0
u[n+1,i+1] = u[n,i+1] + k*(u[n,i] - 2*u[n,i+1] + u[n,i+2])
loss = sum(i, (u[4,i] - f[i]*k)**2)""",
    "from what is looked up on the left": """
e[b] += 0
e[r[i]] += f[i]*k
loss = sum(b, e[b]**2)""",
    "windows and a plain read, in one order": """
q[i] = (f[i+2] - 2*f[i+1] + f[i])*k - g[i]
loss = sum(i, q[i]**2)""",
    "windows and a plain read, in the other": """
q[i] = k*g[i]*(f[i] - 2*f[i+1] + f[i+2])
loss = sum(i, q[i]**2)""",
    "the plain read before the windows": """
loss = sum(i, g[i]*k*f[i]*f[i+2])""",
}


@pytest.mark.parametrize("name", INFERRED)
def test_extents_are_found_whatever_the_order(name):
    given = "[parameters]\nk = []\n[inputs]\nf = ['I']\ng = ['I - 2']\n" \
            "r = { shape = ['I'], integer = true, below = 'B' }\nc = ['B']\n[indices]\nn = 4\n"
    compilation = made(INFERRED[name], given)
    assert not judge(compilation, {"I": 5, "B": 3}).failures
    assert not judge(compilation, {"I": 3, "B": 1}).failures


@pytest.mark.parametrize("equations", [
    # What only a recurrence's own reads could tell, and two lengths of which one is a mistake.
    "h[0] = k\nh[t+1] = tanh(h[t])\nloss = sum(t, h[t])", "loss = sum(i, k*f[i]*g[i])",
])
def test_what_is_not_said_is_asked_for(equations):
    with pytest.raises(SpecError, match=r"SP106|SP107"):
        made(equations, "[parameters]\nk = []\n[inputs]\nf = ['I']\ng = ['I - 2']\n")


OUTSIDE = {
    "ahead in a recurrence": "d[t] = x[t+1] - x[t]\nA[t] = d[t] + 0.5*A[t+1]\nloss = sum(t, A[t])",
    "back in a recurrence": "b[0] = x[0]\nb[t+1] = w*(x[t+1] - x[t]) + b[t-1]\nloss = sum(t, b[t])",
    "ahead by a declared index": "z[s] = x[s+3]*w\nloss = sum(s, z[s])",
    "back by a declared index": "z[s] = x[s-1]*w\nloss = sum(s, z[s])",
    "at the end of it": "z[s] = x[s+1]*w\nloss = z[T-1]",
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_an_extent_that_may_be_zero_is_no_excuse_to_leave_a_tensor(name):
    """T - 1 places are none where T is one, but at all other T something is read."""
    spec = (f'equations = """\n{OUTSIDE[name]}\n"""\n[parameters]\nw = []\n[inputs]\nx = ["T"]\n'
            '[indices]\ns = "T-1"\n')
    with pytest.raises(SpecError, match=r"spec.toml:\d+:\d+: error\[SP212\]"):
        assert parse_spec(spec, "spec.toml").graph
