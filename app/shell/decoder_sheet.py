"""The sheet that asks what only a person knows of a decoder, beside sixteen pictures that follow each answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.shell.decoder_presenter import LONGEST_TITLE, DecoderPresenter
from app.shell.decoder_state import PRIORS, RANGES, SAMPLES, DecoderState
from app.theme.tokens import Space
from app.translation import tr
from app.widgets.busy_line import BusyLine
from app.widgets.buttons import IconButton, SegmentedControl
from app.widgets.choice_box import ChoiceBox
from app.widgets.elided_label import ElidedLabel
from app.widgets.message_card import MessageCard
from app.widgets.sample_grid import SampleGrid

QUESTIONS_WIDTH = 352
PREFERRED = (920, 664)
CLASS_LINES = 4


def _label(text: str = "", role: str = "", wrap: bool = False) -> QLabel:
    label = QLabel(text)
    if role:
        label.setProperty("role", role)
    label.setWordWrap(wrap)
    return label


def _question(plain: str, term: str, *parts: QWidget) -> QWidget:
    """The plain name with its term, and below what answers it."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Space.XS)
    row = QHBoxLayout()
    row.setSpacing(Space.S)
    row.addWidget(_label(plain))
    if term:
        row.addWidget(_label(term, "muted"))
    row.addStretch()
    column.addLayout(row)
    for part in parts:
        column.addWidget(part)
    return whole


class Questions(QWidget):
    """The left column."""

    layout_chosen = Signal(int)
    size_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.layouts, self.sizes = ChoiceBox(), ChoiceBox()
        self._only_layout = _label(wrap=True)
        self.range, self.prior = SegmentedControl(tr("Range")), SegmentedControl(tr("Prior"))
        self.range.set_choices([(value, word, "", help_) for value, word, help_ in RANGES])
        self.prior.set_choices([(value, word, "", help_) for value, word, help_ in PRIORS])
        self._range_help, self._prior_help = _label("", "muted", wrap=True), _label("", "muted", wrap=True)
        self._classes_help = _label("", "muted", wrap=True)
        self.classes, self.title, self.attribution = QPlainTextEdit(), QLineEdit(), QLineEdit()
        self._file, self._facts = ElidedLabel(), _label("", "muted", wrap=True)
        self._file.setProperty("role", "page")
        self._set_fields()
        self._lay_out()
        self.layouts.activated.connect(self.layout_chosen)
        self.sizes.activated.connect(self.size_chosen)

    def _set_fields(self) -> None:
        named = {"Layout": self.layouts, "Sides": self.sizes, "Classes": self.classes, "Title": self.title}
        for name, field in (named | {"Made by, licence": self.attribution}).items():
            field.setAccessibleName(name)
        for box in (self.layouts, self.sizes):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        self.title.setMaxLength(LONGEST_TITLE)
        self.attribution.setMaxLength(500)
        self.attribution.setPlaceholderText(tr("Optional; shown with the model"))
        self.classes.setTabChangesFocus(True)
        lines = self.classes.fontMetrics().lineSpacing() * CLASS_LINES
        self.classes.setFixedHeight(lines + 2 * Space.L + Space.S)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        head = QVBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(self._file)
        head.addWidget(self._facts)
        column.addLayout(head)
        self._classes_question = _question(
            tr("What it can be told to draw"), "classes", self._classes_help, self.classes
        )
        for part in (
            _question(tr("How a picture is laid out"), "layout", self.layouts, self._only_layout, self.sizes),
            _question(tr("What black and white are"), "range", self.range, self._range_help),
            _question(tr("Where z comes from"), "prior", self.prior, self._prior_help),
            self._classes_question,
            _question(tr("Title"), "", self.title),
            _question(tr("Made by, licence"), "", self.attribution),
        ):
            column.addWidget(part)
        column.addStretch(1)

    def show_state(self, state: DecoderState) -> None:
        """Show the answers; what is being typed stays."""
        self._file.setText(state.file)
        self._file.setToolTip(state.file)
        self._facts.setText(state.facts)
        _fill(self.layouts, state.layouts, state.layout)
        _fill(self.sizes, state.sizes, state.size)
        self.layouts.setVisible(len(state.layouts) > 1)
        self._only_layout.setVisible(len(state.layouts) == 1)
        self._only_layout.setText(state.layouts[state.layout])
        self.sizes.setVisible(bool(state.sizes))
        self.range.set_current(state.range)
        self.prior.set_current(state.prior)
        self._range_help.setText(next(help_ for value, _, help_ in RANGES if value == state.range))
        self._prior_help.setText(next(help_ for value, _, help_ in PRIORS if value == state.prior))
        self._classes_question.setVisible(bool(state.classes_help))
        self._classes_help.setText(state.classes_help)
        for field, text in ((self.title, state.title), (self.attribution, state.attribution)):
            if field.text() != text:
                field.setText(text)
        if self.classes.toPlainText() != state.classes:
            with QSignalBlocker(self.classes):
                self.classes.setPlainText(state.classes)


