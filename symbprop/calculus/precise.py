"""Every digit: a graph whose functions keep theirs, where its author asks for "full".

It is a change of the graph before differentiation: each function stands aside for the record that
its own names as precise, whose derivative and form lose no digit, and differences that cancel and
squares that overflow are written as what does neither, also through names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sympy import Add, Expr, Integer, Mul, Pow, Rational, sqrt

from symbprop.calculus.rewriting import Look, looking
from symbprop.language.building import has_values, inside
from symbprop.language.functions import Elementwise, apply
from symbprop.language.graph import Graph, in_dependency_order
from symbprop.language.indices import rename
from symbprop.language.terms import Read, Reduce

# A logarithm of what is nothing beside every other double.
NOTHING = Integer(-(10**300))
LARGEST = Integer(10**308)


def precise(graph: Graph) -> Graph:
    """The graph with every function by its precise record, and differences as what they are.

    softplus(z) - y z is y softplus(-z) + (1 - y) softplus(z), and logsumexp_k u_k - u_l is
    softplus(logsumexp_{k /= l} u_k - u_l): neither is a small difference of what is large, and so
    are their slopes.  A graph that does not ask for that is left as it is.
    """
    if graph.accuracy != "full":
        return graph
    definitions = tuple(
        replace(d, expr=_precise(d.expr, look), operands=()) for d, look in looking(graph)
    )
    return replace(graph, definitions=in_dependency_order(definitions))


def _precise(expr: Expr, look: Look) -> Expr:
    if isinstance(expr, Read) or not expr.args:
        return expr
    if isinstance(expr, Reduce):
        return Reduce(expr.kind, _precise(expr.body, look), *expr.indices)
    if expr.is_Add:
        expr = _complements(_entropies(expr, look), look)
    args: Sequence[Expr] = [_precise(a, look) for a in expr.args]
    whole = _scaled(expr, args, look)
    if whole is not None:
        return whole
    if isinstance(expr, Elementwise) and expr.record.precise:
        return apply(expr.record.precise, *args)
    if all(a is b for a, b in zip(args, expr.args, strict=True)):
        return expr
    return expr.func(*args)


def _complements(expr: Expr, look: Look) -> Expr:
    """A sum in which what a share lacks of one is a share: 1 - sigmoid(u) = sigmoid(-u).

    And 1 - erf(u) = erfc(u), 1 + erf(u) = erfc(-u), 1 - tanh(u)^2 = 4 sigmoid(2u) sigmoid(-2u).
    """
    whole, _ = expr.as_coeff_Add()
    for term in expr.args if whole.is_Rational and whole != 0 else ():
        factor, node = term.as_coeff_Mul()
        found = _complement(node, factor / whole, look)
        if found is not None:
            return Add(whole * found, *(t for t in expr.args if t not in (whole, term)))
    return expr


def _complement(node: Expr, sign: Expr, look: Look) -> Expr | None:
    """1 + sign*node as a function of its own; None where there is none."""
    squared = node.is_Pow and node.exp == 2
    inner = node.base if squared else node
    inner = look(inner) if isinstance(inner, Read) else inner
    if not isinstance(inner, Elementwise) or abs(sign) != 1:
        return None
    (u, *_), name = inner.args, inner.record.name
    if name == "erf" and not squared:
        return apply("erfc", -sign * u)
    if sign == 1:
        return None
    if name == "tanh" and squared:
        return 4 * apply("sigmoid", 2 * u) * apply("sigmoid", -2 * u)
    return apply("sigmoid", -u) if name == "sigmoid" and not squared else None


def _scaled(expr: Expr, args: Sequence[Expr], look: Look) -> Expr | None:
    """A root of squares, whatever their size: m sqrt(sum (u/m)^2) with the largest u for m.

    The slope by m is zero, so that m stands still.  None where an expression is no such root.
    """
    if isinstance(expr, Elementwise) and expr.record.name == "root":
        base, exponent = args[0], None
    elif expr.is_Pow and expr.exp.is_Rational and expr.exp.q == 2:
        base, exponent = args[0], expr.exp
    else:
        return None
    base = inside(look(base))
    terms = [inside(look(t)) for t in Add.make_args(base)]
    sides = [_side(t, look) for t in terms]
    if any(s is None for s in sides) or not any(map(has_values, terms)):
        return None
    if len(terms) == 1 and not isinstance(terms[0], Reduce):
        return None
    largest: Expr | None = None
    for term, side in zip(terms, sides, strict=True):
        assert side is not None
        size: Expr = apply("abs", side) if has_values(side) else side
        if isinstance(term, Reduce):
            size = Reduce("max", size, *term.indices)
        largest = size if largest is None else apply("maximum", largest, size)
    # Of nothing, or nothing but zeros, it is one, and of infinities the largest number.
    some = apply("where", apply("greater", largest, 0), apply("minimum", largest, LARGEST), 1)
    m = apply("stop_gradient", some)
    parts: list[Expr] = []
    for term, side in zip(terms, sides, strict=True):
        square = Pow(apply("group", side / m), 2)
        parts.append(
            Reduce("sum", square, *term.indices) if isinstance(term, Reduce) else square
        )
    whole = Add(*parts)
    if exponent is None:
        return m * apply("root", whole)
    return Pow(m * Pow(apply("group", whole), Rational(1, 2)), exponent.p)


def _side(term: Expr, look: Look) -> Expr | None:
    """u of u^2, of a sum of u^2, and of a positive number, also by name; None of any other term."""
    term = inside(look(term))
    if isinstance(term, Reduce):
        return _side(term.body, look) if term.kind == "sum" and has_values(term.body) else None
    if term.is_Mul:
        sides = [None if isinstance(f, Reduce) else _side(f, look) for f in term.args]
        return None if any(s is None for s in sides) else Mul(*sides)
    if term.is_Pow and term.exp.is_Integer and term.exp > 0 and term.exp % 2 == 0:
        return term.base ** (term.exp / 2)
    return sqrt(term) if term.is_Rational and term.is_positive else None


def _entropies(expr: Expr, look: Look) -> Expr:
    """A sum in which cross entropies stand as they are computed without loss."""
    terms = list(expr.args)
    for first in list(terms):
        factor, node = first.as_coeff_Mul()
        for second in terms:
            found = _entropy(look(node), -second / factor)
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
