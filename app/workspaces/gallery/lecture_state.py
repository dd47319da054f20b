"""What the lecture shows: models of one data set side by side, a column each.  Qt-free values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.messages import Problem
from app.translation import tr
from app.workspaces.gallery.plan import VALUE_KINDS
from engine.contracts.arrays import Image, Images
from engine.contracts.events import Measured
from engine.contracts.manifest import Manifest

FEWEST, MOST = 2, 4
COUNTS = (24, 48, 96, 192)
FAMILIES = (("autoregressive", "PixelCNN"), ("vae", "VAE"), ("gan", "GAN"))
"""The three families of the preset, in the order of their columns."""
SEEN = {
    "autoregressive": tr("Crisp, since each pixel is drawn knowing those before it; slow for the same reason."),
    "vae": tr("Blurred, since what is shown is the mean of all that fits the same z; quick, and it covers the data."),
    "gan": tr("Crisp and quick, since nothing but the discriminator judges it; what it leaves out nobody tells."),
    "gaussian": tr("A mean and a covariance: smooth ghosts of digits, and the one exact density that is a formula."),
    "autoencoder": tr("Codes without a prior: drawing from a normal distribution is a guess."),
}
"""What one sees of a family, and why."""


TOO_FEW = tr("Models of one data set stand side by side here, and no data set has two installed. Open another model.")
REAL = -1
"""The column of real pictures, which stand in none."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What a model says of test pictures: "82.1 nats", and ``kind``: exact, lower bound, or none (implicit).

    ``note`` says of what the figure is.
    """

    value: str
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One model.

    images : (N, H, W, C) uint8 and drawn : (N,) bool
        What hangs there.
    fresh : int
        How many of them are of what was asked for last.
    done, wanted : int
        How many pictures are drawn, and how many are to be: more than hang there where a class is looked for.
    told
        What is to be said of the class, where one was chosen; empty where the model was told it.
    unfinished
        A person has stopped it before everything was drawn and measured.
    """

    manifest: Manifest
    images: Images
    drawn: NDArray[np.bool_]
    fresh: int
    serial: int
    running: bool
    ms_per_picture: float | None
    measured: Measured | None
    likelihood: Likelihood
    told: str = ""
    of_one_class: bool = False
    measuring: bool = False
    unfinished: bool = False
    done: int = 0
    wanted: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pick:
    """A picture that was clicked: its column (`REAL` for a real picture), its place there, its pixels (H, W, C), and
    what it is called."""

    column: int
    place: int
    pixels: Image
    title: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LectureState:
    """Everything that shows.

    data_sets : (id, title) of those of which two models or more are installed.
    offered : the models of the data set that a column may have.
    missing : the families of the preset of which none is installed, by name.
    caveat : why the columns' likelihoods do not compare, or why there are no columns; empty for neither.
    picks : the last two pictures that were clicked, older first; a real picture may have taken the place of one.
    real : whether there are real pictures to compare with.
    touched : the column that a person had to do with last, whose model is told of.
    """

    data: str
    data_sets: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    offered: tuple[Manifest, ...]
    class_names: tuple[str, ...]
    class_name: str
    count: int
    seed: int
    missing: tuple[str, ...]
    caveat: str
    picks: tuple[Pick, ...]
    comparing: bool
    real: bool = False
    touched: int = 0

    @property
    def told_of(self) -> Manifest | None:
        """The model that there is more to read of beside the columns."""
        return self.columns[self.touched].manifest if self.touched < len(self.columns) else None

    @property
    def working(self) -> bool:
        """Something is being drawn or measured."""
        return any(column.running for column in self.columns)

    @property
    def stopped(self) -> bool:
        """A person has stopped something that can go on."""
        return any(column.unfinished for column in self.columns)

    @property
    def chosen(self) -> Pick | None:
        """The picture of a model that was clicked last."""
        return next((pick for pick in reversed(self.picks) if pick.column != REAL), None)


def likelihood_of(manifest: Manifest) -> Likelihood:
    """The figure of a model's likelihood, as a person reads it; never blank."""
    kind = VALUE_KINDS.get(manifest.family, "none")
    keys = {"exact": ("test_nll",), "lower bound": ("test_iwae", "test_elbo")}.get(kind, ())
    for key in keys:
        figure = manifest.figures.get(key)
        if not isinstance(figure, dict) or not isinstance(figure.get("value"), int | float):
            continue
        unit = str(figure.get("unit", ""))
        value = f"{figure['value']:,.4g}" if abs(figure["value"]) < 10 else f"{figure['value']:,.1f}"
        at_most = "\u2264 " if kind == "lower bound" else ""
        note = (
            tr("negative log-likelihood of test pictures, {words}").format(words=figure.get("label", "")).rstrip(", ")
        )
        return Likelihood(f"{at_most}{value} {unit}".replace("-", "\u2212"), kind, note)
    if kind in ("exact", "lower bound"):
        return Likelihood(tr("not measured"), kind, tr("The model has one, and its card names no figure."))
    return Likelihood("none", "implicit", tr("It draws pictures, and gives no picture a probability."))


def caveat_of(manifests: Sequence[Manifest]) -> str:
    """Why the likelihoods of these models cannot be set side by side, empty where they can."""
    scored = [m for m in manifests if VALUE_KINDS.get(m.family) in ("exact", "lower bound")]
    levels = {m.image.levels for m in scored}
    if len(levels) > 1:
        of = ", ".join(f"{m.architecture} {m.image.levels}" for m in scored)
        return tr("Likelihoods of pictures with different numbers of grey levels do not compare ({of}).").format(of=of)
    return ""


def preset_of(models: Sequence[Manifest]) -> tuple[tuple[Manifest, ...], tuple[str, ...]]:
    """A PixelCNN, a VAE and a GAN out of models of one data set, and which of the three there is none of."""
    chosen, missing = list[Manifest](), list[str]()
    for family, name in FAMILIES:
        found = max((m for m in models if m.family == family), key=_fitness, default=None)
        if found is None:
            missing.append(name)
        else:
            chosen.append(found)
    return tuple(chosen), tuple(missing)


def _fitness(manifest: Manifest) -> tuple[bool, int, int]:
    """The model of a family that one shows first: told classes, of most orientations, of the larger latent space."""
    spec = manifest.latent_spec
    return bool(manifest.class_names), len(manifest.orientations), 0 if spec is None else spec.dim
