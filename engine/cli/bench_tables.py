"""What ``reverie bench`` measured as tables of Markdown: for every kind of work the ratios first, then the values.

A table has a row a model and a column a measurement; what a row means is said by its own note and by docs/cli.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.cli.bench import Row
from engine.cli.printing import number


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stand in one table: those called ``<prefix>.<model>.<measure>``, or without a prefix ``<measure>``
    alone; a column's head by measure."""

    title: str
    prefix: str
    heads: Mapping[str, str]


GROUPS = (
    Group(
        "Pixel by pixel",
        "ar",
        {
            "b1.vs_naive": "one picture, quicker than naive",
            "b16.vs_naive": "16 pictures, quicker than naive",
            "b1.vs_forward": "one picture, in full passes",
            "b16.vs_forward": "16 pictures, in full passes",
            "b1.vs_naive_full": "one picture, quicker than naive, really run",
        },
    ),
    Group(
        "Under the pen",
        "complete",
        {
            "stroke_to_row_ms": "stroke to first row",
            "examine": "every pixel examined, in bare passes",
            "window.bits_map": "bits map, of its 30 ms",
            "window.bits_map_meanwhile": "bits map while drawing, of its 30 ms",
            "window.microscope": "microscope, of its 16 ms",
        },
    ),
    Group(
        "Latent space",
        "latent",
        {
            "drag_p95_ms": "drag to picture, p95",
            "answer_p95_ms": "request to answer, p95",
            "grid400.vs_raw": "400 pictures, in bare runs",
            "map.worst_frame_ms": "map, worst frame",
            "map.cache_mb": "map's pictures, of their bound",
            "map.missing_at_rest": "map, places missing at rest",
        },
    ),
    Group(
        "Walls",
        "gallery",
        {
            "first": "first 16 pictures",
            "vs_raw": "whole wall, in bare runs",
            "window.first_tile_ms": "first tile in the window",
            "window.streaming_frame_ms": "worst frame while drawn, of 33 ms",
            "window.worst_frame_ms": "worst frame afterwards, of 33 ms",
            "window.growth_mb": "memory, of 250 MB",
        },
    ),
    Group(
        "The program",
        "",
        {
            "app.start.vs_bare_qt": "start to first paint, in bare Qt windows",
            "engine.process_overhead_ms": "what the engine process adds to an answer, beside it in process",
            "engine.restart_ms": "engine killed to completions again",
        },
    ),
)
NOT_MEASURED = "not measured: "


def markdown(rows: Sequence[Row], machine: Mapping[str, Any]) -> str:
    """All tables, and before them what they were measured on.

    Raises
    ------
    KeyError
        A row belongs into no table.
    """
    found = [_placed(row) for row in rows]
    parts = [measured_on(machine)]
    for group in GROUPS:
        cells = {(model, measure): row for at, model, measure, row in found if at is group}
        if cells:
            parts += [f"### {group.title}", *(_of_models if group.prefix else _of_all)(group, cells)]
    missing = [f"* `{row.name}`: {row.note}" for row in rows if row.value is None]
    return "\n\n".join([*parts, "\n".join(missing)] if missing else parts)


def measured_on(machine: Mapping[str, Any]) -> str:
    """One sentence on when and where."""
    repeats = "few repeats" if machine.get("quick") else "medians of all repeats"
    loads = [machine.get(f"load_{when}") for when in ("before", "after")]
    load = "; ".join(
        f"load {value:.1f} {when}" for value, when in zip(loads, ("before", "after"), strict=True) if value is not None
    )
    where = f"{machine['cores']} cores ({machine['cpu']})"
    versions = ", ".join(
        (f"Reverie {machine['reverie']}", f"Python {machine['python']}", f"ONNX Runtime {machine['onnxruntime']}")
    )
    return f"{machine['date']}, {where}, {load or 'load unknown'}; {machine['system']}, {versions}; {repeats}."


def _placed(row: Row) -> tuple[Group, str, str, Row]:
    """The group, the model and the measure of a row."""
    for group in GROUPS:
        for measure in sorted(group.heads, key=len, reverse=True):  # `window.bits_map` also ends some longer name
            if not group.prefix and row.name == measure:
                return group, "", measure, row
            if group.prefix and row.name.startswith(f"{group.prefix}.") and row.name.endswith(f".{measure}"):
                return group, row.name[len(group.prefix) + 1 : -len(measure) - 1], measure, row
    raise KeyError(row.name)


def _of_models(group: Group, cells: Mapping[tuple[str, str], Row]) -> Iterator[str]:
    """The table of ratios and that of values, a row a model."""
    models = list(dict.fromkeys(model for model, _ in cells))
    for wanted, cell in ((True, _ratio), (False, _value)):
        measures = [
            measure
            for measure in group.heads
            if any(at == measure and (row.ratio is not None or not wanted) for (_, at), row in cells.items())
        ]
        if measures:
            rows = [[f"`{m}`", *(cell(cells.get((m, measure))) for measure in measures)] for m in models]
            yield _table(["ratios" if wanted else "values", *(group.heads[measure] for measure in measures)], rows)


def _of_all(group: Group, cells: Mapping[tuple[str, str], Row]) -> Iterator[str]:
    """One table of what belongs to no model."""
    rows = [[group.heads[measure], _ratio(row), _value(row)] for (_, measure), row in cells.items()]
    yield _table(["", "ratio", "value"], rows)


def _ratio(row: Row | None) -> str:
    return "" if row is None or row.ratio is None else f"**{number(row.ratio)}x**"


def _value(row: Row | None) -> str:
    if row is None:
        return ""
    if row.value is None:
        return "-"
    beside = "" if row.baseline is None else f" / {number(row.baseline)}"
    return f"{number(row.value)}{beside} {row.unit}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows))
