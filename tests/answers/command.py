"""Any number of cases from a seed: counts by outcome and code, and what is wrong, made small."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol

from .judge import Limits, Outcome
from .workers import outcomes


class Case(Protocol):
    """What one seed and one number draw; ``str`` shows it so that it can be tried by hand."""

    def smaller(self) -> Iterator[Case]:
        """Cases with less in them, those with the least first."""
        ...


def main(
    name: str,
    description: str,
    draw: Callable[[str, int], Any],
    judge: Callable[[Any, Limits], Outcome],
    argv: Sequence[str] | None = None,
) -> int:
    """Print the counts and each wrong case; 1 where there is one."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.{name}", description=description)
    parser.add_argument("--count", type=int, default=1000, help="how many cases")
    parser.add_argument("--seed", default="0", help="which cases")
    parser.add_argument("--only", type=int, metavar="N", help="the case of this number alone")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--minutes", type=float, help="stop after this time")
    parser.add_argument("--seconds", type=float, default=Limits().seconds,
                        help="of the processor, for one case at most")
    parser.add_argument("--megabytes", type=int, default=Limits().megabytes,
                        help="for one case at most")
    parser.add_argument("--tries", type=int, default=150, help="cases tried in making one small")
    asked = parser.parse_args(argv)
    limits = Limits(asked.seconds, asked.megabytes)
    numbers = range(asked.count) if asked.only is None else (asked.only,)
    begun, counts, codes = time.monotonic(), Counter[str](), Counter[str]()
    sorts: dict[str, list[int]] = {}
    slowest, largest = (0.0, -1), (0, -1)
    run = partial(outcomes, partial(judge, limits=limits), limits=limits)
    cases = (draw(asked.seed, number) for number in numbers)
    for number, outcome in zip(numbers, run(cases=cases, jobs=asked.jobs), strict=False):
        counts[outcome.kind] += 1
        codes.update(outcome.codes)
        slowest = max(slowest, (outcome.seconds, number))
        largest = max(largest, (outcome.megabytes, number))
        if outcome.kind == "wrong":
            sorts.setdefault(outcome.sort, []).append(number)
            if len(sorts[outcome.sort]) == 1 or asked.only is not None:
                print(f"--- {number}: {outcome.said}", flush=True)
        if asked.minutes and time.monotonic() - begun > 60 * asked.minutes:
            break
    for sort, wrong in sorts.items():
        print(f"\n=== {len(wrong)} wrong: {sort}: --seed {asked.seed} --only "
              f"{' '.join(map(str, wrong[:20]))}")
        print(_smallest(draw(asked.seed, wrong[0]), sort, run, asked.tries), flush=True)
    if asked.only is not None and not sorts:
        print(draw(asked.seed, asked.only))
    print(f"cases     {sum(counts.values())} in {time.monotonic() - begun:.0f} s, the slowest "
          f"{slowest[0]:.1f} s ({slowest[1]}), the largest {largest[0]} MB ({largest[1]})")
    for kind in ("compiled", "answered", "wrong"):
        print(f"{kind:<9} {counts[kind]}")
    print("codes     " + ", ".join(f"{code} {n}" for code, n in sorted(codes.items())))
    return 1 if counts["wrong"] else 0


def _smallest(
    case: Case, sort: str, run: Callable[..., Iterator[Outcome]], tries: int
) -> Case:
    """The smallest case found that is wrong in the same way."""
    left = tries
    smaller = case.smaller()
    while left > 0 and (candidate := next(smaller, None)) is not None:
        left -= 1
        (outcome,) = run(cases=(candidate,))
        if outcome.sort == sort:
            case, smaller = candidate, candidate.smaller()
    return case
