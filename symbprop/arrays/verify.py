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

from sympy import Expr, Integer, Mul, Symbol, expand, preorder_traversal

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
from symbprop.language.indices import affine, free_indices, is_mixed_radix, value_range
from symbprop.language.terms import Index, Read, Reduce

COPY = "np.copyto"
# How many arguments each elementwise function takes.
ARITIES = {
    record.numpy or record.name: record.arity
    for record in FUNCTIONS.values() if record.numpy or record.form is None
} | {
    COPY: 1, "group": 1, "np.negative": 1, "np.square": 1, "np.sqrt": 1,
    "np.add": 2, "np.subtract": 2, "np.multiply": 2, "np.divide": 2, "np.power": 2,
}
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
def _same(first: Expr, second: Expr) -> bool:
    return bool(first == second or expand(first - second) == 0)


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


@lru_cache(maxsize=50_000)
def _once(place: Expr) -> bool:
    return is_mixed_radix(place)


def _volume(axes: Iterable[Index]) -> Expr:
    return Mul(*(i.extent for i in axes))


class _Checker:
    """Walks the steps in order; ``written`` are the values that have storage by now.

    Its value is False for what is reserved and has no element yet.
    """

    def __init__(self, program: Program) -> None:
        self.values = program.values
        self.results = program.results
        self.faults: list[Fault] = []
        self.written = {v.name: True for v in self.values.values() if v.source == "given"}
        # Views that exist by now, and at which places of their table they look.
        self.views: dict[str, tuple[Expr, ...]] = {}
        self.steps_between: dict[str, tuple[Expr, ...]] = {}
        self.extents = {Symbol(e, integer=True, positive=True) for e in program.extents}
        self.counters: dict[Symbol, Index] = {}
        self.sound: set[Operand] = set()
        # What is reserved, and the parts of it that some step writes, by their places.
        self.parts: dict[str, dict[tuple[object, ...], Expr]] = {}
        self.meaning = ""

    def complain(self, code: str, message: str) -> None:
        self.faults.append(Fault(code, f"in the step «{self.meaning}»: {message}"))

    # -- flow --

    def block(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self.meaning = step.meaning
            if isinstance(step, Loop):
                self.loop(step)
            else:
                self.step(step)

    def loop(self, step: Loop) -> None:
        """What the body writes first is the body's own: after it, it is not there."""
        self.formula(step.count)
        if step.counter in self.counters or step.counter.name in self.values:
            self.complain("SP711", f"the counter {step.counter} has the name of something else")
        known, views = dict(self.written), dict(self.views)
        self.counters[step.counter] = Index(step.counter.name, step.count)
        self.block(step.body)
        del self.counters[step.counter]
        self.written = {name: self.written[name] for name in known}
        self.views = views

    def ending(self) -> None:
        self.meaning = "the end"
        for name in self.results:
            value = self.values.get(name)
            if value is None or not self.written.get(name):
                self.complain("SP715", f"the result {name} is not written")
            elif value.source not in ("result", "given") or value.of is not None:
                self.complain("SP715", f"the result {name} is no value of its own")
        for name, parts in self.parts.items():
            missing = expand(Mul(*self.values[name].shape) - sum(parts.values(), Integer(0)))
            if missing.is_positive:
                self.complain("SP710", f"{missing} elements of {name} are never written")

    def read(self, name: str) -> bool:
        """Whether a value is there to be read."""
        if name not in self.values:
            self.complain("SP710", f"there is no value {name}")
            return False
        root = storage(self.values, name)
        if root != name and name not in self.views:
            self.complain("SP710", f"the view {name} is read before it is made")
        elif not self.written.get(root):
            self.complain("SP710", f"{name} is read before it is written")
        return True

    def write(self, out: Operand, *, whole: bool = True) -> None:
        """A step writes all of a value, or may write some of it through places of its own."""
        name = out.value
        if name not in self.values:
            self.complain("SP710", f"there is no value {name}")
            return
        root = storage(self.values, name)
        if self.values[root].source == "given":
            self.complain("SP715", f"{root} is given, but {name} is written")
            return
        if whole:
            self.fits(out)
        if root != name:
            if name not in self.views:
                self.complain("SP710", f"the view {name} is written before it is made")
                return
            if not all(map(_once, self.views[name])):
                self.complain("SP713", f"a write to {name} reaches an element several times")
            self.part(root, self.chain(name), out.axes)
            whole = False
        if not whole and root not in self.written:
            self.complain("SP710", f"{root} has no storage when a part of it is written")
        self.written[root] = True
        if whole:
            self.parts.pop(root, None)

    def part(self, root: str, places: tuple[object, ...], axes: Iterable[Index]) -> None:
        """Remember what a write reaches of something reserved, once for the same places."""
        if root in self.parts:
            turns = [i for c, i in self.counters.items() if str(c) in str(places)]
            self.parts[root][places] = _volume((*axes, *turns))

    def chain(self, name: str) -> tuple[object, ...]:
        """The places of a view, of what that is a view of, and so on."""
        found: list[object] = []
        while (table := self.values[name].of) is not None:
            found.append((table, self.views.get(name)))
            name = table
        return tuple(found)

    # -- operands --

    def fits(self, operand: Operand) -> bool:
        """Each axis stands once and has the extent of its dimension."""
        if operand in self.sound:
            return True
        value = self.values.get(operand.value)
        if value is None:
            self.complain("SP710", f"there is no value {operand.value}")
            return False
        axes = operand.axes
        if len(axes) != len(value.shape):
            self.complain(
                "SP711", f"{value.name} has {len(value.shape)} dimensions, but {len(axes)} axes"
            )
            return False
        if len(set(axes)) != len(axes):
            self.complain("SP711", f"an axis of {value.name} stands in two of its dimensions")
            return False
        for index, size in zip(axes, value.shape, strict=True):
            if not _same(index.extent, size):
                self.complain(
                    "SP711",
                    f"the axis {index} of {value.name} runs over {index.extent}, its dimension "
                    f"over {size}",
                )
                return False
        self.sound.add(operand)
        return True

    def argument(self, argument: Argument) -> tuple[Index, ...]:
        """The axes of an operand that is read; a scalar formula has none."""
        if isinstance(argument, Operand):
            if self.read(argument.value):
                self.fits(argument)
            return argument.axes
        self.formula(argument)
        return ()

    def formula(self, expr: Expr, axes: Sequence[Index] = ()) -> None:
        """Numbers, extents, counters and rank-0 values; in a place also its axes."""
        if expr.is_number and not expr.has(Elementwise):
            return
        walk = preorder_traversal(expr)
        for node in walk:
            if isinstance(node, Read):
                walk.skip()
                if self.read(node.name) and (node.indices or self.values[node.name].shape):
                    self.complain("SP711", f"the formula {expr} reads {node}, which is no scalar")
            elif isinstance(node, Reduce):
                self.complain("SP711", f"the formula {expr} holds a reduction")
            elif isinstance(node, Index):
                if node not in axes:
                    self.complain("SP711", f"the formula {expr} holds the axis {node}")
            elif isinstance(node, Symbol):
                if node not in self.extents and node not in self.counters:
                    self.complain("SP710", f"nothing gives {node} a value")
            elif isinstance(node, Elementwise):
                name = node.record.numpy or type(node).__name__
                if name not in ARITIES or ARITIES[name] != len(node.args):
                    self.complain("SP711", f"{node} is no function of scalars")

    def kind(self, argument: Argument) -> str:
        """Of an operand; formulas of scalars are computed as floats."""
        if isinstance(argument, Operand) and argument.value in self.values:
            return self.values[argument.value].kind
        return "float"

    # -- steps --

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
        if isinstance(place, Index) and place in axes and _same(place.extent, size):
            return (place,)
        if place.is_Integer and size.is_Integer and 0 <= place < size:
            return ()
        if place in self.counters and _same(self.counters[place].extent, size):
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
            if index.extent != 1 and not _same(between[index], expected):
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
            and all(not isinstance(p, Operand) and _once(p) for p in step.places)
        )

