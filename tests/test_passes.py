"""Passes stand in tables, each is verified, and what comes of them means what the author wrote."""

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from symbprop.arrays.lower import lower
from symbprop.arrays.passes import ARRANGEMENTS, NECESSARY, arrange
from symbprop.calculus.differentiate import differentiate
from symbprop.calculus.simplify import PREPARATIONS, RULES, prepare, simplify
from symbprop.errors import InternalError, SpecError
from symbprop.language.evaluate import evaluate
from symbprop.language.graph import Graph, Tensor, make_graph, verify
from symbprop.language.notation import read_equations
from symbprop.language.passes import Pass, run_all, run_passes
from symbprop.language.terms import Read, extent
from symbprop.networks.spec import load, parse_spec, zoo_names
from symbprop.pipeline import compile_graph

STEP = 1e-150


def graph_of(text, params, data=(), indices=None, shuffled=None):
    """A graph of equations over parameters and inputs with the given values."""
    tensors = {
        name: Tensor(name, tuple(map(extent, np.shape(value))), role)
        for role, values in (("parameter", params), ("input", dict(data)))
        for name, value in values.items()
    }
    lines = text.strip().splitlines()
    if shuffled is not None:
        random.Random(shuffled).shuffle(lines)
    definitions, made = read_equations("\n".join(lines), tensors, indices=indices)
    return make_graph([*tensors.values(), *made], definitions, "loss")


def judged(graph, params, data=()):
    """The module's loss and gradients, held to a complex step of the author's graph."""
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph, "net").module, "net", "exec"), space)
    given = {name: np.array(v, float) for name, v in {**params, **dict(data)}.items()}
    held = {name: given[name] for name in params}
    value, grads = space["value_and_grad"](held, **{name: given[name] for name in dict(data)})
    numbers = {name: v.tolist() for name, v in given.items()}
    assert value == pytest.approx(evaluate(graph, numbers).tensor("loss"), rel=1e-12)
    for name, array in held.items():
        for place in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[place] += 1j * STEP
            stepped = evaluate(graph, {**numbers, name: moved.tolist()}, one=1.0 + 0j)
            want = complex(stepped.tensor("loss")).imag / STEP
            assert grads[name][place] == pytest.approx(want, rel=1e-12, abs=1e-13), name
    return float(value), grads


