"""From definitions to array operations: the only place that decides how an index form is computed.

Each definition becomes steps that end in its own tensor.  Temporaries of an expression are used
once, so a later step of the same expression may overwrite them; the first that has all axes of the
definition lives in the tensor's own storage.  What has no array form is refused by name.

Lowered today: plain and constant reads, diagonals, lookups on either side, values of indices, every
reduction.  Shifted and strided reads, regions and recurrences are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sympy
from sympy import Expr, Mul, Pow, Rational, Symbol

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
    Value,
)
from symbprop.errors import Fault, SpecError
from symbprop.language.functions import FUNCTIONS, Elementwise, apply
from symbprop.language.graph import Definition, Graph, Tensor, read_names
from symbprop.language.indices import free_indices, is_plain, refresh_bound
from symbprop.language.notation import print_definition, print_expr
from symbprop.language.terms import ONE, Index, Read, Reduce

COPY = "np.copyto"
TRUTHS = frozenset(
    f"np.{name}"
    for name in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal",
                 "logical_and", "logical_or", "logical_not")
)


def lower(graph: Graph, results: Sequence[str]) -> Program:
    """The program that computes ``results`` from the given tensors of a graph.

    Raises SpecError, naming the definition, where something has no array form yet.
    """
    needed = set(results)
    for d in reversed(graph.definitions):
        if d.target.name in needed:
            needed |= set(read_names(d))
    wanted = [d for d in graph.definitions if d.target.name in needed]
    building = _Building(graph, tuple(results))
    for definition in _in_reading_order(wanted, results):
        building.define(definition)
    extents = sorted(
        {str(s) for v in building.values.values() for e in v.shape for s in e.free_symbols}
        | {str(s) for d in wanted for s in _extents_in(d.expr)}
    )
    return Program(building.values, tuple(building.steps), tuple(results), tuple(extents))


def _in_reading_order(
    definitions: Sequence[Definition], results: Sequence[str]
) -> list[Definition]:
    """The same order, but a result stands right behind the last definition that it reads.

    A gradient is often the last reader of a forward value and of an adjoint: computed early, it
    sets their storage free.
    """
    asked = set(results)
    count: dict[str, int] = {}
    for d in definitions:
        count[d.target.name] = count.get(d.target.name, 0) + 1
    last: dict[str, int] = {}
    keys: list[tuple[int, int, int]] = []
    for number, d in enumerate(definitions):
        name = d.target.name
        key = number
        if name in asked and count[name] == 1:
            key = max((last[n] for n in read_names(d) if n in last), default=number)
        last[name] = key if name in asked and count[name] == 1 else number
        keys.append((last[name], int(last[name] != number), number))
    order = sorted(range(len(definitions)), key=keys.__getitem__)
    return [definitions[n] for n in order]


def _extents_in(expr: Expr) -> set[Symbol]:
    return {
        s for s in expr.atoms(Symbol) if not isinstance(s, Index)
    } | {s for i in expr.atoms(Index) for s in i.extent.free_symbols}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A lowered subexpression; an owned one is a temporary that nobody else will read."""

    argument: Argument
    owned: bool = False

    @property
    def axes(self) -> tuple[Index, ...]:
        return self.argument.axes if isinstance(self.argument, Operand) else ()


