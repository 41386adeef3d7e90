"""From definitions to array operations: regions, accumulations and recurrences.

A definition of a whole tensor is computed in that tensor's storage; one of a region in a view of
it.  What accumulates at places that are reached several times goes tap by tap, or through integer
indices.  Definitions that read one another become a loop over the index along which they advance,
and what does not depend on the loop leaves it first.  What has no array form is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sympy import Expr, Symbol

from symbprop.arrays.expressions import COPY, Expressions, Piece
from symbprop.arrays.places import taps, view_axes
from symbprop.arrays.program import (
    Apply,
    Argument,
    Choose,
    Clear,
    Compute,
    Loop,
    Operand,
    Program,
    Reserve,
    Scatter,
    Step,
    View,
    operands,
    written,
)
from symbprop.arrays.recurrences import Turn, strides, turn
from symbprop.errors import SpecError
from symbprop.language.graph import (
    Definition,
    Graph,
    Tensor,
    by_tensor,
    components,
    defines_whole,
    is_recurrent,
    read_names,
)
from symbprop.language.indices import free_indices, reached_once, refresh_bound, rename
from symbprop.language.notation import print_definition
from symbprop.language.terms import ZERO, Index, Read, Reduce, standing


def lower(graph: Graph, *, plain: bool = False) -> Program:
    """The program that computes the outputs of an arranged graph from its given tensors.

    One that is ``plain`` is only executed; its steps do not say what they compute.  Raises
    SpecError, naming the definition, where something has no array form.
    """
    building = _Definitions(graph, graph.outputs, plain)
    for unit in _in_reading_order(graph.definitions, graph.outputs):
        building.unit(unit)
    extents = sorted(
        {str(s) for v in building.values.values() if v.source != "given"
         for e in v.shape for s in e.free_symbols}
        | {str(s) for d in graph.definitions for s in _extents_in(d)}
    )
    steps = _without_idle_views(building.steps)
    return Program(building.values, steps, graph.outputs, tuple(extents))


def refuse_strides(graph: Graph) -> None:
    """Raise SpecError where the loss needs a recurrence that advances by other steps than one.

    No pass changes a left side, and what names are for, that formulas stay small while they are
    differentiated, is not to be had: a name for a part would not count as the recurrence does.
    """
    if graph.loss is None:
        return
    by_name = by_tensor(graph.definitions)
    needed, waiting = {graph.loss}, [graph.loss]
    while waiting:
        more = {n for d in by_name.get(waiting.pop(), ()) for n in read_names(d)} - needed
        needed |= more
        waiting += sorted(more)
    for names in components(graph.definitions):
        members = [d for name in names for d in by_name[name]]
        if needed.isdisjoint(names) or not is_recurrent(members):
            continue
        why = strides(members)
        if why:
            building = _Definitions(graph, graph.outputs)
            building.here = members[0]
            raise building.refuse_recurrence(members, why)


def _without_idle_views(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Views that no step reads or writes go, and those of which only these were views."""
    touched: set[str] = set()

    def visit(steps: Sequence[Step]) -> tuple[Step, ...]:
        kept: list[Step] = []
        for step in reversed(steps):
            if isinstance(step, Loop):
                # What is read in a later turn stands before it in the text or is of the tensor.
                kept.append(replace(step, body=visit(step.body)))
                continue
            if isinstance(step, View) and step.out.value not in touched:
                continue
            touched.update(o.value for o in operands(step))
            if not isinstance(step, View):
                touched.add(written(step))
            kept.append(step)
        return tuple(reversed(kept))

    return visit(steps)


def _in_reading_order(
    definitions: Sequence[Definition], results: Sequence[str]
) -> list[list[Definition]]:
    """Units of definitions in the same order, but a result right behind the last that it reads.

    A unit is all that defines one tensor, or several that are defined by one another.  A gradient
    is often the last reader of a forward value and of an adjoint: computed early, it sets their
    storage free.
    """
    by_name = by_tensor(definitions)
    asked = set(results)
    last: dict[str, int] = {}
    units: list[tuple[tuple[int, int, int], list[Definition]]] = []
    for number, names in enumerate(components(definitions)):
        members = [d for name in names for d in by_name[name]]
        key = number
        if len(members) == 1 and names[0] in asked:
            key = max((last[n] for n in read_names(members[0]) if n in last), default=number)
        last.update(dict.fromkeys(names, key))
        units.append(((key, int(key != number), number), members))
    return [members for _, members in sorted(units, key=lambda u: u[0])]


def _extents_in(definition: Definition) -> set[Symbol]:
    found: set[Symbol] = set()
    for expr in (definition.expr, *definition.target.indices):
        found |= {s for s in expr.atoms(Symbol) if not isinstance(s, Index)}
        found |= {s for i in expr.atoms(Index) for s in i.extent.free_symbols}
    return found


