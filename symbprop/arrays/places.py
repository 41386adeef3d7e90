"""What index expressions reach in an array: views and taps.

A place is one index expression of a read or of a left side, in one dimension of a table.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, expand

from symbprop.language.indices import affine, is_mixed_radix
from symbprop.language.terms import Index


def view_axes(places: Sequence[Expr]) -> tuple[Index, ...] | None:
    """Axes of the view that affine places make, in the order of the table and of their steps.

    None where there is no such view: at a lookup, and where an index stands in two places.
    """
    axes: list[Index] = []
    for place in places:
        parts = affine(place)
        if parts is None:
            return None
        axes += sorted(parts[0], key=lambda i: (-abs(parts[0][i]), i.name))
    return tuple(axes) if len(set(axes)) == len(axes) else None


def in_one_piece(places: Sequence[Expr], shape: Sequence[Expr]) -> bool:
    """Whether affine places select elements that lie one behind another in an array of a shape.

    Fixed places lead, one range of single steps may follow, and all behind it is whole.
    """
    whole = False
    for place, size in zip(places, shape, strict=True):
        parts = affine(place)
        if parts is None or len(parts[0]) > 1 or any(f != 1 for f in parts[0].values()):
            return False
        if whole and (not parts[0] or expand(next(iter(parts[0])).extent - size) != 0):
            return False
        whole = whole or bool(parts[0])
    return True


def taps(places: Sequence[Expr]) -> tuple[Index, ...] | None:
    """Indices that, held fixed one value after another, leave places that reach no element twice.

    The fewest turns that suffice, of indices whose extent is a number; None where none suffice.
    """
    found: list[Index] = []
    for place in places:
        parts = affine(place)
        if parts is None:
            return None
        left = place
        numbered = sorted(
            (i for i in parts[0] if i.extent.is_Integer), key=lambda i: (int(i.extent), i.name)
        )
        while not is_mixed_radix(left):
            if not numbered:
                return None
            index = numbered.pop(0)
            left = left - parts[0][index] * index
            found.append(index)
    return tuple(found)
