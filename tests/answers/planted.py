"""A script whose cases meet planted faults, so that a test sees whether its own run reports them.

    python -m tests.answers.planted NAME [what the script itself takes]

The first networks that are begun do what no network may; those after them are honest.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from symbprop.errors import Fault, InternalError, SpecError
from symbprop.networks.network import Network

from .workers import FORK


class Unspeakable(Exception):
    """An exception whose text cannot be had."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


def _raise(error: Exception) -> Callable[[], Any]:
    def planted() -> None:
        raise error

    return planted


def _busy() -> None:
    while True:
        pass


def _deaf() -> None:
    """It does not return, and no signal that Python could answer interrupts it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
    time.sleep(600)


def _large() -> None:
    bytearray(b"x") * 10**9


# What is planted, and the sort of outcome that it must have.
PLANTS: tuple[tuple[Callable[[], Any], str], ...] = (
    (_raise(KeyError("planted")), "KeyError"),
    (_raise(Unspeakable()), "Unspeakable"),
    # What is too deep for Python is answered at the door, which knows no line of it.
    (_raise(RecursionError()), "SP403 has no place"),
    (_raise(InternalError(Fault("SP799", "planted"))), "a bug of ours"),
    (_raise(SpecError(Fault("SP101", ""))), "SP101 says nothing"),
    (_raise(SpecError(Fault("SP102", f"planted {object()}"))), "SP102 shows what Python has"),
    (lambda: print("planted"), "printed"),
    (_busy, "over its time"),
    (_deaf, "did not return"),
    (_large, "over its memory"),
    (lambda: os._exit(9), "the process ended with 9"),
)


def main(name: str, argv: list[str]) -> int:
    """The script's exit status."""
    begun = FORK.Value("i", 0)
    honest = Network.__init__

    def planted(self: Network, *args: Any, **options: Any) -> None:
        with begun.get_lock():
            number, begun.value = begun.value, begun.value + 1
        if number < len(PLANTS):
            PLANTS[number][0]()
        honest(self, *args, **options)

    Network.__init__ = planted  # type: ignore[method-assign]
    # The command has answers of its own to these.
    drawn = importlib.import_module(f"tests.{name}.draw")
    drawn.WAYS = tuple(way for way in drawn.WAYS if way != "command")
    script = importlib.import_module(f"tests.{name}.__main__")
    return int(script.main(argv))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
