"""Sums, products and powers as the author wrote them.

SymPy evaluates while it builds: it folds numbers, cancels equal terms and factors, multiplies
exponents and opens brackets.  Most of that leaves the value of a formula as it is.  Where it would
change one, ``group(u)``, whose value is u and which SymPy leaves alone, stands for u:

| written | SymPy | here | since |
| --- | --- | --- | --- |
| ``a/a`` | 1 | group(a)/a | there is no value at 0, and a[i] says how far i runs |
| ``a - a``, ``0*a`` | 0 | group(a) - a, group(0)*a | inf - inf and 0*inf are none either |
| ``a**0`` | 1 | power(a, 0) | the extents of a |
| ``sqrt(a)**2``, ``sqrt(a)*sqrt(a)`` | a | group(sqrt(a))**2 | there is no value below 0 |
| ``sqrt(a**2)`` | Abs(a) | sqrt(group(a**2)) | the language has names of its own |
| ``a*1e308*10`` | 1e309*a | 10*group(1e308*a) | a float holds each number |
| ``y - (a + b)`` | y - a - b | y - group(a + b) | digits cancel in the author's order |
| ``3*(a - b)`` | 3*a - 3*b | 3*group(a - b) | 3*a and 3*b are rounded |

A group stands only where SymPy would change the formula without it, so that a formula has one form,
however it was written and printed.  Indices and extents are integers, and taken as SymPy has them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from sympy import Add, Basic, Expr, Mul, NumberSymbol, Pow, Rational, Symbol

from symbprop.arguments import doors
from symbprop.errors import Fault, SpecError
from symbprop.language.functions import Elementwise, apply
from symbprop.language.numbers import constant_value, fits
from symbprop.language.terms import ONE, ZERO, Index, Read, Reduce

Powers = dict[Expr, list[Rational]]


def is_group(expr: Basic) -> bool:
    return isinstance(expr, Elementwise) and expr.record.name == "group"


def group(expr: Expr) -> Expr:
    """``expr`` as one value that SymPy does not look into."""
    return expr if is_group(expr) else apply("group", expr)


def inside(expr: Expr) -> Expr:
    return expr.args[0] if is_group(expr) else expr


def has_values(expr: Basic) -> bool:
    """Whether a formula reads a tensor, runs over an index or reduces: it is no plain number."""
    return _has_values(expr)


@lru_cache(maxsize=200_000)
def _has_values(expr: Basic) -> bool:
    return isinstance(expr, Read | Reduce | Index) or any(map(_has_values, expr.args))


@lru_cache(maxsize=200_000)
def is_number(expr: Expr) -> bool:
    """Whether a formula is of numbers alone, without an extent."""
    return not expr.free_symbols and not has_values(expr)


def is_count(expr: Expr) -> bool:
    """Whether the whole part of a formula is one of extents: it is a quotient of them, no root."""
    if expr.is_Rational:
        return True
    roots = any(not p.exp.is_Integer for p in expr.atoms(Pow))
    return bool(expr.free_symbols) and not (
        roots or has_values(expr) or expr.has(Elementwise, NumberSymbol)
    )


def is_float_sum(expr: Expr) -> bool:
    """Whether an expression is a sum in which floats are added, not only indices and extents."""
    return expr.is_Add and not all(map(_is_whole, expr.args))


def _is_whole(term: Expr) -> bool:
    return isinstance(term, Symbol) or term.is_Rational or (
        (term.is_Mul or term.is_Add or term.is_Pow) and all(map(_is_whole, term.args))
    )


# --- sums -------------------------------------------------------------------------------------


def add(left: Expr, right: Expr) -> Expr:
    """left + right, in which equal terms of opposite sign do not vanish."""
    if left.is_Add and left in (inside(_unsigned(right)), _stopped(right)):
        # What is taken from itself is zero to the last digit.
        left = group(left)
    numbers = [t for side in (left, right) for t in Add.make_args(side) if is_number(t)]
    if len(numbers) > 1 and constant_value(Add(*numbers)) is None:
        return group(left) + right
    first, second = _terms(left), _terms(right)
    clashing = [
        rest for rest, c in second.items()
        if rest in first and not _joins(rest, first[rest], c)
    ]
    if not clashing:
        return left + right
    terms = Counter[Expr]()
    parts: list[Expr] = []
    for rest in clashing:
        shielded = [t for t in (*Add.make_args(left), *Add.make_args(right))
                    if is_group(t) and t.args[0].as_coeff_Mul()[1] == rest]
        total = first[rest] + second[rest]
        for term in shielded:
            total += term.args[0].as_coeff_Mul()[0]
            terms[term] += 1
        terms[first[rest] * rest] += 1
        terms[second[rest] * rest] += 1
        if total != 0 and shielded and fits(total):
            parts.append(total * rest)
            continue
        high, low = sorted((first[rest], second[rest]), reverse=True)
        parts += [apply("group", high * rest), low * rest, *shielded]
    kept = [t for t in (*Add.make_args(left), *Add.make_args(right)) if not terms[t]]
    return Add(*kept, *parts)


def add_all(first: Expr, others: Sequence[Expr]) -> Expr:
    """``first`` and all others as `add` joins them, one by one from the left to the right.

    SymPy sorts a sum whenever it makes one, and so it is made of all terms that just stand there.
    """
    total, waiting, running = first, list[Expr](), _Running(first)
    for other in others:
        if running.takes(other):
            waiting.append(other)
            continue
        total = add(Add(total, *waiting), other)
        waiting, running = [], _Running(total)
    return Add(total, *waiting)


class _Running:
    """The terms of a sum that grows."""

    def __init__(self, total: Expr) -> None:
        self.terms = _terms(total)
        self.number = Add(*(t for t in Add.make_args(total) if is_number(t)))
        self.held = constant_value(self.number) is not None

    def takes(self, other: Expr) -> bool:
        """Whether SymPy may add this, which is kept then."""
        core = _stopped(other) or inside(_unsigned(other))
        if core.is_Add and len(core.args) == len(self.terms):
            return False  # it may be the sum itself
        found = _terms(other)
        number = Add(self.number, *(c * rest for rest, c in found.items() if is_number(rest)))
        if not self.held or (number != self.number and constant_value(number) is None):
            return False
        sums = {rest: self.terms[rest] + c for rest, c in found.items() if rest in self.terms}
        if not all(_joins(rest, self.terms[rest], found[rest]) for rest in sums):
            return False
        self.number = number
        self.terms.update({**found, **sums})
        for rest in [r for r, total in sums.items() if total == 0]:
            del self.terms[rest]
        return True


def _terms(expr: Expr) -> dict[Expr, Rational]:
    """The coefficient of each term of a sum; numbers are terms of one."""
    found: dict[Expr, Rational] = {}
    for term in Add.make_args(expr):
        coefficient, rest = term.as_coeff_Mul()
        if coefficient != 0:
            found[rest] = coefficient
    return found


def _joins(rest: Expr, first: Rational, second: Rational) -> bool:
    """Whether SymPy may join ``first*rest + second*rest`` to one term."""
    total = first + second
    return is_number(rest) or (fits(total) and (total != 0 or not has_values(rest)))


def _unsigned(expr: Expr) -> Expr:
    return expr.as_coeff_Mul()[1]


def _stopped(expr: Expr) -> Expr | None:
    """u of ``stop_gradient(u)`` or its negative."""
    core = _unsigned(expr)
    stops = isinstance(core, Elementwise) and core.record.name == "stop_gradient"
    return inside(core.args[0]) if stops else None


# --- products ---------------------------------------------------------------------------------


def multiply(left: Expr, right: Expr) -> Expr:
    """left * right, in which no factor vanishes and no number leaves the floats."""
    if left == 0 or right == 0:
        other = right if left == 0 else left
        if group(ZERO) in Mul.make_args(other):
            return other
        return group(ZERO) * other if has_values(other) else ZERO
    for number, total in ((left, right), (right, left)):
        if number.is_Rational and is_float_sum(total) and abs(number) != 1:
            return number * group(total)
    (first, left_rest), (second, right_rest) = left.as_coeff_Mul(), right.as_coeff_Mul()
    coefficient = first * second
    shielded = [f for f in (*Mul.make_args(left_rest), *Mul.make_args(right_rest))
                if is_group(f) and f.args[0].is_Mul and f.args[0].as_coeff_Mul()[0] != 1]
    for factor in shielded:
        inner, rest = factor.args[0].as_coeff_Mul()
        others = Mul(left_rest, right_rest) / factor
        if fits(coefficient * inner):
            return multiply(multiply(coefficient * inner, others), rest)
        if not is_number(others):
            # Whatever else is multiplied goes in, so that there is one such group.
            values = [f for f in Mul.make_args(others) if not is_number(f)]
            held = multiply(factor.args[0], Mul(*values))
            return Mul(coefficient, others / Mul(*values)) * group(held)
    numbers = [f for side in (left_rest, right_rest) for f in Mul.make_args(side) if is_number(f)]
    folded = Mul(coefficient, *numbers)
    if not fits(coefficient) or (numbers and constant_value(folded) is None):
        if is_number(left) and is_number(right):
            return folded
        if is_number(right):
            return group(left) * right
        if is_number(left):
            return left * group(right)
        return multiply(first, group(multiply(left_rest, right)))
    powers: dict[Expr, list[Rational]] = {}
    mixed = False
    for factor in (*Mul.make_args(left_rest), *Mul.make_args(right_rest)):
        base, exponent = _power_of(factor)
        mixed = mixed or base in powers
        powers.setdefault(base, []).append(exponent)
    if not mixed:
        return left * right
    return Mul(coefficient, *(f for base, exponents in powers.items()
                              for f in _factors(base, exponents)))


def _power_of(factor: Expr) -> tuple[Expr, Rational]:
    """Base and exponent of a factor, also of one that stands in a group of its own."""
    held = inside(factor)
    if held.is_Add or held.is_Mul or held.is_Rational:
        held = factor if not held.is_Add else held
    if held.is_Pow and held.exp.is_Rational and (held is factor or held.exp.is_Integer):
        return held.base, held.exp
    if held is not factor and held.is_Pow:
        return factor, ONE
    return held, ONE


def _factors(base: Expr, exponents: Sequence[Rational]) -> list[Expr]:
    """One base to several exponents: joined only where that holds wherever they are defined."""
    if base == group(ZERO):
        return [base]
    if not has_values(base) or len(exponents) == 1:
        return [Pow(base, e) for e in exponents]
    above = [e for e in exponents if e > 0]
    below = [e for e in exponents if e < 0]
    if above and below:
        return [group(f) for f in _factors(base, above)] + _factors(base, below)
    total = sum(exponents, ZERO)
    if total.is_Integer and not all(e.is_Integer for e in exponents):
        return [group(Pow(base, e)) for e in exponents]
    return [Pow(base, total)]


def divide(left: Expr, right: Expr) -> Expr:
    """left / right; the divisor is not zero."""
    if right.is_Rational:
        return multiply(left, 1 / right) if fits(1 / right) else group(left) * (1 / right)
    return multiply(left, power(right, -ONE))


def power(base: Expr, exponent: Rational) -> Expr:
    """base ** exponent, for a constant exponent, with the values and the domain of both steps."""
    if base == group(ZERO) and exponent > 0:
        return base
    if not has_values(base) and not base.has(Elementwise):
        return Pow(base, exponent)
    if exponent == 0:
        return apply("power", base, ZERO)
    if base.is_Mul:
        return _power_of_product(base, exponent)
    if base.is_Pow and base.exp.is_Rational:
        joined = base.exp * exponent
        if exponent.is_Integer and base.exp.is_Integer:
            return Pow(base.base, joined)
        if not joined.is_Integer and not base.exp.is_Integer:
            return Pow(base.base, joined)
    return _pow(base, exponent)


def _power_of_product(base: Expr, exponent: Rational) -> Expr:
    number, rest = base.as_coeff_Mul()
    shielded = exponent < 0 and any(is_group(f) and not f.args[0].is_Add for f in base.args)
    if exponent.is_Integer and not shielded:
        raised = number**exponent
        if fits(raised):
            return Mul(raised, *(power(f, exponent) for f in Mul.make_args(rest)))
    elif number > 0 and number != 1 and not shielded:
        # The root of a number is a number: sqrt(2*x) = sqrt(2)*sqrt(x).
        return Pow(number, exponent) * power(rest, exponent)
    return _pow(base, exponent)


def _pow(base: Expr, exponent: Rational) -> Expr:
    """A power of just this base."""
    made = Pow(base, exponent)
    if made.is_Pow and made.base == base and made.exp == exponent:
        return made
    return Pow(group(base), exponent)


# --- whole formulas ---------------------------------------------------------------------------


def rebuilt(expr: Expr, args: Sequence[Basic]) -> Expr:
    """The head of ``expr`` over other arguments, some of which may have become equal."""
    kinds = ([isinstance(a, Expr) for a in listed] for listed in (args, expr.args))
    if next(kinds) != next(kinds):
        raise SpecError(Fault("SP105", f"a formula of {len(expr.args)} arguments is to have "
                              f"{len(args)} others, which do not fit"))
    if all(a is b for a, b in zip(args, expr.args, strict=True)):
        return expr
    if expr.is_Pow and expr.exp.is_Rational:
        return power(*args)
    made = expr.func(*args)
    if not (expr.is_Add or expr.is_Mul):
        return made
    if made.func is expr.func and Counter(made.args) == Counter(args):
        return made
    if expr.is_Add:
        return add_all(args[0], args[1:])
    total = args[0]
    for argument in args[1:]:
        total = multiply(total, argument)
    return total


def settled(expr: Expr) -> Expr:
    """The formula with a group only where SymPy would change it without."""
    return _bare(_settled(expr)) if expr.has(apply("group", ONE).func) else expr


def _bare(expr: Expr) -> Expr:
    """Alone, as a right side or an argument, a sum or a product needs no group."""
    while is_group(expr):
        expr = inside(expr)
    number, rest = expr.as_coeff_Mul()
    return number * inside(rest) if number == -1 and is_group(rest) else expr


def _settled(expr: Expr) -> Expr:
    if isinstance(expr, Read) or not expr.args:
        return expr
    if isinstance(expr, Reduce):
        return Reduce(expr.kind, _bare(_settled(expr.body)), *expr.indices)
    args = [_settled(a) for a in expr.args]
    if is_group(expr):
        return expr.func(args[0] if is_group(args[0]) else _bare(args[0]))
    if not (expr.is_Add or expr.is_Mul or expr.is_Pow):
        return expr.func(*map(_bare, args))
    for position, argument in enumerate(args):
        if not is_group(argument):
            continue
        trial = [*args[:position], argument.args[0], *args[position + 1:]]
        made = expr.func(*trial)
        if made.func is expr.func and Counter(made.args) == Counter(trial):
            args = trial
    return expr.func(*args)


doors(__name__)
