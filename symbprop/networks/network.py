"""A network as it is being written: tensors and definitions, then a verified graph.

    net = Network("line")
    n = net.index("n", "N")
    x, y = net.input("x", ["N"]), net.target("y", ["N"])
    a, b = net.parameter("a"), net.parameter("b")
    p = net.define("p", [n], a[()]*x[n] + b[()])
    net.loss("mean_squared_error", p, y)
    print(net.graph)

Formulas are SymPy expressions and go in as they are; equations as text, layers and losses say the
same as in TOML, and the spec reader calls what stands here.  A layer appends definitions and
nothing else.
"""

from __future__ import annotations

import keyword
import math
import numbers
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import sympy
from sympy import Basic, Expr, Symbol

from symbprop.arguments import doors
from symbprop.errors import Fault, Place, SpecError, did_you_mean, told
from symbprop.language.building import is_count
from symbprop.language.functions import CLASSES, Elementwise, apply
from symbprop.language.graph import (
    Definition,
    Graph,
    Tensor,
    make_graph,
    notebook_latex,
    read_names,
    tensor_faults,
)
from symbprop.language.indices import index_names
from symbprop.language.initialisation import Initialisation, InitialisationLike
from symbprop.language.notation import NAME, print_definitions, read_equations
from symbprop.language.terms import (
    ExtentLike,
    FormulaLike,
    Index,
    Read,
    Reduce,
    extent,
    is_whole_part,
)
from symbprop.networks.foreign import hint
from symbprop.networks.losses import LOSSES, Term, add_loss

RELATIONS = {
    "StrictGreaterThan": "greater", "GreaterThan": "greater_equal", "StrictLessThan": "less",
    "LessThan": "less_equal", "Equality": "equal", "Unequality": "not_equal",
}
SPELLED_BY_SYMPY = {
    "Abs": "abs", "asin": "asin", "acos": "acos", "atan": "atan", "atan2": "atan2", "sign": "sign",
    **{name: name for name in ("exp", "log", "tanh", "sin", "cos", "tan", "sinh", "cosh", "erf",
                             "erfc")},
    "loggamma": "lgamma",
}

LOSS_NAMES = ("loss", "Loss")


