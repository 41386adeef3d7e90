"""Writing a file whole or not at all.

The text goes to a temporary file beside the target, is flushed to the disk, and takes the target's
place in one step; a failure or an interrupt leaves what was there.  Only plain files are written,
and a file that symbprop did not write is replaced only when the user insists.
"""

from __future__ import annotations

import contextlib
import keyword
import os
import stat
import sys
import tempfile
from pathlib import Path

from symbprop.errors import Fault, FileError, SpecError

MARK = "symbprop"


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


def write_whole(path: Path, text: str, *, force: bool = False) -> None:
    """Put ``text`` at ``path``.  Raises FileError, and then the path is as it was."""
    _replaceable(path, force)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent or ".")
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
        temporary = ""
    except OSError as error:
        raise FileError(Fault("SP603", f"{path} could not be written: {error.strerror}")) from error
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
    # A compiled file of the same size and second would win over the new text.
    for stale in sorted((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc")):
        with contextlib.suppress(OSError):
            stale.unlink()


def _replaceable(path: Path, force: bool) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError(Fault("SP603", f"{path} could not be written: {error.strerror}")) from error
    if stat.S_ISLNK(mode):
        raise FileError(Fault("SP604", f"{path} is a symbolic link", None, "name its target"))
    if not stat.S_ISREG(mode):
        kind = "a directory" if stat.S_ISDIR(mode) else "no plain file"
        raise FileError(Fault("SP604", f"{path} is {kind}"))
    if force:
        return
    try:
        with path.open("rb") as file:
            ours = MARK.encode() in file.read(400)
    except OSError as error:
        raise FileError(Fault("SP603", f"{path} could not be read: {error.strerror}")) from error
    if not ours:
        raise FileError(
            Fault("SP605", f"{path} exists and was not written by symbprop", None,
                  "use --force to replace it")
        )
