"""The window itself: its start, its size, its themes, its keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget

from app.shell.commands import ADOPTING, COMMANDS, worded
from app.shell.explain import NOTHING, explanation
from app.shell.shortcut_list import COLUMNS, sections
from app.theme.tokens import LIGHT
from tests.journeys.conftest import DIGITS, Opens, Person

pytestmark = pytest.mark.journey
HEAVY = ("onnxruntime", "torch", "onnx", "pyqtgraph")

RUNTIME = ("onnxruntime", "torch", "onnx", "onnxscript", "safetensors")

_START = """
import json, sys
from app.__main__ import main
from app.shell import start

seen = {}
shown, told = start.Frame.set_content, start.report

def at_content(frame, content):
    seen["running"] = sorted(sys.modules)
    shown(frame, content)

def at_paint(*given):
    seen.setdefault("painted", sorted(sys.modules))
    told(*given)

start.Frame.set_content, start.report = at_content, at_paint
code = main(["--bench-first-paint"])
print(json.dumps(seen | {"code": code, "ready": sorted(sys.modules)}))
"""


def test_the_first_paint_is_measured_and_what_the_window_has_loaded_by_then(tmp_path: Path, project: Path) -> None:
    """The real window, with the engine process beside it, from its first paint until it is ready."""
    done = _started(["-c", _START], tmp_path, project)
    paint, seen = (json.loads(line) for line in (done.stdout.splitlines()[0], done.stdout.splitlines()[-1]))
    assert seen["code"] == 0 and paint["first_paint_ms"] > 0
    assert not {"numpy", *HEAVY} & set(seen["painted"]), "the first paint waits for nothing heavy"
    assert not set(HEAVY) & set(seen["running"])
    assert "numpy" in seen["running"] and "PySide6" in seen["ready"]
    assert not set(RUNTIME) & set(seen["ready"]), "neither runtime nor torch"


def test_the_first_paint_of_a_bare_window_is_measured_too(tmp_path: Path, project: Path) -> None:
    done = _started(["-m", "app", "--bench-bare-window"], tmp_path, project)
    assert json.loads(done.stdout.splitlines()[0])["first_paint_ms"] > 0


def _started(words: list[str], home: Path, project: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REVERIE_HOME": str(home), "REVERIE_STARTED_NS": str(time.time_ns())}
    environment |= {"PYTHONPATH": str(project), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, *words], cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def test_a_new_window_lies_where_the_first_frame_drew_it_and_explains_itself(person: Person) -> None:
    def place(widget: QWidget) -> QRect:
        return QRect(widget.mapTo(person.frame, QPoint(0, 0)), widget.size())

    assert person.state.engine == "ready"
    assert "pyqtgraph" not in sys.modules
    window, floor = person.session.window, person.view.center.floor
    assert place(window.top_bar) == QRect(0, 0, 1440, 48)
    assert place(window.library) == QRect(0, 49, 240, 822)
    assert place(floor).x() == 241 and place(floor).width() == 898
    assert floor.tools.height() == 416 and floor.tools.x() == 40 and floor.height() == 594
    silent = [
        f"{type(button).__name__} {button.accessibleName() or button.text()}"
        for button in person.frame.findChildren(QAbstractButton)
        if button.isVisible() and explanation(button) == NOTHING
    ]
    assert silent == []


def test_the_window_fits_every_size_and_the_library_is_a_rail_by_hand_too(person: Person) -> None:
    for command_gives in (56, 240):
        person.does("library")
        assert person.session.window.library.width() == command_gives
    for width, height, library in ((1024, 640, 56), (1199, 800, 56), (1200, 800, 240), (3840, 2160, 240)):
        person.frame.resize(width, height)
        person.sees(lambda library=library: person.session.window.library.width() == library)  # type: ignore[misc]
        QApplication.processEvents()
        room, picture = person.canvas.size(), person.state.document.state.shape
        assert room.width() >= 416 and room.height() >= 260, (width, height)
        side = person.canvas.zoom() / person.canvas.devicePixelRatioF()
        assert picture[0] * side <= room.height() and picture[1] * side <= room.width(), (width, height)


def test_themes_change_and_pictures_do_not(person: Person) -> None:
    images = person.state.images
    person.session.appearance.choose("light")
    assert person.frame.grab().toImage().pixelColor(700, 20).name() == LIGHT.panel
    assert person.state.images is images
    person.session.appearance.choose("dark")
    assert person.frame.grab().toImage().pixelColor(700, 20).name() != LIGHT.panel
    person.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert person.session.appearance.choice == "light"


def test_the_palette_finds_and_runs_a_command_and_letters_in_a_field_are_letters(person: Person) -> None:
    person.does("tool-pen")
    person.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    card = person.session.window.palette_card
    assert card.isVisible()
    QTest.keyClicks(card.field, "exb")
    assert card.field.text() == "exb" and person.state.tool == "pen"
    QTest.keyClick(card.field, Qt.Key.Key_Escape)
    assert not card.isVisible()
    person.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert card.isVisible() and card.field.text() == ""
    QTest.keyClicks(card.field, "forget br")
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    assert not card.isVisible()
    assert person.state.tool == "forget"


def test_only_what_the_workspace_on_show_handles_is_offered(person: Person) -> None:
    window = person.session.window
    offered: dict[str, set[str]] = {}
    lessons = {f"Lesson {number}: {row.text()}" for number, row in enumerate(person.session.lessons.panel.rows, 1)}
    for workspace, view in window.views.items():
        window.show_workspace(workspace)
        offered[workspace] = {c.id for c in COMMANDS if window.action(c.id).isVisible()}
        assert view.handlers().keys() <= offered[workspace]
        menu = window.top_bar._menu_button.menu()
        topics = {a.text() for a in menu.actions() if a.isVisible()}
        assert topics == {c.menu for c in COMMANDS if c.id in offered[workspace]}
        window.palette_card.open()
        listed = {window.palette_card.list.item(row).text() for row in range(window.palette_card.list.count())}
        window.palette_card.hide()
        commands = {worded(c, workspace).title for c in COMMANDS if c.id in offered[workspace] - ADOPTING}
        assert listed == commands | lessons and lessons
        handled = window.actions_table.handled
        keys = {entry for menus in COLUMNS for _, rows in sections(menus, handled) for entry in rows}
        assert ("Drag", "Use the tool") in keys if workspace == "complete" else ("Drag", "Pull the point") in keys
    assert not {"tool-pen", "adopt"} & offered.get("latent", set())
    assert not {"layer-codes", "send-to-complete"} & offered["complete"]
    for command, workspace in (("show-complete", "complete"), ("show-latent", "latent")):
        if workspace in offered:
            person.does(command)
            assert window.current == workspace
    if len(offered) > 1:
        assert set.union(*offered.values()) == {command.id for command in COMMANDS}


def test_commands_that_can_do_nothing_are_disabled(person: Person) -> None:
    assert not person.session.window.action("undo").isEnabled()
    assert not person.view.center.header.buttons["undo"].isEnabled()
    person.does("clear")
    assert person.session.window.action("undo").isEnabled()
    assert person.view.center.header.buttons["undo"].isEnabled()


def test_tab_reaches_tools_parameters_and_completions(person: Person) -> None:
    person.canvas.setFocus()
    reached: set[str] = set()
    for _ in range(80):
        widget = QApplication.focusWidget()
        assert widget is not None
        while widget is not None:
            reached.add(type(widget).__name__)
            widget = widget.parentWidget()
        person.press(Qt.Key.Key_Tab)
    assert {"ToolBar", "ParameterPanel", "CompletionStrip", "ModelLibrary", "TopBar", "PaceBar", "ColorBar"} <= reached


def test_the_settings_are_kept_and_less_motion_shows_the_first_completion_at_once(opens: Opens) -> None:
    first = opens()
    first.session.appearance.choose("light")
    first.frame.resize(1300, 800)
    first.does("motion")
    first.closes()
    second = opens(restore=False)
    assert second.session.settings.theme == "light"
    assert second.session.settings.geometry
    assert not second.state.show_running
    second.sees_completions()
    second.does("motion")
    assert not second.session.settings.reduced_motion


def test_return_and_digits_belong_to_the_field_that_has_the_keys(person: Person) -> None:
    """Return commits and gives the keys back, a digit in the list of classes is a class; neither adopts."""
    person.session.window.choose_model(DIGITS)
    person.sees_completions()
    fields = person.view.inspector.parameters.fields()
    box, field = fields["class_name"].findChild(QComboBox), fields["seed"].findChild(QLineEdit)
    assert isinstance(box, QComboBox) and isinstance(field, QLineEdit)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_8)
    person.sees(lambda: person.state.parameters["class_name"] == "8")
    assert not person.state.document.is_whole, "8 did not adopt"
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "77")
    QTest.keyClick(field, Qt.Key.Key_Return)
    person.sees(lambda: person.state.parameters["seed"] == 77)
    assert not person.state.document.is_whole, "Return did not adopt"
    person.sees(lambda: QApplication.focusWidget() is person.canvas)
