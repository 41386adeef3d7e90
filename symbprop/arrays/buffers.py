"""What shares memory: temporaries of a program in as few buffers as their lives allow.

A temporary lives from the step that first writes it to the last step that touches it.  Two that
never live at once may share a buffer; an elementwise step may also write over an operand that dies
with it.  What a loop reads lives to the loop's end.  Sizes are formulas of the free extents, so a
buffer's size is the largest of its tenants'.

Invariant: at every step, the values that are alive lie in different buffers, but for the result of
an elementwise step over its own dying operand of the same axes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sympy import Expr, Integer, Max, expand

from symbprop.arrays.program import (
    Apply,
    Choose,
    Loop,
    Operand,
    Program,
    Step,
    Value,
    operands,
    storage,
    written,
)

# Where free extents must be compared, a batch of this size decides.
TYPICAL = Integer(128)


@dataclass(slots=True)
class Buffer:
    """Memory of one kind (float, bool or int) and the values that take turns in it.

    ``typical`` is the number of elements for free extents of a typical size.
    """

    kind: str
    sizes: list[Expr] = field(default_factory=list)
    tenants: list[str] = field(default_factory=list)
    typical: int = 0

    @property
    def size(self) -> Expr:
        """Elements, as a formula: the largest tenant's, or the maximum of those not comparable.

        The maximum stays as it is: SymPy takes extents for positive, and one of them may be zero.
        """
        kept: list[Expr] = []
        for size in sorted(set(self.sizes), key=lambda s: (-_typical(s), str(s))):
            if not any(_no_larger(size, other) for other in kept):
                kept.append(size)
        return kept[0] if len(kept) == 1 else Max(*kept, evaluate=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """Buffers in the order of first use, and the buffer number of each temporary array."""

    buffers: tuple[Buffer, ...]
    home: Mapping[str, int]


def elements(value: Value) -> Expr:
    count: Expr = Integer(1)
    for size in value.shape:
        count *= size
    return expand(count)


def plan_buffers(program: Program) -> Plan:
    """Place every temporary array.  Linear in the number of steps and of live buffers."""
    values = program.values
    line: list[Step | None] = []
    spans: list[tuple[int, int]] = []
    _lay_out(program.steps, line, spans)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    touched: list[list[str]] = []
    for number, step in enumerate(line):
        names = [] if step is None else list(
            dict.fromkeys(storage(values, n) for n in _touched(step))
        )
        touched.append(names)
        for name in names:
            first.setdefault(name, number)
            last[name] = number
    # What a loop reads from outside is read again in its next turn.
    for begin, end in spans:
        for names in touched[begin:end]:
            for name in names:
                if first[name] < begin:
                    last[name] = max(last[name], end)
    ending: dict[int, list[str]] = {}
    for name, number in last.items():
        ending.setdefault(number, []).append(name)
    buffers: list[Buffer] = []
    home: dict[str, int] = {}
    free: list[int] = []
    for number, step in enumerate(line):
        dying = [n for n in ending.get(number, ()) if n in home]
        name = "" if step is None else written(step)
        value = values.get(name)
        if step is not None and value is not None and _stored(value) and first[name] == number:
            over = _overwritable(step, dying, values)
            if over is not None:
                home[name] = home[over]
                dying.remove(over)
            else:
                home[name] = _find(value, free, buffers)
            buffer = buffers[home[name]]
            buffer.tenants.append(name)
            buffer.sizes.append(elements(value))
            buffer.typical = max(buffer.typical, _typical(buffer.sizes[-1]))
            if last[name] == number:
                dying.append(name)
        free += [home[n] for n in dying]
    return Plan(tuple(buffers), home)


def _lay_out(
    steps: Sequence[Step], line: list[Step | None], spans: list[tuple[int, int]]
) -> None:
    """Steps in one line; the end of a loop has a place of its own, inner spans stand first."""
    for step in steps:
        if isinstance(step, Loop):
            begin = len(line)
            _lay_out(step.body, line, spans)
            spans.append((begin, len(line)))
            line.append(None)
        else:
            line.append(step)


def _stored(value: Value) -> bool:
    return value.source == "temporary" and bool(value.shape) and value.of is None


def _touched(step: Step) -> list[str]:
    return list(dict.fromkeys((*(o.value for o in operands(step)), written(step))))


def _overwritable(
    step: Step, dying: Sequence[str], values: Mapping[str, Value]
) -> str | None:
    """An operand of an elementwise step that dies here and has the axes of the result."""
    if not isinstance(step, Apply | Choose):
        return None
    candidates = step.arguments if isinstance(step, Apply) else (step.otherwise,)
    reading = [storage(values, o.value) for o in operands(step)]
    for argument in candidates:
        if not isinstance(argument, Operand):
            continue
        name = argument.value
        if (
            name in dying
            and reading.count(name) == 1
            and argument.axes == step.out.axes
            and values[name].kind == values[step.out.value].kind
        ):
            return name
    return None


def _find(value: Value, free: list[int], buffers: list[Buffer]) -> int:
    """A free buffer of the kind: the tightest that is large enough, else the largest, else new."""
    need = elements(value)
    typical = _typical(need)
    fitting: tuple[int, int] | None = None
    largest: tuple[int, int] | None = None
    for number in free:
        buffer = buffers[number]
        if buffer.kind != value.kind:
            continue
        size = buffer.typical
        if size >= typical and (fitting is None or size < fitting[0]):
            fitting = (size, number)
        if largest is None or size > largest[0]:
            largest = (size, number)
    chosen = fitting or largest
    if chosen is None:
        buffers.append(Buffer(value.kind))
        return len(buffers) - 1
    free.remove(chosen[1])
    return chosen[1]


def _typical(size: Expr) -> int:
    return int(size.xreplace(dict.fromkeys(size.free_symbols, TYPICAL)))


def _no_larger(size: Expr, other: Expr) -> bool:
    """Whether size <= other for all extents: every coefficient of the difference is positive."""
    gap = expand(other - size)
    return all(c >= 0 for c in gap.as_coefficients_dict().values())
