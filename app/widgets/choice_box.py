"""A list to choose from, and whose a turn of the wheel is: a panel's that scrolls, before a value's in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QComboBox, QWidget


def has_wheel(widget: QWidget) -> bool:
    """Whether the wheel over the widget is its own: it has the focus, and nothing around it could scroll instead."""
    around = widget.parentWidget()
    while around is not None and widget.hasFocus():
        if isinstance(around, QAbstractScrollArea) and around.verticalScrollBar().maximum() > 0:
            return False
        around = around.parentWidget()
    return widget.hasFocus()


class ChoiceBox(QComboBox):
    """A `QComboBox` that the wheel neither focuses nor turns unasked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if has_wheel(self):
            super().wheelEvent(event)
        else:
            event.ignore()
