"""What occurs several times and the calculus leaves where it stands is computed once.

A residual is squared in the loss and doubled in its gradient: ``2*p - 2*e`` is ``-2*(e - p)``.  The
gelu and its derivative hold one error function.  A formula reads better without names for these.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, Integer

from symbprop.calculus.simplify import share
from symbprop.language.building import group, is_group
from symbprop.language.functions import FUNCTIONS, Elementwise
from symbprop.language.graph import (
    Definition,
    Graph,
    Tensor,
    by_tensor,
    in_dependency_order,
    reads,
    recurrent_names,
)
from symbprop.language.indices import canonical, free_indices, fresh, index_names, is_plain
from symbprop.language.terms import ONE, Index, Read, Reduce

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


def share_slices(graph: Graph) -> Graph:
    """The gates of a cell at once: f(a[n,0,j]) and f(a[n,1,j]) are f(a[n,g,j]) at g = 0 and 1.

    Where all slices between the first and the last are wanted; in a recurrence, whose steps cost
    calls rather than elements, where half of them are.
    """
    looped = recurrent_names(graph.definitions)
    groups: dict[tuple[type, str, int], dict[int, Definition]] = {}
    for name, (d, *others) in by_tensor(graph.definitions).items():
        at = None if others or name in graph.outputs else _slice(d, graph)
        if at is not None:
            read = d.expr.args[0]
            key = (type(d.expr), read.name, at)
            groups.setdefault(key, {}).setdefault(int(read.indices[at]), d)
    tensors = dict(graph.tensors)
    made: dict[int, Definition] = {}
    moved: dict[str, tuple[str, int, int, tuple[int, ...]]] = {}
    for (kind, source, at), found in groups.items():
        low, high = min(found), max(found)
        wanted = len(found) * (2 if source in looped else 1)
        if len(found) < 2 or high - low + 1 > wanted:
            continue
        first = found[low]
        name = f"{kind.__name__}_{source}"
        while name in tensors:
            name += "_"
        places = list(first.expr.args[0].indices)
        gate = fresh(Index("g", high - low + 1), index_names(first.expr))
        places[at] = gate
        tensors[name] = Tensor(name, tuple(i.extent for i in places))
        inside = list(places)
        inside[at] = gate + low
        made[id(first)] = Definition(
            Read(name, *places), kind(Read(source, *inside)), False, first.place, first.order
        )
        for value, d in found.items():
            own = d.expr.args[0].indices
            order = tuple(
                d.target.indices.index(i) for n, i in enumerate(own) if n != at
            )
            moved[d.target.name] = (name, at, value - low, order)
            del tensors[d.target.name]
    if not moved:
        return graph

    def visit(expr: Expr) -> Expr:
        if not expr.args:
            return expr
        new = expr.func(*map(visit, expr.args))
        if isinstance(new, Read) and new.name in moved:
            name, at, value, order = moved[new.name]
            places = [new.indices[n] for n in order]
            return Read(name, *places[:at], Integer(value), *places[at:])
        return new

    definitions: list[Definition] = []
    for d in graph.definitions:
        if id(d) in made:
            definitions.append(made[id(d)])
        elif d.target.name not in moved:
            definitions.append(replace(d, expr=visit(d.expr), operands=()))
    return replace(graph, tensors=tensors, definitions=in_dependency_order(definitions))


def _slice(d: Definition, graph: Graph) -> int | None:
    """Where a definition applies a function of one argument to a slice of a tensor."""
    if d.accumulate or not isinstance(d.expr, Elementwise) or len(d.expr.args) != 1:
        return None
    (read,) = d.expr.args
    if not isinstance(read, Read) or not is_plain(d.target.indices):
        return None
    fixed = [n for n, i in enumerate(read.indices) if i.is_Integer]
    rest = [i for i in read.indices if not i.is_Integer]
    shape = graph.tensors[read.name].shape
    whole = all(
        isinstance(i, Index) and i.extent == shape[n]
        for n, i in enumerate(read.indices) if n not in fixed
    )
    if len(fixed) != 1 or not whole or not is_plain(rest) or set(rest) != set(d.target.indices):
        return None
    return fixed[0]


def share_sums(graph: Graph) -> Graph:
    """Name each sum of reads that two definitions or more compute.

    Law: content times primitive part is the sum, and a primitive part is named with the sign in
    which it is met first.
    """
    looped = recurrent_names(graph.definitions)
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
        if is_group(expr):
            inner = visit(expr.args[0], d)
            # A name keeps together what it stands for.
            return inner if isinstance(inner, Read) and inner != expr.args[0] else group(inner)
        return expr.func(*(visit(a, d) for a in expr.args))

    for d in graph.definitions:
        new = visit(d.expr, d)
        definitions.append(d if new == d.expr else replace(d, expr=new))
    return replace(graph, tensors=tensors, definitions=in_dependency_order(definitions))


def _is_sum(expr: Expr) -> bool:
    """Whether an expression adds reads, each with a number before it, of the same indices.

    A bracketed sum of such is a term like a read.
    """
    if not expr.is_Add:
        return False
    whole = set(free_indices(expr))
    for term in expr.args:
        _, rest = term.as_coeff_Mul()
        alike = isinstance(rest, Read) or (is_group(rest) and _is_sum(rest.args[0]))
        if not alike or set(free_indices(rest)) != whole:
            return False
    return bool(whole)


def _sums(expr: Expr) -> list[Expr]:
    if isinstance(expr, Read):
        return []
    if _is_sum(expr):
        return [expr]
    return [n for a in expr.args for n in _sums(a)]


def _key(expr: Expr) -> tuple[Expr, Expr, Expr]:
    """What a sum has in common with its multiples, the factor, and its primitive part."""
    factor, part = expr.primitive()
    return min(canonical(part)[0], canonical(-part)[0], key=str), factor, part
