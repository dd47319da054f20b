"""One picture of a wall large over it: in whole px on its mat, with its caption; arrows go on to the next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.theme.stylesheet import active
from app.theme.tokens import Palette, Radius, Size, Space
from app.translation import tr
from app.widgets.buttons import IconButton
from app.widgets.frames import box, focus_ring, smooth_painter
from app.widgets.picture_view import PictureView
from app.widgets.tile_wall import TileWall

LEAST = 32
"""The least room of the picture, device-independent px."""
_CLOSING = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F)


class ZoomedTile(QWidget):
    """Lies over its wall, opens when the wall's picture is activated, and follows the wall's current picture.

    Escape, Enter, F, the cross and a click beside the picture close it; all other keys are the wall's.
    """

    def __init__(self, wall: TileWall) -> None:
        super().__init__(wall)
        self._palette, self._wall, self._turned = active(), wall, 0
        self._place, self._caption, self._details = _line("muted"), _line("section"), _line("muted")
        self._picture = PictureView(LEAST)
        self._close = IconButton("close", tr("Back to the wall"), tooltip=tr("Back to the wall (Esc)"))
        self._lay_out()
        self._close.clicked.connect(self.close_it)
        wall.activated.connect(self.open)
        wall.current_changed.connect(self._follow)
        wall.refreshed.connect(self._show)
        wall.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("One picture, large"))
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._place, 1)
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.M, Space.L)
        column.setSpacing(Space.XS)
        column.addLayout(head)
        column.addStretch(1)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(Size.MAT + Space.S)
        for words in (self._caption, self._details):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(words)
        column.addStretch(1)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def open(self, index: int) -> None:
        """Show a picture of the wall, and take the keyboard."""
        if index != self._wall.current:
            self._wall.set_current(index)
        self._cover()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show()

    def _cover(self) -> None:
        """Lie over the wall beside it in its parent: inside of the wall, Qt lays the scroll bars over everything."""
        over = self._wall.parentWidget()
        if over is not None and self.parentWidget() is not over:
            self.setParent(over)
        self.setGeometry(self._wall.geometry() if over is not None else self._wall.rect())

    def close_it(self) -> None:
        """Back to the wall, which has the current picture in view."""
        if self.isHidden():
            return
        held = self.hasFocus() or self._close.hasFocus()
        self.hide()
        self._wall.scroll_to(self._wall.current)
        if held:
            self._wall.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_details(self, text: str) -> None:
        """What is known of the current picture, on one line."""
        self._details.setText(text)

    def picture(self) -> PictureView:
        """The picture's own widget."""
        return self._picture

    def _follow(self, index: int) -> None:
        if index < 0:
            self.close_it()
        else:
            self._show()

    def _show(self) -> None:
        source, index = self._wall.source, self._wall.current
        if self.isHidden() or source is None or index < 0:
            return
        height, width = source.images.shape[1:3]
        self._picture.set_pixels(width, height)
        self._picture.set_image(source.images[index] if source.drawn[index] else None)
        caption, place = source.captions(index), self._wall.place_of(index)
        self._caption.setText(caption)
        self._place.setText(tr("{place} of {n}").format(place=f"{place + 1:,}", n=f"{self._wall.shown:,}"))
        self.setAccessibleDescription(f"{caption}. {self._place.text()}.")
        self._fit()

    def _fit(self) -> None:
        lines = sum(label.sizeHint().height() + Space.XS for label in (self._caption, self._details))
        down = self.height() - lines - Size.CONTROL - 2 * Size.MAT - 3 * Space.L - Space.S
        across = self.width() - 2 * Size.MAT - 2 * Space.L
        self._picture.set_side(max(LEAST, min(across, down)))
        self.update()

    def set_theme(self, palette: Palette) -> None:
        """Take a theme's colours."""
        self._palette = palette
        self.update()

    # -- events ----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wall is elsewhere, has another size, or is not there any more."""
        if watched is self._wall and event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and not self.isHidden():
            self._cover()
        elif watched is self._wall and event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.close_it()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def event(self, event: QEvent) -> bool:
        """The keys that close it come here before the window's shortcuts: Escape stops nothing behind it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _closes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _closes(event):
            self.close_it()
        else:
            self._wall.keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A notch is a picture."""
        event.accept()
        self._turned -= event.angleDelta().y()
        steps = int(self._turned / 120)
        self._turned -= steps * 120
        if steps:
            self._wall.step(steps)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._mat().contains(event.position().toPoint()):
            self.close_it()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.close_it()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._wall.context_requested.emit(self._wall.current, event.globalPos())

    def _mat(self) -> QRect:
        return self._picture.geometry().adjusted(-Size.MAT, -Size.MAT, Size.MAT, Size.MAT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, palette = smooth_painter(self), self._palette
        painter.fillRect(self.rect(), QColor(palette.window))
        box(painter, self._mat(), palette.panel, None, Radius.CARD)
        if self.hasFocus():
            focus_ring(painter, self._mat(), palette, Radius.CARD)
        painter.end()


def _closes(event: QKeyEvent) -> bool:
    return Qt.Key(event.key()) in _CLOSING and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def _line(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    return label
