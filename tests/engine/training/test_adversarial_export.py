"""From a run to a model folder of a GAN and of the classifier it is measured with: graphs, manifest, figures, card."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")
onnx = pytest.importorskip("onnx", reason="the export needs onnx, which comes with torch: ./run setup --train")

from engine.catalogue import manifest_io
from engine.catalogue.registry import Registry, digest_errors
from engine.cli.self_test import problems
from engine.errors import EngineError, ManifestError, RequestError
from engine.numerics import noise
from engine.runtime.sessions import Graph, open_graph
from engine.training import own_images, sample_figures
from engine.training.adversarial_figures import measure_adversarial, measure_classifier
from engine.training.adversarial_loop import AdversarialRun
from engine.training.data import Attribute, DataSet, Epochs, Split
from engine.training.export import export, load_weights
from engine.training.latent_data import as_input
from engine.training.loop import Run
from engine.training.models.biggan import BigGANConfig
from engine.training.models.classifier import Classifier, ClassifierConfig
from engine.training.models.dcgan import DCGANConfig
from engine.training.models.gan import GAN
from engine.training.recipe import AdversarialRecipe, ClassifierRecipe
from engine.training.sample_sources import draw, prior_codes

SIZE = 16
NAMES = ("left", "right")
COMMON: dict[str, Any] = {"title": "Tiny", "data": "mnist", "batch": 16, "warmup_steps": 2, "ema_decay": 0.9}

PLAIN = AdversarialRecipe(
    name="tiny-dcgan", model=DCGANConfig(height=SIZE, width=SIZE, latent=5, widths=(4, 16)), steps=20, **COMMON
)
CLASSES = AdversarialRecipe(
    name="tiny-biggan", model=BigGANConfig(height=SIZE, width=SIZE, latent=8, widths=(8, 16), classes=2, spread=1.25),
    steps=20, class_names=NAMES, **COMMON,
)  # fmt: skip
TELLS = ClassifierRecipe(
    name="tiny-classifier",
    model=ClassifierConfig(height=SIZE, width=SIZE, heads=(2,), features=6, widths=(8, 8), dropped=0.0),
    steps=60, class_names=NAMES, learning_rate=1e-2, ink_share=0.5, shift=1, **COMMON,
)  # fmt: skip
FACES = dataclasses.replace(
    TELLS, name="tiny-attributes", data="cartoon_faces", class_names=(), ink_share=0.0,
    model=dataclasses.replace(TELLS.model, heads=(2, 3), channels=3),
)  # fmt: skip


def a_set(name: str = "mnist", channels: int = 1) -> DataSet:
    """400 pictures with a bright bar in the left or the right half, at one of six places there."""
    rng = np.random.default_rng(5)
    labels, places = rng.integers(0, 2, 400), rng.integers(0, 6, 400)
    pixels = rng.integers(0, 50, (400, SIZE, SIZE, channels), dtype=np.uint8)
    for picture, label, at in zip(pixels, labels, places, strict=True):
        picture[:, label * 8 + at : label * 8 + at + 2] = 220
    codes = np.stack([labels, places // 2], axis=1).astype(np.uint8) if channels == 3 else None
    whole = Split(pixels if channels == 3 else pixels[..., 0], labels.astype(np.uint8), codes)
    parts = (whole.part(slice(*ends)) for ends in ((0, 240), (240, 300), (300, 400)))
    attributes = (Attribute("side", NAMES), Attribute("place", ("near", "amid", "far"))) if channels == 3 else ()
    return DataSet(name, *parts, attributes=attributes)


@dataclasses.dataclass(frozen=True)
class Exported:
    runs: Path
    models: Path
    data: DataSet

    def graph(self, name: str, role: str) -> Graph:
        return open_graph(self.models / name / f"{role}.onnx", manifest_io.read(self.models / name).graphs[role])


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Two GANs and a classifier, trained and written once for the file."""
    runs, models, data = tmp_path_factory.mktemp("runs"), tmp_path_factory.mktemp("models"), a_set()
    for recipe in (PLAIN, CLASSES):
        assert AdversarialRun(recipe, data, runs / recipe.name, resume=False).train()
    assert Run(TELLS, data, runs / TELLS.name, resume=False).train()
    for each in (PLAIN, CLASSES, TELLS):
        export(each, runs / each.name, models / each.name, data)
    return Exported(runs, models, data)


