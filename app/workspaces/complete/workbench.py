"""The presenter's parts and how they are kept together: which desk is open, what every change leads to."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import messages
from app.bridge.ports import Clock, Dispatcher
from app.documents.partial_image import PartialImage
from app.documents.picture_fit import fit_picture
from app.documents.sample_set import SampleSet
from app.documents.scene import Waiting
from app.workspaces.complete.branching import branch_on_show
from app.workspaces.complete.comparing import Comparing
from app.workspaces.complete.completing import Completing
from app.workspaces.complete.desk import Desk, new_desk
from app.workspaces.complete.drawing import Stroke
from app.workspaces.complete.lenses import Lenses
from app.workspaces.complete.scene import pack_desk, unpack_desk
from app.workspaces.complete.scoring import Scoring
from app.workspaces.complete.snapshot import Snapshot
from app.workspaces.complete.state import CompleteState, Example
from engine.contracts.arrays import Image, Observed
from engine.contracts.manifest import Manifest
from engine.errors import EngineError

SEEDS = 1_000_000
"""The dice rolls numbers that a person can read aloud."""


def fits(manifest: Manifest) -> bool:
    """Whether a model can complete pictures."""
    return manifest.family == "autoregressive"


class Workbench:
    """Verbs in, one ``show(state)`` for each of them.

    ``engine`` is the state of the engine process at the start; requests wait until it is ``"ready"``.  ``new_seed``
    gives the dice's next number.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        models: Sequence[Manifest],
        show: Callable[[CompleteState], None],
        *,
        examples: Sequence[Example] = (),
        engine: str = "starting",
        new_seed: Callable[[], int] = lambda: secrets.randbelow(SEEDS),
    ) -> None:
        self._clock, self._show, self._new_seed = clock, show, new_seed
        self._models = tuple(model for model in models if fits(model))
        self._elsewhere = tuple(model for model in models if not fits(model))
        self._completing = Completing(dispatcher, clock, self._publish, engine)
        self._comparing = Comparing(dispatcher, clock, self._publish, engine)
        self._scoring = Scoring(dispatcher, clock, self._publish, engine, self._model)
        self._lenses = Lenses(dispatcher, clock, self._publish, engine, lambda: self._models)
        self._snapshot = Snapshot(self._completing, self._comparing, self._scoring, self._lenses, examples)
        self._desks: dict[str, Desk] = {}
        self._packed: dict[str, Any] = {}
        self._waiting: Waiting | None = None
        self._desk: Desk | None = None
        self._stroke: Stroke | None = None
        self._strokes = 0
        self._hovered = self._beside = -1
        self._message = ""
        self._advice: Mapping[str, Any] | None = None

    def _model(self, identity: str) -> Manifest | None:
        """The model of this id, if it is installed."""
        return next((model for model in self._models if model.id == identity), None)

    def _publish(self) -> None:
        """Show the present state."""
        self._lenses.follow(self._desk, *self._looked_at(), moving=self._stroke is not None)
        state = self._snapshot.take(
            self._models,
            self._desk,
            hovered=self._hovered,
            beside=self._beside,
            message=self._message,
            now_ms=self._clock.now_ms(),
        )
        self._advice = None if state.verdict is None else state.verdict.advice
        self._show(state)

    def _input(self, *, looks: bool = False) -> Desk | None:
        """A person did something: the notice goes, the first show jumps to its end, and so does a halted replay, unless
        who did it only ``looks``.  The open desk, if there is one."""
        self._message = ""
        playback = self._completing.playback
        halted = playback is not None and playback.paused_ms is not None and not looks
        if self._completing.show_running or halted:
            self._completing.skip()
        return self._desk

    def _edited(self) -> None:
        """The open desk's picture or parameters changed."""
        self._completing.edited()
        self._edited_but_completions()
        self._publish()

    def _edited_but_completions(self) -> None:
        """They changed, and the completions of it are seen to."""
        self._comparing.edited()
        self._scoring.edited()

    def _changed_to(self, document: PartialImage, merge_key: str | None = None) -> None:
        """The open desk's picture becomes this one; its hint has done its work."""
        desk = self._desk
        if desk is not None:
            desk.hint = ""
            if desk.change_document(document, merge_key):
                self._edited()
                return
        self._publish()

    def _preview(self) -> tuple[Image | None, Observed | None]:
        """The completion that the canvas shows: (H, W, C) and where it is drawn."""
        samples, desk = self._completing.samples, self._desk
        index = self._hovered if self._hovered >= 0 or desk is None else desk.selected
        if self._beside >= 0:
            samples, index = self._samples_beside(), self._beside
        if samples is None or not 0 <= index < samples.count:
            return None, None
        return samples.images[index], samples.drawn[index]

    def _looked_at(self) -> tuple[PartialImage | None, Image | None, Observed | None]:
        """What the lenses look at: the document on the canvas and the completion in it, while that is replayed as it
        will be at the end, and where it is drawn."""
        (shown, drawn), desk = self._preview(), self._desk
        if desk is None:
            return None, None, None
        if self._beside >= 0:
            branch = branch_on_show(desk)
            return desk.document if branch is None else branch.before.document, shown, drawn
        index = self._hovered if self._hovered >= 0 else desk.selected
        replayed = shown is not None and self._completing.playback is not None and desk.made is not None
        if replayed and desk.made is not None and 0 <= index < len(desk.made.completion.images):
            shown = desk.made.completion.images[index]
        return desk.document, shown, drawn

    def _samples_beside(self) -> SampleSet | None:
        """What the second strip shows: the completions from before a branch, or those in raster order."""
        branch = branch_on_show(self._desk)
        return self._comparing.samples if branch is None else branch.samples

    def _open(self, manifest: Manifest | None, rgba: NDArray[np.uint8] | None = None) -> None:
        """Open a model's desk, as it was left or fresh, perhaps with another picture on it."""
        self._stroke, self._hovered, self._beside = None, -1, -1
        self._desk = None if manifest is None else self._desk_of(manifest)
        if self._desk is not None and manifest is not None and rgba is not None:
            self._desk.load_document(fit_picture(rgba, manifest.image))
        self._completing.open(self._desk)
        self._comparing.open(self._desk)
        self._scoring.open(self._desk)
        self._lenses.open()
        self._publish()

    def _desk_of(self, manifest: Manifest) -> Desk:
        """The desk as it was left; a model that was read anew takes over the old one's, if it still fits."""
        desk = self._desks.get(manifest.id)
        if desk is not None and desk.manifest != manifest:
            self._packed[manifest.id] = pack_desk(self._desks.pop(manifest.id))
        elif desk is not None:
            return desk
        self._desks[manifest.id] = self._unpacked(manifest) or self._fresh(manifest)
        return self._desks[manifest.id]

    def _unpacked(self, manifest: Manifest) -> Desk | None:
        """The desk of a restored scene, unless it is damaged."""
        packed = self._packed.get(manifest.id)
        if packed is None:
            return None
        try:
            desk = unpack_desk(manifest, packed)
        except EngineError:
            self._message = messages.SCENE_DAMAGED
            return None
        del self._packed[manifest.id]
        return desk

    def _fresh(self, manifest: Manifest) -> Desk:
        """A new desk with the model's first example on it, or a blank picture."""
        spec = manifest.image
        desk = new_desk(manifest, PartialImage.blank(spec.height, spec.width, spec.display_channels))
        desk.hint = messages.first_hint(desk.tool)
        for index, example in enumerate(self._snapshot.examples_of(manifest)):
            try:
                document = fit_picture(example.read(), spec)
            except EngineError:
                continue
            fresh = new_desk(manifest, document)
            fresh.hint, fresh.example = example.hint, index
            return fresh
        return desk
