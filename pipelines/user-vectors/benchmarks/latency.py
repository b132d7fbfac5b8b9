"""From a commit to its being searchable (STRONG), while commits go on."""

from __future__ import annotations

import argparse
import contextlib
import threading
import time
from pathlib import Path

from collection import UserVectors
from freshness import percentile
from interactions import EventSource, InteractionTable, user_name
from jobs import LIMIT, jobs
from processes import ChildProcess, wait_until
from servers import start_milvus


class Watch(threading.Thread):
    """Asks Milvus for one user of each commit until it is there."""

    def __init__(self, vectors: UserVectors) -> None:
        super().__init__(name="watch", daemon=True)
        self._vectors = vectors
        self._lock = threading.Lock()
        self._waiting: dict[str, float] = {}
        self.seconds: list[float] = []

    def expect(self, user: str, committed_at: float) -> None:
        with self._lock:
            self._waiting[user] = committed_at

    def waiting(self) -> int:
        with self._lock:
            return len(self._waiting)

    def run(self) -> None:
        while True:
            with self._lock:
                oldest = next(iter(self._waiting), None)
            if oldest is None:
                time.sleep(0.005)
            elif self._vectors.known_users([oldest]):
                with self._lock:
                    self.seconds.append(time.time() - self._waiting.pop(oldest))
            else:
                time.sleep(0.005)


def latency(arguments: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> None:
    milvus = start_milvus(arguments.milvus, folder, stack).url
    table = InteractionTable.create(folder / "table")
    source = EventSource("b", seed=7)
    made = 0
    for job, collection in jobs(arguments, table.folder, milvus, folder):
        with contextlib.ExitStack() as running:
            process = ChildProcess(job.name, job.command, folder / f"{job.name}.log", running)
            vectors = UserVectors(milvus, collection)
            watch = Watch(vectors)

            def commit(rows: int) -> None:
                nonlocal made
                users = [user_name(made + i) for i in range(rows)]
                made += rows
                watch.expect(users[-1], table.append([source.event(u, event_type="click") for u in users]).committed_at)

            watch.start()
            for _ in range(arguments.warm_up):
                commit(arguments.rows)
                process.wait_until("a warm job", LIMIT, lambda: watch.waiting() == 0)
            watch.seconds.clear()
            for _ in range(arguments.commits):
                due = time.monotonic() + arguments.interval
                commit(arguments.rows)
                wait_until("next commit", LIMIT, lambda due=due: time.monotonic() >= due, step=0.002)
            process.wait_until("the last commit", LIMIT, lambda: watch.waiting() == 0)
            seconds = watch.seconds
            print(
                f"{job.name:8} {len(seconds)} commits of {arguments.rows} rows, one each {arguments.interval} s: commit to"
                f" searchable p50 {percentile(seconds, 50):.2f} s, p99 {percentile(seconds, 99):.2f} s,"
                f" longest {max(seconds):.2f} s",
                flush=True,
            )
