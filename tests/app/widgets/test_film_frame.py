"""One frame of a film in its place: whole device pixels where that nearly fills it, and an empty place without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.theme.tokens import DARK, LIGHT, Palette, channels
from app.widgets.film_frame import FILLED, FilmFrame, enlarged
from app.widgets.imaging import to_qimage

Photograph = Callable[[QWidget], NDArray[np.uint8]]


def frame(width: int, height: int) -> tuple[NDArray[np.uint8], QImage]:
    """A frame of noise, as pixels and as an image."""
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return pixels, to_qimage(pixels)


@pytest.fixture
def film(shown: Callable[..., QWidget]) -> Iterator[FilmFrame]:
    """In a window that is larger than it."""
    holder, made = QWidget(), FilmFrame()
    made.setParent(holder)
    shown(holder, 400, 400)
    yield made


@pytest.mark.parametrize(
    ("size", "factor", "taken"),
    [
        ((28, 28), 5.7, (140, 140)),
        ((28, 28), 5.0, (140, 140)),
        ((100, 60), 1.6, (160, 96)),
        ((64, 32), 2.5, (128, 64)),
        ((320, 160), 0.5, (160, 80)),
        ((10, 10), 1.24, (10, 10)),
        ((10, 10), 1.26, (12, 12)),
    ],
)
def test_it_takes_whole_pixels_where_these_nearly_fill_its_place(
    size: tuple[int, int], factor: float, taken: tuple[int, int]
) -> None:
    assert enlarged(frame(*size)[1], factor) == taken
    assert taken[0] >= FILLED * size[0] * factor - 1


@pytest.mark.parametrize("size", [(28, 28), (32, 14), (5, 40)])
def test_enlarged_by_a_whole_number_every_pixel_is_a_square(
    film: FilmFrame, photograph: Photograph, size: tuple[int, int]
) -> None:
    pixels, image = frame(*size)
    film.set_frame(image)
    film.resize(film.sizeHint())
    photo = photograph(film)
    zoom = photo.shape[1] // size[0]
    assert zoom == 160 // max(size) and film.sizeHint() == QSize(size[0] * zoom, size[1] * zoom)
    np.testing.assert_array_equal(photo, pixels.repeat(zoom, 0).repeat(zoom, 1))


def test_its_place_is_as_large_as_it_is_told(film: FilmFrame) -> None:
    assert film.sizeHint() == QSize(160, 160)
    film.set_side(96)
    assert film.sizeHint() == QSize(96, 96)
    film.set_frame(frame(300, 150)[1])
    assert film.sizeHint() == QSize(96, 48)
    film.set_side(240)
    assert film.sizeHint() == QSize(240, 120)
    film.set_frame(None)
    assert film.sizeHint() == QSize(240, 240)


def test_another_frame_takes_the_place_of_the_one_before(film: FilmFrame, photograph: Photograph) -> None:
    first, second = np.full((40, 40, 3), 10, np.uint8), np.full((40, 40, 3), 200, np.uint8)
    for pixels in (first, second):
        film.set_frame(to_qimage(pixels))
        film.resize(film.sizeHint())
        assert (photograph(film) == pixels[0, 0]).all()


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_without_a_frame_there_is_an_empty_place(film: FilmFrame, photograph: Photograph, palette: Palette) -> None:
    film.set_frame(frame(20, 20)[1])
    film.set_frame(None)
    film.set_theme(palette)
    film.resize(film.sizeHint())
    assert (photograph(film) == channels(palette.mat)).all()


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (513, 511), (28, 28)])
@pytest.mark.parametrize("side", [1, 17, 160, 333])
def test_it_is_painted_at_any_size_in_both_themes(
    film: FilmFrame, photograph: Photograph, palette: Palette, size: tuple[int, int], side: int
) -> None:
    film.set_theme(palette)
    film.set_side(side)
    film.set_frame(frame(*size)[1])
    hint = film.sizeHint()
    assert max(hint.width(), hint.height()) <= max(side, 1)
    film.resize(max(1, hint.width()), max(1, hint.height()))
    assert photograph(film).shape[:2] == (film.height(), film.width())
