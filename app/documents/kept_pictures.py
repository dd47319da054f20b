"""Kept pictures on their way out: each is unpacked from its PNG when it is asked for, on whatever thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from app.documents.collection.picture import KeptPicture
from app.documents.picture_file import decode_picture
from app.translation import tr
from engine.contracts.arrays import Image
from engine.contracts.requests import SampleImages
from engine.errors import EngineError
from engine.records.sample_note import SampleNote, from_text
from engine.records.wall_picture import WallPicture

_COLOR_TYPE_AT, _GREY = 25, 0
"""Where a PNG's header says what its pixels are, and what it says of grey ones (ISO/IEC 15948, 11.2.2)."""


class KeptPictures(Sequence[WallPicture]):
    """Pictures of the collection, in an order, as `WallPicture` values."""

    def __init__(self, pictures: Sequence[KeptPicture]) -> None:
        self._pictures = pictures

    def __len__(self) -> int:
        return len(self._pictures)

    @overload
    def __getitem__(self, at: int) -> WallPicture: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[WallPicture]: ...
    def __getitem__(self, at: int | slice) -> WallPicture | Sequence[WallPicture]:
        return KeptPictures(self._pictures[at]) if isinstance(at, slice) else going_out(self._pictures[at])


def going_out(kept: KeptPicture) -> WallPicture:
    """A kept picture with its note and all that is said of it; raises `FileError` if its PNG cannot be read."""
    origin, note = kept.origin, _note(kept.origin.request)
    return WallPicture(
        pixels=_pixels(kept.png),
        note=origin.request,
        model=origin.model,
        seed=origin.seed,
        place=origin.place,
        request=None if note is None else _alone(note),
        digests={"model": origin.digest} if note is None else note.digests,
        sha256=origin.sha256,
        family=origin.family,
        class_name=origin.class_name,
        value=origin.value,
        kind=origin.kind,
        starred=kept.marks.starred,
        label=kept.marks.label,
    )


def _note(text: str) -> SampleNote | None:
    """The note of a sampled picture; None for one that was made otherwise."""
    try:
        return from_text(text)
    except EngineError:
        return None


def _alone(note: SampleNote) -> SampleImages | None:
    return note.request if note.request.count == 1 else None


def _pixels(png: bytes) -> Image:
    """``(H, W, 1)`` of a grey picture, else ``(H, W, 3)``."""
    rgba = decode_picture(png, tr("a kept picture")).rgba  # refuses what is no picture, or a part of one
    channels = 1 if png[_COLOR_TYPE_AT : _COLOR_TYPE_AT + 1] == bytes([_GREY]) else 3
    return np.ascontiguousarray(rgba[..., :channels])
