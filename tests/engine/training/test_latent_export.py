"""From a run to a model folder with a latent space: graphs, arrays and figures, of every family."""

from __future__ import annotations

import dataclasses
import hashlib
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
from engine.cli.command import main
from engine.contracts.manifest import Manifest
from engine.contracts.requests import BoundImages
from engine.families.vae import VariationalAutoencoder
from engine.runtime.sessions import Graph, Sessions, open_graph
from engine.training import latent_figures, trait_table, traits
from engine.training.data import Attribute, DataSet, Split
from engine.training.export import export, load_weights
from engine.training.gaussian_fit import GaussianFit
from engine.training.latent_arrays import density, principal_axes
from engine.training.latent_bounds import importance_bounds, single_sample_bounds
from engine.training.latent_data import as_input, fixed_pixels
from engine.training.latent_figures import measure_latent
from engine.training.latent_objectives import mean_loss
from engine.training.latent_sheets import quantile_grid
from engine.training.loop import Run
from engine.training.models.conv_vae import ConvConfig
from engine.training.models.gaussian import Gaussian, GaussianConfig
from engine.training.models.mlp_vae import MLPConfig
from engine.training.models.vae import VAE
from engine.training.recipe import GaussianRecipe, LatentRecipe
from engine.training.traits import Trait

SIZE = 16
NAMES = ("left", "right")
SEEN = (Trait("right", "side", ("right",)), Trait("good", "mood", ("good",)))


def plane(**changes: Any) -> LatentRecipe:
    model = MLPConfig(height=SIZE, width=SIZE, likelihood="bernoulli", latent=2, hidden=(24,), dropout=0.1)
    recipe = LatentRecipe(
        name="tiny-vae", title="A tiny VAE", data="mnist", levels=2, model=model, steps=30, batch=32,
        class_names=NAMES, warmup_steps=2, ema_decay=0.9, learning_rate=1e-2,
    )  # fmt: skip
    return dataclasses.replace(recipe, **changes)


FACES = plane(
    name="tiny-faces",
    data="cartoon_faces",
    levels=256,
    class_names=(),
    model=ConvConfig(
        height=SIZE, width=SIZE, channels=3, likelihood="logistic", latent=4, widths=(8, 8), blocks=(0, 1), hidden=16
    ),
)
CODED = plane(
    name="tiny-autoencoder",
    levels=256,
    model=MLPConfig(height=SIZE, width=SIZE, likelihood="none", latent=2, hidden=(24,)),
)
GAUSSIAN = GaussianRecipe(
    name="tiny-gaussian", title="A tiny Gaussian", data="mnist", levels=256, steps=300, class_names=NAMES,
    model=GaussianConfig(height=SIZE, width=SIZE, jitter=1e-3),
)  # fmt: skip
RECIPES: tuple[LatentRecipe | GaussianRecipe, ...] = (plane(), FACES, CODED, GAUSSIAN)


