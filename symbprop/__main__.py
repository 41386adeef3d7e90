"""``python -m symbprop`` is the command ``symbprop``."""

from symbprop.cli import main

main()