def test_the_folders_hold_what_their_manifests_say(exported: Exported) -> None:
    registry = Registry([exported.models])
    assert not registry.broken
    for recipe, family, roles in (
        (PLAIN, "gan", {"generator", "discriminator"}),
        (CLASSES, "gan", {"generator", "discriminator"}),
        (TELLS, "classifier", {"classifier"}),
    ):
        model = registry.find(recipe.name)
        assert (model.manifest.family, set(model.manifest.graphs)) == (family, roles)
        assert digest_errors(model) == [] and model.manifest.image.range == "0..1"
        assert model.manifest.training["curve"][-1]["step"] == recipe.steps
        json.dumps(manifest_io.to_json(model.manifest), allow_nan=False)
    gan = registry.find(CLASSES.name).manifest
    assert gan.latent == {"dim": 8, "prior": "normal", "likelihood": "none"} and gan.class_names == NAMES
    assert {"generator_loss", "discriminator_loss", "score_real", "score_drawn"} <= gan.training["curve"][-1].keys()
    assert registry.find(PLAIN.name).manifest.conditions == ()


def test_a_classifier_is_no_model_to_draw_with(exported: Exported) -> None:
    registry = Registry([exported.models])
    assert {m.id for m in registry.manifests()} == {PLAIN.name, CLASSES.name}
    found = registry.feature_space("mnist")
    assert found is not None and found.manifest.id == TELLS.name and registry.feature_space("sprites") is None
    assert list(problems(found, None, registry)) == []  # type: ignore[arg-type]  # it is asked nothing


def test_every_graph_is_one_checked_file_with_a_dynamic_batch(exported: Exported) -> None:
    for path in exported.models.glob("*/*.onnx"):
        onnx.checker.check_model(str(path), full_check=True)
        proto = onnx.load(path, load_external_data=False)
        for port in (*proto.graph.input, *proto.graph.output):
            assert port.type.tensor_type.shape.dim[0].dim_param == "batch"


@pytest.mark.parametrize("recipe", [PLAIN, CLASSES], ids=lambda recipe: recipe.name)
@pytest.mark.parametrize("batch", [1, 3])
def test_graphs_are_those_of_torch(exported: Exported, recipe: AdversarialRecipe, batch: int) -> None:
    gan = load_weights(recipe, exported.runs / recipe.name)
    assert isinstance(gan, GAN)
    z = prior_codes(recipe.model.latent, batch, 3)
    one_hot = np.eye(2, dtype=np.float32)[np.arange(batch) % 2]
    classes = {"class_one_hot": one_hot} if recipe is CLASSES else {}
    told = torch.from_numpy(one_hot) if recipe is CLASSES else None
    image = exported.graph(recipe.name, "generator").run({"z": z, **classes})["image"]
    with torch.no_grad():
        wanted = gan.generator(torch.from_numpy(z) * recipe.model.spread, told)
        score = gan.discriminator(wanted, told)
    np.testing.assert_allclose(2 * image - 1, wanted.numpy(), atol=1e-4)
    assert image.shape == (batch, 1, SIZE, SIZE) and image.min() >= 0 and image.max() <= 1
    logit = exported.graph(recipe.name, "discriminator").run({"image": image, **classes})["logit"]
    np.testing.assert_allclose(logit, score.numpy(), atol=1e-3)
    assert logit.shape == (batch,)


