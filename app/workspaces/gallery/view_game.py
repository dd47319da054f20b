"""The drawer's page of a GAN's training: the easel and its score, the film, and the two players' curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.documents.film import LOSSES, SCORES, GameCurves
from app.theme.tokens import Space
from app.widgets.busy_line import BusyLine
from app.widgets.buttons import IconButton
from app.widgets.elided_label import ElidedLabel
from app.widgets.film_frame import FilmFrame
from app.widgets.score_scale import ScoreScale
from app.widgets.scrolled_page import ScrolledPage
from app.widgets.step_chart import Series, StepChart
from app.workspaces.gallery import game_words as words
from app.workspaces.gallery.game import GameState
from app.workspaces.gallery.view_easel import EaselBox
from engine.contracts.manifest import Manifest

WIDE, NARROW = 1100, 760
"""From which width, device-independent px, a page is wide, and below which the score stands below the easel."""
SIDES, SCALE_WIDTHS = (112, 168), (184, 236)
"""Of the easel's picture and of the score, on a narrow page and on a wide one."""
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
        self.film.setAccessibleName("What the generator drew of the same z")
        self.film.setToolTip("What the generator made of the same z at this step of its training.")
        self.losses, self.scores = StepChart("Losses"), StepChart("Scores")
        self.losses.setToolTip(
            "Hinge losses of the two players: neither is meant to win. Drag to go through the training."
        )
        self.scores.setToolTip(
            "The discriminator's mean scores D(x), above 0 for real. Held-out pictures far below the real ones it was "
            "trained on mean that it knows those by heart. Drag to go through the training."
        )
        self.play = IconButton("play", "Play the training", bordered=True)
        self._when = ElidedLabel()
        self._hint, self._verdict, self._note = QLabel(), QLabel(), QLabel()
        for label in (self._when, self._hint, self._note):
            label.setProperty("role", "muted")
        for label in (self._hint, self._verdict, self._note):
            label.setWordWrap(True)
        self._retry = QPushButton("Try again")
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
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.play)
        head.addWidget(self._when, 1)
        charts = QVBoxLayout()
        charts.setSpacing(Space.XS)
        charts.addLayout(head)
        charts.addWidget(self.losses, 1)
        charts.addWidget(self.scores, 1)
        self._training = QWidget()
        training = QHBoxLayout(self._training)
        training.setContentsMargins(0, 0, 0, 0)
        training.setSpacing(Space.L)
        training.addWidget(self.film, 0, Qt.AlignmentFlag.AlignTop)
        training.addLayout(charts, 1)
        self._judged = QWidget()
        self._judged.setFixedWidth(SCALE_WIDTHS[0])
        said = QVBoxLayout(self._judged)
        said.setContentsMargins(0, 0, 0, 0)
        said.setSpacing(Space.XS)
        for part in (self._verdict, self._note, self.scale):
            said.addWidget(part)
        said.addWidget(self._retry, 0, Qt.AlignmentFlag.AlignLeft)
        said.addStretch(1)
        body = QWidget()
        self._left = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._left.setSpacing(Space.M)
        self._left.addWidget(self.easel, 0, Qt.AlignmentFlag.AlignTop)
        self._left.addWidget(self._judged, 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout(body)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.setSpacing(Space.L)
        row.addLayout(self._left)
        row.addWidget(self._training, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._hint, 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(ScrolledPage(body))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._busy.setGeometry(0, 0, self.width(), 2)
        wide, narrow = self.width() >= WIDE, self.width() < NARROW
        ways = QBoxLayout.Direction
        self._left.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self._training.setFixedHeight(max(160, self.height() - 2 * Space.S))
        self.easel.set_side(min(self.height() - 48, SIDES[wide]))
        self.film.set_side(max(96, min(self.height() - 2 * Space.S, self.width() // 4)))
        self._judged.setFixedWidth(SCALE_WIDTHS[wide])

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
        self._judged.setVisible(bool(said or state.note))

    def _show_training(self, state: GameState) -> None:
        there = bool(state.moments)
        self._training.setVisible(there)
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
        self.play.name_it("Stand still" if state.playing else "Play the training")
        self._when.setText(state.when)
