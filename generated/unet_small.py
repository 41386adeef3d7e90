"""Loss and gradients of the network unet_small.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    z1[n, t, 1 + i, 1 + j] += x[n, t, i, j]
    s1[n, o, i, j] = sum(c, p, q, W1[o, c, p, q]*z1[n, c, i + p, j + q]) + b1[o]
    hwide[n, t, l, a] = relu(s1[n, t, l, a])
    m3[n, t, i, j] = max(p, q, hwide[n, t, 2*i + p, 2*j + q])
    z4[n, t, 1 + i, 1 + j] += m3[n, t, i, j]
    s4[n, o, i, j] = sum(c, p, q, W4[o, c, p, q]*z4[n, c, i + p, j + q]) + b4[o]
    hhalf[n, t, l, a] = relu(s4[n, t, l, a])
    m6[n, t, i, j] = max(p, q, hhalf[n, t, 2*i + p, 2*j + q])
    z7[n, t, 1 + i, 1 + j] += m6[n, t, i, j]
    s7[n, o, i, j] = sum(c, p, q, W7[o, c, p, q]*z7[n, c, i + p, j + q]) + b7[o]
    h8[n, t, l, a] = relu(s7[n, t, l, a])
    z9[n, o, 2*i + p, 2*j + q] += sum(c, W9[c, o, p, q]*h8[n, c, i, j])
    s9[n, o, i, j] = z9[n, o, i, j] + b9[o]
    j10[i0, c, i2, i3] = s9[i0, c, i2, i3]
    j10[i0, 8 + c, i2, i3] = hhalf[i0, c, i2, i3]
    z11[n, t, 1 + i, 1 + j] += j10[n, t, i, j]
    s11[n, o, i, j] = sum(c, p, q, W11[o, c, p, q]*z11[n, c, i + p, j + q]) + b11[o]
    h12[n, t, l, a] = relu(s11[n, t, l, a])
    z13[n, o, 2*i + p, 2*j + q] += sum(c, W13[c, o, p, q]*h12[n, c, i, j])
    s13[n, o, i, j] = z13[n, o, i, j] + b13[o]
    j14[i0, c, i2, i3] = s13[i0, c, i2, i3]
    j14[i0, 4 + c, i2, i3] = hwide[i0, c, i2, i3]
    z15[n, t, 1 + i, 1 + j] += j14[n, t, i, j]
    s15[n, o, i, j] = sum(c, p, q, W15[o, c, p, q]*z15[n, c, i + p, j + q]) + b15[o]
    h16[n, t, l, a] = relu(s15[n, t, l, a])
    s17[n, o, i, j] = sum(c, p, q, W17[o, c, p, q]*h16[n, c, i + p, j + q]) + b17[o]
    loss = sum(n, j, k, l, softplus(s17[n, j, k, l]) - s17[n, j, k, l]*inside[n, j, k, l])/256/N

Extents bound at each call: N.

Conventions:
    a maximum shares ties equally
    relu'(0) = relu'(nan) = 0
    a mean over nothing is NaN

Operations:
    forward and loss: 457056*N + 2920
    backward: 946944*N + 24720
    workspace, in floats: 16992*N + Max(16, 1280*N) + Max(64, 256*N) + Max(1152, 256*N) + Max(1152,
        2592*N) + Max(2304, 128*N) + Max(4608, 256*N) + Max(9216, 256*N)
"""

import numpy as np

