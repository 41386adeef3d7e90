"""Index expressions: which indices are free, which values they take, and renaming without capture.

This is the only module that substitutes an index.  An index expression is an affine combination
of indices with integer coefficients, an element of an integer tensor, or a sum of such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from sympy import Add, Expr, Integer, Mul, expand
from sympy.core.basic import Basic

from symbprop.language.terms import Index, Read, Reduce


@lru_cache(maxsize=200_000)
def free_indices(expr: Basic) -> tuple[Index, ...]:
    """The free indices of an expression, each once, in the order of the expression's own tree."""
    if isinstance(expr, Index):
        return (expr,)
    found: dict[Index, None] = {}
    if isinstance(expr, Reduce):
        bound = set(expr.indices)
        found = {i: None for i in free_indices(expr.body) if i not in bound}
    else:
        for argument in expr.args:
            found.update(dict.fromkeys(free_indices(argument)))
    return tuple(found)


@lru_cache(maxsize=200_000)
def index_names(expr: Basic) -> frozenset[str]:
    """The names of all indices in an expression, free and bound."""
    if isinstance(expr, Index):
        return frozenset((expr.name,))
    return frozenset().union(*(index_names(a) for a in expr.args)) if expr.args else frozenset()


@lru_cache(maxsize=200_000)
def bound_indices(expr: Basic) -> frozenset[Index]:
    """All indices that some reduction inside the expression binds."""
    own = frozenset(expr.indices) if isinstance(expr, Reduce) else frozenset()
    return own.union(*(bound_indices(a) for a in expr.args)) if expr.args else own


def fresh(index: Index, taken: Iterable[str]) -> Index:
    """An index of the same extent whose name is not taken: ``k`` becomes ``k1``, ``k2``, ..."""
    names = set(taken)
    if index.name not in names:
        return index
    stem = index.name.rstrip("0123456789") or index.name
    number = 1
    while f"{stem}{number}" in names:
        number += 1
    return Index(f"{stem}{number}", index.extent)


def rename(expr: Expr, mapping: Mapping[Index, Expr]) -> Expr:
    """Replace free indices simultaneously; bound indices step aside rather than capture.

    Law: for every assignment of values, the result at the new indices equals ``expr`` at the
    values that the mapping gives to the old ones.
    """
    live = {old: new for old, new in mapping.items() if old != new}
    return _rename(expr, live) if live else expr


def _rename(expr: Expr, mapping: Mapping[Index, Expr]) -> Expr:
    if isinstance(expr, Index):
        return mapping.get(expr, expr)
    free = free_indices(expr)
    live = {old: mapping[old] for old in free if old in mapping}
    if not live:
        return expr
    if isinstance(expr, Reduce):
        incoming = {name for new in live.values() for name in index_names(new)}
        # Of the node, not of its body: an index that nothing below reads is bound all the same.
        taken = incoming | index_names(expr)
        bound: list[Index] = []
        for index in expr.indices:
            new = fresh(index, taken) if index.name in incoming else index
            taken.add(new.name)
            bound.append(new)
            if new != index:
                live[index] = new
        return Reduce(expr.kind, _rename(expr.body, live), *bound)
    return expr.func(*(_rename(a, live) for a in expr.args))


def refresh_bound(expr: Expr, avoid: Iterable[str]) -> Expr:
    """Rename bound indices whose names are to be avoided.  The meaning is unchanged."""
    names = frozenset(avoid)
    if not any(i.name in names for i in bound_indices(expr)):
        return expr
    if isinstance(expr, Reduce):
        taken = set(names) | index_names(expr)
        mapping: dict[Index, Expr] = {}
        bound: list[Index] = []
        for index in expr.indices:
            new = fresh(index, taken) if index.name in names else index
            taken.add(new.name)
            bound.append(new)
            if new != index:
                mapping[index] = new
        return Reduce(expr.kind, refresh_bound(rename(expr.body, mapping), names), *bound)
    return expr.func(*(refresh_bound(a, names) for a in expr.args))


