"""The zoo: checked-in modules are what the compiler writes, and their gradients are PyTorch's."""

import hashlib
import importlib.util
import inspect
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy
from compiled import of_zoo

from symbprop.arrays.costs import operations
from symbprop.networks.spec import load, zoo_names

ROOT = Path(__file__).parent.parent
GENERATED = ROOT / "generated"


def module(name):
    spec = importlib.util.spec_from_file_location(name, GENERATED / f"{name}.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_folder_holds_the_zoo_and_nothing_else():
    assert sorted(p.stem for p in GENERATED.glob("*.py")) == list(zoo_names())
    assert len(zoo_names()) >= 12


@pytest.mark.parametrize("name", zoo_names())
def test_generated_is_what_the_compiler_writes(name):
    text = (GENERATED / f"{name}.py").read_bytes().decode("ascii")
    assert of_zoo(name).module == text, "run: symbprop compile " + name


@pytest.mark.parametrize("name", zoo_names())
def test_the_module_checks_itself(name):
    assert module(name).check() < 1e-6


def sized(net, graph, sizes, seed=0):
    """Parameters and data where the free extents, by the module's keywords, are as given."""
    rng = np.random.default_rng(seed)
    own = {s for shape in net.PARAMETERS.values() for s in shape if s in sizes}
    params = {k: v + 0.1 for k, v in net.init(0, **{s: sizes[s] for s in own}).items()}
    data = {}
    tensors = (*graph.with_role("input"), *graph.with_role("target"))
    shapes = {**net.INPUTS, **net.TARGETS}
    assert len(tensors) == len(shapes)
    for tensor, (key, shape) in zip(tensors, shapes.items(), strict=True):
        count = tuple(
            int(sympify_size(s, sizes)) if isinstance(s, str) else s for s in shape
        )
        data[key] = np.ones(count, int) if tensor.integer else rng.normal(size=count)
    return params, data


def sympify_size(text, sizes):
    return sympy.sympify(text, {s: sympy.Integer(n) for s, n in sizes.items()})


@pytest.mark.parametrize("name", zoo_names())
def test_a_batch_of_none_one_and_two_with_a_workspace(name):
    net, graph = module(name), load(name).graph
    free = [a for a in inspect.signature(net.Workspace).parameters if a != "dtype"]
    for batch in [a for a in free if a == "N"] or free[:1]:
        for size in (0, 1, 2):
            sizes = {**dict.fromkeys(free, 3), batch: size}
            params, data = sized(net, graph, sizes)
            value, grads = net.value_and_grad(params, **data)
            work = net.Workspace(**sizes)
            for _ in range(2):
                again, same = net.value_and_grad(params, **data, workspace=work)
                np.testing.assert_array_equal(again, value)
                for key, grad in grads.items():
                    np.testing.assert_array_equal(same[key], grad)
            assert size == 0 or np.isfinite(value)


def test_the_bytes_do_not_depend_on_the_hash_seed():
    script = (
        "import hashlib\nfrom symbprop.networks.spec import load\n"
        "from symbprop.pipeline import compile_graph\n"
        "for n in ('two_two_one', 'digits', 'gaussian_mixture', 'word_scores'):\n"
        "    net = load(n)\n"
        "    text = compile_graph(net.graph, net.name, net.title).module\n"
        "    print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    expected = [
        hashlib.sha256((GENERATED / f"{n}.py").read_bytes()).hexdigest()
        for n in ("two_two_one", "digits", "gaussian_mixture", "word_scores")
    ]
    for seed in ("1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, env=environment,
            check=True,
        )
        assert done.stdout.split() == expected


@pytest.mark.parametrize("name", ["autoencoder", "deep_tanh", "digits", "mnist_mlp", "xor"])
def test_backward_costs_at_most_three_times_forward(name):
    result = of_zoo(name)
    forward = operations(result.loss)
    backward = operations(result.gradient) - forward
    for size in (2, 128, 10_000):
        sizes = dict.fromkeys(forward.free_symbols, size)
        assert backward.xreplace(sizes) <= 3 * forward.xreplace(sizes)


def test_two_two_one_by_hand():
    net = module("two_two_one")
    rng = np.random.default_rng(0)
    params = {k: rng.normal() for k in net.PARAMETERS}
    x1, x2, expected = rng.normal(size=(3, 7))
    loss, grads = net.value_and_grad(params, x1=x1, x2=x2, expected=expected)
    s1 = params["W1"] * x1 + params["W2"] * x2 + params["b1"]
    s2 = params["W3"] * x1 + params["W4"] * x2 + params["b2"]
    y1, y2 = np.maximum(s1, 0), np.maximum(s2, 0)
    rest = expected - (params["W5"] * y1 + params["W6"] * y2 + params["b3"])
    assert loss == pytest.approx(np.sum(rest**2), rel=1e-13)
    hand = {
        "W1": np.sum(-2 * rest * params["W5"] * (s1 > 0) * x1),
        "W2": np.sum(-2 * rest * params["W5"] * (s1 > 0) * x2),
        "b1": np.sum(-2 * rest * params["W5"] * (s1 > 0)),
        "W3": np.sum(-2 * rest * params["W6"] * (s2 > 0) * x1),
        "W4": np.sum(-2 * rest * params["W6"] * (s2 > 0) * x2),
        "b2": np.sum(-2 * rest * params["W6"] * (s2 > 0)),
        "W5": np.sum(-2 * rest * y1),
        "W6": np.sum(-2 * rest * y2),
        "b3": np.sum(-2 * rest),
    }
    assert grads.keys() == hand.keys()
    for key, value in hand.items():
        assert grads[key] == pytest.approx(value, rel=1e-12, abs=1e-13)


@pytest.mark.torch
@pytest.mark.parametrize("name", ["digits", "mnist_mlp", "deep_tanh"])
def test_gradients_are_those_of_pytorch(name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    net = module(name)
    rng = np.random.default_rng(1)
    params = net.init(2)
    params = {k: v + 0.1 * rng.normal(size=v.shape) for k, v in params.items()}
    width = net.INPUTS["x"][1]
    x = rng.normal(size=(33, width))
    leaves = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    h, layers = torch.tensor(x), len(params) // 2
    for number in range(1, layers + 1):
        h = h @ leaves[f"W{number}"].T + leaves[f"b{number}"]
        if name == "deep_tanh":
            h = torch.tanh(h)
        elif number < layers:
            h = torch.relu(h)
    if name == "deep_tanh":
        data = rng.normal(size=(33, 32))
        loss = torch.mean((torch.tensor(data) - h) ** 2)
    else:
        data = rng.integers(0, 10, 33)
        loss = torch.nn.functional.cross_entropy(h, torch.tensor(data))
    loss.backward()
    value, grads = net.value_and_grad(params, x, data)
    assert value == pytest.approx(loss.item(), rel=1e-12)
    for key, grad in grads.items():
        expected = leaves[key].grad.numpy()
        assert np.abs(grad - expected).max() <= 1e-12 * max(1.0, np.abs(expected).max())


def test_digits_are_learned_and_the_gradient_is_scikit_learns():
    sklearn = pytest.importorskip("sklearn", reason="scikit-learn is in the test extra")
    from sklearn.datasets import load_digits
    from sklearn.neural_network import MLPClassifier

    assert sklearn.__version__
    data = load_digits()
    order = np.random.default_rng(0).permutation(len(data.target))
    x, label = data.data[order] / 16, data.target[order]
    train, test = slice(0, 1347), slice(1347, None)
    net = module("digits")
    work = net.Workspace(1347, np.float32)
    params = net.init(0, np.float32)
    x32 = x.astype(np.float32)
    value, _ = net.value_and_grad(params, x32[train], label[train], workspace=work)
    assert value < 3.5
    found = net.fit(params, x32[train], label[train], learning_rate=0.3, max_steps=500)
    scores = net.forward(found.params, x32[test])
    assert np.mean(scores.argmax(axis=1) == label[test]) > 0.97

    judge = MLPClassifier((128, 64), alpha=0.0, max_iter=1, random_state=0)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        judge.fit(x[train], label[train])
    params = {}
    for number, (w, b) in enumerate(zip(judge.coefs_, judge.intercepts_, strict=True), 1):
        params[f"W{number}"], params[f"b{number}"] = np.ascontiguousarray(w.T), b
    _, grads = net.value_and_grad(params, x[train], label[train])
    rows = x[train]
    onehot = np.eye(10)[label[train]]
    activations = [rows] + [np.empty((len(rows), n)) for n in (128, 64, 10)]
    deltas = [np.empty_like(a) for a in activations[1:]]
    coefs = [np.empty_like(w) for w in judge.coefs_]
    intercepts = [np.empty_like(b) for b in judge.intercepts_]
    inspect_backprop(judge, rows, onehot, activations, deltas, coefs, intercepts)
    for number in range(3):
        np.testing.assert_allclose(grads[f"W{number + 1}"].T, coefs[number], rtol=0, atol=1e-12)
        np.testing.assert_allclose(grads[f"b{number + 1}"], intercepts[number], rtol=0, atol=1e-12)


def inspect_backprop(judge, rows, onehot, activations, deltas, coefs, intercepts):
    """scikit-learn's own backward pass, whose arguments changed over its versions."""
    import inspect

    method = judge._backprop
    if "sample_weight" in inspect.signature(method).parameters:
        method(rows, onehot, None, activations, deltas, coefs, intercepts)
    else:
        method(rows, onehot, activations, deltas, coefs, intercepts)


def test_digits_are_learned_by_lbfgs():
    optimize = pytest.importorskip("scipy.optimize", reason="SciPy is in the test extra")
    pytest.importorskip("sklearn", reason="scikit-learn is in the test extra")
    from sklearn.datasets import load_digits

    data = load_digits()
    order = np.random.default_rng(0).permutation(len(data.target))
    x, label = data.data[order] / 16, data.target[order]
    net = module("digits")
    found = optimize.minimize(
        net.value_and_flat_grad, net.pack(net.init(1)), (x[:1347], label[:1347]), jac=True,
        method="L-BFGS-B", options={"maxiter": 60},
    )
    scores = net.forward(net.unpack(found.x), x[1347:])
    assert np.mean(scores.argmax(axis=1) == label[1347:]) > 0.97
