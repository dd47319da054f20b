"""A model of one's own: what is not whole is refused before anything is copied, what is broken makes room."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.shell import own_models
from engine.errors import EngineError

GRAPH = b"a graph, as far as anybody here looks"


def model(folder: Path, graph: bytes = GRAPH, **changes: Any) -> Path:
    folder.mkdir(parents=True)
    (folder / "likelihood.onnx").write_bytes(graph)
    ports = {"inputs": {"image": {"name": "image"}}, "outputs": {"logits": {"name": "logits"}}}
    likelihood = {"file": "likelihood.onnx", "sha256": hashlib.sha256(GRAPH).hexdigest(), **ports}
    values = {
        "schema": 1,
        "id": "toy",
        "title": "Toy",
        "family": "autoregressive",
        "architecture": "PixelCNN",
        "data": "toy",
        "data_title": "Toy",
        "image": {"height": 4, "width": 4, "channels": 1, "levels": 2},
        "graphs": {"likelihood": likelihood},
    }
    (folder / "manifest.json").write_text(json.dumps(values | changes))
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "home" / "models"


def test_a_whole_model_is_copied(tmp_path: Path, own: Path) -> None:
    there = model(tmp_path / "toy")
    (there / "film").mkdir()
    (there / "film" / "10.png").write_bytes(b"x")
    assert own_models.add(there / "likelihood.onnx", own, (own,)) == own / "toy"
    assert (own / "toy" / "likelihood.onnx").read_bytes() == GRAPH and (own / "toy" / "film" / "10.png").exists()
    assert [p.name for p in own.iterdir()] == ["toy"]


@pytest.mark.parametrize("broken", ["missing", "truncated", "a folder", "no height", "of no size"])
def test_a_broken_model_is_refused_and_nothing_is_installed(tmp_path: Path, own: Path, broken: str) -> None:
    image = {"height": 4, "width": 4, "channels": 1, "levels": 2}
    if broken == "no height":
        del image["height"]
    if broken == "of no size":
        image["height"] = 0
    there = model(tmp_path / "toy", GRAPH[:-1] if broken == "truncated" else GRAPH, image=image)
    if broken in ("missing", "a folder"):
        (there / "likelihood.onnx").unlink()
    if broken == "a folder":
        (there / "likelihood.onnx").mkdir()
    with pytest.raises(EngineError) as refused:
        own_models.add(there, own, (own,))
    assert refused.value.problem.endswith(".") and refused.value.remedy.endswith(".")
    assert not own.exists()


@pytest.mark.parametrize("name", ["toy", "another-name"])
def test_a_broken_model_of_one_s_own_makes_room(tmp_path: Path, own: Path, name: str) -> None:
    """Of the same folder's name or of the same id; it is set aside, where the catalogue does not look."""
    model(own / name, GRAPH[:4])
    good = model(tmp_path / "toy")
    assert own_models.add(good, own, (own,)) == own / "toy"
    assert (own / "toy" / "likelihood.onnx").read_bytes() == GRAPH
    assert sorted(p.parent.name for p in own.glob("*/manifest.json")) == ["toy"]
    (kept,) = own.glob(f"{own_models.REPLACED}/*/*/likelihood.onnx")
    assert kept.read_bytes() == GRAPH[:4]


@pytest.mark.parametrize("name", ["toy", "another-name"])
def test_a_good_model_of_that_name_or_id_stays(tmp_path: Path, own: Path, name: str) -> None:
    model(own / name)
    with pytest.raises(EngineError, match="already"):
        own_models.add(model(tmp_path / "toy"), own, (own,))
    assert [p.name for p in own.iterdir()] == [name]


def test_a_broken_model_that_is_not_one_s_own_stays(tmp_path: Path, own: Path) -> None:
    shipped = tmp_path / "shipped"
    model(shipped / "toy", GRAPH[:4])
    with pytest.raises(EngineError, match="already"):
        own_models.add(model(tmp_path / "toy"), own, (own, shipped))
    assert (shipped / "toy" / "likelihood.onnx").exists() and not own.exists()


def test_a_folder_that_is_no_model_is_not_replaced(tmp_path: Path, own: Path) -> None:
    (own / "toy").mkdir(parents=True)
    (own / "toy" / "notes.txt").write_text("mine")
    with pytest.raises(EngineError, match="already"):
        own_models.add(model(tmp_path / "toy"), own, (own,))
    assert (own / "toy" / "notes.txt").exists()


def test_only_what_belongs_to_a_model_is_copied(tmp_path: Path, own: Path) -> None:
    """A pipe would never end, and a folder beside the manifest may hold anything."""
    there = model(tmp_path / "toy")
    os.mkfifo(there / "pipe")
    (there / "zero").symlink_to("/dev/zero")
    (there / "everything").symlink_to("/")
    own_models.add(there, own, (own,))
    assert sorted(p.name for p in (own / "toy").iterdir()) == ["likelihood.onnx", "manifest.json"]
