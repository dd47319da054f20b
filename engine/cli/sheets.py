"""What a command writes: sheets of pictures that carry their request, and arrays; whole or not at all."""

from __future__ import annotations

import io
import json
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from engine.contracts.arrays import Image, Images, Latents, Observed
from engine.contracts.events import Completion
from engine.contracts.manifest import Manifest
from engine.contracts.requests import CompleteImage, DecodeLatents, SampleImages, controls
from engine.errors import FileError
from engine.records.packed_arrays import pack

TEXT_KEY = "reverie"
"""The keyword of the PNG text chunk, as the window reads it."""
FORMAT = 1
SUFFIXES = (".png", ".npz")
MAX_CHARACTERS = 4 * 2**20
"""The longest text that the window reads from a picture."""
SHORTEST_NUMBER = len("0.0,")
GAP_PX, GREY = 2, 128
SHEET_SIDE_PX = 1024
"""About how wide a sheet is made by repeating pixels, so that small pictures can be looked at."""


def check_target(path: Path, suffixes: Sequence[str] = SUFFIXES) -> None:
    """Refuse an output that could not be written, before anything is drawn for it."""
    if path.suffix.lower() not in suffixes:
        kinds = "neither a .png nor an .npz file" if len(suffixes) > 1 else f"no {suffixes[0]} file"
        raise FileError(f"{path} is {kinds}.", f"End the output's name in {' or '.join(suffixes)}.")
    if path.is_dir():
        raise FileError(f"{path} is a folder.", "Name a file in it.")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise FileError(f"The folder {folder} does not exist.", "Make it first, or write somewhere else.")
    if not os.access(folder, os.W_OK):
        raise FileError(f"The folder {folder} may not be written to.", "Write somewhere else.")


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: one of that name is replaced only by a finished one."""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).chmod(0o644)  # mkstemp's files are for their owner only
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(f"{path} cannot be written ({error.strerror}).", "Write somewhere else.") from error


def write_sheet(path: Path, images: Images, note: str, columns: int | None = None) -> None:
    """A PNG sheet of all pictures, enlarged by whole factors, with its note."""
    sheet = sheet_image(images, columns)
    info = PngInfo()
    info.add_itxt(TEXT_KEY, note, zip=True)
    buffer = io.BytesIO()
    Pillow.fromarray(sheet[..., 0] if sheet.shape[2] == 1 else sheet).save(buffer, "PNG", pnginfo=info)
    write_bytes(path, buffer.getvalue())


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
    write_bytes(path, buffer.getvalue())


def note(
    manifest: Manifest, parameters: Mapping[str, Any], answer: Completion, pixels: Image, observed: Observed
) -> str:
    """The request as the text of a PNG chunk: dropping the picture on the window restores it there.

    Pictures that were drawn from nothing are noted as the completion of a picture of which nothing is known, which they
    are equal to.
    """
    state = observed.astype(np.uint8)
    known = np.where(observed[..., None], pixels, 0).astype(np.uint8)
    record = {
        "format": FORMAT,
        "request": CompleteImage.__name__,
        "model": manifest.id,
        "parameters": {name: parameters[name] for name in controls(CompleteImage) if name in parameters},
        "resolved": {"orientation": answer.orientation, "method": answer.method},
        "digests": {role: graph.sha256 for role, graph in manifest.graphs.items()},
        "index": None,
        "document": {"pixels": pack(known), "state": pack(state)},
    }
    return json.dumps(record, separators=(",", ":"), sort_keys=True)


def latent_note(manifest: Manifest, request: DecodeLatents, more: Mapping[str, Any] = MappingProxyType({})) -> str:
    """The request that decodes these pictures again, as the text of a PNG chunk; ``more`` tells where z came from.

    Raises `FileError` if the window would not read so long a text.
    """
    too_long = FileError(
        f"A sheet cannot carry {request.z.size:,} latent numbers.", "Write an .npz, or fewer pictures at once."
    )
    if SHORTEST_NUMBER * request.z.size > MAX_CHARACTERS:
        raise too_long
    record = {
        "format": FORMAT,
        "request": DecodeLatents.__name__,
        "model": manifest.id,
        "parameters": {name: getattr(request, name) for name in controls(DecodeLatents)},
        "digests": {role: graph.sha256 for role, graph in manifest.graphs.items()},
        "z": request.z.tolist(),
    }
    text = json.dumps(record | dict(more), separators=(",", ":"), sort_keys=True)
    if len(text) > MAX_CHARACTERS:
        raise too_long
    return text


def sample_note(manifest: Manifest, request: SampleImages, z: Latents) -> str:
    """The request that decodes these samples again, and the one that drew them: ``sampled``.

    Where the classes came in turn, ``classes`` says which came.  Of more samples than the text can carry it has the
    first one alone, which is where the window goes; the others can be drawn again.
    """
    made = {name: getattr(request, name) for name in ("count", "seed", "temperature", "class_name")}
    condition, told = manifest.condition("class"), request.class_name
    turns: tuple[str, ...] = ()
    if condition is not None and not told and not condition.null:
        turns = tuple(condition.names[place % len(condition.names)] for place in range(len(z)))

    def of(count: int) -> str:
        decoded = DecodeLatents(model=request.model, z=z[:count], class_name=turns[0] if turns else told)
        return latent_note(manifest, decoded, {"sampled": made} | ({"classes": turns[:count]} if turns else {}))

    try:
        return of(len(z))
    except FileError:
        return of(1)
