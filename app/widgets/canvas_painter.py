"""What the canvas draws over and around its picture, in device px: mat, edge, dots, cursors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.theme.tokens import Palette, Radius, Size
from app.widgets.canvas_viewport import Viewport
from app.widgets.frames import box

_INK, _PAPER = "#000000", "#ffffff"


@dataclass(frozen=True, slots=True)
class CanvasPainter:
    """A painter in device px, where the picture lies, the theme, and how many device px make an independent one."""

    painter: QPainter
    view: Viewport
    palette: Palette
    scale: float

    def px(self, independent: float) -> int:
        """Whole device px, at least one."""
        return max(1, round(independent * self.scale))

    def picture_rect(self) -> QRect:
        """The picture on the canvas."""
        x, y = self.view.x_edges(), self.view.y_edges()
        return QRect(int(x[0]), int(y[0]), int(x[-1] - x[0]), int(y[-1] - y[0]))

    def mat_rect(self) -> QRect:
        """The picture and the mat around it."""
        mat = max(1, self.view.margin)
        return self.picture_rect().adjusted(-mat, -mat, mat, mat)

    def pixel_rect(self, column: int, row: int) -> QRect:
        """One pixel of the picture."""
        x, y = self.view.x_edges(), self.view.y_edges()
        return QRect(int(x[column]), int(y[row]), int(x[column + 1] - x[column]), int(y[row + 1] - y[row]))

    def ground(self, ringed: bool) -> None:
        """The window, and the mat that the picture lies on; ``ringed`` while keys or a dragged file go here."""
        self.painter.fillRect(0, 0, self.view.width, self.view.height, QColor(self.palette.window))
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = self.palette.focus if ringed else None
        width = self.px(Size.FOCUS_RING)
        box(self.painter, self.mat_rect(), self.palette.mat, ring, self.px(Radius.CARD), width)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def edge(self) -> None:
        """The line right outside the picture, one device-independent px."""
        width, inner = self.px(1), self.picture_rect()
        outer = inner.adjusted(-width, -width, width, width)
        self._ring(outer, width, QColor(self.palette.edge))

    def _ring(self, outer: QRect, width: int, color: QColor) -> None:
        """A frame ``width`` px wide, its outside being ``outer``; every device px is covered once."""
        x, y, w, h = outer.x(), outer.y(), outer.width(), outer.height()
        for part in (
            QRect(x, y, w, width),
            QRect(x, y + h - width, w, width),
            QRect(x, y + width, width, h - 2 * width),
            QRect(x + w - width, y + width, width, h - 2 * width),
        ):
            self.painter.fillRect(part, color)

    def dots(self, unused: NDArray[np.bool_], pixels: NDArray[np.uint8]) -> None:
        """A small soft dot, dark on light pixels and light on dark ones, on given pixels that were of no use."""
        if self.view.zoom < 5:
            return
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(Qt.PenStyle.NoPen)
        radius = min(max(self.view.zoom * 0.1, 1.0), 2.5 * self.scale)
        ink, paper = QColor(_INK), QColor(_PAPER)
        for color in (ink, paper):
            color.setAlphaF(0.6)
        lightness = pixels.astype(np.float32).mean(axis=2)
        for row, column in np.argwhere(unused).tolist():
            self.painter.setBrush(ink if lightness[row, column] > 127 else paper)
            self.painter.drawEllipse(QRectF(self.pixel_rect(column, row)).center(), radius, radius)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def pixel_frame(self, column: int, row: int, color: str) -> None:
        """A frame around one pixel, with a dark line outside it so that it is seen on any colour."""
        width, line = self.px(2), self.px(1)
        outer = self.pixel_rect(column, row).adjusted(-width, -width, width, width)
        self._ring(outer.adjusted(-line, -line, line, line), line, QColor(_INK))
        self._ring(outer, width, QColor(color))

    def brush(self, x: float, y: float, radius: float, color: tuple[int, ...] | None) -> None:
        """The brush's outline at a device point, filled faintly with what it paints; ``radius`` in image px."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reach, line = max(radius * self.view.zoom, 2.0 * self.scale), float(self.px(1))
        middle = QPointF(x, y)
        self.painter.setBrush(_faint(color))
        self.painter.setPen(QPen(QColor(_INK), line))
        self.painter.drawEllipse(middle, reach + line, reach + line)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(QColor(_PAPER), line))
        self.painter.drawEllipse(middle, reach, reach)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def rectangle(self, x0: int, y0: int, x1: int, y1: int, keep: bool) -> None:
        """The rectangle being drawn, pixels ``[x0, x1) x [y0, y1)``: a full line to keep, a broken one to forget."""
        x, y = self.view.x_edges(), self.view.y_edges()
        rect = QRect(int(x[x0]), int(y[y0]), int(x[x1] - x[x0]), int(y[y1] - y[y0]))
        color, width = QColor(self.palette.accent if keep else self.palette.error), self.px(2)
        faint = QColor(color)
        faint.setAlphaF(0.18)
        self.painter.fillRect(rect, faint)
        pen = QPen(color, width, Qt.PenStyle.SolidLine if keep else Qt.PenStyle.DashLine, Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(QRectF(rect).adjusted(width / 2, width / 2, -width / 2, -width / 2))


def _faint(color: tuple[int, ...] | None) -> QColor:
    """What the brush is filled with: its colour, or nothing when it forgets."""
    if color is None:
        return QColor(0, 0, 0, 0)
    red, green, blue = color if len(color) == 3 else color[:1] * 3
    return QColor(red, green, blue, 110)
