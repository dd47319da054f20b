"""The models at the window's left: grouped by what they learnt from, one chip each; or a rail of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size, Space, Type
from app.translation import tr
from app.widgets.buttons import Chip, DrawnButton, IconButton
from app.widgets.elided_label import ElidedLabel
from app.widgets.flow_layout import FlowLayout
from app.widgets.frames import box, sized, smooth_painter, words


@dataclass(frozen=True, slots=True, eq=False)
class LibraryEntry:
    """A model as the library shows it.

    ``fits`` says whether the workspace that is open can use it; ``opens_in`` names the one that can, if
    there is one.  ``preview`` is a
    picture of its data set, for the rail.
    """

    id: str
    title: str
    data_title: str
    architecture: str
    fits: bool = True
    opens_in: str = ""
    tooltip: str = ""
    preview: QImage | None = None


class _RailButton(DrawnButton):
    """A data set in the rail: its picture, or its first two letters."""

    def __init__(self, title: str, preview: QImage | None) -> None:
        super().__init__()
        self._preview = preview
        self.setCheckable(True)
        self.setText(title)
        self.name_it(title)
        self.setFixedSize(40, 40)

    def nextCheckState(self) -> None:
        """What is chosen is set from outside."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette, area = smooth_painter(self), self._palette, QRectF(self.rect())
        chosen = self.isChecked()
        border = palette.accent if chosen else palette.control
        box(painter, area, self.fill(palette.selected if chosen else palette.raised), border, width=2 if chosen else 1)
        if self._preview is not None and not self._preview.isNull():
            inner = area.adjusted(4, 4, -4, -4)
            path = QPainterPath()
            path.addRoundedRect(inner, 3, 3)
            painter.setClipPath(path)
            painter.drawImage(inner, self._preview, QRectF(self._preview.rect()))
            painter.setClipping(False)
        else:
            painter.setFont(sized(self.font(), Type.BODY, bold=True))
            words(painter, area, self.text()[:2], self.ink(palette.text))
        self.ring(painter)
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(40, 40)


