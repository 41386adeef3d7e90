"""Spellings that people write: each is the function that it means, and has that one's digits."""

import mpmath
import numpy as np
import pytest

from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_network

SPEC = '''
equations = """
{equations}
loss = sum(n, y[n])
"""
outputs = ["y"]
[parameters]
x = ["N"]
{more}
'''


def module(equations, accuracy="fast", more=""):
    network = parse_spec(SPEC.format(equations=equations, more=more), "spelt.toml")
    found = compile_network(network, accuracy)
    space = {"__name__": "made"}
    exec(found.module, space)
    return space, found


def exactly(rule, x):
    with mpmath.workdps(700):
        return float(rule(mpmath.mpf(x)))


E = mpmath.exp
# Equations, the value in many digits, and what the value is measured by beside itself.
ELEMENTWISE = {
    "y[n] = log(1 + exp(x[n]))": lambda x: mpmath.log1p(E(x)),
    "y[n] = log(exp(x[n]) + 1)*2": lambda x: 2 * mpmath.log1p(E(x)),
    "y[n] = log1p(exp(x[n]))": lambda x: mpmath.log1p(E(x)),
    "y[n] = -log(1/(1 + exp(-x[n])))": lambda x: mpmath.log1p(E(-x)),
    "y[n] = 1/(1 + exp(-x[n]))": lambda x: 1 / (1 + E(-x)),
    "y[n] = 3/(1 + exp(x[n]))": lambda x: 3 / (1 + E(x)),
    "y[n] = exp(x[n])/(1 + exp(x[n]))": lambda x: 1 / (1 + E(-x)),
    "y[n] = exp(x[n])/(1 + exp(x[n]))**2": lambda x: 1 / (2 + E(x) + E(-x)),
    "y[n] = exp(x[n])*sigmoid(-x[n])": lambda x: 1 / (1 + E(-x)),
    "y[n] = log1p(-1/(1 + exp(-x[n])))": lambda x: -mpmath.log1p(E(x)),
    "y[n] = (1 + exp(-x[n]))**-2": lambda x: 1 / (1 + E(-x)) ** 2,
    "e[n] = exp(-x[n])\ny[n] = 1/(1 + e[n])": lambda x: 1 / (1 + E(-x)),
    "e[n] = exp(x[n])\nd[n] = 1 + e[n]\ny[n] = log(d[n])": lambda x: mpmath.log1p(E(x)),
    "p[n] = 1/(1 + exp(-x[n]))\ny[n] = log(p[n])": lambda x: -mpmath.log1p(E(-x)),
    "p[n] = 1/(1 + exp(-x[n]))\ny[n] = log(1 - p[n])": lambda x: -mpmath.log1p(E(x)),
    "y[n] = log(sigmoid(x[n])**2)": lambda x: -2 * mpmath.log1p(E(-x)),
    "y[n] = log(cosh(x[n]))": lambda x: mpmath.log(mpmath.cosh(x)),
    "y[n] = log(2*cosh(x[n]))": lambda x: mpmath.log(2 * mpmath.cosh(x)),
    "y[n] = log(exp(x[n]) + exp(3*x[n]))": lambda x: mpmath.log(E(x) + E(3 * x)),
    "y[n] = log(exp(x[n])/2 + exp(-x[n])/2)": lambda x: mpmath.log(mpmath.cosh(x)),
    "y[n] = -log((1 + erf(x[n]/sqrt(2)))/2)": lambda x: -mpmath.log(mpmath.ncdf(x)),
    "y[n] = log(0.5*(1 - erf(x[n]/sqrt(2))))": lambda x: mpmath.log(mpmath.ncdf(-x)),
    "y[n] = log(erfc(x[n]))": lambda x: mpmath.log(mpmath.erfc(x)),
    "c[n] = (1 + erf(x[n]/sqrt(2)))/2\ny[n] = log(c[n])": lambda x: mpmath.log(mpmath.ncdf(x)),
    "y[n] = log(exp(x[n])*sigmoid(x[n]))": lambda x: x - mpmath.log1p(E(-x)),
    "y[n] = log(0.5 + 0.5*erf(x[n]/sqrt(2)))": lambda x: mpmath.log(mpmath.ncdf(x)),
    "y[n] = log(3 + exp(x[n]))": lambda x: mpmath.log(3 + E(x)),
    "y[n] = log(2*exp(-x[n]) + 2)": lambda x: mpmath.log(2 + 2 * E(-x)),
    "e[n] = exp(x[n])\ny[n] = log(e[n] + exp(2) + exp(-x[n]) + 0.5)":
        lambda x: mpmath.log(E(x) + E(2) + E(-x) + 0.5),
    "y[n] = exp(x[n])/(exp(x[n]) + exp(-x[n]))": lambda x: 1 / (1 + E(-2 * x)),
    "y[n] = exp(1)/(exp(x[n]) + exp(1))": lambda x: 1 / (1 + E(x - 1)),
    "e[n] = exp(x[n])\ns[n] = e[n] + 2*exp(-x[n]) + 3\ny[n] = e[n]/s[n]":
        lambda x: 1 / (1 + 2 * E(-2 * x) + 3 * E(-x)),
    "y[n] = -log(1 - tanh(x[n])**2)": lambda x: 2 * mpmath.log(mpmath.cosh(x)),
    "t[n] = tanh(x[n])\ny[n] = log(1 - t[n]**2)": lambda x: -2 * mpmath.log(mpmath.cosh(x)),
}
POINTS = (-700.0, -120.0, -39.0, -2.5, -0.3, 1e-9, 0.7, 3.0, 45.0, 300.0, 800.0)


