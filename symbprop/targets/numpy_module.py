"""A graph and its derivative as one NumPy module, as a careful engineer would write it.

Three programs share the names: ``forward`` computes the outputs, ``loss`` the loss, and
``value_and_grad`` both the loss and every gradient in one sweep.  The template lays the pieces out;
all text is made here.  A user's own text stands in the module only as an ASCII literal.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr, Symbol, expand

from symbprop.arrays.buffers import Plan, elements, plan_buffers
from symbprop.arrays.costs import memory, operations
from symbprop.arrays.program import Operand, Program, flattened
from symbprop.check.points import extents_of, size_of
from symbprop.check.stored import Stored
from symbprop.errors import Fault, SpecError
from symbprop.language.bounds import Bound, over_nothing
from symbprop.language.functions import Elementwise
from symbprop.language.graph import Graph, Tensor, reads
from symbprop.language.initialisation import INITIALISERS, default_initialisation
from symbprop.language.notation import print_definition
from symbprop.language.reductions import REDUCTIONS
from symbprop.language.squares import shrunken_squares
from symbprop.language.terms import Index, Read, Reduce
from symbprop.targets.accept import accept
from symbprop.targets.extents import bounds, shrinking
from symbprop.targets.naming import Names
from symbprop.targets.numpy_steps import Needs, Speller, Statement, extent_text, number
from symbprop.targets.rendering import environment
from symbprop.targets.scopes import names_beside
from symbprop.targets.sketch import GRAPH, PROGRAMS

WIDTH = 99


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    signature: str
    doc: str
    body: tuple[str, ...]


def numpy_module(
    name: str,
    title: str,
    graph: Graph,
    programs: Mapping[str, Program],
    latex: Mapping[str, str],
    judged: Stored | None = None,
    *,
    prepared: Graph,
    doubled: bool = False,
) -> str:
    """The text of a module.  ``graph`` is the author's; the programs are lowered from it.

    ``prepared`` is the same before it was differentiated, with what is computed for each formula.

    ``judged`` is what the equations say at the point that the module's own check begins with.

    ``doubled`` says that single precision is computed in double and rounded once.

    ``programs`` are forward, loss and value_and_grad, and statistics where forward is given these.

    Raises SpecError where a free extent is bound by no argument, InternalError where the text is no
    module that can run.
    """
    module = _Module(name, title, graph, programs, latex, own_names(), judged, doubled, prepared)
    return accept(module.text())


@lru_cache(maxsize=1)
def own_names() -> Mapping[str, frozenset[str]]:
    """For each role the names that any module uses beside names of that role, off its own text."""
    text, roles = sketch()
    return names_beside(ast.parse(text), roles)


def sketch() -> tuple[str, Mapping[str, str]]:
    """The text of a module that uses what modules use, and the role of each user's name in it."""
    module = _Module("sketch", "", GRAPH, PROGRAMS, {}, {})
    return module.text(), module.names.roles


LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')
PIECE = 60


def wrapped(code: str, indent: str = "    ") -> list[str]:
    """A statement in lines that are not too long; one that breaks off brackets is put into them.

    No line ends within a text: a long one is parted at its blanks into several side by side.
    """
    if len(indent) + len(code) <= WIDTH:
        return [indent + code]
    # A NUL stands for a blank at which no line may end.
    code = re.sub("^return ", "return\0", LITERAL.sub(_parted, code))
    lines = _lines(code, indent)
    if not all(_open_brackets("".join(lines[:n])) for n in range(1, len(lines))):
        for sign in (" = ", " += ", " -= "):
            left, equals, right = code.partition(sign)
            if equals:
                lines = _lines(f"{left}\0{sign.strip()}\0({right})", indent)
                break
    return [line.replace("\0", " ") for line in lines]


def _parted(literal: re.Match[str]) -> str:
    """A literal whose blanks are held, in pieces of which each but the last ends in one."""
    pieces, piece = [], ""
    for word in literal[0][1:-1].split(" "):
        if piece and len(piece) + len(word) > PIECE:
            pieces.append(piece)
            piece = ""
        piece += f"{word}\0"
    return " ".join(f'"{p}"' for p in (*pieces, piece[:-1]))


