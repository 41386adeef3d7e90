"""What a standalone module carries of its equations: the loss and a slope for each parameter.

The slopes are the gradient's sum with the directions of a point, from the evaluator in 30 digits.
Only small networks carry them: what takes the evaluator long would make compiling slow.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import mpmath

from symbprop.arguments import doors
from symbprop.check.equations import evaluation, visits
from symbprop.check.points import SIGNS, Point, elements, extents_of, is_sized, point
from symbprop.errors import SpecError
from symbprop.language.graph import Graph

# Nodes that the evaluator visits for it at most, some 100,000 a second.
FEW = 10_000
DIGITS = 30
POINTS = 4  # that are tried until every parameter moves the loss


@dataclass(frozen=True, slots=True)
class Stored:
    """At the point of this number and these signs, the loss, and slopes by parameter."""

    number: int
    signs: str
    loss: float
    slopes: Mapping[str, float]


def stored(graph: Graph, derivative: Graph) -> Stored | None:
    """What the equations say, to 12 digits; None where that would take too long or is infinite.

    ``derivative`` is the graph's own, not simplified.
    """
    extents = extents_of(graph)
    if not is_sized(graph, extents):
        return None
    first = visits(graph, extents) + elements(graph, extents)
    if 4 * first > FEW or first + visits(derivative, extents) > FEW:
        return None
    best: Stored | None = None
    for number, signs in itertools.product(range(POINTS), SIGNS):
        if best is not None and signs != best.signs:
            continue
        try:
            with mpmath.workdps(DIGITS):
                found = _at(graph, derivative, point(graph, number, signs, extents))
        except RecursionError:
            return None
        except (ArithmeticError, SpecError, TypeError, ValueError):
            continue  # no real number is there
        if found is not None and (best is None or _idle(found) < _idle(best)):
            best = found
        if best is not None and not _idle(best):
            break
    return best


def _idle(found: Stored) -> int:
    """How many parameters do not move the loss: behind a ``relu`` that is zero, for example."""
    return sum(slope == 0.0 for slope in found.slopes.values())


def _at(graph: Graph, derivative: Graph, at: Point) -> Stored | None:
    one = mpmath.mpf(1)
    data = {k: _exact(v.tolist()) for k, v in at.data.items()}
    loss = evaluation(graph, data, at.extents, one).tensor(str(graph.loss))
    if not mpmath.isfinite(loss) or mpmath.im(loss):
        return None
    meaning = evaluation(derivative, data, at.extents, one)
    slopes: dict[str, float] = {}
    for name, adjoint in derivative.gradients.items():
        pairs = list(zip(_flat(meaning.tensor(adjoint)), at.ways[name].ravel(), strict=True))
        total = sum((g * float(w) for g, w in pairs), one * 0)
        size = sum((abs(g * float(w)) for g, w in pairs), one * 0)
        if not mpmath.isfinite(total):
            return None
        # What is zero but for the last of 30 digits is zero.
        slopes[name] = _rounded(total if abs(total) > size * mpmath.mpf(10) ** -20 else one * 0)
    return Stored(at.number, at.signs, _rounded(loss), slopes)


def _rounded(value: Any) -> float:
    """Raises OverflowError where floats have no such number."""
    found = float(f"{float(value):.12g}")
    if math.isinf(found):
        raise OverflowError
    return found


def _exact(values: Any) -> Any:
    if isinstance(values, list):
        return [_exact(v) for v in values]
    return values if isinstance(values, int) else mpmath.mpf(values)


def _flat(values: Any) -> list[Any]:
    return [e for v in values for e in _flat(v)] if isinstance(values, list) else [values]


doors(__name__)
