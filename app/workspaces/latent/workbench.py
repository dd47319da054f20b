"""The presenter's parts and how they are kept together: which desk is open, what every change leads to."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.bridge.ports import Clock, Dispatcher, Timer, Worker
from app.documents.latent_chart import Rect
from app.documents.scene import Waiting
from app.workspaces.latent import words
from app.workspaces.latent.desk import Desk, Place, new_desk
from app.workspaces.latent.directions import Directions
from app.workspaces.latent.exporting import Exports
from app.workspaces.latent.following import Following
from app.workspaces.latent.map_tiles import MapTiles
from app.workspaces.latent.scene import unpack_desk
from app.workspaces.latent.snapshot import Snapshot
from app.workspaces.latent.spans import latent_dim
from app.workspaces.latent.state import LatentState
from app.workspaces.latent.thumbnails import Thumbnails
from app.workspaces.latent.yours import Yours
from engine.contracts.events import Failed
from engine.contracts.lanes import Lane, Policy
from engine.contracts.latents import LatentArrays
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

SEEDS = 1_000_000
"""The dice rolls numbers that a person can read aloud."""
REST_MS = 600.0
"""Steps of keys and of the wheel are one step of the history until the hand has rested so long."""


def fits(manifest: Manifest) -> bool:
    """Whether a model's latent space can be walked through here."""
    return latent_dim(manifest) >= 2 and "decoder" in manifest.graphs