# What a tensor's definitions say together, in whatever order they stand.
ADDED = {
    "before the whole": ("y[i] += w\ny[i] = 10*w\nloss = sum(i, y[i]**2)",
                         {"w": 2.0}, {}, {"i": 3}, 1452, {"w": 1452}),
    "over regions": ("y[j] += w\ny[0] = 10*w\ny[i+1] = w\nloss = sum(j, y[j]**2)",
                     {"w": 2.0}, {}, {"i": 2, "j": 3}, 516, {"w": 516}),
    "to every step": ("h[0] = w\nh[t+1] = h[t]*w\nh[t+1] += 1\nloss = h[4]",
                      {"w": 2.0}, {}, {"t": 4}, 47, {"w": 97}),
    "an input to every step": (
        "v[0] = 1\nv[t+1] = S*v[t]\nv[t+1] += B*x[t]\nloss = v[3]**2",
        {"S": 0.5, "B": 2.0}, {"x": [1, 2, 3]}, {"t": 3}, 74.390625, {}),
    "by reads at fixed steps": (
        "v[0] = 0\nu[t] = S*v[t] + S\nv[t+1] = S*u[t]\nloss = u[1] + v[2]",
        {"S": 0.7}, {}, {"t": 2}, 1.7731, {"S": 5.242}),
    "by reads of neighbours": (
        "v[0] = 0\nu[t] = S*v[t] + S\nv[t+1] = S*u[t]\nd[i] = u[i+1] - u[i]\n"
        "loss = sum(i, d[i]**2) + v[4]", {"S": 0.7}, {}, {"t": 4, "i": 3}, None,
        {"S": 5.9868550845697985}),
    "to one of two that wait for one another": (
        "g[0] = 0\nf[t] = sin(g[t] + a)\ng[t+1] = sin(f[t] + a)\nloss = f[1]**2",
        {"a": 0.7}, {}, {"t": 2}, None, {}),
    "at one step": ("h[0] = w\nh[t+1] = w*h[t]\nh[2] += w**2\nloss = h[4]**2",
                    {"w": 1.3}, {}, {"t": 4}, None, {}),
    "at every second step": (
        "h[0] = w\nh[t+1] = w*h[t]\nh[2*k+1] += a[k]\nloss = sum(s, h[s]**2)",
        {"w": 1.3, "a": [0.3, -0.4]}, {}, {"t": 4, "s": 5}, None, {}),
    "backwards": ("h[0] = w\nh[t+1] = w*h[t]\nh[4-k] += a[k]\nloss = h[4]*h[3]",
                  {"w": 1.3, "a": [0.3, -0.4, 0.2]}, {}, {"t": 4}, None, {}),
    "two steps ahead": (
        "h[0] = w\nh[1] = w\nh[t+2] = w*h[t+1]\nh[t+2] += sin(h[t])\nloss = h[5] + h[2]**2",
        {"w": 0.8}, {}, {"t": 4}, None, {}),
    "from a step before, ahead of it": (
        "h[0] = w\nh[t+1] = w*h[t]\nh[s+2] += sin(h[s])\nloss = h[5] + h[3]**2",
        {"w": 0.8}, {}, {"t": 5, "s": 5}, None, {}),
    "read in reverse and in strides": (
        "h[0] = w\nh[t+1] = tanh(w*h[t]) + b[t]\ny[k] = h[6-2*k]*h[k]\nz[j] = h[6-j]\n"
        "loss = sum(k, y[k]**2) + sum(j, z[j]*c[j])",
        {"w": 0.8, "b": [0.1, 0.2, -0.3, 0.4, 0.5, -0.6]},
        {"c": [1, 2, 3, -1, 0.5, 2, 1]}, {"t": 6, "k": 4}, None, {}),
    "a recurrence that runs backwards": (
        "h[4] = w\nh[t] = w*h[t+1]\nh[t] += a[t]\nloss = h[0]*h[2]",
        {"w": 0.8, "a": [0.1, 0.2, 0.3, 0.4]}, {}, {"t": 4}, None, {}),
    "where nothing else is defined": (
        "u[0] = a\nv[i+1] = v[i] + u[i]\nv[s+1] += 1\nloss = v[0] + v[1]**2",
        {"a": 0.3}, {}, {"i": 1, "s": 1}, None, {}),
    "where a recurrence begins twice with the same": (
        "v[1] = sin(a)\nv[i+2] = v[i]*a + sin(v[i])\nv[0] = sin(a)\nu = sin(a)\n"
        "loss = sum(j, v[j]**2) + u", {"a": 0.7}, {}, {"i": 3, "j": 5}, None, {}),
    "where both of two compute the same": (
        "g[0] = a\nf[0] = 1\ng[t+1] = sin(f[t]*a)\nf[3-s] = sin(f[2-s]*a) + g[2-s]\n"
        "loss = sum(j, g[j]*f[j])", {"a": 0.7}, {}, {"t": 3, "s": 3, "j": 4}, None, {}),
    "where reductions bind what their bodies do not read": (
        "v[i] = max(j, k, a)*b[i] + sum(j, k, b[2-i])\nu[j] = v[j]**2 + logsumexp(i, k, v[j])\n"
        "loss = sum(i, u[i]*v[2-i])", {"a": 0.7, "b": [0.4, -0.3, 1.1]}, {},
        {"i": 3, "j": 3, "k": 2}, None, {}),
    "in three dimensions": (
        "u[i,r+2] = x[i]*u[0,r]\nu[i,s+2] += a\nloss = u[0,4] + u[1,3]**2",
        {"a": 0.3}, {"x": [0.2, 0.5]}, {"r": 3, "s": 3}, None, {}),
    "by windows of an intermediate": (
        "h[0] = w\nh[t+1] = tanh(w*h[t]) + b[t]\ny[i] = sum(j, h[i+j]*c[j])\n"
        "z[k] = sum(j, h[2*k+j]**2*c[j])\nloss = sum(i, y[i]**2) + sum(k, sin(z[k]))",
        {"w": 0.8, "b": [0.1, 0.2, -0.3, 0.4]}, {"c": [1, -2]}, {"t": 4}, None, {}),
    "by a recurrence that is counted backwards": (
        "u[3] = a\nu[2-r] = tanh(u[3-r])/2 + b[r]\ny[i] = 1 + tanh(u[i+1])\n"
        "loss = sum(i, y[i]**2) + u[0]",
        {"a": 0.8, "b": [0.1, 0.2, -0.3]}, {}, {"r": 3, "i": 3}, None, {}),
    "by two that are counted against one another": (
        "g[0] = a\nf[3-t] = sin(g[t]) + b[t]\ng[t+1] = f[3-t]*a\nloss = sum(i, f[i]*c[i]) + g[2]",
        {"a": 0.8, "b": [0.1, 0.2, -0.3, 0.4]}, {"c": [1, -2, 3, 0.5]}, {"t": 4}, None, {}),
    "where the body of a logsumexp does not run": (
        "v[i] = logsumexp(k, b[i]) + logsumexp(i2, k, b[i2]*a)\n"
        "loss = sum(i, v[i]**2) + a*sum(i, softmax(i, b[i])) + sum(i, softmax(i, a))",
        {"a": 0.3, "b": [0.2, -1.2, 0.4]}, {}, {"k": 4, "i": 3, "i2": 3}, None, {}),
    "through all of it": (
        "v[j,0] = w[j]\nu[j,t] = sin(v[j,t]) + w[j]\nv[j,t+1] = sum(k, M[j,k]*u[k,t])\n"
        "loss = sum(j, t, u[j,t]**2) + sum(j, u[j,1]*v[j,3]) + sum(j, s, v[j,s])",
        {"w": [0.3, -0.5], "M": [[0.2, 0.4], [-0.3, 0.6]]}, {}, {"t": 3, "s": 4}, None, {}),
}


