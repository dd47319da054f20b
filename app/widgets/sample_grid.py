"""A square of small pictures to judge a decoder by: sharp, and whatever is wrong with one is marked."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space, Type
from app.translation import tr
from app.widgets.canvas_layers import magnify
from app.widgets.frames import device_painter, sized, smooth_painter, words
from app.widgets.imaging import packed, picture

COLUMNS = 4
CAPTION = 16
GAP = Space.S
LEAST, PREFERRED = 72, 116


class SampleGrid(QWidget):
    """Pictures row by row, four a row; broken ones are crossed out, flat ones struck through, each with its word."""

    def __init__(self, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._count = active(), count
        self._images: NDArray[np.uint8] | None = None
        self._marks: list[str] = [""] * count
        self._captions: tuple[str, ...] = ()
        self._shown: tuple[tuple[int, int], list[QImage]] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Samples"))

    def set_samples(
        self,
        images: NDArray[np.uint8] | None,
        broken: NDArray[np.bool_] | None = None,
        constant: NDArray[np.bool_] | None = None,
        captions: tuple[str, ...] = (),
    ) -> None:
        """``images (N, H, W, C)`` or nothing; ``broken`` and ``constant (N,)``; a word below each."""
        self._images, self._captions, self._shown = images, captions, None
        self._marks = [""] * self._count
        for mask, mark in ((constant, "flat"), (broken, tr("not finite"))):
            for index in np.flatnonzero(mask) if mask is not None else ():
                self._marks[int(index)] = mark
        marked = sum(map(bool, self._marks))
        said = (
            tr("none yet")
            if images is None
            else tr("{n} pictures, {marked} of them marked").format(n=len(images), marked=marked)
        )
        self.setAccessibleDescription(said)
        self.update()

    def marks(self) -> list[str]:
        """What is wrong with each picture, empty where nothing is."""
        return self._marks

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def _rows(self) -> int:
        return math.ceil(self._count / COLUMNS)

    def _caption(self) -> int:
        """The height of the words below a picture, where there are any."""
        return CAPTION if self._captions or any(self._marks) else 0

    def _extent(self, side: int) -> QSize:
        rows = self._rows()
        return QSize(COLUMNS * side + (COLUMNS - 1) * GAP, rows * (side + self._caption()) + (rows - 1) * GAP)

    def sizeHint(self) -> QSize:
        return self._extent(PREFERRED)

    def minimumSizeHint(self) -> QSize:
        return self._extent(LEAST)

    def _side(self) -> int:
        """Device-independent px of a picture's square."""
        across = (self.width() - (COLUMNS - 1) * GAP) // COLUMNS
        down = (self.height() - (self._rows() - 1) * GAP) // self._rows() - self._caption()
        return max(1, min(across, down))

    def cell(self, index: int) -> QRectF:
        """The square of a picture, device-independent px."""
        row, column = divmod(index, COLUMNS)
        side = self._side()
        return QRectF(column * (side + GAP), row * (side + self._caption() + GAP), side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, scale = device_painter(self)
        for index in range(self._count):
            self._paint_picture(painter, index, scale)
        painter.end()
        painter = smooth_painter(self)
        painter.setFont(sized(self.font(), Type.SECONDARY))
        for index in range(self._count):
            self._paint_words(painter, index)
        painter.end()

    def _paint_picture(self, painter: QPainter, index: int, scale: float) -> None:
        cell = self.cell(index)
        area = QRectF(*(round(value * scale) for value in (cell.x(), cell.y(), cell.width(), cell.height())))
        painter.fillRect(area, QColor(self._palette.mat))
        if self._images is None or index >= len(self._images):
            return
        image = self._picture(index, int(area.width()))
        shrunk = min(1.0, area.width() / max(image.width(), image.height()))
        width, height = round(image.width() * shrunk), round(image.height() * shrunk)
        x, y = area.x() + (area.width() - width) // 2, area.y() + (area.height() - height) // 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrunk < 1)
        painter.drawImage(QRectF(x, y, width, height), image, QRectF(image.rect()))

    def _picture(self, index: int, side: int) -> QImage:
        """A picture magnified by whole device px, as far as it fits."""
        assert self._images is not None
        rows, columns = self._images.shape[1:3]
        zoom = max(1, side // max(rows, columns))
        if self._shown is None or self._shown[0] != (zoom, side):
            across, down = np.full(columns, zoom), np.full(rows, zoom)
            made = [picture(magnify(packed(image), across, down)) for image in self._images]
            self._shown = ((zoom, side), made)
        return self._shown[1][index]

    def _paint_words(self, painter: QPainter, index: int) -> None:
        cell, palette, mark = self.cell(index), self._palette, self._marks[index]
        if mark:
            self._strike(painter, cell, crossed=mark != "flat")
        caption = self._captions[index] if index < len(self._captions) else ""
        below = QRectF(cell.x(), cell.bottom() + 1, cell.width(), CAPTION)
        said = " \u00b7 ".join(filter(None, (caption, mark)))
        words(painter, below, said, palette.warn if mark else palette.muted, Qt.AlignmentFlag.AlignHCenter)

    def _strike(self, painter: QPainter, cell: QRectF, crossed: bool) -> None:
        """One line or two from corner to corner, seen on any colour."""
        inner = cell.adjusted(1, 1, -1, -1)
        lines: list[tuple[QPointF, QPointF]] = [(inner.topLeft(), inner.bottomRight())]
        if crossed:
            lines.append((inner.bottomLeft(), inner.topRight()))
        for color, width in ((self._palette.window, 4.0), (self._palette.warn, 2.0)):
            painter.setPen(QPen(QColor(color), width))
            for start, end in lines:
                painter.drawLine(start, end)
