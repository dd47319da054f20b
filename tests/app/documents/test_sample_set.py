"""Tiles are overwritten, never blanked."""

from __future__ import annotations

import numpy as np
import pytest

from app.documents.partial_image import PartialImage
from app.documents.sample_set import SampleSet, sheet_image, sheet_layout

BLANK = PartialImage.blank(4, 3, 1)


def full(count: int, value: int) -> np.ndarray:
    return np.full((count, 4, 3, 1), value, np.uint8)


def rows(count: int) -> np.ndarray:
    drawn = np.zeros((4, 3), bool)
    drawn[:count] = True
    return drawn


def test_rows_overwrite_and_the_rest_stays() -> None:
    old = SampleSet.undrawn(2, BLANK).overwritten(full(2, 5), rows(4))
    new = old.overwritten(full(2, 9), rows(1))
    assert (new.images[:, 0] == 9).all() and (new.images[:, 1:] == 5).all() and new.drawn.all()
    assert (old.images == 5).all()


def test_undrawn_stays_undrawn() -> None:
    some = SampleSet.undrawn(2, BLANK).overwritten(full(2, 9), rows(2))
    assert some.drawn[:, :2].all() and not some.drawn[:, 2:].any() and not some.images[:, 2:].any()


def test_given_ink_is_on_every_tile_at_once_and_adopted_pixels_are_not() -> None:
    samples = SampleSet.undrawn(2, BLANK).overwritten(full(2, 5), rows(4))
    inked = BLANK.with_segment((1.5, 1.5), (1.5, 1.5), 0.5, (200,))
    document = inked.with_adopted(full(1, 77)[0])
    shown = samples.under(document)
    assert (shown.images[:, 1, 1] == 200).all() and not (shown.images == 77).any()
    assert shown.under(document) is shown


def test_more_tiles_keep_the_first_and_fewer_cut() -> None:
    samples = SampleSet.undrawn(2, BLANK).overwritten(full(2, 5), rows(4))
    more = samples.resized(5, BLANK)
    assert more.count == 5 and (more.images[:2] == 5).all() and not more.drawn[2:].any()
    assert more.resized(1, BLANK).count == 1 and samples.resized(2, BLANK) is samples


@pytest.mark.parametrize(
    ("count", "layout"), [(1, (1, 1)), (8, (2, 4)), (9, (3, 3)), (16, (4, 4)), (64, (8, 8)), (7, (2, 4)), (12, (3, 4))]
)
def test_sheets_have_few_empty_places(count: int, layout: tuple[int, int]) -> None:
    assert sheet_layout(count) == layout


def test_sheet_holds_every_picture_in_reading_order() -> None:
    images = np.stack([full(1, value)[0] for value in range(1, 9)])
    sheet = sheet_image(images, gap_px=1)
    assert sheet.shape == (2 * 5 + 1, 4 * 4 + 1, 1)
    assert sheet[1::5, 1::4, 0][:2, :4].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]] and (sheet[0] == 128).all()
