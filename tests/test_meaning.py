"""Small programs that tell a compiler with one wrong line from a right one.

Each is here because a mutation of one line (`python -m tests.mutations`) or a fault once lived
through all other tests.  Value and gradients are compared with the reference evaluator in both
precisions, with a workspace and without, and results have the precision of what is given.
"""

import tracemalloc

import mpmath
import numpy as np
import pytest
from test_lowering import HEAD, data_for, spec_graph

from symbprop.calculus.differentiate import differentiate
from symbprop.errors import SpecError
from symbprop.language.evaluate import evaluate
from symbprop.language.functions import FUNCTIONS
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

PROGRAMS = {
    "two paddings of one source": (
        "series", {"W": [4, 3, 3], "V": [4, 3, 2]},
        "f[n,c,t] = tanh(x[n,t,c])\ny[n,c,t+1] += f[n,c,t]\nz[n,c,t+3] += f[n,c,t]\n"
        "a[n,o,t] = sum(c, p, W[o,c,p]*y[n,c,t+p])\nb[n,o,t] = sum(c, p, V[o,c,p]*z[n,c,t+p])\n"
        "loss = sum(n, o, t, a[n,o,t]**2) + sum(n, o, t, tanh(b[n,o,t]))", {}),
    "a convolution of three and one of two taps": (
        "image", {"W": [3, 2, 3, 3], "V": [3, 2, 2, 2]},
        "f[n,c,i,j] = tanh(x[n,c,i,j])\ny[n,c,i+1,j+1] += f[n,c,i,j]\n"
        "z[n,c,i+1,j+1] += f[n,c,i,j]\n"
        "a[n,o,u,v] = sum(c, p, q, W[o,c,p,q]*y[n,c,u+p,v+q])\n"
        "b[n,o,u,v] = sum(c, p, q, V[o,c,p,q]*z[n,c,u+p,v+q])\n"
        "loss = sum(n, o, u, v, a[n,o,u,v]*b[n,o,u,v])", {"u": 6, "v": 5}),
    "a window along a diagonal": (
        "image", {"W": [2, 3], "v": [2]},
        "f[n,c,i,j] = v[c]*x[n,c,i,j]\ns[n,c,k] = sum(p, W[c,p]*f[n,c,k+p,k])\n"
        "loss = sum(n, c, k, tanh(s[n,c,k]))", {"k": 5}),
    "a function of a weight in a recurrence": (
        "series", {"W": [4, 3], "U": [4, 4]},
        "h[n,0,j] = 0\n"
        "h[n,t+1,j] = tanh(sum(k, W[j,k]*x[n,t,k]) + sum(k, sin(U[j,k])*h[n,t,k]))\n"
        "loss = sum(n, t, j, h[n,t,j]**2)", {}),
    "two maxima that differ in one place": (
        "x", {"A": [5, 3], "b": [3], "w": [5]},
        "u = sum(i, max(p, q, A[p,q]*b[i]))\nv = sum(i, max(p, q, A[p,q]*b[q]))\n"
        "loss = u*v + sum(p, w[p]*max(q, i, A[p,q]*b[i]))", {"i": 3}),
    "a sum of differences from what is no mean": (
        "x", {"a": [], "b": []},
        "c = N*sum(m, a*x[m,0])\nd = 5*sum(k, b*x[0,k])\n"
        "loss = sum(n, a*x[n,0] - c)**2 + sum(j, b*x[0,j] - d)**2", {}),
    "the loss is a parameter": ("x", {"a": []}, "loss = a", {}),
    "the loss is a parameter and nothing else is read": ("x", {"a": [], "w": [5]}, "loss = a", {}),
    "the loss is an element": ("x", {"w": [5]}, "loss = w[3]", {}),
}


