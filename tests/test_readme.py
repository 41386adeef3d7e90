"""The examples of the README run, each in a fresh process, from where a user would stand."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from symbprop.language.functions import FUNCTIONS
from symbprop.networks.layers import all_layers
from symbprop.networks.losses import LOSSES
from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", TEXT, re.S)
EXPECTED = ["steps: ", "def value_and_grad(params, x, y, workspace=None)",
            "y1[n, k] = w1[k]*x[n, k]**2"]


@pytest.mark.parametrize("number", range(len(EXPECTED)))
def test_an_example_runs(number):
    assert len(EXAMPLES) == len(EXPECTED)
    done = subprocess.run(
        [sys.executable, "-c", EXAMPLES[number]], capture_output=True, text=True, check=True,
        cwd=ROOT,
    )
    assert EXPECTED[number] in done.stdout


def test_the_spec_compiles():
    specs = re.findall(r"```toml\n(.*?)```", TEXT, re.S)
    assert len(specs) == 2 and tomllib.loads(specs[0])["title"] == "A line"
    for spec in specs:
        network = parse_spec(spec, "line.toml")
        assert "def fit(" in compile_graph(network.graph, network.name).module


def test_every_layer_and_loss_is_named():
    for name in all_layers():
        assert f"`{name}`" in TEXT or name in FUNCTIONS or name == "square", name
    for name in LOSSES:
        assert f"`{name}`" in TEXT, name


def test_every_code_of_the_source_has_its_meaning_and_no_other():
    sources = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "symbprop").rglob("*.py"))]
    used = {code for text in sources for code in re.findall(r"[\"\[](SP\d{3})[\"\]]", text)}
    listed = re.findall(r"^\| (SP\d{3}) \| (.+) \|$", TEXT, re.M)
    codes = [code for code, _ in listed]
    assert codes == sorted(used) and len(used) > 50
    assert len({meaning for _, meaning in listed}) == len(listed)


def test_commands_that_are_promised_exist():
    help_text = subprocess.run(
        [sys.executable, "-m", "symbprop", "--help"], capture_output=True, text=True, check=True,
    ).stdout
    for command in re.findall(r"^    symbprop (\w+)", TEXT, re.M):
        assert re.search(rf"^  {command} ", help_text, re.M), command


def test_every_function_of_the_language_is_named():
    from symbprop.language.functions import TRUTHS
    from symbprop.language.notation import SPELLED

    (line,) = [p for p in TEXT.split("\n\n") if p.startswith("Functions of elements: ")]
    told = set(re.findall(r"`(\w+)`", line))
    known = {SPELLED.get(n, n) for n in FUNCTIONS if n == "step" or n not in TRUTHS}
    assert told >= known, known - told
