"""A picture has a place in its seed: it is the same to the last bit whatever is asked for beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalogue.registry import Registry
from engine.contracts.events import Completion
from engine.contracts.requests import MAX_PLACE, SampleImages
from engine.families import FAMILIES
from engine.families.latent import LatentModel, fixed_rows
from engine.families.passes import fixed_passes
from engine.families.row_graphs import CHUNK
from engine.runtime.sessions import Sessions
from engine.sampling.orientation import NAMES
from engine.sampling.step import Progress

if TYPE_CHECKING:
    from tests.engine.families.conftest import ToyFamily

MakeFamily: TypeAlias = "Callable[..., ToyFamily]"
Ask: TypeAlias = Callable[..., Any]

FOLDER = Path(__file__).resolve().parents[1]
LATENT = ("linear", "ink", "colours", "normal")
ADVERSARIAL = ("plain", "told")
ARRAYS = ("images", "z", "classes", "broken", "constant")


@pytest.fixture(scope="module")
def opened() -> dict[str, LatentModel]:
    """Every toy that draws z ~ p(z), by its name."""
    out = {}
    for folder, names in (("latent_models", LATENT), ("sample_models", ADVERSARIAL)):
        registry = Registry([FOLDER / folder])
        for name in names:
            model = registry.models[name]
            family = FAMILIES[model.manifest.family](model, Sessions(), registry)
            assert isinstance(family, LatentModel)
            out[name] = family
    return out


# --- models with a latent space --------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    name=st.sampled_from((*LATENT, *ADVERSARIAL)),
    start=st.integers(0, MAX_PLACE - 400),
    first=st.integers(0, 150),
    count=st.integers(1, 150),
    truncation=st.sampled_from([0.5, 4.0]),
)
def test_some_pictures_are_those_of_more(
    opened: dict[str, LatentModel], ask: Ask, name: str, start: int, first: int, count: int, truncation: float
) -> None:
    model = opened[name]
    many = ask(model, SampleImages(model=name, first=start, count=300, seed=5, truncation=truncation))
    some = ask(model, SampleImages(model=name, first=start + first, count=count, seed=5, truncation=truncation))
    for array in ARRAYS:
        expected = getattr(many, array)
        found = getattr(some, array)
        if expected is None:
            assert found is None
        else:
            np.testing.assert_array_equal(found, expected[first : first + count], err_msg=array)


def test_the_last_place_of_a_seed(opened: dict[str, LatentModel], ask: Ask) -> None:
    for name, model in opened.items():
        two = ask(model, SampleImages(model=name, first=MAX_PLACE - 1, count=2))
        one = ask(model, SampleImages(model=name, first=MAX_PLACE, count=1))
        np.testing.assert_array_equal(one.images[0], two.images[1])


@given(first=st.integers(0, 2**32), count=st.integers(1, 300), size=st.integers(1, 70))
def test_a_place_has_its_pass_and_its_row(first: int, count: int, size: int) -> None:
    passes = fixed_passes(first, count, size)
    assert [row for rows in passes for row in range(rows.start, rows.stop)] == list(range(count))
    for rows in passes:
        places = range(first + rows.start, first + rows.stop)
        assert len(places) and len({place // size for place in places}) == 1


def test_small_pictures_come_by_more_a_pass_than_large_ones() -> None:
    """Fixed for ever: other sizes would change the last digits of every sample that was ever kept."""
    sizes = {12: 64, 28 * 28: 64, 32 * 32: 64, 32 * 32 * 3: 16, 64 * 64: 16, 64 * 64 * 3: 16, 10**7: 16, 1500: 32}
    assert {dims: fixed_rows(dims) for dims in sizes} == sizes


def test_a_pass_is_filled_up(opened: dict[str, LatentModel], ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    model, sizes = opened["told"], list[int]()
    decode = model.graphs.decode

    def counted(z: Any, classes: Any = None) -> Any:
        sizes.append(len(z))
        assert classes is not None and len(classes) == len(z)
        return decode(z, classes)

    monkeypatch.setattr(model.graphs, "decode", counted)
    rows = model.fixed_rows
    ask(model, SampleImages(model="told", first=rows - 1, count=rows + 2))
    assert sizes == [rows] * 3


def test_pictures_come_as_they_are_finished(
    opened: dict[str, LatentModel], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.families.latent.PARTIAL_S", 0.0)
    monkeypatch.setattr("engine.families.passes.threads", lambda: 1)
    seen: list[Progress] = []
    model = opened["plain"]
    count = 4 * model.fixed_rows + 3
    answer = ask(model, SampleImages(model="plain", count=count), seen)
    assert [int(p.drawn[:, 0, 0].sum()) for p in seen] == [n * model.fixed_rows for n in (1, 2, 3, 4)]
    for progress in seen:
        assert progress.fraction == pytest.approx(progress.drawn[:, 0, 0].sum() / count)
        np.testing.assert_array_equal(progress.images[progress.drawn], answer.images[progress.drawn])
        assert not progress.images[~progress.drawn].any()


def test_a_stop_is_heard_between_passes(opened: dict[str, LatentModel], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.families.latent.PARTIAL_S", 0.0)
    monkeypatch.setattr("engine.families.passes.threads", lambda: 1)
    model, sizes = opened["plain"], list[int]()
    decode = model.graphs.decode

    def counted(z: Any, classes: Any = None) -> Any:
        sizes.append(len(z))
        return decode(z, classes)

    monkeypatch.setattr(model.graphs, "decode", counted)
    steps = model.answer(SampleImages(model="plain", count=4096))
    next(steps)
    next(steps)
    steps.close()
    assert sizes == [model.fixed_rows] * 2


# --- models that draw pixel by pixel ---------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(
    first=st.integers(0, 60),
    count=st.integers(1, 40),
    cached=st.booleans(),
    orientation=st.sampled_from(NAMES),
)
def test_rows_of_a_picture_are_those_of_many(
    make_family: MakeFamily, ask: Ask, first: int, count: int, cached: bool, orientation: str
) -> None:
    family = make_family(cached=cached)
    many: Completion = ask(family, SampleImages(model="toy", count=100, seed=9, orientation=orientation))
    some: Completion = ask(
        make_family(cached=cached),
        SampleImages(model="toy", first=first, count=count, seed=9, orientation=orientation),
    )
    for array in ("images", "log_prob", "distribution"):
        np.testing.assert_array_equal(getattr(some, array), getattr(many, array)[first : first + count], err_msg=array)


def test_chunks_are_the_seeds_and_drawn_whole(make_family: MakeFamily, ask: Ask) -> None:
    family = make_family()
    ask(family, SampleImages(model="toy", first=CHUNK + 3, count=1))
    graph = next(graph for (_, file), graph in family.toys.graphs.items() if file == "sampler_row.onnx")
    assert {run["n"].shape[1] for run in graph.runs} == {CHUNK}
    drawn = len(graph.runs)
    ask(family, SampleImages(model="toy", first=CHUNK, count=CHUNK))
    assert len(graph.runs) == drawn, "the rest of the chunk is there already"


def test_a_chunk_that_nobody_asked_for_is_not_on_show(make_family: MakeFamily, ask: Ask) -> None:
    seen: list[Progress] = []
    answer: Completion = ask(make_family(), SampleImages(model="toy", first=CHUNK - 2, count=3), seen)
    assert answer.images.shape[0] == answer.log_prob.shape[0] == 3
    assert seen and all(len(p.images) == len(p.drawn) == 3 and 0 < p.fraction <= 1 for p in seen)
    assert seen[-1].drawn.all() and seen[-1].fraction == pytest.approx(1)


def test_the_last_place_is_drawn_pixel_by_pixel_too(make_family: MakeFamily, ask: Ask) -> None:
    two: Completion = ask(make_family(), SampleImages(model="toy", first=MAX_PLACE - 1, count=2))
    one: Completion = ask(make_family(), SampleImages(model="toy", first=MAX_PLACE, count=1))
    np.testing.assert_array_equal(one.images[0], two.images[1])
