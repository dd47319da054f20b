"""The lecture's page under mouse and keys: what it shows of each state, and what it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.theme import stylesheet
from app.theme.tokens import DARK, LIGHT, Palette, Space, channels
from app.widgets.compare_pair import MODES
from app.widgets.imaging import to_array
from app.widgets.wall_layout import WallLayout, gap_of
from app.workspaces.gallery.lecture_state import COUNTS, MOST, SEEN, TOO_FEW
from app.workspaces.gallery.real_pictures import RealPictures
from app.workspaces.gallery.view_lecture import ONE_OF_EACH, LecturePage
from app.workspaces.gallery.view_lecture_column import LINES, TILE_LEAST, ColumnView, tile_side
from engine.contracts.manifest import ImageSpec
from tests.app.workspaces.gallery.conftest import GAN, MODELS, NORMAL, PIXELS, VAE, FakeWorker, manifest
from tests.app.workspaces.gallery.test_lecture import COUNT, Lecture, finish

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
WIDE, NARROW = (1280, 760), (666, 518)  # what the smallest window leaves
SILENT = ("data_chosen", "preset_requested", "class_chosen", "count_chosen", "column_added", "column_removed")


class Screen:
    """The page on a ground of any size, with the presenter behind it."""

    def __init__(self, qtbot: QtBot, *models: Any, size: tuple[int, int] = WIDE, **how: Any) -> None:
        self.ground, self.worker = QWidget(), FakeWorker()
        qtbot.addWidget(self.ground)
        self.page = LecturePage(self.ground)
        self.lecture = Lecture(*models, show=self.page.show_state, **how)
        self.page.picked.connect(self.lecture.presenter.pick)
        self.page.compare_requested.connect(self.lecture.presenter.compare)
        with qtbot.waitExposed(self.ground):
            self.ground.show()
        self.ground.activateWindow()
        qtbot.waitUntil(self.ground.isActiveWindow)
        self.resize(*size)

    def resize(self, width: int, height: int) -> None:
        self.ground.resize(width, height)
        self.page.setGeometry(0, 0, width, height)
        QApplication.processEvents()

    @property
    def columns(self) -> list[ColumnView]:
        return [view for view in self.page.columns if view.isVisible()]

    def figures(self, column: int) -> dict[str, str]:
        return {key: self.columns[column].figure(key) for key, _, _ in LINES}

    def clicks(self, column: int, place: int) -> None:
        wall = self.columns[column].wall
        QTest.mouseClick(wall.viewport(), LEFT, NONE, wall.tile_rect(place).center())


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    """The dark theme, whatever a test before has put on."""
    if stylesheet.active() is not DARK or qapp.property("reverie_theme") is None:
        stylesheet.apply(qapp, DARK)
    yield


@pytest.fixture
def screen(qtbot: QtBot) -> Screen:
    """A column a family, all drawn and measured."""
    made = Screen(qtbot)
    made.lecture.answer()
    return made


def picks(box: QComboBox, text: str) -> None:
    """Choose from a list with the keyboard: type the first letters."""
    box.setFocus()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


# --- what is shown


def test_a_column_a_model_with_its_pictures_and_why_they_look_so(screen: Screen) -> None:
    assert [view.models.currentData() for view in screen.columns] == ["pixels", "vae", "gan"]
    assert [view.models.count() for view in screen.columns] == [4, 4, 4]
    for view, column in zip(screen.columns, screen.lecture.state.columns, strict=True):
        source = view.wall.source
        assert source is not None and source.count == COUNT and np.array_equal(source.images, column.images)
        assert source.captions(2) == f"{column.manifest.architecture}, picture 3"
        assert view._seen.text() == SEEN[column.manifest.family]


def test_there_are_words_beside_every_figure_at_any_time(qtbot: QtBot) -> None:
    screen = Screen(qtbot)
    waiting = {"sharpness": "measuring\u2026", "diversity": "measuring\u2026", "time": "measuring\u2026"}
    assert screen.figures(2) == waiting | {"likelihood": "none (implicit)"}
    screen.lecture.presenter.stop()
    assert screen.figures(1)["sharpness"] == screen.figures(1)["time"] == "\u2013"
    screen.lecture.presenter.go_on()
    screen.lecture.answer()
    assert screen.figures(1) == {
        "sharpness": "0.40 \u00b1 0.02 of real",
        "diversity": "0.80 \u00b1 0.05 of real",
        "time": "0.0625 ms a picture",
        "likelihood": "not measured (lower bound)",
    }
    assert all(text for column in range(3) for text in screen.figures(column).values())


def test_a_likelihood_is_said_with_its_kind_and_explained(qtbot: QtBot) -> None:
    exact = replace(PIXELS, figures={"test_nll": {"value": 82.11, "unit": "nats", "label": "class given"}})
    bound = replace(VAE, figures={"test_iwae": {"value": 84.06, "unit": "nats"}})
    screen = Screen(qtbot, exact, bound, GAN)
    found = [screen.figures(column)["likelihood"] for column in range(3)]
    assert found == ["82.1 nats (exact)", "\u2264 84.1 nats (lower bound)", "none (implicit)"]
    tips = [view._figures["likelihood"].toolTip() for view in screen.columns]
    assert tips[0].endswith("test pictures, class given") and "no picture a probability" in tips[2]
    assert all(label.toolTip() and label.accessibleName() for v in screen.columns for label in v._figures.values())


def test_classes_that_never_came_are_named_where_all_were_drawn(screen: Screen) -> None:
    for name, said in (("", "; none taken for cat, dog, owl"), ("owl", "")):
        screen.lecture.presenter.choose_class(name)
        screen.lecture.presenter.set_seed(screen.lecture.state.seed + 1)
        screen.lecture.answer("SampleImages")
        screen.lecture.answer("ClassifyImages")
        finish(screen.lecture.asked("vae")[0], missing=("cat", "dog", "owl", "unicorn"))
        assert screen.figures(1)["diversity"] == f"0.80 \u00b1 0.05 of real{said}"


def test_of_one_class_it_is_said_how_the_pictures_were_found(screen: Screen) -> None:
    assert not any(view._told.isVisible() for view in screen.columns)
    screen.lecture.presenter.choose_class("owl")
    screen.lecture.answer()
    assert [bool(view._told.text()) for view in screen.columns] == [True, True, False]
    assert all(view._told.isVisible() for view in screen.columns), "its room is kept: walls begin on one height"
    assert screen.columns[1]._told.text().startswith(f"Not told classes: {COUNT} taken for owl")
    assert screen.page.classes.currentText() == "owl"


@pytest.mark.parametrize("name", ["", "owl"])
def test_a_failure_is_said_with_its_remedy_whatever_else_there_is_to_say(screen: Screen, name: str) -> None:
    screen.lecture.presenter.choose_class(name)
    screen.lecture.presenter.set_seed(5)
    screen.lecture.asked("vae")[0].fail("SessionError", "The decoder gave no numbers.", "Install the model again.")
    said = screen.columns[1]._told
    assert said.isVisible() and said.text() == "The decoder gave no numbers. Install the model again."
    assert screen.figures(1)["sharpness"] == "\u2013" and screen.figures(0)["sharpness"] == "measuring\u2026"


def test_why_likelihoods_do_not_compare_is_said_below(qtbot: QtBot) -> None:
    coarse = manifest("coarse", image=ImageSpec(height=4, width=4, channels=1, levels=2, range="0..1"))
    screen = Screen(qtbot, coarse, PIXELS)
    assert screen.page._caveat.isVisible() and "do not compare" in screen.page._caveat.text()
    screen.lecture.presenter.set_models([VAE, PIXELS])
    assert not screen.page._caveat.isVisible()


def test_a_page_without_columns_says_what_it_wants(qtbot: QtBot) -> None:
    screen = Screen(qtbot, VAE)
    page, card = screen.page, screen.page._empty
    assert not screen.columns and card.isVisible() and TOO_FEW in card.accessibleName()
    assert not any(part.isVisible() for part in (page.data, page.preset, page.counts, page.add, page._caveat))
    with qtbot.waitSignal(page.model_wanted):
        qtbot.mouseClick(card.findChild(QPushButton), LEFT)
    screen.lecture.presenter.set_models(tuple(MODELS.values()))
    assert len(screen.columns) == 3 and page.preset.isVisible() and not card.isVisible()


def test_the_preset_names_the_families_of_which_there_is_no_model(qtbot: QtBot, screen: Screen) -> None:
    assert screen.page.preset.toolTip() == ONE_OF_EACH
    lacking = Screen(qtbot, VAE, NORMAL)
    assert lacking.page.preset.toolTip().endswith("(no PixelCNN and no GAN is installed).")


def test_without_classes_there_is_no_list_of_them(qtbot: QtBot) -> None:
    screen = Screen(qtbot, VAE, PIXELS, judged=False)
    assert not screen.page.classes.isVisible()
    screen.lecture.presenter.set_models([VAE, GAN])
    assert [screen.page.classes.itemText(i) for i in range(4)] == ["All classes", "cat", "dog", "owl"]
    assert screen.page.classes.isVisible()


def test_buttons_can_be_pressed_where_they_do_something(screen: Screen) -> None:
    page, presenter = screen.page, screen.lecture.presenter
    assert page.add.isEnabled() and all(view.remove.isEnabled() for view in screen.columns)
    presenter.add_column()
    assert len(screen.columns) == MOST and not page.add.isEnabled()
    presenter.remove_column(0)
    presenter.remove_column(0)
    assert len(screen.columns) == 2 and not any(view.remove.isEnabled() for view in screen.columns)
    assert not page.compare.isEnabled()
    screen.lecture.answer()
    presenter.pick(0, 0)
    assert not page.compare.isEnabled()
    presenter.pick(1, 0)
    assert page.compare.isEnabled()


def test_showing_a_state_asks_for_nothing(screen: Screen) -> None:
    spies = {name: QSignalSpy(getattr(screen.page, name)) for name in SILENT}
    models = QSignalSpy(screen.page.model_chosen)
    presenter = screen.lecture.presenter
    presenter.choose_model(0, "normal")
    presenter.choose_class("dog")
    presenter.set_count(COUNTS[1])
    screen.lecture.answer()
    assert models.count() == 0 and {name: spy.count() for name, spy in spies.items()} == dict.fromkeys(SILENT, 0)


# --- mouse and keys


@pytest.mark.parametrize(("button", "signal"), [("preset", "preset_requested"), ("add", "column_added")])
def test_buttons_ask_by_mouse_and_by_key(screen: Screen, qtbot: QtBot, button: str, signal: str) -> None:
    pressed = getattr(screen.page, button)
    with qtbot.waitSignal(getattr(screen.page, signal)):
        qtbot.mouseClick(pressed, LEFT)
    pressed.setFocus()
    with qtbot.waitSignal(getattr(screen.page, signal)):
        qtbot.keyClick(pressed, Qt.Key.Key_Space)


def test_lists_are_chosen_from_with_the_keyboard(qtbot: QtBot) -> None:
    shirts = [manifest(name, data="shirts", data_title="Shirts") for name in ("one", "two")]
    screen = Screen(qtbot, *MODELS.values(), *shirts)
    page = screen.page
    asked = ((page.data, page.data_chosen, "Shirts", "shirts"), (page.classes, page.class_chosen, "owl", "owl"))
    for box, signal, typed, value in asked:
        with qtbot.waitSignal(signal) as heard:
            picks(box, typed)
        assert heard.args == [value]
    with qtbot.waitSignal(page.count_chosen) as heard:
        picks(page.counts, "96")
    assert heard.args == [96]
    with qtbot.waitSignal(page.model_chosen) as heard:
        picks(page.columns[1].models, "AUTO")
    assert heard.args == [1, "pixels"]


def test_each_column_is_removed_by_its_own_button(screen: Screen, qtbot: QtBot) -> None:
    for number, view in enumerate(screen.columns):
        with qtbot.waitSignal(screen.page.column_removed) as heard:
            qtbot.mouseClick(view.remove, LEFT)
        assert heard.args == [number]


def test_what_of_a_column_is_in_view_is_told(screen: Screen) -> None:
    spy = QSignalSpy(screen.page.looked)
    screen.lecture.presenter.set_count(COUNTS[1])
    assert [0, 0, COUNTS[1]] in [spy.at(i) for i in range(spy.count())]


def test_clicked_pictures_are_picked_and_marked_and_the_last_two_can_be_compared(screen: Screen, qtbot: QtBot) -> None:
    screen.clicks(0, 3)
    screen.clicks(2, 7)
    assert [(pick.column, pick.place) for pick in screen.lecture.state.picks] == [(0, 3), (2, 7)]
    assert [view.wall.selection() for view in screen.columns] == [[3], [], [7]]
    screen.clicks(2, 1)
    assert [view.wall.selection() for view in screen.columns] == [[], [], [1, 7]]
    qtbot.mouseClick(screen.page.compare, LEFT)
    assert screen.page.comparison.isVisible() and screen.page.comparison.pair is not None
    assert screen.page.comparison.pair.first.title == "GAN, picture 8"


def test_a_picture_that_was_clicked_before_others_can_be_clicked_again(screen: Screen) -> None:
    for column, place in ((0, 3), (1, 5), (1, 6), (0, 3)):
        screen.clicks(column, place)
    assert [(pick.column, pick.place) for pick in screen.lecture.state.picks] == [(1, 6), (0, 3)]


def test_a_picture_at_the_place_of_one_that_was_clicked_can_be_clicked(screen: Screen) -> None:
    screen.clicks(1, 4)
    screen.lecture.presenter.set_seed(8)
    screen.lecture.answer()
    assert not screen.lecture.state.picks and not screen.columns[1].wall.selection()
    screen.clicks(1, 4)
    assert [pick.pixels[0, 0, 0] for pick in screen.lecture.state.picks] == [8]


def test_arrow_keys_go_from_picture_to_picture_and_pick_them(screen: Screen) -> None:
    screen.page.setFocus()
    assert screen.columns[0].wall.hasFocus(), "the page's keys are its first wall's"
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right):
        QTest.keyClick(QApplication.focusWidget(), key)
    assert [(pick.column, pick.place) for pick in screen.lecture.state.picks] == [(0, 0), (0, 1)]


@pytest.mark.parametrize("way", ["enter", "double click"])
def test_two_picked_pictures_are_compared_from_the_wall_too(screen: Screen, way: str) -> None:
    screen.clicks(1, 2)
    screen.clicks(2, 2)
    wall = screen.columns[2].wall
    if way == "enter":
        QTest.keyClick(wall, Qt.Key.Key_Return)
    else:
        QTest.mouseDClick(wall.viewport(), LEFT, NONE, wall.tile_rect(2).center())
    assert screen.lecture.state.comparing and screen.page.comparison.isVisible()


def test_who_has_the_keys_touches_a_column(screen: Screen) -> None:
    told = list[Any]()
    screen.page.touched.connect(screen.lecture.presenter.touch)
    screen.page.model_told_of.connect(told.append)
    screen.columns[1].wall.setFocus()
    assert told[-1] is VAE
    screen.columns[2].models.setFocus()
    assert told[-1] is GAN
    screen.clicks(0, 4)
    assert told[-1] is PIXELS and [pick.column for pick in screen.lecture.state.picks] == [0]


def test_one_picture_alone_opens_nothing(screen: Screen) -> None:
    screen.clicks(1, 2)
    QTest.keyClick(screen.columns[1].wall, Qt.Key.Key_Return)
    assert not screen.page.comparison.isVisible()


# --- the comparison


@pytest.fixture
def compared(screen: Screen) -> Screen:
    """Two pictures compared, of which the newer is the VAE's."""
    screen.clicks(0, 3)
    screen.clicks(1, 5)
    QTest.keyClick(screen.columns[1].wall, Qt.Key.Key_Return)
    return screen


