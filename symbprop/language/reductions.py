"""One record per reduction: what it computes and how it passes a derivative to its body.

A reduction is not a function with a gradient table: its record says only how the reduced value
changes with one element of the body, and the one rule of `calculus.differentiate` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symbprop.arguments import doors
from symbprop.language.functions import apply
from symbprop.language.indices import fresh, index_names, rename
from symbprop.language.terms import ONE, Index, Reduce


@dataclass(frozen=True, slots=True)
class Reduction:
    """``partial(node)`` is d node / d body at the node's own bound indices, which it leaves free.

    ``value(ns, items)`` reduces a non-empty list of numbers; ``empty`` is the value of an empty
    one, or None where an empty reduction has no meaning.  ``digits`` says to readers where the
    value is less exact than its size.
    """

    name: str
    partial: Callable[[Reduce], Expr]
    value: Callable[[Any, Sequence[Any]], Any]
    empty: int | None
    latex: str
    kink: str = ""
    digits: str = ""


def _elsewhere(node: Reduce) -> tuple[Reduce, dict[Index, Index]]:
    """The same reduction over fresh indices, so that the node's own may stand free beside it."""
    taken = set(index_names(node))
    moved: dict[Index, Index] = {}
    for index in node.indices:
        moved[index] = fresh(index, taken)
        taken.add(moved[index].name)
    return Reduce(node.kind, rename(node.body, moved), *moved.values()), moved


def _product_of_the_others(node: Reduce) -> Expr:
    """d prod_k f(k) / d f(k) = prod over k1 of (1 where k1 = k, else f(k1)): exact at zeros too."""
    other, moved = _elsewhere(node)
    same: Expr = ONE
    for index, new in moved.items():
        here = apply("equal", new, index)
        same = here if same is ONE else apply("both", same, here)
    return Reduce("prod", apply("where", same, ONE, other.body), *other.indices)


def _share_of_a_tie(node: Reduce) -> Expr:
    """d max_k f(k) / d f(k) = [f(k) = max] over the number of places where that holds."""
    other, _ = _elsewhere(node)
    held = apply("equal", node.body, other)
    # The inner maximum must not reuse the indices that the count binds.
    inner, _ = _elsewhere(Reduce(node.kind, node.body, *node.indices))
    taken = index_names(inner) | index_names(node)
    outer: dict[Index, Index] = {}
    for old in node.indices:
        # One after the other: indices of one stem must not be given one name.
        outer[old] = fresh(old, taken)
        taken = taken | {outer[old].name}
    count = Reduce(
        "sum", apply("equal", rename(node.body, outer), inner), *outer.values()
    )
    return apply("bracket", held) / count


def _largest(ns: Any, items: Sequence[Any]) -> Any:
    best = items[0]
    for item in items[1:]:
        # A NaN wins, as it does in NumPy.
        if item != item or _real(item) > _real(best):
            best = item
    return best


def _smallest(ns: Any, items: Sequence[Any]) -> Any:
    best = items[0]
    for item in items[1:]:
        if item != item or _real(item) < _real(best):
            best = item
    return best


def _real(number: Any) -> Any:
    return getattr(number, "real", number)


def _total(ns: Any, items: Sequence[Any]) -> Any:
    result = items[0]
    for item in items[1:]:
        result = result + item
    return result


def _product(ns: Any, items: Sequence[Any]) -> Any:
    result = items[0]
    for item in items[1:]:
        result = result * item
    return result


def _logsumexp(ns: Any, items: Sequence[Any]) -> Any:
    top = _real(_largest(ns, items))
    return top + ns.log(_total(ns, [ns.exp(item - top) for item in items]))


REDUCTIONS: dict[str, Reduction] = {
    record.name: record
    for record in (
        Reduction("sum", lambda node: ONE, _total, 0, r"\sum"),
        Reduction("prod", _product_of_the_others, _product, 1, r"\prod"),
        Reduction(
            "max", _share_of_a_tie, _largest, None, r"\max", "a maximum shares ties equally"
        ),
        Reduction(
            "min", _share_of_a_tie, _smallest, None, r"\min", "a minimum shares ties equally"
        ),
        Reduction(
            "logsumexp",
            lambda node: apply("exp", node.body - _elsewhere(node)[0]),
            _logsumexp,
            None,
            r"\operatorname{logsumexp}",
            "logsumexp of infinite terms is NaN",
            digits="logsumexp, and what softmax lacks of 1, are exact to an ulp of 1 where they "
                   "are small",
        ),
    )
}


doors(__name__)
