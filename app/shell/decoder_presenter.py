"""The questions about a bare decoder: every answer is tried at once, and what is saved is what was tried.  Qt-free."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import engine
from app.bridge.ports import Dispatcher
from app.messages import Problem
from app.shell import decoder_state as words
from app.shell.decoder_state import SAMPLES, DecoderState, Samples
from app.translation import tr
from engine.contracts.controls import MAX_SEED
from engine.contracts.decoders import DecoderAnswers, DecoderDescription, DecoderTrial, PictureLayout
from engine.contracts.events import Cancelled, Event, Failed, Finished
from engine.contracts.lanes import Job, Lane, Policy
from engine.contracts.requests import TryDecoder
from engine.errors import EngineError

LANE = Lane("decoder.trial", Policy.SUPERSEDE)
TRY_AGAIN = "try_again"
LONGEST_TITLE = 100
_NAMELESS = ("decoder", "generator", "model", "g", "netg", "network")
"""What files are called whose folder says more."""

Keep = Callable[[DecoderDescription, Mapping[str, Any]], None]
"""Saves the file with its manifest (JSON); raises `EngineError`."""


@dataclass(slots=True)
class _Answers:
    """What was answered so far."""

    group: int
    size: int
    range: str
    prior: str
    title: str
    attribution: str
    classes: str
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Layouts that differ by their sides only."""

    layouts: list[PictureLayout] = field(default_factory=list)


class DecoderPresenter:
    """One sheet.  ``show`` is called with every new state; ``keep`` saves; ``free_id`` makes an id of a title.

    All on the GUI thread.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        description: DecoderDescription,
        name: str,
        show: Callable[[DecoderState], None],
        keep: Keep,
        free_id: Callable[[str], str],
    ) -> None:
        self._dispatcher, self._description, self._file = dispatcher, description, name
        self._show, self._keep, self._free_id = show, keep, free_id
        self._groups = _grouped(description.layouts)
        self._answers = first_answers(description, name)
        self._job: Job | None = None
        self._serial = 0
        self._samples: Samples | None = None
        self._tried: tuple[DecoderTrial, str] | None = None
        """The newest trial and the range that it was of; while another runs it is still what shows."""
        self._fresh = False
        self._problem: Problem | None = None
        self._refusal = ""
        self._closed = False

    # --- answers

    def begin(self) -> None:
        """Draw the first samples."""
        self._try()

    def set_layout(self, index: int) -> None:
        """Read the output in this way."""
        if 0 <= index < len(self._groups) and index != self._answers.group:
            self._answers.group, self._answers.size = index, 0
            self._try()

    def set_size(self, index: int) -> None:
        """Flat pictures have these sides."""
        if 0 <= index < len(self._sizes) and index != self._answers.size:
            self._answers.size = index
            self._try()

    def set_range(self, value: str) -> None:
        """These values are black and white."""
        if value != self._answers.range:
            self._answers.range = value
            self._try()

    def set_prior(self, value: str) -> None:
        """Z comes from there."""
        if value != self._answers.prior:
            self._answers.prior = value
            self._try()

    def set_classes(self, text: str) -> None:
        """The names, one a line; pictures are drawn anew only where there are more or fewer of them."""
        before = len(self._names())
        self._answers.classes = text
        if len(self._names()) != before:
            self._try()
        elif self._tried is not None:
            self._samples = self._captioned(self._tried[0])
        self._publish()

    def set_title(self, text: str) -> None:
        """What the model is called."""
        self._answers.title, self._refusal = text, ""
        self._publish()

    def set_attribution(self, text: str) -> None:
        """Whose it is, and under which licence."""
        self._answers.attribution = text
        self._publish()

    def another(self) -> None:
        """Other samples."""
        self._answers.seed = (self._answers.seed + 1) % (MAX_SEED + 1)
        self._try()

    def again(self) -> None:
        """Try once more, after something went wrong."""
        self._try()

    def save(self) -> bool:
        """Make it one of the person's models; False if it cannot be, for a reason that the sheet then shows."""
        if self._cannot_save():
            return False
        try:
            self._keep(self._description, self._manifest(self._free_id(self._answers.title)))
        except EngineError as error:
            self._refusal = str(error)
            self._publish()
            return False
        return True

    def close(self) -> None:
        """Nothing is shown any more."""
        self._closed = True
        if self._job is not None:
            self._job.cancel()

    # --- trying

    def _try(self) -> None:
        """Draw with the present answers; what an older trial still says is dropped."""
        self._serial += 1
        self._problem, self._refusal, self._fresh = None, "", False
        try:
            manifest = self._manifest("trial")
        except EngineError as error:
            self._job, self._problem = None, Problem(error.problem, error.remedy)
            self._publish()
            return
        request = TryDecoder(
            path=self._description.path,
            sha256=self._description.sha256,
            manifest=manifest,
            count=SAMPLES,
            seed=self._answers.seed,
        )
        serial = self._serial
        self._job = self._dispatcher.submit(request, LANE, lambda event: self._event(serial, event))
        self._publish()

    def _event(self, serial: int, event: Event) -> None:
        if serial != self._serial or self._closed:
            return
        if isinstance(event, Finished) and isinstance(event.answer, DecoderTrial):
            self._tried, self._fresh = (event.answer, self._answers.range), True
            self._samples = self._captioned(event.answer)
        elif isinstance(event, Failed):
            button = tr("Try again") if event.code == "EngineDied" else ""
            self._problem = Problem(event.problem, event.remedy, TRY_AGAIN if button else "", button)
            self._samples = self._tried = None
        if isinstance(event, Finished | Failed | Cancelled):
            self._job = None
        self._publish()

    def _manifest(self, identity: str) -> dict[str, Any]:
        answers, told = self._answers, self._description.class_input
        names = self._names()
        if told is not None and identity == "trial":
            names = tuple(str(number) for number in range(told.width or max(1, len(names))))
        given = DecoderAnswers(
            layout=self._sizes[answers.size],
            range=answers.range,
            prior=answers.prior,
            class_names=names,
            title=answers.title.strip(),
            attribution=answers.attribution.strip(),
        )
        return engine.decoder_manifest(self._description, given, identity)

    def _names(self) -> tuple[str, ...]:
        if self._description.class_input is None:
            return ()
        return tuple(line.strip() for line in self._answers.classes.strip().splitlines())

    @property
    def _sizes(self) -> list[PictureLayout]:
        return self._groups[self._answers.group].layouts

    # --- showing

    def _captioned(self, trial: DecoderTrial) -> Samples:
        told, names = self._description.class_input, self._names()
        count = 0 if told is None else told.width or max(1, len(names))
        known = [names[n] if n < len(names) and names[n] else tr("class {n}").format(n=n) for n in range(count)]
        captions = tuple(known[n % count] for n in range(len(trial.images))) if count else ()
        return Samples(images=trial.images, broken=trial.broken, constant=trial.constant, captions=captions)

    def _cannot_save(self) -> str:
        """Why it cannot be saved yet; empty if it can."""
        answers, told = self._answers, self._description.class_input
        if self._tried is None or not self._fresh:
            return tr("Nothing could be drawn.") if self._problem is not None else tr("The samples are being drawn.")
        trial, _ = self._tried
        if trial.broken.all():
            return tr("There is no picture to save: none has finite values.")
        if (trial.broken | trial.constant).all():
            return tr("There is no picture to save: all are broken or flat.")
        if not answers.title.strip():
            return tr("Give it a title.")
        return _names_wrong(self._names(), told.width) if told is not None else ""

    def _publish(self) -> None:
        if not self._closed:
            self._show(self.state())

    def state(self) -> DecoderState:
        """What the sheet shows now."""
        description, answers, sizes = self._description, self._answers, self._sizes
        alone = len({group.layouts[0].image.name for group in self._groups}) == 1
        return DecoderState(
            file=self._file,
            facts=words.facts_of(description),
            layouts=tuple(words.layout_words(group.layouts[0], alone) for group in self._groups),
            layout=answers.group,
            sizes=tuple(map(words.size_words, sizes)) if sizes[0].flat else (),
            size=answers.size,
            range=answers.range,
            prior=answers.prior,
            title=answers.title,
            attribution=answers.attribution,
            classes=answers.classes,
            classes_help=words.classes_help(description.class_input),
            seed=answers.seed,
            samples=self._samples,
            values="" if self._tried is None else words.values_words(self._tried[0]),
            warning="" if self._tried is None else words.warning_words(*self._tried),
            busy=self._job is not None,
            problem=self._problem,
            cannot_save=self._cannot_save(),
            refusal=self._refusal,
        )


