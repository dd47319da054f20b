"""The theme in force: what the person chose, or what the system says."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.settings import THEMES
from app.shell.system_theme import palette_of
from app.theme.stylesheet import apply

_SCHEMES = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light, "system": Qt.ColorScheme.Unknown}


class Appearance(QObject):
    """Dresses the application; ``changed`` carries the choice: ``system``, ``dark`` or ``light``."""

    changed = Signal(str)

    def __init__(self, app: QApplication, choice: str, parent: QObject) -> None:
        super().__init__(parent)
        self._app = app
        self.choice = choice
        self._applied = ""
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    def choose(self, choice: str) -> None:
        """Take this theme from now on."""
        self.choice = choice
        QGuiApplication.styleHints().setColorScheme(_SCHEMES[choice])  # native dialogs follow where they can
        self._apply()
        self.changed.emit(choice)

    def next(self) -> None:
        """System, dark, light, and round again."""
        self.choose(THEMES[(THEMES.index(self.choice) + 1) % len(THEMES)])

    def _system_changed(self) -> None:
        if self.choice == "system":
            self._apply()

    def _apply(self) -> None:
        palette = palette_of(self.choice)
        if palette.name != self._applied:
            self._applied = palette.name
            apply(self._app, palette)
