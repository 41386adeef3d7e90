"""Loss and gradients of the network resnet_block.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    z2[n, t, 1 + i, 1 + j] += x[n, t, i, j]
    s2[n, o, i, j] = sum(c, p, q, W2[o, c, p, q]*z2[n, c, i + p, j + q])
    m3[c] = sum(n, i0, i1, s2[n, c, i0, i1])/144/N
    v3[c] = sum(n, i0, i1, (s2[n, c, i0, i1] - m3[c])**2)/144/N
    y3[n, c, i0, i1] = g3[c]*(s2[n, c, i0, i1] - m3[c])/sqrt(1/100000 + v3[c]) + b3[c]
    h4[n, t, l, a] = relu(y3[n, t, l, a])
    z5[n, t, 1 + i, 1 + j] += h4[n, t, i, j]
    s5[n, o, i, j] = sum(c, p, q, W5[o, c, p, q]*z5[n, c, i + p, j + q])
    m6[c] = sum(n, i0, i1, s5[n, c, i0, i1])/144/N
    v6[c] = sum(n, i0, i1, (s5[n, c, i0, i1] - m6[c])**2)/144/N
    y6[n, c, i0, i1] = g6[c]*(s5[n, c, i0, i1] - m6[c])/sqrt(1/100000 + v6[c]) + b6[c]
    r1[n, t, l, a] = y6[n, t, l, a] + x[n, t, l, a]
    h1[n, t, l, a] = relu(r1[n, t, l, a])
    z8[n, t, 1 + i, 1 + j] += h1[n, t, i, j]
    s8[n, o, i, j] = sum(c, p, q, W8[o, c, p, q]*z8[n, c, 2*i + p, 2*j + q])
    m9[c] = sum(n, i0, i1, s8[n, c, i0, i1])/36/N
    v9[c] = sum(n, i0, i1, (s8[n, c, i0, i1] - m9[c])**2)/36/N
    y9[n, c, i0, i1] = g9[c]*(s8[n, c, i0, i1] - m9[c])/sqrt(1/100000 + v9[c]) + b9[c]
    h10[n, t, l, a] = relu(y9[n, t, l, a])
    z11[n, t, 1 + i, 1 + j] += h10[n, t, i, j]
    s11[n, o, i, j] = sum(c, p, q, W11[o, c, p, q]*z11[n, c, i + p, j + q])
    m12[c] = sum(n, i0, i1, s11[n, c, i0, i1])/36/N
    v12[c] = sum(n, i0, i1, (s11[n, c, i0, i1] - m12[c])**2)/36/N
    y12[n, c, i0, i1] = g12[c]*(s11[n, c, i0, i1] - m12[c])/sqrt(1/100000 + v12[c]) + b12[c]
    s13[n, o, i, j] = sum(c, p, q, W13[o, c, p, q]*h1[n, c, 2*i + p, 2*j + q])
    m14[c] = sum(n, i0, i1, s13[n, c, i0, i1])/36/N
    v14[c] = sum(n, i0, i1, (s13[n, c, i0, i1] - m14[c])**2)/36/N
    y14[n, c, i0, i1] = g14[c]*(s13[n, c, i0, i1] - m14[c])/sqrt(1/100000 + v14[c]) + b14[c]
    r7[n, t, l, a] = y12[n, t, l, a] + y14[n, t, l, a]
    h7[n, t, l, a] = relu(r7[n, t, l, a])
    m15[n, c] = sum(i0, i1, h7[n, c, i0, i1])/36
    s16[n, j] = sum(k, W16[j, k]*m15[n, k]) + b16[j]
    loss = sum(n, logsumexp(j, s16[n, j]) - s16[n, label[n]])/N

Extents bound at each call: N.

Conventions:
    logsumexp of infinite terms is NaN
    logsumexp, and what softmax lacks of 1, are exact to an ulp of 1 where they are small
    relu'(0) = relu'(nan) = 0
    squares of numbers beyond 1e154 overflow and those of numbers below 1e-162 are 0 (1e19 and
        1e-23 in single precision), also below the root, logarithm or quotient in y3, y6, y9, y12,
        y14
    a mean over nothing is NaN

Operations:
    forward and loss: 641286*N + 6016
    backward: 1152294*N + 40288
    workspace, in floats: 20544*N + 4*Max(96, N) + Max(96, 16*N) + 2*Max(576, 1568*N) + Max(768,
        10*N) + Max(1152, 1568*N) + Max(2304, 576*N) + Max(2304, 1024*N) + Max(6912, 576*N) +
        Max(13824, 576*N) + 64
"""

import numpy as np

