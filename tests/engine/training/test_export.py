"""From a run to a model folder: the files are whole, agree with torch, tell nothing of the machine, and draw."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch: ./run setup --train")
onnx = pytest.importorskip("onnx", reason="the export needs onnx, which comes with torch: ./run setup --train")

from engine.catalogue import manifest_io
from engine.catalogue.registry import Registry, digest_errors
from engine.contracts.manifest import Manifest
from engine.contracts.requests import CompleteImage, SampleImages, ScoreImages
from engine.errors import EngineError
from engine.families.autoregressive import Autoregressive
from engine.runtime.sessions import Sessions, open_graph
from engine.sampling.orientation import NAMES
from engine.training import checkpoints, graphs
from engine.training import export as export_module
from engine.training.compact import HALF_FROM
from engine.training.data import DataSet, Split
from engine.training.export import METADATA_KEY, export, load_weights
from engine.training.graphs import plan
from engine.training.loop import build
from engine.training.models.gated_pixelcnn import GatedPixelCNNConfig
from engine.training.models.pixelcnn import MaskedConv2d, PixelCNNConfig
from engine.training.recipe import AutoregressiveRecipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

SIZE = 6
GATED = AutoregressiveRecipe(
    name="tiny-gated",
    title="A tiny one",
    data="mnist",
    levels=2,
    model=GatedPixelCNNConfig(levels=2, condition_width=4 + 8, channels=12, layers=2, head=24),
    steps=1,
    class_names=("a", "b", "c"),
)
PLAIN = AutoregressiveRecipe(
    name="tiny-plain",
    title="A tiny plain one",
    data="pixel_portraits",
    levels=3,
    model=PixelCNNConfig(levels=3, channels=8, blocks=2, head=24),
    steps=1,
    orientations=NAMES[:1],
    upright_share=1.0,
)
COLORS = AutoregressiveRecipe(
    name="tiny-colours",
    title="A tiny one in colours, without classes",
    data="pixel_portraits",
    levels=3,
    model=GatedPixelCNNConfig(levels=3, condition_width=8, channels=12, layers=2, head=24, palette=True, embedding=4),
    steps=1,
)
PALETTE = np.array([[0, 0, 0], [200, 10, 10], [255, 255, 255]], np.uint8)
GRAPHS = ("sampler_row", "sampler_prime")


def loud(model: nn.Module) -> nn.Module:
    """Weights large enough for the logits to differ from pixel to pixel."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.3)
    return model


def a_run(recipe: AutoregressiveRecipe, folder: Path) -> Path:
    """A run's folder with one checkpoint of random weights."""
    torch.set_num_threads(1)
    torch.manual_seed(4)
    model = loud(build(recipe))
    tensors = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    state = {"step": 7, "cpu_seconds": 90.0, "machine": "test", "versions": {"torch": torch.__version__}}
    checkpoints.save(folder / "checkpoint", model, tensors, torch.optim.AdamW(model.parameters()), state)
    return folder


def data_of(recipe: AutoregressiveRecipe) -> DataSet:
    pixels = np.zeros((2, SIZE, SIZE), np.uint8)
    split = Split(pixels, np.zeros(2, np.uint8))
    return DataSet(recipe.data, split, split, split, PALETTE if recipe is not GATED else None)


@dataclasses.dataclass(frozen=True)
class Exported:
    recipe: AutoregressiveRecipe
    run: Path
    folder: Path
    manifest: Manifest


