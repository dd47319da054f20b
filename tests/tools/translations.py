"""Gather every text of the program for translators: ``python tests/tools/translations.py de`` (any locale).

Writes ``assets/translations/reverie_<locale>.ts`` with pyside6-lupdate, keeping what is translated in it already; edit
that with Qt Linguist, and ``... de --release`` makes the ``.qm`` that the window loads.

``lupdate`` reads literals inside ``tr(...)``.  Texts of tables (the commands; the engine's parameters, which know no
window) are translated where they are shown, and are handed to it by a file of this script's making.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import PySide6

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
QT_TOOLS = Path(PySide6.__file__).parent


def main(arguments: Sequence[str]) -> int:
    """Update the source file of a language, or release it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("locale", help="such as de or pt_BR")
    parser.add_argument("--release", action="store_true", help="make the .qm of what is translated")
    parser.add_argument("--folder", type=Path, default=ROOT / "assets" / "translations")
    args = parser.parse_args(arguments)
    source = args.folder / f"reverie_{args.locale}.ts"
    if args.release:
        return release(source)
    args.folder.mkdir(parents=True, exist_ok=True)
    return update(source, args.locale)


def update(source: Path, locale: str) -> int:
    """Bring ``source`` up to date with the program's texts; lupdate's exit code."""
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables.py"
        tables.write_text("".join(f"tr({text!r})\n" for text in dict.fromkeys(table_texts())), encoding="utf-8")
        found = sorted(str(path) for path in (ROOT / "app").rglob("*.py"))
        command = [str(QT_TOOLS / "lupdate"), "-silent", "-locations", "none", "-source-language", "en"]
        command += ["-target-language", locale, *found, str(tables), "-ts", str(source)]
        return subprocess.run(command, check=False).returncode


def release(source: Path) -> int:
    """Make the ``.qm`` beside ``source``; lrelease's exit code."""
    command = [str(QT_TOOLS / "lrelease"), "-silent", str(source), "-qm", str(source.with_suffix(".qm"))]
    return subprocess.run(command, check=False).returncode


def table_texts() -> Iterator[str]:
    """What is written in tables and translated where it is shown."""
    from app.shell.commands import COMMANDS, MENUS, WORDINGS
    from engine.contracts import requests
    from engine.contracts.controls import controls

    yield from MENUS
    for command in COMMANDS:
        yield from filter(None, (command.title, command.help, command.term))
    for wording in WORDINGS.values():
        yield from wording
    for name in sorted(vars(requests)):
        kind = getattr(requests, name)
        if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
            for control in controls(kind).values():
                yield from (control.plain, control.term, control.help, control.group)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
