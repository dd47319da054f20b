"""No logit may see its own pixel or a later one; a leak would make every likelihood meaningless.  By gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.training.models.embedding import LevelEmbedding
from engine.training.models.gated_pixelcnn import GatedLayer, GatedPixelCNN, GatedPixelCNNConfig
from engine.training.models.pixelcnn import MaskedConv2d, PixelCNN, PixelCNNConfig

if TYPE_CHECKING:
    from torch import Tensor, nn

SIZES = [(6, 6), (5, 8)]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def gated(**size: object) -> GatedPixelCNN:
    torch.manual_seed(1)
    values = {"levels": 3, "condition_width": 5, "channels": 12, "layers": 2, "head": 32, **size}
    return GatedPixelCNN(GatedPixelCNNConfig(**values)).double()  # type: ignore[arg-type]


def plain(**size: int) -> PixelCNN:
    torch.manual_seed(2)
    return PixelCNN(PixelCNNConfig(**{"levels": 3, "channels": 12, "blocks": 2, "head": 32, **size})).double()


def all_paths_open(model: nn.Module) -> None:
    """Small positive weights everywhere: no ReLU is closed and nothing cancels, so every path shows in a gradient."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.rand_like(parameter) * 0.05 + 0.01)


@contextmanager
def embedded_as_leaf(model: nn.Module) -> Iterator[list[Tensor]]:
    """Replace the embedding's output by a leaf, so that gradients reach each pixel: level indices have none."""
    leaves: list[Tensor] = []

    def replace(module: nn.Module, inputs: object, output: Tensor) -> Tensor:
        leaves.append(output.detach().requires_grad_())
        return leaves[-1]

    hook = model.embedding.register_forward_hook(replace)  # type: ignore[union-attr]
    try:
        yield leaves
    finally:
        hook.remove()


def seen(model: nn.Module, height: int, width: int, i: int, j: int) -> np.ndarray:
    """(H, W) bool: the pixels that the logits at (i, j) depend on."""
    image = torch.randint(0, 3, (2, 1, height, width), generator=torch.Generator().manual_seed(5))
    condition = torch.zeros(2, 5, dtype=torch.double)
    condition[:, 1] = 1
    with embedded_as_leaf(model) as leaves:
        logits = model(image, condition)
        weights = torch.rand(logits[..., i, j].shape, dtype=torch.double, generator=torch.Generator().manual_seed(6))
        (logits[..., i, j] * weights).sum().backward()
    return (leaves[0].grad.abs().sum((0, 1)) > 0).numpy()  # type: ignore[union-attr]


def earlier(height: int, width: int, i: int, j: int) -> np.ndarray:
    """(H, W) bool: the pixels before (i, j) in raster order."""
    return (np.arange(height * width) < i * width + j).reshape(height, width)


MODELS: list[Callable[[], nn.Module]] = [
    gated,
    lambda: gated(palette=True, embedding=4),
    lambda: gated(vertical_kernel=(2, 5), horizontal_kernel=3, first_rows=2, first_columns=1),
    plain,
    lambda: plain(first_kernel=3),
]


@pytest.mark.parametrize("height,width", SIZES)
@pytest.mark.parametrize("make", MODELS, ids=["gated", "palette", "kernels", "plain", "plain-3"])
def test_every_logit_depends_on_earlier_pixels_only(make: Callable[[], nn.Module], height: int, width: int) -> None:
    model = make()
    for i in range(height):
        for j in range(width):
            pixels = seen(model, height, width, i, j)
            assert not (pixels & ~earlier(height, width, i, j)).any(), f"({i}, {j}) sees a later pixel"
            assert pixels.any() == ((i, j) != (0, 0)), f"({i}, {j}) sees nothing"


@pytest.mark.parametrize("kind,centre", [("A", False), ("B", True)])
@pytest.mark.parametrize("kernel", [3, 5, 7])
def test_masked_convolution_shows_what_its_mask_says(kind: Literal["A", "B"], centre: bool, kernel: int) -> None:
    torch.manual_seed(3)
    convolution = MaskedConv2d(kind, 2, 3, kernel).double()
    x = torch.randn(1, 2, 9, 9, dtype=torch.double, requires_grad=True)
    convolution(x)[0, :, 4, 4].sum().backward()
    inside = np.zeros((9, 9), bool)
    reach = kernel // 2
    inside[4 - reach : 5 + reach, 4 - reach : 5 + reach] = True
    before = earlier(9, 9, 4, 4)
    before[4, 4] = centre
    assert np.array_equal((x.grad[0].abs().sum(0) > 0).numpy(), inside & before)


