"""The engine process, started before the window's own parts are imported, which takes as long as the engine takes to
come up: two cores do both at once.

Little is imported here, for the window waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app import paths
from app.bridge.engine_dispatcher import EngineDispatcher
from engine.contracts.events import Event
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import LoadModel
from engine.host.client import EngineProcess

_AHEAD = Lane("start", Policy.QUEUE)


@dataclass(frozen=True, slots=True)
class RunningEngine:
    """The process, and the ``dispatcher`` that it is attached to; what they tell waits for the event loop."""

    process: EngineProcess
    dispatcher: EngineDispatcher


def start_engine(model: str = "") -> RunningEngine:
    """Start it; it opens the graphs of this model ahead of their first use, if there is one of this id."""
    dispatcher = EngineDispatcher()
    process = EngineProcess(
        folders=paths.model_folders(), on_state=dispatcher.on_state, log_path=paths.logs() / "engine.log"
    )
    dispatcher.attach(process)
    if model:
        process.submit(LoadModel(model=model), _AHEAD, _nobody)
    return RunningEngine(process, dispatcher)


def _nobody(_: Event) -> None:
    """Nobody waits for it: what is wrong with a model is said by who asks for a picture of it."""
