"""The picture that a person chose in the gallery, as every page of the gallery is told of it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.contracts.arrays import Image
from engine.contracts.manifest import Manifest
from engine.contracts.requests import SampleImages


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chosen:
    """``pixels (H, W, C) uint8`` display values; ``request`` draws this one picture (its ``first`` is the place, its
    ``count`` 1), None for a picture that no sampling made; ``class_name`` is what was asked for, empty for nothing."""

    manifest: Manifest
    pixels: Image
    request: SampleImages | None = None
    class_name: str = ""
