"""Checksums of a bundle's files, and the one file that it travels as."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from pathlib import Path

from bundle import built

SUMS = "SHA256SUMS"
_LEVEL = 6
"""Level 9 takes three times as long, and saves a quarter of a percent."""


def write_sums(bundle: Path) -> None:
    """``SHA256SUMS`` of all files, as ``sha256sum --check`` reads it."""
    lines = [
        f"{digest(path)}  {path.relative_to(bundle).as_posix()}\n"
        for path in built.files(bundle)
        if path.name != SUMS and not path.is_symlink()
    ]
    (bundle / SUMS).write_text("".join(lines), encoding="utf-8")


def digest(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(bundle: Path, archive: Path, name: str, when: int) -> None:
    """A ``.tar.gz`` of the bundle in a folder ``name``, everything of the time ``when`` and of nobody in particular."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = when
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    with (
        archive.open("wb") as file,
        gzip.GzipFile("", "wb", _LEVEL, file, mtime=when) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for path in built.files(bundle):
            tar.add(path, f"{name}/{path.relative_to(bundle).as_posix()}", recursive=False, filter=plain)
    (archive.parent / f"{archive.name}.sha256").write_text(f"{digest(archive)}  {archive.name}\n", encoding="utf-8")
