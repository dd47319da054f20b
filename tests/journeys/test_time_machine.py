"""Back in time through a completion of a trained model, a branch, and rows that a stroke leaves as they are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.documents.partial_image import ADOPTED
from tests.journeys.conftest import DIGITS, Opens, Person

pytestmark = pytest.mark.journey


def press_track(person: Person, at: int) -> None:
    """Click the track where ``at`` pixels are drawn."""
    track = person.view.center.machine.track
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(round(track.x_of(at)), track.height() // 2))


def order_of(person: Person) -> np.ndarray:
    """The pixels that are unknown, in the order they were drawn in."""
    desk = person.view.presenter._desk
    assert desk is not None and desk.made is not None
    order = desk.made.completion.order
    return np.asarray(order[~person.state.document.observed.reshape(-1)[order]])


def shown_pixels(person: Person) -> np.ndarray:
    """Flat indices of what the selected completion shows of the unknown pixels."""
    assert person.state.drawn is not None
    drawn = person.state.drawn[max(person.state.selected, 0)] & ~person.state.document.observed
    return np.flatnonzero(drawn)


def digits(person: Person) -> None:
    """A blank picture of the digits' model, completed."""
    person.session.window.choose_model(DIGITS)
    person.sees_completions()
    person.does("clear")
    person.sees_completions()


