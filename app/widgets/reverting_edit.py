"""A field that keeps what stood in it until the typing is done: Esc puts it back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit


class RevertingEdit(QLineEdit):
    """Esc is the field's own as long as something else is typed than what stood there; after that it is the window's.

    Who has taken over what was typed calls `stand`.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self._standing = text

    def stand(self, text: str) -> None:
        """Show what holds from now on."""
        self._standing = text
        self.setText(text)

    def _reverts(self, event: QEvent) -> bool:
        return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.text() != self._standing

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._reverts(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._reverts(event):
            self.setText(self._standing)
            self.selectAll()
        else:
            super().keyPressEvent(event)
