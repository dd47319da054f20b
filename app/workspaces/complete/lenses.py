"""The lenses over the canvas: which one is open, which pixel is looked at, and what there is to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.bridge.ports import Clock, Dispatcher
from app.documents.partial_image import PartialImage
from app.workspaces.complete import lens_readings as readings
from app.workspaces.complete import lens_words as words
from app.workspaces.complete.desk import Desk
from app.workspaces.complete.kept import Kept
from app.workspaces.complete.lens_evidence import EvidenceReading
from app.workspaces.complete.lens_field import Field
from app.workspaces.complete.lens_lane import LensLane
from app.workspaces.complete.lens_look import Look, Subject, subject_of, with_class
from app.workspaces.complete.lens_state import LENSES, ClassBars, FieldView, LensMap, LensView, Spot
from engine.contracts.arrays import Image, Observed
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Manifest

SPEAKING = Lane("complete.look.class", Policy.COALESCE, interactive=False)
Pixel = tuple[int, int]  # column, row
Facts = tuple[tuple[str, str], ...]


class Lenses:
    """Owns the lanes of all lenses; ``changed`` is called after everything that came from the engine."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        changed: Callable[[], None],
        engine: str,
        models: Callable[[], Sequence[Manifest]],
    ) -> None:
        self._look = Look(dispatcher, clock, changed, engine)
        self._spoken = Look(dispatcher, clock, changed, engine, SPEAKING)
        self._field = Field(dispatcher, clock, changed, engine, models)
        self._evidence = EvidenceReading(dispatcher, clock, changed, engine)
        self._kept = Kept()
        self._desk: Desk | None = None
        self._hovered: Pixel | None = None
        self.lens, self.pinned = "none", None
        self.speaking = ""

    pinned: Pixel | None

    # --- what happens to them

    @property
    def awake(self) -> bool:
        """Whether anything is looked at: a lens is open, or the probe in hand."""
        return self._desk is not None and (self.lens != "none" or self._desk.tool == "probe")

    @property
    def working(self) -> bool:
        """Something runs that takes its time, and that can be stopped."""
        return self._field.lane.busy or self._evidence.lane.busy

    @property
    def progress(self) -> float | None:
        """How far that is, in [0, 1]."""
        return self._field.lane.progress if self._field.lane.busy else self._evidence.lane.progress

    def open(self) -> None:
        """Another desk comes: what was known is not of its picture."""
        self._desk, self._hovered, self.pinned, self.speaking = None, None, None, ""
        for part in (self._look, self._spoken, self._field, self._evidence):
            part.forget()

    def choose(self, lens: str) -> None:
        """Open another lens, or none; what the last one awaited is not awaited any more."""
        if lens not in LENSES or lens == self.lens:
            return
        self.lens, self.speaking = lens, ""
        self._field.forget()
        self._evidence.forget()
        self._spoken.forget()

    def hover(self, pixel: Pixel | None) -> bool:
        """The pointer, or the keyboard's spot, is at this pixel; whether that changes what is shown."""
        changed = pixel != self._hovered
        self._hovered = pixel
        return changed and self.awake

    def pin(self, pixel: Pixel | None) -> None:
        """Keep looking at this pixel; the same one again, or None, lets go of it."""
        self.pinned = None if pixel == self.pinned else pixel

    def speak(self, class_name: str) -> None:
        """Show where the picture speaks for a class; the same one again, or none, ends it."""
        self.speaking = "" if class_name == self.speaking else class_name
        if not self.speaking:
            self._spoken.forget()

    def follow(
        self,
        desk: Desk | None,
        document: PartialImage | None,
        source: Image | None,
        drawn: Observed | None,
        *,
        moving: bool = False,
    ) -> None:
        """The canvas shows this document with this completion; whatever of it is not known is asked for, less often
        while a stroke is ``moving``."""
        self._desk = desk
        if desk is None or document is None or not self.awake:
            self._look.lane.stop()
            self._look.again()
            return
        subject = subject_of(desk, document, source, drawn)
        if self.lens == "class":
            subject = with_class(subject, _without(desk.manifest, subject.class_name))
        self._look.follow(subject, moving)
        if self.lens == "field":
            pixel = self.pinned or self._hovered
            self._field.follow(subject, pixel, at_once=self.pinned is not None)
        if self.lens == "class":
            self._evidence.follow(desk)
        if self.lens == "class" and self.speaking:
            self._spoken.follow(with_class(subject, self.speaking), moving)

    def stop(self) -> None:
        """Await nothing any more that takes its time; what was answered stays."""
        self._spoken.lane.stop()
        self._field.stop()
        self._evidence.lane.stop()

    def again(self) -> None:
        """Ask for everything once more, after something went wrong."""
        for part in (self._look, self._spoken, self._field, self._evidence):
            part.again()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` (for good) or ``closed``."""
        for lane in self._lanes():
            lane.engine_changed(state)

    @property
    def looked_at(self) -> tuple[Subject, str] | None:
        """The picture on the canvas, and the order in which it is read."""
        subject = self._look.subject  # an older picture's answer may have been read in another order
        return None if subject is None else (subject, subject.order)

    @property
    def examined(self) -> PartialImage | None:
        """The document that the newest map is of."""
        return None if self._look.answer is None else self._look.answer[0].document

    def _lanes(self) -> tuple[LensLane, ...]:
        return self._look.lane, self._spoken.lane, self._field.lane, self._evidence.lane

    # --- what there is to say

    def view(self) -> LensView | None:
        """What the open lens shows; the very same value as long as nothing changed."""
        desk = self._desk
        if desk is None or not self.awake:
            return None
        pixel = self.pinned or self._hovered
        known = (self._look.answer, self._look.known, self.lens)
        shown: tuple[LensMap, Facts] | None = self._kept.keep("map", (*known, *self._about_map()), self._map)
        spot: Spot | None = self._kept.keep("spot", (*known[:2], pixel, self.pinned), self._spot, pixel)
        fields: tuple[FieldView, ...] = self._kept.keep("fields", (self._field.shown, self.lens), self._fields)
        bars_key = (self._evidence.evidence, self._evidence.stale, self.speaking, self.lens)
        bars: ClassBars | None = self._kept.keep("bars", bars_key, self._bars)
        lens, facts = self.lens, () if shown is None else shown[1]
        values: dict[str, Any] = {
            "lens": lens,
            "title": words.EVIDENCE_TITLE if lens == "class" and not desk.manifest.class_names else words.TITLES[lens],
            "sentence": self._sentence(),
            "facts": facts,
            "map": None if shown is None else shown[0],
            "spot": spot if lens != "field" or self.pinned or not fields else None,
            "pinned": self._ringed(),
            "fields": fields,
            "bars": bars,
            "note": self._note(desk, spot),
            "warning": self._warning(),
            "problem": next((lane.problem for lane in self._lanes() if lane.problem is not None), None),
            "busy": any(lane.busy for lane in self._lanes()),
        }
        view: LensView = self._kept.keep("view", tuple(values.values()), lambda: LensView(**values))
        return view

    def _about_map(self) -> tuple[Any, ...]:
        """What besides the examination decides the map and its figures."""
        return (self._field.shown, self._evidence.evidence, self._spoken.answer, self.speaking)

    def _map(self) -> tuple[LensMap | None, Facts] | None:
        if self.lens == "bits":
            return self._look.bits()
        if self.lens == "entropy":
            return self._look.entropy()
        if self.lens == "field":
            views = self._field.views()
            return (views[0].map, self._field_facts()) if views else None
        if self.lens == "class":
            return self._speaking_map(), self._evidence.facts()
        return None

    def _field_facts(self) -> Facts:
        influence = self._field.influence
        if influence is None:
            return ()
        matter, before = readings.field_size(influence)
        return words.field_facts(matter, before, influence.blind, float(influence.nats.max()))

    def _speaking_map(self) -> LensMap | None:
        given, without = self._spoken.answer, self._look.answer
        where = self._look.valued()
        if not self.speaking or given is None or without is None or where is None:
            return None
        if given[0].class_name != self.speaking or not given[0].same_picture(without[0]):
            return None
        return readings.speaks_for(given[1], without[1], where)

    def _spot(self, pixel: Pixel | None) -> Spot | None:
        return None if pixel is None else self._look.spot(*pixel, pinned=pixel == self.pinned)

    def _fields(self) -> tuple[FieldView, ...]:
        return self._field.views() if self.lens == "field" else ()

    def _bars(self) -> ClassBars | None:
        return self._evidence.bars(self.speaking) if self.lens == "class" else None

    def _ringed(self) -> Pixel | None:
        influence = self._field.influence
        if self.lens == "field" and self.pinned is None and influence is not None:
            return influence.column, influence.row
        return self.pinned

    def _sentence(self) -> str:
        if self.speaking:
            return words.speaking(self.speaking)
        answer, influence = self._look.answer, self._field.influence
        if self.lens == "field":
            return words.sentence("field", influence.orientation) if influence is not None else ""
        if answer is None:
            return ""
        subject, examination = answer
        of_class = words.told(subject.class_name) if subject.manifest.class_names else ""
        return words.sentence(self.lens, examination.orientation, of_class)

    def _note(self, desk: Desk, spot: Spot | None) -> str:
        """What is to be known, or done next."""
        if self.lens == "class":
            return self._class_note(desk)
        if self.lens == "field" and (self._field.influence is None or self._field.lane.busy):
            return words.MEASURING if self._field.lane.busy else words.POINT_FIELD
        zero = words.TEMPERATURE_ZERO if self.lens != "field" and not desk.edit.parameters["temperature"] else ""
        if self._look.answer is None:
            return zero
        if spot is None:
            return " ".join(filter(None, (zero, words.POINT if self.lens != "field" else "")))
        if not spot.facts:
            return words.NO_VALUE
        if self._look.answer[1].distribution is None:
            return " ".join(filter(None, (zero, words.TOO_MANY)))
        return " ".join(filter(None, (zero, "" if not spot.forcible else words.FORCE if spot.pinned else words.PIN)))

    def _class_note(self, desk: Desk) -> str:
        if desk.document.is_blank:
            return words.DRAW_SOMETHING
        if not self._evidence.answerable(desk):
            return words.CANNOT_WEIGH
        return words.OLDER_FIGURES if self._evidence.stale else ""

    def _warning(self) -> str:
        influence = self._field.influence
        return words.NOT_CAUSAL if self.lens == "field" and influence is not None and not influence.causal else ""


def _without(manifest: Manifest, class_name: str) -> str:
    """No class, where the model can be asked without one."""
    condition = manifest.condition("class")
    return "" if condition is None or condition.null else class_name
