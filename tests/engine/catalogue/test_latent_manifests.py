"""Manifests of models with a latent space: what they need, and what contradicts itself."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue import manifest_io
from engine.contracts.manifest import LatentSpec
from engine.errors import ManifestError

TOYS = Path(__file__).resolve().parents[1] / "latent_models"


def toy(name: str) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads((TOYS / name / "manifest.json").read_text())
    return raw


@pytest.mark.parametrize("name", sorted(path.parent.name for path in TOYS.glob("*/manifest.json")))
def test_the_toys_are_read_and_written(name: str) -> None:
    manifest = manifest_io.from_json(toy(name))
    assert manifest_io.from_json(json.loads(json.dumps(manifest_io.to_json(manifest)))) == manifest
    assert manifest.latent_spec is not None and manifest.latent_spec.dim == toy(name)["latent"]["dim"]


def test_a_latent_space_is_a_value() -> None:
    raw = toy("colours")
    raw["latent"]["invented later"] = 1
    assert manifest_io.from_json(raw).latent_spec == LatentSpec(dim=2, likelihood="logistic", beta=4.0)


def test_what_is_not_said_is_the_usual() -> None:
    raw = toy("codes")
    raw["latent"] = {"dim": 2}
    assert manifest_io.from_json(raw).latent_spec == LatentSpec(dim=2, prior="normal", likelihood="none")


def test_other_families_have_no_latent_space_whatever_they_say() -> None:
    raw = toy("codes") | {"family": "world_model", "latent": {"dim": "many"}}
    assert manifest_io.from_json(raw).latent_spec is None


def _latent(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda raw: raw["latent"].update(values)


def _image(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda raw: raw["image"].update(values)


def _graphs(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], None]:
    return lambda raw: change(raw["graphs"])


CLASS = {"name": "class", "names": ["a", "b"]}


def _told(raw: dict[str, Any]) -> None:
    raw["conditions"] = [CLASS]
    raw["graphs"]["decoder"]["inputs"]["class"] = {"name": "y"}


BROKEN: list[tuple[Callable[[dict[str, Any]], Any], str]] = [
    (lambda raw: raw.pop("latent"), "'latent' is missing"),
    (lambda raw: raw.update(latent=None), "'latent' is missing"),
    (lambda raw: raw["latent"].pop("dim"), "'dim' is None"),
    (_latent(dim=0), "'dim' is 0"),
    (_latent(dim=2.0), "'dim' is 2.0"),
    (_latent(dim=True), "'dim' is True"),
    (_latent(dim=10**9), "can be 1 to"),
    (_latent(prior="cauchy"), "'prior' 'cauchy' is unknown"),
    (_latent(likelihood=["bernoulli"]), "'likelihood' ['bernoulli'] is unknown"),
    (_latent(beta=-1), "'beta' is -1"),
    (_latent(beta="1"), "'beta' is '1'"),
    (_latent(beta=float("nan")), "'beta' is nan"),
    (_latent(file=3), "'file' is not a text"),
    (_latent(sha256=None), "'sha256' is not a text"),
    (_latent(file="../latents.npz"), "leaves the model folder"),
    (_latent(likelihood="bernoulli"), "256 levels, and the likelihood 'bernoulli' is of 2"),
    (_image(levels=16), "16 levels, and the likelihood 'logistic' is of 256"),
    (_image(levels=512), "512 levels, which no decoder draws"),
    (_image(channels=2), "'channels' is 2"),
    (_image(range="level_index"), "pictures are level indices"),
    (_image(range="logits"), "its range is logits, and an encoder takes pictures"),
    (lambda raw: raw.update(conditions=[CLASS]), "not the condition 'class', or lacks that one"),
    (_graphs(lambda graphs: graphs["decoder"]["inputs"].update({"class": {"name": "y"}})), "or lacks that one"),
    (_told, "is told the class, and it has more than a decoder"),
    (_graphs(lambda graphs: graphs["decoder"].update(batch=0)), "the batch of decoder.onnx is 0"),
    (_graphs(lambda graphs: graphs["decoder"].update(batch="one")), "'batch' is not a whole number"),
    (_graphs(lambda graphs: graphs["decoder"]["outputs"]["image"].update(dtype="foo")), "type 'foo' of 'image'"),
    (_graphs(lambda graphs: graphs["decoder"]["inputs"]["z"].update(dtype="int64")), "'z' is none of a point"),
    (_graphs(lambda graphs: graphs["encoder"]["inputs"]["image"].update(axes=["a"] * 99)), "has 99 axes"),
    (lambda raw: raw.update(conditions=[CLASS | {"columns": 200_000}]), "has 200000 columns, and can have 4096"),
    (lambda raw: raw.update(family="gaussian"), "likelihood is 'logistic', and a Gaussian's is a normal"),
    (_graphs(lambda graphs: graphs.pop("decoder")), "no graph of the role 'decoder'"),
    (_graphs(lambda graphs: graphs["decoder"]["inputs"].pop("z")), "'decoder' has no input that means 'z'"),
    (_graphs(lambda graphs: graphs["decoder"]["outputs"].pop("image")), "'decoder' has no output that means 'image'"),
    (_graphs(lambda graphs: graphs["decoder"]["outputs"].pop("log_scale")), "means 'log_scale'"),
    (_graphs(lambda graphs: graphs["encoder"]["inputs"].pop("image")), "'encoder' has no input that means 'image'"),
    (_graphs(lambda graphs: graphs["encoder"]["outputs"].pop("mu")), "'encoder' has no output that means 'mu'"),
]


@pytest.mark.parametrize(("change", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_a_contradiction_is_named(change: Callable[[dict[str, Any]], Any], words: str) -> None:
    raw = toy("colours")
    change(raw)
    with pytest.raises(ManifestError) as refused:
        manifest_io.from_json(raw)
    assert words in refused.value.problem and refused.value.remedy.endswith(".")


@pytest.mark.parametrize("junk", [None, True, -1, 1.5, "", "../x", [], [[1]], {}, {"a": 1}, 10**30])
def test_any_value_of_it_may_be_junk(junk: Any) -> None:
    for key in ("dim", "prior", "likelihood", "beta", "file", "sha256"):
        raw = copy.deepcopy(toy("colours"))
        raw["latent"][key] = junk
        try:
            manifest_io.from_json(raw)
        except ManifestError as error:
            assert error.problem and error.remedy
