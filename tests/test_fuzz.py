"""Random programs in the whole language: three hundred of them, and faults that must be seen."""

import pytest

from symbprop.calculus import differentiate as calculus
from tests.fuzz.generator import program
from tests.fuzz.judge import judge

SEED, BLOCKS, EACH = 9, 12, 25
# Two thirds of them with the slow tests.
LISTED = [pytest.param(n, marks=[pytest.mark.slow] * (n >= BLOCKS // 3)) for n in range(BLOCKS)]


def verdict(number):
    name = f"{SEED}.{number}"
    return judge(program(name), name)


@pytest.mark.parametrize("block", LISTED)
def test_modules_of_random_programs(block):
    found = [verdict(n) for n in range(block * EACH, (block + 1) * EACH)]
    for number, one in enumerate(found, block * EACH):
        assert one.kind in ("right", "refused", "unusable"), f"{SEED}.{number}: {one.said}"
    assert sum(one.kind == "right" for one in found) >= EACH - 3


def test_a_lost_contribution_is_caught(monkeypatch):
    """The control: where a tensor is read twice, the last contribution to its adjoint is lost."""
    honest = calculus.collect
    monkeypatch.setattr(
        calculus, "collect",
        lambda tensor, parts: honest(tensor, parts[:-1] if len(parts) > 1 else parts),
    )
    assert sum(verdict(n).kind == "wrong" for n in range(10)) >= 3
