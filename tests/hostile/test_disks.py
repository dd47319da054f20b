"""Disks that refuse: full, read-only or gone at every step of every export.  One sentence each, and nothing is lost."""

from __future__ import annotations

import errno
import io
import os
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.documents.picture_file import write_png
from app.documents.wall_arrays import write_npz
from app.documents.wall_files import write_sheet
from engine.errors import FileError
from engine.records import whole_file
from engine.records.picture_files import write_folder, write_picture, write_zip
from engine.records.wall_picture import WallPicture


def pictures(count: int = 3) -> list[WallPicture]:
    images = np.random.default_rng(1).integers(0, 256, (count, 28, 28, 3), np.uint8)
    return [WallPicture(pixels=image, note="n", model="m", seed=0, place=i) for i, image in enumerate(images)]


WRITERS: dict[str, Callable[[Path], None]] = {
    "png": lambda target: write_picture(target, pictures(1)[0]),
    "plain png": lambda target: write_png(target, pictures(1)[0].pixels),
    "sheet": lambda target: write_sheet(target, [p.pixels for p in pictures()], "note"),
    "zip": lambda target: write_zip(target, pictures()),
    "npz": lambda target: write_npz(target, pictures()),
}
REFUSALS = {
    errno.ENOSPC: "There is no room on the disk for wall.",
    errno.EDQUOT: "There is no room on the disk for wall.",
    errno.EROFS: "wall cannot be written: the folder shelf is read-only.",
    errno.EACCES: "wall cannot be written: the folder shelf is read-only.",
    errno.ENOENT: "wall cannot be written: the folder shelf is not there any more.",
    errno.EIO: "wall cannot be written: Input/output error.",
}


def refusal(number: int) -> OSError:
    return OSError(number, os.strerror(number), "/somewhere")


class FailingFile(io.FileIO):
    """A file whose write number ``LAST`` fails, and all after it: a disk that is full stays full."""

    last, number, writes = 0, errno.ENOSPC, 0

    def write(self, data: Any) -> int:
        FailingFile.writes += 1
        if FailingFile.writes > FailingFile.last:
            raise refusal(FailingFile.number)
        return super().write(data) or 0


