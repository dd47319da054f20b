"""The Latent workspace on screen: signals of the widgets to the presenter's verbs, its state to the widgets.

Nothing is decided here; what a state looks like is in `view_display`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMenu, QMessageBox, QWidget

import engine
from app.bridge.qt_worker import QtWorker
from app.documents.picture_file import Picture
from app.messages import RESTART_ENGINE
from app.translation import tr
from app.widgets.status_line import StatusLine
from app.workspaces.latent.desk import LAYERS
from app.workspaces.latent.exporting import EXPORTS, as_export
from app.workspaces.latent.presenter import LatentPresenter
from app.workspaces.latent.state import LatentState, SavedPicture
from app.workspaces.latent.view_display import Display, unavailable
from app.workspaces.latent.view_header import FOLDED
from app.workspaces.latent.view_hint import HintedPlane
from app.workspaces.latent.view_inspector import Inspector
from app.workspaces.latent.view_stage import Stage
from app.workspaces.latent.workbench import fits
from app.workspaces.registry import Surroundings, Workspace
from engine.contracts.manifest import Manifest
from engine.records.latent_note import is_latent_note


class LatentView(HintedPlane):
    """Signals out, ``show(state)`` in."""

    model_changed = Signal(str)
    unavailable_changed = Signal(object)
    file_dropped = Signal(str)
    library_requested = Signal()
    command_requested = Signal(str)
    picture_sent = Signal(object)

    def __init__(self, surroundings: Surroundings, parent: QWidget) -> None:
        super().__init__(parent)
        self._state: LatentState | None = None
        self._newest: LatentState | None = None
        self._closed = self._showing = False
        self.center, self.inspector, self.status = Stage(), Inspector(), StatusLine()
        folders = surroundings.folders
        self._worker = QtWorker(self)
        self._display = Display(self.center, self.inspector, self.status, folders)
        self.presenter = LatentPresenter(
            surroundings.dispatcher,
            surroundings.clock,
            surroundings.models,
            self.show,
            worker=self._worker,
            read_arrays=lambda model: engine.latent_arrays(folders, model),
        )
        header, floor = self.center.header, self.center.floor
        layers = {f"layer-{layer}": button for layer, button in header.layers.items()}
        self.buttons: Mapping[str, QAbstractButton] = {**layers, **header.buttons}
        self.areas: Sequence[QWidget] = (header, floor.span, floor.plane, floor.shown, self.center.drawer)
        self.menus: Mapping[QMenu, Sequence[str]] = {header.more_menu: FOLDED}
        self.center.installEventFilter(self)
        self._connect_plane()
        self._connect_path()
        self._connect_rest()
        self.connect_acts()

    # -- signals to verbs ------------------------------------------------------------------------------------------

    def _connect_plane(self) -> None:
        plane, presenter = self.center.floor.plane, self.presenter
        plane.point_grabbed.connect(presenter.grab)
        plane.point_moved.connect(presenter.move)
        plane.point_released.connect(presenter.release)
        plane.point_stepped.connect(presenter.step)
        plane.third_moved.connect(presenter.move_third)
        plane.view_changed.connect(lambda view, unit: presenter.look(view, unit, plane.fitted))
        plane.image_dropped.connect(self.file_dropped)

    def _connect_path(self) -> None:
        page, presenter = self.center.drawer.path, self.presenter
        page.key_chosen.connect(presenter.go_to_key)
        page.key_removed.connect(presenter.remove_key)
        page.key_shifted.connect(presenter.shift_key)
        page.add_requested.connect(presenter.add_key)
        page.kind_chosen.connect(presenter.set_path_kind)
        page.loop_changed.connect(presenter.set_path_loop)
        page.walk_toggled.connect(presenter.toggle_walk)
        page.scrubbed.connect(presenter.scrub)
        page.export_requested.connect(self._export)

    def _connect_rest(self) -> None:
        header, floor, presenter = self.center.header, self.center.floor, self.presenter
        header.layout_chosen.connect(presenter.set_layout)
        header.span_requested.connect(self.toggle_span)
        floor.span.kind_chosen.connect(presenter.set_span_kind)
        floor.span.directions_chosen.connect(presenter.set_span)
        floor.span.anchor_chosen.connect(presenter.set_anchor)
        floor.span.closed.connect(self.toggle_span)
        floor.shown.output_chosen.connect(lambda output: presenter.set_parameter("output", output))
        floor.shown.dice_rolled.connect(presenter.roll_dice)
        floor.shown.message_pressed.connect(self._remedy)
        floor.empty.pressed.connect(self._remedy)
        drawer = self.center.drawer
        drawer.page_chosen.connect(presenter.open_drawer)
        drawer.directions.kind_chosen.connect(presenter.set_direction_kind)
        drawer.directions.unfold_toggled.connect(presenter.unfold_directions)
        drawer.directions.value_changed.connect(presenter.set_direction)
        page = drawer.yours
        page.canvas.stroke_started.connect(presenter.start_stroke)
        page.canvas.segment_drawn.connect(presenter.segment)
        page.canvas.stroke_finished.connect(presenter.finish_stroke)
        page.canvas.image_dropped.connect(self.file_dropped)
        page.tool_chosen.connect(presenter.use_tool)
        page.go_requested.connect(self._go_to_yours)
        page.open_requested.connect(lambda: self.command_requested.emit("open"))
        page.epsilon_requested.connect(presenter.redraw_epsilon)
        plane = floor.plane
        plane.grip_moved.connect(presenter.move_grip)
        plane.grip_released.connect(presenter.release)
        panel = self.inspector.parameters
        panel.value_changed.connect(presenter.set_parameter)
        panel.seed_lock_changed.connect(presenter.lock_seed)
        panel.dice_rolled.connect(presenter.roll_dice)
        self.status.stop_clicked.connect(presenter.stop)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """What the commands do here."""
        presenter, plane = self.presenter, self.center.floor.plane
        layers = {f"layer-{layer}": (lambda layer=layer: presenter.toggle_layer(layer)) for layer in LAYERS}
        return {
            **layers,
            "undo": presenter.undo,
            "redo": presenter.redo,
            "escape": self.escape,
            "layout": presenter.toggle_layout,
            "span": self.toggle_span,
            "output": presenter.toggle_output,
            "dice": presenter.roll_dice,
            "lock-seed": self._toggle_lock,
            "go-home": presenter.go_home,
            "jump": presenter.jump,
            "drawer-directions": lambda: presenter.open_drawer("directions"),
            "drawer-yours": lambda: presenter.open_drawer("yours"),
            "drawer-path": lambda: presenter.open_drawer("path"),
            "add-key": self._add_key,
            "walk": presenter.toggle_walk,
            "fit": plane.fit,
            "zoom-in": lambda: plane.zoom_by(1.25),
            "zoom-out": lambda: plane.zoom_by(0.8),
        }

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The workspace asks for nothing while another one is in front."""
        if watched is self.center and event.type() == QEvent.Type.Show:
            self.presenter.wake()
        elif watched is self.center and event.type() == QEvent.Type.Hide:
            self.presenter.sleep()
        return False

    # -- what the window asks --------------------------------------------------------------------------------------

    def start(self, model: str, scene: dict[str, Any] | None) -> str:
        """Go on where the scene ended, or open this model; a sentence on what of the scene is damaged."""
        if scene is not None:
            return self.presenter.restore(scene)
        self.presenter.start(model)
        return ""

    @property
    def setter(self) -> LatentPresenter:
        """Who sets a lesson's stage."""
        return self.presenter

    @property
    def state(self) -> LatentState | None:
        """What is shown."""
        return self._state

    def choose_model(self, model: str) -> None:
        """Open this model where it was left."""
        self.presenter.choose_model(model)

    def set_models(self, models: Sequence[Manifest]) -> None:
        """These models are installed now."""
        self.presenter.set_models(models)

    def say(self, text: str, kind: str = "info") -> None:
        """A sentence that goes away by itself."""
        self.center.floor.toast.say(text, kind=kind)

    def open_picture(self, picture: Picture) -> None:
        """Go to the point that a saved picture's note names."""
        self.presenter.open_picture(picture.rgba, picture.note)

    def picture(self) -> SavedPicture | None:
        """The decoded picture."""
        return self.presenter.picture()

    def sheet(self) -> SavedPicture | None:
        """The map as it is in view."""
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
        self.presenter.sleep()
        self._worker.close()

    def escape(self) -> None:
        """Close what lies over the plane, let go of a drag, or stop."""
        floor = self.center.floor
        if floor.span.isVisible():
            self.toggle_span()
        else:
            floor.plane.cancel_drag()
            self.presenter.stop()

    def toggle_span(self) -> None:
        """Show or hide the card in which one chooses what spans the plane."""
        card = self.center.floor.span
        if card.isVisible():
            card.hide()
            self.center.floor.plane.setFocus()
            return
        card.show()
        card.raise_()
        self.center.floor.place()
        card.setFocus()

    def _add_key(self) -> None:
        """The point joins the path, on the path's page."""
        if self._state is not None and self._state.drawer != "path":
            self.presenter.open_drawer("path")
        self.presenter.add_key()

    def _go_to_yours(self) -> None:
        """The point goes to the picture's place, and the plane is seen so closely that its ellipse is."""
        self.presenter.go_to_yours()
        ellipses = [c.places for c in self._state.curves if c.kind == "ellipse"] if self._state is not None else []
        if ellipses:
            (x0, y0), (x1, y1) = np.min(np.concatenate(ellipses), axis=0), np.max(np.concatenate(ellipses), axis=0)
            self.center.floor.plane.look_at((float(x0), float(y0), float(x1), float(y1)))

    def _export(self, kind: str) -> None:
        """Ask for the file."""
        suggested = Path.home() / f"{self._state.model if self._state else 'latent'}-path.{kind}"
        path, _ = QFileDialog.getSaveFileName(self.center, EXPORTS[kind], str(suggested), f"*.{kind}")
        if not path:
            return
        target = as_export(Path(path), kind)
        if target == Path(path) or not target.exists() or self._may_replace(target):
            self.presenter.export(kind, target)

    def _may_replace(self, target: Path) -> bool:
        """Ask; the dialog has asked about the name that was typed, which was another one."""
        question = tr("{name} is there already. Replace it?").format(name=target.name)
        answer = QMessageBox.question(self.center, EXPORTS[target.suffix[1:].lower()], question)
        return answer == QMessageBox.StandardButton.Yes

    def _toggle_lock(self) -> None:
        self.presenter.lock_seed(not (self._state is not None and self._state.seed_locked))

    def _remedy(self) -> None:
        problem = self._state.problem if self._state is not None else None
        if problem is None or self.presenter.act(problem.action):
            return
        if problem.action == RESTART_ENGINE:
            self.command_requested.emit("restart-engine")
        else:
            self.library_requested.emit()

    # -- state to widgets ------------------------------------------------------------------------------------------

    def show(self, state: LatentState) -> None:
        """Bring every widget up to the state, then to those that came of showing it: a plane says what is in view."""
        self._newest = state
        if self._showing:
            return
        self._showing = True
        try:
            while self._newest is not None and not self._closed:
                newest, self._newest = self._newest, None
                self._show(newest)
        finally:
            self._showing = False

    def _show(self, state: LatentState) -> None:
        before, self._state = self._state, state
        self._display.show(state, before)
        if state.manifest is not None and (before is None or before.manifest is not state.manifest):
            self.model_changed.emit(state.manifest.id)
        self.tell_parameters(state.parameters)
        self.unavailable_changed.emit(unavailable(state))


LATENT = Workspace(
    id="latent",
    title=tr("Latent"),
    help=tr("Pull a point through latent space, and see the picture change under your hand."),
    fits=fits,
    build=LatentView,
    made=is_latent_note,
)
"""The workspace as the window knows it."""
