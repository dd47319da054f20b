"""Lessons in the window, between views that note what is asked of them: room, stages, obstacles, the next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.documents.lessons import Stage
from app.settings import Settings
from app.shell.frame import Frame
from app.shell.lessons import Lessons
from app.shell.window import Window
from app.theme.tokens import Size
from app.workspaces.registry import Workspace
from engine.contracts.manifest import ImageSpec, Manifest
from engine.records.png_file import encode_png

HEAD = '+++\ntitle = "{title}"\nworkspace = "{workspace}"\norder = {order}\nview = "Any mask"\nminutes = 2\n'
BODY = "+++\nWords. [Raster](stage:raster) [Gone](stage:gone)\n\n[How many](slider:particles)\n"
STAGES = """
[[stage]]
name = "raster"
model = "digits"
picture = "three.png"
parameters = { method = "raster" }
[[stage]]
name = "gone"
model = "nowhere"
[slider]
parameter = "particles"
values = [1, 4, 64]
"""


class FakeView(QObject):
    """A workspace that notes the stages it was to set."""

    model_changed = Signal(str)
    unavailable_changed = Signal(object)
    file_dropped = Signal(str)
    library_requested = Signal()
    command_requested = Signal(str)
    picture_sent = Signal(object)
    parameters_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.center, self.inspector, self.status = QLineEdit(), QWidget(), QWidget()
        self.buttons: dict[str, Any] = {}
        self.menus: dict[Any, Any] = {}
        self.areas: tuple[QWidget, ...] = (self.center,)
        self.staged: list[tuple[Stage, Any]] = []
        self.said: list[str] = []
        self.why = ""

    def handlers(self) -> dict[str, Any]:
        return {}

    def say(self, text: str, kind: str = "info") -> None:
        self.said.append(text)

    def obstacle(self, stage: Stage) -> str:
        return self.why

    def stage(self, stage: Stage, rgba: Any) -> None:
        self.staged.append((stage, rgba))


def model(identity: str, family: str) -> Manifest:
    return Manifest(
        id=identity,
        title=identity.capitalize(),
        family=family,
        architecture="PixelCNN",
        data="toy",
        data_title="Toy",
        image=ImageSpec(height=4, width=4, channels=1, levels=2),
        graphs={},
    )


def write(folder: Path, name: str, order: int, workspace: str = "complete", front: str = STAGES) -> None:
    text = HEAD.format(title=name.capitalize(), order=order, workspace=workspace) + front
    (folder / f"{name}.md").write_text(text + (BODY if front else "+++\nWords.\n"))


Scene = SimpleNamespace


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> Iterator[Scene]:
    """A window with two workspaces and three lessons, one of them of a workspace that is not there."""
    picture = np.zeros((4, 4, 4), np.uint8)
    picture[0] = 255
    (tmp_path / "three.png").write_bytes(encode_png(picture))
    write(tmp_path, "scattered", 1)
    write(tmp_path, "bits", 2, front="")
    write(tmp_path, "dream", 3, workspace="dream")
    models = (model("digits", "autoregressive"), model("codes", "vae"))
    workspaces = [
        Workspace(name, name.capitalize(), "Help.", lambda m, f=family: m.family == f, lambda *_: FakeView())
        for name, family in (("complete", "autoregressive"), ("latent", "vae"))
    ]
    window = Window(workspaces, models, {})
    views = {workspace.id: FakeView() for workspace in workspaces}
    for workspace in workspaces:
        window.add_workspace(workspace, views[workspace.id])  # type: ignore[arg-type]
    lessons = Lessons(window, tmp_path)
    window.set_handlers({"lessons": lessons.toggle})
    frame = Frame()
    frame.set_content(window)
    qtbot.addWidget(frame)
    frame.resize(1440, 800)
    with qtbot.waitExposed(frame):
        frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    yield Scene(frame=frame, window=window, lessons=lessons, views=views, panel=lessons.panel, folder=tmp_path)


# --- open and closed


def test_they_open_and_close_by_command_and_by_button(scene: Scene, qtbot: QtBot) -> None:
    button = scene.window.top_bar.lessons
    assert not scene.panel.isVisible()
    scene.window.action("lessons").trigger()
    assert scene.panel.isVisible() and button.isChecked() and scene.panel.rows[0].hasFocus()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not scene.panel.isVisible() and not button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert scene.panel.isVisible() and button.isChecked()


def test_escape_closes_from_inside_and_the_keys_go_back_to_the_picture(scene: Scene) -> None:
    scene.lessons.open("scattered")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not scene.lessons.is_open and scene.views["complete"].center.hasFocus()


def test_the_column_opens_again_at_the_lesson_that_was_open(scene: Scene) -> None:
    scene.lessons.open("bits")
    scene.lessons.toggle()
    scene.lessons.toggle()
    assert scene.panel.lesson is not None and scene.panel.lesson.id == "bits"


def test_the_palette_finds_a_lesson_by_its_title(scene: Scene) -> None:
    palette = scene.window.palette_card
    palette.open()
    palette.field.setText("scatter")
    titles = [palette.list.item(row).text() for row in range(palette.list.count())]
    assert titles == ["Lesson 1: Scattered"]
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert scene.panel.lesson is not None and scene.panel.lesson.id == "scattered"


# --- room


@pytest.mark.parametrize(
    ("width", "library", "beside"),
    [
        (1024, 0, Size.LESSONS_NARROW),
        (1100, 0, Size.LESSONS_NARROW),
        (1300, Size.LIBRARY_RAIL, Size.LESSONS),
        (1440, Size.LIBRARY_RAIL, Size.LESSONS),
        (1680, Size.LIBRARY, Size.LESSONS),
    ],
)
def test_the_library_makes_room_and_the_picture_keeps_its_own(
    scene: Scene, width: int, library: int, beside: int
) -> None:
    scene.frame.resize(width, 640)
    scene.lessons.open()
    QApplication.processEvents()
    window = scene.window
    assert window.width() == width, "nothing pushes the window wider"
    assert (window.library.width() if window.library.isVisible() else 0) == library
    assert scene.panel.width() == beside
    assert scene.views["complete"].center.width() >= 416
    assert scene.views["complete"].inspector.isVisible()
    scene.lessons.close()
    QApplication.processEvents()
    assert window.library.isVisible()
    assert window.library.width() == (Size.LIBRARY_RAIL if width < 1200 else Size.LIBRARY)


def test_where_the_library_is_away_its_command_brings_it_back(scene: Scene) -> None:
    scene.frame.resize(1024, 640)
    scene.lessons.open()
    scene.window.toggle_library()
    assert not scene.lessons.is_open and scene.window.library.isVisible()
    scene.lessons.open()
    scene.views["complete"].library_requested.emit()
    assert not scene.lessons.is_open and scene.window.library.isVisible()


def test_a_wide_library_by_choice_stays_as_long_as_there_is_room(scene: Scene) -> None:
    scene.lessons.open()
    scene.window.toggle_library()
    QApplication.processEvents()
    assert scene.window.library.width() == Size.LIBRARY
    scene.frame.resize(1260, 700)
    QApplication.processEvents()
    assert scene.window.library.width() == Size.LIBRARY_RAIL and scene.window.width() == 1260


def test_tab_goes_through_the_column_between_library_and_picture(scene: Scene) -> None:
    scene.lessons.open("scattered")
    scene.panel.contents.setFocus()
    seen = list[QWidget]()
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
        if seen[-1] is scene.views["complete"].center:
            break
    inside = [widget for widget in seen if scene.panel.isAncestorOf(widget)]
    page = scene.panel.page
    order = [scene.panel.following, scene.panel.close_button, page, page.buttons["raster"][0], page.slider.slider]
    assert inside == [*order, page.following], "as they are read; what cannot be pressed is left out"
    assert seen[-1] is scene.views["complete"].center


# --- the stage


def test_a_button_sets_the_stage_with_its_picture(scene: Scene, qtbot: QtBot) -> None:
    scene.lessons.open("scattered")
    scene.window.show_workspace("latent")
    qtbot.mouseClick(scene.panel.page.buttons["raster"][0], Qt.MouseButton.LeftButton)
    assert scene.window.current == "complete", "its workspace comes to the front"
    [(stage, rgba)] = scene.views["complete"].staged
    assert stage.parameters == {"method": "raster"} and stage.model == "digits"
    assert rgba.shape == (4, 4, 4) and (rgba[0] == 255).all() and not rgba[1:].any()


def test_the_slider_sets_its_parameter_alone_in_whole_numbers(scene: Scene) -> None:
    scene.lessons.open("scattered")
    slider = scene.panel.page.slider.slider
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    [(stage, rgba)] = scene.views["complete"].staged
    assert stage == Stage(parameters={"particles": 4}) and type(stage.parameters["particles"]) is int and rgba is None


def test_the_slider_stands_where_the_workspace_does(scene: Scene) -> None:
    scene.views["complete"].parameters_changed.emit({"particles": 64, "method": "auto"})
    scene.lessons.open("scattered")
    assert scene.panel.page.slider.stop() == 2
    scene.views["complete"].parameters_changed.emit({"particles": 5})
    assert scene.panel.page.slider.stop() == 1
    scene.views["latent"].parameters_changed.emit({"particles": 1})
    assert scene.panel.page.slider.stop() == 1, "another workspace's are not this lesson's"
    assert not scene.views["complete"].staged


def test_a_model_that_is_not_there_is_said_and_its_button_is_off(scene: Scene) -> None:
    scene.lessons.open("scattered")
    gone = scene.panel.page.buttons["gone"][0]
    assert not gone.isEnabled() and "nowhere is not installed" in gone.toolTip()
    scene.lessons.set_stage("gone")
    assert "nowhere is not installed" in scene.views["complete"].said[-1] and not scene.views["complete"].staged
    scene.window.set_models = lambda *_: None
    scene.window._models = (*scene.window._models, model("nowhere", "autoregressive"))
    scene.window.model_chosen.emit("complete", "nowhere")
    assert gone.isEnabled(), "once it is installed it can be pressed"


def test_what_the_workspace_cannot_do_is_said(scene: Scene) -> None:
    scene.views["complete"].why = "There is no lens 'x-ray' here."
    scene.lessons.open("scattered")
    assert scene.panel.page.buttons["raster"][0].toolTip() == "There is no lens 'x-ray' here."
    scene.lessons.set_stage("raster")
    assert scene.views["complete"].said == ["There is no lens 'x-ray' here."]


def test_a_lesson_of_a_workspace_that_is_not_there_can_be_read(scene: Scene) -> None:
    scene.lessons.open("dream")
    assert "Dream" in scene.panel.page.buttons["raster"][0].toolTip()
    scene.lessons.set_stage("raster")
    assert not scene.views["complete"].staged and "Dream" in scene.views["complete"].said[-1]
    slider = scene.panel.page.slider.slider
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert not scene.views["complete"].staged


def test_a_picture_that_cannot_be_read_is_said(scene: Scene) -> None:
    scene.lessons.open("scattered")
    (scene.folder / "three.png").write_bytes(b"no picture")
    scene.lessons.set_stage("raster")
    assert "three.png" in scene.views["complete"].said[-1] and not scene.views["complete"].staged


# --- the next start


def test_what_is_remembered_comes_back(scene: Scene, qtbot: QtBot) -> None:
    assert scene.lessons.remembered() == {"lessons_open": False, "lesson": "", "lesson_place": 0}
    scene.lessons.restore(Settings(lessons_open=True, lesson="bits", lesson_place=0))
    assert scene.panel.isVisible() and scene.panel.lesson.id == "bits"
    assert not scene.panel.isAncestorOf(QApplication.focusWidget()), "nothing takes the focus at the start"
    assert scene.lessons.remembered() == {"lessons_open": True, "lesson": "bits", "lesson_place": 0}
    scene.lessons.close()
    assert scene.lessons.remembered()["lessons_open"] is False
    assert scene.lessons.remembered()["lesson"] == "bits"


def test_a_remembered_lesson_that_is_gone_opens_the_list(scene: Scene) -> None:
    scene.lessons.restore(Settings(lessons_open=True, lesson="gone", lesson_place=9))
    assert scene.panel.isVisible() and scene.panel.lesson is None


def test_files_that_are_no_lessons_are_told_of(scene: Scene, tmp_path: Path) -> None:
    (scene.folder / "torn.md").write_text("+++\n")
    other = Lessons(scene.window, scene.folder)
    assert len(other.problems) == 1 and "torn.md" in other.problems[0]
    assert len(other.panel.rows) == 3
