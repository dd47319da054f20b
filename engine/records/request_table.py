"""The requests of pictures as a CSV table (RFC 4180) that a spreadsheet opens and in which nothing is a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

from engine.records.wall_picture import WallPicture

COLUMNS = (
    *("file", "model", "digest", "family", "seed", "place", "class", "asked_class", "orientation"),
    *("temperature", "truncation", "value", "kind", "star", "label", "sha256"),
)
"""``class`` is what the model was told, ``asked_class`` what was asked for (empty: the classes come in turn);
``digest`` names each graph's SHA-256 as role=digest."""

_FORMULA = re.compile(r"((?:^|[;,|\t\"'])\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""A place where some spreadsheet, with some separator, would begin a formula."""


class RequestTable:
    """The table of pictures and their files' names, growing; of a picture nothing but its row is kept."""

    def __init__(self) -> None:
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, quoting=csv.QUOTE_NONNUMERIC)
        self._writer.writerow(COLUMNS)

    def add(self, name: str, picture: WallPicture) -> None:
        """One more row."""
        self._writer.writerow(_row(name, picture))

    def data(self) -> bytes:
        """UTF-8 with the mark that spreadsheets know it by; text is quoted, numbers are not."""
        return self._text.getvalue().encode("utf-8-sig", "replace")


def _row(name: str, picture: WallPicture) -> tuple[object, ...]:
    asked = picture.request
    told = ("", "", "", "") if asked is None else (
        text_cell(asked.class_name), text_cell(asked.orientation), float(asked.temperature), float(asked.truncation)
    )  # fmt: skip
    return (
        *(text_cell(name), text_cell(picture.model), _digest(picture), text_cell(picture.family)),
        *(int(picture.seed), int(picture.place), text_cell(picture.class_name), *told),
        *("" if picture.value is None else float(picture.value), text_cell(picture.kind)),
        *(int(picture.starred), text_cell(picture.label), picture.sha256),
    )


def _digest(picture: WallPicture) -> str:
    return " ".join(f"{role}={digest}" for role, digest in sorted(picture.digests.items()))


def text_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before what would begin one.

    What no line can hold (line breaks, control characters) is a space.
    """
    line = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return _FORMULA.sub(r"\1'", line)
