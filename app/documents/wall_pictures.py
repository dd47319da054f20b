"""What goes out of a wall: pictures that are made into `WallPicture` values one by one, as they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
from numpy.typing import NDArray

from app.documents.wall import Wall
from engine.contracts.arrays import Image, Latents
from engine.contracts.arrays import Images as ImageArray
from engine.contracts.manifest import Manifest
from engine.records.note_text import graph_digests
from engine.records.sample_note import SampleNote, made_with, pixels_sha256, to_text
from engine.records.wall_picture import WallPicture, picture_stem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hanging:
    """What hangs on a wall now; arrays by index on the wall.

    images : (N, H, W, C) uint8
    classes : (N,) int64 or None
        What the model was told, by number; None where it was told nothing or what the wall says.
    z : (N, D) float32 or None
    values : (N,) float64 or None
        Log-likelihoods or scores of the ``kind``, NaN where there is none.
    marks
        Star and label of those that have some.
    """

    wall: Wall
    manifest: Manifest
    images: ImageArray
    classes: NDArray[np.int64] | None = None
    z: Latents | None = None
    values: NDArray[np.float64] | None = None
    kind: str = "none"
    marks: Mapping[int, tuple[bool, str]] = field(default_factory=dict)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The model's classes in their order."""
        return self.manifest.class_names

    def class_at(self, index: int) -> str:
        """The class at an index, empty for none."""
        number = -1 if self.classes is None else int(self.classes[index])
        names = self.class_names
        return names[number] if 0 <= number < len(names) else self.wall.class_of(index)

    def picture(self, index: int, made: Mapping[str, str]) -> WallPicture:
        """A picture with its note; ``made`` is `engine.records.sample_note.made_with`."""
        pixels = self.images[index]
        request, place, sha256 = self.wall.request(index), self.wall.place_of(index), pixels_sha256(pixels)
        digests = graph_digests(self.manifest)
        told = {"class": name} if (name := self.class_at(index)) and not request.class_name else {}
        note = SampleNote(request=request, place=place, digests=digests, made_with=made, sha256=sha256, resolved=told)
        value = None if self.values is None or np.isnan(self.values[index]) else float(self.values[index])
        z = None if self.z is None or np.isnan(self.z[index]).any() else self.z[index]
        starred, label = self.marks.get(index, (False, ""))
        return WallPicture(
            pixels=pixels,
            note=to_text(note),
            model=self.wall.model,
            seed=self.wall.seed,
            place=place,
            request=request,
            digests=digests,
            sha256=sha256,
            family=self.manifest.family,
            class_name=name,
            value=value,
            kind="none" if value is None else self.kind,
            starred=starred,
            label=label,
            z=z,
        )

    def stem(self, index: int) -> str:
        """The name of a picture's file without an ending."""
        return picture_stem(self.wall.model, self.wall.seed, self.wall.place_of(index), self.class_at(index))

    def rows(self, indices: Sequence[int]) -> tuple[tuple[str, int], ...]:
        """Titles of a sheet's rows: the classes, if these pictures lie class by class; else none."""
        runs: list[tuple[str, int]] = []
        for name in map(self.class_at, indices):
            runs[-1:] = [(name, runs[-1][1] + 1)] if runs and runs[-1][0] == name else [*runs[-1:], (name, 1)]
        distinct = len({name for name, _ in runs})
        return tuple(runs) if len(runs) == distinct > 1 and len(indices) >= 2 * distinct else ()


class WallPictures(Sequence[WallPicture]):
    """Pictures of a wall, in an order; each is made when it is asked for, on whatever thread."""

    def __init__(self, hanging: Hanging, indices: Sequence[int]) -> None:
        self._hanging, self._indices, self._made = hanging, indices, made_with()

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, at: int) -> WallPicture: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[WallPicture]: ...
    def __getitem__(self, at: int | slice) -> WallPicture | Sequence[WallPicture]:
        if isinstance(at, slice):
            return WallPictures(self._hanging, self._indices[at])
        return self._hanging.picture(self._indices[at], self._made)

    def stem(self, at: int) -> str:
        """The name of a picture's file without an ending."""
        return self._hanging.stem(self._indices[at])

    @property
    def images(self) -> Picked:
        """Their pixels alone."""
        return Picked(self._hanging.images, self._indices)


@dataclass(frozen=True, slots=True, eq=False)
class Picked:
    """Pictures ``(H, W, C)`` of an array ``(N, H, W, C)``, in an order, without a copy."""

    array: ImageArray
    indices: Sequence[int]

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, at: int, /) -> Image:
        picked: Image = self.array[self.indices[at]]
        return picked
