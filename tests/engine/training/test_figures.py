"""From a trained run to a told model: figures measured by the exported graph, film, sheets and card."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")
pytest.importorskip("onnx", reason="the export needs onnx, which comes with torch: ./run setup --train")

from engine.catalogue import manifest_io
from engine.catalogue.registry import Registry
from engine.contracts.requests import ScoreImages
from engine.families.autoregressive import Autoregressive
from engine.numerics import noise
from engine.runtime.sessions import Sessions
from engine.training import data
from engine.training.data import DataSet
from engine.training.export import export, image_spec, load_weights
from engine.training.figures import last_quarter, measure
from engine.training.film import EagerRowGraph, chosen_snapshots, sheet, tiled
from engine.training.loop import Run

if TYPE_CHECKING:
    from engine.training.recipe import AutoregressiveRecipe


@pytest.fixture(scope="module")
def trained(
    tiny_recipe: Callable[..., AutoregressiveRecipe], tiny_data: DataSet, tmp_path_factory: pytest.TempPathFactory
) -> tuple[AutoregressiveRecipe, Path]:
    """A run of 12 steps, once for the file."""
    recipe, run = tiny_recipe(steps=12), tmp_path_factory.mktemp("figures") / "run"
    assert Run(recipe, tiny_data, run, resume=False).train()
    return recipe, run


@pytest.fixture(scope="module")
def measured(
    trained: tuple[AutoregressiveRecipe, Path], tiny_data: DataSet, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The run's model, exported and measured once for the file; who writes into its folder takes a copy."""
    recipe, run = trained
    target = tmp_path_factory.mktemp("models") / recipe.name
    export(recipe, run, target, tiny_data)
    measure(recipe, run, target, tiny_data, "")
    return target


def test_last_quarter_is_the_fall_from_three_quarters_to_the_end() -> None:
    rows = [{"step": s, "validation_nats": n} for s, n in ((0.0, 200.0), (75.0, 100.0), (100.0, 99.0))]
    assert last_quarter(rows)["value"] == pytest.approx(1.0)


def test_the_film_is_twelve_frames_from_first_to_last(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    for step in range(1, 41):
        (tmp_path / "snapshots" / f"{step:06d}.safetensors").touch()
    steps = [int(p.stem) for p in chosen_snapshots(tmp_path)]
    assert steps[0] == 1 and steps[-1] == 40 and len(steps) <= 12
    assert np.diff(steps).tolist() == sorted(np.diff(steps).tolist())  # log-spaced: the gaps grow


def test_an_eager_sheet_is_what_the_full_network_would_draw(
    trained: tuple[AutoregressiveRecipe, Path], tiny_data: DataSet
) -> None:
    recipe, run = trained
    model, image = load_weights(recipe, run), image_spec(recipe, tiny_data)
    picture = sheet(recipe, model, image, seed=5)
    assert picture.shape == (4 * 6 + 3, 4 * 6 + 3, 1)
    first = picture[:6, :6, 0] // 255
    field = noise.gumbel(5, 0, (6, 6, 2))
    condition = torch.from_numpy(data.one_hot_condition(np.zeros(1, int), np.zeros(1, int), 3, 8))
    with torch.no_grad():
        logits = model(torch.from_numpy(first.astype(np.int64))[None, None], condition)[0, :, 0].permute(1, 2, 0)
    assert (np.argmax(logits.numpy() + field, axis=-1) == first).all()


def test_the_eager_graph_draws_whole_pictures_only(trained: tuple[AutoregressiveRecipe, Path]) -> None:
    recipe, run = trained
    graph = EagerRowGraph(recipe, load_weights(recipe, run), 6, np.zeros(2, np.int64))
    with pytest.raises(NotImplementedError):
        graph.prime(np.zeros((2, 6), np.int64), 2)


def test_tiles_lie_row_by_row_with_a_gap() -> None:
    pictures = np.arange(3, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 1), np.uint8)
    out = tiled(pictures, 2, gap=1, ground=9)[..., 0]
    assert out.tolist() == [[0, 0, 9, 1, 1], [0, 0, 9, 1, 1], [9] * 5, [2, 2, 9, 9, 9], [2, 2, 9, 9, 9]]


def test_everything_is_measured_written_and_told(
    trained: tuple[AutoregressiveRecipe, Path], tiny_data: DataSet, measured: Path
) -> None:
    recipe, target = trained[0], measured
    manifest = manifest_io.read(target)
    figure = manifest.figures["test_nll"]
    levels = data.fixed_levels(tiny_data.test, 2, False)
    family = Autoregressive(Registry([target.parent]).find(recipe.name), Sessions(), Registry([target.parent]))
    given = family.codec.decode(levels)
    engine_nats = _answer(family, ScoreImages(model=recipe.name, pixels=given))
    assert figure["value"] == pytest.approx(-engine_nats.mean(), abs=1e-3)  # `reverie score` says the same
    assert figure["n"] == 8 and figure["unit"] == "nats" and figure["split"] == "test"
    bits = manifest.figures["test_nll_other_unit"]["value"]
    assert bits == pytest.approx(figure["value"] / (36 * math.log(2)), abs=1e-3)
    quantiles = manifest.figures["test_log_prob_quantiles"]
    assert len(quantiles) == 101 and quantiles == sorted(quantiles)
    orders = manifest.figures["validation_nll_by_orientation"]["values"]
    assert len(orders) == 8 and orders["upright"] == pytest.approx(
        manifest.figures["validation_nll"]["value"], abs=0.05
    )
    assert manifest.training["curve"][-1]["step"] == 12
    assert {p.name for p in target.iterdir()} >= {"card.md", "samples.png", "preview.png", "film"}
    frames = sorted((target / "film").glob("*.png"))
    assert frames and Image.open(frames[-1]).size == (27, 27)
    assert f"{figure['value']}" in (target / "card.md").read_text()
    json.dumps(manifest_io.to_json(manifest), allow_nan=False)


def test_a_model_that_pays_for_orientation_is_scored_by_its_control(
    trained: tuple[AutoregressiveRecipe, Path], tiny_data: DataSet, measured: Path, tmp_path: Path
) -> None:
    recipe, run = trained
    target = tmp_path / "models" / recipe.name
    shutil.copytree(measured, target)
    own = manifest_io.read(target).figures["validation_nll"]["value"]
    control = tmp_path / "models" / "control"
    for better, scorer in ((1.0, "control"), (0.2, "")):
        control.mkdir(exist_ok=True)
        raw = json.loads((target / "manifest.json").read_text())
        raw["figures"]["validation_nll"]["value"] = own - better
        (control / "manifest.json").write_text(json.dumps(raw | {"id": "control"}))
        measure(recipe, run, target, tiny_data, "control", test=False)
        manifest = manifest_io.read(target)
        assert manifest.scored_by == scorer
        assert manifest.figures["orientation_cost"]["value"] == pytest.approx(better, abs=1e-3)


def _answer(family: Autoregressive, request: ScoreImages) -> np.ndarray:
    generator = family.score(request)
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            nats: np.ndarray = stop.value.nats
            return nats
