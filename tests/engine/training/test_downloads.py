"""Where data come from: a folder, REVERIE_DATA, or a download that resumes and is checked.  On loopback only."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError, RequestError
from engine.training import sources
from engine.training.data import load
from engine.training.sources import RemoteFile, data_folder, download, locate

CONTENTS = np.random.default_rng(0).bytes(200_000)
ZIPPED = gzip.compress(CONTENTS, mtime=0)
FILE = RemoteFile("train.gz", len(CONTENTS), hashlib.sha256(CONTENTS).hexdigest())


class Server(ThreadingHTTPServer):
    """Serves ``files``; ``cut`` ends the next answer after so many bytes; ``ranges`` False knows no Range header."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {"/train.gz": ZIPPED}
        self.cut: int | None = None
        self.ranges = True
        self.asked: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    """Answers GET, in part if asked to."""

    server: Server

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append((self.path, wanted))
        if (whole := self.server.files.get(self.path)) is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.server.ranges else 0
        if start >= len(whole):
            self.send_error(416)
            return
        body = whole[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(whole) - 1}/{len(whole)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.cut])
        self.server.cut = None

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_download(server: Server, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    download([server.url + "train.gz"], tmp_path / "train.gz", FILE, lambda *report: told.append(report))
    assert (tmp_path / "train.gz").read_bytes() == ZIPPED
    assert told[-1] == ("train.gz", len(ZIPPED), len(ZIPPED))
    assert [done for _, done, _ in told] == sorted({done for _, done, _ in told})
    assert not list(tmp_path.glob("*.part"))


def test_a_broken_connection_is_one_sentence_and_is_continued(server: Server, tmp_path: Path) -> None:
    server.cut = 70_000
    with pytest.raises(FileError, match=r"connection broke after 70000 of \d+ bytes\)\. Check the network") as caught:
        download([server.url + "train.gz"], tmp_path / "train.gz", FILE)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "train.gz").exists()
    assert (tmp_path / "train.gz.part").stat().st_size == 70_000
    download([server.url + "train.gz"], tmp_path / "train.gz", FILE)
    assert server.asked[-1] == ("/train.gz", "bytes=70000-")
    assert (tmp_path / "train.gz").read_bytes() == ZIPPED


def test_the_next_mirror_continues_what_the_first_began(server: Server, tmp_path: Path) -> None:
    server.files["/mirror/train.gz"] = ZIPPED
    server.cut = 1000
    download([server.url + "train.gz", server.url + "mirror/train.gz"], tmp_path / "train.gz", FILE)
    assert server.asked == [("/train.gz", None), ("/mirror/train.gz", "bytes=1000-")]


def test_a_server_without_ranges_sends_it_all_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "train.gz.part").write_bytes(ZIPPED[:5000])
    server.ranges = False
    download([server.url + "train.gz"], tmp_path / "train.gz", FILE)
    assert (tmp_path / "train.gz").read_bytes() == ZIPPED


@pytest.mark.parametrize("before", [b"something else entirely", ZIPPED + b"and more", ZIPPED])
def test_a_partial_file_that_is_wrong_or_whole(server: Server, tmp_path: Path, before: bytes) -> None:
    (tmp_path / "train.gz.part").write_bytes(before)
    download([server.url + "train.gz"], tmp_path / "train.gz", FILE)
    assert gzip.decompress((tmp_path / "train.gz").read_bytes()) == CONTENTS


@pytest.mark.parametrize(
    "sent",
    [gzip.compress(CONTENTS[:-1] + b"!"), gzip.compress(bytes(len(CONTENTS))), b"<html>sign in</html>", ZIPPED[:-9]],
)
def test_a_wrong_checksum_is_one_sentence_and_leaves_nothing(server: Server, tmp_path: Path, sent: bytes) -> None:
    server.files["/train.gz"] = sent
    with pytest.raises(FileError, match=r"train\.gz could not be downloaded \(127.*wrong SHA-256\)\)\. Check"):
        download([server.url + "train.gz"], tmp_path / "train.gz", FILE)
    assert {path.name for path in tmp_path.iterdir()} == {"train.gz.lock"}


