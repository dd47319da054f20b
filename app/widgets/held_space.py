"""Space held down, wherever in the window the keyboard is: dragging the picture then moves the view."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget


class HeldSpace(QObject):
    """Follows the focus and says when Space goes down and up there.

    The key still does what it does: on a button it presses it, unless a drag takes the focus away meanwhile.
    ``but`` sees to its Space itself; in fields Space is a letter or opens a list.
    """

    changed = Signal(bool)

    def __init__(self, but: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._but = but
        cast(QApplication, QApplication.instance()).focusChanged.connect(self._follow)

    def _follow(self, _: QWidget | None, now: QWidget | None) -> None:
        if now is None:
            self.changed.emit(False)
        elif now is not self._but and not isinstance(now, (QLineEdit, QComboBox)):
            now.removeEventFilter(self)
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            if event.type() == QEvent.Type.KeyPress:
                self.changed.emit(True)
            elif event.type() == QEvent.Type.KeyRelease:
                self.changed.emit(False)
        return False
