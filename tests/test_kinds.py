"""A value is a number of the module's dtype: truths, indices, integers and untyped numbers too.

Every function, operator and reduction is applied to every form of operand that is no array of
floats by itself, in both dtypes, with and without a workspace; the judge is the reference
evaluator, to which a comparison is 0 or 1.
"""

import itertools

import numpy as np
import pytest

from symbprop import pipeline
from symbprop.arrays.expressions import Expressions
from symbprop.calculus.differentiate import differentiate
from symbprop.language.evaluate import evaluate
from symbprop.language.functions import FUNCTIONS
from symbprop.language.reductions import REDUCTIONS
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

SIZES = {"N": 4}
TABLES = """
[parameters]
a = ["N"]
b = [3]
w = ["N"]
c = []
[inputs]
x = ["N", 3]
word = { shape = ["N"], integer = true, below = 3 }
v = [3, 3]
pick = { shape = [], integer = true, below = 3 }
"""

def made(equations, tables=TABLES, outputs='["y"]', indices=""):
    text = f'outputs = {outputs}\nloss = "loss"\nequations = """\n{equations}\n"""\n{tables}'
    graph = parse_spec(text + indices, "net.toml").graph
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph, "net").module, "net", "exec"), space)
    return graph, space


def data(positive=False):
    rng = np.random.default_rng(5)
    found = {"a": np.array([0.7, -1.3, 0.4, 1.1]), "b": np.array([-0.2, 0.9, 0.3]),
             "w": rng.normal(size=4), "c": np.array(0.6), "x": rng.normal(size=(4, 3)),
             "v": rng.normal(size=(3, 3))}
    if positive:
        found = {k: np.abs(v) + 0.1 for k, v in found.items()}
    # To the last digit of either dtype.
    found = {k: np.asarray(v, np.float32).astype(float) for k, v in found.items()}
    return {**found, "word": np.array([2, 0, 1, 2]), "pick": np.array(1)}


def judged(graph, given):
    used = {k: np.asarray(v).tolist() for k, v in given.items() if k in graph.tensors}
    derivative = differentiate(graph)
    meaning = evaluate(derivative, used, SIZES, 1.0)
    adjoints = {f"d {k}": v for k, v in derivative.gradients.items()}
    named = {n: n for n in (*graph.outputs, graph.loss)} | adjoints
    return {key: np.array(meaning.tensor(name), float) for key, name in named.items()}


def agree(graph, space, given, name=""):
    """Outputs, losses and gradients are the evaluator's, and have the dtype of the parameters."""
    right = judged(graph, given)
    for dtype, close in ((np.float64, 1e-12), (np.float32, 2e-5)):
        here = {k: v if v.dtype.kind == "i" else v.astype(dtype) for k, v in given.items()}
        params = {k: here[k] for k in space["PARAMETERS"]}
        args = {k: here[k] for k in (*space["INPUTS"], *space["TARGETS"])}
        output = space["forward"](params, **args)
        outputs = output if isinstance(output, dict) else {graph.outputs[0]: output}
        sizes = [SIZES[n] for n in space["Workspace"].__init__.__code__.co_varnames[1:]
                 if n in SIZES]
        work = space["Workspace"](*sizes, dtype=dtype)
        calls = [space["value_and_grad"](params, **args),
                 space["value_and_grad"](params, **args, workspace=work),
                 space["value_and_grad"](params, **args, workspace=work)]
        losses = [space["loss"](params, **args), *(value for value, _ in calls)]
        for found, want in [*((outputs[n], right[n]) for n in graph.outputs),
                            *((loss, right[graph.loss]) for loss in losses)]:
            assert found.dtype == dtype, (name, found.dtype)
            np.testing.assert_allclose(found, want, close, close, err_msg=name)
        for (_, grads), (key, shape) in itertools.product(calls, space["PARAMETERS"].items()):
            sized = tuple(SIZES.get(s, s) for s in shape)
            assert grads[key].dtype == dtype, (name, key, grads[key].dtype)
            assert grads[key].shape == sized
            np.testing.assert_allclose(grads[key], right[f"d {key}"], close, close, err_msg=name)


