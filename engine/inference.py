"""The engine in process: requests in, events out, on threads of its own.

The command line, tests and scripts use it directly; the window uses the same thing at the other end of a pipe
(`engine.host.client.EngineProcess`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engine.contracts.events import Answer, Event, Loaded, Partial
from engine.contracts.lanes import Job, Lane
from engine.contracts.requests import DescribeDecoder, LoadModel, ModelRequest, Request, TryDecoder
from engine.errors import EngineError, ModelNotFound, RequestError
from engine.scheduling.job import unexpected
from engine.scheduling.scheduler import Scheduler

if TYPE_CHECKING:
    from engine.catalogue.registry import Model, Registry
    from engine.families.bare_decoder import BareDecoders
    from engine.runtime.sessions import Sessions


class Family(Protocol):
    """What a class in `engine.families` makes of a model."""

    def answer(self, request: Any) -> Generator[Any, None, Answer]:
        """Work a request off, step by step."""
        ...

    def load(self) -> None:
        """Open the graphs that the first request will need."""
        ...


class InferenceEngine:
    """Answers requests about the models in ``folders`` (each a folder of model folders).

    Making one is cheap: folders are read, and ONNX Runtime is imported, when the first request comes.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._scheduler = Scheduler()
        self._registry_lock = threading.Lock()
        self._families_lock = threading.Lock()  # its holder may import ONNX Runtime; submitting never waits for that
        self._registry: Registry | None = None
        self._sessions: Sessions | None = None
        self._families: dict[Path, tuple[Model, Family]] = {}
        self._bare: BareDecoders | None = None

    def submit(self, request: Request, lane: Lane, on_event: Callable[[Event], None]) -> Job:
        """Check a request against the bounds and its model, and queue it.

        ``on_event`` is called on a thread of the engine.  A request that does not fit is answered by a `Failed`; this
        method itself raises nothing, and it waits for no job.
        """
        if isinstance(request, DescribeDecoder | TryDecoder):  # a file that belongs to no model
            bare = request
            return self._scheduler.submit(lambda: self._bare_decoders().answer(bare), lane, on_event, _Timed().partial)
        try:
            registry, model = self._checked(request)
        except EngineError as error:
            return self._scheduler.refuse(error, on_event)
        except Exception as error:  # a file system can fail in ways of its own
            return self._scheduler.refuse(unexpected(error), on_event)
        return self._scheduler.submit(lambda: self._work(request, registry, model), lane, on_event, _Timed().partial)

    def close(self) -> bool:
        """Stop all jobs and forget the models; True if every thread ended in time."""
        ended = self._scheduler.close()
        with self._families_lock:
            self._families.clear()
            self._bare = None
            if ended and self._sessions is not None:
                self._sessions.close()
        return ended

    def _checked(self, request: ModelRequest) -> tuple[Registry, Model]:
        from engine.families.validation import LOOKING, check

        registry, model = self._find(request.model)
        check(request, model.manifest)
        if isinstance(request, LOOKING) and model.manifest.family != "classifier":
            model = _classifier(registry, model)
            check(request, model.manifest)  # which may be of another size
        return registry, model

    def _find(self, name: str) -> tuple[Registry, Model]:
        """The model of this name; the folders are read again if it is not there, for it may be new."""
        from engine.catalogue.registry import Registry

        with self._registry_lock:
            if self._registry is not None:
                try:
                    return self._registry, self._registry.find(name)
                except ModelNotFound:
                    pass
            self._registry = Registry(self._folders)
            return self._registry, self._registry.find(name)

    def _work(self, request: ModelRequest, registry: Registry, model: Model) -> Generator[Any, None, Answer]:
        family = self._family(registry, model)
        return _load(family, request.model) if isinstance(request, LoadModel) else family.answer(request)

    def _bare_decoders(self) -> BareDecoders:
        """What describes and tries decoders without a manifest."""
        from engine.families.bare_decoder import BareDecoders

        with self._families_lock:
            if self._bare is None:
                self._bare = BareDecoders()
            return self._bare

    def _family(self, registry: Registry, model: Model) -> Family:
        """The model, bound to its graphs; kept until its folder holds another model."""
        from engine.families import FAMILIES
        from engine.runtime.sessions import Sessions

        with self._families_lock:
            known = self._families.get(model.folder)
            if known is not None and known[0] == model:
                return known[1]
            if self._sessions is None or known is not None:
                self._sessions = Sessions()  # a file that was replaced must be opened again
            if model.manifest.family not in FAMILIES:
                family_name = model.manifest.family
                raise RequestError(
                    f"{model.manifest.title} is of the family '{family_name}', which this version cannot run.",
                    "Choose a model of another family, or update Reverie.",
                )
            family: Family = FAMILIES[model.manifest.family](model, self._sessions, registry)
            self._families[model.folder] = (model, family)
            return family


def _classifier(registry: Registry, model: Model) -> Model:
    """The classifier of the data set that a model was trained on; raises `RequestError` where there is none."""
    found = registry.feature_space(model.manifest.data)
    if found is None:
        raise RequestError(
            f"There is no classifier of {model.manifest.data_title} to look at pictures with.",
            "Choose a model of another data set, or train one: `python -m engine.training list` names them.",
        )
    return found


def _load(family: Family, name: str) -> Generator[Any, None, Answer]:
    yield from ()  # a generator without steps
    started = time.perf_counter()
    family.load()
    return Loaded(model=name, milliseconds=1e3 * (time.perf_counter() - started))


class _Timed:
    """Makes a job's `Partial` events, and remembers when its first row was there."""

    def __init__(self) -> None:
        self._first_row_ms = 0.0

    def partial(self, job: int, progress: Any, elapsed_ms: float) -> Partial:
        """``progress`` is an `engine.sampling.step.Progress`."""
        if not self._first_row_ms and progress.fraction > 0 and progress.drawn.any():
            self._first_row_ms = elapsed_ms
        return Partial(
            job=job,
            images=progress.images,
            drawn=progress.drawn,
            fraction=float(progress.fraction),
            first_row_ms=self._first_row_ms,
            provisional=progress.provisional,
        )
