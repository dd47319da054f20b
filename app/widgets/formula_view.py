"""A drawn formula: an SVG of the lessons in the text's colour, sharp at every scale, and read aloud in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Radius, Space
from app.widgets.frames import smooth_painter

_ACROSS, _DOWN = Space.M, Space.M


class FormulaView(QWidget):
    """Shows the drawing at its own size, smaller where the column is narrower; ``words`` is what it says."""

    def __init__(self, source: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source, self._palette = source, active()
        self._renderer = QSvgRenderer(self)
        self._load()
        self.setAccessibleName(words)
        self.setToolTip(words)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self._load()
        self.update()

    def _load(self) -> None:
        self._renderer.load(QByteArray(self._source.replace("currentColor", self._palette.text).encode()))

    def _drawn(self, width: int) -> QRectF:
        """Where the drawing lies in so wide a view: device-independent px."""
        natural = self._renderer.viewBoxF().size()
        scale = min(1.0, max(width - 2 * _ACROSS, 1) / max(natural.width(), 1.0))
        return QRectF(_ACROSS, _DOWN, natural.width() * scale, natural.height() * scale)

    def sizeHint(self) -> QSize:
        natural = self._renderer.viewBoxF().size()
        return QSize(round(natural.width()) + 2 * _ACROSS, round(natural.height()) + 2 * _DOWN)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._drawn(width).height()) + 2 * _DOWN

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth_painter(self)
        painter.setPen(QPen(QColor(0, 0, 0, 0)))
        painter.setBrush(QColor(self._palette.raised))
        painter.drawRoundedRect(QRectF(self.rect()), Radius.CONTROL, Radius.CONTROL)
        self._renderer.render(painter, self._drawn(self.width()))
        painter.end()


def drawing_of(folder: Path, name: str) -> str:
    """The SVG of this file name, empty where there is none that can be read."""
    try:
        return (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
