"""The table of ONNX's operator cases is current, and what writes it sees a fault."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is in the test extra")

from tests import onnx_cases  # noqa: E402


@pytest.fixture(scope="module")
def cases():
    return {case.name: case for case in onnx_cases.cases()}


def test_the_table_is_current():
    """Its version of onnx is in its text; with another one the table has other cases."""
    kept = onnx_cases.TABLE.read_text(encoding="utf-8")
    if f"onnx {onnx.__version__}:" not in kept:
        pytest.skip(f"the table was written with another version than onnx {onnx.__version__}")
    assert onnx_cases.table() == kept, "run: python -m tests.onnx_cases"


def test_the_table_passes_far_more_than_it_fails():
    line = next(
        line for line in onnx_cases.TABLE.read_text().splitlines() if line.startswith("| **all**")
    )
    passed, failed, _ = (int(n) for n in line.split("|")[2:5])
    assert passed >= 350
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


@pytest.mark.parametrize("name", ["test_gemm_all_attributes", "test_layer_normalization_2d_axis1"])
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
