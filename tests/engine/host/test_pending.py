"""What the engine process owes: which jobs a death takes with it, and which are given to the next process."""

from __future__ import annotations

from engine.contracts.lanes import Lane, Policy
from engine.host.pending import Ledger, PendingJob


def ledger_of(count: int, lane: Lane | None = None) -> tuple[Ledger, list[PendingJob]]:
    ledger = Ledger()
    lane = lane or Lane("lane", Policy.QUEUE)
    jobs = [PendingJob(number, lane, lambda event: None, lambda job: None) for number in range(1, count + 1)]
    for job in jobs:
        job.frame = str(job.id).encode()
        ledger.add(job)
    return ledger, jobs


def send_all(ledger: Ledger) -> list[bytes]:
    frames = []
    while ledger.has_outgoing:
        frames.append(ledger.next_outgoing())
    return frames


def test_frames_leave_in_order() -> None:
    ledger, _ = ledger_of(3)
    assert send_all(ledger) == [b"1", b"2", b"3"]


def test_a_death_takes_what_was_sent_and_keeps_what_was_not() -> None:
    ledger, jobs = ledger_of(3)
    ledger.next_outgoing()
    ledger.next_outgoing()
    ledger.send(jobs[0], b"cancel 1")
    assert ledger.orphans(send_again=False) == jobs[:2]
    assert send_all(ledger) == [b"3"], "and no message about what is lost"


def test_what_had_not_begun_is_sent_again_in_its_old_order() -> None:
    ledger, jobs = ledger_of(4)
    for _ in range(3):
        ledger.next_outgoing()
    ledger.begin(jobs[0])
    assert ledger.orphans(send_again=True) == jobs[:1]
    ledger.remove(jobs[0])
    assert send_all(ledger) == [b"2", b"3", b"4"]


def test_a_job_is_sent_again_once_only() -> None:
    """Else one that holds the interpreter, and so cannot even say that it has begun, would block every process."""
    ledger, jobs = ledger_of(1)
    for lost in ([], jobs):
        send_all(ledger)
        assert ledger.orphans(send_again=True) == lost


def test_a_cancelled_job_is_not_sent_again() -> None:
    ledger, jobs = ledger_of(1)
    send_all(ledger)
    assert ledger.stop(jobs[0]) == jobs
    assert ledger.orphans(send_again=True) == jobs


def test_a_job_that_ends_unsent_leaves_no_message() -> None:
    ledger, jobs = ledger_of(2)
    ledger.remove(jobs[0])
    assert jobs[0].id not in ledger and jobs[1].id in ledger
    assert send_all(ledger) == [b"2"]


def test_stopping_a_job_stops_those_that_it_superseded() -> None:
    ledger, jobs = ledger_of(3, Lane("complete", Policy.SUPERSEDE))
    assert ledger.stop(jobs[1]) == [jobs[1], jobs[0]]
    assert [job.cancelled for job in jobs] == [True, True, False]
    queue, queued = ledger_of(3)
    assert queue.stop(queued[1]) == [queued[1]]
