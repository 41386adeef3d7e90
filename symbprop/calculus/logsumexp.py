"""What becomes of logsumexp: a sum of exponentials that neither overflows nor loses its digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from sympy import Add, Expr, Mul

from symbprop.calculus.rewriting import (
    Look,
    each_rebuilt,
    kept_names,
    looking,
    new_name,
    rebuild,
    sole_definitions,
    subject_of,
    with_expr,
)
from symbprop.language.functions import apply
from symbprop.language.graph import Definition, Graph, Tensor, in_dependency_order
from symbprop.language.indices import canonical, free_indices, rename
from symbprop.language.terms import ZERO, Index, Read, Reduce


def shift_logsumexp(graph: Graph) -> Graph:
    """logsumexp_k u = m + log(sum_k exp(u - m)) with m = max_k u, and exp(u - logsumexp u) = e/Z.

    e = exp(u - m) never overflows and Z >= 1, so both are finite and right for any finite u; the
    probabilities cost a division instead of a second exponential.
    """
    graph = _name_each_logsumexp(each_rebuilt(graph, _without_idle))
    tensors = dict(graph.tensors)
    probabilities: dict[Expr, tuple[tuple[Index, ...], Expr]] = {}
    parts: dict[str, tuple[Definition, Expr, Expr]] = {}
    exponentials: dict[str, Read] = {}
    definitions: list[Definition] = []
    for d in graph.definitions:
        node = d.expr
        if not isinstance(node, Reduce) or node.kind != "logsumexp":
            definitions.append(d)
            continue
        rows, full = d.indices, (*d.indices, *node.indices)
        subject = subject_of(node.body)

        def make(
            kind: str, indices: tuple[Index, ...], expr: Expr,
            d: Definition = d, subject: str = subject,
        ) -> Read:
            name = new_name(f"{kind}_{subject}", tensors)
            tensors[name] = Tensor(name, tuple(i.extent for i in indices))
            read = Read(name, *indices)
            definitions.append(Definition(read, expr, False, d.place, d.order))
            return read

        top = make("max", rows, Reduce("max", node.body, *node.indices))
        powers = make("exp", full, apply("exp", node.body - top))
        if graph.accuracy == "full":
            # The largest terms are exactly one each: what is left of them is not lost beside these.
            ties = make("ties", rows, Reduce("sum", apply("equal", node.body, top), *node.indices))
            smaller = apply("where", apply("less", node.body, top), powers, ZERO)
            rest = make("rest_exp", rows, Reduce("sum", smaller, *node.indices))
            total = make("sum_exp", rows, ties + rest)
            logarithm = apply("log1p", apply("group", ties - 1) + rest)
        else:
            total = make("sum_exp", rows, Reduce("sum", powers, *node.indices))
            logarithm = apply("log", total)
        definitions.append(replace(d, expr=top + logarithm))
        if isinstance(node.body, Read):
            parts[d.target.name] = d, top, logarithm
            exponentials[d.target.name] = powers
        key, free = canonical(apply("exp", node.body - d.target))
        probabilities[key] = (free, powers / total)

    def change(look: Look, expr: Expr) -> Expr:
        if type(expr).__name__ != "exp":
            return expr
        key, free = canonical(apply("exp", look(expr.args[0])))
        if key not in probabilities:
            return expr
        own, ratio = probabilities[key]
        return rename(ratio, dict(zip(own, free, strict=True)))

    result = replace(graph, tensors=tensors, definitions=in_dependency_order(definitions))
    # Through names, since log-probabilities mostly have one.
    rebuilt = [with_expr(d, rebuild(d.expr, partial(change, look))) for d, look in looking(result)]
    result = replace(result, definitions=in_dependency_order(rebuilt))
    for name, part in parts.items():
        result = _all_less_than_the_largest(result, *part, exponentials[name])
    for name in parts.keys() - kept_names(graph):
        result = _less_than_the_largest(result, *parts[name])
    return result


def _less_than_the_largest(
    graph: Graph, whole: Definition, top: Expr, logarithm: Expr
) -> Graph:
    """logsumexp_k u - u_l = (m - u_l) + log Z, which loses no digits with the size of u.

    It costs no more where nothing else reads the logsumexp and there are no more u_l than rows.
    """
    name, body = whole.target.name, whole.expr.body
    left = 0

    def change(expr: Expr) -> Expr:
        nonlocal left
        left += isinstance(expr, Read) and expr.name == name
        for number, read, taken, rest in _differences(expr, name):
            if not isinstance(taken, Read) or taken.name != body.name:
                continue
            if not set(free_indices(taken)) <= set(free_indices(read)):
                continue
            here = dict(zip(whole.indices, read.indices, strict=True))
            near = apply("group", rename(top, here) - taken)
            left -= 1
            return Add(*rest, number * (near + rename(logarithm, here)))
        return expr

    changed = each_rebuilt(graph, change)
    return graph if left else changed


def _all_less_than_the_largest(
    graph: Graph, whole: Definition, top: Expr, logarithm: Expr, powers: Read
) -> Graph:
    """u_k - logsumexp u = (u_k - m) - log Z for all k, with the u_k - m whose exponential is taken.

    It costs no pass over the elements more, since that difference is made for the exponential.
    """
    name, node = whole.target.name, whole.expr
    shifted = Read(new_name(f"shifted_{subject_of(node.body)}", graph.tensors), *powers.indices)
    found = False

    def change(expr: Expr) -> Expr:
        nonlocal found
        for number, read, taken, rest in _differences(expr, name):
            here = dict(zip(whole.indices, read.indices, strict=True))
            places = _places(rename(node.body, here), node.indices, taken)
            if places is None:
                continue
            found = True
            near = rename(shifted, {**here, **places}) - rename(logarithm, here)
            # Alone it needs no brackets.
            alone = not rest and number == -1
            return near if alone else Add(*rest, apply("group", near) * -number)
        return expr

    changed = each_rebuilt(graph, change)
    if not found:
        return graph
    size = tuple(i.extent for i in powers.indices)
    definitions = [
        replace(d, expr=apply("exp", shifted)) if d.target == powers else d
        for d in changed.definitions
    ]
    difference = Definition(shifted, node.body - top, False, whole.place, whole.order)
    return replace(
        graph,
        tensors={**graph.tensors, shifted.name: Tensor(shifted.name, size)},
        definitions=in_dependency_order([difference, *definitions]),
    )


def _differences(expr: Expr, name: str) -> Iterator[tuple[Expr, Read, Expr, list[Expr]]]:
    """Every c*(read - u) in a sum, for reads of one tensor: c, the read, u, and the other terms."""
    for term in expr.args if expr.is_Add else ():
        number, read = term.as_coeff_Mul()
        if isinstance(read, Read) and read.name == name:
            for other in expr.args:
                rest = [t for t in expr.args if t is not term and t is not other]
                yield number, read, -other / number, rest


def _places(body: Read, running: tuple[Index, ...], read: Expr) -> dict[Index, Index] | None:
    """The indices of a read that stand where a body's running ones do; None where others differ."""
    if not isinstance(read, Read) or read.name != body.name:
        return None
    found: dict[Index, Index] = {}
    for own, there in zip(body.indices, read.indices, strict=True):
        if own in running and isinstance(there, Index):
            if found.setdefault(own, there) != there:
                return None
        elif own != there:
            return None
    return found if len(found) == len(running) else None


