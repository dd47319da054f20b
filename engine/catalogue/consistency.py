"""What a manifest may not say, though every one of its values has the right type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath

from engine.contracts.manifest import FAMILIES, Condition, GraphSpec, ImageSpec, Manifest, StatePort
from engine.errors import ManifestError

REMEDY = "Correct it (docs/model_folder.md says how), or export the model again."
MAX_SIDE, MAX_LEVELS = 1024, 65536
"""Wider pictures than any that Reverie draws pixel by pixel, and few enough pixels for the canvas to keep up."""
CHANNELS = (1, 3)
"""Grey, and red, green, blue: what a canvas can show."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
RANGES = ("level_index", "0..1", "-1..1")
ENCODINGS = ("one_hot", "index")
STATE_TYPES = ("float32", "float16", "int64", "int32", "bool")
PORTS = {
    "likelihood": (("image",), ("logits",)),
    "sampler_row": (("noise", "known", "observed"), ("levels", "logits")),
    "sampler_prime": (("image",), ("logits",)),
}
"""The meanings that an autoregressive model's graphs take and give, besides conditions and states."""


def check(manifest: Manifest) -> None:
    """Raise `ManifestError` for the first thing that cannot be."""
    if manifest.family not in FAMILIES:
        raise ManifestError(f"the family '{manifest.family}' is unknown.", f"Use one of {', '.join(FAMILIES)}.")
    if not NAME.fullmatch(manifest.id):
        raise ManifestError(
            f"the id {manifest.id!r} cannot be a name.", "Use letters, digits, dots, dashes and underscores."
        )
    _image(manifest.image)
    for condition in manifest.conditions:
        _condition(condition)
    for spec in manifest.graphs.values():
        _file(spec.file)
        for state in spec.state:
            _state(state)
    if manifest.family == "autoregressive":
        _autoregressive(manifest)


def _image(image: ImageSpec) -> None:
    for name, value, low, high in (
        ("height", image.height, 1, MAX_SIDE),
        ("width", image.width, 1, MAX_SIDE),
        ("levels", image.levels, 2, MAX_LEVELS),
    ):
        if not low <= value <= high:
            raise ManifestError(f"the image's '{name}' is {value}, and can be {low} to {high}.", REMEDY)
    if image.channels not in CHANNELS:
        raise ManifestError(f"the image's 'channels' is {image.channels}, and can be 1 or 3.", REMEDY)
    if image.range not in RANGES:
        raise ManifestError(f"the image's range '{image.range}' is unknown.", f"Use one of {', '.join(RANGES)}.")
    if image.palette is None:
        return
    if len(image.palette) != image.levels:
        raise ManifestError(f"the palette has {len(image.palette)} colours for {image.levels} levels.", REMEDY)
    if not all(0 <= value <= 255 for colour in image.palette for value in colour):
        raise ManifestError("the palette has a colour outside 0 to 255.", REMEDY)


def _condition(condition: Condition) -> None:
    needed = len(condition.names) + condition.null
    if not condition.names or (condition.columns and condition.columns < needed):
        raise ManifestError(
            f"the condition '{condition.name}' has {condition.columns} columns for {needed} values.", REMEDY
        )
    if condition.encoding not in ENCODINGS:
        raise ManifestError(
            f"the encoding '{condition.encoding}' of the condition '{condition.name}' is unknown.",
            f"Use one of {', '.join(ENCODINGS)}.",
        )


def _file(name: str) -> None:
    """A plain name on any system, whichever wrote the manifest."""
    plain = name == PurePosixPath(name).name == PureWindowsPath(name).name and name not in ("", ".", "..")
    if not plain or not name.isprintable():
        raise ManifestError(f"the graph file {name!r} leaves the model folder.", "Use a plain file name.")


def _state(state: StatePort) -> None:
    zeros = [axis for axis, size in enumerate(state.shape) if size == 0]
    if zeros != [state.batch_axis] or min(state.shape) < 0 or state.dtype not in STATE_TYPES:
        raise ManifestError(
            f"the state '{state.input}' of shape {list(state.shape)} and type '{state.dtype}' cannot be.",
            f"Its size is 0 on its batch axis and nowhere else, its type one of {', '.join(STATE_TYPES)}.",
        )


def _autoregressive(manifest: Manifest) -> None:
    if "likelihood" not in manifest.graphs:
        raise ManifestError("it has no graph of the role 'likelihood', which the family needs.", REMEDY)
    for role, spec in manifest.graphs.items():
        for missing in _missing(manifest, role, spec):
            raise ManifestError(f"the graph '{role}' has no {missing}.", REMEDY)


def _missing(manifest: Manifest, role: str, spec: GraphSpec) -> Iterator[str]:
    if role not in PORTS:
        return
    inputs, outputs = PORTS[role]
    wanted = (*inputs, *(condition.name for condition in manifest.conditions))
    yield from (f"input that means '{name}'" for name in wanted if name not in spec.inputs)
    if role == "sampler_prime" and "sampler_row" in manifest.graphs:
        outputs = (*outputs, *(state.input for state in manifest.graphs["sampler_row"].state))
    yield from (f"output that means '{name}'" for name in outputs if name not in spec.outputs)
