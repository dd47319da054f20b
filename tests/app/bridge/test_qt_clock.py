"""Calls come once, in order, and not after cancel or close."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.bridge.qt_clock import QtClock


def test_calls_come_in_the_order_of_their_delays(qtbot: QtBot) -> None:
    clock, called = QtClock(), list[str]()
    late = clock.call_later(30, lambda: called.append("late"))
    early = clock.call_later(0, lambda: called.append("early"))
    assert late.active and early.active
    qtbot.waitUntil(lambda: len(called) == 2)
    assert called == ["early", "late"]
    assert not late.active and not early.active


def test_a_cancelled_call_never_comes(qtbot: QtBot) -> None:
    clock, called = QtClock(), list[str]()
    timer = clock.call_later(5, lambda: called.append("cancelled"))
    timer.cancel()
    timer.cancel()
    clock.call_later(15, lambda: called.append("other"))
    qtbot.waitUntil(lambda: bool(called))
    assert called == ["other"]


def test_a_call_may_ask_for_the_next(qtbot: QtBot) -> None:
    clock, called = QtClock(), list[int]()

    def tick() -> None:
        called.append(len(called))
        if len(called) < 3:
            clock.call_later(0, tick)

    clock.call_later(0, tick)
    qtbot.waitUntil(lambda: len(called) == 3)


def test_close_cancels_what_is_still_to_come(qtbot: QtBot) -> None:
    clock, called = QtClock(), list[str]()
    timer = clock.call_later(5, lambda: called.append("never"))
    clock.close()
    qtbot.wait(20)
    assert called == [] and not timer.active


def test_time_only_grows() -> None:
    clock = QtClock()
    assert clock.now_ms() <= clock.now_ms()
