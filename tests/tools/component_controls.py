"""The sheet's buttons, fields, sliders and choices."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.theme.icons import names
from app.widgets.buttons import Chip, IconButton, SegmentedControl, Tag
from app.widgets.choice_box import ChoiceBox
from app.widgets.number_edit import NumberEdit
from app.widgets.swatch_button import SwatchButton
from app.widgets.value_slider import ValueSlider
from tests.tools.component_states import BUTTON, CHECKED, FIELD, Shown, disable, hover, pick, rest


def button(kind: str, text: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = QPushButton(text)
        made.setProperty("kind", kind)
        return made

    return make


def combo() -> QWidget:
    made = QComboBox()
    made.addItems(["any class", "Trouser"])
    made.setFixedWidth(160)
    return made


def number() -> QWidget:
    made = NumberEdit(0.0, 2.0, 0.05, 2)
    made.setFixedWidth(80)
    made.set_value(1.0)
    return made


def color_button() -> QWidget:
    made = SwatchButton()
    made.set_color((180, 60, 40), "red")
    return made


def choice() -> QWidget:
    made = ChoiceBox()
    made.addItems(["A list whose words are longer than its box", "Trouser"])
    made.setFixedWidth(160)
    return made


def line(text: str) -> QWidget:
    made = QLineEdit(text)
    made.setFixedWidth(160)
    return made


def slider() -> QWidget:
    made = ValueSlider(0, 2, 0.05)
    made.setFixedWidth(160)
    made.set_value(1.0)
    return made


def segments() -> QWidget:
    made = SegmentedControl("Pace")
    made.set_choices([("a", "Instant", "instant", ""), ("b", "Rows", "rows", ""), ("c", "Pixels", "pixels", "")])
    made.set_current("b")
    return made


def swatch_chip(color: tuple[int, ...] | None, text: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        chip = Chip(text)
        chip.set_swatch(color)
        return chip

    return make


def controls_page() -> list[Shown]:
    return [
        Shown("button, primary", button("primary", "Complete"), BUTTON),
        Shown("button", button("", "Try again"), BUTTON),
        Shown("button, quiet", button("quiet", "Undo"), BUTTON),
        Shown("workspace", button("pill", "Complete"), CHECKED),
        Shown("search", button("search", "Search commands   Ctrl+K"), BUTTON),
        Shown("icon button", lambda: IconButton("dice", "Dice", bordered=True), CHECKED),
        Shown("tool", lambda: IconButton("forget", "Forget", side=36), CHECKED),
        Shown("chip", lambda: Chip("PixelCNN"), CHECKED),
        Shown("chip, elsewhere", lambda: Chip("GAN \u2192 Latent", dashed=True), BUTTON),
        Shown("chip, ink", swatch_chip((0,), "Ink"), CHECKED),
        Shown("chip, unknown", swatch_chip(None, "Unknown"), CHECKED),
        Shown("segments", segments, {"rest": rest, "hover": _over_segment, "focus": pick(2), "disabled": disable}),
        Shown("slider", slider, FIELD | {"pressed": _drag_slider}),
        Shown("text field", lambda: line("42"), FIELD | {"error": _err}),
        Shown("choice", combo, FIELD),
        Shown("choice, long words", choice, FIELD),
        Shown("number", number, FIELD),
        Shown("colour in the hand", color_button, CHECKED),
        Shown("check box", lambda: QCheckBox("keep"), CHECKED),
        *(Shown("icons", _icons(some), {"rest": rest}) for some in _by_twenties(names())),
        Shown("tag", lambda: Tag("Portraits"), {"rest": rest}),
    ]


def _by_twenties(every: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [every[start : start + 20] for start in range(0, len(every), 20)]


def _icons(some: tuple[str, ...]) -> Callable[[], QWidget]:
    def make() -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        for name in some:
            row.addWidget(IconButton(name, name, side=36))
        return made

    return make


def _over_segment(widget: QWidget) -> None:
    hover(widget.findChildren(QAbstractButton)[2])


def _drag_slider(widget: QWidget) -> None:
    assert isinstance(widget, ValueSlider)
    widget._dragging = True


def _err(widget: QWidget) -> None:
    widget.setProperty("state", "error")
    widget.style().polish(widget)
