"""What occurs several times and the calculus leaves where it stands is computed once.

A residual is squared in the loss and doubled in its gradient: ``2*p - 2*e`` is ``-2*(e - p)``.  The
gelu and its derivative hold one error function.  A formula reads better without names for these.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr

from symbprop.calculus.simplify import canonical, share
from symbprop.language.functions import FUNCTIONS, Elementwise
from symbprop.language.graph import (
    Definition,
    Graph,
    Tensor,
    components,
    in_dependency_order,
    reads,
)
from symbprop.language.indices import free_indices
from symbprop.language.terms import ONE, Read, Reduce

DEAR = ("erf",)


def share_forms(graph: Graph) -> Graph:
    """A function that NumPy lacks is its form where a dear part of that stands elsewhere too.

    Law: gelu(u) = u (1 + erf(u/sqrt 2)) / 2; its derivative has the same erf.
    """
    dear = {
        canonical(node)[0]
        for d in graph.definitions
        for node in d.expr.atoms(Elementwise)
        if type(node).__name__ in DEAR
    }
    if not dear:
        return graph

    def visit(expr: Expr) -> Expr:
        if isinstance(expr, Read) or not expr.args:
            return expr
        if isinstance(expr, Reduce):
            return Reduce(expr.kind, visit(expr.body), *expr.indices)
        new = expr.func(*map(visit, expr.args))
        record = FUNCTIONS.get(type(new).__name__)
        if record is not None and record.numpy is None and record.form is not None:
            form = record.form(*new.args)
            if any(canonical(node)[0] in dear for node in form.atoms(Elementwise)):
                return form
        return new

    opened = [d if (e := visit(d.expr)) == d.expr else replace(d, expr=e)
              for d in graph.definitions]
    if opened == list(graph.definitions):
        return graph
    return share(replace(graph, definitions=tuple(opened)))


def share_sums(graph: Graph) -> Graph:
    """Name each sum of reads that two definitions or more compute.

    Law: content times primitive part is the sum, and a primitive part is named with the sign in
    which it is met first.
    """
    looped = {n for names in components(graph.definitions) if len(names) > 1 for n in names}
    count: dict[Expr, int] = {}
    for d in graph.definitions:
        for key in {_key(node)[0] for node in _sums(d.expr)}:
            count[key] = count.get(key, 0) + 1
    common = {key for key, times in count.items() if times > 1}
    if not common:
        return graph
    tensors = dict(graph.tensors)
    named: dict[Expr, tuple[Read, Expr]] = {}
    definitions: list[Definition] = []

    def visit(expr: Expr, d: Definition) -> Expr:
        if isinstance(expr, Read) or not expr.args:
            return expr
        if isinstance(expr, Reduce):
            return Reduce(expr.kind, visit(expr.body, d), *expr.indices)
        if _is_sum(expr):
            key, factor, part = _key(expr)
            if key in common and not looped & {r.name for r in reads(expr)}:
                free = free_indices(part)
                if key not in named:
                    name, number = f"rest_{d.target.name}", 1
                    while name in tensors:
                        number += 1
                        name = f"rest_{d.target.name}_{number}"
                    tensors[name] = Tensor(name, tuple(i.extent for i in free))
                    definitions.append(
                        Definition(Read(name, *free), part, False, d.place, d.order)
                    )
                    named[key] = (Read(name, *free), canonical(part)[0])
                read, first = named[key]
                same = canonical(part)[0] == first
                here = free if same else free_indices(-part)
                if same or canonical(-part)[0] == first:
                    sign = ONE if same else -ONE
                    return sign * factor * Read(read.name, *here)
        return expr.func(*(visit(a, d) for a in expr.args))

    for d in graph.definitions:
        new = visit(d.expr, d)
        definitions.append(d if new == d.expr else replace(d, expr=new))
    return replace(graph, tensors=tensors, definitions=in_dependency_order(definitions))


def _is_sum(expr: Expr) -> bool:
    """Whether an expression adds reads, each with a number before it, of the same indices."""
    if not expr.is_Add:
        return False
    whole = set(free_indices(expr))
    for term in expr.args:
        _, rest = term.as_coeff_Mul()
        if not isinstance(rest, Read) or set(free_indices(rest)) != whole:
            return False
    return bool(whole)


def _sums(expr: Expr) -> list[Expr]:
    if isinstance(expr, Read):
        return []
    found = [expr] if _is_sum(expr) else []
    return found + [n for a in expr.args for n in _sums(a)]


def _key(expr: Expr) -> tuple[Expr, Expr, Expr]:
    """What a sum has in common with its multiples, the factor, and its primitive part."""
    factor, part = expr.primitive()
    return min(canonical(part)[0], canonical(-part)[0], key=str), factor, part
