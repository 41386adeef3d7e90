"""The table of ONNX's operator cases is current, and what writes it sees a fault."""

from dataclasses import replace

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is in the test extra")

from tests import onnx_cases, onnx_layers  # noqa: E402


@pytest.fixture(scope="module")
def cases():
    return {case.name: case for case in onnx_cases.cases()}


@pytest.fixture(scope="module")
def kept():
    """Its version of onnx is in its text; with another one the table has other cases."""
    text = onnx_cases.TABLE.read_text(encoding="utf-8")
    if f"onnx {onnx.__version__}:" not in text:
        pytest.skip(f"the table was written with another version than onnx {onnx.__version__}")
    return text


PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_the_table_is_current(part, kept):
    """Operator by operator, in parts that two processes can share."""
    rows = onnx_cases.kept_rows(kept)
    of_each = onnx_cases.by_operator()
    mine = [name for name in of_each if name in onnx_cases.TRANSLATIONS][part::PARTS]
    assert len(mine) > 5
    for name in mine:
        assert onnx_cases.judged(of_each[name]) == rows[name], "run: python -m tests.onnx_cases"


def test_the_table_is_made_of_its_rows(kept):
    """All that it says beside them: which operators have one, the sums, and what has none."""
    rows = onnx_cases.kept_rows(kept)
    assert set(rows) == set(onnx_cases.by_operator()) & set(onnx_cases.TRANSLATIONS)
    assert onnx_cases.table(rows) == kept, "run: python -m tests.onnx_cases"


def test_the_table_passes_far_more_than_it_fails():
    line = next(
        line for line in onnx_cases.TABLE.read_text().splitlines() if line.startswith("| **all**")
    )
    passed, failed, _ = (int(n) for n in line.split("|")[2:5])
    assert passed >= 620
    assert failed == 0


@pytest.mark.parametrize(("name", "operator", "form"), [
    ("test_sin", "Sin", "cos({})"),
    ("test_softplus", "Softplus", "softplus({})*1.01"),
    ("test_erf", "Erf", "tanh({})"),
])
def test_a_wrong_translation_fails(cases, monkeypatch, name, operator, form):
    assert onnx_cases.verdict(cases[name]) == ("passed", "")
    monkeypatch.setitem(
        onnx_cases.TRANSLATIONS, operator,
        lambda node: onnx_cases.assign(node, form.format(onnx_cases.x(node))),
    )
    assert onnx_cases.verdict(cases[name]) == ("failed", "other values")


def test_the_gates_of_an_lstm_stand_where_onnx_has_them(cases, monkeypatch):
    """ONNX's weights are all alike, so no case sees their order: here they are not."""
    case = cases["test_lstm_defaults"]
    node = onnx_cases.node_of(case)
    rng = np.random.default_rng(0)
    x, w, r = (rng.normal(size=node.shape(n)) for n in range(3))
    x = np.concatenate([x, x[::-1] + 1.0])
    h = c = np.zeros((x.shape[1], r.shape[2]))
    for step in x:
        i, o, f, g = np.split(step @ w[0].T + h @ r[0].T, 4, axis=1)
        i, o, f = (1 / (1 + np.exp(-v)) for v in (i, o, f))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
    drawn = replace(node, inputs=(x, w, r), output=h[None].astype(np.float32))
    monkeypatch.setattr(onnx_cases, "node_of", lambda case: drawn)
    assert onnx_cases.verdict(case) == ("passed", "")
    monkeypatch.setattr(onnx_layers, "LSTM_GATES", [0, 1, 2, 3])
    assert onnx_cases.verdict(case) == ("failed", "other values")


def test_a_layer_with_another_option_fails(cases, monkeypatch):
    name = "test_group_normalization_epsilon"
    assert onnx_cases.verdict(cases[name]) == ("passed", "")
    honest = onnx_cases.TRANSLATIONS["GroupNormalization"]

    def seeded(node):
        made = honest(node)
        return replace(made, layers=made.layers.replace("groups = 2", "groups = 4"))

    monkeypatch.setitem(onnx_cases.TRANSLATIONS, "GroupNormalization", seeded)
    assert onnx_cases.verdict(cases[name]) == ("failed", "other values")


def test_an_operator_without_a_reason_is_noticed(cases, monkeypatch):
    """The table cannot leave one out in silence."""
    monkeypatch.setattr(onnx_cases, "cases", lambda: [cases["test_det_2d"]])
    assert "Det" in onnx_cases.table()
    monkeypatch.setattr(onnx_cases, "BEYOND", {})
    with pytest.raises(AssertionError, match="Det"):
        onnx_cases.table()


@pytest.mark.parametrize("name", [
    "test_gemm_all_attributes", "test_layer_normalization_2d_axis1", "test_gru_bidirectional",
    "test_convtranspose_pads", "test_attention_3d_gqa",
])
def test_a_wrong_gradient_fails(cases, monkeypatch, name):
    """Nothing but the gradient is wrong: one part in ten thousand of one element."""
    assert onnx_cases.verdict(cases[name]) == ("passed", "")
    honest = onnx_cases.gradient_error

    def seeded(space, params, data):
        def broken(*arguments, **named):
            value, grads = space["value_and_grad"](*arguments, **named)
            first = next(iter(grads))
            grads[first].flat[np.argmax(np.abs(grads[first]))] *= 1 + 1e-4
            return value, grads

        return honest({**space, "value_and_grad": broken}, params, data)

    monkeypatch.setattr(onnx_cases, "gradient_error", seeded)
    assert onnx_cases.verdict(cases[name]) == ("failed", "another gradient")
