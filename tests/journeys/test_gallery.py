"""A person in the gallery, at the real window with the real engine process and small models made of formulas."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from app import paths
from app.widgets.tile_wall import TileWall
from app.workspaces.gallery.state import GalleryState
from app.workspaces.gallery.view import GalleryView
from app.workspaces.latent.view import LatentView
from tests.journeys.conftest import Opens, Person

pytestmark = pytest.mark.journey
TOYS = ("plain", "tells", "told")
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Visitor:
    """What a person sees and does in the Gallery."""

    def __init__(self, person: Person) -> None:
        self.person, self.window = person, person.session.window

    @property
    def view(self) -> GalleryView:
        view = self.window.view
        assert isinstance(view, GalleryView)
        return view

    @property
    def state(self) -> GalleryState:
        assert self.view.state is not None
        return self.view.state

    @property
    def wall(self) -> TileWall:
        return self.view.center.wall_page.wall

    def sees(self, condition: Callable[[], bool]) -> None:
        self.person.sees(condition)

    def waits(self) -> None:
        """All is drawn, told and kept, and nothing is wrong."""

        def idle() -> bool:
            state = self.state
            return state.tiles is not None and not state.drawing and state.progress is None and state.engine == "ready"

        self.sees(idle)
        assert self.state.problem is None and self.state.tiles is not None and self.state.tiles.drawn.all()

    def opens(self, model: str) -> None:
        self.view.choose_model(model)
        self.waits()

    def presses(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press a key wherever the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.wall, key, modifier)

    def clicks(self, index: int, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.wall.scroll_to(index)
        at = self.wall.tile_rect(index).center()
        QTest.mouseClick(self.wall.viewport(), Qt.MouseButton.LeftButton, modifier, at)

    def picks(self, box: QComboBox, text: str) -> None:
        """Choose from a list with the keyboard: type the first letters."""
        box.setFocus()
        QTest.keyClicks(box, text)
        self.sees(lambda: box.currentText().startswith(text))

    def turns_the_wheel(self, notches: int) -> None:
        middle = QPointF(self.wall.viewport().rect().center())
        for _ in range(abs(notches)):
            turned = QPoint(0, 120 if notches > 0 else -120)
            event = QWheelEvent(
                middle,
                QPointF(self.wall.viewport().mapToGlobal(middle.toPoint())),
                QPoint(),
                turned,
                Qt.MouseButton.NoButton,
                NONE,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(self.wall.viewport(), event)

    def starred(self) -> list[int]:
        tiles = self.state.tiles
        assert tiles is not None
        return [index for index in range(len(tiles.images)) if tiles.mark_of(index).starred]


def models_for_the_journey(project: Path) -> None:
    for model in TOYS:
        shutil.copytree(project / "tests" / "engine" / "sample_models" / model, paths.own_models() / model)


@pytest.fixture
def visitor(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch, opens: Opens) -> Visitor:
    """A person who has the small GANs and has gone to the gallery by its key."""
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path / "home"))
    models_for_the_journey(project)
    person = opens()
    person.press(Qt.Key.Key_3, CONTROL)
    someone = Visitor(person)
    someone.opens("told")
    return someone


def test_a_wall_hangs_there_at_once_and_shows_other_classes_by_list_key_and_bar(visitor: Visitor) -> None:
    """Of one class by the inspector's list, back by the key of undo, a row a class by the bar: a column is one z."""
    assert visitor.window.current == "gallery" and visitor.state.model == "told"
    assert "256 pictures in" in visitor.state.status and visitor.state.plan.seed == 0
    assert visitor.wall.hasFocus() or visitor.window.isAncestorOf(QApplication.focusWidget())

    before = visitor.state.tiles
    field = visitor.view.inspector.parameters.fields()["class_name"].findChild(QComboBox)
    visitor.picks(field, "bar")
    visitor.waits()
    assert visitor.state.plan.arrangement == "one" and visitor.state.plan.class_name == "bar"
    assert before is not None and visitor.state.tiles is not before
    visitor.wall.setFocus()
    visitor.presses(Qt.Key.Key_Z, CONTROL)
    visitor.waits()
    assert visitor.state.plan.arrangement == "turn"

    visitor.picks(visitor.view.center.wall_page.bar.arrangements, "A row")
    visitor.waits()
    tiles = visitor.state.tiles
    assert tiles is not None and tiles.columns == 85 and list(tiles.row_titles) == ["ring", "bar", "dot"]
    visitor.clicks(3)
    visitor.sees(lambda: visitor.state.detail is not None)
    visitor.presses(Qt.Key.Key_Down)
    detail = visitor.state.detail
    assert detail is not None and detail.index == 88 and detail.place == 3 and detail.class_name == "bar"


