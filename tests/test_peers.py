"""The peers of the benchmark compute what the generated modules compute, or are not measured."""

import importlib
import pkgutil

import numpy as np
import pytest

import benchmarks.peers as room

PEERS = sorted(
    m.name for m in pkgutil.iter_modules(room.__path__)
    if hasattr(importlib.import_module(f"{room.__name__}.{m.name}"), "prepare")
)


def test_every_peer_is_there():
    assert PEERS == ["hips_autograd", "jax_jit", "plain", "pytorch"]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["two_two_one", "digits", "deep_tanh"])
@pytest.mark.parametrize("title", PEERS)
def test_a_peer_computes_the_same(title, name, dtype):
    peer = importlib.import_module(f"{room.__name__}.{title}")
    try:
        peer.version()
    except ImportError as absent:
        pytest.skip(f"{peer.TITLE} is not installed: {absent}")
    net = importlib.import_module(f"generated.{name}")
    rng = np.random.default_rng(5)
    params = {k: v + (0.1 * rng.normal(size=v.shape)).astype(dtype)
              for k, v in net.init(0, dtype).items()}
    data = []
    for key, shape in {**net.INPUTS, **net.TARGETS}.items():
        size = tuple(7 if n == "N" else n for n in shape)
        data.append(rng.integers(0, 10, size) if key == "label"
                    else rng.normal(size=size).astype(dtype))
    value, grads = net.value_and_grad(params, *data)
    theirs, found = peer.prepare(name, params, data)()
    close = 1e-10 if dtype == np.float64 else 2e-3
    theirs = theirs.item()
    assert abs(theirs - value) <= close * max(1.0, abs(value))
    assert found.keys() == grads.keys()
    for key, grad in grads.items():
        other = np.asarray(found[key])
        assert other.shape == grad.shape
        # A peer in another precision would be measured at another amount of work.
        assert other.dtype == dtype or title == "plain"
        assert np.abs(other - grad).max() <= close * max(np.abs(grad).max(), 1e-6)
