"""The stage: the canvas with what floats over it, the time machine and the strip of completions below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QVBoxLayout, QWidget

from app.theme.tokens import Size, Space, side_margin, strip_height
from app.translation import tr
from app.widgets.color_bar import ColorBar
from app.widgets.completion_sheet import CompletionSheet
from app.widgets.completion_strip import CompletionStrip
from app.widgets.lens_bar import LensBar, LensScale
from app.widgets.message_card import MessageCard
from app.widgets.pixel_canvas import PixelCanvas
from app.widgets.swatch_button import SwatchButton
from app.widgets.time_machine_bar import TimeMachineBar
from app.widgets.toast import Toast
from app.widgets.tool_bar import ToolBar
from app.widgets.verdict_line import VerdictLine
from app.workspaces.complete.view_header import Header
from app.workspaces.complete.view_reading import ReadingCard

CARD = (460, 112)
"""Width and height of a message in the picture's place."""


class _Card(QFrame):
    """A floating panel that says when its content wants another size."""

    relaid = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "floating")

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.relaid.emit()
        return done


class Floor(QWidget):
    """The canvas fills it; tools, colours, sheet and messages float over it."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presented, self._offers, self._folded = False, True, False
        self.canvas = PixelCanvas(self)
        self.tools = ToolBar(self)
        self.lenses, self.scale = LensBar(self), LensScale(self)
        self.colors_card = _Card(self)
        self.colors_card.relaid.connect(self.place)
        self.colors, self.swatch = ColorBar(), SwatchButton(self)
        self.swatch.toggled.connect(self.place)
        self.colors.color_chosen.connect(self.fold_colors)
        self.canvas.stroke_started.connect(self.fold_colors)
        column = QVBoxLayout(self.colors_card)
        column.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        column.addWidget(self.colors)
        self.enlarged = PixelCanvas(self)
        self.enlarged.set_tool("pan")
        self.enlarged.setToolTip(tr("One completion as it is, without the hatch; F or Esc goes back."))
        self._caption = QLabel(self.enlarged)
        self._caption.setProperty("role", "note")
        self.sheet = CompletionSheet(self)
        self.card = MessageCard(self)
        self.toast = Toast(self)
        self.toast.keep_clear_of(self.tools, self.colors_card, self.swatch)
        self.reading = ReadingCard(self)
        self.reading.toggled.connect(self.place)
        for widget in (self.swatch, self.enlarged, self.sheet, self.card, self.reading):
            widget.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()

    def place(self) -> None:
        """Put everything where it belongs at this size."""
        area = self.rect()
        for widget in (self.canvas, self.enlarged, self.sheet):
            widget.setGeometry(area)
        self.tools.set_room(area.height() - 2 * Space.S)
        margin = side_margin(area.width(), area.height())
        self.lenses.move((area.width() - self.lenses.width()) // 2, 0)
        self._size_colors(area)
        self._give_picture_room(area)
        beside = max(Space.M, self.lenses.x() - self.tools.width() - Space.S)  # not under the lenses
        x, middle = min(margin, beside), (area.height() - self.tools.height()) // 2
        self.tools.move(x, self._below_lenses(x, self.tools.width(), max(Space.S, middle), self.tools.height()))
        x = area.width() - self.reading.width() - margin
        self.reading.move(x, self._below_lenses(x, self.reading.width(), Space.M, self.reading.height()))
        self._place_colors(area, margin)
        self.place_scale()
        self._place_caption()
        self.card.setGeometry((area.width() - CARD[0]) // 2, (area.height() - CARD[1]) // 2, *CARD)
        self.toast.place()
        self.resized.emit()

    def _below_lenses(self, x: int, width: int, y: int, height: int) -> int:
        """Where something stands that would stand at ``y``: lower, if it were under the lenses and there is room."""
        lenses = self.lenses.geometry()
        below = lenses.bottom() + Space.XS
        apart = x > lenses.right() or x + width <= lenses.left() or below + height > self.height()
        return y if apart else max(y, below)

    def _give_picture_room(self, area: QRect) -> None:
        """Fit the picture between tools and colours, but not to less than half of the stage's height; where it is shown
        to a room, to all of it."""
        colors = self.swatch if self._folded else self.colors_card
        self.canvas.set_mat(Size.STAGE_MAT, self._sides(area, colors.sizeHint()))

    def _sides(self, area: QRect, colors: QSize) -> int:
        """How much mat there is beside the picture where colours take up so much."""
        beside = max(self.tools.width(), colors.width()) + Space.M + Space.XS
        high = area.height() - 2 * Size.STAGE_MAT if self._presented else area.height() // 2
        return max(0, min(beside, (area.width() - high) // 2))

    def set_presented(self, presented: bool) -> None:
        """Whether it is shown to a room, where the picture goes before what stands beside it."""
        self._presented = presented
        self.place()

    def place_scale(self) -> None:
        """At the foot, in the mat of the fitted picture."""
        self.scale.move((self.width() - self.scale.width()) // 2, self.height() - self.scale.height() - 1)

    def show_enlarged(self, caption: str) -> None:
        """Bring the enlarged completion to the front, with a line that says how to go back."""
        self._caption.setText(caption)
        self._caption.adjustSize()
        self.enlarged.show()
        self.enlarged.raise_()
        self._place_caption()

    def hide_enlarged(self) -> None:
        """Back to the canvas."""
        self.enlarged.hide()

    def _place_caption(self) -> None:
        self._caption.move(
            (self.width() - self._caption.width()) // 2, self.height() - self._caption.height() - Space.S
        )

    def offer_colors(self, offered: bool) -> None:
        """Whether there is anything to paint with."""
        self._offers = offered
        self._show_colors()

    def fold_colors(self) -> bool:
        """Put the colours away again where they are up for a moment; whether they were."""
        was, focus = self.swatch.isChecked(), QApplication.focusWidget()
        if was and focus is not None and self.colors.isAncestorOf(focus):
            self.canvas.setFocus()
        self.swatch.setChecked(False)
        return was

    def _show_colors(self) -> None:
        self.swatch.setVisible(self._offers and self._folded)
        self.colors_card.setVisible(self._offers and (not self._folded or self.swatch.isChecked()))
        if self._folded and self.swatch.isChecked():
            self.colors_card.raise_()

    def _size_colors(self, area: QRect) -> None:
        """As narrow as lies beside a square picture; below what is read at a pixel, where that makes it no wider.

        Where that leaves too little to the picture, or hides what is read, one button is left of them.
        """
        room = (area.width() - area.height()) // 2 + Size.STAGE_MAT - Space.M - Space.XS - 2 * Space.S
        height, above = area.height() - 4 * Space.S, 2 * (self.reading.height() + Space.M)
        lower = self.colors.width_in(height - above) <= room
        self.colors.set_room(height - above if lower else height, room)
        for part in (self.colors, self.colors_card):
            if (layout := part.layout()) is not None:
                layout.activate()  # hidden or not: its size is asked for
        card = self.colors_card.sizeHint()
        wide = self.canvas.beside(self._sides(area, card)) <= card.width() + Space.M
        self._folded = not self._presented and (wide or (self.reading.isVisible() and not lower))
        if not self._folded:
            self.swatch.setChecked(False)

    def _place_colors(self, area: QRect, margin: int) -> None:
        self._show_colors()
        card, button = self.colors_card.sizeHint(), self.swatch.size()
        height = min(card.height(), area.height() - 2 * Space.S)
        size = button if self._folded else QSize(card.width(), height)
        beside = self.canvas.beside() - size.width()
        x = area.width() - size.width() - min(margin, max(Space.M, beside))  # over the mat, but not over the picture
        y = self._below_lenses(x, size.width(), (area.height() - size.height()) // 2, size.height())
        if self._folded:
            below = self.reading.geometry().bottom() + Space.S if self.reading.isVisible() else y
            self.swatch.move(x, max(y, below))
            x, y = x - Space.S - card.width(), max((area.height() - height) // 2, Space.S)
        self.colors_card.setGeometry(x, y, card.width(), height)


class Stage(QWidget):
    """Header, canvas, time machine and strip: the centre of the workspace; below it another strip, to compare with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header, self.floor, self.strip = Header(), Floor(), CompletionStrip()
        self.verdict, self.beside_verdict = VerdictLine(), VerdictLine()
        self.beside = CompletionStrip(sheet=False)
        self.machine = TimeMachineBar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        below = (self.machine, self.verdict, self.strip, self.beside_verdict, self.beside)
        for part in (self.header, self.floor, *below):
            column.addWidget(part, 1 if part is self.floor else 0)
        self._comparing = False
        self.set_comparing(False)
        self.setFocusProxy(self.floor.canvas)

    def set_comparing(self, comparing: bool) -> None:
        """Have a second strip below the first, or not."""
        self._comparing = comparing
        self.beside_verdict.setVisible(comparing)
        self.beside.setVisible(comparing)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._make_room()

    def _make_room(self) -> None:
        """Strips are lower where they would leave little to the picture."""
        height = strip_height(self.height(), 2 if self._comparing else 1)
        for strip in (self.strip, self.beside):
            if strip.height() != height:
                strip.set_height(height)
