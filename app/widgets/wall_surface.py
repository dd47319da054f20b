"""Thousands of tiles that scroll: lays them out, paints what is in view, and holds its place when sizes change."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.widgets.busy_line import BusyLine
from app.widgets.frames import device_painter
from app.widgets.message_card import MessageCard
from app.widgets.wall_blocks import Hanging, WallBlocks
from app.widgets.wall_choice import WallChoice
from app.widgets.wall_layout import Box, WallLayout, around, gap_of, nearest_side, tile_sides
from app.widgets.wall_painter import WallPainter, title_extent
from app.widgets.wall_source import Tiles

TILE_LEAST, TILE_MOST, TILE_FIRST = 7, 320, 56  # device-independent px of a tile's longer side
LINE = 32  # device-independent px: what an arrow of the scroll bar moves; a notch of the wheel moves three
CARD_WIDTH = 520


class WallSurface(QAbstractScrollArea):
    """What is seen of a wall; `app.widgets.tile_wall.TileWall` gives it hands.

    Everything inside is in device px of the wall's whole extent.
    """

    view_changed = Signal(int, int)  # positions in view: the first, and that after the last
    tile_size_changed = Signal(int)  # device-independent px of the longer side, as far as whole px allow
    empty_pressed = Signal()
    problem_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._source: Tiles | None = None
        self._choice = WallChoice()
        self._blocks = WallBlocks(self._palette)
        self._layout = WallLayout(count=0, width=1, tile_width=1, tile_height=1)
        self._wish, self._spoken, self._told = float(TILE_FIRST), (0, 0), 0
        self._laid = (1, 1)  # the view's size when tiles were laid out last
        self._hovered, self._band = -1, None
        self._empty, self._problem = ("", "", ""), ("", "", "")
        self._card, self._busy = MessageCard(self.viewport()), BusyLine(self.viewport())
        self._refine = QTimer(self)
        self._refine.setSingleShot(True)
        self._refine.timeout.connect(self._refine_next)
        self._card.pressed.connect(self._card_pressed)
        self._card.hide()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # or its coming would move every tile
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(True)
        self.setCornerWidget(QWidget())  # or the style draws a frame between the bars

    _band: Box | None

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_source(self, source: Tiles) -> None:
        """Show these pictures; what is selected stays so where it is still shown."""
        self._source = source
        self._read(None)

    @property
    def source(self) -> Tiles | None:
        """What is shown, None before there is anything."""
        return self._source

    @property
    def shown(self) -> int:
        """Pictures shown, after filters."""
        return self._choice.count

    def place_of(self, index: int) -> int:
        """The position at which a picture is shown, -1 while it is not."""
        return self._choice.place_of(index)

    def _read(self, changed: list[int] | None) -> bool:
        """Look at the source again, everywhere or at these indices; whether another order is shown than before."""
        source = self._source
        assert source is not None, "a wall without a source has nothing to refresh"
        before = self._hold()
        anew = self._choice.show(source.count, source.order)
        self._rehang()
        if anew or changed is None:
            self._blocks.clear()
        else:
            self._drop(changed)
        self._lay_out(before)
        return anew

    def _rehang(self) -> None:
        source, choice = self._source, self._choice
        if source is not None:
            made = Hanging(source.images, source.drawn, choice.chosen, choice.order, source.marks)
            self._blocks.set_hanging(made)

    def _drop(self, indices: list[int]) -> None:
        places = [place for index in indices if (place := self._choice.place_of(index)) >= 0]
        self._blocks.drop(places)

    def set_busy(self, busy: bool) -> None:
        """Whether pictures are being drawn."""
        self._busy.set_busy(busy)

    def set_empty(self, text: str, remedy: str = "", action: str = "") -> None:
        """What is said, and what button offered (`empty_pressed`), while nothing is shown."""
        self._empty = (text, remedy, action)
        self._place_card()

    def set_problem(self, problem: str, remedy: str = "", action: str = "") -> None:
        """What went wrong, with its button (`problem_pressed`); an empty problem for none."""
        self._problem = (problem, remedy, action)
        self._place_card()

    def message_card(self) -> MessageCard:
        """Where what is wrong or missing is said."""
        return self._card

    @property
    def held_bytes(self) -> int:
        """What the composed pieces of the wall take up in memory."""
        return self._blocks.held_bytes

    def _card_pressed(self) -> None:
        (self.problem_pressed if self._problem[0] else self.empty_pressed).emit()

    def _place_card(self) -> None:
        said = self._problem if self._problem[0] else self._empty
        self._card.setVisible(bool(said[0]) and (bool(self._problem[0]) or not self._choice.count))
        if self._card.isHidden():
            return
        self._card.set_message(*said, error=bool(self._problem[0]))
        view = self.viewport().size()
        width = max(1, min(CARD_WIDTH, view.width() - 2 * Space.L))
        height = self._card.heightForWidth(width)
        free = view.height() - height
        top = free - Space.L if self._choice.count else free // 2
        self._card.setGeometry((view.width() - width) // 2, max(0, top), width, height)

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self._blocks.set_theme(palette)
        self.viewport().update()

    # -- sizes -----------------------------------------------------------------------------------------------------

    @property
    def scale(self) -> float:
        """Device px a device-independent one."""
        return self.viewport().devicePixelRatioF()

    def tile_sides(self) -> tuple[int, ...]:
        """Every size a tile may have here, device px of its longer side."""
        if self._source is None:
            return (round(TILE_FIRST * self.scale),)
        height, width = self._source.images.shape[1:3]
        return tile_sides(width, height, round(TILE_LEAST * self.scale), round(TILE_MOST * self.scale))

    def tile_size(self) -> int:
        """A tile's longer side, device-independent px."""
        return round(max(self._layout.tile_width, self._layout.tile_height) / self.scale)

    def set_tile_size(self, side: float) -> None:
        """Tiles as near below ``side`` device-independent px as whole device px allow; their pictures stay in view."""
        self._resize_tiles(side, self._hold())

    def step_tile_size(self, steps: int, at: QPoint | None = None) -> None:
        """The next sizes up or down; what is at this point of the viewport stays there."""
        sides = self.tile_sides()
        now = sides.index(nearest_side(sides, self._wish * self.scale))
        side = sides[min(max(now + steps, 0), len(sides) - 1)]
        self._resize_tiles(side / self.scale, self._hold() if at is None else self._hold_at(at))

    def _resize_tiles(self, wish: float, hold: tuple[int, int]) -> None:
        self._wish = wish
        self._lay_out(hold)

    def _tile(self) -> tuple[int, int]:
        """A tile's width and height, device px."""
        side = nearest_side(self.tile_sides(), self._wish * self.scale)
        if self._source is None:
            return side, side
        height, width = self._source.images.shape[1:3]
        longer = max(height, width)
        return width * side // longer, height * side // longer

    def _lay_out(self, hold: tuple[int, int]) -> None:
        """Lay the tiles out anew and leave the held one where it was."""
        scale, (width, height) = self.scale, self._tile()
        titles = tuple(self._source.row_titles) if self._source is not None else ()
        band, line = title_extent(titles, self.font())
        self._layout = WallLayout(
            count=self._choice.count,
            width=self._view_size()[0],
            tile_width=width,
            tile_height=height,
            gap=max(1, round(gap_of(max(width, height) / scale) * scale)),
            margin=round(Space.M * scale),
            forced=self._source.columns if self._source is not None else None,
            title_width=math.ceil(band * scale),
            title_height=math.ceil(line * scale),
        )
        self._blocks.set_layout(self._layout, scale)
        self._laid = self._view_size()
        self._set_bars()
        self._release(hold)
        self._place_card()
        self._say()
        self.viewport().update()

    def _view_size(self) -> tuple[int, int]:
        view, scale = self.viewport().size(), self.scale
        return math.floor(view.width() * scale), math.floor(view.height() * scale)

    def _set_bars(self) -> None:
        extent, view = self._layout.extent, self._view_size()
        bars = (self.horizontalScrollBar(), extent.width, view[0]), (self.verticalScrollBar(), extent.height, view[1])
        for bar, whole, seen in bars:
            bar.setRange(0, max(0, whole - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(round(LINE * self.scale))

    # -- place -----------------------------------------------------------------------------------------------------

    @property
    def _left(self) -> int:
        return self.horizontalScrollBar().value()

    @property
    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _view_box(self) -> Box:
        width, height = self._view_size()
        return self._left, self._top, self._left + width, self._top + height

    def _hold(self) -> tuple[int, int]:
        """An index to hold on to and how far its tile is below the view's top: the current one if in view, else the
        first in view."""
        place, (width, height) = self._choice.place_of(self._choice.current), self._laid
        view = self._left, self._top, self._left + width, self._top + height
        if not 0 <= place < self._layout.count or not _within(self._layout.box(place), view):
            place = self._layout.nearest(self._left + self._layout.left, self._top + self._layout.tile_height // 2)
        return self._held(place)

    def _hold_at(self, at: QPoint) -> tuple[int, int]:
        x, y = round(at.x() * self.scale) + self._left, round(at.y() * self.scale) + self._top
        return self._held(self._layout.nearest(x, y))

    def _held(self, place: int) -> tuple[int, int]:
        if not 0 <= place < self._layout.count:
            return -1, 0
        return self._choice.index_at(place), self._layout.box(place)[1] - self._top

    def _release(self, hold: tuple[int, int]) -> None:
        index, below = hold
        place = self._choice.place_of(index)
        if place < 0:
            return
        self.verticalScrollBar().setValue(self._layout.box(place)[1] - below)
        if index == self._choice.current:
            self._show_place(place)

    def scroll_to(self, index: int) -> None:
        """Bring a picture into view, by no more than is needed."""
        place = self._choice.place_of(index)
        if place >= 0:
            self._show_place(place)

    def _show_place(self, place: int) -> None:
        box, view, margin = self._layout.box(place), self._view_box(), self._layout.margin
        band = self._layout.title_width
        for bar, low, high, start, stop in (
            (self.verticalScrollBar(), box[1], box[3], view[1], view[3]),
            (self.horizontalScrollBar(), box[0] - band, box[2], view[0], view[2]),
        ):
            if low - margin < start:
                bar.setValue(low - margin)
            elif high + margin > stop:
                bar.setValue(high + margin - (stop - start))

    def in_view(self) -> list[int]:
        """The indices of the pictures of which something is in view, in the order shown."""
        return [int(index) for index in self._choice.order[self._layout.positions_in(self._view_box())]]

    def tile_rect(self, index: int) -> QRect:
        """Where a picture's tile is in the viewport, device-independent px rounded outwards; empty if not shown."""
        place, scale = self._choice.place_of(index), self.scale
        if place < 0:
            return QRect()
        left, top, right, bottom = self._layout.box(place)
        x, y = math.floor((left - self._left) / scale), math.floor((top - self._top) / scale)
        return QRect(x, y, math.ceil((right - self._left) / scale) - x, math.ceil((bottom - self._top) / scale) - y)

    def place_at(self, at: QPoint) -> int:
        """The position whose tile is at a point of the viewport, -1 for none."""
        x, y = math.floor(at.x() * self.scale), math.floor(at.y() * self.scale)
        if x < self._layout.title_width:
            return -1
        return self._layout.at(x + self._left, y + self._top)

    def _say(self) -> None:
        """Tell what has changed of what is in view and of the size of tiles."""
        span = self._layout.span(self._top, self._top + self._view_size()[1])
        if span != self._spoken:
            self._spoken = span
            self.view_changed.emit(*span)
        if self._source is not None and self.tile_size() != self._told:
            self._told = self.tile_size()
            self.tile_size_changed.emit(self._told)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Qt tells that a bar has moved."""
        self.viewport().update()
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._busy.setGeometry(0, 0, self.viewport().width(), 2)
        self._lay_out(self._hold())

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.FontChange):
            self._lay_out(self._hold())
        return done

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, scale = device_painter(self.viewport())
        asked = event.rect()
        area = QRect(
            QPoint(math.floor(asked.left() * scale), math.floor(asked.top() * scale)),
            QPoint(math.ceil((asked.right() + 1) * scale), math.ceil((asked.bottom() + 1) * scale)),
        )
        left, top = self._left, self._top
        self._blocks.forget_beyond(self._view_box())
        seen = (area.left() + left, area.top() + top, area.right() + 1 + left, area.bottom() + 1 + top)
        covered = self._blocks.cover(seen)
        for x0, y0, x1, y1 in around(seen, covered):
            painter.fillRect(x0 - left, y0 - top, x1 - x0, y1 - y0, QColor(self._palette.window))
        for x, y, image in self._blocks.touching(seen):
            painter.drawImage(x - left, y - top, image)
        self._paint_hands(WallPainter(painter, self._layout, left, top, self._palette, scale))
        painter.end()
        if self._blocks.rough and not self._refine.isActive():
            self._refine.start(0)

    def _paint_hands(self, over: WallPainter) -> None:
        current = self._choice.place_of(self._choice.current)
        if 0 <= self._hovered < self._layout.count:
            over.hovered(self._hovered)
        if current >= 0:
            over.current(current, focused=self.hasFocus())
        elif self.hasFocus():
            over.focused(*self._view_size())
        if self._band is not None:
            over.band(self._band)
        if self._source is not None and self._layout.title_width:
            over.titles(self._source.row_titles, self._view_size()[1], self.font())

    def _refine_next(self) -> None:
        """Make a block exact that was rough for a frame, then the next."""
        box = self._blocks.refine(self._view_box())
        if box is None:
            return
        scale = self.scale
        at = QPoint(math.floor((box[0] - self._left) / scale), math.floor((box[1] - self._top) / scale))
        to = QPoint(math.ceil((box[2] - self._left) / scale), math.ceil((box[3] - self._top) / scale))
        self.viewport().update(QRect(at, to))
        self._refine.start(0)


def _within(inner: Box, outer: Box) -> bool:
    return inner[0] < outer[2] and inner[2] > outer[0] and inner[1] < outer[3] and inner[3] > outer[1]
