"""Draw the formulas of `assets/lessons/formulas`: ``python tests/tools/lesson_formulas.py``.

Each entry of ``formulas.toml`` becomes an SVG of paths in ``currentColor``, at the size of the lessons' text, which
carries its TeX: a test sees that no drawing is older than what it is drawn from.  It needs matplotlib
(``pip install matplotlib``), which nothing else here does.
"""

from __future__ import annotations

import html
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "lessons" / "formulas"
SIZE, LEADING, MARGIN = 15.0, 10.0, 1.0
"""The letters' size, the room between lines and the rim, in px."""
FONT = "dejavusans"
_COMMANDS = {1: ("M", 1), 2: ("L", 1), 3: ("Q", 2), 4: ("C", 3), 79: ("Z", 0)}
"""Of matplotlib's path codes: the command of an SVG path, and how many points it takes."""


def formulas() -> Mapping[str, Sequence[str]]:
    """The lines of each formula, TeX, by its name."""
    table = tomllib.loads((FOLDER / "formulas.toml").read_text(encoding="utf-8"))
    return {name: tuple(lines) for name, lines in table.items()}


def source_of(lines: Sequence[str]) -> str:
    """The TeX as the drawing carries it."""
    return " \\\\ ".join(" ".join(line.split()) for line in lines)


def drawing(lines: Sequence[str]) -> str:
    """The SVG of a formula."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    font, below, parts, width = FontProperties(math_fontfamily=FONT), MARGIN, list[str](), 0.0
    for number, line in enumerate(lines):
        path = TextPath((0.0, 0.0), f"${line}$", size=SIZE, prop=font)
        box = path.get_extents()
        below += (LEADING if number else 0.0) + box.y1
        parts.append(_outline(path, MARGIN - min(box.x0, 0.0), below))
        below -= box.y0
        width = max(width, box.x1 + 2 * MARGIN)
    size = f"{width:.2f} {below + MARGIN:.2f}"
    across, down = size.split()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" viewBox="0 0 {size}">\n'
        f"<desc>{html.escape(source_of(lines), quote=False)}</desc>\n"
        f'<path fill="currentColor" d="{"".join(parts)}"/>\n</svg>\n'
    )


def _outline(path: Any, x: float, y: float) -> str:
    """A path of matplotlib's, whose y goes up, as an SVG's, with its origin at (x, y)."""
    told, at = list[str](), 0
    vertices, codes = path.vertices, path.codes
    while at < len(codes):
        letter, count = _COMMANDS[int(codes[at])]
        points = vertices[at : at + count]
        told.append(letter + " ".join(f"{x + px:.2f},{y - py:.2f}" for px, py in points))
        at += max(count, 1)
    return "".join(told)


def main() -> None:
    """Draw all of them, and take away what is drawn no more."""
    found = formulas()
    for name, lines in found.items():
        (FOLDER / f"{name}.svg").write_text(drawing(lines), encoding="utf-8")
    for path in FOLDER.glob("*.svg"):
        if path.stem not in found:
            path.unlink()


if __name__ == "__main__":
    main()