def _lines(code: str, indent: str) -> list[str]:
    return textwrap.wrap(
        code, WIDTH, initial_indent=indent, subsequent_indent=indent + "    ",
        break_long_words=False, break_on_hyphens=False,
    )


def _open_brackets(code: str) -> int:
    """How many brackets are open at the end."""
    code = LITERAL.sub("", code)
    return sum(code.count(c) for c in "([{") - sum(code.count(c) for c in ")]}")


def commented(statement: Statement, indent: str = "    ") -> list[str]:
    """A statement with its equation beside it, or above it where the line would be too long."""
    code, note = statement.code, statement.meaning
    if not note:
        return wrapped(code, indent)
    if len(indent) + len(code) + len(note) + 4 <= WIDTH:
        return [f"{indent}{code}  # {note}"]
    above = textwrap.wrap(
        note, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}#     ",
        break_long_words=False, break_on_hyphens=False,
    )
    return [*above, *wrapped(code, indent)]


def literal(text: str, indent: str) -> str:
    """A text as an ASCII literal, in pieces where it is long."""
    if len(text) < 60:
        return _quoted(text)
    pieces = [_quoted(text[n:n + 60]) for n in range(0, len(text), 60)]
    inner = f"\n{indent}    ".join(pieces)
    return f"(\n{indent}    {inner}\n{indent})"


def _quoted(text: str) -> str:
    """Double quotes, and an escape for all that is not printable ASCII."""
    body = ascii(text)
    quote, inner = body[0], body[1:-1]
    if quote == "'":
        inner = inner.replace("\\'", "'").replace('"', '\\"')
    return f'"{inner}"'


