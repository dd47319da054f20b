"""Arrays and Qt pictures are the same pixels."""

from __future__ import annotations

import numpy as np
import pytest

from app.widgets import imaging


@pytest.mark.parametrize("width", [1, 3, 5, 16])
@pytest.mark.parametrize("channels", [1, 3])
def test_there_and_back(width: int, channels: int) -> None:
    pixels = np.random.default_rng(width).integers(0, 256, (4, width, channels), dtype=np.uint8)
    back = imaging.to_array(imaging.to_qimage(pixels))
    assert back.shape == (4, width, 4)
    assert np.array_equal(back[..., :3], np.broadcast_to(pixels, (4, width, 3)))
    assert (back[..., 3] == 255).all()


def test_the_picture_owns_its_data() -> None:
    values = np.full((2, 2), imaging.packed_color("#336699"), np.uint32)
    image = imaging.picture(values)
    values[:] = 0
    assert image.pixelColor(1, 1).name() == "#336699"


def test_unshown_pixels_are_transparent() -> None:
    opaque = np.array([[True, False]])
    packed = imaging.packed(np.full((1, 2, 3), 200, np.uint8), opaque)
    assert packed[0, 1] == 0
    assert imaging.to_array(imaging.picture(packed))[0, :, 3].tolist() == [255, 0]


def test_scale_goes_with_the_picture() -> None:
    assert imaging.picture(np.zeros((4, 4), np.uint32), 2.0).deviceIndependentSize().width() == 2
