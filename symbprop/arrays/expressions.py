"""From expressions to array operations: elementwise steps, contractions and other reductions.

Temporaries of an expression are used once, so a later step of the same expression may overwrite
them; the first that has all axes of the definition lives in the definition's own storage.

A value is a number.  Indices stay integers in places and where they are compared with integers, and
are floats anywhere else.  Truths stay truths in what
asks for them (`both`, `either`, `negate`, the condition of a choice); beside floats they count as
0 and 1, and what multiplies and adds by itself (products of matrices, reductions, the error
function) is given a copy as floats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy
from sympy import Basic, Expr, Mul, Pow, Rational, Symbol

from symbprop.arrays.contract import grouping, lies_as, pairs
from symbprop.arrays.places import in_one_piece, view_axes
from symbprop.arrays.program import (
    Apply,
    Argument,
    Choose,
    Compute,
    Contract,
    Count,
    Fold,
    Gather,
    Operand,
    Step,
    Value,
    View,
)
from symbprop.arrays.sums import Term, content, negated, terms
from symbprop.errors import Fault, SpecError
from symbprop.language.building import group, is_group, is_number
from symbprop.language.functions import Elementwise, ElementwiseFunction, apply
from symbprop.language.graph import Definition, Graph, by_tensor
from symbprop.language.indices import affine, free_indices, is_plain, rename
from symbprop.language.notation import print_definition, print_expr
from symbprop.language.terms import ONE, Index, Read, Reduce, text_of

COPY = "np.copyto"
TRUTHS = frozenset(
    f"np.{name}"
    for name in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal",
                 "logical_and", "logical_or", "logical_not")
)
FOLDING = {"sum": "np.add", "max": "np.maximum", "min": "np.minimum", "prod": "np.multiply"}
# A reduction over at most so many places, for at least so many elements, goes slice by slice.
MOST_TAPS = 8
MANY_ELEMENTS = 1024
# Where free extents must be compared, this many elements decide.
TYPICAL = 128


# Of a longer sum or product, what comes last is told, and not all before it.
FEW = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A lowered subexpression; an owned one is a temporary that nobody else will read."""

    argument: Argument
    owned: bool = False

    @property
    def axes(self) -> tuple[Index, ...]:
        return self.argument.axes if isinstance(self.argument, Operand) else ()


@lru_cache(maxsize=100)
def uses(record: ElementwiseFunction) -> tuple[int, ...]:
    """How often a function's form reads each of its arguments."""
    assert record.form is not None
    names = [Symbol(f"x{n}", real=True) for n in range(record.arity)]
    nodes = list(sympy.preorder_traversal(record.form(*names)))
    return tuple(nodes.count(n) for n in names)


@lru_cache(maxsize=200_000)
def symbols_in(expr: Basic) -> frozenset[Symbol]:
    """The symbols of a formula but those in places: each part is asked once, however deep."""
    if isinstance(expr, Symbol):
        return frozenset((expr,))
    if isinstance(expr, Read):
        return frozenset()
    return frozenset().union(*map(symbols_in, expr.args))


def joined(kind: str, first: Expr, second: Expr) -> Expr:
    """Two values under a reduction, as a formula."""
    if kind in ("max", "min"):
        return apply(f"{kind}imum", first, second)
    return first + second if kind == "sum" else first * second


def truth_tensors(graph: Graph) -> set[str]:
    """Tensors with indices that one definition as a whole says to be true or false."""
    named = by_tensor(graph.definitions)
    return {
        name
        for name, (d, *others) in named.items()
        if not others
        and not d.accumulate
        and d.target.indices
        and is_plain(d.target.indices)
        and isinstance(d.expr, Elementwise)
        and d.expr.record.numpy in TRUTHS
        and free_indices(d.expr)
    }


def typical(axes: Sequence[Index]) -> int:
    """How many elements axes have together, free extents taken as `TYPICAL`."""
    count: Expr = ONE
    for index in axes:
        count *= index.extent
    return int(count.xreplace(dict.fromkeys(count.free_symbols, sympy.Integer(TYPICAL))))


