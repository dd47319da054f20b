"""Where Tab goes: through the window's areas as they are read, and within an area from top to bottom.

Qt's own order is that in which widgets were made, and much of the window is made anew while it runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

ROW = 16
"""Widgets whose middles are less than about so many px apart in height stand in one row."""


def stops(areas: Iterable[QWidget]) -> list[QWidget]:
    """Every widget that Tab can reach, in order."""
    return [widget for area in areas for widget in _inside(area)]


def _inside(area: QWidget) -> list[QWidget]:
    def place(widget: QWidget) -> tuple[int, int]:
        middle = widget.mapTo(area, QPoint(0, widget.height() // 2)) if widget is not area else QPoint()
        return middle.y() // ROW, middle.x()

    return sorted((w for w in (area, *area.findChildren(QWidget)) if _is_stop(w)), key=place)


def _is_stop(widget: QWidget) -> bool:
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(by_tab) and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def neighbour(order: Sequence[QWidget], now: QWidget | None, forward: bool) -> QWidget | None:
    """The next or the previous stop, round and round; None if there is none."""
    if not order:
        return None
    if now not in order:
        return order[0] if forward else order[-1]
    return order[(order.index(now) + (1 if forward else -1)) % len(order)]
