"""What the self-test asks of a model with a latent space, and what it does not."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from engine.catalogue.registry import Model, Registry
from engine.cli.answers import Answers
from engine.cli.latent_checks import encodes_and_scores
from engine.contracts.events import Decoded
from engine.contracts.requests import DecodeLatents, Request

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
