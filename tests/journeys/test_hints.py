"""A person's first start: one hint at a time, each gone by doing it, in every workspace, with mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QCursor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app import paths, settings
from app.documents.first_steps import STEPS
from app.shell import hints_presenter
from app.widgets.hint import Hint
from app.workspaces.gallery.view import GalleryView
from app.workspaces.latent.view import LatentView
from tests.journeys.conftest import Opens, Person

pytestmark = pytest.mark.journey
LEFT, NONE, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SENTENCES = {step.id: step.sentence for step in STEPS}


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A quiet moment is short here, and the pointer does not rest on a picture from the test before."""
    QCursor.setPos(0, 0)
    monkeypatch.setattr(hints_presenter, "QUIET_MS", 250)
    yield


def bubble(person: Person) -> Hint:
    return person.session.hints.bubble


def shown(person: Person) -> str:
    """The id of the hint on show, empty for none."""
    step = person.session.hints.presenter.shown
    return "" if step is None else step.id


def sees(person: Person, identity: str) -> None:
    """This hint comes, says its sentence, lies within the window, and has taken no focus."""
    person.sees(lambda: shown(person) == identity and bubble(person).isVisible())
    hint, window = bubble(person), person.session.window
    view: Any = window.view
    # The first one says the example's own words, also when the example has since said them no more.
    assert hint.text() in (SENTENCES[identity], getattr(view.state, "hint", ""), "Rub something out")
    assert hint.accessibleName() == hint.text() and hint.accessibleDescription()
    assert window.rect().contains(hint.geometry())
    assert not hint.hasFocus() and hint.focusPolicy() == Qt.FocusPolicy.NoFocus


def is_gone(person: Person, identity: str) -> None:
    assert shown(person) != identity and identity in person.session.hints.presenter.steps.done


def area_of(person: Person, widget: QWidget) -> QRectF:
    """In the window."""
    return QRectF(widget.rect()).translated(QPointF(widget.mapTo(person.session.window, QPoint())))


def turns(widget: QWidget, notches: int) -> None:
    """The wheel over the widget's middle."""
    at = QPointF(widget.rect().center())
    turned = QWheelEvent(
        at, widget.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, turned)


def test_complete_tells_one_thing_after_the_other_and_a_second_start_none_of_them(opens: Opens) -> None:
    person = opens(hints=True)
    person.sees_completions()
    sees(person, "complete-touch")
    assert bubble(person).text() == "Rub something out", "the example's own words"
    unknown = ~person.state.document.observed
    person.does("tool-forget")

    person.drag((2.5, 2.5), (6.5, 2.5))
    is_gone(person, "complete-touch")
    assert person.state.document.observed.sum() < (~unknown).sum()
    person.sees_completions()
    sees(person, "complete-preview")
    strip = area_of(person, person.view.center.strip.grid())
    assert not strip.intersects(QRectF(bubble(person).geometry())), "it covers not what it points at"

    QTest.mouseMove(person.tile(3), QPoint(20, 20))
    person.sees(lambda: person.state.hovered == 3)
    is_gone(person, "complete-preview")
    sees(person, "complete-keep")

    QTest.mouseClick(person.tile(3), LEFT)
    person.press(Qt.Key.Key_Return)
    assert person.state.document.has_adopted
    is_gone(person, "complete-keep")
    sees(person, "complete-lens")

    person.press(Qt.Key.Key_E, Qt.KeyboardModifier.AltModifier)
    assert person.state.lens == "entropy"
    is_gone(person, "complete-lens")
    sees(person, "complete-undo")

    person.press(Qt.Key.Key_Z, CONTROL)
    assert not person.state.document.has_adopted
    is_gone(person, "complete-undo")
    person.closes()

    remembered, _ = settings.load(paths.settings_file())
    assert set(remembered.hints_done) == {step.id for step in STEPS if step.workspace == "complete"}
    again = opens(hints=True)
    again.sees_completions()
    again.does("show-latent")
    sees(again, "latent-pull")


def test_latent_tells_of_point_wheel_sliders_and_path(opens: Opens) -> None:
    person = opens(hints=True)
    person.does("show-latent")
    view: Any = person.session.window.view
    assert isinstance(view, LatentView)
    sees(person, "latent-pull")
    plane, drawer = view.center.floor.plane, view.center.drawer
    assert view.state is not None and view.state.point is not None
    at = plane.place_of(*view.state.point)
    in_window = QPointF(plane.mapTo(person.session.window, at))
    assert not QRectF(bubble(person).geometry()).contains(in_window)

    QTest.mousePress(plane, LEFT, NONE, at)
    QTest.mouseMove(plane, at + QPoint(30, 20))
    QTest.mouseRelease(plane, LEFT, NONE, at + QPoint(30, 20))
    is_gone(person, "latent-pull")
    sees(person, "latent-zoom")

    turns(plane, 1)
    is_gone(person, "latent-zoom")
    sees(person, "latent-slide")
    assert drawer.page == "directions" and drawer.directions.sliders.rows()
    assert not area_of(person, drawer.directions).intersects(QRectF(bubble(person).geometry()))
    QTest.mouseClick(drawer.tab("directions"), LEFT)  # folded, it points at the page's name
    person.sees(lambda: drawer.page == "")
    sees(person, "latent-slide")
    assert not area_of(person, drawer.tab("directions")).intersects(QRectF(bubble(person).geometry()))
    QTest.mouseClick(drawer.tab("directions"), LEFT)
    person.sees(lambda: drawer.page == "directions")
    sees(person, "latent-slide")
    row = drawer.directions.sliders.rows()[0]
    row._slider.setFocus()
    QTest.keyClick(QApplication.focusWidget() or row, Qt.Key.Key_Right)
    is_gone(person, "latent-slide")
    sees(person, "latent-walk")

    plane.setFocus()
    person.press(Qt.Key.Key_Insert)
    person.press(Qt.Key.Key_J)
    person.press(Qt.Key.Key_Insert)
    person.sees(lambda: view.state is not None and view.state.walkable)
    person.press(Qt.Key.Key_Z)
    is_gone(person, "latent-walk")


