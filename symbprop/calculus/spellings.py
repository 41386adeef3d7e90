"""Spellings that people write, as the functions that they mean.

The logarithm of what is made of exponentials overflows, or loses what is small beside one, unless
it is taken before the exponentials are:

    log(exp(u)) = u                              log(exp(u) + exp(v)) = logaddexp(u, v)
    log(exp(u) + 3) = logaddexp(u, log(3))       log(exp(u) + exp(v) + ..), up to eight
    log(1 + exp(u)) = softplus(u)                log(sum_k exp(u_k)) = logsumexp_k u_k
    log(sigmoid(u)) = -softplus(-u)              log(1 - sigmoid(u)) = -softplus(u)
    log(cosh(u)) = logcosh(u)                    log((1 + erf(u))/2) = log_ndtr(sqrt(2) u)
    log(1 - tanh(u)^2) = -2 logcosh(u)

and products, quotients, powers and positive numbers among them, also through names.  So is what is
divided by a sum of exponentials: 1/(1 + exp(-u)) = sigmoid(u), exp(u)/(exp(u) + exp(v)) =
sigmoid(u - v), and exp(u_k) / sum_l exp(u_l) = exp(u_k - logsumexp_l u_l).  In y log(p) +
(1 - y) log(1 - p), what is never the case costs nothing: each product is an `xlogy`.  All are
identities wherever both sides have a value, so that what is differentiated is what was meant; the
author's formulas are printed as they were written.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Add, Expr, Integer, Mul, sqrt

from symbprop.calculus.rewriting import Look, looking, rebuild, sole_definitions
from symbprop.language.building import is_number
from symbprop.language.functions import Elementwise, apply
from symbprop.language.graph import Definition, Graph, in_dependency_order
from symbprop.language.terms import ONE, Read, Reduce

# Of more exponentials in one sum, the largest is not looked for.
MOST_TERMS = 8


def recognise_spellings(graph: Graph) -> Graph:
    """The graph with the spellings above by their functions."""
    sole = sole_definitions(graph)
    definitions: list[Definition] = []
    for d, look in looking(graph, sole):

        def change(expr: Expr, look: Look = look) -> Expr:
            return _recognised(expr, look)

        expr = rebuild(d.expr, change)
        new = d if expr is d.expr else replace(d, expr=expr, operands=())
        if d.target.name in sole:
            # What reads it looks through to what is recognised.
            sole[d.target.name] = new
        definitions.append(new)
    return replace(graph, definitions=in_dependency_order(tuple(definitions)))


def _recognised(expr: Expr, look: Look) -> Expr:
    if _is(expr, "log"):
        (argument,) = expr.args
        found = _logarithm(argument, look)
        return expr if found is None else found
    if _is(expr, "log1p"):
        found = _beside_one(expr.args[0], look)
        return expr if found is None else found
    if expr.is_Mul or expr.is_Pow:
        return _share(expr, look)
    if expr.is_Add:
        return _entropies(expr, look)
    return expr


def _is(expr: Expr, name: str) -> bool:
    return isinstance(expr, Elementwise) and expr.record.name == name


def _positive(expr: Expr) -> bool:
    return is_number(expr) and bool(expr.is_positive)


def _logarithm(expr: Expr, look: Look) -> Expr | None:
    """The logarithm of an expression where it is made of exponentials; None of any other."""
    if isinstance(expr, Read):
        inner = look(expr)
        return None if inner is expr else _logarithm(inner, look)
    if isinstance(expr, Reduce):
        inner = _logarithm(expr.body, look) if expr.kind == "sum" else None
        return None if inner is None else Reduce("logsumexp", inner, *expr.indices)
    if expr.is_Pow:
        inner = _logarithm(expr.base, look) if expr.exp.is_Rational else None
        return None if inner is None else expr.exp * inner
    if expr.is_Mul:
        return _of_product(expr, look)
    if expr.is_Add:
        return _of_sum(expr, look)
    if not isinstance(expr, Elementwise):
        return None
    name, argument = expr.record.name, expr.args[0]
    if name == "exp":
        return argument
    if name == "sigmoid":
        return -apply("softplus", -argument)
    if name == "cosh":
        return apply("logcosh", argument)
    if name == "erfc":
        return apply("log_ndtr", -sqrt(2) * argument) + apply("log", Integer(2))
    if name == "group":
        return _logarithm(argument, look)
    return None


def _log_of(number: Expr) -> Expr:
    """The logarithm of a positive number: of a half, less that of two."""
    if number.is_Rational and number < 1:
        return -apply("log", 1 / number)
    return apply("log", number)


def _of_product(expr: Expr, look: Look) -> Expr | None:
    """The sum of the factors' logarithms, if each but positive numbers is made of exponentials."""
    total: list[Expr] = []
    number = ONE
    for factor in expr.args:
        if _positive(factor):
            number *= factor
            continue
        found = _logarithm(factor, look)
        if found is None:
            return None
        total.append(found)
    if not total:
        return None
    if number != ONE:
        # Of one that cancels the other's: log((1 + erf(u))/2) has no log(2).
        total.append(_log_of(number))
    return Add(*total)


def _of_sum(expr: Expr, look: Look) -> Expr | None:
    """One and an exponential, several of these, what is left of a share, the normal integral."""
    if len(expr.args) > MOST_TERMS:
        return None
    content, rest = expr.primitive()
    if content != ONE:
        found = _of_sum(rest, look)
        return None if found is None else found + _log_of(content)
    if len(expr.args) == 2 and ONE in expr.args:
        (other,) = (a for a in expr.args if a != ONE)
        return _beside_one(other, look)
    exponents = _exponents(expr, look)
    if exponents is None:
        return None
    total = exponents[0]
    for one in exponents[1:]:
        total = apply("logaddexp", total, one)
    return total