def a_set(recipe: LatentRecipe | GaussianRecipe) -> DataSet:
    """300 pictures with a bright bar in the left or the right half."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 2, 300).astype(np.uint8)
    pixels = rng.integers(0, 50, (300, SIZE, SIZE, recipe.model.channels), dtype=np.uint8)
    for picture, label, at in zip(pixels, labels, rng.integers(0, 6, 300), strict=True):
        picture[:, label * 8 + at : label * 8 + at + 2] = 220
    if recipe.model.channels == 1:
        pixels = pixels[..., 0]
    whole = Split(pixels, labels, np.stack([labels, rng.integers(0, 2, 300).astype(np.uint8)], axis=1))
    parts = (whole.part(slice(*ends)) for ends in ((0, 200), (200, 240), (240, 300)))
    return DataSet(recipe.data, *parts, attributes=(Attribute("side", NAMES), Attribute("mood", ("bad", "good"))))


@dataclasses.dataclass(frozen=True)
class Exported:
    recipe: LatentRecipe | GaussianRecipe
    run: Path
    folder: Path
    data: DataSet
    manifest: Manifest

    def graph(self, role: str) -> Graph:
        return open_graph(self.folder / f"{role}.onnx", self.manifest.graphs[role])

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        with np.load(self.folder / "latents.npz", allow_pickle=False) as file:
            return {name: file[name] for name in file}


@pytest.fixture(scope="module", params=RECIPES, ids=lambda recipe: recipe.name)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Trained, written and measured once for the file."""
    recipe: LatentRecipe | GaussianRecipe = request.param
    run, folder = tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("models") / recipe.name
    data = a_set(recipe)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(traits.TRAITS, "cartoon_faces", SEEN)
        patch.setattr(trait_table, "EPOCHS", 1)
        patch.setattr(trait_table, "LEAST", 0.0)  # after a few steps no direction changes anything
        if isinstance(recipe, GaussianRecipe):
            assert GaussianFit(recipe, data, run).train()
        else:
            assert Run(recipe, data, run, resume=False).train()
        return Exported(recipe, run, folder, data, export(recipe, run, folder, data))


def test_the_folder_holds_what_its_manifest_says(exported: Exported) -> None:
    registry = Registry([exported.folder.parent])
    model = registry.find(exported.recipe.name)
    assert not registry.broken and model.manifest == manifest_io.read(exported.folder)
    assert digest_errors(model) == []
    roles = {"decoder"} if exported.recipe is GAUSSIAN else {"encoder", "decoder"}
    assert set(model.manifest.graphs) == roles
    files = {path.name for path in exported.folder.iterdir()}
    assert files >= {"latents.npz", "manifest.json", *(f"{role}.onnx" for role in roles)}
    latent = model.manifest.latent
    assert latent is not None and latent["file"] == "latents.npz"
    assert latent["sha256"] == hashlib.sha256((exported.folder / "latents.npz").read_bytes()).hexdigest()


def test_the_manifest_says_what_was_trained(exported: Exported) -> None:
    manifest, recipe = exported.manifest, exported.recipe
    family, prior, likelihood, dim = {
        "tiny-vae": ("vae", "normal", "bernoulli", 2),
        "tiny-faces": ("vae", "normal", "logistic", 4),
        "tiny-autoencoder": ("autoencoder", "none", "none", 2),
        "tiny-gaussian": ("gaussian", "normal", "none", SIZE * SIZE),
    }[recipe.name]
    assert manifest.family == family and manifest.latent is not None
    assert (manifest.latent["prior"], manifest.latent["likelihood"], manifest.latent["dim"]) == (prior, likelihood, dim)
    image = manifest.image
    assert (image.channels, image.levels, image.range) == (recipe.model.channels, recipe.levels, "0..1")
    assert manifest.conditions == () and manifest.attribution and manifest.references and manifest.summary
    assert manifest.training["curve"][-1]["step"] == manifest.training["steps"]
    json.dumps(manifest_io.to_json(manifest), allow_nan=False)


def test_every_graph_is_one_checked_file_with_a_dynamic_batch(exported: Exported) -> None:
    for role in exported.manifest.graphs:
        path = exported.folder / f"{role}.onnx"
        onnx.checker.check_model(str(path), full_check=True)
        proto = onnx.load(path, load_external_data=False)
        assert not any(tensor.external_data for tensor in proto.graph.initializer)
        for port in (*proto.graph.input, *proto.graph.output):
            assert port.type.tensor_type.shape.dim[0].dim_param == "batch"
        metadata = exported.graph(role).metadata()
        assert metadata["Image.BitmapPixelFormat"] == ("Rgb8" if exported.recipe is FACES else "Gray8")


