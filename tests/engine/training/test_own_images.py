"""A person's own pictures become a data set, and a recipe becomes one for it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.errors import FileError, RequestError
from engine.training import own_images
from engine.training.data import DataSet
from engine.training.loop import Run, build
from engine.training.recipe import AutoregressiveRecipe, LatentRecipe, recipe_of
from engine.training.recipes import RECIPES
from engine.training.tasks import LatentTask

GATED, PLAIN, PALETTE = (RECIPES[f"{name}-pixelcnn"] for name in ("mnist-gated", "mnist", "portraits-gated"))


def same(one: DataSet, two: DataSet) -> bool:
    parts = [(getattr(one, part), getattr(two, part)) for part in own_images.PARTS]
    return (
        one.name == two.name
        and all(np.array_equal(a.pixels, b.pixels) and np.array_equal(a.labels, b.labels) for a, b in parts)
        and np.array_equal(one.palette if one.palette is not None else 0, two.palette if two.palette is not None else 0)
    )


def test_a_folder_becomes_a_data_set_that_is_always_the_same(picture_folder: Path) -> None:
    data, classes = own_images.read_folder(picture_folder, GATED)
    assert classes == ("cats", "dogs")
    assert data.name == "my pets"
    assert data.palette is None
    assert data.train.pixels.shape == (32, 28, 28)
    assert (len(data.validation), len(data.test)) == (4, 4)
    every = np.concatenate([data.train.pixels, data.validation.pixels, data.test.pixels])
    labels = np.concatenate([data.train.labels, data.validation.labels, data.test.labels])
    assert np.bincount(labels).tolist() == [20, 20]
    assert (every[labels == 0].max((1, 2)) == 255).all()  # circles are bright, stripes are not
    assert (every[labels == 1].max((1, 2)) == 100).all()
    assert 0 < data.train.labels.mean() < 1  # classes are mixed before the parts are cut
    assert same(data, own_images.read_folder(picture_folder, GATED)[0])


def test_colours_become_a_palette(tmp_path: Path) -> None:
    colours = np.array([[250, 240, 10], [10, 10, 60], [200, 30, 30]], np.uint8)
    rng = np.random.default_rng(0)
    originals = colours[rng.integers(0, 3, (25, 16, 16))]
    for index, pixels in enumerate(originals):
        Image.fromarray(pixels).save(tmp_path / f"{index:02d}.png")
    data, classes = own_images.read_folder(tmp_path, PALETTE)
    assert classes == ()
    assert data.palette is not None
    assert data.palette.tolist() == [[10, 10, 60], [200, 30, 30], [250, 240, 10]]  # exact, dark to light
    every = np.concatenate([data.palette[getattr(data, part).pixels] for part in own_images.PARTS])
    assert {picture.tobytes() for picture in every} == {picture.tobytes() for picture in originals}
    recipe = own_images.own_recipe(PALETTE, "mine", data, classes)
    assert (recipe.levels, recipe.model.levels) == (3, 3)


def test_many_colours_are_reduced_to_near_ones() -> None:
    ramp = np.linspace(0, 255, 256).astype(np.uint8)
    rgb = np.stack([ramp, ramp[::-1], np.full(256, 128, np.uint8)], -1).reshape(1, 16, 16, 3)
    indices, palette = own_images.to_palette(rgb, 16)
    assert 8 < len(palette) <= 16
    assert indices.max() < len(palette)
    assert np.abs(palette[indices].astype(int) - rgb).max() < 32
    light = palette @ np.array([0.299, 0.587, 0.114])
    assert (np.diff(light) >= 0).all()


def test_too_few_pictures(picture_folder: Path) -> None:
    for path in [*picture_folder.glob("cats/*"), *picture_folder.glob("dogs/1*")]:
        path.unlink()
    with pytest.raises(FileError, match=r"holds 10 pictures, too few to learn from\. Give at least 20"):
        own_images.read_folder(picture_folder, GATED)


def test_the_recipe_fits_the_pictures(picture_folder: Path) -> None:
    data, classes = own_images.read_folder(picture_folder, GATED)
    recipe = own_images.own_recipe(GATED, "pets", data, classes)
    assert recipe.name == "pets"
    assert recipe.title == "Gated PixelCNN on my pets"
    assert recipe.class_names == ("cats", "dogs")
    assert recipe.condition_width == getattr(recipe.model, "condition_width", None) == 2 + 1 + 8
    assert recipe.batch == 32
    assert dataclasses.replace(recipe.model, condition_width=19) == GATED.model  # type: ignore[arg-type]
    plain = own_images.own_recipe(PLAIN, "pets", data, classes)
    assert plain.class_names == ()
    assert plain.condition_width == 0


def test_hints_of_other_pictures_are_left_out(picture_folder: Path) -> None:
    base = RECIPES["faces-vae"]
    assert isinstance(base, LatentRecipe) and base.hinted
    data, classes = own_images.read_folder(picture_folder, base)
    recipe = own_images.own_recipe(base, "pets", data, classes)
    assert isinstance(recipe, LatentRecipe) and recipe.hinted == ()
    assert LatentTask(recipe, data).hints is None
    assert base.hinted == RECIPES["faces-vae"].hinted


def test_what_was_read_is_kept_exactly(picture_folder: Path, tmp_path: Path) -> None:
    for recipe in (GATED, PALETTE):
        kept = own_images.read_folder(picture_folder, recipe)
        own_images.save(*kept, tmp_path / recipe.name)
        found = own_images.saved(tmp_path / recipe.name)
        assert found is not None
        assert same(found[0], kept[0])
        assert found[1] == kept[1]
    assert own_images.saved(tmp_path) is None


def test_a_run_is_opened_with_its_recipe_and_pictures(picture_folder: Path, tmp_path: Path) -> None:
    data, classes = own_images.read_folder(picture_folder, GATED)
    recipe = own_images.own_recipe(GATED, "pets", data, classes)
    small = dataclasses.replace(recipe.model, channels=4, layers=1, head=4)  # type: ignore[arg-type]
    recipe = dataclasses.replace(recipe, model=small, steps=1)
    assert Run(recipe, data, tmp_path / "pets", resume=False).train()
    own_images.save(data, classes, tmp_path / "pets")
    opened, pictures = own_images.open_run(tmp_path / "pets", tmp_path / "nowhere")
    assert opened == recipe
    assert same(pictures, data)
    with pytest.raises(FileError, match=r"holds no run that could be read\. Train it first"):
        own_images.open_run(tmp_path / "other", tmp_path)


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_every_recipe_survives_its_checkpoint(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe_of(json.loads(json.dumps(dataclasses.asdict(recipe)))) == recipe
    if not isinstance(recipe, AutoregressiveRecipe):
        return
    width = getattr(recipe.model, "condition_width", 0)
    assert recipe.condition_width == width
    image = torch.zeros(1, 1, 5, 5, dtype=torch.long)
    assert build(recipe)(image, torch.zeros(1, width)).shape == (1, recipe.levels, 1, 5, 5)


def test_names() -> None:
    assert own_images.as_name("My Pets (2024)!") == "my-pets-2024"
    assert own_images.as_name("???") == "own"
    assert own_images.checked_name("pets_2.b-c") == "pets_2.b-c"
    for name in ("", "../pets", "a/b", ".hidden", "a b", "x" * 70):
        with pytest.raises(RequestError, match="cannot be the name of a model"):
            own_images.checked_name(name)
