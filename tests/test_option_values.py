"""Options with values that fit, just miss, or are of other kinds: a short run of the script."""

import datetime
import math
import tomllib

import pytest

from symbprop.networks.layers import all_layers
from symbprop.networks.losses import LOSSES
from tests.answers.judge import Limits
from tests.option_values import toml
from tests.option_values.draw import WAYS, draw
from tests.option_values.judge import by_python, outcome
from tests.option_values.places import PAIRS, SITES

BLOCKS, EACH = 4, 20


@pytest.mark.parametrize("block", range(BLOCKS))
def test_each_is_compiled_or_answered(block):
    for number in range(block * EACH, (block + 1) * EACH):
        case = draw("tests", number)
        found = outcome(case, Limits())
        assert found.kind in ("compiled", "answered"), f"{number}: {found.said}\n{case}"


def test_every_layer_and_loss_has_all_its_options_drawn():
    names = {site.name: dict(site.options) for site in SITES}
    for kind, layer in all_layers().items():
        assert set(layer.options) <= set(names[kind])
    for kind, loss in LOSSES.items():
        assert {*loss.numbers, *loss.words, "weight", "prediction"} <= set(names[f"loss {kind}"])
    cases = [draw("tests", number) for number in range(len(PAIRS))]
    drawn = {(case.site.name, option) for case in cases for option, _ in case.values}
    assert drawn >= {(site.name, option) for site, option, _ in PAIRS}
    assert {case.way for case in cases} == set(WAYS)


@pytest.mark.parametrize("site", SITES[::5], ids=lambda site: site.name)
def test_a_site_says_the_same_by_toml_and_by_python(site):
    spec = tomllib.loads(site.spec)
    assert tomllib.loads(toml.text(spec)) == spec
    assert by_python(spec).graph.loss == "loss"


def test_values_are_said_as_toml_reads_them():
    for value in (True, -3, 10**400, 0.1, -0.0, math.inf, "a\n\x7f\"\\é", [], [[1], ["a"]],
                  {"a b": {"c": [1.5]}}, datetime.date(1979, 5, 27), datetime.time(7, 32)):
        assert tomllib.loads(f"a = {toml.said(value)}")["a"] == value
    assert math.isnan(tomllib.loads(f"a = {toml.said(math.nan)}")["a"])
    with pytest.raises(TypeError):
        toml.said(None)
