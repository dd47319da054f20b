"""One declared control as widgets: the plain name, the term second, and what sets the value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRegularExpression, QSignalBlocker, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import ElidedLabel
from app.widgets.number_edit import NumberEdit
from app.widgets.reverting_edit import RevertingEdit
from app.widgets.value_slider import ValueSlider
from engine.contracts.controls import Control

_READOUT_WIDTH = 56
_WIDE_RANGE = 32  # counts over a wider range than this go up by ratios


class Field(QWidget):
    """A control of a request's field: its names above, what sets it below."""

    value_changed = Signal(object, bool)  # value, final (False while dragging)

    def __init__(self, control: Control) -> None:
        super().__init__()
        self.control = control
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.XS)
        self._column.addLayout(self._heading())
        self.setToolTip(tr(control.help))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _heading(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        plain, term = ElidedLabel(tr(self.control.plain)), ElidedLabel(tr(self.control.term))
        term.setProperty("role", "muted")
        row.addWidget(plain)
        if self.control.term and self.control.term.lower() != self.control.plain.lower():
            row.addWidget(term)
        row.addStretch()
        return row

    def _name(self, widget: QWidget) -> None:
        """What assistive technology and the pointer are told about a part."""
        widget.setAccessibleName(f"{tr(self.control.plain)} ({tr(self.control.term)})")
        widget.setToolTip(tr(self.control.help))

    def _row(self, *parts: tuple[QWidget, int]) -> None:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        for part, stretch in parts:
            row.addWidget(part, stretch)
        self._column.addLayout(row)

    def set_value(self, value: Any) -> None:
        """Show a value, without a signal."""
        raise NotImplementedError


class NumberField(Field):
    """A slider and a read-out that can be typed in: ``slider`` for fractions, ``count`` for whole numbers."""

    def __init__(self, control: Control) -> None:
        super().__init__(control)
        self._whole = control.kind == "count"
        low, high, step = control.minimum or 0, control.maximum or 1, control.step or (1 if self._whole else 0.01)
        self._slider = ValueSlider(low, high, step, ratio=self._whole and low > 0 and high / low > _WIDE_RANGE)
        self._readout = NumberEdit(low, high, step, 0 if self._whole else 2)
        self._readout.setFixedWidth(_READOUT_WIDTH)
        self._name(self._slider)
        self._name(self._readout)
        self._row((self._slider, 1), (self._readout, 0))
        self._slider.value_changed.connect(self._slid)
        self._readout.value_entered.connect(self._typed)

    def set_value(self, value: Any) -> None:
        """Show a number, without a signal."""
        self._slider.set_value(float(value))
        self._readout.set_value(float(value))

    def _slid(self, value: float, final: bool) -> None:
        self._readout.set_value(value)
        self.value_changed.emit(int(value) if self._whole else value, final)

    def _typed(self, value: float) -> None:
        self._slider.set_value(value)
        self.value_changed.emit(int(value) if self._whole else value, True)


class SeedField(Field):
    """The seed: a box, a lock that keeps it, and dice that draw another."""

    lock_changed = Signal(bool)
    dice_rolled = Signal()

    def __init__(self, control: Control) -> None:
        super().__init__(control)
        self._maximum = int(control.maximum or 2**32 - 1)
        self._value = 0
        self._box = RevertingEdit("0")
        self._box.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{0,10}"), self._box))
        self._box.editingFinished.connect(self._typed)
        self._name(self._box)
        self._lock = IconButton("unlock", tr("Keep this seed"), bordered=True)
        self._lock.setCheckable(True)
        self._lock.toggled.connect(self._locked)
        self._dice = IconButton(
            "dice", tr("Roll the dice"), tooltip=tr("Roll the dice: draw another seed"), bordered=True
        )
        self._dice.clicked.connect(self.dice_rolled)
        self._row((self._box, 1), (self._lock, 0), (self._dice, 0))
        self._locked(False)

    def set_value(self, value: Any) -> None:
        """Show a seed, without a signal."""
        self._value = int(value)
        self._box.stand(str(self._value))

    def set_locked(self, locked: bool) -> None:
        """Show whether the seed is kept, without a signal."""
        with QSignalBlocker(self._lock):
            self._lock.setChecked(locked)
        self._show_lock(locked)

    def _locked(self, locked: bool) -> None:
        self._show_lock(locked)
        self.lock_changed.emit(locked)

    def _show_lock(self, locked: bool) -> None:
        self._lock.set_icon("lock" if locked else "unlock")
        self._lock.name_it(
            tr("Keep this seed"),
            tr("The seed is kept: every completion uses it") if locked else tr("Keep this seed"),
        )
        self._dice.setEnabled(not locked)

    def _typed(self) -> None:
        text = self._box.text()
        value = min(int(text), self._maximum) if text else self._value
        self._box.stand(str(value))
        if value != self._value:
            self._value = value
            self.value_changed.emit(value, True)


class ChoiceField(Field):
    """One of a few words."""

    def __init__(self, control: Control) -> None:
        super().__init__(control)
        self._combo = ChoiceBox()
        self._name(self._combo)
        self._row((self._combo, 1))
        self.set_choices([(choice, choice) for choice in control.choices])
        self._combo.activated.connect(lambda index: self.value_changed.emit(self._combo.itemData(index), True))

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Offer (value, label); what was chosen stays chosen where it still can be."""
        before = self._combo.currentData()
        with QSignalBlocker(self._combo):
            self._combo.clear()
            for value, label in choices:
                self._combo.addItem(label, value)
        if before is not None:
            self.set_value(before)

    def set_value(self, value: Any) -> None:
        """Show a choice, without a signal; one that is not offered changes nothing."""
        index = self._combo.findData(value)
        if index >= 0:
            with QSignalBlocker(self._combo):
                self._combo.setCurrentIndex(index)


KINDS: dict[str, type[Field]] = {
    "slider": NumberField,
    "count": NumberField,
    "seed": SeedField,
    "choice": ChoiceField,
}
"""What shows a `Control` of each kind."""
