"""The policies of lanes, without threads: who is replaced, who is asked to stop, and what a drag shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from engine.contracts.lanes import Lane, Policy
from engine.scheduling.lanes import Roster

INPUTS, EVERY_MS, DECODE_MS = 60, 8, 20


@dataclass(eq=False)
class Piece:
    lane: Lane
    number: int = 0
    stopped: bool = field(default=False)


def drag(policy: Policy) -> tuple[list[int], list[int]]:
    """Sixty inputs 8 ms apart, 20 ms each to decode, in simulated time: what was shown during the drag, and after."""
    roster: Roster[Piece] = Roster()
    lane = Lane("pad", policy)
    during: list[int] = []
    after: list[int] = []
    free_at = 0
    for now in range(INPUTS * EVERY_MS + 10_000):
        if roster.running is not None and now >= free_at:
            if not roster.running.stopped:
                (during if now < INPUTS * EVERY_MS else after).append(roster.running.number)
            roster.finish()
        if now % EVERY_MS == 0 and now < INPUTS * EVERY_MS:
            _, superseded = roster.admit(Piece(lane, now // EVERY_MS))
            if superseded is not None:
                superseded.stopped = True
        if roster.running is None and roster.start_next() is not None:
            free_at = now + DECODE_MS
    return during, after


def test_a_superseding_lane_shows_nothing_while_dragging_and_the_last_after() -> None:
    assert drag(Policy.SUPERSEDE) == ([], [INPUTS - 1])


def test_a_coalescing_lane_shows_every_decode_there_is_time_for() -> None:
    during, after = drag(Policy.COALESCE)
    assert len(during) >= 22  # 480 ms of drag, 20 ms a decode
    assert during == sorted(during)
    assert after[-1] == INPUTS - 1
    assert len(after) <= 2


def test_a_queue_shows_everything_in_order() -> None:
    during, after = drag(Policy.QUEUE)
    assert during + after == list(range(INPUTS))


def test_a_replacement_takes_the_place_of_what_it_replaces() -> None:
    roster: Roster[Piece] = Roster()
    pad, gallery = Lane("pad", Policy.COALESCE), Lane("gallery", Policy.QUEUE)
    old, other, new = Piece(pad), Piece(gallery), Piece(pad)
    assert roster.admit(old) == ([], None)
    assert roster.admit(other) == ([], None)
    assert roster.admit(new) == ([old], None)
    assert roster.waiting == [new, other]


def test_only_its_own_lane_is_superseded() -> None:
    roster: Roster[Piece] = Roster()
    running, other = Piece(Lane("a", Policy.SUPERSEDE)), Piece(Lane("b", Policy.SUPERSEDE))
    roster.admit(running)
    roster.start_next()
    assert roster.admit(other) == ([], None)
    assert roster.admit(Piece(Lane("a", Policy.SUPERSEDE))) == ([], running)


def test_what_does_not_wait_cannot_be_withdrawn() -> None:
    roster: Roster[Piece] = Roster()
    piece = Piece(Lane("a", Policy.QUEUE))
    roster.admit(piece)
    assert roster.withdraw(piece)
    assert not roster.withdraw(piece)
    assert roster.start_next() is None


LANES = st.sampled_from([Lane(name, policy) for name in "ab" for policy in Policy])


@given(st.lists(st.one_of(LANES, st.just("start"), st.just("finish"))))
def test_nobody_is_lost_or_doubled(actions: list[Lane | str]) -> None:
    roster: Roster[Piece] = Roster()
    admitted: list[Piece] = []
    gone: list[Piece] = []
    for action in actions:
        if isinstance(action, Lane):
            admitted.append(Piece(action))
            replaced, _ = roster.admit(admitted[-1])
            gone += replaced
            assert all(piece.lane.name == action.name for piece in replaced)
        elif action == "start" and roster.running is None:
            roster.start_next()
        elif action == "finish" and roster.running is not None:
            gone.append(roster.running)
            roster.finish()
    there = [*gone, *roster.waiting, *([roster.running] if roster.running else [])]
    assert sorted(map(id, there)) == sorted(map(id, admitted))
    queued = [piece for piece in roster.waiting if piece.lane.policy is not Policy.QUEUE]
    assert len({piece.lane.name for piece in queued}) == len(queued)
