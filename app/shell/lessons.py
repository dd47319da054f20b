"""The lessons beside the picture: which one is open, and what their buttons set in the workspace in front."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from app import messages
from app.documents.lessons import Lesson, Stage, read_lessons
from app.documents.picture_file import read_picture
from app.settings import Settings
from app.shell.commands import Command
from app.shell.window import Window
from app.translation import tr
from app.widgets.lesson_panel import LessonPanel
from engine.errors import EngineError

PREFIX = "lesson:"
"""What the ids of the palette's entries for lessons begin with."""


class Lessons(QObject):
    """Reads the lessons of a folder and gives the window their column.

    ``problems`` has a sentence for each file that is no lesson.
    """

    def __init__(self, window: Window, folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self._lessons, self.problems = read_lessons(folder)
        self._places: dict[str, int] = {}
        self._last = ""
        self.panel = LessonPanel(self._lessons)
        window.set_beside(self.panel)
        window.palette_card.set_more([_entry(number, lesson) for number, lesson in enumerate(self._lessons, 1)])
        window.palette_card.chosen.connect(self._chosen)
        window.top_bar.lessons_requested.connect(self.toggle)
        window.model_chosen.connect(lambda *_: self._find_obstacles())
        self.panel.lesson_opened.connect(self._opened)
        self.panel.stage_requested.connect(self.set_stage)
        self.panel.value_chosen.connect(self._set_value)
        self.panel.close_requested.connect(self.close)
        for identity, view in window.views.items():
            view.parameters_changed.connect(
                lambda values, identity=identity: self._parameters_changed(identity, values)
            )
        self._values: dict[str, Mapping[str, Any]] = {}

    # -- open and closed -------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether the column shows."""
        return not self.panel.isHidden()

    def toggle(self) -> None:
        """Open the column where it was left, or close it."""
        if self.is_open:
            self.close()
        else:
            self.open(self._last)

    def open(self, identity: str = "") -> None:
        """Open a lesson where it was left; the list of them where there is none of this id."""
        self._show(True)
        self.panel.open(identity, self._places.get(identity, 0))
        self.panel.take_focus()

    def close(self) -> None:
        """Give the room back, and the keys to the picture."""
        self._leave_place()
        self._show(False)
        self._window.view.center.setFocus()

    def _show(self, shown: bool) -> None:
        self._window.show_beside(shown)
        self._window.top_bar.lessons.setChecked(shown)

    def restore(self, remembered: Settings) -> None:
        """As it was when the program was closed; nothing takes the focus."""
        self._last = remembered.lesson
        self._places[remembered.lesson] = remembered.lesson_place
        if remembered.lessons_open:
            self._show(True)
            self.panel.open(self._last, remembered.lesson_place)

    def remembered(self) -> dict[str, Any]:
        """What the next start needs, as fields of the settings."""
        self._leave_place()
        return {
            "lessons_open": self.is_open,
            "lesson": self._last,
            "lesson_place": self._places.get(self._last, 0),
        }

    def _leave_place(self) -> None:
        if self.panel.lesson is not None and self.is_open:
            self._places[self.panel.lesson.id] = self.panel.place()

    def _chosen(self, command: str) -> None:
        if command.startswith(PREFIX):
            self.open(command.removeprefix(PREFIX))

    def _opened(self, identity: str) -> None:
        self._last = identity
        self._find_obstacles()
        lesson = self.panel.lesson
        if lesson is not None:
            self._show_values(self._values.get(lesson.workspace, {}))

    # -- the stage -------------------------------------------------------------------------------------------------

    def obstacle(self, lesson: Lesson, stage: Stage) -> str:
        """Why a lesson's stage cannot be set, in a sentence; nothing where it can."""
        view = self._window.views.get(lesson.workspace)
        if view is None:
            return tr("No installed model opens in the workspace {words}.").format(words=lesson.workspace.capitalize())
        if stage.model and not self._window.opens(lesson.workspace, stage.model):
            return messages.unknown_model(stage.model)
        return view.obstacle(stage)

    def set_stage(self, name: str) -> None:
        """Set the stage of this name of the open lesson."""
        lesson = self.panel.lesson
        if lesson is None or name not in lesson.stages:
            return
        stage = lesson.stages[name]
        if why := self.obstacle(lesson, stage):
            self._window.say(why, "warn")
            return
        try:
            rgba = read_picture(self._folder / stage.picture).rgba if stage.picture else None
        except EngineError as error:
            self._window.say(str(error), "warn")
            return
        self._window.show_workspace(lesson.workspace)
        self._window.view.stage(stage, rgba)

    def _set_value(self, parameter: str, value: float) -> None:
        """The slider: the parameter alone."""
        lesson = self.panel.lesson
        if lesson is not None and lesson.workspace in self._window.views:
            self._window.show_workspace(lesson.workspace)
            whole = int(value) if value == int(value) else value
            self._window.view.stage(Stage(parameters={parameter: whole}), None)

    def _find_obstacles(self) -> None:
        lesson = self.panel.lesson
        if lesson is not None:
            self.panel.set_obstacles({name: self.obstacle(lesson, stage) for name, stage in lesson.stages.items()})

    def _parameters_changed(self, workspace: str, values: Mapping[str, Any]) -> None:
        self._values[workspace] = values
        lesson = self.panel.lesson
        if lesson is not None and lesson.workspace == workspace:
            self._show_values(values)

    def _show_values(self, values: Mapping[str, Any]) -> None:
        for parameter, value in values.items():
            if isinstance(value, (int, float)):
                self.panel.set_value(parameter, value)


def _entry(number: int, lesson: Lesson) -> Command:
    """A lesson as the palette offers it."""
    return Command(
        f"{PREFIX}{lesson.id}",
        "Help",
        tr("Lesson {number}: {title}").format(number=number, title=lesson.title),
        (),
        tr("Opens the lesson about {words}.").format(words=lesson.view.lower()),
        tr("learn course"),
    )
