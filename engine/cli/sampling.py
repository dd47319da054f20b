"""``reverie sample``: pictures from nothing, as a sheet, as single files with their notes, or as arrays."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.catalogue.registry import Registry
from engine.cli import drawing, latents, sheets
from engine.cli.answers import Answers, progress
from engine.cli.classes import class_of
from engine.contracts.controls import NO_TRUNCATION
from engine.contracts.events import Completion, Samples
from engine.contracts.manifest import Manifest
from engine.contracts.requests import SampleImages
from engine.errors import FileError, RequestError
from engine.families.validation import check
from engine.records.note_text import graph_digests
from engine.records.picture_files import write_folder, write_zip
from engine.records.sample_note import SampleNote, made_with, pixels_sha256, to_text
from engine.records.wall_picture import WallPicture

SUFFIXES = (".png", ".npz", ".zip")


def sample(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Draw whole pictures."""
    manifest = Registry(folders).find(options.model).manifest
    request = SampleImages(
        model=options.model,
        count=options.count,
        seed=options.seed,
        temperature=options.temperature,
        class_name=class_of(manifest, options.class_name),
        orientation=options.orientation,
        truncation=options.truncation,
        first=options.first,
    )
    _check(request, manifest)
    target = Path(options.out)
    _check_target(target, _is_folder(options.out))
    with Answers(folders) as engine, progress(f"drawing {request.count}") as on_fraction:
        answer: Completion | Samples = engine.ask(request, on_fraction)
    _write(target, _is_folder(options.out), request, manifest, answer)
    if isinstance(answer, Completion):
        nothing = np.zeros(answer.images.shape[1:3], bool)
        drawing.report(request, manifest, answer, nothing, target, options.json)
    else:
        latents.report(request, manifest, answer, options)
    return 0


def _check(request: SampleImages, manifest: Manifest) -> None:
    """Raise `RequestError` for what the model cannot be asked, or would not heed."""
    check(request, manifest)
    spec = manifest.latent_spec
    if spec is not None and request.orientation == "auto":
        raise RequestError(
            f"{manifest.title} draws all pixels at once, so no raster order can be chosen.", "Leave --orientation out."
        )
    if spec is None and request.truncation < NO_TRUNCATION:
        raise RequestError(
            f"{manifest.title} draws its pictures pixel by pixel, and there is no z to truncate.",
            "Leave --truncation out, or lower --temperature.",
        )


def _is_folder(out: str) -> bool:
    """A folder is one that is there, or a name that ends as a folder's."""
    separators = tuple(filter(None, (os.sep, os.altsep)))
    return out.endswith(separators) or (Path(out).is_dir() and Path(out).suffix.lower() not in SUFFIXES)


def _check_target(target: Path, as_folder: bool) -> None:
    if not as_folder:
        sheets.check_target(target, SUFFIXES)
        return
    sheets.check_parent(target)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise FileError(f"{target} is there already, with something in it.", "Name a folder that is new or empty.")


def _write(
    target: Path, as_folder: bool, request: SampleImages, manifest: Manifest, answer: Completion | Samples
) -> None:
    if as_folder:
        write_folder(target, pictures(request, manifest, answer))
    elif target.suffix.lower() == ".zip":
        write_zip(target, pictures(request, manifest, answer))
    elif target.suffix.lower() == ".png":
        sheets.write_sheet(target, answer.images, _sheet_note(request, manifest, answer))
    else:
        sheets.write_arrays(target, _arrays(request, manifest, answer))


def _arrays(request: SampleImages, manifest: Manifest, answer: Completion | Samples) -> dict[str, Any]:
    if isinstance(answer, Completion):
        return drawing.arrays(request, manifest, answer)
    told = {} if answer.classes is None else {"labels": answer.classes}
    return {"images": answer.images, "z": answer.z, **told}


def _sheet_note(request: SampleImages, manifest: Manifest, answer: Completion | Samples) -> str:
    """One note for all pictures."""
    return to_text(
        SampleNote(
            request=replace(request, model=manifest.id),
            place=request.first,
            digests=graph_digests(manifest),
            made_with=made_with(),
            sha256=pixels_sha256(answer.images),
            resolved=_resolved(answer),
        )
    )


def pictures(request: SampleImages, manifest: Manifest, answer: Completion | Samples) -> list[WallPicture]:
    """Every picture of an answer with a note of its own: the request that draws it alone."""
    made, digests, found = made_with(), graph_digests(manifest), []
    for index, pixels in enumerate(answer.images):
        alone = replace(request, model=manifest.id, count=1, first=request.first + index)
        told, sha256 = _class_at(index, request, manifest, answer), pixels_sha256(pixels)
        note = SampleNote(
            request=alone,
            place=alone.first,
            digests=digests,
            made_with=made,
            sha256=sha256,
            resolved=_resolved(answer) | ({"class": told} if told else {}),
        )
        found.append(
            WallPicture(
                pixels=pixels,
                note=to_text(note),
                model=manifest.id,
                seed=request.seed,
                place=alone.first,
                request=alone,
                digests=digests,
                sha256=sha256,
                family=manifest.family,
                class_name=told,
                z=answer.z[index] if isinstance(answer, Samples) else None,
            )
        )
    return found


def _class_at(index: int, request: SampleImages, manifest: Manifest, answer: Completion | Samples) -> str:
    """What the model was told, also where the classes came in turn."""
    if isinstance(answer, Completion) or answer.classes is None:
        return request.class_name
    names, number = manifest.class_names, int(answer.classes[index])
    return names[number] if number < len(names) else ""


def _resolved(answer: Completion | Samples) -> dict[str, str]:
    if isinstance(answer, Samples):
        return {}
    return {"orientation": answer.orientation, "method": answer.method}
