"""Where functions are measured: over all exponents, and densely where most of them bend."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symbprop.language.functions import ElementwiseFunction

# Arguments that have few sensible values, by function and place.
OPTIONS = {
    ("leaky_relu", 1): (0.01, 0.2), ("elu", 1): (1.0, 0.7),
    ("where", 0): (0.0, 1.0), ("clip", 1): (-1.0,), ("clip", 2): (2.5,),
}


def line(dtype: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points of one argument: a third over all exponents, the others within 30, 3 and 0.03."""
    limits = np.finfo(dtype)
    exponents = rng.uniform(limits.minexp, limits.maxexp - 1, count // 3)
    wide = rng.choice((-1.0, 1.0), exponents.size) * np.exp2(exponents)
    near = [rng.uniform(-w, w, count // 6) for w in (120, 30, 3, 0.03)]
    around = rng.choice((1.0, -1.0, 2.0), count // 9) + 10 ** rng.uniform(-9, -1, count // 9) * (
        rng.choice((-1, 1), count // 9))
    return np.concatenate([wide, *near, around]).astype(dtype)


def points(
    record: ElementwiseFunction, dtype: str, count: int, seed: int
) -> Iterator[tuple[np.floating, ...]]:
    """Some ``count`` argument tuples of a function, the same for the same seed."""
    rng = np.random.default_rng([seed, *record.name.encode()])
    columns = []
    for place in range(record.arity):
        column = line(dtype, count, rng)
        if place:
            # A half of the pairs lie close by, where differences cancel.
            with np.errstate(over="ignore"):
                close = (columns[0] * rng.uniform(0.2, 3, column.size)).astype(dtype)
            column = np.where(rng.random(column.size) < 0.5, close, rng.permutation(column))
        if (record.name, place) in OPTIONS:
            column = rng.choice(OPTIONS[record.name, place], column.size).astype(dtype)
        columns.append(column)
    for point in zip(*columns, strict=True):
        if np.isfinite(point).all():
            yield point
