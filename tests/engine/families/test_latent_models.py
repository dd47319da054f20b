"""The latent families on small real graphs, against what their formulas give by hand."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.catalogue.registry import Registry
from engine.contracts.manifest import GraphSpec
from engine.contracts.requests import (
    BoundImages,
    CompleteImage,
    DecodeLatents,
    EncodeImages,
    LoadModel,
    SampleImages,
    ScoreImages,
)
from engine.errors import GraphMismatch, RequestError
from engine.families import FAMILIES
from engine.families.gaussian import is_measured
from engine.families.latent import BROKEN, LatentModel
from engine.families.latent_graphs import LatentGraphs, Output
from engine.families.passes import even_passes
from engine.families.validation import check
from engine.numerics import noise
from engine.runtime.sessions import Sessions, open_graph
from engine.sampling.step import Progress

MODELS = Path(__file__).resolve().parents[1] / "latent_models"
Ask = Callable[..., Any]
Open = Callable[..., LatentModel]


@pytest.fixture(scope="module")
def open_model() -> Open:
    """``open_model(name, **manifest changes)``: one of the committed toys, as the engine opens it."""
    registry = Registry([MODELS])

    def make(name: str, **changes: Any) -> LatentModel:
        model = registry.models[name]
        changed = dataclasses.replace(model, manifest=dataclasses.replace(model.manifest, **changes))
        made = FAMILIES[changed.manifest.family](changed, Sessions(), registry)
        assert isinstance(made, LatentModel)
        return made

    return make


def weights(model: LatentModel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """W (D, P) and m (P,) of a linear decoder, by asking it."""
    eye = np.eye(model.spec.dim, dtype=np.float32)
    offset = model.graphs.decode(0 * eye[:1]).mean.reshape(1, -1).astype(np.float64)
    return model.graphs.decode(eye).mean.reshape(len(eye), -1) - offset, offset[0]


def normal_log_density(x: NDArray[np.float64], mean: NDArray[np.float64], covariance: NDArray[np.float64]) -> Any:
    off = x - mean
    quadratic = (off * np.linalg.solve(covariance, off.T).T).sum(axis=1)
    return -0.5 * (quadratic + np.linalg.slogdet(2 * math.pi * covariance)[1])


def pictures_of(model: LatentModel, count: int, seed: int = 0) -> NDArray[np.uint8]:
    """Pictures drawn from p(x|z) at z ~ p(z)."""
    z = np.random.default_rng(seed).normal(size=(count, model.spec.dim)).astype(np.float32)
    output = "mean" if model.spec.likelihood == "none" else "draw"
    images: NDArray[np.uint8] = finish(model, DecodeLatents(model=model.manifest.id, z=z, output=output)).images
    return images


def finish(model: LatentModel, request: Any) -> Any:
    check(request, model.manifest)
    answering = model.answer(request)
    while True:
        try:
            next(answering)
        except StopIteration as end:
            return end.value


# --- decoding --------------------------------------------------------------------------------------------------------


def test_the_mean_is_the_formulas(open_model: Open) -> None:
    model = open_model("linear")
    matrix, offset = weights(model)
    z = np.random.default_rng(1).normal(size=(5, 2)).astype(np.float32)
    answer = finish(model, DecodeLatents(model="linear", z=z))
    expected = np.rint(255 * np.clip(offset + z @ matrix, 0, 1)).reshape(5, 4, 3, 1)
    np.testing.assert_array_equal(answer.images, expected)
    assert not answer.broken.any() and not answer.constant.any() and answer.total_ms > 0


def test_foreign_layout_and_range_are_undone(open_model: Open) -> None:
    """Channels last, -1 to 1, z with two axes more."""
    model = open_model("colours")
    raw = model.graphs.sessions.graph(model.model.folder, model.manifest.graphs["decoder"])
    z = np.random.default_rng(1).normal(size=(3, 2)).astype(np.float32)
    values = raw.run({"z": z.reshape(3, 2, 1, 1)})
    answer = finish(model, DecodeLatents(model="colours", z=z))
    np.testing.assert_array_equal(answer.images, np.rint((values["image"] + 1) * 127.5).astype(np.uint8))
    output = model.graphs.decode(z)
    assert output.log_scale is not None
    np.testing.assert_array_equal(output.log_scale, values["log_scale"].transpose(0, 3, 1, 2))
    units = model.units(answer.images, "exact", 0)
    np.testing.assert_allclose(units, (answer.images / 255).transpose(0, 3, 1, 2), atol=1e-7)
    mu = model.graphs.encode(units).mu
    encoder = model.graphs.sessions.graph(model.model.folder, model.manifest.graphs["encoder"])
    direct = encoder.run({"image": (answer.images / 127.5 - 1).astype(np.float32)})["mu"]
    np.testing.assert_allclose(mu, direct, atol=1e-5)


def test_many_come_in_passes_with_what_is_there_so_far(
    open_model: Open, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.families.latent.PARTIAL_S", 0.0)
    monkeypatch.setattr("engine.families.passes.threads", lambda: 1)
    model = open_model("ink")
    count = 2 * model.rows + 3
    z = np.random.default_rng(2).normal(size=(count, 3)).astype(np.float32)
    seen: list[Progress] = []
    answer = ask(model, DecodeLatents(model="ink", z=z), seen)
    passes = even_passes(count, model.rows)
    assert len(passes) == 4 and [int(p.drawn[:, 0, 0].sum()) for p in seen] == [rows.stop for rows in passes[:-1]]
    assert [p.fraction for p in seen] == pytest.approx([rows.stop / count for rows in passes[:-1]])
    for progress in seen:
        np.testing.assert_array_equal(progress.images[progress.drawn], answer.images[progress.drawn])
    few: list[Progress] = []
    alone = ask(model, DecodeLatents(model="ink", z=z[-1:]), few)
    assert not few, "one picture is not worth a partial one"
    assert np.abs(alone.images[0].astype(int) - answer.images[-1]).max() <= 1


def test_what_several_threads_decode_is_what_one_does(
    open_model: Open, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = open_model("colours")
    z = np.random.default_rng(4).normal(size=(300, model.spec.dim)).astype(np.float32)
    model.rows = 16
    request = DecodeLatents(model="colours", z=z, output="draw", seed=5)
    answers = []
    for threads in (1, 3):
        monkeypatch.setattr("engine.families.passes.threads", lambda count=threads: count)
        answers.append(ask(model, request, []))
    np.testing.assert_array_equal(answers[0].images, answers[1].images)
    np.testing.assert_array_equal(answers[0].constant, answers[1].constant)


def test_draws_are_of_the_distribution_and_stand_still(open_model: Open) -> None:
    model = open_model("ink")
    z = np.tile(np.array([[0.4, -0.3, 0.0]], np.float32), (2000, 1))
    drawn = finish(model, DecodeLatents(model="ink", z=z, output="draw", seed=5)).images
    assert set(np.unique(drawn)) <= {0, 255}
    probability = model.graphs.decode(z[:1]).mean[0].transpose(1, 2, 0)
    np.testing.assert_allclose((drawn > 0).mean(axis=0), probability, atol=0.06)
    again = finish(model, DecodeLatents(model="ink", z=z[:7], output="draw", seed=5)).images
    np.testing.assert_array_equal(again, drawn[:7])
    moved = finish(model, DecodeLatents(model="ink", z=z[:1] + 0.01, output="draw", seed=5)).images
    assert (moved != drawn[:1]).mean() < 0.2, "under a drag the noise stands still"
    other = finish(model, DecodeLatents(model="ink", z=z[:7], output="draw", seed=6)).images
    assert (other != again).any()


@pytest.mark.parametrize("name", ["linear", "colours"])
def test_draws_with_a_scale_spread_as_it_says(open_model: Open, name: str) -> None:
    model = open_model(name)
    z = np.tile(np.array([[0.3, 0.2]], np.float32), (1500, 1))
    drawn = finish(model, DecodeLatents(model=name, z=z, output="draw", seed=1)).images / 255
    output = model.graphs.decode(z[:1])
    assert output.log_scale is not None
    mean, scale = (a[0].transpose(1, 2, 0) for a in (output.mean, np.exp(output.log_scale)))
    np.testing.assert_allclose(np.median(drawn, axis=0), np.clip(mean, 0, 1), atol=0.08)
    inner = (mean > 0.35) & (mean < 0.65)
    quartile = 0.6744898 if name == "linear" else math.log(3)
    spread = np.subtract(*np.quantile(drawn, [0.75, 0.25], axis=0))[inner] / 2
    np.testing.assert_allclose(spread, (quartile * scale)[inner], rtol=0.15)


def test_what_is_not_a_number_is_flat_grey_and_said(open_model: Open) -> None:
    model = open_model("torn")
    answer = finish(model, DecodeLatents(model="torn", z=np.array([[-1, 0], [0.25, 0], [4, 9]], np.float32)))
    assert answer.broken.tolist() == [True, False, False]
    assert answer.constant.tolist() == [False, True, True]
    assert (answer.images[0] == BROKEN).all() and (answer.images[1] == 128).all() and (answer.images[2] == 255).all()
    samples = finish(model, SampleImages(model="torn", count=20))
    np.testing.assert_array_equal(samples.broken, samples.z[:, 0] < 0)
    assert (samples.images[samples.broken] == BROKEN).all()


class Alone:
    """In place of all open graphs: one that gives a single number, whatever it is asked for."""

    def graph(self, folder: Path, spec: GraphSpec) -> Alone:
        return self

    def run_rows(self, inputs: Mapping[str, Any], outputs: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        return {name: np.asarray(0.5, np.float32) for name in outputs}


def test_a_number_in_place_of_a_picture_is_named(open_model: Open) -> None:
    graphs = LatentGraphs(open_model("codes").model, Alone())  # type: ignore[arg-type]
    with pytest.raises(GraphMismatch, match=r"gives 'image' as float32 \(\), and the manifest promises 1 x 4 x 3"):
        graphs.decode(np.zeros((1, 2), np.float32))


def test_rows_that_are_none_are_named() -> None:
    """Two passes of a graph of a fixed batch cannot be put together of single numbers."""
    graph = open_graph(MODELS.parent / "decoders" / "counted.onnx")
    z = {"z": np.zeros((3, 3), np.float32)}
    assert graph.run_rows(z, ["image"])["image"].shape == (3, 1, 8, 8)
    with pytest.raises(GraphMismatch, match=r"counted\.onnx gives 'count' of shape \(\), which has no axis of rows"):
        graph.run_rows(z, ["count"])


# --- encoding and sampling -------------------------------------------------------------------------------------------


def test_a_vae_encodes_into_a_posterior(open_model: Open) -> None:
    model = open_model("linear")
    pixels = pictures_of(model, 6)
    answer = finish(model, EncodeImages(model="linear", pixels=pixels))
    assert answer.mu.shape == answer.log_var.shape == answer.kl.shape == (6, 2)
    variance = np.exp(answer.log_var.astype(np.float64))
    np.testing.assert_allclose(answer.kl, (answer.mu**2 + variance - 1 - np.log(variance)) / 2, rtol=1e-5)
    decoded = finish(model, DecodeLatents(model="linear", z=answer.mu)).images
    np.testing.assert_array_equal(answer.reconstruction, decoded)


def test_an_autoencoder_encodes_into_a_point(open_model: Open) -> None:
    model = open_model("codes")
    z = np.random.default_rng(0).normal(0, 0.3, size=(5, 2)).astype(np.float32)
    pixels = finish(model, DecodeLatents(model="codes", z=z)).images
    answer = finish(model, EncodeImages(model="codes", pixels=pixels))
    assert answer.log_var is None and answer.kl is None
    np.testing.assert_allclose(answer.mu, z, atol=0.01)
    assert np.abs(answer.reconstruction.astype(int) - pixels).max() <= 1


def test_off_level_pictures_are_fitted_before_they_are_encoded(open_model: Open) -> None:
    model = open_model("ink")
    grey = np.full((3, 6, 5, 1), 200, np.uint8)
    with pytest.raises(RequestError, match="between the model's 2 levels"):
        finish(model, EncodeImages(model="ink", pixels=grey))
    nearest = finish(model, EncodeImages(model="ink", pixels=grey, fit="nearest"))
    white = finish(model, EncodeImages(model="ink", pixels=np.full_like(grey, 255)))
    np.testing.assert_array_equal(nearest.mu, white.mu)
    drawn = np.random.default_rng(3).random(grey.shape) < 200 / 255
    expected = finish(model, EncodeImages(model="ink", pixels=(255 * drawn).astype(np.uint8)))
    stochastic = finish(model, EncodeImages(model="ink", pixels=grey, fit="stochastic", seed=3))
    np.testing.assert_array_equal(stochastic.mu, expected.mu)


def test_samples_are_of_the_prior_and_picture_three_is_picture_three(open_model: Open) -> None:
    model = open_model("linear")
    many = finish(model, SampleImages(model="linear", count=3000, seed=9))
    assert many.z.shape == (3000, 2) and many.z.dtype == np.float32
    np.testing.assert_allclose(many.z.mean(axis=0), 0, atol=0.06)
    np.testing.assert_allclose(np.cov(many.z.T), np.eye(2), atol=0.08)
    few = finish(model, SampleImages(model="linear", count=4, seed=9))
    np.testing.assert_array_equal(few.z, many.z[:4])
    np.testing.assert_array_equal(few.images, finish(model, DecodeLatents(model="linear", z=few.z)).images)
    half = finish(model, SampleImages(model="linear", count=4, seed=9, temperature=0.5))
    np.testing.assert_allclose(half.z, few.z / 2, rtol=1e-6)


def test_a_model_loads(open_model: Open) -> None:
    assert finish(open_model("colours"), LoadModel(model="colours")).model == "colours"


# --- bounds against closed forms -------------------------------------------------------------------------------------


def test_bounds_approach_the_exact_likelihood_from_below(open_model: Open) -> None:
    """A linear decoder with Gaussian noise is probabilistic PCA: p(x) = N(m, W^T W + s^2)."""
    model = open_model("linear")
    pixels = pictures_of(model, 12)
    matrix, offset = weights(model)
    exact = normal_log_density(pixels.reshape(12, -1) / 255, offset, matrix.T @ matrix + 0.15**2 * np.eye(12))
    answer = finish(model, BoundImages(model="linear", pixels=pixels, samples=2000, seed=4))
    np.testing.assert_allclose(answer.iwae, exact, atol=0.02)
    assert (answer.elbo < exact).all()
    assert answer.ks.tolist() == [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]
    assert (np.diff(answer.iwae_by_k) > -1e-3).all()
    assert answer.iwae_by_k[-1] == pytest.approx(answer.iwae.mean())
    assert answer.iwae_by_k[0] == pytest.approx(answer.elbo.mean(), abs=0.1)


def test_the_elbo_is_its_closed_form(open_model: Open) -> None:
    """E_q log p(x|z) of a linear decoder: log p(x|mu) less the trace of W^T S W over 2 s^2."""
    model = open_model("linear")
    pixels = pictures_of(model, 4)
    matrix, offset = weights(model)
    code = finish(model, EncodeImages(model="linear", pixels=pixels))
    x, variance = pixels.reshape(4, -1) / 255, np.exp(code.log_var.astype(np.float64))
    at_mean = normal_log_density(x, offset + code.mu @ matrix, 0.15**2 * np.eye(12))
    expected = at_mean - 0.5 * (variance * (matrix**2).sum(axis=1)).sum(axis=1) / 0.15**2
    answer = finish(model, BoundImages(model="linear", pixels=pixels, samples=5000))
    np.testing.assert_allclose(answer.reconstruction, expected, atol=0.05)
    np.testing.assert_allclose(answer.kl, code.kl.sum(axis=1), rtol=1e-5)
    np.testing.assert_allclose(answer.elbo, answer.reconstruction - answer.kl)


def test_with_the_true_posterior_every_bound_is_the_likelihood(open_model: Open, ask: Ask) -> None:
    model = open_model("linear")
    pixels = pictures_of(model, 5)
    matrix, offset = weights(model)
    precision = 1 + (matrix**2).sum(axis=1) / 0.15**2
    encode = model.graphs.encode

    def posterior(units: NDArray[np.float32], first: int = 0) -> Any:
        mu = (units.reshape(len(units), -1) - offset) @ matrix.T / 0.15**2 / precision
        log_var = np.tile(-np.log(precision), (len(units), 1)).astype(np.float32)
        return dataclasses.replace(encode(units), mu=mu.astype(np.float32), log_var=log_var)

    model.graphs.encode = posterior  # type: ignore[method-assign]
    exact = normal_log_density(pixels.reshape(5, -1) / 255, offset, matrix.T @ matrix + 0.15**2 * np.eye(12))
    for samples in (1, 3):
        answer = ask(model, BoundImages(model="linear", pixels=pixels, samples=samples))
        np.testing.assert_allclose(answer.iwae, exact, atol=1e-3)


def test_an_ink_models_bound_is_near_its_integral(open_model: Open) -> None:
    """The third dimension is collapsed, so p(x) is an integral over a plane that a grid can sum."""
    model = open_model("ink")
    pixels = pictures_of(model, 3)
    line = np.linspace(-6, 6, 241)
    plane = np.stack([a.ravel() for a in np.meshgrid(line, line)], axis=1)
    z = np.concatenate([plane, np.zeros((len(plane), 1))], axis=1).astype(np.float32)
    p = np.clip(model.graphs.decode(z).mean.reshape(len(z), -1).astype(np.float64), 1e-30, 1 - 2**-24)
    prior = np.exp(-0.5 * (plane**2).sum(axis=1)) / (2 * math.pi) * (line[1] - line[0]) ** 2
    x = (pixels.reshape(3, -1) > 0).astype(float)
    exact = [math.log((np.exp(np.log(np.where(row > 0, p, 1 - p)).sum(axis=1)) * prior).sum()) for row in x]
    answer = finish(model, BoundImages(model="ink", pixels=pixels, samples=5000, seed=1))
    np.testing.assert_allclose(answer.iwae, exact, atol=0.2)
    assert (answer.elbo < exact).all() and answer.iwae.mean() < np.mean(exact) + 0.02


def test_a_bound_does_not_depend_on_company_or_passes(open_model: Open) -> None:
    model = open_model("colours")
    pixels = pictures_of(model, 7)
    whole = finish(model, BoundImages(model="colours", pixels=pixels, samples=6, seed=2))
    model.rows = 4
    split = finish(model, BoundImages(model="colours", pixels=pixels, samples=6, seed=2))
    for name in ("elbo", "reconstruction", "kl", "iwae", "iwae_by_k"):
        np.testing.assert_allclose(getattr(split, name), getattr(whole, name), rtol=1e-5)
    first = finish(model, BoundImages(model="colours", pixels=pixels[:1], samples=6, seed=2))
    assert first.iwae[0] == pytest.approx(whole.iwae[0], rel=1e-5)


def test_a_stop_is_heeded_between_small_passes(open_model: Open, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    model = open_model("colours")
    monkeypatch.setattr("engine.families.vae.BOUND_VALUES", 20 * model.manifest.image.dims)
    assert model.rows > 20
    seen: list[Progress] = []
    ask(model, BoundImages(model="colours", pixels=pictures_of(model, 1), samples=100), seen)
    assert [p.fraction for p in seen] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])


def test_bounding_tells_how_far_it_is(open_model: Open, ask: Ask) -> None:
    model = open_model("ink")
    seen: list[Progress] = []
    ask(model, BoundImages(model="ink", pixels=pictures_of(model, 2), samples=3 * model.rows), seen)
    fractions = [p.fraction for p in seen]
    assert fractions == pytest.approx([0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1])  # 0: the graphs are open


def test_an_encoder_without_a_spread_gives_no_bound(open_model: Open) -> None:
    graphs = dict(open_model("ink").manifest.graphs)
    outputs = {"mu": graphs["encoder"].outputs["mu"]}
    graphs["encoder"] = dataclasses.replace(graphs["encoder"], outputs=outputs)
    model = open_model("ink", graphs=graphs)
    with pytest.raises(RequestError, match="no distribution, so there is no bound"):
        finish(model, BoundImages(model="ink", pixels=pictures_of(model, 1)))


# --- the Gaussian ----------------------------------------------------------------------------------------------------


def test_a_gaussians_score_is_the_closed_form(open_model: Open) -> None:
    model = open_model("normal")
    pixels = pictures_of(model, 6)
    matrix, offset = weights(model)
    u = noise.uniforms_batch(3, range(6), noise.DEQUANTIZATION, 12)
    x = (pixels.reshape(6, -1) + u) / 256
    answer = finish(model, ScoreImages(model="normal", pixels=pixels, seed=3))
    exact = normal_log_density(x, offset, matrix.T @ matrix)
    np.testing.assert_allclose(answer.nats, exact, atol=0.02)
    np.testing.assert_allclose(answer.log_prob.sum(axis=(1, 2)), answer.nats, rtol=1e-5)
    np.testing.assert_allclose(answer.bits_per_dim, 8 - exact / 12 / math.log(2), atol=0.01)
    assert answer.scored_by == "normal" and answer.class_nats is None


def test_a_gaussians_pixels_are_scored_in_raster_order(open_model: Open) -> None:
    """The first pixel's term is its marginal; changing the last pixel changes the last term alone."""
    model = open_model("normal")
    pixels = pictures_of(model, 1)
    changed = pixels.copy()
    changed[0, -1, -1] += 40
    before, after = (
        finish(model, ScoreImages(model="normal", pixels=p)).log_prob[0].ravel() for p in (pixels, changed)
    )
    np.testing.assert_array_equal(before[:-1], after[:-1])
    assert before[-1] != after[-1]
    matrix, offset = weights(model)
    x = (pixels[0, 0, 0, 0] + noise.uniforms(0, 0, noise.DEQUANTIZATION, 1)) / 256
    variance = (matrix.T @ matrix)[0, 0]
    expected = -0.5 * ((x - offset[0]) ** 2 / variance + math.log(2 * math.pi * variance))
    assert before[0] == pytest.approx(expected[0], abs=1e-3)


