"""The store and the line of what was done to it, both on the worker's thread: two presses of Undo in a row undo two
actions, also when the disk is slow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from app.documents.collection.change import Change
from app.documents.collection.store import KeptPictures
from app.documents.history import LIMIT
from app.workspaces.gallery import kept_words as words
from engine.errors import RequestError

T = TypeVar("T")
Action = Callable[[KeptPictures], Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an action came to, and where the line is now.

    change
        What is different in the file, None for nothing.
    text
        What happened, in a sentence; empty where nothing did.
    undo, redo
        What could be undone and done again, as `kept_words` says it; empty for nothing.
    steps
        How many actions could be undone.
    notices
        What the person must be told of the file.
    """

    change: Change | None = None
    text: str = ""
    undo: str = ""
    redo: str = ""
    steps: int = 0
    notices: tuple[str, ...] = ()


class KeptHistory:
    """A store that is opened when it is first needed, and what was done to it in this window.

    Everything here runs on one thread, the store's.  Everything may raise `engine.errors.EngineError`.
    """

    def __init__(self, open_store: Callable[[], KeptPictures], limit: int = LIMIT) -> None:
        self._open, self._limit = open_store, limit
        self._opened: KeptPictures | None = None
        self._done: list[Change] = []
        self._undone: list[Change] = []

    def ask(self, question: Callable[[KeptPictures], T]) -> tuple[T, tuple[str, ...]]:
        """Ask the store something; the answer, and what the person must be told of the file."""
        store = self._store()
        return question(store), store.take_notices()

    def do(self, action: Action) -> Outcome:
        """Do something to it: a step that can be undone, unless nothing changed."""
        change = action(self._store())
        if change.is_empty:
            return self._outcome()
        self._done.append(change)
        del self._done[: -self._limit]
        self._undone.clear()
        return self._outcome(change, words.done(change))

    def undo(self) -> Outcome:
        """Take the last action back."""
        return self._travel(self._done, self._undone, words.UNDONE, words.NOTHING_TO_UNDO)

    def redo(self) -> Outcome:
        """Do the action again that was taken back last."""
        return self._travel(self._undone, self._done, words.REDONE, words.NOTHING_TO_REDO)

    def close(self) -> None:
        """Let the file go; what is done later opens it again."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _store(self) -> KeptPictures:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def _travel(self, source: list[Change], target: list[Change], said: str, nothing: str) -> Outcome:
        if not source:
            return self._outcome(text=nothing)
        try:
            back = self._store().undo(source[-1])
        except RequestError:
            source.pop()  # its pictures were removed for good: that will not be otherwise the next time
            raise
        deed = words.deed(source.pop())
        target.append(back)
        return self._outcome(back, said.format(deed=deed))

    def _outcome(self, change: Change | None = None, text: str = "") -> Outcome:
        return Outcome(
            change=change,
            text=text,
            undo=words.undo_text(self._done[-1] if self._done else None),
            redo=words.redo_text(self._undone[-1] if self._undone else None),
            steps=len(self._done),
            notices=self._store().take_notices(),
        )
