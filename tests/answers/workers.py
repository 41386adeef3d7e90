"""Processes that judge cases, and survive what a case does to them.

A process that does not return is ended, and one that ends by itself is noticed; either is the
outcome of the case that it was given.  Each is a fresh one after a case that went wrong and after
some hundred others, so that a case answers for its own memory only.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

from .judge import Limits, Outcome, wrong

MOST_CASES = 200
# A fork sees what was changed in this process, such as a fault that a test plants.
FORK = multiprocessing.get_context("fork")


class Worker:
    """A process, and the case that it has at hand."""

    def __init__(self, judge: Callable[[Any], Outcome], limits: Limits) -> None:
        self.limits, self.cases = limits, 0
        self.number, self.deadline = -1, 0.0
        self.connection, theirs = FORK.Pipe()
        self.process = FORK.Process(target=_serve, args=(judge, theirs, limits), daemon=True)
        self.process.start()
        theirs.close()

    def give(self, number: int, case: Any) -> None:
        """Let it judge a case."""
        self.number, self.deadline = number, time.monotonic() + self.limits.patience
        self.cases += 1
        self.connection.send(case)

    def outcome(self) -> Outcome | None:
        """That of its case; None while there is none."""
        try:
            if self.connection.poll():
                return self.connection.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            return wrong(f"the process ended with {self.process.exitcode}")
        if time.monotonic() < self.deadline:
            return None
        self.process.kill()
        return wrong("did not return", f"did not return within {self.limits.patience:g} s")

    def close(self) -> None:
        """End the process."""
        self.connection.close()
        self.process.kill()
        self.process.join()


def _serve(judge: Callable[[Any], Outcome], connection: Connection, limits: Limits) -> None:
    # Beyond what is judged, so that the machine is safe from it.
    most = 4 * limits.megabytes * 10**6
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            case = connection.recv()
        except (EOFError, KeyboardInterrupt):
            os._exit(0)
        connection.send(judge(case))


def outcomes(
    judge: Callable[[Any], Outcome], cases: Iterable[Any], limits: Limits, jobs: int = 1
) -> Iterator[Outcome]:
    """The outcome of each case, in their order."""
    waiting = enumerate(cases)
    workers: list[Worker] = []
    found: dict[int, Outcome] = {}
    following = 0
    left = True
    try:
        while left or workers or found:
            while left and len(workers) < jobs:
                workers.append(Worker(judge, limits))
            for worker in list(workers):
                if worker.number < 0:
                    number, case = next(waiting, (-1, None))
                    left = left and number >= 0
                    if not left:
                        worker.close()
                        workers.remove(worker)
                        continue
                    worker.give(number, case)
            wait([w.connection for w in workers], timeout=0.2)
            for worker in list(workers):
                outcome = worker.outcome()
                if outcome is None:
                    continue
                found[worker.number] = outcome
                worker.number = -1
                if outcome.kind == "wrong" or worker.cases >= MOST_CASES:
                    worker.close()
                    workers.remove(worker)
            while following in found:
                yield found.pop(following)
                following += 1
    finally:
        for worker in workers:
            worker.close()
