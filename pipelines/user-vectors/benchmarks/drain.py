"""Rows/s until a table that is already there is searchable, beside raw upserts of as many rows."""

from __future__ import annotations

import argparse
import contextlib
import time
from pathlib import Path

import numpy as np
from collection import UserVectors
from interactions import EventSource, InteractionTable, user_name
from jobs import DIMENSION, LIMIT, jobs
from processes import ChildProcess
from pymilvus import DataType, MilvusClient
from servers import start_milvus

RAW_BATCH = 1000


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
    milvus = start_milvus(arguments.milvus, folder, stack).url
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
