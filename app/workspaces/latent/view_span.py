"""The card in which one chooses what spans the plane."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.buttons import SegmentedControl
from app.widgets.choice_box import ChoiceBox
from app.widgets.picture_button import PictureButton
from app.workspaces.latent.spans import Span
from engine.contracts.arrays import Image

KINDS = {
    "coordinates": (tr("Coordinates"), tr("Two of the numbers that make up z; those that carry most come first.")),
    "pca": (tr("Axes"), tr("The directions along which pictures differ most (PCA).")),
    "attributes": (tr("Attributes"), tr("From pictures without something to pictures with it.")),
    "pictures": (
        tr("Pictures"),
        tr("The plane through three points: press A, B or C to put the present picture there."),
    ),
}
_ANCHOR_HELP = tr("Puts the present picture here, and the plane through it.")


class SpanCard(QFrame):
    """Signals out, setters in; Esc closes it."""

    kind_chosen = Signal(str)
    directions_chosen = Signal(int, int)
    anchor_chosen = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "floating")
        self._kinds: tuple[str, ...] = ()
        self._offered: tuple[tuple[int, str], ...] = ()
        self._kind = SegmentedControl(tr("What spans the plane"))
        self._kind.chosen.connect(self.kind_chosen)
        self._help = QLabel()
        self._help.setProperty("role", "muted")
        self._help.setWordWrap(True)
        self._directions, self._across, self._up = QWidget(), ChoiceBox(), ChoiceBox()
        self._anchors = QWidget()
        self._pictures = [PictureButton(name, _ANCHOR_HELP, 72) for name in "ABC"]
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout(self._directions)
        grid.setContentsMargins(0, 0, 0, 0)
        for row, (name, combo) in enumerate(((tr("Across"), self._across), (tr("Up"), self._up))):
            combo.setAccessibleName(tr("Direction {words}").format(words=name.lower()))
            combo.setToolTip(tr("What changes {words} the plane.").format(words=name.lower()))
            combo.activated.connect(self._choose)
            grid.addWidget(QLabel(name), row, 0)
            grid.addWidget(combo, row, 1)
        grid.setColumnStretch(1, 1)
        line = QHBoxLayout(self._anchors)
        line.setContentsMargins(0, 0, 0, 0)
        for index, button in enumerate(self._pictures):
            button.clicked.connect(lambda _=False, index=index: self.anchor_chosen.emit(index))
            line.addWidget(button)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        column.setSpacing(Space.M)
        for part in (self._kind, self._help, self._directions, self._anchors):
            column.addWidget(part)

    def set_span(self, kinds: Sequence[str], span: Span, directions: tuple[tuple[int, str], ...]) -> None:
        """What there is to choose from, and what is chosen."""
        if tuple(kinds) != self._kinds:
            self._kinds = tuple(kinds)
            self._kind.set_choices([(kind, KINDS[kind][0], "", KINDS[kind][1]) for kind in kinds])
        self._kind.set_current(span.kind)
        self._help.setText(KINDS[span.kind][1])
        self._directions.setVisible(span.kind != "pictures")
        self._anchors.setVisible(span.kind == "pictures")
        for combo, place in ((self._across, span.first), (self._up, span.second)):
            with QSignalBlocker(combo):
                if directions is not self._offered:
                    combo.clear()
                    for index, name in directions:
                        combo.addItem(name, index)
                combo.setCurrentIndex(combo.findData(place))
        self._offered = directions
        self.adjustSize()

    def set_anchors(self, images: Sequence[Image | None]) -> None:
        """The pictures of A, B and C, as far as they are there."""
        for index, button in enumerate(self._pictures):
            button.set_image(images[index] if index < len(images) else None)

    def _choose(self) -> None:
        self.directions_chosen.emit(self._across.currentData(), self._up.currentData())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
