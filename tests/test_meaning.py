"""Small programs that tell a compiler with one wrong line from a right one.

Each is here because a mutation of one line (`python -m tests.mutations`) or a fault once lived
through all other tests.  Value and gradients are compared with the reference evaluator in both
precisions, with a workspace and without, and results have the precision of what is given.
"""

import numpy as np
import pytest
from test_lowering import HEAD, data_for, spec_graph

from symbprop.calculus.differentiate import differentiate
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
    "the loss is a parameter": ("x", {"a": []}, "loss = a", {}),
    "the loss is a parameter and nothing else is read": ("x", {"a": [], "w": [5]}, "loss = a", {}),
    "the loss is an element": ("x", {"w": [5]}, "loss = w[3]", {}),
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


@pytest.mark.parametrize("name", sorted(LAYERED))
def test_layers_that_once_went_wrong(name):
    given, layers = LAYERED[name]
    text = f"[inputs]\n{given}\n" + "".join(f"[[layers]]\n{layer}\n" for layer in layers)
    graph = parse_spec(text + '[loss]\nkind = "l2"\n').graph
    space = module_of(graph)
    for number, extents in enumerate(({"N": 2, "T": 7}, {"N": 1, "T": 5}, {"N": 3, "T": 6})):
        judge(graph, space, extents, number)


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
