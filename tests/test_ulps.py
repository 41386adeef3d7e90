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
        assert caught.value.faults[0].code == ("SP143" if isinstance(wrong, str) else "SP144")


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


ROWS = [
    [100.0, 0, 1, 2, 3], [5, 5, 1, 0, -3], [300, -300, 0, 0, 0], [1e-3, 2e-3, 0, 0, 1],
    [36, 0, 1, 0, 0], [-40, -40.5, -1e3, -39, -80], [1e3, 1e3, 990, 1e3 - 1e-9, 0],
]


def entropy(row, label):
    """Value and slopes of a cross entropy, by exponentials in 400 digits."""
    import mpmath

    powers = [mpmath.exp(mpmath.mpf(v)) for v in row]
    rest = sum(p for k, p in enumerate(powers) if k != label)
    value = mpmath.log1p(rest / powers[label])
    total = rest + powers[label]
    return value, [-rest / total if k == label else p / total for k, p in enumerate(powers)]


def near(found, exact, row):
    """Within 4 ulp, or what half an ulp in each of two inputs does to an exponential."""
    ulp = np.spacing(abs(float(exact))) * 4
    moved = abs(float(exact)) * np.spacing(np.max(np.abs(row)))
    return abs(float(found - exact)) <= ulp + moved + np.finfo(float).tiny


NORMS = {
    "norm(i, v[i])": lambda v: sum(x * x for x in v),
    "sqrt(sum(i, v[i]**2))": lambda v: sum(x * x for x in v),
    "sqrt(v[0]**2 + v[1]**2)": lambda v: v[0] ** 2 + v[1] ** 2,
    "sqrt(1 + v[0]**2)": lambda v: 1 + v[0] ** 2,
    "sqrt(0.5 + sum(i, (3*v[i])**2) + v[2]**4)":
        lambda v: 0.5 + 9 * sum(x * x for x in v) + v[2] ** 4,
    "1/sqrt(sum(i, v[i]**2) + v[0]**2)": lambda v: sum(x * x for x in v) + v[0] ** 2,
    "norm(i, 3*v[i])": lambda v: 9 * sum(x * x for x in v),
    "sqrt(sum(i, q[i]))": lambda v: sum(x * x for x in v),
    "sqrt(q[0] + q[1])": lambda v: v[0] ** 2 + v[1] ** 2,
}


@pytest.mark.parametrize("text", NORMS)
@pytest.mark.parametrize("size", [1e200, 1e75, 3.0, 1e-75, 1e-160, 1e-200])
def test_squares_under_a_root_neither_overflow_nor_vanish(text, size):
    import mpmath

    net = Network("norms")
    net.parameter("v", (3,))
    named = "q[i] = v[i]**2\n" if "q[" in text else ""
    net.equations(f"{named}loss = {text}")
    space = {"__name__": "made"}
    exec(compile_network(net, "full").module, space)
    v = np.array([1.0, -2.5, 0.7]) * size
    value, grads = space["value_and_grad"]({"v": v})
    power = -0.5 if text.startswith("1/") else 0.5
    with mpmath.workdps(900):
        exact = [mpmath.mpf(x) for x in v]
        want = NORMS[text](exact) ** mpmath.mpf(power)
        if want > 1e308:
            return
        assert near(value, want, [0])
        for n, slope in enumerate(grads["v"]):
            moved = [[x + s * mpmath.mpf(10) ** -600 * (k == n) for k, x in enumerate(exact)]
                     for s in (1, -1)]
            up, down = (NORMS[text](m) ** mpmath.mpf(power) for m in moved)
            right = (up - down) / 2 * mpmath.mpf(10) ** 600
            if abs(right) < 1e308:
                close = abs(slope - right) < 1e-15 * abs(right)
                assert near(slope, right, [0]) or close, (n, slope)


@pytest.mark.parametrize("label", range(5))
def test_cross_entropy_is_exact_where_it_is_small(label):
    import mpmath

    net = Network("ce")
    net.parameter("z", ("N", 5))
    net.target("y", ("N",), integer=True, below=5)
    net.equations("e[n] = logsumexp(c, z[n,c]) - z[n,y[n]]\nloss = sum(n, e[n])")
    net.output("e")
    space = {"__name__": "made"}
    exec(compile_network(net, "full").module, space)
    z, y = np.array(ROWS), np.full(len(ROWS), label)
    _, grads = space["value_and_grad"]({"z": z}, y)
    with mpmath.workdps(700):
        for row, found, slopes in zip(ROWS, space["forward"]({"z": z}, y), grads["z"], strict=True):
            value, exact = entropy(row, label)
            assert near(found, value, row), row
            assert all(near(s, e, row) for s, e in zip(slopes, exact, strict=True)), row


def test_binary_cross_entropy_is_exact_where_it_is_small():
    import mpmath

    net = Network("bce")
    net.parameter("z", ("N",))
    net.target("y", ("N",))
    net.equations("e[n] = softplus(z[n]) - y[n]*z[n]\nloss = sum(n, e[n])")
    net.output("e")
    space = {"__name__": "made"}
    exec(compile_network(net, "full").module, space)
    z = np.array([-700.0, -50, -1, 0, 1e-3, 3, 37, 40, 300, 700])
    for y in (0.0, 1.0, 0.25):
        labels = np.full(z.shape, y)
        values = space["forward"]({"z": z}, labels)
        _, grads = space["value_and_grad"]({"z": z}, labels)
        with mpmath.workdps(700):
            for at, value, slope in zip(z, values, grads["z"], strict=True):
                up, down = (mpmath.exp(mpmath.mpf(s * at)) for s in (1, -1))
                assert near(value, y * mpmath.log1p(down) + (1 - y) * mpmath.log1p(up), [0])
                right = (1 - y) * up / (1 + up) - y / (1 + up)
                assert near(slope, right, [0]) or (y == 0.25 and abs(at) < 2)


