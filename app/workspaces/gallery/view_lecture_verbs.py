"""What the commands do while the lecture is in front: stop, go on, the dice, saving, copying; and its status line.

Qt-free but for the status line that it is handed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol

from app.bridge.ports import Worker
from app.documents.picture_file import write_png
from app.translation import tr
from app.workspaces.gallery import outgoing, words
from app.workspaces.gallery.exporting_words import written
from app.workspaces.gallery.lecture_presenter import LecturePresenter
from app.workspaces.gallery.lecture_state import LectureState
from app.workspaces.gallery.state import GalleryState, SavedPicture
from app.workspaces.gallery.workbench import SEEDS
from engine.errors import EngineError
from engine.records.wall_picture import stem_of

SHEET_WIDTH = 1_600
"""About how many pixels a sheet is wide, in whole multiples of its pictures' pixels: as much as a slide shows."""
NOT_DRAWN = tr("Not all pictures are drawn yet. Wait until they are, or go on drawing.")
CHOOSE_ONE = tr("Click a picture first: it is the one that is saved.")
_WITHOUT = frozenset({"undo", "redo", "lock-seed", "zoom-in", "zoom-out"})
"""Commands that mean the wall, and would change it unseen."""

Handlers = Mapping[str, Callable[[], None]]


class Status(Protocol):
    """What is used of the status line."""

    def set_progress(self, fraction: float | None) -> None: ...
    def set_seed(self, seed: int | None) -> None: ...
    def set_message(self, text: str) -> None: ...


class LectureVerbs:
    """``in_front`` says whether the lecture is, ``ask(kind, name, count)`` asks for a file; ``say`` shows
    a sentence and its kind."""

    def __init__(
        self,
        lecture: LecturePresenter,
        status: Status,
        worker: Worker,
        in_front: Callable[[], bool],
        ask: Callable[[str, str, int], Path | None],
        say: Callable[[str, str], None],
        new_seed: Callable[[], int] = lambda: secrets.randbelow(SEEDS),
    ) -> None:
        self._lecture, self._status, self._worker = lecture, status, worker
        self._in_front, self._ask, self._say, self._new_seed = in_front, ask, say, new_seed

    @property
    def in_front(self) -> bool:
        """Whether commands are the lecture's."""
        return self._in_front()

    def over(self, others: Handlers) -> dict[str, Callable[[], None]]:
        """What the commands do: the lecture's verbs while it is in front, else what the ``others`` say."""
        own: Handlers = {
            "escape": self.escape,
            "dice": self.roll_dice,
            "draw-on": self._lecture.go_on,
            "save-picture": lambda: self.save("png"),
            "save-sheet": lambda: self.save("sheet"),
        }

        def either(verb: Callable[[], None], other: Callable[[], None]) -> Callable[[], None]:
            return lambda: verb() if self.in_front else other()

        return {**others, **{command: either(verb, others[command]) for command, verb in own.items()}}

    # --- verbs

    def escape(self) -> None:
        """Stop what goes on; where nothing does, leave the comparison; where there is none, choose nothing."""
        state = self._lecture.state
        if state.working:
            self.stop()
        elif state.comparing:
            self._lecture.compare(False)
        else:
            self._lecture.unpick()

    def stop(self) -> None:
        """Draw and measure no more; what is there stays."""
        self._lecture.stop()
        self._say(words.STOPPED, "info")

    def roll_dice(self) -> None:
        """Another seed, the same one for all columns."""
        self._lecture.set_seed(self._new_seed())

    def save(self, kind: str) -> None:
        """Ask for a file, and write the chosen picture with its note (``png``) or a ``sheet`` of all columns."""
        saved = self.chosen() if kind == "png" else self.sheet()
        if saved is None:
            self._say(CHOOSE_ONE if kind == "png" else NOT_DRAWN, "info")
            return
        state = self._lecture.state
        count = 1 if kind == "png" else sum(column.fresh for column in state.columns)
        path = self._ask(kind, saved.name, count)
        if path is None:
            return
        target = outgoing.as_target(path, kind)
        self._worker.run(
            lambda: write_png(target, saved.pixels, saved.note or None),
            lambda outcome: self._written(target.name, count, outcome),
        )

    def _written(self, name: str, count: int, outcome: Future[None]) -> None:
        try:
            outcome.result()
        except EngineError as error:
            self._say(str(error), "warn")
        else:
            self._say(written(name, count, 0), "ok")

    # --- pictures

    def picture(self) -> SavedPicture | None:
        """What is copied: the chosen picture, where none is the sheet."""
        return self.chosen() or self.sheet()

    def chosen(self) -> SavedPicture | None:
        """The picture that was clicked last, with the note that draws it again."""
        found = self._lecture.chosen_on_wall()
        if found is None:
            return None
        hanging, index = found
        made = outgoing.saved(hanging, [index])
        return SavedPicture(made.pixels, made.note, made.name)

    def sheet(self) -> SavedPicture | None:
        """All columns on one picture, as soon as all are drawn."""
        state, pixels = self._lecture.state, self._lecture.sheet()
        if pixels is None or any(column.done < column.wanted for column in state.columns):
            return None
        times = max(1, SHEET_WIDTH // pixels.shape[1])
        name = stem_of("lecture", state.data, state.class_name, f"seed{state.seed}")
        return SavedPicture(pixels.repeat(times, axis=0).repeat(times, axis=1), "", f"{name}.png")

    # --- what is shown around it

    def shown(self, state: GalleryState, unavailable: frozenset[str]) -> frozenset[str]:
        """Tell in the status line how far the lecture is; the commands that can do nothing, of the page in front.

        ``unavailable`` are those of the other pages.  A file on its way has the status line first.
        """
        if state.page != "lecture":
            return unavailable
        lecture = self._lecture.state
        if state.export is None:
            text, fraction = progress_of(lecture)
            self._status.set_progress(fraction)
            self._status.set_seed(lecture.seed if lecture.columns else None)
            self._status.set_message(text)
        can = {
            "dice": bool(lecture.columns),
            "draw-on": lecture.stopped,
            "save-picture": lecture.chosen is not None,
            "save-sheet": bool(lecture.columns),
            "copy": bool(lecture.columns),
        }
        return unavailable.difference(name for name, able in can.items() if able) | _WITHOUT


def progress_of(state: LectureState) -> tuple[str, float | None]:
    """How far all columns are, in words and in [0, 1]; None while nothing goes on."""
    done, wanted = (sum(getattr(column, name) for column in state.columns) for name in ("done", "wanted"))
    if not wanted:
        return "", None
    if done < wanted:
        text = tr("{done:,} of {counted}").format(done=done, counted=words.counted(wanted))
        return (text, done / wanted) if state.working else (tr("{text}, stopped").format(text=text), None)
    if state.working:
        return tr("{counted}, being measured").format(counted=words.counted(wanted)), 1.0
    return words.counted(wanted) + (tr(", not all measured") if state.stopped else ""), None