class SamplesPane(QWidget):
    """The right column: pictures or what went wrong, and in words what the decoder gave."""

    def __init__(self) -> None:
        super().__init__()
        self.grid, self.card, self.busy = SampleGrid(SAMPLES), MessageCard(), BusyLine(self)
        self._values, self._warning = _label(wrap=True), _label("", "warn", wrap=True)
        self.another = IconButton(
            "dice", tr("Another {samples}").format(samples=SAMPLES), tooltip=tr("Draw other samples"), bordered=True
        )
        self._seed = _label("", "muted")
        self._stack = QStackedLayout()
        middle = QWidget()
        across = QVBoxLayout(middle)
        across.addStretch()
        across.addWidget(self.card)
        across.addStretch()
        for page in (self.grid, middle):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addLayout(self._stack, 1)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self._values)
        said.addWidget(self._warning)
        foot = QHBoxLayout()
        foot.setSpacing(Space.M)
        foot.addLayout(said, 1)
        foot.addWidget(self._seed, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.another, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(foot)

    def show_state(self, state: DecoderState, before: DecoderState | None) -> None:
        """Show the samples."""
        problem, samples = state.problem, state.samples
        self._stack.setCurrentIndex(1 if problem is not None else 0)
        if problem is not None:
            self.card.set_message(problem.problem, problem.remedy, problem.button)
        if before is None or before.samples is not samples:
            if samples is None:
                self.grid.set_samples(None)
            else:
                self.grid.set_samples(samples.images, samples.broken, samples.constant, samples.captions)
        self.busy.set_busy(state.busy)
        self._values.setText(state.values)
        self._warning.setText(state.warning)
        self._warning.setVisible(bool(state.warning))
        self._seed.setText(f"seed {state.seed}")
        self.busy.setGeometry(0, 0, self.width(), 2)


class DecoderSheet(QDialog):
    """One dialog, no wizard: `bind` it to a presenter, then `open` it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Your own decoder"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.presenter: DecoderPresenter | None = None
        self._state: DecoderState | None = None
        self.questions, self.samples = Questions(), SamplesPane()
        self._why_not = _label("", "muted", wrap=True)
        self.cancel, self.save = QPushButton(tr("Cancel")), QPushButton(tr("Save and open"))
        self.save.setProperty("kind", "primary")
        self.save.setDefault(True)
        self._lay_out()
        limit = parent.size()
        self.resize(min(PREFERRED[0], limit.width() - 32), min(PREFERRED[1], limit.height() - 32))

    def _lay_out(self) -> None:
        self.questions.setFixedWidth(QUESTIONS_WIDTH)
        body = QHBoxLayout()
        body.setSpacing(Space.XL)
        body.addWidget(self.questions)
        body.addWidget(self.samples, 1)
        line = QFrame()
        line.setProperty("role", "line")
        line.setFixedHeight(1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.M)
        foot.addWidget(self._why_not, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        column.setSpacing(Space.L)
        column.addLayout(body, 1)
        column.addWidget(line)
        column.addLayout(foot)

    def bind(self, presenter: DecoderPresenter) -> None:
        """The one who decides; its first samples are drawn."""
        self.presenter = presenter
        questions = self.questions
        answered: Sequence[tuple[object, Callable[..., None]]] = (
            (questions.layout_chosen, presenter.set_layout),
            (questions.size_chosen, presenter.set_size),
            (questions.range.chosen, presenter.set_range),
            (questions.prior.chosen, presenter.set_prior),
            (questions.title.textEdited, presenter.set_title),
            (questions.attribution.textEdited, presenter.set_attribution),
            (questions.classes.textChanged, lambda: presenter.set_classes(questions.classes.toPlainText())),
            (self.samples.another.clicked, lambda: presenter.another()),
            (self.samples.card.pressed, presenter.again),
            (self.cancel.clicked, self.reject),
            (self.save.clicked, self._save),
        )
        for signal, answer in answered:
            signal.connect(answer)  # type: ignore[attr-defined]
        presenter.begin()

    def show_state(self, state: DecoderState) -> None:
        """Show this from now on."""
        before, self._state = self._state, state
        self.questions.show_state(state)
        self.samples.show_state(state, before)
        self.save.setEnabled(not state.cannot_save)
        self._why_not.setText(state.refusal or ("" if state.problem is not None else state.cannot_save))
        role = "error" if state.refusal else "muted"
        if self._why_not.property("role") != role:
            self._why_not.setProperty("role", role)
            self._why_not.style().polish(self._why_not)
        self.save.setToolTip(state.cannot_save or tr("Copies the file among your models, and opens it in Latent"))

    @property
    def state(self) -> DecoderState | None:
        """What shows."""
        return self._state

    def _save(self) -> None:
        if self.presenter is not None and self.presenter.save():
            self.accept()

    def done(self, result: int) -> None:
        """However it ends, nothing is drawn any more."""
        if self.presenter is not None:
            self.presenter.close()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.presenter is not None:
            self.presenter.close()
        super().closeEvent(event)


def _fill(box: QComboBox, words: Sequence[str], chosen: int) -> None:
    """Offer these, without a signal."""
    if [box.itemText(n) for n in range(box.count())] != list(words):
        with QSignalBlocker(box):
            box.clear()
            box.addItems(list(words))
    box.setCurrentIndex(chosen)
