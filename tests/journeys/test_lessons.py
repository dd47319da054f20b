"""A person reads a lesson, presses its buttons, drags its slider, and has their own picture back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.documents.lessons import Lesson, Stage
from app.widgets.lesson_page import LessonPage
from app.workspaces.gallery.view import GalleryView
from app.workspaces.latent.view import LatentView
from tests.journeys.conftest import DIGITS, Opens, Person

pytestmark = pytest.mark.journey


def page(person: Person) -> LessonPage:
    found = person.session.lessons.panel.page
    assert found is not None
    return found


def press(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def distinct(person: Person) -> int:
    images = person.state.images
    assert images is not None
    return len(np.unique(images.reshape(len(images), -1), axis=0))


def test_scattered_pixels_in_raster_order_by_particles_by_the_slider_and_back(person: Person) -> None:
    person.session.window.choose_model(DIGITS)
    person.sees_completions()
    person.does("keep-left")
    mine, settings = person.state.document, person.state.parameters

    person.does("lessons")
    panel = person.session.lessons.panel
    assert panel.isVisible() and panel.rows[0].hasFocus()
    QTest.keyClick(panel.rows[0], Qt.Key.Key_Space)
    assert panel.lesson is not None and panel.lesson.id == "scattered-pixels"

    press(page(person).buttons["raster"][0])
    given = person.state.document
    assert 100 < given.observed.sum() < 220 and person.state.parameters["method"] == "raster"
    assert "Undo" in person.toast
    person.sees_completions()
    assert person.state.verdict is not None and person.state.verdict.kind == "late"
    raster = person.state.images

    press(page(person).buttons["beside"][0])
    person.sees_completions()
    assert person.state.verdict is not None and person.state.verdict.particles is not None
    person.sees(lambda: person.state.comparison is not None and person.state.comparison.images is not None)
    person.sees(lambda: person.state.comparison is not None and not person.state.comparison.busy)
    np.testing.assert_array_equal(person.state.comparison.images, raster)  # type: ignore[union-attr]
    assert person.state.document.same_as(given)

    slider = page(person).slider
    assert slider is not None and slider.stop() == 3, "it stands where the stage has set it"
    inner = slider.slider
    QTest.mousePress(inner, Qt.MouseButton.LeftButton, pos=QPoint(inner.width() - 9, 12))
    for x in range(inner.width() - 9, 8, -12):
        QTest.mouseMove(inner, QPoint(x, 12))
    QTest.mouseRelease(inner, Qt.MouseButton.LeftButton, pos=QPoint(8, 12))
    assert person.state.parameters["particles"] == 1
    person.sees_completions()
    assert distinct(person) == 1, "one particle is one answer"
    QTest.keyClick(inner, Qt.Key.Key_Right)
    QTest.keyClick(inner, Qt.Key.Key_Right)
    person.sees(lambda: person.state.parameters["particles"] == 16)
    person.sees_completions()

    person.does("undo")
    assert person.state.document.same_as(mine) and person.state.parameters == settings, "one step back"
    person.sees_completions()

    person.frame.activateWindow()  # a tooltip was a window of its own
    person.sees(person.frame.isActiveWindow)
    panel.take_focus()
    person.press(Qt.Key.Key_Escape)
    assert not panel.isVisible() and person.canvas.hasFocus()


def lessons(person: Person) -> tuple[Lesson, ...]:
    return person.session.lessons._lessons


def test_every_button_of_every_completion_sets_what_it_says(person: Person) -> None:
    """What the engine makes of it is other journeys' subject; here each stage is set, one after the other."""
    guide = person.session.lessons
    for lesson in lessons(person):
        guide.open(lesson.id)
        for name, buttons in page(person).buttons.items():
            for button in buttons:
                assert button.isEnabled() and button.isVisibleTo(page(person)), f"{lesson.id}: {name}"
                if lesson.workspace == "complete":
                    button.click()
            if lesson.workspace == "complete":
                _is_set(person, lesson.stages[name])
    person.does("escape")


def _is_set(person: Person, stage: Stage) -> None:
    state = person.state
    assert state.model == stage.model and state.problem is None
    assert dict(state.parameters) | dict(stage.parameters) == dict(state.parameters)
    assert state.lens == (stage.lens or state.lens) and state.tool == (stage.tool or state.tool)
    assert state.pace == (stage.pace or state.pace)
    raster_beside = state.comparison is not None and not state.comparison.branch
    assert raster_beside == stage.compare
    if stage.pixel is not None:
        assert state.look is not None and state.look.pinned == stage.pixel


def test_every_button_of_the_other_lessons_sets_what_it_says(person: Person) -> None:
    _latent_buttons(person)
    _gallery_buttons(person)
    _slider_of_truncation(person)


