"""What a state of the Gallery looks like: every widget gets what has changed since the state before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.widgets.film_reel import read_film
from app.widgets.status_line import StatusLine
from app.widgets.wall_source import Marks
from app.workspaces.gallery.state import GalleryState, WallTiles
from app.workspaces.gallery.view_inspector import Inspector
from app.workspaces.gallery.view_stage import Stage


class Hung:
    """The tiles of a state, as the wall widget asks for them."""

    def __init__(self, tiles: WallTiles) -> None:
        self._tiles = tiles
        self.row_titles: Sequence[str] = tiles.row_titles
        self.columns = tiles.columns
        self.order = tiles.order

    @property
    def count(self) -> int:
        """All of them."""
        return len(self._tiles.images)

    @property
    def images(self) -> NDArray[np.uint8]:
        """``(count, H, W, C)``."""
        return self._tiles.images

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """``(count,)``."""
        return self._tiles.drawn

    def captions(self, index: int) -> str:
        """A few words."""
        return self._tiles.caption_of(index)

    def marks(self, index: int) -> Marks:
        """Star, label, broken."""
        mark = self._tiles.mark_of(index)
        return Marks(starred=mark.starred, labelled=bool(mark.label), broken=bool(self._tiles.broken[index]))


class Display:
    """From state to widgets, and never back."""

    def __init__(self, center: Stage, inspector: Inspector, status: StatusLine, folders: Sequence[Path]) -> None:
        self.center, self.inspector, self.status = center, inspector, status
        self._folders = folders

    def show(self, state: GalleryState, before: GalleryState | None) -> None:
        """Bring every widget up to the state."""
        self._show_model(state, before)
        self._show_wall(state, before)
        self._show_bar(state, before)
        self._show_detail(state, before)
        self._show_parameters(state, before)
        self._show_words(state, before)
        self._show_status(state)

    def _show_model(self, state: GalleryState, before: GalleryState | None) -> None:
        manifest = state.manifest
        if manifest is None or (before is not None and before.manifest is manifest):
            return
        card = self.inspector.card
        card.set_manifest(manifest, "", manifest.figures)
        film = read_film(self._folders, manifest)
        card.set_film(film.frames, film.curve, film.steps, film.unit)

    def _show_wall(self, state: GalleryState, before: GalleryState | None) -> None:
        wall = self.center.wall_page.wall
        if before is None or before.page != state.page:
            self.center.set_page(state.page)
        if before is None or before.problem != state.problem:
            problem = state.problem
            said = (problem.problem, problem.remedy, problem.button) if problem is not None else ("", "", "")
            wall.set_problem(*said)
        if state.tiles is not None and (before is None or before.tiles is not state.tiles):
            wall.set_source(Hung(state.tiles))
            if before is not None and before.tiles is not None and _sorted_anew(state.tiles, before.tiles):
                wall.verticalScrollBar().setValue(0)
        elif state.tiles is not None and before is not None and before.tiles_serial != state.tiles_serial:
            wall.refresh(state.tiles.take_news())
        wall.set_busy(state.drawing and state.problem is None)
        if (before is None or before.tile_size != state.tile_size) and wall.tile_size() != state.tile_size:
            wall.set_tile_size(state.tile_size)

    def _show_bar(self, state: GalleryState, before: GalleryState | None) -> None:
        bar = self.center.wall_page.bar
        if before is not None and (before.plan, before.class_names, before.kind, before.manifest) == (
            state.plan,
            state.class_names,
            state.kind,
            state.manifest,
        ):
            return
        conditional = state.manifest is not None and bool(state.manifest.class_names)
        bar.show_wall(state.plan.count, state.plan.arrangement, conditional)
        bar.show_order(state.plan.sort, state.plan.only, state.class_names, state.kind)

    def _show_detail(self, state: GalleryState, before: GalleryState | None) -> None:
        if before is None or (before.detail, before.selected) != (state.detail, state.selected):
            self.inspector.detail.show_detail(state.detail, state.selected)
        within = state.detail.mark.collections if state.detail is not None else frozenset()
        self.inspector.detail.set_collections(state.collections, within)

    def _show_parameters(self, state: GalleryState, before: GalleryState | None) -> None:
        panel = self.inspector.parameters
        if before is None or before.fields != state.fields:
            panel.set_visible_fields(state.fields)
        if state.manifest is not None and (before is None or before.manifest is not state.manifest):
            names = state.manifest.class_names
            panel.set_choices("class_name", [("", "all, mixed"), *((name, name) for name in names)])
        if before is None or before.parameters is not state.parameters or before.manifest is not state.manifest:
            panel.set_values(state.parameters)
        panel.set_seed_locked(state.seed_locked)

    def _show_words(self, state: GalleryState, before: GalleryState | None) -> None:
        toast = self.center.toast
        if before is None or before.message != state.message:
            undo = "Undo" if state.offers_undo else ""
            toast.say(state.message, undo, state.message_kind) if state.message else toast.leave()

    def _show_status(self, state: GalleryState) -> None:
        self.status.set_engine(state.engine)
        self.status.set_progress(state.progress)
        self.status.set_seed(state.plan.seed if state.manifest is not None and state.page == "wall" else None)
        self.status.set_message(state.status)


def _sorted_anew(tiles: WallTiles, before: WallTiles) -> bool:
    """Whether the pictures hang in another order: one looks at the first of them, not at where one was."""
    return tiles.order is not None and tiles.order is not before.order


def unavailable(state: GalleryState) -> frozenset[str]:
    """The commands that can do nothing in this state."""
    nothing, chosen = state.tiles is None, state.detail is not None
    without = {
        "undo": not state.can_undo,
        "redo": not state.can_redo,
        "dice": state.manifest is None,
        "save-picture": not chosen and not state.selected,
        "copy": not chosen and not state.selected,
        "save-sheet": nothing,
        "save-zip": nothing,
        "save-npz": nothing,
        "send-to-complete": not chosen,
        "star": not chosen and not state.selected,
        "label": not chosen,
        "draw-on": not state.stopped,
        "classes-rows": "class_name" not in state.fields,
        "classes-one": "class_name" not in state.fields,
        "sort-class": not state.class_names,
        "sort-score": state.kind == "none",
    }
    return frozenset(command for command, idle in without.items() if idle)
