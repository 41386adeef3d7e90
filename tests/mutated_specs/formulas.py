"""Mutations of equations: what is nested, chained, indexed or spelled otherwise."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from .pools import FOREIGN, FUNCTION_NAMES, NUMBERS, OPERATORS

BLOCK = re.compile(r'(?s)equations = (?:"""(.*?)"""|\'\'\'(.*?)\'\'\'|"([^"\n]*)")')
# A read, a name, a number, or one of these in brackets.
OPERAND = re.compile(r"[A-Za-z_]\w*\[[^\[\]]*\]|[A-Za-z_]\w*|\d+(?:\.\d+)?|\([^()]*\)")
INDEX = re.compile(r"(?<=\[)[^\[\]]+(?=\])")
Rule = Callable[[random.Random, str], str]


def _in_a_line(rule: Rule) -> Rule:
    """The rule on the right side of one equation."""
    def mutation(rng: random.Random, text: str) -> str:
        spans = [m.span(n) for m in BLOCK.finditer(text) for n in (1, 2, 3) if m[n] is not None]
        lines: list[tuple[int, int]] = []
        for begin, end in spans:
            at = begin
            for line in text[begin:end].split("\n"):
                if "=" in line:
                    lines.append((at + line.index("=") + 1, at + len(line)))
                at += len(line) + 1
        if not lines:
            return text
        begin, end = rng.choice(lines)
        return text[:begin] + rule(rng, text[begin:end]) + text[end:]

    mutation.__name__ = rule.__name__
    return mutation


def _operand(rng: random.Random, text: str, change: Callable[[str], str]) -> str:
    found = [m.span() for m in OPERAND.finditer(text)]
    if not found:
        return change(text)
    begin, end = rng.choice(found)
    return text[:begin] + change(text[begin:end]) + text[end:]


def operator(rng: random.Random, text: str) -> str:
    found = [m.span() for m in re.finditer(r"\*\*|[-+*/,<>]", text)] or [(0, 0)]
    begin, end = rng.choice(found)
    return text[:begin] + rng.choice(OPERATORS) + text[end:]


def foreign(rng: random.Random, text: str) -> str:
    form = rng.choice(FOREIGN)
    return _operand(rng, text, lambda old: form.replace("{}", old).replace("{{", "{").replace(
        "}}", "}"))


def called(rng: random.Random, text: str) -> str:
    """A function of an operand or of all, with the wrong count of arguments at times."""
    name, more = rng.choice(FUNCTION_NAMES), rng.choice(("", "", "", ", 1", ", 0", ", 0, 1", ", n"))
    first = rng.choice(("", "", "", "i, ", "n, ", "k, "))
    if rng.random() < 0.3:
        return f" {name}({first}{text}{more})"
    return _operand(rng, text, lambda old: f"{name}({first}{old}{more})")


def nested(rng: random.Random, text: str) -> str:
    name, depth = rng.choice((*FUNCTION_NAMES, "")), rng.choice((2, 3, 5, 8, 16, 40, 64, 300))
    form = rng.choice(("{}({}", "{}(1 + {}", "1/(1 + {}({}", "{}({}*2 - ")).replace("{}", name, 1)
    head, _, tail = form.partition("{}")
    opened = form.count("(")
    return _operand(rng, text, lambda old: head * depth + old + (tail + ")" * opened) * depth)


def deep_brackets(rng: random.Random, text: str) -> str:
    depth = rng.choice((10, 40, 90, 110, 200, 1000, 3000))
    return _operand(rng, text, lambda old: "(" * depth + old + ")" * depth)


def deep_signs(rng: random.Random, text: str) -> str:
    sign, depth = rng.choice(("-", "+", "~", "not ", "-+")), rng.choice((2, 50, 1000, 5000))
    return _operand(rng, text, lambda old: sign * depth + old)


def long_chain(rng: random.Random, text: str) -> str:
    count, joint = rng.choice((3, 20, 60, 200, 400, 3000)), rng.choice((" + ", " - ", "*", "/"))
    form = rng.choice(("{}", "{k}*{}", "{}**{k}", "tanh({k}*{})", "({} + {k})", "exp({}/{k})",
                       "max({}, {k})"))
    return _operand(rng, text, lambda old: joint.join(
        form.replace("{k}", str(k)).replace("{}", old) for k in range(1, count)))


def tower(rng: random.Random, text: str) -> str:
    count = rng.choice((2, 3, 5, 30))
    return _operand(rng, text, lambda old: "**".join(
        rng.choice((old, "2", "0.5", "3", "-1", "10")) for _ in range(count)))


def index(rng: random.Random, text: str) -> str:
    """Another place of a read."""
    found = list(INDEX.finditer(text))
    if not found:
        return _operand(rng, text, lambda old: f"{old}[{rng.choice(('i', '0', 'n', 'i, j'))}]")
    at = rng.choice(found)
    parts = at[0].split(",")
    place = rng.randrange(len(parts))
    one = parts[place].strip()
    form = rng.choice((
        "{} + 1", "{} - 1", "2*{}", "{} + 3", "-{}", "{}/2", "{}**2", "{} % 2", "{}*{}", "0", "7",
        "-1", "1000000000", "9" * 30, "q", "{}, {}", "", "{} + q", "N - 1 - {}", "T - {}",
        "{} + 0.5", "{} + 1/2", "1000000000*{}", "x[{}]", "sum(q, {})", "floor({}/2)", "max({}, 0)",
        ":", "{}:", "...", "None", "True", "'a'", "({})", "{} if {} else 0", "{} - {}",
        "3*{} + 2*q", "2*({} + 1)"))
    parts[place] = form.replace("{}", one)
    return text[:at.start()] + ", ".join(parts) + text[at.end():]


def number(rng: random.Random, text: str) -> str:
    return _operand(rng, text, lambda old: rng.choice(NUMBERS))


def other_operand(rng: random.Random, text: str) -> str:
    known = OPERAND.findall(text) or ["a"]
    return _operand(rng, text, lambda old: rng.choice(known))


def whole_side(rng: random.Random, text: str) -> str:
    return " " + rng.choice((
        "", "0", "1", "a", "loss", "x", "nan", "1/0", "0/0", f"{text}{text}", f"({text})",
        f"-({text})", f"{text} + {text}", f"({text})*({text})", f"({text})**2", f"{text} = {text}",
        f"1/({text})", f"where({text} > 0, {text}, -({text}))", f"({text})**({text})",
        f"{text.strip()[::-1]}"))


def _line_of_block(rng: random.Random, text: str, change: Callable[[str], str]) -> str:
    spans = [m.span(n) for m in BLOCK.finditer(text) for n in (1, 2, 3) if m[n] is not None]
    if not spans:
        return text
    begin, end = rng.choice(spans)
    lines = text[begin:end].split("\n")
    here = [p for p, line in enumerate(lines) if "=" in line]
    if not here:
        return text
    place = rng.choice(here)
    lines[place] = change(lines[place])
    return text[:begin] + "\n".join(lines) + text[end:]


def sides(rng: random.Random, text: str) -> str:
    """The two sides of an equation changed, or what stands between them."""
    def change(line: str) -> str:
        left, _, right = line.partition("=")
        return rng.choice((
            f"{right} = {left}", f"{left}+={right}", f"{left}=={right}", f"{left}:={right}",
            f"{left}-={right}", f"{left}<-{right}", f"{left}={left}={right}", left, right,
            f"{left}= {left} + {right}", f"{line}\n{line}", f"{line}; {line}",
            f"{left}, b ={right}", f"{left.strip()}[q] ={right}",
            f"{left.split('[')[0].strip()} ={right}",
            f"{left.replace(']', '+1]', 1)}={right}", f"{left.replace('[', '[2*', 1)}={right}",
            f"{left.replace('[', '[0, ', 1)}={right}", f"if 1: {line}", f"def f(): {line}",
            f"{left}: float ={right}", f"import os\n{line}", f"{line}  # {right}",
            f"return {right}", f"{left}=\n    {right}", f"{left}=({right}", f"{line} \\",
            f"{left.strip()}: {right}"))

    return _line_of_block(rng, text, change)


FORMULAS = (*map(_in_a_line, (
    operator, foreign, foreign, called, called, nested, deep_brackets, deep_signs, long_chain,
    tower, index, index, number, other_operand, whole_side)), sides)
