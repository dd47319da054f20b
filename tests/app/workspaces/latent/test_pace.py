"""What `reverie bench` takes for a picture in time, one out of order, and a hole in the map."""

from __future__ import annotations

import numpy as np
import pytest

from app.widgets.plane_layers import MapTile
from app.workspaces.latent.pace import LATTICE, Trail, holes


def trail(*painted: tuple[str, float]) -> Trail:
    """Moves to a, b, c, d at 0, 1, 2, 3 seconds."""
    made = Trail()
    for due, place in enumerate("abcd"):
        made.moved(place, float(due))
    for place, now in painted:
        made.shown(place, now)
    return made


def test_a_wait_ends_with_the_paint_of_the_moves_own_picture_or_a_newer_ones() -> None:
    made = trail(("elsewhere", 0.5), ("a", 1.5), ("c", 3.5), ("c", 3.75), ("d", 5.0))
    assert made.waits() == [1.5, 2.5, 1.5, 2.0]
    assert made.pictures() == 3 and made.backwards() == 0


def test_an_older_picture_after_a_newer_one_is_counted_and_ends_no_wait() -> None:
    made = trail(("b", 2.0), ("a", 3.0), ("d", 4.0))
    assert made.backwards() == 1 and made.waits() == [2.0, 1.0, 2.0, 1.0]


def tile(x: float, y: float, side: float = 1.0, cells: int = 8, stale: bool = False) -> MapTile:
    return MapTile(x, y, side, np.zeros((8, 8, 1), np.uint8), cells, stale)


def test_a_covered_map_has_no_hole() -> None:
    tiles = [tile(x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
    assert holes(tiles, (0.0, 0.0, 2.0, 2.0)) == 0


@pytest.mark.parametrize("instead", [None, tile(1.0, 1.0, stale=True), tile(0.0, 0.0, side=2.0)])
def test_what_is_missing_coarse_or_of_another_plane_is_a_hole(instead: MapTile | None) -> None:
    tiles = [tile(0.0, 0.0), tile(1.0, 0.0), tile(0.0, 1.0), *([] if instead is None else [instead])]
    assert holes(tiles, (0.0, 0.0, 2.0, 2.0)) == LATTICE * LATTICE // 4


def test_nothing_is_all_hole() -> None:
    assert holes([], (0.0, 0.0, 1.0, 1.0)) == LATTICE * LATTICE
