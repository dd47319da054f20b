"""The recipes of the models that Reverie ships: one frozen value a model, from data to steps.

A recipe is all that decides the weights: data, architecture, conditions, optimiser, steps and seed.  Its name is the
folder under ``runs/``; `engine.training.export` copies it into the manifest.
"""

from __future__ import annotations

from dataclasses import replace

from engine.training.models.biggan import BigGANConfig
from engine.training.models.classifier import ClassifierConfig
from engine.training.models.conv_vae import ConvConfig
from engine.training.models.dcgan import DCGANConfig
from engine.training.models.gated_pixelcnn import GatedPixelCNNConfig
from engine.training.models.gaussian import GaussianConfig
from engine.training.models.likelihoods import Likelihood
from engine.training.models.mlp_vae import MLPConfig
from engine.training.models.pixelcnn import PixelCNNConfig
from engine.training.recipe import (
    ORIENTATIONS,
    AdversarialRecipe,
    AutoregressiveRecipe,
    ClassifierRecipe,
    GaussianRecipe,
    LatentRecipe,
    Recipe,
)
from engine.training.sprites import SHAPES

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


_MNIST = AutoregressiveRecipe(
    name="mnist-gated-pixelcnn",
    title="Gated PixelCNN on binarized MNIST",
    data="mnist",
    levels=2,
    model=_gated(2, 10),
    class_names=DIGITS,
    steps=6000,
)

