"""The compiler of this tree against that of another commit: what its modules cost, and compiling.

    python -m benchmarks.against COMMIT [--rounds R] [--only NETWORK] [--specs FOLDER] [--compile]

Both compile the same networks, each in a process of its own; both modules are then called in turn
in one process, in a new order each round, with the same data, one thread, on one core.  Ratios are
of medians, this tree's over the commit's: above 1 is slower than before.  A network that the other
commit does not know is left out, and said.  Compile times are seconds of processor time of fresh
processes, import apart.  Run in the checkout, on a quiet machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import inspect
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

# Before NumPy is loaded, which reads these once.
os.environ.update(dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import numpy as np

from benchmarks.agreement import require_agreement
from benchmarks.rows import ROWS, SPECS

ROOT = Path(__file__).parent.parent
# What a free extent is where no row says it.
USUAL = {"N": 64, "T": 20}
OTHER = 16
# One sample of a peer lasts at least so long, so that the clock's own cost does not show.
SAMPLE = 2e-4

# Runs in the tree that it compiles with: its own imports, not those of this file.
COMPILING = """
import json, sys, time
from pathlib import Path
from symbprop.networks.spec import load
from symbprop.pipeline import compile_network
limits = {}
for spec in sys.argv[2:]:
    try:
        network = load(spec)
        made = compile_network(network)
    except Exception as error:
        limits[Path(spec).stem] = str(error)
        continue
    Path(sys.argv[1], f"{network.name}.py").write_text(made.module)
    limits[network.name] = {t.name: str(t.limit) for t in made.graph.tensors.values() if t.integer}
print(json.dumps(limits))
"""
TIMING = """
import re, sys, tempfile, time
from pathlib import Path
from symbprop.networks.spec import load, zoo_text
from symbprop.pipeline import compile_network
name, layers = sys.argv[1:]
if layers != "0":
    text = re.sub(r"repeat = [0-9]+", f"repeat = {layers}", zoo_text(name))
    name = str(Path(tempfile.mkdtemp()) / "deep.toml")
    Path(name).write_text(text)
