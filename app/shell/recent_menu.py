"""The pictures and models that were opened last, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.translation import tr


class RecentMenu(QMenu):
    """A submenu of file names; two of one name also show their folder."""

    chosen = Signal(str)  # the path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Open again"), parent)
        self.setToolTipsVisible(True)
        self.set_paths(())

    def set_paths(self, paths: Sequence[str]) -> None:
        """Show these, in this order; without any the menu is disabled."""
        self.clear()
        names = [Path(path).name for path in paths]
        for path, name in zip(paths, names, strict=True):
            folder = f" ({Path(path).parent.name})" if names.count(name) > 1 else ""
            text = f"{name}{folder}".replace("&", "&&")  # an ampersand alone would underline the next letter
            action = self.addAction(text)
            action.setToolTip(path)
            action.triggered.connect(lambda _=False, path=path: self.chosen.emit(path))
        self.setEnabled(bool(paths))
