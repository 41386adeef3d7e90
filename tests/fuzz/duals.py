"""Numbers that carry their partial derivatives by every element of every parameter.

A number is exact (an integer or a fraction: an index, an extent, a truth value and what arithmetic
makes of them) or a `Dual`, a float with a vector of partials.  ``noise`` disturbs each result that
is not exact, and each term of its partials, by a relative amount that is a function of that number
alone: equal computations stay equal, ties stay ties, and the change of the end result against its
undisturbed value measures how ill conditioned it is and how near a kink it stands.

Kinks are those that the language states: relu'(0) = abs'(0) = norm'(0) = 0, a tie of two arguments
is halved, one of a maximum over an axis is shared equally, `clip` has slope 1 at its ends and takes
``high`` where low > high.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np

# Numbers that differ by this part of them, or are both this small, are not compared.
NEAR, TINY = 2e-6, 1e-30
ALPHA, SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


class Undefined(Exception):
    """The point lies outside of a domain, on a pole, or beyond the floats."""


class Dual:
    """``value`` with ``slope``, its partials, or None where it depends on no parameter."""

    __slots__ = ("slope", "value")

    def __init__(self, value, slope=None):
        self.value, self.slope = value, slope


def plain(x):
    """The number without its partials, exact where it is exact."""
    return x.value if isinstance(x, Dual) else x


def comparable(*numbers):
    """Numbers without their partials, as floats where one is a float: no float equals a third.

    Undefined where rounding decides which is larger, or what is too small for single precision.
    """
    if not any(isinstance(x, Dual) for x in numbers):
        return list(numbers)
    floats = [float(plain(x)) for x in numbers]
    for x, y in itertools.combinations(sorted(set(floats)), 2):
        size = max(abs(x), abs(y))
        if y - x <= NEAR * size or size < TINY:
            raise Undefined(f"{x} and {y} can hardly be told apart")
    return floats


class Arithmetic:
    """``noise`` disturbs each inexact result by that part of it; what is ``strict`` asks for the
    partials by what depends on no variable, too."""

    def __init__(self, noise=0.0, strict=False):
        self.noise, self.strict = noise, strict

    def number(self, value, slope=None):
        """An inexact result, disturbed."""
        if not math.isfinite(value) or abs(value) > 1e100:
            raise Undefined(f"a value of {value}")
        if self.noise:
            value = self.disturbed(value)
            if slope is not None:
                slope = self.disturbed_each(slope)
        return Dual(value, slope)

    def inexact(self, x):
        """An exact result as a float where the derivative is asked as if it depended on something,
        which the text of a program says and not the numbers that it gets."""
        return Dual(float(x)) if self.strict and not isinstance(x, Dual) else x

    def disturbed(self, value):
        mantissa, exponent = math.frexp(value)
        return value * (1 + self.noise * math.sin(mantissa * 98765.4321 + exponent))

    def disturbed_each(self, slope):
        mantissa, exponent = np.frexp(slope)
        return slope * (1 + self.noise * np.sin(mantissa * 76543.21 + exponent))

    def chain(self, value, *pairs):
        """A result with the partials by its operands; those by what is no variable are not asked.

        ``pairs`` are of a partial, or a function that computes it, and an operand.
        """
        slope = None
        for partial, operand in pairs:
            if not isinstance(operand, Dual) or (operand.slope is None and not self.strict):
                continue
            try:
                factor = partial() if callable(partial) else partial
            except (ArithmeticError, ValueError) as error:
                raise Undefined(str(error)) from None
            if not math.isfinite(factor):
                raise Undefined("a partial derivative is not finite")
            if factor and operand.slope is not None:
                term = float(factor) * operand.slope
                if self.noise:
                    # Before it meets others: what cancels exactly is rounded all the same.
                    term = self.disturbed_each(term)
                slope = term if slope is None else slope + term
        return self.number(float(value), slope)

    def add(self, a, b):
        if not isinstance(a, Dual) and not isinstance(b, Dual):
            return a + b
        return self.chain(float(plain(a)) + float(plain(b)), (1, a), (1, b))

    def multiply(self, a, b):
        x, y = plain(a), plain(b)
        if not isinstance(a, Dual) and not isinstance(b, Dual):
            return x * y
        return self.chain(float(x) * float(y), (y, a), (x, b))

    def subtract(self, a, b):
        return self.add(a, -b if not isinstance(b, Dual) else self.negative(b))

    def negative(self, b):
        return Dual(-b.value, None if b.slope is None else -b.slope)

    def divide(self, a, b):
        x, y = plain(a), plain(b)
        if y == 0:
            raise Undefined("division by zero")
        if not isinstance(a, Dual) and not isinstance(b, Dual):
            return Fraction(x) / Fraction(y)
        x, y = float(x), float(y)
        return self.chain(x / y, (lambda: 1 / y, a), (lambda: -x / y / y, b))

    def power(self, a, b):
        """``a ** b``; an exact exponent that is whole knows no domain."""
        x, y = plain(a), plain(b)
        exact = not isinstance(b, Dual)
        if exact and y == 0:
            return 1
        if exact and not isinstance(a, Dual) and Fraction(y).denominator == 1:
            if x == 0 and y < 0:
                raise Undefined("a power of zero")
            return Fraction(x) ** int(y)
        if exact and Fraction(y).denominator == 1:
            whole = int(y)
            if x == 0 and whole < 0:
                raise Undefined("a power of zero")
            return self.chain(float(x) ** whole, (lambda: whole * float(x) ** (whole - 1), a))
        x, y = float(x), float(y)
        if x < 0 and not y.is_integer():
            raise Undefined("a root of a negative number")
        if x == 0 and y < 0:
            raise Undefined("a power of zero")
        result = x**y
        return self.chain(
            result, (lambda: y * x ** (y - 1), a),
            (lambda: result * math.log(x) if result else 0, b),
        )

    def call(self, name, args):
        """A function of the language; `where` is the interpreter's, which computes one branch."""
        if name in TRUTHS:
            return int(TRUTHS[name](*comparable(*args)))
        if name in ARITHMETIC:
            return getattr(self, ARITHMETIC[name])(*args)
        if name in ("max", "min"):
            return self.larger(*args, 1 if name == "max" else -1)
        if name == "clip":
            x, low, high = comparable(*args)
            if x < low == high:
                # As PyTorch has it: between equal ends nothing moves the value.
                return self.inexact(plain(args[1]))
            chosen = 2 if low > high or x > high else 1 if x < low else 0
            return self.inexact(args[chosen])
        if name == "stop_gradient":
            return Dual(args[0].value) if isinstance(args[0], Dual) else args[0]
        if name == "sign":
            return (plain(args[0]) > 0) - (plain(args[0]) < 0)
        if name in ("floor", "round"):
            whole = math.floor(plain(args[0])) if name == "floor" else round(plain(args[0]))
            edge = 0.5 if name == "round" else 0
            # Undefined where rounding decides on which side of a step the number lies.
            comparable(Dual(float(plain(args[0]) - whole)), Dual(edge), Dual(edge - 1))
            return whole
        if name == "step":
            return int(plain(args[0]) > 0)
        if name == "abs" and not isinstance(args[0], Dual):
            return abs(args[0])
        if name == "square":
            return self.power(args[0], 2)
        if name == "sqrt":
            return self.power(args[0], Fraction(1, 2))
        if name in DEFAULTS and len(args) == 1:
            args = (*args, DEFAULTS[name])
        if name not in FUNCTIONS:
            raise Undefined(f"no function {name}")
        numbers = [float(plain(a)) for a in args]
        inner = {"disturbed": self.disturbed} if name in CANCELLING else {}
        value, *partials = FUNCTIONS[name](*numbers, **inner)
        return self.chain(value, *zip(partials, args, strict=True))

    def larger(self, a, b, sign):
        x, y = (sign * v for v in comparable(a, b))
        if x != y:
            return self.inexact(a if x > y else b)
        if isinstance(a, Dual) or isinstance(b, Dual):
            return self.chain(plain(a), (0.5, a), (0.5, b))
        return self.inexact(a)

    # -- reductions of a list --

    def fold(self, kind, items):
        return self.inexact(self._fold(kind, items))

    def _fold(self, kind, items):
        if kind == "mean":
            return self.divide(self.total(items), len(items))
        if kind == "norm":
            squares = self.total([self.power(x, 2) for x in items])
            root = math.sqrt(plain(squares))
            return self.chain(root, (lambda: 0.5 / root if root else 0, squares))
        if kind == "sum":
            return self.total(items)
        if kind == "prod":
            result = 1
            for item in items:
                result = self.multiply(result, item)
            return result
        if not items:
            raise Undefined(f"{kind} over nothing")
        if kind == "logsumexp":
            top = max(float(plain(x)) for x in items)
            total = self.total(
                [self.call("exp", (self.subtract(x, Fraction(top)),)) for x in items]
            )
            return self.add(self.call("log", (total,)), Fraction(top))
        sign = 1 if kind == "max" else -1
        numbers = [sign * x for x in comparable(*items)]
        best = max(numbers)
        held = [x for x, number in zip(items, numbers, strict=True) if number == best]
        if not any(isinstance(x, Dual) for x in held):
            return held[0]
        return self.chain(sign * best, *((1 / len(held), x) for x in held))

    def total(self, items):
        result = 0
        for item in items:
            result = self.add(result, item)
        return result


