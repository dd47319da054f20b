"""``manifest.json`` to `Manifest` and back, with one sentence for everything that can be wrong with it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.catalogue import consistency
from engine.catalogue.consistency import REMEDY
from engine.contracts.manifest import (
    ROLES,
    SCHEMA,
    Condition,
    GraphSpec,
    ImageSpec,
    Manifest,
    Port,
    StatePort,
    with_names,
)
from engine.errors import ManifestError

FILE = "manifest.json"
_KINDS: dict[Any, tuple[type[Any], str]] = {
    "str": (str, "a text"),
    "int": (int, "a whole number"),
    "int | None": (int, "a whole number"),
    "bool": (bool, "true or false"),
    "Mapping[str, Any]": (dict, "an object"),
    "Mapping[str, Any] | None": (dict, "an object"),
}
"""The annotations of `engine.contracts.manifest` that JSON has a type for, and what a person calls it."""


def read(folder: Path) -> Manifest:
    """The manifest of a model folder.

    Raises
    ------
    ManifestError
        It is missing, no JSON, of an unknown schema, or contradicts itself.
    """
    path = folder / FILE
    try:
        return _parsed(path.read_bytes())
    except OSError as error:
        raise ManifestError(f"The folder {folder} has no readable {FILE}.", "Choose a model folder.") from error
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{path} is not valid JSON: {error}.", REMEDY) from error
    except ManifestError as error:
        raise ManifestError(f"{path}: {error.problem}", error.remedy, **error.facts) from error


@lru_cache(maxsize=64)
def _parsed(file: bytes) -> Manifest:
    """Kept, since a start of the window reads every catalogue eight times: a manifest is a value, and nobody changes
    it."""
    return from_json(json.loads(file.decode("utf-8")))


def from_json(raw: Any) -> Manifest:
    """A `Manifest` from parsed JSON; unknown keys are ignored, names that may be left out filled in, other missing ones
    named."""
    if not isinstance(raw, dict):
        raise ManifestError("the manifest is not an object.", REMEDY)
    schema = raw.get("schema")
    if schema != SCHEMA or type(schema) is not int:
        raise ManifestError(
            f"its schema is {schema!r}, and this version of Reverie reads schema {SCHEMA}.",
            "Update Reverie, or export the model again.",
        )
    raw = with_names(raw)
    manifest = Manifest(
        **_known(Manifest, raw)
        | {
            "image": _image(_object(raw["image"], "image")),
            "conditions": tuple(_condition(_object(c, "conditions")) for c in _list(raw, "conditions")),
            "graphs": {role: _graph(role, spec) for role, spec in _object(raw["graphs"], "graphs").items()},
            "references": _strings(raw, "references"),
        }
    )
    consistency.check(manifest)
    return manifest


def to_json(manifest: Manifest) -> dict[str, Any]:
    """A manifest as JSON can hold it, ``schema`` first; what is empty is left out."""
    fields = ((f.name, getattr(manifest, f.name)) for f in dataclasses.fields(manifest))
    return {"schema": SCHEMA} | {name: _plain(v) for name, v in fields if v not in (None, (), "", {})}


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
    """The values that a dataclass has fields for, of its fields' types."""
    known = {}
    for field in dataclasses.fields(kind):
        if field.name in raw:
            known[field.name] = _typed(field, raw[field.name])
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ManifestError(f"the key '{field.name}' is missing.", REMEDY)
    return known


def _typed(field: dataclasses.Field[Any], value: Any) -> Any:
    """``value`` as it is; `ManifestError` if the field's annotation names another type."""
    if field.type in _KINDS and not (value is None and "None" in str(field.type)):
        kind, words = _KINDS[field.type]
        if type(value) is not kind:
            raise _misshapen(field.name, words)
    return value


def _misshapen(name: str, wanted: str) -> ManifestError:
    return ManifestError(f"the key '{name}' is not {wanted}.", REMEDY, key=name)


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _misshapen(name, "an object")
    return value


def _list(raw: Mapping[str, Any], name: str) -> list[Any]:
    value = raw.get(name, [])
    if not isinstance(value, list):
        raise _misshapen(name, "a list")
    return value


def _strings(raw: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = _list(raw, name)
    if not all(isinstance(value, str) for value in values):
        raise _misshapen(name, "a list of texts")
    return tuple(values)


def _whole_numbers(values: Any, name: str) -> tuple[int, ...]:
    if not isinstance(values, list) or not all(type(value) is int for value in values):
        raise _misshapen(name, "a list of whole numbers")
    return tuple(values)


def _image(raw: Mapping[str, Any]) -> ImageSpec:
    colours = None
    if raw.get("palette") is not None:
        colours = tuple(_whole_numbers(colour, "palette") for colour in _list(raw, "palette"))
        if any(len(colour) != 3 for colour in colours):
            raise _misshapen("palette", "a list of [r, g, b]")
    return ImageSpec(**_known(ImageSpec, raw) | {"palette": colours})


def _condition(raw: Mapping[str, Any]) -> Condition:
    return Condition(**_known(Condition, raw) | {"names": _strings(raw, "names")})


def _graph(role: str, value: Any) -> GraphSpec:
    if role not in ROLES:
        raise ManifestError(f"the graph role '{role}' is unknown.", f"Use one of {', '.join(ROLES)}.")
    raw = _object(value, role)
    known = _known(GraphSpec, raw)
    return GraphSpec(
        file=known["file"],
        sha256=known["sha256"],
        inputs=_ports(known["inputs"], "inputs"),
        outputs=_ports(known["outputs"], "outputs"),
        state=tuple(_state(_object(state, "state")) for state in _list(raw, "state")),
        shares_state=known.get("shares_state", False),
        batch=known.get("batch"),
    )


def _ports(value: Any, name: str) -> dict[str, Port]:
    return {meaning: _port(_object(port, meaning)) for meaning, port in _object(value, name).items()}


def _port(raw: Mapping[str, Any]) -> Port:
    return Port(**_known(Port, raw) | {"axes": _strings(raw, "axes")})


def _state(raw: Mapping[str, Any]) -> StatePort:
    return StatePort(**_known(StatePort, raw) | {"shape": _whole_numbers(raw.get("shape"), "shape")})
