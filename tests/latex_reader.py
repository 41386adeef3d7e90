r"""Reads the printed formulas back and computes with them: the judge of what is printed.

It knows the LaTeX of a page, not the expressions that it was printed from: sums, fractions,
scripts, functions, Iverson brackets, cases.  A name becomes a tensor by the conventions that a
reader of the page would use; how far a sum runs follows from where its index stands.  `value`
computes in index notation, `matrix` with whole matrices.  Whatever is not understood raises.
"""

import math
import re

import mpmath
import numpy as np

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|[A-Za-z]|\S")
SKIPPED = {r"\,", r"\quad", r"\qquad", r"\displaystyle"}
BIG = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min"}
ACCENTS = {r"\bar": "d_{}", r"\overline": "d_{}", r"\tilde": "{}_argument",
           r"\widetilde": "{}_argument", r"\hat": "{}_terms", r"\widehat": "{}_terms"}
COMPARISONS = {
    ">": lambda a, b: a > b, "<": lambda a, b: a < b, "=": lambda a, b: a == b,
    r"\ge": lambda a, b: a >= b, r"\le": lambda a, b: a <= b, r"\ne": lambda a, b: a != b,
}


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def elu(x, a):
    return x if x > 0 else a * math.expm1(x)


FUNCTIONS = {
    "exp": math.exp, "log": math.log, "log1p": math.log1p, "expm1": math.expm1, "tanh": math.tanh,
    "sin": math.sin, "cos": math.cos, "tan": math.tan, "sinh": math.sinh, "cosh": math.cosh,
    "arcsin": math.asin, "arccos": math.acos, "arctan": math.atan, "erf": math.erf,
    "sigma": sigmoid, "sigmoid": sigmoid, "relu": lambda x: max(x, 0.0),
    "sign": lambda x: (x > 0) - (x < 0), "softplus": lambda x: math.log1p(math.exp(x)),
    "leaky_relu": lambda x, a: x if x > 0 else a * x, "elu": elu,
    "selu": lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772),
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x * (1 + math.tanh(
        math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2,
    "silu": lambda x: x * sigmoid(x), "softsign": lambda x: x / (1 + abs(x)),
    "hardsigmoid": lambda x: min(max(x + 3, 0), 6) / 6,
    "hardswish": lambda x: x * min(max(x + 3, 0), 6) / 6,
    "atan2": math.atan2, "clip": lambda x, low, high: min(max(x, low), high),
    "stop_gradient": lambda x: x, "max": max, "min": min, "erfc": math.erfc,
    "round": round, "floor": math.floor, "Gamma": math.gamma,
    "Phi": lambda x: math.erfc(-x / math.sqrt(2)) / 2, "psi": lambda x: float(mpmath.digamma(x)),
}


class Parser:
    """A formula as nested tuples; the first element says what the rest is."""

    def __init__(self, text, tensors=()):
        text = text.replace(r"\left|", r"\lvert ").replace(r"\right|", r"\rvert ")
        text = re.sub(r"\\(left|right)(?=[^A-Za-z])\.?", "", text).replace("{}", "")
        self.tokens = [t for t in TOKEN.findall(text) if t not in SKIPPED]
        self.place = 0
        self.bars = 0
        # A Greek letter that names a tensor is a factor of the bracket behind it.
        self.called = set(FUNCTIONS) - set(tensors)

    @property
    def now(self):
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, *expected):
        token = self.now
        if not token or (expected and token not in expected):
            near = " ".join(self.tokens[max(0, self.place - 6):self.place + 3])
            raise SyntaxError(f"expected {expected}, found {token!r} near {near}")
        self.place += 1
        return token

    def whole(self):
        tree = self.sum()
        if self.now:
            raise SyntaxError(f"left over: {' '.join(self.tokens[self.place:])}")
        return tree

    def sum(self):
        terms = []
        while True:
            sign = -1 if self.now == "-" else 1
            if self.now in ("+", "-"):
                self.take()
            elif terms:
                break
            terms.append((sign, self.product()))
            if self.now not in ("+", "-"):
                break
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else ("add", terms)

    def product(self):
        factors = [("", self.power())]
        while True:
            operator = self.take() if self.now in (r"\cdot", r"\odot", r"\oslash") else ""
            if not operator and not self.starts_factor():
                break
            factors.append((operator, self.power()))
        return factors[0][1] if len(factors) == 1 else ("mul", factors)

    def starts_factor(self):
        stops = ("+", "-", ")", "]", "}", ",", "&", r"\\", r"\end", r"\wedge", r"\vee", r"\rvert",
                 r"\rfloor")
        if self.now == "|":
            return not self.bars
        return bool(self.now) and self.now not in stops and self.now not in COMPARISONS

    def power(self):
        base = self.atom()
        while self.now == "^":
            self.take()
            base = ("pow", base, self.exponent())
        return base

    def exponent(self):
        if self.now != "{":
            return Parser(self.take()).whole()
        self.take("{")
        if self.now == r"\top":
            self.take()
            result = ("top",)
        elif self.now == r"\odot":
            self.take()
            result = ("each", self.sum())
        else:
            result = self.sum()
        self.take("}")
        return result

    def group(self):
        self.take("{")
        tree = self.sum()
        self.take("}")
        return tree

    def atom(self):
        token = self.now
        if token[0].isdigit():
            return ("num", float(self.take()))
        if token == "(":
            self.take()
            tree = self.sum()
            self.take(")")
            return tree
        if token == "[":
            self.take()
            tree = self.condition()
            self.take("]")
            return ("truth", tree)
        if token in ("|", r"\lvert"):
            self.take()
            outer, self.bars = self.bars, int(token == "|")
            tree = self.sum()
            self.bars = outer
            self.take("|" if token == "|" else r"\rvert")
            return ("abs", tree)
        if token == r"\frac":
            self.take()
            return ("frac", self.group(), self.group())
        if token == r"\sqrt":
            self.take()
            return ("sqrt", self.group())
        if token == r"\lfloor":
            self.take()
            tree = self.sum()
            self.take(r"\rfloor")
            return ("call", "floor", [tree])
        if token == r"\pi":
            self.take()
            return ("num", math.pi)
        if token == r"\begin":
            return self.cases()
        if token in BIG and self.tokens[self.place + 1] == "_":
            return self.big(BIG[self.take()])
        if token == r"\operatorname":
            self.take()
            name = self.words()
            if self.now == "_":
                return self.big(name)
            return self.call(name)
        if token == r"\mathbf":
            self.take()
            self.words()
            return ("ones",)
        if token[0] == "\\" and self.tokens[self.place + 1] == "(" and token[1:] in self.called:
            return self.call(self.take()[1:])
        if token == "e" and self.tokens[self.place + 1] == "^":
            self.take()
            self.take()
            return ("call", "exp", [self.group()])
        if token == "{":
            self.take()
            tree = self.sum()
            self.take("}")
            return tree
        return self.name()

    def words(self):
        """The letters inside braces."""
        self.take("{")
        text = ""
        while self.now != "}":
            token = self.take()
            text += {r"\_": "_", "\\ ": "_"}.get(token, token)
        self.take("}")
        return text

    def call(self, name):
        self.take("(")
        arguments = [self.sum()]
        while self.now == ",":
            self.take()
            arguments.append(self.sum())
        self.take(")")
        return ("diag", arguments[0]) if name == "diag" else ("call", name, arguments)

    def big(self, kind):
        indices = [spell(i) for i in self.subscript()]
        if self.now == "-":
            self.take()
            return ("big", kind, indices, ("add", [(-1, self.product())]))
        return ("big", kind, indices, self.product())

    def cases(self):
        for token in (r"\begin", "{"):
            self.take(token)
        while self.take() != "}":
            pass
        rows = []
        while True:
            chosen = self.sum()
            self.take("&")
            rows.append((chosen, self.condition()))
            if self.now != r"\\":
                break
            self.take()
        self.take(r"\end")
        while self.take() != "}":
            pass
        return ("cases", rows)

    def condition(self):
        left = self.comparison()
        while self.now in (r"\wedge", r"\vee"):
            left = ("and" if self.take() == r"\wedge" else "or", left, self.comparison())
        return left

    def comparison(self):
        if self.now == r"\text" and "".join(self.tokens[self.place + 2:self.place + 11]) == \
                "otherwise":
            self.take()
            self.words()
            return ("otherwise",)
        if self.now == r"\neg":
            self.take()
            self.take("(")
            inner = self.condition()
            self.take(")")
            return ("not", inner)
        start = self.place
        if self.now == "(":
            try:
                self.take()
                inner = self.condition()
                self.take(")")
                if self.now not in COMPARISONS and not self.starts_factor():
                    return inner
            except SyntaxError:
                pass
            self.place = start
        left = self.sum()
        operator = self.take(*COMPARISONS)
        return ("compare", operator, left, self.sum())

    def name(self):
        base = self.letters()
        above, below = [], []
        while self.now in ("^", "_"):
            if self.now == "_" and not below:
                below = self.subscript()
            elif self.now == "^" and "".join(self.tokens[self.place:self.place + 3]) == "^{(":
                self.place += 3
                above = self.listed(")")
                self.take("}")
            else:
                break
        return ("name", base, above, below)

    def letters(self):
        token = self.take()
        if token in ACCENTS:
            self.take("{")
            inner = self.letters()
            self.take("}")
            return ("accent", ACCENTS[token], inner)
        if token == r"\text":
            return self.words()
        if not re.fullmatch(r"\\?[A-Za-z]+", token):
            raise SyntaxError(f"no name begins with {token!r} in {' '.join(self.tokens)}")
        return token.lstrip("\\")

    def subscript(self):
        self.take("_")
        if self.now != "{":
            return [self.short()]
        self.take("{")
        items = self.listed("}")
        return items

    def short(self):
        token = self.take()
        return ("num", float(token)) if token.isdigit() else ("name", token.lstrip("\\"), [], [])

    def listed(self, end):
        items = [self.sum()]
        while self.now == ",":
            self.take()
            items.append(self.sum())
        self.take(end)
        return items


