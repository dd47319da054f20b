"""The inspector's parameters, built from the controls that a request declares on its fields.

Primary controls show at once, the rest under "More", by group.  The panel knows no request: `Control` says everything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme.tokens import Size, Space
from app.translation import tr
from app.widgets.buttons import DrawnButton
from app.widgets.frames import box, icon_at, smooth_painter, words
from app.widgets.parameter_fields import KINDS, ChoiceField, Field, SeedField
from engine.contracts.controls import Control


class Disclosure(DrawnButton):
    """A word with a chevron that unfolds what is below."""

    def __init__(self, text: str, tooltip: str) -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.name_it(text, tooltip)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 20 + Space.M, Size.CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        area = QRectF(self.rect())
        box(painter, area, self.fill(None), None)
        icon = "chevron-down" if self.isChecked() else "chevron-right"
        ink = self.ink(palette.text)
        icon_at(painter, QRectF(2, 0, 16, area.height()), icon, ink, self.devicePixelRatioF(), 16)
        words(painter, area.adjusted(22, 0, 0, 0), self.text(), ink, Qt.AlignmentFlag.AlignLeft)
        self.ring(painter)
        painter.end()


class ParameterPanel(QWidget):
    """A column of fields made from declared controls."""

    value_changed = Signal(str, object, bool)  # field, value, final (False while dragging)
    seed_lock_changed = Signal(bool)
    dice_rolled = Signal()

    def __init__(self, controls: Mapping[str, Control], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = {name: self._make(name, control) for name, control in controls.items()}
        self._hidden: set[str] = set()
        self._headings: list[tuple[QLabel, list[str]]] = []
        self._more = Disclosure(tr("More"), tr("Show the parameters that are rarely changed"))
        self._more.toggled.connect(self._fold)
        self._rest = QWidget()
        self._lay_out(controls)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(tr("Parameters"))
        self._show_parts()

    def _make(self, name: str, control: Control) -> Field:
        field = KINDS[control.kind](control)
        field.value_changed.connect(lambda value, final: self.value_changed.emit(name, value, final))
        if isinstance(field, SeedField):
            field.lock_changed.connect(self.seed_lock_changed)
            field.dice_rolled.connect(self.dice_rolled)
        return field

    def _lay_out(self, controls: Mapping[str, Control]) -> None:
        column, rest = QVBoxLayout(self), QVBoxLayout(self._rest)
        for layout in (column, rest):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(Space.L)
        ordered = sorted(controls.items(), key=lambda item: item[1].order)
        for name, control in ordered:
            if control.primary:
                column.addWidget(self._fields[name])
        for group in dict.fromkeys(control.group for _, control in ordered if not control.primary):
            self._add_group(rest, group, [n for n, c in ordered if not c.primary and c.group == group])
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._rest)

    def _add_group(self, rest: QVBoxLayout, group: str, names: list[str]) -> None:
        heading = QLabel(tr(group))
        heading.setProperty("role", "muted")
        self._headings.append((heading, names))
        rest.addWidget(heading)
        for name in names:
            rest.addWidget(self._fields[name])

    def _fold(self, _open: bool) -> None:
        self._show_parts()

    def _show_parts(self) -> None:
        shown = {name for name in self._fields if name not in self._hidden}
        for name, field in self._fields.items():
            field.setVisible(name in shown)
        for heading, names in self._headings:
            heading.setVisible(len(self._headings) > 1 and any(name in shown for name in names))
        rest = any(not self._fields[name].control.primary for name in shown)
        self._more.setVisible(rest)
        self._rest.setVisible(rest and self._more.isChecked())

    def fields(self) -> dict[str, Field]:
        """The fields by name."""
        return dict(self._fields)

    def set_choices(self, field: str, choices: Sequence[tuple[Any, str]]) -> None:
        """Offer (value, label) in a choice."""
        found = self._fields[field]
        if isinstance(found, ChoiceField):
            found.set_choices(choices)

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values by field name, without a signal; names that have no field are passed over."""
        for name, value in values.items():
            if name in self._fields:
                self._fields[name].set_value(value)

    def set_seed_locked(self, locked: bool) -> None:
        """Show whether the seed is kept, without a signal."""
        for field in self._fields.values():
            if isinstance(field, SeedField):
                field.set_locked(locked)

    def set_visible_fields(self, names: Collection[str]) -> None:
        """Show these fields only."""
        self._hidden = set(self._fields) - set(names)
        self._show_parts()

    def set_enabled_fields(self, names: Collection[str]) -> None:
        """Let these fields only be changed."""
        for name, field in self._fields.items():
            field.setEnabled(name in names)

    def set_more_open(self, is_open: bool) -> None:
        """Unfold or fold what is under More."""
        self._more.setChecked(is_open)