def affine(expr: Expr) -> tuple[dict[Index, int], Expr] | None:
    """Split ``2*i + p + 1`` into coefficients and an index-free offset; None if not affine."""
    coefficients: dict[Index, int] = {}
    offset: Expr = Integer(0)
    for term in Add.make_args(expr):
        if isinstance(term, Index):
            coefficients[term] = coefficients.get(term, 0) + 1
        elif not free_indices(term) and not term.has(Read):
            offset += term
        elif isinstance(term, Mul) and len(term.args) == 2:
            factor, index = term.args
            if not (isinstance(factor, Integer) and isinstance(index, Index)):
                return None
            coefficients[index] = coefficients.get(index, 0) + int(factor)
        else:
            return None
    return coefficients, offset


def value_range(expr: Expr) -> tuple[Expr, Expr] | None:
    """Smallest and largest value of an affine index expression, as expressions of the extents."""
    parts = affine(expr)
    if parts is None:
        return None
    coefficients, offset = parts
    low = high = offset
    for index, factor in coefficients.items():
        if factor > 0:
            high += factor * (index.extent - 1)
        else:
            low += factor * (index.extent - 1)
    return low, high


def looked_up(expr: Expr) -> tuple[Expr, tuple[Read, ...]]:
    """An index expression as its part without lookups, and the elements that are added to it."""
    terms = Add.make_args(expr)
    found = tuple(t for t in terms if isinstance(t, Read))
    return Add(*(t for t in terms if not isinstance(t, Read))), found


def is_index(expr: Expr) -> bool:
    """Whether an expression may stand as an index: affine, looked up, or a sum of such."""
    parts = affine(looked_up(expr)[0])
    return parts is not None and bool(parts[1].is_integer)


@lru_cache(maxsize=200_000)
def has_places(expr: Basic) -> bool:
    """Whether every read in an expression is at index expressions of the language.

    A lookup in the place of an index may leave it: ``x[2*i]`` at ``t[n]`` is none.
    """
    if isinstance(expr, Read) and not all(map(is_index, expr.indices)):
        return False
    return all(map(has_places, expr.args))


def reached_once(places: Iterable[Expr]) -> bool:
    """Whether index expressions of one read or left side reach no element of it twice."""
    return all(is_mixed_radix(place) for place in places)


def is_mixed_radix(place: Expr) -> bool:
    """Whether an affine index expression takes no value twice, as ``7*i + j`` for j below 7.

    Law: with steps in rising order, each is larger than all that the smaller ones reach together;
    an index of one value takes no part.
    """
    parts = affine(place)
    if parts is None:
        return False
    reach: Expr = Integer(0)
    for index, factor in sorted(
        parts[0].items(), key=lambda p: (not p[0].extent.is_number, abs(p[1]), p[0].name)
    ):
        step = abs(factor)
        if index.extent == 1:
            continue
        if not expand(step - reach).is_positive:
            return False
        reach += step * (index.extent - 1)
    return True


def is_plain(indices: Iterable[Expr]) -> bool:
    """True where the index expressions are single indices, each another one."""
    listed = list(indices)
    return all(isinstance(i, Index) for i in listed) and len(set(listed)) == len(listed)


def resize(expr: Expr, sizes: Mapping[Index, Index]) -> Expr:
    """Give indices, free and bound, their final extents; every index keeps its name.

    For a reader that meets an index before it knows how far it runs.
    """
    if isinstance(expr, Index):
        return sizes.get(expr, expr)
    if not expr.args:
        return expr
    return expr.func(*(resize(a, sizes) for a in expr.args))


@lru_cache(maxsize=200_000)
def canonical(expr: Expr) -> tuple[Expr, tuple[Index, ...]]:
    """An expression up to the names of its indices, and the indices that were renamed.

    Law: equal keys mean equal expressions once the free indices are put in the same places.  The
    converse may fail where renaming re-orders a sum; that costs a missed sharing, nothing more.
    """
    free = free_indices(expr)
    moved = {index: Index(f"_{n}", index.extent) for n, index in enumerate(free)}
    return _bound_by_position(rename(expr, moved), 0), free


def _bound_by_position(expr: Expr, depth: int) -> Expr:
    if not bound_indices(expr):
        return expr
    if isinstance(expr, Reduce):
        moved = {
            i: Index(f"_b{depth + n}", i.extent) for n, i in enumerate(expr.indices)
        }
        body = _bound_by_position(rename(expr.body, moved), depth + len(moved))
        return Reduce(expr.kind, body, *moved.values())
    return expr.func(*(_bound_by_position(a, depth) for a in expr.args))
