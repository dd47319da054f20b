"""What the two networks of a GAN minimise: the hinge loss.

References
----------
J. Lim, J. Ye, "Geometric GAN", 2017, arXiv:1705.02894, eq. 11 and 12.
L. Mescheder et al., "Which Training Methods for GANs do actually Converge?", 2018, arXiv:1801.04406, eq. 9 (R1).
T. Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, arXiv:1912.04958, appendix B (lazily).
S. Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training", 2020, arXiv:2006.10738 (translation).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor


class Judged(NamedTuple):
    """What a turn came to: the losses of both networks, and the discriminator's mean scores of training pictures and
    of drawn ones."""

    generator_loss: float
    discriminator_loss: float
    score_real: float
    score_drawn: float


def discriminator_loss(real: Tensor, drawn: Tensor) -> Tensor:
    """Mean of ``max(0, 1 - D(x)) + max(0, 1 + D(G(z)))``: scores (N,) each -> a scalar."""
    return F.relu(1 - real).mean() + F.relu(1 + drawn).mean()


def generator_loss(drawn: Tensor) -> Tensor:
    """Mean of ``-D(G(z))``: scores (N,) -> a scalar."""
    return -drawn.mean()


def gradient_penalty(score: Tensor, image: Tensor) -> Tensor:
    """R1: half the mean squared length of the score's gradient by the picture, (N,) and (N, C, H, W) -> a scalar.

    Of training pictures alone: a discriminator that is flat where the data are leaves the generator a slope to climb,
    however well it tells the two apart.
    """
    (slope,) = torch.autograd.grad(score.sum(), image, create_graph=True)
    return 0.5 * slope.square().sum(dim=(1, 2, 3)).mean()


def shifted(image: Tensor, places: Tensor, most: int) -> Tensor:
    """Pictures (N, C, H, W) moved by up to ``most`` pixels, ``places`` (N, 2) from 0 (down, right) to 2 ``most`` (up,
    left), with grey (0) where nothing comes from."""
    if not most:
        return image
    height, width = image.shape[2:]
    padded = F.pad(image, (most, most, most, most))
    moved = [padded[i, :, y : y + height, x : x + width] for i, (y, x) in enumerate(places.tolist())]
    return torch.stack(moved)
