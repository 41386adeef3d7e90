"""Layers, one file each: definitions only, no derivative anywhere.

A layer's file says ``LAYERS``, records of options and of a function that appends definitions, and
``EXAMPLE``, a spec that the tests pick up.  The function gets a `Call` and mostly does three
things: match the shape of what it reads, declare parameters, and state equations:

    def build(call: Call) -> str:
        call.match("...", "K")
        call.parameter("W", ("units", "K"))
        return call.equations("s[..., j] = sum(k, W[j,k]*x[..., k])")

A layer that a spec defines (`[define.NAME]`) is the same kind of record, made by `defined`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr, Integer

from symbprop.arguments import doors
from symbprop.errors import Fault, Place, SpecError, SymbpropError, did_you_mean, shown, told
from symbprop.language.graph import Tensor
from symbprop.language.initialisation import Initialisation
from symbprop.language.terms import ExtentLike, extent
from symbprop.networks.network import Network
from symbprop.networks.options import ANY, OPTION_TYPES, Number
from symbprop.networks.template import bind, defined_names, fill, owned, size_of

Options = Mapping[str, Any]
Init = Initialisation | str | None


@dataclass(slots=True)
class Call:
    """One use of a layer: what it reads, the suffix of its names, and its options.

    ``nest`` builds a list of layers from a tensor and returns their output.  ``names`` maps the
    layer's own names to what stands for them in the network: tensors, numbers and extents.
    """

    network: Network
    source: str
    suffix: str
    options: Options
    place: Place | None
    kind: str = "layer"
    nest: Callable[[str, str], str] | None = None
    names: dict[str, str] = field(default_factory=dict)
    extents: dict[str, Expr] = field(default_factory=dict)
    tensors: list[str] = field(default_factory=list)
    leading: int = 0

    def __post_init__(self) -> None:
        self.network.known(self.source, self.place)
        self.own("x", self.source)
        for name, value in self.options.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                self.number(name, value)

    # -- what the layer is given --

    @property
    def shape(self) -> tuple[Expr, ...]:
        """The shape of what the layer reads."""
        return self.network.known(self.source, self.place).shape

    def match(self, *pattern: str | int) -> tuple[Expr, ...]:
        """Bind the names of a pattern to the extents of the input; ``...`` is any number of them.

        A number in it is an extent that the input must have.  Returns the extents in the pattern's
        order.  Raises SP123 where the shape does not fit.
        """
        free, found = bind(pattern, self.shape, self.kind, self.place)
        self.leading = free
        for name, size in found.items():
            self.extents[name] = size
            self.names[name] = f"({size})"
        return tuple(
            Integer(p) if isinstance(p, int) else found[p] for p in pattern if p != "..."
        )

    def extent(self, name: str) -> Expr:
        """An extent that `match` has bound; SP103 for any other."""
        if name not in self.extents:
            raise self.fault("SP103", f"{self.kind} has no extent {name!r}",
                             did_you_mean(name, self.extents) or "match binds extents to names")
        return self.extents[name]

    def fixed(self, name: str) -> int:
        """An extent as a number; SP123 where it is known at call time only."""
        size = self.extent(name)
        if not size.is_Integer:
            raise self.fault("SP123", f"{self.kind} needs a fixed extent {name}, but its input "
                             f"{self.source} has {size} there")
        return int(size)

    def fault(self, code: str, message: str, hint: str = "") -> SpecError:
        return SpecError(Fault(code, message, self.place, hint))

    # -- what the layer declares --

    def own(self, name: str, full: str) -> None:
        """Let ``name`` stand for a tensor of the network."""
        self.names[name] = full
        if full not in self.tensors:
            self.tensors.append(full)

    def number(self, name: str, value: float | Expr) -> None:
        """Let ``name`` stand for a number."""
        if isinstance(value, int):
            self.extents[name] = extent(value) if value >= 0 else value
        text = repr(value) if isinstance(value, int | float) else str(value)
        self.names[name] = text if text.isalnum() else f"({text})"

    def sizes(self, shape: Sequence[ExtentLike]) -> tuple[Expr, ...]:
        """A shape whose entries are numbers, extents, or texts such as ``"2*units"``."""
        return tuple(
            size_of(s, self.extents, self.place) if isinstance(s, str) else extent(s)
            for s in shape
        )

    def parameter(self, name: str, shape: Sequence[ExtentLike] = (), init: Init = None) -> Tensor:
        full = owned(name, self.suffix)
        made = self.network.parameter(full, self.sizes(shape), init=init, place=self.place)
        self.own(name, full)
        return made

    def input(
        self, name: str, shape: Sequence[ExtentLike], full: str | None = None, **options: Any
    ) -> Tensor:
        """An input of the layer's own, or the tensor ``full`` where the network has it already."""
        chosen = full or owned(name, self.suffix)
        sizes = self.sizes(shape)
        if chosen in self.network.tensors:
            held = self.network.tensors[chosen]
            if held.shape != sizes:
                found, wanted = (f"({', '.join(map(str, s))})" for s in (held.shape, sizes))
                raise self.fault("SP123", f"{self.kind} reads {chosen}, whose shape is {found} "
                                 f"where {wanted} is needed")
        else:
            held = self.network.input(chosen, sizes, place=self.place, **options)
        self.own(name, chosen)
        return held

    def constant(self, name: str, shape: Sequence[int], values: Sequence[float]) -> None:
        full = owned(name, self.suffix)
        self.network.constant(full, shape, values, self.place)
        self.own(name, full)

    def declare(self, name: str, shape: Sequence[ExtentLike]) -> None:
        """Give a tensor that equations are to define a shape which they do not determine."""
        full = owned(name, self.suffix)
        self.network.add(Tensor(full, self.sizes(shape)), self.place)
        self.own(name, full)

    def equations(
        self, text: str, indices: Mapping[str, ExtentLike] | None = None, place: Place | None = None
    ) -> str:
        """State equations; the name of the tensor that the last of them defines.

        ``indices`` declares extents that use does not determine.
        """
        if not defined_names(text):
            raise SpecError(Fault("SP101", f"{self.kind} states equations that define nothing",
                                  place or self.place))
        for name in defined_names(text):
            full = owned(name, self.suffix)
            if name in self.names and self.names[name] != full:
                raise self.fault("SP120", f"{self.kind} defines {name}, which it is given")
            if name not in self.names and full in self.network.tensors:
                raise self.fault("SP120", f"the name {full} is used twice")
            self.names[name] = full
        made = fill(text, self.names, self.network.taken, self.leading, self.place)
        declared = dict(zip(indices or {}, self.sizes(tuple((indices or {}).values())),
                            strict=True))
        known = {new: declared[old] for new, old in made.indices.items() if old in declared}
        begins = place or self.place
        try:
            self.network.equations(made.text, begins, self.tensors, known)
        except SpecError as error:
            if place is None:
                # Lines of a built-in layer are no lines of the author's file.
                raise SpecError(*(replace(f, place=begins) for f in error.faults)) from None
            # Columns are those of the filled text, not of the author's.
            raise SpecError(*(
                replace(f, place=f.place and replace(f.place, column=0)) for f in error.faults
            )) from None
        for full in made.defined:
            if full not in self.tensors:
                self.tensors.append(full)
        return made.defined[-1]

    def inner(
        self, build: Callable[[Call], str], source: str, letter: str, options: Options
    ) -> str:
        """The output of another layer, built from ``source`` as a part of this one."""
        part = Call(self.network, source, f"{self.suffix}{letter}", options, self.place, self.kind)
        return Layer(self.kind, build).built(part)

    def layers(self, option: str, source: str | None = None) -> str:
        """The output of the layers that an option lists, which begin from ``source``."""
        if self.nest is None:
            raise self.fault("SP144", f"{self.kind} holds no layers here",
                             "a stack of layers gives every call its way to nest")
        return self.nest(option, self.source if source is None else source)


