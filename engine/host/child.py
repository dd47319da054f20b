"""Starting and ending the engine process, and the two pipes to it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import engine

PIPE_BYTES = 2**20
"""Wanted size of the pipes (Linux): an answer of 64 small pictures then crosses without a switch in between."""
_F_SETPIPE_SZ = 1031
GOODBYE = 0.1
"""Seconds that a process may take to end after its output has."""


def default_command() -> list[str]:
    """The command that starts an engine process: the packaged app again, or this interpreter."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--engine-process"]
    return [sys.executable, "-m", "engine.host.serve"]


class Child:
    """A running engine process.  Raises `OSError` if it cannot be started.

    It ends when its standard input does, hence with this process, however that ends.  On Linux it also ends with the
    thread that made it (`engine.host.limits.die_with_parent`), which therefore has to stay as long as it.
    """

    def __init__(self, command: Sequence[str]) -> None:
        hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would show a console
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            creationflags=hidden,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._input: IO[bytes] = self._process.stdin
        self.output: IO[bytes] = self._process.stdout
        self._sending = threading.Lock()
        for pipe in (self._input, self.output):
            _widen(pipe.fileno())

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, frame: bytes) -> None:
        """Write a frame; waits while the pipe is full.  Raises `OSError` once the process is gone."""
        with self._sending:
            if self._input.closed:
                raise BrokenPipeError("the engine process is gone")
            self._input.write(frame)
            self._input.flush()

    def kill(self) -> None:
        """End it at once, whatever it does; any thread."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def bury(self) -> int:
        """Wait for it (a moment; then kill it) and close the pipes; its return code, negative for a signal."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GOODBYE)  # it closed its pipe, so it is ending by itself: let it say of what
        self.kill()
        code = self._process.wait()
        with self._sending, contextlib.suppress(OSError):  # a writer in the middle of it has met its error by now
            self._input.close()
        self.output.close()
        return code


def cause_of_death(code: int) -> str:
    """A return code in words: ``SIGSEGV``, or ``exit code 3``."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _environment() -> dict[str, str]:
    """Ours, with the engine importable wherever the child starts, and without thread pools that nobody uses."""
    environment = dict(os.environ)
    environment.setdefault("OMP_NUM_THREADS", "1")
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not getattr(sys, "frozen", False):
        root = str(Path(engine.__file__).parents[1])
        inherited = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{root}{os.pathsep}{inherited}" if inherited else root
    return environment


def _widen(descriptor: int) -> None:
    if sys.platform.startswith("linux"):
        import fcntl

        with contextlib.suppress(OSError):  # a user may hold only so much pipe memory
            fcntl.fcntl(descriptor, _F_SETPIPE_SZ, PIPE_BYTES)
