"""Looking at completions, choosing one, and taking it over into the picture."""

from __future__ import annotations

from app import messages
from app.documents.partial_image import ADOPTED
from app.workspaces.complete import reliability_words, time_machine_words
from app.workspaces.complete.branching import branch_on_show
from app.workspaces.complete.painting import Painting


class Adopting(Painting):
    """The verbs of the tiles.

    The marked tile is the one that the canvas shows.  Where nothing is unknown any more the canvas cannot preview
    another completion, so choosing one takes it instead of the one that was adopted.
    """

    def hover(self, index: int) -> None:
        """Preview a completion; -1 when the pointer leaves."""
        if index >= 0:
            self._input(looks=True)
        self._hovered, self._beside = index, -1
        self._publish()

    def hover_beside(self, index: int) -> None:
        """Preview one of those in the second strip; -1 when the pointer leaves."""
        if index >= 0:
            self._input(looks=True)
        self._hovered, self._beside = -1, index
        self._publish()

    def choose_beside(self, _index: int) -> None:
        """They are there to compare: say what can be done with them."""
        branched = branch_on_show(self._input()) is not None
        self._message = time_machine_words.ONLY_KEPT if branched else reliability_words.ONLY_COMPARED
        self._publish()

    def adopt_beside(self, index: int) -> None:
        """Take one of those in the second strip over into every pixel that is not given."""
        desk, samples = self._input(), self._samples_beside()
        if desk is None:
            return
        self._completing.skip()
        self.finish_stroke()
        if samples is None or not 0 <= index < samples.count or not samples.drawn[index].any():
            self._message = messages.NOTHING_TO_ADOPT
            self._publish()
            return
        self._message = messages.adopted(index)
        self._changed_to(desk.document.with_adopted(samples.images[index], samples.drawn[index]))

    def select(self, index: int) -> None:
        """Choose a completion; on a picture that one completion made whole, adopt this one instead."""
        desk = self._input(looks=True)
        if desk is not None and 0 <= index < desk.count:
            if not desk.document.is_whole:
                desk.selected = index
            elif self._adopted_from() >= 0:
                self.adopt(index)
                return
            else:
                self._message = messages.nothing_to_preview(index)
        self._publish()

    def adopt(self, index: int | None = None) -> None:
        """Take a completion (None: the previewed, else the chosen one) over into every pixel that is not given."""
        if index is None and self._beside >= 0:
            self.adopt_beside(self._beside)
            return
        desk = self._input()
        if desk is None:
            return
        self._completing.skip()
        self.finish_stroke()
        shown = self._hovered if self._hovered >= 0 else desk.selected
        chosen, samples = shown if index is None else index, self._completing.samples
        if samples is None or not samples.drawn.any():
            self._message = messages.NOTHING_TO_ADOPT
        elif chosen >= samples.count:
            self._message = messages.only_so_many(samples.count)
        elif chosen < 0:
            self._message = messages.NOTHING_SELECTED
        elif not samples.drawn[chosen].any():
            self._message = messages.NOTHING_TO_ADOPT
        else:
            desk.selected, self._message = chosen, messages.adopted(chosen)
            self._changed_to(desk.document.with_adopted(samples.images[chosen], samples.drawn[chosen]))
            return
        self._publish()

    def release(self) -> None:
        """Make all adopted pixels unknown again."""
        desk = self._input()
        if desk is not None:
            self._changed_to(desk.document.released())

    def _adopted_from(self) -> int:
        """The completion that all adopted pixels are of, the marked one if it may be that; -1 if there is none."""
        desk, samples = self._desk, self._completing.samples
        if desk is None or samples is None or not desk.document.has_adopted:
            return -1
        adopted = desk.document.state == ADOPTED
        alike = (samples.images[:, adopted] == desk.document.pixels[adopted]).all(axis=(1, 2))
        if 0 <= desk.selected < samples.count and alike[desk.selected]:
            return desk.selected
        return int(alike.argmax()) if alike.any() else -1

    def _mark_adopted(self) -> None:
        """Mark the completion that a whole picture shows, after a step of the history."""
        desk = self._desk
        if desk is not None and desk.document.is_whole and (found := self._adopted_from()) >= 0:
            desk.selected = found
