"""The completions of the picture at hand: asked for as it changes, shown at the chosen pace, kept through a crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Dispatcher, Timer
from app.documents.sample_set import SampleSet
from app.workspaces.complete.completing_lane import CompletingLane, completion_request, taken_over
from app.workspaces.complete.desk import Desk, Made
from app.workspaces.complete.lane_feed import Submission
from app.workspaces.complete.playback import Playback
from app.workspaces.complete.state import Timing
from app.workspaces.complete.time_machine_line import redrawn
from engine.contracts.arrays import Observed
from engine.contracts.events import Completion, Partial
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import CompleteImage

LANE = Lane("complete", Policy.SUPERSEDE)


class Completing(CompletingLane):
    """Owns the lane "complete", and the replay of what it was answered."""

    def __init__(self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], engine: str) -> None:
        self._tick: Timer | None = None
        self._held: Partial | None = None
        self._final: SampleSet | None = None
        self._from_nothing = False
        self.playback: Playback | None = None
        self.show_pending = True
        self.pace = "instant"
        self._drafted = False
        super().__init__(dispatcher, clock, changed, engine, LANE)

    @property
    def show_running(self) -> bool:
        """The first completion's show runs, or is to come."""
        return self.show_pending or (self.playback is not None and self.playback.stagger_ms > 0)

    @property
    def rewindable(self) -> bool:
        """The present picture's completions are there in full and nothing is on its way: their drawing can be shown."""
        desk = self._desk
        there = desk is not None and desk.made is not None and desk.completed is desk.edit
        return there and desk is not None and not desk.document.is_whole and not self._feed.busy

    @property
    def rewound(self) -> bool:
        """A replay runs or stands that began from nothing: what it has not drawn is empty."""
        return self.playback is not None and self._from_nothing

    def count(self, tile: int) -> int | None:
        """How many pixels completion ``tile`` has drawn in the replay; None where there is none."""
        playback = self.playback
        return None if playback is None else playback.count(min(tile, playback.shape[0] - 1), self._clock.now_ms())

    @property
    def samples(self) -> SampleSet | None:
        """What is on show now."""
        desk = self._desk
        if desk is None or self.playback is None or self._final is None or desk.samples is None:
            return None if desk is None else desk.samples
        return desk.samples.overwritten(self._final.images, self.playback.drawn(self._clock.now_ms()))

    def open(self, desk: Desk | None) -> None:
        """Go over to another desk; what the old one awaits is not awaited any more."""
        if self._desk is not None:
            self.skip()
        self._feed.stop()
        self._desk, self.progress, self.problem, self._deaths = desk, None, self._lasting_problem(), 0
        if desk is not None and desk.completed is not desk.edit:
            self.edited()

    def stop(self) -> None:
        """Stop within this call; what was drawn stays."""
        self.skip()
        self._drafted = False
        super().stop()

    def set_moving(self, moving: bool) -> None:
        """A stroke has begun or ended; a draft that was drawn meanwhile is drawn once more, as it is to stay."""
        super().set_moving(moving)
        if not moving and self._drafted and self._asks() and not self._feed.due:
            self._wanted = True
            self._feed.submit_now()

    def set_pace(self, pace: str) -> None:
        """From the next completion on; anything but instant replays the present one right away."""
        self.skip()
        self.pace = pace
        if pace != "instant":
            self._rewind(pace)

    def skip(self) -> None:
        """Show all that there is: the end of the replay, or the rows held back for a show that did not begin."""
        self.show_pending = False
        self._finish_playback()

    def seek(self, position: float) -> None:
        """Halt the replay at a position in [0, 1]; begins one if there is none."""
        if self.playback is None:
            self._rewind(self.pace)
        self._go_on(lambda playback, now: playback.sought(position, now))

    def scrub(self, count: int) -> None:
        """Halt where ``count`` pixels are drawn, from nothing on; when all are, nothing is halted any more."""
        playback = self.playback
        if playback is None or not (self._from_nothing and playback.by_pixels):
            self.skip()
            self._rewind("pixels")
        if self.playback is not None and count < len(self.playback.pixels):
            self._go_on(lambda playback, now: playback.after(count, now))
        else:
            self.skip()

    def toggle(self) -> None:
        """Halt the replay, or let it go on; begins one if there is none."""
        if self.playback is None:
            self._rewind(self.pace)
        else:
            self._go_on(Playback.toggled)

    def put_back(self, samples: SampleSet, made: Made | None) -> None:
        """Show again what had been drawn for the present edit; it is asked for only where the answer is gone."""
        desk = self._desk
        self._finish_playback()
        if desk is None:
            return
        desk.samples, desk.provisional = samples, False
        if made is None:
            self.edited()
            return
        self._drafted = False
        super().stop()
        desk.made, desk.completed, desk.timing = made, desk.edit, _timing(made.completion)

    def _request(self, desk: Desk) -> CompleteImage:
        request = completion_request(desk)
        weighs = "sampler_row" in desk.manifest.graphs and request.method != "raster"
        mixes = bool(desk.manifest.class_names) and not request.class_name
        self._drafted = self._feed.moving and weighs and mixes
        return replace(request, draft=self._drafted)

    # --- from the engine

    def _partial(self, desk: Desk, submission: Submission, partial: Partial) -> None:
        paced = self.show_pending or self.pace != "instant"
        if not submission.answered and not paced and partial.first_row_ms > 0:
            felt = self._clock.now_ms() - submission.touched_ms
            desk.timing = Timing(len(partial.images), partial.first_row_ms, felt)
        if paced:
            self._held = partial
        else:
            self._overwrite(partial.images, partial.drawn, provisional=partial.provisional)

    def _finished(self, desk: Desk, submission: Submission, made: Made) -> None:
        self._held, answer = None, made.completion
        felt = desk.timing.felt_ms if submission.answered else self._clock.now_ms() - submission.touched_ms
        desk.timing = _timing(answer, felt)
        desk.made = made
        if submission.subject is desk.edit:
            desk.completed = desk.edit
        if self.show_pending or self.pace != "instant":
            self._begin_playback(desk, answer, desk.samples)
        else:
            self._overwrite(answer.images, np.ones(answer.images.shape[1:3], bool), answer=answer)

    # --- on to the tiles

    def _match(self) -> None:
        """As many tiles as asked for, with the document's ink on them; none where nothing was left to complete."""
        self._finish_playback()
        desk = self._desk
        if desk is None:
            return
        if desk.document.is_whole:
            self._feed.stop()
            self._wanted, self.progress, desk.completed = False, None, desk.edit
        if desk.document.is_whole and not desk.document.has_adopted:
            desk.samples = desk.made = None
            desk.provisional = False
            desk.timing = Timing()  # it was of a request that nothing on show came from
        elif desk.samples is not None:
            desk.samples = desk.samples.resized(desk.count, desk.document).under(desk.document)

    def _overwrite(
        self,
        images: NDArray[np.uint8],
        drawn: Observed,
        *,
        answer: Completion | None = None,
        provisional: bool = False,
    ) -> None:
        """Newer pixels over the tiles, the present document's ink over those."""
        desk = self._desk
        shown = None if desk is None else taken_over(desk.samples, desk, images, drawn)
        if desk is None or shown is None:
            return
        if answer is not None:
            shown = replace(shown, log_prob=answer.log_prob)
        desk.samples = shown.resized(desk.count, desk.document).under(desk.document)
        desk.provisional = provisional

    # --- the replay

    def _begin_playback(self, desk: Desk, answer: Completion, base: SampleSet | None, pace: str = "") -> None:
        """Replay over ``base``, or from nothing."""
        kind = "show" if self.show_pending else pace or self.pace
        self._from_nothing = base is None
        count = len(answer.images)
        started = SampleSet.undrawn(count, desk.document) if base is None else base.resized(count, desk.document)
        observed = desk.made.request.observed if desk.made is not None else desk.document.observed
        self.show_pending = desk.provisional = False
        desk.samples = started
        self._final = SampleSet(answer.images, np.ones(started.drawn.shape, bool), answer.log_prob).under(desk.document)
        self.playback = Playback.start(kind, answer, observed, self._clock.now_ms())
        self._schedule()

    def _finish_playback(self) -> None:
        desk, final, held = self._desk, self._final, self._held
        self.playback, self._final = None, None
        if self._tick is not None:
            self._tick.cancel()
        if desk is not None and final is not None:
            desk.samples = final.resized(desk.count, desk.document).under(desk.document)
        elif held is not None and not self.show_pending:
            self._held = None
            self._overwrite(held.images, held.drawn, provisional=held.provisional)

    def _rewind(self, pace: str) -> None:
        """Begin a replay from nothing, if what is on show can be replayed."""
        desk = self._desk
        if self.rewindable and desk is not None and desk.made is not None:
            self._begin_playback(desk, desk.made.completion, None, pace)

    def _go_on(self, change: Callable[[Playback, float], Playback]) -> None:
        if self.playback is not None:
            self.playback = change(self.playback, self._clock.now_ms())
            self._schedule()

    def _schedule(self) -> None:
        if self._tick is not None:
            self._tick.cancel()
        if self.playback is not None and self.playback.paused_ms is None:
            self._tick = self._clock.call_later(self.playback.tick_ms, self._advance)

    def _advance(self) -> None:
        if self.playback is not None and self.playback.is_over(self._clock.now_ms()):
            self._finish_playback()
        else:
            self._schedule()
        self._changed()


def _timing(answer: Completion, felt_ms: float = 0.0) -> Timing:
    """What an answer says of its time; ``felt_ms`` where somebody waited for it."""
    return Timing(
        count=len(answer.images),
        first_row_ms=answer.first_row_ms,
        felt_ms=felt_ms,
        total_ms=answer.total_ms,
        naive_ms=answer.naive_ms,
        reused_rows=answer.reused_rows,
        redrawn=redrawn(answer) if answer.reused_rows else None,
    )
