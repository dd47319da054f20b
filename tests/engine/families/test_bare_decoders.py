"""A decoder that nothing is known of: what its file shows, what each answer makes of it, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine.catalogue.registry import Registry
from engine.contracts.decoders import DecoderAnswers, DecoderDescription, DecoderTrial
from engine.contracts.events import Finished
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import DecodeLatents, DescribeDecoder, SampleImages, TryDecoder
from engine.errors import EngineError, FileError, GraphMismatch, RequestError, SessionError
from engine.families.bare_decoder import BareDecoders
from engine.families.latent import BROKEN, LatentModel
from engine.numerics import noise
from engine.runtime.sessions import Sessions

FOLDER = Path(__file__).resolve().parents[1] / "decoders"


def ended(steps: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def describe(name: str, bare: BareDecoders | None = None) -> DecoderDescription:
    found = ended((bare or BareDecoders()).answer(DescribeDecoder(path=str(FOLDER / f"{name}.onnx"))))
    assert isinstance(found, DecoderDescription)
    return found


def attempt(name: str, count: int = 16, seed: int = 0, layout: int = 0, **answers: Any) -> DecoderTrial:
    bare = BareDecoders()
    described = describe(name, bare)
    given = DecoderAnswers(**{"layout": described.layouts[layout], "range": "0..1"} | answers)
    manifest = engine.decoder_manifest(described, given, "trial")
    request = TryDecoder(path=described.path, sha256=described.sha256, manifest=manifest, count=count, seed=seed)
    found = ended(bare.answer(request))
    assert isinstance(found, DecoderTrial)
    return found


def sides(described: DecoderDescription) -> list[tuple[int, int, int]]:
    return [(layout.height, layout.width, layout.channels) for layout in described.layouts]


# --- what a file shows


def test_a_decoder_shows_its_z_and_its_picture() -> None:
    described = describe("grey")
    assert (described.dim, described.z.name, described.z.axes) == (3, "z", ("batch", "latent"))
    assert sides(described) == [(8, 6, 1)] and described.layouts[0].image.axes[1] == "channel"
    assert described.producer == "toys" and described.size == (FOLDER / "grey.onnx").stat().st_size
    assert described.batch == 0 and described.class_input is None and described.range == ""


def test_a_convolutional_decoder_takes_pixels_of_one() -> None:
    described = describe("tanh")
    assert described.dim == 6 and described.z.axes == ("batch", "latent", "one", "one")
    assert sides(described) == [(8, 8, 3)] and described.layouts[0].image.axes[-1] == "channel"


def test_a_flat_picture_may_be_of_many_sides_the_square_first() -> None:
    described = describe("row")
    assert all(layout.flat and layout.height * layout.width * layout.channels == 192 for layout in described.layouts)
    assert sides(described)[0] == (8, 8, 3) and {(12, 16, 1), (16, 12, 1), (8, 24, 1)} <= set(sides(described))
    assert described.range == "logits", "so the output is called"


@pytest.mark.parametrize(("name", "dtype", "said"), [("bytes", "uint8", "0..255"), ("half", "float16", "")])
def test_other_numbers_than_float32_are_read(name: str, dtype: str, said: str) -> None:
    described = describe(name)
    assert described.layouts[0].image.dtype == dtype and described.range == said


@pytest.mark.parametrize("name", ["single", "baked"])
def test_a_decoder_of_one_picture_at_a_time_is_known_as_such(name: str) -> None:
    assert describe(name).batch == 1


def test_a_number_besides_the_pictures_is_in_nobodys_way() -> None:
    """Numbers that are no rows cannot be put together of two passes."""
    described = describe("counted")
    assert described.batch == 2 and {layout.image.name for layout in described.layouts} == {"image"}
    np.testing.assert_array_equal(attempt("counted", count=5).images, attempt("single", count=5).images)


def test_how_many_at_a_time_is_known_when_the_file_is_opened_again() -> None:
    bare = BareDecoders()
    described = describe("baked", bare)
    describe("grey", bare)  # only the newest stays open
    manifest = engine.decoder_manifest(described, DecoderAnswers(layout=described.layouts[0], range="0..1"), "trial")
    request = TryDecoder(path=described.path, sha256=described.sha256, manifest=manifest, count=4)
    np.testing.assert_array_equal(ended(bare.answer(request)).images, attempt("baked", count=4).images)


def test_a_class_is_found_by_its_kind_or_by_its_name() -> None:
    numbered, told = describe("numbered").class_input, describe("told").class_input
    assert numbered is not None and (numbered.encoding, numbered.width) == ("index", 0)
    assert told is not None and (told.encoding, told.width) == ("one_hot", 4)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("two", GraphMismatch, "takes 2 inputs: 'z' (float32, N x 3), 'w' (float32, N x 5)"),
        ("whole", GraphMismatch, "takes 'z' (int64, N x 3), which is no latent vector"),
        ("few", GraphMismatch, "gives 'image' (float32, N x 10), which is no picture"),
        ("deep", GraphMismatch, "gives 'image' (float32, N x 7 x 8 x 8)"),
        ("long", GraphMismatch, "does not say how long its input 'z' is"),
        ("elsewhere", FileError, "keeps its weights in another file, elsewhere.bin"),
        ("missing", FileError, "cannot be read: No such file"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(name: str, kind: type[EngineError], words: str) -> None:
    with pytest.raises(kind) as caught:
        describe(name)
    assert words in caught.value.problem and f"{name}.onnx" in caught.value.problem
    assert caught.value.problem.endswith(".") and caught.value.remedy.endswith(".")


@pytest.mark.parametrize("content", [b"", b"\x08\x01", b"GIF89a" + bytes(100), bytes(range(256)) * 20])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.onnx"
    path.write_bytes(content)
    with pytest.raises((SessionError, GraphMismatch)) as caught:
        ended(BareDecoders().answer(DescribeDecoder(path=str(path))))
    assert "damaged.onnx" in caught.value.problem and caught.value.remedy


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    whole = (FOLDER / "tanh.onnx").read_bytes()
    path = tmp_path / "half.onnx"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SessionError, match=r"half\.onnx"):
        ended(BareDecoders().answer(DescribeDecoder(path=str(path))))


def field(number: int, content: bytes | int) -> bytes:
    """A field of a protobuf message: bytes, or a small number."""
    if isinstance(content, int):
        return bytes([8 * number, content])
    count, length = len(content), b""
    while count > 127:
        length, count = length + bytes([count % 128 + 128]), count // 128
    key = 8 * number + 2
    return (bytes([key]) if key < 128 else bytes([key % 128 + 128, key // 128])) + length + bytes([count]) + content


def located(name: str, swapped: bool = False) -> bytes:
    """A tensor whose numbers are in the file of this name; the entry's value may stand before its key."""
    parts = [field(1, b"location"), field(2, name.encode())]
    return field(8, b"w") + field(13, b"".join(reversed(parts) if swapped else parts)) + field(14, 1)


