"""Tiny recipes and data sets, with answers small enough to know."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from engine.training.data import DataSet, Split

if TYPE_CHECKING:
    from engine.training.recipe import AutoregressiveRecipe

os.environ["OMP_NUM_THREADS"] = "1"


@pytest.fixture(autouse=True, scope="session")
def translations_are_listed_once() -> Iterator[None]:
    """The exporter lists its translations of torch's operators anew for every graph, which takes it more than a second.

    Where it is built otherwise than this knows, it goes on doing so.
    """
    with pytest.MonkeyPatch.context() as patch:
        if "torch" in sys.modules:  # imported by whoever exports, when the tests were collected
            with contextlib.suppress(ImportError, AttributeError):
                from torch.onnx._internal.exporter import _registration

                listed = _registration.ONNXRegistry.from_torchlib
                patch.setattr(_registration.ONNXRegistry, "from_torchlib", staticmethod(cache(listed)))
        yield


@pytest.fixture(scope="module")
def tiny_data() -> DataSet:
    """48 training pictures of 6x6 greys, whose value says which picture it is; labels 0, 1, 2 in turn."""
    rng = np.random.default_rng(7)
    pixels = rng.integers(0, 256, (64, 6, 6), dtype=np.uint8)
    labels = (np.arange(64) % 3).astype(np.uint8)
    train, validation, test = (Split(pixels[i], labels[i]) for i in (slice(0, 48), slice(48, 56), slice(56, 64)))
    return DataSet("tiny", train, validation, test)


@pytest.fixture(scope="module")
def tiny_recipe() -> Callable[..., AutoregressiveRecipe]:
    """A gated recipe with classes and all orientations that trains in moments; keywords replace fields."""
    torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")
    torch.set_num_threads(1)
    from engine.training.models.gated_pixelcnn import GatedPixelCNNConfig
    from engine.training.recipe import AutoregressiveRecipe

    def make(**changes: Any) -> AutoregressiveRecipe:
        model = GatedPixelCNNConfig(levels=2, condition_width=4 + 8, channels=8, layers=2, head=8)
        recipe = AutoregressiveRecipe(
            name="tiny", title="Tiny", data="tiny", levels=2, model=model, steps=6, class_names=("a", "b", "c"), batch=8
        )
        return dataclasses.replace(recipe, warmup_steps=2, **changes)

    return make


@pytest.fixture
def picture_folder(tmp_path: Path) -> Path:
    """40 pictures in two classes, bright circles and dark stripes, 32x32, as PNG files."""
    folder = tmp_path / "my pets"
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:32, :32]
    for index in range(20):
        for name, picture in (
            ("cats", ((x - 16) ** 2 + (y - 16) ** 2 < rng.integers(40, 200)) * 255),
            ("dogs", ((x + int(rng.integers(8))) % 8 < 4) * 100),
        ):
            (folder / name).mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture.astype(np.uint8)).save(folder / name / f"{index:02d}.png")
    return folder
