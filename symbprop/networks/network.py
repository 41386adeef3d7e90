"""A network as it is being written: tensors and definitions, then a verified graph.

    net = Network("line")
    n = net.index("n", "N")
    x, y = net.input("x", ("N",)), net.target("y", ("N",))
    a, b = net.parameter("a"), net.parameter("b")
    p = net.define("p", (n,), a[()] * x[n] + b[()])
    net.loss("mean_squared_error", prediction="p", target="y")

Formulas are SymPy expressions and go in as they are.  A layer appends definitions and nothing else.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

import sympy
from sympy import Expr

from symbprop.errors import Fault, Place, SpecError, did_you_mean
from symbprop.language.functions import CLASSES, Elementwise, apply
from symbprop.language.graph import Definition, Graph, Tensor, make_graph, read_names
from symbprop.language.initialisation import Initialisation
from symbprop.language.notation import NAME, print_definitions, read_equations
from symbprop.language.terms import ExtentLike, Index, Read, Reduce, extent

SPELLED_BY_SYMPY = {
    "Abs": "abs", "asin": "asin", "acos": "acos", "atan": "atan", "atan2": "atan2", "sign": "sign",
    **{name: name for name in ("exp", "log", "tanh", "sin", "cos", "tan", "sinh", "cosh", "erf")},
}


class Network:
    """A builder.  ``graph`` verifies what was written and raises every fault at once."""

    def __init__(self, name: str, title: str = "", description: str = "") -> None:
        self.name, self.title, self.description = name, title, description
        self.tensors: dict[str, Tensor] = {}
        self.definitions: list[Definition] = []
        self.outputs: list[str] = []
        self.loss_name: str | None = None
        self.last: str | None = None
        self.layers = 0
        self._indices: dict[str, int | str] = {}
        self._graph: Graph | None = None
        self._extents: set[str] = set()

    # -- tensors --

    def add(self, tensor: Tensor, place: Place | None = None) -> Tensor:
        if not NAME.match(tensor.name):
            raise SpecError(
                Fault("SP109", f"{tensor.name[:60]!r} is no name", place,
                      "names are ASCII letters, digits and underscores, and begin with a letter")
            )
        if tensor.name in self.tensors:
            raise SpecError(Fault("SP120", f"the name {tensor.name} is used twice", place))
        self.tensors[tensor.name] = tensor
        self._extents.update(str(s) for e in tensor.shape for s in e.free_symbols)
        self._graph = None
        return tensor

    def parameter(
        self,
        name: str,
        shape: Sequence[ExtentLike] = (),
        *,
        init: Initialisation | str | None = None,
        latex: str | None = None,
        place: Place | None = None,
    ) -> Tensor:
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
        limit = None if below is None else extent(below)
        sizes = tuple(map(extent, shape))
        return self.add(Tensor(name, sizes, role, integer, limit, latex=latex), place)

    def target(self, name: str, shape: Sequence[ExtentLike] = (), **options: Any) -> Tensor:
        return self.input(name, shape, role="target", **options)

    def constant(
        self,
        name: str,
        shape: Sequence[int],
        values: Sequence[float],
        place: Place | None = None,
    ) -> Tensor:
        """Values in row-major order."""
        sizes = tuple(map(extent, shape))
        return self.add(Tensor(name, sizes, "constant", values=tuple(values)), place)

    def index(self, name: str, size: ExtentLike) -> Index:
        return Index(name, size)

    def declare_index(self, name: str, size: int | str) -> None:
        """An extent for an index of ``equations`` that use does not determine."""
        self._indices[name] = size

    # -- definitions --

    def define(self, name: str, indices: Sequence[Index], expr: Expr | int) -> Tensor:
        """``name[indices] = expr``; a new tensor whose extents are those of the indices."""
        tensor = self.add(Tensor(name, tuple(i.extent for i in indices)))
        formula = from_sympy(sympy.S(expr) if isinstance(expr, int) else expr)
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
        known = self.tensors if of is None else {n: self.tensors[n] for n in of}
        declared: Mapping[str, Any] = self._indices if indices is None else indices
        definitions, made = read_equations(text, known, indices=declared, place=place)
        for tensor in made:
            self.add(tensor, place)
        self.definitions += definitions
        if definitions:
            self.last = definitions[-1].target.name

    @property
    def taken(self) -> tuple[Container[str], ...]:
        """Where the names are that an index of a layer must not have."""
        return self.tensors, self._extents, self._indices

    def free_names(self, *wanted: str) -> list[str]:
        """Index names that mean nothing else here."""
        found: list[str] = []
        for name in wanted:
            candidate, number = name, 0
            while candidate in self.tensors or candidate in self._extents or candidate in found:
                number += 1
                candidate = f"{name}{number}"
            found.append(candidate)
        return found

    def running(self, name: str) -> list[str]:
        """A name for an index of each dimension of a tensor."""
        rank = len(self.tensors[name].shape)
        return self.free_names(*("n", "j", "k", "l", "m", "p", "q")[:rank])

    def known(self, name: str, place: Place | None = None) -> Tensor:
        if name not in self.tensors:
            hint = did_you_mean(name, self.tensors)
            raise SpecError(Fault("SP103", f"unknown tensor {name!r}", place, hint))
        return self.tensors[name]

    def set_loss(self, name: str) -> None:
        self.loss_name = name
        self._graph = None

    def output(self, name: str) -> None:
        self.outputs.append(name)

    # -- the result --

    @property
    def graph(self) -> Graph:
        """The verified graph; raises SpecError."""
        if self._graph is None:
            self._graph = make_graph(
                self.tensors.values(), self.definitions, self.loss_name, self.outputs
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


def from_sympy(expr: Expr) -> Expr:
    """SymPy's own functions as those of the language; a ``Sum`` becomes a reduction."""
    if isinstance(expr, Read | Elementwise) or not expr.args:
        if isinstance(expr, Elementwise):
            return expr.func(*map(from_sympy, expr.args))
        return expr
    if isinstance(expr, Reduce):
        return Reduce(expr.kind, from_sympy(expr.body), *expr.indices)
    if isinstance(expr, sympy.Sum | sympy.Product):
        kind = "sum" if isinstance(expr, sympy.Sum) else "prod"
        body, indices = expr.function, []
        renamed: dict[Expr, Expr] = {}
        for symbol, low, high in expr.limits:
            if low != 0:
                raise SpecError(Fault("SP110", f"the sum over {symbol} must begin at 0"))
            index = symbol if isinstance(symbol, Index) else Index(symbol.name, high + 1)
            renamed[symbol] = index
            indices.append(index)
        return Reduce(kind, from_sympy(body.xreplace(renamed)), *indices)
    name = type(expr).__name__
    if isinstance(expr, sympy.Max | sympy.Min):
        joint = "maximum" if isinstance(expr, sympy.Max) else "minimum"
        first, *rest = (from_sympy(a) for a in sorted(expr.args, key=str))
        for other in rest:
            first = apply(joint, first, other)
        return first
    if expr.is_Function:
        if name not in SPELLED_BY_SYMPY:
            raise SpecError(
                Fault("SP104", f"unknown function {name}", None, did_you_mean(name, CLASSES))
            )
        return apply(SPELLED_BY_SYMPY[name], *map(from_sympy, expr.args))
    return expr.func(*map(from_sympy, expr.args))


def unknown_options(
    given: Mapping[str, Any], allowed: Sequence[str], what: str, place: Place | None
) -> list[Fault]:
    return [
        Fault("SP121", f"unknown key {key!r} in {what}", place, did_you_mean(key, allowed))
        for key in given
        if key not in allowed
    ]
