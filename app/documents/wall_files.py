"""Pictures of a wall as files: a PNG, a contact sheet, a ZIP or a folder with a table of requests.

All are written whole or not at all, picture by picture: ten thousand take no more memory than one and their table.
Every function here is for any thread; ``watch`` is told after each picture how many are done, and may raise
`app.documents.whole_file.Stopped`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.documents.contact_sheet import Images, sheet_of
from app.documents.picture_file import encode_png, write_whole
from app.documents.png_rows import PngRows
from app.documents.request_table import RequestTable
from app.documents.wall_picture import FileNames, WallPicture
from app.documents.whole_file import Watch, folder_written_whole, unwatched, written_whole
from engine.contracts.arrays import Image
from engine.records.note_text import TEXT_KEY

TABLE = "requests.csv"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every file in an archive, so that the same pictures make the same bytes."""


def picture_png(pixels: Image, note: str, magnification: int = 1) -> bytes:
    """The bytes of a PNG of one picture ``(H, W, C)`` with its note."""
    return encode_png(pixels, note or None, magnification)


def write_picture(target: Path, picture: WallPicture, magnification: int = 1) -> None:
    """A PNG of one picture with its note; raises `FileError`."""
    write_whole(target, picture_png(picture.pixels, picture.note, magnification))


def write_sheet(
    target: Path,
    images: Images,
    note: str = "",
    rows: Sequence[tuple[str, int]] = (),
    magnification: int = 1,
    watch: Watch = unwatched,
) -> None:
    """A contact sheet as a PNG with its note (`app.documents.contact_sheet.sheet_of`); raises `FileError`."""
    sheet = sheet_of(images, rows, magnification)
    with written_whole(target) as file:
        png = PngRows(file, sheet.width, sheet.height, sheet.channels, note, TEXT_KEY)
        for done, band in sheet.bands():
            png.add(band)
            watch(done)
        png.end()


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
