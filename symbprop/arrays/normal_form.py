"""The normal form of a graph that arrays are made of: nothing is written that a later step undoes.

A tensor's value is what all its definitions say together.  Arrays are written one after another,
so the order must not matter: of one tensor ``=`` comes before ``+=``, and in a recurrence, where
some definitions stand in the loop and some before it, nothing that is added may meet a ``=``.  All
definitions of a loop run in one sense, whichever way their authors counted.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from symbprop.arrays.recurrences import MOST_WAYS, turn
from symbprop.language.graph import (
    Definition,
    Graph,
    Known,
    Recurrence,
    Tensor,
    are_disjoint,
    assignment_faults,
    by_tensor,
    components,
    in_dependency_order,
    is_recurrent,
    read_names,
    recurrences,
)
from symbprop.language.indices import affine, canonical, refresh_bound, rename
from symbprop.language.terms import Read


def normal_form(graph: Graph) -> Graph:
    """The same graph, its recurrences such that ``=`` in a loop meets no ``+=``.

    Law: ``h[f] = a`` and ``h[f] += b`` say together ``h[f] = a + b``; where h is zero but for its
    definitions, ``h[f] = a`` is ``h[f] += a``; and ``h[t] = a(t)`` is ``h[T-1-t] = a(T-1-t)``.
    """
    by_name = by_tensor(graph.definitions)
    changed: dict[str, list[Definition]] = {}
    for names in components(graph.definitions):
        members = [d for name in names for d in by_name[name]]
        if not is_recurrent(members):
            continue
        turned = _in_one_sense(names, members)
        for name in names:
            group = _added_without_meeting(
                graph.tensors[name], [d for d in turned if d.target.name == name],
                frozenset(names),
            )
            if group != by_name[name]:
                changed[name] = group
    if not changed:
        return graph
    definitions = [d for d in graph.definitions if d.target.name not in changed]
    definitions += [d for group in changed.values() for d in group]
    # What a name read before may stand later now: the order is made anew.
    return replace(graph, definitions=in_dependency_order(definitions))


def _in_one_sense(
    names: Sequence[str], members: Sequence[Definition]
) -> list[Definition]:
    """The definitions of a recurrence, those counted against the first of the loop turned round.

    Along the first of its dimensions that make a loop, where there is one.
    """
    first: list[Definition] | None = None
    for found in itertools.islice(recurrences(names, members), MOST_WAYS):
        turned = _turned_round(found, members)
        if not isinstance(turn(turned), str):
            return turned
        first = first or turned
    return first or list(members)


def _turned_round(found: Recurrence, members: Sequence[Definition]) -> list[Definition]:
    group = {d.target.name for d in members}
    sense = 0
    turned: list[Definition] = []
    for d in members:
        parts = affine(found.place(d.target))
        if parts is not None and len(parts[0]) == 1 and not group.isdisjoint(read_names(d)):
            ((index, factor),) = parts[0].items()
            mine = found.directions[d.target.name] * factor
            sense = sense or mine
            if mine * sense < 0:
                back = {index: index.extent - 1 - index}
                target = rename(d.target, back)
                assert isinstance(target, Read)
                d = replace(d, target=target, expr=rename(d.expr, back), operands=())
        turned.append(d)
    return turned


def _added_without_meeting(
    tensor: Tensor, group: Sequence[Definition], loop: frozenset[str]
) -> list[Definition]:
    """All definitions of one tensor of a recurrence, rewritten where a ``=`` of the loop is met."""
    plain = [d for d in group if not d.accumulate]
    added = [d for d in group if d.accumulate]
    if not added or all(loop.isdisjoint(read_names(d)) for d in plain):
        return list(group)
    joined, rest = _joined(plain, added, loop)
    # Where nothing is added any more, what is not defined is no longer zero.
    if not rest and assignment_faults(tensor, joined):
        joined, rest = plain, added
    known = Known(group)
    meeting = [
        replace(d, accumulate=True)
        if not loop.isdisjoint(read_names(d)) and not all(are_disjoint(d, a, known) for a in rest)
        else d
        for d in joined
    ]
    return [*sorted(meeting, key=lambda d: d.accumulate), *rest]


def _joined(
    plain: Sequence[Definition], added: Sequence[Definition], loop: frozenset[str]
) -> tuple[list[Definition], list[Definition]]:
    """Each ``=`` of the loop with what is added at just its places, and what is left of that."""
    rest = list(added)
    joined: list[Definition] = []
    for d in plain:
        if not loop.isdisjoint(read_names(d)):
            for other in [a for a in rest if canonical(a.target)[0] == canonical(d.target)[0]]:
                d = _with_added(d, other)
                rest.remove(other)
        joined.append(d)
    return joined, rest


def _with_added(d: Definition, other: Definition) -> Definition:
    """``h[f] = a`` with ``h[g] += b`` at the same places, in the indices of the first."""
    own = dict(zip(canonical(other.target)[1], canonical(d.target)[1], strict=True))
    moved = rename(refresh_bound(other.expr, {i.name for i in d.indices}), own)
    order = dict.fromkeys((*d.order, *other.order))
    return replace(d, expr=d.expr + moved, order=tuple(order), operands=())
