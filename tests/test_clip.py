"""min(max(x, low), high): where low > high, high wins, in value and derivative, in every room."""

import itertools

import numpy as np
import pytest

from symbprop.language.evaluate import evaluate
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

SPEC = """
equations = "y[i] = clip(x[i], low[i], high[i])\\nloss = sum(i, (i + 1)*y[i])"
[parameters]
x = ["M"]
low = ["M"]
high = ["M"]
"""
# x, low, high; value; the derivatives by x, low and high, as torch.clamp has them.
TABLE = [
    ((0, 1, 2), 1, (0, 1, 0)), ((1, 1, 2), 1, (1, 0, 0)), ((1.5, 1, 2), 1.5, (1, 0, 0)),
    ((2, 1, 2), 2, (1, 0, 0)), ((3, 1, 2), 2, (0, 0, 1)),
    ((0, 2, 1), 1, (0, 0, 1)), ((1, 2, 1), 1, (0, 0, 1)), ((1.5, 2, 1), 1, (0, 0, 1)),
    ((2, 2, 1), 1, (0, 0, 1)), ((3, 2, 1), 1, (0, 0, 1)),
    ((0, 1, 1), 1, (0, 0, 0)), ((1, 1, 1), 1, (1, 0, 0)), ((2, 1, 1), 1, (0, 0, 1)),
]
NAMES = ("x", "low", "high")


def columns(rows):
    return {n: np.array([r[k] for r in rows], float) for k, n in enumerate(NAMES)}


def judged(points):
    """Values and derivatives of the module at many points at once."""
    graph = parse_spec(SPEC, "net.toml").graph
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph, "net").module, "net", "exec"), space)
    params = columns(points)
    weights = np.arange(1.0, len(points) + 1)
    loss, grads = space["value_and_grad"](params)
    return graph, params, loss, {n: grads[n] / weights for n in NAMES}


def test_value_and_derivative_are_those_of_one_meaning():
    graph, params, loss, slopes = judged([p for p, _, _ in TABLE])
    values = evaluate(graph, {n: v.tolist() for n, v in params.items()}, {"M": len(TABLE)})
    assert values.tensor("y") == [v for _, v, _ in TABLE]
    assert loss == values.tensor("loss")
    for k, name in enumerate(NAMES):
        assert slopes[name].tolist() == [s[k] for _, _, s in TABLE], name


@pytest.mark.torch
def test_pytorch_agrees_at_every_order_and_tie():
    torch = pytest.importorskip("torch")
    points = list(itertools.product((-1.0, 0.0, 0.5, 1.0, 2.0), repeat=3))
    _, params, loss, slopes = judged(points)
    leaves = {n: torch.tensor(v, requires_grad=True) for n, v in params.items()}
    y = torch.clamp(leaves["x"], leaves["low"], leaves["high"])
    y.sum().backward()
    assert loss == (y.detach().numpy() * np.arange(1.0, len(points) + 1)).sum()
    for name in NAMES:
        assert slopes[name].tolist() == leaves[name].grad.numpy().tolist(), name