class _Building:
    def __init__(self, graph: Graph, results: tuple[str, ...]) -> None:
        self.graph = graph
        self.values: dict[str, Value] = {}
        self.steps: list[Step] = []
        self.begun: set[str] = set()
        for tensor in graph.tensors.values():
            if tensor.role != "defined":
                kind = "int" if tensor.integer else "float"
                self.values[tensor.name] = Value(tensor.name, tensor.shape, kind, "given")
            else:
                source = "result" if tensor.name in results else "temporary"
                self.values[tensor.name] = Value(tensor.name, tensor.shape, "float", source)
        self.taken = set(self.values)
        self.used: set[str] = set()
        self.here: Definition | None = None
        self.target: Operand | None = None
        self.target_free = False
        self.axes: tuple[Index, ...] = ()
        self.locals: dict[Symbol, _Piece] = {}

    # -- definitions --

    def define(self, d: Definition) -> None:
        self.here = d
        tensor = self.graph.tensors[d.target.name]
        if d.target.name in read_names(d):
            raise self.refuse("a recurrence has no array form yet")
        self.used.add(tensor.name)
        whole = is_plain(d.target.indices) and all(
            i.extent == s
            for i, s in zip(d.target.indices, tensor.shape, strict=True)
            if isinstance(i, Index)
        )
        self.locals = {}
        if d.accumulate or not whole:
            self.accumulate(d, tensor)
            return
        self.begun.add(tensor.name)
        expr = refresh_bound(d.expr, {i.name for i in d.indices})
        indices = tuple(i for i in d.target.indices if isinstance(i, Index))
        self.target = Operand(tensor.name, indices)
        self.axes = indices
        if not indices:
            self.define_scalar(expr, tensor.name, print_definition(d))
            return
        self.target_free = True
        self.place(expr, self.target, print_definition(d))

    def define_scalar(self, expr: Expr, name: str, meaning: str) -> None:
        """A rank-0 definition: a reduction alone is written by its own step, the rest a formula."""
        if isinstance(expr, Reduce):
            self.target_free = True
            self.reduce(expr)
            self.target_free = False
            self.steps[-1] = replace(self.steps[-1], meaning=meaning)
            return
        self.target = None
        self.target_free = False
        self.steps.append(Compute(name, self.scalar(expr), meaning))

    def place(self, expr: Expr, target: Operand, meaning: str) -> None:
        """Compute an expression into a given array."""
        piece = self.lower(expr)
        if piece.argument == target:
            self.steps[-1] = replace(self.steps[-1], meaning=meaning)
        else:
            self.steps.append(Apply(target, COPY, (piece.argument,), meaning))

    def accumulate(self, d: Definition, tensor: Tensor) -> None:
        if tensor.name not in self.begun:
            self.begun.add(tensor.name)
            dimensions = tuple(Index(f"i{n}", s) for n, s in enumerate(tensor.shape))
            self.steps.append(Clear(Operand(tensor.name, dimensions), f"{tensor.name} = 0"))
        indices = d.indices
        self.axes = indices
        self.target, self.target_free = None, False
        expr = refresh_bound(d.expr, {i.name for i in indices})
        if not indices:
            value: Argument = self.scalar(expr)
        else:
            value = self.lower(expr).argument
        places = tuple(self.index(i) for i in d.target.indices)
        plain = {i for i in d.target.indices if isinstance(i, Index)}
        distinct = set(indices) <= plain
        self.steps.append(
            Scatter(tensor.name, places, value, indices, distinct, print_definition(d))
        )

    def refuse(self, message: str) -> SpecError:
        assert self.here is not None
        return SpecError(
            Fault("SP310", f"in {print_definition(self.here)}: {message}", self.here.place)
        )

    # -- temporaries --

    def temporary(self, stem: str, axes: tuple[Index, ...], kind: str = "float") -> Operand:
        """A new array; the definition's own storage where that is still free and of its axes."""
        target = self.target
        if kind == "float" and self.target_free and target is not None and axes == target.axes:
            self.target_free = False
            return target
        name, number = stem, 1
        while name in self.taken:
            number += 1
            name = f"{stem}_{number}"
        self.taken.add(name)
        self.values[name] = Value(name, tuple(i.extent for i in axes), kind)
        return Operand(name, axes)

    def ordered(self, axes: set[Index]) -> tuple[Index, ...]:
        """Axes in the order of the definition, bound ones after the free ones."""
        known = [i for i in self.axes if i in axes]
        return (*known, *sorted((i for i in axes if i not in known), key=lambda i: i.name))

    # -- expressions --

    def lower(self, expr: Expr) -> _Piece:
        """Lower an expression to an operand or, where it has no axes, to a scalar formula."""
        if not free_indices(expr) and not any(s in self.locals for s in expr.free_symbols):
            return _Piece(self.scalar(expr))
        if expr in self.locals:
            return self.locals[expr]
        if isinstance(expr, Read):
            return self.read(expr)
        if isinstance(expr, Index):
            out = self.temporary(f"{expr.name}_values", (expr,), "int")
            self.steps.append(Count(out, f"{out.value}[{expr}] = {expr}"))
            return _Piece(out)
        if isinstance(expr, Reduce):
            return self.reduce(expr)
        if expr.is_Add:
            return self.add(expr)
        if expr.is_Mul:
            return self.multiply(expr)
        if expr.is_Pow:
            return self.power(expr)
        return self.function(expr)

    def apply(self, function: str, pieces: Sequence[_Piece], meaning: Expr, stem: str) -> _Piece:
        axes = self.ordered({i for p in pieces for i in p.axes})
        kind = "bool" if function in TRUTHS else "float"
        out = self.overwritten(pieces, axes, kind) or self.temporary(stem, axes, kind)
        arguments = tuple(p.argument for p in pieces)
        self.steps.append(Apply(out, function, arguments, self.say(out, meaning)))
        return _Piece(out, True)

    def overwritten(
        self, pieces: Sequence[_Piece], axes: tuple[Index, ...], kind: str
    ) -> Operand | None:
        """A temporary among the pieces that the result may overwrite, the target before others."""
        found = [
            p.argument
            for p in pieces
            if p.owned and isinstance(p.argument, Operand) and p.argument.axes == axes
            and self.values[p.argument.value].kind == kind
        ]
        return next((o for o in found if o == self.target), found[0] if found else None)

    def say(self, out: Operand, meaning: Expr) -> str:
        """What a temporary holds, in the letters of the definition."""
        assert self.here is not None
        inner = ", ".join(i.name for i in out.axes)
        head = f"{out.value}[{inner}]" if inner else out.value
        shown = meaning.xreplace({s: Symbol(str(s)) for s in self.locals}) if self.locals else (
            meaning
        )
        return f"{head} = {print_expr(shown, self.here.order)}"

    def stem(self, expr: Expr, word: str) -> str:
        assert self.here is not None
        return f"{word}_{self.here.target.name}"

    def read(self, expr: Read) -> _Piece:
        if is_plain(expr.indices):
            axes = tuple(i for i in expr.indices if isinstance(i, Index))
            shape = self.graph.tensors[expr.name].shape
            if all(i.extent == s for i, s in zip(axes, shape, strict=True)):
                self.used.add(expr.name)
                return _Piece(Operand(expr.name, axes))
        places = tuple(self.index(i) for i in expr.indices)
        axes = self.ordered(set(free_indices(expr)))
        out = self.temporary(f"{expr.name}_read", axes)
        self.steps.append(Gather(out, expr.name, places, self.say(out, expr)))
        return _Piece(out, True)

    def index(self, expr: Expr) -> Argument:
        """One place of a gather or a scatter."""
        if isinstance(expr, Read):
            if not is_plain(expr.indices):
                raise self.refuse(f"the lookup {expr} has no array form yet")
            axes = tuple(i for i in expr.indices if isinstance(i, Index))
            return Operand(expr.name, axes)
        if isinstance(expr, Index) or not free_indices(expr):
            return expr
        raise self.refuse(f"the index {expr} has no array form yet")

    def add(self, expr: Expr) -> _Piece:
        content, rest = expr.primitive()
        if content != 1:
            piece = self.add(rest) if rest.is_Add else self.lower(rest)
            return self.apply(
                "np.multiply", [piece, _Piece(content)], expr, self.stem(expr, "sum")
            )
        arrays = [t for t in expr.args if self.has_axes(t)]
        scalars = [t for t in expr.args if not self.has_axes(t)]
        if scalars and all(t.could_extract_minus_sign() for t in arrays):
            constant = _Piece(self.scalar(sympy.Add(*scalars)))
            rest = self.lower(-sympy.Add(*arrays))
            return self.apply("np.subtract", [constant, rest], expr, self.stem(expr, "sum"))
        full = max(len(self.axes_of(t)) for t in arrays)
        # The widest and most composed term first: its storage takes the others up.
        arrays.sort(
            key=lambda t: (
                len(self.axes_of(t)) != full,
                t.could_extract_minus_sign(),
                not t.has(Reduce),
                isinstance(t, Read),
                str(t),
            )
        )
        total = arrays[0]
        result = self.lower(total)
        for term in arrays[1:]:
            total += term
            negative = term.could_extract_minus_sign()
            result = self.apply(
                "np.subtract" if negative else "np.add",
                [result, self.lower(-term if negative else term)],
                total,
                self.stem(expr, "sum"),
            )
        if scalars:
            constant = _Piece(self.scalar(sympy.Add(*scalars)))
            result = self.apply("np.add", [result, constant], expr, self.stem(expr, "sum"))
        return result

    def axes_of(self, expr: Expr) -> set[Index]:
        found = set(free_indices(expr))
        for symbol in expr.free_symbols:
            if symbol in self.locals:
                found |= set(self.locals[symbol].axes)
        return found

    def has_axes(self, expr: Expr) -> bool:
        return bool(self.axes_of(expr))

    def multiply(self, expr: Expr) -> _Piece:
        above: list[Expr] = []
        below: list[Expr] = []
        scalar: Expr = ONE
        for factor in Mul.make_args(expr):
            if not self.has_axes(factor):
                scalar *= factor
            elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                below.append(Pow(factor.base, -factor.exp))
            else:
                above.append(factor)
        if not above:
            bottom = self.product(below, expr)
            return self.apply(
                "np.divide", [_Piece(self.scalar(scalar)), bottom], expr, self.stem(expr, "ratio")
            )
        if below:
            bottom = self.product(below, expr)
            wide = len(self.axes_of(Mul(*above))) > len(bottom.axes)
            if scalar != 1 and wide:
                # The scalar goes where there are fewer elements.
                inverse = self.scalar(1 / scalar)
                bottom = self.apply(
                    "np.multiply", [bottom, _Piece(inverse)], Mul(*below) / scalar,
                    self.stem(expr, "scaled"),
                )
                scalar = ONE
            top = self.product(above, expr, scalar)
            return self.apply("np.divide", [top, bottom], expr, self.stem(expr, "ratio"))
        return self.product(above, expr, scalar)

    def product(self, factors: Sequence[Expr], expr: Expr, scalar: Expr = ONE) -> _Piece:
        """Factors of fewer axes first, so that the wide arrays are passed over least often."""
        ordered = sorted(factors, key=lambda f: (len(self.axes_of(f)), isinstance(f, Read), str(f)))
        total: Expr = ordered[0]
        result = self.lower(ordered[0])
        if scalar != 1:
            total = scalar * total
            if scalar == -1:
                result = self.apply("np.negative", [result], total, self.stem(expr, "product"))
            else:
                result = self.apply(
                    "np.multiply", [result, _Piece(self.scalar(scalar))], total,
                    self.stem(expr, "product"),
                )
        for factor in ordered[1:]:
            total *= factor
            result = self.apply(
                "np.multiply", [result, self.lower(factor)], total, self.stem(expr, "product")
            )
        return result

    def power(self, expr: Expr) -> _Piece:
        base, exponent = expr.base, expr.exp
        if exponent < 0:
            bottom = self.lower(Pow(base, -exponent))
            return self.apply("np.divide", [_Piece(ONE), bottom], expr, self.stem(expr, "inverse"))
        inner = self.lower(base)
        if exponent == Rational(1, 2):
            return self.apply("np.sqrt", [inner], expr, self.stem(expr, "root"))
        if exponent == 2:
            return self.apply("np.square", [inner], expr, self.stem(expr, "square"))
        if exponent.is_Integer and exponent <= 4:
            keep = _Piece(inner.argument)
            square = self.apply("np.square", [keep], base**2, self.stem(expr, "square"))
            if exponent == 4:
                return self.apply("np.square", [square], expr, self.stem(expr, "power"))
            return self.apply("np.multiply", [square, keep], expr, self.stem(expr, "power"))
        return self.apply(
            "np.power", [inner, _Piece(exponent)], expr, self.stem(expr, "power")
        )

    def function(self, expr: Expr) -> _Piece:
        name = type(expr).__name__
        if not isinstance(expr, Elementwise):
            raise self.refuse(f"{expr} has no array form")
        if name == "where":
            return self.choose(expr)
        record = FUNCTIONS[name]
        if record.numpy is not None:
            pieces = [self.lower(a) for a in expr.args]
            if name in ("both", "either", "negate"):
                pieces = [self.truth(p, a) for p, a in zip(pieces, expr.args, strict=True)]
            return self.apply(record.numpy, pieces, expr, self.stem(expr, name))
        if record.form is None:
            # The one function without a ufunc and without a form: targets write it out.
            return self.apply(name, [self.lower(expr.args[0])], expr, self.stem(expr, name))
        return self.formed(expr)

    def formed(self, expr: Expr) -> _Piece:
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
            self.locals[local] = _Piece(piece.argument)
            arguments.append(local)
        self.target_free = free
        form = FUNCTIONS[type(expr).__name__].form
        assert form is not None
        return self.lower(form(*arguments))

    def truth(self, piece: _Piece, expr: Expr) -> _Piece:
        operand = piece.argument
        if isinstance(operand, Operand) and self.values[operand.value].kind == "bool":
            return piece
        return self.apply(
            "np.not_equal", [piece, _Piece(sympy.S.Zero)], apply("not_equal", expr, 0),
            self.stem(expr, "holds"),
        )

    def choose(self, expr: Expr) -> _Piece:
        condition = self.truth(self.lower(expr.args[0]), expr.args[0])
        then, otherwise = (self.lower(a) for a in expr.args[1:])
        axes = self.ordered({i for p in (condition, then, otherwise) for i in p.axes})
        if not isinstance(condition.argument, Operand):
            raise self.refuse("a condition without an index has no array form yet")
        out = self.overwritten([otherwise], axes, "float") or self.temporary(
            self.stem(expr, "where"), axes
        )
        self.steps.append(
            Choose(out, condition.argument, then.argument, otherwise.argument, self.say(out, expr))
        )
        return _Piece(out, True)

    # -- reductions --

    def reduce(self, node: Reduce) -> _Piece:
        if node.kind == "logsumexp":
            raise self.refuse("logsumexp must be shifted before it is lowered")
        if node.kind == "sum":
            return self.contract(node)
        return self.fold(node, self.whole(node))

    def whole(self, node: Reduce) -> _Piece:
        """The body of a reduction as one array that has all bound axes."""
        outer, self.axes = self.axes, (*self.axes, *node.indices)
        piece = self.lower(node.body)
        self.axes = outer
        missing = set(node.indices) - set(piece.axes)
        if missing or not isinstance(piece.argument, Operand):
            names = ", ".join(sorted(i.name for i in missing))
            raise self.refuse(f"{node} does not depend on {names}; it has no array form yet")
        return piece

    def fold(self, node: Reduce, piece: _Piece) -> _Piece:
        assert isinstance(piece.argument, Operand)
        left = set(piece.axes) - set(node.indices)
        out = self.temporary(self.stem(node, node.kind), self.ordered(left))
        self.steps.append(
            Fold(out, node.kind, piece.argument, node.indices, self.say(out, node))
        )
        if not out.axes:
            return _Piece(Read(out.value))
        return _Piece(out, True)

    def contract(self, node: Reduce) -> _Piece:
        """A sum of a product, as one contraction of two operands."""
        body, bound = node.body, set(node.indices)
        outer, self.axes = self.axes, (*self.axes, *node.indices)
        square = body.is_Pow and body.exp == 2
        if square:
            piece = self.lower(body.base)
            pair = [piece, piece]
        elif body.is_Mul:
            pair = self.two_operands(body, bound)
        else:
            pair = []
        self.axes = outer
        if len(pair) == 1:
            return self.fold(node, pair[0])
        if not pair:
            return self.fold(node, self.whole(node))
        pair = [self.as_float(p, node) for p in pair]
        left, right = (p.argument for p in pair)
        assert isinstance(left, Operand) and isinstance(right, Operand)
        kept = (set(left.axes) | set(right.axes)) - bound
        out = self.temporary(self.stem(node, "sum"), self.ordered(kept))
        self.steps.append(Contract(out, left, right, node.indices, self.say(out, node)))
        if not out.axes:
            return _Piece(Read(out.value))
        return _Piece(out, True)

    def as_float(self, piece: _Piece, node: Reduce) -> _Piece:
        """A contraction multiplies floats: truths and integers are copied to one."""
        operand = piece.argument
        if not isinstance(operand, Operand) or self.values[operand.value].kind == "float":
            return piece
        return self.apply(COPY, [piece], node.body, self.stem(node, "factor"))

    def two_operands(self, body: Expr, bound: set[Index]) -> list[_Piece]:
        """Factors of a product in two groups, those of equal axes together."""
        groups: dict[frozenset[Index], list[Expr]] = {}
        for factor in Mul.make_args(body):
            groups.setdefault(frozenset(self.axes_of(factor)), []).append(factor)
        scalars = groups.pop(frozenset(), [])
        listed = sorted(groups.items(), key=lambda g: (-len(g[0]), str(g[1])))
        while len(listed) > 2:
            # The narrowest group joins the first that contains it, else the next narrowest.
            axes, factors = listed.pop()
            home = next((n for n, g in enumerate(listed) if axes <= g[0]), len(listed) - 1)
            listed[home] = (listed[home][0] | axes, [*listed[home][1], *factors])
        if scalars:
            listed[-1] = (listed[-1][0], [*listed[-1][1], *scalars])
        if len(listed) == 1 and len(listed[0][1]) == 2 and not scalars:
            return [self.lower(f) for f in listed[0][1]]
        return [self.lower(Mul(*factors)) for _, factors in listed]

    # -- scalars --

    def scalar(self, expr: Expr) -> Expr:
        """A formula of rank-0 reads, extents and numbers; what has indices is computed before."""
        if isinstance(expr, Read):
            if not expr.indices:
                return expr
            out = self.temporary(f"{expr.name}_read", ())
            places = tuple(self.index(i) for i in expr.indices)
            self.steps.append(Gather(out, expr.name, places, self.say(out, expr)))
            return Read(out.value)
        if isinstance(expr, Reduce):
            outer, self.axes = self.axes, ()
            target, self.target = self.target, None
            piece = self.reduce(expr)
            self.axes, self.target = outer, target
            assert not isinstance(piece.argument, Operand)
            return piece.argument
        if isinstance(expr, Elementwise):
            record = FUNCTIONS[type(expr).__name__]
            if record.numpy is None and record.form is not None:
                return self.scalar(record.form(*expr.args))
        if not expr.args:
            return expr
        return expr.func(*(self.scalar(a) for a in expr.args))
