"""Where a value may be finite and a square on the way to it is not.

``sqrt(sum(i, x[i]**2))`` is as large as x, but its squares end at 1e308, where x is 1e154.  Where a
square is what a formula gives, it is the value itself that ends there, and nothing need be said.
What is looked for are squares, as terms or below names, of which a root, a logarithm or a quotient
is taken.
"""

from __future__ import annotations

from sympy import Expr

from symbprop.language.functions import Elementwise
from symbprop.language.graph import Graph
from symbprop.language.terms import Read, Reduce

# What makes of a large number a much smaller one.
SHRINKING = frozenset(("root", "log", "log1p"))


def shrunken_squares(graph: Graph) -> tuple[str, ...]:
    """The tensors in whose definitions a square is shrunken, in the author's order."""
    squares: set[str] = set()
    while True:
        # To a fixed point, as definitions stand in any order and may be recurrences.
        more = {d.target.name for d in graph.definitions if _is_square(d.expr, squares)} - squares
        if not more:
            break
        squares |= more
    return tuple(dict.fromkeys(
        d.target.name for d in graph.definitions if _shrinks(d.expr, squares)
    ))


def _is_square(expr: Expr, squares: set[str]) -> bool:
    """Whether a square is a term or a factor of a formula."""
    stack: list[Expr] = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Read):
            if node.name in squares:
                return True
        elif node.is_Pow:
            if node.exp.is_Integer and node.exp >= 2 and node.base.has(Read):
                return True
        elif isinstance(node, Reduce):
            stack.append(node.body)
        elif node.is_Add or node.is_Mul or (
            isinstance(node, Elementwise) and node.record.name == "group"
        ):
            stack.extend(node.args)
    return False


def _shrinks(expr: Expr, squares: set[str]) -> bool:
    """Whether a root, a logarithm or a quotient is taken of a square anywhere in a formula."""
    stack: list[Expr] = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Read):
            continue
        smaller = (
            not (node.exp.is_Integer and node.exp.is_positive) if node.is_Pow
            else isinstance(node, Elementwise) and node.record.name in SHRINKING
        )
        if smaller and _is_square(node.args[0], squares):
            return True
        stack.extend(node.args)
    return False
