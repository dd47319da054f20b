"""``reverie complete``: completions, written as a sheet or as arrays."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.catalogue.registry import Registry
from engine.cli import pictures, sheets
from engine.cli.answers import Answers, progress
from engine.cli.classes import class_of
from engine.cli.printing import print_json, say
from engine.contracts.arrays import Observed
from engine.contracts.events import Completion, Particles
from engine.contracts.manifest import Manifest
from engine.contracts.requests import CompleteImage, SampleImages, parameters
from engine.families.validation import check


def complete(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Fill in the unknown pixels of a picture."""
    manifest = Registry(folders).find(options.model).manifest
    picture = pictures.read_picture(Path(options.image))
    pixels, opaque = pictures.fitted(picture, manifest.image, options.fit)
    observed = pictures.read_observed(options.observed, picture, opaque, options.fit)
    pixels = pictures.on_levels(pixels, observed, manifest.image)
    request = CompleteImage(
        model=options.model,
        pixels=pixels,
        observed=observed,
        count=options.count,
        seed=options.seed,
        temperature=options.temperature,
        class_name=class_of(manifest, options.class_name),
        orientation=options.orientation,
        method=options.method,
        particles=options.particles,
        runs=options.runs,
    )
    return _draw(request, manifest, options, folders)


def _draw(request: CompleteImage, manifest: Manifest, options: argparse.Namespace, folders: Sequence[Path]) -> int:
    target = Path(options.out)
    check(request, manifest)
    sheets.check_target(target)
    with Answers(folders) as engine, progress(f"drawing {request.count}") as on_fraction:
        answer = engine.completion(request, on_fraction)
    if target.suffix.lower() == ".png":
        sheets.write_sheet(target, answer.images, sheets.completion_note(manifest, request, answer))
    else:
        sheets.write_arrays(target, arrays(request, manifest, answer))
    report(request, manifest, answer, request.observed, target, options.json)
    return 0


def arrays(request: SampleImages | CompleteImage, manifest: Manifest, answer: Completion) -> dict[str, Any]:
    """What an NPZ file holds of an answer."""
    held: dict[str, Any] = {"images": answer.images, "log_prob": answer.log_prob}
    if request.class_name:
        label = manifest.class_names.index(request.class_name)
        held["labels"] = np.full(len(answer.images), label, np.int64)
    elif answer.classes is not None:
        held["labels"] = answer.classes
    if isinstance(request, CompleteImage):
        held |= {"pixels": request.pixels, "observed": request.observed}
    return held


def report(
    request: SampleImages | CompleteImage,
    manifest: Manifest,
    answer: Completion,
    observed: Observed,
    target: Path,
    as_json: bool,
) -> None:
    """Say what was drawn, and where it lies."""
    unused, drawn = int(answer.unused.sum()), int((~observed).sum())
    if unused:
        say(f"{unused} given pixels come after the first unknown one; raster order could not use all of them.")
    if as_json:
        print_json(
            {
                "model": manifest.id,
                "file": str(target),
                "shape": answer.images.shape,
                "request": parameters(request),
                "resolved": {"orientation": answer.orientation, "method": answer.method},
                "drawn_pixels": drawn,
                "unused_pixels": unused,
                "log_prob_nats": answer.log_prob[:, ~observed].astype(np.float64).sum(axis=1),
                "particles": _told(answer.particles),
                "milliseconds": {
                    "first_row": answer.first_row_ms,
                    "total": answer.total_ms,
                    "naive": answer.naive_ms,
                },
            }
        )
        return
    count = f"{request.count} picture" + "s" * (request.count != 1)
    print(f"{target}: {count} by {manifest.title}, seed {request.seed}, {answer.orientation}.")
    if answer.particles is not None:
        print(_reliability(answer.particles))
    seconds = f"Drawn in {answer.total_ms / 1e3:.2f} s"
    if "sampler_row" in manifest.graphs:
        print(f"{seconds}; one pass of the network a pixel would have taken {answer.naive_ms / 1e3:.0f} s.")
    else:
        print(f"{seconds}, by one pass of the network a pixel.")


def _told(particles: Particles | None) -> dict[str, Any] | None:
    """How the particles fared, for JSON."""
    if particles is None:
        return None
    return {
        "each": particles.each,
        "lowest_ess": particles.lowest * particles.each,
        "distinct": particles.distinct,
        "ancestors": particles.ancestors,
        "log_evidence_nats": particles.log_evidence,
    }


def _reliability(particles: Particles) -> str:
    """The same in a sentence."""
    runs = len(particles.log_evidence)
    how = f"{particles.each} particles" if runs == 1 else f"{runs} runs of {particles.each} particles"
    lowest = particles.lowest * particles.each
    return f"{how}: at the worst row as good as {lowest:.1f} of them; {particles.distinct} different completions."
