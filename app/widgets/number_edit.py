"""A small field for one number: typed, or stepped with the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDoubleValidator, QFocusEvent, QIntValidator, QKeyEvent, QValidator

from app.widgets.reverting_edit import RevertingEdit


class NumberEdit(RevertingEdit):
    """A number in ``[minimum, maximum]`` with ``decimals`` places; the signal comes when the typing is done."""

    value_entered = Signal(float)

    def __init__(self, minimum: float, maximum: float, step: float, decimals: int) -> None:
        super().__init__()
        self._minimum, self._maximum, self._step, self._decimals = minimum, maximum, step, decimals
        self._value = minimum
        self.setProperty("role", "readout")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setValidator(self._make_validator())
        self.editingFinished.connect(self._typed)
        self.set_value(minimum)

    def _make_validator(self) -> QValidator:
        """Keeps letters out; a number beyond the bounds is typed freely and then taken to the nearest bound."""
        if self._decimals == 0:
            return QIntValidator(self)
        validator = QDoubleValidator(self)
        validator.setNotation(QDoubleValidator.Notation.StandardNotation)
        validator.setLocale(self.locale().c())
        return validator

    def value(self) -> float:
        """The number."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a number, without a signal."""
        self._value = round(min(max(float(value), self._minimum), self._maximum), self._decimals)
        self.stand(f"{self._value:.{self._decimals}f}")

    def _enter(self, value: float) -> None:
        before = self._value
        self.set_value(value)
        if self._value != before:
            self.value_entered.emit(self._value)

    def _typed(self) -> None:
        try:
            self._enter(float(self.text()))
        except ValueError:  # left empty, or a sign alone
            self.set_value(self._value)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What is no number yet (empty, a sign alone) gives way to the one that holds."""
        super().focusOutEvent(event)
        self._typed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sign = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if sign is None:
            super().keyPressEvent(event)
            return
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        self._enter(self._value + sign * far * self._step)
