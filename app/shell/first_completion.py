"""The window's first completion: what `reverie --self-test` waits for, and how long it takes from the process's start.

Prints one line of JSON (milliseconds since `app.shell.first_paint.STARTED`) or one sentence on standard error, and
closes the window.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.shell.first_paint import since_start
from app.shell.session import Session
from app.widgets.scripted_hand import Paints
from app.workspaces.complete.state import CompleteState
from app.workspaces.complete.view import CompleteView

PATIENCE_MS = 60_000
_LOOK_MS = 50


class FirstCompletion(QObject):
    """Watches a new window until a whole completion has been painted.

    ``code`` is the exit code: 0 if there was one, 1 if a problem or nothing came in its place.
    """

    def __init__(self, session: Session, first_paint_ms: float | None) -> None:
        super().__init__(session)
        self.code = 1
        self._session, self._view = session, session.window.view
        self._said: dict[str, Any] = {"window": "reverie", "first_paint_ms": first_paint_ms}
        self._paints: Paints | None = None
        self._problems = QTimer(self, interval=_LOOK_MS)
        self._problems.timeout.connect(self._look_for_problems)
        if not isinstance(self._view, CompleteView):
            self._end("The window opened without a model that completes pictures.")
            return
        self._paints = Paints(self._view.center.strip.grid(), self._painted_part, self._painted)
        self._problems.start()
        QTimer.singleShot(PATIENCE_MS, self, lambda: self._end("The window opened, and no completion came."))

    @property
    def _state(self) -> CompleteState | None:
        return self._view.state if isinstance(self._view, CompleteView) else None

    def _painted_part(self) -> float:
        """How much of the first completion is on show, in [0, 1]."""
        return drawn_part(self._state)

    def _painted(self, part: object) -> None:
        if not isinstance(part, float) or not part:
            return
        self._said.setdefault("completion_begins_ms", since_start())
        if part == 1.0:
            self._said["first_completion_ms"] = since_start()
            self.code = 0
            print(json.dumps(self._said), flush=True)
            self._end()

    def _look_for_problems(self) -> None:
        if self._state is not None and self._state.problem is not None:
            self._end(f"The window opened without a completion: {self._state.problem}")

    def _end(self, problem: str = "") -> None:
        if problem:
            print(problem, file=sys.stderr)
        self._problems.stop()
        if self._paints is not None:
            self._paints.stop()
        QTimer.singleShot(0, self._session.frame.close)


def drawn_part(state: CompleteState | None) -> float:
    """How much of the unknown pixels the first completion shows, in [0, 1]; 0 where there is none."""
    if state is None or state.drawn is None or not len(state.drawn):
        return 0.0
    unknown = ~state.document.observed
    if not unknown.any():
        return 0.0
    return float(state.drawn[0][unknown].mean())
