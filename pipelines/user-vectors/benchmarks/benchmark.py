"""Freshet's benchmarks: they print figures, and assert nothing on time.

./freshet benchmark drain [--rows=100000] [--commits=100] [--option=--name=value] [--rival=COMMAND]
./freshet benchmark freshness [--commits=100] [--rows=100] [--interval=0.5] [--option=...] [--rival=...]

drain: rows/s until a table that is already there is searchable, beside raw upserts of as many rows to the same server.
freshness: from a commit to its being searchable (STRONG), while commits go on.

A rival is another job that is measured in the same way, on the same table and server, after Freshet. In its command
{table}, {host}, {port} and {collection} are replaced, and {folder} by an empty folder; it starts at version 0.

Everything runs on this machine, on free ports of 127.0.0.1. Figures of a busy machine say nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import shlex
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "demo"))

from collection import UserVectors  # noqa: E402
from freshness import percentile  # noqa: E402
from interactions import EventSource, InteractionTable, user_name  # noqa: E402
from pipeline import run_options  # noqa: E402
from processes import ChildProcess, wait_until  # noqa: E402
from pymilvus import DataType, MilvusClient  # noqa: E402
from servers import start_milvus  # noqa: E402

LIMIT = 600.0
DIMENSION = 128
RAW_BATCH = 1000


@dataclass(frozen=True)
class Job:
    """A job that fills a collection: Freshet, or a rival."""

    name: str
    command: list[str]


def freshet(arguments: argparse.Namespace, table: Path, milvus: str, collection: str, folder: Path) -> Job:
    options = run_options(str(table), str(folder / f"ledger-{collection}"), milvus, collection, None, "benchmark")
    options = [option for option in options if not option.startswith("--startingVersion")]
    command = [arguments.launcher, "run", *options, "--startingVersion=0", *arguments.option]
    return Job("freshet", command)


def rival(command: str, table: Path, milvus: str, collection: str, folder: Path) -> Job:
    host, port = milvus.removeprefix("http://").split(":")
    own = folder / f"rival-{collection}"
    own.mkdir()
    filled = command.format(table=table, host=host, port=port, collection=collection, folder=own)
    return Job("rival", shlex.split(filled))


def jobs(arguments: argparse.Namespace, table: Path, milvus: str, folder: Path) -> list[tuple[Job, str]]:
    made = [(freshet(arguments, table, milvus, "freshet", folder), "freshet")]
    if arguments.rival:
        made.append((rival(arguments.rival, table, milvus, "rival", folder), "rival"))
    return made


def raw_upserts(url: str, rows: int) -> float:
    """Seconds that pymilvus takes to upsert that many rows, of the same shape as Freshet's."""
    client = MilvusClient(uri=url)
    schema = client.create_schema(auto_id=False)
    schema.add_field("user_id", DataType.VARCHAR, is_primary=True, max_length=256)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=DIMENSION)
    index = client.prepare_index_params()
    index.add_index("vector", index_type="IVF_FLAT", metric_type="L2", params={"nlist": 1024})
    client.create_collection("raw", schema=schema, index_params=index)
    client.load_collection("raw")
    vectors = np.random.default_rng(7).random((RAW_BATCH, DIMENSION), dtype=np.float32).tolist()
    started = time.monotonic()
    for first in range(0, rows, RAW_BATCH):
        client.upsert("raw", [{"user_id": user_name(first + i), "vector": v} for i, v in enumerate(vectors)])
    seconds = time.monotonic() - started
    client.drop_collection("raw")
    client.close()
    return seconds


def drain(arguments: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> None:
    rows = arguments.rows // arguments.commits * arguments.commits
    table = InteractionTable.create(folder / "table")
    source = EventSource("b", seed=7)
    each = rows // arguments.commits
    for commit in range(arguments.commits):
        table.append([source.event(user_name(commit * each + i), event_type="click") for i in range(each)])
    print(f"{rows:,} rows of as many users in {arguments.commits} commits", flush=True)
    milvus = start_milvus(folder, stack).url
    raw = raw_upserts(milvus, rows)
    print(f"raw upserts   {rows / raw:10,.0f} rows/s", flush=True)
    for job, collection in jobs(arguments, table.folder, milvus, folder):
        with contextlib.ExitStack() as running:
            started = time.monotonic()
            process = ChildProcess(job.name, job.command, folder / f"{job.name}.log", running)
            vectors = UserVectors(milvus, collection)
            # Counting all rows costs Milvus Lite more than writing some: a user of each commit stands for it.
            sample = [user_name(commit * each + each - 1) for commit in range(arguments.commits)]
            seen: list[tuple[float, int]] = []

            def is_complete() -> bool:
                seen.append((time.monotonic(), vectors.known_users(sample)))
                return seen[-1][1] == len(sample) and vectors.user_count() == rows

            process.wait_until("all rows in Milvus", LIMIT, is_complete, step=0.1)
            first, known = next((at, count) for at, count in seen if count > 0)
            total, after_first = seen[-1][0] - started, seen[-1][0] - first
            line = f"{job.name:13} {rows / total:10,.0f} rows/s from the start of the process ({total:.1f} s)"
            if known < len(sample):
                rate = (len(sample) - known) * each / after_first
                line += f"; {rate:,.0f} rows/s from the first rows on, {rate * raw / rows:.2f} of raw upserts"
            print(f"{line}\n              in its own words: {process.tail(1).strip()}", flush=True)
            print(f"{line}\n              in its own words: {process.tail(1).strip()}", flush=True)


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


def freshness(arguments: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> None:
    milvus = start_milvus(folder, stack).url
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="./freshet benchmark", description=__doc__.split("\n")[0])
    parser.add_argument("--launcher", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--parent", required=True, help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", required=True)
    draining = commands.add_parser("drain")
    draining.add_argument("--rows", type=int, default=100_000)
    draining.add_argument("--commits", type=int, default=100)
    following = commands.add_parser("freshness")
    following.add_argument("--commits", type=int, default=100)
    following.add_argument("--rows", type=int, default=100)
    following.add_argument("--interval", type=float, default=0.5, help="seconds between two commits")
    following.add_argument("--warm-up", type=int, default=10, help="commits before those that count")
    for command in (draining, following):
        command.add_argument("--option", action="append", default=[], help="an option of ./freshet run, as --option=--name=value")
        command.add_argument("--rival", help="another job's command line")
    arguments = parser.parse_args()
    run = {"drain": drain, "freshness": freshness}[arguments.command]
    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True, dir=arguments.parent) as folder, contextlib.ExitStack() as stack:
        run(arguments, Path(folder), stack)


if __name__ == "__main__":
    main()
