"""What the first-run hints of the Gallery point at, and the gestures that they ask for."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, Signal
from PySide6.QtWidgets import QWidget

from app.theme.tokens import Space
from app.widgets.hint_spot import HintSpot
from app.workspaces.gallery.view_presented import PresentedWall


class HintedWall(PresentedWall):
    """The Gallery as first-run hints know it."""

    acted = Signal(str)

    def connect_acts(self) -> None:
        """Let it be known what a person does with the wall and its drawer."""
        wall, drawer = self.center.wall_page.wall, self.center.wall_page.drawer
        wall.verticalScrollBar().valueChanged.connect(lambda value: self.acted.emit("scroll") if value else None)
        wall.current_changed.connect(lambda index: self.acted.emit("choose") if index >= 0 else None)
        wall.star_requested.connect(lambda _: self.acted.emit("star"))
        drawer.page_chosen.connect(lambda page: self.acted.emit(f"drawer-{page}"))

    def hint_spot(self, target: str) -> HintSpot | None:
        """Where a hint about this lies, as the centre sees it; None while it is not to be seen."""
        state, page, center = self._state, self.center.wall_page, self.center
        if state is None or state.page != "wall" or state.problem is not None or state.tiles is None:
            return None
        if page.large.isVisible() or center.toast.isVisible():
            return None
        wall = page.wall
        view = _place(wall.viewport(), center)
        whole = QRectF(center.rect()).adjusted(Space.S, Space.XS, -Space.S, -Space.XS)
        if target == "wall":
            bar = wall.verticalScrollBar()
            there = bar.maximum() > 0 and bool(state.tiles.drawn.any())
            return HintSpot(_place(bar, center), (view,), sides=("left",)) if there else None
        if target == "neighbours":
            tab = page.drawer.tab("neighbours")
            return HintSpot(_place(tab, center), (whole,), sides=("top",)) if state.detail is not None else None
        for index in [wall.current] if target == "chosen" else wall.in_view():
            tile = QRectF(wall.tile_rect(index)).translated(view.topLeft())
            if index >= 0 and state.tiles.drawn[index] and view.contains(tile):
                return HintSpot(tile, (view, whole))
        return None


def _place(widget: QWidget, center: QWidget) -> QRectF:
    return QRectF(widget.rect()).translated(QPointF(widget.mapTo(center, QPoint())))
