"""Which tests of meaning see which file, and how they are run on a copy of the tree.

Only tests that compare values count: with the evaluator, the executor, an oracle, PyTorch or
differences, and for formulas with what the printed text evaluates to.  Texts kept in files or
written into tests (`test_zoo.py`, the texts of LaTeX, of programs and of formulas) are not run.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .operators import Site, room_of

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("symbprop", "tests", "templates", "generated", "pyproject.toml", "README.md")

SMALL = ("tests/test_meaning.py",)
CALCULUS = (
    "tests/test_simplify.py::test_each_rule_keeps_the_meaning",
    "tests/test_simplify.py::test_preparing_keeps_the_loss_and_its_gradients",
    "tests/test_simplify.py::test_a_key_is_shared_by_what_means_the_same_and_by_nothing_else",
    "tests/test_differentiate.py",
    "tests/test_passes.py::test_what_is_added_stays",
    "tests/test_passes.py::test_what_is_looked_up_in_it",
)
MODULES = (
    "tests/test_numpy_module.py::test_loss_and_gradients_are_those_of_the_unsimplified_graph",
    "tests/test_numpy_module.py::test_a_workspace_changes_no_value_and_results_alias_nothing",
    "tests/test_numpy_module.py::test_float32_stays_float32",
    "tests/test_numpy_module.py::test_not_a_number_passes_through_without_a_warning",
    "tests/test_numpy_module.py::test_arrays_of_any_layout_give_the_same_values",
)
ARRAYS = (
    "tests/test_kinds.py",
    "tests/test_passes.py::test_what_is_added_stays",
    "tests/test_passes.py::test_what_is_looked_up_in_it",
    "tests/test_passes.py::test_arranging_keeps_the_meaning",
    "tests/test_programs.py",
    "tests/test_lowering.py::test_arrays_compute_what_the_indices_say",
)
NAMES = ("tests/test_accept.py", "tests/test_extents.py", "tests/test_naming.py",
         "tests/test_numpy_module.py::test_pack_and_unpack_are_inverse",
         "tests/test_numpy_module.py::test_fit_says_why_it_stops",
         "tests/test_numpy_module.py::test_wrong_arguments_are_named")
FORMULAS = tuple(
    f"tests/test_latex.py::{name}" for name in (
        "test_every_printed_equation_evaluates_to_what_it_names",
        "test_gradients_are_those_of_the_plain_derivative",
        "test_each_factor_and_each_path_is_what_it_is_printed_from",
        "test_second_derivatives_are_those_of_the_gradient",
        "test_an_adjoint_stands_under_what_it_is_the_adjoint_of",
        "test_matrix_forms_evaluate_to_what_they_name",
        "test_every_function_prints_and_reads_back",
        "test_too_many_paths_are_said_to_be_too_many",
        "test_long_formulas_are_broken_and_still_say_the_same",
        "test_no_two_tensors_print_alike",
        "test_the_page_shows_all_that_is_stated",
        "test_a_latex_name_that_could_do_harm_is_refused",
        "test_a_latex_name_that_is_one",
    )
)
VERDICTS = "verdicts"
# What judges a room, the quickest first; each entry is one process.
JUDGES: dict[str, tuple[Sequence[str] | str, ...]] = {
    "calculus": (VERDICTS, CALCULUS, SMALL, MODULES, FORMULAS),
    "arrays": (VERDICTS, SMALL, MODULES, ARRAYS),
    "numpy": (VERDICTS, SMALL, MODULES, NAMES),
    "latex": (FORMULAS,),
}
# Seconds of processor time beyond which a process hangs, as a multiple of what it takes unchanged.
PATIENCE, LEAST = 3.0, 15.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """``by`` is what killed it, empty where nothing did."""

    site: Site
    by: str
    seconds: float


class Copy:
    """A copy of the tree in which one file at a time is changed."""

    def __init__(self, times: dict[int, float] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mutations-"))
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.folder / name,
                                ignore=shutil.ignore_patterns("__pycache__"))
            elif source.exists():
                shutil.copy(source, self.folder / name)
        self.record = self.folder / "verdicts.json"
        self.moment = 1_000_000_000

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, path: Path, text: str) -> None:
        """Write a file; each writing has a time of its own, by which Python knows it is new."""
        path.write_text(text, encoding="utf-8")
        self.moment += 10
        os.utime(path, (self.moment, self.moment))

    def run(self, judge: Sequence[str] | str, limit: float) -> tuple[str, float]:
        """What a judge says against the copy, empty where it says nothing, and its time."""
        if isinstance(judge, str):
            command = [sys.executable, "-m", "tests.mutations.verdicts", str(self.record)]
        else:
            command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=line",
                       "-p", "no:cacheprovider", *judge]
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "OPENBLAS_NUM_THREADS": "1",
                       "PYTHONHASHSEED": "0"}
        # A copy is compiled once, not by each process.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def limited() -> None:
            resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 5))
            resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, 6 * 2**30))

        said = self.folder / "said.txt"
        with said.open("w") as out:
            child = subprocess.Popen(command, cwd=self.folder, env=environment, text=True,
                                     stdout=out, stderr=out, preexec_fn=limited)
            # What waits for ever takes no processor time.
            watch = threading.Timer(30 * limit, child.kill)
            watch.start()
            _, status, usage = os.wait4(child.pid, 0)
            watch.cancel()
        code = child.returncode = os.waitstatus_to_exitcode(status)
        spent = usage.ru_utime + usage.ru_stime
        if code == 0:
            return "", spent
        if code < 0:
            return f"signal {-code}, as what hangs", spent
        lines = [x for x in said.read_text(errors="replace").splitlines() if x.strip()]
        failed = [x for x in lines if x.startswith(("FAILED", "ERROR"))]
        return (failed or lines or ["fails"])[0][:160], spent

    def baseline(self, rooms: Sequence[str]) -> dict[str, float]:
        """The time of each judge on the unchanged copy.  AssertionError where one complains."""
        times: dict[str, float] = {}
        for judge in {str(j): j for room in rooms for j in JUDGES[room]}.values():
            said, spent = self.run(judge, 3600)
            assert not said, f"the unchanged tree fails: {said}"
            times[str(judge)] = spent
        return times

    def judge(self, site: Site, times: dict[str, float]) -> Outcome:
        path = self.folder / "symbprop" / site.path
        text = path.read_text(encoding="utf-8")
        spent = 0.0
        self.write(path, site.applied(text))
        try:
            for judge in JUDGES[room_of(site.path)]:
                limit = max(LEAST, PATIENCE * times[str(judge)])
                said, took = self.run(judge, limit)
                spent += took
                if said:
                    return Outcome(site, said, spent)
        finally:
            self.write(path, text)
        return Outcome(site, "", spent)
