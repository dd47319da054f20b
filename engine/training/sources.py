"""Where the data sets are found: a folder that is given, ``REVERIE_DATA``, or their public homes.

MNIST and Fashion-MNIST are published as four gzipped IDX files each; they are fetched once into the user's cache, a
partial file is continued, and nothing takes its final name before its contents have the SHA-256 written here (of the
unpacked file, since mirrors compress anew).  The pixel portraits and the cartoon faces have no public archive and are
found by folder only.  The sprites need no file (`engine.training.sprites`).
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO

from platformdirs import user_cache_path

from engine.errors import FileError, RequestError

TIMEOUT_SECONDS = 30
CHUNK = 1 << 16
ARRAYS = ("x_train", "y_train", "x_test", "y_test")

Report = Callable[[str, int, int], None]
"""Told of a download's progress: the file's name, bytes so far, bytes in all (0 if the server does not say)."""


def silent(name: str, done: int, total: int) -> None:
    """A `Report` that tells nobody."""


@dataclass(frozen=True)
class RemoteFile:
    """One published file: its ``name`` with ``.gz``; ``size`` and ``sha256`` of what it unpacks to."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Source:
    """A data set's picture size (``height``, ``width``; in ``colour`` or not), and where its files are published, if
    anywhere.

    ``files`` are in the order of `ARRAYS`; ``mirrors`` are tried in turn; ``folders`` are where other programs keep
    the same files below their data folder; ``npz_sha256`` is the digest of the set as one NPZ file, where that is the
    only form there is.
    """

    name: str
    title: str
    height: int
    width: int
    files: tuple[RemoteFile, ...] = ()
    mirrors: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    npz_sha256: str = ""
    colour: bool = False


def _idx_files(*digests: str) -> tuple[RemoteFile, ...]:
    """The four files that MNIST and everything in its form consist of."""
    layout = (
        ("train-images-idx3-ubyte.gz", 16 + 60000 * 784),
        ("train-labels-idx1-ubyte.gz", 8 + 60000),
        ("t10k-images-idx3-ubyte.gz", 16 + 10000 * 784),
        ("t10k-labels-idx1-ubyte.gz", 8 + 10000),
    )
    return tuple(RemoteFile(name, size, digest) for (name, size), digest in zip(layout, digests, strict=True))


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source(
            "mnist",
            "MNIST",
            28,
            28,
            _idx_files(
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            ),
            (
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
            ),
            ("mnist", "MNIST/raw"),
        ),
        Source(
            "fashion_mnist",
            "Fashion-MNIST",
            28,
            28,
            _idx_files(
                "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
            ),
            (
                "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            ),
            ("fashion_mnist", "fashion-mnist", "FashionMNIST/raw"),
        ),
        Source(
            "pixel_portraits",
            "the pixel portraits",
            16,
            16,
            npz_sha256="abf7e70c743e5f0142a1db3a6deda839885447d69dad45299807517fd0bd1ad9",
        ),
        Source(
            "cartoon_faces",
            "the cartoon faces",
            64,
            64,
            npz_sha256="0319a9d91157b77a8f57ac79c28988027469e70b82ea7884c996123dacda8066",
            colour=True,
        ),
    )
}


def source(name: str) -> Source:
    """The data set of this name."""
    if name not in SOURCES:
        raise RequestError(f"There is no data set called {name!r}.", f"Known ones: {', '.join(SOURCES)}.", name=name)
    return SOURCES[name]


def cache_folder() -> Path:
    """Where downloads are kept."""
    return user_cache_path("reverie") / "data"


def data_folder(given: Path | None) -> Path:
    """The folder with the data sets: the one given, else ``REVERIE_DATA``, else the cache that downloads fill."""
    if given is not None:
        return given
    if folder := os.environ.get("REVERIE_DATA"):
        return Path(folder)
    return cache_folder()


def locate(name: str, folder: Path, report: Report = silent) -> dict[str, Path]:
    """The set's files: ``{"npz": path}``, or an IDX file for each name in `ARRAYS`.

    Downloads what is missing if ``folder`` is the cache; elsewhere a missing set is an error.
    """
    wanted = source(name)
    if (npz := folder / f"{name}.npz").is_file():
        return {"npz": npz}
    for below in wanted.folders:
        if found := _idx_in(wanted, folder / below):
            return found
    if folder != cache_folder():
        raise _missing(wanted, folder)
    if not wanted.mirrors:
        raise FileError(
            f"There is no public archive of {wanted.title} to download.",
            f"Give --data-dir (or REVERIE_DATA) the folder that holds {name}.npz.",
            name=name,
        )
    return fetch(wanted, folder / name, report)


def _idx_in(wanted: Source, folder: Path) -> dict[str, Path]:
    """The IDX files in a folder, raw or gzipped; empty unless all are there."""
    found = {}
    for array, file in zip(ARRAYS, wanted.files, strict=True):
        candidates = (folder / file.name, folder / file.name.removesuffix(".gz"))
        if (path := next((p for p in candidates if p.is_file()), None)) is None:
            return {}
        found[array] = path
    return found