def test_it_covers_the_columns_and_has_the_keys(compared: Screen, qtbot: QtBot) -> None:
    comparison = compared.page.comparison
    assert comparison.geometry() == compared.page.rect() and comparison.stage.hasFocus()
    for key, mode in zip((Qt.Key.Key_3, Qt.Key.Key_2, Qt.Key.Key_1), reversed(MODES), strict=True):
        qtbot.keyClick(QApplication.focusWidget(), key)
        assert comparison.mode == mode and not comparison.grab().isNull()
    compared.resize(*NARROW)
    assert comparison.geometry() == compared.page.rect()


@pytest.mark.parametrize("way", ["escape", "button"])
def test_it_leads_back_to_the_picture_that_was_picked_last(compared: Screen, way: str) -> None:
    comparison = compared.page.comparison
    if way == "escape":
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    else:
        QTest.mouseClick(comparison.close_button, LEFT)
    assert not comparison.isVisible() and not compared.lecture.state.comparing
    assert compared.columns[1].wall.hasFocus() and compared.columns[1].wall.current == 5
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert comparison.isVisible(), "the same two once more"


def test_figures_that_arrive_do_not_turn_it_round(screen: Screen, qtbot: QtBot) -> None:
    screen.lecture.presenter.set_seed(3)
    screen.lecture.answer("SampleImages")
    screen.clicks(0, 3)
    screen.clicks(1, 5)
    qtbot.mouseClick(screen.page.compare, LEFT)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_X)
    swapped = screen.page.comparison.pair
    screen.lecture.answer()
    assert screen.page.comparison.pair is swapped and swapped is not None and swapped.first.title == "VAE, picture 6"


