"""Setting the stage on screen: what the presenter of the wall does not know of its pages, and the wall's choice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.documents import lessons
from app.workspaces.gallery.presenter import GalleryPresenter
from app.workspaces.gallery.view_pages import Pages
from app.workspaces.gallery.view_stage import Stage
from app.workspaces.registry import StagedView


class StagedGallery(StagedView):
    """The Gallery as lessons know it."""

    presenter: GalleryPresenter
    pages: Pages
    center: Stage

    @property
    def setter(self) -> GalleryPresenter:
        """Who sets a lesson's stage."""
        return self.presenter

    def stage(self, stage: lessons.Stage, rgba: NDArray[np.uint8] | None) -> None:
        """Set what a lesson's button asks for."""
        possible = not self.obstacle(stage)
        if stage.sweep and possible:
            self.pages.drawers.walks.set_kind(stage.sweep)
        super().stage(stage, rgba)
        if stage.chosen is not None and possible:
            self.center.wall_page.wall.set_current(stage.chosen)
