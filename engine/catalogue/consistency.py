"""What a manifest may not say, though every one of its values has the right type."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath

from engine.contracts.manifest import (
    FAMILIES,
    LATENT_FAMILIES,
    LIKELIHOODS,
    PRIORS,
    Condition,
    GraphSpec,
    ImageSpec,
    Manifest,
    Port,
    StatePort,
)
from engine.errors import ManifestError

REMEDY = "Correct it (docs/model_folder.md says how), or export the model again."
MAX_SIDE, MAX_LEVELS, MAX_DIM = 1024, 65536, 65536
"""Wider pictures than any that Reverie draws pixel by pixel, and few enough pixels for the canvas to keep up."""
CHANNELS = (1, 3)
"""Grey, and red, green, blue: what a canvas can show."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
RANGES = ("level_index", "0..1", "-1..1", "0..255", "logits")
ENCODINGS = ("one_hot", "index")
FLOATS = ("float32", "float16", "float64")
PORT_TYPES = ("", *FLOATS, "uint8", "int64", "int32", "bool")
"""What a graph's input or output can hold; empty where the manifest does not say."""
MAX_AXES, MAX_COLUMNS = 6, 4096
STATE_TYPES = ("float32", "float16", "int64", "int32", "bool")
PORTS = {
    "likelihood": (("image",), ("logits",)),
    "sampler_row": (("noise", "known", "observed"), ("levels", "logits")),
    "sampler_prime": (("image",), ("logits",)),
}
"""The meanings that an autoregressive model's graphs take and give, besides conditions and states."""

LATENT_PORTS = {"decoder": (("z",), ("image",)), "encoder": (("image",), ("mu",))}
"""The meanings that a latent model's graphs take and give."""
OTHER_PORTS: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "gan": {"generator": (("z",), ("image",)), "discriminator": (("image",), ("logit",))},
    "classifier": {"classifier": (("image",), ("logits", "features"))},
}
"""By family and role the meanings that its graphs take and give; conditions are inputs of both of a GAN's."""
NEEDED = {"gan": "generator", "classifier": "classifier"}
LEVELS = {"bernoulli": 2, "logistic": 256}
"""The levels of a pixel that a likelihood is made for."""
GAUSSIAN_LIKELIHOODS = ("none", "gaussian")
"""A logistic spread, or ink, around a Gaussian's mean would not be Gaussian."""


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
        if spec.batch is not None and spec.batch < 1:
            raise ManifestError(f"the batch of {spec.file} is {spec.batch}.", "Leave it out, or give 1 or more.")
        for port in (*spec.inputs.values(), *spec.outputs.values()):
            _port(spec.file, port)
        for state in spec.state:
            _state(state)
    if manifest.family == "autoregressive":
        _autoregressive(manifest)
    if manifest.family in LATENT_FAMILIES:
        _latent(manifest)
    if manifest.family in OTHER_PORTS:
        _other(manifest)


