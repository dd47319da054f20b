"""The window as `reverie bench` opens it: nobody's settings, one model, one workspace, and a hand that measures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.shell.collecting import spare_the_hand
from app.shell.frame import PREFERRED
from app.shell.pace_report import say
from app.shell.session import Session
from app.shell.start import open_frame

V = TypeVar("V")
Done = Callable[[dict[str, Any]], object]


class Measuring(Protocol):
    """A scripted hand."""

    def begin(self) -> None:
        """Go; says its figures, or a problem, when it is done."""
        ...


def measured(
    model: str,
    kind: type[V],
    title: str,
    hand: Callable[[V, Done], Measuring],
    *,
    workspace: str = "",
    shows: Callable[[V], bool] = lambda _: True,
) -> int:
    """Open ``model`` where it belongs, or in ``workspace``, and let the ``hand`` at the view of this ``kind``; the exit
    code, when what it found is printed.

    ``title`` is what people call the place, and ``shows`` whether the view shows that model.
    """
    application = QApplication([sys.argv[0]])
    frame, remembered, _ = open_frame()
    frame.resize(*PREFERRED)
    frame.show()
    session = Session(application, frame, remembered, restore=False)
    if workspace:
        session.window.show_workspace(workspace)
    session.window.choose_model(model)
    view = session.window.view
    if not isinstance(view, kind) or not shows(view):
        frame.close()
        return say({"problem": f"{model} has no place in the {title}"})
    at_work = hand(view, lambda found: (say(found), frame.close(), application.quit()))
    QTimer.singleShot(0, spare_the_hand)
    QTimer.singleShot(0, at_work.begin)
    return application.exec()
