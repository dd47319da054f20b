"""The scene is saved by itself when something changed; what the disk refuses is said once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.documents.picture_file import read_picture
from app.documents.scene import Scene
from app.shell.autosave import EVERY_MS, Autosave
from app.shell.last_picture import last_picture
from app.shell.recovery import Recovery


class Work:
    """What there is to save, its picture, and what is said."""

    def __init__(self, folder: Path) -> None:
        self.value, self.level, self.said = 1, 200, list[str]()
        self.recovery = Recovery(folder / "recovery")
        views: Any = {"complete": self}
        self.autosave = Autosave(self.recovery, self.present, folder, views, lambda text, _: self.said.append(text))

    def present(self) -> Scene:
        return Scene(workspaces={"complete": {"value": self.value}})

    def outline(self) -> np.ndarray:
        return np.full((4, 4, 4), self.level, np.uint8)

    def kept(self) -> Any:
        found = Recovery(self.recovery.path.parent).load().scene
        return None if found is None else found.workspaces["complete"]["value"]


@pytest.fixture
def work(qapp: QApplication, tmp_path: Path) -> Work:
    return Work(tmp_path)


def test_it_saves_by_itself_until_the_end_and_then_once_more(work: Work, qtbot: QtBot) -> None:
    work.autosave.begin(5)
    qtbot.waitUntil(lambda: work.recovery.path.exists())
    work.value = 2
    qtbot.waitUntil(lambda: work.kept() == 2)
    work.autosave._timer.stop()
    work.value = 3
    work.autosave.end()
    assert work.kept() == 3 and not work.autosave._timer.isActive()


def test_no_more_than_half_a_minute_lies_between(work: Work) -> None:
    work.autosave.begin()
    assert work.autosave._timer.interval() == EVERY_MS < 30_000
    work.autosave.end()


def test_a_window_that_measures_takes_nothing_of_a_persons_work(work: Work) -> None:
    work.autosave.end()
    assert work.kept() is None


def test_what_did_not_change_is_not_written_again(work: Work, tmp_path: Path) -> None:
    work.autosave.save()
    picture = last_picture(tmp_path, "complete")
    for path in (work.recovery.path, picture):
        path.unlink()
    work.autosave.save()
    assert not work.recovery.path.exists()
    work.value = 2
    work.autosave.save()
    assert work.kept() == 2 and not picture.exists(), "the picture is the one that was written"
    work.value, work.level = 3, 100
    work.autosave.save()
    assert read_picture(picture).rgba[0, 0, 0] == 100


def test_a_disk_that_refuses_is_said_once_and_tried_again(work: Work, tmp_path: Path) -> None:
    (tmp_path / "recovery").write_text("in the way")
    for _ in range(3):
        work.autosave.save()
    assert len(work.said) == 1 and str(tmp_path) in work.said[0]
    (tmp_path / "recovery").unlink()
    work.autosave.save()
    assert work.kept() == 1
    work.value = 2
    (tmp_path / "recovery").rename(tmp_path / "elsewhere")
    (tmp_path / "recovery").write_text("in the way again")
    work.autosave.save()
    assert len(work.said) == 2
