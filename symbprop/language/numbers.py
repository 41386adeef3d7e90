"""Which numbers a float can hold, and what a formula of numbers alone comes to.

Rationals are exact in SymPy and go as far as memory does; a module has doubles.  Evaluation is in
doubles from the start, so that a tower of powers ends at the first that no double holds.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import mpmath
import sympy
from sympy import Expr, Rational

from symbprop.language.functions import Elementwise

MOST_DIGITS = 100
# From so many digits on a number is written with a power of ten.
LONG = 10**25
LARGEST = Rational(sys.float_info.max)
SMALLEST = Rational(sys.float_info.min)


def is_finite(value: Any) -> bool:
    """Whether a value is a number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def fits(number: Rational) -> bool:
    """Whether a double holds a number with all its digits, and a text can say it.

    Zero, or of a normal magnitude, and either a decimal or a quotient of numbers that are such.
    """
    if number == 0:
        return True
    if not number.is_Rational:
        return False
    return SMALLEST <= abs(number) <= LARGEST and (
        max(abs(number.p), number.q) <= LARGEST or bool(decimal(number))
    )


def decimal(number: Rational) -> str:
    """The exact decimals of a positive number with an exponent, ``33e-309``; empty where none end.
    """
    rest, places = int(number.q), 0
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return ""
    places = max(twos, fives)
    digits = str(abs(int(number.p)) * 2 ** (places - twos) * 5 ** (places - fives))
    short = digits.rstrip("0")
    places -= len(digits) - len(short)
    return f"{short}e{-places}" if len(short) <= MOST_DIGITS else ""


def is_long(number: Rational) -> bool:
    """Whether a number has more digits than one likes to read, and its decimals end."""
    return bool(max(abs(number.p), number.q) >= LONG) and bool(decimal(number))


def constant_value(expr: Expr) -> float | None:
    """The value of a formula of numbers; None where it, or a part of it, is no finite real."""
    try:
        value = _value(expr)
    except (ArithmeticError, ValueError, TypeError):
        return None
    return value if math.isfinite(value) else None


def _value(expr: Expr) -> float:
    if expr.is_Rational:
        value = int(expr.p) / int(expr.q)
        if value == 0 and expr != 0:
            raise ArithmeticError("no float is so small")
        return value
    if expr is sympy.pi:
        return math.pi
    args = [_value(a) for a in expr.args]
    found: Any
    if expr.is_Add:
        found = math.fsum(args)
    elif expr.is_Mul:
        found = math.prod(args)
    elif expr.is_Pow:
        found = args[0] ** args[1]
    elif isinstance(expr, Elementwise):
        found = expr.record.value(mpmath.fp, *args)
    else:
        raise TypeError(f"{expr} is no formula of numbers")
    if isinstance(found, complex) or not math.isfinite(found):
        raise ArithmeticError(f"{expr} is no finite real number")
    return float(found)
