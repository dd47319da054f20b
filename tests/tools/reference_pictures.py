"""Write ``assets/reference/<data>.npz``: ``python tests/tools/reference_pictures.py`` (needs the data sets).

A seeded choice of training pictures, as many of each class where there are classes, and of test pictures.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.training import data

TARGET = Path(__file__).resolve().parents[2] / "assets" / "reference"
WANTED = {"mnist": (10_000, 1_000, 5_000), "fashion_mnist": (8_000, 1_000, 5_000), "cartoon_faces": (4_000, 500, 500)}
"""Training pictures, held-out pictures, and how many pictures the models of the set keep for validation."""
SEED = 2026


def chosen(labels: NDArray[np.uint8], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Places of ``count`` pictures, as evenly over the classes as they go, in the order of the file."""
    order = rng.permutation(len(labels))
    rank = np.zeros(len(labels), np.int64)  # how many of its class come before a picture
    for label in np.unique(labels):
        own = order[labels[order] == label]
        rank[own] = np.arange(len(own))
    return np.sort(order[np.argsort(rank[order], kind="stable")][:count])


def by_rows(split: data.Split, places: NDArray[np.int64]) -> NDArray[np.uint8]:
    """These pictures, the first rows of all before the second ones: (H, N, W, C), which compresses best."""
    pixels = split.pixels[places]
    return np.ascontiguousarray(pixels.reshape(*pixels.shape[:3], -1).transpose(1, 0, 2, 3))


def main() -> None:
    """Write all of them."""
    folder = Path(os.environ.get("REVERIE_DATA", "data"))
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, (count, held_out, validation) in WANTED.items():
        loaded, rng = data.load(name, folder, validation), np.random.default_rng(SEED)
        train, test = loaded.train, loaded.test
        places, others = chosen(train.labels, count, rng), chosen(test.labels, held_out, rng)
        labels = train.labels[places].astype(np.int16)
        np.savez_compressed(
            TARGET / f"{name}.npz",
            images=by_rows(train, places),
            labels=labels if len(np.unique(train.labels)) > 1 else np.full(count, -1, np.int16),
            held_out=by_rows(test, others),
            trained_on=np.array(len(train)),
        )
        print(name, (TARGET / f"{name}.npz").stat().st_size // 1024, "KiB")


if __name__ == "__main__":
    main()
