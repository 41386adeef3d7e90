"""Public calls that are right, and what may stand in the place of each of their arguments.

What is public is asked of the package (`offered`), so that a new function is called by being there;
its arguments that are right come from its annotations (`RIGHT`), or from `SPECIAL` where more is
needed than their kind.
"""

from __future__ import annotations

import collections
import contextlib
import datetime
import decimal
import enum
import fractions
import functools
import importlib
import inspect
import itertools
import pathlib
import pkgutil
import random
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy

import symbprop
import symbprop.check
import symbprop.networks
from symbprop.check.equations import Equations
from symbprop.check.judge import BRIEF
from symbprop.check.loading import Calls, load_text
from symbprop.check.points import point
from symbprop.language.functions import apply
from symbprop.language.graph import Definition, Graph, Known, Recurrence, Tensor, make_graph
from symbprop.language.initialisation import INITIALISERS, Initialisation
from symbprop.language.reductions import REDUCTIONS
from symbprop.language.terms import Index, Read, Reduce
from symbprop.networks.layers import Call, Layer, Written
from symbprop.networks.losses import LOSSES, Term
from symbprop.networks.network import Network
from symbprop.networks.options import Number
from symbprop.networks.spec import Places
from symbprop.networks.stack import Stack, add_layers
from symbprop.networks.windows import Windows
from symbprop.targets.latex import derivation

TEXT = 'equations = "loss = sum(i, w[i]**2)"\n[parameters]\nw = [3]\n'


class Odd:
    """An object that no function knows, whose text cannot be had."""

    def __repr__(self) -> str:
        raise RuntimeError("no text")

    __str__ = __repr__


class Sly:
    """An object that says it has whatever it is asked for, or fails."""

    def __getattr__(self, name: str) -> Any:
        if name in ("shape", "ndim", "tolist", "dtype", "detach"):
            return lambda *a: self
        raise RuntimeError(name)

    @property
    def __class__(self) -> Any:
        raise RuntimeError("no class")


class Text(str):
    """A text with a text of its own."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


class Colour(enum.StrEnum):
    """Texts that are members."""

    W = "w"


def nested() -> sympy.Expr:
    """A formula that is deeper than Python's stack."""
    found = Read("w", 0)
    for _ in range(2000):
        found = apply("tanh", found)
    return found


deep = functools.cache(nested)


def endless() -> Iterator[int]:
    """What never ends."""
    while True:
        yield 1


def itself() -> list[Any]:
    """A list that holds itself."""
    found: list[Any] = []
    found.append(found)
    return found


def layers_in_themselves() -> list[Any]:
    """A layer that is one of its own."""
    found: dict[str, Any] = {"kind": "residual"}
    found["layers"] = [found]
    return [found]


