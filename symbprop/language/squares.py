"""Where a value may be finite and a square on the way to it is not.

``sqrt(sum(i, x[i]**2))`` is as large as x, but its squares end at 1e308, where x is 1e154.  Where a
square is what a formula gives, it is the value itself that ends there, and nothing need be said.
What is looked for are squares, as terms or below names, of which a root, a logarithm or a quotient
is taken.  A number that was divided by the largest of its kind before it is squared is none.
"""

from __future__ import annotations

from sympy import Expr, Mul

from symbprop.language.building import is_group
from symbprop.language.functions import CLASSES, Elementwise
from symbprop.language.graph import Graph, read_names
from symbprop.language.terms import Read, Reduce

# What makes of a large number a much smaller one.
SHRINKING = frozenset(("root", "log", "log1p"))


def shrunken_squares(author: Graph, prepared: Graph) -> tuple[str, ...]:
    """The author's tensors in whose definitions a square is shrunken, in the author's order.

    ``prepared`` is the graph as it is computed.  A name that it has beyond the author's is a part
    of the definitions that read it.
    """
    definitions = prepared.definitions
    squares: set[str] = set()
    while True:
        # To a fixed point, as definitions stand in any order and may be recurrences.
        more = {d.target.name for d in definitions if _is_square(d.expr, squares)} - squares
        if not more:
            break
        squares |= more
    found = {d.target.name for d in definitions if _shrinks(d.expr, squares)}
    while True:
        parts = found - author.tensors.keys()
        more = {d.target.name for d in definitions if parts.intersection(read_names(d))} - found
        if not more:
            break
        found |= more
    return tuple(dict.fromkeys(
        d.target.name for d in author.definitions if d.target.name in found
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
            if node.exp.is_Integer and node.exp >= 2 and node.base.has(Read) and not (
                _is_scaled(node.base)
            ):
                return True
        elif isinstance(node, Reduce):
            stack.append(node.body)
        elif node.is_Add or node.is_Mul or (
            isinstance(node, Elementwise) and node.record.name == "group"
        ):
            stack.extend(node.args)
    return False


def _is_scaled(expr: Expr) -> bool:
    """Whether a number is a group over what stands still, as a scaled root has it."""
    return is_group(expr) and any(
        factor.is_Pow and factor.exp == -1 and isinstance(factor.base, CLASSES["stop_gradient"])
        for factor in Mul.make_args(expr.args[0])
    )


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
