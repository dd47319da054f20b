"""What a state of the Gallery looks like: every widget gets what has changed since the state before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.translation import tr
from app.widgets.film_reel import read_film
from app.widgets.status_line import StatusLine
from app.widgets.wall_source import Marks
from app.workspaces.gallery.handing_over import has_walkable_points
from app.workspaces.gallery.state import Detail, GalleryState, WallTiles
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
        self._chosen: tuple[Detail | None, int] | None = None

    def show(self, state: GalleryState, before: GalleryState | None) -> None:
        """Bring every widget up to the state."""
        self._show_model(state, before)
        self._show_wall(state, before)
        self._show_bar(state, before)
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
        wall, drawer = self.center.wall_page.wall, self.center.wall_page.drawer
        drawer.set_page(state.drawer)
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

    def show_chosen(self, state: GalleryState, detail: Detail | None, selected: int) -> None:
        """What is chosen on the page in front."""
        if self._chosen != (detail, selected):
            self._chosen = detail, selected
            self.inspector.detail.show_detail(detail, selected, named=state.page == "kept")
            self.center.wall_page.large.set_details(_known(state.detail))
        self.inspector.detail.set_collections(state.collections, detail.mark.collections if detail else frozenset())
        self.inspector.set_page(state.page)

    def _show_parameters(self, state: GalleryState, before: GalleryState | None) -> None:
        panel = self.inspector.parameters
        if before is None or before.fields != state.fields:
            panel.set_visible_fields(state.fields)
        if state.manifest is not None and (before is None or before.manifest is not state.manifest):
            names = state.manifest.class_names
            panel.set_choices("class_name", [("", tr("all, mixed")), *((name, name) for name in names)])
        if before is None or before.parameters is not state.parameters or before.manifest is not state.manifest:
            panel.set_values(state.parameters)
        panel.set_seed_locked(state.seed_locked)

    def _show_words(self, state: GalleryState, before: GalleryState | None) -> None:
        toast = self.center.toast
        if before is None or before.message != state.message:
            undo = tr("Undo") if state.offers_undo else ""
            toast.say(state.message, undo, state.message_kind) if state.message else toast.leave()

    def _show_status(self, state: GalleryState) -> None:
        """What goes on at the wall is not said over another page, where nothing of it goes on; a file on its way is."""
        wall, said = state.page == "wall", state.page == "wall" or state.export is not None
        self.status.set_engine(state.engine)
        if state.page == "lecture" and not said:
            return  # it says itself how far it is
        self.status.set_progress(state.progress if said else None)
        self.status.set_seed(state.plan.seed if state.manifest is not None and wall else None)
        self.status.set_message(state.status if said else "")


def _sorted_anew(tiles: WallTiles, before: WallTiles) -> bool:
    """Whether the pictures hang in another order: one looks at the first of them, not at where one was."""
    return tiles.order is not None and tiles.order is not before.order


def _known(detail: Detail | None) -> str:
    """What is known of a picture beside its place and the class that was asked for, on one line."""
    if detail is None:
        return ""
    seen = "" if detail.chosen.class_name else ", ".join(filter(None, (detail.class_name, detail.class_note)))
    return ", ".join(filter(None, (seen, detail.value_text)))


def unavailable(state: GalleryState, detail: Detail | None, selected: int) -> frozenset[str]:
    """The commands that can do nothing in this state; ``detail`` and ``selected`` are those of the page in front."""
    chosen, wall, kept = detail is not None, state.page == "wall", state.page == "kept"
    some = chosen or selected > 0
    many = (wall and state.tiles is not None) or (kept and some)
    own = detail.chosen.manifest if detail is not None else None
    without = {
        "undo": not state.can_undo,
        "redo": not state.can_redo,
        "dice": not wall,
        "save-picture": not some,
        "copy": not some,
        "save-sheet": not many,
        "save-zip": not many,
        "save-npz": not many,
        "send-to-complete": not chosen,
        "star": not some,
        "label": not some,
        "collect": not some,
        "let-go": not some,
        "send-to-latent": own is None or not wall or not has_walkable_points(own),
        "draw-on": not (wall and state.stopped),
        "classes-mixed": not wall,
        "classes-rows": not wall or "class_name" not in state.fields,
        "classes-one": not wall or "class_name" not in state.fields,
        "sort-drawn": not wall,
        "sort-class": not wall or not state.class_names,
        "sort-score": not wall or state.kind == "none",
    }
    return frozenset(command for command, idle in without.items() if idle)