@pytest.mark.parametrize("kernel,reach", [((3, 3), 2), ((2, 5), 3), ((3, 5), 1)])
def test_gated_layer_shows_rows_above_in_v_and_pixels_left_in_h(kernel: tuple[int, int], reach: int) -> None:
    config = GatedPixelCNNConfig(
        levels=2, condition_width=3, channels=4, vertical_kernel=kernel, horizontal_kernel=reach
    )
    layer = GatedLayer(config).double()
    all_paths_open(layer)
    condition = torch.zeros(1, 3, dtype=torch.double)
    v, h = (torch.rand(1, 4, 9, 9, dtype=torch.double, requires_grad=True) for _ in range(2))
    _, out = layer(v, h, condition)
    out[0, :, 4, 4].sum().backward()
    rows, columns = kernel
    expected_v, expected_h = np.zeros((9, 9), bool), np.zeros((9, 9), bool)
    # v of a row knows the rows above it only, so the current row of v may be read with columns to both sides
    expected_v[5 - rows : 5, 4 - columns // 2 : 5 + columns // 2] = True
    expected_h[4, 5 - reach : 5] = True
    assert np.array_equal((v.grad[0].abs().sum(0) > 0).numpy(), expected_v)
    assert np.array_equal((h.grad[0].abs().sum(0) > 0).numpy(), expected_h)


@pytest.mark.parametrize("layers,rows,columns", [(1, 3, 3), (2, 2, 1), (3, 1, 2)])
def test_gated_model_has_no_blind_spot(layers: int, rows: int, columns: int) -> None:
    """It sees all pixels before its own within first_rows + 2L rows and first_columns + L columns to each side."""
    model = gated(layers=layers, first_rows=rows, first_columns=columns)
    all_paths_open(model)
    i, j, size = 9, 8, 17
    row, column = np.mgrid[:size, :size]
    near = (i - row <= rows + 2 * layers) & (abs(column - j) <= columns + layers)
    assert np.array_equal(seen(model, size, size, i, j), near & earlier(size, size, i, j))


@pytest.mark.parametrize("blocks,kernel", [(1, 7), (3, 7), (4, 3)])
def test_plain_model_has_the_blind_spot(blocks: int, kernel: int) -> None:
    """r rows up it sees at most first + min(blocks, r - 1) columns to the right, however deep it is."""
    model = plain(blocks=blocks, first_kernel=kernel)
    all_paths_open(model)
    i, j, size, first = 9, 8, 17, kernel // 2
    row, column = np.mgrid[:size, :size]
    up, right = i - row, column - j
    to_the_right = np.where(up > 0, first + np.minimum(blocks, up - 1), -1)
    expected = (up >= 0) & (up <= first + blocks) & (right >= -first - blocks) & (right <= to_the_right)
    pixels = seen(model, size, size, i, j)
    assert np.array_equal(pixels, expected)
    blind = earlier(size, size, i, j) & (up <= first + blocks) & (abs(right) <= first + blocks) & ~pixels
    assert blind.any()
    assert (right[blind & (up > 0)] > first).all()  # to the right above, nowhere else


def test_a_later_pixel_changes_no_logit_and_an_earlier_one_does() -> None:
    """The same by level indices, through the embedding: no gradient involved."""
    for model in (gated(), plain()):
        image = torch.randint(0, 3, (1, 1, 6, 6), generator=torch.Generator().manual_seed(8))
        other = image.clone()
        other[..., 2, 3] = (other[..., 2, 3] + 1) % 3
        condition = torch.zeros(1, 5, dtype=torch.double)
        difference = (model(image, condition) - model(other, condition)).abs().sum((0, 1, 2)).flatten()
        at = 2 * 6 + 3
        assert (difference[: at + 1] == 0).all()
        assert difference[at + 1] > 0


def test_every_condition_column_reaches_every_logit() -> None:
    model = gated()
    condition = torch.full((1, 5), 0.2, dtype=torch.double, requires_grad=True)
    logits = model(torch.zeros(1, 1, 4, 4, dtype=torch.long), condition)
    for i in range(4):
        for j in range(4):
            (gradient,) = torch.autograd.grad(logits[..., i, j].square().sum(), condition, retain_graph=True)
            assert (gradient != 0).all()


def test_outside_the_image_is_no_level() -> None:
    """Rows of the embedding differ from the zeros of padding, so black and border are told apart."""
    for width in (None, 4):
        table = LevelEmbedding(5, width).table_with_outside()
        assert (table[0] == 0).all()
        assert (table[1:].abs().sum(1) > 0).all()
        assert len(torch.unique(table, dim=0)) == 6
