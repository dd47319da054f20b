"""What goes out of the gallery, and as what: kinds of files, their names, what writes them, what is copied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.documents.contact_sheet import contact_sheet
from app.documents.wall_arrays import write_npz
from app.documents.wall_files import write_sheet
from app.documents.wall_note import sheet_note
from app.documents.wall_pictures import Hanging, WallPictures
from app.translation import tr
from engine.contracts.arrays import Image
from engine.errors import RequestError
from engine.records.note_text import graph_digests
from engine.records.picture_files import write_folder, write_picture, write_zip
from engine.records.wall_picture import WallPicture, stem_of
from engine.records.whole_file import Watch

KINDS = {"png": "Picture", "folder": tr("Folder of pictures"), "sheet": tr("Contact sheet"), "zip": "ZIP", "npz": "NPZ"}
HELP = {
    "png": tr("One picture, with the request that draws it again."),
    "folder": tr("A PNG a picture, each with its request, and a table of all requests."),
    "sheet": tr("All of them on one picture; dropped on the window it brings the wall back."),
    "zip": tr("A PNG a picture, each with its request, and a table of all requests, in one file."),
    "npz": tr("Arrays for programs: pictures, classes, z, places and requests."),
}
_ENDINGS = {"png": ".png", "folder": "", "sheet": ".png", "zip": ".zip", "npz": ".npz"}
MOST_COPIED = 1_024
"""Pictures on a sheet for the clipboard, which holds it whole in memory."""

Write = Callable[[Path, Watch], None]


@dataclass(frozen=True, slots=True, eq=False)
class SavedPicture:
    """A picture to write or to copy: ``pixels (H, W, C)``, the ``note`` it carries, and a ``name`` for its file."""

    pixels: Image
    note: str
    name: str


def as_kind(kind: str, count: int) -> str:
    """The kind of file for so many pictures: several are no PNG but a folder of them."""
    return "folder" if kind == "png" and count > 1 else kind


def as_target(target: Path, kind: str) -> Path:
    """The name with its ending, where none was typed."""
    ending = _ENDINGS[kind]
    return target if not ending or target.suffix.lower() == ending else target.with_name(target.name + ending)


def file_name(kind: str, hanging: Hanging, indices: Sequence[int]) -> str:
    """A name to begin with, for these pictures of a wall."""
    wall, seed = hanging.wall, f"seed{hanging.wall.seed}"
    if kind == "png" and len(indices) == 1:
        return WallPictures(hanging, indices).stem(0) + ".png"
    words = (wall.class_name, f"{len(indices)}-pictures", "sheet" if kind == "sheet" else "")
    return stem_of(wall.model, seed, *words) + _ENDINGS[as_kind(kind, len(indices))]


def kept_file_name(kind: str, pictures: Sequence[WallPicture]) -> str:
    """A name to begin with, for these kept pictures."""
    if kind == "png" and len(pictures) == 1:
        return f"{pictures[0].stem}.png"
    return stem_of("kept", f"{len(pictures)}-pictures") + _ENDINGS[as_kind(kind, len(pictures))]


def writer(kind: str, hanging: Hanging, indices: Sequence[int]) -> Write:
    """What writes these pictures of a wall; for any thread."""
    pictures = WallPictures(hanging, indices)
    if kind == "sheet":
        note, rows = _note(hanging, indices), hanging.rows(indices)
        return lambda target, watch: write_sheet(target, pictures.images, note, rows, watch=watch)
    return writer_of(kind, pictures, hanging.class_names)


def writer_of(kind: str, pictures: Sequence[WallPicture], class_names: Sequence[str] = ()) -> Write:
    """What writes pictures from wherever; for any thread.  A sheet of them has no note: no wall brings it back."""

    def write(target: Path, watch: Watch) -> None:
        if kind == "png":
            write_picture(target, pictures[0])
        elif kind == "sheet":
            write_sheet(target, [picture.pixels for picture in pictures], watch=watch)
        elif kind == "npz":
            write_npz(target, pictures, class_names, watch)
        else:
            {"zip": write_zip, "folder": write_folder}[kind](target, pictures, watch)

    return write


def saved(hanging: Hanging, indices: Sequence[int]) -> SavedPicture:
    """One picture of a wall, or a sheet of several, to be copied; raises `RequestError` where it would be too large."""
    if len(indices) > MOST_COPIED:
        raise RequestError(
            tr("A sheet of {n:,} pictures is too large for the clipboard.").format(n=len(indices)),
            tr("Choose at most {most_copied:,} pictures, or save the sheet as a file.").format(most_copied=MOST_COPIED),
        )
    if len(indices) == 1:
        picture = WallPictures(hanging, indices)[0]
        return SavedPicture(picture.pixels.copy(), picture.note, f"{picture.stem}.png")
    pixels = contact_sheet(hanging.images[np.asarray(indices, int)], hanging.rows(indices))
    return SavedPicture(pixels, _note(hanging, indices), file_name("sheet", hanging, indices))


def _note(hanging: Hanging, indices: Sequence[int]) -> str:
    return sheet_note(hanging.wall, indices, graph_digests(hanging.manifest))
