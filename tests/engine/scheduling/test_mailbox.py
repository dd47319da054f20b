"""The mailbox keeps order, keeps only the newest under a key, and ends at close."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from engine.scheduling.mailbox import Mailbox


def drain(mailbox: Mailbox[tuple[int, str | None]], count: int) -> list[tuple[int, str | None]]:
    taken = [mailbox.take() for _ in range(count)]
    assert None not in taken
    return [item for item in taken if item is not None]


@given(st.lists(st.sampled_from([None, "a", "b"])))
def test_unkeyed_items_all_arrive_and_keyed_ones_keep_the_newest(keys: list[str | None]) -> None:
    mailbox: Mailbox[tuple[int, str | None]] = Mailbox()
    for number, key in enumerate(keys):
        mailbox.post((number, key), key)
    unkeyed = [(n, k) for n, k in enumerate(keys) if k is None]
    newest = {k: (n, k) for n, k in enumerate(keys) if k is not None}
    taken = drain(mailbox, len(unkeyed) + len(newest))
    assert [item for item in taken if item[1] is None] == unkeyed
    assert {item[1]: item for item in taken if item[1] is not None} == newest
    first = [k if k is not None else n for n, k in enumerate(keys)]
    assert [k if k is not None else n for n, k in taken] == list(dict.fromkeys(first)), "the first place is kept"


def test_what_was_discarded_does_not_arrive() -> None:
    mailbox: Mailbox[str] = Mailbox()
    mailbox.post("gone", "key")
    mailbox.post("there")
    mailbox.discard("key")
    mailbox.discard("never there")
    assert mailbox.take() == "there"


def test_close_ends_a_waiting_take_and_drops_the_rest() -> None:
    mailbox: Mailbox[str] = Mailbox()
    taken: list[str | None] = []
    thread = threading.Thread(target=lambda: taken.append(mailbox.take()))
    thread.start()
    mailbox.close()
    thread.join(10)
    mailbox.post("too late")
    assert taken == [None]
    assert mailbox.take() is None