@dataclass(frozen=True, slots=True)
class Layer:
    """``build`` appends definitions and returns the name of the layer's output.

    ``options`` maps each option to its type: count (a positive integer) or natural (zero too),
    counts or naturals (one or a list of them), a `Number` with its range, truth, text,
    texts, activation, init, layers (a list of tables), or a tuple of the words allowed;
    ``required`` lists those without a default.
    """

    kind: str
    build: Callable[[Call], str]
    options: Mapping[str, str | tuple[str, ...] | Number] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = [
            Fault("SP133", f"Layer {self.kind}: the option {key} has the type {wanted!r}, which is "
                  f"none of {', '.join(OPTION_TYPES)}", None, did_you_mean(wanted, OPTION_TYPES))
            for key, wanted in self.options.items()
            if isinstance(wanted, str) and wanted not in OPTION_TYPES
        ]
        faults += [
            Fault("SP121", f"Layer {self.kind}: requires {key}, which is no option of it", None,
                  did_you_mean(key, self.options))
            for key in self.required if key not in self.options
        ]
        if faults:
            raise SpecError(*faults)

    def built(self, call: Call) -> str:
        """The name of what the layer made.  Raises SpecError where it is none of the network's."""
        try:
            made = self.build(call)
        except (SymbpropError, RecursionError):
            raise
        except Exception as error:
            if str(getattr(self.build, "__module__", "")).startswith("symbprop."):
                raise  # a bug of ours
            raise call.fault(
                "SP144", f"the layer {self.kind} raises {type(error).__name__}: {shown(error)}"
            ) from error
        if not isinstance(made, str) or made not in call.network.tensors:
            raise call.fault("SP103", f"the layer {self.kind} returns {told(made)}, which names no "
                             "tensor", "return what call.equations returns")
        return made


@dataclass(frozen=True, slots=True)
class Written:
    """A layer as a spec defines it: its pattern, arguments, tensors and equations."""

    kind: str
    equations: str
    pattern: tuple[int | str, ...] = ("...",)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, tuple[tuple[int | str, ...], Init]] = field(default_factory=dict)
    inputs: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    indices: Mapping[str, int | str] = field(default_factory=dict)
    output: str | None = None
    place: Place | None = None

    def build(self, call: Call) -> str:
        for name, value in self.arguments.items():
            if not isinstance(value, str) and name not in call.options:
                call.number(name, value)
        call.match(*self.pattern)
        for name, (shape, init) in self.parameters.items():
            call.parameter(name, shape, init)
        for name, shape in self.inputs.items():
            call.input(name, shape)
        last = call.equations(self.equations, self.indices, self.place)
        if self.output is None:
            return last
        if self.output not in call.names:
            raise call.fault("SP103", f"{self.kind} has the output {self.output}, which it does "
                             "not define")
        return call.names[self.output]

    def layer(self) -> Layer:
        """The record by which the layer is used like any other."""
        kinds: dict[str, str | tuple[str, ...] | Number] = {
            name: value if isinstance(value, str) and value != "number" else ANY
            for name, value in self.arguments.items()
        }
        required = tuple(n for n, v in self.arguments.items() if isinstance(v, str))
        return Layer(self.kind, self.build, kinds, required)


def all_layers() -> dict[str, Layer]:
    """Every layer by its kind, found by looking into this folder."""
    found: dict[str, Layer] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        room = importlib.import_module(f"{__name__}.{module.name}")
        for layer in room.LAYERS:
            found[layer.kind] = layer
    return found


doors(__name__)
