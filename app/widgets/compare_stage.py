"""Two pictures enlarged: with a divider to drag over them, side by side, or as the difference with its scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.colormaps import diverging
from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size, Space, Type
from app.translation import tr
from app.widgets.canvas_layers import magnify
from app.widgets.compare_layout import Box, CompareLayout, lay_out
from app.widgets.compare_pair import Pair
from app.widgets.frames import device_painter, sized, words
from app.widgets.imaging import packed, picture

TITLE, FOOT = 32, 44
"""Room above a panel and below the difference, device-independent px."""
SCALE_HEIGHT, KNOB = 10, 11
STRIDE = 4
"""Pixels that Shift and an arrow key move the divider by."""
_LEFT, _RIGHT = Qt.Key.Key_Left, Qt.Key.Key_Right
KEYS = (_LEFT, _RIGHT, Qt.Key.Key_Home, Qt.Key.Key_End)


class CompareStage(QWidget):
    """Paints a `Pair` in one of its modes.  The divider is at a share of the width, A at its left."""

    divider_moved = Signal(float)
    pixel_hovered = Signal(str)  # empty beside the pictures

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._pair: Pair | None = None
        self._mode, self._divider, self._pixel = "slider", 0.5, (-1, -1)
        self._images: dict[str, QImage] = {}
        self._dragging = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def show_pair(self, pair: Pair | None, mode: str) -> None:
        """Show these two in one of `compare_pair.MODES`."""
        self._pair, self._mode = pair, mode
        self._images.clear()
        self._point_at((-1, -1))
        self._describe()
        self.update()

    @property
    def divider(self) -> float:
        """Its place, as a share of the picture's width."""
        return self._divider

    def set_divider(self, share: float) -> None:
        """Move the divider, within the picture."""
        share = min(max(share, 0.0), 1.0)
        if share != self._divider:
            self._divider = share
            self._describe()
            self.update()
            self.divider_moved.emit(share)

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self._images.clear()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def layout_now(self) -> CompareLayout:
        """Where the panels lie, device px."""
        scale = self.devicePixelRatioF()
        sides = (self._pair.first, self._pair.second) if self._pair is not None else ()
        height = max((side.pixels.shape[0] for side in sides), default=1)
        width = max((side.pixels.shape[1] for side in sides), default=1)
        gap, title, foot, rim = (round(length * scale) for length in (Space.L, TITLE, FOOT, Space.S))
        room = int(self.width() * scale) - 2 * rim, int(self.height() * scale) - 2 * rim
        return lay_out(self._mode, room, (width, height), gap, title, foot).moved(rim, rim)

    def _describe(self) -> None:
        if self._pair is None:
            self.setAccessibleName(tr("No pictures to compare"))
            return
        self.setAccessibleName(tr("A: {a}. B: {b}.").format(a=self._pair.first.title, b=self._pair.second.title))
        percent = round(100 * self._divider)
        divided = tr("The divider stands at {n} % of the width. ").format(n=percent)
        self.setAccessibleDescription((divided if self._mode == "slider" else "") + self._pair.verdict())

    # -- hands -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragging = event.button() == Qt.MouseButton.LeftButton and self._mode == "slider"
        self._drag(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        scale = self.devicePixelRatioF()
        x, y = int(event.position().x() * scale), int(event.position().y() * scale)
        found = self.layout_now().pixel(x, y)
        self.setCursor(Qt.CursorShape.SplitHCursor if found and self._mode == "slider" else Qt.CursorShape.ArrowCursor)
        self._drag(event.position())
        self._point_at(found if found is not None and not self._dragging else (-1, -1))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at((-1, -1))

    def _drag(self, at: QPointF) -> None:
        if self._dragging:
            left, _, width, _ = self.layout_now().boxes[0]
            self.set_divider((at.x() * self.devicePixelRatioF() - left) / width)

    def _point_at(self, pixel: tuple[int, int]) -> None:
        if pixel != self._pixel:
            self._pixel = pixel
            self.pixel_hovered.emit(self._pair.at(*pixel) if self._pair is not None and pixel[0] >= 0 else "")
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._mode != "slider" or self._pair is None or key not in KEYS:
            event.ignore()
            return
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.set_divider(0.0 if key == Qt.Key.Key_Home else 1.0)
            return
        stride = STRIDE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        columns = self._pair.first.pixels.shape[1]
        step = stride if key == _RIGHT else -stride
        self.set_divider((round(self._divider * columns) + step) / columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._images.clear()

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pair is None:
            return
        painter, scale = device_painter(self)
        painter.setFont(sized(self.font(), round(Type.BODY * scale)))
        layout = self.layout_now()
        if self._mode == "slider":
            self._paint_slider(painter, layout, scale)
        elif self._mode == "beside":
            self._paint_panel(painter, layout, 0, "A", scale)
            self._paint_panel(painter, layout, 1, "B", scale)
        else:
            self._paint_difference(painter, layout, scale)
        if self._pixel[0] >= 0:
            self._paint_pixel(painter, layout, scale)
        if self.hasFocus():
            for area in layout.boxes:
                reach = round(4 * scale)
                ring = QRect(*area).adjusted(-reach, -reach, reach, reach)
                self._frame(painter, ring, self._palette.focus, round(Size.FOCUS_RING * scale))
        painter.end()

    def _paint_slider(self, painter: QPainter, layout: CompareLayout, scale: float) -> None:
        left, top, width, height = layout.boxes[0]
        at = round(self._divider * width)
        self._edge(painter, layout.boxes[0], scale)
        painter.drawImage(QPoint(left, top), self._image("A", layout.zoom), QRect(0, 0, at, height))
        painter.drawImage(QPoint(left + at, top), self._image("B", layout.zoom), QRect(at, 0, width - at, height))
        self._paint_names(painter, layout.boxes[0], scale)
        line = max(2, round(2 * scale))
        x = left + at - line // 2
        rim = max(1, round(scale))
        painter.fillRect(x - rim, top, line + 2 * rim, height, QColor(self._palette.window))
        painter.fillRect(x, top, line, height, QColor(self._palette.accent))
        self._paint_knob(painter, QPointF(left + at, top + height / 2), scale)

    def _paint_knob(self, painter: QPainter, middle: QPointF, scale: float) -> None:
        """The divider's handle: a disc with an arrow either way."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._palette.window), 2 * scale))
        painter.setBrush(QColor(self._palette.accent))
        painter.drawEllipse(middle, KNOB * scale, KNOB * scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._palette.on_accent))
        for way in (-1, 1):
            tip, foot, half = way * 7 * scale, way * 3 * scale, 3.5 * scale
            painter.drawPolygon(
                QPolygonF([middle + QPointF(tip, 0), middle + QPointF(foot, half), middle + QPointF(foot, -half)])
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_names(self, painter: QPainter, area: Box, scale: float) -> None:
        """A above the left end, B above the right one."""
        assert self._pair is not None
        left, top, width, _ = area
        names = (f"A  {self._pair.first.title}", f"{self._pair.second.title}  B")
        longest = max(painter.fontMetrics().horizontalAdvance(name) for name in names)
        wished = 2 * (longest + round((Space.S + 1) * scale))  # beyond the picture where its width is too little
        reach = max(width, min(wished, round((self.width() - 2 * Space.S) * scale)))
        left -= (reach - width) // 2
        room = QRectF(left, top - TITLE * scale, reach / 2 - Space.S * scale, (TITLE - Space.XS) * scale)
        right = room.translated(reach / 2 + Space.S * scale, 0)
        words(painter, room, names[0], self._palette.text, Qt.AlignmentFlag.AlignLeft)
        words(painter, right, names[1], self._palette.text, Qt.AlignmentFlag.AlignRight)

    def _paint_panel(self, painter: QPainter, layout: CompareLayout, place: int, name: str, scale: float) -> None:
        """One picture below its title, in the middle of the panel where it is the smaller of the two."""
        assert self._pair is not None
        area = layout.boxes[place]
        image = self._image(name, layout.zoom)
        size = image.size()
        placed = (area[0], area[1], size.width(), size.height())
        self._edge(painter, placed, scale)
        painter.drawImage(QPoint(area[0], area[1]), image)
        titles = {"A": f"A  {self._pair.first.title}", "B": f"B  {self._pair.second.title}"}
        self._paint_title(painter, area, titles.get(name, tr("B less A")), scale)

    def _paint_title(self, painter: QPainter, area: Box, text: str, scale: float) -> None:
        room = QRectF(area[0], area[1] - TITLE * scale, area[2], (TITLE - Space.XS) * scale)
        words(painter, room, text, self._palette.text, Qt.AlignmentFlag.AlignLeft)

    def _paint_difference(self, painter: QPainter, layout: CompareLayout, scale: float) -> None:
        if layout.alone:
            self._paint_panel(painter, layout, 0, "difference", scale)
        else:
            for place, name in enumerate(("A", "difference", "B")):
                self._paint_panel(painter, layout, place, name, scale)
        self._paint_scale(painter, layout.boxes[len(layout.boxes) // 2], scale)

    def _paint_scale(self, painter: QPainter, area: Box, scale: float) -> None:
        """The map's colours with their numbers, below the difference."""
        assert self._pair is not None
        left, top, width, height = area
        bar = QRect(left, top + height + round(Space.M * scale), width, round(SCALE_HEIGHT * scale))
        ramp = diverging(np.linspace(-1.0, 1.0, max(2, bar.width())), self._palette.mat)[None]
        painter.drawImage(bar.topLeft(), picture(packed(np.repeat(ramp, bar.height(), axis=0))))
        limit = self._pair.limit()
        room = QRectF(left, bar.bottom() + 1 + 2 * scale, width, 18 * scale)
        painter.setFont(sized(self.font(), round(Type.SECONDARY * scale)))
        for text, align in self._scale_words(painter, limit, width - 2 * Space.S * scale):
            words(painter, room, text, self._palette.muted, align)

    def _scale_words(self, painter: QPainter, limit: int, room: float) -> list[tuple[str, Qt.AlignmentFlag]]:
        """Words below the scale, as many as have ``room`` (device px): the sentence below says what the numbers are."""
        full = (tr("B darker, −{limit}").format(limit=limit), tr("same"), f"+{limit}, B lighter")
        short = (f"\u2212{limit}", tr("same"), f"+{limit}")
        ways = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignCenter, Qt.AlignmentFlag.AlignRight)
        widths = [painter.fontMetrics().horizontalAdvance(text) for text in full]
        fits = 2 * max(widths[0], widths[2]) + widths[1] <= room  # "same" is in the middle of the bar
        return list(zip(full if fits else short, ways, strict=True))

    def _paint_pixel(self, painter: QPainter, layout: CompareLayout, scale: float) -> None:
        """The pixel under the pointer, framed in every panel."""
        row, column = self._pixel
        thick = max(1, round(scale))
        if layout.zoom < 4 * thick:
            return
        for left, top, _, _ in layout.boxes:
            spot = QRect(left + column * layout.zoom, top + row * layout.zoom, layout.zoom, layout.zoom)
            for grown, color in ((thick, self._palette.window), (0, self._palette.accent)):
                self._frame(painter, spot.adjusted(-grown, -grown, grown, grown), color, thick)

    def _frame(self, painter: QPainter, area: QRect, color: str, thick: int) -> None:
        ink = QColor(color)
        painter.fillRect(area.left(), area.top(), area.width(), thick, ink)
        painter.fillRect(area.left(), area.bottom() + 1 - thick, area.width(), thick, ink)
        painter.fillRect(area.left(), area.top(), thick, area.height(), ink)
        painter.fillRect(area.right() + 1 - thick, area.top(), thick, area.height(), ink)

    def _edge(self, painter: QPainter, area: Box, scale: float) -> None:
        thick = max(1, round(scale))
        outer = QRect(*area).adjusted(-thick, -thick, thick, thick)
        painter.fillRect(outer, QColor(self._palette.edge))

    def _image(self, name: str, zoom: int) -> QImage:
        """A picture by its name at this magnification, kept until something changes."""
        key = f"{name}{zoom}"
        if key not in self._images:
            values = packed(self._pixels(name))
            rows, columns = values.shape
            self._images[key] = picture(magnify(values, np.full(columns, zoom), np.full(rows, zoom)))
        return self._images[key]

    def _pixels(self, name: str) -> NDArray[np.uint8]:
        assert self._pair is not None
        if name == "difference":
            return self._pair.map(self._palette.mat)
        return (self._pair.first if name == "A" else self._pair.second).pixels
