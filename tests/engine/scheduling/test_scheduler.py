"""The scheduler's threads: order of events, stopping, slow receivers, and exactly one last event a job."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.contracts.events import Answer, Cancelled, Event, Failed, Finished, Loaded, Partial, Started
from engine.contracts.lanes import Lane, Policy
from engine.errors import EngineError, RequestError
from engine.scheduling.job import ScheduledJob
from engine.scheduling.scheduler import Scheduler

ANSWER = Loaded(model="m", milliseconds=1.0)
QUEUE = Lane("queue", Policy.QUEUE)
LAST = (Finished, Failed, Cancelled)
PATIENCE = 20.0


class Record:
    """Collects events; waits for a job's last one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), f"not in time; events: {self.events}"

    def of(self, job: int) -> list[Event]:
        return [event for event in self.events if event.job == job]

    def last(self, job: int) -> Event:
        self.wait(lambda: any(isinstance(event, LAST) for event in self.of(job)))
        return next(event for event in self.of(job) if isinstance(event, LAST))


def to_event(job: int, value: Any, elapsed_ms: float) -> Event:
    assert elapsed_ms >= 0
    picture = np.zeros((1, 1, 1, 1), np.uint8)
    return Partial(job=job, images=picture, drawn=np.ones((1, 1), bool), fraction=float(value))


def steps(count: int) -> Callable[[], Generator[Any, None, Answer]]:
    def work() -> Generator[Any, None, Answer]:
        for step in range(count):
            yield (step + 1) / count
        return ANSWER

    return work


class Gated:
    """Work that stops at a gate between two steps, and notes that its generator was closed."""

    def __init__(self) -> None:
        self.entered, self.gate, self.closed = threading.Event(), threading.Event(), threading.Event()

    def __call__(self) -> Generator[Any, None, Answer]:
        try:
            yield 0.25
            self.entered.set()
            assert self.gate.wait(PATIENCE)
            yield 0.5
            yield 0.75
        finally:
            self.closed.set()
        return ANSWER


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    made = Scheduler("test")
    yield made
    assert made.close()


def test_events_come_in_order_and_off_the_callers_thread(scheduler: Scheduler) -> None:
    record, threads = Record(), set()

    def on_event(event: Event) -> None:
        threads.add(threading.current_thread())
        record(event)

    job = scheduler.submit(steps(3), QUEUE, on_event, to_event)
    assert record.last(job.id) == Finished(job=job.id, answer=ANSWER) or isinstance(record.last(job.id), Finished)
    kinds = [type(event) for event in record.of(job.id)]
    assert kinds[0] is Started and kinds[-1] is Finished
    assert set(kinds[1:-1]) == {Partial}
    assert threads.isdisjoint({threading.current_thread()}) and len(threads) == 1


def test_ids_rise(scheduler: Scheduler) -> None:
    ids = [scheduler.submit(steps(0), QUEUE, Record(), to_event).id for _ in range(5)]
    ids.append(scheduler.refuse(EngineError("No."), Record()).id)
    assert ids == sorted(set(ids))


def test_a_running_job_stops_at_its_next_step(scheduler: Scheduler) -> None:
    work, record = Gated(), Record()
    job = scheduler.submit(work, QUEUE, record, to_event)
    assert work.entered.wait(PATIENCE)
    job.cancel()
    seen = len(record.of(job.id))
    work.gate.set()
    assert isinstance(record.last(job.id), Cancelled)
    assert work.closed.is_set(), "the generator's finally ran"
    assert not [e for e in record.of(job.id)[seen:] if isinstance(e, Partial)], "no partial after cancel"
    job.cancel()  # once more is no harm


def test_a_waiting_job_that_is_cancelled_never_starts(scheduler: Scheduler) -> None:
    work, record = Gated(), Record()
    scheduler.submit(work, QUEUE, record, to_event)
    assert work.entered.wait(PATIENCE)
    waiting = scheduler.submit(steps(1), QUEUE, record, to_event)
    waiting.cancel()
    assert isinstance(record.last(waiting.id), Cancelled), "at once, while the other still runs"
    assert [type(event) for event in record.of(waiting.id)] == [Cancelled]
    work.gate.set()


