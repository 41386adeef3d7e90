"""The command line: what a user types, and how it is answered.

SymPy takes longer to load than all else here, so the compiler is imported by the commands that need
it and ``--help`` answers at once.  Results go to stdout, reports and errors to stderr.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symbprop.errors import (
    Fault,
    FileError,
    LimitError,
    SpecError,
    SymbpropError,
    VerificationError,
    inert,
)

if TYPE_CHECKING:
    from symbprop.language.passes import Passed
    from symbprop.networks.network import Network
    from symbprop.pipeline import Compilation

MOST_FAULTS = 20
PATIENCE = 1.0
OURS = 70
# A check holds some ten arrays of the size of all parameters and data: under 1 GB of doubles.
MOST_CHECKED = 10**7
INTERRUPTED = 130

app = typer.Typer(
    help="A compiler for derivatives: networks in, NumPy modules and LaTeX derivations out.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Stage(StrEnum):
    graph = "graph"
    derivative = "derivative"
    simplified = "simplified"
    arranged = "arranged"
    program = "program"
    module = "module"


class Form(StrEnum):
    by_index = "index"
    by_matrix = "matrix"


Spec = Annotated[str, typer.Argument(help="A spec's path, or the name of a zoo network.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is not ours.")]
Accuracy = Annotated[
    str | None,
    typer.Option("--accuracy", metavar="fast|full", help="What the module promises, by default as "
                 "the spec says: a few ulp of each function's scale (fast) or of each value "
                 "(full)."),
]


@contextlib.contextmanager
def _answering(debug: bool) -> Iterator[None]:
    """Every error as a message and an exit code, never as a traceback unless asked for."""
    try:
        with _writing_to_stdout():
            pass
        yield
        with _writing_to_stdout():
            sys.stdout.flush()
    except SymbpropError as error:
        if debug:
            traceback.print_exc()
        for fault in error.faults[:MOST_FAULTS]:
            _say(str(fault))
        if len(error.faults) > MOST_FAULTS:
            _say(f"and {len(error.faults) - MOST_FAULTS} more errors")
        raise typer.Exit(error.exit_code) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except typer.Exit:
        raise
    except Exception as error:
        if debug:
            traceback.print_exc()
        _say(f"error[SP799]: a bug of symbprop: {type(error).__name__}: {error}")
        _say("  hint: please report it with your spec; --debug shows where it happened")
        raise typer.Exit(OURS) from None


@contextlib.contextmanager
def _writing_to_stdout() -> Iterator[None]:
    """Writing results.  A reader who has seen enough ends the command; a full disk is an error."""
    if sys.stdout is None:
        raise FileError(Fault("SP608", "the result could not be printed: stdout is closed"))
    try:
        yield
    except OSError as error:
        # Python must not complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(0) from None
        message = f"the result could not be printed: {error.strerror}"
        raise FileError(Fault("SP608", message)) from error


def _say(text: str) -> None:
    """To stderr, whatever its encoding; where nobody can read it, the exit code has to do."""
    if sys.stderr is not None:
        encoding = sys.stderr.encoding or "ascii"
        shown = _inert(text).encode(encoding, "backslashreplace").decode(encoding)
        try:
            sys.stderr.write(shown + "\n")
            sys.stderr.flush()
        except OSError:
            # Python must not try again when it ends: that would be its exit code.
            with contextlib.suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _inert(text: str) -> str:
    """Control characters lose their effect."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def _print(text: str) -> None:
    with _writing_to_stdout():
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