def test_a_gaussian_with_noise_is_a_full_one(open_model: Open) -> None:
    """Probabilistic PCA as the family 'gaussian': fewer latent dimensions than pixels, and a log scale."""
    model = open_model("linear", family="gaussian")
    pixels = pictures_of(model, 4)
    matrix, offset = weights(model)
    x = (pixels.reshape(4, -1) + noise.uniforms_batch(0, range(4), noise.DEQUANTIZATION, 12)) / 256
    exact = normal_log_density(x, offset, matrix.T @ matrix + 0.15**2 * np.eye(12))
    np.testing.assert_allclose(finish(model, ScoreImages(model="linear", pixels=pixels)).nats, exact, atol=1e-3)


def test_a_gaussian_on_a_flat_has_no_density(open_model: Open) -> None:
    codes = open_model("codes")
    model = open_model("codes", family="gaussian", latent={"dim": 2, "prior": "normal", "likelihood": "none"})
    with pytest.raises(RequestError, match="nothing has a density") as refused:
        finish(model, ScoreImages(model="codes", pixels=pictures_of(codes, 1)))
    assert "jitter" in refused.value.remedy


def test_a_decoder_that_bends_is_no_gaussian(open_model: Open) -> None:
    model = open_model("ink", family="gaussian")
    with pytest.raises(GraphMismatch, match="not linear"):
        finish(model, ScoreImages(model="ink", pixels=np.zeros((1, 6, 5, 1), np.uint8)))


