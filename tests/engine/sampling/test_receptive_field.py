"""Receptive fields are what the masks leave, and what trying every pixel alone gives, at a fraction of the passes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.contracts.arrays import Levels
from engine.numerics import categorical
from engine.sampling.autoregressive import Likelihood, Logits
from engine.sampling.causality import TOLERANCE
from engine.sampling.receptive_field import ALONE, DRAWS, ReceptiveField, influence
from tests.engine.sampling.test_causality import HEIGHT, HONEST, LEAKS, LEVELS, WIDTH, Network, ended, network


def a_picture(height: int = HEIGHT, width: int = WIDTH, levels: int = LEVELS, seed: int = 3) -> Levels:
    return np.random.default_rng(seed).integers(0, levels, (height, width))


def tried_alone(likelihood: Likelihood, picture: Levels, pixel: tuple[int, int], levels: int) -> NDArray[np.float64]:
    """The reference: every pixel takes every other level, the rest as it was; the largest change, (H, W) nats."""
    before = categorical.log_softmax(likelihood(picture[None])[0][pixel])
    out = np.zeros(picture.shape)
    for place in np.ndindex(*picture.shape):
        batch = np.repeat(picture[None], levels, axis=0)
        batch[:, place[0], place[1]] = np.arange(levels)
        moved = np.abs(categorical.log_softmax(likelihood(batch)[:, pixel[0], pixel[1]]) - before)
        out[place] = moved.max()
    return np.where(out > TOLERANCE, out, 0)


class Counted:
    """A likelihood, and how many pictures of how many rows it was given."""

    def __init__(self, inner: Network) -> None:
        self.inner, self.seen = inner, list[tuple[int, int]]()

    def __call__(self, levels: Levels) -> Logits:
        self.seen.append(levels.shape[:2])
        return self.inner(levels)

    @property
    def pictures(self) -> int:
        return sum(count for count, _ in self.seen)


def test_it_is_what_the_masks_leave() -> None:
    found: ReceptiveField = ended(influence(network(), a_picture(), (4, 3), LEVELS))
    expected = np.zeros((HEIGHT, WIDTH), bool)
    expected[3, 2:5], expected[4, 2] = True, True  # by the first mask, through the second's centre
    for row, column in ((3, 2), (3, 3), (3, 4), (4, 2)):  # and what those saw themselves
        expected[row - 1, max(0, column - 1) : column + 2] = True
        expected[row, column - 1] = True
    assert found.nats.dtype == np.float32 and found.nats.shape == (HEIGHT, WIDTH) and found.causal
    np.testing.assert_array_equal(found.nats > 0, expected)


@pytest.mark.parametrize("pixel", [(0, 0), (0, 3), (4, 0), (4, 3), (HEIGHT - 1, WIDTH - 1)])
@pytest.mark.parametrize("name", HONEST)
def test_it_is_what_trying_every_pixel_alone_gives(name: str, pixel: tuple[int, int]) -> None:
    picture = a_picture()
    found: ReceptiveField = ended(influence(HONEST[name], picture, pixel, LEVELS))
    every = tried_alone(HONEST[name], picture, pixel, LEVELS)
    np.testing.assert_array_equal(found.nats > 0, every > 0)
    assert (found.nats <= every + 1e-6).all(), "one other level of those that the reference tries"
    assert found.causal


@pytest.mark.parametrize("pixel", [(0, 0), (4, 3), (HEIGHT - 1, WIDTH - 1)])
def test_two_levels_have_the_same_nats_as_every_pixel_alone(pixel: tuple[int, int]) -> None:
    picture = a_picture(levels=2)
    found: ReceptiveField = ended(influence(network(), picture, pixel, 2))
    np.testing.assert_allclose(found.nats, tried_alone(network(), picture, pixel, 2), atol=1e-6)


def pixel_of(name: str) -> tuple[int, int]:
    """A pixel that the leak reaches."""
    return (HEIGHT - 1, WIDTH - 2) if name == "one corner alone" else (2, 2)


@pytest.mark.parametrize(
    "name", [n for n in LEAKS if n not in ("padding that wraps around", "normalised over the batch")]
)
def test_a_leak_is_not_causal_and_shows_where_it_is(name: str) -> None:
    picture, pixel = a_picture(), pixel_of(name)
    found: ReceptiveField = ended(influence(LEAKS[name], picture, pixel, LEVELS))
    assert not found.causal
    late = np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) >= pixel[0] * WIDTH + pixel[1]
    every = tried_alone(LEAKS[name], picture, pixel, LEVELS)
    np.testing.assert_array_equal(found.nats[late] > 0, every[late] > 0)
    assert (found.nats[late] > 0).any()


def test_padding_that_wraps_shows_at_the_left_edge() -> None:
    wrapped = LEAKS["padding that wraps around"]
    assert not ended(influence(wrapped, a_picture(), (3, 0), LEVELS)).causal
    assert ended(influence(wrapped, a_picture(), (3, 3), LEVELS)).causal, "too far in for it to reach"


def added(where: Callable[[Levels], NDArray[np.float64]]) -> Likelihood:
    """Logits of pixel (5, 5) that move by what ``where`` makes of the pictures, (B,)."""

    def run(levels: Levels) -> Logits:
        logits = np.zeros((*levels.shape, 2), np.float32)
        logits[:, 5, 5, 0] = where(levels)
        return logits

    return run


def test_a_pair_that_cancels_is_found() -> None:
    """Changed together they move nothing; a random half parts them."""
    picture = np.zeros((6, 6), np.int64)
    found: ReceptiveField = ended(influence(added(lambda x: x[:, 0, 1] - 1.0 * x[:, 0, 4]), picture, (5, 5), 2))
    assert found.causal
    assert [tuple(place) for place in np.argwhere(found.nats > 0)] == [(0, 1), (0, 4)]


def test_what_shows_only_jointly_is_no_influence_of_one_pixel_but_not_causal() -> None:
    picture = np.zeros((7, 6), np.int64)
    late: ReceptiveField = ended(influence(added(lambda x: 1.0 * x[:, 6, 1] * x[:, 6, 4]), picture, (5, 5), 2))
    early: ReceptiveField = ended(influence(added(lambda x: 1.0 * x[:, 0, 1] * x[:, 0, 4]), picture, (5, 5), 2))
    assert not late.causal and early.causal
    assert not late.nats.any() and not early.nats.any()


def test_a_number_that_is_not_finite_is_a_change_without_end() -> None:
    found: ReceptiveField = ended(
        influence(added(lambda x: np.where(x[:, 1, 1] > 0, np.nan, 0.0)), np.zeros((6, 6), np.int64), (5, 5), 2)
    )
    assert found.nats[1, 1] == np.inf and np.isfinite(np.delete(found.nats.reshape(-1), 7)).all()


def test_what_does_not_matter_costs_few_passes() -> None:
    """Two rows of a tall picture matter: the others are passed in groups, those below in one."""
    height, width = 64, 8
    counted = Counted(network())
    found: ReceptiveField = ended(influence(counted, a_picture(height, width), (32, 4), LEVELS))
    assert found.causal
    np.testing.assert_array_equal(found.nats > 0, tried_alone(network(), a_picture(height, width), (32, 4), LEVELS) > 0)
    assert width <= ALONE
    assert counted.pictures < 1 + DRAWS + 3 * width + 3 * DRAWS * width + 2 * DRAWS * 6 < height * width / 2


@pytest.mark.parametrize("fewer_rows", [False, True])
def test_rows_below_are_left_out_where_they_do_not_matter(fewer_rows: bool) -> None:
    counted = Counted(network())
    found: ReceptiveField = ended(influence(counted, a_picture(), (4, 3), LEVELS, fewer_rows=fewer_rows))
    rows = {rows for _, rows in counted.seen[3:]}
    assert rows == ({5} if fewer_rows else {HEIGHT})
    assert (found.nats == ended(influence(network(), a_picture(), (4, 3), LEVELS)).nats).all()


def test_a_model_that_needs_all_rows_gets_them() -> None:
    """Its prediction is another one without the rows below, though what they hold does not matter."""
    counted = Counted(lambda levels: network()(levels) * np.float32(levels.shape[1]))
    found: ReceptiveField = ended(influence(counted, a_picture(), (4, 3), LEVELS, fewer_rows=True))
    assert found.causal and counted.seen[-1][1] == HEIGHT


@pytest.mark.parametrize("network_", [HONEST["masked"], LEAKS["pooled over the picture"]], ids=["honest", "leak"])
def test_it_grows_as_it_is_measured(network_: Network) -> None:
    seen = list(influence(network_, a_picture(), (4, 3), LEVELS))
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions) and fractions[-1] == 1
    for fraction, known in seen:
        assert np.isfinite(known).mean() == pytest.approx(fraction)


def all_before(levels: Levels) -> Logits:
    """A prediction that is the sum of all that came before."""
    flat = levels.reshape(len(levels), -1)
    logits = np.zeros((*levels.shape, LEVELS), np.float32)
    logits[..., 0] = (np.cumsum(flat, axis=1) - flat).reshape(levels.shape) / 100
    return logits


def test_the_nearest_pixels_are_known_first() -> None:
    order = np.zeros((24, 24))
    for _, known in influence(all_before, a_picture(24, 24), (20, 12), LEVELS):
        order += np.isnan(known)
    assert order[19, 12] < order[10, 12] < order[2, 12]


def test_the_seed_makes_it() -> None:
    one, other, third = (ended(influence(network(), a_picture(), (4, 3), LEVELS, seed=seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.nats, other.nats)
    assert (one.nats != third.nats).any(), "another level is tried"
