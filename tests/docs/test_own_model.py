"""docs/own_model.md is done as it is read: its files written and run, its commands given, its words compared."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from engine.runtime.sessions import open_graph
from tests.docs.blocks import Command, blocks, commands, files, pattern_of, unsaid
from tests.journeys.conftest import Opens, opens

__all__ = ["opens"]
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "own_model.md"
DECODERS = ROOT / "tests" / "engine" / "decoders"
TEXT = PAGE.read_text(encoding="utf-8")
TROUBLE = re.findall(r"^\| `([^`]+)` \|", TEXT.partition("## When it does not fit")[2], re.MULTILINE)
"""What the page's last table says that the self-test says."""


@dataclass
class Reader:
    """A person with the page: the folder they stand in, and what each command said."""

    folder: Path
    said: dict[str, tuple[Command, int, str]] = field(default_factory=dict)

    @property
    def models(self) -> Path:
        return self.folder / "my_models"

    def does(self, command: Command) -> None:
        words = shlex.split(command.line.replace("$PWD", str(self.folder)))
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            os.environ[name] = value
            code, output = 0, ""
        elif words[0] == "./run":
            code, output = reverie(*words[1:])
        else:
            assert words[0] == ".venv/bin/python", command.line
            done = subprocess.run(
                [sys.executable, *words[1:]], cwd=self.folder, capture_output=True, text=True, timeout=600
            )
            code, output = done.returncode, done.stdout + done.stderr
        self.said[command.line] = (command, code, output)


