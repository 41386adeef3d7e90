"""The command line as a user meets it: exit codes, messages, and files left as they were."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import command

ROOT = Path(__file__).parent.parent
GOOD = """
[inputs]
x = ["N", 3]
[[layers]]
kind = "dense"
units = 2
activation = "relu"
[loss]
kind = "sum_of_squares"
"""


def test_compile_check_and_use(tmp_path):
    done = command("compile", "two_two_one", "--check", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    for word in ("parameters           9", "operations forward", "workspace", "simplify"):
        assert word in done.stdout
    made = tmp_path / "generated" / "two_two_one.py"
    assert made.read_bytes() == (ROOT / "generated" / "two_two_one.py").read_bytes()
    itself = subprocess.run(
        [sys.executable, "-W", "error", "-O", str(made)], capture_output=True, text=True,
        check=False,
    )
    assert itself.returncode == 0 and "disagreement" in itself.stdout
    assert command("check", made, folder=tmp_path).returncode == 0
    wrong = made.read_text().replace("d_b3 = ", "d_b3 = 2 * ")
    assert wrong != made.read_text()
    made.write_text(wrong)
    failed = command("check", made, folder=tmp_path)
    assert failed.returncode == 1 and "SP650" in failed.stderr


STAGES = ["graph", "derivative", "simplified", "arranged", "program", "module"]


@pytest.mark.parametrize("stage", STAGES)
def test_show_each_stage(stage, tmp_path):
    done = command("show", "logistic_regression", "--stage", stage, folder=tmp_path)
    assert done.returncode == 0 and "p[n]" in done.stdout


def test_show_prints_every_program_with_its_loops(tmp_path):
    (tmp_path / "norm.toml").write_text("""
