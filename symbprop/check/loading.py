"""A module from its text, and calls of it by a point: what a user of the file would do.

The text is the compiler's own and has been accepted; a user's text stands in it as literals only.
It runs in this process, since to load NumPy in another takes longer than most checks.
"""

from __future__ import annotations

import importlib.util
import inspect
from collections.abc import Iterator, Mapping
from importlib.abc import InspectLoader
from types import ModuleType
from typing import Any

import numpy as np

from symbprop.arguments import doors
from symbprop.check.points import Array, Point
from symbprop.errors import Fault, SpecError, VerificationError, shown
from symbprop.language.graph import Graph

NAME = "generated_under_check"
# What every module of ours has.
PARTS = ("PARAMETERS", "INPUTS", "TARGETS", "OUTPUTS", "Workspace", "forward", "loss",
         "value_and_grad")


class ModuleError(VerificationError):
    """A module, or a function of it, that raises where it is called as it says, or lacks what it
    has to have."""

    def __init__(self, message: str) -> None:
        super().__init__(Fault("SP650", message))


class _Text(InspectLoader):
    """Python's loader of modules, for a text that stands in no file."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, fullname: str) -> str:
        return self.text

    def is_package(self, fullname: str) -> bool:
        return False


def load_text(text: str) -> ModuleType:
    """The module of a text, under no name that could be imported.  Raises ModuleError."""
    loader = _Text(text)
    spec = importlib.util.spec_from_loader(NAME, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    try:
        loader.exec_module(module)
    except Exception as error:
        raise ModuleError(f"the module raises {type(error).__name__}: {shown(error)}") from error
    lacks = [name for name in PARTS if not hasattr(module, name)]
    if lacks:
        raise ModuleError(f"the module has no {', '.join(lacks)}")
    return module


class Calls:
    """What a module's functions give at a point."""

    def __init__(self, graph: Graph, module: ModuleType, point: Point) -> None:
        self.graph, self.module = graph, module
        self.params = {t.name: point.data[t.name] for t in graph.with_role("parameter")}
        tensors = (*graph.with_role("input"), *graph.with_role("target"))
        shapes = {**module.INPUTS, **module.TARGETS}
        self.data = {key: point.data[t.name] for t, key in zip(tensors, shapes, strict=True)}
        # Extents by the module's keywords, which its tables of shapes hold.
        self.extents: dict[str, int] = {}
        told = (*module.PARAMETERS.values(), *shapes.values())
        values = (*self.params.values(), *self.data.values())
        for shape, array in zip(told, values, strict=True):
            self.extents |= {
                s: n for s, n in zip(shape, array.shape, strict=True) if isinstance(s, str)
            }

    def results(self) -> Iterator[tuple[str, dict[str, Array]]]:
        """The results by name and what was called: outputs, loss, and value and gradients.

        These without a workspace and with one, each twice, since the second call finds memory as
        the first left it.
        """
        if not self.graph.estimated:
            outputs = self.call("forward")
            if len(self.module.OUTPUTS) == 1:
                outputs = {self.module.OUTPUTS[0]: outputs}
            yield "forward", {k: np.asarray(v) for k, v in outputs.items()}
        yield "loss", {str(self.graph.loss): np.asarray(self.call("loss"))}
        for times in ("first", "second"):
            yield f"{times} call without a workspace", self.gradients(None)
        needed = inspect.signature(self.module.Workspace).parameters
        work = self.module.Workspace(**{k: v for k, v in self.extents.items() if k in needed})
        for times in ("first", "second"):
            yield f"{times} call with a workspace", self.gradients(work)

    def gradients(self, workspace: Any) -> dict[str, Array]:
        value, grads = self.call("value_and_grad", workspace=workspace)
        for name, array in self.params.items():
            if name not in grads or np.shape(grads[name]) != array.shape:
                found = np.shape(grads[name]) if name in grads else "missing"
                raise ModuleError(f"the gradient by {name} is {found}, its shape {array.shape}")
        return {
            str(self.graph.loss): np.asarray(value),
            **{f"d {name}": np.asarray(grad) for name, grad in grads.items()},
        }

    def slope(self, at: Point, ways: Mapping[str, Array], step: float) -> float:
        """The derivative of the module's own loss along a direction, of fourth order.

        Raises SpecError for a step that is none.
        """
        if not step > 0:
            raise SpecError(Fault("SP144", f"Calls.slope: step is {step}, not above zero"))

        def along(step: float) -> float:
            moved = {n: self.params[n] + step * way for n, way in ways.items()}
            return float(self.module.loss({**self.params, **moved}, *self.data.values()))

        near, far = along(step) - along(-step), along(2 * step) - along(-2 * step)
        return (8 * near - far) / (12 * step)

    def call(self, name: str, **more: Any) -> Any:
        function = getattr(self.module, name, None)
        if function is None:
            raise ModuleError(f"the module has no {name}")
        takes = inspect.signature(function).parameters
        data = {k: v for k, v in self.data.items() if k in takes}
        try:
            return function(self.params, **data, **more)
        except Exception as error:
            raise ModuleError(f"{name} raises {type(error).__name__}: {shown(error)}") from error


doors(__name__)
