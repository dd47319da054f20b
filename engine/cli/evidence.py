"""``reverie evidence``: how probable the given pixels of a picture are, and which class they speak for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.catalogue.registry import Registry
from engine.cli import pictures
from engine.cli.answers import Answers, progress
from engine.cli.classes import class_of
from engine.cli.printing import print_json, say, table
from engine.contracts.manifest import Manifest
from engine.contracts.particles import Evidence
from engine.contracts.requests import EstimateEvidence, parameters
from engine.families.validation import check
from engine.numerics.likelihood import log_mean_exp


def evidence(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Estimate log p(given pixels), or compute it where a raster order reads them first."""
    manifest = Registry(folders).find(options.model).manifest
    picture = pictures.read_picture(Path(options.image))
    pixels, observed = pictures.fitted(picture, manifest.image, options.fit)
    if options.observed:  # without a word on it, all that is not transparent is given: here that may be everything
        observed = pictures.read_observed(options.observed, picture, observed, options.fit)
    request = EstimateEvidence(
        model=options.model,
        pixels=pixels,
        observed=observed,
        particles=options.particles,
        repeats=options.repeats,
        seed=options.seed,
        class_name=class_of(manifest, options.class_name),
        orientation=options.orientation,
        by_class=options.by_class,
    )
    check(request, manifest)
    request = replace(request, pixels=pictures.on_levels(pixels, observed, manifest.image))
    with Answers(folders) as engine, progress("estimating") as on_fraction:
        answer: Evidence = engine.ask(request, on_fraction)
    if options.json:
        print_json(_facts(request, manifest, answer))
    else:
        _print(options.image, request, manifest, answer)
    return 0


def together(answer: Evidence) -> tuple[float, float]:
    """Log p(given) in nats and the standard deviation of its estimates; of several classes, of their mixture with equal
    weights."""
    by_repeat = log_mean_exp(answer.estimates, axis=0)
    spread = 0.0 if answer.exact else float(by_repeat.std(ddof=1))
    return float(log_mean_exp(by_repeat, axis=0)), spread


def _facts(request: EstimateEvidence, manifest: Manifest, answer: Evidence) -> dict[str, Any]:
    log_evidence, spread = together(answer)
    classes = [
        {
            "class": answer.classes[i] or None,
            "posterior": answer.posterior[i],
            "posterior_spread": answer.posterior_spread[i],
            "log_evidence_nats": answer.log_evidence[i],
            "spread_nats": answer.spread[i],
            "estimates_nats": answer.estimates[i],
            "lowest_ess": None if answer.exact else answer.lowest[i] * request.particles,
        }
        for i in _likeliest(answer)
    ]
    return {
        "model": manifest.id,
        "request": parameters(request),
        "resolved": {"orientation": answer.orientation},
        "given_pixels": int(request.observed.sum()),
        "exact": answer.exact,
        "log_evidence_nats": log_evidence,
        "spread_nats": spread,
        "classes": classes,
        "milliseconds": answer.total_ms,
    }


def _print(image: str, request: EstimateEvidence, manifest: Manifest, answer: Evidence) -> None:
    nats, spread = together(answer)
    given, several = f"{int(request.observed.sum())} of {request.observed.size} pixels given", len(answer.classes) > 1
    mixed = several or (bool(manifest.class_names) and not request.class_name)
    told = ", over classes of equal weight" if mixed else f", class {request.class_name}" * bool(request.class_name)
    figure = f"{nats:.2f} nats, exact" if answer.exact else f"{nats:.2f} +- {spread:.2f} nats"
    print(f"{image}: {given}{told}: log p(given) = {figure}")
    if several:
        rows = [_row(answer, i) for i in _likeliest(answer)]
        print(table(("class", "p(class | given)", "+-", "log p(given | class)", "+-"), rows))
    say(_how(request, manifest, answer))


def _row(answer: Evidence, i: int) -> tuple[str, ...]:
    """A class: its posterior and its evidence, each with its spread."""
    posterior, nats = f"{answer.posterior[i]:.4f}", f"{answer.log_evidence[i]:.2f}"
    spreads = ("exact", "exact") if answer.exact else (f"{answer.posterior_spread[i]:.4f}", f"{answer.spread[i]:.2f}")
    return answer.classes[i], posterior, spreads[0], nats, spreads[1]


def _likeliest(answer: Evidence) -> list[int]:
    """The classes, the likeliest first."""
    return [int(i) for i in np.argsort(-answer.posterior, kind="stable")]


def _how(request: EstimateEvidence, manifest: Manifest, answer: Evidence) -> str:
    """Where the figures come from."""
    if answer.exact:
        return f"Exact by {manifest.id}: {answer.orientation} reads all given pixels before the first unknown one."
    lowest = float(answer.lowest.min()) * request.particles
    return (
        f"Estimated by {manifest.id}, {answer.orientation}, {request.repeats} times by {request.particles} particles: "
        f"+- is their standard deviation. At the worst row the particles were as good as {lowest:.1f} of them."
    )