TITLE = "Residual blocks"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W2": (8, 8, 3, 3),
    "g3": (8,),
    "b3": (8,),
    "W5": (8, 8, 3, 3),
    "g6": (8,),
    "b6": (8,),
    "W8": (16, 8, 3, 3),
    "g9": (16,),
    "b9": (16,),
    "W11": (16, 16, 3, 3),
    "g12": (16,),
    "b12": (16,),
    "W13": (16, 8, 1, 1),
    "g14": (16,),
    "b14": (16,),
    "W16": (10, 16),
    "b16": (10,),
}
INPUTS = {
    "x": ("N", 8, 12, 12),
}
TARGETS = {
    "label": ("N",),
}
OUTPUTS = ("s16",)
# Statistics of a batch, of which ``forward`` takes running ones.
ESTIMATED = {
    "m3": (8,),
    "v3": (8,),
    "m6": (8,),
    "v6": (8,),
    "m9": (16,),
    "v9": (16,),
    "m12": (16,),
    "v12": (16,),
    "m14": (16,),
    "v14": (16,),
}
# One derivative of the loss per parameter.
LATEX = {
    "W2": (
        "\\frac{\\partial L}{\\partial W^{(2)}_{o,c,p,q}} = \\sum_{n,i,j}"
        " \\bar{s}^{(2)}_{n,o,i,j} z^{(2)}_{n,c,i+p,j+q}"
    ),
    "g3": (
        "\\frac{\\partial L}{\\partial g^{(3)}_c} = \\frac{\\text{sum\\ d}^"
        "{(y^{(3)})}_c}{\\sqrt{v^{(3)}_c + 0.00001}}"
    ),
    "b3": (
        "\\frac{\\partial L}{\\partial b^{(3)}_c} = \\text{sum\\ d}^{(y^{("
        "3)},2)}_c"
    ),
    "W5": (
        "\\frac{\\partial L}{\\partial W^{(5)}_{o,c,p,q}} = \\sum_{n,i,j}"
        " \\bar{s}^{(5)}_{n,o,i,j} z^{(5)}_{n,c,i+p,j+q}"
    ),
    "g6": (
        "\\frac{\\partial L}{\\partial g^{(6)}_c} = \\frac{\\text{sum\\ d}^"
        "{(y^{(6)})}_c}{\\sqrt{0.00001 + v^{(6)}_c}}"
    ),
    "b6": (
        "\\frac{\\partial L}{\\partial b^{(6)}_c} = \\text{sum\\ d}^{(y^{("
        "6)},2)}_c"
    ),
    "W8": (
        "\\frac{\\partial L}{\\partial W^{(8)}_{o,c,p,q}} = \\sum_{n,i,j}"
        " \\bar{s}^{(8)}_{n,o,i,j} z^{(8)}_{n,c,2i+p,2j+q}"
    ),
    "g9": (
        "\\frac{\\partial L}{\\partial g^{(9)}_c} = \\frac{\\text{sum\\ d}^"
        "{(y^{(9)})}_c}{\\sqrt{v^{(9)}_c + 0.00001}}"
    ),
    "b9": (
        "\\frac{\\partial L}{\\partial b^{(9)}_c} = \\text{sum\\ d}^{(y^{("
        "9)},2)}_c"
    ),
    "W11": (
        "\\frac{\\partial L}{\\partial W^{(11)}_{o,c,p,q}} = \\sum_{n,i,j"
        "} \\bar{s}^{(11)}_{n,o,i,j} z^{(11)}_{n,c,i+p,j+q}"
    ),
    "g12": (
        "\\frac{\\partial L}{\\partial g^{(12)}_c} = \\frac{\\text{sum\\ d}"
        "^{(r^{(7)},3)}_c}{\\sqrt{0.00001 + v^{(12)}_c}}"
    ),
    "b12": (
        "\\frac{\\partial L}{\\partial b^{(12)}_c} = \\text{sum\\ d}^{(r^{"
        "(7)},2)}_c"
    ),
    "W13": (
        "\\frac{\\partial L}{\\partial W^{(13)}_{o,c,p,q}} = \\sum_{n,i,j"
        "} \\bar{s}^{(13)}_{n,o,i,j} h^{(1)}_{n,c,2i+p,2j+q}"
    ),
    "g14": (
        "\\frac{\\partial L}{\\partial g^{(14)}_c} = \\frac{\\text{sum\\ d}"
        "^{(r^{(7)})}_c}{\\sqrt{v^{(14)}_c + 0.00001}}"
    ),
    "b14": "\\frac{\\partial L}{\\partial b^{(14)}_c} = \\bar{b}^{(12)}_c",
    "W16": (
        "\\frac{\\partial L}{\\partial W^{(16)}_{j,k}} = \\sum_n \\bar{s}^"
        "{(16)}_{n,j} m^{(15)}_{n,k}"
    ),
    "b16": (
        "\\frac{\\partial L}{\\partial b^{(16)}_j} = \\sum_n \\bar{s}^{(16"
        ")}_{n,j}"
    ),
}
_BUFFERS = (
    "z2",
    "z2_slabs",
    "W2_copy",
    "s2",
    "sum_m3",
    "m3",
    "sum_v3",
    "sum_v3_2",
    "v3",
    "sum_y3",
    "y3",
    "h4",
    "z5",
    "z5_slabs",
    "W5_copy",
    "s5",
    "sum_m6",
    "m6",
    "sum_v6",
    "sum_v6_2",
    "v6",
    "sum_y6",
    "y6",
    "r1",
    "h1",
    "z8",
    "z8_slabs",
    "W8_copy",
    "s8",
    "sum_m9",
    "m9",
    "sum_v9",
    "sum_v9_2",
    "v9",
    "sum_y9",
    "y9",
    "h10",
    "z11",
    "z11_slabs",
    "W11_copy",
    "s11",
    "sum_m12",
    "m12",
    "sum_v12",
    "sum_v12_2",
    "v12",
    "sum_y12",
    "y12",
    "h1_slabs",
    "W13_copy",
    "s13",
    "sum_m14",
    "m14",
    "sum_v14",
    "sum_v14_2",
    "v14",
    "sum_y14",
    "y14",
    "r7",
    "h7",
    "sum_m15",
    "m15",
    "s16",
    "max_s16",
    "exp_s16",
    "sum_exp_s16",
    "log_loss",
    "s16_read",
    "scaled_d_s16",
    "d_s16",
    "d_m15",
    "product_d_r7",
    "greater_d_r7",
    "d_r7",
    "sum_sum_d_r7",
    "sum_sum_d_r7_2",
    "sum_d_r7",
    "d_v14",
    "product_d_v14",
    "sum_sum_d_r7_2_2",
    "sum_d_r7_2",
    "d_m14",
    "product_d_m14",
    "product_d_s13",
    "d_s13",
    "product_d_s13_2",
    "sum_d_s13",
    "product_d_s13_3",
    "sum_d_W13",
    "sum_sum_d_r7_3",
    "sum_sum_d_r7_3_2",
    "sum_d_r7_3",
    "d_v12",
    "product_d_v12",
    "d_m12",
    "product_d_m12",
    "d_s11_padded",
    "product_d_s11_padded",
    "product_d_s11_padded_2",
    "sum_d_s11_padded",
    "product_d_s11_padded_3",
    "sum_d_W11",
    "d_z11",
    "W11_view_copy",
    "sum_d_z11",
    "greater_d_y9",
    "d_y9",
    "sum_sum_d_y9",
    "sum_sum_d_y9_2",
    "sum_d_y9",
    "d_v9",
    "product_d_v9",
    "sum_sum_d_y9_2_2",
    "sum_d_y9_2",
    "d_m9",
    "product_d_m9",
    "sum_d_s8",
    "d_s8",
    "product_d_s8",
    "sum_d_s8_2",
    "product_d_s8_2",
    "sum_d_W8",
    "d_z8",
    "d_s8_copy",
    "sum_d_z8",
    "d_h1",
    "d_s13_copy",
    "sum_d_h1",
    "greater_d_y6",
    "d_y6",
    "sum_sum_d_y6",
    "sum_sum_d_y6_2",
    "sum_d_y6",
    "d_v6",
    "product_d_v6",
    "sum_sum_d_y6_2_2",
    "sum_d_y6_2",
    "d_m6",
    "product_d_m6",
    "d_s5_padded",
    "sum_d_s5_padded",
    "product_d_s5_padded",
    "sum_d_s5_padded_2",
    "product_d_s5_padded_2",
    "sum_d_W5",
    "d_z5",
    "W5_view_copy",
    "sum_d_z5",
    "greater_d_y3",
    "d_y3",
    "sum_sum_d_y3",
    "sum_sum_d_y3_2",
    "sum_d_y3",
    "d_v3",
    "product_d_v3",
    "sum_sum_d_y3_2_2",
    "sum_d_y3_2",
    "d_m3",
    "product_d_m3",
    "sum_d_s2",
    "d_s2",
    "product_d_s2",
    "sum_d_s2_2",
    "product_d_s2_2",
    "sum_d_W2",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "W2": np.asarray(rng.uniform(-0.2041241452319315, 0.2041241452319315, (8, 8, 3, 3)),
            dtype),
        "g3": np.full((8,), 1.0, dtype),
        "b3": np.full((8,), 0.0, dtype),
        "W5": np.asarray(rng.uniform(-0.2041241452319315, 0.2041241452319315, (8, 8, 3, 3)),
            dtype),
        "g6": np.full((8,), 1.0, dtype),
        "b6": np.full((8,), 0.0, dtype),
        "W8": np.asarray(rng.uniform(-0.16666666666666666, 0.16666666666666666, (16, 8, 3, 3)),
            dtype),
        "g9": np.full((16,), 1.0, dtype),
        "b9": np.full((16,), 0.0, dtype),
        "W11": np.asarray(rng.uniform(-0.14433756729740643, 0.14433756729740643, (16, 16, 3, 3)),
            dtype),
        "g12": np.full((16,), 1.0, dtype),
        "b12": np.full((16,), 0.0, dtype),
        "W13": np.asarray(rng.uniform(-0.5, 0.5, (16, 8, 1, 1)), dtype),
        "g14": np.full((16,), 1.0, dtype),
        "b14": np.full((16,), 0.0, dtype),
        "W16": np.asarray(rng.uniform(-0.4803844614152614, 0.4803844614152614, (10, 16)), dtype),
        "b16": np.full((10,), 0.0, dtype),
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
        memory_1 = np.empty(max(1568 * N, 576), dtype)
        self.z2 = memory_1[: 1568 * N].reshape(14, 8, 14, N)
        self.W2_copy = memory_1[: 576].reshape(8, 3, 8, 3)
        self.sum_m3 = memory_1[: 96].reshape(12, 8)
        self.sum_v3 = memory_1[: 1152 * N].reshape(12, 8, 12, N)
        self.v3 = memory_1[: 8].reshape(8)
        self.sum_d_s2 = memory_1[: 8].reshape(8)
        memory_2 = np.empty(4032 * N, dtype)
        self.z2_slabs = memory_2.reshape(14, 8, 3, 12, N)
        memory_3 = np.empty(1152 * N, dtype)
        self.s2 = memory_3.reshape(12, 8, 12, N)
        self.sum_d_s2_2 = memory_3.reshape(12, 8, 12, N)
        memory_4 = np.empty(8, dtype)
        self.m3 = memory_4.reshape(8)
        memory_5 = np.empty(max(1568 * N, 576), dtype)
        self.sum_v3_2 = memory_5[: 96].reshape(12, 8)
        self.sum_y3 = memory_5[: 8].reshape(8)
        self.z5 = memory_5[: 1568 * N].reshape(14, 8, 14, N)
        self.W5_copy = memory_5[: 576].reshape(8, 3, 8, 3)
        self.sum_m6 = memory_5[: 96].reshape(12, 8)
        self.sum_v6 = memory_5[: 1152 * N].reshape(12, 8, 12, N)
        self.v6 = memory_5[: 8].reshape(8)
        self.sum_d_s5_padded = memory_5[: 8].reshape(8)
        self.d_z5 = memory_5[: 1568 * N].reshape(14, 8, 14, N)
        memory_6 = np.empty(1152 * N, dtype)
        self.y3 = memory_6.reshape(12, 8, 12, N)
        self.h4 = memory_6.reshape(12, 8, 12, N)
        memory_7 = np.empty(4032 * N, dtype)
        self.z5_slabs = memory_7.reshape(14, 8, 3, 12, N)
        self.sum_d_z5 = memory_7.reshape(14, 8, 3, 12, N)
        memory_8 = np.empty(1152 * N, dtype)
        self.s5 = memory_8.reshape(12, 8, 12, N)
        self.sum_d_s5_padded_2 = memory_8.reshape(12, 8, 12, N)
        self.sum_sum_d_y3 = memory_8.reshape(12, 8, 12, N)
        memory_9 = np.empty(8, dtype)
        self.m6 = memory_9.reshape(8)
        self.sum_d_y3 = memory_9.reshape(8)
        self.sum_d_y3_2 = memory_9.reshape(8)
        memory_10 = np.empty(max(1152, 1568 * N), dtype)
        self.sum_v6_2 = memory_10[: 96].reshape(12, 8)
        self.sum_y6 = memory_10[: 8].reshape(8)
        self.z8 = memory_10[: 1568 * N].reshape(14, 8, 14, N)
        self.W8_copy = memory_10[: 1152].reshape(16, 3, 8, 3)
        self.sum_m9 = memory_10[: 96].reshape(6, 16)
        self.sum_v9 = memory_10[: 576 * N].reshape(6, 16, 6, N)
        self.v9 = memory_10[: 16].reshape(16)
        self.sum_d_s8 = memory_10[: 16].reshape(16)
        self.d_z8 = memory_10[: 1568 * N].reshape(14, 8, 14, N)
        self.d_s5_padded = memory_10[: 1536 * N].reshape(16, 8, 12, N)
        memory_11 = np.empty(1152 * N, dtype)
        self.y6 = memory_11.reshape(12, 8, 12, N)
        self.r1 = memory_11.reshape(12, 8, 12, N)
        self.h1 = memory_11.reshape(12, 8, 12, N)
        self.sum_sum_d_y6 = memory_11.reshape(12, 8, 12, N)
        self.d_y3 = memory_11.reshape(12, 8, 12, N)
        self.d_s2 = memory_11.reshape(12, 8, 12, N)
        memory_12 = np.empty(2016 * N, dtype)
        self.z8_slabs = memory_12.reshape(14, 8, 3, 6, N)
        self.d_h1 = memory_12[: 1152 * N].reshape(12, 8, 12, N)
        self.d_y6 = memory_12[: 1152 * N].reshape(12, 8, 12, N)
        memory_13 = np.empty(max(576 * N, 6912), dtype)
        self.s8 = memory_13[: 576 * N].reshape(6, 16, 6, N)
        self.sum_d_s8_2 = memory_13[: 576 * N].reshape(6, 16, 6, N)
        self.sum_d_W5 = memory_13[: 6912].reshape(12, 8, 3, 8, 3)
        memory_14 = np.empty(16, dtype)
        self.m9 = memory_14.reshape(16)
        self.d_v6 = memory_14[: 8].reshape(8)
        self.product_d_s5_padded = memory_14[: 8].reshape(8)
        self.product_d_v3 = memory_14[: 8].reshape(8)
        self.product_d_m3 = memory_14[: 8].reshape(8)
        memory_15 = np.empty(max(1024 * N, 2304), dtype)
        self.sum_v9_2 = memory_15[: 96].reshape(6, 16)
        self.sum_y9 = memory_15[: 16].reshape(16)
        self.z11 = memory_15[: 1024 * N].reshape(8, 16, 8, N)
        self.W11_copy = memory_15[: 2304].reshape(16, 3, 16, 3)
        self.sum_m12 = memory_15[: 96].reshape(6, 16)
        self.sum_v12 = memory_15[: 576 * N].reshape(6, 16, 6, N)
        self.v12 = memory_15[: 16].reshape(16)
        self.sum_d_s11_padded = memory_15[: 16].reshape(16)
        self.d_z11 = memory_15[: 1024 * N].reshape(8, 16, 8, N)
        memory_16 = np.empty(576 * N, dtype)
        self.y9 = memory_16.reshape(6, 16, 6, N)
        self.h10 = memory_16.reshape(6, 16, 6, N)
        self.d_s13_copy = memory_16.reshape(16, 6, 6, N)
        memory_17 = np.empty(2592 * N, dtype)
        self.z11_slabs = memory_17[: 2304 * N].reshape(8, 16, 3, 6, N)
        self.sum_d_z11 = memory_17[: 2304 * N].reshape(8, 16, 3, 6, N)
        self.sum_d_z8 = memory_17.reshape(6, 6, N, 8, 3, 3)
        memory_18 = np.empty(576 * N, dtype)
        self.s11 = memory_18.reshape(6, 16, 6, N)
        self.d_y9 = memory_18.reshape(6, 16, 6, N)
        self.d_s8 = memory_18.reshape(6, 16, 6, N)
        memory_19 = np.empty(16, dtype)
        self.m12 = memory_19.reshape(16)
        self.sum_d_y9 = memory_19.reshape(16)
        self.sum_d_y9_2 = memory_19.reshape(16)
        self.sum_d_y6 = memory_19[: 8].reshape(8)
        self.sum_d_y6_2 = memory_19[: 8].reshape(8)
        self.d_v3 = memory_19[: 8].reshape(8)
        self.product_d_s2 = memory_19[: 8].reshape(8)
        memory_20 = np.empty(max(13824, 576 * N), dtype)
        self.sum_v12_2 = memory_20[: 96].reshape(6, 16)
        self.sum_y12 = memory_20[: 16].reshape(16)
        self.h1_slabs = memory_20[: 576 * N].reshape(12, 8, 1, 6, N)
        self.sum_d_W11 = memory_20[: 13824].reshape(6, 16, 3, 16, 3)
        self.sum_d_W8 = memory_20[: 6912].reshape(6, 16, 3, 8, 3)
        self.sum_d_W2 = memory_20[: 6912].reshape(12, 8, 3, 8, 3)
        memory_21 = np.empty(960 * N, dtype)
        self.y12 = memory_21[: 576 * N].reshape(6, 16, 6, N)
        self.r7 = memory_21[: 576 * N].reshape(6, 16, 6, N)
        self.h7 = memory_21[: 576 * N].reshape(6, 16, 6, N)
        self.sum_sum_d_r7 = memory_21[: 576 * N].reshape(6, 16, 6, N)
        self.product_d_s13_3 = memory_21[: 576 * N].reshape(6, 16, 6, N)
        self.d_s11_padded = memory_21.reshape(10, 16, 6, N)
        memory_22 = np.empty(max(2304, 576 * N), dtype)
        self.W13_copy = memory_22[: 128].reshape(16, 1, 8, 1)
        self.sum_m14 = memory_22[: 96].reshape(6, 16)
        self.sum_v14 = memory_22[: 576 * N].reshape(6, 16, 6, N)
        self.v14 = memory_22[: 16].reshape(16)
        self.sum_d_s13 = memory_22[: 16].reshape(16)
        self.sum_sum_d_r7_3 = memory_22[: 576 * N].reshape(6, 16, 6, N)
        self.W11_view_copy = memory_22[: 2304].reshape(3, 16, 16, 3)
        self.d_s8_copy = memory_22[: 576 * N].reshape(16, 6, 6, N)
        memory_23 = np.empty(576 * N, dtype)
        self.s13 = memory_23.reshape(6, 16, 6, N)
        self.d_s13 = memory_23.reshape(6, 16, 6, N)
        memory_24 = np.empty(16, dtype)
        self.m14 = memory_24.reshape(16)
        self.sum_d_r7_3 = memory_24.reshape(16)
        self.d_m12 = memory_24.reshape(16)
        self.product_d_s11_padded_2 = memory_24.reshape(16)
        self.d_v9 = memory_24.reshape(16)
        self.product_d_s8 = memory_24.reshape(16)
        self.product_d_v6 = memory_24[: 8].reshape(8)
        self.d_m6 = memory_24[: 8].reshape(8)
        self.product_d_s5_padded_2 = memory_24[: 8].reshape(8)
        self.d_m3 = memory_24[: 8].reshape(8)
        self.product_d_s2_2 = memory_24[: 8].reshape(8)
        memory_25 = np.empty(max(16 * N, 96), dtype)
        self.sum_v14_2 = memory_25[: 96].reshape(6, 16)
        self.sum_y14 = memory_25[: 16].reshape(16)
        self.m15 = memory_25[: 16 * N].reshape(16, N)
        self.d_m15 = memory_25[: 16 * N].reshape(16, N)
        self.product_d_r7 = memory_25[: 16 * N].reshape(16, N)
        memory_26 = np.empty(576 * N, dtype)
        self.y14 = memory_26.reshape(6, 16, 6, N)
        self.sum_m15 = memory_26[: 96 * N].reshape(6, 16, N)
        self.s16 = memory_26[: 10 * N].reshape(10, N)
        self.d_r7 = memory_26.reshape(6, 16, 6, N)
        self.product_d_s11_padded_3 = memory_26.reshape(6, 16, 6, N)
        self.sum_sum_d_y9 = memory_26.reshape(6, 16, 6, N)
        self.sum_d_h1 = memory_26[: 288 * N].reshape(6, 6, N, 8, 1, 1)
        memory_27 = np.empty(max(96, N), dtype)
        self.max_s16 = memory_27[: N].reshape(N)
        self.sum_sum_d_r7_2 = memory_27[: 96].reshape(6, 16)
        self.sum_sum_d_r7_2_2 = memory_27[: 96].reshape(6, 16)
        self.product_d_m14 = memory_27[: 16].reshape(16)
        self.sum_sum_d_r7_3_2 = memory_27[: 96].reshape(6, 16)
        self.product_d_m12 = memory_27[: 16].reshape(16)
        self.sum_sum_d_y9_2_2 = memory_27[: 96].reshape(6, 16)
        self.sum_sum_d_y6_2_2 = memory_27[: 96].reshape(12, 8)
        memory_28 = np.empty(max(10 * N, 768), dtype)
        self.exp_s16 = memory_28[: 10 * N].reshape(10, N)
        self.d_s16 = memory_28[: 10 * N].reshape(10, N)
        self.sum_d_W13 = memory_28[: 768].reshape(6, 16, 1, 8, 1)
        self.W5_view_copy = memory_28[: 576].reshape(3, 8, 8, 3)
        memory_29 = np.empty(max(96, N), dtype)
        self.sum_exp_s16 = memory_29[: N].reshape(N)
        self.scaled_d_s16 = memory_29[: N].reshape(N)
        self.product_d_v14 = memory_29[: 16].reshape(16)
        self.d_m14 = memory_29[: 16].reshape(16)
        self.product_d_s13_2 = memory_29[: 16].reshape(16)
        self.product_d_v12 = memory_29[: 16].reshape(16)
        self.sum_sum_d_y9_2 = memory_29[: 96].reshape(6, 16)
        self.product_d_m9 = memory_29[: 16].reshape(16)
        self.product_d_m6 = memory_29[: 8].reshape(8)
        memory_30 = np.empty(max(96, N), dtype)
        self.log_loss = memory_30[: N].reshape(N)
        self.d_v14 = memory_30[: 16].reshape(16)
        self.product_d_s13 = memory_30[: 16].reshape(16)
        self.d_v12 = memory_30[: 16].reshape(16)
        self.product_d_s11_padded = memory_30[: 16].reshape(16)
        self.d_m9 = memory_30[: 16].reshape(16)
        self.product_d_s8_2 = memory_30[: 16].reshape(16)
        self.sum_sum_d_y3_2 = memory_30[: 96].reshape(12, 8)
        memory_31 = np.empty(max(96, N), dtype)
        self.s16_read = memory_31[: N].reshape(N)
        self.sum_d_r7 = memory_31[: 16].reshape(16)
        self.sum_d_r7_2 = memory_31[: 16].reshape(16)
        self.product_d_v9 = memory_31[: 16].reshape(16)
        self.sum_sum_d_y6_2 = memory_31[: 96].reshape(12, 8)
        self.sum_sum_d_y3_2_2 = memory_31[: 96].reshape(12, 8)
        memory_32 = np.empty(1152 * N, bool)
        self.greater_d_r7 = memory_32[: 576 * N].reshape(6, 16, 6, N)
        self.greater_d_y9 = memory_32[: 576 * N].reshape(6, 16, 6, N)
        self.greater_d_y6 = memory_32.reshape(12, 8, 12, N)
        self.greater_d_y3 = memory_32.reshape(12, 8, 12, N)
        self.ones_1 = np.ones(12 * N, dtype)
        self.ones_12 = np.ones(12, dtype)
        self.ones_3 = np.ones(6 * N, dtype)
        self.ones_6 = np.ones(6, dtype)
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
def forward(params, x, m3, v3, m6, v6, m9, v9, m12, v12, m14, v14):
    """The output s16, a new array."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 8, 12, 12), 0)
    W2 = _floats("W2", params["W2"], (8, 8, 3, 3), dtype)
    g3 = _floats("g3", params["g3"], (8,), dtype)
    b3 = _floats("b3", params["b3"], (8,), dtype)
    W5 = _floats("W5", params["W5"], (8, 8, 3, 3), dtype)
    g6 = _floats("g6", params["g6"], (8,), dtype)
    b6 = _floats("b6", params["b6"], (8,), dtype)
    W8 = _floats("W8", params["W8"], (16, 8, 3, 3), dtype)
    g9 = _floats("g9", params["g9"], (16,), dtype)
    b9 = _floats("b9", params["b9"], (16,), dtype)
    W11 = _floats("W11", params["W11"], (16, 16, 3, 3), dtype)
    g12 = _floats("g12", params["g12"], (16,), dtype)
    b12 = _floats("b12", params["b12"], (16,), dtype)
    W13 = _floats("W13", params["W13"], (16, 8, 1, 1), dtype)
    g14 = _floats("g14", params["g14"], (16,), dtype)
    b14 = _floats("b14", params["b14"], (16,), dtype)
    W16 = _floats("W16", params["W16"], (10, 16), dtype)
    b16 = _floats("b16", params["b16"], (10,), dtype)
    x = _floats("x", x, (N, 8, 12, 12), dtype)
    m3 = _floats("m3", m3, (8,), dtype)
    v3 = _floats("v3", v3, (8,), dtype)
    m6 = _floats("m6", m6, (8,), dtype)
    v6 = _floats("v6", v6, (8,), dtype)
    m9 = _floats("m9", m9, (16,), dtype)
    v9 = _floats("v9", v9, (16,), dtype)
    m12 = _floats("m12", m12, (16,), dtype)
    v12 = _floats("v12", v12, (16,), dtype)
    m14 = _floats("m14", m14, (16,), dtype)
    v14 = _floats("v14", v14, (16,), dtype)
    z2 = np.zeros((14, 8, 14, N), dtype)  # z2 = 0
    z2[1 : 13, :, 1 : 13] += x.transpose(2, 1, 3, 0)  # z2[1 + i, t, 1 + j, n] += x[n, t, i, j]
    # z2_view_2[height, c, j, q, n] = z2[height, c, j + q, n]
    z2_view_2 = _windows(z2, (14, 8, 12, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z2_slabs[height, c, q, j, n] = z2[height, c, j + q, n]
    z2_slabs = _filled(z2_view_2.transpose(0, 1, 3, 2, 4), None, (14, 8, 3, 12, N), dtype)
    # z2_rows[i, p, c, q, j, n] = z2_slabs[i + p, c, q, j, n]
    z2_rows = _windows(z2_slabs, (12, 3, 8, 3, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W2_copy[o, p, c, q] = W2[o, c, p, q]
    W2_copy = _filled(W2.transpose(0, 2, 1, 3), None, (8, 3, 8, 3), dtype)
    # s2[i, o, j, n] = sum(c, p, q, W2[o, c, p, q]*z2[i + p, c, j + q, n])
    s2 = np.matmul(W2_copy.reshape(8, 72), z2_rows.reshape(12, 72, 12 * N)).reshape(12, 8, 12, N)
    sum_y3 = np.add(v3, 1e-05)  # sum_y3[c] = 1/100000 + v3[c]
    sum_y3 = np.sqrt(sum_y3, out=sum_y3)  # sum_y3[c] = sqrt(1/100000 + v3[c])
    sum_y3 = np.divide(g3, sum_y3, out=sum_y3)  # sum_y3[c] = g3[c]/sqrt(1/100000 + v3[c])
    y3 = np.subtract(s2, m3[:, None, None])  # y3[i0, c, i1, n] = s2[i0, c, i1, n] - m3[c]
    # y3[i0, c, i1, n] = g3[c]*(s2[i0, c, i1, n] - m3[c])/sqrt(1/100000 + v3[c])
    y3 = np.multiply(sum_y3[:, None, None], y3, out=y3)
    # y3[i0, c, i1, n] = g3[c]*(s2[i0, c, i1, n] - m3[c])/sqrt(1/100000 + v3[c]) + b3[c]
    y3 = np.add(y3, b3[:, None, None], out=y3)
    h4 = np.maximum(y3, 0.0)  # h4[l, t, a, n] = relu(y3[l, t, a, n])
    z5 = np.zeros((14, 8, 14, N), dtype)  # z5 = 0
    z5[1 : 13, :, 1 : 13] += h4  # z5[1 + i, t, 1 + j, n] += h4[i, t, j, n]
    # z5_view_2[height, c, j, q, n] = z5[height, c, j + q, n]
    z5_view_2 = _windows(z5, (14, 8, 12, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z5_slabs[height, c, q, j, n] = z5[height, c, j + q, n]
    z5_slabs = _filled(z5_view_2.transpose(0, 1, 3, 2, 4), None, (14, 8, 3, 12, N), dtype)
    # z5_rows[i, p, c, q, j, n] = z5_slabs[i + p, c, q, j, n]
    z5_rows = _windows(z5_slabs, (12, 3, 8, 3, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W5_copy[o, p, c, q] = W5[o, c, p, q]
    W5_copy = _filled(W5.transpose(0, 2, 1, 3), None, (8, 3, 8, 3), dtype)
    # s5[i, o, j, n] = sum(c, p, q, W5[o, c, p, q]*z5[i + p, c, j + q, n])
    s5 = np.matmul(W5_copy.reshape(8, 72), z5_rows.reshape(12, 72, 12 * N)).reshape(12, 8, 12, N)
    sum_y6 = np.add(v6, 1e-05)  # sum_y6[c] = 1/100000 + v6[c]
    sum_y6 = np.sqrt(sum_y6, out=sum_y6)  # sum_y6[c] = sqrt(1/100000 + v6[c])
    sum_y6 = np.divide(g6, sum_y6, out=sum_y6)  # sum_y6[c] = g6[c]/sqrt(1/100000 + v6[c])
    y6 = np.subtract(s5, m6[:, None, None])  # y6[i0, c, i1, n] = s5[i0, c, i1, n] - m6[c]
    # y6[i0, c, i1, n] = g6[c]*(s5[i0, c, i1, n] - m6[c])/sqrt(1/100000 + v6[c])
    y6 = np.multiply(sum_y6[:, None, None], y6, out=y6)
    # y6[i0, c, i1, n] = g6[c]*(s5[i0, c, i1, n] - m6[c])/sqrt(1/100000 + v6[c]) + b6[c]
    y6 = np.add(y6, b6[:, None, None], out=y6)
    r1 = np.add(y6, x.transpose(2, 1, 3, 0))  # r1[l, t, a, n] = y6[l, t, a, n] + x[n, t, l, a]
    h1 = np.maximum(r1, 0.0)  # h1[l, t, a, n] = relu(r1[l, t, a, n])
    z8 = np.zeros((14, 8, 14, N), dtype)  # z8 = 0
    z8[1 : 13, :, 1 : 13] += h1  # z8[1 + i, t, 1 + j, n] += h1[i, t, j, n]
    # z8_view_2[height, c, j, q, n] = z8[height, c, 2*j + q, n]
    z8_view_2 = _windows(z8, (14, 8, 6, 3, N), ((0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # z8_slabs[height, c, q, j, n] = z8[height, c, 2*j + q, n]
    z8_slabs = _filled(z8_view_2.transpose(0, 1, 3, 2, 4), None, (14, 8, 3, 6, N), dtype)
    # z8_rows[i, p, c, q, j, n] = z8_slabs[2*i + p, c, q, j, n]
    z8_rows = _windows(z8_slabs, (6, 3, 8, 3, 6, N), ((0, 2), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W8_copy[o, p, c, q] = W8[o, c, p, q]
    W8_copy = _filled(W8.transpose(0, 2, 1, 3), None, (16, 3, 8, 3), dtype)
    # s8[i, o, j, n] = sum(c, p, q, W8[o, c, p, q]*z8[2*i + p, c, 2*j + q, n])
    s8 = np.matmul(W8_copy.reshape(16, 72), z8_rows.reshape(6, 72, 6 * N)).reshape(6, 16, 6, N)
    sum_y9 = np.add(v9, 1e-05)  # sum_y9[c] = 1/100000 + v9[c]
    sum_y9 = np.sqrt(sum_y9, out=sum_y9)  # sum_y9[c] = sqrt(1/100000 + v9[c])
    sum_y9 = np.divide(g9, sum_y9, out=sum_y9)  # sum_y9[c] = g9[c]/sqrt(1/100000 + v9[c])
    y9 = np.subtract(s8, m9[:, None, None])  # y9[i0, c, i1, n] = s8[i0, c, i1, n] - m9[c]
    # y9[i0, c, i1, n] = g9[c]*(s8[i0, c, i1, n] - m9[c])/sqrt(1/100000 + v9[c])
    y9 = np.multiply(sum_y9[:, None, None], y9, out=y9)
    # y9[i0, c, i1, n] = g9[c]*(s8[i0, c, i1, n] - m9[c])/sqrt(1/100000 + v9[c]) + b9[c]
    y9 = np.add(y9, b9[:, None, None], out=y9)
    h10 = np.maximum(y9, 0.0)  # h10[l, t, a, n] = relu(y9[l, t, a, n])
    z11 = np.zeros((8, 16, 8, N), dtype)  # z11 = 0
    z11[1 : 7, :, 1 : 7] += h10  # z11[1 + i, t, 1 + j, n] += h10[i, t, j, n]
    # z11_view_2[height, c, j, q, n] = z11[height, c, j + q, n]
    z11_view_2 = _windows(z11, (8, 16, 6, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z11_slabs[height, c, q, j, n] = z11[height, c, j + q, n]
    z11_slabs = _filled(z11_view_2.transpose(0, 1, 3, 2, 4), None, (8, 16, 3, 6, N), dtype)
    # z11_rows[i, p, c, q, j, n] = z11_slabs[i + p, c, q, j, n]
    z11_rows = _windows(z11_slabs, (6, 3, 16, 3, 6, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W11_copy[o, p, c, q] = W11[o, c, p, q]
    W11_copy = _filled(W11.transpose(0, 2, 1, 3), None, (16, 3, 16, 3), dtype)
    # s11[i, o, j, n] = sum(c, p, q, W11[o, c, p, q]*z11[i + p, c, j + q, n])
    s11 = np.matmul(W11_copy.reshape(16, 144), z11_rows.reshape(6, 144, 6 * N)).reshape(6, 16, 6,
        N)
    sum_y12 = np.add(v12, 1e-05)  # sum_y12[c] = 1/100000 + v12[c]
    sum_y12 = np.sqrt(sum_y12, out=sum_y12)  # sum_y12[c] = sqrt(1/100000 + v12[c])
    sum_y12 = np.divide(g12, sum_y12, out=sum_y12)  # sum_y12[c] = g12[c]/sqrt(1/100000 + v12[c])
    y12 = np.subtract(s11, m12[:, None, None])  # y12[i0, c, i1, n] = s11[i0, c, i1, n] - m12[c]
    # y12[i0, c, i1, n] = g12[c]*(s11[i0, c, i1, n] - m12[c])/sqrt(1/100000 + v12[c])
    y12 = np.multiply(sum_y12[:, None, None], y12, out=y12)
    # y12[i0, c, i1, n] = g12[c]*(s11[i0, c, i1, n] - m12[c])/sqrt(1/100000 + v12[c]) + b12[c]
    y12 = np.add(y12, b12[:, None, None], out=y12)
    # h1_view_2[height, c, j, q, n] = h1[height, c, 2*j + q, n]
    h1_view_2 = _windows(h1, (12, 8, 6, 1, N), ((0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # h1_slabs[height, c, q, j, n] = h1[height, c, 2*j + q, n]
    h1_slabs = _filled(h1_view_2.transpose(0, 1, 3, 2, 4), None, (12, 8, 1, 6, N), dtype)
    # h1_rows[i, p, c, q, j, n] = h1_slabs[2*i + p, c, q, j, n]
    h1_rows = _windows(h1_slabs, (6, 1, 8, 1, 6, N), ((0, 2), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W13_copy[o, p, c, q] = W13[o, c, p, q]
    W13_copy = _filled(W13.transpose(0, 2, 1, 3), None, (16, 1, 8, 1), dtype)
    # s13[i, o, j, n] = sum(c, p, q, W13[o, c, p, q]*h1[2*i + p, c, 2*j + q, n])
    s13 = np.matmul(W13_copy.reshape(16, 8), h1_rows.reshape(6, 8, 6 * N)).reshape(6, 16, 6, N)
    sum_y14 = np.add(v14, 1e-05)  # sum_y14[c] = 1/100000 + v14[c]
    sum_y14 = np.sqrt(sum_y14, out=sum_y14)  # sum_y14[c] = sqrt(1/100000 + v14[c])
    sum_y14 = np.divide(g14, sum_y14, out=sum_y14)  # sum_y14[c] = g14[c]/sqrt(1/100000 + v14[c])
    y14 = np.subtract(s13, m14[:, None, None])  # y14[i0, c, i1, n] = s13[i0, c, i1, n] - m14[c]
    # y14[i0, c, i1, n] = g14[c]*(s13[i0, c, i1, n] - m14[c])/sqrt(1/100000 + v14[c])
    y14 = np.multiply(sum_y14[:, None, None], y14, out=y14)
    # y14[i0, c, i1, n] = g14[c]*(s13[i0, c, i1, n] - m14[c])/sqrt(1/100000 + v14[c]) + b14[c]
    y14 = np.add(y14, b14[:, None, None], out=y14)
    r7 = np.add(y12, y14)  # r7[l, t, a, n] = y12[l, t, a, n] + y14[l, t, a, n]
    h7 = np.maximum(r7, 0.0)  # h7[l, t, a, n] = relu(r7[l, t, a, n])
    sum_m15 = np.add.reduce(h7, axis=2)  # sum_m15[i0, c, n] = sum(i0, i1, h7[i0, c, i1, n])
    m15 = np.add.reduce(sum_m15, axis=0)  # m15[c, n] = sum(i0, i1, h7[i0, c, i1, n])
    # m15[c, n] = sum(i0, i1, h7[i0, c, i1, n])/36
    m15 = np.multiply(m15, 0.027777777777777776, out=m15)
    s16 = np.dot(m15.T, W16.T)  # s16[n, j] = sum(k, W16[j, k]*m15[k, n])
    s16 = np.add(s16, b16, out=s16)  # s16[n, j] = sum(k, W16[j, k]*m15[k, n]) + b16[j]
    return s16


@np.errstate(all="ignore")
def statistics(params, x):
    """The batch's statistics by name, of which ``forward`` takes running ones."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 8, 12, 12), 0)
    W2 = _floats("W2", params["W2"], (8, 8, 3, 3), dtype)
    g3 = _floats("g3", params["g3"], (8,), dtype)
    b3 = _floats("b3", params["b3"], (8,), dtype)
    W5 = _floats("W5", params["W5"], (8, 8, 3, 3), dtype)
    g6 = _floats("g6", params["g6"], (8,), dtype)
    b6 = _floats("b6", params["b6"], (8,), dtype)
    W8 = _floats("W8", params["W8"], (16, 8, 3, 3), dtype)
    g9 = _floats("g9", params["g9"], (16,), dtype)
    b9 = _floats("b9", params["b9"], (16,), dtype)
    W11 = _floats("W11", params["W11"], (16, 16, 3, 3), dtype)
    _floats("g12", params["g12"], (16,), dtype)
    _floats("b12", params["b12"], (16,), dtype)
    W13 = _floats("W13", params["W13"], (16, 8, 1, 1), dtype)
    _floats("g14", params["g14"], (16,), dtype)
    _floats("b14", params["b14"], (16,), dtype)
    _floats("W16", params["W16"], (10, 16), dtype)
    _floats("b16", params["b16"], (10,), dtype)
    x = _floats("x", x, (N, 8, 12, 12), dtype)
    ones_1 = np.ones(12 * N, dtype)
    ones_12 = np.ones(12, dtype)
    ones_3 = np.ones(6 * N, dtype)
    ones_6 = np.ones(6, dtype)
    z2 = np.zeros((14, 8, 14, N), dtype)  # z2 = 0
    z2[1 : 13, :, 1 : 13] += x.transpose(2, 1, 3, 0)  # z2[1 + i, t, 1 + j, n] += x[n, t, i, j]
    # z2_view_2[height, c, j, q, n] = z2[height, c, j + q, n]
    z2_view_2 = _windows(z2, (14, 8, 12, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z2_slabs[height, c, q, j, n] = z2[height, c, j + q, n]
    z2_slabs = _filled(z2_view_2.transpose(0, 1, 3, 2, 4), None, (14, 8, 3, 12, N), dtype)
    # z2_rows[i, p, c, q, j, n] = z2_slabs[i + p, c, q, j, n]
    z2_rows = _windows(z2_slabs, (12, 3, 8, 3, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W2_copy[o, p, c, q] = W2[o, c, p, q]
    W2_copy = _filled(W2.transpose(0, 2, 1, 3), None, (8, 3, 8, 3), dtype)
    # s2[i, o, j, n] = sum(c, p, q, W2[o, c, p, q]*z2[i + p, c, j + q, n])
    s2 = np.matmul(W2_copy.reshape(8, 72), z2_rows.reshape(12, 72, 12 * N)).reshape(12, 8, 12, N)
    # sum_m3[i0, c] = sum(n, i0, i1, s2[i0, c, i1, n])
    sum_m3 = np.dot(s2.reshape(12, 8, 12 * N), ones_1)
    m3 = np.dot(ones_12, sum_m3)  # m3[c] = sum(n, i0, i1, s2[i0, c, i1, n])
    # m3[c] = sum(n, i0, i1, s2[i0, c, i1, n])/144/N
    m3 = np.multiply(m3, dtype.type(1.0) / 144.0 / N, out=m3)
    sum_v3 = np.subtract(s2, m3[:, None, None])  # sum_v3[i0, c, i1, n] = s2[i0, c, i1, n] - m3[c]
    # sum_v3_2[i0, c] = sum(n, i0, i1, (s2[i0, c, i1, n] - m3[c])**2)
    sum_v3_2 = np.vecdot(sum_v3.reshape(12, 8, 12 * N), sum_v3.reshape(12, 8, 12 * N))
    v3 = np.dot(ones_12, sum_v3_2)  # v3[c] = sum(n, i0, i1, (s2[i0, c, i1, n] - m3[c])**2)
    # v3[c] = sum(n, i0, i1, (s2[i0, c, i1, n] - m3[c])**2)/144/N
    v3 = np.multiply(v3, dtype.type(1.0) / 144.0 / N, out=v3)
    sum_y3 = np.add(v3, 1e-05)  # sum_y3[c] = 1/100000 + v3[c]
    sum_y3 = np.sqrt(sum_y3, out=sum_y3)  # sum_y3[c] = sqrt(1/100000 + v3[c])
    sum_y3 = np.divide(g3, sum_y3, out=sum_y3)  # sum_y3[c] = g3[c]/sqrt(1/100000 + v3[c])
    y3 = np.subtract(s2, m3[:, None, None])  # y3[i0, c, i1, n] = s2[i0, c, i1, n] - m3[c]
    # y3[i0, c, i1, n] = g3[c]*(s2[i0, c, i1, n] - m3[c])/sqrt(1/100000 + v3[c])
    y3 = np.multiply(sum_y3[:, None, None], y3, out=y3)
    # y3[i0, c, i1, n] = g3[c]*(s2[i0, c, i1, n] - m3[c])/sqrt(1/100000 + v3[c]) + b3[c]
    y3 = np.add(y3, b3[:, None, None], out=y3)
    h4 = np.maximum(y3, 0.0)  # h4[l, t, a, n] = relu(y3[l, t, a, n])
    z5 = np.zeros((14, 8, 14, N), dtype)  # z5 = 0
    z5[1 : 13, :, 1 : 13] += h4  # z5[1 + i, t, 1 + j, n] += h4[i, t, j, n]
    # z5_view_2[height, c, j, q, n] = z5[height, c, j + q, n]
    z5_view_2 = _windows(z5, (14, 8, 12, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z5_slabs[height, c, q, j, n] = z5[height, c, j + q, n]
    z5_slabs = _filled(z5_view_2.transpose(0, 1, 3, 2, 4), None, (14, 8, 3, 12, N), dtype)
    # z5_rows[i, p, c, q, j, n] = z5_slabs[i + p, c, q, j, n]
    z5_rows = _windows(z5_slabs, (12, 3, 8, 3, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W5_copy[o, p, c, q] = W5[o, c, p, q]
    W5_copy = _filled(W5.transpose(0, 2, 1, 3), None, (8, 3, 8, 3), dtype)
    # s5[i, o, j, n] = sum(c, p, q, W5[o, c, p, q]*z5[i + p, c, j + q, n])
    s5 = np.matmul(W5_copy.reshape(8, 72), z5_rows.reshape(12, 72, 12 * N)).reshape(12, 8, 12, N)
    # sum_m6[i0, c] = sum(n, i0, i1, s5[i0, c, i1, n])
    sum_m6 = np.dot(s5.reshape(12, 8, 12 * N), ones_1)
    m6 = np.dot(ones_12, sum_m6)  # m6[c] = sum(n, i0, i1, s5[i0, c, i1, n])
    # m6[c] = sum(n, i0, i1, s5[i0, c, i1, n])/144/N
    m6 = np.multiply(m6, dtype.type(1.0) / 144.0 / N, out=m6)
    sum_v6 = np.subtract(s5, m6[:, None, None])  # sum_v6[i0, c, i1, n] = s5[i0, c, i1, n] - m6[c]
    # sum_v6_2[i0, c] = sum(n, i0, i1, (s5[i0, c, i1, n] - m6[c])**2)
    sum_v6_2 = np.vecdot(sum_v6.reshape(12, 8, 12 * N), sum_v6.reshape(12, 8, 12 * N))
    v6 = np.dot(ones_12, sum_v6_2)  # v6[c] = sum(n, i0, i1, (s5[i0, c, i1, n] - m6[c])**2)
    # v6[c] = sum(n, i0, i1, (s5[i0, c, i1, n] - m6[c])**2)/144/N
    v6 = np.multiply(v6, dtype.type(1.0) / 144.0 / N, out=v6)
    sum_y6 = np.add(v6, 1e-05)  # sum_y6[c] = 1/100000 + v6[c]
    sum_y6 = np.sqrt(sum_y6, out=sum_y6)  # sum_y6[c] = sqrt(1/100000 + v6[c])
    sum_y6 = np.divide(g6, sum_y6, out=sum_y6)  # sum_y6[c] = g6[c]/sqrt(1/100000 + v6[c])
    y6 = np.subtract(s5, m6[:, None, None])  # y6[i0, c, i1, n] = s5[i0, c, i1, n] - m6[c]
    # y6[i0, c, i1, n] = g6[c]*(s5[i0, c, i1, n] - m6[c])/sqrt(1/100000 + v6[c])
    y6 = np.multiply(sum_y6[:, None, None], y6, out=y6)
    # y6[i0, c, i1, n] = g6[c]*(s5[i0, c, i1, n] - m6[c])/sqrt(1/100000 + v6[c]) + b6[c]
    y6 = np.add(y6, b6[:, None, None], out=y6)
    r1 = np.add(y6, x.transpose(2, 1, 3, 0))  # r1[l, t, a, n] = y6[l, t, a, n] + x[n, t, l, a]
    h1 = np.maximum(r1, 0.0)  # h1[l, t, a, n] = relu(r1[l, t, a, n])
    z8 = np.zeros((14, 8, 14, N), dtype)  # z8 = 0
    z8[1 : 13, :, 1 : 13] += h1  # z8[1 + i, t, 1 + j, n] += h1[i, t, j, n]
    # z8_view_2[height, c, j, q, n] = z8[height, c, 2*j + q, n]
    z8_view_2 = _windows(z8, (14, 8, 6, 3, N), ((0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # z8_slabs[height, c, q, j, n] = z8[height, c, 2*j + q, n]
    z8_slabs = _filled(z8_view_2.transpose(0, 1, 3, 2, 4), None, (14, 8, 3, 6, N), dtype)
    # z8_rows[i, p, c, q, j, n] = z8_slabs[2*i + p, c, q, j, n]
    z8_rows = _windows(z8_slabs, (6, 3, 8, 3, 6, N), ((0, 2), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W8_copy[o, p, c, q] = W8[o, c, p, q]
    W8_copy = _filled(W8.transpose(0, 2, 1, 3), None, (16, 3, 8, 3), dtype)
    # s8[i, o, j, n] = sum(c, p, q, W8[o, c, p, q]*z8[2*i + p, c, 2*j + q, n])
    s8 = np.matmul(W8_copy.reshape(16, 72), z8_rows.reshape(6, 72, 6 * N)).reshape(6, 16, 6, N)
    # sum_m9[i0, c] = sum(n, i0, i1, s8[i0, c, i1, n])
    sum_m9 = np.dot(s8.reshape(6, 16, 6 * N), ones_3)
    m9 = np.dot(ones_6, sum_m9)  # m9[c] = sum(n, i0, i1, s8[i0, c, i1, n])
    # m9[c] = sum(n, i0, i1, s8[i0, c, i1, n])/36/N
    m9 = np.multiply(m9, dtype.type(1.0) / 36.0 / N, out=m9)
    sum_v9 = np.subtract(s8, m9[:, None, None])  # sum_v9[i0, c, i1, n] = s8[i0, c, i1, n] - m9[c]
    # sum_v9_2[i0, c] = sum(n, i0, i1, (s8[i0, c, i1, n] - m9[c])**2)
    sum_v9_2 = np.vecdot(sum_v9.reshape(6, 16, 6 * N), sum_v9.reshape(6, 16, 6 * N))
    v9 = np.dot(ones_6, sum_v9_2)  # v9[c] = sum(n, i0, i1, (s8[i0, c, i1, n] - m9[c])**2)
    # v9[c] = sum(n, i0, i1, (s8[i0, c, i1, n] - m9[c])**2)/36/N
    v9 = np.multiply(v9, dtype.type(1.0) / 36.0 / N, out=v9)
    sum_y9 = np.add(v9, 1e-05)  # sum_y9[c] = 1/100000 + v9[c]
    sum_y9 = np.sqrt(sum_y9, out=sum_y9)  # sum_y9[c] = sqrt(1/100000 + v9[c])
    sum_y9 = np.divide(g9, sum_y9, out=sum_y9)  # sum_y9[c] = g9[c]/sqrt(1/100000 + v9[c])
    y9 = np.subtract(s8, m9[:, None, None])  # y9[i0, c, i1, n] = s8[i0, c, i1, n] - m9[c]
    # y9[i0, c, i1, n] = g9[c]*(s8[i0, c, i1, n] - m9[c])/sqrt(1/100000 + v9[c])
    y9 = np.multiply(sum_y9[:, None, None], y9, out=y9)
    # y9[i0, c, i1, n] = g9[c]*(s8[i0, c, i1, n] - m9[c])/sqrt(1/100000 + v9[c]) + b9[c]
    y9 = np.add(y9, b9[:, None, None], out=y9)
    h10 = np.maximum(y9, 0.0)  # h10[l, t, a, n] = relu(y9[l, t, a, n])
    z11 = np.zeros((8, 16, 8, N), dtype)  # z11 = 0
    z11[1 : 7, :, 1 : 7] += h10  # z11[1 + i, t, 1 + j, n] += h10[i, t, j, n]
    # z11_view_2[height, c, j, q, n] = z11[height, c, j + q, n]
    z11_view_2 = _windows(z11, (8, 16, 6, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z11_slabs[height, c, q, j, n] = z11[height, c, j + q, n]
    z11_slabs = _filled(z11_view_2.transpose(0, 1, 3, 2, 4), None, (8, 16, 3, 6, N), dtype)
    # z11_rows[i, p, c, q, j, n] = z11_slabs[i + p, c, q, j, n]
    z11_rows = _windows(z11_slabs, (6, 3, 16, 3, 6, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W11_copy[o, p, c, q] = W11[o, c, p, q]
    W11_copy = _filled(W11.transpose(0, 2, 1, 3), None, (16, 3, 16, 3), dtype)
    # s11[i, o, j, n] = sum(c, p, q, W11[o, c, p, q]*z11[i + p, c, j + q, n])
    s11 = np.matmul(W11_copy.reshape(16, 144), z11_rows.reshape(6, 144, 6 * N)).reshape(6, 16, 6,
        N)
    # sum_m12[i0, c] = sum(n, i0, i1, s11[i0, c, i1, n])
    sum_m12 = np.dot(s11.reshape(6, 16, 6 * N), ones_3)
    m12 = np.dot(ones_6, sum_m12)  # m12[c] = sum(n, i0, i1, s11[i0, c, i1, n])
    # m12[c] = sum(n, i0, i1, s11[i0, c, i1, n])/36/N
    m12 = np.multiply(m12, dtype.type(1.0) / 36.0 / N, out=m12)
    # sum_v12[i0, c, i1, n] = s11[i0, c, i1, n] - m12[c]
    sum_v12 = np.subtract(s11, m12[:, None, None])
    # sum_v12_2[i0, c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])**2)
    sum_v12_2 = np.vecdot(sum_v12.reshape(6, 16, 6 * N), sum_v12.reshape(6, 16, 6 * N))
    v12 = np.dot(ones_6, sum_v12_2)  # v12[c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])**2)
    # v12[c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])**2)/36/N
    v12 = np.multiply(v12, dtype.type(1.0) / 36.0 / N, out=v12)
    # h1_view_2[height, c, j, q, n] = h1[height, c, 2*j + q, n]
    h1_view_2 = _windows(h1, (12, 8, 6, 1, N), ((0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # h1_slabs[height, c, q, j, n] = h1[height, c, 2*j + q, n]
    h1_slabs = _filled(h1_view_2.transpose(0, 1, 3, 2, 4), None, (12, 8, 1, 6, N), dtype)
    # h1_rows[i, p, c, q, j, n] = h1_slabs[2*i + p, c, q, j, n]
    h1_rows = _windows(h1_slabs, (6, 1, 8, 1, 6, N), ((0, 2), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W13_copy[o, p, c, q] = W13[o, c, p, q]
    W13_copy = _filled(W13.transpose(0, 2, 1, 3), None, (16, 1, 8, 1), dtype)
    # s13[i, o, j, n] = sum(c, p, q, W13[o, c, p, q]*h1[2*i + p, c, 2*j + q, n])
    s13 = np.matmul(W13_copy.reshape(16, 8), h1_rows.reshape(6, 8, 6 * N)).reshape(6, 16, 6, N)
    # sum_m14[i0, c] = sum(n, i0, i1, s13[i0, c, i1, n])
    sum_m14 = np.dot(s13.reshape(6, 16, 6 * N), ones_3)
    m14 = np.dot(ones_6, sum_m14)  # m14[c] = sum(n, i0, i1, s13[i0, c, i1, n])
    # m14[c] = sum(n, i0, i1, s13[i0, c, i1, n])/36/N
    m14 = np.multiply(m14, dtype.type(1.0) / 36.0 / N, out=m14)
    # sum_v14[i0, c, i1, n] = s13[i0, c, i1, n] - m14[c]
    sum_v14 = np.subtract(s13, m14[:, None, None])
    # sum_v14_2[i0, c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])**2)
    sum_v14_2 = np.vecdot(sum_v14.reshape(6, 16, 6 * N), sum_v14.reshape(6, 16, 6 * N))
    v14 = np.dot(ones_6, sum_v14_2)  # v14[c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])**2)
    # v14[c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])**2)/36/N
    v14 = np.multiply(v14, dtype.type(1.0) / 36.0 / N, out=v14)
    return {
        "m3": m3,
        "v3": v3,
        "m6": m6,
        "v6": v6,
        "m9": m9,
        "v9": v9,
        "m12": m12,
        "v12": v12,
        "m14": m14,
        "v14": v14,
    }


@np.errstate(all="ignore")
def loss(params, x, label):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 8, 12, 12), 0)
    W2 = _floats("W2", params["W2"], (8, 8, 3, 3), dtype)
    g3 = _floats("g3", params["g3"], (8,), dtype)
    b3 = _floats("b3", params["b3"], (8,), dtype)
    W5 = _floats("W5", params["W5"], (8, 8, 3, 3), dtype)
    g6 = _floats("g6", params["g6"], (8,), dtype)
    b6 = _floats("b6", params["b6"], (8,), dtype)
    W8 = _floats("W8", params["W8"], (16, 8, 3, 3), dtype)
    g9 = _floats("g9", params["g9"], (16,), dtype)
    b9 = _floats("b9", params["b9"], (16,), dtype)
    W11 = _floats("W11", params["W11"], (16, 16, 3, 3), dtype)
    g12 = _floats("g12", params["g12"], (16,), dtype)
    b12 = _floats("b12", params["b12"], (16,), dtype)
    W13 = _floats("W13", params["W13"], (16, 8, 1, 1), dtype)
    g14 = _floats("g14", params["g14"], (16,), dtype)
    b14 = _floats("b14", params["b14"], (16,), dtype)
    W16 = _floats("W16", params["W16"], (10, 16), dtype)
    b16 = _floats("b16", params["b16"], (10,), dtype)
    x = _floats("x", x, (N, 8, 12, 12), dtype)
    label = _integers("label", label, (N,), 10)
    ones_1 = np.ones(12 * N, dtype)
    ones_12 = np.ones(12, dtype)
    ones_3 = np.ones(6 * N, dtype)
    ones_6 = np.ones(6, dtype)
    ones_10 = np.ones(10, dtype)
    ones_N = np.ones(N, dtype)
    range_N = np.arange(N)
    z2 = np.zeros((14, 8, 14, N), dtype)  # z2 = 0
    z2[1 : 13, :, 1 : 13] += x.transpose(2, 1, 3, 0)  # z2[1 + i, t, 1 + j, n] += x[n, t, i, j]
    # z2_view_2[height, c, j, q, n] = z2[height, c, j + q, n]
    z2_view_2 = _windows(z2, (14, 8, 12, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z2_slabs[height, c, q, j, n] = z2[height, c, j + q, n]
    z2_slabs = _filled(z2_view_2.transpose(0, 1, 3, 2, 4), None, (14, 8, 3, 12, N), dtype)
    # z2_rows[i, p, c, q, j, n] = z2_slabs[i + p, c, q, j, n]
    z2_rows = _windows(z2_slabs, (12, 3, 8, 3, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W2_copy[o, p, c, q] = W2[o, c, p, q]
    W2_copy = _filled(W2.transpose(0, 2, 1, 3), None, (8, 3, 8, 3), dtype)
    # s2[i, o, j, n] = sum(c, p, q, W2[o, c, p, q]*z2[i + p, c, j + q, n])
    s2 = np.matmul(W2_copy.reshape(8, 72), z2_rows.reshape(12, 72, 12 * N)).reshape(12, 8, 12, N)
    # sum_m3[i0, c] = sum(n, i0, i1, s2[i0, c, i1, n])
    sum_m3 = np.dot(s2.reshape(12, 8, 12 * N), ones_1)
    m3 = np.dot(ones_12, sum_m3)  # m3[c] = sum(n, i0, i1, s2[i0, c, i1, n])
    # m3[c] = sum(n, i0, i1, s2[i0, c, i1, n])/144/N
    m3 = np.multiply(m3, dtype.type(1.0) / 144.0 / N, out=m3)
    sum_v3 = np.subtract(s2, m3[:, None, None])  # sum_v3[i0, c, i1, n] = s2[i0, c, i1, n] - m3[c]
    # sum_v3_2[i0, c] = sum(n, i0, i1, (s2[i0, c, i1, n] - m3[c])**2)
    sum_v3_2 = np.vecdot(sum_v3.reshape(12, 8, 12 * N), sum_v3.reshape(12, 8, 12 * N))
    v3 = np.dot(ones_12, sum_v3_2)  # v3[c] = sum(n, i0, i1, (s2[i0, c, i1, n] - m3[c])**2)
    # v3[c] = sum(n, i0, i1, (s2[i0, c, i1, n] - m3[c])**2)/144/N
    v3 = np.multiply(v3, dtype.type(1.0) / 144.0 / N, out=v3)
    sum_y3 = np.add(v3, 1e-05)  # sum_y3[c] = 1/100000 + v3[c]
    sum_y3 = np.sqrt(sum_y3, out=sum_y3)  # sum_y3[c] = sqrt(1/100000 + v3[c])
    sum_y3 = np.divide(g3, sum_y3, out=sum_y3)  # sum_y3[c] = g3[c]/sqrt(1/100000 + v3[c])
    y3 = np.subtract(s2, m3[:, None, None])  # y3[i0, c, i1, n] = s2[i0, c, i1, n] - m3[c]
    # y3[i0, c, i1, n] = g3[c]*(s2[i0, c, i1, n] - m3[c])/sqrt(1/100000 + v3[c])
    y3 = np.multiply(sum_y3[:, None, None], y3, out=y3)
    # y3[i0, c, i1, n] = g3[c]*(s2[i0, c, i1, n] - m3[c])/sqrt(1/100000 + v3[c]) + b3[c]
    y3 = np.add(y3, b3[:, None, None], out=y3)
    h4 = np.maximum(y3, 0.0)  # h4[l, t, a, n] = relu(y3[l, t, a, n])
    z5 = np.zeros((14, 8, 14, N), dtype)  # z5 = 0
    z5[1 : 13, :, 1 : 13] += h4  # z5[1 + i, t, 1 + j, n] += h4[i, t, j, n]
    # z5_view_2[height, c, j, q, n] = z5[height, c, j + q, n]
    z5_view_2 = _windows(z5, (14, 8, 12, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z5_slabs[height, c, q, j, n] = z5[height, c, j + q, n]
    z5_slabs = _filled(z5_view_2.transpose(0, 1, 3, 2, 4), None, (14, 8, 3, 12, N), dtype)
    # z5_rows[i, p, c, q, j, n] = z5_slabs[i + p, c, q, j, n]
    z5_rows = _windows(z5_slabs, (12, 3, 8, 3, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W5_copy[o, p, c, q] = W5[o, c, p, q]
    W5_copy = _filled(W5.transpose(0, 2, 1, 3), None, (8, 3, 8, 3), dtype)
    # s5[i, o, j, n] = sum(c, p, q, W5[o, c, p, q]*z5[i + p, c, j + q, n])
    s5 = np.matmul(W5_copy.reshape(8, 72), z5_rows.reshape(12, 72, 12 * N)).reshape(12, 8, 12, N)
    # sum_m6[i0, c] = sum(n, i0, i1, s5[i0, c, i1, n])
    sum_m6 = np.dot(s5.reshape(12, 8, 12 * N), ones_1)
    m6 = np.dot(ones_12, sum_m6)  # m6[c] = sum(n, i0, i1, s5[i0, c, i1, n])
    # m6[c] = sum(n, i0, i1, s5[i0, c, i1, n])/144/N
    m6 = np.multiply(m6, dtype.type(1.0) / 144.0 / N, out=m6)
    sum_v6 = np.subtract(s5, m6[:, None, None])  # sum_v6[i0, c, i1, n] = s5[i0, c, i1, n] - m6[c]
    # sum_v6_2[i0, c] = sum(n, i0, i1, (s5[i0, c, i1, n] - m6[c])**2)
    sum_v6_2 = np.vecdot(sum_v6.reshape(12, 8, 12 * N), sum_v6.reshape(12, 8, 12 * N))
    v6 = np.dot(ones_12, sum_v6_2)  # v6[c] = sum(n, i0, i1, (s5[i0, c, i1, n] - m6[c])**2)
    # v6[c] = sum(n, i0, i1, (s5[i0, c, i1, n] - m6[c])**2)/144/N
    v6 = np.multiply(v6, dtype.type(1.0) / 144.0 / N, out=v6)
    sum_y6 = np.add(v6, 1e-05)  # sum_y6[c] = 1/100000 + v6[c]
    sum_y6 = np.sqrt(sum_y6, out=sum_y6)  # sum_y6[c] = sqrt(1/100000 + v6[c])
    sum_y6 = np.divide(g6, sum_y6, out=sum_y6)  # sum_y6[c] = g6[c]/sqrt(1/100000 + v6[c])
    y6 = np.subtract(s5, m6[:, None, None])  # y6[i0, c, i1, n] = s5[i0, c, i1, n] - m6[c]
    # y6[i0, c, i1, n] = g6[c]*(s5[i0, c, i1, n] - m6[c])/sqrt(1/100000 + v6[c])
    y6 = np.multiply(sum_y6[:, None, None], y6, out=y6)
    # y6[i0, c, i1, n] = g6[c]*(s5[i0, c, i1, n] - m6[c])/sqrt(1/100000 + v6[c]) + b6[c]
    y6 = np.add(y6, b6[:, None, None], out=y6)
    r1 = np.add(y6, x.transpose(2, 1, 3, 0))  # r1[l, t, a, n] = y6[l, t, a, n] + x[n, t, l, a]
    h1 = np.maximum(r1, 0.0)  # h1[l, t, a, n] = relu(r1[l, t, a, n])
    z8 = np.zeros((14, 8, 14, N), dtype)  # z8 = 0
    z8[1 : 13, :, 1 : 13] += h1  # z8[1 + i, t, 1 + j, n] += h1[i, t, j, n]
    # z8_view_2[height, c, j, q, n] = z8[height, c, 2*j + q, n]
    z8_view_2 = _windows(z8, (14, 8, 6, 3, N), ((0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # z8_slabs[height, c, q, j, n] = z8[height, c, 2*j + q, n]
    z8_slabs = _filled(z8_view_2.transpose(0, 1, 3, 2, 4), None, (14, 8, 3, 6, N), dtype)
    # z8_rows[i, p, c, q, j, n] = z8_slabs[2*i + p, c, q, j, n]
    z8_rows = _windows(z8_slabs, (6, 3, 8, 3, 6, N), ((0, 2), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W8_copy[o, p, c, q] = W8[o, c, p, q]
    W8_copy = _filled(W8.transpose(0, 2, 1, 3), None, (16, 3, 8, 3), dtype)
    # s8[i, o, j, n] = sum(c, p, q, W8[o, c, p, q]*z8[2*i + p, c, 2*j + q, n])
    s8 = np.matmul(W8_copy.reshape(16, 72), z8_rows.reshape(6, 72, 6 * N)).reshape(6, 16, 6, N)
    # sum_m9[i0, c] = sum(n, i0, i1, s8[i0, c, i1, n])
    sum_m9 = np.dot(s8.reshape(6, 16, 6 * N), ones_3)
    m9 = np.dot(ones_6, sum_m9)  # m9[c] = sum(n, i0, i1, s8[i0, c, i1, n])
    # m9[c] = sum(n, i0, i1, s8[i0, c, i1, n])/36/N
    m9 = np.multiply(m9, dtype.type(1.0) / 36.0 / N, out=m9)
    sum_v9 = np.subtract(s8, m9[:, None, None])  # sum_v9[i0, c, i1, n] = s8[i0, c, i1, n] - m9[c]
    # sum_v9_2[i0, c] = sum(n, i0, i1, (s8[i0, c, i1, n] - m9[c])**2)
    sum_v9_2 = np.vecdot(sum_v9.reshape(6, 16, 6 * N), sum_v9.reshape(6, 16, 6 * N))
    v9 = np.dot(ones_6, sum_v9_2)  # v9[c] = sum(n, i0, i1, (s8[i0, c, i1, n] - m9[c])**2)
    # v9[c] = sum(n, i0, i1, (s8[i0, c, i1, n] - m9[c])**2)/36/N
    v9 = np.multiply(v9, dtype.type(1.0) / 36.0 / N, out=v9)
    sum_y9 = np.add(v9, 1e-05)  # sum_y9[c] = 1/100000 + v9[c]
    sum_y9 = np.sqrt(sum_y9, out=sum_y9)  # sum_y9[c] = sqrt(1/100000 + v9[c])
    sum_y9 = np.divide(g9, sum_y9, out=sum_y9)  # sum_y9[c] = g9[c]/sqrt(1/100000 + v9[c])
    y9 = np.subtract(s8, m9[:, None, None])  # y9[i0, c, i1, n] = s8[i0, c, i1, n] - m9[c]
    # y9[i0, c, i1, n] = g9[c]*(s8[i0, c, i1, n] - m9[c])/sqrt(1/100000 + v9[c])
    y9 = np.multiply(sum_y9[:, None, None], y9, out=y9)
    # y9[i0, c, i1, n] = g9[c]*(s8[i0, c, i1, n] - m9[c])/sqrt(1/100000 + v9[c]) + b9[c]
    y9 = np.add(y9, b9[:, None, None], out=y9)
    h10 = np.maximum(y9, 0.0)  # h10[l, t, a, n] = relu(y9[l, t, a, n])
    z11 = np.zeros((8, 16, 8, N), dtype)  # z11 = 0
    z11[1 : 7, :, 1 : 7] += h10  # z11[1 + i, t, 1 + j, n] += h10[i, t, j, n]
    # z11_view_2[height, c, j, q, n] = z11[height, c, j + q, n]
    z11_view_2 = _windows(z11, (8, 16, 6, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z11_slabs[height, c, q, j, n] = z11[height, c, j + q, n]
    z11_slabs = _filled(z11_view_2.transpose(0, 1, 3, 2, 4), None, (8, 16, 3, 6, N), dtype)
    # z11_rows[i, p, c, q, j, n] = z11_slabs[i + p, c, q, j, n]
    z11_rows = _windows(z11_slabs, (6, 3, 16, 3, 6, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W11_copy[o, p, c, q] = W11[o, c, p, q]
    W11_copy = _filled(W11.transpose(0, 2, 1, 3), None, (16, 3, 16, 3), dtype)
    # s11[i, o, j, n] = sum(c, p, q, W11[o, c, p, q]*z11[i + p, c, j + q, n])
    s11 = np.matmul(W11_copy.reshape(16, 144), z11_rows.reshape(6, 144, 6 * N)).reshape(6, 16, 6,
        N)
    # sum_m12[i0, c] = sum(n, i0, i1, s11[i0, c, i1, n])
    sum_m12 = np.dot(s11.reshape(6, 16, 6 * N), ones_3)
    m12 = np.dot(ones_6, sum_m12)  # m12[c] = sum(n, i0, i1, s11[i0, c, i1, n])
    # m12[c] = sum(n, i0, i1, s11[i0, c, i1, n])/36/N
    m12 = np.multiply(m12, dtype.type(1.0) / 36.0 / N, out=m12)
    # sum_v12[i0, c, i1, n] = s11[i0, c, i1, n] - m12[c]
    sum_v12 = np.subtract(s11, m12[:, None, None])
    # sum_v12_2[i0, c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])**2)
    sum_v12_2 = np.vecdot(sum_v12.reshape(6, 16, 6 * N), sum_v12.reshape(6, 16, 6 * N))
    v12 = np.dot(ones_6, sum_v12_2)  # v12[c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])**2)
    # v12[c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])**2)/36/N
    v12 = np.multiply(v12, dtype.type(1.0) / 36.0 / N, out=v12)
    sum_y12 = np.add(v12, 1e-05)  # sum_y12[c] = 1/100000 + v12[c]
    sum_y12 = np.sqrt(sum_y12, out=sum_y12)  # sum_y12[c] = sqrt(1/100000 + v12[c])
    sum_y12 = np.divide(g12, sum_y12, out=sum_y12)  # sum_y12[c] = g12[c]/sqrt(1/100000 + v12[c])
    y12 = np.subtract(s11, m12[:, None, None])  # y12[i0, c, i1, n] = s11[i0, c, i1, n] - m12[c]
    # y12[i0, c, i1, n] = g12[c]*(s11[i0, c, i1, n] - m12[c])/sqrt(1/100000 + v12[c])
    y12 = np.multiply(sum_y12[:, None, None], y12, out=y12)
    # y12[i0, c, i1, n] = g12[c]*(s11[i0, c, i1, n] - m12[c])/sqrt(1/100000 + v12[c]) + b12[c]
    y12 = np.add(y12, b12[:, None, None], out=y12)
    # h1_view_2[height, c, j, q, n] = h1[height, c, 2*j + q, n]
    h1_view_2 = _windows(h1, (12, 8, 6, 1, N), ((0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # h1_slabs[height, c, q, j, n] = h1[height, c, 2*j + q, n]
    h1_slabs = _filled(h1_view_2.transpose(0, 1, 3, 2, 4), None, (12, 8, 1, 6, N), dtype)
    # h1_rows[i, p, c, q, j, n] = h1_slabs[2*i + p, c, q, j, n]
    h1_rows = _windows(h1_slabs, (6, 1, 8, 1, 6, N), ((0, 2), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W13_copy[o, p, c, q] = W13[o, c, p, q]
    W13_copy = _filled(W13.transpose(0, 2, 1, 3), None, (16, 1, 8, 1), dtype)
    # s13[i, o, j, n] = sum(c, p, q, W13[o, c, p, q]*h1[2*i + p, c, 2*j + q, n])
    s13 = np.matmul(W13_copy.reshape(16, 8), h1_rows.reshape(6, 8, 6 * N)).reshape(6, 16, 6, N)
    # sum_m14[i0, c] = sum(n, i0, i1, s13[i0, c, i1, n])
    sum_m14 = np.dot(s13.reshape(6, 16, 6 * N), ones_3)
    m14 = np.dot(ones_6, sum_m14)  # m14[c] = sum(n, i0, i1, s13[i0, c, i1, n])
    # m14[c] = sum(n, i0, i1, s13[i0, c, i1, n])/36/N
    m14 = np.multiply(m14, dtype.type(1.0) / 36.0 / N, out=m14)
    # sum_v14[i0, c, i1, n] = s13[i0, c, i1, n] - m14[c]
    sum_v14 = np.subtract(s13, m14[:, None, None])
    # sum_v14_2[i0, c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])**2)
    sum_v14_2 = np.vecdot(sum_v14.reshape(6, 16, 6 * N), sum_v14.reshape(6, 16, 6 * N))
    v14 = np.dot(ones_6, sum_v14_2)  # v14[c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])**2)
    # v14[c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])**2)/36/N
    v14 = np.multiply(v14, dtype.type(1.0) / 36.0 / N, out=v14)
    sum_y14 = np.add(v14, 1e-05)  # sum_y14[c] = 1/100000 + v14[c]
    sum_y14 = np.sqrt(sum_y14, out=sum_y14)  # sum_y14[c] = sqrt(1/100000 + v14[c])
    sum_y14 = np.divide(g14, sum_y14, out=sum_y14)  # sum_y14[c] = g14[c]/sqrt(1/100000 + v14[c])
    y14 = np.subtract(s13, m14[:, None, None])  # y14[i0, c, i1, n] = s13[i0, c, i1, n] - m14[c]
    # y14[i0, c, i1, n] = g14[c]*(s13[i0, c, i1, n] - m14[c])/sqrt(1/100000 + v14[c])
    y14 = np.multiply(sum_y14[:, None, None], y14, out=y14)
    # y14[i0, c, i1, n] = g14[c]*(s13[i0, c, i1, n] - m14[c])/sqrt(1/100000 + v14[c]) + b14[c]
    y14 = np.add(y14, b14[:, None, None], out=y14)
    r7 = np.add(y12, y14)  # r7[l, t, a, n] = y12[l, t, a, n] + y14[l, t, a, n]
    h7 = np.maximum(r7, 0.0)  # h7[l, t, a, n] = relu(r7[l, t, a, n])
    sum_m15 = np.add.reduce(h7, axis=2)  # sum_m15[i0, c, n] = sum(i0, i1, h7[i0, c, i1, n])
    m15 = np.add.reduce(sum_m15, axis=0)  # m15[c, n] = sum(i0, i1, h7[i0, c, i1, n])
    # m15[c, n] = sum(i0, i1, h7[i0, c, i1, n])/36
    m15 = np.multiply(m15, 0.027777777777777776, out=m15)
    s16 = np.dot(W16, m15)  # s16[j, n] = sum(k, W16[j, k]*m15[k, n])
    s16 = np.add(s16, b16[:, None], out=s16)  # s16[j, n] = sum(k, W16[j, k]*m15[k, n]) + b16[j]
    max_s16 = np.maximum.reduce(s16, axis=0)  # max_s16[n] = max(j, s16[j, n])
    exp_s16 = np.subtract(s16, max_s16)  # exp_s16[j, n] = s16[j, n] - max_s16[n]
    exp_s16 = np.exp(exp_s16, out=exp_s16)  # exp_s16[j, n] = exp(s16[j, n] - max_s16[n])
    sum_exp_s16 = np.dot(ones_10, exp_s16)  # sum_exp_s16[n] = sum(j, exp_s16[j, n])
    log_loss = np.log(sum_exp_s16)  # log_loss[n] = log(sum_exp_s16[n])
    s16_read = _filled(s16[label, range_N], None, (N,), dtype)  # s16_read[n] = s16[label[n], n]
    # s16_read[n] = max_s16[n] - s16[label[n], n]
    s16_read = np.subtract(max_s16, s16_read, out=s16_read)
    # log_loss[n] = (max_s16[n] - s16[label[n], n]) + log(sum_exp_s16[n])
    log_loss = np.add(log_loss, s16_read, out=log_loss)
    # sum_loss = sum(n, (max_s16[n] - s16[label[n], n]) + log(sum_exp_s16[n]))
    sum_loss = np.dot(log_loss, ones_N)
    loss = sum_loss / N  # loss = sum(n, (max_s16[n] - s16[label[n], n]) + log(sum_exp_s16[n]))/N
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, label, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 8, 12, 12), 0)
    W2 = _floats("W2", params["W2"], (8, 8, 3, 3), dtype)
    g3 = _floats("g3", params["g3"], (8,), dtype)
    b3 = _floats("b3", params["b3"], (8,), dtype)
    W5 = _floats("W5", params["W5"], (8, 8, 3, 3), dtype)
    g6 = _floats("g6", params["g6"], (8,), dtype)
    b6 = _floats("b6", params["b6"], (8,), dtype)
    W8 = _floats("W8", params["W8"], (16, 8, 3, 3), dtype)
    g9 = _floats("g9", params["g9"], (16,), dtype)
    b9 = _floats("b9", params["b9"], (16,), dtype)
    W11 = _floats("W11", params["W11"], (16, 16, 3, 3), dtype)
    g12 = _floats("g12", params["g12"], (16,), dtype)
    b12 = _floats("b12", params["b12"], (16,), dtype)
    W13 = _floats("W13", params["W13"], (16, 8, 1, 1), dtype)
    g14 = _floats("g14", params["g14"], (16,), dtype)
    b14 = _floats("b14", params["b14"], (16,), dtype)
    W16 = _floats("W16", params["W16"], (10, 16), dtype)
    b16 = _floats("b16", params["b16"], (10,), dtype)
    x = _floats("x", x, (N, 8, 12, 12), dtype)
    label = _integers("label", label, (N,), 10)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_1 = np.ones(12 * N, dtype)
        ones_12 = np.ones(12, dtype)
        ones_3 = np.ones(6 * N, dtype)
        ones_6 = np.ones(6, dtype)
        ones_10 = np.ones(10, dtype)
        ones_N = np.ones(N, dtype)
        range_N = np.arange(N)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_1 = workspace.ones_1
        ones_12 = workspace.ones_12
        ones_3 = workspace.ones_3
        ones_6 = workspace.ones_6
        ones_10 = workspace.ones_10
        ones_N = workspace.ones_N
        range_N = workspace.range_N
    z2 = _filled(0.0, work.z2, (14, 8, 14, N), dtype)  # z2 = 0
    z2[1 : 13, :, 1 : 13] += x.transpose(2, 1, 3, 0)  # z2[1 + i, t, 1 + j, n] += x[n, t, i, j]
    # z2_view_2[height, c, j, q, n] = z2[height, c, j + q, n]
    z2_view_2 = _windows(z2, (14, 8, 12, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z2_slabs[height, c, q, j, n] = z2[height, c, j + q, n]
    z2_slabs = _filled(z2_view_2.transpose(0, 1, 3, 2, 4), work.z2_slabs, (14, 8, 3, 12, N), dtype)
    # z2_rows[i, p, c, q, j, n] = z2_slabs[i + p, c, q, j, n]
    z2_rows = _windows(z2_slabs, (12, 3, 8, 3, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W2_copy[o, p, c, q] = W2[o, c, p, q]
    W2_copy = _filled(W2.transpose(0, 2, 1, 3), work.W2_copy, (8, 3, 8, 3), dtype)
    # s2[i, o, j, n] = sum(c, p, q, W2[o, c, p, q]*z2[i + p, c, j + q, n])
    s2 = _product(np.matmul, W2_copy.reshape(8, 72), z2_rows.reshape(12, 72, 12 * N), work.s2, (12,
        8, 12 * N), (12, 8, 12, N))
    # sum_m3[i0, c] = sum(n, i0, i1, s2[i0, c, i1, n])
    sum_m3 = np.dot(s2.reshape(12, 8, 12 * N), ones_1, out=work.sum_m3)
    m3 = np.dot(ones_12, sum_m3, out=work.m3)  # m3[c] = sum(n, i0, i1, s2[i0, c, i1, n])
    # m3[c] = sum(n, i0, i1, s2[i0, c, i1, n])/144/N
    m3 = np.multiply(m3, dtype.type(1.0) / 144.0 / N, out=m3)
    # sum_v3[i0, c, i1, n] = s2[i0, c, i1, n] - m3[c]
    sum_v3 = np.subtract(s2, m3[:, None, None], out=work.sum_v3)
    # sum_v3_2[i0, c] = sum(n, i0, i1, (s2[i0, c, i1, n] - m3[c])**2)
    sum_v3_2 = np.vecdot(sum_v3.reshape(12, 8, 12 * N), sum_v3.reshape(12, 8, 12 * N),
        out=work.sum_v3_2)
    # v3[c] = sum(n, i0, i1, (s2[i0, c, i1, n] - m3[c])**2)
    v3 = np.dot(ones_12, sum_v3_2, out=work.v3)
    # v3[c] = sum(n, i0, i1, (s2[i0, c, i1, n] - m3[c])**2)/144/N
    v3 = np.multiply(v3, dtype.type(1.0) / 144.0 / N, out=v3)
    sum_y3 = np.add(v3, 1e-05, out=work.sum_y3)  # sum_y3[c] = 1/100000 + v3[c]
    sum_y3 = np.sqrt(sum_y3, out=sum_y3)  # sum_y3[c] = sqrt(1/100000 + v3[c])
    sum_y3 = np.divide(g3, sum_y3, out=sum_y3)  # sum_y3[c] = g3[c]/sqrt(1/100000 + v3[c])
    # y3[i0, c, i1, n] = s2[i0, c, i1, n] - m3[c]
    y3 = np.subtract(s2, m3[:, None, None], out=work.y3)
    # y3[i0, c, i1, n] = g3[c]*(s2[i0, c, i1, n] - m3[c])/sqrt(1/100000 + v3[c])
    y3 = np.multiply(sum_y3[:, None, None], y3, out=y3)
    # y3[i0, c, i1, n] = g3[c]*(s2[i0, c, i1, n] - m3[c])/sqrt(1/100000 + v3[c]) + b3[c]
    y3 = np.add(y3, b3[:, None, None], out=y3)
    h4 = np.maximum(y3, 0.0, out=work.h4)  # h4[l, t, a, n] = relu(y3[l, t, a, n])
    z5 = _filled(0.0, work.z5, (14, 8, 14, N), dtype)  # z5 = 0
    z5[1 : 13, :, 1 : 13] += h4  # z5[1 + i, t, 1 + j, n] += h4[i, t, j, n]
    # z5_view_2[height, c, j, q, n] = z5[height, c, j + q, n]
    z5_view_2 = _windows(z5, (14, 8, 12, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z5_slabs[height, c, q, j, n] = z5[height, c, j + q, n]
    z5_slabs = _filled(z5_view_2.transpose(0, 1, 3, 2, 4), work.z5_slabs, (14, 8, 3, 12, N), dtype)
    # z5_rows[i, p, c, q, j, n] = z5_slabs[i + p, c, q, j, n]
    z5_rows = _windows(z5_slabs, (12, 3, 8, 3, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W5_copy[o, p, c, q] = W5[o, c, p, q]
    W5_copy = _filled(W5.transpose(0, 2, 1, 3), work.W5_copy, (8, 3, 8, 3), dtype)
    # s5[i, o, j, n] = sum(c, p, q, W5[o, c, p, q]*z5[i + p, c, j + q, n])
    s5 = _product(np.matmul, W5_copy.reshape(8, 72), z5_rows.reshape(12, 72, 12 * N), work.s5, (12,
        8, 12 * N), (12, 8, 12, N))
    # sum_m6[i0, c] = sum(n, i0, i1, s5[i0, c, i1, n])
    sum_m6 = np.dot(s5.reshape(12, 8, 12 * N), ones_1, out=work.sum_m6)
    m6 = np.dot(ones_12, sum_m6, out=work.m6)  # m6[c] = sum(n, i0, i1, s5[i0, c, i1, n])
    # m6[c] = sum(n, i0, i1, s5[i0, c, i1, n])/144/N
    m6 = np.multiply(m6, dtype.type(1.0) / 144.0 / N, out=m6)
    # sum_v6[i0, c, i1, n] = s5[i0, c, i1, n] - m6[c]
    sum_v6 = np.subtract(s5, m6[:, None, None], out=work.sum_v6)
    # sum_v6_2[i0, c] = sum(n, i0, i1, (s5[i0, c, i1, n] - m6[c])**2)
    sum_v6_2 = np.vecdot(sum_v6.reshape(12, 8, 12 * N), sum_v6.reshape(12, 8, 12 * N),
        out=work.sum_v6_2)
    # v6[c] = sum(n, i0, i1, (s5[i0, c, i1, n] - m6[c])**2)
    v6 = np.dot(ones_12, sum_v6_2, out=work.v6)
    # v6[c] = sum(n, i0, i1, (s5[i0, c, i1, n] - m6[c])**2)/144/N
    v6 = np.multiply(v6, dtype.type(1.0) / 144.0 / N, out=v6)
    sum_y6 = np.add(v6, 1e-05, out=work.sum_y6)  # sum_y6[c] = 1/100000 + v6[c]
    sum_y6 = np.sqrt(sum_y6, out=sum_y6)  # sum_y6[c] = sqrt(1/100000 + v6[c])
    sum_y6 = np.divide(g6, sum_y6, out=sum_y6)  # sum_y6[c] = g6[c]/sqrt(1/100000 + v6[c])
    # y6[i0, c, i1, n] = s5[i0, c, i1, n] - m6[c]
    y6 = np.subtract(s5, m6[:, None, None], out=work.y6)
    # y6[i0, c, i1, n] = g6[c]*(s5[i0, c, i1, n] - m6[c])/sqrt(1/100000 + v6[c])
    y6 = np.multiply(sum_y6[:, None, None], y6, out=y6)
    # y6[i0, c, i1, n] = g6[c]*(s5[i0, c, i1, n] - m6[c])/sqrt(1/100000 + v6[c]) + b6[c]
    y6 = np.add(y6, b6[:, None, None], out=y6)
    # r1[l, t, a, n] = y6[l, t, a, n] + x[n, t, l, a]
    r1 = np.add(y6, x.transpose(2, 1, 3, 0), out=work.r1)
    h1 = np.maximum(r1, 0.0, out=work.h1)  # h1[l, t, a, n] = relu(r1[l, t, a, n])
    z8 = _filled(0.0, work.z8, (14, 8, 14, N), dtype)  # z8 = 0
    z8[1 : 13, :, 1 : 13] += h1  # z8[1 + i, t, 1 + j, n] += h1[i, t, j, n]
    # z8_view_2[height, c, j, q, n] = z8[height, c, 2*j + q, n]
    z8_view_2 = _windows(z8, (14, 8, 6, 3, N), ((0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # z8_slabs[height, c, q, j, n] = z8[height, c, 2*j + q, n]
    z8_slabs = _filled(z8_view_2.transpose(0, 1, 3, 2, 4), work.z8_slabs, (14, 8, 3, 6, N), dtype)
    # z8_rows[i, p, c, q, j, n] = z8_slabs[2*i + p, c, q, j, n]
    z8_rows = _windows(z8_slabs, (6, 3, 8, 3, 6, N), ((0, 2), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W8_copy[o, p, c, q] = W8[o, c, p, q]
    W8_copy = _filled(W8.transpose(0, 2, 1, 3), work.W8_copy, (16, 3, 8, 3), dtype)
    # s8[i, o, j, n] = sum(c, p, q, W8[o, c, p, q]*z8[2*i + p, c, 2*j + q, n])
    s8 = _product(np.matmul, W8_copy.reshape(16, 72), z8_rows.reshape(6, 72, 6 * N), work.s8, (6,
        16, 6 * N), (6, 16, 6, N))
    # sum_m9[i0, c] = sum(n, i0, i1, s8[i0, c, i1, n])
    sum_m9 = np.dot(s8.reshape(6, 16, 6 * N), ones_3, out=work.sum_m9)
    m9 = np.dot(ones_6, sum_m9, out=work.m9)  # m9[c] = sum(n, i0, i1, s8[i0, c, i1, n])
    # m9[c] = sum(n, i0, i1, s8[i0, c, i1, n])/36/N
    m9 = np.multiply(m9, dtype.type(1.0) / 36.0 / N, out=m9)
    # sum_v9[i0, c, i1, n] = s8[i0, c, i1, n] - m9[c]
    sum_v9 = np.subtract(s8, m9[:, None, None], out=work.sum_v9)
    # sum_v9_2[i0, c] = sum(n, i0, i1, (s8[i0, c, i1, n] - m9[c])**2)
    sum_v9_2 = np.vecdot(sum_v9.reshape(6, 16, 6 * N), sum_v9.reshape(6, 16, 6 * N),
        out=work.sum_v9_2)
    # v9[c] = sum(n, i0, i1, (s8[i0, c, i1, n] - m9[c])**2)
    v9 = np.dot(ones_6, sum_v9_2, out=work.v9)
    # v9[c] = sum(n, i0, i1, (s8[i0, c, i1, n] - m9[c])**2)/36/N
    v9 = np.multiply(v9, dtype.type(1.0) / 36.0 / N, out=v9)
    sum_y9 = np.add(v9, 1e-05, out=work.sum_y9)  # sum_y9[c] = 1/100000 + v9[c]
    sum_y9 = np.sqrt(sum_y9, out=sum_y9)  # sum_y9[c] = sqrt(1/100000 + v9[c])
    sum_y9 = np.divide(g9, sum_y9, out=sum_y9)  # sum_y9[c] = g9[c]/sqrt(1/100000 + v9[c])
    # y9[i0, c, i1, n] = s8[i0, c, i1, n] - m9[c]
    y9 = np.subtract(s8, m9[:, None, None], out=work.y9)
    # y9[i0, c, i1, n] = g9[c]*(s8[i0, c, i1, n] - m9[c])/sqrt(1/100000 + v9[c])
    y9 = np.multiply(sum_y9[:, None, None], y9, out=y9)
    # y9[i0, c, i1, n] = g9[c]*(s8[i0, c, i1, n] - m9[c])/sqrt(1/100000 + v9[c]) + b9[c]
    y9 = np.add(y9, b9[:, None, None], out=y9)
    h10 = np.maximum(y9, 0.0, out=work.h10)  # h10[l, t, a, n] = relu(y9[l, t, a, n])
    z11 = _filled(0.0, work.z11, (8, 16, 8, N), dtype)  # z11 = 0
    z11[1 : 7, :, 1 : 7] += h10  # z11[1 + i, t, 1 + j, n] += h10[i, t, j, n]
    # z11_view_2[height, c, j, q, n] = z11[height, c, j + q, n]
    z11_view_2 = _windows(z11, (8, 16, 6, 3, N), ((0, 1), (1, 1), (2, 1), (2, 1), (3, 1),))
    # z11_slabs[height, c, q, j, n] = z11[height, c, j + q, n]
    z11_slabs = _filled(z11_view_2.transpose(0, 1, 3, 2, 4), work.z11_slabs, (8, 16, 3, 6, N),
        dtype)
    # z11_rows[i, p, c, q, j, n] = z11_slabs[i + p, c, q, j, n]
    z11_rows = _windows(z11_slabs, (6, 3, 16, 3, 6, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # W11_copy[o, p, c, q] = W11[o, c, p, q]
    W11_copy = _filled(W11.transpose(0, 2, 1, 3), work.W11_copy, (16, 3, 16, 3), dtype)
    # s11[i, o, j, n] = sum(c, p, q, W11[o, c, p, q]*z11[i + p, c, j + q, n])
    s11 = _product(np.matmul, W11_copy.reshape(16, 144), z11_rows.reshape(6, 144, 6 * N), work.s11,
        (6, 16, 6 * N), (6, 16, 6, N))
    # sum_m12[i0, c] = sum(n, i0, i1, s11[i0, c, i1, n])
    sum_m12 = np.dot(s11.reshape(6, 16, 6 * N), ones_3, out=work.sum_m12)
    m12 = np.dot(ones_6, sum_m12, out=work.m12)  # m12[c] = sum(n, i0, i1, s11[i0, c, i1, n])
    # m12[c] = sum(n, i0, i1, s11[i0, c, i1, n])/36/N
    m12 = np.multiply(m12, dtype.type(1.0) / 36.0 / N, out=m12)
    # sum_v12[i0, c, i1, n] = s11[i0, c, i1, n] - m12[c]
    sum_v12 = np.subtract(s11, m12[:, None, None], out=work.sum_v12)
    # sum_v12_2[i0, c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])**2)
    sum_v12_2 = np.vecdot(sum_v12.reshape(6, 16, 6 * N), sum_v12.reshape(6, 16, 6 * N),
        out=work.sum_v12_2)
    # v12[c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])**2)
    v12 = np.dot(ones_6, sum_v12_2, out=work.v12)
    # v12[c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])**2)/36/N
    v12 = np.multiply(v12, dtype.type(1.0) / 36.0 / N, out=v12)
    sum_y12 = np.add(v12, 1e-05, out=work.sum_y12)  # sum_y12[c] = 1/100000 + v12[c]
    sum_y12 = np.sqrt(sum_y12, out=sum_y12)  # sum_y12[c] = sqrt(1/100000 + v12[c])
    sum_y12 = np.divide(g12, sum_y12, out=sum_y12)  # sum_y12[c] = g12[c]/sqrt(1/100000 + v12[c])
    # y12[i0, c, i1, n] = s11[i0, c, i1, n] - m12[c]
    y12 = np.subtract(s11, m12[:, None, None], out=work.y12)
    # y12[i0, c, i1, n] = g12[c]*(s11[i0, c, i1, n] - m12[c])/sqrt(1/100000 + v12[c])
    y12 = np.multiply(sum_y12[:, None, None], y12, out=y12)
    # y12[i0, c, i1, n] = g12[c]*(s11[i0, c, i1, n] - m12[c])/sqrt(1/100000 + v12[c]) + b12[c]
    y12 = np.add(y12, b12[:, None, None], out=y12)
    # h1_view_2[height, c, j, q, n] = h1[height, c, 2*j + q, n]
    h1_view_2 = _windows(h1, (12, 8, 6, 1, N), ((0, 1), (1, 1), (2, 2), (2, 1), (3, 1),))
    # h1_slabs[height, c, q, j, n] = h1[height, c, 2*j + q, n]
    h1_slabs = _filled(h1_view_2.transpose(0, 1, 3, 2, 4), work.h1_slabs, (12, 8, 1, 6, N), dtype)
    # h1_rows[i, p, c, q, j, n] = h1_slabs[2*i + p, c, q, j, n]
    h1_rows = _windows(h1_slabs, (6, 1, 8, 1, 6, N), ((0, 2), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # W13_copy[o, p, c, q] = W13[o, c, p, q]
    W13_copy = _filled(W13.transpose(0, 2, 1, 3), work.W13_copy, (16, 1, 8, 1), dtype)
    # s13[i, o, j, n] = sum(c, p, q, W13[o, c, p, q]*h1[2*i + p, c, 2*j + q, n])
    s13 = _product(np.matmul, W13_copy.reshape(16, 8), h1_rows.reshape(6, 8, 6 * N), work.s13, (6,
        16, 6 * N), (6, 16, 6, N))
    # sum_m14[i0, c] = sum(n, i0, i1, s13[i0, c, i1, n])
    sum_m14 = np.dot(s13.reshape(6, 16, 6 * N), ones_3, out=work.sum_m14)
    m14 = np.dot(ones_6, sum_m14, out=work.m14)  # m14[c] = sum(n, i0, i1, s13[i0, c, i1, n])
    # m14[c] = sum(n, i0, i1, s13[i0, c, i1, n])/36/N
    m14 = np.multiply(m14, dtype.type(1.0) / 36.0 / N, out=m14)
    # sum_v14[i0, c, i1, n] = s13[i0, c, i1, n] - m14[c]
    sum_v14 = np.subtract(s13, m14[:, None, None], out=work.sum_v14)
    # sum_v14_2[i0, c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])**2)
    sum_v14_2 = np.vecdot(sum_v14.reshape(6, 16, 6 * N), sum_v14.reshape(6, 16, 6 * N),
        out=work.sum_v14_2)
    # v14[c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])**2)
    v14 = np.dot(ones_6, sum_v14_2, out=work.v14)
    # v14[c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])**2)/36/N
    v14 = np.multiply(v14, dtype.type(1.0) / 36.0 / N, out=v14)
    sum_y14 = np.add(v14, 1e-05, out=work.sum_y14)  # sum_y14[c] = 1/100000 + v14[c]
    sum_y14 = np.sqrt(sum_y14, out=sum_y14)  # sum_y14[c] = sqrt(1/100000 + v14[c])
    sum_y14 = np.divide(g14, sum_y14, out=sum_y14)  # sum_y14[c] = g14[c]/sqrt(1/100000 + v14[c])
    # y14[i0, c, i1, n] = s13[i0, c, i1, n] - m14[c]
    y14 = np.subtract(s13, m14[:, None, None], out=work.y14)
    # y14[i0, c, i1, n] = g14[c]*(s13[i0, c, i1, n] - m14[c])/sqrt(1/100000 + v14[c])
    y14 = np.multiply(sum_y14[:, None, None], y14, out=y14)
    # y14[i0, c, i1, n] = g14[c]*(s13[i0, c, i1, n] - m14[c])/sqrt(1/100000 + v14[c]) + b14[c]
    y14 = np.add(y14, b14[:, None, None], out=y14)
    r7 = np.add(y12, y14, out=work.r7)  # r7[l, t, a, n] = y12[l, t, a, n] + y14[l, t, a, n]
    h7 = np.maximum(r7, 0.0, out=work.h7)  # h7[l, t, a, n] = relu(r7[l, t, a, n])
    # sum_m15[i0, c, n] = sum(i0, i1, h7[i0, c, i1, n])
    sum_m15 = np.add.reduce(h7, axis=2, out=work.sum_m15)
    m15 = np.add.reduce(sum_m15, axis=0, out=work.m15)  # m15[c, n] = sum(i0, i1, h7[i0, c, i1, n])
    # m15[c, n] = sum(i0, i1, h7[i0, c, i1, n])/36
    m15 = np.multiply(m15, 0.027777777777777776, out=m15)
    s16 = np.dot(W16, m15, out=work.s16)  # s16[j, n] = sum(k, W16[j, k]*m15[k, n])
    s16 = np.add(s16, b16[:, None], out=s16)  # s16[j, n] = sum(k, W16[j, k]*m15[k, n]) + b16[j]
    max_s16 = np.maximum.reduce(s16, axis=0, out=work.max_s16)  # max_s16[n] = max(j, s16[j, n])
    exp_s16 = np.subtract(s16, max_s16, out=work.exp_s16)  # exp_s16[j, n] = s16[j, n] - max_s16[n]
    exp_s16 = np.exp(exp_s16, out=exp_s16)  # exp_s16[j, n] = exp(s16[j, n] - max_s16[n])
    # sum_exp_s16[n] = sum(j, exp_s16[j, n])
    sum_exp_s16 = np.dot(ones_10, exp_s16, out=work.sum_exp_s16)
    log_loss = np.log(sum_exp_s16, out=work.log_loss)  # log_loss[n] = log(sum_exp_s16[n])
    # s16_read[n] = s16[label[n], n]
    s16_read = _filled(s16[label, range_N], work.s16_read, (N,), dtype)
    # s16_read[n] = max_s16[n] - s16[label[n], n]
    s16_read = np.subtract(max_s16, s16_read, out=s16_read)
    # log_loss[n] = (max_s16[n] - s16[label[n], n]) + log(sum_exp_s16[n])
    log_loss = np.add(log_loss, s16_read, out=log_loss)
    # sum_loss = sum(n, (max_s16[n] - s16[label[n], n]) + log(sum_exp_s16[n]))
    sum_loss = np.dot(log_loss, ones_N)
    loss = sum_loss / N  # loss = sum(n, (max_s16[n] - s16[label[n], n]) + log(sum_exp_s16[n]))/N
    # scaled_d_s16[n] = N*sum_exp_s16[n]
    scaled_d_s16 = np.multiply(sum_exp_s16, N, out=work.scaled_d_s16)
    # d_s16[j, n] = exp_s16[j, n]/N/sum_exp_s16[n]
    d_s16 = np.divide(exp_s16, scaled_d_s16, out=work.d_s16)
    d_s16[label, range_N] -= dtype.type(1.0) / N  # d_s16[label[n], n] += -1/N
    d_W16 = np.dot(d_s16, m15.T)  # d_W16[j, k] = sum(n, d_s16[j, n]*m15[k, n])
    d_b16 = np.dot(d_s16, ones_N)  # d_b16[j] = sum(n, d_s16[j, n])
    d_m15 = np.dot(W16.T, d_s16, out=work.d_m15)  # d_m15[k, n] = sum(j, d_s16[j, n]*W16[j, k])
    # product_d_r7[t, n] = d_m15[t, n]/36
    product_d_r7 = np.multiply(d_m15, 0.027777777777777776, out=work.product_d_r7)
    # greater_d_r7[l, t, a, n] = (h7[l, t, a, n] > 0)
    greater_d_r7 = np.greater(h7, 0.0, out=work.greater_d_r7)
    # d_r7[l, t, a, n] = d_m15[t, n]*step(h7[l, t, a, n])/36
    d_r7 = np.multiply(product_d_r7[:, None], greater_d_r7, out=work.d_r7)
    # sum_sum_d_r7[i0, c, i1, n] = s13[i0, c, i1, n] - m14[c]
    sum_sum_d_r7 = np.subtract(s13, m14[:, None, None], out=work.sum_sum_d_r7)
    # sum_sum_d_r7_2[i0, c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])*d_r7[i0, c, i1, n])
    sum_sum_d_r7_2 = np.vecdot(sum_sum_d_r7.reshape(6, 16, 6 * N), d_r7.reshape(6, 16, 6 * N),
        out=work.sum_sum_d_r7_2)
    # sum_d_r7[c] = sum(n, i0, i1, (s13[i0, c, i1, n] - m14[c])*d_r7[i0, c, i1, n])
    sum_d_r7 = np.dot(ones_6, sum_sum_d_r7_2, out=work.sum_d_r7)
    d_g14 = np.add(v14, 1e-05)  # d_g14[c] = 1/100000 + v14[c]
    d_g14 = np.sqrt(d_g14, out=d_g14)  # d_g14[c] = sqrt(1/100000 + v14[c])
    d_g14 = np.divide(sum_d_r7, d_g14, out=d_g14)  # d_g14[c] = sum_d_r7[c]/sqrt(1/100000 + v14[c])
    d_v14 = np.add(v14, 1e-05, out=work.d_v14)  # d_v14[c] = 1/100000 + v14[c]
    d_v14 = np.power(d_v14, 1.5, out=d_v14)  # d_v14[c] = (1/100000 + v14[c])**(3/2)
    product_d_v14 = np.multiply(g14, -0.5, out=work.product_d_v14)  # product_d_v14[c] = -g14[c]/2
    # product_d_v14[c] = -g14[c]*sum_d_r7[c]/2
    product_d_v14 = np.multiply(product_d_v14, sum_d_r7, out=product_d_v14)
    # d_v14[c] = -g14[c]*sum_d_r7[c]/2/(1/100000 + v14[c])**(3/2)
    d_v14 = np.divide(product_d_v14, d_v14, out=d_v14)
    # sum_sum_d_r7_2_2[i0, c] = sum(n, i0, i1, d_r7[i0, c, i1, n])
    sum_sum_d_r7_2_2 = np.dot(d_r7.reshape(6, 16, 6 * N), ones_3, out=work.sum_sum_d_r7_2_2)
    # sum_d_r7_2[c] = sum(n, i0, i1, d_r7[i0, c, i1, n])
    sum_d_r7_2 = np.dot(ones_6, sum_sum_d_r7_2_2, out=work.sum_d_r7_2)
    d_b12 = _filled(sum_d_r7_2, None, (16,), dtype)  # d_b12[c] = sum_d_r7_2[c]
    d_b14 = _filled(d_b12, None, (16,), dtype)  # d_b14[c] = d_b12[c]
    d_m14 = np.add(v14, 1e-05, out=work.d_m14)  # d_m14[c] = 1/100000 + v14[c]
    d_m14 = np.sqrt(d_m14, out=d_m14)  # d_m14[c] = sqrt(1/100000 + v14[c])
    product_d_m14 = np.negative(g14, out=work.product_d_m14)  # product_d_m14[c] = -g14[c]
    # product_d_m14[c] = -g14[c]*sum_d_r7_2[c]
    product_d_m14 = np.multiply(product_d_m14, sum_d_r7_2, out=product_d_m14)
    # d_m14[c] = -g14[c]*sum_d_r7_2[c]/sqrt(1/100000 + v14[c])
    d_m14 = np.divide(product_d_m14, d_m14, out=d_m14)
    # product_d_s13[c] = d_v14[c]/18/N
    product_d_s13 = np.multiply(d_v14, dtype.type(1.0) / 18.0 / N, out=work.product_d_s13)
    # d_s13[i0, c, i1, n] = s13[i0, c, i1, n] - m14[c]
    d_s13 = np.subtract(s13, m14[:, None, None], out=work.d_s13)
    # d_s13[i0, c, i1, n] = (s13[i0, c, i1, n] - m14[c])*d_v14[c]/18/N
    d_s13 = np.multiply(product_d_s13[:, None, None], d_s13, out=d_s13)
    # product_d_s13_2[c] = d_m14[c]/36/N
    product_d_s13_2 = np.multiply(d_m14, dtype.type(1.0) / 36.0 / N, out=work.product_d_s13_2)
    # d_s13[i0, c, i1, n] = (2*s13[i0, c, i1, n] - 2*m14[c])*d_v14[c]/36/N + d_m14[c]/36/N
    d_s13 = np.add(d_s13, product_d_s13_2[:, None, None], out=d_s13)
    sum_d_s13 = np.add(v14, 1e-05, out=work.sum_d_s13)  # sum_d_s13[c] = 1/100000 + v14[c]
    sum_d_s13 = np.sqrt(sum_d_s13, out=sum_d_s13)  # sum_d_s13[c] = sqrt(1/100000 + v14[c])
    # sum_d_s13[c] = g14[c]/sqrt(1/100000 + v14[c])
    sum_d_s13 = np.divide(g14, sum_d_s13, out=sum_d_s13)
    # product_d_s13_3[i0, c, i1, n] = g14[c]*d_r7[i0, c, i1, n]/sqrt(1/100000 + v14[c])
    product_d_s13_3 = np.multiply(sum_d_s13[:, None, None], d_r7, out=work.product_d_s13_3)
    # d_s13[i0, c, i1, n] = g14[c]*d_r7[i0, c, i1, n]/sqrt(1/100000 + v14[c]) + (2*s13[i0, c, i1,
    #     n] - 2*m14[c])*d_v14[c]/36/N + d_m14[c]/36/N
    d_s13 = np.add(d_s13, product_d_s13_3, out=d_s13)
    # h1_rows_2[i, p, c, q, j, n] = h1_slabs[2*i + p, c, q, j, n]
    h1_rows_2 = _windows(h1_slabs, (6, 1, 8, 1, 6, N), ((0, 2), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # sum_d_W13[i, o, p, c, q] = sum(n, i, j, d_s13[i, o, j, n]*h1[2*i + p, c, 2*j + q, n])
    sum_d_W13 = _product(np.matmul, d_s13.reshape(6, 16, 6 * N), h1_rows_2.reshape(6, 8, 6 *
        N).swapaxes(-1, -2), work.sum_d_W13, (6, 16, 8), (6, 16, 1, 8, 1))
    # d_W13[o, c, p, q] = sum(n, i, j, d_s13[i, o, j, n]*h1[2*i + p, c, 2*j + q, n])
    d_W13 = _filled(np.add.reduce(sum_d_W13, axis=0).transpose(0, 2, 1, 3), None, (16, 8, 1, 1),
        dtype)
    # sum_sum_d_r7_3[i0, c, i1, n] = s11[i0, c, i1, n] - m12[c]
    sum_sum_d_r7_3 = np.subtract(s11, m12[:, None, None], out=work.sum_sum_d_r7_3)
    # sum_sum_d_r7_3_2[i0, c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])*d_r7[i0, c, i1, n])
    sum_sum_d_r7_3_2 = np.vecdot(sum_sum_d_r7_3.reshape(6, 16, 6 * N), d_r7.reshape(6, 16, 6 * N),
        out=work.sum_sum_d_r7_3_2)
    # sum_d_r7_3[c] = sum(n, i0, i1, (s11[i0, c, i1, n] - m12[c])*d_r7[i0, c, i1, n])
    sum_d_r7_3 = np.dot(ones_6, sum_sum_d_r7_3_2, out=work.sum_d_r7_3)
    d_g12 = np.add(v12, 1e-05)  # d_g12[c] = 1/100000 + v12[c]
    d_g12 = np.sqrt(d_g12, out=d_g12)  # d_g12[c] = sqrt(1/100000 + v12[c])
    # d_g12[c] = sum_d_r7_3[c]/sqrt(1/100000 + v12[c])
    d_g12 = np.divide(sum_d_r7_3, d_g12, out=d_g12)
    d_v12 = np.add(v12, 1e-05, out=work.d_v12)  # d_v12[c] = 1/100000 + v12[c]
    d_v12 = np.power(d_v12, 1.5, out=d_v12)  # d_v12[c] = (1/100000 + v12[c])**(3/2)
    product_d_v12 = np.multiply(g12, -0.5, out=work.product_d_v12)  # product_d_v12[c] = -g12[c]/2
    # product_d_v12[c] = -g12[c]*sum_d_r7_3[c]/2
    product_d_v12 = np.multiply(product_d_v12, sum_d_r7_3, out=product_d_v12)
    # d_v12[c] = -g12[c]*sum_d_r7_3[c]/2/(1/100000 + v12[c])**(3/2)
    d_v12 = np.divide(product_d_v12, d_v12, out=d_v12)
    d_m12 = np.add(v12, 1e-05, out=work.d_m12)  # d_m12[c] = 1/100000 + v12[c]
    d_m12 = np.sqrt(d_m12, out=d_m12)  # d_m12[c] = sqrt(1/100000 + v12[c])
    product_d_m12 = np.negative(g12, out=work.product_d_m12)  # product_d_m12[c] = -g12[c]
    # product_d_m12[c] = -g12[c]*sum_d_r7_2[c]
    product_d_m12 = np.multiply(product_d_m12, sum_d_r7_2, out=product_d_m12)
    # d_m12[c] = -g12[c]*sum_d_r7_2[c]/sqrt(1/100000 + v12[c])
    d_m12 = np.divide(product_d_m12, d_m12, out=d_m12)
    # d_s11_padded, part by part
    d_s11_padded = _reserved(work.d_s11_padded, (10, 16, 6, N), dtype)
    # product_d_s11_padded[c] = d_v12[c]/18/N
    product_d_s11_padded = np.multiply(d_v12, dtype.type(1.0) / 18.0 / N,
        out=work.product_d_s11_padded)
    # d_s11_padded_view[i0, c, i1, n] = s11[i0, c, i1, n] - m12[c]
    np.subtract(s11, m12[:, None, None], out=d_s11_padded[2 : 8])
    # d_s11_padded_view[i0, c, i1, n] = (s11[i0, c, i1, n] - m12[c])*d_v12[c]/18/N
    np.multiply(product_d_s11_padded[:, None, None], d_s11_padded[2 : 8], out=d_s11_padded[2 : 8])
    # product_d_s11_padded_2[c] = d_m12[c]/36/N
    product_d_s11_padded_2 = np.multiply(d_m12, dtype.type(1.0) / 36.0 / N,
        out=work.product_d_s11_padded_2)
    # d_s11_padded_view[i0, c, i1, n] = (2*s11[i0, c, i1, n] - 2*m12[c])*d_v12[c]/36/N +
    #     d_m12[c]/36/N
    np.add(d_s11_padded[2 : 8], product_d_s11_padded_2[:, None, None], out=d_s11_padded[2 : 8])
    # sum_d_s11_padded[c] = 1/100000 + v12[c]
    sum_d_s11_padded = np.add(v12, 1e-05, out=work.sum_d_s11_padded)
    # sum_d_s11_padded[c] = sqrt(1/100000 + v12[c])
    sum_d_s11_padded = np.sqrt(sum_d_s11_padded, out=sum_d_s11_padded)
    # sum_d_s11_padded[c] = g12[c]/sqrt(1/100000 + v12[c])
    sum_d_s11_padded = np.divide(g12, sum_d_s11_padded, out=sum_d_s11_padded)
    # product_d_s11_padded_3[i0, c, i1, n] = g12[c]*d_r7[i0, c, i1, n]/sqrt(1/100000 + v12[c])
    product_d_s11_padded_3 = np.multiply(sum_d_s11_padded[:, None, None], d_r7,
        out=work.product_d_s11_padded_3)
    # d_s11_padded[2 + i0, c, i1, n] = g12[c]*d_r7[i0, c, i1, n]/sqrt(1/100000 + v12[c]) +
    #     (2*s11[i0, c, i1, n] - 2*m12[c])*d_v12[c]/36/N + d_m12[c]/36/N
    np.add(d_s11_padded[2 : 8], product_d_s11_padded_3, out=d_s11_padded[2 : 8])
    d_s11_padded[: 2] = 0.0  # d_s11_padded[e, c, i1, n] = 0
    d_s11_padded[8 : 10] = 0.0  # d_s11_padded[8 + e, c, i1, n] = 0
    # z11_rows_2[i, p, c, q, j, n] = z11_slabs[i + p, c, q, j, n]
    z11_rows_2 = _windows(z11_slabs, (6, 3, 16, 3, 6, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # sum_d_W11[i, o, p, c, q] = sum(n, i, j, z11[i + p, c, j + q, n]*d_s11_padded[2 + i, o, j, n])
    sum_d_W11 = _product(np.matmul, d_s11_padded[2 : 8].reshape(6, 16, 6 * N),
        z11_rows_2.reshape(6, 144, 6 * N).swapaxes(-1, -2), work.sum_d_W11, (6, 16, 144), (6, 16,
        3, 16, 3))
    # d_W11[o, c, p, q] = sum(n, i, j, z11[i + p, c, j + q, n]*d_s11_padded[2 + i, o, j, n])
    d_W11 = _filled(np.add.reduce(sum_d_W11, axis=0).transpose(0, 2, 1, 3), None, (16, 16, 3, 3),
        dtype)
    d_z11 = _filled(0.0, work.d_z11, (8, 16, 8, N), dtype)  # d_z11 = 0
    # d_s11_padded_rows[i, p, o, j, n] = d_s11_padded[i + p, o, j, n]
    d_s11_padded_rows = _windows(d_s11_padded, (8, 3, 16, 6, N), ((0, 1), (0, 1), (1, 1), (2, 1),
        (3, 1),))
    # W11_view_copy[p, o, c, q] = W11_view[o, c, p, q]
    W11_view_copy = _filled(W11[:, :, ::-1].transpose(2, 0, 1, 3), work.W11_view_copy, (3, 16, 16,
        3), dtype)
    # sum_d_z11[i, c, q, j, n] = sum(o, p, W11[o, c, 2 - p, q]*d_s11_padded[i + p, o, j, n])
    sum_d_z11 = _product(np.matmul, W11_view_copy.reshape(48, 48).T, d_s11_padded_rows.reshape(8,
        48, 6 * N), work.sum_d_z11, (8, 48, 6 * N), (8, 16, 3, 6, N))
    for q in range(3):
        # d_z11[i, c, j + q, n] += sum(o, p, W11[o, c, 2 - p, q]*d_s11_padded[i + p, o, j, n])
        d_z11[:, :, q : q + 6] += sum_d_z11[:, :, q]
    # greater_d_y9[l, t, a, n] = (h10[l, t, a, n] > 0)
    greater_d_y9 = np.greater(h10, 0.0, out=work.greater_d_y9)
    # d_y9[l, t, a, n] = d_z11[1 + l, t, 1 + a, n]*step(h10[l, t, a, n])
    d_y9 = np.multiply(greater_d_y9, d_z11[1 : 7, :, 1 : 7], out=work.d_y9)
    # sum_sum_d_y9[i0, c, i1, n] = s8[i0, c, i1, n] - m9[c]
    sum_sum_d_y9 = np.subtract(s8, m9[:, None, None], out=work.sum_sum_d_y9)
    # sum_sum_d_y9_2[i0, c] = sum(n, i0, i1, d_y9[i0, c, i1, n]*(s8[i0, c, i1, n] - m9[c]))
    sum_sum_d_y9_2 = np.vecdot(sum_sum_d_y9.reshape(6, 16, 6 * N), d_y9.reshape(6, 16, 6 * N),
        out=work.sum_sum_d_y9_2)
    # sum_d_y9[c] = sum(n, i0, i1, d_y9[i0, c, i1, n]*(s8[i0, c, i1, n] - m9[c]))
    sum_d_y9 = np.dot(ones_6, sum_sum_d_y9_2, out=work.sum_d_y9)
    d_g9 = np.add(v9, 1e-05)  # d_g9[c] = 1/100000 + v9[c]
    d_g9 = np.sqrt(d_g9, out=d_g9)  # d_g9[c] = sqrt(1/100000 + v9[c])
    d_g9 = np.divide(sum_d_y9, d_g9, out=d_g9)  # d_g9[c] = sum_d_y9[c]/sqrt(1/100000 + v9[c])
    d_v9 = np.add(v9, 1e-05, out=work.d_v9)  # d_v9[c] = 1/100000 + v9[c]
    d_v9 = np.power(d_v9, 1.5, out=d_v9)  # d_v9[c] = (1/100000 + v9[c])**(3/2)
    product_d_v9 = np.multiply(g9, -0.5, out=work.product_d_v9)  # product_d_v9[c] = -g9[c]/2
    # product_d_v9[c] = -g9[c]*sum_d_y9[c]/2
    product_d_v9 = np.multiply(product_d_v9, sum_d_y9, out=product_d_v9)
    # d_v9[c] = -g9[c]*sum_d_y9[c]/2/(1/100000 + v9[c])**(3/2)
    d_v9 = np.divide(product_d_v9, d_v9, out=d_v9)
    # sum_sum_d_y9_2_2[i0, c] = sum(n, i0, i1, d_y9[i0, c, i1, n])
    sum_sum_d_y9_2_2 = np.dot(d_y9.reshape(6, 16, 6 * N), ones_3, out=work.sum_sum_d_y9_2_2)
    # sum_d_y9_2[c] = sum(n, i0, i1, d_y9[i0, c, i1, n])
    sum_d_y9_2 = np.dot(ones_6, sum_sum_d_y9_2_2, out=work.sum_d_y9_2)
    d_b9 = _filled(sum_d_y9_2, None, (16,), dtype)  # d_b9[c] = sum_d_y9_2[c]
    d_m9 = np.add(v9, 1e-05, out=work.d_m9)  # d_m9[c] = 1/100000 + v9[c]
    d_m9 = np.sqrt(d_m9, out=d_m9)  # d_m9[c] = sqrt(1/100000 + v9[c])
    product_d_m9 = np.negative(g9, out=work.product_d_m9)  # product_d_m9[c] = -g9[c]
    # product_d_m9[c] = -g9[c]*sum_d_y9_2[c]
    product_d_m9 = np.multiply(product_d_m9, sum_d_y9_2, out=product_d_m9)
    # d_m9[c] = -g9[c]*sum_d_y9_2[c]/sqrt(1/100000 + v9[c])
    d_m9 = np.divide(product_d_m9, d_m9, out=d_m9)
    sum_d_s8 = np.add(v9, 1e-05, out=work.sum_d_s8)  # sum_d_s8[c] = 1/100000 + v9[c]
    sum_d_s8 = np.sqrt(sum_d_s8, out=sum_d_s8)  # sum_d_s8[c] = sqrt(1/100000 + v9[c])
    sum_d_s8 = np.divide(g9, sum_d_s8, out=sum_d_s8)  # sum_d_s8[c] = g9[c]/sqrt(1/100000 + v9[c])
    # d_s8[i0, c, i1, n] = d_y9[i0, c, i1, n]*g9[c]/sqrt(1/100000 + v9[c])
    d_s8 = np.multiply(sum_d_s8[:, None, None], d_y9, out=work.d_s8)
    # product_d_s8[c] = d_v9[c]/18/N
    product_d_s8 = np.multiply(d_v9, dtype.type(1.0) / 18.0 / N, out=work.product_d_s8)
    # sum_d_s8_2[i0, c, i1, n] = s8[i0, c, i1, n] - m9[c]
    sum_d_s8_2 = np.subtract(s8, m9[:, None, None], out=work.sum_d_s8_2)
    # sum_d_s8_2[i0, c, i1, n] = (s8[i0, c, i1, n] - m9[c])*d_v9[c]/18/N
    sum_d_s8_2 = np.multiply(product_d_s8[:, None, None], sum_d_s8_2, out=sum_d_s8_2)
    # d_s8[i0, c, i1, n] = d_y9[i0, c, i1, n]*g9[c]/sqrt(1/100000 + v9[c]) + (2*s8[i0, c, i1, n] -
    #     2*m9[c])*d_v9[c]/36/N
    d_s8 = np.add(d_s8, sum_d_s8_2, out=d_s8)
    # product_d_s8_2[c] = d_m9[c]/36/N
    product_d_s8_2 = np.multiply(d_m9, dtype.type(1.0) / 36.0 / N, out=work.product_d_s8_2)
    # d_s8[i0, c, i1, n] = d_y9[i0, c, i1, n]*g9[c]/sqrt(1/100000 + v9[c]) + (2*s8[i0, c, i1, n] -
    #     2*m9[c])*d_v9[c]/36/N + d_m9[c]/36/N
    d_s8 = np.add(d_s8, product_d_s8_2[:, None, None], out=d_s8)
    # z8_rows_2[i, p, c, q, j, n] = z8_slabs[2*i + p, c, q, j, n]
    z8_rows_2 = _windows(z8_slabs, (6, 3, 8, 3, 6, N), ((0, 2), (0, 1), (1, 1), (2, 1), (3, 1), (4,
        1),))
    # sum_d_W8[i, o, p, c, q] = sum(n, i, j, d_s8[i, o, j, n]*z8[2*i + p, c, 2*j + q, n])
    sum_d_W8 = _product(np.matmul, d_s8.reshape(6, 16, 6 * N), z8_rows_2.reshape(6, 72, 6 *
        N).swapaxes(-1, -2), work.sum_d_W8, (6, 16, 72), (6, 16, 3, 8, 3))
    # d_W8[o, c, p, q] = sum(n, i, j, d_s8[i, o, j, n]*z8[2*i + p, c, 2*j + q, n])
    d_W8 = _filled(np.add.reduce(sum_d_W8, axis=0).transpose(0, 2, 1, 3), None, (16, 8, 3, 3),
        dtype)
    d_z8 = _filled(0.0, work.d_z8, (14, 8, 14, N), dtype)  # d_z8 = 0
    # d_s8_copy[o, i, j, n] = d_s8[i, o, j, n]
    d_s8_copy = _filled(d_s8.transpose(1, 0, 2, 3), work.d_s8_copy, (16, 6, 6, N), dtype)
    # sum_d_z8[i, j, n, c, p, q] = sum(o, d_s8[i, o, j, n]*W8[o, c, p, q])
    sum_d_z8 = _product(np.dot, d_s8_copy.reshape(16, 36 * N).T, W8.reshape(16, 72), work.sum_d_z8,
        (36 * N, 72), (6, 6, N, 8, 3, 3))
    for p in range(3):
        for q in range(3):
            # d_z8[2*i + p, c, 2*j + q, n] += sum(o, d_s8[i, o, j, n]*W8[o, c, p, q])
            d_z8[p : p + 12 : 2, :, q : q + 12 : 2] += sum_d_z8[:, :, :, :, p, q].transpose(0, 3,
                1, 2)
    # d_h1[i, t, j, n] = d_z8[1 + i, t, 1 + j, n]
    d_h1 = _filled(d_z8[1 : 13, :, 1 : 13], work.d_h1, (12, 8, 12, N), dtype)
    # d_s13_copy[o, i, j, n] = d_s13[i, o, j, n]
    d_s13_copy = _filled(d_s13.transpose(1, 0, 2, 3), work.d_s13_copy, (16, 6, 6, N), dtype)
    # sum_d_h1[i, j, n, c, p, q] = sum(o, d_s13[i, o, j, n]*W13[o, c, p, q])
    sum_d_h1 = _product(np.dot, d_s13_copy.reshape(16, 36 * N).T, W13.reshape(16, 8),
        work.sum_d_h1, (36 * N, 8), (6, 6, N, 8, 1, 1))
    # d_h1_view[i, p, c, j, q, n] = d_h1[2*i + p, c, 2*j + q, n]
    d_h1_view = _windows(d_h1, (6, 1, 8, 6, 1, N), ((0, 2), (0, 1), (1, 1), (2, 2), (2, 1), (3,
        1),))
    # d_h1[2*i + p, c, 2*j + q, n] += sum(o, d_s13[i, o, j, n]*W13[o, c, p, q])
    d_h1_view = np.add(d_h1_view, sum_d_h1.transpose(0, 4, 3, 1, 5, 2), out=d_h1_view)
    # greater_d_y6[l, t, a, n] = (h1[l, t, a, n] > 0)
    greater_d_y6 = np.greater(h1, 0.0, out=work.greater_d_y6)
    # d_y6[l, t, a, n] = d_h1[l, t, a, n]*step(h1[l, t, a, n])
    d_y6 = np.multiply(greater_d_y6, d_h1, out=work.d_y6)
    # sum_sum_d_y6[i0, c, i1, n] = s5[i0, c, i1, n] - m6[c]
    sum_sum_d_y6 = np.subtract(s5, m6[:, None, None], out=work.sum_sum_d_y6)
    # sum_sum_d_y6_2[i0, c] = sum(n, i0, i1, d_y6[i0, c, i1, n]*(s5[i0, c, i1, n] - m6[c]))
    sum_sum_d_y6_2 = np.vecdot(sum_sum_d_y6.reshape(12, 8, 12 * N), d_y6.reshape(12, 8, 12 * N),
        out=work.sum_sum_d_y6_2)
    # sum_d_y6[c] = sum(n, i0, i1, d_y6[i0, c, i1, n]*(s5[i0, c, i1, n] - m6[c]))
    sum_d_y6 = np.dot(ones_12, sum_sum_d_y6_2, out=work.sum_d_y6)
    d_g6 = np.add(v6, 1e-05)  # d_g6[c] = 1/100000 + v6[c]
    d_g6 = np.sqrt(d_g6, out=d_g6)  # d_g6[c] = sqrt(1/100000 + v6[c])
    d_g6 = np.divide(sum_d_y6, d_g6, out=d_g6)  # d_g6[c] = sum_d_y6[c]/sqrt(1/100000 + v6[c])
    d_v6 = np.add(v6, 1e-05, out=work.d_v6)  # d_v6[c] = 1/100000 + v6[c]
    d_v6 = np.power(d_v6, 1.5, out=d_v6)  # d_v6[c] = (1/100000 + v6[c])**(3/2)
    product_d_v6 = np.multiply(g6, -0.5, out=work.product_d_v6)  # product_d_v6[c] = -g6[c]/2
    # product_d_v6[c] = -g6[c]*sum_d_y6[c]/2
    product_d_v6 = np.multiply(product_d_v6, sum_d_y6, out=product_d_v6)
    # d_v6[c] = -g6[c]*sum_d_y6[c]/2/(1/100000 + v6[c])**(3/2)
    d_v6 = np.divide(product_d_v6, d_v6, out=d_v6)
    # sum_sum_d_y6_2_2[i0, c] = sum(n, i0, i1, d_y6[i0, c, i1, n])
    sum_sum_d_y6_2_2 = np.dot(d_y6.reshape(12, 8, 12 * N), ones_1, out=work.sum_sum_d_y6_2_2)
    # sum_d_y6_2[c] = sum(n, i0, i1, d_y6[i0, c, i1, n])
    sum_d_y6_2 = np.dot(ones_12, sum_sum_d_y6_2_2, out=work.sum_d_y6_2)
    d_b6 = _filled(sum_d_y6_2, None, (8,), dtype)  # d_b6[c] = sum_d_y6_2[c]
    d_m6 = np.add(v6, 1e-05, out=work.d_m6)  # d_m6[c] = 1/100000 + v6[c]
    d_m6 = np.sqrt(d_m6, out=d_m6)  # d_m6[c] = sqrt(1/100000 + v6[c])
    product_d_m6 = np.negative(g6, out=work.product_d_m6)  # product_d_m6[c] = -g6[c]
    # product_d_m6[c] = -g6[c]*sum_d_y6_2[c]
    product_d_m6 = np.multiply(product_d_m6, sum_d_y6_2, out=product_d_m6)
    # d_m6[c] = -g6[c]*sum_d_y6_2[c]/sqrt(1/100000 + v6[c])
    d_m6 = np.divide(product_d_m6, d_m6, out=d_m6)
    d_s5_padded = _reserved(work.d_s5_padded, (16, 8, 12, N), dtype)  # d_s5_padded, part by part
    # sum_d_s5_padded[c] = 1/100000 + v6[c]
    sum_d_s5_padded = np.add(v6, 1e-05, out=work.sum_d_s5_padded)
    # sum_d_s5_padded[c] = sqrt(1/100000 + v6[c])
    sum_d_s5_padded = np.sqrt(sum_d_s5_padded, out=sum_d_s5_padded)
    # sum_d_s5_padded[c] = g6[c]/sqrt(1/100000 + v6[c])
    sum_d_s5_padded = np.divide(g6, sum_d_s5_padded, out=sum_d_s5_padded)
    # d_s5_padded_view[i0, c, i1, n] = d_y6[i0, c, i1, n]*g6[c]/sqrt(1/100000 + v6[c])
    np.multiply(sum_d_s5_padded[:, None, None], d_y6, out=d_s5_padded[2 : 14])
    # product_d_s5_padded[c] = d_v6[c]/72/N
    product_d_s5_padded = np.multiply(d_v6, dtype.type(1.0) / 72.0 / N,
        out=work.product_d_s5_padded)
    # sum_d_s5_padded_2[i0, c, i1, n] = s5[i0, c, i1, n] - m6[c]
    sum_d_s5_padded_2 = np.subtract(s5, m6[:, None, None], out=work.sum_d_s5_padded_2)
    # sum_d_s5_padded_2[i0, c, i1, n] = (s5[i0, c, i1, n] - m6[c])*d_v6[c]/72/N
    sum_d_s5_padded_2 = np.multiply(product_d_s5_padded[:, None, None], sum_d_s5_padded_2,
        out=sum_d_s5_padded_2)
    # d_s5_padded_view[i0, c, i1, n] = d_y6[i0, c, i1, n]*g6[c]/sqrt(1/100000 + v6[c]) + (2*s5[i0,
    #     c, i1, n] - 2*m6[c])*d_v6[c]/144/N
    np.add(d_s5_padded[2 : 14], sum_d_s5_padded_2, out=d_s5_padded[2 : 14])
    # product_d_s5_padded_2[c] = d_m6[c]/144/N
    product_d_s5_padded_2 = np.multiply(d_m6, dtype.type(1.0) / 144.0 / N,
        out=work.product_d_s5_padded_2)
    # d_s5_padded[2 + i0, c, i1, n] = d_y6[i0, c, i1, n]*g6[c]/sqrt(1/100000 + v6[c]) + (2*s5[i0,
    #     c, i1, n] - 2*m6[c])*d_v6[c]/144/N + d_m6[c]/144/N
    np.add(d_s5_padded[2 : 14], product_d_s5_padded_2[:, None, None], out=d_s5_padded[2 : 14])
    d_s5_padded[: 2] = 0.0  # d_s5_padded[e, c, i1, n] = 0
    d_s5_padded[14 : 16] = 0.0  # d_s5_padded[14 + e, c, i1, n] = 0
    # z5_rows_2[i, p, c, q, j, n] = z5_slabs[i + p, c, q, j, n]
    z5_rows_2 = _windows(z5_slabs, (12, 3, 8, 3, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # sum_d_W5[i, o, p, c, q] = sum(n, i, j, z5[i + p, c, j + q, n]*d_s5_padded[2 + i, o, j, n])
    sum_d_W5 = _product(np.matmul, d_s5_padded[2 : 14].reshape(12, 8, 12 * N),
        z5_rows_2.reshape(12, 72, 12 * N).swapaxes(-1, -2), work.sum_d_W5, (12, 8, 72), (12, 8, 3,
        8, 3))
    # d_W5[o, c, p, q] = sum(n, i, j, z5[i + p, c, j + q, n]*d_s5_padded[2 + i, o, j, n])
    d_W5 = _filled(np.add.reduce(sum_d_W5, axis=0).transpose(0, 2, 1, 3), None, (8, 8, 3, 3),
        dtype)
    d_z5 = _filled(0.0, work.d_z5, (14, 8, 14, N), dtype)  # d_z5 = 0
    # d_s5_padded_rows[i, p, o, j, n] = d_s5_padded[i + p, o, j, n]
    d_s5_padded_rows = _windows(d_s5_padded, (14, 3, 8, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1),
        (3, 1),))
    # W5_view_copy[p, o, c, q] = W5_view[o, c, p, q]
    W5_view_copy = _filled(W5[:, :, ::-1].transpose(2, 0, 1, 3), work.W5_view_copy, (3, 8, 8, 3),
        dtype)
    # sum_d_z5[i, c, q, j, n] = sum(o, p, W5[o, c, 2 - p, q]*d_s5_padded[i + p, o, j, n])
    sum_d_z5 = _product(np.matmul, W5_view_copy.reshape(24, 24).T, d_s5_padded_rows.reshape(14, 24,
        12 * N), work.sum_d_z5, (14, 24, 12 * N), (14, 8, 3, 12, N))
    for q in range(3):
        # d_z5[i, c, j + q, n] += sum(o, p, W5[o, c, 2 - p, q]*d_s5_padded[i + p, o, j, n])
        d_z5[:, :, q : q + 12] += sum_d_z5[:, :, q]
    # greater_d_y3[l, t, a, n] = (h4[l, t, a, n] > 0)
    greater_d_y3 = np.greater(h4, 0.0, out=work.greater_d_y3)
    # d_y3[l, t, a, n] = d_z5[1 + l, t, 1 + a, n]*step(h4[l, t, a, n])
    d_y3 = np.multiply(greater_d_y3, d_z5[1 : 13, :, 1 : 13], out=work.d_y3)
    # sum_sum_d_y3[i0, c, i1, n] = s2[i0, c, i1, n] - m3[c]
    sum_sum_d_y3 = np.subtract(s2, m3[:, None, None], out=work.sum_sum_d_y3)
    # sum_sum_d_y3_2[i0, c] = sum(n, i0, i1, d_y3[i0, c, i1, n]*(s2[i0, c, i1, n] - m3[c]))
    sum_sum_d_y3_2 = np.vecdot(sum_sum_d_y3.reshape(12, 8, 12 * N), d_y3.reshape(12, 8, 12 * N),
        out=work.sum_sum_d_y3_2)
    # sum_d_y3[c] = sum(n, i0, i1, d_y3[i0, c, i1, n]*(s2[i0, c, i1, n] - m3[c]))
    sum_d_y3 = np.dot(ones_12, sum_sum_d_y3_2, out=work.sum_d_y3)
    d_g3 = np.add(v3, 1e-05)  # d_g3[c] = 1/100000 + v3[c]
    d_g3 = np.sqrt(d_g3, out=d_g3)  # d_g3[c] = sqrt(1/100000 + v3[c])
    d_g3 = np.divide(sum_d_y3, d_g3, out=d_g3)  # d_g3[c] = sum_d_y3[c]/sqrt(1/100000 + v3[c])
    d_v3 = np.add(v3, 1e-05, out=work.d_v3)  # d_v3[c] = 1/100000 + v3[c]
    d_v3 = np.power(d_v3, 1.5, out=d_v3)  # d_v3[c] = (1/100000 + v3[c])**(3/2)
    product_d_v3 = np.multiply(g3, -0.5, out=work.product_d_v3)  # product_d_v3[c] = -g3[c]/2
    # product_d_v3[c] = -g3[c]*sum_d_y3[c]/2
    product_d_v3 = np.multiply(product_d_v3, sum_d_y3, out=product_d_v3)
    # d_v3[c] = -g3[c]*sum_d_y3[c]/2/(1/100000 + v3[c])**(3/2)
    d_v3 = np.divide(product_d_v3, d_v3, out=d_v3)
    # sum_sum_d_y3_2_2[i0, c] = sum(n, i0, i1, d_y3[i0, c, i1, n])
    sum_sum_d_y3_2_2 = np.dot(d_y3.reshape(12, 8, 12 * N), ones_1, out=work.sum_sum_d_y3_2_2)
    # sum_d_y3_2[c] = sum(n, i0, i1, d_y3[i0, c, i1, n])
    sum_d_y3_2 = np.dot(ones_12, sum_sum_d_y3_2_2, out=work.sum_d_y3_2)
    d_b3 = _filled(sum_d_y3_2, None, (8,), dtype)  # d_b3[c] = sum_d_y3_2[c]
    d_m3 = np.add(v3, 1e-05, out=work.d_m3)  # d_m3[c] = 1/100000 + v3[c]
    d_m3 = np.sqrt(d_m3, out=d_m3)  # d_m3[c] = sqrt(1/100000 + v3[c])
    product_d_m3 = np.negative(g3, out=work.product_d_m3)  # product_d_m3[c] = -g3[c]
    # product_d_m3[c] = -g3[c]*sum_d_y3_2[c]
    product_d_m3 = np.multiply(product_d_m3, sum_d_y3_2, out=product_d_m3)
    # d_m3[c] = -g3[c]*sum_d_y3_2[c]/sqrt(1/100000 + v3[c])
    d_m3 = np.divide(product_d_m3, d_m3, out=d_m3)
    sum_d_s2 = np.add(v3, 1e-05, out=work.sum_d_s2)  # sum_d_s2[c] = 1/100000 + v3[c]
    sum_d_s2 = np.sqrt(sum_d_s2, out=sum_d_s2)  # sum_d_s2[c] = sqrt(1/100000 + v3[c])
    sum_d_s2 = np.divide(g3, sum_d_s2, out=sum_d_s2)  # sum_d_s2[c] = g3[c]/sqrt(1/100000 + v3[c])
    # d_s2[i0, c, i1, n] = d_y3[i0, c, i1, n]*g3[c]/sqrt(1/100000 + v3[c])
    d_s2 = np.multiply(sum_d_s2[:, None, None], d_y3, out=work.d_s2)
    # product_d_s2[c] = d_v3[c]/72/N
    product_d_s2 = np.multiply(d_v3, dtype.type(1.0) / 72.0 / N, out=work.product_d_s2)
    # sum_d_s2_2[i0, c, i1, n] = s2[i0, c, i1, n] - m3[c]
    sum_d_s2_2 = np.subtract(s2, m3[:, None, None], out=work.sum_d_s2_2)
    # sum_d_s2_2[i0, c, i1, n] = (s2[i0, c, i1, n] - m3[c])*d_v3[c]/72/N
    sum_d_s2_2 = np.multiply(product_d_s2[:, None, None], sum_d_s2_2, out=sum_d_s2_2)
    # d_s2[i0, c, i1, n] = d_y3[i0, c, i1, n]*g3[c]/sqrt(1/100000 + v3[c]) + (2*s2[i0, c, i1, n] -
    #     2*m3[c])*d_v3[c]/144/N
    d_s2 = np.add(d_s2, sum_d_s2_2, out=d_s2)
    # product_d_s2_2[c] = d_m3[c]/144/N
    product_d_s2_2 = np.multiply(d_m3, dtype.type(1.0) / 144.0 / N, out=work.product_d_s2_2)
    # d_s2[i0, c, i1, n] = d_y3[i0, c, i1, n]*g3[c]/sqrt(1/100000 + v3[c]) + (2*s2[i0, c, i1, n] -
    #     2*m3[c])*d_v3[c]/144/N + d_m3[c]/144/N
    d_s2 = np.add(d_s2, product_d_s2_2[:, None, None], out=d_s2)
    # z2_rows_2[i, p, c, q, j, n] = z2_slabs[i + p, c, q, j, n]
    z2_rows_2 = _windows(z2_slabs, (12, 3, 8, 3, 12, N), ((0, 1), (0, 1), (1, 1), (2, 1), (3, 1),
        (4, 1),))
    # sum_d_W2[i, o, p, c, q] = sum(n, i, j, d_s2[i, o, j, n]*z2[i + p, c, j + q, n])
    sum_d_W2 = _product(np.matmul, d_s2.reshape(12, 8, 12 * N), z2_rows_2.reshape(12, 72, 12 *
        N).swapaxes(-1, -2), work.sum_d_W2, (12, 8, 72), (12, 8, 3, 8, 3))
    # d_W2[o, c, p, q] = sum(n, i, j, d_s2[i, o, j, n]*z2[i + p, c, j + q, n])
    d_W2 = _filled(np.add.reduce(sum_d_W2, axis=0).transpose(0, 2, 1, 3), None, (8, 8, 3, 3),
        dtype)
    grads = {
        "W2": d_W2,
        "g3": d_g3,
        "b3": d_b3,
        "W5": d_W5,
        "g6": d_g6,
        "b6": d_b6,
        "W8": d_W8,
        "g9": d_g9,
        "b9": d_b9,
        "W11": d_W11,
        "g12": d_g12,
        "b12": d_b12,
        "W13": d_W13,
        "g14": d_g14,
        "b14": d_b14,
        "W16": d_W16,
        "b16": d_b16,
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
