"""Messages between the window and the engine process, as frames on a pipe.

A frame is::

    length   4 bytes, big-endian: of all that follows
    header   4 bytes, big-endian: of the JSON that follows, a multiple of 16 less 4
    JSON     {"kind": ..., fields}, padded with spaces
    arrays   raw, little-endian, C order, each at a multiple of 16 (`engine.host.values`)

The kinds are the classes in `MESSAGES` and nothing else; a frame is at most 256 MB.  No pickle: whoever writes into
the pipe can make contract values and nothing more.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from engine import __version__
from engine.contracts.events import Event
from engine.contracts.lanes import Lane
from engine.contracts.requests import Request
from engine.errors import ProtocolError
from engine.host import values
from engine.host.values import ALIGNMENT, REMEDY, Packer, Unpacker, broken

PROTOCOL = 1
MAX_FRAME = 256 * 2**20
MAX_HEADER = 2**20
_JSON = json.JSONEncoder(separators=(",", ":"))
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The engine process is up: the first message it sends."""

    protocol: int
    version: str
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Submit:
    """Work for the engine; ``job`` is the sender's number for it."""

    job: int
    lane: Lane
    request: Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Stop this job."""

    job: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Happened:
    """An event of a job, under the sender's number for it."""

    event: Event


Message: TypeAlias = Hello | Submit | Cancel | Happened
MESSAGES: dict[str, type[Any]] = {kind.__name__: kind for kind in (Hello, Submit, Cancel, Happened)}


class Reads(Protocol):
    """A binary stream that may return less than it was asked for."""

    def read(self, size: int, /) -> bytes | None: ...


def hello(pid: int) -> Hello:
    """What this program says first."""
    return Hello(protocol=PROTOCOL, version=__version__, pid=pid)


def check_hello(message: Message | None) -> Hello:
    """The other end's hello; raises `ProtocolError` if it is another program, or none."""
    if not isinstance(message, Hello):
        raise broken("it did not begin with a hello")
    if (message.protocol, message.version) != (PROTOCOL, __version__):
        raise ProtocolError(
            f"The engine process is version {message.version} (protocol {message.protocol}), "
            f"the window is version {__version__} (protocol {PROTOCOL}).",
            "Install Reverie again, so that both are of one version.",
            version=message.version,
        )
    return message


def encode(message: Message) -> bytes:
    """A message as one frame; raises `ProtocolError` for what may not cross or is too long."""
    packer = Packer()
    text = _JSON.encode({"kind": type(message).__name__} | packer.fields(message)).encode()
    text += b" " * (-(_LENGTH.size + len(text)) % ALIGNMENT)
    length = _LENGTH.size + len(text) + packer.size
    if length > MAX_FRAME or len(text) > MAX_HEADER:
        raise ProtocolError(
            f"A message of {length // 2**20} MB does not fit through the engine's pipe (256 MB).",
            "Ask for fewer or smaller pictures at once.",
            size=length,
        )
    parts: list[Any] = [_LENGTH.pack(length), _LENGTH.pack(len(text)), text]
    for array in packer.arrays:
        parts += [array.reshape(-1).view(np.uint8), bytes(-array.nbytes % ALIGNMENT)]
    return b"".join(parts)


def decode(body: bytes) -> Message:
    """A frame without its length as a message; raises `ProtocolError` for everything `encode` cannot have made."""
    if len(body) < _LENGTH.size:
        raise broken("it is too short")
    (size,) = _LENGTH.unpack_from(body)
    if size > min(MAX_HEADER, len(body) - _LENGTH.size):
        raise broken("its header is longer than it")
    try:
        packed = json.loads(body[_LENGTH.size : _LENGTH.size + size])
    except (ValueError, RecursionError) as error:
        raise broken("its header is not JSON") from error
    if not isinstance(packed, dict) or str(packed.get("kind")) not in MESSAGES:
        raise broken("its kind is unknown")
    kind = MESSAGES[str(packed.pop("kind"))]
    try:
        unpacker = Unpacker(memoryview(body)[_LENGTH.size + size :])
        content = {name: unpacker.unpack(value) for name, value in packed.items()}
    except RecursionError as error:
        raise broken("it is nested too deeply") from error
    values.check_fields(kind, content)
    message: Message = kind(**content)
    return message


def read(stream: Reads) -> Message | None:
    """Wait for the next message; None at the end of the stream.  Raises `ProtocolError` for a broken frame."""
    start = _exactly(stream, _LENGTH.size, may_end=True)
    if start is None:
        return None
    (length,) = _LENGTH.unpack(start)
    if length > MAX_FRAME:
        raise broken(f"it claims to be {length} bytes long")
    return decode(_exactly(stream, length) or b"")


def _exactly(stream: Reads, size: int, may_end: bool = False) -> bytes | None:
    parts: list[bytes] = []
    missing = size
    while missing:
        part = stream.read(missing)
        if not part:
            if may_end and not parts:
                return None
            raise ProtocolError("A message of the engine process ends too early.", REMEDY, truncated=True)
        parts.append(part)
        missing -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
