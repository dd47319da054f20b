"""Which palette a theme choice means on this system."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.theme.tokens import DARK, LIGHT, Palette


def palette_of(choice: str) -> Palette:
    """``dark``, ``light``, or what the ``system`` says; dark where it does not say."""
    if choice != "system":
        return LIGHT if choice == "light" else DARK
    return LIGHT if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK
