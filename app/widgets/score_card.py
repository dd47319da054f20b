"""How likely the picture is: its log-likelihood beside those of the test set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space, Type
from app.translation import tr
from app.widgets.frames import sized, smooth_painter, words

_BINS = 40


def density(quantiles: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bin middles and heights (0..1) of a distribution given by evenly spaced quantiles.

    The outermost percent at each side is left out, so that a single odd picture does not flatten the rest.
    """
    values = np.sort(np.asarray(quantiles, dtype=np.float64))
    trim = max(1, round((len(values) - 1) / 100)) if len(values) > 10 else 0
    low, high = values[trim], values[len(values) - 1 - trim]
    edges = np.linspace(low, high if high > low else low + 1, _BINS + 1)
    shares = np.linspace(0, 1, len(values))
    heights = np.diff(np.interp(edges, values, shares))
    smooth = np.convolve(np.pad(heights, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    peak = float(smooth.max()) or 1.0
    return (edges[1:] + edges[:-1]) / 2, smooth / peak


def rank(nats: float, quantiles: Sequence[float]) -> float:
    """The share of the test set, 0..1, that is less likely than a picture of ``nats``."""
    values = np.sort(np.asarray(quantiles, dtype=np.float64))
    return float(np.interp(nats, values, np.linspace(0, 1, len(values))))


class _Distribution(QWidget):
    """The test set's density and a marker; both ends carry their nats."""

    def __init__(self) -> None:
        super().__init__()
        self._palette = active()
        self._middles, self._heights = np.zeros(0), np.zeros(0)
        self._nats = 0.0
        self.setFixedHeight(64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_values(self, nats: float, quantiles: Sequence[float]) -> None:
        self._nats = nats
        self._middles, self._heights = density(quantiles)
        self.update()

    def set_theme(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 64)

    def _range(self) -> tuple[float, float]:
        """What is shown: the test set, and the picture where it lies not far outside it."""
        low, high = float(self._middles[0]), float(self._middles[-1])
        margin = (high - low) * 0.5
        return max(min(low, self._nats), low - margin), min(max(high, self._nats), high + margin)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not len(self._middles):
            return
        painter, palette = smooth_painter(self), self._palette
        low, high = self._range()
        plot = QRectF(6, 4, self.width() - 12, self.height() - 22)

        def x_at(nats: float) -> float:
            return plot.left() + min(max((nats - low) / (high - low), 0.0), 1.0) * plot.width()

        self._paint_hill(painter, plot, [x_at(v) for v in self._middles])
        at = x_at(self._nats)
        painter.setPen(QPen(QColor(palette.accent), 2))
        painter.drawLine(QPointF(at, plot.top()), QPointF(at, plot.bottom()))
        painter.setBrush(QColor(palette.accent))
        painter.drawPolygon(
            [QPointF(at - 5, plot.top() - 3), QPointF(at + 5, plot.top() - 3), QPointF(at, plot.top() + 4)]
        )
        self._paint_ends(painter, plot, low, high)
        painter.end()

    def _paint_hill(self, painter: QPainter, plot: QRectF, xs: list[float]) -> None:
        palette = self._palette
        tops = [plot.bottom() - float(h) * (plot.height() - 6) for h in self._heights]
        path = QPainterPath(QPointF(xs[0], plot.bottom()))
        for x, y in zip(xs, tops, strict=True):
            path.lineTo(x, y)
        path.lineTo(xs[-1], plot.bottom())
        painter.setPen(QPen(QColor(palette.muted), 1))
        fill = QColor(palette.muted)
        fill.setAlphaF(0.25)
        painter.setBrush(fill)
        painter.drawPath(path)
        painter.setPen(QPen(QColor(palette.line), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())

    def _paint_ends(self, painter: QPainter, plot: QRectF, low: float, high: float) -> None:
        painter.setFont(sized(self.font(), Type.SECONDARY - 1))
        below = QRectF(plot.left(), plot.bottom() + 2, plot.width(), 16)
        words(painter, below, _nats(low), self._palette.muted, Qt.AlignmentFlag.AlignLeft)
        words(painter, below, _nats(high), self._palette.muted, Qt.AlignmentFlag.AlignRight)


def _nats(value: float) -> str:
    return tr("{value:.1f} nats").format(value=value).replace("-", "\u2212")


class ScoreCard(QWidget):
    """Nats, bits per dimension, the test set's distribution with a marker, and what that means in a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(tr("How likely is this picture?"))
        self._figure, self._bits = QLabel(), QLabel()
        self._figure.setProperty("role", "page")
        self._bits.setProperty("role", "muted")
        self._plot, self._sentence, self._note = _Distribution(), QLabel(), QLabel()
        for words_below in (self._sentence, self._note):
            words_below.setWordWrap(True)
            words_below.setProperty("role", "muted")
        self._title.setToolTip(
            tr("The model gives every possible picture a probability; this is what it gives to yours.")
        )
        self._figure.setToolTip(
            tr("Log-likelihood: the logarithm of the probability that the model draws exactly this picture.")
        )
        self._bits.setToolTip(tr("The same per pixel value in bits: how long a perfect code would be."))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        for part in (self._title, self._figure, self._bits, self._plot, self._sentence, self._note):
            column.addWidget(part)
        column.addStretch()
        self.setAccessibleName(tr("Score"))
        self.set_message("")

    def set_score(
        self, nats: float, bits_per_dim: float, quantiles: Sequence[float] | None = None, note: str = ""
    ) -> None:
        """Show log p of the picture (nats, at most 0) beside the test set's, given by evenly spaced ``quantiles``.

        ``note`` is what else is to be known: another model that scored, a class that was given.
        """
        self._figure.setText(_nats(nats))
        self._bits.setText(tr("{bits:.3f} bits per dimension").format(bits=bits_per_dim))
        known = quantiles is not None and len(quantiles) > 1
        self._title.setVisible(True)
        self._figure.setVisible(True)
        self._bits.setVisible(True)
        self._plot.setVisible(known)
        if known and quantiles is not None:
            self._plot.set_values(nats, quantiles)
        self._sentence.setText(self._explain(nats, quantiles) if known and quantiles is not None else "")
        self._sentence.setVisible(known)
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def _explain(self, nats: float, quantiles: Sequence[float]) -> str:
        share = rank(nats, quantiles)
        if share <= 0:
            return tr("Less likely than every picture of the test set.")
        if share >= 1:
            return tr("Likelier than every picture of the test set.")
        return tr("Likelier than {share:.0f} % of the test set's pictures.").format(share=share * 100)

    def set_message(self, text: str) -> None:
        """Say why there is no score, in its place."""
        for part in (self._title, self._figure, self._bits, self._plot, self._note):
            part.setVisible(False)
        self._sentence.setText(text)
        self._sentence.setVisible(bool(text))
