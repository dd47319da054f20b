"""The audit finds every planted leak and says where it is; what keeps to raster order passes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.contracts.arrays import Levels
from engine.sampling.autoregressive import Logits
from engine.sampling.causality import TOLERANCE, Leak, audit

HEIGHT, WIDTH, LEVELS = 7, 6, 4
Features: TypeAlias = NDArray[np.float64]
Network: TypeAlias = Callable[[Levels], Logits]
RNG = np.random.default_rng(0)
HEAD = RNG.normal(0, 1, LEVELS)
KERNEL = RNG.uniform(0.2, 1, (3, 3))


def ended(steps: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def mask(kind: str) -> NDArray[np.float64]:
    """A 3x3 raster mask: A without the centre, B with it."""
    taps = np.zeros((3, 3))
    taps[0], taps[1, 0], taps[1, 1] = 1, 1, float(kind == "B")
    return taps


def convolved(x: Features, kernel: NDArray[np.float64], wrap: bool = False) -> Features:
    how = "wrap" if wrap else "constant"
    padded = np.pad(x, ((0, 0), (1, 1), (0, 0)))
    padded = np.pad(padded, ((0, 0), (0, 0), (1, 1)), mode=how)  # type: ignore[call-overload]
    out = np.zeros_like(x)
    for i in range(3):
        for j in range(3):
            out += kernel[i, j] * padded[:, i : i + x.shape[1], j : j + x.shape[2]]
    return out


def network(
    first: str = "A",
    second: str = "B",
    *,
    wrap: bool = False,
    before: Callable[[Features], Features] = lambda x: x,
    between: Callable[[Features], Features] = lambda x: x,
    after: Callable[[Features, Levels], Features] = lambda x, _: x,
) -> Network:
    """Two masked convolutions, a head for every level, and places to plant something at."""

    def run(levels: Levels) -> Logits:
        x = before(levels / (LEVELS - 1) - 0.4)
        x = np.tanh(convolved(x, KERNEL * mask(first), wrap))
        x = np.tanh(convolved(between(x), KERNEL * mask(second), wrap))
        return (after(x, levels)[..., None] * HEAD).astype(np.float32)

    return run


def rolled(down: int, right: int) -> Callable[[Features], Features]:
    """Everything moved, so that a mask no longer hides what it should."""

    def move(x: Features) -> Features:
        out = np.zeros_like(x)
        height, width = x.shape[1:]
        out[:, max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)] = x[
            :, max(0, -down) : height + min(0, -down), max(0, -right) : width + min(0, -right)
        ]
        return out

    return move


def turned(inner: Network, axes: tuple[int, ...]) -> Network:
    def run(levels: Levels) -> Logits:
        return np.flip(inner(np.flip(levels, axes)), axes)

    return run


def by_columns(levels: Levels) -> Logits:
    return np.swapaxes(network()(np.swapaxes(levels, 1, 2)), 1, 2)


def one_corner(x: Features, levels: Levels) -> Features:
    x = x.copy()
    x[:, -1, -2] += 0.01 * levels[:, -1, -1]
    return x


def rarely(x: Features, levels: Levels) -> Features:
    """Only a certain level of the pixel below shows."""
    x = x.copy()
    x[:, :-1] += 0.05 * (levels[:, 1:] == 2)
    return x


def attention(x: Features) -> Features:
    """Every pixel looks at all before it, and by one too many at itself's right neighbour."""
    flat = x.reshape(len(x), -1)
    sums = np.cumsum(flat, axis=1) / np.arange(1, flat.shape[1] + 1)
    out: Features = flat + np.concatenate([sums[:, 1:], sums[:, -1:]], axis=1)
    return out.reshape(x.shape)


LEAKS: dict[str, Network] = {
    "mask type B first": network(first="B"),
    "off by one column": network(before=rolled(0, -1)),
    "off by one row": network(before=rolled(-1, 0)),
    "off by one between the layers": network(between=rolled(0, -1)),
    "normalised over the picture": network(between=lambda x: x / (1e-3 + x.std(axis=(1, 2), keepdims=True))),
    "pooled over the picture": network(after=lambda x, _: x * (1 + x.mean(axis=(1, 2), keepdims=True))),
    "normalised over the batch": network(between=lambda x: x - x.mean(axis=0, keepdims=True)),
    "padding that wraps around": network(wrap=True),
    "column by column": by_columns,
    "from the last pixel to the first": turned(network(), (1, 2)),
    "mirrored": turned(network(), (2,)),
    "one corner alone": network(after=one_corner),
    "one level alone": network(after=rarely),
    "attention by one too many": network(between=attention),
}
HONEST: dict[str, Network] = {
    "masked": network(),
    "with a layer that adds nothing": network(between=lambda x: x * 1.5),
    "two masks A": network(second="A"),
    "sums of all before": network(between=lambda x: np.cumsum(x.reshape(len(x), -1), axis=1).reshape(x.shape) / 9),
    "nothing at all": lambda levels: np.zeros((*levels.shape, LEVELS), np.float32),
}


@pytest.mark.parametrize("name", LEAKS)
def test_every_planted_leak_is_found_and_named(name: str) -> None:
    found = ended(audit(LEAKS[name], HEIGHT, WIDTH, LEVELS))
    assert isinstance(found, Leak) and found.size > TOLERANCE
    if name != "normalised over the batch":
        (row, column), (source_row, source_column) = found.pixel, found.source
        assert (source_row, source_column) >= (row, column)
        base = np.random.default_rng(1).integers(0, LEVELS, (1, HEIGHT, WIDTH))
        every = np.repeat(base, LEVELS, axis=0)
        every[:, source_row, source_column] = np.arange(LEVELS)
        logits = LEAKS[name](every)[:, row, column]
        assert np.ptp(logits, axis=0).max() > 0, "it is where it was said to be"


@pytest.mark.parametrize("name", HONEST)
def test_what_keeps_to_raster_order_passes(name: str) -> None:
    assert ended(audit(HONEST[name], HEIGHT, WIDTH, LEVELS)) is None


@pytest.mark.parametrize("name", [name for name in LEAKS if name not in ("one corner alone",)])
def test_a_tenth_of_the_cuts_finds_what_is_everywhere(name: str) -> None:
    assert ended(audit(LEAKS[name], HEIGHT, WIDTH, LEVELS, most=8)) is not None


def test_the_fractions_rise_to_one() -> None:
    fractions = list(audit(HONEST["masked"], HEIGHT, WIDTH, LEVELS, most=5))
    assert fractions == sorted(fractions) and fractions[-1] == 1


def test_the_sentence_counts_from_one() -> None:
    assert str(Leak((0, 1), (2, 3), 0.5)) == (
        "the prediction of the pixel at row 1 column 2 depends on the one at row 3 column 4, which comes later"
    )
    assert str(Leak((0, 1), (0, 1), 0.5)).endswith("depends on itself")
