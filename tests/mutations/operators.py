"""Mutation operators on the syntax tree, each of which changes one line.

What only people read is left alone: docstrings, messages of faults, annotations, assertions.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOMS = ("calculus", "arrays", "targets")
# These files spell, count or lay out for people; nothing that is computed depends on them.
FOR_PEOPLE = ("arrays/costs.py", "arrays/printing.py", "targets/latex_page.py", "targets/sketch.py")
# So do these functions in other files.
PEOPLES = {"docstring", "cost", "wrapped"}
COMPLAINTS = {"Fault", "fault", "complain", "SpecError", "InternalError", "LimitError"}
ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
              ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
              ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr}
COMPARISONS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
               ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
               ast.Is: ast.IsNot, ast.IsNot: ast.Is}
OTHER = {"min": "max", "max": "min", "any": "all", "all": "any"}
# A call of these is replaced by its argument; `tuple` and its like would only change a type.
PLAIN = {"reversed", "sorted", "abs"}
KEPT = {"len", "str", "repr", "int", "float", "tuple", "list", "set", "frozenset", "dict", "iter",
        "next", "type", "id", "hash", "Integer", "print", "bool", "cast", "range", "sum", "map",
        "enumerate", "min", "max", "any", "all"}


@dataclass(frozen=True, slots=True)
class Site:
    """One possible mutation.

    ``start`` and ``end`` are offsets into the file's text; ``number`` tells equal texts in one
    function apart.
    """

    path: str
    function: str
    operator: str
    before: str
    after: str
    number: int
    start: int
    end: int

    @property
    def key(self) -> str:
        """How survivors name it: nothing in it depends on what stands elsewhere."""
        more = f" #{self.number}" if self.number else ""
        return f"{self.path} {self.function}: {self.before} -> {self.after}{more}"

    def rank(self, seed: str) -> str:
        text = f"{seed}|{self.operator}|{self.key}"
        return hashlib.sha256(text.encode()).hexdigest()

    def applied(self, text: str) -> str:
        return text[:self.start] + self.after + text[self.end:]


def sites(root: Path) -> list[Site]:
    """All sites of the three rooms, in the order of files and lines."""
    found: list[Site] = []
    for room in ROOMS:
        for path in sorted((root / "symbprop" / room).rglob("*.py")):
            name = path.relative_to(root / "symbprop").as_posix()
            if name not in FOR_PEOPLE and path.name != "__init__.py":
                found += sites_of(name, path.read_text(encoding="utf-8"))
    return found


def sites_of(name: str, text: str) -> list[Site]:
    """The sites of one file's text."""
    return _Finder(name, text).all()


class _Finder:
    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.lines = [0]
        for line in text.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.seen: Counter[tuple[str, str, str]] = Counter()

    def all(self) -> list[Site]:
        found: list[Site] = []
        for function, node in self.walk(ast.parse(self.text), "module"):
            for operator, target, after in mutations(node):
                site = self.site(function, operator, target, after)
                if site is not None:
                    found.append(site)
        return found

    def walk(self, node: ast.AST, function: str) -> Iterator[tuple[str, ast.AST]]:
        """All nodes but those that only people read, with the function that they stand in."""
        if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom):
            return
        if isinstance(node, ast.Call) and _name(node.func) in COMPLAINTS:
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.FunctionDef) and node.name in PEOPLES:
            return
        # `strict` of `zip` only asserts.
        if isinstance(node, ast.keyword) and node.arg == "strict":
            return
        yield function, node
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            function = node.name if function == "module" else f"{function}.{node.name}"
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_comment", "args") and (
                    isinstance(node, ast.FunctionDef | ast.AnnAssign | ast.arg | ast.ClassDef)):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from self.walk(child, function)

    def site(self, function: str, operator: str, target: ast.AST, after: str) -> Site | None:
        start, end = (
            self.lines[line - 1] + len(self.text[self.lines[line - 1]:].encode()[:column].decode())
            for line, column in ((target.lineno, target.col_offset),  # type: ignore[attr-defined]
                                 (target.end_lineno, target.end_col_offset))  # type: ignore[attr-defined]
        )
        before = self.text[start:end]
        if "\n" in before or before == after:
            return None
        count = self.seen[function, operator, before]
        self.seen[function, operator, before] += 1
        return Site(self.path, function, operator, before, after, count, start, end)


def _name(func: ast.AST) -> str:
    return getattr(func, "id", getattr(func, "attr", ""))


def _text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str))


