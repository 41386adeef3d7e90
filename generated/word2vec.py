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

_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)

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
    rng = _generator(seed)
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
        N = _extent("N", N)
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
        if type(self) is Workspace and self.size == size and self.dtype is dtype:
            return
        if not isinstance(self, Workspace):
            kind = type(self).__name__
            raise TypeError(f"workspace is a {kind}, expected a Workspace of this very module")
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
    return np.concatenate([_parameter(name, params[name], dtype).ravel() for name in PARAMETERS])


def unpack(vector, **extents):
    """The dict of new arrays that ``pack`` made this vector of; free extents by keyword."""
    given, vector = vector, _array("vector", vector)
    if vector.dtype.kind != "f":
        raise _mistyped("vector", given, vector.dtype, "expected float32 or float64", _FLOAT64)
    shapes = {
        name: tuple(extents.get(size, size) for size in shape) for name, shape in PARAMETERS.items()
    }
    counts = [int(np.prod(shape, dtype=np.intp)) for shape in shapes.values()]
    if vector.shape != (sum(counts),):
        raise _misshapen("vector", given, vector.shape, (sum(counts),))
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
    if not isinstance(max_steps, (int, np.integer)) or isinstance(max_steps, bool) or max_steps < 0:
        raise ValueError(f"max_steps is {max_steps!r}, expected an integer that is not negative")
    for name, value in (("learning_rate", learning_rate), ("min_improvement", min_improvement)):
        if not np.isfinite(_number(value)):
            raise ValueError(f"{name} is {value!r}, expected a finite number")
    if target_loss is not None and np.isnan(_number(target_loss)):
        raise ValueError(f"target_loss is {target_loss!r}, which is not a number or None")
    if callback is not None and not callable(callback):
        raise TypeError(f"callback is {callback!r}, expected a function of (step, loss, params)")
    params = {name: _parameter(name, params[name], dtype).copy() for name in PARAMETERS}
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
        if found is not _FLOAT64 and found is not _FLOAT32:
            found = _native(name, params[name])
        if dtype is not None and found is not dtype:
            raise _unequal(first, dtype, name, found)
        dtype, first = found, name
    return _FLOAT64 if dtype is None else dtype


def _native(name, value):
    """The dtype of a parameter in native order, as NumPy's own object; raises TypeError."""
    found = value.dtype
    if not isinstance(found, np.dtype):
        raise _foreign(name, value)
    if found.kind != "f" or found.itemsize not in (4, 8):
        raise _mistyped(name, value, found, "expected float32 or float64", _FLOAT64)
    return np.dtype(found.type)


def _floats(name, value, shape, dtype):
    """The argument as an array of the given shape and dtype; raises TypeError or ValueError."""
    if type(value) is np.ndarray and value.dtype is dtype and value.shape == shape:
        return value
    if not shape and type(value) is dtype.type:
        return np.array(value)
    array = _array(name, value)
    if array.dtype.kind != "f":
        raise _mistyped(name, value, array.dtype, f"expected {dtype}", dtype)
    if hasattr(value, "dtype") and array.dtype.newbyteorder("=") != dtype:
        raise _mistyped(name, value, array.dtype, f"but the parameters hold {dtype}", dtype)
    if array.shape != shape:
        raise _misshapen(name, value, array.shape, shape)
    return array.astype(dtype, copy=False)


def _integers(name, value, shape, limit):
    """The argument as integers from 0 to below ``limit``; raises TypeError or ValueError."""
    array = value if type(value) is np.ndarray else _array(name, value)
    if array.shape != shape or (array.dtype.kind not in "iu" and array.size):
        raise _unindexed(name, value, array, shape, limit)
    indices = np.ascontiguousarray(array, np.intp).reshape(shape)
    if limit is not None and indices.size and indices.view(np.uintp).max() >= limit:
        raise _unindexed(name, value, array, shape, limit)
    return indices


def _length(name, value, shape, axis):
    """The extent that an argument binds."""
    found = value.shape if type(value) is np.ndarray else _array(name, value).shape
    if len(found) != len(shape):
        raise _misshapen(name, value, found, shape)
    return found[axis]


def _written(name):
    """An argument as the caller writes it."""
    return f'params["{name}"]' if name in PARAMETERS else name


def _as_array(name, value):
    """The same, where only an array will do."""
    return _written(name) if isinstance(value, np.ndarray) else f"np.asarray({_written(name)})"


def _array(name, value):
    """The argument as NumPy reads it; raises TypeError where it is no array."""
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise TypeError(
            f"{name} has masked elements, which are no numbers; pass {_written(name)}.filled(0.0)"
        )
    try:
        array = np.asarray(value)
    except Exception as error:
        raise _foreign(name, value) from error
    if not array.ndim and array.dtype.kind in "OSU":
        raise _foreign(name, value)
    return array


