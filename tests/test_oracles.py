"""Gradients of the generated modules against oracles that are not us, to 1e-12 in float64.

Three of them: differences in 60-digit arithmetic of the reference evaluator, which knows no
derivative; PyTorch on networks written by hand; and scikit-learn's own back propagation.  Errors
are relative to the largest element of a gradient.  Each harness must catch a seeded fault.
"""

import importlib.util
import inspect
import random
import warnings
from pathlib import Path

import mpmath
import numpy as np
import pytest

from symbprop.calculus import differentiate as calculus
from symbprop.language.evaluate import evaluate
from symbprop.networks.spec import load, parse_spec, zoo_names
from symbprop.pipeline import compile_graph

GENERATED = Path(__file__).parent.parent / "generated"
CLOSE = 1e-12
# The evaluator goes from element to element: a few minutes on these.
SLOW = ("deep_tanh", "digits")
# Half a million weights, or a sum of thousands of terms for each of thousands of pixels or steps,
# are hours in 60 digits; PyTorch judges these.
TOO_LARGE = ("mnist_mlp", "lenet", "lstm_64", "transformer_block", "gpt_small", "resnet_block",
             "unet_small")


def module(name):
    spec = importlib.util.spec_from_file_location(name, GENERATED / f"{name}.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def run(graph, name):
    """The names of a module compiled now."""
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph, name).module, name, "exec"), space)
    return space


def point(graph, first, seed, extents):
    """Parameters off their first values, and data of every role, in float64.

    Not far off: fifty layers of large weights are chaotic, and rounding would be magnified.
    """
    rng = np.random.default_rng(seed)
    params = {k: v + 0.1 * rng.normal(size=v.shape) for k, v in first.items()}
    data = {}
    for tensor in (*graph.with_role("input"), *graph.with_role("target")):
        shape = tuple(extents.get(str(e), e) for e in tensor.shape)
        shape = tuple(map(int, shape))
        if tensor.integer:
            limit = int(extents.get(str(tensor.limit), tensor.limit))
            data[tensor.name] = rng.integers(0, limit, shape)
        elif tensor.role == "target":
            data[tensor.name] = rng.uniform(0, 1, shape)
        else:
            data[tensor.name] = rng.normal(size=shape)
    return params, data


# --- 60 digits ---------------------------------------------------------------------------------


def difference(graph, params, data, extents, ways):
    """The slope of the loss along ``ways`` (by parameter), to about 40 digits, as a float."""
    with mpmath.workdps(60):
        step = mpmath.mpf(10) ** -20
        exact = np.vectorize(mpmath.mpf, otypes=[object])
        numbers = {
            k: v.tolist() if v.dtype.kind == "i" else exact(v).tolist()
            for k, v in (data | params).items()
        }
        ends = []
        for sign in (1, -1):
            moved = {}
            for name, way in ways.items():
                array = exact(params[name]) + sign * step * exact(way)
                moved[name] = array.tolist() if np.ndim(array) else array
            judged = evaluate(graph, numbers | moved, extents, mpmath.mpf(1))
            ends.append(judged.tensor(graph.loss))
        return float((ends[0] - ends[1]) / (2 * step))


def error_in_60_digits(graph, grads, params, data, extents, seed=0, *, elements=True):
    """The largest error: of some elements of each gradient, and along directions through all.

    Without ``elements`` along directions alone, through all parameters and through each.
    Where a network has many numbers, one element each of a few gradients, chosen at random; the
    direction through all parameters at once still meets every one.
    """
    rng = np.random.default_rng(seed)
    pick = random.Random(seed)
    assert grads.keys() == params.keys()
    large = sum(np.size(v) for v in params.values()) > 500
    chosen = pick.sample(sorted(params), min(8, len(params))) if large else sorted(params)
    tried = [{k: rng.normal(size=np.shape(v)) for k, v in grads.items()}]
    for name in chosen:
        shape = np.shape(grads[name])
        tried.append({name: rng.normal(size=shape)})
        places = list(np.ndindex(shape))
        for place in pick.sample(places, min(1 if large else 8, len(places)) if elements else 0):
            way = np.zeros(shape)
            way[place] = 1.0
            tried.append({name: way})
    worst = 0.0
    for ways in tried:
        slope = difference(graph, params, data, extents, ways)
        parts = [grads[k] * way for k, way in ways.items()]
        # One element counts by the largest of its gradient, a direction by what it adds up.
        size = max(np.max(np.abs(grads[k])) for k in ways)
        size = max(size, sum(np.sum(np.abs(part)) for part in parts), abs(slope), 1e-6)
        error = abs(sum(np.sum(part) for part in parts) - slope) / size
        worst = max(worst, error if error == error else np.inf)
    return worst


SMALL = {"N": 2, "T": 3, "V": 3, "E": 4, "M": 3}


