"""A scene: the frozen state of all workspaces, as one file of JSON text that any machine with the models can open.

The same value is what is saved by itself every half minute.  Of each workspace it holds what the workspace's own
``capture`` gave, pictures inside (`app.documents.packing`); of each model that these speak of, the digests of its
graphs.  Keys that a later version adds are ignored; a later *schema* is refused.  `docs/scenes.md` has an example.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

from app.translation import tr
from engine.contracts.manifest import Manifest
from engine.errors import FileError
from engine.records.note_text import graph_digests, is_made_by, words
from engine.records.provenance import made_with
from engine.records.whole_file import write_whole

SUFFIX = ".reverie"
KIND, SCHEMA = "reverie scene", 1
"""What every scene says of itself first, and the one schema that this version writes and reads."""
MOST_BYTES = 32 * 2**20
MOST_VALUES = 2_000_000
"""So many values of lists and objects fit in memory a hundred times over; walls and paths of all models have fewer."""
MOST_DEPTH = 24
MOST_MODELS, LONGEST_NAME = 1000, 200
_LARGEST = 2**63 - 1
_ANOTHER = tr("Open another copy of it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """``workspaces`` has what each captured, by workspace; ``front`` is the one in front (empty: not known); ``models``
    has the SHA-256 of the graphs by role, by model; ``made_with`` says by which versions."""

    workspaces: Mapping[str, Mapping[str, Any]]
    front: str = ""
    models: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    made_with: Mapping[str, str] = field(default_factory=made_with)

    def missing(self, installed: Sequence[Manifest]) -> tuple[str, ...]:
        """The models that are not among these."""
        known = {model.id for model in installed}
        return tuple(sorted(model for model in self.models if model not in known))

    def changed(self, installed: Sequence[Manifest]) -> tuple[Manifest, ...]:
        """Those of these models that have other weights than when the scene was saved."""
        return tuple(m for m in installed if m.id in self.models and not is_made_by(self.models[m.id], m))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A model that a scene had open in a workspace and that is not installed: ``model``, and ``instead`` of it."""

    model: str
    instead: str


