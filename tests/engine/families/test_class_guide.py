"""The guide that hands classes out where given pixels come late: what it says, and that it decides nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.catalogue.registry import Registry
from engine.contracts.events import Completion
from engine.contracts.requests import CompleteImage, EstimateEvidence
from engine.errors import FileError
from engine.families import class_guide, class_mixture
from engine.families.autoregressive import Autoregressive
from engine.families.class_guide import ClassGuide
from engine.numerics import categorical
from engine.numerics.likelihood import log_mean_exp
from engine.runtime.sessions import Sessions
from engine.sampling import orientation
from engine.sampling.autoregressive import Canvas

if TYPE_CHECKING:
    from tests.engine.families.conftest import ToyFamily

MakeFamily: TypeAlias = "Callable[..., ToyFamily]"
Ask: TypeAlias = Callable[..., Any]
SHAPE = (3, 3)
RING = np.array([[1, 1, 1], [1, 0, 0], [1, 0, 1]], bool)
LATE = np.array([[0, 0, 0], [1, 0, 1], [1, 1, 1]], bool)
MODELS = Path(__file__).parents[3] / "onnx_models"


def picture(bits: int) -> NDArray[np.uint8]:
    return (np.array([bits >> i & 1 for i in range(9)]) * 255).astype(np.uint8).reshape(*SHAPE, 1)


def guide(seed: int, sure: float = 3.0) -> ClassGuide:
    """Shares by chance that have nothing to do with the toy model."""
    logits = sure * np.random.default_rng(seed).normal(size=(2, *SHAPE, 2))
    return ClassGuide(categorical.log_softmax(logits.astype(np.float32)).astype(np.float32))


@pytest.fixture(params=range(3))
def misled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every family is guided by a chance guide that is as sure of itself as can be."""
    monkeypatch.setattr(class_mixture, "guide_of", lambda family: guide(request.param, 8.0))
    monkeypatch.setattr(class_guide, "TEMPER", 1.0)


# --- what it says -----------------------------------------------------------------------------------------------------


@given(
    bits=st.integers(0, 2**9 - 1), mask=st.integers(0, 2**9 - 1), name=st.sampled_from(orientation.NAMES)
)  # fmt: skip
def test_it_looks_at_the_given_pixels_from_each_row_on(bits: int, mask: int, name: str) -> None:
    levels, observed = picture(bits)[..., 0] // 255, picture(mask)[..., 0] > 0
    canvas = Canvas(
        orientation.turn(levels.astype(np.int64), name), orientation.turn(observed, name), np.zeros((1, 3, 3, 2))
    )
    before = np.zeros(SHAPE, bool)
    before[0, 0] = True
    own = guide(1)
    ahead = own.ahead(canvas, before, name)
    assert ahead.shape == (4, 2) and (ahead[3] == 0).all()
    log_p = orientation.turn(own._log_p, name, 1)
    for row in range(4):
        each = np.zeros(2)
        for r in range(row, 3):
            for c in range(3):
                if canvas.observed[r, c] and not before[r, c]:
                    each += log_p[:, r, c, canvas.known[r, c]]
        p = np.exp(class_guide.TEMPER * each)
        expected = (1 - class_guide.KEPT) * p / p.sum() + class_guide.KEPT / 2
        np.testing.assert_allclose(np.exp(ahead[row]) / 2, expected, rtol=1e-5)


# --- it decides nothing -----------------------------------------------------------------------------------------------


