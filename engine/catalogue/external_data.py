"""Whether an ONNX file holds all of its numbers, found without loading it.

A file is a protobuf message ``ModelProto``; its tensors lie in nested messages, each field of which says in its first
bytes what it is and how long.  What is long is jumped over, so a large file is as quick as a small one.

References
----------
[1] The ONNX project, "onnx.proto": the messages and the numbers of their fields.
[2] Google, "Protocol Buffers: Encoding".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

_NESTED: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
}
"""Which fields of a message are messages in which a tensor may lie; of a tensor, its entries about another file."""
_DATA_LOCATION, _EXTERNAL = 14, 1
_DEEPEST = 100
"""Protobuf reads no deeper."""
_LONGEST_KEY, _LONGEST_NAME = 64, 4096


class TornFile(ValueError):
    """The bytes are no ONNX file."""


def external_files(file: BinaryIO, size: int) -> Iterator[str | None]:
    """The names of the other files that tensors' numbers are in; None for each field besides, so that a reader of very
    many of them can stop.

    Raises
    ------
    TornFile
        The bytes are no ONNX file.
    """
    file.seek(0)
    return _message(file, "model", size, 0)


def _message(file: BinaryIO, kind: str, end: int, depth: int) -> Iterator[str | None]:
    """The fields of a message that ends at the byte ``end``."""
    if depth > _DEEPEST:
        raise TornFile("messages nest too deep")
    external, location = False, ""
    while file.tell() < end:
        number, wire = divmod(_varint(file), 8)
        if wire == 2:
            length = _varint(file)
            stop = file.tell() + length
            if stop > end:
                raise TornFile("a field is longer than its message")
            inside = _NESTED[kind].get(number)
            if inside == "entry":
                location = _entry(file, stop).get(b"location", location)
            elif inside is not None:
                yield from _message(file, inside, stop, depth + 1)
            file.seek(stop)
        else:
            value = _number(file, wire)
            external = value == _EXTERNAL if kind == "tensor" and number == _DATA_LOCATION else external
        yield None
    if external:
        yield location


def _entry(file: BinaryIO, end: int) -> dict[bytes, str]:
    """An entry as a mapping of one; its key and its value come in any order."""
    parts = {1: b"", 2: b""}
    while file.tell() < end:
        number, wire = divmod(_varint(file), 8)
        if wire != 2:
            _number(file, wire)
            continue
        length = _varint(file)
        stop = min(file.tell() + length, end)
        if number in parts:
            most = _LONGEST_KEY if number == 1 else _LONGEST_NAME
            parts[number] = file.read(min(stop - file.tell(), most))
        file.seek(stop)
    return {parts[1]: parts[2].decode("utf-8", "replace")}


def _number(file: BinaryIO, wire: int) -> int:
    """The value of a field that is no message; 0 for what is passed over."""
    if wire == 0:
        return _varint(file)
    if wire in (1, 5):  # numbers of 8 and 4 bytes
        file.seek(8 if wire == 1 else 4, 1)
    elif wire not in (3, 4):  # where a group begins and ends, which ONNX does not use
        raise TornFile(f"no field is of the wire type {wire}")
    return 0


def _varint(file: BinaryIO) -> int:
    """Seven bits a byte, the lowest first; the last byte has no eighth."""
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            raise TornFile("it ends within a number")
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    raise TornFile("a number is too long")