def _name_each_logsumexp(graph: Graph) -> Graph:
    """Each logsumexp becomes the right side of one definition of its own."""
    sole = sole_definitions(graph)
    tensors = dict(graph.tensors)
    named: dict[Expr, tuple[str, tuple[int, ...]]] = {}
    for name, d in sole.items():
        if isinstance(d.expr, Reduce) and d.expr.kind == "logsumexp":
            key, free = canonical(d.expr)
            if set(free) == set(d.indices):
                named.setdefault(key, (name, tuple(free.index(i) for i in d.indices)))
    definitions: list[Definition] = []
    for d in graph.definitions:

        def change(expr: Expr, d: Definition = d) -> Expr:
            if not isinstance(expr, Reduce) or expr.kind != "logsumexp":
                return expr
            key, free = canonical(expr)
            if key not in named:
                name = new_name(f"logsumexp_{subject_of(expr)}", tensors)
                tensors[name] = Tensor(name, tuple(i.extent for i in free))
                named[key] = (name, tuple(range(len(free))))
                definitions.append(Definition(Read(name, *free), expr, False, d.place, d.order))
            name, positions = named[key]
            return Read(name, *(free[p] for p in positions))

        owner = named.get(canonical(d.expr)[0]) if isinstance(d.expr, Reduce) else None
        keep = owner is not None and owner[0] == d.target.name
        definitions.append(d if keep else with_expr(d, rebuild(d.expr, change)))
    return replace(graph, tensors=tensors, definitions=in_dependency_order(definitions))


def _without_idle(expr: Expr) -> Expr:
    """logsumexp_{j,k} u(j) = log K + logsumexp_j u(j), and logsumexp_k u = log K + u."""
    if not isinstance(expr, Reduce) or expr.kind != "logsumexp":
        return expr
    running = set(free_indices(expr.body))
    kept = [i for i in expr.indices if i in running]
    if len(kept) == len(expr.indices):
        return expr
    count = Mul(*(i.extent for i in expr.indices if i not in running))
    inner = Reduce(expr.kind, expr.body, *kept) if kept else expr.body
    return inner if count == 1 else apply("log", count) + inner
