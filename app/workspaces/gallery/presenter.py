"""The Gallery's decisions: what each of a person's verbs does.  Qt-free; everything on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import messages
from app.documents.history import History
from app.documents.picture_file import Picture
from app.documents.scene import names_model
from app.documents.wall_pictures import Hanging
from app.workspaces.gallery import outgoing, words
from app.workspaces.gallery.handing_over import at_its_point, has_walkable_points
from app.workspaces.gallery.plan import (
    BY_SCORE,
    COUNTS,
    FIELDS,
    SORTS,
    Plan,
    fits,
    value_kind,
)
from app.workspaces.gallery.replaying_words import plain
from app.workspaces.gallery.returning import Returned, is_of_gallery, returned
from app.workspaces.gallery.scene import FORMAT, packed_looks, packed_plan, unpacked_looks, unpacked_plan
from app.workspaces.gallery.staging import Staging
from app.workspaces.gallery.state import DRAWERS, PAGES, SavedPicture
from app.workspaces.gallery.workbench import Moment, Waiting
from engine.contracts.manifest import Manifest
from engine.errors import EngineError
from engine.records.sample_note import is_sample_note
from engine.records.wall_picture import WallPicture


class GalleryPresenter(Staging):
    """The verbs of the workspace."""

    # --- models

    def start(self, model: str = "") -> None:
        """Hang a first wall of this model, or of one that draws quickly."""
        self._open(self._model(model) or max(self._models, key=_charm, default=None))

    def choose_model(self, model: str) -> None:
        """The same wall of another model, as far as it can be."""
        self._input()
        found = self._model(model)
        if found is None:
            self._say(words.unknown_model(model), "warn")
            return
        self._planned(self._plan.for_model(found))

    def set_models(self, models: Sequence[Manifest]) -> None:
        """The installed models changed; the open one stays if it is still among them."""
        self._models = tuple(model for model in models if fits(model))
        self._exports.models_changed(self._models)
        waiting = self._still_waiting()
        if waiting is not None and self._model(waiting.model) is not None:
            self._restore_plan(waiting.packed)
        elif self._manifest is None or self._manifest not in self._models:
            self.start("" if self._manifest is None else self._manifest.id)
        else:
            self._publish()

    def _open(self, manifest: Manifest | None) -> None:
        """Begin anew with this model: there is nothing to undo."""
        if manifest is None:
            self._manifest = None
            self._publish()
            return
        plan = self._plan if self._plan.model == manifest.id else self._plan.for_model(manifest)
        self._history = History(Moment(plan, self._history.value.kept))
        self._moved()
        self._publish()

    # --- the wall

    def set_count(self, count: int) -> None:
        """So many pictures."""
        self._input()
        if count in COUNTS:
            self._planned(replace(self._plan, count=count))

    def set_arrangement(self, arrangement: str) -> None:
        """Classes as they come, a row a class, or one class."""
        self._input()
        if self._manifest is not None:
            self._planned(self._plan.arranged(arrangement, self._manifest.class_names))

    def set_sort(self, sort: str) -> None:
        """As drawn, by class or by what the model thinks of them; the latter are asked for first."""
        self._input()
        if self._manifest is None or sort not in SORTS:
            return
        if sort == BY_SCORE and value_kind(self._manifest) == "none":
            self._say(words.IMPLICIT)
            return
        self._planned(replace(self._plan, sort=sort))

    def set_only(self, class_name: str) -> None:
        """Show this class alone, or all with an empty name."""
        self._input()
        if not class_name or class_name in self._class_names:
            self._planned(replace(self._plan, only=class_name))

    def look(self, start: int, stop: int) -> None:
        """These positions are in view."""
        self._looks.view = start, stop
        self._reorder()

    def set_tile_size(self, side: int) -> None:
        """Tiles of so many device-independent px."""
        if side != self._looks.tile_size:
            self._looks.tile_size = side
            self._publish()

    # --- what is chosen

    def choose(self, index: int) -> None:
        """The picture that everything beside the wall is of; -1 for none."""
        if index != self._looks.current:
            self._looks.current = index
            self._look_at_current()
            self._publish()

    def select(self, indices: Sequence[int]) -> None:
        """The pictures that commands are for."""
        chosen = tuple(indices)
        if chosen != self._looks.selection:
            self._looks.selection = chosen
            self._publish()

    @property
    def chosen(self) -> tuple[int, ...]:
        """What commands are for: the selected pictures, else the current one; drawn ones only."""
        current = self._looks.current
        indices = self._looks.selection or ((current,) if current >= 0 else ())
        fresh = self._feed.fresh
        return tuple(index for index in indices if 0 <= index < len(fresh) and fresh[index])

    # --- keeping

    def star(self) -> None:
        """Keep what is chosen with a star, or take the stars off."""
        self._keep(self._shelf.star)

    def label(self, text: str) -> None:
        """Keep what is chosen with a few words; without words the label goes."""
        self._keep(lambda chosen, hanging: self._shelf.label(chosen, hanging, text))

    def collect(self, name: str) -> None:
        """Put what is chosen in a collection, or take it out of there."""
        self._keep(lambda chosen, hanging: self._shelf.collect(chosen, hanging, name))

    def let_go(self) -> None:
        """Keep what is chosen no longer."""
        if not self._shelf.delete(self.chosen):
            self._say(words.NOT_KEPT)

    def _keep(self, verb: Callable[[Sequence[int], Hanging], None]) -> None:
        self._input()
        chosen, hanging = self.chosen, self._hanging()
        if not chosen or hanging is None:
            self._say(words.NOTHING_CHOSEN)
            return
        verb(chosen, hanging)
        self._publish()

    # --- parameters

    def set_parameter(self, field: str, value: Any, final: bool = True) -> None:
        """Set a request's field."""
        self._input()
        if self._manifest is not None and field in FIELDS:
            self._planned(self._plan.with_parameter(self._manifest, field, value), f"parameter:{field}")
        if final:
            self._history.seal()
        self._publish()

    def reset_parameters(self) -> None:
        """All parameters as the model came."""
        self._input()
        fresh = Plan()
        self._planned(replace(self._plan, temperature=fresh.temperature, truncation=fresh.truncation, seed=fresh.seed))
        self.retry()

    def roll_dice(self) -> None:
        """Take another seed, unless it is locked."""
        self._input()
        if self._looks.seed_locked:
            self._say(words.SEED_IS_LOCKED)
        else:
            self.set_parameter("seed", self._new_seed())

    def lock_seed(self, locked: bool) -> None:
        """Keep the seed, or no longer."""
        self._input()
        self._looks.seed_locked = locked
        self._publish()

    # --- history, stopping, trouble

    def undo(self) -> None:
        """One step back: of the wall, or of what was said of pictures."""
        self._input()
        if self._shelf.acting:
            self._waiting_undos.append((self._history.value.kept, self._shelf.acting))
        else:
            self._undo()

    def redo(self) -> None:
        """One step forward."""
        self._input()
        if self._history.can_redo and not self._shelf.acting:
            self._travelled(self._history.value, self._history.redo())
        self._publish()

    def stop(self) -> None:
        """Stop at once; what was drawn and told stays."""
        self._input()
        if said := self._stopped():
            self._say(said)
        else:  # a file says itself how it ended
            self._publish()

    def go_on(self) -> None:
        """Draw what is missing, ask what is not known."""
        self._input()
        self._feed.go_on()
        self._ask()
        self._publish()

    def retry(self) -> None:
        """Once more, after something went wrong."""
        self.go_on()

    def act(self, action: str) -> bool:
        """Do what a problem's button says; False if that is the window's to do."""
        verbs = {messages.COMPLETE_AGAIN: self.retry, messages.RESET_PARAMETERS: self.reset_parameters}
        if action in verbs:
            verbs[action]()
        return action in verbs

    def report(self, error: EngineError) -> None:
        """Say what went wrong with a file."""
        self._say(str(error), "warn")

    # --- pages

    def open_page(self, page: str) -> None:
        """Wall, Lecture or Kept."""
        self._input()
        if page in PAGES:
            self._looks.page = page
            self._hold()
        self._publish()

    def open_drawer(self, drawer: str) -> None:
        """Unfold a page of the drawer, or fold the drawer."""
        self._input()
        if drawer in DRAWERS:
            self._looks.drawer = "" if drawer == self._looks.drawer else drawer
        self._publish()

    # --- pictures out and in

    def export(self, kind: str, target: Path) -> None:
        """Write the selected pictures; where none are, all that show (one picture: the chosen one)."""
        self._input()
        hanging = self._hanging()
        if hanging is not None:
            self._exports.start(kind, target, hanging, self.outgoing(kind), self._feed)
        self._publish()

    def export_pictures(self, kind: str, target: Path, pictures: Sequence[WallPicture]) -> None:
        """Write pictures that are all there: the kept ones."""
        self._input()
        self._exports.start_with(kind, target, pictures)
        self._publish()

    def outgoing(self, kind: str) -> tuple[int, ...]:
        """The pictures that a file of this kind would hold."""
        if kind == "png" or len(self._looks.selection) > 1:
            return self.chosen
        return tuple(int(index) for index in self._shown_indices())

    def file_name(self, kind: str) -> str:
        """A name for it to begin with."""
        hanging = self._hanging()
        return "" if hanging is None else outgoing.file_name(kind, hanging, self.outgoing(kind))

    def leave_out(self) -> None:
        """Write the file without what is not drawn."""
        self._exports.leave_out()

    def picture(self) -> SavedPicture | None:
        """The chosen picture, or a sheet of the selected ones, to copy; raises `EngineError` where it is too large."""
        hanging, chosen = self._hanging(), self.chosen
        if hanging is None or not chosen:
            return None
        made = outgoing.saved(hanging, chosen)
        return SavedPicture(made.pixels, made.note, made.name)

    def at_its_point(self) -> Picture | None:
        """The chosen picture with the note of its point of latent space, if it has one that can be walked to."""
        self._input()
        feed, index = self._feed, self._looks.current
        manifest, detail = feed.manifest, 0 <= index < len(feed.images) and feed.fresh[index]
        if not detail or manifest is None or feed.z is None or not has_walkable_points(manifest):
            self._say(words.NO_POINT)
            return None
        number, names = int(feed.classes[index]), manifest.class_names
        told = names[number] if 0 <= number < len(names) else ""
        return at_its_point(manifest, feed.images[index], feed.z[index], told)

    def open_picture(self, rgba: NDArray[np.uint8], note: str | None = None) -> Returned | None:
        """Hang the wall that a saved picture is of, and make the picture again to compare; what was on it, if any."""
        self._input()
        if not is_of_gallery(note):
            self._replays.show_plain(rgba, words.FOREIGN)
            return None
        try:
            found = returned(str(note), self._models)
        except EngineError as error:
            self._replays.show_plain(rgba, plain(error))
            return None
        self._looks.page, self._looks.selection = "wall", ()
        self._hold()
        if found.walk:
            self._looks.drawer = "walks"
        self._planned(found.plan)
        self._say(found.text)
        if is_sample_note(note) or found.walk:
            self._replays.check(rgba, str(note), self._models)
        return found

    def check_again(self) -> None:
        """Make the dropped picture once more, after something went wrong."""
        self._replays.retry()

    def close_report(self) -> None:
        """Show the dropped picture no longer."""
        self._replays.dismiss()

    # --- scenes

    def capture(self) -> dict[str, Any]:
        """The whole workspace as JSON can hold it; of two walls, the one that waits for its model."""
        waiting = self._still_waiting()
        plan = packed_plan(self._plan) if waiting is None else dict(waiting.packed)
        models = [plan["model"]] if plan["model"] else []
        return {"format": FORMAT, "models": models, "plan": plan, "looks": packed_looks(self._looks)}

    def restore(self, captured: Mapping[str, Any]) -> str:
        """Bring back what `capture` gave; unknown keys are ignored, what cannot be read takes its default.  The wall of
        a model that is not installed waits, which the sentence given back says."""
        self._looks = unpacked_looks(captured.get("looks"))
        self._hold()
        said = self._restore_plan(captured.get("plan"))
        if self._looks.current >= len(self._feed.images):  # of a wall that is not there
            self._looks.current = -1
        return said

    def _restore_plan(self, packed: object) -> str:
        self._waiting = None
        model = packed.get("model") if isinstance(packed, dict) else None
        manifest = self._model(model) if isinstance(model, str) else None
        if manifest is not None:
            self._history = History(Moment(unpacked_plan(packed, manifest)))
        self.start("" if manifest is None else manifest.id)
        if manifest is None and isinstance(packed, dict) and names_model(model) and self._plan.model:
            self._waiting = Waiting(packed, self._plan)
            self._say(words.waits(model), "warn")
            return self._message
        return ""

    def _still_waiting(self) -> Waiting | None:
        """The scene's wall that waits for its model, unless another one than what stands in for it was asked for."""
        return self._waiting if self._waiting is not None and self._waiting.instead == self._plan else None


def _charm(manifest: Manifest) -> tuple[bool, bool, bool]:
    """A first wall is there at once and shows what one knows: a GAN or VAE, with classes where there are some."""
    return manifest.family in ("gan", "vae"), bool(manifest.class_names), manifest.family == "gan"