def test_logsumexp_and_softmax_keep_small_terms():
    import mpmath

    net = Network("lse")
    net.parameter("z", ("N", 5))
    net.equations("p[n,c] = softmax(c, z[n,c])\ns[n] = logsumexp(c, z[n,c])\n"
                  "loss = sum(n, s[n]) + sum(n, c, p[n,c])")
    net.output("s")
    net.output("p")
    space = {"__name__": "made"}
    exec(compile_network(net, "full").module, space)
    rows = [*ROWS, [0.0, -20, -30, -38, -100], [0, -50, -60, -700, -2]]
    found = space["forward"]({"z": np.array(rows)})
    with mpmath.workdps(700):
        for row, value, shares in zip(rows, found["s"], found["p"], strict=True):
            powers = [mpmath.exp(mpmath.mpf(v)) for v in row]
            assert near(value, mpmath.log(sum(powers)), [0]), row
            for share, power in zip(shares, powers, strict=True):
                assert near(share, power / sum(powers), row), row


def test_losses_are_what_they_are_without_it():
    """The rewriting is an identity, also where it meets coefficients and several of them."""
    texts = (
        "loss = sum(n, 3*softplus(2*a[n]) - 6*y[n]*a[n] + a[n])",
        "loss = sum(n, softplus(a[n]) - a[n])", "loss = sum(n, b - softplus(a[n]*b) + a[n]*b)",
        "loss = sum(n, y[n]*a[n]*b - softplus(a[n]*b))*2 + sum(n, softplus(a[n]) - b*y[n])",
        "loss = 2*logsumexp(n, a[n]) - 2*a[0] + b*b", "loss = a[1] - logsumexp(n, a[n]) + a[2]",
        "loss = logsumexp(n, a[n]) - a[1]*b", "loss = sum(m, logsumexp(n, a[n]) - a[m])",
        "loss = logsumexp(n, a[n]*b) - a[1]*b", "loss = softplus(b) - b**2 + softplus(-b) + b",
        "loss = softplus(a[0]/b) - a[0]/b**2*y[0]", "loss = logsumexp(n, a[n] - b) - a[1] + b",
    )
    for text in texts:
        spaces = []
        for mode in ACCURACIES:
            net = Network("same")
            net.parameter("a", (4,))
            net.parameter("b")
            net.input("y", (4,))
            net.equations(text)
            spaces.append({"__name__": "made"})
            exec(compile_network(net, mode).module, spaces[-1])
        params = {"a": np.array([0.3, -1.2, 2.0, 0.7]), "b": np.array(1.3)}
        y = np.array([0.2, 1.0, 0.0, -3.0])
        args = (y,) if "y[" in text else ()
        args = args or (y,)
        (one, first), (two, second) = (s["value_and_grad"](params, *args) for s in spaces)
        assert one == pytest.approx(two, rel=1e-13), text
        for name in params:
            assert np.allclose(first[name], second[name], rtol=1e-12, atol=1e-13), text


@pytest.mark.parametrize("text", (
    "p[n,c] = softmax(c, z[n,c])\nloss = sum(n, c, p[n,c]*g[n,c])",
    "loss = sum(n, c, -g[n,c]*(z[n,c] - logsumexp(k, z[n,k])))",
    "q[n,c] = z[n,c] - logsumexp(k, z[n,k])\nloss = sum(n, c, -g[n,c]*q[n,c])",
))
@pytest.mark.parametrize("one", [0, 1, 4, None])
def test_slopes_of_shares_are_exact_where_one_is_nearly_one(text, one):
    import mpmath

    net = Network("shares")
    net.parameter("z", ("N", 5))
    net.target("g", ("N", 5))
    net.equations(text)
    space = {"__name__": "made"}
    exec(compile_network(net, "full").module, space)
    rows = [*ROWS, [0.0, -20, -30, -38, -100], [0, 0, 0, -40, -41]]
    g = np.eye(5)[one] if one is not None else np.array([0.5, 0.125, 0.25, 0.0625, 0.0625])
    _, grads = space["value_and_grad"]({"z": np.array(rows)}, np.tile(g, (len(rows), 1)))
    with mpmath.workdps(700):
        for row, found in zip(rows, grads["z"], strict=True):
            powers = [mpmath.exp(mpmath.mpf(v)) for v in row]
            shares = [p / sum(powers) for p in powers]
            weights = [mpmath.mpf(float(v)) for v in g]
            for k in range(5):
                if "softmax" in text:
                    exact = sum(shares[k] * p * (weights[k] - w)
                                for p, w in zip(shares, weights, strict=True))
                else:
                    exact = sum(shares[k] * w - p * weights[k]
                                for p, w in zip(shares, weights, strict=True))
                # Some shares balance others where the weights are none or all at one place.
                if one is not None or abs(exact) > 0.1 * shares[k]:
                    assert near(found[k], exact, row), (row, k, float(found[k]), float(exact))
