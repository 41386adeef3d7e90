"""Random programs: tensors defined whole, in regions, by additions, by recurrences, in any order.

A program is made of definitions whose extents are known by construction, so that nearly all are
valid; an index whose extent its use does not say is declared.
"""

from __future__ import annotations

import random
import re

from symbprop.shrinking.script import Given, Script

from .formulas import Formulas, letters_for
from .sizes import Size, pick, size
from .tree import Invalid, Reader, by_use

DEPTHS = (1, 1, 2, 2, 3)


def program(seed):
    """One program, the same for the same seed."""
    rng = random.Random(seed)
    for _ in range(50):
        made = _Writer(rng).script()
        if made is not None:
            return made
    raise AssertionError("no program could be written")


class _Writer:
    def __init__(self, rng):
        self.rng = rng
        self.letter, self.runs = letters_for()
        self.lines, self.given, self.shapes, self.integers = [], [], {}, {}
        self.formulas = Formulas(rng, self.shapes, self.integers, self.letter)
        self.read_by_loss = {}
        named = rng.random()
        self.named = ["N"] if named < 0.4 else ["N", "M"] if named < 0.5 else []
        self.numbers = sorted(rng.sample(range(1, 6), rng.choice((1, 2, 2, 3))))
        self.pool = [*map(size, self.numbers), *map(size, self.named)]

    # -- what is given --

    def declare(self):
        rng = self.rng
        count = rng.randint(1, 3)
        for n in range(count):
            self.tensor(f"{'abc'[n]}", "parameter", rng.choice((0, 0, 1, 1, 2, 2, 3)))
        for n in range(rng.randint(0, 2)):
            self.tensor(f"{'xz'[n]}", rng.choice(("input", "input", "target", "constant")),
                        rng.choice((1, 1, 2)))
        for name in self.named:
            if not any(s.parts == ((name, 1),) for shape in self.shapes.values() for s in shape):
                self.tensor(f"data{name}", "input", 1, size(name))
        for n in range(rng.choice((0, 0, 0, 1, 1, 2))):
            below = rng.choice(self.pool)
            if below.parts and rng.random() < 0.5:
                below = size(rng.choice(self.numbers))
            shape = tuple(rng.choice(self.pool) for _ in range(rng.choice((0, 1, 1, 1, 2))))
            name = f"t{n}"
            self.integers[name] = shape, below
            self.given.append(Given(name, tuple(s.plain for s in shape), "input", True,
                                    below.plain))

    def tensor(self, name, role, rank, first=None):
        rng = self.rng
        sizes = [*map(size, self.numbers)] if role == "constant" else self.pool
        shape = [rng.choice(sizes) for _ in range(rank)]
        if first is not None:
            shape[0] = first
        if rank == 2 and rng.random() < 0.3:
            shape[1] = shape[0]
        values = ()
        if role == "constant":
            count = 1
            for s in shape:
                count *= s.number
            values = tuple(round(rng.uniform(-2, 2), 2) for _ in range(count))
        self.shapes[name] = tuple(shape)
        self.given.append(Given(name, tuple(s.plain for s in shape), role, values=values))

    # -- definitions --

    def line(self, name, places, sign, body):
        inner = f"[{', '.join(places)}]" if places else ""
        self.lines.append(f"{name}{inner} {sign} {body}")

    def left(self, shape):
        """New plain indices for a shape."""
        return {self.letter(s): s for s in shape}

    def body(self, scope, depth=None):
        rng = self.rng
        must = tuple(rng.sample(sorted(scope), len(scope)))
        return self.formulas.write(scope, rng.choice(DEPTHS) if depth is None else depth, must)

    def shape(self, ranks):
        return tuple(self.rng.choice(self.pool) for _ in range(self.rng.choice(ranks)))

    def whole(self, name):
        shape = self.shape((0, 1, 1, 2, 2))
        scope = self.left(shape)
        self.line(name, list(scope), "=", self.body(scope))
        self.shapes[name] = shape

    def parts(self, name):
        """Disjoint `=` along one axis, sometimes with holes, and additions in every form."""
        rng = self.rng
        shape = self.shape((1, 1, 1, 2))
        axis = rng.randrange(len(shape))
        extent = shape[axis]
        adding = rng.random() < 0.7
        for form in self.regions(extent, adding):
            scope, places = {}, []
            for n, s in enumerate(shape):
                pattern, runs = form if n == axis else ("{}", s)
                letter = "" if runs is None else self.letter(runs)
                if letter:
                    scope[letter] = runs
                places.append(pattern.format(letter))
            self.line(name, places, "=", self.body(scope))
        if adding:
            for _ in range(rng.randint(1, 3)):
                self.addition(name, shape)
            if rng.random() < 0.4:
                # To the last element, so that it is as large as it is meant to be.
                last = [(s - 1).text() for s in shape]
                if not any(s.parts for s in shape):
                    self.line(name, last, "+=", self.body({}, 0))
        self.shapes[name] = shape

    def regions(self, extent, holes):
        """Patterns of left places with how far their index runs, disjoint, covering if no holes."""
        rng = self.rng
        n = extent.number
        top = (extent - 1).text()
        kinds = [[("{}", extent)], [(f"{top} - {{}}", extent)]]
        if not extent.parts and n >= 2:
            cut = rng.randint(1, n - 1)
            kinds.append([(f"{{}} + {cut}", size(n - cut)), ("{}", size(cut))])
            kinds.append([("0", None), ("{} + 1", size(n - 1))])
            kinds.append([(str(n - 1), None), (f"{n - 2} - {{}}", size(n - 1))])
            kinds.append([("2*{}", size((n + 1) // 2)), ("2*{} + 1", size(n // 2))])
            kinds.append([("{}", size(cut)), *((str(k), None) for k in range(cut, n))])
        found = rng.choice(kinds)
        if holes and len(found) > 1 and rng.random() < 0.4:
            found = found[:-1]
        if holes and rng.random() < 0.35:
            found = []
        return found

    def addition(self, name, shape, sizes=None):
        """``+=`` at places that new indices reach within the shape."""
        rng = self.rng
        scope, places = {}, []
        for extent in shape:
            options = [extent, *(s for s in self.pool if s.fits(extent))]
            letter = self.letter(runs := rng.choice(options))
            trial = {**scope, letter: runs} if rng.random() < 0.85 else scope
            if rng.random() < 0.2:
                other = self.letter(runs := rng.choice(self.pool))
                trial = {**trial, other: runs}
            choice = self.formulas.places(extent, trial)
            if not choice:
                return
            chosen = pick(choice, rng)
            places.append(chosen.text)
            for used in re.findall(r"i\d+_", chosen.text):
                scope[used] = trial[used]
        self.line(name, places, "+=", self.body(scope, rng.choice((0, 1, 1, 2))))

    def scatter(self, name):
        """Several paddings or scatters of one source, read by windows elsewhere."""
        rng = self.rng
        source = rng.choice(sorted(n for n, s in self.shapes.items() if len(s) == 1) or [""])
        if not source:
            return self.whole(name)
        runs = self.shapes[source][0]
        for number in range(rng.choice((1, 2, 2))):
            pad, tail = rng.randint(0, 2), rng.randint(0, 2)
            own, extent = f"{name}{number}", runs + pad + tail
            letter = self.letter(runs)
            shift = f"{letter} + {pad}" if pad else letter
            self.line(own, [shift], "+=", f"{source}[{letter}]")
            last = (extent - 1).text()
            self.line(own, [last], "+=", rng.choice(("0", "0", "1", source + f"[{runs.number - 1}]"
                                                     if not runs.parts else "0.5")))
            self.shapes[own] = (extent,)
        return None

    def recurrence(self, name):
        """One to three tensors that read one another, in either direction."""
        rng = self.rng
        steps = rng.choice([size(n) for n in (1, 2, 3, 4)] + [size(n) for n in self.named])
        others = tuple(rng.choice(self.pool) for _ in range(rng.choice((0, 0, 0, 1, 1, 2))))
        axis = rng.randrange(len(others) + 1)
        lag = 2 if rng.random() < 0.12 else 1
        count = rng.choice((1, 1, 1, 2, 2, 3))
        names = [name, *(f"{name}{n}" for n in range(2, count + 1))][:count]
        backward = rng.random() < 0.4
        full = steps + lag

        def at(letters, place):
            return [*letters[:axis], place, *letters[axis:]]

        def moved(t, by):
            """The place of step t + by in the order of computation."""
            if backward == "mirrored":
                return f"{(full - 1 - by).text()} - {t}"
            if backward:
                return f"{t} + {lag - by}" if lag - by else t
            return f"{t} + {by}" if by else t

        if backward and rng.random() < 0.3:
            backward = "mirrored"
        begins = rng.choice(("=", "=", "=", "+="))
        for step in range(lag):
            scope = self.left(others)
            place = (full - 1 - step).text() if backward else str(step)
            self.line(names[0], at(list(scope), place), begins, self.body(scope, 1))
        chain = [*names[1:], names[0]]
        before, previous = [], names[0]
        for number, own in enumerate(chain):
            t = self.letter(steps)
            scope = self.left(others)
            letters = list(scope)
            sources = []
            for n in range(lag):
                sources.append((names[0], moved(t, n)))
            sources += [(b, t) for b in before]
            reads = [self.inside(n, at(letters, p), letters, scope, at) for n, p in sources]
            if number and previous in before:
                reads.append(f"{previous}[{', '.join(at(letters, t))}]")
            body = self.mixed(reads, {**scope, t: steps})
            target = moved(t, lag) if own == names[0] else t
            self.line(own, at(letters, target), rng.choice(("=", "=", "=", "+=")), body)
            if own != names[0]:
                before.append(own)
                previous = own
            if rng.random() < 0.25:
                t2, again = self.letter(steps), self.left(others)
                target = moved(t2, lag) if own == names[0] else t2
                looped = rng.random() < 0.4
                read = f"{names[0]}[{', '.join(at(list(again), moved(t2, 0)))}]"
                extra = (f"0.3*tanh({read})" if looped
                         else self.body({**again, t2: steps}, rng.choice((0, 1))))
                self.line(own, at(list(again), target), "+=", extra)
        for own in names:
            shape = [*others]
            shape.insert(axis, full if own == names[0] else steps)
            if rng.random() < 0.3:
                self.addition(own, tuple(shape))
        for own in names:
            shape = [*others]
            shape.insert(axis, full if own == names[0] else steps)
            self.shapes[own] = tuple(shape)
        return names

    def inside(self, name, places, letters, scope, at):
        """A read in a recurrence: as it is, or contracted with weights over one of its axes."""
        rng = self.rng
        if not letters or rng.random() < 0.4:
            return f"{name}[{', '.join(places)}]"
        letter = rng.choice(letters)
        runs = scope[letter]
        weights = [n for n, s in self.shapes.items() if s == (runs, runs)]
        bound = self.letter(runs)
        moved = ", ".join(bound if p == letter else p for p in places)
        if weights:
            weight = f"{rng.choice(weights)}[{letter}, {bound}]"
        else:
            weight = self.formulas.write({**scope, bound: runs}, 0, (bound,))
        weight = rng.choice(("{}", "sin({})", "{}")).format(weight)
        return f"sum({bound}, {weight}*{name}[{moved}])"

    def mixed(self, reads, scope):
        """What a step makes of what it reads: bounded, so that no loop runs away."""
        rng = self.rng
        total = " + ".join(
            rng.choice(("{}", "0.5*{}", "{}", "tanh({})")).format(r) if rng.random() < 0.7
            else f"{self.body(scope, 0)}*{r}" for r in reads
        )
        if rng.random() < 0.6:
            total += f" + {self.body(scope, rng.choice((0, 0, 1)))}"
        return rng.choice(("tanh({})", "sin({})", "0.5*({})", "sigmoid({})", "max({}, 0.1)",
                           "where({0} > 0.1, {0}, 0.2*({0}))", "relu({})", "{}")).format(total)

    # -- the loss --

    def loss(self):
        rng = self.rng
        wanted = [n for n in self.shapes if n not in {g.name for g in self.given}]
        wanted += rng.sample([g.name for g in self.given if g.role == "parameter"], 1)
        terms = []
        for name in wanted:
            for _ in range(rng.choice((1, 1, 2))):
                terms.append(self.term(name))
        if rng.random() < 0.3:
            terms.append(self.formulas.write({}, 2))
        if rng.random() < 0.15:
            first = rng.randint(0, len(terms) - 1)
            self.line("loss", [], "=", " + ".join(terms[:first]) or "0")
            self.line("loss", [], "+=", " + ".join(terms[first:]))
        else:
            self.line("loss", [], "=", " + ".join(terms))

    def term(self, name):
        """A number made of a tensor: read at fixed places, or folded in every form."""
        rng = self.rng
        shape = self.shapes[name]
        if not shape:
            return rng.choice(("{}", "{}**2", "sin({})", "0.5*{}")).format(name)
        if rng.random() < 0.2:
            text = self.formulas.element(name, shape, {})
            if text is not None:
                return rng.choice(("{}", "{}**2", "tanh({})")).format(text)
        scope = {}
        for extent in shape:
            options = [extent] * 4 + [s for s in self.pool if s.fits(extent)]
            runs = rng.choice(options)
            scope[self.letter(runs)] = runs
        text = self.formulas.element(name, shape, scope)
        if text is None:
            return "0"
        used = [n for n in scope if n in text]
        kept = {n: scope[n] for n in used}
        text = rng.choice(("{}", "{}**2", "sin({})", "{0}*{1}", "tanh({0})*{1}", "({0} > 0)*{1}",
                           "({0} - {1})**2", "{0}*{0}*{1}")).format(
                               text, self.formulas.write(kept, 0))
        if not used:
            return text
        if any(s.parts for s in kept.values()):
            return f"sum({', '.join(used)}, {text})"
        kind = rng.choice(("sum", "sum", "sum", "mean", "norm", "logsumexp", "max"))
        if rng.random() < 0.15:
            kind, text = "prod", f"1 + tanh({text})/3"
        return f"{kind}({', '.join(used)}, {text})"

    # -- the whole --

    def script(self):
        rng = self.rng
        self.declare()
        kinds = [self.whole, self.whole, self.parts, self.parts, self.recurrence, self.recurrence,
                 self.scatter]
        for n in range(rng.choice((0, 1, 1, 2, 2, 3))):
            rng.choice(kinds)(f"{'uvyqf'[n]}")
        self.loss()
        if rng.random() < 0.4:
            rng.shuffle(self.lines)
        extents = tuple((name, rng.randint(2, 4)) for name in self.named)
        return self.finished(extents)

    def finished(self, extents):
        """With the indices declared that use does not determine, and letters as an author has."""
        declared, bound = {}, dict(extents)

        def number(s):
            return s.number + sum(bound[n] * f for n, f in s.parts)

        while True:
            try:
                reader = Reader(self.lines, self.given, bound)
                found, faults = by_use(reader, self.given, declared.items())
            except Invalid:
                return None
            # One at a time: what is declared may say how far the others run.
            wrong = next((b.letter for b, runs in found.runs.items()
                          if runs != number(self.runs[b.letter])), None)
            if faults:
                wrong = faults[0][0]
            if wrong is None:
                break
            if wrong in declared or self.runs[wrong].plain is None:
                return None
            declared[wrong] = self.runs[wrong].plain
        if any(found.shapes[n] != [*map(number, s)] for n, s in self.shapes.items()
               if n in found.shapes):
            return None
        return self.spelled(extents, declared)

    def spelled(self, extents, declared):
        """Letters of one definition are i, j, k, ...; those that are declared stand apart."""
        text = "\n".join(self.lines)
        used = set(re.findall(r"i\d+_", text))
        kept = {old: f"r{n}" for n, old in enumerate(sorted(declared.keys() & used))}
        lines = []
        for line in self.lines:
            own = dict(kept)
            free = iter([*"ijklmnopqrs", *(f"e{n}" for n in range(60))])
            for old in re.findall(r"i\d+_", line):
                if old not in own:
                    own[old] = next(free)
            lines.append(re.sub(r"i\d+_", lambda m, own=own: own[m[0]], line))
        indices = tuple((kept[n], s) for n, s in sorted(declared.items()) if n in used)
        used = set(re.findall(r"[A-Za-z]\w*", "\n".join(lines)))
        given = [g for g in self.given if g.name in used]
        asked = used | {s for g in given for s in (*g.shape, g.below)} | {s for _, s in indices}
        for name in self.named:
            # An extent needs an argument that has it.
            if name in asked and not any(name in g.shape for g in given):
                given += [g for g in self.given if name in g.shape][:1]
        left = tuple((n, v) for n, v in extents if any(n in g.shape for g in given))
        return Script(tuple(lines), tuple(given), left, indices)


__all__ = ["Size", "program"]
