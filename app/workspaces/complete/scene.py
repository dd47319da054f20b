"""The workspace as JSON: what the next start, a saved scene or a crash needs to bring everything back.

Keys that a later version adds are ignored; desks of models that are not installed are kept as they are, for the day
when they are.
"""

from __future__ import annotations

from typing import Any, TypeGuard

from app.documents.history import History
from app.documents.packing import pack_image, unpack_image
from app.documents.partial_image import PartialImage
from app.translation import tr
from app.workspaces.complete.branching import branch_on_show, pack_branch, unpack_branch
from app.workspaces.complete.colors import snapped
from app.workspaces.complete.desk import Desk, Edit, new_desk, parameter_value
from app.workspaces.complete.state import TOOLS
from engine.contracts.manifest import Manifest
from engine.errors import FileError

FORMAT = 1
LONGEST_HINT = 300


def pack_desk(desk: Desk) -> dict[str, Any]:
    """A desk without its history and completions: the latter are computed again, from the same seed."""
    return {
        "document": pack_image(desk.document),
        "memory": pack_image(desk.edit.memory),
        "parameters": dict(desk.edit.parameters),
        "seed_locked": desk.seed_locked,
        "selected": desk.selected,
        "tool": desk.tool,
        "brush_radius": desk.brush_radius,
        "color": list(desk.color),
        "example": desk.example,
        "hint": desk.hint,
        "branch": pack_branch(branch_on_show(desk)),
    }


def unpack_desk(manifest: Manifest, packed: Any) -> Desk:
    """The desk that `pack_desk` packed; raises `FileError` if its picture is damaged or of another size.

    Whatever else is missing or out of bounds takes its default.
    """
    values = packed if isinstance(packed, dict) else {}
    document = _fitting(manifest, values.get("document"))
    given = values.get("parameters")
    known = given if isinstance(given, dict) else {}
    checked = {name: parameter_value(manifest, name, value) for name, value in known.items()}
    desk = new_desk(manifest, document, {name: value for name, value in checked.items() if value is not None})
    if "memory" in values:
        memory = document.over(_fitting(manifest, values["memory"]))
        desk.history.replace(Edit(document, desk.edit.parameters, memory))
    _restore_branch(desk, values.get("branch"))
    _restore_tools(desk, values)
    return desk


def _restore_branch(desk: Desk, packed: Any) -> None:
    """Undo goes back to before the branch, whatever was done since; of the history nothing else is kept."""
    found = unpack_branch(desk.manifest, packed, desk.edit)
    if found is not None:
        desk.branch = found
        desk.history = History(found.before)
        desk.history.push(found.after)


def _fitting(manifest: Manifest, packed: Any) -> PartialImage:
    image, spec = unpack_image(packed), manifest.image
    if image.shape != (spec.height, spec.width, spec.display_channels):
        raise FileError(
            tr("The saved picture is not of {title}'s size.").format(title=manifest.title),
            tr("Draw it again, or load the picture."),
        )
    return image


def _restore_tools(desk: Desk, values: dict[str, Any]) -> None:
    side = max(desk.manifest.image.height, desk.manifest.image.width)
    radius, color = values.get("brush_radius"), values.get("color")
    if values.get("tool") in TOOLS:
        desk.tool = values["tool"]
    if _is_number(radius) and 0.5 <= radius <= side:
        desk.brush_radius = float(radius)
    if isinstance(color, list) and color and all(_is_number(value) and 0 <= value <= 255 for value in color):
        desk.color = snapped(tuple(int(value) for value in color), desk.manifest.image)
    if _is_number(values.get("selected")):
        desk.selected = max(-1, min(int(values["selected"]), desk.count - 1))
    if _is_number(values.get("example")):
        desk.example = max(-1, int(values["example"]))
    desk.seed_locked = values.get("seed_locked") is True
    hint = values.get("hint")
    desk.hint = hint if isinstance(hint, str) and len(hint) <= LONGEST_HINT else ""


def packed_pixel(pixel: tuple[int, int] | None) -> list[int] | None:
    """The (column, row) under the microscope as JSON can hold it."""
    return None if pixel is None else list(pixel)


def unpacked_pixel(values: Any, desk: Desk) -> tuple[int, int] | None:
    """The pixel that `packed_pixel` gave, if this desk's picture has it."""
    if not (isinstance(values, list) and len(values) == 2 and all(type(value) is int for value in values)):
        return None
    (column, row), (height, width) = values, desk.document.shape[:2]
    return (column, row) if 0 <= column < width and 0 <= row < height else None


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9