@pytest.mark.parametrize("accuracy", ["fast", "full"])
@pytest.mark.parametrize("equations", ELEMENTWISE)
def test_a_spelling_has_a_value_and_a_slope_everywhere(equations, accuracy):
    rule = ELEMENTWISE[equations]
    space, _ = module(equations, accuracy)
    x = np.array(POINTS)
    values = space["forward"]({"x": x})
    _, grads = space["value_and_grad"]({"x": x})
    for at, value, slope in zip(POINTS, values, grads["x"], strict=True):
        with mpmath.workdps(700):
            want = float(rule(mpmath.mpf(at)))
            step = mpmath.mpf(10) ** -300
            moved = (rule(mpmath.mpf(at) + step) - rule(mpmath.mpf(at) - step)) / (2 * step)
        # What is small beside one is promised to an ulp of one, what is large to some of itself.
        assert value == pytest.approx(want, rel=4e-15, abs=4e-16), at
        assert slope == pytest.approx(float(moved), rel=1e-13, abs=2e-15), at


COMPLEMENTS = {
    "y[n] = 1 - sigmoid(x[n])": lambda x: 1 / (1 + E(x)),
    "p[n] = 1/(1 + exp(-x[n]))\ny[n] = 3 - 3*p[n]": lambda x: 3 / (1 + E(x)),
    "y[n] = 1 + erf(x[n])": lambda x: mpmath.erfc(-x),
    "y[n] = (1 - erf(x[n]/sqrt(2)))/2": lambda x: mpmath.ncdf(-x),
    "y[n] = x[n]*(1 + erf(x[n]/sqrt(2)))/2": lambda x: x * mpmath.ncdf(x),
    "t[n] = tanh(x[n])\ny[n] = 1 - t[n]**2": lambda x: mpmath.sech(x) ** 2,
    "p[n] = sigmoid(x[n])\ny[n] = p[n]*(1 - p[n])": lambda x: 1 / (2 + 2 * mpmath.cosh(x)),
}


