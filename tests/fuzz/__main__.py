"""Any number of random programs: their counts, and each wrong one as small as it can be made.

`python -m tests.fuzz --count N [--seconds S] [--seed K] [--jobs J]` ends with 1 where any is wrong.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from functools import partial

from symbprop.language.accuracy import ACCURACIES
from symbprop.shrinking.shrink import shrink

from .generator import program
from .judge import fails_like, judge


def one(name, accuracy):
    """The verdict on the program of a seed."""
    return name, judge(program(name), name, accuracy)


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    parser.add_argument("--seed", default="0", help="which programs")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--shrink", type=int, default=10, help="at most so many are shrunk")
    parser.add_argument("--tries", type=int, default=1500, help="programs tried in one shrinking")
    parser.add_argument("--accuracy", choices=ACCURACIES, default="fast", help="what is promised")
    chosen = parser.parse_args(argv)
    names = (f"{chosen.seed}.{n}" for n in range(chosen.count))
    begun, counts, codes, wrong = time.monotonic(), Counter(), Counter(), []
    examples = {}
    redraws = singles = small = spoilt = ended = 0
    with multiprocessing.Pool(chosen.jobs) as pool:
        for name, verdict in pool.imap(partial(one, accuracy=chosen.accuracy), names, chunksize=4):
            counts[verdict.kind] += 1
            redraws += verdict.redraws
            singles += verdict.singles
            spoilt += verdict.spoilt
            ended += verdict.ended
            small += verdict.kind == "right" and not verdict.small
            if verdict.kind in ("refused", "wrong"):
                codes[verdict.kind, verdict.code] += 1
                examples.setdefault(verdict.code, name)
            if verdict.kind == "wrong":
                wrong.append((name, verdict))
            if chosen.seconds and time.monotonic() - begun > chosen.seconds:
                pool.terminate()
                break
    print(f"programs             {sum(counts.values())} in {time.monotonic() - begun:.0f} s")
    print(f"compiled and right   {counts['right']} (in float32 by value, too: {singles}; "
          f"of no value at extents of 0 to 2: {small})")
    for kind in ("refused", "wrong"):
        shown = ", ".join(
            f"{c} {n} (as {examples[c]})" for (k, c), n in sorted(codes.items()) if k == kind
        )
        print(f"{kind:<20} {counts[kind]}{f': {shown}' if shown else ''}")
    print(f"no valid program     {counts['invalid']}")
    print(f"no point to judge at {counts['unusable']}; points drawn anew {redraws}")
    print(f"what is not taken has no value at {spoilt} points, and the module none at {ended}")
    for number, (name, verdict) in enumerate(wrong):
        print(f"\n=== {name}: {verdict.code}")
        script = program(name)
        if number < chosen.shrink:
            script = shrink(script, fails_like(verdict, name, chosen.accuracy), chosen.tries)
            verdict = judge(script, name, chosen.accuracy)
        print(script.spec() + verdict.said)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
