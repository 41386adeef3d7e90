"""Definitions as text, and text as definitions.

    s[n,j] = sum(k, W[j,k]*x[n,k]) + b[j]        # one definition a line

Reading is a walk over Python's own syntax tree that admits a short list of nodes and builds SymPy
expressions by hand: nothing is evaluated, and no text reaches a parser of SymPy's.  Values are
built by `building`, as the author wrote them, and a bracketed sum stays a sum of its own; indices
are integers, which SymPy may simplify.  Printing writes text that reads back as an equal
definition.

Faults: SP101 not a definition, SP102 not allowed here, SP103 unknown name, SP104 unknown function,
SP105 wrong arguments, SP106 extents disagree, SP107 an extent cannot be inferred, SP108 a bad
constant, SP109 a bad name, SP110 a bad index; SP401 a limit of size or depth.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol

from symbprop.errors import Fault, LimitError, Place, SpecError, did_you_mean
from symbprop.language import foreign
from symbprop.language.building import (
    add,
    add_all,
    divide,
    group,
    inside,
    is_count,
    is_float_sum,
    is_group,
    is_number,
    multiply,
    power,
    settled,
)
from symbprop.language.extents import infer
from symbprop.language.functions import FUNCTIONS, Elementwise, apply
from symbprop.language.graph import Definition, Tensor, names_in
from symbprop.language.indices import (
    free_indices,
    fresh,
    index_names,
    is_index,
    rename,
)
from symbprop.language.numbers import MOST_DIGITS, constant_value, decimal, is_long
from symbprop.language.reductions import REDUCTIONS
from symbprop.language.terms import (
    ZERO,
    ExtentLike,
    Index,
    Read,
    Reduce,
    extent,
    is_whole_part,
    text_of,
)

MOST_CHARACTERS = 1_000_000
DEEPEST = 100
# So many operands stand in one row of operators, and so many factors among them: the slope of a
# product by each of its factors is a product again.
MOST_TERMS, MOST_FACTORS = 1000, 200
LARGEST_EXPONENT = 64
FEW_CONDITIONS = 8
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,199}\Z")

COMPARISONS = {
    ast.Gt: "greater", ast.GtE: "greater_equal", ast.Lt: "less", ast.LtE: "less_equal",
    ast.Eq: "equal", ast.NotEq: "not_equal",
}
OPERATIONS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
SPELLED = {"maximum": "max", "minimum": "min"}
DEFAULTS: Mapping[str, Expr] = {"leaky_relu": Rational(1, 100), "elu": Integer(1)}
REDUCING = frozenset((*REDUCTIONS, "mean", "norm", "softmax"))
# Of extents: how often a stride fits.
WHOLE_PARTS = {"floor": sympy.floor, "ceiling": sympy.ceiling}
ALLOWED = frozenset((*FUNCTIONS, *REDUCING, "sqrt", "square")) - set(SPELLED)


@dataclass(slots=True)
class _Line:
    """A logical line: its text without the comment, and where in the file it starts."""

    text: str
    place: Place


def read_equations(
    text: str,
    tensors: Mapping[str, Tensor],
    *,
    indices: Mapping[str, ExtentLike] | None = None,
    place: Place | None = None,
) -> tuple[list[Definition], list[Tensor]]:
    """Read definitions; return them with the tensors that they define.

    ``tensors`` are those given; ``indices`` declares extents that use does not determine.
    ``place`` is where the text begins.  Raises SpecError with every fault found, or LimitError.
    """
    start = place or Place(line=1, column=1)
    lines = list(_logical_lines(text, start))
    faults: list[Fault] = []
    parsed: list[tuple[_Line, ast.expr, ast.expr, bool]] = []
    for line in lines:
        try:
            parsed.append((line, *_split(line)))
        except SpecError as error:
            faults += error.faults
    defined: dict[str, int] = {}
    declared_ranks = {t.name: len(t.shape) for t in tensors.values()}
    for line, target, _, _ in parsed:
        name, rank = _target_name(target)
        if name is None or not NAME.match(name):
            faults.append(_fault(line, target, "SP109", "a left side is a name or name[indices]",
                                 foreign.of_left_side(target)))
        elif (known := declared_ranks.get(name, defined.setdefault(name, rank))) != rank:
            message = f"{name} has {known} indices elsewhere, but {rank} here"
            faults.append(_fault(line, target, "SP110", message))
    if faults:
        raise SpecError(*faults)
    ranks = declared_ranks | defined
    extents = {str(s) for t in tensors.values() for e in t.shape for s in e.free_symbols}
    declared = dict(indices or {})
    definitions: list[Definition] = []
    unknown: list[Symbol] = []
    for line, target, value, accumulate in parsed:
        reader = _Reader(line, ranks, extents, declared)
        try:
            definitions.append(reader.definition(target, value, accumulate))
        except SpecError as error:
            faults += error.faults
        except RecursionError:
            raise _too_deep(line) from None
        unknown += reader.unknown
    if faults:
        raise SpecError(*faults)
    return infer(definitions, tensors, defined, unknown)


def _logical_lines(text: str, start: Place) -> Iterator[_Line]:
    """Lines without comments; one that ends inside brackets goes on in the next."""
    if len(text) > MOST_CHARACTERS:
        raise LimitError(
            Fault("SP401", f"the equations have {len(text)} characters, at most "
                           f"{MOST_CHARACTERS} are read", start)
        )
    depth = 0
    held: list[str] = []
    place = start
    for number, raw in enumerate(re.split(r"\r\n|\n", text)):
        line = raw.split("#", 1)[0]
        if not held:
            stripped = line.lstrip()
            column = len(line) - len(stripped) + (start.column or 1 if number == 0 else 1)
            place = Place(start.file, (start.line or 1) + number, column)
            line = stripped
        for character in line:
            depth += (character in "([{") - (character in ")]}")
            if depth > DEEPEST:
                raise LimitError(
                    Fault("SP401", f"brackets are nested more than {DEEPEST} deep", place)
                )
        held.append(line)
        if depth <= 0:
            joined = "\n".join(held).rstrip()
            if joined:
                yield _Line(joined, place)
            held, depth = [], 0
    joined = "\n".join(held).rstrip()
    if joined:
        yield _Line(joined, place)


def _position(line: _Line, row: int, column: int) -> Place:
    first = (line.place.column - 1) if row == 1 else 0
    return replace(line.place, line=line.place.line + row - 1, column=first + column + 1)


def _fault(line: _Line, node: ast.expr, code: str, message: str, hint: str = "") -> Fault:
    return Fault(code, message, _position(line, node.lineno, node.col_offset), hint)


def _split(line: _Line) -> tuple[ast.expr, ast.expr, bool]:
    """Left side, right side, and whether it adds up."""
    if not line.text.isascii():
        # Python would take some of these for the ASCII letters that they look like.
        at = next(n for n, c in enumerate(line.text) if not c.isascii())
        row = line.text.count("\n", 0, at) + 1
        column = at - line.text.rfind("\n", 0, at) - 1
        raise SpecError(
            Fault("SP109", f"{line.text[at]!r} (U+{ord(line.text[at]):04X}) is not ASCII",
                  _position(line, row, column),
                  foreign.of_character(line.text[at]))
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(line.text)
    except SyntaxError as error:
        if "set_int_max_str_digits" in str(error.msg):
            message = f"a number has over {MOST_DIGITS} digits"
            raise SpecError(Fault("SP108", message, line.place)) from None
        place = _position(line, error.lineno or 1, max((error.offset or 1) - 1, 0))
        hint = foreign.of_line(line.text, str(error.msg)) or (
            "a definition is written  name[indices] = expression"
        )
        raise SpecError(Fault("SP101", f"not a definition: {error.msg}", place, hint)) from None
    except (RecursionError, MemoryError):
        raise _too_deep(line) from None
    except ValueError:
        raise SpecError(Fault("SP101", "not a definition", line.place)) from None
    if len(tree.body) != 1:
        raise SpecError(Fault("SP102", "one definition a line", line.place))
    statement = tree.body[0]
    _limit_depth(statement, line)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return statement.targets[0], statement.value, False
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
        return statement.target, statement.value, True
    place = _position(line, statement.lineno, statement.col_offset)
    kind = type(statement).__name__
    raise SpecError(
        Fault("SP102", f"not allowed here: {kind}", place,
              foreign.of_statement(statement) or
              "a line is  name[indices] = expression  or  name[indices] += expression")
    )


def _limit_depth(tree: ast.AST, line: _Line) -> None:
    """Refuse trees that a recursive walk could not follow; the check itself does not recurse."""
    level: list[ast.AST] = [tree]
    for _ in range(3 * DEEPEST):
        level = [child for node in level for child in _below(node, line)]
        if not level:
            return
    raise _too_deep(line)


def _below(node: ast.AST, line: _Line) -> Iterator[ast.AST]:
    """What a node holds; a + b + c holds three operands, though it is written as two sums."""
    terms = factors = 0
    if isinstance(node, ast.BoolOp):
        _limit_row(len(node.values) - 1, MOST_TERMS, "conditions", line, node)
    while isinstance(node, ast.BinOp):
        yield node.right
        terms, factors = terms + 1, factors + isinstance(node.op, ast.Mult | ast.Div)
        _limit_row(terms, MOST_TERMS, "operands", line, node)
        _limit_row(factors, MOST_FACTORS, "factors", line, node)
        node = node.left
    if terms:
        yield node
    else:
        yield from ast.iter_child_nodes(node)


def _limit_row(count: int, most: int, what: str, line: _Line, node: ast.expr) -> None:
    if count > most:
        raise LimitError(_fault(line, node, "SP401", f"more than {most} {what} in a row",
                                "give a part of it a name of its own"))


def _too_deep(line: _Line) -> LimitError:
    return LimitError(
        Fault("SP401", f"an expression is nested more than {3 * DEEPEST} deep", line.place,
              "give a part of it a name of its own")
    )


def _target_name(target: ast.expr) -> tuple[str | None, int]:
    if isinstance(target, ast.Name):
        return target.id, 0
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        listed = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
        return target.value.id, len(listed)
    return None, 0


class _Reader:
    """Reads one definition; its indices carry unknown extents until `infer` finds them."""

    def __init__(
        self,
        line: _Line,
        ranks: Mapping[str, int],
        extents: set[str],
        declared: Mapping[str, ExtentLike],
    ) -> None:
        self.line = line
        self.ranks = ranks
        self.extents = extents
        # In ASCII, in which `ast` counts characters as we do.
        self.rows = line.text.split("\n")
        self.declared = declared
        self.scope: dict[str, Index] = {}
        self.order: dict[str, None] = {}
        self.operands: dict[Expr, None] = {}
        # Extents of its indices that are to be found, as the author wrote these.
        self.unknown: list[Symbol] = []
        self.whole = 0

    def fail(self, node: ast.expr, code: str, message: str, hint: str = "") -> SpecError:
        return SpecError(_fault(self.line, node, code, message, hint))

    def index(self, name: str, node: ast.expr) -> Index:
        if not NAME.match(name):
            raise self.fail(node, "SP109", f"{name!r} is no name for an index")
        if name in self.declared:
            return Index(name, self.declared[name])
        number = len(self.unknown) + 1
        unknown = Symbol(f"?{self.line.place.line}.{self.line.place.column}.{number}",
                         integer=True, positive=True)
        self.unknown.append(unknown)
        return Index(name, unknown)

    def definition(self, target: ast.expr, value: ast.expr, accumulate: bool) -> Definition:
        if isinstance(target, ast.Subscript):
            for node in ast.walk(target.slice):
                if isinstance(node, ast.Name) and self._is_index(node.id):
                    self.scope.setdefault(node.id, self.index(node.id, node))
        left = self.expression(target)
        if not isinstance(left, Read):
            raise self.fail(target, "SP101", "a left side is a name or name[indices]")
        self.order.clear()
        self.operands.clear()
        right = settled(self.expression(value))
        return Definition(left, right, accumulate, self.line.place, tuple(self.order),
                          tuple(self.operands))

    def _is_index(self, name: str) -> bool:
        return name != "pi" and name not in self.ranks and name not in self.extents

    def expression(self, node: ast.expr) -> Expr:
        return self.held(self._expression(node), node)

    def held(self, result: Expr, node: ast.expr) -> Expr:
        """What was read, where a float holds it."""
        if result.is_Rational and max(abs(result.p), result.q) > 10 ** (10 * MOST_DIGITS):
            raise self.fail(node, "SP108", f"a number has over {10 * MOST_DIGITS} digits")
        if is_number(result) and constant_value(result) is None:
            raise self.fail(node, "SP108", f"{self.source(node)} is no finite real number")
        return result

    def segment(self, node: ast.expr) -> str:
        """The text of a node.  What `ast` offers splits the whole line into rows at each call."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        rows = self.rows[first:last + 1]
        rows[-1] = rows[-1][:node.end_col_offset]
        rows[0] = rows[0][node.col_offset:]
        return "\n".join(rows)

    def source(self, node: ast.expr) -> str:
        text = self.segment(node)
        return text if len(text) <= 60 else text[:57] + "..."

    def _expression(self, node: ast.expr) -> Expr:
        match node:
            case ast.Constant():
                return self.constant(node)
            case ast.Name(id=name):
                return self.name(name, node)
            case ast.Subscript():
                return self.read(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.expression(operand)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.expression(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return apply("negate", self.expression(operand))
            case ast.BinOp():
                return self.operation(node)
            case ast.BoolOp(op=operator, values=values):
                joint = "both" if isinstance(operator, ast.And) else "either"
                return _balanced(joint, [self.expression(value) for value in values])
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                if type(operator) not in COMPARISONS:
                    raise self.fail(node, "SP102", "not allowed here: in, is",
                                    "comparisons are > >= < <= == !=")
                name = COMPARISONS[type(operator)]
                return apply(name, self.expression(left), self.expression(right))
            case ast.Call():
                return self.call(node)
            case _:
                kind = type(node).__name__
                hint = foreign.NODES.get(type(node), "")
                if isinstance(node, ast.Attribute):
                    kind, hint = self.source(node), foreign.of_attribute(node.attr)
                elif isinstance(node, ast.UnaryOp):
                    hint = foreign.OPERATORS.get(type(node.op), "")
                raise self.fail(node, "SP102", f"not allowed here: {kind}", hint)

    def constant(self, node: ast.Constant) -> Expr:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fail(node, "SP102", f"not allowed here: {self.source(node)}",
                            foreign.of_word(str(value), foreign.NAMES))
        text = self.segment(node).replace("_", "")
        if isinstance(value, int):
            if value.bit_length() > MOST_DIGITS * 3.33:
                raise self.fail(node, "SP108", f"a number has over {MOST_DIGITS} digits")
            return Integer(value)
        if not math.isfinite(value):
            raise self.fail(node, "SP108", f"{self.source(node)} is no finite number")
        if len(text) > MOST_DIGITS:
            raise self.fail(node, "SP108", f"a number has over {MOST_DIGITS} digits")
        if value == 0:
            # Not by its exact value: that of 1e-999999999 has a billion digits.
            if text.lower().partition("e")[0].strip("0.") != "":
                raise self.fail(node, "SP108", f"{text} is less than any number that a float holds")
            return ZERO
        return Rational(text)

    def name(self, name: str, node: ast.expr) -> Expr:
        if name in self.scope:
            return self.scope[name]
        if name in self.ranks:
            if self.ranks[name]:
                raise self.fail(node, "SP110", f"{name} has {self.ranks[name]} indices",
                                f"write {name}[{self.letters(name)}]")
            self.order.setdefault(name)
            return Read(name)
        if name in self.extents:
            return extent(name)
        if name == "pi":
            return sympy.pi
        known = {*self.ranks, *self.scope, *self.extents}
        raise self.fail(node, "SP103", f'unknown name "{name}"',
                        foreign.of_name(name, self.ranks) or did_you_mean(name, known))

    def read(self, node: ast.Subscript) -> Expr:
        if not isinstance(node.value, ast.Name):
            raise self.fail(node, "SP102", "not allowed here: only a tensor has indices",
                            self.indexed(node))
        name = node.value.id
        if name not in self.ranks:
            hint = did_you_mean(name, self.ranks)
            if name in ALLOWED or name in SPELLED.values():
                hint = f"arguments stand in round brackets: {name}({self.source(node.slice)})"
            raise self.fail(node, "SP103", f'unknown tensor "{name}"', hint)
        self.order.setdefault(name)
        listed = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if len(listed) != self.ranks[name]:
            message = f"{name} has {self.ranks[name]} indices, but {len(listed)} are given"
            hint = f"write {name}"
            if self.ranks[name]:
                hint = f"each dimension has an index of its own, as {name}[{self.letters(name)}]"
            raise self.fail(node, "SP110", message, hint)
        places: list[Expr] = []
        for part in listed:
            if isinstance(part, ast.Slice | ast.Starred):
                raise self.fail(node, "SP102", "not allowed here: a slice",
                                foreign.NODES[ast.Slice])
            self.whole += 1
            index = sympy.expand(self.expression(part))
            self.whole -= 1
            if not is_index(index):
                raise self.fail(part, "SP110", f"{self.source(part)} is no index expression",
                                "an index is like i, 3, 2*i+p+1, or an integer tensor's element")
            if isinstance(index, Rational) and not index.is_Integer:
                raise self.fail(part, "SP110", f"{self.source(part)} is no integer")
            places.append(index)
        return Read(name, *places)

    def operation(self, node: ast.BinOp) -> Expr:
        """Operands from the left to the right, so that a long sum is no deep recursion."""
        around: list[ast.BinOp] = [node]
        while isinstance(around[-1].left, ast.BinOp):
            around.append(around[-1].left)
        for outer in around:
            if not isinstance(outer.op, OPERATIONS):
                hint = foreign.OPERATORS.get(type(outer.op), "")
                if re.match(r"T\b", self.source(outer.right)):
                    hint = foreign.TRANSPOSE
                raise self.fail(outer, "SP102",
                                f"not allowed here: {type(outer.op).__name__}", hint)
        result = self.expression(around[-1].left)
        while around:
            # Of a sum that has begun, all terms that follow at once.
            terms: list[ast.BinOp] = []
            begun = not self.whole and result.is_Add and not is_number(result)
            while begun and around and isinstance(around[-1].op, ast.Add | ast.Sub):
                terms.append(around.pop())
            if terms:
                result = self.added(result, terms)
            else:
                outer = around.pop()
                result = self.held(self.joined(result, outer), outer)
        return result

    def added(self, value: Expr, nodes: Sequence[ast.BinOp]) -> Expr:
        """A sum, as `joined` adds one term after the other, but in one go."""
        left, others = self.term(value, nodes[0].left, nodes[0]), list[Expr]()
        if not _begins(left, nodes[0]):
            self.operands.setdefault(left)
        for node in nodes:
            right = self.term(self.expression(node.right), node.right, node)
            self.operands.setdefault(right)
            others.append(right if isinstance(node.op, ast.Add) else -right)
        return add_all(left, others)

    def joined(self, value: Expr, node: ast.BinOp) -> Expr:
        """One operation, whose left operand is read already."""
        ordered = isinstance(node.op, ast.Add | ast.Sub | ast.Mult)
        left = self.term(value, node.left, node)
        if ordered and not _begins(left, node):
            self.operands.setdefault(left)
        right = self.term(self.expression(node.right), node.right, node)
        if ordered:
            self.operands.setdefault(right)
        if self.whole:
            self.limit_index(left, right, node)
        if isinstance(node.op, ast.Div) and right == 0:
            raise self.fail(node, "SP108", "division by zero")
        match node.op:
            case ast.Add():
                return left + right if self.whole else add(left, right)
            case ast.Sub():
                return left - right if self.whole else add(left, -right)
            case ast.Mult():
                return left * right if self.whole else multiply(left, right)
            case ast.Div():
                return left / right if self.whole else divide(left, right)
            case _:
                return self.power(left, right, node)

    def limit_index(self, left: Expr, right: Expr, node: ast.BinOp) -> None:
        """An index is a sum; what multiplies out to very much is not even multiplied out."""
        both = bool(free_indices(left)) and bool(free_indices(right))
        count = math.prod(
            len(Add.make_args(f)) for side in (left, right) for f in Mul.make_args(side)
        )
        match node.op:
            case ast.Mult():
                wrong = both or count > MOST_TERMS
            case ast.Pow():
                wrong = bool(free_indices(left) or free_indices(right)) or not left.is_Atom
            case _:
                wrong = False
        if wrong:
            raise self.fail(node, "SP110", f"{self.source(node)} is no index expression",
                            "an index is like i, 3, 2*i+p+1, or an integer tensor's element")

    def term(self, value: Expr, node: ast.expr, around: ast.BinOp) -> Expr:
        """An operand; a sum that stands in brackets beside + or - stays a sum of its own.

        ``(a - b) + c`` begins at its bracket, so that one is told from ``a - b + c``.
        """
        if self.whole or not isinstance(around.op, ast.Add | ast.Sub) or not is_float_sum(value):
            return value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -group(-value)
        begins = (node.lineno, node.col_offset) != (around.lineno, around.col_offset)
        return group(value) if node is around.right or begins else value

    def power(self, base: Expr, exponent: Expr, node: ast.expr) -> Expr:
        if not exponent.is_Rational:
            return apply("power", base, exponent)
        if abs(exponent) <= LARGEST_EXPONENT < exponent.q:
            # No root that SymPy should know of.
            return apply("power", base, exponent)
        if abs(exponent) > LARGEST_EXPONENT:
            raise self.fail(node, "SP108",
                            f"an exponent of {self.source(node)} is beyond {LARGEST_EXPONENT}")
        if base == 0 and exponent <= 0:
            raise self.fail(node, "SP108", f"{self.source(node)} is no finite real number")
        result = Pow(base, exponent) if self.whole else power(base, exponent)
        if result.is_Rational and max(abs(result.p), result.q) > 10**MOST_DIGITS:
            raise self.fail(node, "SP108", f"a number has over {MOST_DIGITS} digits")
        return result

    def call(self, node: ast.Call) -> Expr:
        if not isinstance(node.func, ast.Name):
            called = self.source(node.func)
            raise self.fail(node, "SP102", f"not allowed here: {called}(...)", self.method(node))
        name = node.func.id
        if node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            raise self.fail(node, "SP102", "not allowed here: keyword and starred arguments",
                            "the index says along which axis: sum(k, x[n,k])"
                            if name in REDUCING else "")
        if name in WHOLE_PARTS and len(node.args) == 1:
            argument = self.expression(node.args[0])
            if is_count(argument):
                return WHOLE_PARTS[name](argument)
            # Of values: ceiling is the floor of the other side.
            return apply("floor", argument) if name == "floor" else -apply("floor", -argument)
        if name not in ALLOWED and name not in ("max", "min"):
            hint = foreign.of_call(name, self.arguments(node), ALLOWED, self.ranks)
            raise self.fail(node, "SP104", f'unknown function "{name}"',
                            hint or did_you_mean(name, {*ALLOWED, "max", "min"}))
        if name in REDUCING and not (name in ("max", "min") and not self._binds(node)):
            return self.reduction(name, node)
        arguments = [self.expression(a) for a in node.args]
        if name in DEFAULTS and len(arguments) == 1:
            arguments.append(DEFAULTS[name])
        name = {"max": "maximum", "min": "minimum"}.get(name, name)
        arity = FUNCTIONS[name].arity if name in FUNCTIONS else 1
        if len(arguments) != arity:
            said = SPELLED.get(name, name)
            raise self.fail(node, "SP105",
                            f"{said} takes {arity} argument{'s' * (arity > 1)}, but "
                            f"{len(arguments)} {'are' if len(arguments) != 1 else 'is'} given",
                            foreign.of_word(said, foreign.ARITIES))
        if name == "sqrt":
            return self.power(arguments[0], Rational(1, 2), node)
        if name == "square":
            return self.power(arguments[0], Integer(2), node)
        low = {"log": 0, "log1p": -1}.get(name)
        if low is not None and arguments[0].is_Rational and arguments[0] <= low:
            raise self.fail(node, "SP108", f"{self.source(node)} is no finite real number")
        return apply(name, *arguments)

    def _binds(self, node: ast.Call) -> bool:
        """Whether the arguments of max or min begin with an index to run over."""
        first = node.args[0] if node.args else None
        return (
            isinstance(first, ast.Name) and self._is_index(first.id) and first.id not in self.scope
        )

    # -- what a hint shows --

    def letters(self, name: str) -> str:
        """Indices for a tensor of its rank, as an author would call them."""
        return ",".join(("n", "j", "k", "l", "m", "p", "q")[:self.ranks[name]]) if (
            self.ranks[name] <= 7) else "..."

    def arguments(self, node: ast.Call) -> str:
        return ", ".join(map(self.source, node.args))

    def indexed(self, node: ast.Subscript) -> str:
        """What to write for indices behind something else than a tensor's name."""
        match node.value:
            case ast.Subscript(value=ast.Name(id=name), slice=first):
                return f"write {name}[{self.source(first)},{self.source(node.slice)}]"
            case ast.Call(func=ast.Name(id=name), args=[ast.Name(id=of)]) if (
                of in self.ranks and name in ALLOWED
            ):
                return f"indices stand at the tensor: {name}({of}[{self.source(node.slice)}])"
            case ast.Attribute(attr=attribute):
                return foreign.of_attribute(attribute)
            case ast.Call(func=ast.Name(id=name)):
                return foreign.of_call(name, "", ALLOWED, self.ranks) or (
                    "give it a name: y[n,j] = ..., and read y[n,j]")
            case _:
                return "give it a name: y[n,j] = ..., and read y[n,j]"

    def method(self, node: ast.Call) -> str:
        """What to write for a function of a module, or of a tensor."""
        if not isinstance(node.func, ast.Attribute):
            return "a product is written with *: a*(b + c)"
        name, of = node.func.attr, node.func.value
        root = of.value if isinstance(of, ast.Subscript) else of
        if isinstance(root, ast.Name) and root.id in self.ranks:
            if name in REDUCING:
                letters = self.letters(root.id)
                if root is of:
                    return f"write {name}({letters.replace(',', ', ')}, {root.id}[{letters}])"
                return f"write {self.example(name, ast.Call(node.func, [of], []))}"
            if name in ALLOWED:
                return f"write {name}({self.source(of)})"
        return foreign.of_call(self.source(node.func), self.arguments(node),
                               {*ALLOWED, *SPELLED.values()}, self.ranks) or (
            did_you_mean(name, {*ALLOWED, *SPELLED.values()}))

    def example(self, name: str, node: ast.Call) -> str:
        """A reduction as it is written, of what its author gave it where that is plain."""
        match node.args[-1] if node.args else None:
            case ast.Name(id=of) if self.ranks.get(of):
                letters = self.letters(of)
                return f"{name}({letters.replace(',', ', ')}, {of}[{letters}])"
            case ast.Subscript(value=ast.Name(id=of)) as read if of in self.ranks:
                last = read.slice.elts[-1] if isinstance(read.slice, ast.Tuple) else read.slice
                if isinstance(last, ast.Name) and self._is_index(last.id):
                    return f"{name}({last.id}, {self.source(read)})"
            case ast.GeneratorExp(elt=term, generators=[ast.comprehension(target=ast.Name(id=i))]):
                return f"{name}({i}, {self.source(term)})"
        return f"{name}(k, W[j,k]*x[n,k])"

    def reduction(self, name: str, node: ast.Call) -> Expr:
        if len(node.args) < 2:
            raise self.fail(node, "SP105", f"{name} takes indices and an expression",
                            f"as in {self.example(name, node)}")
        bound: list[Index] = []
        outer = dict(self.scope)
        for argument in node.args[:-1]:
            if not isinstance(argument, ast.Name) or not self._is_index(argument.id):
                last = node.args[-1]
                turned = isinstance(last, ast.Name) and self._is_index(last.id)
                raise self.fail(
                    argument, "SP110", f"{self.source(argument)} is no index",
                    f"the indices come first: {name}({self.source(last)}, {self.source(argument)})"
                    if turned else "an index is a letter or a name that no tensor has"
                )
            if name == "softmax":
                if argument.id not in outer:
                    raise self.fail(argument, "SP110",
                                    f"softmax runs over {argument.id}, which is not on the left")
                bound.append(outer[argument.id])
                continue
            if argument.id in outer or argument.id in {i.name for i in bound}:
                raise self.fail(argument, "SP110", f"the index {argument.id} is bound twice",
                                "use another letter")
            bound.append(self.index(argument.id, argument))
            self.scope[argument.id] = bound[-1]
        body = self.expression(node.args[-1])
        self.scope = outer
        if name == "softmax":
            taken = set(index_names(body)) | set(outer)
            moved: dict[Index, Expr] = {}
            for index in bound:
                moved[index] = fresh(index, taken)
                taken.add(moved[index].name)
            total = Reduce("logsumexp", rename(body, moved), *moved.values())
            return apply("exp", body - total)
        if name == "norm":
            return apply("root", Reduce("sum", power(body, Integer(2)), *bound))
        if name == "mean":
            return Reduce("sum", body, *bound) / Mul(*(i.extent for i in bound))
        return Reduce(name, body, *bound)


# --- printing ---------------------------------------------------------------------------------

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
_OPERATORS = {"greater": ">", "greater_equal": ">=", "less": "<", "less_equal": "<=",
              "equal": "==", "not_equal": "!="}


def _balanced(joint: str, conditions: Sequence[Expr]) -> Expr:
    """Conditions from the left to the right; of more than a few, halves, so that none is deep."""
    if len(conditions) > FEW_CONDITIONS:
        half = len(conditions) // 2
        sides = (_balanced(joint, part) for part in (conditions[:half], conditions[half:]))
        return apply(joint, *sides)
    return reduce(lambda one, other: apply(joint, one, other), conditions)


def _begins(left: Expr, node: ast.BinOp) -> bool:
    """Whether a left operand is the beginning of its own sum or product, as a + b of a + b + c."""
    if isinstance(node.op, ast.Mult):
        return left.is_Mul and isinstance(node.left, ast.BinOp) and isinstance(
            node.left.op, ast.Mult
        )
    return left.is_Add


def print_definition(definition: Definition) -> str:
    """One line that reads back as an equal definition."""
    sign = "+=" if definition.accumulate else "="
    expr = print_expr(definition.expr, definition.order)
    return f"{print_expr(definition.target)} {sign} {expr}"


def print_definitions(definitions: Iterable[Definition]) -> str:
    return "".join(print_definition(d) + "\n" for d in definitions)


def print_expr(expr: Expr, order: Sequence[str] = ()) -> str:
    """A formula as text, terms and factors in the order of the names in ``order``."""
    return _print(expr, tuple(order), _SUM)


@lru_cache(maxsize=1_000)
def _ranks(order: tuple[str, ...]) -> Mapping[str, int]:
    return {name: i for i, name in enumerate(order)}


def _ranked(parts: Sequence[Expr], order: tuple[str, ...]) -> list[Expr]:
    """Terms or factors by the first of their tensors that the author wrote, then by their text.

    The text, which takes as long as the part is large, is asked for only where it decides.
    """
    ranks = _ranks(order)
    first = {p: min((ranks.get(n, len(order)) for n in names_in(p)), default=-1) for p in parts}
    equal = Counter(first.values())
    return sorted(parts, key=lambda p: (first[p], text_of(p) if equal[first[p]] > 1 else ""))


def _print(expr: Expr, order: tuple[str, ...], room: int) -> str:
    text, level = _spell(expr, order)
    return text if level >= room else f"({text})"


# What a step computes is told with all that stands in it, step by step: each part is spelled once.
@lru_cache(maxsize=20_000)
def _spell(expr: Expr, order: tuple[str, ...]) -> tuple[str, int]:
    """Text and how tightly it binds."""
    if isinstance(expr, Read):
        inner = ", ".join(_print(i, order, _SUM) for i in expr.indices)
        return (f"{expr.name}[{inner}]" if inner else expr.name), _ATOM
    if isinstance(expr, Reduce):
        names = ", ".join(i.name for i in expr.indices)
        return f"{expr.kind}({names}, {_print(expr.body, order, _SUM)})", _ATOM
    if isinstance(expr, Symbol):
        return expr.name, _ATOM
    if expr.is_Rational:
        if expr.is_Integer:
            return _whole(expr), _ATOM if expr >= 0 else _SIGN
        if is_long(expr):
            return ("-" if expr < 0 else "") + decimal(expr), _ATOM if expr > 0 else _SIGN
        return f"{_whole(expr.p)}/{_whole(expr.q)}", _PRODUCT
    if expr.is_Add:
        return _spell_sum(expr, order), _SUM
    if is_whole_part(expr):
        return f"{type(expr).__name__}({_print(expr.args[0], order, _SUM)})", _ATOM
    if expr.is_Mul:
        return _spell_product(expr, order)
    if expr.is_Pow:
        return _spell_power(expr, order)
    if isinstance(expr, Elementwise):
        name = type(expr).__name__
        if is_group(expr):
            return f"({_print(expr.args[0], order, _SUM)})", _ATOM
        if name in _OPERATORS:
            left, right = (_print(a, order, _SUM) for a in expr.args)
            return f"({left} {_OPERATORS[name]} {right})", _ATOM
        inner = ", ".join(_print(a, order, _SUM) for a in expr.args)
        return f"{SPELLED.get(name, name)}({inner})", _ATOM
    return str(expr), _ATOM


def _whole(value: Expr) -> str:
    """An integer; one of many digits without the zeros at its end."""
    number = Integer(value)
    sign = "-" if number < 0 else ""
    return sign + decimal(number) if is_long(number) else str(number)


def _spell_sum(expr: Expr, order: tuple[str, ...]) -> str:
    terms = _ranked(Add.make_args(expr), order)
    # A sum reads best from a positive term on.
    lead = next((i for i, t in enumerate(terms) if not t.could_extract_minus_sign()), 0)
    terms.insert(0, terms.pop(lead))
    text = ""
    for term in terms:
        negative = term.could_extract_minus_sign()
        spelled = _print(-term if negative else term, order, _PRODUCT)
        if not text:
            text = f"-{spelled}" if negative else spelled
        else:
            text += f" - {spelled}" if negative else f" + {spelled}"
    return text


def _spell_product(expr: Expr, order: tuple[str, ...]) -> tuple[str, int]:
    coefficient, rest = expr.as_coeff_Mul()
    if coefficient < 0:
        text = _print(-expr, order, _PRODUCT)
        return f"-{text}", _PRODUCT
    long = is_long(coefficient)
    above: list[Expr] = [coefficient] if long else (
        [Integer(coefficient.p)] if coefficient.p != 1 else [])
    below: list[Expr] = [Integer(coefficient.q)] if coefficient.q != 1 and not long else []
    factors = _ranked(Mul.make_args(rest), order)
    for factor in factors:
        if factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
            below.append(Pow(factor.base, -factor.exp))
        else:
            above.append(factor)
    text = "*".join(_print(f, order, _SIGN) for f in above) or "1"
    for factor in below:
        text += f"/{_print(factor, order, _POWER)}"
    return text, _PRODUCT


def _spell_power(expr: Expr, order: tuple[str, ...]) -> tuple[str, int]:
    if expr.exp == Rational(1, 2):
        return f"sqrt({_print(inside(expr.base), order, _SUM)})", _ATOM
    if expr.exp.is_Rational and expr.exp < 0:
        return f"1/{_print(Pow(expr.base, -expr.exp), order, _POWER)}", _PRODUCT
    base = _print(expr.base, order, _ATOM)
    return f"{base}**{_print(expr.exp, order, _ATOM)}", _POWER


__all__ = ["print_definition", "print_definitions", "print_expr", "read_equations"]
