"""The recipes of the models that Reverie ships: one frozen value a model, from data to steps.

A recipe is all that decides the weights: data, architecture, conditions, optimiser, steps and seed.  Its name is the
folder under ``runs/``; `engine.training.export` copies it into the manifest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.training.models.gated_pixelcnn import GatedPixelCNNConfig
from engine.training.models.pixelcnn import PixelCNNConfig

ORIENTATIONS: tuple[str, ...] = (
    "upright",
    "flip_horizontal",
    "flip_vertical",
    "rotate_180",
    "transpose",
    "transpose_flip_horizontal",
    "transpose_flip_vertical",
    "transpose_rotate_180",
)
"""The raster orders a square model learns; `engine.sampling.orientation` says what each does to an image."""


@dataclass(frozen=True)
class Recipe:
    """How one model is made.

    ``upright_share`` is the probability that a training image is shown upright; the other orientations share the
    rest.  ``class_dropout`` is the probability that the class is replaced by "no class".  ``class_names`` empty means
    no class condition, ``orientations`` of one means that the model never sees another raster order.

    The learning rate warms up linearly, falls as a cosine over ``decay_share`` of the steps to ``final_rate`` times
    its peak, and stays there: a tail at a low rate shows whether there was more to learn, which a cosine that ends
    with the run cannot.
    """

    name: str
    title: str
    data: str
    levels: int
    model: GatedPixelCNNConfig | PixelCNNConfig
    steps: int
    class_names: tuple[str, ...] = ()
    orientations: tuple[str, ...] = ORIENTATIONS
    upright_share: float = 0.4
    class_dropout: float = 0.15
    batch: int = 32
    learning_rate: float = 2e-3
    warmup_steps: int = 200
    decay_share: float = 1.0
    final_rate: float = 0.0
    weight_decay: float = 1e-4
    clip_norm: float = 1.0
    ema_decay: float = 0.999
    seed: int = 0
    validation: int = 5000

    @property
    def condition_width(self) -> int:
        """D: the class columns (with "no class" last), then one column an orientation."""
        if isinstance(self.model, PixelCNNConfig):
            return 0
        return (len(self.class_names) + 1 if self.class_names else 0) + len(ORIENTATIONS)


DIGITS = tuple(str(d) for d in range(10))
GARMENTS = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def _gated(levels: int, classes: int, **size: object) -> GatedPixelCNNConfig:
    width = (classes + 1 if classes else 0) + len(ORIENTATIONS)
    return GatedPixelCNNConfig(levels=levels, condition_width=width, **size)  # type: ignore[arg-type]


_MNIST = Recipe(
    name="mnist-gated-pixelcnn",
    title="Gated PixelCNN on binarized MNIST",
    data="mnist",
    levels=2,
    model=_gated(2, 10),
    class_names=DIGITS,
    steps=6000,
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        _MNIST,
        replace(
            _MNIST,
            name="mnist-gated-pixelcnn-upright",
            title="Gated PixelCNN on binarized MNIST, upright only",
            orientations=ORIENTATIONS[:1],
            upright_share=1.0,
            steps=8000,  # 2,000 more than the labelled one: the two were compared at 6,000, then this one went on
        ),
        Recipe(
            name="mnist-pixelcnn",
            title="PixelCNN on binarized MNIST",
            data="mnist",
            levels=2,
            model=PixelCNNConfig(levels=2),
            orientations=ORIENTATIONS[:1],
            upright_share=1.0,
            steps=1500,
            ema_decay=0.995,
        ),
        Recipe(
            name="portraits-gated-pixelcnn",
            title="Gated PixelCNN on pixel portraits",
            data="pixel_portraits",
            levels=64,
            model=_gated(64, 0, palette=True),
            steps=20_000,
            decay_share=0.7,
            final_rate=0.02,
            validation=1000,
        ),
        Recipe(
            name="fashion-gated-pixelcnn",
            title="Gated PixelCNN on Fashion-MNIST, 16 greys",
            data="fashion_mnist",
            levels=16,
            model=_gated(16, 10),
            class_names=GARMENTS,
            steps=8000,
            decay_share=0.7,
            final_rate=0.02,
        ),
    )
}
