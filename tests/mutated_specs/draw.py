"""The case of a seed and a number: a spec that compiles, mutated once, twice or three times."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .characters import CHARACTERS, ENCODINGS, plain
from .formulas import BLOCK, FORMULAS
from .lines import LINES
from .sources import SOURCES
from .structure import STRUCTURE
from .tokens import TOKENS

# What breaks a file's syntax is answered before anything else is looked at.
TABLES = (CHARACTERS, TOKENS, TOKENS, LINES, *(STRUCTURE,) * 3, *(FORMULAS,) * 4)
SHOWN = 1500  # characters of a case


@dataclass(frozen=True, slots=True)
class Mutated:
    """The bytes of a file, what they come of, and the way that they are to go."""

    source: str
    mutations: tuple[str, ...]
    data: bytes
    way: str

    def __str__(self) -> str:
        shown = self.data.decode("utf-8", "backslashreplace")
        shown = "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in shown)
        cut = f"\n... {len(shown) - SHOWN} characters more" if len(shown) > SHOWN else ""
        return f"{self.source}: {', '.join(self.mutations)}: {self.way}\n{shown[:SHOWN]}{cut}"

    def smaller(self) -> Iterator[Mutated]:
        lines = self.data.split(b"\n")
        size = len(lines) // 2
        while size:
            for begin in range(0, len(lines), size):
                yield replace(self, data=b"\n".join(lines[:begin] + lines[begin + size:]))
            size //= 2


WAYS = ("module", "module", "latex", "judged", "command", "full")


def draw(seed: str, number: int) -> Mutated:
    """The same for the same seed and number."""
    rng = random.Random(f"{seed}.{number}")
    source = rng.choice(list(SOURCES))
    text, done = SOURCES[source], []
    for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 3))):
        tables = TABLES if BLOCK.search(text) else TABLES[:-4]
        mutation = rng.choice(rng.choice(tables))
        text = mutation(rng, text)
        done.append(mutation.__name__)
    encode = rng.choice(ENCODINGS) if rng.random() < 0.04 else plain
    data = encode(rng, text)
    if encode is not plain:
        done.append(encode.__name__)
    return Mutated(source, tuple(done), data, rng.choice(WAYS))