MISFITS: tuple[Callable[[], Any], ...] = (
    lambda: None, lambda: True, lambda: -1, lambda: 0, lambda: 10**400, lambda: 1.5,
    lambda: float("nan"), lambda: float("inf"), lambda: 2j, lambda: "", lambda: "nope",
    lambda: "a b", lambda: "x" * 5000, lambda: '"""\nimport os', lambda: "w\n", lambda: "\ud800",
    lambda: "../w", lambda: "class", lambda: b"w", lambda: [], lambda: [None], lambda: ["N", "N"],
    lambda: [1.5], lambda: [-1], lambda: [[3]], lambda: (3, "N"), lambda: {}, lambda: {"w": 1},
    lambda: {1, 2}, lambda: object(), Odd, lambda: Odd, lambda: len, lambda: np.zeros(3),
    lambda: np.array(["a"]), lambda: np.float32(0.5), lambda: np.int8(3), lambda: np.bool_(True),
    lambda: sympy.Symbol("q"), lambda: sympy.oo, lambda: sympy.nan, lambda: sympy.I,
    lambda: sympy.true, lambda: sympy.Matrix([1, 2]), lambda: sympy.Function("f")(1),
    lambda: sympy.Sum(sympy.Symbol("k"), (sympy.Symbol("k"), 0, sympy.oo)),
    lambda: sympy.Integral(sympy.Symbol("t"), sympy.Symbol("t")), lambda: sympy.Float("1e-400"),
    lambda: fractions.Fraction(1, 3), lambda: decimal.Decimal("0.1"), lambda: pathlib.Path("w"),
    lambda: datetime.date(2020, 1, 1), lambda: range(3), endless, itself, layers_in_themselves,
    lambda: symbprop.Network("other"), lambda: symbprop.Network("other").parameter("w", [3]),
    lambda: symbprop.Place("a", 1, 1), lambda: slice(None), lambda: ...,
    itertools.count, lambda: itertools.repeat("w"), lambda: (n for n in "w"), Sly, Text,
    lambda: Text("w"), lambda: Colour.W, lambda: [Text("N")], lambda: np.str_("w"), deep,
    lambda: [deep()], lambda: (deep(),), lambda: {"w": deep()}, lambda: np.array([1.0, np.nan]),
    lambda: np.array([3, 4]), lambda: np.zeros((2, 2), object), lambda: -10**400,
    lambda: collections.UserList([3]), lambda: collections.UserDict(w=1), lambda: Index("i", 3),
    lambda: Index("i", "N"), lambda: [Index("i", 3), Index("i", 3)], lambda: Read("nope", 0),
    lambda: Read("w"), lambda: Reduce("nope", Read("w", 0), Index("i", 3)),
    lambda: Tensor("nope", ("N",)), lambda: Initialisation("ones"), lambda: Term("l2", "nope"),
    lambda: Layer("mine", lambda call: None), lambda: Layer("mine", lambda call: "zzz"),
    lambda: [Layer("mine", lambda call: 3)], lambda: lambda: "x", lambda: lambda a: "zzz",
    lambda: lambda a, b: None, lambda: lambda *a: 3, lambda: symbprop.Fault("SP1", "a"),
    lambda: ("w", "w"), lambda: {"w": None}, lambda: {3: "w"}, lambda: {"w": "nope"},
    lambda: symbprop.parse_spec(TEXT).graph, lambda: sympy.Rational(1, 3), lambda: sympy.Integer(2),
    lambda: sympy.Symbol("M", integer=True), lambda: sympy.Symbol("w") < 3, lambda: sympy.zoo,
)


def network() -> Network:
    """What the calls begin with."""
    net = Network("misused")
    net.input("x", ["N", 3])
    net.input("u", ["N", 2, 5])
    net.parameter("w", [3])
    net.define("y", [net.index("n", "N")], net.tensors["x"][net.index("n", "N"), 0])
    return net


def _tensor(net: Network, **at: Any) -> Any:
    return net.tensors["w"][at["index"]]


def of_hand(tensor: Tensor) -> Any:
    """A network of one tensor, made without a builder."""
    indices = [Index(f"i{n}", size) for n, size in enumerate(tensor.shape)]
    total = Reduce("sum", Read(tensor.name, *indices)**2, *indices)
    graph = make_graph([tensor, Tensor("loss")], [Definition(Read("loss"), total)], "loss")
    return symbprop.compile_graph(graph, "a")


