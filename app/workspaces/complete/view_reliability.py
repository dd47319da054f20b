"""What stands behind the word on the completions: the effective sample size by row, and the other figures."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.widgets.parameter_panel import Disclosure
from app.widgets.sample_size_chart import SampleSizeChart
from app.workspaces.complete import reliability_words as words
from app.workspaces.complete.verdict import Verdict


class ReliabilityCard(QWidget):
    """Folded at first; it is there only where particles were weighed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fold = Disclosure(words.HOW_SURE, words.PARTICLES_HELP)
        self._body, self._chart, self._facts = QWidget(), SampleSizeChart(), QGridLayout()
        title = QLabel(words.SAMPLE_SIZE)
        title.setProperty("role", "muted")
        title.setToolTip(words.SAMPLE_SIZE_HELP)
        self._chart.setToolTip(words.SAMPLE_SIZE_HELP)
        self._facts.setVerticalSpacing(2)
        self._facts.setColumnStretch(0, 1)
        column, inner = QVBoxLayout(self), QVBoxLayout(self._body)
        for layout in (column, inner):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(Space.S)
        inner.addWidget(title)
        inner.addWidget(self._chart)
        inner.addLayout(self._facts)
        column.addWidget(self._fold)
        column.addWidget(self._body)
        self._fold.toggled.connect(self._body.setVisible)
        self._body.hide()
        self.setAccessibleName(words.HOW_SURE)

    def set_verdict(self, verdict: Verdict | None) -> None:
        """Show a verdict's figures; it is the inspector that hides a card without any."""
        found = verdict.particles if verdict is not None else None
        if verdict is not None and found is not None:
            self._chart.set_sizes(found.rows, found.ess, found.each, verdict.low)
            for row, (name, figure) in enumerate(words.facts(found)):
                for column, text in enumerate((name, figure)):
                    self._label(row, column).setText(text)

    def _label(self, row: int, column: int) -> QLabel:
        """The words at a place of the table, made where there are none yet."""
        item = self._facts.itemAtPosition(row, column)
        found = item.widget() if item is not None else None
        if isinstance(found, QLabel):
            return found
        made = QLabel()
        made.setProperty("role", "secondary" if column else "muted")
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        self._facts.addWidget(made, row, column, side)
        return made

    def is_open(self) -> bool:
        """Whether it is unfolded."""
        return self._fold.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold it."""
        self._fold.setChecked(is_open)
