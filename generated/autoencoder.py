"""Loss and gradients of the network autoencoder.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    s1[n, j] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1[n, t] = tanh(s1[n, t])
    s2[n, j] = sum(k, W2[j, k]*h1[n, k]) + b2[j]
    h2[n, t] = tanh(s2[n, t])
    s3[n, j] = sum(k, W3[j, k]*h2[n, k]) + b3[j]
    h3[n, t] = tanh(s3[n, t])
    s4[n, j] = sum(k, W4[j, k]*h3[n, k]) + b4[j]
    h4[n, t] = sigmoid(s4[n, t])
    loss = sum(n, k, (x[n, k] - h4[n, k])**2)/64/N

Extents bound at each call: N.

Conventions:
    sigmoid' is exact to an ulp of 1 where it is small
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 9872*N
    backward: 14944*N
    workspace, in floats: 264*N
"""

import numpy as np

TITLE = "Autoencoder, 64-32-8-32-64"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (32, 64),
    "b1": (32,),
    "W2": (8, 32),
    "b2": (8,),
    "W3": (32, 8),
    "b3": (32,),
    "W4": (64, 32),
    "b4": (64,),
}
INPUTS = {
    "x": ("N", 64),
}
TARGETS = {}
OUTPUTS = ("h2", "h4")
# One derivative of the loss per parameter.
LATEX = {
    "W1": (
        "\\frac{\\partial L}{\\partial W^{(1)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(1)}_{n,j} x_{n,k}"
    ),
    "b1": (
        "\\frac{\\partial L}{\\partial b^{(1)}_j} = \\sum_n \\bar{s}^{(1)}"
        "_{n,j}"
    ),
    "W2": (
        "\\frac{\\partial L}{\\partial W^{(2)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(2)}_{n,j} h^{(1)}_{n,k}"
    ),
    "b2": (
        "\\frac{\\partial L}{\\partial b^{(2)}_j} = \\sum_n \\bar{s}^{(2)}"
        "_{n,j}"
    ),
    "W3": (
        "\\frac{\\partial L}{\\partial W^{(3)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(3)}_{n,j} h^{(2)}_{n,k}"
    ),
    "b3": (
        "\\frac{\\partial L}{\\partial b^{(3)}_j} = \\sum_n \\bar{s}^{(3)}"
        "_{n,j}"
    ),
    "W4": (
        "\\frac{\\partial L}{\\partial W^{(4)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(4)}_{n,j} h^{(3)}_{n,k}"
    ),
    "b4": (
        "\\frac{\\partial L}{\\partial b^{(4)}_j} = \\sum_n \\bar{s}^{(4)}"
        "_{n,j}"
    ),
}
_BUFFERS = (
    "s1",
    "h1",
    "s2",
    "h2",
    "s3",
    "h3",
    "s4",
    "h4",
    "rest_loss",
    "d_s4",
    "d_h3",
    "d_s3",
    "d_h2",
    "d_s2",
    "d_h1",
    "d_s1",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "W1": np.asarray(rng.uniform(-0.25, 0.25, (32, 64)), dtype),
        "b1": np.full((32,), 0.0, dtype),
        "W2": np.asarray(rng.uniform(-0.3872983346207417, 0.3872983346207417, (8, 32)), dtype),
        "b2": np.full((8,), 0.0, dtype),
        "W3": np.asarray(rng.uniform(-0.3872983346207417, 0.3872983346207417, (32, 8)), dtype),
        "b3": np.full((32,), 0.0, dtype),
        "W4": np.asarray(rng.uniform(-0.25, 0.25, (64, 32)), dtype),
        "b4": np.full((64,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    264*N floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(32 * N, dtype)
        self.s1 = memory_1.reshape(32, N)
        self.h1 = memory_1.reshape(32, N)
        self.d_s1 = memory_1.reshape(32, N)
        memory_2 = np.empty(8 * N, dtype)
        self.s2 = memory_2.reshape(8, N)
        self.h2 = memory_2.reshape(8, N)
        self.d_s2 = memory_2.reshape(8, N)
        memory_3 = np.empty(32 * N, dtype)
        self.s3 = memory_3.reshape(32, N)
        self.h3 = memory_3.reshape(32, N)
        self.d_s3 = memory_3.reshape(32, N)
        self.d_h1 = memory_3.reshape(32, N)
        memory_4 = np.empty(64 * N, dtype)
        self.s4 = memory_4.reshape(64, N)
        self.h4 = memory_4.reshape(64, N)
        self.d_h3 = memory_4[: 32 * N].reshape(32, N)
        memory_5 = np.empty(64 * N, dtype)
        self.rest_loss = memory_5.reshape(64, N)
        self.d_h2 = memory_5[: 8 * N].reshape(8, N)
        memory_6 = np.empty(64 * N, dtype)
        self.d_s4 = memory_6.reshape(64, N)
        self.ones_N = np.ones(N, dtype)

    def require(self, size, dtype):
        """Raise TypeError or ValueError where this is no workspace, or one for other data."""
        if not isinstance(self, Workspace):
            raise TypeError(f"workspace is a {type(self).__name__}, not a Workspace of this module")
        if self.size != size or self.dtype != dtype:
            raise ValueError(
                f"the workspace was made for extents {self.size} in {self.dtype}, "
                f"but the arguments have {size} in {dtype}"
            )


@np.errstate(all="ignore")
def forward(params, x):
    """The outputs by name: a dict of new arrays."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 64), 0)
    W1 = _floats("W1", params["W1"], (32, 64), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (8, 32), dtype)
    b2 = _floats("b2", params["b2"], (8,), dtype)
    W3 = _floats("W3", params["W3"], (32, 8), dtype)
    b3 = _floats("b3", params["b3"], (32,), dtype)
    W4 = _floats("W4", params["W4"], (64, 32), dtype)
    b4 = _floats("b4", params["b4"], (64,), dtype)
    x = _floats("x", x, (N, 64), dtype)
    s1 = np.dot(W1, x.T)  # s1[j, n] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1[:, None], out=s1)  # s1[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.tanh(s1)  # h1[t, n] = tanh(s1[t, n])
    s2 = np.dot(W2, h1)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n])
    s2 = np.add(s2, b2[:, None], out=s2)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n]) + b2[j]
    h2 = np.tanh(s2.T)  # h2[n, t] = tanh(s2[t, n])
    s3 = np.dot(W3, h2.T)  # s3[j, n] = sum(k, W3[j, k]*h2[n, k])
    s3 = np.add(s3, b3[:, None], out=s3)  # s3[j, n] = sum(k, W3[j, k]*h2[n, k]) + b3[j]
    h3 = np.tanh(s3)  # h3[t, n] = tanh(s3[t, n])
    s4 = np.dot(W4, h3)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n])
    s4 = np.add(s4, b4[:, None], out=s4)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n]) + b4[j]
    h4 = np.negative(s4.T)  # h4[n, t] = -s4[t, n]
    h4 = np.exp(h4, out=h4)  # h4[n, t] = exp(-s4[t, n])
    h4 = np.add(h4, 1.0, out=h4)  # h4[n, t] = 1 + exp(-s4[t, n])
    h4 = np.divide(1.0, h4, out=h4)  # h4[n, t] = sigmoid(s4[t, n])
    return {
        "h2": h2,
        "h4": h4,
    }


@np.errstate(all="ignore")
def loss(params, x):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 64), 0)
    W1 = _floats("W1", params["W1"], (32, 64), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (8, 32), dtype)
    b2 = _floats("b2", params["b2"], (8,), dtype)
    W3 = _floats("W3", params["W3"], (32, 8), dtype)
    b3 = _floats("b3", params["b3"], (32,), dtype)
    W4 = _floats("W4", params["W4"], (64, 32), dtype)
    b4 = _floats("b4", params["b4"], (64,), dtype)
    x = _floats("x", x, (N, 64), dtype)
    s1 = np.dot(W1, x.T)  # s1[j, n] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1[:, None], out=s1)  # s1[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.tanh(s1)  # h1[t, n] = tanh(s1[t, n])
    s2 = np.dot(W2, h1)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n])
    s2 = np.add(s2, b2[:, None], out=s2)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n]) + b2[j]
    h2 = np.tanh(s2)  # h2[t, n] = tanh(s2[t, n])
    s3 = np.dot(W3, h2)  # s3[j, n] = sum(k, W3[j, k]*h2[k, n])
    s3 = np.add(s3, b3[:, None], out=s3)  # s3[j, n] = sum(k, W3[j, k]*h2[k, n]) + b3[j]
    h3 = np.tanh(s3)  # h3[t, n] = tanh(s3[t, n])
    s4 = np.dot(W4, h3)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n])
    s4 = np.add(s4, b4[:, None], out=s4)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n]) + b4[j]
    h4 = np.negative(s4)  # h4[t, n] = -s4[t, n]
    h4 = np.exp(h4, out=h4)  # h4[t, n] = exp(-s4[t, n])
    h4 = np.add(h4, 1.0, out=h4)  # h4[t, n] = 1 + exp(-s4[t, n])
    h4 = np.divide(1.0, h4, out=h4)  # h4[t, n] = sigmoid(s4[t, n])
    sum_loss = np.subtract(x, h4.T)  # sum_loss[n, k] = x[n, k] - h4[k, n]
    sum_loss_2 = np.vdot(sum_loss, sum_loss)  # sum_loss_2 = sum(n, k, (x[n, k] - h4[k, n])**2)
    loss = sum_loss_2 / 64.0 / N  # loss = sum(n, k, (x[n, k] - h4[k, n])**2)/64/N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 64), 0)
    W1 = _floats("W1", params["W1"], (32, 64), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (8, 32), dtype)
    b2 = _floats("b2", params["b2"], (8,), dtype)
    W3 = _floats("W3", params["W3"], (32, 8), dtype)
    b3 = _floats("b3", params["b3"], (32,), dtype)
    W4 = _floats("W4", params["W4"], (64, 32), dtype)
    b4 = _floats("b4", params["b4"], (64,), dtype)
    x = _floats("x", x, (N, 64), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_N = np.ones(N, dtype)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_N = workspace.ones_N
    s1 = np.dot(W1, x.T, out=work.s1)  # s1[j, n] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1[:, None], out=s1)  # s1[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.tanh(s1, out=work.h1)  # h1[t, n] = tanh(s1[t, n])
    s2 = np.dot(W2, h1, out=work.s2)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n])
    s2 = np.add(s2, b2[:, None], out=s2)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n]) + b2[j]
    h2 = np.tanh(s2, out=work.h2)  # h2[t, n] = tanh(s2[t, n])
    s3 = np.dot(W3, h2, out=work.s3)  # s3[j, n] = sum(k, W3[j, k]*h2[k, n])
    s3 = np.add(s3, b3[:, None], out=s3)  # s3[j, n] = sum(k, W3[j, k]*h2[k, n]) + b3[j]
    h3 = np.tanh(s3, out=work.h3)  # h3[t, n] = tanh(s3[t, n])
    s4 = np.dot(W4, h3, out=work.s4)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n])
    s4 = np.add(s4, b4[:, None], out=s4)  # s4[j, n] = sum(k, W4[j, k]*h3[k, n]) + b4[j]
    h4 = np.negative(s4, out=work.h4)  # h4[t, n] = -s4[t, n]
    h4 = np.exp(h4, out=h4)  # h4[t, n] = exp(-s4[t, n])
    h4 = np.add(h4, 1.0, out=h4)  # h4[t, n] = 1 + exp(-s4[t, n])
    h4 = np.divide(1.0, h4, out=h4)  # h4[t, n] = sigmoid(s4[t, n])
    rest_loss = np.subtract(x.T, h4, out=work.rest_loss)  # rest_loss[k, n] = x[n, k] - h4[k, n]
    sum_loss = np.vdot(rest_loss, rest_loss)  # sum_loss = sum(n, k, rest_loss[k, n]**2)
    loss = sum_loss / 64.0 / N  # loss = sum(n, k, rest_loss[k, n]**2)/64/N
    d_s4 = np.subtract(1.0, h4, out=work.d_s4)  # d_s4[t, n] = 1 - h4[t, n]
    # d_s4[t, n] = -(1 - h4[t, n])/32/N
    d_s4 = np.multiply(d_s4, -dtype.type(1.0) / 32.0 / N, out=d_s4)
    d_s4 = np.multiply(d_s4, h4, out=d_s4)  # d_s4[t, n] = -(1 - h4[t, n])*h4[t, n]/32/N
    # d_s4[t, n] = -(1 - h4[t, n])*h4[t, n]*rest_loss[t, n]/32/N
    d_s4 = np.multiply(d_s4, rest_loss, out=d_s4)
    d_W4 = np.dot(d_s4, h3.T)  # d_W4[j, k] = sum(n, d_s4[j, n]*h3[k, n])
    d_b4 = np.dot(d_s4, ones_N)  # d_b4[j] = sum(n, d_s4[j, n])
    d_h3 = np.dot(W4.T, d_s4, out=work.d_h3)  # d_h3[k, n] = sum(j, d_s4[j, n]*W4[j, k])
    d_s3 = np.square(h3, out=work.d_s3)  # d_s3[t, n] = h3[t, n]**2
    d_s3 = np.subtract(1.0, d_s3, out=d_s3)  # d_s3[t, n] = 1 - h3[t, n]**2
    d_s3 = np.multiply(d_s3, d_h3, out=d_s3)  # d_s3[t, n] = d_h3[t, n]*(1 - h3[t, n]**2)
    d_W3 = np.dot(d_s3, h2.T)  # d_W3[j, k] = sum(n, d_s3[j, n]*h2[k, n])
    d_b3 = np.dot(d_s3, ones_N)  # d_b3[j] = sum(n, d_s3[j, n])
    d_h2 = np.dot(W3.T, d_s3, out=work.d_h2)  # d_h2[k, n] = sum(j, d_s3[j, n]*W3[j, k])
    d_s2 = np.square(h2, out=work.d_s2)  # d_s2[t, n] = h2[t, n]**2
    d_s2 = np.subtract(1.0, d_s2, out=d_s2)  # d_s2[t, n] = 1 - h2[t, n]**2
    d_s2 = np.multiply(d_s2, d_h2, out=d_s2)  # d_s2[t, n] = d_h2[t, n]*(1 - h2[t, n]**2)
    d_W2 = np.dot(d_s2, h1.T)  # d_W2[j, k] = sum(n, d_s2[j, n]*h1[k, n])
    d_b2 = np.dot(d_s2, ones_N)  # d_b2[j] = sum(n, d_s2[j, n])
    d_h1 = np.dot(W2.T, d_s2, out=work.d_h1)  # d_h1[k, n] = sum(j, d_s2[j, n]*W2[j, k])
    d_s1 = np.square(h1, out=work.d_s1)  # d_s1[t, n] = h1[t, n]**2
    d_s1 = np.subtract(1.0, d_s1, out=d_s1)  # d_s1[t, n] = 1 - h1[t, n]**2
    d_s1 = np.multiply(d_s1, d_h1, out=d_s1)  # d_s1[t, n] = d_h1[t, n]*(1 - h1[t, n]**2)
    d_W1 = np.dot(d_s1, x)  # d_W1[j, k] = sum(n, d_s1[j, n]*x[n, k])
    d_b1 = np.dot(d_s1, ones_N)  # d_b1[j] = sum(n, d_s1[j, n])
    grads = {
        "W1": d_W1,
        "b1": d_b1,
        "W2": d_W2,
        "b2": d_b2,
        "W3": d_W3,
        "b3": d_b3,
        "W4": d_W4,
        "b4": d_b4,
    }
    return loss, grads


def pack(params):
    """All parameters, or all gradients, as one new vector in the order of PARAMETERS."""
    dtype = _dtype(params)
    return np.concatenate([_floats(n, params[n], s, dtype).ravel() for n, s in PARAMETERS.items()])


def unpack(vector, **extents):
    """The dict of new arrays that ``pack`` made this vector of; free extents by keyword."""
    shapes = {
        name: tuple(extents.get(size, size) for size in shape) for name, shape in PARAMETERS.items()
    }
    counts = [int(np.prod(shape, dtype=np.intp)) for shape in shapes.values()]
    dtype = np.float32 if getattr(vector, "dtype", None) == np.float32 else np.float64
    vector = _floats("vector", vector, (sum(counts),), np.dtype(dtype))
    parts = np.split(vector, np.cumsum(counts)[:-1])
    return {
        name: part.reshape(shape).copy()
        for (name, shape), part in zip(shapes.items(), parts, strict=True)
    }


def value_and_flat_grad(vector, x):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x,
    learning_rate=0.01,
    max_steps=1000,
    target_loss=None,
    min_improvement=0.0,
    callback=None,
):
    """Move each parameter against its derivative times the learning rate, until it is enough.

    Stops when the loss is at most ``target_loss``, when it changes by less than
    ``min_improvement``, when it is no longer finite, when ``callback(step, loss, params)``, which
    is given copies, returns True, or after ``max_steps``.  The given arrays stay as they are.
    """
    return _descend(
        params,
        (x,),
        learning_rate,
        max_steps,
        target_loss,
        min_improvement,
        callback,
    )


def _descend(params, data, learning_rate, max_steps, target_loss, min_improvement, callback):
    """``fit`` with its data in a tuple, so that no name of theirs meets one of these."""
    dtype = _dtype(params)
    max_steps = _whole("max_steps", max_steps)
    for name, value in (("learning_rate", learning_rate), ("min_improvement", min_improvement)):
        if not np.isfinite(_number(value)):
            raise ValueError(f"{name} is {value!r}, expected a finite number")
    if target_loss is not None and np.isnan(_number(target_loss)):
        raise ValueError(f"target_loss is {target_loss!r}, which is not a number or None")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback is {callback!r}, expected a function of (step, loss, params)")
    params = {n: _floats(n, params[n], s, dtype).copy() for n, s in PARAMETERS.items()}
    losses = []
    for step in range(max_steps + 1):
        value, grads = value_and_grad(params, *data)
        losses.append(float(value))
        if target_loss is not None and value <= target_loss:
            return Fit(params, losses, "the loss is acceptable")
        if not np.isfinite(value):
            return Fit(params, losses, "the loss is no longer finite; try a smaller learning rate")
        if step and abs(losses[-2] - losses[-1]) < min_improvement:
            return Fit(params, losses, "improvements became negligible")
        if callback is not None:
            copies = {name: array.copy() for name, array in params.items()}
            if callback(step, losses[-1], copies):
                return Fit(params, losses, "the callback asked to stop")
        if step < max_steps:
            for name, grad in grads.items():
                params[name] -= dtype.type(learning_rate) * grad
    return Fit(params, losses, "all steps were made")


def _dtype(params):
    """The dtype of the parameters; plain Python floats go with either."""
    if not isinstance(params, dict) or params.keys() != PARAMETERS.keys():
        raise _misnamed(params)
    dtype = first = None
    for name in PARAMETERS:
        found = getattr(params[name], "dtype", None)
        if found is None or found is dtype:
            continue
        kind = _array(name, params[name]).dtype.type
        if kind is not np.float32 and kind is not np.float64:
            raise _mistyped(name, params[name], "expected float32 or float64", "float64")
        found = np.dtype(kind)  # the one in native order, which NumPy knows as its own
        if dtype is not None and found is not dtype:
            raise TypeError(
                f"{first} holds {dtype}, but {name} holds {found}; use one dtype: params = "
                "{name: np.asarray(value, np.float64) for name, value in params.items()}"
            )
        dtype, first = found, name
    return np.dtype(np.float64) if dtype is None else dtype


def _floats(name, value, shape, dtype):
    """The argument as an array of the given shape and dtype; raises TypeError or ValueError."""
    if type(value) is np.ndarray and value.dtype is dtype and value.shape == shape:
        return value
    if not shape and (type(value) is dtype.type or type(value) is float):
        return np.array(value, dtype)
    array = _array(name, value)
    if array.dtype.kind != "f":
        raise _mistyped(name, value, f"expected {dtype}", dtype)
    if hasattr(value, "dtype") and array.dtype.newbyteorder("=") != dtype:
        raise _mistyped(name, value, f"but the parameters hold {dtype}", dtype)
    if array.shape != shape and not _fits(array.shape, shape):
        raise _misshapen(name, value, shape)
    return array.astype(dtype, copy=False)


def _length(name, value, shape, axis):
    """The extent that an argument binds."""
    found = _array(name, value).shape
    if len(found) != len(shape):
        raise _misshapen(name, value, shape)
    return found[axis]


def check(seed=0):
    """The largest relative disagreement of the gradients, in float64, with what they should be.

    That is what differences of the loss are along one direction in one parameter at a time.
    """
    return max(_disagreements(seed).values(), default=0.0)


def _disagreements(seed):
    """By what is compared; the numbers look random and are the same on every machine."""
    found = {}
    for signs in ("any", "positive data", "positive"):
        params, args, ways = _point(seed, signs)
        value, grads = value_and_grad(params, *args)
        if np.isfinite(value):
            break
    for name, grad in grads.items():
        way = ways[name] / max(1.0, np.sqrt(np.sum(ways[name] * ways[name])))

        def along(h, name=name, way=way, params=params, args=args):
            return float(loss({**params, name: params[name] + h * way}, *args))

        # A wide step is the more exact one, a narrow one seldom meets a kink among thousands.
        errors = []
        for h in (1e-3, 1e-5, 1e-7):
            near, far = along(h) - along(-h), along(2 * h) - along(-2 * h)
            slope = (8 * near - far) / (12 * h)
            # What rounding leaves of the loss is no slope.
            least = max(abs(slope), 1e-3 * abs(float(value)), 1e-300)
            errors.append(abs(slope - np.sum(grad * way)) / least)
        error = min(errors) if np.all(np.isfinite(errors)) else np.inf
        found[f"gradient by {name}, by differences"] = error
    return {name: error if np.isfinite(error) else np.inf for name, error in found.items()}


def _point(number, signs):
    """Parameters, data in the order of calls, and directions by parameter."""
    extents = {"N": 3}
    limits = {}
    start = 1000003 * number
    params, data, ways = {}, {}, {}
    for kind, shapes in ((params, PARAMETERS), (data, {**INPUTS, **TARGETS}), (ways, PARAMETERS)):
        for name, shape in shapes.items():
            sizes = tuple(extents.get(size, size) for size in shape)
            numbers = _spread(start, int(np.prod(sizes, dtype=np.intp))).reshape(sizes)
            start += numbers.size
            side = 2.0 * numbers - 1.0
            if kind is params:
                width = np.sqrt(float(max(1, np.prod(sizes[1:], dtype=np.intp))))
                side = (0.3 + 0.9 * np.abs(side)) * np.where(side < 0.0, -1.0, 1.0) / width
                side = np.abs(side) if signs == "positive" else side
            elif name in limits and kind is data:
                side = np.asarray(numbers * limits[name], np.intp)
            elif kind is data:
                side = 1.5 * side if signs == "any" else 0.2 + 0.9 * numbers
            kind[name] = side
    return params, tuple(data.values()), ways


def _spread(start, count):
    """Numbers between 0 and 1 that look as if they were drawn, by whole numbers modulo 2**32."""
    found = np.arange(start + 1, start + count + 1, dtype=np.uint64)
    for factor in (2654435761, 2246822519, 3266489917):
        found = found * np.uint64(factor) % np.uint64(2**32)
        found ^= found >> np.uint64(15)
    return (found + 0.5) / 2.0**32


# Arguments that do not fit: an error names each, what it is, what is expected, and what to pass.


def _array(name, value):
    """The argument as NumPy reads it; raises TypeError where that is no array."""
    if type(value) is np.ndarray:
        return value
    try:
        array = np.asarray(value)
    except Exception:
        array = np.asarray(None)  # whatever the reason is: it is no array
    if (array.ndim or array.dtype.kind in "biufc") and not isinstance(value, np.ma.MaskedArray):
        return array
    told = "None" if value is None else f"a {type(value).__name__}"
    mend = ", as np.asarray makes one of numbers"
    if hasattr(value, "detach"):
        mend = f"; pass {_written(name)}.detach().cpu().numpy()"
    raise TypeError(f"{name} is {told}, expected an array{mend}")


def _written(name, value=None):
    """An argument as the caller writes it, as an array where its value is another object."""
    text = f'params["{name}"]' if name in PARAMETERS else name
    return text if value is None or isinstance(value, np.ndarray) else f"np.asarray({text})"


def _mistyped(name, value, expected, dtype):
    """The error where an argument holds numbers of another kind."""
    found, text = np.asarray(value).dtype, _written(name, value)
    return TypeError(f"{name} holds {found}, {expected}; pass {text}.astype(np.{dtype})")


def _fits(found, shape):
    """Whether a shape is the one expected, in which a text stands for any extent."""
    return len(found) == len(shape) and all(
        isinstance(size, str) or size == extent for size, extent in zip(shape, found, strict=True)
    )


def _misshapen(name, value, shape):
    """The error where a shape does not fit: what bound its extents, and what makes it fit."""
    shapes = {**INPUTS, **TARGETS, **PARAMETERS}
    binding = {size: key for key, sizes in reversed(shapes.items()) for size in sizes}
    found, named = np.shape(value), shapes.get(name, shape)
    wanted, because = list(shape), {}
    for axis, extent in enumerate(named):
        bound = extent != shape[axis] and extent.isidentifier()
        if bound and binding[extent] == name:
            wanted[axis] = extent  # by this argument itself, so that any fits
        elif bound:
            because[extent] = f"{extent} is {shape[axis]} in {binding[extent]}"
    known = [size for size in wanted if not isinstance(size, str)]
    rows = np.size(value) // max(1, np.prod(known, dtype=int))
    sizes = tuple(rows if isinstance(size, str) else size for size in wanted)
    alike = [n for n in found if n != 1] == [n for n in sizes if n != 1]
    mend = ""
    if _fits(found[::-1], wanted) and not _fits(found, wanted):
        mend = f"; pass {_written(name, value)}.T"
    elif alike or sizes == (*found[:1], np.prod(found[1:], dtype=int)):
        free = any(isinstance(extent, str) for extent in named[:1])
        text = ", ".join(map(str, (-1, *sizes[1:]) if free else sizes)) or "()"
        mend = f"; pass {_written(name, value)}.reshape({text})"
    expected = ", ".join(map(str, wanted if mend else shape)) + "," * (len(shape) == 1)
    told = f", as {' and '.join(because.values())}" if because else ""
    return ValueError(f"{name} has shape {found}, expected ({expected}){told}{mend}")


def _misnamed(params):
    """The error where parameters are no dict with the keys of PARAMETERS."""
    import difflib

    if not isinstance(params, dict):
        return TypeError(f"params is a dict of arrays, not {type(params).__name__}; see init()")
    missing = sorted(PARAMETERS.keys() - params.keys())
    unknown = sorted(map(str, params.keys() - PARAMETERS.keys()))
    lower = {name.lower(): name for name in missing}
    meant = [
        f"{lower[near]} by {name}"
        for name in unknown for near in difflib.get_close_matches(name.lower(), lower, 1)
    ]
    mend = f"; did you mean {', '.join(meant)}?" if meant else ""
    return ValueError(f"params lacks {missing} and has unknown {unknown}{mend}")


def _precision(dtype):
    """One of the two dtypes that there are; raises TypeError."""
    if isinstance(dtype, np.ndarray) or dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise TypeError(f"dtype is {dtype!r}, expected np.float32 or np.float64")
    return np.dtype(dtype)


def _whole(name, value):
    """An integer that is not negative, as an int; raises ValueError."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is {value!r}, expected an integer that is not negative")
    return int(value)


def _number(value):
    """A value as a float, NaN where it is no number."""
    try:
        return np.nan if isinstance(value, (bool, str, bytes)) else float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan


if __name__ == "__main__":
    found = _disagreements(0)
    worst = max(found, key=found.get, default="nothing")
    error = found.get(worst, 0.0)
    print(f"largest relative disagreement: {error:.1e}, of the {worst}")
    raise SystemExit(0 if error < 1e-6 else 1)
