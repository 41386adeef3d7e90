"""Loss and gradients of the network gaussian_mixture.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    Q[k, i, j] = where((i == j), exp(q[k, i]), where((i > j), L[k, i, j], 0))
    r[n, k, i] = sum(j, Q[k, i, j]*(x[n, j] - m[k, j]))
    score[n, k] = a[k] + sum(i, q[k, i]) - sum(i, r[n, k, i]**2)/2
    loss = 2*log(3141592653589793/500000000000000) + logsumexp(k, a[k]) - sum(n, logsumexp(k,
        score[n, k]))/N

Extents bound at each call: N.

Conventions:
    logsumexp of infinite terms is NaN
    logsumexp, and what softmax lacks of 1, are exact to an ulp of 1 where they are small
    a mean over nothing is NaN

Operations:
    forward and loss: 153*N + 167
    backward: 142*N + 350
    workspace, in floats: 24*N + Max(3, 12*N) + Max(12, N) + Max(48, 3*N) + 60
"""

import numpy as np

TITLE = "Gaussian mixture"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "a": (3,),
    "m": (3, 4),
    "q": (3, 4),
    "L": (3, 4, 4),
}
INPUTS = {
    "x": ("N", 4),
}
TARGETS = {}
OUTPUTS = ("loss",)
# One derivative of the loss per parameter.
LATEX = {
    "a": (
        "\\frac{\\partial \\text{loss}}{\\partial a_k} = \\frac{\\text{exp}"
        "^{(a)}_k}{\\text{sum\\ exp}^{(a)}} + \\text{sum\\ d}^{(\\text{sco"
        "re})}_k"
    ),
    "m": (
        "\\frac{\\partial \\text{loss}}{\\partial m_{k,j}} = -\\sum_{n,i} "
        "\\bar{r}_{n,k,i} Q_{k,i,j}"
    ),
    "q": (
        "\\frac{\\partial \\text{loss}}{\\partial q_{k,i}} = \\sum_j \\left"
        "(\\begin{cases} \\bar{Q}_{k,i,j} \\, \\text{exp}^{(q)}_{k,i} & \\"
        "text{equal\\_constant}_{i,j} \\ne 0 \\\\ 0 & \\text{otherwise} \\e"
        "nd{cases}\\right) + \\text{sum\\ d}^{(\\text{score})}_k"
    ),
    "L": (
        "\\frac{\\partial \\text{loss}}{\\partial L_{k,i,j}} = \\begin{cas"
        "es} \\bar{Q}_{k,i,j} & \\text{greater\\_constant}_{i,j} \\ne 0 \\"
        "wedge \\neg (\\text{equal\\_constant}_{i,j} \\ne 0) \\\\ 0 & \\text"
        "{otherwise} \\end{cases}"
    ),
}
_BUFFERS = (
    "i_values",
    "j_values",
    "equal_constant",
    "exp_q",
    "i_values_2",
    "j_values_2",
    "greater_constant",
    "Q",
    "sum_r",
    "r",
    "sum_score",
    "score",
    "max_score",
    "exp_score",
    "sum_exp_score",
    "logsumexp_score",
    "exp_a",
    "scaled_d_score",
    "d_score",
    "product_d_r",
    "d_r",
    "sum_d_m",
    "sum_d_Q",
    "d_Q",
    "negate_d_L",
    "sum_d_score",
    "product_d_q",
    "where_d_q",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "a": np.full((3,), 0.0, dtype),
        "m": np.asarray(rng.normal(0.0, 1.0, (3, 4)), dtype),
        "q": np.asarray(rng.uniform(-0.9258200997725514, 0.9258200997725514, (3, 4)), dtype),
        "L": np.full((3, 4, 4), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    24*N + Max(3, 12*N) + Max(12, N) + Max(48, 3*N) + 60 floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(4, np.intp)
        self.i_values = memory_1.reshape(4)
        self.i_values_2 = memory_1.reshape(4)
        memory_2 = np.empty(4, np.intp)
        self.j_values = memory_2.reshape(4)
        self.j_values_2 = memory_2.reshape(4)
        memory_3 = np.empty(16, bool)
        self.equal_constant = memory_3.reshape(4, 4)
        memory_4 = np.empty(12, dtype)
        self.exp_q = memory_4.reshape(3, 4)
        memory_5 = np.empty(16, bool)
        self.greater_constant = memory_5.reshape(4, 4)
        memory_6 = np.empty(48, dtype)
        self.Q = memory_6.reshape(3, 4, 4)
        self.d_Q = memory_6.reshape(3, 4, 4)
        self.product_d_q = memory_6.reshape(3, 4, 4)
        memory_7 = np.empty(max(12 * N, 3), dtype)
        self.sum_r = memory_7[: 12 * N].reshape(N, 3, 4)
        self.sum_score = memory_7[: 3].reshape(3)
        self.max_score = memory_7[: N].reshape(N)
        self.exp_a = memory_7[: 3].reshape(3)
        memory_8 = np.empty(12 * N, dtype)
        self.r = memory_8.reshape(N, 3, 4)
        self.d_r = memory_8.reshape(N, 3, 4)
        memory_9 = np.empty(max(3 * N, 48), dtype)
        self.score = memory_9[: 3 * N].reshape(N, 3)
        self.exp_score = memory_9[: 3 * N].reshape(N, 3)
        self.d_score = memory_9[: 3 * N].reshape(N, 3)
        self.where_d_q = memory_9[: 48].reshape(3, 4, 4)
        memory_10 = np.empty(max(12, N), dtype)
        self.sum_exp_score = memory_10[: N].reshape(N)
        self.scaled_d_score = memory_10[: N].reshape(N)
        self.sum_d_m = memory_10[: 12].reshape(3, 4)
        self.sum_d_score = memory_10[: 3].reshape(3)
        memory_11 = np.empty(12 * N, dtype)
        self.logsumexp_score = memory_11[: N].reshape(N)
        self.product_d_r = memory_11[: 3 * N].reshape(N, 3)
        self.sum_d_Q = memory_11.reshape(3, 4, N)
        memory_12 = np.empty(16, bool)
        self.negate_d_L = memory_12.reshape(4, 4)
        self.ones_4 = np.ones(4, dtype)
        self.ones_3 = np.ones(3, dtype)
        self.ones_N = np.ones(N, dtype)
        self.range_4 = np.arange(4)

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
    """The output loss, a new array."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 4), 0)
    a = _floats("a", params["a"], (3,), dtype)
    m = _floats("m", params["m"], (3, 4), dtype)
    q = _floats("q", params["q"], (3, 4), dtype)
    L = _floats("L", params["L"], (3, 4, 4), dtype)
    x = _floats("x", x, (N, 4), dtype)
    ones_4 = np.ones(4, dtype)
    ones_3 = np.ones(3, dtype)
    ones_N = np.ones(N, dtype)
    range_4 = np.arange(4)
    i_values = range_4  # i_values[i] = i
    j_values = range_4  # j_values[j] = j
    equal_Q = np.equal(i_values[:, None], j_values)  # equal_Q[i, j] = (i == j)
    exp_Q = np.exp(q)  # exp_Q[k, i] = exp(q[k, i])
    i_values_2 = range_4  # i_values_2[i] = i
    j_values_2 = range_4  # j_values_2[j] = j
    greater_Q = np.greater(i_values_2[:, None], j_values_2)  # greater_Q[i, j] = (i > j)
    Q = _masked(greater_Q, L, None, (3, 4, 4), dtype)  # Q[k, i, j] = where((i > j), L[k, i, j], 0)
    # Q[k, i, j] = where((i == j), exp(q[k, i]), where((i > j), L[k, i, j], 0))
    Q = _chosen(equal_Q, exp_Q[:, :, None], Q, Q, (3, 4, 4), dtype)
    sum_r = np.subtract(x[:, None], m)  # sum_r[n, k, j] = x[n, j] - m[k, j]
    r = np.matvec(Q, sum_r)  # r[n, k, i] = sum(j, Q[k, i, j]*(x[n, j] - m[k, j]))
    sum_score = np.dot(q, ones_4)  # sum_score[k] = sum(i, q[k, i])
    sum_score = np.add(sum_score, a, out=sum_score)  # sum_score[k] = a[k] + sum(i, q[k, i])
    score = np.vecdot(r, r)  # score[n, k] = sum(i, r[n, k, i]**2)
    score = np.multiply(score, 0.5, out=score)  # score[n, k] = sum(i, r[n, k, i]**2)/2
    # score[n, k] = a[k] + sum(i, q[k, i]) - sum(i, r[n, k, i]**2)/2
    score = np.subtract(sum_score, score, out=score)
    max_score = np.maximum.reduce(score, axis=1)  # max_score[n] = max(k, score[n, k])
    # exp_score[n, k] = score[n, k] - max_score[n]
    exp_score = np.subtract(score, max_score[:, None])
    # exp_score[n, k] = exp(score[n, k] - max_score[n])
    exp_score = np.exp(exp_score, out=exp_score)
    sum_exp_score = np.dot(exp_score, ones_3)  # sum_exp_score[n] = sum(k, exp_score[n, k])
    logsumexp_score = np.log(sum_exp_score)  # logsumexp_score[n] = log(sum_exp_score[n])
    # logsumexp_score[n] = log(sum_exp_score[n]) + max_score[n]
    logsumexp_score = np.add(logsumexp_score, max_score, out=logsumexp_score)
    max_a = np.maximum.reduce(a, axis=0)  # max_a = max(k, a[k])
    exp_a = np.subtract(a, max_a)  # exp_a[k] = a[k] - max_a
    exp_a = np.exp(exp_a, out=exp_a)  # exp_a[k] = exp(a[k] - max_a)
    sum_exp_a = np.dot(exp_a, ones_3)  # sum_exp_a = sum(k, exp_a[k])
    logsumexp_a = dtype.type(np.log(sum_exp_a)) + max_a  # logsumexp_a = log(sum_exp_a) + max_a
    sum_loss = np.dot(logsumexp_score, ones_N)  # sum_loss = sum(n, logsumexp_score[n])
    # loss = 2*log(3141592653589793/500000000000000) - sum(n, logsumexp_score[n])/N + logsumexp_a
    loss = -sum_loss / N + logsumexp_a + 2.0 * dtype.type(np.log(6.283185307179586))
    return loss


@np.errstate(all="ignore")
def loss(params, x):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 4), 0)
    a = _floats("a", params["a"], (3,), dtype)
    m = _floats("m", params["m"], (3, 4), dtype)
    q = _floats("q", params["q"], (3, 4), dtype)
    L = _floats("L", params["L"], (3, 4, 4), dtype)
    x = _floats("x", x, (N, 4), dtype)
    ones_4 = np.ones(4, dtype)
    ones_3 = np.ones(3, dtype)
    ones_N = np.ones(N, dtype)
    range_4 = np.arange(4)
    i_values = range_4  # i_values[i] = i
    j_values = range_4  # j_values[j] = j
    equal_Q = np.equal(i_values[:, None], j_values)  # equal_Q[i, j] = (i == j)
    exp_Q = np.exp(q)  # exp_Q[k, i] = exp(q[k, i])
    i_values_2 = range_4  # i_values_2[i] = i
    j_values_2 = range_4  # j_values_2[j] = j
    greater_Q = np.greater(i_values_2[:, None], j_values_2)  # greater_Q[i, j] = (i > j)
    Q = _masked(greater_Q, L, None, (3, 4, 4), dtype)  # Q[k, i, j] = where((i > j), L[k, i, j], 0)
    # Q[k, i, j] = where((i == j), exp(q[k, i]), where((i > j), L[k, i, j], 0))
    Q = _chosen(equal_Q, exp_Q[:, :, None], Q, Q, (3, 4, 4), dtype)
    sum_r = np.subtract(x[:, None], m)  # sum_r[n, k, j] = x[n, j] - m[k, j]
    r = np.matvec(Q, sum_r)  # r[n, k, i] = sum(j, Q[k, i, j]*(x[n, j] - m[k, j]))
    sum_score = np.dot(q, ones_4)  # sum_score[k] = sum(i, q[k, i])
    sum_score = np.add(sum_score, a, out=sum_score)  # sum_score[k] = a[k] + sum(i, q[k, i])
    score = np.vecdot(r, r)  # score[n, k] = sum(i, r[n, k, i]**2)
    score = np.multiply(score, 0.5, out=score)  # score[n, k] = sum(i, r[n, k, i]**2)/2
    # score[n, k] = a[k] + sum(i, q[k, i]) - sum(i, r[n, k, i]**2)/2
    score = np.subtract(sum_score, score, out=score)
    max_score = np.maximum.reduce(score, axis=1)  # max_score[n] = max(k, score[n, k])
    # exp_score[n, k] = score[n, k] - max_score[n]
    exp_score = np.subtract(score, max_score[:, None])
    # exp_score[n, k] = exp(score[n, k] - max_score[n])
    exp_score = np.exp(exp_score, out=exp_score)
    sum_exp_score = np.dot(exp_score, ones_3)  # sum_exp_score[n] = sum(k, exp_score[n, k])
    logsumexp_score = np.log(sum_exp_score)  # logsumexp_score[n] = log(sum_exp_score[n])
    # logsumexp_score[n] = log(sum_exp_score[n]) + max_score[n]
    logsumexp_score = np.add(logsumexp_score, max_score, out=logsumexp_score)
    max_a = np.maximum.reduce(a, axis=0)  # max_a = max(k, a[k])
    exp_a = np.subtract(a, max_a)  # exp_a[k] = a[k] - max_a
    exp_a = np.exp(exp_a, out=exp_a)  # exp_a[k] = exp(a[k] - max_a)
    sum_exp_a = np.dot(exp_a, ones_3)  # sum_exp_a = sum(k, exp_a[k])
    logsumexp_a = dtype.type(np.log(sum_exp_a)) + max_a  # logsumexp_a = log(sum_exp_a) + max_a
    sum_loss = np.dot(logsumexp_score, ones_N)  # sum_loss = sum(n, logsumexp_score[n])
    # loss = 2*log(3141592653589793/500000000000000) - sum(n, logsumexp_score[n])/N + logsumexp_a
    loss = -sum_loss / N + logsumexp_a + 2.0 * dtype.type(np.log(6.283185307179586))
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 4), 0)
    a = _floats("a", params["a"], (3,), dtype)
    m = _floats("m", params["m"], (3, 4), dtype)
    q = _floats("q", params["q"], (3, 4), dtype)
    L = _floats("L", params["L"], (3, 4, 4), dtype)
    x = _floats("x", x, (N, 4), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_4 = np.ones(4, dtype)
        ones_3 = np.ones(3, dtype)
        ones_N = np.ones(N, dtype)
        range_4 = np.arange(4)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_4 = workspace.ones_4
        ones_3 = workspace.ones_3
        ones_N = workspace.ones_N
        range_4 = workspace.range_4
    i_values = range_4  # i_values[i] = i
    j_values = range_4  # j_values[j] = j
    # equal_constant[i, j] = (i == j)
    equal_constant = np.equal(i_values[:, None], j_values, out=work.equal_constant)
    exp_q = np.exp(q, out=work.exp_q)  # exp_q[k, i] = exp(q[k, i])
    i_values_2 = range_4  # i_values_2[i] = i
    j_values_2 = range_4  # j_values_2[j] = j
    # greater_constant[i, j] = (i > j)
    greater_constant = np.greater(i_values_2[:, None], j_values_2, out=work.greater_constant)
    # Q[k, i, j] = where(greater_constant[i, j], L[k, i, j], 0)
    Q = _masked(greater_constant, L, work.Q, (3, 4, 4), dtype)
    # Q[k, i, j] = where(equal_constant[i, j], exp_q[k, i], where(greater_constant[i, j], L[k, i,
    #     j], 0))
    Q = _chosen(equal_constant, exp_q[:, :, None], Q, Q, (3, 4, 4), dtype)
    sum_r = np.subtract(x[:, None], m, out=work.sum_r)  # sum_r[n, k, j] = x[n, j] - m[k, j]
    r = np.matvec(Q, sum_r, out=work.r)  # r[n, k, i] = sum(j, Q[k, i, j]*(x[n, j] - m[k, j]))
    sum_score = np.dot(q, ones_4, out=work.sum_score)  # sum_score[k] = sum(i, q[k, i])
    sum_score = np.add(sum_score, a, out=sum_score)  # sum_score[k] = a[k] + sum(i, q[k, i])
    score = np.vecdot(r, r, out=work.score)  # score[n, k] = sum(i, r[n, k, i]**2)
    score = np.multiply(score, 0.5, out=score)  # score[n, k] = sum(i, r[n, k, i]**2)/2
    # score[n, k] = a[k] + sum(i, q[k, i]) - sum(i, r[n, k, i]**2)/2
    score = np.subtract(sum_score, score, out=score)
    # max_score[n] = max(k, score[n, k])
    max_score = np.maximum.reduce(score, axis=1, out=work.max_score)
    # exp_score[n, k] = score[n, k] - max_score[n]
    exp_score = np.subtract(score, max_score[:, None], out=work.exp_score)
    # exp_score[n, k] = exp(score[n, k] - max_score[n])
    exp_score = np.exp(exp_score, out=exp_score)
    # sum_exp_score[n] = sum(k, exp_score[n, k])
    sum_exp_score = np.dot(exp_score, ones_3, out=work.sum_exp_score)
    # logsumexp_score[n] = log(sum_exp_score[n])
    logsumexp_score = np.log(sum_exp_score, out=work.logsumexp_score)
    # logsumexp_score[n] = log(sum_exp_score[n]) + max_score[n]
    logsumexp_score = np.add(logsumexp_score, max_score, out=logsumexp_score)
    max_a = np.maximum.reduce(a, axis=0)  # max_a = max(k, a[k])
    exp_a = np.subtract(a, max_a, out=work.exp_a)  # exp_a[k] = a[k] - max_a
    exp_a = np.exp(exp_a, out=exp_a)  # exp_a[k] = exp(a[k] - max_a)
    sum_exp_a = np.dot(exp_a, ones_3)  # sum_exp_a = sum(k, exp_a[k])
    logsumexp_a = dtype.type(np.log(sum_exp_a)) + max_a  # logsumexp_a = log(sum_exp_a) + max_a
    sum_loss = np.dot(logsumexp_score, ones_N)  # sum_loss = sum(n, logsumexp_score[n])
    # loss = 2*log(3141592653589793/500000000000000) - sum(n, logsumexp_score[n])/N + logsumexp_a
    loss = -sum_loss / N + logsumexp_a + 2.0 * dtype.type(np.log(6.283185307179586))
    # scaled_d_score[n] = -N*sum_exp_score[n]
    scaled_d_score = np.multiply(sum_exp_score, -N, out=work.scaled_d_score)
    # d_score[n, k] = -exp_score[n, k]/N/sum_exp_score[n]
    d_score = np.divide(exp_score, scaled_d_score[:, None], out=work.d_score)
    product_d_r = np.negative(d_score, out=work.product_d_r)  # product_d_r[n, k] = -d_score[n, k]
    # d_r[n, k, i] = -d_score[n, k]*r[n, k, i]
    d_r = np.multiply(product_d_r[:, :, None], r, out=work.d_r)
    # sum_d_m[k, i] = sum(n, i, d_r[n, k, i]*Q[k, i, j])
    sum_d_m = np.add.reduce(d_r, axis=0, out=work.sum_d_m)
    # d_m[k, j] = sum(n, i, d_r[n, k, i]*Q[k, i, j])
    d_m = np.matvec(Q.transpose(0, 2, 1), sum_d_m)
    d_m = np.negative(d_m, out=d_m)  # d_m[k, j] = -sum(n, i, d_r[n, k, i]*Q[k, i, j])
    # sum_d_Q[k, j, n] = x[n, j] - m[k, j]
    sum_d_Q = np.subtract(x.T, m[:, :, None], out=work.sum_d_Q)
    # d_Q[k, i, j] = sum(n, d_r[n, k, i]*(x[n, j] - m[k, j]))
    d_Q = np.matmul(d_r.transpose(1, 2, 0), sum_d_Q.transpose(0, 2, 1), out=work.d_Q)
    # negate_d_L[i, j] = negate(equal_constant[i, j])
    negate_d_L = np.logical_not(equal_constant, out=work.negate_d_L)
    # negate_d_L[i, j] = both(greater_constant[i, j], negate(equal_constant[i, j]))
    negate_d_L = np.logical_and(greater_constant, negate_d_L, out=negate_d_L)
    # d_L[k, i, j] = where(both(greater_constant[i, j], negate(equal_constant[i, j])), d_Q[k, i,
    #     j], 0)
    d_L = _masked(negate_d_L, d_Q, None, (3, 4, 4), dtype)
    # sum_d_score[k] = sum(n, d_score[n, k])
    sum_d_score = np.dot(ones_N, d_score, out=work.sum_d_score)
    d_a = np.multiply(exp_a, 1.0 / sum_exp_a)  # d_a[k] = exp_a[k]/sum_exp_a
    d_a = np.add(d_a, sum_d_score, out=d_a)  # d_a[k] = exp_a[k]/sum_exp_a + sum_d_score[k]
    # product_d_q[k, i, j] = d_Q[k, i, j]*exp_q[k, i]
    product_d_q = np.multiply(exp_q[:, :, None], d_Q, out=work.product_d_q)
    # where_d_q[k, i, j] = where(equal_constant[i, j], d_Q[k, i, j]*exp_q[k, i], 0)
    where_d_q = _masked(equal_constant, product_d_q, work.where_d_q, (3, 4, 4), dtype)
    # d_q[k, i] = sum(j, where(equal_constant[i, j], d_Q[k, i, j]*exp_q[k, i], 0))
    d_q = np.dot(where_d_q, ones_4)
    # d_q[k, i] = sum(j, where(equal_constant[i, j], d_Q[k, i, j]*exp_q[k, i], 0)) + sum_d_score[k]
    d_q = np.add(d_q, sum_d_score[:, None], out=d_q)
    grads = {
        "a": d_a,
        "m": d_m,
        "q": d_q,
        "L": d_L,
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


def value_and_flat_grad(vector, x):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x,
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
        (x,),
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