@dataclass(slots=True, eq=False)
class Walk:
    """A path being played: ``position`` in [0, 1], and the clock's time at which it was there.

    ``number`` tells one walk from another: each is one step of the history.
    """

    position: float = 0.0
    since_ms: float = 0.0
    number: int = 0
    timer: Timer | None = None

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        return self.timer is not None

    def halt(self) -> None:
        """Stand still."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class Workbench:
    """Verbs in, one ``show(state)`` for each of them.

    ``read_arrays`` gives what is known of a model's latent space besides its graphs; ``engine`` is the state of the
    engine process at the start, ``awake`` says whether the workspace is in front (else nothing is asked for);
    ``new_seed`` gives the dice's next number.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        models: Sequence[Manifest],
        show: Callable[[LatentState], None],
        *,
        worker: Worker,
        read_arrays: Callable[[str], LatentArrays],
        engine: str = "starting",
        awake: bool = False,
        new_seed: Callable[[], int] = lambda: secrets.randbelow(SEEDS),
    ) -> None:
        self._clock, self._show, self._new_seed, self._read_arrays = clock, show, new_seed, read_arrays
        self._dispatcher = dispatcher
        self._models = tuple(model for model in models if fits(model))
        self._engine, self._awake = engine, awake
        told = engine if awake else "starting"
        self._following = Following(dispatcher, self._publish, told)
        self._map = MapTiles(dispatcher, self._publish, self._map_failed)
        self._map.set_held(told != "ready")
        self._thumbnails = Thumbnails(dispatcher, self._publish, told)
        self._directions = Directions(dispatcher, clock, self._publish, told)
        self._yours = Yours(dispatcher, clock, self._publish, told)
        self._keys = Thumbnails(dispatcher, self._publish, told, Lane("latent.keys", Policy.COALESCE))
        self._exports = Exports(dispatcher, worker, self._say, self._publish)
        self._snapshot = Snapshot(
            self._following, self._exports, self._map, self._thumbnails, (self._directions, self._yours, self._keys)
        )
        self._desks: dict[str, Desk] = {}
        self._packed: dict[str, Any] = {}
        self._waiting: Waiting | None = None
        self._desk: Desk | None = None
        self._view: tuple[Rect, float] = ((0.0, 0.0, 1.0, 1.0), 500.0)
        self._drags, self._walk = 0, Walk()
        self._verbs, self._nudged = 0, (0, 0.0)
        self._message = ""

    def _model(self, identity: str) -> Manifest | None:
        """The model of this id, if it is installed."""
        return next((model for model in self._models if model.id == identity), None)

    @property
    def map_bytes(self) -> int:
        """What the map's decoded pictures take."""
        return self._map.bytes

    def _publish(self) -> None:
        """Show the present state."""
        self._show(self._snapshot.take(self._models, self._desk, self._message, self._walk.playing))

    def _say(self, message: str) -> None:
        """Show a sentence."""
        self._message = message
        self._publish()

    def _input(self) -> Desk | None:
        """A person did something: the notice goes.  The open desk, if there is one."""
        self._message = ""
        self._verbs += 1
        return self._desk

    def _halt(self) -> None:
        """A walk along the path ends where it is."""
        self._walk.halt()

    def _went(self, now: Place, merge_key: str | None = None) -> None:
        """A hand brought the point or the plane elsewhere, and what walked by itself stands."""
        self._halt()
        if self._desk is not None and now is not self._desk.now:
            self._desk.hint = ""
        self._push(now, merge_key)

    def _nudged_to(self, now: Place, merge_key: str) -> None:
        """A key or the wheel moved the point by a step; steps without a rest or another verb between are one."""
        (verb, at_ms), now_ms = self._nudged, self._clock.now_ms()
        if self._desk is not None and (self._verbs != verb + 1 or now_ms - at_ms > REST_MS):
            self._desk.history.seal()
        self._nudged = self._verbs, now_ms
        self._went(now, merge_key)

    def _push(self, now: Place, merge_key: str | None = None) -> None:
        """A step of the history, shown."""
        desk = self._desk
        if desk is not None and now is not desk.now:
            desk.history.push(now, merge_key)
            self._moved()
        self._publish()

    def _moved(self) -> None:
        """The place that is shown changed."""
        self._following.follow()
        self._chart_changed()
        self._show_pages()

    def _show_pages(self) -> None:
        """The open page of the drawer has its answers to ask for."""
        self._directions.show(self._desk)
        self._yours.show(self._desk)
        if self._desk is not None and self._desk.drawer == "path":
            self._keys.show(self._desk, self._desk.now.path.keys)

    def _chart_changed(self) -> None:
        """The plane, its layout or what shows on it changed."""
        desk = self._desk
        self._map.set_wanted(desk is not None and "pictures" in desk.layers)
        self._map.show(None if desk is None else self._snapshot.ground(desk))
        if desk is not None:
            self._thumbnails.show(desk, desk.now.anchors if desk.now.span.kind == "pictures" else ())

    def _map_failed(self, event: Failed) -> None:
        if event.code != "EngineDied" and self._following.problem is None:
            self._message = f"{event.problem} {event.remedy}"

    def _open(self, manifest: Manifest | None) -> None:
        """Open a model's desk, as it was left or fresh."""
        self._halt()
        self._desk = None if manifest is None else self._desk_of(manifest)
        self._following.open(self._desk)
        self._chart_changed()
        self._show_pages()
        self._publish()

    def _desk_of(self, manifest: Manifest) -> Desk:
        """The desk as it was left; a model that was read anew begins anew."""
        desk = self._desks.get(manifest.id)
        if desk is None or desk.manifest != manifest:
            desk = self._desks[manifest.id] = self._new_desk(manifest)
        return desk

    def _new_desk(self, manifest: Manifest) -> Desk:
        arrays = self._arrays(manifest)
        if manifest.id in self._packed:
            desk, whole = unpack_desk(manifest, arrays, self._packed.pop(manifest.id))
            if not whole:
                self._message = words.SCENE_DAMAGED
            return desk
        desk = new_desk(manifest, arrays)
        desk.hint = words.FIRST_HINT
        return desk

    def _arrays(self, manifest: Manifest) -> LatentArrays:
        """What lies beside the graphs; a damaged file is said, and the decoder works without it."""
        try:
            return self._read_arrays(manifest.id)
        except EngineError as error:
            self._message = str(error)
            return LatentArrays()
