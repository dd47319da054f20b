"""Keeping pictures: the verbs on the GUI thread, the disk on a thread of its own.  Qt-free.

A verb returns at once.  When it is on the disk, `Keeping.state` is another one and every listener is told; when the
disk refuses, that is in the news, and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.bridge.ports import SerialWorker
from app.documents.collection.picture import Drawing, Marks
from app.documents.collection.store import KeptPictures
from app.messages import Problem
from app.translation import tr
from app.workspaces.gallery.kept_history import Action, KeptHistory, Outcome
from engine.errors import EngineError

T = TypeVar("T")

RETRY = "keep_again"
"""The action of a `Problem` with the file: ask for it once more."""
CLOSE_S = 10.0
"""How long a window waits for a disk when it closes; what is not through by then is done after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingState:
    """What is known of the file of kept pictures.

    serial
        Rises whenever the file is another one than before: whoever shows pictures asks again.
    news_serial, news
        What happened last, in a sentence (the number rises with each); ``news_kind`` is info or warn.
    can_undo
        Whether the news are of an action that Undo takes back: a toast offers it.
    undo, redo
        "Undo: delete 12 pictures"; empty where there is nothing.
    steps
        How many actions could be undone.
    problem
        Why the file cannot be read, None while it can.
    """

    serial: int = 0
    news_serial: int = 0
    news: str = ""
    news_kind: str = "info"
    can_undo: bool = False
    undo: str = ""
    redo: str = ""
    steps: int = 0
    problem: Problem | None = None


