"""The top-level window: it shows a first frame at once and gets its content when that has been made."""

from __future__ import annotations

import base64
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.shell.first_frame import FirstFrame, paint
from app.theme.tokens import Type

MINIMUM = (1024, 640)
PREFERRED = (1440, 900)


class Frame(QWidget):
    """Everything of the window that the desktop sees: place, title, dropped files, closing."""

    closing = Signal()
    file_dropped = Signal(str)

    def __init__(self, first: FirstFrame | None = None) -> None:
        super().__init__()
        self.setWindowTitle("Reverie")
        self.setMinimumSize(*MINIMUM)
        self.setAcceptDrops(True)
        self._first = first
        self._content: QWidget | None = None
        self.session: QObject | None = None
        """What keeps the content alive."""

    @property
    def first_model(self) -> str:
        """The model that the first frame shows, by id; empty where there is none, or the content is there."""
        return "" if self._first is None or self._first.model is None else self._first.model.id

    @property
    def first_picture(self) -> Path | None:
        """The picture that the first frame shows; None where there is none, or the content is there."""
        return None if self._first is None else self._first.picture

    def set_content(self, content: QWidget) -> None:
        """From now on this widget fills the window."""
        self._content, self._first = content, None
        content.setParent(self)
        content.setGeometry(self.rect())
        content.show()

    def restore_place(self, saved: str) -> None:
        """The size and place of last time (base64), or the preferred size."""
        if not saved or not self.restoreGeometry(QByteArray(base64.b64decode(saved, validate=False))):
            available = self.screen().availableSize()
            self.resize(min(PREFERRED[0], available.width()), min(PREFERRED[1], available.height()))

    def place(self) -> str:
        """Size and place for `restore_place`."""
        return base64.b64encode(self.saveGeometry().data()).decode("ascii")

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._first is not None:
            font = self.font()
            font.setPixelSize(Type.BODY)
            paint(QPainter(self), self.width(), self.height(), self._first, font)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._content is not None:
            self._content.setGeometry(self.rect())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.file_dropped.emit(paths[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.accept()
