"""What the arguments of a call must fulfil: free extents that are at least, or at most, a number.

``P[t, k]`` with t over T reads a table of 512 rows in part, as long as T is at most 512; ``h[N-1]``
and a maximum over n need an N of at least 1.  Nothing in a spec can show that, so the verifier of
the language assumes it, passes keep what they were told to assume, and a module checks it before
it computes.  Two free extents are never compared: that they differ is hardly meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, ceiling, expand, floor

from symbprop.language.indices import free_indices
from symbprop.language.reductions import REDUCTIONS
from symbprop.language.terms import ONE, ZERO, Read, Reduce


@dataclass(frozen=True, slots=True)
class Bound:
    """``extent`` is at most ``number``, or at least that, since ``because`` holds.

    It is a free extent, or a formula of several where none of them has a bound of its own.
    """

    extent: Expr
    number: int
    at_most: bool
    because: str


def bound(slack: Expr, because: str) -> Bound | None:
    """The bound by which a formula of extents is not negative.

    None where the formula is not linear in just one extent or in a whole part of one, or where no
    positive extent would do.
    """
    symbols = sorted(slack.free_symbols, key=str)
    wholes = sorted(slack.atoms(floor), key=str)
    if len(symbols) != 1 or len(wholes) > 1 or slack.has(ceiling):
        return None
    (symbol,) = symbols
    found = _linear(slack, wholes[0] if wholes else symbol)
    inner = _linear(wholes[0].args[0], symbol) if wholes else (ONE, ZERO)
    if found is None or inner is None or not inner[0].is_positive:
        return None
    (factor, rest), (step, start) = found, inner
    at_most = bool(factor < 0)
    if not at_most:
        # A whole part is at least a whole number exactly where what it is of is.
        number = int(ceiling((ceiling(-rest / factor) - start) / step))
    elif wholes:
        number = int(ceiling((floor(rest / -factor) + 1 - start) / step)) - 1
    else:
        number = int(floor(rest / -factor))
    return None if at_most and number < 1 else Bound(symbol, number, at_most, because)


def _linear(expr: Expr, unknown: Expr) -> tuple[Expr, Expr] | None:
    """Factor and rest, numbers both, of an expression that is linear in just one unknown."""
    parts = expand(expr).as_coefficients_dict()
    factor, rest = parts.get(unknown, ZERO) * ONE, parts.get(ONE, ZERO) * ONE
    if factor == 0 or expand(expr - factor * unknown - rest) != 0:
        return None
    return factor, rest


def assumed(slack: Expr, place: Expr, size: Expr) -> bool:
    """Whether a place that is not shown to lie in an extent may be left to the call.

    It may where a table of a fixed size is read in part, and where a fixed number of places is
    read of a free extent.
    """
    found = bound(slack, "")
    if found is None:
        return False
    if found.at_most:
        return bool(size.is_Integer)
    return not any(i.extent.free_symbols for i in free_indices(place))


def over_nothing(expr: Expr) -> Iterator[Bound]:
    """What a formula's reductions ask that have no value over no places."""
    for node in sorted(expr.atoms(Reduce), key=str):
        if REDUCTIONS[node.kind].empty is not None:
            continue
        kind = "softmax or logsumexp" if node.kind == "logsumexp" else node.kind
        for index in node.indices:
            why = f"a {kind} over nothing has no value"
            found = bound(index.extent - 1, why)
            if found is not None and not found.at_most:
                yield found
            elif found is None and any(
                factor < 0 for factor in expand(index.extent - 1).as_coefficients_dict().values()
            ):
                yield Bound(index.extent, 1, False, why)


def is_fixed(place: Expr) -> bool:
    """Whether an index expression is one place whatever any index or lookup is."""
    return not free_indices(place) and not place.has(Read)


def at_fixed_place(slack: Expr, because: str) -> Bound | None:
    """What a read at a fixed place asks of an extent that may be zero."""
    found = bound(slack, because)
    return found if found is not None and not found.at_most and found.number > 0 else None
