"""The colours to paint with: named chips for ink pictures, a grid of swatches for palettes and grey ramps.

It floats at the canvas's right edge, so it is narrow: chips one below the other, swatches in rows of four.  Where there
is no room for the names they are swatches too.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size, Space
from app.translation import tr
from app.widgets.buttons import Chip, paint_swatch
from app.widgets.frames import box, focus_ring, smooth_painter

Color = tuple[int, ...]
_NAMED = 4  # up to so many colours are chips with their names
_CELL, _GAP = 22, 2
_PER_ROW = 4


class SwatchGrid(QWidget):
    """Many colours as swatches in rows; arrow keys walk over them, Space takes one."""

    chosen = Signal(int)

    def __init__(self, columns: int) -> None:
        super().__init__()
        self._palette, self._columns, self._least = active(), columns, columns
        self._colors: list[tuple[Color | None, str]] = []
        self._current, self._spot, self._hover = -1, 0, -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(tr("Colours"))

    def set_colors(self, colors: Sequence[tuple[Color | None, str]], current: int) -> None:
        """Offer (colour, name); ``current`` is the chosen one's place, -1 for none."""
        self._colors, self._current, self._spot = list(colors), current, max(current, 0)
        self._describe()
        self.updateGeometry()
        self.update()

    def set_room(self, height: int) -> None:
        """Take as many columns as are needed to be no higher than this, and no fewer than it was made with."""
        columns = self._columns_in(height)
        if columns != self._columns:
            self._columns = columns
            self.updateGeometry()
            self.update()

    def width_in(self, height: int) -> int:
        """How wide it would be in so much room."""
        return min(max(1, len(self._colors)), self._columns_in(height)) * (_CELL + _GAP) - _GAP

    def _columns_in(self, height: int) -> int:
        rows = max(1, (height + _GAP) // (_CELL + _GAP))
        return max(self._least, -(-len(self._colors) // rows))

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def _describe(self) -> None:
        if 0 <= self._spot < len(self._colors):
            self.setAccessibleDescription(self._colors[self._spot][1])

    def _per_row(self, width: int) -> int:
        return max(1, min(self._columns, (width + _GAP) // (_CELL + _GAP)))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._colors) // self._per_row(width))
        return max(1, rows) * (_CELL + _GAP) - _GAP

    def sizeHint(self) -> QSize:
        width = min(max(1, len(self._colors)), self._columns) * (_CELL + _GAP) - _GAP
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_CELL, _CELL)

    def cell(self, index: int) -> QRect:
        """Where a swatch lies."""
        row, column = divmod(index, self._per_row(self.width()))
        return QRect(column * (_CELL + _GAP), row * (_CELL + _GAP), _CELL, _CELL)

    def _at(self, point: QPoint) -> int:
        return next((i for i in range(len(self._colors)) if self.cell(i).contains(point)), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._take(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event.position().toPoint())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def _take(self, index: int) -> None:
        self._current = self._spot = index
        self._describe()
        self.update()
        self.chosen.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        per_row = self._per_row(self.width())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -per_row, Qt.Key.Key_Down: per_row}
        key = Qt.Key(event.key())
        if key in steps and 0 <= self._spot + steps[key] < len(self._colors):
            self._spot += steps[key]
            self._describe()
            self.update()
        elif key == Qt.Key.Key_Space and self._colors:
            self._take(self._spot)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(event.pos())
            QToolTip.showText(event.globalPos(), self._colors[index][1] if index >= 0 else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        for index, (color, _name) in enumerate(self._colors):
            rect = QRectF(self.cell(index))
            chosen = index == self._current
            if chosen:
                box(painter, rect, None, palette.accent, 6, 2)
            elif index == self._hover and self.isEnabled():
                box(painter, rect, None, palette.text, 6, 1)
            inset = 4 if chosen else 3 if index == self._hover else 2
            painter.setOpacity(1.0 if self.isEnabled() else 0.4)
            paint_swatch(painter, rect.adjusted(inset, inset, -inset, -inset), color, palette, 3)
            painter.setOpacity(1.0)
            if self.hasFocus() and index == self._spot:
                focus_ring(painter, rect, palette, 6)
        painter.end()


class ColorBar(QWidget):
    """Colours to paint with; None among them stands for unknown."""

    color_chosen = Signal(object)  # tuple of 1 or 3 numbers 0..255, or None
    rest_requested = Signal()

    def __init__(self, parent: QWidget | None = None, *, vertical: bool = True) -> None:
        super().__init__(parent)
        self._colors: list[tuple[Color | None, str]] = []
        self._chips: list[Chip] = []
        self._index, self._narrow = -1, False
        self._grid = SwatchGrid(_PER_ROW if vertical else 4 * _PER_ROW)
        self._row = QVBoxLayout() if vertical else QHBoxLayout()
        self._rest = QPushButton(tr("Rest is paper"))
        self._rest.setAccessibleName(tr("Rest is paper"))
        self._rest.setToolTip(tr("Make every unknown pixel paper, so that nothing is left to complete"))
        self._rest.clicked.connect(self.rest_requested)
        self._row.setSpacing(Space.XS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(self._row)
        column.addWidget(self._grid)
        column.addWidget(self._rest)
        self._grid.chosen.connect(lambda index: self.color_chosen.emit(self._colors[index][0]))
        self.setAccessibleName(tr("Colours to paint with"))
        self.set_colors([], None)

    def set_colors(self, colors: Sequence[tuple[Color | None, str]], current: Color | None) -> None:
        """Offer (colour, name), with ``current`` chosen: few of them as chips, more as swatches."""
        named = 0 < len(colors) <= _NAMED
        if list(colors) != self._colors or named != bool(self._chips):
            self._colors = list(colors)
            self._make_chips(self._colors if named else [])
        self._index = next((i for i, (color, _name) in enumerate(self._colors) if color == current), -1)
        self._show_colors()

    def _show_colors(self) -> None:
        """As chips or as swatches."""
        named = bool(self._chips) and not self._narrow
        for number, chip in enumerate(self._chips):
            chip.setVisible(named)
            chip.setChecked(number == self._index)
        self._grid.setVisible(bool(self._colors) and not named)
        self._grid.set_colors([] if named else self._colors, self._index)
        folded = bool(self._chips) and not named  # as narrow as the swatches above it
        self._rest.setText(("\n" if folded else " ").join(self._rest.accessibleName().rsplit(" ", 1)))
        lines = self._rest.fontMetrics().lineSpacing() * (2 if folded else 1) + 2 * Space.XS
        self._rest.setFixedHeight(max(Size.CONTROL, lines))

    def _make_chips(self, colors: Sequence[tuple[Color | None, str]]) -> None:
        for old in self._chips:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._chips = []
        for index, (color, name) in enumerate(colors):
            chip = Chip(name, tooltip=self._tip(color, name))
            chip.setCheckable(True)
            chip.set_swatch(color)
            chip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            chip.clicked.connect(lambda _checked=False, index=index: self._take(index))
            self._row.insertWidget(index, chip)
            self._chips.append(chip)
        self._rest.setVisible(bool(colors))  # "the rest" is of two colours: there it is one press

    def _tip(self, color: Color | None, name: str) -> str:
        if color is None:
            return tr("Paint with {name}: the model decides").format(name=name.lower())
        return tr("Paint with {name}").format(name=name.lower())

    def width_in(self, height: int) -> int:
        """How wide the swatches would be in so much room."""
        return self._grid.width_in(height)

    def set_room(self, height: int, width: int | None = None) -> None:
        """Swatches stand in more columns where they would be higher than this; names that are wider are left out."""
        self._grid.set_room(height)
        widest = max((chip.sizeHint().width() for chip in self._chips), default=0)
        narrow = width is not None and widest > width
        if narrow != self._narrow:
            self._narrow = narrow
            self._show_colors()

    def set_rest(self, text: str) -> None:
        """The word on the button that settles every unknown pixel; empty hides it."""
        self._rest.setAccessibleName(text)
        self._show_colors()
        self._rest.setVisible(bool(text))

    def _take(self, index: int) -> None:
        self._index = index
        self._show_colors()
        self.color_chosen.emit(self._colors[index][0])
