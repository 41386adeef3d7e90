"""HIPS autograd: NumPy, traced anew at each call."""

import importlib
import importlib.metadata

from benchmarks.peers.losses import loss_of

TITLE = "autograd"


def version():
    importlib.import_module("autograd.numpy")
    return importlib.metadata.version("autograd")


def prepare(name, params, data):
    autograd = importlib.import_module("autograd")
    xp = importlib.import_module("autograd.numpy")
    both = autograd.value_and_grad(lambda p: loss_of(name, xp, p, *data))
    return lambda: both(params)
