"""The choosing law: what was not chosen passes zero, and never zero times what is no number.

Where a derivative is a case distinction, its partial holds Iverson's bracket, which is *strongly*
zero where its condition is false: whatever stands beside it in a product is not asked for (Knuth,
Two notes on notation, 1992).  Brackets are factors like others while the chain is applied, so that
every rule of algebra serves; `differentiate` makes them explicit at its end, as ``where(c, f, 0)``
where f may be infinite or no number (`finite`), and as a plain product by the truth of c elsewhere.

An adjoint that brackets make zero is zero through names, too.  Its *support* says where it may be
something else: a disjunction of conjunctions of conditions at the tensor's own indices.  It ends
where an adjoint sums over an index that the condition has, at a read at other than plain indices
and in a recurrence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache, reduce

from sympy import Expr, Mul

from symbprop.calculus.finite import Finite
from symbprop.language.functions import Elementwise, apply
from symbprop.language.indices import free_indices, has_places, rename
from symbprop.language.terms import ZERO, Index, Read, Reduce, text_of

Support = tuple[frozenset[Expr], ...]
EVERYWHERE: Support = (frozenset(),)
# A support of more cases than this is widened to what they have in common.
MOST_CASES = 4


def is_bracket(expr: Expr) -> bool:
    return isinstance(expr, Elementwise) and expr.record.name == "bracket"


@lru_cache(maxsize=100_000)
def has_bracket(expr: Expr) -> bool:
    """Whether a bracket stands in a formula, not in what it reads."""
    if is_bracket(expr):
        return True
    return not isinstance(expr, Read) and any(map(has_bracket, expr.args))


def either(*supports: Support) -> Support:
    """Where one of several may be other than zero."""
    cases = {case for support in supports for case in support}
    cases = {c for c in cases if not any(other < c for other in cases)}
    if len(cases) > MOST_CASES:
        cases = {frozenset.intersection(*cases)}
    return tuple(sorted(cases, key=lambda case: sorted(map(text_of, case))))


def both(one: Support, other: Support) -> Support:
    """Where two factors may both be other than zero."""
    return either(*((a | b,) for a in one for b in other))


@lru_cache(maxsize=100_000)
def support(expr: Expr) -> Support:
    """Where a formula may be other than strongly zero."""
    if not has_bracket(expr):
        return EVERYWHERE
    if is_bracket(expr):
        return (frozenset(expr.args),)
    if expr.is_Mul:
        return reduce(both, map(support, expr.args))
    if expr.is_Add:
        return either(*map(support, expr.args))
    if expr.is_Pow and expr.exp.is_positive:
        return support(expr.base)
    return EVERYWHERE


def condition(cases: Support) -> Expr:
    """A support as a formula."""
    return _joined("either", (_joined("both", sorted(c, key=text_of)) for c in cases))


def _joined(name: str, conditions: Iterable[Expr]) -> Expr:
    return reduce(lambda a, b: apply(name, a, b), conditions)


def narrowed(local: Expr, cases: Support, finite: Finite) -> Expr:
    """A partial that is asked for only where the adjoint that it meets may not be zero."""
    if cases == EVERYWHERE or finite.finite(local):
        return local
    own = support(local)
    if all(any(case <= has for case in cases) for has in own):
        return local
    return local * apply("bracket", condition(cases))


def placed(cases: Support, places: Mapping[Index, Expr]) -> Support:
    """A support at other places; everywhere where a condition cannot be said there."""
    moved = tuple(frozenset(rename(c, places) for c in case) for case in cases)
    return moved if all(has_places(c) for case in moved for c in case) else EVERYWHERE


def kept(cases: Support, indices: Iterable[Expr]) -> Support:
    """The conditions of a support that only have these indices."""
    here = set(indices)
    return either(
        *((frozenset(c for c in case if set(free_indices(c)) <= here),) for case in cases)
    )


def unbracketed(expr: Expr) -> Expr:
    """A formula with each bracket as its condition, as it is printed; beside it zero is zero."""
    if not has_bracket(expr):
        return expr
    return expr.args[0] if is_bracket(expr) else expr.func(*map(unbracketed, expr.args))


def explicit(expr: Expr, finite: Finite) -> Expr:
    """A formula without brackets: chosen where something may be no number, else multiplied."""
    if not has_bracket(expr):
        return expr
    if is_bracket(expr):
        return expr.args[0]
    if isinstance(expr, Reduce):
        return Reduce(expr.kind, explicit(expr.body, finite), *expr.indices)
    if expr.is_Pow and is_bracket(expr.base) and expr.exp.is_positive:
        return expr.base.args[0]
    cases = support(expr) if expr.is_Mul else EVERYWHERE
    wild = [] if cases == EVERYWHERE else [f for f in expr.args if not finite.finite(f)]
    if not wild:
        return expr.func(*(explicit(a, finite) for a in expr.args))
    said = cases[0] if len(cases) == 1 else frozenset()
    rest = [
        explicit(f, finite) for f in expr.args
        if f not in wild and not (is_bracket(f) and f.args[0] in said)
    ]
    inside = Mul(*(explicit(f, finite) for f in wild))
    return Mul(apply("where", condition(cases), inside, ZERO), *rest)
