"""The mutations are what they say: one line each, the same for the same seed, and seen."""

import ast

from mutations.__main__ import reasons
from mutations.judges import ROOT, Copy
from mutations.operators import chosen, room_of, sites, sites_of

FOUND = sites(ROOT)


def test_each_changes_one_line_into_another_that_parses():
    picked = chosen(FOUND, 150, "lines")
    assert len({s.key for s in picked}) >= 140 and len({s.operator for s in picked}) >= 12
    assert {room_of(s.path) for s in picked} == {"calculus", "arrays", "numpy", "latex"}
    for site in picked:
        before = (ROOT / "symbprop" / site.path).read_text(encoding="utf-8")
        after = site.applied(before)
        ast.parse(after)
        changed = [a != b for a, b in zip(before.splitlines(), after.splitlines(), strict=True)]
        assert sum(changed) == 1, site.key


def test_the_choice_is_that_of_the_seed_alone():
    names = [s.key for s in chosen(FOUND, 64, "0")]
    assert names == [s.key for s in chosen(list(reversed(FOUND)), 64, "0")]
    assert names != [s.key for s in chosen(FOUND, 64, "1")]


def test_what_stands_elsewhere_in_a_file_changes_no_name():
    name = "calculus/simplify.py"
    text = (ROOT / "symbprop" / name).read_text(encoding="utf-8")
    moved = sites_of(name, "# A line.\nfirst = [1, 2, 3][0]\n" + text)
    assert {s.key for s in FOUND if s.path == name} <= {s.key for s in moved}


def test_every_survivor_has_a_reason():
    assert all(len(reason) > 20 for reason in reasons().values())


def test_a_mutation_is_seen_and_the_unchanged_tree_is_not():
    judge = ("tests/test_meaning.py::test_programs_that_mutations_lived_through",)
    (site,) = [s for s in FOUND
               if s.function == "collect" and s.path == "calculus/differentiate.py"][:1]
    copy = Copy()
    try:
        assert copy.run(judge, 600)[0] == ""
        path = copy.folder / "symbprop" / site.path
        copy.write(path, site.applied(path.read_text(encoding="utf-8")))
        assert copy.run(judge, 600)[0]
    finally:
        copy.close()
