"""The drawer's page of one's own picture: draw it, see what becomes of it, and what the model says of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme import colormaps
from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.widgets.bound_chart import BoundChart
from app.widgets.buttons import IconButton
from app.widgets.picture_view import PictureView
from app.widgets.pixel_canvas import PixelCanvas
from app.workspaces.latent.yours import YoursView

TOOLS = (
    ("pen", "pen", "Pen", "Draws."),
    ("rub", "forget", "Rub out", "Makes it paper again."),
    ("clear", "close", "Clear", "Empties the picture."),
    ("take", "adopt", "Take the decoded picture", "Puts the picture at the point here."),
)


class YoursPage(QWidget):
    """Signals out, ``show_view(view)`` in."""

    tool_chosen = Signal(str)
    go_requested = Signal()
    epsilon_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: YoursView | None = None
        self.canvas = PixelCanvas()
        self.canvas.setAccessibleName("Your picture")
        self._tools = {name: IconButton(icon, title, tooltip=f"{title}: {text}") for name, icon, title, text in TOOLS}
        self._reconstruction, self._difference = PictureView(160), PictureView(160)
        self._names = [QLabel(text) for text in ("Your picture", "Reconstruction", "Difference")]
        self._numbers, self._text = QLabel(), QLabel()
        self._bound = BoundChart()
        self._go = QPushButton("Go to it")
        self._go.setToolTip("Brings the point to the mean of the picture's posterior.")
        self._epsilon = QPushButton("Another \u03b5")
        self._epsilon.setToolTip(
            "Draws another \u03b5; the point goes to \u03bc + \u03c3\u03b5. Its tip can be dragged too."
        )
        self._go.clicked.connect(self.go_requested)
        self._epsilon.clicked.connect(self.epsilon_requested)
        for name, button in self._tools.items():
            button.setCheckable(name in ("pen", "rub"))
            button.clicked.connect(lambda _=False, name=name: self.tool_chosen.emit(name))
        self._lay_out()

    def _lay_out(self) -> None:
        tools = QVBoxLayout()
        tools.setSpacing(2)
        for button in self._tools.values():
            tools.addWidget(button)
        tools.addStretch(1)
        pictures = QGridLayout()
        pictures.setHorizontalSpacing(Space.L)
        pictures.setVerticalSpacing(Space.XS)
        for column, (name, widget) in enumerate(
            zip(self._names, (self.canvas, self._reconstruction, self._difference), strict=True)
        ):
            name.setProperty("role", "muted")
            pictures.addWidget(name, 0, column)
            pictures.addWidget(widget, 1, column, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        pictures.setRowStretch(1, 1)
        self._difference.setToolTip("Orange where the reconstruction is brighter, blue where it is darker.")
        self._numbers.setWordWrap(True)
        self._text.setWordWrap(True)
        self._text.setProperty("role", "muted")
        buttons = QHBoxLayout()
        buttons.addWidget(self._go)
        buttons.addWidget(self._epsilon)
        buttons.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(Space.S)
        for part in (self._numbers, self._text):
            right.addWidget(part)
        right.addWidget(self._bound, 1)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.setSpacing(Space.L)
        row.addLayout(tools)
        row.addLayout(pictures)
        row.addLayout(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = max(64, min(event.size().height() - 2 * Space.S - 22, (event.size().width() - 330) // 3))
        self.canvas.setFixedSize(side, side)
        for view in (self._reconstruction, self._difference):
            view.set_side(side)

    def set_theme(self, palette: Palette) -> None:
        """The difference's middle is the theme's mat."""
        if self._view is not None:
            self._show_pictures(self._view, palette)

    def show_view(self, view: YoursView) -> None:
        """Bring the page up to this."""
        before, self._view = self._view, view
        if before is None or before.pixels is not view.pixels:
            self.canvas.set_document(view.pixels, np.ones(view.pixels.shape[:2], np.uint8))
        if before is None or before.pixels is not view.pixels or before.reconstruction is not view.reconstruction:
            self._show_pictures(view, active())
        self.canvas.set_tool("pen" if view.inked else "forget")
        self.canvas.set_brush(view.radius, (255,) * view.pixels.shape[2] if view.inked else None)
        self._tools["pen"].setChecked(view.inked)
        self._tools["rub"].setChecked(not view.inked)
        self._show_numbers(view)

    def _show_pictures(self, view: YoursView, palette: Palette) -> None:
        self._reconstruction.set_image(view.reconstruction)
        if view.reconstruction is None:
            self._difference.set_image(None)
            return
        gap = (view.reconstruction.astype(np.float64) - view.pixels).mean(axis=2) / 255
        self._difference.set_image(colormaps.diverging(gap, palette.mat))

    def _show_numbers(self, view: YoursView) -> None:
        bounds = view.bounds
        known = view.encoded is not None
        self._go.setEnabled(known)
        self._epsilon.setEnabled(known and view.encoded is not None and view.encoded.log_var is not None)
        self._text.setText(view.text)
        self._text.setVisible(bool(view.text))
        self._bound.setVisible(view.bounded)
        if bounds is None:
            self._numbers.setText("")
            self._bound.set_bounds((), (), None)
        else:
            self._numbers.setText(bound_words(bounds.elbo[0], bounds.reconstruction[0], bounds.kl[0]))
            self._bound.set_bounds([int(k) for k in bounds.ks], [float(v) for v in bounds.iwae_by_k], bounds.elbo[0])
        self._numbers.setVisible(bounds is not None)


def bound_words(elbo: float, reconstruction: float, kl: float) -> str:
    """The ELBO and its two parts."""
    parts = [f"{value:.1f}".replace("-", "\u2212") for value in (elbo, reconstruction, kl)]
    return f"ELBO {parts[0]} nats = reconstruction {parts[1]} \u2212 KL {parts[2]}"