@pytest.mark.parametrize(("name", "elements"), [
    pytest.param(name, each, marks=[pytest.mark.slow] if each or name in SLOW else [])
    for name in zoo_names() if name not in TOO_LARGE for each in (False, True)
])
def test_the_zoo_in_60_digits(name, elements):
    net, graph = module(name), load(name).graph
    params, data = point(graph, net.init(3), 4, SMALL)
    _, grads = net.value_and_grad(params, **data)
    assert error_in_60_digits(graph, grads, params, data, SMALL, elements=elements) < CLOSE


def test_what_60_digits_cannot_judge_is_small_in_number():
    assert set(TOO_LARGE) | set(SLOW) <= set(zoo_names())
    assert len(TOO_LARGE) <= len(zoo_names()) // 3


@pytest.mark.parametrize("elements", [False, True])
def test_60_digits_catch_a_lost_path(elements, monkeypatch):
    graph = load("gaussian_mixture").graph
    honest = calculus.collect
    monkeypatch.setattr(
        calculus, "collect",
        lambda tensor, parts: honest(tensor, parts[:-1] if len(parts) > 1 else parts),
    )
    broken = run(graph, "gaussian_mixture")
    params, data = point(graph, broken["init"](3), 4, SMALL)
    _, grads = broken["value_and_grad"](params, **data)
    assert error_in_60_digits(graph, grads, params, data, SMALL, elements=elements) > 1e-3


@pytest.mark.parametrize("elements", [False, True])
@pytest.mark.parametrize("fault", [1 + 1e-11, float("nan"), -1.0])
def test_60_digits_catch_one_wrong_element(fault, elements):
    net, graph = module("xor"), load("xor").graph
    params, data = point(graph, net.init(3), 4, SMALL)
    _, grads = net.value_and_grad(params, **data)
    where = np.unravel_index(np.argmax(np.abs(grads["W1"])), grads["W1"].shape)
    grads["W1"][where] *= fault
    assert error_in_60_digits(graph, grads, params, data, SMALL, elements=elements) > CLOSE


# --- PyTorch -----------------------------------------------------------------------------------

LARGE = {"N": 33, "T": 9, "V": 7, "E": 20, "M": 31}


def torch_zoo():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    import torch_zoo

    return torch, torch_zoo.ZOO


def error_to_torch(torch, written, value, grads, params, data):
    """The largest error of loss and gradients to those of a hand-written function."""
    leaves = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    loss = written(leaves, **{k: torch.tensor(v) for k, v in data.items()})
    loss.backward()
    worst = abs(value - loss.item()) / max(1.0, abs(loss.item()))
    assert grads.keys() == leaves.keys()
    for name, leaf in leaves.items():
        expected = leaf.grad.numpy()
        assert np.shape(grads[name]) == expected.shape
        size = max(float(np.abs(expected).max(initial=0.0)), 1e-6)
        error = float(np.abs(grads[name] - expected).max(initial=0.0)) / size
        worst = max(worst, error if error == error else np.inf)
    return worst


@pytest.mark.torch
def test_the_whole_zoo_is_written_in_pytorch():
    assert sorted(torch_zoo()[1]) == sorted(zoo_names())


@pytest.mark.torch
@pytest.mark.parametrize("name", zoo_names())
def test_the_zoo_in_pytorch(name):
    torch, written = torch_zoo()
    net, graph = module(name), load(name).graph
    params, data = point(graph, net.init(1), 2, LARGE)
    value, grads = net.value_and_grad(params, **data)
    assert error_to_torch(torch, written[name], value, grads, params, data) < CLOSE


@pytest.mark.torch
def test_a_camera_that_is_not_turned():
    torch, written = torch_zoo()
    net, graph = module("bundle_adjustment"), load("bundle_adjustment").graph
    params, data = point(graph, net.init(1), 2, LARGE)
    params["turn"][[0, 2]] = 0.0
    value, grads = net.value_and_grad(params, **data)
    assert np.abs(grads["turn"][0]).min() > 1e-3
    error = error_to_torch(torch, written["bundle_adjustment"], value, grads, params, data)
    assert error < CLOSE


@pytest.mark.torch
@pytest.mark.parametrize("seed", ["transposed", "a row lost", "one element", "nan"])
def test_pytorch_catches_a_seeded_fault(seed):
    torch, written = torch_zoo()
    net, graph = module("deep_tanh"), load("deep_tanh").graph
    params, data = point(graph, net.init(1), 2, LARGE)
    value, grads = net.value_and_grad(params, **data)
    match seed:
        case "transposed":
            grads["W7"] = grads["W7"].T
        case "a row lost":
            fewer = {k: v[:-1] for k, v in data.items()}
            grads["b50"] = net.value_and_grad(params, **fewer)[1]["b50"] * 32 / 33
        case "one element":
            grads["W50"].flat[np.argmax(np.abs(grads["W50"]))] *= 1 + 1e-11
        case "nan":
            grads["W1"][3, 4] = np.nan
    assert error_to_torch(torch, written["deep_tanh"], value, grads, params, data) > CLOSE


