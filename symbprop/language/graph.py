"""Tensors, definitions and the graph that they make, with the verifier of the language.

A tensor's value is what its definitions say together: definitions with ``=`` hold on disjoint
regions, definitions with ``+=`` add to what is there, and where there is an addition, what is
not defined is zero.  A graph is a value: passes build new ones, nothing changes one.
"""

from __future__ import annotations

import heapq
import itertools
import math
import numbers
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, NoReturn

from sympy import Add, Expr, Integer, Symbol, expand, floor, latex
from sympy.core.basic import Basic

from symbprop.arguments import doors
from symbprop.errors import Fault, LimitError, Place, SpecError, did_you_mean, told
from symbprop.language.bounds import assumed
from symbprop.language.functions import CLASSES, Elementwise
from symbprop.language.indices import (
    affine,
    bound_indices,
    free_indices,
    is_plain,
    looked_up,
    reached_once,
    value_range,
)
from symbprop.language.initialisation import Initialisation
from symbprop.language.latex_names import latex_fault
from symbprop.language.numbers import is_finite
from symbprop.language.reductions import REDUCTIONS
from symbprop.language.terms import ZERO, Extent, Index, Read, Reduce, is_whole_part

# NumPy's own limit.
MOST_DIMENSIONS = 64
ROLES = ("parameter", "input", "target", "constant", "defined")
# So many choices of dimensions are tried for the tensors of a recurrence.
MOST_TRIES = 256
# The dimension of a tensor that does not advance with the loop.
STILL = -1


@dataclass(frozen=True, slots=True)
class Tensor:
    """A named array.  ``shape`` holds extents; an integer tensor may stand inside an index.

    ``limit`` is the extent that the values of an integer tensor stay below, where they are
    looked up in another tensor; None where nobody has said.  ``initial`` says how a parameter
    begins, ``values`` holds a constant's elements in row-major order, ``latex`` is a LaTeX name.
    """

    name: str
    shape: tuple[Extent, ...] = ()
    role: str = "defined"
    integer: bool = False
    limit: Extent | None = None
    initial: Initialisation | None = None
    values: tuple[float, ...] | None = field(default=None, repr=False)
    latex: str | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise SpecError(Fault("SP144", f"Tensor: role is {told(self.role)}, not one of "
                                  f"{', '.join(ROLES)}"))

    def __getitem__(self, indices: Any) -> Read:
        """The element at some indices: integers, indices and formulas of them."""
        listed = indices if isinstance(indices, tuple) else (indices,)
        if len(listed) != len(self.shape):
            raise SpecError(Fault(
                "SP110", f"{self.name} has {len(self.shape)} indices, but {len(listed)} are given"
            ))
        wrong = [i for i in listed if not _is_place(i)]
        if wrong:
            raise SpecError(Fault(
                "SP144", f"{self.name} is read at {told(wrong[0])}, which is no index", None,
                "an index is an integer, an Index or a formula of them; there are no slices"
            ))
        return Read(self.name, *(i if isinstance(i, Expr) else int(i) for i in listed))

    def _misread(self, *others: object) -> NoReturn:
        """A tensor is no number and no sequence: its elements are."""
        at = ", ".join(("i", "j", "k", "l", "m", "n")[: len(self.shape)]) or "()"
        raise SpecError(Fault(
            "SP144", f"{self.name} is a tensor, not a number", None,
            f"write an element of it, as {self.name}[{at}]"
        ))

    __iter__ = __contains__ = __float__ = __int__ = _misread
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _misread
    __rtruediv__ = __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = __matmul__ = _misread
    __rmatmul__ = __lt__ = __le__ = __gt__ = __ge__ = _misread


def _is_place(index: object) -> bool:
    if isinstance(index, Expr):
        return (index.is_integer is not False and not index.is_number) or bool(index.is_Integer)
    return isinstance(index, numbers.Integral) and not isinstance(index, bool)


@dataclass(frozen=True, slots=True)
class Definition:
    """``target = expr`` or, accumulating, ``target += expr``, for all values of its free indices.

    ``order`` lists tensor names as the author wrote them, and ``operands`` terms and factors, so
    that printers need not re-order.
    """

    target: Read
    expr: Expr
    accumulate: bool = False
    place: Place | None = field(default=None, compare=False)
    order: tuple[str, ...] = field(default=(), compare=False)
    operands: tuple[Expr, ...] = field(default=(), compare=False, repr=False)

    @property
    def indices(self) -> tuple[Index, ...]:
        """The free indices, in the order of the target."""
        return _indices_in(self.target)


