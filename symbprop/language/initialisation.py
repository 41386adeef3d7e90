"""How a parameter gets its first values: one record per initialisation.

Fans of a parameter of shape (a, b, ...): what comes in is the product of all extents but the first,
what goes out is the first times all beyond the second (Glorot and Bengio, 2010; He et al., 2015).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sympy
from sympy import Expr, Integer

from symbprop.arguments import KINDS, NO, Kind, doors
from symbprop.errors import Fault, SpecError, did_you_mean, told
from symbprop.language.numbers import is_finite

ONE = Integer(1)
InitialisationLike: TypeAlias = "Initialisation | str"


@dataclass(frozen=True, slots=True)
class Initialiser:
    """``drawn`` is uniform, normal or empty for a constant; ``arguments`` names its numbers.

    ``spread`` is the half width of a uniform or the standard deviation of a normal distribution as
    a function of both fans, or None where it is the last of the arguments.
    """

    name: str
    drawn: str
    arguments: tuple[str, ...] = ()
    scale: tuple[int, int, int] | None = None

    def spread(self, shape: Sequence[Expr]) -> Expr:
        """sqrt(a / (b * fan_in + c * fan_out)) of the record's scale (a, b, c)."""
        assert self.scale is not None
        above, by_in, by_out = self.scale
        fan_in, fan_out = fans(shape)
        return sympy.sqrt(Integer(above) / (by_in * fan_in + by_out * fan_out))


@dataclass(frozen=True, slots=True)
class Initialisation:
    """An initialiser by name and its numbers.  Raises SpecError for what could not be drawn."""

    kind: str
    numbers: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        message, hint = self.complaint()
        if message:
            raise SpecError(Fault("SP136", message, None, hint))

    def complaint(self) -> tuple[str, str]:
        """What is wrong and a hint, both empty where nothing is."""
        if self.kind not in INITIALISERS:
            return (f"unknown initialisation {self.kind!r}",
                    did_you_mean(str(self.kind), INITIALISERS))
        record = INITIALISERS[self.kind]
        if len(self.numbers) != len(record.arguments):
            wanted = ", ".join(record.arguments) or "no numbers"
            return f"{self.kind} takes {wanted}, but {len(self.numbers)} are given", ""
        for name, number in zip(record.arguments, self.numbers, strict=True):
            if not is_finite(number):
                return f"{self.kind} needs a finite {name}, not {told(number)}", ""
        match record.drawn, self.numbers:
            case "uniform", (low, high) if low > high:
                return f"uniform draws from low to high, but low is {low!r} and high {high!r}", ""
            case "uniform", (low, high) if not math.isfinite(high - low):
                return f"uniform cannot draw from {low!r} to {high!r}: no float is that wide", ""
            case "normal", (_, deviation) if deviation < 0:
                return f"normal needs a deviation of 0 or more, not {deviation!r}", ""
        return "", ""


def fans(shape: Sequence[Expr]) -> tuple[Expr, Expr]:
    """Fan in and fan out of a parameter; a vector counts its own length as what comes in."""
    if not shape:
        return ONE, ONE
    if len(shape) == 1:
        return shape[0], ONE
    fan_in: Expr = ONE
    for size in shape[1:]:
        fan_in *= size
    fan_out = shape[0]
    for size in shape[2:]:
        fan_out *= size
    return fan_in, fan_out


INITIALISERS = {
    record.name: record
    for record in (
        Initialiser("zeros", ""),
        Initialiser("ones", ""),
        Initialiser("constant", "", ("value",)),
        Initialiser("uniform", "uniform", ("low", "high")),
        Initialiser("normal", "normal", ("mean", "deviation")),
        Initialiser("glorot_uniform", "uniform", (), (6, 1, 1)),
        Initialiser("glorot_normal", "normal", (), (2, 1, 1)),
        Initialiser("he_uniform", "uniform", (), (6, 1, 0)),
        Initialiser("he_normal", "normal", (), (2, 1, 0)),
        Initialiser("lecun_uniform", "uniform", (), (3, 1, 0)),
        Initialiser("lecun_normal", "normal", (), (1, 1, 0)),
    )
}


def default_initialisation(rank: int) -> Initialisation:
    """Matrices and wider: Glorot's uniform; vectors and scalars: zeros."""
    return Initialisation("glorot_uniform" if rank > 1 else "zeros")


def _initial(value: Any) -> Any:
    if isinstance(value, Initialisation):
        return value
    record = INITIALISERS.get(str.__str__(value)) if isinstance(value, str) else None
    return record.name if record is not None and not record.arguments else NO


KINDS["InitialisationLike"] = Kind(
    _initial, "an initialisation or the name of one without numbers", "initialisations")
doors(__name__)
