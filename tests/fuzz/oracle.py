"""The meaning of a program: plain loops over its own tree, with every partial derivative.

An element is computed when it is asked for, from all definitions that reach it: `=` on disjoint
regions, every `+=` on top, in whatever order they stand.
"""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from .duals import Arithmetic, Dual, Undefined, plain
from .tree import (
    Call,
    Element,
    Fold,
    Index,
    Invalid,
    Number,
    Pi,
    Reader,
    Softmax,
    infer,
    nodes,
)


@dataclass
class Answer:
    """The loss, its partials by parameter, and every defined tensor that was asked for."""

    loss: float
    gradients: dict[str, np.ndarray]


class Oracle:
    """A program at given extents.  Raises Invalid where it is none.

    ``given`` are records with name, shape, role, integer, below and values, as a spec declares
    them.
    """

    def __init__(self, lines, given, extents, indices=(), loss="loss"):
        reader = Reader(lines, given, dict(extents))
        self.rules, self.given, self.loss = reader.rules, given, loss
        found = infer(reader, given, indices)
        self.runs, self.shapes = found.runs, found.shapes
        if self.shapes.get(loss) != ():
            raise Invalid("there is no scalar loss")

    def evaluate(self, data, noise=0.0, strict=False):
        """The answer at given data.  Raises Undefined or Invalid where there is none.

        ``strict`` asks for values and slopes of what the answer does not depend on, too: of the
        branch of a choice that is not taken, and of what no parameter moves.
        """
        run = _Run(self, data, Arithmetic(noise, strict))
        loss = run.element(self.loss, ())
        run.finish()
        slope = loss.slope if isinstance(loss, Dual) else None
        slope = np.zeros(run.count) if slope is None else slope
        gradients = {
            name: slope[start:start + int(np.prod(self.shapes[name]))].reshape(self.shapes[name])
            for name, start in run.starts.items()
        }
        return Answer(float(plain(loss)), gradients)

    def tensor(self, name, data, noise=0.0):
        """All values of a tensor."""
        run = _Run(self, data, Arithmetic(noise))
        values = np.zeros(self.shapes[name])
        for place in itertools.product(*map(range, self.shapes[name])):
            values[place] = float(plain(run.element(name, place)))
        return values


