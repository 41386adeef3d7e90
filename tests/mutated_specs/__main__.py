"""Mutate specs, and count what becomes of them; 1 where one is neither compiled nor answered."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.answers import command

from .draw import draw
from .judge import outcome


def main(argv: Sequence[str] | None = None) -> int:
    """Any number of cases; the exit status."""
    return command.main("mutated_specs", __doc__ or "", draw, outcome, argv)


if __name__ == "__main__":
    sys.exit(main())
