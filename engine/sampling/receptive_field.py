"""Which pixels the prediction of one pixel depends on: its receptive field, measured by changing them.

A graph does not say what it reads, but it can be tried: a pixel that is changed and moves the prediction is in the
receptive field.  Stacked masked convolutions leave a *blind spot* in it, pixels that come before and are never seen
[1, section 2.3 and figure 1].

Trying every pixel by itself costs a pass each, and most of a picture often does not matter.  So pixels are tried in
groups first, as blood samples are pooled [2]: where a whole group takes other levels and nothing moves, none of it
matters.  One joint change proves little, for its parts may cancel and a saturated unit hides them; a group is taken to
be without influence only after `DRAWS` different joint changes moved nothing: all of it, a random half, the other half,
and another random half, each to other levels.  A group that moves the prediction is parted, and in the end each of its
pixels is tried alone, the rest of the picture as it was: that is the figure told.  What comes later is one group, which
a model in raster order passes in one batch.

References
----------
[1] A. van den Oord et al., "Conditional Image Generation with PixelCNN Decoders", 2016, arXiv:1606.05328.
[2] R. Dorfman, "The Detection of Defective Members of Large Populations", 1943, Annals of Mathematical Statistics 14.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Levels
from engine.numerics import categorical
from engine.sampling.autoregressive import Likelihood
from engine.sampling.causality import TOLERANCE

BATCH = 4
"""Pictures a pass: more of them are no faster a picture, and whoever stops waits for one pass."""
DRAWS = 4
"""How many joint changes have to move nothing."""
ALONE = 32
"""Pixels of a group that moved are tried one by one from so few on: in the rows that matter most pixels do."""


@dataclass(frozen=True, slots=True, eq=False)
class ReceptiveField:
    """What moves the prediction of a pixel.

    nats : (H, W) float32
        The largest change of log p of any level when this pixel takes another level; 0 where there is none.
    causal
        Whether nothing that comes later in raster order, nor the pixel itself, moved it: neither alone nor jointly.
    """

    nats: NDArray[np.float32]
    causal: bool


def influence(
    likelihood: Likelihood,
    picture: Levels,
    pixel: tuple[int, int],
    levels: int,
    *,
    seed: int = 0,
    fewer_rows: bool = False,
) -> Generator[tuple[float, NDArray[np.float32]], None, ReceptiveField]:
    """How much the prediction of ``pixel`` (row, column) depends on every pixel of ``picture (H, W)``.

    A generator of (fraction, nats known so far: NaN where nothing is yet, nearest pixels first) that returns the whole.
    ``fewer_rows``: ``likelihood`` takes the first rows of pictures alone too, so what comes below need not be computed
    once it is known not to matter.
    """
    search = _Search(likelihood, picture, pixel, levels, np.random.default_rng(seed))
    late = _Group(search.at, picture.size)
    causal = max(search.moved([(late, draw) for draw in range(DRAWS)])) <= TOLERANCE
    if causal:
        search.nats[late.start :] = 0
        if fewer_rows:
            search.crop()
    else:
        search.part(late)
    if search.at:
        search.add(_Group(0, search.at))
    yield search.state()
    while search.waiting:
        search.step()
        yield search.state()
    return ReceptiveField(search.nats.reshape(picture.shape), causal)


@dataclass(frozen=True, slots=True)
class _Group:
    """Pixels ``start`` to ``stop - 1`` in raster order; ``moved_none``: the first joint change moved nothing."""

    start: int
    stop: int
    moved_none: bool = False

    def __len__(self) -> int:
        return self.stop - self.start

    def parted(self, width: int) -> list[_Group]:
        """In two at a row's end, inside a row in two, and at last one by one."""
        if len(self) <= ALONE:
            return [_Group(place, place + 1) for place in range(self.start, self.stop)]
        middle = (self.start + self.stop) // 2
        boundary = round(middle / width) * width
        cut = boundary if self.start < boundary < self.stop else middle
        return [_Group(self.start, cut), _Group(cut, self.stop)]


