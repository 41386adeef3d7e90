r"""From formulas to a page: lines that fit, paragraphs, a document that compiles.

Widths are estimated from the text, in letters.  A formula that is too wide is broken at a plus, a
minus or a dot, as far out of its brackets as it can be; what has no such place is scaled to the
line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from symbprop.targets.latex_formula import escape
from symbprop.targets.rendering import environment

# Letters on a line of the document's template.
LINE = 74.0
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}_^&]|\s+|.", re.S)
_SILENT = re.compile(
    r"\\(left|right|bar|overline|hat|widehat|tilde|widetilde|text|mathbf|mathrm|mathit|mathcal|"
    r"operatorname|displaystyle|boldsymbol)\Z"
)
# What ends so is no factor of the bracket that follows.
_OPERATOR = re.compile(r"([-+=<>&(\[]|\\(cdot|odot|oslash|le|ge|ne|wedge|vee|neg|left|qquad))\s*\Z")
_BIG = re.compile(r"\\(sum|prod|max|min)(_(\\?\w+|\{[^{}]*(\{[^{}]*\}[^{}]*)*\}))?\s*\Z")


def width(text: str) -> float:
    """About how many letters wide a formula is."""
    return _width(_TOKEN.findall(text))


def _width(tokens: Sequence[str]) -> float:
    total, place = 0.0, 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        if token in "_^" or token == r"\frac":
            parts = []
            for _ in range(2 if token == r"\frac" else 1):
                part, place = _argument(tokens, place)
                parts.append(_width(part))
            total += max(parts) * (1.0 if token == r"\frac" else 0.7)
        elif token == r"\begin":
            end = _end(tokens, place)
            inner = "".join(tokens[place:end])
            rows = inner.split(r"\\")
            total += max(width(re.sub(r"^\{[a-z]*\}", "", row)) for row in rows) + 3
            place = end + 1
            _, place = _argument(tokens, place)
        elif token in (r"\sum", r"\prod", r"\max", r"\min"):
            below, after = 0.0, place
            if place < len(tokens) and tokens[place] == "_":
                inner_tokens, after = _argument(tokens, place + 1)
                below = 0.7 * _width(inner_tokens)
            total += max(2.4, below)
            place = after
        elif _SILENT.match(token) or token in "{}" or token.isspace():
            continue
        elif token in ("+", "-", "=", r"\cdot", r"\odot", r"\oslash", r"\le", r"\ge", r"\ne"):
            total += 2.2
        elif token in (r"\qquad", r"\quad"):
            total += 3.0
        elif token.startswith("\\") and len(token) > 3 and token[1:] in (
            "exp", "log", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arctan", "arcsin", "arccos"
        ):
            total += len(token) - 0.5
        else:
            total += 1.0 if token not in ",.()[]|" else 0.8
    return total


def _argument(tokens: Sequence[str], place: int) -> tuple[Sequence[str], int]:
    """The token or the group in braces at a place, and the place behind it."""
    while place < len(tokens) and tokens[place].isspace():
        place += 1
    if place >= len(tokens) or tokens[place] != "{":
        return tokens[place:place + 1], place + 1
    depth, start = 0, place
    while place < len(tokens):
        depth += (tokens[place] == "{") - (tokens[place] == "}")
        place += 1
        if depth == 0:
            break
    return tokens[start + 1:place - 1], place


def _end(tokens: Sequence[str], place: int) -> int:
    depth = 1
    while place < len(tokens):
        depth += (tokens[place] == r"\begin") - (tokens[place] == r"\end")
        if depth == 0:
            return place
        place += 1
    return place


def break_lines(text: str, first: float, others: float) -> list[str]:
    r"""Lines of at most the given widths; ``\left`` and ``\right`` are closed on each."""
    lines: list[str] = []
    room = first
    while width(text) > room:
        cut = _best_cut(text, room)
        if cut is None:
            break
        place, lefts = cut
        lines.append(text[:place].rstrip() + r" \right." * lefts)
        # What was opened must be open again on the next line, with the balance kept.
        rest = text[place:].lstrip()
        dot = r"\cdot " if rest.startswith(("(", r"\left")) else ""
        text = r"\left. " * lefts + dot + rest
        room = others
    return [*lines, text]


def _best_cut(text: str, room: float) -> tuple[int, int] | None:
    """A place to break at, and how many ``\\left`` are open there."""
    best: tuple[tuple[int, float], int, int] | None = None
    braces = rounds = lefts = environments = place = 0
    tokens = _TOKEN.findall(text)
    for number, token in enumerate(tokens):
        flat = braces == 0 and environments == 0
        spaced = number > 0 and tokens[number - 1].isspace()
        beside = flat and spaced and token in ("(", r"\left") and _multiplies(text[:place])
        if beside or (flat and spaced and token in ("+", "-", r"\cdot")):
            ahead = beside or (number + 1 < len(tokens) and tokens[number + 1].isspace())
            before = width(text[:place])
            # A line takes more than the sign that it begins with.
            if ahead and 6 < before <= room:
                # Between terms rather than between factors, outside brackets rather than inside.
                depth = 2 * rounds + 4 * lefts + (token not in "+-")
                # Near the end of the line, unless that tears a bracket apart.
                rank = (-depth, before) if before > room / 3 else (-depth - 6, before)
                if best is None or rank > best[0]:
                    best = rank, place, lefts
        braces += (token == "{") - (token == "}")
        environments += (token == r"\begin") - (token == r"\end")
        if braces == 0 and environments == 0:
            if token in "([" and not (number and tokens[number - 1] == r"\left"):
                rounds += 1
            elif token in ")]" and not (number and tokens[number - 1] == r"\right"):
                rounds -= 1
            lefts += (token == r"\left") - (token == r"\right")
        place += len(token)
    return (best[1], best[2]) if best is not None else None


def _multiplies(before: str) -> bool:
    """Whether a bracket after this text is one more factor of a product."""
    return bool(before.strip()) and not _OPERATOR.search(before) and not _BIG.search(before)


def display(equations: Sequence[tuple[str, str, str]]) -> str:
    """Equations (left, sign, right) below one another, aligned at their signs."""
    rows: list[str] = []
    for left, sign, right in equations:
        if width(left) > LINE / 2:
            lines = break_lines(right, LINE - 9, LINE - 9)
            rows += [rf"& {left}", rf"&\qquad {sign} {lines[0]}"]
            rows += [rf"&\qquad\qquad {{}} {line}" for line in lines[1:]]
            continue
        room = LINE - width(left) - 3
        lines = break_lines(right, room, LINE - width(left) - 6)
        if max(map(width, lines)) > room + 6:
            inner = rf"\displaystyle {left} {sign} {right}"
            rows.append(rf"& \resizebox{{0.98\linewidth}}{{!}}{{$ {inner} $}}")
            continue
        rows.append(f"{left} &{sign} {lines[0]}")
        rows += [rf"&\qquad {{}} {line}" for line in lines[1:]]
    inner = " \\\\\n".join(rows)
    return f"\\begin{{align*}}\n{inner}\n\\end{{align*}}\n"


def page(title: str, body: str) -> str:
    """A complete document; the title is any text."""
    template = environment().get_template("derivation.tex.j2")
    return template.render(title=escape(title), body=body.rstrip())
