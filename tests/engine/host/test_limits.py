"""The limits of the engine process, and how its pipes are claimed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.host import limits, serve

GB = limits.GIGABYTE
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what is limited differs by system")


@pytest.mark.parametrize(("total", "bound"), [(64 * GB, 4 * GB), (6 * GB, 3 * GB), (GB, GB)])
def test_the_memory_bound_is_half_the_machine_and_at_most_four_gigabytes(total: int, bound: int) -> None:
    assert limits.memory_bound(total) == bound


REPORT = """
import os, resource
from engine.host import limits
before = os.nice(0)
limits.apply()
bound = limits.memory_bound(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
assert resource.getrlimit(resource.RLIMIT_AS)[0] <= bound
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
assert os.nice(0) >= min(19, before + limits.NICE)
try:
    bytearray(bound)
except MemoryError:
    print("bounded")
"""


@linux
def test_limits_hold(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", REPORT], cwd=project, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "bounded\n", done.stderr


def test_a_system_without_a_limit_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def missing() -> None:
        tried.append("missing")
        raise ImportError("no module named resource")

    for name in ("limit_memory", "forbid_core_files", "lower_priority", "die_with_parent"):
        monkeypatch.setattr(limits, name, missing)
    limits.apply()
    assert len(tried) == 4


@pytest.fixture(autouse=True)
def engine_is_importable(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For processes that are started here by hand."""
    monkeypatch.setenv("PYTHONPATH", str(project))


def test_the_process_ends_with_its_input(fake_child: list[str]) -> None:
    done = subprocess.run(fake_child, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 0
    assert b"Hello" in done.stdout


def test_a_broken_message_ends_the_process(fake_child: list[str], tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    done = subprocess.run(
        [*fake_child, "--log", str(log)], input=b"\xff" * 64, stdout=subprocess.PIPE, timeout=60, check=False
    )
    assert done.returncode == 0
    assert "not valid" in log.read_text()


def test_a_long_log_is_begun_anew(fake_child: list[str], tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    for size, kept in ((serve.MAX_LOG + 1, False), (100, True)):
        log.write_bytes(b"x" * size)
        subprocess.run([*fake_child, "--log", str(log)], input=b"\xff" * 64, stdout=subprocess.PIPE, timeout=60)
        assert log.read_bytes().startswith(b"x" * 100) is kept
        assert b"not valid" in log.read_bytes()


def test_a_log_that_cannot_be_written_stops_nothing(fake_child: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    command = [*fake_child, "--log", str(tmp_path / "file" / "engine.log")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 0 and b"Hello" in done.stdout


@linux
def test_nothing_heavy_is_imported_before_the_pipes_are_safe(project: Path) -> None:
    script = "import sys; import engine.host.serve; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert os.name == "posix"
