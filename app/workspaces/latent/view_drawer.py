"""The drawer below the plane: one page at a time, or folded to the row of its names."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.theme.tokens import Size, Space
from app.workspaces.latent.directions import DirectionsView
from app.workspaces.latent.view_directions import DirectionsPage
from app.workspaces.latent.view_path import PathPage
from app.workspaces.latent.view_yours import YoursPage

TABS = (
    ("directions", "Directions", "Sliders along named directions and coordinates, and what each does."),
    ("yours", "Your picture", "Draw, open, paste or drop a picture, and see where it lies and what becomes of it."),
    ("path", "Path", "Key pictures on a line, what lies between them, and files of it."),
)
HEIGHT, LEAST_HEIGHT, ROOMY = 268, 178, 760
"""Device-independent px of an open page on a roomy stage and on a low one, and from which height a stage is roomy."""


class Drawer(QFrame):
    """Signals out, setters in."""

    page_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._page = ""
        self._stage_height, self._rows = 900, 0
        self.directions = DirectionsPage()
        self.yours, self.path = YoursPage(), PathPage()
        self._pages: dict[str, QWidget] = {"directions": self.directions, "yours": self.yours, "path": self.path}
        self._tabs = {page: self._tab(page, title, help_text) for page, title, help_text in TABS}
        self._stack = QStackedWidget()
        for widget in self._pages.values():
            self._stack.addWidget(widget)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        row = QHBoxLayout()
        row.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        row.setSpacing(Space.XS)
        for tab in self._tabs.values():
            row.addWidget(tab)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line)
        column.addLayout(row)
        column.addWidget(self._stack)
        self.set_page("")

    def _tab(self, page: str, title: str, help_text: str) -> QPushButton:
        tab = QPushButton(title)
        tab.setProperty("kind", "pill")
        tab.setCheckable(True)
        tab.setToolTip(help_text)
        tab.setFixedHeight(Size.CONTROL)
        tab.clicked.connect(lambda: self._choose(page))
        return tab

    def _choose(self, page: str) -> None:
        self._mark()
        self.page_chosen.emit(page)

    def _mark(self) -> None:
        for name, tab in self._tabs.items():
            tab.setChecked(name == self._page)

    def set_page(self, page: str) -> None:
        """Unfold this page; empty folds the drawer."""
        self._page = page if page in self._pages else ""
        self._mark()
        if self._page:
            self._stack.setCurrentWidget(self._pages[self._page])
        self._fit()

    def set_stage_height(self, height: int) -> None:
        """On a low stage the plane gets its part first."""
        self._stage_height = height
        self._fit()

    def show_directions(self, view: DirectionsView) -> None:
        """Bring the page of directions up to this."""
        self.directions.show_view(view)
        if len(view.rows) != self._rows:
            self._rows = len(view.rows)
            self._fit()

    def _fit(self) -> None:
        self._stack.setVisible(bool(self._page))
        height = HEIGHT if self._stage_height >= ROOMY else LEAST_HEIGHT
        if self._page == "directions":  # what two sliders leave free is the plane's
            height = min(height, self.directions.height_for(self._rows))
        self._stack.setFixedHeight(height)
