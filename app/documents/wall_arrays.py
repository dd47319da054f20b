"""Pictures of a wall as an NPZ: arrays for programs, with the request of every picture; nothing in it is pickled.

``images (N, H, W, C) uint8``; ``labels (N,) int64`` classes by number, -1 for none; ``class_names (K,)`` text;
``places (N,) int64``; ``seed ()`` int64, ``(N,)`` where the pictures are of several; ``z (N, D) float32`` where every
picture's is known; ``values (N,) float64``, NaN for none, and their ``kinds (N,)``; ``requests ()`` JSON text: a list
of one request a picture with its model's digests, its pixels' SHA-256, star and label.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from app.translation import tr
from engine.contracts.requests import parameters
from engine.errors import RequestError
from engine.records.picture_files import archive_entry
from engine.records.wall_picture import WallPicture
from engine.records.whole_file import Watch, unwatched, written_whole


@dataclass(slots=True, eq=False)
class _Columns:
    """What is said of the pictures besides their pixels, one entry each."""

    classes: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    z: list[np.ndarray[Any, np.dtype[np.float32]]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def add(self, picture: WallPicture) -> None:
        self.classes.append(picture.class_name)
        self.places.append(picture.place)
        self.seeds.append(picture.seed)
        self.values.append(np.nan if picture.value is None else picture.value)
        self.kinds.append(picture.kind)
        self.requests.append(json.dumps(_request(picture), sort_keys=True))
        if picture.z is not None:
            self.z.append(picture.z)

    def arrays(self, class_names: Sequence[str]) -> dict[str, np.ndarray[Any, Any]]:
        """By their names in the file."""
        names = tuple(dict.fromkeys([*class_names, *filter(None, self.classes)]))
        numbers = {name: number for number, name in enumerate(names)}
        seeds = np.array(self.seeds, np.int64)
        arrays = {
            "labels": np.array([numbers.get(name, -1) for name in self.classes], np.int64),
            "class_names": np.array(names, np.str_),
            "places": np.array(self.places, np.int64),
            "seed": seeds[0] if (seeds == seeds[0]).all() else seeds,
            "values": np.array(self.values, np.float64),
            "kinds": np.array(self.kinds, np.str_),
            "requests": np.array("[" + ",\n".join(self.requests) + "]", np.str_),
        }
        if len(self.z) == len(self.places) and len({z.shape for z in self.z}) == 1:
            arrays["z"] = np.stack(self.z).astype(np.float32)
        return arrays


def write_npz(
    target: Path, pictures: Sequence[WallPicture], class_names: Sequence[str] = (), watch: Watch = unwatched
) -> None:
    """Write the pictures, at least one, whole or not at all; raises `FileError`, and `RequestError` where they are not
    of one size."""
    shape, columns = pictures[0].pixels.shape, _Columns()
    with written_whole(target) as file, zipfile.ZipFile(file, "w") as archive:
        with _entry(archive, "images") as entry:
            header = {"descr": "|u1", "fortran_order": False, "shape": (len(pictures), *shape)}
            npy.write_array_header_1_0(entry, header)
            for done, picture in enumerate(pictures, 1):
                if picture.pixels.shape != shape:
                    raise RequestError(
                        tr("The pictures are not of one size."), tr("Save those of one model, or save a ZIP.")
                    )
                entry.write(np.ascontiguousarray(picture.pixels).data)
                columns.add(picture)
                watch(done)
        for name, array in columns.arrays(class_names).items():
            with _entry(archive, name) as entry:
                npy.write_array(entry, np.asarray(array), allow_pickle=False)


def _entry(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """An array's file in the archive, as `numpy.savez_compressed` names it."""
    return archive.open(archive_entry(f"{name}.npy", zipfile.ZIP_DEFLATED), "w", force_zip64=True)


def _request(picture: WallPicture) -> dict[str, Any]:
    asked = {} if picture.request is None else parameters(picture.request)
    return asked | {
        "model": picture.model,
        "digests": dict(picture.digests),
        "family": picture.family,
        "seed": picture.seed,
        "place": picture.place,
        "class": picture.class_name,
        "star": picture.starred,
        "label": picture.label,
        "sha256": picture.sha256,
    }
