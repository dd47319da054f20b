"""The inspector of the Complete workspace: the model, what it is asked for, and how likely the picture is."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.lens_card import LensCard
from app.widgets.model_card import ModelCard
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.score_card import ScoreCard
from app.workspaces.complete.verdict import Verdict
from app.workspaces.complete.view_reliability import ReliabilityCard
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
        self.reliability, self._reliability_line = ReliabilityCard(), _line()
        self.score = ScoreCard()
        self.lens, self._lens_line = LensCard(), _line()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.L)
        about = QLabel(tr("About this model"))
        about.setProperty("role", "section")
        weighed = (self.reliability, self._reliability_line)
        for part in (
            self.lens,
            self._lens_line,
            self.card,
            _line(),
            self.parameters,
            _line(),
            *weighed,
            self.score,
            _line(),
            about,
            self.card.story,
        ):
            column.addWidget(part)
        column.addStretch(1)
        self.set_verdict(None)
        self.set_looking(False)

    def set_looking(self, looking: bool) -> None:
        """What an open lens says stands first; without one there is no card."""
        for part in (self.lens, self._lens_line):
            part.setVisible(looking)

    def set_verdict(self, verdict: Verdict | None) -> None:
        """The figures behind the word on the completions, where there are any."""
        self.reliability.set_verdict(verdict)
        for part in (self.reliability, self._reliability_line):
            part.setVisible(verdict is not None and verdict.particles is not None)

    def unfold_figures(self) -> None:
        """Unfold them and bring them into view, or fold them again."""
        self.reliability.set_open(not self.reliability.is_open())
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None and self.reliability.is_open():
            QTimer.singleShot(0, lambda: area.ensureWidgetVisible(self.reliability, 0, Space.L))
