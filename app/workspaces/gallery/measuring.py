"""What a model says of the pictures on the wall: likelihoods, scores, classes.  Asked for in the background, on demand.

One piece is on its way at a time, the picture that a person looks at before all others.  What was said of a picture is
remembered by what draws it, so that a wall that comes back has its values at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Dispatcher
from app.messages import Problem, problem_of
from app.translation import tr
from app.workspaces.gallery.feed import DEATHS_BEFORE_GIVING_UP, PIECE_MS, WallFeed
from engine.contracts.arrays import Images
from engine.contracts.events import Answer, Cancelled, Event, Failed, Finished
from engine.contracts.lanes import Job, Lane, Policy
from engine.contracts.requests import Request

FIRST, MOST = 4, 256
ENGINE_KEEPS_STOPPING = Problem(
    tr("The engine stopped several times while it was asked about pictures."),
    tr("Choose another model, or sort once more."),
)
REMEMBERED = 100_000
"""Values kept of walls that are gone; then all are forgotten."""

Ask = Callable[[str, Images], Request]
"""What asks about pictures of one class (empty for none)."""
Read = Callable[[Answer], "NDArray[np.float64] | None"]


class Measuring:
    """Values of the pictures of a feed's wall, ``values (total,) float64``, NaN where nothing is known.

    ``prepare()`` is called when the wall is another one and gives what asks and reads for it, or None where there is
    nothing to ask.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        feed: WallFeed,
        changed: Callable[[], None],
        lane: str,
        engine: str = "ready",
    ) -> None:
        self._dispatcher, self._clock, self._feed, self._changed = dispatcher, clock, feed, changed
        self._lane = Lane(lane, Policy.QUEUE, interactive=False)
        self._ask: Ask | None = None
        self._read: Read | None = None
        self._subject: Hashable = None
        self._known: dict[Hashable, float] = {}
        self._keys: list[Hashable] = []
        self.values: NDArray[np.float64] = np.zeros(0)
        self._asked: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._flight: tuple[NDArray[np.int64], float] | None = None
        self._job: Job | None = None
        self._size, self._deaths = FIRST, 0
        self._held, self._engine, self._untold = False, engine, False
        self._looked_at = -1
        self.everything = False
        self.problem: Problem | None = None

    # --- what is asked of it

    def show(self, subject: Hashable, ask: Ask | None, read: Read | None, untold: bool = False) -> None:
        """The feed shows another wall, or another model is asked: ``subject`` says which; ``ask`` None asks nobody.

        ``untold`` asks only about pictures whose class nobody told the model.
        """
        if subject != self._subject:
            self._size = FIRST
        self._recall()
        self._subject, self._ask, self._read, self._untold = subject, ask, read, untold
        self.everything, self._looked_at, self.problem, self._deaths = False, -1, None, 0
        wall = self._feed.wall
        self._keys = [] if wall is None else [
            (subject, wall.model, wall.seed, wall.temperature, wall.truncation, wall.class_of(i), wall.place_of(i))
            for i in range(wall.total)
        ]  # fmt: skip
        self.values = np.array([self._known.get(key, np.nan) for key in self._keys], np.float64)
        self._asked = ~np.isnan(self.values)

    @property
    def possible(self) -> bool:
        """Whether there is somebody to ask."""
        return self._ask is not None

    @property
    def done(self) -> int:
        """How many pictures have been asked about."""
        return int(np.count_nonzero(self._asked))

    @property
    def complete(self) -> bool:
        """Whether all of the wall's pictures are drawn and have been asked about."""
        return self._feed.complete and not self._open().any()

    @property
    def running(self) -> bool:
        """Whether everything is asked for and not all is known."""
        return self.everything and self.problem is None and not self.complete

    def ask_for_everything(self) -> None:
        """All of the wall, as it is drawn."""
        self.everything = self.possible
        if self.problem is not None:
            self.problem, self._deaths = None, 0
        self._next()

    def ask_for_no_more(self) -> None:
        """Only about the picture that is looked at."""
        if self.everything:
            self.everything = False
            self._recall()
            self._next()

    def look_at(self, index: int) -> None:
        """This picture before all others; -1 for none."""
        self._looked_at = index
        self._next()

    def stop(self) -> None:
        """Ask no more, at once; what is known stays."""
        self.everything, self._looked_at = False, -1
        self._recall()

    def feed_changed(self) -> None:
        """There are more pictures."""
        self._next()

    def set_held(self, held: bool) -> None:
        """While held (the wall is out of sight) nothing is asked for."""
        self._held = held
        self._resume()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` or ``closed``."""
        if (
            state == "died" and self._flight is not None
        ):  # told before the job's own failure, which is of no flight then
            self._died()
        self._engine = state
        self._resume()
        if state == "died" and self.problem is not None:
            self._changed()

    def _resume(self) -> None:
        if self._held or self._engine != "ready":
            self._recall()
        else:
            self._next()

    # --- pieces

    def _next(self) -> None:
        if self._flight is not None or self._held or self._engine != "ready" or self.problem is not None:
            return
        indices = self._piece()
        if self._ask is None or not len(indices):
            return
        request = self._ask(self._class_at(int(indices[0])), self._feed.images[indices])
        self._flight = flight = indices, self._clock.now_ms()
        self._job = self._dispatcher.submit(request, self._lane, lambda event: self._event(flight, event))

    def _piece(self) -> NDArray[np.int64]:
        """The indices of the next pictures to ask about, all of one class."""
        open_ = self._open()
        if 0 <= self._looked_at < len(open_) and open_[self._looked_at]:
            return np.array([self._looked_at], np.int64)
        waiting = np.flatnonzero(open_) if self.everything else np.zeros(0, np.int64)
        if not len(waiting):
            return waiting
        classes = self._feed.classes[waiting]
        piece: NDArray[np.int64] = waiting[classes == classes[0]][: self._size]
        return piece

    def _open(self) -> NDArray[np.bool_]:
        """``(total,)``: pictures that are there and have not been asked about."""
        feed = self._feed
        found = feed.fresh & ~feed.broken & ~self._asked[: len(feed.fresh)]
        if self._untold and feed.manifest is not None:
            found &= (feed.classes < 0) | (feed.classes >= len(feed.manifest.class_names))
        return np.asarray(found)

    def _class_at(self, index: int) -> str:
        manifest, number = self._feed.manifest, int(self._feed.classes[index])
        names = manifest.class_names if manifest is not None else ()
        return names[number] if 0 <= number < len(names) else ""

    def _recall(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._flight = self._job = None

    def _event(self, flight: tuple[NDArray[np.int64], float], event: Event) -> None:
        if flight is not self._flight or not isinstance(event, (Finished, Failed, Cancelled)):
            return
        self._flight = self._job = None
        if isinstance(event, Finished):
            self._take(*flight, event.answer)
        elif isinstance(event, Failed):
            self._fail(event)
        self._next()
        self._changed()

    def _take(self, indices: NDArray[np.int64], since_ms: float, answer: Answer) -> None:
        found = self._read(answer) if self._read is not None else None
        self._asked[indices] = True
        self._deaths = 0
        if found is None or len(found) != len(indices):
            return
        self.values[indices] = found
        if len(self._known) > REMEMBERED:
            self._known.clear()
        self._known.update((self._keys[int(i)], float(v)) for i, v in zip(indices, found, strict=True) if v == v)
        took = self._clock.now_ms() - since_ms
        if len(indices) >= self._size and took < PIECE_MS:
            self._size = min(2 * self._size, MOST)
        elif took > 2 * PIECE_MS:
            self._size = max(self._size // 2, FIRST)

    def _fail(self, event: Failed) -> None:
        if event.code == "EngineDied":
            self._died()
            return
        self.problem, self.everything = problem_of(event.code, event.problem, event.remedy), False

    def _died(self) -> None:
        self._deaths += 1
        if self._deaths >= DEATHS_BEFORE_GIVING_UP:
            self.problem, self.everything = ENGINE_KEEPS_STOPPING, False
