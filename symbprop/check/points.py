"""Points at which a module is judged: the same numbers on every machine, in every version.

A generator of NumPy's may change its stream, so the numbers come from a formula on integers, which
a generated module holds as well: three rounds of a multiplication modulo 2**32 and a shift.
Parameters are of unit size by the number of terms that they are summed with, and away from zero, so
that no factor hides another; data are of either sign, or positive where a loss asks for that.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Integer

from symbprop.arguments import KINDS, doors, fits
from symbprop.errors import Fault, LimitError, SpecError, did_you_mean
from symbprop.language.bounds import bound
from symbprop.language.graph import Graph, Tensor
from symbprop.language.terms import Index

Array = NDArray[Any]
KINDS["Array"] = fits(lambda v: isinstance(v, np.ndarray | np.generic), "an array", "arrays")

FACTORS = (2654435761, 2246822519, 3266489917)
APART = 1_000_003  # numbers between the beginnings of two points
LEAST, MOST_DOUBLED = 3, 40  # of a free extent; how often all are doubled to make room
SIGNS = ("any", "positive data", "positive")


@dataclass(frozen=True, slots=True)
class Point:
    """Values for all that is given, by name, at extents by name; and a direction by parameter.

    ``signs`` is one of `SIGNS`: which numbers are positive.
    """

    number: int
    signs: str
    extents: Mapping[str, int]
    data: Mapping[str, Array]
    ways: Mapping[str, Array]


def spread(start: int, count: int) -> Array:
    """Numbers between 0 and 1 that look as if they were drawn.  Raises LimitError for too many."""
    if not (0 <= start < 2**62 and 0 <= count < 2**31):
        raise LimitError(Fault("SP405", f"{count} numbers from number {start} on are out of "
                               "reach"))
    found = np.arange(start + 1, start + count + 1, dtype=np.uint64)
    for factor in FACTORS:
        found = found * np.uint64(factor) % np.uint64(2**32)
        found ^= found >> np.uint64(15)
    return (found + 0.5) / 2.0**32


def extents_of(graph: Graph) -> dict[str, int]:
    """Unequal sizes for the free extents, as small as leaves room for every window.

    As far as possible: none is more than a table that is read in part has places.
    """
    sizes = {e for t in graph.tensors.values() for e in t.shape}
    sizes |= {t.limit for t in graph.tensors.values() if t.limit is not None}
    for definition in graph.definitions:
        for part in (definition.target, definition.expr):
            sizes |= {index.extent for index in part.atoms(Index)}
    symbols = sorted({str(s) for e in sizes for s in e.free_symbols})
    formulas = [e for e in sizes if not e.is_Integer and not e.is_Symbol]
    chosen = {name: LEAST + n for n, name in enumerate(symbols)}
    # In falling order where one extent is taken from another that comes before it.
    for power, names in itertools.product(range(MOST_DOUBLED), (symbols, symbols[::-1])):
        tried = {name: (LEAST << power) + n for n, name in enumerate(names)}
        if all(size_of(e, tried) > 0 for e in formulas):
            chosen = tried
            break
    limits = [b for slack in graph.assumed if (b := bound(slack, "")) is not None]
    for limit in sorted(limits, key=lambda b: b.at_most):
        closest = min if limit.at_most else max
        name = str(limit.extent)
        chosen[name] = closest(chosen[name], limit.number)
    return chosen


def size_of(extent: Expr, extents: Mapping[str, int]) -> int:
    """The number that an extent is.  Raises SpecError where it is none or not all is known."""
    unknown = sorted({str(s) for s in extent.free_symbols} - set(extents))
    if unknown:
        raise SpecError(Fault("SP311", f"the extent {extent} needs {', '.join(unknown)}, whose "
                              "size is not given", None, did_you_mean(unknown[0], extents)))
    found = extent.xreplace({s: Integer(extents[str(s)]) for s in extent.free_symbols})
    if not found.is_Integer:
        raise SpecError(Fault("SP311", f"{extent} is {found}, which is no extent"))
    return int(found)


def is_sized(graph: Graph, extents: Mapping[str, int]) -> bool:
    """Whether no tensor has less than no places there: N - T and T - N are never both that."""
    return all(size_of(e, extents) >= 0 for t in graph.tensors.values() for e in t.shape)


def elements(graph: Graph, extents: Mapping[str, int], *, defined: bool = False) -> int:
    """How many numbers a point has, or the tensors that are ``defined`` at it."""
    return sum(
        _count(tuple(size_of(e, extents) for e in t.shape))
        for t in graph.tensors.values()
        if (t.role == "defined" if defined else t.role not in ("defined", "constant"))
    )


def point(
    graph: Graph, number: int, signs: str, extents: Mapping[str, int] | None = None
) -> Point:
    """The point of this number; parameters come first, then inputs, targets, and directions."""
    sizes = dict(extents_of(graph) if extents is None else extents)
    data: dict[str, Array] = {}
    ways: dict[str, Array] = {}
    start = number * APART
    parameters = graph.with_role("parameter")
    for tensor in (*parameters, *graph.with_role("input"), *graph.with_role("target")):
        shape = tuple(size_of(e, sizes) for e in tensor.shape)
        numbers = spread(start, _count(shape)).reshape(shape)
        start += numbers.size
        data[tensor.name] = _value(tensor, numbers, signs, sizes)
    for tensor in parameters:
        shape = data[tensor.name].shape
        ways[tensor.name] = 2.0 * spread(start, _count(shape)).reshape(shape) - 1.0
        start += _count(shape)
    for tensor in graph.with_role("constant"):
        shape = tuple(size_of(e, sizes) for e in tensor.shape)
        data[tensor.name] = np.array([float(v) for v in tensor.values or ()]).reshape(shape)
    return Point(number, signs, sizes, data, ways)


def _value(tensor: Tensor, numbers: Array, signs: str, sizes: Mapping[str, int]) -> Array:
    """The values of a tensor from numbers between 0 and 1; a generated module does the same."""
    if tensor.integer:
        limit = 1 if tensor.limit is None else size_of(tensor.limit, sizes)
        return np.asarray(numbers * limit, np.intp)
    side = 2.0 * numbers - 1.0
    if tensor.role == "parameter":
        width = np.sqrt(float(max(1, _count(numbers.shape[1:]))))
        side = (0.3 + 0.9 * np.abs(side)) * np.where(side < 0.0, -1.0, 1.0) / width
        return np.abs(side) if signs == "positive" else side
    return 1.5 * side if signs == "any" else 0.2 + 0.9 * numbers


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count


doors(__name__)
