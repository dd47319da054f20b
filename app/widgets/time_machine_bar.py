"""The time machine below the picture: back to the start, play, a track over all pixels, where it stands, a branch."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size, Space
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.elided_label import ElidedLabel
from app.widgets.time_machine_track import TimeMachineTrack

_SIDE = 22


class _Where(ElidedLabel):
    """Words with room for the widest that will come, as long as there is any."""

    def __init__(self) -> None:
        super().__init__()
        self._widest = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_words(self, text: str, widest: str) -> None:
        self.setText(text)
        if widest != self._widest:
            self._widest = widest
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        width = max(self.fontMetrics().horizontalAdvance(words) for words in (self.text(), self._widest))
        return QSize(width + 2, super().sizeHint().height())


class TimeMachineBar(QWidget):
    """Signals out, setters in."""

    play_toggled = Signal()
    rewind_requested = Signal()
    end_requested = Signal()
    branch_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette: Palette = active()
        self.track = TimeMachineTrack()
        self.scrubbed, self.stepped = self.track.scrubbed, self.track.stepped
        self.row_stepped = self.track.row_stepped
        self._rewind = IconButton(
            "rewind", tr("Back to before the first pixel"), tooltip=tr("Back to before the first pixel  Home")
        )
        self._play = IconButton("play", tr("Play the drawing"))
        self._end = IconButton("skip", tr("To the end"), tooltip=tr("To the end: all that was drawn  End"))
        self._where = _Where()
        self._where.setProperty("role", "muted")
        self._branch = QPushButton(tr("Branch here"))
        self._branch.setProperty("kind", "slim")
        self._branch.setToolTip(
            tr("Keep what is drawn so far and draw the rest anew; what is there now stays below, to compare. Alt+J")
        )
        for button in (self._rewind, self._play, self._end):
            button.setFixedSize(_SIDE, _SIDE)
        self._connect()
        self._lay_out()
        self.setFixedHeight(Size.MACHINE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Time machine"))
        self.set_place(0, 0, playing=False, usable=False)

    def _connect(self) -> None:
        self._rewind.clicked.connect(self.rewind_requested)
        self._play.clicked.connect(self.play_toggled)
        self._end.clicked.connect(self.end_requested)
        self._branch.clicked.connect(self.branch_requested)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 1, Space.M, 0)
        row.setSpacing(2)
        for button in (self._rewind, self._play, self._end):
            row.addWidget(button)
        row.addSpacing(Space.XS)
        row.addWidget(self.track, 1)
        row.addSpacing(Space.S)
        row.addWidget(self._where)
        row.addSpacing(Space.S)
        row.addWidget(self._branch)

    def set_place(self, at: int, of: int, *, playing: bool, usable: bool) -> None:
        """``at`` of ``of`` pixels are drawn; it goes on by itself, or stands; ``usable`` if one can go back at all."""
        back = usable and at < of
        self.track.set_place(at if usable else 0, of if usable else 0)
        for part in (self.track, self._play):
            part.setEnabled(usable and of > 0)
        self._rewind.setEnabled(usable and at > 0)
        self._end.setEnabled(back)
        self._branch.setEnabled(back)
        self._play.set_icon("pause" if playing else "play")
        word = tr("Halt the drawing") if playing else tr("Play the drawing")
        self._play.name_it(word, tr("{word}  Alt+.").format(word=word))

    def set_marks(self, row_ends: Sequence[int], chosen: Sequence[int]) -> None:
        """Where rows end, and where particles were chosen anew, in pixels drawn."""
        self.track.set_marks(row_ends, chosen)

    def set_words(self, text: str, widest: str, help_text: str) -> None:
        """Where it stands; there is room for ``widest``, so that nothing moves while it goes on."""
        self._where.set_words(text, widest)
        for part in (self.track, self._where):
            part.setToolTip(help_text)

    def where(self) -> QLabel:
        """The words that say where it stands."""
        return self._where

    def branch_button(self) -> QPushButton:
        """What branches."""
        return self._branch

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, Size.MACHINE)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, Size.MACHINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.panel))
        painter.fillRect(0, 0, self.width(), 1, QColor(self._palette.line))
        painter.end()
