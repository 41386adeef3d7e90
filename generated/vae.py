"""Loss and gradients of the network vae.

Written by symbprop; do not edit.  Rebuild with `symbprop compile`.

Definitions:

    h[n, j] = tanh(sum(k, W1[j, k]*x[n, k]) + b1[j])
    mu[n, d] = sum(j, W2[d, j]*h[n, j]) + b2[d]
    spread[n, d] = sum(j, W3[d, j]*h[n, j]) + b3[d]
    z[n, d] = mu[n, d] + exp(spread[n, d]/2)*noise[n, d]
    g[n, j] = tanh(sum(d, W4[j, d]*z[n, d]) + b4[j])
    logit[n, k] = sum(j, W5[k, j]*g[n, j]) + b5[k]
    rebuilt = sum(n, sum(k, softplus(logit[n, k]) - logit[n, k]*x[n, k]))/N
    divergence = sum(n, sum(d, mu[n, d]**2 - 1 - spread[n, d] + exp(spread[n, d])))/2/N
    loss = rebuilt + divergence

Extents bound at each call: N.

Conventions:
    tanh' is exact to an ulp of 1 where it is small
    a mean over nothing is NaN

Operations:
    forward and loss: 9776*N
    backward: 14600*N
    workspace, in floats: 272*N
"""

import numpy as np

TITLE = "Variational autoencoder"
# Shapes; a name stands for an extent that the arguments bind at each call.
PARAMETERS = {
    "W1": (32, 64),
    "b1": (32,),
    "W2": (4, 32),
    "b2": (4,),
    "W3": (4, 32),
    "b3": (4,),
    "W4": (32, 4),
    "b4": (32,),
    "W5": (64, 32),
    "b5": (64,),
}
INPUTS = {
    "x": ("N", 64),
    "noise": ("N", 4),
}
TARGETS = {}
OUTPUTS = ("z", "logit")
# One derivative of the loss per parameter.
LATEX = {
    "W1": (
        "\\frac{\\partial L}{\\partial W^{(1)}_{j,k}} = \\sum_n \\overline"
        "{\\tilde{h}}_{n,j} x_{n,k}"
    ),
    "b1": (
        "\\frac{\\partial L}{\\partial b^{(1)}_j} = \\sum_n \\overline{\\ti"
        "lde{h}}_{n,j}"
    ),
    "W2": (
        "\\frac{\\partial L}{\\partial W^{(2)}_{d,j}} = \\sum_n \\bar{\\mu}"
        "_{n,d} h_{n,j}"
    ),
    "b2": (
        "\\frac{\\partial L}{\\partial b^{(2)}_d} = \\sum_n \\bar{\\mu}_{n,"
        "d}"
    ),
    "W3": (
        "\\frac{\\partial L}{\\partial W^{(3)}_{d,j}} = \\sum_n \\overline"
        "{\\text{spread}}_{n,d} h_{n,j}"
    ),
    "b3": (
        "\\frac{\\partial L}{\\partial b^{(3)}_d} = \\sum_n \\overline{\\te"
        "xt{spread}}_{n,d}"
    ),
    "W4": (
        "\\frac{\\partial L}{\\partial W^{(4)}_{j,d}} = \\sum_n \\overline"
        "{\\tilde{g}}_{n,j} z_{n,d}"
    ),
    "b4": (
        "\\frac{\\partial L}{\\partial b^{(4)}_j} = \\sum_n \\overline{\\ti"
        "lde{g}}_{n,j}"
    ),
    "W5": (
        "\\frac{\\partial L}{\\partial W^{(5)}_{k,j}} = \\sum_n \\overline"
        "{\\text{logit}}_{n,k} g_{n,j}"
    ),
    "b5": (
        "\\frac{\\partial L}{\\partial b^{(5)}_k} = \\sum_n \\overline{\\te"
        "xt{logit}}_{n,k}"
    ),
}
_BUFFERS = (
    "h_argument",
    "h",
    "mu",
    "spread",
    "exp_spread",
    "z",
    "g_argument",
    "g",
    "logit",
    "abs_rebuilt",
    "maximum_rebuilt",
    "product_rebuilt",
    "exp_spread_2",
    "square_divergence",
    "d_logit",
    "d_g",
    "d_g_argument",
    "d_z",
    "d_spread",
    "product_d_spread",
    "d_mu",
    "d_h",
    "sum_d_h",
    "d_h_argument",
)
# Stands for a workspace where there is none: each step then makes a fresh array.
_NO_WORKSPACE = type("NoWorkspace", (), dict.fromkeys(_BUFFERS))()


