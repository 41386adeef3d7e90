"""Where the polynomials of the emitted helpers come from.

    python -m tests.ulps.fits       # prints each as it stands in templates/numpy_functions.j2

Each is the Chebyshev fit, by mpmath in 60 digits, of a smooth quotient: a function over what makes
it small.  Coefficients are of powers, the highest first.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import mpmath
from mpmath import mpf

DIGITS = 60


def mills(a: Any) -> Any:
    """Phi(-a) exp(a^2/2)."""
    return mpmath.erfc(a / mpmath.sqrt(2)) * mpmath.exp(a * a / 2) / 2


def gelu_slope(x: Any) -> Any:
    return mpmath.ncdf(x) + x * mpmath.npdf(x)


def silu_slope(x: Any) -> Any:
    s = 1 / (1 + mpmath.exp(-x))
    return s * (1 + x * (1 - s))


def gelu_tanh_slope(x: Any) -> Any:
    a = 2 * mpmath.sqrt(2 / mpmath.pi)
    b = a * mpf(44715) / 1000000
    s = 1 / (1 + mpmath.exp(-a * x - b * x**3))
    return s * (1 + x * (1 - s) * (a + 3 * b * x * x))


# Helper: function, ends of the zone about its root, where to look for that, number of terms.
ROOTS: dict[str, tuple[Callable[[Any], Any], float, float, float, int]] = {
    "GELU": (gelu_slope, -1.75, 0.25, -0.75, 22),
    "SILU": (silu_slope, -2.5, 0.0, -1.28, 26),
    "GELU_TANH": (gelu_tanh_slope, -1.75, 0.25, -0.75, 27),
    "DIGAMMA_LEFT": (mpmath.digamma, -0.7, -0.3, -0.504, 25),
}


def about_a_root(name: str) -> tuple[float, float, list[float], float]:
    """The root in two parts, the quotient's coefficients in (x - middle)/half, and the error."""
    function, low, high, near, terms = ROOTS[name]
    with mpmath.workdps(DIGITS):
        root = mpmath.findroot(function, near)
        first, second = parted(root)
        middle, half = (mpf(low) + high) / 2, (mpf(high) - low) / 2

        def quotient(t: Any) -> Any:
            x = middle + half * t
            if abs(x - root) < mpf(10) ** -25:
                return mpmath.diff(function, root)
            return function(x) / (x - root)

        found, error = mpmath.chebyfit(quotient, [-1, 1], terms, error=True)
        return first, second, [float(c) for c in found], float(error)


def mills_coefficients(terms: int = 30) -> tuple[list[float], float]:
    """Of Phi(-a) exp(a^2/2) (a + 2) in t = (a - 3)/(a + 3), for a from 0 on."""
    with mpmath.workdps(DIGITS):

        def quotient(t: Any) -> Any:
            a = 3 * (1 + t) / (1 - t)
            return mills(a) * (a + 2)

        top = 1 - mpf(10) ** -6
        found, error = mpmath.chebyfit(quotient, [-1, top], terms, error=True)
        return [float(c) for c in found], float(error)


def log_gamma(x: Any) -> Any:
    return mpmath.log(abs(mpmath.gamma(x)))


# Table: function, about where its roots are, ends of the zone, m of t = (x - m)/(x + m), terms.
GAMMAS: dict[str, tuple[Callable[[Any], Any], tuple[float, ...], float, float, float, int]] = {
    "LGAMMA_LOW": (log_gamma, (1.0, 2.0), 0.5, 1.5, 0.875, 20),
    "LGAMMA_HIGH": (log_gamma, (1.0, 2.0), 1.5, 8.0, 3.5, 25),
    "DIGAMMA": (mpmath.digamma, (1.46,), 1.0, 8.0, 2.75, 31),
}
# Between -3 and -2 the logarithm of the gamma function has two roots: x = -2.6 + t/5.
LEFT_ROOTS, LEFT_TERMS = (-2.457, -2.7477), 31


def gamma_coefficients(name: str) -> tuple[list[tuple[float, float]], list[float], float]:
    """Roots in two parts, coefficients of what is left of the function, and their error."""
    function, near, low, high, middle, terms = GAMMAS[name]
    with mpmath.workdps(DIGITS):
        roots = [mpmath.findroot(function, v) if v % 1 else mpf(v) for v in near]

        def quotient(t: Any) -> Any:
            return without(function, middle * (1 + t) / (1 - t), roots)

        ends = [(mpf(x) - middle) / (mpf(x) + middle) for x in (low, high)]
        found, error = mpmath.chebyfit(quotient, ends, terms, error=True)
        return [parted(r) for r in roots], [float(c) for c in found], float(error)


def left_coefficients() -> tuple[list[tuple[float, float]], list[float], float]:
    """The same of the logarithm of the gamma function from -2.8 to -2.4."""
    with mpmath.workdps(DIGITS):
        roots = [mpmath.findroot(log_gamma, v) for v in LEFT_ROOTS]
        found, error = mpmath.chebyfit(
            lambda t: without(log_gamma, (t - 13) / mpf(5), roots), [-1, 1], LEFT_TERMS, error=True
        )
        return [parted(r) for r in roots], [float(c) for c in found], float(error)


def without(function: Callable[[Any], Any], x: Any, roots: list[Any]) -> Any:
    """A function at x over what is left of each root; beside one, 25 digits away."""
    if any(abs(x - r) < mpf(10) ** -25 for r in roots):
        x += mpf(10) ** -25
    for root in roots:
        function = (lambda f, r: lambda v: f(v) / (v - r))(function, root)
    with mpmath.workdps(2 * DIGITS):
        return function(x)


def parted(root: Any) -> tuple[float, float]:
    """A number in two parts."""
    return float(root), float(root - mpf(float(root)))


def written(name: str, numbers: list[float]) -> str:
    """A tuple of numbers as the template has it."""
    lines = textwrap.wrap(", ".join(map(repr, numbers)) + ",", 92)
    return f"{name} = (\n" + "".join(f"    {line}\n" for line in lines) + ")"


def tables() -> list[str]:
    """All of them."""
    found = [written("_MILLS", mills_coefficients()[0])]
    for name in sorted(ROOTS):
        first, second, numbers, _ = about_a_root(name)
        found += [f"_{name}_ROOT = ({first!r}, {second!r})", written(f"_{name}_SLOPE", numbers)]
    found += [written(f"_{name}", gamma_coefficients(name)[1]) for name in GAMMAS]
    (root,) = gamma_coefficients("DIGAMMA")[0]
    return [
        *found, f"_DIGAMMA_ROOT = {root!r}", written("_LGAMMA_LEFT", left_coefficients()[1]),
        f"_LGAMMA_ROOTS = ({', '.join(map(repr, left_coefficients()[0]))})",
    ]


if __name__ == "__main__":
    print("\n".join(tables()))
