"""The stage: the plane at the left, the picture that follows at the right, what floats over both, the drawer below."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.busy_line import BusyLine
from app.widgets.buttons import IconButton, SegmentedControl
from app.widgets.latent_plane import LatentPlane
from app.widgets.message_card import MessageCard
from app.widgets.picture_view import PictureView
from app.widgets.plane_scales import BOTTOM, LEFT
from app.widgets.settling import settle
from app.widgets.toast import Toast
from app.workspaces.latent.view_drawer import Drawer
from app.workspaces.latent.view_header import Header
from app.workspaces.latent.view_span import SpanCard

PICTURE = 320
"""Device-independent px that the decoded picture has at least."""
WORDS, TERSE = 132, 98
"""And what stands below it: all of it, or where there is no room for that the switch and the place."""
WORDS_WIDE, NARROW = 164, 560
"""How wide what stands below the picture is at least, and below which width of the stage it is no wider than that and
plane and picture share what there is."""
SHARE = 0.6
"""On a large screen the picture grows with the plane, to this part of its side."""
LEAST_BELOW = 72
"""What stands below a picture that is shown to a room, at least: the switch."""
CARD = (400, 124)
"""Width and height of a message in the picture's place."""


class Shown(QWidget):
    """The decoded picture with what is to be known of it."""

    output_chosen = Signal(str)
    dice_rolled = Signal()
    message_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.surface = PictureView(PICTURE)
        self.surface.setAccessibleName(tr("Decoded picture"))
        self.surface.setWhatsThis(tr("What the decoder makes of the point."))
        self.output = SegmentedControl(tr("What is shown"))
        self.output.set_choices(
            [
                ("mean", tr("Mean"), "", tr("The mean of p(x|z): every pixel's expected value.")),
                ("draw", tr("Draw"), "", tr("One picture drawn from p(x|z), pixel by pixel.")),
            ]
        )
        self.dice = IconButton("dice", tr("Roll the dice"), tooltip=tr("Another draw from the same distribution (D)."))
        self.card, self.busy = MessageCard(self), BusyLine(self)
        self._place, self._prior, self._code, self._note = QLabel(), QLabel(), QLabel(), QLabel()
        self.output.chosen.connect(self.output_chosen)
        self.dice.clicked.connect(self.dice_rolled)
        self.card.pressed.connect(self.message_pressed)
        self.card.hide()
        self._terse, self.least = False, 0
        self._lay_out()

    def _lay_out(self) -> None:
        below = self._switch = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.output)
        row.addWidget(self.dice)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * Space.S - 1, 0, Space.S)
        column.setSpacing(0)
        column.addWidget(self.surface, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(Space.M)
        column.addWidget(below)
        column.addSpacing(Space.S)
        for label, role in ((self._place, ""), (self._note, "warn"), (self._prior, "muted"), (self._code, "muted")):
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setContentsMargins(0, 0, 0, Space.XS)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.addStretch(1)

    def set_side(self, height: int, width: int) -> None:
        """The picture's size in its own px; it is magnified to at least `PICTURE` px by whole device px."""
        self.surface.set_pixels(width, height)

    def set_room(self, height: int, width: int, side: int = PICTURE) -> None:
        """So much height and width are there, and the picture may have this ``side``: where it is short, the picture is
        smaller and the words are fewer."""
        self._terse = height < PICTURE + WORDS
        if self.least:
            self.surface.set_side(self.least, height - LEAST_BELOW)
        else:
            self.surface.set_side(side, min(height - (TERSE if self._terse else WORDS), width))
        self._show_words()

    def set_least(self, least: int) -> None:
        """The picture has at least so many device-independent px, and the words leave it the room; 0: as usual."""
        self.least = least

    def set_draws(self, possible: bool) -> None:
        """Whether the decoder is a distribution at all."""
        self._switch.setVisible(possible)

    def set_words(self, place: str, prior: str, code: str, note: str) -> None:
        """Where the point is, how usual that is, which code is nearest, and what is wrong."""
        for label, text in ((self._place, place), (self._prior, prior), (self._code, code), (self._note, note)):
            label.setText(text)
        self._show_words()

    def _show_words(self) -> None:
        for label in (self._place, self._note, self._prior, self._code):
            spared = self._terse and label in (self._prior, self._code)
            label.setVisible(bool(label.text()) and not spared and not self.least)

    def place_card(self) -> None:
        """A message lies where the picture is, a line at its foot says that the next one is awaited."""
        area = self.surface.geometry()
        self.busy.setGeometry(area.x(), area.bottom() + 2, area.width(), 2)
        width = min(CARD[0], area.width())
        height = max(CARD[1], self.card.heightForWidth(width))
        self.card.setGeometry(QRect(area.center().x() - width // 2, area.center().y() - height // 2, width, height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place_card()


class Floor(QWidget):
    """Plane and picture side by side, the plane as large a square as there is room for."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane = LatentPlane(self)
        self.shown = Shown(self)
        self.span = SpanCard(self)
        self.toast = Toast(self)
        self.toast.keep_clear_of(self.shown)
        self.busy = BusyLine(self)
        self.empty = MessageCard(self)
        for widget in (self.span, self.empty):
            widget.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()

    def set_least(self, least: int) -> None:
        """The picture has at least so many device-independent px; 0: as usual."""
        self.shown.set_least(least)
        self.place()

    def place(self) -> None:
        """Put everything where it belongs at this size."""
        area = self.rect()
        most = area.height() - BOTTOM - 3 * Space.S
        narrow = area.width() < NARROW and not self.shown.least
        width = (area.width() - LEFT - 5 * Space.S) // 2 if narrow else area.width()
        picture = max(PICTURE, min(area.width() - most - LEFT - 3 * Space.XXL, int(SHARE * most)))
        self.shown.set_room(area.height(), width, picture)
        right = max(self.shown.surface.width(), WORDS_WIDE if narrow else PICTURE) + Space.M
        room = area.width() - right - LEFT - 2 * Space.S - Space.M
        side = max(min(most, room), 120)
        width, height = side + LEFT + Space.S, side + BOTTOM + Space.S
        spare = max(area.width() - width - right, 0)
        left = min(spare // 3, Space.XXL)
        top = min(max(area.height() - height - 2 * Space.S, 0) // 3, 2 * Space.XXL)
        top = 0 if self.shown.least else top
        self.shown.set_room(area.height() - top, self.shown.surface.width(), picture)
        self.plane.setGeometry(left, top + Space.S, width, height)
        inner = self.plane.area().toRect().translated(self.plane.pos())
        self.busy.setGeometry(inner.x(), inner.y() - 4, inner.width(), 2)
        gap = min(max(spare - 2 * left, 0), Space.XXL) + Space.S
        x = left + width + gap
        self.shown.setGeometry(x, top, min(right, area.width() - x), area.height() - top)
        self.span.adjustSize()
        self.span.move(Space.M, Space.XS)
        self.empty.setGeometry((area.width() - CARD[0]) // 2, (area.height() - CARD[1]) // 2, *CARD)
        self.toast.place()
        self.resized.emit()


class Stage(QWidget):
    """Header, floor and drawer: the centre of the workspace."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header, self.floor, self.drawer = Header(), Floor(), Drawer()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.floor, 1)
        column.addWidget(self.drawer)
        self.setFocusProxy(self.floor.plane)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.drawer.set_stage_height(event.size().height())
        settle(self.drawer, self)