@contextlib.contextmanager
def _progress(text: str) -> Iterator[None]:
    """A moving line on a terminal for what takes over a second, nothing elsewhere."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()

    def tell() -> None:
        if done.wait(PATIENCE):
            return
        from rich.console import Console
        from rich.text import Text

        with Console(stderr=True).status(Text(_inert(text))):
            done.wait()

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _load(spec: str) -> Network:
    from symbprop.networks.spec import load

    network = load(spec)
    for warning in network.warnings:
        _say(f"warning: {warning}")
    return network


def _compile(spec: str, accuracy: str | None = None) -> tuple[Network, Compilation]:
    with _progress(f"compiling {spec}"):
        from symbprop.pipeline import compile_network

        network = _load(spec)
        return network, compile_network(network, accuracy)


@app.command("compile")
def compile_(
    spec: Spec,
    output: Output = None,
    check: Annotated[
        bool | None,
        typer.Option("--check/--no-check", help="Check all, or nothing, before it is written; by "
                     "default what takes under half a second.  A check executes the module."),
    ] = None,
    accuracy: Accuracy = None,
    force: Force = False,
    debug: Debug = False,
) -> None:
    """Write the NumPy module of a network, by default to generated/NAME.py."""
    with _answering(debug):
        from symbprop.files import module_path

        network, result = _compile(spec, accuracy)
        said = ""
        if check is not False:
            module_path(output or Path(f"{network.name}.py"))
            said = f"check                {_judged(result, briefly=not check)}\n"
            if check:
                said += f"its own check        {_own_check(result)}"
        target = result.destination(output)
        _write(target, result.module, f"wrote {inert(str(target))}\n{_report(result)}{said}", force)


def _write(target: Path, text: str, said: str, force: bool) -> None:
    """A file, and what is said of it: neither without the other."""
    from symbprop.files import whole_file

    with whole_file(target, text, force=force) as put:
        try:
            _print(said)
            with _writing_to_stdout():
                sys.stdout.flush()
        except typer.Exit:
            # A reader who has seen enough, not a failure.
            put()
            raise
        put()


def _report(result: Compilation) -> str:
    """What was made: parameters, operations, their ratio, the workspace, the time of each stage."""
    from sympy import Integer, Mul

    from symbprop.arrays.buffers import TYPICAL, plan_buffers
    from symbprop.arrays.costs import memory, operations

    graph = result.graph
    count = sum((Mul(*t.shape) for t in graph.with_role("parameter")), Integer(0))
    forward = operations(result.loss)
    backward = operations(result.gradient) - forward
    sizes = dict.fromkeys(forward.free_symbols | backward.free_symbols, TYPICAL)
    below = forward.xreplace(sizes)
    ratio = f"{float(backward.xreplace(sizes) / below):.2f}" if below else "-"
    lines = [
        f"parameters           {count}",
        f"operations forward   {forward}",
        f"operations backward  {backward}",
        f"backward / forward   {ratio}" + (f"  (extents {TYPICAL})" if sizes else ""),
        f"workspace, floats    {memory(plan_buffers(result.gradient))}",
    ]
    times = ", ".join(f"{name} {value:.2f} s" for name, value in result.seconds.items())
    return "\n".join([*lines, f"stages               {times}"]) + "\n"


@app.command()
def latex(
    spec: Spec,
    wrt: Annotated[
        list[str] | None, typer.Option("--wrt", help="A parameter; may be given several times.")
    ] = None,
    form: Annotated[Form, typer.Option("--form", help="Index or matrix notation.")] = Form.by_index,
    every: Annotated[bool, typer.Option("--all", help="All parameters (the default).")] = False,
    forward: Annotated[bool, typer.Option("--forward", help="The definitions, too.")] = False,
    hessian: Annotated[bool, typer.Option("--hessian", help="Second derivatives.")] = False,
    output: Output = None,
    force: Force = False,
    debug: Debug = False,
) -> None:
    """Print the derivation of the loss's derivatives; with -o FILE.tex, a whole document."""
    with _answering(debug):
        from symbprop.files import suffixed
        from symbprop.targets.latex import derivation, document

        if output is not None:
            suffixed(output, ".tex", "a LaTeX document")

        network = _load(spec)
        with _progress(f"deriving {spec}"):
            names = None if every or not wrt else tuple(wrt)
            made = derivation(
                network.graph, names, form=form.value, forward=forward, hessian=hessian,
                title=network.title,
            )
        if output is None:
            _print(made.latex.rstrip("\n") + "\n")
        else:
            _write(output, "% Written by symbprop.\n" + document(made, network.title),
                   f"wrote {inert(str(output))}\n", force)


