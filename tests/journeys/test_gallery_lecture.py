"""A person who gives a lecture: models side by side, their figures, two pictures compared, at the real window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from app.documents.picture_file import read_picture
from app.widgets.compare_view import CompareView
from app.widgets.imaging import to_array
from app.workspaces.gallery.lecture_state import COUNTS, LectureState
from app.workspaces.gallery.view_lecture import LecturePage
from app.workspaces.gallery.view_lecture_column import LINES, ColumnView
from tests.journeys.conftest import Opens
from tests.journeys.test_gallery import CONTROL, NONE, Visitor, models_for_the_journey

pytestmark = pytest.mark.journey
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Lecturer(Visitor):
    """What a person sees and does on the lecture's page."""

    @property
    def page(self) -> LecturePage:
        return self.view.center.lecture_page

    @property
    def shown(self) -> LectureState:
        return self.view.pages.lecture.state

    @property
    def columns(self) -> list[ColumnView]:
        return [view for view in self.page.columns if view.isVisible()]

    @property
    def comparison(self) -> CompareView:
        return self.page.comparison

    def figure(self, key: str) -> list[str]:
        """The words beside a figure's name, column by column."""
        return [view.figure(key) for view in self.columns]

    def waits_for_figures(self) -> None:
        """All is drawn and measured, or it is said why not."""
        self.sees(lambda: all(c.drawn.all() and not c.running for c in self.shown.columns) and bool(self.columns))
        assert all(view.figure(key) for view in self.columns for key, _, _ in LINES)

    def waits_for_pictures(self) -> None:
        """All is drawn; what is measured of it may still come, which takes thousands of real pictures."""
        self.sees(lambda: bool(self.columns) and all(c.drawn.all() for c in self.shown.columns))

    def clicks_in(self, column: int, place: int) -> None:
        wall = self.columns[column].wall
        QTest.mouseClick(wall.viewport(), Qt.MouseButton.LeftButton, NONE, wall.tile_rect(place).center())


@pytest.fixture
def lecturer(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch, opens: Opens) -> Lecturer:
    """A person who has the small GANs and has gone to the gallery, and there to the lecture, by their keys."""
    monkeypatch.setenv("REVERIE_HOME", str(tmp_path / "home"))
    models_for_the_journey(project)
    person = opens()
    person.press(Qt.Key.Key_3, CONTROL)
    someone = Lecturer(person)
    someone.presses(Qt.Key.Key_F7)
    assert someone.state.page == "lecture" and someone.page.isVisible()
    return someone


def test_a_lecture_from_the_preset_to_two_pictures_compared_and_back(lecturer: Lecturer, opens: Opens) -> None:
    lecturer.picks(lecturer.page.data, "MNIST")
    QTest.mouseClick(lecturer.page.preset, Qt.MouseButton.LeftButton)
    assert [column.manifest.family for column in lecturer.shown.columns][:2] == ["autoregressive", "vae"]
    lecturer.waits_for_figures()
    assert all(text.endswith("of real") for text in lecturer.figure("sharpness"))
    assert all("of real" in text for text in lecturer.figure("diversity"))
    assert all(text.endswith("ms a picture") for text in lecturer.figure("time"))
    likelihoods = lecturer.figure("likelihood")
    assert likelihoods[0].endswith("nats (exact)") and likelihoods[1].endswith("nats (lower bound)")
    assert not any(column.problem or column.told for column in lecturer.shown.columns)

    lecturer.clicks_in(0, 5)
    lecturer.clicks_in(1, 7)
    card = lecturer.view.inspector.compared_card
    assert card.isVisible() and card._title.text() == lecturer.shown.columns[1].manifest.title
    QTest.mouseClick(lecturer.page.compare, Qt.MouseButton.LeftButton)
    lecturer.sees(lecturer.comparison.isVisible)
    assert lecturer.comparison.stage.hasFocus() and lecturer.comparison.pair is not None
    assert lecturer.comparison.pair.second.title.endswith("picture 8")
    for key, mode in ((Qt.Key.Key_2, "beside"), (Qt.Key.Key_3, "difference"), (Qt.Key.Key_1, "slider")):
        lecturer.presses(key)
        assert lecturer.comparison.mode == mode and not lecturer.comparison.grab().isNull()
    lecturer.presses(Qt.Key.Key_Right, SHIFT)
    assert lecturer.comparison.stage.divider > 0.5
    lecturer.presses(Qt.Key.Key_Escape)
    assert not lecturer.comparison.isVisible() and lecturer.state.page == "lecture"
    assert lecturer.columns[1].wall.hasFocus()

    lecturer.presses(Qt.Key.Key_1, CONTROL)
    assert lecturer.window.current == "complete"
    lecturer.presses(Qt.Key.Key_3, CONTROL)
    assert lecturer.page.isVisible() and all(column.measured for column in lecturer.shown.columns)
    models = [column.manifest.id for column in lecturer.shown.columns]
    lecturer.person.closes()

    again = Lecturer(opens())
    assert again.page.isVisible() and [column.manifest.id for column in again.shown.columns] == models
    again.waits_for_figures()
    assert again.figure("likelihood") == likelihoods