def parse(text, tensors=()):
    return Parser(text, tensors).whole()


def spell(tree):
    """A name tree as one word: k_1 is k1, (z) is z, a number its digits."""
    if tree[0] == "num":
        return str(int(tree[1]))
    if tree[0] != "name":
        raise SyntaxError(f"{tree} is no name")
    return plain(tree[1]) + "".join(map(spell, [*tree[2], *tree[3]]))


def plain(base):
    return base[1].format(plain(base[2])) if isinstance(base, tuple) else base


class Page:
    """Formulas over the tensors of one graph, with the values of an evaluation."""

    def __init__(self, evaluation):
        self.evaluation = evaluation
        self.ranks = {t.name: len(t.shape) for t in evaluation.graph.tensors.values()}

    # --- names ---

    def resolve(self, tree):
        """The tensor that a name stands for, and its index trees; None where it is none."""
        _, base, above, below = tree
        accents = []
        while isinstance(base, tuple):
            accents.append(base[1])
            base = base[2]
        for core, indices in self.cores(base, above, below):
            for name in self.with_accents(core, accents):
                if self.ranks.get(name) == len(indices):
                    return name, indices
        return None

    def with_accents(self, core, accents):
        """Names of a letter under its accents; the compiler adds underscores to a name taken."""
        for name in (core, *(["loss"] if core == "L" else [])):
            for accent in reversed(accents):
                name = accent.format(name)
            yield name
            if accents:
                yield f"{name}_"

    def cores(self, base, above, below):
        # A number or a word above belongs to the name, and so may what stands first below.
        stems = [base]
        for mark in above:
            stems = [s + j + m for s in stems for m in self.marks(mark) for j in ("", "_")]
        for stem in stems:
            yield stem, below
        for count in (1, 2):
            for joint in ("", "_"):
                if len(below) >= count and all(b[0] in ("num", "name") for b in below[:count]):
                    yield base + joint + joint.join(map(spell, below[:count])), below[count:]

    def marks(self, tree):
        """What a mark above a letter may be in a name: its own name, in the same conventions."""
        if tree[0] != "name":
            return [spell(tree)]
        _, base, above, below = tree
        return [
            name for core, rest in self.cores(core_of(base), above, below) if not rest
            for name in self.with_accents(core, accents_of(base))
        ]

    def extent(self, index, tree):
        """How far an index runs, from a place where it stands alone."""
        if isinstance(tree, tuple) and tree and tree[0] == "name":
            found = self.resolve(tree)
            if found is not None:
                shape = self.evaluation.shape(found[0])
                for place, size in zip(found[1], shape, strict=True):
                    if place[0] == "name" and self.resolve(place) is None and \
                            spell(place) == index:
                        return size
        if isinstance(tree, tuple | list):
            for part in tree:
                size = self.extent(index, part) if isinstance(part, tuple | list) else None
                if size is not None:
                    return size
        return None

    # --- index notation ---

    def value(self, text, binding=None, extents=None):
        """The number that a formula means; ``binding`` gives its free indices."""
        self.extents = extents or {}
        return self.compute(parse(text, self.ranks), dict(binding or {}))

    def compute(self, tree, binding):
        kind = tree[0]
        if kind == "num":
            return tree[1]
        if kind == "name":
            return self.named(tree, binding)
        if kind == "add":
            return sum(sign * self.compute(t, binding) for sign, t in tree[1])
        if kind == "mul":
            result = 1.0
            for _, factor in tree[1]:
                result *= self.compute(factor, binding)
            return result
        if kind == "pow":
            return self.compute(tree[1], binding) ** self.compute(tree[2], binding)
        if kind == "frac":
            return self.compute(tree[1], binding) / self.compute(tree[2], binding)
        if kind == "sqrt":
            return math.sqrt(self.compute(tree[1], binding))
        if kind == "abs":
            return abs(self.compute(tree[1], binding))
        if kind == "call":
            return FUNCTIONS[tree[1]](*(self.compute(a, binding) for a in tree[2]))
        if kind == "truth":
            return float(self.holds(tree[1], binding))
        if kind == "cases":
            for chosen, condition in tree[1]:
                if self.holds(condition, binding):
                    return self.compute(chosen, binding)
            raise ValueError("no case holds")
        if kind == "big":
            return self.reduced(tree, binding)
        raise ValueError(f"{kind} has no value in index notation")

    def named(self, tree, binding):
        found = self.resolve(tree)
        if found is None:
            word = spell(tree)
            if word in binding:
                return binding[word]
            return self.evaluation.extents[word]
        name, indices = found
        places = tuple(int(self.compute(i, binding)) for i in indices)
        return float(self.evaluation.element(name, places))

    def holds(self, tree, binding):
        kind = tree[0]
        if kind == "otherwise":
            return True
        if kind == "not":
            return not self.holds(tree[1], binding)
        if kind == "and":
            return self.holds(tree[1], binding) and self.holds(tree[2], binding)
        if kind == "or":
            return self.holds(tree[1], binding) or self.holds(tree[2], binding)
        _, operator, left, right = tree
        return COMPARISONS[operator](self.compute(left, binding), self.compute(right, binding))

    def reduced(self, tree, binding):
        _, kind, indices, body = tree
        bindings = [binding]
        for index in indices:
            size = self.extent(index, body)
            size = self.extents.get(index) if size is None else size
            if size is None:
                raise ValueError(f"nothing says how far {index} runs")
            bindings = [{**b, index: place} for b in bindings for place in range(size)]
        items = [self.compute(body, b) for b in bindings]
        if kind == "logsumexp":
            return math.log(sum(map(math.exp, items)))
        return {"sum": sum, "prod": math.prod, "max": max, "min": min}[kind](items)

    # --- matrices ---

    def matrix(self, text):
        """The array that a formula in matrix form means; vectors are columns."""
        return self.whole(parse(text, self.ranks))

    def whole(self, tree):
        kind = tree[0]
        if kind == "num":
            return np.array([[tree[1]]])
        if kind == "ones":
            return "column of ones"
        if kind == "name":
            return self.array(tree)
        if kind == "add":
            parts = [(sign, self.whole(t)) for sign, t in tree[1]]
            return sum(sign * (1.0 if isinstance(p, str) else p) for sign, p in parts)
        if kind == "mul":
            factors = [(operator, self.whole(f)) for operator, f in tree[1]]
            front = math.prod(float(f[0, 0]) for _, f in factors if is_number(f))
            factors = [(operator, f) for operator, f in factors if not is_number(f)]
            if not factors:
                return np.array([[front]])
            result = factors[0][1]
            for operator, factor in factors[1:]:
                result = times(result, operator, factor)
            return front if isinstance(result, str) else front * result
        if kind == "pow":
            base = self.whole(tree[1])
            if tree[2] == ("top",):
                return "row of ones" if isinstance(base, str) else base.T
            exponent = tree[2][1] if tree[2][0] == "each" else tree[2]
            if tree[2][0] != "each" and base.size != 1:
                raise ValueError("a power of a matrix must say that it is of each element")
            return base ** self.compute(exponent, {})
        if kind == "frac":
            return times(self.whole(tree[1]), r"\oslash", self.whole(tree[2]))
        if kind == "sqrt":
            return np.sqrt(self.whole(tree[1]))
        if kind == "abs":
            return np.abs(self.whole(tree[1]))
        if kind == "diag":
            return np.diag(self.whole(tree[1])[:, 0])
        if kind == "call":
            arguments = np.broadcast_arrays(*(self.whole(a) for a in tree[2]))
            return np.vectorize(FUNCTIONS[tree[1]], otypes=[float])(*arguments)
        if kind == "truth":
            _, operator, left, right = tree[1]
            return COMPARISONS[operator](self.whole(left), self.whole(right)).astype(float)
        raise ValueError(f"{kind} has no matrix form")

    def array(self, tree):
        name = self.matrix_name(tree)
        if name is None:
            return np.array([[float(self.evaluation.extents[spell(tree)])]])
        values = np.array(self.evaluation.tensor(name), dtype=float)
        if values.ndim > 2:
            raise ValueError(f"{name} is no matrix")
        return values.reshape(values.shape[0], -1) if values.ndim else values.reshape(1, 1)

    def matrix_name(self, tree):
        """A capital letter may stand for the matrix of a small one."""
        _, base, above, below = tree
        for letter in (base, lowered(base)):
            for core, rest in self.cores(core_of(letter), above, below):
                for name in self.with_accents(core, accents_of(letter)):
                    if not rest and name in self.ranks:
                        return name
        return None


def is_number(array):
    return not isinstance(array, str) and array.shape == (1, 1)


def accents_of(base):
    return [base[1], *accents_of(base[2])] if isinstance(base, tuple) else []


def core_of(base):
    return core_of(base[2]) if isinstance(base, tuple) else base


def lowered(base):
    return (*base[:2], lowered(base[2])) if isinstance(base, tuple) else base.lower()


def times(left, operator, right):
    """A product; vectors of ones sum what they stand beside, or repeat it."""
    if operator == r"\odot":
        return left * right
    if operator == r"\oslash":
        return left / right
    if isinstance(left, str) and isinstance(right, str):
        return np.ones((1, 1))
    if isinstance(right, str):
        if right == "row of ones":
            return left
        return left.sum(axis=1, keepdims=True)
    if isinstance(left, str):
        return right if left == "column of ones" else right.sum(axis=0, keepdims=True)
    return left @ right
