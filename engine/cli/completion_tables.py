"""The tables of `reverie bench completion`: for a terminal, for a document, for a program."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from engine.cli.completion_cases import MASKS
from engine.cli.completion_exactness import EACH, Case
from engine.cli.completion_figures import Bar, Line, Mean
from engine.cli.printing import table

WIDTH = 120
HEAD = (
    "given", "method", "class kept", "log p", "truth's", "gap", "own gap", "rank", "lowest ESS", "distinct",
    "ancestors", "log evidence", "CPU ms", "wall ms", "cost",
)  # fmt: skip
NOTE = (
    "Means over pictures ± their standard errors; nats. Class kept, log p and rank are of {draws} draws a picture by "
    "weight, log p by {scored_by} as `reverie score` tells it; gap is log p less the picture's own, own gap the same "
    "by the model that draws, upright, as a mixture of its classes; rank is the share of draws less likely than the "
    "picture, 0.5 where completions are as likely; lowest ESS, distinct and ancestors are of {particles} particles "
    "(pictures); "
    "ms are an image's, CPU of all threads; cost is CPU time over that of as many plain pictures, drawn in turns."
)


@dataclass(slots=True)
class Report:
    """What was measured of one model; ``stopped``: before all of it was."""

    model: str
    source: str
    pictures: int = 0
    particles: int = 0
    draws: int = 0
    runs: int = 0
    scored_by: str = ""
    lines: list[Line] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    stopped: bool = False


def as_text(report: Report, markdown: bool) -> str:
    """The report's tables under one another."""
    mark = "**" if markdown else ""
    title = f"{'### ' if markdown else ''}{report.model}"
    blocks = [title, f"{report.source[:1].upper()}{report.source[1:]}."]
    if report.stopped:
        blocks.append(f"{mark}Stopped by hand: pictures measured until then: {report.pictures}.{mark}")
    if report.lines:
        rows = [_cells(line) for line in report.lines]
        note = NOTE.format(draws=report.draws, scored_by=report.scored_by, particles=report.particles)
        blocks += [tabled(HEAD, rows, markdown), note, _masks(report, markdown)]
    for mixed in (False, True):
        blocks += _cases([case for case in report.cases if case.mixed is mixed], report.runs, markdown)
    blocks.append(bars_text(report.bars, markdown))
    return "\n\n".join(block if markdown else _wrapped(block) for block in blocks if block)


def _wrapped(block: str) -> str:
    """Prose in lines that a terminal has room for; a table stays as it is."""
    return block if "\n" in block else textwrap.fill(block, WIDTH)


CASE_HEAD = (
    "case",
    "log p(given)",
    "by particles",
    "standard errors off",
    "marginal error",
    "raster's",
    "all known off",
)


def _cases(cases: Sequence[Case], runs: int, markdown: bool) -> list[str]:
    """A sentence and a table of holes of one kind; nothing where there are none."""
    if not cases:
        return []
    first = cases[0]
    by = "the mixture of all classes" if first.mixed else "the model, told the class if it knows any"
    said = (
        f"{len(cases)} holes of {first.unknown} unknown pixels on strokes of real pictures, {first.completions:,} "
        f"completions each enumerated through the likelihood graph, by {by}; {EACH} particles x {runs} runs:"
    )
    return [said, tabled(CASE_HEAD, [_case_cells(n, case) for n, case in enumerate(cases, 1)], markdown)]


def _case_cells(number: int, case: Case) -> tuple[str, ...]:
    return (
        str(number),
        f"{case.exact:.3f}",
        f"{case.evidence:.3f}",
        f"{case.off:.2f}",
        f"{case.marginal:.3f}",
        f"{case.raster:.3f}",
        f"{case.all_known:.1e}",
    )


def bars_text(bars: Sequence[Bar], markdown: bool) -> str:
    """The bars, each with what was found and whether that reaches it."""
    rows = [(bar.name, bar.wanted, bar.found, verdict(bar, markdown)) for bar in bars]
    return tabled(("what", "at least", "found", "bar"), rows, markdown) if rows else ""


def verdict(bar: Bar, markdown: bool = False) -> str:
    """The word for a bar."""
    word = "not measured" if bar.reached is None else "reached" if bar.reached else "not reached"
    return f"**{word}**" if markdown and bar.reached is False else word


def tabled(head: Sequence[str], rows: Sequence[Sequence[str]], markdown: bool) -> str:
    """Columns for a terminal, or a table of Markdown."""
    if not markdown:
        return table(head, rows)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def as_value(report: Report) -> dict[str, Any]:
    """The report for a program: every mean with its standard error and number of pictures."""
    return asdict(report)


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.mask,
        line.method,
        str(line.kept),
        _one(line.nats),
        _one(line.truth),
        _one(line.gap),
        _one(line.own_gap),
        str(line.rank),
        _one(line.lowest_ess),
        _one(line.distinct),
        _one(line.ancestors),
        _one(line.evidence),
        _one(line.cpu_ms),
        _one(line.wall_ms),
        f"{line.cost}x",
    )


def _one(mean: Mean) -> str:
    """With one digit after the point, and a second of errors that would be none."""
    if math.isnan(mean.value):
        return "-"
    digits = 1 if math.isnan(mean.error) or mean.error >= 0.05 or not mean.error else 2
    return f"{mean.value:.{digits}f}" + ("" if math.isnan(mean.error) else f" ±{mean.error:.{digits}f}")


def _masks(report: Report, markdown: bool) -> str:
    """What the names of masks and methods mean, and which ways were taken."""
    masks = [f"{name}: {MASKS[name]}." for name in dict.fromkeys(line.mask for line in report.lines)]
    methods = [
        "raster: upright, which ignores what is given later.",
        f"particles: {report.particles} upright, of every class where the model knows classes.",
        "auto: the orientation that saves half of the late pixels or more, then particles where some are left; no line "
        "where it turns nothing, for there it is raster or particles.",
    ]
    took = [f"{line.mask}: {line.ways}" for line in report.lines if line.method == "auto"]
    said = [*masks, *methods, f"auto took {'; '.join(took)}." if took else ""]
    return "\n".join(f"{'* ' if markdown else '  '}{line}" for line in said if line)
