"""Generated modules against plain hand-written NumPy and, where installed, PyTorch, JAX, autograd.

    python -m benchmarks [--quick] [--only NETWORK] [--json FILE]

Loss and all gradients in one call, every peer in turn within one run, one thread each; ratios of
medians to the generated module's, so that above 1 means slower than it.  A peer that is not
installed is named as absent.  Run in the checkout.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import statistics
import time

# Before NumPy and its like are loaded, which read these once.
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
os.environ.update(THREADS)
# JAX heeds none of these, but makes its pool as large as the cores that it may use.
CORE = None
if hasattr(os, "sched_setaffinity"):
    CORE = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {CORE})

import numpy as np  # noqa: E402

PEERS = ("plain", "pytorch", "jax_jit", "hips_autograd")

ROWS = {
    "two_two_one": (1, 100, 10_000),
    "digits": (32, 256, 1_797),
    "mnist_mlp": (32, 128, 1_024),
    "deep_tanh": (64,),
}


def present_peers():
    """The peers that are installed, with their versions, and the titles of those that are not."""
    present, absent = [], []
    for name in PEERS:
        peer = importlib.import_module(f"benchmarks.peers.{name}")
        try:
            present.append((peer, peer.version()))
        except ImportError:
            absent.append(peer.TITLE)
    return present, absent


def measure(name, batch, dtype, repeats, present):
    """Median seconds by peer.  SystemExit where two peers disagree."""
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
        **{peer.TITLE: peer.prepare(name, params, data) for peer, _ in present},
    }
    _, right = peers["symbprop"]()
    # A sum over more rows, and more layers, gather more rounding.
    close = 1e-3 if dtype == np.float32 else 1e-10
    for title, peer in peers.items():
        for key, grad in peer()[1].items():
            size = max(np.abs(right[key]).max(initial=0.0), 1e-6)
            if not np.abs(np.asarray(grad) - right[key]).max(initial=0.0) <= close * size:
                raise SystemExit(f"{name}: {title} has another gradient by {key}")
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
    parser.add_argument("--only", choices=sorted(ROWS), help="one network")
    parser.add_argument("--json", metavar="FILE", help="write the figures")
    arguments = parser.parse_args()
    present, absent = present_peers()
    versions = {peer.TITLE: version for peer, version in present}
    pinned = f"all on core {CORE}" if CORE is not None else (
        "not pinned to one core, which this system does not offer: JAX may use several")
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, one thread each by "
          + ", ".join(f"{k}={v}" for k, v in THREADS.items()) + f"; {pinned}")
    print("peers: " + ", ".join(f"{k} ({v})" for k, v in versions.items())
          + (f"; absent: {', '.join(absent)}" if absent else ""))
    found = []
    rows = {k: v for k, v in ROWS.items() if arguments.only in (None, k)}
    for name, batches in rows.items():
        for batch in batches:
            for dtype in (np.float32, np.float64):
                large = batch * (50 if name == "mnist_mlp" else 5)
                repeats = 5 if arguments.quick else max(20, min(500, 200_000 // large))
                medians = measure(name, batch, dtype, repeats, present)
                own = medians["symbprop"]
                row = {"network": name, "batch": batch, "dtype": dtype.__name__, "seconds": medians}
                found.append(row)
                ratios = "  ".join(f"{k} {v / own:.2f}" for k, v in medians.items()
                                   if k != "symbprop")
                print(f"{name:12} {batch:6} {dtype.__name__}  {own * 1e6:9.0f} us  {ratios}",
                      flush=True)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"python": platform.python_version(), "threads": THREADS, "core": CORE,
                       "peers": versions, "absent": absent, "rows": found}, file, indent=1)


if __name__ == "__main__":
    main()
