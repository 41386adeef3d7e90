"""``python -m symbprop`` is the command ``symbprop``."""

import sys


def main() -> None:
    """The command line.  Whoever interrupts while it still loads is answered as later on."""
    try:
        from symbprop.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
