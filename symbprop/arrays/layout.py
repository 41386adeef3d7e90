"""In which order the axes of temporaries lie: index notation fixes none.

A tensor that a loop computes or reads step by step has the loop's dimension first, so that one step
is one piece of memory: it needs no copy before a product and no strides in elementwise work.
What goes through windows, as in a convolution, lies as height, channels, width, rows of data: the
windows of one height are then one piece but for a copy along the width, and elementwise work runs
along the rows of data.  What the caller gives and gets keeps its order.
"""

from __future__ import annotations

import operator
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from sympy import Expr, Mul

from symbprop.arrays.recurrences import turn
from symbprop.language.graph import (
    STILL,
    Definition,
    Graph,
    Tensor,
    by_tensor,
    components,
    is_recurrent,
    read_names,
    reads,
)
from symbprop.language.indices import free_indices, is_plain
from symbprop.language.terms import Index, Read, Reduce

# What a dimension is to a product, in the order in which such dimensions lie.
HEIGHT, CHANNEL, WIDTH, BATCH = range(4)
# From a matrix of so many elements on, a product is as fast with a transposed operand, and a row of
# data by a row of the matrix is the faster order in float64 (measured on mnist_mlp, 128 rows).
LARGE = 2**17


def lay_out(graph: Graph) -> Graph:
    """The same graph with the dimensions of its temporaries in the order of their memory.

    Law: every tensor keeps its elements; only the order of its indices changes, at each mention.
    """
    fixed = {*graph.outputs, *(t.name for t in graph.tensors.values() if t.role != "defined")}
    orders: dict[str, tuple[int, ...]] = {}
    for name, roles in _roles(graph, fixed).items():
        rank = len(graph.tensors[name].shape)
        order = tuple(sorted(range(rank), key=lambda n: roles.get(n, CHANNEL)))
        if order != tuple(range(rank)):
            orders[name] = order
    for name, leading in _loop_dimensions(graph).items():
        if name not in fixed and leading:
            rank = len(graph.tensors[name].shape)
            orders[name] = (leading, *(n for n in range(rank) if n != leading))
    return reordered(graph, orders) if orders else graph


def _roles(graph: Graph, fixed: set[str]) -> dict[str, dict[int, int]]:
    """What each dimension is to a product, for the tensors that are connected with one.

    A contraction through windows, or of a given matrix with rows, says it of what it reads and
    makes; an index that stands in dimensions of two tensors carries it from the one to the other.
    """
    given = {t.name: t for t in graph.tensors.values() if t.role == "parameter"}
    if any(_elements(t) > LARGE for t in given.values()):
        given = {}
    roles: dict[tuple[str, int], int] = {}
    links: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for d in graph.definitions:
        here: dict[Index, set[tuple[str, int]]] = {}
        for read in (d.target, *reads(d.expr)):
            if read.name in fixed:
                continue
            for n, place in enumerate(read.indices):
                indices = free_indices(place)
                if len(indices) <= 2 and not place.has(Read):
                    for index in indices:
                        here.setdefault(index, set()).add((read.name, n))
        for ends in here.values():
            for end in ends:
                links.setdefault(end, set()).update(ends)
    for d in graph.definitions:
        # What is known spreads at once: an adjoint lies as its value does.
        waiting = _seed(d, given, roles)
        while waiting:
            key = waiting.pop(0)
            for other in sorted(links.get(key, ())):
                if other not in roles:
                    roles[other] = roles[key]
                    waiting.append(other)
    found: dict[str, dict[int, int]] = {}
    for (name, n), role in roles.items():
        if name not in fixed:
            found.setdefault(name, {})[n] = role
    return found


def _elements(tensor: Tensor) -> int:
    """The elements of a matrix of fixed extents; of others none."""
    if len(tensor.shape) != 2 or not all(s.is_Integer for s in tensor.shape):
        return 0
    return int(tensor.shape[0]) * int(tensor.shape[1])


