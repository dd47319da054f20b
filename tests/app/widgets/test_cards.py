"""Cards, library, hint and toast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.theme import motion
from app.widgets.buttons import Chip
from app.widgets.film_scrubber import FilmScrubber
from app.widgets.hint import Hint
from app.widgets.hint_spot import HintSpot
from app.widgets.imaging import to_qimage
from app.widgets.message_card import MessageCard
from app.widgets.model_card import ModelCard, beside, headline
from app.widgets.model_library import LibraryEntry, ModelLibrary
from app.widgets.score_card import ScoreCard, density, rank
from app.widgets.toast import Toast
from app.widgets.value_slider import ValueSlider
from engine.contracts.manifest import ImageSpec, Manifest

Show = Callable[..., QWidget]
LEFT = Qt.MouseButton.LeftButton
QUANTILES = np.linspace(-130, -30, 101).tolist()


def manifest(**changes: Any) -> Manifest:
    given: dict[str, Any] = {
        "id": "m",
        "title": "Gated PixelCNN on MNIST",
        "family": "autoregressive",
        "architecture": "Gated PixelCNN",
        "data": "mnist",
        "data_title": "MNIST",
        "image": ImageSpec(height=28, width=28, channels=1, levels=2),
        "graphs": {},
        "figures": {"identity": "ok", "test_nll": {"value": 81.23, "unit": "nats", "split": "test", "n": 10000}},
        "attribution": "Yann LeCun and others",
    }
    return Manifest(**given | changes)


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if not label.isHidden() and label.text()]


def test_the_card_says_what_the_manifest_says(shown: Show) -> None:
    card = ModelCard()
    card.set_manifest(manifest())
    shown(card, 268, 400)
    assert texts(card) == [
        "Gated PixelCNN on MNIST",
        "Gated PixelCNN",
        "MNIST",
        "81.2",
        "nats",
        "test set, 10,000 pictures",
        "Yann LeCun and others",
    ]


def test_a_card_without_figures_has_no_holes(shown: Show) -> None:
    card = ModelCard()
    card.set_manifest(manifest(figures={}, attribution=""))
    shown(card, 268, 400)
    assert texts(card) == ["Gated PixelCNN on MNIST", "Gated PixelCNN", "MNIST"]


@pytest.mark.parametrize(
    ("figures", "shown_as"),
    [
        ({"test_bits_per_dim": {"value": 1.2345, "unit": "bits/dim"}}, ("1.23", "bits/dim", "")),
        ({"other": {"value": 12, "unit": "FID", "n": 500}}, ("12.0", "FID", "500 pictures")),
        (
            {"test_elbo": {"value": 88.0, "unit": "nats", "split": "test"}},
            ("88.0", "nats", "an upper bound, the negative ELBO, test set"),
        ),
        ({"test_log_prob_quantiles": [1, 2, 3]}, None),
        ({"test_nll": {"value": "x", "unit": "nats"}, "other": {"value": True, "unit": "FID"}}, None),
        ({"test_nll": {"value": float("nan"), "unit": "nats"}}, None),
        ({"test_nll": {"value": 81.2, "unit": "nats", "n": "many", "split": [1]}}, ("81.2", "nats", "")),
        ({"test_nll": {"value": 81.2, "unit": "nats", "n": float("nan")}}, ("81.2", "nats", "")),
    ],
)
def test_headlines(figures: dict[str, Any], shown_as: tuple[str, str, str] | None) -> None:
    found = headline(figures)
    assert (found and (found.value, found.unit, found.note)) == shown_as


def test_nats_with_and_without_class_and_the_cost_of_turning_stand_beside(shown: Show) -> None:
    scores = {
        "test_nll_given_class": {"value": 79.896, "unit": "nats"},
        "test_nll_without_class": {"value": 84.474, "unit": "nats"},
    }
    assert beside(scores, {"orientation_cost": {"value": 0.768, "unit": "nats"}}) == (
        "class given 79.9 nats, no class 84.5 nats, reading in every direction costs 0.768 nats"
    )
    assert beside({"test_nll_given_class": "79", "test_nll_without_class": {"value": "x"}}, {}) == ""


def test_the_card_names_the_model_that_scores(shown: Show) -> None:
    card = ModelCard()
    other = {"test_nll": {"value": 80.44, "unit": "nats", "split": "test", "n": 10000}}
    card.set_manifest(manifest(), "The likelihood is of Another; This only completes.", other)
    shown(card, 268, 400)
    assert "80.4" in texts(card) and "81.2" not in texts(card)
    assert "The likelihood is of Another; This only completes." in texts(card)
    card.set_manifest(manifest())
    assert not any("likelihood is of" in text for text in texts(card))


def test_the_film_starts_with_the_trained_model_and_can_be_scrubbed(shown: Show, qtbot: QtBot) -> None:
    film = FilmScrubber()
    frames = [to_qimage(np.full((4, 4, 1), value, np.uint8)) for value in (0, 100, 200)]
    seen: list[int] = []
    film.frame_shown.connect(seen.append)
    film.set_film(frames, [(10, 3.0), (100, 2.0), (1000, 1.0)], [10, 100, 1000])
    shown(film, 200, 300)
    slider = film.findChild(ValueSlider)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert seen == [2, 1]
    assert (film.step_at(1), film.value()) == (100, 2.0)
    assert film.grab().toImage().pixelColor(100, 20).red() == 100


@pytest.mark.parametrize("width", [200, 250, 256, 264, 300, 500, 600])
def test_the_films_frame_fills_its_place_at_every_width(shown: Show, width: int) -> None:
    film = FilmScrubber()
    film.set_film([to_qimage(np.full((256, 256, 1), 200, np.uint8))], [(10, 3.0), (100, 2.0)], [10])
    shown(film, width, 760)
    image = film._sheet.grab().toImage()
    row = [image.pixelColor(x, image.height() // 2).red() == 200 for x in range(width)]
    assert sum(row) >= 0.8 * width
    if width in (256, 264):
        assert sum(row) == 256, "one to one where there is just room for it"


def test_the_card_tells_the_step_of_the_frame(shown: Show) -> None:
    card = ModelCard()
    card.set_manifest(manifest())
    card.set_film([to_qimage(np.zeros((4, 4, 1), np.uint8))] * 2, [(100, 90.0), (2000, 81.0)], [100, 2000])
    shown(card, 268, 600)
    assert "after 2,000 steps: 81.00 nats" in texts(card)
    card.set_manifest(manifest(figures={"test_nll": {"value": 0.18, "unit": "bits/dim"}}))
    card.set_film([to_qimage(np.zeros((4, 4, 1), np.uint8))] * 2, [(100, 90.0), (2000, 81.0)], [100, 2000])
    assert "after 2,000 steps: 81.00 nats" in texts(card), "the curve is in nats whatever the headline's unit"
    odd = [(float("inf"), float("nan")), (2000, float("inf"))]
    card.set_film([to_qimage(np.zeros((4, 4, 1), np.uint8))] * 2, odd, [100, 2000])
    assert "after 2,000 steps" in texts(card)
    card.set_manifest(manifest(title="Another"))
    assert not any("steps" in text for text in texts(card)), "the film belongs to the model before"


def test_rank_is_the_share_of_less_likely_pictures() -> None:
    assert rank(-80, QUANTILES) == pytest.approx(0.5)
    assert (rank(-500, QUANTILES), rank(0, QUANTILES)) == (0, 1)


def test_density_has_the_shape_of_what_the_quantiles_came_from() -> None:
    values = np.random.default_rng(0).normal(-80, 10, 20000)
    middles, heights = density(np.quantile(values, np.linspace(0, 1, 101)).tolist())
    assert abs(middles[int(np.argmax(heights))] + 80) < 5
    assert heights.max() == 1
    assert heights[0] < 0.2
    assert heights[-1] < 0.2


def test_density_of_equal_values_is_no_error() -> None:
    _middles, heights = density([-5.0] * 101)
    assert np.isfinite(heights).all()


def test_the_score_is_told_with_units_and_in_a_sentence(shown: Show, photograph: Any) -> None:
    card = ScoreCard()
    shown(card, 268, 200)
    card.set_score(-55.0, 0.1012, QUANTILES)
    assert texts(card) == [
        "How likely is this picture?",
        "−55.0 nats",
        "0.101 bits per dimension",
        "Likelier than 75 % of the test set's pictures.",
    ]
    at_75 = photograph(card._plot)
    card.set_score(-105.0, 0.2, QUANTILES)
    assert not np.array_equal(photograph(card._plot), at_75), "the marker moves"
    card.set_score(-999.0, 2.0, QUANTILES)
    assert texts(card)[-1] == "Less likely than every picture of the test set."
    card.set_score(-55.0, 0.1)
    assert card._plot.isHidden()
    card.set_score(-55.0, 0.1, QUANTILES, "The likelihood is of Another; This only completes.")
    assert texts(card)[-1] == "The likelihood is of Another; This only completes."
    card.set_message("3 pixels are unknown.")
    assert texts(card) == ["3 pixels are unknown."]


def entries() -> list[LibraryEntry]:
    return [
        LibraryEntry("gan", "GAN on MNIST", "MNIST", "GAN", fits=False, opens_in="Latent"),
        LibraryEntry("a", "PixelCNN on MNIST", "MNIST", "PixelCNN"),
        LibraryEntry("b", "Gated PixelCNN on portraits", "Portraits", "Gated PixelCNN"),
    ]


def test_the_library_groups_by_data_and_puts_what_fits_first(shown: Show) -> None:
    library = ModelLibrary()
    library.set_models(entries())
    library.set_current("b")
    shown(library, 240, 400)
    chips = library.findChildren(Chip)
    assert [chip.text() for chip in chips] == ["PixelCNN", "GAN → Latent", "Gated PixelCNN"]
    assert [chip.isChecked() for chip in chips] == [False, False, True]
    assert "opens in Latent" in chips[1].toolTip()


def test_a_model_that_opens_nowhere_yet_says_so(shown: Show) -> None:
    library = ModelLibrary()
    library.set_models([LibraryEntry("gan", "GAN on MNIST", "MNIST", "GAN", fits=False)])
    shown(library, 240, 400)
    chip = library.findChild(Chip)
    assert chip.text() == "GAN → a later version" and chip.toolTip() == "GAN on MNIST opens in a later version"


def test_choosing_asks_and_marks_nothing(shown: Show, qtbot: QtBot) -> None:
    library = ModelLibrary()
    library.set_models(entries())
    library.set_current("b")
    shown(library, 240, 400)
    chip = next(c for c in library.findChildren(Chip) if c.text() == "PixelCNN")
    with qtbot.waitSignal(library.model_chosen) as chosen:
        QTest.mouseClick(chip, LEFT)
    assert chosen.args == ["a"]
    assert not chip.isChecked()


def test_the_rail_is_56_px_and_offers_the_same(shown: Show, qtbot: QtBot) -> None:
    library = ModelLibrary()
    library.set_models(entries())
    library.set_current("b")
    shown(library, 240, 400)
    library.set_rail(True)
    assert library.width() == 56
    assert not library.findChildren(Chip) or all(not c.isVisible() for c in library.findChildren(Chip))
    assert {title: b.isChecked() for title, b in library._rail_buttons.items()} == {"MNIST": False, "Portraits": True}
    QTest.mouseClick(library._rail_buttons["MNIST"], LEFT)
    menu = library.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == ["PixelCNN on MNIST", "GAN on MNIST → Latent"]
    with qtbot.waitSignal(library.model_chosen) as chosen:
        menu.actions()[0].trigger()
    assert chosen.args == ["a"]
    menu.close()
    library.set_rail(False)
    assert library.width() == 240


def test_an_empty_library_says_what_to_do_and_offers_it(shown: Show, qtbot: QtBot) -> None:
    library = ModelLibrary()
    shown(library, 240, 300)
    assert any("Open a model" in text for text in texts(library))
    button = next(b for b in library.findChildren(QPushButton) if b.isVisible())
    with qtbot.waitSignal(library.open_requested):
        button.click()


def test_a_message_has_its_remedy_as_a_button(shown: Show, qtbot: QtBot) -> None:
    card = MessageCard()
    card.set_message("The engine stopped.", "Your picture is kept.", "Complete again")
    shown(card, 460, 96)
    assert texts(card) == ["The engine stopped.", "Your picture is kept."]
    with qtbot.waitSignal(card.pressed):
        card.findChild(QPushButton).click()
    card.set_message("Nothing is unknown.", "", error=False)
    assert card.findChild(QPushButton).isHidden()


@pytest.mark.parametrize("width", [240, 300, 460])
def test_a_message_says_all_of_it_at_any_width(shown: Show, width: int) -> None:
    card = MessageCard()
    problem = (
        "The engine stopped several times while it decoded with VAE with two latent dimensions on binarized MNIST."
    )
    card.set_message(problem, "Choose another model, or try once more.", "Try once more")
    shown(card, width, card.heightForWidth(width))
    for label in card.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), "no line is cut off"
    button = card.findChild(QPushButton)
    assert card.rect().contains(button.geometry())
    assert not any(label.geometry().intersects(button.geometry()) for label in card.findChildren(QLabel))


@pytest.fixture
def window(shown: Show) -> QWidget:
    return shown(QWidget(), 600, 400)


def test_a_hint_points_at_its_target_and_goes_when_pressed(window: QWidget, qtbot: QtBot) -> None:
    hint = Hint(window)
    hint.set_text("Rub something out")
    hint.point_at(QPoint(200, 100))
    hint.appear()
    assert hint.isVisible()
    assert (hint.x(), hint.y() + hint.height() // 2) == (200, 100)
    hint.point_at(QPoint(200, 100), "right")
    assert hint.x() + hint.width() == 200
    with qtbot.waitSignal(hint.dismissed):
        QTest.mouseClick(hint, LEFT)
    qtbot.waitUntil(hint.isHidden)


ROOM = QRectF(0, 0, 600, 400)
LONG = "Turn the wheel: pictures lie between the pictures"


def test_a_long_hint_takes_lines_of_about_one_length(window: QWidget) -> None:
    hint, short = Hint(window, LONG), Hint(window, "Rub something out")
    assert hint.sizeHint().height() > short.sizeHint().height()
    assert hint.sizeHint().width() < QFontMetrics(hint.font()).horizontalAdvance(LONG)


@pytest.mark.parametrize(
    "thing",
    [QRectF(4, 380, 60, 16), QRectF(540, 4, 40, 20), QRectF(300, 200, 20, 20), QRectF(0, 0, 600, 200)],
    ids=["corner", "edge", "middle", "half"],
)
def test_a_hint_lies_in_its_room_beside_the_thing_and_its_tip_is_at_it(window: QWidget, thing: QRectF) -> None:
    hint = Hint(window, LONG)
    assert hint.lie_at(HintSpot(thing, (ROOM,)))
    area = QRectF(hint.geometry())
    assert ROOM.contains(area) and not area.intersects(thing)
    near = thing.adjusted(-6, -6, 6, 6)
    assert area.intersects(near)


def test_a_hint_keeps_off_what_is_to_be_seen_and_spares_what_it_can(window: QWidget) -> None:
    hint, thing = Hint(window, LONG), QRectF(250, 180, 40, 40)
    assert hint.lie_at(HintSpot(thing, (ROOM,), spared=(QRectF(290, 0, 310, 400),), sides=("right", "left")))
    assert hint.geometry().right() < thing.left(), "the right is spared"
    assert hint.lie_at(HintSpot(thing, (ROOM,), spared=(QRectF(290, 0, 310, 400),), sides=("right",)))
    assert hint.geometry().left() > thing.right() - 1, "unless there is no other place"
    before = hint.geometry()
    assert not hint.lie_at(HintSpot(thing, (ROOM,), clear=(QRectF(0, 0, 600, 400),)))
    assert hint.geometry() == before
    assert not hint.lie_at(HintSpot(thing, (QRectF(0, 0, 100, 30),)))


def test_a_hint_takes_no_focus_and_says_what_it_is(window: QWidget, qtbot: QtBot) -> None:
    field = QLineEdit(window)
    window.activateWindow()
    field.show()
    field.setFocus()
    hint = Hint(window, "Rub something out")
    hint.appear()
    QTest.mouseClick(hint, LEFT)
    assert hint.focusPolicy() == Qt.FocusPolicy.NoFocus and not hint.hasFocus()
    assert hint.accessibleName() == "Rub something out" and "hint" in hint.accessibleDescription()


def test_nothing_fades_where_no_motion_is_wanted(window: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(motion, "reduced", lambda: True)
    hint = Hint(window)
    hint.set_text("Rub something out")
    hint.appear()
    assert hint.graphicsEffect() is None
    hint.leave()
    assert hint.isHidden()


@pytest.mark.parametrize("action", ["", "Undo"])
def test_a_long_toast_takes_lines_and_stays_within_its_parent(window: QWidget, action: str) -> None:
    toast = Toast(window)
    toast.say("Short.", action)
    low, narrow = toast.height(), toast.width()
    for width in (window.width(), 380):
        window.resize(width, window.height())
        toast.say("All of it has to be read, whatever the room that there is for it is like. " * 3, action, "warn")
        label = toast._label
        assert toast.x() >= 0 and toast.x() + toast.width() <= width and toast.y() + toast.height() <= window.height()
        assert toast.height() > low and label.height() >= label.heightForWidth(label.width())
    toast.say("Short.", action)
    assert (toast.height(), toast.width()) == (low, narrow)


def test_a_toast_offers_its_undo_and_goes(window: QWidget, qtbot: QtBot) -> None:
    toast = Toast(window)
    toast.say("All pixels forgotten.", "Undo")
    assert toast.isVisible()
    assert toast.y() + toast.height() <= window.height()
    assert abs(toast.x() * 2 + toast.width() - window.width()) <= 1
    assert toast._timer.isActive()
    with qtbot.waitSignal(toast.action_clicked):
        toast.findChild(QPushButton).click()
    qtbot.waitUntil(toast.isHidden)


def test_an_error_stays_until_it_is_closed(window: QWidget, qtbot: QtBot) -> None:
    toast = Toast(window)
    toast.say("portrait.xyz is no picture.", kind="error")
    assert not toast._timer.isActive()
    with qtbot.waitSignal(toast.closed):
        QTest.mouseClick(toast._cross, LEFT)
    qtbot.waitUntil(toast.isHidden)


def test_a_toast_called_back_while_it_leaves_stays(window: QWidget, qtbot: QtBot) -> None:
    toast = Toast(window)
    toast.say("One.")
    toast.leave()
    toast.say("Two.")
    qtbot.wait(250)
    assert toast.isVisible()


def test_a_toast_lies_beside_what_is_pressed_and_above_what_takes_the_whole_foot(window: QWidget) -> None:
    window.resize(700, 400)
    switch, bar = QPushButton("Switch", window), QPushButton("A bar over the whole foot", window)
    toast = Toast(window)
    toast.keep_clear_of(switch, bar)
    bar.hide()
    switch.setGeometry(420, 350, 120, 28)
    switch.show()
    sentence = "All of it has to be read, and the switch beside it has to be pressed. " * 2
    toast.say(sentence)
    assert toast.geometry().right() < switch.x() and toast.x() >= 0
    assert toast._label.height() >= toast._label.heightForWidth(toast._label.width())
    switch.move(420, 20)  # above the middle, where no toast comes
    toast.place()
    assert abs(toast.geometry().center().x() - window.rect().center().x()) <= 1
    bar.setGeometry(0, 300, 700, 100)
    bar.show()
    toast.place()
    assert toast.geometry().bottom() < bar.y() and toast.y() > 0
    assert abs(toast.geometry().center().x() - window.rect().center().x()) <= 1
