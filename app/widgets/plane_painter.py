"""What a latent plane draws, in device px of its inner area: map, density, rings, codes, pins, the point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from app.theme.colormaps import label_color, viridis
from app.theme.tokens import DARK, Palette, Radius, Type, channels, mix
from app.widgets.frames import box, sized, words
from app.widgets.imaging import packed, unowned
from app.widgets.plane_layers import CodeDots, DensityField, MapTile, Pin, PlaneCurve
from app.widgets.plane_viewport import PlaneViewport

STALE = 0.3
"""How strongly pictures of the plane before still show."""
VEIL = 0.86
"""How much of a picture the densest veil covers, where no code lies."""
RING = 0.7
"""How strongly the prior's rings show."""
DOT, MEAN = 2.2, 9.0  # radii, device-independent px
GRIP = 6.0
CURVES = {"ring": "#ffffff", "path": DARK.given, "ellipse": DARK.warn, "arrow": DARK.warn}
PINS = {"anchor": DARK.ok, "key": DARK.given, "mean": DARK.warn}
"""What lies on pictures has the same light colours in both themes, over a dark line: pictures know no theme."""


@dataclass(frozen=True, slots=True)
class PlanePainter:
    """A painter in device px whose origin is the inner area's corner, the view, the theme and the scale."""

    painter: QPainter
    view: PlaneViewport
    palette: Palette
    scale: float
    font: QFont

    def px(self, independent: float) -> float:
        """Device px."""
        return independent * self.scale

    def at(self, x: float, y: float) -> QPointF:
        """The device point of a chart point."""
        return QPointF(*self.view.to_device(x, y))

    def rect(self, x0: float, y0: float, x1: float, y1: float) -> QRectF:
        """The device rectangle of a chart rectangle, on whole px so that neighbours neither gap nor overlap."""
        left, top = self.view.to_device(x0, y1)
        right, bottom = self.view.to_device(x1, y0)
        corner = QPointF(round(left), round(top))
        return QRectF(corner, QPointF(round(right), round(bottom)))

    # -- what is made once for a view ------------------------------------------------------------------------------

    def tile(self, tile: MapTile, image: QImage, smooth: bool) -> None:
        """A square of decoded pictures."""
        target = self.rect(tile.x, tile.y, tile.x + tile.side, tile.y + tile.side)
        if not target.intersects(QRectF(0, 0, self.view.width, self.view.height)):
            return
        self.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        self.painter.setOpacity(STALE if tile.stale else 1.0)
        self.painter.drawImage(target, image)
        self.painter.setOpacity(1.0)

    def density(self, field: DensityField, over_pictures: bool) -> None:
        """Where codes lie: a veil over what is uncharted, or without pictures a map of magnitudes."""
        target = self.rect(*field.rect)
        if not over_pictures:
            self.painter.fillRect(QRectF(0, 0, self.view.width, self.view.height), QColor(*_rgb(viridis(np.zeros(1)))))
        else:
            self._veil_outside(target)
        made = veil(field.values, self.palette) if over_pictures else heat(field.values)
        self.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        self.painter.drawImage(target, unowned(made))

    def _veil_outside(self, inside: QRectF) -> None:
        color = QColor(self.palette.mat)
        color.setAlphaF(VEIL)
        width, height = self.view.width, self.view.height
        top, bottom = min(max(inside.top(), 0.0), height), min(max(inside.bottom(), 0.0), height)
        for part in (
            QRectF(0, 0, width, top),
            QRectF(0, bottom, width, height - bottom),
            QRectF(0, top, max(inside.left(), 0.0), bottom - top),
            QRectF(inside.right(), top, max(width - inside.right(), 0.0), bottom - top),
        ):
            if part.width() > 0 and part.height() > 0:
                self.painter.fillRect(part, color)

    def codes(self, dots: CodeDots) -> None:
        """A dot a reference picture in its class's colour."""
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self.px(DOT)
        places = (dots.places - (self.view.x, self.view.y)) * self.view.unit
        places = np.stack([places[:, 0] + self.view.width / 2, self.view.height / 2 - places[:, 1]], axis=1)
        inside = (places > -radius).all(1) & (places < (self.view.width + radius, self.view.height + radius)).all(1)
        self._dots(places[inside], self.palette.given_edge, 2 * radius + self.px(1.2))
        for label in np.unique(dots.labels[inside]):
            color = label_color(int(label)) if label >= 0 else self.palette.muted
            self._dots(places[inside & (dots.labels == label)], color, 2 * radius)

    def _dots(self, places: NDArray[np.float64], color: str, width: float) -> None:
        """Round dots, all at once."""
        self.painter.setPen(QPen(QColor(color), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        self.painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in places]))

    def means(self, dots: CodeDots) -> None:
        """The middle of each class with its name."""
        for index, (x, y) in enumerate(dots.means):
            self._chip(self.at(x, y), dots.names[index], label_color(index))

    def _chip(self, at: QPointF, text: str, color: str) -> None:
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = sized(self.font, round(self.px(Type.SECONDARY)), bold=True)
        painter.setFont(font)
        height = self.px(2 * MEAN)
        width = max(height, QFontMetricsF(font).horizontalAdvance(text) + self.px(10))
        area = QRectF(at.x() - width / 2, at.y() - height / 2, width, height)
        if not area.intersects(QRectF(0, 0, self.view.width, self.view.height)):
            return
        area.moveLeft(min(max(area.left(), 1.0), self.view.width - width - 1))
        area.moveTop(min(max(area.top(), 1.0), self.view.height - height - 1))
        box(painter, area, self.palette.panel, color, height / 2, self.px(2))
        words(painter, area, text, self.palette.text)

    def curve(self, curve: PlaneCurve, bare: bool = False) -> None:
        """A ring of the prior, a path, an ellipse or an arrow; dark beneath light, so that it is seen on anything.

        A ring on ``bare`` ground, where there are neither pictures nor density, is a line of the theme's.
        """
        if len(curve.places) < 2:
            return
        painter = self.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QPolygonF([self.at(float(x), float(y)) for x, y in curve.places])
        style = Qt.PenStyle.DashLine if curve.kind == "ring" else Qt.PenStyle.SolidLine
        color, dark = QColor(CURVES[curve.kind]), QColor("#0b0c0f")
        if curve.kind == "ring":  # it lies on all pictures, and is not what one looks at
            color.setAlphaF(RING)
            dark.setAlphaF(RING)
        width = self.px(1.2 if curve.kind == "ring" else 2.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if curve.kind == "ring" and bare:
            color = QColor(self.palette.control)
        else:
            painter.setPen(QPen(dark, width + self.px(1.5)))
            painter.drawPolyline(line)
        painter.setPen(QPen(color, width, style))
        painter.drawPolyline(line)
        if curve.kind == "arrow":
            self._arrow_head(line.at(line.size() - 2), line.last(), CURVES[curve.kind])

    def curve_label(self, curve: PlaneCurve) -> None:
        """The word at a curve's highest place."""
        if curve.label and len(curve.places):
            x, y = curve.places[int(curve.places[:, 1].argmax())]
            self._label(self.at(float(x), float(y)), curve.label)

    def _arrow_head(self, start: QPointF, tip: QPointF, color: str) -> None:
        along = np.array([tip.x() - start.x(), tip.y() - start.y()])
        length = float(np.hypot(*along))
        if length < 1e-6:
            return
        along *= self.px(9) / length
        across = np.array([-along[1], along[0]]) * 0.5
        foot = np.array([tip.x(), tip.y()]) - along
        self.painter.setPen(QPen(QColor("#0b0c0f"), self.px(1)))
        self.painter.setBrush(QColor(color))
        self.painter.drawPolygon(QPolygonF([tip, QPointF(*(foot + across)), QPointF(*(foot - across))]))

    def _label(self, at: QPointF, text: str) -> None:
        font = sized(self.font, round(self.px(Type.SECONDARY - 1)))
        self.painter.setFont(font)
        width, height = QFontMetricsF(font).horizontalAdvance(text) + self.px(8), self.px(15)
        area = QRectF(at.x() - width / 2, at.y() - height / 2, width, height)
        if QRectF(0, 0, self.view.width, self.view.height).contains(area):
            box(self.painter, area, self.palette.panel, None, self.px(4))
            words(self.painter, area, text, self.palette.text)

    # -- what moves ------------------------------------------------------------------------------------------------

    def pin(self, pin: Pin) -> None:
        """A named place; a grip is a small handle, a mean a small ring that leaves sight of what lies around it."""
        at = self.at(pin.x, pin.y)
        if pin.kind == "grip":
            self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.painter.setPen(QPen(QColor("#0b0c0f"), self.px(1)))
            self.painter.setBrush(QColor(CURVES["arrow"]))
            self.painter.drawEllipse(at, self.px(GRIP), self.px(GRIP))
        elif pin.kind == "mean":
            self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for color, width in (("#0b0c0f", 4.0), (PINS[pin.kind], 2.0)):
                self.painter.setPen(QPen(QColor(color), self.px(width)))
                self.painter.setBrush(Qt.BrushStyle.NoBrush)
                self.painter.drawEllipse(at, self.px(3), self.px(3))
            self._label(at - QPointF(self.px(15), self.px(13)), pin.text)
        else:
            self._chip(at, pin.text, PINS[pin.kind])

    def point(self, x: float, y: float, held: bool, ringed: bool) -> None:
        """The point in the hand: seen on black, on white and on any colour."""
        painter, at = self.painter, self.at(x, y)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = self.px(9 if held else 7)
        painter.setPen(QPen(QColor("#0b0c0f"), self.px(5)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, radius, radius)
        painter.setPen(QPen(QColor("#ffffff"), self.px(2.5)))
        painter.setBrush(QColor(self.palette.given))
        painter.drawEllipse(at, radius, radius)
        if ringed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self.palette.focus), self.px(2)))
            painter.drawEllipse(at, radius + self.px(6), radius + self.px(6))


