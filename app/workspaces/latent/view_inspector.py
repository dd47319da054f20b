"""The inspector of the Latent workspace: the model, and what its decoder is asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.model_card import ModelCard
from app.widgets.parameter_panel import ParameterPanel
from engine.contracts.controls import controls
from engine.contracts.requests import DecodeLatents


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
        self.parameters = ParameterPanel(controls(DecodeLatents))
        self.parameters_line = _line()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.L)
        about = QLabel(tr("About this model"))
        about.setProperty("role", "section")
        for part in (self.card, self.parameters_line, self.parameters, _line(), about, self.card.story):
            column.addWidget(part)
        column.addStretch(1)
