"""The manifest of a model folder, schema 1: everything the program knows about a model besides its weights.

Written by `engine.training.export`, read by `engine.catalogue`.  A manifest is a frozen value; `to_json` and
`engine.catalogue.manifest_io` translate it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

SCHEMA = 1
FAMILIES = ("gaussian", "autoregressive", "autoencoder", "vae", "gan", "world_model", "classifier")
"""What a model may be.  A classifier draws nothing: samples of its data set are measured in its features."""
ROLES = (
    "likelihood",
    "sampler_row",
    "sampler_prime",
    "encoder",
    "decoder",
    "generator",
    "discriminator",
    "memory",
    "classifier",
)
LATENT_FAMILIES = ("gaussian", "autoencoder", "vae")
"""The families whose pictures are decoded from a latent vector z, and whose manifest says so under ``latent``."""
DECODED_FAMILIES = (*LATENT_FAMILIES, "gan")
"""These, and GANs, whose decoder is called generator."""
PRIORS = ("normal", "uniform", "none")
LIKELIHOODS = ("bernoulli", "logistic", "gaussian", "none")
CALLED = {
    "gaussian": "Gaussian",
    "autoregressive": "PixelCNN",
    "autoencoder": "Autoencoder",
    "vae": "VAE",
    "gan": "GAN",
    "world_model": "World model",
    "classifier": "Classifier",
}
"""The word on the chip of a model whose manifest has none of its own."""
OTHER_PICTURES = "Other pictures"
"""What the pictures are called where a manifest does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSpec:
    """The pictures: ``levels`` K values a pixel; ``range`` of what the graphs take and give (``"level_index"``,
    ``"0..1"``, ``"-1..1"``, ``"0..255"``, or ``"logits"``, whose sigmoid is in 0..1); ``palette`` ((r, g, b), ...) of K
    colours where level indices are colours."""

    height: int
    width: int
    channels: int
    levels: int
    range: str = "level_index"
    palette: tuple[tuple[int, int, int], ...] | None = None

    @property
    def display_channels(self) -> int:
        """C of display images: 3 with a palette, else ``channels``."""
        return 3 if self.palette else self.channels

    @property
    def dims(self) -> int:
        """The dimensions that bits per dimension are taken over."""
        return self.height * self.width * self.channels


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition: ``names`` of its values, how it is ``encoding``-ed (``one_hot`` or ``index``), and whether the
    column after the names stands for "not given" (``null``).  ``columns`` if the graph has more columns than that: a
    model that was trained upright only keeps the columns of the other orientations, unused."""

    name: str
    names: tuple[str, ...]
    encoding: str = "one_hot"
    null: bool = False
    columns: int = 0

    @property
    def width(self) -> int:
        """The columns of the graph's one-hot input."""
        return self.columns or len(self.names) + self.null


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A graph's input or output: its ``name`` in the file, ``dtype``, and the meaning of its ``axes``."""

    name: str
    dtype: str = ""
    axes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatePort:
    """A state that the next call's ``input`` takes from this call's ``output``; all zeros is a valid start.

    ``output`` may also name a state *input*: then the state moves on by one place, as the rows above do when a row is
    added.
    """

    input: str
    output: str
    batch_axis: int
    shape: tuple[int, ...]
    dtype: str = "float32"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSpec:
    """One ``.onnx`` file: its digest and its ports by meaning.

    ``shares_state`` says that conditions and state may be those of one picture while the noise is of many, as long as
    their pictures agree.  ``batch`` is how many rows the graph takes at once, where that is not any number and the file
    does not say so itself.
    """

    file: str
    sha256: str
    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]
    state: tuple[StatePort, ...] = ()
    shares_state: bool = False
    batch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LatentSpec:
    """The latent space of a model, and what its decoder's outputs are the parameters of.

    dim
        D, the length of z.
    prior
        ``"normal"``: z ~ N(0, I).  ``"uniform"``: every coordinate of z is uniform in [-1, 1].  ``"none"``: an
        autoencoder's codes have no distribution.
    likelihood
        p(x|z), each pixel by itself; the decoder's ``image`` m is its mean (median), ``log_scale`` its log s.

        ``"bernoulli"``: ink with probability m.
        ``"logistic"``: level v of 0..255 has sigmoid(((v + 1/2) / 255 - m) / s) - sigmoid(((v - 1/2) / 255 - m) / s);
        the outermost levels take the tails.
        ``"gaussian"``: the density of N(m, s^2) at v / 255.
        ``"none"``: the decoder gives a picture and no distribution.
    beta
        The weight of the KL term in training; bounds are always measured with 1.
    file, sha256
        The ``latents.npz`` beside the graphs (`engine.contracts.latents`), if there is one.
    """

    dim: int
    prior: str = "normal"
    likelihood: str = "none"
    beta: float = 1.0
    file: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A model.

    ``architecture`` is the chip's word (PixelCNN, VAE, GAN), ``data`` the data set's id and ``data_title`` what it is
    called; ``scored_by`` the id of the model that gives this one's likelihood when that is another.  ``figures`` are
    measured (test nll with unit, split and n, identity, quantiles of the test set's log-likelihood), ``training`` says
    how the weights came about.
    """

    id: str
    title: str
    family: str
    architecture: str
    data: str
    data_title: str
    image: ImageSpec
    graphs: Mapping[str, GraphSpec]
    conditions: tuple[Condition, ...] = ()
    latent: Mapping[str, Any] | None = None
    summary: str = ""
    scored_by: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    licence: str = ""
    attribution: str = ""
    references: tuple[str, ...] = ()

    def condition(self, name: str) -> Condition | None:
        """The condition of this name, or None."""
        return next((c for c in self.conditions if c.name == name), None)

    @property
    def latent_spec(self) -> LatentSpec | None:
        """``latent`` as a value, or None for a model of a family without a latent space."""
        if self.latent is None or self.family not in DECODED_FAMILIES:
            return None
        names = {each.name for each in fields(LatentSpec)}
        return LatentSpec(**{name: value for name, value in self.latent.items() if name in names})

    @property
    def class_names(self) -> tuple[str, ...]:
        found = self.condition("class")
        return found.names if found else ()

    @property
    def orientations(self) -> tuple[str, ...]:
        """The raster orders this model draws in; a model without that condition knows the upright one only."""
        found = self.condition("orientation")
        return found.names if found else ("upright",)


def with_names(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest as JSON has it, with the names that it may leave out: its title is then its id, its architecture the
    family's word, and its data set one of its own, so that nothing is compared with pictures of another."""
    if "id" not in raw:
        return dict(raw)
    names = {
        "title": raw["id"],
        "architecture": CALLED.get(str(raw.get("family")), ""),
        "data": raw["id"],
        "data_title": raw.get("data", OTHER_PICTURES),
    }
    return {**names, **raw}
