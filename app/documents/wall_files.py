"""Contact sheets as files with their note, written whole or not at all and row by row: a sheet of ten thousand pictures
takes no more memory than one row.  For any thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.documents.contact_sheet import Images, sheet_of
from app.documents.png_rows import PngRows
from engine.records.note_text import TEXT_KEY
from engine.records.whole_file import Watch, unwatched, written_whole


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
