"""The line of a completion's drawing: its pixels in the order they were drawn, where rows end, and what stands where.

Everything here is read off the engine's answer; nothing is drawn again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.translation import tr
from app.workspaces.complete import time_machine_words as words
from app.workspaces.complete.desk import Made
from app.workspaces.complete.playback import runs_along_rows
from app.workspaces.complete.time_machine_state import Redrawn, Timeline
from engine.contracts.events import Completion


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """How the pixels of a finished answer were drawn.

    pixels : (S,) int32
        Upright flat indices of the pixels that were unknown, in the order they were drawn.
    places : (S,) int64
        Where each stands in the answer's order, known pixels counted too.
    row_ends : int tuple
        So many pixels are drawn at the end of each row (column, if the raster runs down) that had any.
    chosen : int tuple
        Those ends at which particles were chosen anew, because too few of them carried the weight.
    """

    pixels: NDArray[np.int32]
    places: NDArray[np.int64]
    row_ends: tuple[int, ...]
    chosen: tuple[int, ...]

    @property
    def count(self) -> int:
        """S."""
        return len(self.pixels)

    def row_end_before(self, at: int) -> int:
        """The end of the row before the one that pixel ``at`` (how many are drawn) lies in; 0 before the first."""
        return max((end for end in self.row_ends if end < at), default=0)

    def row_end_after(self, at: int) -> int:
        """The next end of a row."""
        return min((end for end in self.row_ends if end > at), default=self.count)

    def place_after(self, at: int) -> int:
        """How many places of the answer's order are passed when ``at`` pixels are drawn."""
        return int(self.places[at - 1]) + 1 if at > 0 else 0


def drawing_of(made: Made) -> Drawing:
    """How an answer was drawn."""
    completion = made.completion
    height, width = completion.images.shape[1:3]
    order = np.asarray(completion.order)
    unknown = ~made.request.observed.reshape(-1)[order]
    along = runs_along_rows(order, width)
    done = np.cumsum(unknown.reshape(-1, width if along else height).sum(axis=1))
    ends = tuple(int(end) for end in np.unique(done) if end > 0)
    places = np.flatnonzero(unknown).astype(np.int64)
    return Drawing(order[unknown], places, ends, _chosen(completion, done))


def _chosen(completion: Completion, done: NDArray[np.int64]) -> tuple[int, ...]:
    """``done (lines,)``: the pixels drawn at the end of each line of the raster."""
    found = completion.particles
    if found is None or not found.ess.size:
        return ()
    rows = np.asarray(found.rows)[(found.ess < found.each / 2).any(axis=0)]
    ends = np.unique(done[rows[rows < len(done)]])
    return tuple(int(end) for end in ends if 0 < end < done[-1])


def at_rest(whole: bool, busy: bool) -> Timeline:
    """The bar's line where one cannot go back: nothing is unknown any more, or nothing is drawn yet."""
    return Timeline(text=words.EVERY_PIXEL_KNOWN if whole else words.STILL_DRAWING if busy else words.NOTHING_DRAWN)


def timeline(made: Made, drawing: Drawing, at: int, tile: int, playing: bool) -> Timeline:
    """The bar's line when ``at`` pixels of completion ``tile`` are drawn."""
    of, width = drawing.count, made.completion.images.shape[2]
    if at >= of and not playing:
        text = words.end(of)
    elif at == 0:
        text = words.start(of)
    else:
        pixel = int(drawing.pixels[at - 1])
        text = words.place(at, of, pixel // width + 1, pixel % width + 1, probability(made.completion, tile, pixel))
    notes = [words.HELP]
    found = made.completion.particles
    if found is not None:
        notes.append(tr("The line shows it {particles_note}.").format(particles_note=words.PARTICLES_NOTE))
    if made.completion.classes is not None:
        notes.append(words.OWN_CLASS_HELP)
    if drawing.chosen:
        notes.append(words.CHOSEN_HELP)
    return Timeline(at, of, drawing.row_ends, drawing.chosen, text, "\n\n".join(notes), usable=True, playing=playing)


def probability(completion: Completion, tile: int, pixel: int) -> float | None:
    """How probable what completion ``tile`` drew at a flat index was, given what came before; None: nobody knows."""
    if not 0 <= tile < len(completion.log_prob):
        return None
    log_p = float(completion.log_prob[tile].reshape(-1)[pixel])
    return None if np.isnan(log_p) else float(np.exp(min(log_p, 0.0)))


def redrawn(completion: Completion) -> Redrawn:
    """Which rows an answer did not take over from the one before.

    A row was gone through where any of its pixels has a probability: rows before the first and after the last unknown
    pixel were not.
    """
    height, width = completion.images.shape[1:3]
    along = runs_along_rows(np.asarray(completion.order), width)
    lines = np.asarray(completion.order).reshape(-1, width if along else height)
    met = ~np.isnan(completion.log_prob[0].reshape(-1))[lines]
    passed = np.flatnonzero(met.any(axis=1))
    reused = min(completion.reused_rows, len(passed))
    if reused == len(passed):
        return Redrawn(0, 0, len(passed), not along)
    pixel = int(lines[passed[reused], 0])
    first = (pixel // width if along else pixel % width) + 1
    return Redrawn(first, len(passed) - reused, len(passed), not along)