def veil(values: NDArray[np.float32], palette: Palette) -> NDArray[np.uint32]:
    """Premultiplied mat ``uint32 (h, w)``, the more the fewer codes lie there; the first row on top."""
    alpha = VEIL * (1.0 - np.clip(values[::-1], 0.0, 1.0) ** 0.35)
    return _premultiplied(np.array(channels(palette.mat), np.float64), alpha)


def heat(values: NDArray[np.float32]) -> NDArray[np.uint32]:
    """The map of magnitudes ``uint32 (h, w)``, the first row on top; the root shows what is thin."""
    return packed(viridis(np.sqrt(np.clip(values[::-1], 0.0, 1.0))))


def _premultiplied(color: NDArray[np.float64], alpha: NDArray[np.floating]) -> NDArray[np.uint32]:
    share = np.asarray(alpha, np.float64)
    red, green, blue = ((color[i] * share).round().astype(np.uint32) for i in range(3))
    solid = (255 * share).round().astype(np.uint32)
    made: NDArray[np.uint32] = solid << np.uint32(24) | red << np.uint32(16) | green << np.uint32(8) | blue
    return made


def _rgb(colors: NDArray[np.uint8]) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in colors.reshape(-1, 3)[0])
    return red, green, blue


def ground(painter: QPainter, area: QRectF, palette: Palette, scale: float) -> None:
    """What lies beneath: the mat, finely hatched where no picture is yet."""
    painter.fillRect(area, QColor(palette.mat))
    painter.setPen(QPen(QColor(mix(palette.mat, palette.hatch, 0.14)), 1))
    step = max(4, round(8 * scale))
    reach = int(area.height())
    painter.save()
    painter.setClipRect(area)
    for start in range(-reach, int(area.width()), step):
        painter.drawLine(QPointF(area.x() + start, area.bottom()), QPointF(area.x() + start + reach, area.top()))
    painter.restore()


def frame(painter: QPainter, area: QRectF, palette: Palette, scale: float, ringed: bool) -> None:
    """The edge around the inner area, and the ring of the keyboard's focus."""
    if ringed:
        width = max(1, round(2 * scale))
        box(painter, area.adjusted(-width, -width, width, width), None, palette.focus, Radius.CONTROL / 2, width)
    else:
        box(painter, area.adjusted(-1, -1, 1, 1), None, palette.edge, 0, max(1, round(scale)))