@pytest.fixture(scope="module", params=[GATED, COLORS, PLAIN], ids=lambda recipe: recipe.name)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Written once for the file: an export takes seconds."""
    recipe: AutoregressiveRecipe = request.param
    run = a_run(recipe, tmp_path_factory.mktemp("run"))
    folder = tmp_path_factory.mktemp("models") / recipe.name
    return Exported(recipe, run, folder, export(recipe, run, folder, data_of(recipe)))


@pytest.fixture
def family(exported: Exported) -> Iterator[Autoregressive]:
    registry, sessions = Registry([exported.folder.parent]), Sessions()
    yield Autoregressive(registry.find(exported.recipe.name), sessions, registry)
    sessions.close()


def answer(family: Autoregressive, request: Any) -> Any:
    answering = family.answer(request)
    while True:
        try:
            next(answering)
        except StopIteration as end:
            return end.value


# --- the folder ------------------------------------------------------------------------------------------------------


def test_the_folder_holds_what_its_manifest_says(exported: Exported) -> None:
    registry = Registry([exported.folder.parent])
    model = registry.find(exported.recipe.name)
    assert not registry.broken and model.manifest == manifest_io.read(exported.folder)
    assert manifest_io.to_json(model.manifest) == json.loads(json.dumps(manifest_io.to_json(exported.manifest)))
    assert digest_errors(model) == []
    files = sorted(path.name for path in exported.folder.iterdir())
    assert files == ["manifest.json", "sampler_prime.onnx", "sampler_row.onnx"]
    likelihood, prime = (model.manifest.graphs[role] for role in ("likelihood", "sampler_prime"))
    assert likelihood.file == prime.file and likelihood.sha256 == prime.sha256 and set(likelihood.outputs) == {"logits"}
    assert [path.name for path in exported.folder.parent.iterdir()] == [exported.folder.name], "nothing left beside it"


def test_the_manifest_says_what_was_trained(exported: Exported) -> None:
    manifest, recipe = exported.manifest, exported.recipe
    assert (manifest.id, manifest.title, manifest.family) == (recipe.name, recipe.title, "autoregressive")
    assert (manifest.image.height, manifest.image.width, manifest.image.levels) == (SIZE, SIZE, recipe.levels)
    assert manifest.class_names == recipe.class_names and manifest.orientations == recipe.orientations
    palette = tuple(map(tuple, PALETTE.tolist())) if recipe is not GATED else None
    assert manifest.image.palette == palette
    training = manifest.training
    assert (training["steps"], training["images"], training["cpu_minutes"]) == (7, 7 * recipe.batch, 1.5)
    assert training["machine"] == "test" and training["recipe"]["levels"] == recipe.levels
    assert manifest.licence and manifest.attribution and manifest.references and manifest.summary


def test_every_graph_is_one_checked_file_with_a_dynamic_batch(exported: Exported) -> None:
    for role in GRAPHS:
        path = exported.folder / f"{role}.onnx"
        onnx.checker.check_model(str(path), full_check=True)
        proto = onnx.load(path, load_external_data=False)
        assert not any(tensor.external_data for tensor in proto.graph.initializer)
        assert not proto.functions and {o.domain for o in proto.opset_import} <= {"", "ai.onnx"}
        open_graph(path, exported.manifest.graphs[role])  # every promised port, and no other input
        named = {d.dim_param for port in proto.graph.input for d in port.type.tensor_type.shape.dim if d.dim_param}
        assert "batch" in named


def test_the_row_graph_scans_over_columns(exported: Exported) -> None:
    """One scan; where the model is binary it is the other branch of an If, beside the sweeps for few pictures."""
    graph = onnx.load(exported.folder / "sampler_row.onnx").graph
    kinds = [[node.op_type for node in part.node] for part in (graph, *graphs.inner_graphs(graph))]
    binary = exported.recipe is GATED
    assert ["If" in kinds[0], "Scan" in kinds[0]] == [binary, not binary]
    assert sum(part.count("Scan") for part in kinds) == 1
    assert sum(part.count("Loop") for part in kinds) == binary
    assert all("Conv" not in part for part in kinds[1:]), "convolutions stay where the runtime can lay them out"


def test_the_branches_of_the_row_graph_hold_their_weights(exported: Exported) -> None:
    """Else the runtime cannot pack them: a tenth slower at 16 pictures."""
    if exported.recipe is not GATED:
        return
    graph = onnx.load(exported.folder / "sampler_row.onnx").graph
    choice = next(node for node in graph.node if node.op_type == "If")
    assert len(choice.attribute) == 2
    for branch in (attribute.g for attribute in choice.attribute):
        own = {tensor.name for tensor in branch.initializer} | {name for node in branch.node for name in node.output}
        (loop,) = [node for node in branch.node if node.op_type in ("Scan", "Loop")]
        (body,) = [attribute.g for attribute in loop.attribute if attribute.name == "body"]
        products = [node for node in body.node if node.op_type == "Gemm"]
        assert len(products) >= 3 * GATED.model.layers and {node.input[1] for node in products} <= own


@pytest.mark.parametrize("batch", [2, 3, 5])
def test_pictures_share_their_state_while_they_agree(exported: Exported, family: Autoregressive, batch: int) -> None:
    """State of one picture, then of each, and the logits are the full network's throughout."""
    graph = family.row_graph(batch, "", "upright")
    assert graph is not None and family.manifest.graphs["sampler_row"].shares_state
    rng, nothing = np.random.default_rng(batch), np.zeros(SIZE, np.int64)
    noise = rng.gumbel(size=(batch, SIZE, SIZE, exported.recipe.levels)).astype(np.float32)
    noise[:, :2] = noise[:1, :2]  # the first two rows come out the same
    state, drawn, sizes = graph.start(batch), [], []
    logits = np.zeros_like(noise)
    for row in range(SIZE):
        sizes.append(len(np.moveaxis(state["state_rows"], 2, 0)))
        levels, logits[:, row], state = graph.row(noise[:, row], nothing, nothing.astype(bool), state)
        drawn.append(levels)
    picture = np.stack(drawn, axis=1)
    assert sizes[:3] == [1, 1, 1] and sizes[-1] == batch
    assert (picture[:, 2:] != picture[:1, 2:]).any()
    np.testing.assert_allclose(logits, family.logits(picture, "", "upright"), atol=1e-5)
    np.testing.assert_array_equal(picture, (logits + noise).argmax(-1))
    _, primed = graph.prime(picture[0, :2], batch)
    assert primed["state_rows"].shape[2] == 1


