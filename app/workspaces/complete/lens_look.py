"""What the model says of every pixel of the picture on the canvas: bits, entropy, the microscope's distributions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.bridge.ports import Clock, Dispatcher
from app.documents.partial_image import PartialImage
from app.documents.picture_fit import level_values
from app.workspaces.complete import lens_readings as readings
from app.workspaces.complete import lens_words as words
from app.workspaces.complete.desk import Desk
from app.workspaces.complete.lens_lane import LensLane
from app.workspaces.complete.lens_state import LensMap, Spot
from engine.contracts.arrays import Image, Observed
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Manifest
from engine.contracts.probes import Examination, ExamineImage
from engine.contracts.requests import Request

LANE = Lane("complete.look", Policy.COALESCE, interactive=False)
"""On the batch thread: there it neither waits for a completion nor holds one up, and a stroke has its bits at once."""
PACE_MS = 33.0
"""While a picture keeps changing it is examined no more often: a pass cannot be broken off, and the one that a stroke's
end finds running is waited for."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is looked at: the document filled with the shown completion, ``pixels (H, W, C)`` where ``known (H, W)``."""

    manifest: Manifest
    document: PartialImage
    pixels: Image
    known: Observed
    orientation: str
    class_name: str
    temperature: float

    def same_as(self, other: Subject | None) -> bool:
        """Whether the engine would be asked the same."""
        return other is not None and self.class_name == other.class_name and self.same_picture(other)

    def same_picture(self, other: Subject) -> bool:
        """The same, whatever class it is told to be of."""
        return (
            self.manifest is other.manifest
            and (self.orientation, self.temperature) == (other.orientation, other.temperature)
            and np.array_equal(self.pixels, other.pixels)
        )

    def completes(self, other: Subject | None) -> bool:
        """Whether nothing but the completion in it is another one."""
        return (
            other is not None
            and self.document is other.document
            and (self.orientation, self.temperature, self.class_name)
            == (other.orientation, other.temperature, other.class_name)
        )

    @property
    def order(self) -> str:
        """The reading order by its name, as far as it is known before the engine has said what ``auto`` came to."""
        return self.manifest.orientations[0] if self.orientation == "auto" else self.orientation


def subject_of(desk: Desk, document: PartialImage, source: Image | None, drawn: Observed | None) -> Subject:
    """A document on the desk with a completion ``source (H, W, C)`` where it is ``drawn (H, W)``.

    Pixels that are not drawn yet keep what the source has there: a replay is then one picture from start to end.
    """
    parameters = desk.edit.parameters
    known = document.observed if source is None or drawn is None else document.observed | drawn
    pixels = document.shown_with(source)
    wanted = str(parameters["orientation"])
    if desk.made is not None and not document.is_whole:
        orientation = desk.made.completion.orientation
    else:
        orientation = wanted
    temperature = float(parameters["temperature"]) or 1.0
    class_name = str(parameters.get("class_name", ""))
    return Subject(desk.manifest, document, pixels, known, orientation, class_name, temperature)


