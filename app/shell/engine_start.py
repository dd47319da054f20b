"""The engine process, started before the window's own parts are imported, which takes as long as the engine takes to
come up: two cores do both at once.

Little is imported here, for the window waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from app import paths
from app.bridge.engine_dispatcher import EngineDispatcher
from engine.contracts.events import Event
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import CompleteImage, LoadModel
from engine.host.client import EngineProcess

_AHEAD = Lane("start", Policy.QUEUE)


@dataclass(frozen=True, slots=True)
class RunningEngine:
    """The process, and the ``dispatcher`` that it is attached to; what they tell waits for the event loop."""

    process: EngineProcess
    dispatcher: EngineDispatcher


def start_engine(model: str = "", example: Path | None = None) -> RunningEngine:
    """Start it; it opens the graphs of this model ahead of their first use, if there is one of this id.

    With an ``example`` (a PNG whose alpha 0 is unknown), which nobody has touched yet, it is completed meanwhile too:
    what that leaves makes the window's own request, when it comes, a matter of moments.
    """
    dispatcher = EngineDispatcher()
    process = EngineProcess(
        folders=paths.model_folders(), on_state=dispatcher.on_state, log_path=paths.logs() / "engine.log"
    )
    dispatcher.attach(process)
    if model:
        process.submit(LoadModel(model=model), _AHEAD, _nobody)
        picture = QImage() if example is None else QImage(str(example))
        if not picture.isNull():
            process.submit(_completion(model, picture), _AHEAD, _nobody)
    return RunningEngine(process, dispatcher)


def _completion(model: str, picture: QImage) -> CompleteImage:
    """The request that a desk with this picture makes before anything is changed."""
    rgba8 = picture.convertToFormat(QImage.Format.Format_RGBA8888)  # its rows of 4-byte pixels have no padding
    rgba = np.frombuffer(rgba8.constBits(), np.uint8).reshape(rgba8.height(), rgba8.width(), 4)
    grey = (rgba[..., :1] == rgba[..., :3])[rgba[..., 3] > 0].all()
    return CompleteImage(model=model, pixels=rgba[..., : 1 if grey else 3].copy(), observed=rgba[..., 3] > 0)


def _nobody(_: Event) -> None:
    """Nobody waits for it: what is wrong with a model is said by who asks for a picture of it."""
