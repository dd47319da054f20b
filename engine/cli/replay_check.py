"""``reverie bench replay``: pictures of every model saved as files, opened again, and made again, each by itself.

The engine process draws them many at once, as the window does; another engine makes each one alone, from its file.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from engine.catalogue import latents_io
from engine.catalogue.registry import Model, Registry
from engine.cli.answers import Answers, OnFraction, progress
from engine.cli.printing import print_json, say, table
from engine.cli.replay import CANNOT, IDENTICAL, replayed
from engine.cli.sampling import pictures
from engine.contracts.arrays import Image
from engine.contracts.controls import NO_TRUNCATION, controls
from engine.contracts.requests import CompleteImage, DecodeLatents, SampleImages
from engine.errors import RequestError
from engine.host.client import EngineProcess
from engine.records import completion_note, latent_note
from engine.records.completion_note import CompletionNote
from engine.records.latent_note import LatentNote
from engine.records.note_text import graph_digests
from engine.records.png_file import encode_png
from engine.records.provenance import made_with, pixels_sha256

PICTURES, MOST = 1_000, 100_000
MOST_AT_ONCE, MOST_REMARKS = 40, 8
FAR = 100_000
"""Places of a seed that samples are taken from."""

Saved: TypeAlias = tuple[Image, str]
"""A picture and its note."""
Make: TypeAlias = Callable[[Model, Answers, np.random.Generator, int], Iterator[Saved]]
"""Makes pictures of a model, as many or fewer than is said."""


@dataclass(slots=True)
class Tally:
    """What became of the pictures of one model and kind."""

    model: str
    family: str
    kind: str
    saved: int = 0
    identical: int = 0
    cannot: int = 0


def replay_check(options: argparse.Namespace, folders: Sequence[Path], models: Sequence[Model]) -> int:
    """Save, open, make again; exit code 1 unless every pixel of every picture is the same."""
    count = PICTURES if options.pictures is None else options.pictures
    if not 1 <= count <= MOST:
        raise RequestError(f"{count} pictures cannot be made again.", f"Give --pictures from 1 to {MOST}.")
    folders = [*dict.fromkeys(model.folder.absolute().parent for model in models), *folders]
    with tempfile.TemporaryDirectory(prefix="reverie-replay-") as shelf:
        with progress(f"saving {count:,}") as on_fraction:
            tallies, files = save(models, folders, count, Path(shelf), on_fraction)
        with progress(f"making {len(files):,} again") as on_fraction:
            remarks = replay_all(folders, files, on_fraction)
    saved, identical = sum(tally.saved for tally in tallies), sum(tally.identical for tally in tallies)
    if options.json:
        facts = [{name: getattr(tally, name) for name in Tally.__slots__} for tally in tallies]
        found = {"saved": saved, "identical": identical, "made_with": made_with(), "models": facts}
        print_json(found | {"remarks": remarks})
    else:
        _print(tallies)
        for remark in remarks[:MOST_REMARKS]:
            say(remark)
        print(f"{identical:,} of {saved:,} pictures are pixel-identical.")
    return 0 if identical == saved else 1


def save(
    models: Sequence[Model], folders: Sequence[Path], count: int, shelf: Path, on_fraction: OnFraction
) -> tuple[list[Tally], dict[Path, Tally]]:
    """Write pictures of all models and kinds, about as many of each; the tally that each file belongs to."""
    slots = [(model, kind, make) for model in models for kind, make in _kinds(model)]
    tallies = [Tally(model.manifest.id, model.manifest.family, kind) for model, kind, _ in slots]
    files: dict[Path, Tally] = {}
    rng = np.random.default_rng(0)
    with Answers(folders, EngineProcess(folders)) as engine:
        for number, ((model, _, make), tally) in enumerate(zip(slots, tallies, strict=True)):
            quota = count * (number + 1) // len(slots) - count * number // len(slots)
            while tally.saved < quota:
                for pixels, note in make(model, engine, rng, quota - tally.saved):
                    file = shelf / f"{len(files):06d}.png"
                    file.write_bytes(encode_png(pixels, note))
                    files[file] = tally
                    tally.saved += 1
                on_fraction(len(files) / count)
    return tallies, files


def replay_all(folders: Sequence[Path], files: dict[Path, Tally], on_fraction: OnFraction) -> list[str]:
    """Make the pictures of files again, in another order than they were saved in; what there is to say of those that
    are not identical."""
    manifests, remarks = Registry(folders).manifests(), []
    order = np.random.default_rng(1).permutation(len(files))
    listed = list(files)
    with Answers(folders) as engine:
        for done, place in enumerate(order, 1):
            file = listed[place]
            found = replayed(file, engine, manifests)
            files[file].identical += found.code == IDENTICAL
            files[file].cannot += found.code == CANNOT
            if found.code != IDENTICAL:
                remarks.append(f"{files[file].model}, {files[file].kind}: {found.sentence}")
            on_fraction(done / len(order))
    return remarks


def _kinds(model: Model) -> list[tuple[str, Make]]:
    """What can be saved of a model."""
    spec = model.manifest.latent_spec
    if spec is None:
        return [("samples", samples), ("completions", completions)]
    if spec.prior == "none":
        return [("points", points)]
    return [("samples", samples), ("points", points)]


def samples(model: Model, engine: Answers, rng: np.random.Generator, most: int) -> Iterator[Saved]:
    """Some neighbouring pictures of a seed, with parameters by chance."""
    manifest = model.manifest
    plain = manifest.latent_spec is None
    request = SampleImages(
        model=manifest.id,
        count=int(rng.integers(1, min(most, MOST_AT_ONCE) + 1)),
        first=int(rng.integers(FAR)),
        seed=int(rng.integers(2**32)),
        temperature=float(rng.choice([1.0, 1.0, 0.7, 1.3])),
        class_name=str(rng.choice(["", *manifest.class_names])),
        truncation=NO_TRUNCATION if plain else float(rng.choice([NO_TRUNCATION, NO_TRUNCATION, 1.5, 0.5])),
        orientation=str(rng.choice(["auto", *manifest.orientations])) if plain else "upright",
    )
    for picture in pictures(request, manifest, engine.ask(request)):
        yield picture.pixels, picture.note


def completions(model: Model, engine: Answers, rng: np.random.Generator, _: int) -> Iterator[Saved]:
    """One of some completions of a sample that is known in part."""
    manifest, image = model.manifest, model.manifest.image
    drawn = engine.ask(SampleImages(model=manifest.id, count=1, seed=int(rng.integers(2**32)))).images[0]
    observed = rng.random((image.height, image.width)) < rng.random()
    observed[: int(rng.integers(image.height))] |= bool(rng.integers(2))
    request = CompleteImage(
        model=manifest.id,
        pixels=np.where(observed[..., None], drawn, 0).astype(np.uint8),
        observed=observed,
        count=int(rng.integers(1, 9)),
        seed=int(rng.integers(2**32)),
        class_name=str(rng.choice(["", *manifest.class_names])),
    )
    answer = engine.ask(request)
    index = int(rng.integers(request.count))
    note = CompletionNote(
        model=manifest.id,
        parameters=_parameters(request),
        pixels=request.pixels,
        state=observed.astype(np.uint8),
        index=index,
        resolved={"orientation": answer.orientation, "method": answer.method},
        digests=graph_digests(manifest),
        made_with=made_with(),
        sha256=pixels_sha256(answer.images[index]),
    )
    yield answer.images[index], completion_note.to_text(note)


def points(model: Model, engine: Answers, rng: np.random.Generator, _: int) -> Iterator[Saved]:
    """The picture at a point of latent space, of the prior or around the codes."""
    manifest, spec = model.manifest, model.manifest.latent_spec
    assert spec is not None, "only models with a latent space have points"
    z = rng.standard_normal((1, spec.dim)).astype(np.float32)
    middle = latents_io.read(model).code_mean if spec.prior == "none" else None
    request = DecodeLatents(
        model=manifest.id,
        z=z if middle is None else z + middle,
        output="draw" if spec.likelihood != "none" and rng.integers(2) else "mean",
        seed=int(rng.integers(2**32)),
        class_name=str(rng.choice(["", *manifest.class_names])),
    )
    image = engine.ask(request).images[0]
    note = LatentNote(
        model=manifest.id,
        z=request.z,
        parameters=_parameters(request),
        digests=graph_digests(manifest),
        made_with=made_with(),
        sha256=pixels_sha256(image),
    )
    yield image, latent_note.to_text(note)


def _parameters(request: CompleteImage | DecodeLatents) -> dict[str, Any]:
    return {name: getattr(request, name) for name in controls(type(request))}


def _print(tallies: Sequence[Tally]) -> None:
    head = ("model", "family", "what", "saved", "identical", "not made")
    rows = [(t.model, t.family, t.kind, str(t.saved), str(t.identical), str(t.cannot)) for t in tallies if t.saved]
    print(table(head, rows))
