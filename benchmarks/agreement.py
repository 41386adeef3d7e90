"""Whether two computations of one loss return the same gradients: who disagrees is not timed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


class DisagreementError(Exception):
    """A peer computes something else, or in another precision."""


def require_agreement(
    title: str, found: tuple[Any, Mapping[str, Any]], right: tuple[Any, Mapping[str, np.ndarray]],
    close: float,
) -> None:
    """Raise DisagreementError unless loss and gradients are those of ``right``.

    Every gradient in shape and dtype, and to ``close`` relative to its largest element or, where
    its terms cancel, within the rounding of the largest gradient of all.  NaN equals nothing.
    """
    value, grads = found
    wanted, theirs = right
    if not abs(value.item() - wanted.item()) <= close * max(1.0, abs(wanted.item())):
        raise DisagreementError(f"{title} has the loss {value.item()}, not {wanted.item()}")
    if grads.keys() != theirs.keys():
        raise DisagreementError(f"{title} has gradients by {sorted(grads)}, not {sorted(theirs)}")
    rounding = 8 * max(np.finfo(g.dtype).eps * np.abs(g).max(initial=0.0) for g in theirs.values())
    for key, grad in theirs.items():
        other = np.asarray(grads[key])
        if (other.shape, other.dtype) != (grad.shape, grad.dtype):
            raise DisagreementError(f"{title} has a gradient by {key} of shape {other.shape} in "
                                    f"{other.dtype}, not {grad.shape} in {grad.dtype}")
        allowed = max(close * np.abs(grad).max(initial=0.0), rounding)
        if not np.abs(other - grad).max(initial=0.0) <= allowed:
            raise DisagreementError(f"{title} has another gradient by {key}")