# By name: the call, and arguments that are right.
WRITTEN: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "Network": (lambda net, **a: Network(**a), {"name": "a", "title": "A", "description": "a"}),
    "parameter": (Network.parameter, {
        "name": "v", "shape": [2], "init": "zeros", "latex": "v"}),
    "input": (Network.input, {
        "name": "v", "shape": ["N"], "role": "input", "integer": True, "below": 3, "latex": "v"}),
    "target": (Network.target, {"name": "v", "shape": ["N"], "integer": True, "below": 3}),
    "constant": (Network.constant, {"name": "v", "shape": [2], "values": [1.0, 2.0]}),
    "index": (Network.index, {"name": "i", "size": 3}),
    "declare_index": (Network.declare_index, {"name": "i", "size": 3}),
    "define": (Network.define, {"name": "z", "indices": [], "expr": 1}),
    "equations": (Network.equations, {"text": "z = w[0]", "of": ["w"], "indices": {"i": 3}}),
    "layer": (Network.layer, {
        "kind": "dense", "units": 2, "activation": "tanh", "input": "x", "name": "a", "repeat": 1}),
    "nested": (Network.layer, {
        "kind": "residual", "layers": [{"kind": "dense", "units": 3}], "input": "x"}),
    "convolution": (Network.layer, {
        "kind": "conv1d", "filters": 2, "kernel": 2, "stride": 1, "padding": 0, "input": "u"}),
    "loss": (Network.loss, {
        "kind": "huber", "prediction": "y", "target": "t", "weight": 2.0, "delta": 1.0}),
    "set_loss": (Network.set_loss, {"name": "y"}),
    "output": (Network.output, {"name": "y"}),
    "estimate": (Network.estimate, {"name": "y"}),
    "known": (Network.known, {"name": "w"}),
    "element": (_tensor, {"index": 0}),
    "add_layers": (lambda net, **a: add_layers(net, **a), {
        "listed": [{"kind": "relu"}], "source": "x", "own": [Layer("mine", lambda call: "x")]}),
    "compile_network": (lambda net, **a: symbprop.compile_network(**a), {
        "network": symbprop.parse_spec(TEXT), "accuracy": "fast"}),
    "compile_graph": (lambda net, **a: symbprop.compile_graph(**a), {
        "graph": symbprop.parse_spec(TEXT).graph, "name": "a", "title": "A", "accuracy": "full"}),
    "derivation": (lambda net, **a: derivation(**a), {
        "graph": symbprop.parse_spec(TEXT).graph, "wrt": ["w"], "form": "index", "forward": True,
        "hessian": False, "title": "A"}),
    "tensor": (lambda net, **a: of_hand(Tensor(**a)), {
        "name": "v", "shape": (3,), "role": "parameter", "integer": False, "limit": None,
        "initial": None, "values": None, "latex": None}),
    "definition": (lambda net, **a: symbprop.compile_graph(make_graph(
        [Tensor("w", (3,), "parameter"), Tensor("loss")], [Definition(**a)], "loss"), "a"), {
        "target": Read("loss"), "expr": Read("w", 0), "accumulate": False, "order": ("w",),
        "operands": (), "place": None}),
    "reduction": (lambda net, **a: net.define("v", [], Reduce(**a)), {
        "kind": "sum", "body": Read("w", 0)}),
    "graph": (lambda net, **a: symbprop.compile_graph(Graph(**a), "a"), {
        "tensors": {"w": Tensor("w", (3,), "parameter"), "loss": Tensor("loss")},
        "definitions": (Definition(Read("loss"), Read("w", 0)),), "loss": "loss", "outputs": (),
        "gradients": {}, "estimated": (), "adjoints": {}, "accuracy": "fast", "assumed": ()}),
    "parse_spec": (lambda net, **a: symbprop.parse_spec(**a), {"text": TEXT, "file": "a.toml"}),
    "load": (lambda net, **a: symbprop.load(**a), {"spec": "xor"}),
}


# --- what is offered ------------------------------------------------------------------------------

ROOMS = (
    "symbprop", "symbprop.errors", "symbprop.language.graph", "symbprop.language.terms",
    "symbprop.language.building", "symbprop.language.initialisation",
    "symbprop.language.reductions", "symbprop.language.functions", "symbprop.pipeline",
    "symbprop.targets.latex",
    *(f"{room.__name__}.{m.name}" for room in (symbprop.networks, symbprop.check)
      for m in pkgutil.iter_modules(room.__path__)),
)
# What the language is made of and no user calls: the door stands where formulas come in.
WITHIN = {
    "symbprop.errors": {"told", "shown", "inert", "brief", "called", "did_you_mean", "plain",
                        "spellings"},
    "symbprop.networks.foreign": {"hint", "of_toml"},
    "symbprop.language.functions": {
        "Elementwise", "ElementwiseFunction", "namespace_for", "real"},
}


