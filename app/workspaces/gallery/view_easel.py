"""The picture that a page asks about, under the hand: draw on it, or take another one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.picture_view import PictureView
from app.widgets.pixel_canvas import PixelCanvas
from app.workspaces.gallery.easel import Easel, EaselView

FRAME = 3
"""Device-independent px around the picture: its edge, and the ring of the keyboard's focus."""
TOOLS = (
    ("pen", "pen", tr("Pen"), tr("Draws; on the chosen picture it makes a copy of it yours.")),
    ("rub", "forget", tr("Rub out"), tr("Makes it paper again.")),
    ("clear", "close", tr("Clear"), tr("Empties the picture.")),
    ("undo", "undo", tr("Undo"), tr("Takes back the last thing done to this picture.")),
    ("chosen", "release", tr("The chosen picture"), tr("Back to the picture that is chosen on the wall.")),
    ("real", "example", tr("A real picture"), tr("A picture of the data set that no model was trained on.")),
    ("open", "open", tr("Open a picture"), tr("Loads a picture of any size; one can be pasted or dropped too.")),
)
LEAST, MOST = 84, 168


class EaselBox(QWidget):
    """Signals out, ``show_view(view)`` in."""

    open_requested = Signal()
    image_dropped = Signal(str)
    tool_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: EaselView | None = None
        self.canvas = PixelCanvas()
        self.canvas.setAccessibleName(tr("The picture that is asked about"))
        self.canvas.set_mat(FRAME)
        self.canvas.image_dropped.connect(self.image_dropped)
        self._side, self._measure = LEAST, PictureView(LEAST)
        self._measure.setParent(self)
        self._measure.hide()
        self._title = QLabel()
        self._title.setProperty("role", "muted")
        self.tools = {name: IconButton(icon, title, tooltip=f"{title}: {text}") for name, icon, title, text in TOOLS}
        for name, button in self.tools.items():
            button.setCheckable(name in ("pen", "rub"))
            button.clicked.connect(lambda _=False, name=name: self._use(name))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._lay_out()
        self.set_side(LEAST)

    def _lay_out(self) -> None:
        hands = QGridLayout()
        hands.setSpacing(2)
        for place, button in enumerate(self.tools.values()):
            hands.addWidget(button, place % 4, place // 4)
        hands.setRowStretch(4, 1)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addLayout(hands)
        row.addWidget(self.canvas, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self._title)
        column.addLayout(row)
        column.addStretch(1)

    def connect_to(self, easel: Easel) -> None:
        """The hand's signals to the easel's verbs."""
        self.canvas.stroke_started.connect(easel.start_stroke)
        self.canvas.segment_drawn.connect(easel.segment)
        self.canvas.stroke_finished.connect(easel.finish_stroke)
        self.tool_chosen.connect(easel.use_tool)

    def _use(self, name: str) -> None:
        """``open`` is the window's to do."""
        if self._view is not None:  # a click checks by itself; what is in hand is set from outside
            self._show_tools(self._view)
        self.open_requested.emit() if name == "open" else self.tool_chosen.emit(name)

    def set_side(self, side: int) -> None:
        """The room for the picture, device-independent px; it takes whole device pixels of it."""
        self._side = min(max(side, LEAST), MOST)
        self._measure.set_side(self._side)
        drawn = self._measure.sizeHint() + QSize(2 * FRAME - 2, 2 * FRAME - 2)
        if drawn != self.canvas.size():
            self.canvas.setFixedSize(drawn)

    def set_titled(self, titled: bool) -> None:
        """Whether it is said above the picture what it is."""
        self._title.setVisible(titled)

    def show_view(self, view: EaselView) -> None:
        """Bring it up to this."""
        before, self._view = self._view, view
        if before is view:
            return
        pixels = view.pixels
        if pixels is None and view.spec is not None:
            pixels = np.zeros((view.spec.height, view.spec.width, view.spec.display_channels), np.uint8)
        if pixels is not None:
            self._measure.set_pixels(pixels.shape[1], pixels.shape[0])
            self.set_side(self._side)
            self.canvas.set_document(pixels, np.ones(pixels.shape[:2], np.uint8))
            self.canvas.set_tool("pen" if view.inked else "forget")
            self.canvas.set_brush(view.radius, (255,) * pixels.shape[2] if view.inked else None)
        self._title.setText(view.title)
        self._show_tools(view)

    def _show_tools(self, view: EaselView) -> None:
        self.tools["pen"].setChecked(view.inked)
        self.tools["rub"].setChecked(not view.inked)
        self.tools["undo"].setEnabled(view.can_undo)
        self.tools["chosen"].setEnabled(view.has_chosen)
        for name in ("pen", "rub", "clear", "real", "open"):
            self.tools[name].setEnabled(view.spec is not None)
        self.canvas.setEnabled(view.spec is not None)
