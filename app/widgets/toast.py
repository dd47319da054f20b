"""A toast: what has just happened, for some seconds, with one thing to do about it (mostly: undo)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, QTimer, Signal
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
_LEAST_GAP = 220
"""A gap that is narrower than this (device-independent px) is no place for a sentence."""
_ICONS = {"info": ("info", "muted"), "ok": ("check", "ok"), "warn": ("warning", "warn"), "error": ("warning", "error")}


class Toast(Bubble):
    """A sentence, an action and a cross; it waits while the pointer is on it, errors wait until closed."""

    action_clicked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = "info"
        self._clear: tuple[QWidget, ...] = ()
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

    def keep_clear_of(self, *widgets: QWidget) -> None:
        """Lie beside these, parts of the parent, and not on them, where there is room for that."""
        self._clear = widgets

    def place(self) -> None:
        """Go to the middle of the parent's foot, no wider than the parent; where that is taken, to the widest gap
        beside what takes it, or above that."""
        parent = self.parentWidget()
        if parent is None:
            return
        self._stand(parent.rect())
        half = parent.rect().adjusted(0, parent.height() // 2, 0, 0)
        taken = [area for area in self._taken(parent) if area.intersects(half)]
        if any(self.geometry().intersects(area) for area in taken):
            gap, above = _gap(taken, parent.size()), min(area.top() for area in taken)
            self._stand(gap if gap.width() >= _LEAST_GAP else QRect(0, 0, parent.width(), max(above, half.top())))

    def _stand(self, area: QRect) -> None:
        self._fit(min(_WIDEST, area.width() - 2 * Space.L))
        self.move(QPoint(area.center().x() - self.width() // 2, area.bottom() + 1 - self.height() - Space.L))

    def _taken(self, parent: QWidget) -> list[QRect]:
        """Where that lies which it keeps clear of, from left to right."""
        shown = [widget for widget in self._clear if widget.isVisible()]
        return sorted((QRect(w.mapTo(parent, QPoint()), w.size()) for w in shown), key=QRect.left)

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


def _gap(taken: Sequence[QRect], room: QSize) -> QRect:
    """The widest part of ``room``, all of it high, with nothing of what is ``taken`` in it."""
    left, gaps = 0, list[QRect]()
    for area in taken:
        gaps.append(QRect(left, 0, area.left() - left, room.height()))
        left = max(left, area.right() + 1)
    gaps.append(QRect(left, 0, room.width() - left, room.height()))
    return max(gaps, key=QRect.width)
