r"""A definition in matrix form, where it has one: products, Hadamard products, transposes, ones.

A tensor of two indices is a matrix and gets a capital letter, one of one index is a column.  Each
part of a formula knows along which of two indices, rows and columns, it runs; what does not run
along one is repeated along it by a vector of ones.  What runs along three indices at once, or is
read through another index than a plain one, has no such form and is said to have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sympy import Expr, Integer, Mul, Pow, Rational

from symbprop.language.building import is_group
from symbprop.language.functions import Elementwise
from symbprop.language.graph import Definition, Tensor
from symbprop.language.indices import free_indices, is_plain
from symbprop.language.terms import Index, Read, Reduce
from symbprop.targets.latex_formula import (
    ATOM,
    COMPARED,
    NEGATIVE,
    POWER,
    PRODUCT,
    SUM,
    Name,
    Notation,
    Order,
    add_up,
    bracket,
    juxtapose,
)

ONES = r"\mathbf{1}"
TRANSPOSED = r"^{\top}"


class NoMatrixForm(Exception):
    """A formula that only index notation can say; the message gives the reason."""


@dataclass(frozen=True, slots=True)
class Part:
    """A text, how tightly it binds, and whether it runs along the rows and the columns.

    What runs along one index only is a column vector.
    """

    text: str
    level: int
    rows: bool
    columns: bool

    def room(self, level: int) -> str:
        return self.text if self.level >= level else bracket(self.text)


def matrix_names(notation: Notation, tensors: Sequence[Tensor]) -> Notation:
    """The same notation with capital letters for matrices, where the capital is free."""
    taken = {n.spell() for n in notation.names.values()}
    names = dict(notation.names)
    for tensor in tensors:
        own = names.get(tensor.name)
        if own is None or len(tensor.shape) != 2:
            continue
        capital = _capital(own)
        if capital.spell() not in taken:
            names[tensor.name] = capital
            taken.add(capital.spell())
    return replace(notation, names=names)


def _capital(name: Name) -> Name:
    """The innermost single letter made a capital: \\bar{s} becomes \\bar{S}."""
    letter = name.letter
    start = letter.rfind("{") + 1
    inner = letter[start:].rstrip("}")
    if len(inner) != 1:
        return name
    return replace(name, letter=letter[:start] + inner.upper() + letter[start + 1:])


def left_side(notation: Notation, definition: Definition) -> str:
    """The whole tensor that a definition says, without indices."""
    if definition.accumulate or not is_plain(definition.target.indices):
        raise NoMatrixForm("it adds to some places only")
    if len(definition.target.indices) > 2:
        raise NoMatrixForm("it has more than two indices")
    return notation.name(definition.target.name).spell()


def right_side(notation: Notation, definition: Definition, order: Order) -> str:
    """The right side, of the shape of the left one.  Raises NoMatrixForm."""
    indices = (*definition.target.indices, None, None)
    speller = _Speller(notation, order)
    part = speller.part(definition.expr, indices[0], indices[1])
    wanted = (indices[0] is not None, indices[1] is not None)
    if part.text == "0":
        return "0"
    return speller.spread(part, *wanted).text


@dataclass(frozen=True, slots=True)
class _Speller:
    """Spells one definition.

    A factor is asked for more than once, for what it runs along and for its text, so each part is
    kept: else time doubled with each level of a nested formula.
    """

    notation: Notation
    order: Order
    parts: dict[tuple[Expr, Index | None, Index | None], Part] = field(default_factory=dict)

    def part(self, expr: Expr, row: Index | None, column: Index | None) -> Part:
        """``expr`` as a matrix over (row, column)."""
        key = expr, row, column
        found = self.parts.get(key)
        if found is None:
            found = self.parts[key] = self._part(expr, row, column)
        return found

    def _part(self, expr: Expr, row: Index | None, column: Index | None) -> Part:
        free = set(free_indices(expr))
        if not free <= {row, column}:
            raise NoMatrixForm("it runs along more than two indices at once")
        if not free and not expr.args:
            text, level = self.notation.spell(expr, self.order)
            return Part(text, level, False, False)
        if isinstance(expr, Read):
            return self._read(expr, row, column)
        if isinstance(expr, Reduce):
            return self._reduction(expr, row, column)
        if isinstance(expr, Index):
            raise NoMatrixForm("it computes with an index")
        if expr.is_Add:
            return self._sum(expr, row, column)
        if expr.is_Mul:
            return self._product(expr, row, column)
        if expr.is_Pow:
            return self._power(expr, row, column)
        if is_group(expr):
            part = self.part(expr.args[0], row, column)
            return replace(part, text=part.room(ATOM), level=ATOM)
        if isinstance(expr, Elementwise):
            return self._function(expr, row, column)
        text, level = self.notation.spell(expr, self.order)
        return Part(text, level, False, False)

    def _read(self, expr: Read, row: Index | None, column: Index | None) -> Part:
        name = self.notation.name(expr.name)
        text = name.spell()
        level = POWER if name.above or "^" in text else ATOM
        if not is_plain(expr.indices):
            raise NoMatrixForm(f"it reads {expr.name} at places that it computes or looks up")
        if len(expr.indices) > 2:
            raise NoMatrixForm(f"{expr.name} has more than two indices")
        if len(expr.indices) == 2:
            if expr.indices == (row, column):
                return Part(text, level, True, True)
            return Part(self.transposed(text, level), POWER, True, True)
        return Part(text, level, row in expr.indices, column in expr.indices)

    @staticmethod
    def transposed(text: str, level: int) -> str:
        # A number above a letter leaves no room for a second superscript, and TeX takes the braces
        # off an accent that stands alone in them.
        return f"{{{text}{{}}}}{TRANSPOSED}" if level == POWER and "^" in text else (
            f"{text if level == ATOM else bracket(text)}{TRANSPOSED}")

    def spread(self, part: Part, rows: bool, columns: bool) -> Part:
        """The part repeated along what it does not run along."""
        if (part.rows, part.columns) == (rows, columns) or not (rows or columns):
            return part
        if part.level == NEGATIVE:
            inner = self.spread(replace(part, text=part.text[1:], level=PRODUCT), rows, columns)
            return replace(inner, text=f"-{inner.text}", level=NEGATIVE)
        if not part.rows and not part.columns:
            ones = {(True, True): rf"{ONES} {ONES}{TRANSPOSED}"}.get((rows, columns), ONES)
            text = ones if part.text == "1" else f"{part.room(PRODUCT)} {ones}"
            return Part(text, PRODUCT, rows, columns)
        if part.rows and columns:
            return Part(f"{part.room(PRODUCT)} {ONES}{TRANSPOSED}", PRODUCT, True, True)
        if part.columns and rows:
            return Part(f"{ONES} {self.transposed(part.text, part.level)}", PRODUCT, True, True)
        raise NoMatrixForm("its parts run along different indices")

    def _sum(self, expr: Expr, row: Index | None, column: Index | None) -> Part:
        content, inner = expr.primitive()
        if content.is_Integer and content != 1 and inner.is_Add and not self.order.knows(expr.args):
            part = self._sum(inner, row, column)
            return Part(f"{content} {part.room(PRODUCT)}", PRODUCT, part.rows, part.columns)
        ordered = self.order.terms(expr.args)
        lead = next((i for i, t in enumerate(ordered) if not t.could_extract_minus_sign()), 0)
        ordered.insert(0, ordered.pop(lead))
        parts = [self.part(t, row, column) for t in ordered]
        rows, columns = (any(p.rows for p in parts), any(p.columns for p in parts))
        spread = [self.spread(p, rows, columns) for p in parts]
        return Part(add_up([p.room(NEGATIVE) for p in spread]), SUM, rows, columns)

    def _product(self, expr: Expr, row: Index | None, column: Index | None) -> Part:
        coefficient, rest = expr.as_coeff_Mul()
        factors: list[Expr] = []
        for factor in self.order.factors(Mul.make_args(rest)):
            if factor.is_Add and not self.order.knows(factor.args):
                content, inner = factor.primitive()
                if content.is_Integer:
                    coefficient, factor = coefficient * content, inner
            factors.append(factor)
        return self._joined(coefficient, factors, row, column)

    def _joined(
        self, coefficient: Expr, factors: Sequence[Expr], row: Index | None, column: Index | None
    ) -> Part:
        """Numbers and scalars in front, then rows, matrices, columns."""
        scalars: list[Expr] = [coefficient]
        along: dict[tuple[bool, bool], list[Part]] = {}
        over: list[Part] = []
        for factor in factors:
            below = factor.is_Pow and factor.exp.is_Rational and factor.exp < 0
            part = self.part(Pow(factor.base, -factor.exp) if below else factor, row, column)
            if not part.rows and not part.columns:
                scalars.append(factor)
            elif below:
                over.append(part)
            else:
                along.setdefault((part.rows, part.columns), []).append(part)
        # A power below zero is for `join` to put under a fraction line.
        front, front_level = self.notation.join(
            [self.part(s, None, None).room(PRODUCT) if s.has(Reduce) and not s.is_Pow else s
             for s in scalars], self.order)
        shapes = {**along, **{(p.rows, p.columns): [] for p in over if (p.rows, p.columns)
                              not in along}}
        rows = any(s[0] for s in shapes)
        columns = any(s[1] for s in shapes)
        if not shapes:
            return Part(front, front_level, False, False)
        core = self._core(along, over, rows, columns)
        if front == "1":
            return core
        if front == "-1":
            return Part(f"-{core.room(PRODUCT)}", NEGATIVE, rows, columns)
        level = NEGATIVE if front.startswith("-") else PRODUCT
        head = front if front_level >= NEGATIVE else bracket(front)
        text = juxtapose([(head, PRODUCT), (core.room(PRODUCT), PRODUCT)])
        return Part(text, level, rows, columns)

    def _core(
        self, along: dict[tuple[bool, bool], list[Part]], over: list[Part], rows: bool,
        columns: bool,
    ) -> Part:
        def hadamard(parts: list[Part]) -> Part:
            first = parts[0]
            if len(parts) == 1:
                return first
            # \odot binds as a product does, so a product beside it is bracketed.
            return Part(r" \odot ".join(p.room(POWER) for p in parts), PRODUCT, first.rows,
                        first.columns)

        left = along.get((True, False), [])
        right = along.get((False, True), [])
        whole = along.get((True, True), [])
        if rows and columns:
            if whole:
                core = hadamard(whole)
                text, level = core.text, core.level
                if left:
                    text = rf"\operatorname{{diag}}({hadamard(left).text}) {core.room(POWER)}"
                    level = PRODUCT
                if right:
                    inner = text if left else core.room(POWER)
                    text = rf"{inner} \operatorname{{diag}}({hadamard(right).text})"
                    level = PRODUCT
            else:
                a = hadamard(left) if left else Part(ONES, ATOM, True, False)
                b = hadamard(right) if right else Part(ONES, ATOM, False, True)
                text = f"{a.room(POWER)} {self.transposed(b.text, b.level)}"
                level = PRODUCT
            core = Part(text, level, True, True)
        else:
            parts = left if rows else right
            core = hadamard(parts) if parts else Part(ONES, ATOM, rows, columns)
        for part in over:
            spread = self.spread(part, rows, columns)
            core = Part(rf"{core.room(POWER)} \oslash {spread.room(POWER)}", PRODUCT, rows, columns)
        return core

    def _power(self, expr: Expr, row: Index | None, column: Index | None) -> Part:
        exponent = expr.exp
        if exponent < 0:
            return self._joined(Integer(1), [expr], row, column)
        base = self.part(expr.base, row, column)
        if exponent == Rational(1, 2):
            return Part(rf"\sqrt{{{base.text}}}", POWER, base.rows, base.columns)
        raised = self.notation.formula(exponent, self.order)
        dot = r"\odot " if base.rows or base.columns else ""
        return Part(f"{base.room(ATOM)}^{{{dot}{raised}}}", POWER, base.rows, base.columns)

    def _function(self, expr: Elementwise, row: Index | None, column: Index | None) -> Part:
        """Applied to each element; arguments of several are first spread to one shape."""
        name = expr.record.name
        if name in ("where", "both", "either", "negate", "xlogy", "power"):
            raise NoMatrixForm(f"{name} is chosen element by element")
        parts = [self.part(a, row, column) for a in expr.args]
        rows, columns = any(p.rows for p in parts), any(p.columns for p in parts)
        if len(parts) > 1:
            parts = [p if not (p.rows or p.columns) else self.spread(p, rows, columns)
                     for p in parts]
        texts = [p.text for p in parts]
        if name == "step":
            return Part(f"[{texts[0]} > 0]", ATOM, rows, columns)
        if name in COMPARED:
            return Part(f"[{texts[0]} {COMPARED[name]} {texts[1]}]", ATOM, rows, columns)
        if name == "exp":
            return Part(rf"\exp{bracket(texts[0])}", POWER, rows, columns)
        if name == "sigmoid":
            return Part(self.notation.sigma + bracket(texts[0]), POWER, rows, columns)
        return Part(self.notation.called(expr, texts), POWER, rows, columns)

    # --- sums ---

    def _reduction(self, expr: Reduce, row: Index | None, column: Index | None) -> Part:
        if expr.kind != "sum":
            raise NoMatrixForm(f"a {expr.kind} over an index has no product to stand for it")
        if len(expr.indices) == 2 and row is None and column is None:
            inner = self.part(expr.body, *expr.indices)
            inner = self.spread(inner, True, True)
            return Part(rf"{ONES}{TRANSPOSED} {inner.room(PRODUCT)} {ONES}", PRODUCT, False, False)
        if len(expr.indices) == 2:
            nested = Reduce("sum", expr.body, expr.indices[1])
            return self._reduction(Reduce("sum", nested, expr.indices[0]), row, column)
        if len(expr.indices) > 2:
            raise NoMatrixForm("it sums over more than two indices")
        return self._contraction(expr.body, expr.indices[0], row, column)

    def _contraction(
        self, body: Expr, index: Index, row: Index | None, column: Index | None
    ) -> Part:
        """sum over k of left(row, k) right(k, column) is the product of two matrices."""
        coefficient, rest = body.as_coeff_Mul()
        left: list[Expr] = []
        right: list[Expr] = []
        neither: list[Expr] = []
        outside: list[Expr] = []
        for factor in self.order.factors(Mul.make_args(rest)):
            free = set(free_indices(factor))
            if index not in free:
                outside.append(factor)
            elif row in free and column in free:
                raise NoMatrixForm("it runs along three indices at once")
            elif row in free:
                left.append(factor)
            elif column in free:
                right.append(factor)
            else:
                neither.append(factor)
        one = Integer(1)
        inside = [*left, *right, *neither]
        if inside and (coefficient != 1 or outside):
            total = Reduce("sum", Mul(*inside), index)
            return self._joined(coefficient, [*outside, total], row, column)
        if left and right:
            a = self._joined(one, [*left, *neither], row, index)
            b = self._joined(one, right, index, column)
            core = Part(f"{a.room(POWER)} {b.room(POWER)}", PRODUCT, True, True)
        elif left or right:
            outer = row if left else column
            many = self._joined(one, left or right, outer, index)
            by = self._joined(one, neither, index, None) if neither else Part(
                ONES, ATOM, True, False)
            core = Part(f"{many.room(POWER)} {by.room(POWER)}", PRODUCT, bool(left), bool(right))
        elif len(neither) > 1:
            a = self._joined(one, neither[:1], index, None)
            b = self._joined(one, neither[1:], index, None)
            text = f"{self.transposed(a.text, a.level)} {b.room(POWER)}"
            core = Part(text, PRODUCT, False, False)
        elif neither:
            b = self._joined(one, neither, index, None)
            core = Part(rf"{ONES}{TRANSPOSED} {b.room(POWER)}", PRODUCT, False, False)
        else:
            raise NoMatrixForm("it sums what does not change")
        return core
