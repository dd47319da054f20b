"""Layouts that are right at once: Qt lays widgets out again when control comes back to it, which shows for a moment."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget


def settle(*widgets: QWidget) -> None:
    """Lay out what is in these widgets now, if something in them has changed its size; the inner ones come first."""
    for widget in widgets:
        QCoreApplication.sendPostedEvents(widget, QEvent.Type.LayoutRequest.value)