def reverie(*words: str) -> tuple[int, str]:
    """``./run WORDS`` without a process: the exit code, and what was said."""
    with io.StringIO() as out, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        return main(words), out.getvalue()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The whole page, done from top to bottom in an empty folder that has Reverie's assets."""
    for needed in ("torch", "onnx", "onnxscript"):
        pytest.importorskip(needed, reason="a model of one's own is exported with PyTorch: ./run setup --train")
    someone = Reader(tmp_path_factory.mktemp("reverie"))
    (someone.folder / "assets").symlink_to(ROOT / "assets")
    found = blocks(TEXT)
    for name, text in files(found).items():
        (someone.folder / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(someone.folder)
        patch.setenv("REVERIE_MODELS", "")
        for block in found:
            for command in commands(block) if block.language == "console" else ():
                someone.does(command)
        yield someone


@pytest.mark.slow
def test_all_of_it_works_and_says_what_the_page_says(reader: Reader) -> None:
    wrong = []
    for line, (command, code, output) in reader.said.items():
        if code != command.exit_code or (missing := unsaid(command.expected, output)):
            wrong.append(f"{line}: exit code {code}, lacks {missing if code == command.exit_code else ''}\n{output}")
    assert not wrong, "\n".join(wrong)
    assert len(reader.said) > 15
    learnt_something(reader)


def learnt_something(reader: Reader) -> None:
    """An untrained VAE is at 540 nats, an untrained PixelCNN at 136: the pictures are not noise."""
    said = {line: output for line, (_, _, output) in reader.said.items()}
    elbo = re.search(r"negative ELBO of the last batch: (\d+)", said[".venv/bin/python my_vae.py"])
    nats = re.search(r"([\d.]+) nats a picture", said[".venv/bin/python my_pixelcnn.py"])
    assert elbo and int(elbo[1]) < 210
    assert nats and float(nats[1]) < 60


@pytest.mark.slow
@pytest.mark.journey
def test_the_window_has_them(reader: Reader, opens: Opens) -> None:
    """The PixelCNN completes by its likelihood alone, and the VAE has a plane."""
    person = opens()
    window = person.session.window
    assert {"my-vae", "my-pixelcnn"} <= {model.id for model in window._models}
    window.choose_model("my-pixelcnn")
    person.sees(lambda: person.state.model == "my-pixelcnn")
    person.sees_completions()
    window.choose_model("my-vae")
    person.sees(lambda: window.current == "latent")
    person.sees(lambda: window.views["latent"]._state is not None and window.views["latent"]._state.model == "my-vae")


Change = Callable[[Path, dict[str, Any]], object]


def decoder_of(name: str, **image: Any) -> Change:
    """Another decoder in the place of the VAE's, its digest right."""

    def change(folder: Path, manifest: dict[str, Any]) -> None:
        shutil.copy(DECODERS / f"{name}.onnx", folder / "decoder.onnx")
        graph = manifest["graphs"]["decoder"]
        graph["sha256"] = hashlib.sha256((folder / "decoder.onnx").read_bytes()).hexdigest()
        manifest["image"] |= image

    return change


def tanh(folder: Path, manifest: dict[str, Any]) -> None:
    """A decoder of -1 to 1 that says 0 to 1."""
    decoder_of("tanh")(folder, manifest)
    graph = open_graph(folder / "decoder.onnx")
    (z,), (image,) = graph.inputs, graph.outputs
    ports = {
        "inputs": {"z": {"name": z.name, "axes": ["batch", *["latent"] * (len(z.shape) - 1)]}},
        "outputs": {"image": {"name": image.name}},
    }
    manifest["graphs"] = {"decoder": manifest["graphs"]["decoder"] | ports}
    manifest["latent"] = {"dim": z.shape[1]}
    _, height, width, channels = image.shape
    axes = ["batch", "row", "column", "channel"]
    manifest["graphs"]["decoder"]["outputs"]["image"]["axes"] = axes
    sides = {"height": height, "width": width, "channels": channels}
    manifest |= {"family": "autoencoder", "image": {**sides, "levels": 256, "range": "0..1"}}


MISTAKES: dict[str, tuple[str, Change]] = {
    "... has another SHA-256 than its manifest": (
        "my-vae",
        lambda folder, _: (folder / "decoder.onnx").write_bytes(b"exported again"),
    ),
    "... does not fit its manifest: the input '...' is missing": (
        "my-vae",
        lambda _, manifest: manifest["graphs"]["decoder"]["inputs"]["z"].update(name="latent"),
    ),
    "... could not run: it takes '...' as ..., and was given ...": (
        "my-vae",
        lambda _, manifest: manifest["latent"].update(dim=3),
    ),
    "... gives 'logits' of shape ..., and ... is wanted": (
        "my-pixelcnn",
        lambda _, manifest: manifest["image"].update(levels=4),
    ),
    "... gives 'image' as ..., and the manifest promises ...": (
        "my-vae",
        lambda _, manifest: manifest["image"].update(height=32),
    ),
    "The decoder gives values from ... to ..., and the range in manifest.json is ...": ("my-vae", tanh),
    "its pictures are level indices, and a decoder gives values": (
        "my-vae",
        lambda _, manifest: manifest["image"].pop("range"),
    ),
    "The weights of ... are in another file that is not there": ("my-vae", decoder_of("elsewhere")),
    "It does not keep to raster order ...": ("leaking", lambda folder, manifest: None),
}


def test_every_trouble_of_the_table_is_made_below() -> None:
    assert set(TROUBLE) == set(MISTAKES)


@pytest.mark.slow
def test_mistakes_are_said_as_the_table_says(reader: Reader, tmp_path: Path) -> None:
    """All in one test: wherever tests are spread over processes, each of these would do the whole page anew."""
    wrong = []
    for number, (trouble, (model, change)) in enumerate(MISTAKES.items()):
        folder = tmp_path / f"mistaken-{number}"
        shutil.copytree(reader.models / model, folder)
        manifest = json.loads((folder / "manifest.json").read_text()) | {"id": folder.name}
        change(folder, manifest)
        (folder / "manifest.json").write_text(json.dumps(manifest))
        code, output = reverie("self-test", str(folder))
        wanted = pattern_of(f"...{trouble.removeprefix('... ')}...")
        if code not in (1, 2) or not any(wanted.fullmatch(" ".join(line.split())) for line in output.splitlines()):
            wrong.append(f"{trouble}: {output}")
    assert not wrong, "\n".join(wrong)
