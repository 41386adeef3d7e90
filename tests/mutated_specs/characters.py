"""Mutations of characters and of their encoding."""

from __future__ import annotations

import random

from .pools import LOOK_ALIKES, STRANGE


def _place(rng: random.Random, text: str) -> int:
    return rng.randrange(len(text) + 1)


def delete(rng: random.Random, text: str) -> str:
    place = _place(rng, text)
    return text[:place] + text[place + rng.choice((1, 1, 1, 2, 5)):]


def insert(rng: random.Random, text: str) -> str:
    place = _place(rng, text)
    return text[:place] + chr(rng.randrange(32, 127)) + text[place:]


def strange(rng: random.Random, text: str) -> str:
    place = _place(rng, text)
    return text[:place] + rng.choice(STRANGE) + text[place:]


def swap(rng: random.Random, text: str) -> str:
    place = rng.randrange(max(1, len(text) - 1))
    return text[:place] + text[place:place + 2][::-1] + text[place + 2:]


def look_alike(rng: random.Random, text: str) -> str:
    """One letter, or each of its kind, as another script has it."""
    letter = rng.choice(sorted(set(text) & set(LOOK_ALIKES)) or [" "])
    here = [p for p, c in enumerate(text) if c == letter]
    if not here or rng.random() < 0.2:
        return text.replace(letter, LOOK_ALIKES[letter])
    place = rng.choice(here)
    return text[:place] + LOOK_ALIKES[letter] + text[place + 1:]


def case(rng: random.Random, text: str) -> str:
    place = _place(rng, text)
    end = place + rng.choice((1, 1, 10, len(text)))
    return text[:place] + text[place:end].swapcase() + text[end:]


def cut(rng: random.Random, text: str) -> str:
    """A file that was not written to its end."""
    return text[:_place(rng, text)]


def repeated(rng: random.Random, text: str) -> str:
    """One character very many times."""
    place = rng.randrange(max(1, len(text)))
    return text[:place] + text[place:place + 1] * rng.choice((2, 60, 1000, 20000)) + text[place:]


CHARACTERS = (delete, insert, strange, swap, look_alike, case, cut, repeated)


def plain(rng: random.Random, text: str) -> bytes:
    """UTF-8, with surrogates as some editors of Windows write them."""
    return text.encode("utf-8", "surrogatepass")


def marked(rng: random.Random, text: str) -> bytes:
    return b"\xef\xbb\xbf" * rng.choice((1, 1, 2)) + plain(rng, text)


def windows(rng: random.Random, text: str) -> bytes:
    return plain(rng, text.replace("\n", "\r\n"))


def old_mac(rng: random.Random, text: str) -> bytes:
    return plain(rng, text.replace("\n", "\r"))


def wide(rng: random.Random, text: str) -> bytes:
    return text.encode(rng.choice(("utf-16", "utf-16-be", "utf-16-le", "utf-32")), "surrogatepass")


def western(rng: random.Random, text: str) -> bytes:
    return ("# café\n" + text).encode("latin-1", "replace")


def stray(rng: random.Random, text: str) -> bytes:
    data = plain(rng, text)
    place = rng.randrange(len(data) + 1)
    return data[:place] + bytes([rng.choice((0, 0x80, 0xC0, 0xFE, 0xFF))]) + data[place:]


ENCODINGS = (marked, windows, old_mac, wide, western, stray)
