"""Three hundred random networks: generated gradients against a complex step of the evaluator.

The complex step (Squire and Trapp, 1998) has no difference in it, so it is exact to rounding; it
runs on the author's graph and knows nothing of the differentiator.  (It sees through
`stop_gradient`, and its complex erf is not exact: those two have tests of their own.)
"""

import random

import numpy as np
import pytest

from symbprop.calculus import differentiate as calculus
from symbprop.language.evaluate import evaluate
from symbprop.language.graph import Tensor, make_graph
from symbprop.language.notation import read_equations
from symbprop.language.terms import extent
from symbprop.pipeline import compile_graph

STEP = 1e-150
FORMS = (
    "tanh({s})", "sigmoid({s})", "softplus({s})", "relu({s})", "leaky_relu({s})", "elu({s})",
    "selu({s})", "gelu_tanh({s})", "silu({s})", "softsign({s})", "hardsigmoid({s})",
    "hardswish({s})", "sin({s})", "cos({s})", "tan(tanh({s})/2)", "asin(0.9*tanh({s}))",
    "acos(0.9*tanh({s}))", "atan({s})", "sinh(tanh({s}))", "cosh(tanh({s}))", "abs({s})",
    "exp(-{s}**2)", "expm1(tanh({s}))", "log(1.5 + tanh({s}))", "log1p({s}**2)",
    "sqrt(1 + square({s}))", "atan2({s}, 2 + cos({s}))", "max({s}, 0.3)", "min({s}, 0.2)",
    "clip({s}, -1, 1)", "where({s} > 0.1, {s}, 0.5*{s})", "power(1.5 + sin({s}), 1.3)",
    "xlogy(1 + tanh({s})/2, 2 + sin({s}))", "{s}**3/(1 + {s}**2)", "{s}", "sign({s})*{s}",
    "step({s})*{s}",
)
LOSSES = (
    "sum(n, j, (y[n,j] - {h}[n,j])**2)", "mean(n, j, abs(y[n,j] - {h}[n,j]))",
    "mean(n, logsumexp(j, {h}[n,j]) - {h}[n,label[n]])",
    "-mean(n, sum(j, y[n,j]*log(softmax(j, {h}[n,j]))))",
    "sum(n, max(j, {h}[n,j])) + sum(n, norm(j, {h}[n,j]))",
    "mean(n, softplus(sum(j, {h}[n,j])) - y[n,0]*sum(j, {h}[n,j]))",
)


def network(seed):
    """One to eight layers of unequal widths, with shared weights, skips and a penalty."""
    rng = random.Random(seed)
    depth = rng.randint(1, 8)
    width = rng.randint(1, 5)
    given = {"x": Tensor("x", (extent("N"), extent(width)), "input")}
    widths, shapes, lines = {"x": width}, {}, []
    last = "x"
    for layer in range(1, depth + 1):
        out = rng.randint(1, 5)
        shape = (out, widths[last])
        shared = [w for w, s in shapes.items() if s == shape]
        if shared and rng.random() < 0.6:
            weight = rng.choice(shared)
        else:
            weight = f"W{layer}"
            shapes[weight] = shape
            given[weight] = Tensor(weight, tuple(map(extent, shape)), "parameter")
        text = f"s{layer}[n,j] = sum(k, {weight}[j,k]*{last}[n,k])"
        if rng.random() < 0.7:
            given[f"b{layer}"] = Tensor(f"b{layer}", (extent(out),), "parameter")
            text += f" + b{layer}[j]"
        lines.append(text)
        form = rng.choice(FORMS).format(s=f"s{layer}[n,j]")
        skips = [h for h, w in widths.items() if w == out]
        skip = f" + {rng.choice(skips)}[n,j]" if skips and rng.random() < 0.5 else ""
        lines.append(f"h{layer}[n,j] = {form}{skip}")
        last = f"h{layer}"
        widths[last] = out
    size = extent(widths[last])
    given["y"] = Tensor("y", (extent("N"), size), "target")
    given["label"] = Tensor("label", (extent("N"),), "target", True, size)
    loss = rng.choice(LOSSES).format(h=last)
    if rng.random() < 0.3:
        loss += f" + 0.1*sum(j, k, {rng.choice(sorted(shapes))}[j,k]**2)"
    definitions, made = read_equations("\n".join([*lines, f"loss = {loss}"]), given)
    return make_graph([*given.values(), *made], definitions, "loss")


def worst_error(seed):
    """Largest relative error of directional derivatives: all parameters at once, and each alone."""
    graph = network(seed)
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph, "net").module, "net", "exec"), space)
    rng = np.random.default_rng(seed)
    rows = 3
    params = {k: 0.7 * rng.normal(size=s) for k, s in space["PARAMETERS"].items()}
    data = {}
    for tensor in (*graph.with_role("input"), *graph.with_role("target")):
        shape = tuple(rows if str(e) == "N" else int(e) for e in tensor.shape)
        data[tensor.name] = (
            rng.integers(0, int(tensor.limit), shape) if tensor.integer
            else rng.uniform(0.1, 1.0, shape)
        )
    value, grads = space["value_and_grad"](params, **data)
    ways = {k: rng.normal(size=v.shape) for k, v in params.items()}
    chosen = sorted(params)[seed % len(params)]
    worst = 0.0
    for moved in (set(params), {chosen}):
        numbers = {k: v.tolist() for k, v in data.items()}
        for key, array in params.items():
            numbers[key] = (array + 1j * STEP * ways[key] * (key in moved)).tolist()
        stepped = complex(evaluate(graph, numbers, {"N": rows}, 1.0 + 0j).tensor("loss"))
        slope = stepped.imag / STEP
        found = sum(np.sum(grads[k] * ways[k]) for k in moved)
        scale = max(1.0, abs(slope), sum(np.sum(np.abs(grads[k] * ways[k])) for k in moved))
        error = abs(found - slope) / scale + abs(value - stepped.real) / max(1.0, abs(stepped.real))
        worst = max(worst, error) if error == error else np.inf
    return worst


@pytest.mark.parametrize(("block", "count"), [
    pytest.param(block, count, marks=[pytest.mark.slow] if count > 10 else [])
    for count in (10, 30) for block in range(10)
])
def test_gradients_of_random_networks(block, count):
    for seed in range(30 * block, 30 * block + count):
        assert worst_error(seed) < 1e-12, f"network {seed}"


def test_a_missing_path_is_caught(monkeypatch):
    """The control: where a tensor is read twice, the last contribution to its adjoint is lost."""
    honest = calculus.collect
    monkeypatch.setattr(
        calculus, "collect",
        lambda tensor, parts: honest(tensor, parts[:-1] if len(parts) > 1 else parts),
    )
    assert sum(worst_error(seed) > 1e-6 for seed in range(20)) >= 5
