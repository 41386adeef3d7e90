"""The normal form of a graph that arrays are made of: nothing is written that a later step undoes.

A tensor's value is what all its definitions say together.  Arrays are written one after another,
so the order must not matter: of one tensor ``=`` comes before ``+=``, and in a recurrence, where
some definitions stand in the loop and some before it, nothing that is added may meet a ``=``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symbprop.calculus.simplify import canonical
from symbprop.language.graph import (
    Definition,
    Graph,
    are_disjoint,
    by_tensor,
    components,
    in_dependency_order,
    is_recurrent,
    read_names,
)
from symbprop.language.indices import refresh_bound, rename


def normal_form(graph: Graph) -> Graph:
    """The same graph, its recurrences such that ``=`` in a loop meets no ``+=``.

    Law: ``h[f] = a`` and ``h[f] += b`` say together ``h[f] = a + b``; and where h is zero but for
    its definitions, ``h[f] = a`` is ``h[f] += a``.
    """
    by_name = by_tensor(graph.definitions)
    changed: dict[str, list[Definition]] = {}
    for names in components(graph.definitions):
        members = [d for name in names for d in by_name[name]]
        if not is_recurrent(members):
            continue
        for name in names:
            group = _added_without_meeting(by_name[name], frozenset(names))
            if group != by_name[name]:
                changed[name] = group
    if not changed:
        return graph
    definitions = [d for d in graph.definitions if d.target.name not in changed]
    definitions += [d for group in changed.values() for d in group]
    # What a name read before may stand later now: the order is made anew.
    return replace(graph, definitions=in_dependency_order(definitions))


def _added_without_meeting(
    group: Sequence[Definition], loop: frozenset[str]
) -> list[Definition]:
    """All definitions of one tensor of a recurrence, rewritten where a ``=`` of the loop is met."""
    plain = [d for d in group if not d.accumulate]
    added = [d for d in group if d.accumulate]
    result: list[Definition] = []
    for d in plain:
        if not loop.isdisjoint(read_names(d)):
            same = [a for a in added if canonical(a.target)[0] == canonical(d.target)[0]]
            for other in same:
                d = _with_added(d, other)
                added.remove(other)
            if not all(are_disjoint(d, a) for a in added):
                d = replace(d, accumulate=True)
        result.append(d)
    return [*(d for d in result if not d.accumulate), *(d for d in result if d.accumulate), *added]


def _with_added(d: Definition, other: Definition) -> Definition:
    """``h[f] = a`` with ``h[g] += b`` at the same places, in the indices of the first."""
    own = dict(zip(canonical(other.target)[1], canonical(d.target)[1], strict=True))
    moved = rename(refresh_bound(other.expr, {i.name for i in d.indices}), own)
    order = dict.fromkeys((*d.order, *other.order))
    return replace(d, expr=d.expr + moved, order=tuple(order), operands=())
