"""A picture that was made again, as a card: whether it is the same, and both of them beside how far they are apart."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Radius, Size, Space
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.frames import box, icon_at, smooth_painter
from app.widgets.picture_view import PictureView
from app.workspaces.gallery.replaying import ReplayState
from app.workspaces.gallery.replaying_words import NOT_CHECKED

SIDE, PLAIN_SIDE = 72, 120
"""Device-independent px of each of three pictures, and of one alone, at most."""
_ICONS = {"ok": "check", "warn": "warning", "info": "info"}
CAPTIONS = (tr("Saved"), tr("Made again"), tr("Difference"))


class ReplayCard(QWidget):
    """``show_state`` in; ``dismissed`` and ``retry_requested`` out.  Hidden while there is nothing to show."""

    dismissed = Signal()
    retry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._state: ReplayState | None = None
        self._title, self._text = QLabel(), QLabel()
        self._title.setProperty("role", "section")
        for label in (self._title, self._text):
            label.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._close = IconButton("close", tr("Close"), tooltip=tr("Close this report."))
        self._retry = QPushButton(tr("Check again"))
        self._views = tuple(PictureView(SIDE) for _ in CAPTIONS)
        self._columns = tuple(_captioned(view, caption) for view, caption in zip(self._views, CAPTIONS, strict=True))
        for view in self._views:
            view.set_side(SIDE)  # at most: three of them are as wide as the inspector
        self._plain = PictureView(PLAIN_SIDE)
        self._plain.set_side(PLAIN_SIDE)
        self._plain.setAccessibleName(tr("The dropped picture"))
        self._lay_out()
        self._close.clicked.connect(self.dismissed)
        self._retry.clicked.connect(self.retry_requested)
        self.hide()

    def _lay_out(self) -> None:
        head, row, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        head.setContentsMargins(Size.ICON + Space.S, 0, 0, 0)
        head.setSpacing(0)
        head.addWidget(self._title, 1)
        head.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        row.setSpacing(Space.S)
        for part in self._columns:
            row.addWidget(part)
        row.addWidget(self._plain)
        row.addStretch(1)
        column.setContentsMargins(Space.M, Space.S, Space.S, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(self._text)
        column.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignLeft)

    def show_state(self, state: ReplayState | None) -> None:
        """Show this report, or none."""
        if state is self._state:
            return
        self._state = state
        self.setVisible(state is not None)
        if state is None:
            return
        self._title.setText(state.title)
        self._text.setText(state.text)
        self.setAccessibleName(f"{state.title}. {state.text}")
        self._retry.setVisible(state.title == NOT_CHECKED)
        together = state.saved is not None and state.again is not None
        self._plain.setVisible(not together)
        for part, view, pixels in zip(
            self._columns, self._views, (state.saved, state.again, state.difference), strict=True
        ):
            part.setVisible(together and pixels is not None)
            view.set_image(pixels if together else None)
        self._plain.set_image(None if together else _small(state.picture))
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        kind = "info" if self._state is None else self._state.kind
        color = {"ok": palette.ok, "warn": palette.warn}.get(kind, palette.muted)
        box(painter, QRectF(self.rect()), palette.panel, palette.line, Radius.CARD)
        spot = QRectF(Space.M, self._title.y(), Size.ICON, Size.CONTROL)
        icon_at(painter, spot, _ICONS[kind], color, self.devicePixelRatioF())
        painter.end()


def _captioned(view: PictureView, caption: str) -> QWidget:
    part, words = QWidget(), QLabel(caption)
    words.setProperty("role", "muted")
    view.setAccessibleName(caption)
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.XS)
    part.setMinimumWidth(SIDE)  # or the longest word would part some pictures more than others
    column.addWidget(view)
    column.addWidget(words)
    column.addStretch(1)
    return part


def _small(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture of at most `PLAIN_SIDE` px a side: every n-th pixel."""
    step = math.ceil(max(picture.shape[:2]) / PLAIN_SIDE)
    return picture[::step, ::step]