TITLE = "Small U-Net"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (4, 1, 3, 3),
    "b1": (4,),
    "W4": (8, 4, 3, 3),
    "b4": (8,),
    "W7": (16, 8, 3, 3),
    "b7": (16,),
    "W9": (16, 8, 2, 2),
    "b9": (8,),
    "W11": (8, 16, 3, 3),
    "b11": (8,),
    "W13": (8, 4, 2, 2),
    "b13": (4,),
    "W15": (4, 8, 3, 3),
    "b15": (4,),
    "W17": (1, 4, 1, 1),
    "b17": (1,),
}
INPUTS = {
    "x": ("N", 1, 16, 16),
}
TARGETS = {
    "inside": ("N", 1, 16, 16),
}
OUTPUTS = ("s17",)
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
        " \\bar{s}^{(4)}_{n,o,i,j} z^{(4)}_{n,c,i+p,j+q}"
    ),
    "b4": (
        "\\frac{\\partial L}{\\partial b^{(4)}_o} = \\sum_{n,i,j} \\bar{s}"
        "^{(4)}_{n,o,i,j}"
    ),
    "W7": (
        "\\frac{\\partial L}{\\partial W^{(7)}_{o,c,p,q}} = \\sum_{n,i,j}"
        " \\bar{s}^{(7)}_{n,o,i,j} z^{(7)}_{n,c,i+p,j+q}"
    ),
    "b7": (
        "\\frac{\\partial L}{\\partial b^{(7)}_o} = \\sum_{n,i,j} \\bar{s}"
        "^{(7)}_{n,o,i,j}"
    ),
    "W9": (
        "\\frac{\\partial L}{\\partial W^{(9)}_{c,o,p,q}} = \\sum_{n,i,j}"
        " h^{(8)}_{n,c,i,j} \\bar{z}^{(11)}_{n,o,2i+p+1,2j+q+1}"
    ),
    "b9": (
        "\\frac{\\partial L}{\\partial b^{(9)}_o} = \\sum_{n,i,j} \\bar{z}"
        "^{(11)}_{n,o,i+1,j+1}"
    ),
    "W11": (
        "\\frac{\\partial L}{\\partial W^{(11)}_{o,c,p,q}} = \\sum_{n,i,j"
        "} \\bar{s}^{(11)}_{n,o,i,j} z^{(11)}_{n,c,i+p,j+q}"
    ),
    "b11": (
        "\\frac{\\partial L}{\\partial b^{(11)}_o} = \\sum_{n,i,j} \\bar{s"
        "}^{(11)}_{n,o,i,j}"
    ),
    "W13": (
        "\\frac{\\partial L}{\\partial W^{(13)}_{c,o,p,q}} = \\sum_{n,i,j"
        "} h^{(12)}_{n,c,i,j} \\bar{z}^{(15)}_{n,o,2i+p+1,2j+q+1}"
    ),
    "b13": (
        "\\frac{\\partial L}{\\partial b^{(13)}_o} = \\sum_{n,i,j} \\bar{z"
        "}^{(15)}_{n,o,i+1,j+1}"
    ),
    "W15": (
        "\\frac{\\partial L}{\\partial W^{(15)}_{o,c,p,q}} = \\sum_{n,i,j"
        "} \\bar{s}^{(15)}_{n,o,i,j} z^{(15)}_{n,c,i+p,j+q}"
    ),
    "b15": (
        "\\frac{\\partial L}{\\partial b^{(15)}_o} = \\sum_{n,i,j} \\bar{s"
        "}^{(15)}_{n,o,i,j}"
    ),
    "W17": (
        "\\frac{\\partial L}{\\partial W^{(17)}_{o,c,p,q}} = \\sum_{n,i,j"
        "} \\bar{s}^{(17)}_{n,o,i,j} h^{(16)}_{n,c,i+p,j+q}"
    ),
    "b17": (
        "\\frac{\\partial L}{\\partial b^{(17)}_o} = \\sum_{n,i,j} \\bar{s"
        "}^{(17)}_{n,o,i,j}"
    ),
}
_BUFFERS = (
    "z1",
    "z1_slabs",
    "W1_copy",
    "s1",
    "hwide",
    "max_m3",
    "m3",
    "z4",
    "z4_slabs",
    "W4_copy",
    "s4",
    "hhalf",
    "max_m6",
    "m6",
    "z7",
    "z7_slabs",
    "W7_copy",
    "s7",
    "h8",
    "z9",
    "h8_copy",
    "sum_z9",
    "s9",
    "j10",
    "z11",
    "z11_slabs",
    "W11_copy",
    "s11",
    "h12",
    "z13",
    "h12_copy",
    "sum_z13",
    "s13",
    "j14",
    "z15",
    "z15_slabs",
    "W15_copy",
    "s15",
    "h16",
    "h16_slabs",
    "W17_copy",
    "s17",
    "abs_loss",
    "maximum_loss",
    "product_loss",
    "d_s17",
    "sum_d_W17",
    "sum_d_b17",
    "d_h16",
    "d_s17_copy",
    "sum_d_h16",
    "d_s15_padded",
    "greater_d_s15_padded",
    "sum_d_W15",
    "sum_d_b15",
    "d_z15",
    "W15_view_copy",
    "sum_d_z15",
    "d_z15_view_copy",
    "sum_d_b13",
    "d_z15_view_3_copy",
    "d_h12",
    "d_s11_padded",
    "greater_d_s11_padded",
    "sum_d_W11",
    "sum_d_b11",
    "d_z11",
    "W11_view_copy",
    "sum_d_z11",
    "d_z11_view_copy",
    "sum_d_b9",
    "d_z11_view_3_copy",
    "d_h8",
    "d_s7_padded",
    "greater_d_s7_padded",
    "sum_d_W7",
    "sum_d_b7",
    "d_z7",
    "W7_view_copy",
    "sum_d_z7",
    "equal_hhalf",
    "d_hhalf",
    "sum_d_hhalf",
    "sum_d_hhalf_2",
    "product_d_hhalf",
    "d_s4_padded",
    "greater_d_s4_padded",
    "sum_d_W4",
    "sum_d_b4",
    "d_z4",
    "W4_view_copy",
    "sum_d_z4",
    "equal_hwide",
    "d_hwide",
    "sum_d_hwide",
    "sum_d_hwide_2",
    "product_d_hwide",
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
        "W1": np.asarray(rng.uniform(-0.3651483716701107, 0.3651483716701107, (4, 1, 3, 3)),
            dtype),
        "b1": np.full((4,), 0.0, dtype),
        "W4": np.asarray(rng.uniform(-0.23570226039551584, 0.23570226039551584, (8, 4, 3, 3)),
            dtype),
        "b4": np.full((8,), 0.0, dtype),
        "W7": np.asarray(rng.uniform(-0.16666666666666666, 0.16666666666666666, (16, 8, 3, 3)),
            dtype),
        "b7": np.full((16,), 0.0, dtype),
        "W9": np.asarray(rng.uniform(-0.25, 0.25, (16, 8, 2, 2)), dtype),
        "b9": np.full((8,), 0.0, dtype),
        "W11": np.asarray(rng.uniform(-0.16666666666666666, 0.16666666666666666, (8, 16, 3, 3)),
            dtype),
        "b11": np.full((8,), 0.0, dtype),
        "W13": np.asarray(rng.uniform(-0.3535533905932738, 0.3535533905932738, (8, 4, 2, 2)),
            dtype),
        "b13": np.full((4,), 0.0, dtype),
        "W15": np.asarray(rng.uniform(-0.23570226039551584, 0.23570226039551584, (4, 8, 3, 3)),
            dtype),
        "b15": np.full((4,), 0.0, dtype),
        "W17": np.asarray(rng.uniform(-1.0954451150103321, 1.0954451150103321, (1, 4, 1, 1)),
            dtype),
        "b17": np.full((1,), 0.0, dtype),
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
        memory_1 = np.empty(max(1152, 2592 * N), dtype)
        self.z1 = memory_1[: 324 * N].reshape(18, 1, 18, N)
        self.W1_copy = memory_1[: 36].reshape(4, 3, 1, 3)
        self.max_m3 = memory_1[: 512 * N].reshape(8, 4, 16, N)
        self.z4 = memory_1[: 400 * N].reshape(10, 4, 10, N)
        self.W4_copy = memory_1[: 288].reshape(8, 3, 4, 3)
        self.max_m6 = memory_1[: 256 * N].reshape(4, 8, 8, N)
        self.z7 = memory_1[: 288 * N].reshape(6, 8, 6, N)
        self.W7_copy = memory_1[: 1152].reshape(16, 3, 8, 3)
        self.z9 = memory_1[: 512 * N].reshape(8, 8, 8, N)
        self.s9 = memory_1[: 512 * N].reshape(8, 8, 8, N)
        self.z11 = memory_1[: 1600 * N].reshape(10, 16, 10, N)
        self.W11_copy = memory_1[: 1152].reshape(8, 3, 16, 3)
        self.z13 = memory_1[: 1024 * N].reshape(16, 4, 16, N)
        self.s13 = memory_1[: 1024 * N].reshape(16, 4, 16, N)
        self.z15 = memory_1[: 2592 * N].reshape(18, 8, 18, N)
        self.W15_copy = memory_1[: 288].reshape(4, 3, 8, 3)
        self.h16_slabs = memory_1[: 1024 * N].reshape(16, 4, 1, 16, N)
        self.d_h16 = memory_1[: 1024 * N].reshape(16, 4, 16, N)
        self.d_z15 = memory_1[: 2592 * N].reshape(18, 8, 18, N)
        memory_2 = np.empty(864 * N, dtype)
        self.z1_slabs = memory_2.reshape(18, 1, 3, 16, N)
        memory_3 = np.empty(1024 * N, dtype)
        self.s1 = memory_3.reshape(16, 4, 16, N)
        self.hwide = memory_3.reshape(16, 4, 16, N)
        memory_4 = np.empty(256 * N, dtype)
        self.m3 = memory_4.reshape(8, 4, 8, N)
        memory_5 = np.empty(960 * N, dtype)
        self.z4_slabs = memory_5.reshape(10, 4, 3, 8, N)
        self.sum_d_z4 = memory_5.reshape(10, 4, 3, 8, N)
        memory_6 = np.empty(512 * N, dtype)
        self.s4 = memory_6.reshape(8, 8, 8, N)
        self.hhalf = memory_6.reshape(8, 8, 8, N)
        self.sum_d_hwide = memory_6.reshape(8, 4, 8, 2, N)
        memory_7 = np.empty(max(128 * N, 2304), dtype)
        self.m6 = memory_7[: 128 * N].reshape(4, 8, 4, N)
        self.sum_d_hhalf_2 = memory_7[: 128 * N].reshape(4, 8, 4, N)
        self.sum_d_W4 = memory_7[: 2304].reshape(8, 8, 3, 4, 3)
        self.sum_d_b4 = memory_7[: 64].reshape(8, 8)
        self.W4_view_copy = memory_7[: 288].reshape(3, 8, 4, 3)
        self.sum_d_W1 = memory_7[: 576].reshape(16, 4, 3, 1, 3)
        self.sum_d_b1 = memory_7[: 64].reshape(16, 4)
        memory_8 = np.empty(576 * N, dtype)
        self.z7_slabs = memory_8.reshape(6, 8, 3, 4, N)
        self.sum_d_z7 = memory_8.reshape(6, 8, 3, 4, N)
        memory_9 = np.empty(max(1152, 256 * N), dtype)
        self.s7 = memory_9[: 256 * N].reshape(4, 16, 4, N)
        self.h8 = memory_9[: 256 * N].reshape(4, 16, 4, N)
        self.W7_view_copy = memory_9[: 1152].reshape(3, 16, 8, 3)
        memory_10 = np.empty(max(256 * N, 4608), dtype)
        self.h8_copy = memory_10[: 256 * N].reshape(16, 4, 4, N)
        self.sum_d_W7 = memory_10[: 4608].reshape(4, 16, 3, 8, 3)
        self.sum_d_hwide_2 = memory_10[: 256 * N].reshape(8, 4, 8, N)
        memory_11 = np.empty(3840 * N, dtype)
        self.sum_z9 = memory_11[: 512 * N].reshape(4, 4, N, 8, 2, 2)
        self.j10 = memory_11[: 1024 * N].reshape(8, 16, 8, N)
        self.z11_slabs = memory_11.reshape(10, 16, 3, 8, N)
        self.d_z11 = memory_11[: 1600 * N].reshape(10, 16, 10, N)
        memory_12 = np.empty(512 * N, dtype)
        self.s11 = memory_12.reshape(8, 8, 8, N)
        self.h12 = memory_12.reshape(8, 8, 8, N)
        self.d_z11_view_copy = memory_12.reshape(8, 2, 2, 4, 4, N)
        self.d_s7_padded = memory_12.reshape(8, 16, 4, N)
        self.d_hhalf = memory_12.reshape(8, 8, 8, N)
        memory_13 = np.empty(512 * N, dtype)
        self.h12_copy = memory_13.reshape(8, 8, 8, N)
        self.d_h12 = memory_13.reshape(8, 8, 8, N)
        self.d_z11_view_3_copy = memory_13.reshape(4, 8, 2, 2, 4, N)
        self.d_z7 = memory_13[: 288 * N].reshape(6, 8, 6, N)
        self.product_d_hhalf = memory_13.reshape(4, 2, 8, 4, 2, N)
        self.d_z4 = memory_13[: 400 * N].reshape(10, 4, 10, N)
        memory_14 = np.empty(6912 * N, dtype)
        self.sum_z13 = memory_14[: 1024 * N].reshape(8, 8, N, 4, 2, 2)
        self.j14 = memory_14[: 2048 * N].reshape(16, 8, 16, N)
        self.z15_slabs = memory_14.reshape(18, 8, 3, 16, N)
        self.sum_d_z15 = memory_14.reshape(18, 8, 3, 16, N)
        self.sum_d_z11 = memory_14[: 3840 * N].reshape(10, 16, 3, 8, N)
        memory_15 = np.empty(1024 * N, dtype)
        self.s15 = memory_15.reshape(16, 4, 16, N)
        self.h16 = memory_15.reshape(16, 4, 16, N)
        self.d_z15_view_copy = memory_15.reshape(4, 2, 2, 8, 8, N)
        self.d_z15_view_3_copy = memory_15.reshape(8, 4, 2, 2, 8, N)
        self.d_s11_padded = memory_15[: 768 * N].reshape(12, 8, 8, N)
        self.d_s4_padded = memory_15[: 768 * N].reshape(12, 8, 8, N)
        self.d_hwide = memory_15.reshape(16, 4, 16, N)
        self.d_s1 = memory_15.reshape(16, 4, 16, N)
        memory_16 = np.empty(max(1280 * N, 16), dtype)
        self.W17_copy = memory_16[: 4].reshape(1, 1, 4, 1)
        self.abs_loss = memory_16[: 256 * N].reshape(16, 1, 16, N)
        self.sum_d_b17 = memory_16[: 16].reshape(16, 1)
        self.sum_d_h16 = memory_16[: 1024 * N].reshape(16, 16, N, 4, 1, 1)
        self.d_s15_padded = memory_16[: 1280 * N].reshape(20, 4, 16, N)
        self.product_d_hwide = memory_16[: 1024 * N].reshape(8, 2, 4, 8, 2, N)
        memory_17 = np.empty(max(256 * N, 9216), dtype)
        self.s17 = memory_17[: 256 * N].reshape(16, 1, 16, N)
        self.d_s17 = memory_17[: 256 * N].reshape(16, 1, 16, N)
        self.sum_d_W15 = memory_17[: 4608].reshape(16, 4, 3, 8, 3)
        self.W15_view_copy = memory_17[: 288].reshape(3, 4, 8, 3)
        self.sum_d_W11 = memory_17[: 9216].reshape(8, 8, 3, 16, 3)
        self.W11_view_copy = memory_17[: 1152].reshape(3, 8, 16, 3)
        self.d_h8 = memory_17[: 256 * N].reshape(4, 16, 4, N)
        self.sum_d_hhalf = memory_17[: 256 * N].reshape(4, 8, 4, 2, N)
        memory_18 = np.empty(max(256 * N, 64), dtype)
        self.maximum_loss = memory_18[: 256 * N].reshape(16, 1, 16, N)
        self.product_loss = memory_18[: 256 * N].reshape(N, 1, 16, 16)
        self.sum_d_W17 = memory_18[: 64].reshape(16, 1, 1, 4, 1)
        self.d_s17_copy = memory_18[: 256 * N].reshape(1, 16, 16, N)
        self.sum_d_b15 = memory_18[: 64].reshape(16, 4)
        self.sum_d_b13 = memory_18[: 64].reshape(16, 4)
        self.sum_d_b11 = memory_18[: 64].reshape(8, 8)
        self.sum_d_b9 = memory_18[: 64].reshape(8, 8)
        self.sum_d_b7 = memory_18[: 64].reshape(4, 16)
        memory_19 = np.empty(1024 * N, bool)
        self.greater_d_s15_padded = memory_19.reshape(16, 4, 16, N)
        self.greater_d_s11_padded = memory_19[: 512 * N].reshape(8, 8, 8, N)
        self.greater_d_s7_padded = memory_19[: 256 * N].reshape(4, 16, 4, N)
        self.equal_hhalf = memory_19[: 512 * N].reshape(4, 2, 8, 4, 2, N)
        self.greater_d_s4_padded = memory_19[: 512 * N].reshape(8, 8, 8, N)
        self.equal_hwide = memory_19.reshape(8, 2, 4, 8, 2, N)
        self.greater_d_s1 = memory_19.reshape(16, 4, 16, N)
        self.ones_1 = np.ones(256 * N, dtype)
        self.ones_2 = np.ones(16 * N, dtype)
        self.ones_16 = np.ones(16, dtype)
        self.ones_4 = np.ones(8 * N, dtype)
        self.ones_8 = np.ones(8, dtype)
        self.ones_6 = np.ones(4 * N, dtype)
        self.ones_4_ = np.ones(4, dtype)

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
    """The output s17, a new array."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 1, 16, 16), 0)
    W1 = _floats("W1", params["W1"], (4, 1, 3, 3), dtype)
    b1 = _floats("b1", params["b1"], (4,), dtype)
    W4 = _floats("W4", params["W4"], (8, 4, 3, 3), dtype)
    b4 = _floats("b4", params["b4"], (8,), dtype)
    W7 = _floats("W7", params["W7"], (16, 8, 3, 3), dtype)
    b7 = _floats("b7", params["b7"], (16,), dtype)
    W9 = _floats("W9", params["W9"], (16, 8, 2, 2), dtype)
    b9 = _floats("b9", params["b9"], (8,), dtype)
    W11 = _floats("W11", params["W11"], (8, 16, 3, 3), dtype)
    b11 = _floats("b11", params["b11"], (8,), dtype)
    W13 = _floats("W13", params["W13"], (8, 4, 2, 2), dtype)
    b13 = _floats("b13", params["b13"], (4,), dtype)
    W15 = _floats("W15", params["W15"], (4, 8, 3, 3), dtype)
    b15 = _floats("b15", params["b15"], (4,), dtype)
    W17 = _floats("W17", params["W17"], (1, 4, 1, 1), dtype)
    b17 = _floats("b17", params["b17"], (1,), dtype)
    x = _floats("x", x, (N, 1, 16, 16), dtype)
    z1 = np.zeros((18, 1, 18, N), dtype)  # z1 = 0
    z1[1 : 17, :, 1 : 17] += x.transpose(2, 1, 3, 0)  # z1[1 + i, t, 1 + j, n] += x[n, t, i, j]
    # z1_view_2[height, c, j, q, n] = z1[height, c, j + q, n]
    z1_view_2 = _windows(z1, (18, 1, 16, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z1_slabs[height, c, q, j, n] = z1[height, c, j + q, n]
    z1_slabs = _filled(z1_view_2.transpose(0, 1, 3, 2, 4), None, (18, 1, 3, 16, N), dtype)
    # z1_rows[i, p, c, q, j, n] = z1_slabs[i + p, c, q, j, n]
    z1_rows = _windows(z1_slabs, (16, 3, 1, 3, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W1_copy[o, p, c, q] = W1[o, c, p, q]
    W1_copy = _filled(W1.transpose(0, 2, 1, 3), None, (4, 3, 1, 3), dtype)
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n])
    s1 = np.matmul(W1_copy.reshape(4, 9), z1_rows.reshape(16, 9, 16 * N)).reshape(16, 4, 16, N)
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n]) + b1[o]
    s1 = np.add(s1, b1[:, None, None], out=s1)
    hwide = np.maximum(s1, 0.0)  # hwide[l, t, a, n] = relu(s1[l, t, a, n])
    # max_m3[i, t, row2, n] = max(hwide[2*i, t, row2, n], hwide[1 + 2*i, t, row2, n])
    max_m3 = np.maximum(hwide[: 16 : 2], hwide[1 : 17 : 2])
    # m3[i, t, j, n] = max(p, q, hwide[2*i + p, t, 2*j + q, n])
    m3 = np.maximum(max_m3[:, :, : 16 : 2], max_m3[:, :, 1 : 17 : 2])
    z4 = np.zeros((10, 4, 10, N), dtype)  # z4 = 0
    z4[1 : 9, :, 1 : 9] += m3  # z4[1 + i, t, 1 + j, n] += m3[i, t, j, n]
    # z4_view_2[height, c, j, q, n] = z4[height, c, j + q, n]
    z4_view_2 = _windows(z4, (10, 4, 8, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z4_slabs[height, c, q, j, n] = z4[height, c, j + q, n]
    z4_slabs = _filled(z4_view_2.transpose(0, 1, 3, 2, 4), None, (10, 4, 3, 8, N), dtype)
    # z4_rows[i, p, c, q, j, n] = z4_slabs[i + p, c, q, j, n]
    z4_rows = _windows(z4_slabs, (8, 3, 4, 3, 8, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W4_copy[o, p, c, q] = W4[o, c, p, q]
    W4_copy = _filled(W4.transpose(0, 2, 1, 3), None, (8, 3, 4, 3), dtype)
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*z4[i + p, c, j + q, n])
    s4 = np.matmul(W4_copy.reshape(8, 36), z4_rows.reshape(8, 36, 8 * N)).reshape(8, 8, 8, N)
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*z4[i + p, c, j + q, n]) + b4[o]
    s4 = np.add(s4, b4[:, None, None], out=s4)
    hhalf = np.maximum(s4, 0.0)  # hhalf[l, t, a, n] = relu(s4[l, t, a, n])
    # max_m6[i, t, row2, n] = max(hhalf[2*i, t, row2, n], hhalf[1 + 2*i, t, row2, n])
    max_m6 = np.maximum(hhalf[: 8 : 2], hhalf[1 : 9 : 2])
    # m6[i, t, j, n] = max(p, q, hhalf[2*i + p, t, 2*j + q, n])
    m6 = np.maximum(max_m6[:, :, : 8 : 2], max_m6[:, :, 1 : 9 : 2])
    z7 = np.zeros((6, 8, 6, N), dtype)  # z7 = 0
    z7[1 : 5, :, 1 : 5] += m6  # z7[1 + i, t, 1 + j, n] += m6[i, t, j, n]
    # z7_view_2[height, c, j, q, n] = z7[height, c, j + q, n]
    z7_view_2 = _windows(z7, (6, 8, 4, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z7_slabs[height, c, q, j, n] = z7[height, c, j + q, n]
    z7_slabs = _filled(z7_view_2.transpose(0, 1, 3, 2, 4), None, (6, 8, 3, 4, N), dtype)
    # z7_rows[i, p, c, q, j, n] = z7_slabs[i + p, c, q, j, n]
    z7_rows = _windows(z7_slabs, (4, 3, 8, 3, 4, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W7_copy[o, p, c, q] = W7[o, c, p, q]
    W7_copy = _filled(W7.transpose(0, 2, 1, 3), None, (16, 3, 8, 3), dtype)
    # s7[i, o, j, n] = sum(c, p, q, W7[o, c, p, q]*z7[i + p, c, j + q, n])
    s7 = np.matmul(W7_copy.reshape(16, 72), z7_rows.reshape(4, 72, 4 * N)).reshape(4, 16, 4, N)
    # s7[i, o, j, n] = sum(c, p, q, W7[o, c, p, q]*z7[i + p, c, j + q, n]) + b7[o]
    s7 = np.add(s7, b7[:, None, None], out=s7)
    h8 = np.maximum(s7, 0.0)  # h8[l, t, a, n] = relu(s7[l, t, a, n])
    z9 = np.empty((8, 8, 8, N), dtype)  # z9, part by part
    # z9_view[i, p, o, j, q, n] = z9[2*i + p, o, 2*j + q, n]
    z9_view = _windows(z9, (4, 2, 8, 4, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # h8_copy[c, i, j, n] = h8[i, c, j, n]
    h8_copy = _filled(h8.transpose(1, 0, 2, 3), None, (16, 4, 4, N), dtype)
    # sum_z9[i, j, n, o, p, q] = sum(c, W9[c, o, p, q]*h8[i, c, j, n])
    sum_z9 = np.dot(h8_copy.reshape(16, 16 * N).T, W9.reshape(16, 32)).reshape(4, 4, N, 8, 2, 2)
    # z9[2*i + p, o, 2*j + q, n] = sum(c, W9[c, o, p, q]*h8[i, c, j, n])
    z9_view = _filled(sum_z9.transpose(0, 4, 3, 1, 5, 2), z9_view, (4, 2, 8, 4, 2, N), dtype)
    s9 = np.add(z9, b9[:, None, None])  # s9[i, o, j, n] = z9[i, o, j, n] + b9[o]
    j10 = np.empty((8, 16, 8, N), dtype)  # j10, part by part
    j10[:, : 8] = s9  # j10[i2, c, i3, i0] = s9[i2, c, i3, i0]
    j10[:, 8 : 16] = hhalf  # j10[i2, 8 + c, i3, i0] = hhalf[i2, c, i3, i0]
    z11 = np.zeros((10, 16, 10, N), dtype)  # z11 = 0
    z11[1 : 9, :, 1 : 9] += j10  # z11[1 + i, t, 1 + j, n] += j10[i, t, j, n]
    # z11_view_2[height, c, j, q, n] = z11[height, c, j + q, n]
    z11_view_2 = _windows(z11, (10, 16, 8, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z11_slabs[height, c, q, j, n] = z11[height, c, j + q, n]
    z11_slabs = _filled(z11_view_2.transpose(0, 1, 3, 2, 4), None, (10, 16, 3, 8, N), dtype)
    # z11_rows[i, p, c, q, j, n] = z11_slabs[i + p, c, q, j, n]
    z11_rows = _windows(z11_slabs, (8, 3, 16, 3, 8, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W11_copy[o, p, c, q] = W11[o, c, p, q]
    W11_copy = _filled(W11.transpose(0, 2, 1, 3), None, (8, 3, 16, 3), dtype)
    # s11[i, o, j, n] = sum(c, p, q, W11[o, c, p, q]*z11[i + p, c, j + q, n])
    s11 = np.matmul(W11_copy.reshape(8, 144), z11_rows.reshape(8, 144, 8 * N)).reshape(8, 8, 8, N)
    # s11[i, o, j, n] = sum(c, p, q, W11[o, c, p, q]*z11[i + p, c, j + q, n]) + b11[o]
    s11 = np.add(s11, b11[:, None, None], out=s11)
    h12 = np.maximum(s11, 0.0)  # h12[l, t, a, n] = relu(s11[l, t, a, n])
    z13 = np.empty((16, 4, 16, N), dtype)  # z13, part by part
    # z13_view[i, p, o, j, q, n] = z13[2*i + p, o, 2*j + q, n]
    z13_view = _windows(z13, (8, 2, 4, 8, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # h12_copy[c, i, j, n] = h12[i, c, j, n]
    h12_copy = _filled(h12.transpose(1, 0, 2, 3), None, (8, 8, 8, N), dtype)
    # sum_z13[i, j, n, o, p, q] = sum(c, W13[c, o, p, q]*h12[i, c, j, n])
    sum_z13 = np.dot(h12_copy.reshape(8, 64 * N).T, W13.reshape(8, 16)).reshape(8, 8, N, 4, 2, 2)
    # z13[2*i + p, o, 2*j + q, n] = sum(c, W13[c, o, p, q]*h12[i, c, j, n])
    z13_view = _filled(sum_z13.transpose(0, 4, 3, 1, 5, 2), z13_view, (8, 2, 4, 8, 2, N), dtype)
    s13 = np.add(z13, b13[:, None, None])  # s13[i, o, j, n] = z13[i, o, j, n] + b13[o]
    j14 = np.empty((16, 8, 16, N), dtype)  # j14, part by part
    j14[:, : 4] = s13  # j14[i2, c, i3, i0] = s13[i2, c, i3, i0]
    j14[:, 4 : 8] = hwide  # j14[i2, 4 + c, i3, i0] = hwide[i2, c, i3, i0]
    z15 = np.zeros((18, 8, 18, N), dtype)  # z15 = 0
    z15[1 : 17, :, 1 : 17] += j14  # z15[1 + i, t, 1 + j, n] += j14[i, t, j, n]
    # z15_view_2[height, c, j, q, n] = z15[height, c, j + q, n]
    z15_view_2 = _windows(z15, (18, 8, 16, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z15_slabs[height, c, q, j, n] = z15[height, c, j + q, n]
    z15_slabs = _filled(z15_view_2.transpose(0, 1, 3, 2, 4), None, (18, 8, 3, 16, N), dtype)
    # z15_rows[i, p, c, q, j, n] = z15_slabs[i + p, c, q, j, n]
    z15_rows = _windows(z15_slabs, (16, 3, 8, 3, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W15_copy[o, p, c, q] = W15[o, c, p, q]
    W15_copy = _filled(W15.transpose(0, 2, 1, 3), None, (4, 3, 8, 3), dtype)
    # s15[i, o, j, n] = sum(c, p, q, W15[o, c, p, q]*z15[i + p, c, j + q, n])
    s15 = np.matmul(W15_copy.reshape(4, 72), z15_rows.reshape(16, 72, 16 * N)).reshape(16, 4, 16,
        N)
    # s15[i, o, j, n] = sum(c, p, q, W15[o, c, p, q]*z15[i + p, c, j + q, n]) + b15[o]
    s15 = np.add(s15, b15[:, None, None], out=s15)
    h16 = np.maximum(s15, 0.0)  # h16[l, t, a, n] = relu(s15[l, t, a, n])
    # h16_view_2[height, c, j, q, n] = h16[height, c, j + q, n]
    h16_view_2 = _windows(h16, (16, 4, 16, 1, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # h16_slabs[height, c, q, j, n] = h16[height, c, j + q, n]
    h16_slabs = _filled(h16_view_2.transpose(0, 1, 3, 2, 4), None, (16, 4, 1, 16, N), dtype)
    # h16_rows[i, p, c, q, j, n] = h16_slabs[i + p, c, q, j, n]
    h16_rows = _windows(h16_slabs, (16, 1, 4, 1, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W17_copy[o, p, c, q] = W17[o, c, p, q]
    W17_copy = _filled(W17.transpose(0, 2, 1, 3), None, (1, 1, 4, 1), dtype)
    # sum_s17[i, o, j, n] = sum(c, p, q, W17[o, c, p, q]*h16[i + p, c, j + q, n])
    sum_s17 = np.matmul(W17_copy.reshape(1, 4), h16_rows.reshape(16, 4, 16 * N)).reshape(16, 1, 16,
        N)
    # s17[n, o, i, j] = sum(c, p, q, W17[o, c, p, q]*h16[i + p, c, j + q, n]) + b17[o]
    s17 = np.add(sum_s17.transpose(3, 1, 0, 2), b17[:, None, None])
    return s17


@np.errstate(all="ignore")
def loss(params, x, inside):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 1, 16, 16), 0)
    W1 = _floats("W1", params["W1"], (4, 1, 3, 3), dtype)
    b1 = _floats("b1", params["b1"], (4,), dtype)
    W4 = _floats("W4", params["W4"], (8, 4, 3, 3), dtype)
    b4 = _floats("b4", params["b4"], (8,), dtype)
    W7 = _floats("W7", params["W7"], (16, 8, 3, 3), dtype)
    b7 = _floats("b7", params["b7"], (16,), dtype)
    W9 = _floats("W9", params["W9"], (16, 8, 2, 2), dtype)
    b9 = _floats("b9", params["b9"], (8,), dtype)
    W11 = _floats("W11", params["W11"], (8, 16, 3, 3), dtype)
    b11 = _floats("b11", params["b11"], (8,), dtype)
    W13 = _floats("W13", params["W13"], (8, 4, 2, 2), dtype)
    b13 = _floats("b13", params["b13"], (4,), dtype)
    W15 = _floats("W15", params["W15"], (4, 8, 3, 3), dtype)
    b15 = _floats("b15", params["b15"], (4,), dtype)
    W17 = _floats("W17", params["W17"], (1, 4, 1, 1), dtype)
    b17 = _floats("b17", params["b17"], (1,), dtype)
    x = _floats("x", x, (N, 1, 16, 16), dtype)
    inside = _floats("inside", inside, (N, 1, 16, 16), dtype)
    ones_1 = np.ones(256 * N, dtype)
    z1 = np.zeros((18, 1, 18, N), dtype)  # z1 = 0
    z1[1 : 17, :, 1 : 17] += x.transpose(2, 1, 3, 0)  # z1[1 + i, t, 1 + j, n] += x[n, t, i, j]
    # z1_view_2[height, c, j, q, n] = z1[height, c, j + q, n]
    z1_view_2 = _windows(z1, (18, 1, 16, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z1_slabs[height, c, q, j, n] = z1[height, c, j + q, n]
    z1_slabs = _filled(z1_view_2.transpose(0, 1, 3, 2, 4), None, (18, 1, 3, 16, N), dtype)
    # z1_rows[i, p, c, q, j, n] = z1_slabs[i + p, c, q, j, n]
    z1_rows = _windows(z1_slabs, (16, 3, 1, 3, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W1_copy[o, p, c, q] = W1[o, c, p, q]
    W1_copy = _filled(W1.transpose(0, 2, 1, 3), None, (4, 3, 1, 3), dtype)
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n])
    s1 = np.matmul(W1_copy.reshape(4, 9), z1_rows.reshape(16, 9, 16 * N)).reshape(16, 4, 16, N)
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n]) + b1[o]
    s1 = np.add(s1, b1[:, None, None], out=s1)
    hwide = np.maximum(s1, 0.0)  # hwide[l, t, a, n] = relu(s1[l, t, a, n])
    # max_m3[i, t, row2, n] = max(hwide[2*i, t, row2, n], hwide[1 + 2*i, t, row2, n])
    max_m3 = np.maximum(hwide[: 16 : 2], hwide[1 : 17 : 2])
    # m3[i, t, j, n] = max(p, q, hwide[2*i + p, t, 2*j + q, n])
    m3 = np.maximum(max_m3[:, :, : 16 : 2], max_m3[:, :, 1 : 17 : 2])
    z4 = np.zeros((10, 4, 10, N), dtype)  # z4 = 0
    z4[1 : 9, :, 1 : 9] += m3  # z4[1 + i, t, 1 + j, n] += m3[i, t, j, n]
    # z4_view_2[height, c, j, q, n] = z4[height, c, j + q, n]
    z4_view_2 = _windows(z4, (10, 4, 8, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z4_slabs[height, c, q, j, n] = z4[height, c, j + q, n]
    z4_slabs = _filled(z4_view_2.transpose(0, 1, 3, 2, 4), None, (10, 4, 3, 8, N), dtype)
    # z4_rows[i, p, c, q, j, n] = z4_slabs[i + p, c, q, j, n]
    z4_rows = _windows(z4_slabs, (8, 3, 4, 3, 8, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W4_copy[o, p, c, q] = W4[o, c, p, q]
    W4_copy = _filled(W4.transpose(0, 2, 1, 3), None, (8, 3, 4, 3), dtype)
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*z4[i + p, c, j + q, n])
    s4 = np.matmul(W4_copy.reshape(8, 36), z4_rows.reshape(8, 36, 8 * N)).reshape(8, 8, 8, N)
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*z4[i + p, c, j + q, n]) + b4[o]
    s4 = np.add(s4, b4[:, None, None], out=s4)
    hhalf = np.maximum(s4, 0.0)  # hhalf[l, t, a, n] = relu(s4[l, t, a, n])
    # max_m6[i, t, row2, n] = max(hhalf[2*i, t, row2, n], hhalf[1 + 2*i, t, row2, n])
    max_m6 = np.maximum(hhalf[: 8 : 2], hhalf[1 : 9 : 2])
    # m6[i, t, j, n] = max(p, q, hhalf[2*i + p, t, 2*j + q, n])
    m6 = np.maximum(max_m6[:, :, : 8 : 2], max_m6[:, :, 1 : 9 : 2])
    z7 = np.zeros((6, 8, 6, N), dtype)  # z7 = 0
    z7[1 : 5, :, 1 : 5] += m6  # z7[1 + i, t, 1 + j, n] += m6[i, t, j, n]
    # z7_view_2[height, c, j, q, n] = z7[height, c, j + q, n]
    z7_view_2 = _windows(z7, (6, 8, 4, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z7_slabs[height, c, q, j, n] = z7[height, c, j + q, n]
    z7_slabs = _filled(z7_view_2.transpose(0, 1, 3, 2, 4), None, (6, 8, 3, 4, N), dtype)
    # z7_rows[i, p, c, q, j, n] = z7_slabs[i + p, c, q, j, n]
    z7_rows = _windows(z7_slabs, (4, 3, 8, 3, 4, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W7_copy[o, p, c, q] = W7[o, c, p, q]
    W7_copy = _filled(W7.transpose(0, 2, 1, 3), None, (16, 3, 8, 3), dtype)
    # s7[i, o, j, n] = sum(c, p, q, W7[o, c, p, q]*z7[i + p, c, j + q, n])
    s7 = np.matmul(W7_copy.reshape(16, 72), z7_rows.reshape(4, 72, 4 * N)).reshape(4, 16, 4, N)
    # s7[i, o, j, n] = sum(c, p, q, W7[o, c, p, q]*z7[i + p, c, j + q, n]) + b7[o]
    s7 = np.add(s7, b7[:, None, None], out=s7)
    h8 = np.maximum(s7, 0.0)  # h8[l, t, a, n] = relu(s7[l, t, a, n])
    z9 = np.empty((8, 8, 8, N), dtype)  # z9, part by part
    # z9_view[i, p, o, j, q, n] = z9[2*i + p, o, 2*j + q, n]
    z9_view = _windows(z9, (4, 2, 8, 4, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # h8_copy[c, i, j, n] = h8[i, c, j, n]
    h8_copy = _filled(h8.transpose(1, 0, 2, 3), None, (16, 4, 4, N), dtype)
    # sum_z9[i, j, n, o, p, q] = sum(c, W9[c, o, p, q]*h8[i, c, j, n])
    sum_z9 = np.dot(h8_copy.reshape(16, 16 * N).T, W9.reshape(16, 32)).reshape(4, 4, N, 8, 2, 2)
    # z9[2*i + p, o, 2*j + q, n] = sum(c, W9[c, o, p, q]*h8[i, c, j, n])
    z9_view = _filled(sum_z9.transpose(0, 4, 3, 1, 5, 2), z9_view, (4, 2, 8, 4, 2, N), dtype)
    s9 = np.add(z9, b9[:, None, None])  # s9[i, o, j, n] = z9[i, o, j, n] + b9[o]
    j10 = np.empty((8, 16, 8, N), dtype)  # j10, part by part
    j10[:, : 8] = s9  # j10[i2, c, i3, i0] = s9[i2, c, i3, i0]
    j10[:, 8 : 16] = hhalf  # j10[i2, 8 + c, i3, i0] = hhalf[i2, c, i3, i0]
    z11 = np.zeros((10, 16, 10, N), dtype)  # z11 = 0
    z11[1 : 9, :, 1 : 9] += j10  # z11[1 + i, t, 1 + j, n] += j10[i, t, j, n]
    # z11_view_2[height, c, j, q, n] = z11[height, c, j + q, n]
    z11_view_2 = _windows(z11, (10, 16, 8, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z11_slabs[height, c, q, j, n] = z11[height, c, j + q, n]
    z11_slabs = _filled(z11_view_2.transpose(0, 1, 3, 2, 4), None, (10, 16, 3, 8, N), dtype)
    # z11_rows[i, p, c, q, j, n] = z11_slabs[i + p, c, q, j, n]
    z11_rows = _windows(z11_slabs, (8, 3, 16, 3, 8, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W11_copy[o, p, c, q] = W11[o, c, p, q]
    W11_copy = _filled(W11.transpose(0, 2, 1, 3), None, (8, 3, 16, 3), dtype)
    # s11[i, o, j, n] = sum(c, p, q, W11[o, c, p, q]*z11[i + p, c, j + q, n])
    s11 = np.matmul(W11_copy.reshape(8, 144), z11_rows.reshape(8, 144, 8 * N)).reshape(8, 8, 8, N)
    # s11[i, o, j, n] = sum(c, p, q, W11[o, c, p, q]*z11[i + p, c, j + q, n]) + b11[o]
    s11 = np.add(s11, b11[:, None, None], out=s11)
    h12 = np.maximum(s11, 0.0)  # h12[l, t, a, n] = relu(s11[l, t, a, n])
    z13 = np.empty((16, 4, 16, N), dtype)  # z13, part by part
    # z13_view[i, p, o, j, q, n] = z13[2*i + p, o, 2*j + q, n]
    z13_view = _windows(z13, (8, 2, 4, 8, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # h12_copy[c, i, j, n] = h12[i, c, j, n]
    h12_copy = _filled(h12.transpose(1, 0, 2, 3), None, (8, 8, 8, N), dtype)
    # sum_z13[i, j, n, o, p, q] = sum(c, W13[c, o, p, q]*h12[i, c, j, n])
    sum_z13 = np.dot(h12_copy.reshape(8, 64 * N).T, W13.reshape(8, 16)).reshape(8, 8, N, 4, 2, 2)
    # z13[2*i + p, o, 2*j + q, n] = sum(c, W13[c, o, p, q]*h12[i, c, j, n])
    z13_view = _filled(sum_z13.transpose(0, 4, 3, 1, 5, 2), z13_view, (8, 2, 4, 8, 2, N), dtype)
    s13 = np.add(z13, b13[:, None, None])  # s13[i, o, j, n] = z13[i, o, j, n] + b13[o]
    j14 = np.empty((16, 8, 16, N), dtype)  # j14, part by part
    j14[:, : 4] = s13  # j14[i2, c, i3, i0] = s13[i2, c, i3, i0]
    j14[:, 4 : 8] = hwide  # j14[i2, 4 + c, i3, i0] = hwide[i2, c, i3, i0]
    z15 = np.zeros((18, 8, 18, N), dtype)  # z15 = 0
    z15[1 : 17, :, 1 : 17] += j14  # z15[1 + i, t, 1 + j, n] += j14[i, t, j, n]
    # z15_view_2[height, c, j, q, n] = z15[height, c, j + q, n]
    z15_view_2 = _windows(z15, (18, 8, 16, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z15_slabs[height, c, q, j, n] = z15[height, c, j + q, n]
    z15_slabs = _filled(z15_view_2.transpose(0, 1, 3, 2, 4), None, (18, 8, 3, 16, N), dtype)
    # z15_rows[i, p, c, q, j, n] = z15_slabs[i + p, c, q, j, n]
    z15_rows = _windows(z15_slabs, (16, 3, 8, 3, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W15_copy[o, p, c, q] = W15[o, c, p, q]
    W15_copy = _filled(W15.transpose(0, 2, 1, 3), None, (4, 3, 8, 3), dtype)
    # s15[i, o, j, n] = sum(c, p, q, W15[o, c, p, q]*z15[i + p, c, j + q, n])
    s15 = np.matmul(W15_copy.reshape(4, 72), z15_rows.reshape(16, 72, 16 * N)).reshape(16, 4, 16,
        N)
    # s15[i, o, j, n] = sum(c, p, q, W15[o, c, p, q]*z15[i + p, c, j + q, n]) + b15[o]
    s15 = np.add(s15, b15[:, None, None], out=s15)
    h16 = np.maximum(s15, 0.0)  # h16[l, t, a, n] = relu(s15[l, t, a, n])
    # h16_view_2[height, c, j, q, n] = h16[height, c, j + q, n]
    h16_view_2 = _windows(h16, (16, 4, 16, 1, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # h16_slabs[height, c, q, j, n] = h16[height, c, j + q, n]
    h16_slabs = _filled(h16_view_2.transpose(0, 1, 3, 2, 4), None, (16, 4, 1, 16, N), dtype)
    # h16_rows[i, p, c, q, j, n] = h16_slabs[i + p, c, q, j, n]
    h16_rows = _windows(h16_slabs, (16, 1, 4, 1, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W17_copy[o, p, c, q] = W17[o, c, p, q]
    W17_copy = _filled(W17.transpose(0, 2, 1, 3), None, (1, 1, 4, 1), dtype)
    # s17[i, o, j, n] = sum(c, p, q, W17[o, c, p, q]*h16[i + p, c, j + q, n])
    s17 = np.matmul(W17_copy.reshape(1, 4), h16_rows.reshape(16, 4, 16 * N)).reshape(16, 1, 16, N)
    # s17[i, o, j, n] = sum(c, p, q, W17[o, c, p, q]*h16[i + p, c, j + q, n]) + b17[o]
    s17 = np.add(s17, b17[:, None, None], out=s17)
    abs_loss = np.abs(s17)  # abs_loss[k, j, l, n] = abs(s17[k, j, l, n])
    abs_loss = np.negative(abs_loss, out=abs_loss)  # abs_loss[k, j, l, n] = -abs(s17[k, j, l, n])
    abs_loss = np.exp(abs_loss, out=abs_loss)  # abs_loss[k, j, l, n] = exp(-abs(s17[k, j, l, n]))
    # abs_loss[k, j, l, n] = log1p(exp(-abs(s17[k, j, l, n])))
    abs_loss = np.log1p(abs_loss, out=abs_loss)
    maximum_loss = np.maximum(s17, 0.0)  # maximum_loss[k, j, l, n] = max(s17[k, j, l, n], 0)
    # abs_loss[k, j, l, n] = log1p(exp(-abs(s17[k, j, l, n]))) + max(s17[k, j, l, n], 0)
    abs_loss = np.add(abs_loss, maximum_loss, out=abs_loss)
    # product_loss[n, j, k, l] = s17[k, j, l, n]*inside[n, j, k, l]
    product_loss = np.multiply(inside, s17.transpose(3, 1, 0, 2))
    # abs_loss[k, j, l, n] = softplus(s17[k, j, l, n]) - s17[k, j, l, n]*inside[n, j, k, l]
    abs_loss = np.subtract(abs_loss, product_loss.transpose(2, 1, 3, 0), out=abs_loss)
    # sum_loss = sum(n, j, k, l, softplus(s17[k, j, l, n]) - s17[k, j, l, n]*inside[n, j, k, l])
    sum_loss = np.dot(abs_loss.reshape(-1), ones_1)
    # loss = sum(n, j, k, l, softplus(s17[k, j, l, n]) - s17[k, j, l, n]*inside[n, j, k, l])/256/N
    loss = sum_loss / 256.0 / N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, inside, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 1, 16, 16), 0)
    W1 = _floats("W1", params["W1"], (4, 1, 3, 3), dtype)
    b1 = _floats("b1", params["b1"], (4,), dtype)
    W4 = _floats("W4", params["W4"], (8, 4, 3, 3), dtype)
    b4 = _floats("b4", params["b4"], (8,), dtype)
    W7 = _floats("W7", params["W7"], (16, 8, 3, 3), dtype)
    b7 = _floats("b7", params["b7"], (16,), dtype)
    W9 = _floats("W9", params["W9"], (16, 8, 2, 2), dtype)
    b9 = _floats("b9", params["b9"], (8,), dtype)
    W11 = _floats("W11", params["W11"], (8, 16, 3, 3), dtype)
    b11 = _floats("b11", params["b11"], (8,), dtype)
    W13 = _floats("W13", params["W13"], (8, 4, 2, 2), dtype)
    b13 = _floats("b13", params["b13"], (4,), dtype)
    W15 = _floats("W15", params["W15"], (4, 8, 3, 3), dtype)
    b15 = _floats("b15", params["b15"], (4,), dtype)
    W17 = _floats("W17", params["W17"], (1, 4, 1, 1), dtype)
    b17 = _floats("b17", params["b17"], (1,), dtype)
    x = _floats("x", x, (N, 1, 16, 16), dtype)
    inside = _floats("inside", inside, (N, 1, 16, 16), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_1 = np.ones(256 * N, dtype)
        ones_2 = np.ones(16 * N, dtype)
        ones_16 = np.ones(16, dtype)
        ones_4 = np.ones(8 * N, dtype)
        ones_8 = np.ones(8, dtype)
        ones_6 = np.ones(4 * N, dtype)
        ones_4_ = np.ones(4, dtype)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_1 = workspace.ones_1
        ones_2 = workspace.ones_2
        ones_16 = workspace.ones_16
        ones_4 = workspace.ones_4
        ones_8 = workspace.ones_8
        ones_6 = workspace.ones_6
        ones_4_ = workspace.ones_4_
    z1 = _filled(0.0, work.z1, (18, 1, 18, N), dtype)  # z1 = 0
    z1[1 : 17, :, 1 : 17] += x.transpose(2, 1, 3, 0)  # z1[1 + i, t, 1 + j, n] += x[n, t, i, j]
    # z1_view_2[height, c, j, q, n] = z1[height, c, j + q, n]
    z1_view_2 = _windows(z1, (18, 1, 16, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z1_slabs[height, c, q, j, n] = z1[height, c, j + q, n]
    z1_slabs = _filled(z1_view_2.transpose(0, 1, 3, 2, 4), work.z1_slabs, (18, 1, 3, 16, N), dtype)
    # z1_rows[i, p, c, q, j, n] = z1_slabs[i + p, c, q, j, n]
    z1_rows = _windows(z1_slabs, (16, 3, 1, 3, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W1_copy[o, p, c, q] = W1[o, c, p, q]
    W1_copy = _filled(W1.transpose(0, 2, 1, 3), work.W1_copy, (4, 3, 1, 3), dtype)
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n])
    s1 = _product(np.matmul, W1_copy.reshape(4, 9), z1_rows.reshape(16, 9, 16 * N), work.s1, (16,
        4, 16 * N), (16, 4, 16, N))
    # s1[i, o, j, n] = sum(c, p, q, W1[o, c, p, q]*z1[i + p, c, j + q, n]) + b1[o]
    s1 = np.add(s1, b1[:, None, None], out=s1)
    hwide = np.maximum(s1, 0.0, out=work.hwide)  # hwide[l, t, a, n] = relu(s1[l, t, a, n])
    # max_m3[i, t, row2, n] = max(hwide[2*i, t, row2, n], hwide[1 + 2*i, t, row2, n])
    max_m3 = np.maximum(hwide[: 16 : 2], hwide[1 : 17 : 2], out=work.max_m3)
    # m3[i, t, j, n] = max(p, q, hwide[2*i + p, t, 2*j + q, n])
    m3 = np.maximum(max_m3[:, :, : 16 : 2], max_m3[:, :, 1 : 17 : 2], out=work.m3)
    z4 = _filled(0.0, work.z4, (10, 4, 10, N), dtype)  # z4 = 0
    z4[1 : 9, :, 1 : 9] += m3  # z4[1 + i, t, 1 + j, n] += m3[i, t, j, n]
    # z4_view_2[height, c, j, q, n] = z4[height, c, j + q, n]
    z4_view_2 = _windows(z4, (10, 4, 8, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z4_slabs[height, c, q, j, n] = z4[height, c, j + q, n]
    z4_slabs = _filled(z4_view_2.transpose(0, 1, 3, 2, 4), work.z4_slabs, (10, 4, 3, 8, N), dtype)
    # z4_rows[i, p, c, q, j, n] = z4_slabs[i + p, c, q, j, n]
    z4_rows = _windows(z4_slabs, (8, 3, 4, 3, 8, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W4_copy[o, p, c, q] = W4[o, c, p, q]
    W4_copy = _filled(W4.transpose(0, 2, 1, 3), work.W4_copy, (8, 3, 4, 3), dtype)
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*z4[i + p, c, j + q, n])
    s4 = _product(np.matmul, W4_copy.reshape(8, 36), z4_rows.reshape(8, 36, 8 * N), work.s4, (8, 8,
        8 * N), (8, 8, 8, N))
    # s4[i, o, j, n] = sum(c, p, q, W4[o, c, p, q]*z4[i + p, c, j + q, n]) + b4[o]
    s4 = np.add(s4, b4[:, None, None], out=s4)
    hhalf = np.maximum(s4, 0.0, out=work.hhalf)  # hhalf[l, t, a, n] = relu(s4[l, t, a, n])
    # max_m6[i, t, row2, n] = max(hhalf[2*i, t, row2, n], hhalf[1 + 2*i, t, row2, n])
    max_m6 = np.maximum(hhalf[: 8 : 2], hhalf[1 : 9 : 2], out=work.max_m6)
    # m6[i, t, j, n] = max(p, q, hhalf[2*i + p, t, 2*j + q, n])
    m6 = np.maximum(max_m6[:, :, : 8 : 2], max_m6[:, :, 1 : 9 : 2], out=work.m6)
    z7 = _filled(0.0, work.z7, (6, 8, 6, N), dtype)  # z7 = 0
    z7[1 : 5, :, 1 : 5] += m6  # z7[1 + i, t, 1 + j, n] += m6[i, t, j, n]
    # z7_view_2[height, c, j, q, n] = z7[height, c, j + q, n]
    z7_view_2 = _windows(z7, (6, 8, 4, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z7_slabs[height, c, q, j, n] = z7[height, c, j + q, n]
    z7_slabs = _filled(z7_view_2.transpose(0, 1, 3, 2, 4), work.z7_slabs, (6, 8, 3, 4, N), dtype)
    # z7_rows[i, p, c, q, j, n] = z7_slabs[i + p, c, q, j, n]
    z7_rows = _windows(z7_slabs, (4, 3, 8, 3, 4, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W7_copy[o, p, c, q] = W7[o, c, p, q]
    W7_copy = _filled(W7.transpose(0, 2, 1, 3), work.W7_copy, (16, 3, 8, 3), dtype)
    # s7[i, o, j, n] = sum(c, p, q, W7[o, c, p, q]*z7[i + p, c, j + q, n])
    s7 = _product(np.matmul, W7_copy.reshape(16, 72), z7_rows.reshape(4, 72, 4 * N), work.s7, (4,
        16, 4 * N), (4, 16, 4, N))
    # s7[i, o, j, n] = sum(c, p, q, W7[o, c, p, q]*z7[i + p, c, j + q, n]) + b7[o]
    s7 = np.add(s7, b7[:, None, None], out=s7)
    h8 = np.maximum(s7, 0.0, out=work.h8)  # h8[l, t, a, n] = relu(s7[l, t, a, n])
    z9 = _reserved(work.z9, (8, 8, 8, N), dtype)  # z9, part by part
    # z9_view[i, p, o, j, q, n] = z9[2*i + p, o, 2*j + q, n]
    z9_view = _windows(z9, (4, 2, 8, 4, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # h8_copy[c, i, j, n] = h8[i, c, j, n]
    h8_copy = _filled(h8.transpose(1, 0, 2, 3), work.h8_copy, (16, 4, 4, N), dtype)
    # sum_z9[i, j, n, o, p, q] = sum(c, W9[c, o, p, q]*h8[i, c, j, n])
    sum_z9 = _product(np.dot, h8_copy.reshape(16, 16 * N).T, W9.reshape(16, 32), work.sum_z9, (16 *
        N, 32), (4, 4, N, 8, 2, 2))
    # z9[2*i + p, o, 2*j + q, n] = sum(c, W9[c, o, p, q]*h8[i, c, j, n])
    z9_view = _filled(sum_z9.transpose(0, 4, 3, 1, 5, 2), z9_view, (4, 2, 8, 4, 2, N), dtype)
    s9 = np.add(z9, b9[:, None, None], out=work.s9)  # s9[i, o, j, n] = z9[i, o, j, n] + b9[o]
    j10 = _reserved(work.j10, (8, 16, 8, N), dtype)  # j10, part by part
    j10[:, : 8] = s9  # j10[i2, c, i3, i0] = s9[i2, c, i3, i0]
    j10[:, 8 : 16] = hhalf  # j10[i2, 8 + c, i3, i0] = hhalf[i2, c, i3, i0]
    z11 = _filled(0.0, work.z11, (10, 16, 10, N), dtype)  # z11 = 0
    z11[1 : 9, :, 1 : 9] += j10  # z11[1 + i, t, 1 + j, n] += j10[i, t, j, n]
    # z11_view_2[height, c, j, q, n] = z11[height, c, j + q, n]
    z11_view_2 = _windows(z11, (10, 16, 8, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z11_slabs[height, c, q, j, n] = z11[height, c, j + q, n]
    z11_slabs = _filled(z11_view_2.transpose(0, 1, 3, 2, 4), work.z11_slabs, (10, 16, 3, 8, N),
        dtype)
    # z11_rows[i, p, c, q, j, n] = z11_slabs[i + p, c, q, j, n]
    z11_rows = _windows(z11_slabs, (8, 3, 16, 3, 8, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W11_copy[o, p, c, q] = W11[o, c, p, q]
    W11_copy = _filled(W11.transpose(0, 2, 1, 3), work.W11_copy, (8, 3, 16, 3), dtype)
    # s11[i, o, j, n] = sum(c, p, q, W11[o, c, p, q]*z11[i + p, c, j + q, n])
    s11 = _product(np.matmul, W11_copy.reshape(8, 144), z11_rows.reshape(8, 144, 8 * N), work.s11,
        (8, 8, 8 * N), (8, 8, 8, N))
    # s11[i, o, j, n] = sum(c, p, q, W11[o, c, p, q]*z11[i + p, c, j + q, n]) + b11[o]
    s11 = np.add(s11, b11[:, None, None], out=s11)
    h12 = np.maximum(s11, 0.0, out=work.h12)  # h12[l, t, a, n] = relu(s11[l, t, a, n])
    z13 = _reserved(work.z13, (16, 4, 16, N), dtype)  # z13, part by part
    # z13_view[i, p, o, j, q, n] = z13[2*i + p, o, 2*j + q, n]
    z13_view = _windows(z13, (8, 2, 4, 8, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # h12_copy[c, i, j, n] = h12[i, c, j, n]
    h12_copy = _filled(h12.transpose(1, 0, 2, 3), work.h12_copy, (8, 8, 8, N), dtype)
    # sum_z13[i, j, n, o, p, q] = sum(c, W13[c, o, p, q]*h12[i, c, j, n])
    sum_z13 = _product(np.dot, h12_copy.reshape(8, 64 * N).T, W13.reshape(8, 16), work.sum_z13, (64
        * N, 16), (8, 8, N, 4, 2, 2))
    # z13[2*i + p, o, 2*j + q, n] = sum(c, W13[c, o, p, q]*h12[i, c, j, n])
    z13_view = _filled(sum_z13.transpose(0, 4, 3, 1, 5, 2), z13_view, (8, 2, 4, 8, 2, N), dtype)
    # s13[i, o, j, n] = z13[i, o, j, n] + b13[o]
    s13 = np.add(z13, b13[:, None, None], out=work.s13)
    j14 = _reserved(work.j14, (16, 8, 16, N), dtype)  # j14, part by part
    j14[:, : 4] = s13  # j14[i2, c, i3, i0] = s13[i2, c, i3, i0]
    j14[:, 4 : 8] = hwide  # j14[i2, 4 + c, i3, i0] = hwide[i2, c, i3, i0]
    z15 = _filled(0.0, work.z15, (18, 8, 18, N), dtype)  # z15 = 0
    z15[1 : 17, :, 1 : 17] += j14  # z15[1 + i, t, 1 + j, n] += j14[i, t, j, n]
    # z15_view_2[height, c, j, q, n] = z15[height, c, j + q, n]
    z15_view_2 = _windows(z15, (18, 8, 16, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z15_slabs[height, c, q, j, n] = z15[height, c, j + q, n]
    z15_slabs = _filled(z15_view_2.transpose(0, 1, 3, 2, 4), work.z15_slabs, (18, 8, 3, 16, N),
        dtype)
    # z15_rows[i, p, c, q, j, n] = z15_slabs[i + p, c, q, j, n]
    z15_rows = _windows(z15_slabs, (16, 3, 8, 3, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W15_copy[o, p, c, q] = W15[o, c, p, q]
    W15_copy = _filled(W15.transpose(0, 2, 1, 3), work.W15_copy, (4, 3, 8, 3), dtype)
    # s15[i, o, j, n] = sum(c, p, q, W15[o, c, p, q]*z15[i + p, c, j + q, n])
    s15 = _product(np.matmul, W15_copy.reshape(4, 72), z15_rows.reshape(16, 72, 16 * N), work.s15,
        (16, 4, 16 * N), (16, 4, 16, N))
    # s15[i, o, j, n] = sum(c, p, q, W15[o, c, p, q]*z15[i + p, c, j + q, n]) + b15[o]
    s15 = np.add(s15, b15[:, None, None], out=s15)
    h16 = np.maximum(s15, 0.0, out=work.h16)  # h16[l, t, a, n] = relu(s15[l, t, a, n])
    # h16_view_2[height, c, j, q, n] = h16[height, c, j + q, n]
    h16_view_2 = _windows(h16, (16, 4, 16, 1, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # h16_slabs[height, c, q, j, n] = h16[height, c, j + q, n]
    h16_slabs = _filled(h16_view_2.transpose(0, 1, 3, 2, 4), work.h16_slabs, (16, 4, 1, 16, N),
        dtype)
    # h16_rows[i, p, c, q, j, n] = h16_slabs[i + p, c, q, j, n]
    h16_rows = _windows(h16_slabs, (16, 1, 4, 1, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W17_copy[o, p, c, q] = W17[o, c, p, q]
    W17_copy = _filled(W17.transpose(0, 2, 1, 3), work.W17_copy, (1, 1, 4, 1), dtype)
    # s17[i, o, j, n] = sum(c, p, q, W17[o, c, p, q]*h16[i + p, c, j + q, n])
    s17 = _product(np.matmul, W17_copy.reshape(1, 4), h16_rows.reshape(16, 4, 16 * N), work.s17,
        (16, 1, 16 * N), (16, 1, 16, N))
    # s17[i, o, j, n] = sum(c, p, q, W17[o, c, p, q]*h16[i + p, c, j + q, n]) + b17[o]
    s17 = np.add(s17, b17[:, None, None], out=s17)
    abs_loss = np.abs(s17, out=work.abs_loss)  # abs_loss[k, j, l, n] = abs(s17[k, j, l, n])
    abs_loss = np.negative(abs_loss, out=abs_loss)  # abs_loss[k, j, l, n] = -abs(s17[k, j, l, n])
    abs_loss = np.exp(abs_loss, out=abs_loss)  # abs_loss[k, j, l, n] = exp(-abs(s17[k, j, l, n]))
    # abs_loss[k, j, l, n] = log1p(exp(-abs(s17[k, j, l, n])))
    abs_loss = np.log1p(abs_loss, out=abs_loss)
    # maximum_loss[k, j, l, n] = max(s17[k, j, l, n], 0)
    maximum_loss = np.maximum(s17, 0.0, out=work.maximum_loss)
    # abs_loss[k, j, l, n] = log1p(exp(-abs(s17[k, j, l, n]))) + max(s17[k, j, l, n], 0)
    abs_loss = np.add(abs_loss, maximum_loss, out=abs_loss)
    # product_loss[n, j, k, l] = s17[k, j, l, n]*inside[n, j, k, l]
    product_loss = np.multiply(inside, s17.transpose(3, 1, 0, 2), out=work.product_loss)
    # abs_loss[k, j, l, n] = softplus(s17[k, j, l, n]) - s17[k, j, l, n]*inside[n, j, k, l]
    abs_loss = np.subtract(abs_loss, product_loss.transpose(2, 1, 3, 0), out=abs_loss)
    # sum_loss = sum(n, j, k, l, softplus(s17[k, j, l, n]) - s17[k, j, l, n]*inside[n, j, k, l])
    sum_loss = np.dot(abs_loss.reshape(-1), ones_1)
    # loss = sum(n, j, k, l, softplus(s17[k, j, l, n]) - s17[k, j, l, n]*inside[n, j, k, l])/256/N
    loss = sum_loss / 256.0 / N
    d_s17 = np.negative(s17, out=work.d_s17)  # d_s17[k, j, l, n] = -s17[k, j, l, n]
    d_s17 = np.exp(d_s17, out=d_s17)  # d_s17[k, j, l, n] = exp(-s17[k, j, l, n])
    d_s17 = np.add(d_s17, 1.0, out=d_s17)  # d_s17[k, j, l, n] = 1 + exp(-s17[k, j, l, n])
    d_s17 = np.divide(1.0, d_s17, out=d_s17)  # d_s17[k, j, l, n] = 1/(1 + exp(-s17[k, j, l, n]))
    # d_s17[k, j, l, n] = sigmoid(s17[k, j, l, n]) - inside[n, j, k, l]
    d_s17 = np.subtract(d_s17, inside.transpose(2, 1, 3, 0), out=d_s17)
    # d_s17[k, j, l, n] = (sigmoid(s17[k, j, l, n]) - inside[n, j, k, l])/256/N
    d_s17 = np.multiply(d_s17, dtype.type(1.0) / 256.0 / N, out=d_s17)
    # h16_rows_2[i, p, c, q, j, n] = h16_slabs[i + p, c, q, j, n]
    h16_rows_2 = _windows(h16_slabs, (16, 1, 4, 1, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # sum_d_W17[i, o, p, c, q] = sum(n, i, j, d_s17[i, o, j, n]*h16[i + p, c, j + q, n])
    sum_d_W17 = _product(np.matmul, d_s17.reshape(16, 1, 16 * N), h16_rows_2.reshape(16, 4, 16 *
        N).swapaxes(-1, -2), work.sum_d_W17, (16, 1, 4), (16, 1, 1, 4, 1))
    # d_W17[o, c, p, q] = sum(n, i, j, d_s17[i, o, j, n]*h16[i + p, c, j + q, n])
    d_W17 = _filled(np.add.reduce(sum_d_W17, axis=0).transpose(0, 2, 1, 3), None, (1, 4, 1, 1),
        dtype)
    # sum_d_b17[i, o] = sum(n, i, j, d_s17[i, o, j, n])
    sum_d_b17 = np.dot(d_s17.reshape(16, 1, 16 * N), ones_2, out=work.sum_d_b17)
    d_b17 = np.dot(ones_16, sum_d_b17)  # d_b17[o] = sum(n, i, j, d_s17[i, o, j, n])
    d_h16 = _reserved(work.d_h16, (16, 4, 16, N), dtype)  # d_h16, part by part
    # d_h16_view[i, p, c, j, q, n] = d_h16[i + p, c, j + q, n]
    d_h16_view = _windows(d_h16, (16, 1, 4, 16, 1, N), ((0, 1), (0, 1), (1, 1), (2, 1), (2, 1), (3,
        1),))
    # d_s17_copy[o, i, j, n] = d_s17[i, o, j, n]
    d_s17_copy = _filled(d_s17.transpose(1, 0, 2, 3), work.d_s17_copy, (1, 16, 16, N), dtype)
    # sum_d_h16[i, j, n, c, p, q] = sum(o, d_s17[i, o, j, n]*W17[o, c, p, q])
    sum_d_h16 = _product(np.dot, d_s17_copy.reshape(1, 256 * N).T, W17.reshape(1, 4),
        work.sum_d_h16, (256 * N, 4), (16, 16, N, 4, 1, 1))
    # d_h16[i + p, c, j + q, n] = sum(o, d_s17[i, o, j, n]*W17[o, c, p, q])
    d_h16_view = _filled(sum_d_h16.transpose(0, 4, 3, 1, 5, 2), d_h16_view, (16, 1, 4, 16, 1, N),
        dtype)
    # d_s15_padded, part by part
    d_s15_padded = _reserved(work.d_s15_padded, (20, 4, 16, N), dtype)
    # greater_d_s15_padded[l, t, a, n] = (h16[l, t, a, n] > 0)
    greater_d_s15_padded = np.greater(h16, 0.0, out=work.greater_d_s15_padded)
    # d_s15_padded[2 + l, t, a, n] = d_h16[l, t, a, n]*step(h16[l, t, a, n])
    np.multiply(greater_d_s15_padded, d_h16, out=d_s15_padded[2 : 18])
    d_s15_padded[: 2] = 0.0  # d_s15_padded[e, t, a, n] = 0
    d_s15_padded[18 : 20] = 0.0  # d_s15_padded[18 + e, t, a, n] = 0
    # z15_rows_2[i, p, c, q, j, n] = z15_slabs[i + p, c, q, j, n]
    z15_rows_2 = _windows(z15_slabs, (16, 3, 8, 3, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # sum_d_W15[i, o, p, c, q] = sum(n, i, j, z15[i + p, c, j + q, n]*d_s15_padded[2 + i, o, j, n])
    sum_d_W15 = _product(np.matmul, d_s15_padded[2 : 18].reshape(16, 4, 16 * N),
        z15_rows_2.reshape(16, 72, 16 * N).swapaxes(-1, -2), work.sum_d_W15, (16, 4, 72), (16, 4,
        3, 8, 3))
    # d_W15[o, c, p, q] = sum(n, i, j, z15[i + p, c, j + q, n]*d_s15_padded[2 + i, o, j, n])
    d_W15 = _filled(np.add.reduce(sum_d_W15, axis=0).transpose(0, 2, 1, 3), None, (4, 8, 3, 3),
        dtype)
    # sum_d_b15[i, o] = sum(n, i, j, d_s15_padded[2 + i, o, j, n])
    sum_d_b15 = np.dot(d_s15_padded[2 : 18].reshape(16, 4, 16 * N), ones_2, out=work.sum_d_b15)
    d_b15 = np.dot(ones_16, sum_d_b15)  # d_b15[o] = sum(n, i, j, d_s15_padded[2 + i, o, j, n])
    d_z15 = _filled(0.0, work.d_z15, (18, 8, 18, N), dtype)  # d_z15 = 0
    # d_s15_padded_rows[i, p, o, j, n] = d_s15_padded[i + p, o, j, n]
    d_s15_padded_rows = _windows(d_s15_padded, (18, 3, 4, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1),
        (3, 1),))
    # W15_view_copy[p, o, c, q] = W15_view[o, c, p, q]
    W15_view_copy = _filled(W15[:, :, ::-1].transpose(2, 0, 1, 3), work.W15_view_copy, (3, 4, 8,
        3), dtype)
    # sum_d_z15[i, c, q, j, n] = sum(o, p, W15[o, c, 2 - p, q]*d_s15_padded[i + p, o, j, n])
    sum_d_z15 = _product(np.matmul, W15_view_copy.reshape(12, 24).T, d_s15_padded_rows.reshape(18,
        12, 16 * N), work.sum_d_z15, (18, 24, 16 * N), (18, 8, 3, 16, N))
    for q in range(3):
        # d_z15[i, c, j + q, n] += sum(o, p, W15[o, c, 2 - p, q]*d_s15_padded[i + p, o, j, n])
        d_z15[:, :, q : q + 16] += sum_d_z15[:, :, q]
    # d_z15_view[i, p, o, j, q, n] = d_z15[1 + 2*i + p, o, 1 + 2*j + q, n]
    d_z15_view = _windows(d_z15[1:, :, 1:], (8, 2, 4, 8, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2),
        (2, 1), (3, 1),))
    # d_z15_view_copy[o, p, q, i, j, n] = d_z15_view[i, p, o, j, q, n]
    d_z15_view_copy = _filled(d_z15_view.transpose(2, 1, 4, 0, 3, 5), work.d_z15_view_copy, (4, 2,
        2, 8, 8, N), dtype)
    # d_W13[c, o, p, q] = sum(n, i, j, h12[i, c, j, n]*d_z15[1 + 2*i + p, o, 1 + 2*j + q, n])
    d_W13 = np.dot(h12_copy.reshape(8, 64 * N), d_z15_view_copy.reshape(16, 64 * N).T).reshape(8,
        4, 2, 2)
    # sum_d_b13[i, o] = sum(n, i, j, d_z15[1 + i, o, 1 + j, n])
    sum_d_b13 = np.add.reduce(d_z15[1 : 17, : 4, 1 : 17], axis=(2, 3), out=work.sum_d_b13)
    d_b13 = np.dot(ones_16, sum_d_b13)  # d_b13[o] = sum(n, i, j, d_z15[1 + i, o, 1 + j, n])
    # d_z15_view_3[i, p, o, j, q, n] = d_z15[1 + 2*i + p, o, 1 + 2*j + q, n]
    d_z15_view_3 = _windows(d_z15[1:, :, 1:], (8, 2, 4, 8, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2),
        (2, 1), (3, 1),))
    # d_z15_view_3_copy[i, o, p, q, j, n] = d_z15_view_3[i, p, o, j, q, n]
    d_z15_view_3_copy = _filled(d_z15_view_3.transpose(0, 2, 1, 4, 3, 5), work.d_z15_view_3_copy,
        (8, 4, 2, 2, 8, N), dtype)
    # d_h12[i, c, j, n] = sum(o, p, q, W13[c, o, p, q]*d_z15[1 + 2*i + p, o, 1 + 2*j + q, n])
    d_h12 = _product(np.matmul, W13.reshape(8, 16), d_z15_view_3_copy.reshape(8, 16, 8 * N),
        work.d_h12, (8, 8, 8 * N), (8, 8, 8, N))
    d_s11_padded = _reserved(work.d_s11_padded, (12, 8, 8, N), dtype)  # d_s11_padded, part by part
    # greater_d_s11_padded[l, t, a, n] = (h12[l, t, a, n] > 0)
    greater_d_s11_padded = np.greater(h12, 0.0, out=work.greater_d_s11_padded)
    # d_s11_padded[2 + l, t, a, n] = d_h12[l, t, a, n]*step(h12[l, t, a, n])
    np.multiply(greater_d_s11_padded, d_h12, out=d_s11_padded[2 : 10])
    d_s11_padded[: 2] = 0.0  # d_s11_padded[e, t, a, n] = 0
    d_s11_padded[10 : 12] = 0.0  # d_s11_padded[10 + e, t, a, n] = 0
    # z11_rows_2[i, p, c, q, j, n] = z11_slabs[i + p, c, q, j, n]
    z11_rows_2 = _windows(z11_slabs, (8, 3, 16, 3, 8, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # sum_d_W11[i, o, p, c, q] = sum(n, i, j, z11[i + p, c, j + q, n]*d_s11_padded[2 + i, o, j, n])
    sum_d_W11 = _product(np.matmul, d_s11_padded[2 : 10].reshape(8, 8, 8 * N),
        z11_rows_2.reshape(8, 144, 8 * N).swapaxes(-1, -2), work.sum_d_W11, (8, 8, 144), (8, 8, 3,
        16, 3))
    # d_W11[o, c, p, q] = sum(n, i, j, z11[i + p, c, j + q, n]*d_s11_padded[2 + i, o, j, n])
    d_W11 = _filled(np.add.reduce(sum_d_W11, axis=0).transpose(0, 2, 1, 3), None, (8, 16, 3, 3),
        dtype)
    # sum_d_b11[i, o] = sum(n, i, j, d_s11_padded[2 + i, o, j, n])
    sum_d_b11 = np.dot(d_s11_padded[2 : 10].reshape(8, 8, 8 * N), ones_4, out=work.sum_d_b11)
    d_b11 = np.dot(ones_8, sum_d_b11)  # d_b11[o] = sum(n, i, j, d_s11_padded[2 + i, o, j, n])
    d_z11 = _filled(0.0, work.d_z11, (10, 16, 10, N), dtype)  # d_z11 = 0
    # d_s11_padded_rows[i, p, o, j, n] = d_s11_padded[i + p, o, j, n]
    d_s11_padded_rows = _windows(d_s11_padded, (10, 3, 8, 8, N), ((0, 1), (0, 1), (1, 1), (2, 1),
        (3, 1),))
    # W11_view_copy[p, o, c, q] = W11_view[o, c, p, q]
    W11_view_copy = _filled(W11[:, :, ::-1].transpose(2, 0, 1, 3), work.W11_view_copy, (3, 8, 16,
        3), dtype)
    # sum_d_z11[i, c, q, j, n] = sum(o, p, W11[o, c, 2 - p, q]*d_s11_padded[i + p, o, j, n])
    sum_d_z11 = _product(np.matmul, W11_view_copy.reshape(24, 48).T, d_s11_padded_rows.reshape(10,
        24, 8 * N), work.sum_d_z11, (10, 48, 8 * N), (10, 16, 3, 8, N))
    for q in range(3):
        # d_z11[i, c, j + q, n] += sum(o, p, W11[o, c, 2 - p, q]*d_s11_padded[i + p, o, j, n])
        d_z11[:, :, q : q + 8] += sum_d_z11[:, :, q]
    # d_z11_view[i, p, o, j, q, n] = d_z11[1 + 2*i + p, o, 1 + 2*j + q, n]
    d_z11_view = _windows(d_z11[1:, :, 1:], (4, 2, 8, 4, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2),
        (2, 1), (3, 1),))
    # d_z11_view_copy[o, p, q, i, j, n] = d_z11_view[i, p, o, j, q, n]
    d_z11_view_copy = _filled(d_z11_view.transpose(2, 1, 4, 0, 3, 5), work.d_z11_view_copy, (8, 2,
        2, 4, 4, N), dtype)
    # d_W9[c, o, p, q] = sum(n, i, j, h8[i, c, j, n]*d_z11[1 + 2*i + p, o, 1 + 2*j + q, n])
    d_W9 = np.dot(h8_copy.reshape(16, 16 * N), d_z11_view_copy.reshape(32, 16 * N).T).reshape(16,
        8, 2, 2)
    # sum_d_b9[i, o] = sum(n, i, j, d_z11[1 + i, o, 1 + j, n])
    sum_d_b9 = np.add.reduce(d_z11[1 : 9, : 8, 1 : 9], axis=(2, 3), out=work.sum_d_b9)
    d_b9 = np.dot(ones_8, sum_d_b9)  # d_b9[o] = sum(n, i, j, d_z11[1 + i, o, 1 + j, n])
    # d_z11_view_3[i, p, o, j, q, n] = d_z11[1 + 2*i + p, o, 1 + 2*j + q, n]
    d_z11_view_3 = _windows(d_z11[1:, :, 1:], (4, 2, 8, 4, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2),
        (2, 1), (3, 1),))
    # d_z11_view_3_copy[i, o, p, q, j, n] = d_z11_view_3[i, p, o, j, q, n]
    d_z11_view_3_copy = _filled(d_z11_view_3.transpose(0, 2, 1, 4, 3, 5), work.d_z11_view_3_copy,
        (4, 8, 2, 2, 4, N), dtype)
    # d_h8[i, c, j, n] = sum(o, p, q, W9[c, o, p, q]*d_z11[1 + 2*i + p, o, 1 + 2*j + q, n])
    d_h8 = _product(np.matmul, W9.reshape(16, 32), d_z11_view_3_copy.reshape(4, 32, 4 * N),
        work.d_h8, (4, 16, 4 * N), (4, 16, 4, N))
    d_s7_padded = _reserved(work.d_s7_padded, (8, 16, 4, N), dtype)  # d_s7_padded, part by part
    # greater_d_s7_padded[l, t, a, n] = (h8[l, t, a, n] > 0)
    greater_d_s7_padded = np.greater(h8, 0.0, out=work.greater_d_s7_padded)
    # d_s7_padded[2 + l, t, a, n] = d_h8[l, t, a, n]*step(h8[l, t, a, n])
    np.multiply(greater_d_s7_padded, d_h8, out=d_s7_padded[2 : 6])
    d_s7_padded[: 2] = 0.0  # d_s7_padded[e, t, a, n] = 0
    d_s7_padded[6 : 8] = 0.0  # d_s7_padded[6 + e, t, a, n] = 0
    # z7_rows_2[i, p, c, q, j, n] = z7_slabs[i + p, c, q, j, n]
    z7_rows_2 = _windows(z7_slabs, (4, 3, 8, 3, 4, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # sum_d_W7[i, o, p, c, q] = sum(n, i, j, z7[i + p, c, j + q, n]*d_s7_padded[2 + i, o, j, n])
    sum_d_W7 = _product(np.matmul, d_s7_padded[2 : 6].reshape(4, 16, 4 * N), z7_rows_2.reshape(4,
        72, 4 * N).swapaxes(-1, -2), work.sum_d_W7, (4, 16, 72), (4, 16, 3, 8, 3))
    # d_W7[o, c, p, q] = sum(n, i, j, z7[i + p, c, j + q, n]*d_s7_padded[2 + i, o, j, n])
    d_W7 = _filled(np.add.reduce(sum_d_W7, axis=0).transpose(0, 2, 1, 3), None, (16, 8, 3, 3),
        dtype)
    # sum_d_b7[i, o] = sum(n, i, j, d_s7_padded[2 + i, o, j, n])
    sum_d_b7 = np.dot(d_s7_padded[2 : 6].reshape(4, 16, 4 * N), ones_6, out=work.sum_d_b7)
    d_b7 = np.dot(ones_4_, sum_d_b7)  # d_b7[o] = sum(n, i, j, d_s7_padded[2 + i, o, j, n])
    d_z7 = _filled(0.0, work.d_z7, (6, 8, 6, N), dtype)  # d_z7 = 0
    # d_s7_padded_rows[i, p, o, j, n] = d_s7_padded[i + p, o, j, n]
    d_s7_padded_rows = _windows(d_s7_padded, (6, 3, 16, 4, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3,
        1),))
    # W7_view_copy[p, o, c, q] = W7_view[o, c, p, q]
    W7_view_copy = _filled(W7[:, :, ::-1].transpose(2, 0, 1, 3), work.W7_view_copy, (3, 16, 8, 3),
        dtype)
    # sum_d_z7[i, c, q, j, n] = sum(o, p, W7[o, c, 2 - p, q]*d_s7_padded[i + p, o, j, n])
    sum_d_z7 = _product(np.matmul, W7_view_copy.reshape(48, 24).T, d_s7_padded_rows.reshape(6, 48,
        4 * N), work.sum_d_z7, (6, 24, 4 * N), (6, 8, 3, 4, N))
    for q in range(3):
        # d_z7[i, c, j + q, n] += sum(o, p, W7[o, c, 2 - p, q]*d_s7_padded[i + p, o, j, n])
        d_z7[:, :, q : q + 4] += sum_d_z7[:, :, q]
    # hhalf_view_4[i, p2, t, j, q2, n] = hhalf[2*i + p2, t, 2*j + q2, n]
    hhalf_view_4 = _windows(hhalf, (4, 2, 8, 4, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3,
        1),))
    # equal_hhalf[i, p2, t, j, q2, n] = (hhalf[2*i + p2, t, 2*j + q2, n] == m6[i, t, j, n])
    equal_hhalf = np.equal(hhalf_view_4, m6[:, None, :, :, None], out=work.equal_hhalf)
    # d_hhalf[i2, c, i3, i0] = d_z11[1 + i2, 8 + c, 1 + i3, i0]
    d_hhalf = _filled(d_z11[1 : 9, 8 : 16, 1 : 9], work.d_hhalf, (8, 8, 8, N), dtype)
    # sum_d_hhalf[i, t, j, row4, n] = equal_hhalf[i, 0, t, j, row4, n] + equal_hhalf[i, 1, t, j,
    #     row4, n]
    sum_d_hhalf = np.add(equal_hhalf[:, 0], equal_hhalf[:, 1], out=work.sum_d_hhalf, dtype=dtype)
    # sum_d_hhalf_2[i, t, j, n] = sum_d_hhalf[i, t, j, 0, n] + sum_d_hhalf[i, t, j, 1, n]
    sum_d_hhalf_2 = np.add(sum_d_hhalf[:, :, :, 0], sum_d_hhalf[:, :, :, 1],
        out=work.sum_d_hhalf_2)
    # sum_d_hhalf_2[i, t, j, n] = d_z7[1 + i, t, 1 + j, n]/sum(p2, q2, equal_hhalf[i, p2, t, j, q2,
    #     n])
    sum_d_hhalf_2 = np.divide(d_z7[1 : 5, :, 1 : 5], sum_d_hhalf_2, out=sum_d_hhalf_2)
    # product_d_hhalf[i, p, t, j, q, n] = d_z7[1 + i, t, 1 + j, n]*equal_hhalf[i, p, t, j, q,
    #     n]/sum(p2, q2, equal_hhalf[i, p2, t, j, q2, n])
    product_d_hhalf = np.multiply(sum_d_hhalf_2[:, None, :, :, None], equal_hhalf,
        out=work.product_d_hhalf)
    # d_hhalf_view[i, p, t, j, q, n] = d_hhalf[2*i + p, t, 2*j + q, n]
    d_hhalf_view = _windows(d_hhalf, (4, 2, 8, 4, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1),
        (3, 1),))
    # d_hhalf[2*i + p, t, 2*j + q, n] += d_z7[1 + i, t, 1 + j, n]*equal_hhalf[i, p, t, j, q,
    #     n]/sum(p2, q2, equal_hhalf[i, p2, t, j, q2, n])
    d_hhalf_view = np.add(d_hhalf_view, product_d_hhalf, out=d_hhalf_view)
    d_s4_padded = _reserved(work.d_s4_padded, (12, 8, 8, N), dtype)  # d_s4_padded, part by part
    # greater_d_s4_padded[l, t, a, n] = (hhalf[l, t, a, n] > 0)
    greater_d_s4_padded = np.greater(hhalf, 0.0, out=work.greater_d_s4_padded)
    # d_s4_padded[2 + l, t, a, n] = d_hhalf[l, t, a, n]*step(hhalf[l, t, a, n])
    np.multiply(greater_d_s4_padded, d_hhalf, out=d_s4_padded[2 : 10])
    d_s4_padded[: 2] = 0.0  # d_s4_padded[e, t, a, n] = 0
    d_s4_padded[10 : 12] = 0.0  # d_s4_padded[10 + e, t, a, n] = 0
    # z4_rows_2[i, p, c, q, j, n] = z4_slabs[i + p, c, q, j, n]
    z4_rows_2 = _windows(z4_slabs, (8, 3, 4, 3, 8, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # sum_d_W4[i, o, p, c, q] = sum(n, i, j, z4[i + p, c, j + q, n]*d_s4_padded[2 + i, o, j, n])
    sum_d_W4 = _product(np.matmul, d_s4_padded[2 : 10].reshape(8, 8, 8 * N), z4_rows_2.reshape(8,
        36, 8 * N).swapaxes(-1, -2), work.sum_d_W4, (8, 8, 36), (8, 8, 3, 4, 3))
    # d_W4[o, c, p, q] = sum(n, i, j, z4[i + p, c, j + q, n]*d_s4_padded[2 + i, o, j, n])
    d_W4 = _filled(np.add.reduce(sum_d_W4, axis=0).transpose(0, 2, 1, 3), None, (8, 4, 3, 3),
        dtype)
    # sum_d_b4[i, o] = sum(n, i, j, d_s4_padded[2 + i, o, j, n])
    sum_d_b4 = np.dot(d_s4_padded[2 : 10].reshape(8, 8, 8 * N), ones_4, out=work.sum_d_b4)
    d_b4 = np.dot(ones_8, sum_d_b4)  # d_b4[o] = sum(n, i, j, d_s4_padded[2 + i, o, j, n])
    d_z4 = _filled(0.0, work.d_z4, (10, 4, 10, N), dtype)  # d_z4 = 0
    # d_s4_padded_rows[i, p, o, j, n] = d_s4_padded[i + p, o, j, n]
    d_s4_padded_rows = _windows(d_s4_padded, (10, 3, 8, 8, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3,
        1),))
    # W4_view_copy[p, o, c, q] = W4_view[o, c, p, q]
    W4_view_copy = _filled(W4[:, :, ::-1].transpose(2, 0, 1, 3), work.W4_view_copy, (3, 8, 4, 3),
        dtype)
    # sum_d_z4[i, c, q, j, n] = sum(o, p, W4[o, c, 2 - p, q]*d_s4_padded[i + p, o, j, n])
    sum_d_z4 = _product(np.matmul, W4_view_copy.reshape(24, 12).T, d_s4_padded_rows.reshape(10, 24,
        8 * N), work.sum_d_z4, (10, 12, 8 * N), (10, 4, 3, 8, N))
    for q in range(3):
        # d_z4[i, c, j + q, n] += sum(o, p, W4[o, c, 2 - p, q]*d_s4_padded[i + p, o, j, n])
        d_z4[:, :, q : q + 8] += sum_d_z4[:, :, q]
    # hwide_view_4[i, p2, t, j, q2, n] = hwide[2*i + p2, t, 2*j + q2, n]
    hwide_view_4 = _windows(hwide, (8, 2, 4, 8, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3,
        1),))
    # equal_hwide[i, p2, t, j, q2, n] = (hwide[2*i + p2, t, 2*j + q2, n] == m3[i, t, j, n])
    equal_hwide = np.equal(hwide_view_4, m3[:, None, :, :, None], out=work.equal_hwide)
    # d_hwide[i2, c, i3, i0] = d_z15[1 + i2, 4 + c, 1 + i3, i0]
    d_hwide = _filled(d_z15[1 : 17, 4 : 8, 1 : 17], work.d_hwide, (16, 4, 16, N), dtype)
    # sum_d_hwide[i, t, j, row4, n] = equal_hwide[i, 0, t, j, row4, n] + equal_hwide[i, 1, t, j,
    #     row4, n]
    sum_d_hwide = np.add(equal_hwide[:, 0], equal_hwide[:, 1], out=work.sum_d_hwide, dtype=dtype)
    # sum_d_hwide_2[i, t, j, n] = sum_d_hwide[i, t, j, 0, n] + sum_d_hwide[i, t, j, 1, n]
    sum_d_hwide_2 = np.add(sum_d_hwide[:, :, :, 0], sum_d_hwide[:, :, :, 1],
        out=work.sum_d_hwide_2)
    # sum_d_hwide_2[i, t, j, n] = d_z4[1 + i, t, 1 + j, n]/sum(p2, q2, equal_hwide[i, p2, t, j, q2,
    #     n])
    sum_d_hwide_2 = np.divide(d_z4[1 : 9, :, 1 : 9], sum_d_hwide_2, out=sum_d_hwide_2)
    # product_d_hwide[i, p, t, j, q, n] = d_z4[1 + i, t, 1 + j, n]*equal_hwide[i, p, t, j, q,
    #     n]/sum(p2, q2, equal_hwide[i, p2, t, j, q2, n])
    product_d_hwide = np.multiply(sum_d_hwide_2[:, None, :, :, None], equal_hwide,
        out=work.product_d_hwide)
    # d_hwide_view[i, p, t, j, q, n] = d_hwide[2*i + p, t, 2*j + q, n]
    d_hwide_view = _windows(d_hwide, (8, 2, 4, 8, 2, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1),
        (3, 1),))
    # d_hwide[2*i + p, t, 2*j + q, n] += d_z4[1 + i, t, 1 + j, n]*equal_hwide[i, p, t, j, q,
    #     n]/sum(p2, q2, equal_hwide[i, p2, t, j, q2, n])
    d_hwide_view = np.add(d_hwide_view, product_d_hwide, out=d_hwide_view)
    # greater_d_s1[l, t, a, n] = (hwide[l, t, a, n] > 0)
    greater_d_s1 = np.greater(hwide, 0.0, out=work.greater_d_s1)
    # d_s1[l, t, a, n] = d_hwide[l, t, a, n]*step(hwide[l, t, a, n])
    d_s1 = np.multiply(greater_d_s1, d_hwide, out=work.d_s1)
    # z1_rows_2[i, p, c, q, j, n] = z1_slabs[i + p, c, q, j, n]
    z1_rows_2 = _windows(z1_slabs, (16, 3, 1, 3, 16, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # sum_d_W1[i, o, p, c, q] = sum(n, i, j, d_s1[i, o, j, n]*z1[i + p, c, j + q, n])
    sum_d_W1 = _product(np.matmul, d_s1.reshape(16, 4, 16 * N), z1_rows_2.reshape(16, 9, 16 *
        N).swapaxes(-1, -2), work.sum_d_W1, (16, 4, 9), (16, 4, 3, 1, 3))
    # d_W1[o, c, p, q] = sum(n, i, j, d_s1[i, o, j, n]*z1[i + p, c, j + q, n])
    d_W1 = _filled(np.add.reduce(sum_d_W1, axis=0).transpose(0, 2, 1, 3), None, (4, 1, 3, 3),
        dtype)
    # sum_d_b1[i, o] = sum(n, i, j, d_s1[i, o, j, n])
    sum_d_b1 = np.dot(d_s1.reshape(16, 4, 16 * N), ones_2, out=work.sum_d_b1)
    d_b1 = np.dot(ones_16, sum_d_b1)  # d_b1[o] = sum(n, i, j, d_s1[i, o, j, n])
    grads = {
        "W1": d_W1,
        "b1": d_b1,
        "W4": d_W4,
        "b4": d_b4,
        "W7": d_W7,
        "b7": d_b7,
        "W9": d_W9,
        "b9": d_b9,
        "W11": d_W11,
        "b11": d_b11,
        "W13": d_W13,
        "b13": d_b13,
        "W15": d_W15,
        "b15": d_b15,
        "W17": d_W17,
        "b17": d_b17,
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


def value_and_flat_grad(vector, x, inside):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x, inside))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x, inside,
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
        (x, inside),
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