def test_superseding_stops_the_running_one_and_drops_the_waiting_ones(scheduler: Scheduler) -> None:
    lane, work, record = Lane("complete", Policy.SUPERSEDE), Gated(), Record()
    jobs = [scheduler.submit(work, lane, record, to_event)]
    assert work.entered.wait(PATIENCE)
    jobs += [scheduler.submit(steps(2), lane, record, to_event) for _ in range(59)]
    work.gate.set()
    assert isinstance(record.last(jobs[-1].id), Finished)
    assert all(isinstance(record.last(job.id), Cancelled) for job in jobs[:-1])


def test_coalescing_lets_the_running_one_finish(scheduler: Scheduler) -> None:
    lane, work, record = Lane("pad", Policy.COALESCE), Gated(), Record()
    jobs = [scheduler.submit(work, lane, record, to_event)]
    assert work.entered.wait(PATIENCE)
    jobs += [scheduler.submit(steps(2), lane, record, to_event) for _ in range(59)]
    work.gate.set()
    kinds = [type(record.last(job.id)) for job in jobs]
    assert kinds == [Finished, *[Cancelled] * 58, Finished]


def test_a_queue_answers_all_in_order(scheduler: Scheduler) -> None:
    record = Record()
    jobs = [scheduler.submit(steps(1), QUEUE, record, to_event) for _ in range(60)]
    assert isinstance(record.last(jobs[-1].id), Finished)
    assert [e.job for e in record.events if isinstance(e, Finished)] == [job.id for job in jobs]


def test_interactive_work_does_not_wait_for_batch_work(scheduler: Scheduler) -> None:
    work, record = Gated(), Record()
    batch = scheduler.submit(work, Lane("gallery", Policy.QUEUE, interactive=False), record, to_event)
    assert work.entered.wait(PATIENCE)
    quick = scheduler.submit(steps(1), QUEUE, record, to_event)
    assert isinstance(record.last(quick.id), Finished)
    assert not any(isinstance(event, LAST) for event in record.of(batch.id))
    work.gate.set()
    assert isinstance(record.last(batch.id), Finished)


def test_a_slow_receiver_gets_the_newest_partial_only(scheduler: Scheduler) -> None:
    record, gate, made = Record(), threading.Event(), threading.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, Started):
            assert gate.wait(PATIENCE)
        record(event)

    def work() -> Generator[Any, None, Answer]:
        yield from steps(100)()
        made.set()
        return ANSWER

    job = scheduler.submit(work, QUEUE, on_event, to_event)
    assert made.wait(PATIENCE), "a receiver that does not return holds up no work"
    gate.set()
    assert isinstance(record.last(job.id), Finished)
    partials = [event for event in record.of(job.id) if isinstance(event, Partial)]
    assert [event.fraction for event in partials] == [1.0]


def test_an_engine_error_becomes_a_failure_with_its_facts(scheduler: Scheduler) -> None:
    def work() -> Generator[Any, None, Answer]:
        yield 0.5
        raise RequestError("The seed is purple.", "Give a number.", field="seed")

    record = Record()
    job = scheduler.submit(work, QUEUE, record, to_event)
    failed = record.last(job.id)
    assert failed == Failed(
        job=job.id, code="RequestError", problem="The seed is purple.", remedy="Give a number.", facts={"field": "seed"}
    )


