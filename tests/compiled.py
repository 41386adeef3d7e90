"""What the tests of several files compile, compiled once in a process.

A compilation is frozen and shared: a test may take a part of it and replace that, never change it.
Whoever breaks the compiler to see what a judge says compiles anew, by `symbprop.pipeline`.
"""

from functools import cache

from symbprop.networks.spec import load, parse_spec
from symbprop.pipeline import compile_graph


@cache
def of_spec(text):
    """The compilation of a spec's text, under the name ``net``."""
    return compile_graph(parse_spec(text, "net.toml").graph, "net")


@cache
def of_zoo(name):
    """A network of the zoo as the command compiles it."""
    network = load(name)
    return compile_graph(network.graph, network.name, network.title)


@cache
def code_of(text):
    return compile(of_spec(text).module, "net", "exec")


def space_of(text):
    """The names of a spec's module: the module's own, which a test may change."""
    space = {"__name__": "generated"}
    exec(code_of(text), space)
    return space
