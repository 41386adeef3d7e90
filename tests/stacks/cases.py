"""A case: what is drawn, spelled as a spec, and shrunk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Shape = tuple[int | str, ...]
Options = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """An input or target that the spec declares; integers lie below ``below``.

    ``kind`` says how its numbers are drawn (`numbers.draw`).
    """

    shape: Shape
    kind: str = "data"
    below: int = 0
    role: str = "inputs"


@dataclass(frozen=True, slots=True)
class Case:
    """``extents`` holds the numbers of all names of extents; ``seed`` is that of the data.

    Keys of layers and losses that begin with an underscore are for PyTorch's side only.
    """

    given: dict[str, Given]
    layers: list[Options]
    losses: list[Options]
    extents: dict[str, int]
    seed: int

    @property
    def spec(self) -> str:
        """The case as a TOML file."""
        lines: list[str] = []
        for role in ("inputs", "targets"):
            held = {n: g for n, g in self.given.items() if g.role == role}
            if held:
                lines.append(f"[{role}]")
            for name, given in held.items():
                shape = toml(list(given.shape))
                lines.append(f"{name} = " + (
                    f"{{ shape = {shape}, integer = true, below = {given.below} }}"
                    if given.below else shape))
        declared = {k: v for options in self.layers for k, v in options.get("_indices", {}).items()}
        if declared:
            lines += ["[indices]", *(f"{k} = {v}" for k, v in declared.items())]
        for options in self.layers:
            lines += ["[[layers]]", *(f"{k} = {toml(v)}" for k, v in options.items()
                                      if not k.startswith("_"))]
        for options in self.losses:
            lines += ["[[loss]]" if len(self.losses) > 1 else "[loss]",
                      *(f"{k} = {toml(v)}" for k, v in options.items() if not k.startswith("_"))]
        return "\n".join(lines) + "\n"


def toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'''{value}'''" if "\n" in value else json.dumps(value)
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        inner = (f"{k} = {toml(v)}" for k, v in value.items() if not k.startswith("_"))
        return f"{{ {', '.join(inner)} }}"
    return repr(value)