start = time.process_time()
compile_network(load(name))
print(time.process_time() - start)
"""


def other_tree(commit: str, folder: Path) -> Path:
    """The files of a commit, laid out below a folder."""
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", commit], check=True,
                             capture_output=True).stdout
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    return folder


def in_tree(tree: Path, program: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=tree, check=True, text=True,
        capture_output=True, env={**os.environ, "PYTHONPATH": str(tree)},
    ).stdout


def loaded(path: Path, name: str) -> ModuleType:
    found = importlib.util.spec_from_file_location(name, path)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def sizes_of(net: ModuleType, extents: Mapping[str, int]) -> dict[str, int]:
    """A size for each free extent, by the keyword that the module has for it.

    An author's name may have got underscores there.
    """
    free = [*inspect.signature(net.Workspace).parameters][:-1]
    return {n: extents.get(n.rstrip("_"), USUAL.get(n.rstrip("_"), OTHER)) for n in free}


def drawn(
    net: ModuleType, extents: Mapping[str, int], limits: Mapping[str, str], dtype: type
) -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
    named = {n.rstrip("_"): v for n, v in extents.items()}
    rng = np.random.default_rng(0)
    own = inspect.signature(net.init).parameters
    sized = {k: v for k, v in extents.items() if k in own}
    params = {k: np.asarray(v + 0.1 * rng.normal(size=v.shape), dtype)
              for k, v in net.init(0, dtype, **sized).items()}
    data = []
    for name, shape in {**net.INPUTS, **net.TARGETS}.items():
        size = tuple(named.get(str(n).rstrip("_"), n) for n in shape)
        if name in limits:
            top = limits[name]
            top = named[top] if top in named else 1 if top == "None" else int(top)
            data.append(rng.integers(0, top, size))
        else:
            data.append(rng.random(size).astype(dtype))
    return params, data


def timed(call: Callable[[], Any], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def compared(
    new: ModuleType, old: ModuleType, extents: Mapping[str, int], limits: Mapping[str, str],
    dtype: type, rounds: int,
) -> tuple[float, float]:
    """Medians in seconds of one value and gradient with a workspace, now and before."""
    peers: dict[str, Callable[[], Any]] = {}
    # The same arrays for both: where one begins in memory is worth a fifth of a short product.
    params, data = drawn(new, sizes_of(new, extents), limits, dtype)
    for key, net in (("new", new), ("old", old)):
        work = net.Workspace(**sizes_of(net, extents), dtype=dtype)

        def call(net: Any = net, work: Any = work) -> Any:
            return net.value_and_grad(params, *data, workspace=work)

        peers[key] = call
    with np.errstate(all="ignore"):
        require_agreement("the other commit", peers["old"](), peers["new"](),
                          2e-3 if dtype == np.float32 else 1e-9)
        times = max(1, math.ceil(SAMPLE / timed(peers["new"], 3)))
        order, found = list(peers), {key: [] for key in peers}
        shuffle = random.Random(0)
        for _ in range(rounds):
            shuffle.shuffle(order)
            for key in order:
                found[key].append(timed(peers[key], times))
    return statistics.median(found["new"]), statistics.median(found["old"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", help="what to compare with")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--only", help="one network")
    parser.add_argument("--specs", type=Path, help="a folder of further specs")
    parser.add_argument("--compile", action="store_true", help="compile times alone")
    parser.add_argument("--json", type=Path, help="write the figures")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        tree = other_tree(arguments.commit, Path(scratch) / "tree")
        if arguments.compile:
            compare_compiling(tree, arguments.rounds)
            return
        report = compare_modules(tree, Path(scratch), arguments)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def compare_modules(tree: Path, scratch: Path, arguments: argparse.Namespace) -> list[Any]:
    zoo = sorted((ROOT / "symbprop" / "networks" / "zoo").glob("*.toml"))
    folders = [SPECS, *([arguments.specs.resolve()] if arguments.specs else [])]
    specs = [*zoo, *(p for f in folders for p in sorted(f.glob("*.toml")))]
    specs = [p for p in specs if arguments.only in (None, p.stem)]
    limits: dict[str, dict[str, Any]] = {}
    for key, root in (("new", ROOT), ("old", tree)):
        (scratch / key).mkdir()
        limits[key] = json.loads(in_tree(root, COMPILING, str(scratch / key), *map(str, specs)))
    report, ratios = [], []
    rows = [(r.name, r.extents) for r in ROWS]
    rows += [(p.stem, {}) for p in specs if p.stem not in {r.name for r in ROWS}]
    for name, extents in rows:
        if arguments.only not in (None, name):
            continue
        if not all(isinstance(limits[k].get(name), dict) for k in limits):
            print(f"{name:24} left out: {limits['old'].get(name)} | {limits['new'].get(name)}")
            continue
        new, old = (loaded(scratch / k / f"{name}.py", f"{k}_{name}") for k in ("new", "old"))
        sizes = sizes_of(new, extents)
        same = (scratch / "new" / f"{name}.py").read_text() == (
            scratch / "old" / f"{name}.py").read_text()
        for dtype in (np.float32, np.float64):
            now, before = compared(new, old, extents, limits["new"][name], dtype,
                                   arguments.rounds)
            ratios.append(now / before)
            size = " ".join(f"{k}={v}" for k, v in sizes.items())
            print(f"{name:24} {size:14} {dtype.__name__}  {now * 1e6:10.1f} us  "
                  f"{now / before:.3f}{'  (same text)' if same else ''}", flush=True)
            report.append({"network": name, "extents": sizes, "dtype": dtype.__name__,
                           "seconds": now, "ratio": now / before})
    print(f"geometric mean {statistics.geometric_mean(ratios):.3f}, largest {max(ratios):.3f}, "
          f"of {len(ratios)} rows; Python {sys.version.split()[0]}, NumPy {np.__version__}")
    return report


def compare_compiling(tree: Path, rounds: int) -> None:
    for name, layers in (("digits", 0), ("transformer_block", 0), ("lstm_64", 0),
                         ("deep_tanh", 200)):
        found: dict[str, list[float]] = {"new": [], "old": []}
        for _ in range(rounds):
            for key, root in (("new", ROOT), ("old", tree)):
                found[key].append(float(in_tree(root, TIMING, name, str(layers))))
        now, before = (statistics.median(found[k]) for k in ("new", "old"))
        shown = f"{name} of {layers} layers" if layers else name
        print(f"{shown:24} {now:.3f} s, before {before:.3f} s, ratio {now / before:.3f}",
              flush=True)


if __name__ == "__main__":
    main()
