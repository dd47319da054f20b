"""Receptive fields: which pixels the prediction of one pixel depends on, this model's and another one's beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.bridge.ports import Clock, Dispatcher
from app.workspaces.complete import lens_readings as readings
from app.workspaces.complete import lens_words as words
from app.workspaces.complete.lens_lane import LensLane
from app.workspaces.complete.lens_look import Subject
from app.workspaces.complete.lens_state import FieldView
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Manifest
from engine.contracts.probes import Influence, MeasureInfluence
from engine.contracts.requests import Request

LANE = Lane("complete.field", Policy.SUPERSEDE, interactive=False)
HOVER_MS = 300.0
"""How long the pointer rests on a pixel, or a changed picture stands, before its receptive field is measured."""
KEPT = 64
"""Receptive fields that are remembered."""

Key = tuple[str, str, str, bytes, int, int]


class Field:
    """Owns the lane "complete.field"; ``models`` gives what can complete pictures."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        changed: Callable[[], None],
        engine: str,
        models: Callable[[], Sequence[Manifest]],
    ) -> None:
        self.lane = LensLane(dispatcher, clock, LANE, self._build, self._answered, changed, engine)
        self._models = models
        self._kept: dict[Key, Influence] = {}
        self._wanted: tuple[tuple[Manifest, Key], ...] = ()
        self._subject: Subject | None = None
        self.shown: tuple[tuple[Manifest, Influence], ...] = ()

    def forget(self) -> None:
        """Nothing is looked at."""
        self.lane.stop()
        self._wanted, self.shown, self._subject = (), (), None

    def stop(self) -> None:
        """Measure no further; where that leaves the pixel in question unmeasured nothing else stands for it."""
        self.lane.stop()
        if self._wanted and self._wanted[0][1] not in self._kept:
            self.shown = ()

    def again(self) -> None:
        """Ask for the same once more."""
        self._wanted = ()

    def follow(self, subject: Subject, pixel: tuple[int, int] | None, at_once: bool) -> None:
        """Measure this pixel (column, row) of this picture, if that is not known yet."""
        if pixel is None:
            return
        wanted = tuple((model, _key(model, subject, pixel)) for model in self._compared(subject.manifest))
        if [key for _, key in wanted] == [key for _, key in self._wanted]:
            return
        moved = bool(self._wanted) and self._wanted[0][1][3] != wanted[0][1][3]  # the picture is another one
        self._wanted, self._subject = wanted, subject
        self.lane.title = subject.manifest.title
        self._show()
        if self._missing() is None:
            self.lane.stop()
        else:
            self.lane.stop()  # what runs is of another pixel, and others wait for its thread
            self.lane.ask(0.0 if at_once and not moved else HOVER_MS)

    def views(self) -> tuple[FieldView, ...]:
        """This model's first; where they read the picture in different orders, each says in which."""
        apart = len({influence.orientation for _, influence in self.shown}) > 1
        return tuple(_view(model, influence, apart) for model, influence in self.shown)

    @property
    def influence(self) -> Influence | None:
        """This model's, if it is there."""
        return self.shown[0][1] if self.shown else None

    def _compared(self, manifest: Manifest) -> tuple[Manifest, ...]:
        """The model, and one of another architecture that draws the same pictures."""
        beside = (
            model
            for model in self._models()
            if model.data == manifest.data
            and model.architecture != manifest.architecture
            and (model.image.height, model.image.width, model.image.levels)
            == (manifest.image.height, manifest.image.width, manifest.image.levels)
        )
        other = next(beside, None)
        return (manifest,) if other is None else (manifest, other)

    def _missing(self) -> tuple[Manifest, Key] | None:
        return next((each for each in self._wanted if each[1] not in self._kept), None)

    def _show(self) -> None:
        """All of it as soon as the first one is there; before that what was there before stays."""
        if self._wanted and self._wanted[0][1] in self._kept:
            known = ((model, self._kept.get(key)) for model, key in self._wanted)
            self.shown = tuple((model, influence) for model, influence in known if influence is not None)

    def _build(self) -> tuple[Request, object] | None:
        missing, subject = self._missing(), self._subject
        if missing is None or subject is None:
            return None
        model, key = missing
        _, orientation, class_name, _, column, row = key
        request = MeasureInfluence(
            model=model.id,
            pixels=subject.pixels,
            row=row,
            column=column,
            class_name=class_name,
            orientation=orientation,
        )
        return request, key

    def _answered(self, key: Key, _request: MeasureInfluence, answer: Influence) -> None:
        while len(self._kept) >= KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[key] = answer
        self._show()
        if self._missing() is not None:
            self.lane.ask()


def _key(model: Manifest, subject: Subject, pixel: tuple[int, int]) -> Key:
    """What decides a receptive field; a model that does not know the order or the class is asked in its own."""
    orientation = subject.order if subject.order in model.orientations else "auto"
    class_name = subject.class_name if subject.class_name in model.class_names else ""
    graph = model.graphs.get("likelihood")  # a model that was trained anew has the same id and another digest
    return f"{model.id} {graph.sha256 if graph else ''}", orientation, class_name, subject.pixels.tobytes(), *pixel


def _view(model: Manifest, influence: Influence, apart: bool) -> FieldView:
    matter, before = readings.field_size(influence)
    return FieldView(
        title=model.architecture,
        map=readings.influence_map(influence),
        column=influence.column,
        row=influence.row,
        text=words.field_text(matter, before, influence.blind, influence.orientation if apart else ""),
    )
