"""From a stroke to pixels of a trained model, and what a person does with them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.documents.partial_image import ADOPTED, UNKNOWN
from tests.journeys.conftest import DIGITS, Opens, Person

pytestmark = pytest.mark.journey


def test_the_first_start_shows_the_example_completed_with_a_hint(opens: Opens) -> None:
    someone = opens(hints=True)
    assert someone.state.document.observed.any() and not someone.state.document.is_whole
    someone.sees_completions()
    assert someone.state.hint
    bubble = someone.session.hints.bubble
    someone.sees(bubble.isVisible)
    assert bubble.text() == someone.state.hint
    assert someone.state.timing.total_ms > 0


def test_rub_out_complete_preview_adopt_release_undo_redo(person: Person) -> None:
    example = person.state.document
    person.does("tool-forget")
    person.drag((2.5, 2.5), (6.5, 2.5), (6.5, 4.5))
    assert not person.state.document.observed[2, 3:6].any(), "ink is never late"
    assert person.state.hint == ""
    rubbed = person.state.document
    person.sees_completions()

    QTest.mouseMove(person.tile(3), QPoint(20, 20))
    person.sees(lambda: person.state.hovered == 3)
    assert person.state.images is not None
    np.testing.assert_array_equal(person.state.preview, person.state.images[3])
    chosen = person.state.images[3]

    person.press(Qt.Key.Key_Return)
    assert person.state.document.is_whole
    adopted = person.state.document.state == ADOPTED
    np.testing.assert_array_equal(adopted, ~rubbed.observed)
    np.testing.assert_array_equal(person.state.document.pixels[adopted], chosen[adopted])
    np.testing.assert_array_equal(person.state.document.pixels[~adopted], rubbed.pixels[~adopted])

    person.press(Qt.Key.Key_R)
    assert person.state.document.same_as(rubbed)
    person.does("undo")
    assert person.state.document.is_whole
    person.does("undo")
    person.does("undo")
    assert person.state.document.same_as(example)
    person.does("redo")
    assert person.state.document.same_as(rubbed)


def test_numbers_adopt_given_pixels_are_never_touched_and_what_is_whole_gets_its_score(person: Person) -> None:
    given = person.state.document
    person.press(Qt.Key.Key_2)
    assert person.state.selected == 1
    np.testing.assert_array_equal(person.state.document.pixels[given.observed], given.pixels[given.observed])
    person.does("score")
    person.sees(lambda: person.state.score is not None)
    score = person.state.score
    assert score is not None and score.nats < 0 and score.bits_per_dim > 0


def test_the_keys_choose_the_tools_and_a_stroke_may_leave_the_picture_and_come_back(person: Person) -> None:
    keys = {
        Qt.Key.Key_B: "pen",
        Qt.Key.Key_E: "forget",
        Qt.Key.Key_A: "adopt",
        Qt.Key.Key_K: "keep",
        Qt.Key.Key_G: "fill",
        Qt.Key.Key_I: "pick",
        Qt.Key.Key_H: "pan",
    }
    for key, tool in keys.items():
        person.press(key)
        assert person.state.tool == tool
    person.press(Qt.Key.Key_B)
    person.press(Qt.Key.Key_X)
    assert person.state.tool == "forget"
    before = person.state.brush_radius
    person.press(Qt.Key.Key_BracketRight)
    assert person.state.brush_radius > before

    person.does("tool-pen")
    height, width = person.state.document.state.shape
    person.drag((1.5, 0.5), (1.5, -2.0), (width - 1.5, -2.0), (width - 1.5, 0.5))
    assert person.state.document.observed[0, 1] and person.state.document.observed[0, width - 2]
    person.does("undo")
    assert person.state.document.observed.sum() < height * width


def test_tools_take_what_is_shown_and_the_right_button_forgets(person: Person) -> None:
    """A rectangle first, then a brush."""
    example = person.state.document
    rows, columns = np.nonzero(~person.state.document.observed)
    top, left = int(rows.min()), int(columns[rows == rows.min()].min())
    assert person.state.preview is not None
    shown = person.state.preview[top, left]
    person.does("tool-keep")
    person.drag((left + 0.2, top + 0.2), (left + 0.8, top + 0.8))
    assert person.state.document.state[top, left] == ADOPTED
    np.testing.assert_array_equal(person.state.document.pixels[top, left], shown)
    person.drag((left + 0.2, top + 0.2), (left + 0.8, top + 0.8), button=Qt.MouseButton.RightButton)
    assert person.state.document.state[top, left] == UNKNOWN

    person.does("undo")
    person.does("undo")
    assert person.state.document.same_as(example)
    person.sees_completions()
    before, preview = person.state.document, person.state.preview
    assert preview is not None
    person.press(Qt.Key.Key_A)
    while person.state.brush_radius > 0.5:
        person.press(Qt.Key.Key_BracketLeft)
    person.drag((left + 0.5, top + 0.5), (left + 1.5, top + 0.5))
    after = person.state.document
    assert {tuple(at) for at in np.argwhere(after.state != before.state).tolist()} == {(top, left), (top, left + 1)}
    assert (after.state[top, left : left + 2] == ADOPTED).all()
    np.testing.assert_array_equal(after.pixels[top, left : left + 2], preview[top, left : left + 2])
    person.does("release")
    assert person.state.document.same_as(before)


def test_presets_dice_and_temperature_ask_for_new_completions(person: Person) -> None:
    """And the same seed makes the same pictures."""
    at_first = person.state.images
    person.does("dice")
    person.sees_completions()
    person.does("undo")
    person.sees_completions()
    np.testing.assert_array_equal(person.state.images, at_first)

    person.does("keep-left")
    width = person.state.document.state.shape[1]
    assert not person.state.document.observed[:, width // 2 + 1 :].any()
    person.sees_completions()
    seed, first = person.state.parameters["seed"], person.state.images
    person.does("dice")
    person.sees_completions()
    assert person.state.parameters["seed"] != seed
    assert first is not None and person.state.images is not None and (first != person.state.images).any()
    person.view.inspector.parameters.value_changed.emit("temperature", 0.0, True)
    person.sees_completions()
    images = person.state.images
    assert images is not None and (images == images[:1]).all(), "temperature 0 takes the likeliest value everywhere"


def test_sixty_four_completions_show_on_a_sheet(person: Person) -> None:
    person.view.inspector.parameters.value_changed.emit("count", 64, True)
    person.sees_completions(64)
    person.press(Qt.Key.Key_S)
    sheet = person.view.center.floor.sheet
    assert sheet.isVisible() and len(sheet.grid().tiles()) == 64
    QTest.mouseClick(sheet.grid().tiles()[40], Qt.MouseButton.LeftButton)
    assert person.state.selected == 40
    person.press(Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_pixels_are_replayed_with_their_probability(person: Person) -> None:
    person.does("pace-pixels")
    person.does("again")
    person.sees(lambda: person.state.reading is not None)
    reading = person.state.reading
    assert reading is not None and 0 <= reading.probability <= 1
    assert person.view.center.floor.reading.isVisible()
    person.press(Qt.Key.Key_Escape)
    person.sees(lambda: not person.state.playing)


def test_scattered_pixels_shape_the_whole_digit(person: Person) -> None:
    """Particles weigh what comes late, and say how well that went; raster order below them ignores it."""
    person.session.window.choose_model(DIGITS)
    person.sees_completions()
    person.does("clear")
    person.does("tool-pen")
    while person.state.brush_radius > 1:
        person.press(Qt.Key.Key_BracketLeft)
    for y in (4.5, 10.5, 16.5, 22.5):  # dots of a one, from top to bottom
        person.drag((14.5, y), (14.5, y))
    person.sees_completions()
    state = person.state
    assert state.parameters["method"] == "auto" and state.verdict is not None and state.verdict.particles is not None
    assert state.verdict.kind in ("reliable", "few", "poor") and state.unused is None
    line = person.view.center.verdict.line()
    assert line.title == state.verdict.title and line.sentence and "particles: 64" in line.help
    assert state.images is not None and (state.images[:, state.document.observed] == 255).all()

    person.does("compare-raster")
    person.sees(lambda: bool(person.state.comparison and person.state.comparison.verdict))
    beside = person.state.comparison
    assert beside is not None and beside.verdict is not None and beside.verdict.kind == "late"
    assert person.view.center.beside.isVisible() and "Ignores" in person.view.center.beside_verdict.line().title
    assert beside.images is not None and (beside.images != person.state.images).any()

    person.view.inspector.parameters.value_changed.emit("method", "raster", True)
    person.sees_completions()
    np.testing.assert_array_equal(person.state.images, beside.images)
    assert person.state.verdict is not None and person.state.verdict.kind == "late" and person.state.unused is not None
    person.does("compare-raster")
    assert not person.view.center.beside.isVisible()
    person.view.center.verdict.advice_taken.emit()
    person.sees_completions()
    assert person.state.verdict is not None and person.state.verdict.particles is not None
