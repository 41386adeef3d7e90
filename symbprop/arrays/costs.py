"""What a program costs: floating-point operations and memory, as formulas of the free extents."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Integer, expand

from symbprop.arrays.buffers import Plan
from symbprop.arrays.program import (
    Apply,
    Choose,
    Contract,
    Fold,
    Loop,
    Program,
    Scatter,
    Step,
)
from symbprop.language.terms import Index


def _volume(axes: Iterable[Index]) -> Expr:
    count: Expr = Integer(1)
    for index in dict.fromkeys(axes):
        count *= index.extent
    return count


def step_operations(step: Step) -> Expr:
    """Two for each multiply-add of a contraction, one for each element of another step."""
    match step:
        case Loop(count=count, body=body):
            return expand(count * sum((step_operations(s) for s in body), Integer(0)))
        case Contract(left=left, right=right):
            return 2 * _volume((*left.axes, *right.axes))
        case Apply(out=out) | Choose(out=out):
            return _volume(out.axes)
        case Fold(source=source):
            return _volume(source.axes)
        case Scatter(axes=axes):
            return _volume(axes)
        case _:
            return Integer(0)


def operations(program: Program) -> Expr:
    """Floating-point operations of one run; moving data and scalar formulas count nothing."""
    total: dict[Expr, int] = {}
    for step in program.steps:
        for term, factor in expand(step_operations(step)).as_coefficients_dict().items():
            total[term] = total.get(term, 0) + factor
    return sum((f * t for t, f in sorted(total.items(), key=lambda p: str(p[0]))), Integer(0))


def memory(plan: Plan) -> Expr:
    """Elements of all float buffers.  Sizes are expanded; a maximum must stay."""
    return sum((b.size for b in plan.buffers if b.kind == "float"), Integer(0))
