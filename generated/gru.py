"""Loss and gradients of the network gru.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    a1[n, t, g, j] = sum(k, W1[g, j, k]*x[n, t, k]) + b1[g, j]
    h1[n, 0, j] = 0
    h1[n, 1 + t, j] = seen[n, t]*((1 - z1[n, t, j])*q1[n, t, j] + z1[n, t, j]*h1[n, t, j]) + (1 -
        seen[n, t])*h1[n, t, j]
    u1[n, t, g, j] = sum(l, U1[g, j, l]*h1[n, t, l])
    r1[n, t, j] = sigmoid(a1[n, t, 0, j] + u1[n, t, 0, j])
    z1[n, t, j] = sigmoid(a1[n, t, 1, j] + u1[n, t, 1, j])
    q1[n, t, j] = tanh(a1[n, t, 2, j] + r1[n, t, j]*(u1[n, t, 2, j] + c1[j]))
    y1[n, j] = h1[n, T, j]
    s2[n, j] = sum(k, W2[j, k]*y1[n, k]) + b2[j]
    loss = sum(n, logsumexp(j, s2[n, j]) - s2[n, label[n]])/N

Extents bound at each call: N, T.

Conventions:
    logsumexp of infinite terms is NaN
    logsumexp, and what softmax lacks of 1, are exact to an ulp of 1 where they are small
    sigmoid' is exact to an ulp of 1 where it is small
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 5193*N*T + 293*N + 1728
    backward: 9120*N*T + 516*N + 648*T
    workspace, in floats: 336*N*T + 72*N + 2*Max(N, 24*N*T) + Max(N, 72*N*T) + Max(24*N, 24*N*T) +
        Max(1728, 72*T, 24*N*T) + Max(24*N, 576*T, 24*N*T)
"""

import numpy as np

