"""What the self-drawing widgets share: device-pixel painters, rounded boxes, focus rings, words."""

from __future__ import annotations

import traceback
from types import TracebackType

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import icons
from app.theme.tokens import Palette, Radius, Size

_VEIL = 0.6
"""How much of a picture's colours it takes: what is there is still seen."""


def smooth_painter(widget: QWidget) -> QPainter:
    """A painter in device-independent px with smooth edges."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def device_painter(widget: QWidget) -> tuple[QPainter, float]:
    """A painter in the widget's own device px, aligned to the screen's, and how many make a device-independent one.

    A widget may begin at a fraction of a device pixel where the scale is fractional; the painter starts at the whole
    one before.
    """
    painter, scale = QPainter(widget), widget.devicePixelRatioF()
    to_screen = painter.deviceTransform()
    painter.scale(1 / scale, 1 / scale)
    painter.translate(-(to_screen.dx() % 1), -(to_screen.dy() % 1))
    return painter, scale


def end_painters(trace: TracebackType | None) -> None:
    """End every painter that an error has left open, by the error's traceback.

    Qt does not survive a widget whose painter outlives its ``paintEvent``, and the traceback would keep it alive.
    """
    for frame, _ in traceback.walk_tb(trace):
        for value in frame.f_locals.values():
            if isinstance(value, QPainter) and value.isActive():
                value.end()


def box(
    painter: QPainter,
    rect: QRectF | QRect,
    fill: str | None,
    border: str | None = None,
    radius: float = Radius.CONTROL,
    width: float = 1.0,
    *,
    dashed: bool = False,
) -> None:
    """A rounded box whose border lies wholly inside ``rect``."""
    inner = QRectF(rect)
    if border is not None:
        inner.adjust(width / 2, width / 2, -width / 2, -width / 2)
        radius = max(0.0, radius - width / 2)
    style = Qt.PenStyle.NoPen if border is None else Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(QColor(border or "#000000"), width, style))
    painter.setBrush(QColor(fill) if fill is not None else QColor(0, 0, 0, 0))
    painter.drawRoundedRect(inner, radius, radius)


def focus_ring(painter: QPainter, rect: QRectF | QRect, palette: Palette, radius: float = Radius.CONTROL) -> None:
    """The accent ring just inside ``rect``."""
    box(painter, rect, None, palette.focus, radius, float(Size.FOCUS_RING))


def veil(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """What lies over a picture that cannot be pressed."""
    color = QColor(palette.mat)
    color.setAlphaF(_VEIL)
    painter.fillRect(rect, color)


def icon_at(
    painter: QPainter, rect: QRectF | QRect, name: str, color: str, scale: float, size: int = Size.ICON
) -> None:
    """An icon in the middle of ``rect``, on whole device px."""
    middle = QRectF(rect).center()
    x, y = middle.x() - size / 2, middle.y() - size / 2
    painter.drawPixmap(
        QPointF(round(x * scale) / scale, round(y * scale) / scale), icons.pixmap(name, color, scale, size)
    )


def sized(font: QFont, pixels: int, bold: bool = False) -> QFont:
    """The same face at another size."""
    made = QFont(font)
    made.setPixelSize(pixels)
    if bold:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def words(
    painter: QPainter,
    rect: QRectF | QRect,
    text: str,
    color: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignCenter,
) -> None:
    """Text on one line in ``rect``, shortened with dots where it does not fit."""
    area = QRectF(rect)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()) + 1)
    painter.setPen(QColor(color))
    painter.drawText(area, int(align | Qt.AlignmentFlag.AlignVCenter), shown)