ARITHMETIC = {"add": "add", "subtract": "subtract", "multiply": "multiply", "divide": "divide",
              "raise": "power", "power": "power"}
TRUTHS = {
    "greater": lambda a, b: a > b, "greater_equal": lambda a, b: a >= b,
    "less": lambda a, b: a < b, "less_equal": lambda a, b: a <= b,
    "equal": lambda a, b: a == b, "not_equal": lambda a, b: a != b,
    "both": lambda a, b: a != 0 and b != 0, "either": lambda a, b: a != 0 or b != 0,
    "negate": lambda a: a == 0,
}
# Whose usual formulas take a difference of something computed: that is disturbed, too.
CANCELLING = frozenset(("tanh", "sigmoid", "silu", "gelu", "gelu_tanh"))
DEFAULTS = {"leaky_relu": Fraction(1, 100), "elu": Fraction(1)}


def _guarded(function):
    """What Python refuses to compute is undefined."""
    def checked(*args, **inner):
        try:
            return function(*args, **inner)
        except (ValueError, OverflowError, ZeroDivisionError) as error:
            raise Undefined(str(error)) from None
    return checked


def _sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))


def _same(value):
    return value


def _tanh(x, disturbed=_same):
    value = disturbed(math.tanh(x))
    return value, 1 - value * value


