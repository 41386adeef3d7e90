"""HIPS autograd: NumPy, traced anew at each call."""

import importlib
import importlib.metadata

from benchmarks.peers.traced import LOSSES, Library

TITLE = "autograd"


def version():
    importlib.import_module("autograd.numpy")
    return importlib.metadata.version("autograd")


def library():
    xp = importlib.import_module("autograd.numpy")

    def scan(step, state, inputs):
        outputs = []
        for given in inputs:
            state, output = step(state, given)
            outputs.append(output)
        return state, xp.stack(outputs)

    def convolve(x, W):
        # Autograd has no windows to differentiate, but shifted slices it has.
        height, width = x.shape[2] - W.shape[2] + 1, x.shape[3] - W.shape[3] + 1
        taps = xp.stack([x[:, :, p:p + height, q:q + width]
                         for p in range(W.shape[2]) for q in range(W.shape[3])])
        s = xp.tensordot(W.reshape(*W.shape[:2], -1), taps, axes=((1, 2), (2, 0)))
        return xp.swapaxes(s, 0, 1)

    def pool(h):
        n, c, height, width = h.shape
        return xp.max(h.reshape(n, c, height // 2, 2, width // 2, 2), axis=(3, 5))

    def gelu(s):
        # Only this needs SciPy.
        erf = importlib.import_module("autograd.scipy.special").erf
        return s * (1 + erf(s / 2**0.5)) / 2

    return Library(xp, scan, convolve, pool, gelu, lambda a: 1 / (1 + xp.exp(-a)))


def prepare(name, params, data):
    autograd = importlib.import_module("autograd")
    lib, loss = library(), LOSSES[name]
    both = autograd.value_and_grad(lambda p: loss(lib, p, *data))
    # Once, so that a missing SciPy is told here.
    both(params)
    return lambda: both(params)
