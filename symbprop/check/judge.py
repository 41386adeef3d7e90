"""The judgement of a module: whether it computes what the equations say, and what disagrees.

At each point the loss, the outputs and every element of every gradient are compared with the
equations' own values, each tensor by its own scale; then the gradients together with a difference
of the equations' loss along a direction to which each parameter contributes alike.  Where doubles
disagree both are judged again in 40 digits, and what the judge's own doubles had lost is no fault
of the module's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import TypeAlias

import mpmath
import numpy as np

from symbprop.arguments import KINDS, NO, Kind, doors, real
from symbprop.check.equations import DIGITS, Equations
from symbprop.check.loading import Calls, ModuleError, load_text
from symbprop.check.points import SIGNS, Array, Point, elements, extents_of, is_sized, point
from symbprop.errors import SpecError
from symbprop.language.graph import Graph

# NaN and infinity, too.
Measured: TypeAlias = float
KINDS["Measured"] = Kind(lambda v: NO if real(v) is NO else float(v), "a number", "numbers")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is judged: nodes that the evaluator visits, some 300,000 a second; definitions of a
    graph that the executor runs, some 200 a second with all that is made for it; its operations,
    some 100 million a second; and elements of parameters and data."""

    visits: int
    definitions: int
    operations: int
    elements: int


WHOLE = Limits(150_000, 20_000, 10**10, 10**8)
# Of what is defined, few tensors are held at a time.
DEFINED = 10
BRIEF = Limits(30_000, 40, 2 * 10**7, 10**6)
ROUNDING = 1e-14  # of the largest value: what is left where a gradient is zero
TRIED = 5  # points out of which those are taken that the most parameters move
EXACT = 10**6  # operations of the executor that are done in 40 digits at most
OWN = "differences of its own loss"
TOLERANCE, SLOPE_TOLERANCE, OWN_TOLERANCE = 1e-9, 1e-6, 1e-4
OWN_STEPS = (1e-4, 1e-5, 1e-6)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What a module computed, and what the equations say, at the element where they differ most.

    ``what`` is "gradient by W1" or the name of the loss or an output; ``error`` is the largest
    difference divided by the largest value of that tensor, NaN where a function raised.
    """

    what: str
    got: Measured
    want: Measured
    error: Measured
    where: str

    def __str__(self) -> str:
        if np.isnan(self.error):
            return self.where
        return (f"the {self.what} is {self.got:.12g}, not {self.want:.12g}, "
                f"off by {self.error:.1e} of its largest element ({self.where})")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which judge it was, at how many points, and what disagreed.

    ``worst`` is the largest relative error of what was accepted.  Where nothing could be judged,
    ``points`` is zero and ``reason`` says why.
    """

    judge: str
    points: int
    disagreements: tuple[Disagreement, ...] = ()
    worst: Measured = 0.0
    reason: str = ""

    def __str__(self) -> str:
        if not self.points:
            return f"not judged: {self.reason}"
        places = "one point" if self.points == 1 else f"{self.points} points"
        if self.judge == OWN:
            return (f"gradients agree with {OWN} at {places}; the equations were not judged, "
                    f"since {self.reason}")
        return (f"loss and gradients agree with {self.judge} at {places}, within {self.worst:.0e} "
                f"of their scales")