class Network:
    """A builder.  ``graph`` verifies what was written and raises every fault at once.

    Tensors are declared by ``parameter``, ``input``, ``target`` and ``constant``; definitions are
    appended by ``define`` (a SymPy expression), ``equations`` (text) and ``layer``.  The loss is
    what ``loss`` composes, what ``set_loss`` names, or else the scalar called loss or Loss.
    ``accuracy`` is what its module promises, "fast" or "full" (`symbprop.language.accuracy`).
    """

    def __init__(self, name: str, title: str = "", description: str = "") -> None:
        check_name(name)
        self.name, self.title, self.description = name, title, description
        self.tensors: dict[str, Tensor] = {}
        self.definitions: list[Definition] = []
        self.outputs: list[str] = []
        self.accuracy = "fast"
        self.estimated: list[str] = []
        self.loss_name: str | None = None
        self.last: str | None = None
        self.places: dict[str, Place] = {}
        self.layers = 0
        self._terms: list[Term] = []
        self._made: frozenset[str] = frozenset()
        self._indices: dict[str, ExtentLike] = {}
        self._graph: Graph | None = None
        self._extents: set[str] = set()

    # -- tensors --

    def add(self, tensor: Tensor, place: Place | None = None) -> Tensor:
        """Declare a tensor.  Raises SpecError for a bad name or one that is taken."""
        check_name(tensor.name, place)
        own = {str(s) for e in tensor.shape for s in e.free_symbols}
        for name in sorted(own - self._extents):
            check_name(name, place)
        faults = tensor_faults(tensor, place)
        if faults:
            raise SpecError(*faults)
        if tensor.name in self.tensors:
            raise SpecError(Fault("SP120", f"the name {tensor.name} is used twice", place))
        self.tensors[tensor.name] = tensor
        if place is not None:
            self.places[tensor.name] = place
        self._extents |= own
        self._graph = None
        return tensor

    def parameter(
        self,
        name: str,
        shape: Sequence[ExtentLike] = (),
        *,
        init: InitialisationLike | None = None,
        latex: str | None = None,
        place: Place | None = None,
    ) -> Tensor:
        """A parameter; ``init`` is an initialisation or the name of one without numbers."""
        first = Initialisation(init) if isinstance(init, str) else init
        sizes = tuple(map(extent, shape))
        return self.add(Tensor(name, sizes, "parameter", initial=first, latex=latex), place)

    def input(
        self,
        name: str,
        shape: Sequence[ExtentLike] = (),
        *,
        role: str = "input",
        integer: bool = False,
        below: ExtentLike | None = None,
        latex: str | None = None,
        place: Place | None = None,
    ) -> Tensor:
        """An input; an integer one holds values from 0 to below ``below``."""
        if role not in ("input", "target"):
            raise SpecError(Fault("SP144", f"Network.input: role is {told(role)}, not 'input' or "
                                  "'target'", place))
        limit = None if below is None else extent(below)
        sizes = tuple(map(extent, shape))
        return self.add(Tensor(name, sizes, role, integer, limit, latex=latex), place)

    def target(self, name: str, shape: Sequence[ExtentLike] = (), **options: Any) -> Tensor:
        """What the outputs are compared with; options as of ``input``."""
        return self.input(name, shape, role="target", **options)

    def constant(
        self,
        name: str,
        shape: Sequence[ExtentLike],
        values: Sequence[float],
        place: Place | None = None,
    ) -> Tensor:
        """Finite values in row-major order, one for every place of the shape."""
        sizes = tuple(map(extent, shape))
        held = values.ravel().tolist() if hasattr(values, "ravel") else values
        flat = tuple(v if isinstance(v, int) else float(v) for v in held)
        return self.add(Tensor(name, sizes, "constant", values=flat), place)

    def index(self, name: str, size: ExtentLike) -> Index:
        """An index that runs from 0 to below an extent, for formulas."""
        check_name(name)
        return Index(name, size)

    def declare_index(self, name: str, size: ExtentLike, place: Place | None = None) -> None:
        """An extent for an index of ``equations`` that use does not determine."""
        check_name(name, place)
        self._indices[name] = size

    # -- definitions --

    def define(self, name: str, indices: Sequence[Index], expr: FormulaLike) -> Tensor:
        """``name[indices] = expr``; a new tensor whose extents are those of the indices.

        The formula may be a number of Python or NumPy, and hold such: a float is the decimal that
        it prints as.
        """
        formula = from_sympy(expr if isinstance(expr, Basic) else number(expr))
        for index_name in sorted({i.name for i in indices} | index_names(formula)):
            check_name(index_name)
        tensor = self.add(Tensor(name, tuple(i.extent for i in indices)))
        self.definitions.append(Definition(Read(name, *indices), formula))
        self.last = name
        return tensor

    def equations(
        self,
        text: str,
        place: Place | None = None,
        of: Sequence[str] | None = None,
        indices: Mapping[str, ExtentLike] | None = None,
    ) -> None:
        """Definitions in the notation of the language, one a line.

        ``of`` names all tensors that they read, where a layer knows them: a long chain of layers
        is then read in a time that grows with its length only.  ``indices`` holds the extents of
        a layer's own indices, instead of those that the author declared.
        """
        known = self.tensors if of is None else {n: self.known(n) for n in of}
        declared: Mapping[str, Any] = self._indices if indices is None else indices
        definitions, made = read_equations(text, known, indices=declared, place=place)
        for tensor in made:
            self.add(tensor, place)
        self.definitions += definitions
        if definitions:
            self.last = definitions[-1].target.name

    def layer(
        self,
        kind: str,
        *,
        input: str | Tensor | None = None,
        name: str | None = None,
        repeat: int = 1,
        place: Place | None = None,
        **options: Any,
    ) -> Tensor:
        """Append a layer; return its output.

        It reads ``input``, else what was defined last, else the first input.  ``name`` ends the
        names of what it defines, by default its number.  Options are those of TOML; one that is a
        word of Python takes an underscore, as in ``from_``.  Raises SpecError with every fault.
        """
        given = {
            key.removesuffix("_"): value.name if isinstance(value, Tensor) else value
            for key, value in options.items()
        }
        given |= {} if name is None else {"name": name}
        # A stack builds on this module, as the layers do.
        from symbprop.networks.stack import Stack

        first = next((t.name for t in self.tensors.values() if t.role == "input"), None)
        stack = Stack(self, at=lambda *path: place)
        entry, path = {**given, "kind": kind, "repeat": repeat}, (f"layer {kind}",)
        self.last = stack.one(entry, path, _name(input) or self.last or first)
        return self.tensors[self.last]

    def loss(
        self,
        kind: str,
        prediction: str | Tensor | None = None,
        target: str | Tensor | None = None,
        *,
        weight: float = 1,
        place: Place | None = None,
        **options: Any,
    ) -> Tensor:
        """Add a term to the loss; return the loss.

        ``prediction`` is by default what was defined last, ``target`` is declared with the shape
        that fits where no such tensor exists, and is called y by default.  A further call adds a
        further term; ``weight`` multiplies the term; ``options`` are those of the loss, such as
        ``delta``, where Huber's loss turns linear.
        """
        if kind not in LOSSES:
            raise SpecError(
                Fault("SP104", f"unknown loss {kind!r}", place, hint("loss", kind, LOSSES))
            )
        of = _name(prediction) or self.last
        if of is None:
            raise SpecError(Fault("SP138", "the loss has no prediction", place,
                                  "define something before it"))
        record = LOSSES[kind]
        others = [record.other] if record.other else []
        own = [*record.numbers, *record.words]
        faults = unknown_options(options, [*own, *others], kind, place)
        faults += record.option_faults({**options, "weight": weight}, f"{kind}.", lambda _: place)
        other = options.get(record.other) if record.other else None
        if other is not None and not isinstance(other, str | Tensor):
            faults.append(Fault("SP133", f"{kind}.{record.other}: a tensor or its name is needed, "
                                f"not {told(other)}", place))
        if faults:
            raise SpecError(*faults)
        chosen = {k: v for k, v in options.items() if k in own and not isinstance(v, Tensor)}
        assert not isinstance(other, int | float)
        term = Term(kind, of, _name(target), weight, chosen, place, _name(other))
        self.compose_loss([*self._terms, term])
        return self.tensors["loss"]

    def compose_loss(self, terms: Sequence[Term]) -> None:
        """Make the loss the weighted sum of terms, instead of those of before."""
        if not terms:
            raise SpecError(Fault("SP138", "a loss of no terms has no value"))
        old = self._made
        for name in old:
            self.tensors.pop(name, None)
        self.definitions = [d for d in self.definitions if d.target.name not in old]
        self._terms = list(terms)
        last, before = self.last, set(self.tensors)
        names: list[str] = []
        for term in terms:
            single = len(terms) == 1 and term.weight == 1
            names.append("loss" if single else f"loss_{len(names) + 1}")
            add_loss(self, term, names[-1])
        if names != ["loss"]:
            parts = (f"{t.weight!r}*{n}" for t, n in zip(terms, names, strict=True))
            self.equations(f"loss = {' + '.join(parts)}", terms[0].place)
        made = (n for n, t in self.tensors.items() if n not in before and t.role == "defined")
        self._made = frozenset(made)
        self.set_loss("loss")
        self.last = last

    @property
    def taken(self) -> tuple[Container[str], ...]:
        """Where the names are that an index of a layer must not have."""
        return self.tensors, self._extents, self._indices

    def free_names(self, *wanted: str, but: Sequence[str] = ()) -> list[str]:
        """Index names that mean nothing else here, and are none of ``but``."""
        found: list[str] = []
        for name in wanted:
            candidate, number = name, 0
            while any(candidate in names for names in (self.tensors, self._extents, found, but)):
                number += 1
                candidate = f"{name}{number}"
            found.append(candidate)
        return found

    def running(self, name: str, but: Sequence[str] = ()) -> list[str]:
        """A name for an index of each dimension of a tensor, none of ``but``."""
        rank = len(self.known(name).shape)
        return self.free_names(*("n", "j", "k", "l", "m", "p", "q")[:rank], but=but)

    def known(self, name: str, place: Place | None = None) -> Tensor:
        if name not in self.tensors:
            hint = did_you_mean(name, self.tensors)
            raise SpecError(Fault("SP103", f"unknown tensor {name!r}", place, hint))
        return self.tensors[name]

    def last_extent(self, name: str, place: Place | None = None) -> Expr:
        """The extent of a tensor's last dimension.  Raises SpecError where it has none."""
        shape = self.known(name, place).shape
        if not shape:
            raise SpecError(Fault("SP122", f"{name} is a scalar, but a layer here runs over a last "
                                           "dimension", place))
        return shape[-1]

    def described(self, name: str) -> str:
        """A tensor with its shape and the line that it comes from, for messages."""
        shape = ", ".join(map(str, self.known(name).shape))
        line = self.places[name].line if name in self.places else 0
        return f"{name} of shape ({shape})" + (f" (line {line})" if line else "")

    def set_loss(self, name: str | Tensor) -> None:
        """Say which scalar is the loss."""
        self.loss_name = _name(name)
        self._graph = None

    def estimate(self, name: str | Tensor) -> None:
        """Let ``forward`` take a tensor's running estimate instead of computing it.

        A statistic of the batch serves training; ``statistics`` of the module returns it, so that
        a running one can be kept.
        """
        self.estimated.append(name.name if isinstance(name, Tensor) else name)
        self._graph = None

    def output(self, name: str | Tensor) -> None:
        """Name a result of ``forward``; without any, the compiler finds the predictions."""
        self.outputs.append(name.name if isinstance(name, Tensor) else name)
        self._graph = None

    # -- the result --

    @property
    def graph(self) -> Graph:
        """The verified graph; raises SpecError with every fault.

        It prints as equations, shows as formulas in a notebook, and is walked by iterating: its
        definitions in dependency order, each with a target, a SymPy expression and indices.
        """
        if self._graph is None:
            loss = self.loss_name or next((n for n in LOSS_NAMES if n in self.tensors), None)
            self._graph = make_graph(
                self.tensors.values(), self.definitions, loss, self.outputs, self.estimated
            )
        return self._graph

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is no fault but hardly meant."""
        used = {name for d in self.definitions for name in read_names(d)}
        return tuple(
            f"the {t.role} {t.name} is not used"
            for t in self.tensors.values()
            if t.role in ("parameter", "input", "target") and t.name not in used
        )

    def __str__(self) -> str:
        return print_definitions(self.definitions)

    def _repr_latex_(self) -> str:
        return notebook_latex(self.definitions)


def _no_name(name: str, place: Place | None) -> Fault:
    return Fault("SP109", f"{name[:60]!r} is no name", place,
                 "names are ASCII letters, digits and underscores, and begin with a letter")


def check_name(name: str, place: Place | None = None) -> None:
    """Raise SpecError where a name could not stand in equations or in a module."""
    if not NAME.match(name):
        raise SpecError(_no_name(name, place))
    if keyword.iskeyword(name):
        raise SpecError(
            Fault("SP109", f"{name!r} is a word of Python and no name", place,
                  f"{name}_ would be one")
        )


def sound(graph: Graph) -> Graph:
    """A graph as `make_graph` would make it, all of whose names are names.

    A word of Python is one here: targets write it in another way.  Raises SpecError with every
    fault.
    """
    names = {t.name for t in graph.tensors.values()}
    for tensor in graph.tensors.values():
        for size in (*tensor.shape, *(() if tensor.limit is None else (tensor.limit,))):
            names |= {str(s) for s in size.free_symbols}
    for definition in graph.definitions:
        for side in (definition.target, definition.expr):
            names |= index_names(side)
    faults = [_no_name(name, None) for name in sorted(names) if not NAME.match(name)]
    if faults:
        raise SpecError(*faults)
    if graph.verified:
        return graph
    made = make_graph(
        graph.tensors.values(), graph.definitions, graph.loss, graph.outputs, graph.estimated
    )
    return replace(made, accuracy=graph.accuracy)


def _name(tensor: str | Tensor | None) -> str | None:
    return tensor.name if isinstance(tensor, Tensor) else tensor


# A finite number of any library.
Figure: TypeAlias = Any


def number(value: Figure) -> Expr:
    """A finite real number as the exact one that it prints as, a whole one as an integer."""
    if isinstance(value, numbers.Rational):
        return sympy.Rational(int(value.numerator), int(value.denominator))
    if math.isfinite(value):
        return sympy.Rational(repr(float(value)))
    raise SpecError(Fault("SP108", f"{value} is no finite number"))


def from_sympy(expr: Basic) -> Expr:
    """SymPy's own functions and numbers as those of the language; a ``Sum`` becomes a reduction.

    Raises SpecError for what the language has not.
    """
    return _from_sympy(expr)


def _from_sympy(expr: Basic) -> Expr:
    if isinstance(expr, Reduce):
        return Reduce(expr.kind, _from_sympy(expr.body), *expr.indices)
    if isinstance(expr, Read | Symbol) or expr.is_Rational or expr is sympy.pi:
        return expr
    if isinstance(expr, sympy.Float):
        return number(expr)
    if expr is sympy.E:
        return apply("exp", sympy.S.One)
    if isinstance(expr, sympy.NumberSymbol):
        return sympy.Rational(str(expr.evalf(30)))
    if isinstance(expr, sympy.Sum | sympy.Product):
        return _reduced(expr)
    if isinstance(expr, sympy.Max | sympy.Min):
        joint = "maximum" if isinstance(expr, sympy.Max) else "minimum"
        first, *rest = (_from_sympy(a) for a in sorted(expr.args, key=str))
        for other in rest:
            first = apply(joint, first, other)
        return first
    if isinstance(expr, sympy.Piecewise):
        return _chosen(expr)
    if isinstance(expr, sympy.core.relational.Relational) and type(expr).__name__ in RELATIONS:
        return apply(RELATIONS[type(expr).__name__], *map(_from_sympy, expr.args))
    if isinstance(expr, Elementwise):
        return expr.func(*map(_from_sympy, expr.args))
    if is_whole_part(expr) and not is_count(expr.args[0]):
        (argument,) = map(_from_sympy, expr.args)
        down = isinstance(expr, sympy.floor)
        return apply("floor", argument) if down else -apply("floor", -argument)
    if expr.is_Add or expr.is_Mul or expr.is_Pow or is_whole_part(expr):
        return expr.func(*map(_from_sympy, expr.args))
    name = type(expr).__name__
    if not expr.is_Function:
        what = "no finite real number" if expr.is_Atom else "not of the language"
        raise SpecError(Fault("SP108" if expr.is_Atom else "SP104", f"{expr} is {what}"))
    if name == "Heaviside":
        return apply("step", _from_sympy(expr.args[0]))
    if name not in SPELLED_BY_SYMPY:
        raise SpecError(
            Fault("SP104", f"unknown function {name}", None, did_you_mean(name, CLASSES))
        )
    return apply(SPELLED_BY_SYMPY[name], *map(_from_sympy, expr.args))


def _reduced(expr: Expr) -> Expr:
    """A ``Sum`` or ``Product`` from zero up to a finite last place."""
    kind = "sum" if isinstance(expr, sympy.Sum) else "prod"
    indices: list[Index] = []
    renamed: dict[Expr, Expr] = {}
    for symbol, *ends in expr.limits:
        if len(ends) != 2 or ends[0] != 0:
            raise SpecError(Fault("SP110", f"the {kind} over {symbol} must begin at 0"))
        if not (ends[1].is_integer and ends[1].is_finite is not False):
            raise SpecError(
                Fault("SP110", f"the {kind} over {symbol} ends at {ends[1]}, not at an integer")
            )
        index = symbol if isinstance(symbol, Index) else Index(symbol.name, ends[1] + 1)
        renamed[symbol] = index
        indices.append(index)
    return Reduce(kind, _from_sympy(expr.function.xreplace(renamed)), *indices)


def _chosen(expr: Expr) -> Expr:
    """A ``Piecewise`` whose last branch is for all else."""
    *branches, (last, always) = expr.args
    if always is not sympy.true:
        raise SpecError(Fault("SP104", f"{expr} says nothing of what else there is", None,
                              "end it with (value, True)"))
    result = _from_sympy(last)
    for value, condition in reversed(branches):
        result = apply("where", _from_sympy(condition), _from_sympy(value), result)
    return result


def unknown_options(
    given: Mapping[str, Any], allowed: Sequence[str], what: str, place: Place | None
) -> list[Fault]:
    return [
        Fault("SP121", f"unknown key {key!r} in {what}", place, did_you_mean(key, allowed))
        for key in given
        if key not in allowed
    ]


doors(__name__)