def test_a_file_without_end_is_cut_off(server: Server, tmp_path: Path) -> None:
    server.files["/train.gz"] = bytes(10 * len(CONTENTS))
    with pytest.raises(FileError, match="longer than the published one"):
        download([server.url + "train.gz"], tmp_path / "train.gz", FILE)
    assert (tmp_path / "train.gz.part").stat().st_size <= len(CONTENTS) + sources.CHUNK


def test_an_archive_that_unpacks_without_end_is_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(50_000_000)))
    capped = sources.digest(tmp_path / "bomb.gz", 1000)
    assert capped == hashlib.sha256(bytes(1001)).hexdigest()  # one byte more than promised, then no further


def test_no_network_and_no_such_file_name_every_mirror(server: Server, tmp_path: Path) -> None:
    with Server() as closed:
        nobody = closed.url
    with pytest.raises(FileError, match=r"127\.0\.0\.1:\d+: .*; 127\.0\.0\.1:\d+ answered 404\)\. Check the network"):
        download([nobody + "train.gz", server.url + "other.gz"], tmp_path / "train.gz", FILE)


def test_what_is_there_is_not_fetched_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "train.gz").write_bytes(ZIPPED)
    download([server.url + "train.gz"], tmp_path / "train.gz", FILE)
    assert server.asked == []


# --------------------------------------------------------------------------------------------------- which folder


def test_the_folder_given_then_the_environment_then_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVERIE_DATA", "/elsewhere")
    assert data_folder(tmp_path) == tmp_path
    assert data_folder(None) == Path("/elsewhere")
    monkeypatch.setenv("REVERIE_DATA", "")
    assert data_folder(None) == sources.cache_folder()


def test_a_whole_set_is_downloaded_into_the_cache_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(1)
    arrays = [
        rng.integers(0, 256, (n, 28, 28) if pictures else (n,), dtype=np.uint8)
        for n, pictures in ((30, True), (30, False), (6, True), (6, False))
    ]
    files = []
    for array, file in zip(arrays, sources.SOURCES["mnist"].files, strict=True):
        raw = bytes((0, 0, 8, array.ndim)) + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()
        server.files[f"/{file.name}"] = gzip.compress(raw)
        files.append(RemoteFile(file.name, len(raw), hashlib.sha256(raw).hexdigest()))
    little = dataclasses.replace(sources.SOURCES["mnist"], files=tuple(files), mirrors=(server.url,))
    monkeypatch.setitem(sources.SOURCES, "mnist", little)
    monkeypatch.setattr(sources, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.delenv("REVERIE_DATA", raising=False)
    data = load("mnist", data_folder(None), 10)
    assert np.array_equal(data.train.pixels, arrays[0][:20])
    assert np.array_equal(data.test.labels, arrays[3])
    assert "Note" not in capsys.readouterr().err  # it is the published set, as far as this test goes
    assert len(server.asked) == 4
    load("mnist", data_folder(None), 10)
    assert len(server.asked) == 4


def test_what_is_missing_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "cache_folder", lambda: tmp_path / "cache")
    with pytest.raises(FileError, match=r"does not hold MNIST\. Put mnist\.npz, or the four IDX files in a sub-folder"):
        locate("mnist", tmp_path)
    with pytest.raises(FileError, match=r"does not hold the pixel portraits\. Put pixel_portraits\.npz there\.$"):
        locate("pixel_portraits", tmp_path)
    with pytest.raises(FileError, match=r"no public archive of the pixel portraits to download\. Give --data-dir"):
        locate("pixel_portraits", tmp_path / "cache")
    with pytest.raises(FileError, match=r"The data folder .* does not exist\. Check --data-dir"):
        locate("mnist", tmp_path / "none")
    with pytest.raises(RequestError, match=r"no data set called 'minst'\. Known ones: mnist, fashion_mnist, pixel"):
        locate("minst", tmp_path)


def test_published_sets_are_whole() -> None:
    for source in sources.SOURCES.values():
        assert len(source.files) in (0, 4)
        assert bool(source.files) == bool(source.mirrors)
        digests = [file.sha256 for file in source.files] or [source.npz_sha256]
        assert all(len(digest) == 64 and set(digest) <= set("0123456789abcdef") for digest in digests)
        assert all(mirror.endswith("/") for mirror in source.mirrors)
