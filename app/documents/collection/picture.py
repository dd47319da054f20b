"""What the collection holds: a picture's bytes, where they came from, and what the person said of it."""

from __future__ import annotations

import dataclasses
import json
import math
import unicodedata
from dataclasses import dataclass

from app.translation import tr
from engine.errors import RequestError

KINDS = ("exact", "lower bound", "score", "none")
"""What a picture's ``value`` is: log p(x) in nats, a lower bound on it, a discriminator's logit, or nothing (a model
with an implicit density, whose discriminator was not asked)."""
LIKELIHOODS = KINDS[:2]
MAX_LABEL, MAX_NAME = 200, 80
MAX_INTEGER = 2**63 - 1
_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_PNG_HEADER = 33


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a picture came from.

    ``request`` is the record as JSON text (what a saved PNG carries).  ``recipe`` stands for what determines the pixels
    (`app.documents.collection.recipe`) and ``sha256`` for the pixels themselves: pictures that agree in both are the
    same picture.  ``digest`` tells whether the model is still the same; ``place`` is that of the seed; ``class_name``
    is empty and ``class_id`` None without a class; ``value`` is what `KINDS` says of ``kind``, None for ``"none"``.
    """

    model: str
    digest: str
    request: str
    recipe: str
    sha256: str
    seed: int
    place: int = 0
    family: str = ""
    dataset: str = ""
    class_name: str = ""
    class_id: int | None = None
    value: float | None = None
    kind: str = "none"

    def checked(self) -> Origin:
        """This origin, if it can be kept; raises `RequestError`."""
        numbers = (self.seed, self.place, self.class_id or 0)
        if not all(0 <= number <= MAX_INTEGER for number in numbers):
            raise _unfit(tr("its seed, place or class is no whole number from 0 to 2^63 - 1"))
        if self.kind not in KINDS or (self.kind == "none") != (self.value is None):
            raise _unfit(tr("its value {value} is of no known kind ({kind})").format(value=self.value, kind=self.kind))
        if self.value is not None and math.isnan(self.value):
            raise _unfit(tr("its log-likelihood or score is not a number"))
        if not _is_json_object(self.request):
            raise _unfit(tr("its request is no JSON object"))
        if not (self.recipe and self.sha256):
            raise _unfit(tr("it is not said how it was drawn"))
        words = (self.model, self.digest, self.request, self.recipe, self.sha256)
        if not all(_is_text(word) for word in (*words, self.family, self.dataset, self.class_name)):
            raise _unfit(tr("its model, data set or class has characters that no file can hold"))
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What the person said of a picture: all that an action changes.

    ``deleted`` is the time of deletion in seconds since 1970, None for a picture that is there.
    """

    starred: bool = False
    label: str = ""
    collections: frozenset[str] = frozenset()
    deleted: float | None = None

    def moved(self, before: Marks, after: Marks) -> Marks:
        """These marks with what differs between ``before`` and ``after`` as in ``after``, the rest left alone.

        So an action can be undone although others came after it.
        """
        moved = self
        if before.starred != after.starred:
            moved = dataclasses.replace(moved, starred=after.starred)
        if before.label != after.label:
            moved = dataclasses.replace(moved, label=after.label)
        if before.deleted != after.deleted:
            moved = dataclasses.replace(moved, deleted=after.deleted)
        kept = self.collections - (before.collections - after.collections)
        return dataclasses.replace(moved, collections=kept | (after.collections - before.collections))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that is not kept yet: the bytes of its PNG file (lossless) and its origin."""

    png: bytes
    origin: Origin

    def checked(self) -> Drawing:
        """This drawing, if it can be kept; raises `RequestError`."""
        if not all(png_size(self.png)):
            raise _unfit(tr("it is no PNG file"))
        self.origin.checked()
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPicture:
    """A picture of the collection; ``created`` in seconds since 1970, ``size`` its width and height in px.  An
    ``identity`` is never given twice."""

    identity: int
    png: bytes
    origin: Origin
    marks: Marks
    created: float
    size: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntry:
    """A picture of the collection without its bytes and its record: what a list of thousands is made of.

    The fields are those of `KeptPicture` and its `Origin`.
    """

    identity: int
    created: float
    size: tuple[int, int]
    marks: Marks
    model: str
    digest: str
    sha256: str
    seed: int
    place: int
    family: str
    dataset: str
    class_name: str
    value: float | None
    kind: str


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height in a PNG file's header; (0, 0) for anything else."""
    if not png.startswith(_PNG) or len(png) < _PNG_HEADER:
        return 0, 0
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def label_text(text: str) -> str:
    """A label as it is kept: one line without spaces at its ends; raises `RequestError` if it is too long."""
    return _line(text, "label", MAX_LABEL)


def collection_name(text: str) -> str:
    """A collection's name as it is kept; raises `RequestError` if it is empty or too long."""
    name = _line(text, tr("collection's name"), MAX_NAME)
    if not name:
        raise RequestError(tr("A collection's name is empty."), tr("Give it a name."))
    return name


def _line(text: str, what: str, most: int) -> str:
    """One line: control characters and runs of spaces are one space; letters in their composed form."""
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    line = " ".join(unicodedata.normalize("NFC", spaced).split())
    if len(line) > most:
        raise RequestError(
            tr("A {what} of {n} characters is too long.").format(what=what, n=len(line)),
            tr("Use at most {most}.").format(most=most),
        )
    return line


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _is_text(word: str) -> bool:
    try:
        return b"\0" not in word.encode()
    except UnicodeEncodeError:
        return False


def _unfit(why: str) -> RequestError:
    return RequestError(
        tr("The picture cannot be kept: {why}.").format(why=why), tr("Draw it again, or save it as a file.")
    )
