"""Which attributes become directions in latent space, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.training.data import Attribute, Split


@dataclass(frozen=True)
class Trait:
    """Something that a picture has or has not: its ``name``; ``attribute`` has one of the values ``present``; pictures
    with none of these and none of ``absent`` (where that is given) count as neither.  ``hides``: attributes that cannot
    be seen where this is, so that nothing can be said of whether they stay."""

    name: str
    attribute: str
    present: tuple[str, ...]
    absent: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()


def _hair(name: str, colour: str) -> Trait:
    return Trait(f"{name} hair", "hair_color", (colour,))


FRAMES = ("1f1f1f", "2b4fd6", "c0272d", "ffffff")


def _glasses(name: str, colour: str) -> Trait:
    """Against glasses of another colour: who has none counts as neither."""
    return Trait(f"{name} glasses", "glasses_color", (colour,), tuple(c for c in FRAMES if c != colour))


TRAITS: dict[str, tuple[Trait, ...]] = {
    "cartoon_faces": (
        Trait("glasses", "has_glasses", ("yes",), hides=("glasses_color", "glasses")),
        Trait("smile", "smile", ("yes",)),
        Trait("beard", "has_beard", ("yes",)),
        Trait("dark skin", "skin", ("ac6651", "77311d"), ("ffdfc4", "f9c9b6")),
        _hair("blond", "f4d150"),
        _hair("blue", "6bd9e9"),
        _hair("red", "e0533d"),
        _hair("black", "1c1c1c"),
        _hair("brown", "5a3421"),
        _hair("grey", "8a8f98"),
        _hair("violet", "9287ff"),
        _hair("pink", "fc909f"),
        Trait("bald", "hair", ("mrClean",), hides=("hair_color",)),
        Trait("turban", "hair", ("turban",)),
        Trait("earrings", "earrings", ("hoop", "stud")),
        _glasses("black", "1f1f1f"),
        _glasses("blue", "2b4fd6"),
        _glasses("red", "c0272d"),
        _glasses("white", "ffffff"),
        Trait("square glasses", "glasses", ("square",), ("round",)),
    ),
    "sprites": (
        Trait("large", "scale", ("0.8", "0.9", "1.0")),
        Trait("right", "x", tuple(str(x) for x in range(32, 48))),
        Trait("low", "y", tuple(str(y) for y in range(32, 48))),
    ),
}
"""By data set."""

HAIRLESS = ("mrClean", "dougFunny")
"""Hair styles of the faces that show little or nothing of the hair's colour."""


def presence(trait: Trait, split: Split, attributes: tuple[Attribute, ...]) -> NDArray[np.int8]:
    """1 where a picture of the split has the trait, 0 where not, -1 where it counts as neither: (N,)."""
    values = _values(trait.attribute, split, attributes)
    has = np.isin(values, trait.present)
    counts = has | np.isin(values, trait.absent) if trait.absent else np.ones(len(values), bool)
    if trait.attribute == "hair_color":
        counts &= ~np.isin(_values("hair", split, attributes), HAIRLESS)
    return np.where(counts, has, -1).astype(np.int8)


def _values(name: str, split: Split, attributes: tuple[Attribute, ...]) -> NDArray[np.str_]:
    """The value of an attribute for every picture, in words: (N,)."""
    column = [attribute.name for attribute in attributes].index(name)
    assert split.codes is not None
    return np.array(attributes[column].values)[split.codes[:, column]]
