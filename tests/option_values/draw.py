"""The case of a seed and a number: an option of a layer or loss, or several, with other values."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from symbprop.errors import told
from symbprop.networks.stack import MOST_LAYERS

from . import toml
from .places import PAIRS, Site
from .values import drawn

WAYS = ("toml", "toml", "python", "python")


@dataclass(frozen=True, slots=True)
class Changed:
    """Where, which options have which values, or are left out, and by what way it is said."""

    site: Site
    values: tuple[tuple[str, Any], ...]
    way: str
    judged: bool

    @property
    def spec(self) -> dict[str, Any]:
        """The spec with the new values in it."""
        spec = tomllib.loads(self.site.spec)
        table: Any = spec
        for key in self.site.path:
            table = table[key]
        for option, value in self.values:
            table[option] = value
        return spec

    def __str__(self) -> str:
        listed = ", ".join(f"{option} = {told(value)}" for option, value in self.values)
        try:
            shown = toml.text(self.spec)
        except TypeError:
            shown = ""
        return f"{self.site.name}: {listed}: by {self.way}\n{shown[:1500]}"

    def smaller(self) -> Iterator[Changed]:
        for position in range(len(self.values)):
            if len(self.values) > 1:
                yield replace(self, values=self.values[:position] + self.values[position + 1:])


def draw(seed: str, number: int) -> Changed:
    """The same for the same seed and number; each option has its turn."""
    rng = random.Random(f"{seed}.{number}")
    order = list(range(len(PAIRS)))
    random.Random(f"{seed}").shuffle(order)
    site, option, takes = PAIRS[order[number % len(PAIRS)]]
    way = rng.choice(WAYS)
    chosen = {option: takes}
    for other, kind in rng.sample(site.options, min(len(site.options), rng.choice((0, 0, 1, 2)))):
        chosen.setdefault(other, kind)
    values = tuple(
        (o, _few(drawn(rng, kind, way == "python")) if o == "repeat" else
         drawn(rng, kind, way == "python"))
        for o, kind in chosen.items())
    return Changed(site, values, way, rng.random() < 0.25)


def _few(value: Any) -> Any:
    """Many layers take their time by being many, which is tried where specs are mutated."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return 8 if whole and 8 < value <= MOST_LAYERS else value
