"""What the training loop does not know: the network, the loss of a step, and what is measured on the way.

A `Task` binds a recipe to its data.  Everything that its loss depends on is a function of the recipe and the step.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from engine.training.classifier_task import ClassifierTask
from engine.training.data import BatchStream, DataSet, fixed_levels
from engine.training.latent_data import PixelStream, as_input, fixed_pixels
from engine.training.latent_objectives import elbo, hint_error, mean_loss, seeded
from engine.training.models.biggan import BigGAN, BigGANConfig
from engine.training.models.classifier import Classifier, ClassifierConfig
from engine.training.models.conv_vae import ConvConfig, ConvVAE
from engine.training.models.dcgan import DCGAN, DCGANConfig
from engine.training.models.gated_pixelcnn import GatedPixelCNN, GatedPixelCNNConfig
from engine.training.models.gaussian import Gaussian, GaussianConfig
from engine.training.models.mlp_vae import MLPVAE, MLPConfig
from engine.training.models.pixelcnn import PixelCNN
from engine.training.models.vae import VAE
from engine.training.objectives import evaluate, negative_log_likelihood
from engine.training.recipe import AutoregressiveRecipe, ClassifierRecipe, LatentRecipe, Recipe
from engine.training.traits import TRAITS, presence

VALIDATED = 500
"""A part of the validation set is enough for the curve; the card scores all of it."""
VALIDATED_LATENT = 1000
SCALE_FALLS = (0.1, 0.5)
"""The part of the steps over which a likelihood's smallest scale falls."""
HINT_NATS = 100.0
HINTS_END = 0.4
"""What a hint weighs at first, and the part of the steps after which it weighs nothing."""


class Task(Protocol):
    """A recipe's network, its loss and its measure; ``unit`` names what both count, an image."""

    unit: str

    def loss(self, model: nn.Module, step: int, bf16: bool) -> tuple[Tensor, Tensor]:
        """What is minimised at a step, a scalar for each number of a picture, and what is reported, a scalar."""

    def measure(self, model: nn.Module) -> float:
        """The validation set's ``unit`` an image; ``model`` is in evaluation mode."""


def task(recipe: Recipe, data: DataSet) -> Task:
    """The task of a recipe that is trained step by step."""
    if isinstance(recipe, LatentRecipe):
        return LatentTask(recipe, data)
    if isinstance(recipe, ClassifierRecipe):
        return ClassifierTask(recipe, data)
    assert isinstance(recipe, AutoregressiveRecipe)
    return AutoregressiveTask(recipe, data)


def network(recipe: Recipe) -> nn.Module:
    """The recipe's network, its weights drawn from torch's generator as it stands."""
    config = recipe.model
    if isinstance(config, GatedPixelCNNConfig):
        return GatedPixelCNN(config)
    if isinstance(config, MLPConfig):
        return MLPVAE(config)
    if isinstance(config, ConvConfig):
        return ConvVAE(config)
    if isinstance(config, GaussianConfig):
        return Gaussian(config)
    if isinstance(config, DCGANConfig):
        return DCGAN(config)
    if isinstance(config, BigGANConfig):
        return BigGAN(config)
    if isinstance(config, ClassifierConfig):
        return Classifier(config)
    return PixelCNN(config)


class AutoregressiveTask:
    """PixelCNNs: the negative log-likelihood of pictures in random orientations, with and without their class."""

    unit = "nats"

    def __init__(self, recipe: AutoregressiveRecipe, data: DataSet) -> None:
        self.recipe = recipe
        self.stream = BatchStream(
            data,
            levels=recipe.levels,
            classes=len(recipe.class_names),
            orientations=len(recipe.orientations),
            orientation_columns=recipe.condition_width - (len(recipe.class_names) + 1 if recipe.class_names else 0),
            upright_share=recipe.upright_share,
            class_dropout=recipe.class_dropout,
            batch=recipe.batch,
            seed=recipe.seed,
        )
        n = VALIDATED
        self.validation = fixed_levels(data.validation, recipe.levels, data.palette is not None)[:n]
        self.labels = data.validation.labels[:n].astype(np.int64) if recipe.class_names else None

    def loss(self, model: nn.Module, step: int, bf16: bool) -> tuple[Tensor, Tensor]:
        """Nats per pixel, so that gradients have one scale for every image size; reported is the whole picture's."""
        levels, condition = self.stream.batch(step)
        image = torch.from_numpy(np.ascontiguousarray(levels))
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            logits = model(image, torch.from_numpy(condition))
        nats = negative_log_likelihood(logits, image).mean()
        return nats / image[0].numel(), nats

    def measure(self, model: nn.Module) -> float:
        """Mean validation nats of upright pictures given their class."""
        return -float(evaluate(model, self.recipe, self.validation, self.labels).mean())


class LatentTask:
    """VAEs: the negative ELBO with one sample of z a picture; autoencoders: the squared error."""

    def __init__(self, recipe: LatentRecipe, data: DataSet) -> None:
        self.recipe = recipe
        self.unit = "squared_error" if recipe.is_autoencoder else "nats"
        self.stream = PixelStream(data.train, levels=recipe.levels, batch=recipe.batch, seed=recipe.seed)
        self.validation = fixed_pixels(data.validation, recipe.levels)[:VALIDATED_LATENT]
        traits = {trait.name: trait for trait in TRAITS.get(data.name, ())}
        known = [presence(traits[name], data.train, data.attributes) for name in recipe.hinted]
        self.hints = np.stack([np.where(p < 0, 0, 2 * p - 1) for p in known], axis=1) if known else None

    def kl_weight(self, step: int) -> float:
        """Beta, or the part of it that the warm-up has reached."""
        return self.recipe.beta * min(1.0, (step + 1) / max(1, self.recipe.kl_warmup_steps))

    def hint_weight(self, step: int) -> float:
        """Nats that a hint of distance 1 costs; it falls in a line, and at the end the bound is alone."""
        return HINT_NATS * max(0.0, 1 - step / (HINTS_END * self.recipe.steps))

    def smallest_log_scale(self, step: int) -> float:
        """Where the likelihood's scale ends below, at this step."""
        first, last = self.recipe.first_log_scale, self.recipe.model.smallest_log_scale
        if first is None:
            return last
        done = (step / self.recipe.steps - SCALE_FALLS[0]) / (SCALE_FALLS[1] - SCALE_FALLS[0])
        return first + (last - first) * min(max(done, 0.0), 1.0)

    def loss(self, model: nn.Module, step: int, bf16: bool) -> tuple[Tensor, Tensor]:
        """Minus reconstruction and weighted KL, per pixel; reported is the negative ELBO with the KL's weight 1."""
        assert isinstance(model, VAE)
        model.pixels.smallest_log_scale = self.smallest_log_scale(step)
        image = torch.from_numpy(as_input(self.stream.batch(step)))
        image = image.contiguous(memory_format=torch.channels_last)
        with seeded(self.recipe.seed, step), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            bound = elbo(model, image)
        weighted = (self.kl_weight(step) * bound.kl.sum(1) - bound.reconstruction).mean()
        if self.hints is not None and self.hint_weight(step):
            hints = torch.from_numpy(self.hints[self.stream.rows(step)]).float()
            weighted = weighted + self.hint_weight(step) * hint_error(bound, hints).mean()
        return weighted / image[0].numel(), -bound.elbo.mean()

    def measure(self, model: nn.Module) -> float:
        """The mean negative ELBO (or squared error) of the validation set, always with the same noise."""
        assert isinstance(model, VAE)
        return mean_loss(model, self.validation)
