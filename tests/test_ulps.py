"""What a module promises of its digits, function by function, from the function's own record."""

import math
from dataclasses import replace

import numpy as np
import pytest

from symbprop.errors import SpecError
from symbprop.language.accuracy import ACCURACIES
from symbprop.language.functions import CLASSES, FUNCTIONS
from symbprop.networks.network import Network
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph, compile_network
from tests.ulps import fits
from tests.ulps.measure import Exact, module_of

MOST = 4.0
COUNT = 90


@pytest.fixture(scope="module")
def measured():
    """Exact values by function and type, worked out once for both modes."""
    known = {}

    def exact(name, dtype, count=COUNT):
        key = name, dtype, count
        if key not in known:
            known[key] = Exact(FUNCTIONS[name], dtype, count, 7)
        return known[key]

    return exact


def errors(exact, name, mode):
    run = module_of(name, FUNCTIONS[name].arity, mode)
    return [exact.worst(part, n) for n, part in enumerate(run(exact.columns))]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_keeps_both_promises(name, dtype, measured):
    exact = measured(name, dtype)
    assert len(exact.rows) > COUNT // 3
    for part in errors(exact, name, "fast"):
        assert not part.spoilt and part.scaled <= MOST, part
    for part in errors(exact, name, "full"):
        assert not part.spoilt and part.relative <= MOST, part


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_keeps_both_promises_at_many_points(name, dtype, measured):
    exact = measured(name, dtype, 1500)
    for part in errors(exact, name, "fast"):
        assert not part.spoilt and part.scaled <= MOST, part
    for part in errors(exact, name, "full"):
        assert not part.spoilt and part.relative <= MOST, part


def test_the_measure_catches_a_lost_digit(measured):
    exact = measured("tanh", "float64")
    value, slope = module_of("tanh", 1, "full")(exact.columns)
    assert exact.worst(value * (1 + 2e-15), 0).relative > MOST
    assert exact.worst(slope + 1e-18, 1).relative > MOST
    assert exact.worst(slope + 1e-18, 1).scaled < MOST
    assert exact.worst(np.where(np.abs(slope) > 0.5, slope, np.nan), 1).spoilt


def test_a_new_function_is_measured_by_being_there():
    """A record without what keeps its digits fails, though nothing here names it."""
    bare = replace(FUNCTIONS["tanh"], precise="", scale=(None, None))
    exact = Exact(bare, "float64", COUNT, 7)
    _, slope = module_of("tanh", 1, "fast")(exact.columns)
    assert exact.worst(slope, 1).scaled > MOST


def test_precise_records_mean_what_the_plain_ones_do():
    for name, plain in FUNCTIONS.items():
        if plain.precise:
            precise = CLASSES[plain.precise].record
            assert (precise.value, precise.latex, precise.kink) == (
                plain.value, plain.latex, plain.kink), name


def test_polynomials_are_those_of_the_script():
    from symbprop.targets.rendering import template_folder

    text = (template_folder() / "numpy_functions.j2").read_text()
    for table in fits.tables():
        assert table in text


SPEC = """
equations = '''
h[n] = tanh(w*x[n]) + gelu(w*x[n]) + silu(x[n]) + gelu_tanh(w + x[n]) + sigmoid(w*x[n])
loss = sum(n, h[n]**2)
'''
{table}
[parameters]
w = []
[inputs]
x = ["N"]
"""


def module(text, **options):
    space = {"__name__": "made"}
    exec(compile_network(parse_spec(text, "made.toml"), **options).module, space)
    return space


def test_a_spec_asks_for_it_and_the_caller_overrides():
    plain = SPEC.format(table="")
    asked = SPEC.format(table='[compile]\naccuracy = "full"')
    full = compile_network(parse_spec(asked, "made.toml")).module
    assert full == compile_network(parse_spec(plain, "made.toml"), accuracy="full").module
    fast = compile_network(parse_spec(plain, "made.toml")).module
    assert fast == compile_network(parse_spec(asked, "made.toml"), accuracy="fast").module
    assert "to a few ulp of themselves" in full and "to a few ulp of themselves" not in fast
    net = parse_spec(plain, "made.toml")
    net.accuracy = "full"
    assert compile_network(net).module == full


