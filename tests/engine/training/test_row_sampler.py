"""The row graphs are rewritings: they compute what the full network computes, on small random networks of any shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.training.models.gated_pixelcnn import GatedPixelCNN, GatedPixelCNNConfig
from engine.training.models.gated_row_sampler import SWEEP_UP_TO, GatedRowSampler, RowSweeps
from engine.training.models.pixelcnn import PixelCNN, PixelCNNConfig
from engine.training.models.pixelcnn_row_sampler import PixelCNNRowSampler
from engine.training.models.prime import GatedPrime, PixelCNNPrime
from engine.training.models.row_sampler import certain

if TYPE_CHECKING:
    from torch import Tensor, nn

TOLERANCE = 1e-5
CONDITIONS = 5
SMALL = {"levels": 3, "condition_width": CONDITIONS, "channels": 6, "layers": 2, "head": 7}

GATED: dict[str, tuple[dict[str, Any], int, int]] = {
    "ink": ({"levels": 2}, 6, 5),
    "greys": ({"levels": 7, "layers": 3}, 5, 6),
    "palette": ({"levels": 9, "palette": True, "embedding": 4}, 6, 6),
    "one layer": ({"layers": 1}, 5, 4),
    "wide kernel": ({"vertical_kernel": (2, 5)}, 5, 7),
    "flat kernel": ({"vertical_kernel": (1, 3)}, 5, 5),
    "tall kernel": ({"vertical_kernel": (4, 3)}, 7, 5),
    "small first layer": ({"first_rows": 1, "first_columns": 1}, 5, 5),
    "first layer wider than the picture": ({"first_rows": 4, "first_columns": 6}, 5, 4),
    "one column": ({}, 4, 1),
}
PLAIN: dict[str, tuple[dict[str, Any], int, int]] = {
    "ink": ({"levels": 2}, 6, 5),
    "greys": ({"levels": 5, "blocks": 3}, 5, 6),
    "one block": ({"blocks": 1, "first_kernel": 5}, 6, 7),
    "small kernel": ({"first_kernel": 3}, 5, 5),
    "first layer wider than the picture": ({"first_kernel": 9}, 3, 3),
}
CASES = [(True, name) for name in GATED] + [(False, name) for name in PLAIN]


class Pair:
    """A random network, its row sampler and its prime, for pictures of one size."""

    def __init__(self, gated: bool, name: str) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(3)
        changes, self.height, self.width = (GATED if gated else PLAIN)[name]
        self.gated = gated
        if gated:
            config = GatedPixelCNNConfig(**(SMALL | changes))
            model = GatedPixelCNN(config)
            row: nn.Module = GatedRowSampler(_loud(model), self.width)
            prime: nn.Module = GatedPrime(model)
        else:
            plain = PixelCNNConfig(**({"levels": 3, "channels": 5, "blocks": 2, "head": 7} | changes))
            model = PixelCNN(plain)
            row, prime = PixelCNNRowSampler(_loud(model), self.width), PixelCNNPrime(model)
        self.model, self.row, self.prime = model.eval(), row.eval(), prime.eval()
        self.levels = model.config.levels

    def condition(self, batch: int) -> list[Tensor]:
        """Another column for each picture; nothing for a network without conditions."""
        return [torch.eye(CONDITIONS)[torch.arange(batch) % CONDITIONS]] if self.gated else []

    def logits(self, image: Tensor) -> Tensor:
        """The full pass: (B, H, W) levels -> (B, H, W, K)."""
        with torch.no_grad():
            return self.model(image[:, None], *self.condition(len(image)))[:, :, 0].permute(0, 2, 3, 1)

    def start(self, batch: int) -> dict[str, Tensor]:
        """All zeros."""
        shapes = self.row.state_shapes
        kinds = {name: torch.int64 if name == "rows" else torch.float32 for name in shapes}
        return {name: torch.zeros([batch if n == 0 else n for n in s], dtype=kinds[name]) for name, s in shapes.items()}

    def draw(
        self, noise: Tensor, known: Tensor, observed: Tensor, state: dict[str, Tensor]
    ) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """A row: noise (B, W, K), known and observed (W,) -> levels (B, W), logits (B, W, K), the next state."""
        batch = len(noise)
        repeated = [x[:, None, None].expand(-1, batch, 1) for x in (known, observed)]
        with torch.no_grad():
            out = self.row(noise.transpose(0, 1), *repeated, *self.condition(batch), *state.values())
        successors = self.row.state_successors
        fresh = [after for name, after in successors.items() if after == name or after not in state]
        made = dict(zip(fresh, out[2:], strict=True))
        after = {name: made[s] if s in made else state[s] for name, s in successors.items()}
        return out[0].T, out[1].transpose(0, 1), after

    def primed(self, image: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """(B, R, W) whole rows -> logits (B, R, W, K), the state for row R."""
        with torch.no_grad():
            logits, *states = self.prime(image[:, None], *self.condition(len(image)))
        return logits[:, :, 0].permute(0, 2, 3, 1), dict(zip(self.row.state_shapes, states, strict=True))


def _loud(model: nn.Module) -> nn.Module:
    """Weights and biases so large that every one of them shows in the logits."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.35)
    return model