@lru_cache(maxsize=200_000)
def _indices_in(target: Read) -> tuple[Index, ...]:
    found: dict[Index, None] = {}
    for index in target.indices:
        found.update(dict.fromkeys(free_indices(index)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Graph:
    """Definitions in dependency order over named tensors.

    ``loss`` names the scalar to differentiate, ``gradients`` maps a parameter to its adjoint
    once the graph has been differentiated, ``adjoints`` every adjoint to what it is the adjoint of.
    ``estimated`` are defined tensors, statistics of a batch, whose running estimates are given
    instead where the outputs alone are computed.  ``accuracy`` is what is promised of it.
    ``assumed`` are formulas of free extents that a call is asked to keep from being negative; what
    a pass makes of the graph may assume no more.
    """

    tensors: Mapping[str, Tensor]
    definitions: tuple[Definition, ...]
    loss: str | None = None
    outputs: tuple[str, ...] = ()
    gradients: Mapping[str, str] = field(default_factory=dict)
    estimated: tuple[str, ...] = ()
    adjoints: Mapping[str, str] = field(default_factory=dict)
    accuracy: str = "fast"
    assumed: tuple[Expr, ...] = ()
    # Of `make_graph` alone: what is replaced in a graph has to be shown again.
    verified: bool = field(default=False, init=False, compare=False, repr=False)

    def __iter__(self) -> Iterator[Definition]:
        return iter(self.definitions)

    def __str__(self) -> str:
        """The equations, one a line, in an order in which they can be computed."""
        # The printer stands on graphs, so it cannot be imported before this module is whole.
        from symbprop.language.notation import print_definitions

        return print_definitions(self.definitions)

    def _repr_latex_(self) -> str:
        return notebook_latex(self.definitions)

    def defining(self, name: str) -> tuple[Definition, ...]:
        return tuple(d for d in self.definitions if d.target.name == name)

    def with_role(self, role: str) -> tuple[Tensor, ...]:
        return tuple(t for t in self.tensors.values() if t.role == role)


def make_graph(
    tensors: Iterable[Tensor],
    definitions: Iterable[Definition],
    loss: str | None = None,
    outputs: Sequence[str] = (),
    estimated: Sequence[str] = (),
) -> Graph:
    """Order the definitions by dependency and verify them.  All faults are raised at once."""
    listed = list(tensors)
    named = {t.name: t for t in listed}
    faults = [
        Fault("SP201", f"the tensor {name} is declared twice")
        for name, times in sorted(Counter(t.name for t in listed).items())
        if times > 1
    ]
    for tensor in listed:
        faults += tensor_faults(tensor)
    definitions = tuple(definitions)
    for definition in definitions:
        _limit_running(definition)
    ordered = in_dependency_order(tuple(definitions))
    graph = Graph(_with_limits(named, ordered), ordered, loss, tuple(outputs),
                  estimated=tuple(estimated))
    left = {
        slack
        for _, place, size, slack, _ in unproven(graph)
        if slack is not None and assumed(slack, place, size)
    }
    graph = replace(graph, assumed=tuple(sorted(left, key=str)))
    faults += verify(graph)
    if faults:
        raise SpecError(*faults)
    object.__setattr__(graph, "verified", True)
    return graph


def tensor_faults(tensor: Tensor, place: Place | None = None) -> list[Fault]:
    """A constant's values that are no finite numbers or do not fill its shape, and a LaTeX name
    that may not stand in a document.

    Raises LimitError for more dimensions than an array can have.
    """
    rank, values = len(tensor.shape), tensor.values
    if rank > MOST_DIMENSIONS:
        raise LimitError(Fault("SP405", f"{tensor.name} has {rank} dimensions, but an array has at "
                               f"most {MOST_DIMENSIONS}", place))
    if tensor.latex is not None and (message := latex_fault(tensor.latex)):
        return [Fault("SP501", f"the LaTeX name of {tensor.name} cannot be used: {message}", place,
                      r"use letters, digits, Greek letters and accents, as in \hat{y}")]
    if values is None:
        return []
    bad = next((v for v in values if not is_finite(v)), None)
    if bad is not None:
        return [Fault("SP137", f"the constant {tensor.name} holds {bad!r}, which is no finite "
                      "number", place)]
    count = math.prod(tensor.shape)
    if count != len(values):
        return [Fault("SP137", f"the constant {tensor.name} has {len(values)} values, but its "
                      f"shape ({', '.join(map(str, tensor.shape))}) holds {count}", place)]
    return []


def _limit_running(definition: Definition) -> None:
    """Raise LimitError where more indices run at once than an array has dimensions."""
    most, stack = 0, [(definition.expr, len(definition.indices))]
    while stack:
        node, running = stack.pop()
        if isinstance(node, Reduce):
            running += len(node.indices)
        most = max(most, running)
        stack.extend((a, running) for a in node.args)
    if most > MOST_DIMENSIONS:
        raise LimitError(
            Fault("SP405", f"in {definition.target}: {most} indices run at once, but an array has "
                  f"at most {MOST_DIMENSIONS} dimensions", definition.place,
                  "give a part of it a name of its own")
        )


def _with_limits(
    tensors: Mapping[str, Tensor], definitions: Sequence[Definition]
) -> dict[str, Tensor]:
    """Where nobody said how far an integer tensor's values go, as far as its lookups allow."""
    found: dict[str, Expr] = {}
    for definition in definitions:
        for read in (*reads(definition.target), *reads(definition.expr)):
            owner = tensors.get(read.name)
            if owner is None or len(owner.shape) != len(read.indices):
                continue
            for index, size in zip(read.indices, owner.shape, strict=True):
                if isinstance(index, Read):
                    least = found.setdefault(index.name, size)
                    if (least - size).is_positive:
                        found[index.name] = size
    return {
        name: replace(t, limit=found[name])
        if t.integer and t.limit is None and name in found
        else t
        for name, t in tensors.items()
    }


def notebook_latex(definitions: Iterable[Definition]) -> str:
    """Definitions as a notebook shows them, by SymPy's printer; derivations have their own."""
    lines = [
        f"{latex(d.target)} & {'{+}' if d.accumulate else ''}= {latex(d.expr)}" for d in definitions
    ]
    body = " \\\\\n".join(lines)
    return f"$\\displaystyle \\begin{{aligned}}\n{body}\n\\end{{aligned}}$"


def reads(expr: Basic) -> Iterator[Read]:
    """Every read in an expression, also those inside index expressions, outermost first."""
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Read):
            yield node
        stack.extend(reversed(node.args))


def names_in(expr: Basic) -> tuple[str, ...]:
    """The names of all tensors that an expression reads, each once, in the order of its tree."""
    return _names_in(expr)


@lru_cache(maxsize=200_000)
def _names_in(expr: Basic) -> tuple[str, ...]:
    found = {expr.name: None} if isinstance(expr, Read) else {}
    for argument in expr.args:
        found.update(dict.fromkeys(_names_in(argument)))
    return tuple(found)


def read_names(definition: Definition) -> tuple[str, ...]:
    """Names that a definition reads, on its right side or inside the indices of its left."""
    return _names_read(definition.target, definition.expr)


@lru_cache(maxsize=200_000)
def _names_read(target: Read, expr: Expr) -> tuple[str, ...]:
    found = dict.fromkeys(_names_in(expr))
    for index in target.indices:
        found.update(dict.fromkeys(_names_in(index)))
    return tuple(found)


def components(definitions: Sequence[Definition]) -> list[list[str]]:
    """Defined tensors in dependency order, those that read one another grouped (Tarjan, 1972).

    Iterative, so that a chain of any length is no recursion.
    """
    needs: dict[str, dict[str, None]] = {}
    for definition in definitions:
        needs.setdefault(definition.target.name, {}).update(
            dict.fromkeys(read_names(definition))
        )
    position = {name: i for i, name in enumerate(needs)}
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_names: list[str] = []
    on_stack: set[str] = set()
    result: list[list[str]] = []
    for root in needs:
        if root in number:
            continue
        work = [(root, iter(needs[root]))]
        number[root] = low[root] = len(number)
        open_names.append(root)
        on_stack.add(root)
        while work:
            name, rest = work[-1]
            for other in rest:
                if other not in needs:
                    continue
                if other not in number:
                    number[other] = low[other] = len(number)
                    open_names.append(other)
                    on_stack.add(other)
                    work.append((other, iter(needs[other])))
                    break
                if other in on_stack:
                    low[name] = min(low[name], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == number[name]:
                    group = [open_names.pop()]
                    while group[-1] != name:
                        group.append(open_names.pop())
                    on_stack.difference_update(group)
                    result.append(sorted(group, key=position.__getitem__))
    return result


def by_tensor(definitions: Iterable[Definition]) -> dict[str, list[Definition]]:
    """The definitions of each tensor, in their order."""
    found: dict[str, list[Definition]] = {}
    for definition in definitions:
        found.setdefault(definition.target.name, []).append(definition)
    return found


def defines_whole(definition: Definition, tensor: Tensor) -> bool:
    """Whether one ``=`` at plain indices says all there is to say of a tensor."""
    target = definition.target
    return (
        not definition.accumulate
        and is_plain(target.indices)
        and all(
            isinstance(i, Index) and i.extent == s
            for i, s in zip(target.indices, tensor.shape, strict=True)
        )
    )


def is_recurrent(members: Sequence[Definition]) -> bool:
    """Whether definitions of one group read a tensor of that group."""
    return _is_recurrent(members)


def _is_recurrent(members: Sequence[Definition]) -> bool:
    names = {d.target.name for d in members}
    return any(names & set(read_names(d)) for d in members)


def recurrent_names(definitions: Sequence[Definition]) -> set[str]:
    """The tensors that are defined by themselves or by one another."""
    named = by_tensor(definitions)
    return {
        name
        for names in components(definitions)
        if _is_recurrent([d for n in names for d in named[n]])
        for name in names
    }


def in_dependency_order(definitions: Sequence[Definition]) -> tuple[Definition, ...]:
    """The same definitions, each after those that it reads; recurrences stay together.

    Of one tensor ``=`` comes before ``+=``, which adds to what is there: its value is what all of
    them say together, in whatever order they were written.
    """
    by_name = by_tensor(definitions)
    return tuple(
        d
        for group in components(definitions)
        for name in group
        for d in sorted(by_name[name], key=lambda d: d.accumulate)
    )


# --- the verifier -----------------------------------------------------------------------------


def verify(graph: Graph, before: Graph | None = None) -> list[Fault]:
    """Every fault of a graph, in the order of its definitions; an empty list where it is sound.

    ``before`` is a sound graph that a pass made this one of.  What can have become unsound is then
    a definition that is not the identical object as there, one that reads a tensor whose record
    has changed, and a tensor of either kind as a whole; nothing else is looked at again.
    """
    faults: list[Fault] = []
    known = Known(graph.definitions, graph.assumed)
    changed, new = _changes(graph, before)
    touched = {*changed, *(d.target.name for d in graph.definitions if id(d) in new)}
    for definition in graph.definitions:
        if id(definition) in new or (
            changed and not changed.isdisjoint((definition.target.name, *read_names(definition)))
        ):
            faults += _verify_definition(definition, graph, known)
    if faults:
        return faults
    by_name = by_tensor(graph.definitions)
    for name, group in by_name.items():
        if name in touched:
            faults += assignment_faults(graph.tensors[name], group)
    if touched and _looks_ahead(graph.definitions):
        for names in components(graph.definitions):
            members = [d for name in names for d in by_name[name]]
            if not touched.isdisjoint(names) and _is_recurrent(members):
                faults += _verify_recurrence(names, members)
    for tensor in graph.tensors.values():
        if tensor.role == "defined" and tensor.name not in by_name:
            faults.append(Fault("SP202", f"{tensor.name} is used but never defined"))
    if graph.loss is not None:
        if graph.loss not in graph.tensors:
            hint = did_you_mean(graph.loss, graph.tensors)
            faults.append(Fault("SP203", f"the loss {graph.loss} is not defined", hint=hint))
        elif graph.tensors[graph.loss].shape:
            shape = ", ".join(map(str, graph.tensors[graph.loss].shape))
            faults.append(
                Fault(
                    "SP204",
                    f"the loss {graph.loss} has shape ({shape}), but a loss is a scalar",
                    next((d.place for d in by_name.get(graph.loss, ())), None),
                    hint="sum or average it over its indices",
                )
            )
    for what, wanted in (("output", graph.outputs), ("estimated tensor", graph.estimated)):
        for name in wanted:
            if name not in graph.tensors:
                hint = did_you_mean(name, graph.tensors)
                faults.append(Fault("SP205", f"the {what} {name} is not defined", hint=hint))
            elif graph.tensors[name].role != "defined":
                faults.append(Fault("SP205", f"the {what} {name} is given, not computed"))
    return faults


def _changes(graph: Graph, before: Graph | None) -> tuple[set[str], set[int]]:
    """Tensors that are recorded or defined otherwise than before; definitions that are new."""
    kept = {id(d) for d in graph.definitions}
    if before is None:
        return set(graph.tensors), kept
    names = {
        name
        for name in {*graph.tensors, *before.tensors}
        if before.tensors.get(name) is not graph.tensors.get(name)
    }
    # A tensor that has lost a definition may be left with too few.
    lost = {d.target.name for d in before.definitions if id(d) not in kept}
    return names | lost, kept - {id(d) for d in before.definitions}


def _looks_ahead(definitions: Sequence[Definition]) -> bool:
    """Whether a definition reads a tensor that it or a later one defines: then there are cycles."""
    later = Counter(d.target.name for d in definitions)
    for d in definitions:
        if any(later[name] > 0 for name in read_names(d)):
            return True
        later[d.target.name] -= 1
    return False


@dataclass(frozen=True)
class Known:
    """What definitions say of extents: none of them is negative, whatever formula it is.

    A call whose arguments make one negative, or a formula in ``assumed``, is refused before
    anything is computed.
    """

    definitions: Sequence[Definition]
    assumed: Sequence[Expr] = ()

    @cached_property
    def formulas(self) -> tuple[Expr, ...]:
        """Extents that their own form does not show to be non-negative."""
        found = {
            index.extent
            for d in self.definitions
            for index in (*d.indices, *bound_indices(d.expr))
            if not index.extent.is_nonnegative
        }
        return (*sorted(found, key=str), *self.assumed)

    def not_negative(self, expr: Expr) -> bool:
        return bool(expr.is_nonnegative) or any(
            expand(expr - size).is_nonnegative for size in self.formulas
        )

    def positive(self, expr: Expr) -> bool:
        return bool(expr.is_positive) or any(
            expand(expr - size).is_positive for size in self.formulas
        )


def _verify_definition(
    definition: Definition, graph: Graph, known: Known
) -> list[Fault]:
    faults: list[Fault] = []
    tensors = graph.tensors
    place, target = definition.place, definition.target

    def complain(code: str, message: str, hint: str = "") -> None:
        faults.append(Fault(code, f"in {target}: {message}", place, hint))

    for expr in (target, definition.expr):
        for read in reads(expr):
            tensor = tensors.get(read.name)
            if tensor is None:
                complain("SP210", f"unknown tensor {read.name}", did_you_mean(read.name, tensors))
            elif len(read.indices) != len(tensor.shape):
                complain(
                    "SP211",
                    f"{read} has {len(read.indices)} indices, but {read.name} has "
                    f"{len(tensor.shape)}",
                )
            else:
                for index, size in zip(read.indices, tensor.shape, strict=True):
                    for message, _ in _index_faults(index, size, read, tensors, known):
                        complain("SP212", message, _index_hint(index, size, tensors))
    owner = tensors.get(target.name)
    if owner is not None and owner.role != "defined":
        complain("SP213", f"{target.name} is given as {owner.role}, so it cannot be defined")
    if owner is not None and owner.integer:
        complain("SP214", f"{target.name} holds integers, so it cannot be defined by a formula")
    loose = set(free_indices(definition.expr)) - set(definition.indices)
    for index in sorted(loose, key=str):
        complain(
            "SP215",
            f"the index {index} is free on the right and absent on the left",
            f"sum over it, or write {target.name} with the index {index}",
        )
    left = {i.name for i in definition.indices}
    for index in sorted(bound_indices(definition.expr), key=str):
        if index.name in left:
            complain("SP216", f"the index {index} is bound twice: on the left and by a reduction")
    for message in value_faults(definition.expr, graph):
        complain("SP217", message)
    nothing = [i for i in bound_indices(definition.expr) if i.extent is ZERO]
    for index in sorted(nothing, key=str):
        kind = _valueless(definition.expr, index)
        if kind:
            complain("SP232", f"{kind} over nothing has no value; {index} runs over 0 places")
    return faults


def _valueless(expr: Expr, index: Index) -> str:
    """A reduction over this index whose value over nothing is not defined; empty where none is."""
    kinds = {n.kind for n in expr.atoms(Reduce) if index in n.indices and n.kind in REDUCTIONS}
    return min((k for k in kinds if REDUCTIONS[k].empty is None), default="")


def unproven(
    graph: Graph, definitions: Sequence[Definition] | None = None
) -> Iterator[tuple[Read, Expr, Expr, Expr | None, str]]:
    """Reads, and left sides, that nothing in a graph shows to lie within their tensors.

    Each with the index expression, the extent of its dimension, what would have to be not negative
    (None where no extent would help), and the complaint.
    """
    known = Known(graph.definitions)
    for definition in graph.definitions if definitions is None else definitions:
        for read in (*reads(definition.target), *reads(definition.expr)):
            tensor = graph.tensors.get(read.name)
            if tensor is None or len(tensor.shape) != len(read.indices):
                continue
            for index, size in zip(read.indices, tensor.shape, strict=True):
                faults = _index_faults(index, size, read, graph.tensors, known)
                yield from ((read, index, size, slack, message) for message, slack in faults)


def _index_faults(
    index: Expr, size: Expr, read: Read, tensors: Mapping[str, Tensor], known: Known
) -> Iterator[tuple[str, Expr | None]]:
    """Faults of one index expression in a dimension of the given extent.

    Beside each, what is not shown to be not negative.
    """
    if isinstance(index, Index) and index.extent == size:
        return
    rest, lookups = looked_up(index)
    limits = value_range(rest)
    if limits is None:
        yield f"{read} has the index {index}, which is neither affine nor an integer tensor", None
        return
    # An index over nothing reads nothing: where an extent may be zero, as T - 1, what is read is
    # looked at as if there were a place at least.
    extents = [i.extent for i in free_indices(rest)]
    if any(e.is_nonpositive for e in extents):
        return
    some = tuple(e - 1 for e in extents if not e.is_positive)
    if some:
        known = Known(known.definitions, (*known.assumed, *some))
    low, high = limits
    for lookup in lookups:
        looked = tensors.get(lookup.name)
        if looked is None:
            return
        if not looked.integer:
            yield f"{read} is indexed by {lookup.name}, which does not hold integers", None
            return
        if looked.limit is None:
            yield (
                f"{read} is indexed by {lookup.name}, whose largest value is not said (below)", None
            )
            return
        high += looked.limit - 1
        if index == lookup and not (size - looked.limit).is_nonnegative:
            yield (
                f"{read} is looked up by {lookup.name}, whose values stay below "
                f"{looked.limit}, in an extent of {size}",
                None,
            )
            return
    low, high = expand(low), expand(high)
    if not known.not_negative(low):
        yield f"{read} reads at {index}, which can be as low as {low}", low
    if not any(known.not_negative(expand(size - 1 - h)) for h in (high, _at_most(high))):
        yield (
            f"{read} reads at {index}, which can be as high as {high}, in an extent of {size}",
            expand(size - 1 - high),
        )


def _index_hint(index: Expr, size: Expr, tensors: Mapping[str, Tensor]) -> str:
    """What to write where an index of a dimension is at fault, as far as that is plain."""
    if index.is_Integer and index.is_negative:
        return f"a place does not count from the end; the last one is {size - 1}"
    for lookup in looked_up(index)[1]:
        looked = tensors.get(lookup.name)
        if looked is not None and looked.role != "defined" and (
            not looked.integer or looked.limit is None
        ):
            shape = ", ".join(str(e) if e.is_Integer else f'"{e}"' for e in looked.shape)
            limit = size if size.is_Integer else f'"{size}"'
            return (f"declare it as {lookup.name} = {{ shape = [{shape}], integer = true, "
                    f"below = {limit} }}")
    return ""


def _at_most(expr: Expr) -> Expr:
    """An upper bound without the remainders of strides: s*floor(x/s) is at most x."""
    bounds = {
        f: f.args[0] for term in Add.make_args(expr) for f in term.atoms(floor)
        if term.coeff(f).is_positive
    }
    return expand(expr.xreplace(bounds)) if bounds else expr


def value_faults(expr: Expr, graph: Graph) -> Iterator[str]:
    """Nodes that are not of the language, and integer tensors where floats belong."""
    compared = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal"}
    stack: list[tuple[Basic, str]] = [(expr, "")]
    while stack:
        node, parent = stack.pop()
        if isinstance(node, Read):
            tensor = graph.tensors.get(node.name)
            if tensor is not None and tensor.integer and parent not in compared:
                yield (
                    f"{node} holds integers where a float belongs; compare it, or use it as an "
                    "index"
                )
            continue
        if is_whole_part(node) and not node.has(Read, Index):
            continue  # an extent
        if isinstance(node, Reduce):
            if node.kind not in REDUCTIONS:
                yield f"unknown reduction {node.kind}"
            stack.append((node.body, ""))
            continue
        name = type(node).__name__
        if isinstance(node, Elementwise):
            if name not in CLASSES:
                yield f"unknown function {name}"
        elif not (
            isinstance(node, Symbol)
            or node.is_Add
            or node.is_Mul
            or node.is_Pow
            or (node.is_number and node.is_finite)
        ):
            yield f"{node} is not of the language"
            continue
        elif node.is_Pow and not node.exp.is_Rational:
            yield f"{node} has an exponent that is no constant; write power(base, exponent)"
        elif isinstance(node, Symbol) and not isinstance(node, Index) and not node.is_integer:
            yield f"the symbol {node} is neither a tensor, an index nor an extent"
        stack.extend((a, name) for a in node.args)


def _region(index: Expr) -> tuple[Expr, int, Expr] | None:
    """First value, stride and count of what one index of a left side reaches; None if unknown.

    For several indices together, of the whole range in which they are.
    """
    parts, limits = affine(index), value_range(index)
    if parts is None or limits is None:
        return None
    coefficients, offset = parts
    if not coefficients:
        return offset, 1, Integer(1)
    if len(coefficients) > 1:
        return limits[0], 1, limits[1] - limits[0] + 1
    ((symbol, factor),) = coefficients.items()
    if factor < 0:
        return offset + factor * (symbol.extent - 1), -factor, symbol.extent
    return offset, factor, symbol.extent


def are_disjoint(a: Definition, b: Definition, known: Known) -> bool:
    """Whether two definitions of a tensor reach no common place; ``known`` by all of its own."""
    for left, right in zip(a.target.indices, b.target.indices, strict=True):
        first, second = _region(left), _region(right)
        if first is None or second is None:
            continue
        (start1, step1, count1), (start2, step2, count2) = first, second
        if known.positive(expand(start2 - start1 - step1 * (count1 - 1))):
            return True
        if known.positive(expand(start1 - start2 - step2 * (count2 - 1))):
            return True
        if _apart_by_remainder(left, right):
            return True
    return False


def _apart_by_remainder(one: Expr, other: Expr) -> bool:
    """Whether two places differ by what is left of them after division by one of their steps.

    6*l + k and 6*l + k + 3 do for k below 3: their remainders by 6 are 0 to 2 and 3 to 5.
    """
    parts = affine(one), affine(other)
    if parts[0] is None or parts[1] is None:
        return False
    steps = {abs(f) for p in (parts[0], parts[1]) for f in p[0].values()}
    for modulus in sorted(steps - {1}, reverse=True):
        first, second = (_remainders(*p, modulus) for p in (parts[0], parts[1]))
        if first is None or second is None:
            continue
        gap = expand(second[0] - first[0])
        if gap.is_Integer and first[1] < int(gap) % modulus < modulus - second[1]:
            return True
    return False


def _remainders(
    coefficients: Mapping[Index, int], offset: Expr, modulus: int
) -> tuple[Expr, int] | None:
    """The smallest remainder of a place, up to multiples, and how far above it they reach."""
    low, width = offset, 0
    for index, factor in coefficients.items():
        if factor % modulus:
            reach = factor * (index.extent - 1)
            if not reach.is_Integer:
                return None
            low += min(0, int(reach))
            width += abs(int(reach))
    return (low, width) if width < modulus else None


def _meeting(plain: Sequence[Definition]) -> Iterator[tuple[Definition, Definition]]:
    """The pairs of definitions that may meet; two single elements do where they are the same."""
    places = [
        d.target.indices if all(i.is_Integer for i in d.target.indices) else None for d in plain
    ]
    for (one, a), (other, b) in itertools.combinations(zip(places, plain, strict=True), 2):
        if one is None or other is None or one == other:
            yield a, b


def assignment_faults(tensor: Tensor, group: Sequence[Definition]) -> list[Fault]:
    """Each place defined once, and, where nothing accumulates, everywhere."""
    faults: list[Fault] = []
    name = tensor.name
    plain = [d for d in group if not d.accumulate]
    for d in plain:
        used = [i for e in d.target.indices for i in free_indices(e)]
        if not reached_once(d.target.indices) or len(set(used)) != len(used):
            faults.append(
                Fault(
                    "SP220",
                    f"{d.target} may define one element several times",
                    d.place,
                    'add up with "+=" instead of "="',
                )
            )
    known = Known(group)
    for a, b in _meeting(plain):
        if not faults and not are_disjoint(a, b, known):
            faults.append(
                Fault(
                    "SP221",
                    f"{name} is defined twice: by {a.target} and by {b.target}",
                    b.place,
                    'regions must be disjoint; add up with "+="',
                )
            )
    if plain and not faults and len(plain) == len(group):
        covered: Expr = Integer(0)
        for d in plain:
            volume: Expr = Integer(1)
            for index in d.indices:
                volume *= index.extent
            covered += volume
        whole: Expr = Integer(1)
        for size in tensor.shape:
            whole *= size
        if expand(covered - whole) != 0:
            faults.append(
                Fault(
                    "SP222",
                    f"{name} is not defined everywhere: {expand(covered)} of {expand(whole)} "
                    "elements",
                    plain[0].place,
                )
            )
    return faults


def _verify_recurrence(names: Sequence[str], members: Sequence[Definition]) -> list[Fault]:
    """A cycle is sound where one index makes every read in it earlier, or every read later."""
    if recurrence(names, members) is not None:
        return []
    first = members[0]
    loop = " and ".join(names)
    own = "itself" if len(names) == 1 else "one another"
    return [
        Fault(
            "SP230",
            f"{loop} is defined by {own} in a cycle that is no recurrence",
            first.place,
            "a recurrence reads its own tensor at an earlier index, as in h[t+1] = f(h[t])",
        )
    ]


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The dimension along which each tensor of a group advances, and the sign of its advance.

    Where there is none, as of a scalar, it is `STILL`: the tensor stands where the loop counts
    zero.
    """

    dimensions: Mapping[str, int]
    directions: Mapping[str, int]

    def place(self, read: Read) -> Expr:
        """Where along the loop an element of a tensor of the group lies."""
        dimension = self.dimensions.get(read.name, len(read.indices))
        if dimension >= len(read.indices):
            raise SpecError(Fault("SP230", f"{read} has no dimension along which the "
                                  "recurrence runs"))
        return ZERO if dimension == STILL else read.indices[dimension]


def recurrence(names: Sequence[str], members: Sequence[Definition]) -> Recurrence | None:
    """How a group of mutually dependent tensors is computed step by step, or None if it cannot.

    ``members`` are all definitions of the group.  Those that read no tensor of it say how the
    group begins and ask nothing of it.
    """
    group = frozenset(names)
    looping = tuple(d for d in members if not group.isdisjoint(read_names(d)))
    return _recurrence(group, looping) if looping else None


@lru_cache(maxsize=2_000)
def _recurrence(
    group: frozenset[str], looping: tuple[Definition, ...]
) -> Recurrence | None:
    """The same of what stands in the loop, which the verifier, arranging and lowering all ask."""
    return next(_recurrences(group, looping), None)


def recurrences(names: Sequence[str], members: Sequence[Definition]) -> Iterator[Recurrence]:
    """All ways of computing a group step by step, the likely ones first, each found when asked."""
    group = frozenset(names)
    looping = tuple(d for d in members if not group.isdisjoint(read_names(d)))
    if looping:
        yield from _recurrences(group, looping)


def _recurrences(group: frozenset[str], looping: tuple[Definition, ...]) -> Iterator[Recurrence]:
    for dimensions in itertools.islice(_dimensions(looping, group), MOST_TRIES):
        for direction in (1, -1):
            found = Recurrence(dimensions, _directions(dimensions, direction, looping))
            if _advances(found, looping):
                yield found


def _directions(
    dimensions: Mapping[str, int], first: int, looping: Sequence[Definition]
) -> dict[str, int]:
    """The sign of each tensor's advance: where two share an index, it moves both on."""
    places = Recurrence(dimensions, {})
    signs = {looping[0].target.name: first}
    changed = True
    while changed:
        changed = False
        for d in looping:
            sides = [r for r in (d.target, *reads(d.expr)) if r.name in dimensions]
            for one, other in itertools.permutations(sides, 2):
                if one.name in signs and other.name not in signs:
                    parts = [affine(places.place(r)) for r in (one, other)]
                    factors = [p[0] if p is not None else {} for p in parts]
                    for index in sorted(set(factors[0]) & set(factors[1]), key=str):
                        same = factors[0][index] * factors[1][index] > 0
                        signs[other.name] = signs[one.name] if same else -signs[one.name]
                        changed = True
                        break
    return {name: signs.get(name, first) for name in dimensions}


def _dimensions(
    looping: Sequence[Definition], group: frozenset[str]
) -> Iterator[Mapping[str, int]]:
    """Every choice of a dimension for each tensor, the likely ones first.

    A loop runs along a dimension in which some tensor is read and written at several places: such
    a tensor is chosen first.  Where a definition and what it reads share an index, that is likely
    the one of the loop: a tensor whose dimension is chosen speaks for those beside it.
    """
    sides = [
        tuple(dict.fromkeys((d.target, *(r for r in reads(d.expr) if r.name in group))))
        for d in looping
    ]
    first, moving = _moving(sides)
    running = [
        [(r.name, r, [frozenset(free_indices(i)) for i in r.indices]) for r in reading]
        for reading in sides
    ]
    count = itertools.count()
    # How many unlikely choices were made, so that those with the fewest come first.
    waiting = [(int(n not in moving), next(count), {first.name: n})
               for n in (*range(len(first.indices)), STILL)]
    heapq.heapify(waiting)
    while waiting:
        unlikely, _, chosen = heapq.heappop(waiting)
        if len(chosen) == len(group):
            yield chosen
            continue
        read, shared = _next_read(running, chosen)
        if read is None:
            continue
        # What shares no index with the loop likely stands: a part of z[n,1] = f(z[n,0]) has none.
        ranked = sorted((*range(len(read.indices)), STILL),
                        key=lambda n: 0 if n in shared else 1 if n == STILL else 2)
        for place, n in enumerate(ranked):
            more = {**chosen, read.name: n}
            heapq.heappush(waiting, (unlikely + (place > 0), next(count), more))


def _moving(sides: Sequence[Sequence[Read]]) -> tuple[Read, set[int]]:
    """The first tensor with dimensions in which its places differ, and these; else the first."""
    places: dict[str, tuple[Read, list[set[Expr]]]] = {}
    for read in itertools.chain.from_iterable(sides):
        _, seen = places.setdefault(read.name, (read, [set() for _ in read.indices]))
        for found, index in zip(seen, read.indices, strict=True):
            found.add(index)
    for read, seen in places.values():
        moving = {n for n, found in enumerate(seen) if len(found) > 1}
        if moving:
            return read, moving
    return sides[0][0], set()


def _next_read(
    sides: Sequence[Sequence[tuple[str, Read, Sequence[frozenset[Index]]]]],
    chosen: Mapping[str, int],
) -> tuple[Read | None, set[int]]:
    """A read of a tensor without a dimension, and those of it that share an index with a choice.

    ``sides`` hold what each definition writes and reads, with the indices in each dimension.
    """
    found: Read | None = None
    for reading in sides:
        left = [side for side in reading if side[0] not in chosen]
        if not left or len(left) == len(reading):
            continue
        running = frozenset[Index]().union(*(
            dimensions[chosen[name]]
            for name, _, dimensions in reading if chosen.get(name, STILL) != STILL
        ))
        for _, read, dimensions in left:
            shared = {n for n, indices in enumerate(dimensions) if running & indices}
            if shared:
                return read, shared
        found = found or left[0][1]
    return found, set()


def _advances(found: Recurrence, looping: Sequence[Definition]) -> bool:
    """Whether every cycle of reads ends at a later place of the loop than it began.

    A single read may stay, or even look ahead: in c[t+1] = f(c[t]), e[t] = g(c[t+1]) the second
    tensor runs one place behind the first.
    """

    def time(read: Read) -> Expr:
        return found.directions[read.name] * found.place(read)

    edges: list[tuple[str, str, Expr]] = []
    for d in looping:
        for read in reads(d.expr):
            if read.name in found.dimensions:
                # The least that what is written lies ahead of what is read, over all indices.
                limits = value_range(expand(time(d.target) - time(read)))
                if limits is None:
                    return False
                edges.append((d.target.name, read.name, limits[0]))
    starts = _starts(looping[0].target.name, edges)
    steps: dict[tuple[str, str], int] = {}
    for writer, reader, least in edges:
        advance = expand(least + starts[writer] - starts[reader])
        if not advance.is_Integer:
            if not advance.is_positive:
                return False
            advance = Integer(1)
        key = (writer, reader)
        steps[key] = min(steps.get(key, int(advance)), int(advance))
    return _cycles_advance(steps)


def _starts(first: str, edges: Sequence[tuple[str, str, Expr]]) -> dict[str, Expr]:
    """Where each tensor's count begins, such that what is met first stands in one step.

    Cycles do not depend on it; only steps between tensors that are counted otherwise do.
    """
    starts: dict[str, Expr] = {first: ZERO}
    changed = True
    while changed:
        changed = False
        for writer, reader, least in edges:
            if writer in starts and reader not in starts:
                starts[reader], changed = starts[writer] + least, True
            elif reader in starts and writer not in starts:
                starts[writer], changed = starts[reader] - least, True
    return starts


def _cycles_advance(steps: Mapping[tuple[str, str], int]) -> bool:
    """Whether the steps along every cycle add up to one at least (Bellman and Ford).

    Scaled and lowered by one, a sum of steps is negative exactly where it was not positive.
    """
    scale = len(steps) + 1
    least = {name: 0 for edge in steps for name in edge}
    for _ in least:
        changed = False
        for (writer, reader), step in steps.items():
            reached = least[writer] + step * scale - 1
            if reached < least[reader]:
                least[reader], changed = reached, True
        if not changed:
            return True
    return False


doors(__name__)