def enumerated(family: ToyFamily, observed: NDArray[np.bool_], pixels: NDArray[np.uint8]) -> tuple[float, Any, Any]:
    """Log p of the given pixels by the mixture, the fitting pictures and their posterior."""
    whole = np.stack([picture(bits)[..., 0] // 255 for bits in range(2**9)]).astype(np.int64)
    fits = whole[(whole[:, observed] == pixels[..., 0][observed] // 255).all(axis=1)]
    log_p = log_mean_exp(
        np.stack([categorical.log_prob(family.logits(fits, n, "upright"), fits).sum(axis=(1, 2)) for n in ("a", "b")]),
        axis=0,
    )
    total = float(np.logaddexp.reduce(log_p))
    return total, fits, np.exp(log_p - total)


@pytest.mark.parametrize("observed", [RING, LATE], ids=["ring", "late"])
@pytest.mark.usefixtures("misled")
def test_however_wrong_it_is_the_evidence_is_unbiased(
    make_family: MakeFamily, ask: Ask, observed: NDArray[np.bool_]
) -> None:
    family, pixels = make_family(), picture(77)
    exact, _, _ = enumerated(family, observed, pixels)
    request = EstimateEvidence(
        model="toy", pixels=pixels, observed=observed, particles=64, repeats=16, orientation="upright"
    )
    found = np.concatenate(
        [ask(family, dataclasses.replace(request, seed=seed)).estimates.ravel() for seed in range(12)]
    )
    ratio = np.exp(found - exact)
    assert abs(ratio.mean() - 1) < 4 * ratio.std(ddof=1) / len(ratio) ** 0.5 + 1e-6


@pytest.mark.parametrize("observed", [RING, LATE], ids=["ring", "late"])
@pytest.mark.usefixtures("misled")
def test_however_wrong_it_is_the_pictures_are_the_posteriors(
    make_family: MakeFamily, ask: Ask, observed: NDArray[np.bool_]
) -> None:
    family, pixels = make_family(), picture(77)
    _, fits, posterior = enumerated(family, observed, pixels)
    request = CompleteImage(
        model="toy", pixels=pixels, observed=observed, count=64, particles=512, method="particles",
        orientation="upright",
    )  # fmt: skip
    found = np.concatenate([ask(family, dataclasses.replace(request, seed=seed)).images for seed in range(16)])
    shares = (found[..., 0] // 255)[:, ~observed].mean(axis=0)
    np.testing.assert_allclose(shares, posterior @ fits[:, ~observed], atol=0.06)


@pytest.mark.usefixtures("misled")
def test_where_nothing_comes_late_it_has_no_say(make_family: MakeFamily, ask: Ask) -> None:
    top = np.arange(9).reshape(SHAPE) < 4
    request = CompleteImage(model="toy", pixels=picture(5), observed=top, count=16, particles=16, orientation="upright")
    weighed: Completion = ask(make_family(), dataclasses.replace(request, method="particles"))
    raster: Completion = ask(make_family(), dataclasses.replace(request, method="raster"))
    assert (weighed.images == raster.images).all()


# --- drafts -----------------------------------------------------------------------------------------------------------


def edited(row: int, draft: bool, seed: int = 0) -> CompleteImage:
    """A ring, of which a pixel of a row is given otherwise."""
    pixels = picture(77)
    if row >= 0:
        pixels[row, 0] = 255 - pixels[row, 0]
    return CompleteImage(
        model="toy", pixels=pixels, observed=RING, count=32, particles=32, seed=seed, orientation="upright",
        method="particles", draft=draft,
    )  # fmt: skip


@pytest.mark.usefixtures("misled")
def test_a_draft_keeps_the_rows_above_and_what_is_no_draft_is_any_engines(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    first: Completion = ask(family, edited(-1, draft=False))
    draft: Completion = ask(family, edited(2, draft=True))
    assert draft.reused_rows == 1 and first.reused_rows == 0
    done: Completion = ask(family, edited(2, draft=False))
    fresh: Completion = ask(make_family(), edited(2, draft=False))
    assert done.reused_rows == 0 and (done.images == fresh.images).all()
    again: Completion = ask(family, edited(2, draft=False))
    assert again.reused_rows > 0 and (again.images == fresh.images).all()


@pytest.mark.usefixtures("misled")
def test_a_draft_with_nothing_to_keep_is_drawn_anew(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    ask(family, edited(-1, draft=False))
    other: Completion = ask(family, edited(0, draft=True))  # what comes first chose other classes
    fresh: Completion = ask(make_family(), edited(0, draft=False))
    assert other.reused_rows == 0 and (other.images == fresh.images).all()


@pytest.mark.usefixtures("misled")
def test_drafts_are_of_the_posterior_too(make_family: MakeFamily, ask: Ask) -> None:
    """Drawn on from the classes of another picture's pixels, the weights are this one's."""
    pixels, found = edited(2, draft=True).pixels, []
    for seed in range(200):
        family = make_family()
        ask(family, edited(-1, draft=False, seed=seed))
        found.append(ask(family, edited(2, draft=True, seed=seed)).images)
    _, fits, posterior = enumerated(make_family(), RING, pixels)
    shares = (np.concatenate(found)[..., 0] // 255)[:, ~RING].mean(axis=0)
    np.testing.assert_allclose(shares, posterior @ fits[:, ~RING], atol=0.08)


# --- where it comes from ----------------------------------------------------------------------------------------------


def test_the_shipped_digits_have_one_and_it_knows_them_apart() -> None:
    model = Registry([MODELS]).find("mnist-gated-pixelcnn")
    family = Autoregressive(model, Sessions(), Registry([MODELS]))
    own = class_guide.guide_of(family)
    assert own is not None and own._log_p.shape == (10, 28, 28, 2)
    np.testing.assert_allclose(np.exp(own._log_p).sum(axis=-1), 1.0, atol=1e-5)
    references = class_guide.read_references([MODELS], "mnist", "")
    right = []
    for image, label in zip(references.images[:200], references.labels[:200], strict=True):
        canvas = Canvas(family.codec.encode(image, "nearest"), np.ones((28, 28), bool), np.zeros((1, 28, 28, 2)))
        ahead = own.ahead(canvas, np.zeros((28, 28), bool), "upright")
        right.append(int(ahead[0].argmax()) == label)
    assert np.mean(right) > 0.75


def test_levels_are_counted_where_there_are_more_than_two() -> None:
    model = Registry([MODELS]).find("fashion-gated-pixelcnn")
    family = Autoregressive(model, Sessions(), Registry([MODELS]))
    own = class_guide.guide_of(family)
    assert own is not None and own._log_p.shape == (10, 28, 28, 16)
    references = class_guide.read_references([MODELS], "fashion_mnist", "")
    images = references.images[references.labels == 3]
    share = (family.codec.encode(images, "nearest")[:, 14, 14] == 15).mean()
    expected = (1 - class_guide.ROUNDED) * share + class_guide.ROUNDED / 16
    assert np.exp(own._log_p[3, 14, 14, 15]) == pytest.approx(expected, rel=1e-4)


def test_damaged_references_are_no_guide_and_no_error(make_family: MakeFamily, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*told: Any) -> Any:
        raise FileError("The reference pictures toy.npz are damaged.", "Install Reverie again.", path="toy.npz")

    monkeypatch.setattr(class_guide, "read_references", damaged)
    assert class_guide.guide_of(make_family()) is None


@pytest.mark.parametrize("wrong", ["no pictures", "other size", "other classes"])
def test_without_fitting_references_there_is_none(
    make_family: MakeFamily, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    size = (4, 4, 1) if wrong == "other size" else (*SHAPE, 1)
    labels = np.array([0, 2 if wrong == "other classes" else 1])
    pictures = class_guide.References(np.zeros((2, *size), np.uint8), labels, np.zeros((0, *size), np.uint8), 2)
    if wrong != "no pictures":
        monkeypatch.setattr(class_guide, "read_references", lambda *told: pictures)
    assert class_guide.guide_of(make_family()) is None
    if wrong == "other size":
        fitting = dataclasses.replace(pictures, images=np.zeros((2, *SHAPE, 1), np.uint8))
        monkeypatch.setattr(class_guide, "read_references", lambda *told: fitting)
        assert class_guide.guide_of(make_family()) is not None
