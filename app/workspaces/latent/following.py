"""The decoded picture at the point: it follows every move, and never shows an older place after a newer one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.bridge.ports import Dispatcher
from app.messages import Problem, engine_failed, problem_of
from app.workspaces.latent import words
from app.workspaces.latent.desk import Desk, Place
from app.workspaces.latent.feed import Feed
from app.workspaces.latent.marking import marked
from engine.contracts.arrays import Image
from engine.contracts.events import Answer, Decoded, Failed
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import DecodeLatents

LANE = Lane("latent.point", Policy.COALESCE)


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A decoded picture ``(H, W, C) uint8``, the place it was decoded at, and what is to be known of it.

    ``seen`` is the picture as it shows: crossed out if it is broken.
    """

    image: Image
    seen: Image
    place: Place
    broken: bool
    constant: bool
    total_ms: float

    @property
    def note(self) -> str:
        """What is wrong with it, if something is."""
        return words.BROKEN if self.broken else words.CONSTANT if self.constant else ""


class Following:
    """Owns the lane "latent.point".  ``changed`` is called after everything that came from the engine."""

    def __init__(self, dispatcher: Dispatcher, changed: Callable[[], None], engine: str) -> None:
        self._changed = changed
        self._feed = Feed(dispatcher, LANE, self._answered, self._failed)
        self._desk: Desk | None = None
        self.problem: Problem | None = None
        self.engine = engine
        self._feed.set_held(engine != "ready")

    @property
    def busy(self) -> bool:
        """A picture is awaited, from an engine that there is or will be."""
        return self._feed.busy and self.engine != "failed"

    def open(self, desk: Desk | None) -> None:
        """Go over to another desk."""
        self._feed.drop()
        self._feed.forget_deaths()
        self._desk, self.problem = desk, engine_failed() if self.engine == "failed" else None
        self.follow()

    def follow(self) -> None:
        """Decode where the point is now, unless that is what is shown."""
        desk = self._desk
        if desk is None:
            return
        if desk.picture is not None and desk.picture.place.looks_like(desk.now):
            self._feed.drop()  # one came back to what is shown: what is still on its way is of elsewhere
            return
        request = DecodeLatents(model=desk.manifest.id, z=desk.now.z[None], **desk.now.parameters)
        self._feed.ask(request, desk.now)

    def retry(self) -> None:
        """Decode once more, also what was given up."""
        self._feed.forget_deaths()
        self.problem = engine_failed() if self.engine == "failed" else None
        if self._desk is not None:
            self._desk.picture = None
        self.follow()

    def stop(self) -> None:
        """Ask what runs to stop, and await nothing any more."""
        self._feed.stop()

    def drop(self) -> None:
        """Await nothing any more."""
        self._feed.drop()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` (for good) or ``closed``."""
        self.engine = state
        if state == "failed":
            self._feed.forget_deaths()
            self.problem = engine_failed()
        elif state == "died" and self.problem is None:
            self.problem = words.engine_restarting()
        elif state == "ready" and self.problem in (words.engine_restarting(), engine_failed()):
            self.problem = None
        self._feed.set_held(state != "ready")
        if state == "ready" and not self._feed.busy and self.problem is None:
            self.follow()

    def _answered(self, subject: object, answer: Answer) -> None:
        desk = self._desk
        if desk is None or not isinstance(answer, Decoded) or not isinstance(subject, Place):
            return
        self.problem = None
        image, broken = np.asarray(answer.images[0]), bool(answer.broken[0])
        seen = np.asarray(marked(answer)[0]) if broken else image
        desk.picture = Shown(image, seen, subject, broken, bool(answer.constant[0]), answer.total_ms)
        self._changed()

    def _failed(self, event: Failed) -> None:
        if event.code != "EngineDied":
            self.problem = problem_of(event.code, event.problem, event.remedy)
        elif self._feed.gave_up and self._desk is not None:
            self.problem = words.engine_keeps_dying(self._desk.manifest.title)
        else:
            self.problem = words.engine_restarting()
        self._changed()
