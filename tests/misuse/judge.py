"""What a misuse is answered with."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

from symbprop.errors import InternalError, SymbpropError

MOST_SECONDS = 5


class TooLong(BaseException):
    """A call that does not return."""


def _stop(*_: Any) -> None:
    raise TooLong


def _text(error: BaseException) -> str:
    try:
        return str(error)[:200]
    except Exception as other:
        return f"its text raises {type(other).__name__}"


def outcome(call: Callable[[], Any]) -> str:
    """``answered``, ``valid``, or ``wrong: `` and why."""
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
    try:
        call()
        return "valid"
    except InternalError as error:
        return f"wrong: {error}"
    except SymbpropError as error:
        said = str(error)
        lines = [line for line in said.splitlines() if not line.startswith("  hint: ")]
        if len(lines) != len(error.faults) or (not said.isprintable() and "\n" not in said):
            return f"wrong: {said!r}"
        return "answered"
    except TooLong:
        return f"wrong: over {MOST_SECONDS} s"
    except Exception as error:
        return f"wrong: {type(error).__name__}: {_text(error)}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
