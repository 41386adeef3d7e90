"""Public calls that are right, and what may stand in the place of each of their arguments."""

from __future__ import annotations

import datetime
import decimal
import fractions
import pathlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy

import symbprop
from symbprop.networks.layers import Layer
from symbprop.networks.network import Network
from symbprop.networks.stack import add_layers
from symbprop.targets.latex import derivation

TEXT = 'equations = "loss = sum(i, w[i]**2)"\n[parameters]\nw = [3]\n'


class Odd:
    """An object that no function knows, whose text cannot be had."""

    def __repr__(self) -> str:
        raise RuntimeError("no text")


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


# By name: the call, and arguments that are right.
CALLS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
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
    "parse_spec": (lambda net, **a: symbprop.parse_spec(**a), {"text": TEXT, "file": "a.toml"}),
    "load": (lambda net, **a: symbprop.load(**a), {"spec": "xor"}),
}


def misuses() -> list[tuple[str, str, int]]:
    """Each call, argument and misfit; ``*`` stands for an argument that there is not."""
    return [
        (name, argument, number)
        for name, (_, right) in CALLS.items()
        for argument in (*right, "*")
        for number in range(len(MISFITS))
    ]


def misused(name: str, argument: str, number: int) -> Any:
    """Make one call wrongly, and compile what comes of it where it is a network."""
    call, right = CALLS[name]
    net = network()
    given = {**right, "no_such" if argument == "*" else argument: MISFITS[number]()}
    found = call(net, **given)
    net.equations("loss = sum(i, w[i]**2)") if "loss" not in net.tensors else None
    symbprop.compile_network(net)
    return found


def drawn(count: int, seed: int) -> list[tuple[str, str, int]]:
    """So many of them, the same for the same seed."""
    every = misuses()
    return random.Random(seed).sample(every, min(count, len(every)))
