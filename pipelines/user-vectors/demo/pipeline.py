"""The pipeline under show: `freshet run` as a child, its progress passed on."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

from processes import ChildProcess, DemoError

STOP_LIMIT = 10.0


def run_options(table: str, ledger: str, milvus: str, collection: str, pushgateway: str | None, job: str) -> list[str]:
    """The options of `freshet run` that the demo uses, and that it hands over for a table of the user's own."""
    options = [
        "--runner=DirectRunner",
        f"--table={table}",
        f"--ledger={ledger}",
        f"--milvusUri={milvus}",
        f"--collection={collection}",
        "--startingVersion=snapshot",
        "--embedding=hash",
        f"--jobName={job}",
    ]
    return options if pushgateway is None else [*options, f"--pushgateway={pushgateway}"]


class Pipeline:
    """A running `freshet run`."""

    def __init__(self, launcher: str, options: list[str], log: Path, stack: contextlib.ExitStack) -> None:
        self.started_at = time.monotonic()
        self.process = ChildProcess("freshet run", [launcher, "run", *options], log, stack)

    def stop(self) -> float:
        """SIGTERM; returns the seconds to its end. A DemoError if that is not clean."""
        self.process.check()
        asked_at = time.monotonic()
        status = self.process.stop(STOP_LIMIT)
        if status != 0:
            raise DemoError(
                f"freshet run ended with status {status} after SIGTERM, not with 0 within {STOP_LIMIT:.0f} s; "
                f"the end of {self.process.log}:\n{self.process.tail()}"
            )
        return time.monotonic() - asked_at


class ProgressRelay(threading.Thread):
    """Shows the progress lines of a log as they come, one every so many seconds."""

    def __init__(self, log: Path, show: Callable[[str], None], every: float = 4.0) -> None:
        super().__init__(name="progress", daemon=True)
        self._log = log
        self._show = show
        self._every = every
        self._stop_asked = threading.Event()

    def run(self) -> None:
        shown_at = -self._every
        with self._log.open(errors="replace") as lines:
            unfinished = ""
            while True:
                unfinished += lines.readline()
                if not unfinished.endswith("\n"):
                    if self._stop_asked.wait(0.1):
                        return
                    continue
                line, unfinished = unfinished.strip(), ""
                if is_progress(line) and time.monotonic() - shown_at >= self._every:
                    shown_at = time.monotonic()
                    self._show(line)

    def stop(self) -> None:
        """Ends it once it has come to the end of the log."""
        self._stop_asked.set()
        self.join()


def is_progress(line: str) -> bool:
    return line.startswith("freshet: ") and "rows/s" in line
