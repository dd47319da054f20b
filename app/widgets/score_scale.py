"""The discriminator's word on one picture: where it lies between generated and real, and what it would be as each
class."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space, mix
from app.translation import tr
from app.widgets.chart_axes import LINE, axis_font, number, round_numbers, widest
from app.widgets.frames import smooth_painter, words

HEAD = 2 * LINE + 16
"""Device-independent px of the scale: names of the marks, the line, its numbers."""
ENDS = LINE
"""Of what the line's halves are called."""
ROW = LINE
"""Of a class's bar."""


class ScoreScale(QWidget):
    """A line from "generated" to "real" with marks on it; below it, where there are classes, a bar for each."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._score: float | None = None
        self._marks: tuple[tuple[str, float], ...] = ()
        self._classes: tuple[tuple[str, float], ...] = ()
        self._judged_as = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("The discriminator's score"))
        self._fit()

    def set_marks(self, marks: Sequence[tuple[str, float]]) -> None:
        """What a picture's score is held against, by name."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self._fit()
            self.update()

    def set_score(self, score: float | None, classes: Sequence[tuple[str, float]] = (), judged_as: str = "") -> None:
        """The picture's score, and what it would be as one of each class."""
        self._score, self._classes, self._judged_as = score, tuple(classes), judged_as
        self._fit()
        said = (
            ""
            if score is None
            else f"{score:+.2f}" + (tr(" as {judged_as}").format(judged_as=judged_as) if judged_as else "")
        )
        self.setAccessibleDescription(said)
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(150, self.height())

    # -- where things are ------------------------------------------------------------------------------------------

    @property
    def _names_ends(self) -> bool:
        """Above bars there is little room, and the marks say already which side is which."""
        return not (self._classes and self._marks)

    @property
    def head(self) -> int:
        """Device-independent px of all that is above the bars."""
        return HEAD + (ENDS if self._names_ends else 0)

    def _fit(self) -> None:
        self.setFixedHeight(self.head + ROW * len(self._classes))

    def _reach(self) -> float:
        """The scale reaches so far to both sides: real and generated are seen to be opposites."""
        known = [abs(value) for _, value in (*self._marks, *self._classes)]
        known += [abs(self._score)] if self._score is not None else []
        return 1.15 * max([*known, 0.5])

    def line(self) -> QRectF:
        """The scale's line, device-independent px."""
        left = (
            widest(axis_font(self, bold=True), [name for name, _ in self._classes]) + Space.S
            if self._classes
            else Space.S
        )
        return QRectF(left, LINE + 8, max(20.0, self.width() - left - Space.S), 0)

    def x_of(self, score: float) -> float:
        """Where a score lies."""
        line, reach = self.line(), self._reach()
        return line.x() + (score + reach) / (2 * reach) * line.width()

    # -- painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, line, palette = smooth_painter(self), self.line(), self._palette
        painter.setFont(axis_font(self))
        if self._names_ends:
            self._paint_ends(painter, line)
        painter.setPen(QPen(QColor(palette.control), 1))
        painter.drawLine(line.topLeft(), line.topRight())
        for value in round_numbers(-self._reach(), self._reach(), 5):
            x = self.x_of(value)
            painter.setPen(QPen(QColor(palette.control), 1))
            painter.drawLine(QPointF(x, line.y()), QPointF(x, line.y() + 4))
            words(painter, QRectF(x - 24, line.y() + 5, 48, LINE), number(value), palette.muted)
        self._paint_marks(painter, line)
        self._paint_classes(painter)
        self._paint_score(painter, line)
        painter.end()

    def _paint_ends(self, painter: QPainter, line: QRectF) -> None:
        middle = line.center().x()
        ends = (
            (0.0, middle - Space.S, "\u2190 generated", Qt.AlignmentFlag.AlignRight),
            (middle + Space.S, self.width() - middle - Space.S, "real \u2192", Qt.AlignmentFlag.AlignLeft),
        )
        for x, width, text, side in ends:
            words(painter, QRectF(x, line.y() + LINE + 5, width, LINE), text, self._palette.muted, side)

    def mark_names(self) -> list[tuple[str, float, float]]:
        """What stands above the marks, from left to right, with its left edge and width in device-independent px: at
        its mark where it has room, beside its neighbours where it has not, and never over the edge."""
        marks = sorted(self._marks, key=lambda mark: mark[1])
        widths = [widest(axis_font(self), [name]) + 2 for name, _ in marks]
        lefts, taken = list[float](), 0.0
        for (_, value), width in zip(marks, widths, strict=True):
            lefts.append(max(self.x_of(value) - width / 2, taken))
            taken = lefts[-1] + width + Space.S
        right = float(self.width())
        for place in reversed(range(len(lefts))):
            lefts[place] = min(lefts[place], right - widths[place])
            right = lefts[place] - Space.S
        return [(name, left, width) for (name, _), left, width in zip(marks, lefts, widths, strict=True)]

    def _paint_marks(self, painter: QPainter, line: QRectF) -> None:
        """Means of the training."""
        painter.setPen(QPen(QColor(self._palette.text), 1.5))
        for _, value in self._marks:
            x = self.x_of(value)
            painter.drawLine(QPointF(x, line.y() - 6), QPointF(x, line.y() + 4))
        for name, left, width in self.mark_names():
            words(painter, QRectF(left, line.y() - 6 - LINE, width, LINE), name, self._palette.muted)

    def _paint_score(self, painter: QPainter, line: QRectF) -> None:
        if self._score is None:
            return
        x, palette = self.x_of(self._score), self._palette
        painter.setPen(QPen(QColor(palette.panel), 1.5))
        painter.setBrush(QColor(palette.accent))
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x, line.y() - 8), QPointF(x + 7, line.y()), QPointF(x, line.y() + 8), QPointF(x - 7, line.y())]
            )
        )

    def _paint_classes(self, painter: QPainter) -> None:
        palette, zero, head = self._palette, self.x_of(0.0), self.head
        for place, (name, value) in enumerate(self._classes):
            top = head + place * ROW
            judged = name == self._judged_as
            painter.setFont(axis_font(self, bold=judged))
            room = QRectF(0, top, self.line().x() - Space.S, ROW)
            words(painter, room, name, palette.text if judged else palette.muted, Qt.AlignmentFlag.AlignRight)
            x = self.x_of(value)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.accent if judged else mix(palette.panel, palette.control, 0.7)))
            painter.drawRect(QRectF(min(x, zero), top + 3, max(1.0, abs(x - zero)), ROW - 5))
        if self._classes:
            painter.setPen(QPen(QColor(palette.control), 1))
            painter.drawLine(QPointF(zero, head), QPointF(zero, head + ROW * len(self._classes)))
            painter.setFont(axis_font(self))
