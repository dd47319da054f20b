"""The command line called as a function, on the models that ship."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.catalogue.registry import Registry
from engine.cli.command import main
from engine.contracts.manifest import Manifest

SHIPPED = Path(__file__).resolve().parents[3] / "onnx_models"
INK, PALETTE = "mnist-gated-pixelcnn", "portraits-gated-pixelcnn"


@dataclass(frozen=True)
class Said:
    """What a command left: its exit code and what it wrote on stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """Stdout, which must be one JSON value and nothing else."""
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """``run("sample", model, ...)`` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*words: object, folders: tuple[Path, ...] = (SHIPPED,)) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words], folders)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


def shipped(model: str) -> Manifest:
    """The manifest of a shipped model; without it the test is skipped."""
    found = Registry([SHIPPED]).models.get(model)
    if found is None:
        pytest.skip(f"the model {model} is not in onnx_models")
    return found.manifest


@pytest.fixture
def ink() -> Manifest:
    """The model of ink on paper, 28x28, with classes."""
    return shipped(INK)


@pytest.fixture
def palette() -> Manifest:
    """The model of 64 colours, 16x16."""
    return shipped(PALETTE)


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, np.ndarray], Path]:
    """``save(name, pixels)``: a picture file of an array (H, W), (H, W, 3) or (H, W, 4) uint8."""

    def write(name: str, pixels: np.ndarray) -> Path:
        Image.fromarray(pixels).save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def digit() -> np.ndarray:
    """A vertical bar of ink, (28, 28) uint8."""
    pixels = np.zeros((28, 28), np.uint8)
    pixels[5:-5, 12:16] = 255
    return pixels


DECODERS = Path(__file__).resolve().parents[1] / "decoders"
CLASSES = ("ant", "bee", "cow", "dog")
PORTS = {"z": "z", "class": "label"}


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A folder with one model, 'told': a decoder of three dimensions with a prior, and one-hot classes."""
    folder = tmp_path / "told_models" / "told"
    folder.mkdir(parents=True)
    shutil.copy(DECODERS / "told.onnx", folder / "decoder.onnx")
    digest = hashlib.sha256((folder / "decoder.onnx").read_bytes()).hexdigest()
    image = {"name": "image", "dtype": "float32", "axes": ["batch", "channel", "row", "column"]}
    inputs = {name: {"name": port, "dtype": "float32", "axes": ["batch", name]} for name, port in PORTS.items()}
    manifest = {
        "schema": 1,
        **dict.fromkeys(("id", "title", "architecture", "data", "data_title"), "told"),
        "family": "autoencoder",
        "image": {"height": 8, "width": 8, "channels": 1, "levels": 256, "range": "0..1"},
        "conditions": [{"name": "class", "names": CLASSES}],
        "latent": {"dim": 3, "prior": "normal", "likelihood": "none"},
        "graphs": {
            "decoder": {"file": "decoder.onnx", "sha256": digest, "inputs": inputs, "outputs": {"image": image}}
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder.parent
