"""When a first-run hint shows and when it goes: one at a time, after a quiet moment, never while anything else is said.

Qt-free.  The shell says every now and then how things are (`look`), and at once what was done (`did`).
"""

from __future__ import annotations

from collections.abc import Callable

from app.bridge.ports import Clock
from app.documents.first_steps import FirstSteps, Step

QUIET_MS = 1200
"""So long nothing was done, and nothing stood in the way, before a hint comes."""


class HintsPresenter:
    """Decides which hint shows.

    ``show`` is called with the hint that comes, or with None when the one on show goes; ``keep`` with what is to be
    remembered, in a quiet moment, since whoever remembers it may write to a disk.
    """

    def __init__(
        self,
        clock: Clock,
        steps: FirstSteps,
        show: Callable[[Step | None], None],
        keep: Callable[[FirstSteps], None],
    ) -> None:
        self._clock, self._show, self._keep = clock, show, keep
        self._steps = self._kept = steps
        self._shown: Step | None = None
        self._workspace, self._moved_at = "", clock.now_ms()

    @property
    def steps(self) -> FirstSteps:
        """What is done, and whether hints are wanted."""
        return self._steps

    @property
    def shown(self) -> Step | None:
        """The hint on show."""
        return self._shown

    def look(self, workspace: str, busy: bool, there: Callable[[Step], bool]) -> None:
        """How it is: the workspace in front, whether a hand is at work or something lies over it, and of a hint whether
        what it points at is there and has room for it beside it."""
        step = self._steps.next(workspace)
        if busy or workspace != self._workspace:
            self._workspace = workspace
            self._move()
        elif self._shown is not None and (self._shown is not step or not there(self._shown)):
            self._hide()
        if busy or self._clock.now_ms() - self._moved_at < QUIET_MS:
            return
        self.settle()
        if self._shown is None and step is not None and there(step):
            self._shown = step
            self._show(step)

    def did(self, act: str, workspace: str) -> None:
        """This was done in a workspace: a command's id, or a gesture's name."""
        self._moved_at = self._clock.now_ms()
        self._take(self._steps.after(act, workspace))

    def dismiss(self) -> bool:
        """The hint on show is not wanted any more; whether there was one."""
        if self._shown is None:
            return False
        self._moved_at = self._clock.now_ms()
        self._take(self._steps.with_done([self._shown.id]))
        return True

    def again(self) -> None:
        """All hints from the first on, also where they were not wanted."""
        self._move()
        self._take(self._steps.again())

    def want(self, wanted: bool) -> None:
        """Hints or none; with hints, those that are still to be told."""
        self._move()
        self._take(FirstSteps(done=self._steps.done, wanted=wanted))

    def settle(self) -> None:
        """Have remembered what is not yet."""
        if self._kept != self._steps:
            self._kept = self._steps
            self._keep(self._steps)

    def _take(self, steps: FirstSteps) -> None:
        self._steps = steps
        if self._shown is not None and (self._shown.id in steps.done or not steps.wanted):
            self._hide()

    def _move(self) -> None:
        """No quiet moment: whatever shows goes, and may come again."""
        self._moved_at = self._clock.now_ms()
        if self._shown is not None:
            self._hide()

    def _hide(self) -> None:
        self._shown, self._moved_at = None, self._clock.now_ms()
        self._show(None)
