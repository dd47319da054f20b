"""Noise belongs to an address: the numbers are fixed for ever, and nothing else shifts them."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contracts.controls import MAX_SEED
from engine.numerics import noise

SEEDS = st.integers(0, MAX_SEED)
IMAGES = st.integers(0, 4095)

GOLDEN = {
    (0, 0, 0): [0.011546754286331617, 0.24154919656271817, 0.11142585551493828, 0.5644146216071337, 0.5023796042735054],
    (0, 0, 1): [0.409952270588319, 0.646181355623981, 0.9581003757621451, 0.013369247866657108, 0.7171047191356295],
    (1234, 5, 0): [0.5762450189723225, 0.3197711133275309, 0.4751971155275229, 0.4177971123480259, 0.07795399981382206],
    (4294967295, 63, 0): [
        0.2105899451243473,
        0.07767436830560864,
        0.3143617412400102,
        0.4950365333901255,
        0.057324670731555505,
    ],
    (4294967295, 4095, 1): [
        0.705060118817604,
        0.839206016277092,
        0.7128973380869164,
        0.24717881698746585,
        0.9474839284468022,
    ],
}
"""(seed, image, stream) -> the first five uniforms.  A change here changes every picture that anybody has saved."""


@pytest.mark.parametrize("address", GOLDEN)
def test_uniforms_are_the_golden_ones(address: tuple[int, int, int]) -> None:
    assert noise.uniforms(*address, 5).tolist() == GOLDEN[address]


def test_gumbel_is_the_golden_one() -> None:
    expected = [
        [[-0.0036179, 0.0871268, 1.8025583], [0.928404, -0.2871141, 0.6685593]],
        [[-0.7193553, -0.584834, -0.4785146], [1.6627402, 0.7157166, -0.2373644]],
    ]
    drawn = noise.gumbel(7, 2, (2, 2, 3))
    assert drawn.dtype == np.float32
    np.testing.assert_allclose(drawn, np.array(expected, np.float32), atol=2e-7)  # a logarithm may differ by an ulp


@given(SEEDS, IMAGES, st.integers(0, 3), st.integers(0, 300), st.integers(0, 300))
def test_any_prefix_is_the_same(seed: int, image: int, stream: int, a: int, b: int) -> None:
    short, long = sorted((a, b))
    prefix = noise.uniforms(seed, image, stream, long)[:short]
    np.testing.assert_array_equal(noise.uniforms(seed, image, stream, short), prefix)


@given(SEEDS, IMAGES, st.integers(0, 3))
def test_uniforms_lie_strictly_inside_0_and_1(seed: int, image: int, stream: int) -> None:
    u = noise.uniforms(seed, image, stream, 2000)
    assert u.dtype == np.float64 and u.min() > 0 and u.max() < 1


def test_the_extreme_raw_words_stay_inside_0_and_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """All zeros and all ones cannot be waited for, so they are put in."""

    class Extreme:
        def __init__(self, key: object) -> None: ...

        def random_raw(self, count: int) -> np.ndarray:
            return np.array([0, 2**64 - 1], np.uint64)

    monkeypatch.setattr(np.random, "Philox", Extreme)
    low, high = noise.uniforms(0, 0, 0, 2)
    assert (low, high) == (2.0**-54, 1 - 2.0**-53)
    assert np.isfinite(noise.gumbel(0, 0, (1, 1, 2))).all()


@given(SEEDS, st.integers(0, 40), st.integers(1, 4), st.integers(0, 3))
def test_an_image_is_the_same_in_any_batch(seed: int, start: int, count: int, within: int) -> None:
    batch = noise.gumbel_batch(seed, range(start, start + count), (3, 4, 2))
    assert batch.shape == (count, 3, 4, 2)
    index = within % count
    np.testing.assert_array_equal(batch[index], noise.gumbel(seed, start + index, (3, 4, 2)))


def test_addresses_do_not_share_numbers() -> None:
    """Neighbouring seeds, images and streams, and the two ends of the seeds, are different streams."""
    addresses = [(s, i, t) for s in (0, 1, 2, MAX_SEED - 1, MAX_SEED) for i in (0, 1, 63, 4095) for t in (0, 1)]
    firsts = {noise.uniforms(*address, 1)[0] for address in addresses}
    assert len(firsts) == len(addresses)


def test_uniforms_are_uniform() -> None:
    """Chi-square over 64 cells of 64,000 numbers from 64 images: 63 degrees of freedom, fixed seed."""
    u = np.concatenate([noise.uniforms(5, image, 0, 1000) for image in range(64)])
    observed = np.bincount((u * 64).astype(int), minlength=64)
    assert ((observed - 1000) ** 2 / 1000).sum() < 103.4  # the 0.999 quantile


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_gumbel_max_trick_draws_from_the_softmax(temperature: float) -> None:
    logits = np.array([1.5, 0.0, -1.0, 0.7])
    p = np.exp(logits / temperature) / np.exp(logits / temperature).sum()
    field = noise.gumbel(11, 0, (100, 200, 4)) * np.float32(temperature)
    counts = np.bincount((logits + field).argmax(-1).ravel(), minlength=4)
    assert ((counts - 20000 * p) ** 2 / (20000 * p)).sum() < 16.27  # the 0.999 quantile for 3 degrees of freedom


def test_normals_are_the_golden_ones() -> None:
    for (seed, image, stream), uniforms in GOLDEN.items():
        expected = [NormalDist().inv_cdf(u) for u in uniforms]
        drawn = noise.normals_batch(seed, range(image, image + 1), stream, 5)[0]
        np.testing.assert_allclose(drawn, expected, rtol=1e-12)


@given(SEEDS, st.integers(0, 4090), st.integers(2, 5), st.integers(1, 40))
def test_a_batch_is_its_images_and_any_prefix_is_the_same(seed: int, first: int, stream: int, count: int) -> None:
    images = range(first, first + 3)
    batch = noise.normals_batch(seed, images, stream, count)
    assert batch.shape == (3, count) and np.isfinite(batch).all()
    alone = noise.normals_batch(seed, images[1:2], stream, 2 * count)
    np.testing.assert_array_equal(batch[1], alone[0, :count])
    uniforms = noise.uniforms_batch(seed, images, stream, count)
    np.testing.assert_array_equal(uniforms[2], noise.uniforms(seed, images[2], stream, count))
