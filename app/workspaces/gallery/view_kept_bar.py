"""The rows around the kept pictures: above, what is asked for; below, what is done with the chosen ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.theme.tokens import Size, Space
from app.translation import tr
from app.widgets.buttons import Chip
from app.widgets.elided_label import ElidedLabel
from app.widgets.flow_layout import FlowLayout
from app.widgets.reverting_edit import RevertingEdit
from app.workspaces.gallery import kept_words
from app.workspaces.gallery.kept_state import KeptState
from app.workspaces.gallery.view_header import WordList

SEARCH_WIDTH, WIDEST = 136, (168, 120, 136)  # device-independent px: the field, and the lists of words
ASKED = {"label": tr("Label"), "collect": tr("New collection"), "rename": tr("Another name")}
"""What may be asked for in the row below, with the words for the field."""


class KeptBar(QWidget):
    """Filters and order: signals out, ``show_state`` in."""

    text_typed = Signal(str)
    model_chosen = Signal(object)
    class_chosen = Signal(object)
    collection_chosen = Signal(object)
    starred_toggled = Signal(bool)
    order_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = RevertingEdit()
        self.text.setPlaceholderText(tr("Search"))
        self.text.setAccessibleName(tr("Words"))
        self.text.setToolTip(tr("Show pictures with all these words in their label, class, model or collections."))
        self.text.setClearButtonEnabled(True)
        self.text.setMaximumWidth(SEARCH_WIDTH)
        self.models = WordList(tr("Model"), tr("Show the pictures of one model."), 88)
        self.classes = WordList(tr("Class"), tr("Show the pictures of one class."), 88)
        self.collections = WordList(tr("Collection"), tr("Show the pictures of one collection."), 88)
        self.starred = Chip(tr("Starred"), tooltip=tr("Show the pictures with a star only."))
        self.orders = WordList(tr("Order"), kept_words.SORT_HELP, 104)
        for words_of, widest in zip((self.models, self.classes, self.collections), WIDEST, strict=True):
            words_of.setMaximumWidth(widest)
        flow = FlowLayout(Space.S)
        for part in (self.text, self.models, self.classes, self.collections, self.starred, self.orders):
            flow.addWidget(part)
        column = QVBoxLayout(self)
        above = (Size.HEADER - Space.XS - Size.CONTROL) // 2  # where the rows of the other pages have theirs
        column.setContentsMargins(Space.M, above, Space.M, Size.HEADER - Size.CONTROL - above)
        column.addLayout(flow)
        self._connect()

    def _connect(self) -> None:
        self.text.textChanged.connect(self.text_typed)
        self.models.picked.connect(self.model_chosen)
        self.classes.picked.connect(self.class_chosen)
        self.collections.picked.connect(self.collection_chosen)
        self.orders.picked.connect(lambda key: self.order_chosen.emit(str(key)))
        self.starred.setCheckable(True)
        self.starred.setFixedHeight(Size.CONTROL)
        self.starred.clicked.connect(self.starred_toggled)

    def show_state(self, state: KeptState) -> None:
        """What there is to choose from, with how many pictures each choice would show."""
        query, counts, all_of = state.query, state.counts, state.unfiltered
        with QSignalBlocker(self.text):
            if self.text.text() != query.text:
                self.text.stand(query.text)
        models = _choices(tr("All models"), all_of.models, counts.models, query.model, state.titles)
        classes = _choices(tr("All classes"), all_of.classes, counts.classes, query.class_name)
        collections = _choices(tr("All collections"), all_of.collections, counts.collections, query.collection)
        self.models.offer(models, query.model)
        self.classes.offer(classes, query.class_name)
        self.collections.offer(collections, query.collection)
        self.classes.setVisible(self.classes.count() > 1)
        self.collections.setVisible(self.collections.count() > 1)
        _show_chip(self.starred, tr("Starred"), counts.starred, query.starred is True)
        self._offer_orders(state)

    def _offer_orders(self, state: KeptState) -> None:
        key = state.query.order + ("-up" if state.query.ascending else "")
        offered = ["newest", "newest-up", "class"]
        offered += ["log_likelihood", "log_likelihood-up"] if {"exact", "lower bound"} & state.kinds else []
        offered += ["score", "score-up"] if "score" in state.kinds else []
        offered += [] if key in offered else [key]
        self.orders.offer([(each, kept_words.SORTS.get(each, tr("By class"))) for each in offered], key)


class KeptFoot(QWidget):
    """How many pictures show, what is to be said of their order, and the verbs: signals out, ``show_state`` in.

    A name or label is typed here, and the removal for good is confirmed here.
    """

    bin_toggled = Signal(bool)
    star_pressed = Signal()
    delete_pressed = Signal()
    restore_pressed = Signal()
    empty_pressed = Signal()
    label_given = Signal(str)
    collection_given = Signal(str)
    name_given = Signal(str)
    purge_answered = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Size.HEADER)
        self._asked = ""
        self._collections: tuple[str, ...] = ()
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._verbs, self._field, self._question = self._verb_row(), self._field_row(), self._question_row()
        for row in (self._verbs, self._field, self._question):
            self._stack.addWidget(row)
        self.show_state(KeptState())

    def _verb_row(self) -> QWidget:
        self.summary, self.note = QLabel(), ElidedLabel()
        self.note.setProperty("role", "muted")
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bin = Chip(tr("Bin"), tooltip=tr("Show the deleted pictures: bring them back, or remove them for good."))
        self.bin.setCheckable(True)
        self.bin.clicked.connect(self.bin_toggled)
        self.buttons = {
            name: _quiet(word, tip)
            for name, word, tip in (
                ("rename", "Rename ...", tr("Give this collection another name.")),
                ("star", tr("Star"), tr("Star the chosen pictures, or take their stars off (S).")),
                ("label", "Label ...", tr("A few words on the chosen pictures.")),
                ("collect", tr("Collect"), tr("Put the chosen pictures into a collection, or take them out.")),
                ("delete", tr("Delete"), tr("Put the chosen pictures in the bin (Delete).")),
                ("restore", tr("Bring back"), tr("Take the chosen pictures out of the bin.")),
                ("purge", "Remove ...", tr("Remove the chosen pictures from the bin: they cannot be had back.")),
                ("empty", "Empty ...", tr("Remove everything that shows in the bin: it cannot be had back.")),
            )
        }
        self.collect_menu = QMenu(self)
        verbs = {
            "rename": lambda: self.ask("rename"),
            "star": self.star_pressed.emit,
            "label": lambda: self.ask("label"),
            "collect": self._open_menu,
            "delete": self.delete_pressed.emit,
            "restore": self.restore_pressed.emit,
            "purge": self.delete_pressed.emit,
            "empty": self.empty_pressed.emit,
        }
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, verb=verbs[name]: verb())
        return _row(self.summary, self.bin, (self.note, 1), *self.buttons.values())

    def _field_row(self) -> QWidget:
        self._prompt, self.field = QLabel(), RevertingEdit()
        self._done = QPushButton(tr("OK"))
        self._done.setProperty("kind", "primary")
        cancel = _quiet(tr("Cancel"), tr("Leave it as it is (Esc)."))
        self._done.clicked.connect(self._give)
        self.field.returnPressed.connect(self._give)
        cancel.clicked.connect(self.settle)
        return _row(self._prompt, (self.field, 1), self._done, cancel)

    def _question_row(self) -> QWidget:
        self._doubt = ElidedLabel()
        self._doubt.setProperty("role", "warn")
        sure = QPushButton(tr("Remove for good"))
        self.sure, self.unsure = sure, _quiet(tr("Keep them"), tr("Remove nothing (Esc)."))
        sure.clicked.connect(lambda: self.purge_answered.emit(True))
        self.unsure.clicked.connect(lambda: self.purge_answered.emit(False))
        return _row((self._doubt, 1), sure, self.unsure)

    # -- asking ------------------------------------------------------------------------------------------------------

    def ask(self, what: str, text: str = "") -> None:
        """Ask for a label, a new collection or a collection's other name."""
        self._asked, self._asked_of = what, self._subject
        self._prompt.setText(ASKED[what])
        self.field.setAccessibleName(ASKED[what])
        self.field.setMaxLength(200 if what == "label" else 80)
        self.field.stand(text or self._known.get(what, ""))
        self.field.selectAll()
        self._stack.setCurrentWidget(self._field)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    _known: Mapping[str, str] = {}
    _subject: tuple[object, ...] = ()
    _asked_of: tuple[object, ...] = ()

    def _give(self) -> None:
        asked, text = self._asked, self.field.text()
        self.settle()
        if asked == "label" or (asked and text.strip()):
            {"label": self.label_given, "collect": self.collection_given, "rename": self.name_given}[asked].emit(text)

    def settle(self) -> None:
        """Nothing is asked for any more; the keys are the pictures' again, if they were here."""
        page, focus = self.parentWidget(), QApplication.focusWidget()
        if self.asks and page is not None and focus is not None and self.isAncestorOf(focus):
            page.setFocus()  # or they would go to whatever Qt has next in the window
        self._asked = ""
        self._stack.setCurrentWidget(self._verbs)

    @property
    def asks(self) -> bool:
        """Whether something is asked for."""
        return self._stack.currentWidget() is not self._verbs

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.asks:
            self.purge_answered.emit(False)
            self.settle()
        else:
            super().keyPressEvent(event)

    def _open_menu(self) -> None:
        button = self.buttons["collect"]
        self.collect_menu.popup(button.mapToGlobal(QPoint(0, -self.collect_menu.sizeHint().height())))

    # -- state -------------------------------------------------------------------------------------------------------

    def show_state(self, state: KeptState) -> None:
        """What shows, and what can be done with it."""
        query, chosen = state.query, state.selected or (1 if state.current >= 0 else 0)
        _show_chip(self.bin, tr("Bin"), state.counts.deleted, query.deleted)
        self.summary.setText(state.summary)
        self.summary.setVisible(bool(state.summary))
        self.note.setText(state.note)
        self.note.setToolTip(state.note)
        detail = state.detail
        label = detail.mark.label if detail is not None and chosen == 1 else ""
        self._known = {"label": label, "rename": query.collection or ""}
        self._subject = (state.current, state.selected, query)
        if self._asked and self._subject != self._asked_of:
            self.settle()  # a label is of what was chosen when it was asked for
        shown = {"restore", "purge", "empty"} if query.deleted else {"star", "label", "collect", "delete"}
        shown |= {"rename"} if query.collection and not query.deleted else set()
        for name, button in self.buttons.items():
            button.setVisible(name in shown)
            button.setEnabled(bool(chosen) or name == "rename" or (name == "empty" and bool(state.counts.total)))
        self._fill_menu(tuple(state.unfiltered.collections))
        if state.purging:
            self._doubt.setText(kept_words.purge_question(state.purging))
            if self._stack.currentWidget() is not self._question:
                self._stack.setCurrentWidget(self._question)
                self.unsure.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._stack.currentWidget() is self._question:
            self.settle()

    def _fill_menu(self, names: tuple[str, ...]) -> None:
        if names == self._collections and self.collect_menu.actions():
            return
        self._collections = names
        self.collect_menu.clear()
        for name in names:
            action = self.collect_menu.addAction(name.replace("&", "&&"))
            action.triggered.connect(lambda _=False, name=name: self.collection_given.emit(name))
        if names:
            self.collect_menu.addSeparator()
        self.collect_menu.addAction(tr("New collection ...")).triggered.connect(lambda: self.ask("collect"))


