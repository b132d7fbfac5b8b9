"""An executor is frozen while it writes, others go on without it, and then it wakes up: it must not write any more."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from diary import Diary
from follower import SETTLE_SECONDS
from link import Link
from processes import DemoError, wait_until
from spark import BEFORE_THE_DRIVER, Cluster, DriverPorts, Executor, Worker
from states import LIMIT, States
from surroundings import Servers

# A request with rows of a vector each; what connections say to keep alive is shorter.
REQUEST_BYTES = 900
# Two rows a request: the frozen executor has more to send than the one that is under way.
MORE = ("--batchSize=2",)
WATCH_SECONDS = 8.0


class Zombie:
    """Writes three states of some keys: an executor is frozen while it sends the second, and wakes up when the third
    is there. Nobody tells it that it has been given up: its Worker stays frozen, and its driver cannot reach it."""

    def __init__(
        self, states: States, servers: Servers, cluster: Cluster, to_driver: list[Link], diary: Diary
    ) -> None:
        self._states = states
        self._link = servers.link
        self._cluster = cluster
        self._to_driver = to_driver
        self._diary = diary

    def play(self) -> int:
        """How many keys were sent after it had woken up. A DemoError if an old row came back."""
        self._states.wait_for("first")
        self._link.hold()
        self._states.commit("second")
        worker, executor = self._wait_for_sender()
        frozen = worker.freeze()
        try:
            self._part(executor)
            self._diary.note(f"executor {executor.pid} is frozen with a request under way, and its Worker with it")
            # What was under way is lost, so that whoever goes on has to send it again.
            self._link.cut()
            self._link.release()
            self._states.wait_for("second")
            self._diary.note("another has written what it left")
            self._states.commit("third")
            self._states.wait_for("third")
            self._diary.note("newer rows are there")
            before, ticks = self._link.marks(), executor.processor_ticks()
            for each in frozen:
                each.thaw()
            self._watch(executor, ticks)
        finally:
            self._end(frozen, worker)
        sent = self._link.marks() - before
        self._diary.note(f"{sent} keys were sent after that")
        return sent

    def _end(self, frozen: list[Executor], worker: Worker) -> None:
        for link in self._to_driver:
            link.part([])
        for each in frozen:
            each.thaw()
        worker.server.process.thaw()

    def _part(self, executor: Executor) -> None:
        """From its driver, for which it is as good as dead then."""
        for link in self._to_driver:
            link.part([port for port in link.ports() if executor.has_connection_from(port)])

    def _watch(self, executor: Executor, ticks: int) -> None:
        """A DemoError if it does not live and work as long as it is watched."""
        begun = time.monotonic()
        while (watched := time.monotonic() - begun) < WATCH_SECONDS:
            if not self._states.holds("third"):
                raise DemoError("An old row came back after newer ones")
            if not executor.is_alive():
                raise DemoError(f"Executor {executor.pid} was ended {watched:.1f} s after it woke up")
            time.sleep(0.02)
        if executor.processor_ticks() <= ticks:
            raise DemoError(f"Executor {executor.pid} did not wake up")

    def _wait_for_sender(self) -> tuple[Worker, Executor]:
        """An executor whose request is held back."""
        found: list[tuple[Worker, Executor]] = []

        def is_found() -> bool:
            found.extend(self._senders())
            return bool(found)

        wait_until("a request that is held back", LIMIT, is_found)
        return found[0]

    def _senders(self) -> list[tuple[Worker, Executor]]:
        """Executors whose requests are held back."""
        ports = [port for port, count in self._link.held_by_port().items() if count > REQUEST_BYTES]
        return [
            (worker, executor)
            for worker in self._cluster.workers
            for executor in worker.executors()
            if any(executor.has_connection_from(port) for port in ports)
        ]


def play_zombie(
    servers: Servers, driver: DriverPorts, launcher: Path, folder: Path, show: Callable[[str], None]
) -> bool:
    """Whether nothing was written by it."""
    cluster = servers.place.cluster
    assert cluster is not None
    with contextlib.ExitStack() as stack:
        to_driver = [
            Link(folder, port, port, 0, stack, BEFORE_THE_DRIVER) for port in (driver.scheduler, driver.blocks)
        ]
        states = States("zombie", SETTLE_SECONDS, servers, launcher, folder / "zombie", stack, MORE)
        sent = Zombie(states, servers, cluster, to_driver, Diary(folder / "zombie")).play()
        states.drain_and_stop()
        differences = states.differences()
    show(
        f"an executor was frozen while it wrote, and woke up after newer rows: {sent} keys sent in the {WATCH_SECONDS:.0f} s"
        f" after that, {len(differences)} differences"
    )
    return sent == 0 and not differences
