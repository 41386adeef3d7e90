"""Programs as people write them, in `programs.txt`: all compile and are right.

Sequence models, filters, mixtures, graphs with lookups, attention with masks, physics on grids,
ranking, survival, state spaces.  Each is judged by the reference evaluator at unequal extents, and
its module is called where each free extent is 0, 1 and 2: it computes or says which is too small.
"""

import re
from pathlib import Path

import pytest
from three_ways import called, data_of, extents_of, judge, module_of

from symbprop.networks.spec import parse_spec
from symbprop.pipeline import compile_graph

BLOCKS = (Path(__file__).parent / "programs.txt").read_text().split("=== ")[1:]
PROGRAMS = {block.split()[0]: block.partition("\n") for block in BLOCKS}
MARGINS = (0, 1, 2)


def test_no_program_is_lost():
    assert len(PROGRAMS) == len(BLOCKS) > 80


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_right(name):
    head, _, text = PROGRAMS[name]
    sizes = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", head)}
    compilation = compile_graph(parse_spec(text, "net.toml").graph, "net")
    assert not judge(compilation, sizes).failures
    space, graph = module_of(compilation), compilation.graph
    assert space["check"]() < 1e-6
    extents = extents_of(graph, **sizes)
    for extent in extents:
        for size in MARGINS:
            other = {**extents, extent: size}
            try:
                data = data_of(graph, other)
            except ValueError:
                continue  # no integer is below 0, and no array has fewer than no places
            for kind in {"loss", "value_and_grad"} & space.keys():
                try:
                    called(space, kind, data)
                except ValueError as error:
                    assert re.match(r"the extent .* is -?\d+(, but must be|: the arg)", str(error))
