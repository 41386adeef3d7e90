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
}


def about_a_root(name: str) -> tuple[float, float, list[float], float]:
    """The root in two parts, the quotient's coefficients in (x - middle)/half, and the error."""
    function, low, high, near, terms = ROOTS[name]
    with mpmath.workdps(DIGITS):
        root = mpmath.findroot(function, near)
        first = float(root)
        second = float(root - mpf(first))
        middle, half = (mpf(low) + high) / 2, (mpf(high) - low) / 2

        def quotient(t: Any) -> Any:
            x = middle + half * t
            if abs(x - root) < mpf(10) ** -25:
                return mpmath.diff(function, root)
            return function(x) / (x - root)

        found, error = mpmath.chebyfit(quotient, [-1, 1], terms, error=True)
        return first, second, [float(c) for c in found], float(error)


def mills_coefficients(terms: int = 27) -> tuple[list[float], float]:
    """Of Phi(-a) exp(a^2/2) (a + 2) in t = (a - 3)/(a + 3), for a from 0 to 40."""
    with mpmath.workdps(DIGITS):

        def quotient(t: Any) -> Any:
            a = 3 * (1 + t) / (1 - t)
            return mills(a) * (a + 2)

        top = (mpf(40) - 3) / 43
        found, error = mpmath.chebyfit(quotient, [-1, top], terms, error=True)
        return [float(c) for c in found], float(error)


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
    return found


if __name__ == "__main__":
    print("\n".join(tables()))
