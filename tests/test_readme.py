"""The example of the README runs and prints what it says it does."""

import re
import subprocess
import sys
from pathlib import Path


def test_the_example_runs():
    text = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    done = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, check=True
    )
    assert "d_W[j, k] = sum(n, " in done.stdout
