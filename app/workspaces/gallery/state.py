"""Everything the Gallery shows, as one frozen value.

The presenter makes a new one at every change; what did not change keeps its identity, so that the view updates only
the widgets whose fields are new objects.  The wall's pixels lie in arrays that grow in place: ``tiles_serial`` says
when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.messages import Problem
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.exporting import ExportState
from app.workspaces.gallery.plan import Plan
from app.workspaces.gallery.replaying import ReplayState
from engine.contracts.arrays import Image
from engine.contracts.manifest import Manifest

PAGES = ("wall", "lecture", "kept")
DRAWERS = ("", "neighbours", "walks", "game")


@dataclass(frozen=True, slots=True, eq=False)
class SavedPicture:
    """A picture to write or to copy: ``pixels (H, W, C) uint8``, its ``note`` (PNG text) and a file ``name``."""

    pixels: Image
    note: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the person said of a picture: its number among the kept ones (None if it is not kept), star and label."""

    identity: int | None = None
    starred: bool = False
    label: str = ""
    collections: frozenset[str] = frozenset()


UNMARKED = Mark()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WallTiles:
    """What hangs on the wall: arrays by index, ``order`` the indices shown (None: all), ``columns`` where they are
    given (a row a class).  ``caption_of`` names a picture, ``mark_of`` says what is marked on it; ``take_news`` gives
    the indices of pictures that look otherwise than when it was called last."""

    images: NDArray[np.uint8]
    drawn: NDArray[np.bool_]
    broken: NDArray[np.bool_]
    caption_of: Callable[[int], str]
    mark_of: Callable[[int], Mark]
    take_news: Callable[[], NDArray[np.int64]]
    order: NDArray[np.int64] | None = None
    columns: int | None = None
    row_titles: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detail:
    """The picture that a person chose.

    ``value_text`` is empty while nothing is known; ``kind`` is one of ``exact``, ``lower bound``, ``score``, ``none``;
    ``class_note`` says who told the class where it was not asked for.
    """

    chosen: Chosen
    index: int
    place: int
    seed: int
    class_name: str = ""
    class_note: str = ""
    kind: str = "none"
    value_text: str = ""
    measuring: bool = False
    broken: bool = False
    mark: Mark = UNMARKED


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GalleryState:
    """What the view shows.

    models, manifest
        All that can draw, and the chosen one (None: there is none, see ``problem``).
    page, drawer
        Wall, Lecture or Kept; the unfolded page below the wall, empty if the drawer is folded.
    plan, parameters, fields
        What is wanted; the request's fields by name, and those that mean anything for this model.
    tiles, tiles_serial
        What hangs on the wall (None before the first wall), and a number that rises with every picture drawn.
    class_names, classifiable
        The classes that pictures may be filtered by; whether there is a class to tell at all.
    kind
        What is known of pictures' likelihood: exact, lower bound, score, none.
    detail, selected
        The chosen picture, and how many are selected.
    export, replay
        The file on its way, and the dropped picture that was made again; None where there is none.
    collections
        The names of all collections of kept pictures.
    progress
        How much of what is going on is done, in [0, 1]; None while nothing is.
    """

    models: tuple[Manifest, ...] = ()
    manifest: Manifest | None = None
    page: str = "wall"
    drawer: str = ""
    plan: Plan = field(default_factory=Plan)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    seed_locked: bool = False
    tiles: WallTiles | None = None
    tiles_serial: int = 0
    tile_size: int = 56
    class_names: tuple[str, ...] = ()
    classifiable: bool = False
    kind: str = "none"
    detail: Detail | None = None
    selected: int = 0
    drawing: bool = False
    stopped: bool = False
    status: str = ""
    progress: float | None = None
    export: ExportState | None = None
    replay: ReplayState | None = None
    problem: Problem | None = None
    message: str = ""
    message_kind: str = "info"
    offers_undo: bool = False
    collections: tuple[str, ...] = ()
    engine: str = "starting"
    can_undo: bool = False
    can_redo: bool = False

    @property
    def busy(self) -> bool:
        """Whether there is something that Escape stops."""
        return self.progress is not None or (self.replay is not None and self.replay.running)

    @property
    def model(self) -> str:
        """The chosen model's id, or nothing."""
        return self.manifest.id if self.manifest else ""
