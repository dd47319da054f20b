"""``reverie encode`` and ``reverie decode``: pictures to points of latent space, and points to pictures."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalogue import latents_io
from engine.catalogue.registry import Model, Registry
from engine.cli import pictures, sheets
from engine.cli.answers import Answers, progress
from engine.cli.classes import class_of
from engine.cli.printing import print_json, say
from engine.contracts.arrays import Latents
from engine.contracts.events import Decoded, Encoded, Samples
from engine.contracts.manifest import LatentSpec, Manifest
from engine.contracts.requests import DecodeLatents, EncodeImages, SampleImages, parameters
from engine.errors import FileError, RequestError
from engine.families.validation import check
from engine.numerics import latents
from engine.numerics.archives import npz_keys, read_npz

KEYS = ("z", "mu")
"""What latent vectors are called in an NPZ file, in the order of preference."""
MAX_SIDE = 64
"""A grid of 64 x 64 is the most that one request decodes."""
EXTENT = 3.0


def encode(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Write where pictures lie in latent space."""
    manifest = Registry(folders).find(options.model).manifest
    _spec(manifest)
    target, shape = Path(options.out), manifest.image
    blank = np.zeros((1, shape.height, shape.width, shape.display_channels), np.uint8)
    check(EncodeImages(model=options.model, pixels=blank, fit=options.fit, seed=options.seed), manifest)
    sheets.check_target(target, (".npz",))
    images, names = pictures.read_all(options.files, manifest.image, options.fit, options.seed)
    request = EncodeImages(model=options.model, pixels=images, fit=options.fit, seed=options.seed)
    with Answers(folders) as engine, progress(f"encoding {len(images)}") as on_fraction:
        answer: Encoded = engine.ask(request, on_fraction)
    arrays = {"mu": answer.mu, "log_var": answer.log_var, "kl": answer.kl, "reconstruction": answer.reconstruction}
    held = {name: array for name, array in arrays.items() if array is not None}
    sheets.write_arrays(target, held | {"images": images, "names": np.array(names)})
    _remark(answer.broken, answer.constant)
    _report_codes(request, manifest, answer, options)
    return 0


