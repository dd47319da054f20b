"""The encoder and the decoder of models with a latent space as graphs to export."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.training.graphs import Input, Output, Planned
from engine.training.models.gaussian import Gaussian
from engine.training.models.vae import VAE

_IMAGE = ("batch", "channel", "row", "column")
_CODE = ("batch", "latent")


class Encoder(nn.Module):
    """image (N, C, H, W) in [0, 1] -> mu (N, D) and, of a VAE, log_var (N, D)."""

    def __init__(self, model: VAE) -> None:
        super().__init__()
        self.model = model

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, Tensor]:  # the exporter's call gives a tuple
        (image,) = inputs
        mu, log_var = self.model.encode(image)
        return mu if log_var is None else (mu, log_var)


class Decoder(nn.Module):
    """Codes z (N, D) -> image (N, C, H, W), the mean of p(x|z); with a logistic likelihood log_scale of that shape too.

    A Gaussian's has no noise of its own, so its image is the picture itself.
    """

    def __init__(self, model: VAE | Gaussian) -> None:
        super().__init__()
        self.model = model

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        (z,) = inputs
        if isinstance(self.model, Gaussian):
            return self.model.decode(z)
        raw = self.model.decode(z)
        mean = self.model.pixels.mean(raw)
        return (mean, self.model.pixels.log_scales(mean)) if self.model.config.likelihood == "logistic" else mean


def plan_latent(model: VAE | Gaussian) -> list[Planned]:
    """The graphs of an autoencoder or VAE; of a Gaussian the decoder alone."""
    if isinstance(model, Gaussian):
        return [_decoder(model, model.config.pixels, ("image",))]
    config = model.config
    image: Input = ("image", torch.zeros(2, config.channels, config.height, config.width), {0: "batch"}, _IMAGE)
    outputs: dict[str, Output] = {"mu": ("mu", _CODE)}
    if config.likelihood != "none":
        outputs["log_var"] = ("log_var", _CODE)
    given = ("image", "log_scale") if config.likelihood == "logistic" else ("image",)
    return [Planned("encoder", Encoder(model), {"image": image}, outputs), _decoder(model, config.latent, given)]


def _decoder(model: VAE | Gaussian, latent: int, given: tuple[str, ...]) -> Planned:
    z: Input = ("z", torch.zeros(2, latent), {0: "batch"}, _CODE)
    return Planned("decoder", Decoder(model), {"z": z}, {name: (name, _IMAGE) for name in given})
