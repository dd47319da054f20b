"""What a built bundle must be and must not be: the build fails on it, and the tests look again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bundle import built, contents
from bundle.identity import ROOT

MEGABYTE = 10**6
MOST_BYTES, MOST_COMPRESSED = 285 * MEGABYTE, 135 * MEGABYTE
_OFFENSIVE = re.compile(
    r"(?:^|/)(?:torch|onnx|onnxscript|safetensors|tests?|testing|_?pytest|hypothesis)(?:/|-[\d.]+\.)"
)


def problems(bundle: Path, modules: Iterable[str]) -> Iterator[str]:
    """A sentence on everything that is wrong with a bundle; nothing if it may be handed out."""
    yield from (f"The module {name} is in it." for name in sorted(unwanted_modules(modules)))
    paths = [path.relative_to(bundle).as_posix() for path in built.files(bundle)]
    yield from (f"The file {path} is in it." for path in paths if _OFFENSIVE.search(path))
    yield from (f"The file {path} is in it." for path in paths if path.rpartition("/")[2] in contents.SHEETS)
    inside = bundle / built.INSIDE
    for source, folder in contents.data_files(ROOT):
        if not (inside / folder / Path(source).name).is_file():
            yield f"{folder}/{Path(source).name} is not in it."
    size = built.bytes_of(bundle)
    if size > MOST_BYTES:
        yield f"It takes {size / MEGABYTE:.1f} MB, and may take {MOST_BYTES / MEGABYTE:.0f}."


def unwanted_modules(modules: Iterable[str]) -> set[str]:
    """Those of the modules that belong to training or to tests."""
    return {name for name in modules if any(name == no or name.startswith(f"{no}.") for no in contents.ABSENT)}


def archive_problem(archive: Path) -> str:
    """Whether the compressed bundle is too large; "" if not."""
    size = archive.stat().st_size
    if size <= MOST_COMPRESSED:
        return ""
    return f"{archive.name} takes {size / MEGABYTE:.1f} MB, and may take {MOST_COMPRESSED / MEGABYTE:.0f}."
