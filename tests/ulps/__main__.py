"""Measure every function and write the table."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from symbprop.language.accuracy import ACCURACIES
from symbprop.language.functions import FUNCTIONS
from tests.ulps.measure import Exact, Worst, module_of

TABLE = Path(__file__).parents[1] / "ulp_table.md"
HEAD = """# Digits of every function

Written by `python -m tests.ulps`; do not edit.  Errors in units of the last place, the largest over
{count} points of the whole range (seed {seed}), value first and then the slope by each argument;
NumPy {numpy}, PyTorch {torch}.  *At scale* is what the default promises: by the larger of the value
and the function's scale; the other columns are relative to the value itself.  `nan` follows how
often something was not finite where the exact value is.

| function | type | fast, at scale | fast | full | PyTorch |
| --- | --- | --- | --- | --- | --- |
"""


def cell(found: list[Worst], *, scaled: bool = False) -> str:
    """One mode's figures."""
    texts = []
    for worst in found:
        error = worst.scaled if scaled else worst.relative
        text = f"{error:.1f}" if error < 1000 else f"{error:.0e}"
        texts.append(f"{text} nan {worst.spoilt}" if worst.spoilt else text)
    return ", ".join(texts)


def main() -> None:
    """Measure the functions that are named, or all; all of them are written to the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.ulps", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="FUNCTION")
    parser.add_argument("--count", type=int, default=600, help="points for each function and type")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    write(asked.count, asked.seed, asked.names)


def write(count: int, seed: int, names: Sequence[str]) -> None:
    """Print the row of each function."""
    import torch

    from tests.ulps.peers import peer

    text = HEAD.format(count=count, seed=seed, numpy=np.__version__, torch=torch.__version__)
    for name in names or sorted(FUNCTIONS):
        record = FUNCTIONS[name]
        runs = {mode: module_of(name, record.arity, mode) for mode in ACCURACIES}
        for dtype in ("float64", "float32"):
            exact = Exact(record, dtype, count, seed)
            found = {
                mode: [exact.worst(part, n) for n, part in enumerate(run(exact.columns))]
                for mode, run in runs.items()
            }
            theirs = peer(name, exact.columns)
            shown = "-" if theirs is None else cell(
                [exact.worst(part, n) for n, part in enumerate(theirs)]
            )
            row = (name, dtype, cell(found["fast"], scaled=True), cell(found["fast"]),
                   cell(found["full"]), shown)
            line = "| " + " | ".join(row) + " |"
            print(line, flush=True)
            text += line + "\n"
    if not names:
        TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
