"""Scenes at the window: what is opened, what is kept of what was there, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.documents.scene import Scene, read_scene, to_text
from app.shell import scenes as module
from app.shell.actions import Actions
from app.shell.earlier import MOST, Stack
from app.shell.recovery import Ended, Recovery
from app.shell.scenes import Scenes, opened_words
from engine.contracts.manifest import Manifest
from tests.app.documents.test_scene import model


class View(QObject):
    """A workspace whose capture is one word."""

    unavailable_changed = Signal(object)

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word, self.damage = word, ""

    def writes(self, word: str) -> None:
        """A person's step, which it can undo."""
        self.word = word
        self.unavailable_changed.emit(frozenset())

    def capture(self) -> dict[str, Any]:
        return {"word": self.word, "models": ["a"]}

    def start(self, _: str, scene: dict[str, Any] | None) -> str:
        self.word = "" if scene is None else str(scene["word"])
        self.unavailable_changed.emit(frozenset({"undo", "redo"}))
        return self.damage


class Window(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.views = {"complete": View("eyes"), "latent": View("point")}
        self._actions_of = QWidget()
        self.actions_table = Actions(self._actions_of)
        self.current = "complete"
        self.said: list[tuple[str, str]] = []

    def say(self, text: str, kind: str = "info") -> None:
        self.said.append((text, kind))

    def show_workspace(self, identity: str) -> None:
        self.current = identity


@dataclass
class Place:
    """A window, its scenes, and which files were opened."""

    folder: Path
    models: list[Manifest] = field(default_factory=lambda: [model("a")])
    opened: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.window: Any = Window()
        self.scenes = Scenes(self.window, self.folder / "recovery", lambda: self.models, self.opened.append)

    @property
    def words(self) -> list[str]:
        return [view.word for view in self.window.views.values()]

    @property
    def said(self) -> tuple[str, str]:
        found: tuple[str, str] = self.window.said[-1]
        return found

    def run(self, command: str) -> None:
        self.scenes.handlers()[command]()

    def presses(self, command: str) -> bool:
        """Undo or redo, where the workspace in front has nothing to do for it; whether it was there to be pressed."""
        actions = self.window.actions_table
        actions.bind({"undo": self.fails, "redo": self.fails})
        actions.set_unavailable(frozenset({"undo", "redo"}))
        offered = bool(actions.action(command).isEnabled())
        actions.run(command)
        return offered

    def fails(self) -> None:
        raise AssertionError("the workspace has nothing to undo")


@pytest.fixture
def place(tmp_path: Path, qtbot: QtBot) -> Place:
    return Place(tmp_path)


@pytest.fixture
def saved(place: Place, tmp_path: Path) -> Path:
    """A scene of other work, with the latent space in front."""
    for view, word in zip(place.window.views.values(), ("mouth", "path"), strict=True):
        view.word = word
    place.window.current = "latent"
    place.scenes.save_to(tmp_path / "one.reverie")
    for view, word in zip(place.window.views.values(), ("eyes", "point"), strict=True):
        view.word = word
    place.window.current = "complete"
    place.opened.clear()
    return tmp_path / "one.reverie"


def types(monkeypatch: pytest.MonkeyPatch, dialog: str, path: Path | str) -> None:
    monkeypatch.setattr(QFileDialog, dialog, lambda *_: (str(path), ""))


def test_a_scene_is_opened_in_all_workspaces_and_the_earlier_work_comes_back(place: Place, saved: Path) -> None:
    place.scenes.open_or_say(saved)
    assert place.words == ["mouth", "path"] and place.window.current == "latent"
    assert place.said == (f"Opened one.reverie. {module._WAY_BACK}", "ok") and place.opened == [str(saved)]
    place.window.views["latent"].word = "path, gone on"
    place.run("earlier-work")
    assert place.words == ["eyes", "point"] and place.window.current == "complete"
    place.run("earlier-work")
    assert place.words == ["mouth", "path, gone on"], "nothing is ever lost on the way"


def scene_file(place: Place, name: str, word: str) -> Path:
    path = place.folder / f"{name}.reverie"
    path.write_text(to_text(Scene(workspaces={"complete": {"word": word}, "latent": {"word": word}}, front="complete")))
    return path


def test_undo_goes_back_over_every_scene_and_redo_forward(place: Place) -> None:
    assert not place.presses("undo")
    for name in "abc":
        place.scenes.open_or_say(scene_file(place, name, name))
    assert "Undo brings back" in place.said[0]
    for words in (["b", "b"], ["a", "a"], ["eyes", "point"]):
        assert place.presses("undo") and place.words == words
    assert not place.presses("undo"), "that was all"
    for word in "abc":
        assert place.presses("redo") and place.words == [word, word]
    assert not place.presses("redo")


def test_undo_of_a_scene_waits_for_the_work_after_it(place: Place) -> None:
    place.scenes.open_or_say(scene_file(place, "a", "a"))
    place.window.views["latent"].writes("a, gone on")
    assert not place.presses("undo"), "what was done since is undone first, where it was done"
    place.window.views["latent"].unavailable_changed.emit(frozenset({"undo"}))
    assert place.presses("undo") and place.words == ["eyes", "point"]
    place.window.views["complete"].writes("mouth")
    assert not place.presses("redo"), "it would take the place of new work"


def test_work_that_a_scene_does_not_touch_does_not_hold_its_undo_up(place: Place, tmp_path: Path) -> None:
    only = Scene(workspaces={"latent": {"word": "only"}})
    (tmp_path / "only.reverie").write_text(to_text(only))
    place.scenes.open_or_say(tmp_path / "only.reverie")
    place.window.views["complete"].writes("mouth")
    assert place.presses("undo") and place.words == ["mouth", "point"]


def test_what_was_undone_is_kept_when_another_scene_is_opened(place: Place) -> None:
    place.scenes.open_or_say(scene_file(place, "a", "a"))
    place.window.views["complete"].word = "a, for an hour"
    place.presses("undo")
    place.scenes.open_or_say(scene_file(place, "b", "b"))
    assert place.presses("undo") and place.words == ["eyes", "point"]
    place.run("earlier-work")
    assert place.words == ["a, for an hour", "a"]


def test_a_new_start_offers_no_undo_but_has_the_earlier_work(place: Place, saved: Path) -> None:
    place.scenes.open_or_say(saved)
    again = Place(place.folder)
    assert not again.presses("undo")
    again.run("earlier-work")
    assert again.words == ["eyes", "point"] and again.presses("redo"), "and that can be taken back"


def test_so_many_earlier_works_are_kept_and_no_work_twice(tmp_path: Path) -> None:
    stack = Stack(tmp_path, "before")
    for number in range(MOST + 3):
        for _ in range(2):
            stack.push(Scene(workspaces={"complete": {"word": number}}))
    assert len(stack) == MOST
    words = []
    while (scene := stack.top().scene) is not None:
        words.append(scene.workspaces["complete"]["word"])
        stack.drop()
    assert words == list(range(MOST + 2, 2, -1)) and not list(tmp_path.iterdir())


def test_the_earlier_work_is_there_after_a_crash(place: Place, saved: Path) -> None:
    place.scenes.open_or_say(saved)
    again = Place(place.folder)
    again.run("earlier-work")
    assert again.words == ["eyes", "point"]


def test_without_earlier_work_that_is_said(place: Place) -> None:
    place.run("earlier-work")
    assert place.said == (module.NOTHING_EARLIER, "info") and place.words == ["eyes", "point"]


def test_damaged_earlier_work_is_said_and_kept(place: Place, saved: Path) -> None:
    place.scenes.open_or_say(saved)
    before = place.folder / "recovery" / "before.reverie"
    before.write_text("{")
    place.run("earlier-work")
    assert place.said == (module.EARLIER_DAMAGED, "warn") and place.words == ["mouth", "path"]
    assert before.with_name("before.reverie.broken-1").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", "\0", '{"kind": "reverie scene", "schema": 9}'])
def test_what_is_no_scene_is_said_and_nothing_changes(place: Place, tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.reverie").write_text(content)
    place.scenes.open_or_say(tmp_path / "odd.reverie")
    text, kind = place.said
    assert "odd.reverie" in text and kind == "warn" and place.words == ["eyes", "point"]
    assert not place.opened and not (tmp_path / "recovery").exists()


def test_where_the_work_cannot_be_kept_nothing_is_opened(place: Place, saved: Path) -> None:
    (place.folder / "recovery").write_text("in the way")
    place.scenes.open_or_say(saved)
    assert place.words == ["eyes", "point"] and place.said[1] == "warn" and "before.reverie" in place.said[0]


def test_a_workspace_that_the_scene_does_not_have_stays(place: Place, saved: Path, tmp_path: Path) -> None:
    only = Scene(workspaces={"latent": {"word": "only"}, "dream": {"word": "no such place"}}, front="dream")
    (tmp_path / "only.reverie").write_text(to_text(only))
    place.scenes.open_or_say(tmp_path / "only.reverie")
    assert place.words == ["eyes", "only"] and place.window.current == "complete"


def test_damage_that_a_workspace_finds_is_said(place: Place, saved: Path) -> None:
    place.window.views["latent"].damage = "Part of it is damaged."
    place.scenes.open_or_say(saved)
    assert place.said == ("Opened one.reverie. Part of it is damaged.", "warn")


OTHER_B = "B has other weights here and draws other pictures."


def test_a_workspace_that_says_what_becomes_of_a_missing_model_needs_no_second_sentence(
    place: Place, saved: Path
) -> None:
    place.models.clear()
    place.window.views["latent"].damage = "a is not installed: its wall is kept."
    place.scenes.open_or_say(saved)
    assert place.said == ("Opened one.reverie. a is not installed: its wall is kept.", "warn")


@pytest.mark.parametrize(
    ("here", "text"),
    [
        ("abc", "Opened s."),
        ("abC", "Opened s; C has other weights here and draws other pictures."),
        ("aBC", "Opened s; B and C have other weights here and draw other pictures."),
        ("ab", "Opened s without what was made with c, which is not installed."),
        ("", "Opened s without what was made with a, b and 1 more, which are not installed."),
        ("aB", f"Opened s without what was made with c, which is not installed; {OTHER_B}"),
    ],
)
def test_one_sentence_says_which_models_are_missing_or_others(here: str, text: str) -> None:
    scene = Scene(workspaces={}, models={name: {"decoder": "ab"} for name in "abc"})
    installed = [model(name.lower(), "ab" if name.islower() else "other") for name in here]
    assert opened_words("s", scene, installed) == (text, text == "Opened s.")


def test_digests_of_models_that_are_not_here_go_on_with_the_scene(place: Place, saved: Path, tmp_path: Path) -> None:
    place.models.clear()
    place.scenes.open_or_say(saved)
    assert "without what was made with a" in place.said[0]
    place.scenes.save_to(tmp_path / "two.reverie")
    assert read_scene(tmp_path / "two.reverie").models == {"a": {"decoder": "ab"}}


# --- dialogs


def test_a_name_gets_its_ending_and_is_asked_about(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.reverie").write_text("precious")
    types(monkeypatch, "getSaveFileName", tmp_path / "mine")
    asked: list[str] = []

    def answers(button: QMessageBox.StandardButton) -> Callable[..., QMessageBox.StandardButton]:
        return lambda *given: (asked.append(given[2]), button)[1]

    monkeypatch.setattr(QMessageBox, "question", answers(QMessageBox.StandardButton.No))
    place.run("save-scene")
    assert (tmp_path / "mine.reverie").read_text() == "precious" and "mine.reverie" in asked[0]
    monkeypatch.setattr(QMessageBox, "question", answers(QMessageBox.StandardButton.Yes))
    place.run("save-scene")
    assert read_scene(tmp_path / "mine.reverie").front == "complete"
    assert place.opened == [str(tmp_path / "mine.reverie")] and place.said[1] == "ok"


def test_closed_dialogs_do_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for dialog, command in (("getSaveFileName", "save-scene"), ("getOpenFileName", "open-scene")):
        types(monkeypatch, dialog, "")
        place.run(command)
    assert not place.window.said and not place.opened


def test_a_chosen_scene_is_opened(place: Place, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    types(monkeypatch, "getOpenFileName", saved)
    place.run("open-scene")
    assert place.words == ["mouth", "path"]


def test_a_folder_that_is_gone_is_said(place: Place, tmp_path: Path) -> None:
    place.scenes.save_to(tmp_path / "gone" / "a.reverie")
    assert place.said[1] == "warn" and "gone" in place.said[0] and not place.opened


# --- the next start


def test_a_start_goes_on_with_the_last_scene_and_says_so_after_a_crash(place: Place) -> None:
    assert place.scenes.begin(Ended(crashed=True)).scene is None
    place.scenes.last.save(place.scenes.present())
    quiet = Place(place.folder).scenes.begin(Ended())
    assert quiet.scene == place.scenes.present() and quiet.problem == ""
    told = Place(place.folder).scenes.begin(Ended(crashed=True, deaths=1))
    assert told.scene == quiet.scene and "not closed" in told.problem


def test_after_two_deaths_at_once_the_work_is_offered_and_not_opened(place: Place) -> None:
    place.scenes.last.save(place.scenes.present())
    again = Place(place.folder)
    again.window.views["complete"].word = "example"
    found = again.scenes.begin(Ended(crashed=True, deaths=2))
    assert found.scene is None and found.problem == module.DIED_AT_ONCE
    again.scenes.last.save(again.scenes.present())
    again.run("earlier-work")
    assert again.words == ["eyes", "point"], "what was autosaved meanwhile took nothing away"


def test_what_was_kept_before_there_were_scenes_is_gone_on_with(place: Place) -> None:
    folder = place.folder / "recovery"
    folder.mkdir()
    (folder / "latent.json").write_text('{"format": 1, "scene": {"word": "older"}}')
    found = place.scenes.begin(Ended())
    assert found.scene is not None and found.scene.workspaces == {"latent": {"word": "older"}}
    Recovery(folder).save(place.scenes.present())
    assert Place(place.folder).scenes.begin(Ended()).scene == place.scenes.present(), "and then no longer"
