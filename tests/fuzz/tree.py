"""The notation read into a small tree, and the extent of every index found in numbers.

Nothing of the compiler is used.  All named extents are bound before anything is read, so that
inference is arithmetic on integers; it follows what the language promises (README, Equations): a
plain index runs over the extent that it reads, a tensor reaches as far as its left sides, then a
tensor without a shape takes that of its plain readers, then a window fits as often as it fits.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from fractions import Fraction


class Invalid(Exception):
    """The text is no program of the language, or not at these extents."""


@dataclass(frozen=True)
class Binder:
    """An index where it is bound; two of one letter are two."""

    letter: str
    serial: int


@dataclass(frozen=True)
class Number:
    value: Fraction


@dataclass(frozen=True)
class Pi:
    pass


@dataclass(frozen=True)
class Index:
    binder: Binder


@dataclass(frozen=True)
class Element:
    name: str
    places: tuple


@dataclass(frozen=True)
class Fold:
    kind: str
    binders: tuple[Binder, ...]
    body: object


@dataclass(frozen=True)
class Softmax:
    """``exp(body - logsumexp over binders of body)``, whose binders are free outside."""

    binders: tuple[Binder, ...]
    body: object


@dataclass(frozen=True)
class Call:
    name: str
    args: tuple


@dataclass(frozen=True)
class Rule:
    """``name[places] = body`` or, where it ``adds``, ``name[places] += body``."""

    name: str
    places: tuple
    body: object
    adds: bool
    binders: tuple[Binder, ...]


FOLDS = ("sum", "prod", "max", "min", "logsumexp", "mean", "norm", "softmax")
OPERATORS = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "raise",
    ast.Gt: "greater", ast.GtE: "greater_equal", ast.Lt: "less", ast.LtE: "less_equal",
    ast.Eq: "equal", ast.NotEq: "not_equal", ast.And: "both", ast.Or: "either",
}


class Reader:
    """Reads all lines; ``rules`` are what they say, in their order."""

    def __init__(self, lines, given, extents):
        self.extents = dict(extents)
        self.ranks = {g.name: len(g.shape) for g in given}
        self.count = 0
        statements = []
        for line in lines:
            try:
                (statement,) = ast.parse(line.strip()).body
            except (SyntaxError, ValueError):
                raise Invalid(f"not a definition: {line}") from None
            if isinstance(statement, ast.Assign):
                (target,), adds = statement.targets, False
            elif isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
                target, adds = statement.target, True
            else:
                raise Invalid(f"not a definition: {line}")
            name, places = _split(target)
            if self.ranks.setdefault(name, len(places)) != len(places):
                raise Invalid(f"{name} has {self.ranks[name]} indices elsewhere")
            if any(g.name == name for g in given):
                raise Invalid(f"{name} is given")
            statements.append((name, places, statement.value, adds))
        self.rules = [self.rule(*s) for s in statements]

    def rule(self, name, places, value, adds):
        self.scope, self.left = {}, {}
        for place in places:
            for node in ast.walk(place):
                if isinstance(node, ast.Name) and self.is_index(node.id):
                    self.left.setdefault(node.id, self.bind(node.id))
        self.scope = dict(self.left)
        read = tuple(self.expression(p) for p in places)
        return Rule(name, read, self.expression(value), adds, tuple(self.left.values()))

    def bind(self, letter):
        self.count += 1
        return Binder(letter, self.count - 1)

    def is_index(self, name):
        return name != "pi" and name not in self.ranks and name not in self.extents

    def expression(self, node):
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                return Number(Fraction(str(value)))
            case ast.Name(id=name):
                return self.named(name)
            case ast.Subscript():
                name, places = _split(node)
                if name not in self.ranks or self.ranks[name] != len(places):
                    raise Invalid(f"{name} cannot be read so")
                return Element(name, tuple(self.expression(p) for p in places))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Call("multiply", (Number(Fraction(-1)), self.expression(operand)))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.expression(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Call("negate", (self.expression(operand),))
            case ast.BinOp(op=operator, left=left, right=right) if type(operator) in OPERATORS:
                pair = self.expression(left), self.expression(right)
                return Call(OPERATORS[type(operator)], pair)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                if type(operator) not in OPERATORS:
                    raise Invalid("no comparison of the language")
                pair = self.expression(left), self.expression(right)
                return Call(OPERATORS[type(operator)], pair)
            case ast.BoolOp(op=operator, values=[first, *rest]):
                result = self.expression(first)
                for value in rest:
                    result = Call(OPERATORS[type(operator)], (result, self.expression(value)))
                return result
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if args:
                return self.call(name, args)
        raise Invalid(f"not of the language: {ast.dump(node)[:60]}")

    def named(self, name):
        if name in self.scope:
            return Index(self.scope[name])
        if name in self.ranks:
            if self.ranks[name]:
                raise Invalid(f"{name} has indices")
            return Element(name, ())
        if name in self.extents:
            return Number(Fraction(self.extents[name]))
        if name == "pi":
            return Pi()
        raise Invalid(f"unknown name {name}")

    def call(self, name, args):
        first = args[0]
        binds = isinstance(first, ast.Name) and self.is_index(first.id) and (
            first.id not in self.scope)
        if name not in FOLDS or (name in ("max", "min") and not binds):
            return Call(name, tuple(self.expression(a) for a in args))
        letters = [a.id if isinstance(a, ast.Name) else "" for a in args[:-1]]
        if not letters or not all(letters) or len(set(letters)) != len(letters):
            raise Invalid(f"{name} takes indices and an expression")
        if name == "softmax":
            if not all(n in self.scope for n in letters):
                raise Invalid("softmax runs over indices that are there")
            return Softmax(tuple(self.scope[n] for n in letters), self.expression(args[-1]))
        if any(n in self.scope or not self.is_index(n) for n in letters):
            raise Invalid("an index is bound twice")
        outer, bound = dict(self.scope), tuple(self.bind(n) for n in letters)
        self.scope |= dict(zip(letters, bound, strict=True))
        body = self.expression(args[-1])
        self.scope = outer
        return Fold(name, bound, body)


def _split(node):
    if isinstance(node, ast.Name):
        return node.id, []
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return node.value.id, node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    raise Invalid("neither a name nor an element")


def nodes(node):
    """The node and all below it, outermost first."""
    yield node
    below = ()
    match node:
        case Element(places=below) | Call(args=below):
            pass
        case Fold(body=body) | Softmax(body=body):
            below = (body,)
    for child in below:
        yield from nodes(child)


def linear(node):
    """An index expression as coefficients by binder, an offset, and what is looked up."""
    match node:
        case Number(value=value) if value.denominator == 1:
            return {}, int(value), ()
        case Index(binder=binder):
            return {binder: 1}, 0, ()
        case Element():
            return {}, 0, (node,)
        case Call(name="add" | "subtract" as name, args=(left, right)):
            sign = 1 if name == "add" else -1
            (a, offset, looked), (b, more, extra) = linear(left), linear(right)
            if extra and sign < 0:
                raise Invalid("an index subtracts what is looked up")
            total = {k: a.get(k, 0) + sign * b.get(k, 0) for k in (*a, *b)}
            return {k: v for k, v in total.items() if v}, offset + sign * more, looked + extra
        case Call(name="multiply", args=(left, right)):
            one, other = linear(left), linear(right)
            if one[0] or one[2]:
                one, other = other, one
            if one[0] or one[2] or other[2]:
                raise Invalid("an index is not affine")
            return {k: v * one[1] for k, v in other[0].items() if one[1]}, one[1] * other[1], ()
    raise Invalid("an index is not affine")


@dataclass
class Extents:
    """How far each binder runs and each tensor reaches."""

    runs: dict[Binder, int]
    shapes: dict[str, tuple[int, ...]]


def infer(reader, given, declared):
    """The extents of all binders and shapes of all tensors.  Raises Invalid where use disagrees."""
    inference = _Inference(reader, given, declared)
    inference.settle()
    if inference.faults:
        raise Invalid("{} runs over {} and over {}".format(*inference.faults[0]))
    if None in inference.runs.values() or any(None in s for s in inference.shapes.values()):
        raise Invalid("an extent cannot be found")
    if any(r < 0 for r in inference.runs.values()):
        raise Invalid("an index runs over less than nothing")
    return Extents(inference.runs, {n: tuple(s) for n, s in inference.shapes.items()})


def by_use(reader, given, declared):
    """What use says of binders and shapes, None where it says nothing; and where it disagrees."""
    inference = _Inference(reader, given, declared)
    inference.settle()
    return Extents(inference.runs, inference.shapes), inference.faults


class _Inference:
    def __init__(self, reader, given, declared):
        def number(size):
            if isinstance(size, str) and size not in reader.extents:
                raise Invalid(f"the extent {size} is not bound")
            return reader.extents[size] if isinstance(size, str) else int(size)

        self.faults, self.short = [], set()
        self.rules, self.names = reader.rules, {g.name for g in given}
        self.shapes = {n: [None] * r for n, r in reader.ranks.items()}
        self.shapes |= {g.name: [number(s) for s in g.shape] for g in given}
        self.limits = {g.name: None if g.below is None else number(g.below) for g in given}
        self.integers = {g.name for g in given if g.integer}
        self.reads = [
            [n for p in r.places for n in nodes(p) if isinstance(n, Element)]
            + [n for n in nodes(r.body) if isinstance(n, Element)]
            for r in self.rules
        ]
        for own, rule in zip(self.reads, self.rules, strict=True):
            own.insert(0, Element(rule.name, rule.places))
        self.lines = {id(p): linear(p) for own in self.reads for n in own for p in n.places}
        self.binders = {b: None for r in self.rules for b in r.binders}
        for rule in self.rules:
            for node in nodes(rule.body):
                if isinstance(node, Fold):
                    self.binders |= dict.fromkeys(node.binders)
        self.fixed = {k: number(v) for k, v in declared}
        self.runs = {b: self.fixed.get(b.letter) for b in self.binders}
        self.regional = {
            (r.name, n) for r in self.rules for n, p in enumerate(r.places)
            if not isinstance(p, Index)
        }
        for own in self.reads:
            for read in own:
                for place in read.places:
                    for looked in self.lines[id(place)][2]:
                        if looked.name not in self.integers:
                            raise Invalid(f"{looked.name} holds no integers")

    def settle(self):
        while not self.faults:
            before = self.known()
            for rule, own in zip(self.rules, self.reads, strict=True):
                self.from_plain(rule, own)
                if rule.name not in self.names:
                    self.from_left(rule.name)
            if self.known() > before or self.from_windows("part") or self.from_readers() or (
                self.from_windows("known")
            ):
                continue
            for name in {r.name for r in self.rules} - self.names:
                self.from_left(name, some=True)
            if self.known() == before and not self.from_windows():
                break

    def known(self):
        shapes = sum(s is not None for own in self.shapes.values() for s in own)
        return shapes + sum(r is not None for r in self.runs.values())

    def from_plain(self, rule, own):
        for number, read in enumerate((*own[1:], own[0])):
            target = number == len(own) - 1  # which runs over a part where it adds to a part
            for n, (place, size) in enumerate(zip(read.places, self.shapes[read.name],
                                                  strict=True)):
                if size is None or not isinstance(place, Index) or (read.name, n) in self.regional:
                    continue
                runs = self.runs[place.binder]
                if runs is None:
                    self.runs[place.binder] = self.held_back(place.binder, size, rule, own)
                elif runs != size:
                    fixed = place.binder.letter in self.fixed or place.binder in self.short
                    if (fixed or target) and runs < size:
                        continue
                    self.faults.append((place.binder.letter, runs, size))

    def held_back(self, binder, size, rule, own):
        """How far an index runs beside places that it makes alone: t in x[t + 1] - x[t]."""
        for read in own:
            if read.name == rule.name and read.places == rule.places:
                continue
            for place, room in zip(read.places, self.shapes[read.name], strict=True):
                coefficients, offset, looked = self.lines[id(place)]
                plain = isinstance(place, Index)
                if room is None or plain or looked or set(coefficients) != {binder}:
                    continue
                step = coefficients[binder]
                room = room - 1 - offset if step > 0 else offset
                if room // abs(step) + 1 < size:
                    size = room // abs(step) + 1
                    self.short.add(binder)
        return size

    def end(self, place):
        coefficients, offset, looked = self.lines[id(place)]
        total = offset + 1
        for binder, factor in coefficients.items():
            if self.runs[binder] is None:
                return None
            total += max(0, factor) * (self.runs[binder] - 1)
        for read in looked:
            if self.limits[read.name] is None:
                return None
            total += self.limits[read.name] - 1
        return total

    def from_left(self, name, some=False):
        own = [r for r in self.rules if r.name == name]
        for n, size in enumerate(self.shapes[name]):
            if size is not None:
                continue
            ends = [self.end(r.places[n]) for r in own]
            if all(isinstance(r.places[n], Index) for r in own):
                found = [e for e in ends if e is not None]
                if found and (some or len(found) == len(ends)):
                    self.shapes[name][n] = max(found)
            elif None not in ends:
                self.shapes[name][n] = max(ends)

    def from_readers(self):
        return any(self.from_reader(read) for own in self.reads for read in own)

    def from_reader(self, read):
        for n, (place, size) in enumerate(zip(read.places, self.shapes[read.name], strict=True)):
            if size is None and isinstance(place, Index) and (read.name, n) not in self.regional:
                runs = self.runs[place.binder]
                if runs is not None:
                    self.shapes[read.name][n] = runs
                    return True
        return False

    def from_windows(self, only=""):
        return any(self.from_windows_of(own, only) for own in self.reads)

    def speaks(self, binder, own, only):
        """Whether all that is read by an index is known, and a "part" of the target written."""
        target, *others = own
        if only == "part" and any(
            isinstance(p, Index) and p.binder is binder for p in target.places
        ):
            return False
        return not only or all(
            size is not None
            for read in others if read.name != target.name
            for place, size in zip(read.places, self.shapes[read.name], strict=True)
            if binder in self.lines[id(place)][0]
        )

    def from_windows_of(self, own, only):
        """The index that stands first runs as far as all its windows let it."""
        counts, forward = {}, set()
        for read in own:
            for place, size in zip(read.places, self.shapes[read.name], strict=True):
                coefficients, offset, looked = self.lines[id(place)]
                unknown = [b for b in coefficients if self.runs[b] is None]
                if size is None or looked or len(unknown) != 1:
                    continue
                if not self.speaks(unknown[0], own, only):
                    continue
                step = coefficients[unknown[0]]
                ends = [(f * (self.runs[b] - 1)) for b, f in coefficients.items()
                        if b != unknown[0]]
                low = offset + sum(min(0, e) for e in ends)
                high = offset + sum(max(0, e) for e in ends)
                room = size - 1 - high if step > 0 else low
                counts.setdefault(unknown[0], []).append(room // abs(step) + 1)
                if step > 0:
                    forward.add(unknown[0])
        if forward:
            first = min(forward, key=lambda b: b.serial)
            self.runs[first] = min(counts[first])
        return bool(forward)
