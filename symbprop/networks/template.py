"""Equations with holes: a layer's text in the notation, made ready for one place of one network.

    s[..., j] = sum(k, W[j,k]*x[..., k])        # ``...`` stands for the leading dimensions

A template's names are its own.  Filling it gives every tensor that belongs to the layer the suffix
of its use, puts numbers and extents in for arguments, renames indices that would mean something
else in the network, and writes the leading indices out.  It works on tokens and computes nothing;
what comes out is read by `notation` like any other text.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from sympy import Expr, Integer

from symbprop.arguments import doors
from symbprop.errors import Fault, LimitError, Place, SpecError
from symbprop.language.graph import MOST_DIMENSIONS
from symbprop.language.terms import extent

LEADING = ("n", "t", "l", "a", "b")
TARGET = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*(?:\[(?:[^\[\]]|\[[^\]]*\])*\]\s*)?\+?=(?!=)")


@dataclass(frozen=True, slots=True)
class Filled:
    """The text, the names of the tensors that it defines in order, and its indices by new name."""

    text: str
    defined: tuple[str, ...]
    indices: Mapping[str, str]


def owned(name: str, suffix: str) -> str:
    """A tensor's name in the network; a name that ends in a digit stays apart from the suffix."""
    return f"{name}_{suffix}" if name[-1:].isdigit() and suffix else f"{name}{suffix}"


def defined_names(text: str) -> tuple[str, ...]:
    """The tensors on the left sides, each once, in their order."""
    found = (TARGET.match(line) for line in text.splitlines())
    return tuple(dict.fromkeys(m.group(1) for m in found if m))


def fill(
    text: str,
    names: Mapping[str, str],
    taken: Sequence[Container[str]],
    leading: int = 0,
    place: Place | None = None,
) -> Filled:
    """Put ``names`` in and rename whatever else is no function, so that no ``taken`` holds it.

    A name that stands before a bracket ``(`` is a function and stays.  Raises SpecError where the
    text does not fall into tokens.
    """
    if not 0 <= leading <= MOST_DIMENSIONS:
        raise LimitError(Fault("SP405", f"{leading} dimensions lead, but an array has at most "
                               f"{MOST_DIMENSIONS}", place))
    try:
        tokens = [
            t for t in tokenize.generate_tokens(io.StringIO(text.strip("\n") + "\n").readline)
            if t.type not in (tokenize.INDENT, tokenize.DEDENT)
        ]
    except (tokenize.TokenError, SyntaxError) as error:
        raise SpecError(Fault("SP101", f"not a definition: {error.args[0]}", place)) from None
    used = set(names.values())
    indices: dict[str, str] = {}

    def index(name: str) -> str:
        if name not in indices:
            stem, number, new = name.rstrip("0123456789") or name, 0, name
            while new in used or any(new in held for held in taken):
                number += 1
                new = f"{stem}{number}"
            used.add(new)
            indices[name] = new
        return indices[name]

    written = {t.string for t in tokens if t.type == tokenize.NAME}
    free = [n for n in (*LEADING, *(f"n{i}" for i in range(leading))) if n not in written]
    lead = free[:leading]
    pieces: list[str] = []
    for position, token in enumerate(tokens):
        after = tokens[position + 1].string if position + 1 < len(tokens) else ""
        if token.type == tokenize.NAME:
            if token.string in names:
                pieces.append(names[token.string])
            elif after == "(" or token.string in ("and", "or", "not", "pi"):
                pieces.append(f" {token.string} " if token.string in ("and", "or", "not")
                              else token.string)
            else:
                pieces.append(index(token.string))
        elif token.string == "...":
            pieces.append(", ".join(index(n) for n in lead))
            if not lead:
                pieces.append("\0")
        elif token.type in (tokenize.NEWLINE, tokenize.NL):
            pieces.append("\n")
        elif token.type not in (tokenize.COMMENT, tokenize.ENDMARKER):
            pieces.append(f" {token.string} " if token.string in ("=", "+", "-", "+=")
                          else f"{token.string} " if token.string == "," else token.string)
    # Nothing leads: the comma beside the dots goes with them, and empty brackets too.
    made = re.sub(r"\0(, )?", "", "".join(pieces)).replace(", ]", "]").replace("[]", "")
    made = made.replace("(, ", "(")
    own = tuple(names.get(n, n) for n in defined_names(text))
    return Filled(re.sub(r"  +", " ", made), own, {new: old for old, new in indices.items()})


def size_of(text: str, values: Mapping[str, Expr], place: Place | None = None) -> Expr:
    """An extent from numbers and names by ``+ - * //``: ``"2*units"``; SpecError where it is none.

    A name without a value is an extent known at call time only.
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise SpecError(Fault("SP134", f"{text[:60]!r} is no extent", place)) from None

    def value(node: ast.expr, depth: int = 0) -> Expr:
        if depth > 50:
            raise SpecError(Fault("SP134", "an extent is nested too deep", place))
        match node:
            case ast.Constant(value=int() as number) if not isinstance(number, bool):
                return Integer(number)
            case ast.Name(id=name):
                return values[name] if name in values else extent(name)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return value(left, depth + 1) + value(right, depth + 1)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return value(left, depth + 1) - value(right, depth + 1)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return value(left, depth + 1) * value(right, depth + 1)
            case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
                above, below = value(left, depth + 1), value(right, depth + 1)
                if above.is_Integer and below.is_Integer and below > 0:
                    return Integer(int(above) // int(below))
        raise SpecError(Fault("SP134", f"{text[:60]!r} is no extent", place,
                              "an extent is made of integers and names with + - * //"))

    found = value(tree)
    if found.is_nonpositive:
        raise SpecError(Fault("SP134", f"the extent {text} is {found}, so not positive", place))
    return found


def bind(
    pattern: Sequence[str | int], shape: Sequence[Expr], what: str, place: Place | None = None
) -> tuple[int, dict[str, Expr]]:
    """How many dimensions ``...`` stands for, and the extent that each name of a pattern meets."""
    wanted = [p for p in pattern if p != "..."]
    free = len(shape) - len(wanted)
    said = f"({', '.join(map(str, shape))})"
    if free < 0 or (free and "..." not in pattern):
        raise SpecError(Fault("SP123", f"{what} needs an input of shape "
                              f"({', '.join(map(str, pattern))}), but it has {said}", place))
    at = list(pattern).index("...") if "..." in pattern else 0
    kept = [*shape[:at], *shape[at + free:]]
    found: dict[str, Expr] = {}
    for name, size in zip(wanted, kept, strict=True):
        held = Integer(name) if isinstance(name, int) else found.setdefault(name, size)
        if held != size:
            raise SpecError(Fault("SP123", f"{what} needs an extent of {held} where its input of "
                                  f"shape {said} has {size}", place))
    return free, found


doors(__name__)
