"""What the open lens says, in one card of the inspector: figures, the microscope, receptive fields, classes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.widgets.class_bars import ClassBars
from app.widgets.distribution_chart import DistributionChart
from app.widgets.lens_map import LensMapView

Facts = tuple[tuple[str, str], ...]


def _label(role: str) -> QLabel:
    made = QLabel()
    made.setProperty("role", role)
    made.setWordWrap(True)
    return made


class FactTable(QWidget):
    """Names at the left, figures at the right; a line without a name goes across."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    def set_facts(self, facts: Facts) -> None:
        """Say these; the rows that there are keep their widgets."""
        while len(self._rows) < len(facts):
            name, figure = _label("muted"), _label("secondary")
            figure.setWordWrap(False)
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            row = len(self._rows)
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(figure, row, 1)
            self._rows.append((name, figure))
        for row, (name, figure) in enumerate(self._rows):
            text, value = facts[row] if row < len(facts) else ("", "")
            across = not text
            _say(name, value if across else text, "secondary" if across else "muted")
            _say(figure, "" if across else value, "secondary")
            for label in (name, figure):
                label.setVisible(row < len(facts) and not (label is figure and across))
            self._grid.addWidget(name, row, 0, 1, 2 if across else 1)
        self.setVisible(bool(facts))

    def texts(self) -> list[tuple[str, str]]:
        """What it says."""
        return [(name.text(), figure.text()) for name, figure in self._rows if not name.isHidden()]


def _say(label: QLabel, text: str, role: str) -> None:
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
    label.setText(text)


class LensCard(QFrame):
    """Setters in, signals out."""

    level_chosen = Signal(int)
    class_chosen = Signal(str)
    remedy_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.sentence = _label("section"), _label("muted")
        self.facts, self.spot_facts = FactTable(), FactTable()
        self.spot_title, self.bars_title = _label("secondary"), _label("muted")
        self.chart, self.bars = DistributionChart(), ClassBars()
        self.note, self.warning, self.problem = _label("muted"), _label("warn"), _label("error")
        self.remedy = QPushButton()
        self.fields = (LensMapView(), LensMapView())
        self._field_texts = (_label("muted"), _label("muted"))
        self._fields, self._spot = QWidget(), QWidget()
        self._lay_out()
        self.chart.level_chosen.connect(self.level_chosen)
        self.bars.class_chosen.connect(self.class_chosen)
        self.remedy.clicked.connect(self.remedy_requested)
        self.set_spot("", ())
        self.set_fields(())
        self.set_bars_title("")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        inner = QVBoxLayout(self._spot)
        beside = QHBoxLayout(self._fields)
        beside.setSpacing(Space.M)
        for layout in (inner, beside):
            layout.setContentsMargins(0, Space.XS, 0, 0)
        inner.setSpacing(Space.XS)
        inner.addWidget(self.spot_title)
        inner.addWidget(self.spot_facts)
        inner.addWidget(self.chart)
        for view, text in zip(self.fields, self._field_texts, strict=True):
            side = QVBoxLayout()
            side.setSpacing(Space.XS)
            side.addWidget(view, 0, Qt.AlignmentFlag.AlignLeft)
            side.addWidget(text)
            side.addStretch(1)
            beside.addLayout(side, 1)
        parts: tuple[QWidget, ...] = (
            self.title, self.sentence, self.warning, self.facts, self._fields, self.bars_title, self.bars, self._spot,
            self.note, self.problem, self.remedy,
        )  # fmt: skip
        for part in parts:
            column.addWidget(part)

    def set_words(self, title: str, sentence: str, note: str, warning: str) -> None:
        """What it shows, how that is to be read, what else is to be known."""
        for label, text in (
            (self.title, title),
            (self.sentence, sentence),
            (self.note, note),
            (self.warning, warning),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleName(title)

    def set_problem(self, text: str, button: str) -> None:
        """What went wrong, and what can be done."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.remedy.setText(button)
        self.remedy.setVisible(bool(text and button))

    def set_spot(self, title: str, facts: Facts, chart: bool = False) -> None:
        """The pixel under the microscope, with its chart or without; no title: none."""
        self._spot.setVisible(bool(title))
        self.spot_title.setText(title)
        self.spot_facts.set_facts(facts)
        self.chart.setVisible(chart)

    def set_fields(self, texts: tuple[str, ...]) -> None:
        """What stands under each small map; as many maps show."""
        self._fields.setVisible(bool(texts))
        for index, (view, label) in enumerate(zip(self.fields, self._field_texts, strict=True)):
            there = index < len(texts)
            view.setVisible(there)
            label.setVisible(there)
            label.setText(texts[index] if there else "")

    def set_bars_title(self, text: str) -> None:
        """How the class posterior came about; nothing: there is none."""
        self.bars_title.setText(text)
        for part in (self.bars_title, self.bars):
            part.setVisible(bool(text))
