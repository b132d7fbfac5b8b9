"""One round: a table that is written without pause, a pipeline, faults, and then the judgement."""

from __future__ import annotations

import contextlib
import os
import random
import sys
import threading
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ailments import MachineClock
from diary import Diary
from faults import (
    PIPELINE_FAULTS,
    PIPELINE_FAULTS_WITHOUT_LEDGER,
    ClusterLane,
    Course,
    Lane,
    PipelineLane,
    ServerLane,
)
from follower import Follower, Setting
from judge import Difference, Models, Totals, compare, compare_tables, longest_silence, newest_rows, read_collection
from paths import PROJECT
from processes import ChildProcess, DemoError, wait_until
from servers import is_serving_milvus
from surroundings import Servers
from table_writer import Written
from tables import changes_in_feed, rows_of
from witness import LOOKS, Witness

DRAIN_LIMIT = 480.0
STATUS_SECONDS = 10.0
# On a cold cluster with two cores for everything the first slice comes late.
MOST_SILENCE_SECONDS = 45
LOAD_LIMIT = 60.0
# A Milvus that ends itself after it was frozen does so within that time.
REVIVAL_SECONDS = 1.0
# Commits have some 20 rows, and up to 700 when a table is overwritten: many are cut into slices.
SLICE_ROWS = (30, 100, 300)


@dataclass(frozen=True)
class Plan:
    """What a round is made of. The seed decides on what is written, and on which faults come in which order."""

    seed: int
    keys: str
    seconds: float
    least_faults: int
    keeps_ledger: bool
    writer_pause: float


@dataclass
class Result:
    """What came of a round."""

    plan: Plan
    commits: int = 0
    rows: int = 0
    changes: int = 0
    steps: dict[str, int] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    weather: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    unaccounted: int | None = None
    silence: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_ok(self) -> bool:
        return not self.differences and not self.unaccounted and not self.failures

    def __str__(self) -> str:
        faults = " ".join(f"{kind}:{count}" for kind, count in sorted(self.faults.items()))
        weather = " ".join(f"{kind}:{count}" for kind, count in sorted(self.weather.items()))
        counted = "not counted" if self.unaccounted is None else f"{self.unaccounted} unaccounted"
        return (
            f"seed {self.plan.seed} {self.plan.keys}  {self.commits} commits {self.changes:,} changes {self.rows} rows"
            f"  faults {faults or 'none'}  connections {weather or 'clean'}  {len(self.differences)} differences"
            f"  {counted}  silent for {self.silence} s  {self.seconds:.0f} s  {self._verdict()}"
        )

    def _verdict(self) -> str:
        if self.plan.keeps_ledger:
            return "OK" if self.is_ok else "FAILED"
        return "FAILED" if self.failures else "LOST" if self.differences else "NOTHING LOST"


def told(failure: Exception) -> str:
    """What failed: where it was in the code is of interest only if that is not foreseen."""
    return str(failure) if isinstance(failure, DemoError) else "".join(traceback.format_exception(failure))


