"""Reverse mode by one rule, for the whole language; the only place that differentiates.

For every definition ``y[L] (+)= e`` and every read ``x[f]`` in ``e``,

    d_x[f] += d_y[L] * (d e / d x[f])      over all indices of the definition, free and bound.

There is no case for any layer, function or index form.  A reduction in ``e`` is opened with its
own partial, and its bound indices join those of the definition; a case distinction chooses
(`choosing`).  Adjoints are definitions of the same language, so the derivative of a derivative is
this function again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from sympy import Add, Expr, Mul

from symbprop.calculus.choosing import (
    EVERYWHERE,
    Support,
    both,
    either,
    explicit,
    has_bracket,
    kept,
    narrowed,
    placed,
    support,
)
from symbprop.calculus.finite import Finite
from symbprop.calculus.rewriting import sole_definitions
from symbprop.errors import Fault, SpecError
from symbprop.language.functions import TRUTHS, Elementwise, apply
from symbprop.language.graph import (
    Definition,
    Graph,
    Tensor,
    in_dependency_order,
    reads,
    recurrent_names,
)
from symbprop.language.indices import (
    free_indices,
    is_plain,
    refresh_bound,
    rename,
)
from symbprop.language.reductions import REDUCTIONS
from symbprop.language.terms import ONE, ZERO, Index, Read, Reduce


@dataclass(frozen=True, slots=True)
class Partial:
    """How one definition's right side changes with one element that it reads.

    ``opened`` are the bound indices of the reductions that the read stands in; they are free in
    ``local``, the local derivative d e / d read.
    """

    read: Read
    opened: tuple[Index, ...]
    local: Expr


def local_derivatives(
    expr: Expr, active: frozenset[str], truths: frozenset[str] = frozenset()
) -> Iterator[Partial]:
    """Every read of an active tensor in ``expr``, with the derivative of ``expr`` by it.

    ``truths`` are the tensors that are one or zero.
    """
    for leaf in _leaves(expr):
        if not any(read.name in active for read in reads(leaf)):
            continue
        slope = _slope(expr, leaf, truths)
        if slope is ZERO:
            continue
        if isinstance(leaf, Read):
            yield Partial(leaf, (), slope)
            continue
        slope *= REDUCTIONS[leaf.kind].partial(leaf)
        # The opened indices stand free from here on: nothing beside them may bind their names.
        slope = refresh_bound(slope, {i.name for i in leaf.indices})
        for inner in local_derivatives(leaf.body, active, truths):
            outer = refresh_bound(slope, {i.name for i in inner.opened})
            yield Partial(inner.read, leaf.indices + inner.opened, outer * inner.local)


def differentiate(graph: Graph, by: Sequence[str] | None = None) -> Graph:
    """The graph with the adjoint of every tensor between the loss and the tensors ``by``.

    ``by`` defaults to the parameters.  A tensor that the loss does not depend on gets a zero
    adjoint of its own shape.  One sweep serves all; cost grows with the number of definitions.
    Raises SpecError where the loss is missing or depends on nothing in ``by``.
    """
    if graph.loss is None:
        raise SpecError(Fault("SP301", "there is no loss to differentiate"))
    wanted = tuple(by) if by is not None else tuple(t.name for t in graph.with_role("parameter"))
    active = _active(graph, wanted)
    if graph.loss not in active:
        place = next((d.place for d in graph.defining(graph.loss)), None)
        raise SpecError(
            Fault("SP302", f"the loss {graph.loss} depends on no parameter", place,
                  "declare what is to be learned as a parameter")
        )
    names = _adjoint_names(graph, [*active, *wanted])
    contributions: dict[str, list[Definition]] = {name: [] for name in names}
    contributions[graph.loss].append(Definition(Read(names[graph.loss]), ONE))
    chosen = _Chosen(graph)
    truths = frozenset(n for n, d in sole_definitions(graph).items() if _is_truth(d.expr))
    for definition in reversed(graph.definitions):
        if definition.target.name not in active:
            continue
        adjoint = Read(names[definition.target.name], *definition.target.indices)
        for part in local_derivatives(definition.expr, active, truths):
            contributions[part.read.name].append(
                _contribution(
                    definition, chosen.narrowed(definition, part), adjoint, names[part.read.name]
                )
            )
    tensors = dict(graph.tensors)
    adjoints: list[Definition] = []
    for name, adjoint_name in names.items():
        shape = graph.tensors[name].shape
        tensors[adjoint_name] = Tensor(adjoint_name, shape)
        adjoints += collect(tensors[adjoint_name], contributions[name])
    result = Graph(
        tensors,
        in_dependency_order((*graph.definitions, *adjoints)),
        graph.loss,
        graph.outputs,
        {name: names[name] for name in wanted},
        adjoints={**graph.adjoints, **{adjoint: name for name, adjoint in names.items()}},
        accuracy=graph.accuracy,
        assumed=graph.assumed,
    )
    return _explicit(result)


class _Chosen:
    """The supports of the adjoints, found while the sweep goes back."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.looped = recurrent_names(graph.definitions)
        self.supports: dict[str, tuple[tuple[Expr, ...], Support]] = {}

    @cached_property
    def finite(self) -> Finite:
        return Finite(self.graph)

    def narrowed(self, definition: Definition, part: Partial) -> Partial:
        """A partial that is asked for only where the definition's adjoint may not be zero."""
        own = self._at(definition.target)
        read, cases = part.read, both(own, support(part.local))
        if cases != EVERYWHERE:
            shape = self.graph.tensors[read.name].shape
            cases = kept(cases, read.indices) if _is_whole(read, shape) else EVERYWHERE
        if read.name in self.supports:
            others, known = self.supports[read.name]
            if EVERYWHERE in (known, cases):
                cases = EVERYWHERE
            else:
                cases = either(placed(known, _paired(others, read.indices)), cases)
        self.supports[read.name] = read.indices, cases
        if own == EVERYWHERE:
            return part
        return replace(part, local=narrowed(part.local, own, self.finite))

    def _at(self, target: Read) -> Support:
        indices, cases = self.supports.get(target.name, ((), EVERYWHERE))
        if cases == EVERYWHERE or target.name in self.looped:
            return EVERYWHERE
        return placed(cases, _paired(indices, target.indices))


