"""Loss and gradients of the network gpt_small.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    e1[n, t, d] = E1[word[n, t], d]
    y2[n, t, k] = e1[n, t, k] + P2[t, k]
    m3an[n, t] = sum(k, y2[n, t, k])/32
    v3an[n, t] = sum(k, (y2[n, t, k] - m3an[n, t])**2)/32
    y3an[n, t, k] = g3an[k]*(y2[n, t, k] - m3an[n, t])/sqrt(1/100000 + v3an[n, t]) + b3an[k]
    q3a[n, h, t, d] = sum(k, Q3a[h, d, k]*y3an[n, t, k])
    v3a[n, h, s, d] = sum(k, V3a[h, d, k]*y3an[n, s, k])
    w3a[n, h, s, d] = sum(k, W3a[h, d, k]*y3an[n, s, k])
    a3a[n, h, t, s] = sqrt(2)*sum(d, q3a[n, h, t, d]*v3a[n, h, s, d])/4
    p3a[n, h, t, s] = exp(where((s <= t), a3a[n, h, t, s], -1000000000) - logsumexp(s1, where((s1
        <= t), a3a[n, h, t, s1], -1000000000)))
    z3a[n, h, t, d] = sum(s, p3a[n, h, t, s]*w3a[n, h, s, d])
    o3a[n, t, k] = sum(h, d, O3a[k, h, d]*z3a[n, h, t, d])
    ra3[n, t, k] = y2[n, t, k] + o3a[n, t, k]
    m3fn[n, t] = sum(k, ra3[n, t, k])/32
    v3fn[n, t] = sum(k, (ra3[n, t, k] - m3fn[n, t])**2)/32
    y3fn[n, t, k] = g3fn[k]*(ra3[n, t, k] - m3fn[n, t])/sqrt(1/100000 + v3fn[n, t]) + b3fn[k]
    s3f[n, t, j] = sum(k, W3f[j, k]*y3fn[n, t, k]) + b3f[j]
    h3f[n, t, j] = gelu(s3f[n, t, j])
    y3f[n, t, i] = sum(j, U3f[i, j]*h3f[n, t, j]) + c3f[i]
    rf3[n, t, k] = ra3[n, t, k] + y3f[n, t, k]
    m4an[n, t] = sum(k, rf3[n, t, k])/32
    v4an[n, t] = sum(k, (rf3[n, t, k] - m4an[n, t])**2)/32
    y4an[n, t, k] = g4an[k]*(rf3[n, t, k] - m4an[n, t])/sqrt(1/100000 + v4an[n, t]) + b4an[k]
    q4a[n, h, t, d] = sum(k, Q4a[h, d, k]*y4an[n, t, k])
    v4a[n, h, s, d] = sum(k, V4a[h, d, k]*y4an[n, s, k])
    w4a[n, h, s, d] = sum(k, W4a[h, d, k]*y4an[n, s, k])
    a4a[n, h, t, s] = sqrt(2)*sum(d, q4a[n, h, t, d]*v4a[n, h, s, d])/4
    p4a[n, h, t, s] = exp(where((s <= t), a4a[n, h, t, s], -1000000000) - logsumexp(s1, where((s1
        <= t), a4a[n, h, t, s1], -1000000000)))
    z4a[n, h, t, d] = sum(s, p4a[n, h, t, s]*w4a[n, h, s, d])
    o4a[n, t, k] = sum(h, d, O4a[k, h, d]*z4a[n, h, t, d])
    ra4[n, t, k] = rf3[n, t, k] + o4a[n, t, k]
    m4fn[n, t] = sum(k, ra4[n, t, k])/32
    v4fn[n, t] = sum(k, (ra4[n, t, k] - m4fn[n, t])**2)/32
    y4fn[n, t, k] = g4fn[k]*(ra4[n, t, k] - m4fn[n, t])/sqrt(1/100000 + v4fn[n, t]) + b4fn[k]
    s4f[n, t, j] = sum(k, W4f[j, k]*y4fn[n, t, k]) + b4f[j]
    h4f[n, t, j] = gelu(s4f[n, t, j])
    y4f[n, t, i] = sum(j, U4f[i, j]*h4f[n, t, j]) + c4f[i]
    rf4[n, t, k] = ra4[n, t, k] + y4f[n, t, k]
    mlast[n, t] = sum(k, rf4[n, t, k])/32
    vlast[n, t] = sum(k, (rf4[n, t, k] - mlast[n, t])**2)/32
    ylast[n, t, k] = glast[k]*(rf4[n, t, k] - mlast[n, t])/sqrt(1/100000 + vlast[n, t]) + blast[k]
    z[n, t, v] = sum(d, E1[v, d]*ylast[n, t, d])
    loss = sum(n, j, where((following[n, j] != 0), logsumexp(k, z[n, j, k]) - z[n, j, following[n,
        j]], 0))/sum(n, j, where((following[n, j] != 0), 1, 0))

Extents bound at each call: N.

Conventions:
    gelu(x) is exact to an ulp of x, and gelu' to an ulp of 1, where they are small
    logsumexp of infinite terms is NaN
    logsumexp, and what softmax lacks of 1, are exact to an ulp of 1 where they are small
    squares of numbers beyond 1e154 overflow and those of numbers below 1e-162 are 0 (1e19 and
        1e-23 in single precision), also below the root, logarithm or quotient in y3an, y3fn, y4an,
        y4fn, ylast

Operations:
    forward and loss: 986048*N + 256
    backward: 1945328*N
    workspace, in floats: 28880*N
"""

import numpy as np