# Nothing is differentiated inside these, so that one reduction stays inside another.
NESTED = {
    "maxima that differ in one place": "sum(i, b[i]*max(p, q, A[p,q]*b[i])) "
                                       "- v*sum(i, b[i]*max(p, q, A[p,q]*b[q]))",
    "sums of powers that differ in one place": "sum(i, sum(p, q, A[p,q]*b[i])**2) "
                                               "- v*sum(i, b[i]*sum(p, q, A[p,q]*b[q])**2)",
    "one in another in a third":
        "sum(i, max(p, tanh(sum(q, A[p,q]*b[i])) - min(q, A[p,q]))) "
        "- v*sum(i, max(p, tanh(sum(q, A[p,q]*b[q])) - min(q, A[p,q]*b[i])))",
}
LAYERED = {
    "a product in batches reads a copy made before": (
        'x = ["N", 2, "T", 3]', (
            "kind = 'dense'\nunits = 2", "kind = 'lstm'\nunits = 1",
            "kind = 'group_norm'\ngroups = 1")),
    "an accumulation over a free length that may be too short": (
        'x = ["N", 2, "T", 3]', (
            "kind = 'conv2d'\nfilters = 2\nkernel = [2, 1]",
            "kind = 'conv2d'\nfilters = 1\nkernel = [2, 2]")),
    "a recurrence over what an unpadded window leaves of a free length": (
        'x = ["N", 2, "T", 3]', (
            "kind = 'conv2d'\nfilters = 2\nkernel = 3", "kind = 'lstm'\nunits = 1",
            "kind = 'rnn'\nunits = 2\nreverse = true")),
    "what an unpadded window leaves of a free length, twice": (
        'x = ["N", 2, "T"]', (
            "kind = 'conv1d'\nfilters = 2\nkernel = 3", "kind = 'concatenate'\nwith = ['s1']",
            "kind = 'conv1d'\nfilters = 2\nkernel = 2")),
    "a mean over what strides leave of a free length": (
        'x = ["N", 2, "T", 7]', (
            "kind = 'conv2d'\nfilters = 2\nkernel = [1, 3]\nstride = 2",
            "kind = 'global_pool'")),
    "an accumulation over a short free length, channel by channel": (
        'x = ["N", 2, "T", 3]', (
            "kind = 'depthwise_conv2d'\nkernel = [3, 1]",
            "kind = 'depthwise_conv2d'\nkernel = [3, 2]")),
}


def module_of(graph):
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph, "net").module, "net", "exec"), space)
    return space


def judge(graph, space, extents, seed):
    """Compare with the evaluator: to 1e-12 in doubles, to 2e-4 of the scale in singles."""
    given = {
        k: v if v.dtype.kind == "i" else v.astype(np.float32).astype(np.float64)
        for k, v in data_for(graph, extents, seed).items()
    }
    derivative = differentiate(graph)
    judged = evaluate(derivative, {k: v.tolist() for k, v in given.items()}, extents, 1.0)
    wanted = {"": judged.tensor("loss"),
              **{n: judged.tensor(a) for n, a in derivative.gradients.items()}}
    names = [t.name for t in graph.with_role("parameter")]
    code = space["Workspace"].__init__.__code__
    sizes = [extents[n] for n in code.co_varnames[1:code.co_argcount - 1]]
    for dtype, close in ((np.float64, 1e-12), (np.float32, 2e-4)):
        cast = {k: v if v.dtype.kind == "i" else v.astype(dtype) for k, v in given.items()}
        params = {n: cast[n] for n in names}
        rest = {t.name: cast[t.name] for r in ("input", "target") for t in graph.with_role(r)}
        work = space["Workspace"](*sizes, dtype=dtype)
        results = [space["value_and_grad"](params, **rest)]
        results += [space["value_and_grad"](params, **rest, workspace=work) for _ in range(2)]
        results.append((space["loss"](params, **rest), results[0][1]))
        for value, grads in results:
            assert list(grads) == names
            for name, got in {"": value, **grads}.items():
                want = np.asarray(wanted[name], np.float64)
                assert np.asarray(got).dtype == dtype, f"{name or 'loss'} is {got.dtype}"
                assert np.shape(got) == want.shape
                scale = max(1e-3 if dtype == np.float64 else 1.0, np.abs(want).max(initial=0.0))
                assert np.abs(got - want).max(initial=0.0) <= close * scale, name or "loss"


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_programs_that_mutations_lived_through(name):
    head, parameters, equations, indices = PROGRAMS[name]
    graph = spec_graph(HEAD[head], parameters, equations, indices)
    space = module_of(graph)
    for number, extents in enumerate(({"N": 2, "T": 4}, {"N": 1, "T": 1}, {"N": 3, "T": 2})):
        judge(graph, space, extents, number)


