"""What the equations say at a point: the judge of a module, which shares no step with it.

Values and gradients come from the author's graph and from its derivative before any simplification:
by the reference evaluator where that has few operations to do, else by the executor of the naive
program, which is lowered without any arranging.  Slopes are differences of the author's graph, so
that what is wrong in the differentiator shows as well; what ``stop_gradient`` holds is computed
once and stays as it is while the parameters move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

import mpmath
import numpy as np
from sympy import Expr

from symbprop.arguments import KINDS, doors, fits
from symbprop.arrays.costs import operations
from symbprop.arrays.execute import NumberFunctions, execute
from symbprop.arrays.lower import lower
from symbprop.arrays.passes import NECESSARY, arrange
from symbprop.arrays.program import Program
from symbprop.calculus.differentiate import differentiate
from symbprop.calculus.simplify import prepare
from symbprop.check.points import Array, Point, elements, size_of
from symbprop.errors import Fault, SpecError, did_you_mean
from symbprop.language.evaluate import Evaluation, evaluate
from symbprop.language.functions import Elementwise, apply
from symbprop.language.graph import Definition, Graph, Tensor, in_dependency_order
from symbprop.language.indices import free_indices
from symbprop.language.terms import Read, Reduce

EVALUATOR, EXECUTOR = "the reference evaluator", "the executor of the naive program"
DIGITS = 40
EACH = 50
DEEP = 50  # definitions of a graph that may be a chain too long for Python's stack


# The number 1 of the kind in which is computed.
One: TypeAlias = Any
KINDS["One"] = fits(
    lambda v: isinstance(v, float | complex | np.inexact | Fraction | mpmath.mpf | mpmath.mpc),
    "a 1 of some kind of number", "numbers",
)


class Equations:
    """The author's graph, and what it says.  Everything is made when it is first asked for."""

    def __init__(
        self,
        graph: Graph,
        outputs: tuple[str, ...],
        extents: Mapping[str, int],
        few: int,
        derivative: Graph | None = None,
    ) -> None:
        if graph.loss is None:
            raise SpecError(Fault("SP301", "there is no loss to differentiate"))
        if derivative is not None and (
            not derivative.gradients or not graph.tensors.keys() <= derivative.tensors.keys()
        ):
            raise SpecError(Fault("SP301", "the derivative is not that of the graph"))
        self._derivative = derivative
        self.graph, self.outputs, self.loss, self.extents = graph, outputs, graph.loss, extents
        self.moving, self.stopped = frozen(graph)
        # The evaluator reads all that is given; the derivative has more to do than the graph.
        first = visits(graph, extents) + elements(graph, extents)
        self.small = 4 * first <= few and visits(self.derivative, extents) <= few
        self.judge = EVALUATOR if self.small else EXECUTOR

    @cached_property
    def derivative(self) -> Graph:
        return self._derivative or differentiate(prepare(self.graph))

    @cached_property
    def programs(self) -> dict[str, Program]:
        """Naive programs: the outputs and the loss, the gradients, what is stopped, the slopes."""
        derivative = self.derivative
        return {
            "values": naive(self.graph, (*self.outputs, self.loss)),
            "gradients": naive(derivative, tuple(derivative.gradients.values())),
        }

    @cached_property
    def slopes(self) -> dict[str, Program]:
        programs = {"loss": naive(held(self.moving, self.stopped), (self.loss,))}
        if self.stopped:
            programs["stopped"] = naive(self.moving, self.stopped)
        return programs

    def work(self) -> int:
        """Operations of arrays that the executor makes to judge a point once."""
        return sum(size_of(operations(p), self.extents) for p in self.programs.values())

    def values(self, point: Point, one: One = 1.0) -> dict[str, Array]:
        """Outputs, the loss, and for each parameter its gradient, in the number type of ``one``."""
        names = (*self.outputs, self.loss)
        adjoints = self.derivative.gradients
        if self.small:
            found = self._evaluated(self.graph, names, point, one)
            slopes = self._evaluated(self.derivative, adjoints.values(), point, one)
        else:
            found = self._executed(self.programs["values"], point.data, one)
            slopes = self._executed(self.programs["gradients"], point.data, one)
        return {**found, **{f"d {name}": slopes[adjoint] for name, adjoint in adjoints.items()}}

    def slope(self, point: Point, ways: Mapping[str, Array]) -> float:
        """The derivative of the loss along a direction, by a central difference."""
        if self.small:
            with mpmath.workdps(DIGITS):
                return self._slope(point, ways, mpmath.mpf(1), mpmath.mpf(10) ** -12)
        return self._slope(point, ways, np.longdouble(1), np.longdouble(1e-6))

    def _slope(self, point: Point, ways: Mapping[str, Array], one: Any, step: Any) -> float:
        data = {k: exactly(v, one) for k, v in point.data.items()}
        graph = held(self.moving, self.stopped)
        at: Callable[[Mapping[str, Array]], Any]
        if self.small:
            if self.stopped:
                data |= self._evaluated(self.moving, self.stopped, replace(point, data=data), one)
            at = lambda given: self._evaluated(  # noqa: E731
                graph, (self.loss,), replace(point, data=given), one)[self.loss][()]
        else:
            if self.stopped:
                data |= self._executed(self.slopes["stopped"], data, one)
            at = lambda given: self._executed(  # noqa: E731
                self.slopes["loss"], given, one)[self.loss][()]
        ends = [at({**data, **{
            k: np.asarray(data[k] + side * step * exactly(w, one)) for k, w in ways.items()
        }}) for side in (1, -1)]
        return float((ends[0] - ends[1]) / (2 * step))

    def _evaluated(
        self, graph: Graph, names: Any, point: Point, one: One
    ) -> dict[str, Array]:
        """Raises ArithmeticError where there is no real number."""
        data = {k: exactly(v, one).tolist() for k, v in point.data.items()}
        found = evaluation(graph, data, point.extents, one)
        kind = float if isinstance(one, float) else object
        try:
            return {
                name: np.array(found.tensor(name), kind).reshape(found.shape(name))
                for name in names
            }
        except RecursionError:
            self.small, self.judge = False, EXECUTOR
            raise
        except (TypeError, ValueError) as error:
            # The evaluator's logarithm of a negative number is complex, and floats have no such.
            raise ArithmeticError(str(error)) from error

    def _executed(self, program: Program, data: Mapping[str, Array], one: One) -> dict[str, Array]:
        if isinstance(one, mpmath.mpf):
            given = {k: exactly(v, one) for k, v in data.items()}
            return execute(program, given, self.extents, object, NumberFunctions(one))
        return execute(program, data, self.extents, np.asarray(one).dtype)


