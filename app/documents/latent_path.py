"""A path through latent space: key points on a line, what lies between them, and the files that it is written to."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import engine
from engine.contracts.arrays import Image, Images, Latents

if TYPE_CHECKING:
    from PIL import Image as PillowImage

KINDS = ("slerp", "lerp")
MAX_KEYS = 24
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LatentPath:
    """A value: every edit returns a new one.

    ``keys`` are points ``(D,)``; ``kind`` says how one goes from each to the next, on the great circle (``slerp``) or
    straight (``lerp``); ``loop`` leads from the last back to the first.
    """

    keys: tuple[Vector, ...] = ()
    kind: str = "slerp"
    loop: bool = False

    @property
    def legs(self) -> int:
        """How many ways from a key to the next there are."""
        return 0 if len(self.keys) < 2 else len(self.keys) - 1 + self.loop

    def with_key(self, z: Vector) -> LatentPath:
        """One more key at the end; itself where there are too many."""
        return self if len(self.keys) >= MAX_KEYS else replace(self, keys=(*self.keys, np.asarray(z, np.float64)))

    def without_key(self, index: int) -> LatentPath:
        """One key less."""
        return replace(self, keys=self.keys[:index] + self.keys[index + 1 :])

    def with_key_moved(self, index: int, by: int) -> LatentPath:
        """A key some places on; itself where there is no such place."""
        to = index + by
        if not (0 <= index < len(self.keys) and 0 <= to < len(self.keys)):
            return self
        keys = list(self.keys)
        keys.insert(to, keys.pop(index))
        return replace(self, keys=tuple(keys))

    def at(self, t: float) -> Vector:
        """The point at ``t`` in [0, 1] of the way, each leg as long as the others."""
        if not self.legs:
            return self.keys[0]
        place = min(max(t, 0.0), 1.0) * self.legs
        leg = min(int(place), self.legs - 1)
        start, end = self.keys[leg], self.keys[(leg + 1) % len(self.keys)]
        between = engine.slerp if self.kind == "slerp" else engine.lerp
        return np.asarray(between(start, end, place - leg), np.float64)

    def points(self, count: int) -> Latents:
        """``count`` points evenly along the way ``(count, D) float32``; a loop does not show its start twice."""
        stops = np.arange(count) / count if self.loop else np.linspace(0.0, 1.0, count)
        return np.stack([self.at(float(t)) for t in stops]).astype(np.float32)


def strip_image(images: Images, columns: int = 0) -> Image:
    """Pictures ``(N, H, W, C)`` side by side, in rows of ``columns`` where that is given; what is over is black."""
    count, height, width, channels = images.shape
    across = min(columns or count, count)
    rows = -(-count // across)
    full = np.zeros((rows * across, height, width, channels), np.uint8)
    full[:count] = images
    cells = full.reshape(rows, across, height, width, channels).transpose(0, 2, 1, 3, 4)
    return np.asarray(cells.reshape(rows * height, across * width, channels))


def gif_bytes(images: Iterable[Image], frame_ms: int, magnification: int = 1) -> bytes:
    """An animated GIF of pictures ``(H, W, C)`` that begins again at its end.

    They are taken one by one while it is made: what is raised in giving them ends it.  Each has its 256 colours chosen
    at its own size, which is as good as at the film's and a sixteenth of the work.
    """
    frames = (_frame(image, magnification) for image in images)
    buffer = io.BytesIO()
    next(frames).save(buffer, "GIF", save_all=True, append_images=frames, duration=frame_ms, loop=0, disposal=1)
    return buffer.getvalue()


def _frame(image: Image, magnification: int) -> PillowImage.Image:
    from PIL import Image as Pillow

    grey = image.shape[2] == 1
    small = Pillow.fromarray(np.ascontiguousarray(image[..., 0] if grey else image))
    colours = small if grey else small.convert("P", palette=Pillow.Palette.ADAPTIVE)
    return colours.resize((small.width * magnification, small.height * magnification), Pillow.Resampling.NEAREST)


def npz_bytes(path: LatentPath, z: Latents, images: Images) -> bytes:
    """An NPZ file of a path: ``z (N, D)``, its ``images (N, H, W, C)``, and the ``keys (K, D)``."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, z=z, images=images, keys=np.stack(path.keys).astype(np.float32))
    return buffer.getvalue()


def packed_path(path: LatentPath) -> dict[str, object]:
    """As JSON can hold it."""
    return {"keys": [[float(v) for v in key] for key in path.keys], "kind": path.kind, "loop": path.loop}


def unpacked_path(values: object, keys: Sequence[Vector]) -> LatentPath:
    """The path of checked ``keys``, with the rest of what `packed_path` packed as far as it is sane."""
    given = values if isinstance(values, dict) else {}
    kind = given.get("kind")
    return LatentPath(tuple(keys[:MAX_KEYS]), kind if kind in KINDS else "slerp", given.get("loop") is True)
