"""The bar on top: menu, the program's name, the workspaces, the way to every command, and the theme."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from app.theme.icons import icon
from app.theme.stylesheet import active
from app.theme.tokens import Palette, Size, Space
from app.translation import tr

THEME_ICONS = {"system": "system", "dark": "moon", "light": "sun"}
THEME_HELP = {
    "system": tr("Dark or light as the system; press for dark."),
    "dark": tr("Dark; press for light."),
    "light": tr("Light; press to follow the system."),
}


class TopBar(QFrame):
    """Signals out, setters in."""

    workspace_chosen = Signal(str)
    palette_requested = Signal()
    theme_requested = Signal()
    lessons_requested = Signal()

    def __init__(self, workspaces: Sequence[tuple[str, str, str]], menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setFixedHeight(Size.TOP_BAR)
        self._icons: list[tuple[QPushButton, str]] = []
        self._menu_button = self._quiet("menu", tr("All commands by topic"), tr("Menu"))
        self._menu_button.setMenu(menu)
        name = QLabel("Reverie")
        name.setProperty("role", "section")
        self._pills = QButtonGroup(self)
        self._search = QPushButton(tr("Search commands   Ctrl+K"))
        self._search.setProperty("kind", "search")
        self._search.setToolTip(tr("Finds any command by a few letters."))
        self._search.setIconSize(QSize(16, 16))
        self._icons.append((self._search, "search"))
        self._search.clicked.connect(self.palette_requested)
        self.lessons = self._quiet(
            "lesson", tr("Lessons beside the picture, whose buttons set the stage (F9)"), tr("Lessons")
        )
        self.lessons.setCheckable(True)
        self.lessons.clicked.connect(self.lessons_requested)
        self._theme = self._quiet("system", THEME_HELP["system"], tr("Theme"))
        self._theme.clicked.connect(self.theme_requested)
        self._lay_out(name, workspaces)
        self.set_theme(active())

    def _lay_out(self, name: QLabel, workspaces: Sequence[tuple[str, str, str]]) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, 0, Space.M, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(self._menu_button)
        layout.addWidget(name)
        layout.addSpacing(Space.XL)
        for identity, title, help_text in workspaces:
            layout.addWidget(self._pill(identity, title, help_text))
        layout.addStretch(1)
        layout.addWidget(self._search)
        layout.addWidget(self.lessons)
        layout.addWidget(self._theme)

    def _quiet(self, icon_name: str, help_text: str, name: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "quiet")
        button.setToolTip(help_text)
        button.setAccessibleName(name)
        button.setIconSize(QSize(Size.ICON, Size.ICON))
        button.setFixedWidth(Size.TOOL)
        self._icons.append((button, icon_name))
        return button

    def _pill(self, identity: str, title: str, help_text: str) -> QPushButton:
        pill = QPushButton(title)
        pill.setProperty("kind", "pill")
        pill.setCheckable(True)
        pill.setToolTip(help_text)
        chosen = pill.font()
        chosen.setBold(True)  # as the chosen one is written
        pill.setMinimumWidth(QFontMetrics(chosen).horizontalAdvance(title) + 2 * Space.L)
        pill.setObjectName(f"workspace-{identity}")
        pill.clicked.connect(lambda: self.workspace_chosen.emit(identity))
        self._pills.addButton(pill)
        return pill

    def set_workspace(self, identity: str) -> None:
        """Mark the workspace that shows."""
        for button in self._pills.buttons():
            button.setChecked(button.objectName() == f"workspace-{identity}")

    def set_theme_choice(self, choice: str) -> None:
        """``system``, ``dark`` or ``light``: what the button shows."""
        self._icons = [(b, THEME_ICONS[choice] if b is self._theme else name) for b, name in self._icons]
        self._theme.setToolTip(THEME_HELP[choice])
        self.set_theme(active())

    def set_theme(self, palette: Palette) -> None:
        """Tint the icons."""
        for button, name in self._icons:
            button.setIcon(icon(name, palette))
