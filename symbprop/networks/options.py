"""The range of a numeric option, said once in the record of the layer or loss that has it.

What a module draws, divides by or takes a power of is checked by it while a spec is read, with the
number that was given and the one that bounds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symbprop.arguments import doors
from symbprop.errors import Fault, Place, told
from symbprop.language.numbers import is_finite


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number: at ``least`` or ``over`` one bound, at ``most`` or ``under`` another.

    ``default`` stands where none is given; ``whole`` numbers are classes and counts.
    """

    default: float | None = None
    least: float | None = None
    over: float | None = None
    most: float | None = None
    under: float | None = None
    whole: bool = False

    @property
    def range(self) -> str:
        """``over 0``, ``at least 0 and under 1``; empty where every number will do."""
        bounds = (("at least", self.least), ("over", self.over), ("at most", self.most),
                  ("under", self.under))
        return " and ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)

    def holds(self, value: float) -> bool:
        """Whether a finite number lies in the range."""
        return (
            (self.least is None or value >= self.least)
            and (self.over is None or value > self.over)
            and (self.most is None or value <= self.most)
            and (self.under is None or value < self.under)
            and (not self.whole or value == int(value))
        )

    def fault(self, value: Any, label: str, place: Place | None) -> Fault | None:
        """What is wrong with a value for this option; None where nothing is."""
        if not is_finite(value):
            return Fault("SP133", f"{label}: a finite number is needed, not {told(value)}", place)
        if self.holds(value):
            return None
        kind = "a whole number" if self.whole else "a number"
        return Fault("SP142", f"{label}: {kind} {self.range} is needed, not {told(value)}", place)


ANY, POSITIVE = Number(), Number(over=0)
# The types that an option of a layer may have, beside a `Number` and the words allowed.
OPTION_TYPES = ("count", "natural", "counts", "naturals", "truth", "text", "texts", "activation",
                "init", "layers")


doors(__name__)