class Round:
    """Plays one plan in a folder of its own."""

    def __init__(self, plan: Plan, servers: Servers, launcher: Path, folder: Path) -> None:
        self._plan = plan
        self._servers = servers
        self._launcher = launcher
        self._folder = folder
        self._diary = Diary(folder)
        self._models = Models(PROJECT / "docs/models.md")
        self.collection = f"chaos_{plan.seed}_{plan.keys}"
        self._clock = MachineClock(folder)

    def play(self) -> Result:
        result = Result(self._plan)
        begun = time.monotonic()
        try:
            with contextlib.ExitStack() as stack:
                self._play(result, stack)
        except Exception as failure:
            result.failures.append(told(failure))
        result.seconds = time.monotonic() - begun
        return result

    def _play(self, result: Result, stack: contextlib.ExitStack) -> None:
        writer = self._start_writer(stack)
        link = self._servers.link
        setting = Setting(
            launcher=self._launcher,
            folder=self._folder,
            milvus=link.url,
            collection=self.collection,
            keys=self._plan.keys,
            pushgateway=self._servers.pushgateway.url,
            most_slice_rows=random.Random(f"slices {self._plan.seed}").choice(SLICE_ROWS),
            keeps_ledger=self._plan.keeps_ledger,
            runner=self._servers.place.options(),
            clock=self._clock,
        )
        follower = Follower(setting, self._servers.milvus.url, stack)
        witness = self._call_witness(stack) if self._plan.keeps_ledger else None
        self._break(result, writer, follower)
        self._diary.note("healing")
        self._heal(result)
        self._diary.note("stopping the writer")
        written = self._stop_writer(writer)
        result.commits, result.rows, result.steps = written.version, len(written.rows), written.steps
        result.changes = changes_in_feed(setting.table)
        self._diary.note("draining")
        totals = self._drain(follower)
        self._diary.note("drained")
        # It is the pipeline that keeps it loaded.
        follower.process.wait_until("a loaded collection", LOAD_LIMIT, lambda: self._servers.can_read(self.collection))
        if self._plan.keeps_ledger:
            result.unaccounted = totals.unaccounted(result.changes)
        follower.stop()
        self._judge_silence(result)
        if witness:
            result.differences += witness.hear()
            self._diary.note(f"the witness has looked {witness.looks} times")
        self._diary.note("judging")
        table = rows_of(setting.table)
        result.differences += compare_tables(written.rows, table)
        stored = read_collection(self._servers.milvus.url, self.collection)
        result.differences += compare(newest_rows(table), stored, self._models)
        self._diary.note("verifying")
        if self._plan.keeps_ledger:
            verified = follower.verify("--vectors=true")
            if verified.returncode != 0:
                result.failures.append(f"verify ended with {verified.returncode}:\n{verified.stdout}{verified.stderr}")

    def _judge_silence(self, result: Result) -> None:
        logs = [log.read_text(errors="replace") for log in self._folder.glob("pipeline-*.log")]
        result.silence = max(map(longest_silence, logs), default=0)
        if result.silence > MOST_SILENCE_SECONDS:
            result.failures.append(f"A pipeline stood still for {result.silence} s and did not say why")

    def _call_witness(self, stack: contextlib.ExitStack) -> Witness:
        servers = self._servers
        return Witness(servers.milvus.url, self.collection, LOOKS[servers.kind], self._diary, stack)

    def _start_writer(self, stack: contextlib.ExitStack) -> ChildProcess:
        command = [
            sys.executable,
            "-B",
            str(Path(__file__).with_name("table_writer.py")),
            f"--table={self._folder / 'table'}",
            f"--model={self._model}",
            f"--seed={self._plan.seed}",
            f"--keys={self._plan.keys}",
            f"--pause={self._plan.writer_pause}",
        ]
        writer = ChildProcess("the writer", command, self._folder / "writer.log", stack)
        log = self._folder / "table/_delta_log"
        writer.wait_until("first commits", 30, lambda: log.is_dir() and len(os.listdir(log)) > 3)
        return writer

    def _stop_writer(self, writer: ChildProcess) -> Written:
        writer.check()
        status = writer.stop()
        if status != 0:
            raise DemoError(f"The writer ended with status {status}:\n{writer.tail()}")
        return Written.load(self._model)

    @property
    def _model(self) -> Path:
        return self._folder / "model.json"

    def _break(self, result: Result, writer: ChildProcess, follower: Follower) -> None:
        plan, servers = self._plan, self._servers
        stop = threading.Event()
        kinds = PIPELINE_FAULTS if plan.keeps_ledger else PIPELINE_FAULTS_WITHOUT_LEDGER
        course = Course(plan.seed, plan.seconds, plan.least_faults, self._diary, stop)
        lanes: list[Lane] = [
            PipelineLane(follower, servers.link, kinds, course),
            ServerLane(servers.milvus, servers.pushgateway, servers.link, servers.answers, course),
        ]
        if servers.place.cluster:
            lanes.append(ClusterLane(servers.place.cluster, course))
        before = Counter(servers.link.happened())
        servers.link.weather(True)
        for lane in lanes:
            lane.start()
        try:
            while any(lane.is_alive() for lane in lanes):
                writer.check()
                self._revive_milvus(result)
                time.sleep(0.1)
        finally:
            stop.set()
            for lane in lanes:
                lane.join()
                result.faults += lane.played
            servers.link.weather(False)
            result.weather = dict(Counter(servers.link.happened()) - before)
        failures = [told(lane.failure) for lane in lanes if lane.failure]
        if failures:
            raise DemoError("\n".join(failures))

    def _heal(self, result: Result) -> None:
        self._clock.set(0)
        url = self._servers.milvus.url
        time.sleep(REVIVAL_SECONDS)
        self._revive_milvus(result)
        self._servers.milvus.process.wait_until("Milvus", 90, lambda: is_serving_milvus(url), step=0.2)

    def _revive_milvus(self, result: Result) -> None:
        if self._servers.revive_milvus():
            result.faults["milvus-ended-itself"] += 1
            self._diary.note("Milvus has ended itself and is started again")

    def _drain(self, follower: Follower) -> Totals:
        """Runs the pipeline until its ledger says that nothing is left to do."""
        last: list[Totals | None] = []

        asked_at = time.monotonic()

        def is_drained() -> bool:
            nonlocal asked_at
            follower.process.check()
            # Each question costs a JVM's start, which the pipeline lacks then.
            if not follower.seems_done() and time.monotonic() - asked_at < STATUS_SECONDS:
                return False
            last.append(follower.status())
            asked_at = time.monotonic()
            totals = last[-1]
            return totals is not None and totals.commits_behind == 0 and not totals.in_flight

        try:
            wait_until("the end of the table", DRAIN_LIMIT, is_drained, step=0.5)
        except DemoError as failure:
            raise DemoError(f"{failure}; the ledger's last status: {last[-1] if last else None}") from failure
        totals = last[-1]
        assert totals is not None
        return totals
