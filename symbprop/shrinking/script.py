"""A program of the language as its author writes it: lines of text, what is given, and extents.

It is what the shrinker works on.  It holds no expression: everything that can be dropped from a
program is in its text, and what is left is read again from the beginning.
"""

from __future__ import annotations

from dataclasses import dataclass

from symbprop.language.notation import print_definition
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
    """A network's equations, layers and losses written out.

    An index whose extent its use does not say is renamed and declared.  Named extents are bound
    to small unequal numbers.
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
    return Script(lines, given, extents, (), graph.loss or "loss")


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
