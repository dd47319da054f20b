"""The drawer below the wall: neighbours of the chosen picture, walks from it, the training as a game of two."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.translation import tr
from app.widgets.drawer import Drawer as Folding
from app.workspaces.gallery.view_game import GamePage
from app.workspaces.gallery.view_neighbours import NeighboursPage
from app.workspaces.gallery.view_walks import WalksPage

TABS = (
    ("neighbours", tr("Neighbours"), tr("The training pictures nearest to the chosen one: did the model memorise?")),
    ("walks", tr("Walks"), tr("One thing changes, all else stays: z, truncation, temperature or the class.")),
    (
        "game",
        tr("Training"),
        tr("How the two players of a GAN learnt: their losses, and the pictures of the generator."),
    ),
)
HEIGHT, LEAST_HEIGHT, ROOMY = 300, 212, 760
"""Device-independent px of an open page on a roomy stage and on a low one, and from which height a stage is roomy."""


class Drawer(Folding):
    """Signals out, setters in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._stage_height = 900
        self.neighbours, self.walks, self.game = NeighboursPage(), WalksPage(), GamePage()
        super().__init__(TABS, {"neighbours": self.neighbours, "walks": self.walks, "game": self.game}, parent)

    def set_stage_height(self, height: int) -> None:
        """On a low stage the wall gets its part first."""
        self._stage_height = height
        self.fit()

    def page_height(self) -> int:
        return HEIGHT if self._stage_height >= ROOMY else LEAST_HEIGHT
