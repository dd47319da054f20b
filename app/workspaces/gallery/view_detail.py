"""The chosen picture in the inspector: large, what is known of it, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.buttons import IconButton, Tag
from app.widgets.flow_layout import FlowLayout
from app.widgets.picture_view import PictureView
from app.widgets.reverting_edit import RevertingEdit
from app.workspaces.gallery import words
from app.workspaces.gallery.state import Detail

SIDE = 168
"""Device-independent px of the picture at least."""
BUTTONS = (("star", "star"), ("copy", "copy"), ("send-to-complete", "send"), ("send-to-latent", "plane"))
"""(command id, icon); the window binds them to the table of commands."""


class DetailCard(QWidget):
    """Signals out, ``show_detail`` in."""

    label_given = Signal(str)
    collection_chosen = Signal(str)
    collection_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail: Detail | None = None
        self._collections: tuple[tuple[str, ...], frozenset[str]] | None = None
        self.picture = PictureView(SIDE)
        self.picture.setAccessibleName(tr("The chosen picture"))
        self.buttons = {command: IconButton(icon_name, command) for command, icon_name in BUTTONS}
        self.star = self.buttons["star"]
        self.star.setCheckable(True)
        self.collect = IconButton("plus", tr("Collect"), tooltip=tr("Put it into a collection, or take it out."))
        self.collect_menu = QMenu(self)
        self.label = RevertingEdit()
        self.label.setPlaceholderText(tr("Label"))
        self.label.setAccessibleName(tr("Label"))
        self.label.setToolTip(tr("A few words of yours on this picture; it is kept with them."))
        self.label.setMaxLength(200)
        self._hint = _muted(words.CHOOSE_ONE)
        self._kind = Tag()
        titles = {
            "model": tr("Model"),
            "class": tr("Class"),
            "likelihood": tr("Likelihood"),
            "score": tr("Score"),
            "seed": tr("Seed, picture"),
        }
        self._names = {fact: _muted(title) for fact, title in titles.items()}
        self._values = {fact: _fact() for fact in titles}
        for name in (*self._names.values(), self._values["likelihood"]):
            name.setWordWrap(False)
        self._note = _muted("")
        self._broken = QLabel(words.BROKEN)
        self._broken.setProperty("role", "warn")
        self._broken.setWordWrap(True)
        self._lay_out()
        self.label.editingFinished.connect(self._label_done)
        self.collect.clicked.connect(self._open_menu)
        self.show_detail(None, 0)

    def _lay_out(self) -> None:
        hands = QVBoxLayout()
        hands.setSpacing(Space.XS)
        for part in (*self.buttons.values(), self.collect):
            hands.addWidget(part)
        hands.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        top.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(hands)
        top.addStretch(1)
        facts = QGridLayout()
        facts.setHorizontalSpacing(Space.M)
        facts.setVerticalSpacing(Space.XS)
        facts.setColumnStretch(1, 1)
        known = FlowLayout(Space.XS)  # the tag stands below a value that leaves it no room
        for row, fact in enumerate(self._names):
            facts.addWidget(self._names[fact], row, 0, Qt.AlignmentFlag.AlignTop)
            if fact == "likelihood":
                facts.addLayout(known, row, 1)
            else:
                facts.addWidget(self._values[fact], row, 1)
        known.addWidget(self._values["likelihood"])
        known.addWidget(self._kind)
        for words_of in (self._names, self._values):  # on one line with the tag, which is higher
            words_of["likelihood"].setMinimumHeight(self._kind.sizeHint().height())
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(top)
        column.addWidget(self._broken)
        column.addLayout(facts)
        column.addWidget(self._note)
        column.addWidget(self.label)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(Space.S)
        outer.addWidget(self._hint)
        outer.addWidget(self._body)

    def show_detail(self, detail: Detail | None, selected: int, *, named: bool = False) -> None:
        """Show this picture, or that there is none; ``selected`` is how many are, and with ``named`` it is said which
        model drew it: it need not be the one whose card stands above."""
        before, self._detail = self._detail, detail
        self._body.setVisible(detail is not None)
        self._hint.setText(words.selected(selected) if selected > 1 else words.CHOOSE_ONE)
        self._hint.setVisible(detail is None or selected > 1)
        if detail is None:
            return
        if before is None or before.chosen is not detail.chosen:
            self.picture.set_image(detail.chosen.pixels)
        self._show_facts(detail, named)
        star = self.star
        star.setChecked(detail.mark.starred)
        star.set_icon("starred" if detail.mark.starred else "star")
        if before is None or before.chosen is not detail.chosen or before.mark.label != detail.mark.label:
            self.label.stand(detail.mark.label)

    def _show_facts(self, detail: Detail, named: bool) -> None:
        judged = detail.class_note == words.JUDGED
        self._say("model", detail.chosen.manifest.title if named else "")
        self._say("class", f"{detail.class_name}, {words.JUDGED}" if judged else detail.class_name)
        known = detail.value_text or (words.ASKING if detail.measuring else words.UNKNOWN)
        self._say("likelihood", "none" if detail.kind in ("score", "none") else known)
        self._say("score", known if detail.kind == "score" else "")
        self._say("seed", words.seed_and_number(detail.seed, detail.place))
        self._values["seed"].setToolTip(words.for_command_line(detail.seed, detail.place))
        self._kind.setText(words.KIND_TAGS[detail.kind])
        self._kind.setToolTip(words.KINDS[detail.kind])
        self._note.setText("" if judged else detail.class_note)
        self._note.setVisible(bool(self._note.text()))
        self._broken.setVisible(detail.broken)

    def _say(self, fact: str, text: str) -> None:
        self._values[fact].setText(text)
        for label in (self._names[fact], self._values[fact]):
            label.setVisible(bool(text))

    def set_collections(self, names: tuple[str, ...], within: frozenset[str]) -> None:
        """What the menu offers; the picture is in some of them."""
        if (names, within) == self._collections:
            return
        self._collections = names, within
        self.collect_menu.clear()
        for name in names:
            action = self.collect_menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(name in within)
            action.triggered.connect(lambda _=False, name=name: self.collection_chosen.emit(name))
        if names:
            self.collect_menu.addSeparator()
        self.collect_menu.addAction(tr("New collection...")).triggered.connect(lambda: self.collection_wanted.emit())

    def _open_menu(self) -> None:
        self.collect_menu.popup(self.collect.mapToGlobal(QPoint(0, self.collect.height())))

    def _label_done(self) -> None:
        if self._detail is not None and self.label.text() != self._detail.mark.label:
            self.label_given.emit(self.label.text())


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    return label


def _fact() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