class Expressions:
    """Lowers the expressions of one definition after another into ``steps``.

    A ``plain`` program is executed and not read: a part that stands several times in a definition
    is computed once, as nothing before has seen to, and no step says what it computes.
    """

    def __init__(self, graph: Graph, results: tuple[str, ...], plain: bool = False) -> None:
        self.graph, self.plain = graph, plain
        self.values: dict[str, Value] = {}
        self.steps: list[Step] = []
        truths = truth_tensors(graph)
        for tensor in graph.tensors.values():
            if tensor.role != "defined":
                kind = "int" if tensor.integer else "float"
                self.values[tensor.name] = Value(tensor.name, tensor.shape, kind, "given")
            else:
                source = "result" if tensor.name in results else "temporary"
                kind = "bool" if source == "temporary" and tensor.name in truths else "float"
                self.values[tensor.name] = Value(tensor.name, tensor.shape, kind, source)
        self.taken = set(self.values)
        # The last number that each stem was given.
        self.counted: dict[str, int] = {}
        # Elements that the scalar formulas of one definition have read, and among which steps.
        self.elements: dict[Read, tuple[list[Step], Read]] = {}
        self.here: Definition | None = None
        self.target: Operand | None = None
        self.target_free = False
        self.axes: tuple[Index, ...] = ()
        # Arguments that were computed before the form that reads them, and how these are told.
        self.locals: dict[Symbol, Piece] = {}
        self.told: dict[Symbol, Symbol] = {}
        # Of a plain program, the parts that stand several times, and where they are computed.
        self.several: frozenset[Expr] = frozenset()
        self.once: dict[Expr, tuple[list[Step], Piece]] = {}
        self.views: dict[tuple[str, tuple[Expr, ...]], Operand] = {}
        # Copies of complete tensors in another order of axes, by the positions of their axes.
        self.copies: dict[str, dict[tuple[int, ...], str]] = {}
        # What each view is a view of, and at which places.
        self.sources: dict[str, tuple[str, tuple[Expr, ...]]] = {}
        # Copies of complete tensors that hold each window of their later dimensions.
        self.slabs: dict[tuple[object, ...], tuple[str, tuple[int, ...], tuple[int, ...]]] = {}
        # Inside a loop: the steps before it, and the tensors that it computes.
        self.before: list[Step] | None = None
        self.looping: set[str] = set()

    def refuse(self, message: str) -> SpecError:
        assert self.here is not None
        return SpecError(
            Fault("SP310", f"in {print_definition(self.here)}: {message}", self.here.place)
        )

    # -- temporaries --

    def temporary(self, stem: str, axes: tuple[Index, ...], kind: str = "float") -> Operand:
        """A new array; the definition's own storage where that is still free and of its axes."""
        target = self.target
        if (
            self.target_free
            and target is not None
            and axes == target.axes
            and kind == self.values[target.value].kind
        ):
            self.target_free = False
            return target
        name = self.unused(stem)
        self.values[name] = Value(name, tuple(i.extent for i in axes), kind)
        return Operand(name, axes)

    def stored(self, stem: str, axes: tuple[Index, ...]) -> Operand:
        """As `temporary`, but in one piece: a product of matrices does not write to strides."""
        strided = self.target is not None and self.strided(self.target)
        free, self.target_free = self.target_free, self.target_free and not strided
        out = self.temporary(stem, axes)
        if strided:
            self.target_free = free
        return out

    def unused(self, stem: str) -> str:
        name, number = stem, self.counted.get(stem, 1)
        while name in self.taken:
            number += 1
            name = f"{stem}_{number}"
        self.counted[stem] = number
        self.taken.add(name)
        return name

    def ordered(self, axes: set[Index]) -> tuple[Index, ...]:
        """Axes in the order of the definition, bound ones after the free ones."""
        known = [i for i in self.axes if i in axes]
        return (*known, *sorted((i for i in axes if i not in known), key=lambda i: i.name))

    def joint(self, listed: Sequence[tuple[Index, ...]]) -> tuple[Index, ...]:
        """Axes of an elementwise result: as its widest operand has them, where one has all.

        What ends in the definition's own storage lies as that does.
        """
        every = {i for axes in listed for i in axes}
        if self.target is not None and every == set(self.target.axes):
            return self.target.axes
        return next((axes for axes in listed if len(axes) == len(every)), self.ordered(every))

    # -- expressions --

    def lower(self, expr: Expr) -> Piece:
        """Lower an expression to an operand or, where it has no axes, to a scalar formula."""
        if not self.has_axes(expr):
            return Piece(self.scalar(expr))
        if expr in self.locals:
            return self.locals[expr]
        if expr in self.several:
            return self.lower_once(expr)
        return self.lower_anew(expr)

    def lower_once(self, expr: Expr) -> Piece:
        """A part as it was computed before, in storage that nothing takes up."""
        steps, piece = self.once.get(expr, (None, None))
        if piece is None or steps is not self.steps:
            free, self.target_free = self.target_free, False
            piece = Piece(self.lower_anew(expr).argument)
            self.target_free = free
            self.once[expr] = self.steps, piece
        return piece

    def lower_anew(self, expr: Expr) -> Piece:
        if isinstance(expr, Read):
            return self.read(expr)
        if isinstance(expr, Index):
            return self.count(expr, "float")
        if isinstance(expr, Reduce):
            return self.reduce(expr)
        if expr.is_Add:
            return self.add(expr)
        if expr.is_Mul:
            return self.multiply(expr)
        if expr.is_Pow:
            return self.power(expr)
        return self.function(expr)

    def kind(self, piece: Piece) -> str:
        """Float, bool or int; scalar formulas are numbers."""
        operand = piece.argument
        return self.values[operand.value].kind if isinstance(operand, Operand) else "float"

    def count(self, index: Index, kind: str) -> Piece:
        """The numbers that an index runs over, as floats or as integers."""
        free, self.target_free = self.target_free, False
        out = self.temporary(f"{index.name}_values", (index,), kind)
        self.target_free = free
        self.steps.append(Count(out, f"{out.value}[{index}] = {index}"))
        return Piece(out)

    def as_float(self, piece: Piece, expr: Expr) -> Piece:
        """Truths as an array of numbers."""
        if self.kind(piece) == "float":
            return piece
        return self.apply(COPY, [piece], expr, self.stem(expr, "factor"))

    def apply(
        self, function: str, pieces: Sequence[Piece], meaning: Expr, stem: str, kind: str = "float"
    ) -> Piece:
        axes = self.joint([p.axes for p in pieces])
        kind = "bool" if function in TRUTHS else kind
        out = self.overwritten(pieces, axes, kind) or self.temporary(stem, axes, kind)
        arguments = tuple(p.argument for p in pieces)
        self.steps.append(Apply(out, function, arguments, self.say(out, meaning)))
        return Piece(out, True)

    def overwritten(
        self, pieces: Sequence[Piece], axes: tuple[Index, ...], kind: str
    ) -> Operand | None:
        """A temporary among the pieces that the result may overwrite, the target before others."""
        found = [
            p.argument
            for p in pieces
            if p.owned and isinstance(p.argument, Operand) and p.argument.axes == axes
            # What NumPy computes of scalars is one, and no array that could be written to.
            and axes and self.values[p.argument.value].kind == kind
        ]
        return next((o for o in found if o == self.target), found[0] if found else None)

    def say(self, out: Operand, meaning: Expr) -> str:
        """What a temporary holds, in the letters of the definition."""
        assert self.here is not None
        if self.plain:
            return ""
        inner = ", ".join(i.name for i in out.axes)
        head = f"{out.value}[{inner}]" if inner else out.value
        shown = meaning.xreplace(self.told) if self.told else meaning
        return f"{head} = {print_expr(shown, self.here.order)}"

    def stem(self, expr: Expr, word: str) -> str:
        assert self.here is not None
        return f"{word}_{self.here.target.name}"

    def read(self, expr: Read) -> Piece:
        if is_plain(expr.indices):
            axes = tuple(i for i in expr.indices if isinstance(i, Index))
            shape = self.graph.tensors[expr.name].shape
            if all(i.extent == s for i, s in zip(axes, shape, strict=True)):
                return Piece(Operand(expr.name, axes))
        if view_axes(expr.indices) is not None:
            return Piece(self.view(expr.name, expr.indices, expr))
        places = tuple(self.index(i) for i in expr.indices)
        found: dict[Index, None] = {}
        for place in places:
            found.update(dict.fromkeys(
                place.axes if isinstance(place, Operand) else free_indices(place)
            ))
        kind = self.values[expr.name].kind
        out = self.temporary(f"{expr.name}_read", tuple(found), kind)
        self.steps.append(Gather(out, expr.name, places, self.say(out, expr)))
        return Piece(out, True)

    def view(self, table: str, places: Sequence[Expr], meaning: Expr) -> Operand:
        """The elements of a table at affine places, as an array that shares its memory."""
        key = (table, tuple(places))
        if key not in self.views:
            axes = view_axes(places)
            assert axes is not None
            name = self.unused(f"{table}_view")
            held = self.values[table]
            strided = held.strided or not in_one_piece(places, held.shape)
            self.values[name] = Value(
                name, tuple(i.extent for i in axes), held.kind, "temporary", table,
                0 if strided else None,
            )
            self.sources[name] = (table, tuple(places))
            self.views[key] = Operand(name, axes)
            self.steps.append(
                View(self.views[key], table, tuple(places), self.say(self.views[key], meaning))
            )
        return self.views[key]

    def index(self, expr: Expr) -> Argument:
        """One place of a gather or a scatter: affine as it is, a lookup as an integer array."""
        if not expr.has(Read):
            if affine(expr) is None:
                raise self.refuse(f"the index {expr} has no array form")
            return expr
        return self.integer(expr)

    def integer(self, expr: Expr) -> Argument:
        if not free_indices(expr):
            return self.scalar(expr)
        if isinstance(expr, Read):
            return self.read(expr).argument
        if isinstance(expr, Index):
            return self.count(expr, "int").argument
        if not (expr.is_Add or expr.is_Mul):
            raise self.refuse(f"the index {expr} has no array form")
        function = "np.add" if expr.is_Add else "np.multiply"
        first, *rest = sorted(expr.args, key=lambda a: (not free_indices(a), text_of(a)))
        result, total = Piece(self.integer(first)), first
        for term in rest:
            total = expr.func(total, term)
            result = self.apply(
                function, [result, Piece(self.integer(term))], total, self.stem(expr, "place"),
                "int",
            )
        return result.argument

    def add(self, expr: Expr) -> Piece:
        """Terms from left to right; of the first two, the wider and more composed is made first.

        Its storage takes the others up.  Scalars in front are one formula.
        """
        assert self.here is not None
        listed = self.with_a_positive(terms(expr, self.here))
        front = next(n for n, t in enumerate(listed) if self.has_axes(t.value))
        ready: dict[int, Piece] = {}
        if front:
            total: Expr = sympy.Add(*(t.signed for t in listed[:front]))
            result, negative = Piece(self.scalar(total)), False
        else:
            front = 1
            for n in sorted(
                range(min(2, len(listed))), key=lambda n: self.weight(listed[n].value, expr)
            ):
                ready[n] = self.lower(listed[n].value)
            result, negative = ready[0], listed[0].negative
        for number, term in enumerate(listed[front:], front):
            piece = ready[number] if number in ready else self.lower(term.value)
            held = self.so_far(result) if FEW <= number < len(listed) - 1 else None
            some = listed[:number + 1] if held is None else []
            total = sympy.Add(*(t.signed for t in some))
            if term.negative == negative:
                # Of equal terms the one whose storage takes up the other.
                turned = not result.axes or (list(ready) == [1, 0] and number == 1)
                pieces = [piece, result] if turned else [result, piece]
                function, meaning = "np.add", -total if negative else total
            else:
                pieces = [piece, result] if negative else [result, piece]
                function, meaning = "np.subtract", total
            if held is not None:
                sign = -1 if function == "np.subtract" else 1
                first, second = (held, term.value)
                if sign < 0 and negative:
                    first, second = second, first
                meaning = sympy.Add(first, sign * second)
            negative = negative and function == "np.add"
            result = self.apply(function, pieces, meaning, self.stem(expr, "sum"))
        if negative:
            return self.apply("np.negative", [result], expr, self.stem(expr, "sum"))
        return result

    def so_far(self, piece: Piece) -> Expr:
        """A piece as its own name says it: of a long sum, what stands there already."""
        found = piece.argument
        return Read(found.value, *found.axes) if isinstance(found, Operand) else found

    @staticmethod
    def with_a_positive(listed: list[Term]) -> list[Term]:
        """Where all is subtracted, a number before one of the first two takes the sign up."""
        if all(t.negative for t in listed):
            for n, term in enumerate(listed[:2]):
                if term.value.as_coeff_Mul()[0] != 1:
                    rest = [t for m, t in enumerate(listed) if m != n]
                    return [Term(-term.value, False), *rest]
        return listed

    def weight(self, term: Expr, expr: Expr) -> tuple[bool, bool, bool]:
        """What of a sum is worth its storage first: of all its axes, a reduction, no mere read."""
        return (
            len(self.axes_of(term)) < len(self.axes_of(expr)), not term.has(Reduce),
            isinstance(term, Read),
        )

    def axes_of(self, expr: Expr) -> set[Index]:
        found = set(free_indices(expr))
        for symbol in symbols_in(expr) if self.locals else ():
            if symbol in self.locals:
                found |= set(self.locals[symbol].axes)
        return found

    def has_axes(self, expr: Expr) -> bool:
        return bool(self.axes_of(expr))

    def multiply(self, expr: Expr) -> Piece:
        above: list[Expr] = []
        below: list[Expr] = []
        scalar: Expr = ONE
        for factor in Mul.make_args(expr):
            if not self.has_axes(factor):
                scalar *= factor
            elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                below.append(Pow(factor.base, -factor.exp))
            elif factor.is_Add:
                # A number before all terms of a sum goes where it is multiplied once.
                number, rest = content(factor)
                scalar *= number
                above.append(rest)
            else:
                above.append(factor)
        if not above:
            bottom = self.product(below, expr)
            return self.apply(
                "np.divide", [Piece(self.scalar(scalar)), bottom], expr, self.stem(expr, "ratio")
            )
        if below:
            bottom = self.product(below, expr)
            wide = len(self.axes_of(Mul(*above))) > len(bottom.axes)
            if scalar != 1 and wide:
                # The scalar goes where there are fewer elements.
                inverse = self.scalar(1 / scalar)
                bottom = self.apply(
                    "np.multiply", [bottom, Piece(inverse)], Mul(*below) / scalar,
                    self.stem(expr, "scaled"),
                )
                scalar = ONE
            narrow = [f for f in above if self.axes_of(f) <= set(bottom.axes)]
            if narrow and len(narrow) < len(above):
                # Divided where there are fewer elements; the wide factors come after.
                top = self.product(narrow, expr, scalar)
                ratio = Mul(scalar, *narrow) / Mul(*below)
                result = self.apply("np.divide", [top, bottom], ratio, self.stem(expr, "ratio"))
                wider = [f for f in above if f not in narrow]
                return self.product(wider, expr, begun=(result, ratio))
            top = self.product(above, expr, scalar)
            return self.apply("np.divide", [top, bottom], expr, self.stem(expr, "ratio"))
        return self.product(above, expr, scalar)

    def product(
        self,
        factors: Sequence[Expr],
        expr: Expr,
        scalar: Expr = ONE,
        begun: tuple[Piece, Expr] | None = None,
    ) -> Piece:
        """Factors of fewer axes first, so that the wide arrays are passed over least often.

        ``begun`` is a factor that is there already, with its meaning.
        """
        ordered = sorted(
            factors, key=lambda f: (len(self.axes_of(f)), isinstance(f, Read), text_of(f))
        )
        if begun is None:
            total: Expr = ordered[0]
            result = self.lower(ordered.pop(0))
        else:
            result, total = begun
        if scalar != 1:
            total = scalar * total
            if scalar == -1:
                result = self.apply("np.negative", [result], total, self.stem(expr, "product"))
            else:
                result = self.apply(
                    "np.multiply", [result, Piece(self.scalar(scalar))], total,
                    self.stem(expr, "product"),
                )
        for number, factor in enumerate(ordered, 1):
            long = FEW <= number < len(ordered)
            total = (self.so_far(result) if long else total) * factor
            meaning = expr if number == len(ordered) > FEW else total
            result = self.apply(
                "np.multiply", [result, self.lower(factor)], meaning, self.stem(expr, "product")
            )
        return result

    def power(self, expr: Expr) -> Piece:
        base, exponent = expr.base, expr.exp
        if exponent < 0:
            bottom = self.lower(Pow(base, -exponent))
            return self.apply("np.divide", [Piece(ONE), bottom], expr, self.stem(expr, "inverse"))
        inner = self.lower(base)
        if exponent == Rational(1, 2):
            return self.apply("np.sqrt", [inner], expr, self.stem(expr, "root"))
        if exponent == 2:
            return self.apply("np.square", [inner], expr, self.stem(expr, "square"))
        if exponent.is_Integer and exponent <= 4:
            keep = Piece(inner.argument)
            square = self.apply("np.square", [keep], base**2, self.stem(expr, "square"))
            if exponent == 4:
                return self.apply("np.square", [square], expr, self.stem(expr, "power"))
            return self.apply("np.multiply", [square, keep], expr, self.stem(expr, "power"))
        return self.apply(
            "np.power", [inner, Piece(exponent)], expr, self.stem(expr, "power")
        )

    def function(self, expr: Expr) -> Piece:
        name = type(expr).__name__
        if not isinstance(expr, Elementwise):
            raise self.refuse(f"{expr} has no array form")
        if name == "where":
            return self.choose(expr)
        if is_group(expr):
            return self.lower(expr.args[0])
        record = expr.record
        if record.numpy is not None:
            whole = record.numpy in TRUTHS and all(map(self.is_whole, expr.args))
            pieces = [Piece(self.integer(a)) if whole else self.lower(a) for a in expr.args]
            if name in ("both", "either", "negate"):
                pieces = [self.truth(p, a) for p, a in zip(pieces, expr.args, strict=True)]
            return self.apply(record.numpy, pieces, expr, self.stem(expr, name))
        if record.form is None:
            # Without a ufunc and without a form: targets write it out.
            pieces = [self.as_float(self.lower(a), a) for a in expr.args]
            return self.apply(name, pieces, expr, self.stem(expr, name))
        return self.formed(expr)

    def is_whole(self, expr: Expr) -> bool:
        """Whether a formula adds and multiplies indices, extents, integers and integer tensors."""
        if isinstance(expr, Read):
            return self.graph.tensors[expr.name].integer
        if expr.is_Add or expr.is_Mul:
            return all(map(self.is_whole, expr.args))
        return bool(expr.is_Integer) or (expr.is_Symbol and expr not in self.locals)

    def formed(self, expr: Expr) -> Piece:
        """A function by its stable form, whose argument is computed once."""
        arguments: list[Expr] = []
        # An argument that is read twice must not sit in the storage that the result takes.
        free, self.target_free = self.target_free, False
        for argument in expr.args:
            if isinstance(argument, Read) or not self.has_axes(argument):
                arguments.append(argument)
                continue
            piece = self.lower(argument)
            local = Symbol(piece.argument.value, real=True)  # type: ignore[union-attr]
            self.locals[local], self.told[local] = Piece(piece.argument), Symbol(local.name)
            arguments.append(local)
        self.target_free = free
        form = expr.record.form
        assert form is not None
        return self.lower(form(*arguments))

    def truth(self, piece: Piece, expr: Expr) -> Piece:
        if self.kind(piece) == "bool":
            return piece
        return self.apply(
            "np.not_equal", [piece, Piece(sympy.S.Zero)], apply("not_equal", expr, 0),
            self.stem(expr, "holds"),
        )

    def choose(self, expr: Expr) -> Piece:
        # The result is written while these are still read.
        free, self.target_free = self.target_free, False
        condition = self.lower(expr.args[0])
        if isinstance(condition.argument, Operand):
            condition = self.truth(condition, expr.args[0])
        then = self.lower(expr.args[1])
        self.target_free = free
        otherwise = self.lower(expr.args[2])
        axes = self.joint([p.axes for p in (otherwise, then, condition)])
        out = self.overwritten([otherwise], axes, "float") or self.temporary(
            self.stem(expr, "where"), axes
        )
        self.steps.append(
            Choose(out, condition.argument, then.argument, otherwise.argument, self.say(out, expr))
        )
        return Piece(out, True)

    # -- reductions --

    def reduce(self, node: Reduce) -> Piece:
        if node.kind == "logsumexp":
            raise self.refuse("logsumexp must be shifted before it is lowered")
        idle = [i for i in node.indices if i not in self.axes_of(node.body)]
        if idle:
            return self.repeated(node, idle)
        if node.kind == "sum":
            return self.contract(node)
        return self.fold(node, self.within(node, node.body))

    def repeated(self, node: Reduce, idle: Sequence[Index]) -> Piece:
        """A body that does not depend on a bound index stands there that many times."""
        count: Expr = ONE
        for index in idle:
            count *= index.extent
        left = [i for i in node.indices if i not in idle]
        inner = Reduce(node.kind, node.body, *left) if left else node.body
        if node.kind == "sum":
            return self.lower(count * inner)
        if node.kind == "prod":
            return self.lower(apply("power", inner, count))
        return self.lower(inner)

    def within(self, node: Reduce, expr: Expr) -> Piece:
        """Something under a reduction, whose indices run there."""
        outer, self.axes = self.axes, (*self.axes, *node.indices)
        piece = self.lower(expr)
        self.axes = outer
        return piece

    def number(self, node: Reduce, expr: Expr) -> Piece:
        """A factor under a sum, as floats: a product of truths would say whether one is true."""
        return self.as_float(self.within(node, expr), expr)

    def fold(self, node: Reduce, piece: Piece) -> Piece:
        if self.worth_taps(piece, node):
            return self.by_taps(piece, node)
        return self.folded(self.as_float(piece, node.body), node.kind, node.indices, node)

    def worth_taps(self, piece: Piece, node: Reduce) -> bool:
        """Whether a reduction over a few places is better done slice by slice.

        NumPy reduces short axes inside an array at the cost of a loop for each element.
        """
        operand = piece.argument
        if not isinstance(operand, Operand):
            return False
        if any(not i.extent.is_Integer or i.extent > MOST_TAPS for i in node.indices):
            return False
        last = set(operand.axes[-len(node.indices):])
        if node.kind == "sum" and self.values[operand.value].kind == "float" and (
            last == set(node.indices)
        ):
            return False  # a product with ones
        kept = [i for i in operand.axes if i not in node.indices]
        return typical(kept) >= MANY_ELEMENTS and operand.axes[0] not in node.indices

    def by_taps(self, piece: Piece, node: Reduce) -> Piece:
        """A reduction as elementwise work on slices, one dimension after another.

        What runs over several dimensions is done for the first of them at all places of the others,
        so that an element is met once for each tap of a dimension, not of all together.
        """
        operand = piece.argument
        assert isinstance(operand, Operand)
        table, places = self.sources.get(operand.value, (operand.value, operand.axes))
        taps = set(node.indices)
        if any(len(set(free_indices(p)) - taps) > 1 or len(set(free_indices(p)) & taps) > 1
               for p in places):
            table, places = operand.value, operand.axes
        dims: list[Expr] = list(places)
        while True:
            turning = [n for n, p in enumerate(dims) if taps & set(free_indices(p))]
            if not turning:
                return piece
            n = turning[0]
            (tap,) = taps & set(free_indices(dims[n]))
            shape = self.values[table].shape
            whole = {m: Index(f"row{m}", shape[m]) for m in turning[1:]}
            at: list[Expr] = [whole.get(m, p) for m, p in enumerate(dims)]
            total: Expr = ONE
            for value in range(int(tap.extent)):
                at[n] = rename(dims[n], {tap: sympy.Integer(value)})
                read = Read(table, *at)
                part = Piece(self.view(table, at, read))
                if not value:
                    piece, total = part, read
                    continue
                total = joined(node.kind, total, read)
                piece = self.apply(
                    FOLDING[node.kind], [piece, part], total, self.stem(node, node.kind)
                )
            # What is left has a dimension for each index; later taps stand where they stood.
            left = [(m, p) for m, p in enumerate(at) if free_indices(p)]
            dims = [dims[m] if m in whole else free_indices(p)[0] for m, p in left]
            assert isinstance(piece.argument, Operand)
            table = piece.argument.value

    def folded(
        self, piece: Piece, kind: str, over: Sequence[Index], meaning: Expr
    ) -> Piece:
        """A reduction of one array; a sum over axes that lie apart takes the last ones first."""
        source = piece.argument
        assert isinstance(source, Operand)
        last = [i for i in source.axes if i in over]
        if kind == "sum":
            position = max(source.axes.index(i) for i in over)
            last = [source.axes[position]]
            while position and source.axes[position - 1] in over:
                position -= 1
                last.insert(0, source.axes[position])
        left = [i for i in source.axes if i not in last]
        rest = [i for i in over if i not in last]
        target = self.target
        if not rest and target is not None and not self.strided(target) and (
            set(left) == set(target.axes)
        ):
            left = list(target.axes)
        out = self.stored(self.stem(meaning, kind), tuple(left))
        self.steps.append(Fold(out, kind, source, tuple(last), self.say(out, meaning)))
        result = Piece(out, True) if out.axes else Piece(Read(out.value))
        return self.folded(result, kind, rest, meaning) if rest else result

    def contract(self, node: Reduce) -> Piece:
        """A sum of a product, two operands at a time."""
        body = node.body
        if body.is_Pow and body.exp == 2:
            piece = self.number(node, body.base)
            return self.pair(piece, piece, node.indices, node)
        if not body.is_Mul:
            return self.fold(node, self.within(node, body))
        factors, scalar = self.factors(body)
        if len(factors) == 1 and len(factors[0]) == 2 and scalar == 1:
            first, second = (self.number(node, f) for f in factors[0])
            return self.pair(first, second, node.indices, node)
        if len(factors) == 1:
            return self.fold(node, self.within(node, body))
        pieces = [(self.number(node, e), e) for e in (Mul(*group) for group in factors)]
        # The scalar goes where there are fewest elements, once the sum is made if that is fewer.
        kept = [i for i in self.axes if any(i in p.axes for p, _ in pieces)
                and i not in node.indices]
        smallest = min(range(len(pieces)), key=lambda n: typical(pieces[n][0].axes))
        late = scalar != 1 and typical(kept) < typical(pieces[smallest][0].axes)
        if scalar != 1 and not late:
            piece, expr = pieces[smallest]
            pieces[smallest] = (self.times(piece, scalar, expr, node), scalar * expr)
        result = self.products(pieces, node)
        return self.times(result, scalar, node, node) if late else result

    def times(self, piece: Piece, scalar: Expr, expr: Expr, node: Reduce) -> Piece:
        if not isinstance(piece.argument, Operand):
            return Piece(self.scalar(scalar) * piece.argument)
        factor = self.scalar(scalar)
        return self.apply(
            "np.multiply", [piece, Piece(factor)], scalar * expr, self.stem(node, "factor")
        )

    def products(self, pieces: list[tuple[Piece, Expr]], node: Reduce) -> Piece:
        """A sum over a product of several arrays, in the order of fewest operations."""
        bound = set(node.indices)
        kept = list(self.ordered({i for p, _ in pieces for i in p.axes} - bound))
        order = [(0, 1)] if len(pieces) == 2 else pairs(
            [p.axes for p, _ in pieces], kept,
            [[typical([i]) for i in p.axes] for p, _ in pieces],
        )
        for first, second in order:
            right, left = pieces.pop(second), pieces.pop(first)
            elsewhere = {i for p, _ in pieces for i in p.axes} | set(kept)
            here = (*left[0].axes, *right[0].axes)
            summed = [i for i in node.indices if i in here and i not in elsewhere]
            body = left[1] * right[1]
            meaning = node if not pieces else Reduce("sum", body, *summed) if summed else body
            if not pieces:
                product = self.pair(left[0], right[0], summed, meaning)
            else:
                target, self.target = self.target, None
                product = self.pair(left[0], right[0], summed, meaning)
                self.target = target
            pieces.append((product, meaning))
        return pieces[0][0]

    def factors(self, body: Expr) -> tuple[list[list[Expr]], Expr]:
        """Factors of a product by their axes, the widest first, and what has no axes."""
        groups: dict[frozenset[Index], list[Expr]] = {}
        for factor in Mul.make_args(body):
            groups.setdefault(frozenset(self.axes_of(factor)), []).append(factor)
        scalar = Mul(*groups.pop(frozenset(), []))
        listed = sorted(groups.values(), key=lambda g: (-len(self.axes_of(g[0])), str(g)))
        return listed, scalar

    def pair(
        self, first: Piece, second: Piece, summed: Sequence[Index], meaning: Expr
    ) -> Piece:
        """The sum of a product of two arrays, as a product of matrices."""
        stem = self.stem(meaning, "sum")
        if isinstance(first.argument, Operand) and first.argument == second.argument:
            lonely: list[Index] = []
        else:
            first, second, lonely = self.without_lonely(first, second, summed, meaning)
        left, right = first.argument, second.argument
        summed = [i for i in summed if i not in lonely]
        if not summed or not isinstance(left, Operand) or not isinstance(right, Operand):
            return self.apply("np.multiply", [first, second], meaning, stem) if (
                first.axes or second.axes
            ) else Piece(left * right)  # type: ignore[operator]
        if left != right:
            left, right = self.by_slabs(left, right, summed), self.by_slabs(right, left, summed)
        kept = [i for i in dict.fromkeys((*left.axes, *right.axes)) if i not in summed]
        target = self.target
        windows = [o for o in (left, right) if self.tail(o)]
        if (
            target is not None
            and not self.strided(target)
            and set(kept) == set(target.axes)
            and not any(self.out_of_order(o, target.axes) for o in windows)
        ):
            order = target.axes
        elif windows:
            order = self.by_rows(windows[0], kept)
        else:
            order = self.natural(left, right, summed)
        groups = grouping(order, left.axes, right.axes)
        if groups.swapped:
            left, right = right, left
        wider, narrower = (
            (left, right) if typical(left.axes) >= typical(right.axes) else (right, left)
        )
        inner = min(
            (tuple(i for i in o.axes if i in summed) for o in (wider, narrower)),
            key=lambda inside: self.copied(left, (groups.rows, inside))
            + self.copied(right, (inside, groups.columns)),
        )
        lead = self.summed_later(left, right, groups.rows, groups.columns, inner, order)
        batch = groups.batch
        if lead is not None:
            inner = tuple(i for i in inner if i != lead)
            batch = (lead, *batch)
        # What needs no copy may need one that was made before.
        left = self.arranged(left, batch, groups.rows, inner)
        right = self.arranged(right, batch, inner, groups.columns, second=True)
        out = self.stored(stem, order if lead is None else (lead, *order))
        self.steps.append(
            Contract(
                out, left, right, batch, groups.rows, groups.columns, inner, self.say(out, meaning)
            )
        )
        if lead is not None:
            return self.folded(Piece(out, True), "sum", (lead,), meaning)
        return Piece(out, True) if out.axes else Piece(Read(out.value))

    def out_of_order(self, operand: Operand, axes: Sequence[Index]) -> bool:
        """Whether axes that lie in one piece in an operand follow in another order in a result."""
        tail = self.tail(operand) or 0
        piece = [i for i in operand.axes[len(operand.axes) - tail:] if i in axes]
        return piece != [i for i in axes if i in piece]

    # -- windows --

    @staticmethod
    def by_rows(slab: Operand, kept: Sequence[Index]) -> tuple[Index, ...]:
        """Axes of a product with row slabs: the batch, the other operand's, the slab's own."""
        run, *rest = slab.axes
        others = [i for i in kept if i not in slab.axes]
        return (*([run] if run in kept else []), *others, *(i for i in rest if i in kept))

    def by_slabs(self, operand: Operand, other: Operand, summed: Sequence[Index]) -> Operand:
        """Windows of a tensor as row slabs, where only windows of later dimensions are copied.

        ``x[s*i + p, c, j + q, n]`` is one piece over p, c, q, j and n for each i, in a copy that
        has the axes c, q, j and n for each height: rows i, i + 1, ... lie one behind another there.
        The first dimension is then read by overlapping strides, and the product is one of a
        batch of matrices over i.
        """
        if operand.value not in self.sources or self.before is not None:
            return operand
        table, places = self.sources[operand.value]
        turns = self.turns(places, summed)
        batch = [i for i in operand.axes if i in other.axes and i not in summed]
        # Of a dimension that is read in part, some channels of many, the slab would have gaps.
        part = any(
            isinstance(place, Index) and place.extent != size
            for place, size in zip(places, self.values[table].shape, strict=True)
        )
        if not turns or batch or part or not self.complete(table):
            return operand
        first, *later = sorted(turns)
        run, tap, _ = turns[first]
        single = [n for n in range(len(places)) if n not in turns]
        key = (table, first, tuple((n, *turns[n][2]) for n in later))
        if key not in self.slabs:
            shared = tuple(n for n in single if places[n] in other.axes)
            apart = tuple(n for n in single if n not in shared)
            name = self.slab(table, places, turns, (first, *shared, *later, *apart))
            self.slabs[key] = (name, shared, apart)
        name, shared, apart = self.slabs[key]
        rest = self.slab_axes(places, turns, shared, later, apart)
        axes = (run, tap, *rest)
        view = self.unused(f"{table}_rows")
        self.values[view] = Value(
            view, tuple(i.extent for i in axes), "float", "temporary", name, len(axes) - 1
        )
        out = Operand(view, axes)
        inside = (places[first], *rest)
        self.steps.append(View(out, name, inside, self.say(out, Read(name, *inside))))
        return out

    @staticmethod
    def slab_axes(
        places: Sequence[Expr],
        turns: Mapping[int, tuple[Index, Index, tuple[Expr, ...]]],
        shared: Sequence[int],
        later: Sequence[int],
        apart: Sequence[int],
    ) -> tuple[Index, ...]:
        """Axes of a slab behind its height: what a product sums, and then what it keeps."""
        found = [places[n] for n in shared]
        found += [turns[n][1] for n in later] + [turns[n][0] for n in later]
        found += [places[n] for n in apart]
        assert all(isinstance(i, Index) for i in found)
        return tuple(i for i in found if isinstance(i, Index))

    @staticmethod
    def turns(
        places: Sequence[Expr], summed: Sequence[Index]
    ) -> dict[int, tuple[Index, Index, tuple[Expr, ...]]]:
        """For each dimension that is read through windows: what runs, the tap, and their steps.

        Empty where some place is no window and no plain index, or a product does not sum exactly
        one of the two, or the windows of the first such dimension have gaps.
        """
        found: dict[int, tuple[Index, Index, tuple[Expr, ...]]] = {}
        for n, place in enumerate(places):
            parts = affine(place)
            if parts is None:
                return {}
            if isinstance(place, Index):
                continue
            coefficients, offset = parts
            if len(coefficients) != 2 or offset != 0 or any(f < 0 for f in coefficients.values()):
                return {}
            numbered = [i for i in coefficients if i.extent.is_Integer]
            if not numbered or len(set(coefficients) & set(summed)) != 1:
                return {}
            tap = min(numbered, key=lambda i: (typical([i]), i.name))
            (run,) = (i for i in coefficients if i != tap)
            steps = (coefficients[run], coefficients[tap], run.extent, tap.extent)
            if not found and coefficients[tap] != 1:
                return {}
            found[n] = (run, tap, tuple(sympy.Integer(s) for s in steps[:2]) + steps[2:])
        return found

    def slab(
        self,
        table: str,
        places: Sequence[Expr],
        turns: Mapping[int, tuple[Index, Index, tuple[Expr, ...]]],
        order: tuple[int, ...],
    ) -> str:
        """A copy of a tensor with its height first and the windows of later dimensions opened."""
        shape = self.values[table].shape
        if order != tuple(range(len(order))):
            kept = self.copies.setdefault(table, {})
            if order not in kept:
                raw = [Index(f"i{n}", size) for n, size in enumerate(shape)]
                out = self.scratch(f"{table}_copy", tuple(raw[n] for n in order))
                self.steps.append(Apply(
                    out, COPY, (Operand(table, tuple(raw)),),
                    self.say(out, Read(table, *raw)),
                ))
                kept[order] = out.value
            table = kept[order]
        first, *later = sorted(turns)
        if not later:
            return table
        height = Index("height", shape[first])
        shared = [n for n in order[1:] if n not in turns and order.index(n) < order.index(later[0])]
        apart = [n for n in order[1:] if n not in turns and n not in shared]
        out = self.scratch(
            f"{table}_slabs", (height, *self.slab_axes(places, turns, shared, later, apart))
        )
        inside = (height, *(places[n] for n in order[1:]))
        windows = self.view(table, inside, Read(table, *inside))
        self.steps.append(Apply(out, COPY, (windows,), self.say(out, Read(table, *inside))))
        return out.value

    def scratch(self, stem: str, axes: tuple[Index, ...]) -> Operand:
        """A new array that is not the definition's own storage."""
        free, self.target_free = self.target_free, False
        out = self.temporary(stem, axes)
        self.target_free = free
        return out

    def without_lonely(
        self, first: Piece, second: Piece, summed: Sequence[Index], meaning: Expr
    ) -> tuple[Piece, Piece, list[Index]]:
        """Indices that only one operand has are summed there before the product."""
        found: list[Index] = []
        made: list[Piece] = []
        for piece, other in ((first, second), (second, first)):
            alone = [i for i in summed if i in piece.axes and i not in other.axes]
            found += alone
            made.append(self.folded(piece, "sum", alone, meaning) if alone else piece)
        return made[0], made[1], found

    def natural(
        self, left: Operand, right: Operand, summed: Sequence[Index]
    ) -> tuple[Index, ...]:
        """The axes of a product where nothing asks for an order: batch, rows, columns."""
        batch = [i for i in left.axes if i in right.axes and i not in summed]
        rows = [i for i in left.axes if i not in right.axes]
        columns = [i for i in right.axes if i not in left.axes]
        wanted = self.ordered({*rows, *columns})
        if wanted and wanted[0] in columns:
            rows, columns = columns, rows
        return (*batch, *rows, *columns)

    def summed_later(
        self,
        left: Operand,
        right: Operand,
        rows: Sequence[Index],
        columns: Sequence[Index],
        inner: Sequence[Index],
        order: Sequence[Index],
    ) -> Index | None:
        """An index that is better summed after the product: where that saves copies of operands.

        The product then has it as a batch axis, and a sum over that follows.
        """
        def copies(inside: Sequence[Index]) -> int:
            return self.copied(left, (rows, inside)) + self.copied(right, (inside, columns))

        now = copies(inner)
        if not now or len(inner) < 2:
            return None
        for index in inner:
            if index in order or index not in left.axes or index not in right.axes:
                continue
            rest = [i for i in inner if i != index]
            if copies(rest) + 2 * typical([*order, index]) < now:
                # Both must be free of copies: a batch axis does not cure the others.
                return index if not copies(rest) else None
        return None

    def strided(self, operand: Operand) -> bool:
        return self.values[operand.value].strided

    def tail(self, operand: Operand) -> int | None:
        return self.values[operand.value].tail

    def arranged(
        self,
        operand: Operand,
        batch: Sequence[Index],
        first: Sequence[Index],
        last: Sequence[Index],
        *,
        second: bool = False,
    ) -> Operand:
        """The operand, or a copy of it in which both groups of axes lie together.

        A product of every step of a loop is worth a copy of its ``second`` operand before the loop,
        if that is transposed: small products are slow with such a one.
        """
        leading = [i for i in batch if i in operand.axes]
        axes = (*leading, *first, *last)
        once = self.before is not None and self.complete(operand.value)
        turned = once and second and not batch and operand.axes != axes and bool(last)
        if not turned:
            if lies_as(operand.axes, (first, last), self.tail(operand)):
                return operand
            found = self.copy_lying(operand, (first, last))
            if found is not None:
                return found
            if first and operand.axes[-1] in first:
                # Copied along the axis that is contiguous in the source.
                axes = (*leading, *last, *first)
        order = tuple(operand.axes.index(i) for i in axes)
        kept = self.copies.setdefault(operand.value, {}) if self.complete(operand.value) else {}
        if order in kept:
            return Operand(kept[order], axes)
        out = self.scratch(f"{operand.value}_copy", axes)
        inside = ", ".join(i.name for i in axes)
        source = ", ".join(i.name for i in operand.axes)
        step = Apply(out, COPY, (operand,), f"{out.value}[{inside}] = {operand.value}[{source}]")
        if once and self.before is not None:
            self.before.append(step)
        else:
            self.steps.append(step)
        if once or self.before is None:
            kept[order] = out.value
        return out

    def complete(self, value: str) -> bool:
        """Whether a value is a tensor all of whose elements are there and stay as they are."""
        return value in self.graph.tensors and value not in self.looping

    def copy_lying(self, operand: Operand, groups: Sequence[Sequence[Index]]) -> Operand | None:
        """A copy made before in which each group of axes lies together."""
        for order, name in self.copies.get(operand.value, {}).items():
            copy = Operand(name, tuple(operand.axes[n] for n in order))
            if lies_as(copy.axes, groups, None):
                return copy
        return None

    def copied(self, operand: Operand, groups: Sequence[Sequence[Index]]) -> int:
        """How many elements must be copied before each group of axes lies together."""
        if lies_as(operand.axes, groups, self.tail(operand)) or (
            self.copy_lying(operand, groups) is not None
        ):
            return 0
        return typical(operand.axes)

    # -- scalars --

    def held(self, expr: Expr, times: int) -> Expr:
        """An argument of a scalar's form, computed once where the form reads it several times.

        A number is written out, but no function of one: its own form may read that twice again.
        """
        if times < 2 or isinstance(expr, Read) or not expr.args or (
            is_number(expr) and not expr.has(Elementwise)
        ):
            return expr
        formula, name = self.scalar(expr), self.unused(self.stem(expr, "argument"))
        self.values[name] = Value(name, (), "float")
        self.steps.append(Compute(name, formula, self.say(Operand(name, ()), expr)))
        return Read(name)

    def scalar(self, expr: Expr) -> Expr:
        """A formula of rank-0 reads, extents and numbers; what has indices is computed before."""
        if isinstance(expr, Read):
            if not expr.indices:
                return expr
            steps, known = self.elements.get(expr, (None, expr))
            if steps is not self.steps:
                kind = "int" if self.values[expr.name].kind == "int" else "float"
                out = self.temporary(f"{expr.name}_read", (), kind)
                places = tuple(self.index(i) for i in expr.indices)
                self.steps.append(Gather(out, expr.name, places, self.say(out, expr)))
                known = Read(out.value)
                self.elements[expr] = self.steps, known
            return known
        if isinstance(expr, Reduce):
            outer, self.axes = self.axes, ()
            target, self.target = self.target, None
            piece = self.reduce(expr)
            self.axes, self.target = outer, target
            assert not isinstance(piece.argument, Operand)
            return piece.argument
        if isinstance(expr, Elementwise):
            record = expr.record
            if record.name in ("group", "stop_gradient"):
                return group(self.scalar(expr.args[0]))
            if record.numpy is None and record.form is not None:
                return self.scalar(record.form(*map(self.held, expr.args, uses(record))))
        if not expr.args:
            return expr
        if expr.is_Add:
            assert self.here is not None
            signed = [(self.scalar(t.value), t.negative) for t in terms(expr, self.here)]
            return sympy.Add(*(negated(v) if n else v for v, n in signed), evaluate=False)
        parts = [self.scalar(a) for a in expr.args]
        # SymPy multiplies a number into a sum.
        distributed = expr.is_Mul and len(parts) == 2 and any(a.is_Add for a in parts)
        return expr.func(*parts, evaluate=False) if distributed else expr.func(*parts)
