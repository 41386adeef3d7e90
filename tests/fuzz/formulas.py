"""Random right sides: every function and reduction of the language over every form of read.

What could leave its domain or the floats is mostly led through a bounded function first; the rest
is the judge's, who draws such a point anew.
"""

from __future__ import annotations

import itertools

from .sizes import pick, places, size

ONE = (
    "tanh({0})", "sigmoid({0})", "softplus({0})", "relu({0})", "leaky_relu({0})", "elu({0})",
    "selu({0})", "gelu({0})", "gelu_tanh({0})", "silu({0})", "softsign({0})", "hardsigmoid({0})",
    "hardswish({0})", "sin({0})", "cos({0})", "tan(tanh({0})/2)", "asin(0.9*tanh({0}))",
    "acos(0.9*tanh({0}))", "atan({0})", "sinh(tanh({0}))", "cosh(tanh({0}))", "abs({0})",
    "sign({0})", "step({0})", "erf({0})", "exp(-({0})**2)", "exp(tanh({0}))", "expm1(tanh({0}))",
    "log(1.5 + tanh({0}))", "log1p(({0})**2)", "sqrt(1 + square({0}))", "stop_gradient({0})",
    "erfc({0})", "log_ndtr({0})", "logcosh({0})", "lgamma(1.7 + tanh({0}))",
    "digamma(2 + sin({0}))", "round(3*({0}))", "floor(2*({0}))*({0})",
    "log(1 + exp({0}))", "1/(1 + exp(-({0})))", "log(1/(1 + exp({0})))", "log(cosh(0.3*({0})))",
    "-log((1 + erf(({0})/sqrt(2)))/2)",
    "({0})**2", "({0})**3", "1/(1.5 + ({0})**2)", "(1.2 + tanh({0}))**1.5", "square({0})",
    "sqrt(abs({0}) + 0.3)", "(0.5 + ({0})**2)**(-1/2)", "-({0})", "leaky_relu({0}, 0.2)",
    "elu({0}, 0.7)", "(2 + sin({0}))**-2", "log(exp({0}))", "exp(log(0.7 + ({0})**2))",
    "log(sigmoid({0}))", "not ({0} > 0.1)", "abs({0} - stop_gradient({0}))", "sqrt(({0})**2 + 0)",
)
TWO = (
    "{0} + {1}", "{0} - {1}", "({0})*({1})", "({0})*({1})", "({0})/(1.5 + ({1})**2)",
    "atan2({0}, 2 + cos({1}))", "max({0}, {1})", "min({0}, {1})", "power(1.5 + sin({0}), {1})",
    "logaddexp({0}, {1})", "logaddexp({0}, 0.5)*({1})",
    "xlogy(1 + tanh({0})/2, 2 + sin({1}))", "({0} > {1})", "({0} >= {1})", "({0} < {1})",
    "({0} <= {1})", "({0} > {1})*({0})", "step({0})**2 + ({1})", "step({0})*step({1})",
    "(step({0}) + step({1}))/2", "({0} > 0)*({1} > 0) - 1", "({0} == {1})", "({0} != {1})",
    "leaky_relu({0}, tanh({1}))", "elu({0}, sigmoid({1}))", "(1.5 + tanh({0}))**({1})",
    "where({0}, {1}, 0)", "where({0} > 0.2, {1}, {0})", "clip({0}, -1, {1})",
    "clip({0}, {1}, 0.5)", "({0} > 0) - ({1} > 0)", "(({0} > 0) == ({1} > 0))",
    "exp(step({0}))*({1})", "max({0}, {1} > 0)", "where({1} > 0, log({1}), {0})",
    "where({1} == 0, 0, ({0})/({1}))", "({0} > 0)**2*({1})", "atan2({1}, {0})",
    "where({0} > 0, sqrt({0}), {1})", "stop_gradient({0})*({1})", "min({0}, max({1}, -0.5))",
)
THREE = (
    "clip({0}, {1}, {2})", "where({0} > {1}, {2}, {0})", "where({0} > 0 and {1} > 0, {2}, 0)",
    "where({0} > 0 or {1} > 0, {2}, {1})", "where(not ({0} > 0), {1}, {2})",
    "where({0} > 0, where({1} > 0, {2}, {0}), {1})", "({0} > 0 and {1} > 0)*({2})",
    "({0} > 0 or {1} < 0) + ({2})", "({0})*({1})*({2})", "({0} + {1})*({2} - {0})",
    "max(max({0}, {1}), {2})", "where({0} > 0, clip({1}, 0.3, -0.3), relu({2}))",
    "where(({0} > {1}) == ({1} > {2}), {0}, {2})", "({0}*{1} + {2})/(1 + ({0})**2)",
)
FOLDS = ("sum", "sum", "sum", "sum", "mean", "prod", "max", "min", "logsumexp", "norm")
NUMBERS = ("1", "2", "0.5", "3", "0.1", "-1", "1.5", "1/3", "pi", "0")


