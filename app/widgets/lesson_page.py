"""One lesson as it is read: its words, and below them the buttons and the slider that set the stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import paths
from app.documents.lesson_text import Block, Link
from app.documents.lessons import Lesson
from app.theme.icons import icon
from app.theme.stylesheet import active
from app.theme.tokens import Palette, Space
from app.translation import tr
from app.widgets.flow_layout import FlowLayout
from app.widgets.formula_view import FormulaView, drawing_of
from app.widgets.lesson_markup import formula, rich, spoken
from app.widgets.scrolled_page import ScrolledPage
from app.widgets.stop_slider import StopSlider

SETS = tr("Sets picture and controls for this; undo brings back your picture and its parameters.")
"""What a button does, in its tooltip."""


class LessonPage(ScrolledPage):
    """Signals out, setters in.  It scrolls by keyboard while it has the focus, and follows the focus of its parts."""

    stage_requested = Signal(str)
    value_chosen = Signal(str, float)  # parameter, value
    next_requested = Signal()

    def __init__(self, lesson: Lesson, following: str) -> None:
        """``following`` is the next lesson's title, empty for none."""
        body = QWidget()
        super().__init__(body)
        self.lesson = lesson
        self.setProperty("role", "reading")
        self.setAccessibleName(lesson.title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # words keep their lines
        self.buttons: dict[str, list[QPushButton]] = {}
        self.slider: StopSlider | None = None
        self._reasons: list[tuple[QLabel, tuple[str, ...]]] = []
        column = self._column = QVBoxLayout(body)
        column.setContentsMargins(Space.L, Space.S, Space.S, Space.L)
        column.setSpacing(Space.M)
        self._say(lesson.title, "page")
        self._say(tr("{view} · {minutes} min").format(view=lesson.view, minutes=lesson.minutes), "muted")
        for block in lesson.blocks:
            self._add(block)
        self._end(following)
        column.addStretch(1)
        self.set_theme(active())

    # -- how it is made --------------------------------------------------------------------------------------------

    def _add(self, block: Block) -> None:
        if block.kind == "formula":
            label = self._say(formula(block.text), "formula")
            label.setAccessibleName(spoken(block.text))
        elif block.kind == "drawn":
            self._draw(block)
        elif block.kind == "item":
            self._item(rich(block.spans))
        elif block.spans:
            self._say(rich(block.spans), "heading" if block.kind == "heading" else "")
        stages = [link for link in block.links if link.kind == "stage"]
        if stages:
            self._row(stages)
        for link in block.links:
            if link.kind == "slider" and self.lesson.slider is not None and self.slider is None:
                self._slide(link)

    def _say(self, text: str, role: str = "") -> QLabel:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.RichText if role in ("", "formula") else Qt.TextFormat.AutoText)
        label.setWordWrap(True)
        label.setProperty("role", role)
        self._column.addWidget(label)
        return label

    def _draw(self, block: Block) -> None:
        """A drawn formula; its words where the drawing is gone."""
        source = drawing_of(paths.assets() / "lessons" / "formulas", block.drawing)
        if source:
            self._column.addWidget(FormulaView(source, block.text))
        else:
            self._say(rich(block.spans), "formula")

    def _item(self, text: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        bullet, label = QLabel("•"), QLabel(text)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        row.addWidget(bullet, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        self._column.addLayout(row)

    def _row(self, links: Sequence[Link]) -> None:
        """Buttons that set the stage; below them room for why one of them cannot."""
        flow = FlowLayout(Space.S)
        for link in links:
            button = QPushButton(link.text)
            button.setIconSize(QSize(16, 16))
            button.setToolTip(SETS)
            button.clicked.connect(lambda _=False, name=link.target: self.stage_requested.emit(name))
            button.installEventFilter(self)
            self.buttons.setdefault(link.target, []).append(button)
            flow.addWidget(button)
        self._column.addLayout(flow)
        reason = self._say("", "muted")
        reason.hide()
        self._reasons.append((reason, tuple(link.target for link in links)))

    def _slide(self, link: Link) -> None:
        found = self.lesson.slider
        assert found is not None
        self._say(link.text)
        self.slider = StopSlider(found.values, link.text)
        self.slider.stop_chosen.connect(lambda stop: self.value_chosen.emit(found.parameter, found.values[stop]))
        self.slider.slider.installEventFilter(self)
        self._column.addWidget(self.slider)

    def _end(self, following: str) -> None:
        self.following, title = QPushButton(tr("Next lesson")), QLabel(following)
        self.following.setAccessibleDescription(following)
        self.following.clicked.connect(self.next_requested)
        self.following.installEventFilter(self)
        title.setProperty("role", "muted")
        title.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.following)
        row.addWidget(title, 1)
        for part in (self.following, title):
            part.setVisible(bool(following))
        self._column.addSpacing(Space.S)
        self._column.addLayout(row)

    # -- what it shows ---------------------------------------------------------------------------------------------

    def set_obstacles(self, obstacles: Mapping[str, str]) -> None:
        """Why stages cannot be set, by their names; the others can."""
        for name, buttons in self.buttons.items():
            for button in buttons:
                button.setEnabled(not obstacles.get(name))
                button.setToolTip(obstacles.get(name) or SETS)
        for label, names in self._reasons:
            why = dict.fromkeys(obstacles[name] for name in names if obstacles.get(name))
            label.setText(" ".join(why))
            label.setVisible(bool(why))

    def set_value(self, parameter: str, value: float) -> None:
        """The parameter has this value now."""
        found = self.lesson.slider
        if self.slider is not None and found is not None and found.parameter == parameter:
            stop = found.nearest(value)
            self.slider.set_stop(stop, exact=found.values[stop] == value)

    def place(self) -> int:
        """How far down it is read, device-independent px."""
        return self.verticalScrollBar().value()

    def set_theme(self, palette: Palette) -> None:
        """Tint the icons."""
        for button in (button for buttons in self.buttons.values() for button in buttons):
            button.setIcon(icon("play", palette))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What has the focus is in view, wherever the focus came from."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.ensureWidgetVisible(watched, 0, Space.L)
        return False