def _exponents(expr: Expr, look: Look) -> list[Expr] | None:
    """The logarithms of all terms of a sum: exponentials, and at most a positive number beside."""
    found = [_log_of(a) if _positive(a) and a.is_Rational else _exponent(a, look)
             for a in expr.args]
    return None if any(f is None for f in found) else found


def _beside_one(other: Expr, look: Look) -> Expr | None:
    """The logarithm of one and something else."""
    exponent = _exponent(other, look)
    if exponent is not None:
        return apply("softplus", exponent)
    negative = look(-other) if isinstance(-other, Read) else -other
    if _is(negative, "sigmoid"):
        return -apply("softplus", negative.args[0])
    if negative.is_Pow and negative.exp == 2:
        base = look(negative.base) if isinstance(negative.base, Read) else negative.base
        if _is(base, "tanh"):
            return -2 * apply("logcosh", base.args[0])
    positive = look(other) if isinstance(other, Read) else other
    for sign, found in ((1, positive), (-1, negative)):
        if _is(found, "erf"):
            return apply("log_ndtr", sign * sqrt(2) * found.args[0]) + apply("log", Integer(2))
    return None


def _exponent(expr: Expr, look: Look) -> Expr | None:
    """u of exp(u), also through a name, times a positive number; None of any other."""
    number, rest = expr.as_coeff_Mul()
    rest = look(rest) if isinstance(rest, Read) else rest
    if not _is(rest, "exp") or not number.is_positive:
        return None
    return rest.args[0] if number == ONE else rest.args[0] + _log_of(number)


def _share(expr: Expr, look: Look) -> Expr:
    """exp(u) / (exp(u) + ...) by the logarithm of the sum, or as a sigmoid."""
    factors = list(Mul.make_args(expr))
    for part in factors:
        # What was recognised beside its exponential: exp(u) sigmoid(-u) = sigmoid(u).
        base, times = part.as_base_exp()
        if not _is(base, "sigmoid") or not (times.is_Rational and times >= 1):
            continue
        whole = next((f for f in factors if _exponent(f, look) == -base.args[0]), None)
        if whole is not None:
            rest = [f for f in factors if f is not part and f is not whole]
            return Mul(apply("sigmoid", -base.args[0]), base ** (times - 1), *rest)
    for below in factors:
        if not (below.is_Pow and below.exp.is_Rational and below.exp < 0):
            continue
        base = look(below.base) if isinstance(below.base, Read) else below.base
        total = _total(base, look)
        if total is None:
            continue
        rest = [f for f in factors if f is not below]
        above = next((f for f in rest if _exponent(f, look) is not None), None)
        power = None if above is None else _exponent(above, look)
        if _is(total, "softplus"):
            (inside,) = total.args
            if power == inside and below.exp == -1:
                return Mul(apply("sigmoid", inside), *(f for f in rest if f is not above))
            return Mul(apply("sigmoid", -inside) ** -below.exp, *rest)
        if power is not None and below.exp == -1:
            if _is(total, "logaddexp") and power in total.args:
                other = total.args[1 - total.args.index(power)]
                if not _is(other, "logaddexp"):
                    share = apply("sigmoid", power - other)
                    return Mul(share, *(f for f in rest if f is not above))
            share = apply("exp", power - total)
            return Mul(share, *(f for f in rest if f is not above))
    return expr


def _total(base: Expr, look: Look) -> Expr | None:
    """The logarithm of a sum of exponentials; None of any other."""
    if isinstance(base, Reduce) and base.kind == "sum":
        body = look(base.body) if isinstance(base.body, Read) else base.body
        return Reduce("logsumexp", body.args[0], *base.indices) if _is(body, "exp") else None
    if not base.is_Add or len(base.args) > MOST_TERMS:
        return None
    if len(base.args) == 2 and ONE in base.args:
        found = _of_sum(base, look)
        return found if found is not None and _is(found, "softplus") else None
    return None if _exponents(base, look) is None else _of_sum(base, look)


def _entropies(expr: Expr, look: Look) -> Expr:
    """A sum in which y log(p) + (1 - y) log(1 - p) is by `xlogy`; p is no share of a sigmoid."""
    terms = list(expr.args)
    for one in list(terms):
        sign, weights, inside = _weighted(one)
        if inside is None or one not in terms:
            continue
        for other in terms:
            again, rest, left = _weighted(other)
            if left is None or other is one or again != sign:
                continue
            if _same(left, ONE - inside) and _same(rest, ONE - weights):
                terms = [t for t in terms if t is not one and t is not other]
                terms += [sign * apply("xlogy", weights, inside),
                          sign * apply("xlogy", rest, left)]
                break
    return expr if terms == list(expr.args) else Add(*terms)


def _weighted(term: Expr) -> tuple[Expr, Expr, Expr | None]:
    """Of c*y*log(p) with a number c: c, y and p."""
    number, rest = term.as_coeff_Mul()
    factors = list(Mul.make_args(rest))
    logs = [f for f in factors if _is(f, "log")]
    if len(logs) != 1 or len(factors) < 2:
        return ONE, ONE, None
    return number, Mul(*(f for f in factors if f is not logs[0])), logs[0].args[0]


def _same(one: Expr, other: Expr) -> bool:
    return one == other or Add(one, -other) == 0
