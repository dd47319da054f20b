"""The canvas shown to a room: fitted while it is, with a line of large words, and afterwards as it lay before."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.translation import tr
from app.widgets.canvas_viewport import Viewport
from app.workspaces.complete.lens_state import LENSES
from app.workspaces.complete.lens_words import TITLES
from app.workspaces.complete.state import CompleteState
from app.workspaces.complete.view_stage import Stage


class PresentedCanvas(QObject):
    """The Complete workspace as a room sees it."""

    center: Stage
    _state: CompleteState | None
    _place: Viewport | None = None

    @property
    def presented(self) -> QWidget:
        """The canvas, with tools and lenses over it."""
        return self.center.floor

    def present(self, least: int) -> None:
        """The picture as large as it goes, which is more than ``least``; 0: as it lay before."""
        canvas = self.center.floor.canvas
        if least and self._place is None:
            self._place = canvas.place()
        self.center.floor.set_presented(bool(least))
        if least:
            canvas.fit()
        elif self._place is not None:
            canvas.go_back_to(self._place)
            self._place = None

    def seen(self) -> str:
        """The lens that is open."""
        return LENSES[0] if self._state is None else self._state.lens or LENSES[0]

    def caption(self) -> str:
        """The model, and what is to be seen."""
        state = self._state
        if state is None or state.manifest is None:
            return ""
        seen = TITLES[state.lens].lower() if state.lens in TITLES and state.lens != LENSES[0] else ""
        if not seen and state.images is not None and not state.document.observed.all():
            count = len(state.images)
            shown = state.hovered if state.hovered >= 0 else state.selected
            seen = (
                tr("completion {n} of {count}").format(n=shown + 1, count=count)
                if 0 <= shown < count
                else tr("{count} completions").format(count=count)
            )
        return " · ".join(filter(None, (state.manifest.title, seen)))