def test_it_closes_when_other_pictures_hang_there(compared: Screen) -> None:
    compared.lecture.presenter.choose_class("owl")
    assert not compared.page.comparison.isVisible() and not compared.lecture.state.comparing
    assert compared.columns[0].wall.hasFocus(), "the keys stay on the page"


def test_no_button_is_there_that_nobody_hears(compared: Screen) -> None:
    buttons = {button.text() for button in compared.page.comparison.findChildren(QPushButton) if button.isVisible()}
    assert "Swap" in buttons and "Real picture" not in buttons


# --- sizes and colours


@pytest.mark.parametrize("size", [WIDE, NARROW, (1000, 600), (2400, 900), (900, 1400)])
@pytest.mark.parametrize("count", COUNTS[:2])
def test_all_pictures_are_in_view_at_once_as_large_as_they_fit(
    screen: Screen, size: tuple[int, int], count: int
) -> None:
    screen.lecture.presenter.set_count(count)
    screen.resize(*size)
    for name in ("", "owl", ""):
        screen.lecture.presenter.choose_class(name)
        screen.lecture.answer()
        QApplication.processEvents()
        for view in screen.columns:
            room = view.wall.viewport().size()
            wish = tile_side(count, room.width(), room.height())
            assert view.wall.tile_size() == max(TILE_LEAST, wish - wish % 4)
            if wish >= TILE_LEAST:
                assert view.wall.verticalScrollBar().maximum() == 0 == view.wall.horizontalScrollBar().maximum()