def in_a_node(tensor: bytes) -> bytes:
    """A graph of one node whose attribute is a graph that has the tensor."""
    return field(1, field(5, field(6, field(5, tensor))))


LONG = "w" * 200 + ".bin"


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        (field(5, located("w.bin")), "w.bin"),
        (field(5, located("w.bin", swapped=True)), "w.bin"),
        (field(5, located(LONG)), LONG[:100]),
        (field(5, located("")), "which it does not name"),
        (in_a_node(located("deep.bin")), "deep.bin"),
        (field(15, field(1, located("sparse.bin"))), "sparse.bin"),
    ],
)
def test_weights_in_another_file_are_found_wherever_they_are(tmp_path: Path, graph: bytes, said: str) -> None:
    path = tmp_path / "mine.onnx"
    path.write_bytes((FOLDER / "grey.onnx").read_bytes() + field(7, graph))  # messages that follow each other are one
    with pytest.raises(FileError) as caught:
        ended(BareDecoders().answer(DescribeDecoder(path=str(path))))
    assert caught.value.problem == f"mine.onnx keeps its weights in another file, {said}."


def test_a_place_among_the_metadata_is_no_other_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    about = field(14, field(1, b"location") + field(2, b"Zurich"))
    path.write_bytes((FOLDER / "grey.onnx").read_bytes() + about)
    assert ended(BareDecoders().answer(DescribeDecoder(path=str(path)))).dim == 3


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    pipe, link, folder = tmp_path / "pipe.onnx", tmp_path / "zero.onnx", tmp_path / "folder.onnx"
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    folder.mkdir()
    for path in (pipe, link, folder):
        with pytest.raises(FileError, match=rf"{path.name} is no file"):
            ended(BareDecoders().answer(DescribeDecoder(path=str(path))))


