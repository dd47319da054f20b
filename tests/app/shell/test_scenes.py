"""Scenes at the window: what is opened, what is kept of what was there, and what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.documents.scene import Scene, read_scene, to_text
from app.shell import scenes as module
from app.shell.recovery import Ended, Recovery
from app.shell.scenes import Scenes, opened_words
from engine.contracts.manifest import Manifest
from tests.app.documents.test_scene import model


class View:
    """A workspace whose capture is one word."""

    def __init__(self, word: str) -> None:
        self.word, self.damage = word, ""

    def capture(self) -> dict[str, Any]:
        return {"word": self.word, "models": ["a"]}

    def start(self, _: str, scene: dict[str, Any] | None) -> str:
        self.word = "" if scene is None else str(scene["word"])
        return self.damage


class Window(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.views = {"complete": View("eyes"), "latent": View("point")}
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


@pytest.fixture
def place(tmp_path: Path) -> Place:
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
