r"""From formulas to a page: lines that fit, paragraphs, a document that compiles.

Widths are estimated from the text, in letters.  A formula that is too wide is broken at a plus, a
minus or a dot, as far out of its brackets as it can be; what has no such place is scaled to the
line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symbprop.targets.latex_formula import escape
from symbprop.targets.rendering import environment

# Letters on a line of the document's template.
LINE = 74.0
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}_^&]|\s+|.", re.S)
_SILENT = frozenset((
    r"\left", r"\right", r"\bar", r"\overline", r"\hat", r"\widehat", r"\tilde", r"\widetilde",
    r"\text", r"\mathbf", r"\mathrm", r"\mathit", r"\mathcal", r"\operatorname", r"\displaystyle",
    r"\boldsymbol", "{", "}",
))
_BIG = frozenset((r"\sum", r"\prod", r"\max", r"\min"))
_SIGNS = frozenset(("+", "-", "=", r"\cdot", r"\odot", r"\oslash", r"\le", r"\ge", r"\ne"))
_WORDS = frozenset((
    r"\exp", r"\log", r"\sin", r"\cos", r"\tan", r"\tanh", r"\sinh", r"\cosh", r"\arctan",
    r"\arcsin", r"\arccos",
))
# What ends so is no factor of the bracket that follows.
_OPERATOR = frozenset((
    r"\cdot", r"\odot", r"\oslash", r"\le", r"\ge", r"\ne", r"\wedge", r"\vee", r"\neg", r"\left",
    r"\qquad",
))


def width(text: str) -> float:
    """About how many letters wide a formula is.  Time grows with its length, however nested."""
    row = _row(text)
    return _width(row, 0, len(row.tokens))


@dataclass(frozen=True, slots=True)
class _Row:
    r"""The tokens of a formula; ``ends`` has the place of what closes a brace or a ``\begin``."""

    tokens: Sequence[str]
    ends: Mapping[int, int]


def _row(text: str) -> _Row:
    tokens = _TOKEN.findall(text)
    ends: dict[int, int] = {}
    braces: list[int] = []
    environments: list[int] = []
    for place, token in enumerate(tokens):
        if token == "{":
            braces.append(place)
        elif token == "}" and braces:
            ends[braces.pop()] = place
        elif token == r"\begin":
            environments.append(place)
        elif token == r"\end" and environments:
            ends[environments.pop()] = place
    return _Row(tokens, ends)


def _width(row: _Row, begin: int, end: int) -> float:
    total, place = 0.0, begin
    while place < end:
        wide, place = _unit(row, place, end)
        total += wide
    return total


def _unit(row: _Row, place: int, end: int) -> tuple[float, int]:
    """The width of a token with its arguments, and the place behind them."""
    token = row.tokens[place]
    place += 1
    if token in "_^":
        first, last, place = _argument(row, place, end)
        return _width(row, first, last) * 0.7, place
    if token == r"\frac":
        first, last, place = _argument(row, place, end)
        above = _width(row, first, last)
        first, last, place = _argument(row, place, end)
        return max(above, _width(row, first, last)), place
    if token == r"\begin":
        last = min(row.ends.get(place - 1, end), end)
        _, _, begin = _argument(row, place, last)
        _, _, place = _argument(row, last + 1, end)
        return _widest_row(row, begin, last) + 3, place
    if token in _BIG:
        below = 0.0
        if place < end and row.tokens[place] == "_":
            first, last, place = _argument(row, place + 1, end)
            below = 0.7 * _width(row, first, last)
        return max(2.4, below), place
    if token in _SILENT or token.isspace():
        return 0.0, place
    if token in _SIGNS:
        return 2.2, place
    if token in (r"\qquad", r"\quad"):
        return 3.0, place
    if token in _WORDS:
        return len(token) - 0.5, place
    return 1.0 if token not in ",.()[]|" else 0.8, place


def _argument(row: _Row, place: int, end: int) -> tuple[int, int, int]:
    """Where the token or the group in braces at a place begins and ends, and what is behind it."""
    while place < end and row.tokens[place].isspace():
        place += 1
    if place >= end:
        return end, end, end
    if row.tokens[place] != "{":
        return place, place + 1, place + 1
    last = min(row.ends.get(place, end), end)
    return place + 1, last, min(last + 1, end)


def _widest_row(row: _Row, begin: int, end: int) -> float:
    r"""The width of the widest row of an environment; one within has rows of its own."""
    widest, total, place = 0.0, 0.0, begin
    while place < end:
        if row.tokens[place] == r"\\":
            widest, total = max(widest, total), 0.0
            place += 1
        else:
            wide, place = _unit(row, place, end)
            total += wide
    return max(widest, total)


def break_lines(text: str, first: float, others: float) -> list[str]:
    r"""Lines of at most the given widths; ``\left`` and ``\right`` are closed on each.

    Each line is measured as far as there is room on it, so time grows with the length of the text.
    """
    row = _row(text)
    lines: list[str] = []
    opening, begin, lefts, room = "", 0, 0, first
    while (cut := _best_cut(row, begin, lefts, opening, room)) is not None:
        place, lefts = cut
        line = opening + "".join(row.tokens[begin:place])
        lines.append(line.rstrip() + r" \right." * lefts)
        # What was opened must be open again on the next line, with the balance kept.
        opening = r"\left. " * lefts
        if row.tokens[place] in ("(", r"\left"):
            opening += r"\cdot "
        begin, room = place, others
    return [*lines, opening + "".join(row.tokens[begin:])]


def _best_cut(
    row: _Row, begin: int, lefts: int, opening: str, room: float
) -> tuple[int, int] | None:
    r"""A place to break at, and how many ``\left`` are open there; None where the rest has room.

    None also where no place will do.  The line begins with ``opening``, then the token at a place.
    """
    best: tuple[tuple[int, float], int, int] | None = None
    tokens, end = row.tokens, len(row.tokens)
    total, place = 0.0, begin
    for wide in _opening_widths(opening):
        total += wide
    braces = rounds = 0
    # The first and the last token of the unit before, blanks aside.
    before = ("", opening.split()[-1]) if opening else ("", "")
    while place < end and total <= room:
        token = tokens[place]
        spaced = place > begin and tokens[place - 1].isspace()
        if braces == 0 and spaced:
            beside = token in ("(", r"\left") and _multiplies(*before)
            ahead = place + 1 < end and tokens[place + 1].isspace()
            # A line takes more than the sign that it begins with.
            if total > 6 and (beside or (ahead and token in ("+", "-", r"\cdot"))):
                # Between terms rather than between factors, outside brackets rather than inside.
                depth = 2 * rounds + 4 * lefts + (token not in "+-")
                # Near the end of the line, unless that tears a bracket apart.
                rank = (-depth, total) if total > room / 3 else (-depth - 6, total)
                if best is None or rank > best[0]:
                    best = rank, place, lefts
        braces += (token == "{") - (token == "}")
        if braces == 0:
            after_left = place > begin and tokens[place - 1] == r"\left"
            after_right = place > begin and tokens[place - 1] == r"\right"
            rounds += (token in ("(", "[") and not after_left)
            rounds -= (token in (")", "]") and not after_right)
            lefts += (token == r"\left") - (token == r"\right")
        wide, behind = _unit(row, place, end)
        if not token.isspace():
            before = token, tokens[behind - 1]
        total, place = total + wide, behind
    return (best[1], best[2]) if best is not None and total > room else None


def _opening_widths(opening: str) -> list[float]:
    row = _row(opening)
    return [_unit(row, place, len(row.tokens))[0] for place in range(len(row.tokens))]


def _multiplies(first: str, last: str) -> bool:
    """Whether a bracket is one more factor of a product after a unit of these tokens."""
    return bool(last) and first not in _BIG and not (
        last in _OPERATOR or last[-1] in "-+=<>&(["
    )


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