class _Run:
    def __init__(self, program, data, arithmetic):
        self.program, self.arithmetic = program, arithmetic
        self.values, self.open, self.reaching, self.starts = {}, set(), {}, {}
        self.count = 0
        parameters = [g for g in program.given if g.role == "parameter"]
        for g in parameters:
            self.starts[g.name] = self.count
            self.count += int(np.prod(program.shapes[g.name]))
        for g in program.given:
            values = data[g.name] if g.role != "constant" else np.reshape(g.values, g.shape)
            for flat, place in enumerate(
                itertools.product(*map(range, program.shapes[g.name]))
            ):
                value = values[place]
                if g.integer:
                    number = int(value)
                elif g.role == "parameter":
                    number = Dual(float(value), np.zeros(self.count))
                    number.slope[self.starts[g.name] + flat] = 1.0
                else:
                    number = Dual(float(value))
                self.values[g.name, place] = number

    def element(self, name, place):
        key = name, place
        if key in self.values:
            return self.values[key]
        if any(not 0 <= p < s for p, s in zip(place, self.program.shapes[name], strict=True)):
            raise Invalid(f"{name}{list(place)} lies outside of {self.program.shapes[name]}")
        if key in self.open:
            raise Invalid(f"{name}{list(place)} is defined by itself")
        self.open.add(key)
        rules = self.rules(name).get(place, [])
        if sum(not r.adds for r, _ in rules) > 1:
            raise Invalid(f"{name}{list(place)} is defined twice")
        if not rules and not any(r.adds for r in self.program.rules if r.name == name):
            raise Invalid(f"{name}{list(place)} is never defined")
        total = self.arithmetic.total([self.value(r.body, b) for r, b in rules])
        self.open.discard(key)
        self.values[key] = total = self.arithmetic.inexact(total)
        return total

    def finish(self):
        """Compute whatever the loss reads of, all of it.

        A program keeps tensors, not elements: where one of a tensor has no value, the derivative
        by what it was made of has none, although nobody reads that element.
        """
        needed, left = set(), [self.program.loss]
        while left:
            name = left.pop()
            if name in needed:
                continue
            needed.add(name)
            for place in itertools.product(*map(range, self.program.shapes[name])):
                self.element(name, place)
            for rule in self.program.rules:
                if rule.name == name:
                    self.rules(name)
                    self.refuse_empty(rule.body)
                    self.ask_idle(rule.binders, rule.body, {})
                    left += [n.name for part in (*rule.places, rule.body) for n in nodes(part)
                             if isinstance(n, Element)]

    def refuse_empty(self, body):
        for node in nodes(body):
            folds = isinstance(node, Fold) and node.kind in ("max", "min", "logsumexp")
            if (folds or isinstance(node, Softmax)) and not all(
                    self.program.runs[b] for b in node.binders):
                raise Undefined("a maximum over nothing")

    def ask_idle(self, binders, body, bound):
        """Of a body that runs over nothing, what does not depend on where it would run.

        A sum over no places is also the number of places times what stands in front of it.
        """
        if self.arithmetic.strict and not all(self.program.runs[b] for b in binders):
            for node in nodes(body):
                with contextlib.suppress(Invalid, KeyError):  # of an index that runs over nothing
                    self.value(node, bound)

    def rules(self, name):
        """By place: the definitions that reach it, each with the values of its indices."""
        if name not in self.reaching:
            table = self.reaching[name] = {}
            for rule in self.program.rules:
                if rule.name == name:
                    for bound in self.bindings(rule.binders, {}):
                        place = tuple(self.place(p, bound) for p in rule.places)
                        table.setdefault(place, []).append((rule, bound))
                        if any(not 0 <= p < s for p, s in
                               zip(place, self.program.shapes[name], strict=True)):
                            raise Invalid(f"{name}{list(place)} lies outside")
        return self.reaching[name]

    def bindings(self, binders, outer):
        for values in itertools.product(*(range(self.program.runs[b]) for b in binders)):
            yield {**outer, **dict(zip(binders, values, strict=True))}

    def place(self, node, bound):
        value = self.value(node, bound)
        if isinstance(value, Dual) or Fraction(value).denominator != 1:
            raise Invalid("an index is no integer")
        return int(value)

    def value(self, node, bound):
        match node:
            case Number(value=value):
                return value
            case Index(binder=binder):
                return bound[binder]
            case Element(name=name, places=places):
                return self.element(name, tuple(self.place(p, bound) for p in places))
            case Call(name="where", args=(condition, yes, no)):
                taken, left = (yes, no) if plain(self.value(condition, bound)) else (no, yes)
                if not self.arithmetic.strict:
                    return self.value(taken, bound)
                self.value(left, bound)
                return self.arithmetic.inexact(self.value(taken, bound))
            case Call(name=name, args=args):
                return self.arithmetic.call(name, tuple(self.value(a, bound) for a in args))
            case Fold(kind=kind, binders=binders, body=body):
                items = [self.value(body, b) for b in self.bindings(binders, bound)]
                self.ask_idle(binders, body, bound)
                return self.arithmetic.fold(kind, items)
            case Softmax(binders=binders, body=body):
                items = [self.value(body, b) for b in self.bindings(binders, bound)]
                total = self.arithmetic.fold("logsumexp", items)
                own = self.arithmetic.subtract(self.value(body, bound), total)
                return self.arithmetic.call("exp", (own,))
            case Pi():
                return Dual(np.pi)
        raise Undefined(f"no meaning for {node}")
