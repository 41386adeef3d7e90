"""Passes: functions from a graph to a graph, run in the order of a table and verified one by one.

A table says, for each pass, why it stands where it stands.  After each pass the verifier looks at
what the pass changed and at its readers; a failure names the pass, and is a bug of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from symbprop.errors import Fault, InternalError
from symbprop.language.graph import Definition, Graph, verify


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass and the reason for its place in the order."""

    run: Callable[[Graph], Graph]
    because: str

    @property
    def name(self) -> str:
        return self.run.__name__


@dataclass(frozen=True, slots=True)
class Passed:
    """What a pass made of a graph, and which of its definitions were not there before."""

    name: str
    graph: Graph
    new: tuple[Definition, ...]


def run_passes(graph: Graph, passes: Iterable[Pass]) -> Iterator[Passed]:
    """The result of each pass in turn.  Raises InternalError where one breaks its graph."""
    for each in passes:
        after = verified(each.name, _with_same(each.run(graph), graph), graph)
        old = {id(d) for d in graph.definitions}
        yield Passed(each.name, after, tuple(d for d in after.definitions if id(d) not in old))
        graph = after


def _with_same(graph: Graph, before: Graph) -> Graph:
    """The graph with each definition that a pass only rebuilt as the object that it was before."""
    if graph is before:
        return graph
    old = {d: d for d in before.definitions}
    # Each once: a definition that stands there twice is new the second time.
    same = tuple(old.pop(d, d) for d in graph.definitions)
    return replace(graph, definitions=same)


def run_all(graph: Graph, passes: Iterable[Pass]) -> Graph:
    """The result of the last pass."""
    for passed in run_passes(graph, passes):
        graph = passed.graph
    return graph


def verified(stage: str, graph: Graph, before: Graph | None = None) -> Graph:
    """A graph that a stage made of a sound one; raises InternalError where it is unsound."""
    if graph is before:
        return graph
    faults = verify(graph, before)
    if faults:
        raise InternalError(Fault("SP700", f"the stage {stage} broke its graph"), *faults)
    return graph
