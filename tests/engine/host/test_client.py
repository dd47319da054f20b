"""The engine process: it answers, it can be stopped, it may die at any moment, and it never outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.contracts.events import Cancelled, Failed, Finished, Loaded, Partial, Started
from engine.contracts.lanes import Lane, Policy
from engine.contracts.requests import ScoreImages
from engine.host import wire
from engine.host.client import EngineProcess, default_command
from engine.host.crash_loop import MAX_DEATHS, WINDOW_S, CrashLoop

PATIENCE = 60.0
LAST = (Finished, Failed, Cancelled)
Start = Callable[..., Any]
"""Starts a `Harness` (conftest)."""
posix = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.01)


def pid_in(event: object) -> int:
    """The fake engine answers with its process id."""
    assert isinstance(event, Finished) and isinstance(event.answer, Loaded)
    return int(event.answer.milliseconds)


# --- answering ------------------------------------------------------------------------------------------------------


def test_a_request_made_before_the_process_is_up_is_answered_by_it(start: Start) -> None:
    harness = start()
    job = harness.submit("finish")
    assert pid_in(harness.last(job)) != os.getpid()
    events = harness.of(job)
    assert isinstance(events[0], Started) and isinstance(events[-1], Finished)
    partials = [event for event in events if isinstance(event, Partial)]
    assert partials and all(event.images.shape == (2, 3, 4, 1) for event in partials)
    assert harness.states == ["starting", "ready"]
    assert threading.current_thread() not in harness.threads


def test_ids_rise_and_each_job_has_its_own_events(start: Start) -> None:
    harness = start()
    jobs = [harness.submit("finish") for _ in range(20)]
    assert [job.id for job in jobs] == sorted({job.id for job in jobs})
    assert all(isinstance(harness.last(job), Finished) for job in jobs)
    finished = [event.job for event in harness.events if isinstance(event, Finished)]
    assert finished == [job.id for job in jobs], "a queue keeps its order through the pipe"


def test_policies_hold_through_the_pipe(start: Start) -> None:
    harness = start()
    running = harness.submit("endless", policy=Policy.SUPERSEDE)
    harness.wait_for(running, Partial)
    jobs = [harness.submit("finish", policy=Policy.SUPERSEDE) for _ in range(59)]
    assert isinstance(harness.last(jobs[-1]), Finished)
    assert isinstance(harness.last(running), Cancelled)
    assert all(isinstance(harness.last(job), (Cancelled, Finished)) for job in jobs)


def test_a_slow_receiver_gets_few_partials_and_the_answer(start: Start) -> None:
    harness = start()
    gate = threading.Event()
    slow = harness.engine.submit(
        ScoreImages(model="flood", pixels=np.zeros((1, 1, 1, 1), np.uint8)),
        Lane("slow", Policy.QUEUE),
        lambda event: (gate.wait(PATIENCE), harness.on_event(event)),
    )
    quick = harness.submit("finish", lane="other")
    gate.set()
    assert isinstance(harness.last(quick), Finished)
    assert isinstance(harness.last(slow), Finished)
    fractions = [event.fraction for event in harness.of(slow) if isinstance(event, Partial)]
    assert fractions == sorted(fractions)


@posix
def test_what_native_code_prints_does_not_corrupt_a_frame(start: Start, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "engine.log"
    harness = start(log_path=log)
    job = harness.submit("noisy")
    assert isinstance(harness.last(job), Finished)
    assert harness.states == ["starting", "ready"]
    printed = log.read_text(errors="replace")
    for voice in ("junk from native code", "printf knows nothing of frames", "nor does print"):
        assert voice in printed


def test_an_error_crosses_with_its_code_and_facts(start: Start) -> None:
    harness = start()
    failed = harness.last(harness.submit("refused"))
    assert isinstance(failed, Failed)
    assert (failed.code, failed.problem, failed.remedy) == (
        "RequestError",
        "The temperature is below absolute zero.",
        "Warm it up.",
    )
    assert failed.facts == {"kelvin": -1.5, "shape": (2, 3)}


@pytest.mark.parametrize("work", ["unsendable", "wrong"])
def test_what_cannot_cross_ends_its_job_and_nothing_else(start: Start, work: str) -> None:
    harness = start()
    failed = harness.last(harness.submit(work))
    assert isinstance(failed, Failed) and failed.code == "ProtocolError"
    assert isinstance(harness.last(harness.submit("finish")), Finished)
    assert harness.states == ["starting", "ready"]


def test_a_request_that_cannot_cross_fails_here(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    harness = start()
    monkeypatch.setattr(wire, "MAX_FRAME", 1000)
    request = ScoreImages(model="finish", pixels=np.zeros((1, 100, 100, 1), np.uint8))
    job = harness.engine.submit(request, Lane("lane", Policy.QUEUE), harness.on_event)
    failed = harness.last(job)
    assert isinstance(failed, Failed) and failed.code == "ProtocolError"


@linux
def test_a_memory_bomb_is_an_error_of_its_job_only(start: Start) -> None:
    harness = start()
    failed = harness.last(harness.submit("hungry"))
    assert isinstance(failed, Failed) and "memory" in failed.problem
    assert isinstance(harness.last(harness.submit("finish")), Finished)
    assert harness.states == ["starting", "ready"]


# --- stopping -------------------------------------------------------------------------------------------------------


def test_a_running_job_is_cancelled_and_the_process_lives(start: Start) -> None:
    harness = start(cancel_grace=PATIENCE)
    job = harness.submit("endless")
    harness.wait_for(job, Partial)
    job.cancel()
    job.cancel()
    seen = len(harness.of(job))
    assert isinstance(harness.last(job), Cancelled)
    assert sum(isinstance(event, Partial) for event in harness.of(job)[seen:]) <= 1  # the one being delivered
    assert isinstance(harness.last(harness.submit("finish")), Finished)
    assert harness.states == ["starting", "ready"]


def test_a_job_that_was_not_sent_yet_is_cancelled_here(start: Start) -> None:
    harness = start([sys.executable, "-c", "import time; time.sleep(600)"])
    job = harness.submit("finish")
    job.cancel()
    assert isinstance(harness.last(job), Cancelled)


@pytest.mark.parametrize("work", ["stuck", pytest.param("stuck_with_the_interpreter", marks=posix)])
def test_a_cancelled_job_that_does_not_stop_is_killed_with_its_process(start: Start, work: str, mark: Path) -> None:
    harness = start(cancel_grace=0.1)
    first = pid_in(harness.last(harness.submit("finish")))
    stuck = harness.submit(work)
    wait_until(mark.exists)
    behind = harness.submit("finish")
    stuck.cancel()
    assert isinstance(harness.last(stuck), Cancelled)
    second = pid_in(harness.last(behind))
    assert second != first, "what waited behind it was given to the next process"
    assert harness.states == ["starting", "ready", "starting", "ready"], "asked for, so nothing died"


def test_cancelling_the_newest_frees_a_lane_from_the_stuck_one_it_superseded(start: Start) -> None:
    harness = start(cancel_grace=0.1)
    stuck = harness.submit("stuck", policy=Policy.SUPERSEDE)
    harness.wait_for(stuck, Partial)
    newest = harness.submit("finish", policy=Policy.SUPERSEDE)
    newest.cancel()
    assert isinstance(harness.last(newest), Cancelled)
    assert isinstance(harness.last(stuck), Cancelled)
    assert isinstance(harness.last(harness.submit("finish")), Finished)


# --- dying ----------------------------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize(("work", "cause"), [("killed", "SIGKILL"), ("segfault", "SIGSEGV")])
def test_a_crash_fails_its_job_and_the_next_one_works(start: Start, work: str, cause: str) -> None:
    harness = start()
    failed = harness.last(harness.submit(work))
    assert isinstance(failed, Failed) and failed.code == "EngineDied"
    assert failed.facts["cause"] == cause and failed.problem and failed.remedy
    assert isinstance(harness.last(harness.submit("finish")), Finished)
    assert harness.states == ["starting", "ready", "died", "starting", "ready"]
    assert harness.engine.problem is not None and cause in harness.engine.problem.problem


@posix
def test_killed_from_outside_in_the_middle_of_a_job(start: Start) -> None:
    harness = start()
    job, batch = harness.submit("endless"), harness.submit("endless", batch=True)
    harness.wait_for(job, Partial)
    harness.wait_for(batch, Partial)
    os.kill(harness.engine.pid, signal.SIGKILL)
    for lost in (job, batch):
        failed = harness.last(lost)
        assert isinstance(failed, Failed) and failed.code == "EngineDied"
    assert isinstance(harness.last(harness.submit("finish")), Finished)


@posix
def test_a_stack_of_native_code_is_in_the_log(start: Start, tmp_path: Path) -> None:
    harness = start(log_path=tmp_path / "engine.log")
    harness.last(harness.submit("segfault"))
    assert "Segmentation fault" in (tmp_path / "engine.log").read_text()


@posix
def test_dying_again_and_again_is_given_up_until_a_restart(start: Start) -> None:
    harness = start()
    for _ in range(MAX_DEATHS):
        assert isinstance(harness.last(harness.submit("killed")), Failed)
    harness.wait_for_state("failed")
    assert harness.states.count("died") == MAX_DEATHS
    refused = harness.last(harness.submit("finish"))
    assert isinstance(refused, Failed) and refused.code == "EngineDied" and "Restart" in refused.remedy
    harness.engine.restart()
    harness.wait_for_state("ready", MAX_DEATHS + 1)
    assert isinstance(harness.last(harness.submit("finish")), Finished)


def test_a_process_that_ends_before_its_hello_is_given_up(start: Start) -> None:
    harness = start([sys.executable, "-c", "raise SystemExit(3)"])
    failed = harness.last(harness.submit("finish"))
    assert isinstance(failed, Failed) and failed.code == "EngineDied" and "exit code 3" in failed.problem
    harness.wait_for_state("failed")
    assert harness.states.count("starting") == MAX_DEATHS
    assert "ready" not in harness.states


def test_a_process_that_never_says_hello_is_given_up(start: Start) -> None:
    harness = start([sys.executable, "-c", "import time; time.sleep(600)"], hello_timeout=0.05)
    failed = harness.last(harness.submit("finish"))
    assert isinstance(failed, Failed) and failed.code == "EngineDied"
    harness.wait_for_state("failed")
    assert "ready" not in harness.states


def test_a_command_that_does_not_exist_is_given_up_at_once(start: Start, tmp_path: Path) -> None:
    harness = start([str(tmp_path / "no-such-program")])
    failed = harness.last(harness.submit("finish"))
    assert isinstance(failed, Failed) and failed.code == "EngineDied" and "no-such-program" in failed.problem
    assert harness.states.count("starting") == 1


def speaks(frames: bytes) -> list[str]:
    """A process that writes these bytes and then listens."""
    return [sys.executable, "-c", f"import os\nos.write(1, {frames!r})\nwhile os.read(0, 4096): pass"]


def test_an_engine_of_another_version_is_given_up_at_once(start: Start) -> None:
    harness = start(speaks(wire.encode(wire.Hello(protocol=wire.PROTOCOL, version="9.9.9", pid=1))))
    failed = harness.last(harness.submit("finish"))
    assert isinstance(failed, Failed) and failed.code == "ProtocolError" and "9.9.9" in failed.problem
    harness.wait_for_state("failed")
    assert harness.states == ["starting", "died", "failed"]


@pytest.mark.parametrize(
    "noise", [b"Hello, I am a shell script\n", wire.encode(wire.Cancel(job=1))], ids=["text", "cancel"]
)
def test_a_program_that_is_no_engine_is_given_up_at_once(start: Start, noise: bytes) -> None:
    harness = start(speaks(noise))
    failed = harness.last(harness.submit("finish"))
    assert isinstance(failed, Failed) and failed.code == "ProtocolError"
    harness.wait_for_state("failed")
    assert harness.states.count("starting") == 1


@pytest.mark.parametrize("noise", [b"\xff" * 100, wire.encode(wire.Cancel(job=1))], ids=["noise", "cancel"])
def test_nonsense_in_the_middle_ends_the_process_not_the_window(start: Start, noise: bytes) -> None:
    harness = start(speaks(wire.encode(wire.hello(1)) + noise))
    harness.wait_for_state("failed")
    assert harness.states.count("died") == MAX_DEATHS
    assert harness.engine.problem is not None and harness.engine.problem.code == "ProtocolError"


def test_events_of_jobs_that_nobody_asked_for_are_ignored(start: Start) -> None:
    said: list[wire.Message] = [wire.hello(1), *(wire.Happened(event=Cancelled(job=job)) for job in (77, 1, 1, 0))]
    harness = start(speaks(b"".join(map(wire.encode, said))))
    job = harness.submit("finish")
    assert isinstance(harness.last(job), Cancelled)
    assert harness.engine.close(timeout=PATIENCE)
    assert [event.job for event in harness.events] == [job.id]


def test_restart_gives_a_new_process(start: Start) -> None:
    harness = start()
    first = pid_in(harness.last(harness.submit("finish")))
    running = harness.submit("endless")
    harness.wait_for(running, Partial)
    waiting = harness.submit("finish")
    harness.wait(lambda: waiting.sent)
    harness.engine.restart()
    for lost in (running, waiting):
        failed = harness.last(lost)
        assert isinstance(failed, Failed) and failed.code == "EngineDied"
    assert pid_in(harness.last(harness.submit("finish"))) != first
    assert "died" not in harness.states


def test_what_was_not_sent_before_a_restart_is_answered_after_it(start: Start) -> None:
    harness = start()
    job = harness.submit("finish")
    harness.engine.restart()
    last = harness.last(job)
    assert isinstance(last, Finished) or (isinstance(last, Failed) and job.sent)


def test_deaths_far_apart_or_few_are_no_crash_loop() -> None:
    loop = CrashLoop()
    assert not any(loop.died(now=number * (WINDOW_S / 2 + 1), greeted=True) for number in range(10))
    loop.forget()
    assert [loop.died(now=100.0 + number, greeted=True) for number in range(MAX_DEATHS)] == [False, False, True]
    loop.forget()
    assert [loop.died(now=number * 1000.0, greeted=False) for number in range(MAX_DEATHS)] == [False, False, True]


WORK = st.sampled_from(["finish", "endless", "refused", "killed", "stuck"])
DEEDS = st.lists(st.one_of(WORK, st.sampled_from(["cancel", "kill", "restart"])), min_size=2, max_size=8)


@posix
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(DEEDS, st.sampled_from(Policy))
def test_every_job_has_exactly_one_last_event(start: Start, deeds: list[str], policy: Policy) -> None:
    """Whatever is submitted, cancelled, killed and restarted, in whatever order (the fixture counts too)."""
    harness = start(cancel_grace=0.05)
    jobs = []
    for number, deed in enumerate(deeds):
        if deed == "restart":
            harness.engine.restart()
        elif deed == "kill" and (pid := harness.engine.pid) is not None:
            os.kill(pid, signal.SIGKILL)
        elif deed == "cancel" and jobs:
            jobs[len(jobs) // 2].cancel()
        elif deed not in ("kill", "cancel"):
            jobs.append(harness.submit(deed, policy=policy, batch=bool(number % 2)))
    for job in jobs:
        job.cancel()
    for job in jobs:
        harness.last(job)
    assert harness.engine.close(timeout=PATIENCE)
    for job in jobs:
        assert [isinstance(event, LAST) for event in harness.of(job)][-1:] == [True]
        assert sum(isinstance(event, LAST) for event in harness.of(job)) == 1


# --- closing --------------------------------------------------------------------------------------------------------


@linux
@pytest.mark.parametrize("work", ["endless", "stuck", "stuck_with_the_interpreter"])
def test_close_while_busy_ends_the_process_and_the_events(start: Start, work: str, mark: Path) -> None:
    harness = start()
    job = harness.submit(work)
    wait_until(mark.exists)
    pid = harness.engine.pid
    assert harness.engine.close(timeout=PATIENCE)
    seen, states = len(harness.events), list(harness.states)
    assert not alive(pid)
    harness.submit("finish")
    job.cancel()
    harness.engine.restart()
    assert harness.engine.close(timeout=PATIENCE)
    assert len(harness.events) == seen and harness.states == states
    assert harness.engine.state == "closed" and harness.engine.pid is None


def test_close_right_after_the_start(start: Start) -> None:
    for _ in range(5):
        harness = start()
        harness.submit("finish")
        assert harness.engine.close(timeout=PATIENCE)


def test_a_receiver_may_close(start: Start) -> None:
    harness = start()
    closed: list[bool] = []
    done = threading.Event()

    def on_event(event: object) -> None:
        if isinstance(event, Finished):
            closed.append(harness.engine.close(timeout=PATIENCE))
            done.set()

    harness.engine.submit(
        ScoreImages(model="finish", pixels=np.zeros((1, 1, 1, 1), np.uint8)), Lane("a", Policy.QUEUE), on_event
    )
    assert done.wait(PATIENCE)
    assert closed == [True]


PARENT = """
    import os, pathlib, sys, time
    from engine.contracts.lanes import Lane, Policy
    from engine.contracts.requests import LoadModel
    from engine.host.client import EngineProcess
    engine = EngineProcess([], None, sys.argv[2:])
    engine.submit(LoadModel(model=sys.argv[1]), Lane("a", Policy.QUEUE), lambda event: None)
    while not pathlib.Path(os.environ["FAKE_CHILD_MARK"]).exists():
        time.sleep(0.01)
    print(engine.pid, flush=True)
    {end}