@pytest.mark.parametrize("order", [None, 1, 2])
@pytest.mark.parametrize("name", ADDED)
def test_what_is_added_stays(name, order):
    text, params, data, indices, value, gradient = ADDED[name]
    found, grads = judged(graph_of(text, params, data, indices, order), params, data)
    assert value is None or found == pytest.approx(value, rel=1e-12)
    for parameter, want in gradient.items():
        assert grads[parameter] == pytest.approx(want, rel=1e-12)


LOOKED_UP = {
    "a reversed repetition": "u[i] = w[4-i]\nloss = u[t[2]]**2 + sum(n, u[t[n]]*w[t[n]])",
    "a strided repetition": "u[i] = w[2*i]\nloss = sum(n, u[s[n]]**2*w[s[n]])",
    "an intermediate of a recurrence": (
        "h[0] = w[0]\nh[i+1] = tanh(h[i])*w[i]\nloss = sum(n, h[t[n]]**2) + h[t[1]]*h[s[0]]"),
    "an index as a number": "u[i] = (w[i] - i)**2\nloss = u[t[2]]*u[s[0]] + w[0]",
    "an index as a number in what is added": "u[t[n]] += w[n]\nloss = sum(i, (u[i] - i)**2)",
    "an index in a comparison": "u[i] = where(i > 1, w[i], i*w[i]**2)\n"
                                "loss = sum(n, u[t[n]]*(n + 1))",
    "a repetition of an index": "v[i] = i\nu[i] = v[4-i]*w[i]\nloss = sum(n, u[t[n]]**2)",
    "an intermediate of one that reads lookups": (
        "h[0] = w[0]\nh[i+1] = tanh(h[i])*w[t[i]]\nloss = h[t[1]]*h[s[0]] + h[4]"),
}


