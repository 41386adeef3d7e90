"""Misuse the Python functions, and count what is answered."""

import argparse
import sys
from collections import Counter

from .calls import drawn, misused
from .judge import outcome


def main() -> int:
    """Print the counts and each wrong answer; 1 where there is one."""
    parser = argparse.ArgumentParser(prog="python -m tests.misuse", description=__doc__)
    parser.add_argument("--count", type=int, default=10**6, help="at most so many, by default all")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    for case in drawn(asked.count, asked.seed):
        found = outcome(lambda case=case: misused(*case))
        counts[found.split(":")[0]] += 1
        if found.startswith("wrong"):
            print(*case, found, flush=True)
    print(", ".join(f"{kind} {number}" for kind, number in sorted(counts.items())))
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
