"""``reverie bench``: ratios of speed on this machine, both sides of each measured in turns within one run."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import engine
from engine.catalogue.registry import Model, Registry
from engine.cli.printing import number, print_json, say, table
from engine.contracts.manifest import DECODED_FAMILIES, LATENT_FAMILIES
from engine.errors import RequestError
from engine.runtime.sessions import runtime_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A measurement: ``value`` and ``baseline`` in ``unit`` (medians of ``n``), their ``ratio`` as ``note`` says."""

    name: str
    ratio: float | None = None
    value: float | None = None
    baseline: float | None = None
    unit: str = "ms"
    n: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Effort:
    """How often things are repeated."""

    drawings: int
    calls: int
    starts: int
    strokes: int
    restarts: int
    full: bool = False
    drag_s: float = 10.0
    tour_s: float = 60.0
    wall: int = 10_000
    drawn_wall: int = 256
    first_walls: int = 20
    raw_batches: int = 5
    scroll_s: float = 24.0


THOROUGH = Effort(drawings=9, calls=200, starts=10, strokes=10, restarts=3)
QUICK = Effort(
    drawings=3, calls=20, starts=2, strokes=3, restarts=1, drag_s=2.0, tour_s=12.0,
    wall=2048, drawn_wall=64, first_walls=5, raw_batches=3, scroll_s=6.0,
)  # fmt: skip


def bench(options: argparse.Namespace, folders: Sequence[Path]) -> int:
    """Measure.  The first word ``identity`` compares the two samplers, ``replay`` makes saved pictures again,
    ``completion`` and ``posterior`` say what completions and classes are worth."""
    if options.subject[:1] == ["identity"]:
        from engine.cli.identity import identity

        return identity(options, folders, chosen_models(options.subject[1:], folders, ("autoregressive",)))
    if options.subject[:1] == ["replay"]:
        from engine.cli.replay_check import replay_check

        families = ("autoregressive", *DECODED_FAMILIES)
        return replay_check(options, folders, chosen_models(options.subject[1:], folders, families))
    if options.subject[:1] == ["completion"]:
        from engine.cli.bench_completion import completion

        return completion(options, folders, options.subject[1:])
    if options.subject[:1] == ["posterior"]:
        from engine.cli.bench_posterior import posterior

        return posterior(options, folders, options.subject[1:])
    models = chosen_models(options.subject, folders, ("autoregressive", *DECODED_FAMILIES))
    effort = QUICK if options.quick else THOROUGH
    if options.full:
        effort = Effort(**asdict(effort) | {"full": True})
    rows: list[Row] = []
    before = load()
    for title, measure in _measurements(models, folders, effort, whole=not options.subject):
        say(f"{title} ...")
        rows += measure()
    where = {**machine(), "date": date.today().isoformat(), "reverie": engine.__version__, "quick": options.quick}
    where |= {"load_before": before, "load_after": load()}
    if options.json:
        print_json({"machine": where, "rows": [asdict(row) for row in rows]})
    elif options.markdown:
        from engine.cli.bench_tables import markdown

        print(markdown(rows, where))
    else:
        _print(rows)
    return 0


def load() -> float | None:
    """How many programs want a core at once, over the last minute; None where the system does not tell."""
    get: Callable[[], tuple[float, float, float]] | None = getattr(os, "getloadavg", None)
    return None if get is None else round(get()[0], 2)


def chosen_models(words: Sequence[str], folders: Sequence[Path], families: Sequence[str]) -> list[Model]:
    """The model of one of these families that is named, or all that are installed."""
    registry = Registry(folders)
    if len(words) > 1:
        raise RequestError(f"One model at a time: {', '.join(words)} are several.", "Name one, or none for all.")
    models = [registry.find(words[0])] if words else [registry.find(m.id) for m in registry.manifests()]
    found = [model for model in models if model.manifest.family in families]
    if not found:
        kind = "" if len(families) > 1 else f"{families[0]} "
        raise RequestError(f"There is no {kind}model to measure.", "`reverie models` lists what is installed.")
    return found


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "onnxruntime": runtime_version(),
        "numpy": np.__version__,
    }


def _measurements(
    models: Sequence[Model], folders: Sequence[Path], effort: Effort, whole: bool
) -> list[tuple[str, Callable[[], list[Row]]]]:
    """What is measured, with a title each; ``whole``: what belongs to no model, too."""
    from engine.cli import bench_gallery, bench_latents, bench_processes, bench_samplers, bench_views, bench_window

    found: list[tuple[str, Callable[[], list[Row]]]] = []
    for model in models:
        name = model.manifest.id
        if model.manifest.family in LATENT_FAMILIES:
            found.append((f"{name}: latent space", partial(bench_latents.rows, model, folders, effort)))
        elif model.manifest.family == "autoregressive":
            found.append((f"{name}: samplers", partial(bench_samplers.rows, model, folders, effort)))
            found.append((f"{name}: stroke", partial(bench_processes.stroke_rows, model, folders, effort)))
            found.append((f"{name}: views", partial(bench_views.rows, model, folders, effort)))
            found.append((f"{name}: lenses", partial(bench_window.lens_rows, model, folders, effort)))
        found.append((f"{name}: gallery", partial(bench_gallery.rows, model, folders, effort)))
    if whole:
        found.append(("engine process", partial(bench_processes.overhead_rows, effort)))
        drawn = [model for model in models if model.manifest.family == "autoregressive"]
        if drawn:
            found.append(("engine killed", partial(bench_processes.restart_rows, drawn[0], folders, effort)))
        found.append(("window", partial(bench_processes.start_rows, effort)))
    return found


def _print(rows: Sequence[Row]) -> None:
    cells = [(r.name, _number(r.ratio, "x"), _number(r.value), _number(r.baseline), r.unit, str(r.n)) for r in rows]
    print(table(("row", "ratio", "value", "baseline", "unit", "n"), cells))
    print()
    for row in rows:
        print(f"{row.name}: {row.note}")
    print(", ".join(f"{key} {value}" for key, value in machine().items()))


def _number(value: float | None, unit: str = "") -> str:
    return "-" if value is None else f"{number(value)}{unit}"


def _cpu() -> str:
    """The processor's name, as the system tells it."""
    if sys.platform == "linux":
        try:
            lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        except OSError:
            lines = []
        names = (line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Hardware")))
        if name := next(names, ""):
            return name
    return platform.processor() or platform.machine()
