"""A picture of which some pixels are unknown: the document of the Complete workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.documents.stroke_region import Point, fill_region, preset_region, segment_region
from engine.contracts.arrays import Image, Observed

UNKNOWN, GIVEN, ADOPTED = 0, 1, 2
"""Pixel states: nobody's, the user's own, taken over from a completion (tinted until touched)."""

Color: TypeAlias = tuple[int, ...]
"""A display colour: C values of 0..255."""


@dataclass(frozen=True, slots=True, eq=False)
class PartialImage:
    """A value: every edit returns a new one, or itself where nothing changed.

    pixels : (H, W, C) uint8
        Display values; 0 where the pixel is unknown, so that equal pictures have equal bytes.  Read-only.
    state : (H, W) uint8
        `UNKNOWN`, `GIVEN` or `ADOPTED`.  Read-only.
    """

    pixels: Image
    state: NDArray[np.uint8]

    @classmethod
    def blank(cls, height: int, width: int, channels: int) -> PartialImage:
        """A picture of which nothing is known."""
        return _frozen(np.zeros((height, width, channels), np.uint8), np.zeros((height, width), np.uint8))

    @classmethod
    def from_picture(cls, pixels: Image, observed: Observed | None = None) -> PartialImage:
        """A given picture; unknown where ``observed`` is False."""
        known = np.ones(pixels.shape[:2], bool) if observed is None else observed
        return _frozen(np.where(known[..., None], pixels, 0).astype(np.uint8), known.astype(np.uint8) * GIVEN)

    @classmethod
    def from_arrays(cls, pixels: Image, state: NDArray[np.uint8]) -> PartialImage:
        """From both arrays, as saved files hold them."""
        return _frozen(np.where(state[..., None] != UNKNOWN, pixels, 0).astype(np.uint8), state.astype(np.uint8))

    @property
    def observed(self) -> Observed:
        """(H, W) bool: True where the pixel is known, given and adopted alike."""
        return np.asarray(self.state != UNKNOWN)

    @property
    def shape(self) -> tuple[int, int, int]:
        """H, W, C."""
        height, width, channels = self.pixels.shape
        return height, width, channels

    @property
    def is_whole(self) -> bool:
        """True when no pixel is unknown."""
        return bool(self.state.all())

    @property
    def is_blank(self) -> bool:
        """True when every pixel is unknown."""
        return not self.state.any()

    @property
    def has_adopted(self) -> bool:
        """True when some pixel came from a completion and was not touched since."""
        return bool((self.state == ADOPTED).any())

    def same_as(self, other: PartialImage) -> bool:
        """Equal in every pixel and state."""
        return (
            self.shape == other.shape
            and bool((self.state == other.state).all())
            and bool((self.pixels == other.pixels).all())
        )

    def with_segment(self, p0: Point, p1: Point, radius_px: float, color: Color | None) -> PartialImage:
        """Paint (``color``) or forget (None) what a round brush covers between two points of image pixels."""
        height, width, _ = self.shape
        return self.with_color(segment_region(height, width, p0, p1, radius_px), color)

    def with_color(self, region: Observed, color: Color | None) -> PartialImage:
        """Give every pixel of the region this colour, or forget them (None)."""
        pixels, state = self.pixels.copy(), self.state.copy()
        pixels[region] = 0 if color is None else np.asarray(color, np.uint8)
        state[region] = UNKNOWN if color is None else GIVEN
        return self._changed(pixels, state)

    def with_kept(self, region: Observed, source: Image | None = None, drawn: Observed | None = None) -> PartialImage:
        """Keep what the region shows: adopted pixels become given, unknown ones take ``source`` (H, W, C) as adopted.

        Without a source, or where it is not ``drawn`` yet, unknown pixels stay unknown.
        """
        pixels, state = self.pixels.copy(), self.state.copy()
        state[region & (self.state == ADOPTED)] = GIVEN
        if source is not None:
            taken = region & (self.state == UNKNOWN) & (True if drawn is None else drawn)
            pixels[taken], state[taken] = source[taken], ADOPTED
        return self._changed(pixels, state)

    def with_rectangle(
        self, x0: int, y0: int, x1: int, y1: int, keep: bool, source: Image | None = None, drawn: Observed | None = None
    ) -> PartialImage:
        """Keep or forget columns ``x0`` to ``x1`` and rows ``y0`` to ``y1`` (ends excluded, any order)."""
        region = np.zeros(self.state.shape, bool)
        (left, right), (top, bottom) = sorted((x0, x1)), sorted((y0, y1))
        region[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
        return self.with_kept(region, source, drawn) if keep else self.with_color(region, None)

    def with_fill(self, x: int, y: int, color: Color | None) -> PartialImage:
        """Flood-fill the connected area of one colour (or of unknown pixels) around a pixel."""
        return self.with_color(fill_region(self.pixels, self.state, x, y), color)

    def with_rest(self, color: Color) -> PartialImage:
        """Give every unknown pixel this colour: "the rest is paper"."""
        return self.with_color(self.state == UNKNOWN, color)

    def with_adopted(self, completion: Image, region: Observed | None = None) -> PartialImage:
        """Take a completion (H, W, C) over into every pixel that is not given, so that another may replace it later."""
        pixels, state = self.pixels.copy(), self.state.copy()
        taken = (self.state != GIVEN) & (True if region is None else region)
        pixels[taken], state[taken] = completion[taken], ADOPTED
        return self._changed(pixels, state)

    def with_prefix(self, pixels: Image, drawn: Observed, order: NDArray[np.int32], upto: int) -> PartialImage:
        """Take over what a completion had drawn when it was so far; the rest stays as it is.

        ``pixels (H, W, C)`` mean something where ``drawn (H, W)``; ``order (H*W,)`` are flat pixel indices in the order
        of drawing.  Of its first ``upto`` places those that are unknown here are adopted.
        """
        reached = np.zeros(self.state.size, bool)
        reached[order[: max(upto, 0)]] = True
        taken = reached.reshape(self.state.shape) & drawn & (self.state == UNKNOWN)
        values, state = self.pixels.copy(), self.state.copy()
        values[taken], state[taken] = pixels[taken], ADOPTED
        return self._changed(values, state)

    def released(self) -> PartialImage:
        """Forget every adopted pixel."""
        return self.with_color(self.state == ADOPTED, None)

    def with_preset(self, name: str, seed: int, memory: PartialImage | None = None) -> PartialImage:
        """Keep the part that a preset names (see `PRESETS`) and forget the rest.

        What ``memory`` still knows of the kept part comes back, so that presets can follow one another.
        """
        height, width, _ = self.shape
        region = preset_region(name, height, width, seed)
        whole = self if memory is None else self.over(memory)
        return self._changed(
            np.where(region[..., None], whole.pixels, 0).astype(np.uint8),
            np.where(region, whole.state, UNKNOWN).astype(np.uint8),
        )

    def over(self, memory: PartialImage) -> PartialImage:
        """This picture where it is known, else what ``memory`` (of the same shape) knows."""
        known = self.observed
        return memory._changed(
            np.where(known[..., None], self.pixels, memory.pixels), np.where(known, self.state, memory.state)
        )

    def shown_with(self, completion: Image | None) -> Image:
        """(H, W, C) the known pixels, and the completion's elsewhere (0 without one)."""
        if completion is None:
            return self.pixels
        return np.where(self.observed[..., None], self.pixels, completion)

    def _changed(self, pixels: Image, state: NDArray[np.uint8]) -> PartialImage:
        """A new value, or this very one if nothing differs, so that no-ops leave neither history nor requests."""
        if (state == self.state).all() and (pixels == self.pixels).all():
            return self
        return _frozen(pixels, state)


def _frozen(pixels: Image, state: NDArray[np.uint8]) -> PartialImage:
    for array in (pixels, state):
        array.flags.writeable = False
    return PartialImage(pixels, state)
