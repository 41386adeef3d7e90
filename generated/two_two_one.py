"""Loss and gradients of the network two_two_one.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    s1[i] = W1*x1[i] + W2*x2[i] + b1
    s2[i] = W3*x1[i] + W4*x2[i] + b2
    y1[i] = relu(s1[i])
    y2[i] = relu(s2[i])
    predicted[i] = W5*y1[i] + W6*y2[i] + b3
    Loss = sum(i, (expected[i] - predicted[i])**2)

Extents bound at each call: N.

Conventions:
    relu'(0) = relu'(nan) = 0

Operations:
    forward and loss: 17*N
    backward: 22*N
    workspace, in floats: 4*N
"""

import numpy as np

TITLE = "Two inputs, two ReLU nodes, one output"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (),
    "W2": (),
    "b1": (),
    "W3": (),
    "W4": (),
    "b2": (),
    "W5": (),
    "W6": (),
    "b3": (),
}
INPUTS = {
    "x1": ("N",),
    "x2": ("N",),
}
TARGETS = {
    "expected": ("N",),
}
OUTPUTS = ("predicted",)
# One derivative of the loss per parameter.
LATEX = {
    "W1": (
        "\\frac{\\partial \\text{Loss}}{\\partial W_1} = \\sum_i -2 (\\text"
        "{expected}_i - \\text{predicted}_i) \\cdot W_5 \\cdot [s_{1,i} "
        "> 0] \\cdot x_{1,i}"
    ),
    "W2": (
        "\\frac{\\partial \\text{Loss}}{\\partial W_2} = \\sum_i -2 (\\text"
        "{expected}_i - \\text{predicted}_i) \\cdot W_5 \\cdot [s_{1,i} "
        "> 0] \\cdot x_{2,i}"
    ),
    "b1": (
        "\\frac{\\partial \\text{Loss}}{\\partial b_1} = \\sum_i -2 (\\text"
        "{expected}_i - \\text{predicted}_i) \\cdot W_5 \\cdot [s_{1,i} "
        "> 0]"
    ),
    "W3": (
        "\\frac{\\partial \\text{Loss}}{\\partial W_3} = \\sum_i -2 (\\text"
        "{expected}_i - \\text{predicted}_i) \\cdot W_6 \\cdot [s_{2,i} "
        "> 0] \\cdot x_{1,i}"
    ),
    "W4": (
        "\\frac{\\partial \\text{Loss}}{\\partial W_4} = \\sum_i -2 (\\text"
        "{expected}_i - \\text{predicted}_i) \\cdot W_6 \\cdot [s_{2,i} "
        "> 0] \\cdot x_{2,i}"
    ),
    "b2": (
        "\\frac{\\partial \\text{Loss}}{\\partial b_2} = \\sum_i -2 (\\text"
        "{expected}_i - \\text{predicted}_i) \\cdot W_6 \\cdot [s_{2,i} "
        "> 0]"
    ),
    "W5": (
        "\\frac{\\partial \\text{Loss}}{\\partial W_5} = \\sum_i -2 (\\text"
        "{expected}_i - \\text{predicted}_i) y_{1,i}"
    ),
    "W6": (
        "\\frac{\\partial \\text{Loss}}{\\partial W_6} = \\sum_i -2 (\\text"
        "{expected}_i - \\text{predicted}_i) y_{2,i}"
    ),
    "b3": (
        "\\frac{\\partial \\text{Loss}}{\\partial b_3} = \\sum_i -2 (\\text"
        "{expected}_i - \\text{predicted}_i)"
    ),
}
_BUFFERS = (
    "s1",
    "product_s1",
    "s2",
    "product_s2",
    "y1",
    "y2",
    "predicted",
    "product_predicted",
    "rest_Loss",
    "d_predicted",
    "greater_d_s2",
    "d_s2",
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
        "W1": np.asarray(rng.normal(0.0, 1.0, ()), dtype),
        "W2": np.asarray(rng.normal(0.0, 1.0, ()), dtype),
        "b1": np.full((), 0.0, dtype),
        "W3": np.asarray(rng.normal(0.0, 1.0, ()), dtype),
        "W4": np.asarray(rng.normal(0.0, 1.0, ()), dtype),
        "b2": np.full((), 0.0, dtype),
        "W5": np.asarray(rng.normal(0.0, 1.0, ()), dtype),
        "W6": np.asarray(rng.normal(0.0, 1.0, ()), dtype),
        "b3": np.full((), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    4*N floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(N, dtype)
        self.s1 = memory_1.reshape(N)
        self.y1 = memory_1.reshape(N)
        memory_2 = np.empty(N, dtype)
        self.product_s1 = memory_2.reshape(N)
        self.s2 = memory_2.reshape(N)
        self.y2 = memory_2.reshape(N)
        self.d_s1 = memory_2.reshape(N)
        memory_3 = np.empty(N, dtype)
        self.product_s2 = memory_3.reshape(N)
        self.predicted = memory_3.reshape(N)
        self.rest_Loss = memory_3.reshape(N)
        self.d_predicted = memory_3.reshape(N)
        memory_4 = np.empty(N, dtype)
        self.product_predicted = memory_4.reshape(N)
        self.d_s2 = memory_4.reshape(N)
        memory_5 = np.empty(N, bool)
        self.greater_d_s2 = memory_5.reshape(N)
        self.greater_d_s1 = memory_5.reshape(N)
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
def forward(params, x1, x2):
    """The output predicted, a new array."""
    dtype = _dtype(params)
    N = _length("x1", x1, ("N",), 0)
    W1 = _floats("W1", params["W1"], (), dtype)
    W2 = _floats("W2", params["W2"], (), dtype)
    b1 = _floats("b1", params["b1"], (), dtype)
    W3 = _floats("W3", params["W3"], (), dtype)
    W4 = _floats("W4", params["W4"], (), dtype)
    b2 = _floats("b2", params["b2"], (), dtype)
    W5 = _floats("W5", params["W5"], (), dtype)
    W6 = _floats("W6", params["W6"], (), dtype)
    b3 = _floats("b3", params["b3"], (), dtype)
    x1 = _floats("x1", x1, (N,), dtype)
    x2 = _floats("x2", x2, (N,), dtype)
    s1 = np.multiply(x1, W1)  # s1[i] = W1*x1[i]
    product_s1 = np.multiply(x2, W2)  # product_s1[i] = W2*x2[i]
    s1 = np.add(s1, product_s1, out=s1)  # s1[i] = W1*x1[i] + W2*x2[i]
    s1 = np.add(s1, b1, out=s1)  # s1[i] = W1*x1[i] + W2*x2[i] + b1
    s2 = np.multiply(x1, W3)  # s2[i] = W3*x1[i]
    product_s2 = np.multiply(x2, W4)  # product_s2[i] = W4*x2[i]
    s2 = np.add(s2, product_s2, out=s2)  # s2[i] = W3*x1[i] + W4*x2[i]
    s2 = np.add(s2, b2, out=s2)  # s2[i] = W3*x1[i] + W4*x2[i] + b2
    y1 = np.maximum(s1, 0.0)  # y1[i] = relu(s1[i])
    y2 = np.maximum(s2, 0.0)  # y2[i] = relu(s2[i])
    predicted = np.multiply(y1, W5)  # predicted[i] = W5*y1[i]
    product_predicted = np.multiply(y2, W6)  # product_predicted[i] = W6*y2[i]
    # predicted[i] = W5*y1[i] + W6*y2[i]
    predicted = np.add(predicted, product_predicted, out=predicted)
    predicted = np.add(predicted, b3, out=predicted)  # predicted[i] = W5*y1[i] + W6*y2[i] + b3
    return predicted


@np.errstate(all="ignore")
def loss(params, x1, x2, expected):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x1", x1, ("N",), 0)
    W1 = _floats("W1", params["W1"], (), dtype)
    W2 = _floats("W2", params["W2"], (), dtype)
    b1 = _floats("b1", params["b1"], (), dtype)
    W3 = _floats("W3", params["W3"], (), dtype)
    W4 = _floats("W4", params["W4"], (), dtype)
    b2 = _floats("b2", params["b2"], (), dtype)
    W5 = _floats("W5", params["W5"], (), dtype)
    W6 = _floats("W6", params["W6"], (), dtype)
    b3 = _floats("b3", params["b3"], (), dtype)
    x1 = _floats("x1", x1, (N,), dtype)
    x2 = _floats("x2", x2, (N,), dtype)
    expected = _floats("expected", expected, (N,), dtype)
    s1 = np.multiply(x1, W1)  # s1[i] = W1*x1[i]
    product_s1 = np.multiply(x2, W2)  # product_s1[i] = W2*x2[i]
    s1 = np.add(s1, product_s1, out=s1)  # s1[i] = W1*x1[i] + W2*x2[i]
    s1 = np.add(s1, b1, out=s1)  # s1[i] = W1*x1[i] + W2*x2[i] + b1
    s2 = np.multiply(x1, W3)  # s2[i] = W3*x1[i]
    product_s2 = np.multiply(x2, W4)  # product_s2[i] = W4*x2[i]
    s2 = np.add(s2, product_s2, out=s2)  # s2[i] = W3*x1[i] + W4*x2[i]
    s2 = np.add(s2, b2, out=s2)  # s2[i] = W3*x1[i] + W4*x2[i] + b2
    y1 = np.maximum(s1, 0.0)  # y1[i] = relu(s1[i])
    y2 = np.maximum(s2, 0.0)  # y2[i] = relu(s2[i])
    predicted = np.multiply(y1, W5)  # predicted[i] = W5*y1[i]
    product_predicted = np.multiply(y2, W6)  # product_predicted[i] = W6*y2[i]
    # predicted[i] = W5*y1[i] + W6*y2[i]
    predicted = np.add(predicted, product_predicted, out=predicted)
    predicted = np.add(predicted, b3, out=predicted)  # predicted[i] = W5*y1[i] + W6*y2[i] + b3
    sum_Loss = np.subtract(expected, predicted)  # sum_Loss[i] = expected[i] - predicted[i]
    Loss = np.dot(sum_Loss, sum_Loss)  # Loss = sum(i, (expected[i] - predicted[i])**2)
    return Loss


@np.errstate(all="ignore")
def value_and_grad(params, x1, x2, expected, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x1", x1, ("N",), 0)
    W1 = _floats("W1", params["W1"], (), dtype)
    W2 = _floats("W2", params["W2"], (), dtype)
    b1 = _floats("b1", params["b1"], (), dtype)
    W3 = _floats("W3", params["W3"], (), dtype)
    W4 = _floats("W4", params["W4"], (), dtype)
    b2 = _floats("b2", params["b2"], (), dtype)
    W5 = _floats("W5", params["W5"], (), dtype)
    W6 = _floats("W6", params["W6"], (), dtype)
    b3 = _floats("b3", params["b3"], (), dtype)
    x1 = _floats("x1", x1, (N,), dtype)
    x2 = _floats("x2", x2, (N,), dtype)
    expected = _floats("expected", expected, (N,), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_N = np.ones(N, dtype)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_N = workspace.ones_N
    s1 = np.multiply(x1, W1, out=work.s1)  # s1[i] = W1*x1[i]
    product_s1 = np.multiply(x2, W2, out=work.product_s1)  # product_s1[i] = W2*x2[i]
    s1 = np.add(s1, product_s1, out=s1)  # s1[i] = W1*x1[i] + W2*x2[i]
    s1 = np.add(s1, b1, out=s1)  # s1[i] = W1*x1[i] + W2*x2[i] + b1
    s2 = np.multiply(x1, W3, out=work.s2)  # s2[i] = W3*x1[i]
    product_s2 = np.multiply(x2, W4, out=work.product_s2)  # product_s2[i] = W4*x2[i]
    s2 = np.add(s2, product_s2, out=s2)  # s2[i] = W3*x1[i] + W4*x2[i]
    s2 = np.add(s2, b2, out=s2)  # s2[i] = W3*x1[i] + W4*x2[i] + b2
    y1 = np.maximum(s1, 0.0, out=work.y1)  # y1[i] = relu(s1[i])
    y2 = np.maximum(s2, 0.0, out=work.y2)  # y2[i] = relu(s2[i])
    predicted = np.multiply(y1, W5, out=work.predicted)  # predicted[i] = W5*y1[i]
    # product_predicted[i] = W6*y2[i]
    product_predicted = np.multiply(y2, W6, out=work.product_predicted)
    # predicted[i] = W5*y1[i] + W6*y2[i]
    predicted = np.add(predicted, product_predicted, out=predicted)
    predicted = np.add(predicted, b3, out=predicted)  # predicted[i] = W5*y1[i] + W6*y2[i] + b3
    # rest_Loss[i] = expected[i] - predicted[i]
    rest_Loss = np.subtract(expected, predicted, out=work.rest_Loss)
    Loss = np.dot(rest_Loss, rest_Loss)  # Loss = sum(i, rest_Loss[i]**2)
    # d_predicted[i] = -2*rest_Loss[i]
    d_predicted = np.multiply(rest_Loss, -2.0, out=work.d_predicted)
    d_W5 = np.dot(d_predicted, y1)  # d_W5 = sum(i, d_predicted[i]*y1[i])
    d_W6 = np.dot(d_predicted, y2)  # d_W6 = sum(i, d_predicted[i]*y2[i])
    d_b3 = np.dot(d_predicted, ones_N)  # d_b3 = sum(i, d_predicted[i])
    greater_d_s2 = np.greater(y2, 0.0, out=work.greater_d_s2)  # greater_d_s2[i] = (y2[i] > 0)
    d_s2 = np.multiply(greater_d_s2, W6, out=work.d_s2, dtype=dtype)  # d_s2[i] = W6*step(y2[i])
    d_s2 = np.multiply(d_s2, d_predicted, out=d_s2)  # d_s2[i] = W6*d_predicted[i]*step(y2[i])
    d_W3 = np.dot(d_s2, x1)  # d_W3 = sum(i, d_s2[i]*x1[i])
    d_W4 = np.dot(d_s2, x2)  # d_W4 = sum(i, d_s2[i]*x2[i])
    d_b2 = np.dot(d_s2, ones_N)  # d_b2 = sum(i, d_s2[i])
    greater_d_s1 = np.greater(y1, 0.0, out=work.greater_d_s1)  # greater_d_s1[i] = (y1[i] > 0)
    d_s1 = np.multiply(greater_d_s1, W5, out=work.d_s1, dtype=dtype)  # d_s1[i] = W5*step(y1[i])
    d_s1 = np.multiply(d_s1, d_predicted, out=d_s1)  # d_s1[i] = W5*d_predicted[i]*step(y1[i])
    d_W1 = np.dot(d_s1, x1)  # d_W1 = sum(i, d_s1[i]*x1[i])
    d_W2 = np.dot(d_s1, x2)  # d_W2 = sum(i, d_s1[i]*x2[i])
    d_b1 = np.dot(d_s1, ones_N)  # d_b1 = sum(i, d_s1[i])
    grads = {
        "W1": dtype.type(d_W1),
        "W2": dtype.type(d_W2),
        "b1": dtype.type(d_b1),
        "W3": dtype.type(d_W3),
        "W4": dtype.type(d_W4),
        "b2": dtype.type(d_b2),
        "W5": dtype.type(d_W5),
        "W6": dtype.type(d_W6),
        "b3": dtype.type(d_b3),
    }
    return Loss, grads


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


def value_and_flat_grad(vector, x1, x2, expected):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x1, x2, expected))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x1, x2, expected,
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
        (x1, x2, expected),
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
_POINT = (1, "any")
_LOSS = 9.43103356786
_SLOPES = {
    "W1": -0.599032903649,
    "W2": 0.0992045547563,
    "b1": -0.568210233506,
    "W3": 5.12648153433,
    "W4": 0.316635148661,
    "b2": -3.90049220441,
    "W5": -0.275631663493,
    "W6": 1.62764540607,
    "b3": -6.62479337269,
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
