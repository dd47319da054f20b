"""A lecturer presses F11 in each workspace: the picture is large, the words too; Esc and F11 bring the window back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontInfo, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.shell.presenting import LEAST, Presenting
from app.widgets.busy_line import BusyLine
from app.widgets.halo import SIDE
from app.workspaces.gallery.view import GalleryView
from app.workspaces.latent.view import LatentView
from tests.journeys.conftest import DIGITS, Person

pytestmark = pytest.mark.journey
SIZES = [(1440, 900), (1024, 640)]


def presenting(person: Person) -> Presenting:
    found = person.session.presenting
    assert isinstance(found, Presenting)
    return found


def looks(person: Person) -> dict[str, Any]:
    """Where every widget of the window is, whether it shows, and what the frame is."""
    window = person.session.window
    card = presenting(person).card
    changing = (card, window.view.status)  # the status line counts on
    shown = [w for w in window.findChildren(QWidget) if w.isVisible()]
    shown = [w for w in shown if not any(part is w or part.isAncestorOf(w) for part in changing)]
    QApplication.processEvents()
    inner = [w for w in shown if window.isAncestorOf(w) and not w.isWindow()]
    places = sorted((type(w).__name__, *w.mapTo(window, QPoint()).toTuple(), *w.size().toTuple()) for w in inner)
    return {"places": places, "frame": (person.frame.geometry(), person.frame.windowState())}


def picture_height(person: Person) -> float:
    """Of what is presented, device-independent px."""
    view: Any = person.session.window.view
    if isinstance(view, LatentView):
        return float(view.center.floor.shown.surface.height() - 2)
    if isinstance(view, GalleryView):
        return float(view.center.wall_page.wall.height())
    canvas = view.center.floor.canvas
    return float(canvas.picture_area().height() / canvas.devicePixelRatioF())


def settled(person: Person) -> dict[str, Any]:
    """How it looks when nothing moves any more: what fades has faded, the map and the wall are there."""
    seen = [looks(person)]
    while len(seen) < 4 or any(one != seen[-1] for one in seen[-4:]) or is_busy(seen[-1]):
        QTest.qWait(250)
        seen.append(looks(person))
    return seen[-1]


def is_busy(look: dict[str, Any]) -> bool:
    """A line said that something was being drawn."""
    return any(name == BusyLine.__name__ for name, *_ in look["places"])


@pytest.mark.parametrize("size", SIZES)
def test_the_picture_fills_the_window_and_esc_brings_everything_back(person: Person, size: tuple[int, int]) -> None:
    person.sees_completions()
    person.does("escape")
    person.frame.resize(*size)
    window, card = person.session.window, presenting(person).card
    for workspace in ("complete", "latent", "gallery"):
        person.does(f"show-{workspace}")
        before = settled(person)
        person.does("present")
        person.frame.resize(*size)  # a screen of this size: the one that tests have is smaller than any
        assert card.isVisible() and card.geometry() == window.rect(), "library, inspector and status line are under it"
        QApplication.processEvents()
        assert picture_height(person) >= LEAST * window.height(), workspace
        caption = presenting(person).caption
        assert QFontInfo(caption.font()).pixelSize() == 22 and caption.isVisible(), workspace
        assert window.view.presented.isVisible() and card.isAncestorOf(window.view.presented), workspace
        assert person.session.models and any(model.title in caption.text() for model in person.session.models)
        person.press(Qt.Key.Key_Escape)
        assert not card.isVisible() and not presenting(person).is_on, workspace
        after = settled(person)
        assert after["frame"] == before["frame"], workspace
        assert after["places"] == before["places"], f"{workspace}: what showed shows where it was, and nothing else"


def test_a_picture_that_was_moved_and_zoomed_lies_where_it_lay(person: Person) -> None:
    person.session.window.choose_model(DIGITS)
    person.sees_completions()
    person.canvas.zoom_by(2.3, QPointF(40, 50))
    person.canvas.pan_by(33, -17)
    before = person.canvas.place()
    assert not before.fitted
    person.does("present")
    assert person.canvas.place().fitted and picture_height(person) >= LEAST * person.session.window.height()
    person.does("present")  # F11 leaves it too
    assert person.canvas.place() == before


def test_a_stroke_is_drawn_while_it_is_presented_and_its_caption_follows(person: Person) -> None:
    person.session.window.choose_model(DIGITS)
    person.sees_completions()
    person.does("keep-left")
    person.sees_completions()
    person.does("present")
    before = person.state.document
    person.does("tool-pen")
    person.drag((4.5, 4.5), (9.5, 9.5))
    assert not person.state.document.same_as(before)
    person.does("show-gallery")
    person.sees(lambda: "256 pictures" in presenting(person).caption.text())
    assert presenting(person).card.isAncestorOf(person.session.window.view.presented)
    person.does("escape")
    assert not presenting(person).is_on and person.session.window.current == "gallery"


def test_a_halo_goes_with_the_pointer_and_takes_no_clicks(person: Person) -> None:
    person.sees_completions()
    halo, canvas = presenting(person).halo, person.canvas
    person.does("present")
    assert not halo.isVisible()
    at = QPointF(120, 90)
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove,
        at,
        canvas.mapToGlobal(at),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(canvas, event)
    middle = halo.geometry().topLeft() + QPoint(SIDE // 2, SIDE // 2)
    assert halo.isVisible() and middle == canvas.mapTo(presenting(person).card, at.toPoint())
    assert halo.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    person.does("escape")
    QApplication.sendEvent(canvas, event)
    assert not halo.isVisible()
