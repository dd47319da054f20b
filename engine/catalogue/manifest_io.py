"""``manifest.json`` to `Manifest` and back, with one sentence for everything that can be wrong with it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.contracts.manifest import FAMILIES, ROLES, SCHEMA, Condition, GraphSpec, ImageSpec, Manifest, Port, StatePort
from engine.errors import ManifestError

FILE = "manifest.json"
_REMEDY = "Correct it (docs/model_folder.md says how), or export the model again."


def read(folder: Path) -> Manifest:
    """The manifest of a model folder.

    Raises
    ------
    ManifestError
        It is missing, no JSON, of an unknown schema, or contradicts itself.
    """
    path = folder / FILE
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ManifestError(f"The folder {folder} has no readable {FILE}.", "Choose a model folder.") from error
    except ValueError as error:
        raise ManifestError(f"{path} is not valid JSON: {error}.", _REMEDY) from error
    try:
        return from_json(raw)
    except ManifestError as error:
        raise ManifestError(f"{path}: {error.problem}", error.remedy, **error.facts) from error


def from_json(raw: Any) -> Manifest:
    """A `Manifest` from parsed JSON; unknown keys are ignored, missing ones named."""
    if not isinstance(raw, dict):
        raise ManifestError("the manifest is not an object.", _REMEDY)
    schema = raw.get("schema")
    if schema != SCHEMA:
        raise ManifestError(
            f"its schema is {schema!r}, and this version of Reverie reads schema {SCHEMA}.",
            "Update Reverie, or export the model again.",
        )
    try:
        manifest = Manifest(
            **_known(Manifest, raw)
            | {
                "image": _image(raw["image"]),
                "conditions": tuple(_condition(c) for c in raw.get("conditions", ())),
                "graphs": {role: _graph(role, spec) for role, spec in raw["graphs"].items()},
                "references": tuple(raw.get("references", ())),
            }
        )
    except KeyError as error:
        raise ManifestError(f"the key {error} is missing.", _REMEDY) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ManifestError(f"a value has the wrong shape ({error}).", _REMEDY) from error
    _check(manifest)
    return manifest


def to_json(manifest: Manifest) -> dict[str, Any]:
    """A manifest as JSON can hold it, ``schema`` first."""
    return {"schema": SCHEMA} | _plain(manifest)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
        return {name: _plain(v) for name, v in fields if v not in (None, (), "", {})}
    if isinstance(value, Mapping):
        return {key: _plain(v) for key, v in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    return value


def _known(kind: type[Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    names = {f.name for f in dataclasses.fields(kind)}
    return {key: value for key, value in raw.items() if key in names}


def _image(raw: Mapping[str, Any]) -> ImageSpec:
    palette = raw.get("palette")
    colours = tuple((int(r), int(g), int(b)) for r, g, b in palette) if palette else None
    return ImageSpec(**_known(ImageSpec, raw) | {"palette": colours})


def _condition(raw: Mapping[str, Any]) -> Condition:
    return Condition(**_known(Condition, raw) | {"names": tuple(raw["names"])})


def _graph(role: str, raw: Mapping[str, Any]) -> GraphSpec:
    if role not in ROLES:
        raise ManifestError(f"the graph role '{role}' is unknown.", f"Use one of {', '.join(ROLES)}.")
    return GraphSpec(
        file=raw["file"],
        sha256=raw["sha256"],
        inputs={meaning: _port(port) for meaning, port in raw["inputs"].items()},
        outputs={meaning: _port(port) for meaning, port in raw["outputs"].items()},
        state=tuple(StatePort(**_known(StatePort, s) | {"shape": tuple(s["shape"])}) for s in raw.get("state", ())),
    )


def _port(raw: Mapping[str, Any]) -> Port:
    return Port(**_known(Port, raw) | {"axes": tuple(raw.get("axes", ()))})


def _check(manifest: Manifest) -> None:
    image = manifest.image
    if manifest.family not in FAMILIES:
        raise ManifestError(f"the family '{manifest.family}' is unknown.", f"Use one of {', '.join(FAMILIES)}.")
    if min(image.height, image.width, image.channels) < 1 or image.levels < 2:
        raise ManifestError("the image's height, width, channels or levels are too small.", _REMEDY)
    if image.palette is not None and len(image.palette) != image.levels:
        raise ManifestError(f"the palette has {len(image.palette)} colours for {image.levels} levels.", _REMEDY)
    for spec in manifest.graphs.values():
        if Path(spec.file).name != spec.file:
            raise ManifestError(f"the graph file '{spec.file}' leaves the model folder.", "Use a plain file name.")