def test_graphs_carry_the_image_keys_and_the_manifest(exported: Exported) -> None:
    for role in GRAPHS:
        metadata = open_graph(exported.folder / f"{role}.onnx").metadata()
        assert metadata["Image.BitmapPixelFormat"] == ("Rgb8" if exported.recipe is not GATED else "Gray8")
        assert {"Image.ColorSpaceGamma", "Image.NominalPixelRange", METADATA_KEY} <= set(metadata)
        inside = json.loads(metadata[METADATA_KEY])
        whole = manifest_io.to_json(exported.manifest)
        assert inside == {key: value for key, value in whole.items() if key not in ("graphs", "figures")}


def test_no_file_tells_where_it_was_made(exported: Exported) -> None:
    """No path of this machine, no module's file, no stack trace: the exporter notes all of them on every node."""
    project = Path(__file__).resolve().parents[3]
    words = [str(project), str(Path.home()), sys.prefix, str(exported.folder.parent), ".py", "stack_trace", 'File "']
    for path in exported.folder.iterdir():
        content = path.read_bytes()
        found = [word for word in words if len(word) > 1 and word.encode() in content]
        assert not found, f"{path.name} contains {found}"


def test_large_weights_are_halves_and_nothing_changed(exported: Exported) -> None:
    """Half the file, and the very numbers of the rounded network: as floats in torch, as halves in the file."""
    proto = onnx.load(exported.folder / "sampler_prime.onnx")
    large = large_weights(load_weights(exported.recipe, exported.run))
    halves = [t for t in proto.graph.initializer if t.data_type == onnx.TensorProto.FLOAT16]
    assert len(halves) == len(large)
    stored = {(onnx.numpy_helper.to_array(t).astype(np.float32) + 0.0).tobytes() for t in halves}
    assert stored == {array.tobytes() for array in large}
    casts = [node for node in proto.graph.node if node.op_type == "Cast" and node.input[0].endswith(".half")]
    assert len(casts) == len(halves)


