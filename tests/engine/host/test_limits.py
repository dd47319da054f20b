"""The limits of the engine process, and how its pipes are claimed."""

from __future__ import annotations

import os
import platform
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


KEPT = """
import resource
from engine.host import limits

def faults(times):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(times):
        pictures = [bytearray(600_000) for _ in range(8)]
        del pictures
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults(5)
given_back = faults(50)
limits.keep_memory()
faults(5)
print(given_back, faults(50))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told to keep memory")
def test_freed_memory_is_used_again(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KEPT], cwd=project, capture_output=True, text=True, timeout=60, check=True
    )
    given_back, kept = map(int, done.stdout.split())
    assert given_back > 50 * 100 and kept < 50, "page faults in 50 rounds"


SCATTERED = """
from engine.host import limits

def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) // 1024

limits.keep_memory()
blocks = [bytearray(b"x" * 600_000) for _ in range(200)]
pins = blocks[::20]
del blocks
full = resident()
limits.give_back()
print(full, resident(), len(pins))
"""


@linux
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what lies between")
def test_what_lies_free_between_is_given_back(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCATTERED], cwd=project, capture_output=True, text=True, timeout=60, check=True
    )
    before, after, _ = map(int, done.stdout.split())
    assert before > 100 and before - after > 80, "MB"


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

    for name in ("limit_memory", "forbid_core_files", "lower_priority", "keep_memory", "die_with_parent"):
        monkeypatch.setattr(limits, name, missing)
    limits.apply()
    assert len(tried) == 5


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
