"""The smallest window with a lesson beside, and the largest: nothing is cut off or covered, and the room is used."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.shell.frame import MINIMUM
from app.widgets.hint import Hint
from app.workspaces.gallery.view import GalleryView
from app.workspaces.latent.view import LatentView
from tests.journeys.conftest import DIGITS, PORTRAITS, Person
from tests.tools.layout_faults import faults

pytestmark = pytest.mark.journey
SENTENCE = "A sentence as long as the longest that a toast has to say: what has happened, and what there is to do now."


def settle(person: Person) -> None:
    """Let the window come to rest: what was put off is done, what fades has faded."""
    QApplication.processEvents()
    QTest.qWait(400)


def found(person: Person) -> list[str]:
    """What is wrong with the layout; first-run hints may lie over it, since a click takes them away."""
    hints = [hint for hint in person.session.window.findChildren(Hint) if hint.isVisible()]
    for hint in hints:
        hint.hide()
    told = faults(person.session.window)
    for hint in hints:
        hint.show()
    return told


def latent(person: Person) -> LatentView:
    person.does("show-latent")
    view = person.session.window.view
    assert isinstance(view, LatentView)
    return view


def gallery(person: Person) -> GalleryView:
    person.does("show-gallery")
    view = person.session.window.view
    assert isinstance(view, GalleryView)
    return view


def colours(person: Person) -> None:
    """Sixty-four of them, and what is read at a pixel; a sentence on top."""
    person.session.window.choose_model(PORTRAITS)
    person.sees_completions()
    person.view.presenter.scrub(person.state.timeline.of // 2)
    person.view.say(SENTENCE, "warn")


def compared(person: Person) -> None:
    """Two strips of completions."""
    person.session.window.choose_model(DIGITS)
    person.sees_completions()
    person.does("keep-scattered")
    person.does("compare-raster")
    person.sees_completions()


def plane(person: Person) -> None:
    """Two dimensions."""
    latent(person)
    person.session.window.choose_model("mnist-vae-2d")


def drawer(page: str) -> Callable[[Person], None]:
    """A page of the drawer below many dimensions."""

    def show(person: Person) -> None:
        view = latent(person)
        person.session.window.choose_model("faces-vae")
        state = view.state
        if state is not None and state.drawer != page:
            view.presenter.open_drawer(page)
        view.say(SENTENCE)

    return show


def wall(person: Person) -> None:
    """Pictures, with a drawer open below."""
    view = gallery(person)
    person.session.window.choose_model("mnist-dcgan")
    if view.state is not None and view.state.drawer != "game":
        view.presenter.open_drawer("game")
    view.say(SENTENCE)


def lecture(person: Person) -> None:
    """Columns side by side."""
    gallery(person).presenter.open_page("lecture")


SCENES: dict[str, Callable[[Person], None]] = {
    "colours": colours,
    "compared": compared,
    "plane": plane,
    "directions": drawer("directions"),
    "path": drawer("path"),
    "yours": drawer("yours"),
    "wall": wall,
    "lecture": lecture,
}


def test_in_the_smallest_window_nothing_is_cut_off_or_covered_a_lesson_beside_or_none(person: Person) -> None:
    person.frame.resize(640, 400)
    assert (person.frame.width(), person.frame.height()) == MINIMUM, "it is no smaller than this"
    told = {}
    for name, scene in SCENES.items():
        scene(person)
        for beside in (False, True):
            person.session.lessons.open("scattered-pixels") if beside else person.session.lessons.close()
            settle(person)
            assert person.session.lessons.is_open == beside
            assert (person.frame.width(), person.frame.height()) == MINIMUM, f"{name} widens the window"
            told[name, beside] = found(person)
    assert not {name: faults_of for name, faults_of in told.items() if faults_of}


def test_on_a_large_screen_pictures_are_large_and_whole_multiples(person: Person) -> None:
    person.frame.resize(3840, 2160)
    settle(person)
    canvas = person.canvas
    zoom = canvas.zoom()
    assert zoom == int(zoom) and zoom * person.state.document.state.shape[0] >= 0.8 * canvas.height()
    strip = person.view.center.strip
    for tile in strip.grid().tiles():
        assert strip.rect().contains(tile.geometry().translated(tile.parentWidget().mapTo(strip, QPoint())))
    view = latent(person)
    person.session.window.choose_model("mnist-vae-2d")
    settle(person)
    floor = view.center.floor
    assert floor.plane.area().height() >= 0.8 * floor.height()
    surface = floor.shown.surface
    assert surface.width() >= 0.5 * floor.plane.area().width(), "the picture grows with the plane"
    assert (surface.width() - 2) % 28 == 0
    assert floor.shown.geometry().right() <= floor.width()
    assert not found(person)


def test_tab_reaches_every_area_and_what_has_the_keyboard_is_seen(person: Person) -> None:
    for command in ("show-complete", "show-latent", "show-gallery"):
        person.does(command)
        settle(person)
        window = person.session.window
        seen: list[QWidget] = []
        while True:
            person.press(Qt.Key.Key_Tab)
            now = QApplication.focusWidget()
            assert now is not None and now.isVisible() and window.isAncestorOf(now)
            if now in seen:
                break
            seen.append(now)
        assert window.top_bar.isAncestorOf(seen[0]) or any(window.top_bar.isAncestorOf(each) for each in seen)
        assert len(seen) > 12
        for each in seen:
            each.clearFocus()
            before = each.grab().toImage()
            each.setFocus(Qt.FocusReason.TabFocusReason)
            if QApplication.focusWidget() is each:
                assert each.grab().toImage() != before, f"{each} with the keyboard looks as without it"
