"""What a module checks of its extents: those that a call may make negative, and their bounds.

A window over ``T`` positions has ``T - 2`` places for a kernel of three, and none for a batch of
sequences that are too short.  NumPy would complain of the array that it cannot make, or take an
empty slice for the sum over minus one places; a module says which extent it was.  It says, too,
where a table that is read in part is too short, and where something is asked of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sympy import Expr, ceiling, expand, floor

from symbprop.language.bounds import Bound, at_fixed_place, bound, is_fixed, over_nothing
from symbprop.language.graph import Definition, Graph, read_names, reads, unproven
from symbprop.language.indices import value_range
from symbprop.language.terms import Index


def shrinking(graph: Graph, results: Iterable[str]) -> tuple[Expr, ...]:
    """The extents behind these tensors that are negative for some extents of the arguments."""
    found: set[Expr] = set()
    for name, definitions in _behind(graph, results):
        found.update(graph.tensors[name].shape)
        for definition in definitions:
            for part in (definition.target, definition.expr):
                found.update(index.extent for index in part.atoms(Index))
    return tuple(sorted(filter(may_be_negative, found), key=str))


def bounds(graph: Graph, results: Iterable[str]) -> tuple[Bound, ...]:
    """The closest bounds that the definitions behind these tensors ask of each free extent."""
    found: list[Bound] = []
    for _, definitions in _behind(graph, results):
        for read, _, size, slack, _ in unproven(graph, definitions):
            why = f"{read} is read in an extent of {size}"
            asked = None if slack is None else bound(slack, why)
            found += [] if asked is None else [asked]
        for definition in definitions:
            found += over_nothing(definition.expr)
            found += _at_fixed_places(definition, graph)
    closest: dict[tuple[str, bool], Bound] = {}
    for one in sorted(found, key=lambda b: (str(b.extent), b.at_most, b.because)):
        key = str(one.extent), one.at_most
        held = closest.setdefault(key, one)
        if one.number < held.number if one.at_most else one.number > held.number:
            closest[key] = one
    return tuple(closest.values())


def _at_fixed_places(definition: Definition, graph: Graph) -> Iterator[Bound]:
    for read in (*reads(definition.target), *reads(definition.expr)):
        for place, size in zip(read.indices, graph.tensors[read.name].shape, strict=True):
            # Before anything is computed or written: a read is seldom at a fixed place.
            limits = value_range(place) if is_fixed(place) else None
            if limits is not None:
                low, high = limits
                slacks = (expand(low), expand(size - 1 - high))
                why = f"{read} is read in an extent of {size}"
                asked = (at_fixed_place(slack, why) for slack in slacks)
                yield from (b for b in asked if b is not None)


def _behind(
    graph: Graph, results: Iterable[str]
) -> Iterator[tuple[str, tuple[Definition, ...]]]:
    """Each tensor behind these, and these, with what defines it."""
    waiting, seen = list(results), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        definitions = graph.defining(name)
        yield name, definitions
        for definition in definitions:
            waiting += read_names(definition)


def may_be_negative(size: Expr) -> bool:
    """Whether nothing shows that a formula of extents, none of them negative, is not negative."""
    if any(may_be_negative(part.args[0]) for part in size.atoms(floor, ceiling)):
        return True
    return any(factor < 0 for factor in expand(size).as_coefficients_dict().values())