def judge_module(
    graph: Graph,
    text: str,
    *,
    extents: Mapping[str, int] | None = None,
    derivative: Graph | None = None,
    points: int = 3,
    limits: Limits = WHOLE,
) -> Verdict:
    """Judge the text of a module by the author's graph, at so many points.

    ``derivative`` is the graph's own, not simplified, where that is at hand.
    """
    sizes = dict(extents_of(graph) if extents is None else extents)
    if not is_sized(graph, sizes):
        return Verdict("", 0, reason="there are no extents at which every tensor has places")
    if elements(graph, sizes) > limits.elements:
        return Verdict("", 0, reason="the parameters and data are too large")
    if elements(graph, sizes, defined=True) > DEFINED * limits.elements:
        return Verdict("", 0, reason="what is computed of the data is too large")
    module = load_text(text)
    outputs = () if graph.estimated else tuple(module.OUTPUTS)
    equations = Equations(graph, outputs, sizes, limits.visits, derivative)
    reason = _too_much(equations, limits)
    judge = OWN if reason else equations.judge
    if reason and equations.stopped:
        return Verdict("", 0, reason=reason)
    found: list[Disagreement] = []
    worst, judged = 0.0, 0
    try:
        for number in _liveliest(graph, module, sizes)[:points]:
            for signs in SIGNS:
                at = point(graph, number, signs, sizes)
                calls = Calls(graph, module, at)
                try:
                    said = [*(_own(calls, at) if reason else _by_equations(equations, calls, at))]
                except RecursionError:
                    # The evaluator's stack is too short; the executor has taken its place.
                    judge, reason = equations.judge, _too_much(equations, limits)
                    said = [*(_own(calls, at) if reason else _by_equations(equations, calls, at))]
                except ArithmeticError:
                    continue  # the loss is not finite there
                judged += 1
                found += [d for d in said if d.where]
                worst = max([worst, *(d.error for d in said if not d.where)])
                break
            if found:
                break
    except ModuleError as error:
        reason = error.faults[0].message
        return Verdict(judge, 1, (Disagreement("module", np.nan, np.nan, np.nan, reason),))
    except SpecError as error:
        return Verdict("", 0, reason=error.faults[0].message)
    if not judged:
        return Verdict("", 0, reason="the loss is not finite at the points tried")
    return Verdict(judge, judged, _named_once(found), worst, reason)


def _liveliest(graph: Graph, module: ModuleType, sizes: Mapping[str, int]) -> list[int]:
    """Numbers of points, those first at which the loss is moved by the most parameters."""
    idle: dict[int, int] = {}
    for number in range(TRIED):
        for signs in SIGNS:
            found = Calls(graph, module, point(graph, number, signs, sizes)).gradients(None)
            idle[number] = sum(not np.any(g) for name, g in found.items() if name != graph.loss)
            if np.isfinite(found[str(graph.loss)]):
                break
    return sorted(idle, key=lambda number: (idle[number], number))


def _too_much(equations: Equations, limits: Limits) -> str:
    """Why the equations are not judged themselves, or nothing."""
    if equations.small:
        return ""
    if len(equations.graph.definitions) > limits.definitions:
        return "there are too many definitions"
    try:
        much = equations.work() > limits.operations
    except SpecError as error:
        return f"the naive program has no array form: {error.faults[0].message}"
    return "there are too many operations" if much else ""


def disagreements(
    graph: Graph, text: str, extents: Mapping[str, int] | None = None
) -> tuple[Disagreement, ...]:
    """What a module computes otherwise than its equations say; empty where nothing is."""
    return judge_module(graph, text, extents=extents).disagreements


def _by_equations(equations: Equations, calls: Calls, at: Point) -> Iterator[Disagreement]:
    """Raises ArithmeticError where the loss is not finite; the evaluator's floats do so, too."""
    with np.errstate(all="ignore"):
        want = equations.values(at)
    if not np.isfinite(want[equations.loss]):
        raise ArithmeticError
    yield from _compared(equations, calls, at, want)
    yield from _slopes([equations.slope], calls, at, SLOPE_TOLERANCE)


def _own(calls: Calls, at: Point) -> Iterator[Disagreement]:
    """Without the equations: every call the same, and the gradients those of the module's loss."""
    loss = float(calls.call("loss"))
    if not np.isfinite(loss):
        raise ArithmeticError
    first, *others = ((called, v) for called, v in calls.results() if called != "forward")
    name = str(calls.graph.loss)
    grads = others[0][1]
    yield from _differences([first, *others], {**grads, name: np.asarray(loss)}, None, at)
    # Where a step crosses a jump or a kink, a shorter one may not.
    slopes = [partial(calls.slope, step=step) for step in OWN_STEPS]
    yield from _slopes(slopes, calls, at, OWN_TOLERANCE)


def _named_once(found: Iterable[Disagreement]) -> tuple[Disagreement, ...]:
    """The first disagreement of each tensor."""
    first: dict[str, Disagreement] = {}
    for disagreement in found:
        first.setdefault(disagreement.what, disagreement)
    return tuple(first.values())


# --- element by element -----------------------------------------------------------------------


