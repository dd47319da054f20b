"""The stage: the pages of the gallery one over the other, below the row that chooses between them."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.widgets.tile_wall import TileWall
from app.widgets.toast import Toast
from app.workspaces.gallery.view_header import Header, WallBar


class WallPage(QWidget):
    """The wall, what hangs on it above, and the drawer below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar, self.wall = WallBar(), TileWall()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.wall, 1)


class Stage(QWidget):
    """Header and pages: the centre of the workspace."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header, self.wall_page = Header(), WallPage()
        self.pages = QStackedWidget()
        self._pages: dict[str, QWidget] = {"wall": self.wall_page}
        self.pages.addWidget(self.wall_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.pages, 1)
        self.toast = Toast(self)
        self.toast.hide()
        self.setFocusProxy(self.wall_page.wall)

    def set_page(self, page: str) -> None:
        """Show one of the pages."""
        self.header.pages.set_current(page)
        self.pages.setCurrentWidget(self._pages[page])

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.toast.place()
