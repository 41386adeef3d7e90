"""Whom the generated modules are measured against: one file a peer, each with a ``TITLE``, a
``version()`` that raises ImportError where the peer is not installed, and
``prepare(name, params, data)``, which returns a function of no arguments: loss and all gradients
as a pair, computed to the end before it returns.
"""
