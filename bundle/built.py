"""Looking into a built bundle: its modules, its files, and the distributions that they came from."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable
from pathlib import Path

INSIDE = "_internal"
"""The folder beside the executable that PyInstaller puts everything in."""


def modules(bundle: Path) -> frozenset[str]:
    """The names of all Python modules in the bundle, those in archives and those that are shared libraries."""
    from PyInstaller.archive.readers import CArchiveReader

    archive = CArchiveReader(str(executable(bundle)))
    names = set(archive.toc)
    for name in archive.toc:
        if name.lower().endswith(".pyz"):
            names |= set(archive.open_embedded_archive(name).toc)
    inside = bundle / INSIDE
    for path in inside.rglob("*.so"):
        names.add(".".join((*path.relative_to(inside).parts[:-1], path.name.split(".")[0])))
    return frozenset(names)


def executable(bundle: Path) -> Path:
    """What is started."""
    program = bundle / "reverie"
    return program if program.exists() else bundle / "reverie.exe"


def files(folder: Path) -> list[Path]:
    """All files below a folder, links included, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() or path.is_symlink())


def bytes_of(folder: Path) -> int:
    """What the files take; a link takes nothing."""
    return sum(path.stat().st_size for path in files(folder) if not path.is_symlink())


def distributions(names: Iterable[str]) -> list[importlib.metadata.Distribution]:
    """The installed distributions that these modules belong to, in order; PyInstaller, for its loader, with them."""
    tops = {name.split(".")[0] for name in names}
    owners = importlib.metadata.packages_distributions()
    found = {owner for top in tops for owner in owners.get(top, ())} - {"reverie"} | {"pyinstaller"}
    return [importlib.metadata.distribution(name) for name in sorted(found, key=str.lower)]
