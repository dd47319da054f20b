"""What is kept for the next run: the latest, of all models together, and no more than there is room for."""

from __future__ import annotations

import threading

import numpy as np

from engine.families.kept_states import KeptStates


def test_the_latest_stay() -> None:
    kept = KeptStates(most_bytes=250)
    arrays = {name: np.zeros(100, np.uint8) for name in "abc"}
    for name, array in arrays.items():
        kept.keep(name, name.upper(), [array])
    assert kept.places() == ["b", "c"]
    assert (kept.get("a"), kept.get("b"), kept.weight) == (None, "B", 200)
    kept.keep("b", "again", [arrays["b"]])
    kept.keep("a", "A", [arrays["a"]])
    assert kept.places() == ["b", "a"], "what was kept again is new"


def test_what_is_shared_weighs_once() -> None:
    kept, shared = KeptStates(most_bytes=250), np.zeros(200, np.uint8)
    kept.keep("a", 1, [shared, shared])
    kept.keep("b", 2, [shared, np.zeros(50, np.uint8)])
    assert (kept.places(), kept.weight) == (["a", "b"], 250)
    kept.forget("a")
    kept.forget("never there")
    assert (kept.places(), kept.weight) == (["b"], 250)


def test_what_is_too_much_alone_is_not_kept() -> None:
    kept = KeptStates(most_bytes=50)
    kept.keep("a", 1, [np.zeros(50, np.uint8)])
    kept.keep("b", 2, [np.zeros(51, np.uint8)])
    assert (kept.places(), kept.weight) == ([], 0)


def test_threads_share_it() -> None:
    kept, array = KeptStates(most_bytes=500), np.zeros(100, np.uint8)

    def work(number: int) -> None:
        for step in range(200):
            own = array.copy()
            kept.keep((number, step % 7), own, [own])
            kept.get((number, step % 5))
            assert kept.weight <= 500

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept.places()) == 5
