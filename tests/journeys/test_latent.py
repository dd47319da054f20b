"""A person in latent space, at the real window with the real engine process and small models made of formulas."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox

from app import paths
from app.documents.picture_file import read_picture
from app.widgets.latent_plane import LatentPlane
from app.workspaces.latent import words
from app.workspaces.latent.state import LatentState
from app.workspaces.latent.view import LatentView
from engine.contracts.events import Event, Finished
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import DecodeLatents
from engine.records.latent_note import from_text
from tests.journeys.conftest import Opens, Person

pytestmark = pytest.mark.journey
TOYS = ("ink", "linear", "colours", "codes", "normal", "torn")
NONE_PRESSED = Qt.MouseButton.NoButton
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Explorer:
    """What a person sees and does in the Latent workspace."""

    def __init__(self, person: Person) -> None:
        self.person, self.window = person, person.session.window

    @property
    def view(self) -> LatentView:
        view = self.window.view
        assert isinstance(view, LatentView)
        return view

    @property
    def state(self) -> LatentState:
        state = self.view._state
        assert state is not None
        return state

    @property
    def plane(self) -> LatentPlane:
        return self.view.center.floor.plane

    def sees(self, condition: Callable[[], bool]) -> None:
        self.person.sees(condition)

    def settles(self) -> None:
        """Everything that was asked for has come."""
        self.sees(lambda: not self.state.busy and not self.state.map_busy and self.state.picture is not None)
        assert self.state.problem is None

    def opens(self, model: str) -> None:
        self.window.choose_model(model)
        self.settles()

    def drags(self, *places: tuple[float, float]) -> None:
        """Drag over the plane, places in chart coordinates."""
        first, *rest = (self.plane.place_of(*place) for place in places)
        QTest.mousePress(self.plane, LEFT, NONE, first)
        for at in rest:
            QTest.mouseMove(self.plane, at)
        QTest.mouseRelease(self.plane, LEFT, NONE, rest[-1] if rest else first)

    def drops(self, path: Path) -> None:
        """Drop a file on the plane."""
        data, copy = QMimeData(), Qt.DropAction.CopyAction
        data.setUrls([QUrl.fromLocalFile(str(path))])
        enter = QDragEnterEvent(QPoint(90, 90), copy, data, LEFT, NONE)
        QApplication.sendEvent(self.plane, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.plane, QDropEvent(QPointF(90, 90), copy, data, LEFT, NONE))

    def takes_out_yours(self) -> None:
        """Open the drawer of a picture of one's own."""
        if self.state.drawer != "yours":
            self.person.does("drawer-yours")
        assert self.state.drawer == "yours"

    def has_another_picture(self, before: object) -> bool:
        """The picture of one's own is not this one any more."""
        return self.state.yours is not None and self.state.yours.pixels is not before

    def z(self) -> np.ndarray:
        desk = self.view.presenter._desk
        assert desk is not None
        return np.asarray(desk.now.z)


@pytest.fixture
def explorer(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch, opens: Opens) -> Explorer:
    """A person who has the small models, in front of the one with two dimensions."""
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path / "home"))
    for model in TOYS:
        shutil.copytree(project / "tests" / "engine" / "latent_models" / model, paths.own_models() / model)
    someone = Explorer(opens())
    someone.opens("linear")
    return someone


def test_a_model_is_chosen_its_point_pulled_and_the_pull_undone(explorer: Explorer) -> None:
    assert explorer.window.current == "latent" and explorer.state.model == "linear"
    assert {model.id for model in explorer.state.models} >= set(TOYS)
    assert explorer.state.picture is not None and explorer.state.picture.shape == (4, 3, 1)
    assert explorer.plane.hasFocus() or explorer.window.isAncestorOf(QApplication.focusWidget())

    before = explorer.state.picture
    assert before is not None
    start, pulled = explorer.z(), (0.9, 0.15)
    explorer.drags((0.5, 0.5), (0.7, 0.3), pulled)
    explorer.settles()
    assert explorer.state.picture is not None and not np.array_equal(explorer.state.picture, before)
    assert explorer.state.point == pytest.approx(pulled, abs=0.01)
    explorer.person.does("undo")
    explorer.settles()
    np.testing.assert_array_equal(explorer.state.picture, before)
    np.testing.assert_array_equal(explorer.z(), start)


