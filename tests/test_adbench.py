"""The published values of the ADBench suite: objectives and gradients of an outside judge.

Problems and data: Srajer, Kukelova, Fitzgibbon, "A Benchmark of Selected Algorithmic
Differentiation Tools on Some Problems in Computer Vision and Machine Learning" (2018).  The data
lies beside the checkout and is no part of it; where it is absent these tests are skipped.
"""

import importlib.util
import json
import math
import re
from pathlib import Path

import numpy as np
import pytest

from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "adbench"
FILES = ("expected.json", "gmm_test.txt", "gmm_1k_d10_K25.txt", "lstm_l2_c1024.txt")
MISSING = [name for name in FILES if not (DATA / name).is_file()]
needs_data = pytest.mark.skipif(
    bool(MISSING), reason=f"ADBench's data is not in ../shared/adbench: no {', '.join(MISSING)}"
)

# d and K are numbers of the problem, so the spec is written for them.  The log-diagonals and the
# lower triangle of the factor lie in one row of icf; row and column say where the latter goes.
GMM = """
title = "Gaussian mixture of the ADBench suite, with its Wishart prior"
equations = '''
Q[k,i,i] += exp(icf[k,i])
Q[k,row[e],column[e]] += icf[k,e+{d}]
r[n,k,i] = sum(j, Q[k,i,j]*(x[n,j] - mean_of[k,j]))
logdet[k] = sum(i, icf[k,i])
score[n,k] = alpha[k] + logdet[k] - sum(i, r[n,k,i]**2)/2
likelihood = sum(n, logsumexp(k, score[n,k]) - logsumexp(k, alpha[k]) - {half_log})
prior = sum(k, gamma**2/2*sum(i, j, Q[k,i,j]**2) - m*logdet[k]) - K_constant
loss = likelihood + prior
'''
[parameters]
alpha = [{K}]
mean_of = [{K}, {d}]
icf = [{K}, {wide}]
[inputs]
x = ["N", {d}]
gamma = []
m = []
K_constant = []
row = {{ shape = [{low}], integer = true, below = {d} }}
column = {{ shape = [{low}], integer = true, below = {d} }}
[indices]
i = {d}
e = {low}
j = {d}
"""


def distance(found, published):
    """The suite's criterion, the largest over all elements; NaN is as far away as can be."""
    found, published = np.asarray(found, float), np.asarray(published, float)
    assert found.shape == published.shape
    error = np.abs(found - published) / np.maximum(1.0, np.abs(found) + np.abs(published))
    return float(np.where(np.isnan(error), np.inf, error).max())


def numbers(path):
    return np.array(re.split(r"\s+", path.read_text().strip()), dtype=float)


def expected(case):
    return json.loads((DATA / "expected.json").read_text())[case]


def mixture(path):
    """The compiled module of one GMM problem, its parameters and its other arguments."""
    values = numbers(path)
    d, K, n = (int(v) for v in values[:3])
    low = d * (d - 1) // 2
    sizes = (K, K * d, K * (d + low))
    ends = 3 + np.cumsum(sizes)
    alpha, means, icf = (values[e - s : e] for s, e in zip(sizes, ends, strict=True))
    params = {"alpha": alpha, "mean_of": means.reshape(K, d), "icf": icf.reshape(K, -1)}
    x = values[ends[-1] : -2].reshape(n, d)
    gamma, m = values[-2:]
    column, row = np.triu_indices(d, 1)  # of the lower triangle, column by column
    degrees = d + m + 1
    multigamma = d * (d - 1) / 4 * math.log(math.pi) + sum(
        math.lgamma((degrees - i) / 2) for i in range(d)
    )
    constant = K * (degrees * d * math.log(gamma / math.sqrt(2)) - multigamma)
    text = GMM.format(d=d, K=K, low=low, wide=d + low, half_log=repr(d / 2 * math.log(2 * math.pi)))
    graph = parse_spec(text, "gmm.toml").graph
    space = {"__name__": "generated"}
    exec(compile(compile_graph(graph, "gmm").module, "gmm", "exec"), space)
    data = {"x": x, "gamma": gamma, "m": m, "K_constant": constant, "row": row, "column": column}
    return space, params, data


