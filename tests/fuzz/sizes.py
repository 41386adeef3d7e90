"""Extents as linear forms of the named ones, and places that surely lie inside of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """``sum of parts + number``, as N + 1; named extents are zero at least."""

    number: int
    parts: tuple[tuple[str, int], ...] = ()

    def __add__(self, other):
        if isinstance(other, int):
            return Size(self.number + other, self.parts)
        counts = dict(self.parts)
        for name, factor in other.parts:
            counts[name] = counts.get(name, 0) + factor
        parts = tuple(sorted((n, f) for n, f in counts.items() if f))
        return Size(self.number + other.number, parts)

    def __mul__(self, factor):
        return Size(self.number * factor, tuple((n, f * factor) for n, f in self.parts if factor))

    def __sub__(self, other):
        return self + (-other if isinstance(other, int) else other * -1)

    def fits(self, other):
        """Whether this is surely no more than the other."""
        gap = other - self
        return gap.number >= 0 and all(f > 0 for _, f in gap.parts)

    @property
    def plain(self):
        """As a spec writes it where it declares, or None where it cannot."""
        if not self.parts:
            return self.number
        if self.number == 0 and len(self.parts) == 1 and self.parts[0][1] == 1:
            return self.parts[0][0]
        return None

    def text(self):
        terms = [n if f == 1 else f"{f}*{n}" for n, f in self.parts]
        text = " + ".join(terms).replace("+ -", "- ")
        if not terms:
            return str(self.number)
        if self.number:
            text += f" {'+' if self.number > 0 else '-'} {abs(self.number)}"
        return text


def size(value):
    return Size(value) if isinstance(value, int) else Size(0, ((value, 1),))


@dataclass(frozen=True)
class Place:
    """An index expression, its largest value, and the letters that stand in it."""

    text: str
    high: Size
    letters: tuple[str, ...] = ()
    form: str = "plain"


def places(extent, scope, rng, lookups=()):
    """Index expressions that stay below an extent, with how often each form is wanted.

    ``scope`` maps letters to sizes; ``lookups`` are texts of integer elements with what they stay
    below.
    """
    found = []
    top = extent - 1
    for letter, runs in scope.items():
        last = runs - 1
        if runs == extent:
            found.append((9, Place(letter, last, (letter,))))
        if runs == extent or runs.fits(extent):
            high = rng.choice((top, last)) if runs != extent else top
            back = f"{high.text()} - {letter}"
            found.append((2, Place(back, high, (letter,), "reversed")))
        if runs != extent and runs.fits(extent):
            slack = extent - runs
            shift = slack if slack.parts else Size(rng.randint(0, slack.number))
            text = f"{letter} + {shift.text()}" if shift != Size(0) else letter
            found.append((3, Place(text, last + shift, (letter,), "shifted")))
        double = last * 2
        if (double + 1).fits(extent):
            slack = extent - double - 1
            offset = Size(0) if slack.parts else Size(rng.randint(0, slack.number))
            if rng.random() < 0.5:
                text = f"2*{letter}" + (f" + {offset.text()}" if offset != Size(0) else "")
            else:
                text = f"{(double + offset).text()} - 2*{letter}"
            found.append((2, Place(text, double + offset, (letter,), "strided")))
        for other, more in scope.items():
            both = last + (more - 1)
            if other != letter and (both + 1).fits(extent):
                slack = extent - both - 1
                offset = Size(0) if slack.parts else Size(rng.randint(0, slack.number))
                tail = f" + {offset.text()}" if offset != Size(0) else ""
                if rng.random() < 0.7:
                    text = f"{letter} + {other}{tail}"
                else:
                    text = f"{letter} - {other} + {(more - 1 + offset).text()}"
                found.append((2, Place(text, both + offset, (letter, other), "window")))
            wide = double + (more - 1)
            if other != letter and (wide + 1).fits(extent):
                found.append((1, Place(f"2*{letter} + {other}", wide, (letter, other), "window")))
        for text, below in lookups:
            if (below - 1 + last + 1).fits(extent):
                found.append((1, Place(f"{text} + {letter}", below - 1 + last, (letter,),
                                       "looked up")))
    if Size(1).fits(extent):
        fixed = [Size(0), top] if extent.parts else [Size(n) for n in range(extent.number)]
        at = rng.choice(fixed)
        found.append((1, Place(at.text(), at, (), "fixed")))
    for text, below in lookups:
        if below.fits(extent):
            found.append((3, Place(text, below - 1, (), "looked up")))
    return found


def pick(weighted, rng):
    total = rng.random() * sum(w for w, _ in weighted)
    for weight, value in weighted:
        total -= weight
        if total <= 0:
            return value
    return weighted[-1][1]
