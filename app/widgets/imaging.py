"""The one place where numpy arrays become Qt pictures and back.

Inside the widgets a picture to be shown is ``uint32 (H, W)`` of ``0xAARRGGBB`` (Qt's 32-bit formats), because whole
pixels are then copied at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.theme import tokens

OPAQUE = 0xFF000000


def rgb(color: str) -> NDArray[np.float32]:
    """A token's red, green and blue as ``float32 (3,)``, 0..255."""
    return np.array(tokens.channels(color), dtype=np.float32)


def packed(
    pixels: NDArray[np.uint8] | NDArray[np.float32], opaque: NDArray[np.bool_] | None = None
) -> NDArray[np.uint32]:
    """``(H, W, C)`` display values (C 1 or 3) as ``uint32 (H, W)``; transparent where ``opaque`` is False."""
    values = np.broadcast_to(pixels, (*pixels.shape[:2], 3)).round().astype(np.uint32)
    made = np.uint32(OPAQUE) | values[..., 0] << np.uint32(16) | values[..., 1] << np.uint32(8) | values[..., 2]
    return made if opaque is None else np.where(opaque, made, np.uint32(0))


def unpacked(values: NDArray[np.uint32]) -> NDArray[np.float32]:
    """``uint32 (H, W)`` as red, green and blue ``float32 (H, W, 3)``, 0..255; what `packed` takes."""
    parts = [(values >> np.uint32(shift)) & np.uint32(0xFF) for shift in (16, 8, 0)]
    return np.stack(parts, axis=-1).astype(np.float32)


def packed_color(color: str) -> np.uint32:
    """A token as one packed pixel."""
    red, green, blue = tokens.channels(color)
    return np.uint32(OPAQUE | red << 16 | green << 8 | blue)


def picture(values: NDArray[np.uint32], scale: float = 1.0) -> QImage:
    """``uint32 (H, W)`` as a `QImage` that owns its data, for a device of ``scale`` px a device-independent one."""
    made = unowned(np.ascontiguousarray(values)).copy()
    made.setDevicePixelRatio(scale)
    return made


def unowned(values: NDArray[np.uint32]) -> QImage:
    """A contiguous ``uint32 (H, W)`` seen as a `QImage`: keep the array as long as the image, never write to it."""
    height, width = values.shape
    return QImage(values.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)


def to_qimage(pixels: NDArray[np.uint8]) -> QImage:
    """Display values ``uint8 (H, W, C)`` as a `QImage` of the same size, one pixel each."""
    return picture(packed(pixels))


def to_array(image: QImage) -> NDArray[np.uint8]:
    """A `QImage` as ``uint8 (H, W, 4)``: red, green, blue, alpha, not premultiplied."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    flat = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return flat[:, : plain.width() * 4].reshape(plain.height(), plain.width(), 4).copy()