def decode(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Draw the pictures at given points of latent space, or on a grid over two of its dimensions."""
    model = Registry(folders).find(options.model)
    spec = _spec(model.manifest)
    _check_grid(options)
    z = _read_latents(Path(options.z), spec) if options.grid is None else _grid(options, model, spec)
    output = "draw" if options.draw else "mean"
    told = class_of(model.manifest, options.class_name)
    request = DecodeLatents(model=options.model, z=z, output=output, seed=options.seed, class_name=told)
    _check(request, model.manifest, options)
    if _is_sheet(options):  # before anything is drawn: more may have been asked for than a note can carry
        sheets.latent_note(model.manifest, request)
    with Answers(folders) as engine, progress(f"decoding {len(z)}") as on_fraction:
        answer: Decoded = engine.ask(request, on_fraction)
    if _is_sheet(options):
        note = sheets.latent_note(model.manifest, request, answer.images)
        sheets.write_sheet(Path(options.out), answer.images, note, options.grid)
    else:
        sheets.write_arrays(Path(options.out), {"images": answer.images, "z": z})
    report(request, model.manifest, answer, options)
    return 0


# --- points ----------------------------------------------------------------------------------------------------------


def _spec(manifest: Manifest) -> LatentSpec:
    spec = manifest.latent_spec
    if spec is None:
        raise RequestError(f"{manifest.title} has no latent space.", "Choose an autoencoder or a VAE.")
    return spec


def _read_latents(path: Path, spec: LatentSpec) -> Latents:
    """The vectors of an ``.npy`` file, or of an NPZ file's ``z`` or ``mu``."""
    if path.suffix.lower() == ".npz":
        names = npz_keys(path)
        key = next((name for name in KEYS if name in names), None)
        if key is None:
            held = ", ".join(names[:8]) or "nothing"
            raise FileError(f"{path} holds {held}, and none of it is called z or mu.", "Store the vectors as `z`.")
        array = read_npz(path, (key,))[key]
    else:
        array = _read_npy(path)
    if array.dtype.kind not in "fiu" or array.ndim not in (1, 2):
        raise FileError(
            f"{path} holds {array.dtype} {array.shape}, and latent vectors are numbers (N, {spec.dim}).",
            "Store them as float32 (N, D).",
        )
    return np.atleast_2d(array).astype(np.float32)


def _read_npy(path: Path) -> NDArray[Any]:
    try:
        return np.asarray(np.load(path, allow_pickle=False, mmap_mode="r"))
    except FileNotFoundError:
        raise FileError(f"{path} does not exist.", "Check the name of the file.") from None
    except (OSError, ValueError, EOFError) as error:
        raise FileError(f"{path} is no readable NPY file.", "Name a .npy or .npz file of latent vectors.") from error


def _check_grid(options: argparse.Namespace) -> None:
    """Refuse options of a grid that would do nothing."""
    given = [name for name in ("layout", "extent", "axes") if getattr(options, name) is not None]
    if options.grid is None and given:
        raise RequestError(
            f"--{given[0]} is of a grid, and --z names the points.", f"Leave --{given[0]} out, or use --grid."
        )
    if options.layout == "normal" and options.extent is not None:
        raise RequestError(
            "The layout 'normal' goes as far as the prior does, and --extent says how far a plain grid goes.",
            "Leave --extent out, or use --layout plain.",
        )


def _grid(options: argparse.Namespace, model: Model, spec: LatentSpec) -> Latents:
    """``(side^2, D)`` over two dimensions, the others 0."""
    if not 1 <= options.grid <= MAX_SIDE:
        raise RequestError(f"A grid of {options.grid} a side cannot be made.", f"Give --grid 1 to {MAX_SIDE}.")
    if spec.dim < 2:
        raise RequestError(f"{model.manifest.title} has one latent dimension, and a grid needs two.", "Use --z.")
    layout = options.layout or ("plain" if options.extent is not None or spec.prior != "normal" else "normal")
    if layout == "normal":
        places = latents.normal_grid(options.grid)
    else:
        places = latents.box_grid(options.grid, *_box(options.extent, model, spec))
    z = np.zeros((len(places), spec.dim), np.float32)
    z[:, _axes(options.axes, model, spec)] = places
    return z


def _box(extent: float | None, model: Model, spec: LatentSpec) -> tuple[float, float, float, float]:
    """x0, x1, y0, y1: as far as was said; else as far as a uniform prior or the codes go; else 3."""
    if extent is not None and not 0 < extent < 1e6:
        raise RequestError(f"The extent {extent} is no distance to go.", "Give a positive number.")
    if extent is None and spec.prior == "none":
        found = latents_io.read(model).density_extent
        if found is not None:
            x0, x1, y0, y1 = (float(value) for value in found)
            return x0, x1, y0, y1
    reach = extent if extent is not None else 1.0 if spec.prior == "uniform" else EXTENT
    return -reach, reach, -reach, reach


def _axes(given: Sequence[int] | None, model: Model, spec: LatentSpec) -> list[int]:
    """Two dimensions: those that were named, else those that carry most (the largest KL), else the first two."""
    if given is not None:
        if given[0] == given[1] or not all(0 <= axis < spec.dim for axis in given):
            raise RequestError(
                f"{given[0]} and {given[1]} are not two of the {spec.dim} latent dimensions.",
                f"Give --axes two different numbers from 0 to {spec.dim - 1}.",
            )
        return list(given)
    kl = latents_io.read(model).kl_per_dim if spec.dim > 2 else None
    return [0, 1] if kl is None else sorted(int(axis) for axis in np.argsort(-kl, kind="stable")[:2])


# --- answers ---------------------------------------------------------------------------------------------------------


def _check(request: DecodeLatents, manifest: Manifest, options: argparse.Namespace) -> None:
    check(request, manifest)
    sheets.check_target(Path(options.out))


def _is_sheet(options: argparse.Namespace) -> bool:
    return Path(options.out).suffix.lower() == ".png"


def _remark(broken: NDArray[np.bool_], constant: NDArray[np.bool_] | None) -> None:
    """Say which pictures are none."""
    rows = np.flatnonzero(broken)
    if len(rows):
        which = ", ".join(map(str, rows[:8])) + (", ..." if len(rows) > 8 else "")
        say(f"The decoder gave no numbers for {_count(len(rows))}, shown in flat grey: {which}.")
    if constant is not None and constant.any():
        say(f"{_count(int(constant.sum()))} with one value everywhere.")


def _report_codes(request: EncodeImages, manifest: Manifest, answer: Encoded, options: argparse.Namespace) -> None:
    count, dim = answer.mu.shape
    kl = None if answer.kl is None else answer.kl.astype(np.float64)
    if options.json:
        facts = {"model": manifest.id, "file": options.out, "n": count, "dim": dim, "request": parameters(request)}
        nats = {} if kl is None else {"kl_nats": kl.sum(axis=1), "kl_nats_per_dim": kl.mean(axis=0)}
        marked = {"broken": np.flatnonzero(answer.broken), "constant": np.flatnonzero(answer.constant)}
        print_json(facts | nats | marked | {"milliseconds": answer.total_ms})
        return
    print(f"{options.out}: {_count(count)} in {dim} dimensions of {manifest.title}.")
    if kl is not None:
        print(f"KL from the prior {kl.sum(axis=1).mean():.2f} nats a picture.")


def report(
    request: DecodeLatents | SampleImages, manifest: Manifest, answer: Decoded | Samples, options: argparse.Namespace
) -> None:
    """Say what was decoded, and where it lies."""
    _remark(answer.broken, answer.constant if isinstance(answer, Decoded) else None)
    if options.json:
        facts = {
            "model": manifest.id,
            "file": options.out,
            "shape": answer.images.shape,
            "request": parameters(request),
            "broken": np.flatnonzero(answer.broken),
            "milliseconds": answer.total_ms,
        }
        print_json(facts | ({"constant": np.flatnonzero(answer.constant)} if isinstance(answer, Decoded) else {}))
        return
    print(f"{options.out}: {_count(len(answer.images))} by {manifest.title}, {answer.total_ms:.0f} ms.")


def _count(number: int) -> str:
    return f"{number} picture" + "s" * (number != 1)
