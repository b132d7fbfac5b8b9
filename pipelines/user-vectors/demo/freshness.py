"""Measures freshness from outside: a click is committed, and the demo asks Milvus until it sees another vector."""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from interactions import EventSource, InteractionTable
from processes import wait_until

LIMIT = 60.0
POLL = 0.01


@dataclass(frozen=True)
class Click:
    """A click and how long after its commit Milvus answered with the user's new vector, in seconds."""

    version: int
    seconds: float


class Vectors(Protocol):
    """Where a user's vector is read."""

    def vector(self, user: str) -> Sequence[float] | None: ...


class Clicker:
    """Makes clicks and waits for them. Its users must be nobody else's: a change is taken for its own.

    check is called while it waits, and raises if waiting is of no use.
    """

    def __init__(
        self, table: InteractionTable, vectors: Vectors, source: EventSource, check: Callable[[], None]
    ) -> None:
        self._table = table
        self._vectors = vectors
        self._source = source
        self._check = check

    def click(self, user: str, item: str | None = None) -> Click:
        before = self._vectors.vector(user)
        commit = self._table.append([self._source.event(user, event_type="click", item=item)])
        wait_until(
            f"the vector of {user} after its click in version {commit.version}",
            LIMIT,
            lambda: self._has_changed(user, before),
            step=POLL,
        )
        return Click(commit.version, time.time() - commit.committed_at)

    def _has_changed(self, user: str, before: Sequence[float] | None) -> bool:
        self._check()
        return self._vectors.vector(user) != before


class Probes(threading.Thread):
    """Clicks in turn for each of some users, from start() to finish(), with a pause between."""

    def __init__(self, clicker: Clicker, users: Sequence[str], pause: float) -> None:
        super().__init__(name="probes", daemon=True)
        self._clicker = clicker
        self._users = users
        self._pause = pause
        self._stop_asked = threading.Event()
        self._clicks: list[Click] = []
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            for user in itertools.cycle(self._users):
                if self._stop_asked.wait(self._pause):
                    return
                self._clicks.append(self._clicker.click(user))
        except Exception as error:  # finish() raises it in the main thread
            self._error = error

    def check(self) -> None:
        """Raises what has ended the probes."""
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        """Asks it to end, and does not wait for long."""
        self._stop_asked.set()
        self.join(2.0)

    def finish(self) -> list[Click]:
        """Waits for the click under way; returns them all, or raises what went wrong."""
        self._stop_asked.set()
        self.join()
        self.check()
        return self._clicks


def percentile(values: Sequence[float], percent: float) -> float:
    """By nearest rank, so always one of the values."""
    ranked = sorted(values)
    return ranked[max(math.ceil(percent / 100 * len(ranked)), 1) - 1]
