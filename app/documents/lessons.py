"""Lessons: a text beside the picture whose buttons set the stage.

A lesson is ``assets/lessons/<id>.md``: between two lines of ``+++`` what it is about, as TOML, then its text
(`app.documents.lesson_text`)::

    +++
    title = "Scattered pixels"
    workspace = "complete"
    order = 1
    view = "Completions"
    minutes = 3

    [[stage]]
    name = "raster"
    model = "mnist-gated-pixelcnn"
    picture = "three-scattered.png"
    parameters = { method = "raster", count = 8 }
    lens = "none"

    [slider]
    parameter = "particles"
    values = [1, 4, 16, 64, 256]
    +++
    Some pixels are given. [The same in raster order](stage:raster)

Everything of a stage but its name may be left out, and is then left as it is.  Qt-free; pictures are read by whoever
sets the stage.
"""

from __future__ import annotations

import dataclasses
import itertools
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeGuard

from app.documents.lesson_text import WRITE_AGAIN, Block, parse_body
from app.translation import tr
from engine.errors import EngineError, FileError

MAX_BYTES = 2**16
"""Larger files are refused unread."""
FENCE = "+++"
Value: TypeAlias = str | int | float
Spot: TypeAlias = str | int | tuple[float, ...]
"""A point of latent space: its numbers, or the mean of a class by its name, or an encoded picture by its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a button of a lesson sets; None and empty ones leave things as they are.

    model, picture
        An installed model's id, and a PNG beside the lesson, unknown where it is transparent.
    parameters : Mapping
        Fields of the workspace's request.
    compare
        Raster order beside the completions, or not.
    lens, pace, tool
        By the names that the workspace has for them.
    pixel
        (column, row) to look at, from 0 at the top left.
    page, drawer
        Of the workspace, and what is unfolded below; ``"none"`` folds the drawer.
    layers
        What lies on the latent plane.
    point, moves, walk
        Where in latent space the point goes, how far along named directions from there, and through which points it
        walks then.
    chosen, sweep
        The picture on the wall that is chosen, by its place of the seed, and which walk is made from it.
    """

    name: str = ""
    model: str = ""
    picture: str = ""
    parameters: Mapping[str, Value] = field(default_factory=dict)
    compare: bool | None = None
    lens: str = ""
    pixel: tuple[int, int] | None = None
    pace: str = ""
    tool: str = ""
    page: str = ""
    drawer: str = ""
    layers: tuple[str, ...] | None = None
    point: Spot | None = None
    moves: Mapping[str, float] = field(default_factory=dict)
    walk: tuple[Spot, ...] = ()
    chosen: int | None = None
    sweep: str = ""

    def asks_for(self) -> tuple[str, ...]:
        """What it sets, by the names of the fields, besides its name and its model."""
        fresh = Stage()
        names = (each.name for each in dataclasses.fields(self))
        return tuple(n for n in names if n not in ("name", "model") and getattr(self, n) != getattr(fresh, n))


