"""The Python way: the same as TOML byte for byte, with faults that say what is wrong."""

import importlib
import pkgutil
import subprocess
import sys
import tomllib

import pytest
import sympy

import symbprop
from symbprop import Network, SpecError, compile_network, parse_spec
from symbprop.language.notation import read_equations
from symbprop.networks import layers
from symbprop.networks.losses import LOSSES

SPEC = """
title = "Both"
[inputs]
x = ["N", 3]
[parameters]
scale = { shape = [4], init = "ones" }
[[layers]]
kind = "dense"
units = 4
activation = "tanh"
repeat = 2
[[layers]]
kind = "equations"
equations = "z[n,j] = scale[j]*h2[n,j]"
[[layers]]
kind = "residual"
from = "h1"
[[layers]]
kind = "dense"
name = "out"
units = 2
bias = false
init = "he_normal"
[[loss]]
kind = "huber"
delta = 0.5
target = "wanted"
[[loss]]
kind = "l2"
prediction = "W1"
weight = 0.25
"""


def both(as_text=False):
    """The network of the spec, its one equation as a SymPy expression or as text."""
    net = Network("both", title="Both")
    net.input("x", ["N", 3])
    scale = net.parameter("scale", [4], init="ones")
    net.layer("dense", units=4, activation="tanh", repeat=2)
    n, j = net.index("n", "N"), net.index("j", 4)
    if as_text:
        net.equations("z[n,j] = scale[j]*h2[n,j]")
    else:
        net.define("z", [n, j], scale[j]*net.known("h2")[n, j])
    net.layer("residual", from_=net.known("h1"))
    net.layer("dense", name="out", units=2, bias=False, init="he_normal")
    net.loss("huber", target="wanted", delta=0.5)
    net.loss("l2", "W1", weight=0.25)
    return net


def test_python_says_what_toml_says():
    spec = parse_spec(SPEC, "both.toml")
    assert compile_network(both(as_text=True)).module == compile_network(spec).module
    # A SymPy expression forgets the order in which its factors were written, and nothing else.
    assert both().graph == spec.graph


@pytest.mark.parametrize("room", [m.name for m in pkgutil.iter_modules(layers.__path__)])
def test_every_layer_can_be_appended(room):
    example = importlib.import_module(f"{layers.__name__}.{room}").EXAMPLE
    spec, read = parse_spec(example, "example.toml"), tomllib.loads(example)
    net = Network("one")
    for role in ("input", "target"):
        for tensor in spec.graph.with_role(role):
            if tensor.name in read.get(f"{role}s", {}):
                net.input(tensor.name, tensor.shape, role=role, integer=tensor.integer,
                          below=tensor.limit)
    for options in read["layers"]:
        kind, given = options.pop("kind"), {f"{k}_": v for k, v in options.items()}
        out = net.layer(kind, **given)
        assert out.name == net.last
    assert str(net) and str(spec).startswith(str(net))


@pytest.mark.parametrize("kind", sorted(LOSSES))
def test_every_loss_can_be_composed(kind):
    net = Network("one")
    if kind == "ctc":
        net.input("x", ["N", 5, 3])
        net.target("y", ["N", 2], integer=True, below=2)
    else:
        net.input("x", ["N", 3])
    out = net.layer("dense", units=2)
    assert net.loss(kind, out).name == "loss" and net.graph.loss == "loss"
    net.loss("l1", "W1", weight=2)
    assert {"loss_1", "loss_2", "loss"} <= {d.target.name for d in net.graph}
    assert "loss = loss_1 + 2*loss_2" in str(net.graph)


def test_options_of_a_loss_are_its_own():
    net = Network("one")
    out = net.layer("dense", units=2, input=net.input("x", ["N", 3]))
    net.loss("triplet", out, margin=2.5, negative=net.target("far", ["N", 2]))
    assert "far[n, " in str(net.graph) and "5/2" in str(net.graph)
    for options, code in (({"delta": 1.0}, "SP121"), ({"margin": "far"}, "SP133"),
                          ({"negative": 3}, "SP133")):
        with pytest.raises(SpecError, match=code):
            net.loss("triplet", out, **options)


def test_a_graph_prints_shows_and_is_walked():
    graph = both().graph
    tensors = [t for t in graph.tensors.values() if t.role != "defined"]
    definitions, _ = read_equations(str(graph), {t.name: t for t in tensors})
    assert tuple(definitions) == tuple(graph)
    assert [d.target.name for d in graph][:2] == ["s1", "h1"]
    shown = graph._repr_latex_()
    assert shown.startswith("$") and shown.count("& =") == len(graph.definitions)
    assert r"\tanh\left(" in shown and r"\sum_{" in shown and both()._repr_latex_() == shown


def test_a_graph_that_changes_is_verified_again():
    net = both()
    first = net.graph
    assert net.graph is first
    net.output("z")
    assert net.graph is not first and net.graph.outputs == ("z",)
    net.output("zz")
    with pytest.raises(SpecError, match="SP205"):
        _ = net.graph
    net = Network("late")
    a = net.parameter("a")
    net.define("p", [], a[()]**2)
    assert net.graph.loss is None
    net.define("loss", [], 2*net.known("p")[()])
    assert net.graph.loss == "loss" and len(net.graph.definitions) == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda net: Network('a"""b'), "SP109"),
        (lambda net: net.parameter("lambda"), "SP109.*word of Python"),
        (lambda net: net.input("z", ["N; import os"]), "SP109"),
        (lambda net: net.index("i j", 3), "SP109"),
        (lambda net: net.define("z", [symbprop.networks.network.Index("i;j", 3)], sympy.S(1)),
         "SP109"),
        (lambda net: net.define("z", [], sympy.Symbol("u")), "SP217.*neither"),
        (lambda net: net.define("z", [], sympy.gamma(net.known("a")[()])), "SP104.*gamma"),
        (lambda net: net.layer("dens", units=3), 'SP104.*\n.*"dense"'),
        (lambda net: net.layer("dense", unit=3), 'SP121.*\n.*"units"'),
        (lambda net: net.layer("dense"), "SP139"),
        (lambda net: net.layer("dense", units=0), "SP134"),
        (lambda net: net.layer("dense", units=3, repeat=0), "SP134"),
        (lambda net: net.layer("dense", units=3, input="xx"), 'SP103.*\n.*"x"'),
        (lambda net: net.layer("dense", units=3, input="a"), "SP123"),
        (lambda net: net.loss("huberr", "x"), 'SP104.*\n.*"huber"'),
        (lambda net: net.loss("huber"), "SP138"),
        (lambda net: Network("empty").layer("dense", units=3), "SP138"),
    ],
)
def test_faults_say_what_is_wrong(wrong, message):
    net = Network("net")
    net.input("x", ["N", 3])
    net.parameter("a")
    with pytest.raises(SpecError, match=message):
        wrong(net)
        _ = net.graph


def test_names_are_loaded_when_asked_for():
    code = ("import sys, symbprop\nassert 'sympy' not in sys.modules\n"
            "for name in symbprop.__all__: getattr(symbprop, name)\n"
            "assert set(symbprop.__all__) <= set(dir(symbprop))\n")
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="nothing"):
        _ = symbprop.nothing


def test_a_compilation_writes_its_module(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = compile_network(both())
    assert str(made.write()) == "generated/both.py"
    assert (tmp_path / "generated" / "both.py").read_text() == made.module
    with pytest.raises(SpecError, match="SP602"):
        made.write("numpy.py")