def _foreign(name, value):
    """The error for what NumPy does not read as an array, with what makes one of it."""
    if value is None:
        return TypeError(f"{name} is None, expected an array")
    kind, text = type(value), _written(name)
    told = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    if hasattr(value, "detach"):
        mend = f"; pass {text}.detach().cpu().numpy()"
    elif hasattr(value, "toarray"):
        mend = f"; pass {text}.toarray()"
    elif isinstance(value, (list, tuple)):
        mend = " whose rows have one length"
    elif hasattr(value, "__array__"):
        mend = f"; pass np.asarray({text})"
    elif hasattr(value, "__iter__") and not hasattr(value, "keys") and not isinstance(value, str):
        mend = f"; pass np.array(list({text}))"
    else:
        mend = ""
    return TypeError(f"{name} is a {told}, expected a NumPy array{mend}")


def _mistyped(name, value, found, expected, dtype):
    """The error where numbers have another dtype, with what makes them of the one expected."""
    text = _written(name)
    if found.names:
        mend = ""
    elif found.kind == "c":
        mend = f"; pass np.real({text}), if its imaginary part says nothing"
    elif found.kind in "OSU":
        mend = f"; if these are numbers, pass np.asarray({text}, np.{dtype})"
    elif isinstance(value, np.ndarray):
        mend = f"; pass {text}.astype(np.{dtype})"
    else:
        mend = f"; pass np.asarray({text}, np.{dtype})"
    return TypeError(f"{name} holds {found}, {expected}{mend}")


def _unequal(first, dtype, name, found):
    """The error where two parameters have two dtypes."""
    wider = max(dtype, found)
    return TypeError(
        f"{first} holds {dtype}, but {name} holds {found}; use one dtype: params = "
        "{name: value.astype(np." f"{wider}" ") for name, value in params.items()}"
    )


def _misnamed(params):
    """The error where parameters are no dict with the keys of PARAMETERS."""
    if not isinstance(params, dict):
        kind = type(params).__name__
        mend = "init() makes one"
        if hasattr(params, "keys"):
            mend = "pass dict(params)"
        elif isinstance(params, (list, tuple)) and len(params) == len(PARAMETERS):
            mend = "pass dict(zip(PARAMETERS, params))"
        elif isinstance(params, np.ndarray) and params.ndim == 1:
            mend = "unpack makes one of a vector"
        return TypeError(f"params is a dict of arrays, not {kind}; {mend}")
    missing = sorted(PARAMETERS.keys() - params.keys())
    unknown = sorted(map(str, params.keys() - PARAMETERS.keys()))
    faults = [f"lacks {missing}"] if missing else []
    faults += [f"has unknown {unknown}"] if unknown else []
    meant = []
    for name in unknown:
        key = _near(name, missing)
        if key:
            missing.remove(key)
            meant.append(f"{key} by {name}")
    if meant:
        mend = f"did you mean {', '.join(meant)}?"
    elif missing:
        mend = "init() makes all"
    else:
        mend = "pass {name: params[name] for name in PARAMETERS}"
    return ValueError(f"params {' and '.join(faults)}; {mend}")


def _near(name, known):
    """The known name that begins and ends as this one, in any case, but for a slip; or None."""
    nearest, most, word = None, 0.6, name.casefold().replace("_", "")
    for key in known:
        other = key.casefold().replace("_", "")
        rest = min(len(word), len(other))
        start = next((n for n in range(rest) if word[n] != other[n]), rest)
        rest -= start
        end = next((n for n in range(rest) if word[-1 - n] != other[-1 - n]), rest)
        share = (start + end) / max(len(word), len(other), 1)
        if share > most:
            nearest, most = key, share
    return nearest


def _unindexed(name, value, array, shape, limit):
    """The error where an argument holds no integers from 0 to below ``limit`` in this shape."""
    if limit is not None and array.shape == (*shape, limit):
        return ValueError(
            f"{name} has shape {array.shape}, expected {shape}; if it is one-hot, "
            f"pass {_as_array(name, value)}.argmax(-1)"
        )
    kind = array.dtype.kind
    if kind not in "iu" and array.size:
        if kind == "f" and np.any(array != np.rint(array)):
            return TypeError(
                f"{name} holds {array.dtype}, expected integers; some of its numbers are not whole"
            )
        return _mistyped(name, value, array.dtype, "expected integers", "int64")
    if array.shape != shape:
        return _misshapen(name, value, array.shape, shape)
    low, high = array.min(), array.max()
    mend = "; a negative one does not count from the end" if low < 0 else ""
    if (low, high) == (1, limit):
        mend = f"; if they count from one, pass {_as_array(name, value)} - 1"
    return ValueError(
        f"{name} holds values from {low} to {high}, expected 0 to {limit - 1}{mend}"
    )


