"""The page in front shown to a room, without what stands above and below it, and with a line of large words."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.translation import tr
from app.workspaces.gallery.state import GalleryState
from app.workspaces.gallery.view_staging import StagedGallery
from app.workspaces.gallery.words import caption, counted


class PresentedWall(StagedGallery):
    """The Gallery as a room sees it."""

    _state: GalleryState | None

    @property
    def presented(self) -> QWidget:
        """The wall, the kept pictures, or the lecture's columns."""
        page = "wall" if self._state is None else self._state.page
        walls: dict[str, QWidget] = {"wall": self.center.wall_page.wall, "kept": self.center.kept_page.wall}
        return walls.get(page, self.center.pages)

    def present(self, least: int) -> None:
        """It is as large as there is room for, which is more than ``least``."""

    def seen(self) -> str:
        """The page in front; of the wall, the page of the drawer that is open."""
        state = self._state
        return "wall" if state is None else (state.drawer or "wall") if state.page == "wall" else state.page

    def caption(self) -> str:
        """The model, and what hangs there or which picture is chosen."""
        state = self._state
        if state is None or state.manifest is None:
            return ""
        if state.page == "lecture":
            return tr("Models of one data set, side by side")
        if state.page == "kept":
            return tr("Kept pictures")
        chosen = state.detail
        what = counted(state.plan.count) if chosen is None else caption(chosen.place)
        told = "" if chosen is None else chosen.class_name
        return " · ".join(
            filter(None, (state.manifest.title, what, told, tr("seed {seed}").format(seed=state.plan.seed)))
        )
