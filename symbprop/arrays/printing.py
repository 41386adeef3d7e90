"""A program as text, all of it: results, values, and every step on its named axes.

A line shows what a step is made of and, behind a ``#``, the equation that it stands for.  The body
of a loop is indented below it.  It is for reading, and no target takes anything from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from sympy import Expr

from symbprop.arrays.program import (
    Apply,
    Argument,
    Choose,
    Clear,
    Compute,
    Contract,
    Count,
    Fold,
    Gather,
    Loop,
    Operand,
    Program,
    Reserve,
    Scatter,
    Step,
    Value,
    View,
    flattened,
    operands,
    written,
)
from symbprop.language.notation import print_expr
from symbprop.language.terms import Index, Read


def print_program(kind: str, program: Program) -> str:
    """The program of one function under a heading with its name."""
    met = dict.fromkeys(program.results)
    for step in flattened(program.steps):
        if not isinstance(step, Loop):
            met.update(dict.fromkeys((*(o.value for o in operands(step)), written(step))))
            met.update(dict.fromkeys(n for n in _scalars(step) if n in program.values))
    lines = [
        f"# {kind}",
        f"results {', '.join(program.results)}",
        f"extents {', '.join(program.extents)}".rstrip(),
        "values",
        *(f"    {_value(v)}" for v in program.values.values() if v.name in met),
        "steps",
        *_steps(program.steps, "    "),
    ]
    return "\n".join(lines) + "\n"


def _scalars(step: Step) -> Iterator[str]:
    """Rank-0 values that stand in the formulas of a step."""
    match step:
        case Compute(formula=formula):
            exprs: Sequence[Argument] = (formula,)
        case Apply(arguments=arguments):
            exprs = arguments
        case Choose(condition=condition, then=then, otherwise=otherwise):
            exprs = (condition, then, otherwise)
        case View(places=places) | Gather(places=places):
            exprs = places
        case Scatter(places=places, value=value):
            exprs = (*places, value)
        case _:
            exprs = ()
    for expr in exprs:
        if isinstance(expr, Expr):
            yield from sorted(read.name for read in expr.atoms(Read))


def _value(value: Value) -> str:
    place = value.source
    if value.of is not None:
        place = f"view of {value.of}"
        if value.tail:
            place += f", its last {value.tail} dimensions in one piece"
        elif value.strided:
            place += ", with gaps"
    shape = f"[{', '.join(map(str, value.shape))}]" if value.shape else ""
    return f"{value.name}{shape}: {value.kind}, {place}"


def _steps(steps: Iterable[Step], indent: str) -> Iterator[str]:
    for step in steps:
        if isinstance(step, Loop):
            turns = (
                f"from {step.count - 1} down to 0" if step.reverse
                else f"from 0 to below {step.count}"
            )
            yield f"{indent}loop      {step.counter} {turns}:  # {step.meaning}"
            yield from _steps(step.body, indent + "    ")
        else:
            word = type(step).__name__.lower()
            yield f"{indent}{word:9} {_text(step)}  # {step.meaning}"


def _text(step: Step) -> str:
    match step:
        case Apply(out=out, function=function, arguments=arguments):
            return f"{_named(out)} = {function}({', '.join(map(_named, arguments))})"
        case Choose(out=out, condition=condition, then=then, otherwise=otherwise):
            return (
                f"{_named(out)} = {_named(then)} where {_named(condition)}, "
                f"else {_named(otherwise)}"
            )
        case Contract(out=out, left=left, right=right):
            groups = "; ".join(
                f"{word} {_listed(axes)}"
                for word, axes in (("batch", step.batch), ("rows", step.rows),
                                   ("columns", step.columns), ("summed", step.summed))
                if axes
            )
            return f"{_named(out)} = {_named(left)} * {_named(right)}; {groups}"
        case Fold(out=out, kind=kind, source=source, over=over):
            return f"{_named(out)} = {kind} of {_named(source)} over {_listed(over)}"
        case View(out=out, table=table, places=places):
            return f"{_named(out)} = {_at(table, places)}"
        case Gather(out=out, table=table, places=places):
            return f"{_named(out)} = {_at(table, places)}"
        case Scatter(table=table, places=places, value=value):
            sign = "+=" if step.adds else "="
            reached = f" for all {_listed(step.axes)}" if step.axes else ""
            once = ", each place once" if step.distinct and step.axes else ""
            return f"{_at(table, places)} {sign} {_named(value)}{reached}{once}"
        case Clear(out=out):
            return f"{_named(out)} = 0"
        case Reserve(out=out):
            return f"{_named(out)} written in parts below"
        case Count(out=out):
            return f"{_named(out)} = 0, 1, 2, ..."
        case Compute(out=name, formula=formula):
            return f"{name} = {print_expr(formula)}"
        case Loop():
            return ""
        case _:
            assert_never(step)


def _listed(axes: Iterable[Index]) -> str:
    return ", ".join(i.name for i in axes)


def _named(argument: Argument) -> str:
    if not isinstance(argument, Operand):
        return print_expr(argument)
    return f"{argument.value}[{_listed(argument.axes)}]" if argument.axes else argument.value


def _at(table: str, places: Sequence[Argument]) -> str:
    inner = ", ".join(
        _named(p) if isinstance(p, Operand) else str(p) for p in places
    )
    return f"{table}[{inner}]" if places else table
