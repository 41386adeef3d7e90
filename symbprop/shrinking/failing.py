"""Whether a module says what its equations say: value and gradient against the evaluator.

The author's graph is evaluated in many digits and differentiated by central differences along one
direction for each parameter, so that nothing here knows the differentiator.  What the author holds
still by `stop_gradient` is computed first and then given.  Single-precision results are not judged.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import itertools
import random
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import mpmath
import numpy as np
from sympy import Expr, Mul

from symbprop.arrays.costs import operations
from symbprop.errors import Fault, InternalError, LimitError, SymbpropError, VerificationError
from symbprop.language.evaluate import Evaluation
from symbprop.language.graph import Definition, Graph, Tensor, in_dependency_order
from symbprop.language.indices import free_indices
from symbprop.language.terms import Index, Read, Reduce
from symbprop.pipeline import Compilation, compile_graph
from symbprop.shrinking.script import Script

DIGITS, STEP, NARROW = 40, mpmath.mpf(10) ** -12, mpmath.mpf(10) ** -14
TOLERANCE = 1e-9
POINTS, REDRAWS = 2, 8
LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Failure:
    """``kind`` is value, gradient, shape or the name of an exception; ``said`` tells the rest."""

    kind: str
    said: str


class _Unusable(Exception):
    """A point at which the equations say nothing, or not the same from both sides."""


def failure(graph: Graph, extents: Mapping[str, int]) -> Failure | None:
    """How the module of a graph fails, or None where it passes at every point that was tried.

    Raises SpecError where the graph cannot be compiled, LimitError where it is too large for the
    evaluator, VerificationError where no point could be judged.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = compile_graph(graph, "network")
            _limit(result, extents)
            module = _loaded(result.module)
    except InternalError as error:
        return Failure("+".join(dict.fromkeys(f.code for f in error.faults)), str(error))
    except SymbpropError:
        raise
    except Exception as error:
        return Failure(type(error).__name__, f"{type(error).__name__}: {error}")
    tried = 0
    for seed in range(REDRAWS):
        try:
            found = _at_point(graph, module, extents, seed)
        except _Unusable:
            continue
        if found is not None:
            return found
        tried += 1
        if tried == POINTS:
            return None
    if not tried:
        raise VerificationError(
            Fault("SP652", "at none of the points that were tried have the equations a value and "
                           "a derivative, so nothing was judged")
        )
    return None


def fails_like(first: Failure) -> Callable[[Script], bool]:
    """Whether a script is a program whose module fails as another did."""
    def fails(script: Script) -> bool:
        try:
            found = failure(script.network().graph, dict(script.extents))
        except SymbpropError:
            return False
        return found is not None and found.kind == first.kind
    return fails


def _limit(result: Compilation, extents: Mapping[str, int]) -> None:
    count = operations(result.loss)
    bound = {s: extents.get(str(s), 1) for s in count.free_symbols}
    if int(count.xreplace(bound)) > LARGEST:
        raise LimitError(
            Fault("SP405", f"the loss takes {int(count.xreplace(bound))} operations, at most "
                           f"{LARGEST} are judged by the evaluator", None,
                  "make extents in the spec smaller")
        )


