r"""One formula of the language as LaTeX, in the order of its author.

SymPy keeps neither the order of a sum nor of a product; here both come from what the definition
remembers of its text.  Only names, indices and operators are spelled in this file: which formulas
are shown, and why, is the business of `latex`.

A name of letters and a number is a letter with a number, as in a textbook: ``W5`` is ``W_5``,
``y1[i]`` is ``y_{1,i}``.  Where a numbered tensor has two indices or more, numbers are those of
layers and stand above: ``W1[j,k]`` is ``W^{(1)}_{j,k}``.  No two tensors of a graph print alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sympy
from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol

from symbprop.errors import Fault, SpecError
from symbprop.language.building import inside
from symbprop.language.functions import CLASSES, Elementwise
from symbprop.language.graph import Definition, Tensor, names_in
from symbprop.language.indices import affine, free_indices
from symbprop.language.latex_names import GREEK, latex_fault
from symbprop.language.numbers import decimal as _decimal
from symbprop.language.numbers import is_long
from symbprop.language.reductions import REDUCTIONS
from symbprop.language.terms import Index, Read, Reduce, is_whole_part, text_of

# How tightly a text binds: OPEN ends in a big operator and so takes in what follows it.
SUM, NEGATIVE, OPEN, PRODUCT, POWER, ATOM = range(6)

COMPARED = {"greater": ">", "greater_equal": r"\ge", "less": "<", "less_equal": r"\le",
            "equal": "=", "not_equal": r"\ne"}
OPPOSITE = {">": r"\le", r"\ge": "<", "<": r"\ge", r"\le": ">", "=": r"\ne", r"\ne": "="}
LOGICAL = frozenset(("both", "either", "negate", "step", *COMPARED))
TALL = re.compile(r"\\(frac|sum|prod|max|min|begin|left|operatorname\{logsumexp\}_)")
# What the simplifier calls the tensors that it adds, and the accent that they get.
ADDED = {"argument": r"\tilde", "terms": r"\hat"}


def escape(text: str) -> str:
    """Any text as inert LaTeX text: it prints as itself and starts nothing.

    Line breaks and control characters become blanks; what pdfLaTeX has no letter for is shown by
    its code point.
    """
    special = {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
        "|": r"\textbar{}", '"': r"\textquotedbl{}", "`": r"\textasciigrave{}",
        "'": r"\textquotesingle{}", "-": "{-}",
        **{c: f"\\{c}" for c in "$&#%_"},
    }
    result: list[str] = []
    for character in text:
        code = ord(character)
        if character in special:
            result.append(special[character])
        elif code < 32 or code in (0x7F, 0x85, 0x2028, 0x2029):
            result.append(" ")
        elif code < 127 or (0xC0 <= code <= 0xFF and code not in (0xD7, 0xF7)):
            result.append(character)
        else:
            result.append(f"[U+{code:04X}]")
    return "".join(result)


@dataclass(frozen=True, slots=True)
class Order:
    """The order of the author: of whole operands where the text is known, of names elsewhere."""

    names: Mapping[str, int] = field(default_factory=dict)
    operands: Mapping[Expr, int] = field(default_factory=dict)

    def terms(self, parts: Iterable[Expr]) -> list[Expr]:
        return self._sorted(parts, False)

    def factors(self, parts: Iterable[Expr]) -> list[Expr]:
        """As the author has it; a reduction comes last where that is not known."""
        return self._sorted(parts, True)

    def _sorted(self, parts: Iterable[Expr], reductions_last: bool) -> list[Expr]:
        listed = list(parts)
        places = [self.operands.get(p, self.operands.get(-p)) for p in listed]
        if all(place is not None for place in places):
            return [p for _, _, p in sorted(zip(places, map(text_of, listed), listed, strict=True))]
        return sorted(listed, key=lambda p: (reductions_last and isinstance(p, Reduce),
                                             *self._by_name(p)))

    def knows(self, parts: Iterable[Expr]) -> bool:
        return all(p in self.operands or -p in self.operands for p in parts)

    def _by_name(self, expr: Expr) -> tuple[int, str]:
        last = len(self.names)
        first = min((self.names.get(n, last) for n in names_in(expr)), default=-1)
        return first, text_of(expr)


def order_of(definition: Definition) -> Order:
    return Order(
        {name: i for i, name in enumerate(definition.order)},
        {expr: i for i, expr in reversed(list(enumerate(definition.operands)))},
    )


# --- names ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """A letter (or a word), what stands above it, and what stands below before the indices."""

    letter: str
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    def spell(self, indices: Sequence[str] = (), power: str = "") -> str:
        above = f"^{{({','.join(self.above)})}}" if self.above else ""
        return self.letter + above + subscript([*self.below, *indices])

    def accented(self, accent: str) -> Name:
        r"""``\bar`` over a letter, ``\overline`` over a word."""
        short = len(self.letter) == 1 or self.letter[1:] in GREEK
        wide = {r"\bar": r"\overline", r"\hat": r"\widehat", r"\tilde": r"\widetilde"}
        return replace(self, letter=f"{accent if short else wide[accent]}{{{self.letter}}}")


def subscript(items: Sequence[str]) -> str:
    """What stands below, in braces where it is more than one token."""
    inner = ",".join(items)
    if not inner:
        return ""
    return f"_{inner}" if len(inner) == 1 else f"_{{{inner}}}"


def _word(text: str) -> str:
    """Letters of a name: one letter and Greek names as mathematics, others as text."""
    if len(text) == 1 or text.isdigit():
        return text
    return f"\\{text}" if text in GREEK else rf"\text{{{text}}}"


def _verbatim(name: str) -> Name:
    return Name(r"\text{" + name.replace("_", r"\_") + "}")


def parse_name(name: str, rank: int, numbers_above: bool | None = None) -> Name:
    """A tensor's name in its parts; ``numbers_above`` is decided by the rank where it is None."""
    head, *tail = name.split("_")
    # A layer within a layer adds a letter to its number: y1a.
    match = re.fullmatch(r"([A-Za-z]+?)((?:[0-9]+[a-z]{0,2})?)", head)
    # Alone these would be read as the numbers that they usually mean.
    if match is None or not all(tail) or name in ("e", "pi"):
        return _verbatim(name)
    letters, digits = match.groups()
    if tail and len(letters) > 1 and letters not in GREEK:
        return _verbatim(name)
    marks = tuple(_word(part) for part in ([digits] if digits else []) + tail)
    above = rank >= 2 if numbers_above is None else numbers_above
    return Name(_word(letters), marks) if above and rank else Name(_word(letters), (), marks)


