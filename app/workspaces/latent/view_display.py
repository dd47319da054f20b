"""What a state of the Latent workspace looks like: every widget gets what has changed since the state before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.widgets.film_reel import read_film
from app.widgets.status_line import StatusLine
from app.workspaces.latent.spans import span_title
from app.workspaces.latent.state import LatentState
from app.workspaces.latent.view_inspector import Inspector
from app.workspaces.latent.view_stage import Stage


class Display:
    """From state to widgets, and never back."""

    def __init__(self, center: Stage, inspector: Inspector, status: StatusLine, folders: Sequence[Path]) -> None:
        self.center, self.inspector, self.status = center, inspector, status
        self._folders = folders
        self._state: LatentState | None = None

    def show(self, state: LatentState, before: LatentState | None) -> None:
        """Bring every widget up to the state."""
        self._state = state
        self._show_model(state, before)
        self._show_plane(state, before)
        self._show_picture(state, before)
        self._show_header(state, before)
        self._show_drawer(state, before)
        self._show_parameters(state, before)
        self._show_trouble(state, before)
        self._show_words(state, before)
        self.status.set_engine(state.engine)
        self.status.set_timing(None, state.decode_ms or None, 1)
        self.status.set_progress(state.writing)
        drawing = state.parameters.get("output") == "draw"
        self.status.set_seed(state.parameters.get("seed") if drawing else None)

    def _show_model(self, state: LatentState, before: LatentState | None) -> None:
        manifest, floor = state.manifest, self.center.floor
        if manifest is None or (before is not None and before.manifest is manifest):
            return
        card = self.inspector.card
        card.set_manifest(manifest, "", manifest.figures)
        film = read_film(self._folders, manifest)
        card.set_film(film.frames, film.curve, film.steps, film.unit)
        floor.shown.set_side(manifest.image.height, manifest.image.width)
        floor.place()

    def _show_plane(self, state: LatentState, before: LatentState | None) -> None:
        plane = self.center.floor.plane
        another = before is None or before.manifest is not state.manifest
        if another:
            plane.cancel_drag()  # what was held is of the model before
        if before is None or (before.chart, before.names) != (state.chart, state.names):
            plane.set_chart(state.chart, state.names)
        if before is None or another or before.sight is not state.sight:
            plane.fit() if state.view is None else plane.look_at(state.view, 1.0)
        if before is None or before.tiles is not state.tiles:
            plane.set_tiles(state.tiles)
            self.center.floor.busy.set_busy(False)
        self.center.floor.busy.set_busy(state.map_busy and state.problem is None)
        if before is None or before.density is not state.density:
            plane.set_density(state.density)
        if before is None or before.codes is not state.codes:
            plane.set_codes(state.codes)
        if before is None or before.curves is not state.curves:
            plane.set_curves(state.curves)
        if before is None or before.pins is not state.pins:
            plane.set_pins(state.pins)
        if before is None or before.point != state.point:
            plane.set_point(state.point)

    def _show_picture(self, state: LatentState, before: LatentState | None) -> None:
        shown = self.center.floor.shown
        if state.picture is not None and (before is None or before.picture is not state.picture):
            shown.surface.set_image(state.picture)
            shown.busy.set_busy(False)  # while pictures follow the hand nothing is awaited for long
        shown.busy.set_busy(state.busy and state.problem is None)
        shown.surface.setVisible(state.manifest is not None)
        shown.set_words(state.place_text, state.prior_text, state.code_text, state.picture_note)
        shown.set_draws("output" in state.fields)
        shown.output.set_current(str(state.parameters.get("output", "mean")))
        shown.dice.setEnabled(state.parameters.get("output") == "draw" and not state.seed_locked)

    def _show_header(self, state: LatentState, before: LatentState | None) -> None:
        header, span = self.center.header, self.center.floor.span
        header.set_layers(state.layers, state.possible_layers)
        header.set_layout_choice(state.chart.layout, "prior" in state.possible_layers)
        header.set_span(span_title(state.span, state.names), len(state.span_kinds) > 1)
        if before is None or (before.span, before.span_kinds, before.span_directions) != (
            state.span,
            state.span_kinds,
            state.span_directions,
        ):
            span.set_span(state.span_kinds or ("coordinates",), state.span, state.span_directions)
        if before is None or before.anchors is not state.anchors:
            span.set_anchors(state.anchors)
        if len(state.span_kinds) < 2:
            span.hide()

    def _show_drawer(self, state: LatentState, before: LatentState | None) -> None:
        drawer = self.center.drawer
        drawer.setVisible(state.manifest is not None)
        if before is None or before.drawer != state.drawer:
            drawer.set_page(state.drawer)
        if state.directions is not None and (before is None or before.directions is not state.directions):
            drawer.show_directions(state.directions)
        if state.yours is not None and (before is None or before.yours is not state.yours):
            drawer.yours.show_view(state.yours)
        if state.path is not None:
            drawer.path.show_view(state.path)

    def _show_parameters(self, state: LatentState, before: LatentState | None) -> None:
        panel = self.inspector.parameters
        if before is None or before.fields != state.fields:
            beside = state.fields - {"output"}  # its switch stands below the picture
            panel.set_visible_fields(beside)
            panel.setVisible(bool(beside))
            self.inspector.parameters_line.setVisible(bool(beside))
        if state.manifest is not None and (before is None or before.manifest is not state.manifest):
            panel.set_choices("class_name", [(name, name) for name in state.manifest.class_names])
        if before is None or before.parameters is not state.parameters:
            panel.set_values(state.parameters)
        panel.set_seed_locked(state.seed_locked)

    def _show_trouble(self, state: LatentState, before: LatentState | None) -> None:
        floor, problem = self.center.floor, state.problem
        if before is not None and before.problem == problem and before.manifest is state.manifest:
            return
        nothing = state.manifest is None
        for card, wanted in ((floor.empty, nothing), (floor.shown.card, not nothing)):
            card.setVisible(problem is not None and wanted)
            if problem is not None:
                card.set_message(problem.problem, problem.remedy, problem.button)
            card.raise_()
        floor.plane.setVisible(not nothing)
        floor.shown.setVisible(not nothing)
        floor.shown.place_card()

    def _show_words(self, state: LatentState, before: LatentState | None) -> None:
        floor = self.center.floor
        if before is None or before.message != state.message:
            floor.toast.say(state.message) if state.message else floor.toast.leave()


def unavailable(state: LatentState) -> frozenset[str]:
    """The commands that can do nothing in this state."""
    layers = {
        f"layer-{layer}": layer not in state.possible_layers for layer in ("pictures", "codes", "density", "prior")
    }
    without = {
        "undo": not state.can_undo,
        "redo": not state.can_redo,
        "layout": "prior" not in state.possible_layers,
        "output": "output" not in state.fields,
        "dice": state.parameters.get("output") != "draw",
        "lock-seed": "seed" not in state.fields,
        "span": len(state.span_kinds) < 2,
        "send-to-complete": state.picture is None,
        "walk": not state.walkable,
        **layers,
    }
    return frozenset(command for command, nothing in without.items() if nothing)
