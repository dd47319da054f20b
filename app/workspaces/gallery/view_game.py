"""The drawer's page of a GAN's training: the easel and its score, the film, and the two players' curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.documents.film import LOSSES, SCORES, GameCurves
from app.theme.tokens import Space
from app.translation import tr
from app.widgets.busy_line import BusyLine
from app.widgets.buttons import IconButton
from app.widgets.film_frame import FilmFrame
from app.widgets.score_scale import ScoreScale
from app.widgets.scrolled_page import ScrolledPage
from app.widgets.step_chart import Series, StepChart
from app.workspaces.gallery import game_words as words
from app.workspaces.gallery.game import GameState
from app.workspaces.gallery.view_easel import EaselBox
from engine.contracts.manifest import Manifest

WIDE, NARROW, TIGHT = 1100, 760, 560
"""From which width, device-independent px, a page is wide; below which what is said stands below the easel; and below
which film and curves stand above that."""
SIDES, SCALE_WIDTHS = (112, 168), (160, 184, 236)
"""Of the easel's picture on a page that is not wide and on one that is; of the score on a narrow one too."""
LEAST_FILM = 116
"""Of the film on a narrow page, device-independent px: the frames of all shipped films at their own size."""
FOOT = 48
"""What stands below the film, device-independent px: the button that plays it, beside two lines."""
Frames = Callable[[Manifest], Sequence[QImage]]


