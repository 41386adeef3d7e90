"""Loss and gradients of the network word2vec.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    score[n] = sum(d, U[word[n], d]*V[near[n], d])
    other[n, m] = sum(d, U[word[n], d]*V[drawn[n, m], d])
    loss = sum(n, softplus(-score[n]) + sum(m, softplus(other[n, m])))/N

Extents bound at each call: N.

Conventions:
    a mean over nothing is NaN

Operations:
    forward and loss: 236*N
    backward: 431*N
    workspace, in floats: 103*N
"""

import numpy as np

TITLE = "Word vectors"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "U": (500, 16),
    "V": (500, 16),
}
INPUTS = {
    "word": ("N",),
    "near": ("N",),
    "drawn": ("N", 5),
}
TARGETS = {}
OUTPUTS = ("score",)
# One derivative of the loss per parameter.
LATEX = {
    "U": (
        "\\frac{\\partial L}{\\partial U_{\\text{word}_n,d}} \\mathrel{+}="
        " \\sum_m \\overline{\\text{other}}_{n,m} V_{\\text{drawn}_{n,m},"
        "d},\\quad \\frac{\\partial L}{\\partial U_{\\text{word}_n,d}} \\ma"
        "threl{+}= \\overline{\\text{score}}_n V_{\\text{near}_n,d}"
    ),
    "V": (
        "\\frac{\\partial L}{\\partial V_{\\text{drawn}_{n,m},d}} \\mathre"
        "l{+}= \\overline{\\text{other}}_{n,m} U_{\\text{word}_n,d},\\qua"
        "d \\frac{\\partial L}{\\partial V_{\\text{near}_n,d}} \\mathrel{+"
        "}= \\overline{\\text{score}}_n U_{\\text{word}_n,d}"
    ),
}
_BUFFERS = (
    "U_read",
    "V_read",
    "score",
    "V_read_2",
    "U_read_2",
    "other",
    "abs_loss",
    "maximum_loss",
    "sum_loss",
    "product_loss",
    "abs_loss_2",
    "maximum_loss_2",
    "d_other",
    "product_d_score",
    "d_score",
    "V_read_3",
    "sum_d_U",
    "V_read_4",
    "U_read_3",
    "product_d_V",
    "U_read_4",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "U": np.asarray(rng.normal(0.0, 0.1, (500, 16)), dtype),
        "V": np.asarray(rng.normal(0.0, 0.1, (500, 16)), dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    103*N floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(80 * N, dtype)
        self.U_read = memory_1[: 16 * N].reshape(N, 16)
        self.V_read_2 = memory_1.reshape(N, 5, 16)
        self.maximum_loss = memory_1[: 5 * N].reshape(N, 5)
        self.sum_loss = memory_1[: N].reshape(N)
        self.V_read_3 = memory_1.reshape(N, 5, 16)
        self.product_d_V = memory_1.reshape(N, 5, 16)
        memory_2 = np.empty(16 * N, dtype)
        self.V_read = memory_2.reshape(N, 16)
        self.U_read_2 = memory_2.reshape(N, 16)
        self.abs_loss = memory_2[: 5 * N].reshape(N, 5)
        self.product_loss = memory_2[: N].reshape(N)
        self.maximum_loss_2 = memory_2[: N].reshape(N)
        self.sum_d_U = memory_2.reshape(N, 16)
        self.V_read_4 = memory_2.reshape(N, 16)
        self.U_read_3 = memory_2.reshape(N, 16)
        self.U_read_4 = memory_2.reshape(N, 16)
        memory_3 = np.empty(N, dtype)
        self.score = memory_3.reshape(N)
        self.product_d_score = memory_3.reshape(N)
        self.d_score = memory_3.reshape(N)
        memory_4 = np.empty(5 * N, dtype)
        self.other = memory_4.reshape(N, 5)
        self.d_other = memory_4.reshape(N, 5)
        memory_5 = np.empty(N, dtype)
        self.abs_loss_2 = memory_5.reshape(N)
        self.ones_5 = np.ones(5, dtype)
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
def forward(params, word, near, drawn):
    """The output score, a new array."""
    dtype = _dtype(params)
    N = _length("word", word, ("N",), 0)
    U = _floats("U", params["U"], (500, 16), dtype)
    V = _floats("V", params["V"], (500, 16), dtype)
    word = _integers("word", word, (N,), 500)
    near = _integers("near", near, (N,), 500)
    _integers("drawn", drawn, (N, 5), 500)
    U_read = np.take(U, word, axis=0, mode="clip")  # U_read[n, d] = U[word[n], d]
    V_read = np.take(V, near, axis=0, mode="clip")  # V_read[n, d] = V[near[n], d]
    score = np.vecdot(U_read, V_read)  # score[n] = sum(d, U[word[n], d]*V[near[n], d])
    return score


@np.errstate(all="ignore")
def loss(params, word, near, drawn):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("word", word, ("N",), 0)
    U = _floats("U", params["U"], (500, 16), dtype)
    V = _floats("V", params["V"], (500, 16), dtype)
    word = _integers("word", word, (N,), 500)
    near = _integers("near", near, (N,), 500)
    drawn = _integers("drawn", drawn, (N, 5), 500)
    ones_5 = np.ones(5, dtype)
    ones_N = np.ones(N, dtype)
    U_read = np.take(U, word, axis=0, mode="clip")  # U_read[n, d] = U[word[n], d]
    V_read = np.take(V, near, axis=0, mode="clip")  # V_read[n, d] = V[near[n], d]
    score = np.vecdot(U_read, V_read)  # score[n] = sum(d, U[word[n], d]*V[near[n], d])
    V_read_2 = np.take(V, drawn, axis=0, mode="clip")  # V_read_2[n, m, d] = V[drawn[n, m], d]
    U_read_2 = np.take(U, word, axis=0, mode="clip")  # U_read_2[n, d] = U[word[n], d]
    other = np.matvec(V_read_2, U_read_2)  # other[n, m] = sum(d, U[word[n], d]*V[drawn[n, m], d])
    abs_loss = np.abs(other)  # abs_loss[n, m] = abs(other[n, m])
    abs_loss = np.negative(abs_loss, out=abs_loss)  # abs_loss[n, m] = -abs(other[n, m])
    abs_loss = np.exp(abs_loss, out=abs_loss)  # abs_loss[n, m] = exp(-abs(other[n, m]))
    abs_loss = np.log1p(abs_loss, out=abs_loss)  # abs_loss[n, m] = log1p(exp(-abs(other[n, m])))
    maximum_loss = np.maximum(other, 0.0)  # maximum_loss[n, m] = max(other[n, m], 0)
    # abs_loss[n, m] = log1p(exp(-abs(other[n, m]))) + max(other[n, m], 0)
    abs_loss = np.add(abs_loss, maximum_loss, out=abs_loss)
    sum_loss = np.dot(abs_loss, ones_5)  # sum_loss[n] = sum(m, softplus(other[n, m]))
    product_loss = np.negative(score)  # product_loss[n] = -score[n]
    abs_loss_2 = np.abs(product_loss)  # abs_loss_2[n] = abs(product_loss)
    abs_loss_2 = np.negative(abs_loss_2, out=abs_loss_2)  # abs_loss_2[n] = -abs(product_loss)
    abs_loss_2 = np.exp(abs_loss_2, out=abs_loss_2)  # abs_loss_2[n] = exp(-abs(product_loss))
    # abs_loss_2[n] = log1p(exp(-abs(product_loss)))
    abs_loss_2 = np.log1p(abs_loss_2, out=abs_loss_2)
    maximum_loss_2 = np.maximum(product_loss, 0.0)  # maximum_loss_2[n] = max(product_loss, 0)
    # abs_loss_2[n] = log1p(exp(-abs(product_loss))) + max(product_loss, 0)
    abs_loss_2 = np.add(abs_loss_2, maximum_loss_2, out=abs_loss_2)
    # sum_loss[n] = softplus(-score[n]) + sum(m, softplus(other[n, m]))
    sum_loss = np.add(sum_loss, abs_loss_2, out=sum_loss)
    # sum_loss_2 = sum(n, softplus(-score[n]) + sum(m, softplus(other[n, m])))
    sum_loss_2 = np.dot(sum_loss, ones_N)
    loss = sum_loss_2 / N  # loss = sum(n, softplus(-score[n]) + sum(m, softplus(other[n, m])))/N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, word, near, drawn, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("word", word, ("N",), 0)
    U = _floats("U", params["U"], (500, 16), dtype)
    V = _floats("V", params["V"], (500, 16), dtype)
    word = _integers("word", word, (N,), 500)
    near = _integers("near", near, (N,), 500)
    drawn = _integers("drawn", drawn, (N, 5), 500)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_5 = np.ones(5, dtype)
        ones_N = np.ones(N, dtype)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_5 = workspace.ones_5
        ones_N = workspace.ones_N
    U_read = np.take(U, word, axis=0, out=work.U_read, mode="clip")  # U_read[n, d] = U[word[n], d]
    V_read = np.take(V, near, axis=0, out=work.V_read, mode="clip")  # V_read[n, d] = V[near[n], d]
    # score[n] = sum(d, U[word[n], d]*V[near[n], d])
    score = np.vecdot(U_read, V_read, out=work.score)
    # V_read_2[n, m, d] = V[drawn[n, m], d]
    V_read_2 = np.take(V, drawn, axis=0, out=work.V_read_2, mode="clip")
    # U_read_2[n, d] = U[word[n], d]
    U_read_2 = np.take(U, word, axis=0, out=work.U_read_2, mode="clip")
    # other[n, m] = sum(d, U[word[n], d]*V[drawn[n, m], d])
    other = np.matvec(V_read_2, U_read_2, out=work.other)
    abs_loss = np.abs(other, out=work.abs_loss)  # abs_loss[n, m] = abs(other[n, m])
    abs_loss = np.negative(abs_loss, out=abs_loss)  # abs_loss[n, m] = -abs(other[n, m])
    abs_loss = np.exp(abs_loss, out=abs_loss)  # abs_loss[n, m] = exp(-abs(other[n, m]))
    abs_loss = np.log1p(abs_loss, out=abs_loss)  # abs_loss[n, m] = log1p(exp(-abs(other[n, m])))
    # maximum_loss[n, m] = max(other[n, m], 0)
    maximum_loss = np.maximum(other, 0.0, out=work.maximum_loss)
    # abs_loss[n, m] = log1p(exp(-abs(other[n, m]))) + max(other[n, m], 0)
    abs_loss = np.add(abs_loss, maximum_loss, out=abs_loss)
    # sum_loss[n] = sum(m, softplus(other[n, m]))
    sum_loss = np.dot(abs_loss, ones_5, out=work.sum_loss)
    product_loss = np.negative(score, out=work.product_loss)  # product_loss[n] = -score[n]
    abs_loss_2 = np.abs(product_loss, out=work.abs_loss_2)  # abs_loss_2[n] = abs(product_loss)
    abs_loss_2 = np.negative(abs_loss_2, out=abs_loss_2)  # abs_loss_2[n] = -abs(product_loss)
    abs_loss_2 = np.exp(abs_loss_2, out=abs_loss_2)  # abs_loss_2[n] = exp(-abs(product_loss))
    # abs_loss_2[n] = log1p(exp(-abs(product_loss)))
    abs_loss_2 = np.log1p(abs_loss_2, out=abs_loss_2)
    # maximum_loss_2[n] = max(product_loss, 0)
    maximum_loss_2 = np.maximum(product_loss, 0.0, out=work.maximum_loss_2)
    # abs_loss_2[n] = log1p(exp(-abs(product_loss))) + max(product_loss, 0)
    abs_loss_2 = np.add(abs_loss_2, maximum_loss_2, out=abs_loss_2)
    # sum_loss[n] = softplus(-score[n]) + sum(m, softplus(other[n, m]))
    sum_loss = np.add(sum_loss, abs_loss_2, out=sum_loss)
    # sum_loss_2 = sum(n, softplus(-score[n]) + sum(m, softplus(other[n, m])))
    sum_loss_2 = np.dot(sum_loss, ones_N)
    loss = sum_loss_2 / N  # loss = sum(n, softplus(-score[n]) + sum(m, softplus(other[n, m])))/N
    d_other = np.negative(other, out=work.d_other)  # d_other[n, m] = -other[n, m]
    d_other = np.exp(d_other, out=d_other)  # d_other[n, m] = exp(-other[n, m])
    d_other = np.add(d_other, 1.0, out=d_other)  # d_other[n, m] = 1 + exp(-other[n, m])
    d_other = np.divide(1.0, d_other, out=d_other)  # d_other[n, m] = 1/(1 + exp(-other[n, m]))
    # d_other[n, m] = sigmoid(other[n, m])/N
    d_other = np.multiply(d_other, dtype.type(1.0) / N, out=d_other)
    # product_d_score[n] = -score[n]
    product_d_score = np.negative(score, out=work.product_d_score)
    d_score = np.negative(product_d_score, out=work.d_score)  # d_score[n] = -product_d_score
    d_score = np.exp(d_score, out=d_score)  # d_score[n] = exp(-product_d_score)
    d_score = np.add(d_score, 1.0, out=d_score)  # d_score[n] = 1 + exp(-product_d_score)
    d_score = np.divide(1.0, d_score, out=d_score)  # d_score[n] = 1/(1 + exp(-product_d_score))
    # d_score[n] = -sigmoid(-score[n])/N
    d_score = np.multiply(d_score, -dtype.type(1.0) / N, out=d_score)
    d_U = np.zeros((500, 16), dtype)  # d_U = 0
    # V_read_3[n, m, d] = V[drawn[n, m], d]
    V_read_3 = np.take(V, drawn, axis=0, out=work.V_read_3, mode="clip")
    # sum_d_U[n, d] = sum(m, d_other[n, m]*V[drawn[n, m], d])
    sum_d_U = np.matvec(V_read_3.transpose(0, 2, 1), d_other, out=work.sum_d_U)
    _add_rows(d_U, word, sum_d_U)  # d_U[word[n], d] += sum(m, d_other[n, m]*V[drawn[n, m], d])
    # V_read_4[n, d] = V[near[n], d]
    V_read_4 = np.take(V, near, axis=0, out=work.V_read_4, mode="clip")
    # V_read_4[n, d] = d_score[n]*V[near[n], d]
    V_read_4 = np.multiply(d_score[:, None], V_read_4, out=V_read_4)
    _add_rows(d_U, word, V_read_4)  # d_U[word[n], d] += d_score[n]*V[near[n], d]
    d_V = np.zeros((500, 16), dtype)  # d_V = 0
    # U_read_3[n, d] = U[word[n], d]
    U_read_3 = np.take(U, word, axis=0, out=work.U_read_3, mode="clip")
    # product_d_V[n, m, d] = d_other[n, m]*U[word[n], d]
    product_d_V = np.multiply(U_read_3[:, None], d_other[:, :, None], out=work.product_d_V)
    _add_rows(d_V, drawn, product_d_V)  # d_V[drawn[n, m], d] += d_other[n, m]*U[word[n], d]
    # U_read_4[n, d] = U[word[n], d]
    U_read_4 = np.take(U, word, axis=0, out=work.U_read_4, mode="clip")
    # U_read_4[n, d] = d_score[n]*U[word[n], d]
    U_read_4 = np.multiply(d_score[:, None], U_read_4, out=U_read_4)
    _add_rows(d_V, near, U_read_4)  # d_V[near[n], d] += d_score[n]*U[word[n], d]
    grads = {
        "U": d_U,
        "V": d_V,
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


def value_and_flat_grad(vector, word, near, drawn):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), word, near, drawn))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, word, near, drawn,
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
        (word, near, drawn),
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


def _add_rows(table, index, rows):
    """Add each row to the row of the table that its index names; equal indices add up.

    Element by element in one dimension, where ``add.at`` is several times faster than by rows.
    """
    if table.flags.c_contiguous:
        width = table[:1].size
        index = (index.reshape(-1, 1) * width + np.arange(width)).ravel()
        table = table.reshape(-1)
    np.add.at(table, index, rows.reshape(index.shape + table.shape[1:]))


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
    limits = {"word": 500, "near": 500, "drawn": 500}
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
