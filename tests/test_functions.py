"""Each derivative against a difference quotient in 80-digit arithmetic, and each stable form."""

import mpmath
import pytest
import sympy

from symbprop.language.functions import CLASSES, FUNCTIONS, Elementwise, apply, namespace_for

FLAT = {"greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "both", "either",
        "negate", "step", "sign", "floor", "round"}


def value(expr, bindings):
    """The number that a formula means, by plain recursion over its tree."""
    if expr in bindings:
        return bindings[expr]
    args = [value(a, bindings) for a in expr.args]
    if isinstance(expr, Elementwise):
        return expr.record.value(namespace_for(mpmath.mpf(0)), *args)
    if expr.is_Add:
        return mpmath.fsum(args)
    if expr.is_Mul:
        return mpmath.fprod(args)
    if expr.is_Pow:
        return args[0] ** args[1]
    return mpmath.mpf(expr.p) / expr.q if expr.is_Rational else mpmath.mpf(expr.evalf(90))


def symbols(record):
    return [sympy.Dummy(f"x{i}", real=True) for i in range(record.arity)]


def worst_disagreement(record, derivative):
    """Largest relative error of a derivative over all samples and arguments."""
    worst = mpmath.mpf(0)
    arguments = symbols(record)
    with mpmath.workdps(80):
        step = mpmath.mpf(10) ** -25
        for sample in record.samples:
            point = [mpmath.mpf(v) for v in sample]
            bindings = dict(zip(arguments, point, strict=True))
            for i, slope in enumerate(derivative(*arguments)):
                if record.name == "where" and i == 0:
                    continue
                ends = []
                for sign in (1, -1):
                    moved = list(point)
                    moved[i] += sign * step
                    ends.append(record.value(namespace_for(point[0]), *moved))
                want = (ends[0] - ends[1]) / (2 * step)
                got = value(sympy.sympify(slope), bindings)
                worst = max(worst, abs(got - want) / max(1, abs(want)))
    return worst


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - FLAT - {"stop_gradient"}))
def test_derivative_agrees_with_a_difference_quotient(name):
    record = FUNCTIONS[name]
    assert worst_disagreement(record, record.derivative) < 1e-40


@pytest.mark.parametrize("name", sorted(FLAT | {"stop_gradient"}))
def test_flat_functions_have_no_derivative(name):
    record = FUNCTIONS[name]
    assert all(d == 0 for d in record.derivative(*symbols(record)))


def test_the_harness_catches_a_wrong_derivative():
    wrong = [(lambda *a, r=r: tuple(d * (1 + sympy.Rational(1, 10**12)) for d in r.derivative(*a)))
             for r in FUNCTIONS.values() if r.name in ("exp", "tanh", "gelu")]
    for record, derivative in zip(
        [r for r in FUNCTIONS.values() if r.name in ("exp", "tanh", "gelu")], wrong, strict=True
    ):
        assert worst_disagreement(record, derivative) > 1e-16


@pytest.mark.parametrize("name", sorted(n for n, r in FUNCTIONS.items() if r.form))
def test_stable_form_means_the_same(name):
    record = FUNCTIONS[name]
    arguments = symbols(record)
    with mpmath.workdps(60):
        for sample in record.samples:
            point = [mpmath.mpf(v) for v in sample]
            got = value(record.form(*arguments), dict(zip(arguments, point, strict=True)))
            want = record.value(mpmath.mp, *point)
            assert abs(got - want) < mpmath.mpf(10) ** -50


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - FLAT - {"stop_gradient", "where"}))
def test_complex_step_agrees_with_the_derivative(name):
    record = FUNCTIONS[name]
    arguments = symbols(record)
    for sample in record.samples:
        point = [float(v) for v in sample]
        bindings = dict(zip(arguments, map(mpmath.mpf, point), strict=True))
        for i, slope in enumerate(record.derivative(*arguments)):
            moved = [complex(v) for v in point]
            moved[i] += 1e-30j
            got = complex(record.value(mpmath.fp, *moved)).imag / 1e-30
            want = float(value(sympy.sympify(slope), bindings))
            assert got == pytest.approx(want, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "tanh", "silu", "gelu", "elu"])
@pytest.mark.parametrize("x", [-1e4, 1e4])
def test_large_arguments_stay_finite(name, x):
    record = FUNCTIONS[name]
    rest = [1.0] * (record.arity - 1)
    assert abs(record.value(mpmath.fp, x, *rest)) <= 1e4


def test_functions_never_evaluate_themselves():
    x = sympy.Symbol("x", real=True)
    assert apply("tanh", -x).args == (-x,)
    assert isinstance(apply("exp", sympy.Float(0.5)), CLASSES["exp"])
    assert apply("log", apply("exp", x)) != x


TORCH_KINKS = {
    "relu": [0.0], "abs": [0.0], "hardswish": [-3.0, 3.0], "hardsigmoid": [-3.0, 3.0],
    "selu": [0.0],
}


@pytest.mark.torch
@pytest.mark.parametrize("name", sorted(TORCH_KINKS))
def test_kinks_follow_pytorch(name):
    torch = pytest.importorskip("torch")
    call = getattr(torch.nn.functional, name, None) or getattr(torch, name)
    record = FUNCTIONS[name]
    (argument,) = symbols(record)
    for point in TORCH_KINKS[name]:
        x = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        call(x).backward()
        got = value(sympy.sympify(record.derivative(argument)[0]), {argument: mpmath.mpf(point)})
        assert float(got) == pytest.approx(float(x.grad), abs=1e-15)
