"""Batch normalisation: statistics of the batch in training, running ones in forward."""

import numpy as np
import pytest

from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

SPEC = """
[inputs]
x = ["N", 3, "T"]
[[layers]]
kind = "conv1d"
filters = 2
kernel = 2
[[layers]]
kind = "batch_norm"
STATISTICS
[[layers]]
kind = "tanh"
[loss]
kind = "mean_squared_error"
"""


def module(statistics=""):
    network = parse_spec(SPEC.replace("STATISTICS", statistics), "net.toml")
    space = {"__name__": "generated"}
    exec(compile(compile_graph(network.graph, "net").module, "net", "exec"), space)
    return space


def by_hand(params, x, mean=None, variance=None):
    parts = [np.einsum("nct,oc->not", x[:, :, p:p + x.shape[2] - 1], params["W1"][:, :, p])
             for p in range(2)]
    s = sum(parts) + params["b1"][:, None]
    mean = s.mean(axis=(0, 2)) if mean is None else mean
    variance = s.var(axis=(0, 2)) if variance is None else variance
    z = (s - mean[:, None]) / np.sqrt(variance + 1e-5)[:, None]
    return np.tanh(params["g2"][:, None] * z + params["b2"][:, None]), mean, variance


def drawn(net):
    rng = np.random.default_rng(3)
    params = {k: v + 0.3 * rng.normal(size=v.shape) for k, v in net["init"](1).items()}
    return params, rng.normal(size=(4, 3, 6)), rng.normal(size=(4, 2, 5))


def test_forward_takes_running_statistics():
    net = module()
    params, x, _ = drawn(net)
    assert net["ESTIMATED"] == {"m2": (2,), "v2": (2,)}
    mean, variance = np.array([0.3, -0.2]), np.array([1.5, 0.4])
    wanted, _, _ = by_hand(params, x, mean, variance)
    np.testing.assert_allclose(net["forward"](params, x, mean, variance), wanted, rtol=1e-12)
    with pytest.raises(ValueError, match="v2 has shape"):
        net["forward"](params, x, mean, variance[:1])


def test_training_takes_those_of_the_batch():
    net = module()
    params, x, y = drawn(net)
    output, mean, variance = by_hand(params, x)
    found = net["statistics"](params, x)
    np.testing.assert_allclose(found["m2"], mean, rtol=1e-12)
    np.testing.assert_allclose(found["v2"], variance, rtol=1e-12)
    np.testing.assert_allclose(net["loss"](params, x, y), np.mean((y - output) ** 2), rtol=1e-12)
    value, _ = net["value_and_grad"](params, x, y)
    assert value == pytest.approx(net["loss"](params, x, y), rel=1e-12)
    np.testing.assert_allclose(net["forward"](params, x, **found), output, rtol=1e-10)


def test_the_gradient_goes_through_the_statistics_of_the_batch():
    assert module()["check"]() < 1e-6
    whole, fixed = module(), module('statistics = "running"')
    params, x, y = drawn(whole)
    found = whole["statistics"](params, x)
    _, grads = whole["value_and_grad"](params, x, y)
    _, others = fixed["value_and_grad"](params, x, found["m2"], found["v2"], y)
    np.testing.assert_allclose(grads["g2"], others["g2"], rtol=1e-9)
    assert np.abs(grads["W1"] - others["W1"]).max() > 1e-3


def test_batch_statistics_may_serve_forward_too():
    net = module('statistics = "batch"')
    params, x, _ = drawn(net)
    assert "ESTIMATED" not in net and "statistics" not in net
    np.testing.assert_allclose(net["forward"](params, x), by_hand(params, x)[0], rtol=1e-10)
