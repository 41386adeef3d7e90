"""Mutations of lines, and of the tables that they make."""

from __future__ import annotations

import itertools
import random
import re

from .pools import KEYS, VALUES
from .sources import SOURCES

HEAD = re.compile(r"(?m)^\[.*\]$")


def drop(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    place = rng.randrange(len(lines))
    del lines[place:place + rng.choice((1, 1, 1, 2, 4))]
    return "\n".join(lines)


def duplicate(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    place = rng.randrange(len(lines))
    lines[place:place] = lines[place:place + 1] * rng.choice((1, 1, 2, 1000))
    return "\n".join(lines)


def swap(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def shuffle(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    if rng.random() < 0.7:
        begin = rng.randrange(len(lines))
        part = lines[begin:begin + rng.choice((3, 6))]
        rng.shuffle(part)
        lines[begin:begin + len(part)] = part
    else:
        rng.shuffle(lines)
    return "\n".join(lines)


def join(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    place = rng.randrange(len(lines))
    lines[place:place + 2] = [rng.choice(("", " ", "; ", ", ")).join(lines[place:place + 2])]
    return "\n".join(lines)


def split(rng: random.Random, text: str) -> str:
    place = rng.randrange(len(text) + 1)
    return text[:place] + rng.choice(("\n", "\n\n", "\\\n", "\n    ")) + text[place:]


def comment(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    place = rng.randrange(len(lines))
    head = rng.choice(("# ", "#", "// ", "-- ", "    ", "\t", "> ", "1: ", "- "))
    lines[place] = head + lines[place]
    return "\n".join(lines)


def of_another(rng: random.Random, text: str) -> str:
    """A line of another file."""
    lines = text.split("\n")
    other = SOURCES[rng.choice(list(SOURCES))].split("\n")
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(other))
    return "\n".join(lines)


def invented(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    lines.insert(rng.randrange(len(lines) + 1), f"{rng.choice(KEYS)} = {rng.choice(VALUES)}")
    return "\n".join(lines)


def _tables(text: str) -> list[str]:
    """The text up to its first head, and each head with what stands below it."""
    begins = [0, *(m.start() for m in HEAD.finditer(text)), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(begins)]


def table_moved(rng: random.Random, text: str) -> str:
    tables = _tables(text)
    moved = tables.pop(rng.randrange(len(tables)))
    tables.insert(rng.randrange(len(tables) + 1), moved)
    return "\n".join(tables)


def table_dropped(rng: random.Random, text: str) -> str:
    tables = _tables(text)
    del tables[rng.randrange(len(tables))]
    return "".join(tables)


def table_doubled(rng: random.Random, text: str) -> str:
    tables = _tables(text)
    tables.append(rng.choice(tables))
    return "\n".join(tables)


def table_renamed(rng: random.Random, text: str) -> str:
    found = list(HEAD.finditer(text))
    if not found:
        return f"[{rng.choice(KEYS)}]\n{text}"
    head = rng.choice(found)
    name = head[0].strip("[]")
    new = rng.choice((f"[{rng.choice(KEYS)}]", f"[[{name}]]", f"[{name}]", f"[{name}", f"{name}]",
                      f"[[{name}]", f"[{name}s]", f"[{name.upper()}]", f"[{name}.a]", f"[ {name} ]",
                      f"[{name}.{name}]", f'["{name}"]', "[]", "[[]]", f"[{'a.' * 60}a]",
                      f"[define.{name}]", f"[layers.{name}]", f"[{name}]]"))
    return text[:head.start()] + new + text[head.end():]


LINES = (drop, duplicate, swap, shuffle, join, split, comment, of_another, invented, table_moved,
         table_dropped, table_doubled, table_renamed)
