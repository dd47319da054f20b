"""The inspector of the Complete workspace: the model, what it is asked for, and how likely the picture is."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.widgets.model_card import ModelCard
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.score_card import ScoreCard
from engine.contracts.controls import controls
from engine.contracts.requests import CompleteImage


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("role", "line")
    line.setFixedHeight(1)
    return line


class Inspector(QWidget):
    """A column; the window scrolls it where it is too long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = ModelCard()
        self.parameters = ParameterPanel(controls(CompleteImage))
        self.score = ScoreCard()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.L)
        about = QLabel("About this model")
        about.setProperty("role", "section")
        for part in (self.card, _line(), self.parameters, _line(), self.score, _line(), about, self.card.story):
            column.addWidget(part)
        column.addStretch(1)
