"""Zoo, layers and random networks, each judged three ways: evaluator, executor, module.

Extents are unequal, one row, and none.  Up to `FEW` operations the judge is the reference
evaluator, above them the executor of the naive program: `NAIVE` says for which of the zoo.  The
slow tests let the evaluator judge up to `MANY`, which leaves it all but `LARGE`.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import test_layers
import test_lowering
import test_random_networks
from compiled import of_spec, of_zoo
from three_ways import FEW, MANY, extents_of, failures, judge, operations

from symbprop.arrays.program import Apply, Loop
from symbprop.networks.spec import zoo_names
from symbprop.pipeline import compile_graph

ROWS = ({}, {"N": 1}, {"N": 0})
# Of the zoo, those that are too large for the reference evaluator: ever, and at three rows.
LARGE = {
    "deep_tanh", "gpt_small", "lenet", "lstm_64", "mnist_mlp", "resnet_block",
    "transformer_block", "unet_small",
}
NAIVE = LARGE | {
    "autoencoder", "char_lstm", "digits", "graph_network", "gru", "matrix_factorisation",
    "mixture_density", "neural_ode", "vae",
}
# Each row's loss is a softmax over all rows, of which there are none.
REFUSED = {"loss contrastive"}


@cache
def made(kind, name):
    if kind == "zoo":
        return of_zoo(name)
    if kind == "layers":
        return of_spec(test_layers.SPECS[name])
    if kind == "forms":
        head, parameters, equations = test_lowering.FORMS[name]
        indices = test_lowering.OPEN.get(name, {})
        graph = test_lowering.spec_graph(
            test_lowering.HEAD[head], parameters, equations, indices
        )
        return compile_graph(graph, "net")
    return compile_graph(test_random_networks.network(name), "net")


def agrees(kind, name, most=FEW):
    """Judge a network at all numbers of rows; the judge that it had at three."""
    verdicts = []
    for seed, sizes in enumerate(ROWS):
        if sizes == {"N": 0} and name in REFUSED:
            with pytest.raises(ValueError, match=r"N is 0|no identity"):
                judge(made(kind, name), sizes, seed, most)
            continue
        verdict = judge(made(kind, name), sizes, seed, most)
        assert not verdict.failures, (name, sizes, verdict)
        verdicts.append(verdict.judge)
    print(f"{name}: {', '.join(verdicts)}")
    return verdicts[0]


@pytest.mark.parametrize("name", zoo_names())
def test_the_zoo(name):
    assert agrees("zoo", name).startswith("naive" if name in NAIVE else "evaluator")


@pytest.mark.parametrize("name", sorted(test_layers.SPECS))
def test_layers_and_losses(name):
    agrees("layers", name)


@pytest.mark.parametrize("block", range(3))
def test_random_networks_three_ways(block):
    for seed in range(8 * block, 8 * block + 8):
        agrees("random", seed)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(zoo_names()) - LARGE))
def test_the_zoo_by_the_evaluator(name):
    verdict = judge(made("zoo", name), {"N": 2}, 7, MANY)
    assert not verdict.failures and verdict.judge.startswith("evaluator"), verdict


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(test_layers.SPECS))
def test_layers_by_the_evaluator(name):
    assert agrees("layers", name, MANY).startswith("evaluator")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(test_lowering.FORMS))
def test_forms_by_the_evaluator(name):
    assert agrees("forms", name, MANY).startswith("evaluator")


@pytest.mark.slow
@pytest.mark.parametrize("block", range(5))
def test_more_random_networks(block):
    for seed in range(24 + 20 * block, 44 + 20 * block):
        agrees("random", seed, MANY)


# -- the judges see --

def broken(program):
    """The program with its first difference the other way round."""
    steps = list(program.steps)
    at = next(
        n for n, s in enumerate(steps) if isinstance(s, Apply) and s.function == "np.subtract"
    )
    steps[at] = replace(steps[at], arguments=steps[at].arguments[::-1])
    return replace(program, steps=tuple(steps))


def test_a_wrong_module_is_seen():
    right = made("layers", "rnn")
    for old, new in (("np.tanh(", "np.sin("), ("+=", "-="), ("reversed(range(T))", "range(T)")):
        text = right.module.replace(old, new)
        assert text != right.module
        said = judge(replace(right, module=text)).failures
        assert said and all(s.startswith("module") for s in said)


def test_a_wrong_program_is_seen():
    right = made("zoo", "logistic_regression")
    programs = {**right.programs, "value_and_grad": broken(right.gradient)}
    said = judge(replace(right, programs=programs)).failures
    assert said and all(s.startswith("executor, value_and_grad") for s in said)


def test_a_wrong_derivative_is_seen():
    right = made("layers", "dense")
    definitions = tuple(
        replace(d, expr=2*d.expr, operands=()) if d.target.name.startswith("d_b") else d
        for d in right.simplified.definitions
    )
    assert definitions != right.simplified.definitions
    wrong = replace(right, simplified=replace(right.simplified, definitions=definitions))
    assert all("d_b" in s for s in judge(wrong).failures) and judge(wrong).failures


def test_the_naive_program_is_another_one():
    """Where the executor judges itself, it judges another program: nothing is arranged in it."""
    from three_ways import naive

    right = made("layers", "lstm")
    plain = naive(right.simplified, right.gradient.results)
    assert plain.steps != right.gradient.steps
    assert not any("steps_" in name for name in plain.values)
    assert any(isinstance(s, Loop) for s in plain.steps)


def test_nothing_equals_nan():
    one, nan = np.ones(2), np.array([1.0, np.nan])
    assert not failures({"a": one}, {"a": one})
    assert failures({"a": one}, {"a": nan}) and failures({"a": nan}, {"a": one}, nothing=True)
    assert failures({"a": nan}, {"a": nan}) and not failures({"a": nan}, {"a": nan}, nothing=True)
    assert failures({"a": one}, {"a": one[:1]})
    assert failures({"a": one}, {"a": one + 1e-9}) and not failures({"a": one}, {"a": one + 1e-11})
    assert failures({"a": np.array([np.inf])}, {"a": np.array([1.0])})


def test_what_the_evaluator_would_do_is_counted():
    graph = made("layers", "dense").graph
    small, large = (operations(graph, extents_of(graph, N=n)) for n in (3, 30))
    assert 9 < large / small < 10 and small > 3*2*4
