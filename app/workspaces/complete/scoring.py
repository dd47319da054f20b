"""The exact log-likelihood of a whole picture, and where it stands among the test set's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from app import messages
from app.bridge.ports import Clock, Dispatcher
from app.messages import Problem
from app.workspaces.complete.desk import Desk
from app.workspaces.complete.lane_feed import LaneFeed, Submission
from app.workspaces.complete.state import ScoreView
from engine.contracts.events import Event, Failed, Finished, Scores
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Manifest
from engine.contracts.requests import Request, ScoreImages

LANE = Lane("score", Policy.SUPERSEDE)
QUANTILES = "test_log_prob_quantiles"


class Scoring:
    """Owns the lane "score": scores the desk's picture whenever it is whole.  ``find`` gives a model by its id."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        changed: Callable[[], None],
        engine: str,
        find: Callable[[str], Manifest | None],
    ) -> None:
        self._feed = LaneFeed(dispatcher, clock, LANE, self._build, self._event)
        self._changed, self._find = changed, find
        self._desk: Desk | None = None
        self._moving = False
        self.view: ScoreView | None = None
        self.problem: Problem | None = None
        self._feed.set_held(engine != "ready")

    @property
    def busy(self) -> bool:
        """A score is awaited."""
        return self._feed.busy

    def open(self, desk: Desk | None) -> None:
        """Go over to another desk."""
        self._desk, self._moving = desk, False
        self.edited()

    def edited(self) -> None:
        """The picture changed: what was scored before is not this one."""
        self.view, self.problem = None, None
        if self._is_whole() and not self._moving:
            self._feed.touch()
        else:
            self._feed.stop()

    def set_moving(self, moving: bool) -> None:
        """A stroke has begun or ended: a score is of what it leaves, and takes nothing from what shows it meanwhile."""
        self._moving = moving
        if not moving and self.view is None and self.problem is None and self._is_whole():
            self._feed.touch()

    def now(self) -> bool:
        """Score at once; False if the picture is not whole."""
        if self._is_whole():
            self._feed.submit_now()
        return self._is_whole()

    def stop(self) -> None:
        """Await no score any more."""
        self._feed.stop()

    def engine_changed(self, state: str) -> None:
        """Wait while the engine is away; ask again when it is back."""
        if state == "died":
            self._feed.stop()
        self._feed.set_held(state != "ready")
        if state == "ready" and self.view is None and self.problem is None and self._is_whole() and not self.busy:
            self._feed.submit_now()

    def _is_whole(self) -> bool:
        return self._desk is not None and self._desk.document.is_whole

    def _build(self) -> tuple[Request, object] | None:
        desk = self._desk
        if desk is None or not desk.document.is_whole:
            return None
        class_name = str(desk.edit.parameters.get("class_name", ""))
        return ScoreImages(model=desk.manifest.id, pixels=desk.document.pixels[None], class_name=class_name), desk.edit

    def _event(self, submission: Submission, event: Event) -> None:
        desk = self._desk
        if desk is None or submission.subject is not desk.edit:
            return
        if isinstance(event, Finished) and isinstance(event.answer, Scores):
            request = submission.request
            assert isinstance(request, ScoreImages)
            scorer = self._find(event.answer.scored_by) or desk.manifest
            self.view, self.problem = score_view(scorer, event.answer, request.class_name), None
        elif isinstance(event, Failed) and event.code != "EngineDied":
            self.problem = messages.problem_of(event.code, event.problem, event.remedy)
        self._changed()


def score_view(manifest: Manifest, scores: Scores, class_name: str = "") -> ScoreView:
    """The engine's answer for one picture, asked for with this class, in numbers and words.

    ``manifest`` is of the model that scored: only its own test figures can stand beside the score.
    """
    nats, bits = float(scores.nats[0]), float(scores.bits_per_dim[0])
    quantiles = quantiles_of(manifest.figures)
    percent = None if quantiles is None else percentile(nats, quantiles)
    names = manifest.class_names
    by_class = {} if scores.class_nats is None else dict(zip(names, map(float, scores.class_nats[0]), strict=False))
    return ScoreView(
        nats=nats,
        bits_per_dim=bits,
        percent=percent,
        quantiles=quantiles,
        class_nats=by_class,
        scored_by=scores.scored_by,
        text=messages.score(nats, bits),
        sentence=messages.percentile(percent, manifest.data_title),
        class_name=class_name,
    )


def quantiles_of(figures: Mapping[str, Any]) -> tuple[float, ...] | None:
    """The 101 quantiles (0 to 100 %, nats, rising) of the test set's log-likelihood, if the manifest has them whole."""
    values = figures.get(QUANTILES)
    if not isinstance(values, (list, tuple)) or len(values) != 101:
        return None
    if not all(isinstance(value, (int, float)) and np.isfinite(value) for value in values):
        return None
    numbers = tuple(float(value) for value in values)
    return numbers if all(a <= b for a, b in pairwise(numbers)) else None


def percentile(nats: float, quantiles: tuple[float, ...]) -> float:
    """How many of 100 test pictures are less likely: 0..100, linear between the quantiles."""
    return float(np.interp(nats, quantiles, np.arange(101.0)))
