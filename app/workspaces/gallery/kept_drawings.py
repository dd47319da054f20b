"""A wall's pictures as the collection keeps them.  Pure; for the worker's thread, since it makes PNG files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.documents.collection.picture import Drawing, Origin
from app.documents.collection.recipe import model_digest, recipe_of, recipe_of_pixels
from engine.contracts.manifest import Manifest
from engine.records.note_text import graph_digests
from engine.records.picture_files import picture_png
from engine.records.wall_picture import WallPicture


def drawings_of(pictures: Iterable[WallPicture], manifest: Manifest) -> Sequence[Drawing]:
    """What is kept of these pictures of a model, each with the bytes of its PNG file."""
    digest = wall_digest(manifest)
    return [Drawing(picture_png(each.pixels, each.note), _origin(each, manifest, digest)) for each in pictures]


def wall_digest(manifest: Manifest) -> str:
    """The digest of a model by which a wall finds its kept pictures (`app.documents.collection.recipe`)."""
    return model_digest(graph_digests(manifest))


def _origin(picture: WallPicture, manifest: Manifest, digest: str) -> Origin:
    known = picture.class_name in manifest.class_names
    request = picture.request
    return Origin(
        model=picture.model,
        digest=digest,
        request=picture.note,
        recipe=recipe_of_pixels(picture.sha256) if request is None else recipe_of(request, digest),
        sha256=picture.sha256,
        seed=picture.seed,
        place=picture.place,
        family=picture.family,
        dataset=manifest.data,
        class_name=picture.class_name,
        class_id=manifest.class_names.index(picture.class_name) if known else None,
        value=picture.value,
        kind=picture.kind,
    )
