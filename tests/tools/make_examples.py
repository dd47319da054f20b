"""Make `assets/examples`: pictures of the test sets with a part rubbed out, as PNGs whose alpha 0 is unknown.

    python tests/tools/make_examples.py --data-dir FOLDER

The colours under an alpha of 0 are gone, so that no reader can peek at what the model is asked for.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "examples"
BINARIZATION_SEED = 1234
PORTRAITS, GARMENTS = "pixel_portraits", "fashion_mnist"
CC0 = ("CC0-1.0", "Pixel portraits data set, CC0 1.0; one of its last 2,000 (test) pictures.")
MNIST = ("CC-BY-SA-3.0", "MNIST test set, Y. LeCun, C. Cortes, C. J. C. Burges; binarized.")
FASHION = ("MIT", "Fashion-MNIST test set, copyright 2017 Zalando SE; 16 greys.")


@dataclass(frozen=True)
class Example:
    """An entry of ``examples.json``; ``models`` are the ids it suits, the first is the one it opens with."""

    id: str
    title: str
    file: str
    models: tuple[str, ...]
    hint: str
    licence: str
    attribution: str


def portrait(folder: Path, index: int) -> NDArray[np.uint8]:
    """(16, 16, 3) uint8: test picture ``index`` of the portraits in the colours of the palette."""
    with np.load(folder / "pixel_portraits.npz") as file:
        return np.asarray(file["palette"][file["idx"][-2000:][index]], np.uint8)


def digit(folder: Path, index: int) -> NDArray[np.uint8]:
    """(28, 28, 3) uint8 of 0 and 255: test digit ``index``, binarized as the project does."""
    with np.load(folder / "mnist.npz") as file:
        grey = file["x_test"]
    ink = np.random.default_rng(BINARIZATION_SEED).random(grey.shape) < grey / 255
    return np.repeat(np.where(ink[index], 255, 0).astype(np.uint8)[..., None], 3, axis=2)


def garment(folder: Path, index: int) -> NDArray[np.uint8]:
    """(28, 28, 3) uint8 of 16 greys: test garment ``index``."""
    with np.load(folder / "fashion_mnist.npz") as file:
        grey = file["x_test"][index]
    return np.repeat((np.rint(grey / 17) * 17).astype(np.uint8)[..., None], 3, axis=2)


def rubbed(picture: NDArray[np.uint8], unknown: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(H, W, 4) uint8: the picture with alpha 0, and no colour, where ``unknown (H, W) bool``."""
    alpha = np.where(unknown, 0, 255).astype(np.uint8)
    return np.concatenate([np.where(unknown[..., None], 0, picture).astype(np.uint8), alpha[..., None]], axis=2)


def rectangle(side: int, rows: slice, columns: slice, corners: bool = False) -> NDArray[np.bool_]:
    """(side, side) bool: True in the rectangle, without its four corner pixels when ``corners``."""
    unknown = np.zeros((side, side), np.bool_)
    unknown[rows, columns] = True
    if corners:
        for row in (rows.start, rows.stop - 1):
            for column in (columns.start, columns.stop - 1):
                unknown[row, column] = False
    return unknown


def examples() -> list[tuple[Example, Callable[[Path], NDArray[np.uint8]]]]:
    """What ships, in the order in which it is offered, with the way each is made."""
    portraits, garments = ("portraits-gated-pixelcnn",), ("fashion-gated-pixelcnn",)
    digits = ("mnist-gated-pixelcnn", "mnist-pixelcnn")
    eyes = rectangle(16, slice(4, 8), slice(3, 13), corners=True)
    return [
        (
            Example("eyes", "A portrait without eyes", f"{PORTRAITS}-eyes.png", portraits, "Rub something out", *CC0),
            lambda folder: rubbed(portrait(folder, 57), eyes),
        ),
        (
            Example(
                "half-portrait",
                "Half a portrait",
                f"{PORTRAITS}-half_portrait.png",
                portraits,
                "The model paints a half",
                *CC0,
            ),
            lambda folder: rubbed(portrait(folder, 3), rectangle(16, slice(0, 16), slice(8, 16))),
        ),
        (
            Example("digit", "The top of a digit", "mnist-top_of_a_digit.png", digits, "What could it become?", *MNIST),
            lambda folder: rubbed(digit(folder, 1), rectangle(28, slice(13, 28), slice(0, 28))),
        ),
        (
            Example(
                "pullover",
                "The top of a pullover",
                f"{GARMENTS}-top_of_a_pullover.png",
                garments,
                "Knit the rest",
                *FASHION,
            ),
            lambda folder: rubbed(garment(folder, 20), rectangle(28, slice(12, 28), slice(0, 28))),
        ),
        (
            Example("boot", "Half a boot", f"{GARMENTS}-half_a_boot.png", garments, "Make the other half", *FASHION),
            lambda folder: rubbed(garment(folder, 28), rectangle(28, slice(0, 28), slice(0, 14))),
        ),
    ]


def main() -> None:
    """Write the PNGs and ``examples.json``."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data-dir", type=Path, required=True)
    folder = parser.parse_args().data_dir
    FOLDER.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    for example, make in examples():
        Image.fromarray(make(folder), "RGBA").save(FOLDER / example.file, optimize=True)
        entries.append(asdict(example))
    (FOLDER / "examples.json").write_text(json.dumps({"schema": 1, "examples": entries}, indent=2) + "\n")


if __name__ == "__main__":
    main()