def offered() -> dict[str, Callable[..., Any]]:
    """Every public function, class and method of the rooms, by its room and name."""
    found: dict[str, Callable[..., Any]] = {}
    for room in ROOMS:
        module = importlib.import_module(room)
        for name, value in sorted(vars(module).items()):
            if name.startswith("_") or not callable(value) or (
                getattr(value, "__module__", "") != room or name in WITHIN.get(room, ())
            ):
                continue
            if not isinstance(value, type):
                found[f"{room}.{name}"] = value
                continue
            made = value.__new__ if "__new__" in vars(value) else value.__init__
            found[f"{room}.{name}"] = made
            for method, function in vars(value).items():
                if not method.startswith("_") and inspect.isfunction(function):
                    found[f"{room}.{name}.{method}"] = function
    return found


@functools.cache
def compiled() -> symbprop.Compilation:
    """What the records of later stages are taken from."""
    return symbprop.compile_network(symbprop.parse_spec(TEXT))


def _call(net: Network) -> Call:
    call = Call(net, "x", "1", {"units": 2, "kernel": 2}, None, "mine", lambda option, source: "x")
    call.match("...", "K")
    return call


def _point() -> Any:
    return point(compiled().graph, 0, "any")


THIRD = Index("i", 3)
# By annotation: a value that fits, which a network may be asked for.
RIGHT: dict[str, Callable[[Network], Any]] = {
    "Any": lambda net: 1.0, "Array": lambda net: np.zeros(3), "Basic": lambda net: Read("w", THIRD),
    "Call": _call, "Callable[..., Place | None]": lambda net: lambda *path: None,
    "Callable[[Any, Sequence[Any]], Any]": lambda net: lambda ns, items: items[0],
    "Callable[[Call], str]": lambda net: lambda call: "x",
    "Callable[[Path], Place | None]": lambda net: lambda path: None,
    "Callable[[Reduce], Expr]": lambda net: lambda node: sympy.S.One,
    "Callable[[str, str], str] | None": lambda net: None,
    "Callable[[str], Place | None]": lambda net: lambda key: None,
    "Definition": lambda net: net.definitions[0],
    "Derivation": lambda net: derivation(compiled().graph), "Expr": lambda net: Read("w", THIRD),
    "Extent | None": lambda net: None, "Expr | int": lambda net: 2, "ExtentLike": lambda net: 3,
    "ExtentLike | None": lambda net: 3, "Fault": lambda net: symbprop.Fault("SP101", "a"),
    "FormulaLike": lambda net: Read("w", 0), "Graph": lambda net: compiled().graph,
    "Graph | None": lambda net: None, "Index": lambda net: THIRD, "Init": lambda net: "zeros",
    "Initialisation | None": lambda net: None, "InitialisationLike | None": lambda net: "ones",
    "Iterable[Definition]": lambda net: net.definitions,
    "Iterable[Tensor]": lambda net: net.tensors.values(), "Known": lambda net: Known(()),
    "Limits": lambda net: BRIEF, "Mapping[str, Any]": lambda net: {},
    "Mapping[str, Array]": lambda net: _point().ways,
    "Mapping[str, Expr]": lambda net: {"N": sympy.Integer(3)},
    "Mapping[str, ExtentLike] | None": lambda net: None,
    "Mapping[str, Mapping[str, str]]": lambda net: {}, "Mapping[str, Number]": lambda net: {},
    "Mapping[str, Program]": lambda net: compiled().programs,
    "Mapping[str, Tensor]": lambda net: compiled().graph.tensors,
    "Mapping[str, float | str]": lambda net: {}, "Mapping[str, float]": lambda net: {"w": 1.0},
    "Mapping[str, int | str]": lambda net: {"j": 3}, "Mapping[str, int]": lambda net: {},
    "Mapping[str, int] | None": lambda net: None,
    "Mapping[str, str | tuple[str, ...] | Number]": lambda net: {"units": "count"},
    "Mapping[str, str]": lambda net: {"x": "x"},
    "Mapping[str, tuple[Passed, ...]]": lambda net: compiled().arranged,
    "Mapping[str, tuple[int | str, ...]]": lambda net: {},
    "Mapping[str, tuple[tuple[int | str, ...], Init]]": lambda net: {"V": (("K",), None)},
    "Measured": lambda net: 1.0, "ModuleType": lambda net: load_text(compiled().module),
    "Network": lambda net: net, "Options": lambda net: {"units": 2}, "Path": lambda net: ("a", 0),
    "Place | None": lambda net: None, "Point": lambda net: _point(),
    "Rational": lambda net: sympy.Integer(2), "Read": lambda net: Read("w", THIRD),
    "Sequence[Basic]": lambda net: Read("w", THIRD).args,
    "Sequence[Container[str]]": lambda net: [net.tensors],
    "Sequence[Definition]": lambda net: net.definitions,
    "Sequence[Definition] | None": lambda net: None, "Sequence[Expr]": lambda net: [THIRD.extent],
    "Sequence[ExtentLike]": lambda net: [3], "Sequence[Index]": lambda net: [THIRD],
    "Sequence[Layer]": lambda net: [Layer("mine", lambda call: "x")],
    "Sequence[Mapping[str, Any]]": lambda net: [{"kind": "relu"}],
    "Sequence[Term]": lambda net: [Term("l2", "w")], "Sequence[float]": lambda net: [1.0, 2, 3],
    "Sequence[int]": lambda net: [3], "Sequence[int] | None": lambda net: None,
    "Sequence[str | int]": lambda net: ["K"], "Sequence[str]": lambda net: [],
    "Sequence[str] | None": lambda net: None,
    "Sequence[tuple[str, str]]": lambda net: [("h", "tanh(h[..., @now, j])")],
    "Tensor": lambda net: Tensor("v", (3,), "parameter"), "Term": lambda net: Term("l2", "w"),
    "Windows": lambda net: Windows((2,), (1,), (1,), (0,), (sympy.Integer(2),)),
    "bool": lambda net: False, "dict[str, Expr]": lambda net: {}, "dict[str, str]": lambda net: {},
    "Figure": lambda net: 1.5, "One": lambda net: 1.0, "float": lambda net: 1.5,
    "float | Expr": lambda net: 1.5, "float | None": lambda net: None,
    "int": lambda net: 1, "int | None": lambda net: 0, "int | Sequence[int]": lambda net: 2,
    "list[str]": lambda net: [], "str": lambda net: "w", "str | None": lambda net: None,
    "str | Path": lambda net: "no/such.toml", "str | Path | None": lambda net: "w",
    "str | Str": lambda net: "w", "str | Tensor": lambda net: "w",
    "str | Tensor | None": lambda net: None, "str | int": lambda net: "w",
    "tuple[Definition, ...]": lambda net: compiled().graph.definitions,
    "tuple[Disagreement, ...]": lambda net: (), "tuple[Expr, ...]": lambda net: (),
    "tuple[Extent, ...]": lambda net: (3, "N"), "tuple[Statement, ...]": lambda net: (),
    "tuple[float, ...]": lambda net: (), "tuple[float, ...] | None": lambda net: None,
    "tuple[int | str, ...]": lambda net: (),
    "tuple[int, ...]": lambda net: (2,), "tuple[int, int, int] | None": lambda net: (6, 1, 1),
    "tuple[str, ...]": lambda net: (),
}
# What a method is called on.
ON: dict[str, Callable[[Network], Any]] = {
    "Network": lambda net: net, "Call": _call, "Tensor": lambda net: net.tensors["w"],
    "Graph": lambda net: compiled().graph, "Known": lambda net: Known(()),
    "Recurrence": lambda net: Recurrence({"w": 0}, {"w": 1}),
    "Initialisation": lambda net: Initialisation("ones"),
    "Initialiser": lambda net: INITIALISERS["he_normal"],
    "Reduction": lambda net: REDUCTIONS["sum"],
    "Compilation": lambda net: compiled(), "Derivation": lambda net: derivation(compiled().graph),
    "Layer": lambda net: Layer("mine", lambda call: "x"),
    "Written": lambda net: Written("mine", "y[...] = 2*x[...]"), "Loss": lambda net: LOSSES["l2"],
    "Number": lambda net: Number(), "Places": lambda net: Places("a = 1", "a.toml"),
    "Stack": lambda net: Stack(net), "Windows": RIGHT["Windows"],
    "Equations": lambda net: Equations(compiled().graph, (), {}, 1000),
    "Calls": lambda net: Calls(compiled().graph, load_text(compiled().module), _point()),
}
# Where the kind of an argument does not say enough.
SPECIAL: dict[str, dict[str, Callable[[Network], Any]]] = {
    "graph.Tensor": {"role": lambda net: "parameter"},
    "initialisation.Initialisation": {"kind": lambda net: "ones"},
    "functions.apply": {"name": lambda net: "tanh"},
    "Compilation.write": {"path": lambda net: None, "force": lambda net: True},
    "Compilation.destination": {"path": lambda net: "w.py"},
    "pipeline.compile_graph": {"accuracy": lambda net: "fast"},
    "pipeline.compile_network": {"network": lambda net: symbprop.parse_spec(TEXT)},
    "latex.derivation": {"form": lambda net: "index"},
    "Call.match": {"pattern": lambda net: "..."}, "Call.fixed": {"name": lambda net: "K"},
    "Call.extent": {"name": lambda net: "K"},
    "Call.constant": {"values": lambda net: [1.0, 2.0, 3.0]},
    "Call.layers": {"option": lambda net: "layers"},
    "Call.equations": {"text": lambda net: "y[..., k] = 2*x[..., k]"},
    "losses.add_loss": {"term": lambda net: Term("l2", "w"), "name": lambda net: "part"},
    **{f"Network.{method}": {"name": lambda net: "v"}
       for method in ("parameter", "target", "constant", "define")},
    "Network.input": {"name": lambda net: "v", "role": lambda net: "input"},
    "Network.equations": {"text": lambda net: "z = w[0]"},
    "Network.layer": {"kind": lambda net: "relu", "input": lambda net: "x"},
    "Network.loss": {"kind": lambda net: "l2", "prediction": lambda net: "w"},
    "recurrent.run": {"call": lambda net: _run(net), "states": lambda net: [("h", "a[..., t, j]")],
                      "equations": lambda net: "a[..., t, j] = x[..., t, 0]*h[..., @now, j]"},
    "recurrent.begin": {"call": lambda net: Call(net, "u", "1", {}, None)},
    "spec.is_there": {"path": lambda net: pathlib.Path("w")}, "spec.load": {
        "spec": lambda net: "xor"},
    "spec.parse_spec": {"text": lambda net: TEXT}, "spec.zoo_text": {"name": lambda net: "xor"},
    "spec.read_spec": {"path": lambda net: symbprop.networks.spec.ZOO / "xor.toml"},
    "Stack.build": {"listed": lambda net: [{"kind": "relu"}]},
    "Stack.one": {"options": lambda net: {"kind": "relu"}, "current": lambda net: "x"},
    "Windows.reach": {"dimension": lambda net: 0},
    "windows.convolve": {"call": lambda net: Call(
        net, "u", "1", {"filters": 2}, None), "rank": lambda net: 1},
    "windows.windows": {"call": lambda net: _windowed(net)},
    "windows.padded": {"call": lambda net: _windowed(net)},
    "judge.disagreements": {"text": lambda net: compiled().module},
    "judge.judge_module": {"text": lambda net: compiled().module},
    "loading.load_text": {"text": lambda net: compiled().module},
    "Calls.gradients": {"workspace": lambda net: None},
    "Calls.call": {"name": lambda net: "loss"},
    "points.size_of": {"extent": lambda net: sympy.Integer(3)},
}


