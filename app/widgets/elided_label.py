"""A line of words that gives way: where it does not fit it ends in dots, instead of pushing others aside."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QToolTip

_LEAST = 24


class ElidedLabel(QLabel):
    """A one-line label that may be narrower than its text; the tooltip has all of it where it has no other."""

    def minimumSizeHint(self) -> QSize:
        return QSize(min(_LEAST, super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def shown(self) -> str:
        """The words as they stand there, with dots where there is no room for all of them."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.shown() != self.text():
            told, whole = self.toolTip(), self.text()
            QToolTip.showText(event.globalPos(), told if whole in told else f"{whole}\n\n{told}".strip(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QFrame.paintEvent(self, event)  # the style sheet's frame
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment() | Qt.TextFlag.TextSingleLine), self.shown())
        painter.end()
