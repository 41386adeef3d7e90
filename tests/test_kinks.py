"""Kinks, poles, infinities and NaN: what the module gives there, beside what PyTorch gives.

Every row is equal to PyTorch's but those of `OURS`, which the module's Conventions or mathematics
say: a comparison with NaN is false, and a product of infinite factors has the slope that it has.
"""

import math

import numpy as np
import pytest

from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch
functional = torch.nn.functional
INF, NAN = math.inf, math.nan
ONE = {
    "relu": (torch.relu, (0.0, -0.0, INF, -INF, 5e-324)),
    "abs": (torch.abs, (0.0, -0.0, -INF, -5e-324)),
    "sign": (torch.sign, (0.0, -0.0)),
    "leaky_relu": (lambda x: functional.leaky_relu(x, 0.01), (0.0, -0.0, NAN, -INF)),
    "elu": (functional.elu, (0.0, -0.0, -INF, INF)),
    "selu": (functional.selu, (0.0, -INF, INF)),
    "gelu": (functional.gelu, (0.0, NAN, INF, -INF)),
    "gelu_tanh": (lambda x: functional.gelu(x, approximate="tanh"), (0.0, NAN, INF, -INF)),
    "silu": (functional.silu, (0.0, NAN, INF, -INF)),
    "softplus": (functional.softplus, (0.0, NAN, INF, -INF, 800.0, -800.0)),
    "softsign": (functional.softsign, (0.0, -0.0, NAN)),
    "hardsigmoid": (functional.hardsigmoid, (3.0, -3.0, NAN, INF)),
    "hardswish": (functional.hardswish, (3.0, -3.0, INF)),
    "tanh": (torch.tanh, (NAN, INF, -0.0)), "sigmoid": (torch.sigmoid, (NAN, INF, -INF)),
    "sqrt": (torch.sqrt, (0.0, -0.0, -1.0, INF, 5e-324, NAN)),
    "log": (torch.log, (0.0, -0.0, -1.0, INF, 5e-324)), "log1p": (torch.log1p, (-1.0, INF, -0.0)),
    "exp": (torch.exp, (INF, -INF, 1000.0, -1000.0)),
    "asin": (torch.asin, (1.0, -1.0, 2.0)), "acos": (torch.acos, (1.0, -1.0, 2.0)),
    "atan": (torch.atan, (INF,)), "square": (torch.square, (-0.0, INF)),
    "erf": (torch.erf, (0.0, INF, NAN)), "erfc": (torch.erfc, (0.0, INF, -INF, NAN)),
    "log_ndtr": (torch.special.log_ndtr, (0.0, INF, NAN, 40.0)),
    "lgamma": (torch.lgamma, (0.0, -0.0, INF, NAN, 1.0, 2.0, 5e-324)),
    "digamma": (torch.digamma, (0.0, NAN, INF)),
    "floor": (torch.floor, (0.0, -0.0, 1.0, -1.0, INF, NAN, 0.5)),
    "round": (torch.round, (0.0, 0.5, 1.5, -0.5, 2.5, INF, NAN)),
    "logcosh": (lambda x: functional.softplus(-2*x) + x - math.log(2), (INF, NAN)),
}
TWO = {
    "power(x, y)": (torch.pow, (
        (0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (0.0, -1.0), (0.0, 0.5), (-1.0, 2.0), (-1.0, 0.5),
        (1.0, NAN), (NAN, 0.0), (INF, 0.0), (5e-324, 0.5))),
    "atan2(x, y)": (torch.atan2, (
        (0.0, 0.0), (0.0, -1.0), (-0.0, -1.0), (0.0, 1.0), (INF, INF), (-1.0, 0.0))),
    "logaddexp(x, y)": (torch.logaddexp, (
        (0.0, 0.0), (INF, 1.0), (-INF, 1.0), (-INF, -INF), (INF, INF), (NAN, 1.0),
        (800.0, -800.0))),
    "max(x, y)": (torch.maximum, ((1.0, 1.0), (0.0, -0.0), (INF, INF))),
    "min(x, y)": (torch.minimum, ((1.0, 1.0), (-INF, -INF))),
    "xlogy(x, y)": (torch.xlogy, (
        (0.0, 0.0), (0.0, -1.0), (1.0, 0.0), (0.0, INF), (NAN, 0.0), (0.0, 2.0))),
    "x/y": (torch.div, ((1.0, 0.0), (0.0, 0.0), (0.0, 1.0))),
    "where(x > y, x, y)": (lambda x, y: torch.where(x > y, x, y), ((NAN, 1.0), (1.0, 1.0))),
    "clip(x, y, 1)": (lambda x, y: torch.clamp(x, y, torch.ones_like(x)), (
        (1.0, 0.0), (0.0, 0.0), (NAN, 0.0), (0.5, 2.0), (2.0, 2.0))),
}
PLACES = (
    (1.0, 1.0, 0.0), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (-INF, 0.0, 1.0), (0.0, 2.0, 3.0),
)
SEVERAL = {
    "logsumexp(i, v[i])": (lambda v: torch.logsumexp(v, 0), PLACES),
    "max(i, v[i])": (lambda v: torch.amax(v, 0), (*PLACES, (INF, INF, 1.0), (-INF, -INF, -INF))),
    "min(i, v[i])": (lambda v: torch.amin(v, 0), (*PLACES, (INF, INF, INF))),
    "norm(i, v[i])": (torch.linalg.vector_norm, PLACES[:3]),
    "prod(i, v[i])": (torch.prod, (*PLACES[:3], PLACES[4], (0.0, 0.0, 2.0))),
    "sum(i, softmax(i, v[i])*v[i])": (lambda v: (torch.softmax(v, 0) * v).sum(), PLACES[:3]),
}
ROWS = (
    *((f"{name}(x)", rule, (p,)) for name, (rule, points) in ONE.items() for p in points),
    *((text, rule, p) for text, (rule, points) in TWO.items() for p in points),
    *((text, rule, (p,)) for text, (rule, points) in SEVERAL.items() for p in points),
)
# Formula, point, and what we say: value, then slopes.
OURS = (
    ("relu(x)", (NAN,), (NAN, 0)), ("sign(x)", (NAN,), (NAN, 0)), ("abs(x)", (NAN,), (NAN, NAN)),
    ("elu(x)", (NAN,), (NAN, NAN)), ("selu(x)", (NAN,), (NAN, NAN)),
    ("hardswish(x)", (NAN,), (NAN, 0)), ("max(x, y)", (NAN, 1.0), (NAN, 0, 0)),
    ("min(x, y)", (1.0, NAN), (NAN, 0, 0)), ("power(x, y)", (NAN, 0.0), (1, 0, NAN)),
    ("xlogy(x, y)", (0.0, NAN), (0, NAN, NAN)),
    ("logsumexp(i, v[i])", ((-INF, -INF, -INF),), (NAN, NAN, NAN, NAN)),
    ("logsumexp(i, v[i])", ((INF, 1.0, 2.0),), (NAN, NAN, NAN, NAN)),
    ("logsumexp(i, v[i])", ((1e300, 1e300, 1.0),), (1e300, 0.5, 0.5, 0)),
    ("digamma(x)", (-1.0,), (NAN, INF)), ("lgamma(x)", (-2.0,), (INF, NAN)),
    ("prod(i, v[i])", ((INF, 1.0, 2.0),), (INF, 2, INF, INF)),
    ("prod(i, v[i])", ((1e300, 1e300, 1.0),), (INF, 1e300, 1e300, INF)),
)
_SPACES = {}


def ours(text, point):
    """The module's value and slopes."""
    several = isinstance(point[0], tuple)
    names = ["v"] if several else ["x", "y"][:len(point)]
    if text not in _SPACES:
        shapes = "\n".join(f"{n} = {'[3]' if several else '[]'}" for n in names)
        graph = parse_spec(f'equations = """\nloss = {text}\n"""\n[parameters]\n{shapes}\n').graph
        _SPACES[text] = {"__name__": "made"}
        exec(compile_graph(graph, "made").module, _SPACES[text])
    params = {n: np.array(p, float) for n, p in zip(names, point, strict=True)}
    value, grads = _SPACES[text]["value_and_grad"](params)
    return [float(value), *(float(g) for n in names for g in np.ravel(grads[n]))]


def theirs(rule, point):
    """PyTorch's."""
    given = [torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in point]
    value = rule(*given)
    value.backward()
    return [value.item(), *(float(g) for t in given for g in np.ravel(t.grad.numpy()))]


def assert_same(got, want):
    for one, other in zip(got, want, strict=True):
        assert (math.isnan(one) and math.isnan(other)) or one == pytest.approx(other, rel=1e-12), (
            f"{got}, right {want}"
        )


@pytest.mark.parametrize("row", range(len(ROWS)), ids=lambda n: f"{ROWS[n][0]} at {ROWS[n][2]}")
def test_a_kink_is_as_pytorch_has_it(row):
    text, rule, point = ROWS[row]
    assert_same(ours(text, point), theirs(rule, point))


@pytest.mark.parametrize("row", range(len(OURS)), ids=lambda n: f"{OURS[n][0]} at {OURS[n][1]}")
def test_a_kink_is_as_the_module_says(row):
    text, point, said = OURS[row]
    assert_same(ours(text, point), said)
