"""How each array operation is written in NumPy: one statement per step.

Every value is a local variable.  A temporary is written to its buffer, ``out=work.name``; where
there is no workspace that attribute is None and NumPy allocates.  A later write to the same value
goes in place.  Results are always fresh arrays.

Scalars keep the dtype of the parameters: a formula of untyped numbers alone (extents, constants) is
given that dtype where Python's arithmetic would raise or NumPy's would promote.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

import sympy
from sympy import Expr, Symbol

from symbprop.arrays.lower import COPY, TRUTHS
from symbprop.arrays.program import (
    Apply,
    Argument,
    Choose,
    Clear,
    Compute,
    Contract,
    Count,
    Fold,
    Gather,
    Operand,
    Program,
    Scatter,
    Step,
    written,
)
from symbprop.errors import Fault, InternalError
from symbprop.language.functions import FUNCTIONS, Elementwise
from symbprop.language.terms import Index, Read
from symbprop.targets.naming import Names

SUM, PRODUCT, UNARY, POWER, ATOM = range(5)
FOLDS = {"max": "np.maximum", "min": "np.minimum", "prod": "np.multiply", "sum": "np.add"}
IN_PLACE = {"np.add": "+=", "np.subtract": "-=", "np.multiply": "*=", "np.divide": "/="}


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of code and the equation that it computes."""

    code: str
    meaning: str = ""


@dataclass(slots=True)
class Needs:
    """What the statements use besides values: vectors of ones, ranges, helper functions."""

    ones: dict[Expr, str] = field(default_factory=dict)
    ranges: dict[Expr, str] = field(default_factory=dict)
    helpers: dict[str, None] = field(default_factory=dict)
    scalar_type: bool = False


def number(value: Expr) -> str:
    """A constant to the last digit of a double."""
    if value.is_Integer and abs(int(value)) < 2**53:
        return f"{int(value)}.0"
    exact = float(sympy.N(value, 40))
    if math.isinf(exact):
        return "np.inf" if exact > 0 else "-np.inf"
    if math.isnan(exact):
        return "np.nan"
    return repr(exact)


def extent_text(size: Expr, names: Names) -> str:
    """An integer formula of free extents, as Python."""
    return _extent(size, names)[0]


def _extent(size: Expr, names: Names) -> tuple[str, int]:
    if size.is_Integer:
        return str(int(size)), ATOM if size >= 0 else UNARY
    if size.is_Symbol:
        return names.extent(str(size)), ATOM
    if isinstance(size, sympy.Max):
        inner = [extent_text(a, names) for a in sorted(size.args, key=str)]
        return f"max({', '.join(inner)})", ATOM
    if isinstance(size, sympy.floor | sympy.ceiling):
        top, bottom = size.args[0].as_numer_denom()
        over = _in(_extent(top, names), PRODUCT)
        if isinstance(size, sympy.ceiling):
            return f"-(-{over} // {_in(_extent(bottom, names), UNARY)})", UNARY
        return f"{over} // {_in(_extent(bottom, names), UNARY)}", PRODUCT
    if size.is_Add:
        first, *rest = sorted(size.args, key=lambda t: (t.is_number, t.could_extract_minus_sign(),
                                                        str(t)))
        text = _in(_extent(first, names), SUM)
        for term in rest:
            sign = "-" if term.could_extract_minus_sign() else "+"
            part = -term if sign == "-" else term
            text += f" {sign} {_in(_extent(part, names), PRODUCT)}"
        return text, SUM
    if size.is_Mul:
        parts = sorted(size.args, key=lambda t: (not t.is_number, str(t)))
        return " * ".join(_in(_extent(p, names), UNARY) for p in parts), PRODUCT
    if size.is_Pow and size.exp.is_Integer and size.exp > 0:
        return f"{_in(_extent(size.base, names), ATOM)}**{int(size.exp)}", POWER
    raise InternalError(Fault("SP701", f"the extent {size} has no spelling"))


