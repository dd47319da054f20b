"""Making a built bundle smaller: symbols that nobody reads, and libraries that only a dropped plug-in needed.

Linux only; elsewhere nothing is done.  Both need binutils, which PyInstaller needs too.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

_SHELVES = ("", "PySide6/Qt/lib", "pillow.libs", "numpy.libs")
"""Folders of libraries that are there for the sake of others; everything else is loaded by name."""
_STRIPPED = ("libpython3*.so*", "python3*/lib-dynload/*.so", "PIL/*.so", "numpy/**/*.so")
_NEEDED = re.compile(r"^\s*NEEDED\s+(\S+)", re.MULTILINE)
_FILE = re.compile(r"^(.*?):\s+file format ", re.MULTILINE)


def strip(inside: Path) -> None:
    """Drop the symbols of Python's own library and of extension modules.

    Not those of the libraries that wheels bring along: NumPy's OpenBLAS does not load any more once it is stripped.
    """
    if tool := shutil.which("strip"):
        modules = (path for where in _STRIPPED for path in inside.glob(where) if not path.is_symlink())
        subprocess.run([tool, "--strip-unneeded", *map(str, modules)], check=True)


def drop_unreached(inside: Path) -> list[str]:
    """Remove the libraries that no module and no plug-in leads to; their names."""
    shelved = {inside / shelf for shelf in _SHELVES}
    files = [path for path in sorted(inside.rglob("*.so*")) if path.is_file()]
    libraries = [path for path in files if path.parent in shelved and not path.name.startswith("libpython")]
    roots = [path for path in files if path not in set(libraries)]
    found = needed({path for path in files if not path.is_symlink()})
    reached = reachable([path.name for path in roots], found)
    dropped = [path for path in libraries if path.name not in reached]
    for path in dropped:
        path.unlink()
    return sorted({path.name for path in dropped})


def needed(files: Iterable[Path]) -> dict[str, set[str]]:
    """What each shared library asks for, by the libraries' names."""
    tool = shutil.which("objdump")
    if tool is None:
        raise OSError("objdump, of binutils, is not installed")
    listed = sorted(map(str, files))
    said = subprocess.run([tool, "-p", *listed], capture_output=True, text=True, check=True).stdout
    parts = _FILE.split(said)[1:]
    return {Path(name).name: set(_NEEDED.findall(text)) for name, text in zip(parts[::2], parts[1::2], strict=True)}


def reachable(roots: Iterable[str], found: Mapping[str, set[str]]) -> set[str]:
    """All names that the roots lead to, themselves included."""
    reached: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(found.get(name, ()))
    return reached
