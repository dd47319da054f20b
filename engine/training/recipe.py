"""What a recipe is: all that decides the weights of one model, as a frozen value.

`Recipe` holds what every training run needs; each family adds what only it has.  The recipes themselves are in
`engine.training.recipes`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.training.models.biggan import BigGANConfig
from engine.training.models.classifier import ClassifierConfig
from engine.training.models.conv_vae import ConvConfig
from engine.training.models.dcgan import DCGANConfig
from engine.training.models.gated_pixelcnn import GatedPixelCNNConfig
from engine.training.models.gaussian import GaussianConfig
from engine.training.models.mlp_vae import MLPConfig
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


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one model is made, whatever its family.

    ``class_names`` empty means that the data's labels are of no interest.

    The learning rate warms up linearly, falls as a cosine over ``decay_share`` of the steps to ``final_rate`` times
    its peak, and stays there: a tail at a low rate shows whether there was more to learn, which a cosine that ends
    with the run cannot.  A run that was over and turned out too short has a ``restart``: the step that it was to end
    with, and at which the learning rate rises and falls again.
    """

    name: str
    title: str
    data: str
    levels: int
    model: Any
    steps: int
    class_names: tuple[str, ...] = ()
    batch: int = 32
    learning_rate: float = 2e-3
    warmup_steps: int = 200
    decay_share: float = 1.0
    final_rate: float = 0.0
    restart: int = 0
    weight_decay: float = 1e-4
    clip_norm: float = 1.0
    ema_decay: float = 0.999
    seed: int = 0
    validation: int = 5000


@dataclass(frozen=True, kw_only=True)
class AutoregressiveRecipe(Recipe):
    """How a PixelCNN is made.

    ``upright_share`` is the probability that a training image is shown upright; the other orientations share the
    rest.  ``class_dropout`` is the probability that the class is replaced by "no class".  ``class_names`` empty means
    no class condition, ``orientations`` of one means that the model never sees another raster order.
    """

    model: GatedPixelCNNConfig | PixelCNNConfig
    orientations: tuple[str, ...] = ORIENTATIONS
    upright_share: float = 0.4
    class_dropout: float = 0.15

    @property
    def condition_width(self) -> int:
        """D: the class columns (with "no class" last), then one column an orientation."""
        if isinstance(self.model, PixelCNNConfig):
            return 0
        return (len(self.class_names) + 1 if self.class_names else 0) + len(ORIENTATIONS)


@dataclass(frozen=True, kw_only=True)
class LatentRecipe(Recipe):
    """How an autoencoder or a VAE is made.

    ``beta`` weighs the KL term (Higgins et al., 2017); it grows from 0 to its value over ``kl_warmup_steps``, so that
    latents come into use before the prior can push them out.  An autoencoder (``model.likelihood`` ``"none"``) has no
    KL term, and neither does anything.  Classes are not told to the network: they name the codes' means.

    ``first_log_scale`` is where the smallest scale of a logistic likelihood begins; from 10 % to 50 % of the steps it
    falls to the model's own.  Beside a small scale errors count by their size alone, as in a median, and what most
    pictures lack is left out; beside a large one they count squared, as in a mean.

    ``hinted`` traits (`engine.training.traits`) are small things in a picture, such as glasses, whose few pixels a
    network finds late or never: over the first 40 % of the steps the code's first coordinates are drawn to 1 where a
    picture has the trait and to -1 where not, ever more weakly.  After that the bound is alone.
    """

    model: MLPConfig | ConvConfig
    batch: int = 128
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    beta: float = 1.0
    kl_warmup_steps: int = 0
    first_log_scale: float | None = None
    hinted: tuple[str, ...] = ()

    @property
    def is_autoencoder(self) -> bool:
        """Whether there is neither a prior nor a likelihood."""
        return self.model.likelihood == "none"


@dataclass(frozen=True, kw_only=True)
class GaussianRecipe(Recipe):
    """How a Gaussian is fitted: in closed form, a picture a "step", so that the film shows it with ever more data."""

    model: GaussianConfig
    batch: int = 1


@dataclass(frozen=True, kw_only=True)
class AdversarialRecipe(Recipe):
    """How a GAN is made: the hinge loss, a step of the discriminator and one of the generator by turns.

    ``learning_rate`` is the generator's, ``discriminator_rate`` the discriminator's; Adam's first moment has no memory
    (Brock et al., 2019).  ``shift``: real and drawn pictures are moved by up to so many pixels before they are judged,
    which keeps a discriminator from learning few pictures by heart (Zhao et al., 2020).  ``gradient_penalty`` weighs
    R1, which is taken at every `PENALTY_EVERY`-th step with as many times the weight.  ``class_names`` empty means that
    the network is not told the class.
    """

    model: DCGANConfig | BigGANConfig
    levels: int = 256
    batch: int = 64
    learning_rate: float = 2e-4
    discriminator_rate: float = 4e-4
    warmup_steps: int = 100
    final_rate: float = 0.05
    weight_decay: float = 0.0
    clip_norm: float = 100.0
    shift: int = 0
    gradient_penalty: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ClassifierRecipe(Recipe):
    """How a classifier is made whose features samples are measured in.

    ``shift``: pictures are moved by up to so many pixels; ``ink_share`` of them are binarized, where there are models
    that draw in ink.  Without ``class_names`` it tells the data set's attributes.
    """

    model: ClassifierConfig
    levels: int = 256
    batch: int = 64
    weight_decay: float = 5e-2
    shift: int = 0
    ink_share: float = 0.0


_KINDS: tuple[tuple[type[Recipe], type[Any]], ...] = (
    (AutoregressiveRecipe, GatedPixelCNNConfig),
    (AutoregressiveRecipe, PixelCNNConfig),
    (LatentRecipe, MLPConfig),
    (LatentRecipe, ConvConfig),
    (GaussianRecipe, GaussianConfig),
    (AdversarialRecipe, DCGANConfig),
    (AdversarialRecipe, BigGANConfig),
    (ClassifierRecipe, ClassifierConfig),
)
"""Every kind of recipe with every kind of network it may have."""


def recipe_of(values: Mapping[str, Any]) -> Recipe:
    """The recipe that ``dataclasses.asdict`` and JSON have made ``values`` of; `ValueError` if no kind has its keys."""
    model = {key: _tuples(value) for key, value in values["model"].items()}
    rest = {key: _tuples(value) for key, value in values.items() if key != "model"}
    for kind, config in _KINDS:
        if _fits(config, model) and _fits(kind, values):
            return kind(model=config(**model), **rest)
    raise ValueError("a recipe of another version")


def _fits(kind: type[Any], values: Mapping[str, Any]) -> bool:
    """Whether ``values`` holds all that the dataclass needs, and nothing that it does not know."""
    fields = dataclasses.fields(kind)
    needed = {f.name for f in fields if f.default is dataclasses.MISSING}
    return needed <= values.keys() <= {f.name for f in fields}


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value
