"""Specs with what people mistype are compiled or answered: a short run of the script."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from symbprop.networks.spec import zoo_names
from tests.answers.judge import Limits
from tests.answers.planted import PLANTS
from tests.mutated_specs.characters import CHARACTERS, ENCODINGS
from tests.mutated_specs.draw import WAYS, draw
from tests.mutated_specs.formulas import FORMULAS
from tests.mutated_specs.judge import outcome
from tests.mutated_specs.lines import LINES
from tests.mutated_specs.sources import SOURCES
from tests.mutated_specs.structure import STRUCTURE
from tests.mutated_specs.tokens import TOKENS

ROOT = Path(__file__).parent.parent
BLOCKS, EACH = 4, 10


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", *arguments], capture_output=True, text=True, check=False, cwd=ROOT,
    )


@pytest.mark.parametrize("block", range(BLOCKS))
def test_each_is_compiled_or_answered(block):
    for number in range(block * EACH, (block + 1) * EACH):
        case = draw("tests", number)
        found = outcome(case, Limits())
        assert found.kind in ("compiled", "answered"), f"{number}: {found.said}\n{case}"


def test_every_mutation_every_source_and_every_way_is_drawn():
    cases = [draw("tests", number) for number in range(3000)]
    tables = (CHARACTERS, ENCODINGS, TOKENS, LINES, FORMULAS, STRUCTURE)
    assert {m for c in cases for m in c.mutations} == {m.__name__ for t in tables for m in t}
    assert {c.way for c in cases} == set(WAYS)
    assert {c.source for c in cases} == set(SOURCES) and len(SOURCES) > 150
    assert {f"zoo {name}" for name in zoo_names()} <= set(SOURCES)
    assert len({c.data for c in cases}) > 2900


def test_a_case_is_that_of_its_seed_alone():
    assert draw("a", 7) == draw("a", 7) != draw("b", 7)


@pytest.mark.parametrize("name", ["mutated_specs", "option_values"])
def test_the_script_reports_what_is_planted(name):
    done = run("tests.answers.planted", name, "--count", "30", "--seconds", "0.5",
               "--megabytes", "600", "--tries", "0")
    assert done.returncode == 1, done.stderr
    for _, sort in PLANTS:
        found = re.search(rf"^=== \d+ wrong: {re.escape(sort)}.*--only \d+", done.stdout, re.M)
        assert found, f"{sort}:\n{done.stdout}"


def test_a_case_can_be_drawn_alone():
    done = run("tests.mutated_specs", "--seed", "tests", "--only", "3")
    assert done.returncode == 0 and str(draw("tests", 3)) in done.stdout
