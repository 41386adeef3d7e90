"""The nodes that index notation adds to SymPy: `Index`, `Read`, `Reduce`, and extents.

A formula is a SymPy expression over these.  They are inert: constructors validate and build, they
never simplify, rename or return another type.  Substituting an index is the business of
`indices` alone, because SymPy's own ``subs`` and ``xreplace`` capture bound indices.
"""

from __future__ import annotations

import itertools
from collections import Counter
from functools import lru_cache
from typing import Any, TypeAlias

import sympy
from sympy import (
    Add,
    Basic,
    Expr,
    Integer,
    Max,
    Min,
    Mul,
    Pow,
    Rational,
    Symbol,
    ceiling,
    floor,
)
from sympy.core.relational import Relational
from sympy.core.symbol import Str
from sympy.printing.str import StrPrinter

from symbprop.arguments import KINDS, NO, Kind, doors, finite, fits, instance, whole
from symbprop.errors import Fault, SpecError

ExtentLike: TypeAlias = int | str | Expr
# What is kept of one.
Extent: TypeAlias = Expr
# Numbers of any library go in; a comparison is what chooses.
FormulaLike: TypeAlias = Expr | Relational | float


@lru_cache(maxsize=10_000)
def _is_size(expr: Basic) -> bool:
    """Whether a formula is of names and integers alone: no index runs in an extent."""
    if not expr.args:
        return (isinstance(expr, Symbol) and not isinstance(expr, Index)) or (
            isinstance(expr, Rational))
    return isinstance(expr, Add | Mul | Pow | Max | Min | floor | ceiling) and all(
        map(_is_size, expr.args)
    )


def _extent(value: Any) -> Any:
    """What may be an extent, as it goes in."""
    if type(value) is int:
        return value if value >= 0 else NO
    if isinstance(value, Integer):
        return value if value.p >= 0 else NO
    if isinstance(value, Expr):
        return value if value.is_integer and not value.is_negative and _is_size(value) else NO
    if isinstance(value, str):
        return str.__str__(value)
    size = whole(value)
    return NO if size is NO or size < 0 else size


KINDS["ExtentLike"] = Kind(
    _extent, "an extent: a name, or an integer from zero on",
    "extents: names, or integers from zero on",
    lambda kind: kind is str,
)


def _as_extent(value: Any) -> Any:
    found = _extent(value)
    return NO if found is NO else _made(found)


KINDS["Extent"] = Kind(_as_extent, KINDS["ExtentLike"].words, KINDS["ExtentLike"].many)
KINDS["Expr"] = instance(Expr, "a formula", "formulas")
KINDS["Basic"] = instance(Basic, "a formula", "formulas")
KINDS["FormulaLike"] = fits(
    lambda value: isinstance(value, Expr | Relational) or finite(value) is not NO,
    "a formula or a finite number", "formulas or finite numbers",
)


def extent(value: ExtentLike) -> Expr:
    """An extent: a non-negative integer, a name bound at call time, or an integer expression.

    Raises SpecError for anything else.
    """
    return _made(value)


def _made(value: ExtentLike) -> Expr:
    if isinstance(value, int):
        return Integer(value)
    if isinstance(value, str):
        return Symbol(value, integer=True, positive=True)
    return value


def is_whole_part(expr: Basic) -> bool:
    """Whether a node is what windows of a stride leave of an extent: a floor or a ceiling."""
    return isinstance(expr, floor | ceiling)


