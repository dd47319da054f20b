"""Any key, any mouse button, the wheel, a touch, anywhere in the program: what a show gives way to."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

_KINDS = frozenset(
    {
        QEvent.Type.ShortcutOverride,  # comes before a shortcut, and before every other key too
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TabletPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.NativeGesture,
    }
)


class AnyInput(QObject):
    """Listens to the whole program while ``awake``, and only then: every event of the program passes through it.

    Esc is left out, since stopping is what it is for.
    """

    happened = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._awake = False

    def set_awake(self, awake: bool) -> None:
        """Listen, or no longer."""
        if awake != self._awake:
            self._awake = awake
            application = cast(QApplication, QApplication.instance())
            application.installEventFilter(self) if awake else application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _KINDS and not (isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape):
            self.happened.emit()
        return False
