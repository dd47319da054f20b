"""The Complete workspace on screen: signals of the widgets to the presenter's verbs, its state to the widgets.

Nothing is decided here; what a state looks like is in `view_display`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from app.documents.lessons import Stage as LessonStage
from app.documents.picture_file import Picture
from app.messages import OPEN_MODEL_FOLDER, RESTART_ENGINE, Problem
from app.theme import motion
from app.translation import tr
from app.widgets.any_input import AnyInput
from app.widgets.held_space import HeldSpace
from app.widgets.status_line import StatusLine
from app.workspaces.complete.lens_state import LENSES
from app.workspaces.complete.presenter import CompletePresenter
from app.workspaces.complete.state import TOOLS, CompleteState, SavedPicture
from app.workspaces.complete.view_display import Display, unavailable
from app.workspaces.complete.view_header import PRESETS
from app.workspaces.complete.view_hint import HintedCanvas
from app.workspaces.complete.view_inspector import Inspector
from app.workspaces.complete.view_stage import Stage
from app.workspaces.complete.workbench import fits
from app.workspaces.registry import Surroundings, Workspace
from engine.contracts.manifest import Manifest
from engine.records.completion_note import is_completion_note


class CompleteView(HintedCanvas):
    """Signals out, ``show(state)`` in."""

    model_changed = Signal(str)
    unavailable_changed = Signal(object)
    file_dropped = Signal(str)
    library_requested = Signal()
    command_requested = Signal(str)
    picture_sent = Signal(object)
    parameters_changed = Signal(object)

    def __init__(self, surroundings: Surroundings, parent: QWidget) -> None:
        super().__init__(parent)
        self._state: CompleteState | None = None
        self._closed, self._enlarged, self._enlarged_beside = False, -1, False
        self.center, self.inspector, self.status = Stage(), Inspector(), StatusLine()
        self._display = Display(self.center, self.inspector, self.status, surroundings.folders)
        self.presenter = CompletePresenter(
            surroundings.dispatcher,
            surroundings.clock,
            surroundings.models,
            self.show,
            examples=surroundings.examples,
        )
        self.buttons: Mapping[str, QAbstractButton] = self.center.header.buttons
        floor = self.center.floor
        self.areas: Sequence[QWidget] = (
            self.center.header, floor.lenses, floor.tools, floor.canvas, floor.swatch, floor.colors, floor.sheet,
            self.center.machine, self.center.verdict, self.center.strip, self.center.beside,
        )  # fmt: skip
        self.menus: Mapping[QMenu, Sequence[str]] = {self.center.header.presets_menu: PRESETS}
        self._any_input = AnyInput(self)
        self._any_input.happened.connect(self.presenter.skip_show)
        self._connect_canvas()
        self._connect_completions()
        self._connect_machine()
        self._connect_rest()
        self.connect_acts()

    # -- signals to verbs ------------------------------------------------------------------------------------------

    def _connect_canvas(self) -> None:
        floor, presenter = self.center.floor, self.presenter
        canvas = floor.canvas
        canvas.stroke_started.connect(presenter.start_stroke)
        canvas.segment_drawn.connect(presenter.segment)
        canvas.stroke_finished.connect(presenter.finish_stroke)
        canvas.rectangle_drawn.connect(presenter.rectangle)
        canvas.fill_requested.connect(presenter.fill)
        canvas.color_picked.connect(presenter.pick)
        canvas.pixel_hovered.connect(presenter.look_at)
        canvas.pixel_probed.connect(presenter.probe)
        canvas.image_dropped.connect(self.file_dropped)
        HeldSpace(canvas, self).changed.connect(canvas.set_panning)
        floor.tools.tool_chosen.connect(presenter.choose_tool)
        floor.tools.size_changed.connect(presenter.set_size)
        floor.colors.color_chosen.connect(presenter.choose_color)
        floor.colors.rest_requested.connect(presenter.rest_is)
        floor.card.pressed.connect(self._remedy)
        floor.lenses.lens_chosen.connect(presenter.choose_lens)
        lens = self.inspector.lens
        lens.level_chosen.connect(presenter.force)
        lens.class_chosen.connect(presenter.speak_for)
        lens.remedy_requested.connect(self._remedy_lens)

    def _connect_completions(self) -> None:
        strip, sheet, presenter = self.center.strip, self.center.floor.sheet, self.presenter
        for tiles in (strip, sheet):
            tiles.tile_hovered.connect(presenter.hover)
            tiles.tile_clicked.connect(presenter.select)
            tiles.tile_activated.connect(presenter.adopt)
            tiles.enlarge_requested.connect(self._enlarge)
        strip.sheet_requested.connect(self.toggle_sheet)
        strip.remedy_requested.connect(self._remedy)
        sheet.closed.connect(self.toggle_sheet)
        beside = self.center.beside
        beside.tile_hovered.connect(presenter.hover_beside)
        beside.tile_clicked.connect(presenter.choose_beside)
        beside.tile_activated.connect(presenter.adopt_beside)
        beside.enlarge_requested.connect(lambda index: self._enlarge(index, beside=True))
        beside.remedy_requested.connect(self._remedy_beside)
        self.center.beside_verdict.advice_taken.connect(presenter.go_back)
        self.center.beside_verdict.close_requested.connect(presenter.close_beside)
        self.center.verdict.advice_taken.connect(presenter.follow_advice)
        self.center.verdict.more_requested.connect(self._unfold_figures)

    def _connect_machine(self) -> None:
        bar, presenter = self.center.machine, self.presenter
        bar.scrubbed.connect(presenter.scrub)
        bar.stepped.connect(presenter.step_pixels)
        bar.row_stepped.connect(presenter.step_row)
        bar.play_toggled.connect(presenter.toggle_replay)
        bar.rewind_requested.connect(presenter.rewind)
        bar.end_requested.connect(presenter.to_the_end)
        bar.branch_requested.connect(presenter.branch)

    def _connect_rest(self) -> None:
        header, presenter = self.center.header, self.presenter
        header.pace.pace_chosen.connect(presenter.set_pace)
        header.info.clicked.connect(lambda: self.say(header.info.toolTip()))
        header.example_chosen.connect(self._load_example)
        self.center.floor.toast.closed.connect(presenter.forget_message)
        panel = self.inspector.parameters
        panel.value_changed.connect(presenter.set_parameter)
        panel.seed_lock_changed.connect(presenter.lock_seed)
        panel.dice_rolled.connect(presenter.roll_dice)
        self.status.stop_clicked.connect(presenter.stop)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What the commands do here."""
        presenter, canvas = self.presenter, self.center.floor.canvas
        adopting = {f"adopt-{n}": (lambda n=n: presenter.adopt(n - 1)) for n in range(1, 10)}
        tools = {f"tool-{t}": (lambda t=t: presenter.choose_tool(t)) for t in TOOLS}
        lenses = {f"lens-{name}": (lambda name=name: presenter.choose_lens(name)) for name in LENSES}
        halves = {
            f"keep-{p}": (lambda p=p: presenter.preset(p)) for p in ("top", "bottom", "left", "right", "scattered")
        }
        paces = {f"pace-{p}": (lambda p=p: presenter.set_pace(p)) for p in ("instant", "rows", "pixels")}
        return {
            **adopting, **tools, **lenses, **halves, **paces,
            "undo": presenter.undo,
            "redo": presenter.redo,
            "escape": self.escape,
            "example": self._load_example,
            "clear": presenter.forget_everything,
            "rest": presenter.rest_is,
            "score": presenter.score,
            "adopt": lambda: presenter.adopt(None),
            "release": presenter.release,
            "again": presenter.complete_again,
            "dice": presenter.roll_dice,
            "lock-seed": self._toggle_lock,
            "sheet": self.toggle_sheet,
            "compare-raster": presenter.compare,
            "pixel-back": lambda: presenter.step_pixels(-1),
            "pixel-on": lambda: presenter.step_pixels(1),
            "row-back": lambda: presenter.step_row(False),
            "row-on": lambda: presenter.step_row(True),
            "rewind": presenter.rewind,
            "to-the-end": presenter.to_the_end,
            "play-drawing": presenter.toggle_replay,
            "branch": presenter.branch,
            "go-back": presenter.go_back,
            "enlarge": self._toggle_enlarged,
            "swap-tools": presenter.swap_tools,
            "smaller": presenter.smaller,
            "larger": presenter.larger,
            "fit": canvas.fit,
            "zoom-in": lambda: canvas.zoom_by(1.25),
            "zoom-out": lambda: canvas.zoom_by(0.8),
        }  # fmt: skip

    # -- what the window asks --------------------------------------------------------------------------------------

    def start(self, model: str, scene: dict[str, Any] | None) -> str:
        """Go on where the scene ended, or open this model with its first example; a sentence on what is damaged."""
        damage = "" if scene is None else self.presenter.restore(scene)
        if scene is None:
            self.presenter.start(model)
        if motion.reduced():
            self.presenter.skip_show()
        return damage

    @property
    def state(self) -> CompleteState | None:
        """What is shown."""
        return self._state

    def choose_model(self, model: str) -> None:
        """Open this model with its own picture."""
        self.presenter.choose_model(model)

    def set_models(self, models: Sequence[Manifest]) -> None:
        """These models are installed now."""
        self.presenter.set_models(models)

    def say(self, text: str, kind: str = "info") -> None:
        """A sentence that goes away by itself; the presenter's notice makes room for it."""
        self.presenter.forget_message()
        self.center.floor.toast.say(text, kind=kind)

    def open_picture(self, picture: Picture) -> None:
        """Show a picture from outside, or restore what its note says; what was said of another file goes."""
        self._unsay()
        self.presenter.open_picture(picture.rgba, picture.note)

    def _load_example(self, index: int | None = None) -> None:
        self._unsay()
        self.presenter.load_example(index)

    def _unsay(self) -> None:
        self.presenter.forget_message()
        self.center.floor.toast.leave()

    def obstacle(self, stage: LessonStage) -> str:
        """Why a lesson cannot set this stage, in a sentence; nothing where it can."""
        return self.presenter.obstacle(stage)

    def stage(self, stage: LessonStage, rgba: NDArray[np.uint8] | None) -> None:
        """Set what a lesson's button asks for; what was said before goes."""
        self._unsay()
        self.presenter.stage(stage, rgba)

    def outline(self) -> NDArray[np.uint8] | None:
        """The document (H, W, 4), transparent where it is unknown."""
        if self._state is None or self._state.manifest is None:
            return None
        document = self._state.document
        color = np.broadcast_to(document.pixels, (*document.state.shape, 3))
        return np.concatenate([color, np.where(document.observed, 255, 0).astype(np.uint8)[..., None]], axis=2)

    def picture(self) -> SavedPicture | None:
        """The picture as it stands."""
        return self.presenter.picture()

    def sheet(self) -> SavedPicture | None:
        """All completions on one sheet."""
        return self.presenter.sheet()

    def capture(self) -> dict[str, Any]:
        """The workspace as JSON."""
        return self.presenter.capture()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``starting``, ``ready``, ``died`` or ``failed``."""
        self.presenter.engine_changed(state)

    def close(self) -> None:
        """Stop; nothing is shown any more."""
        self._closed = True
        self._any_input.set_awake(False)
        self.presenter.stop()

    def escape(self) -> None:
        """Close what lies over the canvas, let go of a drag, or stop and deselect."""
        floor = self.center.floor
        if floor.enlarged.isVisible():
            self._toggle_enlarged()
        elif floor.sheet.isVisible():
            self.toggle_sheet()
        elif not floor.fold_colors():
            floor.canvas.cancel_drag()
            self.presenter.escape()

    # -- what lies over the canvas ---------------------------------------------------------------------------------

    def toggle_sheet(self) -> None:
        """Show all completions over the canvas, or go back."""
        sheet, state = self.center.floor.sheet, self._state
        if sheet.isVisible() or state is None or state.images is None:
            sheet.hide()
            self.center.floor.canvas.setFocus()
            return
        sheet.show()
        sheet.raise_()
        sheet.setFocus()
        self._display.show_tiles(state, None)

    def _toggle_enlarged(self) -> None:
        enlarged, state = self.center.floor.enlarged, self._state
        if enlarged.isVisible() or state is None or state.preview is None:
            self.center.floor.hide_enlarged()
            return
        if state.beside >= 0:
            self._enlarge(state.beside, beside=True)
        else:
            self._enlarge(state.hovered if state.hovered >= 0 else state.selected)

    def _enlarge(self, index: int, beside: bool = False) -> None:
        self._enlarged, self._enlarged_beside = index, beside
        if self._fill_enlarged():
            self.center.floor.show_enlarged(tr("Completion {n} as it is. F or Esc goes back.").format(n=index + 1))

    def _fill_enlarged(self) -> bool:
        """Bring the enlarged completion up to the state; False if there is no such completion."""
        state, index = self._state, self._enlarged
        shown = None if state is None else state.comparison if self._enlarged_beside else state
        if shown is None or shown.images is None or shown.drawn is None or not 0 <= index < len(shown.images):
            return False
        self.center.floor.enlarged.set_document(shown.images[index], shown.drawn[index].astype(np.uint8))
        return True

    def _follow_enlarged(self, state: CompleteState, before: CompleteState | None) -> None:
        """While one completion is enlarged: its newer pixels, another one that was chosen, or the way back."""
        if not self.center.floor.enlarged.isVisible() or before is None:
            return
        if state.selected != before.selected and state.selected >= 0:
            self._enlarge(state.selected)
        elif _pictures(state) != _pictures(before) and not self._fill_enlarged():
            self.center.floor.hide_enlarged()

    def _toggle_lock(self) -> None:
        self.presenter.lock_seed(not (self._state is not None and self._state.seed_locked))

    def _unfold_figures(self) -> None:
        """Show the figures behind the word; the inspector comes back for them."""
        if not self.inspector.isVisible():
            self.command_requested.emit("inspector")
            self.inspector.reliability.set_open(False)
        self.inspector.unfold_figures()

    def _remedy_beside(self) -> None:
        compared = self._state.comparison if self._state is not None else None
        self._remedy_of(None if compared is None else compared.problem)

    def _remedy_lens(self) -> None:
        look = self._state.look if self._state is not None else None
        self._remedy_of(None if look is None else look.problem)

    def _remedy(self) -> None:
        if self._state is not None and self._state.problem is not None:
            self._remedy_of(self._state.problem)
        else:
            self.presenter.retry()

    def _remedy_of(self, problem: Problem | None) -> None:
        if problem is None or self.presenter.act(problem.action):
            return
        if problem.action == RESTART_ENGINE:
            self.command_requested.emit("restart-engine")
        elif problem.action == OPEN_MODEL_FOLDER:
            self.command_requested.emit("open-model")
        else:
            self.library_requested.emit()

    # -- state to widgets ------------------------------------------------------------------------------------------

    def show(self, state: CompleteState) -> None:
        """Bring every widget up to the state."""
        if self._closed:
            return
        before, self._state = self._state, state
        self._display.show(state, before)
        self._any_input.set_awake(state.show_running)
        self._follow_enlarged(state, before)
        if state.manifest is not None and (before is None or before.manifest is not state.manifest):
            self.model_changed.emit(state.manifest.id)
        self.unavailable_changed.emit(unavailable(state))
        if before is None or before.parameters is not state.parameters:
            self.parameters_changed.emit(state.parameters)


def _pictures(state: CompleteState) -> tuple[int, ...]:
    """Which arrays it shows."""
    compared = state.comparison
    beside = () if compared is None else (compared.images, compared.drawn)
    return tuple(id(array) for array in (state.images, state.drawn, *beside))


COMPLETE = Workspace(
    id="complete",
    title=tr("Complete"),
    help=tr("Rub something out or paint something, and a model completes the picture."),
    fits=fits,
    build=CompleteView,
    made=is_completion_note,
)
"""The workspace as the window knows it."""