class Keeping:
    """One window's way to the file of kept pictures; every window has its own, and they share the file.

    ``worker`` must have one thread (`SerialWorker`), which is the store's from the first call on.
    """

    def __init__(self, worker: SerialWorker, path: Path, changed: Callable[[], None] | None = None) -> None:
        self._worker = worker
        self._history = KeptHistory(partial(KeptPictures, path))
        self._listeners: list[Callable[[], None]] = [changed] if changed is not None else []
        self._waiting = self._acting = 0
        self._state = KeepingState()
        self._closed = False

    @property
    def state(self) -> KeepingState:
        """What is known of the file now."""
        return self._state

    @property
    def busy(self) -> bool:
        """Whether something is asked of the file that is not answered yet."""
        return self._waiting > 0

    @property
    def acting(self) -> int:
        """How many actions are on their way that are no steps of the history yet."""
        return self._acting

    def listen(self, changed: Callable[[], None]) -> None:
        """Call this too, on the GUI thread, whenever the state is another one."""
        self._listeners.append(changed)

    # -- verbs: pictures of a wall -----------------------------------------------------------------------------------

    def keep(
        self,
        make: Callable[[], Sequence[Drawing]],
        *,
        starred: bool = True,
        label: str = "",
        collection: str = "",
    ) -> None:
        """Keep pictures with these marks; those that are kept already get them too.  ``make`` runs on the worker."""
        self.do(lambda store: store.keep(make(), starred=starred, label=label, collection=collection))

    # -- verbs: kept pictures ----------------------------------------------------------------------------------------

    def star(self, identities: Collection[int]) -> None:
        """Star kept pictures."""
        self.do(lambda store: store.star(identities))

    def unstar(self, identities: Collection[int], *, let_go: bool = False) -> None:
        """Take the star off; with ``let_go`` (on a wall) a picture that nothing else keeps goes to the bin."""
        self.do(lambda store: store.unstar(identities, let_go=let_go))

    def label(self, identities: Collection[int], text: str) -> None:
        """Label them; an empty text takes the label off."""
        self.do(lambda store: store.label(identities, text))

    def collect(self, identities: Collection[int], name: str) -> None:
        """Put them in a collection."""
        self.do(lambda store: store.collect(identities, name))

    def take_out(self, identities: Collection[int], name: str) -> None:
        """Take them out of a collection."""
        self.do(lambda store: store.take_out(identities, name))

    def rename_collection(self, old: str, new: str) -> None:
        """Give a collection another name."""
        self.do(lambda store: store.rename_collection(old, new))

    def delete(self, identities: Collection[int]) -> None:
        """Put them in the bin."""
        self.do(lambda store: store.delete(identities))

    def restore(self, identities: Collection[int]) -> None:
        """Have them back from the bin."""
        self.do(lambda store: store.restore(identities))

    def purge(self, identities: Collection[int], told: Callable[[int], None] = lambda _: None) -> None:
        """Remove those that are in the bin for good, which cannot be undone; ``told`` how many."""

        def purged(answer: tuple[int, tuple[str, ...]]) -> None:
            self._state = replace(self._state, serial=self._state.serial + 1)
            told(answer[0])
            self._notice(answer[1])
            self._tell()

        self._run(lambda: self._history.ask(lambda store: store.purge(identities)), purged)

    def do(self, action: Action) -> None:
        """Any other action on the store, as one step that can be undone."""
        self._acting += 1

        def done(outcome: Outcome) -> None:
            self._acting -= 1
            self._acted(outcome)

        def refused(error: EngineError) -> None:
            self._acting -= 1
            self._refused(error)

        self._run(lambda: self._history.do(action), done, refused)

    def undo(self) -> None:
        """Take back what was done last."""
        self._run(self._history.undo, partial(self._acted, travelled=True))

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._run(self._history.redo, partial(self._acted, travelled=True))

    # -- questions ---------------------------------------------------------------------------------------------------

    def ask(self, question: Callable[[KeptPictures], T], answer: Callable[[T], None]) -> None:
        """Ask the store something; ``answer`` is called on the GUI thread, unless the disk refuses."""

        def answered(result: tuple[T, tuple[str, ...]]) -> None:
            before, self._state = self._state, replace(self._state, problem=None)
            answer(result[0])
            self._notice(result[1])
            if self._state != before:
                self._tell()

        self._run(lambda: self._history.ask(question), answered, self._unread)

    def marks_of(self, recipes: Iterable[str], answer: Callable[[Mapping[str, tuple[int, Marks]]], None]) -> None:
        """Which of the pictures with these recipes are kept, under which number and with which marks."""
        wanted = tuple(recipes)
        self.ask(lambda store: store.kept_among(wanted), answer)

    def refresh(self) -> None:
        """Look whether another window has changed the file: when a window comes to the front."""

        def seen(others_wrote: bool) -> None:
            if others_wrote:
                self._state = replace(self._state, serial=self._state.serial + 1)

        self.ask(lambda store: store.others_wrote(), seen)

    # -- the end -----------------------------------------------------------------------------------------------------

    def flush(self, timeout_s: float = CLOSE_S) -> bool:
        """Wait until everything asked for is on the disk; whether it is."""
        return self._worker.flush(timeout_s)

    def close(self, timeout_s: float = CLOSE_S) -> bool:
        """Everything that was asked for is done, the file let go, and nobody told any more; whether in time."""
        if not self._closed:
            self._closed = True
            self._worker.run(self._history.close, lambda _: None)
        return self._worker.finish(timeout_s)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _run(
        self, work: Callable[[], T], done: Callable[[T], None], refused: Callable[[EngineError], None] | None = None
    ) -> None:
        if self._closed:
            return
        self._waiting += 1

        def ended(outcome: Future[T]) -> None:
            self._waiting -= 1
            try:
                result = outcome.result()
            except EngineError as error:
                (refused or self._refused)(error)
            else:
                done(result)

        self._worker.run(work, ended)

    def _acted(self, outcome: Outcome, travelled: bool = False) -> None:
        state = self._state
        if outcome.change is not None and not outcome.change.is_empty:
            state = replace(state, serial=state.serial + 1)
        self._state = replace(state, undo=outcome.undo, redo=outcome.redo, steps=outcome.steps)
        if said := " ".join(filter(None, (outcome.text, *outcome.notices))):
            kind = "warn" if outcome.notices else "info"
            self._news(said, kind=kind, can_undo=bool(outcome.text) and not travelled)
        self._tell()

    def _refused(self, error: EngineError) -> None:
        """An action was not done, and what is shown is as it was."""
        self._news(str(error), kind="warn")
        self._tell()

    def _unread(self, error: EngineError) -> None:
        """The file does not even answer."""
        self._state = replace(self._state, problem=Problem(error.problem, error.remedy, RETRY, tr("Try again")))
        self._tell()

    def _notice(self, notices: tuple[str, ...]) -> None:
        if notices:
            self._news(" ".join(notices), kind="warn")

    def _news(self, text: str, *, kind: str = "info", can_undo: bool = False) -> None:
        serial = self._state.news_serial + 1
        self._state = replace(self._state, news=text, news_kind=kind, can_undo=can_undo, news_serial=serial)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()
