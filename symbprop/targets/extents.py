"""Extents that are formulas: which of them the arguments of a call may make negative.

A window over ``T`` positions has ``T - 2`` places for a kernel of three, and none for a batch of
sequences that are too short.  NumPy would complain of the array that it cannot make, or take an
empty slice for the sum over minus one places; a module says which extent it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, ceiling, expand, floor

from symbprop.language.graph import Graph, read_names
from symbprop.language.terms import Index


def shrinking(graph: Graph, results: Iterable[str]) -> tuple[Expr, ...]:
    """The extents behind these tensors that are negative for some extents of the arguments."""
    found: set[Expr] = set()
    waiting, seen = list(results), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        found.update(graph.tensors[name].shape)
        for definition in graph.defining(name):
            for part in (definition.target, definition.expr):
                found.update(index.extent for index in part.atoms(Index))
            waiting += read_names(definition)
    return tuple(sorted(filter(may_be_negative, found), key=str))


def may_be_negative(size: Expr) -> bool:
    """Whether nothing shows that a formula of extents, none of them negative, is not negative."""
    if any(may_be_negative(part.args[0]) for part in size.atoms(floor, ceiling)):
        return True
    return any(factor < 0 for factor in expand(size).as_coefficients_dict().values())
