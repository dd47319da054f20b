"""``reverie examine`` and ``reverie influence``: what a model says of every pixel of a picture, and which pixels one of
its predictions depends on."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue.registry import Registry
from engine.cli import magnitudes, pictures, sheets
from engine.cli.answers import Answers, progress
from engine.cli.classes import class_of
from engine.cli.printing import print_json, say, table
from engine.contracts.manifest import Manifest
from engine.contracts.probes import Examination, Influence
from engine.contracts.requests import ExamineImage, MeasureInfluence, parameters
from engine.errors import FileError, RequestError
from engine.families.validation import check
from engine.sampling.causality import TOLERANCE

MOST_SURPRISING = 10
"""How many pixels are named."""


def examine(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Say how many bits every pixel of a picture costs, and write the maps."""
    manifest, shared = _given(options, folders)
    request = ExamineImage(**shared, temperature=options.temperature)
    request = _checked(request, manifest, options)
    with Answers(folders) as engine:
        answer: Examination = engine.ask(request)
    bits = -answer.log_prob.astype(np.float64) / math.log(2)
    if options.out:
        _write_maps(Path(options.out), answer, bits)
    if options.json:
        print_json(_examined(request, manifest, answer, bits, options.out))
    else:
        _print_examined(options, manifest, answer, bits)
    return 0