def _log(x):
    return math.log(x), 1 / x


def _softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x))), _sigmoid(x)


def _share(x, disturbed=_same):
    p = disturbed(_sigmoid(x))
    return p, p * (1 - p)


def _gelu(x, disturbed=_same):
    below = math.erfc(-x / math.sqrt(2)) / 2
    below += (disturbed(math.erf(x / math.sqrt(2))) - math.erf(x / math.sqrt(2))) / 2
    return x * below, below + x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _gelu_tanh(x, disturbed=_same):
    c = math.sqrt(2 / math.pi)
    t, slope = _tanh(c * (x + 0.044715 * x**3), disturbed)
    return x * (1 + t) / 2, (1 + t) / 2 + x / 2 * slope * c * (1 + 3 * 0.044715 * x * x)


def _silu(x, disturbed=_same):
    p, slope = _share(x, disturbed)
    return x * p, p + x * slope


def _hardsigmoid(x):
    return min(max(x + 3, 0.0), 6.0) / 6, (1 / 6 if -3 < x < 3 else 0.0)


def _hardswish(x):
    slope = 0.0 if x <= -3 else x / 3 + 0.5 if x < 3 else 1.0
    return x * min(max(x + 3, 0.0), 6.0) / 6, slope


def _arc(value, sign):
    return lambda x: (value(x), sign / math.sqrt((1 - x) * (1 + x)))


