"""The chain rule as a textbook writes it: one product of factors for each path to the loss.

A path leads from the loss through definitions to a tensor.  Each of its links is worked out from
the author's own definition, step by step from the outside in, and its factors stay as they come:
(a - p)**2 by p gives 2, then (a - p), then -1.  Every single step is asked of the differentiator;
nothing is differentiated here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sympy import Add, Expr, Mul

from symbprop.calculus.choosing import unbracketed
from symbprop.calculus.differentiate import local_derivatives
from symbprop.language.building import rebuilt
from symbprop.language.functions import Elementwise
from symbprop.language.graph import Definition, Graph, names_in, read_names, reads
from symbprop.language.indices import (
    free_indices,
    fresh,
    index_names,
    is_plain,
    refresh_bound,
    rename,
)
from symbprop.language.reductions import REDUCTIONS
from symbprop.language.terms import ONE, Index, Read, Reduce, size
from symbprop.targets.latex_formula import Order, order_of

# Stands for what a step is differentiated by; no tensor can be called so.
INNER = Read("?")


@dataclass(frozen=True, slots=True)
class Terms:
    """A sum of products, where what is differentiated by occurs in several arguments."""

    terms: tuple[Factors, ...]


@dataclass(frozen=True, slots=True)
class Summed:
    """A product summed over indices that what is differentiated by does not carry."""

    indices: tuple[Index, ...]
    factors: Factors


Piece: TypeAlias = "Expr | Terms | Summed"
Factors: TypeAlias = "tuple[Piece, ...]"


@dataclass(frozen=True, slots=True)
class Link:
    """d ``above`` / d ``below`` as a product of factors.

    ``opened`` are indices of sums that ``below`` stands in and carries; they are free in the
    factors, and the whole chain is summed over them.
    """

    above: Read
    below: Read
    opened: tuple[Index, ...]
    factors: Factors
    order: Order


@dataclass(frozen=True, slots=True)
class Path:
    """Links from the loss down to a tensor, and the indices that their product is summed over."""

    links: tuple[Link, ...]
    summed: tuple[Index, ...]

    @property
    def value(self) -> Expr:
        """The product, summed, as an expression of the language."""
        body = Mul(*(value(link.factors) for link in self.links))
        return Reduce("sum", body, *self.summed) if self.summed else body


def value(factors: Factors) -> Expr:
    """The product that the factors stand for, made at once: one by one, each is sorted anew."""
    listed: list[Expr] = []
    for factor in factors:
        if isinstance(factor, Terms):
            listed.append(Add(*map(value, factor.terms)))
        elif isinstance(factor, Summed):
            listed.append(Reduce("sum", value(factor.factors), *factor.indices))
        else:
            listed.append(factor)
    return Mul(*listed)


def each(factors: Factors, change: Callable[[Expr], Expr]) -> Factors:
    """The factors with every expression among them changed."""
    changed: list[Piece] = []
    for factor in factors:
        if isinstance(factor, Terms):
            changed.append(Terms(tuple(each(t, change) for t in factor.terms)))
        elif isinstance(factor, Summed):
            changed.append(Summed(factor.indices, each(factor.factors, change)))
        else:
            changed.append(change(factor))
    return tuple(changed)


# --- one definition ---------------------------------------------------------------------------


def worked_out(
    expr: Expr, active: frozenset[str], order: Order
) -> Iterator[tuple[Read, tuple[Index, ...], Factors]]:
    """Every read of an active tensor, the indices opened for it, and the derivative by it."""
    for leaf in _leaves(expr):
        if not any(read.name in active for read in reads(leaf)):
            continue
        outer = _slope(expr, leaf, order)
        if outer is None:
            continue
        if isinstance(leaf, Read):
            yield leaf, (), outer
            continue
        through = unbracketed(REDUCTIONS[leaf.kind].partial(leaf))
        outer = _refreshed((*outer, *_split(through, order)), leaf.indices)
        for read, opened, inner in worked_out(leaf.body, active, order):
            yield read, leaf.indices + opened, _refreshed(outer, opened) + inner


def _leaves(expr: Expr) -> list[Expr]:
    """Outermost reads and reductions, each once."""
    if isinstance(expr, Read | Reduce):
        return [expr]
    return list(dict.fromkeys(leaf for a in expr.args for leaf in _leaves(a)))


def _slope(expr: Expr, leaf: Expr, order: Order) -> Factors | None:
    """d expr / d leaf, from the outside in; None where it vanishes."""
    if expr == leaf:
        return ()
    found: dict[Expr, Factors] = {}
    for position, inner in enumerate(expr.args):
        if leaf not in _leaves(inner):
            continue
        if expr.is_Add:
            # A sum's slope by a term is one; it may have very many.
            below = _slope(inner, leaf, order)
            if below is not None:
                found[inner] = below
            continue
        opened = expr.func(*expr.args[:position], INNER, *expr.args[position + 1:])
        step = next(local_derivatives(opened, frozenset((INNER.name,))), None)
        below = _slope(inner, leaf, order)
        if step is not None and below is not None:
            found[inner] = (*_split(step.local, order, inner), *below)
    if not found:
        return None
    if len(found) == 1:
        return next(iter(found.values()))
    # Of a sum, the terms as the author has them.
    return (Terms(tuple(found[a] for a in order.terms(found))),)


def _split(expr: Expr, order: Order, inner: Expr = INNER) -> Factors:
    """Factors of one step, a number first, with what was differentiated by put back."""
    coefficient, rest = unbracketed(expr).as_coeff_Mul()
    listed = [_put_back(f, inner) for f in Mul.make_args(rest) if f is not ONE]
    return (*(() if coefficient == 1 else (coefficient,)), *order.factors(listed))


def _put_back(expr: Expr, inner: Expr) -> Expr:
    """What was differentiated by in its place; SymPy alone would make Abs(x) of a root of x^2."""
    if expr == INNER:
        return inner
    if isinstance(expr, Read) or not expr.has(INNER):
        return expr
    return rebuilt(expr, [_put_back(a, inner) for a in expr.args])


def _refreshed(factors: Factors, free: Sequence[Index]) -> Factors:
    """Nothing binds the names of indices that stand free from here on."""
    names = {i.name for i in free}
    return each(factors, lambda f: refresh_bound(f, names))


def _names(factors: Factors) -> frozenset[str]:
    """The names of all indices in the factors."""
    found: set[str] = set()
    for factor in factors:
        if isinstance(factor, Terms):
            found.update(*map(_names, factor.terms))
        elif isinstance(factor, Summed):
            found |= _names(factor.factors) | {i.name for i in factor.indices}
        else:
            found |= index_names(factor)
    return frozenset(found)


def _renamed(factors: Factors, mapping: Mapping[Index, Expr]) -> Factors:
    """Free indices renamed; those of a `Summed` step aside rather than capture."""
    incoming = {n for e in mapping.values() for n in index_names(e)}
    changed: list[Piece] = []
    for factor in factors:
        if isinstance(factor, Terms):
            changed.append(Terms(tuple(_renamed(t, mapping) for t in factor.terms)))
        elif isinstance(factor, Summed):
            own = {i: e for i, e in mapping.items() if i not in factor.indices}
            taken = incoming | _names(factor.factors)
            bound: list[Index] = []
            for index in factor.indices:
                new = fresh(index, taken) if index.name in incoming else index
                taken.add(new.name)
                bound.append(new)
                if new != index:
                    own[index] = new
            changed.append(Summed(tuple(bound), _renamed(factor.factors, own)))
        else:
            changed.append(rename(factor, mapping))
    return tuple(changed)


# --- all of them ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ways:
    """Who reads whom in a graph, and what the loss is made of; found once for all tensors.

    ``through`` keeps by which elements a definition is differentiated, by its tensor and the active
    ones that it reads: the chains to many tensors lead through the same definitions.
    """

    graph: Graph
    readers: Mapping[str, tuple[str, ...]]
    below_loss: frozenset[str]
    through: dict[tuple[str, frozenset[str]], tuple[Read, ...] | None] = field(
        default_factory=dict)

    def to(self, name: str) -> frozenset[str]:
        """Tensors between the loss and a tensor, both included; empty where there is no way."""
        if name not in self.below_loss:
            return frozenset()
        return _closure(name, self.readers) & self.below_loss


def ways(graph: Graph) -> Ways:
    needs: dict[str, dict[str, None]] = {}
    for d in graph.definitions:
        needs.setdefault(d.target.name, {}).update(dict.fromkeys(read_names(d)))
    readers: dict[str, dict[str, None]] = {}
    for reader, others in needs.items():
        for other in others:
            readers.setdefault(other, {})[reader] = None
    return Ways(
        graph,
        {name: tuple(found) for name, found in readers.items()},
        _closure(str(graph.loss), {name: tuple(found) for name, found in needs.items()}),
    )


def _closure(start: str, step: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    found, todo = {start}, [start]
    while todo:
        for other in step.get(todo.pop(), ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return frozenset(found)


# No chain of a formula with more operations than this reads well, nor one with more in its factors.
MOST_OPERATIONS = 300
MOST_IN_FACTORS = 3000


def count_chains(known: Ways, name: str, most_paths: int, most_links: int) -> int | None:
    """The number of chains that a tensor's derivative is the sum of; None where it reads not well.

    Every definition on the way has at most one index, says all of its tensor, reduces by sums only,
    and is read at plain indices; the paths are few and short, and so are their factors.
    """
    graph = known.graph
    tensor = graph.tensors[name]
    if tensor.role == "defined" or len(tensor.shape) > 1:
        return None
    active = known.to(name)
    if name not in active:
        return None
    definitions: dict[str, Definition] = {}
    for d in graph.definitions:
        if d.target.name not in active:
            continue
        shape = graph.tensors[d.target.name].shape
        whole = is_plain(d.target.indices) and all(
            i.extent == size for i, size in zip(d.target.indices, shape, strict=True)
        )
        if d.target.name in definitions or d.accumulate or len(shape) > 1 or not whole:
            return None
        definitions[d.target.name] = d
    count_and_length = {name: (1, 0)}
    for d in graph.definitions:
        if d.target.name not in definitions:
            continue
        elements = _elements(known, d, active)
        if elements is None or any(read.name not in count_and_length for read in elements):
            return None
        count = length = 0
        for read in elements:
            count += count_and_length[read.name][0]
            length = max(length, count_and_length[read.name][1] + 1)
        count_and_length[d.target.name] = count, length
        if count > most_paths or length > most_links:
            return None
    return count_and_length[str(graph.loss)][0]


def count_operations(known: Ways, names: Iterable[str]) -> int:
    """About how many operations the factors of all chains to some tensors have."""
    total = 0
    for name in names:
        active = known.to(name)
        total += sum(_in_factors(d.expr, active)[1] for d in known.graph.definitions
                     if d.target.name in active)
    return total


def _elements(known: Ways, d: Definition, active: frozenset[str]) -> tuple[Read, ...] | None:
    """The elements of active tensors that a definition is worked out by; None where it is not."""
    key = d.target.name, active.intersection(names_in(d.expr))
    if key not in known.through:
        known.through[key] = _worked_out_by(d, key[1])
    return known.through[key]


def _worked_out_by(d: Definition, active: frozenset[str]) -> tuple[Read, ...] | None:
    if size(d.expr) > MOST_OPERATIONS or any(r.kind != "sum" for r in d.expr.atoms(Reduce)):
        return None
    if _in_factors(d.expr, active)[1] > MOST_IN_FACTORS:
        return None
    elements = tuple(read for read, _, _ in _joined(d.expr, active, order_of(d), d.target))
    return elements if all(is_plain(read.indices) for read in elements) else None


def _in_factors(expr: Expr, active: frozenset[str]) -> tuple[int, int]:
    """How many active reads a formula has, and about how many operations the factors by them all.

    Found without working them out.  A step repeats what it is taken of, at each read below it;
    through sums goes a one.
    """
    if isinstance(expr, Read):
        return int(any(read.name in active for read in reads(expr))), 0
    below = (expr.body,) if isinstance(expr, Reduce) else expr.args
    found = [_in_factors(e, active) for e in below]
    count, operations = (sum(column) for column in zip((0, 0), *found, strict=True))
    return count, operations + (0 if isinstance(expr, Reduce | Add) else count * size(expr))


def paths(known: Ways, name: str) -> list[Path]:
    """Every path from the loss to the tensor, in the order of the author's definitions.

    All end at the same indices.  For graphs that `count_chains` admits.
    """
    graph, active = known.graph, known.to(name)
    definitions = {d.target.name: d for d in graph.definitions if d.target.name in active}
    found: list[Path] = []

    def walk(here: Read, links: tuple[Link, ...], taken: frozenset[str]) -> None:
        if here.name == name:
            found.append(_ended(links, found[0] if found else None))
            return
        d = definitions[here.name]
        mapping = dict(zip(d.target.indices, here.indices, strict=True))

        def moved(expr: Expr) -> Expr:
            return rename(refresh_bound(expr, taken), mapping)

        known = order_of(d)
        order = Order(known.names, {moved(e): place for e, place in known.operands.items()})
        for read, opened, factors in _joined(moved(d.expr), active, order, here):
            link = Link(here, read, opened, factors, order)
            walk(read, (*links, link), taken | {i.name for i in opened})

    walk(Read(str(graph.loss)), (), frozenset())
    # Of a sum, the terms in the order of the text; SymPy keeps an order of its own.
    return sorted(found, key=_text_order)


def _joined(
    expr: Expr, active: frozenset[str], order: Order, name: Read
) -> list[tuple[Read, tuple[Index, ...], Factors]]:
    """`worked_out`, once for each element read: several places of one read add up.

    Indices that the read does not carry are summed over within the factor.
    """
    found: dict[str, list[tuple[Read, tuple[Index, ...], list[Factors]]]] = {}
    for read, opened, came in worked_out(expr, active, order):
        factors = _known(came, expr, name, opened) if isinstance(expr, Elementwise) else came
        carried = tuple(i for i in opened if i in free_indices(read))
        inside = tuple(i for i in opened if i not in carried)
        own: Factors = (Summed(inside, factors),) if inside else factors
        for other, kept, terms in found.setdefault(read.name, []):
            moved = {
                i: j for i, j in zip(read.indices, other.indices, strict=True)
                if i != j and isinstance(i, Index)
            }
            # The same element up to the names of what is summed over.
            if set(moved) <= set(carried) and rename(read, moved) == other and set(kept) == {
                moved.get(i, i) for i in carried
            }:
                terms.append(_renamed(own, moved))
                break
        else:
            found[read.name].append((read, carried, [own]))
    return [
        (read, kept, terms[0] if len(terms) == 1 else (Terms(tuple(terms)),))
        for group in found.values() for read, kept, terms in group
    ]


def _known(factors: Factors, expr: Expr, name: Read, opened: Sequence[Index]) -> Factors:
    """The same factors with a whole right side called by its name: 1 - tanh(s)**2 = 1 - y**2."""
    aside = refresh_bound(expr, {i.name for i in opened})
    return each(factors, lambda f: f.xreplace({expr: name, aside: name}))


def _text_order(path: Path) -> list[tuple[int, str]]:
    places: list[tuple[int, str]] = []
    for link in path.links:
        rank = {n: i for i, n in enumerate(link.order.names)}
        places.append((rank.get(link.below.name, len(rank)), str(link.below)))
    return places


def _ended(links: tuple[Link, ...], first: Path | None) -> Path:
    """The path with the indices of the first one's end, which are not summed over."""
    own = links[-1].below
    if first is not None:
        wanted = first.links[-1].below.indices
        taken = {n for e in wanted for n in index_names(e)}
        summed = {i for link in links for i in link.opened} - set(own.indices)
        mapping: dict[Index, Expr] = {}
        avoid = taken | {i.name for link in links for i in link.opened}
        for index in sorted((i for i in summed if i.name in taken), key=str):
            new = fresh(index, avoid)
            avoid.add(new.name)
            mapping[index] = new
        mapping.update(
            (i, w) for i, w in zip(own.indices, wanted, strict=True) if isinstance(i, Index)
        )
        links = tuple(
            Link(
                rename(link.above, mapping),
                rename(link.below, mapping),
                tuple(free_indices(rename(i, mapping))[0] for i in link.opened),
                _renamed(link.factors, mapping),
                Order(link.order.names, {
                    rename(e, mapping): place for e, place in link.order.operands.items()
                }),
            )
            for link in links
        )
    kept = set(links[-1].below.indices)
    over = dict.fromkeys(i for link in links for i in link.opened if i not in kept)
    return Path(links, tuple(over))