def test_the_map_shows_what_the_point_shows_there_and_zooming_leaves_no_hole(explorer: Explorer) -> None:
    explorer.person.does("layout")
    explorer.settles()
    tile = explorer.state.tiles[-1]
    pitch = tile.side / tile.cells
    x, y = tile.x + 2.5 * pitch, tile.y + 5.5 * pitch  # column 2, row 2 from the top of 8
    explorer.view.presenter.move(x, y)
    explorer.settles()
    height, width, _ = explorer.state.picture.shape  # type: ignore[union-attr]
    row = (tile.cells - 6) * height
    on_map = tile.picture[row : row + height, 2 * width : 3 * width].astype(int)
    assert np.abs(on_map - explorer.state.picture).max() <= 1

    for _ in range(6):
        explorer.person.does("zoom-in")
    explorer.settles()
    photo = explorer.plane.grab().toImage()
    area = explorer.plane.area()
    view = explorer.view.presenter._view[0]
    for x in np.linspace(view[0], view[2], 9)[1:-1]:
        for y in np.linspace(view[1], view[3], 9)[1:-1]:
            assert any(t.x <= x < t.x + t.side and t.y <= y < t.y + t.side for t in explorer.state.tiles)
    assert photo.width() >= area.width()
    explorer.person.does("fit")
    explorer.settles()


