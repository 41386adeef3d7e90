"""Generated modules against plain hand-written NumPy and, where installed, PyTorch.

    python -m benchmarks [--quick] [--json FILE]

Loss and all gradients in one call, every peer in turn within one run, one thread each; ratios of
medians to the generated module's, so that above 1 means slower than it.  Run in the checkout.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import statistics
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402

ROWS = {
    "two_two_one": (1, 100, 10_000),
    "digits": (32, 256, 1_797),
    "mnist_mlp": (32, 128, 1_024),
    "deep_tanh": (64,),
}


def plain_two_two_one(p, x1, x2, expected):
    x = np.stack([x1, x2], axis=1)
    w = np.array([[p["W1"], p["W2"]], [p["W3"], p["W4"]]])
    s = x @ w.T + np.array([p["b1"], p["b2"]])
    y = np.maximum(s, 0)
    v = np.array([p["W5"], p["W6"]])
    rest = y @ v + p["b3"] - expected
    d = 2 * rest
    d_v = d @ y
    d_s = np.outer(d, v) * (s > 0)
    d_w, d_b = d_s.T @ x, d_s.sum(axis=0)
    return (rest**2).sum(), {
        "W1": d_w[0, 0], "W2": d_w[0, 1], "W3": d_w[1, 0], "W4": d_w[1, 1], "b1": d_b[0],
        "b2": d_b[1], "W5": d_v[0], "W6": d_v[1], "b3": d.sum(),
    }


def plain_mlp(p, x, label):
    layers = len(p) // 2
    held = [x]
    for number in range(1, layers + 1):
        s = held[-1] @ p[f"W{number}"].T + p[f"b{number}"]
        held.append(np.maximum(s, 0) if number < layers else s)
    z = held.pop()
    e = np.exp(z - z.max(axis=1, keepdims=True))
    d = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(len(x))
    loss = -np.log(d[rows, label]).mean()
    d[rows, label] -= 1
    d /= len(x)
    grads = {}
    for number in range(layers, 0, -1):
        grads[f"W{number}"], grads[f"b{number}"] = d.T @ held[number - 1], d.sum(axis=0)
        if number > 1:
            d = (d @ p[f"W{number}"]) * (held[number - 1] > 0)
    return loss, grads


def plain_tanh(p, x, y):
    layers = len(p) // 2
    held = [x]
    for number in range(1, layers + 1):
        held.append(np.tanh(held[-1] @ p[f"W{number}"].T + p[f"b{number}"]))
    rest = held[-1] - y
    d = 2 * rest / rest.size
    grads = {}
    for number in range(layers, 0, -1):
        d = d * (1 - held[number] ** 2)
        grads[f"W{number}"], grads[f"b{number}"] = d.T @ held[number - 1], d.sum(axis=0)
        d = d @ p[f"W{number}"]
    return (rest**2).mean(), grads


PLAIN = {"two_two_one": plain_two_two_one, "digits": plain_mlp, "mnist_mlp": plain_mlp,
         "deep_tanh": plain_tanh}


def torch_peer(name, params, data):
    """PyTorch's eager mode on the same values, or None where it is not installed."""
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        return None
    torch.set_num_threads(1)
    leaves = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    arrays = [torch.tensor(v) for v in data]

    def loss():
        if name == "two_two_one":
            x1, x2, expected = arrays
            p = leaves
            y1 = torch.relu(p["W1"] * x1 + p["W2"] * x2 + p["b1"])
            y2 = torch.relu(p["W3"] * x1 + p["W4"] * x2 + p["b2"])
            return ((expected - (p["W5"] * y1 + p["W6"] * y2 + p["b3"])) ** 2).sum()
        h, layers = arrays[0], len(leaves) // 2
        for number in range(1, layers + 1):
            h = torch.nn.functional.linear(h, leaves[f"W{number}"], leaves[f"b{number}"])
            if name == "deep_tanh":
                h = torch.tanh(h)
            elif number < layers:
                h = torch.relu(h)
        if name == "deep_tanh":
            return torch.nn.functional.mse_loss(h, arrays[1])
        return torch.nn.functional.cross_entropy(h, arrays[1])

    def run():
        value = loss()
        return value, dict(zip(leaves, torch.autograd.grad(value, leaves.values()), strict=True))

    return run


def measure(name, batch, dtype, repeats):
    net = importlib.import_module(f"generated.{name}")
    rng = np.random.default_rng(0)
    params = {k: v + (0.1 * rng.normal(size=v.shape)).astype(dtype)
              for k, v in net.init(0, dtype).items()}
    data = []
    for key, shape in {**net.INPUTS, **net.TARGETS}.items():
        size = tuple(batch if n == "N" else n for n in shape)
        data.append(rng.integers(0, 10, size) if key == "label"
                    else rng.normal(size=size).astype(dtype))
    work = net.Workspace(batch, dtype)
    peers = {
        "symbprop": lambda: net.value_and_grad(params, *data, workspace=work),
        "symbprop, no workspace": lambda: net.value_and_grad(params, *data),
        "plain NumPy": lambda: PLAIN[name](params, *data),
        "PyTorch eager": torch_peer(name, params, data),
    }
    peers = {k: v for k, v in peers.items() if v is not None}
    _, right = peers["symbprop"]()
    for peer in peers.values():
        for key, grad in peer()[1].items():
            close = np.allclose(np.asarray(grad), right[key], rtol=2e-2, atol=2e-3 * batch)
            if not close:
                raise SystemExit(f"{name}: the peers disagree on {key}")
    times = {k: [] for k in peers}
    order = list(peers)
    for _ in range(repeats):
        # In a new order each time: a peer pays for the caches that the one before it leaves.
        rng.shuffle(order)
        for key in order:
            peer = peers[key]
            start = time.perf_counter()
            peer()
            times[key].append(time.perf_counter() - start)
    return {k: statistics.median(v) for k, v in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    parser.add_argument("--json", metavar="FILE", help="write the figures")
    arguments = parser.parse_args()
    print(f"NumPy {np.__version__}, Python {platform.python_version()}, one thread")
    found = []
    for name, batches in ROWS.items():
        for batch in batches:
            for dtype in (np.float32, np.float64):
                large = batch * (50 if name == "mnist_mlp" else 5)
                repeats = 5 if arguments.quick else max(20, min(500, 200_000 // large))
                medians = measure(name, batch, dtype, repeats)
                own = medians["symbprop"]
                row = {"network": name, "batch": batch, "dtype": dtype.__name__, "seconds": medians}
                found.append(row)
                ratios = "  ".join(f"{k} {v / own:.2f}" for k, v in medians.items()
                                   if k != "symbprop")
                print(f"{name:12} {batch:6} {dtype.__name__}  {own * 1e6:9.0f} us  {ratios}",
                      flush=True)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(found, file, indent=1)


main()
