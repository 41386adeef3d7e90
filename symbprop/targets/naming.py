"""Names of a generated module: injective, and never a keyword, a builtin or the module's own.

A user's name stands as it is unless it is taken; then underscores are appended until it is not.
Local names of one function are the tensors', the extents', and those of vectors of ones and ranges.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable, Sequence

from sympy import Expr

# What the text of every generated module says itself.
OWN = frozenset(
    (
        "CONSTANTS", "Fit", "INPUTS", "LATEX", "OUTPUTS", "PARAMETERS", "TARGETS", "TITLE",
        "Workspace", "args", "callback", "check", "dtype", "fit", "forward", "given",
        "grads", "history", "init", "learning_rate", "loss_", "main", "max_steps",
        "min_improvement", "np", "order", "pack", "params", "report", "rng", "seed", "self",
        "start", "step", "stop", "target_loss", "unpack", "value_and_flat_grad",
        "value_and_grad", "vector", "work", "workspace",
    )
)
RESERVED = frozenset(
    (*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *OWN)
)


class Names:
    """The spelling of every tensor and extent of a module, fixed before any text is made."""

    def __init__(self, tensors: Sequence[str], extents: Iterable[str]) -> None:
        self._taken = set(RESERVED) | set(tensors)
        self._tensors = {name: name for name in tensors if name not in RESERVED}
        for name in tensors:
            if name in RESERVED:
                self._tensors[name] = self._claim(f"{name}_")
        self._extents: dict[str, str] = {}
        for name in sorted(set(extents)):
            self._extents[name] = self._claim(name)
        self._vectors: dict[tuple[str, Expr], str] = {}

    def tensor(self, name: str) -> str:
        """A tensor's local name; names that the compiler made up are claimed at first use."""
        if name not in self._tensors:
            self._tensors[name] = self._claim(name)
        return self._tensors[name]

    def extent(self, name: str) -> str:
        """An extent's local name, or that of a loop's counter, which is claimed at first use."""
        if name not in self._extents:
            self._extents[name] = self._claim(name)
        return self._extents[name]

    def ones(self, size: Expr) -> str:
        return self._vector("ones", size)

    def range(self, size: Expr) -> str:
        return self._vector("range", size)

    def _vector(self, stem: str, size: Expr) -> str:
        if (stem, size) not in self._vectors:
            plain = size.is_Symbol or size.is_Integer
            suffix = str(size) if plain else str(1 + len(self._vectors))
            self._vectors[stem, size] = self._claim(f"{stem}_{suffix}")
        return self._vectors[stem, size]

    def _claim(self, name: str) -> str:
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name
