"""The peers of the benchmark compute what the generated modules compute, or are not measured."""

import importlib
import json
import pkgutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import benchmarks.peers as room
from benchmarks.agreement import DisagreementError, require_agreement
from benchmarks.peers import PEERS, NotWrittenError
from benchmarks.rows import ROWS

ROOT = Path(__file__).parent.parent
# Unequal, and with words that repeat.
SMALL = {
    "two_two_one": {"N": 7}, "digits": {"N": 7}, "mnist_mlp": {"N": 3}, "deep_tanh": {"N": 7},
    "lenet": {"N": 3}, "transformer_block": {"N": 2, "T": 5}, "lstm_64": {"N": 3, "T": 4},
    "rnn_64": {"N": 3, "T": 4}, "word_scores_50k": {"N": 4, "T": 6},
}
LIMITS = {"word_scores_50k": {"word": 9, "label": 5}}
NOT_WRITTEN = {("pytorch_fused", name) for name in SMALL if name not in ("lstm_64", "rnn_64")}


def small(name):
    row = next(row for row in ROWS if row.name == name)
    return replace(row, extents=SMALL[name], limits=LIMITS.get(name, row.limits))


def test_every_peer_is_there():
    found = {m.name for m in pkgutil.iter_modules(room.__path__)}
    assert found == {*PEERS, "traced"}


def test_every_network_is_held_here():
    assert {row.name for row in ROWS} == SMALL.keys()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}-{row.extents['N']}")
def test_a_row_binds_what_its_network_leaves_open(row):
    net = row.module()
    shapes = [*net.PARAMETERS.values(), *net.INPUTS.values(), *net.TARGETS.values()]
    assert {n for shape in shapes for n in shape if isinstance(n, str)} == row.extents.keys()
    assert row.limits.keys() <= {*net.INPUTS, *net.TARGETS}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("title", PEERS)
def test_a_peer_computes_the_same(title, name, dtype):
    peer = importlib.import_module(f"{room.__name__}.{title}")
    try:
        peer.version()
    except ImportError as absent:
        pytest.skip(f"{peer.TITLE} is not installed: {absent}")
    row = small(name)
    params, data = row.draw(5, dtype)
    if (title, name) in NOT_WRITTEN:
        with pytest.raises(NotWrittenError):
            peer.prepare(name, params, data)
        return
    right = row.module().value_and_grad(params, *data)
    found = peer.prepare(name, params, data)()
    require_agreement(peer.TITLE, found, right, 1e-10 if dtype == np.float64 else 2e-3)


@pytest.mark.parametrize("fault", [
    lambda value, grads: (value + 1e-3, grads),
    lambda value, grads: (value * np.nan, grads),
    lambda value, grads: (value, {**grads, "U1": grads["U1"].T}),
    lambda value, grads: (value, {**grads, "U1": grads["U1"] * np.nan}),
    lambda value, grads: (value, {**grads, "b1": grads["b1"][:1]}),
    lambda value, grads: (value, {**grads, "b1": grads["b1"].astype(np.float32)}),
    lambda value, grads: (value, {k: v for k, v in grads.items() if k != "b1"}),
], ids=["loss", "no loss", "transposed", "nan", "shape", "precision", "missing"])
def test_who_computes_something_else_is_refused(fault):
    row = small("rnn_64")
    params, data = row.draw(5, np.float64)
    right = row.module().value_and_grad(params, *data)
    require_agreement("itself", right, right, 1e-10)
    with pytest.raises(DisagreementError, match="itself"):
        require_agreement("itself", fault(*right), right, 1e-10)


def test_the_command_says_who_was_measured_and_who_not(tmp_path):
    # A process of its own: it pins itself to one core.
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--only", "word_scores_50k",
         "--json", str(tmp_path / "figures.json")],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "figures.json").read_text())
    titles = {importlib.import_module(f"{room.__name__}.{title}").TITLE for title in PEERS}
    assert titles == {*figures["peers"], *figures["absent"]}
    for row, dtype in zip(figures["rows"], ("float32", "float64"), strict=True):
        assert (row["network"], row["dtype"]) == ("word_scores_50k", dtype)
        assert row["extents"] == {"N": 32, "T": 20}
        assert {*row["seconds"], *row["missing"]} - {"symbprop", "symbprop, no workspace"} == {
            *figures["peers"]}
        assert all(seconds > 0 for seconds in row["seconds"].values())
        assert row["missing"].keys() == {"PyTorch fused"} & figures["peers"].keys()
        for said in (*row["seconds"], *row["missing"]):
            assert said in done.stdout