def _run(net: Network) -> Call:
    call = Call(net, "u", "1", {"units": 2}, None)
    call.match("...", "T", "K")
    return call


def _windowed(net: Network) -> Call:
    call = Call(net, "u", "1", {}, None)
    call.match("N", "C", "H")
    return call


def _plain(shown: str, function: Callable[..., Any]) -> tuple[Callable[..., Any], dict[str, Any]]:
    """A call by parameters' names, and for each a way to what is right."""
    parameters = inspect.signature(function).parameters
    special = SPECIAL.get(".".join(shown.split(".")[-2:]), {})
    right = {
        p.name: special.get(p.name) or RIGHT[p.annotation] for p in parameters.values()
        if p.annotation is not inspect.Parameter.empty
        and p.kind is not inspect.Parameter.VAR_KEYWORD
    }

    def call(net: Network, **given: Any) -> Any:
        extra = [given.pop("+")] if "+" in given else []
        if "-" in given:
            given.clear()
        before: list[Any] = []
        if "self" in parameters and not function.__qualname__.endswith("__init__"):
            before = [ON[function.__qualname__.split(".")[-2]](net)]
        called: Callable[..., Any] = function
        if function.__qualname__.split(".")[-1] in ("__init__", "__new__"):
            room = importlib.import_module(function.__module__)
            called = getattr(room, shown.split(".")[-1])
        for p in parameters.values():
            if p.kind is inspect.Parameter.VAR_POSITIONAL and p.name in given:
                several = given.pop(p.name)
                before += [given.pop(n) for n in parameters if n in given and
                           parameters[n].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
                before += [several]
        return called(*before, *extra, **given)

    return call, right


CALLS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    **WRITTEN, **{shown: _plain(shown, function) for shown, function in offered().items()},
}


