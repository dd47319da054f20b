"""``reverie score``: log-likelihood, exact or (of a VAE) bounded, a line a picture and the mean."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Registry
from engine.cli import pictures
from engine.cli.answers import Answers, OnFraction, progress
from engine.cli.bounding import bound
from engine.cli.classes import class_of
from engine.cli.printing import print_json, say
from engine.cli.selection import Selection, check_selection, noted, select
from engine.contracts.manifest import Manifest
from engine.contracts.requests import BoundImages, ScoreImages
from engine.errors import RequestError
from engine.families.validation import check

BATCH = 100
"""Pictures a request: a mixture over classes keeps every class's log-likelihood of all of them."""
DENSITY_BATCH = 20_000
"""Of a density, whose noise belongs to the places in a request: twice the largest test set."""
TOLERANCE_NATS = 0.05
"""How far a figure measured here may be from the manifest's."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Negative log-likelihoods: ``nll (N,)`` in nats, ``bits (N,)`` a dimension, and the model that gave them."""

    nll: NDArray[np.float64]
    bits: NDArray[np.float64]
    scored_by: str

    @property
    def error(self) -> float:
        """The standard error of the mean in nats; not a number for a single picture."""
        n = len(self.nll)
        return float(self.nll.std(ddof=1) / math.sqrt(n)) if n > 1 else math.nan


def score(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Score all pictures of the files, or a random subset of them."""
    registry = Registry(folders)
    manifest = registry.find(options.model).manifest
    class_name = class_of(manifest, options.class_name)
    _check(options, class_name, manifest)
    images, names = pictures.read_all(options.files, manifest.image, options.fit, options.seed)
    chosen = select(options, len(images))
    some, names = images[chosen.rows], [names[i] for i in chosen.rows]
    if manifest.family == "vae":
        return bound(options, folders, manifest, some, names, chosen)
    request = ScoreImages(model=options.model, pixels=some, class_name=class_name, seed=options.seed)
    batch = DENSITY_BATCH if manifest.family == "gaussian" else BATCH
    with Answers(folders) as engine, progress(f"scoring {len(some)}") as on_fraction:
        measured = _measure(engine, request, batch, on_fraction)
    scorer = registry.find(measured.scored_by).manifest if manifest.scored_by else manifest
    compared = _compare(measured, scorer, chosen, options.seed) if options.against_manifest else None
    if options.json:
        _print_json(measured, manifest, names, chosen, options, class_name, compared)
    else:
        _print(measured, names, chosen, compared)
    return 1 if compared is not None and compared.get("agrees") is False else 0


def _check(options: argparse.Namespace, class_name: str, manifest: Manifest) -> None:
    """The options against their bounds, before any file is opened."""
    spec = manifest.image
    blank = np.zeros((1, spec.height, spec.width, spec.display_channels), np.uint8)
    shared = {"model": options.model, "pixels": blank, "fit": options.fit, "seed": options.seed}
    if manifest.family == "vae":
        check(BoundImages(**shared, samples=1 if options.samples is None else options.samples), manifest)
        if class_name:
            raise RequestError(f"{manifest.title} has no class to choose.", "Leave --class out.")
    else:
        check(ScoreImages(**shared, class_name=class_name), manifest)
        if options.samples is not None:
            raise RequestError(f"{manifest.title} is scored exactly, without samples.", "Leave --samples out.")
    check_selection(options)


def _measure(engine: Answers, request: ScoreImages, batch: int, on_fraction: OnFraction) -> Measured:
    nll, bits, scored_by = [], [], ""
    images = request.pixels
    for start in range(0, len(images), batch):
        part = images[start : start + batch]

        def on_part(fraction: float, start: int = start, size: int = len(part)) -> None:
            on_fraction((start + fraction * size) / len(images))

        answer = engine.scores(replace(request, pixels=part), on_part)
        nll.append(-answer.nats)
        bits.append(answer.bits_per_dim)
        scored_by = answer.scored_by
    return Measured(np.concatenate(nll), np.concatenate(bits), scored_by)


def _compare(measured: Measured, manifest: Manifest, chosen: Selection, seed: int) -> dict[str, Any]:
    """The mean beside the figure in the scorer's manifest, where that is of the same pictures."""
    figure = manifest.figures.get("test_nll")
    if not isinstance(figure, dict) or not isinstance(figure.get("value"), (int, float)):
        return {"agrees": None, "reason": f"The manifest of {manifest.id} has no figure test_nll."}
    found = noted(figure, chosen, seed)
    if isinstance(found, str):
        return {"agrees": None, "reason": found, "manifest": figure["value"], "unit": figure.get("unit")}
    in_bits = "bit" in str(figure.get("unit", "nats"))
    nats = found * (manifest.image.dims * math.log(2) if in_bits else 1.0)
    difference = float(measured.nll.mean()) - nats
    tolerance = max(TOLERANCE_NATS, 5e-4 * nats) if in_bits else TOLERANCE_NATS  # bits are noted to three places
    return {
        "agrees": abs(difference) <= tolerance,
        "figure_of": manifest.id,
        "manifest_nll_nats": nats,
        "difference_nats": difference,
        "tolerance_nats": tolerance,
    }


def _print_json(
    measured: Measured,
    manifest: Manifest,
    names: Sequence[str],
    chosen: Selection,
    options: argparse.Namespace,
    class_name: str,
    compared: dict[str, Any] | None,
) -> None:
    rows = zip(names, measured.nll, measured.bits, strict=True)
    value = {
        "model": manifest.id,
        "scored_by": measured.scored_by,
        "n": len(measured.nll),
        "of": chosen.of,
        "fit": options.fit,
        "seed": options.seed,
        "class": class_name or None,
        "mean": {
            "nll_nats": measured.nll.mean(),
            "standard_error_nats": measured.error,
            "bits_per_dim": measured.bits.mean(),
        },
        "images": [{"name": name, "nll_nats": nll, "bits_per_dim": bits} for name, nll, bits in rows],
    }
    print_json(value if compared is None else value | {"against_manifest": compared})


def _print(measured: Measured, names: Sequence[str], chosen: Selection, compared: dict[str, Any] | None) -> None:
    for name, nll, bits in zip(names, measured.nll, measured.bits, strict=True):
        print(f"{name}  {nll:.2f} nats  {bits:.4f} bits/dim")
    n = len(measured.nll)
    spread = f" +- {measured.error:.2f}" if n > 1 else ""
    print(f"mean of {n}  {measured.nll.mean():.3f}{spread} nats  {measured.bits.mean():.4f} bits/dim")
    say(f"Negative log-likelihood, scored by {measured.scored_by}{chosen.words}.")
    if compared is not None:
        say(str(compared.get("reason") or _verdict(compared)))


def _verdict(compared: dict[str, Any]) -> str:
    word = "agrees with" if compared["agrees"] else "is not"
    return (
        f"This {word} the manifest's figure, {compared['manifest_nll_nats']:.3f} nats "
        f"(difference {compared['difference_nats']:+.3f}, allowed {compared['tolerance_nats']:.2f})."
    )
