"""A recipe stands for what determines the pixels: the same for the same picture, however it was asked for."""

from __future__ import annotations

import dataclasses

import pytest

from app.documents.collection.recipe import model_digest, recipe_of, recipe_of_pixels, recipes_of
from app.documents.wall import Wall
from engine.contracts.requests import SampleImages

DIGEST = model_digest({"generator": "a" * 64, "discriminator": "b" * 64})


@pytest.mark.parametrize(
    "wall",
    [
        Wall(model="gan", count=7),
        Wall(model="gan", count=7, seed=3, class_name="Bag", temperature=0.7),
        Wall(model="gan", count=9, rows=("Bag", "Coat", "Shirt"), truncation=0.5),
    ],
)
def test_a_walls_recipes_are_those_of_its_pictures(wall: Wall) -> None:
    indices = range(wall.total)
    recipes = recipes_of(wall, DIGEST, indices)
    assert recipes == [recipe_of(wall.request(index), DIGEST) for index in indices]
    assert len(set(recipes)) == wall.total
    assert recipes_of(wall, DIGEST, [3, 1]) == [recipes[3], recipes[1]]


def test_the_same_picture_has_one_recipe_on_walls_of_any_length_and_arrangement() -> None:
    rows = Wall(model="gan", count=30, rows=("Bag", "Coat", "Shirt"))
    one = Wall(model="gan", count=100, class_name="Coat")
    assert recipes_of(rows, DIGEST, [14])[0] == recipes_of(one, DIGEST, [4])[0]


@pytest.mark.parametrize(
    "change",
    [{"model": "vae"}, {"seed": 1}, {"temperature": 0.5}, {"class_name": "Bag"}, {"truncation": 0.5}, {"first": 1}],
)
def test_whatever_changes_the_picture_changes_the_recipe(change: dict[str, object]) -> None:
    plain = SampleImages(model="gan")
    assert recipe_of(dataclasses.replace(plain, **change), DIGEST) != recipe_of(plain, DIGEST)  # type: ignore[arg-type]
    assert recipe_of(dataclasses.replace(plain, count=5), DIGEST) == recipe_of(plain, DIGEST)


def test_other_weights_are_another_recipe() -> None:
    other = model_digest({"generator": "c" * 64, "discriminator": "b" * 64})
    assert recipe_of(SampleImages(model="gan"), other) != recipe_of(SampleImages(model="gan"), DIGEST)
    assert model_digest({"discriminator": "b" * 64, "generator": "a" * 64}) == DIGEST


def test_a_recipe_is_the_same_tomorrow() -> None:
    """What is in people's files is looked up with it: it must never change."""
    request = SampleImages(model="gan", seed=5, class_name="Bag", temperature=0.5, truncation=0.25, first=12)
    assert recipe_of(request, DIGEST) == "8d0cb1c6658a845fdf468da8e45cfa44/12"
    assert recipe_of_pixels("ab") == "pixels/ab"
