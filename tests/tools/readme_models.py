"""Write the README's table of models from the manifests: ``python tests/tools/readme_models.py [--check]``.

The table stands between ``<!-- models -->`` and ``<!-- /models -->``.  With ``--check`` nothing is written, and the
exit code is 1 if the table is not what the manifests say.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PARTS = {"test_reconstruction", "test_kl", "test_elbo_many"}
"""Parts of a bound, and the one of another noise: they stand in the card."""
SQUARED_ERROR = "test_squared_error"
BEGIN, END = "<!-- models -->", "<!-- /models -->"
HEAD = ("model", "family", "pictures", "on the test set", "order or latent space", "trained for", "size")


def table(folder: Path) -> str:
    """The Markdown table of all model folders in ``folder``; a sentence when there is none."""
    rows = [row(path.parent) for path in sorted(folder.glob("*/manifest.json"))]
    if not rows:
        return "No model is installed yet."
    lines = [HEAD, tuple("---" for _ in HEAD), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def row(folder: Path) -> tuple[str, ...]:
    """One model's cells."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return (
        f"`{manifest['id']}`",
        manifest.get("architecture", manifest["family"]),
        pictures(manifest),
        headline(manifest.get("figures", {}), manifest.get("scored_by", "")),
        directions(manifest),
        effort(manifest.get("training", {})),
        f"{sum(p.stat().st_size for p in folder.glob('*.onnx')) / 2**20:.1f} MB",
    )


def pictures(manifest: Mapping[str, Any]) -> str:
    """The data set and the pictures' format."""
    image = manifest["image"]
    what = "colours" if image.get("palette") else "levels"
    return f"{manifest['data_title']}, {image['height']}x{image['width']}, {image['levels']} {what}"


def headline(figures: Mapping[str, Any], scorer: str = "") -> str:
    """The figures measured on the test set, in the manifest's order: value, unit, and what they are of."""
    said: list[str] = []
    counts: set[int] = set()
    left_out = PARTS | ({SQUARED_ERROR} if "test_elbo" in figures else set())
    if "test_frechet" in figures:
        return sample_quality(figures)
    if figures.get("test_iwae", {}).get("n") != figures.get("test_elbo", {}).get("n"):
        left_out |= {"test_iwae"}  # of other pictures: side by side the two would mislead
    for name, figure in figures.items():
        if name in left_out:
            continue
        if isinstance(figure, Mapping) and figure.get("split") == "test" and "value" in figure:
            words = figure.get("label") or name.removeprefix("test_").replace("_", " ")
            said.append(f"{rounded(figure['value'])} {figure.get('unit', '')}".rstrip() + f" ({words})")
            counts.add(figure.get("n", 0))
    pictures_scored = ", ".join(f"{n:,}" for n in sorted(counts))
    measured = f"{'; '.join(said)}; {pictures_scored} pictures" if said else "not measured yet"
    return f"scored by `{scorer}`; by itself {measured}" if scorer else measured


def sample_quality(figures: Mapping[str, Any]) -> str:
    """A GAN's figures, each of so many samples beside as many test pictures; the card has their spread."""
    frechet, floor, precision, recall = (
        rounded(figures[f"test_{name}"]["value"]) for name in ("frechet", "frechet_floor", "precision", "recall")
    )
    said = (
        f"Frechet distance of samples {frechet} (of training pictures {floor}), precision {precision}, recall {recall}"
    )
    return f"{said}; {figures['test_frechet']['n']:,} pictures"


def rounded(value: float) -> str:
    """Two decimals, and more of what is small."""
    size = abs(value)
    return f"{value:.{2 if size >= 10 else 3 if size >= 0.1 else 4}f}"


def directions(manifest: Mapping[str, Any]) -> str:
    """How many raster orders the model knows, or how many latent dimensions it has."""
    if latent := manifest.get("latent"):
        return f"{latent['dim']} latent dimensions"
    orders = next((c["names"] for c in manifest.get("conditions", ()) if c["name"] == "orientation"), ["upright"])
    return "1 direction" if len(orders) == 1 else f"{len(orders)} directions"


def effort(training: Mapping[str, Any]) -> str:
    """CPU minutes and steps, as far as the manifest says."""
    minutes, steps = training.get("cpu_minutes"), training.get("steps")
    return ", ".join(([f"{minutes:.0f} CPU minutes"] if minutes else []) + ([f"{steps} steps"] if steps else [])) or "-"


def updated(readme: str, fresh: str) -> str:
    """The README's text with ``fresh`` between the marks."""
    before, rest = readme.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n{fresh}\n{END}{after}"


def main(arguments: Sequence[str]) -> int:
    """Write, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the table is out of date")
    args = parser.parse_args(arguments)
    path = ROOT / "README.md"
    now = path.read_text(encoding="utf-8")
    wanted = updated(now, table(ROOT / "onnx_models"))
    if args.check:
        return int(now != wanted)
    path.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
