"""What the note of a saved picture or sheet brings back: the wall that it hung on, and its place there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.documents.wall import MAX_WALL, Wall
from app.documents.wall_note import from_text as wall_from_text
from app.documents.wall_note import is_wall_note
from app.translation import tr
from app.workspaces.gallery import replaying_words as words
from app.workspaces.gallery.plan import COUNTS, ONE, ROWS, TURN, Plan
from engine.contracts.manifest import Manifest
from engine.contracts.requests import SampleImages
from engine.errors import ModelNotFound
from engine.records.note_text import is_made_by
from engine.records.sample_note import from_text as sample_from_text
from engine.records.sample_note import is_sample_note
from engine.records.walk_note import from_text as walk_from_text
from engine.records.walk_note import is_walk_note


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """``plan`` hangs the wall; ``index`` is the picture's on it (-1 for none, of a sheet), ``indices`` are a sheet's
    pictures (empty: all); ``walk`` is what is swept from the picture, of a strip; ``text`` says it."""

    plan: Plan
    index: int = -1
    indices: tuple[int, ...] = ()
    walk: str = ""
    text: str = ""


def is_of_gallery(text: str | None) -> bool:
    """Whether a picture's note says that the gallery made it."""
    return is_sample_note(text) or is_wall_note(text) or is_walk_note(text)


def returned(text: str, models: Sequence[Manifest]) -> Returned:
    """The wall of a note; raises `FileError` where it is damaged or newer, `ModelNotFound` without its model."""
    if is_wall_note(text):
        return _of_sheet(text, models)
    if is_walk_note(text):
        note = walk_from_text(text)
        found = _of_request(note.request, note.request.first, models)
        return replace(found, walk=note.walk, text=words.WALK if found.index >= 0 else found.text)
    sample = sample_from_text(text)
    return _of_request(sample.request, sample.place, models)


def _of_request(request: SampleImages, place: int, models: Sequence[Manifest]) -> Returned:
    """Of a picture's or sheet's request, and the place of the picture."""
    manifest = _installed(request.model, models)
    last = request.first + request.count - 1
    there = last < MAX_WALL and request.orientation == _UPRIGHT
    plan = Plan(
        model=manifest.id,
        count=next((count for count in COUNTS if count > last), COUNTS[1]) if there else COUNTS[1],
        arrangement=ONE if request.class_name else TURN,
        class_name=request.class_name,
        seed=request.seed,
        temperature=request.temperature,
        truncation=request.truncation,
    ).for_model(manifest)
    there = there and plan.class_name == request.class_name
    if request.count > 1:
        return Returned(plan=plan, indices=tuple(range(request.first, last + 1)) if there else (), text=words.SHEET)
    return Returned(plan=plan, index=place if there else -1, text=words.WALL if there else words.OFF_THE_WALL)


def _of_sheet(text: str, models: Sequence[Manifest]) -> Returned:
    note = wall_from_text(text)
    wall = note.wall
    manifest = _installed(wall.model, models)
    rows = bool(wall.rows) and wall.rows == manifest.class_names
    plan = Plan(
        model=manifest.id,
        count=next(count for count in COUNTS if count >= wall.count),
        arrangement=ROWS if rows else ONE if wall.class_name else TURN,
        class_name=wall.class_name,
        seed=wall.seed,
        temperature=wall.temperature,
        truncation=wall.truncation,
    ).for_model(manifest)
    said = words.SHEET if is_made_by(note.digests, manifest) else f"{words.SHEET} {words.OTHER_WEIGHTS}"
    return Returned(plan=plan, indices=_moved(note.indices, wall, plan.wall(manifest)), text=said)


def _moved(indices: Sequence[int], before: Wall, now: Wall) -> tuple[int, ...]:
    """Where these pictures of a wall hang on one that may be wider; none where one of them hangs nowhere."""
    if bool(before.rows) != bool(now.rows):
        return ()
    return tuple(index // before.each * now.each + before.place_of(index) if now.rows else index for index in indices)


def _installed(model: str, models: Sequence[Manifest]) -> Manifest:
    found = next((manifest for manifest in models if manifest.id == model), None)
    if found is None:
        raise ModelNotFound(
            tr("The picture was made with {model}, which is not installed.").format(model=model),
            tr("Open its folder to go on with it."),
        )
    return found


_UPRIGHT = SampleImages(model="").orientation
