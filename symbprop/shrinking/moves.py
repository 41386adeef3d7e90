"""What can be made smaller in a program, the largest steps first.

Each move takes a script and yields scripts that say less; whether one is still a program, and
still fails, is for others to find.  Moves work on Python's syntax tree of each line, which is all
that the notation's text is.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import replace

from symbprop.language.reductions import REDUCTIONS
from symbprop.shrinking.script import Given, Script, Size

FOLDS = frozenset((*REDUCTIONS, "mean", "norm"))


def weight(script: Script) -> tuple[int, int, int, int]:
    """How much a script says: lines, nodes, digits and declarations, extents.  Moves lower it."""
    nodes = numbers = 0
    for line in script.lines:
        for node in ast.walk(ast.parse(line)):
            nodes += isinstance(node, ast.expr)
            if isinstance(node, ast.Constant):
                numbers += len(str(node.value))
            if isinstance(node, ast.AugAssign):
                numbers += 1
    axes = sum(1 + len(g.shape) + g.integer for g in script.given)
    sizes = [s for g in script.given for s in g.shape] + [s for _, s in script.indices]
    room = sum(s if isinstance(s, int) else 20 for s in sizes)
    room += sum(v for _, v in script.extents)
    return len(script.lines), nodes, numbers + axes + len(script.indices), room


def moves(script: Script) -> Iterator[Script]:
    """Smaller scripts, in a fixed order."""
    yield from without_lines(script)
    yield from without_axes(script)
    yield from with_smaller_lines(script)
    yield from with_smaller_extents(script)
    yield from with_plain_signs(script)


def without_lines(script: Script) -> Iterator[Script]:
    """Without half of the lines, a quarter, ..., one."""
    count = len(script.lines)
    length = count // 2
    while length:
        for start in range(0, count, length):
            left = script.lines[:start] + script.lines[start + length:]
            if left:
                yield tidied(replace(script, lines=left))
        length //= 2


def with_plain_signs(script: Script) -> Iterator[Script]:
    for number, line in enumerate(script.lines):
        tree = ast.parse(line).body[0]
        if isinstance(tree, ast.AugAssign):
            yield _with_line(script, number, f"{ast.unparse(tree.target)} = "
                                             f"{ast.unparse(tree.value)}")


def with_smaller_lines(script: Script) -> Iterator[Script]:
    """With one subexpression replaced by a part of it, by a number or by a scalar."""
    scalars = [g.name for g in script.given if not g.shape and not g.integer]
    for number, line in enumerate(script.lines):
        for tree in _smaller(ast.parse(line).body[0], scalars, False):
            yield tidied(_with_line(script, number, ast.unparse(tree)))


def with_smaller_extents(script: Script) -> Iterator[Script]:
    """With a named extent bound to less or made a number, and with a smaller number for a number.

    A number that is an extent often stands in index expressions too, as in ``x[3 - i]``: it is
    lowered there in a second try.
    """
    for name, value in script.extents:
        for less in sorted({1, value // 2, value - 1} - {0, value}):
            yield replace(script, extents=tuple(
                (n, less if n == name else v) for n, v in script.extents))
        left = tuple((n, v) for n, v in script.extents if n != name)
        fixed = replace(_with_sizes(script, name, value), extents=left)
        lines = tuple(_with_name(line, name, value) for line in fixed.lines)
        yield tidied(replace(fixed, lines=lines))
    sizes = {s for g in script.given for s in (*g.shape, g.below) if isinstance(s, int)}
    for size in sorted(sizes | {s for _, s in script.indices if isinstance(s, int)}):
        for less in sorted({1, size // 2, size - 1} - {0, size}):
            smaller = _with_sizes(script, size, less)
            yield smaller
            yield replace(smaller, lines=tuple(
                _with_places(line, size - less) for line in smaller.lines))


def without_axes(script: Script) -> Iterator[Script]:
    """With one axis of one tensor gone wherever it stands."""
    ranks: dict[str, int] = {}
    for line in script.lines:
        for node in ast.walk(ast.parse(line)):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
                ranks[node.value.id] = len(_places(node))
    for name in sorted(ranks):
        for axis in range(ranks[name]):
            lines = tuple(
                ast.unparse(_WithoutAxis(name, axis).visit(ast.parse(line)))
                for line in script.lines
            )
            given = tuple(_narrower(g, axis) if g.name == name else g for g in script.given)
            shorter = replace(script, lines=lines, given=given)
            yield tidied(shorter)
            bare = tuple(ast.unparse(_WithoutIdle().visit(ast.parse(line))) for line in lines)
            yield tidied(replace(shorter, lines=bare))


def tidied(script: Script) -> Script:
    """Without declarations that nothing uses."""
    used = {n.id for line in script.lines for n in ast.walk(ast.parse(line))
            if isinstance(n, ast.Name)}
    indices = tuple((n, s) for n, s in script.indices if n in used)
    given = tuple(g for g in script.given if g.name in used)
    sized = {s for g in given for s in (*g.shape, g.below)} | {s for _, s in indices}
    extents = tuple((n, v) for n, v in script.extents if n in sized or n in used)
    bound = {s for g in given for s in g.shape}
    # An extent needs an argument that has it.
    given = tuple(
        g for g in script.given if g in given
        or any(s in g.shape and s not in bound for s, _ in extents)
    )
    return replace(script, given=given, indices=indices, extents=extents)


# --- one tree ---------------------------------------------------------------------------------


def _smaller(node: ast.AST, scalars: list[str], inside: bool) -> Iterator[ast.AST]:
    """The tree with one subexpression made smaller, the outermost first; ``inside`` an index."""
    if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
        yield from _instead(node, scalars, inside)
    for name, value in ast.iter_fields(node):
        within = inside or (isinstance(node, ast.Subscript) and name == "slice")
        if isinstance(value, list):
            for position, child in enumerate(value):
                if not isinstance(child, ast.AST) or _is_bound(node, name, position):
                    continue
                for new in _smaller(child, scalars, within):
                    yield _with_field(node, name, [*value[:position], new, *value[position + 1:]])
        elif isinstance(value, ast.expr) and not _is_label(node, name):
            for new in _smaller(value, scalars, within):
                yield _with_field(node, name, new)


def _instead(node: ast.expr, scalars: list[str], inside: bool) -> Iterator[ast.expr]:
    """What may stand in place of an expression."""
    match node:
        case ast.Tuple():
            return
        case ast.BinOp(left=left, right=right):
            yield from (left, right)
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Compare(left=left, comparators=[right]):
            yield from (left, right)
        case ast.BoolOp(values=values):
            yield from values
        case ast.Call(func=ast.Name(id=name), args=args):
            letters = [a.id for a in args[:-1] if isinstance(a, ast.Name)]
            if name in FOLDS and letters and len(letters) == len(args) - 1:
                for letter in letters:
                    rest = [a for a in args[:-1] if isinstance(a, ast.Name) and a.id != letter]
                    body = _AtZero(letter).visit(copy.deepcopy(args[-1]))
                    yield ast.Call(node.func, [*rest, body], []) if rest else body
                if name != "sum":
                    yield ast.Call(ast.Name("sum"), args, [])
            if name == "softmax":
                yield args[-1]
            elif not (name in FOLDS and letters):
                yield from args
    if inside:
        if not (isinstance(node, ast.Constant) and node.value == 0):
            yield ast.Constant(0)
        return
    if not isinstance(node, ast.Constant | ast.Name):
        yield from (ast.Name(s) for s in scalars)
    if not (isinstance(node, ast.Constant) and node.value in (0, 1)):
        yield ast.Constant(1)
    if isinstance(node, ast.Constant) and len(str(node.value)) > 1:
        yield from (ast.Constant(n) for n in (2, 3))


def _is_bound(node: ast.AST, field: str, position: int) -> bool:
    """Whether a child is an index that a reduction binds."""
    return (
        isinstance(node, ast.Call) and field == "args" and position < len(node.args) - 1
        and isinstance(node.func, ast.Name) and node.func.id in FOLDS | {"softmax"}
        and all(isinstance(a, ast.Name) for a in node.args[:-1])
    )


def _is_label(node: ast.AST, field: str) -> bool:
    """Whether a child names a function or a tensor."""
    return (isinstance(node, ast.Call) and field == "func") or (
        isinstance(node, ast.Subscript) and field == "value")


def _with_field(node: ast.AST, name: str, value: object) -> ast.AST:
    new = copy.copy(node)
    setattr(new, name, value)
    return new


def _with_line(script: Script, number: int, line: str) -> Script:
    return replace(script, lines=(*script.lines[:number], line, *script.lines[number + 1:]))


class _AtZero(ast.NodeTransformer):
    def __init__(self, letter: str) -> None:
        self.letter = letter

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(0) if node.id == self.letter else node


class _Named(ast.NodeTransformer):
    def __init__(self, name: str, value: int) -> None:
        self.name, self.value = name, value

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(self.value) if node.id == self.name else node


def _with_name(line: str, name: str, value: int) -> str:
    return ast.unparse(_Named(name, value).visit(ast.parse(line)))


class _Lowered(ast.NodeTransformer):
    """Numbers inside index expressions, each less by so much where it stays positive."""

    def __init__(self, by: int) -> None:
        self.by, self.inside = by, False

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        outer, self.inside = self.inside, True
        node.slice = self.visit(node.slice)
        self.inside = outer
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if self.inside and isinstance(node.op, ast.Mult):
            return node
        self.generic_visit(node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if self.inside and isinstance(node.value, int) and node.value >= self.by:
            return ast.Constant(node.value - self.by)
        return node


def _with_places(line: str, by: int) -> str:
    return ast.unparse(_Lowered(by).visit(ast.parse(line)))


def _places(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


class _WithoutAxis(ast.NodeTransformer):
    def __init__(self, name: str, axis: int) -> None:
        self.name, self.axis = name, axis

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.value, ast.Name) or node.value.id != self.name:
            return node
        left = [p for n, p in enumerate(_places(node)) if n != self.axis]
        if not left:
            return ast.Name(self.name)
        node.slice = left[0] if len(left) == 1 else ast.Tuple(left)
        return node


class _WithoutIdle(ast.NodeTransformer):
    """Reductions lose the indices that their bodies do not use."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.func, ast.Name) or node.func.id not in FOLDS:
            return node
        if not all(isinstance(a, ast.Name) for a in node.args[:-1]):
            return node
        used = {n.id for n in ast.walk(node.args[-1]) if isinstance(n, ast.Name)}
        kept = [a for a in node.args[:-1] if isinstance(a, ast.Name) and a.id in used]
        if not kept and len(node.args) > 1:
            return node.args[-1]
        node.args = [*kept, node.args[-1]]
        return node


def _narrower(given: Given, axis: int) -> Given:
    shape = tuple(s for n, s in enumerate(given.shape) if n != axis)
    count = 1
    for s in shape:
        count *= int(s) if given.role == "constant" else 1
    return replace(given, shape=shape, values=given.values[:count])


def _with_sizes(script: Script, old: Size, new: int) -> Script:
    """One extent for another wherever it is declared."""
    def changed(given: Given) -> Given:
        shape = tuple(new if s == old else s for s in given.shape)
        below = new if given.below == old else given.below
        count = 1
        for s in shape:
            count *= int(s) if given.role == "constant" else 1
        return replace(given, shape=shape, below=below, values=given.values[:count])

    indices = tuple((n, new if s == old else s) for n, s in script.indices)
    return replace(script, given=tuple(map(changed, script.given)), indices=indices)


__all__ = ["moves", "tidied", "weight"]
