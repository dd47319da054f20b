"""What is wrong with a window's layout, in sentences: words and controls that are cut off, squeezed or covered.

Used by `size_scenes`, which photographs the window at every size, and by the journeys, which assert that there is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QComboBox, QLabel, QLineEdit, QWidget

from app.widgets.busy_line import BusyLine
from app.widgets.elided_label import ElidedLabel
from app.widgets.halo import Halo
from app.widgets.toast import Toast

_SHEET = 0.9
"""What covers so much of its parent is meant to cover it."""


def faults(window: QWidget) -> list[str]:
    """One sentence a fault of what shows in the window now; none where all is well."""
    shown = [each for each in window.findChildren(QWidget) if _shows(each, window)]
    covers = [each for each in shown if _floats(each)]
    found = [*(fault for each in shown if _is_read(each) for fault in _cut(each, window))]
    found += [fault for each in shown if _is_read(each) for fault in _covered(each, covers, window)]
    return list(dict.fromkeys(found))


def named(widget: QWidget) -> str:
    """The widget as a person would call it."""
    text = widget.text() if isinstance(widget, (QAbstractButton, QLabel)) else ""
    told = (text or widget.accessibleName() or widget.toolTip())[:48]
    return f"{type(widget).__name__} {told!r}"


def _shows(widget: QWidget, window: QWidget) -> bool:
    return widget.isVisible() and widget.window() is window.window() and not widget.size().isEmpty()


def _is_read(widget: QWidget) -> bool:
    """Whether it is something that one reads or presses, and not what it lies in."""
    if isinstance(widget, QLabel):
        return bool(widget.text())
    inner = isinstance(widget.parentWidget(), (QComboBox, QLineEdit))
    return isinstance(widget, (QAbstractButton, QComboBox, QLineEdit)) and not inner


def _floats(widget: QWidget) -> bool:
    """Whether it lies over its siblings instead of beside them."""
    parent = widget.parentWidget()
    if parent is None or isinstance(widget, (BusyLine, Halo, QAbstractScrollArea)):
        return False
    if isinstance(parent.parentWidget(), QAbstractScrollArea):
        return False
    area, whole = widget.geometry(), parent.rect()
    sheet = area.width() * area.height() >= _SHEET * whole.width() * whole.height()
    return not sheet and _layout_holds(parent, widget) is False


def _layout_holds(parent: QWidget, widget: QWidget) -> bool | None:
    """Whether the parent's layout places the widget; None where the parent places nothing over anything."""
    layout = parent.layout()
    if layout is not None:
        return layout.indexOf(widget) >= 0 or _in_rows(layout, widget)
    return False


def _in_rows(layout: object, widget: QWidget) -> bool:
    for index in range(layout.count()):  # type: ignore[attr-defined]
        inner = layout.itemAt(index).layout()  # type: ignore[attr-defined]
        if inner is not None and (inner.indexOf(widget) >= 0 or _in_rows(inner, widget)):
            return True
    return False


def place(widget: QWidget, window: QWidget) -> QRect:
    """Where it is in the window."""
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def _cut(widget: QWidget, window: QWidget) -> Iterator[str]:
    whole, parent, scrolls = place(widget, window), widget.parentWidget(), False
    while parent is not None and parent is not window:
        inner = place(parent, window)
        scrolled = isinstance(parent.parentWidget(), QAbstractScrollArea)
        if scrolled and not inner.intersects(whole):
            return  # scrolled away
        if whole.left() < inner.left() or whole.right() > inner.right():
            yield f"{named(widget)} is cut off at the side by {named(parent)}"
            return
        scrolls = scrolls or scrolled
        if not scrolls and (whole.top() < inner.top() or whole.bottom() > inner.bottom()):
            yield f"{named(widget)} is cut off above or below by {named(parent)}"
            return
        parent = parent.parentWidget()
    yield from _squeezed(widget)


def _squeezed(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, ElidedLabel):
        return
    least = widget.minimumSizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        high = widget.heightForWidth(widget.width())
        if widget.height() + 1 < high:
            yield f"{named(widget)} is {widget.height()} px high, its words want {high}"
        return
    least = least.boundedTo(widget.maximumSize())  # of a size that somebody gave it
    if widget.width() < least.width() or widget.height() < least.height():
        now = widget.size()
        yield f"{named(widget)} is {now.width()}x{now.height()} and wants {least.width()}x{least.height()}"


def _covered(widget: QWidget, covers: list[QWidget], window: QWidget) -> Iterator[str]:
    where = _seen(widget, window)
    for cover in covers:
        if isinstance(cover, Toast) and isinstance(widget, QLabel):
            continue  # it goes away by itself, and leaves the hand what can be pressed
        if cover is widget or cover.isAncestorOf(widget) or widget.isAncestorOf(cover):
            continue
        if _is_above(cover, widget) and where.intersects(place(cover, window)):
            yield f"{named(widget)} lies under {named(cover)}"


def _seen(widget: QWidget, window: QWidget) -> QRect:
    """What of it is not scrolled away."""
    seen, parent = place(widget, window), widget.parentWidget()
    while parent is not None and parent is not window:
        seen, parent = seen & place(parent, window), parent.parentWidget()
    return seen


def _is_above(cover: QWidget, widget: QWidget) -> bool:
    """Whether the first is painted after the second."""
    above, line = _line(cover), _line(widget)
    for parent, (one, other) in zip(above, zip(above[1:], line[1:], strict=False), strict=False):
        if one is not other:
            order = [child for child in parent.children() if isinstance(child, QWidget)]
            return order.index(one) > order.index(other)
    return False


def _line(widget: QWidget) -> list[QWidget]:
    """From the window down to the widget."""
    line = [widget]
    while (parent := line[0].parentWidget()) is not None and not line[0].windowFlags() & Qt.WindowType.Window:
        line.insert(0, parent)
    return line
