"""p(x|z) of a decoder: what its last layer means, how probable a picture is under it, and what the graph gives out.

``"bernoulli"``: ink with probability sigmoid(a) [1].  ``"logistic"``: the 256 levels as bins of a logistic distribution
[2], the outermost bins taking the tails; its scale is learnt, one number a colour channel, since a scale for every
pixel would be spent on the flat background [3].  ``"none"``: an autoencoder's picture, judged by its squared error.

References
----------
[1] D. Kingma, M. Welling, "Auto-Encoding Variational Bayes", 2014, arXiv:1312.6114, appendix C.1.
[2] T. Salimans et al., "PixelCNN++", 2017, arXiv:1701.05517, section 2.1, with a single component.
[3] O. Rybkin, K. Daniilidis, S. Levine, "Simple and Effective VAE Training with Calibrated Decoders", 2021,
    arXiv:2006.13202.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Likelihood: TypeAlias = Literal["bernoulli", "logistic", "none"]

LARGEST_LOGIT = 12.0
"""Ink probabilities stay within 6e-6 of 0 and 1, so that a float32 can tell how far."""
SMALLEST_LOG_SCALE = -6.0
"""A logistic scale of two thirds of a level."""
FIRST_LOG_SCALE = -2.0


class PixelParameters(nn.Module):
    """The decoder's last step: raw numbers (N, C, H, W) to the parameters of p(x|z), and to log p(x|z)."""

    def __init__(self, likelihood: Likelihood, channels: int, smallest_log_scale: float = SMALLEST_LOG_SCALE) -> None:
        super().__init__()
        self.likelihood = likelihood
        self.smallest_log_scale = smallest_log_scale
        """A training step may raise it for itself (`LatentRecipe.first_log_scale`)."""
        if likelihood == "logistic":
            self.log_scale = nn.Parameter(torch.full((channels,), FIRST_LOG_SCALE))

    def mean(self, raw: Tensor) -> Tensor:
        """The mean of p(x|z) in [0, 1] (of the logistic one the median too): (N, C, H, W)."""
        if self.likelihood == "bernoulli":
            return torch.sigmoid(raw.clamp(-LARGEST_LOGIT, LARGEST_LOGIT))
        return torch.sigmoid(raw)

    def log_scales(self, mean: Tensor) -> Tensor:
        """The log of the logistic scale for every pixel of ``mean``, in units of [0, 1]."""
        return self.log_scale.clamp(min=self.smallest_log_scale)[:, None, None].expand_as(mean)

    def log_prob(self, raw: Tensor, image: Tensor) -> Tensor:
        """``log p(x|z)`` of each picture in nats, (N,); of an autoencoder minus the squared error."""
        raw = raw.float()
        if self.likelihood == "bernoulli":
            return -F.binary_cross_entropy_with_logits(raw, image, reduction="none").flatten(1).sum(1)
        if self.likelihood == "logistic":
            mean = self.mean(raw)
            return logistic_log_prob(image, mean, self.log_scales(mean)).flatten(1).sum(1)
        return -(self.mean(raw) - image).square().flatten(1).sum(1)


def logistic_log_prob(image: Tensor, mean: Tensor, log_scale: Tensor) -> Tensor:
    """Nats of pixels v / 255 under a logistic distribution cut into 256 bins ([2], eq. 2); all of one shape.

    The bin of level v is ``[(v - 1/2) / 255, (v + 1/2) / 255]``; the first and the last reach to infinity.  With
    ``a < b`` the bin's edges, ``log(sigmoid(b) - sigmoid(a)) = b - softplus(b) - softplus(a) + log(1 - exp(a - b))``.
    """
    inverse = torch.exp(-log_scale)
    upper = (image + 0.5 / 255 - mean) * inverse
    lower = (image - 0.5 / 255 - mean) * inverse
    width = torch.log(-torch.expm1(-inverse / 255))  # log(1 - exp(a - b)), since b - a is the same everywhere
    inside = upper - F.softplus(upper) - F.softplus(lower) + width
    first, last = upper - F.softplus(upper), -F.softplus(lower)
    return torch.where(image < 0.25 / 255, first, torch.where(image > 1 - 0.25 / 255, last, inside))
