"""Layers, one file each: definitions only, no derivative anywhere.

A layer's file says ``LAYER``, a record of its options and of the function that appends its
definitions, and ``EXAMPLE``, a spec that the tests pick up.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from symbprop.errors import Place

if TYPE_CHECKING:
    from symbprop.networks.network import Network


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a layer: what it reads, the suffix of its names, and its options."""

    network: Network
    source: str
    suffix: str
    options: Mapping[str, Any]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Layer:
    """``build`` appends definitions and returns the name of the layer's output.

    ``options`` maps each option to its type: a count (positive integer), a number, text, a name of
    a tensor, or a truth value; ``required`` lists those without a default.
    """

    kind: str
    build: Callable[[Call], str]
    options: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()


def all_layers() -> dict[str, Layer]:
    """Every layer by its kind, found by looking into this folder."""
    found: dict[str, Layer] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        room = importlib.import_module(f"{__name__}.{module.name}")
        for layer in room.LAYERS:
            found[layer.kind] = layer
    return found
