"""Generated modules against plain hand-written NumPy and, where installed, PyTorch, JAX, autograd.

    python -m benchmarks [--quick] [--only NETWORK] [--json FILE]

Loss and all gradients in one call, every peer in turn within one run, one thread each; ratios of
medians to the generated module's, so that above 1 means slower than it.  A peer that is not
installed is named as absent, one without a form of a network beside its row.  Who disagrees about
a gradient ends the run.  All share one process, so who allocates at each call finds a heap that
the others have grown, and pays less for fresh memory than alone.  Run in the checkout.
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

from benchmarks.agreement import DisagreementError, require_agreement  # noqa: E402
from benchmarks.peers import PEERS, NotWrittenError  # noqa: E402
from benchmarks.rows import ROWS  # noqa: E402

# What one row in one precision may take, in seconds, within the numbers of rounds beside it.
BUDGET, FEWEST, MOST = 20.0, 20, 500


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


def timed_round(peers, order):
    """Seconds of one call of each peer, in this order."""
    seconds = {}
    for key in order:
        peer = peers[key]
        start = time.perf_counter()
        peer()
        seconds[key] = time.perf_counter() - start
    return seconds


def measure(row, dtype, quick, present):
    """Median seconds by peer, and why others have no figure.  Raises DisagreementError."""
    net = row.module()
    params, data = row.draw(0, dtype)
    work = row.workspace(dtype)
    peers = {
        "symbprop": lambda: net.value_and_grad(params, *data, workspace=work),
        "symbprop, no workspace": lambda: net.value_and_grad(params, *data),
    }
    missing = {}
    for peer, _ in present:
        try:
            peers[peer.TITLE] = peer.prepare(row.name, params, data)
        except (NotWrittenError, ImportError) as error:
            missing[peer.TITLE] = str(error)
    right = peers["symbprop"]()
    # A sum over more rows, and more layers, gather more rounding.
    close = 1e-3 if dtype == np.float32 else 1e-10
    for title, peer in peers.items():
        require_agreement(title, peer(), right, close)
    order = list(peers)
    total = sum(timed_round(peers, order).values())
    rounds = 5 if quick else max(FEWEST, min(MOST, int(BUDGET / total)))
    rng = np.random.default_rng(0)
    found = []
    for _ in range(rounds):
        # In a new order each time: a peer pays for the caches that the one before it leaves.
        rng.shuffle(order)
        found.append(timed_round(peers, order))
    return {k: statistics.median(seconds[k] for seconds in found) for k in peers}, missing


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    parser.add_argument("--only", choices=sorted({row.name for row in ROWS}), help="one network")
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
    for row in ROWS:
        if arguments.only not in (None, row.name):
            continue
        for dtype in (np.float32, np.float64):
            try:
                medians, missing = measure(row, dtype, arguments.quick, present)
            except DisagreementError as error:
                raise SystemExit(f"{row.name}: {error}") from error
            own = medians["symbprop"]
            found.append({"network": row.name, "extents": dict(row.extents),
                          "dtype": dtype.__name__, "seconds": medians, "missing": missing})
            size = " ".join(f"{k}={v}" for k, v in row.extents.items())
            ratios = [f"{k} {v / own:.2f}" for k, v in medians.items() if k != "symbprop"]
            ratios += [f"{k}: {reason}" for k, reason in missing.items()]
            print(f"{row.name:17} {size:10} {dtype.__name__}  {own * 1e6:9.0f} us  "
                  + "  ".join(ratios), flush=True)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"python": platform.python_version(), "threads": THREADS, "core": CORE,
                       "peers": versions, "absent": absent, "rows": found}, file, indent=1)


if __name__ == "__main__":
    main()
