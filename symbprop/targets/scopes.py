"""The names of a module's text by its syntax tree: which share a scope, and which are unbound.

Scopes are functions, each with all that stands inside it, and the attributes of one object.  The
text is our own, so Python's grammar is used as far as we write it; what is not known here counts as
a name, never as none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping


def names_beside(tree: ast.Module, roles: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """For each role the names that stand in one scope with a name of that role.

    ``roles`` maps given names to their roles; these are not among the result.  A keyword of a call
    to a function of the module stands beside the arguments of that function.
    """
    found: dict[str, set[str]] = {role: set() for role in roles.values()}
    nodes = list(ast.walk(tree))
    scopes = [set(_names(f)) for f in nodes if isinstance(f, ast.FunctionDef)]
    scopes += _attributes(tree)
    functions = {
        f.name: {a.arg for a in ast.walk(f.args) if isinstance(a, ast.arg)}
        for f in tree.body if isinstance(f, ast.FunctionDef)
    }
    for call in nodes:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            keywords = {k.arg for k in call.keywords if k.arg is not None}
            if call.func.id in functions:
                scopes.append(keywords | functions[call.func.id])
    for scope in scopes:
        for role in {roles[name] for name in scope if name in roles}:
            found[role] |= scope - roles.keys()
    return {role: frozenset(names) for role, names in found.items()}


def _names(function: ast.FunctionDef) -> Iterator[str]:
    """Names that a function binds or reads, those of functions inside it included."""
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef) and node is not function:
            yield node.name


def _attributes(tree: ast.Module) -> list[set[str]]:
    """Attributes of an object that has several names are one scope: ``self``, ``work``, ...

    In a class these are its methods and what they set; elsewhere what is read off a plain name.
    """
    scopes: list[set[str]] = []
    shared: dict[str, set[str]] = {}
    for top in tree.body:
        inside, nodes = isinstance(top, ast.ClassDef), list(ast.walk(top))
        own = {f.name for f in nodes if inside and isinstance(f, ast.FunctionDef)}
        for node in nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                home = own if inside and node.value.id == "self" else (
                    shared.setdefault(node.value.id, set())
                )
                home.add(node.attr)
        scopes.append(own)
    return [*scopes, *shared.values()]