@pytest.mark.parametrize("batch", [1, 3])
def test_graphs_are_those_of_torch(exported: Exported, batch: int) -> None:
    model = load_weights(exported.recipe, exported.run)
    assert isinstance(model, VAE | Gaussian)
    latent = exported.manifest.latent
    assert latent is not None
    z = np.random.default_rng(batch).standard_normal((batch, latent["dim"])).astype(np.float32)
    given = exported.graph("decoder").run({"z": z})
    with torch.no_grad():
        raw = model.decode(torch.from_numpy(z))
        mean = raw if isinstance(model, Gaussian) else model.pixels.mean(raw)
    np.testing.assert_allclose(given["image"], mean.numpy(), atol=1e-5)
    assert set(given) == ({"image", "log_scale"} if exported.recipe is FACES else {"image"})
    if isinstance(model, VAE):
        image = as_input(exported.data.test.pixels[:batch])
        codes = exported.graph("encoder").run({"image": image})
        with torch.no_grad():
            mu, log_var = model.encode(torch.from_numpy(image))
        np.testing.assert_allclose(codes["mu"], mu.numpy(), atol=1e-5)
        assert (log_var is None) == ("log_var" not in codes)


def test_the_gaussians_graph_holds_mean_and_factor_in_full(exported: Exported) -> None:
    if exported.recipe is not GAUSSIAN:
        return
    dims = SIZE * SIZE
    graph = exported.graph("decoder")
    mean = graph.run({"z": np.zeros((1, dims), np.float32)})["image"].reshape(-1)
    factor = graph.run({"z": np.eye(dims, dtype=np.float32)})["image"].reshape(dims, dims).T - mean[:, None]
    flat = exported.data.train.pixels.reshape(200, -1) / 256
    np.testing.assert_allclose(mean, flat.mean(0) + 0.5 / 256, atol=1e-5)
    expected = np.cov(flat, rowvar=False, bias=True) + np.eye(dims) * (1 / (12 * 256**2) + 1e-3)
    np.testing.assert_allclose(factor @ factor.T, expected, atol=1e-5)


# --- latents.npz ----------------------------------------------------------------------------------------------------


def test_the_arrays_are_measured_with_the_encoder(exported: Exported) -> None:
    arrays, recipe, data = exported.arrays, exported.recipe, exported.data
    if isinstance(recipe, GaussianRecipe):
        return
    codes = exported.graph("encoder").run({"image": as_input(fixed_pixels(data.train, recipe.levels))})["mu"]
    np.testing.assert_allclose(arrays["code_mean"], codes.mean(0), atol=1e-4)
    axes, variance = arrays["pca_axes"], arrays["pca_variance"]
    np.testing.assert_allclose(axes @ axes.T, np.eye(len(axes)), atol=1e-5)
    np.testing.assert_allclose(variance, ((codes - codes.mean(0)) @ axes.T).var(0), rtol=1e-3, atol=1e-6)
    assert (np.diff(variance) <= 1e-6).all() and len(axes) == codes.shape[1]
    if recipe.class_names:
        assert arrays["class_names"].tolist() == list(NAMES)
        np.testing.assert_allclose(arrays["class_means"][1], codes[data.train.labels == 1].mean(0), atol=1e-4)
    else:
        assert "class_means" not in arrays and (arrays["code_labels"] == -1).all()
    assert arrays["codes"].dtype == np.float16 and arrays["codes"].shape == (40, codes.shape[1])
    assert arrays["code_labels"].dtype == np.int16
    assert ("kl_per_dim" in arrays) == (not recipe.is_autoencoder)
    assert ("density" in arrays) == (codes.shape[1] == 2)
    if recipe is FACES:
        assert arrays["attribute_names"].tolist() == ["right", "good"]
        there, here = (codes[data.train.labels == side].mean(0) for side in (1, 0))
        length = np.linalg.norm(arrays["attribute_directions"][0]) / np.linalg.norm(there - here)
        np.testing.assert_allclose(arrays["attribute_directions"][0], length * (there - here), atol=1e-4)
        assert min(abs(length - tried) for tried in trait_table.LENGTHS) < 1e-3


