"""What can go wrong, and how it is said.

A fault names what is wrong, the values that disagree, where, and what to do about it.  A user's
mistake is never a traceback: every exception here carries the exit code of the command line and
prints itself in the form ``place: error[SP104]: message`` with an optional hint below.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

# Longer than any path or name that is typed by hand.
LONG_WORD = re.compile(r"\S{200,}")
MOST_SAID = 400  # characters of a message


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a user's file; lines and columns count from one, zero means unknown."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file or "<network>"]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


def inert(text: str) -> str:
    """One line: line breaks and other control characters lose their effect, as "\\n" and the like.

    Names, texts and paths of users stand in messages; none makes a line of its own.
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def brief(text: str) -> str:
    """What a user can read: of a long word and of a long text both ends, with dots between.

    Names, numbers and formulas of users stand in messages, and may be as long as a file.
    """
    text = LONG_WORD.sub(lambda word: f"{word[0][:60]}...{word[0][-20:]}", text)
    return text if len(text) <= MOST_SAID else f"{text[:MOST_SAID - 83]}...{text[-80:]}"


def told(value: object) -> str:
    """A value as messages show it: short, on one line, whatever its own text is.

    What Python prints of an object without a text of its own is where it lies in memory.
    """
    try:
        text = repr(value)
    except Exception:
        text = ""
    kind = type(value).__name__
    plain = 0 < len(text) <= 40 and "\n" not in text and " at 0x" not in text
    return text if plain else f"a value of type {kind}"


def shown(error: BaseException) -> str:
    """The text of an exception; empty where it has none that can be had."""
    try:
        return str(error)[:200]
    except Exception:
        return ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One complaint.  ``code`` is stable (``SP`` and three digits) and documented in the README."""

    code: str
    message: str
    place: Place | None = None
    hint: str = ""

    def __str__(self) -> str:
        where = f"{inert(str(self.place))}: " if self.place is not None else ""
        text = f"{where}error[{self.code}]: {brief(inert(self.message))}"
        return f"{text}\n  hint: {brief(inert(self.hint))}" if self.hint else text


class SymbpropError(Exception):
    """Base of every exception that symbprop raises on purpose."""

    exit_code = 70

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults: tuple[Fault, ...] = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class VerificationError(SymbpropError):
    """A check of a result failed: gradients disagree with the judge (exit status 1)."""

    exit_code = 1


class SpecError(SymbpropError):
    """A network that cannot be compiled as written (exit status 2)."""

    exit_code = 2


class FileError(SymbpropError):
    """A file that could not be read or written (exit status 3)."""

    exit_code = 3


class LimitError(SymbpropError):
    """A stated limit was exceeded (exit status 4)."""

    exit_code = 4


class InternalError(SymbpropError):
    """A stage broke its own invariant: a bug of ours (exit status 70)."""

    exit_code = 70


# What other libraries and people call things that have another name here.
ALSO_CALLED = {
    "absolute_error": "mae mean_absolute_error l1_loss",
    "atan": "arctan", "acos": "arccos", "asin": "arcsin", "atan2": "arctan2",
    "batch_norm": "bn batchnorm batchnorm1d batchnorm2d batch_normalization",
    "binary_cross_entropy": "bce bce_with_logits binary_crossentropy log_loss logistic",
    "clip": "clamp", "conv2d": "conv convolution convolution2d", "dense": "fc linear",
    "digamma": "psi", "erfc": "complementary_error_function",
    "embedding": "embed lookup", "flatten": "ravel", "global_pool": "gap globalaveragepooling2d",
    "huber": "smooth_l1", "kl": "kl_divergence kldiv", "layer_norm": "ln layernorm",
    "leaky_relu": "lrelu leakyrelu", "lgamma": "gammaln loggamma log_gamma",
    "log_ndtr": "lognormcdf log_normal_cdf norm_logcdf logcdf", "logcosh": "log_cosh logcosh_loss",
    "log": "ln", "logsumexp": "lse", "max_pool": "maxpool2d",
    "average_pool": "avgpool2d avg_pool", "max": "maximum amax", "min": "minimum amin",
    "mean": "average avg", "mean_squared_error": "mse l2_loss", "attention": "mha self_attention",
    "power": "pow", "round": "rint around", "sigmoid": "logistic expit", "sign": "sgn",
    "silu": "swish",
    "softmax_cross_entropy": "ce nll cross_entropy crossentropy categorical_crossentropy "
                             "sparse_categorical_crossentropy",
    "step": "heaviside", "sum_of_squares": "sse squared_error", "where": "if ifelse cond",
}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known words, or the empty string where none is near."""
    listed = sorted(known)
    low = word.lower()
    near = [k for k in listed if k.lower() == low and k != word] or [
        k for k in listed if low in ALSO_CALLED.get(k, "").split()
    ]
    for n in difflib.get_close_matches(word, listed, n=3, cutoff=0.6):
        if len(near) < 3 and n not in near:
            near.append(n)
    if not near:
        return ""
    return "did you mean " + " or ".join(f'"{name}"' for name in near) + "?"
