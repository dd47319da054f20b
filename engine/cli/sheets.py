"""What a command writes: sheets of pictures that carry their request, and arrays; whole or not at all."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.contracts.arrays import Image, Images
from engine.contracts.controls import controls
from engine.contracts.events import Completion
from engine.contracts.manifest import Manifest
from engine.contracts.requests import CompleteImage, DecodeLatents
from engine.errors import FileError
from engine.records.completion_note import CompletionNote, to_text
from engine.records.latent_note import LatentNote
from engine.records.latent_note import to_text as latent_to_text
from engine.records.note_text import MAX_CHARACTERS, graph_digests
from engine.records.png_file import encode_png
from engine.records.provenance import made_with, pixels_sha256
from engine.records.whole_file import write_whole

SUFFIXES = (".png", ".npz")
SHORTEST_NUMBER = len("0.0,")
GAP_PX, GREY = 2, 128
SHEET_SIDE_PX = 1024
"""About how wide a sheet is made by repeating pixels, so that small pictures can be looked at."""


def check_target(path: Path, suffixes: Sequence[str] = SUFFIXES) -> None:
    """Refuse an output that could not be written, before anything is drawn for it."""
    if path.suffix.lower() not in suffixes:
        kinds = " or ".join(filter(None, (", ".join(suffixes[:-1]), suffixes[-1])))
        raise FileError(f"{path} is no {kinds} file.", f"End the output's name in {kinds}.")
    if path.is_dir():
        raise FileError(f"{path} is a folder.", "Name a file in it.")
    check_parent(path)


def check_parent(path: Path) -> None:
    """Refuse an output in a folder that is not there, or that may not be written to."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise FileError(f"The folder {folder} does not exist.", "Make it first, or write somewhere else.")
    if not os.access(folder, os.W_OK):
        raise FileError(f"The folder {folder} may not be written to.", "Write somewhere else.")


def write_sheet(path: Path, images: Images, note: str, columns: int | None = None) -> None:
    """A PNG sheet of all pictures, enlarged by whole factors, with its note."""
    write_whole(path, encode_png(sheet_image(images, columns), note))


def sheet_image(images: Images, columns: int | None = None) -> Image:
    """All pictures (N, H, W, C) on one sheet, row by row, parted by lines of a neutral grey."""
    count, height, width, channels = images.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = -(-count // columns)
    scale = max(1, min(16, SHEET_SIDE_PX // (columns * max(height, width))))
    high, wide = height * scale + GAP_PX, width * scale + GAP_PX
    sheet = np.full((rows * high + GAP_PX, columns * wide + GAP_PX, channels), GREY, np.uint8)
    for index, image in enumerate(images):
        top, left = (index // columns) * high + GAP_PX, (index % columns) * wide + GAP_PX
        large = image.repeat(scale, axis=0).repeat(scale, axis=1)
        sheet[top : top + height * scale, left : left + width * scale] = large
    return sheet


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """An NPZ file."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **dict(arrays))
    write_whole(path, buffer.getvalue())


def completion_note(manifest: Manifest, request: CompleteImage, answer: Completion) -> str:
    """The request of a sheet of completions as the text of a PNG chunk: dropped on the window, it is restored there."""
    return to_text(
        CompletionNote(
            model=manifest.id,
            parameters={name: getattr(request, name) for name in controls(CompleteImage)},
            pixels=np.where(request.observed[..., None], request.pixels, 0).astype(np.uint8),
            state=request.observed.astype(np.uint8),
            resolved={"orientation": answer.orientation, "method": answer.method},
            digests=graph_digests(manifest),
            made_with=made_with(),
            sha256=pixels_sha256(answer.images),
        )
    )


def latent_note(manifest: Manifest, request: DecodeLatents, images: Images | None = None) -> str:
    """The request that decodes these pictures again, as the text of a PNG chunk.

    Raises `FileError` if the window would not read so long a text; without the pictures it is as long as with them.
    """
    too_long = FileError(
        f"A sheet cannot carry {request.z.size:,} latent numbers.", "Write an .npz, or fewer pictures at once."
    )
    if SHORTEST_NUMBER * request.z.size > MAX_CHARACTERS:
        raise too_long
    text = latent_to_text(
        LatentNote(
            model=manifest.id,
            z=request.z,
            parameters={name: getattr(request, name) for name in controls(DecodeLatents)},
            class_names=request.class_names,
            digests=graph_digests(manifest),
            made_with=made_with(),
            sha256="0" * 64 if images is None else pixels_sha256(images),
        )
    )
    if len(text) > MAX_CHARACTERS:
        raise too_long
    return text