def first_answers(description: DecoderDescription, name: str) -> _Answers:
    """What the file itself suggests."""
    told = description.class_input
    stem = re.sub(r"[_\s]+", " ", name.rsplit(".", 1)[0]).strip()
    folder = PurePath(description.path).parent.name
    if stem.lower() in _NAMELESS and folder:
        stem = f"{folder} {stem}"
    classes = "\n".join(str(number) for number in range(told.width)) if told is not None else ""
    title = (description.title or stem)[:LONGEST_TITLE]
    return _Answers(0, 0, description.range or "0..1", "normal", title, "", classes)


def _grouped(layouts: tuple[PictureLayout, ...]) -> list[_Group]:
    found: dict[tuple[Any, ...], _Group] = {}
    for layout in layouts:
        flat_key = (layout.image, layout.channels) if layout.flat else (layout,)
        found.setdefault(flat_key, _Group()).layouts.append(layout)
    return list(found.values())


def _names_wrong(names: tuple[str, ...], width: int) -> str:
    if not names:
        return tr("Name its classes, one a line.")
    if width and len(names) != width:
        return tr("Name all {width} classes, one a line: there are {n} names.").format(width=width, n=len(names))
    if not all(names):
        return tr("One of the classes has no name.")
    return tr("Two classes have the same name.") if len(set(names)) < len(names) else ""


def free_id(title: str, taken: Callable[[str], bool]) -> str:
    """An id made of a title, with a number if it is ``taken``."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", title).strip("-._").lower()[:80] or "decoder"
    number, found = 1, plain
    while taken(found):
        number += 1
        found = f"{plain}-{number}"
    return found
