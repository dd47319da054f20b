"""The drawer's page of directions: a slider each, how much it carries, and what it does to the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.theme.tokens import Size, Space
from app.translation import tr
from app.widgets.buttons import SegmentedControl
from app.widgets.elided_label import ElidedLabel
from app.widgets.settling import settle
from app.widgets.vector_sliders import ROW, VectorSliders
from app.workspaces.latent.directions import FIRST_ROWS, MORE_ROWS, DirectionsView, next_count

KINDS = {
    "attributes": (
        tr("Attributes"),
        tr("From pictures without something to pictures with it: 1 is that whole difference."),
    ),
    "pca": (tr("Axes"), tr("The directions along which pictures differ most (PCA), in standard deviations.")),
    "coordinates": (tr("Coordinates"), tr("The numbers that make up z, those that carry most first.")),
}


class DirectionsPage(QWidget):
    """Signals out, ``show_view(view)`` in."""

    kind_chosen = Signal(str)
    unfold_toggled = Signal()
    value_changed = Signal(int, float, bool)  # row, value, final

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: DirectionsView | None = None
        self._kind = SegmentedControl(tr("Kind of directions"))
        self._help = ElidedLabel()
        self._help.setProperty("role", "muted")
        self._all = QPushButton()
        self._all.setProperty("kind", "quiet")
        self._all.setToolTip(tr("Shows more directions of this kind, or again the first six."))
        self.sliders = VectorSliders()
        self._kind.chosen.connect(self.kind_chosen)
        self._all.clicked.connect(self.unfold_toggled)
        self.sliders.value_changed.connect(self.value_changed)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(self._kind)
        head.addWidget(self._help, 1)
        head.addWidget(self._all)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sliders.setProperty("role", "scrolled")
        scroll.setWidget(self.sliders)
        scroll.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(scroll, 1)

    def show_view(self, view: DirectionsView) -> None:
        """Bring the sliders up to this."""
        before, self._view = self._view, view
        if before is None or before.kinds != view.kinds:
            self._kind.set_choices([(kind, KINDS[kind][0], "", KINDS[kind][1]) for kind in view.kinds])
            self._kind.setVisible(len(view.kinds) > 1)
        self._kind.set_current(view.kind)
        self._help.setText(KINDS[view.kind][1])
        self._all.setText(more_words(len(view.rows), view.count))
        self._all.setVisible(view.count > FIRST_ROWS)
        settle(self)
        self.sliders.set_count(len(view.rows))
        anew = before is None or before.kind != view.kind or len(before.rows) != len(view.rows)
        for index, (widget, row) in enumerate(zip(self.sliders.rows(), view.rows, strict=True)):
            if anew or before is None or before.rows[index].name != row.name or before.rows[index].reach != row.reach:
                widget.set_direction(row.name, row.reach, row.bar, row.note, row.collapsed)
            widget.set_value(row.value)
            if anew or before is None or before.strips is not view.strips:
                widget.set_images(None if view.strips is None else view.strips[index])

    def height_for(self, rows: int) -> int:
        """What the page takes up with this many rows, device-independent px."""
        return Size.CONTROL + rows * ROW + 3 * Space.S


def more_words(shown: int, count: int) -> str:
    """What the button says that shows more directions."""
    if shown == count:
        return tr("The first six")
    return (
        tr("All {count}").format(count=count)
        if count <= MORE_ROWS
        else tr("{n} of {count}").format(n=min(next_count(shown), count), count=count)
    )
