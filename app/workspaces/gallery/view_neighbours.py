"""The drawer's page of nearest neighbours: the picture, the training pictures nearest to it, and what that means."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.busy_line import BusyLine
from app.widgets.histogram_chart import HistogramChart, Spread
from app.widgets.neighbour_row import NeighbourRow
from app.widgets.scrolled_page import ScrolledPage
from app.workspaces.gallery import neighbours_words as words
from app.workspaces.gallery.neighbours import NeighboursState, SpaceView
from app.workspaces.gallery.view_easel import EaselBox

TEXT_WIDTH, WIDE = 176, 860
"""Width of a space's words, device-independent px, and from which width a page is wide."""


class _Space:
    """One space's widgets: what it is, its pictures, its distances."""

    def __init__(self) -> None:
        self.title, self.sentence = QLabel(), QLabel()
        self.row, self.chart = NeighbourRow(), HistogramChart()
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("role", "secondary")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.title.setProperty("role", "muted")
        self.chart.setToolTip(
            tr("How far real pictures that no model was trained on have their nearest training picture, and this one.")
        )
        self.text = QWidget()
        self.text.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        column = QVBoxLayout(self.text)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.sentence, 1)
        self.shown: SpaceView | None = None

    def show(self, view: SpaceView) -> None:
        if view is self.shown:
            return
        self.shown = view
        self.title.setText(view.title)
        self.title.setToolTip(view.help)
        self.sentence.setText(view.sentence)
        captions = [words.distance(float(value)) for value in view.distances]
        tips = [
            words.training_picture(rank, label, caption)
            for rank, (label, caption) in enumerate(zip(view.labels, captions, strict=True))
        ]
        self.row.setAccessibleName(tr("Nearest training pictures, {words}").format(words=view.title.lower()))
        self.row.set_neighbours(view.images, captions, tips)
        self.chart.setAccessibleName(tr("Distances of real pictures, {words}").format(words=view.title.lower()))
        self.chart.set_spreads([Spread(words.real_pictures(len(view.real)), view.real)], "")
        self.chart.set_mark(view.distance, tr("this one"), alarming=view.level in (words.COPY, words.LOOK))


class NeighboursPage(QWidget):
    """Signals out, ``show_state(state)`` in."""

    retry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.easel = EaselBox()
        self._headline, self._note, self._hint = QLabel(), QLabel(), QLabel()
        self._headline.setProperty("role", "section")
        self._note.setProperty("role", "muted")
        self._hint.setProperty("role", "muted")
        for label in (self._headline, self._note, self._hint):
            label.setWordWrap(True)
        self._retry = QPushButton(tr("Try again"))
        self._retry.clicked.connect(self.retry_requested)
        self._spaces = (_Space(), _Space())
        self._grid = QWidget()
        self._busy = BusyLine(self)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        for number, space in enumerate(self._spaces):
            space.text.setFixedWidth(TEXT_WIDTH)
            grid.addWidget(space.text, number, 0)
            grid.addWidget(space.row, number, 1)
            grid.addWidget(space.chart, number, 2)
            grid.setRowStretch(number, 1)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 2)
        body = QWidget()
        right = QVBoxLayout()
        right.setSpacing(Space.XS)
        right.addWidget(self._headline)
        right.addWidget(self._hint)
        right.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self._grid, 1)
        right.addWidget(self._note)
        right.addStretch(0)
        row = QHBoxLayout(body)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.setSpacing(Space.L)
        row.addWidget(self.easel, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(ScrolledPage(body))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._busy.setGeometry(0, 0, self.width(), 2)
        wide = self.width() >= WIDE
        self.easel.set_side(min(self.height() - 48, 168 if wide else 112))
        for space in self._spaces:
            space.text.setFixedWidth(TEXT_WIDTH if wide else TEXT_WIDTH - 48)

    def show_state(self, state: NeighboursState) -> None:
        """Bring the page up to this."""
        self.easel.show_view(state.easel)
        self._busy.set_busy(state.busy)
        for space, view in zip(self._spaces, state.spaces, strict=False):
            space.show(view)
        found = bool(state.spaces)
        said = str(state.problem) if state.problem is not None else state.hint
        if state.busy and not found and state.progress > 0:
            said = f"{said} {round(100 * state.progress)} %"
        for label, text in ((self._headline, state.headline), (self._note, state.note), (self._hint, said)):
            label.setText(text)
            label.setVisible(bool(text))
        self._retry.setVisible(state.problem is not None)
        self._grid.setVisible(found)
