"""Passes: functions from a graph to a graph, run in the order of a table and verified one by one.

A table says, for each pass, why it stands where it stands.  After each pass the verifier looks at
what the pass changed and at its readers; a failure names the pass, and is a bug of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from symbprop.errors import Fault, InternalError
from symbprop.language.graph import (
    Definition,
    Graph,
    by_tensor,
    components,
    in_dependency_order,
    is_recurrent,
    read_names,
    recurrence,
    recurrent_names,
    verify,
)


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


def _in_steps(graph: Graph, before: Graph) -> Graph:
    """The graph with the definitions of before where these were a recurrence and are none now.

    Law: a pass keeps the value of every tensor that it keeps, so that each may be said in either
    way.  A name for a part has the part's own indices: where the recurrence advances by other steps
    than one, as in h[2*t+2] = f(h[2*t]), what h[2*t] makes counts otherwise than h does, and the
    loop cannot go through it.
    """
    old, looped = by_tensor(before.definitions), recurrent_names(before.definitions)
    by_name = by_tensor(graph.definitions)
    broken: set[str] = set()
    for names in components(graph.definitions):
        members = [d for n in names for d in by_name[n]]
        if looped.isdisjoint(names) or not is_recurrent(members):
            continue
        if recurrence(names, members) is None:
            broken |= old.keys() & names
    kept = [d for d in graph.definitions if d.target.name not in broken]
    kept += [d for d in before.definitions if d.target.name in broken]
    read = {name for d in kept for name in read_names(d)}
    tensors = {**graph.tensors, **{n: before.tensors[n] for n in read if n in before.tensors}}
    return replace(graph, tensors=tensors, definitions=in_dependency_order(kept))


def run_all(graph: Graph, passes: Iterable[Pass]) -> Graph:
    """The result of the last pass."""
    for passed in run_passes(graph, passes):
        graph = passed.graph
    return graph


def verified(stage: str, graph: Graph, before: Graph | None = None) -> Graph:
    """A graph that a stage made of a sound one; raises InternalError where it is unsound.

    Where it broke a recurrence, that is as it was before.
    """
    if graph is before:
        return graph
    faults = verify(graph, before)
    if before is not None and any(fault.code == "SP230" for fault in faults):
        graph = _in_steps(graph, before)
        faults = verify(graph, before)
    if faults:
        raise InternalError(Fault("SP700", f"the stage {stage} broke its graph"), *faults)
    return graph
