"""Whom the generated modules are measured against: one file or folder a peer.

Each has a ``TITLE``, a ``version()`` that raises ImportError where the peer is not installed, and
``prepare(name, params, data)``, which returns a function of no arguments: loss and all gradients
as a pair, computed to the end before it returns.  It raises NotWrittenError where the peer has no
form of the network, ImportError where that needs what is not installed; either is named beside the
row.
"""

PEERS = ("plain", "pytorch", "pytorch_fused", "jax_jit", "hips_autograd")


class NotWrittenError(LookupError):
    """This peer has no form of the network, and says why."""