[inputs]
x = ["N", "T", 3]
[[layers]]
kind = "batch_norm"
[[layers]]
kind = "rnn"
units = 2
[loss]
kind = "sum_of_squares"
""")
    done = command("show", "norm.toml", "--stage", "program", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    heads = re.findall(r"^# (\w+)$", done.stdout, re.M)
    assert heads == ["forward", "statistics", "loss", "value_and_grad"]
    parts = dict(zip(heads, re.split(r"^# \w+$", done.stdout, flags=re.M)[1:], strict=True))
    loops = {head: re.findall(r"^    loop .*\n        \w+", part, re.M)
             for head, part in parts.items()}
    assert [len(loops[head]) for head in heads] == [1, 0, 1, 2]
    assert all("\nvalues\n" in part and "\nsteps\n" in part for part in parts.values())


def test_new_compiles(tmp_path):
    assert command("new", "mine", folder=tmp_path).returncode == 0
    assert command("compile", "mine.toml", "--check", folder=tmp_path).returncode == 0
    again = command("new", "mine", folder=tmp_path)
    assert again.returncode == 3 and "exists" in again.stderr


def test_latex_prints_and_writes(tmp_path):
    done = command("latex", "two_two_one", "--wrt", "W5", folder=tmp_path)
    assert done.returncode == 0 and r"\text{predicted}_i" in done.stdout
    made = command("latex", "digits", "--form", "matrix", "-o", "d.tex", folder=tmp_path)
    assert made.returncode == 0
    assert r"\begin{document}" in (tmp_path / "d.tex").read_text()
    unknown = command("latex", "two_two_one", "--wrt", "W9", folder=tmp_path)
    assert unknown.returncode == 2 and "W9" in unknown.stderr


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", 2, "defines nothing"),
        ("x = ", 2, r"spec\.toml:1:\d+: error\[SP131\]"),
        (GOOD.replace("relu", "rellu"), 2,
         r'spec\.toml:7:1: error\[SP104\]: layers\[0\]\.activation: unknown activation "rellu"\n'
         r'  hint: did you mean "relu'),
        (GOOD.replace("units = 2", "units = 8.0"), 2, r"spec\.toml:6:1: .*not 8\.0"),
        (GOOD.replace("units = 2", 'units = "8"'), 2, "not '8'"),
        (GOOD.replace("units = 2", "units = true"), 2, "not True"),
        (GOOD.replace("units = 2", "units = -3"), 2, "not -3"),
        (GOOD.replace("units = 2", "units = 0"), 2, "not 0"),
        (GOOD.replace("units = 2", f"units = {10**20}"), 2, "SP134"),
        (GOOD.replace("units", "unit"), 2, "did you mean \"units\""),
        (GOOD.replace("units = 2", "units = 2\nunits = 3"), 2, "SP131"),
        (GOOD.replace('kind = "dense"', 'kind = "dens"'), 2, "did you mean \"dense\""),
        (GOOD + "[nonsense]\n", 2, "unknown key 'nonsense'"),
        ("a = " + "[" * 20000, 4, "nested more than"),
        ('equations = "loss = __import__(\'os\').system(\'x\')"', 2, "SP10"),
        ('equations = "loss = a.b"\n[parameters]\na = []', 2, "not allowed here"),
        ('equations = "loss = a**10**10**10"\n[parameters]\na = []', 2, "error"),
        ('equations = "loss = 1/0 + a"\n[parameters]\na = []', 2, "SP108"),
        ('equations = "loss = w[n]"\n[parameters]\nw = [3]', 2, r"1:23: .*unknown name"),
        ('equations = "loss = v**2"\n[parameters]\nw = [3]', 2, "SP103"),
        ('equations = "loss[n] = w[n]"\n[parameters]\nw = [3]', 2, "a loss is a scalar"),
        ('equations = "loss = sum(n, x[n])"\n[inputs]\nx = [3]', 2, "depends on no parameter"),
        ('equations = "loss = a"\n[parameters]\na = []\n[inputs]\na = []', 2, "used twice"),
        ('equations = "loss = a"\n[parameters]\n"W1; import os" = []\na = []', 2, "SP109"),
        ("# caf\udce9", 2, "not UTF-8"),
    ],
)
def test_bad_specs_are_answered_and_nothing_is_written(text, code, message, tmp_path):
    spec = tmp_path / "spec.toml"
    spec.write_bytes(text.encode("utf-8", "surrogateescape"))
    (tmp_path / "generated").mkdir()
    old = tmp_path / "generated" / "spec.py"
    old.write_text("# Written by symbprop, once.\n")
    done = command("compile", "spec.toml", folder=tmp_path)
    assert done.returncode == code, done.stderr
    assert re.search(message, done.stderr), done.stderr
    assert "Traceback" not in done.stderr and not done.stdout
    assert old.read_text() == "# Written by symbprop, once.\n"
    assert [p.name for p in old.parent.iterdir()] == ["spec.py"]


def test_missing_files_name_what_is_near(tmp_path):
    done = command("compile", "two_two_on", folder=tmp_path)
    assert done.returncode == 3 and 'did you mean "two_two_one"' in done.stderr
    (tmp_path / "net.toml").write_text(GOOD)
    done = command("compile", "nett.toml", folder=tmp_path)
    assert done.returncode == 3 and 'did you mean "net.toml"' in done.stderr
    done = command("compile", tmp_path, folder=tmp_path)
    assert done.returncode == 3 and "is a directory" in done.stderr


def test_outputs_that_must_not_be_written(tmp_path):
    def compile_to(name, *more):
        return command("compile", "xor", "-o", name, *more, folder=tmp_path)

    (tmp_path / "mine.py").write_text("print('mine')\n")
    assert compile_to("mine.py").returncode == 3
    assert (tmp_path / "mine.py").read_text() == "print('mine')\n"
    assert compile_to("mine.py", "--force").returncode == 0
    (tmp_path / "folder.py").mkdir()
    assert compile_to("folder.py").returncode == 3
    (tmp_path / "link.py").symlink_to(tmp_path / "mine.py")
    assert compile_to("link.py", "--force").returncode == 3
    os.mkfifo(tmp_path / "pipe.py")
    assert compile_to("pipe.py", "--force").returncode == 3
    assert compile_to("nowhere/net.py").returncode == 3
    for name in ("numpy.py", "class.py", "a b.py", "net.txt"):
        assert compile_to(name).returncode == 2
    assert not list(tmp_path.glob(".*"))


HOSTILE = ['"""', "a\\", "\\u12 \\N{x}", "a\nb\rc", "a\u2028b", "{{ config }}{% include 'x' %}",
           "%s <script>", "\\input{/etc/passwd} $ % # _", "\x1b[31m [red]"]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_inert_and_comes_back_whole(title, tmp_path):
    escaped = "".join(f"\\u{ord(c):04x}" for c in title)
    (tmp_path / "spec.toml").write_text(f'title = "{escaped}"\n{GOOD}')
    done = command("compile", "spec.toml", "--check", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "generated" / "spec.py"
    spec = importlib.util.spec_from_file_location("spec", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert title == made.TITLE
    assert path.read_bytes().isascii()


def test_names_that_the_module_uses_itself(tmp_path):
    names = ["params", "grads", "work", "out", "d_W1", "np", "dtype", "E", "I", "S", "N", "pi",
             "beta", "gamma", "Q", "oo", "list", "W1"]
    terms = " + ".join(f"{n}**2*x[i]" for n in names)
    declared = "\n".join(f"{n} = []" for n in names)
    (tmp_path / "spec.toml").write_text(
        f'equations = "loss = sum(i, {terms})"\n[parameters]\n{declared}\n[inputs]\nx = ["M"]\n'
    )
    done = command("compile", "spec.toml", "--check", folder=tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_closed_pipe_and_an_ascii_terminal(tmp_path):
    command = f"{sys.executable} -m symbprop show digits --stage module | head -1"
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr
    plain = subprocess.run(
        [sys.executable, "-m", "symbprop", "show", "digits"], cwd=tmp_path, capture_output=True,
        check=False, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
    )
    assert plain.returncode == 0 and plain.stdout.isascii()
