"""From a graph to its module: the stages, each verified, in one place.

| stage | from -> to |
| --- | --- |
| prepare | `Graph` -> `Graph`: names what the derivative will want to read |
| differentiate | `Graph` -> `Graph` |
| simplify | `Graph` -> `Graph` |
| arrange | `Graph` -> `Graph`, for the outputs, for the loss, and for loss and gradients |
| lower | `Graph` -> `Program` |
| render | `Program` -> text |
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from symbprop.arguments import doors
from symbprop.arrays.lower import lower, refuse_strides
from symbprop.arrays.passes import arrange
from symbprop.arrays.program import Program
from symbprop.arrays.verify import verify_program
from symbprop.calculus.differentiate import differentiate
from symbprop.calculus.shares import pair_shares
from symbprop.calculus.simplify import prepare, simplify
from symbprop.check.stored import stored
from symbprop.errors import Fault, FileError, InternalError, SpecError
from symbprop.files import module_path, write_whole
from symbprop.language.accuracy import check_accuracy
from symbprop.language.graph import Graph, read_names
from symbprop.language.passes import Passed, verified
from symbprop.networks.network import Network, check_name, sound
from symbprop.targets.latex import gradient_formulas
from symbprop.targets.numpy_module import numpy_module

# Where modules go that are written without a path.
HOME = Path("generated")


@dataclass(frozen=True, slots=True)
class Compilation:
    """Every stage's result.

    ``arranged`` and ``programs`` are by the module's functions (forward, loss, value_and_grad, and
    statistics where forward is given these): what each pass of arranging made, and what that was
    lowered to.  ``seconds`` holds the time of each stage by name.
    """

    name: str
    graph: Graph
    derivative: Graph
    simplified: Graph
    arranged: Mapping[str, tuple[Passed, ...]]
    programs: Mapping[str, Program]
    module: str
    seconds: Mapping[str, float]

    @property
    def forward(self) -> Program:
        return self.programs["forward"]

    @property
    def loss(self) -> Program:
        return self.programs["loss"]

    @property
    def gradient(self) -> Program:
        return self.programs["value_and_grad"]

    def write(self, path: str | Path | None = None, *, force: bool = False) -> Path:
        """Write the module, by default to generated/NAME.py below here; return where it stands.

        The file is written whole or not at all.  Raises SpecError for a name that cannot be
        imported, FileError where it cannot be written or, without ``force``, is not ours.
        """
        target = self.destination(path)
        write_whole(target, self.module, force=force)
        return target

    def destination(self, path: str | Path | None = None) -> Path:
        """Where `write` puts the module; the directory is made where none is named."""
        target = module_path(Path(path) if path is not None else HOME / f"{self.name}.py")
        if path is None:
            try:
                HOME.mkdir(exist_ok=True)
            except OSError as error:
                message = f"the directory {HOME} could not be made: {error.strerror}"
                raise FileError(Fault("SP603", message)) from error
        return target


def compile_network(network: Network, accuracy: str | None = None) -> Compilation:
    """Compile what was written in Python or read from a spec.

    ``accuracy`` is "fast" or "full" (`symbprop.language.accuracy`); without it the network's own is
    taken.  Raises SpecError.
    """
    accuracy = network.accuracy if accuracy is None else accuracy
    return compile_graph(network.graph, network.name, network.title, accuracy)


def compile_graph(
    graph: Graph, name: str, title: str = "", accuracy: str = "fast"
) -> Compilation:
    """Compile a graph with a loss.  Raises SpecError where it cannot be."""
    loss = graph.loss
    if loss is None:
        raise SpecError(Fault("SP301", "there is no loss to differentiate"))
    # It names a file and stands in the module's text.
    check_name(name)
    check_accuracy(accuracy)
    graph = sound(graph)
    refuse_strides(graph)
    author = graph
    graph = replace(graph, accuracy=accuracy)
    clock = [time.perf_counter()]
    prepared = prepare(graph)
    derivative = verified("differentiate", pair_shares(differentiate(prepared)), prepared)
    clock.append(time.perf_counter())
    simplified = simplify(derivative)
    clock.append(time.perf_counter())
    outputs = graph.outputs or default_outputs(graph)
    # Without adjoints to serve, the forward values simplify otherwise; outputs are kept.
    primal = simplify(replace(prepared, outputs=(*outputs, *graph.estimated)))
    asking = {
        "forward": (primal, outputs),
        "loss": (primal, (loss,)),
        "value_and_grad": (simplified, (loss, *simplified.gradients.values())),
    }
    if graph.estimated:
        given = simplify(prepare(_with_estimates(graph, outputs)))
        asking = {
            "forward": (given, outputs), "statistics": (primal, graph.estimated),
            "loss": asking["loss"], "value_and_grad": asking["value_and_grad"],
        }
    # Where the loss is the only output, forward computes it.
    same = {"loss": "forward"} if asking["forward"] == asking["loss"] else {}
    arranged: dict[str, tuple[Passed, ...]] = {}
    for kind, (g, results) in asking.items():
        arranged[kind] = arranged[same[kind]] if kind in same else tuple(arrange(g, results))
    clock.append(time.perf_counter())
    programs: dict[str, Program] = {}
    for kind, passed in arranged.items():
        programs[kind] = programs[same[kind]] if kind in same else (
            _sound(kind, lower(passed[-1].graph))
        )
    clock.append(time.perf_counter())
    latex = gradient_formulas(author, simplified)
    clock.append(time.perf_counter())
    module = numpy_module(
        name, title, author, programs, latex, stored(graph, derivative), prepared=prepared,
        doubled=accuracy == "full",
    )
    clock.append(time.perf_counter())
    stages = ("differentiate", "simplify", "arrange", "lower", "latex", "render")
    seconds = {s: b - a for s, a, b in zip(stages, clock, clock[1:], strict=False)}
    return Compilation(
        name, author, derivative, simplified, arranged, programs, module, seconds
    )


def _with_estimates(graph: Graph, outputs: tuple[str, ...]) -> Graph:
    """What computes the outputs where estimates of the batch's statistics are given."""
    tensors = {
        name: replace(t, role="input") if name in graph.estimated else t
        for name, t in graph.tensors.items()
    }
    definitions = tuple(d for d in graph.definitions if d.target.name not in graph.estimated)
    return replace(
        graph, tensors=tensors, definitions=definitions, loss=None, outputs=outputs, estimated=()
    )


def default_outputs(graph: Graph) -> tuple[str, ...]:
    """Where the author names none: what the targets do not touch and what they meet.

    These are the tensors computed without targets that are read by one computed with them; without
    targets, the loss.
    """
    touched = {t.name for t in graph.with_role("target")}
    for d in graph.definitions:
        if touched & set(read_names(d)):
            touched.add(d.target.name)
    met: dict[str, None] = {}
    for d in graph.definitions:
        if d.target.name in touched:
            for name in read_names(d):
                if name not in touched and graph.tensors[name].role == "defined":
                    met[name] = None
    if graph.loss is None:
        raise SpecError(Fault("SP301", "there is no loss to differentiate"))
    return tuple(met) or (graph.loss,)


def _sound(kind: str, program: Program) -> Program:
    faults = verify_program(program)
    if faults:
        raise InternalError(
            Fault("SP700", f"the stage lower broke the program of {kind}"), *faults
        )
    return program


doors(__name__)
