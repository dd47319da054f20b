"""The graphs of a GAN and of a classifier to export."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.contracts.manifest import Condition
from engine.training.compact import HALF_FROM, on_grid
from engine.training.data import DataSet
from engine.training.graphs import Input, Output, Planned
from engine.training.models.classifier import Classifier
from engine.training.models.gan import GAN, fold_spectral_norm, take_standing_statistics
from engine.training.recipe import AdversarialRecipe, ClassifierRecipe

_IMAGE = ("batch", "channel", "row", "column")


class Generator(nn.Module):
    """z (N, D) and one-hot rows (N, K), where there are classes -> image (N, C, H, W) in [0, 1]."""

    def __init__(self, gan: GAN) -> None:
        super().__init__()
        self.generator, self.spread = gan.generator, gan.config.spread

    def forward(self, *inputs: Tensor) -> Tensor:
        z, one_hot = (*inputs, None)[:2]
        assert z is not None
        image: Tensor = self.generator(z if self.spread == 1 else self.spread * z, one_hot)
        return 0.5 * image + 0.5


class Discriminator(nn.Module):
    """image (N, C, H, W) in [0, 1] and one-hot rows (N, K), where there are classes -> logit (N,)."""

    def __init__(self, gan: GAN) -> None:
        super().__init__()
        self.discriminator = gan.discriminator

    def forward(self, *inputs: Tensor) -> Tensor:
        image, one_hot = (*inputs, None)[:2]
        assert image is not None
        logit: Tensor = self.discriminator(2 * image - 1, one_hot)
        return logit


class Looks(nn.Module):
    """image (N, C, H, W) in [0, 1] -> logits (N, K) and features (N, F)."""

    def __init__(self, model: Classifier) -> None:
        super().__init__()
        self.model = model

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:  # the exporter's call gives a tuple
        (image,) = inputs
        logits, features = self.model(image)
        return logits, features


def plan_adversarial(gan: GAN) -> list[Planned]:
    """The generator and the discriminator."""
    config = gan.config
    classes: dict[str, Input] = {}
    if config.classes:
        one_hot = torch.eye(config.classes)[:2]
        classes["class"] = ("class_one_hot", one_hot, {0: "batch"}, ("batch", "class"))
    z: Input = ("z", torch.zeros(2, config.latent), {0: "batch"}, ("batch", "latent"))
    return [
        Planned("generator", Generator(gan), {"z": z, **classes}, {"image": ("image", _IMAGE)}),
        Planned(
            "discriminator",
            Discriminator(gan),
            {"image": _image_input(config.channels, config.height, config.width), **classes},
            {"logit": ("logit", ("batch",))},
        ),
    ]


def plan_classifier(model: Classifier) -> list[Planned]:
    """The one graph of a classifier."""
    config = model.config
    image = _image_input(config.channels, config.height, config.width)
    outputs: dict[str, Output] = {
        "logits": ("logits", ("batch", "value")),
        "features": ("features", ("batch", "feature")),
    }
    return [Planned("classifier", Looks(model), {"image": image}, outputs)]


def _image_input(channels: int, height: int, width: int) -> Input:
    return "image", torch.zeros(2, channels, height, width), {0: "batch"}, _IMAGE


def conditions_of_adversarial(recipe: AdversarialRecipe) -> tuple[Condition, ...]:
    """The class, where the network is told it."""
    return (Condition(name="class", names=recipe.class_names),) if recipe.model.classes else ()


def conditions_of_classifier(recipe: ClassifierRecipe, loaded: DataSet) -> tuple[Condition, ...]:
    """What the logits' columns stand for, one condition after the other."""
    if recipe.class_names:
        return (Condition(name="class", names=recipe.class_names, encoding="index"),)
    return tuple(Condition(name=each.name, names=each.values, encoding="index") for each in loaded.attributes)


@torch.no_grad()
def finish(gan: GAN, seed: int) -> None:
    """Make of trained weights what is exported: norms folded, rounded to 8 bits, statistics taken; changes ``gan``."""
    fold_spectral_norm(gan)
    for module in gan.modules():
        turned = isinstance(module, nn.ConvTranspose2d)  # its axis 1 is that of the channels it gives
        for parameter in module.parameters(recurse=False):
            if parameter.numel() >= HALF_FROM:
                rounded = on_grid(parameter, 1 if turned else 0) if parameter.ndim > 1 else parameter.half().float()
                parameter.copy_(rounded)
    take_standing_statistics(gan, seed)
    gan.eval()
