"""The closed set of array operations, on named axes.

A program is a list of steps over values.  A value is an array with an extent for each dimension;
an operand is a value whose dimensions carry the indices of the definition at hand, which are the
named axes.  Scalars (rank-0 values, extents, numbers and formulas of them) are SymPy expressions.
A step does not say in which order the axes lie in memory beyond what its values say, and it is not
text: `targets` spells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sympy import Expr, Symbol

from symbprop.language.terms import Index


@dataclass(frozen=True, slots=True)
class Value:
    """An array, or a scalar where the shape is empty.  ``kind`` is float, bool or int.

    ``source`` says where it comes from: given by the caller, returned to the caller, or a
    temporary that lives in the workspace.  A view has no storage: ``of`` names the value that has,
    and ``tail`` says how many of the view's last dimensions lie in one piece; None for all.
    """

    name: str
    shape: tuple[Expr, ...]
    kind: str = "float"
    source: str = "temporary"
    of: str | None = None
    tail: int | None = None

    @property
    def strided(self) -> bool:
        """Whether the elements do not lie one behind another."""
        return self.tail is not None


@dataclass(frozen=True, slots=True)
class Operand:
    """A value with an axis for each of its dimensions."""

    value: str
    axes: tuple[Index, ...]


Argument: TypeAlias = Operand | Expr


@dataclass(frozen=True, slots=True)
class Apply:
    """out = function(arguments), elementwise; arguments broadcast by their axes."""

    out: Operand
    function: str
    arguments: tuple[Argument, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Choose:
    """out = then where condition holds, otherwise else; a scalar condition holds unless it is 0."""

    out: Operand
    condition: Argument
    then: Argument
    otherwise: Argument
    meaning: str


@dataclass(frozen=True, slots=True)
class Contract:
    """out = sum over ``summed`` of left * right, as products of matrices over leading axes.

    The axes of ``out`` are ``batch``, then ``rows`` of the left operand, then ``columns`` of the
    right one.  Each of these groups, and ``summed``, lies in either operand in this order and
    without a gap, so that it is one axis to BLAS.  A batch axis may be missing in one operand.
    """

    out: Operand
    left: Operand
    right: Operand
    batch: tuple[Index, ...]
    rows: tuple[Index, ...]
    columns: tuple[Index, ...]
    summed: tuple[Index, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Fold:
    """out = reduction of ``source`` over axes; ``kind`` is sum, prod, max or min."""

    out: Operand
    kind: str
    source: Operand
    over: tuple[Index, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class View:
    """out = table at places, without a copy: each place is affine in the axes of ``out``.

    No axis stands in two places.  A place without an axis takes that dimension away.
    """

    out: Operand
    table: str
    places: tuple[Expr, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Gather:
    """out = table at places, each an integer operand or affine in the axes of ``out``."""

    out: Operand
    table: str
    places: tuple[Argument, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Scatter:
    """table at places += value.  ``distinct`` where no element is reached twice.

    Where it does not add, it replaces a single element.  Places are as in `Gather`; where all are
    affine and distinct, they are as in `View`.
    """

    table: str
    places: tuple[Argument, ...]
    value: Argument
    axes: tuple[Index, ...]
    distinct: bool
    adds: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Clear:
    """out = 0 everywhere."""

    out: Operand
    meaning: str


@dataclass(frozen=True, slots=True)
class Reserve:
    """Storage for out, whose elements later steps write."""

    out: Operand
    meaning: str


@dataclass(frozen=True, slots=True)
class Count:
    """out = 0, 1, 2, ... along one axis."""

    out: Operand
    meaning: str


@dataclass(frozen=True, slots=True)
class Compute:
    """A scalar formula."""

    out: str
    formula: Expr
    meaning: str


@dataclass(frozen=True, slots=True)
class Loop:
    """The steps of ``body`` for each value of ``counter`` from 0 to below ``count``, or backwards.

    What the body defines for itself is not read after it.
    """

    counter: Symbol
    count: Expr
    reverse: bool
    body: tuple[Step, ...]
    meaning: str


Step: TypeAlias = (
    Apply | Choose | Contract | Fold | View | Gather | Scatter | Clear | Reserve | Count | Compute
    | Loop
)


@dataclass(frozen=True, slots=True)
class Program:
    """Steps in order; ``results`` are the values that the caller gets."""

    values: Mapping[str, Value]
    steps: tuple[Step, ...]
    results: tuple[str, ...]
    extents: tuple[str, ...] = field(default=())


def written(step: Step) -> str:
    """The name of the value that a step writes; a loop writes what its body writes."""
    match step:
        case Scatter(table=name) | Compute(out=name):
            return name
        case Loop():
            raise TypeError("a loop writes more than one value")
        case _:
            return step.out.value


def operands(step: Step) -> tuple[Operand, ...]:
    """The array operands that a step reads."""
    match step:
        case Apply(arguments=arguments):
            found: tuple[Argument, ...] = arguments
        case Choose(condition=condition, then=then, otherwise=otherwise):
            found = (condition, then, otherwise)
        case Contract(left=left, right=right):
            found = (left, right)
        case Fold(source=source):
            found = (source,)
        case View(table=table):
            found = (Operand(table, ()),)
        case Gather(table=table, places=places):
            found = (Operand(table, ()), *places)
        case Scatter(table=table, places=places, value=value):
            found = (Operand(table, ()), *places, value)
        case Loop(body=body):
            found = tuple(o for inner in body for o in operands(inner))
        case Clear() | Reserve() | Count() | Compute():
            found = ()
    return tuple(a for a in found if isinstance(a, Operand))


def flattened(steps: Iterable[Step]) -> Iterator[Step]:
    """Every step in the order of the text, a loop before the steps of its body."""
    for step in steps:
        yield step
        if isinstance(step, Loop):
            yield from flattened(step.body)


def storage(values: Mapping[str, Value], name: str) -> str:
    """The value in whose storage a value lies: its own, or that of what it is a view of."""
    while name in values and (of := values[name].of) is not None:
        name = of
    return name
