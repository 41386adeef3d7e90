"""Loss and gradients of the network transformer_block.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    m1an[n, t] = sum(k, x[n, t, k])/128
    v1an[n, t] = sum(k, (x[n, t, k] - m1an[n, t])**2)/128
    y1an[n, t, k] = g1an[k]*(x[n, t, k] - m1an[n, t])/sqrt(1/100000 + v1an[n, t]) + b1an[k]
    q1a[n, h, t, d] = sum(k, Q1a[h, d, k]*y1an[n, t, k])
    v1a[n, h, s, d] = sum(k, V1a[h, d, k]*y1an[n, s, k])
    w1a[n, h, s, d] = sum(k, W1a[h, d, k]*y1an[n, s, k])
    a1a[n, h, t, s] = sqrt(2)*sum(d, q1a[n, h, t, d]*v1a[n, h, s, d])/8
    p1a[n, h, t, s] = exp(where((s <= t), a1a[n, h, t, s], -1000000000) - logsumexp(s1, where((s1
        <= t), a1a[n, h, t, s1], -1000000000)))
    z1a[n, h, t, d] = sum(s, p1a[n, h, t, s]*w1a[n, h, s, d])
    o1a[n, t, k] = sum(h, d, O1a[k, h, d]*z1a[n, h, t, d])
    ra1[n, t, k] = x[n, t, k] + o1a[n, t, k]
    m1fn[n, t] = sum(k, ra1[n, t, k])/128
    v1fn[n, t] = sum(k, (ra1[n, t, k] - m1fn[n, t])**2)/128
    y1fn[n, t, k] = g1fn[k]*(ra1[n, t, k] - m1fn[n, t])/sqrt(1/100000 + v1fn[n, t]) + b1fn[k]
    s1f[n, t, j] = sum(k, W1f[j, k]*y1fn[n, t, k]) + b1f[j]
    h1f[n, t, j] = gelu(s1f[n, t, j])
    y1f[n, t, i] = sum(j, U1f[i, j]*h1f[n, t, j]) + c1f[i]
    rf1[n, t, k] = ra1[n, t, k] + y1f[n, t, k]
    loss = sum(n, j, k, (y[n, j, k] - rf1[n, j, k])**2)/128/N/T

Extents bound at each call: N, T.

Conventions:
    gelu(x) is exact to an ulp of x, and gelu' to an ulp of 1, where they are small
    logsumexp of infinite terms is NaN
    logsumexp, and what softmax lacks of 1, are exact to an ulp of 1 where they are small
    squares of numbers beyond 1e154 overflow and those of numbers below 1e-162 are 0 (1e19 and
        1e-23 in single precision), also below the root, logarithm or quotient in y1an, y1fn
    a mean over nothing is NaN
    a softmax or logsumexp over nothing has no value: T is at least 1

Operations:
    forward and loss: 540*N*T**2 + 399240*N*T + T**2
    backward: 1048*N*T**2 + 795666*N*T
    workspace, in floats: 4*N*T**2 + 1924*N*T + Max(128*N*T, 4*N*T**2) + 2*Max(512*N*T, 4*N*T**2)
"""

import numpy as np