class Look:
    """Owns the lane "complete.look", or another one."""

    def __init__(
        self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], engine: str, lane: Lane = LANE
    ) -> None:
        self.lane = LensLane(dispatcher, clock, lane, self._build, self._answered, changed, engine)
        self._clock = clock
        self.subject: Subject | None = None
        self._asked: Subject | None = None
        self._asked_ms = self._free_ms = -np.inf
        self.answer: tuple[Subject, Examination] | None = None

    def forget(self) -> None:
        """Another desk: nothing is known of it."""
        self.lane.stop()
        self.subject = self._asked = self.answer = None

    def follow(self, subject: Subject, moving: bool = False) -> None:
        """The picture is this one now.  Asks at once where it is another one; at a pace while a stroke is ``moving``
        or a completion comes row by row: then for the latest picture, and for none while another one is examined."""
        self.lane.title = subject.manifest.title
        before, self.subject = self.subject, self._kept(subject)
        if subject.same_as(self._asked):
            self.lane.relax()  # its pass runs, or has been
        elif self._asked is None or not (moving or subject.completes(self._asked)):
            self._ask_now()
        elif self.subject is not before:
            self._ask_at_a_pace()

    def again(self) -> None:
        """Ask for the same once more."""
        self._asked = None

    def _kept(self, subject: Subject) -> Subject:
        """The very same value as long as it is the same."""
        now = self.subject
        same = now is not None and subject.same_as(now) and np.array_equal(subject.known, now.known)
        return now if now is not None and same else subject

    def _ask_at_a_pace(self) -> None:
        """At once if the engine has rested for as long as it had worked, else when nothing changes for a moment."""
        if self.lane.busy or self._clock.now_ms() < self._free_ms:
            self.lane.ask(PACE_MS)
        else:
            self._ask_now()

    def _ask_now(self) -> None:
        self._asked = self.subject  # also where the engine is away, and it is built later
        self.lane.ask()

    def _build(self) -> tuple[Request, object] | None:
        subject = self.subject
        if subject is None:
            return None
        self._asked, self._asked_ms = subject, self._clock.now_ms()
        request = ExamineImage(
            model=subject.manifest.id,
            pixels=subject.pixels,
            class_name=subject.class_name,
            orientation=subject.orientation,
            temperature=subject.temperature,
        )
        return request, subject

    def _answered(self, subject: Subject, _request: ExamineImage, answer: Examination) -> None:
        self._free_ms = max(self._asked_ms + PACE_MS, self._clock.now_ms() + answer.total_ms)
        if self.subject is not None and subject.manifest is self.subject.manifest:
            self.answer = subject, answer

    # --- what is read off it

    @property
    def known(self) -> Observed | None:
        """Where the examined picture means something: of the present one where that is the same picture."""
        if self.answer is None:
            return None
        subject, now = self.answer[0], self.subject
        return now.known if now is not None and now.same_as(subject) else subject.known

    def valued(self) -> Observed | None:
        """Known pixels before which nothing unknown is read."""
        known = self.known
        if known is None or self.answer is None:
            return None
        return known & readings.foreseen(known, self.answer[1].orientation)

    def bits(self) -> tuple[LensMap, tuple[tuple[str, str], ...]] | None:
        """Surprise, and its figures."""
        where = self.valued()
        if where is None or self.answer is None:
            return None
        subject, answer = self.answer
        bits = readings.bits_of(answer)
        total = float(bits[where].sum())
        top, share = readings.surprise_share(bits, where)
        dims = max(int(where.sum()), 1) * subject.manifest.image.dims / where.size
        facts = words.bits_facts(total, total / dims, top, share, int((~where).sum()))
        return readings.bits_map(bits, where), facts

    def entropy(self) -> tuple[LensMap, tuple[tuple[str, str], ...]] | None:
        """Uncertainty before each pixel, and its figures; also of the first pixel that is unknown."""
        known = self.known
        if known is None or self.answer is None:
            return None
        where = readings.foreseen(known, self.answer[1].orientation)
        entropy = readings.entropy_of(self.answer[1])
        total = float(entropy[where].sum())
        facts = words.entropy_facts(total, total / max(int(where.sum()), 1), int((~where).sum()))
        return readings.bits_map(entropy, where), facts

    def spot(self, column: int, row: int, pinned: bool) -> Spot | None:
        """A pixel under the microscope, from what is there already; None where nothing is known of it."""
        known = self.known
        if known is None or self.answer is None or not (0 <= row < known.shape[0] and 0 <= column < known.shape[1]):
            return None
        subject, answer = self.answer
        spec, place = subject.manifest.image, readings.ranks(answer.orientation, *known.shape)
        there = int(place[row, column]), known.size
        colors, level = level_values(spec), int(answer.levels[row, column])
        entropy = float(readings.entropy_of(answer)[row, column])
        facts: tuple[tuple[str, str], ...]
        if not readings.foreseen(known, answer.orientation)[row, column]:
            facts, told = (), None
        else:
            told = None if answer.distribution is None else answer.distribution[row, column].astype(np.float32)
            facts = words.unseen_facts(entropy, *there)
        if facts and known[row, column]:
            facts = self._seen(answer, subject, (row, column), there, entropy)
        return Spot(
            column,
            row,
            words.spot_title(column, row),
            level if known[row, column] else -1,
            facts,
            told,
            colors,
            pinned,
            forcible=told is not None,
        )

    def _seen(
        self, answer: Examination, subject: Subject, at: tuple[int, int], place: tuple[int, int], entropy: float
    ) -> tuple[tuple[str, str], ...]:
        spec, level = subject.manifest.image, int(answer.levels[at])
        color = tuple(int(value) for value in level_values(spec)[level])
        log_p = float(answer.log_prob[at])
        name = words.value_name(level, spec.levels, color)
        bits = float(readings.bits_of(answer)[at])
        return words.spot_facts(name, float(np.exp(min(log_p, 0.0))), bits, entropy, *place)


def with_class(subject: Subject, class_name: str) -> Subject:
    """The same picture, told to be of a class."""
    return replace(subject, class_name=class_name)
