"""``python -m engine.training``: train a recipe, or list them."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from engine.training import data
from engine.training.loop import Run
from engine.training.recipes import RECIPES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.training", description=__doc__)
    parser.add_argument("recipe", choices=sorted(RECIPES))
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--steps", type=int)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--fp32", action="store_true")
    parser.add_argument("--name")
    args = parser.parse_args()
    recipe = RECIPES[args.recipe]
    if args.steps:
        recipe = replace(recipe, steps=args.steps)
    folder = args.runs / (args.name or recipe.name)
    loaded = data.load(recipe.data, data.data_folder(args.data_dir), recipe.validation)
    done = Run(recipe, loaded, folder, resume=args.resume, bf16=not args.fp32).train()
    return 0 if done else 130


if __name__ == "__main__":
    raise SystemExit(main())
