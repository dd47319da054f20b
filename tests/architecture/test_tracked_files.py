"""What is committed carries nothing of the machine that it was made on, and stays small."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_BYTES = 40 * 2**20

# Spelled in pieces, or this file would be the first offender.
_HOSTS = (
    ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("deb", "debian", "org"),
    ("download", "pytorch", "org"), ("conda", "anaconda", "org"),
)  # fmt: skip
_FOLDERS = (("", "work", "main"), ("", "work", "shared"), ("", "root", "."), ("", "opt", "wheels"))

REGISTRIES = re.compile("|".join(re.escape(".".join(parts)) for parts in _HOSTS).encode())
MACHINE = re.compile("|".join(re.escape("/".join(parts)) for parts in _FOLDERS).encode())
UNFINISHED = re.compile(rb"\b(?:TO" + rb"DO|FIX" + rb"ME|XX" + rb"X)\b")


@cache
def tracked() -> tuple[Path, ...]:
    """The files under version control; in an unpacked archive there is nothing to ask."""
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return tuple(p for name in done.stdout.decode().split("\0") if name and (p := ROOT / name).is_file())


def matches(pattern: re.Pattern[bytes], only_text: bool = False) -> dict[str, bytes]:
    """The first match in each file that has one, by the file's name."""
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if only_text and b"\0" in content:
            continue
        if match := pattern.search(content):
            found[path.relative_to(ROOT).as_posix()] = match.group()
    return found


def test_the_patterns_find_what_they_are_for() -> None:
    assert REGISTRIES.search(b"see https://" + b"pypi." + b"org/simple")
    assert MACHINE.search(b"File /wo" + b"rk/main/engine/x.py")
    assert UNFINISHED.search(b"# TO" + b"DO: later")


def test_no_file_names_a_package_registry() -> None:
    assert not matches(REGISTRIES)


def test_no_file_names_this_machines_folders() -> None:
    """Exported graphs count too: an exporter's stack traces carry the paths of the machine."""
    assert not matches(MACHINE)


def test_nothing_is_left_unfinished() -> None:
    assert not matches(UNFINISHED, only_text=True)


def test_no_file_is_too_large_for_a_clone() -> None:
    assert not {str(p): size for p in tracked() if (size := p.stat().st_size) > MAX_BYTES}


def test_nothing_generated_is_committed() -> None:
    generated = re.compile(r"(^|/)(__pycache__|\.venv[^/]*|runs|build|dist|[^/]+\.egg-info)/|\.py[co]$|\.(pt|pth|pkl)$")
    assert not [name for p in tracked() if generated.search(name := p.relative_to(ROOT).as_posix())]
