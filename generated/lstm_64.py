"""Loss and gradients of the network lstm_64.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    h1[n, 0, j] = 0
    h1[n, 1 + t, j] = o1[n, t, j]*tanh(c1[n, 1 + t, j])
    c1[n, 0, j] = 0
    c1[n, 1 + t, j] = f1[n, t, j]*c1[n, t, j] + i1[n, t, j]*g1[n, t, j]
    a1[n, t, d, j] = sum(k, W1[d, j, k]*x[n, t, k]) + sum(l, U1[d, j, l]*h1[n, t, l]) + b1[d, j]
    i1[n, t, j] = sigmoid(a1[n, t, 0, j])
    f1[n, t, j] = sigmoid(a1[n, t, 1, j])
    g1[n, t, j] = tanh(a1[n, t, 2, j])
    o1[n, t, j] = sigmoid(a1[n, t, 3, j])
    y1[n, t, j] = h1[n, 1 + t, j]
    s2[n, t, j] = sum(k, W2[j, k]*y1[n, t, k]) + b2[j]
    loss = sum(n, j, k, (y[n, j, k] - s2[n, j, k])**2)/32/N/T

Extents bound at each call: N, T.

Conventions:
    sigmoid' is exact to an ulp of 1 where it is small
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 55392*N*T + 128*N + 16384
    backward: 92064*N*T
    workspace, in floats: 1376*N*T + 320*N + Max(16384, 64*N*T)
"""

import numpy as np

