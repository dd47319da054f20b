"""Kept pictures whose bytes are damaged: each hangs as one that cannot be read, and the page goes on loading."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.workspaces.gallery.kept_loading import AT_ONCE
from tests.app.workspaces.gallery.kept.test_kept_page import Shown, drawing

PNG = drawing(0).png
NOISE = np.random.default_rng(4).bytes(300)
DAMAGED = {
    "empty": b"",
    "one byte": b"\x89",
    "the signature": PNG[:8],
    "short of its colour type": PNG[:25],
    "its colour type and no more": PNG[:26],
    "the header": PNG[:33],
    "short of its end": PNG[: len(PNG) // 2],
    "noise": NOISE,
    "noise after the signature": PNG[:8] + NOISE,
    "noise after the header": PNG[:33] + NOISE,
    "zeros": bytes(100),
}


def spoil(path: Path, pngs: dict[int, bytes]) -> None:
    """Other bytes for the pictures that these numbers made."""
    db = sqlite3.connect(path)
    with db:
        for place, png in pngs.items():
            db.execute(
                "UPDATE contents SET png = ? WHERE picture = (SELECT id FROM pictures WHERE place = ?)", (png, place)
            )
    db.close()


def reopened(worker: Any, path: Path, pngs: dict[int, bytes], count: int = 6) -> Shown:
    """The page after this happened to the file."""
    Shown(worker, path, count).keeping.close()
    worker.finished = False
    spoil(path, pngs)
    return Shown(worker, path, 0)


@pytest.mark.parametrize("png", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_picture_hangs_as_unreadable_among_the_others(worker: Any, path: Path, png: bytes) -> None:
    shown = reopened(worker, path, {3: png})
    tiles = shown.state.tiles
    assert tiles is not None and tiles.drawn.all() and shown.state.problem is None
    assert [place for place in shown.places if tiles.marks(shown.index(place)).broken] == [3]
    shown.do(shown.presenter.choose, shown.index(3))
    assert shown.state.detail is None
    shown.do(shown.presenter.choose, shown.index(2))
    assert shown.state.detail is not None
    shown.choose(3)
    shown.do(shown.presenter.delete)
    assert shown.places == [5, 4, 2, 1, 0], "it can be thrown away"
    shown.keeping.close()


def test_the_page_goes_on_loading_after_damaged_pictures(worker: Any, path: Path) -> None:
    count = 2 * AT_ONCE
    pngs = list(DAMAGED.values())
    spoilt = {place: pngs[place % len(pngs)] for place in range(0, count, 3)}
    shown = reopened(worker, path, spoilt, count)
    for start in range(0, count, 50):
        shown.do(shown.presenter.look, start, start + 50)
    tiles = shown.state.tiles
    assert tiles is not None and tiles.drawn[tiles.order].all()
    assert {place for place in shown.places if tiles.marks(shown.index(place)).broken} == set(spoilt)
    shown.keeping.close()