HEAD = "m[i] = a[i] > 0.2\nq[j] = b[j] > 0.1\nk2[n,j] = x[n,j] > 0\ng[p,j] = v[p,j] > 0\n"
TRUTHS = {
    "comparison": "(a[i] > 0.2)", "step": "step(a[i])", "named": "m[i]", "reversed": "m[N-1-i]",
    "looked up": "q[word[i]]", "fixed": "q[1]", "column": "k2[i,2]", "scalar": "(c > 0.1)",
    "logic": "(a[i] > 0.2 and w[i] < 1)", "not": "(not m[i])", "indices": "(i < 2)",
    "lookup": "(word[i] == pick)", "words": "(word[i] < i + 1)", "mixed": "(i < a[i])",
    "looked at": "(word[0] > pick)",
}
WORDS = {
    "index": "i", "shifted index": "(i + 1)", "an extent": "N", "a number": "2",
    "a fraction": "0.3", "pi": "(pi/2)", "product": "(2*i*i)",
}
OPERATORS = {
    "{0} + {1}": 2, "{0} - {1}": 2, "{0}*{1}": 2, "{0}/({1} + 1)": 2, "-{0}": 1, "1 - {0}": 1,
    "{0}**2": 1, "{0}**3": 1, "{0}**4": 1, "sqrt({0})": 1, "({0} + 1)**-1": 1, "2*{0}": 1,
    "{0}**1.5": 1, "{0}/3": 1, "{0} + {1} + {2}": 3, "{0}*{1}*{2}": 3, "-{0} - {1}": 2,
    "max({0}, {1})": 2, "min({0}, {1})": 2, "N*{0}": 1, "{0}/N": 1, "norm(j, {0}*q[j])": 1,
    "where({0} > {1}, {0}, {1})": 2, "where({0}, 1, 2)": 1, "where({0}, {1}, {2})": 3,
    "{0} and {1}": 2, "not {0}": 1, "({0} or {1}) + {0}": 2, "step({0})": 1, "sign(-{0})": 1,
    "max({0}, 0.5)": 1, "min({0}, 0)": 1, "power({0} + 1, 0.5)": 1, "{0}*a[i]": 1,
    "clip({0}, 0.25, 0.75)": 1, "clip(a[i], {0} - 1, {0})": 1, "exp(2)*{0}": 1,
    "power(2, {0})": 1, "sqrt(N)*{0}": 1, "sum(j, {0}*b[j])": 1, "sum(j, {0}*q[j])": 1,
}
SKIP = {"maximum", "minimum", "where", "equal", "greater", "less", "not_equal", "greater_equal",
        "less_equal", "both", "either", "negate", "root", "clip", "group"}
CALLS = OPERATORS | {
    f"{name}({', '.join(f'{{{n}}}' for n in range(f.arity))})": f.arity
    for name, f in FUNCTIONS.items() if name not in SKIP
}
# Where a function has no finite value at 0 or 1, its operands are moved by so much.
MOVED = {"log": 0.5, "log1p": 0.5, "xlogy": 0.5, "asin": -0.3, "acos": -0.3, "atan2": 0.5}


def together(values):
    """One network that has each formula as a result, times a parameter and under a sum."""
    names = [f"y{n}" for n in range(len(values))]
    lines = [f"{y}[i] = {value}" for y, value in zip(names, values, strict=True)]
    total = " + ".join([*(f"sum(i, w[i]*{y}[i])" for y in names), f"sum(i, {values[0]})/7"])
    lines.append(f"loss = {total} + c*sum(i, a[i]) + sum(j, b[j])")
    return made(HEAD + "\n".join(lines), outputs="[" + ", ".join(map('"{}"'.format, names)) + "]",
                indices='[indices]\ni = "N"\nj = 3\nn = "N"\n')


@pytest.mark.parametrize("form", sorted(CALLS))
def test_a_function_takes_truths_indices_and_numbers_as_numbers(form):
    """All operands of one sort in turn, so that NumPy sees no float beside them."""
    shift = MOVED.get(form.partition("(")[0])
    values = []
    for group in (TRUTHS, WORDS):
        listed = [v if shift is None else f"({v}/20 + {shift})" for v in group.values()]
        every = 1 if CALLS[form] < 3 and len(form) < 12 else 3
        for n in range(0, len(listed), every):
            values.append(form.format(*(listed[(n + k) % len(listed)] for k in range(3))))
    agree(*together(values), data(), form)


@pytest.mark.parametrize("kind", [*sorted(REDUCTIONS), "mean", "norm"])
def test_a_reduction_takes_truths_and_indices_as_numbers(kind):
    bodies = [
        "step(x[i,j])", "q[j]", "k2[i,j]", "k2[i,2-j]", "g[word[i],j]", "g[j,2 - j]", "g[2,j]",
        "q[j]*k2[i,j]",
        "q[j]*step(x[i,j])*m[i]", "step(x[i,j])**2", "-q[j]", "1 - q[j]", "q[j] + m[i]", "j*i",
        "(j > 0)", "j", "j*q[j]", "(c > 0)", "2", "(j == i)", "where(q[j], k2[i,j], m[i])",
        "q[j]*q[j]", "k2[i,j]*k2[i,j]", "i*q[j]*x[i,j]", "q[j]*x[i,j]", "sum(n, k2[n,j]*m[n])",
    ]
    agree(*together([f"{kind}(j, {b})" for b in bodies]), data(), kind)


