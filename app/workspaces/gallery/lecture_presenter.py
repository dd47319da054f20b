"""The lecture's decisions: which models stand side by side, of which class, and what is compared.  Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from app.bridge.ports import Clock, Dispatcher
from app.documents.wall_pictures import Hanging
from app.messages import Problem
from app.workspaces.gallery import words
from app.workspaces.gallery.lecture_column import ColumnDesk
from app.workspaces.gallery.lecture_state import (
    COUNTS,
    FEWEST,
    MOST,
    REAL,
    TOO_FEW,
    LectureState,
    Pick,
    caveat_of,
    preset_of,
)
from app.workspaces.gallery.plan import fits
from app.workspaces.gallery.real_pictures import RealPictures
from engine.contracts.arrays import Image, Images
from engine.contracts.controls import MAX_SEED
from engine.contracts.manifest import Manifest

FORMAT = 1


class LecturePresenter:
    """Models of one data set side by side.  It asks for nothing before `wake`.

    ``classifiers`` gives the installed classifiers' manifests by data set; by their classes pictures can be chosen.
    ``real`` has the real pictures that others can be compared with, ``say`` tells why there are none.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        models: Sequence[Manifest],
        changed: Callable[[LectureState], None],
        classifiers: Callable[[], Mapping[str, Manifest]] = dict,
        real: RealPictures | None = None,
        say: Callable[[str, str], None] = lambda text, kind: None,
    ) -> None:
        self._changed, self._classifiers, self._real, self._say = changed, classifiers, real, say
        self._without_real = set[str]()
        self._models: tuple[Manifest, ...] = ()
        self._known_classifiers: Mapping[str, Manifest] = {}
        self._desks = [ColumnDesk(dispatcher, clock, self._publish, str(number)) for number in range(MOST)]
        self._data, self._class_name, self._count, self._seed = "", "", COUNTS[0], 0
        self._chosen: tuple[Manifest, ...] = ()
        self._picks: tuple[Pick, ...] = ()
        self._touched = 0
        self._comparing = self._awake = self._quiet = False
        self._engine = "ready"
        self.set_models(models)

    # --- what is installed

    def set_models(self, models: Sequence[Manifest]) -> None:
        """These models are installed now; columns whose model is gone end."""
        self._models = tuple(model for model in models if fits(model))
        self._known_classifiers = self._classifiers()
        ids = {model.id: model for model in self._models}
        self._chosen = tuple(ids[model.id] for model in self._chosen if model.id in ids)
        if self._data not in dict(self._data_sets()) or len(self._chosen) < FEWEST:
            sets = self._data_sets()
            known = self._data if self._data in dict(sets) else next((data for data, _ in sets), "")
            self._take_data(known)
        self._hang()

    def _data_sets(self) -> tuple[tuple[str, str], ...]:
        """Data sets with enough models, those with all families of the preset first."""
        titles = {model.data: model.data_title for model in self._models}
        enough = [data for data in titles if len(self._of(data)) >= FEWEST]
        return tuple(
            (data, titles[data]) for data in sorted(enough, key=lambda data: len(preset_of(self._of(data))[1]))
        )

    def _of(self, data: str) -> tuple[Manifest, ...]:
        return tuple(model for model in self._models if model.data == data)

    # --- verbs

    def choose_data(self, data: str) -> None:
        """The preset's models of another data set."""
        if data in dict(self._data_sets()):
            self._take_data(data)
            self._hang()

    def take_preset(self) -> None:
        """A PixelCNN, a VAE and a GAN."""
        self._take_data(self._data)
        self._hang()

    def choose_model(self, column: int, model: str) -> None:
        """Another model in a column; one past the last begins a new one."""
        found = next((m for m in self._of(self._data) if m.id == model), None)
        if found is None or not 0 <= column <= min(len(self._chosen), MOST - 1):
            return
        chosen = list(self._chosen)
        chosen[column : column + 1] = [found]
        self._chosen, self._touched = tuple(chosen), column
        self._hang()

    def add_column(self) -> None:
        """One more column, of the first model that is not there yet."""
        there = {model.id for model in self._chosen}
        spare = next((m for m in self._of(self._data) if m.id not in there), None)
        if spare is not None and len(self._chosen) < MOST:
            self._chosen, self._touched = (*self._chosen, spare), len(self._chosen)
            self._hang()

    def remove_column(self, column: int) -> None:
        """One column less; two stay."""
        if len(self._chosen) > FEWEST and 0 <= column < len(self._chosen):
            self._chosen = (*self._chosen[:column], *self._chosen[column + 1 :])
            self._touched -= column < self._touched  # the same model's, if that is there still
            self._hang()

    def choose_class(self, name: str) -> None:
        """Pictures of one class, or with an empty name of all."""
        if name == "" or name in self._class_names():
            self._class_name = name
            self._hang()

    def set_count(self, count: int) -> None:
        """So many pictures a column."""
        if count in COUNTS:
            self._count = count
            self._hang()

    def set_seed(self, seed: int) -> None:
        """The same seed for all columns."""
        self._seed = min(max(0, seed), MAX_SEED)
        self._hang()

    def look(self, column: int, start: int, stop: int) -> None:
        """These pictures of a column are in view."""
        if column < len(self._chosen):
            self._desks[column].feed.look(start, stop)

    def touch(self, column: int) -> None:
        """A person has to do with this column."""
        if 0 <= column < len(self._chosen) and column != self._touched:
            self._touched = column
            self._publish()

    def pick(self, column: int, place: int) -> None:
        """A picture was clicked: with the one before it can be compared."""
        if not 0 <= column < len(self._chosen):
            return
        pixels = self._desks[column].picture(place)
        if pixels is None:
            return
        self._touched = column
        title = words.caption(place, self._chosen[column].architecture)
        self._picks = (*self._picks[-1:], Pick(column, place, pixels, title))
        self._publish()

    def compare(self, shown: bool) -> None:
        """Show the last two picked pictures over the columns, or the columns again."""
        self._comparing = shown and len(self._picks) == 2
        self._publish()

    def unpick(self) -> None:
        """No picture is chosen any more."""
        self._picks, self._comparing = (), False
        self._publish()

    def put_real(self, at: int) -> None:
        """A real picture instead of the older (0) or the newer (1) picked one, each time another; it is the newer."""
        picks, models = self._picks, self._of(self._data)
        if self._real is None or len(picks) != 2 or at not in (0, 1):
            return
        kept, real = picks[1 - at], self._real
        model = next((m for m in models if _shape(m) == kept.pixels.shape), None)

        def receive(found: Images | Problem) -> None:
            if isinstance(found, Problem):
                self._without_real.add(self._data)
                self._say(str(found), "warn")
            elif self._picks is picks and model is not None:  # else others were picked while they were read
                place = real.next_place(model.data, len(found))
                self._picks = kept, Pick(REAL, place, found[place].copy(), words.caption(place, "Real"))
            self._publish()

        if model is not None:
            real.give(model, receive)

    def chosen_on_wall(self) -> tuple[Hanging, int] | None:
        """The picture that was clicked last, as it goes out: what hangs in its column, and its index there."""
        pick = self.state.chosen
        hanging = None if pick is None else self._desks[pick.column].hanging()
        if pick is None or hanging is None:
            return None
        return hanging, self._desks[pick.column].place_on_wall(pick.place)

    def stop(self) -> None:
        """Draw and measure no more."""
        for desk in self._desks:
            desk.stop()

    def go_on(self) -> None:
        """Draw what is missing."""
        for desk in self._desks[: len(self._chosen)]:
            desk.go_on()

    # --- around it

    def wake(self) -> None:
        """The page is in front."""
        self._awake = True
        self._open()

    def sleep(self) -> None:
        """Another page or workspace is in front: nothing is asked for."""
        self._awake = False
        self._open()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died`` or ``failed``."""
        self._engine = state
        for desk in self._desks:
            desk.feed.engine_changed(state)
        self._open()
        self._publish()

    def _open(self) -> None:
        for number, desk in enumerate(self._desks):
            desk.set_open(self._awake and self._engine == "ready" and number < len(self._chosen))

    def capture(self) -> dict[str, Any]:
        """The page as JSON."""
        return {
            "format": FORMAT,
            "data": self._data,
            "models": [model.id for model in self._chosen],
            "class_name": self._class_name,
            "count": self._count,
            "seed": self._seed,
        }

    def restore(self, scene: Any) -> None:
        """The page as `capture` had it; what cannot be used is left as it is."""
        values: Mapping[str, Any] = scene if isinstance(scene, dict) else {}
        data, models = values.get("data"), values.get("models")
        if values.get("format") != FORMAT or not isinstance(data, str) or not isinstance(models, list):
            return
        if data not in dict(self._data_sets()):
            return
        known = {model.id: model for model in self._of(data)}
        chosen = [known[model] for model in models if isinstance(model, str) and model in known]
        self._take_data(data)
        if FEWEST <= len(chosen) <= MOST:
            self._chosen = tuple(chosen)
        count, seed, name = values.get("count"), values.get("seed"), values.get("class_name")
        self._count = count if type(count) is int and count in COUNTS else self._count
        self._seed = seed if type(seed) is int and 0 <= seed <= MAX_SEED else self._seed
        self._class_name = name if isinstance(name, str) and name in self._class_names() else ""
        self._hang()

    def sheet(self) -> Image | None:
        """All columns as one picture (H, W, C): each column's pictures in rows, columns parted by grey; for slides."""
        walls = [self._desks[number].shown()[0] for number in range(len(self._chosen))]
        if not walls or any(not len(wall) for wall in walls):
            return None
        across = max(1, round(len(walls[0]) ** 0.5))
        return np.concatenate([_block(wall, across) for wall in walls], axis=1)

    # --- inside

    def _take_data(self, data: str) -> None:
        """The preset's models of a data set, others where there are too few of those."""
        models = self._of(data)
        chosen = list(preset_of(models)[0])
        chosen += [m for m in models if m not in chosen][: max(0, FEWEST - len(chosen))]
        self._data, self._chosen, self._class_name, self._touched = data, tuple(chosen), "", 0

    def _class_names(self) -> tuple[str, ...]:
        """The classes of the data set that something can be told or found by."""
        named = next((m.class_names for m in self._chosen if m.class_names), ())
        return named or self._told_by_classifier()

    def _told_by_classifier(self) -> tuple[str, ...]:
        found = self._known_classifiers.get(self._data)
        return found.conditions[0].names if found is not None and len(found.conditions) == 1 else ()

    def _hang(self) -> None:
        """Every column as it is to be.  A class that nothing is told or found by any more is let go."""
        if self._class_name not in self._class_names():
            self._class_name = ""
        names = self._told_by_classifier()
        sought = names.index(self._class_name) if self._class_name in names else -1
        self._picks, self._comparing, self._quiet = (), False, True
        self._touched = max(0, min(self._touched, len(self._chosen) - 1))
        for number, desk in enumerate(self._desks):
            if number < len(self._chosen):
                desk.show(self._chosen[number], self._count, self._seed, self._class_name, sought)
            else:
                desk.stop()
        self._quiet = False
        self._open()
        self._publish()

    @property
    def state(self) -> LectureState:
        """What shows now."""
        models = self._of(self._data)
        return LectureState(
            data=self._data,
            data_sets=self._data_sets(),
            columns=tuple(desk.column() for desk in self._desks[: len(self._chosen)]),
            offered=models,
            class_names=self._class_names(),
            class_name=self._class_name,
            count=self._count,
            seed=self._seed,
            missing=preset_of(models)[1],
            caveat=caveat_of(self._chosen) if self._chosen else TOO_FEW,
            picks=self._picks,
            comparing=self._comparing,
            real=self._real is not None and self._data not in self._without_real,
            touched=self._touched,
        )

    def _publish(self) -> None:
        if not self._quiet:
            self._changed(self.state)


def _shape(manifest: Manifest) -> tuple[int, int, int]:
    """Of a model's pictures, (H, W, C)."""
    spec = manifest.image
    return spec.height, spec.width, spec.display_channels


def _block(wall: np.ndarray, across: int) -> Image:
    """The pictures (N, H, W, C) of a column in rows of ``across``, parted by a pixel of grey."""
    count, height, width, channels = wall.shape
    rows = -(-count // across)
    out = np.full((rows * (height + 1) + 1, across * (width + 1) + 5, channels), 128, np.uint8)
    for index, image in enumerate(wall):
        top, left = (index // across) * (height + 1) + 1, (index % across) * (width + 1) + 1
        out[top : top + height, left : left + width] = image
    return out
