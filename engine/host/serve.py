"""The engine process: ``main(argv)`` is all of its life.

Nothing but the standard library is imported before the pipes are safe: native code prints to descriptor 1 when it
likes, so the frames' pipe is moved elsewhere first and descriptor 1 made to mean the log.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from engine.contracts.lanes import Engine

MAX_LOG = 2**20
"""Bytes after which a log file is begun anew."""

MakeEngine = Callable[[Sequence[Path]], "Engine"]


def main(argv: Sequence[str] | None = None, make_engine: MakeEngine | None = None) -> int:
    """Serve requests from standard input until its end, which is the end of the process too.

    Parameters
    ----------
    argv
        ``--folder PATH`` (any number), ``--log PATH``, ``--echo`` (answer every request with a fixed picture: what
        `engine.host.overhead` measures with).
    make_engine
        Makes the engine from the folders; `engine.inference.InferenceEngine` if not given.
    """
    options = _parser().parse_args(argv)
    frames_in, frames_out = _claim_pipes(options.log)
    _survive_as_a_child()
    from engine.host import limits
    from engine.host.service import Service

    limits.apply()
    if make_engine is None:
        make_engine = _echo if options.echo else _inference
    Service(frames_in, frames_out, _leave, limits.give_back).serve(make_engine, options.folder)
    _leave()


def _leave() -> NoReturn:
    """End at once: a job may be deep in native code, and no thread has anything to save."""
    os._exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reverie --engine-process", description="The engine process of Reverie.")
    parser.add_argument("--folder", type=Path, action="append", default=[])
    parser.add_argument("--log", type=Path)
    parser.add_argument("--echo", action="store_true")
    return parser


def _claim_pipes(log: Path | None) -> tuple[IO[bytes], IO[bytes]]:
    """The frames' pipes, on descriptors of their own; 0 is empty from now on, and 1 and 2 are the log."""
    frames_in, frames_out = os.dup(0), os.dup(1)
    if log is not None:
        _redirect_to_log(log)
    with contextlib.suppress(OSError):  # a packaged window on Windows has no descriptor 2
        os.dup2(2, 1)
        sys.stdout = sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return os.fdopen(frames_in, "rb"), os.fdopen(frames_out, "wb", buffering=0)


def _redirect_to_log(log: Path) -> None:
    with contextlib.suppress(OSError):  # an engine without a log is better than none
        log.parent.mkdir(parents=True, exist_ok=True)
        begin_anew = log.exists() and log.stat().st_size > MAX_LOG
        opened = os.open(log, os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if begin_anew else os.O_APPEND), 0o600)
        os.dup2(opened, 2)
        os.close(opened)


def _survive_as_a_child() -> None:
    """Ctrl-C in the terminal is for the window; a crash in native code leaves its stack in the log."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with contextlib.suppress(OSError, ValueError, AttributeError, RuntimeError):
        faulthandler.enable(sys.stderr)


def _inference(folders: Sequence[Path]) -> Engine:
    from engine.inference import InferenceEngine

    return InferenceEngine(folders)


def _echo(folders: Sequence[Path]) -> Engine:
    from engine.host.overhead import EchoEngine

    return EchoEngine()


if __name__ == "__main__":
    sys.exit(main())
