"""symbprop: a compiler for derivatives.

    from symbprop import Network, compile_network

    net = Network("line")
    ...
    compile_network(net).write()            # generated/line.py

What stands here is loaded when it is first asked for: SymPy takes long to load, and the command
line answers ``--help`` without it.  Nothing at all is loaded by the package itself, since whoever
interrupts that is answered by Python and not by the command (`symbprop/__main__.py`).
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from symbprop.errors import (
        Fault,
        FileError,
        InternalError,
        LimitError,
        Place,
        SpecError,
        SymbpropError,
        VerificationError,
    )
    from symbprop.networks.network import Network
    from symbprop.networks.spec import load, parse_spec
    from symbprop.pipeline import Compilation, compile_graph, compile_network

__all__ = [
    "Compilation", "Fault", "FileError", "InternalError", "LimitError", "Network", "Place",
    "SpecError", "SymbpropError", "VerificationError", "compile_graph", "compile_network", "load",
    "parse_spec",
]

_HOMES = {
    "Network": "networks.network", "load": "networks.spec", "parse_spec": "networks.spec",
    "Compilation": "pipeline", "compile_graph": "pipeline", "compile_network": "pipeline",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
