"""Values from outside as a request's fields take them: of the right type, and inside the declared bounds."""

from __future__ import annotations

from typing import Any

from engine.contracts.controls import Control, controls


def brought_inside(kind: type[Any], name: str, value: Any) -> Any:
    """A value brought inside the bounds of a request's field, or None if it cannot be that field's at all."""
    control = controls(kind).get(name)
    if control is None:
        return None
    if control.kind == "choice":
        return value if isinstance(value, str) and (not control.choices or _is_choice(control, value)) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return None
    low, high = control.minimum, control.maximum
    bounded = min(max(value, value if low is None else low), value if high is None else high)
    return float(bounded) if control.kind == "slider" else int(bounded)


def all_brought_inside(kind: type[Any], values: Any) -> dict[str, Any]:
    """Those of ``values`` that are fields of a request with a control, brought inside their bounds."""
    given = values if isinstance(values, dict) else {}
    checked = {name: brought_inside(kind, name, given[name]) for name in controls(kind) if name in given}
    return {name: value for name, value in checked.items() if value is not None}


def is_inside(kind: type[Any], name: str, value: Any) -> bool:
    """Whether a value is what the field takes, as it is."""
    bounded = brought_inside(kind, name, value)
    whole = not (isinstance(bounded, int) and isinstance(value, float))
    return bounded is not None and bool(bounded == value) and whole


def _is_choice(control: Control, value: str) -> bool:
    return value in control.choices or bool(control.choices_from)