def test_the_gaussians_codes_are_white_and_its_axes_those_of_the_pictures(exported: Exported) -> None:
    if exported.recipe is not GAUSSIAN:
        return
    arrays = exported.arrays
    axes = arrays["pca_axes"]
    np.testing.assert_allclose(axes @ axes.T, np.eye(len(axes)), atol=1e-3)
    model = load_weights(GAUSSIAN, exported.run)
    assert isinstance(model, Gaussian)
    moved = (axes @ model.factor.numpy().T).astype(np.float64)  # what a step along an axis does to the picture
    lengths = (moved**2).sum(1)
    assert (np.diff(lengths) <= 1e-6).all()
    across = moved @ moved.T
    np.testing.assert_allclose(across, np.diag(np.diag(across)), atol=2e-3 * lengths[0])


def test_axes_of_known_codes() -> None:
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((50_000, 2)) * (3, 1)
    turned = codes @ np.array([[0.6, 0.8], [-0.8, 0.6]])
    axes, variance = principal_axes(turned.astype(np.float32))
    np.testing.assert_allclose(axes, [[0.6, 0.8], [0.8, -0.6]], atol=0.02)
    np.testing.assert_allclose(variance, [9, 1], rtol=0.03)


def test_density_is_shares_over_an_extent_with_y_upwards() -> None:
    rng = np.random.default_rng(0)
    codes = rng.normal((2, -5), (0.5, 1.5), (20_000, 2)).astype(np.float32)
    shares, (x0, x1, y0, y1) = density(codes)
    assert shares.shape == (64, 64) and shares.sum() == pytest.approx(1, abs=1e-5) and (shares >= 0).all()
    x, y = (low + (np.arange(64) + 0.5) / 64 * (high - low) for low, high in ((x0, x1), (y0, y1)))
    assert (shares.sum(0) * x).sum() == pytest.approx(2, abs=0.05)
    assert (shares.sum(1) * y).sum() == pytest.approx(-5, abs=0.1)
    assert x0 < 2 - 1.4 and x1 > 2 + 1.4 and y0 < -9 and y1 > -1


# --- figures --------------------------------------------------------------------------------------------------------


def test_everything_is_measured_written_and_told(exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent_figures, "SAMPLES", 50)
    monkeypatch.setattr(latent_figures, "FIRST", (25,))
    monkeypatch.setattr(latent_figures, "CHECKED_SAMPLES", 2000)
    monkeypatch.setattr(trait_table, "EPOCHS", 1)
    monkeypatch.setitem(traits.TRAITS, "cartoon_faces", SEEN)
    measure_latent(exported.recipe, exported.run, exported.folder, exported.data)
    manifest = manifest_io.read(exported.folder)
    figures = manifest.figures
    told = (exported.folder / "card.md").read_text()
    main = {"vae": "test_iwae", "autoencoder": "test_squared_error", "gaussian": "test_nll"}[manifest.family]
    assert str(figures[main]["value"]) in told and figures[main]["n"] == 60
    assert {p.name for p in exported.folder.iterdir()} >= {"card.md", "preview.png", "film"}
    frames = sorted((exported.folder / "film").glob("*.png"))
    assert frames and Image.open(frames[-1]).size == (4 * SIZE + 3, 4 * SIZE + 3)
    assert (exported.folder / "samples.png").exists() == (manifest.family != "autoencoder")
    if manifest.family == "vae":
        elbo, iwae = figures["test_elbo"], figures["test_iwae"]
        assert iwae["value"] < elbo["value"]  # a tighter bound on the same negative log-likelihood
        assert elbo["value"] == pytest.approx(
            figures["test_reconstruction"]["value"] + figures["test_kl"]["value"], abs=0.01
        )
        model = load_weights(exported.recipe, exported.run)
        assert isinstance(model, VAE)
        of_torch = mean_loss(model, fixed_pixels(exported.data.test, exported.recipe.levels))
        assert elbo["value"] == pytest.approx(of_torch, abs=6 * elbo["standard_error"] + 0.5)
        assert len(figures["kl_per_dim"]) == exported.recipe.model.latent
        assert "![reconstructions](reconstructions.png)" in told
    if exported.recipe is FACES:
        assert [row["trait"] for row in figures["directions"]] == ["right", "good"] and "| right |" in told
    if exported.recipe is GAUSSIAN:
        assert figures["sample_covariance_error"]["value"] < 0.3
        assert figures["test_nll_bits"]["value"] == pytest.approx(
            figures["test_nll"]["value"] / (256 * np.log(2)) + 8, abs=1e-3
        )
    json.dumps(manifest_io.to_json(manifest), allow_nan=False)