def _missing(wanted: Source, folder: Path) -> FileError:
    if folder.is_file():
        return FileError(
            f"{folder} is a file.", "Give --data-dir (or REVERIE_DATA) the folder that holds the data sets."
        )
    if not folder.is_dir():
        return FileError(f"The data folder {folder} does not exist.", "Check --data-dir or REVERIE_DATA.")
    wants = f"{wanted.name}.npz"
    if wanted.files:
        wants += f", or the four IDX files in a sub-folder {wanted.folders[0]}"
    otherwise = ", or leave out --data-dir and REVERIE_DATA to download it" if wanted.mirrors else ""
    remedy = f"Put {wants} there{otherwise}."
    return FileError(f"{folder} does not hold {wanted.title}.", remedy, folder=str(folder), name=wanted.name)


def fetch(wanted: Source, folder: Path, report: Report = silent) -> dict[str, Path]:
    """Download what is missing of a published set into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for array, file in zip(ARRAYS, wanted.files, strict=True):
        found[array] = folder / file.name
        if not found[array].is_file():
            download([mirror + file.name for mirror in wanted.mirrors], found[array], file, report)
    return found


def download(urls: list[str], target: Path, file: RemoteFile, report: Report = silent) -> None:
    """Fetch ``target`` from the first address that answers, continuing a partial file, and check it.

    The partial file is ``<target>.part``; it becomes ``target`` in one rename, after its contents have been checked.
    """
    partial = target.with_name(target.name + ".part")
    problems = []
    with _one_at_a_time(target):
        if target.is_file():  # another process fetched it while this one waited
            return
        for url in urls:
            try:
                if _transfer_checked(url, partial, file, report):
                    partial.replace(target)
                    return
                problems.append(f"{_host(url)} sent something else (wrong SHA-256)")
            except urllib.error.HTTPError as error:
                problems.append(f"{_host(url)} answered {error.code}")
            except (OSError, HTTPException) as error:  # URLError is an OSError
                problems.append(f"{_host(url)}: {getattr(error, 'reason', None) or error}")
    raise FileError(
        f"{file.name} could not be downloaded ({'; '.join(problems)}).",
        "Check the network and run the command again, which continues where this one stopped, or give --data-dir.",
        file=file.name,
    )


def _transfer_checked(url: str, partial: Path, file: RemoteFile, report: Report) -> bool:
    """Transfer, and once more from the start if what was there before spoils the checksum."""
    continued = partial.is_file() and partial.stat().st_size > 0
    for _ in range(2 if continued else 1):
        _transfer(url, partial, file, report)
        if digest(partial, file.size) == file.sha256:
            return True
        partial.unlink()
    return False


def _transfer(url: str, partial: Path, file: RemoteFile, report: Report) -> None:
    """Bring ``partial`` to its full length, asking the server for the rest only."""
    have = partial.stat().st_size if partial.is_file() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "reverie-training"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            resumed = answer.status == 206 and _starts_at(answer, have)
            with partial.open("ab" if resumed else "wb") as out:
                _copy(answer, out, have if resumed else 0, file, report)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # "range not satisfiable": everything is there already, or it is not our file
            raise


def _starts_at(answer: HTTPResponse, have: int) -> bool:
    return (answer.headers.get("Content-Range") or "").replace("bytes ", "").split("-")[0] == str(have)


def _copy(answer: HTTPResponse, out: IO[bytes], have: int, file: RemoteFile, report: Report) -> None:
    length = int(answer.headers.get("Content-Length") or 0)
    total, done = (have + length if length else 0), have
    while chunk := answer.read(CHUNK):
        done += len(chunk)
        if done > file.size + CHUNK:  # compressed, so never longer than its contents
            raise OSError("the file is longer than the published one")
        out.write(chunk)
        report(file.name, done, total)
    if total and done < total:
        raise OSError(f"the connection broke after {done} of {total} bytes")


def digest(path: Path, size: int) -> str:
    """SHA-256 of what a gzipped (or raw) file unpacks to, reading at most ``size`` bytes and one more; "" if broken."""
    total = hashlib.sha256()
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
        left = size + 1
        with gzip.open(path) if zipped else path.open("rb") as stream:
            while left and (chunk := stream.read(min(CHUNK, left))):
                total.update(chunk)
                left -= len(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return ""
    return total.hexdigest()


@contextmanager
def _one_at_a_time(target: Path) -> Iterator[None]:
    """Let one process at a time fetch ``target``; the lock vanishes with its process, whatever ends that."""
    if sys.platform == "win32":
        yield  # two downloads at once would only spoil the checksum, and be told to try again
        return
    import fcntl

    with target.with_name(target.name + ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _host(url: str) -> str:
    return url.split("/")[2]
