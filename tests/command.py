"""The command in this process: exit code, stdout and stderr as a process has them.

A process of its own loads SymPy for a second.  What is about processes (signals, outputs that are
closed or full, flags of Python, the start) is tried in one; all else is tried here.
"""

import contextlib
from dataclasses import dataclass

from typer.testing import CliRunner

from symbprop.cli import app


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str

    @property
    def output(self):
        return self.stdout + self.stderr


def command(*arguments, folder, encoding="utf-8"):
    """``symbprop ARGUMENTS`` as typed in ``folder``; what no answer catches is raised here too."""
    with contextlib.chdir(folder):
        done = CliRunner(charset=encoding).invoke(app, [str(a) for a in arguments],
                                                  catch_exceptions=False)
    return Done(done.exit_code, done.stdout, done.stderr)
