"""The closed set of array operations, on named axes.

A program is a list of steps over values.  A value is an array with an extent for each dimension;
an operand is a value whose dimensions carry the indices of the definition at hand, which are the
named axes.  Scalars (rank-0 values, extents, numbers and formulas of them) are SymPy expressions.
A step does not say in which order the axes lie in memory beyond what its values say, and it is not
text: `targets` spells it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sympy import Expr

from symbprop.language.terms import Index


@dataclass(frozen=True, slots=True)
class Value:
    """An array, or a scalar where the shape is empty.  ``kind`` is float, bool or int.

    ``source`` says where it comes from: given by the caller, returned to the caller, or a
    temporary that lives in the workspace.
    """

    name: str
    shape: tuple[Expr, ...]
    kind: str = "float"
    source: str = "temporary"


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
    """out = then where condition holds, otherwise else."""

    out: Operand
    condition: Operand
    then: Argument
    otherwise: Argument
    meaning: str


@dataclass(frozen=True, slots=True)
class Contract:
    """out = sum over ``summed`` of left * right."""

    out: Operand
    left: Operand
    right: Operand
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
class Gather:
    """out = table at places, each an axis, an integer operand, or an index formula."""

    out: Operand
    table: str
    places: tuple[Argument, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Scatter:
    """table at places += value.  ``distinct`` where no element is reached twice."""

    table: str
    places: tuple[Argument, ...]
    value: Argument
    axes: tuple[Index, ...]
    distinct: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Clear:
    """out = 0 everywhere."""

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


Step: TypeAlias = Apply | Choose | Contract | Fold | Gather | Scatter | Clear | Count | Compute


@dataclass(frozen=True, slots=True)
class Program:
    """Steps in order; ``results`` are the values that the caller gets."""

    values: Mapping[str, Value]
    steps: tuple[Step, ...]
    results: tuple[str, ...]
    extents: tuple[str, ...] = field(default=())


def written(step: Step) -> str:
    """The name of the value that a step writes."""
    match step:
        case Scatter(table=name) | Compute(out=name):
            return name
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
        case Gather(table=table, places=places):
            found = (Operand(table, ()), *places)
        case Scatter(table=table, places=places, value=value):
            found = (Operand(table, ()), *places, value)
        case Clear() | Count() | Compute():
            found = ()
    return tuple(a for a in found if isinstance(a, Operand))