@pytest.mark.parametrize("name", LOOKED_UP)
def test_what_is_looked_up_in_it(name):
    text = LOOKED_UP[name]
    spec = (f'equations = """\n{text}\n"""\n[parameters]\nw = [5]\n[indices]\n'
            + ("i = 4\n" if "h[i" in text else "i = 3\n" if "2*i" in text else "i = 5\n")
            + ("n = 4\n" if "w[n" in text else "")
            + '[inputs]\nt = { shape = [4], integer = true, below = 5 }\n'
            's = { shape = [4], integer = true, below = 3 }\n')
    network = parse_spec(spec)
    space = {"__name__": "generated"}
    exec(compile(compile_graph(network.graph, "net").module, "net", "exec"), space)
    w = np.array([0.3, -0.4, 0.8, 1.2, -0.7])
    data = {"t": [3, 0, 4, 3], "s": [2, 0, 1, 2]}
    data = {name: np.array(v) for name, v in data.items() if name in space["INPUTS"]}
    value, grads = space["value_and_grad"]({"w": w}, **data)
    numbers = {"w": w.tolist(), **{name: v.tolist() for name, v in data.items()}}
    assert value == pytest.approx(evaluate(network.graph, numbers).tensor("loss"), rel=1e-12)
    for place in range(5):
        moved = w.astype(complex)
        moved[place] += 1j * STEP
        stepped = evaluate(network.graph, {**numbers, "w": moved.tolist()}, one=1.0 + 0j)
        want = complex(stepped.tensor("loss")).imag / STEP
        assert grads["w"][place] == pytest.approx(want, rel=1e-12, abs=1e-13)


def without_normal_form(graph):
    return run_all(graph, [p for p in ARRANGEMENTS if p.name != "normal_form"])


def test_without_the_normal_form_what_is_added_is_lost():
    """The control: the judge sees what the pass is for."""
    text, params, _, indices, _, _ = ADDED["to every step"]
    graph = graph_of(text, params, indices=indices)
    program = lower(without_normal_form(replace(simplify(graph), outputs=("loss",))))
    loops = [s for s in program.steps if type(s).__name__ == "Loop"]
    added = [s for s in program.steps if type(s).__name__ == "Scatter" and s.adds]
    assert added and program.steps.index(added[0]) < program.steps.index(loops[0])
    whole = lower(list(arrange(simplify(graph), ("loss",)))[-1].graph)
    assert not any(type(s).__name__ == "Scatter" and s.adds for s in whole.steps)


def test_of_one_tensor_what_is_assigned_stands_first():
    graph = graph_of("y[i] += w\ny[i] = 10*w\nloss = sum(i, y[i]**2)", {"w": 2.0}, (), {"i": 3})
    assert [d.accumulate for d in graph.definitions] == [False, True, False]


# --- the tables ---------------------------------------------------------------------------------


@pytest.mark.parametrize("table", [PREPARATIONS, RULES, NECESSARY, ARRANGEMENTS])
def test_every_pass_says_why_it_stands_where_it_stands(table):
    assert all(p.because and p.name != "<lambda>" for p in table)


@pytest.mark.parametrize("name", zoo_names())
def test_verifying_what_changed_is_verifying_all(name):
    """Over every pass of every network: neither finds a fault, and same definitions stay so."""
    graph = load(name).graph
    derivative = differentiate(prepare(graph))
    for passed in (*run_passes(derivative, RULES),
                   *arrange(simplify(derivative), tuple(derivative.gradients.values()))):
        assert not verify(passed.graph)
        assert all(d in passed.graph.definitions for d in passed.new)


def dropped(graph: Graph) -> Graph:
    return replace(graph, definitions=graph.definitions[1:])


def doubled(graph: Graph) -> Graph:
    return replace(graph, definitions=(*graph.definitions, replace(graph.definitions[0])))


def misspelt(graph: Graph) -> Graph:
    last = graph.definitions[-1]
    return replace(graph, definitions=(*graph.definitions[:-1],
                                       replace(last, expr=last.expr + Read("nobody"))))