class _Module:
    def __init__(
        self,
        name: str,
        title: str,
        graph: Graph,
        programs: Mapping[str, Program],
        latex: Mapping[str, str],
        own: Mapping[str, frozenset[str]],
        judged: Stored | None = None,
        doubled: bool = False,
        prepared: Graph | None = None,
    ) -> None:
        self.doubled = doubled
        self.prepared = graph if prepared is None else prepared
        self.judged = judged
        self.name, self.title, self.graph, self.latex = name, title, graph, latex
        self.programs = programs
        self.estimated = tuple(graph.tensors[n] for n in graph.estimated)
        self.parameters = graph.with_role("parameter")
        self.constants = graph.with_role("constant")
        self.data = (*graph.with_role("input"), *graph.with_role("target"))
        self.symbols = sorted(
            {str(s) for t in graph.tensors.values()
             for e in (*t.shape, *([] if t.limit is None else [t.limit]))
             for s in e.free_symbols}
            | {e for p in self.programs.values() for e in p.extents}
        )
        self.names = Names(
            [t.name for t in (*self.data, *self.estimated)],
            [t.name for t in sorted(graph.tensors.values(), key=lambda t: t.role == "defined")
             if t not in self.data],
            self.symbols,
            own,
        )
        self.binding = self.bind()
        self.plan: Plan = plan_buffers(programs["value_and_grad"])
        self.helpers: dict[str, None] = {}
        self.lengths = bool(self.symbols)
        self.vector_lines: list[str] = []

    # -- extents --

    def bind(self) -> dict[str, tuple[Tensor, int]]:
        """The argument and axis that gives each free extent its value."""
        found: dict[str, tuple[Tensor, int]] = {}
        for tensor in (*self.data, *self.parameters):
            for axis, size in enumerate(tensor.shape):
                if size.is_Symbol:
                    found.setdefault(str(size), (tensor, axis))
        loose = [s for s in self.symbols if s not in found]
        if loose:
            place = next((
                d.place for d in self.graph.definitions
                for size in self.graph.tensors[d.target.name].shape
                if any(str(s) in loose for s in size.free_symbols)
            ), self.graph.definitions[0].place)
            raise SpecError(
                Fault("SP311", f"no argument has the extent {', '.join(loose)}", place,
                      "give it a number, or give an input that has it as a dimension")
            )
        return found

    def shape(self, tensor: Tensor) -> str:
        return Speller.tuple_of([extent_text(e, self.names) for e in tensor.shape]) if (
            tensor.shape) else "()"

    def named_shape(self, tensor: Tensor) -> str:
        if not tensor.shape:
            return "()"
        return Speller.tuple_of(
            [str(e) if e.is_Integer else _quoted(self.shown(e)) for e in tensor.shape]
        )

    def shown(self, size: Expr) -> str:
        """A free extent by the keyword that gives it, or a formula of such."""
        return str(size.xreplace({s: Symbol(self.names.extent(str(s))) for s in size.free_symbols}))

    def key_of(self, tensor: Tensor) -> str:
        """What a caller says: a parameter's name stands in a dict, all others are keywords."""
        return tensor.name if tensor.role == "parameter" else self.names.tensor(tensor.name)

    def table(self, tensors: Sequence[Tensor]) -> str:
        if not tensors:
            return "{}"
        lines = [f'    "{self.key_of(t)}": {self.named_shape(t)},' for t in tensors]
        return "\n".join(["{", *lines, "}"])

    # -- functions --

    def needed(self, program: Program) -> set[str]:
        """Given tensors that a program reads, in its steps or as an extent's source."""
        return {v for s in flattened(program.steps) for v in _reads(s)}

    def prelude(self, kind: str, data: Sequence[Tensor], used: set[str]) -> list[str]:
        """What a function does before it computes: the dtype, the extents, its arguments checked.

        An extent that is a formula is checked where all that it is made of is bound here.
        """
        lines = ["    dtype = _dtype(params)"]
        if self.doubled:
            given = ", ".join(f'"{self.names.tensor(t.name)}": {self.names.tensor(t.name)}'
                              for t in data)
            work = ", workspace" if kind == "value_and_grad" else ""
            lines.append("    if dtype == np.float32:")
            lines += wrapped(f'return _in_double("{kind}", params, {{{given}}}{work})', " " * 8)
        bound: set[str] = set()
        texts = {t.name for t in data} | {t.name for t in self.parameters}
        for symbol in self.symbols:
            tensor, axis = self.binding[symbol]
            if tensor.name not in texts:
                tensor, axis = self.other_binding(symbol, texts) or (tensor, axis)
            if tensor.name not in texts:
                continue
            source = (
                f'params["{tensor.name}"]' if tensor.role == "parameter"
                else self.names.tensor(tensor.name)
            )
            lines += wrapped(
                f'{self.names.extent(symbol)} = _length("{self.key_of(tensor)}", {source}, '
                f"{self.named_shape(tensor)}, {axis})"
            )
            bound.add(symbol)
        for size in self.shrinking(kind):
            if {str(s) for s in size.free_symbols} <= bound:
                text = _quoted(self.shown(size))
                lines += wrapped(f"_sized({text}, {extent_text(size, self.names)})")
        for one in self.bounds(kind):
            if {str(s) for s in one.extent.free_symbols} <= bound:
                shown, size = _quoted(self.shown(one.extent)), extent_text(one.extent, self.names)
                check = "_at_most" if one.at_most else "_at_least"
                why = _quoted(one.because)
                lines += wrapped(f"{check}({shown}, {size}, {one.number}, {why})")
        for tensor in self.parameters:
            source = f'"{tensor.name}", params["{tensor.name}"]'
            check = f"_floats({source}, {self.shape(tensor)}, dtype)"
            if tensor.name in used:
                check = f"{self.names.tensor(tensor.name)} = {check}"
            lines += wrapped(check)
        for tensor in data:
            name = self.names.tensor(tensor.name)
            if tensor.integer:
                limit = "None" if tensor.limit is None else extent_text(tensor.limit, self.names)
                check = f'_integers("{name}", {name}, {self.shape(tensor)}, {limit})'
            else:
                check = f'_floats("{name}", {name}, {self.shape(tensor)}, dtype)'
            lines += wrapped(f"{name} = {check}" if tensor.name in used else check)
        for tensor in self.constants:
            if tensor.name in used:
                name = self.names.tensor(tensor.name)
                lines.append(f"    {name} = _CONSTANT_{tensor.name}.astype(dtype, copy=False)")
        return lines

    def shrinking(self, kind: str) -> tuple[Expr, ...]:
        return shrinking(self.graph, self.results(kind))

    def bounds(self, kind: str) -> tuple[Bound, ...]:
        return bounds(self.graph, self.results(kind))

    def results(self, kind: str) -> Sequence[str]:
        """What a function computes, by names of the author's graph."""
        assert self.graph.loss is not None
        return {
            "forward": self.programs["forward"].results, "statistics": self.graph.estimated,
        }.get(kind, (self.graph.loss,))

    def other_binding(self, symbol: str, texts: set[str]) -> tuple[Tensor, int] | None:
        for tensor in (*self.data, *self.parameters):
            for axis, size in enumerate(tensor.shape):
                if tensor.name in texts and str(size) == symbol:
                    return tensor, axis
        return None

    def function(self, kind: str) -> Function:
        program = self.programs[kind]
        buffered = kind == "value_and_grad"
        speller = Speller(program, self.names, buffered)
        statements = speller.statements()
        self.helpers.update(speller.needs.helpers)
        used = self.needed(program)
        extents = {
            str(s) for v in program.values.values() if v.name in used or v.source != "given"
            for e in v.shape for s in e.free_symbols
        } | set(program.extents)
        outward = kind in ("forward", "statistics")
        data = self.data if not outward else tuple(
            t for t in self.data
            if t.name in used or (t.role == "input")
        )
        extents |= {str(s) for t in data if t.limit is not None for s in t.limit.free_symbols}
        if outward and not all(
            self.other_binding(s, {t.name for t in (*data, *self.parameters)}) for s in extents
        ):
            data = self.data
        if kind == "forward":
            data = (*data, *self.estimated)
        body = self.prelude(kind, data, used)
        body += self.vectors(speller.needs, buffered)
        for statement in statements:
            body += commented(statement, "    " + "    " * statement.depth)
        body += self.ending(kind, program)
        arguments = "".join(f", {self.names.tensor(t.name)}" for t in data)
        signature = f"params{arguments}" + (", workspace=None" if buffered else "")
        return Function(kind, signature, self.doc(kind), tuple(body))

    def doc(self, kind: str) -> str:
        if kind == "forward":
            if len(self.programs["forward"].results) == 1:
                return f"The output {self.programs['forward'].results[0]}, a new array."
            return "The outputs by name: a dict of new arrays."
        if kind == "statistics":
            return "The batch's statistics by name, of which ``forward`` takes running ones."
        if kind == "loss":
            return "The loss, a scalar of the parameters' dtype."
        return (
            "The loss and its gradient: a dict of new arrays with the keys of ``params``."
        )

    def vectors(self, needs: Needs, buffered: bool) -> list[str]:
        """Vectors of ones and ranges: of the workspace where there is one."""
        made = [f"{n} = np.ones({extent_text(e, self.names)}, dtype)"
                for e, n in needs.ones.items()]
        made += [f"{n} = np.arange({extent_text(e, self.names)})" for e, n in needs.ranges.items()]
        made += [f"{n} = np.arange({extent_text(e, self.names)}, dtype=dtype)"
                 for e, n in needs.numbers.items()]
        if not buffered:
            return ["    " + line for line in made]
        names = [*needs.ones.values(), *needs.ranges.values(), *needs.numbers.values()]
        stored = bool(self.plan.home)
        lines = ["    if workspace is None:"]
        if stored:
            lines.append("        work = _NO_WORKSPACE")
        lines += ["        " + line for line in made]
        if not stored and not made:
            required = f"        Workspace.require(workspace, {self.key()}, dtype)"
            return ["    if workspace is not None:", required]
        lines += ["    else:", f"        Workspace.require(workspace, {self.key()}, dtype)"]
        if stored:
            lines.append("        work = workspace")
        lines += [f"        {name} = workspace.{name}" for name in names]
        self.vector_lines = [f"self.{line}" for line in made]
        return lines

    def key(self) -> str:
        sizes = [self.names.extent(s) for s in self.symbols]
        return f"({', '.join(sizes)},)" if sizes else "()"

    def ending(self, kind: str, program: Program) -> list[str]:
        local = self.names.tensor
        if kind == "loss":
            return [f"    return {local(program.results[0])}"]
        if kind in ("forward", "statistics"):
            texts = [self.fresh(n, program) for n in program.results]
            if len(texts) == 1 and kind == "forward":
                return [f"    return {texts[0]}"]
            # Statistics are keywords of ``forward``.
            keys = program.results if kind == "forward" else [local(n) for n in program.results]
            return ["    return {", *(f'        "{n}": {t},' for n, t in
                                      zip(keys, texts, strict=True)), "    }"]
        lines = ["    grads = {"]
        seen: set[str] = set()
        for tensor in self.parameters:
            adjoint = self.gradient_names[tensor.name]
            text = local(adjoint)
            if adjoint in seen:
                text = f"{text}.copy()"
            elif not tensor.shape:
                text = f"dtype.type({text})"
            seen.add(adjoint)
            lines.append(f'        "{tensor.name}": {text},')
        assert self.graph.loss is not None
        return [*lines, "    }", f"    return {local(self.graph.loss)}, grads"]

    def fresh(self, name: str, program: Program) -> str:
        text = self.names.tensor(name)
        return f"{text}.copy()" if program.values[name].source == "given" else text

    # -- the whole --

    def initial(self, tensor: Tensor) -> str:
        initial = tensor.initial or default_initialisation(len(tensor.shape))
        record = INITIALISERS[initial.kind]
        shape = self.shape(tensor)
        if not record.drawn:
            value = {"zeros": 0.0, "ones": 1.0}.get(initial.kind)
            value = initial.numbers[0] if value is None else value
            return f'"{tensor.name}": np.full({shape}, {value!r}, dtype),'
        if record.scale is None:
            first, second = (repr(float(v)) for v in initial.numbers)
        else:
            spread = record.spread(tensor.shape)
            if spread.free_symbols:
                # One over the square of the spread is the weighted sum of both fans.
                inverse = expand(record.scale[0] / spread**2)
                second = f"np.sqrt({record.scale[0]} / ({extent_text(inverse, self.names)}))"
                first = "-" + second if record.drawn == "uniform" else "0.0"
            else:
                second = number(spread)
                first = f"-{second}" if record.drawn == "uniform" else "0.0"
        drawn = f"rng.{record.drawn}({first}, {second}, {shape})"
        return f'"{tensor.name}": np.asarray({drawn}, dtype),'

    def workspace_lines(self) -> list[str]:
        lines: list[str] = []
        values = self.programs["value_and_grad"].values
        for position, buffer in enumerate(self.plan.buffers, 1):
            memory_name = self.names.memory(position)
            kind = {"float": "dtype", "bool": "bool", "int": "np.intp"}[buffer.kind]
            whole = buffer.size
            size = extent_text(whole, self.names)
            lines.append(f"{memory_name} = np.empty({size}, {kind})")
            for tenant in buffer.tenants:
                value = values[tenant]
                part = memory_name
                if elements(value) != whole:
                    part += f"[: {extent_text(elements(value), self.names)}]"
                shape = ", ".join(extent_text(e, self.names) for e in value.shape)
                lines.append(f"self.{self.names.tensor(tenant)} = {part}.reshape({shape})")
        return [*lines, *self.vector_lines]

    def docstring(self) -> str:
        """Equations, extents, conventions and costs; no text of the user's but names."""
        graph = self.graph
        lines = [f"Loss and gradients of the network {self.name}.", "",
                 "Written by symbprop; do not edit.  Rebuild with `symbprop compile`.", "",
                 "Definitions:", ""]
        for definition in graph.definitions:
            lines += textwrap.wrap(
                print_definition(definition), WIDTH, initial_indent="    ",
                subsequent_indent="        ", break_long_words=False, break_on_hyphens=False,
            )
        if self.symbols:
            lines += ["", f"Extents bound at each call: {', '.join(self.symbols)}."]
        renamed = [f"{self.names.tensor(t.name)} for {t.name}" for t in self.data
                   if self.names.tensor(t.name) != t.name]
        renamed += [f"{self.names.extent(e)} for {e}" for e in self.symbols
                    if self.names.extent(e) != e]
        if renamed:
            lines += ["", *textwrap.wrap(f"Keywords, where a name is taken: {', '.join(renamed)}.",
                                         WIDTH, subsequent_indent="    ")]
        told = "kink" if self.doubled else "kink digits"
        kinks = sorted({
            text
            for d in graph.definitions for node in d.expr.atoms(Elementwise, Reduce)
            for record in [REDUCTIONS[node.kind] if isinstance(node, Reduce) else node.record]
            for text in (getattr(record, field, "") for field in told.split()) if text
        })
        if self.doubled:
            kinks.append("functions and their slopes are exact to a few ulp of themselves; single "
                         "precision is computed in double")
        shrunken = shrunken_squares(graph, self.prepared)
        if shrunken:
            single = "" if self.doubled else " (1e19 and 1e-23 in single precision)"
            more = f" and {len(shrunken) - 8} more" if len(shrunken) > 8 else ""
            kinks.append("squares of numbers beyond 1e154 overflow and those of numbers below "
                         f"1e-162 are 0{single}, also below the root, logarithm or quotient in "
                         f"{', '.join(shrunken[:8])}{more}")
        if any(map(_divides_by_extent, (d.expr for d in graph.definitions))):
            kinks.append("a mean over nothing is NaN")
        kinks += sorted({
            f"{b.because}: {self.shown(b.extent)} is at least {b.number}"
            for d in graph.definitions for b in over_nothing(d.expr) if b.number > 0
        })
        if kinks:
            lines += ["", "Conventions:"]
            for kink in kinks:
                lines += textwrap.wrap(kink, WIDTH, initial_indent="    ",
                                       subsequent_indent="        ")
        backward = operations(self.programs["value_and_grad"]) - operations(self.programs["loss"])
        lines += ["", "Operations:"]
        lines += self.cost("forward and loss", operations(self.programs["loss"]))
        lines += self.cost("backward", backward)
        lines += self.cost("workspace, in floats", memory(self.plan))
        return "\n".join(lines)

    def cost(self, label: str, formula: Expr) -> list[str]:
        return textwrap.wrap(
            f"{label}: {formula}", WIDTH, initial_indent="    ", subsequent_indent="        ",
            break_long_words=False, break_on_hyphens=False,
        )

    def constant_lines(self) -> list[str]:
        lines: list[str] = []
        for tensor in self.constants:
            values = ", ".join(repr(float(v)) for v in tensor.values or ())
            shaped = f"([{values}]).reshape{self.shape(tensor)}" if tensor.shape else f"({values})"
            code = f"_CONSTANT_{tensor.name} = np.array{shaped}"
            lines += wrapped(code, "")
        return lines

    def text(self) -> str:
        gradient = self.programs["value_and_grad"]
        self.gradient_names = dict(
            zip((t.name for t in self.parameters), gradient.results[1:], strict=True)
        )
        functions = [self.function(kind) for kind in self.programs]
        extents = [self.names.extent(s) for s in self.symbols]
        own = sorted({str(s) for t in self.parameters for e in t.shape for s in e.free_symbols})
        init_extents = "".join(f", {self.names.extent(s)}" for s in own)
        arguments = "".join(f", {self.names.tensor(t.name)}" for t in self.data)
        latex = "\n".join(
            ["{", *(f'    "{n}": {literal(t, "    ")},' for n, t in self.latex.items()), "}"]
        )
        homes = [self.names.tensor(n) for n in self.plan.home]
        buffer_names = "(\n" + "\n".join(f'    "{n}",' for n in homes) + "\n)" if homes else ""
        sizes = self.check_sizes()
        limits = {self.key_of(t): t.limit for t in self.data if t.integer}
        limit_texts = [f'"{n}": {self.limit_text(e)}' for n, e in limits.items()]
        formulas = sorted({e for t in self.parameters for e in t.shape
                           if not e.is_Integer and not e.is_Symbol}, key=str)
        outputs = self.programs["forward"].results
        return environment().get_template("numpy_module.py.j2").render(
            docstring=self.docstring(),
            title=literal(self.title or self.name, ""),
            parameters=self.table(self.parameters),
            inputs=self.table([t for t in self.data if t.role == "input"]),
            targets=self.table([t for t in self.data if t.role == "target"]),
            outputs=Speller.tuple_of([_quoted(n) for n in outputs]),
            estimated=self.table(self.estimated) if self.estimated else "",
            latex=latex,
            buffer_names=buffer_names,
            constants=self.constant_lines(),
            init_extents=f", *{init_extents}" if own else "",
            free=Speller.tuple_of([_quoted(self.names.extent(s)) for s in own]) if own else "",
            formulas=[line[8:] for e in formulas for line in wrapped(
                f"{_quoted(self.shown(e))}: {extent_text(e, self.names)},", "        ")],
            formula_arguments=init_extents[2:],
            draws=any("rng." in self.initial(t) for t in self.parameters),
            init=[line[8:] if line.startswith("        ") else line
                  for t in self.parameters for line in wrapped(self.initial(t), "        ")],
            workspace_doc=f"{memory(self.plan)} floats for extents ({', '.join(extents)})."
            if len(str(memory(self.plan))) < 60 else "Its size stands in the module's docstring.",
            workspace_arguments="".join(f", {e}" for e in extents),
            extents=extents,
            own_extents=[self.names.extent(s) for s in own],
            workspace_size=self.key()[1:-1],
            workspace_sizes=[line[8:] for e in self.shrinking("value_and_grad")
                             for line in wrapped(
                                 f"_sized({_quoted(self.shown(e))}, "
                                 f"{extent_text(e, self.names)})", "        ")],
            workspace=[line[8:] for code in self.workspace_lines()
                       for line in wrapped(code, "        ")],
            functions=functions,
            data_signature=arguments,
            data_call=arguments,
            data_tuple=Speller.tuple_of([self.names.tensor(t.name) for t in self.data])
            if self.data else "()",
            unpack_extents="".join(
                f", {self.names.extent(s)}={self.vector_extent(s)}" for s in own
            ),
            integers=bool(limits),
            integer_names=Speller.tuple_of([_quoted(n) for n in limits]) if limits else "()",
            lengths=self.lengths,
            sized=any(self.shrinking(kind) for kind in self.programs),
            bounds={b.at_most for kind in self.programs for b in self.bounds(kind)},
            helpers=self.helpers,
            doubled=self.doubled,
            check_extents="{" + ", ".join(
                f'"{self.shown(e)}": {n}' for e, n in sizes.items()
            ) + "}",
            stored=self.stored_lines(),
            stops=any(
                node.record.name == "stop_gradient"
                for d in self.graph.definitions for node in d.expr.atoms(Elementwise)
            ),
            check_limits="{" + ", ".join(limit_texts) + "}",
        )

    def limit_text(self, limit: Expr | None) -> str:
        """What the values of an integer argument stay below, at the module's own check."""
        if limit is None:
            return "1"
        return str(limit) if limit.is_Integer else f"extents[{_quoted(self.shown(limit))}]"

    def check_sizes(self) -> dict[Expr, int]:
        """Extents for the module's own check, and what formulas of them in a shape come to."""
        chosen = extents_of(self.graph)
        given = (*self.data, *self.parameters)
        said = {e for t in given for e in (*t.shape, *([] if t.limit is None else [t.limit]))}
        shown = {e for e in said if not e.is_Integer and not e.is_Symbol}
        bound: dict[Expr, int] = {Symbol(s): chosen[s] for s in self.symbols}
        return bound | {e: size_of(e, chosen) for e in sorted(shown, key=str)}

    def stored_lines(self) -> list[str]:
        """What the equations say, as constants of the module."""
        if self.judged is None:
            return []
        return [
            f"_POINT = ({self.judged.number}, {_quoted(self.judged.signs)})",
            f"_LOSS = {self.judged.loss!r}",
            "_SLOPES = {",
            *(f'    "{name}": {slope!r},' for name, slope in self.judged.slopes.items()),
            "}",
        ]

    def vector_extent(self, symbol: str) -> str:
        """How packed parameters learn a free extent: from the data that has it."""
        tensor, axis = self.binding[symbol]
        if tensor.role == "parameter":
            return "None"
        return f"{self.names.tensor(tensor.name)}.shape[{axis}]"


def _divides_by_extent(expr: Expr) -> bool:
    """Whether a formula divides by an extent that may be zero at a call."""
    stack: list[Expr] = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, Read):
            continue
        if node.is_Pow and node.exp.is_negative and node.base.free_symbols and not (
            node.base.has(Read, Index)
        ):
            return True
        stack.extend(node.args)
    return False


def _reads(step: object) -> set[str]:
    """Names of all values in the fields of a step, also those inside scalar formulas."""
    found: set[str] = set()
    for field in getattr(type(step), "__slots__", ()):
        value = getattr(step, field)
        items = value if isinstance(value, tuple) else (value,)
        for item in items:
            if isinstance(item, Operand):
                found.add(item.value)
            elif isinstance(item, Expr):
                found |= {r.name for r in reads(item)}
            elif isinstance(item, str):
                found.add(item)
    return found