TITLE = "LSTM"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (4, 64, 32),
    "U1": (4, 64, 64),
    "b1": (4, 64),
    "W2": (32, 64),
    "b2": (32,),
}
INPUTS = {
    "x": ("N", "T", 32),
}
TARGETS = {
    "y": ("N", "T", 32),
}
OUTPUTS = ("s2",)
# One derivative of the loss per parameter.
LATEX = {
    "W1": (
        "\\frac{\\partial L}{\\partial W^{(1)}_{d,j,k}} = \\sum_{n,t} \\ba"
        "r{a}^{(1)}_{n,t,d,j} x_{n,t,k}"
    ),
    "U1": (
        "\\frac{\\partial L}{\\partial U^{(1)}_{d,j,l}} = \\sum_{n,t} \\ba"
        "r{a}^{(1)}_{n,t,d,j} h^{(1)}_{n,t,l}"
    ),
    "b1": (
        "\\frac{\\partial L}{\\partial b^{(1)}_{d,j}} = \\sum_{n,t} \\bar{"
        "a}^{(1)}_{n,t,d,j}"
    ),
    "W2": (
        "\\frac{\\partial L}{\\partial W^{(2)}_{j,k}} = \\sum_{n,t} \\bar{"
        "s}^{(2)}_{n,t,j} h^{(1)}_{n,t+1,k}"
    ),
    "b2": (
        "\\frac{\\partial L}{\\partial b^{(2)}_j} = \\sum_{n,t} \\bar{s}^{"
        "(2)}_{n,t,j}"
    ),
}
_BUFFERS = (
    "x_copy",
    "steps_a1",
    "h1",
    "c1",
    "a1",
    "sigmoid_a1",
    "g1",
    "tanh_c1",
    "U1_copy",
    "product_c1",
    "steps_d_a1",
    "steps_d_c1",
    "steps_d_a1_2",
    "steps_d_a1_3",
    "steps_d_a1_4",
    "h1_view_4_copy",
    "s2",
    "rest_loss",
    "d_s2",
    "d_s2_copy",
    "d_y1",
    "d_h1",
    "d_a1",
    "d_c1",
    "product_d_c1",
    "product_d_c1_2",
    "sum_d_h1",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "W1": np.asarray(rng.uniform(-0.05251050315105037, 0.05251050315105037, (4, 64, 32)),
            dtype),
        "U1": np.asarray(rng.uniform(-0.037130532861625286, 0.037130532861625286, (4, 64, 64)),
            dtype),
        "b1": np.asarray(rng.uniform(-0.2970442628930023, 0.2970442628930023, (4, 64)), dtype),
        "W2": np.asarray(rng.uniform(-0.25, 0.25, (32, 64)), dtype),
        "b2": np.full((32,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    1376*N*T + 320*N + Max(16384, 64*N*T) floats for extents (N, T).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, T, dtype=np.float64):
        N = _whole("N", N)
        T = _whole("T", T)
        self.size = (N, T,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(32 * N * T, dtype)
        self.x_copy = memory_1.reshape(T, N, 32)
        memory_2 = np.empty(256 * N * T, dtype)
        self.steps_a1 = memory_2.reshape(T, N, 4, 64)
        self.steps_d_a1 = memory_2[: 64 * N * T].reshape(T, N, 64)
        memory_3 = np.empty(64 * N + 64 * N * T, dtype)
        self.h1 = memory_3.reshape(T + 1, N, 64)
        memory_4 = np.empty(64 * N + 64 * N * T, dtype)
        self.c1 = memory_4.reshape(T + 1, N, 64)
        self.steps_d_a1_4 = memory_4[: 64 * N * T].reshape(T, N, 64)
        memory_5 = np.empty(256 * N * T, dtype)
        self.a1 = memory_5.reshape(T, N, 4, 64)
        self.steps_d_a1_2 = memory_5[: 64 * N * T].reshape(T, N, 64)
        memory_6 = np.empty(256 * N * T, dtype)
        self.sigmoid_a1 = memory_6.reshape(T, N, 4, 64)
        memory_7 = np.empty(256 * N * T, dtype)
        self.g1 = memory_7[: 64 * N * T].reshape(T, N, 64)
        self.h1_view_4_copy = memory_7[: 64 * N * T].reshape(N, T, 64)
        self.d_s2_copy = memory_7[: 32 * N * T].reshape(T, N, 32)
        self.d_y1 = memory_7[: 64 * N * T].reshape(N, T, 64)
        self.d_a1 = memory_7.reshape(T, N, 4, 64)
        memory_8 = np.empty(64 * N * T, dtype)
        self.tanh_c1 = memory_8.reshape(T, N, 64)
        self.steps_d_c1 = memory_8.reshape(T, N, 64)
        memory_9 = np.empty(max(16384, 64 * N * T), dtype)
        self.U1_copy = memory_9[: 16384].reshape(64, 4, 64)
        self.steps_d_a1_3 = memory_9[: 64 * N * T].reshape(T, N, 64)
        memory_10 = np.empty(64 * N + 64 * N * T, dtype)
        self.product_c1 = memory_10[: 64 * N].reshape(N, 64)
        self.s2 = memory_10[: 32 * N * T].reshape(N, T, 32)
        self.rest_loss = memory_10[: 32 * N * T].reshape(N, T, 32)
        self.d_s2 = memory_10[: 32 * N * T].reshape(N, T, 32)
        self.d_h1 = memory_10.reshape(T + 1, N, 64)
        memory_11 = np.empty(64 * N + 64 * N * T, dtype)
        self.d_c1 = memory_11.reshape(T + 1, N, 64)
        memory_12 = np.empty(64 * N, dtype)
        self.product_d_c1 = memory_12.reshape(N, 64)
        self.product_d_c1_2 = memory_12.reshape(N, 64)
        self.sum_d_h1 = memory_12.reshape(N, 64)
        self.ones_1 = np.ones(N * T, dtype)

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
    N = _length("x", x, ("N", "T", 32), 0)
    T = _length("x", x, ("N", "T", 32), 1)
    W1 = _floats("W1", params["W1"], (4, 64, 32), dtype)
    U1 = _floats("U1", params["U1"], (4, 64, 64), dtype)
    b1 = _floats("b1", params["b1"], (4, 64), dtype)
    W2 = _floats("W2", params["W2"], (32, 64), dtype)
    b2 = _floats("b2", params["b2"], (32,), dtype)
    x = _floats("x", x, (N, T, 32), dtype)
    x_copy = _filled(x.transpose(1, 0, 2), None, (T, N, 32), dtype)  # x_copy[t, n, k] = x[n, t, k]
    # steps_a1[t, n, d, j] = sum(k, W1[d, j, k]*x[n, t, k])
    steps_a1 = np.dot(x_copy.reshape(N * T, 32), W1.reshape(256, 32).T).reshape(T, N, 4, 64)
    # steps_a1[t, n, d, j] = sum(k, W1[d, j, k]*x[n, t, k]) + b1[d, j]
    steps_a1 = np.add(steps_a1, b1, out=steps_a1)
    h1 = np.empty((T + 1, N, 64), dtype)  # h1, part by part
    h1[0] = 0.0  # h1[0, n, j] = 0
    c1 = np.empty((T + 1, N, 64), dtype)  # c1, part by part
    c1[0] = 0.0  # c1[0, n, j] = 0
    a1 = np.empty((T, N, 4, 64), dtype)  # a1, part by part
    sigmoid_a1 = np.empty((T, N, 4, 64), dtype)  # sigmoid_a1, part by part
    g1 = np.empty((T, N, 64), dtype)  # g1, part by part
    # U1_copy[l, d, j] = U1[d, j, l]
    U1_copy = _filled(U1.transpose(2, 0, 1), None, (64, 4, 64), dtype)
    for t in range(T):
        # a1_view[n, d, j] = sum(l, U1[d, j, l]*h1[t, n, l])
        _product(np.dot, h1[t], U1_copy.reshape(64, 256), a1[t], (N, 256), (N, 4, 64))
        # a1[t, n, d, j] = sum(l, U1[d, j, l]*h1[t, n, l]) + steps_a1[t, n, d, j]
        np.add(a1[t], steps_a1[t], out=a1[t])
        np.negative(a1[t], out=sigmoid_a1[t])  # sigmoid_a1_view[n, g, j] = -a1[t, n, g, j]
        np.exp(sigmoid_a1[t], out=sigmoid_a1[t])  # sigmoid_a1_view[n, g, j] = exp(-a1[t, n, g, j])
        # sigmoid_a1_view[n, g, j] = 1 + exp(-a1[t, n, g, j])
        np.add(sigmoid_a1[t], 1.0, out=sigmoid_a1[t])
        # sigmoid_a1[t, n, g, j] = sigmoid(a1[t, n, g, j])
        np.divide(1.0, sigmoid_a1[t], out=sigmoid_a1[t])
        np.tanh(a1[t, :, 2], out=g1[t])  # g1[t, n, j] = tanh(a1[t, n, 2, j])
        # c1_view_2[n, j] = c1[t, n, j]*sigmoid_a1[t, n, 1, j]
        np.multiply(c1[t], sigmoid_a1[t, :, 1], out=c1[t + 1])
        # product_c1[n, j] = g1[t, n, j]*sigmoid_a1[t, n, 0, j]
        product_c1 = np.multiply(g1[t], sigmoid_a1[t, :, 0])
        # c1[1 + t, n, j] = c1[t, n, j]*sigmoid_a1[t, n, 1, j] + g1[t, n, j]*sigmoid_a1[t, n, 0, j]
        np.add(c1[t + 1], product_c1, out=c1[t + 1])
        np.tanh(c1[t + 1], out=h1[t + 1])  # h1_view_3[n, j] = tanh(c1[1 + t, n, j])
        # h1[1 + t, n, j] = tanh(c1[1 + t, n, j])*sigmoid_a1[t, n, 3, j]
        np.multiply(h1[t + 1], sigmoid_a1[t, :, 3], out=h1[t + 1])
    # h1_view_4_copy[n, t, k] = h1_view_4[t, n, k]
    h1_view_4_copy = _filled(h1[1 : T + 1].transpose(1, 0, 2), None, (N, T, 64), dtype)
    # s2[n, t, j] = sum(k, W2[j, k]*h1[1 + t, n, k])
    s2 = np.dot(h1_view_4_copy.reshape(N * T, 64), W2.T).reshape(N, T, 32)
    s2 = np.add(s2, b2, out=s2)  # s2[n, t, j] = sum(k, W2[j, k]*h1[1 + t, n, k]) + b2[j]
    return s2


@np.errstate(all="ignore")
def loss(params, x, y):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", "T", 32), 0)
    T = _length("x", x, ("N", "T", 32), 1)
    W1 = _floats("W1", params["W1"], (4, 64, 32), dtype)
    U1 = _floats("U1", params["U1"], (4, 64, 64), dtype)
    b1 = _floats("b1", params["b1"], (4, 64), dtype)
    W2 = _floats("W2", params["W2"], (32, 64), dtype)
    b2 = _floats("b2", params["b2"], (32,), dtype)
    x = _floats("x", x, (N, T, 32), dtype)
    y = _floats("y", y, (N, T, 32), dtype)
    x_copy = _filled(x.transpose(1, 0, 2), None, (T, N, 32), dtype)  # x_copy[t, n, k] = x[n, t, k]
    # steps_a1[t, n, d, j] = sum(k, W1[d, j, k]*x[n, t, k])
    steps_a1 = np.dot(x_copy.reshape(N * T, 32), W1.reshape(256, 32).T).reshape(T, N, 4, 64)
    # steps_a1[t, n, d, j] = sum(k, W1[d, j, k]*x[n, t, k]) + b1[d, j]
    steps_a1 = np.add(steps_a1, b1, out=steps_a1)
    h1 = np.empty((T + 1, N, 64), dtype)  # h1, part by part
    h1[0] = 0.0  # h1[0, n, j] = 0
    c1 = np.empty((T + 1, N, 64), dtype)  # c1, part by part
    c1[0] = 0.0  # c1[0, n, j] = 0
    a1 = np.empty((T, N, 4, 64), dtype)  # a1, part by part
    sigmoid_a1 = np.empty((T, N, 4, 64), dtype)  # sigmoid_a1, part by part
    g1 = np.empty((T, N, 64), dtype)  # g1, part by part
    # U1_copy[l, d, j] = U1[d, j, l]
    U1_copy = _filled(U1.transpose(2, 0, 1), None, (64, 4, 64), dtype)
    for t in range(T):
        # a1_view[n, d, j] = sum(l, U1[d, j, l]*h1[t, n, l])
        _product(np.dot, h1[t], U1_copy.reshape(64, 256), a1[t], (N, 256), (N, 4, 64))
        # a1[t, n, d, j] = sum(l, U1[d, j, l]*h1[t, n, l]) + steps_a1[t, n, d, j]
        np.add(a1[t], steps_a1[t], out=a1[t])
        np.negative(a1[t], out=sigmoid_a1[t])  # sigmoid_a1_view[n, g, j] = -a1[t, n, g, j]
        np.exp(sigmoid_a1[t], out=sigmoid_a1[t])  # sigmoid_a1_view[n, g, j] = exp(-a1[t, n, g, j])
        # sigmoid_a1_view[n, g, j] = 1 + exp(-a1[t, n, g, j])
        np.add(sigmoid_a1[t], 1.0, out=sigmoid_a1[t])
        # sigmoid_a1[t, n, g, j] = sigmoid(a1[t, n, g, j])
        np.divide(1.0, sigmoid_a1[t], out=sigmoid_a1[t])
        np.tanh(a1[t, :, 2], out=g1[t])  # g1[t, n, j] = tanh(a1[t, n, 2, j])
        # c1_view_2[n, j] = c1[t, n, j]*sigmoid_a1[t, n, 1, j]
        np.multiply(c1[t], sigmoid_a1[t, :, 1], out=c1[t + 1])
        # product_c1[n, j] = g1[t, n, j]*sigmoid_a1[t, n, 0, j]
        product_c1 = np.multiply(g1[t], sigmoid_a1[t, :, 0])
        # c1[1 + t, n, j] = c1[t, n, j]*sigmoid_a1[t, n, 1, j] + g1[t, n, j]*sigmoid_a1[t, n, 0, j]
        np.add(c1[t + 1], product_c1, out=c1[t + 1])
        np.tanh(c1[t + 1], out=h1[t + 1])  # h1_view_3[n, j] = tanh(c1[1 + t, n, j])
        # h1[1 + t, n, j] = tanh(c1[1 + t, n, j])*sigmoid_a1[t, n, 3, j]
        np.multiply(h1[t + 1], sigmoid_a1[t, :, 3], out=h1[t + 1])
    # h1_view_4_copy[n, t, k] = h1_view_4[t, n, k]
    h1_view_4_copy = _filled(h1[1 : T + 1].transpose(1, 0, 2), None, (N, T, 64), dtype)
    # s2[n, t, j] = sum(k, W2[j, k]*h1[1 + t, n, k])
    s2 = np.dot(h1_view_4_copy.reshape(N * T, 64), W2.T).reshape(N, T, 32)
    s2 = np.add(s2, b2, out=s2)  # s2[n, t, j] = sum(k, W2[j, k]*h1[1 + t, n, k]) + b2[j]
    sum_loss = np.subtract(y, s2)  # sum_loss[n, j, k] = y[n, j, k] - s2[n, j, k]
    # sum_loss_2 = sum(n, j, k, (y[n, j, k] - s2[n, j, k])**2)
    sum_loss_2 = np.vdot(sum_loss, sum_loss)
    loss = sum_loss_2 / 32.0 / N / T  # loss = sum(n, j, k, (y[n, j, k] - s2[n, j, k])**2)/32/N/T
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, y, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", "T", 32), 0)
    T = _length("x", x, ("N", "T", 32), 1)
    W1 = _floats("W1", params["W1"], (4, 64, 32), dtype)
    U1 = _floats("U1", params["U1"], (4, 64, 64), dtype)
    b1 = _floats("b1", params["b1"], (4, 64), dtype)
    W2 = _floats("W2", params["W2"], (32, 64), dtype)
    b2 = _floats("b2", params["b2"], (32,), dtype)
    x = _floats("x", x, (N, T, 32), dtype)
    y = _floats("y", y, (N, T, 32), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_1 = np.ones(N * T, dtype)
    else:
        Workspace.require(workspace, (N, T,), dtype)
        work = workspace
        ones_1 = workspace.ones_1
    # x_copy[t, n, k] = x[n, t, k]
    x_copy = _filled(x.transpose(1, 0, 2), work.x_copy, (T, N, 32), dtype)
    # steps_a1[t, n, d, j] = sum(k, W1[d, j, k]*x[n, t, k])
    steps_a1 = _product(np.dot, x_copy.reshape(N * T, 32), W1.reshape(256, 32).T, work.steps_a1, (N
        * T, 256), (T, N, 4, 64))
    # steps_a1[t, n, d, j] = sum(k, W1[d, j, k]*x[n, t, k]) + b1[d, j]
    steps_a1 = np.add(steps_a1, b1, out=steps_a1)
    h1 = _reserved(work.h1, (T + 1, N, 64), dtype)  # h1, part by part
    h1[0] = 0.0  # h1[0, n, j] = 0
    c1 = _reserved(work.c1, (T + 1, N, 64), dtype)  # c1, part by part
    c1[0] = 0.0  # c1[0, n, j] = 0
    a1 = _reserved(work.a1, (T, N, 4, 64), dtype)  # a1, part by part
    sigmoid_a1 = _reserved(work.sigmoid_a1, (T, N, 4, 64), dtype)  # sigmoid_a1, part by part
    g1 = _reserved(work.g1, (T, N, 64), dtype)  # g1, part by part
    tanh_c1 = _reserved(work.tanh_c1, (T, N, 64), dtype)  # tanh_c1, part by part
    # U1_copy[l, d, j] = U1[d, j, l]
    U1_copy = _filled(U1.transpose(2, 0, 1), work.U1_copy, (64, 4, 64), dtype)
    for t in range(T):
        # a1_view[n, d, j] = sum(l, U1[d, j, l]*h1[t, n, l])
        _product(np.dot, h1[t], U1_copy.reshape(64, 256), a1[t], (N, 256), (N, 4, 64))
        # a1[t, n, d, j] = sum(l, U1[d, j, l]*h1[t, n, l]) + steps_a1[t, n, d, j]
        np.add(a1[t], steps_a1[t], out=a1[t])
        np.negative(a1[t], out=sigmoid_a1[t])  # sigmoid_a1_view[n, g, j] = -a1[t, n, g, j]
        np.exp(sigmoid_a1[t], out=sigmoid_a1[t])  # sigmoid_a1_view[n, g, j] = exp(-a1[t, n, g, j])
        # sigmoid_a1_view[n, g, j] = 1 + exp(-a1[t, n, g, j])
        np.add(sigmoid_a1[t], 1.0, out=sigmoid_a1[t])
        # sigmoid_a1[t, n, g, j] = sigmoid(a1[t, n, g, j])
        np.divide(1.0, sigmoid_a1[t], out=sigmoid_a1[t])
        np.tanh(a1[t, :, 2], out=g1[t])  # g1[t, n, j] = tanh(a1[t, n, 2, j])
        # c1_view_2[n, j] = c1[t, n, j]*sigmoid_a1[t, n, 1, j]
        np.multiply(c1[t], sigmoid_a1[t, :, 1], out=c1[t + 1])
        # product_c1[n, j] = g1[t, n, j]*sigmoid_a1[t, n, 0, j]
        product_c1 = np.multiply(g1[t], sigmoid_a1[t, :, 0], out=work.product_c1)
        # c1[1 + t, n, j] = c1[t, n, j]*sigmoid_a1[t, n, 1, j] + g1[t, n, j]*sigmoid_a1[t, n, 0, j]
        np.add(c1[t + 1], product_c1, out=c1[t + 1])
        np.tanh(c1[t + 1], out=tanh_c1[t])  # tanh_c1[t, n, j] = tanh(c1[1 + t, n, j])
        # h1[1 + t, n, j] = sigmoid_a1[t, n, 3, j]*tanh_c1[t, n, j]
        np.multiply(sigmoid_a1[t, :, 3], tanh_c1[t], out=h1[t + 1])
    # steps_d_a1[t, n, j] = 1 - sigmoid_a1[t, n, 3, j]
    steps_d_a1 = np.subtract(1.0, sigmoid_a1[:, :, 3], out=work.steps_d_a1)
    # steps_d_a1[t, n, j] = (1 - sigmoid_a1[t, n, 3, j])*sigmoid_a1[t, n, 3, j]
    steps_d_a1 = np.multiply(steps_d_a1, sigmoid_a1[:, :, 3], out=steps_d_a1)
    # steps_d_a1[t, n, j] = (1 - sigmoid_a1[t, n, 3, j])*sigmoid_a1[t, n, 3, j]*tanh_c1[t, n, j]
    steps_d_a1 = np.multiply(steps_d_a1, tanh_c1, out=steps_d_a1)
    # steps_d_c1[t, n, j] = tanh_c1[t, n, j]**2
    steps_d_c1 = np.square(tanh_c1, out=work.steps_d_c1)
    # steps_d_c1[t, n, j] = 1 - tanh_c1[t, n, j]**2
    steps_d_c1 = np.subtract(1.0, steps_d_c1, out=steps_d_c1)
    # steps_d_c1[t, n, j] = (1 - tanh_c1[t, n, j]**2)*sigmoid_a1[t, n, 3, j]
    steps_d_c1 = np.multiply(steps_d_c1, sigmoid_a1[:, :, 3], out=steps_d_c1)
    steps_d_a1_2 = np.square(g1, out=work.steps_d_a1_2)  # steps_d_a1_2[t, n, j] = g1[t, n, j]**2
    # steps_d_a1_2[t, n, j] = 1 - g1[t, n, j]**2
    steps_d_a1_2 = np.subtract(1.0, steps_d_a1_2, out=steps_d_a1_2)
    # steps_d_a1_2[t, n, j] = (1 - g1[t, n, j]**2)*sigmoid_a1[t, n, 0, j]
    steps_d_a1_2 = np.multiply(steps_d_a1_2, sigmoid_a1[:, :, 0], out=steps_d_a1_2)
    # steps_d_a1_3[t, n, j] = 1 - sigmoid_a1[t, n, 1, j]
    steps_d_a1_3 = np.subtract(1.0, sigmoid_a1[:, :, 1], out=work.steps_d_a1_3)
    # steps_d_a1_3[t, n, j] = (1 - sigmoid_a1[t, n, 1, j])*c1[t, n, j]
    steps_d_a1_3 = np.multiply(steps_d_a1_3, c1[: T], out=steps_d_a1_3)
    # steps_d_a1_3[t, n, j] = (1 - sigmoid_a1[t, n, 1, j])*c1[t, n, j]*sigmoid_a1[t, n, 1, j]
    steps_d_a1_3 = np.multiply(steps_d_a1_3, sigmoid_a1[:, :, 1], out=steps_d_a1_3)
    # steps_d_a1_4[t, n, j] = 1 - sigmoid_a1[t, n, 0, j]
    steps_d_a1_4 = np.subtract(1.0, sigmoid_a1[:, :, 0], out=work.steps_d_a1_4)
    # steps_d_a1_4[t, n, j] = (1 - sigmoid_a1[t, n, 0, j])*g1[t, n, j]
    steps_d_a1_4 = np.multiply(steps_d_a1_4, g1, out=steps_d_a1_4)
    # steps_d_a1_4[t, n, j] = (1 - sigmoid_a1[t, n, 0, j])*g1[t, n, j]*sigmoid_a1[t, n, 0, j]
    steps_d_a1_4 = np.multiply(steps_d_a1_4, sigmoid_a1[:, :, 0], out=steps_d_a1_4)
    # h1_view_4_copy[n, t, k] = h1_view_4[t, n, k]
    h1_view_4_copy = _filled(h1[1 : T + 1].transpose(1, 0, 2), work.h1_view_4_copy, (N, T, 64),
        dtype)
    # s2[n, t, j] = sum(k, W2[j, k]*h1[1 + t, n, k])
    s2 = _product(np.dot, h1_view_4_copy.reshape(N * T, 64), W2.T, work.s2, (N * T, 32), (N, T,
        32))
    s2 = np.add(s2, b2, out=s2)  # s2[n, t, j] = sum(k, W2[j, k]*h1[1 + t, n, k]) + b2[j]
    # rest_loss[n, j, k] = y[n, j, k] - s2[n, j, k]
    rest_loss = np.subtract(y, s2, out=work.rest_loss)
    sum_loss = np.vdot(rest_loss, rest_loss)  # sum_loss = sum(n, j, k, rest_loss[n, j, k]**2)
    loss = sum_loss / 32.0 / N / T  # loss = sum(n, j, k, rest_loss[n, j, k]**2)/32/N/T
    # d_s2[n, j, k] = -rest_loss[n, j, k]/16/N/T
    d_s2 = np.multiply(rest_loss, -dtype.type(1.0) / 16.0 / N / T, out=work.d_s2)
    # d_s2_copy[t, n, j] = d_s2[n, t, j]
    d_s2_copy = _filled(d_s2.transpose(1, 0, 2), work.d_s2_copy, (T, N, 32), dtype)
    # d_W2[j, k] = sum(n, t, d_s2[n, t, j]*h1[1 + t, n, k])
    d_W2 = np.dot(d_s2_copy.reshape(N * T, 32).T, h1[1 : T + 1].reshape(N * T, 64))
    d_b2 = np.dot(ones_1, d_s2.reshape(N * T, 32))  # d_b2[j] = sum(n, t, d_s2[n, t, j])
    # d_y1[n, t, k] = sum(j, d_s2[n, t, j]*W2[j, k])
    d_y1 = _product(np.dot, d_s2.reshape(N * T, 32), W2, work.d_y1, (N * T, 64), (N, T, 64))
    d_h1 = _filled(0.0, work.d_h1, (T + 1, N, 64), dtype)  # d_h1 = 0
    d_h1[1 : T + 1] += d_y1.transpose(1, 0, 2)  # d_h1[1 + t, n, j] += d_y1[n, t, j]
    d_a1 = _reserved(work.d_a1, (T, N, 4, 64), dtype)  # d_a1, part by part
    d_c1 = _filled(0.0, work.d_c1, (T + 1, N, 64), dtype)  # d_c1 = 0
    for t in reversed(range(T)):
        # d_a1[t, n, 3, j] = d_h1[1 + t, n, j]*steps_d_a1[t, n, j]
        np.multiply(d_h1[t + 1], steps_d_a1[t], out=d_a1[t, :, 3])
        # product_d_c1[n, j] = d_h1[1 + t, n, j]*steps_d_c1[t, n, j]
        product_d_c1 = np.multiply(d_h1[t + 1], steps_d_c1[t], out=work.product_d_c1)
        d_c1[t + 1] += product_d_c1  # d_c1[1 + t, n, j] += d_h1[1 + t, n, j]*steps_d_c1[t, n, j]
        # d_a1[t, n, 2, j] = d_c1[1 + t, n, j]*steps_d_a1_2[t, n, j]
        np.multiply(d_c1[t + 1], steps_d_a1_2[t], out=d_a1[t, :, 2])
        # d_a1[t, n, 1, j] = d_c1[1 + t, n, j]*steps_d_a1_3[t, n, j]
        np.multiply(d_c1[t + 1], steps_d_a1_3[t], out=d_a1[t, :, 1])
        # d_a1[t, n, 0, j] = d_c1[1 + t, n, j]*steps_d_a1_4[t, n, j]
        np.multiply(d_c1[t + 1], steps_d_a1_4[t], out=d_a1[t, :, 0])
        # product_d_c1_2[n, j] = d_c1[1 + t, n, j]*sigmoid_a1[t, n, 1, j]
        product_d_c1_2 = np.multiply(d_c1[t + 1], sigmoid_a1[t, :, 1], out=work.product_d_c1_2)
        d_c1[t] += product_d_c1_2  # d_c1[t, n, j] += d_c1[1 + t, n, j]*sigmoid_a1[t, n, 1, j]
        # sum_d_h1[n, l] = sum(d, j, d_a1[t, n, d, j]*U1[d, j, l])
        sum_d_h1 = np.dot(d_a1[t].reshape(N, 256), U1.reshape(256, 64), out=work.sum_d_h1)
        d_h1[t] += sum_d_h1  # d_h1[t, n, l] += sum(d, j, d_a1[t, n, d, j]*U1[d, j, l])
    # d_W1[d, j, k] = sum(n, t, d_a1[t, n, d, j]*x[n, t, k])
    d_W1 = np.dot(d_a1.reshape(N * T, 256).T, x_copy.reshape(N * T, 32)).reshape(4, 64, 32)
    # d_U1[d, j, l] = sum(n, t, d_a1[t, n, d, j]*h1[t, n, l])
    d_U1 = np.matmul(d_a1.reshape(N * T, 256).T, h1[: T].reshape(N * T, 64)).reshape(4, 64, 64)
    d_b1 = np.add.reduce(d_a1, axis=(0, 1))  # d_b1[d, j] = sum(n, t, d_a1[t, n, d, j])
    grads = {
        "W1": d_W1,
        "U1": d_U1,
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


def _filled(value, out, shape, dtype):
    """A copy of ``value``, broadcast to ``shape``."""
    if out is None:
        out = np.empty(shape, dtype)
    np.copyto(out, value)
    return out


def _reserved(out, shape, dtype):
    """An array for parts that are written one after another."""
    return np.empty(shape, dtype) if out is None else out


def _product(multiply, left, right, out, matrix, shape):
    """A product whose result has several axes where the matrices have one."""
    if out is None:
        return multiply(left, right).reshape(shape)
    multiply(left, right, out=out.reshape(matrix))
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
    extents = {"N": 3, "T": 4}
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