@pytest.mark.parametrize("name", sorted(NESTED))
def test_reductions_inside_one_another(name):
    text = (f'equations = """\nloss = w*({NESTED[name]})**2\n"""\n'
            "[inputs]\nA = [4, 3]\nb = [3]\n"
            "[parameters]\nw = []\nv = []\n[indices]\ni = 3\n")
    graph = parse_spec(text).graph
    judge(graph, module_of(graph), {}, 5)


@pytest.mark.parametrize("name", sorted(LAYERED))
def test_layers_that_once_went_wrong(name):
    given, layers = LAYERED[name]
    text = f"[inputs]\n{given}\n" + "".join(f"[[layers]]\n{layer}\n" for layer in layers)
    graph = parse_spec(text + '[loss]\nkind = "l2"\n').graph
    space = module_of(graph)
    for number, extents in enumerate(({"N": 2, "T": 7}, {"N": 1, "T": 5}, {"N": 3, "T": 6})):
        judge(graph, space, extents, number)


# -- what a stable form is for: arguments at which the plain one loses all digits --

FAR = {
    "cross entropy of a sigmoid": (
        "p[n] = sigmoid(sum(k, w[k]*x[n,k]))\n"
        "loss = -sum(n, y[n]*log(p[n]) + (1 - y[n])*log(1 - p[n]))"),
    "the complement of a sigmoid": (
        "s[n] = sum(k, w[k]*x[n,k])\nloss = sum(n, sigmoid(-s[n]) + y[n]*sigmoid(-2*s[n]))"),
    "both sides of a sigmoid": (
        "s[n] = sum(k, w[k]*x[n,k])\nloss = sum(n, y[n]*sigmoid(-s[n])*sigmoid(s[n]))"),
    "softmax and its logarithm": (
        "s[n,k] = w[k]*x[n,k]\np[n,k] = softmax(k, s[n,k])\n"
        "loss = -sum(n, y[n]*log(p[n,0])) - sum(n, log(p[n,2]))"),
    "softplus of both signs": (
        "s[n] = sum(k, w[k]*x[n,k])\nloss = sum(n, y[n]*softplus(s[n]) + softplus(-s[n]))"),
}


# Where a sigmoid is nearly one its slope p*(1 - p) is zero in doubles, by convention.
CASES = [(n, s) for n in FAR for s in (3.0, 40.0, -40.0)
         if (n, s) != ("the complement of a sigmoid", -40.0)]


@pytest.mark.parametrize(("name", "size"), CASES)
def test_far_from_zero_all_digits_are_right(name, size):
    """Every element by its own size, against 60 digits: what is tiny is not nothing."""
    text = (f'loss = "loss"\nequations = """\n{FAR[name]}\n"""\n[inputs]\nx = ["N", 3]\n'
            '[parameters]\nw = [3]\n[targets]\ny = ["N"]\n')
    graph = parse_spec(text).graph
    space = module_of(graph)
    # Every row is far on the side of the sign of ``size``.
    x = np.array([[0.5, 0.25, 0.375], [0.625, 0.75, 0.5]])
    data = {"x": x, "y": np.array([0.25, 0.75]), "w": size * np.array([0.75, 0.5, 1.25])}
    derivative = differentiate(graph)
    with mpmath.workdps(60):
        judged = evaluate(derivative, {k: exactly(v) for k, v in data.items()}, {"N": 2},
                          mpmath.mpf(1))
        loss = float(judged.tensor("loss"))
        wanted = np.array([float(v) for v in judged.tensor(derivative.gradients["w"])])
    value, grads = space["value_and_grad"]({"w": data.pop("w")}, **data)
    assert value == pytest.approx(loss, rel=1e-12, abs=0)
    np.testing.assert_allclose(grads["w"], wanted, rtol=1e-11, atol=0)


