"""Contract values (requests, events, answers, lanes) as JSON plus raw arrays, and back; generic over the classes.

Anything JSON has stands for itself.  What it has not is a tagged object: ``{"@": "array", ...}`` points into the raw
bytes behind the header, ``{"@": "tuple"}`` and ``{"@": "dict"}`` keep what JSON would lose, and ``{"@": NAME}`` is one
of the dataclasses in `KINDS`.  Nothing else can be named, so nothing else can be made: the bytes come from a process
that runs strangers' model files.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from pathlib import PurePath
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.contracts import decoders, events, lanes, requests
from engine.errors import ProtocolError

KINDS: dict[str, type[Any]] = {**requests.KINDS, **events.KINDS, **decoders.KINDS, "Lane": lanes.Lane}
_CROSSING = frozenset(KINDS.values())
ENUMS: dict[str, type[Enum]] = {"Policy": lanes.Policy}
DTYPES = frozenset(
    ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64")
)
Check: TypeAlias = Callable[[Any], bool]
ALIGNMENT = 16
MAX_AXES = 8
REMEDY = "Start the engine again; if this happens again, please report it with the engine's log file."


def broken(what: str) -> ProtocolError:
    """The error for a message that cannot be."""
    return ProtocolError(f"A message of the engine process is not valid: {what}.", REMEDY)


class Packer:
    """Turns values into JSON, and collects their arrays."""

    def __init__(self) -> None:
        self.arrays: list[NDArray[Any]] = []
        self.size = 0
        """Bytes that the arrays take, each padded to `ALIGNMENT`."""

    def pack(self, value: Any) -> Any:
        """A value as something `json.dumps` takes; raises `ProtocolError` for what cannot cross."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, np.ndarray):
            return self._array(value)
        if type(value) in _CROSSING:
            return {"@": type(value).__name__, "fields": self.fields(value)}
        if isinstance(value, np.generic):
            return self.pack(value.item())
        if isinstance(value, PurePath):
            return str(value)
        if isinstance(value, Enum):
            return self._enum(value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, tuple):
            return {"@": "tuple", "items": [self.pack(item) for item in value]}
        if isinstance(value, list):
            return [self.pack(item) for item in value]
        raise broken(f"a {type(value).__name__} cannot cross")

    def fields(self, value: Any) -> dict[str, Any]:
        """A dataclass's fields, packed; each has to be of the type that its class declares."""
        packed = {}
        for name, fits in _checks(type(value)).items():
            item = getattr(value, name)
            if not fits(item):
                raise _unfit(type(value), name, item)
            packed[name] = self.pack(item)
        return packed

    def _array(self, array: NDArray[Any]) -> dict[str, Any]:
        dtype = array.dtype.name
        if dtype not in DTYPES:
            raise broken(f"arrays of {dtype} cannot cross")
        offset = self.size
        little = array.dtype.newbyteorder("<")
        self.arrays.append(np.ascontiguousarray(array, dtype=little))
        self.size += -(-array.nbytes // ALIGNMENT) * ALIGNMENT
        return {"@": "array", "dtype": dtype, "shape": list(array.shape), "offset": offset}

    def _enum(self, value: Enum) -> dict[str, Any]:
        name = type(value).__name__
        if ENUMS.get(name) is not type(value):
            raise broken(f"a {name} cannot cross")
        return {"@": name, "value": value.value}

    def _mapping(self, value: Mapping[Any, Any]) -> dict[str, Any]:
        if "@" not in value and all(isinstance(key, str) for key in value):
            return {key: self.pack(item) for key, item in value.items()}
        return {"@": "dict", "items": [[self.pack(key), self.pack(item)] for key, item in value.items()]}


class Unpacker:
    """Turns JSON back into values; arrays are read-only views of ``blob``."""

    def __init__(self, blob: memoryview) -> None:
        self._blob = blob.toreadonly()

    def unpack(self, packed: Any) -> Any:
        """The inverse of `Packer.pack`; raises `ProtocolError` for everything that it cannot have made."""
        if isinstance(packed, list):
            return [self.unpack(item) for item in packed]
        if not isinstance(packed, dict):
            return packed
        if "@" not in packed:
            return {key: self.unpack(item) for key, item in packed.items()}
        return self._tagged(packed)

    def _tagged(self, packed: dict[str, Any]) -> Any:
        tag = packed["@"]
        try:
            if tag == "array":
                return self._array(packed["dtype"], packed["shape"], packed["offset"])
            if tag == "tuple":
                return tuple(self.unpack(item) for item in packed["items"])
            if tag == "dict":
                return {self.unpack(key): self.unpack(item) for key, item in packed["items"]}
            if tag in ENUMS:
                return ENUMS[tag](packed["value"])
            return self._dataclass(KINDS[tag], packed["fields"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise broken(f"{tag!r} is not understood ({error})") from error

    def _array(self, dtype: str, shape: Sequence[int], offset: int) -> NDArray[Any]:
        if dtype not in DTYPES:
            raise broken(f"arrays of {dtype!r} are not allowed")
        sizes = [*shape, offset]
        if len(shape) > MAX_AXES or any(type(size) is not int or size < 0 for size in sizes):
            raise broken(f"an array cannot have the shape {shape} at {offset}")
        numbers = math.prod(shape)
        if offset + numbers * np.dtype(dtype).itemsize > len(self._blob):
            raise broken("an array is longer than the message")
        flat = np.frombuffer(self._blob, np.dtype(dtype).newbyteorder("<"), numbers, offset if numbers else 0)
        return flat.reshape(shape)

    def _dataclass(self, kind: type[Any], packed: Mapping[str, Any]) -> Any:
        fields = {key: self.unpack(item) for key, item in packed.items()}
        check_fields(kind, fields)
        return kind(**fields)


def check_fields(kind: type[Any], fields: Mapping[str, Any]) -> None:
    """Every field there, no other, and each of the type that its class declares; raises `ProtocolError`."""
    declared = _checks(kind)
    if declared.keys() != fields.keys():
        raise broken(f"{kind.__name__} cannot have the fields {sorted(fields)}")
    for name, fits in declared.items():
        if not fits(fields[name]):
            raise _unfit(kind, name, fields[name])


def _checks(kind: type[Any]) -> dict[str, Check]:
    """What each field of a class may be; found once, for annotations are slow to read."""
    if kind not in _CHECKS:
        _CHECKS[kind] = {name: _check(hint) for name, hint in typing.get_type_hints(kind).items()}
    return _CHECKS[kind]


_CHECKS: dict[type[Any], dict[str, Check]] = {}


def _check(hint: Any) -> Check:
    """Whether a value is of an annotated type."""
    origin, given = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _one_of([_check(choice) for choice in given])
    if origin is np.ndarray:
        scalar = typing.get_args(given[1])[0]  # `numpy.uint8` of ``NDArray[np.uint8]``
        return lambda value: isinstance(value, np.ndarray) and value.dtype.type is scalar
    if origin is tuple and given[1:] == (...,):
        item = _check(given[0])
        return lambda value: isinstance(value, tuple) and all(map(item, value))
    if hint is float:
        return lambda value: isinstance(value, (int, float, np.floating, np.integer)) and not isinstance(value, bool)
    if hint is int:
        return lambda value: isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    plain = origin or hint
    return lambda value: isinstance(value, plain)


def _one_of(checks: Sequence[Check]) -> Check:
    return lambda value: any(check(value) for check in checks)


def _unfit(kind: type[Any], name: str, value: Any) -> ProtocolError:
    return broken(f"{kind.__name__}.{name} cannot be {_describe(value)}")


def _describe(value: Any) -> str:
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
