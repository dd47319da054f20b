"""First-run hints in the window: one bubble, where the workspace in front says that the thing is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer

from app.bridge.ports import Clock
from app.documents.first_steps import FirstSteps, Step
from app.shell.actions import Handlers
from app.shell.hints_presenter import HintsPresenter
from app.shell.window import Window, application
from app.translation import tr
from app.widgets.hint import Hint
from app.widgets.hint_spot import HintSpot
from app.widgets.status_line import StatusLine

LOOK_MS = 200
"""How often it is looked at how things are: no filter sees every event of the program for this."""


class Hints(QObject):
    """``keep`` is given what is to be remembered; ``covered`` says whether something else has a person's attention.

    Nothing shows before `begin`.
    """

    def __init__(
        self,
        window: Window,
        clock: Clock,
        steps: FirstSteps,
        keep: Callable[[FirstSteps], None],
        covered: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window, self._covered, self._announced = window, covered, ""
        self.bubble = Hint(window)
        self.presenter = HintsPresenter(clock, steps, self._show, keep)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self.bubble.dismissed.connect(self.presenter.dismiss)
        window.installEventFilter(self)
        window.set_first_of_escape(self.escape)
        window.actions_table.ran = self._did
        for identity, view in window.views.items():
            view.acted.connect(lambda act, identity=identity: self._acted(identity, act))

    def begin(self) -> None:
        """From now on."""
        self.presenter.want(self.presenter.steps.wanted)
        self._timer.start()

    def end(self) -> None:
        """The window closes."""
        self._timer.stop()
        self.presenter.settle()

    def handlers(self) -> Handlers:
        """What the commands do."""
        return {"hints": self._toggle, "hints-again": self._again}

    def look(self) -> None:
        """Let the presenter know how things are, and follow what is pointed at."""
        if self.presenter.steps.over and self.presenter.shown is None:
            self.presenter.settle()
            return
        busy = not self._window.isVisible() or application().mouseButtons() != Qt.MouseButton.NoButton
        self.presenter.look(self._window.current, busy or self._is_covered(), self._is_there)
        self._follow()

    def escape(self) -> bool:
        """Take the hint away that shows, unless there is something to stop first; whether one went."""
        self.look()
        status = self._window.view.status
        return not (isinstance(status, StatusLine) and status.running) and self.presenter.dismiss()

    def _is_covered(self) -> bool:
        app = application()
        if app.activeModalWidget() is not None or app.activePopupWidget() is not None:
            return True
        return self._window.palette_card.isVisible() or self._covered()

    # -- what a person does ----------------------------------------------------------------------------------------

    def _acted(self, workspace: str, act: str) -> None:
        if workspace == self._window.current:
            self._did(act)

    def _did(self, act: str) -> None:
        if self._timer.isActive():
            self.presenter.did(act, self._window.current)
            self._follow()

    def _toggle(self) -> None:
        wanted = not self.presenter.steps.wanted
        self.presenter.want(wanted)
        self._window.say(tr("Hints show again, those that are left.") if wanted else tr("No more hints."))

    def _again(self) -> None:
        self.presenter.again()
        self._window.say(tr("The hints show again, from the first one on."))

    # -- the bubble ------------------------------------------------------------------------------------------------

    def _spot(self, step: Step) -> HintSpot | None:
        """Where it lies in the window; None while its workspace is not on show."""
        view = self._window.view
        if step.workspace != self._window.current or not self._window.isAncestorOf(view.center):
            return None  # the window is on its way to another workspace, or gives its middle to somebody else
        spot = view.hint_spot(step.target)
        return None if spot is None else spot.moved(QPointF(view.center.mapTo(self._window, QPoint())))

    def _is_there(self, step: Step) -> bool:
        spot = self._spot(step)
        if spot is None:
            return False
        if self.presenter.shown is None:
            self.bubble.set_text(spot.sentence or step.sentence)
        return spot.place(self.bubble.area_at) is not None

    def _show(self, step: Step | None) -> None:
        spot = None if step is None else self._spot(step)
        if spot is None or not self.bubble.lie_at(spot):
            self.bubble.leave()
            return
        self.bubble.appear()
        if self.bubble.text() != self._announced:  # once, however often it makes room for a hand
            self._announced = self.bubble.text()
            self.bubble.announce()

    def _follow(self) -> None:
        """What is pointed at may have moved."""
        step = self.presenter.shown
        spot = None if step is None else self._spot(step)
        if spot is not None:
            self.bubble.lie_at(spot)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Everything is elsewhere in a window of another size, once it has been laid out."""
        if event.type() == QEvent.Type.Resize and self.presenter.shown is not None:
            QTimer.singleShot(0, self, self._follow)
        return False