def _latent_buttons(person: Person) -> None:
    guide, view = person.session.lessons, person.session.window.views["latent"]
    assert isinstance(view, LatentView)
    for lesson in (each for each in lessons(person) if each.workspace == "latent"):
        guide.open(lesson.id)
        for name, buttons in page(person).buttons.items():
            stage = lesson.stages[name]
            buttons[0].click()
            person.sees(lambda: view.state is not None and view.state.picture is not None)
            state = view.state
            assert state is not None and person.session.window.current == "latent" and state.model == stage.model
            assert state.problem is None and state.drawer == ("" if stage.drawer == "none" else stage.drawer)
            assert stage.layers is None or state.layers == set(stage.layers)
            assert state.walkable or not stage.walk
            for name_of, value in stage.moves.items():
                rows = state.directions.rows if state.directions is not None else ()
                assert [row.value for row in rows if row.name == name_of] == [pytest.approx(value, abs=1e-3)]


def _gallery_buttons(person: Person) -> None:
    guide, view = person.session.lessons, person.session.window.views["gallery"]
    assert isinstance(view, GalleryView)
    for lesson in (each for each in lessons(person) if each.workspace == "gallery"):
        guide.open(lesson.id)
        for name, buttons in page(person).buttons.items():
            stage = lesson.stages[name]
            buttons[0].click()
            state = view.state
            assert state is not None and person.session.window.current == "gallery" and state.model == stage.model
            drawer = "" if stage.drawer == "none" else stage.drawer or state.drawer
            assert (state.page, state.drawer) == (stage.page, drawer)
            asked = {key: value for key, value in stage.parameters.items() if key != "class_name"}
            assert {key: getattr(state.plan, key) for key in asked} == asked and state.problem is None
            if stage.chosen is not None:
                person.sees(lambda: view.state is not None and view.state.detail is not None)
                assert view.state is not None and view.state.detail is not None
                assert view.state.detail.index == stage.chosen
            if stage.sweep:
                assert view.pages.drawers.walks._kind == stage.sweep


def _slider_of_truncation(person: Person) -> None:
    guide, view = person.session.lessons, person.session.window.views["gallery"]
    assert isinstance(view, GalleryView)
    guide.open("biggan")
    page(person).buttons["rows"][0].click()
    slider = page(person).slider
    assert slider is not None and slider.stop() == 4, "it stands where the stage has set it"
    QTest.keyClick(slider.slider, Qt.Key.Key_Home)
    assert view.state is not None and view.state.plan.truncation == 0.5
    person.does("undo")
    assert view.state.plan.truncation != 0.5


def test_a_lens_of_a_lesson_says_something(person: Person) -> None:
    guide = person.session.lessons
    guide.open("bits")
    press(page(person).buttons["stray"][0])
    person.sees(lambda: person.state.look is not None and person.state.look.map is not None)
    values = person.state.look.map.values  # type: ignore[union-attr]
    assert np.unravel_index(int(np.nanargmax(values)), values.shape) == (5, 4), "nothing surprises more than the stray"
    guide.open("class-posterior")
    press(page(person).buttons["whole"][0])
    person.sees(lambda: person.state.look is not None and person.state.look.bars is not None)
    bars = person.state.look.bars  # type: ignore[union-attr]
    assert bars is not None and bars.names[int(bars.values.argmax())] == "4" and not bars.spread.any()


def test_turned_upside_down_nothing_is_ignored(person: Person) -> None:
    guide = person.session.lessons
    guide.open("turning")
    for name, kind in (("upright", "late"), ("turned", "exact")):
        press(page(person).buttons[name][0])
        person.sees(lambda: not person.state.busy and person.state.verdict is not None and not person.state.stale)
        person.does("pace-instant")
        person.sees_completions()
        assert person.state.verdict is not None and person.state.verdict.kind == kind, name


def test_the_next_start_goes_on_with_the_lesson(opens: Opens) -> None:
    first = opens()
    first.sees_completions()
    first.session.lessons.open("blind-spot")
    bar = page(first).verticalScrollBar()
    first.frame.resize(1024, 640)
    first.sees(lambda: bar.maximum() > 150)
    bar.setValue(120)
    first.closes()
    second = opens()
    second.frame.resize(1024, 640)
    panel = second.session.lessons.panel
    assert panel.isVisible() and panel.lesson is not None and panel.lesson.id == "blind-spot"
    second.sees(lambda: panel.place() == 120)
    focused = QApplication.focusWidget()
    assert focused is None or not panel.isAncestorOf(focused)
    second.session.lessons.close()
    second.closes()
    third = opens()
    assert not third.session.lessons.panel.isVisible()
    third.does("lessons")
    assert panel.lesson is not None and third.session.lessons.panel.lesson.id == "blind-spot"  # type: ignore[union-attr]
