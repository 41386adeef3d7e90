"""What may stand in a LaTeX name that a user gives to a tensor."""

from __future__ import annotations

import re

_GREEK = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma
    tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    varepsilon vartheta varphi ell"""
_ACCENTS = """hat bar tilde vec dot ddot check breve widehat widetilde overline underline mathbf
    mathrm mathit mathsf mathcal mathbb text boldsymbol operatorname
    prime star ast top bot circ dagger infty partial nabla hbar cdot"""
GREEK = frozenset(_GREEK.split())
ALLOWED = GREEK.union(_ACCENTS.split())


def latex_fault(text: str) -> str:
    """What is wrong with a LaTeX name that a user gave; the empty string where it is sound.

    Such a name goes into the document as it is, so only letters, digits, accents, Greek letters
    and sub- and superscripts may stand in it.
    """
    if len(text) > 100:
        return "it has more than 100 characters"
    rest = re.sub(r"\\([A-Za-z]+)", lambda m: "" if m[1] in ALLOWED else m[0], text)
    bad = re.search(r"\\[A-Za-z]*|[^A-Za-z0-9{}_^,.()'+ *=-]", rest)
    if bad:
        return f"{bad[0]!r} is not allowed in it"
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            break
    if depth:
        return "its braces do not match"
    if not re.search(r"[A-Za-z0-9]", text) or re.search(r"[_^]\s*([_^}]|\Z)", text):
        return "it is no complete name"
    return ""
