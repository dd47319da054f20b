"""The stage: the pages of the gallery one over the other, below the row that chooses between them."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from app.widgets.settling import settle
from app.widgets.tile_wall import TileWall
from app.widgets.toast import Toast
from app.widgets.zoomed_tile import ZoomedTile
from app.workspaces.gallery.view_drawer import Drawer
from app.workspaces.gallery.view_header import Header, WallBar
from app.workspaces.gallery.view_kept import KeptPage
from app.workspaces.gallery.view_lecture import LecturePage


class WallPage(QWidget):
    """The wall, what hangs on it above, and the drawer below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar, self.wall, self.drawer = WallBar(), TileWall(), Drawer()
        self.large = ZoomedTile(self.wall)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.wall, 1)
        column.addWidget(self.drawer)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.drawer.set_stage_height(event.size().height())
        settle(self.drawer, self)


class Stage(QWidget):
    """Header and pages: the centre of the workspace."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header, self.wall_page = Header(), WallPage()
        self.lecture_page, self.kept_page = LecturePage(), KeptPage()
        self.large_kept = ZoomedTile(self.kept_page.wall)
        self.pages = QStackedWidget()
        self._pages: dict[str, QWidget] = {
            "wall": self.wall_page,
            "lecture": self.lecture_page,
            "kept": self.kept_page,
        }
        for page in self._pages.values():
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.pages, 1)
        self.toast = Toast(self)
        self.toast.keep_clear_of(self.wall_page.drawer, self.kept_page.foot)
        self.toast.hide()
        self.setFocusProxy(self.wall_page.wall)

    def set_page(self, page: str) -> None:
        """Show one of the pages; the keys of the one before are its own, not those of whatever Qt has next."""
        focus, before = QApplication.focusWidget(), self.pages.currentWidget()
        had_keys = focus is not None and before not in (None, self._pages[page]) and before.isAncestorOf(focus)
        goal = {"wall": self.wall_page.wall, "kept": self.kept_page.wall}.get(page, self.lecture_page)
        self.header.pages.set_current(page)
        self.setFocusProxy(goal)
        if had_keys:
            self.header.pages.setFocus()  # or Qt gives them away while the page goes
        self.pages.setCurrentWidget(self._pages[page])
        if had_keys:
            goal.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.toast.place()
