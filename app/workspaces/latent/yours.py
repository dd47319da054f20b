"""A picture of one's own in latent space: its posterior, its reconstruction, and how tight its bounds are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.bridge.ports import Clock, Dispatcher, Timer
from app.documents.latent_chart import Chart
from app.documents.own_picture import paper, pen_radius
from app.messages import problem_of
from app.widgets.plane_layers import Pin, PlaneCurve
from app.workspaces.latent import words
from app.workspaces.latent.desk import Desk
from app.workspaces.latent.feed import Feed
from app.workspaces.latent.marking import marked
from app.workspaces.latent.spans import Vector
from engine import Plane
from engine.contracts.arrays import Image
from engine.contracts.events import Answer, Bounds, Decoded, Encoded, Failed, Scores
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Manifest
from engine.contracts.requests import BoundImages, EncodeImages, ScoreImages

ENCODE = Lane("latent.encode", Policy.COALESCE)
BOUND = Lane("latent.bound", Policy.SUPERSEDE, interactive=False)
SAMPLES = 200
"""K of the importance-weighted bound."""
REST_MS = 250.0
"""The bound waits until the hand has rested this long."""
SIGMAS = (1.0, 2.0)
"""Radii of the posterior's ellipses, in standard deviations."""


@dataclass(frozen=True, slots=True, eq=False)
class YoursView:
    """What the page of one's own picture shows.

    ``reconstruction`` is crossed out where it is ``broken``: the decoder gave no finite numbers for it.
    ``encoded``, ``bounds`` and ``nats`` (the exact log-likelihood) are None before they are there; ``encodes`` and
    ``bounded`` say whether the model has places for pictures and a bound at all; ``empty`` whether nothing was drawn
    yet; ``inked`` whether the pen draws or rubs out; ``text`` what else is to be said.
    """

    pixels: Image
    reconstruction: Image | None
    broken: bool
    encoded: Encoded | None
    bounds: Bounds | None
    nats: float | None
    encodes: bool
    bounded: bool
    empty: bool
    inked: bool
    radius: float
    busy: bool
    text: str


def encodes(manifest: Manifest) -> bool:
    """Whether pictures can be brought into this model's latent space."""
    return "encoder" in manifest.graphs or exact(manifest)


def exact(manifest: Manifest) -> bool:
    """Whether places and likelihoods of pictures follow from a formula: of a Gaussian both do."""
    return manifest.family == "gaussian"


def blank(desk: Desk) -> bool:
    """Whether nothing was drawn yet, or all of it was rubbed out."""
    return desk.now.pixels is None or not desk.now.pixels.any()


def bounded(manifest: Manifest) -> bool:
    """Whether the model bounds a picture's likelihood."""
    return manifest.family == "vae" and encodes(manifest)


def moved_epsilon(epsilon: Vector, sigma: Vector, plane: Plane, mu: Vector, to: tuple[float, float]) -> Vector:
    """The nearest epsilon with which mu + sigma * epsilon lies at this place of the plane."""
    axes = plane.axes * sigma
    missing = np.array(to) - plane.places(mu + sigma * epsilon)
    return np.asarray(epsilon + np.linalg.pinv(axes) @ missing)