def test_bounds_are_those_of_the_engine(exported: Exported) -> None:
    """The engine's own code and training's, from the same noise: the same bounds, picture by picture."""
    if exported.manifest.family != "vae":
        return
    recipe, registry = exported.recipe, Registry([exported.folder.parent])
    pixels = fixed_pixels(exported.data.test, recipe.levels)
    display = pixels.reshape(*pixels.shape[:3], -1)
    family = VariationalAutoencoder(registry.find(recipe.name), Sessions(), registry)
    answering = family.answer(BoundImages(model=recipe.name, pixels=display, samples=400, seed=3))
    with pytest.raises(StopIteration) as end:
        while True:
            next(answering)
    engine = end.value.value
    graphs = [exported.graph(role) for role in ("encoder", "decoder")]
    likelihood = recipe.model.likelihood
    ours = importance_bounds(*graphs, likelihood, pixels, 400, seed=3)
    single = single_sample_bounds(*graphs, likelihood, pixels, seed=3)
    np.testing.assert_allclose(engine.kl, single.kl.sum(1), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(engine.iwae, ours.iwae, atol=0.01)
    np.testing.assert_allclose(engine.elbo, ours.elbo, atol=0.01)


@pytest.mark.parametrize("part", [(), ("--first", "25")])
def test_the_command_line_agrees_with_the_figures(
    exported: Exported, part: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`reverie score` on the pictures that were measured, whole and in part."""
    family, recipe = exported.manifest.family, exported.recipe
    if family == "autoencoder":
        return
    np.savez(tmp_path / "all.npz", images=np.concatenate([exported.data.train.pixels, exported.data.test.pixels]))
    np.savez(tmp_path / "test.npz", images=exported.data.test.pixels)
    source = ["all.npz", "--last", "60"] if recipe.levels == 256 else ["test.npz", "--fit", "stochastic"]
    words = ["score", recipe.name, str(tmp_path / source[0]), *source[1:], *part, "--against-manifest", "--json"]
    for samples in ("1", "50") if family == "vae" else ("",):
        seeded = [*words, "--seed", "1234", *(("--samples", samples) if samples else ())]
        capsys.readouterr()
        assert main(seeded, [exported.folder.parent]) == 0
        found = json.loads(capsys.readouterr().out)["against_manifest"]
        assert found["agrees"] is True
        keys = {"": set(), "1": {"test_elbo"}, "50": {"test_elbo_many", "test_iwae"}}[samples]
        assert keys == {key for key in found if key.startswith("test_")}
    assert main(words + (["--samples", "50"] if family == "vae" else []), [exported.folder.parent]) == 0
    found = json.loads(capsys.readouterr().out)["against_manifest"]
    assert found["agrees"] is None and "--seed 1234" in found["reason"]


def test_the_grid_divides_the_prior_into_equal_shares() -> None:
    grid = quantile_grid(4).reshape(4, 4, 2)
    assert (grid[0, :, 1] > grid[1, :, 1]).all() and (grid[:, 0, 0] < grid[:, 1, 0]).all()
    np.testing.assert_allclose(grid[0, :, 0], [-1.15035, -0.31864, 0.31864, 1.15035], atol=1e-4)
