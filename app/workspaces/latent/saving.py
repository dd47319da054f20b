"""What is written or copied: pictures with the request that made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.widgets.plane_layers import MapTile
from app.workspaces.latent.desk import Desk
from app.workspaces.latent.state import SavedPicture
from engine.records.latent_note import LatentNote, to_text
from engine.records.note_text import graph_digests
from engine.records.provenance import made_with, pixels_sha256


def saved_picture(desk: Desk) -> SavedPicture | None:
    """The decoded picture, with the place that it was decoded at; None before there is one."""
    shown = desk.picture
    if shown is None:
        return None
    record = LatentNote(
        model=desk.manifest.id,
        z=shown.place.z[None],
        parameters=shown.place.parameters,
        digests=graph_digests(desk.manifest),
        made_with=made_with(),
        sha256=pixels_sha256(shown.image),
    )
    return SavedPicture(shown.image, to_text(record), f"{desk.manifest.id}-latent.png")


def saved_map(desk: Desk, tiles: Sequence[MapTile]) -> SavedPicture:
    """All squares of one level in view as one picture, with the point that was on it.

    The map is of means, whatever is drawn at the point: neither the output nor the seed of that is the map's.
    """
    columns = sorted({tile.x for tile in tiles})
    rows = sorted({tile.y for tile in tiles}, reverse=True)
    height, width, channels = tiles[0].picture.shape
    sheet = np.zeros((len(rows) * height, len(columns) * width, channels), np.uint8)
    for tile in tiles:
        top, left = rows.index(tile.y) * height, columns.index(tile.x) * width
        sheet[top : top + height, left : left + width] = tile.picture
    told = {name: value for name, value in desk.now.parameters.items() if name == "class_name"}
    record = LatentNote(
        model=desk.manifest.id,
        z=desk.now.z[None],
        parameters={"output": "mean", **told},
        digests=graph_digests(desk.manifest),
        map=_map_request(desk, tiles, (len(columns), len(rows))),
        made_with=made_with(),
        sha256=pixels_sha256(sheet),
    )
    return SavedPicture(sheet, to_text(record), f"{desk.manifest.id}-map.png")


def _map_request(desk: Desk, tiles: Sequence[MapTile], squares: tuple[int, int]) -> dict[str, Any]:
    """What these squares, so many across and up, are a map of: all that is needed to decode it again."""
    plane, span, first = desk.now.plane, desk.now.span, tiles[0]
    x0, y0 = min(tile.x for tile in tiles), min(tile.y for tile in tiles)
    return {
        "layout": desk.layout,
        "rect": [x0, y0, x0 + squares[0] * first.side, y0 + squares[1] * first.side],
        "columns": squares[0] * first.cells,
        "rows": squares[1] * first.cells,
        "span": [span.kind, span.first, span.second],
        "pivot": [float(value) for value in plane.pivot],
        "axes": [[float(value) for value in axis] for axis in plane.axes],
        "anchors": [[float(value) for value in anchor] for anchor in desk.now.anchors],
    }