"""


@linux
@pytest.mark.parametrize("work", ["endless", "stuck", "stuck_with_the_interpreter"])
@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "sys.exit(0)"])
def test_no_engine_outlives_its_window(work: str, end: str, fake_child: list[str], project: Path, mark: Path) -> None:
    assert not mark.exists()
    script = textwrap.dedent(PARENT).format(end=end)
    done = subprocess.run(
        [sys.executable, "-c", script, work, *fake_child],
        env=os.environ | {"PYTHONPATH": str(project)},
        stdout=subprocess.PIPE,
        timeout=PATIENCE,
        check=False,
    )
    pid = int(done.stdout)
    wait_until(lambda: not alive(pid))


@posix
def test_ctrl_c_is_for_the_window(start: Start) -> None:
    harness = start()
    job = harness.submit("endless")
    harness.wait_for(job, Partial)
    os.kill(harness.engine.pid, signal.SIGINT)
    assert isinstance(harness.last(harness.submit("finish", batch=True)), Finished)
    assert harness.states == ["starting", "ready"]


# --- the window -----------------------------------------------------------------------------------------------------


def test_the_window_loads_nothing_heavy(project: Path) -> None:
    script = "import sys; import engine.host.client; print(*sorted(sys.modules))"
    out = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    loaded = {name.partition(".")[0] for name in out.stdout.split()}
    assert "numpy" in loaded and not loaded & {"onnxruntime", "torch", "onnx", "PySide6", "multiprocessing"}
    assert "engine.inference" not in out.stdout.split()


def test_the_packaged_app_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_command() == [sys.executable, "-m", "engine.host.serve"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert default_command() == [sys.executable, "--engine-process"]


def test_folders_reach_the_process_as_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    report = tmp_path / "arguments"
    script = f"import sys, pathlib; pathlib.Path({str(report)!r}).write_text(repr(sys.argv[1:]))"
    engine = EngineProcess([Path("a"), Path("b c")], None, [sys.executable, "-c", script], Path("log"))
    wait_until(lambda: engine.state == "failed")
    assert engine.close(timeout=PATIENCE)
    wanted = ["--folder", str(tmp_path / "a"), "--folder", str(tmp_path / "b c"), "--log", str(tmp_path / "log")]
    assert report.read_text() == repr(wanted)