TITLE = "Transformer block"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "g1an": (128,),
    "b1an": (128,),
    "Q1a": (4, 32, 128),
    "V1a": (4, 32, 128),
    "W1a": (4, 32, 128),
    "O1a": (128, 4, 32),
    "g1fn": (128,),
    "b1fn": (128,),
    "W1f": (512, 128),
    "b1f": (512,),
    "U1f": (128, 512),
    "c1f": (128,),
}
INPUTS = {
    "x": ("N", "T", 128),
}
TARGETS = {
    "y": ("N", "T", 128),
}
OUTPUTS = ("rf1",)
# One derivative of the loss per parameter.
LATEX = {
    "g1an": (
        "\\frac{\\partial L}{\\partial g^{(\\text{1an})}_k} = \\sum_{n,t} "
        "\\frac{\\bar{y}^{(\\text{1an})}_{n,t,k} (x_{n,t,k} - m^{(\\text{"
        "1an})}_{n,t})}{\\sqrt{v^{(\\text{1an})}_{n,t} + 0.00001}}"
    ),
    "b1an": (
        "\\frac{\\partial L}{\\partial b^{(\\text{1an})}_k} = \\sum_{n,t} "
        "\\bar{y}^{(\\text{1an})}_{n,t,k}"
    ),
    "Q1a": (
        "\\frac{\\partial L}{\\partial Q^{(\\text{1a})}_{h,d,k}} = \\sum_{"
        "n,t} \\bar{q}^{(\\text{1a})}_{n,h,t,d} y^{(\\text{1an})}_{n,t,k"
        "}"
    ),
    "V1a": (
        "\\frac{\\partial L}{\\partial V^{(\\text{1a})}_{h,d,k}} = \\sum_{"
        "n,s} \\bar{v}^{(\\text{1a})}_{n,h,s,d} y^{(\\text{1an})}_{n,s,k"
        "}"
    ),
    "W1a": (
        "\\frac{\\partial L}{\\partial W^{(\\text{1a})}_{h,d,k}} = \\sum_{"
        "n,s} \\bar{w}^{(\\text{1a})}_{n,h,s,d} y^{(\\text{1an})}_{n,s,k"
        "}"
    ),
    "O1a": (
        "\\frac{\\partial L}{\\partial O^{(\\text{1a})}_{k,h,d}} = \\sum_{"
        "n,t} \\bar{o}^{(\\text{1a})}_{n,t,k} z^{(\\text{1a})}_{n,h,t,d}"
    ),
    "g1fn": (
        "\\frac{\\partial L}{\\partial g^{(\\text{1fn})}_k} = \\sum_{n,t} "
        "\\frac{\\bar{y}^{(\\text{1fn})}_{n,t,k} (\\text{ra}^{(1)}_{n,t,k"
        "} - m^{(\\text{1fn})}_{n,t})}{\\sqrt{0.00001 + v^{(\\text{1fn})"
        "}_{n,t}}}"
    ),
    "b1fn": (
        "\\frac{\\partial L}{\\partial b^{(\\text{1fn})}_k} = \\sum_{n,t} "
        "\\bar{y}^{(\\text{1fn})}_{n,t,k}"
    ),
    "W1f": (
        "\\frac{\\partial L}{\\partial W^{(\\text{1f})}_{j,k}} = \\sum_{n,"
        "t} \\bar{s}^{(\\text{1f})}_{n,t,j} y^{(\\text{1fn})}_{n,t,k}"
    ),
    "b1f": (
        "\\frac{\\partial L}{\\partial b^{(\\text{1f})}_j} = \\sum_{n,t} \\"
        "bar{s}^{(\\text{1f})}_{n,t,j}"
    ),
    "U1f": (
        "\\frac{\\partial L}{\\partial U^{(\\text{1f})}_{i,j}} = \\sum_{n,"
        "t} h^{(\\text{1f})}_{n,t,j} \\, \\overline{\\text{rf}}^{(1)}_{n,"
        "t,i}"
    ),
    "c1f": (
        "\\frac{\\partial L}{\\partial c^{(\\text{1f})}_i} = \\sum_{n,t} \\"
        "overline{\\text{rf}}^{(1)}_{n,t,i}"
    ),
}
_BUFFERS = (
    "m1an",
    "sum_v1an",
    "v1an",
    "sum_y1an",
    "y1an",
    "q1a",
    "v1a",
    "w1a",
    "a1a",
    "s1_values",
    "t_values",
    "less_equal_constant",
    "p1a_terms",
    "max_p1a_terms",
    "exp_p1a_terms",
    "sum_exp_p1a_terms",
    "p1a",
    "z1a",
    "z1a_copy",
    "o1a",
    "ra1",
    "m1fn",
    "sum_v1fn",
    "v1fn",
    "sum_y1fn",
    "y1fn",
    "s1f",
    "erf_s1f",
    "h1f",
    "y1f",
    "rf1",
    "rest_loss",
    "d_rf1",
    "d_h1f",
    "d_s1f",
    "d_y1fn",
    "sum_d_g1fn",
    "sum_d_g1fn_2",
    "d_v1fn",
    "sum_d_v1fn",
    "sum_d_v1fn_2",
    "d_m1fn",
    "sum_d_m1fn",
    "product_d_o1a",
    "d_o1a",
    "product_d_o1a_2",
    "sum_d_o1a",
    "sum_d_o1a_2",
    "product_d_o1a_3",
    "d_z1a",
    "d_p1a",
    "sum_d_p1a_terms",
    "d_p1a_terms",
    "product_d_p1a_terms",
    "d_a1a",
    "d_w1a",
    "d_w1a_copy",
    "d_v1a",
    "d_v1a_copy",
    "d_q1a",
    "d_q1a_copy",
    "d_y1an",
    "sum_d_y1an",
    "sum_d_y1an_2",
    "sum_d_g1an",
    "sum_d_g1an_2",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "g1an": np.full((128,), 1.0, dtype),
        "b1an": np.full((128,), 0.0, dtype),
        "Q1a": np.asarray(rng.uniform(-0.03608439182435161, 0.03608439182435161, (4, 32, 128)),
            dtype),
        "V1a": np.asarray(rng.uniform(-0.03608439182435161, 0.03608439182435161, (4, 32, 128)),
            dtype),
        "W1a": np.asarray(rng.uniform(-0.03608439182435161, 0.03608439182435161, (4, 32, 128)),
            dtype),
        "O1a": np.asarray(rng.uniform(-0.037688918072220454, 0.037688918072220454, (128, 4, 32)),
            dtype),
        "g1fn": np.full((128,), 1.0, dtype),
        "b1fn": np.full((128,), 0.0, dtype),
        "W1f": np.asarray(rng.uniform(-0.09682458365518543, 0.09682458365518543, (512, 128)),
            dtype),
        "b1f": np.full((512,), 0.0, dtype),
        "U1f": np.asarray(rng.uniform(-0.09682458365518543, 0.09682458365518543, (128, 512)),
            dtype),
        "c1f": np.full((128,), 0.0, dtype),
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
        memory_1 = np.empty(N * T, dtype)
        self.m1an = memory_1.reshape(N, T)
        memory_2 = np.empty(128 * N * T, dtype)
        self.sum_v1an = memory_2.reshape(N, T, 128)
        self.sum_y1an = memory_2[: N * T].reshape(N, T)
        self.q1a = memory_2.reshape(N, 4, T, 32)
        self.d_q1a_copy = memory_2.reshape(N, T, 4, 32)
        memory_3 = np.empty(N * T, dtype)
        self.v1an = memory_3.reshape(N, T)
        self.sum_d_g1an_2 = memory_3.reshape(N, T)
        memory_4 = np.empty(128 * N * T, dtype)
        self.y1an = memory_4.reshape(N, T, 128)
        self.sum_d_g1an = memory_4.reshape(N, T, 128)
        memory_5 = np.empty(128 * N * T, dtype)
        self.v1a = memory_5.reshape(N, 4, T, 32)
        self.sum_d_y1an = memory_5.reshape(N, T, 128)
        memory_6 = np.empty(128 * N * T, dtype)
        self.w1a = memory_6.reshape(N, 4, T, 32)
        self.d_w1a_copy = memory_6.reshape(N, T, 4, 32)
        memory_7 = np.empty(max(128 * N * T, 4 * N * T**2), dtype)
        self.a1a = memory_7[: 4 * N * T**2].reshape(N, 4, T, T)
        self.max_p1a_terms = memory_7[: 4 * N * T].reshape(N, 4, T)
        self.sum_exp_p1a_terms = memory_7[: 4 * N * T].reshape(N, 4, T)
        self.z1a = memory_7[: 128 * N * T].reshape(N, 4, T, 32)
        self.o1a = memory_7[: 128 * N * T].reshape(N, T, 128)
        self.ra1 = memory_7[: 128 * N * T].reshape(N, T, 128)
        self.sum_d_o1a = memory_7[: 128 * N * T].reshape(N, T, 128)
        memory_8 = np.empty(T, np.intp)
        self.s1_values = memory_8.reshape(T)
        memory_9 = np.empty(T, np.intp)
        self.t_values = memory_9.reshape(T)
        memory_10 = np.empty(T**2, bool)
        self.less_equal_constant = memory_10.reshape(T, T)
        memory_11 = np.empty(4 * N * T**2, dtype)
        self.p1a_terms = memory_11.reshape(N, 4, T, T)
        self.exp_p1a_terms = memory_11.reshape(N, 4, T, T)
        self.p1a = memory_11.reshape(N, 4, T, T)
        memory_12 = np.empty(128 * N * T, dtype)
        self.z1a_copy = memory_12.reshape(N, T, 4, 32)
        self.sum_d_p1a_terms = memory_12[: 4 * N * T].reshape(N, 4, T)
        self.d_v1a = memory_12.reshape(N, 4, T, 32)
        self.d_y1an = memory_12.reshape(N, T, 128)
        memory_13 = np.empty(N * T, dtype)
        self.m1fn = memory_13.reshape(N, T)
        memory_14 = np.empty(max(4 * N * T**2, 512 * N * T), dtype)
        self.sum_v1fn = memory_14[: 128 * N * T].reshape(N, T, 128)
        self.sum_y1fn = memory_14[: N * T].reshape(N, T)
        self.s1f = memory_14[: 512 * N * T].reshape(N, T, 512)
        self.sum_d_g1fn = memory_14[: 128 * N * T].reshape(N, T, 128)
        self.sum_d_v1fn_2 = memory_14[: N * T].reshape(N, T)
        self.d_p1a = memory_14[: 4 * N * T**2].reshape(N, 4, T, T)
        self.product_d_p1a_terms = memory_14[: 4 * N * T**2].reshape(N, 4, T, T)
        memory_15 = np.empty(N * T, dtype)
        self.v1fn = memory_15.reshape(N, T)
        self.sum_d_o1a_2 = memory_15.reshape(N, T)
        memory_16 = np.empty(128 * N * T, dtype)
        self.y1fn = memory_16.reshape(N, T, 128)
        self.d_y1fn = memory_16.reshape(N, T, 128)
        self.product_d_o1a_3 = memory_16.reshape(N, T, 128)
        self.d_z1a = memory_16.reshape(N, 4, T, 32)
        self.d_v1a_copy = memory_16.reshape(N, T, 4, 32)
        memory_17 = np.empty(512 * N * T, dtype)
        self.erf_s1f = memory_17.reshape(N, T, 512)
        self.sum_d_g1fn_2 = memory_17[: N * T].reshape(N, T)
        self.d_m1fn = memory_17[: N * T].reshape(N, T)
        self.product_d_o1a = memory_17[: N * T].reshape(N, T)
        memory_18 = np.empty(512 * N * T, dtype)
        self.h1f = memory_18.reshape(N, T, 512)
        self.d_h1f = memory_18.reshape(N, T, 512)
        self.d_v1fn = memory_18[: N * T].reshape(N, T)
        self.product_d_o1a_2 = memory_18[: N * T].reshape(N, T)
        memory_19 = np.empty(128 * N * T, dtype)
        self.y1f = memory_19.reshape(N, T, 128)
        self.rf1 = memory_19.reshape(N, T, 128)
        self.rest_loss = memory_19.reshape(N, T, 128)
        self.d_rf1 = memory_19.reshape(N, T, 128)
        self.d_o1a = memory_19.reshape(N, T, 128)
        self.d_w1a = memory_19.reshape(N, 4, T, 32)
        self.d_q1a = memory_19.reshape(N, 4, T, 32)
        self.sum_d_y1an_2 = memory_19.reshape(N, T, 128)
        memory_20 = np.empty(max(4 * N * T**2, 512 * N * T), dtype)
        self.d_s1f = memory_20[: 512 * N * T].reshape(N, T, 512)
        self.sum_d_v1fn = memory_20[: 128 * N * T].reshape(N, T, 128)
        self.sum_d_m1fn = memory_20[: N * T].reshape(N, T)
        self.d_p1a_terms = memory_20[: 4 * N * T**2].reshape(N, 4, T, T)
        self.d_a1a = memory_20[: 4 * N * T**2].reshape(N, 4, T, T)
        self.ones_128 = np.ones(128, dtype)
        self.ones_T = np.ones(T, dtype)
        self.ones_4 = np.ones(N * T, dtype)
        self.range_T = np.arange(T)

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
    """The output rf1, a new array."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", "T", 128), 0)
    T = _length("x", x, ("N", "T", 128), 1)
    _at_least("T", T, 1, "a softmax or logsumexp over nothing has no value")
    g1an = _floats("g1an", params["g1an"], (128,), dtype)
    b1an = _floats("b1an", params["b1an"], (128,), dtype)
    Q1a = _floats("Q1a", params["Q1a"], (4, 32, 128), dtype)
    V1a = _floats("V1a", params["V1a"], (4, 32, 128), dtype)
    W1a = _floats("W1a", params["W1a"], (4, 32, 128), dtype)
    O1a = _floats("O1a", params["O1a"], (128, 4, 32), dtype)
    g1fn = _floats("g1fn", params["g1fn"], (128,), dtype)
    b1fn = _floats("b1fn", params["b1fn"], (128,), dtype)
    W1f = _floats("W1f", params["W1f"], (512, 128), dtype)
    b1f = _floats("b1f", params["b1f"], (512,), dtype)
    U1f = _floats("U1f", params["U1f"], (128, 512), dtype)
    c1f = _floats("c1f", params["c1f"], (128,), dtype)
    x = _floats("x", x, (N, T, 128), dtype)
    ones_128 = np.ones(128, dtype)
    ones_T = np.ones(T, dtype)
    range_T = np.arange(T)
    m1an = np.dot(x, ones_128)  # m1an[n, t] = sum(k, x[n, t, k])
    m1an = np.multiply(m1an, 0.0078125, out=m1an)  # m1an[n, t] = sum(k, x[n, t, k])/128
    sum_v1an = np.subtract(x, m1an[:, :, None])  # sum_v1an[n, t, k] = x[n, t, k] - m1an[n, t]
    v1an = np.vecdot(sum_v1an, sum_v1an)  # v1an[n, t] = sum(k, (x[n, t, k] - m1an[n, t])**2)
    # v1an[n, t] = sum(k, (x[n, t, k] - m1an[n, t])**2)/128
    v1an = np.multiply(v1an, 0.0078125, out=v1an)
    sum_y1an = np.add(v1an, 1e-05)  # sum_y1an[n, t] = 1/100000 + v1an[n, t]
    sum_y1an = np.sqrt(sum_y1an, out=sum_y1an)  # sum_y1an[n, t] = sqrt(1/100000 + v1an[n, t])
    y1an = np.subtract(x, m1an[:, :, None])  # y1an[n, t, k] = x[n, t, k] - m1an[n, t]
    y1an = np.multiply(g1an, y1an, out=y1an)  # y1an[n, t, k] = g1an[k]*(x[n, t, k] - m1an[n, t])
    # y1an[n, t, k] = g1an[k]*(x[n, t, k] - m1an[n, t])/sqrt(1/100000 + v1an[n, t])
    y1an = np.divide(y1an, sum_y1an[:, :, None], out=y1an)
    # y1an[n, t, k] = g1an[k]*(x[n, t, k] - m1an[n, t])/sqrt(1/100000 + v1an[n, t]) + b1an[k]
    y1an = np.add(y1an, b1an, out=y1an)
    # q1a[n, h, t, d] = sum(k, Q1a[h, d, k]*y1an[n, t, k])
    q1a = np.matmul(y1an[:, None], Q1a.transpose(0, 2, 1))
    # v1a[n, h, s, d] = sum(k, V1a[h, d, k]*y1an[n, s, k])
    v1a = np.matmul(y1an[:, None], V1a.transpose(0, 2, 1))
    # w1a[n, h, s, d] = sum(k, W1a[h, d, k]*y1an[n, s, k])
    w1a = np.matmul(y1an[:, None], W1a.transpose(0, 2, 1))
    # a1a[n, h, t, s] = sum(d, q1a[n, h, t, d]*v1a[n, h, s, d])
    a1a = np.matmul(q1a, v1a.transpose(0, 1, 3, 2))
    # a1a[n, h, t, s] = sqrt(2)*sum(d, q1a[n, h, t, d]*v1a[n, h, s, d])/8
    a1a = np.multiply(a1a, 0.1767766952966369, out=a1a)
    s1_values = range_T  # s1_values[s1] = s1
    t_values = range_T  # t_values[t] = t
    # less_equal_p1a_terms[t, s1] = (s1 <= t)
    less_equal_p1a_terms = np.less_equal(s1_values, t_values[:, None])
    # p1a_terms[n, h, t, s1] = where((s1 <= t), a1a[n, h, t, s1], -1000000000)
    p1a_terms = _chosen(less_equal_p1a_terms, a1a, -1000000000.0, None, (N, 4, T, T), dtype)
    # max_p1a_terms[n, h, t] = max(s1, p1a_terms[n, h, t, s1])
    max_p1a_terms = np.maximum.reduce(p1a_terms, axis=3, initial=-np.inf)
    # exp_p1a_terms[n, h, t, s1] = p1a_terms[n, h, t, s1] - max_p1a_terms[n, h, t]
    exp_p1a_terms = np.subtract(p1a_terms, max_p1a_terms[:, :, :, None])
    # exp_p1a_terms[n, h, t, s1] = exp(p1a_terms[n, h, t, s1] - max_p1a_terms[n, h, t])
    exp_p1a_terms = np.exp(exp_p1a_terms, out=exp_p1a_terms)
    # sum_exp_p1a_terms[n, h, t] = sum(s1, exp_p1a_terms[n, h, t, s1])
    sum_exp_p1a_terms = np.dot(exp_p1a_terms, ones_T)
    # p1a[n, h, t, s] = exp_p1a_terms[n, h, t, s]/sum_exp_p1a_terms[n, h, t]
    p1a = np.divide(exp_p1a_terms, sum_exp_p1a_terms[:, :, :, None])
    z1a = np.matmul(p1a, w1a)  # z1a[n, h, t, d] = sum(s, p1a[n, h, t, s]*w1a[n, h, s, d])
    # z1a_copy[n, t, h, d] = z1a[n, h, t, d]
    z1a_copy = _filled(z1a.transpose(0, 2, 1, 3), None, (N, T, 4, 32), dtype)
    # o1a[n, t, k] = sum(h, d, O1a[k, h, d]*z1a[n, h, t, d])
    o1a = np.dot(z1a_copy.reshape(N * T, 128), O1a.reshape(128, 128).T).reshape(N, T, 128)
    ra1 = np.add(x, o1a)  # ra1[n, t, k] = x[n, t, k] + o1a[n, t, k]
    m1fn = np.dot(ra1, ones_128)  # m1fn[n, t] = sum(k, ra1[n, t, k])
    m1fn = np.multiply(m1fn, 0.0078125, out=m1fn)  # m1fn[n, t] = sum(k, ra1[n, t, k])/128
    sum_v1fn = np.subtract(ra1, m1fn[:, :, None])  # sum_v1fn[n, t, k] = ra1[n, t, k] - m1fn[n, t]
    v1fn = np.vecdot(sum_v1fn, sum_v1fn)  # v1fn[n, t] = sum(k, (ra1[n, t, k] - m1fn[n, t])**2)
    # v1fn[n, t] = sum(k, (ra1[n, t, k] - m1fn[n, t])**2)/128
    v1fn = np.multiply(v1fn, 0.0078125, out=v1fn)
    sum_y1fn = np.add(v1fn, 1e-05)  # sum_y1fn[n, t] = 1/100000 + v1fn[n, t]
    sum_y1fn = np.sqrt(sum_y1fn, out=sum_y1fn)  # sum_y1fn[n, t] = sqrt(1/100000 + v1fn[n, t])
    y1fn = np.subtract(ra1, m1fn[:, :, None])  # y1fn[n, t, k] = ra1[n, t, k] - m1fn[n, t]
    y1fn = np.multiply(g1fn, y1fn, out=y1fn)  # y1fn[n, t, k] = g1fn[k]*(ra1[n, t, k] - m1fn[n, t])
    # y1fn[n, t, k] = g1fn[k]*(ra1[n, t, k] - m1fn[n, t])/sqrt(1/100000 + v1fn[n, t])
    y1fn = np.divide(y1fn, sum_y1fn[:, :, None], out=y1fn)
    # y1fn[n, t, k] = g1fn[k]*(ra1[n, t, k] - m1fn[n, t])/sqrt(1/100000 + v1fn[n, t]) + b1fn[k]
    y1fn = np.add(y1fn, b1fn, out=y1fn)
    # s1f[n, t, j] = sum(k, W1f[j, k]*y1fn[n, t, k])
    s1f = np.dot(y1fn.reshape(N * T, 128), W1f.T).reshape(N, T, 512)
    s1f = np.add(s1f, b1f, out=s1f)  # s1f[n, t, j] = sum(k, W1f[j, k]*y1fn[n, t, k]) + b1f[j]
    h1f = np.multiply(s1f, 0.7071067811865476)  # h1f[n, t, j] = sqrt(2)*s1f[n, t, j]/2
    h1f = _erf(h1f, h1f)  # h1f[n, t, j] = erf(sqrt(2)*s1f[n, t, j]/2)
    h1f = np.add(h1f, 1.0, out=h1f)  # h1f[n, t, j] = 1 + erf(sqrt(2)*s1f[n, t, j]/2)
    h1f = np.multiply(h1f, 0.5, out=h1f)  # h1f[n, t, j] = 1/2 + erf(sqrt(2)*s1f[n, t, j]/2)/2
    h1f = np.multiply(h1f, s1f, out=h1f)  # h1f[n, t, j] = gelu(s1f[n, t, j])
    # y1f[n, t, i] = sum(j, U1f[i, j]*h1f[n, t, j])
    y1f = np.dot(h1f.reshape(N * T, 512), U1f.T).reshape(N, T, 128)
    y1f = np.add(y1f, c1f, out=y1f)  # y1f[n, t, i] = sum(j, U1f[i, j]*h1f[n, t, j]) + c1f[i]
    rf1 = np.add(ra1, y1f)  # rf1[n, t, k] = ra1[n, t, k] + y1f[n, t, k]
    return rf1


@np.errstate(all="ignore")
def loss(params, x, y):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", "T", 128), 0)
    T = _length("x", x, ("N", "T", 128), 1)
    _at_least("T", T, 1, "a softmax or logsumexp over nothing has no value")
    g1an = _floats("g1an", params["g1an"], (128,), dtype)
    b1an = _floats("b1an", params["b1an"], (128,), dtype)
    Q1a = _floats("Q1a", params["Q1a"], (4, 32, 128), dtype)
    V1a = _floats("V1a", params["V1a"], (4, 32, 128), dtype)
    W1a = _floats("W1a", params["W1a"], (4, 32, 128), dtype)
    O1a = _floats("O1a", params["O1a"], (128, 4, 32), dtype)
    g1fn = _floats("g1fn", params["g1fn"], (128,), dtype)
    b1fn = _floats("b1fn", params["b1fn"], (128,), dtype)
    W1f = _floats("W1f", params["W1f"], (512, 128), dtype)
    b1f = _floats("b1f", params["b1f"], (512,), dtype)
    U1f = _floats("U1f", params["U1f"], (128, 512), dtype)
    c1f = _floats("c1f", params["c1f"], (128,), dtype)
    x = _floats("x", x, (N, T, 128), dtype)
    y = _floats("y", y, (N, T, 128), dtype)
    ones_128 = np.ones(128, dtype)
    ones_T = np.ones(T, dtype)
    range_T = np.arange(T)
    m1an = np.dot(x, ones_128)  # m1an[n, t] = sum(k, x[n, t, k])
    m1an = np.multiply(m1an, 0.0078125, out=m1an)  # m1an[n, t] = sum(k, x[n, t, k])/128
    sum_v1an = np.subtract(x, m1an[:, :, None])  # sum_v1an[n, t, k] = x[n, t, k] - m1an[n, t]
    v1an = np.vecdot(sum_v1an, sum_v1an)  # v1an[n, t] = sum(k, (x[n, t, k] - m1an[n, t])**2)
    # v1an[n, t] = sum(k, (x[n, t, k] - m1an[n, t])**2)/128
    v1an = np.multiply(v1an, 0.0078125, out=v1an)
    sum_y1an = np.add(v1an, 1e-05)  # sum_y1an[n, t] = 1/100000 + v1an[n, t]
    sum_y1an = np.sqrt(sum_y1an, out=sum_y1an)  # sum_y1an[n, t] = sqrt(1/100000 + v1an[n, t])
    y1an = np.subtract(x, m1an[:, :, None])  # y1an[n, t, k] = x[n, t, k] - m1an[n, t]
    y1an = np.multiply(g1an, y1an, out=y1an)  # y1an[n, t, k] = g1an[k]*(x[n, t, k] - m1an[n, t])
    # y1an[n, t, k] = g1an[k]*(x[n, t, k] - m1an[n, t])/sqrt(1/100000 + v1an[n, t])
    y1an = np.divide(y1an, sum_y1an[:, :, None], out=y1an)
    # y1an[n, t, k] = g1an[k]*(x[n, t, k] - m1an[n, t])/sqrt(1/100000 + v1an[n, t]) + b1an[k]
    y1an = np.add(y1an, b1an, out=y1an)
    # q1a[n, h, t, d] = sum(k, Q1a[h, d, k]*y1an[n, t, k])
    q1a = np.matmul(y1an[:, None], Q1a.transpose(0, 2, 1))
    # v1a[n, h, s, d] = sum(k, V1a[h, d, k]*y1an[n, s, k])
    v1a = np.matmul(y1an[:, None], V1a.transpose(0, 2, 1))
    # w1a[n, h, s, d] = sum(k, W1a[h, d, k]*y1an[n, s, k])
    w1a = np.matmul(y1an[:, None], W1a.transpose(0, 2, 1))
    # a1a[n, h, t, s] = sum(d, q1a[n, h, t, d]*v1a[n, h, s, d])
    a1a = np.matmul(q1a, v1a.transpose(0, 1, 3, 2))
    # a1a[n, h, t, s] = sqrt(2)*sum(d, q1a[n, h, t, d]*v1a[n, h, s, d])/8
    a1a = np.multiply(a1a, 0.1767766952966369, out=a1a)
    s1_values = range_T  # s1_values[s1] = s1
    t_values = range_T  # t_values[t] = t
    # less_equal_p1a_terms[t, s1] = (s1 <= t)
    less_equal_p1a_terms = np.less_equal(s1_values, t_values[:, None])
    # p1a_terms[n, h, t, s1] = where((s1 <= t), a1a[n, h, t, s1], -1000000000)
    p1a_terms = _chosen(less_equal_p1a_terms, a1a, -1000000000.0, None, (N, 4, T, T), dtype)
    # max_p1a_terms[n, h, t] = max(s1, p1a_terms[n, h, t, s1])
    max_p1a_terms = np.maximum.reduce(p1a_terms, axis=3, initial=-np.inf)
    # exp_p1a_terms[n, h, t, s1] = p1a_terms[n, h, t, s1] - max_p1a_terms[n, h, t]
    exp_p1a_terms = np.subtract(p1a_terms, max_p1a_terms[:, :, :, None])
    # exp_p1a_terms[n, h, t, s1] = exp(p1a_terms[n, h, t, s1] - max_p1a_terms[n, h, t])
    exp_p1a_terms = np.exp(exp_p1a_terms, out=exp_p1a_terms)
    # sum_exp_p1a_terms[n, h, t] = sum(s1, exp_p1a_terms[n, h, t, s1])
    sum_exp_p1a_terms = np.dot(exp_p1a_terms, ones_T)
    # p1a[n, h, t, s] = exp_p1a_terms[n, h, t, s]/sum_exp_p1a_terms[n, h, t]
    p1a = np.divide(exp_p1a_terms, sum_exp_p1a_terms[:, :, :, None])
    z1a = np.matmul(p1a, w1a)  # z1a[n, h, t, d] = sum(s, p1a[n, h, t, s]*w1a[n, h, s, d])
    # z1a_copy[n, t, h, d] = z1a[n, h, t, d]
    z1a_copy = _filled(z1a.transpose(0, 2, 1, 3), None, (N, T, 4, 32), dtype)
    # o1a[n, t, k] = sum(h, d, O1a[k, h, d]*z1a[n, h, t, d])
    o1a = np.dot(z1a_copy.reshape(N * T, 128), O1a.reshape(128, 128).T).reshape(N, T, 128)
    ra1 = np.add(x, o1a)  # ra1[n, t, k] = x[n, t, k] + o1a[n, t, k]
    m1fn = np.dot(ra1, ones_128)  # m1fn[n, t] = sum(k, ra1[n, t, k])
    m1fn = np.multiply(m1fn, 0.0078125, out=m1fn)  # m1fn[n, t] = sum(k, ra1[n, t, k])/128
    sum_v1fn = np.subtract(ra1, m1fn[:, :, None])  # sum_v1fn[n, t, k] = ra1[n, t, k] - m1fn[n, t]
    v1fn = np.vecdot(sum_v1fn, sum_v1fn)  # v1fn[n, t] = sum(k, (ra1[n, t, k] - m1fn[n, t])**2)
    # v1fn[n, t] = sum(k, (ra1[n, t, k] - m1fn[n, t])**2)/128
    v1fn = np.multiply(v1fn, 0.0078125, out=v1fn)
    sum_y1fn = np.add(v1fn, 1e-05)  # sum_y1fn[n, t] = 1/100000 + v1fn[n, t]
    sum_y1fn = np.sqrt(sum_y1fn, out=sum_y1fn)  # sum_y1fn[n, t] = sqrt(1/100000 + v1fn[n, t])
    y1fn = np.subtract(ra1, m1fn[:, :, None])  # y1fn[n, t, k] = ra1[n, t, k] - m1fn[n, t]
    y1fn = np.multiply(g1fn, y1fn, out=y1fn)  # y1fn[n, t, k] = g1fn[k]*(ra1[n, t, k] - m1fn[n, t])
    # y1fn[n, t, k] = g1fn[k]*(ra1[n, t, k] - m1fn[n, t])/sqrt(1/100000 + v1fn[n, t])
    y1fn = np.divide(y1fn, sum_y1fn[:, :, None], out=y1fn)
    # y1fn[n, t, k] = g1fn[k]*(ra1[n, t, k] - m1fn[n, t])/sqrt(1/100000 + v1fn[n, t]) + b1fn[k]
    y1fn = np.add(y1fn, b1fn, out=y1fn)
    # s1f[n, t, j] = sum(k, W1f[j, k]*y1fn[n, t, k])
    s1f = np.dot(y1fn.reshape(N * T, 128), W1f.T).reshape(N, T, 512)
    s1f = np.add(s1f, b1f, out=s1f)  # s1f[n, t, j] = sum(k, W1f[j, k]*y1fn[n, t, k]) + b1f[j]
    h1f = np.multiply(s1f, 0.7071067811865476)  # h1f[n, t, j] = sqrt(2)*s1f[n, t, j]/2
    h1f = _erf(h1f, h1f)  # h1f[n, t, j] = erf(sqrt(2)*s1f[n, t, j]/2)
    h1f = np.add(h1f, 1.0, out=h1f)  # h1f[n, t, j] = 1 + erf(sqrt(2)*s1f[n, t, j]/2)
    h1f = np.multiply(h1f, 0.5, out=h1f)  # h1f[n, t, j] = 1/2 + erf(sqrt(2)*s1f[n, t, j]/2)/2
    h1f = np.multiply(h1f, s1f, out=h1f)  # h1f[n, t, j] = gelu(s1f[n, t, j])
    # y1f[n, t, i] = sum(j, U1f[i, j]*h1f[n, t, j])
    y1f = np.dot(h1f.reshape(N * T, 512), U1f.T).reshape(N, T, 128)
    y1f = np.add(y1f, c1f, out=y1f)  # y1f[n, t, i] = sum(j, U1f[i, j]*h1f[n, t, j]) + c1f[i]
    rf1 = np.add(ra1, y1f)  # rf1[n, t, k] = ra1[n, t, k] + y1f[n, t, k]
    sum_loss = np.subtract(y, rf1)  # sum_loss[n, j, k] = y[n, j, k] - rf1[n, j, k]
    # sum_loss_2 = sum(n, j, k, (y[n, j, k] - rf1[n, j, k])**2)
    sum_loss_2 = np.vdot(sum_loss, sum_loss)
    # loss = sum(n, j, k, (y[n, j, k] - rf1[n, j, k])**2)/128/N/T
    loss = sum_loss_2 / 128.0 / N / T
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, y, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", "T", 128), 0)
    T = _length("x", x, ("N", "T", 128), 1)
    _at_least("T", T, 1, "a softmax or logsumexp over nothing has no value")
    g1an = _floats("g1an", params["g1an"], (128,), dtype)
    b1an = _floats("b1an", params["b1an"], (128,), dtype)
    Q1a = _floats("Q1a", params["Q1a"], (4, 32, 128), dtype)
    V1a = _floats("V1a", params["V1a"], (4, 32, 128), dtype)
    W1a = _floats("W1a", params["W1a"], (4, 32, 128), dtype)
    O1a = _floats("O1a", params["O1a"], (128, 4, 32), dtype)
    g1fn = _floats("g1fn", params["g1fn"], (128,), dtype)
    b1fn = _floats("b1fn", params["b1fn"], (128,), dtype)
    W1f = _floats("W1f", params["W1f"], (512, 128), dtype)
    b1f = _floats("b1f", params["b1f"], (512,), dtype)
    U1f = _floats("U1f", params["U1f"], (128, 512), dtype)
    c1f = _floats("c1f", params["c1f"], (128,), dtype)
    x = _floats("x", x, (N, T, 128), dtype)
    y = _floats("y", y, (N, T, 128), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_128 = np.ones(128, dtype)
        ones_T = np.ones(T, dtype)
        ones_4 = np.ones(N * T, dtype)
        range_T = np.arange(T)
    else:
        Workspace.require(workspace, (N, T,), dtype)
        work = workspace
        ones_128 = workspace.ones_128
        ones_T = workspace.ones_T
        ones_4 = workspace.ones_4
        range_T = workspace.range_T
    m1an = np.dot(x, ones_128, out=work.m1an)  # m1an[n, t] = sum(k, x[n, t, k])
    m1an = np.multiply(m1an, 0.0078125, out=m1an)  # m1an[n, t] = sum(k, x[n, t, k])/128
    # sum_v1an[n, t, k] = x[n, t, k] - m1an[n, t]
    sum_v1an = np.subtract(x, m1an[:, :, None], out=work.sum_v1an)
    # v1an[n, t] = sum(k, (x[n, t, k] - m1an[n, t])**2)
    v1an = np.vecdot(sum_v1an, sum_v1an, out=work.v1an)
    # v1an[n, t] = sum(k, (x[n, t, k] - m1an[n, t])**2)/128
    v1an = np.multiply(v1an, 0.0078125, out=v1an)
    sum_y1an = np.add(v1an, 1e-05, out=work.sum_y1an)  # sum_y1an[n, t] = 1/100000 + v1an[n, t]
    sum_y1an = np.sqrt(sum_y1an, out=sum_y1an)  # sum_y1an[n, t] = sqrt(1/100000 + v1an[n, t])
    # y1an[n, t, k] = x[n, t, k] - m1an[n, t]
    y1an = np.subtract(x, m1an[:, :, None], out=work.y1an)
    y1an = np.multiply(g1an, y1an, out=y1an)  # y1an[n, t, k] = g1an[k]*(x[n, t, k] - m1an[n, t])
    # y1an[n, t, k] = g1an[k]*(x[n, t, k] - m1an[n, t])/sqrt(1/100000 + v1an[n, t])
    y1an = np.divide(y1an, sum_y1an[:, :, None], out=y1an)
    # y1an[n, t, k] = g1an[k]*(x[n, t, k] - m1an[n, t])/sqrt(1/100000 + v1an[n, t]) + b1an[k]
    y1an = np.add(y1an, b1an, out=y1an)
    # q1a[n, h, t, d] = sum(k, Q1a[h, d, k]*y1an[n, t, k])
    q1a = np.matmul(y1an[:, None], Q1a.transpose(0, 2, 1), out=work.q1a)
    # v1a[n, h, s, d] = sum(k, V1a[h, d, k]*y1an[n, s, k])
    v1a = np.matmul(y1an[:, None], V1a.transpose(0, 2, 1), out=work.v1a)
    # w1a[n, h, s, d] = sum(k, W1a[h, d, k]*y1an[n, s, k])
    w1a = np.matmul(y1an[:, None], W1a.transpose(0, 2, 1), out=work.w1a)
    # a1a[n, h, t, s] = sum(d, q1a[n, h, t, d]*v1a[n, h, s, d])
    a1a = np.matmul(q1a, v1a.transpose(0, 1, 3, 2), out=work.a1a)
    # a1a[n, h, t, s] = sqrt(2)*sum(d, q1a[n, h, t, d]*v1a[n, h, s, d])/8
    a1a = np.multiply(a1a, 0.1767766952966369, out=a1a)
    s1_values = range_T  # s1_values[s1] = s1
    t_values = range_T  # t_values[t] = t
    # less_equal_constant[s1, t] = (s1 <= t)
    less_equal_constant = np.less_equal(s1_values[:, None], t_values, out=work.less_equal_constant)
    # p1a_terms[n, h, t, s1] = where(less_equal_constant[s1, t], a1a[n, h, t, s1], -1000000000)
    p1a_terms = _chosen(less_equal_constant.T, a1a, -1000000000.0, work.p1a_terms, (N, 4, T, T),
        dtype)
    # max_p1a_terms[n, h, t] = max(s1, p1a_terms[n, h, t, s1])
    max_p1a_terms = np.maximum.reduce(p1a_terms, axis=3, initial=-np.inf, out=work.max_p1a_terms)
    # exp_p1a_terms[n, h, t, s1] = p1a_terms[n, h, t, s1] - max_p1a_terms[n, h, t]
    exp_p1a_terms = np.subtract(p1a_terms, max_p1a_terms[:, :, :, None], out=work.exp_p1a_terms)
    # exp_p1a_terms[n, h, t, s1] = exp(p1a_terms[n, h, t, s1] - max_p1a_terms[n, h, t])
    exp_p1a_terms = np.exp(exp_p1a_terms, out=exp_p1a_terms)
    # sum_exp_p1a_terms[n, h, t] = sum(s1, exp_p1a_terms[n, h, t, s1])
    sum_exp_p1a_terms = np.dot(exp_p1a_terms, ones_T, out=work.sum_exp_p1a_terms)
    # p1a[n, h, t, s] = exp_p1a_terms[n, h, t, s]/sum_exp_p1a_terms[n, h, t]
    p1a = np.divide(exp_p1a_terms, sum_exp_p1a_terms[:, :, :, None], out=work.p1a)
    # z1a[n, h, t, d] = sum(s, p1a[n, h, t, s]*w1a[n, h, s, d])
    z1a = np.matmul(p1a, w1a, out=work.z1a)
    # z1a_copy[n, t, h, d] = z1a[n, h, t, d]
    z1a_copy = _filled(z1a.transpose(0, 2, 1, 3), work.z1a_copy, (N, T, 4, 32), dtype)
    # o1a[n, t, k] = sum(h, d, O1a[k, h, d]*z1a[n, h, t, d])
    o1a = _product(np.dot, z1a_copy.reshape(N * T, 128), O1a.reshape(128, 128).T, work.o1a, (N * T,
        128), (N, T, 128))
    ra1 = np.add(x, o1a, out=work.ra1)  # ra1[n, t, k] = x[n, t, k] + o1a[n, t, k]
    m1fn = np.dot(ra1, ones_128, out=work.m1fn)  # m1fn[n, t] = sum(k, ra1[n, t, k])
    m1fn = np.multiply(m1fn, 0.0078125, out=m1fn)  # m1fn[n, t] = sum(k, ra1[n, t, k])/128
    # sum_v1fn[n, t, k] = ra1[n, t, k] - m1fn[n, t]
    sum_v1fn = np.subtract(ra1, m1fn[:, :, None], out=work.sum_v1fn)
    # v1fn[n, t] = sum(k, (ra1[n, t, k] - m1fn[n, t])**2)
    v1fn = np.vecdot(sum_v1fn, sum_v1fn, out=work.v1fn)
    # v1fn[n, t] = sum(k, (ra1[n, t, k] - m1fn[n, t])**2)/128
    v1fn = np.multiply(v1fn, 0.0078125, out=v1fn)
    sum_y1fn = np.add(v1fn, 1e-05, out=work.sum_y1fn)  # sum_y1fn[n, t] = 1/100000 + v1fn[n, t]
    sum_y1fn = np.sqrt(sum_y1fn, out=sum_y1fn)  # sum_y1fn[n, t] = sqrt(1/100000 + v1fn[n, t])
    # y1fn[n, t, k] = ra1[n, t, k] - m1fn[n, t]
    y1fn = np.subtract(ra1, m1fn[:, :, None], out=work.y1fn)
    y1fn = np.multiply(g1fn, y1fn, out=y1fn)  # y1fn[n, t, k] = g1fn[k]*(ra1[n, t, k] - m1fn[n, t])
    # y1fn[n, t, k] = g1fn[k]*(ra1[n, t, k] - m1fn[n, t])/sqrt(1/100000 + v1fn[n, t])
    y1fn = np.divide(y1fn, sum_y1fn[:, :, None], out=y1fn)
    # y1fn[n, t, k] = g1fn[k]*(ra1[n, t, k] - m1fn[n, t])/sqrt(1/100000 + v1fn[n, t]) + b1fn[k]
    y1fn = np.add(y1fn, b1fn, out=y1fn)
    # s1f[n, t, j] = sum(k, W1f[j, k]*y1fn[n, t, k])
    s1f = _product(np.dot, y1fn.reshape(N * T, 128), W1f.T, work.s1f, (N * T, 512), (N, T, 512))
    s1f = np.add(s1f, b1f, out=s1f)  # s1f[n, t, j] = sum(k, W1f[j, k]*y1fn[n, t, k]) + b1f[j]
    # erf_s1f[n, t, j] = sqrt(2)*s1f[n, t, j]/2
    erf_s1f = np.multiply(s1f, 0.7071067811865476, out=work.erf_s1f)
    erf_s1f = _erf(erf_s1f, erf_s1f)  # erf_s1f[n, t, j] = erf(sqrt(2)*s1f[n, t, j]/2)
    h1f = np.add(erf_s1f, 1.0, out=work.h1f)  # h1f[n, t, j] = 1 + erf_s1f[n, t, j]
    h1f = np.multiply(h1f, 0.5, out=h1f)  # h1f[n, t, j] = 1/2 + erf_s1f[n, t, j]/2
    h1f = np.multiply(h1f, s1f, out=h1f)  # h1f[n, t, j] = s1f[n, t, j]*(1 + erf_s1f[n, t, j])/2
    # y1f[n, t, i] = sum(j, U1f[i, j]*h1f[n, t, j])
    y1f = _product(np.dot, h1f.reshape(N * T, 512), U1f.T, work.y1f, (N * T, 128), (N, T, 128))
    y1f = np.add(y1f, c1f, out=y1f)  # y1f[n, t, i] = sum(j, U1f[i, j]*h1f[n, t, j]) + c1f[i]
    rf1 = np.add(ra1, y1f, out=work.rf1)  # rf1[n, t, k] = ra1[n, t, k] + y1f[n, t, k]
    # rest_loss[n, j, k] = y[n, j, k] - rf1[n, j, k]
    rest_loss = np.subtract(y, rf1, out=work.rest_loss)
    sum_loss = np.vdot(rest_loss, rest_loss)  # sum_loss = sum(n, j, k, rest_loss[n, j, k]**2)
    loss = sum_loss / 128.0 / N / T  # loss = sum(n, j, k, rest_loss[n, j, k]**2)/128/N/T
    # d_rf1[n, j, k] = -rest_loss[n, j, k]/64/N/T
    d_rf1 = np.multiply(rest_loss, -dtype.type(1.0) / 64.0 / N / T, out=work.d_rf1)
    # d_U1f[i, j] = sum(n, t, h1f[n, t, j]*d_rf1[n, t, i])
    d_U1f = np.matmul(d_rf1.reshape(N * T, 128).T, h1f.reshape(N * T, 512))
    d_c1f = np.dot(ones_4, d_rf1.reshape(N * T, 128))  # d_c1f[i] = sum(n, t, d_rf1[n, t, i])
    # d_h1f[n, t, j] = sum(i, U1f[i, j]*d_rf1[n, t, i])
    d_h1f = _product(np.dot, d_rf1.reshape(N * T, 128), U1f, work.d_h1f, (N * T, 512), (N, T, 512))
    d_s1f = np.square(s1f, out=work.d_s1f)  # d_s1f[n, t, j] = s1f[n, t, j]**2
    d_s1f = np.multiply(d_s1f, -0.5, out=d_s1f)  # d_s1f[n, t, j] = -s1f[n, t, j]**2/2
    d_s1f = np.exp(d_s1f, out=d_s1f)  # d_s1f[n, t, j] = exp(-s1f[n, t, j]**2/2)
    # d_s1f[n, t, j] = sqrt(2)*exp(-s1f[n, t, j]**2/2)/sqrt(pi)
    d_s1f = np.multiply(d_s1f, 0.7978845608028654, out=d_s1f)
    # d_s1f[n, t, j] = sqrt(2)*exp(-s1f[n, t, j]**2/2)*s1f[n, t, j]/sqrt(pi)
    d_s1f = np.multiply(d_s1f, s1f, out=d_s1f)
    # d_s1f[n, t, j] = sqrt(2)*exp(-s1f[n, t, j]**2/2)*s1f[n, t, j]/sqrt(pi) + erf_s1f[n, t, j]
    d_s1f = np.add(d_s1f, erf_s1f, out=d_s1f)
    # d_s1f[n, t, j] = 1 + sqrt(2)*exp(-s1f[n, t, j]**2/2)*s1f[n, t, j]/sqrt(pi) + erf_s1f[n, t, j]
    d_s1f = np.add(d_s1f, 1.0, out=d_s1f)
    # d_s1f[n, t, j] = 1/2 + sqrt(2)*exp(-s1f[n, t, j]**2/2)*s1f[n, t, j]/2/sqrt(pi) + erf_s1f[n,
    #     t, j]/2
    d_s1f = np.multiply(d_s1f, 0.5, out=d_s1f)
    # d_s1f[n, t, j] = d_h1f[n, t, j]*(1/2 + sqrt(2)*exp(-s1f[n, t, j]**2/2)*s1f[n, t,
    #     j]/2/sqrt(pi) + erf_s1f[n, t, j]/2)
    d_s1f = np.multiply(d_s1f, d_h1f, out=d_s1f)
    # d_W1f[j, k] = sum(n, t, d_s1f[n, t, j]*y1fn[n, t, k])
    d_W1f = np.matmul(d_s1f.reshape(N * T, 512).T, y1fn.reshape(N * T, 128))
    d_b1f = np.dot(ones_4, d_s1f.reshape(N * T, 512))  # d_b1f[j] = sum(n, t, d_s1f[n, t, j])
    # d_y1fn[n, t, k] = sum(j, d_s1f[n, t, j]*W1f[j, k])
    d_y1fn = _product(np.dot, d_s1f.reshape(N * T, 512), W1f, work.d_y1fn, (N * T, 128), (N, T,
        128))
    # sum_d_g1fn[n, t, k] = ra1[n, t, k] - m1fn[n, t]
    sum_d_g1fn = np.subtract(ra1, m1fn[:, :, None], out=work.sum_d_g1fn)
    # sum_d_g1fn[n, t, k] = d_y1fn[n, t, k]*(ra1[n, t, k] - m1fn[n, t])
    sum_d_g1fn = np.multiply(sum_d_g1fn, d_y1fn, out=sum_d_g1fn)
    # sum_d_g1fn_2[n, t] = 1/100000 + v1fn[n, t]
    sum_d_g1fn_2 = np.add(v1fn, 1e-05, out=work.sum_d_g1fn_2)
    # sum_d_g1fn_2[n, t] = sqrt(1/100000 + v1fn[n, t])
    sum_d_g1fn_2 = np.sqrt(sum_d_g1fn_2, out=sum_d_g1fn_2)
    # sum_d_g1fn_2[n, t] = 1/sqrt(1/100000 + v1fn[n, t])
    sum_d_g1fn_2 = np.divide(1.0, sum_d_g1fn_2, out=sum_d_g1fn_2)
    # d_g1fn[k] = sum(n, t, d_y1fn[n, t, k]*(ra1[n, t, k] - m1fn[n, t])/sqrt(1/100000 + v1fn[n,
    #     t]))
    d_g1fn = np.dot(sum_d_g1fn.reshape(N * T, 128).T, sum_d_g1fn_2.reshape(N * T))
    d_b1fn = np.dot(ones_4, d_y1fn.reshape(N * T, 128))  # d_b1fn[k] = sum(n, t, d_y1fn[n, t, k])
    d_v1fn = np.add(v1fn, 1e-05, out=work.d_v1fn)  # d_v1fn[n, t] = 1/100000 + v1fn[n, t]
    d_v1fn = np.power(d_v1fn, 1.5, out=d_v1fn)  # d_v1fn[n, t] = (1/100000 + v1fn[n, t])**(3/2)
    # sum_d_v1fn[n, t, k] = ra1[n, t, k] - m1fn[n, t]
    sum_d_v1fn = np.subtract(ra1, m1fn[:, :, None], out=work.sum_d_v1fn)
    # sum_d_v1fn[n, t, k] = d_y1fn[n, t, k]*(ra1[n, t, k] - m1fn[n, t])
    sum_d_v1fn = np.multiply(sum_d_v1fn, d_y1fn, out=sum_d_v1fn)
    # sum_d_v1fn_2[n, t] = sum(k, d_y1fn[n, t, k]*g1fn[k]*(ra1[n, t, k] - m1fn[n, t]))
    sum_d_v1fn_2 = _product(np.dot, sum_d_v1fn.reshape(N * T, 128), g1fn, work.sum_d_v1fn_2, (N *
        T,), (N, T))
    # sum_d_v1fn_2[n, t] = -sum(k, d_y1fn[n, t, k]*g1fn[k]*(ra1[n, t, k] - m1fn[n, t]))/2
    sum_d_v1fn_2 = np.multiply(sum_d_v1fn_2, -0.5, out=sum_d_v1fn_2)
    # d_v1fn[n, t] = -sum(k, d_y1fn[n, t, k]*g1fn[k]*(ra1[n, t, k] - m1fn[n, t]))/2/(1/100000 +
    #     v1fn[n, t])**(3/2)
    d_v1fn = np.divide(sum_d_v1fn_2, d_v1fn, out=d_v1fn)
    d_m1fn = np.add(v1fn, 1e-05, out=work.d_m1fn)  # d_m1fn[n, t] = 1/100000 + v1fn[n, t]
    d_m1fn = np.sqrt(d_m1fn, out=d_m1fn)  # d_m1fn[n, t] = sqrt(1/100000 + v1fn[n, t])
    # sum_d_m1fn[n, t] = sum(k, d_y1fn[n, t, k]*g1fn[k])
    sum_d_m1fn = _product(np.dot, d_y1fn.reshape(N * T, 128), g1fn, work.sum_d_m1fn, (N * T,), (N,
        T))
    # sum_d_m1fn[n, t] = -sum(k, d_y1fn[n, t, k]*g1fn[k])
    sum_d_m1fn = np.negative(sum_d_m1fn, out=sum_d_m1fn)
    # d_m1fn[n, t] = -sum(k, d_y1fn[n, t, k]*g1fn[k])/sqrt(1/100000 + v1fn[n, t])
    d_m1fn = np.divide(sum_d_m1fn, d_m1fn, out=d_m1fn)
    # product_d_o1a[n, t] = d_m1fn[n, t]/128
    product_d_o1a = np.multiply(d_m1fn, 0.0078125, out=work.product_d_o1a)
    # d_o1a[n, t, k] = d_m1fn[n, t]/128 + d_rf1[n, t, k]
    d_o1a = np.add(d_rf1, product_d_o1a[:, :, None], out=work.d_o1a)
    # product_d_o1a_2[n, t] = d_v1fn[n, t]/64
    product_d_o1a_2 = np.multiply(d_v1fn, 0.015625, out=work.product_d_o1a_2)
    # sum_d_o1a[n, t, k] = ra1[n, t, k] - m1fn[n, t]
    sum_d_o1a = np.subtract(ra1, m1fn[:, :, None], out=work.sum_d_o1a)
    # sum_d_o1a[n, t, k] = (ra1[n, t, k] - m1fn[n, t])*d_v1fn[n, t]/64
    sum_d_o1a = np.multiply(product_d_o1a_2[:, :, None], sum_d_o1a, out=sum_d_o1a)
    # d_o1a[n, t, k] = (ra1[n, t, k]/64 - m1fn[n, t]/64)*d_v1fn[n, t] + d_m1fn[n, t]/128 + d_rf1[n,
    #     t, k]
    d_o1a = np.add(d_o1a, sum_d_o1a, out=d_o1a)
    # sum_d_o1a_2[n, t] = 1/100000 + v1fn[n, t]
    sum_d_o1a_2 = np.add(v1fn, 1e-05, out=work.sum_d_o1a_2)
    # sum_d_o1a_2[n, t] = sqrt(1/100000 + v1fn[n, t])
    sum_d_o1a_2 = np.sqrt(sum_d_o1a_2, out=sum_d_o1a_2)
    # product_d_o1a_3[n, t, k] = d_y1fn[n, t, k]*g1fn[k]
    product_d_o1a_3 = np.multiply(g1fn, d_y1fn, out=work.product_d_o1a_3)
    # product_d_o1a_3[n, t, k] = d_y1fn[n, t, k]*g1fn[k]/sqrt(1/100000 + v1fn[n, t])
    product_d_o1a_3 = np.divide(product_d_o1a_3, sum_d_o1a_2[:, :, None], out=product_d_o1a_3)
    # d_o1a[n, t, k] = (ra1[n, t, k]/64 - m1fn[n, t]/64)*d_v1fn[n, t] + d_m1fn[n, t]/128 + d_rf1[n,
    #     t, k] + d_y1fn[n, t, k]*g1fn[k]/sqrt(1/100000 + v1fn[n, t])
    d_o1a = np.add(d_o1a, product_d_o1a_3, out=d_o1a)
    # d_O1a[k, h, d] = sum(n, t, d_o1a[n, t, k]*z1a[n, h, t, d])
    d_O1a = np.matmul(d_o1a.reshape(N * T, 128).T, z1a_copy.reshape(N * T, 128)).reshape(128, 4,
        32)
    # d_z1a[n, h, t, d] = sum(k, d_o1a[n, t, k]*O1a[k, h, d])
    d_z1a = np.matmul(d_o1a[:, None], O1a.transpose(1, 0, 2), out=work.d_z1a)
    # d_p1a[n, h, t, s] = sum(d, d_z1a[n, h, t, d]*w1a[n, h, s, d])
    d_p1a = np.matmul(d_z1a, w1a.transpose(0, 1, 3, 2), out=work.d_p1a)
    # sum_d_p1a_terms[n, h, t] = sum(s, d_p1a[n, h, t, s]*p1a[n, h, t, s])
    sum_d_p1a_terms = np.vecdot(d_p1a, p1a, out=work.sum_d_p1a_terms)
    # d_p1a_terms[n, h, t, s1] = sum(s, d_p1a[n, h, t, s]*p1a[n, h, t, s])*p1a[n, h, t, s1]
    d_p1a_terms = np.multiply(sum_d_p1a_terms[:, :, :, None], p1a, out=work.d_p1a_terms)
    # product_d_p1a_terms[n, h, t, s1] = d_p1a[n, h, t, s1]*p1a[n, h, t, s1]
    product_d_p1a_terms = np.multiply(d_p1a, p1a, out=work.product_d_p1a_terms)
    # d_p1a_terms[n, h, t, s1] = d_p1a[n, h, t, s1]*p1a[n, h, t, s1] - sum(s, d_p1a[n, h, t,
    #     s]*p1a[n, h, t, s])*p1a[n, h, t, s1]
    d_p1a_terms = np.subtract(product_d_p1a_terms, d_p1a_terms, out=d_p1a_terms)
    # d_a1a[n, h, t, s1] = d_p1a_terms[n, h, t, s1]*less_equal_constant[s1, t]
    d_a1a = np.multiply(less_equal_constant.T, d_p1a_terms, out=work.d_a1a)
    # d_w1a[n, h, s, d] = sum(t, d_z1a[n, h, t, d]*p1a[n, h, t, s])
    d_w1a = np.matmul(p1a.transpose(0, 1, 3, 2), d_z1a, out=work.d_w1a)
    # d_w1a_copy[n, s, h, d] = d_w1a[n, h, s, d]
    d_w1a_copy = _filled(d_w1a.transpose(0, 2, 1, 3), work.d_w1a_copy, (N, T, 4, 32), dtype)
    # d_W1a[h, d, k] = sum(n, s, d_w1a[n, h, s, d]*y1an[n, s, k])
    d_W1a = np.matmul(d_w1a_copy.reshape(N * T, 128).T, y1an.reshape(N * T, 128)).reshape(4, 32,
        128)
    # d_v1a[n, h, s, d] = sum(t, d_a1a[n, h, t, s]*q1a[n, h, t, d])
    d_v1a = np.matmul(d_a1a.transpose(0, 1, 3, 2), q1a, out=work.d_v1a)
    # d_v1a[n, h, s, d] = sqrt(2)*sum(t, d_a1a[n, h, t, s]*q1a[n, h, t, d])/8
    d_v1a = np.multiply(d_v1a, 0.1767766952966369, out=d_v1a)
    # d_v1a_copy[n, s, h, d] = d_v1a[n, h, s, d]
    d_v1a_copy = _filled(d_v1a.transpose(0, 2, 1, 3), work.d_v1a_copy, (N, T, 4, 32), dtype)
    # d_V1a[h, d, k] = sum(n, s, d_v1a[n, h, s, d]*y1an[n, s, k])
    d_V1a = np.matmul(d_v1a_copy.reshape(N * T, 128).T, y1an.reshape(N * T, 128)).reshape(4, 32,
        128)
    # d_q1a[n, h, t, d] = sum(s, d_a1a[n, h, t, s]*v1a[n, h, s, d])
    d_q1a = np.matmul(d_a1a, v1a, out=work.d_q1a)
    # d_q1a[n, h, t, d] = sqrt(2)*sum(s, d_a1a[n, h, t, s]*v1a[n, h, s, d])/8
    d_q1a = np.multiply(d_q1a, 0.1767766952966369, out=d_q1a)
    # d_q1a_copy[n, t, h, d] = d_q1a[n, h, t, d]
    d_q1a_copy = _filled(d_q1a.transpose(0, 2, 1, 3), work.d_q1a_copy, (N, T, 4, 32), dtype)
    # d_Q1a[h, d, k] = sum(n, t, d_q1a[n, h, t, d]*y1an[n, t, k])
    d_Q1a = np.matmul(d_q1a_copy.reshape(N * T, 128).T, y1an.reshape(N * T, 128)).reshape(4, 32,
        128)
    # d_y1an[n, s, k] = sum(h, d, d_w1a[n, h, s, d]*W1a[h, d, k])
    d_y1an = _product(np.dot, d_w1a_copy.reshape(N * T, 128), W1a.reshape(128, 128), work.d_y1an,
        (N * T, 128), (N, T, 128))
    # sum_d_y1an[n, s, k] = sum(h, d, d_v1a[n, h, s, d]*V1a[h, d, k])
    sum_d_y1an = _product(np.dot, d_v1a_copy.reshape(N * T, 128), V1a.reshape(128, 128),
        work.sum_d_y1an, (N * T, 128), (N, T, 128))
    # d_y1an[n, s, k] = sum(h, d, d_w1a[n, h, s, d]*W1a[h, d, k]) + sum(h, d, d_v1a[n, h, s,
    #     d]*V1a[h, d, k])
    d_y1an = np.add(d_y1an, sum_d_y1an, out=d_y1an)
    # sum_d_y1an_2[n, s, k] = sum(h, d, d_q1a[n, h, s, d]*Q1a[h, d, k])
    sum_d_y1an_2 = _product(np.dot, d_q1a_copy.reshape(N * T, 128), Q1a.reshape(128, 128),
        work.sum_d_y1an_2, (N * T, 128), (N, T, 128))
    # d_y1an[n, s, k] = sum(h, d, d_w1a[n, h, s, d]*W1a[h, d, k]) + sum(h, d, d_v1a[n, h, s,
    #     d]*V1a[h, d, k]) + sum(h, d, d_q1a[n, h, s, d]*Q1a[h, d, k])
    d_y1an = np.add(d_y1an, sum_d_y1an_2, out=d_y1an)
    # sum_d_g1an[n, t, k] = x[n, t, k] - m1an[n, t]
    sum_d_g1an = np.subtract(x, m1an[:, :, None], out=work.sum_d_g1an)
    # sum_d_g1an[n, t, k] = d_y1an[n, t, k]*(x[n, t, k] - m1an[n, t])
    sum_d_g1an = np.multiply(sum_d_g1an, d_y1an, out=sum_d_g1an)
    # sum_d_g1an_2[n, t] = 1/100000 + v1an[n, t]
    sum_d_g1an_2 = np.add(v1an, 1e-05, out=work.sum_d_g1an_2)
    # sum_d_g1an_2[n, t] = sqrt(1/100000 + v1an[n, t])
    sum_d_g1an_2 = np.sqrt(sum_d_g1an_2, out=sum_d_g1an_2)
    # sum_d_g1an_2[n, t] = 1/sqrt(1/100000 + v1an[n, t])
    sum_d_g1an_2 = np.divide(1.0, sum_d_g1an_2, out=sum_d_g1an_2)
    # d_g1an[k] = sum(n, t, d_y1an[n, t, k]*(x[n, t, k] - m1an[n, t])/sqrt(1/100000 + v1an[n, t]))
    d_g1an = np.dot(sum_d_g1an.reshape(N * T, 128).T, sum_d_g1an_2.reshape(N * T))
    d_b1an = np.dot(ones_4, d_y1an.reshape(N * T, 128))  # d_b1an[k] = sum(n, t, d_y1an[n, t, k])
    grads = {
        "g1an": d_g1an,
        "b1an": d_b1an,
        "Q1a": d_Q1a,
        "V1a": d_V1a,
        "W1a": d_W1a,
        "O1a": d_O1a,
        "g1fn": d_g1fn,
        "b1fn": d_b1fn,
        "W1f": d_W1f,
        "b1f": d_b1f,
        "U1f": d_U1f,
        "c1f": d_c1f,
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


def _at_least(name, size, least, why):
    """Raise ValueError where an extent is too small for what is computed."""
    if size < least:
        raise ValueError(f"the extent {name} is {size}, but must be at least {least}: {why}")


def _filled(value, out, shape, dtype):
    """A copy of ``value``, broadcast to ``shape``."""
    if out is None:
        out = np.empty(shape, dtype)
    np.copyto(out, value)
    return out


def _chosen(condition, then, otherwise, out, shape, dtype):
    """``then`` where the condition holds, else ``otherwise``."""
    if out is None:
        out = np.empty(shape, dtype)
    np.copyto(out, otherwise)
    np.copyto(out, then, where=condition)
    return out


# Polynomials of highest degree first.  In double precision erf(x) / x in 2 x^2 - 1 up to x = 1, and
# above it (1 - erf(x)) exp(x^2) in 12 / (5 x) - 7 / 5, each within 3e-16 of the exact values; in
# single precision erf(x) / x as a quotient in x^2 up to 4, within 2e-8.
_ERF_NEAR = (
    -5.16472878942302e-16, 1.4548169783352384e-14, -3.7910973708931526e-13,
    9.167606748998164e-12, -2.03524938661036e-10, 4.115800597661665e-09,
    -7.511569160710623e-08, 1.2233827383524026e-06, -1.7537169441492004e-05,
    0.00021751715604160108, -0.0022854855611440673, 0.019852496688983708, -0.1405360890227171,
    0.9654687386698673,
)
_ERF_FAR = (
    -2.482442634315902e-10, 1.5076762952001108e-09, -2.907332423483101e-09,
    4.743867318847752e-10, 7.081724035840848e-09, -1.920508206162014e-08,
    4.5567309494394506e-08, -9.412364890420742e-08, 1.2734368508267976e-07,
    9.431441139548254e-10, -6.637226189498863e-07, 2.583318217343318e-06,
    -6.498014882924273e-06, 1.0882579004236595e-05, -4.0466321082941995e-06,
    -5.5286482242773355e-05, 0.00026560546936176547, -0.000738386744378545,
    0.001034432226243832, 0.0028211318979441988, -0.030831050508428957, 0.16536269001261378,
    0.28972211632346423,
)
_ERF_SINGLE_ABOVE = (
    -1.154863779e-08, 4.328431593e-06, 0.0003674802895, 0.00388757284, 0.05427248482,
    0.1871799113, 1.128379167,
)
_ERF_SINGLE_BELOW = (
    5.968630498e-05, 0.001298467509, 0.01550102366, 0.1145034589, 0.4992172109, 1.0,
)


def _erf(x, out):
    """The error function of each element, in blocks that stay in the cache."""
    x = np.asarray(x)
    flat, result = x.reshape(-1), np.empty(x.size, x.dtype)
    block = _erf_double if x.dtype.itemsize == 8 else _erf_single
    for start in range(0, x.size, 8192):
        block(flat[start : start + 8192], result[start : start + 8192])
    result = result.reshape(x.shape)
    if out is None:
        return result
    np.copyto(out, result)
    return out


def _erf_double(x, out):
    """Near zero by one polynomial, and only where it must be by the other with an exponential."""
    size = np.abs(x)
    square = np.square(np.minimum(size, 1.0))
    np.multiply(_polynomial(_ERF_NEAR, 2.0 * square - 1.0), x, out=out)
    # Not less than one: what is not a number stays so.
    beyond = np.flatnonzero(~(size < 1.0))
    size = np.minimum(size[beyond], 6.0)
    far = _polynomial(_ERF_FAR, (12.0 / size - 7.0) / 5.0) * np.exp(-np.square(size))
    out[beyond] = np.copysign(1.0 - far, x[beyond])


def _erf_single(x, out):
    """A quotient, whose edges are one to the last digit."""
    x = np.minimum(np.maximum(x, -4.0), 4.0)
    square = np.square(x)
    top = _polynomial(_ERF_SINGLE_ABOVE, square) * x
    np.divide(top, _polynomial(_ERF_SINGLE_BELOW, square), out=out)
    np.minimum(np.maximum(out, -1.0, out=out), 1.0, out=out)


def _polynomial(coefficients, x):
    """By Horner's rule."""
    total = coefficients[0] * x + coefficients[1]
    for coefficient in coefficients[2:]:
        total *= x
        total += coefficient
    return total


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
