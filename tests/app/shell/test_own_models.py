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


# --- a bare decoder


def decoder(folder: Path, content: bytes = GRAPH) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "net.onnx").write_bytes(content)
    return folder / "net.onnx"


def decoder_manifest(identity: str = "mine") -> dict[str, Any]:
    port = {"name": "z", "axes": ["batch", "latent"]}
    graph = {
        "file": "decoder.onnx",
        "sha256": hashlib.sha256(GRAPH).hexdigest(),
        "inputs": {"z": port},
        "outputs": {"image": {"name": "x", "axes": ["batch", "channel", "row", "column"]}},
    }
    return {
        "schema": 1,
        "id": identity,
        "title": "Mine \u9854",
        "family": "autoencoder",
        "architecture": "Decoder",
        "data": "own",
        "data_title": "Your own",
        "image": {"height": 4, "width": 4, "channels": 1, "levels": 256, "range": "0..1"},
        "latent": {"dim": 2},
        "graphs": {"decoder": graph},
    }


def test_a_graph_that_no_manifest_knows_is_bare(tmp_path: Path) -> None:
    there = model(tmp_path / "toy")
    stranger = decoder(there)
    assert own_models.is_bare(stranger) and not own_models.is_bare(there / "likelihood.onnx")
    assert own_models.is_bare(decoder(tmp_path / "alone")) and own_models.is_bare(tmp_path / "alone" / "missing.ONNX")
    assert not own_models.is_bare(there) and not own_models.is_bare(there / "manifest.json")
    (there / "manifest.json").write_text("{")
    assert not own_models.is_bare(stranger), "the manifest is what is wrong"


def test_a_decoder_becomes_a_model(tmp_path: Path, own: Path) -> None:
    added = own_models.add_decoder(decoder(tmp_path), decoder_manifest(), own)
    assert added == own / "mine" and [p.name for p in own.iterdir()] == ["mine"]
    assert (added / "decoder.onnx").read_bytes() == GRAPH
    assert own_models.model_folder_of(added) == added == own_models.checked(added)
    assert own_models.is_taken("mine", own, (own,)) and not own_models.is_taken("yours", own, (own,))


def test_a_decoder_that_changed_is_refused_and_nothing_is_left(tmp_path: Path, own: Path) -> None:
    with pytest.raises(EngineError, match=r"net\.onnx has changed"):
        own_models.add_decoder(decoder(tmp_path, GRAPH + b"!"), decoder_manifest(), own)
    assert not list(own.iterdir())


def test_a_decoder_takes_nobodys_place(tmp_path: Path, own: Path) -> None:
    own_models.add_decoder(decoder(tmp_path), decoder_manifest(), own)
    (own / "mine" / "card.md").write_text("kept")
    with pytest.raises(EngineError, match="could not be copied"):
        own_models.add_decoder(tmp_path / "net.onnx", decoder_manifest(), own)
    assert (own / "mine" / "card.md").read_text() == "kept" and [p.name for p in own.iterdir()] == ["mine"]


def test_a_decoder_that_is_gone_is_refused(tmp_path: Path, own: Path) -> None:
    with pytest.raises(EngineError, match=r"gone\.onnx could not be copied"):
        own_models.add_decoder(tmp_path / "gone.onnx", decoder_manifest(), own)
