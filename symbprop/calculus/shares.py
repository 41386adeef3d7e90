"""Slopes of shares without loss: what a softmax passes back, where accuracy is "full".

With shares p_k = exp(u_k - logsumexp u), which sum to one, the chain gives A_k - p_k sum_c A_c: a
difference that cancels where one share is nearly one.  It is sum_c (A_k p_c - A_c p_k), whose terms
cancel only where the data do; with m = max u, e_k = exp(u_k - m), T where u is m, and R elsewhere,

    ((A_k |T| - e_k sum_T A) + (A_k sum_R e - e_k sum_R A)) / (|T| + sum_R e),

whose first bracket is zero where k itself is the largest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Add, Expr, Mul

from symbprop.language.functions import Elementwise, apply
from symbprop.language.graph import Graph, in_dependency_order
from symbprop.language.indices import bound_indices, fresh, index_names, rename
from symbprop.language.terms import ONE, ZERO, Index, Read, Reduce


def pair_shares(graph: Graph) -> Graph:
    """The derivative's graph with each pair of A_k and -p_k sum A in that form."""
    if graph.accuracy != "full":
        return graph
    definitions = tuple(
        d if (expr := _paired(d.expr)) is d.expr else replace(d, expr=expr, operands=())
        for d in graph.definitions
    )
    return replace(graph, definitions=in_dependency_order(definitions))


def _paired(expr: Expr) -> Expr:
    if not expr.is_Add:
        return expr
    terms = list(expr.args)
    for sum_ in expr.args:
        for share, index, rest in _shared(sum_):
            own = next((t for t in terms if t in _at(-rest, index, share)), None)
            if own is not None and sum_ in terms:
                terms = [t for t in terms if t not in (own, sum_)]
                terms.append(_difference(own, share))
                break
    return expr if len(terms) == len(expr.args) else Add(*terms)


def _shared(term: Expr) -> Iterator[tuple[Expr, Index, Expr]]:
    """The ways to read a term as sum_c p_k R_c: the share p_k, c and R."""
    if not isinstance(term, Reduce) or term.kind != "sum" or len(term.indices) != 1:
        return
    (index,) = term.indices
    for factor in Mul.make_args(term.body):
        if _subject(factor) is not None and not factor.has(index):
            yield factor, index, term.body / factor


def _at(rest: Expr, index: Index, share: Expr) -> Iterator[Expr]:
    """What is summed, at each place where the share may stand."""
    found = _subject(share)
    assert found is not None
    for own in found[1]:
        if isinstance(own, Index) and own.extent == index.extent:
            yield rename(rest, {index: own})


def _subject(expr: Expr) -> tuple[Read, tuple[Expr, ...]] | None:
    """The read u_k and its indices where an expression is exp(u_k - logsumexp_c u_c)."""
    if not isinstance(expr, Elementwise) or expr.record.name != "exp":
        return None
    (inside,) = expr.args
    if not inside.is_Add or len(inside.args) != 2:
        return None
    reads = [a for a in inside.args if isinstance(a, Read)]
    totals = [-a for a in inside.args if isinstance(-a, Reduce)]
    if len(reads) != 1 or len(totals) != 1:
        return None
    (read,), (total,) = reads, totals
    if total.kind != "logsumexp" or len(total.indices) != 1 or not isinstance(total.body, Read):
        return None
    places = [
        own for own, there in zip(read.indices, total.body.indices, strict=False)
        if there == total.indices[0]
    ]
    if len(places) != 1 or not isinstance(places[0], Index):
        return None
    if rename(total.body, {total.indices[0]: places[0]}) != read:
        return None
    return read, (places[0],)


def _difference(own: Expr, share: Expr) -> Expr:
    """sum_c (A_k p_c - A_c p_k) of A_k = ``own`` and p_k = ``share``."""
    found = _subject(share)
    assert found is not None
    read, (index,) = found
    assert isinstance(index, Index)
    bound = fresh(index, index_names(own) | index_names(share) | {
        i.name for i in bound_indices(own)
    })
    there, other = rename(read, {index: bound}), rename(own, {index: bound})
    top = Reduce("max", there, bound)
    largest, smaller = apply("equal", there, top), apply("less", there, top)
    power = apply("exp", there - top)

    def total(condition: Expr, term: Expr) -> Expr:
        return Reduce("sum", apply("where", condition, term, ZERO), bound)

    ties, rest = total(largest, ONE), total(smaller, power)
    here = rename(power, {bound: index})
    first = apply("group", own * ties - here * total(largest, other))
    second = apply("group", own * rest - here * total(smaller, other))
    return (first + second) / apply("group", ties + rest)