def test_no_more_is_read_than_a_file_may_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.families.bare_decoder.MAX_BYTES", 100)
    with pytest.raises(FileError, match=r"grey\.onnx is larger than 2 GB"):
        describe("grey")


def test_a_stop_is_heeded_while_a_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next file is described for all that."""
    monkeypatch.setattr("engine.families.bare_decoder._CHUNK", 64)
    bare = BareDecoders()
    steps = bare.answer(DescribeDecoder(path=str(FOLDER / "grey.onnx")))
    for _ in range((FOLDER / "grey.onnx").stat().st_size // 64):
        assert not next(steps).drawn.any()
    steps.close()
    assert describe("grey", bare).dim == 3


def test_many_fields_are_not_read_in_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.families.bare_decoder._FIELDS", 5)
    assert len(list(BareDecoders().answer(DescribeDecoder(path=str(FOLDER / "tanh.onnx"))))) > 5


# --- what an answer makes of it


def test_the_range_is_what_black_and_white_are() -> None:
    plain, signed = attempt("tanh"), attempt("tanh", range="-1..1")
    assert plain.low == signed.low and -1 <= plain.low < -0.9 < 0.9 < plain.high <= 1
    assert plain.outside > 0.3 and signed.outside == 0
    values = 2 * (signed.images / 255.0) - 1  # what lies below 0 is black in 0..1
    assert np.abs(np.clip(values, 0, 1) * 255 - plain.images).max() <= 2


def test_logits_go_through_the_sigmoid() -> None:
    raw, light = attempt("row", range="-1..1"), attempt("row", range="logits")
    assert light.outside == 0 < raw.outside
    assert abs(light.images.mean() / 255 - 0.5) < 0.1, "the toy's logits lie evenly around 0"


def test_the_layout_is_the_order_of_the_numbers() -> None:
    described = describe("row")
    kinds = [(layout.channels, layout.image.axes[-1]) for layout in described.layouts]
    color = kinds.index((3, "channel"))
    grey = sides(described).index((12, 16, 1))
    pixels, rows = (attempt("row", layout=n, range="logits").images for n in (color, grey))
    assert pixels.shape == (16, 8, 8, 3) and rows.shape == (16, 12, 16, 1)
    np.testing.assert_array_equal(pixels.reshape(16, -1), rows.reshape(16, -1))


def test_the_prior_is_where_z_comes_from() -> None:
    normal, uniform, none = (attempt("grey", prior=prior).images for prior in ("normal", "uniform", "none"))
    assert (normal == none).all() and (normal != uniform).any()
    assert (attempt("grey", seed=1).images != normal).any()
    np.testing.assert_array_equal(attempt("grey", count=4).images, normal[:4])


@pytest.mark.parametrize("name", ["single", "baked"])
def test_one_picture_at_a_time_gives_the_same_as_many(name: str) -> None:
    """All of them have the same weights but the sides."""
    found = attempt(name)
    assert len({image.tobytes() for image in found.images}) == 16 and not found.broken.any()


@pytest.mark.parametrize("name", ["numbered", "told"])
def test_classes_come_in_turn(name: str) -> None:
    images = attempt(name, class_names=("a", "b", "c", "d")).images.astype(int)
    same = np.abs(images[4:8] - images[0:4]).mean()
    other = np.abs(images[1:5] - images[0:4]).mean()
    assert other > 1.5 * same, "pictures of one class are more alike"


def test_too_few_names_are_refused() -> None:
    with pytest.raises(RequestError, match="2 classes are named, and the decoder knows 4"):
        attempt("told", class_names=("a", "b"))


# --- what is wrong with it is never smoothed over


def test_what_is_no_number_is_marked() -> None:
    torn = attempt("torn")
    assert torn.broken.all() and not torn.constant.any() and torn.finite == 0 and not torn.alike
    assert (torn.images == BROKEN).all()


def test_what_is_no_number_here_and_there_is_marked_there() -> None:
    found = attempt("half_torn")
    left = noise.normals_batch(0, range(16), noise.PRIOR, 3)[:, 0] < 0
    np.testing.assert_array_equal(found.broken, left)
    np.testing.assert_array_equal(found.constant, ~left)
    assert found.finite == pytest.approx(1 - left.mean())


def test_logits_that_are_no_numbers_are_broken_too() -> None:
    assert attempt("torn", range="logits").broken.all()


def test_a_flat_colour_is_marked() -> None:
    flat = attempt("flat")
    assert flat.constant.all() and not flat.broken.any() and flat.low == flat.high == 0.25


def test_a_decoder_that_does_not_look_at_z_is_found_out() -> None:
    assert attempt("deaf").alike and not attempt("grey").alike


# --- what is tried is what is saved


@pytest.mark.parametrize(
    "name", ["grey", "tanh", "row", "bytes", "half", "single", "counted", "baked", "numbered", "told"]
)
def test_the_saved_model_draws_what_was_tried(tmp_path: Path, name: str) -> None:
    bare = BareDecoders()
    described = describe(name, bare)
    names = ("a", "b", "c", "d") if described.class_input is not None else ()
    given = DecoderAnswers(
        layout=described.layouts[0], range=described.range or "-1..1", class_names=names, title="Mine"
    )
    values = engine.decoder_manifest(described, given, "mine")
    request = TryDecoder(path=described.path, sha256=described.sha256, manifest=values, seed=3)
    tried: DecoderTrial = ended(bare.answer(request))

    folder = tmp_path / "mine"
    folder.mkdir()
    shutil.copyfile(described.path, folder / "decoder.onnx")
    (folder / "manifest.json").write_text(json.dumps(values))
    registry = Registry((tmp_path,))
    model = LatentModel(registry.find("mine"), Sessions(), registry)
    drawn = ended(model.answer(SampleImages(model="mine", count=16, seed=3)))
    np.testing.assert_array_equal(drawn.images, tried.images)
    decoded = ended(model.answer(DecodeLatents(model="mine", z=drawn.z, class_name=names[1] if names else "")))
    rows = slice(1, None, 4) if names else slice(None)
    np.testing.assert_array_equal(decoded.images[rows], tried.images[rows])


def test_a_file_that_changed_is_not_answered_for(tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    shutil.copyfile(FOLDER / "grey.onnx", path)
    described = ended(BareDecoders().answer(DescribeDecoder(path=str(path))))
    manifest = engine.decoder_manifest(described, DecoderAnswers(layout=described.layouts[0], range="0..1"), "x")
    shutil.copyfile(FOLDER / "deaf.onnx", path)
    request = TryDecoder(path=str(path), sha256=described.sha256, manifest=manifest)
    with pytest.raises(FileError, match=r"mine\.onnx has changed"):
        ended(BareDecoders().answer(request))


def test_a_request_that_cannot_be_is_refused() -> None:
    described = describe("grey")
    with pytest.raises(EngineError):
        engine.decoder_manifest(described, DecoderAnswers(layout=described.layouts[0], range="0..7"), "x")
    elsewhere = replace(described.layouts[0], height=9)
    with pytest.raises(RequestError, match="no layout"):
        engine.decoder_manifest(described, DecoderAnswers(layout=elsewhere, range="0..1"), "x")
    with pytest.raises(RequestError, match="65 pictures"):
        attempt("grey", count=65)


def test_the_engine_process_describes_and_tries() -> None:
    """Over the pipe, with every part of the description."""
    process, answers, came = engine.EngineProcess(folders=[]), [], threading.Semaphore(0)

    def keep(event: Any) -> None:
        if isinstance(event, Finished):
            answers.append(event.answer)
            came.release()

    lane = Lane("test", Policy.QUEUE)
    try:
        process.submit(DescribeDecoder(path=str(FOLDER / "told.onnx")), lane, keep)
        assert came.acquire(timeout=60)
        described = answers[0]
        assert described == describe("told")
        names = DecoderAnswers(layout=described.layouts[0], range="0..1", class_names=("a", "b", "c", "d"))
        manifest = engine.decoder_manifest(described, names, "x")
        process.submit(TryDecoder(path=described.path, sha256=described.sha256, manifest=manifest), lane, keep)
        assert came.acquire(timeout=60)
        np.testing.assert_array_equal(answers[1].images, attempt("told", class_names=("a", "b", "c", "d")).images)
    finally:
        process.close()
