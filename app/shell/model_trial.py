"""Trying a model before it is the person's own: the engine process draws with it, for nobody to see.

Only that tells whether the graphs can be opened and are of the sizes that the manifest promises; a model that ends the
process takes nothing else along.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.bridge.ports import Dispatcher
from app.translation import tr
from engine.contracts.events import Cancelled, Event, Failed, Finished
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import SampleImages

LANE = Lane("trial", Policy.QUEUE, interactive=False)
_REMEDY = tr("Correct its manifest.json, or export the model again.")


class ModelTrial:
    """One picture of the model in ``folder``; then ``passed()``, or ``refused(sentences)``.  On the GUI thread.

    ``over`` is True when it has ended either way.
    """

    def __init__(
        self, dispatcher: Dispatcher, folder: Path, passed: Callable[[], None], refused: Callable[[str], None]
    ) -> None:
        self._folder, self._passed, self._refused = folder, passed, refused
        self.over = False
        dispatcher.submit(SampleImages(model=str(folder), count=1), LANE, self._event)

    def _event(self, event: Event) -> None:
        """Only a whole picture will do: the graph of the likelihood runs when all rows are drawn."""
        self.over = isinstance(event, (Failed, Finished, Cancelled))
        if isinstance(event, Failed):
            remedy = _REMEDY if event.code == "SessionError" else event.remedy  # the request is not what is wrong
            self._refused(
                tr("{name} was not added. {problem} {remedy}")
                .format(name=self._folder.name, problem=event.problem, remedy=remedy)
                .strip()
            )
        elif isinstance(event, Finished):
            self._passed()
