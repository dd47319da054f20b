"""What the window says of itself to `reverie bench`: one line of JSON, of times and of memory."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

MEGABYTE = 2**20


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and worst, in milliseconds."""
    parts = quantiles(seconds, n=20, method="inclusive")
    return {"median_ms": 1e3 * parts[9], "p95_ms": 1e3 * parts[18], "worst_ms": 1e3 * max(seconds)}


def resident_bytes(process: str = "self") -> float:
    """What a process, this one, holds in memory; not a number where the system does not say."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return float("nan")
    return float(pages * os.sysconf("SC_PAGE_SIZE"))


def resident_with_children() -> float:
    """What this process and those that it started hold in memory."""
    try:
        children = " ".join(path.read_text(encoding="ascii") for path in Path("/proc/self/task").glob("*/children"))
    except OSError:
        children = ""
    return sum(map(resident_bytes, ("self", *children.split())))


def say(found: dict[str, Any]) -> int:
    """Print the line; the exit code."""
    print(json.dumps(found), flush=True)
    return 0
