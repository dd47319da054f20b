"""The discriminator's score between generated and real: where it lies, what is beside it, and that it is painted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from app.theme.tokens import DARK, LIGHT, Palette, channels
from app.widgets.score_scale import ENDS, HEAD, ROW, ScoreScale

Photograph = Callable[[QWidget], NDArray[np.uint8]]
MARKS = (("generated", -1.0), ("real", 1.5))
CLASSES = (("cat", -4.5), ("a rather long name", 0.25), ("owl", 3.0))


@pytest.fixture
def scale(shown: Callable[..., QWidget]) -> ScoreScale:
    made = ScoreScale()
    made.set_marks(MARKS)
    shown(made, 260, HEAD + ENDS)
    return made


def accent(photo: NDArray[np.uint8], palette: Palette = DARK) -> NDArray[np.bool_]:
    return (photo == channels(palette.accent)).all(axis=2)


@pytest.mark.parametrize("score", [0.0, 0.001, -0.4, 1.0, -1.5, 40.0, -900.0])
@pytest.mark.parametrize("classes", [(), CLASSES])
def test_real_and_generated_are_opposites_and_nothing_leaves_the_line(
    scale: ScoreScale, score: float, classes: tuple[tuple[str, float], ...]
) -> None:
    scale.set_score(score, classes, "cat" if classes else "")
    line = scale.line()
    assert scale.x_of(0.0) == pytest.approx(line.center().x())
    assert scale.x_of(score) + scale.x_of(-score) == pytest.approx(2 * scale.x_of(0.0))
    places = [scale.x_of(value) for value in sorted({score, *(value for _, value in (*MARKS, *classes))})]
    assert places == sorted(places) and line.left() <= places[0] and places[-1] <= line.right()
    assert line.left() > 0 and line.right() < scale.width()


def test_a_small_score_is_not_blown_up(scale: ScoreScale) -> None:
    scale.set_marks(())
    scale.set_score(0.01)
    assert abs(scale.x_of(0.01) - scale.x_of(0.0)) < 0.02 * scale.line().width()


def test_the_score_stands_where_it_lies(scale: ScoreScale, photograph: Photograph) -> None:
    assert not accent(photograph(scale)).any(), "no score, no mark of one"
    for score in (-0.8, 1.2):
        scale.set_score(score)
        _, columns = np.nonzero(accent(photograph(scale)))
        assert columns.mean() == pytest.approx(scale.x_of(score), abs=1.5)
    scale.set_score(None)
    assert not accent(photograph(scale)).any()


def test_every_class_has_its_bar_and_the_judged_one_stands_out(scale: ScoreScale, photograph: Photograph) -> None:
    scale.set_score(3.0, CLASSES, "owl")
    assert scale.height() == HEAD + 3 * ROW == scale.sizeHint().height() == scale.minimumSizeHint().height()
    photo = photograph(scale)
    rows = [accent(photo)[HEAD + place * ROW :][:ROW].sum() for place in range(3)]
    assert rows[0] == rows[1] == 0 < rows[2]
    scale.set_score(-4.5, CLASSES, "cat")
    photo = photograph(scale)
    _, columns = np.nonzero(accent(photo)[HEAD : HEAD + ROW])
    assert columns.max() <= scale.x_of(0.0) + 1, "below 0 the bar goes to the left"
    scale.set_score(1.0)
    assert scale.height() == HEAD + ENDS == scale.head, "without bars there is room for what the halves are called"
    scale.set_score(1.0, CLASSES, "cat")
    scale.set_marks(())
    assert scale.height() == HEAD + ENDS + 3 * ROW, "without marks nothing else says which side is which"


@pytest.mark.parametrize("width", [150, 160, 184, 236])
@pytest.mark.parametrize("marks", [(-0.42, 0.12), (-9.0, -8.9), (8.9, 9.0), (0.0, 0.0), (-5.0, 5.0)])
def test_the_names_of_the_marks_are_whole_and_apart(scale: ScoreScale, width: int, marks: tuple[float, float]) -> None:
    scale.set_marks((("generated", marks[0]), ("real", marks[1])))
    scale.set_score(-1.2, CLASSES, "cat")
    scale.resize(width, scale.height())
    (_, first, long), (_, second, short) = scale.mark_names()
    assert first >= 0 and first + long < second and second + short <= width


def test_ten_classes_have_room_on_the_lowest_page(scale: ScoreScale) -> None:
    scale.set_score(0.1, [(f"class {number}", number / 10) for number in range(10)], "class 3")
    assert scale.height() <= 196


def test_names_of_classes_have_room_beside_the_line(scale: ScoreScale) -> None:
    scale.set_score(1.0)
    before = scale.line().left()
    scale.set_score(1.0, CLASSES, "cat")
    assert scale.line().left() > before + 40


def test_it_is_told_to_those_who_do_not_see_it(scale: ScoreScale) -> None:
    assert scale.accessibleName() == "The discriminator's score" and scale.accessibleDescription() == ""
    scale.set_score(-1.234)
    assert scale.accessibleDescription() == "-1.23"
    scale.set_score(3.0, CLASSES, "owl")
    assert scale.accessibleDescription() == "+3.00 as owl"
    scale.set_score(None)
    assert scale.accessibleDescription() == ""


def test_marks_move_with_what_they_stand_for(scale: ScoreScale, photograph: Photograph) -> None:
    photos = [photograph(scale)]
    for marks in ((("generated", -1.0), ("real", 0.2)), (("generated", 0.19), ("real", 0.2)), ()):
        scale.set_marks(marks)
        photos.append(photograph(scale))
    assert all(not np.array_equal(one, other) for one, other in pairwise(photos))


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("width", [1, 23, 150, 237, 1801])
def test_it_is_painted_at_any_width_in_both_themes(
    scale: ScoreScale, photograph: Photograph, palette: Palette, width: int
) -> None:
    scale.setMinimumWidth(1)
    scale.set_theme(palette)
    scale.set_score(1e6, (*CLASSES, ("", 0.0)), "owl")
    scale.resize(width, scale.height())
    photo = photograph(scale)
    assert photo.shape == (scale.head + 4 * ROW, width, 3)
    assert width < 150 or accent(photo, palette).any()
