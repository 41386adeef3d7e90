"""What every program keeps, whoever made it: a fault here is a bug of ours, named by its step.

Written before read, as the steps run (a loop's later turns see what earlier ones wrote outside of
themselves); axes that fit the shapes; groups of a contraction that lie as it promises; places
inside their table; truth values and integers where arithmetic does not take them for such; nothing
given is written.  It judges a program by the docstrings of `program` alone and shares no
code with the lowering.  The cost is linear in the steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import assert_never

from sympy import Expr, Integer, expand

from symbprop.arrays.flow import ARITIES, COPY, Flow, reaches_once, same_extent
from symbprop.arrays.program import (
    Apply,
    Argument,
    Choose,
    Clear,
    Compute,
    Contract,
    Count,
    Fold,
    Gather,
    Loop,
    Operand,
    Program,
    Reserve,
    Scatter,
    Step,
    Value,
    View,
    storage,
)
from symbprop.errors import Fault
from symbprop.language.functions import FUNCTIONS, Elementwise
from symbprop.language.indices import affine, free_indices, value_range
from symbprop.language.terms import Index, Read

# Those whose values are true or false, whatever their arguments are.
TRUTHS = frozenset(
    FUNCTIONS[name].numpy
    for name in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal",
                 "both", "either", "negate")
)


def verify_program(program: Program) -> list[Fault]:
    """All faults of a program; none where it is sound.

    SP710: read before it is written; SP711: axes and shapes; SP712: groups of a contraction;
    SP713: places; SP714: kinds; SP715: what may not be written, and results.
    """
    checker = _Checker(program)
    checker.block(program.steps)
    checker.ending()
    return checker.faults


@lru_cache(maxsize=50_000)
def _outside(place: Expr, size: Expr) -> str:
    """Where an affine place leaves a dimension of the given size for certain, else nothing."""
    limits = value_range(place)
    if limits is None or not all(i.extent.is_positive for i in free_indices(place)):
        return ""
    low, high = map(expand, limits)
    if low.is_negative or expand(high - size + 1).is_positive:
        return f"from {low} to {high} in an extent of {size}"
    return ""


class _Checker(Flow):
    """The rules of each step."""

    def step(self, step: Step) -> None:
        match step:
            case Apply():
                self.apply(step)
            case Choose():
                self.choose(step)
            case Contract():
                self.contract(step)
            case Fold():
                self.fold(step)
            case View():
                self.view(step)
            case Gather():
                self.gather(step)
            case Scatter():
                self.scatter(step)
            case Clear(out=out):
                self.write(out)
            case Reserve(out=out):
                self.write(out)
                self.written[out.value] = False
                self.parts[out.value] = {}
            case Count(out=out):
                if len(out.axes) != 1:
                    self.complain("SP711", f"{out.value} counts along {len(out.axes)} axes")
                if self.kind(out) == "bool":
                    self.complain("SP714", f"the truth value {out.value} counts")
                self.write(out)
            case Compute(out=name, formula=formula):
                self.formula(formula)
                self.write(Operand(name, ()))
            case Loop():
                self.loop(step)
            case _:
                assert_never(step)

    def spread(self, out: Operand, listed: Iterable[tuple[Index, ...]], *, copies: bool) -> None:
        """Elementwise axes: all in the result, and only a copy has more there."""
        given = {i for axes in listed for i in axes}
        if loose := sorted(map(str, given - set(out.axes))):
            self.complain("SP711", f"{out.value} lacks the axis {', '.join(loose)} of an argument")
        if not copies and (idle := sorted(map(str, set(out.axes) - given))):
            self.complain("SP711", f"no argument of {out.value} has its axis {', '.join(idle)}")

    def apply(self, step: Apply) -> None:
        out, function = step.out, step.function
        axes = [self.argument(a) for a in step.arguments]
        self.spread(out, axes, copies=function == COPY)
        if ARITIES.get(function) != len(step.arguments):
            self.complain("SP711", f"{function} of {len(step.arguments)} arguments")
        kinds = [self.kind(a) for a in step.arguments]
        operands = {self.kind(a) for a in step.arguments if isinstance(a, Operand)}
        kind = self.kind(out)
        if function in TRUTHS:
            if kind == "int":
                self.complain("SP714", f"the integers {out.value} are written by {function}")
        elif kind == "bool":
            if function != COPY or kinds != ["bool"]:
                self.complain("SP714", f"the truth value {out.value} is written by {function}")
        elif kind == "int":
            if operands - {"int"}:
                self.complain("SP714", f"the integers {out.value} are written by {operands}")
        elif function != COPY and {"int", "float"} <= operands:
            # NumPy's arithmetic of these gives doubles, whatever floats they are.
            self.complain("SP714", f"{function} of integers beside floats, in {out.value}")
        elif function != COPY and operands and "float" not in operands and (
            not function.startswith("np.")
        ):
            # A ufunc of these is told to compute in the dtype; a function of ours is not.
            self.complain("SP714", f"{function} of {', '.join(sorted(operands))} is no number")
        self.write(out)

    def choose(self, step: Choose) -> None:
        axes = [self.argument(a) for a in (step.condition, step.then, step.otherwise)]
        self.spread(step.out, axes, copies=False)
        if isinstance(step.condition, Operand) and self.kind(step.condition) != "bool":
            self.complain("SP714", f"the condition {step.condition.value} is no truth value")
        if self.kind(step.out) != "float":
            self.complain("SP714", f"a choice is no {self.kind(step.out)}")
        self.apart(step.out, (step.condition, step.then))
        self.write(step.out)

    def apart(self, out: Operand, arguments: Iterable[Argument]) -> None:
        """What is still read while the result is written does not lie in its storage."""
        above = {out.value, *self.tables(out.value)}
        for a in arguments:
            if isinstance(a, Operand) and out.axes and (
                a.value in above or out.value in self.tables(a.value)
            ):
                self.complain("SP710", f"{a.value} is overwritten by {out.value} while it is read")

    def tables(self, name: str) -> Iterator[str]:
        while name in self.values and (of := self.values[name].of) is not None:
            yield of
            name = of

    def contract(self, step: Contract) -> None:
        out, left, right = step.out, step.left, step.right
        self.argument(left)
        self.argument(right)
        batch, rows, columns, summed = step.batch, step.rows, step.columns, step.summed
        groups = (*batch, *rows, *columns, *summed)
        if len(set(groups)) != len(groups) or not summed:
            self.complain("SP712", "the groups are not apart, or nothing is summed")
        if out.axes != (*batch, *rows, *columns):
            self.complain("SP712", f"the axes of {out.value} are not batch, rows and columns")
        if not set(batch) <= {*left.axes, *right.axes}:
            self.complain("SP712", "a batch axis is in neither operand")
        for operand, own in ((left, rows), (right, columns)):
            shared = [i for i in batch if i in operand.axes]
            if {*operand.axes} != {*shared, *own, *summed}:
                self.complain("SP712", f"the axes of {operand.value} are not those of its groups")
            for group in (own, summed):
                self.together(operand, group)
        for operand in (left, right, out):
            if self.kind(operand) != "float":
                self.complain("SP714", f"a product multiplies {self.kind(operand)} as such")
        if out.value in self.values and self.values[out.value].strided:
            self.complain("SP712", f"a product is written to {out.value}, which has gaps")
        self.apart(out, (left, right))
        self.write(out)

    def together(self, operand: Operand, group: tuple[Index, ...]) -> None:
        """A group of several axes is one to a reshape: adjacent, in order, and in one piece."""
        if len(group) < 2 or group[0] not in operand.axes or operand.value not in self.values:
            return
        first = operand.axes.index(group[0])
        tail = self.values[operand.value].tail
        if operand.axes[first: first + len(group)] != group or (
            tail is not None and first < len(operand.axes) - tail
        ):
            names = ", ".join(map(str, group))
            self.complain("SP712", f"the axes {names} do not lie together in {operand.value}")

    def fold(self, step: Fold) -> None:
        axes, over = self.argument(step.source), step.over
        if not over or len(set(over)) != len(over) or not set(over) <= set(axes):
            self.complain("SP711", f"{step.source.value} is reduced over axes that it has not")
        if len(step.out.axes) + len(over) != len(axes) or (
            set(step.out.axes) != set(axes) - set(over)
        ):
            self.complain("SP711", f"the axes of {step.out.value} are not those that are left")
        if step.kind not in ("sum", "prod", "max", "min"):
            self.complain("SP711", f"there is no reduction {step.kind}")
        for operand in (step.source, step.out):
            if self.kind(operand) != "float":
                self.complain("SP714", f"a {step.kind} of {self.kind(operand)} as such")
        if step.out.value in self.values and self.values[step.out.value].strided:
            self.complain("SP712", f"a {step.kind} is written to {step.out.value}, which has gaps")
        self.apart(step.out, (step.source,))
        self.write(step.out)

    # -- places --

    def table(self, name: str, places: Sequence[Argument]) -> Value | None:
        value = self.values.get(name)
        if value is None:
            self.complain("SP710", f"there is no value {name}")
        elif len(places) != len(value.shape):
            self.complain(
                "SP713", f"{name} has {len(value.shape)} dimensions, but {len(places)} places"
            )
        else:
            return value
        return None

    def place(self, place: Argument, size: Expr, axes: Sequence[Index]) -> tuple[Index, ...]:
        """The axes of a place in a dimension of the given size."""
        if isinstance(place, Operand):
            found = self.argument(place)
            if self.kind(place) != "int":
                self.complain("SP714", f"a place is {self.kind(place)}: {place.value}")
            if not set(found) <= set(axes):
                self.complain("SP713", f"the place {place.value} has axes that are not run over")
            return found
        if isinstance(place, Index) and place in axes and same_extent(place.extent, size):
            return (place,)
        if place.is_Integer and size.is_Integer and 0 <= place < size:
            return ()
        if place in self.counters and same_extent(self.counters[place].extent, size):
            return ()
        self.formula(place, axes)
        found = free_indices(place)
        if place.has(Read):
            return found
        if affine(place) is None:
            self.complain("SP713", f"the place {place} is not affine")
            return found
        whole = place.xreplace(self.counters) if self.counters else place
        if reached := _outside(whole, size):
            self.complain("SP713", f"the place {place} runs {reached}")
        return found

    def view(self, step: View) -> None:
        out, table = step.out, self.table(step.table, step.places)
        if table is None or not self.fits(out):
            return
        value = self.values[out.value]
        if storage(self.values, table.name) not in self.written:
            self.complain("SP710", f"{table.name} has no storage yet")
        if table.of is not None and table.name not in self.views:
            self.complain("SP710", f"the view {table.name} is used before it is made")
        if value.of != table.name or value.kind != table.kind:
            self.complain("SP711", f"{out.value} is no view of {table.name}")
        found = [
            i for place, size in zip(step.places, table.shape, strict=True)
            for i in self.place(place, size, out.axes)
        ]
        if any(p.has(Read) for p in step.places):
            self.complain("SP713", f"the view {out.value} is looked up")
        elif len(set(found)) != len(found) or set(found) != set(out.axes):
            self.complain("SP713", f"not each axis of {out.value} stands in one place")
        elif value.tail != 0:
            self.one_piece(step, value)
        self.views[out.value] = step.places

    def one_piece(self, step: View, value: Value) -> None:
        """The last ``tail`` dimensions of a view lie one behind another, as it says."""
        between = dict.fromkeys(step.out.axes, Integer(0))
        for place, stride in zip(step.places, self.strides(step.table), strict=True):
            parts = affine(place)
            for index, factor in parts[0].items() if parts else ():
                between[index] += factor * stride
        self.steps_between[value.name] = tuple(between.values())
        tail = len(value.shape) if value.tail is None else value.tail
        expected: Expr = Integer(1)
        for index in reversed(step.out.axes[len(step.out.axes) - tail:]):
            if index.extent != 1 and not same_extent(between[index], expected):
                self.complain("SP712", f"the axis {index} of {value.name} is not in one piece")
                return
            expected *= index.extent

    def strides(self, name: str) -> tuple[Expr, ...]:
        """How many elements lie from one place of each dimension to the next."""
        if name not in self.steps_between:
            found: list[Expr] = []
            total: Expr = Integer(1)
            for size in reversed(self.values[name].shape):
                found.insert(0, total)
                total *= size
            self.steps_between[name] = tuple(found)
        return self.steps_between[name]

    def gather(self, step: Gather) -> None:
        out, table = step.out, self.table(step.table, step.places)
        if table is None or not self.read(step.table):
            return
        found = {
            i for place, size in zip(step.places, table.shape, strict=True)
            for i in self.place(place, size, out.axes)
        }
        if found != set(out.axes):
            self.complain("SP713", f"the axes of {out.value} are not those of its places")
        if out.axes and self.kind(out) != table.kind:
            self.complain("SP714", f"{out.value} is {self.kind(out)}, its table {table.kind}")
        self.apart(out, (Operand(step.table, ()),))
        self.write(out)

    def scatter(self, step: Scatter) -> None:
        table = self.table(step.table, step.places)
        if table is None:
            return
        axes = step.axes
        found = [
            self.place(place, size, axes)
            for place, size in zip(step.places, table.shape, strict=True)
        ]
        if not set(self.argument(step.value)) <= set(axes):
            self.complain("SP711", f"what is added to {table.name} has axes that are not run over")
        if step.adds:
            self.read(table.name)
        elif axes:
            self.complain("SP713", f"several elements of {table.name} are replaced by a scatter")
        value = step.value
        truth = (
            isinstance(value, Elementwise) and value.record.numpy in TRUTHS
        )
        if table.kind != "float" and not (table.kind == "bool" and truth and not step.adds):
            self.complain("SP714", f"floats are written to {table.name}, which is {table.kind}")
        if step.distinct and axes and not self.distinct(step, found):
            self.complain("SP713", f"an element of {table.name} may be reached several times")
        if not step.adds:
            self.part(table.name, (table.name, step.places), axes)
        self.write(Operand(table.name, ()), whole=False)

    def distinct(self, step: Scatter, found: Sequence[tuple[Index, ...]]) -> bool:
        """Whether the places reach each element once at most: a plain index for each axis, or
        affine places without an axis in common that take no value twice."""
        if set(step.axes) <= {p for p in step.places if isinstance(p, Index)}:
            return True
        listed = [i for axes in found for i in axes]
        return (
            len(set(listed)) == len(listed)
            and set(listed) == set(step.axes)
            and all(not isinstance(p, Operand) and reaches_once(p) for p in step.places)
        )
