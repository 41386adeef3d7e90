"""Accumulation along one dimension as a sum over a window: a scatter becomes a correlation.

    x[c,i+p] += sum(o, w[o,c,p]*d[o,i])    is    x[c,h] += sum(o, p, w[o,c,P-1-p]*e[o,h+p])

where e is d between P - 1 zeros on either side.  What would be added in P turns over x is then one
product of matrices.  One dimension of a definition is treated so; others keep their turns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Expr, Integer, Mul

from symbprop.language.graph import (
    Definition,
    Graph,
    Tensor,
    by_tensor,
    defines_whole,
    read_names,
    recurrent_names,
)
from symbprop.language.indices import affine, free_indices, fresh, index_names, is_plain, rename
from symbprop.language.terms import ZERO, Index, Read, Reduce


@dataclass(frozen=True, slots=True)
class _Scatter:
    """``target[.., run + tap, ..] += ... source[.., run, ..] ...`` at a dimension of each."""

    dimension: int
    run: Index
    tap: Index
    source: Read
    at: int


def correlate(graph: Graph) -> Graph:
    """The same graph with scatters of stride one turned into correlations where they can be.

    Law: the places h = i + p with 0 <= i < I and 0 <= p < P are those with a non-zero e[h + P-1-p].
    """
    named = by_tensor(graph.definitions)
    looped = recurrent_names(graph.definitions)
    padding: dict[str, tuple[int, int]] = {}
    chosen: dict[int, _Scatter] = {}
    for number, d in enumerate(graph.definitions):
        found = _scatter(d) if d.accumulate and d.target.name not in looped else None
        if found is None:
            continue
        name, width = found.source.name, int(found.tap.extent) - 1
        own = named.get(name, [])
        if name in graph.outputs or name in looped or len(own) != 1:
            continue
        if not defines_whole(own[0], graph.tensors[name]):
            continue
        # Beyond a part of the source stand not zeros but the source's other places.
        if found.run.extent != graph.tensors[name].shape[found.at]:
            continue
        if padding.setdefault(name, (found.at, width)) == (found.at, width):
            chosen[number] = found
    if not chosen:
        return graph
    tensors = dict(graph.tensors)
    shifts: dict[str, tuple[str, int, int]] = {}
    for name, (at, width) in padding.items():
        if not any(s.source.name == name for s in chosen.values()):
            continue
        padded = f"{name}_padded"
        while padded in tensors:
            padded += "_"
        old = tensors.pop(name)
        shape = list(old.shape)
        shape[at] += 2 * width
        tensors[padded] = Tensor(padded, tuple(shape))
        shifts[name] = (padded, at, width)
    definitions: list[Definition] = []
    for number, d in enumerate(graph.definitions):
        if number in chosen:
            d = _correlated(d, chosen[number])
        if number not in chosen and shifts.keys().isdisjoint((d.target.name, *read_names(d))):
            definitions.append(d)
            continue
        moved = replace(d, expr=_shifted(d.expr, shifts), operands=())
        if d.target.name not in shifts:
            target = _shifted(d.target, shifts)
            assert isinstance(target, Read)
            definitions.append(replace(moved, target=target))
            continue
        padded, at, width = shifts[d.target.name]
        definitions.append(replace(moved, target=_read_at(d.target, padded, at, width)))
        edge = fresh(Index("e", width), index_names(d.target))
        if width:
            size = graph.tensors[d.target.name].shape[at]
            for start in (Integer(0), size + width):
                places = list(d.target.indices)
                places[at] = edge + start
                definitions.append(
                    Definition(Read(padded, *places), ZERO, False, d.place, d.order)
                )
    return replace(graph, tensors=tensors, definitions=tuple(definitions))


def _scatter(d: Definition) -> _Scatter | None:
    """How a definition accumulates along the first dimension in which it goes tap by tap."""
    body = d.expr.body if isinstance(d.expr, Reduce) and d.expr.kind == "sum" else d.expr
    factors = Mul.make_args(body)
    for dimension, place in enumerate(d.target.indices):
        parts = affine(place)
        if parts is None or len(parts[0]) != 2 or parts[1] != 0:
            continue
        if set(parts[0].values()) != {1}:
            continue
        for tap, run in (tuple(parts[0]), tuple(parts[0])[::-1]):
            if not tap.extent.is_Integer or not _fewer(tap.extent, run.extent):
                continue
            sources = [f for f in factors if run in free_indices(f)]
            weights = [f for f in factors if tap in free_indices(f)]
            elsewhere = [i for n, i in enumerate(d.target.indices) if n != dimension]
            if (
                len(sources) == 1
                and isinstance(sources[0], Read)
                and is_plain(sources[0].indices)
                and weights
                and sources[0] not in weights
                and not any({tap, run} & set(free_indices(i)) for i in elsewhere)
            ):
                return _Scatter(
                    dimension, run, tap, sources[0], sources[0].indices.index(run)
                )
    return None


def _fewer(size: Expr, other: Expr) -> bool:
    return bool(size <= other) if other.is_Integer else True


def _correlated(d: Definition, found: _Scatter) -> Definition:
    """The definition over h = run + tap, its source read at h + tap between zeros.

    The source keeps its own name and is shifted later with every other read of it: it stands at
    ``h + tap - width`` here, of which the shift makes ``h + tap``.
    """
    tap, run = found.tap, found.run
    width = tap.extent - 1
    body, bound = d.expr, ()
    if isinstance(body, Reduce):
        body, bound = body.body, body.indices
    over = fresh(Index(run.name, run.extent + width), index_names(body) - {run.name})
    places = list(found.source.indices)
    places[found.at] = over + tap - width
    moved = Read(found.source.name, *places)
    others = Mul(*(f for f in Mul.make_args(body) if f != found.source))
    turned = rename(others, {tap: width - tap})
    left = list(d.target.indices)
    left[found.dimension] = over
    return replace(
        d,
        target=Read(d.target.name, *left),
        expr=Reduce("sum", turned * moved, *bound, tap),
        operands=(),
    )


def _shifted(expr: Expr, shifts: dict[str, tuple[str, int, int]]) -> Expr:
    if not expr.args:
        return expr
    new = expr.func(*(_shifted(a, shifts) for a in expr.args))
    if isinstance(new, Read) and new.name in shifts:
        return _read_at(new, *shifts[new.name])
    return new


def _read_at(read: Read, name: str, at: int, width: int) -> Read:
    places = list(read.indices)
    places[at] = places[at] + width
    return Read(name, *places)
