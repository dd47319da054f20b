"""Pictures and masks from files, which may be of any kind, size and intent."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageOps

from engine.cli.printing import say
from engine.contracts.arrays import Image, Images, Observed
from engine.contracts.manifest import ImageSpec
from engine.errors import FileError, RequestError
from engine.numerics.archives import npz_keys, read_npz
from engine.numerics.pixels import Codec
from engine.numerics.pixels import fitted as at_levels

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
MAX_PIXELS = 64_000_000
"""Larger pictures would take a quarter of a gigabyte on their way down to 28 x 28."""
AT_ONCE = 1000
HALVES = ("top", "bottom", "left", "right")
LIGHT = 128
"""A mask's pixel is light, and a picture's pixel opaque, from here on."""
_CHOOSE = "Choose a PNG, JPEG, WebP, BMP, GIF or TIFF picture."
_FIT = "Give it in the model's size, or let it be averaged down with --fit nearest."
NPZ_KEYS = ("images", "x_test", "idx", "rgb")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture file: ``rgba (h, w, 4) uint8``, and whether the file says anything about transparency."""

    rgba: NDArray[np.uint8]
    has_alpha: bool
    name: str


def read_file(path: Path) -> bytes:
    """The bytes of a picture file.  Raises `FileError`."""
    try:
        if path.exists() and not path.is_file():
            raise FileError(f"{path} is not a file.", _CHOOSE)  # a pipe or a device might never end
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read ({error.strerror}).", "Check the name of the file.") from error


def read_picture(path: Path) -> Picture:
    """Read a picture file, upright as its camera meant it.  Raises `FileError`."""
    data = read_file(path)
    try:
        with warnings.catch_warnings(), Pillow.open(io.BytesIO(data), formats=FORMATS) as opened:
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            _check_size(opened, path)
            has_alpha = "A" in opened.getbands() or "a" in opened.getbands() or "transparency" in opened.info
            upright = _eight_bit(ImageOps.exif_transpose(opened), path)
            return Picture(np.asarray(upright.convert("RGBA"), np.uint8), has_alpha, str(path))
    except FileError:
        raise
    except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError) as error:
        raise FileError(f"{path} has more pixels than a picture should.", "Make it smaller.") from error
    except Exception as error:  # decoders raise anything from SyntaxError to struct.error on broken files
        raise FileError(f"{path} is not a picture that can be read.", _CHOOSE) from error


def _check_size(opened: Pillow.Image, path: Path) -> None:
    if opened.width * opened.height > MAX_PIXELS:
        size = f"{opened.width} x {opened.height}"
        raise FileError(f"{path} has {size} pixels, more than {MAX_PIXELS:,}.", "Make it smaller.")


