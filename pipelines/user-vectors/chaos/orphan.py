"""An executor has read a slice and is killed; one that writes what it has read is frozen, and wakes up within its lease."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diary import Diary
from follower import SETTLE_SECONDS, Follower
from link import Link
from processes import DemoError, wait_until
from spark import BEFORE_THE_DRIVER, Cluster, DriverPorts, Executor, Worker
from states import LIMIT, States
from surroundings import Servers
from zombie import MORE, Zombie

# Others must have gone on long before its end, if nothing but the lease keeps them from it.
LEASE_SECONDS = 90.0
WARM_UP = 20


@dataclass(frozen=True)
class Claim:
    """What a file of the ledger says (docs/ledger.md): who has read a slice, and until when it may be written."""

    pid: int
    end: float

    @classmethod
    def of_slice(cls, number: int, ledger: Path) -> list[Claim]:
        claims = []
        for file in ledger.glob(f"{number:012}_*_claim_*"):
            with contextlib.suppress(ValueError, OSError):  # It is still being written.
                worker = json.loads(file.read_text().splitlines()[0])["worker"]
                claims.append(cls(worker["pid"], int(file.name.rpartition("_")[2]) / 1000))
        return claims


class Orphan(Zombie):
    """Writes three states of some keys. Of the second, one executor is the reader, and is killed; another has a request
    under way, and is frozen. It may write until the lease is over, and nothing newer may be written before that."""

    def __init__(
        self, states: States, servers: Servers, cluster: Cluster, to_driver: list[Link], diary: Diary
    ) -> None:
        super().__init__(states, servers, cluster, to_driver, diary)
        self._follower: Follower = states.follower
        self._claims: list[Claim] = []

    def play(self) -> int:
        """How many keys it sent after it had woken up. A DemoError if newer rows did not wait for it."""
        self._states.wait_for("first")
        self._warm_up()
        self._link.hold()
        self._states.commit("second")
        worker, executor = self._wait_for_orphan()
        frozen = worker.freeze()
        try:
            self._part(executor)
            self._link.cut()
            for claim in self._claims:
                Executor(claim.pid).kill()
            self._link.release()
            self._diary.note(f"{[claim.pid for claim in self._claims]} has read and is killed; {executor.pid} is frozen")
            self._states.commit("third")
            self._states.wait_for("third")
            early = max(claim.end for claim in self._claims) + SETTLE_SECONDS - time.time()
            self._diary.note(f"newer rows are there, {-early:.1f} s after lease and settle")
            before, ticks = self._link.marks(), executor.processor_ticks()
            for each in frozen:
                each.thaw()
            self._watch(executor, ticks)
            if early > 0:
                raise DemoError(f"Newer rows were written {early:.1f} s before lease and settle were over")
        finally:
            self._end(frozen, worker)
        sent = self._link.marks() - before
        self._diary.note(f"{sent} keys were sent after that")
        return sent

    def _warm_up(self) -> None:
        """Until every executor has a connection: one that makes its first while all is held has no request under way."""
        for number in range(WARM_UP):
            ports, executors = self._link.ports(), self._cluster.executors()
            connected = [each for each in executors if any(each.has_connection_from(port) for port in ports)]
            if len(connected) > 1 and len(connected) == len(executors):
                return
            self._states.commit(f"warm {number}")
            self._states.wait_for(f"warm {number}")
        raise DemoError(f"After {WARM_UP} commits not every executor has written")

    def _wait_for_orphan(self) -> tuple[Worker, Executor]:
        """One that has a request under way of a slice that another has read."""
        found: list[tuple[Worker, Executor]] = []

        def is_found() -> bool:
            # The first slice's rows can be read before it is recorded as done.
            self._claims = Claim.of_slice(self._follower.slices_done() + 1, self._follower.ledger)
            readers = {claim.pid for claim in self._claims}
            found.extend(sender for sender in self._senders() if readers and sender[1].pid not in readers)
            return bool(found)

        wait_until("a request of another executor than the reader that is held back", LIMIT, is_found)
        return found[0]


def play_orphan(
    servers: Servers, driver: DriverPorts, launcher: Path, folder: Path, show: Callable[[str], None]
) -> bool:
    """Whether nothing newer was written before the lease was over, and nothing older after that."""
    cluster = servers.place.cluster
    assert cluster is not None
    with contextlib.ExitStack() as stack:
        to_driver = [
            Link(folder, port, port, 0, stack, BEFORE_THE_DRIVER) for port in (driver.scheduler, driver.blocks)
        ]
        states = States(
            "orphan", SETTLE_SECONDS, servers, launcher, folder / "orphan", stack, MORE, LEASE_SECONDS
        )
        sent = Orphan(states, servers, cluster, to_driver, Diary(folder / "orphan")).play()
        states.drain_and_stop()
        differences = states.differences()
    show(
        "the executor that had read a slice was killed, one that wrote it was frozen, newer rows waited for its lease:"
        f" {sent} keys sent after that, {len(differences)} differences"
    )
    return sent == 0 and not differences
