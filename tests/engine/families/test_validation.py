"""Requests that do not fit: each refused with a sentence that names the field, and a remedy."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue.registry import Registry
from engine.contracts.controls import FITS, controls
from engine.contracts.manifest import ImageSpec, Manifest
from engine.contracts.requests import (
    KINDS,
    METHODS,
    CompleteImage,
    EstimateEvidence,
    ExamineImage,
    LoadModel,
    MeasureInfluence,
    SampleImages,
    ScoreImages,
    parameters,
)
from engine.errors import RequestError
from engine.families.validation import check, choices
from engine.sampling.orientation import NAMES

SHIPPED = Path(__file__).resolve().parents[3] / "onnx_models"
SHAPE = (3, 3)
NOTHING = np.zeros(SHAPE, bool)
INK = np.zeros((*SHAPE, 1), np.uint8)
SAMPLE = SampleImages(model="toy")
COMPLETE = CompleteImage(model="toy", pixels=INK, observed=NOTHING)
SCORE = ScoreImages(model="toy", pixels=INK[None])
EXAMINE = ExamineImage(model="toy", pixels=INK)
INFLUENCE = MeasureInfluence(model="toy", pixels=INK, row=0, column=2)


@pytest.fixture
def manifest(manifest_of: Callable[..., Manifest]) -> Manifest:
    return manifest_of(title="The toy")


@pytest.mark.parametrize(
    "request_",
    [
        SAMPLE,
        COMPLETE,
        SCORE,
        EXAMINE,
        INFLUENCE,
        MeasureInfluence(model="toy", pixels=INK, row=np.int64(2), column=0, orientation="transpose", class_name="b"),  # type: ignore[arg-type]
        LoadModel(model="toy"),
        SampleImages(model="toy", count=np.int64(4096), seed=2**32 - 1, temperature=0, class_name="b"),  # type: ignore[arg-type]
        SampleImages(model="toy", temperature=np.float32(1.5), orientation="transpose"),  # type: ignore[arg-type]
        CompleteImage(model="toy", pixels=INK, observed=~NOTHING, method="particles", orientation="auto"),
        ScoreImages(model="toy", pixels=np.zeros((9, *SHAPE, 1), np.uint8), fit="stochastic", class_name="a"),
    ],
)
def test_what_fits_passes(request_: Any, manifest: Manifest) -> None:
    check(request_, manifest)


BAD: list[tuple[Any, dict[str, Any], str]] = [
    (SAMPLE, {"count": 0}, "(count) is 0"),
    (SAMPLE, {"count": 4097}, "(count) is 4097"),
    (COMPLETE, {"count": 65}, "outside 1 to 64"),
    (SAMPLE, {"count": 1.5}, "(count) is not a whole number"),
    (SAMPLE, {"count": True}, "(count) is not a whole number"),
    (SAMPLE, {"count": "8"}, "(count) is not a whole number"),
    (SAMPLE, {"count": None}, "(count) is not a whole number"),
    (SAMPLE, {"count": float("nan")}, "(count) is not a whole number"),
    (SAMPLE, {"count": float("inf")}, "(count) is not a whole number"),
    (SAMPLE, {"seed": -1}, "(seed) is -1"),
    (SAMPLE, {"seed": 2**32}, "(seed) is 4294967296"),
    (SAMPLE, {"seed": 10**400}, "(seed) is 1000"),
    (SAMPLE, {"temperature": 10**400}, "(temperature) is 1000"),
    (SAMPLE, {"seed": 0.5}, "(seed) is not a whole number"),
    (SAMPLE, {"temperature": -0.1}, "(temperature) is -0.1, outside 0 to 2"),
    (SAMPLE, {"temperature": 2.01}, "outside 0 to 2"),
    (SAMPLE, {"temperature": float("nan")}, "(temperature) is not a number"),
    (SAMPLE, {"temperature": float("inf")}, "(temperature) is not a number"),
    (SAMPLE, {"temperature": "hot"}, "(temperature) is not a number"),
    (SAMPLE, {"class_name": "c"}, "'c' is no class of The toy"),
    (SAMPLE, {"orientation": "sideways"}, "'sideways' is no orientation"),
    (COMPLETE, {"orientation": ""}, "'' is no orientation"),
    (COMPLETE, {"method": "magic"}, "'magic' is no method"),
    (COMPLETE, {"pixels": np.zeros((4, 3, 1), np.uint8)}, "(4, 3, 1)"),
    (COMPLETE, {"pixels": np.zeros((3, 3, 3), np.uint8)}, "(3, 3, 3)"),
    (COMPLETE, {"pixels": np.zeros((3, 3), np.uint8)}, "(3, 3)"),
    (COMPLETE, {"pixels": np.zeros((3, 3, 1))}, "float64"),
    (COMPLETE, {"pixels": [[0] * 3] * 3}, "The picture is"),
    (COMPLETE, {"pixels": None}, "The picture is"),
    (COMPLETE, {"observed": np.zeros((3, 4), bool)}, "mask of given pixels"),
    (COMPLETE, {"observed": np.zeros(SHAPE, np.uint8)}, "mask of given pixels"),
    (COMPLETE, {"observed": None}, "mask of given pixels"),
    (SCORE, {"pixels": np.zeros((0, 3, 3, 1), np.uint8)}, "no picture to score"),
    (SCORE, {"pixels": INK}, "no picture to score"),
    (SCORE, {"pixels": [INK]}, "no picture to score"),
    (SCORE, {"pixels": np.zeros((2, 3, 4, 1), np.uint8)}, "(3, 4, 1)"),
    (SCORE, {"pixels": np.zeros((2, 3, 3, 1), bool)}, "bool"),
    (SCORE, {"fit": "round"}, "'round' is no fit"),
    (EXAMINE, {"pixels": np.zeros((3, 4, 1), np.uint8)}, "(3, 4, 1)"),
    (EXAMINE, {"pixels": None}, "The picture is"),
    (EXAMINE, {"class_name": "c"}, "'c' is no class of The toy"),
    (EXAMINE, {"orientation": "sideways"}, "'sideways' is no orientation"),
    (EXAMINE, {"temperature": 2.5}, "outside 0 to 2"),
    (INFLUENCE, {"pixels": np.zeros((3, 3), np.uint8)}, "(3, 3)"),
    (INFLUENCE, {"orientation": "sideways"}, "'sideways' is no orientation"),
    (INFLUENCE, {"class_name": "c"}, "'c' is no class of The toy"),
    (INFLUENCE, {"row": 3}, "row is 3, and a picture of The toy has rows 0 to 2"),
    (INFLUENCE, {"row": -1}, "row is -1"),
    (INFLUENCE, {"column": 3}, "has columns 0 to 2"),
    (INFLUENCE, {"column": 1.0}, "column is 1.0"),
    (INFLUENCE, {"row": True}, "row is True"),
    (INFLUENCE, {"row": None}, "row is None"),
]


@pytest.mark.parametrize(("good", "changes", "words"), BAD, ids=[f"{type(g).__name__} {w}" for g, _, w in BAD])
def test_what_does_not_fit_is_named(good: Any, changes: dict[str, Any], words: str, manifest: Manifest) -> None:
    with pytest.raises(RequestError) as refused:
        check(dataclasses.replace(good, **changes), manifest)
    assert words in refused.value.problem and refused.value.remedy.endswith((".", "?"))


DIGITS = ("mnist-gaussian", "mnist-vae", "mnist-dcgan", "mnist-autoencoder-2d", "mnist-classifier")
OTHERS = dict.fromkeys(DIGITS, (28, 28, 1)) | {"faces-gan": (64, 64, 3)}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("kind", [EstimateEvidence, ExamineImage, MeasureInfluence], ids=lambda kind: kind.__name__)
def test_models_that_do_not_go_pixel_by_pixel_refuse_in_a_sentence(name: str, kind: type[Any]) -> None:
    found = Registry([SHIPPED]).models.get(name)
    if found is None:
        pytest.skip(f"the model {name} is not in onnx_models")
    pixels = np.zeros(OTHERS[name], np.uint8)
    more: dict[str, Any] = {"observed": np.ones(pixels.shape[:2], bool)} if kind is EstimateEvidence else {}
    more |= {"row": 1, "column": 1} if kind is MeasureInfluence else {}
    with pytest.raises(RequestError, match=found.manifest.title) as refused:
        check(kind(model=name, pixels=pixels, **more), found.manifest)
    assert refused.value.problem.count(".") == 1 and refused.value.remedy.startswith("Choose a")


def test_a_near_miss_is_guessed_and_else_the_choices_are_named(manifest: Manifest) -> None:
    with pytest.raises(RequestError, match="Did you mean 'transpose'"):
        check(SampleImages(model="toy", orientation="transposed"), manifest)
    with pytest.raises(RequestError, match="Choose one of: a, b"):
        check(SampleImages(model="toy", class_name="zebra"), manifest)


def test_a_model_without_classes_says_so(manifest_of: Callable[..., Manifest]) -> None:
    with pytest.raises(RequestError, match="toy has no class to choose") as refused:
        check(SampleImages(model="toy", class_name="a"), manifest_of(conditions=()))
    assert "Leave class out" in refused.value.remedy


def test_pictures_of_a_palette_model_have_three_channels(manifest_of: Callable[..., Manifest]) -> None:
    spec = ImageSpec(height=3, width=3, channels=1, levels=2, palette=((0, 0, 0), (9, 9, 9)))
    check(ScoreImages(model="toy", pixels=np.zeros((1, 3, 3, 3), np.uint8)), manifest_of(image=spec))
    with pytest.raises(RequestError, match=r"\(3, 3, 3\)"):
        check(SCORE, manifest_of(image=spec))


def test_choices_come_from_the_manifest(manifest: Manifest, manifest_of: Callable[..., Manifest]) -> None:
    declared = controls(CompleteImage)
    assert choices(declared["class_name"], manifest) == ("", "a", "b")
    assert choices(declared["orientation"], manifest) == ("auto", *NAMES)
    assert choices(declared["orientation"], manifest_of(conditions=())) == ("auto", "upright")
    assert choices(declared["method"], manifest) == METHODS
    assert choices(controls(ScoreImages)["fit"], manifest) == FITS


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(max_size=3)


@given(kind=st.sampled_from([SAMPLE, COMPLETE, SCORE, EXAMINE, INFLUENCE]), data=st.data())
def test_any_value_is_accepted_or_a_sentence(
    manifest_of: Callable[..., Manifest], kind: Any, data: st.DataObject
) -> None:
    names = [field.name for field in dataclasses.fields(kind) if field.name != "model"]
    changed = dataclasses.replace(kind, **{data.draw(st.sampled_from(names)): data.draw(VALUES)})
    try:
        check(changed, manifest_of())
    except RequestError as error:
        assert error.problem and error.remedy


# --- what the declarations promise, to the panel and the command line ----------------------------------------------


@pytest.mark.parametrize("kind", KINDS.values())
def test_every_control_can_be_shown_and_its_default_is_allowed(kind: type[Any], manifest: Manifest) -> None:
    declared = controls(kind)
    assert sum(control.primary for control in declared.values()) <= 4
    assert len({control.order for control in declared.values()}) == len(declared), "no two in one place"
    for field in dataclasses.fields(kind):
        control = declared.get(field.name)
        if control is None:
            continue
        assert control.plain and control.term and control.help.endswith(".") and control.group
        assert control.kind in ("slider", "count", "seed", "choice")
        if control.kind == "choice":
            assert field.default in choices(control, manifest)
        else:
            assert control.minimum is not None and control.maximum is not None and control.step
            assert control.minimum <= field.default <= control.maximum


def test_parameters_are_all_but_the_arrays() -> None:
    assert parameters(COMPLETE) == {
        "request": "CompleteImage",
        "model": "toy",
        "count": 8,
        "seed": 0,
        "temperature": 1.0,
        "class_name": "",
        "orientation": "auto",
        "method": "auto",
        "particles": 64,
        "runs": 1,
        "draft": False,
    }
