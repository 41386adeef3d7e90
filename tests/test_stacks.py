"""Random stacks of layers against PyTorch: a short seeded run of `python -m tests.stacks`."""

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed")

import torch
from stacks.__main__ import refused
from stacks.bench import Bench
from stacks.draw import draw_case
from stacks.shrink import shrink
from stacks.torch_layers import LAYERS
from stacks.torch_losses import LOSSES as TORCH_LOSSES
from stacks.verdict import fault

from symbprop.calculus import differentiate as calculus
from symbprop.networks.layers import all_layers
from symbprop.networks.losses import LOSSES

pytestmark = pytest.mark.torch


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_every_layer_and_every_loss_is_drawn_and_judged():
    assert set(LAYERS) == set(all_layers())
    assert set(TORCH_LOSSES) == set(LOSSES)
    missing = set(all_layers()) | {f"loss {k}" for k in LOSSES} | {"equations"}
    for seed in range(1000):
        if not missing:
            break
        bench = Bench(draw_case(seed))
        bench.loss()
        missing -= set(bench.counts)
    assert not missing


@pytest.mark.parametrize("block", range(4))
def test_loss_and_gradients_are_those_of_pytorch(block):
    for seed in range(7 * block, 7 * block + 7):
        said = fault(draw_case(seed))
        assert said is None or refused(said), f"stack {seed}: {said}"


def test_a_lost_contribution_is_caught_and_shrunk(monkeypatch):
    """The control: where a tensor is read twice, the last contribution to its adjoint is lost."""
    honest = calculus.collect
    monkeypatch.setattr(
        calculus, "collect",
        lambda tensor, parts: honest(tensor, parts[:-1] if len(parts) > 1 else parts),
    )
    wrong = [case for case in map(draw_case, range(8)) if (fault(case) or "").startswith("value")]
    assert len(wrong) >= 2
    small, said = shrink(wrong[0], fault, tries=40)
    assert said.startswith("value") and len(small.layers) <= len(wrong[0].layers)