TITLE = "GRU"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (3, 24, 8),
    "U1": (3, 24, 24),
    "b1": (3, 24),
    "c1": (24,),
    "W2": (5, 24),
    "b2": (5,),
}
INPUTS = {
    "x": ("N", "T", 8),
    "seen": ("N", "T"),
}
TARGETS = {
    "label": ("N",),
}
OUTPUTS = ("s2",)
# One derivative of the loss per parameter.
LATEX = {
    "W1": (
        "\\frac{\\partial L}{\\partial W^{(1)}_{g,j,k}} = \\sum_{n,t} \\ba"
        "r{a}^{(1)}_{n,t,g,j} x_{n,t,k}"
    ),
    "U1": (
        "\\frac{\\partial L}{\\partial U^{(1)}_{g,j,l}} = \\sum_{n,t} \\ba"
        "r{u}^{(1)}_{n,t,g,j} h^{(1)}_{n,t,l}"
    ),
    "b1": (
        "\\frac{\\partial L}{\\partial b^{(1)}_{g,j}} = \\sum_{n,t} \\bar{"
        "a}^{(1)}_{n,t,g,j}"
    ),
    "c1": (
        "\\frac{\\partial L}{\\partial c^{(1)}_j} = \\sum_{n,t} \\bar{q}^{"
        "(1)}_{n,t,j} r^{(1)}_{n,t,j} (1 - (q^{(1)}_{n,t,j})^2)"
    ),
    "W2": (
        "\\frac{\\partial L}{\\partial W^{(2)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(2)}_{n,j} h^{(1)}_{n,T,k}"
    ),
    "b2": (
        "\\frac{\\partial L}{\\partial b^{(2)}_j} = \\sum_n \\bar{s}^{(2)}"
        "_{n,j}"
    ),
}
_BUFFERS = (
    "steps_h1",
    "x_copy",
    "a1",
    "h1",
    "u1",
    "r1",
    "z1",
    "q1",
    "U1_copy",
    "sum_r1",
    "sum_z1",
    "sum_h1",
    "product_h1",
    "steps_d_q1",
    "steps_d_z1",
    "steps_d_r1",
    "sum_steps_d_r1",
    "steps_d_u1",
    "steps_d_u1_2",
    "steps_d_u1_3",
    "steps_d_h1",
    "s2",
    "max_s2",
    "exp_s2",
    "sum_exp_s2",
    "log_loss",
    "s2_read",
    "scaled_d_s2",
    "d_s2",
    "d_y1",
    "d_h1",
    "d_q1",
    "d_z1",
    "d_r1",
    "d_u1",
    "sum_d_h1",
    "product_d_h1",
    "square_d_c1",
    "d_a1",
    "sum_d_W1",
    "sum_d_b1",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "W1": np.asarray(rng.uniform(-0.16666666666666666, 0.16666666666666666, (3, 24, 8)),
            dtype),
        "U1": np.asarray(rng.uniform(-0.09622504486493763, 0.09622504486493763, (3, 24, 24)),
            dtype),
        "b1": np.asarray(rng.uniform(-0.4714045207910317, 0.4714045207910317, (3, 24)), dtype),
        "c1": np.full((24,), 0.0, dtype),
        "W2": np.asarray(rng.uniform(-0.454858826147342, 0.454858826147342, (5, 24)), dtype),
        "b2": np.full((5,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    Its size stands in the module's docstring.
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, T, dtype=np.float64):
        N = _whole("N", N)
        T = _whole("T", T)
        self.size = (N, T,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(24 * N * T, dtype)
        self.steps_h1 = memory_1[: N * T].reshape(T, N)
        self.steps_d_z1 = memory_1.reshape(T, 24, N)
        self.square_d_c1 = memory_1.reshape(T, N, 24)
        memory_2 = np.empty(24 * N + 24 * N * T, dtype)
        self.x_copy = memory_2[: 8 * N * T].reshape(T, N, 8)
        self.h1 = memory_2.reshape(T + 1, N, 24)
        memory_3 = np.empty(72 * N * T, dtype)
        self.a1 = memory_3.reshape(T, N, 3, 24)
        self.steps_d_q1 = memory_3[: 24 * N * T].reshape(T, 24, N)
        self.d_a1 = memory_3.reshape(T, 3, 24, N)
        memory_4 = np.empty(72 * N * T, dtype)
        self.u1 = memory_4.reshape(T, N, 3, 24)
        self.steps_d_u1_2 = memory_4[: 24 * N * T].reshape(T, 24, N)
        memory_5 = np.empty(24 * N * T, dtype)
        self.r1 = memory_5.reshape(T, N, 24)
        memory_6 = np.empty(24 * N * T, dtype)
        self.z1 = memory_6.reshape(T, N, 24)
        memory_7 = np.empty(24 * N * T, dtype)
        self.q1 = memory_7.reshape(T, N, 24)
        memory_8 = np.empty(max(1728, 24 * N * T, 72 * T), dtype)
        self.U1_copy = memory_8[: 1728].reshape(24, 3, 24)
        self.sum_steps_d_r1 = memory_8[: 24 * N * T].reshape(T, 24, N)
        self.steps_d_u1 = memory_8[: 24 * N * T].reshape(T, 24, N)
        self.sum_d_b1 = memory_8[: 72 * T].reshape(T, 3, 24)
        memory_9 = np.empty(max(24 * N, 24 * N * T, 576 * T), dtype)
        self.sum_r1 = memory_9[: 24 * N].reshape(N, 24)
        self.sum_z1 = memory_9[: 24 * N].reshape(N, 24)
        self.sum_h1 = memory_9[: 24 * N].reshape(N, 24)
        self.product_h1 = memory_9[: 24 * N].reshape(N, 24)
        self.steps_d_r1 = memory_9[: 24 * N * T].reshape(T, 24, N)
        self.sum_d_W1 = memory_9[: 576 * T].reshape(T, 3, 24, 8)
        memory_10 = np.empty(24 * N * T, dtype)
        self.steps_d_u1_3 = memory_10.reshape(T, 24, N)
        memory_11 = np.empty(24 * N * T, dtype)
        self.steps_d_h1 = memory_11.reshape(T, 24, N)
        memory_12 = np.empty(max(24 * N, 24 * N * T), dtype)
        self.s2 = memory_12[: 5 * N].reshape(5, N)
        self.d_y1 = memory_12[: 24 * N].reshape(24, N)
        self.d_q1 = memory_12[: 24 * N * T].reshape(T, N, 24)
        memory_13 = np.empty(max(24 * N * T, N), dtype)
        self.max_s2 = memory_13[: N].reshape(N)
        self.d_z1 = memory_13[: 24 * N * T].reshape(T, N, 24)
        memory_14 = np.empty(24 * N + 24 * N * T, dtype)
        self.exp_s2 = memory_14[: 5 * N].reshape(5, N)
        self.d_s2 = memory_14[: 5 * N].reshape(5, N)
        self.d_h1 = memory_14.reshape(T + 1, N, 24)
        memory_15 = np.empty(24 * N, dtype)
        self.sum_exp_s2 = memory_15[: N].reshape(N)
        self.scaled_d_s2 = memory_15[: N].reshape(N)
        self.sum_d_h1 = memory_15.reshape(N, 24)
        self.product_d_h1 = memory_15.reshape(N, 24)
        memory_16 = np.empty(max(72 * N * T, N), dtype)
        self.log_loss = memory_16[: N].reshape(N)
        self.d_u1 = memory_16[: 72 * N * T].reshape(T, N, 3, 24)
        memory_17 = np.empty(max(24 * N * T, N), dtype)
        self.s2_read = memory_17[: N].reshape(N)
        self.d_r1 = memory_17[: 24 * N * T].reshape(T, N, 24)
        self.ones_5 = np.ones(5, dtype)
        self.ones_N = np.ones(N, dtype)
        self.ones_4 = np.ones(N * T, dtype)
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
def forward(params, x, seen):
    """The output s2, a new array."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", "T", 8), 0)
    T = _length("x", x, ("N", "T", 8), 1)
    W1 = _floats("W1", params["W1"], (3, 24, 8), dtype)
    U1 = _floats("U1", params["U1"], (3, 24, 24), dtype)
    b1 = _floats("b1", params["b1"], (3, 24), dtype)
    c1 = _floats("c1", params["c1"], (24,), dtype)
    W2 = _floats("W2", params["W2"], (5, 24), dtype)
    b2 = _floats("b2", params["b2"], (5,), dtype)
    x = _floats("x", x, (N, T, 8), dtype)
    seen = _floats("seen", seen, (N, T), dtype)
    steps_h1 = np.subtract(1.0, seen.T)  # steps_h1[t, n] = 1 - seen[n, t]
    x_copy = _filled(x.transpose(1, 0, 2), None, (T, N, 8), dtype)  # x_copy[t, n, k] = x[n, t, k]
    # a1[t, n, g, j] = sum(k, W1[g, j, k]*x[n, t, k])
    a1 = np.dot(x_copy.reshape(N * T, 8), W1.reshape(72, 8).T).reshape(T, N, 3, 24)
    a1 = np.add(a1, b1, out=a1)  # a1[t, n, g, j] = sum(k, W1[g, j, k]*x[n, t, k]) + b1[g, j]
    h1 = np.empty((T + 1, N, 24), dtype)  # h1, part by part
    h1[0] = 0.0  # h1[0, n, j] = 0
    u1 = np.empty((T, N, 3, 24), dtype)  # u1, part by part
    z1 = np.empty((T, N, 24), dtype)  # z1, part by part
    q1 = np.empty((T, N, 24), dtype)  # q1, part by part
    # U1_copy[l, g, j] = U1[g, j, l]
    U1_copy = _filled(U1.transpose(2, 0, 1), None, (24, 3, 24), dtype)
    for t in range(T):
        # u1[t, n, g, j] = sum(l, U1[g, j, l]*h1[t, n, l])
        _product(np.dot, h1[t], U1_copy.reshape(24, 72), u1[t], (N, 72), (N, 3, 24))
        sum_z1 = np.add(a1[t, :, 1], u1[t, :, 1])  # sum_z1[n, j] = a1[t, n, 1, j] + u1[t, n, 1, j]
        np.negative(sum_z1, out=z1[t])  # z1_view[n, j] = -sum_z1
        np.exp(z1[t], out=z1[t])  # z1_view[n, j] = exp(-sum_z1)
        np.add(z1[t], 1.0, out=z1[t])  # z1_view[n, j] = 1 + exp(-sum_z1)
        np.divide(1.0, z1[t], out=z1[t])  # z1[t, n, j] = sigmoid(a1[t, n, 1, j] + u1[t, n, 1, j])
        np.add(u1[t, :, 2], c1, out=q1[t])  # q1_view[n, j] = u1[t, n, 2, j] + c1[j]
        sum_q1 = np.add(a1[t, :, 0], u1[t, :, 0])  # sum_q1[n, j] = a1[t, n, 0, j] + u1[t, n, 0, j]
        product_q1 = np.negative(sum_q1)  # product_q1[n, j] = -sum_q1
        product_q1 = np.exp(product_q1, out=product_q1)  # product_q1[n, j] = exp(-sum_q1)
        product_q1 = np.add(product_q1, 1.0, out=product_q1)  # product_q1[n, j] = 1 + exp(-sum_q1)
        # product_q1[n, j] = 1/(1 + exp(-sum_q1))
        product_q1 = np.divide(1.0, product_q1, out=product_q1)
        # q1_view[n, j] = sigmoid(a1[t, n, 0, j] + u1[t, n, 0, j])*(u1[t, n, 2, j] + c1[j])
        np.multiply(q1[t], product_q1, out=q1[t])
        # q1_view[n, j] = sigmoid(a1[t, n, 0, j] + u1[t, n, 0, j])*(u1[t, n, 2, j] + c1[j]) + a1[t,
        #     n, 2, j]
        np.add(q1[t], a1[t, :, 2], out=q1[t])
        # q1[t, n, j] = tanh(sigmoid(a1[t, n, 0, j] + u1[t, n, 0, j])*(u1[t, n, 2, j] + c1[j]) +
        #     a1[t, n, 2, j])
        np.tanh(q1[t], out=q1[t])
        np.multiply(h1[t], z1[t], out=h1[t + 1])  # h1_view_3[n, j] = z1[t, n, j]*h1[t, n, j]
        sum_h1 = np.subtract(1.0, z1[t])  # sum_h1[n, j] = 1 - z1[t, n, j]
        # sum_h1[n, j] = (1 - z1[t, n, j])*q1[t, n, j]
        sum_h1 = np.multiply(sum_h1, q1[t], out=sum_h1)
        # h1_view_3[n, j] = (1 - z1[t, n, j])*q1[t, n, j] + z1[t, n, j]*h1[t, n, j]
        np.add(h1[t + 1], sum_h1, out=h1[t + 1])
        # h1_view_3[n, j] = seen[n, t]*((1 - z1[t, n, j])*q1[t, n, j] + z1[t, n, j]*h1[t, n, j])
        np.multiply(seen[:, t][:, None], h1[t + 1], out=h1[t + 1])
        # product_h1[n, j] = h1[t, n, j]*steps_h1[t, n]
        product_h1 = np.multiply(steps_h1[t][:, None], h1[t])
        # h1[1 + t, n, j] = seen[n, t]*((1 - z1[t, n, j])*q1[t, n, j] + z1[t, n, j]*h1[t, n, j]) +
        #     h1[t, n, j]*steps_h1[t, n]
        np.add(h1[t + 1], product_h1, out=h1[t + 1])
    s2 = np.dot(h1[T], W2.T)  # s2[n, j] = sum(k, W2[j, k]*h1[T, n, k])
    s2 = np.add(s2, b2, out=s2)  # s2[n, j] = sum(k, W2[j, k]*h1[T, n, k]) + b2[j]
    return s2


@np.errstate(all="ignore")
def loss(params, x, seen, label):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", "T", 8), 0)
    T = _length("x", x, ("N", "T", 8), 1)
    W1 = _floats("W1", params["W1"], (3, 24, 8), dtype)
    U1 = _floats("U1", params["U1"], (3, 24, 24), dtype)
    b1 = _floats("b1", params["b1"], (3, 24), dtype)
    c1 = _floats("c1", params["c1"], (24,), dtype)
    W2 = _floats("W2", params["W2"], (5, 24), dtype)
    b2 = _floats("b2", params["b2"], (5,), dtype)
    x = _floats("x", x, (N, T, 8), dtype)
    seen = _floats("seen", seen, (N, T), dtype)
    label = _integers("label", label, (N,), 5)
    ones_5 = np.ones(5, dtype)
    ones_N = np.ones(N, dtype)
    range_N = np.arange(N)
    steps_h1 = np.subtract(1.0, seen.T)  # steps_h1[t, n] = 1 - seen[n, t]
    x_copy = _filled(x.transpose(1, 0, 2), None, (T, N, 8), dtype)  # x_copy[t, n, k] = x[n, t, k]
    # a1[t, n, g, j] = sum(k, W1[g, j, k]*x[n, t, k])
    a1 = np.dot(x_copy.reshape(N * T, 8), W1.reshape(72, 8).T).reshape(T, N, 3, 24)
    a1 = np.add(a1, b1, out=a1)  # a1[t, n, g, j] = sum(k, W1[g, j, k]*x[n, t, k]) + b1[g, j]
    h1 = np.empty((T + 1, N, 24), dtype)  # h1, part by part
    h1[0] = 0.0  # h1[0, n, j] = 0
    u1 = np.empty((T, N, 3, 24), dtype)  # u1, part by part
    z1 = np.empty((T, N, 24), dtype)  # z1, part by part
    q1 = np.empty((T, N, 24), dtype)  # q1, part by part
    # U1_copy[l, g, j] = U1[g, j, l]
    U1_copy = _filled(U1.transpose(2, 0, 1), None, (24, 3, 24), dtype)
    for t in range(T):
        # u1[t, n, g, j] = sum(l, U1[g, j, l]*h1[t, n, l])
        _product(np.dot, h1[t], U1_copy.reshape(24, 72), u1[t], (N, 72), (N, 3, 24))
        sum_z1 = np.add(a1[t, :, 1], u1[t, :, 1])  # sum_z1[n, j] = a1[t, n, 1, j] + u1[t, n, 1, j]
        np.negative(sum_z1, out=z1[t])  # z1_view[n, j] = -sum_z1
        np.exp(z1[t], out=z1[t])  # z1_view[n, j] = exp(-sum_z1)
        np.add(z1[t], 1.0, out=z1[t])  # z1_view[n, j] = 1 + exp(-sum_z1)
        np.divide(1.0, z1[t], out=z1[t])  # z1[t, n, j] = sigmoid(a1[t, n, 1, j] + u1[t, n, 1, j])
        np.add(u1[t, :, 2], c1, out=q1[t])  # q1_view[n, j] = u1[t, n, 2, j] + c1[j]
        sum_q1 = np.add(a1[t, :, 0], u1[t, :, 0])  # sum_q1[n, j] = a1[t, n, 0, j] + u1[t, n, 0, j]
        product_q1 = np.negative(sum_q1)  # product_q1[n, j] = -sum_q1
        product_q1 = np.exp(product_q1, out=product_q1)  # product_q1[n, j] = exp(-sum_q1)
        product_q1 = np.add(product_q1, 1.0, out=product_q1)  # product_q1[n, j] = 1 + exp(-sum_q1)
        # product_q1[n, j] = 1/(1 + exp(-sum_q1))
        product_q1 = np.divide(1.0, product_q1, out=product_q1)
        # q1_view[n, j] = sigmoid(a1[t, n, 0, j] + u1[t, n, 0, j])*(u1[t, n, 2, j] + c1[j])
        np.multiply(q1[t], product_q1, out=q1[t])
        # q1_view[n, j] = sigmoid(a1[t, n, 0, j] + u1[t, n, 0, j])*(u1[t, n, 2, j] + c1[j]) + a1[t,
        #     n, 2, j]
        np.add(q1[t], a1[t, :, 2], out=q1[t])
        # q1[t, n, j] = tanh(sigmoid(a1[t, n, 0, j] + u1[t, n, 0, j])*(u1[t, n, 2, j] + c1[j]) +
        #     a1[t, n, 2, j])
        np.tanh(q1[t], out=q1[t])
        np.multiply(h1[t], z1[t], out=h1[t + 1])  # h1_view_3[n, j] = z1[t, n, j]*h1[t, n, j]
        sum_h1 = np.subtract(1.0, z1[t])  # sum_h1[n, j] = 1 - z1[t, n, j]
        # sum_h1[n, j] = (1 - z1[t, n, j])*q1[t, n, j]
        sum_h1 = np.multiply(sum_h1, q1[t], out=sum_h1)
        # h1_view_3[n, j] = (1 - z1[t, n, j])*q1[t, n, j] + z1[t, n, j]*h1[t, n, j]
        np.add(h1[t + 1], sum_h1, out=h1[t + 1])
        # h1_view_3[n, j] = seen[n, t]*((1 - z1[t, n, j])*q1[t, n, j] + z1[t, n, j]*h1[t, n, j])
        np.multiply(seen[:, t][:, None], h1[t + 1], out=h1[t + 1])
        # product_h1[n, j] = h1[t, n, j]*steps_h1[t, n]
        product_h1 = np.multiply(steps_h1[t][:, None], h1[t])
        # h1[1 + t, n, j] = seen[n, t]*((1 - z1[t, n, j])*q1[t, n, j] + z1[t, n, j]*h1[t, n, j]) +
        #     h1[t, n, j]*steps_h1[t, n]
        np.add(h1[t + 1], product_h1, out=h1[t + 1])
    s2 = np.dot(h1[T], W2.T)  # s2[n, j] = sum(k, W2[j, k]*h1[T, n, k])
    s2 = np.add(s2, b2, out=s2)  # s2[n, j] = sum(k, W2[j, k]*h1[T, n, k]) + b2[j]
    max_s2 = np.maximum.reduce(s2, axis=1)  # max_s2[n] = max(j, s2[n, j])
    exp_s2 = np.subtract(s2, max_s2[:, None])  # exp_s2[n, j] = s2[n, j] - max_s2[n]
    exp_s2 = np.exp(exp_s2, out=exp_s2)  # exp_s2[n, j] = exp(s2[n, j] - max_s2[n])
    sum_exp_s2 = np.dot(exp_s2, ones_5)  # sum_exp_s2[n] = sum(j, exp_s2[n, j])
    log_loss = np.log(sum_exp_s2)  # log_loss[n] = log(sum_exp_s2[n])
    s2_read = _filled(s2[range_N, label], None, (N,), dtype)  # s2_read[n] = s2[n, label[n]]
    s2_read = np.subtract(max_s2, s2_read, out=s2_read)  # s2_read[n] = max_s2[n] - s2[n, label[n]]
    # log_loss[n] = (max_s2[n] - s2[n, label[n]]) + log(sum_exp_s2[n])
    log_loss = np.add(log_loss, s2_read, out=log_loss)
    # sum_loss = sum(n, (max_s2[n] - s2[n, label[n]]) + log(sum_exp_s2[n]))
    sum_loss = np.dot(log_loss, ones_N)
    loss = sum_loss / N  # loss = sum(n, (max_s2[n] - s2[n, label[n]]) + log(sum_exp_s2[n]))/N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, seen, label, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", "T", 8), 0)
    T = _length("x", x, ("N", "T", 8), 1)
    W1 = _floats("W1", params["W1"], (3, 24, 8), dtype)
    U1 = _floats("U1", params["U1"], (3, 24, 24), dtype)
    b1 = _floats("b1", params["b1"], (3, 24), dtype)
    c1 = _floats("c1", params["c1"], (24,), dtype)
    W2 = _floats("W2", params["W2"], (5, 24), dtype)
    b2 = _floats("b2", params["b2"], (5,), dtype)
    x = _floats("x", x, (N, T, 8), dtype)
    seen = _floats("seen", seen, (N, T), dtype)
    label = _integers("label", label, (N,), 5)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_5 = np.ones(5, dtype)
        ones_N = np.ones(N, dtype)
        ones_4 = np.ones(N * T, dtype)
        range_N = np.arange(N)
    else:
        Workspace.require(workspace, (N, T,), dtype)
        work = workspace
        ones_5 = workspace.ones_5
        ones_N = workspace.ones_N
        ones_4 = workspace.ones_4
        range_N = workspace.range_N
    steps_h1 = np.subtract(1.0, seen.T, out=work.steps_h1)  # steps_h1[t, n] = 1 - seen[n, t]
    # x_copy[t, n, k] = x[n, t, k]
    x_copy = _filled(x.transpose(1, 0, 2), work.x_copy, (T, N, 8), dtype)
    # a1[t, n, g, j] = sum(k, W1[g, j, k]*x[n, t, k])
    a1 = _product(np.dot, x_copy.reshape(N * T, 8), W1.reshape(72, 8).T, work.a1, (N * T, 72), (T,
        N, 3, 24))
    a1 = np.add(a1, b1, out=a1)  # a1[t, n, g, j] = sum(k, W1[g, j, k]*x[n, t, k]) + b1[g, j]
    h1 = _reserved(work.h1, (T + 1, N, 24), dtype)  # h1, part by part
    h1[0] = 0.0  # h1[0, n, j] = 0
    u1 = _reserved(work.u1, (T, N, 3, 24), dtype)  # u1, part by part
    r1 = _reserved(work.r1, (T, N, 24), dtype)  # r1, part by part
    z1 = _reserved(work.z1, (T, N, 24), dtype)  # z1, part by part
    q1 = _reserved(work.q1, (T, N, 24), dtype)  # q1, part by part
    # U1_copy[l, g, j] = U1[g, j, l]
    U1_copy = _filled(U1.transpose(2, 0, 1), work.U1_copy, (24, 3, 24), dtype)
    for t in range(T):
        # u1[t, n, g, j] = sum(l, U1[g, j, l]*h1[t, n, l])
        _product(np.dot, h1[t], U1_copy.reshape(24, 72), u1[t], (N, 72), (N, 3, 24))
        # sum_r1[n, j] = a1[t, n, 0, j] + u1[t, n, 0, j]
        sum_r1 = np.add(a1[t, :, 0], u1[t, :, 0], out=work.sum_r1)
        np.negative(sum_r1, out=r1[t])  # r1_view[n, j] = -sum_r1
        np.exp(r1[t], out=r1[t])  # r1_view[n, j] = exp(-sum_r1)
        np.add(r1[t], 1.0, out=r1[t])  # r1_view[n, j] = 1 + exp(-sum_r1)
        np.divide(1.0, r1[t], out=r1[t])  # r1[t, n, j] = sigmoid(a1[t, n, 0, j] + u1[t, n, 0, j])
        # sum_z1[n, j] = a1[t, n, 1, j] + u1[t, n, 1, j]
        sum_z1 = np.add(a1[t, :, 1], u1[t, :, 1], out=work.sum_z1)
        np.negative(sum_z1, out=z1[t])  # z1_view[n, j] = -sum_z1
        np.exp(z1[t], out=z1[t])  # z1_view[n, j] = exp(-sum_z1)
        np.add(z1[t], 1.0, out=z1[t])  # z1_view[n, j] = 1 + exp(-sum_z1)
        np.divide(1.0, z1[t], out=z1[t])  # z1[t, n, j] = sigmoid(a1[t, n, 1, j] + u1[t, n, 1, j])
        np.add(u1[t, :, 2], c1, out=q1[t])  # q1_view[n, j] = u1[t, n, 2, j] + c1[j]
        # q1_view[n, j] = r1[t, n, j]*(u1[t, n, 2, j] + c1[j])
        np.multiply(q1[t], r1[t], out=q1[t])
        # q1_view[n, j] = a1[t, n, 2, j] + r1[t, n, j]*(u1[t, n, 2, j] + c1[j])
        np.add(q1[t], a1[t, :, 2], out=q1[t])
        # q1[t, n, j] = tanh(a1[t, n, 2, j] + r1[t, n, j]*(u1[t, n, 2, j] + c1[j]))
        np.tanh(q1[t], out=q1[t])
        np.multiply(h1[t], z1[t], out=h1[t + 1])  # h1_view_3[n, j] = z1[t, n, j]*h1[t, n, j]
        sum_h1 = np.subtract(1.0, z1[t], out=work.sum_h1)  # sum_h1[n, j] = 1 - z1[t, n, j]
        # sum_h1[n, j] = (1 - z1[t, n, j])*q1[t, n, j]
        sum_h1 = np.multiply(sum_h1, q1[t], out=sum_h1)
        # h1_view_3[n, j] = (1 - z1[t, n, j])*q1[t, n, j] + z1[t, n, j]*h1[t, n, j]
        np.add(h1[t + 1], sum_h1, out=h1[t + 1])
        # h1_view_3[n, j] = seen[n, t]*((1 - z1[t, n, j])*q1[t, n, j] + z1[t, n, j]*h1[t, n, j])
        np.multiply(seen[:, t][:, None], h1[t + 1], out=h1[t + 1])
        # product_h1[n, j] = h1[t, n, j]*steps_h1[t, n]
        product_h1 = np.multiply(steps_h1[t][:, None], h1[t], out=work.product_h1)
        # h1[1 + t, n, j] = seen[n, t]*((1 - z1[t, n, j])*q1[t, n, j] + z1[t, n, j]*h1[t, n, j]) +
        #     h1[t, n, j]*steps_h1[t, n]
        np.add(h1[t + 1], product_h1, out=h1[t + 1])
    # steps_d_q1[t, j, n] = 1 - z1[t, n, j]
    steps_d_q1 = np.subtract(1.0, z1.transpose(0, 2, 1), out=work.steps_d_q1)
    # steps_d_q1[t, j, n] = seen[n, t]*(1 - z1[t, n, j])
    steps_d_q1 = np.multiply(seen.T[:, None], steps_d_q1, out=steps_d_q1)
    # steps_d_z1[t, j, n] = h1[t, n, j] - q1[t, n, j]
    steps_d_z1 = np.subtract(h1[: T].transpose(0, 2, 1), q1.transpose(0, 2, 1),
        out=work.steps_d_z1)
    # steps_d_z1[t, j, n] = seen[n, t]*(h1[t, n, j] - q1[t, n, j])
    steps_d_z1 = np.multiply(seen.T[:, None], steps_d_z1, out=steps_d_z1)
    # steps_d_r1[t, j, n] = q1[t, n, j]**2
    steps_d_r1 = np.square(q1.transpose(0, 2, 1), out=work.steps_d_r1)
    # steps_d_r1[t, j, n] = 1 - q1[t, n, j]**2
    steps_d_r1 = np.subtract(1.0, steps_d_r1, out=steps_d_r1)
    # sum_steps_d_r1[t, j, n] = u1[t, n, 2, j] + c1[j]
    sum_steps_d_r1 = np.add(u1[:, :, 2].transpose(0, 2, 1), c1[:, None], out=work.sum_steps_d_r1)
    # steps_d_r1[t, j, n] = (u1[t, n, 2, j] + c1[j])*(1 - q1[t, n, j]**2)
    steps_d_r1 = np.multiply(steps_d_r1, sum_steps_d_r1, out=steps_d_r1)
    # steps_d_u1[t, j, n] = q1[t, n, j]**2
    steps_d_u1 = np.square(q1.transpose(0, 2, 1), out=work.steps_d_u1)
    # steps_d_u1[t, j, n] = 1 - q1[t, n, j]**2
    steps_d_u1 = np.subtract(1.0, steps_d_u1, out=steps_d_u1)
    # steps_d_u1[t, j, n] = r1[t, n, j]*(1 - q1[t, n, j]**2)
    steps_d_u1 = np.multiply(steps_d_u1, r1.transpose(0, 2, 1), out=steps_d_u1)
    # steps_d_u1_2[t, j, n] = 1 - z1[t, n, j]
    steps_d_u1_2 = np.subtract(1.0, z1.transpose(0, 2, 1), out=work.steps_d_u1_2)
    # steps_d_u1_2[t, j, n] = (1 - z1[t, n, j])*z1[t, n, j]
    steps_d_u1_2 = np.multiply(steps_d_u1_2, z1.transpose(0, 2, 1), out=steps_d_u1_2)
    # steps_d_u1_3[t, j, n] = 1 - r1[t, n, j]
    steps_d_u1_3 = np.subtract(1.0, r1.transpose(0, 2, 1), out=work.steps_d_u1_3)
    # steps_d_u1_3[t, j, n] = (1 - r1[t, n, j])*r1[t, n, j]
    steps_d_u1_3 = np.multiply(steps_d_u1_3, r1.transpose(0, 2, 1), out=steps_d_u1_3)
    # steps_d_h1[t, j, n] = seen[n, t]*z1[t, n, j]
    steps_d_h1 = np.multiply(seen.T[:, None], z1.transpose(0, 2, 1), out=work.steps_d_h1)
    # steps_d_h1[t, j, n] = seen[n, t]*z1[t, n, j] - seen[n, t]
    steps_d_h1 = np.subtract(steps_d_h1, seen.T[:, None], out=steps_d_h1)
    # steps_d_h1[t, j, n] = 1 - seen[n, t] + seen[n, t]*z1[t, n, j]
    steps_d_h1 = np.add(steps_d_h1, 1.0, out=steps_d_h1)
    s2 = np.dot(W2, h1[T].T, out=work.s2)  # s2[j, n] = sum(k, W2[j, k]*h1[T, n, k])
    s2 = np.add(s2, b2[:, None], out=s2)  # s2[j, n] = sum(k, W2[j, k]*h1[T, n, k]) + b2[j]
    max_s2 = np.maximum.reduce(s2, axis=0, out=work.max_s2)  # max_s2[n] = max(j, s2[j, n])
    exp_s2 = np.subtract(s2, max_s2, out=work.exp_s2)  # exp_s2[j, n] = s2[j, n] - max_s2[n]
    exp_s2 = np.exp(exp_s2, out=exp_s2)  # exp_s2[j, n] = exp(s2[j, n] - max_s2[n])
    # sum_exp_s2[n] = sum(j, exp_s2[j, n])
    sum_exp_s2 = np.dot(ones_5, exp_s2, out=work.sum_exp_s2)
    log_loss = np.log(sum_exp_s2, out=work.log_loss)  # log_loss[n] = log(sum_exp_s2[n])
    # s2_read[n] = s2[label[n], n]
    s2_read = _filled(s2[label, range_N], work.s2_read, (N,), dtype)
    s2_read = np.subtract(max_s2, s2_read, out=s2_read)  # s2_read[n] = max_s2[n] - s2[label[n], n]
    # log_loss[n] = (max_s2[n] - s2[label[n], n]) + log(sum_exp_s2[n])
    log_loss = np.add(log_loss, s2_read, out=log_loss)
    # sum_loss = sum(n, (max_s2[n] - s2[label[n], n]) + log(sum_exp_s2[n]))
    sum_loss = np.dot(log_loss, ones_N)
    loss = sum_loss / N  # loss = sum(n, (max_s2[n] - s2[label[n], n]) + log(sum_exp_s2[n]))/N
    # scaled_d_s2[n] = N*sum_exp_s2[n]
    scaled_d_s2 = np.multiply(sum_exp_s2, N, out=work.scaled_d_s2)
    # d_s2[j, n] = exp_s2[j, n]/N/sum_exp_s2[n]
    d_s2 = np.divide(exp_s2, scaled_d_s2, out=work.d_s2)
    d_s2[label, range_N] -= dtype.type(1.0) / N  # d_s2[label[n], n] += -1/N
    d_W2 = np.dot(d_s2, h1[T])  # d_W2[j, k] = sum(n, d_s2[j, n]*h1[T, n, k])
    d_b2 = np.dot(d_s2, ones_N)  # d_b2[j] = sum(n, d_s2[j, n])
    d_y1 = np.dot(W2.T, d_s2, out=work.d_y1)  # d_y1[k, n] = sum(j, d_s2[j, n]*W2[j, k])
    d_h1 = _filled(0.0, work.d_h1, (T + 1, N, 24), dtype)  # d_h1 = 0
    d_h1[T] += d_y1.T  # d_h1[T, n, j] += d_y1[j, n]
    d_q1 = _reserved(work.d_q1, (T, N, 24), dtype)  # d_q1, part by part
    d_z1 = _reserved(work.d_z1, (T, N, 24), dtype)  # d_z1, part by part
    d_r1 = _reserved(work.d_r1, (T, N, 24), dtype)  # d_r1, part by part
    d_u1 = _reserved(work.d_u1, (T, N, 3, 24), dtype)  # d_u1, part by part
    for t in reversed(range(T)):
        # d_q1[t, n, j] = d_h1[1 + t, n, j]*steps_d_q1[t, j, n]
        np.multiply(d_h1[t + 1], steps_d_q1[t].T, out=d_q1[t])
        # d_z1[t, n, j] = d_h1[1 + t, n, j]*steps_d_z1[t, j, n]
        np.multiply(d_h1[t + 1], steps_d_z1[t].T, out=d_z1[t])
        # d_r1[t, n, j] = d_q1[t, n, j]*steps_d_r1[t, j, n]
        np.multiply(d_q1[t], steps_d_r1[t].T, out=d_r1[t])
        # d_u1[t, n, 2, j] = d_q1[t, n, j]*steps_d_u1[t, j, n]
        np.multiply(d_q1[t], steps_d_u1[t].T, out=d_u1[t, :, 2])
        # d_u1[t, n, 1, j] = d_z1[t, n, j]*steps_d_u1_2[t, j, n]
        np.multiply(d_z1[t], steps_d_u1_2[t].T, out=d_u1[t, :, 1])
        # d_u1[t, n, 0, j] = d_r1[t, n, j]*steps_d_u1_3[t, j, n]
        np.multiply(d_r1[t], steps_d_u1_3[t].T, out=d_u1[t, :, 0])
        # sum_d_h1[n, l] = sum(g, j, d_u1[t, n, g, j]*U1[g, j, l])
        sum_d_h1 = np.dot(d_u1[t].reshape(N, 72), U1.reshape(72, 24), out=work.sum_d_h1)
        d_h1[t] += sum_d_h1  # d_h1[t, n, l] += sum(g, j, d_u1[t, n, g, j]*U1[g, j, l])
        # product_d_h1[n, j] = d_h1[1 + t, n, j]*steps_d_h1[t, j, n]
        product_d_h1 = np.multiply(d_h1[t + 1], steps_d_h1[t].T, out=work.product_d_h1)
        d_h1[t] += product_d_h1  # d_h1[t, n, j] += d_h1[1 + t, n, j]*steps_d_h1[t, j, n]
    # d_U1[g, j, l] = sum(n, t, d_u1[t, n, g, j]*h1[t, n, l])
    d_U1 = np.dot(d_u1.reshape(N * T, 72).T, h1[: T].reshape(N * T, 24)).reshape(3, 24, 24)
    square_d_c1 = np.square(q1, out=work.square_d_c1)  # square_d_c1[t, n, j] = q1[t, n, j]**2
    # square_d_c1[t, n, j] = 1 - q1[t, n, j]**2
    square_d_c1 = np.subtract(1.0, square_d_c1, out=square_d_c1)
    # square_d_c1[t, n, j] = d_q1[t, n, j]*(1 - q1[t, n, j]**2)
    square_d_c1 = np.multiply(square_d_c1, d_q1, out=square_d_c1)
    # square_d_c1[t, n, j] = d_q1[t, n, j]*r1[t, n, j]*(1 - q1[t, n, j]**2)
    square_d_c1 = np.multiply(square_d_c1, r1, out=square_d_c1)
    # d_c1[j] = sum(n, t, d_q1[t, n, j]*r1[t, n, j]*(1 - q1[t, n, j]**2))
    d_c1 = np.dot(ones_4, square_d_c1.reshape(N * T, 24))
    d_a1 = _reserved(work.d_a1, (T, 3, 24, N), dtype)  # d_a1, part by part
    np.square(q1.transpose(0, 2, 1), out=d_a1[:, 2])  # d_a1_view[t, j, n] = q1[t, n, j]**2
    np.subtract(1.0, d_a1[:, 2], out=d_a1[:, 2])  # d_a1_view[t, j, n] = 1 - q1[t, n, j]**2
    # d_a1[t, 2, j, n] = d_q1[t, n, j]*(1 - q1[t, n, j]**2)
    np.multiply(d_a1[:, 2], d_q1.transpose(0, 2, 1), out=d_a1[:, 2])
    # d_a1_view_2[t, j, n] = 1 - z1[t, n, j]
    np.subtract(1.0, z1.transpose(0, 2, 1), out=d_a1[:, 1])
    # d_a1_view_2[t, j, n] = d_z1[t, n, j]*(1 - z1[t, n, j])
    np.multiply(d_a1[:, 1], d_z1.transpose(0, 2, 1), out=d_a1[:, 1])
    # d_a1[t, 1, j, n] = d_z1[t, n, j]*(1 - z1[t, n, j])*z1[t, n, j]
    np.multiply(d_a1[:, 1], z1.transpose(0, 2, 1), out=d_a1[:, 1])
    # d_a1_view_3[t, j, n] = 1 - r1[t, n, j]
    np.subtract(1.0, r1.transpose(0, 2, 1), out=d_a1[:, 0])
    # d_a1_view_3[t, j, n] = d_r1[t, n, j]*(1 - r1[t, n, j])
    np.multiply(d_a1[:, 0], d_r1.transpose(0, 2, 1), out=d_a1[:, 0])
    # d_a1[t, 0, j, n] = d_r1[t, n, j]*(1 - r1[t, n, j])*r1[t, n, j]
    np.multiply(d_a1[:, 0], r1.transpose(0, 2, 1), out=d_a1[:, 0])
    # sum_d_W1[t, g, j, k] = sum(n, t, d_a1[t, g, j, n]*x[n, t, k])
    sum_d_W1 = _product(np.matmul, d_a1.reshape(T, 72, N), x.transpose(1, 0, 2), work.sum_d_W1, (T,
        72, 8), (T, 3, 24, 8))
    # d_W1[g, j, k] = sum(n, t, d_a1[t, g, j, n]*x[n, t, k])
    d_W1 = np.add.reduce(sum_d_W1, axis=0)
    # sum_d_b1[t, g, j] = sum(n, t, d_a1[t, g, j, n])
    sum_d_b1 = np.dot(d_a1, ones_N, out=work.sum_d_b1)
    d_b1 = np.add.reduce(sum_d_b1, axis=0)  # d_b1[g, j] = sum(n, t, d_a1[t, g, j, n])
    grads = {
        "W1": d_W1,
        "U1": d_U1,
        "b1": d_b1,
        "c1": d_c1,
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


def value_and_flat_grad(vector, x, seen, label):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x, seen, label))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x, seen, label,
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
        (x, seen, label),
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
    limits = {"label": 5}
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
