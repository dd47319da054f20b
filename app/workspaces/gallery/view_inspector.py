"""The inspector of the Gallery: the model, the chosen picture, and what the model is asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.widgets.model_card import ModelCard
from app.widgets.parameter_panel import ParameterPanel
from app.workspaces.gallery.plan import FIELDS
from app.workspaces.gallery.view_detail import DetailCard
from app.workspaces.gallery.view_replay import ReplayCard
from engine.contracts.controls import controls
from engine.contracts.requests import SampleImages


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line


class Inspector(QWidget):
    """A column; the window scrolls it where it is too long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.replay, self.card, self.detail = ReplayCard(), ModelCard(), DetailCard()
        offered = controls(SampleImages)
        self.parameters = ParameterPanel({name: offered[name] for name in FIELDS})
        about = QLabel("About this model")
        about.setProperty("role", "section")
        above, below = _line(), _line()
        self._of_wall: tuple[QWidget, ...] = (self.parameters, below)
        self._of_chosen: tuple[QWidget, ...] = (self.detail, above)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.L)
        column.addWidget(self.replay)
        for part in (self.card, above, self.detail, below, self.parameters, _line(), about, self.card.story):
            column.addWidget(part)
        column.addStretch(1)

    def set_page(self, page: str) -> None:
        """The page in front: the parameters are the wall's, and the lecture has no chosen picture beside it."""
        for part in self._of_wall:
            part.setVisible(page == "wall")
        for part in self._of_chosen:
            part.setVisible(page != "lecture")
