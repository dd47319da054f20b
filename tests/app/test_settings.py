"""`app.settings`: what is remembered comes back, and a file that cannot be used is never lost."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import settings
from app.settings import MAX_RECENT, SCHEMA, Settings
from engine.errors import FileError

texts = st.text(max_size=20)
anything = st.builds(
    Settings,
    theme=st.sampled_from(settings.THEMES),
    workspace=texts,
    models=st.dictionaries(texts, texts, max_size=4),
    geometry=texts,
    recent=st.lists(texts, max_size=MAX_RECENT).map(tuple),
    reduced_motion=st.booleans(),
    hints=st.booleans(),
    hints_done=st.lists(texts, max_size=4).map(tuple),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a folder with spaces, ünïcode" / "settings.json"


@given(value=anything)
def test_what_is_saved_comes_back(value: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("settings") / "settings.json"
    settings.save(value, file)
    assert settings.load(file) == (value, "")


def test_a_missing_file_gives_the_defaults_and_says_nothing(file: Path) -> None:
    assert settings.load(file) == (Settings(), "")
    assert not file.exists()


def test_a_file_name_that_is_no_text_survives(file: Path) -> None:
    value = Settings().with_recent(b"caf\xe9.png".decode("utf-8", "surrogateescape"))
    settings.save(value, file)
    assert settings.load(file) == (value, "")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"theme": "dark"}', b'{"schema": "1"}', b'{"schema": true}', b"\xff", b"[" * 100_000],
    ids=["empty", "cut", "list", "null", "no schema", "schema as text", "schema as truth", "no text", "deep"],
)
def test_a_broken_file_is_set_aside_and_said_so(content: bytes, file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    value, notice = settings.load(file)
    assert value == Settings()
    kept = file.with_name("settings.broken-1.json")
    assert kept.read_bytes() == content
    assert str(kept) in notice
    settings.save(value, file)
    assert settings.load(file) == (Settings(), "")


def test_a_second_broken_file_does_not_overwrite_the_first(file: Path) -> None:
    file.parent.mkdir()
    for content in ("first", "second"):
        file.write_text(content, encoding="utf-8")
        settings.load(file)
    kept = [file.with_name(f"settings.broken-{n}.json").read_text(encoding="utf-8") for n in (1, 2)]
    assert kept == ["first", "second"]


def test_a_newer_versions_file_is_kept_for_it(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"schema": SCHEMA + 1, "theme": "dark"}), encoding="utf-8")
    value, notice = settings.load(file)
    assert value == Settings()
    assert "newer version" in notice


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("theme", "purple"),
        ("workspace", 3),
        ("models", {"complete": 1}),
        ("models", ["complete"]),
        ("geometry", None),
        ("recent", "one.png"),
        ("recent", [1]),
        ("reduced_motion", "no"),
    ],
)
def test_one_wrong_value_costs_that_value_alone(name: str, wrong: Any, file: Path) -> None:
    good = Settings(
        theme="dark", workspace="complete", models={"complete": "a"}, geometry="AA==",
        recent=("one.png",), reduced_motion=True,
    )  # fmt: skip
    settings.save(good, file)
    values = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(values | {name: wrong, "unheard-of": 1}), encoding="utf-8")
    read, notice = settings.load(file)
    assert notice == ""
    assert read == dataclasses.replace(good, **{name: getattr(Settings(), name)})


def test_every_setting_is_checked_when_read() -> None:
    assert set(settings._CHECKS) == {f.name for f in dataclasses.fields(Settings)}


def test_a_crash_while_saving_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.save(Settings(theme="dark"), file)
    monkeypatch.setattr(settings.os, "fsync", _disk_full)
    with pytest.raises(FileError, match="could not be saved") as caught:
        settings.save(Settings(theme="light"), file)
    assert caught.value.remedy
    monkeypatch.undo()
    assert settings.load(file) == (Settings(theme="dark"), "")
    assert [p.name for p in file.parent.iterdir()] == ["settings.json"]


def test_a_folder_that_is_a_file_is_one_error_not_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("in the way", encoding="utf-8")
    with pytest.raises(FileError):
        settings.save(Settings(), tmp_path / "config" / "settings.json")
    value, notice = settings.load(tmp_path / "config" / "settings.json")
    assert value == Settings()
    assert "could not be read" in notice


def test_recent_files_are_newest_first_once_each_and_not_too_many() -> None:
    value = Settings()
    for name in [*"abcdefghijklmnop", "p", "k"]:
        value = value.with_recent(name)
    assert len(value.recent) == MAX_RECENT
    assert value.recent[:4] == ("k", "p", "o", "n")
    assert len(set(value.recent)) == MAX_RECENT


def test_a_workspace_remembers_its_own_model() -> None:
    value = Settings().with_model("complete", "a").with_model("latent", "b").with_model("complete", "c")
    assert value.models == {"complete": "c", "latent": "b"}


def _disk_full(number: int) -> None:
    raise OSError(28, "No space left on device")
