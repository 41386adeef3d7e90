"""Three judges of one network: reference evaluator, executor of its programs, generated module.

The reference evaluator computes outputs and loss from the author's graph, and loss and gradients
from the simplified one, as far as a stated count of operations; above that, the executor of the
naive program stands in its place, which is lowered without any arranging.  `judge` says which it
was.  Then the executor runs each program of the module, and the module itself runs, without a
workspace and twice with one.

NaN equals nothing, but where there are no rows and both sides have no number.  Where something
disagrees the judge computes again in 40 digits, and what its own doubles have lost is no fault.
"""

import inspect
from dataclasses import dataclass, replace
from functools import cache

import mpmath
import numpy as np

from symbprop.arrays.execute import NumberFunctions, execute
from symbprop.arrays.lower import lower
from symbprop.arrays.passes import NECESSARY, arrange
from symbprop.calculus.simplify import prepare, simplify
from symbprop.language.evaluate import evaluate
from symbprop.language.terms import Read, Reduce

# Operations that the reference evaluator is asked for; it makes some 300,000 in a second.
FEW, MANY = 15_000, 1_000_000
SIZES = {"N": 3, "T": 4, "L": 2}
OTHER_SIZES = (5, 2, 4, 6, 3, 7)
TOLERANCE = 1e-10


@dataclass(frozen=True)
class Verdict:
    """Which judge it was, and what disagreed with it."""

    judge: str
    failures: tuple


def extents_of(graph, **sizes):
    """A number for each free extent, unequal as far as they go."""
    shapes = (t.shape for t in graph.tensors.values())
    names = sorted({str(s) for shape in shapes for e in shape for s in e.free_symbols})
    others = iter(OTHER_SIZES)
    return {n: sizes.get(n, SIZES[n] if n in SIZES else next(others)) for n in names}


def size_of(extent, extents):
    return int(extent.xreplace({s: extents[str(s)] for s in extent.free_symbols}))


def data_of(graph, extents, seed=0):
    """Random arrays for every given tensor: positive numbers of unit size, parameters of either
    sign and smaller the more of them are summed, integers below the tensor's limit."""
    rng = np.random.default_rng(seed)
    data = {}
    for tensor in graph.tensors.values():
        shape = tuple(size_of(e, extents) for e in tensor.shape)
        if tensor.role == "constant":
            data[tensor.name] = np.array([float(v) for v in tensor.values]).reshape(shape)
        elif tensor.integer:
            data[tensor.name] = rng.integers(0, size_of(tensor.limit, extents), shape)
        elif tensor.role != "defined":
            data[tensor.name] = np.asarray(rng.uniform(0.2, 1.3, shape))
            if tensor.role == "parameter":
                fan = max(1, int(np.prod(shape[1:])))
                data[tensor.name] *= rng.choice([-1.0, 1.0], shape) / np.sqrt(fan)
    return data


def numbers(evaluation, name):
    """A tensor of an evaluation as an array; nested lists over nothing have lost their shape."""
    return np.array(evaluation.tensor(name), dtype=float).reshape(evaluation.shape(name))


def failures(want, found, nothing=False, lost=None):
    """What disagrees, each by its own scale; ``nothing`` lets NaN meet NaN.

    ``lost`` says by name what rounding takes from the plainest computation.
    """
    said = []
    for name, right in want.items():
        got = np.asarray(found[name], dtype=float)
        if got.shape != right.shape:
            said.append(f"{name} has the shape {got.shape}, not {right.shape}")
            continue
        blank = np.isnan(right) & np.isnan(got) if nothing else np.zeros(right.shape, bool)
        scale = max(np.abs(right[~blank & np.isfinite(right)]).max(initial=0.0), 1e-3)
        with np.errstate(invalid="ignore"):
            gap = np.where(blank | (right == got), 0.0, np.abs(got - right))
        worst = gap.max(initial=0.0)
        if not worst <= TOLERANCE * scale + 10 * (lost or {}).get(name, 0.0):
            said.append(f"{name} is off by {worst:.3g} of {scale:.3g}")
    return said


# -- how much the reference evaluator would have to do --

def operations(graph, extents):
    """Nodes that plain loops over all indices visit, each element of a tensor once."""
    known = {}

    def size(index):
        if index not in known:
            known[index] = size_of(index.extent, extents)
        return known[index]

    @cache
    def nodes(expr):
        if isinstance(expr, Read):
            return 1 + sum(nodes(i) for i in expr.indices)
        if isinstance(expr, Reduce):
            return 1 + int(np.prod([size(i) for i in expr.indices])) * nodes(expr.body)
        return 1 + sum(map(nodes, expr.args))

    return sum(
        int(np.prod([size(i) for i in d.indices], dtype=object)) * nodes(d.expr)
        for d in graph.definitions
    )


# -- the judges --

