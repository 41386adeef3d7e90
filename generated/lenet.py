"""Loss and gradients of the network lenet.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    z1[n, t, 2 + i, 2 + j] += x[n, t, i, j]
    s1[n, o, i, j] = sum(c, p, q, W1[o, c, p, q]*z1[n, c, i + p, j + q]) + b1[o]
    h2[n, t, l, a] = relu(s1[n, t, l, a])
    m3[n, t, i, j] = max(p, q, h2[n, t, 2*i + p, 2*j + q])
    s4[n, o, i, j] = sum(c, p, q, W4[o, c, p, q]*m3[n, c, i + p, j + q]) + b4[o]
    h5[n, t, l, a] = relu(s4[n, t, l, a])
    m6[n, t, i, j] = max(p, q, h5[n, t, 2*i + p, 2*j + q])
    f7[n, 25*i0 + 5*i1 + i2] = m6[n, i0, i1, i2]
    s8[n, j] = sum(k, W8[j, k]*f7[n, k]) + b8[j]
    h8[n, t] = relu(s8[n, t])
    s9[n, j] = sum(k, W9[j, k]*h8[n, k]) + b9[j]
    h9[n, t] = relu(s9[n, t])
    s10[n, j] = sum(k, W10[j, k]*h9[n, k]) + b10[j]
    loss = sum(n, logsumexp(j, s10[n, j]) - s10[n, label[n]])/N

Extents bound at each call: N.

Conventions:
    a maximum shares ties equally
    logsumexp of infinite terms is NaN
    logsumexp, and what softmax lacks of 1, are exact to an ulp of 1 where they are small
    relu'(0) = relu'(nan) = 0
    a mean over nothing is NaN

Operations:
    forward and loss: 860702*N + 2550
    backward: 1666818*N + 30928
    workspace, in floats: 14364*N + Max(150, 4704*N) + Max(168, 10*N) + Max(2400, 2880*N) +
        Max(4200, 84*N) + Max(24000, 400*N)
"""

import numpy as np