def name_latex(tensor: Tensor | str, *indices: Expr | int | str) -> str:
    """A tensor at indices, as it prints where nothing else of its graph is known."""
    name = tensor if isinstance(tensor, str) else tensor.name
    spelled = [
        symbol(i) if isinstance(i, str) else Notation({}).index(sympy.Integer(i) if
        isinstance(i, int) else i)
        for i in indices
    ]
    if isinstance(tensor, Tensor) and tensor.latex is not None:
        return _given(tensor).spell(spelled)
    rank = len(indices) if isinstance(tensor, str) else len(tensor.shape)
    return parse_name(name, rank).spell(spelled)


def symbol(name: str) -> str:
    """An index or an extent."""
    return parse_name(name, 0).spell()


def _given(tensor: Tensor) -> Name:
    """The name that the author gave, shielded where it brings scripts of its own.

    The empty group keeps TeX from taking the braces off an accent that stands alone in them.
    """
    text = str(tensor.latex).strip()
    return Name(f"{{{text}{{}}}}" if "_" in text or "^" in text else text)


@dataclass(frozen=True, slots=True)
class Notation:
    """How the tensors of one graph are written, and every formula over them."""

    names: Mapping[str, Name]
    sigma: str = r"\sigma"

    # --- indices and reads ---

    def name(self, name: str) -> Name:
        return self.names.get(name) or parse_name(name, 2)

    def read(self, read: Read) -> str:
        return self.name(read.name).spell([self.index(i) for i in read.indices])

    def index(self, expr: Expr) -> str:
        """An index expression without blanks: 2i+p, t+1, an element of an integer tensor."""
        if isinstance(expr, Read):
            return self.read(expr)
        if isinstance(expr, Symbol):
            return symbol(expr.name)
        terms = Add.make_args(expr)
        known = set((affine(expr) or ({}, 0))[0])

        def key(term: Expr) -> tuple[bool, bool, str]:
            loose = not (set(free_indices(term)) & known)
            names = sorted(i.name for i in free_indices(term)) or sorted(map(str, term.args))
            return term.could_extract_minus_sign(), loose, str(names)

        text = ""
        for term in sorted(terms, key=key):
            negative = term.could_extract_minus_sign()
            sign = "-" if negative else "+" if text else ""
            text += sign + self._index_term(-term if negative else term)
        return text

    def _index_term(self, term: Expr) -> str:
        if isinstance(term, Read):
            return self.read(term)
        factors = sorted(Mul.make_args(term), key=lambda f: (not f.is_number, text_of(f)))
        return "".join(
            str(f) if f.is_Integer else symbol(f.name) if isinstance(f, Symbol) else
            f"({self.index(f)})" if f.is_Add else self.formula(f)
            for f in factors
        )

    def indices(self, indices: Iterable[Index]) -> str:
        return ",".join(symbol(i.name) for i in indices)

    # --- formulas ---

    def formula(self, expr: Expr, order: Order | None = None, room: int = SUM) -> str:
        """``expr`` in an order, in brackets where it binds less tightly than there is room for."""
        text, level = self.spell(expr, order or Order())
        return text if level >= room else bracket(text)

    def spell(self, expr: Expr, order: Order) -> tuple[str, int]:
        """Text and how tightly it binds."""
        if isinstance(expr, Read):
            name = self.name(expr.name)
            raised = name.above or "^" in name.letter
            return self.read(expr), POWER if raised else ATOM
        if isinstance(expr, Reduce):
            return self._reduction(expr, order)
        if isinstance(expr, Symbol):
            return symbol(expr.name), ATOM
        if expr.is_Rational:
            return number(expr)
        if expr is sympy.pi:
            return r"\pi", ATOM
        if is_whole_part(expr):
            inner = self.formula(expr.args[0], order)
            side = "floor" if isinstance(expr, sympy.floor) else "ceil"
            return rf"\left\l{side} {inner} \right\r{side}", ATOM
        if expr.is_Add:
            return self._sum(expr, order)
        if expr.is_Mul:
            return self._product(expr, order)
        if expr.is_Pow:
            return self._power(expr.base, expr.exp, order)
        if isinstance(expr, Elementwise):
            return self._function(expr, order)
        raise TypeError(f"{type(expr).__name__} is not of the language")

    def _reduction(self, expr: Reduce, order: Order) -> tuple[str, int]:
        big = REDUCTIONS[expr.kind].latex + subscript([self.indices(expr.indices)])
        if expr.kind == "logsumexp":
            return big + bracket(self.formula(expr.body, order)), ATOM
        return f"{big} {self.formula(expr.body, order, NEGATIVE)}", OPEN

    def _sum(self, expr: Expr, order: Order) -> tuple[str, int]:
        terms = expr.args
        if not order.knows(terms):
            content, inner = expr.primitive()
            if content.is_Integer and content != 1 and inner.is_Add:
                return self.join([content, inner], order)
        ordered = order.terms(terms)
        # A sum reads best from a positive term on.
        lead = next((i for i, t in enumerate(ordered) if not t.could_extract_minus_sign()), 0)
        ordered.insert(0, ordered.pop(lead))
        return add_up([self.formula(t, order, NEGATIVE) for t in ordered]), SUM

    def _product(self, expr: Expr, order: Order) -> tuple[str, int]:
        coefficient, rest = expr.as_coeff_Mul()
        factors = order.factors(Mul.make_args(rest))
        return self.join([coefficient, *factors], order)

    def join(self, parts: Sequence[Expr | str], order: Order) -> tuple[str, int]:
        """A product of factors in the order given, denominators gathered in one fraction.

        A part is an expression, or a text that stands as it is.  Numbers go in front.
        """
        coefficient: Expr = Integer(1)
        above: list[tuple[str, int]] = []
        texts: list[tuple[str, int]] = []
        after: list[tuple[str, int]] = []
        below: list[Expr] = []
        for expr in parts:
            if isinstance(expr, str):
                texts.append((expr, PRODUCT))
            elif expr.is_Rational:
                coefficient *= expr
            elif expr.is_Pow and expr.exp.is_Rational and expr.exp < 0:
                below.append(Pow(expr.base, -expr.exp))
            else:
                spelled = self.spell(expr, order)
                wide = spelled[1] == OPEN or spelled[0].startswith(r"\begin")
                (after if wide else above).append(spelled)
        sign = "-" if coefficient < 0 else ""
        whole, part = abs(coefficient).p, abs(coefficient).q
        if is_long(coefficient):
            above.insert(0, number(abs(coefficient)))
            whole = part = 1
        elif part > 9999 or (part > 1 and not below and decimal(coefficient)):
            text, _ = number(abs(coefficient))
            above.insert(0, (text, ATOM))
            whole = part = 1
        if whole != 1:
            above.insert(0, (str(whole), ATOM))
        if below or part != 1:
            bottom = [(str(part), ATOM)] if part != 1 else []
            bottom += [self.spell(f, order) for f in below]
            # A sum beside the fraction reads better than a numerator as wide as the page.
            beside: list[tuple[str, int]] = []
            if not below and above and any(level < PRODUCT for _, level in above):
                beside, above = above, []
                if whole != 1:
                    above.append(beside.pop(0))
            over = juxtapose(above) if above else "1"
            fraction = rf"\frac{{{over}}}{{{juxtapose(bottom)}}}"
            pieces = [(fraction, PRODUCT), *beside, *texts, *after]
        else:
            # A big operator takes in what follows, so it is bracketed unless it comes last.
            pieces = [*above, *texts, *after] or [("1", ATOM)]
        text = juxtapose(pieces)
        if sign:
            return sign + (bracket(text) if len(pieces) == 1 and pieces[0][1] < OPEN else text), \
                NEGATIVE
        if len(pieces) == 1:
            return text, pieces[0][1]
        return text, OPEN if pieces[-1][1] == OPEN else PRODUCT

    def _power(self, base: Expr, exponent: Expr, order: Order) -> tuple[str, int]:
        if exponent == Rational(1, 2):
            return rf"\sqrt{{{self.formula(inside(base), order)}}}", POWER
        if exponent.is_Rational and exponent < 0:
            below = self._power(base, -exponent, order)[0] if exponent != -1 else self.formula(
                base, order)
            return rf"\frac{{1}}{{{below}}}", PRODUCT
        raised = self.formula(exponent, order)
        inner = raised if len(raised) == 1 else f"{{{raised}}}"
        return f"{self.formula(base, order, ATOM)}^{inner}", POWER

    def _function(self, expr: Elementwise, order: Order) -> tuple[str, int]:
        name, args = expr.record.name, expr.args
        if name == "group":
            text, level = self.spell(args[0], order)
            return (text if level == ATOM else bracket(text)), ATOM
        if name in LOGICAL:
            return f"[{self.truth(expr, order)}]", ATOM
        if name == "where":
            return self._choice(expr, order)
        if name == "power":
            return self._power(args[0], args[1], order)
        if name == "exp":
            inner = self.formula(args[0], order)
            if not TALL.search(inner) and len(inner) < 60:
                return f"e^{{{inner}}}", POWER
            return rf"\exp{bracket(inner)}", ATOM
        if name == "xlogy":
            first = self.formula(args[0], order, PRODUCT)
            return rf"{first} \log{bracket(self.formula(args[1], order))}", PRODUCT
        if name == "sigmoid":
            return self.sigma + bracket(self.formula(args[0], order)), ATOM
        texts = [self.formula(a, order) for a in args]
        # The brackets of its arguments are enough to raise it to a power.
        return self.called(expr, texts), POWER if name == "root" else ATOM

    def called(self, expr: Elementwise, texts: Sequence[str]) -> str:
        """A function of arguments that are spelled already."""
        template = expr.record.latex
        if template.startswith(r"\operatorname"):
            # A blank says nothing in a formula.
            head, rest = template.split("}}", 1)
            template = head.replace(" ", r"\_") + "}}" + rest
        text = template.format(*texts)
        if not any(TALL.search(t) or "|" in t for t in texts):
            text = text.replace(r"\left", "").replace(r"\right", "")
        return text

    def truth(self, expr: Expr, order: Order, within: bool = False) -> str:
        """A condition without its brackets; a formula is true where it is not zero."""
        name = expr.record.name if isinstance(expr, Elementwise) else ""
        if name == "step":
            return f"{self.formula(expr.args[0], order)} > 0"
        if name in COMPARED:
            left, right = (self.formula(a, order) for a in expr.args)
            return f"{left} {COMPARED[name]} {right}"
        if name in ("both", "either"):
            sign = r"\wedge" if name == "both" else r"\vee"
            text = f" {sign} ".join(self.truth(a, order, True) for a in expr.args)
            return f"({text})" if within else text
        if name == "negate":
            return rf"\neg ({self.truth(expr.args[0], order)})"
        return rf"{self.formula(expr, order)} \ne 0"

    def opposite(self, expr: Expr, order: Order) -> str:
        """The condition that holds where this one does not.

        One that makes a choice itself is not written again, or each level would double the text.
        """
        if expr.has(CLASSES["where"]):
            return r"\text{otherwise}"
        name = expr.record.name if isinstance(expr, Elementwise) else ""
        if name == "step":
            return rf"{self.formula(expr.args[0], order)} \le 0"
        if name in COMPARED:
            left, right = (self.formula(a, order) for a in expr.args)
            return f"{left} {OPPOSITE[COMPARED[name]]} {right}"
        return r"\text{otherwise}"

    def _choice(self, expr: Expr, order: Order) -> tuple[str, int]:
        condition, then, other = expr.args
        if then == 1 and other == 0:
            return f"[{self.truth(condition, order)}]", ATOM
        return self.cases(condition, then, other, order), SUM

    def cases(self, condition: Expr, then: Expr, other: Expr, order: Order) -> str:
        """Both cases of a choice, one a line."""
        first = f"{self.formula(then, order)} & {self.truth(condition, order)}"
        second = f"{self.formula(other, order)} & {self.opposite(condition, order)}"
        return rf"\begin{{cases}} {first} \\ {second} \end{{cases}}"


