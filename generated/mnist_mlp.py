"""Loss and gradients of the network mnist_mlp.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    s1[n, j] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1[n, t] = relu(s1[n, t])
    s2[n, j] = sum(k, W2[j, k]*h1[n, k]) + b2[j]
    h2[n, t] = relu(s2[n, t])
    s3[n, j] = sum(k, W3[j, k]*h2[n, k]) + b3[j]
    loss = sum(n, logsumexp(j, s3[n, j]) - s3[n, label[n]])/N

Extents bound at each call: N.

Conventions:
    logsumexp of infinite terms is NaN
    logsumexp, and what softmax lacks of 1, are exact to an ulp of 1 where they are small
    relu'(0) = relu'(nan) = 0
    a mean over nothing is NaN

Operations:
    forward and loss: 1071670*N
    backward: 1339670*N
    workspace, in floats: 1294*N
"""

import numpy as np

TITLE = "MNIST, 784-512-256-10"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (512, 784),
    "b1": (512,),
    "W2": (256, 512),
    "b2": (256,),
    "W3": (10, 256),
    "b3": (10,),
}
INPUTS = {
    "x": ("N", 784),
}
TARGETS = {
    "label": ("N",),
}
OUTPUTS = ("s3",)
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
}
_BUFFERS = (
    "s1",
    "h1",
    "s2",
    "h2",
    "s3",
    "max_s3",
    "exp_s3",
    "sum_exp_s3",
    "log_loss",
    "s3_read",
    "scaled_d_s3",
    "d_s3",
    "d_h2",
    "greater_d_s2",
    "d_s2",
    "d_h1",
    "greater_d_s1",
    "d_s1",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "W1": np.asarray(rng.uniform(-0.08748177652797065, 0.08748177652797065, (512, 784)),
            dtype),
        "b1": np.full((512,), 0.0, dtype),
        "W2": np.asarray(rng.uniform(-0.10825317547305482, 0.10825317547305482, (256, 512)),
            dtype),
        "b2": np.full((256,), 0.0, dtype),
        "W3": np.asarray(rng.uniform(-0.15018785229652767, 0.15018785229652767, (10, 256)), dtype),
        "b3": np.full((10,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    1294*N floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(512 * N, dtype)
        self.s1 = memory_1.reshape(N, 512)
        self.h1 = memory_1.reshape(N, 512)
        memory_2 = np.empty(512 * N, dtype)
        self.s2 = memory_2[: 256 * N].reshape(N, 256)
        self.h2 = memory_2[: 256 * N].reshape(N, 256)
        self.d_h1 = memory_2.reshape(N, 512)
        self.d_s1 = memory_2.reshape(N, 512)
        memory_3 = np.empty(256 * N, dtype)
        self.s3 = memory_3[: 10 * N].reshape(N, 10)
        self.d_h2 = memory_3.reshape(N, 256)
        self.d_s2 = memory_3.reshape(N, 256)
        memory_4 = np.empty(N, dtype)
        self.max_s3 = memory_4.reshape(N)
        memory_5 = np.empty(10 * N, dtype)
        self.exp_s3 = memory_5.reshape(N, 10)
        self.d_s3 = memory_5.reshape(N, 10)
        memory_6 = np.empty(N, dtype)
        self.sum_exp_s3 = memory_6.reshape(N)
        self.scaled_d_s3 = memory_6.reshape(N)
        memory_7 = np.empty(N, dtype)
        self.log_loss = memory_7.reshape(N)
        memory_8 = np.empty(N, dtype)
        self.s3_read = memory_8.reshape(N)
        memory_9 = np.empty(512 * N, bool)
        self.greater_d_s2 = memory_9[: 256 * N].reshape(N, 256)
        self.greater_d_s1 = memory_9.reshape(N, 512)
        self.ones_10 = np.ones(10, dtype)
        self.ones_N = np.ones(N, dtype)
        self.range_N = np.arange(N)

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
    """The output s3, a new array."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 784), 0)
    W1 = _floats("W1", params["W1"], (512, 784), dtype)
    b1 = _floats("b1", params["b1"], (512,), dtype)
    W2 = _floats("W2", params["W2"], (256, 512), dtype)
    b2 = _floats("b2", params["b2"], (256,), dtype)
    W3 = _floats("W3", params["W3"], (10, 256), dtype)
    b3 = _floats("b3", params["b3"], (10,), dtype)
    x = _floats("x", x, (N, 784), dtype)
    s1 = np.dot(x, W1.T)  # s1[n, j] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1, out=s1)  # s1[n, j] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.maximum(s1, 0.0)  # h1[n, t] = relu(s1[n, t])
    s2 = np.dot(h1, W2.T)  # s2[n, j] = sum(k, W2[j, k]*h1[n, k])
    s2 = np.add(s2, b2, out=s2)  # s2[n, j] = sum(k, W2[j, k]*h1[n, k]) + b2[j]
    h2 = np.maximum(s2, 0.0)  # h2[n, t] = relu(s2[n, t])
    s3 = np.dot(h2, W3.T)  # s3[n, j] = sum(k, W3[j, k]*h2[n, k])
    s3 = np.add(s3, b3, out=s3)  # s3[n, j] = sum(k, W3[j, k]*h2[n, k]) + b3[j]
    return s3


@np.errstate(all="ignore")
def loss(params, x, label):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 784), 0)
    W1 = _floats("W1", params["W1"], (512, 784), dtype)
    b1 = _floats("b1", params["b1"], (512,), dtype)
    W2 = _floats("W2", params["W2"], (256, 512), dtype)
    b2 = _floats("b2", params["b2"], (256,), dtype)
    W3 = _floats("W3", params["W3"], (10, 256), dtype)
    b3 = _floats("b3", params["b3"], (10,), dtype)
    x = _floats("x", x, (N, 784), dtype)
    label = _integers("label", label, (N,), 10)
    ones_10 = np.ones(10, dtype)
    ones_N = np.ones(N, dtype)
    range_N = np.arange(N)
    s1 = np.dot(x, W1.T)  # s1[n, j] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1, out=s1)  # s1[n, j] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.maximum(s1, 0.0)  # h1[n, t] = relu(s1[n, t])
    s2 = np.dot(h1, W2.T)  # s2[n, j] = sum(k, W2[j, k]*h1[n, k])
    s2 = np.add(s2, b2, out=s2)  # s2[n, j] = sum(k, W2[j, k]*h1[n, k]) + b2[j]
    h2 = np.maximum(s2, 0.0)  # h2[n, t] = relu(s2[n, t])
    s3 = np.dot(h2, W3.T)  # s3[n, j] = sum(k, W3[j, k]*h2[n, k])
    s3 = np.add(s3, b3, out=s3)  # s3[n, j] = sum(k, W3[j, k]*h2[n, k]) + b3[j]
    max_s3 = np.maximum.reduce(s3, axis=1)  # max_s3[n] = max(j, s3[n, j])
    exp_s3 = np.subtract(s3, max_s3[:, None])  # exp_s3[n, j] = s3[n, j] - max_s3[n]
    exp_s3 = np.exp(exp_s3, out=exp_s3)  # exp_s3[n, j] = exp(s3[n, j] - max_s3[n])
    sum_exp_s3 = np.dot(exp_s3, ones_10)  # sum_exp_s3[n] = sum(j, exp_s3[n, j])
    log_loss = np.log(sum_exp_s3)  # log_loss[n] = log(sum_exp_s3[n])
    s3_read = _filled(s3[range_N, label], None, (N,), dtype)  # s3_read[n] = s3[n, label[n]]
    s3_read = np.subtract(max_s3, s3_read, out=s3_read)  # s3_read[n] = max_s3[n] - s3[n, label[n]]
    # log_loss[n] = (max_s3[n] - s3[n, label[n]]) + log(sum_exp_s3[n])
    log_loss = np.add(log_loss, s3_read, out=log_loss)
    # sum_loss = sum(n, (max_s3[n] - s3[n, label[n]]) + log(sum_exp_s3[n]))
    sum_loss = np.dot(log_loss, ones_N)
    loss = sum_loss / N  # loss = sum(n, (max_s3[n] - s3[n, label[n]]) + log(sum_exp_s3[n]))/N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, label, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 784), 0)
    W1 = _floats("W1", params["W1"], (512, 784), dtype)
    b1 = _floats("b1", params["b1"], (512,), dtype)
    W2 = _floats("W2", params["W2"], (256, 512), dtype)
    b2 = _floats("b2", params["b2"], (256,), dtype)
    W3 = _floats("W3", params["W3"], (10, 256), dtype)
    b3 = _floats("b3", params["b3"], (10,), dtype)
    x = _floats("x", x, (N, 784), dtype)
    label = _integers("label", label, (N,), 10)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_10 = np.ones(10, dtype)
        ones_N = np.ones(N, dtype)
        range_N = np.arange(N)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_10 = workspace.ones_10
        ones_N = workspace.ones_N
        range_N = workspace.range_N
    s1 = np.dot(x, W1.T, out=work.s1)  # s1[n, j] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1, out=s1)  # s1[n, j] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.maximum(s1, 0.0, out=work.h1)  # h1[n, t] = relu(s1[n, t])
    s2 = np.dot(h1, W2.T, out=work.s2)  # s2[n, j] = sum(k, W2[j, k]*h1[n, k])
    s2 = np.add(s2, b2, out=s2)  # s2[n, j] = sum(k, W2[j, k]*h1[n, k]) + b2[j]
    h2 = np.maximum(s2, 0.0, out=work.h2)  # h2[n, t] = relu(s2[n, t])
    s3 = np.dot(h2, W3.T, out=work.s3)  # s3[n, j] = sum(k, W3[j, k]*h2[n, k])
    s3 = np.add(s3, b3, out=s3)  # s3[n, j] = sum(k, W3[j, k]*h2[n, k]) + b3[j]
    max_s3 = np.maximum.reduce(s3, axis=1, out=work.max_s3)  # max_s3[n] = max(j, s3[n, j])
    # exp_s3[n, j] = s3[n, j] - max_s3[n]
    exp_s3 = np.subtract(s3, max_s3[:, None], out=work.exp_s3)
    exp_s3 = np.exp(exp_s3, out=exp_s3)  # exp_s3[n, j] = exp(s3[n, j] - max_s3[n])
    # sum_exp_s3[n] = sum(j, exp_s3[n, j])
    sum_exp_s3 = np.dot(exp_s3, ones_10, out=work.sum_exp_s3)
    log_loss = np.log(sum_exp_s3, out=work.log_loss)  # log_loss[n] = log(sum_exp_s3[n])
    # s3_read[n] = s3[n, label[n]]
    s3_read = _filled(s3[range_N, label], work.s3_read, (N,), dtype)
    s3_read = np.subtract(max_s3, s3_read, out=s3_read)  # s3_read[n] = max_s3[n] - s3[n, label[n]]
    # log_loss[n] = (max_s3[n] - s3[n, label[n]]) + log(sum_exp_s3[n])
    log_loss = np.add(log_loss, s3_read, out=log_loss)
    # sum_loss = sum(n, (max_s3[n] - s3[n, label[n]]) + log(sum_exp_s3[n]))
    sum_loss = np.dot(log_loss, ones_N)
    loss = sum_loss / N  # loss = sum(n, (max_s3[n] - s3[n, label[n]]) + log(sum_exp_s3[n]))/N
    # scaled_d_s3[n] = N*sum_exp_s3[n]
    scaled_d_s3 = np.multiply(sum_exp_s3, N, out=work.scaled_d_s3)
    # d_s3[n, j] = exp_s3[n, j]/N/sum_exp_s3[n]
    d_s3 = np.divide(exp_s3, scaled_d_s3[:, None], out=work.d_s3)
    d_s3[range_N, label] -= dtype.type(1.0) / N  # d_s3[n, label[n]] += -1/N
    d_W3 = np.dot(d_s3.T, h2)  # d_W3[j, k] = sum(n, d_s3[n, j]*h2[n, k])
    d_b3 = np.dot(ones_N, d_s3)  # d_b3[j] = sum(n, d_s3[n, j])
    d_h2 = np.dot(d_s3, W3, out=work.d_h2)  # d_h2[n, k] = sum(j, d_s3[n, j]*W3[j, k])
    # greater_d_s2[n, t] = (h2[n, t] > 0)
    greater_d_s2 = np.greater(h2, 0.0, out=work.greater_d_s2)
    d_s2 = np.multiply(greater_d_s2, d_h2, out=work.d_s2)  # d_s2[n, t] = d_h2[n, t]*step(h2[n, t])
    d_W2 = np.matmul(d_s2.T, h1)  # d_W2[j, k] = sum(n, d_s2[n, j]*h1[n, k])
    d_b2 = np.dot(ones_N, d_s2)  # d_b2[j] = sum(n, d_s2[n, j])
    d_h1 = np.dot(d_s2, W2, out=work.d_h1)  # d_h1[n, k] = sum(j, d_s2[n, j]*W2[j, k])
    # greater_d_s1[n, t] = (h1[n, t] > 0)
    greater_d_s1 = np.greater(h1, 0.0, out=work.greater_d_s1)
    d_s1 = np.multiply(greater_d_s1, d_h1, out=work.d_s1)  # d_s1[n, t] = d_h1[n, t]*step(h1[n, t])
    d_W1 = np.matmul(d_s1.T, x)  # d_W1[j, k] = sum(n, d_s1[n, j]*x[n, k])
    d_b1 = np.dot(ones_N, d_s1)  # d_b1[j] = sum(n, d_s1[n, j])
    grads = {
        "W1": d_W1,
        "b1": d_b1,
        "W2": d_W2,
        "b2": d_b2,
        "W3": d_W3,
        "b3": d_b3,
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


def value_and_flat_grad(vector, x, label):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x, label))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x, label,
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
        (x, label),
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


def _integers(name, value, shape, limit):
    """The argument as integers from 0 to below ``limit``; raises TypeError or ValueError."""
    array = _array(name, value)
    if limit is not None and array.shape == (*shape, limit):
        raise ValueError(
            f"{name} has shape {array.shape}, expected {shape}; if it is one-hot, "
            f"pass {_written(name, value)}.argmax(-1)"
        )
    if array.dtype.kind not in "iu" and array.size:
        raise TypeError(
            f"{name} holds {array.dtype}, expected integers; if all are whole, "
            f"pass {_written(name, value)}.astype(np.int64)"
        )
    if array.shape != shape:
        raise _misshapen(name, value, shape)
    indices = np.ascontiguousarray(array, np.intp).reshape(shape)
    if limit is not None and indices.size and indices.view(np.uintp).max() >= limit:
        low, high = array.min(), array.max()
        mend = "; a negative one does not count from the end" if low < 0 else ""
        if (low, high) == (1, limit):
            mend = f"; if they count from one, pass {_written(name, value)} - 1"
        raise ValueError(
            f"{name} holds values from {low} to {high}, expected 0 to {limit - 1}{mend}"
        )
    return indices


def _length(name, value, shape, axis):
    """The extent that an argument binds."""
    found = _array(name, value).shape
    if len(found) != len(shape):
        raise _misshapen(name, value, shape)
    return found[axis]


def _filled(value, out, shape, dtype):
    """A copy of ``value``, broadcast to ``shape``."""
    if out is None:
        out = np.empty(shape, dtype)
    np.copyto(out, value)
    return out


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
    limits = {"label": 10}
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
