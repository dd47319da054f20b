"""What every GAN is, whatever its layers: two networks, spectral norm in one, batch norm in the other.

References
----------
I. Goodfellow et al., "Generative Adversarial Nets", 2014, arXiv:1406.2661.
T. Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018, arXiv:1802.05957.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import spectral_norm

STANDING_BATCHES, STANDING_BATCH = 50, 64
"""The draws that the averaged generator's batch statistics are taken from."""

Layer = TypeVar("Layer", bound=nn.Module)


@dataclass(frozen=True, kw_only=True)
class GANConfig:
    """The pictures' ``height``, ``width`` and ``channels``, ``latent`` D, and ``classes`` K, 0 for none.

    ``widths`` are the channels at the picture's own size, at a half, at a quarter, ...

    ``spread``: the exported generator multiplies z by it.  Training does not know of it: it is found afterwards on the
    validation set, where a generator draws its classes less varied than they are (the truncation of Brock et al., 2019,
    section 3.1, the other way round: another distribution of z than that of training).
    """

    height: int
    width: int
    latent: int
    channels: int = 1
    classes: int = 0
    widths: tuple[int, ...] = (32, 64, 128)
    spread: float = 1.0

    @property
    def smallest(self) -> tuple[int, int, int]:
        """(C, H, W) of the smallest feature map."""
        scale = 2 ** (len(self.widths) - 1)
        return self.widths[-1], self.height // scale, self.width // scale


class Generator(Protocol):
    """z (N, D) and, where there are classes, one-hot rows (N, K) -> pictures (N, C, H, W) in [-1, 1]."""

    def __call__(self, z: Tensor, one_hot: Tensor | None) -> Tensor: ...


class Discriminator(Protocol):
    """Pictures (N, C, H, W) in [-1, 1] and one-hot rows (N, K) or None -> scores (N,), above 0 for "real"."""

    def __call__(self, image: Tensor, one_hot: Tensor | None) -> Tensor: ...


class GAN(nn.Module):
    """A generator and a discriminator with one state between them, so that a checkpoint holds both."""

    def __init__(self, config: GANConfig, generator: nn.Module, discriminator: nn.Module) -> None:
        super().__init__()
        self.config, self.generator, self.discriminator = config, generator, discriminator


def normalised(layer: Layer) -> Layer:
    """The layer with its weight divided by its largest singular value, tracked by one power iteration a pass.

    It starts orthogonal, with all singular values the same.
    """
    assert isinstance(layer.weight, Tensor)
    nn.init.orthogonal_(layer.weight)
    spectral_norm(layer)
    return layer


def weighted_sum(features: Tensor, layer: nn.Linear) -> Tensor:
    """What a linear layer with one output makes of (N, F): (N,), in 32 bits under autocast too, since bfloat16's eight
    are few for a score."""
    return (features * layer.weight).sum(1) + layer.bias


def fold_spectral_norm(model: nn.Module) -> None:
    """Put the divided weights in place of weights and divisor, as an exported graph has them; changes ``model``."""
    model.eval()  # or reading a weight would be one more iteration
    for module in model.modules():
        if parametrize.is_parametrized(module, "weight"):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)


@torch.no_grad()
def take_standing_statistics(model: GAN, seed: int) -> None:
    """Set the generator's batch statistics to the mean over many batches of its own pictures; changes ``model``.

    Averaged weights never saw a batch: the statistics of the weights they are the average of are not theirs (Brock
    et al. 2019, appendix F).  Conditions are drawn evenly.
    """
    norms = [module for module in model.generator.modules() if isinstance(module, nn.BatchNorm2d)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the plain mean of all batches
    random = torch.Generator().manual_seed(seed)
    model.generator.train()
    for _ in range(STANDING_BATCHES):
        z = torch.randn(STANDING_BATCH, model.config.latent, generator=random)
        model.generator(z, evenly_drawn(model.config.classes, STANDING_BATCH, random))
    model.generator.eval()
    for norm, momentum in zip(norms, before, strict=True):
        norm.momentum = momentum


def evenly_drawn(classes: int, count: int, random: torch.Generator) -> Tensor | None:
    """One-hot rows (count, K) of classes that are drawn independently, each as likely; None without classes."""
    if not classes:
        return None
    return torch.eye(classes)[torch.randint(classes, (count,), generator=random)]