@dataclass(frozen=True, slots=True)
class Slider:
    """A lesson's slider: which parameter it sets, and the rising values that it stops at."""

    parameter: str
    values: tuple[float, ...]

    def nearest(self, value: float) -> int:
        """The number of the stop that is nearest to a value."""
        return min(range(len(self.values)), key=lambda stop: abs(self.values[stop] - value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One lesson.  ``view`` names what it is about, ``minutes`` is how long it takes to read; ``unknown`` are keys of
    the file that mean nothing to this version; ``chapter`` is what it is one of, empty for the first chapter."""

    id: str
    title: str
    workspace: str
    order: int
    view: str
    minutes: int
    stages: Mapping[str, Stage]
    slider: Slider | None
    blocks: tuple[Block, ...]
    chapter: str = ""
    unknown: tuple[str, ...] = ()


def read_lessons(folder: Path) -> tuple[tuple[Lesson, ...], tuple[str, ...]]:
    """The lessons of a folder by their order, and a sentence for each file that is none; no folder, no lessons."""
    lessons, problems = list[Lesson](), list[str]()
    for path in sorted(folder.glob("*.md")):
        if path.name == "README.md":
            continue
        try:
            lessons.append(read_lesson(path))
        except EngineError as error:
            problems.append(error.problem)
    return tuple(sorted(lessons, key=lambda lesson: (lesson.order, lesson.id))), tuple(problems)


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file; raises `FileError`, which names file and key."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except OSError as error:
        raise FileError(
            tr("The lesson {name} cannot be read: {strerror}.").format(name=path.name, strerror=error.strerror),
            WRITE_AGAIN,
        ) from error
    if data is None:
        raise FileError(
            tr("The lesson {name} is larger than {n} KB.").format(name=path.name, n=MAX_BYTES // 1024), WRITE_AGAIN
        )
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise FileError(tr("The lesson {name} is no UTF-8 text.").format(name=path.name), WRITE_AGAIN) from error
    return parse_lesson(text, path.stem, path.name)


def parse_lesson(text: str, identity: str, file: str) -> Lesson:
    """The lesson that a text is; raises `FileError`, which names the ``file`` and the key."""
    head, fence, body = text.removeprefix(f"{FENCE}\n").partition(f"\n{FENCE}\n")
    if not text.startswith(f"{FENCE}\n") or not fence:
        raise FileError(
            tr("The lesson {file} does not say between two lines of +++ what it is about.").format(file=file),
            WRITE_AGAIN,
        )
    try:
        table = _Table(tomllib.loads(head), "", file)
    except (ValueError, RecursionError) as error:
        raise FileError(
            tr("What the lesson {file} is about is no TOML: {error}.").format(file=file, error=error), WRITE_AGAIN
        ) from error
    stages = [_stage(each) for each in table.tables("stage")]
    slider = [_slider(each) for each in table.tables("slider", one=True)]
    lesson = Lesson(
        id=identity,
        title=table.text("title", needed=True),
        workspace=table.text("workspace", needed=True),
        order=table.whole("order"),
        view=table.text("view", needed=True),
        minutes=table.whole("minutes"),
        stages={stage.name: stage for stage, _ in stages},
        slider=slider[0][0] if slider else None,
        blocks=parse_body(body, file),
        chapter=table.text("chapter"),
        unknown=(*table.unknown(), *(key for _, keys in (*stages, *slider) for key in keys)),
    )
    if len(lesson.stages) < len(stages):
        raise FileError(tr("In the lesson {file} two stages have one name.").format(file=file), WRITE_AGAIN)
    _check_links(lesson, file)
    return lesson


def _check_links(lesson: Lesson, file: str) -> None:
    for link in (link for block in lesson.blocks for link in block.links):
        slider = lesson.slider.parameter if lesson.slider is not None else None
        if link.target not in lesson.stages if link.kind == "stage" else link.target != slider:
            raise FileError(
                tr("The lesson {file} has no {kind} {target!r}, but a button for it.").format(
                    file=file, kind=link.kind, target=link.target
                ),
                WRITE_AGAIN,
            )


def _stage(table: _Table) -> tuple[Stage, tuple[str, ...]]:
    stage = Stage(
        name=table.text("name", needed=True),
        model=table.text("model"),
        picture=table.take("picture", "", _is_picture, tr("the name of a PNG beside it")),
        parameters=table.take("parameters", {}, _is_parameters, tr("a table of words and numbers")),
        compare=table.take("compare", None, lambda value: isinstance(value, bool), tr("true or false")),
        lens=table.text("lens"),
        pixel=tuple(table.take("pixel", (), _is_pixel, tr("a column and a row"))) or None,
        pace=table.text("pace"),
        tool=table.text("tool"),
        **_of_latents_and_walls(table),
    )
    return stage, table.unknown()


def _of_latents_and_walls(table: _Table) -> dict[str, Any]:
    layers = table.take("layers", None, _is_words, tr("a list of words"))
    point = table.take("point", None, _is_spot, _SPOT)
    walk = table.take(
        "walk",
        (),
        lambda value: isinstance(value, list) and all(map(_is_spot, value)),
        tr("a list, {spot}").format(spot=_SPOT),
    )
    return {
        "page": table.text("page"),
        "drawer": table.text("drawer"),
        "layers": None if layers is None else tuple(layers),
        "point": None if point is None else _spot(point),
        "moves": table.take("moves", {}, _is_moves, tr("a table of numbers")),
        "walk": tuple(map(_spot, walk)),
        "chosen": table.take("chosen", None, _is_count, tr("a whole number from 0 to 999")),
        "sweep": table.text("sweep"),
    }


def _spot(value: Any) -> Spot:
    return tuple(float(each) for each in value) if isinstance(value, list) else value


def _slider(table: _Table) -> tuple[Slider, tuple[str, ...]]:
    values = table.take("values", None, _is_rising, tr("two or more rising numbers"), needed=True)
    return Slider(table.text("parameter", needed=True), tuple(values)), table.unknown()


class _Table:
    """A table of the front matter, from which every key is taken once and checked."""

    def __init__(self, values: Mapping[str, Any], name: str, file: str) -> None:
        self._values, self._name, self._file = dict(values), name, file

    def take(self, key: str, default: Any, check: Callable[[Any], bool], what: str, needed: bool = False) -> Any:
        """The value of a key, or ``default`` where it is absent; raises `FileError` unless it is ``what``."""
        if key not in self._values and not needed:
            return default
        value = self._values.pop(key, None)
        if not check(value):
            raise FileError(
                tr("In the lesson {file}, {name}{key} has to be {what}.").format(
                    file=self._file, name=self._name, key=key, what=what
                ),
                WRITE_AGAIN,
            )
        return value

    def text(self, key: str, needed: bool = False) -> str:
        """A line of words."""
        return str(self.take(key, "", _is_line, tr("a line of words"), needed))

    def whole(self, key: str) -> int:
        """A count."""
        return int(self.take(key, 0, _is_count, tr("a whole number from 0 to 999")))

    def tables(self, key: str, one: bool = False) -> Iterator[_Table]:
        """The tables under a key: a list of them, or ``one``."""
        check = _is_table if one else _is_tables
        found = self.take(key, () if not one else None, check, tr("a table") if one else tr("a list of tables"))
        for number, values in enumerate((found,) if one and found is not None else found or ()):
            yield _Table(values, f"{key}." if one else f"{key} {number + 1}: ", self._file)

    def unknown(self) -> tuple[str, ...]:
        """The keys that nobody took."""
        return tuple(f"{self._name}{key}" for key in self._values)


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable() and len(value) <= 200


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 999


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _is_picture(value: Any) -> bool:
    return isinstance(value, str) and value.endswith(".png") and Path(value).name == value and "\\" not in value


def _is_parameters(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) or _is_number(each) for each in value.values())


def _is_pixel(value: Any) -> bool:
    return isinstance(value, Sequence) and len(value) == 2 and all(map(_is_count, value))


_SPOT = tr("a list of numbers, or a class, or the number of a code")


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_line, value))


def _is_spot(value: Any) -> bool:
    return (
        _is_line(value) or _is_count(value) or (isinstance(value, list) and bool(value) and all(map(_is_number, value)))
    )


def _is_moves(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_number, value.values()))


def _is_rising(value: Any) -> bool:
    numbers = value if isinstance(value, list) and all(map(_is_number, value)) else []
    return len(numbers) >= 2 and all(a < b for a, b in itertools.pairwise(numbers))