def large_weights(model: nn.Module) -> list[np.ndarray]:
    """The network's large tensors; those under a mask as the exporter sees them, multiplied by it."""
    found = []
    for module in model.modules():
        for tensor in module.parameters(recurse=False):
            masked = tensor * module.mask if isinstance(module, MaskedConv2d) and tensor.ndim == 4 else tensor
            found += [masked.detach().numpy() + 0.0] * (tensor.numel() >= HALF_FROM)
    assert found
    return found


# --- the graphs agree with torch ----------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [1, 4])
def test_logits_are_those_of_torch(exported: Exported, family: Autoregressive, batch: int) -> None:
    model = load_weights(exported.recipe, exported.run)
    levels = np.random.default_rng(batch).integers(0, exported.recipe.levels, (batch, SIZE, SIZE))
    columns = family.conditions(batch, "", exported.recipe.orientations[-1])
    condition = [torch.from_numpy(np.concatenate(list(columns.values()), axis=1))] if columns else []
    with torch.no_grad():
        expected = model(torch.from_numpy(levels)[:, None], *condition)[:, :, 0].permute(0, 2, 3, 1).numpy()
    found = family.logits(levels, "", exported.recipe.orientations[-1])
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert expected.std() > 0.05, "a network that says something"


def test_every_number_of_rows_can_be_primed(exported: Exported, family: Autoregressive) -> None:
    levels = np.random.default_rng(1).integers(0, exported.recipe.levels, (SIZE, SIZE))
    full = family.logits(levels[None])[0]
    graph = family.row_graph(1, "", "upright")
    assert graph is not None
    state, quiet = graph.start(1), np.zeros((1, SIZE, exported.recipe.levels), np.float32)
    for rows in range(1, SIZE + 1):
        _, logits, state = graph.row(quiet, levels[rows - 1], np.ones(SIZE, bool), state)
        primed_logits, primed = graph.prime(levels[:rows], 1)
        np.testing.assert_allclose(logits[0], full[rows - 1], atol=1e-5)
        np.testing.assert_allclose(primed_logits, full[:rows], atol=1e-5)
        for name, value in state.items():
            np.testing.assert_allclose(primed[name], value, atol=1e-5, err_msg=f"{name} after {rows} rows")


def test_the_family_draws_with_it_and_without_its_row_graphs_the_same(
    exported: Exported, family: Autoregressive
) -> None:
    only = {"likelihood": family.manifest.graphs["likelihood"]}
    model = dataclasses.replace(family.model, manifest=dataclasses.replace(family.manifest, graphs=only))
    naive = Autoregressive(model, family.sessions, family.registry)
    observed = np.random.default_rng(3).random((SIZE, SIZE)) < 0.4
    levels = np.random.default_rng(4).integers(0, exported.recipe.levels, (SIZE, SIZE))
    pixels = family.codec.decode(levels)
    for request in (
        SampleImages(model="", count=3, seed=1),
        *(
            CompleteImage(
                model="", pixels=pixels, observed=observed, count=2, seed=2, orientation=name, method="raster"
            )
            for name in exported.recipe.orientations
        ),
    ):
        fast, slow = answer(family, request), answer(naive, request)
        np.testing.assert_array_equal(fast.images, slow.images)
        np.testing.assert_allclose(fast.log_prob, slow.log_prob, atol=1e-5)
    nats = answer(family, ScoreImages(model="", pixels=fast.images)).nats
    assert np.isfinite(nats).all() and (nats < 0).all()


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def a_prime(tmp_path_factory: pytest.TempPathFactory) -> tuple[graphs.Planned, onnx.ModelProto]:
    """A graph and what the exporter makes of it, once for the file: that takes seconds."""
    planned = plan(PLAIN, load_weights(PLAIN, a_run(PLAIN, tmp_path_factory.mktemp("run"))), SIZE)[1]
    return planned, graphs.to_onnx(planned.module, planned.inputs, [name for name, _ in planned.outputs.values()])