def test_weights_are_averages_and_statistics_their_own(exported: Exported) -> None:
    """The exported generator draws as it does in training: its statistics are those of its own weights."""
    recipe = PLAIN
    gan = load_weights(recipe, exported.runs / recipe.name)
    again = load_weights(recipe, exported.runs / recipe.name)
    assert isinstance(gan, GAN)
    assert all(torch.equal(a, b) for a, b in zip(gan.state_dict().values(), again.state_dict().values(), strict=True))
    z = torch.randn(2048, 5, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        alone, in_batch = gan.generator(z, None), gan.train().generator(z, None)
    assert float((alone - in_batch).abs().mean()) < 0.02


def test_the_class_changes_the_picture_and_the_score(exported: Exported) -> None:
    z = np.repeat(prior_codes(8, 1, 0), 2, axis=0)
    told = {"class_one_hot": np.eye(2, dtype=np.float32)}
    image = exported.graph(CLASSES.name, "generator").run({"z": z, **told})["image"]
    assert np.abs(image[0] - image[1]).max() > 1e-3
    same = np.repeat(image[:1], 2, axis=0)
    logit = exported.graph(CLASSES.name, "discriminator").run({"image": same, **told})["logit"]
    assert logit[0] != logit[1]


def test_the_classifiers_graph_is_that_of_torch(exported: Exported) -> None:
    model = load_weights(TELLS, exported.runs / TELLS.name)
    assert isinstance(model, Classifier)
    image = as_input(exported.data.test.pixels[:7])
    given = exported.graph(TELLS.name, "classifier").run({"image": image})
    with torch.no_grad():
        logits, features = model(torch.from_numpy(image))
    np.testing.assert_allclose(given["logits"], logits.numpy(), atol=1e-4)
    np.testing.assert_allclose(given["features"], features.numpy(), atol=1e-4)
    last = model.out(torch.from_numpy(given["features"])).detach().numpy()
    np.testing.assert_allclose(last, given["logits"], atol=1e-4)  # the features are the last layer's input


# --- what is drawn --------------------------------------------------------------------------------------------------


def test_codes_are_the_engines_and_truncation_squeezes_them() -> None:
    z = prior_codes(7, 400, 2)
    np.testing.assert_allclose(z, noise.normals_batch(2, range(400), noise.PRIOR, 7), atol=1e-6)
    for bound in (2.0, 0.5):
        near = prior_codes(7, 400, 2, bound)
        assert np.abs(near).max() <= bound and np.abs(near).max() > 0.95 * bound
        assert (np.argsort(near[:, 0]) == np.argsort(z[:, 0])).all()  # the same draws, nearer to the middle


def test_as_many_pictures_of_each_class_are_drawn(exported: Exported) -> None:
    registry = Registry([exported.models])
    drawn = draw(registry.find(CLASSES.name), registry, 6, 0)
    assert drawn.asked is not None and drawn.asked.tolist() == [0, 1] * 3
    assert drawn.images.shape == (6, SIZE, SIZE, 1) and drawn.images.dtype == np.uint8
    assert draw(registry.find(PLAIN.name), registry, 3, 0).asked is None
    with pytest.raises(EngineError, match="draws no pictures"):
        draw(registry.find(TELLS.name), registry, 3, 0)


# --- figures --------------------------------------------------------------------------------------------------------


def test_the_classifier_is_measured(exported: Exported) -> None:
    manifest = measure_classifier(TELLS, exported.runs / TELLS.name, exported.models / TELLS.name, exported.data)
    assert manifest.figures["test_accuracy"]["value"] > 95 and manifest.figures["test_accuracy"]["n"] == 100
    assert manifest.figures["test_accuracy_ink"]["value"] > 70
    told = (exported.models / TELLS.name / "card.md").read_text()
    assert "class told right" in told and "samples.png" not in told and "| left |" in told


@pytest.mark.parametrize("recipe", [PLAIN, CLASSES], ids=lambda recipe: recipe.name)
def test_samples_are_measured_written_and_told(
    exported: Exported, recipe: AdversarialRecipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample_figures, "DRAWS", 2)
    folder = exported.models / recipe.name
    others = [CLASSES.name] if recipe is PLAIN else []
    measure_adversarial(recipe, exported.runs / recipe.name, folder, exported.data, beside=others)
    manifest = manifest_io.read(folder)
    figures, rows = manifest.figures, manifest.figures["sample_quality"]["rows"]
    assert [r["title"] for r in rows][1] == "training pictures (the floor)" and len(rows) == 2 + len(others)
    own, floor = rows[:2]
    assert figures["test_frechet"]["value"] == own["frechet"] and figures["test_frechet"]["n"] == 100
    assert floor["frechet"] < own["frechet"]  # real pictures are nearer to real ones than those of twenty steps
    assert floor["precision"] > 0.7 and floor["recall"] > 0.7
    classes = figures["sample_classes"]
    assert set(classes) == set(NAMES)
    if recipe is CLASSES:
        assert classes["left"]["pixel_diversity"] >= 0 and "class_accuracy" in figures
        assert figures["least_pixel_diversity"]["value"] == min(c["pixel_diversity"] for c in classes.values())
    else:
        assert sum(entry["share"] for entry in classes.values()) == pytest.approx(1, abs=1e-3)
    assert [r["bound"] for r in figures["truncation"]] == list(sample_figures.BOUNDS)
    told = (folder / "card.md").read_text()
    assert f"{own['frechet']:.2f} +- " in told and "| left |" in told and "truncation.png" in told
    assert (folder / "samples.png").exists() and (folder / "truncation.png").exists()
    frames = sorted((folder / "film").glob("*.png"))
    assert frames and Image.open(frames[-1]).size == (4 * SIZE + 3, 4 * SIZE + 3)
    json.dumps(manifest_io.to_json(manifest), allow_nan=False)


def test_without_a_classifier_nothing_is_measured(exported: Exported, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no classifier of mnist"):
        sample_figures.Judge(Registry([tmp_path]), "mnist")


def test_a_classifier_of_attributes_tells_them_all(tmp_path: Path) -> None:
    data = a_set("cartoon_faces", 3)
    assert Run(FACES, data, tmp_path / "run", resume=False).train()
    manifest = export(FACES, tmp_path / "run", tmp_path / "models/tiny-attributes", data)
    assert [(c.name, len(c.names)) for c in manifest.conditions] == [("side", 2), ("place", 3)]
    measured = measure_classifier(FACES, tmp_path / "run", tmp_path / "models/tiny-attributes", data)
    assert measured.figures["sample_classes"]["side"]["right"] > 0.9
    judge = sample_figures.Judge(Registry([tmp_path / "models"]), "cartoon_faces")
    decisions = judge.look(data.test.pixels)[1]
    same = sample_figures.attribute_table(judge, decisions, decisions)
    assert same["place"] == {"shares_off_by": 0.0, "values_never_drawn": 0.0}
    one = sample_figures.attribute_table(judge, decisions * 0, decisions)
    assert one["side"]["values_never_drawn"] == 1 and one["side"]["shares_off_by"] > 0.3


def test_every_picture_is_seen_once_an_epoch() -> None:
    epochs = Epochs(20, 5, seed=1)
    seen = [epochs.chosen(step) for step in range(8)]
    assert sorted(np.concatenate(seen[:4])) == list(range(20)) == sorted(np.concatenate(seen[4:]))
    np.testing.assert_array_equal(Epochs(20, 5, seed=1).chosen(6), seen[6])
    assert not np.array_equal(seen[0], seen[4])


# --- refusals and one's own pictures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "break_it", "words"),
    [
        (PLAIN.name, lambda raw: raw["graphs"].pop("generator"), "role 'generator'"),
        (CLASSES.name, lambda raw: raw["graphs"]["generator"]["inputs"].pop("class"), "input that means 'class'"),
        (CLASSES.name, lambda raw: raw["graphs"]["discriminator"]["outputs"].pop("logit"), "output that means 'logit'"),
        (PLAIN.name, lambda raw: raw.pop("latent"), "'latent' is missing"),
        (TELLS.name, lambda raw: raw["graphs"]["classifier"]["outputs"].pop("features"), "means 'features'"),
        (TELLS.name, lambda raw: raw["image"].update(range="level_index"), "level indices"),
    ],
)
def test_a_contradictory_manifest_is_refused(exported: Exported, name: str, break_it: Any, words: str) -> None:
    raw = json.loads((exported.models / name / "manifest.json").read_text())
    manifest_io.from_json(raw)
    break_it(raw)
    with pytest.raises(ManifestError, match=words):
        manifest_io.from_json(raw)


def test_ones_own_pictures_bring_their_classes() -> None:
    data = dataclasses.replace(a_set("pets"))
    big = own_images.own_recipe(CLASSES, "pets", data, ("cats", "dogs", "fish"))
    assert big.model.classes == 3 and big.class_names == ("cats", "dogs", "fish")
    plain = own_images.own_recipe(PLAIN, "pets", data, ("cats", "dogs"))
    assert plain.model == PLAIN.model and plain.class_names == ()
    assert own_images.own_recipe(FACES, "pets", data, ("cats", "dogs")).model.heads == (2,)
    with pytest.raises(RequestError, match="sub-folder a class"):
        own_images.own_recipe(CLASSES, "pets", data, ())
