"""Write the guide's table of keys from the table of commands: ``python tests/tools/guide_keys.py [--check]``.

The table stands in docs/guide.md between ``<!-- keys -->`` and ``<!-- /keys -->``.  With ``--check`` nothing is
written, and the exit code is 1 if the table is not what the commands say.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.shell.commands import ADOPTING, COMMANDS, MENUS, Command
from app.shell.shortcut_list import HANDS

GUIDE = ROOT / "docs" / "guide.md"
BEGIN, END = "<!-- keys -->", "<!-- /keys -->"


def table() -> str:
    """A Markdown table a menu, with what the pointer does after the menu that it goes with."""
    parts: list[str] = []
    for menu in MENUS:
        commands = [c for c in COMMANDS if c.menu == menu and c.keys and c.id not in ADOPTING]
        rows = [(keys(command), command.title.removesuffix("...")) for command in commands]
        if any(c.menu == menu for c in COMMANDS if c.id in ADOPTING):
            rows.append(("`1` to `9`", "Adopt that completion"))
        parts.append(part(menu, rows))
        if menu in HANDS:
            title, hand = HANDS[menu]
            parts.append(part(title, hand))
    return "\n\n".join(parts)


def part(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """One table with its heading."""
    lines = [f"| {title} | |", "| --- | --- |", *(f"| {meaning} | {shown} |" for shown, meaning in rows)]
    return "\n".join(lines)


def keys(command: Command) -> str:
    """All key sequences of a command, as code."""
    return " or ".join(f"`{key}`" for key in command.keys)


def main(arguments: Sequence[str]) -> int:
    """Write the table or check it; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args(arguments)
    text = GUIDE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    wanted = f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"
    if args.check:
        return int(text != wanted)
    GUIDE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