def names_model(value: object) -> TypeGuard[str]:
    """Whether a value that was read can be a model's id that a person is told."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()


def model_of(opened: str, waiting: Waiting | None) -> str:
    """The model that a scene says is open, where ``opened`` is: the one that waits, as long as nobody chose another."""
    return waiting.model if waiting is not None and waiting.instead == opened else opened


def scene_of(
    workspaces: Mapping[str, Mapping[str, Any]],
    front: str,
    installed: Sequence[Manifest],
    noted: Mapping[str, Mapping[str, str]],
) -> Scene:
    """The scene of what the workspaces captured; ``noted`` are the digests of models that are not installed, as an
    earlier scene told them."""
    known = dict(noted) | {model.id: graph_digests(model) for model in installed}
    spoken_of = sorted({model for captured in workspaces.values() for model in named_models(captured)})
    models = {model: known[model] for model in spoken_of if model in known}
    return Scene(workspaces=workspaces, front=front, models=models)


def named_models(captured: Mapping[str, Any]) -> tuple[str, ...]:
    """The models that a workspace says it has captured something of (its ``models``)."""
    named = captured.get("models")
    return tuple(name for name in named if _is_name(name)) if isinstance(named, list) else ()


# --- as text


def to_text(scene: Scene) -> str:
    """The scene as the text of its file: ASCII, one line a workspace, the same scene always the same text."""
    head: dict[str, Any] = {
        "kind": KIND,
        "schema": SCHEMA,
        "made_with": dict(scene.made_with),
        "front": scene.front,
        "models": {model: dict(digests) for model, digests in scene.models.items()},
    }
    lines = [f"{json.dumps(name)}: {_line(value)}" for name, value in head.items()]
    workspaces = [f"  {json.dumps(name)}: {_line(dict(value))}" for name, value in scene.workspaces.items()]
    lines.append('"workspaces": {\n' + ",\n".join(workspaces) + "\n}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, sort_keys=True, allow_nan=False)


def from_text(text: str, name: str) -> Scene:
    """The scene that `to_text` wrote, of a file of this ``name``; raises `FileError` for anything else.

    What a workspace captured is checked by that workspace when it opens it; here, that it is JSON of a bounded size and
    depth without numbers or words that no file can hold.
    """
    values = _parsed(text, name)
    if not isinstance(values, dict) or values.get("kind") != KIND:
        raise FileError(
            tr("{name} is no Reverie scene.").format(name=name),
            tr("Open a file that was saved with File > Save the scene."),
        )
    schema = values.get("schema")
    if type(schema) is not int or schema < 1:
        raise _damaged(name)
    if schema > SCHEMA:
        raise FileError(
            tr("{name} is a scene of schema {figure}, and this version reads up to {schema}.").format(
                name=name, figure=_figure(schema), schema=SCHEMA
            ),
            tr("Open it with a newer Reverie."),
        )
    front, workspaces, models = values.get("front", ""), values.get("workspaces"), values.get("models", {})
    if not isinstance(workspaces, dict) or not isinstance(models, dict) or len(models) > MOST_MODELS:
        raise _damaged(name)
    if not all(map(_is_name, (front, *workspaces, *models))):
        raise _damaged(name)
    if not all(isinstance(value, dict) for value in (*workspaces.values(), *models.values())):
        raise _damaged(name)
    return Scene(
        workspaces=workspaces,
        front=front,
        models={model: words(digests) for model, digests in models.items()},
        made_with=words(values.get("made_with")),
    )


def _parsed(text: str, name: str) -> Any:
    if sum(map(text.count, "[{,")) > MOST_VALUES:
        raise _too_large(name)
    try:
        values = json.loads(text, parse_int=_whole, parse_float=_finite, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise _damaged(name) from error
    if not _is_sound(values):
        raise _damaged(name)
    return values


def _whole(digits: str) -> int:
    number = int(digits) if len(digits) <= 20 else _LARGEST + 1
    if abs(number) > _LARGEST:
        raise ValueError("no number of a scene")
    return number


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refused(digits)


def _refused(digits: str) -> float:
    raise ValueError(f"{digits} is no number of a scene")


def _is_sound(values: Any) -> bool:
    """Whether nothing lies too deep, and all words are ones that a file can hold (halves of characters are not)."""
    level: list[Any] = [values]
    for _ in range(MOST_DEPTH):
        if not all(_is_text(value) for value in level if isinstance(value, str)):
            return False
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return True
    return False


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return (*value.keys(), *value.values())
    return value if isinstance(value, list) else ()


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_NAME


def _figure(number: int) -> str:
    return str(number) if number < 1_000_000 else "over 999999"


def _damaged(name: str) -> FileError:
    return FileError(tr("The scene {name} is damaged or was cut short.").format(name=name), _ANOTHER)


def _too_large(name: str) -> FileError:
    return FileError(tr("{name} is too large to be a Reverie scene.").format(name=name), tr("Open another file."))


# --- as a file


def read_scene(path: Path) -> Scene:
    """The scene in a file; raises `FileError`, also where the file is none, or cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise FileError(
            tr("There is no file {name}.").format(name=path.name), tr("Choose another one."), path=str(path)
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(
            tr("{name} cannot be read: {reason}.").format(name=path.name, reason=reason),
            tr("Choose another one."),
            path=str(path),
        ) from error
    if len(data) > MOST_BYTES:
        raise _too_large(path.name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileError(
            tr("{name} is no Reverie scene.").format(name=path.name),
            tr("Open a file that was saved with File > Save the scene."),
        ) from error
    return from_text(text, path.name)


def write_scene(path: Path, scene: Scene) -> None:
    """Write the scene whole or not at all; raises `FileError`."""
    write_whole(path, to_text(scene).encode("ascii"))