def exactly(array):
    return [exactly(v) for v in array] if np.ndim(array) else mpmath.mpf(float(array))


# -- what else a module says --


def test_a_workspace_spares_the_arrays():
    """Its arrays are what the steps write to: a call takes a small part of the memory."""
    graph = parse_spec("""
[inputs]
x = ["N", 64]
[[layers]]
kind = "dense"
units = 32
activation = "tanh"
repeat = 3
[loss]
kind = "mean_squared_error"
""").graph
    space = module_of(graph)
    given = data_for(graph, {"N": 2000}, 1)
    params = {t.name: given.pop(t.name) for t in graph.with_role("parameter")}
    peaks = []
    for workspace in (None, space["Workspace"](2000)):
        space["value_and_grad"](params, **given, workspace=workspace)
        tracemalloc.start()
        space["value_and_grad"](params, **given, workspace=workspace)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0]/10


@pytest.mark.parametrize(
    "title", ["a", "it's", 'so "called"', """both ' and " and \\""", "\u00e9\n"])
def test_a_title_is_the_text_that_it_was(title):
    graph = spec_graph(*FIRST)
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph, "net", title).module, "net", "exec"), space)
    assert space["TITLE"] == title


FIRST = (HEAD["x"], {"w": [5]}, "loss = sum(n, j, w[j]*x[n,j])")


def test_an_extent_is_bound_by_whichever_argument_is_there():
    """``forward`` takes one of two targets, and their extent from that one."""
    graph = parse_spec("""
loss = "loss"
outputs = ["o"]
equations = '''
o[m] = a*z[m]
loss = sum(m, (y[m] - o[m])**2)
'''
[parameters]
a = []
[targets]
y = ["M"]
z = ["M"]
""").graph
    space = module_of(graph)
    z = np.array([1.0, 2.0, 4.0])
    np.testing.assert_array_equal(space["forward"]({"a": np.float64(3)}, z=z), 3*z)


def test_a_fixed_place_that_another_definition_of_the_loop_writes_is_no_step():
    text = "h[0] = w[0]\nh[t+2] += w[1]*h[1]\nh[t+1] += w[2]*h[t]\nloss = h[3]**2"
    graph = spec_graph(HEAD["x"], {"w": [5]}, text, {"t": 3})
    # The first of the two definitions never writes h[1], the second does.
    with pytest.raises(SpecError, match=r"SP310.* reads h\[1\] at another step"):
        compile_graph(graph, "net")


@pytest.mark.parametrize("formula", ["(b - d) + a", "a + (b - d)", "(d - b) - a"])
def test_a_scalar_keeps_the_brackets_that_keep_its_digits(formula):
    graph = spec_graph(HEAD["x"], {"a": [], "b": [], "d": []}, f"loss = ({formula})**2")
    space = module_of(graph)
    for dtype, far in ((np.float32, 2.0**30), (np.float64, 2.0**60)):
        params = {"a": dtype(0.5), "b": dtype(far), "d": dtype(far)}
        value, grads = space["value_and_grad"](params, x=np.ones((1, 5), dtype))
        assert value == 0.25 and abs(grads["a"]) == 1
        assert grads["b"] == -grads["d"] == grads["a"]


@pytest.mark.parametrize("formula", ["(b - d)/10", "(b - d)*0.1", "sin(a)*((b - d)/10)/sin(a)"])
def test_a_number_does_not_go_into_a_difference_of_scalars(formula):
    space = module_of(spec_graph(HEAD["x"], {"a": [], "b": [], "d": []}, f"loss = {formula}"))
    for dtype in (np.float32, np.float64):
        near = 1 + 3*np.finfo(dtype).eps
        params = {"a": dtype(0.5), "b": dtype(near), "d": dtype(1)}
        value, _ = space["value_and_grad"](params, x=np.ones((1, 5), dtype))
        assert value == pytest.approx(0.3*np.finfo(dtype).eps, rel=1e-5)


