"""Setting the stage: what a lesson's button asks for is put on the desk, in one step of the history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import messages
from app.documents.lessons import Stage
from app.documents.picture_fit import fit_picture
from app.translation import tr
from app.workspaces.complete.branching import branch_on_show
from app.workspaces.complete.desk import Desk, parameter_choices, parameter_value
from app.workspaces.complete.lens_state import LENSES
from app.workspaces.complete.looking import Looking
from app.workspaces.complete.state import PACES, TOOLS
from app.workspaces.complete.time_machine import TimeMachine
from engine.contracts.controls import controls
from engine.contracts.manifest import Manifest
from engine.contracts.requests import CompleteImage

STEP = "lesson"
"""Buttons pressed one after the other are one step of the history: undo goes to before the first of them."""
HERE = ("picture", "parameters", "compare", "lens", "pixel", "pace", "tool")


class Staging(TimeMachine, Looking):
    """What a lesson does; a person can do all of it by hand."""

    def obstacle(self, stage: Stage) -> str:
        """Why this stage cannot be set, in a sentence; nothing where it can."""
        manifest = self._staged_model(stage)
        if manifest is None:
            return messages.unknown_model(stage.model)
        return next(_obstacles(stage, manifest), "")

    def stage(self, stage: Stage, rgba: NDArray[np.uint8] | None = None) -> None:
        """Set everything that the stage names, with the picture (h, w, 4) that goes with it; the rest stays.

        What was there before is one step of the history back; with another model, on that model's own desk.
        """
        found = self.obstacle(stage)
        before, manifest = self._input(), self._staged_model(stage)
        if found or manifest is None:
            self._message = found
            self._publish()
            return
        self.finish_stroke()
        self._completing.skip()
        desk = self._desk_of(manifest)
        changed = self._put(desk, stage, rgba)
        if changed and (rgba is not None or desk is not before):
            self._message = messages.STAGED if desk is before else messages.STAGED_ELSEWHERE
        self._hovered, self._beside, desk.hint = -1, -1, ""
        desk.tool = stage.tool or desk.tool
        self._compare_as_staged(desk, stage.compare)
        self._pace_as_staged(stage.pace, now=not changed and desk is before)
        if desk is not before:
            self._open(manifest)
        elif changed:
            self._edited()
        self._look_as_staged(stage)
        self._publish()

    def _staged_model(self, stage: Stage) -> Manifest | None:
        open_now = None if self._desk is None else self._desk.manifest
        return self._model(stage.model) if stage.model else open_now

    def _put(self, desk: Desk, stage: Stage, rgba: NDArray[np.uint8] | None) -> bool:
        """Picture and parameters; whether that changed anything."""
        edit = desk.edit
        wanted = {name: parameter_value(desk.manifest, name, value) for name, value in stage.parameters.items()}
        parameters: Any = dict(edit.parameters) | wanted
        document = edit.document if rgba is None else fit_picture(rgba, desk.manifest.image)
        known = rgba is None or (document.same_as(edit.document) and document.same_as(edit.memory))
        if known and parameters == edit.parameters:
            return False
        if known:
            fresh = replace(edit, parameters=parameters)
        else:
            fresh = replace(edit, parameters=parameters, document=document, memory=document)
        desk.history.push(fresh, STEP)
        desk.selected = max(0, min(desk.selected, desk.count - 1))
        if not known:
            desk.selected = 0
            desk.refresh_colors()
        return True

    def _compare_as_staged(self, desk: Desk, compare: bool | None) -> None:
        """Raster order below the completions or not; what a branch left there makes room for it."""
        if compare is None:
            return
        if branch_on_show(desk) is not None:
            desk.branch = None
        if desk is not self._desk:
            self._comparing.shown = compare  # asked for when the desk opens
        elif compare != self._comparing.shown:
            self._comparing.set_shown(compare)

    def _pace_as_staged(self, pace: str, now: bool) -> None:
        """From the next completion on; where none is to come, ``now``."""
        if pace and now:
            self._completing.set_pace(pace)
        elif pace:
            self._completing.pace = pace

    def _look_as_staged(self, stage: Stage) -> None:
        """The lens, and the pixel under it; to have another lens is to let go of the pixel."""
        if stage.lens:
            self._lenses.choose(stage.lens)
            self._lenses.pin(None)
        if stage.pixel is not None and stage.pixel != self._lenses.pinned:
            self._lenses.pin(stage.pixel)


def _obstacles(stage: Stage, manifest: Manifest) -> Iterator[str]:
    """What this version or this model does not have, a sentence each."""
    yield from (
        tr("Lessons set no {name} in the workspace Complete.").format(name=name)
        for name in stage.asks_for()
        if name not in HERE
    )
    named = (("lens", stage.lens, LENSES), ("pace", stage.pace, PACES), ("tool", stage.tool, TOOLS))
    yield from (
        tr("There is no {what} {name!r} here.").format(what=what, name=name)
        for what, name, known in named
        if name and name not in known
    )
    choices = parameter_choices(manifest)
    for name, value in stage.parameters.items():
        if name not in controls(CompleteImage):
            yield tr("Completions have no parameter {name!r}.").format(name=name)
        elif parameter_value(manifest, name, value) is None:
            offered = ", ".join(filter(None, dict(choices.get(name, ()))))
            yield tr("{title} has no {name} {value!r}").format(title=manifest.title, name=name, value=value) + (
                tr(": it has {offered}.").format(offered=offered) if offered else "."
            )
    if stage.pixel is not None:
        column, row = stage.pixel
        if column >= manifest.image.width or row >= manifest.image.height:
            yield tr("{title} has no pixel at column {column}, row {row}.").format(
                title=manifest.title, column=column, row=row
            )