class Formulas:
    """Writes expressions over tensors that are there; ``letters`` makes an index of each binder."""

    def __init__(self, rng, tensors, integers, letters):
        self.rng, self.tensors, self.integers, self.letters = rng, tensors, integers, letters

    def write(self, scope, depth, must=()):
        """An expression; ``must`` are letters that it should read by."""
        rng = self.rng
        if depth <= 0:
            return self.leaf(scope, must)
        kind = rng.random()
        if kind < 0.18:
            return self.leaf(scope, must)
        if kind < 0.42:
            return rng.choice(ONE).format(self.write(scope, depth - 1, must))
        if kind < 0.70:
            pattern, count = rng.choice(TWO), 2
        elif kind < 0.80:
            pattern, count = rng.choice(THREE), 3
        else:
            return self.fold(scope, depth - 1, must)
        parts = [self.write(scope, depth - 1, must if n == 0 else ()) for n in range(count)]
        return pattern.format(*(f"({p})" if not p.replace("_", "").isalnum() else p
                                for p in parts))

    def fold(self, scope, depth, must=()):
        """A reduction over one or two new indices, whose body reads by them."""
        rng = self.rng
        sizes = sorted({s for shape in self.tensors.values() for s in shape}, key=str)
        if not sizes:
            return self.leaf(scope, must)
        if scope and rng.random() < 0.12:
            letter = rng.choice(sorted(scope))
            return f"softmax({letter}, {self.write(scope, depth, (letter, *must))})"
        kind = rng.choice(FOLDS)
        inner, bound = dict(scope), []
        for _ in range(1 if rng.random() < 0.8 else 2):
            runs = rng.choice(sizes)
            if kind in ("max", "min", "logsumexp", "mean", "prod") and runs.parts:
                kind = "sum"
            if rng.random() < 0.25 and not runs.parts and runs.number > 2:
                runs = size(rng.randint(2, runs.number - 1))
            letter = self.letters(runs)
            inner[letter] = runs
            bound.append(letter)
        body = self.write(inner, depth, (*bound, *must))
        if kind == "prod":
            body = f"1 + tanh({body})/2"
        return f"{kind}({', '.join(bound)}, {body})"

    def leaf(self, scope, must=()):
        rng = self.rng
        kind = rng.random()
        if kind < 0.07:
            return rng.choice(NUMBERS)
        if kind < 0.12 and scope:
            letter = rng.choice(sorted(scope))
            return rng.choice((letter, f"{letter}/3", f"(2 - {letter})", f"({letter} > 0)",
                               f"({letter} + 1)"))
        if kind < 0.14 and len(scope) > 1:
            one, other = rng.sample(sorted(scope), 2)
            return f"({one} {rng.choice(('==', '<', '>=', '!='))} {other})"
        if kind < 0.17 and self.integers:
            read = self.compared(scope)
            if read:
                return read
        if kind < 0.19:
            named = sorted({n for shape in self.tensors.values() for s in shape
                            for n, _ in s.parts})
            if named:
                return rng.choice(named)
        return self.read(scope, must) or rng.choice(NUMBERS)

    def compared(self, scope):
        """An integer element in a comparison."""
        name = self.rng.choice(sorted(self.integers))
        element = self.element(name, self.integers[name][0], scope)
        if element is None:
            return None
        other = self.rng.choice([*scope, "0", "1"])
        return f"({element} {self.rng.choice(('==', '>', '!=', '<='))} {other})"

    def read(self, scope, must=()):
        """An element of some tensor, by the letters of ``must`` where one has room for them."""
        names = sorted(self.tensors)
        self.rng.shuffle(names)
        must = tuple(m for m in must if m in scope)
        fitting = []
        for name in names:
            shape = self.tensors[name]
            if must and not any(scope[must[0]].fits(s) for s in shape):
                continue
            fitting.append(name)
        for name in (*fitting, *names):
            text = self.element(name, self.tensors[name], scope, must[:1])
            if text is not None:
                return text
        return None

    def element(self, name, shape, scope, must=()):
        """``name[...]`` at random places, or None where the scope cannot reach one."""
        if not shape:
            return name
        parts = []
        start = self.rng.randrange(len(shape))
        turned = [*range(start, len(shape)), *range(start)]
        for axis in turned:
            choice = self.places(shape[axis], scope)
            wanted = [(w, p) for w, p in choice if set(must) & set(p.letters)]
            if wanted:
                choice, must = wanted, ()
            if not choice:
                return None
            parts.append((axis, pick(choice, self.rng).text))
        return f"{name}[{', '.join(text for _, text in sorted(parts))}]"

    def places(self, extent, scope):
        return places(extent, scope, self.rng, self.lookups(scope))

    def lookups(self, scope):
        """Integer elements that the scope can reach by plain or fixed places."""
        found = []
        for name in sorted(self.integers):
            shape, below = self.integers[name]
            texts = []
            for extent in shape:
                choice = places(extent, scope, self.rng)
                if not choice:
                    break
                texts.append(pick(choice, self.rng).text)
            else:
                inner = f"[{', '.join(texts)}]" if shape else ""
                found.append((f"{name}{inner}", below))
        return found


def letters_for(count=itertools.count):
    """A maker of new letters, and how far each of them runs."""
    numbers, runs = count(), {}

    def letter(extent):
        name = f"i{next(numbers)}_"
        runs[name] = extent
        return name
    return letter, runs
