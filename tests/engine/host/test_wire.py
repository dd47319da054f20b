"""The wire: every request and event crosses unchanged, and nothing else does."""

from __future__ import annotations

import dataclasses
import io
import json
import struct
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.contracts import decoders, events, requests
from engine.contracts.decoders import DecoderDescription
from engine.contracts.events import Failed, Finished, Loaded
from engine.contracts.lanes import Lane, Policy
from engine.contracts.manifest import Port
from engine.contracts.probes import Examination, Influence
from engine.contracts.requests import LoadModel, SampleImages
from engine.errors import ProtocolError
from engine.host import values, wire
from engine.host.wire import Cancel, Happened, Hello, Message, Submit

NUMBERS = st.integers(-(2**60), 2**60)
FLOATS = st.floats(width=64)  # NaN and the infinities too
TEXTS = st.text(max_size=20)
FACTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | FLOATS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXTS | st.just("@"), inner, max_size=3)
    ),
    max_leaves=6,
)


def arrays(dtype: Any) -> st.SearchStrategy[Any]:
    return hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4))


def a_field(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field's declared type."""
    if typing.get_origin(hint) is np.ndarray:
        return arrays(typing.get_args(typing.get_args(hint)[1])[0])
    if hint in (requests.Request, events.Event, events.Answer):
        return st.one_of([a_value(kind) for kind in typing.get_args(hint)])
    simple: dict[Any, st.SearchStrategy[Any]] = {int: NUMBERS, float: FLOATS, str: TEXTS, bool: st.booleans()}
    if hint in simple:
        return simple[hint]
    if hint is Lane:
        return st.builds(Lane, TEXTS, st.sampled_from(Policy), st.booleans())
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return a_value(hint)
    if typing.get_origin(hint) is tuple:
        return st.lists(a_field(typing.get_args(hint)[0]), max_size=3).map(tuple)
    if typing.get_origin(hint) in (dict, Mapping):
        return st.dictionaries(TEXTS, FACTS, max_size=3)
    return st.one_of([st.none() if arm is type(None) else a_field(arm) for arm in typing.get_args(hint)])


def a_value(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{name: a_field(hint) for name, hint in typing.get_type_hints(kind).items()})


def same(a: Any, b: Any) -> bool:
    """Equal with NaN equal to NaN, arrays by value and dtype and shape, dataclasses field by field."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)):
            return False
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if type(a) is not type(b):
        return False
    if hasattr(a, "__dataclass_fields__"):
        return all(same(getattr(a, name), getattr(b, name)) for name in a.__dataclass_fields__)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b or (a != a and b != b))


def through(message: Message) -> Message | None:
    return wire.read(io.BytesIO(wire.encode(message)))


@settings(max_examples=300)
@given(st.one_of([a_value(kind) for kind in wire.MESSAGES.values()]))
def test_every_message_comes_back_the_same(message: Message) -> None:
    assert same(through(message), message)


def test_every_contract_class_may_cross() -> None:
    assert {*requests.KINDS, *events.KINDS, *decoders.KINDS} <= values.KINDS.keys()


@pytest.mark.parametrize("distribution", [None, np.full((2, 3, 4), 0.25, np.float16)], ids=["left out", "told"])
def test_what_is_said_of_a_density_crosses_in_its_own_types(distribution: Any) -> None:
    told = Examination(
        log_prob=np.array([[-np.inf, -0.5, 0.0]] * 2, np.float32),
        entropy=np.zeros((2, 3), np.float32),
        levels=np.arange(6, dtype=np.int32).reshape(2, 3),
        distribution=distribution,
        orientation="upright",
        total_ms=1.5,
    )
    moved = Influence(
        nats=np.eye(3, dtype=np.float32), row=1, column=2, orientation="transpose", causal=False, blind=4, total_ms=2.0
    )
    for answer in (told, moved):
        message = Happened(event=Finished(job=1, answer=answer))
        assert same(through(message), message)


def test_a_tuple_holds_what_its_class_declares() -> None:
    described = DecoderDescription(
        path="",
        sha256="",
        size=1,
        producer="",
        z=Port(name="z"),
        dim=2,
        batch=0,
        layouts=(Port(name="no layout"),),  # type: ignore[arg-type]
    )
    with pytest.raises(ProtocolError, match="layouts"):
        wire.encode(Happened(event=Finished(job=1, answer=described)))


@given(st.lists(a_value(Happened), max_size=4))
def test_frames_follow_one_another(messages: list[Happened]) -> None:
    stream = io.BytesIO(b"".join(map(wire.encode, messages)))
    assert all(same(wire.read(stream), message) for message in messages)
    assert wire.read(stream) is None


class OneByteAtATime(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(1, size or 0))


def test_a_stream_may_give_less_than_asked_for() -> None:
    message = Submit(job=1, lane=Lane("a", Policy.QUEUE), request=SampleImages(model="m"))
    assert same(wire.read(OneByteAtATime(wire.encode(message))), message)


def test_arrays_in_any_memory_order_cross() -> None:
    picture = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    for array in (picture.T, picture[::-1, ::2], np.asfortranarray(picture), picture[:, :0]):
        partial = events.Partial(job=1, images=array, drawn=np.ones((1, 1), bool), fraction=0.0)
        crossed = through(Happened(event=partial))
        assert isinstance(crossed, Happened) and isinstance(crossed.event, events.Partial)
        np.testing.assert_array_equal(crossed.event.images, array)
        assert not crossed.event.images.flags.writeable


def test_big_endian_numbers_cross_by_value() -> None:
    facts = {"array": np.arange(3, dtype=">i4"), "number": np.float32(0.5), "path": Path("here")}
    crossed = through(Happened(event=Failed(job=1, code="EngineError", problem="", remedy="", facts=facts)))
    assert isinstance(crossed, Happened) and isinstance(crossed.event, Failed)
    assert crossed.event.facts["array"].tolist() == [0, 1, 2]
    assert crossed.event.facts["number"] == 0.5
    assert crossed.event.facts["path"] == "here"


@pytest.mark.parametrize(
    "thing", [object(), b"bytes", {1, 2}, np.array(["text"]), np.array([object()]), np.zeros(2, complex), 1j]
)
def test_what_is_no_contract_value_does_not_leave(thing: Any) -> None:
    with pytest.raises(ProtocolError):
        wire.encode(Happened(event=Failed(job=1, code="", problem="", remedy="", facts={"thing": thing})))


def test_a_field_of_the_wrong_type_does_not_leave() -> None:
    wrong = SampleImages(model=3)  # type: ignore[arg-type]
    with pytest.raises(ProtocolError, match=r"SampleImages\.model"):
        wire.encode(Submit(job=1, lane=Lane("a", Policy.QUEUE), request=wrong))


def test_a_message_over_the_limit_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_FRAME", 10_000)
    big = events.Partial(job=1, images=np.zeros((1, 100, 100, 1), np.uint8), drawn=np.ones((1, 1), bool), fraction=0)
    with pytest.raises(ProtocolError, match="pipe"):
        wire.encode(Happened(event=big))


class NoMore(io.BytesIO):
    """Fails the test if anybody asks it for more than a length."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None and size <= 4
        return super().read(size)


def test_an_oversized_frame_is_refused_before_it_is_read() -> None:
    with pytest.raises(ProtocolError, match="long"):
        wire.read(NoMore(struct.pack(">I", wire.MAX_FRAME + 1) + b"x" * 100))


FRAME = wire.encode(
    Happened(
        event=events.Partial(job=1, images=np.zeros((2, 3, 4, 1), np.uint8), drawn=np.ones((3, 4), bool), fraction=0.5)
    )
)


def test_a_truncated_frame_is_a_protocol_error_wherever_it_ends() -> None:
    for length in range(1, len(FRAME)):
        with pytest.raises(ProtocolError):
            wire.read(io.BytesIO(FRAME[:length]))


@settings(max_examples=500)
@given(st.lists(st.tuples(st.integers(0, len(FRAME) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_corrupted_frame_is_a_message_or_a_protocol_error(changes: list[tuple[int, int]]) -> None:
    """Nothing but `ProtocolError` comes out, and what is accepted has the types its class declares."""
    frame = bytearray(FRAME)
    for place, value in changes:
        frame[place] = value
    try:
        message = wire.read(io.BytesIO(bytes(frame)))
    except ProtocolError:
        return
    assert message is not None
    wire.encode(message)


@given(st.binary(max_size=200))
def test_noise_is_a_protocol_error(noise: bytes) -> None:
    with pytest.raises(ProtocolError):
        wire.read(io.BytesIO(struct.pack(">I", len(noise)) + noise))


def body(header: Any, blob: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">I", len(text)) + text + blob


def failed(**facts: Any) -> dict[str, Any]:
    fields = {"job": 1, "code": "", "problem": "", "remedy": "", "facts": facts}
    return {"kind": "Happened", "event": {"@": "Failed", "fields": fields}}


def an_array(**changes: Any) -> dict[str, Any]:
    return failed(array={"@": "array", "dtype": "uint8", "shape": [2], "offset": 0} | changes)


def test_the_forger_of_these_tests_can_make_a_good_message() -> None:
    assert isinstance(wire.decode(body(an_array(), b"ab")), Happened)


@pytest.mark.parametrize(
    "forged",
    [
        {"kind": "Popen", "args": ["true"]},
        {"kind": ["Hello"]},
        {"kind": "Cancel"},
        {"kind": "Cancel", "job": 1, "more": 2},
        {"kind": "Cancel", "job": "1"},
        {"kind": "Cancel", "job": True},
        {"kind": "Cancel", "job": {"@": "dict", "items": [[[], 1]]}},
        {"kind": "Happened", "event": {"@": "Loaded", "fields": {"model": "m", "milliseconds": 1}}},
        {"kind": "Happened", "event": {"@": "Manifest", "fields": {}}},
        {"kind": "Happened", "event": {"@": ["Started"], "fields": {}}},
        {"kind": "Happened", "event": {"@": "Started", "fields": [1]}},
        {"kind": "Happened", "event": {"@": "Finished", "fields": {"job": 1, "answer": 3}}},
        failed(policy={"@": "Policy", "value": "whatever"}),
        an_array(dtype="object"),
        an_array(dtype="U8"),
        an_array(dtype=["uint8"]),
        an_array(shape=[3]),
        an_array(shape=[-1]),
        an_array(shape=[2.0]),
        an_array(shape=[True]),
        an_array(shape=7),
        an_array(shape=[2**62, 2**62, 0, 2**62]),
        an_array(shape=[1] * 100),
        an_array(offset=1),
        an_array(offset=-1),
        an_array(offset=2**70),
        an_array(offset="0"),
        [],
        None,
        b"{" * 100_000,
        b"[" * 100_000,
        b'{"kind":"Happened","event":' + b"[" * 900 + b"]" * 900 + b"}",
        b"\xff\xfe",
        b"",
    ],
)
def test_a_forged_message_is_a_protocol_error(forged: Any) -> None:
    with pytest.raises(ProtocolError):
        wire.decode(body(forged, b"ab"))


def test_a_header_longer_than_its_frame_is_a_protocol_error() -> None:
    with pytest.raises(ProtocolError):
        wire.decode(struct.pack(">I", 50) + b"{}")


def test_another_version_is_refused_by_name() -> None:
    wire.check_hello(wire.hello(1))
    with pytest.raises(ProtocolError, match="9.9.9"):
        wire.check_hello(Hello(protocol=wire.PROTOCOL, version="9.9.9", pid=1))
    with pytest.raises(ProtocolError, match="protocol 99"):
        wire.check_hello(Hello(protocol=99, version=wire.hello(1).version, pid=1))


@pytest.mark.parametrize("first", [None, Cancel(job=1)])
def test_what_is_no_hello_is_refused(first: Message | None) -> None:
    with pytest.raises(ProtocolError):
        wire.check_hello(first)


def test_the_answer_of_a_model_that_divides_by_zero_crosses() -> None:
    answer = Loaded(model="m", milliseconds=float("nan"))
    crossed = through(Happened(event=Finished(job=2**40, answer=answer)))
    assert isinstance(crossed, Happened) and isinstance(crossed.event, Finished)
    assert isinstance(crossed.event.answer, Loaded) and np.isnan(crossed.event.answer.milliseconds)


def test_a_request_is_the_same_value_at_the_other_end() -> None:
    message = Submit(job=1, lane=Lane("a", Policy.COALESCE, interactive=False), request=LoadModel(model="m"))
    crossed = through(message)
    assert isinstance(crossed, Submit)
    assert (crossed.lane, crossed.request) == (message.lane, message.request)
