"""ONNX's operators that move elements, or sum them up, as equations."""

from __future__ import annotations

from collections.abc import Callable

from tests.onnx_node import Node, Written

MOVES: dict[str, Callable[[Node], str | Written]] = {}
