"""``python -m engine.training``: list the recipes, train one, export what was trained.

    python -m engine.training list
    python -m engine.training train RECIPE [--resume] [--steps N] [--images FOLDER] ...
    python -m engine.training export RECIPE ...

``train`` may be left out.  Exit codes: 0 done, 2 something is wrong (one sentence says what), 130 stopped by Ctrl-C
or a SIGTERM, after saving.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import shlex
import shutil
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import EngineError, RequestError
from engine.training.command_line import Parser

if TYPE_CHECKING:
    from engine.training.data import DataSet
    from engine.training.progress import Bar
    from engine.training.recipe import Recipe

PROGRAM = "python -m engine.training"
VERBS = ("list", "train", "export")
OK, WRONG, STOPPED = 0, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; ``argv`` without the program's name, by default the process's own."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not (words and words[0] in VERBS) and not {"-h", "--help"} & set(words[:1]):
        words.insert(0, "train")
    if missing := [name for name in ("torch", "safetensors") if importlib.util.find_spec(name) is None]:
        return say(f"Training needs {missing[0]}, which is not installed. Run ./run setup --train.", WRONG)
    try:
        if words[0] == "export":
            return export(words[1:])
        args = parser().parse_args(words)
        return list_recipes(args) if args.verb == "list" else train(args, words)
    except EngineError as error:
        return say(str(error), WRONG)
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        return say(f"{error.strerror or error}{place}. What was saved before is unharmed.", WRONG)
    except KeyboardInterrupt:
        return say("Stopped before the first step; there is nothing to save.", STOPPED)


def say(sentence: str, code: int) -> int:
    """Print a sentence on stderr and hand back the exit code."""
    print(sentence, file=sys.stderr, flush=True)
    return code


def parser() -> argparse.ArgumentParser:
    """The command line, all but ``export``, which has its own."""
    whole = Parser(prog=PROGRAM, description="Train the models of Reverie and export them.")
    verbs = whole.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list", help="the recipes, and how far their runs are")
    verbs.add_parser("export", help="write what was trained as a model folder", add_help=False)
    training = verbs.add_parser("train", help="train a recipe (the word may be left out)")
    training.add_argument("recipe", metavar="RECIPE", help=f"a name from `{PROGRAM} list`")
    training.add_argument("--resume", action="store_true", help="continue the run from its newest checkpoint")
    training.add_argument("--overwrite", action="store_true", help="throw away the run of this name and begin anew")
    training.add_argument("--steps", type=positive, help="how many steps the whole run has (default: the recipe's)")
    training.add_argument("--name", help="the run's folder, and with --images the model's name")
    training.add_argument("--images", type=Path, metavar="FOLDER", help="your own pictures: one sub-folder a class")
    training.add_argument("--data-dir", type=Path, help="where the data sets are (else REVERIE_DATA, else downloaded)")
    training.add_argument("--fp32", action="store_true", help="compute in 32-bit floats instead of bfloat16")
    for each in (listing, training):
        each.add_argument("--runs", type=Path, default=Path("runs"), help="the folder that holds the runs")
    return whole


def positive(text: str) -> int:
    """A whole number from 1 on, for argparse."""
    if (number := int(text)) < 1:
        raise ValueError
    return number


def train(args: argparse.Namespace, words: Sequence[str]) -> int:
    """``train RECIPE``."""
    from engine.training import own_images, progress
    from engine.training.adversarial_loop import AdversarialRun
    from engine.training.gaussian_fit import GaussianFit
    from engine.training.loop import Run
    from engine.training.recipe import AdversarialRecipe, GaussianRecipe

    base = steps_changed(recipe_called(args.recipe), args.steps)
    folder = args.runs / own_images.checked_name(run_name(args, base))
    make_way(folder, args)
    with progress.Bar() if sys.stderr.isatty() else nullcontext() as bar:
        recipe, data = recipe_and_data(args, base, folder, bar)
        say_what_changed(recipe, folder)
        if isinstance(recipe, GaussianRecipe):
            done = GaussianFit(recipe, data, folder).train(reporter=bar or progress.Lines())
        else:
            kind = AdversarialRun if isinstance(recipe, AdversarialRecipe) else Run
            run = kind(recipe, data, folder, resume=args.resume, bf16=not args.fp32)
            done = run.train(reporter=bar or progress.Lines())
    if done:
        return OK
    again = [word for word in words if word not in ("--resume", "--overwrite")]
    return say(f"Stopped and saved. Continue with: {PROGRAM} {shlex.join([*again, '--resume'])}", STOPPED)


def recipe_called(name: str) -> Recipe:
    """The recipe of this name."""
    from engine.training.recipes import RECIPES

    if name not in RECIPES:
        raise RequestError(f"There is no recipe called {name!r}.", f"Known ones: {', '.join(sorted(RECIPES))}.")
    return RECIPES[name]


def steps_changed(recipe: Recipe, steps: int | None) -> Recipe:
    """The recipe with another number of steps, if one is asked for."""
    return dataclasses.replace(recipe, steps=steps) if steps else recipe


def run_name(args: argparse.Namespace, recipe: Recipe) -> str:
    """The run's name: the one given, else the recipe's, with the folder's name for one's own pictures."""
    from engine.training.own_images import as_name

    if args.name or not args.images:
        return str(args.name or recipe.name)
    return f"{as_name(args.images.resolve().name)}-{recipe.name.split('-', 1)[1]}"


def make_way(folder: Path, args: argparse.Namespace) -> None:
    """See that a run does not wipe out another by accident."""
    from engine.training import checkpoints, own_images

    if args.overwrite and not args.resume:
        for left in ("checkpoint", "checkpoint.old", "checkpoint.new", "snapshots"):  # and nothing that is not a run's
            shutil.rmtree(folder / left, ignore_errors=True)
        for left in ("log.csv", own_images.FILE):
            (folder / left).unlink(missing_ok=True)
    elif not args.resume and checkpoints.newest(folder / "checkpoint"):
        remedy = "Continue it with --resume, begin anew with --overwrite, or give --name for another run."
        raise RequestError(f"{folder} already holds a run.", remedy, path=str(folder))


def recipe_and_data(args: argparse.Namespace, base: Recipe, folder: Path, bar: Bar | None) -> tuple[Recipe, DataSet]:
    """What to train: the recipe on its own data set, or on the pictures given now or when the run began."""
    from engine.training import data, own_images, progress, sources

    kept = own_images.saved(folder) if args.resume else None
    if kept is None and not args.images:
        report = bar.downloading if bar else progress.DownloadLines()
        return base, data.load(base.data, data.data_folder(args.data_dir), base.validation, report)
    if kept is None:
        tell = bar.reading if bar else sources.silent
        kept = own_images.read_folder(args.images, base, lambda done, total: tell(str(args.images), done, total))
        own_images.save(*kept, folder)
    elif args.images:
        print("Note: continuing with the pictures as they were when the run began.", file=sys.stderr)
    pictures, classes = sum(len(getattr(kept[0], part)) for part in own_images.PARTS), len(kept[1])
    print(f"{pictures} pictures{f' in {classes} classes' if classes else ''}", file=sys.stderr, flush=True)
    return own_images.own_recipe(base, folder.name, *kept), kept[0]


def say_what_changed(recipe: Recipe, folder: Path) -> None:
    """A resumed run may get another number of steps and the like; it should not happen unnoticed."""
    from engine.training.recipe import recipe_of

    state = folder / "checkpoint" / "state.json"
    if not state.is_file():
        return
    try:
        before = dataclasses.asdict(recipe_of(json.loads(state.read_text())["recipe"]))
    except (ValueError, KeyError, TypeError):
        return  # written by another version; `Run` finds out whether it fits
    now = dataclasses.asdict(recipe)
    changed = [f"{key} {before[key]} -> {now[key]}" for key in now if before[key] != now[key] and key != "name"]
    if changed:
        print(f"Note: this run began with another recipe ({'; '.join(changed)}).", file=sys.stderr)


def list_recipes(args: argparse.Namespace) -> int:
    """``list``: a line a recipe, and how far its run is."""
    from engine.training.recipes import RECIPES

    width = max(map(len, RECIPES))
    for name, recipe in RECIPES.items():
        print(f"{name:{width}}  {recipe.title}; {recipe.data}, {recipe.steps} steps{how_far(args.runs / name)}")
    return OK


def how_far(folder: Path) -> str:
    """Where the run in a folder stands, in words; empty if there is none."""
    try:
        state = json.loads((folder / "checkpoint" / "state.json").read_text())
        return f"; trained {state['step']} of {state['recipe']['steps']} in {folder}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def export(words: list[str]) -> int:
    """``export``: the rest of the command line belongs to `engine.training.export`."""
    from engine.training import export as exporter

    return int(exporter.main(words) or OK)


if __name__ == "__main__":
    raise SystemExit(main())
