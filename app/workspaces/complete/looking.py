"""The verbs of the lenses: which one is open, which pixel is looked at, and what is forced there."""

from __future__ import annotations

import numpy as np

from app import messages
from app.documents.partial_image import ADOPTED, PartialImage
from app.documents.picture_fit import level_values
from app.workspaces.complete import lens_readings as readings
from app.workspaces.complete import lens_words as words
from app.workspaces.complete.adopting import Adopting


class Looking(Adopting):
    """What a person asks of the density behind the picture."""

    @property
    def examined(self) -> PartialImage | None:
        """The document that the map on show is of; None before there is one."""
        return self._lenses.examined

    def choose_lens(self, lens: str) -> None:
        """Open a lens over the canvas, or none."""
        self._input(looks=True)
        self._lenses.choose(lens)
        self._publish()

    def look_at(self, column: int, row: int) -> None:
        """The pointer is over this pixel, or has left the picture (-1, -1)."""
        changed = self._lenses.hover((column, row) if column >= 0 and row >= 0 else None)
        if changed and self._stroke is None:  # the answer to the segment shows it, in a moment
            self._publish()

    def probe(self, column: int, row: int) -> None:
        """Keep a pixel under the microscope; the same one again lets go of it."""
        desk = self._input(looks=True)
        if desk is not None and 0 <= row < desk.document.shape[0] and 0 <= column < desk.document.shape[1]:
            self._lenses.pin((column, row))
        self._publish()

    def speak_for(self, class_name: str) -> None:
        """Show where the picture speaks for this class; again, and no longer."""
        desk = self._input(looks=True)
        if desk is not None and class_name in desk.manifest.class_names:
            self._lenses.speak(class_name)
        self._publish()

    def force(self, level: int) -> None:
        """Put another value at the kept pixel: what the shown completion had drawn before it stays, the pixel is given,
        and the rest is drawn anew.  One step of the history."""
        desk, pixel, looked = self._input(), self._lenses.pinned, self._lenses.looked_at
        if desk is None or pixel is None or looked is None:
            self._message = words.NO_PIXEL if pixel is None else words.CANNOT_FORCE
            self._publish()
            return
        spec = desk.manifest.image
        if not 0 <= level < len(level_values(spec)):
            self._publish()
            return
        self._completing.skip()
        self.finish_stroke()
        (column, row), (subject, orientation), before = pixel, looked, desk.document
        place = readings.ranks(orientation, *before.state.shape)
        upto = int(place[row, column])
        released = before.with_color((before.state == ADOPTED) & (place > upto), None)
        order = readings.reading_order(orientation, *before.state.shape)
        taken = released.with_prefix(subject.pixels, subject.known, order, upto)
        here = np.zeros(before.state.shape, np.bool_)
        here[row, column] = True
        color = tuple(int(value) for value in np.resize(level_values(spec)[level], spec.display_channels))
        document = taken.with_color(here, color)
        name = words.level_name(level, spec.levels, color)
        if document.is_whole:
            self._message = words.forced_whole(name, column, row)
        else:
            kept = int(((document.state == ADOPTED) & (before.state != ADOPTED)).sum())
            self._message = words.forced(name, column, row, kept)
        if document.same_as(before):
            self._message = messages.NOTHING_UNKNOWN if before.is_whole else self._message
        self._changed_to(document)