def given_estimates(graph, names):
    """The author's graph where what is estimated from a batch is given; ``names`` are wanted."""
    tensors = {
        name: replace(t, role="input") if name in graph.estimated else t
        for name, t in graph.tensors.items()
    }
    definitions = tuple(d for d in graph.definitions if d.target.name not in graph.estimated)
    return replace(graph, tensors=tensors, definitions=definitions, loss=None, outputs=names,
                   estimated=())


def by_evaluator(graph, names, data, extents, one):
    found = evaluate(graph, {k: v.tolist() for k, v in data.items()}, extents, one)
    with np.errstate(all="ignore"):
        return {name: numbers(found, name) for name in names}


def naive(graph, names):
    """The program of a simplified graph without any arranging."""
    *_, last = arrange(graph, names, NECESSARY)
    return lower(last.graph)


def wanted(made, data, extents, most):
    """Which judge it is, and how it finds the results of each function at given data."""
    graph = made.graph
    results = {kind: program.results for kind, program in made.programs.items()}
    given = given_estimates(graph, results["forward"]) if graph.estimated else graph
    if operations(graph, extents) + operations(made.simplified, extents) <= most:
        graphs = {"forward": given, "loss": graph, "statistics": graph,
                  "value_and_grad": made.simplified}
        return "evaluator", lambda data, one: {
            kind: by_evaluator(graphs[kind], names, data, extents, one)
            for kind, names in results.items()
        }
    primal = simplify(replace(
        prepare(graph), outputs=(*results["forward"], *graph.estimated)
    ))
    graphs = {"forward": simplify(prepare(given)) if graph.estimated else primal, "loss": primal,
              "statistics": primal, "value_and_grad": made.simplified}
    programs = {kind: naive(graphs[kind], names) for kind, names in results.items()}

    def run(data, one):
        more = (object, NumberFunctions(one)) if isinstance(one, mpmath.mpf) else ()
        found = {k: execute(p, data, extents, *more) for k, p in programs.items()}
        return {k: {n: v.astype(float) for n, v in f.items()} for k, f in found.items()}

    return "naive program", run


def precisely(find, data, want):
    """What a judge finds in 40 digits, and what its doubles have lost of that, by name."""
    with mpmath.workdps(40):
        one = mpmath.mpf(1)
        exact = find({
            name: v if v.dtype.kind == "i" else np.asarray(one * v.astype(object), dtype=object)
            for name, v in data.items()
        }, one)
    lost = {
        kind: {n: np.nan_to_num(np.abs(exact[kind][n] - v), nan=0.0).max(initial=0.0)
               for n, v in found.items()}
        for kind, found in want.items()
    }
    return exact, lost


def module_of(made):
    space = {"__name__": "generated"}
    exec(compile(made.module, "generated", "exec"), space)
    return space


def called(space, kind, data, **more):
    """A function of the module, given those of the data that it takes."""
    function = space[kind]
    takes = [p for p in inspect.signature(function).parameters if p not in ("params", "workspace")]
    params = {name: data[name] for name in space["PARAMETERS"]}
    return function(params, **{name: data[name] for name in takes}, **more)


def by_module(made, space, data, extents):
    """What each function of the module gives, by the names of the program's results."""
    programs = made.programs
    forward = called(space, "forward", data)
    if len(programs["forward"].results) == 1:
        forward = {programs["forward"].results[0]: forward}
    yield "forward", forward
    if "statistics" in programs:
        yield "statistics", called(space, "statistics", data)
    yield "loss", {made.graph.loss: called(space, "loss", data)}
    work = space["Workspace"](*(extents[name] for name in sorted(extents)))
    for workspace in (None, work, work):
        value, grads = called(space, "value_and_grad", data, workspace=workspace)
        yield "value_and_grad", {
            made.graph.loss: value,
            **{adjoint: grads[name] for name, adjoint in made.simplified.gradients.items()},
        }


def judge(made, sizes=None, seed=0, most=FEW):
    """A compilation judged at random data of the given extents."""
    extents = extents_of(made.graph, **(sizes or {}))
    data = data_of(made.graph, extents, seed)
    rng = np.random.default_rng(seed + 1)
    for name in made.graph.estimated:
        shape = tuple(size_of(e, extents) for e in made.graph.tensors[name].shape)
        data[name] = rng.uniform(0.2, 1.3, shape)
    by_whom, find = wanted(made, data, extents, most)
    nothing = 0 in extents.values()
    found = [(f"executor, {kind}", kind, execute(program, data, extents))
             for kind, program in made.programs.items()]
    found += [(f"module, {kind}", kind, values)
              for kind, values in by_module(made, module_of(made), data, extents)]

    def compare(want, lost):
        return tuple(
            f"{who}: {said}" for who, kind, values in found
            for said in failures(want[kind], values, nothing, lost.get(kind))
        )

    want = find(data, np.float64(1))
    said = compare(want, {})
    if said and not nothing:
        by_whom += " in 40 digits"
        said = compare(*precisely(find, data, want))
    return Verdict(by_whom, said)