def test_scrolling_through_thousands_draws_what_comes_into_view(visitor: Visitor) -> None:
    visitor.picks(visitor.view.center.wall_page.bar.counts, "10,000")
    visitor.turns_the_wheel(-8)
    visitor.waits()
    assert visitor.wall.verticalScrollBar().value() > 0
    assert visitor.state.tiles is not None and len(visitor.state.tiles.images) == 10_000
    visitor.wall.setFocus()
    visitor.presses(Qt.Key.Key_End)
    visitor.sees(lambda: visitor.state.detail is not None and visitor.state.detail.index == 9_999)


def test_a_star_is_there_at_the_next_start_and_undo_takes_it_off(visitor: Visitor, opens: Opens) -> None:
    visitor.clicks(5)
    visitor.clicks(8, CONTROL)
    visitor.presses(Qt.Key.Key_S)
    visitor.sees(lambda: visitor.starred() == [5, 8])
    visitor.clicks(20)
    visitor.person.does("star")
    visitor.sees(lambda: visitor.starred() == [5, 8, 20])
    visitor.presses(Qt.Key.Key_Z, CONTROL)
    visitor.sees(lambda: visitor.starred() == [5, 8])
    visitor.person.closes()
    again = Visitor(opens())
    assert again.window.current == "gallery" and again.state.model == "told"
    again.sees(lambda: again.starred() == [5, 8])
    again.waits()


def test_the_best_hang_first_and_a_model_without_classes_is_judged_by_the_classifier(visitor: Visitor) -> None:
    visitor.person.does("sort-score")
    visitor.sees(lambda: visitor.state.tiles is not None and visitor.state.tiles.order is not None)
    visitor.waits()
    values = visitor.view.presenter._values.values
    tiles = visitor.state.tiles
    assert tiles is not None and tiles.order is not None
    shown = values[tiles.order]
    assert (np.diff(shown[~np.isnan(shown)]) <= 0).all()

    visitor.opens("plain")
    visitor.person.does("sort-class")
    visitor.waits()
    assert visitor.state.class_names == ("ring", "bar", "dot")
    visitor.clicks(0)
    visitor.sees(lambda: visitor.state.detail is not None and bool(visitor.state.detail.class_name))


def test_a_killed_engine_comes_back_and_the_wall_is_finished(visitor: Visitor) -> None:
    visitor.view.presenter.set_count(10_000)
    visitor.view.presenter.roll_dice()
    visitor.person.kills_the_engine()
    visitor.sees(lambda: visitor.state.engine != "ready")
    visitor.waits()
    assert visitor.state.tiles is not None and len(visitor.state.tiles.images) == 10_000


def test_stop_is_heard_at_once_and_goes_on_where_it_was(visitor: Visitor) -> None:
    visitor.view.choose_model("mnist-pixelcnn")
    visitor.sees(lambda: visitor.state.model == "mnist-pixelcnn" and visitor.state.drawing)
    visitor.wall.setFocus()
    visitor.presses(Qt.Key.Key_Escape)
    assert visitor.state.stopped and not visitor.state.drawing
    visitor.view.presenter.set_count(100)
    visitor.presses(Qt.Key.Key_Escape)
    visitor.person.does("draw-on")
    visitor.waits()


def test_a_picture_goes_to_its_point_and_the_wall_of_a_model_comes_from_elsewhere(visitor: Visitor) -> None:
    visitor.opens("mnist-vae-2d")
    visitor.clicks(4)
    visitor.sees(lambda: visitor.state.detail is not None)
    z = visitor.view.presenter._feed.z
    assert z is not None
    visitor.person.does("send-to-latent")
    latent = visitor.window.view
    assert visitor.window.current == "latent" and isinstance(latent, LatentView)
    assert latent.presenter._desk is not None
    np.testing.assert_allclose(latent.presenter._desk.now.z, z[4], atol=1e-6)
    visitor.window.choose_model("mnist-gaussian")
    visitor.person.does("send-to-gallery")
    visitor.waits()
    assert visitor.state.model == "mnist-gaussian"


def test_a_label_is_kept_and_a_gans_picture_goes_to_complete_and_to_no_point_in_latent(visitor: Visitor) -> None:
    visitor.clicks(4)
    visitor.presses(Qt.Key.Key_1, CONTROL)
    assert visitor.window.current == "complete"
    visitor.presses(Qt.Key.Key_3, CONTROL)
    visitor.waits()
    assert visitor.state.detail is not None and visitor.state.detail.index == 4

    visitor.clicks(7)
    visitor.person.does("label")
    field = visitor.view.inspector.detail.label
    QTest.keyClicks(field, "a small one")
    QTest.keyClick(field, Qt.Key.Key_Return)
    visitor.sees(lambda: visitor.state.detail is not None and visitor.state.detail.mark.label == "a small one")

    visitor.clicks(4)
    visitor.sees(lambda: visitor.state.detail is not None)
    assert not visitor.window.action("send-to-latent").isEnabled()
    visitor.person.does("send-to-complete")
    assert visitor.window.current == "complete"