@pytest.mark.parametrize("error", [ValueError("boom"), MemoryError(), SystemExit(3), ZeroDivisionError()])
def test_any_other_error_becomes_a_sentence_and_the_thread_goes_on(
    scheduler: Scheduler, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> Generator[Any, None, Answer]:
        yield 0.5
        raise error

    record = Record()
    failed = record.last(scheduler.submit(work, QUEUE, record, to_event).id)
    assert isinstance(failed, Failed)
    assert failed.code == "EngineError" and failed.problem.endswith(".") and failed.remedy.endswith(".")
    assert "Traceback" in caplog.text
    assert isinstance(record.last(scheduler.submit(steps(1), QUEUE, record, to_event).id), Finished)


def test_an_error_while_being_stopped_is_still_a_cancel(scheduler: Scheduler) -> None:
    entered, gate = threading.Event(), threading.Event()

    def work() -> Generator[Any, None, Answer]:
        try:
            entered.set()
            assert gate.wait(PATIENCE)
            yield 0.5
            return ANSWER
        finally:
            raise OSError("cannot clean up")

    record = Record()
    job = scheduler.submit(work, QUEUE, record, to_event)
    assert entered.wait(PATIENCE)
    job.cancel()
    gate.set()
    assert isinstance(record.last(job.id), Cancelled)


def test_a_refused_job_only_fails_and_replaces_nobody(scheduler: Scheduler) -> None:
    record = Record()
    job = scheduler.refuse(RequestError("No.", "Yes."), record)
    job.cancel()
    assert isinstance(record.last(job.id), Failed)
    assert len(record.of(job.id)) == 1


def test_a_receiver_that_fails_is_logged_and_the_next_event_comes(
    scheduler: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    record = Record()

    def on_event(event: Event) -> None:
        record(event)
        raise ValueError("a receiver's bug")

    job = scheduler.submit(steps(1), QUEUE, on_event, to_event)
    assert isinstance(record.last(job.id), Finished)
    assert isinstance(record.last(scheduler.submit(steps(1), QUEUE, record, to_event).id), Finished)
    assert "a receiver's bug" in caplog.text


def test_a_receiver_may_submit_and_cancel(scheduler: Scheduler) -> None:
    record = Record()
    jobs: list[ScheduledJob] = []

    def on_event(event: Event) -> None:
        record(event)
        if isinstance(event, Finished) and len(jobs) < 2:
            jobs.append(scheduler.submit(steps(1), QUEUE, on_event, to_event))
            jobs[-1].cancel()

    scheduler.submit(steps(1), QUEUE, on_event, to_event)
    record.wait(lambda: bool(jobs) and any(isinstance(e, LAST) for e in record.of(jobs[0].id)))


def test_nothing_is_delivered_after_close_while_busy() -> None:
    scheduler, record, work = Scheduler(), Record(), Gated()
    scheduler.submit(work, QUEUE, record, to_event)
    assert work.entered.wait(PATIENCE)
    threading.Timer(0.05, work.gate.set).start()
    assert scheduler.close(timeout=PATIENCE)
    seen = len(record.events)
    scheduler.submit(steps(1), QUEUE, record, to_event)
    scheduler.refuse(EngineError("No."), record)
    assert work.closed.is_set()
    assert len(record.events) == seen
    assert not any(isinstance(event, LAST) for event in record.events)


def test_close_says_so_if_a_step_does_not_end() -> None:
    scheduler, work = Scheduler(), Gated()
    scheduler.submit(work, QUEUE, Record(), to_event)
    assert work.entered.wait(PATIENCE)
    assert not scheduler.close(timeout=0.01)
    work.gate.set()
    assert scheduler.close(timeout=PATIENCE)


def test_a_receiver_may_close() -> None:
    scheduler, record = Scheduler(), Record()
    closed: list[bool] = []
    done = threading.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, Finished):
            closed.append(scheduler.close(timeout=PATIENCE))
            done.set()
        record(event)

    scheduler.submit(steps(1), QUEUE, on_event, to_event)
    assert done.wait(PATIENCE)
    assert closed == [True]


LANES = st.sampled_from([Lane(f"{p.value} {i}", p, i) for p in Policy for i in (True, False)])
ACTIONS = st.lists(st.tuples(LANES, st.integers(0, 3), st.booleans(), st.booleans()), max_size=25)


@settings(max_examples=40)
@given(ACTIONS)
def test_every_job_has_exactly_one_last_event_and_it_comes_last(actions: list[tuple[Lane, int, bool, bool]]) -> None:
    """Whatever is submitted, cancelled and failing, in whatever order."""
    scheduler, record = Scheduler(), Record()
    jobs = []
    for lane, count, fails, cancel in actions:
        work = _failing(count) if fails else steps(count)
        jobs.append(scheduler.submit(work, lane, record, to_event))
        if cancel:
            jobs[len(jobs) // 2].cancel()
    for job in jobs:
        record.last(job.id)
    assert scheduler.close(timeout=PATIENCE)
    for job in jobs:
        events = record.of(job.id)
        assert [isinstance(event, LAST) for event in events] == [*[False] * (len(events) - 1), True]
        assert all(isinstance(event, Partial) for event in events[1:-1])


def _failing(count: int) -> Callable[[], Generator[Any, None, Answer]]:
    def work() -> Generator[Any, None, Answer]:
        yield from steps(count)()
        raise EngineError("It failed.", "Do not worry.")

    return work
