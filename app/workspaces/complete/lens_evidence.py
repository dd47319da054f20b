"""How probable the given pixels are, and which class they speak for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.bridge.ports import Clock, Dispatcher
from app.workspaces.complete import lens_readings as readings
from app.workspaces.complete import lens_words as words
from app.workspaces.complete.desk import Desk, Edit, can_weigh
from app.workspaces.complete.lens_lane import LensLane
from app.workspaces.complete.lens_state import ClassBars
from engine.contracts.lanes import Lane, Policy
from engine.contracts.particles import Evidence
from engine.contracts.requests import EstimateEvidence, Request

LANE = Lane("complete.evidence", Policy.SUPERSEDE, interactive=False)
EXACT_MS, ESTIMATE_MS = 100.0, 600.0
"""How long the picture stands before it is asked: exact answers take a moment, estimates seconds."""
PARTICLES, REPEATS = 16, 4
"""Fewer than completions have: each class is estimated by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    edit: Edit
    evidence: Evidence


class EvidenceReading:
    """Owns the lane "complete.evidence"."""

    def __init__(self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], engine: str) -> None:
        self.lane = LensLane(dispatcher, clock, LANE, self._build, self._answered, changed, engine)
        self._desk: Desk | None = None
        self._asked: tuple[Edit, tuple[object, ...]] | None = None
        self._known: _Known | None = None

    def forget(self) -> None:
        """Another desk: nothing is known of it."""
        self.lane.stop()
        self._desk = self._asked = self._known = None

    def again(self) -> None:
        """Ask for the same once more."""
        self._asked = None

    def follow(self, desk: Desk) -> None:
        """The desk's picture may be another one than was asked of."""
        asks = (desk.document, desk.edit.parameters["orientation"], desk.edit.parameters.get("class_name", ""))
        if self._asked is not None and all(a is b or a == b for a, b in zip(self._asked[1], asks, strict=True)):
            return
        self._desk, self._asked = desk, (desk.edit, asks)
        self.lane.title = desk.manifest.title
        self.lane.stop()  # what runs is of another picture, and others wait for its thread
        if desk.document.is_blank or not self.answerable(desk):
            self._known = None
        else:
            self.lane.ask(EXACT_MS if self.exact(desk) else ESTIMATE_MS)

    @classmethod
    def answerable(cls, desk: Desk) -> bool:
        """Whether the model can say anything of what is given."""
        return cls.exact(desk) or can_weigh(desk.manifest)

    @staticmethod
    def exact(desk: Desk) -> bool:
        """Whether an order that the model knows makes it exact."""
        wanted = str(desk.edit.parameters["orientation"])
        orders = desk.manifest.orientations if wanted == "auto" else (wanted,)
        return readings.exact_order(desk.document.observed, orders)

    @property
    def stale(self) -> bool:
        """What is known is of an older picture."""
        return self._known is not None and self._asked is not None and self._known.edit is not self._asked[0]

    def facts(self) -> tuple[tuple[str, str], ...]:
        """The likeliest class, and how probable the given pixels are."""
        if self._known is None:
            return ()
        found = self._known.evidence
        said = words.evidence_fact(*readings.evidence_of(found), found.exact)
        if len(found.classes) < 2:
            return (said,)
        best = int(np.argmax(found.posterior))
        return (("", words.likeliest(found.classes[best], float(found.posterior[best]), found.exact)), said)

    def bars(self, chosen: str) -> ClassBars | None:
        """The posterior, for models with classes."""
        if self._known is None or len(self._known.evidence.classes) < 2:
            return None
        found = self._known.evidence
        whole = self._known.edit.document.is_whole
        title = words.posterior_title(found.exact, whole, found.estimates.shape[1], PARTICLES)
        return ClassBars(found.classes, found.posterior, found.posterior_spread, title, self.stale, chosen)

    @property
    def evidence(self) -> Evidence | None:
        """The answer on show."""
        return None if self._known is None else self._known.evidence

    def _build(self) -> tuple[Request, object] | None:
        desk = self._desk
        if desk is None or desk.document.is_blank or self._asked is None:
            return None
        parameters, by_class = desk.edit.parameters, bool(desk.manifest.class_names)
        request = EstimateEvidence(
            model=desk.manifest.id,
            pixels=desk.document.pixels,
            observed=desk.document.observed,
            particles=PARTICLES,
            repeats=REPEATS,
            seed=int(parameters["seed"]),
            class_name="" if by_class else str(parameters.get("class_name", "")),
            orientation=str(parameters["orientation"]),
            by_class=by_class,
        )
        return request, self._asked[0]

    def _answered(self, edit: Edit, _request: EstimateEvidence, answer: Evidence) -> None:
        self._known = _Known(edit, answer)
