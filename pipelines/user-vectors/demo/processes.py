"""Child processes of demo, benchmarks and chaos test: started in sessions of their own, stopped by their own ids."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path


class DemoError(Exception):
    """Something that the demo set out to show is not so; the text says what."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what: str, limit: float, condition: Callable[[], bool], step: float = 0.05) -> None:
    """Returns once the condition holds; a DemoError after so many seconds."""
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            raise DemoError(f"{what}: not within {limit:.0f} s")
        time.sleep(step)


def stop_on(signals: list[signal.Signals]) -> None:
    """Has these signals unwind the stack, so that everything started is stopped."""

    def unwind(number: int, _frame: object) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    for each in signals:
        signal.signal(each, unwind)


class ChildProcess:
    """One child; its output goes to a log file. It is stopped at the latest when the stack unwinds."""

    def __init__(self, name: str, command: Sequence[str], log: Path, stack: contextlib.ExitStack) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(command), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        stack.callback(self.stop)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """SIGKILL; returns when it is gone."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def check(self) -> None:
        """A DemoError, with the end of the log, if the child has ended by itself."""
        status = self._process.poll()
        if status is not None:
            raise DemoError(f"{self.name} ended with status {status}; the end of {self.log}:\n{self.tail()}")

    def wait_until(self, what: str, limit: float, condition: Callable[[], bool], step: float = 0.05) -> None:
        """As the function of that name, and fails at once if the child ends."""

        def holds_or_ended() -> bool:
            self.check()
            return condition()

        wait_until(what, limit, holds_or_ended, step)

    def stop(self, limit: float = 10.0) -> int:
        """SIGTERM, then SIGKILL after so many seconds; returns the exit status. Does nothing twice."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self.thaw()
            try:
                self._process.wait(limit)
            except subprocess.TimeoutExpired:
                self._process.kill()
        return self._process.wait()

    def tail(self, lines: int = 20) -> str:
        text = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in text[-lines:])
