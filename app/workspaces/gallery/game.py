"""The drawer's page of a GAN's training: its film beside both players' curves, and the discriminator's word on the
easel's picture.  Qt-free; everything on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.bridge.ports import Clock, Dispatcher
from app.documents.film import GameCurves, game_curves
from app.messages import Problem
from app.workspaces.gallery import game_words as words
from app.workspaces.gallery.asking import FIT
from app.workspaces.gallery.drawer_page import EaselPage
from app.workspaces.gallery.easel import CHOSEN, Easel, EaselView
from engine.contracts.arrays import Image
from engine.contracts.events import Answer, Realness
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Manifest
from engine.contracts.requests import DiscriminateImages

LANE = Lane("gallery.game", Policy.COALESCE)
STEP_MS = 160.0
"""How long a moment of the training is seen while it plays."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What the discriminator says of one picture.

    ``score`` is above 0 for "real", of class ``judged_as`` (empty where it is told none); ``by_class`` the scores as
    one of each class, in the model's order, else empty.
    """

    of: Image
    score: float
    judged_as: str
    by_class: tuple[tuple[str, float], ...]
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class GameState:
    """What the page shows.

    curves, moments, moment
        What was logged; the training steps that can be gone to, rising, and where one is of them.
    frame
        Which of the film's frames was the newest then; -1 before the first and without a film.
    real, drawn
        The discriminator's mean scores at the end of the training, which a picture's is held against.
    judgement
        Of the easel's picture; while ``busy`` it may be of an earlier one.
    """

    easel: EaselView
    curves: GameCurves | None = None
    moments: tuple[float, ...] = ()
    moment: int = 0
    frame: int = -1
    playing: bool = False
    when: str = ""
    real: float | None = None
    drawn: float | None = None
    judgement: Judgement | None = None
    busy: bool = False
    hint: str = ""
    note: str = ""
    problem: Problem | None = None

    @property
    def step(self) -> float | None:
        """The training step of the moment."""
        return self.moments[self.moment] if self.moments else None


class GamePresenter(EaselPage[GameState]):
    """``film_steps`` gives the training steps that a model's film has frames of; ``engine`` is the state of the engine
    process at the start."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        changed: Callable[[], None],
        easel: Easel,
        *,
        film_steps: Callable[[Manifest], Sequence[float]] = lambda _: (),
        engine: str = "ready",
    ) -> None:
        super().__init__(dispatcher, LANE, clock, changed, easel, engine=engine, patient=True)
        self._film_steps = film_steps
        self._manifest: Manifest | None = None
        self._curves: GameCurves | None = None
        self._frames: tuple[float, ...] = ()
        self._moments: tuple[float, ...] = ()
        self._moment = 0
        self._asked: Image | None = None
        self._judgement: Judgement | None = None

    def sleep(self) -> None:
        """Nobody looks: ask for nothing, play nothing."""
        self._halt()
        super().sleep()

    def _forget(self) -> None:
        self._asked = None

    # --- the training

    def go_to(self, step: float) -> None:
        """Show the moment nearest to this step of the training."""
        self._halt()
        if self._moments:
            self._moment = int(np.abs(np.array(self._moments) - step).argmin())
        self._publish()

    def step(self, by: int) -> None:
        """Some moments on, or back."""
        self._halt()
        self._moment = min(max(self._moment + by, 0), max(0, len(self._moments) - 1))
        self._publish()

    def toggle_play(self) -> None:
        """Play the training, from its beginning where one is at its end; or stand."""
        if self._timer is not None:
            self._halt()
        elif len(self._moments) > 1:
            if self._moment == len(self._moments) - 1:
                self._moment = 0
            self._timer = self._clock.call_later(STEP_MS, self._tick)
        self._publish()

    def _tick(self) -> None:
        self._timer = None
        self._moment = min(self._moment + 1, len(self._moments) - 1)
        if self._moment < len(self._moments) - 1:
            self._timer = self._clock.call_later(STEP_MS, self._tick)
        self._publish()

    def _show_model(self, manifest: Manifest | None) -> None:
        """Another model has another training; one sees first what it came to."""
        self._halt()
        self._manifest, self._asked, self._judgement, self._problem = manifest, None, None, None
        self._question.drop()
        is_gan = manifest is not None and manifest.family == "gan"
        self._curves = game_curves(manifest.training) if manifest is not None and is_gan else None
        self._frames = tuple(sorted(self._film_steps(manifest))) if manifest is not None and is_gan else ()
        logged = () if self._curves is None else map(float, self._curves.steps)
        self._moments = tuple(sorted({*self._frames, *logged}))
        self._moment = max(0, len(self._moments) - 1)

    # --- asking

    def _look(self) -> None:
        """Ask about the easel's picture, if that is another one than was asked about."""
        if not self._awake:
            return
        manifest, pixels = self._easel.manifest, self._easel.pixels
        if manifest is not self._manifest:
            self._show_model(manifest)
        if pixels is self._asked:
            return
        self._asked, self._problem = pixels, None
        if pixels is None or manifest is None or "discriminator" not in manifest.graphs:
            self._question.drop()
            self._judgement = None
            return
        request = DiscriminateImages(model=manifest.id, pixels=pixels[None], fit=FIT)
        chosen = self._easel.chosen
        told = chosen.class_name if chosen is not None and self._easel.source == CHOSEN else ""
        self._question.ask(request, (pixels, self._easel.source, told, manifest.class_names))

    def _answered(self, subject: object, answer: Answer) -> None:
        if isinstance(answer, Realness) and isinstance(subject, tuple):
            scores = answer.score if answer.class_scores is None else answer.class_scores
            known = bool(np.isfinite(scores).all())
            self._judgement = _judgement(answer, *subject) if known else None
            self._problem = None if known else Problem(*words.NO_NUMBER)  # an earlier picture's failure is over
        self._publish()

    def _failed(self, problem: Problem) -> None:
        self._problem, self._judgement = problem, None
        self._publish()

    # --- what is shown

    def _new_state(self) -> GameState:
        manifest, curves, moments = self._manifest, self._curves, self._moments
        if manifest is None or manifest.family != "gan":
            return GameState(self._easel.view, hint="" if manifest is None else words.NO_GAME)
        step = moments[self._moment] if moments else 0.0
        values = curves.at(step) if curves is not None else {}
        last = curves.at(float(curves.steps[-1])) if curves is not None else {}
        judged = "discriminator" in manifest.graphs
        return GameState(
            easel=self._easel.view,
            curves=curves,
            moments=moments,
            moment=self._moment,
            frame=int(np.searchsorted(np.array(self._frames), step, side="right")) - 1,
            playing=self._timer is not None,
            when=words.when(step, values) if moments else "",
            real=last.get("score_real"),
            drawn=last.get("score_drawn"),
            judgement=self._judgement,
            busy=self._question.busy,
            hint="" if moments else words.NO_RECORD,
            note=words.NO_DISCRIMINATOR if not judged else words.DRAW if self._judgement is None else "",
            problem=self._problem,
        )


def _judgement(answer: Realness, of: Image, source: str, told: str, names: tuple[str, ...]) -> Judgement:
    """The score as the class that was asked for, where that is known, else as the likeliest."""
    score, index = float(answer.score[0]), int(answer.classes[0])
    by_class: tuple[tuple[str, float], ...] = ()
    if answer.class_scores is not None and len(names) == answer.class_scores.shape[1]:
        by_class = tuple(zip(names, map(float, answer.class_scores[0]), strict=True))
        index = names.index(told) if told in names else index
        score = by_class[index][1]
    judged_as = names[index] if by_class else ""
    return Judgement(of, score, judged_as, by_class, words.verdict(score, source, judged_as))