@given(st.integers(1, 200), st.integers(60, 2000), st.integers(60, 2000))
def test_a_tiles_side_is_the_largest_with_which_all_are_in_view(count: int, width: int, height: int) -> None:
    def fits(side: int, gap: int) -> bool:
        layout = WallLayout(count=count, width=width, tile_width=side, tile_height=side, gap=gap, margin=Space.M)
        return layout.extent.height <= height and layout.extent.width <= width

    side = tile_side(count, width, height)
    if side >= TILE_LEAST:
        assert fits(side, gap_of(side)) and not fits(side + 1, gap_of(48))


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_nothing_is_cut_off_or_lies_over_something_else(screen: Screen, size: tuple[int, int]) -> None:
    screen.lecture.presenter.add_column()
    screen.lecture.presenter.choose_class("owl")
    screen.lecture.answer()
    screen.resize(*size)
    page = screen.page
    bar: list[QWidget] = [page.data, page.preset, page.classes, page.counts, page.compare, page.add]
    columns: list[QWidget] = list(screen.columns)
    for row in (bar, columns):
        assert all(page.rect().contains(part.geometry()) for part in columns) and len(columns) == MOST
        edges = [(part.mapTo(page, part.rect().topLeft()).x(), part.width()) for part in row]
        assert all(left + width <= edges[i + 1][0] for i, (left, width) in enumerate(edges[:-1]))
        assert edges[0][0] >= 0 and edges[-1][0] + edges[-1][1] <= page.width()
    for view in screen.columns:
        for part in (view.models, view.remove, view.wall, view._seen, *view._figures.values()):
            assert view.rect().contains(part.geometry()), "each part inside of its column"
        labels = [view._seen, *view._figures.values()]
        assert all(label.height() >= label.heightForWidth(label.width()) for label in labels), "all lines are there"


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=lambda palette: str(palette.name))
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_it_is_painted_in_either_theme(
    screen: Screen, qapp: QApplication, palette: Palette, size: tuple[int, int]
) -> None:
    stylesheet.apply(qapp, palette)
    screen.resize(*size)
    wall = screen.columns[0].wall
    window = channels(palette.window)
    wall.clearFocus()  # its ring runs along the edge
    assert tuple(to_array(wall.viewport().grab().toImage())[1, 1, :3]) == window
    screen.clicks(0, 0)
    screen.clicks(1, 23)
    screen.lecture.presenter.compare(True)
    for mode in MODES:
        screen.page.comparison.set_mode(mode)
        seen = to_array(screen.page.grab().toImage())[..., :3]
        assert tuple(seen[1, 1]) == window and (seen != np.array(window)).any()


