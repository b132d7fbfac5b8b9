"""What breaks in a round. Lanes play at the same time: one breaks the pipeline, one the servers, one Spark's cluster."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ailments import disk_full, no_more_files
from answers import LIES
from diary import Diary
from follower import FOLLOWING, LEASE_SECONDS, REFUSED, SETTLE_SECONDS, STARTING, TAKEN, Follower, expect_end, says
from link import Link
from processes import ChildProcess, DemoError
from servers import Server, is_serving_milvus
from liar import WrongAnswers
from spark import Cluster, Executor
from surroundings import ENDED_ITSELF

START_LIMIT = 180.0
END_LIMIT = 45.0
EXECUTOR_LIMIT = 180.0
# A frozen or killed Milvus makes leases lapse, and each lapse may double the next lease; a killed driver, and with it
# its executors, needs half a minute to its first slice.
PROGRESS_LIMIT = 240.0
# A frozen Milvus 2.3.5 ends itself after 15 s.
FREEZE_SECONDS = (LEASE_SECONDS + 0.5, LEASE_SECONDS + 4.0)
# Some are over before Spark gives the executor up, some after others have gone on without it.
EXECUTOR_FREEZE_SECONDS = (LEASE_SECONDS + 0.5, LEASE_SECONDS + 10.0)
# With the proxy's own delays this stays below --settle.
HOLD_SECONDS = SETTLE_SECONDS / 2
PAUSE_SECONDS = (0.3, 2.0)
WORK_SECONDS = (0.0, 3.0)

# A disk is full, or files are short, until a person or a retention job makes room.
AILING_SECONDS = (0.5, 8.0)
# Some lies are told once, some all the time; a collection that is said to be lost for longer is taken to be so.
LYING_SECONDS = (0.1, 6.0)
LYING_SHARE = (0.05, 1.0)
# A boot before NTP, a machine that was suspended, a summer time that was set by hand.
CLOCK_STEPS = (-7205, -3600, -61, -3, 3, 61, 3600, 86_400)

PIPELINE_FAULTS = ("kill", "freeze", "second", "takeover", "late", "disk-full", "no-files", "clock-step")
PIPELINE_FAULTS_WITHOUT_LEDGER = ("kill", "kill", "freeze")
CLUSTER_FAULTS = (
    "executor-kill",
    "executor-freeze",
    "executor-disk-full",
    "executor-no-files",
    "worker-kill",
    "worker-freeze",
    "master-replace",
)
SERVER_FAULTS = (
    "milvus-kill",
    "milvus-freeze",
    "cut",
    "wrong-answers",
    "pushgateway-kill",
    "pushgateway-freeze",
)


Chosen = TypeVar("Chosen")


def deck(kinds: Sequence[str], seed: int) -> list[str]:
    """All kinds in an order drawn from the seed. Of two neighbours, an even seed and the next one, the second begins
    in the middle of the first one's order, so that two short rounds have every kind between them."""
    cards = list(kinds)
    random.Random(f"deck {seed // 2}").shuffle(cards)
    half = (len(cards) + 1) // 2
    return cards[half:] + cards[:half] if seed % 2 else cards


class Stopped(Exception):
    """The round is over for another reason."""


@dataclass(frozen=True)
class Course:
    """How the lanes of a round play: for so many seconds, and so many faults at least, unless a stop is asked for."""

    seed: int
    seconds: float
    least: int
    diary: Diary
    stop: threading.Event


class Lane(threading.Thread):
    """Plays a deck of faults over and over until the time is up, and at least as many as asked."""

    def __init__(self, name: str, kinds: Sequence[str], course: Course) -> None:
        super().__init__(name=name, daemon=True)
        self._diary = course.diary
        self.played: Counter[str] = Counter()
        self.failure: Exception | None = None
        self._cards = deck(kinds, course.seed)
        self._chance = random.Random(f"{name} {course.seed}")
        self._seconds = course.seconds
        self._least = course.least
        self._stop_asked = course.stop

    def run(self) -> None:
        begun = time.monotonic()
        number = 0
        try:
            while number < self._least or time.monotonic() - begun < self._seconds:
                self._rest(self._chance.uniform(*PAUSE_SECONDS))
                kind = self._cards[number % len(self._cards)]
                number += 1
                self._diary.note(kind)
                self.play(kind)
                self._diary.note(f"{kind} is over")
                self.played[kind] += 1
        except Stopped:
            pass
        except Exception as failure:  # Raised again by whoever waits for the lane.
            self.failure = failure
            self._stop_asked.set()

    def play(self, kind: str) -> None:
        raise NotImplementedError

    def check(self) -> None:
        """Fails if what the lane looks after has ended by itself."""

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.check()
            if self._stop_asked.wait(0.05):
                raise Stopped

    def _wait_until(
        self, what: str, limit: float, condition: Callable[[], bool], process: ChildProcess | None = None
    ) -> None:
        """Fails after so many seconds, or as soon as the process ends."""
        end = time.monotonic() + limit
        while not condition():
            if process is not None:
                process.check()
            if time.monotonic() > end:
                raise DemoError(f"{what}: not within {limit:.0f} s")
            if self._stop_asked.wait(0.1):
                raise Stopped

    def _wait_until_ended(self, process: ChildProcess) -> None:
        self._wait_until(f"end of {process.name}", END_LIMIT, lambda: process.status is not None)


