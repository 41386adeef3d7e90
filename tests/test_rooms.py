"""Imports go down only, one place differentiates, and no user's text is ever evaluated."""

import ast
from pathlib import Path

from conftest import CORE

ROOT = Path(__file__).parent.parent / "symbprop"
FLOORS = ["errors", "arguments", "language", "networks", "calculus", "arrays", "check", "targets",
          "files", "pipeline", "shrinking", "cli", "__main__"]
BANNED = {"eval", "exec", "sympify", "parse_expr", "lambdify"}


def rooms():
    for path in sorted(ROOT.rglob("*.py")):
        yield path, ast.parse(path.read_text())


def floor(module):
    return FLOORS.index(module.split(".")[1])


def test_imports_go_down_only():
    for path, tree in rooms():
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts == ("__init__",):
            continue
        here = FLOORS.index(parts[0])
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symbprop."):
                assert floor(node.module) <= here, f"{path} imports {node.module}"
                assert parts[0] != "networks" or floor(node.module) <= FLOORS.index("networks")


def test_one_place_differentiates():
    """Nobody asks SymPy, and one room the records, which a notebook's display may do, too."""
    asking = {"diff": set(), "derivative": set()}
    for path, tree in rooms():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in asking:
                asking[node.func.attr].add(path.name)
    assert asking == {"diff": set(), "derivative": {"differentiate.py", "functions.py"}}


def test_nothing_evaluates_text():
    for path, tree in rooms():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                assert name not in BANNED, f"{path} calls {name}"


def test_the_core_names_tests_that_exist():
    for stem, names in CORE.items():
        text = (Path(__file__).parent / f"{stem}.py").read_text()
        assert all(f"def {name}(" in text for name in names), stem
