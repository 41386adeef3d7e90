"""How a sum of products becomes products of matrices: which axes are rows, columns and batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import opt_einsum

from symbprop.language.terms import Index


@dataclass(frozen=True, slots=True)
class Grouping:
    """The axes of a result: batch, rows of the one operand, columns of the other.

    ``swapped`` says that the rows come from the right operand.
    """

    batch: tuple[Index, ...]
    rows: tuple[Index, ...]
    columns: tuple[Index, ...]
    swapped: bool


def grouping(
    out: Sequence[Index], left: Sequence[Index], right: Sequence[Index]
) -> Grouping:
    """The fewest leading axes of ``out`` as batch, such that rows and then columns are left."""
    shared = [n for n, i in enumerate(out) if i in left and i in right]
    for cut in range(shared[-1] + 1 if shared else 0, len(out) + 1):
        rest = out[cut:]
        for swapped, first, second in ((False, left, right), (True, right, left)):
            number = 0
            while number < len(rest) and rest[number] in first:
                number += 1
            if rest and not number:
                continue
            if all(i in second for i in rest[number:]):
                return Grouping(tuple(out[:cut]), tuple(rest[:number]), tuple(rest[number:]),
                                swapped)
    raise ValueError("an axis of the result is in neither operand")


def lies_as(
    axes: Sequence[Index], groups: Sequence[Sequence[Index]], tail: int | None
) -> bool:
    """Whether each group is one axis to a reshape: its axes follow one another in an array.

    Only the last ``tail`` axes of a strided view lie in one piece; None stands for all.
    """
    for group in groups:
        if len(group) < 2:
            continue
        first = axes.index(group[0])
        if tail is not None and first < len(axes) - tail:
            return False
        if tuple(axes[first: first + len(group)]) != tuple(group):
            return False
    return True


def pairs(
    operands: Sequence[Sequence[Index]], kept: Sequence[Index], sizes: Sequence[Sequence[int]]
) -> list[tuple[int, int]]:
    """The order in which a product of several operands is contracted, two at a time.

    Positions count what is left: a pair leaves the list and its product joins at the end.
    ``sizes`` are the typical extents of the operands' axes.
    """
    letters: dict[Index, str] = {}
    for axes in operands:
        for index in axes:
            letters.setdefault(index, opt_einsum.get_symbol(len(letters)))
    inputs = ",".join("".join(letters[i] for i in axes) for axes in operands)
    result = "".join(letters[i] for i in kept if i in letters)
    path, _ = opt_einsum.contract_path(
        f"{inputs}->{result}", *map(tuple, sizes), shapes=True,
        optimize="optimal" if len(operands) < 6 else "greedy",
    )
    order: list[tuple[int, int]] = []
    for step in path:
        # A step of more than two is taken apart from its end.
        group = sorted(step)
        while len(group) > 1:
            second, first = group.pop(), group.pop()
            order.append((first, second))
            count = len(operands) - len(order)
            group = [*group, count - 1] if group else []
    return order
