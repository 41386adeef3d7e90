"""How each array operation is written in NumPy: one statement per step.

Every value is a local variable.  A temporary is written to its buffer, ``out=work.name``; where
there is no workspace that attribute is None and NumPy allocates.  A later write to the same value
goes in place.  Results are always fresh arrays.

Everything has the dtype of the parameters.  Arithmetic is told so where no operand is an array of
floats: NumPy computes truths as truths (a product is an *and*) and integers as doubles.  A scalar
formula of untyped numbers alone (extents, constants) is given the dtype where Python's arithmetic
would raise or NumPy's would promote.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

import sympy
from sympy import Expr, Symbol, expand

from symbprop.arrays.expressions import COPY, TRUTHS
from symbprop.arrays.places import view_axes
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
    Loop,
    Operand,
    Program,
    Reserve,
    Scatter,
    Step,
    View,
    written,
)
from symbprop.arrays.sums import is_negative, negated
from symbprop.errors import Fault, InternalError
from symbprop.language.functions import WRITTEN_OUT, Elementwise
from symbprop.language.indices import affine, free_indices
from symbprop.language.terms import Index, Read, is_whole_part, text_of
from symbprop.targets.naming import Names

# From so many elements on (measured at 512 x 784: 444 us against 540).
LARGE_RESULT = 2**14
SUM, PRODUCT, UNARY, POWER, ATOM = range(5)
FOLDS = {"max": "np.maximum", "min": "np.minimum", "prod": "np.multiply", "sum": "np.add"}
UNBOUNDED = {"max": "-np.inf", "min": "np.inf"}
# Helpers of the template that write a function out, where they are not called as it is.
HELPERS = {f"precise_{name}": name for name in ("erf", "erfc", "gelu_tanh", "logaddexp", "silu")}
# What helpers call.
HELPED_BY = {
    "erf": ("polynomial",), "mills": ("polynomial",), "about_a_root": ("polynomial",),
    "normal_cdf": ("mills", "gauss"), "silu": ("logistic_slope", "filled"),
    "gelu_slope": ("mills", "gauss", "about_a_root", "filled"),
    "silu_slope": ("logistic_slope", "about_a_root", "filled"),
    "gelu_tanh_argument": ("logistic_slope",), "gelu_tanh": ("gelu_tanh_argument", "filled"),
    "gelu_tanh_slope": ("gelu_tanh_argument", "about_a_root", "filled"),
    "normal_tail": ("mills", "gauss", "erf"), "erfc": ("mills", "gauss", "erf", "filled"),
    "log_ndtr": ("normal_tail", "filled"), "normal_hazard": ("normal_tail", "filled"),
    "logistic_of": ("filled",),
    "logaddexp": ("filled",), "lgamma": ("polynomial", "filled"),
    "digamma": ("polynomial", "filled"), "polygamma": ("polynomial", "filled"),
}
IN_PLACE = {"np.add": "+=", "np.subtract": "-=", "np.multiply": "*=", "np.divide": "/="}


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of code and the equation that it computes; ``depth`` loops stand around it."""

    code: str
    meaning: str = ""
    depth: int = 0


@dataclass(slots=True)
class Needs:
    """What the statements use besides values: vectors of ones, of places and of numbers, helpers.

    ``ranges`` are integers, ``numbers`` the same as floats.
    """

    ones: dict[Expr, str] = field(default_factory=dict)
    ranges: dict[Expr, str] = field(default_factory=dict)
    numbers: dict[Expr, str] = field(default_factory=dict)
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
    """An integer formula of free extents and rank-0 integers, as Python."""
    return _extent(size, names)[0]


