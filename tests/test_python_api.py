"""Python people: what they may write goes in as it is, and all else is answered."""

import fractions
import time

import numpy as np
import pytest
import sympy

import symbprop
from symbprop import Network, SpecError, compile_graph, compile_network
from symbprop.language.functions import apply
from tests.misuse import calls
from tests.misuse.__main__ import main
from tests.misuse.calls import CALLS, drawn, misused, misuses, network, offered, right_arguments
from tests.misuse.judge import outcome


def test_misuses_are_answered():
    assert len(misuses()) >= 300
    wrong = [(case, found) for case in drawn(300, 8)
             if (found := outcome(lambda case=case: misused(*case))).startswith("wrong")]
    assert not wrong


@pytest.mark.slow
def test_every_misuse_is_answered():
    wrong = [(case, found) for case in misuses()
             if (found := outcome(lambda case=case: misused(*case))).startswith("wrong")]
    assert not wrong


class Untold(Exception):
    """An exception whose text cannot be had."""

    def __str__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize("planted", [
    TypeError("x"), KeyError("x"), RecursionError(), ValueError(), Untold(), AssertionError(),
])
def test_the_script_reports_what_is_raw(planted, monkeypatch, capsys):
    """A function without a door among the calls, on the script's own path."""
    def doorless(net, size):
        if size is None:
            raise planted

    monkeypatch.setattr(calls, "CALLS", {"doorless": (doorless, {"size": 3})})
    monkeypatch.setattr(calls, "WRITTEN", calls.CALLS)
    monkeypatch.setattr("sys.argv", ["misuse"])
    assert main() == 1
    said = capsys.readouterr().out
    assert f"doorless size 0 wrong: {type(planted).__name__}" in said
    assert "wrong" in said.splitlines()[-1]


def test_the_script_finds_nothing_where_all_is_answered(monkeypatch, capsys):
    shown = "symbprop.networks.network.Network.known"
    monkeypatch.setattr(calls, "CALLS", {shown: CALLS[shown]})
    monkeypatch.setattr("sys.argv", ["misuse"])
    assert main() == 0
    assert "wrong" not in capsys.readouterr().out


def test_every_public_function_is_called_and_has_a_door():
    """What is new is called by being there; nothing public is without a door."""
    assert set(offered()) <= set(CALLS)
    assert not [shown for shown, function in offered().items() if not hasattr(function, "takes")]
    for name in symbprop.__all__:
        home = getattr(symbprop, name).__module__
        assert f"{home}.{name}" in offered() or issubclass(
            getattr(symbprop, name), symbprop.SymbpropError)


def test_the_judge_catches_what_does_not_return(monkeypatch):
    monkeypatch.setattr("tests.misuse.judge.MOST_SECONDS", 0.2)
    assert outcome(lambda: time.sleep(5)).startswith("wrong: over")