@app.command()
def show(
    spec: Spec,
    stage: Annotated[Stage, typer.Option("--stage", help="Which stage's result.")] = Stage.graph,
    accuracy: Accuracy = None,
    debug: Debug = False,
) -> None:
    """Print what one stage of the compiler makes of a network."""
    with _answering(debug):
        from symbprop.language.notation import print_definitions

        if stage is Stage.graph:
            _print(print_definitions(_load(spec).graph.definitions).rstrip("\n") + "\n")
            return
        _, result = _compile(spec, accuracy)
        if stage is Stage.derivative:
            text = print_definitions(result.derivative.definitions)
        elif stage is Stage.simplified:
            text = print_definitions(result.simplified.definitions)
        elif stage is Stage.arranged:
            text = "\n".join(_arranged(kind, passed) for kind, passed in result.arranged.items())
        elif stage is Stage.program:
            from symbprop.arrays.printing import print_program

            text = "\n".join(print_program(*named) for named in result.programs.items())
        else:
            text = result.module
        _print(text.rstrip("\n") + "\n")


def _arranged(kind: str, passed: Sequence[Passed]) -> str:
    """What arranging makes of one program's graph: what each pass says anew, then all of it."""
    from symbprop.language.notation import print_definitions

    lines = [f"# {kind}\n"]
    for each in passed:
        if each.new:
            lines += [f"# new by {each.name}\n", print_definitions(each.new)]
    lines += [f"# {kind}, arranged\n", print_definitions(passed[-1].graph.definitions)]
    return "".join(lines)


@app.command()
def check(spec: Spec, accuracy: Accuracy = None, debug: Debug = False) -> None:
    """Judge a spec's module by its equations, or run the own check of a module that exists.

    Either executes the module, a file of yours in a process of its own: check none that you would
    not run.
    """
    with _answering(debug):
        if spec.endswith(".py"):
            _print(_run_check(_our_module(Path(spec))))
            return
        network, result = _compile(spec, accuracy)
        _print(f"{network.name}: {_judged(result, briefly=False)}\n")
        _print(f"its own check: {_own_check(result)}")


def _judged(result: Compilation, *, briefly: bool) -> str:
    """What judged the module; VerificationError where it computes what its equations do not say."""
    from symbprop.check.judge import BRIEF, WHOLE, judge_module

    with _progress(f"checking {result.name}"):
        verdict = judge_module(
            result.graph, result.module, derivative=result.derivative,
            points=1 if briefly else 3, limits=BRIEF if briefly else WHOLE,
        )
    if verdict.disagreements:
        raise VerificationError(*(
            Fault("SP650", f"{result.name}: {d} by {verdict.judge}", None,
                  "a bug of symbprop: please report it with your spec")
            for d in verdict.disagreements
        ))
    return str(verdict)


