"""Strips of walks on their way to a file: one at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.documents.picture_file import read_picture
from app.workspaces.gallery import walks_words as words
from app.workspaces.gallery.walk_saving import LANE
from app.workspaces.gallery.walks_plan import PATH, TRUNCATION
from tests.app.workspaces.gallery.conftest import NORMAL, VAE, FakeWorker
from tests.app.workspaces.gallery.test_walks import Desk, Saver, start


@pytest.fixture
def saver(dispatcher: Any, clock: Any, worker: FakeWorker) -> Saver:
    return Saver(Desk(dispatcher, clock), worker)


def test_a_second_strip_is_refused_while_the_first_is_on_its_way(saver: Saver, tmp_path: Path) -> None:
    first, second = saver.strip(start(VAE, 2), PATH), saver.strip(start(NORMAL, 3), TRUNCATION)
    saver.saving.save(first, tmp_path / "first")
    saver.saving.save(second, tmp_path / "second")
    assert saver.said == [(words.STILL_WRITING, "info")]
    (asked,) = (job for job in saver.desk.dispatcher.open() if job.lane == LANE)
    assert asked.request.model == "vae"
    saver.desk.answers()
    saver.worker.finish()
    assert [file.name for file in tmp_path.iterdir()] == ["first.png"]
    assert saver.said[1:] == [(words.saved("first.png"), "ok")]
    assert '"model":"vae"' in str(read_picture(tmp_path / "first.png").note)
    saver.saves(second, tmp_path / "second")
    assert '"model":"normal"' in str(read_picture(tmp_path / "second.png").note)


def test_a_strip_that_waits_for_the_engine_is_on_its_way_too(saver: Saver, tmp_path: Path) -> None:
    strip = saver.strip(start(VAE, 2), PATH)
    saver.saving.set_open(False)
    saver.saving.save(strip, tmp_path / "first")
    saver.saving.save(strip, tmp_path / "second")
    assert saver.said == [(words.STILL_WRITING, "info")]
    saver.saving.set_open(True)
    saver.desk.answers()
    saver.worker.finish()
    assert [file.name for file in tmp_path.iterdir()] == ["first.png"]


def test_after_one_that_failed_the_next_is_written(saver: Saver, tmp_path: Path) -> None:
    strip = saver.strip(start(VAE, 2), PATH)
    saver.saving.save(strip, tmp_path / "first")
    saver.desk.dispatcher.open()[0].fail()
    saver.saves(strip, tmp_path / "second")
    assert [file.name for file in tmp_path.iterdir()] == ["second.png"]
    assert [kind for _, kind in saver.said] == ["warn", "ok"]


def test_what_is_said_of_it_is_a_whole_sentence() -> None:
    assert words.STILL_WRITING.endswith(".") and words.STILL_WRITING[0].isupper()