# --- one height, and names


@pytest.mark.parametrize("size", [WIDE, NARROW, (900, 700)])
def test_words_of_one_kind_and_walls_are_on_one_height_in_all_columns(screen: Screen, size: tuple[int, int]) -> None:
    screen.lecture.presenter.choose_class("owl")
    screen.lecture.answer()
    screen.resize(*size)
    for part in ("wall", "_seen", "_told"):
        assert len({getattr(view, part).geometry().top() for view in screen.columns}) == 1, part
    for key, _, _ in LINES:
        assert len({view._figures[key].geometry().top() for view in screen.columns}) == 1, key
    screen.lecture.presenter.choose_class("")
    screen.lecture.answer()
    QApplication.processEvents()
    assert not any(view._told.isVisible() for view in screen.columns), "its room is given back"


def test_models_go_by_the_names_that_the_library_has_for_them(qtbot: QtBot) -> None:
    second, third = manifest("second", title="One on toys, upright only"), manifest("third", title="Vae, upright")
    for models, wanted in (
        ((VAE, second, GAN), {"vae": "VAE", "second": "VAE, upright", "gan": "GAN"}),
        ((second, third), {"second": "One on toys, upright only", "third": "Vae, upright"}),
    ):
        screen = Screen(qtbot, *models)
        box = screen.columns[0].models
        assert {box.itemData(i): box.itemText(i) for i in range(box.count())} == wanted