class _Search:
    """What is known of every pixel, and the groups that are still to be tried, nearest first."""

    def __init__(
        self, likelihood: Likelihood, picture: Levels, pixel: tuple[int, int], levels: int, rng: np.random.Generator
    ) -> None:
        self.likelihood, self.picture, self.pixel, self.levels = likelihood, picture, pixel, levels
        (self.rows, width), flat = picture.shape, picture.reshape(-1)
        self.at = pixel[0] * width + pixel[1]
        self.nats = np.full(flat.size, np.nan, np.float32)
        self.waiting: list[tuple[int, int, _Group]] = []
        self.others = (flat + rng.integers(1, levels, (DRAWS, flat.size))) % levels
        half, another = rng.random((2, flat.size)) < 0.5
        self.changed = np.stack([np.ones(flat.size, bool), half, ~half, another])
        self.before = categorical.log_softmax(likelihood(picture[None])[0][pixel])

    def state(self) -> tuple[float, NDArray[np.float32]]:
        """The fraction of pixels that are known, and what is."""
        return float(np.isfinite(self.nats).mean()), self.nats.reshape(self.picture.shape).copy()

    def moved(self, trials: Sequence[tuple[_Group, int]]) -> list[float]:
        """By how much each joint change of a group moves the prediction, nats; one pass."""
        batch = np.repeat(self.picture.reshape(1, -1), len(trials), axis=0)
        for changed, (group, draw) in zip(batch, trials, strict=True):
            places = np.arange(group.start, group.stop)
            if len(group) > 1:
                places = places[self.changed[draw][places]]
            changed[places] = self.others[draw][places]
        pictures = batch.reshape(len(trials), *self.picture.shape)[:, : self.rows]
        logits = self.likelihood(np.ascontiguousarray(pictures))[:, self.pixel[0], self.pixel[1]]
        off = np.abs(categorical.log_softmax(logits) - self.before).max(axis=-1)
        return [float(size) if np.isfinite(size) else float("inf") for size in off]

    def crop(self) -> None:
        """Compute only the rows down to the pixel's from now on, if that leaves its prediction what it is."""
        rows = self.pixel[0] + 1
        logits = self.likelihood(np.ascontiguousarray(self.picture[None, :rows]))[0][self.pixel]
        if np.abs(categorical.log_softmax(logits) - self.before).max() <= TOLERANCE:
            self.rows = rows

    def add(self, group: _Group) -> None:
        """Have a group tried, at its turn: how far its nearest pixel is from the pixel."""
        rows, columns = np.divmod(np.arange(group.start, group.stop), self.picture.shape[1])
        away = np.maximum(np.abs(rows - self.pixel[0]), np.abs(columns - self.pixel[1]))
        heapq.heappush(self.waiting, (int(away.min()), group.start, group))

    def part(self, group: _Group) -> None:
        """Have the parts of a group tried that moved the prediction."""
        for part in group.parted(self.picture.shape[1]):
            self.add(part)

    def step(self) -> None:
        """Try what comes first, one pass of it."""
        groups: list[_Group] = []
        trials: list[tuple[_Group, int]] = []
        while self.waiting and len(trials) < BATCH:
            groups.append(heapq.heappop(self.waiting)[2])
            trials += [(groups[-1], draw) for draw in self._draws(groups[-1])]
        sizes = dict.fromkeys(groups, 0.0)
        for (group, _), size in zip(trials, self.moved(trials), strict=True):
            sizes[group] = max(sizes[group], size)
        for group, size in sizes.items():
            self._note(group, size)

    def _draws(self, group: _Group) -> range:
        return range(1, DRAWS) if group.moved_none else range(1)

    def _note(self, group: _Group, size: float) -> None:
        """What the trials of a group came to."""
        if size > TOLERANCE:
            if len(group) > 1:
                self.part(group)
            else:
                self.nats[group.start] = size
        elif group.moved_none or (len(group) == 1 and self.levels == 2):  # there is one other level
            self.nats[group.start : group.stop] = 0
        else:
            self.add(_Group(group.start, group.stop, moved_none=True))