def _extent(size: Expr, names: Names) -> tuple[str, int]:
    if size.is_Integer:
        return str(int(size)), ATOM if size >= 0 else UNARY
    if size.is_Symbol:
        return names.extent(str(size)), ATOM
    if isinstance(size, Read):
        return names.tensor(size.name), ATOM
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
        parts = sorted(size.args, key=lambda t: (not t.is_number, text_of(t)))
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
        # Views by a slice are written out where they are used.
        self.slices: dict[str, str] = {}
        self.needs = Needs()

    def statements(self) -> list[Statement]:
        return self.block(self.program.steps, 0)

    def block(self, steps: Sequence[Step], depth: int) -> list[Statement]:
        lines: list[Statement] = []
        for step in steps:
            if isinstance(step, Loop):
                counter = self.names.extent(str(step.counter))
                turns = f"range({extent_text(step.count, self.names)})"
                turns = f"reversed({turns})" if step.reverse else turns
                lines.append(Statement(f"for {counter} in {turns}:", "", depth))
                # A name of the body is made anew in each turn.
                outer = set(self.begun)
                lines += self.block(step.body, depth + 1)
                self.begun = outer
                continue
            name = written(step)
            if isinstance(step, View) and all(len(free_indices(p)) < 2 for p in step.places):
                self.slices[name] = self.view_of(step)
            else:
                code = self.code(step)
                if name in self.slices and not (isinstance(step, Apply) and step.function == COPY):
                    # What a call writes to a slice stays there: no name is bound to it.
                    code = code.removeprefix(f"{self.slices[name]} = ")
                lines.append(Statement(code, step.meaning, depth))
            self.begun.add(name)
        return lines

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
            case View():
                return f"{self.local(step.out.value)} = {self.view_of(step)}"
            case Clear():
                return self.clear(step)
            case Reserve():
                return self.reserve(step)
            case Count():
                return self.count(step)
            case Compute():
                return f"{self.local(step.out)} = {self.compute(step)}"
            case Loop():
                raise InternalError(Fault("SP703", "a loop is no single statement"))
            case _:
                assert_never(step)

    # -- places --

    def local(self, value: str) -> str:
        return self.slices.get(value) or self.names.tensor(value)

    def out(self, value: str) -> str:
        """The array to write to, or empty where NumPy shall make one."""
        if value in self.begun:
            return self.local(value)
        held = self.program.values[value]
        if self.buffered and held.source == "temporary" and held.shape and held.of is None:
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

    def numbers(self, size: Expr) -> str:
        return self.needs.numbers.setdefault(size, self.names.numbers(size))

    def dtype(self, value: str) -> str:
        """The dtype of an array of ours."""
        return {"float": "dtype", "bool": "bool", "int": "np.intp"}[self.program.values[value].kind]

    def count(self, step: Count) -> str:
        size = step.out.axes[0].extent
        whole = self.program.values[step.out.value].kind == "int"
        return f"{self.local(step.out.value)} = {self.range(size) if whole else self.numbers(size)}"

    def helper(self, name: str) -> str:
        for other in HELPED_BY.get(name, ()):
            self.helper(other)
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
            source = self.spread(argument, axes)
            if step.out.value in self.slices:
                return f"{name if name.endswith(']') else f'{name}[...]'} = {source}"
            place = self.out(step.out.value) or "None"
            copied = self.helper("filled")
            kind = self.dtype(step.out.value)
            return f"{name} = {copied}({source}, {place}, {self.shape(axes)}, {kind})"
        if step.function in WRITTEN_OUT:
            inner = ", ".join(self.spread(a, axes) for a in step.arguments)
            helper = self.helper(HELPERS.get(step.function, step.function))
            return f"{name} = {helper}({inner}, {self.out(step.out.value) or None})"
        parts = [self.spread(a, axes) for a in step.arguments]
        if step.function == "np.clip" and not isinstance(step.arguments[0], Operand):
            # The one function here that is no ufunc: it makes a double of a number.
            parts[0] = f"dtype.type({parts[0]})"
        function = step.function
        if function == "np.negative" and self.program.values[step.out.value].strided:
            # From strides of 16 bytes (float32) or 64 (float64) to other strides, NumPy 2.4.6
            # negates the first element and takes zero for the others (seen with AVX-512).
            function, parts = "np.multiply", [*parts, "-1.0"]
        arguments = ", ".join(parts)
        if self.program.values[step.out.value].kind == "int":
            arguments = ", ".join(self.spread(a, axes, index=True) for a in step.arguments)
            return f"{name} = {step.function}({arguments}{self.given(step)})"
        floating = step.function in TRUTHS or any(
            isinstance(a, Operand) and self.program.values[a.value].kind == "float"
            for a in step.arguments
        )
        typed = "" if floating else ", dtype=dtype"
        return f"{name} = {function}({arguments}{self.given(step)}{typed})"

    def choose(self, step: Choose) -> str:
        axes = step.out.axes
        parts = [self.spread(a, axes) for a in (step.condition, step.then, step.otherwise)]
        if not isinstance(step.condition, Operand):
            parts[0] = f"{parts[0]} != 0"
        # A mask of bits costs what a product by truth values does, a copy at places four times it.
        if step.otherwise == 0:
            helper, parts = self.helper("masked"), parts[:2]
        else:
            helper = self.helper("chosen")
        place = self.out(step.out.value) or "None"
        return (
            f"{self.local(step.out.value)} = {helper}({', '.join(parts)}, {place}, "
            f"{self.shape(axes)}, dtype)"
        )

    def clear(self, step: Clear) -> str:
        place, name = self.out(step.out.value), self.local(step.out.value)
        shape, kind = self.shape(step.out.axes), self.dtype(step.out.value)
        if not place:
            return f"{name} = np.zeros({shape}, {kind})"
        return f"{name} = {self.helper('filled')}(0.0, {place}, {shape}, {kind})"

    def reserve(self, step: Reserve) -> str:
        place, name = self.out(step.out.value), self.local(step.out.value)
        shape, kind = self.shape(step.out.axes), self.dtype(step.out.value)
        if not place:
            return f"{name} = np.empty({shape}, {kind})"
        return f"{name} = {self.helper('reserved')}({place}, {shape}, {kind})"

    # -- sums --

    def contract(self, step: Contract) -> str:
        """One product: of vectors, a matrix and a vector, matrices, or a batch of these."""
        name, out = self.local(step.out.value), step.out
        batch, rows, columns = step.batch, step.rows, step.columns
        if not out.axes:
            return f"{name} = {self.full_product(step)}"
        first = self.matrix(step.left, batch, rows, step.summed)
        second = self.matrix(step.right, batch, step.summed, columns)
        if not rows:
            function = "np.vecdot"
        elif not batch:
            # dot fills a fresh result with zeros before it computes it, which large ones feel.
            fresh = bool(columns) and not self.out(out.value)
            count = sympy.Mul(*(i.extent for i in out.axes))
            large = fresh and count.is_Integer and count >= LARGE_RESULT
            function = "np.matmul" if large else "np.dot"
        else:
            function = "np.matmul" if columns else "np.matvec"
        flat = max(len(rows), len(columns)) > 1
        if not flat:
            return f"{name} = {function}({first}, {second}{self.given(step)})"
        product = f"{function}({first}, {second}"
        place = self.out(out.value)
        if not place:
            return f"{name} = {product}).reshape{self.shape(out.axes)}"
        groups = [self.size([i]) for i in batch] + [self.size(g) for g in (rows, columns) if g]
        matrix = self.tuple_of(groups)
        return (
            f"{name} = {self.helper('product')}({function}, {first}, {second}, {place}, {matrix}, "
            f"{self.shape(out.axes)})"
        )

    def full_product(self, step: Contract) -> str:
        left, right = step.left, step.right
        order = [left.axes.index(i) for i in right.axes]
        first = self.transposed(self.local(left.value), order)
        call = "np.dot" if len(left.axes) == 1 else "np.vdot"
        return f"{call}({first}, {self.local(right.value)})"

    def matrix(
        self,
        operand: Operand,
        batch: Sequence[Index],
        first: Sequence[Index],
        second: Sequence[Index],
    ) -> str:
        """An operand with its batch axes in front and each group of axes as one, without a copy."""
        axes = operand.axes
        present = [i for i in batch if i in axes]
        groups = [list(g) for g in (first, second) if g]
        lie = sorted(groups, key=lambda g: axes.index(g[0]))
        text = self.local(operand.value)
        merged = any(len(g) > 1 for g in groups)
        if merged:
            text = self.transposed(
                text, [axes.index(i) for i in (*present, *(i for g in lie for i in g))]
            )
            sizes = [self.size([i]) for i in present] + [self.size(g) for g in lie]
            text = f"{text}.reshape({', '.join(sizes)})"
            if lie != groups:
                text += ".T" if not present else ".swapaxes(-1, -2)"
        else:
            text = self.transposed(
                text, [axes.index(i) for i in (*present, *(i for g in groups for i in g))]
            )
        marks = [":" if i in present else "None" for i in batch]
        while marks and marks[0] == "None":
            marks.pop(0)  # NumPy adds leading axes itself
        while marks and marks[-1] == ":":
            marks.pop()
        return f"{text}[{', '.join(marks)}]" if marks else text

    def size(self, axes: Sequence[Index]) -> str:
        total: Expr = sympy.Integer(1)
        for index in axes:
            total *= index.extent
        return extent_text(total, self.names)

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
        if step.kind in UNBOUNDED and self.program.values[source.value].kind == "float" and any(
            not i.extent.is_Integer or i.extent == 0 for i in step.over
        ):
            # Over nothing NumPy has no value for these; what shifts by one then has its own.
            axis += f", initial={UNBOUNDED[step.kind]}"
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
        held = self.program.values[step.source.value]
        text = self.local(step.source.value)
        if held.kind != "float" or (held.strided and len(over) > 1):
            return ""
        total: Expr = sympy.Integer(1)
        for index in over:
            total *= index.extent
        if not kept:
            text = text if len(over) == 1 else f"{text}.reshape(-1)"
            return f"np.dot({text}, {self.ones(total)})"
        if list(axes[-len(over):]) == over:
            if len(over) > 1:
                sizes = ", ".join(self.size([i]) for i in kept)
                text = f"{text}.reshape({sizes}, {extent_text(total, self.names)})"
            return f"np.dot({text}, {self.ones(total)}{self.given(step)})"
        if list(axes[: len(over)]) == over and len(kept) == 1:
            if len(over) > 1:
                text = f"{text}.reshape({extent_text(total, self.names)}, {self.size(kept)})"
            return f"np.dot({self.ones(total)}, {text}{self.given(step)})"
        return ""

    # -- indices --

    def view_of(self, step: View) -> str:
        """A slice where each place has one axis, else windows by strides."""
        shape = self.program.values[step.table].shape
        return self.view_text(self.local(step.table), shape, step.places, step.out.axes)

    def view_text(
        self, table: str, shape: Sequence[Expr], places: Sequence[Expr], axes: Sequence[Index]
    ) -> str:
        parts = [affine(p) for p in places]
        starts: list[str] = []
        flips: list[str] = []
        steps: list[str] = []
        windows = any(part is not None and len(part[0]) > 1 for part in parts)
        dimension = 0
        found: dict[Index, str] = {}
        for part, size in zip(parts, shape, strict=True):
            assert part is not None
            coefficients, offset = part
            if not coefficients:
                starts.append(extent_text(offset, self.names))
                continue
            if windows:
                starts.append(":" if offset == 0 else f"{extent_text(offset, self.names)}:")
                for index, factor in coefficients.items():
                    found[index] = f"({dimension}, {factor})"
            else:
                ((index, factor),) = coefficients.items()
                starts.append(self.slice(index, factor, offset, size))
                flips.append("::-1" if factor < 0 else ":")
                found[index] = ""
            dimension += 1
        while starts and starts[-1] == ":":
            starts.pop()
        text = f"{table}[{', '.join(starts)}]" if starts else table
        if windows:
            steps = [found[i] for i in axes]
            helper = self.helper("windows")
            return f"{helper}({text}, {self.shape(axes)}, ({', '.join(steps)},))"
        while flips and flips[-1] == ":":
            flips.pop()
        text += f"[{', '.join(flips)}]" if flips else ""
        return self.transposed(text, [list(found).index(i) for i in axes])

    def slice(self, index: Index, factor: int, offset: Expr, size: Expr) -> str:
        """The places that one axis reaches, in rising order."""
        count, step = index.extent, abs(factor)
        low = offset if factor > 0 else expand(offset - step * (count - 1))
        if step == 1 and low == 0 and expand(size - count) == 0:
            return ":"
        high = expand(low + step * count)
        # A slice ends at the array's end by itself, and is empty where the count is zero.
        begin = "" if low == 0 else f"{extent_text(low, self.names)} "
        end = extent_text(high, self.names)
        return f"{begin}: {end}" + (f" : {step}" if step > 1 else "")

    def gather(self, step: Gather) -> str:
        name, axes = self.local(step.out.value), step.out.axes
        table = self.local(step.table)
        if not axes:
            places = ", ".join(self.place(p, ()) for p in step.places)
            kinds = self.program.values[step.table].kind, self.program.values[step.out.value].kind
            typed = "{}" if kinds[0] == kinds[1] else "dtype.type({})"
            return f"{name} = {typed.format(f'{table}[{places}]')}"
        looked = [n for n, p in enumerate(step.places) if isinstance(p, Operand)]
        shape = self.program.values[step.table].shape
        running = self.running(step.places, shape)
        if len(looked) == 1 and running is not None:
            (at,) = looked
            place = step.places[at]
            assert isinstance(place, Operand)
            if (*running[:at], *place.axes, *running[at:]) == axes:
                # Values are checked to be in range, and "clip" does not buffer the result.
                return (
                    f"{name} = np.take({table}, {self.local(place.value)}, "
                    f'axis={at}{self.given(step)}, mode="clip")'
                )
        text = f"{table}[{self.places(step.places, axes)}]"
        place_text = self.out(step.out.value) or "None"
        kind = self.dtype(step.out.value)
        if kind == "np.intp":
            return f"{name} = {text}"
        return f"{name} = {self.helper('filled')}({text}, {place_text}, {self.shape(axes)}, {kind})"

    @staticmethod
    def running(places: Sequence[Argument], shape: Sequence[Expr]) -> list[Index] | None:
        """The plain indices beside lookups, each over its whole dimension and another one."""
        found: list[Index] = []
        for place, size in zip(places, shape, strict=True):
            if isinstance(place, Operand):
                continue
            if not isinstance(place, Index) or expand(place.extent - size) != 0:
                return None
            found.append(place)
        looked = {i for p in places if isinstance(p, Operand) for i in p.axes}
        return None if looked & set(found) or len(set(found)) != len(found) else found

    def places(self, places: Sequence[Argument], axes: Sequence[Index]) -> str:
        """The inside of a bracket of integer arrays that broadcast to the given axes."""
        return ", ".join(self.place(p, axes) for p in places)

    def place(self, place: Argument, axes: Sequence[Index]) -> str:
        if isinstance(place, Operand):
            return self.spread(place, axes, index=True)
        parts = affine(place)
        if parts is None:
            return extent_text(place, self.names)  # a looked-up number
        coefficients, offset = parts
        text = "" if offset == 0 and coefficients else extent_text(offset, self.names)
        for index, factor in coefficients.items():
            marks = ", ".join(":" if i == index else "None"
                              for i in axes[list(axes).index(index):])
            array = self.range(index.extent)
            array = array if marks == ":" else f"{array}[{marks}]"
            term = array if abs(factor) == 1 else f"{abs(factor)} * {array}"
            if text:
                text += f" {'-' if factor < 0 else '+'} {term}"
            else:
                text = f"-{term}" if factor < 0 else term
        return text

    def scatter(self, step: Scatter) -> str:
        table, axes = self.local(step.table), step.axes
        if not step.places:
            return f"{table} = {table} + {self.formula_in(step.value, SUM)}"  # type: ignore[arg-type]
        exprs = [p for p in step.places if not isinstance(p, Operand)]
        reached = view_axes(exprs) if len(exprs) == len(step.places) else None
        if step.distinct and reached is not None and not any(e.has(Read) for e in exprs):
            shape = self.program.values[step.table].shape
            text = self.view_text(table, shape, exprs, reached)
            text = text if text.endswith("]") else f"{text}[...]"
            return f"{text} {self.written(step, reached)}"
        if step.distinct:
            return f"{table}[{self.places(step.places, axes)}] {self.written(step, axes)}"
        looked = [n for n, p in enumerate(step.places) if isinstance(p, Operand)]
        running = self.running(step.places, self.program.values[step.table].shape)
        if len(looked) == 1 and running is not None and isinstance(step.value, Operand):
            (at,) = looked
            place = step.places[at]
            assert isinstance(place, Operand)
            full = (*place.axes, *running)
            if set(step.value.axes) <= set(full) and len(set(full)) == len(full):
                rows = self.aligned(step.value, full)
                if set(step.value.axes) != set(full):
                    spread = self.spread(step.value, full)
                    rows = f"np.broadcast_to({spread}, {self.shape(full)})"
                order = [at, *(n for n in range(len(step.places)) if n != at)]
                turned = self.transposed(table, order)
                return f"{self.helper('add_rows')}({turned}, {self.local(place.value)}, {rows})"
        where = self.places(step.places, axes)
        where = where if len(step.places) == 1 else f"({where})"
        return f"np.add.at({table}, {where}, {self.spread(step.value, axes)})"

    def written(self, step: Scatter, axes: Sequence[Index]) -> str:
        """The right side of a scatter to distinct places, with its sign of assignment."""
        value = step.value
        if not step.adds:
            return f"= {self.spread(value, axes)}"
        if isinstance(value, Expr) and is_negative(value):
            return f"-= {self.spread(negated(value), axes)}"
        return f"+= {self.spread(value, axes)}"

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
        if is_whole_part(expr):
            return f"({extent_text(expr, self.names)})", ATOM, False
        if expr.is_Add:
            return self.spell_sum(expr)
        if expr.is_Mul:
            return self.spell_product(expr)
        if expr.is_Pow:
            return self.spell_power(expr)
        if isinstance(expr, Elementwise):
            record = expr.record
            if record.name == "group":
                text, strength, typed = self.spell(expr.args[0])
                return (text if strength == ATOM else f"({text})"), ATOM, typed
            if record.name in WRITTEN_OUT:
                parts = []
                for argument in expr.args:
                    inner, _, typed = self.spell(argument)
                    parts.append(inner if typed else f"dtype.type({inner})")
                helper = self.helper(HELPERS.get(record.name, record.name))
                return f"dtype.type({helper}({', '.join(parts)}, None))", ATOM, True
            if record.numpy is not None:
                inner = ", ".join(self.formula(a) for a in expr.args)
                # Truths would add as truths, and a function of untyped numbers gives a double.
                return f"dtype.type({record.numpy}({inner}))", ATOM, True
        raise InternalError(Fault("SP702", f"the formula {expr} has no spelling"))

    def spell_sum(self, expr: Expr) -> tuple[str, int, bool]:
        """Terms as they stand: their order is that in which they are added."""
        text, typed = "", False
        for position, term in enumerate(expr.args):
            negative = position > 0 and is_negative(term)
            part, strength, has_type = self.spell(negated(term) if negative else term)
            typed = typed or has_type
            if strength < PRODUCT:
                part = f"({part})"
            text += part if not position else f" {'-' if negative else '+'} {part}"
        return text, SUM, typed

    def spell_product(self, expr: Expr) -> tuple[str, int, bool]:
        top, bottom = [], []
        negative = is_negative(expr)
        for factor in sympy.Mul.make_args(negated(expr) if negative else expr):
            if factor.is_Rational and factor.q != 1 and factor.p == 1:
                bottom.append(sympy.Integer(factor.q))
            elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                bottom.append(sympy.Pow(factor.base, -factor.exp))
            else:
                top.append(factor)
        above = [self.spell(f) for f in sorted(top, key=lambda f: (not f.is_number, text_of(f)))]
        below = [self.spell(f) for f in sorted(bottom, key=lambda f: (not f.is_number, text_of(f)))]
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
