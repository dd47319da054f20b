"""The workspace as JSON: what the next start or a crash needs to bring everything back.

Keys that a later version adds are ignored, and so is whatever is damaged: it takes its default.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.documents.wall import MAX_WALL
from app.workspaces.gallery.plan import ARRANGEMENTS, BY_SCORE, FIELDS, SORTS, Plan
from app.workspaces.gallery.state import DRAWERS, PAGES
from app.workspaces.gallery.workbench import Looks
from engine.contracts.manifest import Manifest

FORMAT = 1
LEAST_TILE, MOST_TILE = 7, 320


def packed_plan(plan: Plan) -> dict[str, Any]:
    """The plan as JSON can hold it."""
    return {name: getattr(plan, name) for name in Plan.__dataclass_fields__}


def unpacked_plan(values: Any, manifest: Manifest) -> Plan:
    """The plan that was packed, for this model."""
    given = values if isinstance(values, dict) else {}
    plan = Plan(model=manifest.id)
    count = _whole(given.get("count"), 1, MAX_WALL)
    plan = plan if count is None else replace(plan, count=count)
    for field in FIELDS:
        plan = plan.with_parameter(manifest, field, given.get(field))
    plan = plan.arranged(_one_of(given.get("arrangement"), ARRANGEMENTS, plan.arrangement), manifest.class_names)
    sort = _one_of(given.get("sort"), SORTS, plan.sort)
    only = _one_of(given.get("only"), manifest.class_names, "")
    return replace(plan, sort=plan.sort if sort == BY_SCORE else sort, only=only)


def packed_looks(looks: Looks) -> dict[str, Any]:
    """What was looked at; what was selected is not kept."""
    names = ("page", "drawer", "tile_size", "current", "seed_locked")
    return {name: getattr(looks, name) for name in names}


def unpacked_looks(values: Any) -> Looks:
    """What was looked at last."""
    given = values if isinstance(values, dict) else {}
    fresh = Looks()
    size = _whole(given.get("tile_size"), LEAST_TILE, MOST_TILE)
    current = _whole(given.get("current"), -1, MAX_WALL)
    return Looks(
        page=_one_of(given.get("page"), PAGES, fresh.page),
        drawer=_one_of(given.get("drawer"), DRAWERS, fresh.drawer),
        tile_size=fresh.tile_size if size is None else size,
        current=-1 if current is None else current,
        seed_locked=given.get("seed_locked") is True,
    )


def _whole(value: Any, least: int, most: int) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, least), most) if good else None


def _one_of(value: Any, choices: tuple[str, ...], otherwise: str) -> str:
    return value if isinstance(value, str) and value in choices else otherwise
