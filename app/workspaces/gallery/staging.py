"""Setting the stage: what a lesson's button asks for, in one step of the history; a person can do all of it by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app import messages
from app.documents.lessons import Stage, Value
from app.translation import tr
from app.workspaces.gallery import words
from app.workspaces.gallery.plan import ARRANGEMENTS, BY_SCORE, COUNTS, SORTS, TURN, Plan, fields_of, value_kind
from app.workspaces.gallery.state import DRAWERS, PAGES
from app.workspaces.gallery.walks_plan import kinds_of
from app.workspaces.gallery.workbench import Workbench
from engine.contracts.manifest import Manifest

STEP = "lesson"
"""Buttons pressed one after the other are one step of the history: undo goes to before the first of them."""
HERE = ("parameters", "page", "drawer", "chosen", "sweep")
FOLDED = "none"


class Staging(Workbench):
    """What a lesson does."""

    def obstacle(self, stage: Stage) -> str:
        """Why this stage cannot be set, in a sentence; nothing where it can."""
        manifest = self._staged_model(stage)
        return words.unknown_model(stage.model) if manifest is None else next(_obstacles(stage, manifest), "")

    def stage(self, stage: Stage, _: NDArray[np.uint8] | None = None) -> None:
        """Set everything that the stage names; the rest stays.  What walk is swept is for the page of walks."""
        self._input()
        manifest, found = self._staged_model(stage), self.obstacle(stage)
        if manifest is None or found:
            self._say(found, "warn")
            return
        looks, plan = self._looks, staged(self._plan, stage, manifest)
        looks.page = stage.page or ("wall" if stage.asks_for() else looks.page)
        if stage.drawer:
            looks.drawer = "" if stage.drawer == FOLDED else stage.drawer
        elif stage.sweep:
            looks.drawer = "walks"
        if stage.chosen is not None:
            looks.current, looks.selection = stage.chosen, ()
        self._hold()
        if plan != self._plan:
            self._message, self._message_kind = messages.STAGED, "info"
        self._planned(plan, STEP)
        self._look_at_current()

    def _staged_model(self, stage: Stage) -> Manifest | None:
        return self._model(stage.model) if stage.model else self._manifest


def staged(plan: Plan, stage: Stage, manifest: Manifest) -> Plan:
    """The plan that the stage asks for."""
    wanted = dict(stage.parameters)
    if plan.model != manifest.id:
        plan = plan.for_model(manifest)
    if (told := wanted.pop("class_name", None)) is not None:
        plan = plan.with_parameter(manifest, "class_name", told)
    if (arrangement := wanted.pop("arrangement", None)) is not None:
        plan = plan.arranged(str(arrangement), manifest.class_names)
    if (count := wanted.pop("count", None)) is not None:
        plan = replace(plan, count=int(count))
    if (sort := wanted.pop("sort", None)) is not None:
        plan = replace(plan, sort=str(sort))
    for name, value in wanted.items():
        plan = plan.with_parameter(manifest, name, value)
    return plan


def _obstacles(stage: Stage, manifest: Manifest) -> Iterator[str]:
    """What this workspace or this model does not have, a sentence each."""
    yield from (
        tr("Lessons set no {name} in the workspace Gallery.").format(name=name)
        for name in stage.asks_for()
        if name not in HERE
    )
    for name, value in stage.parameters.items():
        if not _is_parameter(manifest, name, value):
            yield tr("{title} has no {name} {value!r}.").format(title=manifest.title, name=name, value=value)
    if stage.page and stage.page not in PAGES:
        yield tr("The Gallery has no page {page!r}.").format(page=stage.page)
    if stage.drawer and stage.drawer not in (*filter(None, DRAWERS), FOLDED):
        yield tr("There is no page {drawer!r} below the wall.").format(drawer=stage.drawer)
    if stage.sweep and stage.sweep not in kinds_of(manifest):
        yield tr("{title} cannot be taken on the walk {sweep!r}.").format(title=manifest.title, sweep=stage.sweep)
    if stage.chosen is not None and stage.chosen >= int(stage.parameters.get("count", COUNTS[0])):
        yield tr("No picture {chosen} hangs on that wall.").format(chosen=stage.chosen)


def _is_parameter(manifest: Manifest, name: str, value: Value) -> bool:
    if name == "count":
        return value in COUNTS
    if name == "arrangement":
        return value == TURN or (value in ARRANGEMENTS and bool(manifest.class_names))
    if name == "sort":
        return value in SORTS and (value != BY_SCORE or value_kind(manifest) != "none")
    plan = Plan(model=manifest.id)
    if name not in fields_of(manifest):
        return False
    if name == "class_name":
        return value == "" or value in manifest.class_names
    changed = plan.with_parameter(manifest, name, value)
    return bool(getattr(changed, name) == value)