def test_scrub_step_play_and_escape_and_a_stroke_is_over_the_whole_completion(person: Person) -> None:
    final, order = person.state.images, order_of(person)
    assert final is not None
    of = len(order)
    assert (person.state.timeline.at, person.state.timeline.of) == (of, of)
    press_track(person, of // 2)
    at = person.state.timeline.at
    assert abs(at - of // 2) <= 1 and set(shown_pixels(person)) == set(order[:at])
    assert person.state.cursor == order[at - 1] and person.view.center.floor.reading.isVisible()

    person.canvas.setFocus()
    person.press(Qt.Key.Key_Comma)
    assert person.state.timeline.at == at - 1
    person.press(Qt.Key.Key_Period)
    person.press(Qt.Key.Key_Period)
    assert person.state.timeline.at == at + 1
    person.press(Qt.Key.Key_Comma, Qt.KeyboardModifier.ShiftModifier)
    assert person.state.timeline.at in (0, *person.state.timeline.row_ends) and person.state.timeline.at <= at
    person.press(Qt.Key.Key_Home)
    assert person.state.timeline.at == 0 and not len(shown_pixels(person))
    person.does("play-drawing")
    person.sees(lambda: person.state.timeline.at > 3)
    person.does("play-drawing")
    assert person.state.paused
    person.press(Qt.Key.Key_End)
    assert not person.state.playing
    press_track(person, 3)
    person.press(Qt.Key.Key_Escape)
    assert person.state.images is not None and not person.state.rewound
    np.testing.assert_array_equal(person.state.images, final)

    press_track(person, 4)
    person.does("tool-pen")
    person.drag((1.5, 1.5), (2.5, 1.5))
    assert not person.state.rewound and person.state.drawn is not None and person.state.drawn.all()
    assert person.state.images is not None
    unknown = ~person.state.document.observed
    np.testing.assert_array_equal(person.state.images[:, unknown], final[:, unknown])


def test_branch_compare_and_go_back_exactly(person: Person) -> None:
    before, order, tile = person.state, order_of(person), 3
    assert before.images is not None
    QTest.mouseClick(person.tile(tile), Qt.MouseButton.LeftButton)
    press_track(person, len(order) * 2 // 3)
    at = person.state.timeline.at
    QTest.mouseClick(person.view.center.machine.branch_button(), Qt.MouseButton.LeftButton)
    person.sees_completions()
    kept, rest = order[:at], order[at:]
    new, old = (images.reshape(8, -1, images.shape[-1]) for images in (person.state.images, before.images))
    assert (new[:, kept] == old[tile, kept]).all(), "what was drawn is the same in all of them"
    assert (new[:, rest] != old[:, rest]).any(), "the rest is not"
    observed = before.document.observed.reshape(-1)
    assert (new[:, observed] == old[:, observed]).all()
    assert person.state.parameters["seed"] != before.parameters["seed"]
    assert np.count_nonzero(person.state.document.state == ADOPTED) == at

    beside = person.state.comparison
    assert beside is not None and beside.branch and person.view.center.beside.isVisible()
    np.testing.assert_array_equal(beside.images, before.images)
    person.view.center.beside.tile_hovered.emit(5)
    np.testing.assert_array_equal(person.state.preview, before.images[5])
    assert person.state.behind is before.document
    person.view.center.beside.tile_hovered.emit(-1)

    button = person.view.center.beside_verdict.findChild(QPushButton)
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    after = person.state
    assert after.document is before.document and after.parameters == before.parameters and not after.busy
    np.testing.assert_array_equal(after.images, before.images)
    assert not person.view.center.beside.isVisible()
    person.does("redo")
    person.sees_completions()
    np.testing.assert_array_equal(person.state.images.reshape(8, -1, new.shape[-1]), new)  # type: ignore[union-attr]
    assert person.view.center.beside.isVisible()
    person.does("undo")
    np.testing.assert_array_equal(person.state.images, before.images)


def test_the_next_start_brings_the_branch_and_the_way_back(opens: Opens) -> None:
    someone = opens()
    someone.sees_completions()
    before = someone.state
    press_track(someone, before.timeline.of // 2)
    someone.does("branch")
    someone.sees_completions()
    after = someone.state
    someone.closes()
    again = opens()
    again.sees_completions()
    beside = again.state.comparison
    assert beside is not None and beside.branch
    np.testing.assert_array_equal(beside.images, before.images)
    np.testing.assert_array_equal(again.state.images, after.images)
    again.does("go-back")
    again.sees_completions()
    assert again.state.document.same_as(before.document)
    np.testing.assert_array_equal(again.state.images, before.images)
    json.dumps(again.view.capture())


def low(person: Person, method: str) -> np.ndarray:
    """A finest pen, one low stroke in this method's own order, and what was completed of it."""
    digits(person)
    person.does("tool-pen")
    while person.state.brush_radius > 0.5:
        person.press(Qt.Key.Key_BracketLeft)
    panel = person.view.inspector.parameters
    panel.value_changed.emit("orientation", "upright", True)  # a late dot would have the picture turned
    panel.value_changed.emit("method", method, True)
    person.sees_completions()
    person.drag((12.5, 24.5), (15.5, 24.5))
    person.sees_completions()
    assert person.state.images is not None
    return person.state.images


def says_what_was_redrawn(person: Person) -> None:
    timing = person.state.timing
    assert timing.reused_rows > 0 and timing.redrawn is not None
    assert timing.redrawn.first <= 23 and 0 < timing.redrawn.count < timing.redrawn.of
    said = person.view.status._timing.text()
    assert f"redrawn from row {timing.redrawn.first}: {timing.redrawn.count} of {timing.redrawn.of} rows in " in said


def test_a_low_stroke_has_only_the_rows_from_there_on_drawn_anew(person: Person) -> None:
    """Issue 5: only rows from the first changed one are redone, and the status line shows the milliseconds."""
    first = low(person, "raster")
    person.drag((12.5, 22.5), (14.5, 22.5))
    person.sees_completions()
    says_what_was_redrawn(person)
    timing = person.state.timing
    assert timing.redrawn is not None and timing.redrawn.first == 23 and timing.reused_rows == 22
    assert person.state.images is not None
    np.testing.assert_array_equal(person.state.images[:, :22], first[:, :22])


def test_while_a_low_stroke_moves_particles_keep_the_rows_above_it(person: Person) -> None:
    """At its end, when all that is given has a say in the classes, they are drawn once more."""
    low(person, "particles")
    at, to = person.point(12.5, 22.5), person.point(14.5, 22.5)
    QTest.mousePress(person.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseMove(person.canvas, to)
    person.sees_completions()
    assert (person.state.document.observed[22, 12:15]).all()
    says_what_was_redrawn(person)
    QTest.mouseRelease(person.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, to)
    assert person.state.busy
    person.sees_completions()
    desk = person.view.presenter._desk
    assert desk is not None and desk.made is not None and not desk.made.request.draft


def test_particles_go_back_along_their_own_line(person: Person) -> None:
    digits(person)
    person.does("tool-pen")
    for y in (10.5, 16.5, 22.5):
        person.drag((14.5, y), (14.5, y))
    person.sees_completions()
    state = person.state
    assert state.verdict is not None and state.verdict.particles is not None
    order = order_of(person)
    press_track(person, 200)
    at = person.state.timeline.at
    assert set(shown_pixels(person)) == set(order[:at])
    assert "others ended on the way" in person.view.status._message.text()
    assert person.state.reading is not None
    kept = state.images[0].reshape(-1)[order[:at]] if state.images is not None else None
    person.does("branch")
    person.sees_completions()
    assert person.state.images is not None
    assert (person.state.images.reshape(8, -1)[:, order[:at]] == kept).all()
    assert (person.state.images[:, state.document.observed] == 255).all()


def test_at_the_least_size_everything_of_it_is_in_reach(person: Person) -> None:
    person.frame.resize(1024, 640)
    person.sees(lambda: person.session.window.library.width() == 56)
    press_track(person, person.state.timeline.of // 2)
    QApplication.processEvents()
    bar = person.view.center.machine
    parts: list[QWidget] = [bar.track, bar.where(), bar.branch_button()]
    assert all(bar.rect().contains(part.geometry()) for part in parts)
    assert bar.where().width() >= bar.where().fontMetrics().horizontalAdvance(bar.where().text())
    person.does("branch")
    person.sees_completions()
    QApplication.processEvents()
    assert person.canvas.height() >= 250 and person.view.center.beside.isVisible()
    place = person.view.center.machine.mapTo(person.frame, QPoint(0, 0))
    assert 0 < place.y() < person.frame.height() - 26
