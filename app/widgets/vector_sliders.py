"""Sliders along directions of latent space: a name, how much it carries, the slider, and what it does in a strip."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size, Space
from app.translation import tr
from app.widgets.elided_label import ElidedLabel
from app.widgets.frames import box, device_painter, smooth_painter
from app.widgets.imaging import packed, picture
from app.widgets.value_slider import ValueSlider

ROW, PICTURE = 36, 32
NAME, BAR, READOUT = 112, 56, 44


class WeightBar(QWidget):
    """How much a direction carries beside the one that carries most; a collapsed one is struck out."""

    def __init__(self) -> None:
        super().__init__()
        self._palette = active()
        self._share: float | None = None
        self._collapsed = False
        self.setFixedSize(BAR, Size.CONTROL)

    def set_weight(self, share: float | None, note: str, collapsed: bool) -> None:
        """``share`` in [0, 1] of the largest, or None where nothing is known."""
        self._share, self._collapsed = share, collapsed
        self.setToolTip(note)
        self.setAccessibleName(note)
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._share is None:
            return
        painter, palette = smooth_painter(self), self._palette
        groove = QRectF(0, self.height() / 2 - 3, self.width(), 6)
        box(painter, groove, palette.line, None, 3)
        if self._collapsed:
            middle = groove.center().y()
            painter.setPen(QPen(QColor(palette.warn), 2))
            painter.drawLine(QPointF(2, middle), QPointF(groove.right() - 2, middle))
            painter.drawLine(QPointF(groove.width() / 2 - 4, middle + 5), QPointF(groove.width() / 2 + 4, middle - 5))
        else:
            groove.setWidth(max(3.0, groove.width() * min(self._share, 1.0)))
            box(painter, groove, palette.accent, None, 3)
        painter.end()


class Strip(QWidget):
    """Pictures along a direction, from end to end; a press goes there."""

    stop_chosen = Signal(float)  # 0 at the left end to 1 at the right

    def __init__(self) -> None:
        super().__init__()
        self._palette = active()
        self._images: list[QImage] = []
        self._position = 0.5
        self.setToolTip(tr("What this direction does to the picture; press one to go there."))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_images(self, images: NDArray[np.uint8] | None) -> None:
        """``images (n, H, W, C)``, or none yet."""
        self._images = [] if images is None else [picture(packed(image)) for image in images]
        self.updateGeometry()
        self.update()

    def set_position(self, share: float) -> None:
        """Where the slider stands, 0 at the left end to 1 at the right."""
        self._position = share
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(max(len(self._images), 7) * (PICTURE + 2) + 2, PICTURE + 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and len(self._images) > 1:
            index = int(event.position().x() // (PICTURE + 2))
            self.stop_chosen.emit(min(max(index, 0), len(self._images) - 1) / (len(self._images) - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, scale = device_painter(self)
        side, pitch = round(PICTURE * scale), round((PICTURE + 2) * scale)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        nearest = math.floor(self._position * (max(len(self._images), 7) - 1) + 0.5)
        for index in range(max(len(self._images), 7)):
            area = QRectF(round(scale) + index * pitch, round(scale), side, side)
            if index < len(self._images):
                painter.drawImage(area, self._images[index])
            else:
                painter.fillRect(area, QColor(self._palette.mat))
            if nearest == index:
                box(painter, area.adjusted(-1, -1, 1, 1), None, self._palette.accent, 0, max(1, round(2 * scale)))
        painter.end()


class DirectionRow(QWidget):
    """One direction."""

    value_changed = Signal(float, bool)  # value, final

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._readout = ElidedLabel(), QLabel()
        self._bar, self._slider, self._strip = WeightBar(), ValueSlider(-3, 3, 0.05), Strip()
        self._reach = 3.0
        self._name.setFixedWidth(NAME)
        self._readout.setFixedWidth(READOUT)
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._readout.setProperty("role", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        for part in (self._name, self._bar):
            row.addWidget(part)
        row.addWidget(self._slider, 1)
        row.addWidget(self._readout)
        row.addWidget(self._strip)
        self.setFixedHeight(ROW)
        self._slider.value_changed.connect(self.value_changed)
        self._strip.stop_chosen.connect(lambda share: self.value_changed.emit((2 * share - 1) * self._reach, True))

    def set_direction(self, name: str, reach: float, bar: float | None, note: str, collapsed: bool) -> None:
        """Another direction; ``reach`` is the slider's end on both sides."""
        self._name.setText(name)
        self._name.setToolTip(f"{name}. {note}." if note else name)
        self._bar.set_weight(bar, note, collapsed)
        self._bar.setVisible(bar is not None)
        if reach != self._reach:
            self._reach = reach
            self._slider.set_step(reach / 60)
            self._slider.set_range(-reach, reach)
        self._slider.setAccessibleName(name)
        self._slider.setToolTip(
            tr("{name}: drag to change it, the rest stays. {note}").format(name=name, note=note).strip()
        )

    def set_value(self, value: float) -> None:
        """Stand at this value, without a signal; beyond its end the slider stands at the end."""
        self._slider.set_value(min(max(value, -self._reach), self._reach))
        self._readout.setText(f"{value:.2f}".replace("-", "\u2212") if round(value, 2) else "0.00")
        self._strip.set_position(min(max((value / self._reach + 1) / 2, -1.0), 2.0))

    def set_images(self, images: NDArray[np.uint8] | None) -> None:
        """The strip's pictures ``(n, H, W, C)``."""
        self._strip.set_images(images)


class VectorSliders(QWidget):
    """Rows of directions."""

    value_changed = Signal(int, float, bool)  # row, value, final

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[DirectionRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setAccessibleName(tr("Directions"))

    def rows(self) -> Sequence[DirectionRow]:
        """The rows there are."""
        return self._rows

    def set_count(self, count: int) -> None:
        """Have this many rows."""
        while len(self._rows) > count:
            row = self._rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self._rows) < count:
            row, index = DirectionRow(), len(self._rows)
            row.value_changed.connect(lambda value, final, index=index: self.value_changed.emit(index, value, final))
            self._rows.append(row)
            self._column.insertWidget(index, row)