def mutations(node: ast.AST) -> Iterator[tuple[str, ast.AST, str]]:
    """Operator, node and the text to put in its place."""
    unparse = ast.unparse
    match node:
        case ast.BinOp(left, op, right) if type(op) in ARITHMETIC and not (
                _text(left) or _text(right)):
            made = ast.BinOp(left, ARITHMETIC[type(op)](), right)
            yield "arithmetic", node, f"({unparse(made)})"
        case ast.Compare(left, [op], [right]) if type(op) in COMPARISONS:
            made = ast.Compare(left, [COMPARISONS[type(op)]()], [right])
            yield "comparison", node, f"({unparse(made)})"
        case ast.BoolOp(op, values):
            other = ast.And() if isinstance(op, ast.Or) else ast.Or()
            yield "connective", node, f"({unparse(ast.BoolOp(other, values))})"
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield "dropped sign", node, f"({unparse(operand)})"
        case ast.Constant(bool(value)):
            yield "constant", node, repr(not value)
        case ast.Constant(int(value)) if not isinstance(value, bool):
            yield "constant", node, repr(1 - value if value in (0, 1) else value + 1)
        case ast.Call(func, args, keywords):
            yield from _calls(node, func, args, keywords)
        case ast.Subscript(value, ast.Constant(0), ast.Load()):
            yield "index", node, f"{unparse(value)}[-1]"
        case ast.Subscript(value, ast.UnaryOp(ast.USub(), ast.Constant(1)), ast.Load()):
            yield "index", node, f"{unparse(value)}[0]"
        case ast.Subscript(value, ast.Slice(), ast.Load()):
            yield "index", node, f"{unparse(value)}[:]"
        case ast.Tuple(elts, ast.Load()) | ast.List(elts, ast.Load()) if len(elts) > 2:
            made = type(node)(elts[:-1], ast.Load())
            yield "dropped element", node, unparse(made)
        case ast.Expr(ast.Call()) | ast.AugAssign():
            yield "dropped statement", node, "pass"
        case ast.Break():
            yield "loop", node, "continue"
        case ast.Continue():
            yield "loop", node, "break"
        case ast.If(test) if not isinstance(test, ast.Compare | ast.UnaryOp):
            yield "condition", test, f"(not ({unparse(test)}))"
        case ast.IfExp(test, body, orelse):
            yield "condition", node, f"({unparse(ast.IfExp(test, orelse, body))})"


def _calls(node: ast.Call, func: ast.expr, args: list[ast.expr],
           keywords: list[ast.keyword]) -> Iterator[tuple[str, ast.AST, str]]:
    name = _name(func)
    if isinstance(func, ast.Name) and name in OTHER:
        changed = ast.Call(ast.Name(OTHER[name]), args, keywords)
        yield "least and most", node, ast.unparse(changed)
    if len(args) >= 2 and name not in ("isinstance", "getattr", "zip", "replace") and not any(
            isinstance(a, ast.Starred) for a in args[:2]) and (
                ast.dump(args[0]) != ast.dump(args[1])):
        changed = ast.Call(func, [args[1], args[0], *args[2:]], keywords)
        yield "swapped arguments", node, ast.unparse(changed)
    if name == "sorted" and len(args) == 1:
        if not any(k.arg == "reverse" for k in keywords):
            more = [*keywords, ast.keyword("reverse", ast.Constant(True))]
            yield "order", node, ast.unparse(ast.Call(func, args, more))
    elif name in PLAIN and len(args) == 1 and not keywords:
        yield "order", node, f"({ast.unparse(args[0])})"
    elif (isinstance(func, ast.Name) and len(args) == 1 and not keywords and name not in KEPT
          and name[0].islower() and not isinstance(args[0], ast.GeneratorExp | ast.Starred)):
        yield "dropped call", node, f"({ast.unparse(args[0])})"


def chosen(found: list[Site], count: int, seed: str) -> list[Site]:
    """``count`` sites, shared out among the rooms and the operators; the same for the same seed."""
    shares = {"calculus": 0.28, "arrays": 0.4, "numpy": 0.2, "latex": 0.12}
    picked: list[Site] = []
    for room, share in shares.items():
        pool = sorted((s for s in found if room_of(s.path) == room), key=lambda s: s.rank(seed))
        wanted, used, taken = round(count * share), Counter[str](), []
        # No operator and no function may fill a room.
        limit = 1
        while len(taken) < min(wanted, len(pool)):
            for s in pool:
                if len(taken) < wanted and s not in taken and used[s.operator] < 2 * limit and (
                        used[s.path + s.function] < limit):
                    taken.append(s)
                    used[s.operator] += 1
                    used[s.path + s.function] += 1
            limit += 1
        picked += taken
    return picked


def room_of(path: str) -> str:
    if path.startswith("targets/"):
        return "latex" if "latex" in path else "numpy"
    return path.split("/")[0]