@app.command()
def reduce(
    spec: Spec,
    output: Output = None,
    tries: Annotated[int, typer.Option("--tries", help="At most so many programs.")] = 1000,
    force: Force = False,
    debug: Debug = False,
) -> None:
    """Print the smallest equations whose module fails as a spec's does."""
    with _answering(debug):
        from symbprop.files import suffixed
        from symbprop.shrinking.failing import fails_like, failure
        from symbprop.shrinking.script import script_of
        from symbprop.shrinking.shrink import shrink

        if output is not None:
            suffixed(output, ".toml", "a spec")
        network = _load(spec)
        script = script_of(network)
        with _progress(f"reducing {spec}"):
            first = failure(network.graph, dict(script.extents))
            if first is None:
                _print(f"{network.name} passes its check: there is nothing to reduce\n")
                return
            fails = fails_like(first)
            if not fails(script):
                raise VerificationError(Fault(
                    "SP651", f"{network.name} fails, but not with its layers written out as "
                    f"equations, so it cannot be reduced: {first.said}"))
            script = shrink(script, fails, tries)
            last = failure(script.network().graph, dict(script.extents)) or first
        text = "".join(f"# {line}\n" for line in last.said.splitlines()) + script.spec()
        if output is None:
            _print(text)
        else:
            said = f"wrote {inert(str(output))}\n"
            _write(output, f"# Written by symbprop.\n{text}", said, force)
        raise VerificationError(Fault("SP650", f"{network.name} fails its check: {first.said}"))


def _own_check(result: Compilation) -> str:
    """The module's own check, unless its arrays would not fit."""
    from symbprop.check.points import elements, extents_of

    sizes = extents_of(result.graph)
    for what, most, defined in (("parameters and data", MOST_CHECKED, False),
                                ("elements of tensors", 10 * MOST_CHECKED, True)):
        count = elements(result.graph, sizes, defined=defined)
        if count > most:
            raise LimitError(
                Fault("SP652", f"{result.name} has {count} {what}, too many to check "
                      f"(over {most})", None, "compile it with --no-check")
            )
    return _check_text(result.name, result.module)


def _check_text(name: str, text: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        return _run_check(path)


def _our_module(path: Path) -> Path:
    """A file that may be executed as a module of ours; FileError for any other."""
    from symbprop.files import is_ours
    from symbprop.networks.spec import is_there

    if not is_there(path) or not path.is_file():
        raise FileError(Fault("SP606", f"there is no file {path}"))
    try:
        ours = is_ours(path)
    except OSError as error:
        raise FileError(Fault("SP606", f"{path} could not be read: {error.strerror}")) from error
    if not ours:
        raise FileError(
            Fault("SP609", f"{path} is no module that symbprop wrote: it is not executed", None,
                  f"run it yourself, if you trust it: python {path}")
        )
    return path


def _run_check(path: Path) -> str:
    """A module's own check, in a process of its own that sees nothing of this directory."""
    with tempfile.TemporaryDirectory() as empty:
        done = subprocess.run(
            [sys.executable, "-I", str(path.resolve())], capture_output=True, text=True,
            check=False, cwd=empty, stdin=subprocess.DEVNULL,
        )
    if done.returncode:
        said = (done.stdout or done.stderr).strip().splitlines()
        raise VerificationError(
            Fault("SP650", f"{path.name} failed its check: {said[-1] if said else 'no output'}")
        )
    return done.stdout


@app.command()
def new(name: str, output: Output = None, debug: Debug = False) -> None:
    """Write a commented starter spec NAME.toml."""
    with _answering(debug):
        from symbprop.files import suffixed
        from symbprop.networks.spec import is_there, starter

        if not name or Path(name).name != name or name.startswith("."):
            raise SpecError(
                Fault("SP109", f"{name!r} is no name", None, "say where to write it with -o")
            )
        target = suffixed(output or Path(f"{name}.toml"), ".toml", "a spec")
        if is_there(target):
            raise FileError(Fault("SP605", f"{target} exists already", None, "choose another name"))
        said = inert(str(target))
        _write(target, starter(name), f"wrote {said}; next: symbprop compile {said}\n", False)


@app.command()
def zoo(
    name: Annotated[str | None, typer.Argument(help="Print this network's spec.")] = None,
    debug: Debug = False,
) -> None:
    """List the networks that come with symbprop, or print the spec of one."""
    with _answering(debug):
        from symbprop.networks.spec import zoo_names, zoo_text

        if name is not None:
            _print(zoo_text(name))
            return
        _print("\n".join(zoo_names()) + "\n")


def main() -> None:
    app()
