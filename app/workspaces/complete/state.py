"""Everything the Complete workspace shows, as one frozen value.

The presenter makes a new one at every change; what did not change keeps its identity (arrays, tuples, mappings), so
that the view updates only the widgets whose fields are new objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from app.documents.partial_image import Color, PartialImage
from app.messages import Problem
from app.workspaces.complete.lens_state import LensView
from app.workspaces.complete.time_machine_state import Redrawn, Timeline
from app.workspaces.complete.verdict import Verdict
from engine.contracts.arrays import Image, Images, Observed
from engine.contracts.manifest import Manifest

TOOLS: tuple[str, ...] = ("pen", "forget", "adopt", "keep", "fill", "pick", "probe", "pan")
PACES: tuple[str, ...] = ("instant", "rows", "pixels")


class Example(Protocol):
    """A picture that ships with the program: ``read()`` gives (h, w, 4) uint8, transparent where unknown."""

    @property
    def title(self) -> str: ...
    @property
    def models(self) -> tuple[str, ...]: ...
    @property
    def hint(self) -> str: ...
    @property
    def read(self) -> Callable[[], NDArray[np.uint8]]: ...


@dataclass(frozen=True, slots=True)
class ColorChoice:
    """A colour to paint with, and what it is called."""

    color: Color
    name: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Of the newest completion, in milliseconds.

    ``first_row_ms`` and ``total_ms`` are the engine's, ``felt_ms`` is from the last touch of the picture to the first
    row on screen; ``naive_ms`` is what sampling without caches would have taken.  0 where it is not known yet.
    ``redrawn`` says which rows were drawn anew, where others were taken over from the completion before.
    """

    count: int = 0
    first_row_ms: float = 0.0
    felt_ms: float = 0.0
    total_ms: float = 0.0
    naive_ms: float = 0.0
    reused_rows: int = 0
    redrawn: Redrawn | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What stands at the raster cursor of a replay.

    pixel : int
        Upright flat index of the pixel drawn last.
    probability : float
        p(x_i | x_1 .. x_i-1) of the value that was drawn.
    level : int
        The level that was drawn.
    distribution : (K,) float32 or None
        p of every level, if the engine sent it.
    colors : (K, C) uint8
        The display colour of every level.
    text : str
        The probability in words.
    """

    pixel: int
    probability: float
    level: int
    distribution: NDArray[np.float32] | None
    colors: NDArray[np.uint8]
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class ScoreView:
    """The picture's log-likelihood.

    ``nats`` is log p (so below 0), ``percent`` its place among the test set's in 0..100, ``quantiles`` the 101 numbers
    that it was read from (nats, rising), ``class_nats`` log p(x | class) by class name, ``scored_by`` the model's id,
    ``class_name`` the class that it was given.
    """

    nats: float
    bits_per_dim: float
    percent: float | None
    quantiles: tuple[float, ...] | None
    class_nats: Mapping[str, float]
    scored_by: str
    text: str
    sentence: str
    class_name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Others below the completions: ``images (N, H, W, C) uint8`` that mean something where ``drawn (N, H, W)``.

    They are the same request in raster order, or, where ``branch`` is set, the completions from before a branch, which
    no longer change; ``marked`` is then the one that was branched (-1: none).  ``heading`` says which.  ``verdict`` is
    what is said of them; ``stale``: of older ones than the picture.
    """

    images: Images | None
    drawn: NDArray[np.bool_] | None
    verdict: Verdict | None
    stale: bool
    busy: bool
    problem: Problem | None
    heading: str = ""
    branch: bool = False
    marked: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class SavedPicture:
    """A picture to write or to copy: ``pixels (H, W, C) uint8``, its ``note`` (PNG text) and a file ``name``."""

    pixels: Image
    note: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompleteState:
    """What the view shows.

    models, manifest
        All that can complete pictures, and the chosen one (None: there is none, see ``problem``).
    document
        The picture; ``pixels`` and ``state`` go to the canvas.
    images : (N, H, W, C) uint8 or None, drawn : (N, H, W) bool or None
        The completions; ``images[i]`` mean something where ``drawn[i]``.  None: there are none.
    preview : (H, W, C) uint8 or None, preview_drawn : (H, W) bool or None
        The hovered completion, else the selected one.
    unused : (H, W) bool or None
        Given pixels to dot, and ``unused_text`` why.
    verdict, stale, heading
        How far the completions can be relied on, whether that was said of an older picture, and what they are called
        where others stand beside them.
    status
        What is to be known of what is going on.
    comparison, beside
        The same in raster order, where that was asked for, or the completions from before a branch; and which of it is
        hovered (-1: none).
    behind
        The picture as it was before the branch, on the canvas while one of those is hovered; None for the document.
    timeline, rewound
        Where in the drawing of the completions the time machine stands; and whether what is on show began from nothing,
        so that pixels not drawn yet are empty.
    parameters, choices, fields
        Request fields by name; their (value, label) pairs where the model decides them; and the names of those
        that mean anything for this model.
    playing, position, paused
        A replay runs; how far it is, in [0, 1]; whether it stands.
    show_running
        The first completion's show runs, or will as soon as it is there.  Any input ends it.
    lens, look
        The open lens's name, and what it shows; None where nothing is looked at.
    cursor
        Flat index of the raster cursor, and ``reading`` what stands there.
    busy, working, progress
        Completions are being computed; these or others to compare them with; and how much is done in [0, 1].
    scorer, scorer_text, score_note
        The model that gives the likelihood, if that is another one, and a sentence on it; what else is to be known of
        the score.
    problem, message, hint
        What went wrong; a notice of what just happened; the bubble beside an untouched picture.
    engine
        ``"starting"``, ``"ready"``, ``"died"``, ``"failed"`` or ``"closed"``.
    """

    models: tuple[Manifest, ...] = ()
    manifest: Manifest | None = None
    document: PartialImage
    images: Images | None = None
    drawn: NDArray[np.bool_] | None = None
    selected: int = -1
    hovered: int = -1
    preview: Image | None = None
    preview_drawn: Observed | None = None
    unused: Observed | None = None
    unused_text: str = ""
    verdict: Verdict | None = None
    stale: bool = False
    heading: str = ""
    status: str = ""
    comparison: Comparison | None = None
    beside: int = -1
    behind: PartialImage | None = None
    timeline: Timeline = field(default_factory=Timeline)
    rewound: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    seed_locked: bool = False
    tool: str = "pen"
    brush_radius: float = 0.5
    color: Color = (0,)
    colors: tuple[ColorChoice, ...] = ()
    examples: tuple[Example, ...] = ()
    pace: str = "instant"
    playing: bool = False
    paused: bool = False
    position: float = 1.0
    show_running: bool = False
    lens: str = "none"
    look: LensView | None = None
    cursor: int | None = None
    reading: Reading | None = None
    busy: bool = False
    working: bool = False
    progress: float | None = None
    timing: Timing = field(default_factory=Timing)
    naive_text: str = ""
    score: ScoreView | None = None
    score_busy: bool = False
    score_text: str = ""
    scorer: Manifest | None = None
    scorer_text: str = ""
    score_note: str = ""
    problem: Problem | None = None
    message: str = ""
    hint: str = ""
    engine: str = "starting"
    can_undo: bool = False
    can_redo: bool = False
    can_adopt: bool = False
    can_release: bool = False

    @property
    def model(self) -> str:
        """The chosen model's id, or nothing."""
        return self.manifest.id if self.manifest else ""

    @property
    def is_binary(self) -> bool:
        """The model knows ink and paper only."""
        return self.manifest is not None and self.manifest.image.levels == 2 and self.manifest.image.palette is None
