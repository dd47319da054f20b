"""A person below the wall: walks that go out as a strip and come back, and a GAN's training with its discriminator."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget

from app import paths
from app.documents.film import LOSSES, SCORES
from app.widgets.walk_strip import WalkStrip
from app.workspaces.gallery import game_words, replaying_words, walks_words
from app.workspaces.gallery.easel import OWN
from app.workspaces.gallery.game import GameState
from app.workspaces.gallery.view_drawer import Drawer
from app.workspaces.gallery.walks import WalksState
from app.workspaces.gallery.walks_plan import CLASSES, PATH, TITLES, TRUNCATION, TRUNCATIONS
from tests.journeys.conftest import Opens
from tests.journeys.test_gallery import CONTROL, NONE, Visitor, models_for_the_journey

pytestmark = pytest.mark.journey
SHIFT, LEFT = Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton
MOMENTS = (10, 200, 3000)


class Walker(Visitor):
    """What a person sees and does in the drawer below the wall."""

    @property
    def drawer(self) -> Drawer:
        return self.view.center.wall_page.drawer

    @property
    def strip(self) -> WalkStrip:
        return self.drawer.walks.strip

    @property
    def walk(self) -> WalksState:
        return self.view.pages.drawers.walks.state

    @property
    def game(self) -> GameState:
        return self.view.pages.drawers.game.state

    @property
    def toast(self) -> str:
        toast = self.view.center.toast
        return toast.accessibleName() if toast.isVisible() else ""

    def unfolds(self, key: Qt.Key, page: str) -> None:
        self.presses(key, SHIFT)
        assert self.state.drawer == page == self.drawer.page

    def sweeps(self, kind: str) -> None:
        """Choose a walk by its name, and wait until all of it is drawn."""
        segment = self.drawer.walks.kinds._segments[kind]
        assert segment.text() == TITLES[kind][0]
        QTest.mouseClick(segment, LEFT)
        self.waits_for(kind)

    def waits_for(self, kind: str) -> None:
        def drawn() -> bool:
            walk = self.walk
            return walk.kind == kind and walk.drawn is not None and bool(walk.drawn.all()) and not walk.busy

        self.sees(drawn)
        assert self.walk.problem is None

    def points_at(self, row: int, column: int) -> None:
        QTest.mouseMove(self.strip, self.strip.cell(row, column).center())

    def draws(self) -> None:
        """A stroke on the easel."""
        canvas = self.drawer.game.easel.canvas
        middle = canvas.rect().center()
        QTest.mousePress(canvas, LEFT, NONE, middle)
        QTest.mouseMove(canvas, middle + QPoint(0, 20))
        QTest.mouseRelease(canvas, LEFT, NONE, middle + QPoint(0, 20))

    def drops(self, path: Path) -> None:
        """A file, from the desktop onto the window."""
        data, copy = QMimeData(), Qt.DropAction.CopyAction
        data.setUrls([QUrl.fromLocalFile(str(path))])
        frame = self.person.frame
        QApplication.sendEvent(frame, QDragEnterEvent(QPoint(9, 9), copy, data, LEFT, NONE))
        QApplication.sendEvent(frame, QDropEvent(QPointF(9, 9), copy, data, LEFT, NONE))

    def waits_for_the_score(self) -> None:
        """The picture on the easel is scored."""

        def scored() -> bool:
            judgement = self.game.judgement
            return judgement is not None and judgement.of is self.game.easel.pixels and not self.game.busy

        self.sees(scored)


def said(page: QWidget) -> list[str]:
    """What stands on a page."""
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible() and label.text()]


def with_a_training(folder: Path) -> None:
    """Give a GAN a record of its training: curves, and a film of frames that can be told apart."""
    path = folder / "manifest.json"
    names = (*LOSSES, *SCORES)
    curve = [{"step": step} | {name: step / 1000 + place for place, name in enumerate(names)} for step in MOMENTS]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"training": {"curve": curve}}))
    (folder / "film").mkdir()
    for place, step in enumerate(MOMENTS):
        Image.fromarray(np.full((8, 6), 50 * place, np.uint8)).save(folder / "film" / f"{step}.png")


def without_a_discriminator(folder: Path) -> None:
    path = folder / "manifest.json"
    values = json.loads(path.read_text())
    del values["graphs"]["discriminator"]
    path.write_text(json.dumps(values))


@pytest.fixture
def walker(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch, opens: Opens) -> Walker:
    """A person at a wall of a small GAN with a record of its training; another GAN has lost its discriminator."""
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path / "home"))
    models_for_the_journey(project)
    with_a_training(paths.own_models() / "told")
    without_a_discriminator(paths.own_models() / "plain")
    person = opens()
    person.press(Qt.Key.Key_3, CONTROL)
    someone = Walker(person)
    someone.opens("told")
    return someone


def test_a_walk_goes_out_as_a_strip_and_comes_back(
    walker: Walker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    walker.view.presenter.set_parameter("seed", 31)
    walker.waits()
    walker.clicks(7)
    walker.unfolds(Qt.Key.Key_F3, "walks")
    walker.waits_for(CLASSES)
    assert walker.walk.captions == ("ring", "bar", "dot") and walker.walk.cursor == (0, 1), "7 is a bar"
    walker.sweeps(TRUNCATION)
    assert walker.walk.steps == len(TRUNCATIONS)
    walker.points_at(1, 2)
    assert walker.walk.cursor == (1, 2) and walker.walk.images is not None and walker.walk.picture is not None
    np.testing.assert_array_equal(walker.walk.picture, walker.walk.images[1, 2])
    assert walker.strip.accessibleDescription() == "1"

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "walk"), ""))
    QTest.mouseClick(walker.drawer.walks.save, LEFT)
    walker.sees((tmp_path / "walk.png").exists)
    walker.sees(lambda: walker.toast == walks_words.saved("walk.png"))
    before = walker.walk.images.copy()

    walker.opens("plain")
    walker.view.presenter.set_parameter("seed", 5)
    walker.sweeps(PATH)
    walker.presses(Qt.Key.Key_F3, SHIFT)
    assert walker.drawer.page == ""
    walker.presses(Qt.Key.Key_1, CONTROL)
    assert walker.window.current == "complete"
    walker.drops(tmp_path / "walk.png")
    walker.waits()
    assert (walker.state.model, walker.state.plan.seed, walker.state.plan.arrangement) == ("told", 31, "turn")
    assert walker.state.detail is not None and walker.state.detail.place == 7
    walker.waits_for(TRUNCATION)
    assert walker.drawer.page == "walks" and walker.walk.images is not None
    np.testing.assert_array_equal(walker.walk.images, before)
    walker.sees(lambda: walker.state.replay is not None and not walker.state.replay.running)
    assert walker.state.replay is not None and walker.state.replay.title == replaying_words.IDENTICAL


def test_a_picture_of_a_walk_is_what_the_discriminator_is_asked_about(walker: Walker) -> None:
    walker.clicks(7)
    walker.unfolds(Qt.Key.Key_F3, "walks")
    walker.waits_for(CLASSES)
    QTest.mouseClick(walker.strip, LEFT, NONE, walker.strip.cell(0, 2).center())
    assert walker.walk.images is not None and walker.walk.cursor == (0, 2)
    walker.unfolds(Qt.Key.Key_F4, "game")
    walker.waits_for_the_score()
    judgement = walker.game.judgement
    assert judgement is not None and judgement.judged_as == "dot"
    np.testing.assert_array_equal(judgement.of, walker.walk.images[0, 2])


def test_a_stroke_is_scored_beside_the_training(walker: Walker) -> None:
    walker.clicks(7)
    walker.unfolds(Qt.Key.Key_F4, "game")
    walker.waits_for_the_score()
    chosen = walker.game.judgement
    assert chosen is not None and chosen.judged_as == "bar" and walker.game.moments == tuple(map(float, MOMENTS))
    walker.draws()
    walker.waits_for_the_score()
    drawn = walker.game.judgement
    assert drawn is not None and walker.game.easel.source == OWN and not np.array_equal(drawn.of, chosen.of)
    assert [name for name, _ in drawn.by_class] == ["ring", "bar", "dot"]
    assert drawn.score == max(score for _, score in drawn.by_class) == dict(drawn.by_class)[drawn.judged_as]
    assert drawn.sentence in said(walker.drawer.game) and drawn.sentence.startswith("To the discriminator your picture")

    losses = walker.drawer.game.losses
    assert losses.isVisible() and walker.game.step == 3000.0 and walker.game.frame == 2
    losses.setFocus()
    walker.presses(Qt.Key.Key_Home)
    assert (walker.game.step, walker.game.frame) == (10.0, 0)
    walker.presses(Qt.Key.Key_Right)
    assert (walker.game.step, walker.game.frame) == (200.0, 1)
    assert "after 200 steps" in losses.accessibleDescription()
    QTest.mouseClick(walker.drawer.game.play, LEFT)
    walker.sees(lambda: walker.game.step == 3000.0 and not walker.game.playing)


def test_a_plain_picture_that_is_dropped_lands_on_the_easel_that_is_seen_by_a_discriminator_or_none(
    walker: Walker, tmp_path: Path
) -> None:
    walker.clicks(7)
    plan = walker.state.plan
    drawn = np.random.default_rng(3).integers(0, 256, (4, 3), dtype=np.uint8)
    Image.fromarray(drawn).save(tmp_path / "mine.png")
    walker.unfolds(Qt.Key.Key_F4, "game")
    walker.waits_for_the_score()
    walker.drops(tmp_path / "mine.png")
    walker.waits_for_the_score()
    judgement = walker.game.judgement
    assert judgement is not None and walker.game.easel.source == OWN
    np.testing.assert_array_equal(judgement.of[..., 0], drawn)
    assert walker.state.plan == plan and walker.state.replay is None

    walker.unfolds(Qt.Key.Key_F3, "walks")
    walker.drops(tmp_path / "mine.png")
    assert walker.state.replay is not None and walker.state.replay.title == replaying_words.PLAIN

    walker.opens("plain")
    walker.clicks(3)
    walker.unfolds(Qt.Key.Key_F4, "game")
    assert game_words.NO_DISCRIMINATOR in said(walker.drawer.game)
    walker.draws()
    assert game_words.NO_DISCRIMINATOR in said(walker.drawer.game)
    assert walker.game.judgement is None and not walker.game.busy and not walker.drawer.game.scale.isVisible()