_AUTOREGRESSIVE = (
    _MNIST,
    replace(
        _MNIST,
        name="mnist-gated-pixelcnn-upright",
        title="Gated PixelCNN on binarized MNIST, upright only",
        orientations=ORIENTATIONS[:1],
        upright_share=1.0,
        steps=8000,  # 2,000 more than the labelled one: the two were compared at 6,000, then this one went on
    ),
    AutoregressiveRecipe(
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
    AutoregressiveRecipe(
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
    AutoregressiveRecipe(
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


def _plane(likelihood: Likelihood, encoder_hidden: tuple[int, ...] = ()) -> MLPConfig:
    """Two latent dimensions: what fits on a plane.  Without dropout the encoder learns its pictures by heart."""
    return MLPConfig(
        height=28,
        width=28,
        likelihood=likelihood,
        latent=2,
        hidden=(512, 512, 512),
        encoder_hidden=encoder_hidden,
        dropout=0.1,
    )


_SMALL = (256, 256)
"""An encoder that says nearly as much with a third of the file."""


_PLANE = LatentRecipe(
    name="mnist-vae-2d",
    title="VAE with two latent dimensions on binarized MNIST",
    data="mnist",
    levels=2,
    model=_plane("bernoulli"),
    class_names=DIGITS,
    steps=40_000,
    decay_share=0.8,
    final_rate=0.02,
)

_LATENT = (
    replace(
        _PLANE,
        name="mnist-autoencoder-2d",
        title="Autoencoder with two latent dimensions on MNIST",
        levels=256,
        model=_plane("none", _SMALL),
        steps=20_000,
    ),
    _PLANE,
    replace(
        _PLANE,
        name="fashion-autoencoder-2d",
        title="Autoencoder with two latent dimensions on Fashion-MNIST",
        data="fashion_mnist",
        levels=256,
        model=_plane("none", _SMALL),
        class_names=GARMENTS,
        steps=20_000,
    ),
    replace(
        _PLANE,
        name="fashion-vae-2d",
        title="VAE with two latent dimensions on Fashion-MNIST",
        data="fashion_mnist",
        levels=256,
        model=_plane("logistic", _SMALL),
        class_names=GARMENTS,
        steps=20_000,
    ),
    LatentRecipe(
        name="mnist-vae",
        title="VAE with 32 latent dimensions on binarized MNIST",
        data="mnist",
        levels=2,
        model=ConvConfig(height=28, width=28, likelihood="bernoulli", latent=32),
        class_names=DIGITS,
        steps=40_000,
        decay_share=0.8,
        final_rate=0.02,
        kl_warmup_steps=1000,
    ),
    LatentRecipe(
        name="faces-vae",
        title="VAE on cartoon faces",
        data="cartoon_faces",
        levels=256,
        model=ConvConfig(
            height=64,
            width=64,
            channels=3,
            likelihood="logistic",
            latent=64,
            widths=(32, 64, 96, 128),
            blocks=(0, 1, 1, 1),
            hidden=512,
            smallest_log_scale=-3.0,
        ),
        steps=9_000,
        batch=64,
        decay_share=0.8,
        final_rate=0.02,
        validation=500,
        kl_warmup_steps=500,
        first_log_scale=-2.0,
        hinted=(
            *("glasses", "black glasses", "blue glasses", "white glasses", "square glasses"),
            *("smile", "beard", "earrings"),
        ),
    ),
    LatentRecipe(
        name="sprites-beta-vae",
        title="Beta-VAE on sprites",
        data="sprites",
        levels=2,
        model=ConvConfig(
            height=64,
            width=64,
            likelihood="bernoulli",
            latent=10,
            widths=(32, 32, 64, 64),
            blocks=(0, 0, 0, 0),
        ),
        class_names=SHAPES,
        steps=14_000,
        batch=64,
        decay_share=0.8,
        final_rate=0.02,
        beta=4.0,
        validation=2000,
    ),
)

_GAUSSIAN = GaussianRecipe(
    name="mnist-gaussian",
    title="Gaussian fitted to MNIST",
    data="mnist",
    levels=256,
    model=GaussianConfig(height=28, width=28, jitter=1e-6),
    class_names=DIGITS,
    steps=55_000,
)

_DCGAN = AdversarialRecipe(
    name="mnist-dcgan",
    title="DCGAN on MNIST",
    data="mnist",
    model=DCGANConfig(height=28, width=28, latent=64),
    steps=16_000,
)

_ADVERSARIAL = (
    _DCGAN,
    replace(
        _DCGAN,
        name="fashion-dcgan",
        title="DCGAN on Fashion-MNIST",
        data="fashion_mnist",
        steps=22_000,
        restart=16_000,
    ),
    AdversarialRecipe(
        name="fashion-biggan",
        title="BigGAN in small on Fashion-MNIST",
        data="fashion_mnist",
        model=BigGANConfig(height=28, width=28, latent=60, classes=10, spread=1.05),
        class_names=GARMENTS,
        steps=22_000,
        restart=18_000,
    ),
    AdversarialRecipe(
        name="faces-gan",
        title="GAN on cartoon faces",
        data="cartoon_faces",
        model=DCGANConfig(
            height=64,
            width=64,
            channels=3,
            latent=96,
            widths=(48, 96, 160, 224),
            patch=2,
            discriminator_widths=(32, 64, 128, 192),
        ),
        steps=8_000,
        discriminator_rate=2e-4,
        shift=8,
        gradient_penalty=0.1,
        validation=500,
    ),
)

_CLASSIFIER = ClassifierRecipe(
    name="mnist-classifier",
    title="Classifier of MNIST",
    data="mnist",
    model=ClassifierConfig(height=28, width=28, heads=(10,)),
    class_names=DIGITS,
    steps=6_000,
    shift=2,
    ink_share=0.5,
)

_CLASSIFIERS = (
    _CLASSIFIER,
    replace(
        _CLASSIFIER,
        name="fashion-classifier",
        title="Classifier of Fashion-MNIST",
        data="fashion_mnist",
        class_names=GARMENTS,
        steps=20_000,
        shift=1,
        ink_share=0.0,
    ),
    ClassifierRecipe(
        name="faces-classifier",
        title="Classifier of the cartoon faces' attributes",
        data="cartoon_faces",
        model=ClassifierConfig(
            height=64,
            width=64,
            channels=3,
            heads=(5, 8, 9, 8, 2, 5, 5, 4, 3, 2, 3, 2, 5, 3, 4, 3, 2, 3, 8, 6),
            widths=(32, 48, 64, 96),
        ),
        steps=4_000,
        validation=500,
        shift=2,
    ),
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe for recipe in (*_AUTOREGRESSIVE, *_LATENT, _GAUSSIAN, *_ADVERSARIAL, *_CLASSIFIERS)
}
"""Every recipe by its name."""
