"""What is written or copied: pictures with the request that made them."""

from __future__ import annotations

import numpy as np

from app.documents.latent_record import LatentRecord, to_text
from app.documents.request_record import graph_digests
from app.widgets.plane_layers import MapTile
from app.workspaces.latent.desk import Desk
from app.workspaces.latent.state import SavedPicture


def saved_picture(desk: Desk) -> SavedPicture | None:
    """The decoded picture, with the place that it was decoded at; None before there is one."""
    shown = desk.picture
    if shown is None:
        return None
    record = LatentRecord(
        model=desk.manifest.id,
        z=shown.place.z[None],
        parameters=shown.place.parameters,
        digests=graph_digests(desk.manifest),
    )
    return SavedPicture(shown.image, to_text(record), f"{desk.manifest.id}-latent.png")


def saved_map(desk: Desk, tiles: tuple[MapTile, ...]) -> SavedPicture | None:
    """The finest squares in view as one picture, with the point that was on it; None before they are there."""
    fresh = [tile for tile in tiles if not tile.stale]
    if not fresh:
        return None
    side = min(tile.side for tile in fresh)
    finest = [tile for tile in fresh if tile.side == side]
    columns = sorted({tile.x for tile in finest})
    rows = sorted({tile.y for tile in finest}, reverse=True)
    height, width, channels = finest[0].picture.shape
    sheet = np.zeros((len(rows) * height, len(columns) * width, channels), np.uint8)
    for tile in finest:
        top, left = rows.index(tile.y) * height, columns.index(tile.x) * width
        sheet[top : top + height, left : left + width] = tile.picture
    record = LatentRecord(
        model=desk.manifest.id,
        z=desk.now.z[None],
        parameters=desk.now.parameters,
        digests=graph_digests(desk.manifest),
    )
    return SavedPicture(sheet, to_text(record), f"{desk.manifest.id}-map.png")