class _Text(importlib.abc.InspectLoader):
    """A module from its text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, fullname: str) -> str:
        return self.text


def _loaded(text: str) -> ModuleType:
    loader = _Text(text)
    spec = importlib.util.spec_from_loader("network", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def _drawn(graph: Graph, size: Callable[[Expr], int], seed: int) -> dict[str, Any]:
    """Arrays of unit size and away from zero for what is given, each by its name and the seed."""
    data: dict[str, Any] = {}
    for tensor in graph.tensors.values():
        if tensor.role in ("defined", "constant"):
            continue
        rng = random.Random(f"{seed}.{tensor.name}")
        shape = tuple(map(size, tensor.shape))
        count = int(np.prod(shape, dtype=int))
        if tensor.integer:
            top = 1 if tensor.limit is None else size(tensor.limit)
            if count and top < 1:
                raise _Unusable
            values = np.array([rng.randrange(top) for _ in range(count)], np.intp)
        else:
            values = np.array([rng.uniform(0.3, 1.3) for _ in range(count)])
            if seed % 2 == 0:
                values *= np.array([rng.choice((-1, 1)) for _ in range(count)], int)
        data[tensor.name] = values.reshape(shape)
    return data


def _at_point(
    graph: Graph, module: ModuleType, extents: Mapping[str, int], seed: int
) -> Failure | None:
    sizes = Evaluation(graph, {}, extents)
    data = _drawn(graph, sizes.size, seed)
    ways = _drawn(graph, sizes.size, seed + 1)
    with mpmath.workdps(DIGITS):
        judge = _Judge(graph, data, extents)
        value, slopes = judge.value(), {}
        for tensor in graph.with_role("parameter"):
            slopes[tensor.name] = judge.slope(tensor.name, ways[tensor.name])
    params = {t.name: data[t.name] for t in graph.with_role("parameter")}
    others = [data[n] for n in (*module.INPUTS, *module.TARGETS)]
    try:
        names = module.Workspace.__init__.__code__.co_varnames
        count = module.Workspace.__init__.__code__.co_argcount
        bound = [extents[_author(n, extents)] for n in names[1:count - 1]]
        results = [
            module.value_and_grad(params, *others, workspace=work)
            for work in (None, module.Workspace(*bound)) for _ in range(2)
        ]
    except Exception as error:
        return Failure(type(error).__name__, f"{type(error).__name__}: {error}")
    for number, (got, grads) in enumerate(results):
        where = f"{'with' if number > 1 else 'without'} a workspace"
        if _differ(float(got), float(value), abs(float(value))):
            return Failure("value", f"the loss is {float(got):.12g} {where}, but the equations say "
                                    f"{float(value):.12g}")
        for name, slope in slopes.items():
            if np.shape(grads[name]) != params[name].shape:
                return Failure("shape", f"the gradient by {name} has shape {np.shape(grads[name])}")
            found = float(np.sum(grads[name] * ways[name]))
            scale = max(abs(float(slope)), float(np.sum(np.abs(grads[name] * ways[name]))))
            if _differ(found, float(slope), scale):
                return Failure(
                    "gradient", f"along one direction the gradient by {name} is {found:.12g} "
                                f"{where}, but the equations say {float(slope):.12g}"
                )
    return None


def _differ(got: float, right: float, scale: float) -> bool:
    """Anything that is no number differs."""
    return not abs(got - right) <= TOLERANCE * scale + 1e-12


def _author(name: str, extents: Mapping[str, int]) -> str:
    """The extent behind a local name, to which underscores may have been appended."""
    while name not in extents and name:
        name = name[:-1]
    return name


class _Judge:
    """The author's equations at one point, in many digits."""

    def __init__(self, graph: Graph, data: Mapping[str, Any], extents: Mapping[str, int]) -> None:
        self.extents = extents
        self.data = {
            name: array.tolist() if array.dtype.kind == "i" else _nested(array.tolist())
            for name, array in data.items()
        }
        self.graph, still = _held(graph)
        if still:
            shown = Evaluation(self.graph, self.data, extents, mpmath.mpf(1))
            values = {name: self.guarded(shown.tensor, name) for name in still}
            # Held still: what was defined is given from here on.
            tensors = {n: replace(t, role="input") if n in values else t
                       for n, t in self.graph.tensors.items()}
            self.graph = replace(self.graph, tensors=tensors, definitions=tuple(
                d for d in self.graph.definitions if d.target.name not in values))
            self.data |= values

    def guarded(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except (ArithmeticError, ValueError, SymbpropError):
            raise _Unusable from None

    def loss(self, data: Mapping[str, Any]) -> Any:
        assert self.graph.loss is not None
        whole = Evaluation(self.graph, data, self.extents, mpmath.mpf(1))
        value = mpmath.mpmathify(self.guarded(whole.tensor, self.graph.loss))
        if isinstance(value, mpmath.mpc) or not mpmath.isfinite(value):
            raise _Unusable
        return value

    def value(self) -> Any:
        return self.loss(self.data)

    def slope(self, name: str, way: Any) -> Any:
        """The derivative along a direction in one parameter; _Unusable beside a kink."""
        start = np.array(self.data[name], object)

        def along(step: Any) -> Any:
            moved = np.asarray(start + step * way.astype(object), object)
            return self.loss({**self.data, name: moved.tolist()})

        middle = self.value()
        up, down = along(STEP), along(-STEP)
        left, right = (middle - down) / STEP, (up - middle) / STEP
        narrow = (along(NARROW) - along(-NARROW)) / (2 * NARROW)
        both = (up - down) / (2 * STEP)
        scale = max(abs(left), abs(right), mpmath.mpf(1))
        if abs(left - right) > scale * mpmath.mpf("1e-6") or (
                abs(both - narrow) > scale * mpmath.mpf("1e-9")):
            raise _Unusable
        return both


def _nested(values: Any) -> Any:
    return [_nested(v) for v in values] if isinstance(values, list) else mpmath.mpf(values)


def _held(graph: Graph) -> tuple[Graph, list[str]]:
    """Each `stop_gradient(e)` as a read of a tensor of its own that is defined as e."""
    tensors, made = dict(graph.tensors), []
    found: dict[Expr, Read] = {}

    def visit(expr: Expr, definition: Definition) -> Expr:
        if type(expr).__name__ != "stop_gradient":
            if not expr.args or isinstance(expr, Read | Index):
                return expr
            if isinstance(expr, Reduce):
                return Reduce(expr.kind, visit(expr.body, definition), *expr.indices)
            return expr.func(*(visit(a, definition) for a in expr.args), **_as_written(expr))
        if expr not in found:
            name = next(n for k in itertools.count(1) if (n := f"still_{k}") not in tensors)
            axes = free_indices(expr)
            tensors[name] = Tensor(name, tuple(i.extent for i in axes))
            found[expr] = Read(name, *axes)
            made.append(Definition(found[expr], expr.args[0]))
        return found[expr]

    definitions = [replace(d, expr=visit(d.expr, d), operands=()) for d in graph.definitions]
    if not made:
        return graph, []
    whole = in_dependency_order((*definitions, *made))
    return replace(graph, tensors=tensors, definitions=whole), [d.target.name for d in made]


def _as_written(expr: Expr) -> dict[str, bool]:
    return {"evaluate": False} if expr.is_Add or isinstance(expr, Mul) or expr.is_Pow else {}


