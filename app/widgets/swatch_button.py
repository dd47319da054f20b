"""The colour in the hand as a button: where there is no room for all colours beside the picture, it brings them up."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from app.theme.tokens import Radius, Size, Space
from app.translation import tr
from app.widgets.buttons import DrawnButton, paint_swatch
from app.widgets.frames import box, smooth_painter, veil


class SwatchButton(DrawnButton):
    """Checked while the colours show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color: tuple[int, ...] | None = None
        self.setCheckable(True)
        self.setFixedSize(self.sizeHint())
        self.set_color(None, "")

    def sizeHint(self) -> QSize:
        return QSize(Size.TOOL + Space.S, Size.TOOL + Space.S)

    def set_color(self, color: tuple[int, ...] | None, name: str) -> None:
        """Show what one paints with; None is unknown."""
        self._color = color
        self.name_it(tr("Colours"), tr("Shows the colours to paint with."))
        self.setAccessibleDescription(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        area = QRectF(self.rect())
        border = palette.accent if self.isChecked() else palette.control if self.isEnabled() else palette.line
        box(painter, area, self.fill(palette.selected if self.isChecked() else palette.panel), border, Radius.CARD)
        swatch = area.adjusted(Space.M, Space.M, -Space.M, -Space.M)
        paint_swatch(painter, swatch, self._color, palette)
        if not self.isEnabled():
            veil(painter, swatch, palette)
        self.ring(painter, Radius.CARD)
        painter.end()