# --- a real picture as one of the two


@pytest.fixture
def with_real(qtbot: QtBot) -> Screen:
    """Two pictures compared, of a data set that has real ones."""
    screen = Screen(qtbot)
    real = np.arange(6 * 16, dtype=np.uint8).reshape(6, 4, 4, 1)

    def read(_: Any) -> Any:
        return SimpleNamespace(held_out=real)

    screen.lecture.presenter._real = RealPictures(screen.worker, read)
    screen.page.real_wanted.connect(screen.lecture.presenter.put_real)
    screen.lecture.answer()
    screen.clicks(0, 3)
    screen.clicks(1, 5)
    QTest.mouseClick(screen.page.compare, LEFT)
    return screen


def test_a_real_picture_takes_bs_place_by_its_button(with_real: Screen, qtbot: QtBot) -> None:
    comparison = with_real.page.comparison
    assert comparison.real.isVisible() and comparison.pair is not None
    first = comparison.pair.first.title
    qtbot.mouseClick(comparison.real, LEFT)
    with_real.worker.finish()
    assert comparison.pair.first.title == first and comparison.pair.second.title.startswith("Real, picture ")


def test_after_a_swap_it_is_the_other_one_that_gives_way(with_real: Screen, qtbot: QtBot) -> None:
    comparison = with_real.page.comparison
    qtbot.mouseClick(comparison.exchange, LEFT)
    assert comparison.pair is not None
    kept = comparison.pair.first.title
    qtbot.mouseClick(comparison.real, LEFT)
    with_real.worker.finish()
    assert comparison.pair.first.title == kept and comparison.pair.second.title.startswith("Real, picture ")
    qtbot.mouseClick(comparison.exchange, LEFT)
    qtbot.mouseClick(comparison.real, LEFT)
    with_real.worker.finish()
    assert {side.title[:4] for side in (comparison.pair.first, comparison.pair.second)} == {"Real"}, "two real ones"


def test_from_a_real_picture_the_keys_go_back_to_the_columns(with_real: Screen, qtbot: QtBot) -> None:
    qtbot.mouseClick(with_real.page.comparison.real, LEFT)
    with_real.worker.finish()
    with_real.page.comparison.stage.setFocus()
    QTest.keyClick(with_real.page.comparison.stage, Qt.Key.Key_Escape)
    assert with_real.columns[0].wall.hasFocus() and not with_real.page.comparison.isVisible()
    QTest.mouseClick(with_real.page.compare, LEFT)
    assert with_real.page.comparison.isVisible(), "it is there still"