def evaluation(
    graph: Graph, data: Mapping[str, Any], extents: Mapping[str, int], one: One
) -> Evaluation:
    """The evaluator, which asks for what an element reads: along a long chain from its beginning.

    Raises RecursionError where one tensor's own elements are a chain that is too long.
    """
    found = evaluate(graph, data, extents, one)
    if len(graph.definitions) > DEEP:
        for definition in graph.definitions:
            found.tensor(definition.target.name)
    return found


def exactly(array: Array, one: One) -> Array:
    """Floats in the number type of ``one``; integers are places and stay so."""
    if array.dtype.kind == "i" or isinstance(one, float):
        return array
    if isinstance(one, mpmath.mpf):
        return np.asarray(one * array.astype(object), object)
    return array.astype(np.asarray(one).dtype)


def naive(graph: Graph, names: tuple[str, ...]) -> Program:
    """The program of a graph as it is, without any arranging."""
    for name in names:
        if name not in graph.tensors or graph.tensors[name].role != "defined":
            raise SpecError(Fault("SP205", f"{name} is not defined", None,
                                  did_you_mean(name, graph.tensors)))
    *_, last = arrange(_opened(graph), names, NECESSARY)
    return lower(last.graph, plain=True)


def visits(graph: Graph, extents: Mapping[str, int]) -> int:
    """Nodes that plain loops over all indices visit, each element of a tensor once.

    What the evaluator prepares for a definition counts as so many nodes.
    """
    sizes: dict[Expr, int] = {}
    known: dict[Expr, int] = {}

    def count(indices: Any) -> int:
        total = 1
        for index in indices:
            if index.extent not in sizes:
                sizes[index.extent] = max(0, size_of(index.extent, extents))
            total *= sizes[index.extent]
        return total

    def nodes(expr: Expr) -> int:
        if expr not in known:
            inner = sum(map(nodes, expr.indices if isinstance(expr, Read) else expr.args[:0]))
            if isinstance(expr, Reduce):
                inner = count(expr.indices) * nodes(expr.body)
            elif not isinstance(expr, Read):
                inner = sum(map(nodes, expr.args))
            known[expr] = 1 + inner
        return known[expr]

    return sum(EACH + count(d.indices) * nodes(d.expr) for d in graph.definitions)


# --- other forms of a graph -------------------------------------------------------------------


def frozen(graph: Graph) -> tuple[Graph, tuple[str, ...]]:
    """The graph in which each ``stop_gradient(e)`` reads a tensor that holds e, and their names."""
    made: dict[Expr, Definition] = {}
    tensors: dict[str, Tensor] = {}

    def name(expr: Expr) -> Expr:
        if expr not in made:
            label = f"stopped {len(made)}"  # no author's name has a blank
            indices = tuple(sorted(free_indices(expr), key=lambda i: i.name))
            made[expr] = Definition(Read(label, *indices), expr.args[0])
            tensors[label] = Tensor(label, tuple(i.extent for i in indices))
        return made[expr].target

    def change(expr: Expr) -> Expr | None:
        stops = isinstance(expr, Elementwise) and expr.record.name == "stop_gradient"
        return name(expr) if stops else None

    definitions = [replace(d, expr=_rebuilt(d.expr, change)) for d in graph.definitions]
    if not made:
        return graph, ()
    ordered = in_dependency_order((*definitions, *made.values()))
    return replace(graph, tensors={**graph.tensors, **tensors}, definitions=ordered), tuple(tensors)


def held(graph: Graph, names: tuple[str, ...]) -> Graph:
    """The graph in which these tensors are given."""
    tensors = {
        n: replace(t, role="input") if n in names else t for n, t in graph.tensors.items()
    }
    kept = tuple(d for d in graph.definitions if d.target.name not in names)
    return replace(graph, tensors=tensors, definitions=kept)


def _opened(graph: Graph) -> Graph:
    """Every ``logsumexp`` as it reads: at unit size nothing overflows that is not shifted."""

    def change(expr: Expr) -> Expr | None:
        if isinstance(expr, Reduce) and expr.kind == "logsumexp":
            body = _rebuilt(expr.body, change)
            return apply("log", Reduce("sum", apply("exp", body), *expr.indices))
        return None

    definitions = tuple(replace(d, expr=_rebuilt(d.expr, change)) for d in graph.definitions)
    return replace(graph, definitions=definitions)


def _rebuilt(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """The expression with ``change`` made at the outermost nodes for which it is not None."""
    new = change(expr)
    if new is not None:
        return new
    args = [_rebuilt(a, change) if isinstance(a, Expr) else a for a in expr.args]
    same = all(a is b for a, b in zip(args, expr.args, strict=True))
    return expr if same else expr.func(*args)


doors(__name__)
