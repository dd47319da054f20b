"""A wall of thousands of pictures under the hand: select, go through, zoom in, star, drop a file.

Click selects, Ctrl+click adds, Shift+click a range, dragging draws a rubber band; arrows, Home, End and the Page keys
go from picture to picture (Shift selects, Ctrl only goes), Space selects, Ctrl+A selects all; Enter, F or a double
click shows one large, S stars, Delete asks to delete; Ctrl and the wheel change the size of tiles.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from app.translation import tr
from app.widgets.wall_source import NO_MARKS, Marks, Tiles
from app.widgets.wall_surface import LINE, WallSurface

NOTCH, LINES = 120, 3  # eighths of a degree a notch of the wheel, and how many lines one moves
AUTOSCROLL_MS, AUTOSCROLL_SHARE = 16, 0.4  # while a band is drawn beyond the edge: how often, and how much of the way
PINCH = 0.25  # zoom of a pinch that is one step of tile size

_NONE = Qt.KeyboardModifier.NoModifier
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)
_LARGE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F)
_DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class TileWall(WallSurface):
    """A `Tiles` source on a wall.  Signals carry indices of pictures, except `view_changed`: positions shown."""

    current_changed = Signal(int)  # -1: none
    selection_changed = Signal()
    activated = Signal(int)  # to be shown large
    star_requested = Signal(int)  # the current one; `selection` says whether there are more
    delete_requested = Signal()
    hovered = Signal(int)  # -1: none
    context_requested = Signal(int, QPoint)  # -1: beside all tiles; on the screen
    image_dropped = Signal(str)
    refreshed = Signal()  # the source was looked at again

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed: QPointF | None = None  # on the wall, device px
        self._base: NDArray[np.bool_] | None = None
        self._turned, self._pinched = 0, 0.0
        self._auto = QTimer(self)
        self._auto.setInterval(AUTOSCROLL_MS)
        self._auto.timeout.connect(self._autoscroll)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setWhatsThis(
            tr("Click selects, drag selects many, Enter or a double click shows one large, S stars, Ctrl and the ")
            + tr("wheel change the size of tiles.")
        )
        self.setAccessibleName(tr("Wall of pictures"))
        self._describe()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_source(self, source: Tiles) -> None:
        before = self._state()
        super().set_source(source)
        self._tell(before)
        self.refreshed.emit()

    def refresh(self, changed: Iterable[int] | None = None) -> None:
        """The source has changed: the pictures or marks at these indices, or anything (None).

        Another order, count or arrangement is noticed by itself.
        """
        before = self._state()
        self._read(None if changed is None else [int(index) for index in changed])
        self._tell(before)
        self.refreshed.emit()

    # -- selection -------------------------------------------------------------------------------------------------

    @property
    def current(self) -> int:
        """The index of the picture that keys go from, -1 for none."""
        return self._choice.current

    def step(self, by: int) -> None:
        """Make the picture so many places on the current one."""
        if self._choice.count:
            self._go(self._layout.moved(max(0, self._choice.place_of(self.current)), by, 0), _NONE)

    def set_current(self, index: int) -> None:
        """Make a picture the current one, select it alone and bring it into view; -1 for none."""
        before = self._state()
        self._choice.take(self._choice.place_of(index))
        self._tell(before)
        self.scroll_to(index)

    def selection(self) -> list[int]:
        """The selected indices, in the order shown."""
        return [int(index) for index in self._choice.selection()]

    def select(self, indices: Iterable[int]) -> None:
        """Select these pictures."""
        before = self._state()
        self._choice.choose(np.fromiter(indices, np.int64))
        self._tell(before)

    def select_all(self) -> None:
        """Select everything shown."""
        before = self._state()
        self._choice.all()
        self._tell(before)

    def deselect(self) -> bool:
        """Select nothing; whether anything was."""
        before = self._state()
        self._choice.none()
        self._tell(before)
        return bool(before[1].any())

    def forget(self) -> None:
        """Nothing selected, nothing current: another wall comes."""
        before = self._state()
        self._choice.forget()
        self._tell(before)

    def _state(self) -> tuple[int, NDArray[np.bool_]]:
        return self._choice.current, self._choice.chosen.copy()

    def _tell(self, before: tuple[int, NDArray[np.bool_]]) -> None:
        """Repaint and report what the hand has changed since ``before``."""
        current, chosen = before
        if not np.array_equal(chosen, self._choice.chosen):
            if len(chosen) == len(self._choice.chosen):
                self._drop(np.flatnonzero(chosen ^ self._choice.chosen).tolist())
            self._rehang()
            self.selection_changed.emit()
        if current != self._choice.current:
            self.current_changed.emit(self._choice.current)
        self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        """What a screen reader says of the wall."""
        index, shown = self._choice.current, self._choice.count
        chosen = int(self._choice.chosen.sum())
        text = tr("{n} pictures. Arrow keys go from one to the next.").format(n=f"{shown:,}")
        if index >= 0 and self._source is not None:
            place = self._choice.place_of(index) + 1
            text = tr("{caption}. Picture {place} of {n}, {chosen} selected.").format(
                caption=self._source.captions(index), place=f"{place:,}", n=f"{shown:,}", chosen=f"{chosen:,}"
            )
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    # -- mouse -----------------------------------------------------------------------------------------------------

    def _on_wall(self, at: QPointF) -> QPointF:
        return at * self.scale + QPointF(self._left, self._top)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().toPoint())
        index = self._choice.index_at(place)
        if event.button() == Qt.MouseButton.RightButton and index >= 0 and not self._choice.chosen[index]:
            self._pick(place, _NONE)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        adds = bool(event.modifiers() & (_CONTROL | _SHIFT))
        self._base = self._choice.chosen.copy() if adds else np.zeros_like(self._choice.chosen)
        self._pressed = self._on_wall(event.position())
        if place >= 0:
            self._pick(place, event.modifiers())
        elif not adds:
            self.deselect()

    def _pick(self, place: int, modifiers: Qt.KeyboardModifier) -> None:
        before, choice = self._state(), self._choice
        if modifiers & _SHIFT:
            choice.extend(place, add=bool(modifiers & _CONTROL))
        elif modifiers & _CONTROL:
            choice.toggle(place)
        else:
            choice.take(place)
        self._tell(before)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._hover(self.place_at(event.position().toPoint()))
            return
        far = (self._on_wall(event.position()) - self._pressed).manhattanLength() / self.scale
        if self._band is not None or far >= QApplication.startDragDistance():
            self._hover(-1)
            self._draw_band(event.position())
            outside = not QRect(QPoint(), self.viewport().size()).contains(event.position().toPoint())
            if outside != self._auto.isActive():
                (self._auto.start if outside else self._auto.stop)()

    def _draw_band(self, at: QPointF) -> None:
        assert self._pressed is not None and self._base is not None, "a band begins with a press"
        x, y = sorted((self._pressed.x(), self._on_wall(at).x())), sorted((self._pressed.y(), self._on_wall(at).y()))
        self._band = (int(x[0]), int(y[0]), int(x[1]) + 1, int(y[1]) + 1)
        before = self._state()
        self._choice.band(self._layout.positions_in(self._band), self._base)
        self._tell(before)

    def _autoscroll(self) -> None:
        """The pointer pulls the band beyond the edge."""
        at = QPointF(self.viewport().mapFromGlobal(self.cursor().pos()))
        view = self.viewport().size()
        for bar, place, end in (
            (self.horizontalScrollBar(), at.x(), view.width()),
            (self.verticalScrollBar(), at.y(), view.height()),
        ):
            beyond = place if place < 0 else max(0.0, place - end)
            bar.setValue(bar.value() + round(beyond * self.scale * AUTOSCROLL_SHARE))
        self._draw_band(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._auto.stop()
            self._pressed = self._band = None
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.activated.emit(self._choice.index_at(place))

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            for changed in (self._hovered, place):
                self.viewport().update(self.tile_rect(self._choice.index_at(changed)).adjusted(-6, -6, 6, 6))
            self._hovered = place
            self.hovered.emit(self._choice.index_at(place))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._hovered = -1  # what lies under the pointer now is known when it moves

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._tip(event)
            return True
        elif isinstance(event, QNativeGestureEvent) and self._pinch(event):
            return True
        return super().viewportEvent(event)

    def _tip(self, event: QHelpEvent) -> None:
        index = self._choice.index_at(self.place_at(event.pos()))
        said = self._source.captions(index) if index >= 0 and self._source is not None else ""
        QToolTip.showText(event.globalPos(), said, self.viewport(), self.tile_rect(index))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The right button, or the menu key: then of the current picture."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            rect = self.tile_rect(self.current)
            self.context_requested.emit(self.current, self.viewport().mapToGlobal(rect.center()))
        else:
            at = event.pos()
            self.context_requested.emit(self._choice.index_at(self.place_at(at)), event.globalPos())

    # -- wheel, pinch, files ---------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        if event.modifiers() & _CONTROL:
            self._turned += event.angleDelta().y()
            steps = int(self._turned / NOTCH)
            self._turned -= steps * NOTCH
            if steps:
                self.step_tile_size(steps, event.position().toPoint())
            return
        fine = event.pixelDelta()
        moved = fine if not fine.isNull() else event.angleDelta() * (LINE * LINES / NOTCH)
        across, down = moved.x(), moved.y()
        if event.modifiers() & _SHIFT or not self.verticalScrollBar().maximum():
            across, down = (across or down), 0
        for bar, by in ((self.horizontalScrollBar(), across), (self.verticalScrollBar(), down)):
            bar.setValue(bar.value() - round(by * self.scale))

    def _pinch(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._pinched += event.value()
        steps = int(self._pinched / PINCH)
        self._pinched -= steps * PINCH
        if steps:
            self.step_tile_size(steps, event.position().toPoint())
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files(event):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setAccepted(bool(_files(event)))

    def dropEvent(self, event: QDropEvent) -> None:
        for path in _files(event)[:1]:
            event.acceptProposedAction()
            self.image_dropped.emit(path)

    # -- keys ------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        goal = self._goal(key)
        plain = not modifiers & ~Qt.KeyboardModifier.KeypadModifier
        if goal is not None:
            self._go(goal, modifiers)
        elif key == Qt.Key.Key_A and modifiers & _CONTROL:
            self.select_all()
        elif key == Qt.Key.Key_Space and self.current >= 0:
            self._pick(self._choice.place_of(self.current), _CONTROL)
        elif key in _LARGE and plain and self.current >= 0:
            self.activated.emit(self.current)
        elif key == Qt.Key.Key_S and plain and self.current >= 0:
            self.star_requested.emit(self.current)
        elif key in _DELETE and plain and self._choice.chosen.any():
            self.delete_requested.emit()
        else:
            event.ignore()

    def _goal(self, key: Qt.Key) -> int | None:
        """The position where a key leads, None where it leads nowhere."""
        layout, count = self._layout, self._choice.count
        if not count or key not in (*_STEPS, *_PAGES, *_ENDS):
            return None
        place = self._choice.place_of(self.current)
        if key in _ENDS:
            return 0 if key == Qt.Key.Key_Home else count - 1
        if place < 0:  # the first key goes to what is in view
            return layout.nearest(self._left + layout.left, self._top + layout.tile_height // 2)
        if key in _PAGES:
            page = max(1, self._view_size()[1] // layout.pitch_y - 1)
            return layout.moved(place, 0, _PAGES[key] * page)
        return layout.moved(place, *_STEPS[key])

    def _go(self, place: int, modifiers: Qt.KeyboardModifier) -> None:
        before = self._state()
        if modifiers & _SHIFT:
            self._choice.extend(place, add=bool(modifiers & _CONTROL))
        elif modifiers & _CONTROL:
            self._choice.go(place)
        else:
            self._choice.take(place)
        self._tell(before)
        self._show_place(place)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


def _files(event: QDropEvent) -> list[str]:
    """The paths that are dropped."""
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]


__all__ = ["NO_MARKS", "Marks", "TileWall", "Tiles"]
