"""The drawer's page of one's own picture: draw it, see what becomes of it, and what the model says of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme import colormaps
from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.translation import tr
from app.widgets.bound_chart import BoundChart
from app.widgets.buttons import IconButton
from app.widgets.elided_label import ElidedLabel
from app.widgets.picture_view import PictureView
from app.widgets.pixel_canvas import PixelCanvas
from app.widgets.settling import settle
from app.workspaces.latent.yours import YoursView

FRAME = 3
"""Device-independent px around the picture that is drawn: its edge, and the ring of the keyboard's focus."""
BESIDE, NARROW, LEAST = 350, 540, 64
"""Device-independent px: what stands beside the three pictures; below which width of the page the difference gives
way; and the least side of a picture."""
TOOLS = (
    ("pen", "pen", tr("Pen"), "Draws."),
    ("rub", "forget", tr("Rub out"), tr("Makes it paper again.")),
    ("clear", "close", tr("Clear"), tr("Empties the picture.")),
    ("take", "adopt", tr("Take the decoded picture"), tr("Puts the picture at the point here.")),
    ("open", "open", tr("Open a picture"), tr("Loads a picture of any size; one can be pasted or dropped too.")),
)


class YoursPage(QWidget):
    """Signals out, ``show_view(view)`` in."""

    tool_chosen = Signal(str)
    go_requested = Signal()
    epsilon_requested = Signal()
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: YoursView | None = None
        self.canvas = PixelCanvas()
        self.canvas.setAccessibleName(tr("Your picture"))
        self._tools = {name: IconButton(icon, title, tooltip=f"{title}: {text}") for name, icon, title, text in TOOLS}
        self._reconstruction, self._difference = PictureView(160), PictureView(160)
        self._names = [ElidedLabel(text) for text in (tr("Your picture"), tr("Reconstruction"), tr("Difference"))]
        self._headline, self._numbers, self._text = QLabel(), QLabel(), QLabel()
        self._bound = BoundChart()
        self._go = QPushButton(tr("Go to it"))
        self._go.setToolTip(
            tr("Brings the point to where the picture lies (its mean \u03bc), and looks closely at it.")
        )
        self._epsilon = QPushButton(tr("Another \u03b5"))
        self._epsilon.setToolTip(
            tr("Draws another \u03b5; the point goes to \u03bc + \u03c3\u03b5. Its tip can be dragged too.")
        )
        self._go.clicked.connect(self.go_requested)
        self._epsilon.clicked.connect(self.epsilon_requested)
        for name, button in self._tools.items():
            button.setCheckable(name in ("pen", "rub"))
            button.clicked.connect(lambda _=False, name=name: self._use(name))
        self.canvas.set_mat(FRAME)
        self._holders = [_inset(view) for view in (self._reconstruction, self._difference)]
        self._pictures = self._pictures_side()
        self._lay_out()

    def _use(self, name: str) -> None:
        """``open`` is the window's to do."""
        self.open_requested.emit() if name == "open" else self.tool_chosen.emit(name)

    def _pictures_side(self) -> QWidget:
        """The tools, and the picture beside what becomes of it."""
        side = QWidget()
        row = QHBoxLayout(side)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        tools = QVBoxLayout()
        tools.setSpacing(2)
        for button in self._tools.values():
            tools.addWidget(button)
        tools.addStretch(1)
        pictures = QGridLayout()
        pictures.setHorizontalSpacing(Space.L)
        pictures.setVerticalSpacing(Space.XS)
        for column, (name, shown) in enumerate(zip(self._names, (self.canvas, *self._holders), strict=True)):
            name.setProperty("role", "muted")
            name.setContentsMargins(FRAME - 1, 0, 0, 0)
            pictures.addWidget(name, 0, column)
            pictures.addWidget(shown, 1, column, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        pictures.setRowStretch(1, 1)
        row.addLayout(tools)
        row.addLayout(pictures)
        return side

    def _lay_out(self) -> None:
        self._difference.setToolTip(tr("Orange where the reconstruction is brighter, blue where it is darker."))
        self._headline.setProperty("role", "section")
        for label in (self._numbers, self._text):
            label.setWordWrap(True)
            label.setProperty("role", "muted")
        buttons = QHBoxLayout()
        buttons.addWidget(self._go)
        buttons.addWidget(self._epsilon)
        buttons.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(Space.S)
        right.addWidget(self._headline)
        right.addWidget(self._numbers)
        right.addWidget(self._text)
        right.addWidget(self._bound, 1)
        right.addStretch(0)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.setSpacing(Space.L)
        row.addWidget(self._pictures)
        row.addLayout(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """All three pictures of one size: as large as the page allows, in whole device pixels."""
        narrow = self.width() < NARROW
        for part in (self._names[2], self._holders[1]):
            part.setVisible(not narrow)
        across = (self.width() - BESIDE + Space.XXL + Space.L) // 2 if narrow else (self.width() - BESIDE) // 3
        side = max(LEAST, min(self.height() - 2 * Space.S - 28, across))
        for view in (self._reconstruction, self._difference):
            view.set_side(side)
        drawn = self._reconstruction.sizeHint() + QSize(2 * FRAME - 2, 2 * FRAME - 2)
        self.canvas.setFixedSize(drawn)
        settle(*self._holders, self._pictures, self)

    def set_theme(self, palette: Palette) -> None:
        """The difference's middle is the theme's mat."""
        if self._view is not None:
            self._show_pictures(self._view, palette)

    def show_view(self, view: YoursView) -> None:
        """Bring the page up to this."""
        before, self._view = self._view, view
        if before is None or before.pixels is not view.pixels:
            self.canvas.set_document(view.pixels, np.ones(view.pixels.shape[:2], np.uint8))
            for picture in (self._reconstruction, self._difference):
                picture.set_pixels(view.pixels.shape[1], view.pixels.shape[0])
            self._fit()
        if before is None or before.pixels is not view.pixels or before.reconstruction is not view.reconstruction:
            self._show_pictures(view, active())
        self.canvas.set_tool("pen" if view.inked else "forget")
        self.canvas.set_brush(view.radius, (255,) * view.pixels.shape[2] if view.inked else None)
        self._tools["pen"].setChecked(view.inked)
        self._tools["rub"].setChecked(not view.inked)
        self._show_numbers(view)

    def _show_pictures(self, view: YoursView, palette: Palette) -> None:
        self._reconstruction.set_image(view.reconstruction)
        if view.reconstruction is None or view.broken:  # from a picture that is none nothing differs
            self._difference.set_image(None)
            return
        gap = (view.reconstruction.astype(np.float64) - view.pixels).mean(axis=2) / 255
        self._difference.set_image(colormaps.diverging(gap, palette.mat))

    def _show_numbers(self, view: YoursView) -> None:
        bounds = view.bounds
        known = view.encoded is not None
        self._go.setEnabled(known)
        self._epsilon.setEnabled(known and view.encoded is not None and view.encoded.log_var is not None)
        self._pictures.setVisible(view.encodes)
        self._go.setVisible(view.encodes)
        self._epsilon.setVisible(view.bounded)
        headline, parts = "", ""
        if bounds is None:
            self._bound.set_bounds((), (), None)
        else:
            headline, parts = bound_words(bounds.elbo[0], bounds.reconstruction[0], bounds.kl[0])
            self._bound.set_bounds([int(k) for k in bounds.ks], [float(v) for v in bounds.iwae_by_k], bounds.elbo[0])
        if view.nats is not None:
            headline = tr("log p(x) {nats} nats").format(nats=_nats(view.nats))
        for label, text in ((self._headline, headline), (self._numbers, parts), (self._text, view.text)):
            label.setText(text)
            label.setVisible(bool(text))
        self._bound.setVisible(bounds is not None)


def _inset(widget: QWidget) -> QWidget:
    """The widget where the drawn picture's frame ends, so that all pictures stand in one line."""
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(FRAME - 1, FRAME - 1, FRAME - 1, FRAME - 1)
    layout.addWidget(widget)
    return holder


def _nats(value: float) -> str:
    return f"{value:,.1f}".replace("-", "\u2212")


def bound_words(elbo: float, reconstruction: float, kl: float) -> tuple[str, str]:
    """The bound, and its two parts."""
    return tr("ELBO {nats} nats").format(nats=_nats(elbo)), tr("reconstruction {nats} − KL {nats2}").format(
        nats=_nats(reconstruction), nats2=_nats(kl)
    )
