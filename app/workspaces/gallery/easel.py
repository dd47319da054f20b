"""The picture that the pages of the drawer ask about: the chosen one, one's own, or a real one.  Qt-free.

Own means drawn, opened, pasted or dropped; a stroke on the chosen picture makes a copy of it one's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.documents.history import History
from app.documents.own_picture import fitted, paper, pen_radius, with_segment
from app.translation import tr
from app.workspaces.gallery.chosen import Chosen
from app.workspaces.gallery.real_pictures import RealPictures, put_next_real
from engine.contracts.arrays import Image
from engine.contracts.manifest import ImageSpec, Manifest

CHOSEN, OWN, REAL = "chosen", "own", "real"
TITLES = {CHOSEN: tr("The chosen picture"), OWN: tr("Your picture"), REAL: tr("A real picture")}


@dataclass(frozen=True, slots=True, eq=False)
class EaselView:
    """``pixels`` is None while there is nothing, ``source`` one of `CHOSEN`, `OWN`, `REAL`; ``spec`` the model's
    pictures; ``inked`` whether the pen draws or rubs out, ``radius`` its, in image px."""

    pixels: Image | None
    spec: ImageSpec | None
    source: str = CHOSEN
    inked: bool = True
    radius: float = 1.0
    can_undo: bool = False
    has_chosen: bool = False

    @property
    def title(self) -> str:
        """What the picture is."""
        return TITLES[self.source] if self.pixels is not None else tr("Your picture")


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """One step of the easel's history."""

    pixels: Image | None
    source: str


class Easel:
    """One picture for all pages; who shows it listens for changes.  ``real`` gives pictures of the data set."""

    def __init__(self, real: RealPictures) -> None:
        self._real = real
        self._listeners = list[Callable[[], None]]()
        self._chosen: Chosen | None = None
        self._manifest: Manifest | None = None
        self._history: History[_Sheet] = History(_Sheet(None, CHOSEN))
        self._inked, self._strokes = True, 0
        self._view: EaselView | None = None

    def listen(self, changed: Callable[[], None]) -> None:
        """Call this whenever the picture, its model or the pen is another one."""
        self._listeners.append(changed)

    # --- what is on it

    @property
    def manifest(self) -> Manifest | None:
        """The model that the picture is of, or is asked about."""
        return self._manifest

    @property
    def chosen(self) -> Chosen | None:
        """The picture that was chosen last, whatever was drawn since."""
        return self._chosen

    @property
    def pixels(self) -> Image | None:
        """``(H, W, C) uint8``; None while there is nothing."""
        return self._history.value.pixels

    @property
    def source(self) -> str:
        """Where the picture is from: `CHOSEN`, `OWN` or `REAL`."""
        return self._history.value.source

    @property
    def view(self) -> EaselView:
        """As it is shown; the same object until something changes."""
        if self._view is None:
            spec = self._manifest.image if self._manifest else None
            self._view = EaselView(
                pixels=self.pixels,
                spec=spec,
                source=self.source,
                inked=self._inked,
                radius=pen_radius(spec) if spec else 1.0,
                can_undo=self._history.can_undo,
                has_chosen=self._chosen is not None and self.source != CHOSEN,
            )
        return self._view

    # --- verbs

    def set_model(self, manifest: Manifest | None) -> None:
        """The wall is of this model: a picture of another size goes."""
        if manifest is self._manifest:
            return
        before, self._manifest = self._manifest, manifest
        if before is None or manifest is None or before.image != manifest.image:
            self._history = History(_Sheet(None, CHOSEN))
        if self._chosen is not None and (manifest is None or self._chosen.manifest.id != manifest.id):
            self._chosen = None
            if self.source == CHOSEN:
                self._history = History(_Sheet(None, CHOSEN))
        self._changed()

    def choose(self, chosen: Chosen | None) -> None:
        """This picture was chosen; None leaves what is there."""
        if chosen is None or chosen is self._chosen:
            return
        if chosen.manifest is not self._manifest:
            self.set_model(chosen.manifest)
        self._chosen, before = chosen, self._history.value
        if before.source == CHOSEN:
            self._history = History(_Sheet(chosen.pixels, CHOSEN))
            self._changed()
        else:  # what a person drew is one step back
            self._put(chosen.pixels, CHOSEN)

    def use_tool(self, tool: str) -> None:
        """``pen`` and ``rub`` are taken in hand; ``clear``, ``undo``, ``chosen`` (back to it) and ``real`` (another
        picture of the data set) are done at once."""
        if tool in ("pen", "rub"):
            self._inked = tool == "pen"
            self._changed()
        elif tool == "undo" and self._history.can_undo:
            self._history.undo()
            self._changed()
        elif tool == "clear" and self._manifest is not None:
            self._put(paper(self._manifest.image), OWN)
        elif tool == "chosen" and self._chosen is not None:
            self._put(self._chosen.pixels, CHOSEN)

        elif tool == "real" and self._manifest is not None:
            put_next_real(self._real, self._manifest, self._show_real)

    def start_stroke(self) -> None:
        """A stroke begins: all of it is one step back."""
        self._strokes += 1

    def segment(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """One piece of a stroke, in image px."""
        if self._manifest is None:
            return
        spec = self._manifest.image
        pixels = paper(spec) if self.pixels is None else self.pixels
        drawn = with_segment(pixels, spec, (x0, y0), (x1, y1), self._inked)
        if drawn is not pixels:
            self._put(drawn, OWN, f"stroke:{self._strokes}")

    def finish_stroke(self) -> None:
        """The stroke is over."""
        self._history.seal()

    def load(self, rgba: NDArray[np.uint8]) -> bool:
        """Make a picture (h, w, 4) of any size one's own; False where there is no model that it could be of."""
        if self._manifest is None:
            return False
        self._put(fitted(rgba, self._manifest.image), OWN)
        return True

    def _show_real(self, pixels: Image) -> None:
        """A real picture was found; the model may have changed meanwhile."""
        spec = self._manifest.image if self._manifest is not None else None
        if spec is not None and pixels.shape == (spec.height, spec.width, spec.display_channels):
            self._put(pixels, REAL)

    def _put(self, pixels: Image, source: str, merge_key: str | None = None) -> None:
        self._history.push(_Sheet(pixels, source), merge_key)
        self._changed()

    def _changed(self) -> None:
        self._view = None
        for listener in tuple(self._listeners):
            listener()