def _other(manifest: Manifest) -> None:
    """What GANs and classifiers need."""
    if manifest.family == "gan":
        _latent_values(manifest)
    _latent_image(manifest)
    role = NEEDED[manifest.family]
    if role not in manifest.graphs:
        raise ManifestError(f"it has no graph of the role '{role}', which the family needs.", REMEDY)
    for role, (inputs, outputs) in OTHER_PORTS[manifest.family].items():
        if (spec := manifest.graphs.get(role)) is None:
            continue
        told = tuple(condition.name for condition in manifest.conditions) if manifest.family == "gan" else ()
        missing = [f"input that means '{name}'" for name in (*inputs, *told) if name not in spec.inputs]
        missing += [f"output that means '{name}'" for name in outputs if name not in spec.outputs]
        if missing:
            raise ManifestError(f"the graph '{role}' has no {missing[0]}.", REMEDY)


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
    if condition.width > MAX_COLUMNS:
        raise ManifestError(
            f"the condition '{condition.name}' has {condition.width} columns, and can have {MAX_COLUMNS}.", REMEDY
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
        raise ManifestError(f"the file {name!r} leaves the model folder.", "Use a plain file name.")


def _port(file: str, port: Port) -> None:
    if port.dtype not in PORT_TYPES:
        raise ManifestError(
            f"the type '{port.dtype}' of '{port.name}' of {file} is unknown.",
            f"Leave it out, or use one of {', '.join(PORT_TYPES[1:])}.",
        )
    if len(port.axes) > MAX_AXES:
        raise ManifestError(f"'{port.name}' of {file} has {len(port.axes)} axes, and can have {MAX_AXES}.", REMEDY)


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


def _latent(manifest: Manifest) -> None:
    """What the families that decode a latent vector need."""
    _latent_values(manifest)
    _latent_image(manifest)
    if "decoder" not in manifest.graphs:
        raise ManifestError("it has no graph of the role 'decoder', which the family needs.", REMEDY)
    for role, (inputs, outputs) in LATENT_PORTS.items():
        spec = manifest.graphs.get(role)
        if spec is None:
            continue
        missing = [f"input that means '{name}'" for name in inputs if name not in spec.inputs]
        missing += [f"output that means '{name}'" for name in outputs if name not in spec.outputs]
        if missing:
            raise ManifestError(f"the graph '{role}' has no {missing[0]}.", REMEDY)
    z = manifest.graphs["decoder"].inputs["z"]
    if z.dtype not in ("", *FLOATS):
        raise ManifestError(f"the type '{z.dtype}' of '{z.name}' is none of a point.", f"Use {', '.join(FLOATS)}.")
    _latent_conditions(manifest)
    spread = manifest.latent_spec is not None and manifest.latent_spec.likelihood in ("logistic", "gaussian")
    if spread and "log_scale" not in manifest.graphs["decoder"].outputs:
        raise ManifestError(
            "the graph 'decoder' has no output that means 'log_scale', which its likelihood needs.", REMEDY
        )


def _latent_conditions(manifest: Manifest) -> None:
    """A decoder may be told the class; nothing else of the family knows of one."""
    told = set(manifest.graphs["decoder"].inputs) - {"z"}
    if {condition.name for condition in manifest.conditions} != told or not told <= {"class"}:
        raise ManifestError(
            "the graph 'decoder' has inputs besides 'z' that are not the condition 'class', or lacks that one.", REMEDY
        )
    if told and (manifest.family != "autoencoder" or "encoder" in manifest.graphs):
        raise ManifestError(
            "its decoder is told the class, and it has more than a decoder.", "Use the family autoencoder, no encoder."
        )


def _latent_values(manifest: Manifest) -> None:
    raw = manifest.latent
    if raw is None:
        raise ManifestError("the key 'latent' is missing, which the family needs.", REMEDY)
    if type(raw.get("dim")) is not int or not 1 <= raw["dim"] <= MAX_DIM:
        raise ManifestError(f"the latent 'dim' is {raw.get('dim')!r}, and can be 1 to {MAX_DIM}.", REMEDY)
    for name, choices in (("prior", PRIORS), ("likelihood", LIKELIHOODS)):
        if raw.get(name, choices[0]) not in choices:
            raise ManifestError(f"the latent '{name}' {raw[name]!r} is unknown.", f"Use one of {', '.join(choices)}.")
    beta = raw.get("beta", 1.0)
    if type(beta) not in (int, float) or not 0 <= beta < math.inf:
        raise ManifestError(f"the latent 'beta' is {beta!r}, and is a number from 0.", REMEDY)
    for name in ("file", "sha256"):
        if not isinstance(raw.get(name, ""), str):
            raise ManifestError(f"the latent '{name}' is not a text.", REMEDY)
    if raw.get("file"):
        _file(raw["file"])


def _latent_image(manifest: Manifest) -> None:
    """Pictures of continuous values, with as many levels as the likelihood is made for."""
    image, spec = manifest.image, manifest.latent_spec
    if image.range == "level_index" or image.palette is not None:
        raise ManifestError("its pictures are level indices, and a decoder gives values.", "Use range 0..1 or -1..1.")
    if image.channels not in (1, 3) or not 2 <= image.levels <= 256:
        raise ManifestError(
            f"its pictures have {image.channels} channels of {image.levels} levels, which no decoder draws.",
            "Use 1 or 3 channels, and 2 to 256 levels.",
        )
    if image.range == "logits" and "encoder" in manifest.graphs:
        raise ManifestError("its range is logits, and an encoder takes pictures.", "Use range 0..1 or -1..1.")
    if manifest.family == "gaussian" and spec is not None and spec.likelihood not in GAUSSIAN_LIKELIHOODS:
        raise ManifestError(
            f"its likelihood is '{spec.likelihood}', and a Gaussian's is a normal distribution's or none.",
            f"Use {' or '.join(GAUSSIAN_LIKELIHOODS)}, or another family.",
        )
    needed = LEVELS.get(spec.likelihood) if spec is not None else None
    if spec is not None and needed not in (None, image.levels):
        raise ManifestError(
            f"its pictures have {image.levels} levels, and the likelihood '{spec.likelihood}' is of {needed}.", REMEDY
        )