@pytest.mark.parametrize("wrong", ["fulll", "", 3, True, ["full"]])
def test_other_promises_are_answered(wrong):
    import json

    spec = SPEC.format(table=f"[compile]\naccuracy = {json.dumps(wrong)}")
    with pytest.raises(SpecError, match="accuracy"):
        parse_spec(spec, "made.toml")
    net = parse_spec(SPEC.format(table=""), "made.toml")
    for compiled in (lambda: compile_network(net, accuracy=wrong),
                     lambda: compile_graph(net.graph, "made", accuracy=wrong)):
        with pytest.raises(SpecError) as caught:
            compiled()
        assert caught.value.faults[0].code == "SP143"


def test_an_unknown_key_of_compile_is_answered():
    with pytest.raises(SpecError, match="accurracy") as caught:
        parse_spec(SPEC.format(table='[compile]\naccurracy = "full"'), "made.toml")
    assert "accuracy" in str(caught.value)


def test_singles_are_computed_in_double_and_rounded_once():
    space = module(SPEC.format(table=""), accuracy="full")
    x = np.linspace(-3, 3, 50)
    single = {"w": np.float32(0.7)}, x.astype(np.float32)
    double = {"w": np.float64(np.float32(0.7))}, x.astype(np.float32).astype(np.float64)
    work = space["Workspace"](50, dtype=np.float32)
    for workspace in (None, work, work):
        value, grads = space["value_and_grad"](*single, workspace=workspace)
        exact, slopes = space["value_and_grad"](*double)
        assert value.dtype == grads["w"].dtype == np.float32
        assert value == np.float32(exact) and grads["w"] == np.float32(slopes["w"])
    assert space["loss"](*single) == np.float32(space["loss"](*double))
    assert space["forward"](*single).dtype == np.float32
    assert space["fit"](single[0], single[1], max_steps=2).params["w"].dtype == np.float32
    with pytest.raises(TypeError, match="x holds float64, but the parameters hold float32"):
        space["value_and_grad"](single[0], double[1])
    with pytest.raises(ValueError, match="extents"):
        space["value_and_grad"](*single, workspace=space["Workspace"](50))
    with pytest.raises(ValueError, match="extents"):
        space["value_and_grad"](*single, workspace=space["Workspace"](49, dtype=np.float32))


@pytest.mark.parametrize("name", ["loss", "forward", "data", "params_", "found", "value_and_grad"])
def test_names_of_users_do_not_meet_those_of_the_mode(name):
    net = Network("named")
    i = net.index("i", 3)
    w = net.parameter("w", (3,))
    given = net.input(name if name != "loss" else "loss_", (3,))
    from symbprop.language.functions import apply
    from symbprop.language.terms import Reduce

    net.define("loss", (), Reduce("sum", apply("tanh", w[i] * given[i]), i))
    space = {"__name__": "made"}
    exec(compile_network(net, "full").module, space)
    data = np.ones(3, np.float32)
    value, grads = space["value_and_grad"]({"w": data}, data)
    assert value.dtype == np.float32
    assert math.isclose(value, 3 * math.tanh(1), rel_tol=1e-6)
    assert np.allclose(grads["w"], 1 - math.tanh(1) ** 2)


def test_second_derivatives_of_precise_functions():
    """The slopes' own records have slopes."""
    import mpmath

    from tests.test_functions import worst_disagreement

    for name in ("gauss", "normal_cdf", "gelu_slope", "silu_slope", "gelu_tanh_slope", "hypot",
                 *(r.precise for r in FUNCTIONS.values() if r.precise)):
        record = CLASSES[name].record
        assert worst_disagreement(record, record.derivative) < mpmath.mpf(10) ** -40, name


def test_modes_are_two():
    assert ACCURACIES == ("fast", "full")
