"""``reverie score`` of a VAE: the ELBO and the importance-weighted bound, a line a picture and the mean."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.cli.answers import Answers, progress
from engine.cli.printing import print_json, say
from engine.cli.selection import Selection, noted
from engine.contracts.arrays import Images
from engine.contracts.events import Bounds
from engine.contracts.manifest import Manifest
from engine.contracts.requests import BoundImages
from engine.families.validation import check

FEW = 100
"""Of more pictures than these, one sample each is enough for the mean's ELBO."""
FEW_SAMPLES = 500
TOLERANCE_NATS = 0.05
"""How far a figure measured here may be from the manifest's."""


def bound(
    options: argparse.Namespace,
    folders: Sequence[Path],
    manifest: Manifest,
    images: Images,
    names: Sequence[str],
    chosen: Selection,
) -> int:
    """Bound the pictures ``chosen``, which are at the model's levels."""
    samples = options.samples or (1 if len(images) > FEW else FEW_SAMPLES)
    request = BoundImages(model=options.model, pixels=images, samples=samples, seed=options.seed)
    check(request, manifest)
    with Answers(folders) as engine, progress(f"bounding {len(images)}") as on_fraction:
        answer: Bounds = engine.ask(request, on_fraction)
    compared = _compare(answer, manifest, samples, chosen, options.seed) if options.against_manifest else None
    if options.json:
        value = _facts(answer, manifest, names, chosen, options, samples)
        print_json(value if compared is None else value | {"against_manifest": compared})
    else:
        _print(answer, manifest, names, chosen, samples, compared)
    return 1 if compared is not None and compared["agrees"] is False else 0


def _facts(
    answer: Bounds,
    manifest: Manifest,
    names: Sequence[str],
    chosen: Selection,
    options: argparse.Namespace,
    samples: int,
) -> dict[str, Any]:
    columns = {
        "negative_elbo_nats": -answer.elbo,
        "reconstruction_nats": -answer.reconstruction,
        "kl_nats": answer.kl,
        "negative_iwae_nats": -answer.iwae,
    }
    bits = _bits(answer.iwae, manifest)
    if bits is not None:
        columns["bits_per_dim"] = bits
    rows = zip(names, *columns.values(), strict=True)
    return {
        "model": manifest.id,
        "n": len(names),
        "of": chosen.of,
        "fit": options.fit,
        "seed": options.seed,
        "samples": samples,
        "mean": {name: values.mean() for name, values in columns.items()}
        | {"standard_error_nats": _error(answer.iwae)},
        "negative_iwae_nats_by_k": {str(k): -nats for k, nats in zip(answer.ks, answer.iwae_by_k, strict=True)},
        "images": [dict(zip(("name", *columns), row, strict=True)) for row in rows],
    }


def _print(
    answer: Bounds,
    manifest: Manifest,
    names: Sequence[str],
    chosen: Selection,
    samples: int,
    compared: dict[str, Any] | None,
) -> None:
    for name, elbo, kl, iwae in zip(names, -answer.elbo, answer.kl, -answer.iwae, strict=True):
        print(f"{name}  {elbo:.2f} nats (KL {kl:.2f})  {iwae:.2f} with {samples}")
    bits = _bits(answer.iwae, manifest)
    said = "" if bits is None else f"  {bits.mean():.4f} bits/dim"
    n, spread = len(names), f" +- {_error(answer.iwae):.2f}" if len(names) > 1 else ""
    parts = f"reconstruction {-answer.reconstruction.mean():.3f}, KL {answer.kl.mean():.3f}"
    print(f"mean of {n}  negative ELBO {-answer.elbo.mean():.3f} nats ({parts})")
    print(f"mean of {n}  negative IWAE-{samples} {-answer.iwae.mean():.3f}{spread} nats{said}")
    say(f"Upper bounds on the negative log-likelihood by {manifest.id}{chosen.words}.")
    if compared is not None:
        say(str(compared.get("reason") or _verdict(compared)))


def _compare(answer: Bounds, manifest: Manifest, samples: int, chosen: Selection, seed: int) -> dict[str, Any]:
    """The bounds beside the manifest's figures of the same pictures and as many samples of the same seed."""
    found: dict[str, Any] = {}
    reason = f"The manifest of {manifest.id} has no figure of {samples} samples a picture."
    for key, nats in (("test_elbo", answer.elbo), ("test_elbo_many", answer.elbo), ("test_iwae", answer.iwae)):
        figure = manifest.figures.get(key)
        if not isinstance(figure, dict) or figure.get("samples", samples) != samples:
            continue
        value = noted(figure, chosen, seed)
        if isinstance(value, str):
            reason = value
        else:
            found[key] = {"manifest_nats": value, "difference_nats": -float(nats.mean()) - value}
    if not found:
        return {"agrees": None, "reason": reason}
    agrees = all(abs(each["difference_nats"]) <= TOLERANCE_NATS for each in found.values())
    return {"agrees": agrees, "tolerance_nats": TOLERANCE_NATS} | found


def _verdict(compared: dict[str, Any]) -> str:
    word = "This agrees with" if compared["agrees"] else "This is not"
    parts = [
        f"{key} {found['manifest_nats']:.3f} (difference {found['difference_nats']:+.3f})"
        for key, found in compared.items()
        if isinstance(found, dict)
    ]
    return f"{word} the manifest's {' and '.join(parts)}, allowed {compared['tolerance_nats']:.2f} nats."


def _bits(nats: NDArray[np.float64], manifest: Manifest) -> NDArray[np.float64] | None:
    """Bits per dimension; of a density there are none."""
    spec = manifest.latent_spec
    if spec is None or spec.likelihood == "gaussian":
        return None
    return -nats / (manifest.image.dims * math.log(2))


def _error(nats: NDArray[np.float64]) -> float:
    return float(nats.std(ddof=1) / math.sqrt(len(nats))) if len(nats) > 1 else math.nan
