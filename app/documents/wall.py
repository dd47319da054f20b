"""A wall of samples, as a value: the request that can be made again whenever it is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.contracts.controls import NO_TRUNCATION
from engine.contracts.requests import SampleImages

MAX_WALL = 10_000
"""The most pictures of one wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Pictures of a wall that one request draws: those at ``start`` to ``start + request.count - 1``."""

    start: int
    request: SampleImages


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """``count`` pictures of a model.

    A picture has an index on the wall, 0 to ``count - 1``, and is drawn with a seed, a place of that seed and a class.

    rows
        The classes, if the wall has a row a class: picture i is of class ``i // each`` and has the place ``i % each``
        of the seed, so that a column has one z through all classes.  Empty: picture i has the place i.
    class_name
        The one class that is drawn, or empty.
    """

    model: str
    count: int = 256
    seed: int = 0
    class_name: str = ""
    rows: tuple[str, ...] = ()
    temperature: float = 1.0
    truncation: float = NO_TRUNCATION

    @property
    def each(self) -> int:
        """Pictures of a class on a wall with a row a class; else all of them."""
        return max(1, self.count // len(self.rows)) if self.rows else self.count

    @property
    def total(self) -> int:
        """Pictures on the wall: whole rows only."""
        return self.each * len(self.rows) if self.rows else self.count

    def class_of(self, index: int) -> str:
        """The class that was asked for at this index, empty for none."""
        return self.rows[index // self.each] if self.rows else self.class_name

    def place_of(self, index: int) -> int:
        """The place of the seed at this index."""
        return index % self.each

    def request(self, index: int, count: int = 1) -> SampleImages:
        """What draws ``count`` pictures from this index on; of a wall with a row a class, those of one row."""
        return SampleImages(
            model=self.model,
            count=count,
            seed=self.seed,
            temperature=self.temperature,
            class_name=self.class_of(index),
            truncation=self.truncation,
            first=self.place_of(index),
        )

    def runs(self, start: int, stop: int, most: int) -> Iterator[Run]:
        """The requests that draw the pictures ``start`` to ``stop - 1``, at most ``most`` each, none across rows."""
        while start < min(stop, self.total):
            row_end = (start // self.each + 1) * self.each
            count = min(most, row_end - start, stop - start, self.total - start)
            yield Run(start=start, request=self.request(start, count))
            start += count