class _Definitions(Expressions):
    """Lowers definitions; ``begun`` are the tensors that have storage."""

    def __init__(self, graph: Graph, results: tuple[str, ...], plain: bool = False) -> None:
        super().__init__(graph, results, plain)
        self.begun: set[str] = set()
        self.counters: set[str] = set()

    def unit(self, members: Sequence[Definition]) -> None:
        """All definitions of one tensor, or of several that read one another."""
        if is_recurrent(members):
            self.recurrence(members)
        else:
            for d in members:
                self.define(d)

    def define(self, d: Definition) -> None:
        self.here = d
        self.locals, self.told, self.views, self.elements = {}, {}, {}, {}
        tensor = self.graph.tensors[d.target.name]
        expr = refresh_bound(d.expr, {i.name for i in d.indices})
        if self.plain:
            self.once, self.several = {}, frozenset(
                part for part, times in standing(expr).items()
                if times > 1 and part.args and not isinstance(part, Read)
            )
        self.axes = d.indices
        self.target, self.target_free = None, False
        if d.accumulate:
            self.accumulate(d, expr, tensor)
        elif not defines_whole(d, tensor):
            self.region(d, expr, tensor)
        elif not d.indices:
            self.begun.add(tensor.name)
            self.define_scalar(expr, tensor.name, print_definition(d))
        else:
            self.begun.add(tensor.name)
            self.target, self.target_free = Operand(tensor.name, d.indices), True
            self.place(expr, self.target, print_definition(d))

    def define_scalar(self, expr: Expr, name: str, meaning: str) -> None:
        """A rank-0 definition: a reduction alone is written by its own step, the rest a formula."""
        if isinstance(expr, Reduce):
            self.target, self.target_free = Operand(name, ()), True
            piece = self.reduce(expr)
            if piece.argument == Read(name):
                self.steps[-1] = replace(self.steps[-1], meaning=meaning)
                return
            self.target, self.target_free = None, False
            assert isinstance(piece.argument, Expr)
            self.steps.append(Compute(name, piece.argument, meaning))
            return
        self.steps.append(Compute(name, self.scalar(expr), meaning))

    def place(self, expr: Expr, target: Operand, meaning: str) -> None:
        """Compute an expression into a given array."""
        piece = self.lower(expr)
        if piece.argument == target:
            self.steps[-1] = replace(self.steps[-1], meaning=meaning)
        elif self.ends_elsewhere(piece):
            # The last of its operations can as well write where the value belongs.
            self.steps[-1] = replace(self.steps[-1], out=target, meaning=meaning)  # type: ignore[arg-type]
        else:
            self.steps.append(Apply(target, COPY, (piece.argument,), meaning))

    def ends_elsewhere(self, piece: Piece) -> bool:
        """Whether the last step is elementwise and made this piece, with the target's axes.

        It may read what the target holds so far, but a choice writes before it has read all.
        """
        last, target = self.steps[-1] if self.steps else None, self.target
        if not piece.owned or target is None or not isinstance(last, Apply | Choose):
            return False
        held = [o for o in operands(last) if o.value == target.value]
        return (
            last.out == piece.argument
            and last.out.axes == target.axes
            and self.values[last.out.value].kind == self.values[target.value].kind
            and (isinstance(last, Apply) or not held)
        )

    # -- parts of a tensor --

    def storage(self, tensor: Tensor, cleared: bool) -> None:
        """Storage for a tensor that is written part by part, zero where it accumulates."""
        if tensor.name in self.begun:
            return
        self.begun.add(tensor.name)
        out = Operand(
            tensor.name, tuple(Index(f"i{n}", s) for n, s in enumerate(tensor.shape))
        )
        if cleared and not tensor.shape:
            self.steps.append(Compute(tensor.name, ZERO, f"{tensor.name} = 0"))
        elif cleared:
            self.steps.append(Clear(out, f"{tensor.name} = 0"))
        else:
            self.steps.append(Reserve(out, f"{tensor.name}, part by part"))

    def region(self, d: Definition, expr: Expr, tensor: Tensor) -> None:
        self.storage(tensor, any(m.accumulate for m in self.graph.defining(tensor.name)))
        axes = view_axes(d.target.indices)
        if axes is None:
            raise self.refuse(f"the left side {d.target} has no array form")
        if not axes:
            places = tuple(self.index(i) for i in d.target.indices)
            self.steps.append(
                Scatter(tensor.name, places, self.scalar(expr), (), True, False,
                        print_definition(d))
            )
            return
        target = self.view(tensor.name, d.target.indices, d.target)
        self.axes = axes
        self.target, self.target_free = target, True
        self.place(expr, target, print_definition(d))

    def accumulate(self, d: Definition, expr: Expr, tensor: Tensor) -> None:
        self.storage(tensor, True)
        indices, places = d.indices, d.target.indices
        value: Argument = self.lower(expr).argument if indices else self.scalar(expr)
        affine_only = view_axes(places) is not None
        if affine_only and not reached_once(places):
            turns = taps(places)
            if turns:
                self.tap_by_tap(d, places, value, turns)
                return
            affine_only = False
        if affine_only and self.windowed(d, places, value):
            return
        lowered = tuple(self.index(i) for i in places)
        plain = {i for i in places if isinstance(i, Index)}
        distinct = affine_only or set(indices) <= plain
        self.steps.append(
            Scatter(tensor.name, lowered, value, indices, distinct, True, print_definition(d))
        )

    def windowed(self, d: Definition, places: Sequence[Expr], value: Argument) -> bool:
        """Add to a view by strides, where a place has several axes; otherwise a slice will do."""
        if all(len(free_indices(p)) < 2 for p in places):
            return False
        view = self.view(d.target.name, places, d.target)
        self.steps.append(Apply(view, "np.add", (view, value), print_definition(d)))
        return True

    def tap_by_tap(
        self, d: Definition, places: Sequence[Expr], value: Argument, turns: Sequence[Index]
    ) -> None:
        """Accumulation that reaches elements several times, in turns that reach each once."""
        counters = {index: self.counter(index) for index in turns}
        target = rename(d.target, dict(counters))
        assert isinstance(target, Read)
        body: list[Step] = []
        rest = tuple(i for i in d.indices if i not in counters)
        if isinstance(value, Operand) and any(i in counters for i in value.axes):
            outer, self.steps = self.steps, body
            chosen = [counters.get(i, i) for i in value.axes]
            value = self.view(value.value, chosen, Read(value.value, *chosen))
            self.steps = outer
        elif not isinstance(value, Operand):
            value = value.xreplace(dict(counters))
        turned = replace(d, target=target)
        outer, self.steps = self.steps, body
        if not self.windowed(turned, target.indices, value):
            self.steps.append(
                Scatter(d.target.name, target.indices, value, rest, True, True,
                        print_definition(turned))
            )
        self.steps = outer
        for index in reversed(turns):
            body = [
                Loop(counters[index], index.extent, False, tuple(body), f"for each {index}")
            ]
        self.steps += body

    # -- loops --

    def counter(self, index: Index) -> Symbol:
        """A name for the values that an index takes in a loop."""
        name, number = index.name, 0
        extents = {
            str(s) for t in self.graph.tensors.values() for e in t.shape for s in e.free_symbols
        }
        while name in self.taken or name in extents:
            number += 1
            name = f"{index.name}_{number}"
        self.counters.add(name)
        return Symbol(name, integer=True, nonnegative=True)

    def recurrence(self, members: Sequence[Definition]) -> None:
        self.here = members[0]
        found = turn(members)
        if isinstance(found, str):
            raise self.refuse_recurrence(members, found)
        ordered = {id(d) for d in (*(d for d, _ in found.members), *found.before, *found.after)}
        for d in members:
            if id(d) not in ordered:
                self.define(d)
        for d in found.before:
            self.define(d)
        for d, _ in found.members:
            tensor = self.graph.tensors[d.target.name]
            self.here = d
            self.storage(
                tensor, any(m.accumulate for m in self.graph.defining(tensor.name))
            )
        if found.members:
            self.loop(members, found)
        for d in found.after:
            self.define(d)

    def refuse_recurrence(self, members: Sequence[Definition], why: str) -> SpecError:
        """Why there is no loop, said of what the author wrote where it is of a derivative."""
        adjoints = {d.target.name: self.graph.adjoints.get(d.target.name) for d in members}
        own = [d for name in adjoints.values() if name for d in self.graph.defining(name)]
        if not own:
            return self.refuse(f"the recurrence has no array form: {why}")
        self.here = own[0]
        letters = ", ".join(f"{a} by {name}" for a, name in sorted(adjoints.items()) if name)
        return self.refuse(f"the derivative ({letters}) of the recurrence has no array form: {why}")

    def loop(self, members: Sequence[Definition], found: Turn) -> None:
        counter = self.counter(found.members[0][1])
        outer, self.steps = self.steps, []
        self.before, self.looping = outer, {d.target.name for d in members}
        for d, index in found.members:
            moved = {index: counter}
            target = rename(d.target, moved)
            assert isinstance(target, Read)
            operands = tuple(rename(o, moved) for o in d.operands)
            self.define(replace(d, target=target, expr=rename(d.expr, moved), operands=operands))
        body = tuple(self.steps)
        self.steps, self.before, self.looping = outer, None, set()
        order = " backwards" if found.reverse else ""
        self.steps.append(
            Loop(counter, found.count, found.reverse, body, f"step by step{order}")
        )

