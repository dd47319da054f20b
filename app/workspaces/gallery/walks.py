"""The drawer's page of walks: one thing is swept, all else stays.  Qt-free; everything on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.bridge.ports import Clock, Dispatcher
from app.messages import Problem
from app.workspaces.gallery import walks_words as words
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.drawer_page import DrawerPage
from app.workspaces.gallery.walk_saving import Strip, strip_of
from app.workspaces.gallery.walks_plan import (
    CLASSES,
    PATH,
    STEPS,
    TEMPERATURE,
    TITLES,
    TRUNCATION,
    Measured,
    Walk,
    kinds_of,
    measured_at,
    path_request,
    walk_of,
)
from engine.contracts.arrays import Image, Images
from engine.contracts.events import Answer, Completion, Decoded, Samples
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Manifest
from engine.contracts.requests import MAX_PLACE, DecodeLatents, Request, SampleImages, parameters

LANE = Lane("gallery.walk", Policy.SUPERSEDE)
STEP_MS = 140.0
"""How long a picture is seen while a walk plays."""
Ask = tuple[Request, Callable[[Answer], None]]


@dataclass(frozen=True, slots=True, eq=False)
class WalksState:
    """What the page shows.

    images (rows, columns, H, W, C), drawn (rows, columns)
        The walk's pictures, meaningful where drawn; the arrays grow in place, and ``serial`` says when.
    captions, measured
        Of the columns; what was measured at each, where something was (truncation alone).
    steps, steps_range
        How many columns, and between which numbers a person may choose (None: they are given).
    cursor, picture
        The row and column that is seen large, and its picture.
    held
        The start stays, and the next picture chosen on the wall is the end.
    """

    kinds: tuple[str, ...] = ()
    kind: str = ""
    images: NDArray[np.uint8] | None = None
    drawn: NDArray[np.bool_] | None = None
    serial: int = 0
    captions: tuple[str, ...] = ()
    measured: tuple[Measured | None, ...] = ()
    steps: int = 0
    steps_range: tuple[int, int] | None = None
    cursor: tuple[int, int] = (0, 0)
    picture: Image | None = None
    playing: bool = False
    busy: bool = False
    held: bool = False
    note: str = ""
    hint: str = ""
    problem: Problem | None = None


class WalksPresenter(DrawerPage[WalksState]):
    """Walks from the chosen picture; ``engine`` is the state of the engine process at the start."""

    def __init__(
        self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], *, engine: str = "ready"
    ) -> None:
        super().__init__(dispatcher, LANE, clock, changed, engine=engine)
        self._chosen: Chosen | None = None
        self._end: SampleImages | None = None
        self._far, self._held = 1, False
        self._kind = ""
        self._steps = {kind: first for kind, (_, _, first) in STEPS.items()}
        self._walk: Walk | None = None
        self._key: object = None
        self._waiting: list[Ask] = []
        self._images: NDArray[np.uint8] | None = None
        self._z: NDArray[np.float32] | None = None
        self._drawn, self._fresh = np.zeros((0, 0), bool), np.zeros((0, 0), bool)
        self._serial, self._cursor = 0, (0, 0)
        self._offered: Chosen | None = None
        self._back = False

    def sleep(self) -> None:
        """Nobody looks: ask for nothing, play nothing."""
        self._halt()
        super().sleep()

    def _forget(self) -> None:
        self._key = None

    # --- verbs

    def set_model(self, manifest: Manifest | None) -> None:
        """The wall is of this model: a walk of another one goes."""
        if self._chosen is not None and (manifest is None or self._chosen.manifest.id != manifest.id):
            self._chosen, self._end, self._held = None, None, False
            self._halt()
            self._settle()

    def choose(self, chosen: Chosen | None) -> None:
        """Walk from this picture; while the start is held, to it.  A picture of the walk itself changes nothing."""
        if chosen is None or chosen is self._chosen or chosen is self._offered:
            return
        started = self._chosen is not None and self._chosen.manifest is chosen.manifest
        if self._held and self._kind == PATH and started and chosen.request is not None:
            self._end = replace(chosen.request, class_name=chosen.class_name)
        else:
            self._chosen, self._end, self._held = chosen, None, self._held and started
        self._settle()

    def set_kind(self, kind: str) -> None:
        """Sweep something else."""
        if kind in TITLES:
            self._kind = kind  # one that the model cannot be taken on gives way to its first
            self._halt()
            self._settle()

    def set_steps(self, steps: int) -> None:
        """So many pictures."""
        if self._kind in STEPS:
            fewest, most, _ = STEPS[self._kind]
            self._steps[self._kind] = min(max(steps, fewest), most)
            self._settle()

    def hold(self, held: bool) -> None:
        """Keep the start: what is chosen next is the end."""
        self._held = held
        self._publish()

    def another_end(self) -> None:
        """Walk to the next place of the seed."""
        self._far += 1
        self._end = None
        self._settle()

    def point_at(self, row: int, column: int) -> None:
        """See this picture large."""
        self._halt()
        self._go_to(row, column)

    def toggle_play(self) -> None:
        """Go along the walk, or stand."""
        if self._timer is not None:
            self._halt()
        elif self._walk is not None and self._fresh.any():
            self._timer = self._clock.call_later(STEP_MS, self._tick)
        self._publish()

    def chosen_at(self, row: int, column: int) -> Chosen | None:
        """A picture of the walk as one that can be chosen; None where it is not drawn."""
        if self._walk is None or self._chosen is None or self._images is None or not self._is_fresh(row, column):
            return None
        request = self._walk.request_of(row, column)
        told = self._walk.captions[column] if self._walk.kind == CLASSES else self._walk.class_name
        pixels = self._images[row, column].copy()
        self._offered = Chosen(manifest=self._chosen.manifest, pixels=pixels, request=request, class_name=told)
        return self._offered

    def strip(self) -> Strip | None:
        """The walk as it goes out; None before it is drawn."""
        walk, chosen, images = self._walk, self._chosen, self._images
        if walk is None or chosen is None or images is None or not self._fresh.all():
            return None
        return strip_of(walk, chosen, images, self._z)

    # --- playing

    def _tick(self) -> None:
        row, column = self._cursor
        columns = self._fresh.shape[1]
        if self._walk is None or columns < 2:
            self._halt()
            return
        if self._walk.kind == CLASSES:
            after = (column + 1) % columns
        else:  # there and back
            self._back = column >= columns - 1 or (self._back and column > 0)
            after = column - 1 if self._back else column + 1
        self._timer = self._clock.call_later(STEP_MS, self._tick)
        self._go_to(row, after)

    def _go_to(self, row: int, column: int) -> None:
        rows, columns = self._fresh.shape
        if 0 <= row < rows and 0 <= column < columns:
            self._cursor = row, column
        self._publish()

    # --- asking

    def _look(self) -> None:
        """Ask for the walk, if that is another one than was asked for."""
        chosen = self._chosen
        if not self._awake or chosen is None or chosen.request is None:
            if chosen is None or chosen.request is None:
                self._drop()
            return
        kinds = kinds_of(chosen.manifest)
        self._kind = self._kind if self._kind in kinds else kinds[0]
        end = self._end or replace(chosen.request, first=(chosen.request.first + self._far) % MAX_PLACE)
        steps = self._steps.get(self._kind, 0)
        walk = walk_of(chosen.manifest, self._kind, chosen.request, chosen.class_name, end, steps)
        key = (chosen.manifest, _key(walk))
        if key != self._key:
            self._key = key
            self._begin(chosen.manifest, walk, chosen)

    def _drop(self) -> None:
        self._question.drop()
        self._walk, self._key, self._images, self._z = None, None, None, None
        self._drawn = self._fresh = np.zeros((0, 0), bool)

    def _begin(self, manifest: Manifest, walk: Walk, chosen: Chosen) -> None:
        """Ask for it column by column; pictures of the walk before stay until newer ones are there."""
        spec = manifest.image
        shape = (walk.rows, walk.columns, spec.height, spec.width, spec.display_channels)
        same = self._walk is not None and self._walk.kind == walk.kind and self._images is not None
        if not same or self._images is None or self._images.shape != shape:
            self._images = np.zeros(shape, np.uint8)
            self._drawn = np.zeros(shape[:2], bool)
            self._cursor = 0, _column_of(walk, chosen)
        self._fresh = np.zeros(shape[:2], bool)
        latent = manifest.latent_spec
        self._z = None if latent is None else np.zeros((*shape[:2], latent.dim), np.float32)
        self._walk, self._problem = walk, None
        self._question.drop()
        self._put_start(walk, chosen)
        self._waiting = self._asks(manifest, walk)
        self._ask_next()

    def _put_start(self, walk: Walk, chosen: Chosen) -> None:
        """The chosen picture is on its own walk, and known already."""
        column = _column_of(walk, chosen)
        request = walk.request_of(0, column)
        same = chosen.request is not None and replace(chosen.request, class_name=chosen.class_name)
        if request is not None and same and parameters(request) == parameters(same) and self._images is not None:
            self._images[0, column], self._drawn[0, column] = chosen.pixels, True
            self._serial += 1

    def _asks(self, manifest: Manifest, walk: Walk) -> list[Ask]:
        if walk.kind != PATH or walk.start is None or walk.end is None:
            return [(request, partial(self._take, column)) for column, request in enumerate(walk.requests)]
        ends = list[NDArray[np.float32]]()

        def found(answer: Answer) -> None:
            if isinstance(answer, Samples):
                ends.append(answer.z[0])
            if len(ends) == 2:
                request = path_request(manifest, walk, *ends)
                self._waiting.append((request, partial(self._take_path, request)))

        return [(walk.start, found), (walk.end, found)]

    def _ask_next(self) -> None:
        if self._waiting:
            request, receive = self._waiting.pop(0)
            self._question.ask(request, receive)

    def _answered(self, subject: object, answer: Answer) -> None:
        assert callable(subject), "every request knows who awaits its answer"
        subject(answer)
        self._ask_next()
        self._publish()

    def _failed(self, problem: Problem) -> None:
        self._problem = problem
        self._waiting.clear()
        self._halt()
        self._publish()

    def _take(self, column: int, answer: Answer) -> None:
        if isinstance(answer, Samples) and self._z is not None:
            self._z[:, column] = answer.z
        if isinstance(answer, (Samples, Completion)):
            self._show(slice(None), column, answer.images)

    def _take_path(self, request: DecodeLatents, answer: Answer) -> None:
        if isinstance(answer, Decoded) and self._z is not None:
            self._z[0] = request.z
            self._show(0, slice(None), answer.images)

    def _show(self, row: int | slice, column: int | slice, images: Images) -> None:
        if self._images is not None and self._images[row, column].shape == images.shape:
            self._images[row, column] = images
            self._drawn[row, column] = self._fresh[row, column] = True
            self._serial += 1

    # --- what is shown

    def _is_fresh(self, row: int, column: int) -> bool:
        rows, columns = self._fresh.shape
        return 0 <= row < rows and 0 <= column < columns and bool(self._fresh[row, column])

    def _new_state(self) -> WalksState:
        chosen, walk = self._chosen, self._walk
        if chosen is None or walk is None or self._images is None:
            kinds = () if chosen is None else kinds_of(chosen.manifest)
            return WalksState(kinds=kinds, kind=self._kind, hint=words.hint(chosen), problem=self._problem)
        measured = measured_at(chosen.manifest)
        values = [request.truncation for request in walk.requests] if walk.kind == TRUNCATION else []
        limits = STEPS.get(walk.kind)
        row, column = self._cursor
        return WalksState(
            kinds=kinds_of(chosen.manifest),
            kind=walk.kind,
            images=self._images,
            drawn=self._drawn,
            serial=self._serial,
            captions=walk.captions,
            measured=tuple(measured.get(value) for value in values) if measured else (),
            steps=walk.columns,
            steps_range=limits[:2] if limits else None,
            cursor=self._cursor,
            picture=self._images[row, column].copy() if self._drawn[row, column] else None,
            playing=self._timer is not None,
            busy=self._question.busy,
            held=self._held,
            note=words.note(walk, bool(measured)),
            problem=self._problem,
        )


def _column_of(walk: Walk, chosen: Chosen) -> int:
    """Where the chosen picture itself is on its walk, or is nearest to."""
    if walk.kind == PATH or chosen.request is None:
        return 0
    if walk.kind == CLASSES:
        return walk.captions.index(chosen.class_name) if chosen.class_name in walk.captions else 0
    field = "temperature" if walk.kind == TEMPERATURE else "truncation"
    wanted = getattr(chosen.request, field)
    return min(range(walk.columns), key=lambda column: abs(getattr(walk.requests[column], field) - wanted))


def _key(walk: Walk) -> object:
    """What tells walks apart: requests are compared by what they say."""
    requests = [*walk.requests, *filter(None, (walk.start, walk.end))]
    return walk.kind, walk.captions, tuple(tuple(sorted(parameters(request).items())) for request in requests)
