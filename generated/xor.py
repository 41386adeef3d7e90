"""Loss and gradients of the network xor.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    s1[n, j] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1[n, t] = tanh(s1[n, t])
    s2[n, j] = sum(k, W2[j, k]*h1[n, k]) + b2[j]
    loss = sum(n, j, softplus(s2[n, j]) - s2[n, j]*y[n, j])/N

Extents bound at each call: N.

Conventions:
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 42*N
    backward: 55*N
    workspace, in floats: 10*N
"""

import numpy as np

TITLE = "Exclusive or"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (4, 2),
    "b1": (4,),
    "W2": (1, 4),
    "b2": (1,),
}
INPUTS = {
    "x": ("N", 2),
}
TARGETS = {
    "y": ("N", 1),
}
OUTPUTS = ("s2",)
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
}
_BUFFERS = (
    "s1",
    "h1",
    "s2",
    "abs_loss",
    "maximum_loss",
    "product_loss",
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
        "W1": np.asarray(rng.uniform(-1.0, 1.0, (4, 2)), dtype),
        "b1": np.full((4,), 0.0, dtype),
        "W2": np.asarray(rng.uniform(-1.0954451150103321, 1.0954451150103321, (1, 4)), dtype),
        "b2": np.full((1,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    10*N floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(4 * N, dtype)
        self.s1 = memory_1.reshape(4, N)
        self.h1 = memory_1.reshape(4, N)
        self.d_s1 = memory_1.reshape(4, N)
        memory_2 = np.empty(N, dtype)
        self.s2 = memory_2.reshape(1, N)
        self.d_s2 = memory_2.reshape(1, N)
        memory_3 = np.empty(N, dtype)
        self.abs_loss = memory_3.reshape(1, N)
        memory_4 = np.empty(4 * N, dtype)
        self.maximum_loss = memory_4[: N].reshape(1, N)
        self.product_loss = memory_4[: N].reshape(1, N)
        self.d_h1 = memory_4.reshape(4, N)
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
    """The output s2, a new array."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 2), 0)
    W1 = _floats("W1", params["W1"], (4, 2), dtype)
    b1 = _floats("b1", params["b1"], (4,), dtype)
    W2 = _floats("W2", params["W2"], (1, 4), dtype)
    b2 = _floats("b2", params["b2"], (1,), dtype)
    x = _floats("x", x, (N, 2), dtype)
    s1 = np.dot(W1, x.T)  # s1[j, n] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1[:, None], out=s1)  # s1[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.tanh(s1)  # h1[t, n] = tanh(s1[t, n])
    s2 = np.dot(h1.T, W2.T)  # s2[n, j] = sum(k, W2[j, k]*h1[k, n])
    s2 = np.add(s2, b2, out=s2)  # s2[n, j] = sum(k, W2[j, k]*h1[k, n]) + b2[j]
    return s2


@np.errstate(all="ignore")
def loss(params, x, y):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 2), 0)
    W1 = _floats("W1", params["W1"], (4, 2), dtype)
    b1 = _floats("b1", params["b1"], (4,), dtype)
    W2 = _floats("W2", params["W2"], (1, 4), dtype)
    b2 = _floats("b2", params["b2"], (1,), dtype)
    x = _floats("x", x, (N, 2), dtype)
    y = _floats("y", y, (N, 1), dtype)
    ones_N = np.ones(N, dtype)
    s1 = np.dot(W1, x.T)  # s1[j, n] = sum(k, W1[j, k]*x[n, k])
    s1 = np.add(s1, b1[:, None], out=s1)  # s1[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h1 = np.tanh(s1)  # h1[t, n] = tanh(s1[t, n])
    s2 = np.dot(W2, h1)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n])
    s2 = np.add(s2, b2[:, None], out=s2)  # s2[j, n] = sum(k, W2[j, k]*h1[k, n]) + b2[j]
    abs_loss = np.abs(s2)  # abs_loss[j, n] = abs(s2[j, n])
    abs_loss = np.negative(abs_loss, out=abs_loss)  # abs_loss[j, n] = -abs(s2[j, n])
    abs_loss = np.exp(abs_loss, out=abs_loss)  # abs_loss[j, n] = exp(-abs(s2[j, n]))
    abs_loss = np.log1p(abs_loss, out=abs_loss)  # abs_loss[j, n] = log1p(exp(-abs(s2[j, n])))
    maximum_loss = np.maximum(s2, 0.0)  # maximum_loss[j, n] = max(s2[j, n], 0)
    # abs_loss[j, n] = log1p(exp(-abs(s2[j, n]))) + max(s2[j, n], 0)
    abs_loss = np.add(abs_loss, maximum_loss, out=abs_loss)
    product_loss = np.multiply(s2, y.T)  # product_loss[j, n] = s2[j, n]*y[n, j]
    # abs_loss[j, n] = softplus(s2[j, n]) - s2[j, n]*y[n, j]
    abs_loss = np.subtract(abs_loss, product_loss, out=abs_loss)
    # sum_loss = sum(n, j, softplus(s2[j, n]) - s2[j, n]*y[n, j])
    sum_loss = np.dot(abs_loss.reshape(-1), ones_N)
    loss = sum_loss / N  # loss = sum(n, j, softplus(s2[j, n]) - s2[j, n]*y[n, j])/N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, y, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 2), 0)
    W1 = _floats("W1", params["W1"], (4, 2), dtype)
    b1 = _floats("b1", params["b1"], (4,), dtype)
    W2 = _floats("W2", params["W2"], (1, 4), dtype)
    b2 = _floats("b2", params["b2"], (1,), dtype)
    x = _floats("x", x, (N, 2), dtype)
    y = _floats("y", y, (N, 1), dtype)
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
    abs_loss = np.abs(s2, out=work.abs_loss)  # abs_loss[j, n] = abs(s2[j, n])
    abs_loss = np.negative(abs_loss, out=abs_loss)  # abs_loss[j, n] = -abs(s2[j, n])
    abs_loss = np.exp(abs_loss, out=abs_loss)  # abs_loss[j, n] = exp(-abs(s2[j, n]))
    abs_loss = np.log1p(abs_loss, out=abs_loss)  # abs_loss[j, n] = log1p(exp(-abs(s2[j, n])))
    # maximum_loss[j, n] = max(s2[j, n], 0)
    maximum_loss = np.maximum(s2, 0.0, out=work.maximum_loss)
    # abs_loss[j, n] = log1p(exp(-abs(s2[j, n]))) + max(s2[j, n], 0)
    abs_loss = np.add(abs_loss, maximum_loss, out=abs_loss)
    # product_loss[j, n] = s2[j, n]*y[n, j]
    product_loss = np.multiply(s2, y.T, out=work.product_loss)
    # abs_loss[j, n] = softplus(s2[j, n]) - s2[j, n]*y[n, j]
    abs_loss = np.subtract(abs_loss, product_loss, out=abs_loss)
    # sum_loss = sum(n, j, softplus(s2[j, n]) - s2[j, n]*y[n, j])
    sum_loss = np.dot(abs_loss.reshape(-1), ones_N)
    loss = sum_loss / N  # loss = sum(n, j, softplus(s2[j, n]) - s2[j, n]*y[n, j])/N
    d_s2 = np.negative(s2, out=work.d_s2)  # d_s2[j, n] = -s2[j, n]
    d_s2 = np.exp(d_s2, out=d_s2)  # d_s2[j, n] = exp(-s2[j, n])
    d_s2 = np.add(d_s2, 1.0, out=d_s2)  # d_s2[j, n] = 1 + exp(-s2[j, n])
    d_s2 = np.divide(1.0, d_s2, out=d_s2)  # d_s2[j, n] = 1/(1 + exp(-s2[j, n]))
    d_s2 = np.subtract(d_s2, y.T, out=d_s2)  # d_s2[j, n] = sigmoid(s2[j, n]) - y[n, j]
    # d_s2[j, n] = (sigmoid(s2[j, n]) - y[n, j])/N
    d_s2 = np.multiply(d_s2, dtype.type(1.0) / N, out=d_s2)
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


def value_and_flat_grad(vector, x, y):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x, y))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x, y,
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
        (x, y),
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


# From the equations, in 30 digits: the loss at a point, and for each parameter the sum of its
# gradient times the point's direction.
_POINT = (0, "any")
_LOSS = 0.973511331219
_SLOPES = {
    "W1": 0.124625934828,
    "b1": -0.159964913045,
    "W2": 0.146406275338,
    "b2": 0.0101182862198,
}


def check(seed=0):
    """The largest relative disagreement of the gradients, in float64, with what they should be.

    That is what the equations say, and what differences of the loss are along one direction in one
    parameter at a time.
    """
    return max(_disagreements(seed).values(), default=0.0)


def _disagreements(seed):
    """By what is compared; the numbers look random and are the same on every machine."""
    found = {}
    params, args, ways = _point(*_POINT)
    value, grads = value_and_grad(params, *args)
    found["loss"] = abs(value - _LOSS) / max(abs(_LOSS), 1e-300)
    for name, grad in grads.items():
        products = grad * ways[name]
        # What rounding leaves of a sum, or of a gradient that is zero, is no slope.
        least = max(abs(_SLOPES[name]), 1e-3 * np.sum(np.abs(products)), 1e-9 * abs(_LOSS), 1e-300)
        found[f"gradient by {name}"] = abs(np.sum(products) - _SLOPES[name]) / least
    for signs in ("any", "positive data", "positive"):
        params, args, ways = _point(_POINT[0] + seed, signs)
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
