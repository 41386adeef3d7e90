"""What a module's text must satisfy before anybody is given it: it parses, and its names resolve.

Read off the syntax tree, without running anything.  Every name that is read is bound by then: by an
argument, by a statement before it in the same function, at the top of the module, or by Python.
What a loop binds counts inside the loop only, what both branches of an ``if`` bind counts after it,
and so does what a ``try`` and each handler that goes on bind.
The text is our own, so a fault here is a bug of ours, found before a file is replaced.
"""

from __future__ import annotations

import ast
import builtins
import gc
from collections.abc import Iterable, Iterator

from symbprop.errors import Fault, InternalError

BUILTINS = frozenset((*dir(builtins), "__name__"))
SIZED = frozenset(("empty", "full", "ones", "zeros"))  # NumPy's functions of a shape
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def accept(text: str) -> str:
    """The text itself.  Raises InternalError where it is no module that can run."""
    # A tree is a great many small objects, and none of them is garbage while it is read: to look
    # for some meanwhile takes longer than all the rest.
    collecting = gc.isenabled()
    gc.disable()
    try:
        faults = _Reader(ast.parse(text)).faults
    except SyntaxError as error:
        raise InternalError(
            Fault("SP704", f"the module does not parse: line {error.lineno}: {error.msg}")
        ) from error
    finally:
        if collecting:
            gc.enable()
    if faults:
        raise InternalError(*faults)
    return text


class _Reader:
    """One walk in the order of execution; ``faults`` lists each unbound name once a function."""

    def __init__(self, tree: ast.Module) -> None:
        self.faults: list[Fault] = []
        # A function runs when the whole module has been read.
        self.top = {*BUILTINS, *_bound(tree.body)}
        self.block(tree.body, set(BUILTINS), "the module")

    def block(self, body: Iterable[ast.stmt], bound: set[str], where: str) -> set[str]:
        """Check statements one after another; the names bound after them, added to ``bound``."""
        for statement in body:
            bound = self.statement(statement, bound, where)
        return bound

    def statement(self, node: ast.stmt, bound: set[str], where: str) -> set[str]:
        match node:
            case ast.FunctionDef():
                for outer in (*node.decorator_list, *node.args.defaults,
                              *(d for d in node.args.kw_defaults if d is not None)):
                    self.expression(outer, bound, where)
                inside = self.top | bound | _arguments(node.args)
                self.block(node.body, inside, node.name)
                bound |= {node.name}
                return bound
            case ast.ClassDef():
                self.block(node.body, set(bound), node.name)
                bound |= {node.name}
                return bound
            case ast.If():
                self.expression(node.test, bound, where)
                then = self.block(node.body, set(bound), where)
                other = self.block(node.orelse, set(bound), where)
                if _leaves(node.body):
                    return other
                return then if _leaves(node.orelse) else then & other
            case ast.For():
                self.expression(node.iter, bound, where)
                after = self.block(node.body, bound | set(_targets(node.target)), where)
                if isinstance(node.iter, ast.Tuple) and node.iter.elts:
                    return after  # what is listed runs at least once
                return self.block(node.orelse, bound, where)
            case ast.Try():
                after = self.block([*node.body, *node.orelse], set(bound), where)
                for handler in node.handlers:
                    if handler.type is not None:
                        self.expression(handler.type, bound, where)
                    # It may begin before the body has bound anything.
                    name = set() if handler.name is None else {handler.name}
                    caught = self.block(handler.body, bound | name, where) - name
                    after = after if _leaves(handler.body) else after & caught
                return after | self.block(node.finalbody, set(bound), where)
            case ast.Import():
                bound |= {a.asname or a.name for a in node.names}
                return bound
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                if node.value is not None:
                    self.expression(node.value, bound, where)
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    # A subscript or an attribute reads what it writes to; so does ``+=``.
                    if isinstance(node, ast.AugAssign) or not isinstance(target, ast.Name):
                        self.expression(target, bound, where,
                                        written=isinstance(node, ast.Assign))
                bound |= {n for t in targets for n in _targets(t)}
                return bound
            case _:
                self.expression(node, bound, where)
                return bound

    def expression(
        self, root: ast.AST, bound: set[str], where: str, *, written: bool = False
    ) -> None:
        """Check what an expression reads; in a target that is written, its names are not read."""
        stack = [root]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind is ast.Name:
                assert isinstance(node, ast.Name)
                if node.id not in bound and not (written and type(node.ctx) is ast.Store):
                    self.fault("SP705", node, f"{node.id} is read in {where}, but nothing binds it")
            elif kind is ast.Attribute:
                assert isinstance(node, ast.Attribute)
                stack.append(node.value)
            elif kind is ast.Call:
                assert isinstance(node, ast.Call)
                if type(node.func) is ast.Attribute and node.func.attr in SIZED:
                    self.sizes(node)
                stack.append(node.func)
                stack += node.args
                stack += [k.value for k in node.keywords]
            elif kind is ast.Lambda:
                assert isinstance(node, ast.Lambda)
                stack += node.args.defaults
                self.expression(node.body, bound | _arguments(node.args), where)
            elif kind in COMPREHENSIONS:
                self.comprehension(node, set(bound), where)
            elif kind is not ast.Constant:
                stack += ast.iter_child_nodes(node)

    def comprehension(self, node: ast.AST, inner: set[str], where: str) -> None:
        for part in getattr(node, "generators", ()):
            self.expression(part.iter, inner, where)
            inner |= set(_targets(part.target))
            for test in part.ifs:
                self.expression(test, inner, where)
        for field in ("key", "value", "elt"):
            if hasattr(node, field):
                self.expression(getattr(node, field), inner, where)

    def sizes(self, call: ast.Call) -> None:
        """No array is made whose size is a negative number."""
        shape = call.args[0] if call.args else call
        for size in shape.elts if isinstance(shape, ast.Tuple) else (shape,):
            if isinstance(size, ast.UnaryOp) and isinstance(size.op, ast.USub) and (
                isinstance(size.operand, ast.Constant)
            ):
                self.fault("SP706", call, f"an array has the negative size {ast.unparse(size)}")

    def fault(self, code: str, node: ast.expr, message: str) -> None:
        self.faults.append(Fault(code, f"line {node.lineno} of the module: {message}"))


def _arguments(args: ast.arguments) -> set[str]:
    return {a.arg for a in ast.walk(args) if isinstance(a, ast.arg)}


def _leaves(body: list[ast.stmt]) -> bool:
    """Whether what follows is not reached through these statements."""
    return bool(body) and isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def _targets(node: ast.expr) -> Iterator[str]:
    """Names that an assignment to this target binds."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Tuple | ast.List):
        for part in node.elts:
            yield from _targets(part)


def _bound(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Names at the top of a module."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import):
            yield from (a.asname or a.name for a in node.names)
        elif isinstance(node, ast.Assign):
            yield from (n for t in node.targets for n in _targets(t))