def test_one_class_is_told_to_one_model_and_found_among_the_pictures_of_another(lecturer: Lecturer) -> None:
    lecturer.picks(lecturer.page.data, "Toys")
    assert {column.manifest.id for column in lecturer.shown.columns} == {"plain", "told"}
    lecturer.waits_for_figures()
    assert lecturer.figure("likelihood") == ["none (implicit)"] * 2
    lecturer.picks(lecturer.page.classes, "bar")
    lecturer.sees(lambda: lecturer.shown.class_name == "bar" and not any(c.running for c in lecturer.shown.columns))
    plain, told = sorted(lecturer.shown.columns, key=lambda column: column.manifest.id)
    assert plain.told.endswith("drawn.") and "taken for bar out of" in plain.told and told.told == ""
    assert told.drawn.all() and len(told.images) == COUNTS[0]


def test_what_cannot_be_measured_is_said_in_its_column(lecturer: Lecturer) -> None:
    lecturer.picks(lecturer.page.data, "Toys")
    lecturer.waits_for_figures()
    for view, column in zip(lecturer.columns, lecturer.shown.columns, strict=True):
        assert column.problem is not None and column.problem.remedy
        assert view._told.isVisible() and view._told.text() == str(column.problem)
        assert view.figure("sharpness") == "\u2013" and view.figure("time").endswith("ms a picture")


def test_a_killed_engine_comes_back_and_the_columns_are_finished(lecturer: Lecturer) -> None:
    lecturer.picks(lecturer.page.data, "MNIST")
    lecturer.picks(lecturer.page.counts, "96")
    lecturer.sees(lambda: any(c.drawn.any() and not c.drawn.all() for c in lecturer.shown.columns))
    lecturer.person.kills_the_engine()
    lecturer.sees(lambda: any(column.problem for column in lecturer.shown.columns))
    assert any("It is starting again" in view._told.text() for view in lecturer.columns)
    lecturer.waits_for_figures()
    assert not any(column.problem for column in lecturer.shown.columns)
    assert all(column.measured for column in lecturer.shown.columns)


def test_escape_stops_the_lecture_and_it_goes_on_by_its_key(lecturer: Lecturer) -> None:
    lecturer.picks(lecturer.page.data, "MNIST")
    lecturer.picks(lecturer.page.counts, "48")
    lecturer.sees(lambda: any(column.running for column in lecturer.shown.columns))
    lecturer.columns[0].wall.setFocus()
    lecturer.presses(Qt.Key.Key_Escape)
    lecturer.sees(lambda: lecturer.shown.stopped and not lecturer.shown.working)
    assert lecturer.view.status._message.text().endswith("stopped")
    lecturer.presses(Qt.Key.Key_G, CONTROL)
    lecturer.waits_for_pictures()
    assert not lecturer.shown.stopped and not lecturer.window.action("draw-on").isEnabled()


def test_the_dice_roll_the_lectures_seed_and_leave_the_walls(lecturer: Lecturer) -> None:
    lecturer.picks(lecturer.page.data, "Toys")
    lecturer.waits_for_figures()
    before, wall = lecturer.shown.columns[0].images.copy(), lecturer.state.plan.seed
    lecturer.columns[0].wall.setFocus()
    lecturer.presses(Qt.Key.Key_D)
    lecturer.waits_for_figures()
    assert lecturer.shown.seed != 0 and lecturer.state.plan.seed == wall
    assert not np.array_equal(lecturer.shown.columns[0].images, before)


def test_pictures_of_the_lecture_go_out_and_the_chosen_one_comes_back_identical(
    lecturer: Lecturer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lecturer.picks(lecturer.page.data, "Toys")
    lecturer.waits_for_figures()
    for key, modifier, name in ((Qt.Key.Key_S, CONTROL | SHIFT, "sheet"), (Qt.Key.Key_S, CONTROL, "one")):
        lecturer.clicks_in(0, 5)
        target = tmp_path / f"{name}.png"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, target=target: (str(target), ""))
        lecturer.presses(key, modifier)
        lecturer.sees(target.exists)
    model, pixels = lecturer.shown.columns[0].manifest.id, lecturer.shown.columns[0].images[5]
    assert read_picture(tmp_path / "sheet.png").note is None
    lecturer.presses(Qt.Key.Key_C, CONTROL)
    copied = to_array(QGuiApplication.clipboard().image())
    assert np.array_equal(copied[..., : pixels.shape[2]], pixels)
    QGuiApplication.clipboard().clear()  # or it is taken down after the program, which it does not survive
    lecturer.person.session.files.open_path(str(tmp_path / "one.png"))
    lecturer.sees(lambda: lecturer.state.replay is not None and not lecturer.state.replay.running)
    assert lecturer.state.page == "wall" and lecturer.state.model == model
    assert lecturer.state.replay is not None and lecturer.state.replay.kind == "ok"


def test_a_real_picture_is_held_against_one_of_a_model(lecturer: Lecturer) -> None:
    lecturer.picks(lecturer.page.data, "Cartoon faces")
    lecturer.waits_for_pictures()
    lecturer.clicks_in(0, 5)
    lecturer.clicks_in(1, 7)
    QTest.mouseClick(lecturer.page.compare, Qt.MouseButton.LeftButton)
    assert lecturer.comparison.pair is not None
    first = lecturer.comparison.pair.first.title
    QTest.mouseClick(lecturer.comparison.real, Qt.MouseButton.LeftButton)
    lecturer.sees(lambda: lecturer.comparison.pair.second.title.startswith("Real, picture "))
    assert lecturer.comparison.pair.first.title == first
    lecturer.comparison.stage.setFocus()
    lecturer.presses(Qt.Key.Key_Escape)
    assert not lecturer.comparison.isVisible() and lecturer.columns[0].wall.hasFocus()
