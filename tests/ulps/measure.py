"""Errors of one function in one float type: what the module says against the exact value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import sympy

from symbprop.language.functions import (
    Elementwise,
    ElementwiseFunction,
    apply,
    namespace_for,
)
from symbprop.language.terms import Reduce
from symbprop.networks.network import Network
from symbprop.pipeline import compile_network
from tests.ulps.points import points

# What is this small may be what is left of a difference: it is worked out in more digits, since the
# smallest doubles are 324 digits below one.
DIGITS, SMALL, MORE_DIGITS = 60, 1e-25, 700


@dataclass(frozen=True)
class Worst:
    """The largest errors over the points: in ulp of the function's scale and of the value itself.

    ``spoilt`` counts points where what was found is not finite and the exact value is; ``where`` is
    such a point, or that of the largest error at scale.
    """

    scaled: float
    relative: float
    where: tuple[float, ...]
    spoilt: int


def exactly(formula: sympy.Expr, bindings: dict[sympy.Expr, Any]) -> Any:
    """The number that a formula means at the working precision."""
    if formula in bindings:
        return bindings[formula]
    args = [exactly(a, bindings) for a in formula.args]
    if isinstance(formula, Elementwise):
        return formula.record.value(namespace_for(mpmath.mpf(0)), *args)
    if formula.is_Add:
        return mpmath.fsum(args)
    if formula.is_Mul:
        return mpmath.fprod(args)
    if formula.is_Pow:
        return args[0] ** args[1]
    if formula.is_Rational:
        return mpmath.mpf(formula.p) / formula.q
    return mpmath.mpf(formula.evalf(mpmath.mp.dps + 10))


def settled(formula: sympy.Expr, arguments: Sequence[sympy.Expr], point: Sequence[Any]) -> Any:
    """The exact value, or None where the function has none."""
    found = None
    for digits in (DIGITS, MORE_DIGITS):
        with mpmath.workdps(digits):
            bindings = dict(zip(arguments, (mpmath.mpf(float(p)) for p in point), strict=True))
            try:
                found = mpmath.mpmathify(exactly(formula, bindings))
            except (ZeroDivisionError, ValueError, OverflowError):
                return None
            if isinstance(found, mpmath.mpc) or not mpmath.isfinite(found):
                return None
            if abs(found) > SMALL:
                break
    return found


class Exact:
    """Exact value and slopes of one function at its points, worked out once for all modes.

    ``columns`` holds its arguments; ``rows`` value and slopes, point by point, None where there is
    none.
    """

    def __init__(self, record: ElementwiseFunction, dtype: str, count: int, seed: int) -> None:
        self.record, self.dtype = record, np.dtype(dtype)
        arguments = [sympy.Dummy(f"x{n}", real=True) for n in range(record.arity)]
        formulas = [apply(record.name, *arguments), *record.derivative(*arguments)]
        kept, self.rows = [], []
        # What moving the arguments by half a unit does, about roots that no number marks.
        bends = [
            [g.fdiff(n + 1) for n in range(record.arity)] if part == 0 and record.rooted[0]
            else [g.fdiff(n + 1) for n in range(record.arity)] if part and record.rooted[1]
            else []
            for part, g in enumerate(formulas)
        ]
        self.moved: list[list[Any]] = []
        for point in points(record, dtype, count, seed):
            row = [settled(f, arguments, point) for f in formulas]
            if row[0] is not None:
                kept.append(point)
                self.rows.append(row)
                self.moved.append([
                    sum(abs(settled(f, arguments, point) or 0) * mpmath.mpf(float(np.spacing(
                        np.abs(at)))) / 2 for f, at in zip(bend, point, strict=False))
                    for bend in bends
                ])
        self.columns = [np.array(c) for c in zip(*kept, strict=True)]

    def worst(self, found: np.ndarray, part: int) -> Worst:
        """The error of the value (part 0) or of the slope by argument ``part - 1``.

        Beyond the largest float nothing is asked, and below the smallest normal one an error of
        that size counts for nothing.
        """
        limits = np.finfo(self.dtype)
        scaled, relative, spoilt, where = 0.0, 0.0, 0, ()
        for n, (row, got) in enumerate(zip(self.rows, found, strict=True)):
            want, point = row[part], tuple(float(c[n]) for c in self.columns)
            if want is None or abs(want) > float(limits.max) / 2:
                continue
            if not np.isfinite(got):
                spoilt += 1
                where = where if spoilt > 1 else point
                continue
            error = abs(mpmath.mpf(float(got)) - want)
            if error <= float(limits.tiny):
                continue
            # Four units are promised, or as much as the arguments' rounding may do.
            unit = max(self._ulp(abs(want)), self.moved[n][part] / 4)
            relative = max(relative, float(error / unit))
            scale = self.record.scale[min(part, 1)]
            size = abs(want) if scale is None else max(abs(want), abs(scale(want, *point)))
            unit = max(self._ulp(min(size, float(limits.max) / 2)), self.moved[n][part] / 4)
            at_scale = float(error / unit)
            if at_scale > scaled:
                scaled, where = at_scale, where if spoilt else point
        return Worst(scaled, relative, where, spoilt)

    def _ulp(self, size: Any) -> Any:
        """The distance from a size to the next float."""
        size = max(float(size), float(np.finfo(self.dtype).tiny))
        return mpmath.mpf(float(np.spacing(self.dtype.type(size))))


def module_of(name: str, arity: int, accuracy: str) -> Callable[..., list[np.ndarray]]:
    """What gives value and slopes at columns of arguments, through an emitted module."""
    names = [f"x{n}" for n in range(arity)]
    net = Network("measured")
    i = net.index("i", "M")
    given = [net.parameter(n, ("M",))[i] for n in names]
    y = net.define("y", (i,), apply(name, *given))
    net.define("loss", (), Reduce("sum", y[i], i))
    net.output("y")
    space: dict[str, Any] = {"__name__": "made"}
    exec(compile_network(net, accuracy).module, space)

    def run(columns: Sequence[np.ndarray]) -> list[np.ndarray]:
        params = dict(zip(names, columns, strict=True))
        with np.errstate(all="ignore"):
            _, grads = space["value_and_grad"](params)
            value = space["forward"](params)
        return [np.broadcast_to(a, columns[0].shape) for a in (value, *(grads[n] for n in names))]

    return run
