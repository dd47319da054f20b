"""The row above the plane: what lies on it and how it is laid out at the left, the picture's commands at the right."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from app.theme.icons import icon
from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size, Space
from app.translation import tr
from app.widgets.buttons import IconButton, SegmentedControl

SPAN_ROOM, SPAN_LEAST = 200, 72
"""Device-independent px that the names of the plane's directions have at most and at least."""
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
FOLDED = ("jump", "fit", "copy", "send-to-complete", "layout")
"""The commands that are in a menu where there is no room for their buttons."""


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
        self.more, self.more_menu = (
            IconButton("more", tr("More"), tooltip=tr("What else can be done here")),
            QMenu(self),
        )
        self._laid_out, self._spanned = True, True
        self.more.clicked.connect(self._open_more)
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
        for button in (*self.buttons.values(), self.more):
            row.addWidget(button)
        self._fold()
        self.set_theme(active())

    def set_layers(self, shown: frozenset[str], possible: frozenset[str]) -> None:
        """Which layers show, and which there are."""
        for layer, button in self.layers.items():
            button.setChecked(layer in shown and layer in possible)

    def set_layout_choice(self, layout: str, possible: bool) -> None:
        """How the plane is laid out; ``possible`` if there is a choice."""
        self.layout_choice.set_current(layout)
        if possible != self._laid_out:  # measured anew only then: this is shown at every move of a hand
            self._laid_out = possible
            self._fold()

    def set_span(self, title: str, possible: bool) -> None:
        """What spans the plane; ``possible`` if something else could."""
        if (title, possible) != (self._span_text, self._spanned):
            self._span_text, self._spanned = title, possible
            self.span.setVisible(possible)
            self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fold()

    def _fold(self) -> None:
        """Put into the menu what there is no room for, and give the names of the plane's directions the rest."""
        folded = self.width() < self._wanted(folded=False)
        for command in FOLDED:
            if command in self.buttons:
                self.buttons[command].setVisible(not folded)
        self.more.setVisible(folded)
        self.layout_choice.setVisible(self._laid_out and not folded)
        self._elide(self.width() - self._wanted(folded) + SPAN_LEAST)

    def _wanted(self, folded: bool) -> int:
        """How wide the row is, with `SPAN_LEAST` for what spans the plane, device-independent px."""
        parts: list[QWidget] = [*self.layers.values()]
        parts += [button for command, button in self.buttons.items() if not (folded and command in FOLDED)]
        parts += [self.more] if folded else [self.layout_choice] if self._laid_out else []
        width = sum(part.sizeHint().width() + Space.XS for part in parts) + 2 * Space.M + 3 * Space.S
        frame = self.span.sizeHint().width() - self.span.fontMetrics().horizontalAdvance(self.span.text())
        return width + (frame + SPAN_LEAST if self._spanned else 0)

    def _open_more(self) -> None:
        below = self.more.mapToGlobal(QPoint(self.more.width(), self.more.height()))
        self.more_menu.popup(below - QPoint(self.more_menu.sizeHint().width(), 0))

    def _elide(self, room: int) -> None:
        room = min(max(room, SPAN_LEAST), SPAN_ROOM)
        self.span.setText(self.span.fontMetrics().elidedText(self._span_text, Qt.TextElideMode.ElideRight, room))

    def set_theme(self, palette: Palette) -> None:
        """Tint the icon."""
        self.span.setIcon(icon("plane", palette))
