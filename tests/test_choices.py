"""A branch that is not taken spoils nothing: neither value nor gradient, wherever it stands.

Each program chooses where something that is not chosen is no number or infinite; its gradient is
compared with central differences of the loss, and nothing in it is NaN.
"""

from dataclasses import replace

import numpy as np
import pytest
import sympy

from symbprop.calculus import differentiate as calculus
from symbprop.calculus.choosing import EVERYWHERE, both, either, explicit, support
from symbprop.calculus.differentiate import differentiate
from symbprop.calculus.finite import Finite
from symbprop.language.functions import CLASSES, apply, namespace_for
from symbprop.language.graph import Graph, Tensor
from symbprop.language.terms import ZERO, Index, Read, Reduce
from symbprop.pipeline import compile_graph, compile_network
from symbprop.shrinking.script import Given, Script
from symbprop.targets.latex import derivation, document

POINT = {"a": np.array(-0.7), "b": np.array(1.3), "z": np.array(0.0), "big": np.array(1000.0),
         "v": np.array([-1.2, 0.4, 2.0]), "m": np.array([[0.3, -1.0, 0.2], [1.1, -0.4, 0.7],
                                                          [-0.2, 0.9, 0.5]])}
GIVEN = tuple(Given(name, array.shape) for name, array in POINT.items())
BRANCHES = (
    "loss = where(a > 0, sqrt(a), a*b)",
    "loss = where(a > 0, sqrt(a), 0)*b + a",
    "loss = exp(where(a > 0, sqrt(a), b))*a",
    "loss = where(a > 0, where(b > 0, sqrt(a), log(a)), b*a)",
    "loss = where(z == 0, b, a/z)*a",
    "loss = where(z != 0, 1/z, 0)*b",
    "loss = where(big < 100, exp(big), big)*b",
    "loss = where(b < 5, b**3, exp(1000*b))",
    "loss = sum(i, where(v[i] > 0, sqrt(v[i])*b, v[i]*b))",
    "loss = sum(i, where(v[i] > 0, log(v[i]), b*v[i])**2)",
    "y[i] = where(v[i] > 0, v[i]**1.5, b)*v[i]\nloss = sum(i, y[i]**2)",
    "loss = where(a > 0, sum(i, sqrt(v[i])), b)",
    "loss = sum(i, where(v[i] > 1, sqrt(sum(j, m[i,j]*v[j])), b*v[i]))",
    "loss = prod(i, where(v[i] > 0, sqrt(v[i]), b))",
    "loss = max(i, where(v[i] > 0, asin(v[i]/9), b*v[i])) + logsumexp(i, "
    "where(v[i] > 0, power(v[i], b), v[i]))",
    "loss = where(a > 0, logsumexp(i, sqrt(v[i])), b)*a",
    "loss = clip(where(a > 0, sqrt(a), b*a), -3, 3)",
    "h[0] = b\nh[t+1] = where(h[t] > 9, sqrt(h[t] - 9), sin(h[t])*a)\nloss = h[3]",
    "loss = sum(i, j, where(i == j, 0, v[i]**2*log(abs(v[j] - v[i]))))",
    "loss = sum(i, j, where(m[i,j] > 0, v[i]*log(m[i,j]), 0))",
    "loss = where(a, b, 1/z) + b",
)
# The same through names, up to where a reduction or a recurrence ends it.
NAMED = (
    "y = sqrt(a)\nloss = where(a > 0, y, 0) + b*a",
    "y = sqrt(a)\nx = 3*y + b\nloss = where(a > 0, x, b)**2 + where(a > 1, y, b)",
    "y[i] = sqrt(v[i])\nx[j] = where(v[j] > 0, y[j], b)\nloss = sum(i, x[i]**2)",
    "y[i] = log(v[i])\nx[i] = y[i]*b\nloss = sum(i, where(v[i] > 0, x[i], 0)) + b**2",
    "y[i,j] = sqrt(m[i,j])\nx[j,i] = y[i,j]*v[i]\nloss = sum(i, j, where(m[i,j] > 0, x[j,i], b))",
    "u[i] = relu(v[i])\ny[i] = sqrt(u[i])\nloss = sum(i, y[i]*b)",
    "u[i] = relu(v[i])\ny[i] = u[i]**0.3\nx = sum(i, y[i])\nloss = x**2",
    "c[i] = v[i] > 0\ny[i] = log(v[i])\nloss = sum(i, where(c[i], y[i], b))",
    "u[i] = max(v[i], 0)\ny[j] = sum(i, m[j,i]*sqrt(u[i]))\nloss = sum(j, y[j]**2)",
    "y[i] = 1/(v[i] + 1.2)\nx[i] = where(v[i] == -1.2, b, y[i])\nloss = sum(i, x[i]**2)",
    "y[i] = where(v[i] > 0, sqrt(v[i]), 0)\nx[i] = where(v[i] > 1, y[i], b)\nloss = sum(i, x[i])",
)
KINKS = (
    "loss = sqrt(relu(a)) + b*a", "loss = relu(a)**0.3*b", "loss = sqrt(max(a, 0)) + b*a",
    "loss = sqrt(clip(a, 0, 1)) + b", "loss = acos(clip(3*a, -1, 1)) + b*a",
    "loss = asin(clip(a, b, 1)) + a", "loss = log(min(1, relu(a) + 1))*b + sqrt(hardsigmoid(9*a))",
    "loss = sqrt(min(max(a, 0), b)) + b", "loss = sqrt(hardswish(9*a)*b) + a",
    "loss = sqrt(where(a > 1, a - 1, where(a < -1, a**2, 0))) + b",
    "loss = sqrt(max(i, relu(v[i] - 9))) + b", "loss = sum(i, sqrt(relu(v[i])))*b",
    "loss = power(relu(a), b)*b", "loss = sqrt(relu(a)*b) + log(1 + relu(-b))",
    "loss = atan2(relu(a), b) + 1/max(z, b)",
)
# A product by a truth chooses as where does, written out, named or as a power.
TRUTHS = (
    "loss = sqrt(sin(a*(a > 0))) + b*a", "loss = sqrt(expm1(a*b*(a > 0)))*b + a",
    "loss = acos(1 - (a > 0)*exp(a)) + b*a", "y = a*(a > 0)\nx = sqrt(y)\nloss = x*b + a",
    "c = a > 0\ny = c*sin(a)\nloss = log(1 + sqrt(y))*b + a",
    "c[i] = v[i] > 0\ny[i] = c[i]*v[i]*b\nx[i] = y[i]**0.3\nloss = sum(i, x[i]*v[i])",
    "c[i,j] = m[i,j] > v[j]\ny[i,j] = sqrt(c[i,j]*m[j,i]**2)\nloss = sum(i, j, y[i,j]*b)",
    "loss = sum(i, sqrt((v[i] > 0)*v[i]*(v[i] > 0)))*b", "loss = sqrt((a > 0)*(b > 0)*tanh(a))*b",
    "y = (a > 0)*(z != 0)*b*sqrt(a)/z\nloss = where(z != 0, y, b)",
)


