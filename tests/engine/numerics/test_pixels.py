"""The codecs: levels and intensities to display values and back, and what becomes of values in between."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from engine.contracts.manifest import ImageSpec
from engine.errors import RequestError
from engine.numerics.pixels import Codec, Intensities, fitted


def grey(levels: int) -> Codec:
    return Codec(ImageSpec(height=4, width=4, channels=1, levels=levels))


def palette(seed: int = 0, colours: int = 64) -> Codec:
    """Distinct colours in no order."""
    code = np.random.default_rng(seed).choice(256**3, colours, replace=False)
    table = np.stack([code // 65536, code // 256 % 256, code % 256], axis=1).tolist()
    chosen = tuple((r, g, b) for r, g, b in table)
    return Codec(ImageSpec(height=4, width=4, channels=1, levels=colours, palette=chosen))


@st.composite
def levels_of(draw: st.DrawFn, levels: int) -> np.ndarray:
    shape = draw(arrays.array_shapes(min_dims=2, max_dims=3, max_side=5))
    return draw(arrays.arrays(np.int64, shape, elements=st.integers(0, levels - 1)))


def test_ink_is_0_and_255_and_greys_are_spread_evenly() -> None:
    assert grey(2).display.tolist() == [[0], [255]]
    assert grey(16).display[:, 0].tolist() == [17 * k for k in range(16)]
    assert grey(256).display[:, 0].tolist() == list(range(256))


@given(st.data(), st.sampled_from([2, 3, 4, 7, 16, 64, 255, 256]))
def test_greys_go_round(data: st.DataObject, levels: int) -> None:
    chosen = data.draw(levels_of(levels))
    images = grey(levels).decode(chosen)
    assert images.dtype == np.uint8 and images.shape == (*chosen.shape, 1)
    for fit in ("exact", "nearest"):
        back = grey(levels).encode(images, fit)
        assert back.dtype == np.int64
        np.testing.assert_array_equal(back, chosen)


@given(st.data(), st.integers(0, 20))
def test_colours_go_round(data: st.DataObject, seed: int) -> None:
    codec, chosen = palette(seed), data.draw(levels_of(64))
    images = codec.decode(chosen)
    assert images.dtype == np.uint8 and images.shape == (*chosen.shape, 3)
    for fit in ("exact", "nearest"):
        back = codec.encode(images, fit)
        assert back.dtype == np.int64
        np.testing.assert_array_equal(back, chosen)


@pytest.mark.parametrize("levels", [2, 4, 6, 16, 18, 52, 86, 256])
def test_the_nearest_grey_by_brute_force(levels: int) -> None:
    """Every value of a byte; with these levels no value lies exactly between two."""
    values = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    distance = np.abs(np.arange(256)[:, None] - grey(levels).display[:, 0].astype(int)[None])
    assert (np.sort(distance, axis=1)[:, 0] < np.sort(distance, axis=1)[:, 1]).all()
    np.testing.assert_array_equal(grey(levels).encode(values, "nearest").ravel(), distance.argmin(1))


@given(st.data(), st.integers(0, 5))
def test_the_nearest_colour_by_brute_force(data: st.DataObject, seed: int) -> None:
    codec = palette(seed)
    images = data.draw(arrays.arrays(np.uint8, (2, 3, 3)))
    distance = ((images[:, :, None].astype(int) - codec.display.astype(int)) ** 2).sum(-1)
    np.testing.assert_array_equal(codec.encode(images, "nearest"), distance.argmin(-1))


def test_of_equally_near_colours_the_first() -> None:
    spec = ImageSpec(height=1, width=1, channels=1, levels=3, palette=((9, 9, 9), (20, 0, 0), (10, 0, 0)))
    assert Codec(spec).encode(np.array([[[15, 0, 0]]], np.uint8), "nearest").item() == 1


@given(arrays.arrays(np.uint8, (2, 4, 4, 1)))
def test_exact_refuses_what_is_no_level_and_counts_it(images: np.ndarray) -> None:
    wrong = int(((images != 0) & (images != 255)).sum())
    if not wrong:
        np.testing.assert_array_equal(grey(2).encode(images), images[..., 0] // 255)
        return
    with pytest.raises(RequestError) as refused:
        grey(2).encode(images)
    assert refused.value.facts == {"wrong": wrong} and str(wrong) in refused.value.problem and refused.value.remedy


def test_exact_refuses_a_colour_that_is_off_in_one_channel() -> None:
    codec = palette()
    images = codec.decode(np.zeros((2, 2), np.int64)).copy()
    images[0, 1, 2] ^= 1
    with pytest.raises(RequestError) as refused:
        codec.encode(images)
    assert refused.value.facts == {"wrong": 1}


@given(arrays.arrays(np.uint8, (3, 4, 4, 1)), st.integers(0, 2**32 - 1))
def test_stochastic_is_the_documented_formula(images: np.ndarray, seed: int) -> None:
    """``default_rng(seed).random(shape) < value / 255``, in file order: the standard binarization."""
    drawn = grey(2).encode(images, "stochastic", np.random.default_rng(seed))
    expected = np.random.default_rng(seed).random((3, 4, 4)) < images[..., 0] / 255
    np.testing.assert_array_equal(drawn, expected)
    assert drawn.dtype == np.int64


def test_stochastic_never_moves_black_and_white() -> None:
    images = np.array([0, 255] * 500, np.uint8).reshape(10, 10, 10, 1)
    np.testing.assert_array_equal(grey(2).encode(images, "stochastic", np.random.default_rng(0)), images[..., 0] // 255)


@pytest.mark.parametrize("codec", [grey(16), palette(), palette(colours=2)])
def test_stochastic_is_for_ink_only(codec: Codec) -> None:
    with pytest.raises(RequestError, match="two levels") as refused:
        codec.encode(np.zeros((2, 2, codec.display.shape[1]), np.uint8), "stochastic", np.random.default_rng(0))
    assert "nearest" in refused.value.remedy


def test_stochastic_needs_its_own_random_numbers() -> None:
    with pytest.raises(RequestError):
        grey(2).encode(np.zeros((2, 2, 1), np.uint8), "stochastic")


# --- intensities -----------------------------------------------------------------------------------------------------


def intensities(levels: int = 256, channels: int = 1, span: str = "0..1") -> Intensities:
    return Intensities(ImageSpec(height=4, width=4, channels=channels, levels=levels, range=span))


@given(
    st.data(), st.sampled_from([2, 3, 16, 256]), st.sampled_from([1, 3]), st.sampled_from(["0..1", "-1..1", "0..255"])
)
def test_intensities_go_round(data: st.DataObject, levels: int, channels: int, span: str) -> None:
    codec = intensities(levels, channels, span)
    chosen = data.draw(arrays.arrays(np.int64, (2, 4, 3, channels), elements=st.integers(0, levels - 1)))
    images = codec.images(chosen)
    np.testing.assert_array_equal(codec.levels(images), chosen)
    np.testing.assert_array_equal(codec.levels(images, "nearest"), chosen)
    units = codec.units(chosen)
    assert units.shape == (2, channels, 4, 3) and units.dtype == np.float32
    np.testing.assert_array_equal(codec.display(units), images)
    there_and_back = codec.from_graph(codec.to_graph(units))
    assert there_and_back.dtype == np.float32
    np.testing.assert_array_equal(codec.display(there_and_back), images)


def test_black_and_white_are_what_the_range_says() -> None:
    black_and_white = np.array([0, 1], np.float32).reshape(2, 1, 1, 1)
    for span, (low, high) in {"0..1": (0, 1), "-1..1": (-1, 1), "0..255": (0, 255)}.items():
        assert intensities(span=span).to_graph(black_and_white).ravel().tolist() == [low, high]


def test_what_is_beyond_black_and_white_is_black_and_white() -> None:
    units = np.array([-7, -0.001, 0.5, 1.001, 1e30], np.float32).reshape(5, 1, 1, 1)
    assert intensities().display(units).ravel().tolist() == [0, 0, 128, 255, 255]
    assert units[0] == -7, "the graph's own array is not painted over"


@given(arrays.arrays(np.uint8, (3, 4, 4, 1)), st.integers(0, 2**32 - 1))
def test_both_codecs_fit_ink_alike(images: np.ndarray, seed: int) -> None:
    for fit in ("nearest", "stochastic"):
        by_level = fitted(images, grey(2).image, fit, np.random.default_rng(seed))
        by_value = fitted(images, intensities(2).image, fit, np.random.default_rng(seed))
        np.testing.assert_array_equal(by_level, by_value)
        assert set(np.unique(by_value)) <= {0, 255}


def test_intensities_between_levels_are_refused_until_told() -> None:
    images = np.array([[[[0, 17, 255]]]], np.uint8)
    with pytest.raises(RequestError, match="1 pixels have values between the model's 2 levels"):
        intensities(2, 3).levels(images)
    assert intensities(2, 3).levels(images, "nearest").tolist() == [[[[0, 0, 1]]]]
    with pytest.raises(RequestError, match="two levels"):
        intensities(256).levels(images, "stochastic", np.random.default_rng(0))
