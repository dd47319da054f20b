"""The completions of the picture at hand: asked for as it changes, shown at the chosen pace, kept through a crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Dispatcher, Timer
from app.documents.sample_set import SampleSet
from app.messages import Problem, engine_failed, engine_keeps_dying, engine_restarting, problem_of
from app.workspaces.complete.desk import Desk, Made
from app.workspaces.complete.lane_feed import LaneFeed, Submission
from app.workspaces.complete.playback import Playback
from app.workspaces.complete.state import Timing
from engine.contracts.arrays import Observed
from engine.contracts.events import Completion, Event, Failed, Finished, Partial
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import CompleteImage, Request

LANE = Lane("complete", Policy.SUPERSEDE)
DEATHS_BEFORE_GIVING_UP = 3


def completion_request(desk: Desk) -> CompleteImage:
    """The desk's picture and parameters as a request."""
    document = desk.document
    return CompleteImage(
        model=desk.manifest.id, pixels=document.pixels, observed=document.observed, **desk.edit.parameters
    )


class Completing:
    """Owns the lane "complete".  ``changed`` is called after everything that came from the engine or the clock."""

    def __init__(self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], engine: str) -> None:
        self._clock, self._changed = clock, changed
        self._feed = LaneFeed(dispatcher, clock, LANE, self._build, self._event)
        self._desk: Desk | None = None
        self._tick: Timer | None = None
        self._held: Partial | None = None
        self._final: SampleSet | None = None
        self._wanted = False
        self._deaths = 0
        self.playback: Playback | None = None
        self.show_pending = True
        self.pace = "instant"
        self.progress: float | None = None
        self.problem: Problem | None = None
        self.engine = engine
        self._feed.set_held(engine != "ready")

    @property
    def busy(self) -> bool:
        """An answer is awaited, from an engine that there is or will be."""
        return self._feed.busy and self.engine != "failed"

    @property
    def show_running(self) -> bool:
        """The first completion's show runs, or is to come."""
        return self.show_pending or (self.playback is not None and self.playback.stagger_ms > 0)

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

    def edited(self) -> None:
        """The desk's picture or parameters changed: ink on the tiles at once, completions soon."""
        self._finish_playback()
        self._match_samples()
        self._deaths = 0
        if self._desk is not None and not self._desk.document.is_whole:
            self._wanted = True
            self._feed.touch()

    def now(self) -> None:
        """Complete at once, also what was completed or given up before."""
        self._finish_playback()
        self._match_samples()
        self._deaths, self.problem = 0, self._lasting_problem()
        if self._desk is not None and not self._desk.document.is_whole:
            self._wanted = True
            self._feed.submit_now()

    def stop(self) -> None:
        """Stop within this call; what was drawn stays."""
        self.skip()
        self._feed.stop()
        self._wanted, self.progress = False, None

    def set_moving(self, moving: bool) -> None:
        """A stroke has begun or ended."""
        self._feed.set_moving(moving)

    def set_pace(self, pace: str) -> None:
        """From the next completion on; anything but instant replays the present one right away."""
        self.skip()
        self.pace = pace
        desk = self._desk
        if pace != "instant" and desk is not None and desk.made is not None and desk.completed is desk.edit:
            self._begin_playback(desk, desk.made.completion, None)

    def skip(self) -> None:
        """Show all that there is: the end of the replay, or the rows held back for a show that did not begin."""
        self.show_pending = False
        self._finish_playback()

    def seek(self, position: float) -> None:
        """Halt the replay at a position in [0, 1]."""
        if self._restarted():
            self._go_on(lambda playback, now: playback.sought(position, now))

    def toggle(self) -> None:
        """Halt the replay, or let it go on."""
        if self._restarted():
            self._go_on(Playback.toggled)

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` (for good) or ``closed``."""
        self.engine = state
        if state == "died":
            self._engine_died()
        if state == "failed":  # who restarts it by hand asks for the work once more
            self._deaths, self.problem = 0, engine_failed()
        self._feed.set_held(state != "ready")
        if state == "ready" and self._wanted and self._deaths < DEATHS_BEFORE_GIVING_UP and not self._feed.busy:
            self._feed.submit_now()
        if state == "ready" and self.problem is not None and self._deaths < DEATHS_BEFORE_GIVING_UP:
            self.problem = None if self.problem in (engine_restarting(), engine_failed()) else self.problem

    def _lasting_problem(self) -> Problem | None:
        """What no other picture and no other request makes better."""
        return engine_failed() if self.engine == "failed" else None

    # --- from the engine

    def _build(self) -> tuple[Request, object] | None:
        desk = self._desk
        if desk is None or desk.document.is_whole:
            return None
        return completion_request(desk), desk.edit

    def _event(self, submission: Submission, event: Event) -> None:
        desk = self._desk
        if desk is None:
            return
        if isinstance(event, Partial):
            self._partial(desk, submission, event)
        elif isinstance(event, Finished) and isinstance(event.answer, Completion):
            self._finished(desk, submission, event.answer)
        elif isinstance(event, Failed):
            self._failed(event)
        if not self._feed.busy:
            self.progress = None
        self._changed()

    def _partial(self, desk: Desk, submission: Submission, partial: Partial) -> None:
        self.progress = partial.fraction
        self.problem = None
        paced = self.show_pending or self.pace != "instant"
        if not submission.answered and not paced and partial.first_row_ms > 0:
            felt = self._clock.now_ms() - submission.touched_ms
            desk.timing = Timing(len(partial.images), partial.first_row_ms, felt)
        if paced:
            self._held = partial
        else:
            self._overwrite(partial.images, partial.drawn, provisional=partial.provisional)

    def _finished(self, desk: Desk, submission: Submission, answer: Completion) -> None:
        self.problem, self._deaths, self._held = None, 0, None
        request = submission.request
        assert isinstance(request, CompleteImage)
        felt = desk.timing.felt_ms if submission.answered else self._clock.now_ms() - submission.touched_ms
        desk.timing = Timing(
            len(answer.images), answer.first_row_ms, felt, answer.total_ms, answer.naive_ms, answer.reused_rows
        )
        desk.made = Made(request, answer)
        if submission.subject is desk.edit:
            desk.completed, self._wanted = desk.edit, False
        if self.show_pending or self.pace != "instant":
            self._begin_playback(desk, answer, desk.samples)
        else:
            self._overwrite(answer.images, np.ones(answer.images.shape[1:3], bool), answer=answer)

    def _failed(self, event: Failed) -> None:
        if event.code == "EngineDied":
            self._engine_died(in_flight=True)
        else:
            self._wanted = False
            self.problem = problem_of(event.code, event.problem, event.remedy)

    def _engine_died(self, in_flight: bool = False) -> None:
        """Say so and keep everything; once is bad luck, three times over the same work is not."""
        self._deaths += in_flight or self._feed.running
        self._wanted = self._wanted or self._feed.busy
        self._feed.stop()
        self.progress = None
        gave_up = self._deaths >= DEATHS_BEFORE_GIVING_UP and self._desk is not None
        self.problem = engine_keeps_dying(self._desk.manifest.title) if gave_up and self._desk else engine_restarting()

    # --- on to the tiles

    def _match_samples(self) -> None:
        """As many tiles as asked for, with the document's ink on them; none where nothing was left to complete."""
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
        if desk is None or images.shape[1:] != desk.document.shape:
            return
        base = SampleSet.undrawn(desk.count, desk.document) if desk.samples is None else desk.samples
        shown = base.resized(len(images), desk.document).overwritten(images, drawn)
        if answer is not None:
            shown = replace(shown, log_prob=answer.log_prob)
        desk.samples = shown.resized(desk.count, desk.document).under(desk.document)
        desk.provisional = provisional

    # --- the replay

    def _begin_playback(self, desk: Desk, answer: Completion, base: SampleSet | None) -> None:
        """Replay over ``base``, or from nothing."""
        kind = "show" if self.show_pending else self.pace
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

    def _restarted(self) -> bool:
        """There is a replay, or one could be begun anew."""
        desk = self._desk
        if self.playback is None and desk is not None and desk.made is not None and desk.completed is desk.edit:
            self._begin_playback(desk, desk.made.completion, None)
        return self.playback is not None

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
