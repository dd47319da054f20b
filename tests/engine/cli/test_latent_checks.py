"""What the self-test asks of a model with a latent space, and what it does not."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from engine.catalogue.registry import Model, Registry
from engine.cli.answers import Answers
from engine.cli.latent_checks import encodes_and_scores, keeps_its_range
from engine.contracts.events import Decoded
from engine.contracts.requests import DecodeLatents, Request
from engine.families.latent_graphs import LatentGraphs

TOYS = Path(__file__).resolve().parents[1] / "latent_models"


class Asked:
    """In place of the engine: pictures for points, and the names of everything that is asked."""

    def __init__(self, model: Model) -> None:
        self.image, self.kinds = model.manifest.image, list[str]()

    def ask(self, request: Request) -> Any:
        self.kinds.append(type(request).__name__)
        if isinstance(request, DecodeLatents):
            none = np.zeros(len(request.z), bool)
            shape = (len(request.z), self.image.height, self.image.width, self.image.channels)
            return Decoded(images=np.zeros(shape, np.uint8), broken=none, constant=none, total_ms=0.0)
        raise AssertionError("asked for more than pictures")


@pytest.mark.parametrize(("side", "dim"), [(65, 12), (4, 4097)])
def test_no_density_is_asked_of_a_gaussian_that_is_too_large_for_one(side: int, dim: int) -> None:
    registry = Registry([TOYS])
    model = registry.find("normal")
    image = dataclasses.replace(model.manifest.image, height=side, width=side)
    latent = dict(model.manifest.latent or {}) | {"dim": dim}
    large = dataclasses.replace(model, manifest=dataclasses.replace(model.manifest, image=image, latent=latent))
    asked = Asked(large)
    assert encodes_and_scores(large, cast(Answers, asked), registry) == ""
    assert asked.kinds == ["DecodeLatents"]
    with pytest.raises(AssertionError, match="more than pictures"):  # of a small one it is asked
        encodes_and_scores(model, cast(Answers, Asked(model)), registry)


@pytest.mark.parametrize("claimed", ["0..1", "-1..1", "logits"])
def test_values_within_the_range_are_well(claimed: str) -> None:
    """Values of 0 to 1 may be of -1 to 1 too: nobody can know."""
    assert keeps_its_range(_claiming("ink", claimed), cast(Answers, None), Registry([TOYS])) == ""


def test_a_decoder_of_another_range_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """What learnt -1 to 1 and says 0 to 1 draws pictures that are cut off at black."""
    honest = LatentGraphs.values

    def twice(self: LatentGraphs, z: np.ndarray) -> dict[str, np.ndarray]:
        return {meaning: 2 * value - 1 for meaning, value in honest(self, z).items()}

    monkeypatch.setattr(LatentGraphs, "values", twice)
    found = keeps_its_range(_claiming("ink", "0..1"), cast(Answers, None), Registry([TOYS]))
    assert "values from -" in found and "is 0..1: what is beyond is cut off" in found
    assert keeps_its_range(_claiming("ink", "-1..1"), cast(Answers, None), Registry([TOYS])) == ""
    assert keeps_its_range(_claiming("normal", "0..1"), cast(Answers, None), Registry([TOYS])) == ""


def _claiming(name: str, claimed: str) -> Model:
    model = Registry([TOYS]).find(name)
    image = dataclasses.replace(model.manifest.image, range=claimed)
    return dataclasses.replace(model, manifest=dataclasses.replace(model.manifest, image=image))
