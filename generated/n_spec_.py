"""Loss and gradients of the network n_spec_.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    loss = sum(i, w[i]**2)

Operations:
    forward and loss: 6
    backward: 3
    workspace, in floats: 0
"""

import numpy as np

TITLE = "n_spec_"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "w": (3,),
}
INPUTS = {}
TARGETS = {}
OUTPUTS = ("loss",)
# One derivative of the loss per parameter.
LATEX = {
    "w": "\\frac{\\partial L}{\\partial w_i} = 2 w_i",
}


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    return {
        "w": np.full((3,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    0 floats for extents ().
    Two threads must not use one workspace at a time.
    """

    def __init__(self, dtype=np.float64):
        self.size = ()
        self.dtype = np.dtype(dtype)

    def require(self, size, dtype):
        """Raise ValueError where this workspace was made for other data."""
        if self.size != size or self.dtype != dtype:
            raise ValueError(
                f"the workspace was made for extents {self.size} in {self.dtype}, "
                f"but the arguments have {size} in {dtype}"
            )


@np.errstate(all="ignore")
def forward(params):
    """The output loss, a new array."""
    dtype = _dtype(params)
    w = _floats("w", params["w"], (3,), dtype)
    loss = np.dot(w, w)  # loss = sum(i, w[i]**2)
    return loss


@np.errstate(all="ignore")
def loss(params):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    w = _floats("w", params["w"], (3,), dtype)
    loss = np.dot(w, w)  # loss = sum(i, w[i]**2)
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    w = _floats("w", params["w"], (3,), dtype)
    if workspace is not None:
        workspace.require((), dtype)
    loss = np.dot(w, w)  # loss = sum(i, w[i]**2)
    d_w = np.multiply(w, 2.0)  # d_w[i] = 2*w[i]
    grads = {
        "w": d_w,
    }
    return loss, grads


def pack(params):
    """All parameters, or all gradients, as one new vector in the order of PARAMETERS."""
    dtype = _dtype(params)
    return np.concatenate([np.ravel(np.asarray(params[name], dtype)) for name in PARAMETERS])


def unpack(vector, **extents):
    """The dict of new arrays that ``pack`` made this vector of; free extents by keyword."""
    vector = np.asarray(vector)
    shapes = {
        name: tuple(extents.get(size, size) for size in shape) for name, shape in PARAMETERS.items()
    }
    counts = [int(np.prod(shape, dtype=np.intp)) for shape in shapes.values()]
    if vector.shape != (sum(counts),):
        raise ValueError(f"the vector has shape {vector.shape}, expected ({sum(counts)},)")
    parts = np.split(vector, np.cumsum(counts)[:-1])
    return {
        name: part.reshape(shape).copy()
        for (name, shape), part in zip(shapes.items(), parts, strict=True)
    }


def value_and_flat_grad(vector):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector)))


def _packed(value, grads):
    return value, pack(grads)


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params,
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
        (),
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
        if not np.isfinite(value):
            raise ValueError(f"{name} is {value!r}, expected a finite number")
    if target_loss is not None and np.isnan(target_loss):
        raise ValueError("target_loss is not a number")
    params = {name: np.array(params[name], dtype) for name in PARAMETERS}
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
    if not isinstance(params, dict):
        raise TypeError(f"params is a dict of arrays, not {type(params).__name__}")
    if params.keys() != PARAMETERS.keys():
        missing = sorted(PARAMETERS.keys() - params.keys())
        extra = sorted(map(str, params.keys() - PARAMETERS.keys()))
        raise ValueError(f"params lacks {missing} and has unknown {extra}")
    dtype = first = None
    for name in PARAMETERS:
        found = getattr(params[name], "dtype", None)
        if found is None or found is dtype:
            continue
        if found.kind != "f" or found.itemsize not in (4, 8):
            raise TypeError(f"{name} holds {found}, expected float32 or float64")
        found = np.dtype(found.type)  # the one in native order, which NumPy knows as its own
        if dtype is not None and found != dtype:
            raise TypeError(f"{first} holds {dtype}, but {name} holds {found}; use one dtype")
        dtype, first = found, name
    return np.dtype(np.float64) if dtype is None else dtype


def _floats(name, value, shape, dtype):
    """The argument as an array of the given shape and dtype; raises TypeError or ValueError."""
    if type(value) is np.ndarray and value.dtype is dtype and value.shape == shape:
        return value
    if not shape and type(value) is dtype.type:
        return np.array(value)
    array = np.asarray(value)
    if array.dtype.kind != "f":
        raise TypeError(f"{name} holds {array.dtype}, expected {dtype}")
    if hasattr(value, "dtype") and array.dtype.newbyteorder("=") != dtype:
        raise TypeError(f"{name} holds {array.dtype}, but the parameters hold {dtype}")
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
    return array.astype(dtype, copy=False)


# From the equations, in 30 digits: the loss at a point, and for each parameter the sum of its
# gradient times the point's direction.
_POINT = (0, "any")
_LOSS = 1.75921719844
_SLOPES = {
    "w": -0.783398608126,
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
    extents = {}
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


if __name__ == "__main__":
    found = _disagreements(0)
    worst = max(found, key=found.get, default="nothing")
    error = found.get(worst, 0.0)
    print(f"largest relative disagreement: {error:.1e}, of the {worst}")
    raise SystemExit(0 if error < 1e-6 else 1)
