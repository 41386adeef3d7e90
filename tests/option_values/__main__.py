"""Give options other values, and count what becomes of them; 1 where one has no answer."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.answers import command

from .draw import draw
from .judge import outcome


def main(argv: Sequence[str] | None = None) -> int:
    """Any number of cases; the exit status."""
    return command.main("option_values", __doc__ or "", draw, outcome, argv)


if __name__ == "__main__":
    sys.exit(main())
