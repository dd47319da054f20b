"""What can go wrong in the engine, as a tree::

    EngineError                 everything below; `except EngineError` is right at every border
    +-- ManifestError           a model folder's manifest.json is missing, unreadable or contradicts itself
    +-- ModelNotFound           no installed model has this id, and it is no folder or .onnx file
    +-- GraphMismatch           an .onnx file does not have the inputs and outputs that its manifest promises
    +-- SessionError            ONNX Runtime refused to load or to run a graph
    +-- RequestError            a request asks for something the model or the bounds do not allow
    +-- FileError               a picture, mask, NPZ or other file could not be read or written
    +-- ProtocolError           the two ends of the pipe do not understand each other
    +-- EngineDied              the engine process ended while a job was waiting for it

Every error is one sentence that names the thing, and one that names the remedy.  Cancellation is an event, not an
error.  An error crosses the pipe as ``code`` (its class name), ``problem``, ``remedy`` and ``facts``.
"""

from __future__ import annotations

from typing import Any


class EngineError(Exception):
    """The root: ``problem`` says what is wrong with which thing, ``remedy`` what to do, ``facts`` are for programs."""

    def __init__(self, problem: str, remedy: str = "", **facts: Any) -> None:
        super().__init__(problem, remedy)
        self.problem, self.remedy, self.facts = problem, remedy, facts

    @property
    def code(self) -> str:
        return type(self).__name__

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.problem, self.remedy, self.facts)


def _rebuild(kind: type[EngineError], problem: str, remedy: str, facts: dict[str, Any]) -> EngineError:
    return kind(problem, remedy, **facts)


class ManifestError(EngineError):
    """A model folder's ``manifest.json`` is missing, unreadable or contradicts itself."""


class ModelNotFound(EngineError):
    """No installed model has this id, and it is no model folder or file either."""


class GraphMismatch(EngineError):
    """An ``.onnx`` file lacks the inputs and outputs that its manifest promises."""


class SessionError(EngineError):
    """ONNX Runtime refused to load or to run a graph."""


class RequestError(EngineError):
    """A request asks for something that the model or a declared bound does not allow."""


class FileError(EngineError):
    """A picture, mask, NPZ or other file could not be read or written."""


class ProtocolError(EngineError):
    """The two ends of the engine's pipe do not understand each other."""


class EngineDied(EngineError):
    """The engine process ended while a job was waiting for it."""


BY_CODE: dict[str, type[EngineError]] = {
    kind.__name__: kind
    for kind in (
        EngineError,
        ManifestError,
        ModelNotFound,
        GraphMismatch,
        SessionError,
        RequestError,
        FileError,
        ProtocolError,
        EngineDied,
    )
}
"""Error classes by ``code``, to rebuild one at the other end of the pipe."""