class _Texts(StrPrinter):  # type: ignore[misc]
    """SymPy's own texts; a part that was written before is not written again."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[Basic, str] = {}

    def _print(self, expr: Any, **kwargs: Any) -> str:
        if kwargs or not isinstance(expr, Basic):
            return str(super()._print(expr, **kwargs))
        found = self.written.get(expr)
        if found is None:
            if len(self.written) > MOST_TEXTS:
                self.written.clear()
            found = self.written[expr] = str(super()._print(expr))
        return found


MOST_TEXTS = 50_000
_TEXTS = _Texts()


def text_of(expr: Basic) -> str:
    """``str(expr)``, as a key to sort by: that of a deep formula takes the time of its depth."""
    return _TEXTS.doprint(expr)


class Index(Symbol):
    """A position that runs over ``0 .. extent-1``.  Two indices are equal when name and extent are.

    An index may also stand as a value in a formula, where it means its own number.
    """

    __slots__ = ("extent",)
    extent: Expr

    def __new__(cls, name: str, size: ExtentLike) -> Index:
        return _index(name, _made(size))

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.extent)

    def __getnewargs_ex__(self) -> tuple[tuple[str, Expr], dict[str, Any]]:
        return ((self.name, self.extent), {})


@lru_cache(maxsize=200_000, typed=True)
def _index(name: str, size: Expr) -> Index:
    """Equal indices are one object: that they are equal is then seen without a comparison."""
    obj = Symbol.__xnew__(Index, name, integer=True, nonnegative=True)
    obj.extent = size
    return obj  # type: ignore[no-any-return]


class Read(Expr):
    """``x[f, g, ...]``: an element of the tensor called ``name`` at index expressions."""

    is_commutative = True
    is_real = True

    def __new__(cls, name: str | Str, *indices: Expr | int) -> Read:
        label = name if isinstance(name, Str) else Str(name)
        return Expr.__new__(
            cls, label, *(Integer(i) if isinstance(i, int) else i for i in indices)
        )

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def indices(self) -> tuple[Expr, ...]:
        return self.args[1:]

    @property
    def free_symbols(self) -> set[Symbol]:
        found: set[Symbol] = set()
        for index in self.indices:
            found |= index.free_symbols
        return found

    def _sympystr(self, printer: Any) -> str:
        if not self.indices:
            return self.name
        return f"{self.name}[{', '.join(printer.doprint(i) for i in self.indices)}]"

    def _latex(self, printer: Any) -> str:
        # Only for a bare notebook display; derivations have a printer of their own.
        inner = ",".join(printer.doprint(i) for i in self.indices)
        name = printer.doprint(Symbol(self.name))
        return f"{{{name}}}_{{{inner}}}" if inner else str(name)


class Reduce(Expr):
    """``kind(i, j, ..., body)``: a reduction of ``body`` over bound indices.

    ``kind`` names a record of `reductions`.  The bound indices are not free in the node.
    """

    is_commutative = True
    is_real = True

    def __new__(cls, kind: str | Str, body: Expr, *indices: Index) -> Reduce:
        label = kind if isinstance(kind, Str) else Str(kind)
        if len(set(indices)) != len(indices):
            raise SpecError(Fault("SP110", f"an index is bound twice by one {label.name}"))
        return Expr.__new__(cls, label, body, *indices)

    @property
    def kind(self) -> str:
        return str(self.args[0].name)

    @property
    def body(self) -> Expr:
        return self.args[1]

    @property
    def indices(self) -> tuple[Index, ...]:
        return self.args[2:]

    @property
    def bound_symbols(self) -> list[Symbol]:
        return list(self.indices)

    @property
    def canonical_variables(self) -> dict[Index, Index]:
        """Where SymPy renames what is bound, as it does to see what is free: indices again."""
        names = {s.name for s in self.free_symbols}
        free = (n for n in map("_{}".format, itertools.count()) if n not in names)
        return {i: Index(next(free), i.extent) for i in self.indices}

    @property
    def free_symbols(self) -> set[Symbol]:
        return self.body.free_symbols - set(self.indices)

    def _sympystr(self, printer: Any) -> str:
        inner = ", ".join([*(i.name for i in self.indices), printer.doprint(self.body)])
        return f"{self.kind}({inner})"

    def _latex(self, printer: Any) -> str:
        under = ",".join(i.name for i in self.indices)
        symbol = {"sum": r"\sum", "prod": r"\prod", "max": r"\max", "min": r"\min"}.get(
            self.kind, rf"\operatorname{{{self.kind}}}"
        )
        return rf"{symbol}_{{{under}}} {printer.doprint(self.body)}"


ZERO, ONE = sympy.S.Zero, sympy.S.One


def depth(expr: Basic) -> int:
    """How many operations stand inside one another."""
    return _depth(expr)


@lru_cache(maxsize=200_000)
def _depth(expr: Basic) -> int:
    if isinstance(expr, Read) or not expr.args:
        return 0
    if isinstance(expr, Reduce):
        return 1 + _depth(expr.body)
    return 1 + max(map(_depth, expr.args))


def size(expr: Basic) -> int:
    """How many operations a formula has where it is written out."""
    return _size(expr)


@lru_cache(maxsize=200_000)
def _size(expr: Basic) -> int:
    if isinstance(expr, Read) or not expr.args:
        return 0
    return 1 + sum(map(_size, (expr.body,) if isinstance(expr, Reduce) else expr.args))


def standing(expr: Expr) -> Counter[Expr]:
    """How often each part stands in others, equal ones taken as one."""
    found = Counter[Expr]()
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Read):
            continue
        for inner in (part.body,) if isinstance(part, Reduce) else part.args:
            found[inner] += 1
            if found[inner] == 1:
                waiting.append(inner)
    return found


doors(__name__)
