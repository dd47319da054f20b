"""The Latent workspace's decisions: what each of a person's verbs does.  Qt-free; everything on the GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import messages
from app.documents.scene import Waiting, model_of, names_model
from app.workspaces.latent import words
from app.workspaces.latent.desk import default_parameters, first_point, parameter_value
from app.workspaces.latent.directions import next_count
from app.workspaces.latent.restoring import restored
from app.workspaces.latent.saving import saved_map, saved_picture
from app.workspaces.latent.scene import DRAWERS, FORMAT, pack_desk
from app.workspaces.latent.spans import (
    direction_kinds,
    has_prior,
    is_even,
    latent_dim,
)
from app.workspaces.latent.staging import Staging
from app.workspaces.latent.state import SavedPicture
from app.workspaces.latent.workbench import fits
from engine.contracts.manifest import Manifest
from engine.errors import EngineError, FileError
from engine.records.latent_note import LatentNote, from_text, is_latent_note

STEP = 0.01
"""A key's step, as a part of what is in view."""
DEPTH_STEP = 0.1
"""A step along the third direction, as a part of what the plain layout shows from the middle to the rim, thirded."""


class LatentPresenter(Staging):
    """The verbs of the workspace; lessons' are in `Staging`, the plane's in `Spanning`, below `Walking`, `Encoding`."""

    # --- models

    def start(self, model: str = "") -> None:
        """Open this model, or the one that shows most at first: two dimensions, a prior, plain pictures."""
        self._open(self._model(model) or max(self._models, key=_charm, default=None))

    def choose_model(self, model: str) -> None:
        """Go over to another model, where it was left."""
        before = self._input()
        self._halt()
        found = self._model(model)
        if found is None:
            self._message = words.unknown_model(model)
        elif before is None or before.manifest is not found:
            self._waiting = None
            self._open(found)
            return
        self._publish()

    def set_models(self, models: Sequence[Manifest]) -> None:
        """The installed models changed; the open one stays if it is still among them."""
        self._models = tuple(model for model in models if fits(model))
        if self._waiting is not None and self._model(self._waiting.model) is not None and not self._has_chosen():
            self.start(self._waiting.model)
        elif self._desk is None or self._desk.manifest not in self._models:
            self.start("" if self._desk is None else self._desk.manifest.id)
        else:
            self._publish()

    # --- the point

    def grab(self) -> None:
        """A drag begins: all of it is one step of the history."""
        self._input()
        self._halt()
        self._drags += 1

    def move(self, x: float, y: float) -> None:
        """Pull the point to a chart point; its place is bounded by the chart."""
        desk = self._input()
        if desk is not None:
            place_x, place_y = desk.chart.to_plane(np.array([x, y]))
            self._went(desk.now.at(float(place_x), float(place_y)), f"drag:{self._drags}")

    def release(self) -> None:
        """The drag is over."""
        if self._desk is not None:
            self._desk.history.seal()
        self._publish()

    def step(self, across: int, up: int) -> None:
        """Move by hundredths of what is in view."""
        desk = self._input()
        if desk is None:
            return
        (x0, y0, x1, y1), chart = self._view[0], desk.chart
        x, y = chart.to_chart(np.array(desk.now.place))
        there = chart.to_plane(np.array([x + across * STEP * (x1 - x0), y + up * STEP * (y1 - y0)]))
        self._nudged_to(desk.now.at(float(there[0]), float(there[1])), "step")

    def move_third(self, steps: float) -> None:
        """Move along the third direction; the plane goes along."""
        desk = self._input()
        if desk is None:
            return
        if desk.now.plane.third is None:
            self._message = words.NO_THIRD
            self._publish()
            return
        self._nudged_to(desk.now.with_depth(steps * DEPTH_STEP * desk.home / 3), "third")

    def go_home(self) -> None:
        """Bring the point back to where it was at first."""
        desk = self._input()
        if desk is not None:
            self._went(desk.now.with_z(first_point(desk.dim, desk.arrays)))

    def jump(self) -> None:
        """Go somewhere at random: a draw from the prior, or where there is none one of the codes."""
        desk = self._input()
        if desk is None:
            return
        random = np.random.default_rng(self._new_seed())
        codes = desk.arrays.codes
        if is_even(desk.manifest):
            z = random.uniform(-1.0, 1.0, desk.dim)
        elif has_prior(desk.manifest) or codes is None or not len(codes):
            z = random.standard_normal(desk.dim)
        else:
            z = np.asarray(codes[random.integers(len(codes))], np.float64)
        self._went(desk.now.with_z(z))

    # --- parameters

    def set_parameter(self, field: str, value: Any, final: bool = True) -> None:
        """Set a request's field."""
        desk = self._input()
        allowed = None if desk is None else parameter_value(desk.manifest, field, value)
        if desk is not None and allowed is not None:
            self._went(desk.now.with_parameters({field: allowed}), f"parameter:{field}")
            if final:
                desk.history.seal()
        self._publish()

    def toggle_output(self) -> None:
        """From the mean of p(x|z) to a draw from it, and back."""
        if self._desk is not None:
            self.set_parameter("output", "draw" if self._desk.now.parameters["output"] == "mean" else "mean")

    def reset_parameters(self) -> None:
        """All parameters as the model came."""
        desk = self._input()
        if desk is not None:
            self._went(desk.now.with_parameters(default_parameters(desk.manifest)))
            self._following.retry()
        self._publish()

    def roll_dice(self) -> None:
        """Take another seed, unless it is locked."""
        desk = self._input()
        if desk is not None and not desk.seed_locked:
            self.set_parameter("seed", self._new_seed())
        else:
            self._say(words.SEED_IS_LOCKED)

    def lock_seed(self, locked: bool) -> None:
        """Keep the seed, or no longer."""
        desk = self._input()
        if desk is not None:
            desk.seed_locked = locked
        self._publish()

    # --- history, stopping, trouble

    def undo(self) -> None:
        """One step back, of points, planes and parameters alike."""
        self._travel(back=True)

    def redo(self) -> None:
        """One step forward."""
        self._travel(back=False)

    def _travel(self, back: bool) -> None:
        desk = self._input()
        self._halt()
        if desk is not None and (desk.history.can_undo if back else desk.history.can_redo):
            _ = desk.history.undo() if back else desk.history.redo()
            self._moved()
        self._publish()

    def stop(self) -> None:
        """Stop at once; what was decoded stays."""
        self._message = words.STOPPED if self._following.busy else ""
        if unwritten := self._exports.stop():
            self._message = words.not_exported(unwritten)
        self._halt()
        self._following.stop()
        self._publish()

    def retry(self) -> None:
        """Decode once more, after something went wrong."""
        self._input()
        self._following.retry()
        self._publish()

    def act(self, action: str) -> bool:
        """Do what a problem's button says; False if that is the window's to do."""
        verbs = {messages.COMPLETE_AGAIN: self.retry, messages.RESET_PARAMETERS: self.reset_parameters}
        if action in verbs:
            verbs[action]()
        return action in verbs

    def report(self, error: EngineError) -> None:
        """Say what went wrong with a file."""
        self._say(str(error))

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` or ``closed``."""
        self._engine = state
        self._tell()

    def wake(self) -> None:
        """The workspace is in front: ask for what it shows."""
        self._awake = True
        self._tell()

    def sleep(self) -> None:
        """Another workspace is in front: what is on its way is dropped, also to files, and nothing is asked for."""
        self._awake = False
        self._halt()
        if unwritten := self._exports.stop():
            self._message = words.not_exported(unwritten)
        self._following.drop()
        self._tell()

    def _tell(self) -> None:
        state = self._engine if self._awake or self._engine != "ready" else "starting"
        self._following.engine_changed(state)
        self._map.set_held(state != "ready")
        self._thumbnails.engine_changed(state)
        self._directions.engine_changed(state)
        self._yours.engine_changed(state)
        self._keys.engine_changed(state)
        self._publish()

    # --- pictures in and out

    def open_picture(self, rgba: NDArray[np.uint8], note: str | None = None) -> None:
        """Go to the point that made a saved picture, if its note names one; else make it one's own picture."""
        self._input()
        if not is_latent_note(note):
            self.load_yours(rgba)
            return
        try:
            record = from_text(str(note))
        except EngineError as error:
            self.load_yours(rgba)
            self._say(words.note_damaged(error.problem, self._message))
            return
        manifest = self._model(record.model)
        noted, dim = record.z.shape[1], 0 if manifest is None else latent_dim(manifest)
        if manifest is None:
            self._say(words.unknown_model(record.model))
        elif noted != dim:
            self._say(words.other_dimension(manifest.title, noted, dim))
        else:
            self._go_to(manifest, record)

    def _go_to(self, manifest: Manifest, record: LatentNote) -> None:
        self._halt()
        desk = self._desk_of(manifest)
        found = restored(desk, record)
        desk.history.push(found.place)
        desk.hint = ""
        desk.drawer = desk.drawer if found.drawer is None else found.drawer
        if found.sight is not None:
            desk.view = desk.sight = found.sight
        self._open(manifest)
        self._say(found.text)

    def picture(self) -> SavedPicture | None:
        """The decoded picture to save or copy."""
        return None if self._desk is None else saved_picture(self._desk)

    def sheet(self) -> SavedPicture | None:
        """The map in view to save; raises `FileError` while it does not show or is not all there."""
        if self._desk is None:
            return None
        if "pictures" not in self._desk.layers:
            raise FileError(words.MAP_HIDDEN, words.MAP_HIDDEN_REMEDY)
        tiles = self._map.finished
        if not tiles:
            raise FileError(words.MAP_UNFINISHED, words.MAP_UNFINISHED_REMEDY)
        return saved_map(self._desk, tiles)

    # --- the drawer, scenes

    def open_drawer(self, drawer: str) -> None:
        """Unfold a page of the drawer, or fold the drawer."""
        desk = self._input()
        if desk is not None and drawer in DRAWERS:
            desk.drawer = "" if drawer == desk.drawer else drawer
            self._show_pages()
        self._publish()

    def set_direction_kind(self, kind: str) -> None:
        """Show the sliders of this kind of directions."""
        desk = self._input()
        if desk is not None and kind in direction_kinds(desk.arrays):
            desk.directions, desk.unfolded = kind, 0
            self._directions.show(desk)
        self._publish()

    def unfold_directions(self) -> None:
        """More directions until all are there, or again the first ones."""
        desk = self._input()
        if desk is not None:
            shown, there = self._directions.count(desk), len(self._directions.of(desk))
            desk.unfolded = 0 if shown == there else next_count(shown)
            self._directions.show(desk)
        self._publish()

    def set_direction(self, index: int, value: float, final: bool = True) -> None:
        """Move the point along a direction until it has this value; what is at right angles to it stays."""
        desk = self._input()
        directions = () if desk is None else self._directions.of(desk)
        if desk is None or not 0 <= index < len(directions):
            return
        z, direction = np.asarray(desk.now.z, np.float64), directions[index]
        there = z + (value - direction.value(z)) * direction.step
        self._went(desk.now.with_z(there), f"direction:{desk.directions}:{index}")
        if final:
            desk.history.seal()

    def capture(self) -> dict[str, Any]:
        """The whole workspace as JSON can hold it."""
        desks = self._packed | {model: pack_desk(desk) for model, desk in self._desks.items()}
        model = model_of("" if self._desk is None else self._desk.manifest.id, self._waiting)
        return {"format": FORMAT, "model": model, "models": sorted(desks), "desks": desks}

    def restore(self, captured: Mapping[str, Any]) -> str:
        """Bring back what `capture` gave in place of all that is here; unknown keys are ignored, what cannot be read is
        left out, which the sentence given back says."""
        desks, model = captured.get("desks"), captured.get("model")
        self._packed = dict(desks) if isinstance(desks, dict) else {}
        self._desks, self._message = {}, ""
        self.start(model if isinstance(model, str) else "")
        self._wait_for(model)
        return self._message

    def _wait_for(self, model: object) -> None:
        """Say it where the model that a scene has open is not installed, and keep it for the next scene."""
        self._waiting = None
        if self._desk is not None and names_model(model) and self._model(model) is None:
            self._waiting, self._message = Waiting(model, self._desk.manifest.id), words.waits(model)
            self._publish()

    def _has_chosen(self) -> bool:
        """Whether somebody has opened another model than the one that stands in for a scene's."""
        return self._waiting is None or self._desk is None or self._desk.manifest.id != self._waiting.instead


def _charm(manifest: Manifest) -> tuple[bool, bool, bool]:
    spec = manifest.latent_spec
    return spec is not None and spec.dim == 2, has_prior(manifest), manifest.image.levels == 2