def test_right_calls_are_valid(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = {name: found for name in CALLS
             if (found := outcome(lambda name=name: misused_not(name))) != "valid"}
    assert not wrong


def misused_not(name):
    net = network()
    return CALLS[name][0](net, **right_arguments(name, net))


def test_every_argument_has_a_kind():
    """A new annotation without a kind is a hole in the door."""
    found = 0
    for shown, function in offered().items():
        if hasattr(function, "takes"):
            assert all(kind.words for kind in function.takes().values()), shown
            found += len(function.takes())
    assert found > 200


def test_a_misfit_names_function_and_argument():
    net = Network("a")
    with pytest.raises(SpecError, match=r"SP144\]: Network.parameter: shape is 3, not a list"):
        net.parameter("w", 3)
    with pytest.raises(SpecError, match=r"Network.input: got an unexpected.*'belo'") as caught:
        net.input("w", [3], belo=3)
    assert "below" in str(caught.value)


def test_torch_tensors_are_told_what_to_do():
    torch = pytest.importorskip("torch")
    with pytest.raises(SpecError, match="numpy"):
        Network("a").parameter("w", torch.zeros(3))


GOLDEN = float(sympy.GoldenRatio)


@pytest.mark.parametrize("formula, value", [
    (lambda w: 0.1, 0.1), (lambda w: np.float64(0.1), 0.1), (lambda w: np.float32(0.5), 0.5),
    (lambda w: np.int64(3), 3), (lambda w: fractions.Fraction(1, 3), 1 / 3),
    (lambda w: sympy.E, np.e),
    (lambda w: sympy.pi, np.pi), (lambda w: sympy.GoldenRatio, GOLDEN), (lambda w: 0.1 * w, 0.2),
    (lambda w: np.float64(0.1) * w, 0.2), (lambda w: w**0.5, 2**0.5), (lambda w: w / 4, 0.5),
    (lambda w: fractions.Fraction(1, 3) * w, 2 / 3), (lambda w: sympy.E * w, 2 * np.e),
    (lambda w: sympy.Float("0.1", 30) * w, 0.2), (lambda w: sympy.log(w, 2), 1),
    (lambda w: sympy.exp(sympy.E * w), np.exp(2 * np.e)), (lambda w: sympy.Max(w, 3.5), 3.5),
    (lambda w: sympy.Piecewise((w**2, w > 1.5), (0, True)), 4),
    (lambda w: sympy.Heaviside(w), 1),
    (lambda w: sympy.Piecewise((1, w > 5), (2.5, w >= 2), (3, True)), 2.5),
    (lambda w: apply("where", w < 0.25, 1, 2.0 * w), 4),
    (lambda w: sympy.sqrt(w) * 1e-3, 0.001 * 2**0.5),
])
def test_numbers_go_in_as_they_are(formula, value):
    net = Network("numbers")
    w = net.parameter("w")
    y = net.define("y", [], formula(w[()]))
    net.define("loss", [], y[()] + 0.25 * w[()])
    space = {"__name__": "made"}
    exec(compile_network(net).module, space)
    found, _ = space["value_and_grad"]({"w": np.array(2.0)})
    assert found == pytest.approx(value + 0.5, rel=1e-15)


@pytest.mark.parametrize("wrong", [
    sympy.I, sympy.oo, sympy.nan, sympy.zoo, sympy.true, sympy.Matrix([1]), float("nan"), 1j,
    sympy.Function("f")(1), sympy.Integral(sympy.Symbol("t"), sympy.Symbol("t")),
    sympy.Piecewise((1, sympy.Symbol("q") > 0)),
])
def test_what_is_no_number_does_not(wrong):
    with pytest.raises(SpecError):
        Network("a").define("y", [], wrong)


def test_a_tensor_is_no_number_and_no_list():
    net = Network("a")
    w = net.parameter("w", [3])
    for misuse in (lambda: list(w), lambda: 2 in w, lambda: w + 1, lambda: 2 * w, lambda: -w,
                   lambda: w @ w, lambda: w < 1, lambda: float(w), lambda: w[1.5], lambda: w[:],
                   lambda: w[...], lambda: w["i"], lambda: w[None], lambda: w[0, 0],
                   lambda: net.loss(w), lambda: abs(w), lambda: sum(w), lambda: w**2, lambda: [*w]):
        with pytest.raises(SpecError):
            misuse()
    assert {w: 1}[w] == 1 and w == w and w


@pytest.mark.parametrize("name", [
    '"""\nimport os; os.system("x")', "../up", "a b", "", "a\n", "é", "-a", "a.b", None, 3,
    "x" * 5000,
])
def test_the_name_of_a_graph_is_a_name(name):
    net = Network("a")
    net.parameter("w", [3])
    net.equations("loss = sum(i, w[i]**2)")
    with pytest.raises(SpecError):
        compile_graph(net.graph, name)


def test_layers_do_not_hold_themselves():
    layer = {"kind": "residual"}
    layer["layers"] = [layer]
    net = Network("a")
    net.input("x", ["N", 3])
    with pytest.raises(Exception, match="SP403"):
        net.layer(**layer)


def test_a_given_tensor_is_no_output():
    net = Network("a")
    net.parameter("w", [3])
    net.equations("loss = sum(i, w[i]**2)")
    net.output("w")
    with pytest.raises(SpecError, match="given, not computed"):
        compile_network(net)


def test_a_notebook_shows_what_was_compiled():
    net = Network("a")
    net.parameter("w", [3])
    net.equations("loss = sum(i, tanh(w[i]))")
    made = compile_network(net)
    for shown in (net, net.graph, made.graph, made.derivative, made.simplified):
        text = shown._repr_latex_()
        assert text.startswith("$") and r"\tanh" in text