@pytest.fixture
def made(a_prime: tuple[graphs.Planned, onnx.ModelProto], monkeypatch: pytest.MonkeyPatch) -> onnx.ModelProto:
    """What the exporter makes in this test, whatever it is given: a copy, which the test may spoil first."""
    proto = onnx.ModelProto()
    proto.CopyFrom(a_prime[1])

    def make(*_: Any) -> onnx.ModelProto:
        copy = onnx.ModelProto()
        copy.CopyFrom(proto)
        return copy

    monkeypatch.setattr(graphs, "to_onnx", make)
    return proto


def test_a_graph_that_differs_from_torch_is_not_written(
    a_prime: tuple[graphs.Planned, onnx.ModelProto], made: onnx.ModelProto, tmp_path: Path
) -> None:
    """The exported file is changed behind the exporter's back: one bias moves by a thousandth."""
    bias = next(t for t in made.graph.initializer if t.name.endswith("head_out.bias"))
    moved = onnx.numpy_helper.to_array(bias) + np.float32(1e-3)
    bias.CopyFrom(onnx.numpy_helper.from_array(moved, bias.name))
    target = tmp_path / "sampler_prime.onnx"
    target.write_bytes(b"the one before")
    with pytest.raises(EngineError, match=r"sampler_prime.onnx differs from its torch module by 1.0e-03"):
        graphs.write_graph(a_prime[0], target, {})
    assert [path.name for path in tmp_path.iterdir()] == ["sampler_prime.onnx"]
    assert target.read_bytes() == b"the one before"


def test_a_graph_that_the_checker_refuses_is_not_written(
    a_prime: tuple[graphs.Planned, onnx.ModelProto], made: onnx.ModelProto, tmp_path: Path
) -> None:
    made.graph.node[0].op_type = "NoSuchOperator"
    with pytest.raises(onnx.checker.ValidationError):
        graphs.write_graph(a_prime[0], tmp_path / "sampler_prime.onnx", {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("made")
def test_an_export_that_fails_leaves_the_old_folder(
    a_prime: tuple[graphs.Planned, onnx.ModelProto], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails at its second graph, when the first is written."""
    target, run = tmp_path / "model", a_run(PLAIN, tmp_path / "run")
    target.mkdir()
    (target / "card.md").write_text("as it was")
    differences, written = [0.0, 1.0], list[bool]()

    def parity(planned: graphs.Planned, path: Path) -> float:
        written.append((path.parent / "first.onnx").is_file())
        return differences.pop(0)

    monkeypatch.setattr(graphs, "parity", parity)
    planned = [dataclasses.replace(a_prime[0], role=role) for role in ("first", "second")]
    monkeypatch.setattr(export_module, "planned_graphs", lambda *_: planned)
    with pytest.raises(EngineError, match="second.onnx differs"):
        export(PLAIN, run, target, data_of(PLAIN))
    assert written == [False, True]
    assert [path.name for path in target.iterdir()] == ["card.md"]


def test_a_run_without_a_checkpoint_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no checkpoint") as refused:
        load_weights(GATED, tmp_path)
    assert refused.value.remedy


# --- weights ---------------------------------------------------------------------------------------------------------


def test_weights_are_the_averaged_ones_rounded_where_they_are_large(tmp_path: Path) -> None:
    run = a_run(GATED, tmp_path)
    averaged = dict(build(GATED).state_dict())
    checkpoints.save_tensors(averaged, run / "checkpoint" / "ema.safetensors")
    loaded = load_weights(GATED, run).state_dict()
    rounded = 0
    for name, tensor in averaged.items():
        if tensor.numel() >= HALF_FROM:
            rounded += 1
            assert torch.equal(loaded[name], tensor.half().float())
        else:
            assert torch.equal(loaded[name], tensor)
    assert rounded


def test_a_snapshot_may_be_named(tmp_path: Path) -> None:
    run, other = a_run(GATED, tmp_path / "run"), tmp_path / "snapshot.safetensors"
    checkpoints.save_tensors({k: v * 0 for k, v in build(GATED).state_dict().items()}, other)
    zeroed: Callable[[str], Any] = load_weights(GATED, run, other).get_parameter
    assert not zeroed("head_out.weight").any()
    assert load_weights(GATED, run).get_parameter("head_out.weight").any()
