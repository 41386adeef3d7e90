"""Names of a generated module: injective, and never a keyword, a builtin or the module's own.

A user's name stands as it is unless it is taken; then underscores are appended until it is not.
Local names of one function are the tensors', the extents', and those of vectors of ones and ranges.
What a module uses itself is not listed here: it is read off its text, scope by scope, and differs
by role, since an argument meets the keywords of `fit`, and a buffer the methods of a workspace.

Invariant: a name that is spelled once is never spelled otherwise, and no two names alike.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable, Mapping, Sequence

from sympy import Expr

# An argument is an input, a target or a statistic that is given; an extent is one bound at call
# time or a loop's counter; a local is any other tensor, a vector of ones, a range.
ROLES = ("argument", "extent", "local")
PYTHON = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins)))


class Names:
    """The spelling of every tensor and extent of a module, fixed before any text is made.

    ``own`` holds, for each role, the names that the module uses itself beside names of that role.
    ``roles`` says what each spelled name stands for.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        tensors: Sequence[str],
        extents: Iterable[str],
        own: Mapping[str, frozenset[str]],
    ) -> None:
        self._own = {role: PYTHON | own.get(role, frozenset()) for role in ROLES}
        self._taken = {*arguments, *tensors}
        self.roles: dict[str, str] = {}
        self._tensors: dict[str, str] = {}
        self._extents: dict[str, str] = {}
        self._vectors: dict[tuple[str, Expr], str] = {}
        self._memories: dict[int, str] = {}
        # Statistics are arguments of one function and locals of the others.
        both = [name for name in arguments if name in tensors]
        wanted = {
            **dict.fromkeys(tensors, ("local",)), **dict.fromkeys(arguments, ("argument",)),
            **dict.fromkeys(both, ("argument", "local")),
        }
        bad = {n: roles for n, roles in wanted.items() if any(n in self._own[r] for r in roles)}
        for name, roles in wanted.items():
            if name not in bad:
                self._tensors[name] = name
                self.roles[name] = roles[-1]
        for name, roles in bad.items():
            self._tensors[name] = self._claim(f"{name}_", *roles)
        for name in sorted(set(extents)):
            self._extents[name] = self._claim(name, "extent")

    def tensor(self, name: str) -> str:
        """A tensor's local name; names that the compiler made up are claimed at first use."""
        if name not in self._tensors:
            self._tensors[name] = self._claim(name, "local")
        return self._tensors[name]

    def extent(self, name: str) -> str:
        """An extent's local name, or that of a loop's counter, which is claimed at first use."""
        if name not in self._extents:
            self._extents[name] = self._claim(name, "extent")
        return self._extents[name]

    def ones(self, size: Expr) -> str:
        return self._vector("ones", size)

    def range(self, size: Expr) -> str:
        return self._vector("range", size)

    def numbers(self, size: Expr) -> str:
        return self._vector("numbers", size)

    def memory(self, number: int) -> str:
        """The memory that several buffers share, counted from one."""
        if number not in self._memories:
            self._memories[number] = self._claim(f"memory_{number}", "local")
        return self._memories[number]

    def _vector(self, stem: str, size: Expr) -> str:
        if (stem, size) not in self._vectors:
            plain = size.is_Symbol or size.is_Integer
            suffix = str(size) if plain else str(1 + len(self._vectors))
            self._vectors[stem, size] = self._claim(f"{stem}_{suffix}", "local")
        return self._vectors[stem, size]

    def _claim(self, name: str, *roles: str) -> str:
        while name in self._taken or any(name in self._own[role] for role in roles):
            name += "_"
        self._taken.add(name)
        self.roles[name] = roles[-1]
        return name