def _explicit(graph: Graph) -> Graph:
    """The graph without brackets."""
    if not any(has_bracket(d.expr) for d in graph.definitions):
        return graph
    finite = Finite(graph)
    definitions = tuple(
        replace(d, expr=explicit(d.expr, finite)) if has_bracket(d.expr) else d
        for d in graph.definitions
    )
    return replace(graph, definitions=definitions)


def _contribution(
    definition: Definition, part: Partial, adjoint: Read, name: str
) -> Definition:
    """The rule itself: ``d_x[f] += sum over the rest of d_y[L] * local``."""
    target = Read(name, *part.read.indices)
    kept = set(free_indices(target))
    running = dict.fromkeys((*definition.indices, *part.opened))
    local = refresh_bound(part.local, {i.name for i in running})
    summed = [i for i in running if i not in kept]
    body = adjoint * local
    expr = Reduce("sum", body, *summed) if summed else body
    return Definition(target, expr, True, definition.place, (adjoint.name, *definition.order))


def collect(tensor: Tensor, contributions: Sequence[Definition]) -> list[Definition]:
    """Contributions at plain indices that reach all of a tensor become one ``=``.

    Law: ``y[i] += a(i)`` and ``y[j] += b(j)`` say together ``y[i] = a(i) + b(i)``.
    """
    whole: list[Definition] = []
    rest: list[Definition] = []
    for definition in contributions:
        full = _is_whole(definition.target, tensor.shape)
        (whole if full else rest).append(definition)
    if not whole:
        if rest:
            return rest
        free = [Index(f"i{n}", size) for n, size in enumerate(tensor.shape)]
        return [Definition(Read(tensor.name, *free), ZERO)]
    first = whole[0]
    target = first.target.indices
    total, order = ZERO, dict.fromkeys(first.order)
    for definition in whole:
        own = definition.target.indices
        expr = refresh_bound(definition.expr, {i.name for i in target})
        # A bound index may carry a name that a target index is about to take.
        total += rename(expr, dict(zip(own, target, strict=True)))
        order.update(dict.fromkeys(definition.order))
    return [Definition(first.target, total, False, first.place, tuple(order)), *rest]


def _paired(own: Sequence[Expr], others: Sequence[Expr]) -> dict[Index, Expr]:
    """The places of plain indices."""
    return {i: p for i, p in zip(own, others, strict=True) if isinstance(i, Index)}


