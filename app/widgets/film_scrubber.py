"""How a model learnt: sample sheets taken during training (same noise), and its learning curve, under one slider."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import QColor, QImage, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.translation import tr
from app.widgets.film_frame import enlarged, paint_frame
from app.widgets.frames import device_painter, smooth_painter
from app.widgets.value_slider import ValueSlider

Curve = Sequence[tuple[float, float]]
WILD, TAME = 100, 5
"""A curve that falls by more than so many times its lowest value's size is drawn to scale below so many of them."""


class _Sheet(QWidget):
    """One frame as wide as its place, or a little less where it can so be enlarged by whole device pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._palette, self._image, self._laid_out = active(), QImage(), False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(0)

    def set_image(self, image: QImage) -> None:
        self._image = image
        self._fit()
        self.update()

    def set_theme(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._laid_out = True
        self._fit()

    def _fit(self) -> None:
        """As high as the picture is at this width, once that is known."""
        if not self._laid_out:
            return
        scale = self.devicePixelRatioF()
        self.setFixedHeight(0 if self._image.isNull() else math.ceil(self._target(self.width() * scale)[1] / scale))

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def _target(self, room: float) -> tuple[int, int]:
        """Width and height in device px within ``room``: a whole multiple where that fills it, else all of it."""
        return enlarged(self._image, room / self._image.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter, scale = device_painter(self)
        size = self._target(self.width() * scale)
        paint_frame(painter, self._image, (round(self.width() * scale) - size[0]) // 2, size)
        painter.end()


class _Curve(QWidget):
    """The learning curve as a thin line, with a dot at the frame that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._palette = active()
        self._points: Curve = ()
        self._low = self._high = self._at = 0.0
        self.setFixedHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_curve(self, points: Curve) -> None:
        self._points = points
        self._low, self._high = _extent([p[1] for p in points])
        self.update()

    def set_at(self, at: float) -> None:
        self._at = at
        self.update()

    def set_theme(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def value_at(self) -> float | None:
        """The curve's value at the marked abscissa."""
        return min(self._points, key=lambda p: abs(p[0] - self._at))[1] if self._points else None

    def _place(self, point: tuple[float, float]) -> QPointF:
        """Steps by their logarithm, since learning slows; values from the lowest up, those too high at the top."""
        steps = [math.log1p(max(0.0, p[0])) for p in self._points]
        x = (math.log1p(max(0.0, point[0])) - steps[0]) / ((steps[-1] - steps[0]) or 1)
        y = (self._high - min(point[1], self._high)) / ((self._high - self._low) or 1)
        return QPointF(4 + x * (self.width() - 8), 5 + y * (self.height() - 10))

    def paintEvent(self, event: QPaintEvent) -> None:
        if len(self._points) < 2:
            return
        painter, palette = smooth_painter(self), self._palette
        painter.setPen(QPen(QColor(palette.muted), 1.5))
        painter.drawPolyline(QPolygonF([self._place(point) for point in self._points]))
        nearest = min(self._points, key=lambda p: abs(p[0] - self._at))
        painter.setPen(QPen(QColor(palette.panel), 2))
        painter.setBrush(QColor(palette.accent))
        painter.drawEllipse(self._place(nearest), 5, 5)
        painter.end()


def _extent(values: Sequence[float]) -> tuple[float, float]:
    """The lowest value, and the highest that is drawn to scale.

    A Gaussian of ten pictures misses by millions of nats: to scale, all that it learnt after would be a flat line.
    """
    if not values:
        return 0.0, 0.0
    low, high = min(values), max(values)
    size = abs(low)
    return low, low + TAME * size if size and high - low > WILD * size else high


class FilmScrubber(QWidget):
    """Frames, a slider through them, and the curve."""

    frame_shown = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: list[QImage] = []
        self._steps: list[float] = []
        self._sheet, self._curve = _Sheet(), _Curve()
        self._slider = ValueSlider(0, 1, 1)
        self._slider.setAccessibleName(tr("How the model learnt"))
        self._slider.setToolTip(tr("Drag through the training: the same noise, a better model."))
        self._slider.value_changed.connect(lambda value, _final: self.show_frame(int(value)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        for part in (self._sheet, self._curve, self._slider):
            column.addWidget(part)

    def set_film(self, frames: Sequence[QImage], curve: Curve, steps: Sequence[float] = ()) -> None:
        """``frames`` oldest first, taken at ``steps``; ``curve`` is (step, value) pairs.  Shows the last."""
        self._frames = list(frames)
        self._steps = list(steps) if len(steps) == len(frames) else [float(i) for i in range(len(frames))]
        self._curve.set_curve(curve)
        self._curve.setVisible(len(curve) > 1)
        self._slider.set_range(0, max(1, len(frames) - 1))
        if frames:
            self.show_frame(len(frames) - 1)

    def show_frame(self, index: int) -> None:
        """Show the model as it was at a frame."""
        if 0 <= index < len(self._frames):
            self._sheet.set_image(self._frames[index])
            self._curve.set_at(self._steps[index])
            self._slider.set_value(index)
            self.frame_shown.emit(index)

    def step_at(self, index: int) -> float:
        """The training step a frame was taken at."""
        return self._steps[index]

    def value(self) -> float | None:
        """The curve's value at the frame that is shown."""
        return self._curve.value_at()
