"""The meaning of a program: each step on fresh arrays, by the names of its axes.

Slow and plain, the judge between lowering and text.  It knows neither a layout nor a buffer nor a
kernel: an operand is spread along the named axes of its step, a view is a table with the positions
that it looks at, and what several steps may share in memory is computed anew.  What a step promises
is checked as it runs: shapes, places within their table, distinct places, one write before a read.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, assert_never

import numpy as np
import sympy
from numpy.typing import NDArray
from sympy import Expr, Symbol

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
    View,
)
from symbprop.language.functions import FUNCTIONS, WRITTEN_OUT, Elementwise, namespace_for
from symbprop.language.terms import Index, Read, is_whole_part

Array: TypeAlias = NDArray[Any]
ARITHMETIC: dict[str, Callable[..., Any]] = {
    "np.add": operator.add, "np.subtract": operator.sub, "np.multiply": operator.mul,
    "np.divide": operator.truediv, "np.negative": operator.neg, "np.power": operator.pow,
    "np.square": lambda x: x * x, "np.copyto": lambda x: x, "group": lambda x: x,
}
FOLDS: dict[str, Callable[..., Any]] = {
    "sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min,
}


class NumberFunctions:
    """Functions by NumPy's names on arrays of any number type, as the language defines them.

    ``one`` is the number 1 of the type, mpmath's for more digits than a double has.
    """

    def __init__(self, one: Any) -> None:
        self.one = one
        self.pi = namespace_for(one).pi

    def __getattr__(self, name: str) -> Callable[..., Any]:
        named = {(r.numpy or r.name).removeprefix("np."): r for r in FUNCTIONS.values()}
        if name not in named:
            raise AttributeError(f"the language has no function {name}")
        record, source = named[name], namespace_for(self.one)
        return np.frompyfunc(lambda *args: record.value(source, *args), record.arity, 1)


def execute(
    program: Program,
    data: Mapping[str, Any],
    extents: Mapping[str, int],
    dtype: Any = np.float64,
    namespace: Any = np,
) -> dict[str, Array]:
    """The results of a program by name, from the given tensors and the values of free extents.

    ``namespace`` holds the elementwise functions by NumPy's names: NumPy, or `NumberFunctions`
    with the dtype ``object``.  Raises KeyError where a value is read before it is written,
    IndexError where a place lies outside its table, ValueError where shapes do not fit or places
    that should be distinct are not.
    """
    machine = _Machine(program, data, extents, np.dtype(dtype), namespace)
    with np.errstate(all="ignore"):
        machine.block(program.steps)
    return {name: machine.value(name) for name in program.results}


class _Machine:
    """Values by name; a view is its table's name and, for each dimension of that, positions."""

    def __init__(
        self,
        program: Program,
        data: Mapping[str, Any],
        extents: Mapping[str, int],
        dtype: np.dtype[Any],
        namespace: Any,
    ) -> None:
        self.values, self.dtype, self.namespace = program.values, dtype, namespace
        self.one = getattr(namespace, "one", None) or dtype.type(1)
        # Free extents, be it that only what is given has them, and the counters of the loops around
        # a step.
        self.numbers = {name: int(size) for name, size in extents.items()}
        self.arrays: dict[str, Array] = {}
        self.views: dict[str, tuple[str, tuple[Array, ...]]] = {}
        for value in program.values.values():
            if value.source == "given" and value.name in data:
                self.write(value.name, np.array(data[value.name], self.type_of(value.name)))

    # -- values --

    def type_of(self, name: str) -> Any:
        """Truth values are the numbers 0 and 1."""
        return np.intp if self.values[name].kind == "int" else self.dtype

    def size(self, extent: Expr) -> int:
        return int(self.position(extent, {}))

    def shape(self, sizes: Sequence[Expr]) -> tuple[int, ...]:
        return tuple(map(self.size, sizes))

    def value(self, name: str) -> Array:
        """A fresh copy of what a name stands for."""
        if name in self.views:
            table, places = self.views[name]
            return np.array(self.value(table)[places], self.type_of(name))
        if name not in self.arrays:
            raise KeyError(f"{name} is read before it is written")
        return self.arrays[name].copy()

    def write(self, name: str, array: Array) -> None:
        """All elements of a value; those of a view are elements of its table."""
        if array.shape != (expected := self.shape(self.values[name].shape)):
            raise ValueError(f"{name} has the shape {expected}, but {array.shape} is written")
        if name in self.views:
            table, places = self.views[name]
            whole = self.value(table)
            self.distinct(name, places, whole.shape)
            whole[places] = array
            self.write(table, whole)
        elif self.values[name].of is not None:
            raise KeyError(f"the view {name} is written before it is made")
        else:
            self.arrays[name] = array.astype(self.type_of(name))

    @staticmethod
    def distinct(name: str, places: Sequence[Array], shape: Sequence[int]) -> None:
        if not places:
            return
        flat = np.ravel_multi_index(tuple(places), tuple(shape)).reshape(-1)
        if len(np.unique(flat)) != len(flat):
            raise ValueError(f"an element of {name} is written several times at once")

    def spread(self, argument: Argument, axes: Sequence[Index]) -> Array:
        """An argument along named axes, of extent one where it has no such axis."""
        if not isinstance(argument, Operand):
            return np.asarray(self.number(argument), self.dtype)
        array = self.value(argument.value)
        if array.shape != self.shape([i.extent for i in argument.axes]):
            raise ValueError(f"the axes of {argument.value} do not fit its shape {array.shape}")
        if not set(argument.axes) <= set(axes) or len(set(argument.axes)) != len(argument.axes):
            raise ValueError(f"{argument.value} has an axis that its step has not, or one twice")
        array = array.transpose([argument.axes.index(i) for i in axes if i in argument.axes])
        return array[tuple(slice(None) if i in argument.axes else None for i in axes)]

    def store(self, out: Operand, array: Any, *, broadcast: bool = False) -> None:
        """Write an array whose dimensions are the axes of ``out``."""
        sizes = self.shape([i.extent for i in out.axes])
        found = np.asarray(array)
        self.write(out.value, np.broadcast_to(found, sizes) if broadcast else found)

    # -- formulas --

    def number(self, expr: Expr) -> Any:
        """A scalar formula in the dtype."""
        if isinstance(expr, Read):
            return self.one * self.value(expr.name)[()]
        if isinstance(expr, Symbol):
            return self.one * self.numbers[expr.name]
        if expr.is_Rational:
            return self.one * int(expr.p) / int(expr.q)
        if expr is sympy.pi:
            return self.one * self.namespace.pi
        if expr.is_infinite or expr is sympy.nan:
            return self.one * float(expr)
        if is_whole_part(expr):
            return self.one * self.position(expr, {})
        if expr.is_Pow:
            return self.power(self.number(expr.base), expr.exp)
        arguments = [self.number(a) for a in expr.args]
        if isinstance(expr, Elementwise):
            record = expr.record
            return self.function(record.numpy or record.name)(*arguments)
        if not (expr.is_Add or expr.is_Mul):
            raise ValueError(f"{expr} has no meaning in a program")
        total = arguments[0]
        for argument in arguments[1:]:
            total = total + argument if expr.is_Add else total * argument
        return total

    def power(self, base: Any, exponent: Expr) -> Any:
        if exponent.is_Integer:
            whole = base ** abs(int(exponent))
            return whole if exponent > 0 else self.one / whole
        if exponent.q == 2:
            return self.power(self.function("np.sqrt")(base), sympy.Integer(exponent.p))
        return base ** (self.one * int(exponent.p) / int(exponent.q))

    def function(self, name: str) -> Callable[..., Any]:
        """An elementwise function whose values are numbers of the dtype."""
        if name in ARITHMETIC:
            found = ARITHMETIC[name]
        elif name in WRITTEN_OUT:
            record = WRITTEN_OUT[name]
            found = np.frompyfunc(
                lambda *args: record.value(namespace_for(args[0]), *args), record.arity, 1
            )
        else:
            found = getattr(self.namespace, name.removeprefix("np."))
        return lambda *args: np.asarray(found(*args), self.dtype)[()]

    def position(self, expr: Expr, along: Mapping[Index, Array]) -> Any:
        """An index formula as an integer, or as integers along axes."""
        if isinstance(expr, Read):
            return int(self.value(expr.name)[()])
        if isinstance(expr, Index):
            return along[expr]
        if isinstance(expr, Symbol):
            return self.numbers[expr.name]
        if expr.is_Integer:
            return int(expr)
        if isinstance(expr, sympy.floor | sympy.ceiling):
            above, below = (self.position(e, along) for e in expr.args[0].as_numer_denom())
            return above // below if isinstance(expr, sympy.floor) else -(-above // below)
        parts = [self.position(a, along) for a in expr.args]
        if isinstance(expr, sympy.Max):
            return max(parts)
        if expr.is_Pow:
            return parts[0] ** parts[1]
        total = parts[0]
        for part in parts[1:]:
            total = total + part if expr.is_Add else total * part
        return total

    def positions(
        self, table: str, places: Sequence[Argument], axes: Sequence[Index]
    ) -> tuple[Array, ...]:
        """For each dimension of a table the position of every element along the axes."""
        shape = self.shape(self.values[table].shape)
        sizes = self.shape([i.extent for i in axes])
        along = {
            index: np.arange(size).reshape([size if i == index else 1 for i in axes])
            for index, size in zip(axes, sizes, strict=True)
        }
        found: list[Array] = []
        for place, size in zip(places, shape, strict=True):
            at = (
                self.spread(place, axes).astype(np.intp) if isinstance(place, Operand)
                else np.asarray(self.position(place, along))
            )
            at = np.broadcast_to(at, sizes)
            if at.size and not (at.min() >= 0 and at.max() < size):
                raise IndexError(f"{table} is reached at {at.min()}..{at.max()} of {size}")
            found.append(at)
        return tuple(found)

    # -- steps --

    def block(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self.step(step)

    def step(self, step: Step) -> None:
        match step:
            case Apply(out=out, function=function, arguments=arguments):
                args = [self.spread(a, out.axes) for a in arguments]
                result = self.function(function)(*args)
                self.store(out, result, broadcast=function == "np.copyto")
            case Choose(out=out, condition=condition, then=then, otherwise=otherwise):
                holds, one, other = (
                    self.spread(a, out.axes) for a in (condition, then, otherwise)
                )
                self.store(out, np.where(holds != 0, one, other))
            case Contract():
                self.contract(step)
            case Fold(out=out, kind=kind, source=source, over=over):
                array = self.spread(source, (*out.axes, *over))
                last = tuple(range(len(out.axes), len(out.axes) + len(over)))
                # NumPy refuses a maximum over nothing even where there is no place for it.
                kept = array.shape[: len(out.axes)]
                self.store(out, FOLDS[kind](array, axis=last) if 0 not in kept else np.empty(kept))
            case View(out=out, table=table, places=places):
                if self.values[table].of is not None and table not in self.views:
                    raise KeyError(f"{table} is looked at before it is made")
                self.views[out.value] = (table, self.positions(table, places, out.axes))
            case Gather(out=out, table=table, places=places):
                self.store(out, self.value(table)[self.positions(table, places, out.axes)])
            case Scatter():
                self.scatter(step)
            case Clear(out=out):
                sizes = self.shape([i.extent for i in out.axes])
                self.write(out.value, np.full(sizes, self.one * 0, self.dtype))
            case Reserve(out=out):
                # What is read of it before it is written shows.
                sizes = self.shape([i.extent for i in out.axes])
                self.write(out.value, np.full(sizes, np.nan, self.dtype))
            case Count(out=out):
                (axis,) = out.axes
                self.write(out.value, np.arange(self.size(axis.extent)))
            case Compute(out=name, formula=formula):
                self.write(name, np.asarray(self.number(formula), self.dtype))
            case Loop():
                self.loop(step)
            case _:
                assert_never(step)

    def contract(self, step: Contract) -> None:
        """The sum of products over every combination of the axes, whatever groups they form."""
        numbered = {i: n for n, i in enumerate(dict.fromkeys(
            (*step.out.axes, *step.left.axes, *step.right.axes, *step.summed)
        ))}
        parts: list[Any] = []
        for operand in (step.left, step.right):
            parts += [self.spread(operand, operand.axes), [numbered[i] for i in operand.axes]]
        kept = [i for i in numbered if i not in step.summed]
        if set(kept) != set(step.out.axes):
            raise ValueError(f"the axes of {step.out.value} are not those that are not summed")
        self.store(step.out, np.einsum(*parts, [numbered[i] for i in step.out.axes]))

    def scatter(self, step: Scatter) -> None:
        sizes = self.shape([i.extent for i in step.axes])
        value = np.broadcast_to(self.spread(step.value, step.axes), sizes)
        places = self.positions(step.table, step.places, step.axes)
        whole = self.value(step.table)
        if step.distinct or not step.adds:
            self.distinct(step.table, places, whole.shape)
        if not step.adds:
            whole[places] = value
        elif places:
            np.add.at(whole, places, value)
        else:
            whole = np.asarray(whole + value)
        self.write(step.table, whole)

    def loop(self, step: Loop) -> None:
        """What a turn defines for itself is gone after it."""
        known, views = set(self.arrays), dict(self.views)
        count = self.size(step.count)
        for turn in reversed(range(count)) if step.reverse else range(count):
            self.numbers[step.counter.name] = turn
            self.block(step.body)
            self.arrays = {name: self.arrays[name] for name in known}
            self.views = dict(views)
        self.numbers.pop(step.counter.name, None)