class PipelineLane(Lane):
    """Kills, freezes and doubles the pipeline."""

    def __init__(self, follower: Follower, link: Link, kinds: Sequence[str], course: Course) -> None:
        super().__init__("pipeline", kinds, course)
        self._follower = follower
        self._link = link

    def check(self) -> None:
        self._follower.process.check()

    def play(self, kind: str) -> None:
        {
            "kill": self._kill,
            "freeze": self._freeze,
            "second": self._second,
            "takeover": self._takeover,
            "late": self._late,
            "disk-full": lambda: self._ail(disk_full),
            "no-files": lambda: self._ail(no_more_files),
            "clock-step": self._step_clock,
        }[kind]()

    def _kill(self) -> None:
        if self._chance.random() < 0.7:
            self._let_it_work()
        self._follower.kill_and_restart()

    def _freeze(self) -> None:
        self._let_it_work()
        process = self._follower.process
        process.freeze()
        try:
            self._rest(self._chance.uniform(*FREEZE_SECONDS))
        finally:
            process.thaw()

    def _second(self) -> None:
        """A second pipeline is refused, and the first goes on."""
        self._let_it_work()
        second = self._follower.start_another()
        self._wait_until_ended(second)
        expect_end(second, REFUSED)
        self._follower.process.check()

    def _takeover(self) -> None:
        """While the first is frozen the second takes its place; the first ends when it finds that out."""
        self._let_it_work()
        first = self._follower.process
        first.freeze()
        try:
            second = self._follower.start_another()
            self._follower.process = second
            # The executors are still the first one's.
            self._wait_until(f"{second.name} to begin", START_LIMIT, lambda: says(second, STARTING), second)
        finally:
            first.thaw()
        self._wait_until_ended(first)
        expect_end(first, TAKEN)

    def _late(self) -> None:
        """What the pipeline has sent arrives when it is dead."""
        self._let_it_work()
        self._link.hold()
        try:
            end = time.monotonic() + HOLD_SECONDS
            while self._link.held_bytes() == 0 and time.monotonic() < end - 0.3:
                self._rest(0.02)
            self._follower.kill_and_restart()
            self._rest(max(0.0, end - time.monotonic()))
        finally:
            self._link.release()

    def _ail(self, ailment: Callable[[list[int]], contextlib.AbstractContextManager[None]]) -> None:
        """It neither ends nor loses anything, and goes on by itself when it is well again."""
        self._let_it_work()
        with ailment([self._follower.process.pid]):
            self._rest(self._chance.uniform(*AILING_SECONDS))
        self._expect_progress()

    def _step_clock(self) -> None:
        """The clock of its machine is set, and stays so for the rest of the round or until it is set again."""
        clock = self._follower.setting.clock
        assert clock is not None
        self._let_it_work()
        ahead = self._chance.choice(CLOCK_STEPS)
        self._diary.note(f"the clock is {ahead:+d} s off")
        clock.set(ahead)
        self._expect_progress()

    def _expect_progress(self) -> None:
        before = self._follower.slices_done()
        process = self._follower.process
        self._wait_until("progress", PROGRESS_LIMIT, lambda: self._follower.slices_done() > before, process)

    def _wait_until_following(self, process: ChildProcess) -> None:
        self._wait_until(f"{process.name} at work", START_LIMIT, lambda: says(process, FOLLOWING), process)

    def _let_it_work(self) -> None:
        """It owns the ledger, has begun to write, and goes on for a while: only then a fault meets anything."""
        self._wait_until_following(self._follower.process)
        self._expect_progress()
        self._rest(self._chance.uniform(*WORK_SECONDS))


