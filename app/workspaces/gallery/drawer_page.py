"""What the presenters of the drawer's pages have in common: each asks while somebody looks and the engine is there.
Qt-free; everything on the GUI thread.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from app.bridge.ports import Clock, Dispatcher, Timer
from app.messages import Problem
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.easel import Easel
from app.workspaces.gallery.question import Question
from engine.contracts.events import Answer
from engine.contracts.lanes import Lane

StateT = TypeVar("StateT")


class DrawerPage(ABC, Generic[StateT]):
    """A page with a question of its own on ``lane`` (a ``patient`` one as in `Question`) and one timer.

    ``changed`` is called when its state is another one; ``engine`` is the state of the engine process at the start.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        lane: Lane,
        clock: Clock,
        changed: Callable[[], None],
        *,
        engine: str,
        patient: bool = False,
    ) -> None:
        self._clock, self._changed = clock, changed
        self._question = Question(dispatcher, lane, self._answered, self._failed, self._progressed, patient)
        self._awake, self._engine = False, engine
        self._problem: Problem | None = None
        self._timer: Timer | None = None
        self._state: StateT | None = None

    @property
    def state(self) -> StateT:
        """What the page shows; the same object until something changes."""
        if self._state is None:
            self._state = self._new_state()
        return self._state

    def wake(self) -> None:
        """The page is unfolded."""
        self._awake = True
        self._settle()

    def sleep(self) -> None:
        """Nobody looks: ask for nothing."""
        self._awake = False
        self._settle()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died``, ``failed`` or ``closed``."""
        self._engine = state
        self._settle()

    def retry(self) -> None:
        """Once more, after something went wrong."""
        self._problem = None
        self._forget()
        self._settle()

    # --- what each page decides

    @abstractmethod
    def _look(self) -> None:
        """Ask, if awake, for what has not been asked for yet."""

    @abstractmethod
    def _forget(self) -> None:
        """What was asked for counts as not asked."""

    @abstractmethod
    def _new_state(self) -> StateT: ...

    @abstractmethod
    def _answered(self, subject: object, answer: Answer) -> None: ...

    @abstractmethod
    def _failed(self, problem: Problem) -> None: ...

    def _progressed(self, fraction: float) -> None:
        """The answer is so far, in [0, 1]."""

    # --- what they all do

    def _settle(self) -> None:
        self._look()
        self._question.set_open(self._awake and self._engine == "ready")
        self._publish()

    def _publish(self) -> None:
        self._state = None
        self._changed()

    def _halt(self) -> None:
        """The timer, if it runs, runs no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class EaselPage(DrawerPage[StateT]):
    """A page about the easel's picture."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        lane: Lane,
        clock: Clock,
        changed: Callable[[], None],
        easel: Easel,
        *,
        engine: str,
        patient: bool = False,
    ) -> None:
        super().__init__(dispatcher, lane, clock, changed, engine=engine, patient=patient)
        self._easel = easel
        easel.listen(self._easel_changed)

    def choose(self, chosen: Chosen | None) -> None:
        """This picture was chosen."""
        self._easel.choose(chosen)

    def _easel_changed(self) -> None:
        self._look()
        self._publish()
