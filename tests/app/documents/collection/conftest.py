"""Pictures to keep, and stores to keep them in."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.documents.collection.picture import Drawing, Origin
from app.documents.collection.store import KeptPictures
from engine.records.png_file import encode_png

MakeDrawing = Callable[..., Drawing]


def drawing_of(number: int = 0, size: tuple[int, int] = (8, 8), **facts: Any) -> Drawing:
    """A picture that no other number has, with an origin of these facts."""
    pixels = np.full((size[1], size[0], 1), number % 256, np.uint8)
    origin: dict[str, Any] = {
        "model": "mnist-gan",
        "digest": "d" * 64,
        "request": f'{{"seed":1,"first":{number}}}',
        "recipe": f"r/{number}",
        "sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
        "seed": 1,
        "place": number,
        "family": "gan",
        "dataset": "mnist",
    }
    return Drawing(encode_png(pixels), Origin(**origin | facts))


@pytest.fixture
def drawing() -> MakeDrawing:
    """Makes pictures to keep."""
    return drawing_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file of kept pictures is to be."""
    return tmp_path / "data" / "kept.sqlite3"


@pytest.fixture
def open_store(path: Path) -> Iterator[Callable[..., KeptPictures]]:
    """Opens stores of that file; the time is a second later whenever they look at the clock."""
    opened: list[KeptPictures] = []
    ticks = itertools.count(1_000.0)

    def opens(at: Path = path, busy_s: float = 0.05) -> KeptPictures:
        opened.append(KeptPictures(at, busy_s=busy_s, clock=lambda: next(ticks)))
        return opened[-1]

    yield opens
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., KeptPictures]) -> KeptPictures:
    """A store with nothing in it."""
    return open_store()