NETWORKS = {
    "the square of a truth": "loss = sum(i, step(a[i])**2) + c + sum(i, w[i]*a[i]) + b[0]",
    "a norm of truths": "loss = norm(i, step(a[i])) + c*sum(i, w[i]*a[i])*b[0]",
    "a loss of truths": "m[i] = a[i] > 0.2\nloss = c*sum(i, m[i]*m[i])/N + b[2] + w[0] + a[0]",
    "accumulated truths": (
        "y[i] = 0*w[i]\ny[i] += a[i] > 0\nz[word[i]] += w[i] > 0\nz[j] += b[j]*(j > 1)\n"
        "loss = sum(i, y[i]**2)*c + sum(j, z[j]**2)"),
    "parts of truths": (
        "y[0] = c > 0\ny[i+1] = a[i] > 0\nz[i] = y[i+1] - y[i]\nloss = sum(i, z[i]*w[i]) + b[0]"),
    "a recurrence of truths": (
        "h[0] = c\nm[i] = h[i] > 0.1\nh[i+1] = where(m[i], h[i]*w[i], a[i]) - m[i]\n"
        "loss = sum(i, h[i+1]**2) + sum(i, m[i]*m[i]) + b[0]"),
    "a recurrence of vectors of truths": (
        "h[0,j] = b[j]\nm[i,j] = h[i,j] > 0.1\nf[i,j] = m[i,j] and x[i,j] > 0\n"
        "h[i+1,j] = where(f[i,j], x[i,j]*c, -m[i,j]) + i*a[i]\n"
        "loss = sum(i, j, h[i+1,j]**2) + sum(i, j, f[i,j]*f[i,j])*sum(i, w[i])"),
    "a whole tensor of fewer indices": (
        "m[i,j] = a[i] > 0\nf[i,j] = where(m[i,j], x[i,j], m[i,j])\n"
        "loss = sum(i, j, f[i,j]**2*b[j]) + c*w[0]"),
    "transposed": (
        "m[j,i] = x[i,j] > 0\nloss = sum(i, j, m[j,i]*m[j,i]*a[i]) + c*b[0] + w[0]"),
    "looked up": (
        "g[p,j] = v[p,j] > 0\nm[i,j] = x[i,j] > 0\nf[i,j] = g[word[i],j] + m[i,j]\n"
        "loss = sum(i, j, f[i,j]**2*w[i])"
        " + c*a[0]*b[0]"),
    "a position of an integer": (
        "loss = b[pick]*b[word[0]]*c + sum(i, a[i]*(word[i] == word[0])) + v[1,pick]*b[word[2 - 2]]"
        " + u[word[0] + 1,pick]*u[pick + 2,word[0]]\nu[p + 3*q,j] = v[p,j]*c*q"),
    "numbers": "loss = c*(exp(2) + N/2 + pi*sqrt(N) + log(3)*N**2 + 1/N + max(N, 2) + 2**-0.5)"
               " + erf(1)*a[0] + where(N > 2, 1, b[0])*w[0] + erf(N)",
    "only numbers": "y[i] = 2 - N/3 + exp(i)/7\n"
                    "loss = (c + sum(i, a[i] + w[i] + b[0]))*sum(i, y[i] - N)",
    "index in a product": "loss = sum(i, i*a[i]) + sum(j, j*b[j]*c) + w[0]",
    "index under a function": "y[i] = i*a[i]\n"
                              "loss = sum(i, sin(y[i])) + sum(i, sin(i)*w[i])*c*b[0]",
    "position encoding": (
        "y[i,j] = x[i,j] + sin(i/10000**(j/3))*c\nloss = sum(i, j, y[i,j]**2*b[j]*a[i]) + w[0]"),
    "extents": "y[i] = (i + 0.5)/N\nloss = sum(i, y[i]*a[i])/N + c*N + (N - 1)*b[0]*w[0]",
    "constant branches": (
        "y[i] = where(a[i] > 0, 1, 2)\nz[i] = where(i > 1, 0.5, N)\n"
        "loss = sum(i, y[i]*z[i]) + c*sum(i, w[i]*z[i])*b[0]"),
}


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_a_network_computes_with_numbers_of_one_dtype(name):
    text = NETWORKS[name]
    outputs = [k for k in ("y", "z", "f", "m") if f"{k}[" in text] or ["loss"]
    for listed in sorted({tuple(outputs), tuple(outputs[:1]), ("loss",)}):
        graph, space = made(text, outputs="[" + ", ".join(map('"{}"'.format, listed)) + "]",
                            indices='[indices]\ni = "N"\nj = 3\nq = 2\n')
        agree(graph, space, data(), name)


def test_truths_that_are_multiplied_as_truths_are_caught(monkeypatch):
    """The control: what sums by itself is given the truths as they are, and nobody complains."""
    monkeypatch.setattr(Expressions, "as_float", lambda self, piece, expr: piece)
    monkeypatch.setattr(pipeline, "verify_program", lambda program: ())
    graph, space = made(NETWORKS["the square of a truth"], outputs='["loss"]')
    with pytest.raises(AssertionError):
        agree(graph, space, data())