# -- functions of what has no precision of its own --

# Arguments without a precision, of which every function is defined.
UNTYPED = {
    "an index": "{f}((i + 1)/8)", "a truth value": "{f}((i > 1)/2 + 0.25)",
    "a number": "{f}(0.25)", "an extent": "{f}(1/(N + 1))",
}
SEVERAL = {
    "leaky_relu": "leaky_relu({x}, i)", "elu": "elu({x}, i)", "maximum": "max({x}, 1)",
    "minimum": "min({x}, 1)", "where": "where({x} > 0.2, i, 1)", "clip": "clip({x}, 0, 1)",
    "atan2": "atan2({x}, 1)", "xlogy": "xlogy({x}, i + 1)", "power": "power({x}, i)",
    "sign": "sign({x})", "abs": "abs({x})",
}
PLAIN = sorted(n for n, f in FUNCTIONS.items()
               if f.arity == 1 and n not in ("negate", "stop_gradient", "root", "step"))


def untyped():
    for name in PLAIN:
        for what, form in UNTYPED.items():
            yield f"{name} of {what}", form.format(f=name)
    for name, form in SEVERAL.items():
        yield f"{name} of an index", form.format(x="i")


FORMULAS = dict(untyped())


@pytest.mark.parametrize("kind", ["beside", "inside a sum", "in a tensor"])
def test_functions_of_untyped_numbers_take_the_precision_of_what_is_given(kind):
    """All of them in one network, so that each is a step of its own."""
    lines, terms = [], []
    for number, formula in enumerate(FORMULAS.values()):
        match kind:
            case "beside":
                terms.append(f"sum(i, {formula}*a[i])")
            case "inside a sum":
                terms.append(f"a[0]*sum(i, {formula})")
            case _:
                lines.append(f"y{number}[i] = {formula}")
                terms.append(f"sum(i, y{number}[i]*a[i])")
    # Each in a network of its own would be slow; a loss each, and their sum.
    lines += [f"l{number} = {term}" for number, term in enumerate(terms)]
    lines += ["loss = " + " + ".join(f"l{number}" for number in range(len(terms)))
              + " + 0*sum(n, x[n,0])"]
    graph = spec_graph(HEAD["x"], {"a": [3]}, "\n".join(lines), {"i": 3})
    judge(graph, module_of(graph), {"N": 2}, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("width", [2, 3, 4, 5, 8, 9])
def test_negatives_into_parts_of_a_tensor(width, dtype):
    """NumPy's negation is wrong between some strides, which depend on the width of rows."""
    spec = (f'equations = """\ny[i, 0] = -c[i, 1]\ny[i, 1] = elu(-sin(c[i, 0]))\n'
            f'y[i, j+2] = -c[i, j]*w\nloss = sum(i, k, y[i, k]*d[i, k])\n"""\n'
            f'[parameters]\nw = []\n[inputs]\nc = [5, {width}]\nd = [5, {width + 2}]\n')
    network = parse_spec(spec)
    space = {"__name__": "generated"}
    exec(compile(compile_graph(network.graph, "net").module, "net", "exec"), space)
    rng = np.random.default_rng(3)
    data = {"c": rng.normal(size=(5, width)), "d": rng.normal(size=(5, width + 2))}
    params = {"w": np.array(0.7)}
    want = evaluate(network.graph, {k: v.tolist() for k, v in {**data, **params}.items()})
    for workspace in (None, space["Workspace"](dtype=dtype)):
        value, _ = space["value_and_grad"](
            {"w": params["w"].astype(dtype)}, **{k: v.astype(dtype) for k, v in data.items()},
            workspace=workspace)
        close = 1e-5 if dtype is np.float32 else 1e-12
        assert value == pytest.approx(want.tensor("loss"), rel=close)
