"""The smallest program that still fails, by a walk that takes each step down that it finds."""

from __future__ import annotations

from collections.abc import Callable

from symbprop.shrinking.moves import moves, tidied, weight
from symbprop.shrinking.script import Script

MOST = 2000


def shrink(script: Script, fails: Callable[[Script], bool], most: int = MOST) -> Script:
    """A script of least weight that ``fails`` and to which no move leads down.

    ``fails`` says no to what is no program.  The walk is deterministic; it ends after ``most``
    questions with what it has.
    """
    tried: set[Script] = set()
    going = True
    first = tidied(script)
    if first != script and fails(first):
        script = first
    while going:
        going = False
        least = weight(script)
        for candidate in moves(script):
            if candidate in tried or weight(candidate) >= least:
                continue
            tried.add(candidate)
            if len(tried) > most:
                return script
            if fails(candidate):
                script, going = candidate, True
                break
    return script
