"""The vocabulary: what a manifest derives, how errors travel, and that names are unique on the pipe."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import pytest

from engine.contracts import events, requests
from engine.contracts.manifest import Condition, GraphSpec, ImageSpec, Manifest
from engine.errors import BY_CODE, EngineError, RequestError


def manifest(*conditions: Condition) -> Manifest:
    described = dict.fromkeys(("id", "title", "architecture", "data", "data_title"), "toy")
    image = ImageSpec(height=2, width=3, channels=1, levels=2)
    return Manifest(family="autoregressive", image=image, graphs={}, conditions=conditions, **described)


def test_display_channels_and_dims() -> None:
    grey = ImageSpec(height=28, width=28, channels=1, levels=16)
    colour = ImageSpec(height=16, width=16, channels=1, levels=2, palette=((0, 0, 0), (1, 2, 3)))
    rgb = ImageSpec(height=8, width=4, channels=3, levels=256, range="-1..1")
    assert [spec.display_channels for spec in (grey, colour, rgb)] == [1, 3, 3]
    assert [spec.dims for spec in (grey, colour, rgb)] == [784, 256, 96]


@pytest.mark.parametrize(
    ("condition", "width"),
    [
        (Condition(name="class", names=("a", "b")), 2),
        (Condition(name="class", names=("a", "b"), null=True), 3),
        (Condition(name="orientation", names=("upright",), columns=8), 8),
    ],
)
def test_a_conditions_width(condition: Condition, width: int) -> None:
    assert condition.width == width


def test_what_a_manifest_says_of_its_conditions() -> None:
    classes = Condition(name="class", names=("a", "b"), null=True)
    orientation = Condition(name="orientation", names=("upright", "transpose"))
    plain, rich = manifest(), manifest(classes, orientation)
    assert (plain.class_names, plain.orientations, plain.condition("class")) == ((), ("upright",), None)
    assert (rich.class_names, rich.orientations) == (("a", "b"), ("upright", "transpose"))
    assert rich.condition("class") is classes


def test_contracts_are_frozen() -> None:
    values: list[Any] = [manifest(), manifest().image, requests.SampleImages(model="m"), events.Started(job=1)]
    values.append(GraphSpec(file="x", sha256="", inputs={}, outputs={}))
    for value in values:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, dataclasses.fields(value)[0].name, None)


def test_an_error_is_two_sentences_and_survives_copying() -> None:
    error = RequestError("The picture is torn.", "Glue it.", field="pixels")
    again = copy.copy(error)
    for each in (error, again):
        assert type(each) is RequestError and str(each) == "The picture is torn. Glue it."
        assert (each.code, each.problem, each.remedy) == ("RequestError", "The picture is torn.", "Glue it.")
        assert each.facts == {"field": "pixels"}
    assert str(EngineError("Alone.")) == "Alone."


def test_every_error_can_be_rebuilt_from_its_code() -> None:
    def tree(kind: type[EngineError]) -> set[type[EngineError]]:
        return {kind}.union(*(tree(child) for child in kind.__subclasses__()))

    ours = {kind for kind in tree(EngineError) if kind.__module__ == "engine.errors"}
    assert set(BY_CODE.values()) == ours and all(kind.__name__ == code for code, kind in BY_CODE.items())


def test_the_pipes_names_mean_one_thing_each() -> None:
    assert not set(requests.KINDS) & set(events.KINDS)
    for kinds in (requests.KINDS, events.KINDS):
        assert all(kind.__name__ == name for name, kind in kinds.items())


def test_requests_with_arrays_compare_by_identity() -> None:
    """Two requests with arrays have no cheap equality; comparing them must not raise."""
    one, two = (requests.ScoreImages(model="m", pixels=np.zeros((1, 2, 2, 1), np.uint8)) for _ in range(2))
    assert one == one and one != two
    assert len({one, two}) == 2
