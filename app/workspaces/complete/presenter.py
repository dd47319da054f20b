"""The Complete workspace's decisions: what each of a person's verbs does.  Qt-free; everything on the GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import messages
from app.documents.partial_image import PartialImage
from app.documents.picture_fit import fit_picture
from app.documents.request_record import RequestRecord, from_text
from app.documents.scene import Waiting, model_of, names_model
from app.workspaces.complete.desk import default_parameters, parameter_value
from app.workspaces.complete.lens_state import LENSES
from app.workspaces.complete.saving import saved_picture, saved_sheet
from app.workspaces.complete.scene import FORMAT, pack_desk, packed_pixel, unpacked_pixel
from app.workspaces.complete.staging import Staging
from app.workspaces.complete.state import PACES, SavedPicture
from app.workspaces.complete.workbench import fits
from engine.contracts.manifest import Manifest
from engine.errors import EngineError


class CompletePresenter(Staging):
    """The verbs of the workspace; those of the hand are in `Painting`, those of choosing a completion in `Adopting`,
    those of the lenses in `Looking`, those of time in `TimeMachine`, those of lessons in `Staging`, what holds it
    together in `Workbench`."""

    # --- models

    def start(self, model: str = "") -> None:
        """Open this model, or the one that makes the best first impression: coloured, with an example."""
        self._open(self._model(model) or max(self._models, key=self._charm, default=None))

    def choose_model(self, model: str, bring_picture: bool = False) -> None:
        """Go over to another model and its own picture; with ``bring_picture``, to the present one, fitted to it."""
        before = self._input()
        self.finish_stroke()
        found = self._model(model)
        if found is None:
            other = next((manifest for manifest in self._elsewhere if manifest.id == model), None)
            self._message = messages.opens_elsewhere(other.title) if other else messages.unknown_model(model)
        elif before is None or before.manifest.id != model:
            self._waiting = None
            self._open(found, _rgba(before.document) if before is not None and bring_picture else None)
            return
        self._publish()

    def set_models(self, models: Sequence[Manifest]) -> None:
        """The installed models changed; the open one stays if it is still among them, and no desk is lost."""
        self._models = tuple(model for model in models if fits(model))
        self._elsewhere = tuple(model for model in models if not fits(model))
        if self._waiting is not None and self._model(self._waiting.model) is not None and not self._has_chosen():
            self.start(self._waiting.model)
        elif self._desk is None or self._desk.manifest not in self._models:
            self.start("" if self._desk is None else self._desk.manifest.id)
        else:
            self._publish()

    def _charm(self, manifest: Manifest) -> tuple[bool, bool]:
        return bool(self._snapshot.examples_of(manifest)), manifest.image.display_channels == 3

    # --- pictures from outside

    def load_picture(self, rgba: NDArray[np.uint8]) -> None:
        """Show a picture (h, w, 4), fitted to the model's size and levels; transparent pixels are unknown."""
        desk = self._input()
        if desk is not None:
            desk.hint = ""
            desk.load_document(fit_picture(rgba, desk.manifest.image))
            self._edited()

    def open_picture(self, rgba: NDArray[np.uint8], note: str | None = None) -> None:
        """Restore what made a picture if its note says so, else show the picture itself."""
        self._input()
        try:
            record = from_text(note) if note else None
        except EngineError as error:
            self.load_picture(rgba)
            self._message = messages.opened_plain(error.problem)
            self._publish()
            return
        if record is None or not self._restore_record(record):
            self.load_picture(rgba)
            if record is not None:
                missing = self._model(record.model) is None
                say = messages.record_without_model if missing else messages.record_of_another_size
                self._message = say(record.model)
                self._publish()

    def load_example(self, index: int | None = None) -> None:
        """Show an example of the model: the next one, or the one at ``index``."""
        desk = self._input()
        examples = () if desk is None else self._snapshot.examples_of(desk.manifest)
        if desk is None or not examples:
            return
        desk.example = (desk.example + 1 if index is None else index) % len(examples)
        example = examples[desk.example]
        try:
            document = fit_picture(example.read(), desk.manifest.image)
        except EngineError as error:
            self.report(error)
            return
        desk.load_document(document)
        desk.hint = example.hint
        self._edited()

    def report(self, error: EngineError) -> None:
        """Say what went wrong with a file; the picture stays."""
        self._message = str(error)
        self._publish()

    def _restore_record(self, record: RequestRecord) -> bool:
        """Bring back a saved picture's document, parameters and choice; False if its model is not here or differs."""
        manifest = self._model(record.model)
        if manifest is None:
            return False
        spec = manifest.image
        if record.document.shape != (spec.height, spec.width, spec.display_channels):
            return False
        desk = self._desk_of(manifest)
        desk.load_document(record.document)
        desk.change_parameters(**default_parameters(manifest) | _allowed(manifest, _told(record)))
        desk.selected, desk.hint = min(record.index or 0, desk.count - 1), ""
        self._message = messages.RESTORED if record.made_by(manifest) else messages.RESTORED_OTHER_WEIGHTS
        if desk is self._desk:
            self._edited()
        else:
            self._open(manifest)
        return True

    # --- parameters

    def set_parameter(self, field: str, value: Any, final: bool = True) -> None:
        """Set a request's field; ``final`` is False while a slider is being dragged, which makes one step of it."""
        desk = self._input()
        allowed = None if desk is None else parameter_value(desk.manifest, field, value)
        if desk is None:
            return
        changed = allowed is not None and desk.change_parameters(f"parameter:{field}", **{field: allowed})
        if final:
            desk.history.seal()
        desk.selected = min(desk.selected, desk.count - 1)
        if changed:
            self._edited()
        else:
            self._publish()

    def reset_parameters(self) -> None:
        """All parameters as the model came; the seed stays."""
        desk = self._input()
        if desk is not None:
            desk.change_parameters(**default_parameters(desk.manifest) | {"seed": desk.edit.parameters["seed"]})
            self._now()
            self._scoring.edited()
        self._publish()

    def follow_advice(self) -> None:
        """Do what the verdict on the completions offers."""
        desk, advice = self._input(), self._advice
        if desk is not None and advice and desk.change_parameters(**advice):
            self._edited()
        else:
            self._publish()

    def roll_dice(self) -> None:
        """Take another seed, unless it is locked or nothing would come of it."""
        desk = self._input()
        whole = desk is not None and desk.document.is_whole
        if desk is not None and not desk.seed_locked and not whole:
            self.set_parameter("seed", self._new_seed())
            return
        self._message = messages.NOTHING_UNKNOWN if whole else messages.SEED_IS_LOCKED
        self._publish()

    def lock_seed(self, locked: bool) -> None:
        """Keep the seed when other completions are asked for, or no longer."""
        desk = self._input()
        if desk is not None:
            desk.seed_locked = locked
        self._publish()

    # --- completions

    def complete_again(self) -> None:
        """Draw other completions; the same ones if the seed is locked."""
        desk = self._input()
        if desk is None:
            return
        if desk.document.is_whole:
            self._message = messages.NOTHING_UNKNOWN
        elif not desk.seed_locked:
            desk.change_parameters(seed=self._new_seed())
        self._now()
        self._publish()

    def retry(self) -> None:
        """Ask for the same once more, after something went wrong."""
        self._input()
        self._now()
        self._scoring.edited()
        self._lenses.again()
        self._publish()

    def act(self, action: str) -> bool:
        """Do what a problem's button says; False if that is the window's to do (choosing a model, the engine)."""
        verbs = {messages.COMPLETE_AGAIN: self.retry, messages.RESET_PARAMETERS: self.reset_parameters}
        if action in verbs:
            verbs[action]()
        return action in verbs

    def stop(self) -> None:
        """Stop at once; what was drawn stays."""
        self._message = messages.STOPPED if self._works() else ""
        self._completing.stop()
        self._comparing.stop()
        self._scoring.stop()
        self._lenses.stop()
        self._publish()

    def escape(self) -> None:
        """Stop; if nothing runs, deselect."""
        if self._works() or self._completing.playback is not None:
            self.stop()
            return
        desk = self._input()
        self._hovered = self._beside = -1
        if self._lenses.pinned is not None:
            self._lenses.pin(None)
        elif desk is not None:
            desk.selected = -1
        self._publish()

    def _works(self) -> bool:
        return self._completing.busy or self._comparing.busy or self._scoring.busy or self._lenses.working

    def _now(self) -> None:
        """Draw at once."""
        self._completing.now()
        self._comparing.now()

    # --- score, saving, the engine, scenes

    def forget_message(self) -> None:
        """The notice was up for long enough: the same one may come again."""
        self._message = ""
        self._publish()

    def score(self) -> None:
        """Score the picture now; says what is missing if it is not whole."""
        self._input()
        if not self._scoring.now():
            self._message = messages.NOT_WHOLE
        self._publish()

    def picture(self, index: int | None = None) -> SavedPicture | None:
        """The picture to save or copy: completion ``index``, or the document filled with the chosen completion."""
        desk = self._desk
        if desk is None:
            return None
        self.skip_show()  # what is saved is the completion, not a moment of its replay
        return saved_picture(desk, self._completing.samples, desk.selected if index is None else index)

    def sheet(self) -> SavedPicture | None:
        """All completions as one picture to save, if there are any."""
        self.skip_show()
        return None if self._desk is None else saved_sheet(self._desk, self._completing.samples)

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` or ``closed``."""
        self._completing.engine_changed(state)
        self._comparing.engine_changed(state)
        self._scoring.engine_changed(state)
        self._lenses.engine_changed(state)
        self._publish()

    def capture(self) -> dict[str, Any]:
        """The whole workspace as JSON can hold it."""
        desks = self._packed | {model: pack_desk(desk) for model, desk in self._desks.items()}
        model = model_of("" if self._desk is None else self._desk.manifest.id, self._waiting)
        pace, comparing, lens = self._completing.pace, self._comparing.shown, self._lenses.lens
        looks = {"pace": pace, "comparing": comparing, "lens": lens, "pixel": packed_pixel(self._lenses.pinned)}
        return {"format": FORMAT, "model": model, "models": sorted(desks), **looks, "desks": desks}

    def restore(self, captured: Mapping[str, Any]) -> str:
        """Bring back what `capture` gave in place of all that is here; unknown keys are ignored, what cannot be read is
        left out, which the sentence given back says."""
        desks, model, pace = captured.get("desks"), captured.get("model"), captured.get("pace")
        self._packed = dict(desks) if isinstance(desks, dict) else {}
        self._desks, self._stroke, self._message = {}, None, ""
        self._comparing.shown = captured.get("comparing") is True
        if pace in PACES:
            self._completing.pace = str(pace)
        self._lenses.choose(lens if (lens := captured.get("lens")) in LENSES else "none")
        self.start(model if isinstance(model, str) else "")
        pixel = None if self._desk is None else unpacked_pixel(captured.get("pixel"), self._desk)
        if pixel is not None and self._desk is not None and self._desk.manifest.id == model:
            self._lenses.pin(pixel)
            self._publish()
        self._wait_for(model)
        return self._message

    def _wait_for(self, model: object) -> None:
        """Say it where the model that a scene has open is not installed, and keep it for the next scene."""
        self._waiting = None
        if self._desk is not None and names_model(model) and self._model(model) is None:
            self._waiting, self._message = Waiting(model, self._desk.manifest.id), messages.waits(model)
            self._publish()

    def _has_chosen(self) -> bool:
        """Whether somebody has opened another model than the one that stands in for a scene's."""
        return self._waiting is None or self._desk is None or self._desk.manifest.id != self._waiting.instead


def _told(record: RequestRecord) -> Mapping[str, Any]:
    """The parameters that make the same picture again.  One from before there were particles had raster order where
    ``auto`` would take them now."""
    older = "particles" not in record.parameters and "method" in record.resolved
    return dict(record.parameters) | ({"method": record.resolved["method"]} if older else {})


def _allowed(manifest: Manifest, parameters: Mapping[str, Any]) -> dict[str, Any]:
    checked = {name: parameter_value(manifest, name, value) for name, value in parameters.items()}
    return {name: value for name, value in checked.items() if value is not None}


def _rgba(document: PartialImage) -> NDArray[np.uint8]:
    """The document as (H, W, 4), transparent where it is unknown."""
    color = np.broadcast_to(document.pixels, (*document.state.shape, 3))
    return np.concatenate([color, document.observed[..., None].astype(np.uint8) * 255], axis=2)