# --- scikit-learn ------------------------------------------------------------------------------


def of_sklearn(judge, rows, wanted):
    """Loss and gradients of scikit-learn's own backward pass, whose arguments changed in time."""
    sizes = [rows.shape[1], *(w.shape[1] for w in judge.coefs_)]
    activations = [rows, *(np.empty((len(rows), n)) for n in sizes[1:])]
    deltas = [np.empty_like(a) for a in activations[1:]]
    coefs = [np.empty_like(w) for w in judge.coefs_]
    intercepts = [np.empty_like(b) for b in judge.intercepts_]
    weight = [None] if "sample_weight" in inspect.signature(judge._backprop).parameters else []
    loss, coefs, intercepts = judge._backprop(
        rows, wanted, *weight, activations, deltas, coefs, intercepts
    )
    grads = {f"W{n}": w.T for n, w in enumerate(coefs, 1)}
    return loss, grads | {f"b{n}": b for n, b in enumerate(intercepts, 1)}


def fitted(judge, rows, wanted):
    """A judge after one epoch, and its weights under our names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It says that one epoch is not convergence.
        judge.fit(rows, wanted)
    params = {f"W{n}": np.ascontiguousarray(w.T) for n, w in enumerate(judge.coefs_, 1)}
    return params | {f"b{n}": b for n, b in enumerate(judge.intercepts_, 1)}


REGRESSOR = """
equations = '''
penalty = {alpha}/2*({squares})
loss = mean(n, sum(k, (y[n,k] - s3[n,k])**2))/2 + penalty/{rows}
'''
[inputs]
x = ["N", {width}]
[targets]
y = ["N", {outputs}]
{layers}
"""
LAYER = '[[layers]]\nkind = "dense"\nunits = {units}\n'


def error_to_sklearn(grads, expected):
    assert grads.keys() == expected.keys()
    worst = 0.0
    for name, grad in grads.items():
        assert grad.shape == expected[name].shape
        size = max(np.abs(expected[name]).max(), 1e-6)
        error = np.abs(grad - expected[name]).max() / size
        worst = max(worst, error if error == error else np.inf)
    return worst


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic"])
@pytest.mark.parametrize(("outputs", "alpha"), [(1, 0.0), (2, 0.0), (3, 0.7)])
def test_the_gradient_is_that_of_the_mlp_regressor(activation, outputs, alpha):
    pytest.importorskip("sklearn", reason="scikit-learn is in the test extra")
    from sklearn.datasets import load_diabetes
    from sklearn.neural_network import MLPRegressor

    rows, disease = load_diabetes(return_X_y=True)
    rows = 20 * rows
    wanted = np.stack([disease, rows[:, 2], rows[:, 8] ** 2], axis=1)[:, :outputs] / 100
    judge = MLPRegressor(
        hidden_layer_sizes=(7, 5), activation=activation, alpha=alpha, max_iter=1, random_state=0
    )
    params = fitted(judge, rows, wanted if outputs > 1 else wanted[:, 0])
    name = "sigmoid" if activation == "logistic" else activation
    layers = "".join(LAYER.format(units=n) + f'activation = "{name}"\n' for n in (7, 5))
    squares = " + ".join(f"sum(j, k, W{n}[j,k]**2)" for n in (1, 2, 3))
    text = REGRESSOR.format(
        alpha=alpha, rows=len(rows), width=rows.shape[1], outputs=outputs, squares=squares,
        layers=layers + LAYER.format(units=outputs),
    )
    net = run(parse_spec(text, "regressor.toml").graph, "regressor")
    value, grads = net["value_and_grad"](params, rows, wanted)
    loss, expected = of_sklearn(judge, rows, wanted)
    assert error_to_sklearn(grads, expected) < CLOSE
    # scikit-learn's squared loss is a mean over the outputs too, but its gradient is not: what it
    # descends is the sum over the outputs, which is what the spec says.
    if outputs == 1:
        assert value == pytest.approx(loss, rel=CLOSE)


@pytest.mark.parametrize("hidden", [(128, 64)])
def test_the_gradient_is_that_of_the_mlp_classifier(hidden):
    pytest.importorskip("sklearn", reason="scikit-learn is in the test extra")
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    rows, label = load_digits(return_X_y=True)
    rows = rows / 16
    judge = MLPClassifier(hidden, alpha=0.0, max_iter=1, random_state=0)
    params = fitted(judge, rows, label)
    value, grads = module("digits").value_and_grad(params, rows, label)
    loss, expected = of_sklearn(judge, rows, np.eye(10)[label])
    assert value == pytest.approx(loss, rel=CLOSE)
    assert error_to_sklearn(grads, expected) < CLOSE
    grads["b2"] = grads["b2"][::-1]
    assert error_to_sklearn(grads, expected) > CLOSE