def number(value: Expr) -> tuple[str, int]:
    """A rational: an integer, a short fraction, or its decimals where they end.

    A long one has a power of ten.
    """
    if is_long(value):
        digits, power = _decimal(value).split("e")
        text = f"10^{{{power}}}" if digits == "1" else rf"{digits} \cdot 10^{{{power}}}"
        return (f"-{text}", NEGATIVE) if value < 0 else (text, PRODUCT if digits != "1" else POWER)
    if value.is_Integer:
        return str(value), ATOM if value >= 0 else NEGATIVE
    sign, level = ("-", NEGATIVE) if value < 0 else ("", PRODUCT)
    text = decimal(value) if value.q > 100 else ""
    if text:
        return sign + text, min(level, ATOM) if sign else ATOM
    return rf"{sign}\frac{{{abs(value.p)}}}{{{value.q}}}", level


def decimal(value: Expr) -> str:
    """The exact decimals of the magnitude of a number over 100 parts, or nothing."""
    rest, places = int(value.q), 0
    if rest <= 100:
        return ""
    while rest % 10 == 0:
        rest, places = rest // 10, places + 1
    for prime in (2, 5):
        while rest % prime == 0:
            rest, places = rest // prime, places + 1
    if rest != 1 or places > 40:
        return ""
    digits = str(abs(int(value.p)) * 10**places // int(value.q)).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}".rstrip("0")


def bracket(text: str) -> str:
    """Round brackets that grow with what they hold."""
    return rf"\left({text}\right)" if TALL.search(text) else f"({text})"


def add_up(terms: Sequence[str]) -> str:
    """Terms with their signs between them."""
    text = terms[0]
    for term in terms[1:]:
        text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return text


def juxtapose(pieces: Sequence[tuple[str, int]], dot: str = " ") -> str:
    """Factors side by side: one that would be misread is bracketed, numbers are kept apart."""
    if len(pieces) == 1:
        return pieces[0][0]
    last = len(pieces) - 1
    text = ""
    for place, (piece, level) in enumerate(pieces):
        own = piece if level >= (OPEN if place == last else PRODUCT) else bracket(piece)
        if not text:
            text = own
        elif own[0].isdigit():
            text += rf" \cdot {own}"
        elif dot == " " and own.startswith((r"\text", r"\overline{\text", r"\operatorname")):
            # Words need a gap to be told apart.
            text += rf" \, {own}"
        else:
            text += dot + own
    return text


# --- the names of a graph ---------------------------------------------------------------------


def notation_for(
    tensors: Mapping[str, Tensor],
    authored: Iterable[str] | None = None,
    adjoints: Mapping[str, str] | None = None,
) -> Notation:
    """Names for all tensors of a graph, no two alike.

    ``authored`` are the author's own (all, by default); ``adjoints`` maps the name of an adjoint to
    that of its primal.  Raises SpecError for every LaTeX name that may not stand in a document.
    """
    bad = [
        Fault("SP501", f"the LaTeX name of {t.name} cannot be used: {message}", None,
              r"use letters, digits, Greek letters and accents, as in \hat{y}")
        for t in tensors.values()
        if t.latex is not None and (message := latex_fault(t.latex))
    ]
    if bad:
        raise SpecError(*bad)
    own = set(tensors if authored is None else authored)
    bars = dict(adjoints or {})
    listed = [t for t in tensors.values() if t.name in own]
    above = _numbers_above(listed)
    names: dict[str, Name] = {}
    for tensor in listed:
        if tensor.latex is not None:
            names[tensor.name] = _given(tensor)
        elif tensor.name == "loss" and "L" not in own and not _is_extent("L", listed):
            names[tensor.name] = Name("L")
        else:
            names[tensor.name] = parse_name(tensor.name, len(tensor.shape), above)
    added = [n for n in tensors if n not in own and n not in bars]
    # First what gets an accent, since the others are named after it.
    for name in added:
        accented = _accented(name, names)
        if accented is not None:
            names[name] = accented
    primals = dict(names)
    for name in added:
        if name not in names:
            names[name] = _named_after(name, primals)
    _part(names)
    for adjoint, primal in bars.items():
        if adjoint in tensors:
            # What equals another tensor was dropped for it, but its adjoint is its own.
            own_name = names.get(primal) or _named_after(primal, primals)
            names[adjoint] = own_name.accented(r"\bar")
    _part(names)
    sigma = r"\operatorname{sigmoid}" if any(n.letter == r"\sigma" for n in names.values()) else \
        r"\sigma"
    return Notation(names, sigma)


def _is_extent(name: str, tensors: Iterable[Tensor]) -> bool:
    return any(s.name == name for t in tensors for e in t.shape for s in e.free_symbols)


def _numbers_above(tensors: Sequence[Tensor]) -> bool:
    """Whether numbers are those of layers, or could be mistaken for indices."""
    ranked = {t.name for t in tensors if t.shape}
    for tensor in tensors:
        stem = re.match(r"[A-Za-z]+", tensor.name)
        numbered = re.search(r"[0-9_]", tensor.name)
        if numbered and stem and tensor.shape and (len(tensor.shape) > 1 or stem[0] in ranked):
            return True
    return False


def _numbered(name: str) -> tuple[str, tuple[str, ...]]:
    """A name that the simplifier had to number, and its number."""
    match = re.fullmatch(r"(.+)_([0-9]+)", name)
    return (match[1], (match[2],)) if match else (name, ())


def _accented(name: str, names: Mapping[str, Name]) -> Name | None:
    r"""``h_argument``, the argument of the function in h, is \tilde{h}."""
    stem, marks = _numbered(name)
    for suffix, accent in ADDED.items():
        primal = stem.removesuffix(f"_{suffix}")
        if primal != stem and primal in names:
            own = names[primal].accented(accent)
            return replace(own, above=(*own.above, *marks))
    return None


def _named_after(name: str, primals: Mapping[str, Name]) -> Name:
    r"""``sum_exp_z`` is the text "sum exp" with (z) above it."""
    stem, marks = _numbered(name)
    for primal in sorted(primals, key=lambda n: (-len(n), n)):
        if stem.endswith(f"_{primal}"):
            kind = stem.removesuffix(f"_{primal}").replace("_", r"\ ")
            return Name(rf"\text{{{kind}}}", (primals[primal].spell(), *marks))
    return _verbatim(name)


def _part(names: dict[str, Name]) -> None:
    """Names that print alike are spelled out."""
    seen: dict[str, list[str]] = {}
    for name, spelled in names.items():
        seen.setdefault(spelled.spell(), []).append(name)
    for group in seen.values():
        if len(group) > 1:
            for name in group:
                names[name] = _verbatim(name)
