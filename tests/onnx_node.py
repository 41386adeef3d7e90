"""A case of ONNX as a record, and what its translations into our language are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


class NotSupportedError(Exception):
    """Why nothing here stands for a case."""


@dataclass(frozen=True, slots=True)
class Node:
    """One case: the operator, its attributes, its inputs (None where left out), its output."""

    operator: str
    attributes: dict[str, Any]
    inputs: tuple[np.ndarray | None, ...]
    output: np.ndarray
    version: int
    place: int = 0
    """Which of the operator's outputs ``output`` is: the first that is asked for."""

    @property
    def rank(self) -> int:
        return self.output.ndim

    def shape(self, number: int) -> tuple[int, ...]:
        return self.given(number).shape

    def has(self, number: int) -> bool:
        return number < len(self.inputs) and self.inputs[number] is not None

    def given(self, number: int) -> np.ndarray:
        if not self.has(number):
            raise NotSupportedError("an input is left out")
        if not isinstance(self.inputs[number], np.ndarray | np.generic):
            raise NotSupportedError("a sequence as input")
        return self.inputs[number]

    def axis(self, default: int) -> int:
        axis = self.attributes.get("axis", default)
        return axis + len(self.shape(0)) if axis < 0 else axis


def letters(rank: int, stem: str = "i") -> list[str]:
    return [f"{stem}{n}" for n in range(rank)]


def read(name: str, indices: list[str]) -> str:
    return f"{name}[{', '.join(indices)}]" if indices else name


def x(node: Node, number: int = 0) -> str:
    """The read of an input, broadcast to the output."""
    shape, out = node.shape(number), letters(node.rank)
    own = out[node.rank - len(shape) :]
    sizes = node.output.shape[node.rank - len(shape) :]
    return read(
        f"x{number}",
        [i if size == whole else "0" for i, size, whole in zip(own, shape, sizes, strict=True)],
    )


def assign(node: Node, formula: str) -> str:
    return f"{read('y', letters(node.rank))} = {formula}"


@dataclass(frozen=True, slots=True)
class Written:
    """A case as a spec: ``equations`` that define y, and ``layers`` before them, as TOML.

    ``given`` are the tensors that the spec declares as parameters, ``owned`` the values of those
    that the layers declare; both have their gradients checked.  ``data`` are other inputs, those in
    ``below`` integers under that limit.  ``@out`` in the equations is the output of the last layer;
    ``sizes`` are extents of indices that nothing else states.
    """

    equations: str
    layers: str = ""
    given: dict[str, np.ndarray] = field(default_factory=dict)
    owned: dict[str, np.ndarray] = field(default_factory=dict)
    data: dict[str, np.ndarray] = field(default_factory=dict)
    below: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
