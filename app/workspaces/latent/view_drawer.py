"""The drawer below the plane: directions, one's own picture, the path."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.translation import tr
from app.widgets.drawer import Drawer as Folding
from app.workspaces.latent.directions import DirectionsView
from app.workspaces.latent.view_directions import DirectionsPage
from app.workspaces.latent.view_path import PathPage
from app.workspaces.latent.view_yours import YoursPage

TABS = (
    ("directions", tr("Directions"), tr("Sliders along named directions and coordinates, and what each does.")),
    (
        "yours",
        tr("Your picture"),
        tr("Draw, open, paste or drop a picture, and see where it lies and what becomes of it."),
    ),
    ("path", tr("Path"), tr("Key pictures on a line, what lies between them, and files of it.")),
)
HEIGHT, LEAST_HEIGHT, ROOMY = 268, 178, 760
"""Device-independent px of an open page on a roomy stage and on a low one, and from which height a stage is roomy."""


class Drawer(Folding):
    """Signals out, setters in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._stage_height, self._rows = 900, 0
        self.directions = DirectionsPage()
        self.yours, self.path = YoursPage(), PathPage()
        super().__init__(TABS, {"directions": self.directions, "yours": self.yours, "path": self.path}, parent)

    def set_stage_height(self, height: int) -> None:
        """On a low stage the plane gets its part first."""
        self._stage_height = height
        self.fit()

    def show_directions(self, view: DirectionsView) -> None:
        """Bring the page of directions up to this."""
        self.directions.show_view(view)
        if len(view.rows) != self._rows:
            self._rows = len(view.rows)
            self.fit()

    def page_height(self) -> int:
        height = HEIGHT if self._stage_height >= ROOMY else LEAST_HEIGHT
        if self.page == "directions":  # what two sliders leave free is the plane's
            height = min(height, self.directions.height_for(self._rows))
        return height
