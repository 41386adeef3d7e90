"""What every digit costs: modules of full accuracy against fast ones, gradients in turn.

    python -m benchmarks.accuracy [NETWORK ...] [--rounds R]

Both modules of a network are called in one process, in a new order each round, with the same data,
one thread, on one core.  Ratios are of medians, full over fast.  Run on a quiet machine.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

# First: it keeps NumPy to one thread, on one core.
from benchmarks.against import compared, loaded

import numpy as np  # isort: skip

from symbprop.networks.spec import load
from symbprop.pipeline import compile_network

# Networks of the zoo, and extents where they are others than those usual.
NETWORKS = {"digits": {}, "lstm_64": {}, "deep_tanh": {}, "xor": {}, "gpt_small": {"N": 8}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", help="of the zoo; by default "
                        f"{', '.join(NETWORKS)}", metavar="NETWORK")
    parser.add_argument("--rounds", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name in arguments.networks or NETWORKS:
            graph = load(name)
            limits = {t.name: str(t.limit) for t in graph.graph.tensors.values() if t.integer}
            nets = {}
            for accuracy in ("full", "fast"):
                path = Path(scratch) / f"{name}_{accuracy}.py"
                path.write_text(compile_network(graph, accuracy).module, encoding="ascii")
                nets[accuracy] = loaded(path, path.stem)
            for dtype in (np.float64, np.float32):
                full, fast = compared(nets["full"], nets["fast"], NETWORKS.get(name, {}), limits,
                                      dtype, arguments.rounds)
                print(f"{name:20} {dtype.__name__:8} {1e6 * fast:9.1f} us fast "
                      f"{1e6 * full:9.1f} us full {full / fast:6.2f}", flush=True)


if __name__ == "__main__":
    main()
