"""The command line: the engine without a window.

Every verb is a function ``(options, folders) -> exit code`` in a module of its own, imported when it is asked for, so
that ``--help`` loads nothing.  Exit codes: 0 done, 1 a check was made and failed, 2 something is wrong with what was
given, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import engine
from engine.contracts.controls import controls
from engine.contracts.requests import (
    BoundImages,
    CompleteImage,
    DecodeLatents,
    EncodeImages,
    EstimateEvidence,
    ExamineImage,
    MeasureInfluence,
    SampleImages,
    ScoreImages,
)
from engine.errors import EngineError, FileError, RequestError

Verb: TypeAlias = Callable[[argparse.Namespace, Sequence[Path]], int]

LATER = ("inspect",)
"""Verbs of workspaces that are still to come."""
INTERRUPTED = 130
MODEL = "an id from `reverie models`, a model folder, or an .onnx file in one"


def main(arguments: Sequence[str], folders: Sequence[Path] = ()) -> int:
    """Run one command on the models in ``folders``; the exit code."""
    from engine.cli.printing import print_error, say

    as_json = "--json" in arguments
    try:
        options = _parsed(arguments)
        return 0 if options is None else int(_verb(options.verb)(options, folders))
    except EngineError as error:
        print_error(error, as_json)
        return 2
    except BrokenPipeError:  # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print_error(FileError(f"{error.filename or 'A file'}: {error.strerror}.", "Look at that file."), as_json)
        return 2
    except KeyboardInterrupt:
        say("Stopped; nothing was left half written.")
        return INTERRUPTED


def _verb(name: str) -> Verb:
    module, function = name.split(":")
    found: Verb = getattr(import_module(f"engine.cli.{module}"), function)
    return found


def _parsed(arguments: Sequence[str]) -> argparse.Namespace | None:
    """The options; None where argparse has printed what was asked for."""
    if arguments and arguments[0] in LATER:
        raise RequestError(f"The verb {arguments[0]} is not in this version.", "It comes with a later workspace.")
    try:
        return _parser().parse_args(list(arguments))
    except SystemExit as end:  # --help and --version
        if end.code:
            raise
        return None


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are `EngineError`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        problem = message[:1].upper() + message[1:].rstrip(".") + "."
        raise RequestError(problem, f"`{self.prog} --help` says what it takes.")


def _parser() -> _Parser:
    parser = _Parser(
        prog="reverie",
        description="Open generative image models: complete, draw and score pictures. Without a verb, the window.",
        epilog="FILE... without a verb opens pictures in the window. REVERIE_MODELS names further folders of models.",
    )
    parser.add_argument("--version", action="version", version=f"reverie {engine.__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _add_models(verbs)
    _add_sample(verbs)
    _add_replay(verbs)
    _add_complete(verbs)
    _add_evidence(verbs)
    _add_examine(verbs)
    _add_influence(verbs)
    _add_encode(verbs)
    _add_decode(verbs)
    _add_score(verbs)
    _add_bench(verbs)
    _add_self_test(verbs)
    return parser


def _new(verbs: Any, name: str, verb: str, help_text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help_text, description=help_text)
    parser.set_defaults(verb=verb)
    parser.add_argument("--json", action="store_true", help="print one JSON value on stdout and nothing else")
    return parser


def _add_models(verbs: Any) -> None:
    _new(verbs, "models", "listing:models", "List what is installed.")


def _add_sample(verbs: Any) -> None:
    parser = _new(verbs, "sample", "sampling:sample", "Draw pictures.")
    parser.add_argument("model", metavar="MODEL", help=MODEL)
    _add_control(parser, SampleImages, "truncation", "--truncation", "T", float)
    parser.add_argument(
        "--first", metavar="N", type=int, default=0, help="begin with picture N of the seed, counted from 0 (default 0)"
    )
    _add_drawing(parser, SampleImages, "; FOLDER/ or .zip: a PNG a picture with its request, and a table of all")


def _add_replay(verbs: Any) -> None:
    parser = _new(
        verbs, "replay", "replay:replay", "Make saved pictures again from their notes, and compare pixel by pixel."
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="PNG files that Reverie saved, or folders of them")
    parser.epilog = "Exit code 0: all are identical; 1: one differs; 2: one cannot be made again."


def _add_complete(verbs: Any) -> None:
    parser = _new(verbs, "complete", "drawing:complete", "Fill in the unknown pixels of a picture.")
    _add_picture(parser)
    _add_observed(parser, "without it, what is not transparent")
    _add_control(parser, CompleteImage, "method", "--method", "M", str)
    _add_control(parser, CompleteImage, "particles", "--particles", "N", int)
    _add_control(parser, CompleteImage, "runs", "--runs", "G", int)
    _add_drawing(parser, CompleteImage)


def _add_picture(parser: argparse.ArgumentParser) -> None:
    """The model and the one picture that it is asked about."""
    parser.add_argument("model", metavar="MODEL", help=MODEL)
    parser.add_argument("image", metavar="IMAGE", help="a picture file of the model's size")
    parser.add_argument(
        "--fit",
        choices=("exact", "nearest"),
        default="exact",
        help="nearest averages a picture down to the model's size",
    )


def _add_observed(parser: argparse.ArgumentParser, without: str) -> None:
    parser.add_argument(
        "--observed",
        metavar="WHAT",
        default="",
        help=f"what is given: top, bottom, left, right, or a mask picture whose light pixels are given; {without}",
    )


def _add_evidence(verbs: Any) -> None:
    help_text = "How probable the given pixels of a picture are, the others summed out; with its spread, or exactly."
    parser = _new(verbs, "evidence", "evidence:evidence", help_text)
    _add_picture(parser)
    _add_observed(parser, "without it, all that is not transparent")
    parser.add_argument("--by-class", action="store_true", help="of every class by itself, and p(class | given pixels)")
    _add_control(parser, EstimateEvidence, "class_name", "--class", "C", str)
    _add_control(parser, EstimateEvidence, "orientation", "--orientation", "O", str)
    _add_control(parser, EstimateEvidence, "particles", "--particles", "N", int)
    _add_control(parser, EstimateEvidence, "repeats", "--repeats", "R", int)
    _add_control(parser, EstimateEvidence, "seed", "--seed", "S", int)


def _add_examine(verbs: Any) -> None:
    help_text = "How many bits each pixel of a picture costs, and what the model expected there."
    parser = _new(verbs, "examine", "probing:examine", help_text)
    _add_probe(parser, ExamineImage, ".npz: log_prob, entropy, levels, distribution; .png: the map of bits")
    _add_control(parser, ExamineImage, "temperature", "--temperature", "T", float)


def _add_influence(verbs: Any) -> None:
    help_text = "Which pixels the prediction of one pixel depends on, measured by changing them."
    parser = _new(verbs, "influence", "probing:influence", help_text)
    _add_probe(parser, MeasureInfluence, ".npz: nats (H, W); .png: their map")
    parser.add_argument("--pixel", metavar="ROW,COLUMN", required=True, help="the pixel, counted from 0")


def _add_probe(parser: argparse.ArgumentParser, kind: type[Any], outputs: str) -> None:
    """What verbs that look into a density have in common."""
    _add_picture(parser)
    _add_control(parser, kind, "class_name", "--class", "C", str)
    _add_control(parser, kind, "orientation", "--orientation", "O", str)
    parser.add_argument("-o", dest="out", metavar="OUT", help=outputs)


def _add_encode(verbs: Any) -> None:
    parser = _new(verbs, "encode", "latents:encode", "Find the places of pictures in a model's latent space.")
    parser.add_argument("model", metavar="MODEL", help=MODEL)
    parser.add_argument("files", metavar="IMAGE", nargs="+", help="pictures, or NPZ files with `images` or `x_test`")
    _add_control(parser, EncodeImages, "fit", "--fit", "F", str)
    _add_control(parser, EncodeImages, "seed", "--seed", "S", int)
    parser.add_argument("-o", dest="out", metavar="OUT", required=True, help=".npz: mu, log_var, kl, reconstruction")


def _add_decode(verbs: Any) -> None:
    parser = _new(verbs, "decode", "latents:decode", "Draw the pictures at points of a model's latent space.")
    parser.add_argument("model", metavar="MODEL", help=MODEL)
    points = parser.add_mutually_exclusive_group(required=True)
    points.add_argument("--z", metavar="FILE", help="latent vectors (N, D): a .npy file, or an NPZ file's `z` or `mu`")
    points.add_argument("--grid", metavar="SIDE", type=int, help="a square grid over two latent dimensions (1 to 64)")
    parser.add_argument(
        "--layout",
        choices=("normal", "plain"),
        help="grid: parts of equal probability under the prior, or evenly spaced (default: normal where there is a "
        "prior, unless --extent is given)",
    )
    parser.add_argument(
        "--extent",
        metavar="E",
        type=float,
        help="plain grid: from -E to E (default 3; without a prior, as far as the codes go)",
    )
    parser.add_argument(
        "--axes",
        metavar=("I", "J"),
        nargs=2,
        type=int,
        help="grid: the two dimensions, counted from 0; the others are 0 (default: those of the largest KL)",
    )
    parser.add_argument("--draw", action="store_true", help="a draw from p(x|z) in place of its mean")
    _add_control(parser, DecodeLatents, "seed", "--seed", "S", int)
    _add_control(parser, DecodeLatents, "class_name", "--class", "C", str)
    parser.add_argument(
        "-o", dest="out", metavar="OUT", required=True, help=".png: a sheet that carries its request; .npz: arrays"
    )


def _add_drawing(parser: argparse.ArgumentParser, kind: type[Any], more_outputs: str = "") -> None:
    _add_control(parser, kind, "count", "-n", "N", int)
    _add_control(parser, kind, "seed", "--seed", "S", int)
    _add_control(parser, kind, "class_name", "--class", "C", str)
    _add_control(parser, kind, "temperature", "--temperature", "T", float)
    _add_control(parser, kind, "orientation", "--orientation", "O", str)
    outputs = f".png: a sheet that carries its request; .npz: arrays{more_outputs}"
    parser.add_argument("-o", dest="out", metavar="OUT", required=True, help=outputs)


def _add_control(parser: argparse.ArgumentParser, kind: type[Any], name: str, flag: str, word: str, to: Any) -> None:
    """An option as the request declares it; the engine checks its bounds."""
    control, default = controls(kind)[name], kind.__dataclass_fields__[name].default
    choices = control.choices if control.choices and not control.choices_from else None
    said = [", ".join(choices)] if choices else []
    if control.minimum is not None and control.maximum is not None:
        said.append(f"{_number(control.minimum)} to {_number(control.maximum)}")
    if default != "":
        said.append(f"default {default}")
    parser.add_argument(
        flag,
        dest=name,
        metavar=word,
        type=to,
        default=default,
        choices=choices,
        help=f"{control.help} ({'; '.join(said)})" if said else control.help,
    )


def _number(bound: float) -> str:
    return str(int(bound)) if bound == int(bound) else f"{bound:g}"


def _add_score(verbs: Any) -> None:
    parser = _new(
        verbs, "score", "scoring:score", "Log-likelihood in nats and bits per dimension: exact, or bounds of a VAE."
    )
    parser.add_argument("model", metavar="MODEL", help=MODEL)
    parser.add_argument("files", metavar="FILE", nargs="+", help="pictures, or NPZ files with `images` or `x_test`")
    parser.add_argument("--limit", metavar="N", type=int, help="score a random subset of N, chosen by the seed")
    parser.add_argument("--first", metavar="N", type=int, help="score the first N")
    parser.add_argument("--last", metavar="N", type=int, help="score (or take --first, --limit of) the last N")
    _add_control(parser, ScoreImages, "fit", "--fit", "F", str)
    _add_control(parser, ScoreImages, "seed", "--seed", "S", int)
    _add_control(parser, ScoreImages, "class_name", "--class", "C", str)
    most = controls(BoundImages)["samples"].maximum or 1
    parser.add_argument(
        "--samples",
        metavar="K",
        type=int,
        help=f"VAE: importance samples a picture, 1 to {most} (default 500; 1 for more than 100 pictures)",
    )
    parser.add_argument(
        "--against-manifest", action="store_true", help="compare with the manifest's figure; exit code 1 if it differs"
    )


def _add_bench(verbs: Any) -> None:
    parser = _new(
        verbs,
        "bench",
        "bench:bench",
        "Measure ratios of speed on this machine; `bench identity` compares samplers, `bench replay` makes saved "
        "pictures again, `bench completion` and `bench posterior` say what completions and classes are worth.",
    )
    parser.add_argument(
        "subject",
        metavar="MODEL",
        nargs="*",
        help="a model (all without), `identity [MODEL]`, `replay [MODEL]`, `completion [MODEL...]`, or "
        "`posterior [MODEL...]`",
    )
    parser.add_argument("--quick", action="store_true", help="few repeats")
    parser.add_argument(
        "--full",
        action="store_true",
        help="measure one whole naive drawing too, which takes long; posterior: all test pictures",
    )
    parser.add_argument("--seeds", metavar="N", type=int, default=100, help="identity: how many pictures (default 100)")
    parser.add_argument(
        "--pictures",
        metavar="N",
        type=int,
        help="how many: replay (default 1000), completion and posterior (default 200, of test pictures)",
    )
    parser.add_argument(
        "--part",
        choices=("all", "table", "exact"),
        default="all",
        help="completion: the table of masks and methods, the holes that can be enumerated, or both (default)",
    )
    parser.add_argument("--mask", metavar="M", action="append", help="completion: of these masks alone (default: all)")
    parser.add_argument(
        "--markdown", action="store_true", help="print tables of Markdown (speed, completion, posterior)"
    )
    parser.add_argument("--write", action="store_true", help="identity: note the result in the model's manifest")


def _add_self_test(verbs: Any) -> None:
    help_text = "Load every model, compare digests, draw, complete and score; or only the models that are named."
    parser = _new(verbs, "self-test", "self_test:self_test", help_text)
    parser.add_argument("models", metavar="MODEL", nargs="*", help=f"{MODEL}; all without")
    parser.add_argument("--window", action="store_true", help="open the window too, and wait for its first completion")
    parser.add_argument("--quick", action="store_true", help="do not try whether models keep to raster order")
