"""A program of the language as its author writes it: lines of text, what is given, and extents.

It is what the shrinker works on.  It holds no expression: everything that can be dropped from a
program is in its text, and what is left is read again from the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sympy import preorder_traversal

from symbprop.errors import SpecError
from symbprop.language.graph import Definition, Graph
from symbprop.language.indices import fresh, resize
from symbprop.language.notation import print_definition
from symbprop.language.terms import Index
from symbprop.networks.network import LOSS_NAMES, Network

Size = int | str
TABLES = {"parameter": "parameters", "input": "inputs", "target": "targets",
          "constant": "constants"}


@dataclass(frozen=True, slots=True)
class Given:
    """A declared tensor; ``values`` are a constant's, in row-major order."""

    name: str
    shape: tuple[Size, ...] = ()
    role: str = "parameter"
    integer: bool = False
    below: Size | None = None
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Equations over given tensors.

    ``indices`` declares extents that use does not determine; ``extents`` binds the named extents
    where the program is tried.
    """

    lines: tuple[str, ...]
    given: tuple[Given, ...]
    extents: tuple[tuple[str, int], ...] = ()
    indices: tuple[tuple[str, Size], ...] = ()
    loss: str = "loss"

    def network(self, name: str = "network") -> Network:
        """The network that it says.  Raises SpecError where it says none."""
        net = Network(name)
        for g in self.given:
            if g.role == "constant":
                net.constant(g.name, [int(s) for s in g.shape], g.values)
            elif g.role == "parameter":
                net.parameter(g.name, g.shape)
            else:
                net.input(g.name, g.shape, role=g.role, integer=g.integer, below=g.below)
        for letter, size in self.indices:
            net.declare_index(letter, size)
        net.equations("\n".join(self.lines))
        net.set_loss(self.loss)
        return net

    def spec(self) -> str:
        """The same as TOML that reads back; the extents where it was tried as a comment."""
        lines: list[str] = []
        if self.extents:
            lines.append("# at " + ", ".join(f"{n} = {v}" for n, v in self.extents))
        if self.loss not in LOSS_NAMES:
            lines.append(f'loss = "{self.loss}"')
        lines += ['equations = """', *self.lines, '"""']
        for role, table in TABLES.items():
            own = [g for g in self.given if g.role == role]
            if own:
                lines += ["", f"[{table}]", *(f"{g.name} = {_declared(g)}" for g in own)]
        if self.indices:
            lines += ["", "[indices]", *(f"{n} = {_size(s)}" for n, s in self.indices)]
        return "\n".join(lines) + "\n"


def script_of(network: Network) -> Script:
    """A network's equations, with layers and losses written out.

    Where use does not say how far an index runs, its extent is declared; letters that run over
    different extents are told apart first.  Named extents are bound to small unequal numbers.
    """
    graph = network.graph
    given = tuple(
        Given(t.name, tuple(_plain(s) for s in t.shape), t.role, t.integer,
              None if t.limit is None else _plain(t.limit), t.values or ())
        for t in graph.tensors.values() if t.role != "defined"
    )
    names = sorted({str(s) for t in graph.tensors.values() for e in t.shape
                    for s in e.free_symbols})
    extents = tuple((name, 2 + n) for n, name in enumerate(names))
    lines = tuple(print_definition(d) for d in graph.definitions)
    script = Script(lines, given, extents, (), graph.loss or "loss")
    if _says(script, graph):
        return script
    definitions, runs = _told_apart(graph)
    declared = tuple(
        (i.name, _plain(i.extent)) for i in runs
        if i.extent.is_Integer or i.extent.is_Symbol
    )
    lines = tuple(map(print_definition, definitions))
    return Script(lines, given, extents, declared, script.loss)


def _says(script: Script, graph: Graph) -> bool:
    """Whether a script reads back as these definitions, extents and all."""
    try:
        again = script.network().graph
    except SpecError:
        return False
    return set(again.definitions) == set(graph.definitions)


def _told_apart(graph: Graph) -> tuple[list[Definition], list[Index]]:
    """Definitions in which a letter has one extent throughout, and those indices."""
    taken = {*graph.tensors, *(i.name for d in graph.definitions for i in _indices(d))}
    runs: dict[str, Index] = {}
    found: dict[Index, Index] = {}
    for d in graph.definitions:
        for index in _indices(d):
            if index in found:
                continue
            own = index if runs.setdefault(index.name, index) == index else fresh(index, taken)
            taken.add(own.name)
            found[index] = runs[own.name] = own
    definitions = [
        replace(d, target=resize(d.target, found), expr=resize(d.expr, found), operands=())
        for d in graph.definitions
    ]
    return definitions, list(runs.values())


def _indices(definition: Definition) -> Iterator[Index]:
    for root in (definition.target, definition.expr):
        for node in preorder_traversal(root):
            if isinstance(node, Index):
                yield node


def _plain(size: object) -> Size:
    return int(str(size)) if str(size).isdigit() else str(size)


def _size(size: Size) -> str:
    return str(size) if isinstance(size, int) else f'"{size}"'


def _declared(given: Given) -> str:
    if given.role == "constant":
        return _nested(given.shape, list(given.values))
    shape = f"[{', '.join(map(_size, given.shape))}]"
    if not given.integer:
        return shape
    below = "" if given.below is None else f", below = {_size(given.below)}"
    return f"{{ shape = {shape}, integer = true{below} }}"


def _nested(shape: tuple[Size, ...], values: list[float]) -> str:
    if not shape:
        return repr(values.pop(0))
    inner = [_nested(shape[1:], values) for _ in range(int(shape[0]))]
    return f"[{', '.join(inner)}]"
