"""What can be wrong with one process while all others are well: no room on disk, no more files, a clock that is set."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Iterator
from pathlib import Path

from processes import DemoError

# As Debian's package libfaketime has it; others have it elsewhere.
LIBRARIES = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
# How long a process may go on with the old time when the clock is set: less than --settle.
NOTICED_SECONDS = 1


@contextlib.contextmanager
def limited(pids: list[int], limit: int, value: int) -> Iterator[None]:
    """The processes have another soft limit for a while; one that has ended meanwhile is let be."""
    before: dict[int, tuple[int, int]] = {}
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            soft, hard = resource.prlimit(pid, limit)
            resource.prlimit(pid, limit, (value, hard))
            before[pid] = (soft, hard)
    try:
        yield
    finally:
        for pid, limits in before.items():
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, limit, limits)


def disk_full(pids: list[int]) -> contextlib.AbstractContextManager[None]:
    """They can create files, and write not one byte to any."""
    return limited(pids, resource.RLIMIT_FSIZE, 0)


def no_more_files(pids: list[int]) -> contextlib.AbstractContextManager[None]:
    """They can open no file and make no connection: what they look at is there, and cannot be looked at."""
    return limited(pids, resource.RLIMIT_NOFILE, 3)


class MachineClock:
    """The wall clock of all processes that are started with it. Monotonic clocks go on as ever."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.set(0)

    def set(self, ahead: int) -> None:
        """It is so many seconds ahead of the real one from now on, or behind it."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{ahead:+d}\n")
        os.replace(new, self._file)

    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": str(NOTICED_SECONDS),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Its remedy for older C libraries has the timed waits of a JVM end at once: a process that only spins.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        }


def library() -> Path:
    """That which stands between a process and its clock; a DemoError if it is not installed."""
    for folder in LIBRARIES:
        found = Path(folder) / "faketime/libfaketime.so.1"
        if found.exists():
            return found
    raise DemoError("The chaos test sets clocks with libfaketime; install it: sudo apt-get install libfaketime")
