"""The verbs of one's own picture: drawing it, going to where it lies, and moving epsilon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.documents.own_picture import fitted, paper, with_segment
from app.documents.picture_fit import nearest_colors
from app.workspaces.latent import words
from app.workspaces.latent.desk import Desk
from app.workspaces.latent.workbench import Workbench
from app.workspaces.latent.yours import encodes, moved_epsilon
from engine.contracts.arrays import Image


class Encoding(Workbench):
    """Pictures into latent space."""

    def use_tool(self, tool: str) -> None:
        """``pen`` and ``rub`` are taken in hand; ``clear`` and ``take`` are done at once."""
        desk = self._input()
        if desk is None:
            return
        if tool in ("pen", "rub"):
            self._yours.inked = tool == "pen"
        elif tool == "clear":
            self._draw(desk, paper(desk.manifest.image))
            return
        elif tool == "take" and desk.picture is not None:
            shown = desk.picture.image.astype(np.float64)
            self._draw(desk, nearest_colors(shown, desk.manifest.image))
            return
        self._publish()

    def start_stroke(self) -> None:
        """A stroke begins: all of it is one step of the history."""
        self._input()
        self._halt()
        self._drags += 1

    def segment(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """One piece of a stroke, in image px."""
        desk = self._input()
        if desk is None:
            return
        pixels = self._yours.pixels(desk)
        drawn = with_segment(pixels, desk.manifest.image, (x0, y0), (x1, y1), self._yours.inked)
        if drawn is not pixels:
            self._draw(desk, drawn, f"stroke:{self._drags}")

    def finish_stroke(self) -> None:
        """The stroke is over."""
        if self._desk is not None:
            self._desk.history.seal()
        self._publish()

    def load_yours(self, rgba: NDArray[np.uint8]) -> None:
        """Make a picture (h, w, 4) of any size one's own, and show its page."""
        desk = self._input()
        if desk is None:
            return
        if not encodes(desk.manifest):
            self._say(words.NO_ENCODER)
            return
        desk.drawer = "yours"
        self._draw(desk, fitted(rgba, desk.manifest.image))
        self._say(words.NOT_FROM_HERE)

    def _draw(self, desk: Desk, pixels: Image, merge_key: str | None = None) -> None:
        self._went(replace(desk.now, pixels=pixels), merge_key)

    def go_to_yours(self) -> None:
        """Bring the point to the mean of the picture's posterior."""
        desk = self._input()
        found = None if desk is None else self._yours.posterior(desk)
        if desk is None or found is None:
            self._say(words.NOT_ENCODED)
            return
        self._went(desk.now.with_z(found[0]))

    def redraw_epsilon(self) -> None:
        """Draw another epsilon; the point goes to mu + sigma * epsilon."""
        desk = self._input()
        if desk is None or self._yours.posterior(desk) is None:
            self._say(words.NOT_ENCODED)
            return
        self._to_sample(desk, np.random.default_rng(self._new_seed()).standard_normal(desk.dim))

    def move_grip(self, x: float, y: float) -> None:
        """Pull the tip of the arrow to a chart point: the nearest epsilon that lies there, and the point with it."""
        desk = self._input()
        found = None if desk is None else self._yours.posterior(desk)
        if desk is None or found is None:
            return
        mu, sigma = found
        place = desk.chart.to_plane([x, y])
        to = (float(place[0]), float(place[1]))
        epsilon = moved_epsilon(self._yours.epsilon(desk), sigma, desk.now.plane, mu, to)
        self._to_sample(desk, epsilon, "grip")

    def _to_sample(self, desk: Desk, epsilon: NDArray[np.float64], merge_key: str | None = None) -> None:
        found = self._yours.posterior(desk)
        if found is not None:
            sample = found[0] + found[1] * epsilon
            self._went(replace(desk.now.with_z(sample), epsilon=epsilon), merge_key)
