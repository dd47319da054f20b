"""What determines a picture's pixels, as a short text: by it a wall finds those of its pictures that are kept."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping

from app.documents.wall import Wall
from engine.contracts.requests import SampleImages

_ELSEWHERE = ("count", "first")
"""Fields of a request that say which of its pictures are drawn, not what they look like."""


def model_digest(digests: Mapping[str, str]) -> str:
    """One SHA-256 of those of a model's graphs by role."""
    lines = "\n".join(f"{role} {digest}" for role, digest in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def recipe_of(request: SampleImages, digest: str) -> str:
    """The recipe of the picture at a request's place ``first``, drawn by the model of this `model_digest`."""
    return f"{_manner(dataclasses.replace(request, count=1, first=0), digest)}/{request.first}"


def recipes_of(wall: Wall, digest: str, indices: Iterable[int]) -> list[str]:
    """The recipes of a wall's pictures."""
    manners = {name: _manner(_plain(wall, name), digest) for name in (wall.rows or (wall.class_name,))}
    return [f"{manners[wall.class_of(index)]}/{wall.place_of(index)}" for index in indices]


def recipe_of_pixels(sha256: str) -> str:
    """The recipe of a picture that no sampling made: the pixels themselves."""
    return f"pixels/{sha256}"


def _plain(wall: Wall, class_name: str) -> SampleImages:
    """What draws the first picture of a class."""
    index = wall.rows.index(class_name) * wall.each if wall.rows else 0
    return dataclasses.replace(wall.request(index), count=1, first=0)


def _manner(request: SampleImages, digest: str) -> str:
    """A hash of what differs from a plain request, so that a field that a later version adds changes no recipe."""
    usual = {each.name: each.default for each in dataclasses.fields(request)}
    values = {name: value for name, value in dataclasses.asdict(request).items() if name not in _ELSEWHERE}
    told = {name: value for name, value in values.items() if value != usual[name]}
    text = json.dumps([told, digest], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
