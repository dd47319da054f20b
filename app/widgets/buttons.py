"""Small controls that draw themselves in every state: icon buttons, chips, and a row of segments.

All follow one rule: rest, hover, pressed, focus (2 px accent ring), selected (accent and a changed shape or weight,
never colour alone), disabled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Radius, Size, Space, Type
from app.widgets.elided_label import ElidedLabel
from app.widgets.frames import box, focus_ring, icon_at, sized, smooth_painter, words

_CHIP_LEAST = 96
ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class DrawnButton(QAbstractButton):
    """A button that paints itself: knows its theme, and repaints when the pointer comes and goes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def minimumSizeHint(self) -> QSize:
        """No button is squeezed: its word or icon would be cut off."""
        return self.sizeHint()

    def name_it(self, name: str, tooltip: str = "") -> None:
        """The accessible name, and what the tooltip says (the name where nothing more is to be said)."""
        self.setAccessibleName(name)
        self.setToolTip(tooltip or name)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.HoverEnter, QEvent.Type.HoverLeave):
            self.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys are left to what the button is part of; Qt would move the focus by its own guess."""
        if Qt.Key(event.key()) in ARROWS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def fill(self, rest: str | None) -> str | None:
        """The fill of the state it is in; ``rest`` when nothing happens to it."""
        if not self.isEnabled():
            return rest if rest is None or self.isChecked() else None
        if self.isDown():
            return self._palette.pressed
        if self.underMouse():
            return self._palette.selected if self.isChecked() else self._palette.hover
        return rest

    def ink(self, rest: str) -> str:
        """The colour of its words and lines."""
        return rest if self.isEnabled() else self._palette.disabled

    def ring(self, painter: QPainter, radius: float = Radius.CONTROL) -> None:
        """The focus ring, when it has the focus."""
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()), self._palette, radius)


class IconButton(DrawnButton):
    """An icon alone; ``bordered`` where it stands by itself, without one where its panel frames it."""

    def __init__(
        self, icon: str, name: str, *, tooltip: str = "", side: int = Size.CONTROL, bordered: bool = False
    ) -> None:
        super().__init__()
        self._icon, self._side, self._bordered = icon, side, bordered
        self.setFixedSize(side, side)
        self.name_it(name, tooltip)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        chosen = self.isChecked()
        border = None
        if self._bordered or chosen:
            border = palette.accent if chosen and self.isEnabled() else palette.control
            border = border if self.isEnabled() else palette.line
        rest = palette.selected if chosen else palette.raised if self._bordered else None
        box(painter, QRectF(self.rect()), self.fill(rest), border)
        ink = palette.accent if chosen else palette.text
        if chosen and palette.name == "dark":
            ink = palette.text
        size = Size.ICON if self._side >= Size.CONTROL else 16
        icon_at(painter, self.rect(), self._icon, self.ink(ink), self.devicePixelRatioF(), size)
        self.ring(painter)
        painter.end()


class Chip(DrawnButton):
    """A short word that can be chosen, with a swatch or a check mark before it.

    ``dashed`` chips lead elsewhere: they can be pressed, but what they stand for does not work here.
    """

    def __init__(self, text: str, *, tooltip: str = "", dashed: bool = False) -> None:
        super().__init__()
        self._dashed, self._swatch = dashed, False
        self._color: tuple[int, ...] | None = None
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.name_it(text, tooltip)

    def set_swatch(self, color: tuple[int, ...] | None) -> None:
        """Show a colour before the word; None shows the hatch of "unknown"."""
        self._swatch, self._color = True, color
        self.updateGeometry()
        self.update()

    def _font(self) -> QFont:
        return sized(self.font(), Type.SECONDARY, self.isChecked())

    def sizeHint(self) -> QSize:
        width = QFontMetrics(sized(self.font(), Type.SECONDARY, bold=True)).horizontalAdvance(self.text())
        return QSize(width + 2 * Space.M + (14 + Space.S if self._swatch else 0), Size.CHIP)

    def minimumSizeHint(self) -> QSize:
        """Long words give way in the middle where there is no room."""
        return self.sizeHint().boundedTo(QSize(_CHIP_LEAST, Size.CHIP))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        area, chosen = QRectF(self.rect()), self.isChecked()
        border = palette.accent if chosen else palette.control
        box(
            painter,
            area,
            self.fill(palette.selected if chosen else None if self._dashed else palette.raised),
            border if self.isEnabled() else palette.line,
            Size.CHIP / 2,
            dashed=self._dashed,
        )
        text, align = area.adjusted(Space.M - 1, 0, -Space.M + 1, 0), Qt.AlignmentFlag.AlignCenter
        if self._swatch:
            align = Qt.AlignmentFlag.AlignLeft
            spot = QRectF(Space.S + 2, (self.height() - 14) / 2, 14, 14)
            paint_swatch(painter, spot, self._color, palette, radius=4)
            text.setLeft(spot.right() + Space.S - 2)
        painter.setFont(self._font())
        said = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, math.ceil(text.width()))
        words(painter, text, said, self.ink(palette.muted if self._dashed else palette.text), align)
        self.ring(painter, Size.CHIP / 2)
        painter.end()


def paint_swatch(
    painter: QPainter, rect: QRectF, color: tuple[int, ...] | None, palette: Palette, radius: float = 4
) -> None:
    """A colour in a visible edge; None is drawn as the hatch of unknown pixels."""
    if color is not None:
        red, green, blue = color if len(color) == 3 else color[:1] * 3
        box(painter, rect, QColor(red, green, blue).name(), palette.edge, radius)
        return
    box(painter, rect, palette.mat, palette.edge, radius)
    path = QPainterPath()
    path.addRoundedRect(rect.adjusted(1, 1, -1, -1), radius - 1, radius - 1)
    painter.save()
    painter.setClipPath(path)
    painter.setPen(QPen(QColor(palette.hatch), 1))
    reach = int(rect.width())
    for offset in range(-reach, reach, 4):
        painter.drawLine(
            rect.bottomLeft() + QPointF(offset, 0), rect.bottomLeft() + QPointF(offset + reach + 2, -reach - 2)
        )
    painter.restore()


class _Segment(DrawnButton):
    """One choice of a `SegmentedControl`; where there is no room for its word, one with an icon is the icon alone."""

    def __init__(self, text: str, icon: str, tooltip: str) -> None:
        super().__init__()
        self._icon = icon
        self.setText(text)
        self.setCheckable(True)
        self.name_it(text, tooltip)
        if icon:
            self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(sized(self.font(), Type.SECONDARY, bold=True)).horizontalAdvance(self.text())
        return QSize(width + 2 * Space.M + (16 + Space.XS if self._icon else 0), Size.CONTROL - 4)

    def minimumSizeHint(self) -> QSize:
        """An icon does without its word, a word stays whole."""
        return QSize(16 + 2 * Space.S, Size.CONTROL - 4) if self._icon else self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        chosen, area = self.isChecked(), QRectF(self.rect())
        border = (palette.accent if self.isEnabled() else palette.line) if chosen else None
        box(painter, area, self.fill(palette.selected if chosen else None), border, Radius.CONTROL - 2)
        ink = self.ink(palette.text if chosen else palette.muted)
        text = area.adjusted(Space.M - 1, 0, -Space.M + 1, 0)
        alone = bool(self._icon) and self.width() < self.sizeHint().width()
        if self._icon:
            spot = area if alone else QRectF(text.x(), 0, 16, area.height())
            icon_at(painter, spot, self._icon, ink, self.devicePixelRatioF(), 16)
            text.setLeft(text.left() + 16 + Space.XS)
        painter.setFont(sized(self.font(), Type.SECONDARY, chosen))
        if not alone:
            words(painter, text, self.text(), ink)
        self.ring(painter, Radius.CONTROL - 2)
        painter.end()


class SegmentedControl(QWidget):
    """A few choices side by side, one of them taken; arrow keys go through them."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._segments: dict[str, _Segment] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 2, 2, 2)
        self._row.setSpacing(2)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def set_choices(self, choices: Sequence[tuple[str, str, str, str]]) -> None:
        """Offer (value, text, icon name or "", tooltip)."""
        for old in self._segments.values():
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._segments = {value: _Segment(text, icon, tooltip) for value, text, icon, tooltip in choices}
        gives = bool(choices) and all(icon for _, _, icon, _ in choices)
        self.setSizePolicy(QSizePolicy.Policy.Maximum if gives else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for value, segment in self._segments.items():
            segment.clicked.connect(lambda _checked=False, value=value: self._take(value))
            self._row.addWidget(segment)
        self.updateGeometry()

    def set_compact(self, height: int) -> None:
        """Be no higher than this, device-independent px, where there is little room."""
        self._row.setContentsMargins(1, 1, 1, 1)
        for segment in self._segments.values():
            segment.setFixedHeight(height - 2)

    def set_current(self, value: str) -> None:
        """Mark one as taken, without a signal."""
        for key, segment in self._segments.items():
            segment.setChecked(key == value)
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if key == value else Qt.FocusPolicy.ClickFocus)

    def current(self) -> str:
        """The taken value, "" before there is one."""
        return next((key for key, segment in self._segments.items() if segment.isChecked()), "")

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def _take(self, value: str) -> None:
        self.set_current(value)
        self.chosen.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        values = list(self._segments)
        if step is None or not values:
            super().keyPressEvent(event)
            return
        index = values.index(self.current()) if self.current() else 0
        value = values[min(max(index + step, 0), len(values) - 1)]
        self._segments[value].setFocus(Qt.FocusReason.TabFocusReason)
        if value != self.current():
            self._take(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth_painter(self)
        border = self._palette.control if self.isEnabled() else self._palette.line
        box(painter, QRectF(self.rect()), None, border)
        painter.end()


class Tag(ElidedLabel):
    """A word in a quiet frame: it says something and cannot be pressed."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setProperty("role", "tag")
        self.setIndent(0)  # a framed label's own indent would be room at the right alone
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
