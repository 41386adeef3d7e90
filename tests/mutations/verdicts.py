"""Random programs and stacks whose verdicts must be those of before.

    python -m tests.mutations.verdicts FILE

writes FILE where it is not there, and else compares with it: exit 1 at the first difference.

What was right must stay right: a program that is now refused, or that the compiler breaks on, is
as bad as a wrong value.  What was not right before says nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ..fuzz.generator import program
from ..fuzz.judge import judge

PROGRAMS, STACKS, FIRST = 70, 14, 70_000


def verdicts() -> Iterator[tuple[str, str]]:
    for number in range(PROGRAMS):
        name = f"mutation.{number}"
        found = judge(program(name), name)
        yield name, f"{found.kind} {found.said[:200]}"
    # PyTorch takes longer to load than most mutations live.
    import torch

    from ..stacks.draw import draw_case
    from ..stacks.verdict import fault

    torch.set_num_threads(1)
    for seed in range(FIRST, FIRST + STACKS):
        yield f"stack {seed}", fault(draw_case(seed)) or "right "


def main() -> int:
    path = Path(sys.argv[1])
    if not path.exists():
        path.write_text(json.dumps(dict(verdicts())), encoding="utf-8")
        return 0
    before = json.loads(path.read_text(encoding="utf-8"))
    for name, said in verdicts():
        if before[name].startswith("right") and not said.startswith("right"):
            print(f"{name}: {said}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
