"""Specs that compile, by name."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import symbprop.networks.layers as room
from symbprop.networks.spec import zoo_names, zoo_text

ROOT = Path(__file__).parent.parent.parent


def _programs() -> dict[str, str]:
    blocks = (ROOT / "tests" / "programs.txt").read_text(encoding="utf-8").split("=== ")[1:]
    return {f"program {b.split()[0]}": b.partition("\n")[2] for b in blocks}


def _layers() -> dict[str, str]:
    return {
        f"layer {m.name}": importlib.import_module(f"{room.__name__}.{m.name}").EXAMPLE
        for m in pkgutil.iter_modules(room.__path__)
    }


def _readme() -> dict[str, str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"```toml\n(.*?)```", text, re.S)
    return {f"README {number}": spec for number, spec in enumerate(found)}


SOURCES: dict[str, str] = {
    **{f"zoo {name}": zoo_text(name) for name in zoo_names()},
    **_programs(), **_layers(), **_readme(),
}
