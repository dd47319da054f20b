"""The tools: a floating column at the canvas's left edge (two where it is low), and the size of the brush below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Radius, Size, Space, Type
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.frames import box, sized, smooth_painter, words

SIZES = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0)
"""Brush radii in image px; the tool bar says their diameters."""


@dataclass(frozen=True, slots=True)
class ToolFace:
    """How a tool is shown: its word, its key, and what it does."""

    text: str
    key: str
    help: str


def tool_faces() -> dict[str, ToolFace]:
    """The tools by name; the icons have the same names."""
    return {
        "pen": ToolFace(tr("Pen"), "B", tr("paint pixels with the chosen colour")),
        "forget": ToolFace(tr("Forget"), "E", tr("rub pixels out: the model paints them anew")),
        "adopt": ToolFace(tr("Adopt"), "A", tr("brush over the completion to take that part of it into the picture")),
        "keep": ToolFace(tr("Keep"), "K", tr("keep a rectangle of the completion; the right button forgets one")),
        "fill": ToolFace(tr("Fill"), "G", tr("fill an area of one colour")),
        "pick": ToolFace(tr("Pick a colour"), "I", tr("take the colour under the pointer")),
        "probe": ToolFace(
            tr("Probe"), "Alt+P", tr("click a pixel to keep it under the microscope, then force another value there")
        ),
        "pan": ToolFace(tr("Move the view"), tr("Space"), tr("drag the picture about; hold Space with any tool")),
    }


class _SizeReadout(QWidget):
    """The brush's diameter, in words."""

    def __init__(self) -> None:
        super().__init__()
        self._palette, self._text = active(), ""
        self.setFixedSize(Size.TOOL, 20)

    def set_radius(self, radius: float) -> None:
        self._text = tr("{diameter:g} px").format(diameter=radius * 2)
        self.setToolTip(tr("Brush size: {text} of the picture").format(text=self._text))
        self.update()

    def set_theme(self, palette: Palette) -> None:
        self._palette = palette
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth_painter(self)
        painter.setFont(sized(self.font(), Type.SECONDARY - 1))
        ink = self._palette.muted if self.isEnabled() else self._palette.disabled
        words(painter, QRectF(self.rect()), self._text, ink)
        painter.end()


class ToolBar(QWidget):
    """A column of tools, 36 px each, one of them in the hand."""

    tool_chosen = Signal(str)
    size_changed = Signal(float)  # radius, image px

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette, self._radius = active(), SIZES[0]
        self._tools: dict[str, IconButton] = {}
        self._grid, self._columns = QGridLayout(self), 1
        self._grid.setContentsMargins(Space.XS, Space.XS, Space.XS, Space.XS)
        self._grid.setSpacing(2)
        self._larger = IconButton("plus", tr("Larger brush"), tooltip=tr("Larger brush  ]"), side=Size.TOOL)
        self._smaller = IconButton("minus", tr("Smaller brush"), tooltip=tr("Smaller brush  ["), side=Size.TOOL)
        self._readout = _SizeReadout()
        self._larger.clicked.connect(lambda: self._step(1))
        self._smaller.clicked.connect(lambda: self._step(-1))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Tools"))
        self.set_tools(list(tool_faces()))
        self.set_size(SIZES[0])

    def set_tools(self, names: Sequence[str]) -> None:
        """Offer these tools, from top to bottom."""
        for old in self._tools.values():
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        faces = tool_faces()
        self._tools = {}
        for name in names:
            face = faces[name]
            tip = f"{face.text} ({face.key}): {face.help}"
            button = IconButton(name, face.text, tooltip=tip, side=Size.TOOL)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, name=name: self._take(name))
            self._tools[name] = button
        self._lay_out()

    def set_room(self, height: float) -> None:
        """Be two columns where one would be higher than this, device-independent px."""
        alone = (len(self._tools) + 2) * (Size.TOOL + 2) + Space.S + 2 * Space.XS + 20
        columns = 1 if height >= alone else 2
        if columns != self._columns:
            self._columns = columns
            self._lay_out()

    def _lay_out(self) -> None:
        """The tools row by row, then the brush: larger, its size, smaller; in two columns the size comes last."""
        rows = -(-len(self._tools) // self._columns)
        for row in range(self._grid.rowCount()):
            self._grid.setRowMinimumHeight(row, 0)
        for index, button in enumerate(self._tools.values()):
            self._grid.addWidget(button, *divmod(index, self._columns))
        self._grid.setRowMinimumHeight(rows, Space.S)
        wide = self._columns > 1
        self._grid.addWidget(self._larger, rows + 1, 0)
        self._grid.addWidget(self._readout, rows + 2, 0, 1, self._columns, Qt.AlignmentFlag.AlignHCenter)
        self._grid.addWidget(self._smaller, *((rows + 1, 1) if wide else (rows + 3, 0)))
        self.adjustSize()

    def set_current(self, name: str) -> None:
        """Show which tool is in the hand."""
        for key, button in self._tools.items():
            button.setChecked(key == name)
        sized_tool = name in ("pen", "forget", "adopt")
        for part in (self._larger, self._readout, self._smaller):
            part.setEnabled(sized_tool)

    def set_size(self, radius: float) -> None:
        """Show the brush's radius, image px."""
        self._radius = radius
        self._readout.set_radius(radius)

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def _take(self, name: str) -> None:
        self.set_current(name)
        self.tool_chosen.emit(name)

    def _step(self, step: int) -> None:
        nearest = min(range(len(SIZES)), key=lambda index: abs(SIZES[index] - self._radius))
        radius = SIZES[min(max(nearest + step, 0), len(SIZES) - 1)]
        if radius != self._radius:
            self.set_size(radius)
            self.size_changed.emit(radius)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        box(painter, QRectF(self.rect()), palette.panel, palette.line, Radius.CARD)
        y = self._larger.y() - Space.S / 2 - 1
        painter.fillRect(QRectF(Space.S, round(y), self.width() - 2 * Space.S, 1), QColor(palette.line))
        painter.end()
