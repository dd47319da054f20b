"""Measure how fast Reverie is here, and write the tables of docs/performance.md:

    python tests/tools/performance_tables.py            all models, for an hour: on a machine that does nothing else
    python tests/tools/performance_tables.py --quick    few repeats
    python tests/tools/performance_tables.py --check    measure nothing; exit code 1 if the page is out of date

What was measured is kept in docs/performance.json, as `reverie bench --json` printed it; the tables stand in the page
between ``<!-- bench -->`` and ``<!-- /bench -->``, made of that file alone.  With MODEL that one is measured, and
its rows take the place of older ones of their names.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from engine.cli.bench import Row
from engine.cli.bench_tables import markdown

PAGE, MEASURED = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance.json"
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"


def tables(measured: Mapping[str, Any]) -> str:
    """The Markdown of what was measured; a sentence when nothing was."""
    if not measured:
        return "*Not measured yet.*"
    return markdown([Row(**row) for row in measured["rows"]], measured["machine"])


def merged(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """``now``, with the older rows that it has no newer ones of."""
    fresh = {row["name"]: row for row in now["rows"]}
    kept = [fresh.pop(row["name"], row) for row in before.get("rows", ())]
    return {"machine": now["machine"], "rows": [*kept, *fresh.values()]}


def updated(page: str, fresh: str) -> str:
    """The page's text with ``fresh`` between the marks."""
    before, rest = page.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n{fresh}\n{END}{after}"


def measure(words: Sequence[str]) -> dict[str, Any]:
    """What `reverie bench WORDS --json` says; its remarks go on to stderr."""
    command = [sys.executable, "-m", "app", "bench", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main(arguments: Sequence[str]) -> int:
    """Measure and write, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", metavar="MODEL", nargs="?", help="one model; all, and the program itself, without")
    parser.add_argument("--quick", action="store_true", help="few repeats")
    parser.add_argument("--check", action="store_true", help="measure nothing; exit 1 if the page is out of date")
    args = parser.parse_args(arguments)
    page = PAGE.read_text(encoding="utf-8")
    before = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    if args.check:
        return int(page != updated(page, tables(before)))
    now = measure([*([args.model] if args.model else []), *(["--quick"] if args.quick else [])])
    whole = merged(before, now) if args.model else now
    MEASURED.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(updated(page, tables(whole)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
