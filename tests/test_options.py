"""Every number that a layer, a loss or an initialisation takes has a range, which a spec keeps.

The tables are walked, not listed: a record without a range, or one that is not checked, is seen.
"""

import math

import numpy as np
import pytest

from symbprop import Network
from symbprop.errors import LimitError, SpecError
from symbprop.language.graph import Tensor, make_graph
from symbprop.language.initialisation import INITIALISERS, Initialisation
from symbprop.language.terms import extent
from symbprop.networks.layers import all_layers
from symbprop.networks.losses import LOSSES
from symbprop.networks.options import Number
from symbprop.networks.spec import parse_spec
from symbprop.networks.stack import Stack

COUNTS = ("count", "natural", "counts", "naturals")
NUMERIC = [(layer.kind, option, wanted) for layer in all_layers().values()
           for option, wanted in layer.options.items()
           if isinstance(wanted, Number) or wanted in COUNTS]
NUMBERS = [(loss.kind, option, number) for loss in LOSSES.values()
           for option, number in loss.numbers.items()]


def outside(number):
    """Values that just miss a range, and those that are no numbers at all."""
    found = [math.nan, math.inf, -math.inf, "1", True, None, [1.0]]
    if number.least is not None:
        found += [math.nextafter(number.least, -math.inf), number.least - 1]
    if number.over is not None:
        found += [number.over, number.over - 1]
    if number.most is not None:
        found += [math.nextafter(number.most, math.inf), number.most + 1]
    if number.under is not None:
        found += [number.under, number.under + 1, 7]
    return [*found, 0.5] if number.whole else found


def faults_of_layer(kind, option, value):
    return Stack(Network("net")).faults({"kind": kind, option: value}, ("layers", 0))


@pytest.mark.parametrize(("kind", "option", "wanted"), NUMERIC)
def test_each_number_of_a_layer_has_a_range(kind, option, wanted):
    if isinstance(wanted, Number):
        assert wanted.range, f"{kind}.{option} may be any number"
        bad = outside(wanted)
    else:
        bad = [-1, 0.5, "1", True, math.nan, 2**41, *([] if "natural" in wanted else [0])]
        bad += [[1, b] for b in bad] if wanted.endswith("s") else []
    for value in bad:
        found = [f for f in faults_of_layer(kind, option, value) if f"].{option}:" in f.message]
        assert found and repr(value) in found[0].message, (value, found)


@pytest.mark.parametrize(("kind", "option", "number"), NUMBERS)
def test_each_number_of_a_loss_has_a_range(kind, option, number):
    assert number.range and number.holds(number.default)
    text = f'[inputs]\nx = ["N", "T", 3]\n[[layers]]\nkind = "dense"\nunits = 2\n' \
           f'[loss]\nkind = "{kind}"\n'
    for value in outside(number):
        net = Network("net")
        out = net.layer("dense", units=2, input=net.input("x", ["N", "T", 3]))
        with pytest.raises(SpecError) as caught:
            net.loss(kind, out, **{option: value})
        assert f"{option}" in str(caught.value) and repr(value) in str(caught.value)
        if isinstance(value, float):
            with pytest.raises(SpecError) as caught:
                parse_spec(f"{text}{option} = {value}\n", "net.toml")
            fault = caught.value.faults[0]
            assert fault.code in ("SP133", "SP142") and fault.place.line == 8


def test_the_walk_sees_a_number_without_a_range():
    assert not Number().range and NUMERIC and NUMBERS
    assert not faults_of_layer("layer_norm", "epsilon", 1e-3)


def test_a_class_that_there_is_not():
    net = Network("net")
    out = net.layer("dense", units=3, input=net.input("x", ["N", 2]))
    with pytest.raises(SpecError, match=r"SP142.*padding is class 3 of 3 classes"):
        net.loss("sequence_cross_entropy", out, padding=3)


def test_words_of_a_loss_are_those_of_its_record():
    net = Network("net")
    out = net.layer("dense", units=3, input=net.input("x", ["N", "T", 2]))
    net.target("y", ["N", 2], integer=True, below=3)
    with pytest.raises(SpecError, match=r"SP133.*inf, zero is needed, not 'zer'"):
        net.loss("ctc", out, impossible="zer")


BAD_INITIALISATIONS = [
    ("normal", (0.0, -1.0), "-1.0"), ("normal", (0.0, math.nan), "nan"),
    ("normal", (math.inf, 1.0), "inf"), ("uniform", (2.0, 1.0), "low is 2.0 and high 1.0"),
    ("uniform", (-1.7e308, 1.7e308), "1.7e+308"), ("uniform", (-math.inf, 0.0), "-inf"),
    ("constant", (math.nan,), "nan"), ("constant", (), "takes value"), ("zero", (), "zeros"),
]


@pytest.mark.parametrize(("kind", "numbers", "said"), BAD_INITIALISATIONS)
def test_what_cannot_be_drawn_is_refused(kind, numbers, said):
    with pytest.raises(SpecError, match="SP136") as caught:
        Initialisation(kind, numbers)
    assert said in str(caught.value)
    names = INITIALISERS[kind].arguments if kind in INITIALISERS else ()
    options = "".join(f", {n} = {v}" for n, v in zip(names, numbers, strict=False))
    with pytest.raises(SpecError) as caught:
        parse_spec(f'equations = "loss = a"\n[parameters]\n'
                   f'a = {{ init = {{ kind = "{kind}"{options} }} }}\n', "net.toml")
    assert caught.value.faults[0].code == "SP136"
    assert caught.value.faults[0].place.line == 3


@pytest.mark.parametrize("numbers", [(1.0, 1.0), (-1e308, 0.0)])
def test_the_ends_of_a_range_may_be_drawn(numbers):
    assert Initialisation("uniform", numbers) and Initialisation("normal", (0.0, 0.0))


@pytest.mark.parametrize(("shape", "values", "said"), [
    ([2], [1.0, math.nan], "nan"), ([], [math.inf], "inf"), ([2], [1.0], "1 values"),
    ([2, 2], [1.0] * 5, "5 values"), ([1], [10**400], "no finite"), (["N"], [1.0], "holds N"),
])
def test_a_constant_is_finite_and_fills_its_shape(shape, values, said):
    with pytest.raises(SpecError, match="SP137") as caught:
        Network("net").constant("c", shape, values)
    assert said in str(caught.value)
    given = Tensor("c", tuple(map(extent, shape)), "constant", values=tuple(values))
    with pytest.raises(SpecError, match="SP137"):
        make_graph([given], [])


def test_values_of_a_constant_may_come_from_numpy():
    net = Network("net")
    net.constant("c", [2], np.array([1.5, 2.5], np.float32))
    assert net.tensors["c"].values == (1.5, 2.5) and type(net.tensors["c"].values[0]) is float


def test_an_array_has_no_more_dimensions_than_numpy_allows():
    assert Network("net").input("x", [1] * 64)
    with pytest.raises(LimitError, match=r"SP405.*65 dimensions.*at most 64"):
        Network("net").input("x", [1] * 65)


def test_how_many_classes_there_are_may_be_known_at_call_time_only():
    net = Network("net")
    p = net.parameter("p", ["N", "C"])
    i, c = net.index("i", "N"), net.index("c", "C")
    q = net.define("q", [i, c], p[i, c])
    net.loss("sequence_cross_entropy", q, padding=3)
    assert net.graph
