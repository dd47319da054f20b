"""The pictures of a wall, drawn piece by piece: what is looked at first, and never more than one piece on its way.

Short pieces are what makes a change of view, a stop and another wall be heard at once; a piece grows until it takes
about `PIECE_MS`, so that fast models are not slowed by the way there and back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Dispatcher
from app.documents.wall import Run, Wall
from app.messages import COMPLETE_AGAIN, Problem, engine_failed, problem_of
from app.translation import tr
from engine.contracts.arrays import Images, Latents
from engine.contracts.events import Cancelled, Completion, Event, Failed, Finished, Partial, Samples
from engine.contracts.lanes import Job, Lane, Policy
from engine.contracts.manifest import Manifest

PIECE_MS = 250.0
"""What a piece takes at best: long beside the way to the engine and back, short for a hand that waits."""
FIRST, MOST = 16, 512
"""Pictures of the first piece, and of the largest.  Engines draw in blocks whose bounds are multiples of these."""
DEATHS_BEFORE_GIVING_UP = 3
NO_CLASS = -1
ENGINE_RESTARTING = Problem(
    tr("The engine stopped."), tr("It is starting again, and the wall goes on from where it was.")
)


@dataclass(slots=True, eq=False)
class _Flight:
    """The piece on its way."""

    run: Run
    since_ms: float
    job: Job | None = None


class WallFeed:
    """Draws one wall at a time on a lane of its own.  Everything on the GUI thread.

    wall, manifest
        What is drawn, None before the first.
    images : (total, H, W, C) uint8
        What there is to show, meaningful where ``drawn``: pictures of this wall, or until those are there pictures of
        the wall before.
    drawn, fresh, broken : (total,) bool
        Where there is something to show; where it is this wall's; where the decoder gave no numbers.
    z : (total, D) float32 or None, classes : (total,) int64
        The points of latent space; what the model was told by number (`NO_CLASS` for nothing); right where ``fresh``.
    done
        How many pictures of this wall there are.
    elapsed_ms, ms_per_picture
        The time in which pictures were drawn, waiting for the engine included, and that of each.
    engine_ms_per_picture
        What the engine itself took for each, in the quickest piece: without opening the model, and without other work.
    ``engine`` is the state of the engine process at the start.
    """

    def __init__(
        self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], lane: str, engine: str = "ready"
    ) -> None:
        self._dispatcher, self._clock, self._changed = dispatcher, clock, changed
        self._lane = Lane(lane, Policy.QUEUE, interactive=False)
        self.wall: Wall | None = None
        self.manifest: Manifest | None = None
        self.problem: Problem | None = None
        self.running = False
        self._empty((1, 1, 1), 0)
        self._look = (0, FIRST)
        self._size, self._deaths, self._held, self._engine = FIRST, 0, False, engine
        self._flight: _Flight | None = None
        self._counted, self.elapsed_ms = 0, 0.0
        self.engine_ms_per_picture: float | None = None

    def _empty(self, shape: tuple[int, int, int], total: int) -> None:
        self.images: Images = np.zeros((total, *shape), np.uint8)
        self.drawn, self.fresh, self.broken, self._news = (np.zeros(total, np.bool_) for _ in range(4))
        self.z: Latents | None = None
        self.classes: NDArray[np.int64] = np.full(total, NO_CLASS, np.int64)

    # --- what is asked of it

    @property
    def done(self) -> int:
        """How many pictures of this wall there are."""
        return int(np.count_nonzero(self.fresh))

    @property
    def complete(self) -> bool:
        """Whether all of the wall's pictures are there."""
        return self.wall is not None and bool(self.fresh.all())

    @property
    def ms_per_picture(self) -> float | None:
        """What a picture took, None before the first."""
        return self.elapsed_ms / self._counted if self._counted else None

    def take_news(self) -> NDArray[np.int64]:
        """The indices at which ``images`` have changed since this was asked last, or since the wall was hung."""
        news, self._news[:] = np.flatnonzero(self._news), False
        return news

    def show(self, wall: Wall, manifest: Manifest) -> None:
        """Draw this wall.  The same one goes on; of another one with the same pictures in it those are kept."""
        if wall == self.wall and manifest == self.manifest:
            self.go_on()
            return
        self._recall()
        self._carry_over(wall, manifest)
        if manifest != self.manifest:
            self._size = FIRST
        self.wall, self.manifest = wall, manifest
        self.problem = engine_failed() if self._engine == "failed" else None
        self._counted, self.elapsed_ms, self._deaths = 0, 0.0, 0
        self.engine_ms_per_picture = None
        self.go_on()

    def look(self, start: int, stop: int) -> None:
        """These pictures are in view: they are drawn next."""
        self._look = (start, stop)

    def stop(self) -> None:
        """Draw no more, at once; what is there stays."""
        self.running = False
        self._recall()

    def go_on(self) -> None:
        """Draw what is missing."""
        self.running = self.wall is not None and not self.complete
        if self.problem is not None and self.problem.action == COMPLETE_AGAIN:
            self.problem, self._deaths = None, 0
        self._next()

    def set_held(self, held: bool) -> None:
        """While held (the wall is out of sight) nothing is asked for."""
        self._held = held
        self._resume()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` (for good) or ``closed``."""
        self._engine = state
        if (
            state == "died" and self._flight is not None
        ):  # told before the job's own failure, which is of no flight then
            self._died()
        if state == "failed":
            self.problem = engine_failed()
        elif state == "died" and self.problem is None and self.running:
            self.problem = ENGINE_RESTARTING
        elif state == "ready" and self.problem in (ENGINE_RESTARTING, engine_failed()):
            self.problem = None
        self._resume()

    def _resume(self) -> None:
        if self._held or self._engine != "ready":
            self._recall()
        else:
            self._next()

    # --- pieces

    def _next(self) -> None:
        """Ask for the next piece, if there is one to ask for."""
        if self._flight is not None or self._held or self._engine != "ready" or self.wall is None:
            return
        if self.problem is not None or not self.running:
            return
        run = self._piece(self.wall)
        if run is None:
            self.running = False
            return
        self._flight = flight = _Flight(run, self._clock.now_ms())
        flight.job = self._dispatcher.submit(run.request, self._lane, lambda event: self._event(flight, event))

    def _piece(self, wall: Wall) -> Run | None:
        """The first missing pictures in view, then those below, then those above."""
        missing = ~self.fresh
        start, stop = max(0, self._look[0]), max(0, self._look[1])
        for low, high in ((start, stop), (stop, wall.total), (0, start)):
            places = np.flatnonzero(missing[low:high])
            if len(places):
                return self._run(wall, low + int(places[0]))
        return None

    def _run(self, wall: Wall, first: int) -> Run:
        """Missing pictures from this one on, to a bound of the engine's blocks."""
        place = wall.place_of(first)
        room = self._size - place % self._size
        ahead = self.fresh[first : first + room]
        count = int(ahead.argmax()) if ahead.any() else len(ahead)
        return next(wall.runs(first, first + count, count))

    def _recall(self) -> None:
        if self._flight is not None and self._flight.job is not None:
            self._flight.job.cancel()
        self._flight = None

    def _event(self, flight: _Flight, event: Event) -> None:
        if flight is not self._flight:
            return  # of a wall that is no longer asked for
        if isinstance(event, Partial):
            self._take_rows(flight, event)
        elif isinstance(event, (Finished, Failed, Cancelled)):
            self._flight = None
            if isinstance(event, Finished):
                self._take(flight, event)
            elif isinstance(event, Failed):
                self._fail(event)
            self._next()
        else:
            return
        self._changed()

    def _take(self, flight: _Flight, event: Finished) -> None:
        answer, run = event.answer, flight.run
        if not isinstance(answer, (Samples, Completion)):
            return
        count = run.request.count
        here = slice(run.start, run.start + count)
        self.images[here], self.drawn[here], self.fresh[here], self._news[here] = answer.images, True, True, True
        self.broken[here] = answer.broken if isinstance(answer, Samples) else False
        self.classes[here] = self._told(run)
        if isinstance(answer, Samples):
            self._take_points(here, answer)
        if not isinstance(answer, Completion) or not answer.reused_rows:  # rows taken over took no time
            per = answer.total_ms / count
            self.engine_ms_per_picture = min(per, self.engine_ms_per_picture or per)
        took = self._clock.now_ms() - flight.since_ms
        self.elapsed_ms, self._counted, self._deaths = self.elapsed_ms + took, self._counted + count, 0
        if count >= self._size and took < PIECE_MS:
            self._size = min(2 * self._size, MOST)
        elif took > 2 * PIECE_MS:
            self._size = max(self._size // 2, FIRST)

    def _told(self, run: Run) -> int:
        names = self.manifest.class_names if self.manifest is not None else ()
        return names.index(run.request.class_name) if run.request.class_name in names else NO_CLASS

    def _take_points(self, here: slice, answer: Samples) -> None:
        if self.z is None or self.z.shape[1] != answer.z.shape[1]:
            self.z = np.full((len(self.images), answer.z.shape[1]), np.nan, np.float32)
        self.z[here] = answer.z
        if answer.classes is not None:
            self.classes[here] = answer.classes

    def _take_rows(self, flight: _Flight, event: Partial) -> None:
        """Pictures that grow: what is drawn of them lies over what was there."""
        start = flight.run.start
        here = slice(start, start + len(event.images))
        drawn = np.asarray(event.drawn, np.bool_)
        self.images[here] = np.where(drawn[..., None], event.images, self.images[here])
        self.drawn[here] |= drawn.any(axis=(1, 2))
        self._news[here] = True

    def _fail(self, event: Failed) -> None:
        if event.code != "EngineDied":
            self.problem, self.running = problem_of(event.code, event.problem, event.remedy), False
        else:
            self._died()

    def _died(self) -> None:
        self._deaths += 1
        if self._deaths >= DEATHS_BEFORE_GIVING_UP:
            title = self.manifest.title if self.manifest is not None else tr("the model")
            self.running = False
            self.problem = Problem(
                tr("The engine stopped several times while it drew with {title}.").format(title=title),
                tr("Choose another model, or try once more."),
                COMPLETE_AGAIN,
                tr("Try once more"),
            )

    # --- from wall to wall

    def _carry_over(self, wall: Wall, manifest: Manifest) -> None:
        """What was shown stays until it is drawn anew; pictures that this wall has too are there already."""
        old, images, z = self.wall, self.images, self.z
        drawn, fresh, broken, classes = self.drawn, self.fresh, self.broken, self.classes
        spec = manifest.image
        self._empty((spec.height, spec.width, spec.display_channels), wall.total)
        if old is None or images.shape[1:] != self.images.shape[1:]:
            return
        shared = min(len(images), wall.total)
        self.images[:shared], self.drawn[:shared] = images[:shared], drawn[:shared]
        if manifest != self.manifest or _luck(old) != _luck(wall):
            return
        here, there = _same_pictures(old, wall)
        kept = fresh[there]
        here, there = here[kept], there[kept]
        self.images[here], self.classes[here], self.broken[here] = images[there], classes[there], broken[there]
        self.drawn[here] = self.fresh[here] = True
        if z is not None:
            self.z = np.full((wall.total, z.shape[1]), np.nan, np.float32)
            self.z[here] = z[there]


def _luck(wall: Wall) -> tuple[object, ...]:
    """What makes the picture of a class at a place what it is."""
    return wall.model, wall.seed, wall.temperature, wall.truncation


def _same_pictures(old: Wall, new: Wall) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices on the new wall of pictures that the old one has too, and theirs there."""
    at = {(old.class_of(index), old.place_of(index)): index for index in range(old.total)}
    pairs = [(i, at.get((new.class_of(i), new.place_of(i)), -1)) for i in range(new.total)]
    found = np.array([pair for pair in pairs if pair[1] >= 0], np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