def _is_whole(read: Read, shape: Sequence[Expr]) -> bool:
    """Whether the plain indices of a read or a left side run over all of its tensor."""
    return is_plain(read.indices) and all(
        isinstance(i, Index) and i.extent == size
        for i, size in zip(read.indices, shape, strict=True)
    )


@lru_cache(maxsize=100_000)
def _leaves(expr: Expr) -> tuple[Expr, ...]:
    """The outermost reads and reductions of a formula, each once."""
    if isinstance(expr, Read | Reduce):
        return (expr,)
    found: dict[Expr, None] = {}
    for argument in expr.args:
        found.update(dict.fromkeys(_leaves(argument)))
    return tuple(found)


def _slope(expr: Expr, leaf: Expr, truths: frozenset[str]) -> Expr:
    """d expr / d leaf by the rules of school: sums, products, powers and the functions' records."""
    if expr == leaf:
        return ONE
    inner = [(n, a) for n, a in enumerate(expr.args) if leaf in _leaf_set(a)]
    if expr.is_Add:
        return Add(*(_slope(a, leaf, truths) for _, a in inner))
    if expr.is_Mul:
        return Add(*(
            Mul(_slope(a, leaf, truths), *(
                _chosen_by(f, truths) for f in (*expr.args[:n], *expr.args[n + 1:])
            ))
            for n, a in inner
        ))
    if expr.is_Pow and expr.base.is_Mul and 0 < expr.exp < 1:
        # sqrt(u*v)/(2*u), not v/(2*sqrt(u*v)): a factor v that is zero all around, as a relu is,
        # leaves no zero over zero.
        return Add(*(expr.exp * expr / f * _slope(f, leaf, truths)
                     for f in expr.base.args if leaf in _leaf_set(f)))
    if expr.is_Pow:
        return expr.exp * expr.base ** (expr.exp - 1) * _slope(expr.base, leaf, truths)
    partials = _partials(expr)
    return Add(*(
        partials[n] * _slope(a, leaf, truths) for n, a in inner if partials[n] is not ZERO
    ))


def _chosen_by(factor: Expr, truths: frozenset[str]) -> Expr:
    """A truth in a product is a choice: where it is false, what it multiplies is not asked for."""
    truth = factor.base if factor.is_Pow and factor.exp.is_positive else factor
    named = isinstance(truth, Read) and truth.name in truths
    return apply("bracket", truth) if named or _is_truth(truth) else factor


def _is_truth(expr: Expr) -> bool:
    return isinstance(expr, Elementwise) and expr.record.name in TRUTHS


@lru_cache(maxsize=100_000)
def _leaf_set(expr: Expr) -> frozenset[Expr]:
    return frozenset(_leaves(expr))


@lru_cache(maxsize=100_000)
def _partials(expr: Elementwise) -> tuple[Expr, ...]:
    return expr.record.derivative(*expr.args)


def _active(graph: Graph, wanted: Sequence[str]) -> frozenset[str]:
    """Tensors that depend on a wanted one and that the loss depends on, and the wanted ones."""
    varied = set(wanted)
    growing = True
    while growing:
        # One pass suffices but for recurrences, whose members may read what comes later.
        growing = False
        for definition in graph.definitions:
            name = definition.target.name
            if name not in varied and any(r.name in varied for r in reads(definition.expr)):
                varied.add(name)
                growing = True
    useful = {graph.loss}
    growing = True
    while growing:
        growing = False
        for definition in reversed(graph.definitions):
            if definition.target.name in useful:
                new = {r.name for r in reads(definition.expr)} - useful
                growing = growing or bool(new)
                useful |= new
    return frozenset(name for name in varied & useful if name is not None)


def _adjoint_names(graph: Graph, primals: Sequence[str]) -> dict[str, str]:
    """``d_v`` for each v, with underscores appended where the user has taken that name."""
    taken = set(graph.tensors)
    wanted = set(primals)
    names: dict[str, str] = {}
    # Backward, the order in which the sweep defines them; what is not defined comes last.
    order = [d.target.name for d in reversed(graph.definitions)]
    for name in dict.fromkeys((*order, *graph.tensors)):
        if name in wanted:
            candidate = f"d_{name}"
            while candidate in taken:
                candidate += "_"
            taken.add(candidate)
            names[name] = candidate
    return names

