"""The column of lessons: its list, a lesson as it is read, its buttons and its slider, by mouse and by key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.documents.lesson_text import Span
from app.documents.lessons import Lesson, parse_lesson
from app.theme import stylesheet
from app.theme.tokens import LIGHT, Size
from app.widgets.formula_view import FormulaView
from app.widgets.lesson_markup import formula, rich, spoken
from app.widgets.lesson_page import SETS, LessonPage
from app.widgets.lesson_panel import LessonPanel
from app.widgets.stop_slider import StopSlider
from tests.app.widgets.conftest import Photograph

Show = Callable[..., QWidget]
TEXT = """+++
title = "{title}"
workspace = "complete"
order = 1
view = "Any mask"
minutes = 3
[[stage]]
name = "raster"
[[stage]]
name = "weighed"
[slider]
parameter = "particles"
values = [1, 4, 16, 64]
+++
Some pixels are given, *not all*.

    p(x) = ∏_{{i}} p(x_{{i}} | x_{{1}}, …)

* first
* second

[In raster order](stage:raster) [With particles](stage:weighed)

[How many](slider:particles)

## What it does not promise

Look once more at [raster order](stage:raster).

{more}
"""


def lesson(identity: str, more: str = "The end.") -> Lesson:
    return parse_lesson(TEXT.format(title=identity.capitalize(), more=more), identity, f"{identity}.md")


LONG = "\n\n".join(f"Paragraph {n}. " + "word " * 40 for n in range(20))
LESSONS = (lesson("one"), lesson("two", LONG), lesson("three"))


@pytest.fixture
def panel(shown: Show) -> LessonPanel:
    made = LessonPanel(LESSONS)
    shown(made, Size.LESSONS, 600)
    return made


def page(panel: LessonPanel) -> LessonPage:
    assert panel.page is not None
    return panel.page


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.text() and label.isVisibleTo(widget)]


# --- words


def test_words_are_marked_up_and_never_taken_for_tags() -> None:
    spans = (Span("a <b> & "), Span("c", "strong"), Span("d", "emphasis"), Span("p(x) < 1", "formula"))
    assert rich(spans) == (
        'a &lt;b&gt; &amp; <b>c</b><i>d</i><span style="white-space: nowrap"><i>p</i>(<i>x</i>) &lt; 1</span>'
    )


def test_a_formula_is_lowered_raised_and_slanted() -> None:
    assert formula("log p(x_{i}) = Σ w^{2}") == "log <i>p</i>(<i>x</i><sub><i>i</i></sub>) = Σ <i>w</i><sup>2</sup>"
    assert formula("p(x | y)") == "<i>p</i>(<i>x</i>\u00a0\u2223\u00a0<i>y</i>)", "no line ends before a condition"
    assert spoken("x_{i} = w^{2}") == "x sub i = w to the 2"


# --- the list


def test_the_list_names_every_lesson_and_opens_one(panel: LessonPanel, qtbot: QtBot) -> None:
    assert [row.text() for row in panel.rows] == ["One", "Two", "Three"]
    assert panel.rows[1].accessibleName() == "Lesson 2: Two" and "Any mask" in panel.rows[1].toolTip()
    with qtbot.waitSignal(panel.lesson_opened) as opened:
        qtbot.mouseClick(panel.rows[1], Qt.MouseButton.LeftButton)
    assert opened.args == ["two"] and panel.lesson is LESSONS[1]


def test_back_in_the_list_the_last_lesson_is_marked(panel: LessonPanel, qtbot: QtBot) -> None:
    panel.open("two")
    qtbot.mouseClick(panel.contents, Qt.MouseButton.LeftButton)
    assert panel.lesson is None
    assert [row.isChecked() for row in panel.rows] == [False, True, False]


def test_a_lesson_that_is_gone_opens_the_list(panel: LessonPanel) -> None:
    panel.open("gone")
    assert panel.lesson is None and not panel.contents.isVisible()


def test_arrows_go_through_the_list_and_return_opens(panel: LessonPanel) -> None:
    panel.take_focus()
    assert panel.rows[0].hasFocus()
    for key, at in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1)):
        QTest.keyClick(QApplication.focusWidget(), key)
        assert panel.rows[at].hasFocus()
    QTest.keyClick(panel.rows[1], Qt.Key.Key_Space)
    assert panel.lesson is LESSONS[1] and page(panel).hasFocus(), "the keys go on with what is read"


def test_without_lessons_the_list_is_empty(shown: Show) -> None:
    empty = LessonPanel(())
    shown(empty, Size.LESSONS, 400)
    empty.take_focus()
    QTest.keyClick(empty, Qt.Key.Key_Down)
    assert empty.rows == [] and empty.lesson is None


# --- a lesson


def test_a_lesson_shows_all_of_its_parts(panel: LessonPanel) -> None:
    panel.open("one")
    said = texts(page(panel))
    assert said[0] == "One" and "Any mask · 3 min" in said
    assert "Some pixels are given, <i>not all</i>." in said
    assert any("<sub>" in text for text in said)
    assert said.count("•") == 2 and "What it does not promise" in said
    assert "Look once more at raster order." in said


def test_buttons_ask_for_their_stages(panel: LessonPanel, qtbot: QtBot) -> None:
    panel.open("one")
    assert [button.text() for button in page(panel).buttons["raster"]] == ["In raster order", "raster order"]
    for name in ("raster", "weighed"):
        with qtbot.waitSignal(panel.stage_requested) as asked:
            qtbot.mouseClick(page(panel).buttons[name][0], Qt.MouseButton.LeftButton)
        assert asked.args == [name]


def test_what_cannot_be_set_is_said_below_and_cannot_be_pressed(panel: LessonPanel) -> None:
    panel.open("one")
    panel.set_obstacles({"raster": "The model x is not installed.", "weighed": ""})
    first, again = page(panel).buttons["raster"]
    other = page(panel).buttons["weighed"][0]
    assert not first.isEnabled() and not again.isEnabled() and other.isEnabled()
    assert first.toolTip() == "The model x is not installed." and other.toolTip() == SETS
    assert texts(page(panel)).count("The model x is not installed.") == 2, "under both rows"
    panel.set_obstacles({"raster": "", "weighed": ""})
    assert first.isEnabled() and "The model x is not installed." not in texts(page(panel))


def test_the_slider_gives_its_values_live_and_takes_those_of_others(panel: LessonPanel) -> None:
    panel.open("one")
    slider, got = page(panel).slider, list[tuple[str, float]]()
    assert slider is not None
    panel.value_chosen.connect(lambda *value: got.append(value))
    slider.slider.setFocus()
    QTest.keyClick(slider.slider, Qt.Key.Key_Right)
    QTest.keyClick(slider.slider, Qt.Key.Key_End)
    assert got == [("particles", 4.0), ("particles", 64.0)]
    panel.set_value("particles", 16)
    assert slider.stop() == 2 and slider.scale.marked() == 2
    panel.set_value("particles", 20)
    assert slider.stop() == 2 and slider.scale.marked() == -1, "none of its numbers is the true one"
    panel.set_value("count", 1)
    assert slider.stop() == 2 and got == [("particles", 4.0), ("particles", 64.0)], "no echo"


def test_next_previous_and_their_ends(panel: LessonPanel, qtbot: QtBot) -> None:
    panel.open("one")
    assert not panel.previous.isEnabled()
    qtbot.mouseClick(page(panel).following, Qt.MouseButton.LeftButton)
    assert panel.lesson is LESSONS[1]
    qtbot.mouseClick(panel.following, Qt.MouseButton.LeftButton)
    assert panel.lesson is LESSONS[2]
    assert not panel.following.isEnabled() and not page(panel).following.isVisible()
    qtbot.mouseClick(panel.previous, Qt.MouseButton.LeftButton)
    assert panel.lesson is LESSONS[1]


def test_a_lesson_opens_where_it_was_left(panel: LessonPanel, qtbot: QtBot) -> None:
    panel.open("two", place=300)
    qtbot.waitUntil(lambda: panel.place() == 300)
    panel.open("")
    assert panel.place() == 0


def test_escape_and_the_cross_close(panel: LessonPanel, qtbot: QtBot) -> None:
    panel.open("one")
    panel.take_focus()
    with qtbot.waitSignal(panel.close_requested):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    with qtbot.waitSignal(panel.close_requested):
        qtbot.mouseClick(panel.close_button, Qt.MouseButton.LeftButton)


def test_the_page_scrolls_by_key_and_follows_the_focus(panel: LessonPanel, qtbot: QtBot) -> None:
    panel.open("two")
    panel.take_focus()
    qtbot.waitUntil(lambda: page(panel).verticalScrollBar().maximum() > 300)
    QTest.keyClick(page(panel), Qt.Key.Key_PageDown)
    assert panel.place() > 100
    page(panel).following.setFocus()
    seen = page(panel).following.mapTo(page(panel).viewport(), QPoint())
    assert 0 <= seen.y() < page(panel).viewport().height()


def test_another_lesson_leaves_the_focus_where_it_was(shown: Show) -> None:
    both, picture, panel = QWidget(), QLineEdit(), LessonPanel(LESSONS)
    row = QHBoxLayout(both)
    row.addWidget(panel)
    row.addWidget(picture)
    shown(both, 600, 600)
    picture.setFocus()
    panel.open("one")
    panel.open("two")
    assert picture.hasFocus()
    panel.take_focus()
    panel.open("one")
    assert page(panel).hasFocus()


def test_icons_follow_the_theme(panel: LessonPanel, photograph: Photograph, qapp: QApplication) -> None:
    panel.open("one")
    dark = photograph(panel)
    stylesheet.apply(qapp, LIGHT)
    light = photograph(panel)
    assert dark.mean() < 80 and light.mean() > 200
    icon = page(panel).buttons["raster"][0].icon().pixmap(16, 16).toImage()
    inked = [icon.pixelColor(x, y) for x in range(16) for y in range(16) if icon.pixelColor(x, y).alpha() > 180]
    assert inked and all(color.lightness() < 80 for color in inked), "dark lines on a light button"


def test_every_button_of_the_shipped_lessons_fits_the_narrow_column(shown: Show, qtbot: QtBot) -> None:
    from app import paths
    from app.documents.lessons import read_lessons

    lessons, _ = read_lessons(paths.assets() / "lessons")
    made = LessonPanel(lessons)
    shown(made, Size.LESSONS_NARROW, 600)
    made.setFixedWidth(Size.LESSONS_NARROW)
    for each in lessons:
        made.open(each.id)
        QApplication.processEvents()
        viewport = page(made).viewport()
        assert page(made).widget().width() == viewport.width(), each.id
        for button in page(made).findChildren(QPushButton):
            right = button.mapTo(viewport, QPoint(button.sizeHint().width(), 0)).x()
            assert right <= viewport.width() or not button.isVisible(), f"{each.id}: {button.text()}"
    for row in made.rows:
        assert row.fontMetrics().horizontalAdvance(row.text()) < Size.LESSONS_NARROW - 70


# --- the slider by itself


def test_a_stop_slider_stops_only_at_its_numbers(shown: Show, qtbot: QtBot) -> None:
    slider = StopSlider((1, 4, 16, 64, 256), "Particles")
    shown(slider, 280, 50)
    got = list[int]()
    slider.stop_chosen.connect(got.append)
    inner = slider.slider
    assert inner.accessibleName() == "Particles" and inner.accessibleDescription() == "1"
    QTest.mousePress(inner, Qt.MouseButton.LeftButton, pos=QPoint(inner.width() // 2, 10))
    for x in range(inner.width() // 2, inner.width(), 3):
        QTest.mouseMove(inner, QPoint(x, 10))
    QTest.mouseRelease(inner, Qt.MouseButton.LeftButton, pos=QPoint(inner.width() - 2, 10))
    assert got == [2, 3, 4], "each once, while dragging"
    assert inner.accessibleDescription() == "256"
    slider.set_stop(99)
    assert slider.stop() == 4 and got == [2, 3, 4]


def test_a_drawn_formula_is_read_aloud_and_its_words_stand_in_where_it_is_gone(shown: Show) -> None:
    made = parse_lesson(
        TEXT.format(title="Drawn", more="![p of x](chain-rule.svg)\n\n![q of x](no-such-drawing.svg)"), "d", "d.md"
    )
    shown(LessonPage(made, ""), Size.LESSONS, 900)
    pages = LessonPage(made, "")
    assert [view.accessibleName() for view in pages.findChildren(FormulaView)] == ["p of x"]
    assert "q of x" in [label.text() for label in pages.findChildren(QLabel)]


def test_chapters_stand_above_their_lessons(shown: Show) -> None:
    head = TEXT.replace("minutes = 3", 'minutes = 3\nchapter = "Families"')
    late = parse_lesson(head.format(title="Late", more="End."), "late", "late.md")
    panel = LessonPanel((*LESSONS, late))
    shown(panel, Size.LESSONS, 600)
    heading = next(label for label in panel.findChildren(QLabel) if label.text() == "Families")
    assert panel.rows[2].geometry().bottom() < heading.geometry().top() < panel.rows[3].geometry().top()
