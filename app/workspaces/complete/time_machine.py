"""The verbs of time: the history of what a hand did, and going back in how a completion was drawn."""

from __future__ import annotations

from app import messages
from app.workspaces.complete import time_machine_words as words
from app.workspaces.complete.adopting import Adopting
from app.workspaces.complete.branching import branch, branch_on_show
from app.workspaces.complete.desk import Desk
from app.workspaces.complete.state import PACES
from app.workspaces.complete.time_machine_line import Drawing, drawing_of
from app.workspaces.complete.workbench import SEEDS


class TimeMachine(Adopting):
    """Undo and redo; the pace; scrubbing through a drawing, branching at a pixel of it and going back.

    While the time machine stands before a drawing's end, any other input brings the end back; only looking at other
    completions does not.
    """

    # --- history

    def undo(self) -> None:
        """One step back, of strokes and parameters alike."""
        self._step(back=True)

    def redo(self) -> None:
        """One step forward."""
        self._step(back=False)

    def _step(self, back: bool) -> None:
        desk = self._input()
        self.finish_stroke()
        if desk is None or not (desk.history.can_undo if back else desk.history.can_redo):
            self._publish()
            return
        _ = desk.history.undo() if back else desk.history.redo()
        desk.selected = min(desk.selected, desk.count - 1)
        self._mark_adopted()
        self._arrived(desk)

    def _arrived(self, desk: Desk) -> None:
        """The history stands elsewhere; before a branch, what was there is still at hand."""
        left = desk.branch
        if left is None or desk.edit is not left.before:
            self._edited()
            return
        desk.selected = left.tile
        self._edited_but_completions()
        self._completing.put_back(left.samples, left.made)
        self._publish()

    # --- pace

    def set_pace(self, pace: str) -> None:
        """Show completions at once, by rows or by pixels; the engine works at full speed whatever it is."""
        self._input()
        if pace in PACES:
            self._completing.set_pace(pace)
        self._publish()

    def skip_show(self) -> None:
        """End the show or the replay: show all that there is."""
        self._input()
        self._completing.skip()
        self._publish()

    def seek(self, position: float) -> None:
        """Halt the replay at a position in [0, 1]; begins one if there is none."""
        self._completing.seek(position)
        self._publish()

    def toggle_replay(self) -> None:
        """Halt the replay or let it go on; begins one if there is none."""
        self._show_over()
        self._completing.toggle()
        self._publish()

    # --- going back in a drawing

    def scrub(self, at: int) -> None:
        """Show the completions as they were when ``at`` of their pixels were drawn; all of them: as they are."""
        drawing = self._drawing()
        if drawing is not None:
            self._completing.scrub(min(max(at, 0), drawing.count))
        self._publish()

    def step_pixels(self, count: int) -> None:
        """So many pixels on, or back."""
        self.scrub(self._drawn() + count)

    def step_row(self, forward: bool) -> None:
        """To the next end of a row, or to the one before."""
        drawing, at = self._drawing(), self._drawn()
        if drawing is not None:
            self.scrub(drawing.row_end_after(at) if forward else drawing.row_end_before(at))

    def rewind(self) -> None:
        """Before the first pixel."""
        self.scrub(0)

    def to_the_end(self) -> None:
        """As the completions are."""
        self._completing.skip()
        self._publish()

    def branch(self) -> None:
        """Keep what is drawn so far, and draw the rest anew with another seed; what is there now stays to compare.

        A locked seed gives way: with the same one nothing would change.
        """
        desk, drawing, at = self._desk, self._drawing(), self._drawn()
        if desk is None or drawing is None or at >= drawing.count:
            self._message = words.REWIND_FIRST if drawing is not None else messages.NOTHING_TO_ADOPT
            self._publish()
            return
        self._input()
        self._completing.skip()
        self.finish_stroke()
        seed, old = self._new_seed(), int(desk.edit.parameters["seed"])
        seed = (seed + 1) % SEEDS if seed == old else seed
        branch(desk, drawing, max(desk.selected, 0), at, seed)
        desk.hint, self._beside = "", -1
        self._message = words.branched(at, drawing.count, seed, desk.seed_locked)
        self._comparing.set_shown(False)
        self._edited_but_completions()
        self._completing.now()
        self._publish()

    def go_back(self) -> None:
        """To before the branch, with all that was there."""
        desk = self._input()
        left = branch_on_show(desk)
        self._beside = -1
        if desk is None or left is None:
            self._message = words.NO_BRANCH
            self._publish()
            return
        self.finish_stroke()
        while desk.edit is not left.before and desk.history.can_undo:
            desk.history.undo()
        self._message = words.WENT_BACK
        self._arrived(desk)

    # --- beside the completions

    def compare(self) -> None:
        """Draw the same in raster order beside the completions, or no longer."""
        desk = self._input()
        branched, self._beside = branch_on_show(desk) is not None, -1
        if desk is not None:
            desk.branch = None
        self._comparing.set_shown(branched or not self._comparing.shown)
        self._publish()

    def close_beside(self) -> None:
        """Have no other completions below any more; what was branched stays."""
        desk = self._input()
        self._beside = -1
        if desk is not None and branch_on_show(desk) is not None:
            desk.branch = None
        elif self._comparing.shown:
            self._comparing.set_shown(False)
        self._publish()

    def _drawing(self) -> Drawing | None:
        """How the completions on show were drawn, where that can be shown; a first show ends for it."""
        self._show_over()
        desk = self._desk
        if desk is None or desk.made is None or not self._completing.rewindable:
            return None
        self._message = ""
        desk.selected = max(desk.selected, 0)  # nothing is scrubbed through where nothing is on the canvas
        return drawing_of(desk.made)

    def _drawn(self) -> int:
        """How many pixels of the shown completion are drawn."""
        desk, drawing = self._desk, self._drawing()
        if desk is None or drawing is None:
            return 0
        shown = self._hovered if self._hovered >= 0 else max(desk.selected, 0)
        count = self._completing.count(shown)
        return drawing.count if count is None else count

    def _show_over(self) -> None:
        if self._completing.show_running:
            self._completing.skip()
