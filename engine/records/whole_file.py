"""Files and folders written whole or not at all, and the disk's refusals in words.

What is written grows under another name beside the target and takes its name when it is complete (a file: and on the
disk); a failure, a stop or a crash on the way leaves what was there before.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from engine.errors import FileError

Watch = Callable[[int], None]
"""Told after every step how many are done; may raise `Stopped`."""
_PREFIX = ".reverie-"
"""Of files on their way; not the target's name, which may be as long as a name can be."""
_FULL = {errno.ENOSPC, errno.EDQUOT}
_SHUT = {errno.EACCES, errno.EPERM, errno.EROFS}
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE}


class Stopped(Exception):
    """A person does not want the file any more."""


def unwatched(done: int) -> None:
    """A `Watch` that lets everything pass."""


@contextmanager
def written_whole(target: Path) -> Iterator[BinaryIO]:
    """A file to write to, which is there under its name when all of it is; raises `FileError`.

    Whatever is raised inside leaves no file, and a file that was there before as it was.
    """
    with worded(target):
        handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=target.parent)
        growing = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())  # what a network or a full disk still refuses, it refuses here
            with contextlib.suppress(OSError):  # mkstemp's files are for their owner only; some disks know no modes
                growing.chmod(0o644)
            growing.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                growing.unlink(missing_ok=True)
            raise


def write_whole(target: Path, data: bytes) -> None:
    """Write a file whole or not at all; raises `FileError`."""
    with written_whole(target) as file:
        file.write(data)


@contextmanager
def folder_written_whole(target: Path) -> Iterator[Path]:
    """A folder to write into, which has its name when all is in it; raises `FileError`.

    A folder of that name is replaced only if it is empty.  The files in it are on the disk when the system has brought
    them there, which for thousands is not waited for.
    """
    with worded(target):
        if target.exists() and not (target.is_dir() and not any(target.iterdir())):
            raise FileError(f"{target.name} is there already.", "Choose a name that is not taken.", path=str(target))
        growing = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=target.parent))
        try:
            yield growing
            with contextlib.suppress(OSError):
                growing.chmod(0o755)
            if target.is_dir():
                target.rmdir()
            growing.replace(target)
        except BaseException:
            shutil.rmtree(growing, ignore_errors=True)
            raise


@contextmanager
def worded(target: Path) -> Iterator[None]:
    """Raise what the disk raises inside as a `FileError` about ``target``."""
    try:
        yield
    except OSError as error:
        raise write_error(error, target) from error


def write_error(error: OSError, target: Path) -> FileError:
    """Why ``target`` was not written, and what to do."""
    name, folder = target.name, target.parent.name or str(target.parent)
    elsewhere = "Save it in another folder."
    if error.errno in _FULL:
        problem, remedy = f"There is no room on the disk for {name}.", f"Make room, or {_lower(elsewhere)}"
    elif error.errno in _SHUT:
        problem, remedy = f"{name} cannot be written: the folder {folder} is read-only.", elsewhere
    elif error.errno in _GONE:
        problem, remedy = f"{name} cannot be written: the folder {folder} is not there any more.", elsewhere
    elif error.errno == errno.EISDIR:
        problem, remedy = f"{name} is a folder.", "Choose another name."
    elif error.errno == errno.ENAMETOOLONG:
        problem, remedy = f"The name {name[:40]}... is too long.", "Choose a shorter one."
    else:
        problem, remedy = f"{name} cannot be written: {error.strerror or error}.", elsewhere
    return FileError(problem, remedy, path=str(target))


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
