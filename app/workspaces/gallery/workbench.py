"""The presenter's parts and how they hang together: what a change of plan, a picture drawn, a value told lead to."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Dispatcher, Worker
from app.documents.history import History
from app.documents.wall_pictures import Hanging
from app.workspaces.gallery import words
from app.workspaces.gallery.asking import ClassReader, asks_for_classes, asks_for_values, class_head, read_values
from app.workspaces.gallery.exporting import Exporting
from app.workspaces.gallery.feed import WallFeed
from app.workspaces.gallery.keeping import Keeping
from app.workspaces.gallery.measuring import Measuring
from app.workspaces.gallery.ordering import order, span
from app.workspaces.gallery.plan import BY_CLASS, BY_SCORE, DRAWN, Plan, fits, value_kind
from app.workspaces.gallery.replaying import Replaying
from app.workspaces.gallery.shelf import Shelf
from app.workspaces.gallery.snapshot import Snapshot
from app.workspaces.gallery.state import GalleryState
from engine.contracts.manifest import Manifest
from engine.records.note_text import graph_digests

SEEDS = 1_000_000
"""The dice rolls numbers that a person can read aloud."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of the history: the plan, and how many actions on kept pictures had been done."""

    plan: Plan
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A scene's wall whose model is not installed: ``packed``, as it was read, and the plan that hangs ``instead``."""

    packed: Mapping[str, Any]
    instead: Plan

    @property
    def model(self) -> str:
        """The model's id."""
        return str(self.packed["model"])


@dataclass(slots=True, eq=False)
class Looks:
    """What is looked at and how: no step of the history."""

    page: str = "wall"
    drawer: str = ""
    tile_size: int = 56
    view: tuple[int, int] = (0, 100)
    current: int = -1
    selection: tuple[int, ...] = ()
    seed_locked: bool = False


