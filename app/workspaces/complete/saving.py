"""What is written or copied: pictures with the request that made them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.documents.request_record import RequestRecord, graph_digests, to_text
from app.documents.sample_set import SampleSet, sheet_image
from app.workspaces.complete.desk import Desk
from app.workspaces.complete.state import SavedPicture


def saved_picture(desk: Desk, samples: SampleSet | None, index: int | None) -> SavedPicture:
    """Completion ``index``; None or one that is not there: the picture as the canvas shows it without a preview."""
    document = desk.document
    if samples is None or index is None or not 0 <= index < samples.count:
        return SavedPicture(_see_through(document.pixels, document.observed), _note(desk, None), f"{_stem(desk)}.png")
    known = document.observed | samples.drawn[index]
    pixels = _see_through(document.shown_with(samples.images[index]), known)
    return SavedPicture(pixels, _note(desk, index), f"{_stem(desk)}-{index + 1}.png")


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
    return SavedPicture(sheet_image(pictures), _note(desk, None), f"{_stem(desk)}-sheet.png")


def _note(desk: Desk, index: int | None) -> str:
    """The record of the present picture and parameters, and of what ``auto`` became when they were completed."""
    completion = desk.made.completion if desk.made is not None and desk.completed is desk.edit else None
    resolved = {} if completion is None else {"orientation": completion.orientation, "method": completion.method}
    return to_text(
        RequestRecord(
            model=desk.manifest.id,
            parameters=desk.edit.parameters,
            document=desk.document,
            index=index,
            resolved=resolved,
            digests=graph_digests(desk.manifest),
        )
    )


def _stem(desk: Desk) -> str:
    return f"{desk.manifest.id}-seed{desk.edit.parameters['seed']}"
