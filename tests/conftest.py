"""What every test runs under: no screen, none of the person's own folders, and a count of what was skipped.

The environment is set while this file is imported, before any test can import Qt or the app.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
HOME = Path(tempfile.mkdtemp(prefix="reverie-tests-"))

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["REVERIE_HOME"] = str(HOME)  # app.paths: settings, logs and models of the person at this machine stay out

settings.register_profile(
    "reverie", deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("reverie")


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the source tree."""
    return ROOT


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """A test that leaves a running non-daemon thread behind fails: it would keep the program from ending."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and not t.daemon]
    for thread in left:
        thread.join(5)
    assert not [t.name for t in left if t.is_alive()], "threads still running after the test"


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say by count what was not run because torch, the extra for training, is not installed."""
    reports = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = [str(longrepr[-1] if isinstance(longrepr, tuple) else longrepr) for longrepr in reports]
    for_torch = sum("torch" in reason.lower() for reason in reasons)
    if for_torch:
        things = "test or test file was" if for_torch == 1 else "tests or test files were"
        terminalreporter.write_line(
            f"{for_torch} {things} skipped for want of torch; `./run setup --train` adds it.", yellow=True
        )
