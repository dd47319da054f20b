"""Plane and picture shown to a room: the picture large, a line of large words, and afterwards as it was before."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.workspaces.latent.state import LatentState
from app.workspaces.latent.view_stage import Stage
from app.workspaces.registry import StagedView


class PresentedPlane(StagedView):
    """The Latent workspace as a room sees it."""

    center: Stage
    _state: LatentState | None

    @property
    def presented(self) -> QWidget:
        """The plane and the picture beside it."""
        return self.center.floor

    def present(self, least: int) -> None:
        """The picture has ``least`` px of height; 0: as before."""
        self.center.floor.set_least(least)

    def seen(self) -> str:
        """The page of the drawer that is open."""
        return "" if self._state is None else self._state.drawer

    def caption(self) -> str:
        """The model, and where the point is."""
        state = self._state
        if state is None or state.manifest is None:
            return ""
        return " · ".join(filter(None, (state.manifest.title, state.place_text)))
