"""How values come and go in a program: written before read, given or not, whole or in parts.

A walk over the steps in their order.  A loop's body sees what was written before it and, within a
turn, what the turn has written; what it defines for itself is gone after it.  What is reserved is
written in parts, which together must make up all of it.  The rules of the single steps stand in
`verify`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sympy import Expr, Integer, Mul, Symbol, expand, preorder_traversal

from symbprop.arrays.program import Argument, Loop, Operand, Program, Step, storage
from symbprop.errors import Fault
from symbprop.language.functions import CLASSES, Elementwise
from symbprop.language.indices import is_mixed_radix
from symbprop.language.terms import Index, Read, Reduce

COPY = "np.copyto"
# How many arguments each elementwise function takes.
ARITIES = {
    c.record.numpy or c.record.name: c.record.arity
    for c in CLASSES.values() if c.record.numpy or c.record.form is None
} | {
    COPY: 1, "group": 1, "np.negative": 1, "np.square": 1, "np.sqrt": 1,
    "np.add": 2, "np.subtract": 2, "np.multiply": 2, "np.divide": 2, "np.power": 2,
}


@lru_cache(maxsize=50_000)
def same_extent(first: Expr, second: Expr) -> bool:
    return bool(first == second or expand(first - second) == 0)


@lru_cache(maxsize=50_000)
def reaches_once(place: Expr) -> bool:
    return is_mixed_radix(place)


def volume(axes: Iterable[Index]) -> Expr:
    return Mul(*(i.extent for i in axes))


def _symbols(places: object) -> set[Symbol]:
    """The symbols in places, and in those of the tables of views."""
    if isinstance(places, tuple):
        return set[Symbol]().union(*map(_symbols, places))
    return places.free_symbols if isinstance(places, Expr) else set()


class Flow(ABC):
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
            if not all(map(reaches_once, self.views[name])):
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
            met = _symbols(places)
            turns = [i for c, i in self.counters.items() if c in met]
            self.parts[root][places] = volume((*axes, *turns))

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
            if not same_extent(index.extent, size):
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

    @abstractmethod
    def step(self, step: Step) -> None:
        """Check one step that is no loop, and what it reads and writes."""