class Workbench:
    """Verbs in, one ``show(state)`` for each of them.

    ``classifiers`` gives the installed classifiers by data set; ``engine`` is the state of the engine process at the
    start, ``awake`` says whether the workspace is in front (else nothing is asked for); ``new_seed`` gives the dice's
    next number.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        models: Sequence[Manifest],
        show: Callable[[GalleryState], None],
        *,
        worker: Worker,
        keeping: Keeping,
        classifiers: Callable[[], Mapping[str, Manifest]] = dict,
        engine: str = "starting",
        awake: bool = False,
        new_seed: Callable[[], int] = lambda: secrets.randbelow(SEEDS),
    ) -> None:
        self._dispatcher, self._clock, self._show, self._new_seed = dispatcher, clock, show, new_seed
        self._classifiers = classifiers
        self._models = tuple(model for model in models if fits(model))
        self._engine, self._awake = engine, awake
        self._manifest: Manifest | None = None
        self._history = History(Moment(Plan()))
        self._looks = Looks()
        self._waiting: Waiting | None = None
        self._message, self._message_kind, self._offers_undo = "", "info", False
        self._feed = WallFeed(dispatcher, clock, self._feed_changed, "gallery.wall", engine)
        self._values = Measuring(dispatcher, clock, self._feed, self._told, "gallery.values", engine)
        self._classes = Measuring(dispatcher, clock, self._feed, self._told, "gallery.classes", engine)
        self._reader = ClassReader((), "")
        self._exports = Exporting(worker, clock, self._spare_feed, self._say, self._exports_changed)
        self._replays = Replaying(dispatcher, self._publish)
        self._shelf = Shelf(keeping, self._publish, self._acted, self._say)
        keeping.listen(self._undo_what_waited)
        self._waiting_undos: list[tuple[int, int]] = []
        self._order: NDArray[np.int64] | None = None
        self._settled: tuple[NDArray[np.int64], NDArray[np.float64]] = np.zeros(0, np.int64), np.zeros(0)
        self._serial = 0
        self._snapshot = Snapshot(self._feed, self._values, self._classes, self._exports, self._replays, self._shelf)
        self._hold()

    # --- where one is

    @property
    def _plan(self) -> Plan:
        return self._history.value.plan

    def _model(self, identity: str) -> Manifest | None:
        """The model of this id, if it is installed."""
        return next((model for model in self._models if model.id == identity), None)

    @property
    def _class_names(self) -> tuple[str, ...]:
        """The classes that pictures of the wall may be of."""
        return self._manifest.class_names or self._reader.names if self._manifest is not None else ()

    def _class_places(self) -> NDArray[np.int64]:
        """The class of every picture by its place in the names, -1 for unknown: told, else judged."""
        told = self._feed.classes
        if self._manifest is not None and self._manifest.class_names:
            told = np.where((told < len(self._manifest.class_names)) & self._feed.fresh, told, -1)
        else:
            told = np.full(len(told), -1, np.int64)
        judged = self._classes.values[: len(told)]
        return np.where(told >= 0, told, np.where(np.isnan(judged), -1, judged).astype(np.int64))

    def _shown_indices(self) -> NDArray[np.int64]:
        """The indices that show, in the order shown."""
        return np.arange(len(self._feed.images), dtype=np.int64) if self._order is None else self._order

    def _hanging(self) -> Hanging | None:
        """The wall as it hangs, for what goes out."""
        feed = self._feed
        if feed.wall is None or feed.manifest is None:
            return None
        return Hanging(
            wall=feed.wall,
            manifest=feed.manifest,
            images=feed.images,
            classes=feed.classes,
            z=feed.z,
            values=self._values.values,
            kind=value_kind(feed.manifest),
            marks=self._shelf.marks,
        )

    # --- what changes lead to

    def _publish(self) -> None:
        """Show the present state."""
        history = self._history
        self._show(
            self._snapshot.take(
                models=self._models,
                manifest=self._manifest,
                plan=self._plan,
                looks=self._looks,
                order=self._order,
                names=self._class_names,
                classes=self._class_places,
                serial=self._serial,
                message=(self._message, self._message_kind, self._offers_undo),
                engine=self._engine,
                history=(history.can_undo, history.can_redo),
            )
        )

    def _say(self, message: str, kind: str = "info", offers_undo: bool = False) -> None:
        """Show a sentence."""
        self._message, self._message_kind, self._offers_undo = message, kind, offers_undo
        self._publish()

    def _input(self) -> None:
        """A person did something: the notice goes."""
        self._message, self._message_kind, self._offers_undo = "", "info", False

    def _acted(self) -> None:
        """Something was done to kept pictures: a step of the same history."""
        now = self._history.value
        self._history.push(replace(now, kept=now.kept + 1))

    def _undo_what_waited(self) -> None:
        """Undo was pressed before a star was on the disk: now it is a step of the history (unless it was refused)."""
        if self._shelf.acting or not self._waiting_undos:
            return
        waiting, self._waiting_undos = self._waiting_undos, []
        accepted = self._history.value.kept - waiting[0][0]
        refused = max(0, waiting[-1][1] - accepted)
        for _ in waiting[refused:] if accepted else ():
            self._undo()

    def _undo(self) -> None:
        """One step back."""
        if self._history.can_undo:
            self._travelled(self._history.value, self._history.undo())
        self._publish()

    def _travelled(self, before: Moment, now: Moment) -> None:
        if before.plan != now.plan:
            self._moved()
        if before.kept != now.kept:
            self._shelf.undo() if now.kept < before.kept else self._shelf.redo()

    def _planned(self, plan: Plan, merge_key: str | None = None) -> None:
        """A step of the history, shown."""
        if plan != self._plan:
            self._history.push(replace(self._history.value, plan=plan), merge_key)
            self._moved()
        self._publish()

    def _moved(self) -> None:
        """The plan is another one: hang its wall, and ask for what it sorts and filters by."""
        manifest = self._model(self._plan.model)
        if manifest is None:
            return
        self._manifest = manifest
        wall = self._plan.wall(manifest)
        if wall != self._feed.wall or manifest != self._feed.manifest:
            self._hang(manifest)
        elif self._feed.problem is None and not self._feed.running and not self._feed.complete:
            self._feed.go_on()
        self._ask()
        self._settle()

    def _hang(self, manifest: Manifest) -> None:
        """Another wall: what was chosen stays chosen where there is a picture at its place."""
        self._order = None  # of the wall before: its indices may lie beyond this one
        self._feed.show(self._plan.wall(manifest), manifest)
        judge, weights = self._classifiers().get(manifest.data), tuple(sorted(graph_digests(manifest).items()))
        head, names = class_head(judge) if judge is not None else ("", ())
        self._reader = ClassReader(manifest.class_names or names, head)
        ask = asks_for_classes(manifest) if judge is not None else None
        self._classes.show(("class", manifest.id, weights, judge and judge.id), ask, self._reader, untold=True)
        self._values.show(("value", manifest.id, weights), asks_for_values(manifest), read_values)
        self._shelf.show(self._plan.wall(manifest), manifest)
        looks, total = self._looks, len(self._feed.images)
        looks.current = looks.current if looks.current < total else -1
        looks.selection = tuple(index for index in looks.selection if index < total)
        self._look_at_current()
        self._exports.feed_changed()

    def _ask(self) -> None:
        """Ask for what the wall is sorted and filtered by."""
        by_class = self._plan.sort == BY_CLASS or bool(self._plan.only)
        for measuring, wanted in ((self._values, self._plan.sort == BY_SCORE), (self._classes, by_class)):
            measuring.ask_for_everything() if wanted else measuring.ask_for_no_more()

    def _settle(self) -> None:
        """Sort and filter by what is known now."""
        self._settled = self._class_places(), self._values.values.copy()
        self._reorder()

    def _reorder(self) -> None:
        classes, values = self._settled
        if self._plan.sort == DRAWN:
            classes = self._class_places()  # a filter lets pictures in as they are known; a sort waits for all
        found = order(self._plan, self._class_names, classes, values)
        if found is None or self._order is None or not np.array_equal(found, self._order):
            self._order = found  # the same order stays the same object: the wall stays where it was scrolled to
        self._feed.look(*span(self._order, *self._looks.view))

    def _look_at_current(self) -> None:
        self._values.look_at(self._looks.current)
        told = self._class_places()
        current = self._looks.current
        self._classes.look_at(current if 0 <= current < len(told) and told[current] < 0 else -1)

    def _feed_changed(self) -> None:
        """Pictures were drawn, or something went wrong with them."""
        self._serial += 1
        self._values.feed_changed()
        self._classes.feed_changed()
        self._exports.feed_changed()
        self._knows_more(settled=not self._feed.running)

    def _told(self) -> None:
        """Values or classes were told, or something went wrong with that."""
        for measuring in (self._values, self._classes):
            if measuring.problem is not None and measuring.problem != self._complained:
                self._complained = measuring.problem
                self._message, self._message_kind = str(measuring.problem), "warn"
        self._knows_more(settled=not self._values.running and not self._classes.running)

    _complained: object = None

    def _knows_more(self, settled: bool) -> None:
        if settled and self._plan.sort != DRAWN:
            self._settle()
        elif self._plan.only:
            self._reorder()
        self._publish()

    # --- being in front, and the engine

    def _spare_feed(self) -> WallFeed:
        """What draws for a file while the wall on show is another."""
        return WallFeed(self._dispatcher, self._clock, self._exports.feed_changed, "gallery.export", self._engine)

    def _exports_changed(self) -> None:
        """A wall out of sight is drawn as long as a file waits for it, and no longer."""
        self._hold()
        self._publish()

    def _hold(self) -> None:
        """Nothing is asked for that nobody looks at, except for files on their way."""
        seen = self._awake and self._looks.page == "wall"
        self._feed.set_held(not seen and not self._exports.waits)
        self._values.set_held(not seen)
        self._classes.set_held(not seen)

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` (for good) or ``closed``."""
        self._engine = state
        for part in (self._feed, self._values, self._classes):
            part.engine_changed(state)
        self._exports.engine_changed(state)
        self._publish()

    def wake(self) -> None:
        """The workspace is in front: ask for what it shows."""
        self._awake = True
        self._hold()
        self._shelf.refresh()
        self._publish()

    def sleep(self) -> None:
        """Another workspace is in front: nothing is asked for."""
        self._awake = False
        self._replays.stop()
        self._hold()
        self._publish()

    def _stopped(self) -> str:
        """Stop what goes on; the sentence on it, empty where nothing did."""
        drawing, asking = self._feed.running, self._values.running or self._classes.running
        if self._exports.stop() or self._replays.stop():
            return ""
        self._feed.stop()
        self._values.stop()
        self._classes.stop()
        self._settle()
        return words.STOPPED if drawing else words.NOT_SCORED if asking else ""
