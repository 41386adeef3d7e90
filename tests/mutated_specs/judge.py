"""The whole way from the bytes of a file to a module, to formulas, or to what the command says."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path

from typer.testing import CliRunner

from symbprop.check.judge import BRIEF, judge_module
from symbprop.check.loading import load_text
from symbprop.cli import app
from symbprop.networks.spec import read_spec
from symbprop.pipeline import compile_network
from symbprop.targets.latex import derivation, document
from tests.answers.judge import ADDRESS, LONGEST, Limits, Outcome, judged, wrong

from .draw import Mutated

LINE = re.compile(r"(spec\.toml:[\d:]+: )?error\[SP[1-6]\d\d\]: .+|  hint: .+|warning: .+"
                  r"|and \d+ more errors?")
FEW, SECONDS_A_LAYER = 100, 0.02
EXITS = (2, 4)  # of a fault in the spec, and of a limit


def outcome(case: Mutated, limits: Limits) -> Outcome:
    """What becomes of a case.  A network of very many layers has some time for each of them."""
    many = case.data.count(b"[[layers]]") + sum(
        n for n in map(int, re.findall(rb"repeat = (\d{1,4})\b", case.data)))
    limits = replace(limits, seconds=limits.seconds + SECONDS_A_LAYER * max(0, many - FEW))
    shown = case.data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    lines = shown.replace("\r\n", "\n").split("\n")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spec.toml"
        path.write_bytes(case.data)
        way = _by_command if case.way == "command" else _by_functions
        return judged(lambda: way(case, path), limits, lines)


def _by_functions(case: Mutated, path: Path) -> Outcome | None:
    network = read_spec(path)
    for warning in network.warnings:
        if not warning.isprintable() or len(warning) > LONGEST:
            return wrong("a warning that does not print", warning)
    if case.way == "latex":
        for form in ("index", "matrix"):
            made = derivation(network.graph, None, form=form, forward=True, title=network.title)
            document(made, network.title).encode()
        return None
    accuracy = "full" if case.way == "full" else None
    compilation = compile_network(network, accuracy)
    compilation.module.encode("ascii")
    if case.way == "judged":
        found = judge_module(compilation.graph, compilation.module, points=1, limits=BRIEF,
                             derivative=compilation.derivative).disagreements
        if found:
            return wrong("computes what the equations do not say", "\n".join(map(str, found)))
        return None
    module = load_text(compilation.module)
    right = network.title or network.name
    return None if right == module.TITLE else wrong("another title", module.TITLE)


def _by_command(case: Mutated, path: Path) -> Outcome | None:
    made = path.with_name("made.py")
    done = CliRunner().invoke(app, ["compile", str(path), "-o", str(made)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    said = done.stderr.replace(f"{path.parent}{os.sep}", "")
    if done.exit_code == 0 and made.exists():
        return None
    codes = tuple(sorted(set(re.findall(r"error\[(SP\d+)\]", said))))
    if done.exit_code not in EXITS or not codes or made.exists() or done.stdout:
        return wrong(f"exit status {done.exit_code}, {', '.join(codes)}", said)
    odd = next((line for line in said.splitlines() if not LINE.fullmatch(line)
                or not line.isprintable() or ADDRESS.search(line)), "")
    if odd:
        return wrong("an answer in other words than answers have", said)
    return Outcome("answered", codes)
