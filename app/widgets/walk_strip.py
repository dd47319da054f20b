"""A walk as pictures side by side: a column for everything that is swept, a row for each picture taken along."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.translation import tr
from app.widgets.canvas_layers import magnify
from app.widgets.chart_axes import LINE, axis_font, widest
from app.widgets.frames import box, device_painter, focus_ring, smooth_painter, words
from app.widgets.imaging import packed, picture
from app.widgets.tile import picture_side

GAP, RING, STEP, LEAST = Space.XS, 3, 44, 28
"""Device-independent px between pictures, around all of them, of a column and of a picture at least."""
_STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class WalkStrip(QWidget):
    """The pointer or the arrow keys point at a picture, a click or Enter chooses it."""

    pointed = Signal(int, int)  # row, column
    picture_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._images: NDArray[np.uint8] | None = None
        self._drawn: NDArray[np.bool_] = np.zeros((0, 0), bool)
        self._captions: tuple[str, ...] = ()
        self._table: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self._cursor = (0, 0)
        self._shown: dict[tuple[int, int], QImage] = {}
        self._made_for: tuple[object, int, int, float] = (None, -1, 0, 0.0)
        self._serial = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Walk"))
        self.setToolTip(tr("Point at a picture to see it large; click it to choose it."))

    def set_walk(
        self, images: NDArray[np.uint8] | None, drawn: NDArray[np.bool_] | None, captions: Sequence[str], serial: int
    ) -> None:
        """``images (rows, columns, H, W, C)`` where ``drawn``; ``serial`` is another number when they changed."""
        other = images is not self._images or tuple(captions) != self._captions
        self._images, self._captions, self._serial = images, tuple(captions), serial
        self._drawn = np.zeros((0, 0), bool) if images is None or drawn is None else drawn
        if other:
            self._fit()
            self._describe()
        self.update()

    def set_table(self, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Lines of words below the columns, each with its name at the left."""
        table = tuple((name, tuple(values)) for name, values in rows)
        if table != self._table:
            self._table = table
            self._fit()
            self.update()

    def set_cursor(self, row: int, column: int) -> None:
        """Mark this picture."""
        if (row, column) != self._cursor:
            self._cursor = row, column
            self._describe()
            self.update()

    def _describe(self) -> None:
        column = self._cursor[1]
        self.setAccessibleDescription(self._captions[column] if column < len(self._captions) else "")

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def _fit(self) -> None:
        """Small enough to see all, large enough for words and for pictures at one device pixel each."""
        rows, pixels = max(1, self._drawn.shape[0]), 0 if self._images is None else max(self._images.shape[2:4])
        least = int(pixels / self.devicePixelRatioF())
        width = self._margin() + 2 * RING + len(self._captions) * max(STEP, least + GAP)
        self.setMinimumSize(width, self._foot() + 2 * RING + rows * (max(LEAST, least) + GAP))

    # -- where things are ------------------------------------------------------------------------------------------

    def _margin(self) -> int:
        """The width that the names of the table's lines take."""
        return int(widest(axis_font(self), [name for name, _ in self._table])) + Space.M if self._table else 0

    def _foot(self) -> int:
        """The height of the words below the pictures."""
        return LINE * (1 + len(self._table)) + Space.XS

    def _room(self) -> tuple[float, float]:
        """Width and height of a picture's place with the gap."""
        rows, columns = max(1, self._drawn.shape[0]), max(1, len(self._captions))
        width = (self.width() - self._margin() - 2 * RING) / columns
        return width, (self.height() - self._foot() - 2 * RING) / rows

    def _size(self, scale: float) -> tuple[int, int]:
        """Device px of a picture, and how many one of its pixels takes."""
        assert self._images is not None
        width, height = self._room()
        zoom = picture_side(self._images.shape[3], self._images.shape[2], min(width, height) - GAP, scale)
        return zoom, max(self._images.shape[2:4]) * zoom

    def _step(self, side: int, scale: float) -> int:
        """Device px from a column to the next: no wider than needed."""
        return round(min(self._room()[0] * scale, max(side + GAP * scale, self._word() * scale)))

    def _word(self) -> float:
        return max(STEP, widest(axis_font(self, bold=True), self._captions) + Space.S)

    def cell(self, row: int, column: int) -> QRect:
        """Where a picture lies, in device px."""
        if self._images is None:
            return QRect()
        scale = self.devicePixelRatioF()
        zoom, side = self._size(scale)
        step = self._step(side, scale)
        x = round((self._margin() + RING) * scale) + column * step + (step - side) // 2
        y = round(RING * scale) + row * (side + round(GAP * scale))
        return QRect(x, y, self._images.shape[3] * zoom, self._images.shape[2] * zoom)

    def at(self, point: QPoint) -> tuple[int, int] | None:
        """The row and column of the picture under a point of the widget."""
        scale = self.devicePixelRatioF()
        place = QPoint(round(point.x() * scale), round(point.y() * scale))
        rows, columns = self._drawn.shape
        cells = ((row, column) for row in range(rows) for column in range(columns))
        return next((cell for cell in cells if self.cell(*cell).contains(place)), None)

    # -- the hand --------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.at(event.position().toPoint())
        if found is not None and found != self._cursor:
            self.pointed.emit(*found)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.at(event.position().toPoint())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pointed.emit(*found)
            self.picture_chosen.emit(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = _STEPS.get(key)
        rows, columns = self._drawn.shape
        if step is not None:
            row, column = self._cursor[0] + step[0], self._cursor[1] + step[1]
            if 0 <= row < rows and 0 <= column < columns:
                self.pointed.emit(row, column)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and columns:
            self.pointed.emit(self._cursor[0], 0 if key == Qt.Key.Key_Home else columns - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picture_chosen.emit(*self._cursor)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._images is None or not self._drawn.size:
            return
        painter, scale = device_painter(self)
        self._paint_pictures(painter, scale)
        painter.end()
        painter = smooth_painter(self)
        painter.setFont(axis_font(self))
        self._paint_words(painter, scale)
        self._paint_cursor(painter, scale)
        painter.end()

    def _paint_pictures(self, painter: QPainter, scale: float) -> None:
        edge = max(1, round(scale))
        for row, column in np.ndindex(self._drawn.shape):
            cell = self.cell(row, column)
            painter.fillRect(cell.adjusted(-edge, -edge, edge, edge), QColor(self._palette.edge))
            if self._drawn[row, column]:
                painter.drawImage(cell.topLeft(), self._magnified(row, column, scale))
            else:
                painter.fillRect(cell, QColor(self._palette.mat))

    def _magnified(self, row: int, column: int, scale: float) -> QImage:
        assert self._images is not None
        zoom, _ = self._size(scale)
        key = (self._images, self._serial, zoom, scale)
        if key[0] is not self._made_for[0] or key[1:] != self._made_for[1:]:
            self._made_for = key
            self._shown.clear()
        if (row, column) not in self._shown:
            image = self._images[row, column]
            across, down = np.full(image.shape[1], zoom), np.full(image.shape[0], zoom)
            self._shown[row, column] = picture(magnify(packed(image), across, down))
        return self._shown[row, column]

    def _paint_words(self, painter: QPainter, scale: float) -> None:
        rows = self._drawn.shape[0]
        below = (self.cell(rows - 1, 0).bottom() + 1) / scale + Space.XS
        for number, (name, _) in enumerate(self._table):
            line = QRectF(RING, below + (number + 1) * LINE, self._margin() - Space.S, LINE)
            words(painter, line, name, self._palette.muted, Qt.AlignmentFlag.AlignLeft)
        for column, caption in enumerate(self._captions):
            cell = self.cell(0, column)
            step = self._step(cell.width(), scale) / scale
            left = cell.center().x() / scale - step / 2
            chosen = column == self._cursor[1]
            painter.setFont(axis_font(self, bold=chosen))
            color = self._palette.text if chosen else self._palette.muted
            words(painter, QRectF(left, below, step, LINE), caption, color, Qt.AlignmentFlag.AlignHCenter)
            for number, (_, values) in enumerate(self._table):
                line = QRectF(left, below + (number + 1) * LINE, step, LINE)
                words(painter, line, values[column], color, Qt.AlignmentFlag.AlignHCenter)

    def _paint_cursor(self, painter: QPainter, scale: float) -> None:
        cell = self.cell(*self._cursor)
        frame = QRectF(cell.x() / scale, cell.y() / scale, cell.width() / scale, cell.height() / scale)
        box(painter, frame.adjusted(-2, -2, 2, 2), None, self._palette.accent, 0, 2)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._palette, 4)
