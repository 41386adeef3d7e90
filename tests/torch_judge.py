"""The judge for layers and networks too large for differences: PyTorch's own gradients.

`disagreement` compiles a spec, runs the module, and compares outputs, loss and every gradient
with a function in PyTorch; it raises where a gradient is missing, and NaN is a disagreement.
"""

import functools

import numpy as np
from compiled import of_spec, space_of


@functools.cache
def compiled(spec):
    return of_spec(spec).graph, space_of(spec)


def draw(graph, extents, seed=0, given=None):
    """Random values of every tensor that the caller gives; integers below their limits."""
    rng, found = np.random.default_rng(seed), {}
    for tensor in graph.tensors.values():
        if tensor.role in ("defined", "constant"):
            continue
        sizes = {s: extents[str(s)] for e in tensor.shape for s in e.free_symbols}
        shape = tuple(int(e.xreplace(sizes)) for e in tensor.shape)
        found[tensor.name] = (
            rng.integers(0, int(tensor.limit), shape) if tensor.integer
            else rng.normal(size=shape)
        )
    return found | (given or {})


def worst(found, wanted):
    """Largest error relative to the largest element; NaN and a wrong shape are infinite."""
    found, wanted = np.asarray(found), np.asarray(wanted)
    if found.shape != wanted.shape:
        return np.inf
    error = np.abs(found - wanted).max(initial=0.0) / max(1.0, np.abs(wanted).max(initial=0.0))
    return np.inf if np.isnan(error) else error


def disagreement(torch, spec, function, extents, seed=0, given=None, spoil=None):
    """Largest relative error of loss and gradients; ``spoil`` changes gradients for a control.

    ``function`` takes a mapping of names to tensors and returns the loss.
    """
    graph, space = compiled(spec)
    data = draw(graph, extents, seed, given)
    names = [t.name for t in graph.with_role("parameter")]
    params = {n: data[n] for n in names}
    rest = {n: v for n, v in data.items() if n not in params}
    leaves = {n: torch.tensor(v, requires_grad=n in params) for n, v in data.items()}
    loss = function(leaves)
    loss.backward()
    value, grads = space["value_and_grad"](params, **rest)
    if spoil is not None:
        grads = spoil(grads)
    assert set(grads) == set(names)
    errors = [worst(value, loss.item()), worst(space["loss"](params, **rest), loss.item())]
    for name in names:
        assert leaves[name].grad is not None, f"PyTorch does not use {name}"
        errors.append(worst(grads[name], leaves[name].grad.numpy()))
    return max(errors)
