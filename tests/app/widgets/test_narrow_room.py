"""Little room: words end in dots and say all in the tooltip, icons do without words, the wheel scrolls the panel."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.theme import stylesheet
from app.theme.tokens import DARK, Size
from app.widgets.buttons import SegmentedControl, Tag
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import ElidedLabel
from app.widgets.model_card import ModelCard
from app.widgets.model_library import LibraryEntry, ModelLibrary
from app.widgets.status_line import StatusLine
from app.widgets.value_slider import ValueSlider
from tests.app.workspaces.complete.conftest import INK
from tests.tools.layout_faults import faults

LONG = "A model that somebody has given a name of more words than any column of any window has room for"

NOTHING = "Nothing else is said."


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> QWidget:
    """A page of 300 px that shows; its layout is a column."""
    stylesheet.apply(qapp, DARK)
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    made.setFixedSize(300, 200)
    with qtbot.waitExposed(made):
        made.show()
    return made


def put(page: QWidget, widget: QWidget) -> None:
    layout = page.layout()
    assert layout is not None
    layout.addWidget(widget)
    widget.show()
    QApplication.processEvents()


def told(widget: QWidget) -> str:
    """What the tooltip says when the pointer rests on the widget."""
    at = widget.rect().center()
    QToolTip.showText(widget.mapToGlobal(at), NOTHING, widget)
    QApplication.sendEvent(widget, QHelpEvent(QHelpEvent.Type.ToolTip, at, widget.mapToGlobal(at)))
    return "" if QToolTip.text() == NOTHING else QToolTip.text()


def turn(widget: QWidget) -> QWheelEvent:
    """The wheel is turned towards the hand by a notch, over the widget."""
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at, widget.mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event


@pytest.mark.parametrize("kind", [ElidedLabel, Tag])
def test_words_that_do_not_fit_end_in_dots_and_the_tooltip_has_all(page: QWidget, kind: type[ElidedLabel]) -> None:
    label = kind("Short")
    put(page, label)
    assert label.shown() == "Short" and told(label) == ""
    label.setText(LONG)
    QApplication.processEvents()
    assert label.width() <= page.width() and label.shown().endswith("…")
    assert told(label) == LONG
    label.setToolTip("Why it is called that.")
    assert told(label) == f"{LONG}\n\nWhy it is called that."
    label.setToolTip(f"{LONG}. Why it is called that.")
    assert told(label) == f"{LONG}. Why it is called that.", "it is not said twice"


def test_a_list_that_is_too_narrow_for_its_word_ends_it_in_dots(page: QWidget) -> None:
    box = ChoiceBox()
    box.addItems([LONG, "A"])
    box.setFixedWidth(120)
    put(page, box)
    assert box.shown().endswith("…") and told(box).startswith(LONG)
    box.setCurrentIndex(1)
    assert box.shown() == "A" and told(box) == ""
    fitting = ChoiceBox()
    fitting.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
    fitting.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    fitting.addItems(["All classes", "256 pictures"])
    put(page, fitting)
    for index in range(2):
        fitting.setCurrentIndex(index)
        assert fitting.shown() == fitting.currentText()


def test_a_switch_with_icons_goes_without_its_words_and_one_of_words_does_not(page: QWidget) -> None:
    row, pictured, worded = QWidget(), SegmentedControl("Pace"), SegmentedControl("Shown")
    pictured.set_choices([(name, name, name, name) for name in ("instant", "rows", "pixels")])
    worded.set_choices([(name, name, "", name) for name in ("Mean", "Draw")])
    layout = QHBoxLayout(row)
    for part in (pictured, worded):
        layout.addWidget(part)
    put(page, row)
    assert pictured.width() < pictured.sizeHint().width() and not faults(page)
    for segment in (*pictured._segments.values(), *worded._segments.values()):
        assert segment.width() >= segment.minimumSizeHint().width() >= 32
    assert all(segment.width() >= segment.sizeHint().width() for segment in worded._segments.values())


@pytest.mark.parametrize("kind", ["list", "slider"])
def test_the_wheel_scrolls_a_panel_even_over_what_has_the_focus(page: QWidget, kind: str) -> None:
    scroll, content, box, slider = QScrollArea(), QWidget(), ChoiceBox(), ValueSlider(0, 10, 1)
    box.addItems(["one", "two", "three"])
    box.setCurrentIndex(1)
    slider.set_value(5)
    column = QVBoxLayout(content)
    for part in (box, slider):
        column.addWidget(part)
    scroll.setWidgetResizable(True)
    scroll.setWidget(content)
    put(page, scroll)
    page.activateWindow()
    part = box if kind == "list" else slider
    part.setFocus()
    QApplication.processEvents()
    assert part.hasFocus() and scroll.verticalScrollBar().maximum() == 0
    turn(part)
    assert (box.currentIndex(), slider.value()) == ((2, 5) if kind == "list" else (1, 4)), "nothing else turns"
    before = (box.currentIndex(), slider.value())
    content.setMinimumHeight(900)
    QApplication.processEvents()
    assert scroll.verticalScrollBar().maximum() > 0
    assert not turn(part).isAccepted(), "it goes on to the panel"
    assert (box.currentIndex(), slider.value()) == before


def test_the_status_line_leaves_out_what_it_could_only_hint_at(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.set_engine("ready")
    line.set_timing(21, 190, 8, 73_000, 656, "redrawn from row 16: 1 of 12 rows in 335 ms")
    line.set_seed(127526)
    line.set_message("as this particle was drawn; others ended on the way")
    with qtbot.waitExposed(line):
        line.show()
    for width in range(1100, 380, -40):
        line.resize(width, 28)
        QApplication.processEvents()
        labels = (line._timing, line._seed, line._message)
        assert line._message.isVisible() and (width < 700 or line._message.shown() == line._message.text())
        assert not line._seed.isVisible() or line._seed.shown() == line._seed.text(), width
        assert not line._timing.isVisible() or line._timing.width() >= 120, width
        ends = [label.mapTo(line, label.rect().topRight()).x() for label in labels if label.isVisible()]
        assert line.width() == width and max(ends) < line._progress.x()
    assert not line._timing.isVisible()
    line.resize(1400, 28)
    QApplication.processEvents()
    assert line._seed.isVisible() and line._timing.shown() == line._timing.text()


def test_a_layout_s_faults_are_found(page: QWidget) -> None:
    """What the journeys rely on."""
    tidy = QLabel("Tidy")
    put(page, tidy)
    assert not faults(page)
    cut = QLabel("This sticks out", page)
    cut.setGeometry(250, 20, 120, 20)
    cut.show()
    inner = QWidget(page)
    inner.setGeometry(20, 150, 100, 40)
    out = QLabel("cut off", inner)
    out.setGeometry(60, 5, 80, 20)
    inner.show()
    found = " ".join(faults(page))
    assert "'cut off' is cut off at the side" in found
    cover = QLabel("A card that floats", page)
    cover.setGeometry(tidy.geometry())
    cover.show()
    assert any("'Tidy' lies under" in fault for fault in faults(page))


def test_long_names_of_models_and_data_sets_widen_neither_library_nor_card(page: QWidget) -> None:
    library, card = ModelLibrary(), ModelCard()
    library.set_models([
        LibraryEntry("a", LONG, LONG, LONG),
        LibraryEntry("b", "VAE on digits", "Digits", "VAE"),
        LibraryEntry("c", "GAN on digits", "Digits", "A GAN of the second kind", fits=False, opens_in="Gallery"),
    ])  # fmt: skip
    page.setFixedSize(300, 700)
    put(page, library)
    assert library.width() == Size.LIBRARY and not faults(page)
    library.hide()
    card.set_manifest(replace(INK, title=LONG, architecture=LONG, data_title=LONG))
    put(page, card)
    assert card.width() <= page.width() and not faults(page)
    tags = [tag for tag in card.findChildren(Tag) if tag.isVisible()]
    assert len(tags) == 2 and all(told(tag).startswith(LONG) for tag in tags)