TITLE = "Small GPT"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "E1": (64, 32),
    "P2": (16, 32),
    "g3an": (32,),
    "b3an": (32,),
    "Q3a": (4, 8, 32),
    "V3a": (4, 8, 32),
    "W3a": (4, 8, 32),
    "O3a": (32, 4, 8),
    "g3fn": (32,),
    "b3fn": (32,),
    "W3f": (128, 32),
    "b3f": (128,),
    "U3f": (32, 128),
    "c3f": (32,),
    "g4an": (32,),
    "b4an": (32,),
    "Q4a": (4, 8, 32),
    "V4a": (4, 8, 32),
    "W4a": (4, 8, 32),
    "O4a": (32, 4, 8),
    "g4fn": (32,),
    "b4fn": (32,),
    "W4f": (128, 32),
    "b4f": (128,),
    "U4f": (32, 128),
    "c4f": (32,),
    "glast": (32,),
    "blast": (32,),
}
INPUTS = {
    "word": ("N", 16),
}
TARGETS = {
    "following": ("N", 16),
}
OUTPUTS = ("z",)
# One derivative of the loss per parameter.
LATEX = {
    "E1": (
        "\\frac{\\partial L}{\\partial E^{(1)}_{v,d}} = \\sum_{n,t} \\bar{"
        "z}_{n,t,v} \\, \\text{ylast}_{n,t,d},\\quad \\frac{\\partial L}{\\"
        "partial E^{(1)}_{\\text{word}_{n,t},d}} \\mathrel{+}= \\bar{y}^"
        "{(2)}_{n,t,d}"
    ),
    "P2": (
        "\\frac{\\partial L}{\\partial P^{(2)}_{t,k}} = \\sum_n \\bar{y}^{"
        "(2)}_{n,t,k}"
    ),
    "g3an": (
        "\\frac{\\partial L}{\\partial g^{(\\text{3an})}_k} = \\sum_{n,t} "
        "\\frac{\\bar{y}^{(\\text{3an})}_{n,t,k} (y^{(2)}_{n,t,k} - m^{("
        "\\text{3an})}_{n,t})}{\\sqrt{v^{(\\text{3an})}_{n,t} + 0.00001}"
        "}"
    ),
    "b3an": (
        "\\frac{\\partial L}{\\partial b^{(\\text{3an})}_k} = \\sum_{n,t} "
        "\\bar{y}^{(\\text{3an})}_{n,t,k}"
    ),
    "Q3a": (
        "\\frac{\\partial L}{\\partial Q^{(\\text{3a})}_{h,d,k}} = \\sum_{"
        "n,t} \\bar{q}^{(\\text{3a})}_{n,h,t,d} y^{(\\text{3an})}_{n,t,k"
        "}"
    ),
    "V3a": (
        "\\frac{\\partial L}{\\partial V^{(\\text{3a})}_{h,d,k}} = \\sum_{"
        "n,s} \\bar{v}^{(\\text{3a})}_{n,h,s,d} y^{(\\text{3an})}_{n,s,k"
        "}"
    ),
    "W3a": (
        "\\frac{\\partial L}{\\partial W^{(\\text{3a})}_{h,d,k}} = \\sum_{"
        "n,s} \\bar{w}^{(\\text{3a})}_{n,h,s,d} y^{(\\text{3an})}_{n,s,k"
        "}"
    ),
    "O3a": (
        "\\frac{\\partial L}{\\partial O^{(\\text{3a})}_{k,h,d}} = \\sum_{"
        "n,t} z^{(\\text{3a})}_{n,h,t,d} \\, \\overline{\\text{ra}}^{(3)}"
        "_{n,t,k}"
    ),
    "g3fn": (
        "\\frac{\\partial L}{\\partial g^{(\\text{3fn})}_k} = \\sum_{n,t} "
        "\\frac{\\bar{y}^{(\\text{3fn})}_{n,t,k} (\\text{ra}^{(3)}_{n,t,k"
        "} - m^{(\\text{3fn})}_{n,t})}{\\sqrt{0.00001 + v^{(\\text{3fn})"
        "}_{n,t}}}"
    ),
    "b3fn": (
        "\\frac{\\partial L}{\\partial b^{(\\text{3fn})}_k} = \\sum_{n,t} "
        "\\bar{y}^{(\\text{3fn})}_{n,t,k}"
    ),
    "W3f": (
        "\\frac{\\partial L}{\\partial W^{(\\text{3f})}_{j,k}} = \\sum_{n,"
        "t} \\bar{s}^{(\\text{3f})}_{n,t,j} y^{(\\text{3fn})}_{n,t,k}"
    ),
    "b3f": (
        "\\frac{\\partial L}{\\partial b^{(\\text{3f})}_j} = \\sum_{n,t} \\"
        "bar{s}^{(\\text{3f})}_{n,t,j}"
    ),
    "U3f": (
        "\\frac{\\partial L}{\\partial U^{(\\text{3f})}_{i,j}} = \\sum_{n,"
        "t} h^{(\\text{3f})}_{n,t,j} \\, \\overline{\\text{rf}}^{(3)}_{n,"
        "t,i}"
    ),
    "c3f": (
        "\\frac{\\partial L}{\\partial c^{(\\text{3f})}_i} = \\sum_{n,t} \\"
        "overline{\\text{rf}}^{(3)}_{n,t,i}"
    ),
    "g4an": (
        "\\frac{\\partial L}{\\partial g^{(\\text{4an})}_k} = \\sum_{n,t} "
        "\\frac{\\bar{y}^{(\\text{4an})}_{n,t,k} (\\text{rf}^{(3)}_{n,t,k"
        "} - m^{(\\text{4an})}_{n,t})}{\\sqrt{0.00001 + v^{(\\text{4an})"
        "}_{n,t}}}"
    ),
    "b4an": (
        "\\frac{\\partial L}{\\partial b^{(\\text{4an})}_k} = \\sum_{n,t} "
        "\\bar{y}^{(\\text{4an})}_{n,t,k}"
    ),
    "Q4a": (
        "\\frac{\\partial L}{\\partial Q^{(\\text{4a})}_{h,d,k}} = \\sum_{"
        "n,t} \\bar{q}^{(\\text{4a})}_{n,h,t,d} y^{(\\text{4an})}_{n,t,k"
        "}"
    ),
    "V4a": (
        "\\frac{\\partial L}{\\partial V^{(\\text{4a})}_{h,d,k}} = \\sum_{"
        "n,s} \\bar{v}^{(\\text{4a})}_{n,h,s,d} y^{(\\text{4an})}_{n,s,k"
        "}"
    ),
    "W4a": (
        "\\frac{\\partial L}{\\partial W^{(\\text{4a})}_{h,d,k}} = \\sum_{"
        "n,s} \\bar{w}^{(\\text{4a})}_{n,h,s,d} y^{(\\text{4an})}_{n,s,k"
        "}"
    ),
    "O4a": (
        "\\frac{\\partial L}{\\partial O^{(\\text{4a})}_{k,h,d}} = \\sum_{"
        "n,t} z^{(\\text{4a})}_{n,h,t,d} \\, \\overline{\\text{ra}}^{(4)}"
        "_{n,t,k}"
    ),
    "g4fn": (
        "\\frac{\\partial L}{\\partial g^{(\\text{4fn})}_k} = \\sum_{n,t} "
        "\\frac{\\bar{y}^{(\\text{4fn})}_{n,t,k} (\\text{ra}^{(4)}_{n,t,k"
        "} - m^{(\\text{4fn})}_{n,t})}{\\sqrt{0.00001 + v^{(\\text{4fn})"
        "}_{n,t}}}"
    ),
    "b4fn": (
        "\\frac{\\partial L}{\\partial b^{(\\text{4fn})}_k} = \\sum_{n,t} "
        "\\bar{y}^{(\\text{4fn})}_{n,t,k}"
    ),
    "W4f": (
        "\\frac{\\partial L}{\\partial W^{(\\text{4f})}_{j,k}} = \\sum_{n,"
        "t} \\bar{s}^{(\\text{4f})}_{n,t,j} y^{(\\text{4fn})}_{n,t,k}"
    ),
    "b4f": (
        "\\frac{\\partial L}{\\partial b^{(\\text{4f})}_j} = \\sum_{n,t} \\"
        "bar{s}^{(\\text{4f})}_{n,t,j}"
    ),
    "U4f": (
        "\\frac{\\partial L}{\\partial U^{(\\text{4f})}_{i,j}} = \\sum_{n,"
        "t} h^{(\\text{4f})}_{n,t,j} \\, \\overline{\\text{rf}}^{(4)}_{n,"
        "t,i}"
    ),
    "c4f": (
        "\\frac{\\partial L}{\\partial c^{(\\text{4f})}_i} = \\sum_{n,t} \\"
        "overline{\\text{rf}}^{(4)}_{n,t,i}"
    ),
    "glast": (
        "\\frac{\\partial L}{\\partial \\text{glast}_k} = \\sum_{n,t} \\fra"
        "c{\\overline{\\text{ylast}}_{n,t,k} (\\text{rf}^{(4)}_{n,t,k} -"
        " \\text{mlast}_{n,t})}{\\sqrt{\\text{vlast}_{n,t} + 0.00001}}"
    ),
    "blast": (
        "\\frac{\\partial L}{\\partial \\text{blast}_k} = \\sum_{n,t} \\ove"
        "rline{\\text{ylast}}_{n,t,k}"
    ),
}
_BUFFERS = (
    "e1",
    "y2",
    "m3an",
    "sum_v3an",
    "v3an",
    "sum_y3an",
    "y3an",
    "q3a",
    "v3a",
    "w3a",
    "a3a",
    "s1_values",
    "t_values",
    "less_equal_constant",
    "p3a_terms",
    "max_p3a_terms",
    "exp_p3a_terms",
    "sum_exp_p3a_terms",
    "p3a",
    "z3a",
    "z3a_copy",
    "o3a",
    "ra3",
    "m3fn",
    "sum_v3fn",
    "v3fn",
    "sum_y3fn",
    "y3fn",
    "s3f",
    "erf_s3f",
    "h3f",
    "y3f",
    "rf3",
    "m4an",
    "sum_v4an",
    "v4an",
    "sum_y4an",
    "y4an",
    "q4a",
    "v4a",
    "w4a",
    "a4a",
    "p4a_terms",
    "max_p4a_terms",
    "exp_p4a_terms",
    "sum_exp_p4a_terms",
    "p4a",
    "z4a",
    "z4a_copy",
    "o4a",
    "ra4",
    "m4fn",
    "sum_v4fn",
    "v4fn",
    "sum_y4fn",
    "y4fn",
    "s4f",
    "erf_s4f",
    "h4f",
    "y4f",
    "rf4",
    "mlast",
    "sum_vlast",
    "vlast",
    "sum_ylast",
    "ylast",
    "z",
    "not_equal_following",
    "where_sum_following",
    "max_z",
    "exp_z",
    "sum_exp_z",
    "log_loss",
    "z_read",
    "where_loss",
    "where_following",
    "ratio_d_z",
    "d_z",
    "product_d_z",
    "d_ylast",
    "sum_d_glast",
    "sum_d_glast_2",
    "d_vlast",
    "sum_d_vlast",
    "sum_d_vlast_2",
    "d_mlast",
    "sum_d_mlast",
    "sum_d_rf4",
    "d_rf4",
    "product_d_rf4",
    "sum_d_rf4_2",
    "product_d_rf4_2",
    "d_h4f",
    "d_s4f",
    "d_y4fn",
    "sum_d_g4fn",
    "sum_d_g4fn_2",
    "d_v4fn",
    "sum_d_v4fn",
    "sum_d_v4fn_2",
    "d_m4fn",
    "sum_d_m4fn",
    "sum_d_ra4",
    "d_ra4",
    "product_d_ra4",
    "sum_d_ra4_2",
    "product_d_ra4_2",
    "d_z4a",
    "d_p4a",
    "sum_d_p4a_terms",
    "d_p4a_terms",
    "product_d_p4a_terms",
    "d_a4a",
    "d_w4a",
    "d_w4a_copy",
    "d_v4a",
    "d_v4a_copy",
    "d_q4a",
    "d_q4a_copy",
    "d_y4an",
    "sum_d_y4an",
    "sum_d_y4an_2",
    "sum_d_g4an",
    "sum_d_g4an_2",
    "d_v4an",
    "sum_d_v4an",
    "sum_d_v4an_2",
    "d_m4an",
    "sum_d_m4an",
    "sum_d_rf3",
    "d_rf3",
    "product_d_rf3",
    "sum_d_rf3_2",
    "product_d_rf3_2",
    "d_h3f",
    "d_s3f",
    "d_y3fn",
    "sum_d_g3fn",
    "sum_d_g3fn_2",
    "d_v3fn",
    "sum_d_v3fn",
    "sum_d_v3fn_2",
    "d_m3fn",
    "sum_d_m3fn",
    "sum_d_ra3",
    "d_ra3",
    "product_d_ra3",
    "sum_d_ra3_2",
    "product_d_ra3_2",
    "d_z3a",
    "d_p3a",
    "sum_d_p3a_terms",
    "d_p3a_terms",
    "product_d_p3a_terms",
    "d_a3a",
    "d_w3a",
    "d_w3a_copy",
    "d_v3a",
    "d_v3a_copy",
    "d_q3a",
    "d_q3a_copy",
    "d_y3an",
    "sum_d_y3an",
    "sum_d_y3an_2",
    "sum_d_g3an",
    "sum_d_g3an_2",
    "d_v3an",
    "sum_d_v3an",
    "sum_d_v3an_2",
    "d_m3an",
    "sum_d_m3an",
    "sum_d_y2",
    "d_y2",
    "product_d_y2",
    "sum_d_y2_2",
    "product_d_y2_2",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "E1": np.asarray(rng.normal(0.0, 0.14433756729740643, (64, 32)), dtype),
        "P2": np.asarray(rng.uniform(-0.3535533905932738, 0.3535533905932738, (16, 32)), dtype),
        "g3an": np.full((32,), 1.0, dtype),
        "b3an": np.full((32,), 0.0, dtype),
        "Q3a": np.asarray(rng.uniform(-0.125, 0.125, (4, 8, 32)), dtype),
        "V3a": np.asarray(rng.uniform(-0.125, 0.125, (4, 8, 32)), dtype),
        "W3a": np.asarray(rng.uniform(-0.125, 0.125, (4, 8, 32)), dtype),
        "O3a": np.asarray(rng.uniform(-0.14433756729740643, 0.14433756729740643, (32, 4, 8)),
            dtype),
        "g3fn": np.full((32,), 1.0, dtype),
        "b3fn": np.full((32,), 0.0, dtype),
        "W3f": np.asarray(rng.uniform(-0.19364916731037085, 0.19364916731037085, (128, 32)),
            dtype),
        "b3f": np.full((128,), 0.0, dtype),
        "U3f": np.asarray(rng.uniform(-0.19364916731037085, 0.19364916731037085, (32, 128)),
            dtype),
        "c3f": np.full((32,), 0.0, dtype),
        "g4an": np.full((32,), 1.0, dtype),
        "b4an": np.full((32,), 0.0, dtype),
        "Q4a": np.asarray(rng.uniform(-0.125, 0.125, (4, 8, 32)), dtype),
        "V4a": np.asarray(rng.uniform(-0.125, 0.125, (4, 8, 32)), dtype),
        "W4a": np.asarray(rng.uniform(-0.125, 0.125, (4, 8, 32)), dtype),
        "O4a": np.asarray(rng.uniform(-0.14433756729740643, 0.14433756729740643, (32, 4, 8)),
            dtype),
        "g4fn": np.full((32,), 1.0, dtype),
        "b4fn": np.full((32,), 0.0, dtype),
        "W4f": np.asarray(rng.uniform(-0.19364916731037085, 0.19364916731037085, (128, 32)),
            dtype),
        "b4f": np.full((128,), 0.0, dtype),
        "U4f": np.asarray(rng.uniform(-0.19364916731037085, 0.19364916731037085, (32, 128)),
            dtype),
        "c4f": np.full((32,), 0.0, dtype),
        "glast": np.full((32,), 1.0, dtype),
        "blast": np.full((32,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    28880*N floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(512 * N, dtype)
        self.e1 = memory_1.reshape(N, 16, 32)
        self.y2 = memory_1.reshape(N, 16, 32)
        self.sum_d_y2_2 = memory_1.reshape(N, 16, 32)
        memory_2 = np.empty(16 * N, dtype)
        self.m3an = memory_2.reshape(N, 16)
        memory_3 = np.empty(512 * N, dtype)
        self.sum_v3an = memory_3.reshape(N, 16, 32)
        self.sum_y3an = memory_3[: 16 * N].reshape(N, 16)
        self.q3a = memory_3.reshape(N, 4, 16, 8)
        memory_4 = np.empty(16 * N, dtype)
        self.v3an = memory_4.reshape(N, 16)
        self.sum_d_y2 = memory_4.reshape(N, 16)
        memory_5 = np.empty(512 * N, dtype)
        self.y3an = memory_5.reshape(N, 16, 32)
        memory_6 = np.empty(512 * N, dtype)
        self.v3a = memory_6.reshape(N, 4, 16, 8)
        memory_7 = np.empty(512 * N, dtype)
        self.w3a = memory_7.reshape(N, 4, 16, 8)
        self.sum_d_y3an = memory_7.reshape(N, 16, 32)
        memory_8 = np.empty(1024 * N, dtype)
        self.a3a = memory_8.reshape(N, 4, 16, 16)
        self.max_p3a_terms = memory_8[: 64 * N].reshape(N, 4, 16)
        self.sum_exp_p3a_terms = memory_8[: 64 * N].reshape(N, 4, 16)
        self.z3a = memory_8[: 512 * N].reshape(N, 4, 16, 8)
        self.o3a = memory_8[: 512 * N].reshape(N, 16, 32)
        self.ra3 = memory_8[: 512 * N].reshape(N, 16, 32)
        self.sum_d_ra3_2 = memory_8[: 512 * N].reshape(N, 16, 32)
        memory_9 = np.empty(16, np.intp)
        self.s1_values = memory_9.reshape(16)
        memory_10 = np.empty(16, np.intp)
        self.t_values = memory_10.reshape(16)
        memory_11 = np.empty(256, bool)
        self.less_equal_constant = memory_11.reshape(16, 16)
        memory_12 = np.empty(1024 * N, dtype)
        self.p3a_terms = memory_12.reshape(N, 4, 16, 16)
        self.exp_p3a_terms = memory_12.reshape(N, 4, 16, 16)
        self.p3a = memory_12.reshape(N, 4, 16, 16)
        memory_13 = np.empty(512 * N, dtype)
        self.z3a_copy = memory_13.reshape(N, 16, 4, 8)
        self.d_y3an = memory_13.reshape(N, 16, 32)
        self.d_y2 = memory_13.reshape(N, 16, 32)
        memory_14 = np.empty(16 * N, dtype)
        self.m3fn = memory_14.reshape(N, 16)
        memory_15 = np.empty(2048 * N, dtype)
        self.sum_v3fn = memory_15[: 512 * N].reshape(N, 16, 32)
        self.sum_y3fn = memory_15[: 16 * N].reshape(N, 16)
        self.s3f = memory_15.reshape(N, 16, 128)
        memory_16 = np.empty(16 * N, dtype)
        self.v3fn = memory_16.reshape(N, 16)
        self.sum_d_ra3 = memory_16.reshape(N, 16)
        memory_17 = np.empty(512 * N, dtype)
        self.y3fn = memory_17.reshape(N, 16, 32)
        self.d_v3a = memory_17.reshape(N, 4, 16, 8)
        memory_18 = np.empty(2048 * N, dtype)
        self.erf_s3f = memory_18.reshape(N, 16, 128)
        memory_19 = np.empty(2048 * N, dtype)
        self.h3f = memory_19.reshape(N, 16, 128)
        memory_20 = np.empty(512 * N, dtype)
        self.y3f = memory_20.reshape(N, 16, 32)
        self.rf3 = memory_20.reshape(N, 16, 32)
        self.sum_d_rf3_2 = memory_20.reshape(N, 16, 32)
        self.d_w3a_copy = memory_20.reshape(N, 16, 4, 8)
        memory_21 = np.empty(16 * N, dtype)
        self.m4an = memory_21.reshape(N, 16)
        self.d_v3an = memory_21.reshape(N, 16)
        self.product_d_y2 = memory_21.reshape(N, 16)
        memory_22 = np.empty(512 * N, dtype)
        self.sum_v4an = memory_22.reshape(N, 16, 32)
        self.sum_y4an = memory_22[: 16 * N].reshape(N, 16)
        self.q4a = memory_22.reshape(N, 4, 16, 8)
        self.d_q4a = memory_22.reshape(N, 4, 16, 8)
        self.sum_d_y4an = memory_22.reshape(N, 16, 32)
        self.d_y3fn = memory_22.reshape(N, 16, 32)
        self.d_ra3 = memory_22.reshape(N, 16, 32)
        memory_23 = np.empty(16 * N, dtype)
        self.v4an = memory_23.reshape(N, 16)
        self.sum_d_rf3 = memory_23.reshape(N, 16)
        self.sum_d_g3an_2 = memory_23.reshape(N, 16)
        memory_24 = np.empty(512 * N, dtype)
        self.y4an = memory_24.reshape(N, 16, 32)
        self.sum_d_y4an_2 = memory_24.reshape(N, 16, 32)
        self.sum_d_v3fn = memory_24.reshape(N, 16, 32)
        self.d_q3a = memory_24.reshape(N, 4, 16, 8)
        memory_25 = np.empty(512 * N, dtype)
        self.v4a = memory_25.reshape(N, 4, 16, 8)
        self.d_y4an = memory_25.reshape(N, 16, 32)
        self.d_rf3 = memory_25.reshape(N, 16, 32)
        self.d_q3a_copy = memory_25.reshape(N, 16, 4, 8)
        memory_26 = np.empty(512 * N, dtype)
        self.w4a = memory_26.reshape(N, 4, 16, 8)
        self.d_w4a = memory_26.reshape(N, 4, 16, 8)
        self.d_v4a_copy = memory_26.reshape(N, 16, 4, 8)
        self.sum_d_v4an = memory_26.reshape(N, 16, 32)
        self.sum_d_p3a_terms = memory_26[: 64 * N].reshape(N, 4, 16)
        self.sum_d_y3an_2 = memory_26.reshape(N, 16, 32)
        memory_27 = np.empty(1024 * N, dtype)
        self.a4a = memory_27.reshape(N, 4, 16, 16)
        self.max_p4a_terms = memory_27[: 64 * N].reshape(N, 4, 16)
        self.sum_exp_p4a_terms = memory_27[: 64 * N].reshape(N, 4, 16)
        self.z4a = memory_27[: 512 * N].reshape(N, 4, 16, 8)
        self.o4a = memory_27[: 512 * N].reshape(N, 16, 32)
        self.ra4 = memory_27[: 512 * N].reshape(N, 16, 32)
        self.sum_d_ra4_2 = memory_27[: 512 * N].reshape(N, 16, 32)
        self.d_p4a_terms = memory_27.reshape(N, 4, 16, 16)
        self.d_p3a = memory_27.reshape(N, 4, 16, 16)
        self.product_d_p3a_terms = memory_27.reshape(N, 4, 16, 16)
        memory_28 = np.empty(1024 * N, dtype)
        self.p4a_terms = memory_28.reshape(N, 4, 16, 16)
        self.exp_p4a_terms = memory_28.reshape(N, 4, 16, 16)
        self.p4a = memory_28.reshape(N, 4, 16, 16)
        self.d_p3a_terms = memory_28.reshape(N, 4, 16, 16)
        memory_29 = np.empty(512 * N, dtype)
        self.z4a_copy = memory_29.reshape(N, 16, 4, 8)
        self.sum_d_p4a_terms = memory_29[: 64 * N].reshape(N, 4, 16)
        self.d_w4a_copy = memory_29.reshape(N, 16, 4, 8)
        self.sum_d_g4an = memory_29.reshape(N, 16, 32)
        self.d_z3a = memory_29.reshape(N, 4, 16, 8)
        self.sum_d_g3an = memory_29.reshape(N, 16, 32)
        memory_30 = np.empty(16 * N, dtype)
        self.m4fn = memory_30.reshape(N, 16)
        self.sum_d_m4an = memory_30.reshape(N, 16)
        self.sum_d_m3fn = memory_30.reshape(N, 16)
        memory_31 = np.empty(2048 * N, dtype)
        self.sum_v4fn = memory_31[: 512 * N].reshape(N, 16, 32)
        self.sum_y4fn = memory_31[: 16 * N].reshape(N, 16)
        self.s4f = memory_31.reshape(N, 16, 128)
        self.d_h3f = memory_31.reshape(N, 16, 128)
        memory_32 = np.empty(16 * N, dtype)
        self.v4fn = memory_32.reshape(N, 16)
        self.sum_d_ra4 = memory_32.reshape(N, 16)
        self.d_m4an = memory_32.reshape(N, 16)
        self.product_d_rf3_2 = memory_32.reshape(N, 16)
        self.d_m3an = memory_32.reshape(N, 16)
        self.product_d_y2_2 = memory_32.reshape(N, 16)
        memory_33 = np.empty(512 * N, dtype)
        self.y4fn = memory_33.reshape(N, 16, 32)
        self.sum_d_g4fn = memory_33.reshape(N, 16, 32)
        self.sum_d_v4fn = memory_33.reshape(N, 16, 32)
        self.d_z4a = memory_33.reshape(N, 4, 16, 8)
        self.d_v4a = memory_33.reshape(N, 4, 16, 8)
        self.d_q4a_copy = memory_33.reshape(N, 16, 4, 8)
        self.sum_d_g3fn = memory_33.reshape(N, 16, 32)
        self.d_v3a_copy = memory_33.reshape(N, 16, 4, 8)
        memory_34 = np.empty(2048 * N, dtype)
        self.erf_s4f = memory_34.reshape(N, 16, 128)
        self.d_s3f = memory_34.reshape(N, 16, 128)
        memory_35 = np.empty(2048 * N, dtype)
        self.h4f = memory_35.reshape(N, 16, 128)
        self.d_h4f = memory_35.reshape(N, 16, 128)
        memory_36 = np.empty(512 * N, dtype)
        self.y4f = memory_36.reshape(N, 16, 32)
        self.rf4 = memory_36.reshape(N, 16, 32)
        self.sum_d_rf4_2 = memory_36.reshape(N, 16, 32)
        self.d_y4fn = memory_36.reshape(N, 16, 32)
        self.d_ra4 = memory_36.reshape(N, 16, 32)
        self.d_w3a = memory_36.reshape(N, 4, 16, 8)
        self.sum_d_v3an = memory_36.reshape(N, 16, 32)
        memory_37 = np.empty(16 * N, dtype)
        self.mlast = memory_37.reshape(N, 16)
        self.sum_d_v4fn_2 = memory_37.reshape(N, 16)
        self.d_v4an = memory_37.reshape(N, 16)
        self.product_d_rf3 = memory_37.reshape(N, 16)
        self.sum_d_v3an_2 = memory_37.reshape(N, 16)
        memory_38 = np.empty(1024 * N, dtype)
        self.sum_vlast = memory_38[: 512 * N].reshape(N, 16, 32)
        self.sum_ylast = memory_38[: 16 * N].reshape(N, 16)
        self.z = memory_38.reshape(N, 16, 64)
        self.d_ylast = memory_38[: 512 * N].reshape(N, 16, 32)
        self.d_rf4 = memory_38[: 512 * N].reshape(N, 16, 32)
        self.d_p4a = memory_38.reshape(N, 4, 16, 16)
        self.product_d_p4a_terms = memory_38.reshape(N, 4, 16, 16)
        self.d_a4a = memory_38.reshape(N, 4, 16, 16)
        self.d_a3a = memory_38.reshape(N, 4, 16, 16)
        memory_39 = np.empty(16 * N, dtype)
        self.vlast = memory_39.reshape(N, 16)
        self.sum_d_rf4 = memory_39.reshape(N, 16)
        self.d_v4fn = memory_39.reshape(N, 16)
        self.product_d_ra4 = memory_39.reshape(N, 16)
        self.sum_d_g3fn_2 = memory_39.reshape(N, 16)
        self.sum_d_m3an = memory_39.reshape(N, 16)
        memory_40 = np.empty(512 * N, dtype)
        self.ylast = memory_40.reshape(N, 16, 32)
        memory_41 = np.empty(16 * N, bool)
        self.not_equal_following = memory_41.reshape(N, 16)
        memory_42 = np.empty(16 * N, dtype)
        self.where_sum_following = memory_42.reshape(N, 16)
        self.max_z = memory_42.reshape(N, 16)
        self.where_loss = memory_42.reshape(N, 16)
        self.sum_d_glast_2 = memory_42.reshape(N, 16)
        self.d_mlast = memory_42.reshape(N, 16)
        self.product_d_rf4_2 = memory_42.reshape(N, 16)
        self.sum_d_m4fn = memory_42.reshape(N, 16)
        self.sum_d_v4an_2 = memory_42.reshape(N, 16)
        self.d_m3fn = memory_42.reshape(N, 16)
        self.product_d_ra3_2 = memory_42.reshape(N, 16)
        memory_43 = np.empty(1024 * N, dtype)
        self.exp_z = memory_43.reshape(N, 16, 64)
        self.d_z = memory_43.reshape(N, 16, 64)
        memory_44 = np.empty(16 * N, dtype)
        self.sum_exp_z = memory_44.reshape(N, 16)
        self.ratio_d_z = memory_44.reshape(N, 16)
        self.d_vlast = memory_44.reshape(N, 16)
        self.product_d_rf4 = memory_44.reshape(N, 16)
        self.d_m4fn = memory_44.reshape(N, 16)
        self.product_d_ra4_2 = memory_44.reshape(N, 16)
        self.d_v3fn = memory_44.reshape(N, 16)
        self.product_d_ra3 = memory_44.reshape(N, 16)
        memory_45 = np.empty(2048 * N, dtype)
        self.log_loss = memory_45[: 16 * N].reshape(N, 16)
        self.sum_d_glast = memory_45[: 512 * N].reshape(N, 16, 32)
        self.sum_d_vlast = memory_45[: 512 * N].reshape(N, 16, 32)
        self.d_s4f = memory_45.reshape(N, 16, 128)
        memory_46 = np.empty(16 * N, dtype)
        self.z_read = memory_46.reshape(N, 16)
        self.where_following = memory_46.reshape(N, 16)
        self.product_d_z = memory_46.reshape(N, 16)
        self.sum_d_vlast_2 = memory_46.reshape(N, 16)
        self.sum_d_mlast = memory_46.reshape(N, 16)
        self.sum_d_g4fn_2 = memory_46.reshape(N, 16)
        self.sum_d_g4an_2 = memory_46.reshape(N, 16)
        self.sum_d_v3fn_2 = memory_46.reshape(N, 16)
        self.ones_32 = np.ones(32, dtype)
        self.ones_16 = np.ones(16, dtype)
        self.ones_5 = np.ones(16 * N, dtype)
        self.ones_64 = np.ones(64, dtype)
        self.range_16 = np.arange(16)
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
def forward(params, word):
    """The output z, a new array."""
    dtype = _dtype(params)
    N = _length("word", word, ("N", 16), 0)
    E1 = _floats("E1", params["E1"], (64, 32), dtype)
    P2 = _floats("P2", params["P2"], (16, 32), dtype)
    g3an = _floats("g3an", params["g3an"], (32,), dtype)
    b3an = _floats("b3an", params["b3an"], (32,), dtype)
    Q3a = _floats("Q3a", params["Q3a"], (4, 8, 32), dtype)
    V3a = _floats("V3a", params["V3a"], (4, 8, 32), dtype)
    W3a = _floats("W3a", params["W3a"], (4, 8, 32), dtype)
    O3a = _floats("O3a", params["O3a"], (32, 4, 8), dtype)
    g3fn = _floats("g3fn", params["g3fn"], (32,), dtype)
    b3fn = _floats("b3fn", params["b3fn"], (32,), dtype)
    W3f = _floats("W3f", params["W3f"], (128, 32), dtype)
    b3f = _floats("b3f", params["b3f"], (128,), dtype)
    U3f = _floats("U3f", params["U3f"], (32, 128), dtype)
    c3f = _floats("c3f", params["c3f"], (32,), dtype)
    g4an = _floats("g4an", params["g4an"], (32,), dtype)
    b4an = _floats("b4an", params["b4an"], (32,), dtype)
    Q4a = _floats("Q4a", params["Q4a"], (4, 8, 32), dtype)
    V4a = _floats("V4a", params["V4a"], (4, 8, 32), dtype)
    W4a = _floats("W4a", params["W4a"], (4, 8, 32), dtype)
    O4a = _floats("O4a", params["O4a"], (32, 4, 8), dtype)
    g4fn = _floats("g4fn", params["g4fn"], (32,), dtype)
    b4fn = _floats("b4fn", params["b4fn"], (32,), dtype)
    W4f = _floats("W4f", params["W4f"], (128, 32), dtype)
    b4f = _floats("b4f", params["b4f"], (128,), dtype)
    U4f = _floats("U4f", params["U4f"], (32, 128), dtype)
    c4f = _floats("c4f", params["c4f"], (32,), dtype)
    glast = _floats("glast", params["glast"], (32,), dtype)
    blast = _floats("blast", params["blast"], (32,), dtype)
    word = _integers("word", word, (N, 16), 64)
    ones_32 = np.ones(32, dtype)
    ones_16 = np.ones(16, dtype)
    range_16 = np.arange(16)
    e1 = np.take(E1, word, axis=0, mode="clip")  # e1[n, t, d] = E1[word[n, t], d]
    y2 = np.add(e1, P2)  # y2[n, t, k] = e1[n, t, k] + P2[t, k]
    m3an = np.dot(y2, ones_32)  # m3an[n, t] = sum(k, y2[n, t, k])
    m3an = np.multiply(m3an, 0.03125, out=m3an)  # m3an[n, t] = sum(k, y2[n, t, k])/32
    sum_v3an = np.subtract(y2, m3an[:, :, None])  # sum_v3an[n, t, k] = y2[n, t, k] - m3an[n, t]
    v3an = np.vecdot(sum_v3an, sum_v3an)  # v3an[n, t] = sum(k, (y2[n, t, k] - m3an[n, t])**2)
    # v3an[n, t] = sum(k, (y2[n, t, k] - m3an[n, t])**2)/32
    v3an = np.multiply(v3an, 0.03125, out=v3an)
    sum_y3an = np.add(v3an, 1e-05)  # sum_y3an[n, t] = 1/100000 + v3an[n, t]
    sum_y3an = np.sqrt(sum_y3an, out=sum_y3an)  # sum_y3an[n, t] = sqrt(1/100000 + v3an[n, t])
    y3an = np.subtract(y2, m3an[:, :, None])  # y3an[n, t, k] = y2[n, t, k] - m3an[n, t]
    y3an = np.multiply(g3an, y3an, out=y3an)  # y3an[n, t, k] = g3an[k]*(y2[n, t, k] - m3an[n, t])
    # y3an[n, t, k] = g3an[k]*(y2[n, t, k] - m3an[n, t])/sqrt(1/100000 + v3an[n, t])
    y3an = np.divide(y3an, sum_y3an[:, :, None], out=y3an)
    # y3an[n, t, k] = g3an[k]*(y2[n, t, k] - m3an[n, t])/sqrt(1/100000 + v3an[n, t]) + b3an[k]
    y3an = np.add(y3an, b3an, out=y3an)
    # q3a[n, h, t, d] = sum(k, Q3a[h, d, k]*y3an[n, t, k])
    q3a = np.matmul(y3an[:, None], Q3a.transpose(0, 2, 1))
    # v3a[n, h, s, d] = sum(k, V3a[h, d, k]*y3an[n, s, k])
    v3a = np.matmul(y3an[:, None], V3a.transpose(0, 2, 1))
    # w3a[n, h, s, d] = sum(k, W3a[h, d, k]*y3an[n, s, k])
    w3a = np.matmul(y3an[:, None], W3a.transpose(0, 2, 1))
    # a3a[n, h, t, s] = sum(d, q3a[n, h, t, d]*v3a[n, h, s, d])
    a3a = np.matmul(q3a, v3a.transpose(0, 1, 3, 2))
    # a3a[n, h, t, s] = sqrt(2)*sum(d, q3a[n, h, t, d]*v3a[n, h, s, d])/4
    a3a = np.multiply(a3a, 0.3535533905932738, out=a3a)
    s1_values = range_16  # s1_values[s1] = s1
    t_values = range_16  # t_values[t] = t
    # less_equal_constant[s1, t] = (s1 <= t)
    less_equal_constant = np.less_equal(s1_values[:, None], t_values)
    # p3a_terms[n, h, t, s1] = where(less_equal_constant[s1, t], a3a[n, h, t, s1], -1000000000)
    p3a_terms = _chosen(less_equal_constant.T, a3a, -1000000000.0, None, (N, 4, 16, 16), dtype)
    # max_p3a_terms[n, h, t] = max(s1, p3a_terms[n, h, t, s1])
    max_p3a_terms = np.maximum.reduce(p3a_terms, axis=3)
    # exp_p3a_terms[n, h, t, s1] = p3a_terms[n, h, t, s1] - max_p3a_terms[n, h, t]
    exp_p3a_terms = np.subtract(p3a_terms, max_p3a_terms[:, :, :, None])
    # exp_p3a_terms[n, h, t, s1] = exp(p3a_terms[n, h, t, s1] - max_p3a_terms[n, h, t])
    exp_p3a_terms = np.exp(exp_p3a_terms, out=exp_p3a_terms)
    # sum_exp_p3a_terms[n, h, t] = sum(s1, exp_p3a_terms[n, h, t, s1])
    sum_exp_p3a_terms = np.dot(exp_p3a_terms, ones_16)
    # p3a[n, h, t, s] = exp_p3a_terms[n, h, t, s]/sum_exp_p3a_terms[n, h, t]
    p3a = np.divide(exp_p3a_terms, sum_exp_p3a_terms[:, :, :, None])
    z3a = np.matmul(p3a, w3a)  # z3a[n, h, t, d] = sum(s, p3a[n, h, t, s]*w3a[n, h, s, d])
    # z3a_copy[n, t, h, d] = z3a[n, h, t, d]
    z3a_copy = _filled(z3a.transpose(0, 2, 1, 3), None, (N, 16, 4, 8), dtype)
    # o3a[n, t, k] = sum(h, d, O3a[k, h, d]*z3a[n, h, t, d])
    o3a = np.dot(z3a_copy.reshape(16 * N, 32), O3a.reshape(32, 32).T).reshape(N, 16, 32)
    ra3 = np.add(y2, o3a)  # ra3[n, t, k] = y2[n, t, k] + o3a[n, t, k]
    m3fn = np.dot(ra3, ones_32)  # m3fn[n, t] = sum(k, ra3[n, t, k])
    m3fn = np.multiply(m3fn, 0.03125, out=m3fn)  # m3fn[n, t] = sum(k, ra3[n, t, k])/32
    sum_v3fn = np.subtract(ra3, m3fn[:, :, None])  # sum_v3fn[n, t, k] = ra3[n, t, k] - m3fn[n, t]
    v3fn = np.vecdot(sum_v3fn, sum_v3fn)  # v3fn[n, t] = sum(k, (ra3[n, t, k] - m3fn[n, t])**2)
    # v3fn[n, t] = sum(k, (ra3[n, t, k] - m3fn[n, t])**2)/32
    v3fn = np.multiply(v3fn, 0.03125, out=v3fn)
    sum_y3fn = np.add(v3fn, 1e-05)  # sum_y3fn[n, t] = 1/100000 + v3fn[n, t]
    sum_y3fn = np.sqrt(sum_y3fn, out=sum_y3fn)  # sum_y3fn[n, t] = sqrt(1/100000 + v3fn[n, t])
    y3fn = np.subtract(ra3, m3fn[:, :, None])  # y3fn[n, t, k] = ra3[n, t, k] - m3fn[n, t]
    y3fn = np.multiply(g3fn, y3fn, out=y3fn)  # y3fn[n, t, k] = g3fn[k]*(ra3[n, t, k] - m3fn[n, t])
    # y3fn[n, t, k] = g3fn[k]*(ra3[n, t, k] - m3fn[n, t])/sqrt(1/100000 + v3fn[n, t])
    y3fn = np.divide(y3fn, sum_y3fn[:, :, None], out=y3fn)
    # y3fn[n, t, k] = g3fn[k]*(ra3[n, t, k] - m3fn[n, t])/sqrt(1/100000 + v3fn[n, t]) + b3fn[k]
    y3fn = np.add(y3fn, b3fn, out=y3fn)
    # s3f[n, t, j] = sum(k, W3f[j, k]*y3fn[n, t, k])
    s3f = np.dot(y3fn.reshape(16 * N, 32), W3f.T).reshape(N, 16, 128)
    s3f = np.add(s3f, b3f, out=s3f)  # s3f[n, t, j] = sum(k, W3f[j, k]*y3fn[n, t, k]) + b3f[j]
    h3f = np.multiply(s3f, 0.7071067811865476)  # h3f[n, t, j] = sqrt(2)*s3f[n, t, j]/2
    h3f = _erf(h3f, h3f)  # h3f[n, t, j] = erf(sqrt(2)*s3f[n, t, j]/2)
    h3f = np.add(h3f, 1.0, out=h3f)  # h3f[n, t, j] = 1 + erf(sqrt(2)*s3f[n, t, j]/2)
    h3f = np.multiply(h3f, 0.5, out=h3f)  # h3f[n, t, j] = 1/2 + erf(sqrt(2)*s3f[n, t, j]/2)/2
    h3f = np.multiply(h3f, s3f, out=h3f)  # h3f[n, t, j] = gelu(s3f[n, t, j])
    # y3f[n, t, i] = sum(j, U3f[i, j]*h3f[n, t, j])
    y3f = np.dot(h3f.reshape(16 * N, 128), U3f.T).reshape(N, 16, 32)
    y3f = np.add(y3f, c3f, out=y3f)  # y3f[n, t, i] = sum(j, U3f[i, j]*h3f[n, t, j]) + c3f[i]
    rf3 = np.add(ra3, y3f)  # rf3[n, t, k] = ra3[n, t, k] + y3f[n, t, k]
    m4an = np.dot(rf3, ones_32)  # m4an[n, t] = sum(k, rf3[n, t, k])
    m4an = np.multiply(m4an, 0.03125, out=m4an)  # m4an[n, t] = sum(k, rf3[n, t, k])/32
    sum_v4an = np.subtract(rf3, m4an[:, :, None])  # sum_v4an[n, t, k] = rf3[n, t, k] - m4an[n, t]
    v4an = np.vecdot(sum_v4an, sum_v4an)  # v4an[n, t] = sum(k, (rf3[n, t, k] - m4an[n, t])**2)
    # v4an[n, t] = sum(k, (rf3[n, t, k] - m4an[n, t])**2)/32
    v4an = np.multiply(v4an, 0.03125, out=v4an)
    sum_y4an = np.add(v4an, 1e-05)  # sum_y4an[n, t] = 1/100000 + v4an[n, t]
    sum_y4an = np.sqrt(sum_y4an, out=sum_y4an)  # sum_y4an[n, t] = sqrt(1/100000 + v4an[n, t])
    y4an = np.subtract(rf3, m4an[:, :, None])  # y4an[n, t, k] = rf3[n, t, k] - m4an[n, t]
    y4an = np.multiply(g4an, y4an, out=y4an)  # y4an[n, t, k] = g4an[k]*(rf3[n, t, k] - m4an[n, t])
    # y4an[n, t, k] = g4an[k]*(rf3[n, t, k] - m4an[n, t])/sqrt(1/100000 + v4an[n, t])
    y4an = np.divide(y4an, sum_y4an[:, :, None], out=y4an)
    # y4an[n, t, k] = g4an[k]*(rf3[n, t, k] - m4an[n, t])/sqrt(1/100000 + v4an[n, t]) + b4an[k]
    y4an = np.add(y4an, b4an, out=y4an)
    # q4a[n, h, t, d] = sum(k, Q4a[h, d, k]*y4an[n, t, k])
    q4a = np.matmul(y4an[:, None], Q4a.transpose(0, 2, 1))
    # v4a[n, h, s, d] = sum(k, V4a[h, d, k]*y4an[n, s, k])
    v4a = np.matmul(y4an[:, None], V4a.transpose(0, 2, 1))
    # w4a[n, h, s, d] = sum(k, W4a[h, d, k]*y4an[n, s, k])
    w4a = np.matmul(y4an[:, None], W4a.transpose(0, 2, 1))
    # a4a[n, h, t, s] = sum(d, q4a[n, h, t, d]*v4a[n, h, s, d])
    a4a = np.matmul(q4a, v4a.transpose(0, 1, 3, 2))
    # a4a[n, h, t, s] = sqrt(2)*sum(d, q4a[n, h, t, d]*v4a[n, h, s, d])/4
    a4a = np.multiply(a4a, 0.3535533905932738, out=a4a)
    # p4a_terms[n, h, t, s1] = where(less_equal_constant[s1, t], a4a[n, h, t, s1], -1000000000)
    p4a_terms = _chosen(less_equal_constant.T, a4a, -1000000000.0, None, (N, 4, 16, 16), dtype)
    # max_p4a_terms[n, h, t] = max(s1, p4a_terms[n, h, t, s1])
    max_p4a_terms = np.maximum.reduce(p4a_terms, axis=3)
    # exp_p4a_terms[n, h, t, s1] = p4a_terms[n, h, t, s1] - max_p4a_terms[n, h, t]
    exp_p4a_terms = np.subtract(p4a_terms, max_p4a_terms[:, :, :, None])
    # exp_p4a_terms[n, h, t, s1] = exp(p4a_terms[n, h, t, s1] - max_p4a_terms[n, h, t])
    exp_p4a_terms = np.exp(exp_p4a_terms, out=exp_p4a_terms)
    # sum_exp_p4a_terms[n, h, t] = sum(s1, exp_p4a_terms[n, h, t, s1])
    sum_exp_p4a_terms = np.dot(exp_p4a_terms, ones_16)
    # p4a[n, h, t, s] = exp_p4a_terms[n, h, t, s]/sum_exp_p4a_terms[n, h, t]
    p4a = np.divide(exp_p4a_terms, sum_exp_p4a_terms[:, :, :, None])
    z4a = np.matmul(p4a, w4a)  # z4a[n, h, t, d] = sum(s, p4a[n, h, t, s]*w4a[n, h, s, d])
    # z4a_copy[n, t, h, d] = z4a[n, h, t, d]
    z4a_copy = _filled(z4a.transpose(0, 2, 1, 3), None, (N, 16, 4, 8), dtype)
    # o4a[n, t, k] = sum(h, d, O4a[k, h, d]*z4a[n, h, t, d])
    o4a = np.dot(z4a_copy.reshape(16 * N, 32), O4a.reshape(32, 32).T).reshape(N, 16, 32)
    ra4 = np.add(rf3, o4a)  # ra4[n, t, k] = rf3[n, t, k] + o4a[n, t, k]
    m4fn = np.dot(ra4, ones_32)  # m4fn[n, t] = sum(k, ra4[n, t, k])
    m4fn = np.multiply(m4fn, 0.03125, out=m4fn)  # m4fn[n, t] = sum(k, ra4[n, t, k])/32
    sum_v4fn = np.subtract(ra4, m4fn[:, :, None])  # sum_v4fn[n, t, k] = ra4[n, t, k] - m4fn[n, t]
    v4fn = np.vecdot(sum_v4fn, sum_v4fn)  # v4fn[n, t] = sum(k, (ra4[n, t, k] - m4fn[n, t])**2)
    # v4fn[n, t] = sum(k, (ra4[n, t, k] - m4fn[n, t])**2)/32
    v4fn = np.multiply(v4fn, 0.03125, out=v4fn)
    sum_y4fn = np.add(v4fn, 1e-05)  # sum_y4fn[n, t] = 1/100000 + v4fn[n, t]
    sum_y4fn = np.sqrt(sum_y4fn, out=sum_y4fn)  # sum_y4fn[n, t] = sqrt(1/100000 + v4fn[n, t])
    y4fn = np.subtract(ra4, m4fn[:, :, None])  # y4fn[n, t, k] = ra4[n, t, k] - m4fn[n, t]
    y4fn = np.multiply(g4fn, y4fn, out=y4fn)  # y4fn[n, t, k] = g4fn[k]*(ra4[n, t, k] - m4fn[n, t])
    # y4fn[n, t, k] = g4fn[k]*(ra4[n, t, k] - m4fn[n, t])/sqrt(1/100000 + v4fn[n, t])
    y4fn = np.divide(y4fn, sum_y4fn[:, :, None], out=y4fn)
    # y4fn[n, t, k] = g4fn[k]*(ra4[n, t, k] - m4fn[n, t])/sqrt(1/100000 + v4fn[n, t]) + b4fn[k]
    y4fn = np.add(y4fn, b4fn, out=y4fn)
    # s4f[n, t, j] = sum(k, W4f[j, k]*y4fn[n, t, k])
    s4f = np.dot(y4fn.reshape(16 * N, 32), W4f.T).reshape(N, 16, 128)
    s4f = np.add(s4f, b4f, out=s4f)  # s4f[n, t, j] = sum(k, W4f[j, k]*y4fn[n, t, k]) + b4f[j]
    h4f = np.multiply(s4f, 0.7071067811865476)  # h4f[n, t, j] = sqrt(2)*s4f[n, t, j]/2
    h4f = _erf(h4f, h4f)  # h4f[n, t, j] = erf(sqrt(2)*s4f[n, t, j]/2)
    h4f = np.add(h4f, 1.0, out=h4f)  # h4f[n, t, j] = 1 + erf(sqrt(2)*s4f[n, t, j]/2)
    h4f = np.multiply(h4f, 0.5, out=h4f)  # h4f[n, t, j] = 1/2 + erf(sqrt(2)*s4f[n, t, j]/2)/2
    h4f = np.multiply(h4f, s4f, out=h4f)  # h4f[n, t, j] = gelu(s4f[n, t, j])
    # y4f[n, t, i] = sum(j, U4f[i, j]*h4f[n, t, j])
    y4f = np.dot(h4f.reshape(16 * N, 128), U4f.T).reshape(N, 16, 32)
    y4f = np.add(y4f, c4f, out=y4f)  # y4f[n, t, i] = sum(j, U4f[i, j]*h4f[n, t, j]) + c4f[i]
    rf4 = np.add(ra4, y4f)  # rf4[n, t, k] = ra4[n, t, k] + y4f[n, t, k]
    mlast = np.dot(rf4, ones_32)  # mlast[n, t] = sum(k, rf4[n, t, k])
    mlast = np.multiply(mlast, 0.03125, out=mlast)  # mlast[n, t] = sum(k, rf4[n, t, k])/32
    # sum_vlast[n, t, k] = rf4[n, t, k] - mlast[n, t]
    sum_vlast = np.subtract(rf4, mlast[:, :, None])
    # vlast[n, t] = sum(k, (rf4[n, t, k] - mlast[n, t])**2)
    vlast = np.vecdot(sum_vlast, sum_vlast)
    # vlast[n, t] = sum(k, (rf4[n, t, k] - mlast[n, t])**2)/32
    vlast = np.multiply(vlast, 0.03125, out=vlast)
    sum_ylast = np.add(vlast, 1e-05)  # sum_ylast[n, t] = 1/100000 + vlast[n, t]
    sum_ylast = np.sqrt(sum_ylast, out=sum_ylast)  # sum_ylast[n, t] = sqrt(1/100000 + vlast[n, t])
    ylast = np.subtract(rf4, mlast[:, :, None])  # ylast[n, t, k] = rf4[n, t, k] - mlast[n, t]
    # ylast[n, t, k] = glast[k]*(rf4[n, t, k] - mlast[n, t])
    ylast = np.multiply(glast, ylast, out=ylast)
    # ylast[n, t, k] = glast[k]*(rf4[n, t, k] - mlast[n, t])/sqrt(1/100000 + vlast[n, t])
    ylast = np.divide(ylast, sum_ylast[:, :, None], out=ylast)
    # ylast[n, t, k] = glast[k]*(rf4[n, t, k] - mlast[n, t])/sqrt(1/100000 + vlast[n, t]) +
    #     blast[k]
    ylast = np.add(ylast, blast, out=ylast)
    # z[n, t, v] = sum(d, E1[v, d]*ylast[n, t, d])
    z = np.dot(ylast.reshape(16 * N, 32), E1.T).reshape(N, 16, 64)
    return z


@np.errstate(all="ignore")
def loss(params, word, following):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("word", word, ("N", 16), 0)
    E1 = _floats("E1", params["E1"], (64, 32), dtype)
    P2 = _floats("P2", params["P2"], (16, 32), dtype)
    g3an = _floats("g3an", params["g3an"], (32,), dtype)
    b3an = _floats("b3an", params["b3an"], (32,), dtype)
    Q3a = _floats("Q3a", params["Q3a"], (4, 8, 32), dtype)
    V3a = _floats("V3a", params["V3a"], (4, 8, 32), dtype)
    W3a = _floats("W3a", params["W3a"], (4, 8, 32), dtype)
    O3a = _floats("O3a", params["O3a"], (32, 4, 8), dtype)
    g3fn = _floats("g3fn", params["g3fn"], (32,), dtype)
    b3fn = _floats("b3fn", params["b3fn"], (32,), dtype)
    W3f = _floats("W3f", params["W3f"], (128, 32), dtype)
    b3f = _floats("b3f", params["b3f"], (128,), dtype)
    U3f = _floats("U3f", params["U3f"], (32, 128), dtype)
    c3f = _floats("c3f", params["c3f"], (32,), dtype)
    g4an = _floats("g4an", params["g4an"], (32,), dtype)
    b4an = _floats("b4an", params["b4an"], (32,), dtype)
    Q4a = _floats("Q4a", params["Q4a"], (4, 8, 32), dtype)
    V4a = _floats("V4a", params["V4a"], (4, 8, 32), dtype)
    W4a = _floats("W4a", params["W4a"], (4, 8, 32), dtype)
    O4a = _floats("O4a", params["O4a"], (32, 4, 8), dtype)
    g4fn = _floats("g4fn", params["g4fn"], (32,), dtype)
    b4fn = _floats("b4fn", params["b4fn"], (32,), dtype)
    W4f = _floats("W4f", params["W4f"], (128, 32), dtype)
    b4f = _floats("b4f", params["b4f"], (128,), dtype)
    U4f = _floats("U4f", params["U4f"], (32, 128), dtype)
    c4f = _floats("c4f", params["c4f"], (32,), dtype)
    glast = _floats("glast", params["glast"], (32,), dtype)
    blast = _floats("blast", params["blast"], (32,), dtype)
    word = _integers("word", word, (N, 16), 64)
    following = _integers("following", following, (N, 16), 64)
    ones_32 = np.ones(32, dtype)
    ones_16 = np.ones(16, dtype)
    ones_64 = np.ones(64, dtype)
    ones_5 = np.ones(16 * N, dtype)
    range_16 = np.arange(16)
    range_N = np.arange(N)
    e1 = np.take(E1, word, axis=0, mode="clip")  # e1[n, t, d] = E1[word[n, t], d]
    y2 = np.add(e1, P2)  # y2[n, t, k] = e1[n, t, k] + P2[t, k]
    m3an = np.dot(y2, ones_32)  # m3an[n, t] = sum(k, y2[n, t, k])
    m3an = np.multiply(m3an, 0.03125, out=m3an)  # m3an[n, t] = sum(k, y2[n, t, k])/32
    sum_v3an = np.subtract(y2, m3an[:, :, None])  # sum_v3an[n, t, k] = y2[n, t, k] - m3an[n, t]
    v3an = np.vecdot(sum_v3an, sum_v3an)  # v3an[n, t] = sum(k, (y2[n, t, k] - m3an[n, t])**2)
    # v3an[n, t] = sum(k, (y2[n, t, k] - m3an[n, t])**2)/32
    v3an = np.multiply(v3an, 0.03125, out=v3an)
    sum_y3an = np.add(v3an, 1e-05)  # sum_y3an[n, t] = 1/100000 + v3an[n, t]
    sum_y3an = np.sqrt(sum_y3an, out=sum_y3an)  # sum_y3an[n, t] = sqrt(1/100000 + v3an[n, t])
    y3an = np.subtract(y2, m3an[:, :, None])  # y3an[n, t, k] = y2[n, t, k] - m3an[n, t]
    y3an = np.multiply(g3an, y3an, out=y3an)  # y3an[n, t, k] = g3an[k]*(y2[n, t, k] - m3an[n, t])
    # y3an[n, t, k] = g3an[k]*(y2[n, t, k] - m3an[n, t])/sqrt(1/100000 + v3an[n, t])
    y3an = np.divide(y3an, sum_y3an[:, :, None], out=y3an)
    # y3an[n, t, k] = g3an[k]*(y2[n, t, k] - m3an[n, t])/sqrt(1/100000 + v3an[n, t]) + b3an[k]
    y3an = np.add(y3an, b3an, out=y3an)
    # q3a[n, h, t, d] = sum(k, Q3a[h, d, k]*y3an[n, t, k])
    q3a = np.matmul(y3an[:, None], Q3a.transpose(0, 2, 1))
    # v3a[n, h, s, d] = sum(k, V3a[h, d, k]*y3an[n, s, k])
    v3a = np.matmul(y3an[:, None], V3a.transpose(0, 2, 1))
    # w3a[n, h, s, d] = sum(k, W3a[h, d, k]*y3an[n, s, k])
    w3a = np.matmul(y3an[:, None], W3a.transpose(0, 2, 1))
    # a3a[n, h, t, s] = sum(d, q3a[n, h, t, d]*v3a[n, h, s, d])
    a3a = np.matmul(q3a, v3a.transpose(0, 1, 3, 2))
    # a3a[n, h, t, s] = sqrt(2)*sum(d, q3a[n, h, t, d]*v3a[n, h, s, d])/4
    a3a = np.multiply(a3a, 0.3535533905932738, out=a3a)
    s1_values = range_16  # s1_values[s1] = s1
    t_values = range_16  # t_values[t] = t
    # less_equal_constant[s1, t] = (s1 <= t)
    less_equal_constant = np.less_equal(s1_values[:, None], t_values)
    # p3a_terms[n, h, t, s1] = where(less_equal_constant[s1, t], a3a[n, h, t, s1], -1000000000)
    p3a_terms = _chosen(less_equal_constant.T, a3a, -1000000000.0, None, (N, 4, 16, 16), dtype)
    # max_p3a_terms[n, h, t] = max(s1, p3a_terms[n, h, t, s1])
    max_p3a_terms = np.maximum.reduce(p3a_terms, axis=3)
    # exp_p3a_terms[n, h, t, s1] = p3a_terms[n, h, t, s1] - max_p3a_terms[n, h, t]
    exp_p3a_terms = np.subtract(p3a_terms, max_p3a_terms[:, :, :, None])
    # exp_p3a_terms[n, h, t, s1] = exp(p3a_terms[n, h, t, s1] - max_p3a_terms[n, h, t])
    exp_p3a_terms = np.exp(exp_p3a_terms, out=exp_p3a_terms)
    # sum_exp_p3a_terms[n, h, t] = sum(s1, exp_p3a_terms[n, h, t, s1])
    sum_exp_p3a_terms = np.dot(exp_p3a_terms, ones_16)
    # p3a[n, h, t, s] = exp_p3a_terms[n, h, t, s]/sum_exp_p3a_terms[n, h, t]
    p3a = np.divide(exp_p3a_terms, sum_exp_p3a_terms[:, :, :, None])
    z3a = np.matmul(p3a, w3a)  # z3a[n, h, t, d] = sum(s, p3a[n, h, t, s]*w3a[n, h, s, d])
    # z3a_copy[n, t, h, d] = z3a[n, h, t, d]
    z3a_copy = _filled(z3a.transpose(0, 2, 1, 3), None, (N, 16, 4, 8), dtype)
    # o3a[n, t, k] = sum(h, d, O3a[k, h, d]*z3a[n, h, t, d])
    o3a = np.dot(z3a_copy.reshape(16 * N, 32), O3a.reshape(32, 32).T).reshape(N, 16, 32)
    ra3 = np.add(y2, o3a)  # ra3[n, t, k] = y2[n, t, k] + o3a[n, t, k]
    m3fn = np.dot(ra3, ones_32)  # m3fn[n, t] = sum(k, ra3[n, t, k])
    m3fn = np.multiply(m3fn, 0.03125, out=m3fn)  # m3fn[n, t] = sum(k, ra3[n, t, k])/32
    sum_v3fn = np.subtract(ra3, m3fn[:, :, None])  # sum_v3fn[n, t, k] = ra3[n, t, k] - m3fn[n, t]
    v3fn = np.vecdot(sum_v3fn, sum_v3fn)  # v3fn[n, t] = sum(k, (ra3[n, t, k] - m3fn[n, t])**2)
    # v3fn[n, t] = sum(k, (ra3[n, t, k] - m3fn[n, t])**2)/32
    v3fn = np.multiply(v3fn, 0.03125, out=v3fn)
    sum_y3fn = np.add(v3fn, 1e-05)  # sum_y3fn[n, t] = 1/100000 + v3fn[n, t]
    sum_y3fn = np.sqrt(sum_y3fn, out=sum_y3fn)  # sum_y3fn[n, t] = sqrt(1/100000 + v3fn[n, t])
    y3fn = np.subtract(ra3, m3fn[:, :, None])  # y3fn[n, t, k] = ra3[n, t, k] - m3fn[n, t]
    y3fn = np.multiply(g3fn, y3fn, out=y3fn)  # y3fn[n, t, k] = g3fn[k]*(ra3[n, t, k] - m3fn[n, t])
    # y3fn[n, t, k] = g3fn[k]*(ra3[n, t, k] - m3fn[n, t])/sqrt(1/100000 + v3fn[n, t])
    y3fn = np.divide(y3fn, sum_y3fn[:, :, None], out=y3fn)
    # y3fn[n, t, k] = g3fn[k]*(ra3[n, t, k] - m3fn[n, t])/sqrt(1/100000 + v3fn[n, t]) + b3fn[k]
    y3fn = np.add(y3fn, b3fn, out=y3fn)
    # s3f[n, t, j] = sum(k, W3f[j, k]*y3fn[n, t, k])
    s3f = np.dot(y3fn.reshape(16 * N, 32), W3f.T).reshape(N, 16, 128)
    s3f = np.add(s3f, b3f, out=s3f)  # s3f[n, t, j] = sum(k, W3f[j, k]*y3fn[n, t, k]) + b3f[j]
    h3f = np.multiply(s3f, 0.7071067811865476)  # h3f[n, t, j] = sqrt(2)*s3f[n, t, j]/2
    h3f = _erf(h3f, h3f)  # h3f[n, t, j] = erf(sqrt(2)*s3f[n, t, j]/2)
    h3f = np.add(h3f, 1.0, out=h3f)  # h3f[n, t, j] = 1 + erf(sqrt(2)*s3f[n, t, j]/2)
    h3f = np.multiply(h3f, 0.5, out=h3f)  # h3f[n, t, j] = 1/2 + erf(sqrt(2)*s3f[n, t, j]/2)/2
    h3f = np.multiply(h3f, s3f, out=h3f)  # h3f[n, t, j] = gelu(s3f[n, t, j])
    # y3f[n, t, i] = sum(j, U3f[i, j]*h3f[n, t, j])
    y3f = np.dot(h3f.reshape(16 * N, 128), U3f.T).reshape(N, 16, 32)
    y3f = np.add(y3f, c3f, out=y3f)  # y3f[n, t, i] = sum(j, U3f[i, j]*h3f[n, t, j]) + c3f[i]
    rf3 = np.add(ra3, y3f)  # rf3[n, t, k] = ra3[n, t, k] + y3f[n, t, k]
    m4an = np.dot(rf3, ones_32)  # m4an[n, t] = sum(k, rf3[n, t, k])
    m4an = np.multiply(m4an, 0.03125, out=m4an)  # m4an[n, t] = sum(k, rf3[n, t, k])/32
    sum_v4an = np.subtract(rf3, m4an[:, :, None])  # sum_v4an[n, t, k] = rf3[n, t, k] - m4an[n, t]
    v4an = np.vecdot(sum_v4an, sum_v4an)  # v4an[n, t] = sum(k, (rf3[n, t, k] - m4an[n, t])**2)
    # v4an[n, t] = sum(k, (rf3[n, t, k] - m4an[n, t])**2)/32
    v4an = np.multiply(v4an, 0.03125, out=v4an)
    sum_y4an = np.add(v4an, 1e-05)  # sum_y4an[n, t] = 1/100000 + v4an[n, t]
    sum_y4an = np.sqrt(sum_y4an, out=sum_y4an)  # sum_y4an[n, t] = sqrt(1/100000 + v4an[n, t])
    y4an = np.subtract(rf3, m4an[:, :, None])  # y4an[n, t, k] = rf3[n, t, k] - m4an[n, t]
    y4an = np.multiply(g4an, y4an, out=y4an)  # y4an[n, t, k] = g4an[k]*(rf3[n, t, k] - m4an[n, t])
    # y4an[n, t, k] = g4an[k]*(rf3[n, t, k] - m4an[n, t])/sqrt(1/100000 + v4an[n, t])
    y4an = np.divide(y4an, sum_y4an[:, :, None], out=y4an)
    # y4an[n, t, k] = g4an[k]*(rf3[n, t, k] - m4an[n, t])/sqrt(1/100000 + v4an[n, t]) + b4an[k]
    y4an = np.add(y4an, b4an, out=y4an)
    # q4a[n, h, t, d] = sum(k, Q4a[h, d, k]*y4an[n, t, k])
    q4a = np.matmul(y4an[:, None], Q4a.transpose(0, 2, 1))
    # v4a[n, h, s, d] = sum(k, V4a[h, d, k]*y4an[n, s, k])
    v4a = np.matmul(y4an[:, None], V4a.transpose(0, 2, 1))
    # w4a[n, h, s, d] = sum(k, W4a[h, d, k]*y4an[n, s, k])
    w4a = np.matmul(y4an[:, None], W4a.transpose(0, 2, 1))
    # a4a[n, h, t, s] = sum(d, q4a[n, h, t, d]*v4a[n, h, s, d])
    a4a = np.matmul(q4a, v4a.transpose(0, 1, 3, 2))
    # a4a[n, h, t, s] = sqrt(2)*sum(d, q4a[n, h, t, d]*v4a[n, h, s, d])/4
    a4a = np.multiply(a4a, 0.3535533905932738, out=a4a)
    # p4a_terms[n, h, t, s1] = where(less_equal_constant[s1, t], a4a[n, h, t, s1], -1000000000)
    p4a_terms = _chosen(less_equal_constant.T, a4a, -1000000000.0, None, (N, 4, 16, 16), dtype)
    # max_p4a_terms[n, h, t] = max(s1, p4a_terms[n, h, t, s1])
    max_p4a_terms = np.maximum.reduce(p4a_terms, axis=3)
    # exp_p4a_terms[n, h, t, s1] = p4a_terms[n, h, t, s1] - max_p4a_terms[n, h, t]
    exp_p4a_terms = np.subtract(p4a_terms, max_p4a_terms[:, :, :, None])
    # exp_p4a_terms[n, h, t, s1] = exp(p4a_terms[n, h, t, s1] - max_p4a_terms[n, h, t])
    exp_p4a_terms = np.exp(exp_p4a_terms, out=exp_p4a_terms)
    # sum_exp_p4a_terms[n, h, t] = sum(s1, exp_p4a_terms[n, h, t, s1])
    sum_exp_p4a_terms = np.dot(exp_p4a_terms, ones_16)
    # p4a[n, h, t, s] = exp_p4a_terms[n, h, t, s]/sum_exp_p4a_terms[n, h, t]
    p4a = np.divide(exp_p4a_terms, sum_exp_p4a_terms[:, :, :, None])
    z4a = np.matmul(p4a, w4a)  # z4a[n, h, t, d] = sum(s, p4a[n, h, t, s]*w4a[n, h, s, d])
    # z4a_copy[n, t, h, d] = z4a[n, h, t, d]
    z4a_copy = _filled(z4a.transpose(0, 2, 1, 3), None, (N, 16, 4, 8), dtype)
    # o4a[n, t, k] = sum(h, d, O4a[k, h, d]*z4a[n, h, t, d])
    o4a = np.dot(z4a_copy.reshape(16 * N, 32), O4a.reshape(32, 32).T).reshape(N, 16, 32)
    ra4 = np.add(rf3, o4a)  # ra4[n, t, k] = rf3[n, t, k] + o4a[n, t, k]
    m4fn = np.dot(ra4, ones_32)  # m4fn[n, t] = sum(k, ra4[n, t, k])
    m4fn = np.multiply(m4fn, 0.03125, out=m4fn)  # m4fn[n, t] = sum(k, ra4[n, t, k])/32
    sum_v4fn = np.subtract(ra4, m4fn[:, :, None])  # sum_v4fn[n, t, k] = ra4[n, t, k] - m4fn[n, t]
    v4fn = np.vecdot(sum_v4fn, sum_v4fn)  # v4fn[n, t] = sum(k, (ra4[n, t, k] - m4fn[n, t])**2)
    # v4fn[n, t] = sum(k, (ra4[n, t, k] - m4fn[n, t])**2)/32
    v4fn = np.multiply(v4fn, 0.03125, out=v4fn)
    sum_y4fn = np.add(v4fn, 1e-05)  # sum_y4fn[n, t] = 1/100000 + v4fn[n, t]
    sum_y4fn = np.sqrt(sum_y4fn, out=sum_y4fn)  # sum_y4fn[n, t] = sqrt(1/100000 + v4fn[n, t])
    y4fn = np.subtract(ra4, m4fn[:, :, None])  # y4fn[n, t, k] = ra4[n, t, k] - m4fn[n, t]
    y4fn = np.multiply(g4fn, y4fn, out=y4fn)  # y4fn[n, t, k] = g4fn[k]*(ra4[n, t, k] - m4fn[n, t])
    # y4fn[n, t, k] = g4fn[k]*(ra4[n, t, k] - m4fn[n, t])/sqrt(1/100000 + v4fn[n, t])
    y4fn = np.divide(y4fn, sum_y4fn[:, :, None], out=y4fn)
    # y4fn[n, t, k] = g4fn[k]*(ra4[n, t, k] - m4fn[n, t])/sqrt(1/100000 + v4fn[n, t]) + b4fn[k]
    y4fn = np.add(y4fn, b4fn, out=y4fn)
    # s4f[n, t, j] = sum(k, W4f[j, k]*y4fn[n, t, k])
    s4f = np.dot(y4fn.reshape(16 * N, 32), W4f.T).reshape(N, 16, 128)
    s4f = np.add(s4f, b4f, out=s4f)  # s4f[n, t, j] = sum(k, W4f[j, k]*y4fn[n, t, k]) + b4f[j]
    h4f = np.multiply(s4f, 0.7071067811865476)  # h4f[n, t, j] = sqrt(2)*s4f[n, t, j]/2
    h4f = _erf(h4f, h4f)  # h4f[n, t, j] = erf(sqrt(2)*s4f[n, t, j]/2)
    h4f = np.add(h4f, 1.0, out=h4f)  # h4f[n, t, j] = 1 + erf(sqrt(2)*s4f[n, t, j]/2)
    h4f = np.multiply(h4f, 0.5, out=h4f)  # h4f[n, t, j] = 1/2 + erf(sqrt(2)*s4f[n, t, j]/2)/2
    h4f = np.multiply(h4f, s4f, out=h4f)  # h4f[n, t, j] = gelu(s4f[n, t, j])
    # y4f[n, t, i] = sum(j, U4f[i, j]*h4f[n, t, j])
    y4f = np.dot(h4f.reshape(16 * N, 128), U4f.T).reshape(N, 16, 32)
    y4f = np.add(y4f, c4f, out=y4f)  # y4f[n, t, i] = sum(j, U4f[i, j]*h4f[n, t, j]) + c4f[i]
    rf4 = np.add(ra4, y4f)  # rf4[n, t, k] = ra4[n, t, k] + y4f[n, t, k]
    mlast = np.dot(rf4, ones_32)  # mlast[n, t] = sum(k, rf4[n, t, k])
    mlast = np.multiply(mlast, 0.03125, out=mlast)  # mlast[n, t] = sum(k, rf4[n, t, k])/32
    # sum_vlast[n, t, k] = rf4[n, t, k] - mlast[n, t]
    sum_vlast = np.subtract(rf4, mlast[:, :, None])
    # vlast[n, t] = sum(k, (rf4[n, t, k] - mlast[n, t])**2)
    vlast = np.vecdot(sum_vlast, sum_vlast)
    # vlast[n, t] = sum(k, (rf4[n, t, k] - mlast[n, t])**2)/32
    vlast = np.multiply(vlast, 0.03125, out=vlast)
    sum_ylast = np.add(vlast, 1e-05)  # sum_ylast[n, t] = 1/100000 + vlast[n, t]
    sum_ylast = np.sqrt(sum_ylast, out=sum_ylast)  # sum_ylast[n, t] = sqrt(1/100000 + vlast[n, t])
    ylast = np.subtract(rf4, mlast[:, :, None])  # ylast[n, t, k] = rf4[n, t, k] - mlast[n, t]
    # ylast[n, t, k] = glast[k]*(rf4[n, t, k] - mlast[n, t])
    ylast = np.multiply(glast, ylast, out=ylast)
    # ylast[n, t, k] = glast[k]*(rf4[n, t, k] - mlast[n, t])/sqrt(1/100000 + vlast[n, t])
    ylast = np.divide(ylast, sum_ylast[:, :, None], out=ylast)
    # ylast[n, t, k] = glast[k]*(rf4[n, t, k] - mlast[n, t])/sqrt(1/100000 + vlast[n, t]) +
    #     blast[k]
    ylast = np.add(ylast, blast, out=ylast)
    # z[n, t, v] = sum(d, E1[v, d]*ylast[n, t, d])
    z = np.dot(ylast.reshape(16 * N, 32), E1.T).reshape(N, 16, 64)
    # not_equal_following[n, j] = (following[n, j] != 0)
    not_equal_following = np.not_equal(following, 0.0)
    max_z = np.maximum.reduce(z, axis=2)  # max_z[n, j] = max(k, z[n, j, k])
    exp_z = np.subtract(z, max_z[:, :, None])  # exp_z[n, j, k] = z[n, j, k] - max_z[n, j]
    exp_z = np.exp(exp_z, out=exp_z)  # exp_z[n, j, k] = exp(z[n, j, k] - max_z[n, j])
    sum_exp_z = np.dot(exp_z, ones_64)  # sum_exp_z[n, j] = sum(k, exp_z[n, j, k])
    # where_loss[n, j] = where(not_equal_following[n, j], 1, 0)
    where_loss = _masked(not_equal_following, 1.0, None, (N, 16), dtype)
    # sum_loss = sum(n, j, where(not_equal_following[n, j], 1, 0))
    sum_loss = np.dot(where_loss.reshape(-1), ones_5)
    log_loss = np.log(sum_exp_z)  # log_loss[n, j] = log(sum_exp_z[n, j])
    # z_read[n, j] = z[n, j, following[n, j]]
    z_read = _filled(z[range_N[:, None], range_16, following], None, (N, 16), dtype)
    # z_read[n, j] = max_z[n, j] - z[n, j, following[n, j]]
    z_read = np.subtract(max_z, z_read, out=z_read)
    # log_loss[n, j] = (max_z[n, j] - z[n, j, following[n, j]]) + log(sum_exp_z[n, j])
    log_loss = np.add(log_loss, z_read, out=log_loss)
    # where_loss_2[n, j] = where(not_equal_following[n, j], (max_z[n, j] - z[n, j, following[n,
    #     j]]) + log(sum_exp_z[n, j]), 0)
    where_loss_2 = _masked(not_equal_following, log_loss, None, (N, 16), dtype)
    # sum_loss_2 = sum(n, j, where(not_equal_following[n, j], (max_z[n, j] - z[n, j, following[n,
    #     j]]) + log(sum_exp_z[n, j]), 0))
    sum_loss_2 = np.dot(where_loss_2.reshape(-1), ones_5)
    # loss = sum(n, j, where(not_equal_following[n, j], (max_z[n, j] - z[n, j, following[n, j]]) +
    #     log(sum_exp_z[n, j]), 0))/sum(n, j, where(not_equal_following[n, j], 1, 0))
    loss = sum_loss_2 / sum_loss
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, word, following, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("word", word, ("N", 16), 0)
    E1 = _floats("E1", params["E1"], (64, 32), dtype)
    P2 = _floats("P2", params["P2"], (16, 32), dtype)
    g3an = _floats("g3an", params["g3an"], (32,), dtype)
    b3an = _floats("b3an", params["b3an"], (32,), dtype)
    Q3a = _floats("Q3a", params["Q3a"], (4, 8, 32), dtype)
    V3a = _floats("V3a", params["V3a"], (4, 8, 32), dtype)
    W3a = _floats("W3a", params["W3a"], (4, 8, 32), dtype)
    O3a = _floats("O3a", params["O3a"], (32, 4, 8), dtype)
    g3fn = _floats("g3fn", params["g3fn"], (32,), dtype)
    b3fn = _floats("b3fn", params["b3fn"], (32,), dtype)
    W3f = _floats("W3f", params["W3f"], (128, 32), dtype)
    b3f = _floats("b3f", params["b3f"], (128,), dtype)
    U3f = _floats("U3f", params["U3f"], (32, 128), dtype)
    c3f = _floats("c3f", params["c3f"], (32,), dtype)
    g4an = _floats("g4an", params["g4an"], (32,), dtype)
    b4an = _floats("b4an", params["b4an"], (32,), dtype)
    Q4a = _floats("Q4a", params["Q4a"], (4, 8, 32), dtype)
    V4a = _floats("V4a", params["V4a"], (4, 8, 32), dtype)
    W4a = _floats("W4a", params["W4a"], (4, 8, 32), dtype)
    O4a = _floats("O4a", params["O4a"], (32, 4, 8), dtype)
    g4fn = _floats("g4fn", params["g4fn"], (32,), dtype)
    b4fn = _floats("b4fn", params["b4fn"], (32,), dtype)
    W4f = _floats("W4f", params["W4f"], (128, 32), dtype)
    b4f = _floats("b4f", params["b4f"], (128,), dtype)
    U4f = _floats("U4f", params["U4f"], (32, 128), dtype)
    c4f = _floats("c4f", params["c4f"], (32,), dtype)
    glast = _floats("glast", params["glast"], (32,), dtype)
    blast = _floats("blast", params["blast"], (32,), dtype)
    word = _integers("word", word, (N, 16), 64)
    following = _integers("following", following, (N, 16), 64)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_32 = np.ones(32, dtype)
        ones_16 = np.ones(16, dtype)
        ones_5 = np.ones(16 * N, dtype)
        ones_64 = np.ones(64, dtype)
        range_16 = np.arange(16)
        range_N = np.arange(N)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_32 = workspace.ones_32
        ones_16 = workspace.ones_16
        ones_5 = workspace.ones_5
        ones_64 = workspace.ones_64
        range_16 = workspace.range_16
        range_N = workspace.range_N
    e1 = np.take(E1, word, axis=0, out=work.e1, mode="clip")  # e1[n, t, d] = E1[word[n, t], d]
    y2 = np.add(e1, P2, out=work.y2)  # y2[n, t, k] = e1[n, t, k] + P2[t, k]
    m3an = np.dot(y2, ones_32, out=work.m3an)  # m3an[n, t] = sum(k, y2[n, t, k])
    m3an = np.multiply(m3an, 0.03125, out=m3an)  # m3an[n, t] = sum(k, y2[n, t, k])/32
    # sum_v3an[n, t, k] = y2[n, t, k] - m3an[n, t]
    sum_v3an = np.subtract(y2, m3an[:, :, None], out=work.sum_v3an)
    # v3an[n, t] = sum(k, (y2[n, t, k] - m3an[n, t])**2)
    v3an = np.vecdot(sum_v3an, sum_v3an, out=work.v3an)
    # v3an[n, t] = sum(k, (y2[n, t, k] - m3an[n, t])**2)/32
    v3an = np.multiply(v3an, 0.03125, out=v3an)
    sum_y3an = np.add(v3an, 1e-05, out=work.sum_y3an)  # sum_y3an[n, t] = 1/100000 + v3an[n, t]
    sum_y3an = np.sqrt(sum_y3an, out=sum_y3an)  # sum_y3an[n, t] = sqrt(1/100000 + v3an[n, t])
    # y3an[n, t, k] = y2[n, t, k] - m3an[n, t]
    y3an = np.subtract(y2, m3an[:, :, None], out=work.y3an)
    y3an = np.multiply(g3an, y3an, out=y3an)  # y3an[n, t, k] = g3an[k]*(y2[n, t, k] - m3an[n, t])
    # y3an[n, t, k] = g3an[k]*(y2[n, t, k] - m3an[n, t])/sqrt(1/100000 + v3an[n, t])
    y3an = np.divide(y3an, sum_y3an[:, :, None], out=y3an)
    # y3an[n, t, k] = g3an[k]*(y2[n, t, k] - m3an[n, t])/sqrt(1/100000 + v3an[n, t]) + b3an[k]
    y3an = np.add(y3an, b3an, out=y3an)
    # q3a[n, h, t, d] = sum(k, Q3a[h, d, k]*y3an[n, t, k])
    q3a = np.matmul(y3an[:, None], Q3a.transpose(0, 2, 1), out=work.q3a)
    # v3a[n, h, s, d] = sum(k, V3a[h, d, k]*y3an[n, s, k])
    v3a = np.matmul(y3an[:, None], V3a.transpose(0, 2, 1), out=work.v3a)
    # w3a[n, h, s, d] = sum(k, W3a[h, d, k]*y3an[n, s, k])
    w3a = np.matmul(y3an[:, None], W3a.transpose(0, 2, 1), out=work.w3a)
    # a3a[n, h, t, s] = sum(d, q3a[n, h, t, d]*v3a[n, h, s, d])
    a3a = np.matmul(q3a, v3a.transpose(0, 1, 3, 2), out=work.a3a)
    # a3a[n, h, t, s] = sqrt(2)*sum(d, q3a[n, h, t, d]*v3a[n, h, s, d])/4
    a3a = np.multiply(a3a, 0.3535533905932738, out=a3a)
    s1_values = range_16  # s1_values[s1] = s1
    t_values = range_16  # t_values[t] = t
    # less_equal_constant[s1, t] = (s1 <= t)
    less_equal_constant = np.less_equal(s1_values[:, None], t_values, out=work.less_equal_constant)
    # p3a_terms[n, h, t, s1] = where(less_equal_constant[s1, t], a3a[n, h, t, s1], -1000000000)
    p3a_terms = _chosen(less_equal_constant.T, a3a, -1000000000.0, work.p3a_terms, (N, 4, 16, 16),
        dtype)
    # max_p3a_terms[n, h, t] = max(s1, p3a_terms[n, h, t, s1])
    max_p3a_terms = np.maximum.reduce(p3a_terms, axis=3, out=work.max_p3a_terms)
    # exp_p3a_terms[n, h, t, s1] = p3a_terms[n, h, t, s1] - max_p3a_terms[n, h, t]
    exp_p3a_terms = np.subtract(p3a_terms, max_p3a_terms[:, :, :, None], out=work.exp_p3a_terms)
    # exp_p3a_terms[n, h, t, s1] = exp(p3a_terms[n, h, t, s1] - max_p3a_terms[n, h, t])
    exp_p3a_terms = np.exp(exp_p3a_terms, out=exp_p3a_terms)
    # sum_exp_p3a_terms[n, h, t] = sum(s1, exp_p3a_terms[n, h, t, s1])
    sum_exp_p3a_terms = np.dot(exp_p3a_terms, ones_16, out=work.sum_exp_p3a_terms)
    # p3a[n, h, t, s] = exp_p3a_terms[n, h, t, s]/sum_exp_p3a_terms[n, h, t]
    p3a = np.divide(exp_p3a_terms, sum_exp_p3a_terms[:, :, :, None], out=work.p3a)
    # z3a[n, h, t, d] = sum(s, p3a[n, h, t, s]*w3a[n, h, s, d])
    z3a = np.matmul(p3a, w3a, out=work.z3a)
    # z3a_copy[n, t, h, d] = z3a[n, h, t, d]
    z3a_copy = _filled(z3a.transpose(0, 2, 1, 3), work.z3a_copy, (N, 16, 4, 8), dtype)
    # o3a[n, t, k] = sum(h, d, O3a[k, h, d]*z3a[n, h, t, d])
    o3a = _product(np.dot, z3a_copy.reshape(16 * N, 32), O3a.reshape(32, 32).T, work.o3a, (16 * N,
        32), (N, 16, 32))
    ra3 = np.add(y2, o3a, out=work.ra3)  # ra3[n, t, k] = y2[n, t, k] + o3a[n, t, k]
    m3fn = np.dot(ra3, ones_32, out=work.m3fn)  # m3fn[n, t] = sum(k, ra3[n, t, k])
    m3fn = np.multiply(m3fn, 0.03125, out=m3fn)  # m3fn[n, t] = sum(k, ra3[n, t, k])/32
    # sum_v3fn[n, t, k] = ra3[n, t, k] - m3fn[n, t]
    sum_v3fn = np.subtract(ra3, m3fn[:, :, None], out=work.sum_v3fn)
    # v3fn[n, t] = sum(k, (ra3[n, t, k] - m3fn[n, t])**2)
    v3fn = np.vecdot(sum_v3fn, sum_v3fn, out=work.v3fn)
    # v3fn[n, t] = sum(k, (ra3[n, t, k] - m3fn[n, t])**2)/32
    v3fn = np.multiply(v3fn, 0.03125, out=v3fn)
    sum_y3fn = np.add(v3fn, 1e-05, out=work.sum_y3fn)  # sum_y3fn[n, t] = 1/100000 + v3fn[n, t]
    sum_y3fn = np.sqrt(sum_y3fn, out=sum_y3fn)  # sum_y3fn[n, t] = sqrt(1/100000 + v3fn[n, t])
    # y3fn[n, t, k] = ra3[n, t, k] - m3fn[n, t]
    y3fn = np.subtract(ra3, m3fn[:, :, None], out=work.y3fn)
    y3fn = np.multiply(g3fn, y3fn, out=y3fn)  # y3fn[n, t, k] = g3fn[k]*(ra3[n, t, k] - m3fn[n, t])
    # y3fn[n, t, k] = g3fn[k]*(ra3[n, t, k] - m3fn[n, t])/sqrt(1/100000 + v3fn[n, t])
    y3fn = np.divide(y3fn, sum_y3fn[:, :, None], out=y3fn)
    # y3fn[n, t, k] = g3fn[k]*(ra3[n, t, k] - m3fn[n, t])/sqrt(1/100000 + v3fn[n, t]) + b3fn[k]
    y3fn = np.add(y3fn, b3fn, out=y3fn)
    # s3f[n, t, j] = sum(k, W3f[j, k]*y3fn[n, t, k])
    s3f = _product(np.dot, y3fn.reshape(16 * N, 32), W3f.T, work.s3f, (16 * N, 128), (N, 16, 128))
    s3f = np.add(s3f, b3f, out=s3f)  # s3f[n, t, j] = sum(k, W3f[j, k]*y3fn[n, t, k]) + b3f[j]
    # erf_s3f[n, t, j] = sqrt(2)*s3f[n, t, j]/2
    erf_s3f = np.multiply(s3f, 0.7071067811865476, out=work.erf_s3f)
    erf_s3f = _erf(erf_s3f, erf_s3f)  # erf_s3f[n, t, j] = erf(sqrt(2)*s3f[n, t, j]/2)
    h3f = np.add(erf_s3f, 1.0, out=work.h3f)  # h3f[n, t, j] = 1 + erf_s3f[n, t, j]
    h3f = np.multiply(h3f, 0.5, out=h3f)  # h3f[n, t, j] = 1/2 + erf_s3f[n, t, j]/2
    h3f = np.multiply(h3f, s3f, out=h3f)  # h3f[n, t, j] = s3f[n, t, j]*(1 + erf_s3f[n, t, j])/2
    # y3f[n, t, i] = sum(j, U3f[i, j]*h3f[n, t, j])
    y3f = _product(np.dot, h3f.reshape(16 * N, 128), U3f.T, work.y3f, (16 * N, 32), (N, 16, 32))
    y3f = np.add(y3f, c3f, out=y3f)  # y3f[n, t, i] = sum(j, U3f[i, j]*h3f[n, t, j]) + c3f[i]
    rf3 = np.add(ra3, y3f, out=work.rf3)  # rf3[n, t, k] = ra3[n, t, k] + y3f[n, t, k]
    m4an = np.dot(rf3, ones_32, out=work.m4an)  # m4an[n, t] = sum(k, rf3[n, t, k])
    m4an = np.multiply(m4an, 0.03125, out=m4an)  # m4an[n, t] = sum(k, rf3[n, t, k])/32
    # sum_v4an[n, t, k] = rf3[n, t, k] - m4an[n, t]
    sum_v4an = np.subtract(rf3, m4an[:, :, None], out=work.sum_v4an)
    # v4an[n, t] = sum(k, (rf3[n, t, k] - m4an[n, t])**2)
    v4an = np.vecdot(sum_v4an, sum_v4an, out=work.v4an)
    # v4an[n, t] = sum(k, (rf3[n, t, k] - m4an[n, t])**2)/32
    v4an = np.multiply(v4an, 0.03125, out=v4an)
    sum_y4an = np.add(v4an, 1e-05, out=work.sum_y4an)  # sum_y4an[n, t] = 1/100000 + v4an[n, t]
    sum_y4an = np.sqrt(sum_y4an, out=sum_y4an)  # sum_y4an[n, t] = sqrt(1/100000 + v4an[n, t])
    # y4an[n, t, k] = rf3[n, t, k] - m4an[n, t]
    y4an = np.subtract(rf3, m4an[:, :, None], out=work.y4an)
    y4an = np.multiply(g4an, y4an, out=y4an)  # y4an[n, t, k] = g4an[k]*(rf3[n, t, k] - m4an[n, t])
    # y4an[n, t, k] = g4an[k]*(rf3[n, t, k] - m4an[n, t])/sqrt(1/100000 + v4an[n, t])
    y4an = np.divide(y4an, sum_y4an[:, :, None], out=y4an)
    # y4an[n, t, k] = g4an[k]*(rf3[n, t, k] - m4an[n, t])/sqrt(1/100000 + v4an[n, t]) + b4an[k]
    y4an = np.add(y4an, b4an, out=y4an)
    # q4a[n, h, t, d] = sum(k, Q4a[h, d, k]*y4an[n, t, k])
    q4a = np.matmul(y4an[:, None], Q4a.transpose(0, 2, 1), out=work.q4a)
    # v4a[n, h, s, d] = sum(k, V4a[h, d, k]*y4an[n, s, k])
    v4a = np.matmul(y4an[:, None], V4a.transpose(0, 2, 1), out=work.v4a)
    # w4a[n, h, s, d] = sum(k, W4a[h, d, k]*y4an[n, s, k])
    w4a = np.matmul(y4an[:, None], W4a.transpose(0, 2, 1), out=work.w4a)
    # a4a[n, h, t, s] = sum(d, q4a[n, h, t, d]*v4a[n, h, s, d])
    a4a = np.matmul(q4a, v4a.transpose(0, 1, 3, 2), out=work.a4a)
    # a4a[n, h, t, s] = sqrt(2)*sum(d, q4a[n, h, t, d]*v4a[n, h, s, d])/4
    a4a = np.multiply(a4a, 0.3535533905932738, out=a4a)
    # p4a_terms[n, h, t, s1] = where(less_equal_constant[s1, t], a4a[n, h, t, s1], -1000000000)
    p4a_terms = _chosen(less_equal_constant.T, a4a, -1000000000.0, work.p4a_terms, (N, 4, 16, 16),
        dtype)
    # max_p4a_terms[n, h, t] = max(s1, p4a_terms[n, h, t, s1])
    max_p4a_terms = np.maximum.reduce(p4a_terms, axis=3, out=work.max_p4a_terms)
    # exp_p4a_terms[n, h, t, s1] = p4a_terms[n, h, t, s1] - max_p4a_terms[n, h, t]
    exp_p4a_terms = np.subtract(p4a_terms, max_p4a_terms[:, :, :, None], out=work.exp_p4a_terms)
    # exp_p4a_terms[n, h, t, s1] = exp(p4a_terms[n, h, t, s1] - max_p4a_terms[n, h, t])
    exp_p4a_terms = np.exp(exp_p4a_terms, out=exp_p4a_terms)
    # sum_exp_p4a_terms[n, h, t] = sum(s1, exp_p4a_terms[n, h, t, s1])
    sum_exp_p4a_terms = np.dot(exp_p4a_terms, ones_16, out=work.sum_exp_p4a_terms)
    # p4a[n, h, t, s] = exp_p4a_terms[n, h, t, s]/sum_exp_p4a_terms[n, h, t]
    p4a = np.divide(exp_p4a_terms, sum_exp_p4a_terms[:, :, :, None], out=work.p4a)
    # z4a[n, h, t, d] = sum(s, p4a[n, h, t, s]*w4a[n, h, s, d])
    z4a = np.matmul(p4a, w4a, out=work.z4a)
    # z4a_copy[n, t, h, d] = z4a[n, h, t, d]
    z4a_copy = _filled(z4a.transpose(0, 2, 1, 3), work.z4a_copy, (N, 16, 4, 8), dtype)
    # o4a[n, t, k] = sum(h, d, O4a[k, h, d]*z4a[n, h, t, d])
    o4a = _product(np.dot, z4a_copy.reshape(16 * N, 32), O4a.reshape(32, 32).T, work.o4a, (16 * N,
        32), (N, 16, 32))
    ra4 = np.add(rf3, o4a, out=work.ra4)  # ra4[n, t, k] = rf3[n, t, k] + o4a[n, t, k]
    m4fn = np.dot(ra4, ones_32, out=work.m4fn)  # m4fn[n, t] = sum(k, ra4[n, t, k])
    m4fn = np.multiply(m4fn, 0.03125, out=m4fn)  # m4fn[n, t] = sum(k, ra4[n, t, k])/32
    # sum_v4fn[n, t, k] = ra4[n, t, k] - m4fn[n, t]
    sum_v4fn = np.subtract(ra4, m4fn[:, :, None], out=work.sum_v4fn)
    # v4fn[n, t] = sum(k, (ra4[n, t, k] - m4fn[n, t])**2)
    v4fn = np.vecdot(sum_v4fn, sum_v4fn, out=work.v4fn)
    # v4fn[n, t] = sum(k, (ra4[n, t, k] - m4fn[n, t])**2)/32
    v4fn = np.multiply(v4fn, 0.03125, out=v4fn)
    sum_y4fn = np.add(v4fn, 1e-05, out=work.sum_y4fn)  # sum_y4fn[n, t] = 1/100000 + v4fn[n, t]
    sum_y4fn = np.sqrt(sum_y4fn, out=sum_y4fn)  # sum_y4fn[n, t] = sqrt(1/100000 + v4fn[n, t])
    # y4fn[n, t, k] = ra4[n, t, k] - m4fn[n, t]
    y4fn = np.subtract(ra4, m4fn[:, :, None], out=work.y4fn)
    y4fn = np.multiply(g4fn, y4fn, out=y4fn)  # y4fn[n, t, k] = g4fn[k]*(ra4[n, t, k] - m4fn[n, t])
    # y4fn[n, t, k] = g4fn[k]*(ra4[n, t, k] - m4fn[n, t])/sqrt(1/100000 + v4fn[n, t])
    y4fn = np.divide(y4fn, sum_y4fn[:, :, None], out=y4fn)
    # y4fn[n, t, k] = g4fn[k]*(ra4[n, t, k] - m4fn[n, t])/sqrt(1/100000 + v4fn[n, t]) + b4fn[k]
    y4fn = np.add(y4fn, b4fn, out=y4fn)
    # s4f[n, t, j] = sum(k, W4f[j, k]*y4fn[n, t, k])
    s4f = _product(np.dot, y4fn.reshape(16 * N, 32), W4f.T, work.s4f, (16 * N, 128), (N, 16, 128))
    s4f = np.add(s4f, b4f, out=s4f)  # s4f[n, t, j] = sum(k, W4f[j, k]*y4fn[n, t, k]) + b4f[j]
    # erf_s4f[n, t, j] = sqrt(2)*s4f[n, t, j]/2
    erf_s4f = np.multiply(s4f, 0.7071067811865476, out=work.erf_s4f)
    erf_s4f = _erf(erf_s4f, erf_s4f)  # erf_s4f[n, t, j] = erf(sqrt(2)*s4f[n, t, j]/2)
    h4f = np.add(erf_s4f, 1.0, out=work.h4f)  # h4f[n, t, j] = 1 + erf_s4f[n, t, j]
    h4f = np.multiply(h4f, 0.5, out=h4f)  # h4f[n, t, j] = 1/2 + erf_s4f[n, t, j]/2
    h4f = np.multiply(h4f, s4f, out=h4f)  # h4f[n, t, j] = s4f[n, t, j]*(1 + erf_s4f[n, t, j])/2
    # y4f[n, t, i] = sum(j, U4f[i, j]*h4f[n, t, j])
    y4f = _product(np.dot, h4f.reshape(16 * N, 128), U4f.T, work.y4f, (16 * N, 32), (N, 16, 32))
    y4f = np.add(y4f, c4f, out=y4f)  # y4f[n, t, i] = sum(j, U4f[i, j]*h4f[n, t, j]) + c4f[i]
    rf4 = np.add(ra4, y4f, out=work.rf4)  # rf4[n, t, k] = ra4[n, t, k] + y4f[n, t, k]
    mlast = np.dot(rf4, ones_32, out=work.mlast)  # mlast[n, t] = sum(k, rf4[n, t, k])
    mlast = np.multiply(mlast, 0.03125, out=mlast)  # mlast[n, t] = sum(k, rf4[n, t, k])/32
    # sum_vlast[n, t, k] = rf4[n, t, k] - mlast[n, t]
    sum_vlast = np.subtract(rf4, mlast[:, :, None], out=work.sum_vlast)
    # vlast[n, t] = sum(k, (rf4[n, t, k] - mlast[n, t])**2)
    vlast = np.vecdot(sum_vlast, sum_vlast, out=work.vlast)
    # vlast[n, t] = sum(k, (rf4[n, t, k] - mlast[n, t])**2)/32
    vlast = np.multiply(vlast, 0.03125, out=vlast)
    # sum_ylast[n, t] = 1/100000 + vlast[n, t]
    sum_ylast = np.add(vlast, 1e-05, out=work.sum_ylast)
    sum_ylast = np.sqrt(sum_ylast, out=sum_ylast)  # sum_ylast[n, t] = sqrt(1/100000 + vlast[n, t])
    # ylast[n, t, k] = rf4[n, t, k] - mlast[n, t]
    ylast = np.subtract(rf4, mlast[:, :, None], out=work.ylast)
    # ylast[n, t, k] = glast[k]*(rf4[n, t, k] - mlast[n, t])
    ylast = np.multiply(glast, ylast, out=ylast)
    # ylast[n, t, k] = glast[k]*(rf4[n, t, k] - mlast[n, t])/sqrt(1/100000 + vlast[n, t])
    ylast = np.divide(ylast, sum_ylast[:, :, None], out=ylast)
    # ylast[n, t, k] = glast[k]*(rf4[n, t, k] - mlast[n, t])/sqrt(1/100000 + vlast[n, t]) +
    #     blast[k]
    ylast = np.add(ylast, blast, out=ylast)
    # z[n, t, v] = sum(d, E1[v, d]*ylast[n, t, d])
    z = _product(np.dot, ylast.reshape(16 * N, 32), E1.T, work.z, (16 * N, 64), (N, 16, 64))
    # not_equal_following[n, j] = (following[n, j] != 0)
    not_equal_following = np.not_equal(following, 0.0, out=work.not_equal_following)
    # where_sum_following[n, j] = where(not_equal_following[n, j], 1, 0)
    where_sum_following = _masked(not_equal_following, 1.0, work.where_sum_following, (N, 16),
        dtype)
    # sum_following = sum(n, j, where(not_equal_following[n, j], 1, 0))
    sum_following = np.dot(where_sum_following.reshape(-1), ones_5)
    max_z = np.maximum.reduce(z, axis=2, out=work.max_z)  # max_z[n, j] = max(k, z[n, j, k])
    # exp_z[n, j, k] = z[n, j, k] - max_z[n, j]
    exp_z = np.subtract(z, max_z[:, :, None], out=work.exp_z)
    exp_z = np.exp(exp_z, out=exp_z)  # exp_z[n, j, k] = exp(z[n, j, k] - max_z[n, j])
    # sum_exp_z[n, j] = sum(k, exp_z[n, j, k])
    sum_exp_z = np.dot(exp_z, ones_64, out=work.sum_exp_z)
    log_loss = np.log(sum_exp_z, out=work.log_loss)  # log_loss[n, j] = log(sum_exp_z[n, j])
    # z_read[n, j] = z[n, j, following[n, j]]
    z_read = _filled(z[range_N[:, None], range_16, following], work.z_read, (N, 16), dtype)
    # z_read[n, j] = max_z[n, j] - z[n, j, following[n, j]]
    z_read = np.subtract(max_z, z_read, out=z_read)
    # log_loss[n, j] = (max_z[n, j] - z[n, j, following[n, j]]) + log(sum_exp_z[n, j])
    log_loss = np.add(log_loss, z_read, out=log_loss)
    # where_loss[n, j] = where(not_equal_following[n, j], (max_z[n, j] - z[n, j, following[n, j]])
    #     + log(sum_exp_z[n, j]), 0)
    where_loss = _masked(not_equal_following, log_loss, work.where_loss, (N, 16), dtype)
    # sum_loss = sum(n, j, where(not_equal_following[n, j], (max_z[n, j] - z[n, j, following[n,
    #     j]]) + log(sum_exp_z[n, j]), 0))
    sum_loss = np.dot(where_loss.reshape(-1), ones_5)
    # loss = sum(n, j, where(not_equal_following[n, j], (max_z[n, j] - z[n, j, following[n, j]]) +
    #     log(sum_exp_z[n, j]), 0))/sum_following
    loss = sum_loss / sum_following
    # where_following[n, j] = where(not_equal_following[n, j], 1/sum_following, 0)
    where_following = _masked(not_equal_following, 1.0 / sum_following, work.where_following, (N,
        16), dtype)
    # ratio_d_z[n, j] = where_following[n, j]/sum_exp_z[n, j]
    ratio_d_z = np.divide(where_following, sum_exp_z, out=work.ratio_d_z)
    # d_z[n, j, k] = exp_z[n, j, k]*where_following[n, j]/sum_exp_z[n, j]
    d_z = np.multiply(ratio_d_z[:, :, None], exp_z, out=work.d_z)
    # product_d_z[n, j] = -where_following[n, j]
    product_d_z = np.negative(where_following, out=work.product_d_z)
    # d_z[n, j, following[n, j]] += -where_following[n, j]
    d_z[range_N[:, None], range_16, following] += product_d_z
    # d_ylast[n, t, d] = sum(v, d_z[n, t, v]*E1[v, d])
    d_ylast = _product(np.dot, d_z.reshape(16 * N, 64), E1, work.d_ylast, (16 * N, 32), (N, 16,
        32))
    # sum_d_glast[n, t, k] = rf4[n, t, k] - mlast[n, t]
    sum_d_glast = np.subtract(rf4, mlast[:, :, None], out=work.sum_d_glast)
    # sum_d_glast[n, t, k] = d_ylast[n, t, k]*(rf4[n, t, k] - mlast[n, t])
    sum_d_glast = np.multiply(sum_d_glast, d_ylast, out=sum_d_glast)
    # sum_d_glast_2[n, t] = 1/100000 + vlast[n, t]
    sum_d_glast_2 = np.add(vlast, 1e-05, out=work.sum_d_glast_2)
    # sum_d_glast_2[n, t] = sqrt(1/100000 + vlast[n, t])
    sum_d_glast_2 = np.sqrt(sum_d_glast_2, out=sum_d_glast_2)
    # sum_d_glast_2[n, t] = 1/sqrt(1/100000 + vlast[n, t])
    sum_d_glast_2 = np.divide(1.0, sum_d_glast_2, out=sum_d_glast_2)
    # d_glast[k] = sum(n, t, d_ylast[n, t, k]*(rf4[n, t, k] - mlast[n, t])/sqrt(1/100000 + vlast[n,
    #     t]))
    d_glast = np.dot(sum_d_glast.reshape(16 * N, 32).T, sum_d_glast_2.reshape(16 * N))
    # d_blast[k] = sum(n, t, d_ylast[n, t, k])
    d_blast = np.dot(ones_5, d_ylast.reshape(16 * N, 32))
    d_vlast = np.add(vlast, 1e-05, out=work.d_vlast)  # d_vlast[n, t] = 1/100000 + vlast[n, t]
    # d_vlast[n, t] = (1/100000 + vlast[n, t])**(3/2)
    d_vlast = np.power(d_vlast, 1.5, out=d_vlast)
    # sum_d_vlast[n, t, k] = rf4[n, t, k] - mlast[n, t]
    sum_d_vlast = np.subtract(rf4, mlast[:, :, None], out=work.sum_d_vlast)
    # sum_d_vlast[n, t, k] = d_ylast[n, t, k]*(rf4[n, t, k] - mlast[n, t])
    sum_d_vlast = np.multiply(sum_d_vlast, d_ylast, out=sum_d_vlast)
    # sum_d_vlast_2[n, t] = sum(k, d_ylast[n, t, k]*glast[k]*(rf4[n, t, k] - mlast[n, t]))
    sum_d_vlast_2 = _product(np.dot, sum_d_vlast.reshape(16 * N, 32), glast, work.sum_d_vlast_2,
        (16 * N,), (N, 16))
    # sum_d_vlast_2[n, t] = -sum(k, d_ylast[n, t, k]*glast[k]*(rf4[n, t, k] - mlast[n, t]))/2
    sum_d_vlast_2 = np.multiply(sum_d_vlast_2, -0.5, out=sum_d_vlast_2)
    # d_vlast[n, t] = -sum(k, d_ylast[n, t, k]*glast[k]*(rf4[n, t, k] - mlast[n, t]))/2/(1/100000 +
    #     vlast[n, t])**(3/2)
    d_vlast = np.divide(sum_d_vlast_2, d_vlast, out=d_vlast)
    d_mlast = np.add(vlast, 1e-05, out=work.d_mlast)  # d_mlast[n, t] = 1/100000 + vlast[n, t]
    d_mlast = np.sqrt(d_mlast, out=d_mlast)  # d_mlast[n, t] = sqrt(1/100000 + vlast[n, t])
    # sum_d_mlast[n, t] = sum(k, d_ylast[n, t, k]*glast[k])
    sum_d_mlast = _product(np.dot, d_ylast.reshape(16 * N, 32), glast, work.sum_d_mlast, (16 * N,),
        (N, 16))
    # sum_d_mlast[n, t] = -sum(k, d_ylast[n, t, k]*glast[k])
    sum_d_mlast = np.negative(sum_d_mlast, out=sum_d_mlast)
    # d_mlast[n, t] = -sum(k, d_ylast[n, t, k]*glast[k])/sqrt(1/100000 + vlast[n, t])
    d_mlast = np.divide(sum_d_mlast, d_mlast, out=d_mlast)
    # sum_d_rf4[n, t] = 1/100000 + vlast[n, t]
    sum_d_rf4 = np.add(vlast, 1e-05, out=work.sum_d_rf4)
    sum_d_rf4 = np.sqrt(sum_d_rf4, out=sum_d_rf4)  # sum_d_rf4[n, t] = sqrt(1/100000 + vlast[n, t])
    # d_rf4[n, t, k] = d_ylast[n, t, k]*glast[k]
    d_rf4 = np.multiply(glast, d_ylast, out=work.d_rf4)
    # d_rf4[n, t, k] = d_ylast[n, t, k]*glast[k]/sqrt(1/100000 + vlast[n, t])
    d_rf4 = np.divide(d_rf4, sum_d_rf4[:, :, None], out=d_rf4)
    # product_d_rf4[n, t] = d_vlast[n, t]/16
    product_d_rf4 = np.multiply(d_vlast, 0.0625, out=work.product_d_rf4)
    # sum_d_rf4_2[n, t, k] = rf4[n, t, k] - mlast[n, t]
    sum_d_rf4_2 = np.subtract(rf4, mlast[:, :, None], out=work.sum_d_rf4_2)
    # sum_d_rf4_2[n, t, k] = (rf4[n, t, k] - mlast[n, t])*d_vlast[n, t]/16
    sum_d_rf4_2 = np.multiply(product_d_rf4[:, :, None], sum_d_rf4_2, out=sum_d_rf4_2)
    # d_rf4[n, t, k] = d_ylast[n, t, k]*glast[k]/sqrt(1/100000 + vlast[n, t]) + (rf4[n, t, k]/16 -
    #     mlast[n, t]/16)*d_vlast[n, t]
    d_rf4 = np.add(d_rf4, sum_d_rf4_2, out=d_rf4)
    # product_d_rf4_2[n, t] = d_mlast[n, t]/32
    product_d_rf4_2 = np.multiply(d_mlast, 0.03125, out=work.product_d_rf4_2)
    # d_rf4[n, t, k] = d_ylast[n, t, k]*glast[k]/sqrt(1/100000 + vlast[n, t]) + (rf4[n, t, k]/16 -
    #     mlast[n, t]/16)*d_vlast[n, t] + d_mlast[n, t]/32
    d_rf4 = np.add(d_rf4, product_d_rf4_2[:, :, None], out=d_rf4)
    # d_U4f[i, j] = sum(n, t, h4f[n, t, j]*d_rf4[n, t, i])
    d_U4f = np.dot(d_rf4.reshape(16 * N, 32).T, h4f.reshape(16 * N, 128))
    d_c4f = np.dot(ones_5, d_rf4.reshape(16 * N, 32))  # d_c4f[i] = sum(n, t, d_rf4[n, t, i])
    # d_h4f[n, t, j] = sum(i, U4f[i, j]*d_rf4[n, t, i])
    d_h4f = _product(np.dot, d_rf4.reshape(16 * N, 32), U4f, work.d_h4f, (16 * N, 128), (N, 16,
        128))
    d_s4f = np.square(s4f, out=work.d_s4f)  # d_s4f[n, t, j] = s4f[n, t, j]**2
    d_s4f = np.multiply(d_s4f, -0.5, out=d_s4f)  # d_s4f[n, t, j] = -s4f[n, t, j]**2/2
    d_s4f = np.exp(d_s4f, out=d_s4f)  # d_s4f[n, t, j] = exp(-s4f[n, t, j]**2/2)
    # d_s4f[n, t, j] = sqrt(2)*exp(-s4f[n, t, j]**2/2)/sqrt(pi)
    d_s4f = np.multiply(d_s4f, 0.7978845608028654, out=d_s4f)
    # d_s4f[n, t, j] = sqrt(2)*exp(-s4f[n, t, j]**2/2)*s4f[n, t, j]/sqrt(pi)
    d_s4f = np.multiply(d_s4f, s4f, out=d_s4f)
    # d_s4f[n, t, j] = sqrt(2)*exp(-s4f[n, t, j]**2/2)*s4f[n, t, j]/sqrt(pi) + erf_s4f[n, t, j]
    d_s4f = np.add(d_s4f, erf_s4f, out=d_s4f)
    # d_s4f[n, t, j] = 1 + sqrt(2)*exp(-s4f[n, t, j]**2/2)*s4f[n, t, j]/sqrt(pi) + erf_s4f[n, t, j]
    d_s4f = np.add(d_s4f, 1.0, out=d_s4f)
    # d_s4f[n, t, j] = 1/2 + sqrt(2)*exp(-s4f[n, t, j]**2/2)*s4f[n, t, j]/2/sqrt(pi) + erf_s4f[n,
    #     t, j]/2
    d_s4f = np.multiply(d_s4f, 0.5, out=d_s4f)
    # d_s4f[n, t, j] = d_h4f[n, t, j]*(1/2 + sqrt(2)*exp(-s4f[n, t, j]**2/2)*s4f[n, t,
    #     j]/2/sqrt(pi) + erf_s4f[n, t, j]/2)
    d_s4f = np.multiply(d_s4f, d_h4f, out=d_s4f)
    # d_W4f[j, k] = sum(n, t, d_s4f[n, t, j]*y4fn[n, t, k])
    d_W4f = np.dot(d_s4f.reshape(16 * N, 128).T, y4fn.reshape(16 * N, 32))
    d_b4f = np.dot(ones_5, d_s4f.reshape(16 * N, 128))  # d_b4f[j] = sum(n, t, d_s4f[n, t, j])
    # d_y4fn[n, t, k] = sum(j, d_s4f[n, t, j]*W4f[j, k])
    d_y4fn = _product(np.dot, d_s4f.reshape(16 * N, 128), W4f, work.d_y4fn, (16 * N, 32), (N, 16,
        32))
    # sum_d_g4fn[n, t, k] = ra4[n, t, k] - m4fn[n, t]
    sum_d_g4fn = np.subtract(ra4, m4fn[:, :, None], out=work.sum_d_g4fn)
    # sum_d_g4fn[n, t, k] = d_y4fn[n, t, k]*(ra4[n, t, k] - m4fn[n, t])
    sum_d_g4fn = np.multiply(sum_d_g4fn, d_y4fn, out=sum_d_g4fn)
    # sum_d_g4fn_2[n, t] = 1/100000 + v4fn[n, t]
    sum_d_g4fn_2 = np.add(v4fn, 1e-05, out=work.sum_d_g4fn_2)
    # sum_d_g4fn_2[n, t] = sqrt(1/100000 + v4fn[n, t])
    sum_d_g4fn_2 = np.sqrt(sum_d_g4fn_2, out=sum_d_g4fn_2)
    # sum_d_g4fn_2[n, t] = 1/sqrt(1/100000 + v4fn[n, t])
    sum_d_g4fn_2 = np.divide(1.0, sum_d_g4fn_2, out=sum_d_g4fn_2)
    # d_g4fn[k] = sum(n, t, d_y4fn[n, t, k]*(ra4[n, t, k] - m4fn[n, t])/sqrt(1/100000 + v4fn[n,
    #     t]))
    d_g4fn = np.dot(sum_d_g4fn.reshape(16 * N, 32).T, sum_d_g4fn_2.reshape(16 * N))
    d_b4fn = np.dot(ones_5, d_y4fn.reshape(16 * N, 32))  # d_b4fn[k] = sum(n, t, d_y4fn[n, t, k])
    d_v4fn = np.add(v4fn, 1e-05, out=work.d_v4fn)  # d_v4fn[n, t] = 1/100000 + v4fn[n, t]
    d_v4fn = np.power(d_v4fn, 1.5, out=d_v4fn)  # d_v4fn[n, t] = (1/100000 + v4fn[n, t])**(3/2)
    # sum_d_v4fn[n, t, k] = ra4[n, t, k] - m4fn[n, t]
    sum_d_v4fn = np.subtract(ra4, m4fn[:, :, None], out=work.sum_d_v4fn)
    # sum_d_v4fn[n, t, k] = d_y4fn[n, t, k]*(ra4[n, t, k] - m4fn[n, t])
    sum_d_v4fn = np.multiply(sum_d_v4fn, d_y4fn, out=sum_d_v4fn)
    # sum_d_v4fn_2[n, t] = sum(k, d_y4fn[n, t, k]*g4fn[k]*(ra4[n, t, k] - m4fn[n, t]))
    sum_d_v4fn_2 = _product(np.dot, sum_d_v4fn.reshape(16 * N, 32), g4fn, work.sum_d_v4fn_2, (16 *
        N,), (N, 16))
    # sum_d_v4fn_2[n, t] = -sum(k, d_y4fn[n, t, k]*g4fn[k]*(ra4[n, t, k] - m4fn[n, t]))/2
    sum_d_v4fn_2 = np.multiply(sum_d_v4fn_2, -0.5, out=sum_d_v4fn_2)
    # d_v4fn[n, t] = -sum(k, d_y4fn[n, t, k]*g4fn[k]*(ra4[n, t, k] - m4fn[n, t]))/2/(1/100000 +
    #     v4fn[n, t])**(3/2)
    d_v4fn = np.divide(sum_d_v4fn_2, d_v4fn, out=d_v4fn)
    d_m4fn = np.add(v4fn, 1e-05, out=work.d_m4fn)  # d_m4fn[n, t] = 1/100000 + v4fn[n, t]
    d_m4fn = np.sqrt(d_m4fn, out=d_m4fn)  # d_m4fn[n, t] = sqrt(1/100000 + v4fn[n, t])
    # sum_d_m4fn[n, t] = sum(k, d_y4fn[n, t, k]*g4fn[k])
    sum_d_m4fn = _product(np.dot, d_y4fn.reshape(16 * N, 32), g4fn, work.sum_d_m4fn, (16 * N,), (N,
        16))
    # sum_d_m4fn[n, t] = -sum(k, d_y4fn[n, t, k]*g4fn[k])
    sum_d_m4fn = np.negative(sum_d_m4fn, out=sum_d_m4fn)
    # d_m4fn[n, t] = -sum(k, d_y4fn[n, t, k]*g4fn[k])/sqrt(1/100000 + v4fn[n, t])
    d_m4fn = np.divide(sum_d_m4fn, d_m4fn, out=d_m4fn)
    sum_d_ra4 = np.add(v4fn, 1e-05, out=work.sum_d_ra4)  # sum_d_ra4[n, t] = 1/100000 + v4fn[n, t]
    sum_d_ra4 = np.sqrt(sum_d_ra4, out=sum_d_ra4)  # sum_d_ra4[n, t] = sqrt(1/100000 + v4fn[n, t])
    d_ra4 = np.multiply(g4fn, d_y4fn, out=work.d_ra4)  # d_ra4[n, t, k] = d_y4fn[n, t, k]*g4fn[k]
    # d_ra4[n, t, k] = d_y4fn[n, t, k]*g4fn[k]/sqrt(1/100000 + v4fn[n, t])
    d_ra4 = np.divide(d_ra4, sum_d_ra4[:, :, None], out=d_ra4)
    # d_ra4[n, t, k] = d_rf4[n, t, k] + d_y4fn[n, t, k]*g4fn[k]/sqrt(1/100000 + v4fn[n, t])
    d_ra4 = np.add(d_ra4, d_rf4, out=d_ra4)
    # product_d_ra4[n, t] = d_v4fn[n, t]/16
    product_d_ra4 = np.multiply(d_v4fn, 0.0625, out=work.product_d_ra4)
    # sum_d_ra4_2[n, t, k] = ra4[n, t, k] - m4fn[n, t]
    sum_d_ra4_2 = np.subtract(ra4, m4fn[:, :, None], out=work.sum_d_ra4_2)
    # sum_d_ra4_2[n, t, k] = (ra4[n, t, k] - m4fn[n, t])*d_v4fn[n, t]/16
    sum_d_ra4_2 = np.multiply(product_d_ra4[:, :, None], sum_d_ra4_2, out=sum_d_ra4_2)
    # d_ra4[n, t, k] = d_rf4[n, t, k] + (ra4[n, t, k]/16 - m4fn[n, t]/16)*d_v4fn[n, t] + d_y4fn[n,
    #     t, k]*g4fn[k]/sqrt(1/100000 + v4fn[n, t])
    d_ra4 = np.add(d_ra4, sum_d_ra4_2, out=d_ra4)
    # product_d_ra4_2[n, t] = d_m4fn[n, t]/32
    product_d_ra4_2 = np.multiply(d_m4fn, 0.03125, out=work.product_d_ra4_2)
    # d_ra4[n, t, k] = d_rf4[n, t, k] + (ra4[n, t, k]/16 - m4fn[n, t]/16)*d_v4fn[n, t] + d_y4fn[n,
    #     t, k]*g4fn[k]/sqrt(1/100000 + v4fn[n, t]) + d_m4fn[n, t]/32
    d_ra4 = np.add(d_ra4, product_d_ra4_2[:, :, None], out=d_ra4)
    # d_O4a[k, h, d] = sum(n, t, z4a[n, h, t, d]*d_ra4[n, t, k])
    d_O4a = np.dot(d_ra4.reshape(16 * N, 32).T, z4a_copy.reshape(16 * N, 32)).reshape(32, 4, 8)
    # d_z4a[n, h, t, d] = sum(k, O4a[k, h, d]*d_ra4[n, t, k])
    d_z4a = np.matmul(d_ra4[:, None], O4a.transpose(1, 0, 2), out=work.d_z4a)
    # d_p4a[n, h, t, s] = sum(d, d_z4a[n, h, t, d]*w4a[n, h, s, d])
    d_p4a = np.matmul(d_z4a, w4a.transpose(0, 1, 3, 2), out=work.d_p4a)
    # sum_d_p4a_terms[n, h, t] = sum(s, d_p4a[n, h, t, s]*p4a[n, h, t, s])
    sum_d_p4a_terms = np.vecdot(d_p4a, p4a, out=work.sum_d_p4a_terms)
    # d_p4a_terms[n, h, t, s1] = sum(s, d_p4a[n, h, t, s]*p4a[n, h, t, s])*p4a[n, h, t, s1]
    d_p4a_terms = np.multiply(sum_d_p4a_terms[:, :, :, None], p4a, out=work.d_p4a_terms)
    # product_d_p4a_terms[n, h, t, s1] = d_p4a[n, h, t, s1]*p4a[n, h, t, s1]
    product_d_p4a_terms = np.multiply(d_p4a, p4a, out=work.product_d_p4a_terms)
    # d_p4a_terms[n, h, t, s1] = d_p4a[n, h, t, s1]*p4a[n, h, t, s1] - sum(s, d_p4a[n, h, t,
    #     s]*p4a[n, h, t, s])*p4a[n, h, t, s1]
    d_p4a_terms = np.subtract(product_d_p4a_terms, d_p4a_terms, out=d_p4a_terms)
    # d_a4a[n, h, t, s1] = where(less_equal_constant[s1, t], d_p4a_terms[n, h, t, s1], 0)
    d_a4a = _masked(less_equal_constant.T, d_p4a_terms, work.d_a4a, (N, 4, 16, 16), dtype)
    # d_w4a[n, h, s, d] = sum(t, d_z4a[n, h, t, d]*p4a[n, h, t, s])
    d_w4a = np.matmul(p4a.transpose(0, 1, 3, 2), d_z4a, out=work.d_w4a)
    # d_w4a_copy[n, s, h, d] = d_w4a[n, h, s, d]
    d_w4a_copy = _filled(d_w4a.transpose(0, 2, 1, 3), work.d_w4a_copy, (N, 16, 4, 8), dtype)
    # d_W4a[h, d, k] = sum(n, s, d_w4a[n, h, s, d]*y4an[n, s, k])
    d_W4a = np.dot(d_w4a_copy.reshape(16 * N, 32).T, y4an.reshape(16 * N, 32)).reshape(4, 8, 32)
    # d_v4a[n, h, s, d] = sum(t, d_a4a[n, h, t, s]*q4a[n, h, t, d])
    d_v4a = np.matmul(d_a4a.transpose(0, 1, 3, 2), q4a, out=work.d_v4a)
    # d_v4a[n, h, s, d] = sqrt(2)*sum(t, d_a4a[n, h, t, s]*q4a[n, h, t, d])/4
    d_v4a = np.multiply(d_v4a, 0.3535533905932738, out=d_v4a)
    # d_v4a_copy[n, s, h, d] = d_v4a[n, h, s, d]
    d_v4a_copy = _filled(d_v4a.transpose(0, 2, 1, 3), work.d_v4a_copy, (N, 16, 4, 8), dtype)
    # d_V4a[h, d, k] = sum(n, s, d_v4a[n, h, s, d]*y4an[n, s, k])
    d_V4a = np.dot(d_v4a_copy.reshape(16 * N, 32).T, y4an.reshape(16 * N, 32)).reshape(4, 8, 32)
    # d_q4a[n, h, t, d] = sum(s, d_a4a[n, h, t, s]*v4a[n, h, s, d])
    d_q4a = np.matmul(d_a4a, v4a, out=work.d_q4a)
    # d_q4a[n, h, t, d] = sqrt(2)*sum(s, d_a4a[n, h, t, s]*v4a[n, h, s, d])/4
    d_q4a = np.multiply(d_q4a, 0.3535533905932738, out=d_q4a)
    # d_q4a_copy[n, t, h, d] = d_q4a[n, h, t, d]
    d_q4a_copy = _filled(d_q4a.transpose(0, 2, 1, 3), work.d_q4a_copy, (N, 16, 4, 8), dtype)
    # d_Q4a[h, d, k] = sum(n, t, d_q4a[n, h, t, d]*y4an[n, t, k])
    d_Q4a = np.dot(d_q4a_copy.reshape(16 * N, 32).T, y4an.reshape(16 * N, 32)).reshape(4, 8, 32)
    # d_y4an[n, s, k] = sum(h, d, d_w4a[n, h, s, d]*W4a[h, d, k])
    d_y4an = _product(np.dot, d_w4a_copy.reshape(16 * N, 32), W4a.reshape(32, 32), work.d_y4an, (16
        * N, 32), (N, 16, 32))
    # sum_d_y4an[n, s, k] = sum(h, d, d_v4a[n, h, s, d]*V4a[h, d, k])
    sum_d_y4an = _product(np.dot, d_v4a_copy.reshape(16 * N, 32), V4a.reshape(32, 32),
        work.sum_d_y4an, (16 * N, 32), (N, 16, 32))
    # d_y4an[n, s, k] = sum(h, d, d_w4a[n, h, s, d]*W4a[h, d, k]) + sum(h, d, d_v4a[n, h, s,
    #     d]*V4a[h, d, k])
    d_y4an = np.add(d_y4an, sum_d_y4an, out=d_y4an)
    # sum_d_y4an_2[n, s, k] = sum(h, d, d_q4a[n, h, s, d]*Q4a[h, d, k])
    sum_d_y4an_2 = _product(np.dot, d_q4a_copy.reshape(16 * N, 32), Q4a.reshape(32, 32),
        work.sum_d_y4an_2, (16 * N, 32), (N, 16, 32))
    # d_y4an[n, s, k] = sum(h, d, d_w4a[n, h, s, d]*W4a[h, d, k]) + sum(h, d, d_v4a[n, h, s,
    #     d]*V4a[h, d, k]) + sum(h, d, d_q4a[n, h, s, d]*Q4a[h, d, k])
    d_y4an = np.add(d_y4an, sum_d_y4an_2, out=d_y4an)
    # sum_d_g4an[n, t, k] = rf3[n, t, k] - m4an[n, t]
    sum_d_g4an = np.subtract(rf3, m4an[:, :, None], out=work.sum_d_g4an)
    # sum_d_g4an[n, t, k] = d_y4an[n, t, k]*(rf3[n, t, k] - m4an[n, t])
    sum_d_g4an = np.multiply(sum_d_g4an, d_y4an, out=sum_d_g4an)
    # sum_d_g4an_2[n, t] = 1/100000 + v4an[n, t]
    sum_d_g4an_2 = np.add(v4an, 1e-05, out=work.sum_d_g4an_2)
    # sum_d_g4an_2[n, t] = sqrt(1/100000 + v4an[n, t])
    sum_d_g4an_2 = np.sqrt(sum_d_g4an_2, out=sum_d_g4an_2)
    # sum_d_g4an_2[n, t] = 1/sqrt(1/100000 + v4an[n, t])
    sum_d_g4an_2 = np.divide(1.0, sum_d_g4an_2, out=sum_d_g4an_2)
    # d_g4an[k] = sum(n, t, d_y4an[n, t, k]*(rf3[n, t, k] - m4an[n, t])/sqrt(1/100000 + v4an[n,
    #     t]))
    d_g4an = np.dot(sum_d_g4an.reshape(16 * N, 32).T, sum_d_g4an_2.reshape(16 * N))
    d_b4an = np.dot(ones_5, d_y4an.reshape(16 * N, 32))  # d_b4an[k] = sum(n, t, d_y4an[n, t, k])
    d_v4an = np.add(v4an, 1e-05, out=work.d_v4an)  # d_v4an[n, t] = 1/100000 + v4an[n, t]
    d_v4an = np.power(d_v4an, 1.5, out=d_v4an)  # d_v4an[n, t] = (1/100000 + v4an[n, t])**(3/2)
    # sum_d_v4an[n, t, k] = rf3[n, t, k] - m4an[n, t]
    sum_d_v4an = np.subtract(rf3, m4an[:, :, None], out=work.sum_d_v4an)
    # sum_d_v4an[n, t, k] = d_y4an[n, t, k]*(rf3[n, t, k] - m4an[n, t])
    sum_d_v4an = np.multiply(sum_d_v4an, d_y4an, out=sum_d_v4an)
    # sum_d_v4an_2[n, t] = sum(k, d_y4an[n, t, k]*g4an[k]*(rf3[n, t, k] - m4an[n, t]))
    sum_d_v4an_2 = _product(np.dot, sum_d_v4an.reshape(16 * N, 32), g4an, work.sum_d_v4an_2, (16 *
        N,), (N, 16))
    # sum_d_v4an_2[n, t] = -sum(k, d_y4an[n, t, k]*g4an[k]*(rf3[n, t, k] - m4an[n, t]))/2
    sum_d_v4an_2 = np.multiply(sum_d_v4an_2, -0.5, out=sum_d_v4an_2)
    # d_v4an[n, t] = -sum(k, d_y4an[n, t, k]*g4an[k]*(rf3[n, t, k] - m4an[n, t]))/2/(1/100000 +
    #     v4an[n, t])**(3/2)
    d_v4an = np.divide(sum_d_v4an_2, d_v4an, out=d_v4an)
    d_m4an = np.add(v4an, 1e-05, out=work.d_m4an)  # d_m4an[n, t] = 1/100000 + v4an[n, t]
    d_m4an = np.sqrt(d_m4an, out=d_m4an)  # d_m4an[n, t] = sqrt(1/100000 + v4an[n, t])
    # sum_d_m4an[n, t] = sum(k, d_y4an[n, t, k]*g4an[k])
    sum_d_m4an = _product(np.dot, d_y4an.reshape(16 * N, 32), g4an, work.sum_d_m4an, (16 * N,), (N,
        16))
    # sum_d_m4an[n, t] = -sum(k, d_y4an[n, t, k]*g4an[k])
    sum_d_m4an = np.negative(sum_d_m4an, out=sum_d_m4an)
    # d_m4an[n, t] = -sum(k, d_y4an[n, t, k]*g4an[k])/sqrt(1/100000 + v4an[n, t])
    d_m4an = np.divide(sum_d_m4an, d_m4an, out=d_m4an)
    sum_d_rf3 = np.add(v4an, 1e-05, out=work.sum_d_rf3)  # sum_d_rf3[n, t] = 1/100000 + v4an[n, t]
    sum_d_rf3 = np.sqrt(sum_d_rf3, out=sum_d_rf3)  # sum_d_rf3[n, t] = sqrt(1/100000 + v4an[n, t])
    d_rf3 = np.multiply(g4an, d_y4an, out=work.d_rf3)  # d_rf3[n, t, k] = d_y4an[n, t, k]*g4an[k]
    # d_rf3[n, t, k] = d_y4an[n, t, k]*g4an[k]/sqrt(1/100000 + v4an[n, t])
    d_rf3 = np.divide(d_rf3, sum_d_rf3[:, :, None], out=d_rf3)
    # d_rf3[n, t, k] = d_ra4[n, t, k] + d_y4an[n, t, k]*g4an[k]/sqrt(1/100000 + v4an[n, t])
    d_rf3 = np.add(d_rf3, d_ra4, out=d_rf3)
    # product_d_rf3[n, t] = d_v4an[n, t]/16
    product_d_rf3 = np.multiply(d_v4an, 0.0625, out=work.product_d_rf3)
    # sum_d_rf3_2[n, t, k] = rf3[n, t, k] - m4an[n, t]
    sum_d_rf3_2 = np.subtract(rf3, m4an[:, :, None], out=work.sum_d_rf3_2)
    # sum_d_rf3_2[n, t, k] = (rf3[n, t, k] - m4an[n, t])*d_v4an[n, t]/16
    sum_d_rf3_2 = np.multiply(product_d_rf3[:, :, None], sum_d_rf3_2, out=sum_d_rf3_2)
    # d_rf3[n, t, k] = d_ra4[n, t, k] + (rf3[n, t, k]/16 - m4an[n, t]/16)*d_v4an[n, t] + d_y4an[n,
    #     t, k]*g4an[k]/sqrt(1/100000 + v4an[n, t])
    d_rf3 = np.add(d_rf3, sum_d_rf3_2, out=d_rf3)
    # product_d_rf3_2[n, t] = d_m4an[n, t]/32
    product_d_rf3_2 = np.multiply(d_m4an, 0.03125, out=work.product_d_rf3_2)
    # d_rf3[n, t, k] = d_ra4[n, t, k] + (rf3[n, t, k]/16 - m4an[n, t]/16)*d_v4an[n, t] + d_y4an[n,
    #     t, k]*g4an[k]/sqrt(1/100000 + v4an[n, t]) + d_m4an[n, t]/32
    d_rf3 = np.add(d_rf3, product_d_rf3_2[:, :, None], out=d_rf3)
    # d_U3f[i, j] = sum(n, t, h3f[n, t, j]*d_rf3[n, t, i])
    d_U3f = np.dot(d_rf3.reshape(16 * N, 32).T, h3f.reshape(16 * N, 128))
    d_c3f = np.dot(ones_5, d_rf3.reshape(16 * N, 32))  # d_c3f[i] = sum(n, t, d_rf3[n, t, i])
    # d_h3f[n, t, j] = sum(i, U3f[i, j]*d_rf3[n, t, i])
    d_h3f = _product(np.dot, d_rf3.reshape(16 * N, 32), U3f, work.d_h3f, (16 * N, 128), (N, 16,
        128))
    d_s3f = np.square(s3f, out=work.d_s3f)  # d_s3f[n, t, j] = s3f[n, t, j]**2
    d_s3f = np.multiply(d_s3f, -0.5, out=d_s3f)  # d_s3f[n, t, j] = -s3f[n, t, j]**2/2
    d_s3f = np.exp(d_s3f, out=d_s3f)  # d_s3f[n, t, j] = exp(-s3f[n, t, j]**2/2)
    # d_s3f[n, t, j] = sqrt(2)*exp(-s3f[n, t, j]**2/2)/sqrt(pi)
    d_s3f = np.multiply(d_s3f, 0.7978845608028654, out=d_s3f)
    # d_s3f[n, t, j] = sqrt(2)*exp(-s3f[n, t, j]**2/2)*s3f[n, t, j]/sqrt(pi)
    d_s3f = np.multiply(d_s3f, s3f, out=d_s3f)
    # d_s3f[n, t, j] = sqrt(2)*exp(-s3f[n, t, j]**2/2)*s3f[n, t, j]/sqrt(pi) + erf_s3f[n, t, j]
    d_s3f = np.add(d_s3f, erf_s3f, out=d_s3f)
    # d_s3f[n, t, j] = 1 + sqrt(2)*exp(-s3f[n, t, j]**2/2)*s3f[n, t, j]/sqrt(pi) + erf_s3f[n, t, j]
    d_s3f = np.add(d_s3f, 1.0, out=d_s3f)
    # d_s3f[n, t, j] = 1/2 + sqrt(2)*exp(-s3f[n, t, j]**2/2)*s3f[n, t, j]/2/sqrt(pi) + erf_s3f[n,
    #     t, j]/2
    d_s3f = np.multiply(d_s3f, 0.5, out=d_s3f)
    # d_s3f[n, t, j] = d_h3f[n, t, j]*(1/2 + sqrt(2)*exp(-s3f[n, t, j]**2/2)*s3f[n, t,
    #     j]/2/sqrt(pi) + erf_s3f[n, t, j]/2)
    d_s3f = np.multiply(d_s3f, d_h3f, out=d_s3f)
    # d_W3f[j, k] = sum(n, t, d_s3f[n, t, j]*y3fn[n, t, k])
    d_W3f = np.dot(d_s3f.reshape(16 * N, 128).T, y3fn.reshape(16 * N, 32))
    d_b3f = np.dot(ones_5, d_s3f.reshape(16 * N, 128))  # d_b3f[j] = sum(n, t, d_s3f[n, t, j])
    # d_y3fn[n, t, k] = sum(j, d_s3f[n, t, j]*W3f[j, k])
    d_y3fn = _product(np.dot, d_s3f.reshape(16 * N, 128), W3f, work.d_y3fn, (16 * N, 32), (N, 16,
        32))
    # sum_d_g3fn[n, t, k] = ra3[n, t, k] - m3fn[n, t]
    sum_d_g3fn = np.subtract(ra3, m3fn[:, :, None], out=work.sum_d_g3fn)
    # sum_d_g3fn[n, t, k] = d_y3fn[n, t, k]*(ra3[n, t, k] - m3fn[n, t])
    sum_d_g3fn = np.multiply(sum_d_g3fn, d_y3fn, out=sum_d_g3fn)
    # sum_d_g3fn_2[n, t] = 1/100000 + v3fn[n, t]
    sum_d_g3fn_2 = np.add(v3fn, 1e-05, out=work.sum_d_g3fn_2)
    # sum_d_g3fn_2[n, t] = sqrt(1/100000 + v3fn[n, t])
    sum_d_g3fn_2 = np.sqrt(sum_d_g3fn_2, out=sum_d_g3fn_2)
    # sum_d_g3fn_2[n, t] = 1/sqrt(1/100000 + v3fn[n, t])
    sum_d_g3fn_2 = np.divide(1.0, sum_d_g3fn_2, out=sum_d_g3fn_2)
    # d_g3fn[k] = sum(n, t, d_y3fn[n, t, k]*(ra3[n, t, k] - m3fn[n, t])/sqrt(1/100000 + v3fn[n,
    #     t]))
    d_g3fn = np.dot(sum_d_g3fn.reshape(16 * N, 32).T, sum_d_g3fn_2.reshape(16 * N))
    d_b3fn = np.dot(ones_5, d_y3fn.reshape(16 * N, 32))  # d_b3fn[k] = sum(n, t, d_y3fn[n, t, k])
    d_v3fn = np.add(v3fn, 1e-05, out=work.d_v3fn)  # d_v3fn[n, t] = 1/100000 + v3fn[n, t]
    d_v3fn = np.power(d_v3fn, 1.5, out=d_v3fn)  # d_v3fn[n, t] = (1/100000 + v3fn[n, t])**(3/2)
    # sum_d_v3fn[n, t, k] = ra3[n, t, k] - m3fn[n, t]
    sum_d_v3fn = np.subtract(ra3, m3fn[:, :, None], out=work.sum_d_v3fn)
    # sum_d_v3fn[n, t, k] = d_y3fn[n, t, k]*(ra3[n, t, k] - m3fn[n, t])
    sum_d_v3fn = np.multiply(sum_d_v3fn, d_y3fn, out=sum_d_v3fn)
    # sum_d_v3fn_2[n, t] = sum(k, d_y3fn[n, t, k]*g3fn[k]*(ra3[n, t, k] - m3fn[n, t]))
    sum_d_v3fn_2 = _product(np.dot, sum_d_v3fn.reshape(16 * N, 32), g3fn, work.sum_d_v3fn_2, (16 *
        N,), (N, 16))
    # sum_d_v3fn_2[n, t] = -sum(k, d_y3fn[n, t, k]*g3fn[k]*(ra3[n, t, k] - m3fn[n, t]))/2
    sum_d_v3fn_2 = np.multiply(sum_d_v3fn_2, -0.5, out=sum_d_v3fn_2)
    # d_v3fn[n, t] = -sum(k, d_y3fn[n, t, k]*g3fn[k]*(ra3[n, t, k] - m3fn[n, t]))/2/(1/100000 +
    #     v3fn[n, t])**(3/2)
    d_v3fn = np.divide(sum_d_v3fn_2, d_v3fn, out=d_v3fn)
    d_m3fn = np.add(v3fn, 1e-05, out=work.d_m3fn)  # d_m3fn[n, t] = 1/100000 + v3fn[n, t]
    d_m3fn = np.sqrt(d_m3fn, out=d_m3fn)  # d_m3fn[n, t] = sqrt(1/100000 + v3fn[n, t])
    # sum_d_m3fn[n, t] = sum(k, d_y3fn[n, t, k]*g3fn[k])
    sum_d_m3fn = _product(np.dot, d_y3fn.reshape(16 * N, 32), g3fn, work.sum_d_m3fn, (16 * N,), (N,
        16))
    # sum_d_m3fn[n, t] = -sum(k, d_y3fn[n, t, k]*g3fn[k])
    sum_d_m3fn = np.negative(sum_d_m3fn, out=sum_d_m3fn)
    # d_m3fn[n, t] = -sum(k, d_y3fn[n, t, k]*g3fn[k])/sqrt(1/100000 + v3fn[n, t])
    d_m3fn = np.divide(sum_d_m3fn, d_m3fn, out=d_m3fn)
    sum_d_ra3 = np.add(v3fn, 1e-05, out=work.sum_d_ra3)  # sum_d_ra3[n, t] = 1/100000 + v3fn[n, t]
    sum_d_ra3 = np.sqrt(sum_d_ra3, out=sum_d_ra3)  # sum_d_ra3[n, t] = sqrt(1/100000 + v3fn[n, t])
    d_ra3 = np.multiply(g3fn, d_y3fn, out=work.d_ra3)  # d_ra3[n, t, k] = d_y3fn[n, t, k]*g3fn[k]
    # d_ra3[n, t, k] = d_y3fn[n, t, k]*g3fn[k]/sqrt(1/100000 + v3fn[n, t])
    d_ra3 = np.divide(d_ra3, sum_d_ra3[:, :, None], out=d_ra3)
    # d_ra3[n, t, k] = d_rf3[n, t, k] + d_y3fn[n, t, k]*g3fn[k]/sqrt(1/100000 + v3fn[n, t])
    d_ra3 = np.add(d_ra3, d_rf3, out=d_ra3)
    # product_d_ra3[n, t] = d_v3fn[n, t]/16
    product_d_ra3 = np.multiply(d_v3fn, 0.0625, out=work.product_d_ra3)
    # sum_d_ra3_2[n, t, k] = ra3[n, t, k] - m3fn[n, t]
    sum_d_ra3_2 = np.subtract(ra3, m3fn[:, :, None], out=work.sum_d_ra3_2)
    # sum_d_ra3_2[n, t, k] = (ra3[n, t, k] - m3fn[n, t])*d_v3fn[n, t]/16
    sum_d_ra3_2 = np.multiply(product_d_ra3[:, :, None], sum_d_ra3_2, out=sum_d_ra3_2)
    # d_ra3[n, t, k] = d_rf3[n, t, k] + (ra3[n, t, k]/16 - m3fn[n, t]/16)*d_v3fn[n, t] + d_y3fn[n,
    #     t, k]*g3fn[k]/sqrt(1/100000 + v3fn[n, t])
    d_ra3 = np.add(d_ra3, sum_d_ra3_2, out=d_ra3)
    # product_d_ra3_2[n, t] = d_m3fn[n, t]/32
    product_d_ra3_2 = np.multiply(d_m3fn, 0.03125, out=work.product_d_ra3_2)
    # d_ra3[n, t, k] = d_rf3[n, t, k] + (ra3[n, t, k]/16 - m3fn[n, t]/16)*d_v3fn[n, t] + d_y3fn[n,
    #     t, k]*g3fn[k]/sqrt(1/100000 + v3fn[n, t]) + d_m3fn[n, t]/32
    d_ra3 = np.add(d_ra3, product_d_ra3_2[:, :, None], out=d_ra3)
    # d_O3a[k, h, d] = sum(n, t, z3a[n, h, t, d]*d_ra3[n, t, k])
    d_O3a = np.dot(d_ra3.reshape(16 * N, 32).T, z3a_copy.reshape(16 * N, 32)).reshape(32, 4, 8)
    # d_z3a[n, h, t, d] = sum(k, O3a[k, h, d]*d_ra3[n, t, k])
    d_z3a = np.matmul(d_ra3[:, None], O3a.transpose(1, 0, 2), out=work.d_z3a)
    # d_p3a[n, h, t, s] = sum(d, d_z3a[n, h, t, d]*w3a[n, h, s, d])
    d_p3a = np.matmul(d_z3a, w3a.transpose(0, 1, 3, 2), out=work.d_p3a)
    # sum_d_p3a_terms[n, h, t] = sum(s, d_p3a[n, h, t, s]*p3a[n, h, t, s])
    sum_d_p3a_terms = np.vecdot(d_p3a, p3a, out=work.sum_d_p3a_terms)
    # d_p3a_terms[n, h, t, s1] = sum(s, d_p3a[n, h, t, s]*p3a[n, h, t, s])*p3a[n, h, t, s1]
    d_p3a_terms = np.multiply(sum_d_p3a_terms[:, :, :, None], p3a, out=work.d_p3a_terms)
    # product_d_p3a_terms[n, h, t, s1] = d_p3a[n, h, t, s1]*p3a[n, h, t, s1]
    product_d_p3a_terms = np.multiply(d_p3a, p3a, out=work.product_d_p3a_terms)
    # d_p3a_terms[n, h, t, s1] = d_p3a[n, h, t, s1]*p3a[n, h, t, s1] - sum(s, d_p3a[n, h, t,
    #     s]*p3a[n, h, t, s])*p3a[n, h, t, s1]
    d_p3a_terms = np.subtract(product_d_p3a_terms, d_p3a_terms, out=d_p3a_terms)
    # d_a3a[n, h, t, s1] = where(less_equal_constant[s1, t], d_p3a_terms[n, h, t, s1], 0)
    d_a3a = _masked(less_equal_constant.T, d_p3a_terms, work.d_a3a, (N, 4, 16, 16), dtype)
    # d_w3a[n, h, s, d] = sum(t, d_z3a[n, h, t, d]*p3a[n, h, t, s])
    d_w3a = np.matmul(p3a.transpose(0, 1, 3, 2), d_z3a, out=work.d_w3a)
    # d_w3a_copy[n, s, h, d] = d_w3a[n, h, s, d]
    d_w3a_copy = _filled(d_w3a.transpose(0, 2, 1, 3), work.d_w3a_copy, (N, 16, 4, 8), dtype)
    # d_W3a[h, d, k] = sum(n, s, d_w3a[n, h, s, d]*y3an[n, s, k])
    d_W3a = np.dot(d_w3a_copy.reshape(16 * N, 32).T, y3an.reshape(16 * N, 32)).reshape(4, 8, 32)
    # d_v3a[n, h, s, d] = sum(t, d_a3a[n, h, t, s]*q3a[n, h, t, d])
    d_v3a = np.matmul(d_a3a.transpose(0, 1, 3, 2), q3a, out=work.d_v3a)
    # d_v3a[n, h, s, d] = sqrt(2)*sum(t, d_a3a[n, h, t, s]*q3a[n, h, t, d])/4
    d_v3a = np.multiply(d_v3a, 0.3535533905932738, out=d_v3a)
    # d_v3a_copy[n, s, h, d] = d_v3a[n, h, s, d]
    d_v3a_copy = _filled(d_v3a.transpose(0, 2, 1, 3), work.d_v3a_copy, (N, 16, 4, 8), dtype)
    # d_V3a[h, d, k] = sum(n, s, d_v3a[n, h, s, d]*y3an[n, s, k])
    d_V3a = np.dot(d_v3a_copy.reshape(16 * N, 32).T, y3an.reshape(16 * N, 32)).reshape(4, 8, 32)
    # d_q3a[n, h, t, d] = sum(s, d_a3a[n, h, t, s]*v3a[n, h, s, d])
    d_q3a = np.matmul(d_a3a, v3a, out=work.d_q3a)
    # d_q3a[n, h, t, d] = sqrt(2)*sum(s, d_a3a[n, h, t, s]*v3a[n, h, s, d])/4
    d_q3a = np.multiply(d_q3a, 0.3535533905932738, out=d_q3a)
    # d_q3a_copy[n, t, h, d] = d_q3a[n, h, t, d]
    d_q3a_copy = _filled(d_q3a.transpose(0, 2, 1, 3), work.d_q3a_copy, (N, 16, 4, 8), dtype)
    # d_Q3a[h, d, k] = sum(n, t, d_q3a[n, h, t, d]*y3an[n, t, k])
    d_Q3a = np.dot(d_q3a_copy.reshape(16 * N, 32).T, y3an.reshape(16 * N, 32)).reshape(4, 8, 32)
    # d_y3an[n, s, k] = sum(h, d, d_w3a[n, h, s, d]*W3a[h, d, k])
    d_y3an = _product(np.dot, d_w3a_copy.reshape(16 * N, 32), W3a.reshape(32, 32), work.d_y3an, (16
        * N, 32), (N, 16, 32))
    # sum_d_y3an[n, s, k] = sum(h, d, d_v3a[n, h, s, d]*V3a[h, d, k])
    sum_d_y3an = _product(np.dot, d_v3a_copy.reshape(16 * N, 32), V3a.reshape(32, 32),
        work.sum_d_y3an, (16 * N, 32), (N, 16, 32))
    # d_y3an[n, s, k] = sum(h, d, d_w3a[n, h, s, d]*W3a[h, d, k]) + sum(h, d, d_v3a[n, h, s,
    #     d]*V3a[h, d, k])
    d_y3an = np.add(d_y3an, sum_d_y3an, out=d_y3an)
    # sum_d_y3an_2[n, s, k] = sum(h, d, d_q3a[n, h, s, d]*Q3a[h, d, k])
    sum_d_y3an_2 = _product(np.dot, d_q3a_copy.reshape(16 * N, 32), Q3a.reshape(32, 32),
        work.sum_d_y3an_2, (16 * N, 32), (N, 16, 32))
    # d_y3an[n, s, k] = sum(h, d, d_w3a[n, h, s, d]*W3a[h, d, k]) + sum(h, d, d_v3a[n, h, s,
    #     d]*V3a[h, d, k]) + sum(h, d, d_q3a[n, h, s, d]*Q3a[h, d, k])
    d_y3an = np.add(d_y3an, sum_d_y3an_2, out=d_y3an)
    # sum_d_g3an[n, t, k] = y2[n, t, k] - m3an[n, t]
    sum_d_g3an = np.subtract(y2, m3an[:, :, None], out=work.sum_d_g3an)
    # sum_d_g3an[n, t, k] = d_y3an[n, t, k]*(y2[n, t, k] - m3an[n, t])
    sum_d_g3an = np.multiply(sum_d_g3an, d_y3an, out=sum_d_g3an)
    # sum_d_g3an_2[n, t] = 1/100000 + v3an[n, t]
    sum_d_g3an_2 = np.add(v3an, 1e-05, out=work.sum_d_g3an_2)
    # sum_d_g3an_2[n, t] = sqrt(1/100000 + v3an[n, t])
    sum_d_g3an_2 = np.sqrt(sum_d_g3an_2, out=sum_d_g3an_2)
    # sum_d_g3an_2[n, t] = 1/sqrt(1/100000 + v3an[n, t])
    sum_d_g3an_2 = np.divide(1.0, sum_d_g3an_2, out=sum_d_g3an_2)
    # d_g3an[k] = sum(n, t, d_y3an[n, t, k]*(y2[n, t, k] - m3an[n, t])/sqrt(1/100000 + v3an[n, t]))
    d_g3an = np.dot(sum_d_g3an.reshape(16 * N, 32).T, sum_d_g3an_2.reshape(16 * N))
    d_b3an = np.dot(ones_5, d_y3an.reshape(16 * N, 32))  # d_b3an[k] = sum(n, t, d_y3an[n, t, k])
    d_v3an = np.add(v3an, 1e-05, out=work.d_v3an)  # d_v3an[n, t] = 1/100000 + v3an[n, t]
    d_v3an = np.power(d_v3an, 1.5, out=d_v3an)  # d_v3an[n, t] = (1/100000 + v3an[n, t])**(3/2)
    # sum_d_v3an[n, t, k] = y2[n, t, k] - m3an[n, t]
    sum_d_v3an = np.subtract(y2, m3an[:, :, None], out=work.sum_d_v3an)
    # sum_d_v3an[n, t, k] = d_y3an[n, t, k]*(y2[n, t, k] - m3an[n, t])
    sum_d_v3an = np.multiply(sum_d_v3an, d_y3an, out=sum_d_v3an)
    # sum_d_v3an_2[n, t] = sum(k, d_y3an[n, t, k]*g3an[k]*(y2[n, t, k] - m3an[n, t]))
    sum_d_v3an_2 = _product(np.dot, sum_d_v3an.reshape(16 * N, 32), g3an, work.sum_d_v3an_2, (16 *
        N,), (N, 16))
    # sum_d_v3an_2[n, t] = -sum(k, d_y3an[n, t, k]*g3an[k]*(y2[n, t, k] - m3an[n, t]))/2
    sum_d_v3an_2 = np.multiply(sum_d_v3an_2, -0.5, out=sum_d_v3an_2)
    # d_v3an[n, t] = -sum(k, d_y3an[n, t, k]*g3an[k]*(y2[n, t, k] - m3an[n, t]))/2/(1/100000 +
    #     v3an[n, t])**(3/2)
    d_v3an = np.divide(sum_d_v3an_2, d_v3an, out=d_v3an)
    d_m3an = np.add(v3an, 1e-05, out=work.d_m3an)  # d_m3an[n, t] = 1/100000 + v3an[n, t]
    d_m3an = np.sqrt(d_m3an, out=d_m3an)  # d_m3an[n, t] = sqrt(1/100000 + v3an[n, t])
    # sum_d_m3an[n, t] = sum(k, d_y3an[n, t, k]*g3an[k])
    sum_d_m3an = _product(np.dot, d_y3an.reshape(16 * N, 32), g3an, work.sum_d_m3an, (16 * N,), (N,
        16))
    # sum_d_m3an[n, t] = -sum(k, d_y3an[n, t, k]*g3an[k])
    sum_d_m3an = np.negative(sum_d_m3an, out=sum_d_m3an)
    # d_m3an[n, t] = -sum(k, d_y3an[n, t, k]*g3an[k])/sqrt(1/100000 + v3an[n, t])
    d_m3an = np.divide(sum_d_m3an, d_m3an, out=d_m3an)
    sum_d_y2 = np.add(v3an, 1e-05, out=work.sum_d_y2)  # sum_d_y2[n, t] = 1/100000 + v3an[n, t]
    sum_d_y2 = np.sqrt(sum_d_y2, out=sum_d_y2)  # sum_d_y2[n, t] = sqrt(1/100000 + v3an[n, t])
    d_y2 = np.multiply(g3an, d_y3an, out=work.d_y2)  # d_y2[n, t, k] = d_y3an[n, t, k]*g3an[k]
    # d_y2[n, t, k] = d_y3an[n, t, k]*g3an[k]/sqrt(1/100000 + v3an[n, t])
    d_y2 = np.divide(d_y2, sum_d_y2[:, :, None], out=d_y2)
    # d_y2[n, t, k] = d_ra3[n, t, k] + d_y3an[n, t, k]*g3an[k]/sqrt(1/100000 + v3an[n, t])
    d_y2 = np.add(d_y2, d_ra3, out=d_y2)
    # product_d_y2[n, t] = d_v3an[n, t]/16
    product_d_y2 = np.multiply(d_v3an, 0.0625, out=work.product_d_y2)
    # sum_d_y2_2[n, t, k] = y2[n, t, k] - m3an[n, t]
    sum_d_y2_2 = np.subtract(y2, m3an[:, :, None], out=work.sum_d_y2_2)
    # sum_d_y2_2[n, t, k] = (y2[n, t, k] - m3an[n, t])*d_v3an[n, t]/16
    sum_d_y2_2 = np.multiply(product_d_y2[:, :, None], sum_d_y2_2, out=sum_d_y2_2)
    # d_y2[n, t, k] = d_ra3[n, t, k] + (y2[n, t, k]/16 - m3an[n, t]/16)*d_v3an[n, t] + d_y3an[n, t,
    #     k]*g3an[k]/sqrt(1/100000 + v3an[n, t])
    d_y2 = np.add(d_y2, sum_d_y2_2, out=d_y2)
    # product_d_y2_2[n, t] = d_m3an[n, t]/32
    product_d_y2_2 = np.multiply(d_m3an, 0.03125, out=work.product_d_y2_2)
    # d_y2[n, t, k] = d_ra3[n, t, k] + (y2[n, t, k]/16 - m3an[n, t]/16)*d_v3an[n, t] + d_y3an[n, t,
    #     k]*g3an[k]/sqrt(1/100000 + v3an[n, t]) + d_m3an[n, t]/32
    d_y2 = np.add(d_y2, product_d_y2_2[:, :, None], out=d_y2)
    d_P2 = np.add.reduce(d_y2, axis=0)  # d_P2[t, k] = sum(n, d_y2[n, t, k])
    # d_E1[v, d] = sum(n, t, d_z[n, t, v]*ylast[n, t, d])
    d_E1 = np.dot(d_z.reshape(16 * N, 64).T, ylast.reshape(16 * N, 32))
    _add_rows(d_E1, word, d_y2)  # d_E1[word[n, t], d] += d_y2[n, t, d]
    grads = {
        "E1": d_E1,
        "P2": d_P2,
        "g3an": d_g3an,
        "b3an": d_b3an,
        "Q3a": d_Q3a,
        "V3a": d_V3a,
        "W3a": d_W3a,
        "O3a": d_O3a,
        "g3fn": d_g3fn,
        "b3fn": d_b3fn,
        "W3f": d_W3f,
        "b3f": d_b3f,
        "U3f": d_U3f,
        "c3f": d_c3f,
        "g4an": d_g4an,
        "b4an": d_b4an,
        "Q4a": d_Q4a,
        "V4a": d_V4a,
        "W4a": d_W4a,
        "O4a": d_O4a,
        "g4fn": d_g4fn,
        "b4fn": d_b4fn,
        "W4f": d_W4f,
        "b4f": d_b4f,
        "U4f": d_U4f,
        "c4f": d_c4f,
        "glast": d_glast,
        "blast": d_blast,
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


def value_and_flat_grad(vector, word, following):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), word, following))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, word, following,
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
        (word, following),
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


def _chosen(condition, then, otherwise, out, shape, dtype):
    """``then`` where the condition holds, else ``otherwise``."""
    if out is None:
        out = np.empty(shape, dtype)
    np.copyto(out, otherwise)
    np.copyto(out, then, where=condition)
    return out


def _masked(condition, value, out, shape, dtype):
    """``value`` where the condition holds, else zero, whatever stands there; by its bits."""
    if out is None:
        out = np.empty(shape, dtype)
    bits = out.view(f"i{out.itemsize}")
    np.multiply(condition, -1, out=bits, dtype=bits.dtype)
    np.bitwise_and(bits, np.asarray(value, dtype).view(bits.dtype), out=bits)
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
    limits = {"word": 64, "following": 64}
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
