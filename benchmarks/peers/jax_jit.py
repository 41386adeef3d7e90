"""JAX, compiled (jit) for one CPU thread, in the precision of the data."""

import importlib

from benchmarks.peers.losses import loss_of

TITLE = "JAX jit"


def version():
    jax = importlib.import_module("jax")
    jax.config.update("jax_platforms", "cpu")
    # Without it JAX turns float64 into float32 and would be measured at half the work.
    jax.config.update("jax_enable_x64", True)
    return jax.__version__


def prepare(name, params, data):
    version()
    jax = importlib.import_module("jax")
    xp = jax.numpy
    params = {k: xp.asarray(v) for k, v in params.items()}
    arrays = [xp.asarray(v) for v in data]
    compiled = jax.jit(jax.value_and_grad(lambda p, *given: loss_of(name, xp, p, *given)))

    def run():
        # JAX returns before it has computed; a measurement waits.
        return jax.block_until_ready(compiled(params, *arrays))

    value, grads = run()
    for key, given in params.items():
        if grads[key].dtype != given.dtype or value.dtype != given.dtype:
            raise TypeError(f"JAX computes {name} in {grads[key].dtype}, not in {given.dtype}")
    return run