def module(text):
    script = Script(tuple(text.splitlines()), tuple(g for g in GIVEN if g.name in text),
                    indices=(("t", 3),) if "[t]" in text else ())
    space = {"__name__": "made"}
    exec(compile_network(script.network()).module, space)
    return script, space


def slopes(function, params, name):
    """Central differences, but across the kink at which z is zero: a branch holds there alone."""
    step, array = 1e-6, params[name]
    found = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        ends = []
        for sign in (1, -1):
            moved = array.copy()
            moved[place] += sign * step * (name not in "z")
            ends.append(function({**params, name: moved}))
        found[place] = (ends[0] - ends[1]) / (2 * step)
    return found


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("text", BRANCHES + NAMED + KINKS + TRUTHS)
def test_what_is_not_chosen_passes_zero(text, dtype):
    script, space = module(text)
    params = {g.name: POINT[g.name] for g in script.given}
    if "-1.2" in text:
        params["v"] = np.array([-1.2, 0.4, 2.0])
    held = {name: array.astype(dtype) for name, array in params.items()}
    work = space["Workspace"](dtype=dtype)
    for workspace in (None, work, work):
        value, grads = space["value_and_grad"](held, workspace=workspace)
        assert np.isfinite(value)
        for name in params:
            if not (name == "v" and "-1.2" in text):
                slope = slopes(lambda p: space["loss"](p), params, name)
                close = 1e-7 if dtype == "float64" else 1e-5
                assert np.allclose(grads[name], slope, rtol=close, atol=close), name
            assert np.isfinite(grads[name]).all(), name