def _show_chip(chip: Chip, word: str, count: int, on: bool) -> None:
    """A chip with how many pictures it would show."""
    chip.setText(f"{word} {count:,}" if count else word)
    chip.setAccessibleName(f"{word}, {kept_words.pictures(count)}")
    chip.setChecked(on)
    chip.setEnabled(bool(count) or on)
    chip.updateGeometry()


def _choices(
    everything: str,
    names: Iterable[str],
    counts: Mapping[str, int],
    chosen: str | None,
    titles: Mapping[str, str] | None = None,
) -> Sequence[tuple[object, str]]:
    """All, then each name with how many it would show; where it would show none it can be chosen still."""
    known = dict.fromkeys(names, 0) | ({} if chosen is None else {chosen: 0}) | dict(counts)
    named = [((titles or {}).get(name, name), name, number) for name, number in known.items()]
    ordered = sorted(named, key=lambda each: each[0].casefold())
    return [(None, everything), *((name, f"{title} ({number:,})") for title, name, number in ordered)]


def _quiet(word: str, tip: str) -> QPushButton:
    button = QPushButton(word)
    button.setProperty("kind", "quiet")
    button.setToolTip(tip)
    return button


def _row(*parts: QWidget | tuple[QWidget, int]) -> QWidget:
    """Widgets side by side, those with a number taking what room is left."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(Space.M, 0, Space.M, 0)
    row.setSpacing(Space.S)
    for part in parts:
        widget, stretch = part if isinstance(part, tuple) else (part, 0)
        row.addWidget(widget, stretch)
    return made
