"""What a module says of its digits under Conventions holds, and is said only where it applies."""

import math
from dataclasses import replace

import numpy as np
import pytest

from symbprop.calculus.simplify import prepare
from symbprop.language.squares import shrunken_squares
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_network

FULL = '[compile]\naccuracy = "full"\n'


def made(equations, more=""):
    text = f'equations = """\n{equations}\n"""\n[parameters]\nw = [3]\nv = [3]\n{more}'
    return compile_network(parse_spec(text, "net.toml"))


def shrunken(compilation, more):
    accuracy = "full" if more else "fast"
    return shrunken_squares(
        compilation.graph, prepare(replace(compilation.graph, accuracy=accuracy))
    )


def space_of(compilation):
    space = {"__name__": "generated"}
    exec(compile(compilation.module, "generated", "exec"), space)
    return space


def conventions(compilation):
    docstring = compilation.module.split('"""')[1]
    if "Conventions:" not in docstring:
        return ""
    return " ".join(docstring.split("Conventions:")[1].split("Operations:")[0].split())


# The tensors in which a square is shrunken, and the loss that mathematics gives at w = (a, 0, 0).
ROOTS = {
    "q[i] = w[i]**2\nr = norm(i, w[i])\nloss = r + 0*q[1]": (("r",), lambda a: a),
    "loss = norm(i, w[i])": (("loss",), lambda a: a),
    "loss = sqrt(sum(i, w[i]**2))": (("loss",), lambda a: a),
    "loss = sum(i, sqrt(1 + w[i]**2))": (("loss",), lambda a: a + 2),
    "s = sum(i, w[i]**2)\nloss = sqrt(s)": (("loss",), lambda a: a),
    "u[i] = w[i]/sqrt(1 + w[i]**2)\nloss = sum(i, u[i])": (("u",), lambda a: 1.0),
    "loss = w[0]*(1 + w[0]**2)**-0.5": (("loss",), lambda a: 1.0),
}
SQUARES = {
    "s[i] = w[i]*w[i]\nr = 2 + mean(i, s[i])\nloss = sqrt(r)*sqrt(3)": (("loss",), lambda a: a),
    "r = sqrt(w[0]**4)**0.5\nloss = r*1": (("r",), lambda a: a),
    "loss = log(1 + sum(i, w[i]**2))": (("loss",), lambda a: 2*math.log(a)),
    "loss = w[0]/(1 + w[0]**2)*w[0]": (("loss",), lambda a: 1.0),
}


@pytest.mark.parametrize(("equations", "more"), [
    *((e, "") for e in ROOTS), *((e, more) for e in SQUARES for more in ("", FULL)),
])
def test_a_square_overflows_where_it_is_said(equations, more):
    names, value = {**ROOTS, **SQUARES}[equations]
    compilation = made(equations, more)
    assert shrunken(compilation, more) == names
    said = conventions(compilation)
    assert f"below the root, logarithm or quotient in {', '.join(names)}" in said
    assert "squares of numbers beyond 1e154 overflow" in said
    assert ("1e19" in said) == (not more)
    space = space_of(compilation)
    reach = 1e38 if "**4" in equations else 1e153

    def loss(a, dtype=np.float64):
        return float(space["loss"]({"w": np.array([a, 0, 0], dtype), "v": np.zeros(3, dtype)}))

    assert loss(reach) == pytest.approx(value(reach), rel=1e-9)
    wrong = loss(1e155)
    assert not math.isfinite(wrong) or wrong == 0
    if more:
        assert loss(1e30, np.float32) == pytest.approx(value(1e30), rel=1e-6)
    else:
        wrong = loss(1e20, np.float32)
        assert not math.isfinite(wrong) or wrong == 0


@pytest.mark.parametrize("equations", ROOTS)
def test_a_root_of_squares_does_not_end_there_where_every_digit_counts(equations):
    compilation = made(equations, FULL)
    space = space_of(compilation)
    _, value = ROOTS[equations]
    assert "squares" not in conventions(compilation)
    for a in (1e-300, 1e-170, 1e155, 1e300):
        loss, grads = space["value_and_grad"]({"w": np.array([a, 0, 0]), "v": np.zeros(3)})
        assert np.all(np.isfinite(grads["w"]))
        if a > 1 or "1 +" not in equations:
            assert float(loss) == pytest.approx(value(a), rel=1e-9, abs=0)


@pytest.mark.parametrize("equations", [
    "loss = sum(i, w[i]**2)", "loss = sum(i, w[i]*v[i])", "loss = sum(i, tanh(w[i]))",
    "loss = sum(i, sqrt(1 + abs(w[i])))", "loss = log(sum(i, exp(w[i])))", "loss = w[0]/(1 + v[0])",
    "loss = sum(i, exp(-w[i]**2))", "loss = mean(i, (w[i] - v[i])**2)", "loss = sum(i, w[i]**2/3)",
    "s = sum(i, tanh(w[i]**2))\nloss = sqrt(1 + s)", "loss = sum(i, sqrt(w[i])**3)",
])
@pytest.mark.parametrize("more", ["", FULL])
def test_who_has_no_such_square_does_not_speak_of_it(equations, more):
    compilation = made(equations, more)
    assert not shrunken(compilation, more)
    assert "squares" not in conventions(compilation)


def test_layers_that_divide_by_a_norm_say_so():
    text = ('[inputs]\nx = ["N", 4]\n[[layers]]\nkind = "{}"\n[[layers]]\nkind = "dense"\n'
            'units = 1\n[loss]\nkind = "mean_squared_error"\n')
    for kind, said in {"layer_norm": True, "rms_norm": True, "batch_norm": True, "tanh": False,
                       "softmax": False, "relu": False}.items():
        compilation = compile_network(parse_spec(text.format(kind), "net.toml"))
        assert ("squares" in conventions(compilation)) == said, kind


@pytest.mark.parametrize("equations", [
    "loss = logsumexp(i, w[i])", "p[i] = softmax(i, w[i])\nloss = -log(p[0])",
    "loss = logsumexp(i, w[i]) - w[0]",
])
def test_where_the_digits_of_logsumexp_end(equations):
    """At (0, -40, -50) the value is 4e-18, which an ulp of 1 hides; asked for, it is there."""
    point = {"w": np.array([0.0, -40.0, -50.0]), "v": np.zeros(3)}
    true = math.exp(-40) + math.exp(-50)
    fast, full = made(equations), made(equations, FULL)
    said = "logsumexp, and what softmax lacks of 1, are exact to an ulp of 1 where they are small"
    assert said in conventions(fast) and said not in conventions(full)
    assert abs(float(space_of(fast)["loss"](point)) - true) <= np.finfo(float).eps
    assert float(space_of(full)["loss"](point)) == pytest.approx(true, rel=4e-16)
    assert "logsumexp, and" not in conventions(made("loss = sum(i, w[i]**2)"))
