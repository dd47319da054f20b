"""One model's working place: its picture and history, its completions, its tools.  A switch of models loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from app.documents.history import History
from app.documents.partial_image import Color, PartialImage
from app.documents.request_record import checked_value
from app.documents.sample_set import SampleSet
from app.translation import tr
from app.workspaces.complete.colors import color_choices, first_color
from app.workspaces.complete.state import ColorChoice, Timing
from engine.contracts.controls import controls
from engine.contracts.events import Completion
from engine.contracts.manifest import Manifest
from engine.contracts.requests import CompleteImage

if TYPE_CHECKING:
    from app.workspaces.complete.branching import Branch

FIRST_RADIUS = {"palette": 1.0, "ink": 0.5}
"""Brush radius in image pixels that a model starts with."""


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """One step of the history: the picture and the parameters.

    ``memory`` holds what was last known of each pixel, so that presets can bring back what was rubbed out.
    """

    document: PartialImage
    parameters: Mapping[str, Any]
    memory: PartialImage


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """What made the completions on show: the request and its answer."""

    request: CompleteImage
    completion: Completion


@dataclass(slots=True, eq=False)
class Desk:
    """Changed by the presenter, on the GUI thread; the values in it are frozen.

    ``completed`` is the edit whose completions are on show in full (None: something is still to be computed).
    ``selected`` is -1 where nothing is.  ``example`` is the index of the example shown last.  ``provisional``: pixels
    on show may still be replaced, and are not what a finished answer says.  ``branch``: the newest, undone or not.
    """

    manifest: Manifest
    history: History[Edit]
    tool: str
    color: Color
    colors: tuple[ColorChoice, ...]
    brush_radius: float
    hint: str = ""
    selected: int = 0
    seed_locked: bool = False
    samples: SampleSet | None = None
    made: Made | None = None
    completed: Edit | None = None
    provisional: bool = False
    timing: Timing = field(default_factory=Timing)
    example: int = -1
    branch: Branch | None = None

    @property
    def edit(self) -> Edit:
        return self.history.value

    @property
    def document(self) -> PartialImage:
        return self.history.value.document

    @property
    def count(self) -> int:
        """How many completions are asked for."""
        return int(self.edit.parameters["count"])

    def change_document(self, document: PartialImage, merge_key: str | None = None) -> bool:
        """A step to this picture; False if it is the present one."""
        if document is self.document:
            return False
        self.history.push(replace(self.edit, document=document, memory=document.over(self.edit.memory)), merge_key)
        return True

    def load_document(self, document: PartialImage) -> None:
        """A step to another picture, of which nothing older is remembered."""
        if document.same_as(self.document) and document.same_as(self.edit.memory):
            return
        self.history.push(replace(self.edit, document=document, memory=document))
        self.refresh_colors()

    def change_parameters(self, merge_key: str | None = None, **values: Any) -> bool:
        """A step to these parameter values; False if they are the present ones."""
        parameters = dict(self.edit.parameters) | values
        if parameters == self.edit.parameters:
            return False
        self.history.push(replace(self.edit, parameters=parameters), merge_key)
        return True

    def refresh_colors(self) -> None:
        """Put the colours of the present picture first; not while somebody paints, or they would jump."""
        self.colors = color_choices(self.manifest.image, self.document)


def new_desk(manifest: Manifest, document: PartialImage, parameters: Mapping[str, Any] | None = None) -> Desk:
    """A fresh place to work at: the forget brush in hand on coloured models, else the pen."""
    spec = manifest.image
    known = default_parameters(manifest) | dict(parameters or {})
    colored = spec.display_channels == 3
    return Desk(
        manifest=manifest,
        history=History(Edit(document, known, document)),
        tool="forget" if colored else "pen",
        color=first_color(spec, document),
        colors=color_choices(spec, document),
        brush_radius=FIRST_RADIUS["palette" if colored else "ink"],
    )


def default_parameters(manifest: Manifest) -> dict[str, Any]:
    """The request's declared defaults, brought to what the model allows."""
    names = controls(CompleteImage)
    fields = CompleteImage.__dataclass_fields__
    defaults = {name: fields[name].default for name in names}
    condition = manifest.condition("class")
    if condition is not None and not condition.null:
        defaults["class_name"] = condition.names[0]
    return defaults


def parameter_choices(manifest: Manifest) -> dict[str, tuple[tuple[str, str], ...]]:
    """(value, label) pairs of the parameters whose values the manifest decides."""
    condition = manifest.condition("class")
    classes = tuple((name, name) for name in manifest.class_names)
    if condition is None or condition.null:
        classes = (("", "any"), *classes)
    orders = (("auto", "automatic"), *((name, name.replace("_", " ")) for name in manifest.orientations))
    methods = (("auto", "automatic"), ("raster", tr("raster order")), ("particles", "particles"))
    return {
        "class_name": classes,
        "orientation": orders,
        "method": methods if can_weigh(manifest) else methods[:2],
    }


def can_weigh(manifest: Manifest) -> bool:
    """Whether a model can draw particles: rows of many pictures that are multiplied and ended."""
    return "sampler_row" in manifest.graphs


def weighs(manifest: Manifest, parameters: Mapping[str, Any]) -> bool:
    """Whether particles are drawn with these parameters, if given pixels come late."""
    return can_weigh(manifest) and parameters["method"] != "raster" and parameters["temperature"] > 0


def parameter_fields(manifest: Manifest, particles: bool) -> frozenset[str]:
    """The parameters that mean anything for this model, where particles are drawn or not."""
    without = set() if particles else {"particles", "runs"}
    if not manifest.class_names:
        without.add("class_name")
    if len(manifest.orientations) < 2:
        without.add("orientation")
    return frozenset(set(controls(CompleteImage)) - without)


def parameter_value(manifest: Manifest, name: str, value: Any) -> Any:
    """The value inside what request and model allow, or None if it cannot be that parameter's."""
    value = checked_value(name, value)
    choices = parameter_choices(manifest).get(name)
    return value if choices is None or value in dict(choices) else None