@pytest.fixture(params=CASES, ids=[f"{'gated' if gated else 'plain'}: {name}" for gated, name in CASES])
def pair(request: pytest.FixtureRequest) -> Pair:
    return Pair(*request.param)


def pictures(pair: Pair, batch: int, seed: int = 0) -> Tensor:
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.integers(0, pair.levels, (batch, pair.height, pair.width)))


def gumbel(pair: Pair, batch: int, seed: int = 0) -> Tensor:
    rng = np.random.default_rng(seed)
    return torch.from_numpy(rng.gumbel(size=(batch, pair.height, pair.width, pair.levels)).astype(np.float32))


def naive(pair: Pair, noise: Tensor, known: Tensor, observed: Tensor) -> Tensor:
    """One full pass a pixel."""
    image = torch.where(observed, known, 0).expand(len(noise), -1, -1).clone()
    for i, j in np.ndindex(pair.height, pair.width):
        if not observed[i, j]:
            image[:, i, j] = (pair.logits(image)[:, i, j] + noise[:, i, j]).argmax(-1)
    return image


def by_rows(pair: Pair, noise: Tensor, known: Tensor, observed: Tensor) -> Tensor:
    state, rows = pair.start(len(noise)), []
    for i in range(pair.height):
        levels, _, state = pair.draw(noise[:, i], known[i], observed[i], state)
        rows.append(levels)
    return torch.stack(rows, dim=1)


def test_the_network_is_loud_enough_to_tell(pair: Pair) -> None:
    """Its logits differ between pixels and pictures by far more than the tolerance."""
    logits = pair.logits(pictures(pair, 3))
    assert logits.std() > 0.1 and logits.abs().max() < 1e3
    assert (logits[0] - logits[1]).abs().max() > 0.01


def test_teacher_forced_logits_are_those_of_the_full_network(pair: Pair) -> None:
    """Every pixel given, all zeros as the start: also that zeros mean "no rows above"."""
    for batch in (1, 3):
        image = pictures(pair, batch, seed=batch)
        full = pair.logits(image)
        for picture in range(batch):
            state = pair.start(batch)
            every = torch.ones(pair.width, dtype=torch.bool)
            for i in range(pair.height):
                noise = torch.zeros(batch, pair.width, pair.levels)
                levels, logits, state = pair.draw(noise, image[picture, i], every, state)
                assert (levels == image[picture, i]).all()
                assert (logits[picture] - full[picture, i]).abs().max() <= TOLERANCE