@pytest.mark.parametrize("text", (
    "loss = where(a > 0, sqrt(a), a**2*b)", "loss = sqrt(relu(a)) + b*a**3",
    "y = sqrt(a)\nloss = where(a > 0, y*b, a*b)", "loss = where(a < -9, a**0.5, sin(a*b))",
    "loss = acos(clip(3*a, -1, 1))*b + a*b**2", "y = log(a)\nx = y**2\nloss = where(a > 0, x, a*b)",
    "y = sin(a*b)*(a > 0)\nloss = sqrt(y) + a*b**2",
))
def test_second_derivatives_choose_too(text):
    script, space = module(text)
    params = {g.name: POINT[g.name] for g in script.given}
    graph = script.network().graph
    first = differentiate(graph)
    for name in params:
        again = replace(first, loss=first.gradients[name], gradients={}, outputs=())
        again = Graph(again.tensors, again.definitions, again.loss, adjoints=again.adjoints)
        made = {"__name__": "made"}
        exec(compile_graph(again, "again").module, made)
        value, grads = made["value_and_grad"](params)
        assert value == pytest.approx(float(space["value_and_grad"](params)[1][name]), abs=1e-14)
        for other in params:
            if other in grads:
                want = slopes(lambda p, n=name: space["value_and_grad"](p)[1][n], params, other)
                assert np.allclose(grads[other], want, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("text", (
    "loss = sum(i, acos(1 - v[i]**2)*b)", "loss = asin(v[0]**2 - 1) + b",
    "u[i] = relu(v[i])\nloss = sum(i, acos(1 - u[i]**2/9))*b", "loss = acos(1 - (a - b)**2/9)*b",
    "loss = acos(1 - a**2*b**2)", "loss = asin(1 - sin(a)**4)*b",
))
def test_roots_of_squares_in_slopes_are_of_the_language(text):
    """SymPy makes Abs(x) of the root of x^2: neither a module nor a page has that."""
    script, space = module(text)
    params = {g.name: POINT[g.name] for g in script.given}
    if "v" in params:
        params["v"] = np.array([-0.3, 0.4, 0.9])
    _, grads = space["value_and_grad"](params)
    for name in params:
        slope = slopes(lambda p: space["loss"](p), params, name)
        assert np.allclose(grads[name], slope, rtol=1e-7, atol=1e-7), name
    assert "Abs" not in document(derivation(script.network().graph))


def test_without_the_law_what_is_not_chosen_is_caught(monkeypatch):
    """The control: brackets that are multiplied let zero times infinity through."""
    monkeypatch.setattr(calculus, "explicit", lambda expr, finite: explicit(expr, Everything()))
    _, space = module("loss = sqrt(relu(a)) + b*a")
    _, grads = space["value_and_grad"]({"a": POINT["a"], "b": POINT["b"]})
    assert np.isnan(grads["a"])


class Everything:
    """Whoever takes all for finite."""

    def finite(self, expr):
        return True


ROW, COLUMN = Index("i", 3), Index("j", 3)
X, Y = Read("x", ROW), Read("y", ROW)


def test_what_is_finite():
    tensors = {n: Tensor(n, (sympy.Integer(3),), "parameter") for n in ("x", "y")}
    finite = Finite(Graph(tensors, (), None))
    lse = Reduce("logsumexp", Read("x", COLUMN), COLUMN)
    good = [
        X, X * Y + 2, X**2, apply("tanh", X), Reduce("sum", X * Y, ROW), apply("where", X, Y, X),
        apply("exp", X - lse), apply("exp", -(X**2)), 1 / (X**2 + 1),
        1 / sympy.sqrt(1 + X**2 * Y**2),
        apply("log", 1 + apply("exp", -apply("abs", X))), sympy.sqrt(apply("relu", X)),
        1 / Reduce("sum", apply("equal", X, Reduce("max", Read("x", COLUMN), COLUMN)), ROW),
        sympy.Integer(3),
    ]
    bad = [
        1 / X, sympy.sqrt(X), X**sympy.Rational(3, 2), apply("exp", X), apply("log", X),
        apply("tanh", 1 / X), Reduce("sum", sympy.sqrt(X), ROW), Y * apply("exp", X), 1 / X**2,
        apply("exp", Y - lse), apply("exp", X**2), 1 / (X**2 - 1), 1 / (X**3 + 1),
        1 / Reduce("sum", apply("equal", X, Y), ROW), 1 / sympy.sqrt(X**2), apply("power", X, Y),
    ]
    assert all(map(finite.finite, good)) and not any(map(finite.finite, bad))


def test_supports():
    a, b, c = (apply("greater", Read(n, ROW), 0) for n in "abc")
    one, two = apply("bracket", a), apply("bracket", b)
    assert support(one * X) == (frozenset((a,)),)
    assert support(one * two + one * X) == (frozenset((a,)),)
    assert support(one + 1) == support(X) == EVERYWHERE
    assert set(either(support(one), support(two))) == {frozenset((a,)), frozenset((b,))}
    assert both(support(one), support(two)) == (frozenset((a, b)),)
    assert support(one**2 * c) == (frozenset((a,)),)
    finite = Finite(Graph({}, (), None))
    assert explicit(one * X, finite) == a * X
    assert explicit(one / X, finite) == apply("where", a, 1 / X, ZERO)
    assert explicit(one * two * Y / X, finite) == (
        apply("where", apply("both", a, b), 1 / X, ZERO) * Y
    )
    assert explicit((one + two) / X, finite) == (
        apply("where", apply("either", a, b), 1 / X, ZERO) * (a + b)
    )


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_function_that_is_total_is_finite_everywhere(name):
    record = CLASSES[name].record
    points = (-700.5, -3.0, -1.0, 0.0, 1.0, 2.5, 800.25)
    bad = 0
    for first in points:
        arguments = (first, 0.5, 1.5)[:record.arity]
        try:
            value = record.value(namespace_for(1.0), *arguments)
            bad += isinstance(value, complex) or not np.isfinite(value)
        except (ArithmeticError, ValueError):
            bad += 1
    assert record.total <= (bad == 0)