@pytest.fixture(params=[False, True], ids=["new", "replacing"])
def shelf(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder; a file is there already, or not."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    if request.param:
        (folder / "wall").write_text("what was there before")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(folder: Path, write: Callable[[Path], None], number: int) -> None:
    before = contents(folder)
    with pytest.raises(FileError) as caught:
        write(folder / "wall")
    assert caught.value.problem == REFUSALS[number]
    assert caught.value.remedy.endswith(".") and "folder" in caught.value.remedy
    assert contents(folder) == before and {p.name for p in folder.iterdir()} == set(before)


@pytest.mark.parametrize("number", REFUSALS, ids=errno.errorcode.__getitem__)
@pytest.mark.parametrize("kind", WRITERS)
def test_a_write_that_fails_at_any_step_loses_nothing(
    kind: str, number: int, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_file.os, "fdopen", lambda handle, mode: FailingFile(handle, mode))
    FailingFile.number, FailingFile.last, FailingFile.writes = number, 10_000, 0
    WRITERS[kind](shelf / "else")
    steps = FailingFile.writes
    (shelf / "else").unlink()
    assert steps > 0
    for last in range(steps):
        FailingFile.last, FailingFile.writes = last, 0
        refused(shelf, WRITERS[kind], number)


@pytest.mark.parametrize("number", REFUSALS, ids=errno.errorcode.__getitem__)
@pytest.mark.parametrize("step", ["tempfile.mkstemp", "os.fdopen", "os.fsync", "Path.replace"])
@pytest.mark.parametrize("kind", WRITERS)
def test_every_other_step_that_fails_loses_nothing(
    kind: str, step: str, number: int, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise refusal(number)

    owner, name = step.split(".")
    monkeypatch.setattr(getattr(whole_file, owner), name, fail)
    refused(shelf, WRITERS[kind], number)


@pytest.mark.parametrize("number", REFUSALS, ids=errno.errorcode.__getitem__)
@pytest.mark.parametrize("step", ["tempfile.mkdtemp", "Path.replace", "Path.write_bytes"])
@pytest.mark.parametrize("last", range(4))
def test_a_folder_that_fails_at_any_step_is_not_there(
    step: str, last: int, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, calls = tmp_path / "shelf", []
    shelf.mkdir()
    owner, name = step.split(".")
    real = getattr(getattr(whole_file, owner), name)

    def fail(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) > (last if name == "write_bytes" else 0):
            raise refusal(number)
        return real(*args, **kwargs)

    monkeypatch.setattr(getattr(whole_file, owner), name, fail)
    with pytest.raises(FileError) as caught:
        write_folder(shelf / "wall", pictures())
    assert caught.value.remedy and not list(shelf.iterdir()), "three pictures and a table are four files"


def test_a_disk_without_modes_is_written_to(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise refusal(errno.EPERM)

    monkeypatch.setattr(Path, "chmod", fail)
    write_picture(shelf / "wall", pictures(1)[0])
    assert (shelf / "wall").read_bytes().startswith(b"\x89PNG")


# ------------------------------------------------------------------------------------------------- no pretending


@contextmanager
def nobody() -> Iterator[None]:
    """Without root's right to write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def locked() -> Iterator[Path]:
    """A folder that one can look into and not write to, with a file in it."""
    outer = Path(tempfile.mkdtemp())
    outer.chmod(0o755)
    folder = outer / "shelf"
    folder.mkdir()
    (folder / "wall").write_text("what was there before")
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(outer)


@pytest.mark.parametrize("kind", [*WRITERS, "folder"])
def test_a_folder_that_is_read_only_is_said_to_be(kind: str, locked: Path) -> None:
    writers = WRITERS | {"folder": lambda target: write_folder(target.with_name("other"), pictures())}
    with nobody(), pytest.raises(FileError, match=r"cannot be written: the folder shelf is read-only\.$") as caught:
        try:
            writers[kind](locked / "wall")
        except FileError as error:
            assert error.remedy == "Save it in another folder."
            raise FileError(error.problem) from error
    assert caught.value and contents(locked) == {"wall": b"what was there before"}


@pytest.mark.parametrize("kind", [*WRITERS, "folder"])
def test_a_folder_that_is_gone_is_said_to_be(kind: str, tmp_path: Path) -> None:
    writers = WRITERS | {"folder": lambda target: write_folder(target, pictures())}
    with pytest.raises(FileError, match="the folder gone is not there any more") as caught:
        writers[kind](tmp_path / "gone" / "wall")
    assert caught.value.remedy == "Save it in another folder."


def test_a_folder_that_vanishes_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()

    def vanish(done: int) -> None:
        shutil.rmtree(tmp_path / "shelf", ignore_errors=True)

    with pytest.raises(FileError, match="the folder shelf is not there any more"):
        write_zip(tmp_path / "shelf" / "wall", pictures(), vanish)
    (tmp_path / "shelf").mkdir()
    with pytest.raises(FileError, match="the folder shelf is not there any more"):
        write_folder(tmp_path / "shelf" / "wall", pictures(), vanish)


def test_a_limit_on_files_is_met_for_real(tmp_path: Path) -> None:
    """The system's own refusal, in the middle of a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(FileError, match="wall cannot be written: File too large"):
            write_npz(tmp_path / "wall", pictures(40))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())


def test_names_that_are_taken_or_no_names(tmp_path: Path) -> None:
    (tmp_path / "wall").mkdir()
    (tmp_path / "wall" / "mine.txt").write_text("mine")
    with pytest.raises(FileError, match="wall is there already"):
        write_folder(tmp_path / "wall", pictures())
    with pytest.raises(FileError, match=r"wall is a folder\."):
        write_zip(tmp_path / "wall", pictures())
    with pytest.raises(FileError, match="is too long"):
        write_zip(tmp_path / ("x" * 300), pictures())
    write_zip(tmp_path / ("x" * 251 + ".zip"), pictures())
    assert contents(tmp_path / "wall") == {"mine.txt": b"mine"}


def test_an_empty_folder_of_that_name_is_filled(tmp_path: Path) -> None:
    (tmp_path / "wall").mkdir()
    write_folder(tmp_path / "wall", pictures())
    assert len(list((tmp_path / "wall").iterdir())) == 4