def init(seed=0, dtype=np.float64):
    """First values of the parameters: a dict of new arrays, the same for the same seed."""
    dtype = _precision(dtype)
    rng = np.random.default_rng(_whole("seed", seed))
    return {
        "W1": np.asarray(rng.uniform(-0.25, 0.25, (32, 64)), dtype),
        "b1": np.full((32,), 0.0, dtype),
        "W2": np.asarray(rng.uniform(-0.408248290463863, 0.408248290463863, (4, 32)), dtype),
        "b2": np.full((4,), 0.0, dtype),
        "W3": np.asarray(rng.uniform(-0.408248290463863, 0.408248290463863, (4, 32)), dtype),
        "b3": np.full((4,), 0.0, dtype),
        "W4": np.asarray(rng.uniform(-0.408248290463863, 0.408248290463863, (32, 4)), dtype),
        "b4": np.full((32,), 0.0, dtype),
        "W5": np.asarray(rng.uniform(-0.25, 0.25, (64, 32)), dtype),
        "b5": np.full((64,), 0.0, dtype),
    }


class Workspace:
    """Memory of ``value_and_grad`` for one size of data, used again at each call.

    272*N floats for extents (N).
    Two threads must not use one workspace at a time.
    """

    def __init__(self, N, dtype=np.float64):
        N = _whole("N", N)
        self.size = (N,)
        self.dtype = dtype = _precision(dtype)
        memory_1 = np.empty(32 * N, dtype)
        self.h_argument = memory_1.reshape(32, N)
        self.h = memory_1.reshape(32, N)
        self.d_h_argument = memory_1.reshape(32, N)
        memory_2 = np.empty(4 * N, dtype)
        self.mu = memory_2.reshape(4, N)
        self.d_mu = memory_2.reshape(4, N)
        memory_3 = np.empty(4 * N, dtype)
        self.spread = memory_3.reshape(4, N)
        self.d_z = memory_3.reshape(4, N)
        memory_4 = np.empty(4 * N, dtype)
        self.exp_spread = memory_4.reshape(4, N)
        memory_5 = np.empty(4 * N, dtype)
        self.z = memory_5.reshape(4, N)
        self.product_d_spread = memory_5.reshape(4, N)
        memory_6 = np.empty(32 * N, dtype)
        self.g_argument = memory_6.reshape(32, N)
        self.g = memory_6.reshape(32, N)
        self.d_g_argument = memory_6.reshape(32, N)
        self.d_h = memory_6.reshape(32, N)
        memory_7 = np.empty(64 * N, dtype)
        self.logit = memory_7.reshape(64, N)
        self.d_logit = memory_7.reshape(64, N)
        self.sum_d_h = memory_7[: 32 * N].reshape(32, N)
        memory_8 = np.empty(64 * N, dtype)
        self.abs_rebuilt = memory_8.reshape(64, N)
        self.square_divergence = memory_8[: 4 * N].reshape(4, N)
        self.d_g = memory_8[: 32 * N].reshape(32, N)
        memory_9 = np.empty(64 * N, dtype)
        self.maximum_rebuilt = memory_9.reshape(64, N)
        self.product_rebuilt = memory_9.reshape(64, N)
        self.exp_spread_2 = memory_9[: 4 * N].reshape(4, N)
        self.d_spread = memory_9[: 4 * N].reshape(4, N)
        self.ones_1 = np.ones(64 * N, dtype)
        self.ones_2 = np.ones(4 * N, dtype)
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
def forward(params, x, noise):
    """The outputs by name: a dict of new arrays."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 64), 0)
    W1 = _floats("W1", params["W1"], (32, 64), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (4, 32), dtype)
    b2 = _floats("b2", params["b2"], (4,), dtype)
    W3 = _floats("W3", params["W3"], (4, 32), dtype)
    b3 = _floats("b3", params["b3"], (4,), dtype)
    W4 = _floats("W4", params["W4"], (32, 4), dtype)
    b4 = _floats("b4", params["b4"], (32,), dtype)
    W5 = _floats("W5", params["W5"], (64, 32), dtype)
    b5 = _floats("b5", params["b5"], (64,), dtype)
    x = _floats("x", x, (N, 64), dtype)
    noise = _floats("noise", noise, (N, 4), dtype)
    h_argument = np.dot(W1, x.T)  # h_argument[j, n] = sum(k, W1[j, k]*x[n, k])
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h_argument = np.add(h_argument, b1[:, None], out=h_argument)
    h = np.tanh(h_argument)  # h[j, n] = tanh(h_argument[j, n])
    mu = np.dot(W2, h)  # mu[d, n] = sum(j, W2[d, j]*h[j, n])
    mu = np.add(mu, b2[:, None], out=mu)  # mu[d, n] = sum(j, W2[d, j]*h[j, n]) + b2[d]
    spread = np.dot(W3, h)  # spread[d, n] = sum(j, W3[d, j]*h[j, n])
    # spread[d, n] = sum(j, W3[d, j]*h[j, n]) + b3[d]
    spread = np.add(spread, b3[:, None], out=spread)
    z = np.multiply(spread.T, 0.5)  # z[n, d] = spread[d, n]/2
    z = np.exp(z, out=z)  # z[n, d] = exp(spread[d, n]/2)
    z = np.multiply(z, noise, out=z)  # z[n, d] = exp(spread[d, n]/2)*noise[n, d]
    z = np.add(z, mu.T, out=z)  # z[n, d] = mu[d, n] + exp(spread[d, n]/2)*noise[n, d]
    g_argument = np.dot(W4, z.T)  # g_argument[j, n] = sum(d, W4[j, d]*z[n, d])
    # g_argument[j, n] = sum(d, W4[j, d]*z[n, d]) + b4[j]
    g_argument = np.add(g_argument, b4[:, None], out=g_argument)
    g = np.tanh(g_argument)  # g[j, n] = tanh(g_argument[j, n])
    logit = np.dot(g.T, W5.T)  # logit[n, k] = sum(j, W5[k, j]*g[j, n])
    logit = np.add(logit, b5, out=logit)  # logit[n, k] = sum(j, W5[k, j]*g[j, n]) + b5[k]
    return {
        "z": z,
        "logit": logit,
    }


@np.errstate(all="ignore")
def loss(params, x, noise):
    """The loss, a scalar of the parameters' dtype."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 64), 0)
    W1 = _floats("W1", params["W1"], (32, 64), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (4, 32), dtype)
    b2 = _floats("b2", params["b2"], (4,), dtype)
    W3 = _floats("W3", params["W3"], (4, 32), dtype)
    b3 = _floats("b3", params["b3"], (4,), dtype)
    W4 = _floats("W4", params["W4"], (32, 4), dtype)
    b4 = _floats("b4", params["b4"], (32,), dtype)
    W5 = _floats("W5", params["W5"], (64, 32), dtype)
    b5 = _floats("b5", params["b5"], (64,), dtype)
    x = _floats("x", x, (N, 64), dtype)
    noise = _floats("noise", noise, (N, 4), dtype)
    ones_1 = np.ones(64 * N, dtype)
    ones_2 = np.ones(4 * N, dtype)
    h_argument = np.dot(W1, x.T)  # h_argument[j, n] = sum(k, W1[j, k]*x[n, k])
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h_argument = np.add(h_argument, b1[:, None], out=h_argument)
    h = np.tanh(h_argument)  # h[j, n] = tanh(h_argument[j, n])
    mu = np.dot(W2, h)  # mu[d, n] = sum(j, W2[d, j]*h[j, n])
    mu = np.add(mu, b2[:, None], out=mu)  # mu[d, n] = sum(j, W2[d, j]*h[j, n]) + b2[d]
    spread = np.dot(W3, h)  # spread[d, n] = sum(j, W3[d, j]*h[j, n])
    # spread[d, n] = sum(j, W3[d, j]*h[j, n]) + b3[d]
    spread = np.add(spread, b3[:, None], out=spread)
    z = np.multiply(spread, 0.5)  # z[d, n] = spread[d, n]/2
    z = np.exp(z, out=z)  # z[d, n] = exp(spread[d, n]/2)
    z = np.multiply(z, noise.T, out=z)  # z[d, n] = exp(spread[d, n]/2)*noise[n, d]
    z = np.add(z, mu, out=z)  # z[d, n] = mu[d, n] + exp(spread[d, n]/2)*noise[n, d]
    g_argument = np.dot(W4, z)  # g_argument[j, n] = sum(d, W4[j, d]*z[d, n])
    # g_argument[j, n] = sum(d, W4[j, d]*z[d, n]) + b4[j]
    g_argument = np.add(g_argument, b4[:, None], out=g_argument)
    g = np.tanh(g_argument)  # g[j, n] = tanh(g_argument[j, n])
    logit = np.dot(W5, g)  # logit[k, n] = sum(j, W5[k, j]*g[j, n])
    logit = np.add(logit, b5[:, None], out=logit)  # logit[k, n] = sum(j, W5[k, j]*g[j, n]) + b5[k]
    abs_rebuilt = np.abs(logit)  # abs_rebuilt[k, n] = abs(logit[k, n])
    # abs_rebuilt[k, n] = -abs(logit[k, n])
    abs_rebuilt = np.negative(abs_rebuilt, out=abs_rebuilt)
    # abs_rebuilt[k, n] = exp(-abs(logit[k, n]))
    abs_rebuilt = np.exp(abs_rebuilt, out=abs_rebuilt)
    # abs_rebuilt[k, n] = log1p(exp(-abs(logit[k, n])))
    abs_rebuilt = np.log1p(abs_rebuilt, out=abs_rebuilt)
    maximum_rebuilt = np.maximum(logit, 0.0)  # maximum_rebuilt[k, n] = max(logit[k, n], 0)
    # abs_rebuilt[k, n] = log1p(exp(-abs(logit[k, n]))) + max(logit[k, n], 0)
    abs_rebuilt = np.add(abs_rebuilt, maximum_rebuilt, out=abs_rebuilt)
    product_rebuilt = np.multiply(logit, x.T)  # product_rebuilt[k, n] = logit[k, n]*x[n, k]
    # abs_rebuilt[k, n] = softplus(logit[k, n]) - logit[k, n]*x[n, k]
    abs_rebuilt = np.subtract(abs_rebuilt, product_rebuilt, out=abs_rebuilt)
    # sum_rebuilt = sum(n, k, softplus(logit[k, n]) - logit[k, n]*x[n, k])
    sum_rebuilt = np.dot(abs_rebuilt.reshape(-1), ones_1)
    rebuilt = sum_rebuilt / N  # rebuilt = sum(n, k, softplus(logit[k, n]) - logit[k, n]*x[n, k])/N
    square_divergence = np.square(mu)  # square_divergence[d, n] = mu[d, n]**2
    exp_divergence = np.exp(spread)  # exp_divergence[d, n] = exp(spread[d, n])
    # square_divergence[d, n] = mu[d, n]**2 + exp(spread[d, n])
    square_divergence = np.add(square_divergence, exp_divergence, out=square_divergence)
    # square_divergence[d, n] = mu[d, n]**2 - spread[d, n] + exp(spread[d, n])
    square_divergence = np.subtract(square_divergence, spread, out=square_divergence)
    # square_divergence[d, n] = mu[d, n]**2 - 1 - spread[d, n] + exp(spread[d, n])
    square_divergence = np.subtract(square_divergence, 1.0, out=square_divergence)
    # sum_divergence = sum(n, d, mu[d, n]**2 - 1 - spread[d, n] + exp(spread[d, n]))
    sum_divergence = np.dot(square_divergence.reshape(-1), ones_2)
    # divergence = sum(n, d, mu[d, n]**2 - 1 - spread[d, n] + exp(spread[d, n]))/2/N
    divergence = sum_divergence / 2.0 / N
    loss = rebuilt + divergence  # loss = rebuilt + divergence
    return loss


