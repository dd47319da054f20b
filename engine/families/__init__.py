"""One file a family; `FAMILIES` is the only dispatch table.

A family binds a manifest's graphs to samplers: ``FAMILIES[manifest.family](model, sessions, registry)`` has ``load()``
and ``answer(request)``, a generator of `engine.sampling.step.Progress` that returns the request's answer.
"""

from __future__ import annotations

from engine.families.autoregressive import Autoregressive
from engine.families.classifier import Classifier
from engine.families.gan import GenerativeAdversarialNetwork
from engine.families.gaussian import Gaussian
from engine.families.latent import LatentModel
from engine.families.vae import VariationalAutoencoder

FAMILIES: dict[str, type[Autoregressive] | type[LatentModel] | type[Classifier]] = {
    "autoregressive": Autoregressive,
    "gaussian": Gaussian,
    "autoencoder": LatentModel,
    "vae": VariationalAutoencoder,
    "gan": GenerativeAdversarialNetwork,
    "classifier": Classifier,
}
"""Family name (manifest ``family``) -> the class that answers for it."""
