"""The sprites are always the same, and their factors do what they are called."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.training import data, sprites


def test_a_fixed_draw_never_changes() -> None:
    """A model is measured on pictures that are drawn anew each time."""
    pixels, codes = sprites.draw(50, 7)
    assert hashlib.sha256(codes.tobytes()).hexdigest() == GOLDEN_CODES
    assert hashlib.sha256(pixels.tobytes()).hexdigest() == GOLDEN_PIXELS


GOLDEN_CODES = "f41e1b3e4d99fa5b1ab1c6274be7c72bdf2df50ed614ebee25776ab68f424720"
GOLDEN_PIXELS = "6d054bf449f46c07de514686fb7145df21333ccc2b9b969b2e798fe5e96c83e0"


def at(**factors: int) -> np.ndarray:
    names = [name for name, _ in sprites.FACTORS]
    codes = np.zeros((1, 5), np.uint8)
    for name, value in factors.items():
        codes[0, names.index(name)] = value
    picture: np.ndarray = sprites.render(codes)[0] > 0
    return picture


def centre(picture: np.ndarray) -> tuple[float, float]:
    rows, columns = np.nonzero(picture)
    return float(columns.mean()), float(rows.mean())


def test_x_and_y_move_by_a_pixel_a_step() -> None:
    x, y = centre(at(x=3, y=20))
    assert centre(at(x=4, y=20)) == pytest.approx((x + 1, y))
    assert centre(at(x=3, y=21)) == pytest.approx((x, y + 1))
    assert (x, y) == pytest.approx((3 + 15.5, 20 + 15.5))  # a square lies about its centre


def test_scale_is_the_ratio_of_sides() -> None:
    areas = [at(scale=step).sum() for step in range(6)]
    assert np.sqrt(areas[5] / areas[0]) == pytest.approx(2, abs=0.1)
    assert all(small < large for small, large in itertools.pairwise(areas))


def test_a_quarter_turn_of_forty_steps_is_ten() -> None:
    for shape in range(3):
        still, turned = at(shape=shape, x=16, y=16), at(shape=shape, rotation=10, x=16, y=16)
        assert (np.rot90(still) == turned).mean() > 0.99 or (np.rot90(still, -1) == turned).mean() > 0.99


def test_the_shapes_differ_and_never_touch_the_edge() -> None:
    assert not np.array_equal(at(shape=0), at(shape=1)) and not np.array_equal(at(shape=1), at(shape=2))
    for shape in range(3):
        for rotation in range(0, 40, 3):
            picture = at(shape=shape, scale=5, rotation=rotation, x=16, y=16)
            assert picture.any() and not picture[[0, -1]].any() and not picture[:, [0, -1]].any()
            patch = picture[16:48, 16:48]
            assert patch.sum() == picture.sum()


def test_the_heart_is_symmetric_and_points_down() -> None:
    heart = at(shape=2, scale=5, x=16, y=16)
    np.testing.assert_array_equal(heart, heart[:, ::-1])
    widths = heart.sum(1)[heart.any(1)]
    assert widths[:8].mean() > 2 * widths[-8:].mean()


def test_the_data_set_knows_its_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "SPRITES", 60)
    monkeypatch.setattr(data, "SPRITE_TESTS", 10)
    made = data.made_sprites(20)
    assert (len(made.train), len(made.validation), len(made.test)) == (40, 20, 10)
    assert [a.name for a in made.attributes] == ["shape", "scale", "rotation", "x", "y"]
    assert made.train.codes is not None
    np.testing.assert_array_equal(made.train.codes[:, 0], made.train.labels)
    np.testing.assert_array_equal(sprites.render(made.train.codes), made.train.pixels)
    drawn = np.concatenate([part.codes for part in (made.train, made.validation, made.test)])  # type: ignore[list-item]
    assert drawn.max(0).tolist() == [2, 5, drawn[:, 2].max(), drawn[:, 3].max(), drawn[:, 4].max()]