def reshaped(graph: Graph) -> Graph:
    name = graph.definitions[0].target.name
    shape = tuple(s + 1 for s in graph.tensors[name].shape)
    return replace(graph, tensors={**graph.tensors,
                                   name: replace(graph.tensors[name], shape=shape)})


def cyclic(graph: Graph) -> Graph:
    first, last = graph.definitions[0], graph.definitions[-1]
    moved = replace(first, expr=first.expr + last.target)
    return replace(graph, definitions=(moved, *graph.definitions[1:]))


def narrowed(graph: Graph) -> Graph:
    name = graph.definitions[0].target.name
    return replace(graph, tensors={n: t for n, t in graph.tensors.items() if n != name})


@pytest.mark.parametrize("breaking", [dropped, doubled, misspelt, reshaped, cyclic, narrowed])
def test_a_pass_that_breaks_its_graph_is_named(breaking):
    graph = load("two_two_one").graph
    with pytest.raises(InternalError, match=f"the stage {breaking.__name__} broke its graph"):
        run_all(graph, [Pass(breaking, "to be caught")])


def test_a_compilation_keeps_what_every_pass_made():
    made = compile_graph(load("gru").graph, "gru")
    assert list(made.arranged) == ["forward", "loss", "value_and_grad"]
    for passed in made.arranged.values():
        assert [p.name for p in passed] == [p.name for p in ARRANGEMENTS]
    assert "steps_" in str(made.arranged["value_and_grad"][-1].graph)


@pytest.mark.parametrize("name", ["gru", "matrix_factorisation", "char_lstm"])
def test_arranging_keeps_the_meaning(name):
    """At small extents, in exact fractions where the network has no function, else in floats."""
    graph = load(name).graph
    simplified = simplify(differentiate(prepare(graph)))
    wanted = tuple(simplified.gradients.values())[-2:]
    rng = random.Random(3)
    extents = {str(s): 2 for t in graph.tensors.values() for e in t.shape for s in e.free_symbols}
    exact = name == "matrix_factorisation"
    probe = evaluate(graph, {}, extents)

    def fill(tensor, shape):
        if shape:
            return [fill(tensor, shape[1:]) for _ in range(shape[0])]
        if tensor.integer:
            return rng.randrange(probe.size(tensor.limit))
        return Fraction(rng.randrange(-9, 9), 4) if exact else rng.uniform(-1, 1)

    data = {t.name: fill(t, probe.shape(t.name)) for t in graph.tensors.values()
            if t.role != "defined"}
    one = Fraction(1) if exact else 1.0
    want = evaluate(simplified, data, extents, one)
    for passed in arrange(simplified, wanted):
        found = evaluate(passed.graph, data, extents, one)
        for result in wanted:
            a, b = found.tensor(result), want.tensor(result)
            assert a == b if exact else np.allclose(a, b, rtol=1e-12, atol=1e-13)


def test_extents_are_known_not_to_be_negative():
    """Over free extents, paddings would overlap only where an extent were negative."""
    network = parse_spec(
        '[inputs]\nx = ["N", 2, "H", "T"]\n'
        '[[layers]]\nkind = "depthwise_conv2d"\nkernel = [3, 3]\n'
        '[[layers]]\nkind = "conv_transpose2d"\nfilters = 1\nkernel = [2, 2]\n'
        '[loss]\nkind = "sum_of_squares"\n')
    made = compile_graph(network.graph, "net")
    assert any("_padded" in name for name in made.arranged["value_and_grad"][-1].graph.tensors)
    # Nothing shows here that T is three at least.
    overlapping = parse_spec(
        'equations = """\ny[e] = w\ny[e+T-1] = w\nloss = sum(i, y[i]) + sum(t, x[t])\n"""\n'
        '[parameters]\nw = []\n[inputs]\nx = ["T"]\n[indices]\ne = 2\n')
    with pytest.raises(SpecError, match="SP221"):
        compile_graph(overlapping.graph, "net")