class ModelLibrary(QWidget):
    """Every installed model, those that fit the workspace first; the others say where they open."""

    model_chosen = Signal(str)
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._palette = active()
        self._entries: list[LibraryEntry] = []
        self._chips: dict[str, Chip] = {}
        self._rail_buttons: dict[str, _RailButton] = {}
        self._current, self._rail = "", False
        self._title = QLabel(tr("Models"))
        self._title.setProperty("role", "section")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._open = QPushButton(tr("Open a model\u2026"))
        self._open_icon = IconButton("open", tr("Open a model"), side=40, bordered=True)
        self._empty = QLabel(tr("No models are installed yet. Open a model folder or an .onnx file."))
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")
        for button in (self._open, self._open_icon):
            button.setToolTip(tr("Open a model folder or an .onnx file"))
            button.clicked.connect(self.open_requested)
        self._lay_out()
        self.setAccessibleName(tr("Models"))
        self.set_rail(False)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setSpacing(Space.M)
        self._column.addWidget(self._title)
        self._column.addWidget(self._empty)
        self._column.addWidget(self._scroll, 1)
        self._column.addWidget(self._open)
        self._column.addWidget(self._open_icon, 0, Qt.AlignmentFlag.AlignHCenter)

    def set_models(self, entries: Sequence[LibraryEntry]) -> None:
        """Show these models."""
        self._entries = sorted(entries, key=lambda entry: not entry.fits)
        self._rebuild()

    def set_current(self, model: str) -> None:
        """Mark a model as the one in use, without a signal."""
        self._current = model
        for name, chip in self._chips.items():
            chip.setChecked(name == model)
        data = next((entry.data_title for entry in self._entries if entry.id == model), "")
        for title, button in self._rail_buttons.items():
            button.setChecked(title == data)

    def set_rail(self, rail: bool) -> None:
        """Be a rail of 56 px, or 240 px wide with names."""
        if rail == self._rail and self._chips.keys() | self._rail_buttons.keys():
            return  # asked at every change of the window's size
        self._rail = rail
        self.setFixedWidth(Size.LIBRARY_RAIL if rail else Size.LIBRARY)
        side = Space.S if rail else Space.L
        self._column.setContentsMargins(side, Space.L, side, Space.L)
        self._title.setVisible(not rail)
        self._open.setVisible(not rail)
        self._open_icon.setVisible(rail)
        self._rebuild()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    def _groups(self) -> dict[str, list[LibraryEntry]]:
        """The models by data set, data sets with a model that fits first."""
        groups: dict[str, list[LibraryEntry]] = {}
        for entry in self._entries:
            groups.setdefault(entry.data_title, []).append(entry)
        return groups

    def focus_current(self) -> None:
        """Give the keyboard to the model in use, or to the first."""
        data = next((entry.data_title for entry in self._entries if entry.id == self._current), "")
        stops: list[QWidget | None] = [self._chips.get(self._current), self._rail_buttons.get(data)]
        stops += [*self._chips.values(), *self._rail_buttons.values(), self._open, self._open_icon]
        found = next((stop for stop in stops if stop is not None and stop.isVisibleTo(self)), None)
        if found is not None:
            found.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focused(self) -> str:
        """The model or data set whose button has the keyboard."""
        return next((name for name, part in (self._chips | self._rail_buttons).items() if part.hasFocus()), "")

    def _rebuild(self) -> None:
        focused = self._focused()
        self._chips, self._rail_buttons = {}, {}
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S if self._rail else Space.L)
        for title, entries in self._groups().items():
            column.addWidget(self._rail_group(title, entries) if self._rail else self._group(title, entries))
        column.addStretch()
        old = self._scroll.takeWidget()
        self._scroll.setWidget(body)
        body.setAutoFillBackground(False)  # the scroll area has just set it
        if (again := self._chips.get(focused) or self._rail_buttons.get(focused)) is not None:
            again.setFocus()
        if isinstance(old, QWidget):  # None at first; one of its chips may be in the middle of a click
            old.hide()
            old.deleteLater()
        self._empty.setVisible(not self._entries and not self._rail)
        self.set_current(self._current)

    def _group(self, title: str, entries: Sequence[LibraryEntry]) -> QWidget:
        group = QWidget()
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        heading = ElidedLabel(title)  # a long name would else make the column wider than there is room
        heading.setProperty("role", "muted")
        chips = FlowLayout(Space.XS + 2)
        for entry in entries:
            chips.addWidget(self._chip(entry))
        column.addWidget(heading)
        column.addLayout(chips)
        return group

    def _chip(self, entry: LibraryEntry) -> Chip:
        tip = entry.tooltip or entry.title
        if not entry.fits:
            tip = tr("{title} opens in {workspace}").format(title=entry.title, workspace=self._home(entry))
        text = entry.architecture if entry.fits else f"{entry.architecture} \u2192 {self._home(entry)}"
        chip = Chip(text, tooltip=tip, dashed=not entry.fits)
        chip.setAccessibleName(f"{entry.title}, {tip}" if tip != entry.title else entry.title)
        chip.setCheckable(True)
        chip.clicked.connect(lambda: self._choose(entry.id))
        self._chips[entry.id] = chip
        return chip

    def _home(self, entry: LibraryEntry) -> str:
        return entry.opens_in or tr("a later version")

    def _rail_group(self, title: str, entries: Sequence[LibraryEntry]) -> QWidget:
        preview = next((entry.preview for entry in entries if entry.preview is not None), None)
        button = _RailButton(title, preview)
        button.clicked.connect(lambda: self._offer(button, entries))
        self._rail_buttons[title] = button
        return button

    def _offer(self, button: QWidget, entries: Sequence[LibraryEntry]) -> None:
        """The rail has no room for chips: a menu beside the picture has their names."""
        menu = QMenu(self)
        for entry in entries:
            text = entry.title if entry.fits else f"{entry.title} \u2192 {self._home(entry)}"
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(entry.id == self._current)
            action.triggered.connect(lambda _checked=False, model=entry.id: self._choose(model))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(QPoint(button.width() + Space.S, 0)))

    def _choose(self, model: str) -> None:
        self.set_current(self._current)  # a click asks; what is in use is set from outside
        self.model_chosen.emit(model)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._palette.panel))
        painter.end()