def test_the_pictures_are_identical(pair: Pair) -> None:
    """The same noise, nothing given; several pictures with conditions of their own."""
    for seed in range(2):
        noise = gumbel(pair, 3, seed)
        nothing = torch.zeros(pair.height, pair.width, dtype=torch.bool)
        known = torch.zeros(pair.height, pair.width, dtype=torch.int64)
        assert torch.equal(by_rows(pair, noise, known, nothing), naive(pair, noise, known, nothing))


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_the_pictures_are_identical_with_any_pixels_given(pair: Pair, share: float) -> None:
    known = pictures(pair, 1, seed=8)[0]
    observed = torch.from_numpy(np.random.default_rng(5).random(known.shape) < share)
    noise = gumbel(pair, 2, seed=6) * 1.5
    drawn = by_rows(pair, noise, known, observed)
    assert torch.equal(drawn, naive(pair, noise, known, observed))
    assert (drawn[:, observed] == known[observed]).all()


def test_a_given_pixel_withstands_any_noise_and_any_logits(pair: Pair) -> None:
    known = pictures(pair, 1, seed=9)[0]
    every = torch.ones(known.shape, dtype=torch.bool)
    noise = gumbel(pair, 2) * 1e4
    pair.row.c_head_out *= 1e4
    pair.row.c_head_out_bias *= 1e4
    assert torch.equal(by_rows(pair, noise, known, every), known.expand(2, -1, -1))


def test_prime_leaves_the_state_that_drawing_those_rows_leaves(pair: Pair) -> None:
    """For every number of rows, from one to all of them, whatever the layers' reach."""
    image = pictures(pair, 1, seed=4)
    full, state = pair.logits(image), pair.start(1)
    every = torch.ones(pair.width, dtype=torch.bool)
    for rows in range(1, pair.height + 1):
        quiet = torch.zeros(1, pair.width, pair.levels)
        _, _, state = pair.draw(quiet, image[0, rows - 1], every, state)
        logits, primed = pair.primed(image[:, :rows])
        assert (logits - full[:, :rows]).abs().max() <= TOLERANCE
        assert list(primed) == list(state)
        for name, array in state.items():
            assert primed[name].shape == array.shape and primed[name].dtype == array.dtype
            assert (primed[name] - array).abs().max() <= TOLERANCE, f"{name} after {rows} rows"


def test_prime_is_the_same_for_a_batch(pair: Pair) -> None:
    """States of several pictures at once, each on its own place of the batch axis."""
    image = pictures(pair, 3, seed=2)
    _, together = pair.primed(image)
    for name, shape in pair.row.state_shapes.items():
        assert together[name].shape[shape.index(0)] == 3
    if pair.gated:
        return  # alone it would have another condition
    for index in range(3):
        _, alone = pair.primed(image[index : index + 1])
        for name, shape in pair.row.state_shapes.items():
            mine = together[name].narrow(shape.index(0), index, 1)
            assert (mine - alone[name]).abs().max() <= TOLERANCE


def test_conditions_reach_every_pixel() -> None:
    """The row sampler takes them too: with another condition the logits of every pixel are others."""
    pair = Pair(True, "ink")
    image, other = pictures(pair, 1), torch.eye(CONDITIONS)[[1]]
    row: Callable[..., Any] = pair.row
    known, observed = image[0, 0][:, None, None], torch.ones(pair.width, 1, 1, dtype=torch.bool)
    noise = torch.zeros(pair.width, 1, pair.levels)
    with torch.no_grad():
        found = [row(noise, known, observed, c, *pair.start(1).values())[1] for c in (*pair.condition(1), other)]
    assert ((found[0] - found[1]).abs().amax(dim=-1) > 1e-3).all()


def test_temperature_0_is_noise_of_zero(pair: Pair) -> None:
    nothing = torch.zeros(pair.height, pair.width, dtype=torch.bool)
    known = torch.zeros(pair.height, pair.width, dtype=torch.int64)
    drawn = by_rows(pair, gumbel(pair, 2) * 0, known, nothing)
    assert torch.equal(drawn, pair.logits(drawn).argmax(-1))


