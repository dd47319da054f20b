"""A picture of the wall for another workspace: with the note of its point, where it has one that can be walked to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.documents.picture_file import Picture
from engine.contracts.arrays import Image
from engine.contracts.manifest import Manifest
from engine.records.latent_note import LatentNote, to_text
from engine.records.note_text import graph_digests
from engine.records.provenance import made_with, pixels_sha256


def has_walkable_points(manifest: Manifest) -> bool:
    """Whether the Latent workspace opens the model: it walks through decoders, from two dimensions on."""
    spec = manifest.latent_spec
    return spec is not None and spec.dim >= 2 and "decoder" in manifest.graphs


def at_its_point(manifest: Manifest, pixels: Image, z: NDArray[np.float32], class_name: str) -> Picture:
    """The picture (H, W, C) with the note of its point ``z (D,)``, as if it had been saved in Latent."""
    told = {"class_name": class_name} if class_name else {}
    note = LatentNote(
        model=manifest.id,
        z=np.asarray(z, np.float32)[None],
        parameters={"output": "mean", **told},
        digests=graph_digests(manifest),
        made_with=made_with(),
        sha256=pixels_sha256(pixels),
    )
    color = np.broadcast_to(pixels[..., :3], (*pixels.shape[:2], 3))
    opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    return Picture(np.concatenate([color, opaque], axis=2), to_text(note))
