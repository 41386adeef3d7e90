"""In which order the axes of temporaries lie: index notation fixes none.

A tensor that a loop computes or reads step by step has the loop's dimension first, so that one step
is one piece of memory: it needs no copy before a product and no strides in elementwise work.
What the caller gives and gets keeps its order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sympy import Expr

from symbprop.arrays.recurrences import is_recurrent, turn
from symbprop.language.graph import (
    Definition,
    Graph,
    by_tensor,
    components,
    reads,
    recurrence,
)
from symbprop.language.indices import free_indices
from symbprop.language.terms import Read


def lay_out(graph: Graph, results: Sequence[str]) -> Graph:
    """The same graph with the dimensions of its temporaries in the order of their memory.

    Law: every tensor keeps its elements; only the order of its indices changes, at each mention.
    """
    fixed = {*results, *(t.name for t in graph.tensors.values() if t.role != "defined")}
    orders: dict[str, tuple[int, ...]] = {}
    for name, leading in _loop_dimensions(graph).items():
        if name not in fixed and leading:
            rank = len(graph.tensors[name].shape)
            orders[name] = (leading, *(n for n in range(rank) if n != leading))
    return reordered(graph, orders) if orders else graph


def _loop_dimensions(graph: Graph) -> dict[str, int]:
    """The dimension along which a loop goes through each tensor that it computes or reads."""
    found: dict[str, int] = {}
    named = by_tensor(graph.definitions)
    for names in components(graph.definitions):
        members = [d for name in names for d in named[name]]
        if not is_recurrent(members):
            continue
        loop, how = turn(members), recurrence(names, members)
        if isinstance(loop, str) or how is None:
            continue  # refused, by name, when it is lowered
        found.update(how.dimensions)
        for d, index in loop.members:
            for read in reads(d.expr):
                at = [n for n, e in enumerate(read.indices) if index in free_indices(e)]
                if len(at) == 1:
                    found.setdefault(read.name, at[0])
    return found


def reordered(graph: Graph, orders: Mapping[str, Sequence[int]]) -> Graph:
    """Each tensor named in ``orders`` with its dimensions in that order."""

    def visit(expr: Expr) -> Expr:
        if not expr.args:
            return expr
        new = expr.func(*map(visit, expr.args))
        if isinstance(new, Read) and new.name in orders:
            return Read(new.name, *(new.indices[n] for n in orders[new.name]))
        return new

    def moved(d: Definition) -> Definition:
        target = visit(d.target)
        assert isinstance(target, Read)
        return replace(d, target=target, expr=visit(d.expr), operands=())

    tensors = {
        name: replace(t, shape=tuple(t.shape[n] for n in orders[name])) if name in orders else t
        for name, t in graph.tensors.items()
    }
    return replace(graph, tensors=tensors, definitions=tuple(map(moved, graph.definitions)))
