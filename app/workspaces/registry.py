"""What a workspace is to the window: the shell knows this and nothing else of any workspace.

A workspace is a `Workspace` value; its ``build`` makes a `WorkspaceView`, three widgets (centre, inspector, status
line) around one presenter.  Which ones there are is said in `app.shell.start`, so that workspaces never meet here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from app.bridge.ports import Clock, Dispatcher
from app.documents.lessons import Stage
from app.documents.picture_file import Picture
from app.widgets.hint_spot import HintSpot
from engine.contracts.arrays import Image
from engine.contracts.manifest import Manifest


class ExamplePicture(Protocol):
    """A picture that ships, for the models of these ids; ``read`` gives (h, w, 4) uint8, transparent where unknown."""

    @property
    def title(self) -> str: ...
    @property
    def models(self) -> tuple[str, ...]: ...
    @property
    def hint(self) -> str: ...
    def read(self) -> NDArray[np.uint8]: ...


class Saved(Protocol):
    """A picture to write: ``pixels (H, W, C) uint8``, the ``note`` it carries, and a ``name`` for its file."""

    @property
    def pixels(self) -> Image: ...
    @property
    def note(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a workspace is given: the engine, time, the models it can open, the examples, and where models lie."""

    dispatcher: Dispatcher
    clock: Clock
    models: Sequence[Manifest]
    examples: Sequence[ExamplePicture]
    folders: Sequence[Path]


class WorkspaceView(Protocol):
    """A workspace on screen.

    Signals: ``model_changed(str)``; ``unavailable_changed(frozenset)``, the commands that can do nothing at the moment;
    ``file_dropped(str)``, a path; ``library_requested()``, a model is to be chosen;
    ``command_requested(str)``, the window is to run one of its own commands; ``picture_sent(Picture)``, the workspace
    that made the picture's note is to open it; ``parameters_changed(Mapping)``, what is asked for now.
    ``acted(str)``, the person made this gesture, which a first-run hint may ask for.
    ``buttons`` and ``menus`` are controls of the view that stand for commands: the window gives them their tooltips
    and what they do.  ``areas`` are the parts of the centre in the order in which Tab goes through them.
    """

    @property
    def center(self) -> QWidget: ...
    @property
    def inspector(self) -> QWidget: ...
    @property
    def status(self) -> QWidget: ...
    @property
    def model_changed(self) -> SignalInstance: ...
    @property
    def library_requested(self) -> SignalInstance: ...
    @property
    def command_requested(self) -> SignalInstance: ...
    @property
    def picture_sent(self) -> SignalInstance: ...
    @property
    def unavailable_changed(self) -> SignalInstance: ...
    @property
    def parameters_changed(self) -> SignalInstance: ...
    @property
    def file_dropped(self) -> SignalInstance: ...
    @property
    def acted(self) -> SignalInstance: ...
    @property
    def buttons(self) -> Mapping[str, QAbstractButton]: ...
    @property
    def areas(self) -> Sequence[QWidget]: ...
    @property
    def menus(self) -> Mapping[QMenu, Sequence[str]]: ...

    def start(self, model: str, scene: dict[str, Any] | None) -> str:
        """Show this model, or in place of all that is here what another `capture` gave, if there is a scene; a sentence
        on what of that is damaged, empty where nothing is."""
        ...

    def choose_model(self, model: str) -> None: ...

    def set_models(self, models: Sequence[Manifest]) -> None:
        """These models are installed now."""
        ...

    def say(self, text: str, kind: str = "info") -> None:
        """A sentence over the picture that goes away by itself; ``kind`` is info, ok or warn."""
        ...

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What the commands of `app.shell.commands` do here, by command id."""
        ...

    def capture(self) -> dict[str, Any]:
        """The workspace as JSON, for the next start and for scenes; ``models`` lists the ids of those it is about."""
        ...

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready`` or ``died``."""
        ...

    def open_picture(self, picture: Picture) -> None:
        """Show a picture from outside, or restore what its note says."""
        ...

    def obstacle(self, stage: Stage) -> str:
        """Why a lesson cannot set this stage here, in a sentence; nothing where it can."""
        ...

    def stage(self, stage: Stage, rgba: NDArray[np.uint8] | None) -> None:
        """Set what a lesson's button asks for, with its picture (h, w, 4) if it has one; undo brings back what was
        there."""
        ...

    def outline(self) -> NDArray[np.uint8] | None:
        """The picture (h, w, 4) as the next start's first frame shows it, transparent where it is unknown."""
        ...

    def picture(self) -> Saved | None:
        """The picture as it stands, to be saved or copied."""
        ...

    def sheet(self) -> Saved | None:
        """All that shows on one sheet, if there is any; raises `EngineError` where that is to be waited for."""
        ...

    @property
    def presented(self) -> QWidget:
        """The part of the centre that is shown to a room, which lies in a layout."""
        ...

    def present(self, least: int) -> None:
        """It is shown to a room: the picture has ``least`` device-independent px of height; 0: no longer, and it looks
        as before."""
        ...

    def seen(self) -> str:
        """What of the workspace is open: a lens, a page; empty where nothing in particular is."""
        ...

    def caption(self) -> str:
        """A line on what is to be seen, for a room."""
        ...

    def hint_spot(self, target: str) -> HintSpot | None:
        """Where a hint about this thing lies, as the centre sees it; None while it is not to be seen."""
        ...

    def close(self) -> None:
        """Stop; nothing is shown any more."""
        ...


class Sets(Protocol):
    """Who sets a lesson's stage."""

    def obstacle(self, stage: Stage) -> str: ...
    def stage(self, stage: Stage, rgba: NDArray[np.uint8] | None = None) -> None: ...


class StagedView(QObject):
    """A view whose presenter sets the stage, and which no first frame shows."""

    parameters_changed = Signal(object)
    _parameters: Mapping[str, Any] | None = None

    @property
    def setter(self) -> Sets:
        """The presenter."""
        raise NotImplementedError

    def obstacle(self, stage: Stage) -> str:
        """Why a lesson cannot set this stage here, in a sentence; nothing where it can."""
        return self.setter.obstacle(stage)

    def stage(self, stage: Stage, rgba: NDArray[np.uint8] | None) -> None:
        """Set what a lesson's button asks for."""
        self.setter.stage(stage, rgba)

    def outline(self) -> NDArray[np.uint8] | None:
        """Nothing: the first frame is the Complete workspace's."""
        return None

    def tell_parameters(self, parameters: Mapping[str, Any]) -> None:
        """Let it be known what is asked for now, if that is news."""
        if self._parameters is None or dict(parameters) != dict(self._parameters):
            self._parameters = parameters
            self.parameters_changed.emit(parameters)


@dataclass(frozen=True, slots=True)
class Workspace:
    """``help`` is the tooltip; ``fits`` says which models open here, ``made`` whether a picture's note is of here."""

    id: str
    title: str
    help: str
    fits: Callable[[Manifest], bool]
    build: Callable[[Surroundings, QWidget], WorkspaceView]
    made: Callable[[str], bool] = lambda _: False
