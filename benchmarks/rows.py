"""What is measured: a row is a network at one size.  No row is a special case of the command."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from symbprop.networks.spec import read_spec
from symbprop.pipeline import compile_network

SPECS = Path(__file__).parent / "specs"


@dataclass(frozen=True, slots=True)
class Row:
    """A network at one size.

    ``name`` is the network's, and the one that the peers know it by.  Without a ``spec`` it is the
    zoo's, as generated/ holds it; with one, it is compiled from there for the benchmark alone.
    ``extents`` gives every free extent its size, ``limits`` the first number too large for each
    integer input or target.
    """

    name: str
    extents: Mapping[str, int]
    limits: Mapping[str, int] = field(default_factory=dict)
    spec: Path | None = None

    def module(self) -> ModuleType:
        """The generated module.  Raises SpecError where the row's own spec does not compile."""
        if self.spec is None:
            return importlib.import_module(f"generated.{self.name}")
        return _compiled(self.spec)

    def draw(self, seed: int, dtype: type) -> tuple[dict[str, np.ndarray], list[np.ndarray]]:
        """Parameters near their first values, none of them zero, and data in the order of calls."""
        net = self.module()
        rng = np.random.default_rng(seed)
        params = {k: np.asarray(v + 0.1 * rng.normal(size=v.shape), dtype)
                  for k, v in net.init(0, dtype).items()}
        data = []
        for key, shape in {**net.INPUTS, **net.TARGETS}.items():
            size = tuple(self.extents.get(n, n) for n in shape)
            data.append(rng.integers(0, self.limits[key], size) if key in self.limits
                        else rng.normal(size=size).astype(dtype))
        return params, data

    def workspace(self, dtype: type) -> Any:
        """Memory for calls with data of this size."""
        return self.module().Workspace(**self.extents, dtype=dtype)


@functools.cache
def _compiled(spec: Path) -> ModuleType:
    """The module of a spec, written where nothing stays and loaded from there."""
    network = read_spec(spec)
    with tempfile.TemporaryDirectory() as folder:
        path = compile_network(network).write(Path(folder) / f"{spec.stem}.py")
        found = importlib.util.spec_from_file_location(spec.stem, path)
        module = importlib.util.module_from_spec(found)
        found.loader.exec_module(module)
    return module


LABEL = {"label": 10}
ROWS = (
    *(Row("two_two_one", {"N": size}) for size in (1, 100, 10_000)),
    *(Row("digits", {"N": size}, LABEL) for size in (32, 256, 1_797)),
    *(Row("mnist_mlp", {"N": size}, LABEL) for size in (32, 128, 1_024)),
    Row("deep_tanh", {"N": 64}),
    Row("lenet", {"N": 32}, LABEL),
    Row("transformer_block", {"N": 8, "T": 64}),
    Row("lstm_64", {"N": 16, "T": 50}),
    Row("rnn_64", {"N": 16, "T": 50}, spec=SPECS / "rnn_64.toml"),
    Row("word_scores_50k", {"N": 32, "T": 20}, {"word": 50_000, "label": 5},
        SPECS / "word_scores_50k.toml"),
)
