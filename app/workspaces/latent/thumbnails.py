"""Small pictures of places that are not the point: anchors, key pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from app.bridge.ports import Dispatcher
from app.workspaces.latent.desk import Desk
from app.workspaces.latent.feed import Feed
from app.workspaces.latent.marking import marked
from app.workspaces.latent.spans import Vector
from engine.contracts.arrays import Image
from engine.contracts.events import Answer, Decoded, Failed
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import DecodeLatents

LANE = Lane("latent.thumbnails", Policy.COALESCE)


class Thumbnails:
    """Decodes a handful of places; what is known of one is kept as long as the place is the very same."""

    def __init__(self, dispatcher: Dispatcher, changed: Callable[[], None], engine: str, lane: Lane = LANE) -> None:
        self._changed = changed
        self._feed = Feed(dispatcher, lane, self._answered, self._failed)
        self._feed.set_held(engine != "ready")
        self._drawer = ("", "")
        self._places: tuple[Vector, ...] = ()
        self._known: dict[int, tuple[Vector, Image]] = {}
        self._images: tuple[Image | None, ...] = ()

    @property
    def images(self) -> tuple[Image | None, ...]:
        """A picture a place, None where it is still to come."""
        return self._images

    def show(self, desk: Desk, places: Sequence[Vector]) -> None:
        """Have pictures of these places."""
        drawer = (desk.manifest.id, desk.now.class_name)
        if drawer != self._drawer:
            self._drawer, self._known = drawer, {}
        elif len(places) == len(self._places) and all(a is b for a, b in zip(places, self._places, strict=True)):
            return
        self._places = tuple(places)
        self._known = {id(place): self._known[id(place)] for place in places if id(place) in self._known}
        self._list()
        missing = [place for place in places if id(place) not in self._known]
        if missing:
            z = np.stack(missing).astype(np.float32)
            self._feed.ask(DecodeLatents(model=drawer[0], z=z, class_name=drawer[1]), tuple(missing))
        else:
            self._feed.drop()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``ready``, or away."""
        self._feed.set_held(state != "ready")

    def _list(self) -> None:
        self._images = tuple(self._known[id(p)][1] if id(p) in self._known else None for p in self._places)

    def _answered(self, subject: object, answer: Answer) -> None:
        if isinstance(subject, tuple) and isinstance(answer, Decoded):
            for place, image in zip(subject, marked(answer), strict=True):
                self._known[id(place)] = (place, image)
            self._list()
            self._changed()

    def _failed(self, event: Failed) -> None:
        """The picture at the point says what is wrong; a thumbnail stays empty."""
