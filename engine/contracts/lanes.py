"""Lanes: a place on screen awaiting one answer, and what becomes of the answers it no longer waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from engine.contracts.events import Event
from engine.contracts.requests import Request


class Policy(Enum):
    """What a new request does to those of its lane that came before."""

    SUPERSEDE = "supersede"
    """The newest replaces the waiting one, and the running one is asked to stop: completion."""
    COALESCE = "coalesce"
    """The newest replaces the waiting one, the running one may finish and is shown: latent drag."""
    QUEUE = "queue"
    """All of them, in order: galleries, world-model steps."""


@dataclass(frozen=True, slots=True)
class Lane:
    """``interactive`` lanes have a thread of their own and never wait for batch lanes."""

    name: str
    policy: Policy
    interactive: bool = True


class Job(Protocol):
    """A submitted request."""

    @property
    def id(self) -> int:
        """Rises with every submission, so a greater one is newer."""
        ...

    def cancel(self) -> None:
        """Ask the job to stop at its next step; its last event will be `Cancelled` (or it may just have finished)."""
        ...


class Engine(Protocol):
    """What `engine.InferenceEngine` (threads) and `engine.EngineProcess` (a process) both are."""

    def submit(self, request: Request, lane: Lane, on_event: Callable[[Event], None]) -> Job:
        """Queue a request.  ``on_event`` is called on a thread of the engine, never on the caller's."""
        ...

    def close(self) -> bool:
        """Stop all jobs and end; no event is delivered afterwards.  True if everything ended in time."""
        ...