def right_arguments(name: str, net: Network) -> dict[str, Any]:
    """Arguments that are right, made for a network."""
    right = CALLS[name][1]
    return dict(right) if name in WRITTEN else {key: made(net) for key, made in right.items()}


def misuses() -> list[tuple[str, str, int]]:
    """Each call, argument and misfit.

    ``*`` stands for an argument that there is not, ``+`` for one too many, ``-`` for none at all.
    """
    return [
        (name, argument, number)
        for name, (_, right) in CALLS.items()
        for argument in (*right, "*", *(() if name in WRITTEN else ("+", "-")))
        for number in range(1 if argument == "-" else len(MISFITS))
    ]


def misused(name: str, argument: str, number: int) -> Any:
    """Make one call wrongly, look at what comes of it, and compile where it is a network."""
    net = network()
    given = right_arguments(name, net)
    given["no_such" if argument == "*" else argument] = MISFITS[number]()
    with contextlib.chdir(_elsewhere().name):
        found = CALLS[name][0](net, **given)
    if isinstance(found, Iterator):
        found = list(itertools.islice(found, 1000))
    # The text of a formula that is too deep is SymPy's to write.
    with contextlib.suppress(RecursionError):
        str(found)
    if "loss" not in net.tensors:
        net.equations("loss = sum(i, w[i]**2)")
    symbprop.compile_network(net)
    return found


@functools.cache
def _elsewhere() -> tempfile.TemporaryDirectory[str]:
    """Where files go that a call writes."""
    return tempfile.TemporaryDirectory()


def drawn(count: int, seed: int) -> list[tuple[str, str, int]]:
    """So many of them, the same for the same seed."""
    every = misuses()
    return random.Random(seed).sample(every, min(count, len(every)))