def influence(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Measure which pixels the prediction of one depends on."""
    manifest, shared = _given(options, folders)
    row, column = _place(options.pixel)
    request = MeasureInfluence(**shared, row=row, column=column)
    request = _checked(request, manifest, options)
    with Answers(folders) as engine, progress("changing pixels") as on_fraction:
        answer: Influence = engine.ask(request, on_fraction)
    target = Path(options.out or "")
    if _is_picture(target):
        magnitudes.write_map(target, magnitudes.influence_map(answer.nats, row, column, TOLERANCE))
    elif options.out:
        sheets.write_arrays(target, {"nats": answer.nats, "pixel": np.array([row, column])})
    if options.json:
        print_json(_influenced(request, manifest, answer, options.out))
    else:
        _print_influenced(options, manifest, answer)
    return 0


def _given(options: argparse.Namespace, folders: Sequence[Path]) -> tuple[Manifest, dict[str, Any]]:
    """The model, and what both requests have in common: a wholly known picture, a class and an order."""
    manifest = Registry(folders).find(options.model).manifest
    picture = pictures.read_picture(Path(options.image))
    pixels, opaque = pictures.fitted(picture, manifest.image, options.fit)
    if not opaque.all():
        raise FileError(
            f"{options.image} has transparent pixels, and only a wholly known picture can be looked into.",
            "Complete it first: `reverie complete` fills them.",
        )
    class_name = class_of(manifest, options.class_name)
    return manifest, {
        "model": options.model,
        "pixels": pixels,
        "class_name": class_name,
        "orientation": options.orientation,
    }


def _checked(request: Any, manifest: Manifest, options: argparse.Namespace) -> Any:
    """The request with its picture at the model's levels; raises for what does not fit before anything is run."""
    check(request, manifest)
    if options.out:
        sheets.check_target(Path(options.out))
    everywhere = np.ones(request.pixels.shape[:2], bool)
    return replace(request, pixels=pictures.on_levels(request.pixels, everywhere, manifest.image))


def _place(given: str) -> tuple[int, int]:
    """Row and column of ``ROW,COLUMN``."""
    parts = [part.strip() for part in given.split(",")]
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise RequestError(f"--pixel is '{given}'.", "Give it as ROW,COLUMN, both counted from 0: --pixel 14,12.")
    return int(parts[0]), int(parts[1])


def _is_picture(target: Path) -> bool:
    return target.suffix.lower() == ".png"


# --- examine ----------------------------------------------------------------------------------------------------------


def _write_maps(target: Path, answer: Examination, bits: NDArray[np.float64]) -> None:
    if _is_picture(target):
        magnitudes.write_map(target, magnitudes.bits_map(bits))
        return
    held: dict[str, Any] = {"log_prob": answer.log_prob, "entropy": answer.entropy, "levels": answer.levels}
    if answer.distribution is not None:
        held["distribution"] = answer.distribution
    sheets.write_arrays(target, held)


def _surprising(answer: Examination, bits: NDArray[np.float64]) -> list[dict[str, Any]]:
    """The pixels that cost most bits, the dearest first."""
    places = np.argsort(-bits, axis=None, kind="stable")[:MOST_SURPRISING]
    return [
        {
            "row": int(row),
            "column": int(column),
            "bits": float(bits[row, column]),
            "p": math.exp(float(answer.log_prob[row, column])),
            "level": int(answer.levels[row, column]),
            "entropy_bits": float(answer.entropy[row, column]) / math.log(2),
        }
        for row, column in (np.unravel_index(int(place), bits.shape) for place in places)
    ]


def _examined(
    request: ExamineImage, manifest: Manifest, answer: Examination, bits: NDArray[np.float64], out: str | None
) -> dict[str, Any]:
    return {
        "model": manifest.id,
        "file": out,
        "request": parameters(request),
        "resolved": {"orientation": answer.orientation},
        "bits": bits.sum(),
        "nats": -answer.log_prob.astype(np.float64).sum(),
        "bits_per_dim": bits.sum() / manifest.image.dims,
        "entropy_bits": answer.entropy.astype(np.float64).sum() / math.log(2),
        "most_surprising": _surprising(answer, bits),
        "milliseconds": answer.total_ms,
    }


def _print_examined(
    options: argparse.Namespace, manifest: Manifest, answer: Examination, bits: NDArray[np.float64]
) -> None:
    nats = -answer.log_prob.astype(np.float64).sum()
    figures = f"{bits.sum():.2f} bits in all ({nats:.2f} nats), {bits.sum() / manifest.image.dims:.4f} bits/dim"
    print(f"{options.image}: {figures}")
    found = _surprising(answer, bits)
    rows = [
        (
            *(str(pixel[name]) for name in ("row", "column", "level")),
            *(f"{pixel[name]:.2f}" for name in ("bits", "entropy_bits")),
            f"{pixel['p']:.4f}",
        )
        for pixel in found
    ]
    print(table(("row", "column", "level", "bits", "expected bits", "p"), rows))
    told = (
        f", told class {options.class_name}" if options.class_name else ", told no class" * bool(manifest.class_names)
    )
    say(f"What {manifest.id} makes of it pixel by pixel, {answer.orientation}{told}; rows and columns count from 0.")
    if options.out:
        scale = f", from 0 bits (violet) to {found[0]['bits']:.2f} (yellow)" if _is_picture(Path(options.out)) else ""
        print(f"{options.out}: the maps{scale}.")


# --- influence --------------------------------------------------------------------------------------------------------


def _influenced(request: MeasureInfluence, manifest: Manifest, answer: Influence, out: str | None) -> dict[str, Any]:
    return {
        "model": manifest.id,
        "file": out,
        "request": parameters(request),
        "resolved": {"orientation": answer.orientation},
        "pixel": [answer.row, answer.column],
        "receptive_field": int((answer.nats > 0).sum()),
        "blind": answer.blind,
        "causal": answer.causal,
        "largest_nats": answer.nats.max(),
        "nats": answer.nats,
        "milliseconds": answer.total_ms,
    }


def _print_influenced(options: argparse.Namespace, manifest: Manifest, answer: Influence) -> None:
    size = int((answer.nats > 0).sum())
    print(f"receptive field: {size} pixels move the prediction at row {answer.row}, column {answer.column}")
    print(f"blind: {answer.blind} pixels that come before it do not matter")
    row, column = np.unravel_index(int(answer.nats.argmax()), answer.nats.shape)
    if size:
        print(f"strongest: row {row}, column {column}, which moves log p by up to {answer.nats.max():.3f} nats")
    order = f"it looks at nothing that comes later in the order {answer.orientation}"
    leaks = "it depends on pixels that come later, or on itself, so likelihoods of this model are worth nothing"
    print(f"causal: {f'yes, {order}' if answer.causal else f'NO, {leaks}'}")
    if options.out:
        scale = ": grey has no influence, violet little, yellow much (logarithmic); the pixel is white"
        print(f"{options.out}{scale if _is_picture(Path(options.out)) else ': the map in nats'}.")
    say(f"Measured on the graph of {manifest.id} in {answer.total_ms / 1e3:.1f} s; rows and columns count from 0.")
