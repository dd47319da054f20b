"""The drawer's page of a path: its key pictures on a line, how one walks along it, and the files it is written to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.theme.tokens import Space
from app.translation import tr
from app.widgets.buttons import IconButton, SegmentedControl
from app.widgets.picture_button import PictureButton
from app.widgets.settling import settle
from app.widgets.value_slider import ValueSlider
from app.workspaces.latent.state import PathState
from engine.contracts.arrays import Image

EXPORTS = (
    ("png", tr("Strip of pictures (PNG)...")),
    ("gif", tr("Film (GIF)...")),
    ("npz", tr("Points and pictures (NPZ)...")),
)
LARGE, SMALL, ROOMY = 128, 64, 240
"""Device-independent px of a key picture on a roomy page and on a low one, and from which height a page is roomy."""
_KEY_HELP = tr("Brings the point here. Delete takes it out of the path; Alt and an arrow key move it along.")
_EMPTY = tr("Bring the point somewhere and add it; two or more pictures make a path.")


class _Key(PictureButton):
    """A key picture that can be moved along the line."""

    shifted = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.shifted.emit(step)
        else:
            super().keyPressEvent(event)


class PathPage(QWidget):
    """Signals out, ``show_view(view)`` in."""

    key_chosen = Signal(int)
    key_removed = Signal(int)
    key_shifted = Signal(int, int)
    add_requested = Signal()
    kind_chosen = Signal(str)
    loop_changed = Signal(bool)
    walk_toggled = Signal()
    scrubbed = Signal(float, bool)
    export_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys: list[PictureButton] = []
        self._side = LARGE
        self._add = QPushButton(tr("Add the point"))
        self._add.setToolTip(tr("Puts the present picture at the end of the path (Ins)."))
        self._kind = SegmentedControl(tr("How one goes from picture to picture"))
        self._kind.set_choices(
            [
                (
                    "slerp",
                    tr("Arc"),
                    "",
                    tr("On the great circle (slerp): the length stays like that of draws from the prior."),
                ),
                (
                    "lerp",
                    tr("Line"),
                    "",
                    tr("Straight (lerp): through the middle, where few draws of a wide prior lie."),
                ),
            ]
        )
        self._loop = QCheckBox(tr("Loop"))
        self._loop.setToolTip(tr("Leads from the last picture back to the first."))
        self._play = IconButton("play", tr("Walk along the path"), bordered=True)
        self._position = ValueSlider(0.0, 1.0, 0.001)
        self._position.setAccessibleName(tr("Place on the path"))
        self._position.setToolTip(tr("Where on the path one is; drag it."))
        self._export = QPushButton(tr("Export"))
        self._export.setToolTip(tr("Writes the path as a strip of pictures, a film, or points and pictures."))
        self._menu = QMenu(self)
        for kind, text in EXPORTS:
            self._menu.addAction(text).triggered.connect(lambda _=False, kind=kind: self.export_requested.emit(kind))
        self._empty = QLabel(_EMPTY)
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self._add.clicked.connect(self.add_requested)
        self._kind.chosen.connect(self.kind_chosen)
        self._loop.clicked.connect(self.loop_changed)
        self._play.clicked.connect(self.walk_toggled)
        self._position.value_changed.connect(self.scrubbed)
        self._export.clicked.connect(
            lambda: self._menu.popup(self._export.mapToGlobal(QPoint(0, self._export.height() + Space.XS)))
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        for part in (self._add, self._kind, self._loop):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self._export)
        line = self._scrolled = QWidget()
        line.setProperty("role", "scrolled")
        self._line = QHBoxLayout(line)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(Space.S)
        self._line.addWidget(self._empty, 100)  # all of the line while it is there
        self._line.addStretch(1)
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(line)
        scroll.viewport().setAutoFillBackground(False)
        walk = QHBoxLayout()
        walk.setSpacing(Space.S)
        walk.addWidget(self._play)
        walk.addWidget(self._position, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        column.addLayout(walk)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._side = LARGE if event.size().height() >= ROOMY else SMALL
        for key in self.keys:
            key.set_side(self._side)
        settle(self._scrolled, self._scroll.viewport(), self._scroll)

    def show_view(self, view: PathState) -> None:
        """Bring the page up to this."""
        self._set_keys(view.images)
        self._kind.set_current(view.kind)
        self._loop.setChecked(view.loop)
        self._position.set_value(view.position)
        self._play.set_icon("pause" if view.playing else "play")
        self._play.name_it(tr("Stand still") if view.playing else tr("Walk along the path"))
        self._empty.setVisible(not view.images)
        for part in (self._play, self._position, self._export):
            part.setEnabled(view.walkable)

    def _set_keys(self, images: Sequence[Image | None]) -> None:
        while len(self.keys) > len(images):
            key = self.keys.pop()
            self._line.removeWidget(key)
            key.hide()
            key.deleteLater()
        while len(self.keys) < len(images):
            self._add_key(len(self.keys))
        for key, image in zip(self.keys, images, strict=True):
            key.set_image(image)
        settle(self._scrolled, self._scroll.viewport(), self._scroll)

    def _add_key(self, index: int) -> None:
        key = _Key(str(index + 1), _KEY_HELP, self._side)
        key.clicked.connect(lambda: self.key_chosen.emit(index))
        key.removed.connect(lambda: self.key_removed.emit(index))
        key.shifted.connect(lambda by: self.key_shifted.emit(index, by))
        self.keys.append(key)
        self._line.insertWidget(index, key)
        key.show()  # at once, that it has its room before it is painted