def test_arrow_keys_move_and_page_keys_and_alt_with_the_wheel_leave_the_plane(explorer: Explorer) -> None:
    explorer.opens("ink")
    explorer.plane.setFocus()
    start = explorer.z()
    QTest.keyClick(explorer.plane, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    moved = explorer.z()
    assert np.abs(moved - start).max() > 0.01
    QTest.keyClick(explorer.plane, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ShiftModifier)
    explorer.settles()
    assert np.abs(explorer.z() - moved).max() > 0.1

    QTest.keyClick(explorer.plane, Qt.Key.Key_Left)  # or keys and wheel off the plane would be one step to undo
    plane, start = explorer.plane, explorer.z()
    before = explorer.state.point
    at, turned = QPointF(plane.area().center()), QPoint(120, 0)  # with Alt, Qt turns the wheel sideways
    alt = Qt.KeyboardModifier.AltModifier
    for _ in range(4):
        QApplication.sendEvent(
            plane,
            QWheelEvent(
                at, plane.mapToGlobal(at), QPoint(), turned, NONE_PRESSED, alt, Qt.ScrollPhase.NoScrollPhase, False
            ),
        )
    explorer.settles()
    assert explorer.state.point == pytest.approx(before, abs=1e-6) and np.abs(explorer.z() - start).max() > 0.1
    explorer.person.does("undo")
    np.testing.assert_array_equal(explorer.z(), start)


def test_undo_goes_back_over_every_verb(explorer: Explorer) -> None:
    """A pull, a slider, the plane, a stroke, a key picture, a parameter: one step each, and all of them come back."""
    explorer.opens("ink")
    explorer.person.does("drawer-yours")
    presenter, desk = explorer.view.presenter, explorer.view.presenter._desk
    assert desk is not None
    canvas = explorer.view.center.drawer.yours.canvas

    def stroke() -> None:
        middle = canvas.rect().center()
        QTest.mousePress(canvas, LEFT, NONE, middle)
        QTest.mouseMove(canvas, middle + QPoint(20, 20))
        QTest.mouseRelease(canvas, LEFT, NONE, middle + QPoint(20, 20))

    verbs: list[Callable[[], object]] = [
        lambda: explorer.drags((0.3, 0.3), (0.7, 0.6)),
        lambda: presenter.set_direction(0, 1.25),
        lambda: presenter.set_span_kind("pictures"),
        stroke,
        presenter.add_key,
        lambda: presenter.set_parameter("output", "draw"),
        presenter.jump,
    ]
    steps = [desk.now]
    for verb in verbs:
        verb()
        assert desk.now is not steps[-1]
        steps.append(desk.now)
    for step in reversed(steps[:-1]):
        explorer.person.does("undo")
        assert desk.now is step
    assert not explorer.window.action("undo").isEnabled()
    for step in steps[1:]:
        explorer.person.does("redo")
        assert desk.now is step
    explorer.settles()


def test_pictures_of_any_size_mode_and_depth_find_their_place(explorer: Explorer, tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    deep = Image.fromarray(random.integers(0, 65536, (40, 30), dtype=np.uint16))
    shapes = {"L": (1, 1), "1": (300, 7), "LA": (9, 200), "P": (64, 64), "RGBA": (33, 50), "CMYK": (20, 20)}
    pictures = {"deep.png": deep} | {
        f"{mode}.{'tif' if mode == 'CMYK' else 'png'}": Image.fromarray(
            random.integers(0, 256, (*size, 3), dtype=np.uint8)
        ).convert(mode)
        for mode, size in shapes.items()
    }
    for model in ("linear", "colours"):
        explorer.opens(model)
        explorer.takes_out_yours()
        shape = (4, 3, 1) if model == "linear" else (4, 4, 3)
        for name, picture in pictures.items():
            picture.save(tmp_path / name)
            before = explorer.state.yours.pixels if explorer.state.yours else None
            explorer.person.frame.file_dropped.emit(str(tmp_path / name))
            explorer.sees(lambda before=before: explorer.has_another_picture(before))
            assert explorer.state.yours is not None and explorer.state.yours.pixels.shape == shape, (model, name)
            if explorer.state.yours.pixels.any():
                explorer.sees(lambda: explorer.state.yours is not None and explorer.state.yours.encoded is not None)
        assert explorer.state.problem is None


def test_a_picture_of_ones_own_finds_its_place(explorer: Explorer, tmp_path: Path) -> None:
    """A Gaussian gives any picture its place; what is drawn for a VAE is encoded, bounded and gone to."""
    explorer.opens("normal")
    explorer.takes_out_yours()
    assert explorer.state.yours is not None and "formula" in explorer.state.yours.text
    drawn = np.random.default_rng(1).integers(0, 256, (4, 3), dtype=np.uint8)
    Image.fromarray(drawn).save(tmp_path / "mine.png")
    explorer.drops(tmp_path / "mine.png")
    explorer.sees(lambda: explorer.state.yours is not None and explorer.state.yours.nats is not None)
    np.testing.assert_array_equal(explorer.state.yours.pixels[..., 0], drawn)
    explorer.view.center.drawer.yours.go_requested.emit()
    explorer.settles()
    assert explorer.state.picture is not None
    assert np.abs(explorer.state.picture[..., 0].astype(int) - drawn).max() <= 1

    explorer.opens("ink")
    explorer.takes_out_yours()
    canvas = explorer.view.center.drawer.yours.canvas
    middle = canvas.rect().center()
    QTest.mousePress(canvas, LEFT, NONE, middle - QPoint(10, 20))
    QTest.mouseMove(canvas, middle + QPoint(10, 20))
    QTest.mouseRelease(canvas, LEFT, NONE, middle + QPoint(10, 20))
    explorer.sees(lambda: explorer.state.yours is not None and explorer.state.yours.bounds is not None)
    yours = explorer.state.yours
    assert yours is not None and yours.pixels.any() and yours.encoded is not None and yours.bounds is not None
    bounds = yours.bounds
    assert bounds.elbo[0] == pytest.approx(bounds.reconstruction[0] - bounds.kl[0])
    assert bounds.iwae_by_k[-1] >= bounds.iwae_by_k[0] - 1.0
    assert {curve.kind for curve in explorer.state.curves} >= {"ellipse", "arrow"}
    explorer.view.presenter.go_to_yours()
    np.testing.assert_allclose(explorer.z(), yours.encoded.mu[0], atol=1e-5)


def test_a_saved_map_says_what_it_is_a_map_of(explorer: Explorer, tmp_path: Path) -> None:
    """An independent reader decodes the map's corner again from the request in the file."""
    explorer.drags((0.4, 0.7))
    explorer.settles()
    sheet = explorer.view.sheet()
    assert sheet is not None
    explorer.person.session.files.save_to(tmp_path / "map.png", sheet)
    with Image.open(tmp_path / "map.png") as file:
        texts, pixels = file.text, np.asarray(file.convert("L"))
    note = next(json.loads(text) for text in texts.values() if "DecodeLatents" in text)
    kept = note["map"]
    x0, _, x1, y1 = kept["rect"]
    pitch = (x1 - x0) / kept["columns"]
    corner = np.array([x0 + pitch / 2, y1 - pitch / 2])
    place = np.vectorize(NormalDist().inv_cdf)(corner) if kept["layout"] == "normal" else corner
    z = (np.array(kept["pivot"]) + place @ np.array(kept["axes"])).astype(np.float32)
    said: list[Event] = []
    request = DecodeLatents(model=note["model"], z=z[None])
    explorer.person.session.engine.submit(request, Lane("again", Policy.QUEUE), said.append)
    explorer.sees(lambda: any(isinstance(event, Finished) for event in said))
    images = next(event.answer.images for event in said if isinstance(event, Finished))
    assert np.abs(pixels[:4, :3].astype(int) - images[0, ..., 0]).max() <= 1
    there = explorer.z()
    explorer.person.does("layout")
    explorer.drags((0.6, 0.2))
    explorer.person.frame.file_dropped.emit(str(tmp_path / "map.png"))
    explorer.settles()
    np.testing.assert_allclose(explorer.z(), there, atol=1e-6)
    assert explorer.state.chart.layout == kept["layout"]


def test_a_saved_picture_brings_its_point_back(explorer: Explorer, tmp_path: Path) -> None:
    explorer.drags((0.3, 0.8))
    explorer.settles()
    there, picture = explorer.z(), explorer.state.picture
    saved = explorer.view.picture()
    assert saved is not None
    explorer.person.session.files.save_to(tmp_path / "point.png", saved)
    record = from_text(str(read_picture(tmp_path / "point.png").note))
    np.testing.assert_array_equal(record.z[0], there)
    explorer.drags((0.6, 0.4))
    explorer.opens("codes")
    explorer.person.frame.file_dropped.emit(str(tmp_path / "point.png"))
    explorer.settles()
    assert explorer.state.model == "linear"
    np.testing.assert_allclose(explorer.z(), there, atol=1e-6)
    np.testing.assert_array_equal(explorer.state.picture, picture)


def test_a_path_is_written_and_read_by_others(
    explorer: Explorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ((0.2, 0.2), (0.8, 0.7)):
        explorer.drags(place)
        explorer.person.does("add-key")
    assert explorer.state.drawer == "path"
    for kind in ("png", "gif", "npz"):
        target = tmp_path / f"walk.{kind}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, target=target: (str(target), ""))
        explorer.view.center.drawer.path.export_requested.emit(kind)
        explorer.sees(target.exists)
    assert QImage(str(tmp_path / "walk.png")).width() == 12 * 3
    assert QImage(str(tmp_path / "walk.gif")).width() > 100
    with Image.open(tmp_path / "walk.gif") as film, Image.open(tmp_path / "walk.png") as strip:
        assert film.n_frames > 1 and film.info["loop"] == 0
        assert strip.size == (12 * 3, 4) and any("DecodeLatents" in text for text in strip.text.values())
    with np.load(tmp_path / "walk.npz", allow_pickle=False) as file:
        assert file["z"].shape == (20, 2) and file["images"].shape == (20, 4, 3, 1)


def test_a_torn_decoder_is_marked_and_not_smoothed_over(explorer: Explorer) -> None:
    explorer.opens("torn")
    explorer.drags((0.2, 0.5))
    explorer.settles()
    picture, saved = explorer.state.picture, explorer.view.picture()
    assert "no finite numbers" in explorer.state.picture_note and picture is not None and saved is not None
    assert (saved.pixels == 128).all() and (picture == 128).any() and (picture == 0).any(), "grey, and crossed out"
    broken = [tile for tile in explorer.state.tiles if tile.x + tile.side <= 0.5 and not tile.stale]
    assert broken and all(set(np.unique(tile.picture)) == {0, 128} for tile in broken)
    explorer.drags((0.8, 0.5))
    explorer.settles()
    assert "one and the same value" in explorer.state.picture_note


def test_the_engine_may_die_and_the_point_stays(explorer: Explorer) -> None:
    explorer.drags((0.3, 0.3))
    explorer.settles()
    there = explorer.z()
    explorer.person.kills_the_engine()
    explorer.sees(lambda: explorer.state.engine != "ready")
    explorer.drags((0.7, 0.6))
    explorer.sees(lambda: explorer.state.engine == "ready" and explorer.state.problem is None)
    explorer.settles()
    assert not np.array_equal(explorer.z(), there)


def test_every_model_is_looked_at_as_one_left_it_and_so_is_the_point_after_a_restart(
    explorer: Explorer, opens: Opens
) -> None:
    explorer.drags((0.3, 0.8))
    explorer.settles()
    there = explorer.z()
    explorer.person.does("zoom-in")
    explorer.person.does("zoom-in")
    explorer.settles()
    closer = explorer.view.presenter._view[0]
    explorer.opens("ink")
    assert explorer.state.chart == explorer.view.presenter._desk.chart  # type: ignore[union-attr]
    assert explorer.plane.fitted and explorer.view.presenter._view[0] == pytest.approx((0, 0, 1, 1))
    explorer.opens("linear")
    assert explorer.view.presenter._view[0] == pytest.approx(closer)
    explorer.person.closes()
    again = Explorer(opens())
    again.window.show_workspace("latent")
    again.settles()
    assert again.state.model == "linear"
    np.testing.assert_allclose(again.z(), there, atol=1e-6)
    assert not again.plane.fitted and again.view.presenter._view[0] == pytest.approx(closer, abs=1e-3)


def test_a_stopped_picture_is_said_and_a_hand_lets_go_when_another_model_comes(explorer: Explorer) -> None:
    before = explorer.state.picture
    explorer.view.presenter.move(0.9, 0.2)
    explorer.person.does("escape")
    assert explorer.state.picture is before and explorer.state.picture_note == words.OF_ELSEWHERE
    notes = [label for label in explorer.view.center.floor.shown.findChildren(QLabel) if label.isVisible()]
    assert words.OF_ELSEWHERE in [label.text() for label in notes]
    explorer.drags((0.6, 0.6))
    explorer.settles()
    assert explorer.state.picture_note == ""

    plane = explorer.plane
    QTest.mousePress(plane, LEFT, NONE, plane.place_of(0.4, 0.4))
    QTest.mouseMove(plane, plane.place_of(0.5, 0.4))
    explorer.opens("ink")
    there = explorer.z()
    QTest.mouseMove(plane, plane.place_of(0.8, 0.8))
    QTest.mouseRelease(plane, LEFT, NONE, plane.place_of(0.8, 0.8))
    np.testing.assert_array_equal(explorer.z(), there)
    explorer.drags((0.3, 0.3))
    assert not np.array_equal(explorer.z(), there)


def test_a_picture_goes_to_complete(explorer: Explorer) -> None:
    explorer.person.does("send-to-complete")
    assert explorer.window.current == "complete"
    assert explorer.person.state.document.observed.any()
    assert not explorer.window.action("send-to-complete").isEnabled()
    explorer.window.show_workspace("latent")
    assert explorer.window.action("send-to-complete").isEnabled()


def test_one_walks_with_the_drawer_folded_until_a_hand_comes(explorer: Explorer) -> None:
    walk = explorer.window.action("walk")
    assert not walk.isEnabled()
    for place in ((0.2, 0.2), (0.8, 0.7)):
        explorer.drags(place)
        explorer.person.does("add-key")
    explorer.person.does("drawer-path")
    assert explorer.state.drawer == "" and walk.isEnabled()
    start = explorer.z()
    explorer.person.does("walk")
    explorer.sees(lambda: not np.array_equal(explorer.z(), start))
    assert walk.isEnabled()
    explorer.plane.setFocus()
    QTest.keyClick(explorer.plane, Qt.Key.Key_Right)
    there = explorer.z()
    QTest.qWait(100)
    np.testing.assert_array_equal(explorer.z(), there)


def test_a_dropped_map_is_seen_as_it_was(explorer: Explorer, tmp_path: Path) -> None:
    for layout in ("normal", "plain"):
        explorer.view.presenter.set_layout(layout)
        explorer.plane.look_at((0.3, 0.3, 0.4, 0.4), 1.0)
        explorer.settles()
        there, sheet = explorer.z(), explorer.view.sheet()
        assert sheet is not None
        noted = from_text(sheet.note).map
        assert noted is not None
        explorer.person.session.files.save_to(tmp_path / "map.png", sheet)
        explorer.plane.fit()
        explorer.view.presenter.set_layout("plain" if layout == "normal" else "normal")
        explorer.drags((0.6, 0.2))
        explorer.person.frame.file_dropped.emit(str(tmp_path / "map.png"))
        explorer.settles()
        np.testing.assert_allclose(explorer.z(), there, atol=1e-6)
        x0, y0, x1, y1 = explorer.plane._view.visible()
        left, low, right, high = noted["rect"]
        assert x0 <= left + 1e-9 and y0 <= low + 1e-9 and x1 >= right - 1e-9 and y1 >= high - 1e-9
        assert x1 - x0 < 1.5 * (right - left) and explorer.state.chart.layout == layout


def test_a_map_that_is_not_all_there_is_not_saved(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: pytest.fail("there is nothing to save yet"))
    said: list[str] = []
    monkeypatch.setattr(explorer.view, "say", lambda text, kind="info": said.append(text))
    explorer.plane.look_at((0.71, 0.71, 0.72, 0.72), 1.0)
    assert explorer.state.map_busy
    explorer.person.does("save-sheet")
    explorer.settles()
    explorer.view.presenter.set_layer("pictures", False)
    explorer.person.does("save-sheet")
    assert [text.split(".")[0] for text in said] == ["The map is still being decoded", "The map is hidden"]


def test_a_file_is_not_replaced_unasked_and_not_written_once_stopped(
    explorer: Explorer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ((0.2, 0.2), (0.8, 0.7)):
        explorer.drags(place)
        explorer.person.does("add-key")
    target, asked, answers = tmp_path / "walk.gif", list[str](), ["No", "Yes"]
    target.write_bytes(b"mine")

    def question(_parent: object, _title: str, text: str) -> QMessageBox.StandardButton:
        asked.append(text)
        return QMessageBox.StandardButton[answers.pop(0)]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "walk"), ""))
    monkeypatch.setattr(QMessageBox, "question", question)
    request = explorer.view.center.drawer.path.export_requested
    request.emit("gif")
    assert asked == ["walk.gif is there already. Replace it?"] and explorer.state.writing is None
    request.emit("gif")
    explorer.sees(lambda: explorer.state.message == "Saved walk.gif.")
    assert target.read_bytes()[:3] == b"GIF" and explorer.state.writing is None
    request.emit("npz")
    assert explorer.state.writing == 0.0
    explorer.person.does("escape")
    assert explorer.state.message == "Stopped. walk.npz is not written." and explorer.state.writing is None
    request.emit("png")
    explorer.sees(lambda: explorer.state.message == "Saved walk.png.")
    assert sorted(file.name for file in tmp_path.glob("walk*")) == ["walk.gif", "walk.png"]
    explorer.person.does("undo")
    explorer.person.frame.file_dropped.emit(str(tmp_path / "walk.png"))
    assert explorer.state.path is not None and len(explorer.state.path.images) == 2
