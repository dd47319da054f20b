"""What `reverie score` measures of the shipped models is what their manifests say: the first pictures of the test sets.

The data sets are not part of the project: without them in REVERIE_DATA there is nothing to score.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue.registry import Registry
from engine.contracts.manifest import Manifest

SHIPPED = Path(__file__).resolve().parents[3] / "onnx_models"
NAMES = ("mnist-gaussian", "mnist-vae-2d", "mnist-vae", "fashion-vae-2d", "faces-vae")
LAST = {"cartoon_faces": 1000}
"""Of files without a split, how many pictures at their end are the test set."""


def chosen(name: str) -> tuple[Manifest, list[str]]:
    """A shipped model and the words that choose its test pictures; skipped where either is missing."""
    found = Registry([SHIPPED]).models.get(name)
    if found is None:
        pytest.skip(f"the model {name} is not in onnx_models")
    manifest = found.manifest
    file = Path(os.environ.get("REVERIE_DATA", "")) / f"{manifest.data}.npz"
    if not os.environ.get("REVERIE_DATA") or not file.is_file():
        pytest.skip(f"{manifest.data}.npz is not in REVERIE_DATA")
    words = [str(file), "--seed", "1234"]
    words += ["--fit", "stochastic"] if manifest.image.levels == 2 else []
    words += ["--last", str(LAST[manifest.data])] if manifest.data in LAST else []
    return manifest, words


def compared(run: Callable[..., Any], name: str, words: list[str]) -> dict[str, Any]:
    said = run("score", name, *words, "--against-manifest", "--json")
    assert said.code == 0, said
    found: dict[str, Any] = said.value["against_manifest"]
    assert found["agrees"] is True, found
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_of_one_sample_are_those_of_all_test_pictures(run: Callable[..., Any], name: str) -> None:
    manifest, words = chosen(name)
    if manifest.family == "gaussian":
        assert abs(compared(run, name, words)["difference_nats"]) < 0.05
    else:
        assert "test_elbo" in compared(run, name, [*words, "--samples", "1"])


@pytest.mark.parametrize("name", NAMES[1:])
def test_the_bounds_of_many_samples_are_those_of_the_first_pictures(run: Callable[..., Any], name: str) -> None:
    manifest, words = chosen(name)
    samples = str(manifest.figures["test_iwae"]["samples"])
    found = compared(run, name, [*words, "--first", "100", "--samples", samples])
    assert {"test_elbo_many", "test_iwae"} <= set(found)
