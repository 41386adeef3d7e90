"""Mutations of numbers, names, texts, brackets, keys and values."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from .pools import KEYS, KINDS, NAMES, NUMBERS, OPERATORS, VALUES, WORDS

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?")
NAME = re.compile(r"(?<![\w\"'])[A-Za-z_]\w*")
TEXT = re.compile(r'"[^"\n]*"')
LIST = re.compile(r"\[[^\[\]\n]*\]")
BRACKET = re.compile(r"[\[\](){}]")
VALUE = re.compile(r"(?m)(?<=[\w\"'] = )[^\n]+$|(?<= = )[^,}\n]+(?=[,}])")
KEY = re.compile(r"(?m)^[ \t]*([\w.]+)(?=[ \t]*=)|(?<=[{,] )(\w+)(?= = )")


def replaced(
    rng: random.Random, text: str, pattern: re.Pattern[str], new: Callable[[str], str]
) -> str:
    """One of the places that a pattern finds, or seldom several, with something new there."""
    found = [m.span() for m in pattern.finditer(text)]
    for begin, end in sorted(rng.sample(found, min(len(found), rng.choice((1, 1, 1, 3)))),
                             reverse=True):
        text = text[:begin] + new(text[begin:end]) + text[end:]
    return text


def number(rng: random.Random, text: str) -> str:
    return replaced(rng, text, NUMBER, lambda old: rng.choice(NUMBERS))


def near_number(rng: random.Random, text: str) -> str:
    """A number beside the one that there is."""
    def beside(old: str) -> str:
        if not old.isdigit():
            return f"{old}1"
        return str(max(-1, int(old) + rng.choice((-2, -1, 1, 2, int(old)))))

    return replaced(rng, text, NUMBER, beside)


def name(rng: random.Random, text: str) -> str:
    return replaced(rng, text, NAME, lambda old: rng.choice(NAMES))


def name_of_here(rng: random.Random, text: str) -> str:
    """A name by another of the same file."""
    known = sorted(set(NAME.findall(text))) or ["a"]
    return replaced(rng, text, NAME, lambda old: rng.choice(known))


def name_mistyped(rng: random.Random, text: str) -> str:
    def mistyped(old: str) -> str:
        place = rng.randrange(len(old))
        return rng.choice((old[:place] + old[place + 1:] or "q", old.swapcase(), old + "s",
                           old[:place] + old[place] + old[place:], old[::-1], f"{old}.{old}"))

    return replaced(rng, text, NAME, mistyped)


def name_everywhere(rng: random.Random, text: str) -> str:
    """A name renamed wherever it stands."""
    known = sorted(set(NAME.findall(text))) or ["a"]
    old, new = rng.choice(known), rng.choice((*NAMES, *known))
    return re.sub(rf"\b{old}\b", lambda m: new, text)


def string(rng: random.Random, text: str) -> str:
    return replaced(rng, text, TEXT, lambda old: rng.choice((f'"{rng.choice(WORDS)}"',
                                                            rng.choice(VALUES))))


def string_to_list(rng: random.Random, text: str) -> str:
    return replaced(rng, text, TEXT, lambda old: rng.choice((
        f"[{old}]", f"[{old}, {old}]", f"{{ a = {old} }}", f"'{old}'", old.strip('"'), old + old)))


def listed(rng: random.Random, text: str) -> str:
    def other(old: str) -> str:
        inner = old[1:-1]
        return rng.choice((f'"{rng.choice(WORDS)}"', inner, f"[{old}]", f"[{inner}, {inner}]", "[]",
                           f"[{inner}, 1]", f"[1, {inner}]", f"({inner})", f"{{{inner}}}",
                           f"[{', '.join(reversed(inner.split(',')))}]"))

    return replaced(rng, text, LIST, other)


def bracket(rng: random.Random, text: str) -> str:
    return replaced(rng, text, BRACKET, lambda old: rng.choice(("", old * 2, *"[](){}", old * 60)))


def operator(rng: random.Random, text: str) -> str:
    return replaced(rng, text, re.compile(r"[-+*/=<>,]+"), lambda old: rng.choice(OPERATORS))


def value(rng: random.Random, text: str) -> str:
    return replaced(rng, text, VALUE, lambda old: rng.choice(VALUES))


def value_of_here(rng: random.Random, text: str) -> str:
    known = VALUE.findall(text) or ["1"]
    return replaced(rng, text, VALUE, lambda old: rng.choice(known))


def key(rng: random.Random, text: str) -> str:
    return replaced(rng, text, KEY, lambda old: rng.choice(KEYS))


def key_doubled(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    here = [p for p, line in enumerate(lines) if KEY.match(line)]
    if here:
        place = rng.choice(here)
        found = KEY.match(lines[place])
        assert found
        lines.insert(place + 1, f"{found[0]}{rng.choice(('', '.a'))} = {rng.choice(VALUES)}")
    return "\n".join(lines)


def kind(rng: random.Random, text: str) -> str:
    return replaced(rng, text, re.compile(r'(?<=kind = )"\w+"'),
                    lambda old: f'"{rng.choice(KINDS)}"')


TOKENS = (number, near_number, name, name_of_here, name_mistyped, name_everywhere, string,
          string_to_list, listed, bracket, operator, value, value_of_here, key, key_doubled, kind)