def published_mixture(params, data):
    """The objective as the suite states it, in plain NumPy."""
    alpha, means, icf = params["alpha"], params["mean_of"], params["icf"]
    (n, d), K = data["x"].shape, len(alpha)
    total, prior = -n * d / 2 * math.log(2 * math.pi), 0.0
    scores = np.empty((n, K))
    for k in range(K):
        factor = np.diag(np.exp(icf[k, :d]))
        place = d
        for column in range(d):
            for row in range(column + 1, d):
                factor[row, column] = icf[k, place]
                place += 1
        whitened = (data["x"] - means[k]) @ factor.T
        scores[:, k] = alpha[k] + icf[k, :d].sum() - (whitened**2).sum(axis=1) / 2
        prior += data["gamma"] ** 2 / 2 * (factor**2).sum() - data["m"] * icf[k, :d].sum()
    total += np.logaddexp.reduce(scores, axis=1).sum() - n * np.logaddexp.reduce(alpha)
    return total + prior - data["K_constant"]


@needs_data
def test_the_small_mixture():
    space, params, data = mixture(DATA / "gmm_test.txt")
    judge = expected("gmm_test")
    value, grads = space["value_and_grad"](params, **data)
    assert distance(value, 8.07380408004975791) < 1e-8
    assert distance(judge["objective"], 8.07380408004975791) < 1e-12
    found = np.concatenate([grads[k].ravel() for k in ("alpha", "mean_of", "icf")])
    assert found.size == 18
    assert distance(found, judge["gradient"]) < 1e-8


@needs_data
def test_a_thousand_points_in_ten_dimensions():
    """No gradient is published for this one: the objective by itself, and its differences."""
    space, params, data = mixture(DATA / "gmm_1k_d10_K25.txt")
    value, grads = space["value_and_grad"](params, **data)
    assert distance(value, published_mixture(params, data)) < 1e-12
    rng = np.random.default_rng(0)
    for name in params:
        way = rng.normal(size=params[name].shape)
        ends = [
            published_mixture({**params, name: params[name] + s * way}, data)
            for s in (1e-5, -1e-5)
        ]
        assert np.vdot(grads[name], way) == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-6)


def network(path):
    """Parameters and data of the LSTM problem under the names of the zoo's char_lstm."""
    values = numbers(path)
    layers, characters, bits = (int(v) for v in values[:3])
    blocks = np.split(values[3:].reshape(-1, bits), np.cumsum([8 * layers, 3, 2 * layers]))
    main = blocks[0].reshape(layers, 2, 4, bits)
    params = {"W": main[:, 0], "b": main[:, 1]}
    params |= dict(zip(("scale", "scale_out", "b_out"), blocks[1], strict=True))
    states = blocks[2].reshape(layers, 2, bits)
    text = blocks[3]
    assert text.shape == (characters, bits)
    params = {k: np.ascontiguousarray(v) for k, v in params.items()}
    data = {"x": text[:-1], "hidden": states[:, 0], "cell": states[:, 1], "following": text[1:]}
    return params, data


def in_published_order(grads):
    main = np.stack([grads["W"], grads["b"]], axis=1)
    return np.concatenate([main.ravel(), grads["scale"], grads["scale_out"], grads["b_out"]])


def char_lstm():
    path = ROOT / "generated" / "char_lstm.py"
    spec = importlib.util.spec_from_file_location("char_lstm", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@needs_data
def test_the_character_lstm():
    net, judge = char_lstm(), expected("lstm_l2_c1024")
    params, data = network(DATA / "lstm_l2_c1024.txt")
    value, grads = net.value_and_grad(params, **data)
    assert distance(value, 0.66666518) < 1e-8
    found = in_published_order(grads)
    assert found.size == 266
    assert distance(found, judge["gradient"]) < 1e-8
    # The criterion forgives absolute errors of 1e-8 and the gradient is small, so also by size.
    published = np.array(judge["gradient"])
    assert np.abs(found - published).max() < 1e-8 * np.abs(published).max()


@needs_data
def test_the_criterion_catches_a_wrong_gradient():
    net, judge = char_lstm(), expected("lstm_l2_c1024")
    params, data = network(DATA / "lstm_l2_c1024.txt")
    _, grads = net.value_and_grad(params, **{**data, "cell": data["cell"][::-1].copy()})
    assert distance(in_published_order(grads), judge["gradient"]) > 1e-8
    space, params, data = mixture(DATA / "gmm_test.txt")
    _, grads = space["value_and_grad"](params, **{**data, "gamma": data["gamma"] * 1.001})
    found = np.concatenate([grads[k].ravel() for k in ("alpha", "mean_of", "icf")])
    assert distance(found, expected("gmm_test")["gradient"]) > 1e-8
    assert distance([math.nan], [0.0]) == math.inf
