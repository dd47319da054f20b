"""Making a saved picture again from its note, and saying whether it is the same, pixel by pixel.

`request_of` reads the notes of samples, completions, walks and decoded pictures; to ask the engine is the
caller's; `verdict` compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.contracts.arrays import Image, Images
from engine.contracts.manifest import Manifest
from engine.contracts.requests import CompleteImage, DecodeLatents, SampleImages
from engine.errors import FileError, ModelNotFound
from engine.records import completion_note, latent_note, note_text, sample_note, sheet_pictures, walk_note
from engine.records.checked_values import all_brought_inside
from engine.records.completion_note import CompletionNote
from engine.records.latent_note import LatentNote
from engine.records.provenance import made_with, pixels_sha256
from engine.records.walk_note import WalkNote

_NAMES = {"onnxruntime": "ONNX Runtime", "numpy": "NumPy", "reverie": "Reverie"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replay:
    """``request`` to the model of ``manifest`` makes a saved picture again.

    more
        What is asked after it, one by one, where a strip was drawn by a request a picture.
    index
        Which of the answers' images it is; None where the file is a sheet of all.
    sha256, digests, made_with
        As in the note; empty in notes of earlier versions.
    """

    request: SampleImages | CompleteImage | DecodeLatents
    manifest: Manifest
    index: int | None
    more: tuple[SampleImages, ...] = ()
    sha256: str = ""
    digests: Mapping[str, str] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=dict)

    @property
    def requests(self) -> tuple[SampleImages | CompleteImage | DecodeLatents, ...]:
        """Everything to be asked, in this order; the images of all answers are the picture's."""
        return (self.request, *self.more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a picture came out again.

    differing, pixels, largest
        How many pixels of how many differ, and by how much at most, of 255.
    changed
        In words, what is otherwise than when it was saved.
    altered
        The file's pixels are not those that its note was written for.
    """

    identical: bool
    differing: int
    pixels: int
    largest: int
    changed: tuple[str, ...] = ()
    altered: bool = False

    @property
    def sentence(self) -> str:
        """All of it, for a person."""
        if self.identical:
            same = "Made again, and identical in every pixel"
            return f"{same}, although {_listed(self.changed)}." if self.changed else f"{same}."
        how = f"{self.differing:,} of {self.pixels:,} pixels differ, by up to {self.largest} of 255"
        if self.altered:
            return f"{how}: the file's pixels were changed after it was saved."
        if self.changed:
            return f"{how}: {_listed(self.changed)}."
        return f"{how}, although model, runtime and machine are those that it was saved with."


def request_of(text: str, manifests: Iterable[Manifest]) -> Replay:
    """What makes the picture with this note again, with one of the installed models.

    Raises
    ------
    FileError
        The note is broken, foreign or of a later version, or does not say how to make the whole file again.
    ModelNotFound
        The model is not installed.
    """
    if completion_note.is_completion_note(text):
        return _of_completion(completion_note.from_text(text), manifests)
    if latent_note.is_latent_note(text):
        return _of_latents(latent_note.from_text(text), manifests)
    if walk_note.is_walk_note(text):
        return _of_walk(walk_note.from_text(text), manifests)
    note = sample_note.from_text(text)
    return Replay(
        request=note.request,
        manifest=_installed(note.request.model, manifests),
        index=note.index if note.request.count == 1 else None,
        sha256=note.sha256,
        digests=note.digests,
        made_with=note.made_with,
    )


def _installed(model: str, manifests: Iterable[Manifest]) -> Manifest:
    found = next((manifest for manifest in manifests if manifest.id == model), None)
    if found is None:
        raise ModelNotFound(
            f"The picture was made with {model}, which is not installed.",
            "Install that model; 'reverie models' lists what is there.",
            model=model,
        )
    return found


def _of_completion(note: CompletionNote, manifests: Iterable[Manifest]) -> Replay:
    if note.made_with and not note.sha256:
        raise FileError(
            "No one request made the picture: it was painted on since, or was not finished.",
            "Drop it on the window, which restores the state that it was saved in.",
        )
    # what auto came to then: another version may choose otherwise
    resolved = {name: note.resolved[name] for name in ("orientation", "method") if name in note.resolved}
    told = dict(note.parameters) | resolved
    return Replay(
        request=CompleteImage(
            model=note.model, pixels=note.pixels, observed=note.state != completion_note.UNKNOWN, **told
        ),
        manifest=_installed(note.model, manifests),
        index=note.index,
        sha256=note.sha256,
        digests=note.digests,
        made_with=note.made_with,
    )


def _of_latents(note: LatentNote, manifests: Iterable[Manifest]) -> Replay:
    if note.map is not None:
        raise FileError(
            "The picture is a map of latent space, and one request makes no map.",
            "Drop it on the window, which goes to that map.",
        )
    told = all_brought_inside(DecodeLatents, dict(note.parameters))
    return Replay(
        request=DecodeLatents(model=note.model, z=note.z, class_names=note.class_names, **told),
        manifest=_installed(note.model, manifests),
        index=0 if len(note.z) == 1 else None,
        sha256=note.sha256,
        digests=note.digests,
        made_with=note.made_with,
    )


def _of_walk(note: WalkNote, manifests: Iterable[Manifest]) -> Replay:
    points = None
    if note.z is not None:
        points = DecodeLatents(model=note.request.model, z=note.z, class_names=note.class_names)
    return Replay(
        request=note.draws[0] if points is None else points,
        more=note.draws[1:],
        manifest=_installed(note.request.model, manifests),
        index=None,
        sha256=note.sha256,
        digests=note.digests,
        made_with=note.made_with,
    )


def verdict(replay: Replay, made: Images, saved: NDArray[np.uint8], now: Mapping[str, str] | None = None) -> Verdict:
    """Compare a file's pixels, ``(h, w, 1 to 4)``, with the images ``(N, H, W, C)`` of the answers to the replay's
    requests.

    ``now`` is what pictures are made with here.  Raises `FileError` where the file does not show those pictures.
    """
    shown, again = _closest(replay, made, saved)
    apart = np.abs(shown.astype(np.int16) - again.astype(np.int16)).max(axis=-1)
    differing = int(np.count_nonzero(apart))
    return Verdict(
        identical=differing == 0,
        differing=differing,
        pixels=apart.size,
        largest=int(apart.max(initial=0)),
        changed=differences(replay, made_with() if now is None else now),
        altered=differing > 0 and bool(replay.sha256) and pixels_sha256(shown) != replay.sha256,
    )


def _closest(replay: Replay, made: Images, saved: NDArray[np.uint8]) -> tuple[Image | Images, Image | Images]:
    """What the file shows, and what should be there; of several ways to see it the one that agrees most."""
    if saved.shape[2] in (2, 4) and (saved[..., -1] < 255).any():
        raise FileError(
            "Parts of the picture are see-through: they were not drawn yet when it was saved.",
            "Drop it on the window, which restores the state that it was saved in.",
        )
    ways = list(_ways(replay, made, saved))
    if not ways:
        raise FileError(
            "The file does not show the pictures of its note: it has another size, or shows what was painted.",
            "Drop it on the window, which restores the state that it was saved in.",
        )
    return min(ways, key=lambda way: int(np.count_nonzero(way[0] != way[1])))


def _ways(replay: Replay, made: Images, saved: NDArray[np.uint8]) -> Iterator[tuple[Image | Images, Image | Images]]:
    shape = (made.shape[1], made.shape[2], made.shape[3])
    one = sheet_pictures.alone(saved, shape) if replay.index is not None else None
    if one is not None:
        yield one, made[replay.index or 0]
    if replay.index is None or len(made) == 1:
        yield from ((pictures, made) for pictures in sheet_pictures.on_sheet(saved, shape, len(made)))


def differences(replay: Replay, now: Mapping[str, str]) -> tuple[str, ...]:
    """What is otherwise now than when the picture was saved, in words."""
    digests = note_text.graph_digests(replay.manifest)
    roles = sorted(role for role, digest in replay.digests.items() if digests.get(role) != digest)
    out = [f"the model's {' and '.join(roles)} {'is' if len(roles) == 1 else 'are'} another"] if roles else []
    for name, then in sorted(replay.made_with.items()):
        today = now.get(name, then)
        if today == then:
            continue
        if name == "machine":
            out.append(f"the machine is {today} and was {then}")
        elif name in _NAMES:
            out.append(f"{_NAMES[name]} is {today} and was {then}")
    return tuple(out)


def _listed(words: tuple[str, ...]) -> str:
    return "; ".join(words)