def _eight_bit(image: Pillow.Image, path: Path) -> Pillow.Image:
    """Sixteen bits a pixel become eight; numbers without a known range are refused."""
    if image.mode.startswith("I;16"):
        return Pillow.fromarray((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise FileError(f"{path} holds numbers of no known range ({image.mode}).", "Save it with 8 bits a channel.")
    return image


def fitted(picture: Picture, spec: ImageSpec, fit: str) -> tuple[Image, Observed]:
    """The picture (H, W, C) in the model's size and channels, and where it is opaque (H, W).

    Raises `FileError` if it has another size, unless ``fit`` is ``"nearest"``: then it is cut to the model's shape and
    averaged by area.
    """
    image = Pillow.fromarray(picture.rgba)
    wanted = (spec.width, spec.height)
    if image.size != wanted:
        if fit != "nearest":
            sizes = f"{image.width} x {image.height} pixels, and the model takes {spec.width} x {spec.height}"
            raise FileError(f"{picture.name} has {sizes}.", _FIT)
        image = ImageOps.fit(image, wanted, Pillow.Resampling.BOX)
    mode = "L" if spec.display_channels == 1 else "RGB"
    pixels = np.asarray(image.convert(mode), np.uint8).reshape(spec.height, spec.width, spec.display_channels)
    return pixels, np.asarray(image)[..., 3] >= LIGHT


def on_levels(pixels: Image, observed: Observed, spec: ImageSpec) -> Image:
    """The picture (H, W, C) at the model's nearest levels, and a remark if that moved any given pixel."""
    codec = Codec(spec)
    nearest = codec.decode(codec.nearest(pixels))
    moved = int(((nearest != pixels).any(axis=-1) & observed).sum())
    if moved:
        say(f"{moved} given pixels had values between the model's {spec.levels} levels and were rounded.")
    return nearest


def read_observed(given: str, picture: Picture, opaque: Observed, fit: str) -> Observed:
    """Where the person gave the picture (H, W): the named half, the light part of a mask file, or what is opaque.

    Transparent is unknown under a mask too.
    """
    if given in HALVES:
        return half(given, *opaque.shape) & opaque
    if given:
        if not Path(given).exists():
            raise FileError(
                f"'{given}' is neither a half nor a mask file.",
                "Name the given part with --observed: top, bottom, left, right, or a mask picture.",
            )
        return _mask(Path(given), picture, opaque.shape[0], opaque.shape[1], fit) & opaque
    if not picture.has_alpha or opaque.all():
        raise FileError(
            f"{picture.name} has no transparent pixels, so nothing says what is unknown.",
            "Name the given part with --observed: top, bottom, left, right, or a mask picture.",
        )
    return opaque


def half(name: str, height: int, width: int) -> Observed:
    """(H, W) bool: the half of this name."""
    rows, columns = np.arange(height)[:, None], np.arange(width)[None]
    cut = {
        "top": rows < height // 2,
        "bottom": rows >= height // 2,
        "left": columns < width // 2,
        "right": columns >= width // 2,
    }[name]
    return np.ascontiguousarray(np.broadcast_to(cut, (height, width)))


def _mask(path: Path, picture: Picture, height: int, width: int, fit: str) -> Observed:
    """The light pixels of a mask of the model's size, or of the picture's if that is fitted."""
    mask = read_picture(path)
    sizes = {(height, width)} | ({picture.rgba.shape[:2]} if fit == "nearest" else set())
    if mask.rgba.shape[:2] not in sizes:
        h, w = mask.rgba.shape[:2]
        raise FileError(
            f"The mask {path} has {w} x {h} pixels, and the picture {width} x {height}.",
            "Give a mask of the picture's size; its light pixels are the given ones.",
        )
    image = Pillow.fromarray(mask.rgba)
    flat = Pillow.alpha_composite(Pillow.new("RGBA", image.size, (0, 0, 0, 255)), image).convert("L")
    if flat.size != (width, height):
        flat = ImageOps.fit(flat, (width, height), Pillow.Resampling.BOX)
    return np.asarray(flat) >= LIGHT


def read_pictures(path: Path, spec: ImageSpec, fit: str) -> Images:
    """All pictures of a file (N, H, W, C): one of a picture file, those of an NPZ file's `NPZ_KEYS`."""
    if path.suffix.lower() != ".npz":
        picture = read_picture(path)
        pixels, opaque = fitted(picture, spec, fit)
        if not opaque.all():
            raise FileError(f"{path} has transparent pixels.", "Only a wholly known picture has a likelihood.")
        return pixels[None]
    names = npz_keys(path)
    allowed = [name for name in NPZ_KEYS if name != "idx" or spec.palette is not None]
    key = next((name for name in allowed if name in names), None)
    if key is None:
        held = ", ".join(names[:8]) or "nothing"
        raise FileError(
            f"{path} holds {held}, and none of it is called {' or '.join(allowed)}.",
            "Store the pictures as `images`, uint8 (N, H, W, C).",
        )
    return _checked(read_npz(path, (key,))[key], spec, f"{key} in {path}", key == "idx")


def read_all(files: Sequence[str], spec: ImageSpec, fit: str, seed: int) -> tuple[Images, list[str]]:
    """All pictures (N, H, W, C) of some files at the model's levels, in their order, and what each is called.

    Binarization draws for all pictures in their order, whichever are used after.
    """
    arrays, names = [], []
    rng = np.random.default_rng(seed)
    for file in files:
        images = read_pictures(Path(file), spec, fit)
        arrays.append(_at_levels(file, images, spec, fit, rng))
        names += [file] if not file.lower().endswith(".npz") else [f"{file}[{i}]" for i in range(len(images))]
    return np.concatenate(arrays), names


def _at_levels(file: str, images: Images, spec: ImageSpec, fit: str, rng: np.random.Generator) -> Images:
    """A thousand pictures at a time, for on the way they are numbers of 8 bytes; what does not fit is said with the
    file's name."""
    try:
        return np.concatenate(
            [at_levels(images[at : at + AT_ONCE], spec, fit, rng) for at in range(0, len(images), AT_ONCE)]
        )
    except RequestError as error:
        raise RequestError(f"{file}: {error.problem}", error.remedy, **error.facts) from error


def _checked(array: NDArray[np.generic], spec: ImageSpec, name: str, indices: bool) -> Images:
    """Pictures as display values, whatever of the accepted layouts they are stored in."""
    if array.dtype != np.uint8:
        raise FileError(f"{name} is of type {array.dtype}.", "Store the pictures as uint8, 0 to 255.")
    grey = array.ndim == 3 and (indices or spec.display_channels == 1)
    shape = (*array.shape, 1) if grey else array.shape
    wanted = (spec.height, spec.width, 1 if indices else spec.display_channels)
    if not len(array):
        raise FileError(f"{name} holds no pictures.", "Give a file with one picture or more.")
    if len(shape) != 4 or shape[1:] != wanted or not math.prod(shape):
        raise FileError(
            f"{name} has the shape {array.shape}, and the model takes (N, {', '.join(map(str, wanted))}).",
            "Bring the pictures to the model's size and channels first.",
        )
    pixels = array.reshape(shape).astype(np.uint8)
    if not indices:
        return pixels
    if pixels.max() >= spec.levels:
        raise FileError(
            f"{name} goes up to {pixels.max()}.", f"Palette indices of this model end at {spec.levels - 1}."
        )
    return Codec(spec).decode(pixels[..., 0].astype(np.int64))
