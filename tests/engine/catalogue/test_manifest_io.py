"""Manifests: what is written is what is read, and what cannot be read is one sentence that names file and remedy."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import manifest_io
from engine.catalogue.consistency import GAUSSIAN_LIKELIHOODS, MAX_SIDE, NAME, OTHER_PORTS
from engine.contracts.manifest import (
    CALLED,
    FAMILIES,
    LATENT_FAMILIES,
    LIKELIHOODS,
    OTHER_PICTURES,
    ROLES,
    Condition,
    GraphSpec,
    ImageSpec,
    Manifest,
    Port,
    StatePort,
)
from engine.errors import ManifestError

TEXT = st.text(min_size=1, max_size=12)
FILE_NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_ .-]{0,12}\.onnx", fullmatch=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXT, JSON, max_size=3)
PORTS = st.builds(Port, name=TEXT, dtype=st.sampled_from(["", "float32", "int64"]), axes=st.tuples(TEXT) | st.just(()))
POINTS = st.builds(Port, name=TEXT, dtype=st.sampled_from(["", "float16"]))
PORT_MAPS = st.dictionaries(TEXT, PORTS, min_size=1, max_size=3)
CONDITION_NAMES = st.lists(TEXT, min_size=1, max_size=4, unique=True).map(tuple)


@st.composite
def images(draw: st.DrawFn) -> ImageSpec:
    levels = draw(st.integers(2, 5))
    byte = st.integers(0, 255)
    colours = st.lists(st.tuples(byte, byte, byte), min_size=levels, max_size=levels).map(tuple)
    return ImageSpec(
        height=draw(st.integers(1, MAX_SIDE)),
        width=draw(st.integers(1, MAX_SIDE)),
        channels=draw(st.sampled_from((1, 3))),
        levels=levels,
        range=draw(st.sampled_from(["level_index", "0..1", "-1..1"])),
        palette=draw(st.none() | colours),
    )


@st.composite
def conditions(draw: st.DrawFn, name: str) -> Condition:
    names, null = draw(CONDITION_NAMES), draw(st.booleans())
    columns = draw(st.just(0) | st.integers(len(names) + null, 20))
    return Condition(
        name=name, names=names, encoding=draw(st.sampled_from(["one_hot", "index"])), null=null, columns=columns
    )


@st.composite
def states(draw: st.DrawFn) -> StatePort:
    axis, sizes = draw(st.integers(0, 2)), draw(st.lists(st.integers(1, 64), min_size=2, max_size=3))
    sizes.insert(min(axis, len(sizes)), 0)
    return StatePort(
        input=draw(TEXT),
        output=draw(TEXT),
        batch_axis=sizes.index(0),
        shape=tuple(sizes),
        dtype=draw(st.sampled_from(["float32", "int64"])),
    )


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """Any of a family that promises nothing about its graphs, and autoregressive ones with what they need."""
    family = draw(st.sampled_from(FAMILIES))
    chosen = tuple(draw(conditions(name)) for name in draw(st.lists(TEXT, max_size=2, unique=True)))
    extra = {c.name: draw(PORTS) for c in chosen}
    graphs = {}
    for role in draw(st.lists(st.sampled_from(["encoder", "decoder", "generator"]), min_size=1, unique=True)):
        graphs[role] = draw(graph_specs())
    if family == "autoregressive":
        inputs, outputs = {"image": draw(PORTS)} | extra, {"logits": draw(PORTS)}
        graphs["likelihood"] = GraphSpec(file=draw(FILE_NAMES), sha256=draw(TEXT), inputs=inputs, outputs=outputs)
    image = draw(images())
    latent = draw(st.none() | st.dictionaries(TEXT, JSON, min_size=1, max_size=3))
    if family in LATENT_FAMILIES:
        image, latent, graphs = draw(latent_parts(family))
        chosen = ()  # only a decoder is told anything, and only the class
    if family in OTHER_PORTS:
        image, latent, _ = draw(latent_parts("vae"))
        graphs = draw(other_graphs(OTHER_PORTS[family], extra if family == "gan" else {}))
    texts = {name: draw(st.text(max_size=12)) for name in ("summary", "scored_by", "licence", "attribution")}
    needed = {name: draw(TEXT) for name in ("title", "architecture", "data", "data_title")}
    needed["id"] = draw(st.from_regex(NAME, fullmatch=True))
    return Manifest(
        family=family,
        image=image,
        graphs=graphs,
        conditions=chosen,
        latent=latent,
        figures=draw(OBJECTS),
        training=draw(OBJECTS),
        references=tuple(draw(st.lists(TEXT, max_size=2))),
        **texts,
        **needed,
    )


@st.composite
def other_graphs(draw: st.DrawFn, roles: dict[str, Any], extra: dict[str, Port]) -> dict[str, GraphSpec]:
    """The graphs of a GAN or a classifier, the first of which it needs."""
    needed, *others = roles
    graphs = {}
    for role in (needed, *draw(st.lists(st.sampled_from(others), unique=True) if others else st.just([]))):
        inputs, outputs = ({name: draw(PORTS) for name in names} for names in roles[role])
        graphs[role] = GraphSpec(file=draw(FILE_NAMES), sha256=draw(TEXT), inputs=inputs | extra, outputs=outputs)
    return graphs


@st.composite
def latent_parts(draw: st.DrawFn, family: str) -> tuple[ImageSpec, dict[str, Any], dict[str, GraphSpec]]:
    """Image, latent space and graphs that go together."""
    likelihood = draw(st.sampled_from(GAUSSIAN_LIKELIHOODS if family == "gaussian" else LIKELIHOODS))
    image = ImageSpec(
        height=draw(st.integers(1, MAX_SIDE)),
        width=draw(st.integers(1, MAX_SIDE)),
        channels=draw(st.sampled_from([1, 3])),
        levels={"bernoulli": 2, "logistic": 256}.get(likelihood) or draw(st.integers(2, 256)),
        range=draw(st.sampled_from(["0..1", "-1..1", "0..255"])),
    )
    latent = draw(OBJECTS) | {"dim": draw(st.integers(1, 512)), "likelihood": likelihood}
    latent |= draw(st.fixed_dictionaries({}, optional={"prior": st.sampled_from(["normal", "none"])}))
    latent |= draw(st.fixed_dictionaries({}, optional={"beta": st.floats(0, 99), "file": FILE_NAMES, "sha256": TEXT}))
    ports = {"decoder": (("z",), ("image", "log_scale")), "encoder": (("image",), ("mu",))}
    graphs = {}
    for role in draw(st.sampled_from([("decoder",), ("decoder", "encoder")])):
        inputs, outputs = ({name: draw(POINTS if name == "z" else PORTS) for name in names} for names in ports[role])
        graphs[role] = GraphSpec(file=draw(FILE_NAMES), sha256=draw(TEXT), inputs=inputs, outputs=outputs)
    return image, latent, graphs


@st.composite
def graph_specs(draw: st.DrawFn) -> GraphSpec:
    state = tuple(draw(st.lists(states(), max_size=2)))
    return GraphSpec(
        file=draw(FILE_NAMES), sha256=draw(TEXT), inputs=draw(PORT_MAPS), outputs=draw(PORT_MAPS), state=state
    )


@given(manifests())
def test_what_is_written_is_what_is_read(manifest: Manifest) -> None:
    text = json.dumps(manifest_io.to_json(manifest))
    assert manifest_io.from_json(json.loads(text)) == manifest
    assert text.startswith('{"schema": 1')


@given(JSON)
def test_any_json_is_a_manifest_or_a_sentence(value: Any) -> None:
    with pytest.raises(ManifestError) as refused:
        manifest_io.from_json(value)
    assert refused.value.problem and refused.value.remedy


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every value of a JSON document is."""
    inside: list[tuple[Any, ...]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        inside += [(*here, key), *paths(child, (*here, key))]
    return inside


@pytest.mark.parametrize("junk", [None, True, -1, 1.5, "", "../x", [], [[1]], {}, {"a": 1}, 10**30])
def test_any_value_may_be_junk_and_nothing_but_a_sentence_comes_of_it(raw: dict[str, Any], junk: Any) -> None:
    refused = 0
    for path in paths(raw):
        broken = copy.deepcopy(raw)
        place = broken
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = junk
        try:
            read = manifest_io.from_json(broken)
        except ManifestError as error:
            refused += 1
            assert error.problem and error.remedy
        else:
            json.dumps(manifest_io.to_json(read))
    assert refused > 20


def test_what_may_be_null_may_be_null(raw: dict[str, Any]) -> None:
    raw["latent"] = raw["image"]["palette"] = None
    manifest = manifest_io.from_json(raw)
    assert manifest.latent is None and manifest.image.palette is None


def test_unknown_keys_are_ignored(raw: dict[str, Any]) -> None:
    expected = manifest_io.from_json(copy.deepcopy(raw))
    for place in (raw, raw["image"], raw["graphs"]["likelihood"], raw["conditions"][0]):
        place["invented later"] = 1
    assert manifest_io.from_json(raw) == expected


@pytest.mark.parametrize("key", ["id", "family", "image", "graphs", "schema"])
def test_a_missing_key_is_named(raw: dict[str, Any], key: str) -> None:
    del raw[key]
    with pytest.raises(ManifestError, match=key):
        manifest_io.from_json(raw)


def test_names_may_be_left_out(raw: dict[str, Any]) -> None:
    raw |= {"id": "mine", "data": "cats"}
    for key in ("title", "architecture", "data_title"):
        del raw[key]
    manifest = manifest_io.from_json(raw)
    word = CALLED[manifest.family]
    assert (manifest.title, manifest.architecture, manifest.data_title) == ("mine", word, "cats")
    del raw["data"]
    manifest = manifest_io.from_json(raw)
    assert (manifest.data, manifest.data_title) == ("mine", OTHER_PICTURES)
    assert set(CALLED) == set(FAMILIES)


def _set(*path: Any) -> Callable[[dict[str, Any]], None]:
    """Sets the last but one of ``path`` to the last."""

    def change(raw: dict[str, Any]) -> None:
        place: Any = raw
        for key in path[:-2]:
            place = place[key]
        place[path[-2]] = path[-1]

    return change


def _without(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(raw: dict[str, Any]) -> None:
        place: Any = raw
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


BROKEN: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (_set("schema", 2), "schema is 2"),
    (_set("schema", "1"), "schema is '1'"),
    (_set("schema", True), "schema is True"),
    (_set("family", "diffusion"), "diffusion"),
    (_set("id", 5), "'id' is not a text"),
    (_set("title", ["x"]), "'title' is not a text"),
    (_set("figures", [1]), "'figures' is not an object"),
    (_set("references", "a paper"), "'references' is not a list"),
    (_set("image", "height", "28"), "'height' is not a whole number"),
    (_set("image", "height", 2.0), "'height' is not a whole number"),
    (_set("image", "height", True), "'height' is not a whole number"),
    (_set("image", "height", 0), "'height' is 0"),
    (_set("image", "width", 10**9), "'width' is 1000000000"),
    (_set("image", "channels", 0), "'channels' is 0"),
    (_set("image", "channels", 2), "'channels' is 2, and can be 1 or 3"),
    (_set("image", "height", 4096), "'height' is 4096, and can be 1 to 1024"),
    (_set("id", "../../evil"), "cannot be a name"),
    (_set("id", ""), "cannot be a name"),
    (_set("image", "levels", 1), "'levels' is 1"),
    (_set("image", "range", "0..2"), "0..2"),
    (_set("image", "palette", [[0, 0, 0]]), "palette has 1 colours for 3 levels"),
    (_set("image", "palette", 0, [0, 0, 300]), "outside 0 to 255"),
    (_set("image", "palette", 0, [0, 0]), "'palette' is not a list of"),
    (_without("image", "levels"), "'levels' is missing"),
    (_set("conditions", {}), "'conditions' is not a list"),
    (_set("conditions", 0, "names", "ab"), "'names' is not a list"),
    (_set("conditions", 0, "names", []), "condition 'class'"),
    (_set("conditions", 0, "columns", 2), "condition 'class' has 2 columns for 3 values"),
    (_set("conditions", 0, "encoding", "embedding"), "embedding"),
    (_set("graphs", "painter", {}), "painter"),
    (_set("graphs", "likelihood", []), "'likelihood' is not an object"),
    (_set("graphs", "likelihood", "sha256", 5), "'sha256' is not a text"),
    (_set("graphs", "likelihood", "inputs", "image", {}), "'name' is missing"),
    (_without("graphs", "likelihood", "file"), "'file' is missing"),
    (_without("graphs", "likelihood"), "no graph of the role 'likelihood'"),
    (_without("graphs", "likelihood", "inputs", "image"), "'likelihood' has no input that means 'image'"),
    (_without("graphs", "likelihood", "inputs", "class"), "'likelihood' has no input that means 'class'"),
    (_without("graphs", "sampler_row", "inputs", "observed"), "'sampler_row' has no input that means 'observed'"),
    (_without("graphs", "sampler_row", "outputs", "levels"), "'sampler_row' has no output that means 'levels'"),
    (_without("graphs", "sampler_prime", "outputs", "state_rows"), "no output that means 'state_rows'"),
    (_set("graphs", "sampler_row", "state", 0, "batch_axis", 0), "state 'state_rows'"),
    (_set("graphs", "sampler_row", "state", 0, "batch_axis", 7), "state 'state_rows'"),
    (_set("graphs", "sampler_row", "state", 0, "shape", [3, 28]), "state 'state_rows'"),
    (_set("graphs", "sampler_row", "state", 0, "shape", "30"), "'shape' is not a list"),
    (_set("graphs", "sampler_row", "state", 0, "dtype", "text"), "state 'state_rows'"),
]


@pytest.mark.parametrize(("change", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_a_contradiction_is_named(raw: dict[str, Any], change: Callable[[dict[str, Any]], None], words: str) -> None:
    change(raw)
    with pytest.raises(ManifestError) as refused:
        manifest_io.from_json(raw)
    assert words in refused.value.problem and refused.value.remedy.endswith(".")


@pytest.mark.parametrize(
    "name",
    ["../secret.onnx", "/etc/passwd", "a/b.onnx", "..", ".", "", "..\\x.onnx", "C:\\x.onnx", "C:x.onnx", "a\0.onnx"],
)
def test_a_file_name_that_escapes_is_refused(raw: dict[str, Any], name: str) -> None:
    raw["graphs"]["sampler_prime"]["file"] = name
    with pytest.raises(ManifestError, match="leaves the model folder") as refused:
        manifest_io.from_json(raw)
    assert "plain file name" in refused.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\xff\xfe",
        b'{"schema": 1}',
        b'{"schema": NaN}',
        b"[" * 100_000,
        b'{"a":' * 5000,
    ],
    ids=["empty", "torn", "a list", "null", "a number", "no UTF-8", "bare", "NaN", "deep lists", "deep objects"],
)
def test_a_broken_file_is_one_sentence_with_its_path(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "manifest.json"
    file.write_bytes(content)
    with pytest.raises(ManifestError) as refused:
        manifest_io.read(tmp_path)
    assert str(file) in refused.value.problem and refused.value.remedy


def test_a_folder_without_a_manifest_says_so(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ManifestError) as refused:
            manifest_io.read(folder)
        assert str(folder) in refused.value.problem and "Choose a model folder" in refused.value.remedy


def test_a_folder_in_place_of_the_manifest_says_so(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(ManifestError, match="no readable"):
        manifest_io.read(tmp_path)


def test_the_families_and_roles_of_the_plan_are_known() -> None:
    assert {"likelihood", "sampler_row", "sampler_prime"} <= set(ROLES) and "autoregressive" in FAMILIES


def test_a_file_that_has_changed_is_read_anew(tmp_path: Path) -> None:
    """Also within one tick of the file system's clock, and of the same size."""
    raw = json.loads((Path(__file__).parents[1] / "latent_models" / "linear" / "manifest.json").read_text())
    for title in ("One", "Two", "One"):
        (tmp_path / "manifest.json").write_text(json.dumps(raw | {"title": title}), encoding="utf-8")
        assert manifest_io.read(tmp_path).title == title
    (tmp_path / "manifest.json").write_bytes(b"\xff")
    with pytest.raises(ManifestError, match="not valid JSON"):
        manifest_io.read(tmp_path)
