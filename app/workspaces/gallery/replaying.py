"""Saved pictures made again: what is dropped with a note is asked of the engine once more and compared pixel by pixel.

Whatever the note is worth, the picture itself is shown; what is wrong with its note is a sentence beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Dispatcher
from app.workspaces.gallery import replaying_words as words
from engine.contracts.arrays import Image, Images
from engine.contracts.events import Cancelled, Completion, Decoded, Event, Failed, Finished, Samples
from engine.contracts.lanes import Job, Lane, Policy
from engine.contracts.manifest import Manifest
from engine.errors import EngineError
from engine.records import sheet_pictures
from engine.records.replaying import Replay, Verdict, request_of, verdict

LANE = Lane("gallery.replay", Policy.SUPERSEDE, interactive=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplayState:
    """A dropped picture, and what has become of it.

    title, text, kind
        A heading and sentences; ``"ok"`` for identical, ``"warn"`` for another, ``"info"`` for the rest.
    picture : (h, w, 3) uint8
        As it was dropped.
    saved, again : (H, W, C) uint8 or None
        The picture at its own size, and what was made again; None for sheets of several, and where nothing was made.
    difference : (H, W, C) uint8 or None
        How far they are apart, stretched so that the largest difference is white; None where they are the same.
    """

    title: str
    text: str
    picture: Image
    kind: str = "info"
    running: bool = False
    saved: Image | None = None
    again: Image | None = None
    difference: Image | None = None
    verdict: Verdict | None = None


@dataclass(slots=True, eq=False)
class _Check:
    """A picture that the engine is making again; ``made`` are the images (N, H, W, C) of the answers so far."""

    replay: Replay
    rgba: NDArray[np.uint8]
    made: list[Images] = field(default_factory=list)
    job: Job | None = None


class Replaying:
    """One picture at a time; a newer one takes the place of the one before.  ``changed`` tells that `state` did."""

    def __init__(self, dispatcher: Dispatcher, changed: Callable[[], None]) -> None:
        self._dispatcher, self._changed = dispatcher, changed
        self._check: _Check | None = None
        self._last: _Check | None = None
        self._state: ReplayState | None = None

    @property
    def state(self) -> ReplayState | None:
        """The picture on show, None before the first and after `dismiss`."""
        return self._state

    def check(self, rgba: NDArray[np.uint8], note: str, models: Iterable[Manifest]) -> bool:
        """Make the picture ``rgba (h, w, 4)`` with this note again with one of the models, and compare.

        False where that cannot be done: the state says why, and the picture is to be opened as the plain picture it is.
        """
        self._recall()
        try:
            replay = request_of(note, models)
        except EngineError as error:
            self.show_plain(rgba, words.plain(error))
            return False
        self._ask(_Check(replay, rgba))
        return True

    def show_plain(self, rgba: NDArray[np.uint8], why: str) -> None:
        """Show a picture from elsewhere as it is, and why nothing is made of it."""
        self._recall()
        self._last = None
        self._show(ReplayState(title=words.PLAIN, text=why, picture=_opaque(rgba), kind="warn"))

    def retry(self) -> None:
        """Once more, after something went wrong."""
        if self._last is not None and self._check is None:
            self._ask(_Check(self._last.replay, self._last.rgba))

    def stop(self) -> bool:
        """Do not wait for the picture; whether one was waited for."""
        check = self._check
        if check is None:
            return False
        self._recall()
        self._show(ReplayState(title=words.NOT_CHECKED, text=words.STOPPED, picture=_opaque(check.rgba)))
        return True

    def dismiss(self) -> None:
        """Show the picture no longer."""
        self._recall()
        self._last = None
        self._show(None)

    # --- inside

    def _show(self, state: ReplayState | None) -> None:
        self._state = state
        self._changed()

    def _recall(self) -> None:
        check, self._check = self._check, None
        if check is not None and check.job is not None:
            check.job.cancel()

    def _ask(self, check: _Check) -> None:
        self._check = self._last = check
        title = check.replay.manifest.title
        self._show(
            ReplayState(title=words.CHECKING, text=words.checking(title), picture=_opaque(check.rgba), running=True)
        )
        self._submit(check)

    def _submit(self, check: _Check) -> None:
        """Ask for what comes next of it."""
        request = check.replay.requests[len(check.made)]
        check.job = self._dispatcher.submit(request, LANE, lambda event: self._event(check, event))

    def _event(self, check: _Check, event: Event) -> None:
        if check is not self._check:
            return  # of a picture that is no longer on show
        if isinstance(event, Finished) and isinstance(event.answer, Samples | Completion | Decoded):
            check.made.append(event.answer.images)
            if len(check.made) < len(check.replay.requests):
                self._submit(check)
                return
            self._check = None
            self._show(_compared(check, np.concatenate(check.made)))
        elif isinstance(event, Failed | Finished):
            self._check = None
            why = words.not_made(event.problem, event.remedy) if isinstance(event, Failed) else words.NO_PICTURES
            picture = _opaque(check.rgba)
            self._show(ReplayState(title=words.NOT_CHECKED, text=why, picture=picture, kind="warn"))
        elif isinstance(event, Cancelled):
            self.stop()


def _compared(check: _Check, made: Images) -> ReplayState:
    """What the picture is beside what was made."""
    shown = ReplayState(title=words.PLAIN, text="", picture=_opaque(check.rgba))
    try:
        found = verdict(check.replay, made, check.rgba)
    except EngineError as error:
        return replace(shown, text=words.plain(error), kind="warn")
    title, kind = (words.IDENTICAL, "ok") if found.identical else (words.DIFFERENT, "warn")
    told = replace(shown, title=title, text=found.sentence, kind=kind, verdict=found)
    index = check.replay.index
    if index is None:
        return told
    again: Image = made[index]
    saved = sheet_pictures.alone(check.rgba, (again.shape[0], again.shape[1], again.shape[2]))
    if saved is None:
        return told
    return replace(told, saved=saved, again=again, difference=None if found.identical else difference(saved, again))


def difference(saved: Image, again: Image) -> Image:
    """How far two pictures (H, W, C) are apart at each pixel, stretched so that the largest difference is 255."""
    apart = np.abs(saved.astype(np.int16) - again.astype(np.int16))
    return np.asarray(np.rint(apart * (255.0 / max(1, int(apart.max())))), np.uint8)


def _opaque(rgba: NDArray[np.uint8]) -> Image:
    """The colours (h, w, 3), on white where the picture is transparent."""
    alpha = rgba[..., 3:].astype(np.uint16)
    return np.asarray((rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255, np.uint8)
