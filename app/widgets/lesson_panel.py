"""The column of lessons beside the picture: a list of them, or one of them as it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.documents.lessons import Lesson
from app.theme.tokens import Size, Space, Type
from app.translation import tr
from app.widgets.buttons import DrawnButton, IconButton
from app.widgets.frames import box, sized, smooth_painter, words
from app.widgets.lesson_page import LessonPage
from app.widgets.scrolled_page import ScrolledPage

ROW = 52
_BY = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class LessonRow(DrawnButton):
    """A lesson in the list: its number, its title, and what it is about."""

    def __init__(self, number: int, lesson: Lesson) -> None:
        super().__init__()
        self._number, self._about = (
            str(number),
            tr("{view} · {minutes} min").format(view=lesson.view, minutes=lesson.minutes),
        )
        self.setText(lesson.title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(ROW)
        self.name_it(
            tr("Lesson {number}: {title}").format(number=number, title=lesson.title), f"{lesson.title}: {self._about}"
        )

    def sizeHint(self) -> QSize:
        return QSize(200, ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette, area = smooth_painter(self), self._palette, QRectF(self.rect())
        chosen = self.isChecked()
        box(painter, area, self.fill(palette.selected if chosen else None), palette.accent if chosen else None)
        left = QRectF(Space.S, 0, 24, self.height())
        width, to_left = self.width() - 40 - Space.S, Qt.AlignmentFlag.AlignLeft
        painter.setFont(sized(self.font(), Type.BODY))
        words(painter, left, self._number, palette.muted)
        painter.setFont(sized(self.font(), Type.BODY, bold=chosen))
        words(painter, QRectF(40, Space.S, width, 18), self.text(), palette.text, to_left)
        painter.setFont(sized(self.font(), Type.SECONDARY))
        words(painter, QRectF(40, 27, width, 16), self._about, palette.muted, to_left)
        self.ring(painter)
        painter.end()


def _heading(text: str) -> QLabel:
    """What the lessons below it are about."""
    made = QLabel(text)
    made.setProperty("role", "muted")
    made.setContentsMargins(Space.S, Space.M, 0, Space.XS)
    return made


class LessonPanel(QFrame):
    """Signals out, setters in.

    Signals: ``lesson_opened(str)``, another one shows (empty: the list of them); ``stage_requested(str)``, a button of
    it; ``value_chosen(str, float)``, its slider; ``close_requested()``.
    """

    lesson_opened = Signal(str)
    stage_requested = Signal(str)
    value_chosen = Signal(str, float)
    close_requested = Signal()

    def __init__(self, lessons: Sequence[Lesson], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAccessibleName(tr("Lessons"))
        self.setFixedWidth(Size.LESSONS)
        self._lessons = tuple(lessons)
        self.page: LessonPage | None = None
        self._head, self._heading = QWidget(), QLabel(tr("Lessons"))
        self.contents = IconButton("rows", tr("All lessons"), tooltip=tr("The list of lessons."))
        self.previous = IconButton("chevron-left", tr("Previous lesson"))
        self.following = IconButton("chevron-right", tr("Next lesson"))
        self.close_button = IconButton("close", tr("Close the lessons"))
        self.rows = [LessonRow(number, lesson) for number, lesson in enumerate(self._lessons, 1)]
        self._stack, self._list = QStackedWidget(), self._make_list()
        self._stack.addWidget(self._list)
        self._lay_out()
        self.contents.clicked.connect(lambda: self.open(""))
        self.previous.clicked.connect(lambda: self._step(-1))
        self.following.clicked.connect(lambda: self._step(1))
        self.close_button.clicked.connect(self.close_requested)
        for row, lesson in zip(self.rows, self._lessons, strict=True):
            row.clicked.connect(lambda _=False, identity=lesson.id: self.open(identity))
        self.open("")

    def _make_list(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(Space.S, Space.S, Space.S, Space.L)
        column.setSpacing(2)
        chapter = ""
        for row, lesson in zip(self.rows, self._lessons, strict=True):
            if lesson.chapter != chapter:
                chapter = lesson.chapter
                column.addWidget(_heading(chapter))
            row.setCheckable(True)
            row.installEventFilter(self)
            column.addWidget(row)
        column.addStretch(1)
        return ScrolledPage(body)

    def _lay_out(self) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        head.setSpacing(Space.XS)
        head.addWidget(self.contents)
        head.addWidget(self._heading)
        head.addStretch(1)
        for button in (self.previous, self.following, self.close_button):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._stack, 1)

    @property
    def areas(self) -> tuple[QWidget, ...]:
        """Its parts in the order in which Tab goes through them."""
        return self._head, self.page or self._list

    # -- which lesson ----------------------------------------------------------------------------------------------

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that is read, or None where the list shows."""
        return None if self.page is None else self.page.lesson

    def open(self, identity: str, place: int = 0) -> None:
        """Show a lesson, ``place`` px down; the list where there is none of this id."""
        at = next((n for n, lesson in enumerate(self._lessons) if lesson.id == identity), -1)
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        old, self.page = self.page, None
        if at >= 0:
            self._show(at, place)
        self._stack.setCurrentWidget(self.page or self._list)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        self._mark(at)
        self.lesson_opened.emit("" if at < 0 else identity)
        if had_focus:
            self.take_focus()

    def _show(self, at: int, place: int) -> None:
        following = self._lessons[at + 1].title if at + 1 < len(self._lessons) else ""
        page = self.page = LessonPage(self._lessons[at], following)
        page.stage_requested.connect(self.stage_requested)
        page.value_chosen.connect(self.value_chosen)
        page.next_requested.connect(lambda: self._step(1))
        self._stack.addWidget(page)
        if place:
            QTimer.singleShot(0, page, lambda: page.verticalScrollBar().setValue(place))

    def _mark(self, at: int) -> None:
        reads = at >= 0
        for row_at, row in enumerate(self.rows):
            row.setChecked(row_at == at if reads else row.isChecked())
        for part in (self.contents, self.previous, self.following):
            part.setVisible(reads)
        self.previous.setEnabled(at > 0)
        self.following.setEnabled(at + 1 < len(self._lessons))
        self._heading.setText(f"{at + 1} of {len(self._lessons)}" if reads else tr("Lessons"))
        self._heading.setProperty("role", "muted" if reads else "section")
        self._heading.style().polish(self._heading)

    def _step(self, by: int) -> None:
        at = next((n for n, lesson in enumerate(self._lessons) if lesson is self.lesson), -1) + by
        if 0 <= at < len(self._lessons):
            self.open(self._lessons[at].id)

    # -- what it shows ---------------------------------------------------------------------------------------------

    def set_obstacles(self, obstacles: Mapping[str, str]) -> None:
        """Why stages of the open lesson cannot be set, by their names."""
        if self.page is not None:
            self.page.set_obstacles(obstacles)

    def set_value(self, parameter: str, value: float) -> None:
        """A parameter has this value now, whoever set it."""
        if self.page is not None:
            self.page.set_value(parameter, value)

    def place(self) -> int:
        """How far down the open lesson is read, device-independent px."""
        return 0 if self.page is None else self.page.place()

    def take_focus(self) -> None:
        """The keys belong to what is read, or to the list."""
        if self.page is not None:
            self.page.setFocus()
        elif self.rows:
            next((row for row in self.rows if row.isChecked()), self.rows[0]).setFocus()

    # -- keys ------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Esc is the column's own while the focus is in it."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_requested.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go through the list."""
        by = _BY.get(Qt.Key(event.key())) if isinstance(event, QKeyEvent) else None
        if by is None or event.type() != QEvent.Type.KeyPress or watched not in self.rows:
            return False
        at = next(n for n, row in enumerate(self.rows) if row is watched) + by
        self.rows[min(max(at, 0), len(self.rows) - 1)].setFocus()
        return True
