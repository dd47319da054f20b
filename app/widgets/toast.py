"""A toast: what has just happened, for some seconds, with one thing to do about it (mostly: undo)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.theme.tokens import Radius, Space
from app.translation import tr
from app.widgets.bubble import Bubble
from app.widgets.buttons import IconButton
from app.widgets.frames import box, icon_at, smooth_painter

_STAYS_MS = 6000
_WIDEST = 720
"""Device-independent px; what is longer takes several lines, and so does what the parent has no room for."""
_NARROWEST, _UNBOUND = 120, 16_777_215
_ICONS = {"info": ("info", "muted"), "ok": ("check", "ok"), "warn": ("warning", "warn"), "error": ("warning", "error")}


class Toast(Bubble):
    """A sentence, an action and a cross; it waits while the pointer is on it, errors wait until closed."""

    action_clicked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = "info"
        self._label, self._action = QLabel(), QPushButton()
        self._cross = IconButton("close", tr("Close"), side=24)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAYS_MS)
        self._timer.timeout.connect(self._close)
        self._action.clicked.connect(self._act)
        self._cross.clicked.connect(self._close)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M + 20 + Space.S, Space.S, Space.S, Space.S)
        row.setSpacing(Space.S)
        for part in (self._label, self._action, self._cross):
            row.addWidget(part)

    def set_text(self, text: str, action: str = "", kind: str = "info") -> None:
        """What happened; ``action`` is the button's word; ``kind`` is info, ok, warn or error."""
        self._kind = kind
        self._label.setText(text)
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(text)
        self.adjustSize()
        self.update()

    def say(self, text: str, action: str = "", kind: str = "info") -> None:
        """Say it, in the middle of the parent's foot, for some seconds."""
        self.set_text(text, action, kind)
        self.place()
        self.appear()
        if kind == "error":
            self._timer.stop()
        else:
            self._timer.start()

    def place(self) -> None:
        """Go to the middle of the parent's foot, no wider than the parent."""
        parent = self.parentWidget()
        if parent is not None:
            self._fit(min(_WIDEST, parent.width() - 2 * Space.L))
            self.move(QPoint((parent.width() - self.width()) // 2, parent.height() - self.height() - Space.L))

    def _fit(self, widest: int) -> None:
        """Break the sentence into lines where it would be wider than this."""
        label = self._label
        label.setWordWrap(False)
        label.setMinimumSize(0, 0)
        label.setMaximumSize(_UNBOUND, _UNBOUND)
        self.adjustSize()
        room = label.sizeHint().width() - (self.sizeHint().width() - widest)
        if room < label.sizeHint().width():
            label.setWordWrap(True)
            label.setFixedSize(max(room, _NARROWEST), label.heightForWidth(max(room, _NARROWEST)))
        self.adjustSize()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        if self._kind != "error":
            self._timer.start()

    def _act(self) -> None:
        self._timer.stop()
        self.leave()
        self.action_clicked.emit()

    def _close(self) -> None:
        self._timer.stop()
        self.leave()
        self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        icon, token = _ICONS[self._kind]
        border = palette.control if self._kind == "info" else getattr(palette, token)
        box(painter, QRectF(self.rect()), palette.raised, border, Radius.CARD)
        spot = QRectF(Space.M, 0, 20, self.height())
        icon_at(painter, spot, icon, getattr(palette, token), self.devicePixelRatioF())
        painter.end()