@np.errstate(all="ignore")
def value_and_grad(params, x, noise, workspace=None):
    """The loss and its gradient: a dict of new arrays with the keys of ``params``."""
    dtype = _dtype(params)
    N = _length("x", x, ("N", 64), 0)
    W1 = _floats("W1", params["W1"], (32, 64), dtype)
    b1 = _floats("b1", params["b1"], (32,), dtype)
    W2 = _floats("W2", params["W2"], (4, 32), dtype)
    b2 = _floats("b2", params["b2"], (4,), dtype)
    W3 = _floats("W3", params["W3"], (4, 32), dtype)
    b3 = _floats("b3", params["b3"], (4,), dtype)
    W4 = _floats("W4", params["W4"], (32, 4), dtype)
    b4 = _floats("b4", params["b4"], (32,), dtype)
    W5 = _floats("W5", params["W5"], (64, 32), dtype)
    b5 = _floats("b5", params["b5"], (64,), dtype)
    x = _floats("x", x, (N, 64), dtype)
    noise = _floats("noise", noise, (N, 4), dtype)
    if workspace is None:
        work = _NO_WORKSPACE
        ones_1 = np.ones(64 * N, dtype)
        ones_2 = np.ones(4 * N, dtype)
        ones_N = np.ones(N, dtype)
    else:
        Workspace.require(workspace, (N,), dtype)
        work = workspace
        ones_1 = workspace.ones_1
        ones_2 = workspace.ones_2
        ones_N = workspace.ones_N
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k])
    h_argument = np.dot(W1, x.T, out=work.h_argument)
    # h_argument[j, n] = sum(k, W1[j, k]*x[n, k]) + b1[j]
    h_argument = np.add(h_argument, b1[:, None], out=h_argument)
    h = np.tanh(h_argument, out=work.h)  # h[j, n] = tanh(h_argument[j, n])
    mu = np.dot(W2, h, out=work.mu)  # mu[d, n] = sum(j, W2[d, j]*h[j, n])
    mu = np.add(mu, b2[:, None], out=mu)  # mu[d, n] = sum(j, W2[d, j]*h[j, n]) + b2[d]
    spread = np.dot(W3, h, out=work.spread)  # spread[d, n] = sum(j, W3[d, j]*h[j, n])
    # spread[d, n] = sum(j, W3[d, j]*h[j, n]) + b3[d]
    spread = np.add(spread, b3[:, None], out=spread)
    exp_spread = np.multiply(spread, 0.5, out=work.exp_spread)  # exp_spread[d, n] = spread[d, n]/2
    exp_spread = np.exp(exp_spread, out=exp_spread)  # exp_spread[d, n] = exp(spread[d, n]/2)
    z = np.multiply(exp_spread, noise.T, out=work.z)  # z[d, n] = noise[n, d]*exp_spread[d, n]
    z = np.add(z, mu, out=z)  # z[d, n] = mu[d, n] + noise[n, d]*exp_spread[d, n]
    g_argument = np.dot(W4, z, out=work.g_argument)  # g_argument[j, n] = sum(d, W4[j, d]*z[d, n])
    # g_argument[j, n] = sum(d, W4[j, d]*z[d, n]) + b4[j]
    g_argument = np.add(g_argument, b4[:, None], out=g_argument)
    g = np.tanh(g_argument, out=work.g)  # g[j, n] = tanh(g_argument[j, n])
    logit = np.dot(W5, g, out=work.logit)  # logit[k, n] = sum(j, W5[k, j]*g[j, n])
    logit = np.add(logit, b5[:, None], out=logit)  # logit[k, n] = sum(j, W5[k, j]*g[j, n]) + b5[k]
    abs_rebuilt = np.abs(logit, out=work.abs_rebuilt)  # abs_rebuilt[k, n] = abs(logit[k, n])
    # abs_rebuilt[k, n] = -abs(logit[k, n])
    abs_rebuilt = np.negative(abs_rebuilt, out=abs_rebuilt)
    # abs_rebuilt[k, n] = exp(-abs(logit[k, n]))
    abs_rebuilt = np.exp(abs_rebuilt, out=abs_rebuilt)
    # abs_rebuilt[k, n] = log1p(exp(-abs(logit[k, n])))
    abs_rebuilt = np.log1p(abs_rebuilt, out=abs_rebuilt)
    # maximum_rebuilt[k, n] = max(logit[k, n], 0)
    maximum_rebuilt = np.maximum(logit, 0.0, out=work.maximum_rebuilt)
    # abs_rebuilt[k, n] = log1p(exp(-abs(logit[k, n]))) + max(logit[k, n], 0)
    abs_rebuilt = np.add(abs_rebuilt, maximum_rebuilt, out=abs_rebuilt)
    # product_rebuilt[k, n] = logit[k, n]*x[n, k]
    product_rebuilt = np.multiply(logit, x.T, out=work.product_rebuilt)
    # abs_rebuilt[k, n] = softplus(logit[k, n]) - logit[k, n]*x[n, k]
    abs_rebuilt = np.subtract(abs_rebuilt, product_rebuilt, out=abs_rebuilt)
    # sum_rebuilt = sum(n, k, softplus(logit[k, n]) - logit[k, n]*x[n, k])
    sum_rebuilt = np.dot(abs_rebuilt.reshape(-1), ones_1)
    rebuilt = sum_rebuilt / N  # rebuilt = sum(n, k, softplus(logit[k, n]) - logit[k, n]*x[n, k])/N
    exp_spread_2 = np.exp(spread, out=work.exp_spread_2)  # exp_spread_2[d, n] = exp(spread[d, n])
    # square_divergence[d, n] = mu[d, n]**2
    square_divergence = np.square(mu, out=work.square_divergence)
    # square_divergence[d, n] = mu[d, n]**2 - spread[d, n]
    square_divergence = np.subtract(square_divergence, spread, out=square_divergence)
    # square_divergence[d, n] = mu[d, n]**2 - spread[d, n] + exp_spread_2[d, n]
    square_divergence = np.add(square_divergence, exp_spread_2, out=square_divergence)
    # square_divergence[d, n] = mu[d, n]**2 - 1 - spread[d, n] + exp_spread_2[d, n]
    square_divergence = np.subtract(square_divergence, 1.0, out=square_divergence)
    # sum_divergence = sum(n, d, mu[d, n]**2 - 1 - spread[d, n] + exp_spread_2[d, n])
    sum_divergence = np.dot(square_divergence.reshape(-1), ones_2)
    # divergence = sum(n, d, mu[d, n]**2 - 1 - spread[d, n] + exp_spread_2[d, n])/2/N
    divergence = sum_divergence / 2.0 / N
    loss = rebuilt + divergence  # loss = rebuilt + divergence
    d_logit = np.negative(logit, out=work.d_logit)  # d_logit[k, n] = -logit[k, n]
    d_logit = np.exp(d_logit, out=d_logit)  # d_logit[k, n] = exp(-logit[k, n])
    d_logit = np.add(d_logit, 1.0, out=d_logit)  # d_logit[k, n] = 1 + exp(-logit[k, n])
    d_logit = np.divide(1.0, d_logit, out=d_logit)  # d_logit[k, n] = 1/(1 + exp(-logit[k, n]))
    # d_logit[k, n] = sigmoid(logit[k, n]) - x[n, k]
    d_logit = np.subtract(d_logit, x.T, out=d_logit)
    # d_logit[k, n] = (sigmoid(logit[k, n]) - x[n, k])/N
    d_logit = np.multiply(d_logit, dtype.type(1.0) / N, out=d_logit)
    d_W5 = np.dot(d_logit, g.T)  # d_W5[k, j] = sum(n, d_logit[k, n]*g[j, n])
    d_b5 = np.dot(d_logit, ones_N)  # d_b5[k] = sum(n, d_logit[k, n])
    d_g = np.dot(W5.T, d_logit, out=work.d_g)  # d_g[j, n] = sum(k, d_logit[k, n]*W5[k, j])
    d_g_argument = np.square(g, out=work.d_g_argument)  # d_g_argument[j, n] = g[j, n]**2
    # d_g_argument[j, n] = 1 - g[j, n]**2
    d_g_argument = np.subtract(1.0, d_g_argument, out=d_g_argument)
    # d_g_argument[j, n] = d_g[j, n]*(1 - g[j, n]**2)
    d_g_argument = np.multiply(d_g_argument, d_g, out=d_g_argument)
    d_W4 = np.dot(d_g_argument, z.T)  # d_W4[j, d] = sum(n, d_g_argument[j, n]*z[d, n])
    d_b4 = np.dot(d_g_argument, ones_N)  # d_b4[j] = sum(n, d_g_argument[j, n])
    # d_z[d, n] = sum(j, d_g_argument[j, n]*W4[j, d])
    d_z = np.dot(W4.T, d_g_argument, out=work.d_z)
    # d_spread[d, n] = exp_spread_2[d, n] - 1
    d_spread = np.subtract(exp_spread_2, 1.0, out=work.d_spread)
    # d_spread[d, n] = (exp_spread_2[d, n] - 1)/2/N
    d_spread = np.multiply(d_spread, dtype.type(1.0) / 2.0 / N, out=d_spread)
    # product_d_spread[d, n] = d_z[d, n]/2
    product_d_spread = np.multiply(d_z, 0.5, out=work.product_d_spread)
    # product_d_spread[d, n] = d_z[d, n]*exp_spread[d, n]/2
    product_d_spread = np.multiply(product_d_spread, exp_spread, out=product_d_spread)
    # product_d_spread[d, n] = d_z[d, n]*noise[n, d]*exp_spread[d, n]/2
    product_d_spread = np.multiply(product_d_spread, noise.T, out=product_d_spread)
    # d_spread[d, n] = d_z[d, n]*noise[n, d]*exp_spread[d, n]/2 + (exp_spread_2[d, n] - 1)/2/N
    d_spread = np.add(d_spread, product_d_spread, out=d_spread)
    d_W3 = np.dot(d_spread, h.T)  # d_W3[d, j] = sum(n, d_spread[d, n]*h[j, n])
    d_b3 = np.dot(d_spread, ones_N)  # d_b3[d] = sum(n, d_spread[d, n])
    d_mu = np.multiply(mu, dtype.type(1.0) / N, out=work.d_mu)  # d_mu[d, n] = mu[d, n]/N
    d_mu = np.add(d_mu, d_z, out=d_mu)  # d_mu[d, n] = mu[d, n]/N + d_z[d, n]
    d_W2 = np.dot(d_mu, h.T)  # d_W2[d, j] = sum(n, d_mu[d, n]*h[j, n])
    d_b2 = np.dot(d_mu, ones_N)  # d_b2[d] = sum(n, d_mu[d, n])
    d_h = np.dot(W3.T, d_spread, out=work.d_h)  # d_h[j, n] = sum(d, d_spread[d, n]*W3[d, j])
    sum_d_h = np.dot(W2.T, d_mu, out=work.sum_d_h)  # sum_d_h[j, n] = sum(d, d_mu[d, n]*W2[d, j])
    # d_h[j, n] = sum(d, d_spread[d, n]*W3[d, j]) + sum(d, d_mu[d, n]*W2[d, j])
    d_h = np.add(d_h, sum_d_h, out=d_h)
    d_h_argument = np.square(h, out=work.d_h_argument)  # d_h_argument[j, n] = h[j, n]**2
    # d_h_argument[j, n] = 1 - h[j, n]**2
    d_h_argument = np.subtract(1.0, d_h_argument, out=d_h_argument)
    # d_h_argument[j, n] = d_h[j, n]*(1 - h[j, n]**2)
    d_h_argument = np.multiply(d_h_argument, d_h, out=d_h_argument)
    d_W1 = np.dot(d_h_argument, x)  # d_W1[j, k] = sum(n, d_h_argument[j, n]*x[n, k])
    d_b1 = np.dot(d_h_argument, ones_N)  # d_b1[j] = sum(n, d_h_argument[j, n])
    grads = {
        "W1": d_W1,
        "b1": d_b1,
        "W2": d_W2,
        "b2": d_b2,
        "W3": d_W3,
        "b3": d_b3,
        "W4": d_W4,
        "b4": d_b4,
        "W5": d_W5,
        "b5": d_b5,
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


def value_and_flat_grad(vector, x, noise):
    """Loss and gradient of packed parameters, as ``scipy.optimize.minimize(jac=True)`` takes it."""
    return _packed(*value_and_grad(unpack(vector), x, noise))


def _packed(value, grads):
    return value, np.concatenate([grads[name].ravel() for name in PARAMETERS])


class Fit:
    """What ``fit`` found: ``params``, all ``losses``, and the ``reason`` why it stopped."""

    def __init__(self, params, losses, reason):
        self.params, self.losses, self.reason = params, losses, reason

    def __repr__(self):
        return f"Fit(loss {self.losses[-1]:.6g} after {len(self.losses) - 1} steps: {self.reason})"


def fit(
    params, x, noise,
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
        (x, noise),
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
