"""Pictures as files with their notes: a PNG, a ZIP or a folder with a table of requests.

All are written whole or not at all, picture by picture: ten thousand take no more memory than one and their table.
Every function here is for any thread; ``watch`` is told after each picture how many are done, and may raise
`engine.records.whole_file.Stopped`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.contracts.arrays import Image
from engine.records.png_file import encode_png
from engine.records.request_table import RequestTable
from engine.records.wall_picture import FileNames, WallPicture
from engine.records.whole_file import Watch, folder_written_whole, unwatched, write_whole, written_whole

TABLE = "requests.csv"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every file in an archive, so that the same pictures make the same bytes."""


def picture_png(pixels: Image, note: str, magnification: int = 1) -> bytes:
    """The bytes of a PNG of one picture ``(H, W, C)`` with its note."""
    return encode_png(pixels, note or None, magnification)


def write_picture(target: Path, picture: WallPicture, magnification: int = 1) -> None:
    """A PNG of one picture with its note; raises `FileError`."""
    write_whole(target, picture_png(picture.pixels, picture.note, magnification))


def write_zip(target: Path, pictures: Sequence[WallPicture], watch: Watch = unwatched) -> None:
    """A ZIP with a PNG a picture and the table of their requests; raises `FileError`."""
    with written_whole(target) as file, zipfile.ZipFile(file, "w") as archive:
        for name, data, kind in _files(pictures, watch):
            archive.writestr(archive_entry(name, kind), data)


def archive_entry(name: str, packing: int) -> zipfile.ZipInfo:
    """A file's entry in an archive, ``packing`` one of `zipfile`'s; the same at any time and on any machine."""
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type, entry.create_system, entry.external_attr = packing, 3, 0o644 << 16
    return entry


def write_folder(target: Path, pictures: Sequence[WallPicture], watch: Watch = unwatched) -> None:
    """A folder with a PNG a picture and the table of their requests; raises `FileError`."""
    with folder_written_whole(target) as folder:
        for name, data, _ in _files(pictures, watch):
            (folder / name).write_bytes(data)


def _files(pictures: Sequence[WallPicture], watch: Watch) -> Iterator[tuple[str, bytes, int]]:
    """Name, bytes and way of packing of each file, the table last."""
    names, table = FileNames(), RequestTable()
    for done, picture in enumerate(pictures, 1):
        name = names.next(picture)
        yield name, picture_png(picture.pixels, picture.note), zipfile.ZIP_STORED
        table.add(name, picture)
        watch(done)
    yield TABLE, table.data(), zipfile.ZIP_DEFLATED
