"""A branch: the first pixels of a completion kept, the rest drawn anew, and what was there before kept to compare."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.documents.packing import pack_image, unpack_image
from app.documents.sample_set import SampleSet
from app.workspaces.complete import time_machine_words as words
from app.workspaces.complete.desk import Desk, Edit, Made, parameter_value
from app.workspaces.complete.state import Comparison
from app.workspaces.complete.time_machine_line import Drawing
from app.workspaces.complete.verdict import Verdict
from engine.contracts.manifest import Manifest
from engine.errors import EngineError
from engine.records.packed_arrays import pack, unpack

KEPT = "kept"
"""The kind of what is said of completions from before a branch."""


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """What a branch left behind, and where it was made.

    before, after
        The history's steps on both sides of it.
    samples, made
        The completions before it; ``made`` is None where they come from a saved scene.
    tile, at, of
        Completion ``tile`` was taken up after ``at`` of its ``of`` pixels.
    """

    before: Edit
    after: Edit
    samples: SampleSet
    made: Made | None
    tile: int
    at: int
    of: int

    @property
    def seed(self) -> int:
        """What the completions before it were drawn with."""
        return int(self.before.parameters["seed"])

    def shown(self) -> Comparison:
        """The completions before it as the second strip shows them."""
        said = words.kept_from(self.tile, self.at, self.of)
        return Comparison(
            images=self.samples.images,
            drawn=self.samples.drawn,
            verdict=Verdict(KEPT, words.seed(self.seed), said, words.BEFORE_HELP, button=words.GO_BACK),
            stale=False,
            busy=False,
            problem=None,
            heading=words.BEFORE,
            branch=True,
            marked=self.tile,
        )


def branch(desk: Desk, drawing: Drawing, tile: int, at: int, seed: int) -> None:
    """One step of the desk's history: the first ``at`` pixels of completion ``tile`` are adopted, the seed is another.

    The desk has finished completions of its present picture; they are kept with the branch.
    """
    before, samples, made = desk.edit, desk.samples, desk.made
    assert samples is not None and made is not None, "only what was drawn can be branched"
    image, order = made.completion.images[tile], made.completion.order
    whole = np.ones(image.shape[:2], np.bool_)
    document = before.document.with_prefix(image, whole, order, drawing.place_after(at))
    parameters = dict(before.parameters) | {"seed": seed}
    memory = before.memory if document is before.document else document.over(before.memory)
    desk.history.push(replace(before, document=document, parameters=parameters, memory=memory))
    desk.branch = Branch(before, desk.edit, samples, made, tile, at, drawing.count)


def branch_on_show(desk: Desk | None) -> Branch | None:
    """The desk's branch, unless it was undone, or lies so far back that the history has no way to before it."""
    kept = None if desk is None else desk.branch
    if desk is None or kept is None:
        return None
    return kept if all(desk.history.has_passed(edit) for edit in (kept.before, kept.after)) else None


# --- in a scene


def pack_branch(kept: Branch | None) -> dict[str, Any] | None:
    """A branch as JSON can hold it."""
    if kept is None:
        return None
    return {
        "document": pack_image(kept.before.document),
        "memory": pack_image(kept.before.memory),
        "parameters": dict(kept.before.parameters),
        "images": pack(kept.samples.images),
        "tile": kept.tile,
        "at": kept.at,
        "of": kept.of,
    }


def unpack_branch(manifest: Manifest, packed: Any, after: Edit) -> Branch | None:
    """The branch that `pack_branch` packed, made by the step to ``after``; None if it is damaged or of another size."""
    try:
        document, memory = unpack_image(packed["document"]), unpack_image(packed["memory"])
        images = unpack(packed["images"])
        tile, at, of = (packed[name] for name in ("tile", "at", "of"))
        checked = {name: parameter_value(manifest, name, value) for name, value in dict(packed["parameters"]).items()}
    except (EngineError, KeyError, TypeError, ValueError):
        return None
    shape = after.document.shape
    fits = document.shape == memory.shape == shape and images.ndim == 4 and images.shape[1:] == shape
    if not fits or not all(type(number) is int for number in (tile, at, of)):
        return None
    if not (0 <= tile < len(images) and 0 <= at < of <= document.state.size):
        return None
    known = {name: value for name, value in checked.items() if value is not None}
    before = Edit(document, dict(after.parameters) | known, document.over(memory))
    samples = SampleSet(images, np.ones(images.shape[:3], np.bool_))
    return Branch(before, after, samples, None, tile, at, of)
