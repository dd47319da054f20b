"""The commands over the lecture: stop and go on, the dice, what is saved and copied, real pictures, the status line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.documents.picture_file import read_picture
from app.messages import Problem
from app.workspaces.gallery import words
from app.workspaces.gallery.lecture_state import COUNTS, REAL
from app.workspaces.gallery.real_pictures import RealPictures
from app.workspaces.gallery.returning import returned
from app.workspaces.gallery.state import GalleryState
from app.workspaces.gallery.view_lecture_verbs import CHOOSE_ONE, NOT_DRAWN, LectureVerbs, progress_of
from engine.errors import FileError
from tests.app.workspaces.gallery.conftest import MODELS, PIXELS, VAE, FakeWorker, manifest
from tests.app.workspaces.gallery.test_lecture import COUNT, OWL, Lecture, places

IDLE = frozenset({"dice", "draw-on", "save-picture", "save-sheet", "copy", "save-zip", "send-to-complete", "star"})
ON_LECTURE = GalleryState(page="lecture")
REFERENCES = np.arange(6 * 16, dtype=np.uint8).reshape(6, 4, 4, 1)


class Stage:
    """The verbs with a lecture behind them, a person who names files, and what was said and shown."""

    def __init__(self, *models: Any, references: Any = REFERENCES) -> None:
        self.worker, self.said, self.asked = FakeWorker(), list[tuple[str, str]](), list[tuple[str, str, int]]()
        self.target: Path | None = None
        self.read = 0
        self._references = references
        self.lecture = Lecture(*models)
        presenter = self.lecture.presenter
        presenter._real, presenter._say = RealPictures(self.worker, self._read), self._say
        self.status: dict[str, Any] = {}
        line = SimpleNamespace(
            set_progress=lambda value: self.status.update(progress=value),
            set_seed=lambda value: self.status.update(seed=value),
            set_message=lambda value: self.status.update(text=value),
        )
        self.front = True
        self.verbs = LectureVerbs(
            presenter, line, self.worker, lambda: self.front, self._ask, self._say, new_seed=lambda: 77
        )

    def _read(self, _: Any) -> Any:
        self.read += 1
        if isinstance(self._references, Exception):
            raise self._references
        return SimpleNamespace(held_out=self._references)

    def _say(self, text: str, kind: str = "info") -> None:
        self.said.append((text, kind))

    def _ask(self, kind: str, name: str, count: int) -> Path | None:
        self.asked.append((kind, name, count))
        return self.target

    def shown(self) -> frozenset[str]:
        """What cannot be done now; the status line is told."""
        return self.verbs.shown(ON_LECTURE, IDLE)


@pytest.fixture
def stage() -> Stage:
    """All drawn and measured."""
    made = Stage()
    made.lecture.answer()
    return made


@pytest.fixture
def compared(stage: Stage) -> Stage:
    """Two pictures compared."""
    stage.lecture.presenter.pick(0, 3)
    stage.lecture.presenter.pick(2, 5)
    stage.lecture.presenter.compare(True)
    return stage


# --- whose commands they are


def test_commands_are_the_lectures_while_it_is_in_front_and_the_walls_else() -> None:
    stage, heard = Stage(), list[str]()
    others = {
        name: lambda name=name: heard.append(name)
        for name in ("escape", "dice", "draw-on", "save-picture", "save-sheet", "star")
    }
    table = stage.verbs.over(others)
    assert table.keys() == others.keys()
    table["dice"]()
    table["star"]()
    assert heard == ["star"] and stage.lecture.state.seed == 77
    stage.front = False
    for command in others:
        table[command]()
    assert heard == ["star", *others] and stage.lecture.state.seed == 77


def test_on_another_page_nothing_is_added_or_told(stage: Stage) -> None:
    assert stage.verbs.shown(GalleryState(page="wall"), IDLE) == IDLE and not stage.status


# --- escape, stop, go on, the dice


def test_escape_stops_then_leaves_the_comparison_then_chooses_nothing() -> None:
    stage = Stage()
    presenter = stage.lecture.presenter
    stage.lecture.answer("SampleImages")
    presenter.pick(1, 0)
    presenter.pick(2, 0)
    presenter.compare(True)
    assert stage.lecture.state.working and stage.lecture.state.comparing
    stage.verbs.escape()
    assert stage.said == [(words.STOPPED, "info")] and stage.lecture.state.comparing
    assert not stage.lecture.state.working and not stage.lecture.dispatcher.open()
    stage.verbs.escape()
    assert not stage.lecture.state.comparing and len(stage.lecture.state.picks) == 2
    stage.verbs.escape()
    assert not stage.lecture.state.picks and stage.said == [(words.STOPPED, "info")]
    stage.verbs.escape()
    assert not stage.lecture.state.picks


@pytest.mark.parametrize("pieces", [0, 2, 10_000])
def test_what_was_stopped_can_go_on_until_all_is_measured(pieces: int) -> None:
    stage = Stage()
    stage.lecture.answer("SampleImages", most=pieces)
    assert "draw-on" in stage.shown() and not stage.lecture.state.stopped
    stage.verbs.stop()
    assert "draw-on" not in stage.shown() and stage.lecture.state.stopped
    stage.verbs.over(dict.fromkeys(("escape", "dice", "draw-on", "save-picture", "save-sheet"), list))["draw-on"]()
    assert stage.lecture.state.working and not stage.lecture.state.stopped
    stage.lecture.answer()
    assert not stage.lecture.state.stopped and all(column.measured for column in stage.lecture.state.columns)


def test_a_page_that_nobody_looks_at_is_not_stopped(stage: Stage) -> None:
    stage.lecture.presenter.set_count(COUNTS[1])
    stage.lecture.presenter.sleep()
    assert not stage.lecture.state.stopped


def test_a_column_that_failed_does_not_count_as_stopped() -> None:
    stage = Stage()
    stage.lecture.asked("vae")[0].fail("SessionError", "No.", "Never.")
    assert not stage.lecture.state.stopped


def test_the_dice_give_all_columns_the_same_other_seed(stage: Stage) -> None:
    stage.verbs.roll_dice()
    assert {job.request.seed for job in stage.lecture.dispatcher.open()} == {77}
    stage.shown()
    assert stage.status["seed"] == 77


# --- saving and copying


def test_the_picture_clicked_last_is_saved_with_the_note_that_draws_it_again(stage: Stage, tmp_path: Path) -> None:
    stage.lecture.presenter.pick(0, 2)
    stage.lecture.presenter.pick(2, 5)
    stage.target = tmp_path / "mine"
    stage.verbs.save("png")
    stage.worker.finish()
    assert [(kind, name[:16], count) for kind, name, count in stage.asked] == [("png", "gan_seed0_000005", 1)]
    saved = read_picture(tmp_path / "mine.png")
    assert stage.said == [("Saved mine.png: 1 picture.", "ok")] and saved.note is not None
    pixels = stage.lecture.column("gan").images[5]
    assert np.array_equal(saved.rgba[..., :1], pixels)
    found = returned(saved.note, tuple(MODELS.values()))
    assert found.plan.model == "gan" and found.index == 5


def test_of_a_class_that_was_looked_for_the_place_of_the_seed_is_saved(stage: Stage) -> None:
    stage.lecture.presenter.choose_class("owl")
    stage.lecture.answer()
    stage.lecture.presenter.pick(1, 4)
    found = stage.verbs.chosen()
    assert found is not None and places(found.pixels[None]) == [3 * 4 + OWL]
    assert f"{3 * 4 + OWL:06d}" in found.name


def test_without_a_chosen_picture_it_is_said_what_to_do(stage: Stage) -> None:
    stage.verbs.save("png")
    assert stage.said == [(CHOOSE_ONE, "info")] and not stage.asked and "save-picture" in stage.shown()
    stage.lecture.presenter.pick(0, 0)
    assert "save-picture" not in stage.shown()


def test_a_sheet_of_all_columns_is_saved_large_and_without_a_note(stage: Stage, tmp_path: Path) -> None:
    stage.target = tmp_path / "sheet.png"
    stage.verbs.save("sheet")
    stage.worker.finish()
    assert stage.asked == [("sheet", "lecture_toy_seed0.png", 3 * COUNT)]
    assert stage.said == [(f"Saved sheet.png: {3 * COUNT} pictures.", "ok")]
    saved, sheet = read_picture(stage.target), stage.lecture.presenter.sheet()
    assert sheet is not None and saved.note is None
    times = saved.rgba.shape[1] // sheet.shape[1]
    assert times > 1 and np.array_equal(saved.rgba[::times, ::times, :1], sheet)


def test_a_sheet_waits_until_all_is_drawn() -> None:
    stage = Stage()
    stage.verbs.save("sheet")
    assert stage.said == [(NOT_DRAWN, "info")] and not stage.asked and stage.verbs.picture() is None
    stage.lecture.answer("SampleImages")
    assert stage.verbs.sheet() is not None, "the figures are not on it"


def test_who_thinks_better_of_it_writes_nothing(stage: Stage) -> None:
    stage.verbs.save("sheet")
    assert stage.asked and not stage.worker.waiting and not stage.said


def test_a_file_that_cannot_be_written_is_said(stage: Stage, tmp_path: Path) -> None:
    stage.target = tmp_path / "no such folder" / "sheet.png"
    stage.verbs.save("sheet")
    stage.worker.finish()
    assert [kind for _, kind in stage.said] == ["warn"]


def test_the_chosen_picture_is_copied_and_where_none_is_the_sheet(stage: Stage) -> None:
    whole = stage.verbs.picture()
    assert whole is not None and whole.note == "" and whole.pixels.shape[1] > 100
    stage.lecture.presenter.pick(1, 0)
    one = stage.verbs.picture()
    assert one is not None and one.note and one.pixels.shape == (4, 4, 1)


# --- real pictures


def test_a_real_picture_takes_bs_place_and_each_time_another_one(compared: Stage) -> None:
    first = compared.lecture.state.picks[0]
    seen = set[int]()
    for _ in range(6):
        compared.lecture.presenter.put_real(1)
        compared.worker.finish()
        kept, real = compared.lecture.state.picks
        assert kept is first and real.column == REAL and np.array_equal(real.pixels, REFERENCES[real.place])
        assert real.title == f"Real, picture {real.place + 1}" and compared.lecture.state.comparing
        seen.add(real.place)
    assert seen == set(range(6)) and compared.read == 1, "all are shown before one comes again, and are read once"


def test_where_a_and_b_were_swapped_the_older_one_gives_way(compared: Stage) -> None:
    newest = compared.lecture.state.picks[1]
    compared.lecture.presenter.put_real(0)
    compared.worker.finish()
    assert compared.lecture.state.picks[0] is newest and compared.lecture.state.picks[1].column == REAL


def test_what_is_saved_is_never_the_real_picture(compared: Stage) -> None:
    compared.lecture.presenter.put_real(1)
    compared.worker.finish()
    assert compared.lecture.state.chosen is compared.lecture.state.picks[0]
    saved = compared.verbs.chosen()
    assert saved is not None and saved.name.startswith("pixels_")


def test_the_next_picture_that_is_clicked_is_held_against_the_real_one(compared: Stage) -> None:
    compared.lecture.presenter.put_real(1)
    compared.worker.finish()
    compared.lecture.presenter.pick(1, 7)
    assert [pick.column for pick in compared.lecture.state.picks] == [REAL, 1]


def test_a_real_picture_that_comes_too_late_is_not_shown(compared: Stage) -> None:
    compared.lecture.presenter.put_real(1)
    compared.lecture.presenter.pick(1, 1)
    before = compared.lecture.state.picks
    compared.worker.finish()
    assert compared.lecture.state.picks is before


def test_why_there_are_none_is_said_and_they_are_not_offered_again() -> None:
    stage = Stage(references=FileError("There are none.", "Train another one."))
    stage.lecture.answer()
    assert stage.lecture.state.real
    stage.lecture.presenter.pick(0, 0)
    stage.lecture.presenter.pick(1, 0)
    stage.lecture.presenter.put_real(1)
    stage.worker.finish()
    assert stage.said == [(str(Problem("There are none.", "Train another one.")), "warn")]
    assert not stage.lecture.state.real and REAL not in [pick.column for pick in stage.lecture.state.picks]


@pytest.mark.parametrize("at", [-1, 2])
def test_there_are_two_places_and_only_with_two_pictures(stage: Stage, at: int) -> None:
    stage.lecture.presenter.put_real(1)
    stage.lecture.presenter.pick(0, 0)
    stage.lecture.presenter.put_real(0)
    stage.lecture.presenter.pick(1, 0)
    stage.lecture.presenter.put_real(at)
    assert not stage.worker.waiting


def test_without_real_pictures_none_are_offered() -> None:
    assert not Lecture().state.real


# --- the status line


def test_it_is_told_how_far_all_columns_are_and_whether_they_are_stopped() -> None:
    stage = Stage()
    stage.shown()
    assert stage.status == {"progress": 0.0, "seed": 0, "text": f"0 of {3 * COUNT} pictures"}
    stage.lecture.answer("SampleImages", most=1)
    stage.shown()
    assert stage.status["text"] == f"16 of {3 * COUNT} pictures" and stage.status["progress"] == 16 / (3 * COUNT)
    stage.verbs.stop()
    assert progress_of(stage.lecture.state) == (f"16 of {3 * COUNT} pictures, stopped", None)
    stage.lecture.presenter.go_on()
    stage.lecture.answer("SampleImages")
    assert progress_of(stage.lecture.state) == (f"{3 * COUNT} pictures, being measured", 1.0)
    stage.verbs.stop()
    assert progress_of(stage.lecture.state) == (f"{3 * COUNT} pictures, not all measured", None)
    stage.lecture.presenter.go_on()
    stage.lecture.answer()
    assert progress_of(stage.lecture.state) == (f"{3 * COUNT} pictures", None)


def test_a_file_on_its_way_has_the_status_line_first(stage: Stage) -> None:
    stage.verbs.shown(GalleryState(page="lecture", export=SimpleNamespace()), IDLE)  # type: ignore[arg-type]
    assert not stage.status


def test_what_means_the_wall_cannot_be_done_here(stage: Stage) -> None:
    idle = stage.shown()
    assert {"undo", "redo", "zoom-in", "zoom-out", "lock-seed", "star"} <= idle
    assert not {"dice", "save-sheet", "copy"} & idle
    lonely = Stage(VAE, manifest("other", data="else"))
    assert lonely.shown() >= IDLE and lonely.status["text"] == "" and lonely.status["progress"] is None


def test_a_time_that_was_measured_stays_when_the_pictures_are_there_already(stage: Stage) -> None:
    before = stage.lecture.column("gan").ms_per_picture
    assert before is not None
    stage.lecture.presenter.choose_model(1, "normal")
    stage.lecture.presenter.set_count(COUNTS[1])
    stage.lecture.presenter.set_count(COUNT)
    assert stage.lecture.column("gan").ms_per_picture == before
    assert Stage(PIXELS, VAE).lecture.column("vae").ms_per_picture is None
