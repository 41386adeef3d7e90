"""`symbprop reduce`: the smallest equations whose module fails as a spec's does."""

import pytest
from typer.testing import CliRunner

from symbprop.calculus import differentiate as calculus
from symbprop.calculus import simplify as rules
from symbprop.cli import app
from symbprop.networks.spec import load, parse_spec
from symbprop.shrinking.failing import DISAGREES, fails_like, failure
from symbprop.shrinking.script import script_of
from symbprop.shrinking.shrink import shrink

HONEST = calculus.collect
# Parameters that are read in several places, of which a part is beside the point.
SHARED = '''
equations = """
s[n,j] = sum(k, W[j,k]*x[n,k]) + b[j]
h[n,j] = tanh(s[n,j])
p[n] = sum(j, v[j]*h[n,j])
loss = mean(n, (y[n] - p[n])**2) + 0.1*sum(j, k, W[j,k]**2)
"""
[parameters]
W = [2, 3]
b = [2]
v = [2]
[inputs]
x = ["N", 3]
[targets]
y = ["N"]
'''


def lossy(tensor, parts):
    """Where a tensor is read several times, its adjoint lacks the last contribution."""
    return HONEST(tensor, parts[:-1] if len(parts) > 1 else parts)


@pytest.mark.parametrize("name", ["two_two_one", "gru", "word_scores", "vae"])
def test_a_sound_network_passes_also_with_its_layers_written_out(name):
    script = script_of(load(name))
    assert failure(load(name).graph, dict(script.extents)) is None
    assert failure(script.network().graph, dict(script.extents)) is None


def test_what_fails_is_reduced_and_reads_back(monkeypatch):
    monkeypatch.setattr(calculus, "collect", lossy)
    script = script_of(parse_spec(SHARED))
    first = failure(script.network().graph, dict(script.extents))
    assert first is not None and first.kind == DISAGREES and "gradient by" in first.said
    least = shrink(script, fails_like(first), 400)
    assert len("".join(least.lines)) < len("".join(script.lines)) / 2
    again = failure(parse_spec(least.spec()).graph, dict(least.extents))
    assert again is not None and again.kind == DISAGREES
    monkeypatch.setattr(calculus, "collect", HONEST)
    assert failure(parse_spec(least.spec()).graph, dict(least.extents)) is None


def test_a_broken_stage_is_told_by_its_code(monkeypatch):
    def breaks(graph):
        raise KeyError("nothing")

    monkeypatch.setattr(rules, "RULES", (rules.Pass(breaks, "to break"),))
    found = failure(load("xor").graph, {"N": 3})
    assert found is not None and found.kind == "KeyError"


def test_the_command(monkeypatch, tmp_path):
    run = CliRunner()
    done = run.invoke(app, ["reduce", "xor"])
    assert done.exit_code == 0 and "nothing to reduce" in done.output
    monkeypatch.setattr(calculus, "collect", lossy)
    spec, target = tmp_path / "shared.toml", tmp_path / "least.toml"
    spec.write_text(SHARED)
    done = run.invoke(app, ["reduce", str(spec), "--tries", "60", "-o", str(target)])
    assert done.exit_code == 1 and "SP650" in done.output
    assert "equations" in target.read_text() and parse_spec(target.read_text()).graph.loss