def _compared(
    equations: Equations, calls: Calls, at: Point, want: Mapping[str, Array]
) -> Iterator[Disagreement]:
    """One for each tensor of each call; those that agree say no place."""
    results = list(calls.results())
    exact: Mapping[str, Array] = want
    lost: dict[str, float] | None = None
    if any(d.where for d in _differences(results, want, None, at)):
        unit = max(1.0, *map(_largest, want.values()))
        lost = dict.fromkeys(want, ROUNDING * unit)
    if lost is not None and (equations.small or equations.work() <= EXACT):
        with mpmath.workdps(DIGITS):
            exact = {k: v.astype(float) for k, v in equations.values(at, mpmath.mpf(1)).items()}
        lost = {k: lost[k] + 10.0 * _largest(exact[k] - v) for k, v in want.items()}
    yield from _differences(results, exact, lost, at)


def _differences(
    results: Iterable[tuple[str, Mapping[str, Array]]],
    want: Mapping[str, Array],
    lost: Mapping[str, float] | None,
    at: Point,
) -> Iterator[Disagreement]:
    for called, values in results:
        for name, got in values.items():
            right = np.asarray(want[name], float)
            what = f"gradient by {name[2:]}" if name.startswith("d ") else name
            if got.shape != right.shape:
                yield Disagreement(f"shape of the {what}", got.ndim, right.ndim, np.inf,
                                   f"{called}, shape {got.shape} instead of {right.shape}")
                continue
            with np.errstate(invalid="ignore"):
                gap = np.where(got == right, 0.0, np.abs(got - right))
            gap = np.where(np.isnan(got) & np.isnan(right), 0.0, gap)
            gap = np.where(np.isnan(gap), np.inf, gap)
            scale = _largest(right)
            place = np.unravel_index(int(gap.argmax()), gap.shape) if gap.size else ()
            worst = float(gap[place]) if gap.size else 0.0
            error = worst / scale if scale else worst
            near = worst <= TOLERANCE * scale
            wrong = not near and not (lost is not None and worst <= lost[name])
            shown = f" at {list(map(int, place))}" if place else ""
            yield Disagreement(
                what, float(got[place]) if gap.size else 0.0,
                float(right[place]) if gap.size else 0.0, error if wrong or near else 0.0,
                f"{called}, point {at.number}{shown}" if wrong else "",
            )


def _largest(array: Array) -> float:
    """The largest finite size of an element."""
    sizes = np.abs(np.asarray(array, float))
    return float(sizes[np.isfinite(sizes)].max(initial=0.0))


# --- along directions -------------------------------------------------------------------------


def _slopes(
    slopes_of: Sequence[Callable[[Point, Mapping[str, Array]], float]],
    calls: Calls,
    at: Point,
    tolerance: float,
) -> Iterator[Disagreement]:
    """The gradients with differences of a loss; none where they are not finite.

    A slope that one of ``slopes_of`` confirms is right.
    """
    grads = calls.gradients(None)
    parts = {n: float(np.sum(grads[f"d {n}"] * way)) for n, way in at.ways.items()}
    largest = max(map(abs, parts.values()), default=0.0)
    if not np.isfinite(largest):
        return
    # Each parameter contributes alike, but none is moved a thousand times as far as another.
    least = max(1e-3 * largest, 1e-300)
    share = {n: np.copysign(least / max(abs(p), least), p) for n, p in parts.items()}
    moved = {n: share[n] * way for n, way in at.ways.items()}
    together = slopes_of[0](at, moved)
    expected = sum(share[n] * p for n, p in parts.items())
    # Of numbers of unit size rounding leaves so much, also where a loss and its slope are zero.
    noise = 1e-13 * max(1.0, abs(float(calls.call("loss"))))
    if abs(together - expected) <= tolerance * least + noise:
        return
    for name, way in at.ways.items():
        for slope_of in slopes_of:
            slope = slope_of(at, {name: way})
            gap = abs(slope - parts[name])
            if gap <= tolerance * max(abs(slope), abs(parts[name])) + noise:
                break
        else:
            yield Disagreement(
                f"gradient by {name}", parts[name], slope,
                gap / max(abs(slope), abs(parts[name])),
                f"its sum with a direction and a difference of the loss, point {at.number}",
            )


doors(__name__)