def test_the_gallery_tells_of_wall_picture_star_and_neighbours(opens: Opens) -> None:
    person = opens(hints=True)
    person.does("show-gallery")
    view: Any = person.session.window.view
    assert isinstance(view, GalleryView)
    wall = view.center.wall_page.wall
    sees(person, "gallery-scroll")
    turns(wall.viewport(), -3)
    assert wall.verticalScrollBar().value() > 0
    is_gone(person, "gallery-scroll")
    sees(person, "gallery-choose")

    index = wall.in_view()[len(wall.in_view()) // 2]
    QTest.mouseClick(wall.viewport(), LEFT, NONE, wall.tile_rect(index).center())
    assert wall.current == index
    is_gone(person, "gallery-choose")
    sees(person, "gallery-star")
    tile = QRectF(wall.tile_rect(index)).translated(area_of(person, wall.viewport()).topLeft())
    assert not tile.intersects(QRectF(bubble(person).geometry()))

    person.press(Qt.Key.Key_S)
    is_gone(person, "gallery-star")
    sees(person, "gallery-memory")
    QTest.mouseClick(view.center.wall_page.drawer.tab("neighbours"), LEFT)
    is_gone(person, "gallery-memory")
    person.sees(lambda: view.state is not None and view.state.drawer == "neighbours")


def test_esc_and_a_click_dismiss_one_alone_and_commands_bring_them_back_or_end_them(opens: Opens) -> None:
    person = opens(hints=True)
    person.sees_completions()
    person.does("adopt-2")
    person.does("undo")
    person.sees_completions()
    assert person.state.selected == 1
    focus = QApplication.focusWidget()
    sees(person, "complete-touch")
    person.press(Qt.Key.Key_Escape)
    is_gone(person, "complete-touch")
    assert person.state.selected == 1, "Esc took the hint away and nothing else"
    sees(person, "complete-preview")
    QTest.mouseClick(bubble(person), LEFT)
    is_gone(person, "complete-preview")
    sees(person, "complete-lens")  # kept and took back before they were told of it
    assert QApplication.focusWidget() is focus

    person.does("hints")
    assert shown(person) == "" and "No more hints" in person.toast
    assert not person.session.hints.presenter.steps.wanted
    person.does("hints-again")
    person.view.center.floor.toast.leave()
    sees(person, "complete-touch")
    person.does("hints")
    person.closes()
    remembered, _ = settings.load(paths.settings_file())
    assert not remembered.hints and remembered.hints_done == ()


@pytest.mark.parametrize("over", ["palette", "lessons", "present", "sheet"])
def test_nothing_is_told_beside_what_has_the_attention(opens: Opens, over: str) -> None:
    person = opens(hints=True)
    person.sees_completions()
    sees(person, "complete-touch")
    person.does(over)
    person.sees(lambda: shown(person) == "")
    assert "complete-touch" not in person.session.hints.presenter.steps.done
    if over == "palette":
        person.session.window.palette_card.hide()
    elif over == "sheet":
        person.press(Qt.Key.Key_Escape)
        assert not person.view.center.floor.sheet.isVisible()
    else:
        person.does(over)
    sees(person, "complete-touch")


def test_another_workspace_takes_the_hint_away_and_points_at_nothing_of_the_last(opens: Opens) -> None:
    person = opens(hints=True)
    person.sees_completions()
    sees(person, "complete-touch")
    person.does("show-latent")
    person.sees(lambda: shown(person) != "Rub something out" and person.session.window.current == "latent")
    sees(person, "latent-pull")
    person.does("show-complete")
    sees(person, "complete-touch")


def test_a_hand_that_draws_is_not_told_anything(opens: Opens) -> None:
    person = opens(hints=True)
    person.sees_completions()
    sees(person, "complete-touch")
    canvas = person.canvas
    QTest.mousePress(canvas, LEFT, NONE, person.point(2.5, 2.5))
    is_gone(person, "complete-touch")
    hints = person.session.hints
    hints.presenter.look("complete", True, lambda _: True)
    assert shown(person) == ""
    QTest.mouseRelease(canvas, LEFT, NONE, person.point(2.5, 2.5))
    person.sees_completions()
    sees(person, "complete-preview")
