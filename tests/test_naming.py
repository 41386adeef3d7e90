"""No name of a user's meets one that Python or the module needs, in any role and any scope.

The names tried are all that stand in a module's text, those of its helpers included, and Python's
own.  A network holds many of them at once, each once, and every name comes to stand in every role;
what is computed is what the same network computes with innocent names.
"""

import ast
import keyword
import re

import numpy as np
import pytest
from sympy import Add, Rational

from symbprop.language.functions import apply
from symbprop.language.graph import Definition, Tensor, make_graph
from symbprop.language.terms import Index, Read, Reduce, extent
from symbprop.networks.spec import load
from symbprop.pipeline import compile_graph, compile_network
from symbprop.targets import numpy_module as writer
from symbprop.targets.naming import PYTHON
from symbprop.targets.numpy_module import own_names, sketch
from symbprop.targets.scopes import names_beside

ROLES = ("parameter", "input", "target", "defined", "statistic", "extent", "index")


OBJECTS = {"self", "work", "workspace"}  # whose attributes a user's names may be


def words(tree):
    """Every name in a text that a user's could meet: no attribute of NumPy's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id in OBJECTS:
                yield node.attr
            continue
        for field in ("id", "arg", "name"):
            word = getattr(node, field, None)
            if isinstance(word, str):
                yield word


def tried():
    """Names that the language allows, of a module that has helpers and a workspace."""
    found = {*words(ast.parse(sketch()[0])), *keyword.kwlist, *keyword.softkwlist}
    found |= {"list", "id", "input", "filter", "iter", "open", "object", "size_", "callback_"}
    return sorted(w for w in found if re.fullmatch("[A-Za-z][A-Za-z0-9_]*", w))


def groups(shift):
    """For each group a name in each role: all names, each once, moved on by ``shift`` roles."""
    names = tried()
    names += [f"more{n}" for n in range(-len(names) % len(ROLES))]
    count = len(names) // len(ROLES)
    return [
        {role: names[group + count * ((place + shift) % len(ROLES))]
         for place, role in enumerate(ROLES)}
        for group in range(count)
    ]


def network(named):
    """A recurrence, a statistic and a misfit for each group: names meet in all scopes."""
    tensors, definitions, terms, guesses = [], [], [], []
    for group in named:
        a, x, t, y, m = (group[r] for r in ROLES[:5])
        size = extent(group["extent"])
        i = Index(group["index"], size)
        tensors += [
            Tensor(a, (size,), "parameter"), Tensor(x, (size,), "input"),
            Tensor(t, (size,), "target"), Tensor(y, (size + 1,)), Tensor(m, ()),
        ]
        definitions += [
            Definition(Read(y, 0), Rational(1, 2)),
            Definition(Read(y, i + 1), apply("tanh", Read(y, i) * Read(a, i) + Read(x, i))),
            Definition(Read(m), Reduce("sum", Read(x, i) * Read(a, i), i) / size),
        ]
        terms.append(Reduce("sum", (Read(t, i) - Read(y, i + 1)) ** 2, i))
        guesses.append(Read(m))
    tensors += [Tensor("the_guess"), Tensor("the_loss")]
    definitions += [
        Definition(Read("the_guess"), Add(*guesses)),
        Definition(Read("the_loss"), Add(Read("the_guess") ** 2, *terms)),
    ]
    return make_graph(tensors, definitions, "the_loss", ["the_guess"],
                      [g["statistic"] for g in named])


def module(graph):
    text = compile_graph(graph, "net").module
    space = {"__name__": "generated"}
    exec(compile(text, "net", "exec"), space)
    return space


def answers(named):
    """All that a module computes from the same numbers, as its own tables say to call it."""
    net = module(network(named))
    rng = np.random.default_rng(0)
    data = {}
    for key, shape in {**net["INPUTS"], **net["TARGETS"]}.items():
        assert len(shape) == 1
        data[key] = rng.normal(size=3)
    extents = dict.fromkeys((s for shape in net["PARAMETERS"].values() for s in shape), 3)
    params = net["init"](1, np.float64, **extents)
    assert list(params) == [group["parameter"] for group in named]
    params = {k: v + rng.normal(size=v.shape) for k, v in params.items()}
    value, grads = net["value_and_grad"](params, **data)
    work = net["Workspace"](**extents)
    for _ in range(2):
        again, same = net["value_and_grad"](params, **data, workspace=work)
        assert again == value
        assert all(np.array_equal(same[k], grads[k]) for k in grads)
    with pytest.raises(ValueError, match="workspace was made for"):
        net["value_and_grad"](params, **data, workspace=net["Workspace"](**extents, dtype="f4"))
    losses = []
    fitted = net["fit"](params, **data, learning_rate=0.01, max_steps=2,
                        callback=lambda step, loss, now: losses.append(loss))
    assert losses == fitted.losses
    flat, vector = net["value_and_flat_grad"](net["pack"](params), **data)
    given = {k: data[k] for k in net["INPUTS"]}
    statistics = net["statistics"](params, **given)
    assert list(statistics) == list(net["ESTIMATED"])
    back = net["unpack"](net["pack"](params), **extents)
    assert all(np.array_equal(back[k], params[k]) for k in params)
    return np.concatenate([
        np.ravel(v) for v in (
            value, net["loss"](params, **data), *grads.values(), fitted.losses,
            *fitted.params.values(), flat, vector, *statistics.values(),
            net["forward"](params, **given, **statistics),
        )
    ])


@pytest.fixture(scope="module")
def innocent():
    return answers([
        {role: f"{role[:2]}_{number:03}" for role in ROLES} for number in range(len(groups(0)))
    ])


@pytest.mark.parametrize("shift", range(len(ROLES)))
def test_every_name_in_every_role_computes_the_same(shift, innocent):
    np.testing.assert_allclose(answers(groups(shift)), innocent, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", ["bundle_adjustment", "char_lstm", "graph_network", "neural_ode"])
def test_a_real_module_uses_no_name_that_the_sketch_does_not(name):
    made = compile_network(load(name))
    programs = {"forward": made.forward, "loss": made.loss, "value_and_grad": made.gradient}
    module = writer._Module(name, "", made.graph, programs, {}, own_names())
    tree = ast.parse(module.text())
    # Elsewhere a name may be alike by chance.
    shared = {*programs, "init", "Workspace", "fit", "value_and_flat_grad"}
    tree.body = [node for node in tree.body if getattr(node, "name", "") in shared]
    beside = names_beside(tree, module.names.roles)
    for role, names in beside.items():
        assert {n for n in names if not n.startswith("_")} <= PYTHON | own_names()[role]


def test_the_sketch_shows_what_collides():
    """The control: names known to share a scope, and some known not to."""
    own = own_names()
    assert {"callback", "grads", "workspace", "vector", "np"} <= own["argument"]
    assert {"size", "require", "dtype", "work"} <= own["local"]
    assert {"seed", "rng", "self", "vector"} <= own["extent"]
    assert not {"value", "losses", "step", "name", "seed", "size"} & own["argument"]
