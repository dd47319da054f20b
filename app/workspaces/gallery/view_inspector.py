"""The inspector of the Gallery: the model, the chosen picture, and what the model is asked for.

The lecture has several models: there it tells of that whose column a person had to do with last.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.film_reel import read_film
from app.widgets.model_card import ModelCard
from app.widgets.parameter_panel import ParameterPanel
from app.workspaces.gallery.plan import FIELDS
from app.workspaces.gallery.view_detail import DetailCard
from app.workspaces.gallery.view_replay import ReplayCard
from engine.contracts.controls import controls
from engine.contracts.manifest import Manifest
from engine.contracts.requests import SampleImages


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line


class Inspector(QWidget):
    """A column; the window scrolls it where it is too long.  ``folders`` are those that models lie in."""

    def __init__(self, folders: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders, self._page = folders, "wall"
        self._compared: Manifest | None = None
        self._filled: Manifest | None = None
        self.replay, self.detail = ReplayCard(), DetailCard()
        self.card, self.compared_card = ModelCard(), ModelCard()
        offered = controls(SampleImages)
        self.parameters = ParameterPanel({name: offered[name] for name in FIELDS})
        about = QLabel(tr("About this model"))
        about.setProperty("role", "section")
        above, below = _line(), _line()
        self._of_wall: tuple[QWidget, ...] = (self.parameters, below)
        self._of_chosen: tuple[QWidget, ...] = (self.detail, above)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.L)
        column.addWidget(self.replay)
        cards = self.card, self.compared_card
        for part in (*cards, above, self.detail, below, self.parameters, _line(), about):
            column.addWidget(part)
        for card in cards:
            column.addWidget(card.story)
        column.addStretch(1)
        self._show_card()

    def set_page(self, page: str) -> None:
        """The page in front: the parameters are the wall's, and the lecture has no chosen picture beside it."""
        for part in self._of_wall:
            part.setVisible(page == "wall")
        for part in self._of_chosen:
            part.setVisible(page != "lecture")
        self._page = page
        self._show_card()

    def tell_of(self, manifest: Manifest | None) -> None:
        """The model of the lecture that there is more to read of; None for that of the wall."""
        if manifest is not self._compared:
            self._compared = manifest
            self._show_card()

    def _show_card(self) -> None:
        """The card of the wall's model, or of the lecture's, which is filled when somebody looks at it."""
        manifest = self._compared if self._page == "lecture" else None
        if manifest is not None and manifest is not self._filled:
            self._filled = manifest
            self.compared_card.set_manifest(manifest, "", manifest.figures)
            film = read_film(self._folders, manifest)
            self.compared_card.set_film(film.frames, film.curve, film.steps, film.unit)
        for card, is_seen in ((self.card, manifest is None), (self.compared_card, manifest is not None)):
            card.setVisible(is_seen)
            card.story.setVisible(is_seen)
