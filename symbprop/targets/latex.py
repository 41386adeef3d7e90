r"""Derivatives as a teacher would hand them out.

Two ways to show one.  Where the loss is reached through a few definitions of one index, the chain
rule in full: the chain, each factor worked out from the author's definition, the product left
factored.  Elsewhere the backward pass: the adjoint of each definition with the definitions that it
came through, from the same simplified graph that the generated module computes.

Each statement carries the expressions that it was printed from, so that what is printed can be
evaluated.  Faults: SP501 a LaTeX name, SP502 an unknown tensor, SP503 an unknown form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sympy import Expr, Mul

from symbprop.arguments import doors
from symbprop.calculus.differentiate import differentiate
from symbprop.calculus.simplify import prepare, simplify
from symbprop.errors import Fault, Place, SpecError, did_you_mean
from symbprop.language.functions import Elementwise
from symbprop.language.graph import Definition, Graph, Tensor, read_names
from symbprop.language.terms import ONE, ZERO, Read, size
from symbprop.networks.network import sound
from symbprop.targets.latex_chain import (
    Factors,
    Link,
    Path,
    Piece,
    Summed,
    Terms,
    Ways,
    count_chains,
    count_operations,
    paths,
    value,
    ways,
)
from symbprop.targets.latex_formula import (
    NEGATIVE,
    OPEN,
    PRODUCT,
    SUM,
    Notation,
    Order,
    add_up,
    bracket,
    juxtapose,
    name_latex,
    notation_for,
    order_of,
    subscript,
)
from symbprop.targets.latex_matrix import NoMatrixForm, left_side, matrix_names, right_side
from symbprop.targets.latex_page import display, page, width

FORMS = ("index", "matrix")
MOST_PATHS = 8
MOST_LINKS = 12
MOST_SECOND_PATHS = 64
# Of all chains of a page, and of all second derivatives: each of many parameters may stand in one
# long formula.
MOST_OPERATIONS = 30_000
# A first derivative as a definition of its own; no tensor can be called so.
FIRST = Read("?first")
# A definition wider than this is referred to, not repeated.
LONG_NOTE = 40.0


@dataclass(frozen=True, slots=True)
class Statement:
    """One equation, or a sentence where ``kind`` is "remark" (its text is in ``right``).

    ``about`` names the tensor that it is about; ``exprs`` are both sides as expressions where there
    are such, in tensors of the derivation's graph.  Kinds: definition, chain, factor, path,
    result, second, adjoint, gradient, remark.
    """

    kind: str
    about: str
    left: str
    right: str
    sign: str = "="
    exprs: tuple[Expr, ...] = ()

    @property
    def latex(self) -> str:
        return self.right if self.kind == "remark" else f"{self.left} {self.sign} {self.right}"


@dataclass(frozen=True, slots=True)
class Derivation:
    """Statements in the order in which they are read.

    ``graph`` gives every expression of a statement its value; ``results`` maps each tensor that was
    differentiated by to the statements that say its derivative.
    """

    title: str
    graph: Graph = field(repr=False)
    statements: tuple[Statement, ...] = ()

    def results(self, name: str) -> tuple[Statement, ...]:
        return tuple(
            s for s in self.statements if s.about == name and s.kind in ("result", "gradient")
        )

    @property
    def latex(self) -> str:
        """The body of a document: displayed equations and the sentences between them."""
        parts: list[str] = []
        held: list[tuple[str, str, str]] = []
        for statement in self.statements:
            if statement.kind == "remark":
                if held:
                    parts.append(display(held))
                    held = []
                parts.append(statement.right + "\n")
            else:
                held.append((statement.left, statement.sign, statement.right))
        if held:
            parts.append(display(held))
        return "".join(parts)


def document(derivation: Derivation, title: str = "") -> str:
    """A complete LaTeX document.  The title is any text, and inert."""
    return page(title or derivation.title, derivation.latex)


def derivation(
    graph: Graph,
    wrt: Sequence[str] | None = None,
    *,
    form: str = "index",
    forward: bool = False,
    hessian: bool = False,
    title: str = "",
) -> Derivation:
    """The derivatives of an author's graph by the tensors ``wrt``, all parameters by default.

    ``form`` is "index" or "matrix"; ``forward`` shows all definitions, not only those on the way;
    ``hessian`` adds the second derivatives by scalars whose chains are shown.
    Raises SpecError for unknown names and forms, and where there is nothing to differentiate.
    """
    graph = sound(graph)
    wanted = _wanted(graph, wrt, form)
    prepared = prepare(graph)
    simplified = simplify(differentiate(prepared, wanted))
    writer = _writer(graph, prepared, simplified, form)
    textbook = writer.with_chains(wanted) if form == "index" else []
    layered = [name for name in wanted if name not in textbook]
    statements: list[Statement] = []
    if form == "index":
        statements += writer.definitions(wanted, forward)
    for name in textbook:
        statements += writer.chain_rule(name)
    if layered:
        statements += writer.backward_pass(layered)
    if hessian:
        statements += writer.second_derivatives(wanted, textbook)
    return Derivation(title, simplified, tuple(statements))


def gradient_formulas(graph: Graph, simplified: Graph) -> dict[str, str]:
    """One derivative for each parameter of a differentiated and simplified graph, as LaTeX."""
    writer = _writer(graph, graph, simplified, "index")
    defining: dict[str, list[Definition]] = {}
    for d in simplified.definitions:
        defining.setdefault(d.target.name, []).append(d)
    formulas: dict[str, str] = {}
    textbook = frozenset(writer.with_chains(simplified.gradients))
    for name, adjoint in simplified.gradients.items():
        if name in textbook:
            made = [s for s in writer.chain_rule(name) if s.kind == "result"]
        else:
            made = [writer.adjoint(d) for d in defining.get(adjoint, ())]
        formulas[name] = r",\quad ".join(s.latex for s in made)
    return formulas


def _wanted(graph: Graph, wrt: Sequence[str] | None, form: str) -> tuple[str, ...]:
    faults: list[Fault] = []
    if form not in FORMS:
        faults.append(Fault("SP503", f'unknown form "{form}"', None,
                            did_you_mean(form, FORMS) or f"one of {', '.join(FORMS)}"))
    if wrt is None:
        names = tuple(t.name for t in graph.with_role("parameter"))
    else:
        names = tuple(dict.fromkeys(wrt))
    for name in names:
        if name not in graph.tensors:
            faults.append(Fault("SP502", f'there is no tensor "{name}" to differentiate by', None,
                                did_you_mean(name, graph.tensors)))
        elif graph.tensors[name].integer:
            faults.append(Fault("SP502", f"{name} holds integers, so there is no derivative by it"))
    if faults:
        raise SpecError(*faults)
    return names


def _writer(graph: Graph, prepared: Graph, simplified: Graph, form: str) -> _Writer:
    bars = {
        adjoint: primal for adjoint, primal in simplified.adjoints.items()
        if adjoint in simplified.tensors and primal in {*graph.tensors, *simplified.tensors}
    }
    tensors = {**graph.tensors, **simplified.tensors}
    users: dict[str, list[Definition]] = {}
    for d in prepared.definitions:
        for name in read_names(d):
            users.setdefault(name, []).append(d)
    operands: dict[Place, dict[Expr, int]] = {}
    for d in graph.definitions:
        if d.place is not None:
            known = operands.setdefault(d.place, {})
            for expr in d.operands:
                known.setdefault(expr, len(known))
    notation = notation_for(tensors, graph.tensors, bars)
    gradients = {adjoint: name for name, adjoint in simplified.gradients.items()}
    return _Writer(graph, simplified, notation, form, ways(graph), bars, gradients, users, operands)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes statements about one graph.

    ``bars`` maps every adjoint to its primal, ``gradients`` those that were asked for; ``users``
    are the definitions that read a tensor before differentiation, and ``operands`` the author's
    terms and factors at a place of the text.  ``mentions`` keeps how a definition is referred to,
    since one that reads very many tensors is referred to at each of them.
    """

    graph: Graph
    simplified: Graph
    notation: Notation
    form: str
    ways: Ways
    bars: Mapping[str, str]
    gradients: Mapping[str, str]
    users: Mapping[str, Sequence[Definition]]
    operands: Mapping[Place, Mapping[Expr, int]]
    mentions: dict[tuple[Definition, Place | None], str] = field(default_factory=dict)

    def with_chains(self, names: Iterable[str]) -> list[str]:
        """Those by which the chain rule in full is worth showing; none where that is too much."""
        found = [n for n in names if count_chains(self.ways, n, MOST_PATHS, MOST_LINKS)]
        return found if count_operations(self.ways, found) <= MOST_OPERATIONS else []

    # --- definitions ---

    def definitions(self, wanted: Sequence[str], everything: bool) -> Iterator[Statement]:
        """The author's definitions, from the inputs to the loss."""
        on_the_way = frozenset[str]().union(*map(self.ways.to, wanted))
        shown = [
            d for d in self.graph.definitions if everything or d.target.name in on_the_way
        ]
        yield _remark(r"\par The definitions:")
        for d in shown:
            yield self._equation("definition", d, self.notation.read(d.target), d.target.name)

    def _equation(self, kind: str, d: Definition, left: str, about: str) -> Statement:
        right = self.notation.formula(d.expr, self._order(d))
        sign = r"\mathrel{+}=" if d.accumulate else "="
        return Statement(kind, about, left, right, sign, (d.target, d.expr))

    def _order(self, d: Definition) -> Order:
        """A definition's order; the simplifier's own look to the author's text of their place."""
        own = order_of(d)
        if d.operands or d.place is None:
            return own
        return replace(own, operands=self.operands.get(d.place, {}))

    # --- the chain rule ---

    def chain_rule(self, name: str) -> Iterator[Statement]:
        """The chain, its factors, the product of each path, and their sum."""
        found = paths(self.ways, name)
        end = found[0].links[-1].below
        left = self.partial(str(self.graph.loss), end)
        yield _remark(rf"\par\medskip\textbf{{The derivative by ${self.notation.read(end)}$.}}")
        several = len(found) > 1
        chains = [self._chain(path, several) for path in found]
        # Of a single factor there is no chain to show.
        if several or len(found[0].links) > 1:
            yield Statement("chain", name, left, add_up(chains))
            yield _remark("with the factors")
            yield from self._factors(name, found)
        products = [self._product(path) for path in found]
        if several:
            for path, chain, product in zip(found, chains, products, strict=True):
                through = ", ".join(f"${self.notation.read(k.above)}$" for k in path.links[1:])
                yield _remark(f"The path through {through} gives" if through else
                              "The direct path gives")
                yield Statement("path", name, chain, product, "=", (path.value,))
            yield _remark("and all paths together")
        elif len(found[0].links) > 1:
            yield _remark("so")
        total = sum((path.value for path in found), ZERO)
        yield Statement("result", name, left, add_up(products), "=", (end, total))

    def _factors(self, name: str, found: Sequence[Path]) -> Iterator[Statement]:
        """Each link worked out, once."""
        seen: set[str] = set()
        for path in found:
            at_once = len(found) > 1 and len(path.links) == 1
            for link in path.links:
                factor = Statement("factor", name, self._link(link, at_once),
                                   self._worked_out(link), "=", (value(link.factors),))
                if factor.latex not in seen:
                    seen.add(factor.latex)
                    yield factor

    def partial(self, above: str, below: Read) -> str:
        upper = self.notation.name(above).spell()
        return rf"\frac{{\partial {upper}}}{{\partial {self.notation.read(below)}}}"

    def _chain(self, path: Path, several: bool) -> str:
        at_once = several and len(path.links) == 1
        return self._summed(path, r" \cdot ".join(self._link(k, at_once) for k in path.links))

    def _link(self, link: Link, at_once: bool) -> str:
        """The symbol of a factor; ``at_once`` tells it from the whole derivative."""
        above, below = self.notation.read(link.above), self.notation.read(link.below)
        symbol = rf"\frac{{\partial {above}}}{{\partial {below}}}"
        return rf"\left.{symbol}\right|_{{\text{{direct}}}}" if at_once else symbol

    def _summed(self, path: Path, text: str) -> str:
        if not path.summed:
            return text
        return rf"\sum{subscript([self.notation.indices(path.summed)])} {text}"

    def _worked_out(self, link: Link) -> str:
        """Factors as they came, one by one; a choice between 0 and 1 as its two cases."""
        return self._as_it_came(link.factors, link.order)

    def _as_it_came(self, factors: Factors, order: Order) -> str:
        if len(factors) == 1 and isinstance(factors[0], Elementwise):
            only = factors[0]
            if only.record.name in ("step", "greater", "greater_equal", "less", "less_equal"):
                return self.notation.cases(only, ONE, ZERO, order)
        pieces: list[tuple[str, int]] = []
        sign = ""
        for factor in factors:
            text, level = self._piece(factor, order)
            if not pieces and text == "-1" and len(factors) > 1 and not sign:
                sign = "-"
            elif not pieces and level == NEGATIVE:
                sign, text = "-", text[1:]
                pieces.append((text, PRODUCT))
            else:
                pieces.append((text, level))
        if not pieces:
            return sign + "1"
        if sign and len(pieces) == 1 and pieces[0][1] < OPEN:
            return sign + bracket(pieces[0][0])
        return sign + juxtapose(pieces)

    def _piece(self, piece: Piece, order: Order, merged: bool = False) -> tuple[str, int]:
        """A factor; ``merged`` gathers the numbers and fractions of the products within."""
        if isinstance(piece, Terms):
            terms = [self._within(t, order, merged)[0] for t in piece.terms]
            return add_up(terms), SUM
        if isinstance(piece, Summed):
            big = rf"\sum{subscript([self.notation.indices(piece.indices)])}"
            inner, level = self._within(piece.factors, order, merged)
            return f"{big} {bracket(inner) if level == SUM else inner}", OPEN
        return self.notation.spell(piece, order)

    def _within(self, factors: Factors, order: Order, merged: bool) -> tuple[str, int]:
        if len(factors) == 1:
            return self._piece(factors[0], order, merged)
        if not merged:
            return self._as_it_came(factors, order), PRODUCT
        parts = [f if isinstance(f, Expr) else bracket(self._piece(f, order, True)[0])
                 for f in factors]
        return self.notation.join(parts, order)

    def _product(self, path: Path) -> str:
        """The product of a path, factors in the order of the chain and numbers in front."""
        coefficient: Expr = ONE
        groups: list[tuple[Factors, Order]] = []
        for link in path.links:
            numbers = [f for f in link.factors if isinstance(f, Expr) and f.is_Rational]
            rest = tuple(f for f in link.factors if f not in numbers)
            coefficient *= Mul(*numbers)
            if rest:
                groups.append((rest, link.order))
        pieces: list[tuple[str, int]] = []
        for place, (factors, order) in enumerate(groups):
            if len(groups) == 1 and len(factors) == 1 and isinstance(factors[0], Summed | Terms):
                # Alone it needs no brackets, unless a number stands before it.
                text, level = self._piece(factors[0], order, True)
                if coefficient == 1:
                    pieces.append((text, level))
                    continue
                parts: list[Expr | str] = [text if level == OPEN else bracket(text)]
            else:
                parts = [
                    f if isinstance(f, Expr) else bracket(self._piece(f, order, True)[0])
                    for f in factors
                ]
            if place == 0:
                parts.insert(0, coefficient)
            pieces.append(self.notation.join(parts, order))
        if not pieces:
            return self._summed(path, self.notation.formula(coefficient))
        sign = ""
        if pieces[0][1] == NEGATIVE and len(pieces) > 1:
            sign = "-"
            inner = pieces[0][0][1:]
            pieces[0] = (inner, PRODUCT)
        # Of a chain of two the factors stand side by side, of a longer one apart.
        dot = r" \cdot " if len(path.links) > 2 else " "
        text = sign + juxtapose(pieces, dot)
        if len(pieces) == 1 and pieces[0][1] == SUM and path.summed:
            text = bracket(text)
        return self._summed(path, text)

    # --- second derivatives ---

    def second_derivatives(
        self, wanted: Sequence[str], textbook: Sequence[str]
    ) -> Iterator[Statement]:
        """The chain rule once more, on each first derivative as one more definition."""
        scalars = [n for n in textbook if not self.graph.tensors[n].shape]
        yield _remark(r"\par\medskip\textbf{The second derivatives.}")
        left_out = [f"${self.notation.name(n).spell()}$" for n in wanted if n not in scalars]
        if left_out:
            yield _remark(f"They are shown by scalars whose chains are shown, so not by "
                          f"{', '.join(left_out)}.")
        room = MOST_OPERATIONS
        for place, first in enumerate(scalars):
            found = paths(self.ways, first)
            total = sum((path.value for path in found), ZERO)
            names = dict.fromkeys(n for p in found for k in p.links for n in k.order.names)
            slope = Definition(FIRST, total, order=tuple(names))
            tensors = {**self.graph.tensors, FIRST.name: Tensor(FIRST.name)}
            extended = ways(replace(self.graph, tensors=tensors, loss=FIRST.name,
                                    definitions=(*self.graph.definitions, slope)))
            for second in scalars[place:]:
                statement = self._second(extended, first, second)
                yield statement
                room -= sum(map(size, statement.exprs))
                if room < 0:
                    yield _remark("All of them are too long together; more are not written out.")
                    return

    def _second(self, extended: Ways, first: str, second: str) -> Statement:
        loss, one, other = (
            self.notation.name(n).spell() for n in (str(self.graph.loss), first, second))
        below = rf"\partial {one}^2" if first == second else (
            rf"\partial {one} \, \partial {other}")
        left = rf"\frac{{\partial^2 {loss}}}{{{below}}}"
        chains = count_chains(extended, second, MOST_SECOND_PATHS, 2 * MOST_LINKS)
        if chains == 0 or not extended.to(second):
            return Statement("second", first, left, "0", "=", (Read(second), ZERO))
        if chains is None:
            return _remark(f"More than {MOST_SECOND_PATHS} paths, or longer ones than read well, "
                           f"lead to ${left}$, so it is not written out.")
        found = paths(extended, second)
        total = sum((path.value for path in found), ZERO)
        right = add_up([self._product(path) for path in found])
        return Statement("second", first, left, right, "=", (Read(second), total))

    # --- the backward pass ---

    def backward_pass(self, wanted: Sequence[str]) -> Iterator[Statement]:
        """The adjoint of each definition on the way, from the loss back, and the gradients."""
        loss = self.notation.name(str(self.graph.loss)).spell()
        asked = {self.simplified.gradients[n]: n for n in wanted}
        bars = self.bars
        needed = self._needed(asked)
        yield _remark(r"\par\medskip\textbf{The backward pass.}")
        many = [f"${self.notation.name(n).spell()}$" for n in wanted if self._has_many_paths(n)]
        if many:
            yield _remark(
                f"More than {MOST_PATHS} paths, or longer ones than of {MOST_LINKS} factors, lead "
                f"from the loss to {', '.join(many)}: too many to be listed one by one."
            )
        example = self._example(needed, asked)
        if example:
            yield _remark(
                rf"A bar stands for the derivative of the loss: ${example[0]}$ is "
                rf"$\partial {loss} / \partial {example[1]}$."
            )
        if any(d.accumulate and d.target.name in needed for d in self.simplified.definitions):
            yield _remark(
                r"Where $\mathrel{+}=$ stands, the right side is added at the places that the left "
                "side reaches; what is added to nowhere is zero."
            )
        if self.form == "matrix":
            yield _remark(
                r"Matrices are capital letters, vectors columns; $\odot$ and $\oslash$ multiply "
                r"and divide element by element, functions apply to each element, $\mathbf{1}$ "
                "is a vector of ones."
            )
        helping = [
            d for d in self.simplified.definitions
            if d.target.name in needed and d.target.name not in bars
            and d.target.name not in self.graph.tensors
        ]
        notation = self._matrix_notation() if self.form == "matrix" else self.notation
        if self.form == "matrix":
            yield _remark(r"\par The definitions:")
            for d in self.graph.definitions:
                yield from self._in_matrix_form("definition", d, notation, None)
        if helping:
            yield _remark(r"\par Further names, for what is used again:")
            for d in helping:
                if self.form == "matrix":
                    yield from self._in_matrix_form("definition", d, notation, None)
                else:
                    yield self._equation("definition", d, self.notation.read(d.target),
                                         d.target.name)
        said = ""
        for d in self.simplified.definitions:
            name = d.target.name
            if name not in bars or name not in needed:
                continue
            note = self._came_through(bars[name], notation)
            if note and note != said:
                yield _remark(note)
            said = note
            if self.form == "matrix":
                yield from self._in_matrix_form(
                    "gradient" if name in asked else "adjoint", d, notation, asked.get(name))
            else:
                yield self.adjoint(d)

    def adjoint(self, d: Definition) -> Statement:
        """An adjoint's definition; that of a gradient says what it is a derivative by."""
        name = self.gradients.get(d.target.name)
        if name is not None:
            left = self.partial(str(self.graph.loss), Read(name, *d.target.indices))
            return self._equation("gradient", d, left, name)
        return self._equation("adjoint", d, self.notation.read(d.target), d.target.name)

    def _needed(self, asked: Iterable[str]) -> set[str]:
        """What the wanted gradients are computed from."""
        reading: dict[str, set[str]] = {}
        for d in self.simplified.definitions:
            reading.setdefault(d.target.name, set()).update(read_names(d))
        found = set(asked)
        todo = sorted(found)
        while todo:
            for other in sorted(reading.get(todo.pop(), ())):
                # An author's value is known already, so what it is made of is not asked for.
                if other not in found and other not in self.graph.tensors:
                    found.add(other)
                    todo.append(other)
        return found

    def _has_many_paths(self, name: str) -> bool:
        """Whether only the number or the length of the paths forbids to show them."""
        return self.form == "index" and bool(count_chains(self.ways, name, 10**9, 10**9))

    def _example(self, needed: set[str], asked: Mapping[str, str]) -> tuple[str, str] | None:
        """The first adjoint that will be shown, and what it is the adjoint of."""
        names = self._matrix_notation() if self.form == "matrix" else self.notation
        for d in self.simplified.definitions:
            name = d.target.name
            if name in self.bars and name in needed and name not in asked:
                spelled = [] if self.form == "matrix" else [
                    self.notation.index(i) for i in d.target.indices]
                return names.name(name).spell(spelled), names.name(self.bars[name]).spell(spelled)
        return None

    def _came_through(self, primal: str, notation: Notation) -> str:
        """The definitions that read a tensor: the way by which the loss depends on it."""
        users = dict.fromkeys(self._mention(d, notation) for d in self.users.get(primal, ()))
        return f"From {' and '.join(users)}:" if users else ""

    def _mention(self, d: Definition, notation: Notation) -> str:
        """A short definition itself, of a long one its left side."""
        # Equal ones may stand in other orders at other places.
        key = d, d.place
        if key not in self.mentions:
            left = self.notation.read(d.target)
            full = self._equation("definition", d, left, d.target.name).latex
            if self.form == "matrix":
                try:
                    left = left_side(notation, d)
                    full = f"{left} = {right_side(notation, d, self._order(d))}"
                except NoMatrixForm:
                    left = self.notation.read(d.target)
            self.mentions[key] = (
                f"${full}$" if width(full) <= LONG_NOTE else f"the definition of ${left}$")
        return self.mentions[key]

    # --- matrix form ---

    def _matrix_notation(self) -> Notation:
        listed: list[Tensor] = [*self.graph.tensors.values(), *self.simplified.tensors.values()]
        return matrix_names(self.notation, listed)

    def _in_matrix_form(
        self, kind: str, d: Definition, notation: Notation, gradient_of: str | None
    ) -> Iterator[Statement]:
        try:
            left = left_side(notation, d)
            right = right_side(notation, d, self._order(d))
        except NoMatrixForm as reason:
            yield _remark(rf"\par In index form, since {_prose(str(reason))}:")
            yield (self.adjoint(d) if kind != "definition" else
                   self._equation(kind, d, self.notation.read(d.target), d.target.name))
            return
        about = d.target.name
        if gradient_of is not None:
            loss = notation.name(str(self.graph.loss)).spell()
            left = rf"\frac{{\partial {loss}}}{{\partial {notation.name(gradient_of).spell()}}}"
            about = gradient_of
        yield Statement(kind, about, left, right, "=", (d.target, d.expr))


def _remark(text: str) -> Statement:
    return Statement("remark", "", "", text)


def _prose(text: str) -> str:
    return text.replace("_", r"\_")


__all__ = [
    "Derivation", "Statement", "derivation", "document", "gradient_formulas", "name_latex",
]


doors(__name__)
