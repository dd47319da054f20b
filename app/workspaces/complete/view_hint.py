"""Where the hint's bubble lies: beside what is unknown, never on it as long as there is another place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF

from app.theme.tokens import Space
from app.widgets.hint import Hint


def place_hint(hint: Hint, unknown: NDArray[np.bool_], picture: QRectF, room: QRectF) -> None:
    """Point at the unknown pixels ``(H, W)`` of a picture that lies at ``picture``, staying within ``room``.

    Right of them, left of them, below, above; where none of that has room, at the foot, without an arrow.
    """
    for target, arrow in _places(unknown, picture):
        if room.contains(hint.area_at(target, arrow)):
            hint.point_at(target.toPoint(), arrow)
            return
    height = hint.area_at(QPointF(), "").height()
    hint.point_at(QPointF(room.center().x(), room.bottom() - height / 2).toPoint(), "")


def _places(unknown: NDArray[np.bool_], picture: QRectF) -> Iterator[tuple[QPointF, str]]:
    """The tip, and at which side of the bubble the arrow is; the bubble is outside of all that is unknown."""
    height, width = unknown.shape
    rows, columns = np.nonzero(unknown)
    across, down = picture.width() / width, picture.height() / height
    if len(rows):
        left, right = picture.x() + columns.min() * across, picture.x() + (columns.max() + 1) * across
        top, bottom = picture.y() + rows.min() * down, picture.y() + (rows.max() + 1) * down
    else:
        left = right = picture.right()
        top = bottom = picture.y() + picture.height() / 3
    center = QPointF((left + right) / 2, (top + bottom) / 2)
    yield QPointF(right + Space.XS, center.y()), "left"
    yield QPointF(left - Space.XS, center.y()), "right"
    yield QPointF(center.x(), bottom + Space.XS), "top"
    yield QPointF(center.x(), top - Space.XS), "bottom"
