"""``reverie replay``: saved pictures made again from their notes, and compared pixel by pixel."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.catalogue.registry import Registry
from engine.cli import pictures
from engine.cli.answers import Answers, progress
from engine.cli.printing import print_json
from engine.contracts.manifest import Manifest
from engine.errors import EngineError, FileError
from engine.records.note_text import MAX_CHARACTERS, TEXT_KEY
from engine.records.png_text import without_text
from engine.records.replaying import Verdict, request_of, verdict

IDENTICAL, DIFFERS, CANNOT = 0, 1, 2
_NAMES = {IDENTICAL: "identical", DIFFERS: "differs", CANNOT: "cannot"}


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a file: one of `IDENTICAL`, `DIFFERS` and `CANNOT`, why, and with which model it was made."""

    file: Path
    code: int
    sentence: str
    model: str = ""
    verdict: Verdict | None = None
    error: EngineError | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """For a program."""
        facts = {"file": self.file, "result": _NAMES[self.code], "sentence": self.sentence, "model": self.model}
        if self.error is not None:
            facts["error"] = {"code": self.error.code, "problem": self.error.problem, "remedy": self.error.remedy}
        if self.verdict is not None:
            facts |= {
                "pixels": self.verdict.pixels,
                "differing": self.verdict.differing,
                "largest": self.verdict.largest,
                "changed": self.verdict.changed,
                "altered": self.verdict.altered,
            }
        return facts


def replay(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Make pictures again; exit code 0 if all are identical, 1 if one differs, 2 if one cannot be made."""
    files = list(_files(options.files))
    manifests = Registry(folders).manifests()
    found = []
    with Answers(folders) as engine, progress(f"making {len(files)} again") as on_fraction:
        for file in files:
            found.append(replayed(file, engine, manifests))
            on_fraction(len(found) / len(files))
            if not options.json:
                print(f"{file}: {found[-1].sentence}")
    if options.json:
        print_json({"files": [each.facts for each in found], **_counts(found)})
    elif len(found) > 1:
        print(", ".join(f"{count:,} {name}" for name, count in _counts(found).items() if count) + ".")
    return max(each.code for each in found)


def _counts(found: Sequence[Replayed]) -> dict[str, int]:
    return {name: sum(each.code == code for each in found) for code, name in _NAMES.items()}


def _files(given: Sequence[str]) -> Iterator[Path]:
    """The files themselves, and the PNG files of folders."""
    for path in map(Path, given):
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() == ".png")
        if not inside:
            raise FileError(f"The folder {path} holds no PNG file.", "Name a folder of pictures that Reverie saved.")
        yield from inside


def replayed(file: Path, engine: Answers, manifests: Sequence[Manifest]) -> Replayed:
    """Make one file's pictures again, whatever it holds."""
    try:
        again = request_of(read_note(file), manifests)
        saved = pictures.read_picture(file).rgba
        made = np.concatenate([engine.ask(request).images for request in again.requests])
        found = verdict(again, made, saved)
    except EngineError as error:
        return Replayed(file, CANNOT, str(error), error=error)
    code = IDENTICAL if found.identical else DIFFERS
    return Replayed(file, code, found.sentence, model=again.manifest.id, verdict=found)


def read_note(file: Path) -> str:
    """The text of a file's note; raises `FileError` where it has none that can be read."""
    text = without_text(pictures.read_file(file), TEXT_KEY, MAX_CHARACTERS)
    if text.note is None:
        problem = text.problem or "The file carries no Reverie note"
        raise FileError(f"{problem}.", "Only pictures that Reverie saved as PNG can be made again.")
    return text.note