def test_a_spread_that_depends_on_z_is_no_gaussians(open_model: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    model = open_model("linear", family="gaussian")
    decode = model.graphs.decode

    def spread(z: NDArray[np.float32], classes: NDArray[np.int64] | None = None) -> Output:
        output = decode(z, classes)
        assert output.log_scale is not None
        return Output(output.mean, output.log_scale + np.float32(0.01) * (np.abs(z).sum() > 0))

    monkeypatch.setattr(model.graphs, "decode", spread)
    with pytest.raises(GraphMismatch, match="a spread that depends on z, so it is no Gaussian"):
        finish(model, ScoreImages(model="linear", pixels=np.zeros((1, 4, 3, 1), np.uint8)))


def test_a_gaussian_too_large_is_refused_before_its_decoder_is_asked(open_model: Open) -> None:
    """65536 unit vectors of 65536 numbers would take 16 GB."""
    latent = {"dim": 65536, "prior": "normal", "likelihood": "none"}
    model = open_model("normal", latent=latent)
    assert not is_measured(model.manifest) and is_measured(open_model("normal").manifest)
    pixels = np.zeros((1, 4, 3, 1), np.uint8)
    with pytest.raises(RequestError, match=r"65536 latent dimensions; densities of 4096 at most") as refused:
        finish(model, ScoreImages(model="normal", pixels=pixels))
    assert "smaller model" in refused.value.remedy
    with pytest.raises(RequestError, match="its matrix is too large"):
        finish(model, EncodeImages(model="normal", pixels=pixels))
    image = dataclasses.replace(model.manifest.image, height=65, width=65)
    assert not is_measured(dataclasses.replace(open_model("normal").manifest, image=image))


def test_a_gaussian_finds_the_z_of_any_picture_without_an_encoder(open_model: Open) -> None:
    model = open_model("normal")
    matrix, offset = weights(model)
    pixels = np.random.default_rng(5).integers(0, 256, size=(3, 4, 3, 1), dtype=np.uint8)
    answer = finish(model, EncodeImages(model="normal", pixels=pixels))
    expected = np.linalg.solve(matrix.T, (pixels.reshape(3, -1) / 255 - offset).T).T
    np.testing.assert_allclose(answer.mu, expected, rtol=1e-3, atol=1e-3)
    np.testing.assert_array_equal(answer.reconstruction, pixels)
    assert answer.log_var is None and answer.kl is None


def test_a_gaussian_of_fewer_dimensions_gives_the_nearest_picture_it_has(open_model: Open) -> None:
    decoder = open_model("linear").manifest.graphs["decoder"]
    model = open_model("linear", family="gaussian", graphs={"decoder": decoder})
    matrix, offset = weights(model)
    pixels = np.random.default_rng(6).integers(0, 256, size=(2, 4, 3, 1), dtype=np.uint8)
    answer = finish(model, EncodeImages(model="linear", pixels=pixels))
    expected = np.linalg.lstsq(matrix.T, (pixels.reshape(2, -1) / 255 - offset).T, rcond=None)[0].T
    np.testing.assert_allclose(answer.mu, expected, rtol=1e-3, atol=1e-3)


def test_a_gaussians_samples_have_its_moments(open_model: Open) -> None:
    model = open_model("normal")
    matrix, offset = weights(model)
    answer = finish(model, SampleImages(model="normal", count=4000))
    x = offset + answer.z @ matrix
    np.testing.assert_allclose(x.mean(axis=0), offset, atol=0.012)
    np.testing.assert_allclose(np.cov(x.T), matrix.T @ matrix, atol=0.004)
    shown = answer.images.reshape(4000, -1)
    assert np.abs(shown - 255 * np.clip(x, 0, 1)).max() < 0.51, "outside of 0 to 1 there is no ink"


# --- what cannot be asked --------------------------------------------------------------------------------------------

Z = np.zeros((1, 2), np.float32)
GREY = np.zeros((1, 4, 3, 1), np.uint8)
REFUSED: list[tuple[str, Any, str]] = [
    ("linear", CompleteImage(model="", pixels=GREY[0], observed=np.zeros((4, 3), bool)), "cannot complete"),
    ("linear", ScoreImages(model="", pixels=GREY), "no likelihood that can be computed exactly"),
    ("codes", ScoreImages(model="", pixels=GREY), "has no likelihood"),
    ("codes", BoundImages(model="", pixels=GREY), "has no likelihood"),
    ("codes", SampleImages(model=""), "has no prior"),
    ("codes", DecodeLatents(model="", z=Z, output="draw"), "gives a picture and no distribution"),
    ("torn", BoundImages(model="", pixels=GREY), "has no likelihood"),
    ("torn", EncodeImages(model="", pixels=GREY), "has no encoder"),
    ("linear", SampleImages(model="", class_name="left"), "has no class to choose"),
    ("linear", DecodeLatents(model="", z=np.zeros((1, 3), np.float32)), "takes (N, 2) float32"),
    ("linear", DecodeLatents(model="", z=np.zeros((1, 2))), "float64"),
    ("linear", DecodeLatents(model="", z=Z[0]), "(2,)"),
    ("linear", DecodeLatents(model="", z=None), "nothing"),  # type: ignore[arg-type]
    ("linear", DecodeLatents(model="", z=Z[:0]), "0 latent vectors"),
    ("linear", DecodeLatents(model="", z=np.zeros((4097, 2), np.float32)), "4097 latent vectors"),
    ("linear", DecodeLatents(model="", z=np.array([[0, 0], [np.nan, 0]], np.float32)), "vector 1 holds"),
    ("linear", DecodeLatents(model="", z=np.array([[np.inf, 0]], np.float32)), "not finite"),
    ("linear", EncodeImages(model="", pixels=GREY[:0]), "no picture to encode"),
    ("linear", EncodeImages(model="", pixels=GREY[:, :3]), "(3, 3, 1)"),
    ("linear", BoundImages(model="", pixels=GREY, samples=5001), "outside 1 to 5000"),
    ("normal", BoundImages(model="", pixels=GREY), "has no likelihood"),
]


@pytest.mark.parametrize(("name", "request_", "words"), REFUSED, ids=[f"{n} {w}" for n, _, w in REFUSED])
def test_what_a_model_cannot_do_is_one_sentence(open_model: Open, name: str, request_: Any, words: str) -> None:
    with pytest.raises(RequestError) as refused:
        finish(open_model(name), request_)
    assert words in refused.value.problem and refused.value.remedy


@pytest.mark.parametrize(("height", "words"), [(5, "1 x 5 x 3 numbers a picture")])
def test_a_decoder_of_other_pictures_is_named(open_model: Open, height: int, words: str) -> None:
    image = dataclasses.replace(open_model("linear").manifest.image, height=height)
    with pytest.raises(GraphMismatch) as refused:
        finish(open_model("linear", image=image), DecodeLatents(model="linear", z=Z))
    assert words in refused.value.problem


def test_an_encoder_of_another_latent_space_is_named(open_model: Open) -> None:
    model = open_model("linear", latent={"dim": 3, "prior": "normal", "likelihood": "gaussian"})
    with pytest.raises(GraphMismatch, match="3 numbers a picture"):
        finish(model, EncodeImages(model="linear", pixels=GREY))
