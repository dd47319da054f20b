"""`latents.npz`: what is written is what is read, and whatever does not fit is one sentence with the file's name."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine.catalogue import latents_io
from engine.catalogue.registry import Model, Registry, digest_errors
from engine.contracts.latents import LatentArrays
from engine.errors import FileError

TOYS = Path(__file__).resolve().parents[1] / "latent_models"
Write = Callable[..., Model]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """``write(**arrays)``: the toy 'linear' (D = 2) with these arrays in place of its own; None leaves one out."""
    shutil.copytree(TOYS / "linear", tmp_path / "linear")
    with np.load(TOYS / "linear" / "latents.npz") as file:
        held = {name: file[name] for name in file.files}

    def change(**arrays: Any) -> Model:
        kept = {name: array for name, array in (held | arrays).items() if array is not None}
        np.savez(tmp_path / "linear" / "latents.npz", **kept)
        return Registry([tmp_path]).find("linear")

    return change


def test_all_arrays_are_read_in_their_types() -> None:
    found = engine.latent_arrays([TOYS], "linear")
    with np.load(TOYS / "linear" / "latents.npz") as file:
        for field in dataclasses.fields(LatentArrays):
            value = getattr(found, field.name)
            if field.name.endswith("_names"):
                assert value == tuple(file[field.name]) and all(type(name) is str for name in value)
            else:
                np.testing.assert_array_equal(value, file[field.name])
                assert value.dtype == file[field.name].dtype


def test_what_is_absent_is_not_there() -> None:
    found = engine.latent_arrays([TOYS], "ink")
    assert found.kl_per_dim is not None and found.codes is None and found.class_names == ()
    assert engine.latent_arrays([TOYS], "codes").kl_per_dim is None


def test_unknown_arrays_are_ignored_even_pickled_ones(write: Write) -> None:
    model = write(later=np.zeros(3), secrets=np.array([{"a": 1}], object))
    assert latents_io.read(model).code_mean is not None


def test_other_number_types_are_converted(write: Write) -> None:
    found = latents_io.read(
        write(code_mean=np.array([1, 2]), codes=np.zeros((40, 2)), code_labels=np.zeros(40, np.int64))
    )
    assert found.code_mean is not None and found.code_mean.dtype == np.float32
    assert found.codes is not None and found.codes.dtype == np.float16
    assert found.code_labels is not None and found.code_labels.dtype == np.int16


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"code_mean": np.zeros(3)}, "code_mean has 3 where 2 are needed (D)"),
    ({"code_mean": np.zeros((1, 2))}, "code_mean is float64 of 2 axes"),
    ({"code_mean": np.array(["a", "b"])}, "code_mean is <U1"),
    ({"code_mean": np.array([np.nan, 0])}, "code_mean has values that are not finite"),
    ({"codes": np.full((40, 2), 1e9)}, "codes has values that are not finite"),
    ({"pca_variance": np.zeros(3)}, "pca_variance has 3 where 2 are needed (A)"),
    ({"pca_variance": None}, "pca_axes is there without pca_variance"),
    ({"class_names": np.array(["one"])}, "class_means has 2 where 1 are needed"),
    ({"class_names": np.array([1, 2])}, "class_names is not a list of texts"),
    ({"class_means": None}, "class_names is there without class_means"),
    ({"attribute_names": np.array([["a"]])}, "attribute_names is not a list of texts"),
    ({"attribute_directions": np.zeros((1, 5))}, "attribute_directions has 5 where 2 are needed"),
    ({"code_labels": np.zeros(7, np.int16)}, "code_labels has 7 where 40 are needed"),
    ({"class_names": np.full(4097, "a")}, "class_names has 4097 entries, and 4096 are the most (K)"),
    ({"attribute_names": np.array(["a" * 257])}, "attribute_names has names of 257 letters, and 256 are the most"),
    ({"attribute_directions": np.zeros((4097, 2))}, "attribute_directions has 4097 entries"),
    ({"pca_axes": np.zeros((4097, 2))}, "pca_axes has 4097 entries, and 4096 are the most (A)"),
    ({"codes": np.zeros((20_001, 2))}, "codes has 20001 entries, and 20000 are the most (M)"),
    ({"density": np.zeros((32, 32))}, "density has 32 where 64 are needed"),
    ({"density_extent": np.zeros(3)}, "density_extent has 3 where 4 are needed"),
    ({"density_extent": np.zeros(4)}, "not x0 < x1, y0 < y1"),
    ({"density_extent": None}, "density is there without density_extent"),
]


@pytest.mark.parametrize(("arrays", "words"), BROKEN, ids=[words for _, words in BROKEN])
def test_what_does_not_fit_is_named(write: Write, arrays: dict[str, Any], words: str) -> None:
    model = write(**arrays)
    with pytest.raises(FileError) as refused:
        latents_io.read(model)
    assert words in refused.value.problem and "latents.npz" in refused.value.problem and refused.value.remedy


def test_names_without_a_size_are_no_names(write: Write) -> None:
    """A file of 256 bytes may promise 10^12 of them."""
    model = write()
    header = b"{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,), }"
    header += b" " * (117 - len(header)) + b"\n"
    with zipfile.ZipFile(model.folder / "latents.npz", "w") as archive:
        archive.writestr("class_names.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    with pytest.raises(FileError, match="stores 'class_names' as 1000000000000 values of no size"):
        latents_io.read(model)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no archive"])
def test_a_broken_file_is_named(write: Write, content: bytes) -> None:
    model = write()
    (model.folder / "latents.npz").write_bytes(content)
    with pytest.raises(FileError, match=r"latents\.npz"):
        latents_io.read(model)
    (model.folder / "latents.npz").unlink()
    with pytest.raises(FileError, match="does not exist"):
        latents_io.read(model)


def test_a_pickle_in_a_known_place_is_never_loaded(write: Write) -> None:
    with pytest.raises(FileError, match="Python objects"):
        latents_io.read(write(code_mean=np.array([{"a": 1}, 2], object)))


def test_its_digest_is_checked_with_the_graphs(write: Write) -> None:
    toy = Registry([TOYS]).find("linear")
    assert digest_errors(toy) == []
    assert hashlib.sha256((toy.folder / "latents.npz").read_bytes()).hexdigest() == toy.manifest.latent_spec.sha256  # type: ignore[union-attr]
    changed = write(code_mean=np.ones(2))
    assert digest_errors(changed) == ["latents: latents.npz has another SHA-256 than its manifest"]
    (changed.folder / "latents.npz").unlink()
    assert digest_errors(changed) == ["latents: latents.npz is missing"]
