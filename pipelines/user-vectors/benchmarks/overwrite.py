"""A table that is overwritten in one commit, while a searcher asks for its rows."""

from __future__ import annotations

import argparse
import contextlib
import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from collection import STRONG, UserVectors
from deltalake import write_deltalake
from interactions import SCHEMA, InteractionTable, user_name
from jobs import DIMENSION, LIMIT, freshet
from processes import ChildProcess
from pymilvus import MilvusClient
from servers import start_milvus

SAMPLE = 500
NEIGHBOURS = 10
MOVED = 50  # One user in so many goes with the overwrite, and a new one comes for it.


@dataclass
class Seen:
    """The fewest that any answer held."""

    asked: int = 0
    fewest_rows: int = 2**62
    fewest_of_sample: int = SAMPLE
    fewest_neighbours: int = NEIGHBOURS
    errors: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.asked:,} answers; the fewest: {self.fewest_rows:,} rows counted, {self.fewest_of_sample} of {SAMPLE}"
            f" users looked up, {self.fewest_neighbours} of {NEIGHBOURS} neighbours found; {len(self.errors)} errors"
        )


class Searcher(threading.Thread):
    """Asks throughout: how many rows there are, for some users by key, and for neighbours of a vector."""

    def __init__(self, url: str, collection: str, users: list[str]) -> None:
        super().__init__(name="searcher", daemon=True)
        self._client = MilvusClient(uri=url, timeout=60)
        self._collection = collection
        self._users = users
        self._ended = threading.Event()
        self.seen = Seen()

    def run(self) -> None:
        chance = np.random.default_rng(7)
        while not self._ended.is_set():
            self._ask(chance.standard_normal(DIMENSION).tolist())

    def _ask(self, vector: list[float]) -> None:
        seen = self.seen
        counted = self._client.query(
            self._collection, filter="", output_fields=["count(*)"], consistency_level=STRONG
        )
        seen.fewest_rows = min(seen.fewest_rows, counted[0]["count(*)"])
        for _ in range(5):
            found = self._client.query(
                self._collection, ids=self._users, output_fields=["user_id"], consistency_level=STRONG
            )
            seen.fewest_of_sample = min(seen.fewest_of_sample, len(found))
            hits = self._client.search(
                self._collection, data=[vector], anns_field="vector", limit=NEIGHBOURS, consistency_level=STRONG
            )
            seen.fewest_neighbours = min(seen.fewest_neighbours, len(hits[0]))
            seen.asked += 2
        seen.asked += 1

    def stop(self) -> Seen:
        self._ended.set()
        self.join()
        return self.seen


def all_known(vectors: UserVectors, *samples: list[str]) -> bool:
    return all(vectors.known_users(sample) == len(sample) for sample in samples)


def content(users: list[str], item: str) -> pa.Table:
    """One row a user, all of one item."""
    count = len(users)
    columns = {
        "event_id": [f"{item}-{user}" for user in users],
        "user_id": users,
        "item_id": [item] * count,
        "event_type": ["click"] * count,
        "event_timestamp": pa.array([int(time.time() * 1e6)] * count, pa.timestamp("us", tz="UTC")),
    }
    return pa.table(columns, schema=SCHEMA)


def overwrite(arguments: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> None:
    rows = arguments.rows
    before = [user_name(i) for i in range(rows)]
    gone = before[::MOVED]
    kept = [user for i, user in enumerate(before) if i % MOVED]
    after = kept + [user_name(rows + i) for i in range(len(gone))]
    random.Random(7).shuffle(after)
    table = InteractionTable.create(folder / "table")
    write_deltalake(str(table.folder), content(before, "before"), mode="append")
    milvus = start_milvus(arguments.milvus, folder, stack).url
    job = freshet(arguments, table.folder, milvus, "freshet", folder)
    process = ChildProcess(job.name, job.command, folder / f"{job.name}.log", stack)
    vectors = UserVectors(milvus, "freshet")
    started = time.monotonic()
    # Counting all rows costs Milvus Lite more than writing some: some users stand for them at first.
    chance = random.Random(7)
    process.wait_until("all rows in Milvus", LIMIT, lambda: all_known(vectors, before[-SAMPLE:], chance.sample(before, SAMPLE)), step=1)
    process.wait_until("the count of all rows", LIMIT, lambda: vectors.user_count() == rows, step=5)
    print(f"{rows:,} rows in one commit: in Milvus after {time.monotonic() - started:.1f} s", flush=True)

    searcher = Searcher(milvus, "freshet", chance.sample(kept, SAMPLE))
    searcher.start()
    started = time.monotonic()
    write_deltalake(str(table.folder), content(after, "after"), mode="overwrite")
    committed = time.monotonic()
    process.wait_until(
        "the new rows and no others",
        LIMIT,
        lambda: not vectors.known_users(gone[-SAMPLE:]) and not vectors.known_users(chance.sample(gone, min(SAMPLE, len(gone)))),
        step=1,
    )
    done = time.monotonic()
    process.wait_until("the count of all rows", LIMIT, lambda: vectors.user_count() == rows, step=5)
    seen = searcher.stop()
    print(
        f"overwritten in one commit ({committed - started:.1f} s), {len(gone):,} users gone and as many new:"
        f" in Milvus {done - committed:.1f} s later"
    )
    print(f"a searcher meanwhile: {seen}")
    stale = rows - vectors.count_where(f"commit_version >= {table.version()}")
    missing = SAMPLE - vectors.known_users(after[:SAMPLE])
    print(f"at the end: {vectors.user_count():,} rows, {stale:,} of them from before, {missing} of {SAMPLE} missing")