class GamePage(QWidget):
    """Signals out, ``show_state(state)`` in."""

    play_toggled = Signal()
    step_chosen = Signal(float)
    stepped = Signal(int)
    retry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: tuple[QImage, ...] = ()
        self._curves: GameCurves | None = None
        self.easel, self.scale = EaselBox(), ScoreScale()
        self.film = FilmFrame()
        self.film.setAccessibleName(tr("What the generator drew of the same z"))
        self.film.setToolTip(tr("What the generator made of the same z at this step of its training."))
        self.losses, self.scores = StepChart(tr("Losses")), StepChart(tr("Scores"))
        self.losses.setToolTip(
            tr("Hinge losses of the two players: neither is meant to win. Drag to go through the training.")
        )
        self.scores.setToolTip(
            tr(
                "The discriminator's mean scores D(x), above 0 for real. Held-out pictures far below the real ones "
                "it was "
                "trained on mean that it knows those by heart. Drag to go through the training."
            )
        )
        self.play = IconButton("play", tr("Play the training"), bordered=True)
        self._when, self._hint, self._verdict, self._note = QLabel(), QLabel(), QLabel(), QLabel()
        for label in (self._when, self._hint, self._note):
            label.setProperty("role", "muted")
        for label in (self._when, self._hint, self._verdict, self._note):
            label.setWordWrap(True)
        self._retry = QPushButton(tr("Try again"))
        self._busy = BusyLine(self)
        self._lay_out()
        self._connect()

    def _connect(self) -> None:
        self.play.clicked.connect(self.play_toggled)
        self._retry.clicked.connect(self.retry_requested)
        for chart in (self.losses, self.scores):
            chart.step_chosen.connect(self.step_chosen)
            chart.stepped.connect(self.stepped)

    def _lay_out(self) -> None:
        self._said = QWidget()
        said = QVBoxLayout(self._said)
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(Space.XS)
        for part in (self._verdict, self._note):
            said.addWidget(part)
        said.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignLeft)
        self._left = QGridLayout()
        self._left.setHorizontalSpacing(Space.M)
        self._left.setVerticalSpacing(Space.XS)
        self._left.setRowStretch(2, 1)
        self._moment, self._charts = self._moment_column(), QWidget()
        charts = QVBoxLayout(self._charts)
        charts.setContentsMargins(0, 0, 0, 0)
        charts.setSpacing(Space.XS)
        charts.addWidget(self.losses, 1)
        charts.addWidget(self.scores, 1)
        body, top = QWidget(), Qt.AlignmentFlag.AlignTop
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, body)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.setSpacing(Space.M)
        right = QHBoxLayout()
        right.setSpacing(Space.M)
        right.addWidget(self._moment, 0, top)
        right.addWidget(self._charts, 1, top)
        right.addWidget(self._hint, 1, top)
        row.addLayout(self._left)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(ScrolledPage(body))

    def _moment_column(self) -> QWidget:
        """The film, and below it where one is in it."""
        made, foot, top = QWidget(), QHBoxLayout(), Qt.AlignmentFlag.AlignTop
        foot.setSpacing(Space.S)
        foot.addWidget(self.play, 0, top)
        foot.addWidget(self._when, 1, top)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.film)
        column.addLayout(foot)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._busy.setGeometry(0, 0, self.width(), 2)
        wide, narrow = self.width() >= WIDE, self.width() < NARROW
        down = self.width() < TIGHT
        self._row.setDirection(QBoxLayout.Direction.BottomToTop if down else QBoxLayout.Direction.LeftToRight)
        height = self.height() - 2 * Space.S
        self._place(narrow)
        self._charts.setFixedHeight(max(160, height))
        self.easel.set_side(min(self.height() - 48, SIDES[wide]))
        self.film.set_side(LEAST_FILM if narrow else max(LEAST_FILM, min(height - FOOT, self.width() // 4)))
        self._moment.setFixedWidth(self.film.sizeHint().width())
        self.scale.setFixedWidth(SCALE_WIDTHS[0 if narrow else 1 + wide])
        self._said.setFixedWidth(self.easel.sizeHint().width() if narrow else self.scale.width())

    def _place(self, narrow: bool) -> None:
        """What is said stands above the score, on a narrow page below the easel, which then goes without its title."""
        self.easel.set_titled(not narrow)
        parts = (
            (self.easel, (0, 0, 1 if narrow else 3, 1)),
            (self._said, (1, 0, 2, 1) if narrow else (0, 1, 1, 1)),
            (self.scale, (0, 1, 3, 1) if narrow else (1, 1, 2, 1)),
        )
        for part, place in parts:
            self._left.removeWidget(part)
            self._left.addWidget(part, *place, Qt.AlignmentFlag.AlignTop)

    def set_film(self, frames: Sequence[QImage]) -> None:
        """The frames of the model's film, oldest first."""
        self._frames = tuple(frames)

    def show_state(self, state: GameState) -> None:
        """Bring the page up to this."""
        self.easel.show_view(state.easel)
        self._busy.set_busy(state.busy)
        self._show_training(state)
        judgement, problem = state.judgement, state.problem
        said = str(problem) if problem is not None else judgement.sentence if judgement is not None else ""
        for label, text in ((self._verdict, said), (self._note, state.note), (self._hint, state.hint)):
            label.setText(text)
            label.setVisible(bool(text))
        self._retry.setVisible(problem is not None)
        marks = (("generated", state.drawn), ("real", state.real))
        self.scale.set_marks([(name, value) for name, value in marks if value is not None])
        if judgement is not None:
            self.scale.set_score(judgement.score, judgement.by_class, judgement.judged_as)
        else:
            self.scale.set_score(None)
        self.scale.setVisible(judgement is not None)
        self._said.setVisible(bool(said or state.note))

    def _show_training(self, state: GameState) -> None:
        there = bool(state.moments)
        self._moment.setVisible(there)
        self._charts.setVisible(there)
        if state.curves is not self._curves:
            self._curves = state.curves
            for chart, names in ((self.losses, LOSSES), (self.scores, SCORES)):
                curves = state.curves
                known = [name for name in names if curves is not None and name in curves.values]
                series = [Series(words.NAMES[name], curves.values[name]) for name in known if curves is not None]
                if curves is not None:
                    chart.set_series(curves.steps, series)
                chart.setVisible(bool(series))
        for chart in (self.losses, self.scores):
            chart.set_at(state.step)
        self.film.set_frame(self._frames[state.frame] if 0 <= state.frame < len(self._frames) else None)
        self.film.setVisible(bool(self._frames))
        self.play.setVisible(len(state.moments) > 1)
        self.play.set_icon("pause" if state.playing else "play")
        self.play.name_it(tr("Stand still") if state.playing else tr("Play the training"))
        self._when.setText(state.when)
