"""What is written or copied: pictures with the request that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.documents.partial_image import ADOPTED, GIVEN, UNKNOWN, PartialImage
from app.documents.request_record import RequestRecord, to_text
from app.documents.sample_set import SampleSet, sheet_image
from app.workspaces.complete.desk import Desk, Made
from app.workspaces.complete.state import SavedPicture
from engine.contracts.arrays import Image
from engine.contracts.controls import controls
from engine.contracts.requests import CompleteImage
from engine.records.note_text import graph_digests
from engine.records.provenance import made_with, pixels_sha256


@dataclass(frozen=True, slots=True, eq=False)
class _Origin:
    """What made the pixels that are saved: the note and the file's name are of it.

    ``index`` is the completion, None for the document or a sheet; ``resolved`` what ``auto`` became; ``sha256`` of
    the pixels that the request made, where these are what is saved.
    """

    document: PartialImage
    parameters: Mapping[str, Any]
    index: int | None = None
    resolved: Mapping[str, str] | None = None
    sha256: str = ""


def saved_picture(desk: Desk, samples: SampleSet | None, index: int | None) -> SavedPicture:
    """The picture as the canvas shows it: with completion ``index`` in what is unknown, if there is such a one."""
    document = desk.document
    chosen = index if samples is not None and index is not None and 0 <= index < samples.count else None
    pixels, known = document.pixels, document.observed
    if samples is not None and chosen is not None:
        pixels, known = document.shown_with(samples.images[chosen]), known | samples.drawn[chosen]
    origin = _origin_of_picture(desk, pixels, known, chosen)
    name = _stem(desk, origin) + ("" if origin.index is None else f"-{origin.index + 1}")
    return SavedPicture(_see_through(pixels, known), _note(desk, origin), f"{name}.png")


def _see_through(pixels: NDArray[np.uint8], known: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The picture (.., H, W, C); with a fourth channel that is 0 where it is unknown, if it is anywhere.

    Transparent means unknown on the way in, so it has to on the way out: copied and pasted, a hole stays a hole.
    """
    if known.all():
        return pixels
    color = np.broadcast_to(pixels, (*known.shape, 3))
    return np.concatenate([color, known[..., None].astype(np.uint8) * 255], axis=-1)


def saved_sheet(desk: Desk, samples: SampleSet | None) -> SavedPicture | None:
    """All completions on one sheet, if there are any; see-through where one that is still being drawn has nothing."""
    if samples is None:
        return None
    pictures = _see_through(samples.images, samples.drawn | desk.document.observed)
    origin = _origin_of_sheet(desk, samples)
    return SavedPicture(sheet_image(pictures), _note(desk, origin), f"{_stem(desk, origin)}-sheet.png")


# --- where the pixels came from
#
# The completions on show may be older than the document and its parameters: one was adopted, the dice were rolled.
# What tells is the pixels themselves, compared with those that the last finished request made.


def _origin_of_picture(desk: Desk, pixels: Image, known: NDArray[np.bool_], index: int | None) -> _Origin:
    """The request that made every pixel; else the present document, and the parameters of what is not given in it."""
    made, present = desk.made, _present(desk, index)
    if made is None or not known.all():
        return present
    found = _made_as(made, pixels, np.ones(known.shape, bool), index)
    if found is not None:
        return replace(_of_request(desk, made, found), sha256=pixels_sha256(pixels))
    found = _made_as(made, pixels, desk.document.state != GIVEN, index)
    if found is not None:
        return replace(_of_request(desk, made, found), document=desk.document)
    return replace(present, index=None) if desk.document.is_whole else present


def _made_as(made: Made, pixels: Image, where: NDArray[np.bool_], index: int | None) -> int | None:
    """Which of the request's completions this is in those pixels (H, W), ``index`` if it may be that one."""
    images = made.completion.images
    if not where.any() or images.shape[1:] != pixels.shape:
        return None
    alike = (images[:, where] == pixels[where]).all(axis=(1, 2))
    if index is not None and index < len(alike) and alike[index]:
        return index
    return int(alike.argmax()) if alike.any() else None


def _origin_of_sheet(desk: Desk, samples: SampleSet) -> _Origin:
    """The request that made the completions, with what was given since; else the present document."""
    made, document = desk.made, desk.document
    if made is None or made.completion.images.shape[1:] != document.shape:
        return _present(desk, None)
    images = made.completion.images[: samples.count]
    count = len(images)
    older = samples.drawn[:count] & (document.state != GIVEN)
    if not (samples.images[:count] == images).all(axis=3)[older].all():
        return _present(desk, None)
    origin = _of_request(desk, made, None)
    given = document.with_color(document.state == ADOPTED, None)
    again = not made.request.draft  # a draft's classes were those of a picture before it
    whole = again and np.array_equal(samples.images, made.completion.images)
    return replace(
        origin,
        document=given.over(origin.document),
        parameters=dict(origin.parameters) | {"count": samples.count},
        sha256=pixels_sha256(samples.images) if whole else "",
    )


def _present(desk: Desk, index: int | None) -> _Origin:
    """The document and parameters at hand; the completions of them may still be on their way."""
    made = desk.made if desk.completed is desk.edit and not desk.document.is_whole else None
    return _Origin(desk.document, desk.edit.parameters, index, None if made is None else _resolved(made))


def _of_request(desk: Desk, made: Made, index: int | None) -> _Origin:
    """The document and parameters of a request; pixels that were adopted then and still are stay so."""
    request, document = made.request, desk.document
    state = np.where(request.observed, GIVEN, UNKNOWN).astype(np.uint8)
    adopted = request.observed & (document.state == ADOPTED) & (request.pixels == document.pixels).all(axis=2)
    state[adopted] = ADOPTED
    parameters = {name: getattr(request, name) for name in controls(CompleteImage)}
    return _Origin(PartialImage.from_arrays(request.pixels, state), parameters, index, _resolved(made))


def _resolved(made: Made) -> dict[str, str]:
    return {"orientation": made.completion.orientation, "method": made.completion.method}


def _note(desk: Desk, origin: _Origin) -> str:
    return to_text(
        RequestRecord(
            model=desk.manifest.id,
            parameters=origin.parameters,
            document=origin.document,
            index=origin.index,
            resolved=origin.resolved or {},
            digests=graph_digests(desk.manifest),
            made_with=made_with(),
            sha256=origin.sha256,
        )
    )


def _stem(desk: Desk, origin: _Origin) -> str:
    return f"{desk.manifest.id}-seed{origin.parameters['seed']}"