def _in(spelled: tuple[str, int], least: int) -> str:
    text, strength = spelled
    return text if strength >= least else f"({text})"


class Speller:
    """Writes the statements of one program.

    ``buffered`` says whether temporaries have buffers in ``work``.
    """

    def __init__(self, program: Program, names: Names, buffered: bool) -> None:
        self.program = program
        self.names = names
        self.buffered = buffered
        self.begun: set[str] = set()
        self.needs = Needs()

    def statements(self) -> list[Statement]:
        return [self.statement(step) for step in self.program.steps]

    def statement(self, step: Step) -> Statement:
        code = self.code(step)
        self.begun.add(written(step))
        return Statement(code, step.meaning)

    def code(self, step: Step) -> str:
        match step:
            case Apply():
                return self.apply(step)
            case Choose():
                return self.choose(step)
            case Contract():
                return self.contract(step)
            case Fold():
                return self.fold(step)
            case Gather():
                return self.gather(step)
            case Scatter():
                return self.scatter(step)
            case Clear():
                return self.clear(step)
            case Count():
                return f"{self.local(step.out.value)} = {self.range(step.out.axes[0].extent)}"
            case Compute():
                return f"{self.local(step.out)} = {self.compute(step)}"
            case _:
                assert_never(step)

    # -- places --

    def local(self, value: str) -> str:
        return self.names.tensor(value)

    def out(self, value: str) -> str:
        """The array to write to, or empty where NumPy shall make one."""
        if value in self.begun:
            return self.local(value)
        held = self.program.values[value]
        if self.buffered and held.source == "temporary" and held.shape:
            return f"work.{self.local(value)}"
        return ""

    def given(self, step: Apply | Contract | Fold | Gather) -> str:
        """The ``out=`` argument with its comma."""
        place = self.out(step.out.value)
        return f", out={place}" if place else ""

    def shape(self, axes: Iterable[Index]) -> str:
        return self.tuple_of([extent_text(i.extent, self.names) for i in axes])

    @staticmethod
    def tuple_of(items: Sequence[str]) -> str:
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"

    def ones(self, size: Expr) -> str:
        return self.needs.ones.setdefault(size, self.names.ones(size))

    def range(self, size: Expr) -> str:
        return self.needs.ranges.setdefault(size, self.names.range(size))

    def helper(self, name: str) -> str:
        self.needs.helpers[name] = None
        return f"_{name}"

    def spread(self, argument: Argument, axes: Sequence[Index], *, index: bool = False) -> str:
        """An argument such that NumPy broadcasts it along ``axes`` by name."""
        if not isinstance(argument, Operand):
            if index:
                return extent_text(argument, self.names)
            return self.formula(argument)
        text = self.aligned(argument, axes)
        present = [i for i in axes if i in argument.axes]
        if not present:
            return text
        first = axes.index(present[0])
        marks = [":" if i in argument.axes else "None" for i in axes[first:]]
        while marks and marks[-1] == ":":
            marks.pop()
        return f"{text}[{', '.join(marks)}]" if marks else text

    def aligned(self, operand: Operand, axes: Sequence[Index]) -> str:
        """An operand with its axes in the order that they have in ``axes``."""
        order = sorted(range(len(operand.axes)), key=lambda n: axes.index(operand.axes[n]))
        return self.transposed(self.local(operand.value), order)

    @staticmethod
    def transposed(text: str, order: Sequence[int]) -> str:
        if list(order) == list(range(len(order))):
            return text
        if len(order) == 2:
            return f"{text}.T"
        return f"{text}.transpose({', '.join(map(str, order))})"

    # -- elementwise --

    def apply(self, step: Apply) -> str:
        name, axes = self.local(step.out.value), step.out.axes
        if step.function == COPY:
            (argument,) = step.arguments
            place = self.out(step.out.value) or "None"
            copied = self.helper("filled")
            source = self.spread(argument, axes)
            return f"{name} = {copied}({source}, {place}, {self.shape(axes)}, dtype)"
        if step.function == "erf":
            inner = self.spread(step.arguments[0], axes)
            return f"{name} = {self.helper('erf')}({inner}, {self.out(step.out.value) or None})"
        arguments = ", ".join(self.spread(a, axes) for a in step.arguments)
        floating = step.function in TRUTHS or any(
            isinstance(a, Operand) and self.program.values[a.value].kind == "float"
            for a in step.arguments
        )
        typed = "" if floating else ", dtype=dtype"
        return f"{name} = {step.function}({arguments}{self.given(step)}{typed})"

    def choose(self, step: Choose) -> str:
        axes = step.out.axes
        parts = [self.spread(a, axes) for a in (step.condition, step.then, step.otherwise)]
        place = self.out(step.out.value) or "None"
        return (
            f"{self.local(step.out.value)} = {self.helper('chosen')}({', '.join(parts)}, {place}, "
            f"{self.shape(axes)}, dtype)"
        )

    def clear(self, step: Clear) -> str:
        place = self.out(step.out.value)
        name = self.local(step.out.value)
        if not place:
            return f"{name} = np.zeros({self.shape(step.out.axes)}, dtype)"
        return f"{name} = {self.helper('filled')}(0.0, {place}, {self.shape(step.out.axes)}, dtype)"

    # -- sums --

    def contract(self, step: Contract) -> str:
        name = self.local(step.out.value)
        left, right, out = step.left, step.right, step.out
        summed = [i for i in left.axes if i in step.summed and i in right.axes]
        batch = [i for i in out.axes if i in left.axes and i in right.axes]
        only_left = [i for i in out.axes if i in left.axes and i not in right.axes]
        only_right = [i for i in out.axes if i in right.axes and i not in left.axes]
        simple = len(summed) == len(step.summed) and max(
            len(summed), len(only_left), len(only_right)
        ) <= 1
        if not out.axes and len(summed) == len(step.summed):
            return f"{name} = {self.full_product(left, right)}"
        if simple and not batch:
            if only_left and only_right and out.axes[0] is not only_left[0]:
                left, right = right, left
                only_left, only_right = only_right, only_left
            first = self.aligned(left, [*only_left, *summed])
            second = self.aligned(right, [*summed, *only_right])
            return f"{name} = np.dot({first}, {second}{self.given(step)})"
        leading = batch == list(out.axes[: len(batch)])
        if simple and leading and only_left and only_right:
            if out.axes[len(batch)] is not only_left[0]:
                left, right = right, left
                only_left, only_right = only_right, only_left
            first = self.aligned(left, [*batch, *only_left, *summed])
            second = self.aligned(right, [*batch, *summed, *only_right])
            return f"{name} = np.matmul({first}, {second}{self.given(step)})"
        if simple and leading and not only_left and not only_right:
            first = self.aligned(left, [*batch, *summed])
            second = self.aligned(right, [*batch, *summed])
            return f"{name} = np.vecdot({first}, {second}{self.given(step)})"
        merged = self.merged_product(step, batch, summed, only_left, only_right)
        return merged or self.einsum(step)

    def full_product(self, left: Operand, right: Operand) -> str:
        order = [left.axes.index(i) for i in right.axes]
        first = self.transposed(self.local(left.value), order)
        call = "np.dot" if len(left.axes) == 1 else "np.vdot"
        return f"{call}({first}, {self.local(right.value)})"

    def merged_product(
        self,
        step: Contract,
        batch: Sequence[Index],
        summed: Sequence[Index],
        only_left: Sequence[Index],
        only_right: Sequence[Index],
    ) -> str:
        """Several axes as one: a product of matrices whose axes are groups that lie together."""
        if batch or len(summed) != len(step.summed) or not (only_left and only_right and summed):
            return ""
        out, left, right = step.out, step.left, step.right
        if list(out.axes) == [*only_right, *only_left]:
            left, right, only_left, only_right = right, left, only_right, only_left
        if list(out.axes) != [*only_left, *only_right]:
            return ""
        # The order in which the summed axes lie in one operand serves both, where it does.
        order = [i for i in left.axes if i in summed]
        first = self.matrix(left, only_left, order)
        second = self.matrix(right, order, only_right)
        if not first or not second:
            return ""
        product = f"np.dot({first}, {second}"
        place = self.out(out.value)
        name = self.local(out.value)
        if len(out.axes) == 2:
            return f"{name} = {product}{f', out={place}' if place else ''})"
        if place:
            flat = f"{self.size(only_left)}, {self.size(only_right)}"
            helper = self.helper("product_into")
            return f"{name} = {helper}({first}, {second}, {place}, {self.shape(out.axes)}, {flat})"
        return f"{name} = {product}).reshape{self.shape(out.axes)}"

    def matrix(self, operand: Operand, rows: Sequence[Index], columns: Sequence[Index]) -> str:
        """An operand as a matrix without a copy; empty where its axes lie otherwise."""
        text, axes = self.local(operand.value), list(operand.axes)
        for first, second, after in ((rows, columns, ""), (columns, rows, ".T")):
            if axes == [*first, *second]:
                if len(first) == len(second) == 1:
                    return f"{text}{after}"
                return f"{text}.reshape({self.size(first)}, {self.size(second)}){after}"
        return ""

    def size(self, axes: Sequence[Index]) -> str:
        total: Expr = sympy.Integer(1)
        for index in axes:
            total *= index.extent
        return extent_text(total, self.names)

    def einsum(self, step: Contract) -> str:
        letters: dict[Index, str] = {}
        for index in (*step.left.axes, *step.right.axes):
            letters.setdefault(index, chr(ord("a") + len(letters)))
        spell = ["".join(letters[i] for i in o.axes) for o in (step.left, step.right, step.out)]
        left, right = self.local(step.left.value), self.local(step.right.value)
        return (
            f'{self.local(step.out.value)} = np.einsum("{spell[0]},{spell[1]}->{spell[2]}", '
            f"{left}, {right}{self.given(step)})"
        )

    def fold(self, step: Fold) -> str:
        name, source = self.local(step.out.value), step.source
        text = self.local(source.value)
        kept = [i for i in source.axes if i not in step.over]
        reordered = tuple(kept) != step.out.axes
        if step.kind == "sum" and not reordered:
            product = self.sum_by_product(step, kept)
            if product:
                return f"{name} = {product}"
        function = FOLDS[step.kind]
        positions = [source.axes.index(i) for i in step.over]
        axis = str(positions[0]) if len(positions) == 1 else str(tuple(positions))
        if len(positions) == len(source.axes):
            axis = "None" if len(positions) > 1 else "0"
        if not reordered:
            return f"{name} = {function}.reduce({text}, axis={axis}{self.given(step)})"
        order = [kept.index(i) for i in step.out.axes]
        reduced = self.transposed(f"{function}.reduce({text}, axis={axis})", order)
        place = self.out(step.out.value) or "None"
        copied = self.helper("filled")
        return f"{name} = {copied}({reduced}, {place}, {self.shape(step.out.axes)}, dtype)"

    def sum_by_product(self, step: Fold, kept: Sequence[Index]) -> str:
        """A sum as a product with ones, which BLAS does several times faster than a reduction."""
        axes, over = step.source.axes, list(step.over)
        text = self.local(step.source.value)
        if self.program.values[step.source.value].kind != "float" or len(over) != 1:
            return ""
        ones = self.ones(over[0].extent)
        if len(axes) == 1:
            return f"np.dot({text}, {ones})"
        if axes[-1] is over[0] or axes[-1] == over[0]:
            return f"np.dot({text}, {ones}{self.given(step)})"
        if axes[0] == over[0] and len(axes) == 2:
            return f"np.dot({ones}, {text}{self.given(step)})"
        return ""

    # -- indices --

    def gather(self, step: Gather) -> str:
        name, axes = self.local(step.out.value), step.out.axes
        if not axes:
            places = ", ".join(self.spread(p, (), index=True) for p in step.places)
            return f"{name} = {self.local(step.table)}[{places}]"
        looked = [n for n, p in enumerate(step.places) if isinstance(p, Operand)]
        running = [p for p in step.places if isinstance(p, Index)]
        if len(looked) == 1 and len(running) == len(step.places) - 1:
            (at,) = looked
            place = step.places[at]
            assert isinstance(place, Operand)
            result = (*running[:at], *place.axes, *running[at:])
            if result == axes and len(set(result)) == len(result):
                # Values are checked to be in range, and "clip" does not buffer the result.
                return (
                    f"{name} = np.take({self.local(step.table)}, {self.local(place.value)}, "
                    f'axis={at}{self.given(step)}, mode="clip")'
                )
        text = f"{self.local(step.table)}[{self.places(step.places, axes)}]"
        if self.is_slice(step.places):
            order_now = running
            order = [order_now.index(i) for i in axes]
            text = self.transposed(text, order)
        place_text = self.out(step.out.value) or "None"
        return f"{name} = {self.helper('filled')}({text}, {place_text}, {self.shape(axes)}, dtype)"

    @staticmethod
    def is_slice(places: Sequence[Argument]) -> bool:
        running = [p for p in places if isinstance(p, Index)]
        return len(set(running)) == len(running) and not any(
            isinstance(p, Operand) for p in places
        )

    def places(self, places: Sequence[Argument], axes: Sequence[Index]) -> str:
        """The inside of an indexing bracket whose result has the given axes (or is a slice)."""
        if self.is_slice(places):
            return ", ".join(
                ":" if isinstance(p, Index) else extent_text(p, self.names) for p in places
            )
        spelled = []
        for place in places:
            if isinstance(place, Index):
                marks = ", ".join(":" if i == place else "None"
                                  for i in axes[list(axes).index(place):])
                text = self.range(place.extent)
                spelled.append(text if marks == ":" else f"{text}[{marks}]")
            else:
                spelled.append(self.spread(place, axes, index=True))
        return ", ".join(spelled)

    def scatter(self, step: Scatter) -> str:
        table, axes = self.local(step.table), step.axes
        if not step.places:
            return f"{table} = {table} + {self.formula_in(step.value, SUM)}"  # type: ignore[arg-type]
        if step.distinct or self.is_slice(step.places):
            if self.is_slice(step.places):
                order = [p for p in step.places if isinstance(p, Index)]
                value = self.spread(step.value, order)
                where = self.places(step.places, order)
            else:
                value = self.spread(step.value, axes)
                where = self.places(step.places, axes)
            if value.startswith("-"):
                return f"{table}[{where}] -= {value[1:]}"
            return f"{table}[{where}] += {value}"
        looked = [n for n, p in enumerate(step.places) if isinstance(p, Operand)]
        running = [p for p in step.places if isinstance(p, Index)]
        if looked == [0] and len(running) == len(step.places) - 1 and isinstance(
            step.value, Operand
        ):
            place = step.places[0]
            assert isinstance(place, Operand)
            full = (*place.axes, *running)
            if set(full) == set(step.value.axes) and len(set(full)) == len(full):
                rows = self.aligned(step.value, full)
                return f"{self.helper('add_rows')}({table}, {self.local(place.value)}, {rows})"
        where = self.places(step.places, axes)
        where = where if len(step.places) == 1 else f"({where})"
        return f"np.add.at({table}, {where}, {self.spread(step.value, axes)})"

    # -- scalar formulas --

    def compute(self, step: Compute) -> str:
        text, _, typed = self.spell(step.formula)
        bare = isinstance(step.formula, Read)
        if bare or not typed:
            self.needs.scalar_type = True
            return f"dtype.type({text})"
        return text

    def formula(self, expr: Expr) -> str:
        return self.spell(expr)[0]

    def formula_in(self, expr: Expr, least: int) -> str:
        text, strength, _ = self.spell(expr)
        return text if strength >= least else f"({text})"

    def spell(self, expr: Expr) -> tuple[str, int, bool]:
        """A scalar formula as Python: text, binding strength, whether it has the dtype."""
        if isinstance(expr, Read):
            return self.local(expr.name), ATOM, True
        if expr.is_number and not expr.has(Elementwise):
            text = number(expr)
            return text, UNARY if text.startswith("-") else ATOM, False
        if isinstance(expr, Symbol):
            return self.names.extent(str(expr)), ATOM, False
        if expr.is_Add:
            return self.spell_sum(expr)
        if expr.is_Mul:
            return self.spell_product(expr)
        if expr.is_Pow:
            return self.spell_power(expr)
        if isinstance(expr, Elementwise):
            record = FUNCTIONS[type(expr).__name__]
            if record.name == "erf":
                inner = self.formula(expr.args[0])
                return f"dtype.type({self.helper('erf')}({inner}, None))", ATOM, True
            if record.numpy is not None:
                inner = ", ".join(self.formula(a) for a in expr.args)
                # Truths would add as truths, and a function of untyped numbers gives a double.
                return f"dtype.type({record.numpy}({inner}))", ATOM, True
        raise InternalError(Fault("SP702", f"the formula {expr} has no spelling"))

    def spell_sum(self, expr: Expr) -> tuple[str, int, bool]:
        terms = sorted(expr.args, key=lambda t: (t.could_extract_minus_sign(), t.is_number, str(t)))
        text, typed = "", False
        for position, term in enumerate(terms):
            negative = position > 0 and term.could_extract_minus_sign()
            part, strength, has_type = self.spell(-term if negative else term)
            typed = typed or has_type
            if strength < PRODUCT:
                part = f"({part})"
            text += part if not position else f" {'-' if negative else '+'} {part}"
        return text, SUM, typed

    def spell_product(self, expr: Expr) -> tuple[str, int, bool]:
        top, bottom = [], []
        negative = expr.could_extract_minus_sign()
        for factor in sympy.Mul.make_args(-expr if negative else expr):
            if factor.is_Rational and factor.q != 1 and factor.p == 1:
                bottom.append(sympy.Integer(factor.q))
            elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                bottom.append(sympy.Pow(factor.base, -factor.exp))
            else:
                top.append(factor)
        above = [self.spell(f) for f in sorted(top, key=lambda f: (not f.is_number, str(f)))]
        below = [self.spell(f) for f in sorted(bottom, key=lambda f: (not f.is_number, str(f)))]
        typed = any(s[2] for s in above)
        texts = [t if strength >= UNARY else f"({t})" for t, strength, _ in above]
        text = " * ".join(texts)
        if below and not typed and not any(s[2] for s in below):
            text = f"dtype.type({text or '1.0'})"
            typed = True
        for part, strength, has_type in below:
            typed = typed or has_type
            text = f"{text or '1.0'} / {part if strength >= UNARY else f'({part})'}"
        return (f"-{text}" if negative else text), PRODUCT, typed

    def spell_power(self, expr: Expr) -> tuple[str, int, bool]:
        base, exponent = expr.base, expr.exp
        if exponent < 0:
            return self.spell_product(sympy.Mul(expr, sympy.S.One, evaluate=False))
        text, strength, typed = self.spell(base)
        if exponent == sympy.Rational(1, 2):
            return (f"np.sqrt({text})", ATOM, True) if typed else (
                f"dtype.type(np.sqrt({text}))", ATOM, True)
        inner = text if strength >= ATOM else f"({text})"
        if exponent.is_Integer:
            return f"{inner}**{int(exponent)}", POWER, typed
        return f"dtype.type({inner}) ** {number(exponent)}", POWER, True
