"""Values for what an option takes: within its range, at and beyond its borders, and of other kinds.
"""

from __future__ import annotations

import datetime
import decimal
import fractions
import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from symbprop.networks.layers.activation import ACTIVATIONS
from symbprop.networks.options import Number
from symbprop.networks.stack import LARGEST, PLAIN_INITIALISERS

HUGE = 10**399 + 7
WHOLES = (1, 2, 3, 4, 6, 8, 0, -1, -HUGE, HUGE, 64, 65, 1000, LARGEST, LARGEST + 1, 2**31, 2**63,
          2**64, 10**9, 20000, 20001)
FLOATS = (0.0, -0.0, 0.5, 1.0, 2.0, -1.0, 1e-3, 1e-300, 5e-324, 1e300, -1e300, 1.7e308, math.nan,
          math.inf, -math.inf, 1e-16, 1 - 2**-53, 0.1 + 0.2, 3.7)
TENSORS = ("x", "y", "W1", "b1", "s1", "h1", "W2", "loss", "N", "nope", "", "a b", "w", "c", "n",
           "mask1", "x\n", "é", "x" * 300, "\u202e", "params", "lambda", "1", "_", "X", "s2", "f1")
OTHERS: tuple[Any, ...] = (
    True, False, "", "1", "true", "None", [], {}, [[]], [1], [1, 2], [2, 2], [1.5], [True], ["x"],
    ["x", "y"], [HUGE], [-1], [0], [1, 2, 3, 4], [1] * 70, [math.nan], {"kind": "relu"}, {"a": 1},
    [{"kind": "relu"}], [{"kind": "dense", "units": 4}], [{"kind": "nope"}], [{}], [[1]],
    datetime.date(1979, 5, 27), datetime.time(7, 32), datetime.datetime(1979, 5, 27, 7, 32),
)
# What TOML has no text for.
PYTHON: tuple[Callable[[], Any], ...] = (
    lambda: None, lambda: 1j, lambda: b"x", lambda: (2, 2), lambda: {1, 2}, lambda: range(3),
    lambda: np.int64(2), lambda: np.float32(0.5), lambda: np.float64(2.0), lambda: np.bool_(True),
    lambda: np.array(2), lambda: np.array([2, 2]), lambda: np.zeros(3), lambda: np.str_("x"),
    lambda: sympy.Integer(2), lambda: sympy.Rational(1, 2), lambda: sympy.Symbol("N"),
    lambda: sympy.oo, lambda: sympy.nan, lambda: sympy.true, lambda: fractions.Fraction(1, 2),
    lambda: decimal.Decimal("0.5"), lambda: decimal.Decimal("sNaN"), lambda: object(),
    lambda: object, lambda: len, lambda: iter([1]), lambda: [np.int64(2), 2], lambda: ["x", 3],
    lambda: {"kind": None}, lambda: {1: 2}, lambda: [None],
    lambda: [{"kind": "dense", "units": None}], lambda: ..., lambda: "\ud800",
    lambda: "x\x00", lambda: 10**5000,
)


def fitting(rng: random.Random, takes: Any) -> Any:
    """A value of the kind that an option takes, mostly within its range."""
    match takes:
        case Number():
            return rng.choice((*_borders(takes), *FLOATS, *WHOLES[:12]))
        case tuple():
            return rng.choice((*takes, rng.choice(takes).upper(), rng.choice(takes) + "s"))
        case "count" | "natural":
            return rng.choice((*WHOLES[:7], rng.choice(WHOLES)))
        case "counts" | "naturals":
            one = rng.choice((*WHOLES[:7], rng.choice(WHOLES)))
            return rng.choice((one, [one], [one, rng.choice(WHOLES[:7])], [one] * 3))
        case "truth":
            return rng.choice((True, False))
        case "activation":
            return rng.choice(ACTIVATIONS)
        case "init":
            return rng.choice((*PLAIN_INITIALISERS, "normal", "uniform", "constant"))
        case "texts":
            return rng.sample(TENSORS[:6], rng.randrange(1, 4))
        case "shape":
            return rng.sample(("N", 3, 4, 1, "M", "N+1", "2*N", HUGE, 0, -1, "x", "N/2", "K"),
                              rng.randrange(4))
        case "layers":
            return [{"kind": rng.choice(("relu", "tanh", "flatten", "softmax", "layer_norm"))}
                    for _ in range(rng.randrange(3))]
        case _:
            return rng.choice(TENSORS)


def _borders(number: Number) -> list[float]:
    """The borders of a range, what lies beside them, and its default."""
    found = [] if number.default is None else [number.default]
    for border in (number.least, number.over, number.most, number.under):
        if border is not None:
            found += [border, math.nextafter(border, math.inf), math.nextafter(border, -math.inf),
                      border - 1, border + 1]
    return found


def drawn(rng: random.Random, takes: Any, python: bool) -> Any:
    """A value for an option; ``python`` adds those that only Python can say."""
    place = rng.random()
    if place < 0.6:
        return fitting(rng, takes)
    if place < 0.8 and python:
        return rng.choice(PYTHON)()
    return rng.choice((rng.choice(WHOLES), rng.choice(FLOATS), rng.choice(TENSORS),
                       rng.choice(OTHERS)))
