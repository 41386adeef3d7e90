"""One case under its limits: compiled, answered, or wrong and why.

An answer is an exception of symbprop's own whose every fault is a printable line with a place, and
at most a hint below.  Processor time counts, since the machine may be busy with other things; for
memory, the largest part of it that the process ever held, libraries and all.
"""

from __future__ import annotations

import contextlib
import io
import re
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbprop.errors import Fault, InternalError, SymbpropError

LONGEST = 600  # characters of a line that somebody is to read, with its place
UNIT = 1 if sys.platform == "darwin" else 1024
ROOM = f"symbprop{Path('/')}"
ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,}|Traceback \(most recent")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of the processor and megabytes that a case may take."""

    seconds: float = 5.0
    megabytes: int = 1000

    @property
    def patience(self) -> float:
        """Seconds of a clock on the wall after which a case that does not return is given up."""
        return 12 * self.seconds


@dataclass(frozen=True, slots=True)
class Outcome:
    """``kind`` is compiled, answered or wrong; ``codes`` are of the faults of an answer.

    ``sort`` says shortly what is wrong, the same for cases of one kind; ``said`` is all of it.
    """

    kind: str
    codes: tuple[str, ...] = ()
    sort: str = ""
    said: str = ""
    seconds: float = 0.0
    megabytes: int = 0


def wrong(sort: str, said: str = "") -> Outcome:
    """The outcome of a case that is neither compiled nor answered."""
    return Outcome("wrong", (), sort, said or sort)


class TooLong(BaseException):
    """A case that takes longer than it may."""


def _stop(*_: Any) -> None:
    raise TooLong


def peak() -> int:
    """The most megabytes that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT // 10**6


def judged(case: Callable[[], Outcome | None], limits: Limits, lines: list[str] | None) -> Outcome:
    """The outcome of a call.  ``lines`` are those of the file that faults stand in, None where
    there is no file; the call may give an outcome of its own, by default it has compiled."""
    begun, held = time.process_time(), peak()
    found = _outcome(case, limits, lines)
    seconds, most = time.process_time() - begun, peak()
    if most > limits.megabytes and most > held:
        found = wrong("over its memory", f"{most} MB, at most {limits.megabytes}: {found}")
    elif seconds > limits.seconds and found.kind != "wrong":
        found = wrong("over its time", f"{seconds:.1f} s, at most {limits.seconds:g}: {found}")
    return Outcome(found.kind, found.codes, found.sort, found.said, seconds, most)


def _outcome(
    case: Callable[[], Outcome | None], limits: Limits, lines: list[str] | None
) -> Outcome:
    before = signal.signal(signal.SIGPROF, _stop)
    printed = io.StringIO()
    try:
        # Again and again, since what must not be interrupted may swallow it.
        signal.setitimer(signal.ITIMER_PROF, limits.seconds, 0.5)
        try:
            with (warnings.catch_warnings(), contextlib.redirect_stdout(printed),
                  contextlib.redirect_stderr(printed)):
                warnings.simplefilter("error")
                found = case() or Outcome("compiled")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except SymbpropError as error:
        reason = unfit(error, lines)
        codes = tuple(sorted({fault.code for fault in error.faults}))
        found = wrong(reason, f"{reason}: {error}") if reason else Outcome("answered", codes)
    except TooLong as error:
        found = wrong(f"over its time {_where(error)}", f"over {limits.seconds:g} s of processor "
                      f"time\n{''.join(traceback.format_tb(error.__traceback__)[-8:])}")
    except Exception as error:
        found = wrong(f"{type(error).__name__} {_where(error)}", _whole(error))
    finally:
        signal.signal(signal.SIGPROF, before)
    if printed.getvalue() and found.kind != "wrong":
        return wrong("printed", f"printed {printed.getvalue()[:500]!r}")
    return found


def _whole(error: BaseException) -> str:
    """An exception with where it comes from, whatever its own text is."""
    try:
        text = str(error)[:300]
    except Exception:
        text = "an exception without a text"
    return f"{type(error).__name__}: {text}\n" + "".join(
        traceback.format_tb(error.__traceback__)[-4:])


def _where(error: BaseException) -> str:
    """The innermost line of symbprop that an exception passed through, ``in spec.py of size``."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if "symbprop" in Path(frame.filename).parts:
            return f"in {Path(frame.filename).name}, {frame.name}"
    return ""


def unfit(error: SymbpropError, lines: list[str] | None) -> str:
    """What makes an exception no answer to a user; empty where it is one."""
    if isinstance(error, InternalError) or not error.faults:
        return f"a bug of ours {_where(error)}"
    return next((why for fault in error.faults if (why := _unfit(fault, lines))), "")


def _unfit(fault: Fault, lines: list[str] | None) -> str:
    if not re.fullmatch(r"SP[1-6]\d\d", fault.code):
        return f"{fault.code} is no code of an answer"
    first, *more = str(fault).split("\n")
    if len(more) > 1 or any(not line.startswith("  hint: ") for line in more):
        return f"{fault.code} takes several lines"
    if not all(line.isprintable() for line in (first, *more)):
        return f"{fault.code} does not print"
    if max(map(len, (first, *more))) > LONGEST:
        return f"{fault.code} is too long to be read"
    if ADDRESS.search(str(fault)):
        return f"{fault.code} shows what Python has inside"
    if not fault.message.strip():
        return f"{fault.code} says nothing"
    if lines is None:
        return ""
    place = fault.place
    if place is None or not place.file or not place.line:
        return f"{fault.code} has no place"
    if place.line > len(lines) or place.column > len(lines[place.line - 1]) + 1:
        return f"{fault.code} is where the file has no text"
    return ""
