"""A picture of a wall on its way out, with all that is said of it, and the name of its file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Image
from engine.contracts.requests import SampleImages

_LONGEST = 60
"""Letters of a model's or class's name in a file's name."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WallPicture:
    """``pixels (H, W, C) uint8`` and the ``note`` that their PNG carries.

    model, seed, place
        What names it: place ``place`` of the seed.
    request
        What draws it alone; None where no sampling drew it.
    digests, sha256
        SHA-256 of the model's graphs by role, and of the pixels.
    class_name
        What the model was told, also where the classes came in turn; empty where it was told nothing.
    value, kind
        Its log-likelihood or score, and which of ``"exact"``, ``"lower bound"``, ``"score"`` and ``"none"`` that is.
    z
        ``(D,) float32``, where the model has a latent space and it is known.
    """

    pixels: Image
    note: str
    model: str
    seed: int
    place: int = 0
    request: SampleImages | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""
    family: str = ""
    class_name: str = ""
    value: float | None = None
    kind: str = "none"
    starred: bool = False
    label: str = ""
    z: NDArray[np.float32] | None = None

    @property
    def stem(self) -> str:
        """The name of its file without an ending: ``mnist-dcgan_seed0_000123_bag``."""
        return picture_stem(self.model, self.seed, self.place, self.class_name)


def picture_stem(model: str, seed: int, place: int, class_name: str) -> str:
    """The name of a picture's file without an ending."""
    return stem_of(model, f"seed{seed}", f"{place:06d}", class_name)


def stem_of(model: str, *words: str) -> str:
    """A file's name without an ending, of a model's and further words."""
    return "_".join(filter(None, [_plain(model) or "model", *map(_plain, words)]))


def _plain(text: str) -> str:
    """Letters, digits, dots and hyphens that every disk takes; the rest is a hyphen."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9.]+", "-", letters.lower())[:_LONGEST].strip("-.")


class FileNames:
    """Names for pictures' files, all different, on disks too that do not tell capitals from small letters.

    The same pictures in the same order have the same names.
    """

    def __init__(self, suffix: str = ".png") -> None:
        self._suffix, self._taken = suffix, set[str]()

    def next(self, picture: WallPicture) -> str:
        """The name of one more picture's file."""
        name, number = picture.stem, 1
        while name in self._taken:
            number += 1
            name = f"{picture.stem}-{number}"
        self._taken.add(name)
        return name + self._suffix