class Yours:
    """Owns the lanes "latent.encode" and "latent.bound"."""

    def __init__(self, dispatcher: Dispatcher, clock: Clock, changed: Callable[[], None], engine: str) -> None:
        self._clock, self._changed = clock, changed
        self._encoding = Feed(dispatcher, ENCODE, self._encoded, self._failed)
        self._bounding = Feed(dispatcher, BOUND, self._bounded, self._failed)
        self.engine_changed(engine)
        self._desk: Desk | None = None
        self._asked: Image | None = None
        self._timer: Timer | None = None
        self._known: tuple[Image, Encoded] | None = None
        self._seen: Image | None = None
        self._bounds: tuple[Image, Bounds | Scores] | None = None
        self._trouble = ""
        self.inked = True

    def show(self, desk: Desk | None) -> None:
        """Encode what the desk's page shows; None where nobody looks at it."""
        visible = desk is not None and desk.drawer == "yours" and encodes(desk.manifest)
        if desk is not self._desk or not visible:
            self._stop()
            self._desk = desk
        if desk is None or not visible:
            return
        pixels = self.pixels(desk)
        if pixels is self._asked or blank(desk):
            return
        self._asked, self._trouble = pixels, ""
        if self._known is None or self._known[0] is not pixels:
            request = EncodeImages(model=desk.manifest.id, pixels=pixels[None], fit="nearest")
            self._encoding.ask(request, pixels)
        self._bound_later(desk, pixels)

    def _bound_later(self, desk: Desk, pixels: Image) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._bounds is not None and self._bounds[0] is pixels:
            return
        request = likelihood_request(desk.manifest, pixels)
        if request is not None:
            self._timer = self._clock.call_later(REST_MS, lambda: self._bounding.ask(request, pixels))

    def _stop(self) -> None:
        self._asked = None
        if self._timer is not None:
            self._timer.cancel()
        self._encoding.drop()
        self._bounding.stop()

    def engine_changed(self, state: str) -> None:
        """The engine process is ``ready``, or away."""
        self._encoding.set_held(state != "ready")
        self._bounding.set_held(state != "ready")

    def pixels(self, desk: Desk) -> Image:
        """The desk's picture of one's own; an empty one before there is any."""
        if desk.now.pixels is not None:
            return desk.now.pixels
        if "paper" not in desk.notes:
            desk.notes["paper"] = paper(desk.manifest.image)
        empty: Image = desk.notes["paper"]
        return empty

    def encoded(self, desk: Desk) -> Encoded | None:
        """The posterior of the desk's present picture, once it is known."""
        known = self._known
        return known[1] if known is not None and known[0] is self.pixels(desk) else None

    def posterior(self, desk: Desk) -> tuple[Vector, Vector] | None:
        """Mu and sigma, both (D,); sigma is 0 where the encoder gives a code alone."""
        encoded = self.encoded(desk)
        if encoded is None:
            return None
        mu = np.asarray(encoded.mu[0], np.float64)
        sigma = np.zeros(len(mu)) if encoded.log_var is None else np.exp(0.5 * encoded.log_var[0].astype(np.float64))
        return mu, sigma

    def sample(self, desk: Desk) -> Vector | None:
        """Mu + sigma * epsilon (D,), once the posterior is known."""
        found = self.posterior(desk)
        return None if found is None else found[0] + found[1] * self.epsilon(desk)

    def epsilon(self, desk: Desk) -> Vector:
        """The present epsilon (D,); at first a draw of its own."""
        return first_epsilon(desk.dim) if desk.now.epsilon is None else desk.now.epsilon

    def view(self, desk: Desk) -> YoursView:
        """What the page shows now."""
        pixels, encoded, spec = self.pixels(desk), self.encoded(desk), desk.manifest.image
        last = None if self._known is None or blank(desk) else self._seen
        broken = last is not None and self._known is not None and bool(self._known[1].broken.any())
        found = self._bounds[1] if self._bounds is not None and self._bounds[0] is pixels else None
        manifest, empty, waits = desk.manifest, blank(desk), self._timer is not None and self._timer.active
        return YoursView(
            pixels=pixels,
            reconstruction=last if last is not None and last.shape == pixels.shape else None,
            broken=broken,
            encoded=encoded,
            bounds=found if isinstance(found, Bounds) else None,
            nats=float(found.nats[0]) if isinstance(found, Scores) else None,
            encodes=encodes(manifest),
            bounded=bounded(manifest),
            empty=empty,
            inked=self.inked,
            radius=pen_radius(spec),
            busy=self._encoding.busy or self._bounding.busy,
            text=self._trouble
            or (words.BROKEN if broken else "")
            or words.of_yours(manifest.family, encodes(manifest), empty, waits or self._bounding.busy),
        )

    def marks(self, desk: Desk, chart: Chart) -> tuple[tuple[PlaneCurve, ...], tuple[Pin, ...]]:
        """The posterior on the plane: ellipses around mu, the arrow to mu + sigma * epsilon, and its grip."""
        found = self.posterior(desk)
        if found is None:
            return (), ()
        (mu, sigma), plane = found, desk.now.plane
        middle = chart.to_chart(plane.places(mu))
        at_mu = Pin(float(middle[0]), float(middle[1]), "\u03bc" if sigma.any() else "code", "mean")
        if not sigma.any():
            return (), (at_mu,)
        tip = chart.to_chart(plane.places(mu + sigma * self.epsilon(desk)))
        arrow = PlaneCurve(np.stack([middle, tip]), "arrow")
        grip = Pin(float(tip[0]), float(tip[1]), "\u03bc + \u03c3\u03b5", "grip")
        return (*ellipses(chart, plane, mu, sigma), arrow), (at_mu, grip)

    def _encoded(self, subject: object, answer: Answer) -> None:
        if isinstance(answer, Encoded) and isinstance(subject, np.ndarray):
            self._known, self._seen = (subject, answer), seen(answer)
            self._changed()

    def _bounded(self, subject: object, answer: Answer) -> None:
        if isinstance(answer, Bounds | Scores) and isinstance(subject, np.ndarray):
            self._bounds = (subject, answer)
            self._changed()

    def _failed(self, event: Failed) -> None:
        if event.code != "EngineDied":
            self._trouble = str(problem_of(event.code, event.problem, event.remedy))
            self._changed()


def seen(encoded: Encoded) -> Image:
    """The reconstruction as it shows: crossed out if it is broken."""
    images, broken = encoded.reconstruction, encoded.broken
    if broken.any():
        none = np.zeros_like(broken)
        images = marked(Decoded(images=images, broken=broken, constant=none, total_ms=encoded.total_ms))
    return np.asarray(images[0])


def likelihood_request(manifest: Manifest, pixels: Image) -> BoundImages | ScoreImages | None:
    """What is asked to learn how likely a picture is: a bound, or where there is a formula the number itself."""
    if exact(manifest):
        return ScoreImages(model=manifest.id, pixels=pixels[None], fit="nearest")
    if bounded(manifest):
        return BoundImages(model=manifest.id, pixels=pixels[None], samples=SAMPLES, fit="nearest")
    return None


def ellipses(chart: Chart, plane: Plane, mu: Vector, sigma: Vector) -> tuple[PlaneCurve, ...]:
    """Where the posterior is one and two standard deviations from its mean on the plane."""
    covariance = plane.covariance(sigma**2)
    root = np.linalg.cholesky(covariance + 1e-18 * np.eye(2))
    angles = np.linspace(0.0, 2 * math.pi, 97)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    middle = plane.places(mu)
    return tuple(PlaneCurve(chart.to_chart(middle + radius * circle @ root.T), "ellipse") for radius in SIGMAS)


def first_epsilon(dim: int) -> Vector:
    """The epsilon that one begins with: one and a half standard deviations along the diagonal, seen on any plane."""
    return np.full(dim, 1.5 / math.sqrt(2))