@pytest.mark.parametrize("equations", COMPLEMENTS)
def test_what_lacks_little_of_one_keeps_its_digits_on_request(equations):
    space, _ = module(equations, "full")
    at = np.array([-300.0, -37.0, -20.0, -1.5, 0.25, 1.5, 20.0, 25.0])
    values, (_, grads) = space["forward"]({"x": at}), space["value_and_grad"]({"x": at})
    for x, value, slope in zip(at, values, grads["x"], strict=True):
        with mpmath.workdps(500):
            want = COMPLEMENTS[equations](mpmath.mpf(x))
            moved = mpmath.diff(COMPLEMENTS[equations], mpmath.mpf(x), h=mpmath.mpf(10) ** -200)
        # The argument by the root of two is rounded, which an exponential of its square shows.
        close = 4e-15 * max(1, x * x) if "erf" in equations else 3e-15
        assert value == pytest.approx(float(want), rel=close, abs=1e-307), x
        assert slope == pytest.approx(float(moved), rel=4 * close, abs=1e-305), x


@pytest.mark.parametrize("equations", [
    "s = sum(n, exp(x[n]))\ny[m] = log(s)*g[m]", "y[m] = log(sum(n, exp(x[n])))*g[m]",
    "e[n] = exp(x[n])\ns = sum(n, e[n])\ny[m] = log(s)*g[m]",
    "y[m] = g[m]*(log(sum(n, exp(x[n])/4)) + log(4))",
    "y[m] = g[m]*log(3*sum(n, exp(2*x[n])))",
])
def test_the_logarithm_of_a_sum_of_exponentials(equations):
    space, found = module(equations, more="[inputs]\ng = [3]\n[indices]\nm = 3")
    assert "logsumexp" in found.module
    x, g = np.array([800.0, 799, 2, -900]), np.array([1.0, 0.5, 0.25])
    twice = "2*x" in equations
    inner = x * 2 if twice else x
    whole = inner.max() + np.log(np.exp(inner - inner.max()).sum()) + (np.log(3) if twice else 0)
    value, grads = space["value_and_grad"]({"x": x}, g)
    share = np.exp(inner - inner.max()) / np.exp(inner - inner.max()).sum() * (2 if twice else 1)
    assert value == pytest.approx(whole * g.sum(), rel=1e-15)
    assert grads["x"] == pytest.approx(share * g.sum(), rel=1e-14)


@pytest.mark.parametrize("equations", [
    "y[n] = exp(x[n])/sum(m, exp(x[m]))",
    "e[n] = exp(x[n])\ns = sum(n, e[n])\ny[n] = e[n]/s",
    "s = sum(m, exp(x[m]))\ny[n] = exp(x[n])*a/s",
])
def test_shares_of_exponentials_do_not_overflow(equations):
    more = "a = []" if "*a" in equations else ""
    space, _ = module(equations, more=more)
    x = np.array([900.0, 899.0, 3.0])
    params = {"x": x} | ({"a": np.array(1.0)} if more else {})
    share = np.exp(x - 900) / np.exp(x - 900).sum()
    assert space["forward"](params) == pytest.approx(share, rel=1e-14)
    _, grads = space["value_and_grad"](params)
    assert np.allclose(grads["x"], 0, atol=1e-15)


@pytest.mark.parametrize("weights", [(0.0, 1.0, 0.25), (1.0, 0.0, 0.5)])
def test_the_entropy_of_what_never_is_costs_nothing(weights):
    """y log(p) + (1 - y) log(1 - p) at the ends, where p is a number of its own."""
    more = '[targets]\nt = ["N"]'
    space, _ = module("y[n] = -(t[n]*log(x[n]) + (1 - t[n])*log(1 - x[n]))", more=more)
    t, p = np.array(weights), np.array([weights[0], weights[1], 0.3])
    values = space["forward"]({"x": p}, t) if "t" in space["forward"].__code__.co_varnames else None
    value, grads = space["value_and_grad"]({"x": p}, t)
    rest = -(t[2] * np.log(0.3) + (1 - t[2]) * np.log(0.7))
    assert value == pytest.approx(rest) and np.isfinite(grads["x"][2])
    assert values is None or np.isfinite(values).all()
    assert grads["x"][2] == pytest.approx(-(t[2] / 0.3 - (1 - t[2]) / 0.7))