def test_pictures_that_agree_so_far_may_share_their_state(pair: Pair) -> None:
    """Of one picture: the condition and the state; of three: the noise, and what comes out."""
    image, noise = pictures(pair, 1, seed=7), gumbel(pair, 3, seed=8)
    row: Callable[..., Any] = pair.row
    every = torch.ones(pair.width, dtype=torch.bool)
    state = pair.start(1)
    for i in range(pair.height // 2):
        _, _, state = pair.draw(torch.zeros(1, pair.width, pair.levels), image[0, i], every, state)
    nothing = [torch.zeros(pair.width, 3, 1, dtype=kind) for kind in (torch.int64, torch.bool)]
    at = pair.height // 2
    batch_axes = [shape.index(0) for shape in pair.row.state_shapes.values()]
    repeated = [x.repeat_interleave(3, dim=a) for x, a in zip(state.values(), batch_axes, strict=True)]
    with torch.no_grad():
        drawn = noise[:, at].transpose(0, 1)
        shared = row(drawn, *nothing, *pair.condition(1), *state.values())
        own = row(drawn, *nothing, *(c[:1].expand(3, -1) for c in pair.condition(1)), *repeated)
    assert torch.equal(shared[0], own[0]) and len(set(map(tuple, shared[0].T.tolist()))) > 1, "three other rows"
    assert (shared[1] - own[1]).abs().max() <= TOLERANCE
    for one, each in zip(shared[2:], own[2:], strict=True):
        assert (one - each).abs().max() <= TOLERANCE  # a state of one stands for all three


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("batch", [1, 3])
def test_sweeps_find_what_the_scan_finds(name: str, batch: int) -> None:
    """For any chances and constants, some pixels given, whatever the guess costs."""
    row = Pair(True, name).row
    assert isinstance(row, GatedRowSampler)
    rng, c = np.random.default_rng(batch), row.config.channels
    sweeps, counted = RowSweeps(row), []
    repeat = sweeps.repeat

    def counting(going: Any, body: Any, carry: Any) -> Any:
        return repeat(lambda *state: counted.append(1) or going(*state), body, carry)

    sweeps.repeat = counting
    for _ in range(5):
        noise = torch.from_numpy(rng.gumbel(size=(row.width, batch, row.config.levels)).astype(np.float32))
        known = torch.from_numpy(rng.integers(0, row.config.levels, (row.width, batch, 1)))
        observed = torch.from_numpy(rng.random((row.width, batch, 1)) < 0.3)
        drawn = rng.normal(size=(2 * len(row.layers), row.width, batch, c)).astype(np.float32)
        constants = list(torch.from_numpy(drawn))
        chances = certain(noise, known, observed)
        counted.clear()
        with torch.no_grad():
            levels, hidden = row.by_pixels(chances, constants)
            swept_levels, swept_hidden = sweeps(chances, *row.left_edge(chances), *constants)
        assert torch.equal(levels, swept_levels)
        assert (hidden - swept_hidden).abs().max() <= TOLERANCE
        assert (levels[observed[:, :, 0]] == known[observed]).all()
        assert 2 <= len(counted) <= row.width + 2, "one question before each sweep, and the last"


def test_sweeps_are_for_ink_and_few_pictures() -> None:
    """Greys and colours take so many sweeps that nothing is gained."""
    assert {name: Pair(True, name).row.sweep_up_to for name in ("ink", "greys", "palette")} == {
        "ink": SWEEP_UP_TO,
        "greys": 0,
        "palette": 0,
    }


def test_a_horizontal_kernel_that_the_row_graph_does_not_know_is_refused() -> None:
    model = GatedPixelCNN(GatedPixelCNNConfig(**(SMALL | {"horizontal_kernel": 3})))
    with pytest.raises(ValueError, match="horizontal kernel"):
        GatedRowSampler(model, 5)