def _atan2(y, x):
    if y == 0 and x < 0:
        raise ValueError("atan2 jumps where the angle turns")
    square = x * x + y * y
    return math.atan2(y, x), x / square, -y / square


def _xlogy(x, y):
    if x == 0:
        return 0.0, (lambda: 0.0 if y <= 0 else math.log(y)), 0.0
    return x * math.log(y), math.log(y), x / y


def _gamma_slopes(x):
    """The first two derivatives of log(gamma(x)) at a positive x, by steps to the right."""
    first = second = 0.0
    if x <= 0:
        raise ValueError("left of zero")
    while x < 12:
        first, second, x = first - 1 / x, second + 1 / x**2, x + 1
    first += math.log(x) - 1 / (2 * x) - sum(
        b / (2 * k * x ** (2 * k)) for k, b in enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30), 1))
    second += 1 / x + 1 / (2 * x * x) + sum(
        b / x ** (2 * k + 1) for k, b in enumerate((1 / 6, -1 / 30, 1 / 42, -1 / 30), 1))
    return first, second


def _log_ndtr(x):
    below = math.erfc(-x / math.sqrt(2)) / 2
    value = math.log1p(-math.erfc(x / math.sqrt(2)) / 2) if x > 0 else math.log(below)
    return value, math.exp(-x * x / 2) / math.sqrt(2 * math.pi) / below


def _logaddexp(a, b):
    return max(a, b) + math.log1p(math.exp(-abs(a - b))), _sigmoid(a - b), _sigmoid(b - a)


FUNCTIONS = {name: _guarded(rule) for name, rule in {
    "exp": lambda x: (math.exp(x), math.exp(x)),
    "log": _log,
    "log1p": lambda x: (math.log1p(x), 1 / (1 + x)),
    "expm1": lambda x: (math.expm1(x), math.exp(x)),
    "abs": lambda x: (abs(x), (x > 0) - (x < 0)),
    "tanh": _tanh,
    "sigmoid": _share,
    "softplus": _softplus,
    "relu": lambda x: (max(x, 0.0), 1 if x > 0 else 0),
    "leaky_relu": lambda x, a: (x, 1, 0) if x > 0 else (a * x, a, x),
    "elu": lambda x, a: (x, 1, 0) if x > 0 else (a * math.expm1(x), a * math.exp(x), math.expm1(x)),
    "selu": lambda x: (SCALE * x, SCALE) if x > 0 else
            (SCALE * ALPHA * math.expm1(x), SCALE * ALPHA * math.exp(x)),
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "silu": _silu,
    "softsign": lambda x: (x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2),
    "hardsigmoid": _hardsigmoid,
    "hardswish": _hardswish,
    "sin": lambda x: (math.sin(x), math.cos(x)),
    "cos": lambda x: (math.cos(x), -math.sin(x)),
    "tan": lambda x: (math.tan(x), 1 + math.tan(x) ** 2),
    "asin": _arc(math.asin, 1),
    "acos": _arc(math.acos, -1),
    "atan": lambda x: (math.atan(x), 1 / (1 + x * x)),
    "sinh": lambda x: (math.sinh(x), math.cosh(x)),
    "cosh": lambda x: (math.cosh(x), math.sinh(x)),
    "atan2": _atan2,
    "erf": lambda x: (math.erf(x), 2 / math.sqrt(math.pi) * math.exp(-x * x)),
    "erfc": lambda x: (math.erfc(x), -2 / math.sqrt(math.pi) * math.exp(-x * x)),
    "log_ndtr": _log_ndtr,
    "logcosh": lambda x: (
        abs(x) + math.log1p(math.exp(-2 * abs(x))) - math.log(2) if abs(x) > 1
        else math.log1p(2 * math.sinh(x / 2) ** 2), math.tanh(x)),
    "logaddexp": _logaddexp,
    "lgamma": lambda x: (math.lgamma(x), _gamma_slopes(x)[0]),
    "digamma": _gamma_slopes,
    "xlogy": _xlogy,
}.items()}
