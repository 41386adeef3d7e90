"""The mutations are what they say: one line each, the same for the same seed, and seen."""

import ast
from functools import cache

import pytest
from mutations.__main__ import reasons
from mutations.judges import ROOT, Copy
from mutations.operators import chosen, room_of, sites, sites_of


@pytest.fixture(scope="module")
def found():
    return sites(ROOT)


@cache
def statements(path):
    """The text of a file and the lines, from and up to, of each statement of its module."""
    text = path.read_text(encoding="utf-8")
    return text, [(node.lineno - 1, node.end_lineno) for node in ast.parse(text).body]


def test_each_changes_one_line_into_another_that_parses(found):
    picked = chosen(found, 150, "lines")
    assert len({s.key for s in picked}) >= 140 and len({s.operator for s in picked}) >= 12
    assert {room_of(s.path) for s in picked} == {"calculus", "arrays", "numpy", "latex"}
    for site in picked:
        before, spans = statements(ROOT / "symbprop" / site.path)
        lines = site.applied(before).splitlines()
        changed = [n for n, pair in enumerate(zip(before.splitlines(), lines, strict=True))
                   if pair[0] != pair[1]]
        assert len(changed) == 1, site.key
        # The rest of the file parses as it did.
        (span,) = [(start, end) for start, end in spans if start <= changed[0] < end]
        ast.parse("\n".join(lines[slice(*span)]))


def test_the_choice_is_that_of_the_seed_alone(found):
    names = [s.key for s in chosen(found, 64, "0")]
    assert names == [s.key for s in chosen(list(reversed(found)), 64, "0")]
    assert names != [s.key for s in chosen(found, 64, "1")]


def test_what_stands_elsewhere_in_a_file_changes_no_name(found):
    name = "calculus/simplify.py"
    text = (ROOT / "symbprop" / name).read_text(encoding="utf-8")
    moved = sites_of(name, "# A line.\nfirst = [1, 2, 3][0]\n" + text)
    assert {s.key for s in found if s.path == name} <= {s.key for s in moved}


def test_every_survivor_has_a_reason():
    assert all(len(reason) > 20 for reason in reasons().values())


def test_a_mutation_is_seen_and_the_unchanged_tree_is_not(found):
    # One small program of the judge's nine: what is tried here is the copy and what it says.
    judge = ("tests/test_meaning.py::test_programs_that_mutations_lived_through"
             "[a sum of differences from what is no mean]",)
    (site,) = [s for s in found
               if s.function == "collect" and s.path == "calculus/differentiate.py"][:1]
    copy = Copy()
    try:
        assert copy.run(judge, 600)[0] == ""
        path = copy.folder / "symbprop" / site.path
        copy.write(path, site.applied(path.read_text(encoding="utf-8")))
        assert copy.run(judge, 600)[0]
    finally:
        copy.close()
