"""Three judges of one network: reference evaluator, executor of its programs, generated module.

`failures` says what disagrees; NaN equals nothing, but where the caller says that a value over no
rows has none.
"""

import numpy as np


def data_of(graph, extents, seed=0, low=0.2, high=1.3):
    """Random arrays for every given tensor; integers below the tensor's limit."""
    rng = np.random.default_rng(seed)

    def size(extent):
        return int(extent.xreplace({s: extents[str(s)] for s in extent.free_symbols}))

    data = {}
    for tensor in graph.tensors.values():
        shape = tuple(map(size, tensor.shape))
        if tensor.role == "constant":
            data[tensor.name] = np.array([float(v) for v in tensor.values]).reshape(shape)
        elif tensor.integer:
            data[tensor.name] = rng.integers(0, size(tensor.limit), shape)
        elif tensor.role != "defined":
            data[tensor.name] = np.asarray(rng.uniform(low, high, shape))
    return data


def numbers(nested):
    return np.array(nested, dtype=float)


def failures(want, found, tolerance=1e-10, nothing=False):
    """What disagrees, each by its own scale; ``nothing`` lets NaN meet NaN."""
    said = []
    for name, right in want.items():
        got = np.asarray(found[name], dtype=float)
        if got.shape != right.shape:
            said.append(f"{name} has the shape {got.shape}, not {right.shape}")
            continue
        blank = np.isnan(right) & np.isnan(got) if nothing else np.zeros(right.shape, bool)
        scale = max(np.abs(right[~blank]).max(initial=0.0), 1e-3)
        same = np.where(blank, 0.0, np.where(right == got, 0.0, np.abs(got - right)))
        worst = same.max(initial=0.0)
        if not worst <= tolerance * scale:
            said.append(f"{name} is off by {worst:.3g} of {scale:.3g}")
    return said
