"""What a command says: a value for a program on stdout, or words for a person."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.errors import EngineError


def say(text: str) -> None:
    """A remark to the person, beside the result."""
    print(text, file=sys.stderr)


def print_json(value: Any) -> None:
    """One JSON value on stdout; numbers that JSON has no word for become null."""
    print(json.dumps(plain(value), indent=1, ensure_ascii=False, allow_nan=False))


def print_error(error: EngineError, as_json: bool) -> None:
    """The sentence and its remedy on stderr, and for a program on stdout too."""
    say(str(error))
    if as_json:
        facts = {"code": error.code, "problem": error.problem, "remedy": error.remedy, "facts": error.facts}
        print_json({"error": facts})


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under their heads, as wide as they have to be; the last one is not padded."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    return "\n".join(line.rstrip() for line in lines)


def number(value: float) -> str:
    """Two decimals below a hundred, none above."""
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
