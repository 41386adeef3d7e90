"""The meaning of a graph: plain loops over indices, in any number type.

Slow and obvious, the judge of every other stage.  Nothing here knows an array operation: each
element of a tensor is computed when it is asked for, from the definitions that reach it.
Number types: float, complex, mpmath's, and exact fractions where no transcendental occurs.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import mpmath
import sympy
from sympy import Expr, Symbol

from symbprop.errors import Fault, SpecError
from symbprop.language.functions import Elementwise, namespace_for
from symbprop.language.graph import Definition, Graph
from symbprop.language.reductions import REDUCTIONS
from symbprop.language.terms import Index, Read, Reduce, is_whole_part

# Of a number with any exponent: many times what a double holds.
MOST_MAGNITUDE = 8192
Position = tuple[int, ...]
Binding = dict[Index, int]


@dataclass
class Evaluation:
    """Values of a graph at given data.

    ``data`` maps each given tensor to nested lists (or to a number where it has no index), but
    may leave a constant out, which has values of its own;
    ``extents`` maps names of free extents to numbers; ``one`` is the number 1 of the type to
    compute in, which decides where exp and its like come from.
    """

    graph: Graph
    data: Mapping[str, Any]
    extents: Mapping[str, int]
    one: Any = 1.0
    _known: dict[tuple[str, Position], Any] = field(default_factory=dict)
    _reaching: dict[str, dict[Position, list[tuple[Definition, Binding]]]] = field(
        default_factory=dict
    )
    # Neither changes while the extents stay, and every element asks for both.
    _shapes: dict[str, Position] = field(default_factory=dict)
    _sizes: dict[Expr, int] = field(default_factory=dict)

    @cached_property
    def _namespace(self) -> Any:
        return namespace_for(self.one)

    def shape(self, name: str) -> Position:
        if name not in self._shapes:
            self._shapes[name] = tuple(self.size(s) for s in self.graph.tensors[name].shape)
        return self._shapes[name]

    def size(self, extent: Expr) -> int:
        """The number that an extent stands for."""
        # Asked for at every element; SymPy takes longer for it than the element does.
        if extent not in self._sizes:
            known = {s: self.extents[str(s)] for s in extent.free_symbols}
            numbers = {s: sympy.Integer(v) for s, v in known.items()}
            self._sizes[extent] = int(extent.xreplace(numbers))
        return self._sizes[extent]

    def tensor(self, name: str) -> Any:
        """All values of a tensor, as nested lists; a number where it has no index."""
        return self._nested(name, (), self.shape(name))

    def _nested(self, name: str, position: Position, rest: Position) -> Any:
        if not rest:
            return self.element(name, position)
        return [self._nested(name, (*position, i), rest[1:]) for i in range(rest[0])]

    def element(self, name: str, position: Position) -> Any:
        """One element.  IndexError where the position lies outside the tensor."""
        shape = self.shape(name)
        for place, extent in zip(position, shape, strict=True):
            if not 0 <= place < extent:
                raise IndexError(f"{name}{list(position)} lies outside of {shape}")
        tensor = self.graph.tensors[name]
        if tensor.values is not None and name not in self.data:
            flat = 0
            for place, size in zip(position, shape, strict=True):
                flat = flat * size + place
            return type(self.one)(tensor.values[flat])
        if tensor.role != "defined":
            value = self.data[name]
            for place in position:
                value = value[place]
            return value
        key = (name, position)
        if key not in self._known:
            found = self._definitions(name).get(position, [])
            if not found and not any(d.accumulate for d in self.graph.defining(name)):
                raise SpecError(Fault("SP231", f"{name}{list(position)} is never defined"))
            total = self.one * 0
            for definition, binding in found:
                total = total + self.value(definition.expr, binding)
            self._known[key] = total
        return self._known[key]

    def _definitions(self, name: str) -> dict[Position, list[tuple[Definition, Binding]]]:
        """For each position the definitions, with the index values, that reach it."""
        if name not in self._reaching:
            table: dict[Position, list[tuple[Definition, Binding]]] = {}
            for definition in self.graph.defining(name):
                for binding in self._bindings(definition.indices, {}):
                    position = tuple(self.index(i, binding) for i in definition.target.indices)
                    table.setdefault(position, []).append((definition, binding))
            self._reaching[name] = table
        return self._reaching[name]

    def _bindings(self, indices: tuple[Index, ...], outer: Binding) -> Iterator[Binding]:
        for values in itertools.product(*(range(self.size(i.extent)) for i in indices)):
            yield {**outer, **dict(zip(indices, values, strict=True))}

    def index(self, expr: Expr, binding: Binding) -> int:
        """The integer that an index expression stands for."""
        if isinstance(expr, Read):
            return int(self.element(expr.name, tuple(self.index(i, binding) for i in expr.indices)))
        if isinstance(expr, Index):
            return binding[expr]
        if isinstance(expr, Symbol):
            return self.extents[expr.name]
        if expr.is_Integer:
            return int(expr)
        if is_whole_part(expr):
            return self.size(expr)
        parts = [self.index(a, binding) for a in expr.args]
        if expr.is_Add:
            return sum(parts)
        product = 1
        for part in parts:
            product *= part
        return product

    def value(self, expr: Expr, binding: Binding) -> Any:
        """The number that a formula means under the given values of its free indices."""
        if isinstance(expr, Read):
            return self.element(expr.name, tuple(self.index(i, binding) for i in expr.indices))
        if isinstance(expr, Reduce):
            record = REDUCTIONS[expr.kind]
            items = [self.value(expr.body, b) for b in self._bindings(expr.indices, binding)]
            if items:
                return record.value(self._namespace, items)
            if record.empty is None:
                raise SpecError(Fault("SP232", f"{expr.kind} over nothing has no value"))
            return self.one * record.empty
        if isinstance(expr, Symbol):
            return self.index(expr, binding)
        if expr.is_Rational:
            return self.one * int(expr.p) / int(expr.q)
        if expr is sympy.pi:
            return self._namespace.pi * self.one
        if is_whole_part(expr):
            return self.one * self.size(expr)
        if expr.is_Pow and expr.exp.is_Rational:
            return _within(self._power(self.value(expr.base, binding), expr.exp))
        args = [self.value(a, binding) for a in expr.args]
        if isinstance(expr, Elementwise):
            return _within(expr.record.value(self._namespace, *args))
        combine: Callable[[Any, Any], Any] = (
            (lambda a, b: a + b) if expr.is_Add else (lambda a, b: a * b)
        )
        if not (expr.is_Add or expr.is_Mul):
            raise SpecError(Fault("SP233", f"{expr} has no meaning in the language"))
        result = args[0]
        for argument in args[1:]:
            result = combine(result, argument)
        return result

    def _power(self, base: Any, exponent: Expr) -> Any:
        """A constant power; half powers through sqrt, which is right to the last digit."""
        if exponent.is_Integer:
            whole = abs(int(exponent))
            return base**whole if exponent > 0 else self.one / base**whole
        if exponent.q == 2:
            return self._power(self._namespace.sqrt(base), sympy.Integer(exponent.p))
        return base ** (self.one * int(exponent.p) / int(exponent.q))


def _within(value: Any) -> Any:
    """A number whose own length cannot run away: exp(exp(exp(exp(9)))) has more digits than memory.

    Floats end by themselves.  Raises OverflowError; what is as far below one is zero.
    """
    if not isinstance(value, mpmath.mpf) or not value or not mpmath.isfinite(value):
        return value
    magnitude = mpmath.mag(value)
    if magnitude > MOST_MAGNITUDE:
        raise OverflowError(f"a number of more than {MOST_MAGNITUDE} bits before the point")
    return value if magnitude > -MOST_MAGNITUDE else value * 0


def evaluate(
    graph: Graph,
    data: Mapping[str, Any],
    extents: Mapping[str, int] | None = None,
    one: Any = 1.0,
) -> Evaluation:
    """An evaluation of the graph; ask it for ``tensor(name)``."""
    return Evaluation(graph, data, dict(extents or {}), one)

