"""From the presenter's parts to the state that the view shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from app.messages import Problem
from app.workspaces.gallery import words
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.exporting import Exporting
from app.workspaces.gallery.feed import WallFeed
from app.workspaces.gallery.measuring import Measuring
from app.workspaces.gallery.plan import BY_SCORE, Plan, fields_of, value_kind
from app.workspaces.gallery.replaying import Replaying
from app.workspaces.gallery.shelf import Shelf
from app.workspaces.gallery.state import Detail, GalleryState, WallTiles
from engine.contracts.manifest import Manifest

if TYPE_CHECKING:
    from app.workspaces.gallery.workbench import Looks

Places = Callable[[], NDArray[np.int64]]


class Snapshot:
    """Makes a `GalleryState`; what did not change is the same object as before."""

    def __init__(
        self,
        feed: WallFeed,
        values: Measuring,
        classes: Measuring,
        exports: Exporting,
        replays: Replaying,
        shelf: Shelf,
    ) -> None:
        self._feed, self._values, self._classes = feed, values, classes
        self._exports, self._replays, self._shelf = exports, replays, shelf
        self._kept: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def take(
        self,
        *,
        models: tuple[Manifest, ...],
        manifest: Manifest | None,
        plan: Plan,
        looks: Looks,
        order: NDArray[np.int64] | None,
        names: tuple[str, ...],
        classes: Places,
        serial: int,
        message: tuple[str, str, bool],
        engine: str,
        history: tuple[bool, bool],
    ) -> GalleryState:
        """The present state."""
        feed = self._feed
        common: dict[str, Any] = {
            "models": models,
            "page": looks.page,
            "replay": self._replays.state,
            "message": message[0],
            "message_kind": message[1],
            "offers_undo": message[2],
            "collections": self._shelf.collections,
            "engine": engine,
            "can_undo": history[0],
            "can_redo": history[1],
        }
        if manifest is None:
            return GalleryState(problem=words.no_models(), **common)
        status, progress = self._progress(plan)
        return GalleryState(
            manifest=manifest,
            drawer=looks.drawer,
            plan=plan,
            parameters=self._keep("parameters", (plan,), lambda p: p.parameters),
            fields=self._keep("fields", (manifest,), fields_of),
            seed_locked=looks.seed_locked,
            tiles=self._tiles(order, names, classes),
            tiles_serial=serial,
            tile_size=looks.tile_size,
            class_names=names,
            classifiable=bool(manifest.class_names) or self._classes.possible,
            kind=value_kind(manifest),
            detail=self._detail(looks, names, classes),
            selected=len(looks.selection),
            drawing=feed.running,
            stopped=not feed.running and not feed.complete and feed.problem is None,
            status=status,
            progress=progress,
            export=self._exports.state,
            problem=self._problem(),
            **common,
        )

    def _problem(self) -> Problem | None:
        return self._feed.problem

    def _tiles(self, order: NDArray[np.int64] | None, names: tuple[str, ...], classes: Places) -> WallTiles | None:
        feed = self._feed
        if feed.wall is None:
            return None
        key = (feed.images, feed.wall, order, names, self._shelf.serial)
        made: WallTiles = self._keep("tiles", key, lambda *_: self._new_tiles(order, names, classes))
        return made

    def _new_tiles(self, order: NDArray[np.int64] | None, names: tuple[str, ...], classes: Places) -> WallTiles:
        feed, wall = self._feed, self._feed.wall
        assert wall is not None, "tiles hang on a wall"

        def caption(index: int) -> str:
            number = int(classes()[index]) if 0 <= index < wall.total else -1
            return words.caption(wall.place_of(index), names[number] if 0 <= number < len(names) else "")

        ranked = bool(wall.rows) and order is None
        return WallTiles(
            images=feed.images,
            drawn=feed.drawn,
            broken=feed.broken,
            caption_of=caption,
            mark_of=self._shelf.mark_of,
            take_news=feed.take_news,
            order=order,
            columns=wall.each if ranked else None,
            row_titles=wall.rows if ranked else (),
        )

    def _detail(self, looks: Looks, names: tuple[str, ...], classes: Places) -> Detail | None:
        feed, index = self._feed, looks.current
        if feed.wall is None or not 0 <= index < len(feed.images) or not feed.fresh[index]:
            return None
        number, value = int(classes()[index]), float(self._values.values[index])
        known = None if np.isnan(value) else value
        key = (feed.wall, feed.manifest, index, number, known, self._shelf.serial, names, self._values.problem)
        made: Detail = self._keep("detail", key, lambda *_: self._new_detail(index, number, known, names))
        return made

    def _new_detail(self, index: int, number: int, value: float | None, judged: tuple[str, ...]) -> Detail:
        feed = self._feed
        wall, manifest = feed.wall, feed.manifest
        assert wall is not None and manifest is not None, "a picture hangs on a wall"
        names = manifest.class_names
        told = names[int(feed.classes[index])] if 0 <= feed.classes[index] < len(names) else ""
        kind = value_kind(manifest)
        asking = kind != "none" and value is None and self._values.problem is None and not feed.broken[index]
        return Detail(
            chosen=self._chosen(index, told),
            index=index,
            place=wall.place_of(index),
            seed=wall.seed,
            class_name=told or (judged[number] if 0 <= number < len(judged) else ""),
            class_note="" if told or number < 0 else words.JUDGED,
            kind=kind,
            value_text="" if value is None else words.value(kind, value),
            measuring=asking,
            broken=bool(feed.broken[index]),
            mark=self._shelf.mark_of(index),
        )

    def _chosen(self, index: int, told: str) -> Chosen:
        """The same object as long as it is the same picture: pages of the drawer ask anew for another."""
        feed = self._feed

        def made(*_: object) -> Chosen:
            assert feed.wall is not None and feed.manifest is not None, "a picture hangs on a wall"
            request = feed.wall.request(index)
            return Chosen(manifest=feed.manifest, pixels=feed.images[index].copy(), request=request, class_name=told)

        chosen: Chosen = self._keep("chosen", (feed.wall, feed.manifest, index), made)
        return chosen

    def _progress(self, plan: Plan) -> tuple[str, float | None]:
        """What the status line says, and how much of it is done."""
        feed, export = self._feed, self._exports.state
        done, total = feed.done, len(feed.images)
        text = words.drawn(done, total, feed.elapsed_ms, feed.ms_per_picture, feed.running)
        if export is not None:
            return export.text, export.fraction
        if feed.running:
            return text, done / max(1, total)
        measuring = self._values if plan.sort == BY_SCORE else self._classes
        if measuring.running and feed.manifest is not None:
            kind = value_kind(feed.manifest) if measuring is self._values else "class"
            return words.measured(kind, measuring.done, total), measuring.done / max(1, total)
        return text, None

    def _keep(self, name: str, key: tuple[Any, ...], make: Any) -> Any:
        """What ``make(*key)`` gave for this key last time, as long as the key's parts are the same."""
        kept = self._kept.get(name)
        if kept is None or len(kept[0]) != len(key) or not all(map(_same, kept[0], key)):
            kept = (key, make(*key))
            self._kept[name] = kept
        return kept[1]


def _same(one: Any, other: Any) -> bool:
    """Arrays must be the very same, other values equal."""
    if one is other:
        return True
    return not isinstance(one, np.ndarray) and not isinstance(other, np.ndarray) and bool(one == other)