def test_the_binary_cross_entropy_of_a_spelt_sigmoid():
    more = '[targets]\nt = ["N"]'
    text = ("p[n] = 1/(1 + exp(-x[n]))\n"
            "y[n] = -(t[n]*log(p[n]) + (1 - t[n])*log(1 - p[n]))")
    space, _ = module(text, more=more)
    x, t = np.array([-800.0, -800, 40, 40, 0.3]), np.array([1.0, 0, 1, 0, 0.25])
    value, grads = space["value_and_grad"]({"x": x}, t)
    each = t * np.logaddexp(0, -x) + (1 - t) * np.logaddexp(0, x)
    assert value == pytest.approx(each.sum(), rel=1e-15)
    assert grads["x"] == pytest.approx(1 / (1 + np.exp(np.minimum(-x, 700))) - t, abs=1e-15)


@pytest.mark.parametrize("equations", [
    "y[n] = log(2 + exp(x[n]))", "y[n] = log(1 + x[n]**2)", "y[n] = 1/(1 + x[n]**2)",
    "y[n] = log(exp(x[n]) - exp(-3 - x[n]**2))", "y[n] = log(1.5 + erf(x[n]))",
    "y[n] = log(1 + sigmoid(x[n]))", "y[n] = 1/(exp(x[n]) + x[n]**2)",
    "y[n] = log(x[n]**2*exp(x[n]))", "y[n] = x[n]*log(2 + x[n]) + x[n]*log(3 - x[n])",
    "y[n] = exp(x[n])/(1 + exp(2*x[n]))", "y[n] = exp(x[n])/(1 + exp(x[n]))**2",
    "y[n] = -log(1 + exp(x[n]))*log(sigmoid(x[n]))", "y[n] = log(3*sigmoid(x[n])*exp(x[n])**2)",
    "y[n] = log(exp(x[n])**0.5/(1 + exp(-x[n])))", "y[n] = log(2*exp(x[n]) + exp(-x[n]))",
])
@pytest.mark.parametrize("accuracy", ["fast", "full"])
def test_what_is_near_a_spelling_means_what_it_says(equations, accuracy):
    names = {"exp": np.exp, "log": np.log, "erf": np.vectorize(__import__("math").erf),
             "sigmoid": lambda v: 1 / (1 + np.exp(-v))}
    space, _ = module(equations, accuracy)
    x = np.array([-1.2, -0.4, 0.3, 1.7])
    rule = equations.split("=", 1)[1].replace("[n]", "")
    want = eval(rule, {**names, "x": x})
    step = 1e-6
    slope = (eval(rule, {**names, "x": x + step}) - eval(rule, {**names, "x": x - step})) / 2e-6
    assert space["forward"]({"x": x}) == pytest.approx(want, rel=1e-13)
    _, grads = space["value_and_grad"]({"x": x})
    assert grads["x"] == pytest.approx(slope, rel=1e-7, abs=1e-9)


def test_the_author_reads_what_the_author_wrote():
    _, found = module("y[n] = log(1 + exp(x[n]))")
    assert "softplus" not in str(found.graph.definitions)


@pytest.mark.parametrize("accuracy", ["fast", "full"])
@pytest.mark.parametrize(("text", "value"), [
    ("log(sum(n, exp(x[n])))", -np.inf), ("sum(n, exp(x[n])/sum(m, exp(x[m])))", 0.0),
    ("norm(n, x[n])", 0.0), ("sqrt(4 + sum(n, x[n]**2))", 2.0), ("norm(n, 2*x[n]) + a", 1.5),
])
def test_what_is_shifted_by_its_largest_has_its_value_over_nothing(text, value, accuracy):
    """The author asked for no largest, so that there may be none."""
    spec = f'equations = "loss = {text}"\n[parameters]\na = []\nx = ["N"]\n'
    if "+ a" not in text:
        spec = spec.replace("a = []\n", "")
    space = {"__name__": "made"}
    exec(compile_network(parse_spec(spec, "none.toml"), accuracy).module, space)
    params = {"x": np.zeros(0)} | ({"a": np.array(1.5)} if "+ a" in text else {})
    for dtype in (np.float64, np.float32):
        found, grads = space["value_and_grad"]({k: v.astype(dtype) for k, v in params.items()})
        assert found == value and grads["x"].shape == (0,)
