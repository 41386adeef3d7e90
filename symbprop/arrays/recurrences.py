"""Recurrences as loops: which definitions a loop holds, in what order, and what leaves it."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sympy import Expr, expand

from symbprop.arrays.sums import is_negative
from symbprop.language.functions import Elementwise
from symbprop.language.graph import (
    Definition,
    Graph,
    Recurrence,
    Tensor,
    by_tensor,
    components,
    in_dependency_order,
    is_recurrent,
    read_names,
    reads,
    recurrences,
)
from symbprop.language.indices import affine, free_indices, refresh_bound, value_range
from symbprop.language.terms import ZERO, Index, Read, Reduce

# So many ways of computing a group step by step are tried, until one is a loop.
MOST_WAYS = 16


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a loop: definitions in order, each with the index that the loop counts.

    ``before`` and ``after`` are definitions at one place of the loop, computed once, in their
    order, before and after it: ``h[1] = f(h[0])`` is a beginning, and its adjoint
    ``d_h[0] += ... d_h[1]`` comes when the loop has run backwards.  ``along`` says through which
    dimension of each tensor it goes.
    """

    members: tuple[tuple[Definition, Index], ...]
    count: Expr
    reverse: bool
    before: tuple[Definition, ...]
    after: tuple[Definition, ...]
    along: Recurrence


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a definition writes along the loop: at ``factor * index + offset``."""

    index: Index
    factor: int
    offset: Expr


def turn(members: Sequence[Definition]) -> Turn | str:
    """The loop of a group of definitions that read one another, or why there is none.

    ``members`` are all definitions of the group; those that read no tensor of it come before the
    loop.  In one turn each other definition computes one value of its own loop index, but those at
    one place, which come before or after all turns.
    """
    names = list(dict.fromkeys(d.target.name for d in members))
    why = ""
    # A group may advance along several of its dimensions, and have a loop along one of them only.
    for found in itertools.islice(recurrences(names, members), MOST_WAYS):
        loop = _turn(found, members)
        if not isinstance(loop, str):
            return loop
        why = why or loop
    return why or "there is no index along which it could be computed step by step"


def _turn(found: Recurrence, members: Sequence[Definition]) -> Turn | str:
    """The loop along the dimensions that are found."""
    group = {d.target.name for d in members}
    once: list[Definition] = []
    looping: list[Definition] = []
    for d in members:
        if not group.isdisjoint(read_names(d)):
            (looping if free_indices(found.place(d.target)) else once).append(d)
    places = _places(found, looping)
    if isinstance(places, str):
        return places
    ends = _ends(found, once, looping, places)
    if isinstance(ends, str):
        return ends
    if not looping:
        return Turn((), ZERO, False, *ends, found)
    counts = {expand(p.index.extent) for p in places.values()}
    if len(counts) > 1:
        shown = ", ".join(sorted(map(str, counts)))
        return f"its definitions make different numbers of steps ({shown})"
    senses = {found.directions[d.target.name] * places[n].factor for n, d in enumerate(looping)}
    if len(senses) > 1:
        return "its definitions run in both directions"
    forward = senses.pop() > 0
    before: dict[int, set[int]] = {n: set() for n in places}
    for number, d in enumerate(looping):
        mine = places[number]
        for read in reads(d.expr):
            if read.name not in found.dimensions:
                continue
            parts = affine(found.place(read))
            assert parts is not None
            for other, maker in enumerate(looping):
                if maker.target.name != read.name:
                    continue
                sign = places[other].factor
                if parts[0] != {mine.index: sign}:
                    if not _never(parts[1], places[other]) or parts[0]:
                        return f"it reads {read} at another step of the same loop"
                    continue
                # The turn in which the other makes what this one reads, counted from this one.
                gap = expand(sign * (parts[1] - places[other].offset))
                if gap.is_zero:
                    before[number].add(other)
                elif not (gap.is_negative if forward else gap.is_positive):
                    return f"{d.target} reads {read} before it is computed"
    order = _ordered(before)
    if order is None:
        return "its definitions wait for one another within one step"
    return Turn(
        tuple((looping[n], places[n].index) for n in order), counts.pop(), not forward, *ends,
        found,
    )


def _places(found: Recurrence, looping: Sequence[Definition]) -> dict[int, _Place] | str:
    """Where each definition of a loop writes, or why one does not do so step by step."""
    places: dict[int, _Place] = {}
    for number, d in enumerate(looping):
        parts = affine(found.place(d.target))
        if parts is None or len(parts[0]) != 1:
            return f"{d.target} is not computed step by step"
        ((index, factor),) = parts[0].items()
        if abs(factor) != 1:
            return f"{d.target} advances by {abs(factor)} in each step"
        places[number] = _Place(index, factor, parts[1])
    return places


def strides(members: Sequence[Definition]) -> str:
    """Why a recurrence has no loop, as far as its left sides say so; empty where they do not."""
    names = list(dict.fromkeys(d.target.name for d in members))
    group = set(names)
    looping = [d for d in members if not group.isdisjoint(read_names(d))]
    why = ""
    for found in itertools.islice(recurrences(names, members), MOST_WAYS):
        places = _places(found, [d for d in looping if free_indices(found.place(d.target))])
        if not isinstance(places, str):
            return ""
        why = why or places
    return why


def _ends(
    found: Recurrence,
    once: Sequence[Definition],
    looping: Sequence[Definition],
    places: Mapping[int, _Place],
) -> tuple[tuple[Definition, ...], tuple[Definition, ...]] | str:
    """Those of ``once``, at one place each, that come before the loop, and those after it.

    What reads only what the loop does not write may come before it; what the loop does not read
    may come after it.
    """
    writing: dict[str, list[tuple[int, Expr]]] = {}
    for n, d in enumerate(once):
        writing.setdefault(d.target.name, []).append((n, expand(found.place(d.target))))

    def met(read: Read) -> set[int]:
        """The numbers of those whose places a read may be of."""
        return {
            n for n, position in writing.get(read.name, ())
            if not _apart(found.place(read), position)
        }

    def in_loop(read: Read) -> bool:
        """Whether the loop may write what is read."""
        position = found.place(read)
        return any(
            maker.target.name == read.name
            and (bool(free_indices(position)) or position.has(Read)
                 or not _never(position, places[number]))
            for number, maker in enumerate(looping)
        )

    asked = {
        n: [r for r in reads(d.expr) if r.name in found.dimensions] for n, d in enumerate(once)
    }
    needs = {n: set[int]().union(*map(met, rs)) for n, rs in asked.items()}
    late = {n for n, rs in asked.items() if any(map(in_loop, rs))}
    while more := {n for n, others in needs.items() if others & late} - late:
        late |= more
    read_early = set[int]().union(*(met(r) for d in looping for r in reads(d.expr))) & late
    if read_early:
        return f"{once[min(read_early)].target} is read before it is computed"
    parts: list[tuple[Definition, ...]] = []
    for chosen in (set(needs) - late, late):
        order = _ordered({n: needs[n] & chosen for n in sorted(chosen)})
        if order is None:
            return "its definitions wait for one another"
        parts.append(tuple(once[n] for n in order))
    return parts[0], parts[1]


def _apart(place: Expr, position: Expr) -> bool:
    """Whether an index expression never comes to a fixed position."""
    limits = value_range(place)
    if limits is None:
        return False
    return bool(
        expand(limits[0] - position).is_positive or expand(position - limits[1]).is_positive
    )


def _never(position: Expr, place: _Place) -> bool:
    """Whether a fixed position is none that the loop writes."""
    ends = (place.offset, place.offset + place.factor * (place.index.extent - 1))
    low, high = ends if place.factor > 0 else ends[::-1]
    return bool(
        expand(low - position).is_positive or expand(position - high).is_positive
    )


def _ordered(before: Mapping[int, set[int]]) -> list[int] | None:
    """Numbers such that each comes after those that it waits for, else as they stand."""
    if any(n in others for n, others in before.items()):
        return None
    position = {n: place for place, n in enumerate(before)}
    waiting = {n: len(others & before.keys()) for n, others in before.items()}
    after: dict[int, list[int]] = {n: [] for n in before}
    for n, others in before.items():
        for other in others & before.keys():
            after[other].append(n)
    ready = [(position[n], n) for n, left in waiting.items() if not left]
    order: list[int] = []
    while ready:
        _, first = heapq.heappop(ready)
        order.append(first)
        for n in after[first]:
            waiting[n] -= 1
            if not waiting[n]:
                heapq.heappush(ready, (position[n], n))
    return order if len(order) == len(before) else None


def hoist(graph: Graph) -> Graph:
    """What a recurrence does not depend on leaves its loop, under a name of its own.

    Law: a subexpression that reads no tensor of the group has one value per step, whatever the
    loop has done so far; computed for all steps at once it is one array operation.
    """
    by_name = by_tensor(graph.definitions)
    tensors = dict(graph.tensors)
    changed: dict[int, Definition] = {}
    made: list[Definition] = []
    for names in components(graph.definitions):
        members = [d for name in names for d in by_name[name]]
        if not is_recurrent(members):
            continue
        found = turn(members)
        if isinstance(found, str):
            continue
        named: dict[Expr, Read] = {}
        for d, index in found.members:
            expr = refresh_bound(d.expr, {i.name for i in d.indices})
            new = _without_loop(expr, frozenset(names), index, d, tensors, made, named)
            if new != expr:
                changed[id(d)] = replace(d, expr=new)
    if not made:
        return graph
    definitions = [changed.get(id(d), d) for d in graph.definitions]
    return replace(graph, tensors=tensors, definitions=in_dependency_order([*made, *definitions]))


def _without_loop(
    expr: Expr,
    group: frozenset[str],
    index: Index,
    d: Definition,
    tensors: dict[str, Tensor],
    made: list[Definition],
    named: dict[Expr, Read],
) -> Expr:
    def visit(node: Expr) -> Expr:
        if isinstance(node, Read) or not node.args:
            return node
        if not any(r.name in group for r in reads(node)):
            return give_name(node) if _costs(node) else node
        if isinstance(node, Reduce):
            return Reduce(node.kind, visit(node.body), *node.indices)
        if node.is_Add or node.is_Mul:
            free = [a for a in node.args if not any(r.name in group for r in reads(a))]
            if node.is_Add and any(map(is_negative, node.args)):
                # A difference that the author wrote is taken as it stands.
                return node.func(*map(visit, node.args))
            bound = [visit(a) for a in node.args if a not in free]
            rest = node.func(*free)
            return node.func(give_name(rest) if _costs(rest) else rest, *bound)
        return node.func(*map(visit, node.args))

    def give_name(node: Expr) -> Expr:
        if node in named:
            return named[node]
        free = set(free_indices(node))
        if not free or not free <= set(d.indices):
            return node
        # The loop index first: what one turn reads then lies together.
        axes = tuple(dict.fromkeys(i for i in (index, *d.indices) if i in free))
        name, number = f"steps_{d.target.name}", 1
        while name in tensors:
            number += 1
            name = f"steps_{d.target.name}_{number}"
        tensors[name] = Tensor(name, tuple(i.extent for i in axes))
        read = Read(name, *axes)
        made.append(Definition(read, node, False, d.place, d.order))
        named[node] = read
        return read

    return visit(expr)


def _costs(expr: Expr) -> bool:
    """Whether an expression is more than reads, numbers and their products by numbers."""
    if isinstance(expr, Read) or not expr.args:
        return False
    if isinstance(expr, Reduce | Elementwise):
        return True
    if expr.is_Mul:
        return sum(not a.is_number for a in expr.args) > 1 or any(_costs(a) for a in expr.args)
    return True
