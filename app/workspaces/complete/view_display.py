"""What a state of the Complete workspace looks like: every widget gets what has changed since the state before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer

from app import messages
from app.documents.partial_image import Color
from app.messages import Problem
from app.translation import tr
from app.widgets.completion_sheet import CompletionSheet
from app.widgets.completion_strip import CompletionStrip
from app.widgets.film_reel import read_film
from app.widgets.status_line import StatusLine
from app.widgets.verdict_line import Line
from app.workspaces.complete import reliability_words as words
from app.workspaces.complete import time_machine_words as machine_words
from app.workspaces.complete.state import Comparison, CompleteState, Timing
from app.workspaces.complete.verdict import EXACT, FEW, LATE, POOR, RELIABLE, Verdict
from app.workspaces.complete.view_inspector import Inspector
from app.workspaces.complete.view_lens import LensDisplay
from app.workspaces.complete.view_stage import Stage

SIGNAL_OF = {EXACT: "good", RELIABLE: "good", LATE: "note", FEW: "note", POOR: "bad"}
"""How a kind of verdict is signalled; others quietly."""
EMPTY_MS = 400
"""When an empty strip says what to do: what is about to be drawn has begun by then."""


class Display:
    """From state to widgets, and never back."""

    def __init__(self, center: Stage, inspector: Inspector, status: StatusLine, folders: Sequence[Path]) -> None:
        self.center, self.inspector, self.status = center, inspector, status
        self._folders, self._lens = folders, LensDisplay(center.floor, inspector)
        self._state: CompleteState | None = None
        self._color: Color | None = None
        self._instead: tuple[Problem | None, bool, bool, bool] = (None, False, False, False)
        self._waits = False
        self._wait = QTimer(center, singleShot=True, interval=EMPTY_MS)
        self._wait.timeout.connect(lambda: self._show_instead_of_tiles(self._state) if self._state else None)

    def show(self, state: CompleteState, before: CompleteState | None) -> None:
        """Bring every widget up to the state."""
        self._state = state
        self._show_model(state, before)
        self._show_picture(state, before)
        self._lens.show(state, before)
        self._show_tools(state, before)
        self.show_tiles(state, before)
        self._show_beside(state, before)
        self._show_verdict(state, before)
        self._show_parameters(state, before)
        self._show_pace(state)
        self._show_machine(state, before)
        self._show_score(state, before)
        self._show_words(state, before)
        self._show_status(state)

    def _show_model(self, state: CompleteState, before: CompleteState | None) -> None:
        manifest = state.manifest
        if manifest is None or (before is not None and before.manifest is manifest):
            return
        card = self.inspector.card
        card.set_manifest(manifest, state.scorer_text, (state.scorer or manifest).figures)
        film = read_film(self._folders, manifest)
        card.set_film(film.frames, film.curve, film.steps, film.unit)
        self.center.header.set_examples(state.examples)

    def _show_picture(self, state: CompleteState, before: CompleteState | None) -> None:
        canvas = self.center.floor.canvas
        document = state.behind or state.document
        if before is None or (before.behind or before.document) is not document:
            canvas.set_document(document.pixels, document.state)
        if before is None or before.preview is not state.preview or before.preview_drawn is not state.preview_drawn:
            canvas.set_preview(state.preview, state.preview_drawn)
        if before is None or before.unused is not state.unused:
            canvas.set_unused(state.unused)
        if before is None or before.cursor != state.cursor:
            canvas.set_cursor_pixel(state.cursor)

    def _show_tools(self, state: CompleteState, before: CompleteState | None) -> None:
        floor = self.center.floor
        if before is None or (before.tool, before.brush_radius, before.color) != (
            state.tool,
            state.brush_radius,
            state.color,
        ):
            floor.canvas.set_tool(state.tool)
            floor.canvas.set_brush(state.brush_radius, state.color if state.tool == "pen" else None)
            floor.tools.set_current(state.tool)
            floor.tools.set_size(state.brush_radius)
        self._show_colors(state, before)

    def _show_colors(self, state: CompleteState, before: CompleteState | None) -> None:
        floor = self.center.floor
        current = None if state.tool == "forget" else state.color
        if before is not None and before.colors is state.colors and self._color == current:
            return
        self._color = current
        offered = [(choice.color, choice.name) for choice in state.colors]
        floor.colors.set_colors([*offered, (None, tr("Unknown"))] if state.is_binary else offered, current)
        floor.swatch.set_color(current, next((choice.name for choice in state.colors if choice.color == current), ""))
        floor.colors.set_rest(tr("Rest is paper") if state.is_binary else "")
        floor.place()

    def show_tiles(self, state: CompleteState, before: CompleteState | None) -> None:
        """The completions, in the strip and on the sheet where that is open."""
        strip, sheet = self.center.strip, self.center.floor.sheet
        count = 0 if state.images is None else len(state.images)
        changed = before is None or before.images is not state.images or before.drawn is not state.drawn
        anew = state.rewound
        for tiles in (strip, sheet) if sheet.isVisible() else (strip,):
            if changed:
                self._fill(tiles, state, count, anew)
            if before is None or before.selected != state.selected or changed:
                tiles.set_selected(state.selected)
            tiles.set_busy(state.busy)
        self._show_instead_of_tiles(state)

    def _show_instead_of_tiles(self, state: CompleteState) -> None:
        """What went wrong, or why there is nothing to choose; without a model the card on the canvas says it."""
        strip, problem, document = self.center.strip, state.problem, state.document
        none = state.manifest is not None and state.images is None and not (state.busy or problem)
        known = none and document.is_whole
        idle = none and not known and state.engine == "ready"
        idle = self._has_waited(idle)
        shown = (problem if state.manifest is not None else None, known, known and document.has_adopted, idle)
        if shown == self._instead:
            return
        self._instead = shown
        if shown[0] is not None:
            strip.set_error(shown[0].problem, shown[0].remedy, shown[0].button)
        elif known:
            strip.set_note(messages.EVERY_PIXEL_KNOWN, messages.RUB_OUT_OR_RELEASE if shown[2] else messages.RUB_OUT)
        elif idle:
            strip.set_note(messages.NOTHING_DRAWN, messages.ASK_AGAIN, tr("Complete"))
        else:
            strip.set_error("")

    def _has_waited(self, idle: bool) -> bool:
        """Whether nothing has gone on for a while: no word comes and goes in a moment."""
        if not idle:
            self._waits = False
            self._wait.stop()
        elif not self._waits:
            self._waits = True
            self._wait.start()
        return idle and not self._wait.isActive()

    def _fill(
        self,
        tiles: CompletionStrip | CompletionSheet,
        shown: CompleteState | Comparison,
        count: int,
        anew: bool = False,
    ) -> None:
        """The first ``count`` of them; ``anew`` where what is not drawn is empty, not older."""
        if any(tile.hasFocus() for tile in tiles.grid().tiles()[count:]):
            self.center.setFocus()  # it goes away, and the keys belong to the picture
        tiles.set_count(count)
        if shown.images is None or shown.drawn is None:
            return
        for index in range(count):
            tiles.set_tile(index, shown.images[index], shown.drawn[index], anew)

    def _show_beside(self, state: CompleteState, before: CompleteState | None) -> None:
        """Those in raster order below them, or from before a branch, where there are any."""
        shown, strip = state.comparison, self.center.beside
        if before is not None and before.comparison is shown and before.document is state.document:
            return
        if before is None or (before.comparison is None) != (shown is None):
            self.center.set_comparing(shown is not None)
        if shown is None:
            return
        heading = shown.heading or words.RASTER
        strip.setAccessibleName(heading)
        self._fill(strip, shown, 0 if shown.images is None else len(shown.images), anew=shown.branch)
        strip.set_busy(shown.busy)
        strip.set_selected(shown.marked)
        problem = shown.problem
        if problem is not None:
            strip.set_error(problem.problem, problem.remedy, problem.button)
        elif shown.images is None and state.document.is_whole:
            strip.set_note(messages.EVERY_PIXEL_KNOWN, messages.RUB_OUT)
        else:
            strip.set_error("")
        self.center.beside_verdict.set_line(line_of(shown.verdict, heading, shown.stale, closes=True))

    def _show_verdict(self, state: CompleteState, before: CompleteState | None) -> None:
        now = (state.verdict, state.heading, state.stale)
        if before is not None and (before.verdict, before.heading, before.stale) == now:
            return
        self.center.verdict.set_line(line_of(*now))
        self.inspector.set_verdict(state.verdict)

    def _show_parameters(self, state: CompleteState, before: CompleteState | None) -> None:
        panel = self.inspector.parameters
        if before is None or before.choices is not state.choices:
            for field, choices in state.choices.items():
                panel.set_choices(field, choices)
        if before is None or before.fields != state.fields:
            panel.set_visible_fields(state.fields)
        if before is None or before.parameters is not state.parameters:
            panel.set_values(state.parameters)
        panel.set_seed_locked(state.seed_locked)

    def _show_pace(self, state: CompleteState) -> None:
        header = self.center.header
        header.pace.set_pace(state.pace)
        header.pace.set_position(state.position if state.playing and not state.rewound else None)
        header.set_naive_text(state.naive_text)
        self.center.floor.reading.set_reading(state.reading)

    def _show_machine(self, state: CompleteState, before: CompleteState | None) -> None:
        """The bar of the time machine."""
        line, bar = state.timeline, self.center.machine
        if before is not None and before.timeline == line:
            return
        height, width = state.document.state.shape
        bar.set_place(line.at, line.of, playing=line.playing, usable=line.usable)
        bar.set_marks(line.row_ends, line.chosen)
        widest = machine_words.place(line.of, line.of, height, width, 0.88) if line.usable else ""
        bar.set_words(line.text, widest, line.help)

    def _show_score(self, state: CompleteState, before: CompleteState | None) -> None:
        if before is not None and (before.score, before.score_text) == (state.score, state.score_text):
            return
        score = state.score
        if score is None:
            self.inspector.score.set_message(state.score_text)
        else:
            self.inspector.score.set_score(score.nats, score.bits_per_dim, score.quantiles, state.score_note)

    def _show_words(self, state: CompleteState, before: CompleteState | None) -> None:
        floor = self.center.floor
        if before is None or before.unused_text != state.unused_text:
            self.center.header.set_note(state.unused_text)
        if before is None or before.message != state.message:
            floor.toast.say(state.message) if state.message else floor.toast.leave()
        alone = state.manifest is None and state.problem is not None
        floor.card.setVisible(alone)
        for part in (self.inspector, floor.tools, floor.lenses, self.center.machine):
            part.setVisible(not alone)
        floor.offer_colors(not alone and state.tool != "probe")  # it paints nothing, and wants to be seen
        if alone and state.problem is not None:
            floor.card.set_message(state.problem.problem, state.problem.remedy, state.problem.button)

    def _show_status(self, state: CompleteState) -> None:
        timing = state.timing
        self.status.set_engine(state.engine)
        self.status.set_timing(
            timing.first_row_ms or None,
            timing.total_ms or None,
            timing.count,
            timing.naive_ms or None,
            timing.felt_ms or None,
            _redrawn(timing),
        )
        self.status.set_seed(state.parameters.get("seed"))
        self.status.set_message(state.status)
        self.status.set_progress((state.progress or 0.0) if state.working else None)


def _redrawn(timing: Timing) -> str:
    """Which rows were drawn anew, where others were taken over."""
    found = timing.redrawn
    if found is None:
        return ""
    return machine_words.redrawn(found.first, found.count, found.of, timing.total_ms, found.columns)


def line_of(verdict: Verdict | None, heading: str, stale: bool, closes: bool = False) -> Line:
    """A verdict as it stands above a strip, which ``closes`` or is always there."""
    if verdict is None:
        return Line(heading=heading, closes=closes)
    return Line(
        heading=heading,
        signal=SIGNAL_OF.get(verdict.kind, "quiet"),
        title=verdict.title,
        sentence=verdict.sentence,
        help=verdict.help,
        button=verdict.button,
        more=verdict.particles is not None,
        faded=stale,
        closes=closes,
    )


def unavailable(state: CompleteState) -> frozenset[str]:
    """The commands that can do nothing in this state."""
    without = {
        "undo": not state.can_undo,
        "redo": not state.can_redo,
        "adopt": not state.can_adopt,
        "release": not state.can_release,
        "save-sheet": state.images is None,
        "sheet": state.images is None,
        "enlarge": state.preview is None,
        "example": not state.examples,
        "rest": not state.is_binary,
        "compare-raster": state.manifest is None,
        **dict.fromkeys(("pixel-back", "row-back", "rewind"), not state.timeline.usable or state.timeline.at == 0),
        **dict.fromkeys(("pixel-on", "row-on", "to-the-end", "branch"), not state.timeline.rewound),
        "play-drawing": not state.timeline.usable,
        "go-back": state.comparison is None or not state.comparison.branch,
    }
    return frozenset(command for command, nothing in without.items() if nothing)
