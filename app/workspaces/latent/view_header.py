"""The row above the plane: what lies on it and how it is laid out at the left, the picture's commands at the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.theme.icons import icon
from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size, Space
from app.translation import tr
from app.widgets.buttons import IconButton, SegmentedControl

OTHERS, SPAN_ROOM, SPAN_LEAST = 581, 200, 72
"""Device-independent px: what everything else takes, and what the names of the plane's directions get of the rest."""
LAYERS = (("pictures", "map"), ("codes", "codes"), ("density", "density"), ("prior", "prior"))
"""(layer, icon); their commands are ``layer-<layer>``."""
BUTTONS = (
    ("undo", "undo"),
    ("redo", "redo"),
    ("jump", "jump"),
    ("fit", "fit"),
    ("copy", "copy"),
    ("send-to-complete", "send"),
    ("save-picture", "save"),
)
"""(command id, icon); the window binds them to the table of commands, which also has their names and keys."""


class Header(QWidget):
    """Signals out, setters in."""

    layout_chosen = Signal(str)
    span_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Size.HEADER)
        self._span_text = ""
        self.layers = {layer: IconButton(icon_name, layer) for layer, icon_name in LAYERS}
        for button in self.layers.values():
            button.setCheckable(True)
        self.layout_choice = SegmentedControl(tr("Layout of the plane"))
        self.layout_choice.set_choices(
            [
                (
                    "normal",
                    tr("By prior"),
                    "",
                    tr("Equal areas are equally probable under the prior (inverse normal CDF)."),
                ),
                ("plain", tr("Even"), "", tr("Equal distances are equal steps of z; the plane has no end.")),
            ]
        )
        self.span = QPushButton()
        self.span.setIconSize(QSize(16, 16))
        self.span.setToolTip(tr("What spans the plane: coordinates, principal axes, attributes or three pictures."))
        self.span.setAccessibleName(tr("What spans the plane"))
        self.buttons = {command: IconButton(icon_name, command) for command, icon_name in BUTTONS}
        self.layout_choice.chosen.connect(self.layout_chosen)
        self.span.clicked.connect(self.span_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.M, 0)
        row.setSpacing(Space.XS)
        for part in (*self.layers.values(), self.layout_choice, self.span):
            row.addWidget(part)
            if part is self.layers["prior"] or part is self.layout_choice:
                row.addSpacing(Space.S)
        row.addStretch(1)
        for button in self.buttons.values():
            row.addWidget(button)
        self.set_theme(active())

    def set_layers(self, shown: frozenset[str], possible: frozenset[str]) -> None:
        """Which layers show, and which there are."""
        for layer, button in self.layers.items():
            button.setChecked(layer in shown and layer in possible)

    def set_layout_choice(self, layout: str, possible: bool) -> None:
        """How the plane is laid out; ``possible`` if there is a choice."""
        self.layout_choice.set_current(layout)
        self.layout_choice.setVisible(possible)

    def set_span(self, title: str, possible: bool) -> None:
        """What spans the plane; ``possible`` if something else could."""
        self._span_text = title
        self.span.setVisible(possible)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._elide()

    def _elide(self) -> None:
        room = min(max(self.width() - OTHERS, SPAN_LEAST), SPAN_ROOM)
        self.span.setText(self.span.fontMetrics().elidedText(self._span_text, Qt.TextElideMode.ElideRight, room))

    def set_theme(self, palette: Palette) -> None:
        """Tint the icon."""
        self.span.setIcon(icon("plane", palette))
