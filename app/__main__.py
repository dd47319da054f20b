"""Where `reverie` starts: it turns into the engine process, the command line, or the window.

Each way imports only its own half: the engine process and the command line never load Qt, the window never loads ONNX
Runtime.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

VERBS = (
    *("models", "inspect", "sample", "replay", "complete", "evidence", "examine", "influence"),
    *("decode", "encode", "score"),
    *("bench", "self-test"),
)
FOR_THE_COMMAND_LINE = (*VERBS, "--version", "--help", "-h")
ENGINE_PROCESS = "--engine-process"
SELF_TEST, QUICK = "--self-test", "--quick"
BENCH_FIRST_PAINT, BENCH_BARE_WINDOW = "--bench-first-paint", "--bench-bare-window"
BENCH_FIRST_COMPLETION = "--bench-first-completion"
BENCH_LATENT, BENCH_GALLERY, BENCH_LENSES = "--bench-latent", "--bench-gallery", "--bench-lenses"


def main(arguments: Sequence[str] | None = None) -> int:
    """Start what the arguments ask for; the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    first = given[0] if given else ""
    if first == ENGINE_PROCESS:
        return _engine_process(given[1:])
    if first == SELF_TEST and given[1:] in ([], [QUICK]):
        return _self_test(given[1:])
    if first in FOR_THE_COMMAND_LINE:
        return _command_line(given)
    if first in (BENCH_LATENT, BENCH_GALLERY, BENCH_LENSES) and len(given) == 4:
        return _window_bench(first, given[1:])
    if problem := _argument_problem(given):
        print(problem, file=sys.stderr)
        return 2
    return _window(given)


def _engine_process(arguments: list[str]) -> int:
    from engine.host.serve import main as serve

    return serve(arguments)


def _command_line(arguments: list[str]) -> int:
    from app.paths import model_folders
    from engine.cli.command import main as command_line

    return command_line(arguments, model_folders())


def _self_test(options: list[str]) -> int:
    """What ships with the program works: every model in the engine, then the window in a process of its own."""
    from app.paths import shipped_models
    from engine.cli.command import main as command_line

    return command_line(["self-test", "--window", *options], [shipped_models()])


def _argument_problem(arguments: list[str]) -> str:
    """A sentence and its remedy on the first argument that is neither an option of the window nor a file."""
    for argument in arguments:
        if argument in (BENCH_FIRST_PAINT, BENCH_FIRST_COMPLETION, BENCH_BARE_WINDOW) or Path(argument).exists():
            continue
        kind = "option" if argument.startswith("-") else "command or file"
        return f"There is no {kind} {argument}. `reverie --help` lists the commands; files open in the window."
    return ""


def _window_bench(which: str, arguments: list[str]) -> int:
    from app import preflight

    if problem := preflight.problem():
        print(problem, file=sys.stderr)
        return 2
    if which == BENCH_GALLERY:
        from app.shell.gallery_pace import measure as measure_gallery

        return measure_gallery(arguments)
    if which == BENCH_LENSES:
        from app.shell.lens_pace import measure as measure_lenses

        return measure_lenses(arguments)
    from app.shell.latent_pace import measure

    return measure(arguments)


def _window(arguments: list[str]) -> int:
    from app import preflight

    if problem := preflight.problem():
        print(problem, file=sys.stderr)
        return 2
    if arguments[:1] == [BENCH_BARE_WINDOW]:
        from app.shell.first_paint import show_bare_window

        return show_bare_window()
    from app.shell.start import run

    return run(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