def _misshapen(name, value, found, shape):
    """The error where a shape does not fit, with what makes it fit.

    A text in ``shape`` is an extent that nothing has bound yet.
    """
    shapes = {**INPUTS, **TARGETS, **PARAMETERS}
    named = shapes.get(name, shape)
    binding = {}
    for argument, sizes in shapes.items():
        for size in sizes:
            if isinstance(size, str) and size.isidentifier():
                binding.setdefault(size, argument)
    # What only this argument binds is free: its sizes say nothing where its axes are confused.
    wanted = tuple(
        extent if binding.get(extent) == name else size
        for extent, size in zip(named, shape, strict=True)
    )
    because = dict.fromkeys(
        f"{extent} is {size} in {binding[extent]}"
        for extent, size in zip(named, wanted, strict=True)
        if extent in binding and extent != size
    )
    mend = _refitted(name, value, found, wanted)
    sizes = ", ".join(map(str, wanted if mend else shape))
    return ValueError(
        f"{name} has shape {found}, expected ({sizes}{',' if len(shape) == 1 else ''})"
        + (f", as {' and '.join(because)}" if because else "") + mend
    )


def _refitted(name, value, found, wanted):
    """What gives an array the wanted shape, where that is plain, as the end of a message."""
    axes = _order(found, wanted)
    if axes:
        text = _as_array(name, value)
        return f"; pass {text}.T" if len(axes) == 2 else f"; pass {text}.transpose{axes}"
    count, rank = np.prod(found, dtype=int), len(found)
    # One row, or one axis of 1 too few; one too many; all beyond the first axis, or all, in one.
    shapes = [
        (*found[:n], 1, *found[n:]) for n in range(rank, -1, -1) if not n or wanted[n:n + 1] == (1,)
    ]
    shapes += [(*found[:n], *found[n + 1:]) for n in range(rank) if found[n] == 1]
    if wanted and not any(isinstance(size, str) for size in wanted[1:]):
        rows = count // max(1, np.prod(wanted[1:], dtype=int))
        shapes += [(rows, *wanted[1:])] if rank == 1 or found[:1] == (rows,) else []
    for sizes in shapes:
        if np.prod(sizes, dtype=int) == count and len(sizes) == len(wanted) and all(
            isinstance(w, str) or w == size for w, size in zip(wanted, sizes, strict=True)
        ):
            listed = [str(size) for size in sizes]
            if wanted and isinstance({**INPUTS, **TARGETS}.get(name, (0,))[0], str):
                listed[0] = "-1"
            return f"; pass {_as_array(name, value)}.reshape({', '.join(listed) or '()'})"
    return ""


def _order(found, wanted):
    """The order of axes that makes the wanted shape of the found one, or None."""
    if len(found) != len(wanted):
        return None
    left, axes = list(range(len(found))), {}
    # Numbers choose first, and rather an axis that no free extent has; these take what is left.
    for free in (False, True):
        for place, size in enumerate(wanted):
            if isinstance(size, str) is not free:
                continue
            fitting = [axis for axis in left if free or found[axis] == size]
            if not fitting:
                return None
            axes[place] = fitting[0] if free else min(
                fitting, key=lambda axis: isinstance(wanted[axis], str)
            )
            left.remove(axes[place])
    order = tuple(axes[place] for place in range(len(wanted)))
    return None if order == tuple(range(len(wanted))) else order


def _parameter(name, value, dtype):
    """A parameter as an array of its shape; a free extent is what the parameter has."""
    shape = PARAMETERS[name]
    found = value.shape if type(value) is np.ndarray else _array(name, value).shape
    if found != shape and len(found) == len(shape):
        shape = tuple(
            size if isinstance(extent, str) else extent
            for extent, size in zip(shape, found, strict=True)
        )
    return _floats(name, value, shape, dtype)


def _number(value):
    """A value as a float, NaN where it is no number."""
    try:
        return np.nan if isinstance(value, (bool, str, bytes)) else float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan


def _generator(seed):
    """NumPy's generator of random numbers; raises TypeError where the seed is none."""
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise TypeError(f"seed is {seed!r}, expected an integer that is not negative") from error


def _extent(name, value):
    """An extent as an int; raises TypeError or ValueError."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        whole = isinstance(value, (float, np.floating)) and float(value).is_integer()
        mend = f"; pass {int(value)}" if whole else ""
        raise TypeError(f"{name} is {value!r}, expected an integer that is not negative{mend}")
    if value < 0:
        raise ValueError(f"{name} is {value!r}, expected an integer that is not negative")
    return int(value)


def _precision(dtype):
    """One of the two dtypes that there are, as NumPy's own object; raises TypeError."""
    try:
        found = np.dtype(np.dtype(dtype).type)
    except (TypeError, ValueError):
        found = dtype
    if found is not _FLOAT32 and found is not _FLOAT64:
        raise TypeError(f"dtype is {dtype!r}, expected np.float32 or np.float64")
    return found


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


if __name__ == "__main__":
    found = _disagreements(0)
    worst = max(found, key=found.get, default="nothing")
    error = found.get(worst, 0.0)
    print(f"largest relative disagreement: {error:.1e}, of the {worst}")
    raise SystemExit(0 if error < 1e-6 else 1)
