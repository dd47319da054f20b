"""The stage: the plane at the left, the picture that follows at the right, what floats over both, the drawer below."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.theme.tokens import Size, Space
from app.widgets.buttons import IconButton, SegmentedControl
from app.widgets.canvas_surface import CanvasSurface
from app.widgets.hint import Hint
from app.widgets.latent_plane import LatentPlane
from app.widgets.message_card import MessageCard
from app.widgets.plane_scales import BOTTOM, LEFT
from app.widgets.toast import Toast
from app.workspaces.latent.view_header import Header
from app.workspaces.latent.view_span import SpanCard

PICTURE = 320
"""Device-independent px that the decoded picture has at least."""
CARD = (400, 124)
"""Width and height of a message in the picture's place."""


class Shown(QWidget):
    """The decoded picture with what is to be known of it."""

    output_chosen = Signal(str)
    dice_rolled = Signal()
    message_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.surface = CanvasSurface()
        self.surface.setAccessibleName("Decoded picture")
        self.surface.setToolTip("What the decoder makes of the point.")
        self.output = SegmentedControl("What is shown")
        self.output.set_choices(
            [
                ("mean", "Mean", "", "The mean of p(x|z): every pixel's expected value."),
                ("draw", "Draw", "", "One picture drawn from p(x|z), pixel by pixel."),
            ]
        )
        self.dice = IconButton("dice", "Roll the dice", tooltip="Another draw from the same distribution (D).")
        self.card = MessageCard(self)
        self._place, self._prior, self._code, self._note = QLabel(), QLabel(), QLabel(), QLabel()
        self.output.chosen.connect(self.output_chosen)
        self.dice.clicked.connect(self.dice_rolled)
        self.card.pressed.connect(self.message_pressed)
        self.card.hide()
        self._side = 28
        self._lay_out()

    def _lay_out(self) -> None:
        below = self._switch = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(Size.MAT, 0, Size.MAT, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.output)
        row.addWidget(self.dice)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * Space.S, 0, Space.S)
        column.setSpacing(0)
        column.addWidget(self.surface)
        column.addSpacing(Space.M)
        column.addWidget(below)
        column.addSpacing(Space.S)
        for label, role in ((self._place, ""), (self._note, "warn"), (self._prior, "muted"), (self._code, "muted")):
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setContentsMargins(Size.MAT, 0, Size.MAT, Space.XS)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.addStretch(1)

    def set_side(self, height: int, width: int) -> None:
        """The picture's size in its own px; it is magnified to at least `PICTURE` px by whole device px."""
        self._side = max(height, width)
        self._fit()

    def _fit(self) -> None:
        scale = self.devicePixelRatioF()
        zoom = math.ceil(PICTURE * scale / self._side - 1e-9)
        side = math.ceil(zoom * self._side / scale) + 2 * Size.MAT
        self.surface.setFixedSize(side, side)

    def sizeHint(self) -> QSize:
        return QSize(self.surface.width(), self.surface.height())

    def set_draws(self, possible: bool) -> None:
        """Whether the decoder is a distribution at all."""
        self._switch.setVisible(possible)

    def set_words(self, place: str, prior: str, code: str, note: str) -> None:
        """Where the point is, how usual that is, which code is nearest, and what is wrong."""
        for label, text in ((self._place, place), (self._prior, prior), (self._code, code), (self._note, note)):
            label.setText(text)
            label.setVisible(bool(text))

    def place_card(self) -> None:
        """A message lies where the picture is."""
        area = self.surface.geometry()
        width = min(CARD[0], area.width() - 2 * Space.S)
        self.card.setGeometry(QRect(area.center().x() - width // 2, area.center().y() - CARD[1] // 2, width, CARD[1]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        self.place_card()


class Floor(QWidget):
    """Plane and picture side by side, the plane as large a square as there is room for."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane = LatentPlane(self)
        self.shown = Shown(self)
        self.hint = Hint(parent=self)
        self.span = SpanCard(self)
        self.toast = Toast(self)
        self.empty = MessageCard(self)
        for widget in (self.hint, self.span, self.empty):
            widget.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()

    def place(self) -> None:
        """Put everything where it belongs at this size."""
        area, right = self.rect(), self.shown.sizeHint().width()
        room = area.width() - right - LEFT - 2 * Space.S - Space.M
        side = max(min(area.height() - BOTTOM - 2 * Space.S - Space.S, room), 120)
        width, height = side + LEFT + Space.S, side + BOTTOM + Space.S
        spare = max(area.width() - width - right, 0)
        left = min(spare // 3, Space.XXL)
        top = Space.S
        self.plane.setGeometry(left, top, width, height)
        gap = min(max(spare - 2 * left, 0), Space.XXL)
        self.shown.setGeometry(left + width + gap, 0, right, area.height())
        self.span.adjustSize()
        self.span.move(Space.M, Space.XS)
        self.empty.setGeometry((area.width() - CARD[0]) // 2, (area.height() - CARD[1]) // 2, *CARD)
        self.toast.place()
        self.resized.emit()


class Stage(QWidget):
    """Header, floor and drawer: the centre of the workspace."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header, self.floor = Header(), Floor()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.floor, 1)
        self.setFocusProxy(self.floor.plane)


def separator() -> QFrame:
    """A line between areas."""
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line
