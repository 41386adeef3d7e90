"""How exact a module is: the plain functions, or those that keep every digit.

"fast" promises an error of a few units in the last place of each function's scale; "full" of each
value itself, over the whole range of double precision, and computes single precision in double.
Full is a change of the graph before differentiation: each function stands aside for the record
that its own names as precise, whose derivative and form lose no digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sympy import Expr

from symbprop.errors import Fault, Place, SpecError, did_you_mean
from symbprop.language.functions import Elementwise, apply
from symbprop.language.graph import Graph
from symbprop.language.terms import Read, Reduce

ACCURACIES = ("fast", "full")


def check_accuracy(accuracy: object, place: Place | None = None) -> None:
    """Raise SpecError for a promise that there is not."""
    if accuracy not in ACCURACIES:
        raise SpecError(
            Fault("SP143", f"accuracy is {accuracy!r}, expected {' or '.join(ACCURACIES)}", place,
                  did_you_mean(str(accuracy), ACCURACIES))
        )


def precise(graph: Graph) -> Graph:
    """The graph with every function by its precise record, where it has one."""
    definitions = tuple(replace(d, expr=_precise(d.expr)) for d in graph.definitions)
    return replace(graph, definitions=definitions)


def _precise(expr: Expr) -> Expr:
    if isinstance(expr, Read) or not expr.args:
        return expr
    if isinstance(expr, Reduce):
        return Reduce(expr.kind, _precise(expr.body), *expr.indices)
    args: Sequence[Expr] = [_precise(a) for a in expr.args]
    if isinstance(expr, Elementwise) and expr.record.precise:
        return apply(expr.record.precise, *args)
    if all(a is b for a, b in zip(args, expr.args, strict=True)):
        return expr
    return expr.func(*args)
