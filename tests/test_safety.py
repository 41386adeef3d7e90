"""Nobody's file is lost or executed by surprise, and no message says more than one thing a line."""

import os
import subprocess
import sys

import pytest
from command import command

from symbprop.errors import Fault, FileError, Place, SpecError, told
from symbprop.files import whole_file, write_whole
from symbprop.networks.spec import parse_spec

SPEC = 'equations = "loss = sqrt(a**2 + b)"\n[parameters]\na = []\nb = []\n'
LARGE = """
[inputs]
x = ["N", "T", 1000000000]
[[layers]]
kind = {layer}
[loss]
kind = "mean_squared_error"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "net.toml").write_text(SPEC)
    return tmp_path


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
@pytest.mark.parametrize("arguments", [
    ("compile", "net.toml", "-o", "out.py"), ("latex", "net.toml", "-o", "out.tex"),
    ("new", "out"), ("compile", "net.toml", "--check", "-o", "out.py"),
])
def test_a_command_that_cannot_say_what_it_did_has_done_nothing(folder, arguments):
    before = sorted(os.listdir(folder))
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "symbprop", *arguments], cwd=folder,
                              stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3 and "SP608" in done.stderr
    assert sorted(os.listdir(folder)) == before


def test_a_reader_who_has_seen_enough_is_no_failure(folder):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-m", "symbprop", "compile", "net.toml", "-o", "out.py"],
                          cwd=folder, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "out.py").is_file()


def test_a_file_that_is_not_put_leaves_nothing(tmp_path):
    target = tmp_path / "a.py"
    with whole_file(target, "text") as put:
        assert not target.exists()
    assert os.listdir(tmp_path) == []
    with whole_file(target, "text") as put:
        put()
    assert target.read_text() == "text" and os.listdir(tmp_path) == ["a.py"]


@pytest.mark.parametrize("name", ["out.py", "out.txt", "out", "out.toml"])
def test_a_document_ends_in_tex(folder, name):
    (folder / "out.py").write_text('"""Ours.\n\nWritten by symbprop; do not edit."""\n')
    kept = (folder / "out.py").read_text()
    done = command("latex", "net.toml", "-o", name, folder=folder)
    assert done.returncode == 2 and "SP601" in done.stderr and ".tex" in done.stderr
    assert (folder / "out.py").read_text() == kept


@pytest.mark.parametrize("name, text", [
    ("out.tex", '"""A module.\n\nWritten by symbprop; do not edit."""\n'),
    ("out.py", "% Written by symbprop.\n"), ("out.py", "x = 'Written by symbprop'\n"),
])
def test_only_files_of_the_same_kind_are_replaced(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(FileError, match="SP605"):
        write_whole(tmp_path / name, "new")
    assert (tmp_path / name).read_text() == text


def test_what_is_not_ours_is_not_executed(folder):
    (folder / "mine.py").write_text("open('ran', 'w')\nprint('fine')\n")
    done = command("check", "mine.py", folder=folder)
    assert done.returncode == 3 and "SP609" in done.stderr
    assert not (folder / "ran").exists()


@pytest.mark.parametrize("name", ["-x.py", "-c.py", "numpy.py", "a b.py", "math.py"])
def test_a_check_reads_no_option_and_hides_nothing(folder, name):
    assert command("compile", "net.toml", "-o", "fine.py", folder=folder).returncode == 0
    (folder / "json.py").write_text("raise SystemExit('imported from here')\n")
    os.replace(folder / "fine.py", folder / name)
    done = command("check", "--", name, folder=folder)
    assert done.returncode == 0, done.stderr
    if name == "numpy.py":
        # As the installed command does, Python imports nothing from the directory it stands in.
        done = subprocess.run([sys.executable, "-P", "-m", "symbprop", "check", name], cwd=folder,
                              capture_output=True, text=True, check=True, timeout=60)
    assert "largest relative disagreement" in done.stdout


@pytest.mark.parametrize("stem", ["numpy", "math", "json", "class"])
def test_specs_may_be_called_as_modules_are(folder, stem):
    os.replace(folder / "net.toml", folder / f"{stem}.toml")
    assert command("check", f"{stem}.toml", folder=folder).returncode == 0


def test_checks_say_that_they_execute(tmp_path):
    for name in ("check", "compile"):
        done = command(name, "--help", folder=tmp_path)
        assert done.returncode == 0 and "execute" in " ".join(done.stdout.split())


def test_no_message_makes_a_line_of_its_own():
    nasty = "a\nerror[SP000]: \x1b[31m\u2028b\r"
    text = str(Fault("SP104", f"unknown {nasty}", Place(nasty, 1, 1), nasty))
    assert len(text.splitlines()) == 2 and "\x1b" not in text
    assert text.splitlines()[1].startswith("  hint: ")
    with pytest.raises(SpecError) as caught:
        from symbprop import Network

        Network(nasty)
    assert len([line for line in str(caught.value).splitlines() if "hint" not in line]) == 1


@pytest.mark.parametrize("arguments", [
    ("check", "a" * 300), ("compile", "a" * 300 + ".toml"), ("new", "a" * 300),
    ("compile", "net.toml", "-o", "a" * 300 + ".py"), ("check", "a" * 300 + ".py"),
    ("latex", "net.toml", "-o", "a" * 300 + ".tex"), ("check", "b/" * 3000 + "a.toml"),
])
def test_names_that_no_file_can_have_are_answered(folder, arguments):
    done = command(*arguments, folder=folder)
    assert done.returncode == 3 and "error[SP60" in done.stderr


@pytest.mark.parametrize("layer", [
    '"dense"\nunits = 1000000000', '"attention"\nheads = 2\nwidth = 1000000000', '"layer_norm"',
])
def test_arrays_that_do_not_fit_are_not_made(folder, layer):
    (folder / "big.toml").write_text(LARGE.format(layer=layer))
    done = command("compile", "big.toml", "--check", "-o", "big.py", folder=folder)
    assert done.returncode == 4 and "SP652" in done.stderr
    assert not (folder / "big.py").exists()
    assert command("check", "big.toml", folder=folder).returncode == 4
    assert command("compile", "big.toml", "-o", "big.py", folder=folder).returncode == 0


def test_a_message_can_be_read_whatever_stands_in_it():
    """Of what is as long as a file, and of what Python has inside, a message shows no more."""
    long = "x" * 20_000
    for spec in (f"{long} = 1\n", f'equations = "loss = {long}"\n', f"[inputs]\n{long} = 3\n",
                 f'[inputs]\nx = [3]\n[[layers]]\nkind = "{long}"\n',
                 f'[inputs]\nx = [{"9" * 4000}]\nequations = "loss = x[0]"\n'):
        with pytest.raises(SpecError) as caught:
            parse_spec(spec, "spec.toml")
        assert max(map(len, str(caught.value).splitlines())) < 500
    assert str(Fault("SP103", f"no {long} is there")) == (
        f"error[SP103]: no {'x' * 60}...{'x' * 20} is there")
    path = "/".join(["a" * 50] * 3)
    assert str(Fault("SP606", f"there is no file {path}")).endswith(path)
    for value in (object(), iter([1]), lambda: 1):
        assert told(value) == f"a value of type {type(value).__name__}"
    assert told([1, "a"]) == "[1, 'a']"