TITLE = "LeNet"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (6, 1, 5, 5),
    "b1": (6,),
    "W4": (16, 6, 5, 5),
    "b4": (16,),
    "W8": (120, 400),
    "b8": (120,),
    "W9": (84, 120),
    "b9": (84,),
    "W10": (10, 84),
    "b10": (10,),
}
INPUTS = {
    "x": ("N", 1, 28, 28),
}
TARGETS = {
    "label": ("N",),
}
OUTPUTS = ("s10",)
# One derivative of the loss per parameter.
LATEX = {
    "W1": (
        "\\frac{\\partial L}{\\partial W^{(1)}_{o,c,p,q}} = \\sum_{n,i,j}"
        " \\bar{s}^{(1)}_{n,o,i,j} z^{(1)}_{n,c,i+p,j+q}"
    ),
    "b1": (
        "\\frac{\\partial L}{\\partial b^{(1)}_o} = \\sum_{n,i,j} \\bar{s}"
        "^{(1)}_{n,o,i,j}"
    ),
    "W4": (
        "\\frac{\\partial L}{\\partial W^{(4)}_{o,c,p,q}} = \\sum_{n,i,j}"
        " \\bar{s}^{(4)}_{n,o,i,j} m^{(3)}_{n,c,i+p,j+q}"
    ),
    "b4": (
        "\\frac{\\partial L}{\\partial b^{(4)}_o} = \\sum_{n,i,j} \\bar{s}"
        "^{(4)}_{n,o,i,j}"
    ),
    "W8": (
        "\\frac{\\partial L}{\\partial W^{(8)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(8)}_{n,j} f^{(7)}_{n,k}"
    ),
    "b8": (
        "\\frac{\\partial L}{\\partial b^{(8)}_j} = \\sum_n \\bar{s}^{(8)}"
        "_{n,j}"
    ),
    "W9": (
        "\\frac{\\partial L}{\\partial W^{(9)}_{j,k}} = \\sum_n \\bar{s}^{"
        "(9)}_{n,j} h^{(8)}_{n,k}"
    ),
    "b9": (
        "\\frac{\\partial L}{\\partial b^{(9)}_j} = \\sum_n \\bar{s}^{(9)}"
        "_{n,j}"
    ),
    "W10": (
        "\\frac{\\partial L}{\\partial W^{(10)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(10)}_{n,j} h^{(9)}_{n,k}"
    ),
    "b10": (
        "\\frac{\\partial L}{\\partial b^{(10)}_j} = \\sum_n \\bar{s}^{(10"
        ")}_{n,j}"
    ),
}
_BUFFERS = (
    "z1",
    "z1_slabs",
    "W1_copy",
    "s1",
    "h2",
    "max_m3",
    "m3",
    "m3_slabs",
    "W4_copy",
    "s4",
    "h5",
    "max_m6",
    "m6",
    "f7",
    "s8",
    "h8",
    "s9",
    "h9",
    "s10",
    "max_s10",
    "exp_s10",
    "sum_exp_s10",
    "log_loss",
    "s10_read",
    "scaled_d_s10",
    "d_s10",
    "d_h9",
    "greater_d_s9",
    "d_s9",
    "d_h8",
    "greater_d_s8",
    "d_s8",
    "d_f7",
    "equal_h5",
    "d_h5",
    "sum_d_h5",
    "sum_d_h5_2",
    "ratio_d_h5",
    "d_s4_padded",
    "greater_d_s4_padded",
    "sum_d_W4",
    "sum_d_b4",
    "d_m3",
    "W4_view_copy",
    "sum_d_m3",
    "equal_h2",
    "d_h2",
    "sum_d_h2",
    "sum_d_h2_2",
    "greater_d_s1",
    "d_s1",
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
        "W1": np.asarray(rng.uniform(-0.1851640199545103, 0.1851640199545103, (6, 1, 5, 5)),
            dtype),
        "b1": np.full((6,), 0.0, dtype),
        "W4": np.asarray(rng.uniform(-0.1044465935734187, 0.1044465935734187, (16, 6, 5, 5)),
            dtype),
        "b4": np.full((16,), 0.0, dtype),
        "W8": np.asarray(rng.uniform(-0.10741723110591493, 0.10741723110591493, (120, 400)),
            dtype),
        "b8": np.full((120,), 0.0, dtype),
        "W9": np.asarray(rng.uniform(-0.17149858514250885, 0.17149858514250885, (84, 120)), dtype),
        "b9": np.full((84,), 0.0, dtype),
        "W10": np.asarray(rng.uniform(-0.2526455763199557, 0.2526455763199557, (10, 84)), dtype),
        "b10": np.full((10,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    Its size stands in the module's docstring.
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(max(150, 4704 * N), dtype)
        self.z1 = memory_1[: 1024 * N].reshape(32, 1, 32, N)
        self.W1_copy = memory_1[: 150].reshape(6, 5, 1, 5)
        self.max_m3 = memory_1[: 2352 * N].reshape(14, 6, 28, N)
        self.m3_slabs = memory_1[: 4200 * N].reshape(14, 6, 5, 10, N)
        self.sum_d_m3 = memory_1[: 4200 * N].reshape(14, 6, 5, 10, N)
        self.d_h2 = memory_1[: 4704 * N].reshape(28, 6, 28, N)
        self.d_s1 = memory_1[: 4704 * N].reshape(28, 6, 28, N)
        memory_2 = np.empty(4480 * N, dtype)
        self.z1_slabs = memory_2.reshape(32, 1, 5, 28, N)
        memory_3 = np.empty(4704 * N, dtype)
        self.s1 = memory_3.reshape(28, 6, 28, N)
        self.h2 = memory_3.reshape(28, 6, 28, N)
        memory_4 = np.empty(1176 * N, dtype)
        self.m3 = memory_4.reshape(14, 6, 14, N)
        self.sum_d_h2_2 = memory_4.reshape(14, 6, 14, N)
        memory_5 = np.empty(max(2400, 2880 * N), dtype)
        self.W4_copy = memory_5[: 2400].reshape(16, 5, 6, 5)
        self.max_m6 = memory_5[: 800 * N].reshape(5, 16, 10, N)
        self.f7 = memory_5[: 400 * N].reshape(400, N)
        self.d_f7 = memory_5[: 400 * N].reshape(400, N)
        self.d_s4_padded = memory_5[: 2880 * N].reshape(18, 16, 10, N)
        self.sum_d_h2 = memory_5[: 2352 * N].reshape(14, 6, 14, 2, N)
        memory_6 = np.empty(1600 * N, dtype)
        self.s4 = memory_6.reshape(10, 16, 10, N)
        self.h5 = memory_6.reshape(10, 16, 10, N)
        self.d_m3 = memory_6[: 1176 * N].reshape(14, 6, 14, N)
        memory_7 = np.empty(1600 * N, dtype)
        self.m6 = memory_7[: 400 * N].reshape(5, 16, 5, N)
        self.d_h5 = memory_7.reshape(10, 16, 10, N)
        memory_8 = np.empty(800 * N, dtype)
        self.s8 = memory_8[: 120 * N].reshape(120, N)
        self.h8 = memory_8[: 120 * N].reshape(120, N)
        self.sum_d_h5 = memory_8.reshape(5, 16, 5, 2, N)
        self.ratio_d_h5 = memory_8[: 400 * N].reshape(16, 5, 5, N)
        memory_9 = np.empty(max(24000, 400 * N), dtype)
        self.s9 = memory_9[: 84 * N].reshape(84, N)
        self.h9 = memory_9[: 84 * N].reshape(84, N)
        self.d_h8 = memory_9[: 120 * N].reshape(120, N)
        self.d_s8 = memory_9[: 120 * N].reshape(120, N)
        self.sum_d_h5_2 = memory_9[: 400 * N].reshape(5, 16, 5, N)
        self.sum_d_W4 = memory_9[: 24000].reshape(10, 16, 5, 6, 5)
        memory_10 = np.empty(max(4200, 84 * N), dtype)
        self.s10 = memory_10[: 10 * N].reshape(10, N)
        self.d_h9 = memory_10[: 84 * N].reshape(84, N)
        self.d_s9 = memory_10[: 84 * N].reshape(84, N)
        self.W4_view_copy = memory_10[: 2400].reshape(5, 16, 6, 5)
        self.sum_d_W1 = memory_10[: 4200].reshape(28, 6, 5, 1, 5)
        memory_11 = np.empty(N, dtype)
        self.max_s10 = memory_11.reshape(N)
        memory_12 = np.empty(max(10 * N, 168), dtype)
        self.exp_s10 = memory_12[: 10 * N].reshape(10, N)
        self.d_s10 = memory_12[: 10 * N].reshape(10, N)
        self.sum_d_b4 = memory_12[: 160].reshape(10, 16)
        self.sum_d_b1 = memory_12[: 168].reshape(28, 6)
        memory_13 = np.empty(N, dtype)
        self.sum_exp_s10 = memory_13.reshape(N)
        self.scaled_d_s10 = memory_13.reshape(N)
        memory_14 = np.empty(N, dtype)
        self.log_loss = memory_14.reshape(N)
        memory_15 = np.empty(N, dtype)
        self.s10_read = memory_15.reshape(N)
        memory_16 = np.empty(4704 * N, bool)
        self.greater_d_s9 = memory_16[: 84 * N].reshape(84, N)
        self.greater_d_s8 = memory_16[: 120 * N].reshape(120, N)
        self.equal_h5 = memory_16[: 1600 * N].reshape(5, 2, 16, 5, 2, N)
        self.greater_d_s4_padded = memory_16[: 1600 * N].reshape(10, 16, 10, N)
        self.equal_h2 = memory_16.reshape(14, 2, 6, 14, 2, N)
        self.greater_d_s1 = memory_16.reshape(28, 6, 28, N)
        self.ones_10 = np.ones(10, dtype)
        self.ones_N = np.ones(N, dtype)
        self.ones_4 = np.ones(10 * N, dtype)
        self.ones_5 = np.ones(28 * N, dtype)
        self.ones_28 = np.ones(28, dtype)
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
    """The output s10, a new array."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 1, 28, 28), 0)
    W1 = _floats("W1", params["W1"], (6, 1, 5, 5), dtype)
    b1 = _floats("b1", params["b1"], (6,), dtype)
    W4 = _floats("W4", params["W4"], (16, 6, 5, 5), dtype)
    b4 = _floats("b4", params["b4"], (16,), dtype)
    W8 = _floats("W8", params["W8"], (120, 400), dtype)
    b8 = _floats("b8", params["b8"], (120,), dtype)
    W9 = _floats("W9", params["W9"], (84, 120), dtype)
    b9 = _floats("b9", params["b9"], (84,), dtype)
    W10 = _floats("W10", params["W10"], (10, 84), dtype)
    b10 = _floats("b10", params["b10"], (10,), dtype)
    x = _floats("x", x, (N, 1, 28, 28), dtype)
    z1 = np.zeros((32, 1, 32, N), dtype)  # z1 = 0
    z1[2 : 30, :, 2 : 30] += x.transpose(2, 1, 3, 0)  # z1[2 + i, t, 2 + j, n] += x[n, t, i, j]
    # z1_view_2[height, c, j, q, n] = z1[height, c, j + q, n]
    z1_view_2 = _windows(z1, (32, 1, 28, 5, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z1_slabs[height, c, q, j, n] = z1[height, c, j + q, n]
    z1_slabs = _filled(z1_view_2.transpose(0, 1, 3, 2, 4), None, (32, 1, 5, 28, N), dtype)
    # z1_rows[i, p, c, q, j, n] = z1_slabs[i + p, c, q, j, n]
    z1_rows = _windows(z1_slabs, (28, 5, 1, 5, 28, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W1_copy[o, p, c, q] = W1[o, c, p, q]
    W1_copy = _filled(W1.transpose(0, 2, 1, 3), None, (6, 5, 1, 5), dtype)
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n])
    s1 = np.matmul(W1_copy.reshape(6, 25), z1_rows.reshape(28, 25, 28 * N)).reshape(28, 6, 28, N)
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n]) + b1[o]
    s1 = np.add(s1, b1[:, None, None], out=s1)
    h2 = np.maximum(s1, 0.0)  # h2[l, t, a, n] = relu(s1[l, t, a, n])
    # max_m3[i, t, row2, n] = max(h2[2*i, t, row2, n], h2[1 + 2*i, t, row2, n])
    max_m3 = np.maximum(h2[: 28 : 2], h2[1 : 29 : 2])
    # m3[i, t, j, n] = max(p, q, h2[2*i + p, t, 2*j + q, n])
    m3 = np.maximum(max_m3[:, :, : 28 : 2], max_m3[:, :, 1 : 29 : 2])
    # m3_view_2[height, c, j, q, n] = m3[height, c, j + q, n]
    m3_view_2 = _windows(m3, (14, 6, 10, 5, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # m3_slabs[height, c, q, j, n] = m3[height, c, j + q, n]
    m3_slabs = _filled(m3_view_2.transpose(0, 1, 3, 2, 4), None, (14, 6, 5, 10, N), dtype)
    # m3_rows[i, p, c, q, j, n] = m3_slabs[i + p, c, q, j, n]
    m3_rows = _windows(m3_slabs, (10, 5, 6, 5, 10, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W4_copy[o, p, c, q] = W4[o, c, p, q]
    W4_copy = _filled(W4.transpose(0, 2, 1, 3), None, (16, 5, 6, 5), dtype)
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*m3[i + p, c, j + q, n])
    s4 = np.matmul(W4_copy.reshape(16, 150), m3_rows.reshape(10, 150, 10 * N)).reshape(10, 16, 10,
        N)
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*m3[i + p, c, j + q, n]) + b4[o]
    s4 = np.add(s4, b4[:, None, None], out=s4)
    h5 = np.maximum(s4, 0.0)  # h5[l, t, a, n] = relu(s4[l, t, a, n])
    # max_m6[i, t, row2, n] = max(h5[2*i, t, row2, n], h5[1 + 2*i, t, row2, n])
    max_m6 = np.maximum(h5[: 10 : 2], h5[1 : 11 : 2])
    # m6[i, t, j, n] = max(p, q, h5[2*i + p, t, 2*j + q, n])
    m6 = np.maximum(max_m6[:, :, : 10 : 2], max_m6[:, :, 1 : 11 : 2])
    f7 = np.empty((400, N), dtype)  # f7, part by part
    # f7_view[i0, i1, i2, n] = f7[25*i0 + 5*i1 + i2, n]
    f7_view = _windows(f7, (16, 5, 5, N), ((0, 25), (0, 5), (0, 1), (1, 1),))
    # f7[25*i0 + 5*i1 + i2, n] = m6[i1, i0, i2, n]
    f7_view = _filled(m6.transpose(1, 0, 2, 3), f7_view, (16, 5, 5, N), dtype)
    s8 = np.dot(W8, f7)  # s8[j, n] = sum(k, W8[j, k]*f7[k, n])
    s8 = np.add(s8, b8[:, None], out=s8)  # s8[j, n] = sum(k, W8[j, k]*f7[k, n]) + b8[j]
    h8 = np.maximum(s8, 0.0)  # h8[t, n] = relu(s8[t, n])
    s9 = np.dot(W9, h8)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n])
    s9 = np.add(s9, b9[:, None], out=s9)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n]) + b9[j]
    h9 = np.maximum(s9, 0.0)  # h9[t, n] = relu(s9[t, n])
    s10 = np.dot(h9.T, W10.T)  # s10[n, j] = sum(k, W10[j, k]*h9[k, n])
    s10 = np.add(s10, b10, out=s10)  # s10[n, j] = sum(k, W10[j, k]*h9[k, n]) + b10[j]
    return s10


@np.errstate(all="ignore")
def loss(params, x, label):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 1, 28, 28), 0)
    W1 = _floats("W1", params["W1"], (6, 1, 5, 5), dtype)
    b1 = _floats("b1", params["b1"], (6,), dtype)
    W4 = _floats("W4", params["W4"], (16, 6, 5, 5), dtype)
    b4 = _floats("b4", params["b4"], (16,), dtype)
    W8 = _floats("W8", params["W8"], (120, 400), dtype)
    b8 = _floats("b8", params["b8"], (120,), dtype)
    W9 = _floats("W9", params["W9"], (84, 120), dtype)
    b9 = _floats("b9", params["b9"], (84,), dtype)
    W10 = _floats("W10", params["W10"], (10, 84), dtype)
    b10 = _floats("b10", params["b10"], (10,), dtype)
    x = _floats("x", x, (N, 1, 28, 28), dtype)
    label = _integers("label", label, (N,), 10)
    ones_10 = np.ones(10, dtype)
    ones_N = np.ones(N, dtype)
    range_N = np.arange(N)
    z1 = np.zeros((32, 1, 32, N), dtype)  # z1 = 0
    z1[2 : 30, :, 2 : 30] += x.transpose(2, 1, 3, 0)  # z1[2 + i, t, 2 + j, n] += x[n, t, i, j]
    # z1_view_2[height, c, j, q, n] = z1[height, c, j + q, n]
    z1_view_2 = _windows(z1, (32, 1, 28, 5, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z1_slabs[height, c, q, j, n] = z1[height, c, j + q, n]
    z1_slabs = _filled(z1_view_2.transpose(0, 1, 3, 2, 4), None, (32, 1, 5, 28, N), dtype)
    # z1_rows[i, p, c, q, j, n] = z1_slabs[i + p, c, q, j, n]
    z1_rows = _windows(z1_slabs, (28, 5, 1, 5, 28, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W1_copy[o, p, c, q] = W1[o, c, p, q]
    W1_copy = _filled(W1.transpose(0, 2, 1, 3), None, (6, 5, 1, 5), dtype)
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n])
    s1 = np.matmul(W1_copy.reshape(6, 25), z1_rows.reshape(28, 25, 28 * N)).reshape(28, 6, 28, N)
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n]) + b1[o]
    s1 = np.add(s1, b1[:, None, None], out=s1)
    h2 = np.maximum(s1, 0.0)  # h2[l, t, a, n] = relu(s1[l, t, a, n])
    # max_m3[i, t, row2, n] = max(h2[2*i, t, row2, n], h2[1 + 2*i, t, row2, n])
    max_m3 = np.maximum(h2[: 28 : 2], h2[1 : 29 : 2])
    # m3[i, t, j, n] = max(p, q, h2[2*i + p, t, 2*j + q, n])
    m3 = np.maximum(max_m3[:, :, : 28 : 2], max_m3[:, :, 1 : 29 : 2])
    # m3_view_2[height, c, j, q, n] = m3[height, c, j + q, n]
    m3_view_2 = _windows(m3, (14, 6, 10, 5, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # m3_slabs[height, c, q, j, n] = m3[height, c, j + q, n]
    m3_slabs = _filled(m3_view_2.transpose(0, 1, 3, 2, 4), None, (14, 6, 5, 10, N), dtype)
    # m3_rows[i, p, c, q, j, n] = m3_slabs[i + p, c, q, j, n]
    m3_rows = _windows(m3_slabs, (10, 5, 6, 5, 10, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W4_copy[o, p, c, q] = W4[o, c, p, q]
    W4_copy = _filled(W4.transpose(0, 2, 1, 3), None, (16, 5, 6, 5), dtype)
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*m3[i + p, c, j + q, n])
    s4 = np.matmul(W4_copy.reshape(16, 150), m3_rows.reshape(10, 150, 10 * N)).reshape(10, 16, 10,
        N)
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*m3[i + p, c, j + q, n]) + b4[o]
    s4 = np.add(s4, b4[:, None, None], out=s4)
    h5 = np.maximum(s4, 0.0)  # h5[l, t, a, n] = relu(s4[l, t, a, n])
    # max_m6[i, t, row2, n] = max(h5[2*i, t, row2, n], h5[1 + 2*i, t, row2, n])
    max_m6 = np.maximum(h5[: 10 : 2], h5[1 : 11 : 2])
    # m6[i, t, j, n] = max(p, q, h5[2*i + p, t, 2*j + q, n])
    m6 = np.maximum(max_m6[:, :, : 10 : 2], max_m6[:, :, 1 : 11 : 2])
    f7 = np.empty((400, N), dtype)  # f7, part by part
    # f7_view[i0, i1, i2, n] = f7[25*i0 + 5*i1 + i2, n]
    f7_view = _windows(f7, (16, 5, 5, N), ((0, 25), (0, 5), (0, 1), (1, 1),))
    # f7[25*i0 + 5*i1 + i2, n] = m6[i1, i0, i2, n]
    f7_view = _filled(m6.transpose(1, 0, 2, 3), f7_view, (16, 5, 5, N), dtype)
    s8 = np.dot(W8, f7)  # s8[j, n] = sum(k, W8[j, k]*f7[k, n])
    s8 = np.add(s8, b8[:, None], out=s8)  # s8[j, n] = sum(k, W8[j, k]*f7[k, n]) + b8[j]
    h8 = np.maximum(s8, 0.0)  # h8[t, n] = relu(s8[t, n])
    s9 = np.dot(W9, h8)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n])
    s9 = np.add(s9, b9[:, None], out=s9)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n]) + b9[j]
    h9 = np.maximum(s9, 0.0)  # h9[t, n] = relu(s9[t, n])
    s10 = np.dot(W10, h9)  # s10[j, n] = sum(k, W10[j, k]*h9[k, n])
    s10 = np.add(s10, b10[:, None], out=s10)  # s10[j, n] = sum(k, W10[j, k]*h9[k, n]) + b10[j]
    max_s10 = np.maximum.reduce(s10, axis=0)  # max_s10[n] = max(j, s10[j, n])
    exp_s10 = np.subtract(s10, max_s10)  # exp_s10[j, n] = s10[j, n] - max_s10[n]
    exp_s10 = np.exp(exp_s10, out=exp_s10)  # exp_s10[j, n] = exp(s10[j, n] - max_s10[n])
    sum_exp_s10 = np.dot(ones_10, exp_s10)  # sum_exp_s10[n] = sum(j, exp_s10[j, n])
    log_loss = np.log(sum_exp_s10)  # log_loss[n] = log(sum_exp_s10[n])
    s10_read = _filled(s10[label, range_N], None, (N,), dtype)  # s10_read[n] = s10[label[n], n]
    # s10_read[n] = max_s10[n] - s10[label[n], n]
    s10_read = np.subtract(max_s10, s10_read, out=s10_read)
    # log_loss[n] = (max_s10[n] - s10[label[n], n]) + log(sum_exp_s10[n])
    log_loss = np.add(log_loss, s10_read, out=log_loss)
    # sum_loss = sum(n, (max_s10[n] - s10[label[n], n]) + log(sum_exp_s10[n]))
    sum_loss = np.dot(log_loss, ones_N)
    loss = sum_loss / N  # loss = sum(n, (max_s10[n] - s10[label[n], n]) + log(sum_exp_s10[n]))/N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, label, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 1, 28, 28), 0)
    W1 = _floats("W1", params["W1"], (6, 1, 5, 5), dtype)
    b1 = _floats("b1", params["b1"], (6,), dtype)
    W4 = _floats("W4", params["W4"], (16, 6, 5, 5), dtype)
    b4 = _floats("b4", params["b4"], (16,), dtype)
    W8 = _floats("W8", params["W8"], (120, 400), dtype)
    b8 = _floats("b8", params["b8"], (120,), dtype)
    W9 = _floats("W9", params["W9"], (84, 120), dtype)
    b9 = _floats("b9", params["b9"], (84,), dtype)
    W10 = _floats("W10", params["W10"], (10, 84), dtype)
    b10 = _floats("b10", params["b10"], (10,), dtype)
    x = _floats("x", x, (N, 1, 28, 28), dtype)
    label = _integers("label", label, (N,), 10)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_10 = np.ones(10, dtype)
        ones_N = np.ones(N, dtype)
        ones_4 = np.ones(10 * N, dtype)
        ones_5 = np.ones(28 * N, dtype)
        ones_28 = np.ones(28, dtype)
        range_N = np.arange(N)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_10 = workspace.ones_10
        ones_N = workspace.ones_N
        ones_4 = workspace.ones_4
        ones_5 = workspace.ones_5
        ones_28 = workspace.ones_28
        range_N = workspace.range_N
    z1 = _filled(0.0, work.z1, (32, 1, 32, N), dtype)  # z1 = 0
    z1[2 : 30, :, 2 : 30] += x.transpose(2, 1, 3, 0)  # z1[2 + i, t, 2 + j, n] += x[n, t, i, j]
    # z1_view_2[height, c, j, q, n] = z1[height, c, j + q, n]
    z1_view_2 = _windows(z1, (32, 1, 28, 5, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z1_slabs[height, c, q, j, n] = z1[height, c, j + q, n]
    z1_slabs = _filled(z1_view_2.transpose(0, 1, 3, 2, 4), work.z1_slabs, (32, 1, 5, 28, N), dtype)
    # z1_rows[i, p, c, q, j, n] = z1_slabs[i + p, c, q, j, n]
    z1_rows = _windows(z1_slabs, (28, 5, 1, 5, 28, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W1_copy[o, p, c, q] = W1[o, c, p, q]
    W1_copy = _filled(W1.transpose(0, 2, 1, 3), work.W1_copy, (6, 5, 1, 5), dtype)
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n])
    s1 = _product(np.matmul, W1_copy.reshape(6, 25), z1_rows.reshape(28, 25, 28 * N), work.s1, (28,
        6, 28 * N), (28, 6, 28, N))
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n]) + b1[o]
    s1 = np.add(s1, b1[:, None, None], out=s1)
    h2 = np.maximum(s1, 0.0, out=work.h2)  # h2[l, t, a, n] = relu(s1[l, t, a, n])
    # max_m3[i, t, row2, n] = max(h2[2*i, t, row2, n], h2[1 + 2*i, t, row2, n])
    max_m3 = np.maximum(h2[: 28 : 2], h2[1 : 29 : 2], out=work.max_m3)
    # m3[i, t, j, n] = max(p, q, h2[2*i + p, t, 2*j + q, n])
    m3 = np.maximum(max_m3[:, :, : 28 : 2], max_m3[:, :, 1 : 29 : 2], out=work.m3)
    # m3_view_2[height, c, j, q, n] = m3[height, c, j + q, n]
    m3_view_2 = _windows(m3, (14, 6, 10, 5, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # m3_slabs[height, c, q, j, n] = m3[height, c, j + q, n]
    m3_slabs = _filled(m3_view_2.transpose(0, 1, 3, 2, 4), work.m3_slabs, (14, 6, 5, 10, N), dtype)
    # m3_rows[i, p, c, q, j, n] = m3_slabs[i + p, c, q, j, n]
    m3_rows = _windows(m3_slabs, (10, 5, 6, 5, 10, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W4_copy[o, p, c, q] = W4[o, c, p, q]
    W4_copy = _filled(W4.transpose(0, 2, 1, 3), work.W4_copy, (16, 5, 6, 5), dtype)
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*m3[i + p, c, j + q, n])
    s4 = _product(np.matmul, W4_copy.reshape(16, 150), m3_rows.reshape(10, 150, 10 * N), work.s4,
        (10, 16, 10 * N), (10, 16, 10, N))
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*m3[i + p, c, j + q, n]) + b4[o]
    s4 = np.add(s4, b4[:, None, None], out=s4)
    h5 = np.maximum(s4, 0.0, out=work.h5)  # h5[l, t, a, n] = relu(s4[l, t, a, n])
    # max_m6[i, t, row2, n] = max(h5[2*i, t, row2, n], h5[1 + 2*i, t, row2, n])
    max_m6 = np.maximum(h5[: 10 : 2], h5[1 : 11 : 2], out=work.max_m6)
    # m6[i, t, j, n] = max(p, q, h5[2*i + p, t, 2*j + q, n])
    m6 = np.maximum(max_m6[:, :, : 10 : 2], max_m6[:, :, 1 : 11 : 2], out=work.m6)
    f7 = _reserved(work.f7, (400, N), dtype)  # f7, part by part
    # f7_view[i0, i1, i2, n] = f7[25*i0 + 5*i1 + i2, n]
    f7_view = _windows(f7, (16, 5, 5, N), ((0, 25), (0, 5), (0, 1), (1, 1),))
    # f7[25*i0 + 5*i1 + i2, n] = m6[i1, i0, i2, n]
    f7_view = _filled(m6.transpose(1, 0, 2, 3), f7_view, (16, 5, 5, N), dtype)
    s8 = np.dot(W8, f7, out=work.s8)  # s8[j, n] = sum(k, W8[j, k]*f7[k, n])
    s8 = np.add(s8, b8[:, None], out=s8)  # s8[j, n] = sum(k, W8[j, k]*f7[k, n]) + b8[j]
    h8 = np.maximum(s8, 0.0, out=work.h8)  # h8[t, n] = relu(s8[t, n])
    s9 = np.dot(W9, h8, out=work.s9)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n])
    s9 = np.add(s9, b9[:, None], out=s9)  # s9[j, n] = sum(k, W9[j, k]*h8[k, n]) + b9[j]
    h9 = np.maximum(s9, 0.0, out=work.h9)  # h9[t, n] = relu(s9[t, n])
    s10 = np.dot(W10, h9, out=work.s10)  # s10[j, n] = sum(k, W10[j, k]*h9[k, n])
    s10 = np.add(s10, b10[:, None], out=s10)  # s10[j, n] = sum(k, W10[j, k]*h9[k, n]) + b10[j]
    max_s10 = np.maximum.reduce(s10, axis=0, out=work.max_s10)  # max_s10[n] = max(j, s10[j, n])
    exp_s10 = np.subtract(s10, max_s10, out=work.exp_s10)  # exp_s10[j, n] = s10[j, n] - max_s10[n]
    exp_s10 = np.exp(exp_s10, out=exp_s10)  # exp_s10[j, n] = exp(s10[j, n] - max_s10[n])
    # sum_exp_s10[n] = sum(j, exp_s10[j, n])
    sum_exp_s10 = np.dot(ones_10, exp_s10, out=work.sum_exp_s10)
    log_loss = np.log(sum_exp_s10, out=work.log_loss)  # log_loss[n] = log(sum_exp_s10[n])
    # s10_read[n] = s10[label[n], n]
    s10_read = _filled(s10[label, range_N], work.s10_read, (N,), dtype)
    # s10_read[n] = max_s10[n] - s10[label[n], n]
    s10_read = np.subtract(max_s10, s10_read, out=s10_read)
    # log_loss[n] = (max_s10[n] - s10[label[n], n]) + log(sum_exp_s10[n])
    log_loss = np.add(log_loss, s10_read, out=log_loss)
    # sum_loss = sum(n, (max_s10[n] - s10[label[n], n]) + log(sum_exp_s10[n]))
    sum_loss = np.dot(log_loss, ones_N)
    loss = sum_loss / N  # loss = sum(n, (max_s10[n] - s10[label[n], n]) + log(sum_exp_s10[n]))/N
    # scaled_d_s10[n] = N*sum_exp_s10[n]
    scaled_d_s10 = np.multiply(sum_exp_s10, N, out=work.scaled_d_s10)
    # d_s10[j, n] = exp_s10[j, n]/N/sum_exp_s10[n]
    d_s10 = np.divide(exp_s10, scaled_d_s10, out=work.d_s10)
    d_s10[label, range_N] -= dtype.type(1.0) / N  # d_s10[label[n], n] += -1/N
    d_W10 = np.dot(d_s10, h9.T)  # d_W10[j, k] = sum(n, d_s10[j, n]*h9[k, n])
    d_b10 = np.dot(d_s10, ones_N)  # d_b10[j] = sum(n, d_s10[j, n])
    d_h9 = np.dot(W10.T, d_s10, out=work.d_h9)  # d_h9[k, n] = sum(j, d_s10[j, n]*W10[j, k])
    # greater_d_s9[t, n] = (h9[t, n] > 0)
    greater_d_s9 = np.greater(h9, 0.0, out=work.greater_d_s9)
    d_s9 = np.multiply(greater_d_s9, d_h9, out=work.d_s9)  # d_s9[t, n] = d_h9[t, n]*step(h9[t, n])
    d_W9 = np.dot(d_s9, h8.T)  # d_W9[j, k] = sum(n, d_s9[j, n]*h8[k, n])
    d_b9 = np.dot(d_s9, ones_N)  # d_b9[j] = sum(n, d_s9[j, n])
    d_h8 = np.dot(W9.T, d_s9, out=work.d_h8)  # d_h8[k, n] = sum(j, d_s9[j, n]*W9[j, k])
    # greater_d_s8[t, n] = (h8[t, n] > 0)
    greater_d_s8 = np.greater(h8, 0.0, out=work.greater_d_s8)
    d_s8 = np.multiply(greater_d_s8, d_h8, out=work.d_s8)  # d_s8[t, n] = d_h8[t, n]*step(h8[t, n])
    d_W8 = np.matmul(d_s8, f7.T)  # d_W8[j, k] = sum(n, d_s8[j, n]*f7[k, n])
    d_b8 = np.dot(d_s8, ones_N)  # d_b8[j] = sum(n, d_s8[j, n])
    d_f7 = np.dot(W8.T, d_s8, out=work.d_f7)  # d_f7[k, n] = sum(j, d_s8[j, n]*W8[j, k])
    # h5_view_4[i, p2, t, j, q2, n] = h5[2*i + p2, t, 2*j + q2, n]
    h5_view_4 = _windows(h5, (5, 2, 16, 5, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3,
        1),))
    # equal_h5[i, p2, t, j, q2, n] = (h5[2*i + p2, t, 2*j + q2, n] == m6[i, t, j, n])
    equal_h5 = np.equal(h5_view_4, m6[:, None, :, :, None], out=work.equal_h5)
    d_h5 = _reserved(work.d_h5, (10, 16, 10, N), dtype)  # d_h5, part by part
    # d_h5_view[i, p, t, j, q, n] = d_h5[2*i + p, t, 2*j + q, n]
    d_h5_view = _windows(d_h5, (5, 2, 16, 5, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3,
        1),))
    # sum_d_h5[i, t, j, row4, n] = equal_h5[i, 0, t, j, row4, n] + equal_h5[i, 1, t, j, row4, n]
    sum_d_h5 = np.add(equal_h5[:, 0], equal_h5[:, 1], out=work.sum_d_h5, dtype=dtype)
    # sum_d_h5_2[i, t, j, n] = sum_d_h5[i, t, j, 0, n] + sum_d_h5[i, t, j, 1, n]
    sum_d_h5_2 = np.add(sum_d_h5[:, :, :, 0], sum_d_h5[:, :, :, 1], out=work.sum_d_h5_2)
    # d_f7_view[t, i, j, n] = d_f7[25*t + 5*i + j, n]
    d_f7_view = _windows(d_f7, (16, 5, 5, N), ((0, 25), (0, 5), (0, 1), (1, 1),))
    # ratio_d_h5[t, i, j, n] = d_f7[25*t + 5*i + j, n]/sum(p2, q2, equal_h5[i, p2, t, j, q2, n])
    ratio_d_h5 = np.divide(d_f7_view, sum_d_h5_2.transpose(1, 0, 2, 3), out=work.ratio_d_h5)
    # d_h5[2*i + p, t, 2*j + q, n] = d_f7[25*t + 5*i + j, n]*equal_h5[i, p, t, j, q, n]/sum(p2, q2,
    #     equal_h5[i, p2, t, j, q2, n])
    d_h5_view = np.multiply(ratio_d_h5.transpose(1, 0, 2, 3)[:, None, :, :, None], equal_h5,
        out=d_h5_view)
    d_s4_padded = _reserved(work.d_s4_padded, (18, 16, 10, N), dtype)  # d_s4_padded, part by part
    # greater_d_s4_padded[l, t, a, n] = (h5[l, t, a, n] > 0)
    greater_d_s4_padded = np.greater(h5, 0.0, out=work.greater_d_s4_padded)
    # d_s4_padded[4 + l, t, a, n] = d_h5[l, t, a, n]*step(h5[l, t, a, n])
    np.multiply(greater_d_s4_padded, d_h5, out=d_s4_padded[4 : 14])
    d_s4_padded[: 4] = 0.0  # d_s4_padded[e, t, a, n] = 0
    d_s4_padded[14 : 18] = 0.0  # d_s4_padded[14 + e, t, a, n] = 0
    # m3_rows_2[i, p, c, q, j, n] = m3_slabs[i + p, c, q, j, n]
    m3_rows_2 = _windows(m3_slabs, (10, 5, 6, 5, 10, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # sum_d_W4[i, o, p, c, q] = sum(n, i, j, m3[i + p, c, j + q, n]*d_s4_padded[4 + i, o, j, n])
    sum_d_W4 = _product(np.matmul, d_s4_padded[4 : 14].reshape(10, 16, 10 * N),
        m3_rows_2.reshape(10, 150, 10 * N).swapaxes(-1, -2), work.sum_d_W4, (10, 16, 150), (10, 16,
        5, 6, 5))
    # d_W4[o, c, p, q] = sum(n, i, j, m3[i + p, c, j + q, n]*d_s4_padded[4 + i, o, j, n])
    d_W4 = _filled(np.add.reduce(sum_d_W4, axis=0).transpose(0, 2, 1, 3), None, (16, 6, 5, 5),
        dtype)
    # sum_d_b4[i, o] = sum(n, i, j, d_s4_padded[4 + i, o, j, n])
    sum_d_b4 = np.dot(d_s4_padded[4 : 14].reshape(10, 16, 10 * N), ones_4, out=work.sum_d_b4)
    d_b4 = np.dot(ones_10, sum_d_b4)  # d_b4[o] = sum(n, i, j, d_s4_padded[4 + i, o, j, n])
    d_m3 = _filled(0.0, work.d_m3, (14, 6, 14, N), dtype)  # d_m3 = 0
    # d_s4_padded_rows[i, p, o, j, n] = d_s4_padded[i + p, o, j, n]
    d_s4_padded_rows = _windows(d_s4_padded, (14, 5, 16, 10, N), ((0, 1), (0, 1), (1, 1), (2, 1),
        (3, 1),))
    # W4_view_copy[p, o, c, q] = W4_view[o, c, p, q]
    W4_view_copy = _filled(W4[:, :, ::-1].transpose(2, 0, 1, 3), work.W4_view_copy, (5, 16, 6, 5),
        dtype)
    # sum_d_m3[i, c, q, j, n] = sum(o, p, W4[o, c, 4 - p, q]*d_s4_padded[i + p, o, j, n])
    sum_d_m3 = _product(np.matmul, W4_view_copy.reshape(80, 30).T, d_s4_padded_rows.reshape(14, 80,
        10 * N), work.sum_d_m3, (14, 30, 10 * N), (14, 6, 5, 10, N))
    for q in range(5):
        # d_m3[i, c, j + q, n] += sum(o, p, W4[o, c, 4 - p, q]*d_s4_padded[i + p, o, j, n])
        d_m3[:, :, q : q + 10] += sum_d_m3[:, :, q]
    # h2_view_4[i, p2, t, j, q2, n] = h2[2*i + p2, t, 2*j + q2, n]
    h2_view_4 = _windows(h2, (14, 2, 6, 14, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3,
        1),))
    # equal_h2[i, p2, t, j, q2, n] = (h2[2*i + p2, t, 2*j + q2, n] == m3[i, t, j, n])
    equal_h2 = np.equal(h2_view_4, m3[:, None, :, :, None], out=work.equal_h2)
    d_h2 = _reserved(work.d_h2, (28, 6, 28, N), dtype)  # d_h2, part by part
    # d_h2_view[i, p, t, j, q, n] = d_h2[2*i + p, t, 2*j + q, n]
    d_h2_view = _windows(d_h2, (14, 2, 6, 14, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3,
        1),))
    # sum_d_h2[i, t, j, row4, n] = equal_h2[i, 0, t, j, row4, n] + equal_h2[i, 1, t, j, row4, n]
    sum_d_h2 = np.add(equal_h2[:, 0], equal_h2[:, 1], out=work.sum_d_h2, dtype=dtype)
    # sum_d_h2_2[i, t, j, n] = sum_d_h2[i, t, j, 0, n] + sum_d_h2[i, t, j, 1, n]
    sum_d_h2_2 = np.add(sum_d_h2[:, :, :, 0], sum_d_h2[:, :, :, 1], out=work.sum_d_h2_2)
    # sum_d_h2_2[i, t, j, n] = d_m3[i, t, j, n]/sum(p2, q2, equal_h2[i, p2, t, j, q2, n])
    sum_d_h2_2 = np.divide(d_m3, sum_d_h2_2, out=sum_d_h2_2)
    # d_h2[2*i + p, t, 2*j + q, n] = d_m3[i, t, j, n]*equal_h2[i, p, t, j, q, n]/sum(p2, q2,
    #     equal_h2[i, p2, t, j, q2, n])
    d_h2_view = np.multiply(sum_d_h2_2[:, None, :, :, None], equal_h2, out=d_h2_view)
    # greater_d_s1[l, t, a, n] = (h2[l, t, a, n] > 0)
    greater_d_s1 = np.greater(h2, 0.0, out=work.greater_d_s1)
    # d_s1[l, t, a, n] = d_h2[l, t, a, n]*step(h2[l, t, a, n])
    d_s1 = np.multiply(greater_d_s1, d_h2, out=work.d_s1)
    # z1_rows_2[i, p, c, q, j, n] = z1_slabs[i + p, c, q, j, n]
    z1_rows_2 = _windows(z1_slabs, (28, 5, 1, 5, 28, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # sum_d_W1[i, o, p, c, q] = sum(n, i, j, d_s1[i, o, j, n]*z1[i + p, c, j + q, n])
    sum_d_W1 = _product(np.matmul, d_s1.reshape(28, 6, 28 * N), z1_rows_2.reshape(28, 25, 28 *
        N).swapaxes(-1, -2), work.sum_d_W1, (28, 6, 25), (28, 6, 5, 1, 5))
    # d_W1[o, c, p, q] = sum(n, i, j, d_s1[i, o, j, n]*z1[i + p, c, j + q, n])
    d_W1 = _filled(np.add.reduce(sum_d_W1, axis=0).transpose(0, 2, 1, 3), None, (6, 1, 5, 5),
        dtype)
    # sum_d_b1[i, o] = sum(n, i, j, d_s1[i, o, j, n])
    sum_d_b1 = np.dot(d_s1.reshape(28, 6, 28 * N), ones_5, out=work.sum_d_b1)
    d_b1 = np.dot(ones_28, sum_d_b1)  # d_b1[o] = sum(n, i, j, d_s1[i, o, j, n])
    grads = {
        "W1": d_W1,
        "b1": d_b1,
        "W4": d_W4,
        "b4": d_b4,
        "W8": d_W8,
        "b8": d_b8,
        "W9": d_W9,
        "b9": d_b9,
        "W10": d_W10,
        "b10": d_b10,
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


def _reserved(out, shape, dtype):
    """An array for parts that are written one after another."""
    return np.empty(shape, dtype) if out is None else out


def _windows(array, shape, steps):
    """A view without a copy; each of its axes moves along one dimension, by so many elements."""
    strides = tuple(factor * array.strides[dimension] for dimension, factor in steps)
    return np.lib.stride_tricks.as_strided(array, shape, strides)


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
