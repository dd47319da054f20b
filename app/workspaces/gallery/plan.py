"""What a person wants to see on the wall: all that undo brings back, and the wall that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.documents.wall import MAX_WALL, Wall
from engine.contracts.controls import MAX_SEED, NO_TRUNCATION, controls
from engine.contracts.manifest import Manifest
from engine.contracts.requests import SampleImages

COUNTS = (100, 256, 1_000, 2_500, MAX_WALL)
TURN, ROWS, ONE = "turn", "rows", "one"
ARRANGEMENTS = (TURN, ROWS, ONE)
"""Classes as they come; a row a class, a column a place of the seed; pictures of one class."""
DRAWN, BY_CLASS, BY_SCORE = "drawn", "class", "score"
SORTS = (DRAWN, BY_CLASS, BY_SCORE)
FIELDS = ("temperature", "truncation", "seed", "class_name")
"""The fields of `SampleImages` that the inspector offers; ``count`` stands above the wall."""
VALUE_KINDS = {"autoregressive": "exact", "gaussian": "exact", "vae": "lower bound", "gan": "score"}
"""What is known of a picture's likelihood, by the model's family; of others ``"none"``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One step of the history.

    ``only`` is the class that alone is shown, empty for all; ``class_name`` that which alone is drawn where the
    arrangement is `ONE`.
    """

    model: str = ""
    count: int = 256
    arrangement: str = TURN
    class_name: str = ""
    seed: int = 0
    temperature: float = 1.0
    truncation: float = NO_TRUNCATION
    sort: str = DRAWN
    only: str = ""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The fields of `SampleImages` that have a control in the inspector."""
        told = self.class_name if self.arrangement == ONE else ""
        return {"temperature": self.temperature, "truncation": self.truncation, "seed": self.seed, "class_name": told}

    def wall(self, manifest: Manifest) -> Wall:
        """What is drawn."""
        names = manifest.class_names
        return Wall(
            model=manifest.id,
            count=self.count,
            seed=self.seed,
            class_name=self.class_name if self.arrangement == ONE else "",
            rows=names if self.arrangement == ROWS else (),
            temperature=self.temperature,
            truncation=self.truncation if has_prior(manifest) else NO_TRUNCATION,
        )

    def for_model(self, manifest: Manifest) -> Plan:
        """The same for another model, as far as it can be."""
        names = manifest.class_names
        known = self.class_name if self.class_name in names else ""
        possible = self.arrangement == TURN or (bool(names) and (self.arrangement == ROWS or bool(known)))
        return replace(
            self,
            model=manifest.id,
            arrangement=self.arrangement if possible else TURN,
            class_name=known,
            only="",
            sort=self.sort if self.sort != BY_SCORE else DRAWN,
        )

    def arranged(self, arrangement: str, names: tuple[str, ...]) -> Plan:
        """Arranged otherwise; where one class is to be drawn, that which was drawn last, else the first."""
        if arrangement not in ARRANGEMENTS or (arrangement != TURN and not names):
            return self
        name = self.class_name if self.class_name in names or arrangement != ONE else names[0]
        return self._with(arrangement=arrangement, class_name=name, only="")

    def with_parameter(self, manifest: Manifest, field: str, value: Any) -> Plan:
        """One of `FIELDS` changed; itself where the value cannot be that field's."""
        allowed = parameter_value(manifest, field, value)
        if allowed is None:
            return self
        if field == "class_name":
            if not allowed:
                return self._with(arrangement=TURN if self.arrangement == ONE else self.arrangement)
            return self._with(arrangement=ONE, class_name=allowed, only="")
        return self._with(**{field: allowed})

    def _with(self, **changes: Any) -> Plan:
        changed = replace(self, **changes)
        return self if changed == self else changed


def fits(manifest: Manifest) -> bool:
    """Whether a model can draw whole pictures out of nothing."""
    if manifest.family == "autoregressive":
        return True
    drawing = "generator" if manifest.family == "gan" else "decoder"
    return has_prior(manifest) and drawing in manifest.graphs


def has_prior(manifest: Manifest) -> bool:
    """Whether pictures come from a latent vector that there is a distribution of."""
    spec = manifest.latent_spec
    return spec is not None and spec.prior != "none"


def fields_of(manifest: Manifest) -> frozenset[str]:
    """The parameters that mean anything for this model."""
    without = set() if has_prior(manifest) else {"truncation"}
    return frozenset(FIELDS) - without - (set() if manifest.class_names else {"class_name"})


def value_kind(manifest: Manifest) -> str:
    """What can be known of a picture's likelihood: exact, lower bound, score, or none."""
    needed = {"gan": "discriminator", "vae": "encoder", "autoregressive": "likelihood"}.get(manifest.family)
    known = needed is None or needed in manifest.graphs or bool(manifest.scored_by)
    return VALUE_KINDS.get(manifest.family, "none") if known else "none"


def parameter_value(manifest: Manifest, field: str, value: Any) -> Any:
    """The value, brought into the field's bounds, if it can be that field's; else None."""
    if field == "class_name":
        return value if value == "" or value in manifest.class_names else None
    if field not in FIELDS or isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if value != value:
        return None
    if field == "seed":
        return min(max(int(value), 0), MAX_SEED) if abs(value) < 2**63 else None
    declared = controls(SampleImages)[field]
    assert declared.minimum is not None and declared.maximum is not None, "sliders have bounds"
    return float(min(max(value, declared.minimum), declared.maximum))
