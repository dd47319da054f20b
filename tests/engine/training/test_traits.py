"""Traits: who has them, and whether a direction changes what it is named after."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")

from engine.training import trait_table, traits
from engine.training.data import Attribute, DataSet, Split
from engine.training.trait_table import decide, trained_classifier, trait_rows, tuned
from engine.training.traits import TRAITS, Trait, presence

ATTRIBUTES = (Attribute("hair", ("short", "mrClean")), Attribute("hair_color", ("black", "red", "blue")))


def a_split(codes: list[list[int]]) -> Split:
    n = len(codes)
    return Split(np.zeros((n, 2, 2), np.uint8), np.zeros(n, np.uint8), np.array(codes, np.uint8))


def test_presence_is_yes_no_or_neither() -> None:
    split = a_split([[0, 0], [0, 1], [0, 2], [1, 1]])
    everyone = Trait("bald", "hair", ("mrClean",))
    assert presence(everyone, split, ATTRIBUTES).tolist() == [0, 0, 0, 1]
    against = Trait("blue hair", "hair_color", ("blue",), ("red",))
    assert presence(against, split, ATTRIBUTES).tolist() == [-1, 0, 1, -1]  # the bald one's colour does not show
    assert presence(Trait("red hair", "hair_color", ("red",)), split, ATTRIBUTES).tolist() == [0, 1, 0, -1]


def test_every_sprite_trait_names_values_that_there_are() -> None:
    from engine.training.sprites import FACTORS

    values = dict(FACTORS)
    for trait in TRAITS["sprites"]:
        assert set(trait.present) <= set(values[trait.attribute])
        assert 0.4 < len(trait.present) / len(values[trait.attribute]) < 0.6


def corners(codes: np.ndarray) -> np.ndarray:
    """Pictures (N, 16, 16, 1): bright at the top left for the first code, at the bottom right for the second."""
    pixels = np.random.default_rng(0).integers(0, 60, (len(codes), 16, 16, 1), dtype=np.uint8)
    pixels[codes[:, 0] == 1, :8, :8] += 150
    pixels[codes[:, 1] == 1, 8:, 8:] += 150
    return pixels


class Corners:
    """An encoder that reads the two corners' brightness, and a decoder that paints them."""

    def __init__(self, role: str) -> None:
        self.role, self.output_names = role, ["mu"] if role == "encoder" else ["image"]

    def run(self, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        if self.role == "encoder":
            image = inputs["image"]
            return {"mu": np.stack([image[:, 0, :8, :8].mean((1, 2)), image[:, 0, 8:, 8:].mean((1, 2))], axis=1)}
        image = np.full((len(inputs["z"]), 1, 16, 16), 0.12, np.float32)
        image[:, 0, :8, :8] = inputs["z"][:, 0, None, None]
        image[:, 0, 8:, 8:] = inputs["z"][:, 1, None, None]
        return {"image": image}


def test_the_table_tells_a_good_direction_from_a_bad_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(traits.TRAITS, "corners", (Trait("one", "a", ("yes",)), Trait("two", "b", ("yes",))))
    monkeypatch.setattr(trait_table, "EPOCHS", 6)
    codes = np.random.default_rng(1).integers(0, 2, (640, 2)).astype(np.uint8)
    split = Split(corners(codes), codes[:, 0], codes)
    attributes = (Attribute("a", ("no", "yes")), Attribute("b", ("no", "yes")))
    data = DataSet("corners", split, split, split.part(slice(0, 200)), attributes=attributes)
    encoder: Any = Corners("encoder")
    decoder: Any = Corners("decoder")
    step = 150 / 255
    good, bad = trait_rows(encoder, decoder, ("one", "two"), np.array([[step, 0], [step, step]], np.float32), data)
    assert good["trait"] == "one" and good["accuracy"] > 0.98 and good["kept"] > 0.98
    assert good["added"] > 0.95 and good["removed"] > 0.95 and good["others"] < 0.05
    assert bad["trait"] == "two" and bad["added"] > 0.95
    assert bad["others"] > 0.3 and bad["most_changed"].startswith("one")
    found = tuned(encoder, decoder, np.array([[step / 2.5, 0], [0, 0]], np.float32), data)
    assert list(found) == ["one"]  # the other direction leads nowhere
    assert found["one"][0] == pytest.approx(3 * step / 2.5) or found["one"][0] == pytest.approx(2 * step / 2.5)


def test_the_classifier_is_the_same_every_time_and_skips_what_is_neither() -> None:
    codes = np.random.default_rng(2).integers(0, 2, (128, 2)).astype(np.uint8)
    pixels = corners(codes)
    has = codes.astype(np.int8)
    torch.manual_seed(1)
    one = trained_classifier(pixels, has, epochs=1)
    torch.manual_seed(2)
    two = trained_classifier(pixels, has, epochs=1)
    assert all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), two.state_dict().values(), strict=True))
    unknown = has.copy()
    unknown[:, 1] = -1
    untrained, three = (trained_classifier(pixels, unknown, epochs) for epochs in (0, 1))
    kept = torch.isclose(three.out.weight, untrained.out.weight, rtol=1e-3, atol=0)  # but for the weight decay
    assert kept[1].all() and not kept[0].any()
    assert decide(three, np.zeros((3, 1, 16, 16), np.float32)).shape == (3, 2)
