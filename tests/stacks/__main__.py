"""The command: draw, judge, count, shrink.

A legal stack that the compiler refuses is a failure too, but for one kind that is known and only
counted: an extent that is known at call time only and that windows of a stride made a floor of,
where a formula needs it as a number.
"""

from __future__ import annotations

import argparse
import sys
import time

import torch

from symbprop.networks.layers import all_layers
from symbprop.networks.losses import LOSSES

from .bench import Bench
from .draw import draw_case
from .shrink import shrink
from .verdict import fault


def refused(said: str) -> bool:
    return said.startswith("refused") and "floor" in said


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.stacks")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, default=5, help="failures that are shrunk")
    options = parser.parse_args()
    torch.set_num_threads(1)
    counts: dict[str, int] = {}
    failures: list[str] = []
    begun, judged, floors = time.perf_counter(), 0, 0
    for number in range(options.seed, options.seed + options.count):
        if time.perf_counter() - begun > options.seconds:
            break
        case = draw_case(number)
        said = fault(case)
        judged += 1
        bench = Bench(case)
        bench.loss()
        for kind, count in bench.counts.items():
            counts[kind] = counts.get(kind, 0) + count
        if said is None:
            continue
        if refused(said):
            floors += 1
            continue
        failures.append(f"{number}: {said}")
        print(f"stack {number}: {said}", flush=True)
        if len(failures) <= options.most:
            small, said = shrink(case, fault)
            print(f"-- shrunk: {said}\n{small.spec}# extents {small.extents}, data of seed "
                  f"{small.seed}\n", flush=True)
    missing = sorted((set(all_layers()) | {f"loss {k}" for k in LOSSES}) - set(counts))
    print("  ".join(f"{k} {counts[k]}" for k in sorted(counts)))
    if missing:
        print("not drawn:", ", ".join(missing))
    print(f"{judged} stacks from seed {options.seed} in {time.perf_counter() - begun:.0f} s: "
          f"{len(failures)} disagree, {floors} refused for a floor in a formula")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
