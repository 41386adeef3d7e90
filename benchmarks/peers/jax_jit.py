"""JAX, compiled (jit) for one CPU thread, in the precision of the data."""

import functools
import importlib

from benchmarks.peers.traced import LOSSES, Library

TITLE = "JAX jit"


def version():
    jax = importlib.import_module("jax")
    jax.config.update("jax_platforms", "cpu")
    # Without it JAX turns float64 into float32 and would be measured at half the work.
    jax.config.update("jax_enable_x64", True)
    return jax.__version__


def library():
    jax = importlib.import_module("jax")
    xp, lax = jax.numpy, jax.lax

    def convolve(x, W):
        return lax.conv_general_dilated(x, W, (1, 1), "VALID")

    def pool(h):
        return lax.reduce_window(h, -xp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    gelu = functools.partial(jax.nn.gelu, approximate=False)
    return Library(xp, lax.scan, convolve, pool, gelu, jax.nn.sigmoid)


def prepare(name, params, data):
    version()
    jax = importlib.import_module("jax")
    lib, loss = library(), LOSSES[name]
    params = {k: lib.xp.asarray(v) for k, v in params.items()}
    arrays = [lib.xp.asarray(v) for v in data]
    compiled = jax.jit(jax.value_and_grad(lambda p, *given: loss(lib, p, *given)))

    def run():
        # JAX returns before it has computed; a measurement waits.
        return jax.block_until_ready(compiled(params, *arrays))

    value, grads = run()
    for key, given in params.items():
        if grads[key].dtype != given.dtype or value.dtype != given.dtype:
            raise TypeError(f"JAX computes {name} in {grads[key].dtype}, not in {given.dtype}")
    return run