class ServerLane(Lane):
    """Kills and freezes the servers, and cuts every connection to Milvus at once."""

    def __init__(
        self, milvus: Server, pushgateway: Server, link: Link, answers: WrongAnswers, course: Course
    ) -> None:
        super().__init__("servers", SERVER_FAULTS, course)
        self._milvus = milvus
        self._pushgateway = pushgateway
        self._link = link
        self._answers = answers

    def check(self) -> None:
        """A Milvus that was frozen may end itself: the round starts it again."""
        if self._milvus.process.status != ENDED_ITSELF:
            self._milvus.process.check()
        self._pushgateway.process.check()

    def play(self, kind: str) -> None:
        {
            "milvus-kill": self._kill_milvus,
            "milvus-freeze": lambda: self._freeze(self._milvus),
            "cut": self._link.cut,
            "wrong-answers": self._lie,
            "pushgateway-kill": self._kill_pushgateway,
            "pushgateway-freeze": lambda: self._freeze(self._pushgateway),
        }[kind]()

    def _kill_milvus(self) -> None:
        self._milvus.process.kill()
        self._milvus.restart()
        milvus = self._milvus
        self._wait_until("Milvus", START_LIMIT, lambda: is_serving_milvus(milvus.url), milvus.process)

    def _kill_pushgateway(self) -> None:
        self._pushgateway.process.kill()
        try:
            self._rest_without_check(self._chance.uniform(0.5, 2.0))
        finally:
            # Also where the round has failed meanwhile: the next one needs it.
            self._pushgateway.restart()

    def _freeze(self, server: Server) -> None:
        server.process.freeze()
        try:
            self._rest(self._chance.uniform(*FREEZE_SECONDS))
        finally:
            server.process.thaw()

    def _lie(self) -> None:
        lies = self._chance.sample(sorted(LIES), self._chance.randint(1, 3))
        self._diary.note(f"lies: {' '.join(lies)}")
        self._answers.tell(lies, self._chance.uniform(*LYING_SHARE))
        try:
            self._rest(self._chance.uniform(*LYING_SECONDS))
        finally:
            self._answers.tell([], 0.0)

    def _rest_without_check(self, seconds: float) -> None:
        if self._stop_asked.wait(seconds):
            raise Stopped


class ClusterLane(Lane):
    """Kills and freezes executors, Workers and the master of Spark."""

    def __init__(self, cluster: Cluster, course: Course) -> None:
        super().__init__("cluster", CLUSTER_FAULTS, course)
        self._cluster = cluster

    def check(self) -> None:
        self._cluster.check()

    def play(self, kind: str) -> None:
        # A driver that was killed has none at first.
        self._wait_until("an executor", EXECUTOR_LIMIT, lambda: bool(self._cluster.executors()))
        self._rest(self._chance.uniform(*WORK_SECONDS))
        {
            "executor-kill": self._kill_executor,
            "executor-freeze": self._freeze_executor,
            "executor-disk-full": lambda: self._ail(disk_full),
            "executor-no-files": lambda: self._ail(no_more_files),
            "worker-kill": self._kill_worker,
            "worker-freeze": self._freeze_worker,
            "master-replace": self._cluster.replace_master,
        }[kind]()

    def _kill_executor(self) -> None:
        for executor in self._one_of(self._cluster.executors()):
            executor.kill()

    def _freeze_executor(self) -> None:
        for executor in self._one_of(self._cluster.executors()):
            executor.freeze()
            try:
                self._rest(self._chance.uniform(*EXECUTOR_FREEZE_SECONDS))
            finally:
                self._diary.note(f"executor {executor.pid} goes on, {self._told(executor)}")
                executor.thaw()

    def _ail(self, ailment: Callable[[list[int]], contextlib.AbstractContextManager[None]]) -> None:
        for executor in self._one_of(self._cluster.executors()):
            with ailment([executor.pid]):
                self._rest(self._chance.uniform(*AILING_SECONDS))

    def _kill_worker(self) -> None:
        """Its executors end when they notice."""
        for worker in self._one_of(self._cluster.busy_workers()):
            worker.server.process.kill()
            worker.server.restart()

    def _freeze_worker(self) -> None:
        for worker in self._one_of(self._cluster.busy_workers()):
            frozen = worker.freeze()
            try:
                self._rest(self._chance.uniform(*EXECUTOR_FREEZE_SECONDS))
            finally:
                # The executors first: for a moment nobody tells them that they are not wanted any more.
                for executor in frozen:
                    self._diary.note(f"executor {executor.pid} goes on, {self._told(executor)}")
                    executor.thaw()
                worker.server.process.thaw()

    def _one_of(self, choice: list[Chosen]) -> list[Chosen]:
        """One of them; none if the last one has ended meanwhile."""
        return [self._chance.choice(choice)] if choice else []

    @staticmethod
    def _told(executor: Executor) -> str:
        return "alive" if executor.is_alive() else "but has been ended"
