"""Walking and rebuilding right sides: what the rewriting rooms of the calculus share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from sympy import Expr

from symbprop.language.graph import Definition, Graph, Tensor, defines_whole
from symbprop.language.indices import index_names, refresh_bound, rename
from symbprop.language.terms import Read, Reduce

Look = Callable[[Expr], Expr]


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Apply ``change`` to every value subexpression, innermost first; indices are left alone."""
    if isinstance(expr, Read) or not expr.args:
        return change(expr)
    if isinstance(expr, Reduce):
        body = rebuild(expr.body, change)
        new = expr if body is expr.body else Reduce(expr.kind, body, *expr.indices)
        return change(new)
    args = [rebuild(a, change) for a in expr.args]
    same = all(a is b for a, b in zip(args, expr.args, strict=True))
    return change(expr if same else expr.func(*args))


def each_rebuilt(graph: Graph, change: Callable[[Expr], Expr]) -> Graph:
    """The graph with every right side rebuilt."""
    definitions = tuple(with_expr(d, rebuild(d.expr, change)) for d in graph.definitions)
    return replace(graph, definitions=definitions)


def with_expr(definition: Definition, expr: Expr) -> Definition:
    return definition if expr is definition.expr else replace(definition, expr=expr)


def sole_definitions(graph: Graph) -> dict[str, Definition]:
    """Tensors that exactly one whole definition defines."""
    count: dict[str, int] = {}
    for d in graph.definitions:
        count[d.target.name] = count.get(d.target.name, 0) + 1
    return {
        d.target.name: d
        for d in graph.definitions
        if count[d.target.name] == 1 and defines_whole(d, graph.tensors[d.target.name])
    }


def at_read(definition: Definition, read: Read, avoid: frozenset[str]) -> Expr:
    """The right side of a whole definition at the indices of a read of it."""
    expr = refresh_bound(definition.expr, avoid)
    return rename(expr, dict(zip(definition.target.indices, read.indices, strict=True)))


def look_through(
    expr: Expr, sole: Mapping[str, Definition], avoid: frozenset[str]
) -> Expr:
    """What a read of one of these definitions stands for; any other expression itself."""
    if isinstance(expr, Read) and expr.name in sole:
        return at_read(sole[expr.name], expr, avoid)
    return expr


def looking(
    graph: Graph, sole: Mapping[str, Definition] | None = None
) -> Iterator[tuple[Definition, Look]]:
    """Each definition with what looks through the reads in it."""
    known = sole_definitions(graph) if sole is None else sole
    for d in graph.definitions:
        names = index_names(d.expr) | index_names(d.target)

        def look(expr: Expr, names: frozenset[str] = names) -> Expr:
            return look_through(expr, known, names)

        yield d, look


def kept_names(graph: Graph) -> set[str]:
    """Names that a caller asks for, which no rule may remove."""
    asked = {*graph.outputs, *graph.gradients.values()}
    return asked | {graph.loss} if graph.loss else asked


def new_name(stem: str, taken: Mapping[str, Tensor]) -> str:
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return name


def subject_of(expr: Expr) -> str:
    """The name of the first tensor, alphabetically, that an expression reads."""
    found: list[str] = []
    stack: list[Expr] = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Read):
            found.append(node.name)
        else:
            stack.extend(node.args)
    return min(found, default="constant")
