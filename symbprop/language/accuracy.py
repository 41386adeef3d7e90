"""How exact a module is: the plain functions, or those that keep every digit.

"fast" promises an error of a few units in the last place of each function's scale; "full" of each
value itself, over the whole range of double precision, and computes single precision in double.
Full is a change of the graph before differentiation: each function stands aside for the record
that its own names as precise, whose derivative and form lose no digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sympy import Add, Expr, Integer, Pow

from symbprop.errors import Fault, Place, SpecError, did_you_mean, told
from symbprop.language.functions import Elementwise, apply
from symbprop.language.graph import Graph
from symbprop.language.indices import rename
from symbprop.language.terms import Read, Reduce

ACCURACIES = ("fast", "full")
# A logarithm of what is nothing beside every other double.
NOTHING = Integer(-(10**300))


def check_accuracy(accuracy: object, place: Place | None = None) -> None:
    """Raise SpecError for a promise that there is not."""
    if accuracy not in ACCURACIES:
        raise SpecError(
            Fault("SP143", f"accuracy is {told(accuracy)}, expected "
                  f"{' or '.join(ACCURACIES)}", place, did_you_mean(told(accuracy), ACCURACIES))
        )


def precise(graph: Graph) -> Graph:
    """The graph with every function by its precise record, and differences as what they are.

    softplus(z) - y z is y softplus(-z) + (1 - y) softplus(z), and logsumexp_k u_k - u_l is
    softplus(logsumexp_{k /= l} u_k - u_l): neither is a small difference of what is large, and so
    are their slopes.  A graph that does not ask for that is left as it is.
    """
    if graph.accuracy != "full":
        return graph
    definitions = tuple(replace(d, expr=_precise(d.expr)) for d in graph.definitions)
    return replace(graph, definitions=definitions)


def _precise(expr: Expr) -> Expr:
    if isinstance(expr, Read) or not expr.args:
        return expr
    if isinstance(expr, Reduce):
        return Reduce(expr.kind, _precise(expr.body), *expr.indices)
    if expr.is_Add:
        expr = _entropies(expr)
    args: Sequence[Expr] = [_precise(a) for a in expr.args]
    if isinstance(expr, Elementwise) and expr.record.precise:
        return apply(expr.record.precise, *args)
    if all(a is b for a, b in zip(args, expr.args, strict=True)):
        return expr
    return expr.func(*args)


def _entropies(expr: Expr) -> Expr:
    """A sum in which cross entropies stand as they are computed without loss."""
    terms = list(expr.args)
    for first in list(terms):
        factor, node = first.as_coeff_Mul()
        for second in terms:
            found = _entropy(node, -second / factor)
            if found is not None:
                terms = [t for t in terms if t not in (first, second)] + [factor * found]
                break
    return expr if terms == list(expr.args) else Add(*terms)


def _entropy(node: Expr, taken: Expr) -> Expr | None:
    """``node - taken`` without cancellation, for the two cross entropies; None for other pairs."""
    if isinstance(node, Elementwise) and node.record.name == "softplus":
        (z,) = node.args
        share = taken / z
        if z.is_number or (share.has(Pow) and not z.has(Pow)):
            return None
        return share * apply("softplus", -z) + (1 - share) * node
    if not isinstance(node, Reduce) or node.kind != "logsumexp" or len(node.indices) != 1:
        return None
    if not isinstance(taken, Read) or not isinstance(node.body, Read):
        return None
    (index,) = node.indices
    places = [
        place for own, place in zip(node.body.indices, taken.indices, strict=False)
        if own == index
    ]
    if len(places) != 1 or rename(node.body, {index: places[0]}) != taken:
        return None
    if not isinstance(places[0], Read) and not places[0].is_Integer:
        # At each place in turn, it would be a table of all pairs.
        return None
    others = apply("where", apply("equal", index, places[0]), NOTHING, node.body)
    return apply("softplus", Reduce("logsumexp", others, index) - taken)