def _seed(
    d: Definition, given: Container[str], roles: dict[tuple[str, int], int]
) -> list[tuple[str, int]]:
    """Add the roles that a sum of a product gives where it reads through windows, or by rows."""
    before = set(roles)
    for node in d.expr.atoms(Reduce):
        factors = Mul.make_args(node.body)
        if node.kind != "sum" or len(factors) < 2:
            continue
        _seed_rows(d, factors, given, roles)
        for read in factors:
            if not isinstance(read, Read):
                continue
            windows = [
                n for n, place in enumerate(read.indices)
                if len(free_indices(place)) == 2 and set(free_indices(place)) & set(node.indices)
                and not set(free_indices(place)) <= set(node.indices)
            ]
            if not windows:
                continue
            elsewhere = {i for f in factors if f is not read for i in free_indices(f)}
            role: dict[Index, int] = {}
            for n, place in enumerate(read.indices):
                mine = HEIGHT if n == windows[0] else WIDTH if n in windows else (
                    CHANNEL if set(free_indices(place)) & elsewhere else BATCH
                )
                roles.setdefault((read.name, n), mine)
                role.update((i, mine) for i in free_indices(place) if i not in node.indices)
            for n, place in enumerate(d.target.indices):
                if isinstance(place, Index):
                    roles.setdefault((d.target.name, n), role.get(place, CHANNEL))
    return [key for key in roles if key not in before]


def _seed_rows(
    d: Definition,
    factors: Sequence[Expr],
    given: Container[str],
    roles: dict[tuple[str, int], int],
) -> None:
    """A given matrix times rows of data makes columns: ``s[j,n]`` for sum_k W[j,k] x[n,k].

    Neither factor of ``W2 h1`` is transposed then, which small products are slow with, and a
    maximum over few classes runs along the rows of data.
    """
    indices = d.target.indices
    if len(factors) != 2 or len(indices) != 2 or not is_plain(indices):
        return
    for weight, read in (factors, factors[::-1]):
        if not isinstance(weight, Read) or not isinstance(read, Read):
            return
        if weight.name not in given or not (is_plain(weight.indices) and is_plain(read.indices)):
            continue
        if len(weight.indices) != 2 or len(read.indices) != 2:
            continue
        for n, index in enumerate(indices):
            rows = isinstance(index, Index) and not index.extent.is_Integer
            if rows and index in read.indices and index not in weight.indices:
                roles.setdefault((d.target.name, n), BATCH)


def _loop_dimensions(graph: Graph) -> dict[str, int]:
    """The dimension along which a loop goes through each tensor that it computes or reads."""
    found: dict[str, int] = {}
    named = by_tensor(graph.definitions)
    for names in components(graph.definitions):
        members = [d for name in names for d in named[name]]
        if not is_recurrent(members):
            continue
        loop = turn(members)
        if isinstance(loop, str):
            continue  # refused, by name, when it is lowered
        found.update((name, n) for name, n in loop.along.dimensions.items() if n != STILL)
        for d, index in loop.members:
            for read in reads(d.expr):
                at = [n for n, e in enumerate(read.indices) if index in free_indices(e)]
                if len(at) == 1:
                    found.setdefault(read.name, at[0])
    return found


def reordered(graph: Graph, orders: Mapping[str, Sequence[int]]) -> Graph:
    """Each tensor named in ``orders`` with its dimensions in that order."""
    # The operands of a long row are also those of its longer ones: each part is turned once.
    known: dict[Expr, Expr] = {}

    def visit(expr: Expr) -> Expr:
        if not expr.args:
            return expr
        if expr not in known:
            args = tuple(map(visit, expr.args))
            new = expr if all(map(operator.is_, args, expr.args)) else expr.func(*args)
            if isinstance(new, Read) and new.name in orders:
                new = Read(new.name, *(new.indices[n] for n in orders[new.name]))
            known[expr] = new
        return known[expr]

    def moved(d: Definition) -> Definition:
        if orders.keys().isdisjoint((d.target.name, *read_names(d))):
            return d
        target = visit(d.target)
        assert isinstance(target, Read)
        operands = tuple(map(visit, d.operands))
        return replace(d, target=target, expr=visit(d.expr), operands=operands)

    tensors = {
        name: replace(t, shape=tuple(t.shape[n] for n in orders[name])) if name in orders else t
        for name, t in graph.tensors.items()
    }
    return replace(graph, tensors=tensors, definitions=tuple(map(moved, graph.definitions)))
