"""Templates: where they lie, and the one way in which they are filled.

A template holds layout and no logic of networks; a name that it misses is an error of ours, not an
empty text.  What is filled in stands as it is and is never read as a template again.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from symbprop.errors import Fault, InternalError


def template_folder() -> Path:
    """Inside an installed package, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "templates", package.parent / "templates"):
        if folder.is_dir():
            return folder
    raise InternalError(Fault("SP901", "the templates were not installed with the package"))


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The environment of all templates."""
    return Environment(
        loader=FileSystemLoader(template_folder(), encoding="utf-8"),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        newline_sequence="\n",
    )
