"""Writing a file whole or not at all.

The text goes to a temporary file beside the target, is flushed to the disk, and takes the target's
place in one step; a failure or an interrupt leaves what was there.  Only plain files are written,
and a file that symbprop did not write is replaced only when the user insists.
"""

from __future__ import annotations

import contextlib
import glob
import keyword
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from symbprop.errors import Fault, FileError, SpecError

MARK = "Written by symbprop"
# How the files begin that symbprop writes.
OPENINGS = {".py": b'"""', ".tex": b"%", ".toml": b"#"}


def module_path(path: Path) -> Path:
    """The path of a module that can be imported; SpecError where its name makes that impossible."""
    stem = path.stem
    if path.suffix != ".py" or not stem.isidentifier() or not stem.isascii():
        raise SpecError(
            Fault("SP601", f"{path.name!r} is no name of a Python module", None,
                  "use letters, digits and underscores, and end in .py")
        )
    if keyword.iskeyword(stem) or stem == "numpy" or stem in sys.stdlib_module_names:
        raise SpecError(
            Fault("SP602", f"a module called {stem} would hide another or cannot be imported", None,
                  "choose another file name with -o")
        )
    return path


def suffixed(path: Path, suffix: str, kind: str) -> Path:
    """A path that ends as its contents ask for; SpecError for one that says it is another kind."""
    if path.suffix != suffix:
        raise SpecError(Fault("SP601", f"{path.name!r} is no name of {kind}", None,
                              f"let it end in {suffix}"))
    return path


def is_ours(path: Path) -> bool:
    """Whether symbprop wrote a file, as its first line says; OSError where it cannot be read."""
    with path.open("rb") as file:
        start = file.read(400)
    opening = OPENINGS.get(path.suffix, b"")
    return start.startswith(opening) and MARK.encode() in start


def write_whole(path: Path, text: str, *, force: bool = False) -> None:
    """Put ``text`` at ``path``.  Raises FileError, and then the path is as it was."""
    with whole_file(path, text, force=force) as put:
        put()


@contextlib.contextmanager
def whole_file(path: Path, text: str, *, force: bool = False) -> Iterator[Callable[[], None]]:
    """A file that is ready to take its place, which it does where ``put`` is called, or never.

    What can fail has failed before, so that a command that cannot say what it did has done
    nothing.  The new file has no name until it is whole and on the disk, where the system can do
    that, so that even a kill leaves nothing behind.  Raises FileError, and then the path is as it
    was.
    """
    mode = _replaceable(path, force)
    temporary = path.parent / f".{path.name[:100]}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        with _telling(path):
            _write_new(temporary, text, mode)

        def put() -> None:
            with _telling(path):
                os.replace(temporary, path)
            _drop_compiled(path)

        yield put
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


@contextlib.contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = f"make the directory {path.parent} first" if not path.parent.is_dir() else ""
        raise FileError(
            Fault("SP603", f"{path} could not be written: {error.strerror}", None, hint)
        ) from error


def _drop_compiled(path: Path) -> None:
    # A compiled file of the same size and second would win over the new text.
    for stale in sorted((path.parent / "__pycache__").glob(f"{glob.escape(path.stem)}.*.pyc")):
        with contextlib.suppress(OSError):
            stale.unlink()


def _write_new(temporary: Path, text: str, mode: int | None) -> None:
    """Write the text to a new file."""
    nameless = True
    try:
        flags = os.O_WRONLY | getattr(os, "O_TMPFILE", os.O_CREAT)
        handle = os.open(temporary.parent, flags, 0o666)
    except OSError:
        # Not every file system has files without a name.
        nameless = False
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        # Windows has it from Python 3.13 on; there, permissions are not of this kind.
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(handle, mode)
        os.fsync(handle)
        if nameless:
            # A directory's descriptor makes Python follow the link to the open file.
            os.link(f"/proc/self/fd/{handle}", temporary, src_dir_fd=0)


def _replaceable(path: Path, force: bool) -> int | None:
    """The permissions of the file that may be replaced, None where there is none; or FileError."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(Fault("SP603", f"{path} could not be written: {error.strerror}")) from error
    if stat.S_ISLNK(mode):
        raise FileError(Fault("SP604", f"{path} is a symbolic link", None, "name its target"))
    if not stat.S_ISREG(mode):
        kind = "a directory" if stat.S_ISDIR(mode) else "no plain file"
        raise FileError(Fault("SP604", f"{path} is {kind}"))
    if force:
        return stat.S_IMODE(mode)
    try:
        ours = is_ours(path)
    except OSError as error:
        raise FileError(Fault("SP603", f"{path} could not be read: {error.strerror}")) from error
    if not ours:
        raise FileError(
            Fault("SP605", f"{path} exists and was not written by symbprop", None,
                  "use --force to replace it")
        )
    return stat.S_IMODE(mode)
