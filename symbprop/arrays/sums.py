"""The terms of a sum in the order in which they are added, and signs of scalar formulas.

SymPy holds a sum as a set, and multiplies a number into it.  Digits depend on both: ``x - c + r``
with x close to c has all of them only where the difference is taken first, and so has ``3*x - 3*c``
as ``3*(x - c)``.  So terms are added as the author wrote them, from left to right, and those that
one number multiplies are added before they are multiplied.  Where the author's words are not known,
the order of the names says which terms are neighbours, and numbers come last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sympy import Add, Expr, Mul

from symbprop.language.graph import Definition, names_in
from symbprop.language.terms import ONE, text_of


@dataclass(frozen=True, slots=True)
class Term:
    """``value`` is added, or subtracted where it is ``negative``."""

    value: Expr
    negative: bool

    @property
    def signed(self) -> Expr:
        return -self.value if self.negative else self.value


def terms(total: Expr, definition: Definition) -> list[Term]:
    """The terms of a sum in a definition, in order; equal factors of neighbours are put outside."""
    names, operands = _places(definition.order, definition.operands)
    listed = list(Add.make_args(total))
    places = [operands.get(t, operands.get(-t)) for t in listed]
    if all(place is not None for place in places):
        listed = [t for _, _, t in sorted(zip(places, map(str, listed), listed, strict=True))]
    else:
        listed.sort(key=lambda t: _by_name(t, names))
    found: list[Term] = []
    done: set[int] = set()
    for position, term in enumerate(listed):
        if position in done:
            continue
        members = _alike(listed, position)
        if len(members) < 2:
            found.append(_term(term))
            continue
        done.update(members)
        factor = abs(term.as_coeff_Mul()[0])
        inner = Add(*(listed[m] / factor for m in members))
        found.append(Term(Mul(factor, inner, evaluate=False), False))
    return found


def is_negative(term: Expr) -> bool:
    """Whether a negative number is a factor."""
    return any(f.is_Rational and f < 0 for f in Mul.make_args(term))


def negated(term: Expr) -> Expr:
    """The negative of a scalar formula, whose sums stay in their order and bracketed."""
    if term.is_Rational:
        return -term
    number, *rest = Mul.make_args(term)
    if not number.is_Rational:
        number, rest = ONE, [number, *rest]
    factors = rest if number == -1 else [-number, *rest]
    return factors[0] if len(factors) == 1 else Mul(*factors, evaluate=False)


def content(total: Expr) -> tuple[Expr, Expr]:
    """A number times a sum that multiplies fewer of its terms; the number is 1 where none does."""
    number, rest = total.primitive()
    fewer = _multiplied(rest) < _multiplied(total)
    return (number, rest) if fewer else (ONE, total)


def _multiplied(total: Expr) -> int:
    """How many terms of a sum are multiplied by a number."""
    return sum(
        not t.is_number and abs(t.as_coeff_Mul()[0]) != 1 for t in Add.make_args(total)
    )


def _term(term: Expr) -> Term:
    negative = bool(term.as_coeff_Mul()[0] < 0)
    return Term(-term if negative else term, negative)


def _alike(listed: Sequence[Expr], position: int) -> list[int]:
    """Terms from a position on that the same number multiplies, up to its sign, and nothing else.

    Beside another factor a number is multiplied by that, which is often smaller.  A power of two
    rounds nothing: there only neighbours are put together, and the order stays the author's.
    """
    size, whole = _scaled(listed[position])
    if size == 1 or not whole:
        return [position]
    exact = not any(n & (n - 1) for n in (int(size.p), int(size.q)))
    found = [position]
    for n in range(position + 1, len(listed)):
        if _scaled(listed[n]) == (size, True):
            found.append(n)
        elif exact:
            break
    # A number costs no multiplication.
    return found if sum(not listed[n].is_number for n in found) > 1 else [position]


def _scaled(term: Expr) -> tuple[Expr, bool]:
    """The size of the number in a term, and whether it is all that multiplies."""
    factor, rest = term.as_coeff_Mul()
    return abs(factor), not rest.is_Mul


@lru_cache(maxsize=16)
def _places(
    order: tuple[str, ...], operands: tuple[Expr, ...]
) -> tuple[Mapping[str, int], Mapping[Expr, int]]:
    return (
        {name: i for i, name in enumerate(order)},
        {expr: i for i, expr in reversed(list(enumerate(operands)))},
    )


def _by_name(term: Expr, names: Mapping[str, int]) -> tuple[bool, list[int], str]:
    """By the name that the author wrote last of those in a term: no term stands before it."""
    places = sorted((names.get(n, len(names)) for n in names_in(term)), reverse=True)
    return not places, places, text_of(term)
