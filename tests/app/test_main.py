"""What the first argument turns the program into."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app import __main__ as program


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("wrong", ["--nonsense", "gone.png", "modles"])
def test_an_unknown_argument_is_one_sentence_and_exit_2(project: Path, wrong: str) -> None:
    done = run(wrong, cwd=project)
    assert done.returncode == 2 and done.stdout == ""
    assert wrong in done.stderr and "--help" in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_command_line_loads_no_qt(project: Path) -> None:
    code = "import sys; from app.__main__ import main; main(['--version']); sys.exit('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_without_a_screen_there_is_a_sentence(project: Path) -> None:
    done = run(cwd=project, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    if sys.platform == "linux":
        assert done.returncode == 2 and "no screen" in done.stderr


def test_every_verb_of_the_command_line_is_known_here() -> None:
    assert set(program.VERBS) >= {"models", "inspect", "sample", "complete", "score", "bench", "self-test"}
