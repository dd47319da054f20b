"""Partial images as text inside JSON."""

from __future__ import annotations

from typing import Any

from app.documents.partial_image import PartialImage
from engine.records.completion_note import given_pixels
from engine.records.packed_arrays import pack


def pack_image(image: PartialImage) -> dict[str, Any]:
    """A partial image as JSON can hold it."""
    return {"pixels": pack(image.pixels), "state": pack(image.state)}


def unpack_image(packed: Any) -> PartialImage:
    """The image that `pack_image` packed; raises `FileError` for anything else."""
    return PartialImage.from_arrays(*given_pixels(packed))
